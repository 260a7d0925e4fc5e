//! Files that are there only as long as nothing newer has come in: a check whose result nobody wants ends soon.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::source::Source;
use crate::surface::{Files, ReadProblem};

/// Files that are gone once something newer has come in.
pub(super) struct Stoppable<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) newer: &'a AtomicBool,
}

impl Stoppable<'_> {
    fn is_over(&self) -> bool {
        self.newer.load(Ordering::Relaxed)
    }
}

impl Files for Stoppable<'_> {
    fn read(&self, path: &Path) -> Result<Arc<Source>, ReadProblem> {
        if self.is_over() { Err(ReadProblem::Missing) } else { self.files.read(path) }
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        if self.is_over() { Vec::new() } else { self.files.list(folder) }
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        if self.is_over() { Vec::new() } else { self.files.folders(folder) }
    }

    fn holds(&self, path: &Path) -> bool {
        self.files.holds(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surface::MemoryFiles;

    #[test]
    fn nothing_is_read_any_more_once_something_newer_has_come_in() {
        let mut memory = MemoryFiles::new();
        memory.add("a/b.tf", "x");
        let newer = AtomicBool::new(false);
        let files = Stoppable { files: &memory, newer: &newer };
        assert!(files.read(Path::new("a/b.tf")).is_ok() && files.list(Path::new("a")).len() == 1);
        newer.store(true, Ordering::Relaxed);
        assert!(files.read(Path::new("a/b.tf")).is_err() && files.list(Path::new("a")).is_empty());
    }
}
