//! What the thread that talks and the thread that checks both know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gen_lsp_types::Diagnostic;

use super::documents::Document;
use super::position::Encoding;
use super::workspace::Checked;
use crate::cli::arguments::Level;

/// What is known at the moment.
#[derive(Default)]
pub(super) struct Shared {
    /// The open texts, by what the editor calls them.
    pub(super) documents: BTreeMap<String, Document>,
    /// The folders of the workspace; none lies in another one.
    pub(super) folders: Vec<PathBuf>,
    /// What the editor sets.
    pub(super) set: Set,
    /// How characters are counted.
    pub(super) encoding: Encoding,
    /// What has to be checked again.
    pub(super) due: Due,
    /// What the last check of each folder found.
    pub(super) checked: BTreeMap<PathBuf, Arc<Checked>>,
    /// What the editor was told last, by address: of which state of a text, and what.
    pub(super) published: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)>,
}

/// Settings of the editor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set {
    /// The lowest severity that is shown.
    pub(super) level: Option<Level>,
    /// The one configuration file that holds.
    pub(super) config: Option<PathBuf>,
    /// Patterns of what to leave out.
    pub(super) exclude: Vec<String>,
}

/// What has to be checked again.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    /// Every folder.
    pub(super) all: bool,
    /// Files whose text is another one in the editor.
    pub(super) texts: BTreeSet<PathBuf>,
    /// Files that have changed on disk.
    pub(super) files: BTreeSet<PathBuf>,
}

impl Due {
    /// Whether a folder is concerned.
    pub(super) fn concerns(&self, folder: &Path) -> bool {
        self.all || self.texts.iter().chain(&self.files).any(|path| path.starts_with(folder))
    }

    /// Adds what has to be done, too.
    pub(super) fn add(&mut self, other: Self) {
        self.all |= other.all;
        self.texts.extend(other.texts);
        self.files.extend(other.files);
    }

    /// Whether nothing has to be done.
    pub(super) fn is_nothing(&self) -> bool {
        !self.all && self.texts.is_empty() && self.files.is_empty()
    }
}

impl Shared {
    /// Sets the folders; one inside of another one is that one's.
    pub(super) fn set_folders(&mut self, mut folders: Vec<PathBuf>) {
        folders.sort();
        folders.dedup();
        let all = folders.clone();
        folders.retain(|folder| !all.iter().any(|other| other != folder && folder.starts_with(other)));
        self.folders = folders;
        self.due.all = true;
    }

    /// What the editor calls a file.
    pub(super) fn address(&self, path: &Path) -> String {
        let open = self.documents.values().find(|document| document.path == path);
        open.map_or_else(|| super::uri::from_path(path), |document| document.uri.clone())
    }
}

/// Looks at what is shared. What a thread that failed left behind is as good as ever: each change is one assignment.
pub(super) fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
