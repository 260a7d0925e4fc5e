//! Where the repository is that a folder belongs to.

use std::path::{Path, PathBuf};

use crate::finding::Repository;

/// The root of the repository of a folder: the nearest one at or above it with a `.git`, be it a folder or, in a
/// work tree of its own, a file.
pub(super) fn root_of(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// The repository of the working folder.
pub(super) fn of_here() -> Option<Repository> {
    let here = std::env::current_dir().ok()?;
    let root: PathBuf = root_of(&here)?.to_owned();
    let below = here.strip_prefix(&root).ok()?.to_owned();
    Some(Repository { root, below })
}
