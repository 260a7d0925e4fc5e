//! Files as they would be: some texts in memory, the others as they are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Changed, apply, file_of};
use crate::finding::Edit;
use crate::source::Source;
use crate::surface::{Files, ReadProblem, normalize};

/// Changed texts over the files of a run.
#[derive(Clone)]
pub(super) struct Overlay<'a> {
    files: &'a dyn Files,
    /// What was read, and what stands there now.
    changed: BTreeMap<PathBuf, (Arc<Source>, Arc<Source>)>,
}

impl<'a> Overlay<'a> {
    /// The files as they are.
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Self { files, changed: BTreeMap::new() }
    }

    /// The texts after these edits, one a file. What the edits stand in has been asked for before.
    pub(super) fn edited<'e>(&self, edits: impl Iterator<Item = &'e Edit>) -> Vec<Changed> {
        let mut by_file: BTreeMap<PathBuf, Vec<&Edit>> = BTreeMap::new();
        for edit in edits {
            if let Some(path) = file_of(&edit.place.source, self) {
                by_file.entry(path).or_default().push(edit);
            }
        }
        let changed = by_file.into_iter().filter_map(|(path, edits)| {
            let before = Arc::clone(&edits.first()?.place.source);
            let text = apply::edited(before.text(), edits);
            let after = Arc::new(apply::with_text(&before, text));
            Some(Changed { path, before, after })
        });
        changed.collect()
    }

    /// Puts texts over the files.
    pub(super) fn keep(&mut self, texts: Vec<Changed>) {
        for Changed { path, before, after } in texts {
            let read = self.changed.get(&path).map_or(before, |(read, _)| Arc::clone(read));
            self.changed.insert(path, (read, after));
        }
    }

    /// The changed texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&PathBuf, &Arc<Source>)> {
        self.changed.iter().map(|(path, (_, now))| (path, now))
    }

    /// The files that are not what they were.
    pub(super) fn into_changed(self) -> Vec<Changed> {
        let changed = self.changed.into_iter().filter(|(_, (before, after))| before.text() != after.text());
        changed.map(|(path, (before, after))| Changed { path, before, after }).collect()
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<Arc<Source>, ReadProblem> {
        match self.changed.get(&normalize(path)) {
            Some((_, now)) => Ok(Arc::clone(now)),
            None => self.files.read(path),
        }
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.list(folder)
    }

    fn holds(&self, path: &Path) -> bool {
        self.files.holds(path)
    }
}
