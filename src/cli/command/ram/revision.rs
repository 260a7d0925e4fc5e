//! Files as a revision of a git repository has them.
//!
//! They are read through the `git` program, which knows every way in which a repository may keep them. It is asked what
//! a revision holds and never changes anything.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::check::Sieve;
use crate::cli::files::SIZE_LIMIT;
use crate::source::Source;
use crate::surface::{MemoryFiles, display};

/// A revision, with the path below it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    /// The commit.
    commit: String,
    /// A path, seen from the top of the repository as git has it; absent for all below the working directory.
    path: Option<String>,
}

/// A file of a revision.
struct Entry {
    object: String,
    path: PathBuf,
}

impl Revision {
    /// `REV` or `REV:PATH`; nothing when git knows no such revision, or when there is no git or no repository.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, path) = text.split_once(':').map_or((text, None), |(name, path)| (name, Some(path)));
        // A revision that begins with a dash would be read as an option.
        if name.is_empty() || name.starts_with('-') {
            return None;
        }
        let known = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")]);
        let commit = String::from_utf8(known.ok()?).ok()?.trim().to_owned();
        let path = path.map(|path| path.trim_end_matches('/').to_owned()).filter(|path| !path.is_empty());
        (!commit.is_empty()).then_some(Self { commit, path })
    }

    /// Its files, of those that some surface would read by their names, and the file that is named, if one is.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn files(&self, sieve: &Sieve) -> Result<(MemoryFiles, Option<PathBuf>), String> {
        let mut entries = self.entries()?;
        let is_named = |entry: &Entry| self.path.as_deref().is_some_and(|path| *entry.path == *Path::new(path));
        let named = entries.iter().find(|entry| is_named(entry)).map(|entry| entry.path.clone());
        if let (true, Some(path)) = (entries.is_empty(), &self.path) {
            return Err(format!("{path}: there is no such file or folder in that revision"));
        }
        entries.retain(|entry| is_named(entry) || sieve.claims_by_name(&entry.path));
        let mut files = MemoryFiles::new();
        for (path, bytes) in contents(&entries)? {
            // What is no text holds no policy.
            if let Ok(source) = Source::from_bytes(display(&path), bytes) {
                files.add(&path, source.text());
            }
        }
        Ok((files, named))
    }

    fn entries(&self) -> Result<Vec<Entry>, String> {
        let mut arguments = vec!["ls-tree", "-r", "-z"];
        match &self.path {
            // As in git: a path is seen from the top of the repository unless it begins with a dot.
            Some(path) if !path.starts_with('.') => {
                arguments.extend(["--full-tree", self.commit.as_str(), "--", path.as_str()]);
            }
            Some(path) => arguments.extend([self.commit.as_str(), "--", path.as_str()]),
            None => arguments.extend([self.commit.as_str(), "--", "."]),
        }
        let listed = git(&arguments)?;
        // `mode blob object<TAB>path`; what is no file (a submodule) has no content here.
        let entry = |line: &[u8]| {
            let (head, path) = std::str::from_utf8(line).ok()?.split_once('\t')?;
            let mut words = head.split(' ').skip(1);
            let is_file = words.next() == Some("blob");
            let object = words.next()?.to_owned();
            is_file.then(|| Entry { object, path: PathBuf::from(path) })
        };
        Ok(listed.split(|byte| *byte == 0).filter_map(entry).collect())
    }
}

/// The contents of files, all through one process.
fn contents(entries: &[Entry]) -> Result<Vec<(PathBuf, Vec<u8>)>, String> {
    let told = |error: std::io::Error| format!("git cat-file: {error}");
    let mut child = program()
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("git: {error}"))?;
    let (Some(mut wanted), Some(given)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("git: it cannot be talked to".to_owned());
    };
    let names: String = entries.iter().map(|entry| format!("{}\n", entry.object)).collect();
    // Written beside reading: git waits with its answers when nobody takes them.
    let writer = std::thread::spawn(move || wanted.write_all(names.as_bytes()));
    let mut given = BufReader::new(given);
    let mut contents = Vec::new();
    for entry in entries {
        let bytes = next_content(&mut given).map_err(told)?;
        contents.extend(bytes.map(|bytes| (entry.path.clone(), bytes)));
    }
    let written = writer.join().unwrap_or(Ok(()));
    let ended = child.wait().map_err(told)?;
    written.map_err(told)?;
    if ended.success() { Ok(contents) } else { Err("git cat-file: it failed".to_owned()) }
}

/// The next answer of `git cat-file --batch`; nothing for what is no file, or is too large.
fn next_content(given: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    given.read_line(&mut header)?;
    let mut words = header.split_whitespace().rev();
    let Some(size) = words.next().and_then(|size| size.parse::<u64>().ok()) else { return Ok(None) };
    let is_kept = words.next() == Some("blob") && size <= SIZE_LIMIT;
    let mut bytes = Vec::new();
    let mut content = given.by_ref().take(size);
    if is_kept {
        content.read_to_end(&mut bytes)?;
    } else {
        std::io::copy(&mut content, &mut std::io::sink())?;
    }
    let mut end = [0];
    given.read_exact(&mut end)?;
    Ok(is_kept.then_some(bytes))
}

/// Git, which must neither fetch what a partial clone lacks nor write anything.
fn program() -> Command {
    let mut program = Command::new("git");
    program.env("GIT_NO_LAZY_FETCH", "1").env("GIT_OPTIONAL_LOCKS", "0");
    program
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = program().args(arguments).output().map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let told = String::from_utf8_lossy(&output.stderr);
    Err(format!("git {}: {}", arguments.first().unwrap_or(&""), told.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_git_one_after_the_other() {
        let mut given: &[u8] = b"abc blob 3\nx\ny\nabd missing\nabe tree 2\nzz\nabf blob 1\nq\n";
        assert_eq!(next_content(&mut given).unwrap(), Some(b"x\ny".to_vec()));
        assert_eq!(next_content(&mut given).unwrap(), None);
        assert_eq!(next_content(&mut given).unwrap(), None);
        assert_eq!(next_content(&mut given).unwrap(), Some(b"q".to_vec()));
        assert_eq!(next_content(&mut given).unwrap(), None);
    }

    #[test]
    fn what_is_no_revision() {
        for text in ["", "-p", ":x", "no-such-revision-anywhere"] {
            assert_eq!(Revision::parse(text), None, "{text}");
        }
    }
}
