//! Files as a revision of a git repository has them.
//!
//! They are read through the `git` program, which knows every way in which a repository may keep them.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::files::SIZE_LIMIT;
use crate::check::Sieve;
use crate::surface::MemoryFiles;

/// A revision, with the path below it that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Revision {
    /// What git knows it by.
    name: String,
    /// A path as seen from the working directory; absent for all of it.
    path: Option<String>,
}

impl Revision {
    /// `REV` or `REV:PATH`; nothing when git knows no such revision, or when there is no git or no repository.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // A revision that begins with a dash would be read as an option.
        let (name, path) = text.split_once(':').map_or((text, None), |(name, path)| (name, Some(path)));
        if name.is_empty() || name.starts_with('-') {
            return None;
        }
        let known = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")]);
        let commit = String::from_utf8(known.ok()?).ok()?.trim().to_owned();
        let path = path.map(|path| path.trim_matches('/').to_owned()).filter(|path| !path.is_empty());
        (!commit.is_empty()).then_some(Self { name: commit, path })
    }

    /// Its files, of those that some surface would read by their names.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn files(&self, sieve: &Sieve) -> Result<MemoryFiles, String> {
        let path = self.path.as_deref().unwrap_or(".");
        let listed = git(&["ls-tree", "-r", "-z", "--name-only", &self.name, "--", path])?;
        let paths: Vec<PathBuf> = listed
            .split(|byte| *byte == 0)
            .filter_map(|path| std::str::from_utf8(path).ok())
            .filter(|path| !path.is_empty() && !path.contains('\n'))
            .map(PathBuf::from)
            .filter(|path| sieve.claims_by_name(path) || self.path.as_deref().map(Path::new) == Some(path.as_path()))
            .collect();
        let mut files = MemoryFiles::new();
        for (path, bytes) in self.contents(&paths)? {
            // What is no text holds no policy.
            let _ = files.add_bytes(&path, bytes);
        }
        Ok(files)
    }

    /// The contents of files, all through one process.
    fn contents(&self, paths: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<u8>)>, String> {
        let mut child = Command::new("git")
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("git: {error}"))?;
        let (Some(mut wanted), Some(given)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("git: it cannot be talked to".to_owned());
        };
        let names: String = paths.iter().map(|path| format!("{}:./{}\n", self.name, path.display())).collect();
        // Written beside reading: git waits with its answers when nobody takes them.
        let writer = std::thread::spawn(move || wanted.write_all(names.as_bytes()));
        let mut given = BufReader::new(given);
        let mut contents = Vec::new();
        for path in paths {
            let bytes = next_content(&mut given).map_err(|error| format!("git cat-file: {error}"))?;
            contents.extend(bytes.map(|bytes| (path.clone(), bytes)));
        }
        let _ = writer.join();
        let _ = child.wait();
        Ok(contents)
    }
}

/// The next answer of `git cat-file --batch`; nothing for what is no file, or is too large.
fn next_content(given: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut header = String::new();
    given.read_line(&mut header)?;
    let mut words = header.split_whitespace().rev();
    let Some(size) = words.next().and_then(|size| size.parse::<u64>().ok()) else { return Ok(None) };
    let is_file = words.next() == Some("blob");
    let mut bytes = Vec::new();
    let mut content = given.by_ref().take(size);
    if is_file && size <= SIZE_LIMIT {
        content.read_to_end(&mut bytes)?;
    } else {
        std::io::copy(&mut content, &mut std::io::sink())?;
    }
    let mut end = [0];
    given.read_exact(&mut end)?;
    Ok((is_file && size <= SIZE_LIMIT).then_some(bytes))
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git").args(arguments).output().map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let told = String::from_utf8_lossy(&output.stderr);
        Err(format!("git {}: {}", arguments.first().unwrap_or(&""), told.trim()))
    }
}
