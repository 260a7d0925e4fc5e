//! What earlier runs over the same files saw, so that a later one reads only what has changed.
//!
//! A file is as it was when its size and the time of its last change are. Takes paths as the walk gives them.

#![cfg_attr(not(feature = "lsp"), allow(dead_code, reason = "only the language server makes several runs"))]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::check::{FoundFile, Look};
use crate::surface::normalize;

/// What tells one state of a file from another; nothing for a file that is not there.
type Stamp = Option<(u64, Option<SystemTime>)>;

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Kept {
    seen: Mutex<HashMap<PathBuf, Seen>>,
    /// Which run this is.
    run: u64,
}

/// What was seen of one file.
#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    look: Option<Look>,
    help: Option<Option<FoundFile>>,
    /// The last run whose walk looked at it.
    met: Option<u64>,
}

impl Kept {
    fn seen(&self) -> MutexGuard<'_, HashMap<PathBuf, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was seen of a file.
    pub(super) fn forget(&mut self, path: &Path) {
        self.seen().remove(&normalize(path));
    }

    /// Counts another run.
    pub(super) fn begin_again(&mut self) {
        self.run += 1;
    }

    /// Whether a file is what it was when it was last read.
    pub(super) fn is_unchanged(&self, path: &Path) -> bool {
        self.seen().get(path).is_some_and(|seen| seen.stamp == stamp(path))
    }

    /// Notes the state of a file that is about to be read.
    pub(super) fn stamp(&self, path: &Path) {
        let stamp = stamp(path);
        let mut seen = self.seen();
        if seen.get(path).is_none_or(|known| known.stamp != stamp) {
            seen.insert(path.to_owned(), Seen { stamp, look: None, help: None, met: None });
        }
    }

    /// What a look saw. Where it has to be done, its beginning is noted.
    pub(super) fn look(&self, path: &Path) -> Option<Look> {
        let path = normalize(path);
        let now = stamp(&path);
        let run = self.run;
        let mut seen = self.seen();
        if let Some(known) = seen.get_mut(&path).filter(|known| known.stamp == now) {
            known.met = Some(run);
            return known.look.clone();
        }
        seen.insert(path, Seen { stamp: now, look: None, help: None, met: Some(run) });
        None
    }

    /// Keeps what a look saw.
    pub(super) fn keep_look(&self, path: &Path, look: &Look) {
        if let Some(seen) = self.seen().get_mut(&normalize(path)) {
            seen.look = Some(look.clone());
        }
    }

    /// What a second look saw.
    pub(super) fn help(&self, path: &Path) -> Option<Option<FoundFile>> {
        self.seen().get(&normalize(path))?.help.clone()
    }

    /// Keeps what a second look saw.
    pub(super) fn keep_help(&self, path: &Path, found: Option<&FoundFile>) {
        if let Some(seen) = self.seen().get_mut(&normalize(path)) {
            seen.help = Some(found.cloned());
        }
    }

    /// Whether the walk of this run looked at a file.
    pub(super) fn was_met(&self, path: &Path) -> bool {
        self.seen().get(&normalize(path)).is_some_and(|seen| seen.met == Some(self.run))
    }
}

fn stamp(path: &Path) -> Stamp {
    let known = std::fs::metadata(path).ok()?;
    Some((known.len(), known.modified().ok()))
}
