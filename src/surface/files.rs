//! How surfaces read files: through a trait, so that this side of the crate does no I/O.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::source::Source;

/// Reads files. Paths are relative to the working directory or absolute; implementations must give the
/// same [`Source`] for the same path within a run.
pub trait Files: Sync {
    /// The file's text.
    ///
    /// # Errors
    /// [`ReadProblem`] says why there is none.
    fn read(&self, path: &Path) -> Result<Arc<Source>, ReadProblem>;

    /// The files (not folders) directly in a folder, sorted. Empty when there is no such folder.
    fn list(&self, folder: &Path) -> Vec<PathBuf>;

    /// The folders directly in a folder, sorted. Empty where they are not known.
    fn folders(&self, _folder: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Whether a path is in the tree that is looked at. Where a path is not written but guessed, one outside of it is
    /// not read: what a check says must not depend on what else the machine holds.
    fn holds(&self, _path: &Path) -> bool {
        true
    }
}

/// Bytes in a mebibyte.
const MIB: u64 = 1024 * 1024;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadProblem {
    /// No such file.
    #[error("no such file")]
    Missing,
    /// Binary content.
    #[error("binary file")]
    Binary,
    /// Larger than the limit.
    #[error("{} MiB, over the limit of {} MiB", size.div_ceil(MIB), limit.div_ceil(MIB))]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("{0}")]
    Io(String),
}

/// Files in memory, for tests and for text from standard input.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    sources: BTreeMap<PathBuf, Arc<Source>>,
}

impl MemoryFiles {
    /// No files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. The path's display is what people see.
    pub fn add(&mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Arc<Source> {
        let path = normalize(path.as_ref());
        let source = Arc::new(Source::from_text(display(&path), text));
        self.sources.insert(path, Arc::clone(&source));
        source
    }

    /// Every path.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.sources.keys().map(PathBuf::as_path)
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> Result<Arc<Source>, ReadProblem> {
        self.sources.get(&normalize(path)).cloned().ok_or(ReadProblem::Missing)
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = normalize(folder);
        self.sources.keys().filter(|p| p.parent().is_some_and(|parent| normalize(parent) == folder)).cloned().collect()
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = normalize(folder);
        let above = self.sources.keys().flat_map(|path| path.ancestors().skip(1));
        let inside = above.filter(|p| p.parent().is_some_and(|parent| normalize(parent) == folder && **p != *folder));
        inside.map(Path::to_owned).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

/// A path as people see it.
#[must_use]
pub fn display(path: &Path) -> String {
    let mut text = path.to_string_lossy();
    if text.contains('\\') {
        text = text.replace('\\', "/").into();
    }
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// Removes `.` and resolves `..` by text alone; an empty path becomes `.`.
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(".."),
            },
            other => clean.push(other),
        }
    }
    if clean.as_os_str().is_empty() { PathBuf::from(".") } else { clean }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_by_text() {
        assert_eq!(normalize(Path::new("a/./b/../c.tf")), PathBuf::from("a/c.tf"));
        assert_eq!(normalize(Path::new("../x")), PathBuf::from("../x"));
        assert_eq!(normalize(Path::new("./")), PathBuf::from("."));
    }
}
