//! Files that are written in one piece, or not at all.
//!
//! While a file is written it lies beside its place, under a name that tells the process. Whatever ends a run early, an
//! error, a signal or the machine, nothing of it stays: what a run could not take away itself the next one does that
//! writes the same file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::interrupt::{self, Unfinished};

/// Writes a file: beside it first, then moved to its place. When anything fails nothing of it is left, and what
/// stood there before stays. A pipe or a device is written to as it is: it cannot be put in the place of itself.
///
/// # Errors
/// A sentence for the user.
pub(super) fn write_file(
    path: &Path,
    write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>,
) -> Result<(), String> {
    let told = |error: io::Error| format!("{}: {error}; nothing was written", path.display());
    if is_stream(path) {
        let told = |error: io::Error| format!("{}: {error}", path.display());
        let mut out = BufWriter::with_capacity(BUFFER, OpenOptions::new().write(true).open(path).map_err(told)?);
        let written = write(&mut out).and_then(|()| out.flush());
        // Dropping the writer would try again what has just failed.
        drop(out.into_parts());
        return written.map_err(told);
    }
    let target = target(path).map_err(told)?;
    let (file, beside) = create_beside(&target).map_err(told)?;
    remove_leftovers(&target);
    let written = (|| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        let done = write(&mut out).and_then(|()| out.flush());
        let (file, _) = out.into_parts();
        done?;
        file.sync_all()?;
        if let Ok(before) = fs::metadata(&target) {
            // Whoever could not read it before shall not from now on.
            fs::set_permissions(beside.path(), before.permissions())?;
        }
        fs::rename(beside.path(), &target)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(beside.path());
        told(error)
    })
}

/// Whether a file could be written, without changing anything: to be told before the work, not after.
///
/// # Errors
/// A sentence for the user.
pub(super) fn is_writable(path: &Path) -> Result<(), String> {
    let told = |error: io::Error| format!("{}: {error}", path.display());
    if is_stream(path) {
        return Ok(());
    }
    let (file, beside) = target(path).and_then(|target| create_beside(&target)).map_err(told)?;
    drop(file);
    fs::remove_file(beside.path()).map_err(told)
}

const BUFFER: usize = 256 * 1024;

/// Whether something is there that is no file: a pipe or a device.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The file that is written: what a link leads to, not the link.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => fs::canonicalize(path),
        Err(_) => Ok(path.to_owned()),
    }
}

/// A new file in the folder of another one, locked as long as it is open: so others see that somebody writes it.
fn create_beside(path: &Path) -> io::Result<(File, Unfinished)> {
    let name = name_of(path)?;
    let mut number = 0_u32;
    loop {
        let beside = path.with_file_name(format!("{}{}-{number}{ENDING}", beginning(&name), std::process::id()));
        // A signal that comes between here and the end of the file takes it away.
        let beside = interrupt::unfinished(beside);
        match OpenOptions::new().write(true).create_new(true).open(beside.path()) {
            Ok(file) => {
                // Where there are no locks nobody takes what is left away.
                let _ = file.lock();
                if fs::symlink_metadata(beside.path()).is_ok() {
                    return Ok((file, beside));
                }
                // Somebody took it for left over before it was locked.
                number += 1;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Removes what runs left that were killed while they wrote this file. A file that somebody writes is locked.
fn remove_leftovers(path: &Path) {
    let Ok(name) = name_of(path) else { return };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_left_over = is_beside(&name, &entry.file_name().to_string_lossy())
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && OpenOptions::new().write(true).open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_left_over {
            // Whoever cannot remove it does no harm by leaving it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// How the name of a file ends that is being written.
const ENDING: &str = ".part";

fn beginning(name: &str) -> String {
    format!(".{name}.")
}

/// Whether a name is one under which a file of this name is written: with the number of a process and one of its own.
fn is_beside(name: &str, other: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let numbers = other.strip_prefix(&beginning(name)).and_then(|rest| rest.strip_suffix(ENDING));
    numbers.and_then(|numbers| numbers.split_once('-')).is_some_and(|(a, b)| is_number(a) && is_number(b))
}

fn name_of(path: &Path) -> io::Result<String> {
    let name = path.file_name().ok_or_else(|| io::Error::other("this is no name of a file"))?;
    Ok(name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write_file(&path, |out| out.write_all(b"first")).unwrap();
        let failed = write_file(&path, |out| {
            out.write_all(b"second")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().contains("disk full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        for wrong in [folder.path().join("no/such/folder"), folder.path().to_owned()] {
            assert!(is_writable(&wrong).is_err() && write_file(&wrong, |_| Ok(())).is_err());
        }
        is_writable(&path).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_killed_runs_left_goes_and_what_others_write_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        for name in
            [".report.json.1-0.part", ".report.json.99999999-3.part", ".report.json.x-0.part", ".other.1-0.part"]
        {
            fs::write(folder.path().join(name), "left").unwrap();
        }
        let held = OpenOptions::new().write(true).open(folder.path().join(".report.json.1-0.part")).unwrap();
        held.lock().unwrap();
        let names = || {
            let names = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            let mut names: Vec<String> = names.collect();
            names.sort();
            names
        };
        write_file(&path, |out| out.write_all(b"first")).unwrap();
        assert_eq!(names(), [".other.1-0.part", ".report.json.1-0.part", ".report.json.x-0.part", "report.json"]);
        drop(held);
        write_file(&path, |out| out.write_all(b"second")).unwrap();
        assert_eq!(names(), [".other.1-0.part", ".report.json.x-0.part", "report.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_rights_stay_what_they_were() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("report.json"), folder.path().join("latest.json"));
        fs::write(&path, "first").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("report.json", &link).unwrap();
        write_file(&link, |out| out.write_all(b"second")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
