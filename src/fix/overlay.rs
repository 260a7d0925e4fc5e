//! Files as they would be: some texts in memory, the others as they are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Changed, apply, file_of};
use crate::check::{Run, Sieve};
use crate::finding::Edit;
use crate::source::Source;
use crate::surface::{Files, ReadProblem, normalize};

/// Changed texts over the files of a run.
#[derive(Clone)]
pub struct Overlay<'a> {
    files: &'a dyn Files,
    /// What was read, and what stands there now.
    changed: BTreeMap<PathBuf, (Arc<Source>, Arc<Source>)>,
}

impl<'a> Overlay<'a> {
    /// The files as they are.
    #[must_use]
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, changed: BTreeMap::new() }
    }

    /// Puts a text over a file that need not be there, as somebody has it open.
    pub fn open(&mut self, path: &Path, text: Arc<Source>) {
        self.changed.insert(normalize(path), (Arc::clone(&text), text));
    }

    /// A run over the files as they would be: a changed file may hold words that it did not hold before.
    #[must_use]
    pub fn run<'o>(&'o self, run: Run<'_>, sieve: &Sieve) -> Run<'o> {
        let Run { files: _, mut found, coverage, problems, files_seen, files_searched } = run;
        found.retain(|file| !self.changed.contains_key(&normalize(&file.path)));
        let looked = self.texts().filter_map(|(path, source)| sieve.look_for_help(path, source.text().as_bytes()));
        found.extend(looked);
        Run { files: self, found, coverage, problems, files_seen, files_searched }
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
    pub fn texts(&self) -> impl Iterator<Item = (&PathBuf, &Arc<Source>)> {
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
        let mut files = self.files.list(folder);
        let folder = normalize(folder);
        let inside = |path: &&PathBuf| path.parent().is_some_and(|parent| normalize(parent) == folder);
        files.extend(self.changed.keys().filter(inside).cloned());
        files.sort();
        files.dedup();
        files
    }

    fn folders(&self, folder: &Path) -> Vec<PathBuf> {
        self.files.folders(folder)
    }

    fn holds(&self, path: &Path) -> bool {
        self.files.holds(path)
    }
}
