//! Files on disk, each read once.

mod kept;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::check::{FoundFile, Look};
use crate::source::Source;
use crate::surface::{Files, ReadProblem, display, normalize};

/// The largest file that is read, in bytes. Nobody writes calls into larger ones by hand.
pub(super) const SIZE_LIMIT: u64 = 32 * 1024 * 1024;

use kept::Kept;

type Known = Result<Arc<Source>, ReadProblem>;

/// Reads files from disk and remembers them.
#[derive(Debug, Default)]
pub(super) struct DiskFiles {
    known: Mutex<HashMap<PathBuf, Known>>,
    /// The trees that the user names outside of the working directory.
    trees: Vec<PathBuf>,
    /// What earlier runs over these files saw, for whoever makes several.
    kept: Option<Kept>,
    /// How long all threads together have read and searched, in nanoseconds.
    searched: AtomicU64,
}

impl DiskFiles {
    /// Files of the trees that the user names.
    pub(super) fn of(paths: &[PathBuf]) -> Self {
        let tree = |path: &PathBuf| {
            let folder = if path.is_file() { path.parent().unwrap_or(path) } else { path };
            normalize(folder)
        };
        Self {
            known: Mutex::default(),
            trees: paths.iter().map(tree).collect(),
            kept: None,
            searched: AtomicU64::default(),
        }
    }

    /// Files for run after run: what was read is kept as long as a file stays as it is.
    #[cfg(feature = "lsp")]
    pub(super) fn keeping(paths: &[PathBuf]) -> Self {
        Self { kept: Some(Kept::default()), ..Self::of(paths) }
    }

    /// Begins another run: what has changed on disk is forgotten, and `changed` is whatever its time says.
    #[cfg(feature = "lsp")]
    pub(super) fn begin_again(&mut self, changed: &[PathBuf]) {
        let Some(kept) = &mut self.kept else { return };
        let known = self.known.get_mut().unwrap_or_else(PoisonError::into_inner);
        changed.iter().for_each(|path| {
            known.remove(path);
            kept.forget(path);
        });
        known.retain(|path, _| kept.is_unchanged(path));
        kept.begin_again();
    }

    /// What an earlier run saw in a file that is as it was.
    pub(super) fn looked_at(&self, path: &Path) -> Option<Look> {
        self.kept.as_ref()?.look(path)
    }

    /// Keeps what a look saw in a file.
    pub(super) fn keep_look(&self, path: &Path, look: &Look) {
        if let Some(kept) = &self.kept {
            kept.keep_look(path, look);
        }
    }

    /// What an earlier run saw when it looked again at a file without a call.
    pub(super) fn helped(&self, path: &Path) -> Option<Option<FoundFile>> {
        self.kept.as_ref()?.help(path)
    }

    /// Keeps what a second look saw.
    pub(super) fn keep_help(&self, path: &Path, found: Option<&FoundFile>) {
        if let Some(kept) = &self.kept {
            kept.keep_help(path, found);
        }
    }

    /// Whether the walk of this run came by a file and looked into it.
    #[cfg(feature = "lsp")]
    pub(super) fn was_met(&self, path: &Path) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.was_met(path))
    }

    /// Adds the time that a thread has read and searched for.
    pub(super) fn add_search(&self, time: Duration) {
        self.searched.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How long all threads together have read and searched.
    pub(super) fn search(&self) -> Duration {
        Duration::from_nanos(self.searched.load(Ordering::Relaxed))
    }

    /// Remembers a file whose bytes are known already (standard input, or what the walk has read).
    pub(super) fn remember(&self, path: &Path, bytes: Vec<u8>) {
        let source = Source::from_bytes(display(path), bytes).map(Arc::new).map_err(|_| ReadProblem::Binary);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(normalize(path), source);
    }
}

impl Files for DiskFiles {
    fn read(&self, path: &Path) -> Known {
        let path = normalize(path);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&path) {
            return known.clone();
        }
        // Two threads may read one file at a time; the first to be remembered is the one that both get.
        if let Some(kept) = &self.kept {
            kept.stamp(&path);
        }
        let read = read_bytes(&path)
            .and_then(|bytes| Source::from_bytes(display(&path), bytes).map(Arc::new).map_err(|_| ReadProblem::Binary));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(path).or_insert(read).clone()
    }

    fn holds(&self, path: &Path) -> bool {
        let path = normalize(path);
        let is_below = path.is_relative() && !path.starts_with("..");
        is_below || self.trees.iter().any(|tree| path.starts_with(tree))
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let folder = normalize(folder);
        let Ok(entries) = std::fs::read_dir(&folder) else { return Vec::new() };
        // A link to a file is a file here: modules share files that way.
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.file_type().is_ok_and(|t| t.is_file()) || entry.path().is_file())
            .map(|entry| normalize(&entry.path()))
            .collect();
        files.sort();
        files
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(normalize(folder)) else { return Vec::new() };
        let folders = entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_ok_and(|t| t.is_dir()));
        let mut folders: Vec<PathBuf> = folders.map(|entry| normalize(&entry.path())).collect();
        folders.sort();
        folders
    }
}

/// Reads a whole file, up to the limit.
///
/// # Errors
/// [`ReadProblem`] says why there are no bytes.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, ReadProblem> {
    let mut bytes = Vec::new();
    read_into(path, &mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file into a buffer that is used again, up to the limit.
///
/// # Errors
/// [`ReadProblem`] says why there are no bytes.
pub(super) fn read_into(path: &Path, bytes: &mut Vec<u8>) -> Result<(), ReadProblem> {
    bytes.clear();
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => ReadProblem::Missing,
        std::io::ErrorKind::PermissionDenied => ReadProblem::Io("permission denied".to_owned()),
        _ => ReadProblem::Io(error.to_string()),
    };
    let file = std::fs::File::open(path).map_err(io)?;
    // One byte more than the limit tells a file that is too large, also one that grows or has no size.
    file.take(SIZE_LIMIT + 1).read_to_end(bytes).map_err(io)?;
    let size = bytes.len() as u64;
    if size > SIZE_LIMIT {
        // A program or a disk image is no text of any size.
        if memchr::memchr(0, bytes.get(..8192).unwrap_or(bytes)).is_some() {
            return Err(ReadProblem::Binary);
        }
        bytes.clear();
        bytes.shrink_to_fit();
        return Err(ReadProblem::TooLarge {
            size: std::fs::metadata(path).map_or(size, |m| m.len()),
            limit: SIZE_LIMIT,
        });
    }
    Ok(())
}
