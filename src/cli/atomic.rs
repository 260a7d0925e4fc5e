//! Files that are written in one piece, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

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
    let written = (|| {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        let done = write(&mut out).and_then(|()| out.flush());
        let (file, _) = out.into_parts();
        done?;
        file.sync_all()?;
        if let Ok(before) = fs::metadata(&target) {
            // Whoever could not read it before shall not from now on.
            fs::set_permissions(&beside, before.permissions())?;
        }
        fs::rename(&beside, &target)
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
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
    fs::remove_file(&beside).map_err(told)
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

/// A new file in the folder of another one.
fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().ok_or_else(|| io::Error::other("this is no name of a file"))?.to_string_lossy();
    let mut number = 0_u32;
    loop {
        let beside = path.with_file_name(format!(".{name}.{}-{number}.part", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(file) => return Ok((file, beside)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 100 => number += 1,
            Err(error) => return Err(error),
        }
    }
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
