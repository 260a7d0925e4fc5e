//! The policies of one file, whatever carries them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Frame, Written, read_text};
use crate::model::{Access, Handle, PolicyDocument};
use crate::source::Source;
use crate::surface::{Files, Project, ReadProblem, SurfaceSettings, all, normalize};
use crate::syntax::shell::EmbeddedText;

/// How much of a file surfaces are shown to tell its kind.
const BEGINNING: usize = 256;

/// The documents of a file, in the order of the file.
#[must_use]
pub fn documents(path: &Path, source: &Arc<Source>) -> Vec<PolicyDocument> {
    let mut documents = access(path, source).documents;
    documents.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
    documents
}

/// The document that a file is which somebody names as one: then it is one, whatever is wrong with it. Nothing for a text
/// that does not even begin as JSON does.
#[must_use]
pub fn named(path: &Path, source: &Arc<Source>) -> Option<PolicyDocument> {
    if !source.text().trim_start().starts_with(['{', '[']) {
        return None;
    }
    let subject = super::plain::subject_of(path);
    let text = EmbeddedText::verbatim(source.text(), 0);
    let handles = vec![Handle::Name(subject.clone())];
    read_text(Written { source, text: &text }, Frame { subject, handles, expected: true, ..Frame::default() })
}

/// All that a file says of access. Other files are not looked at.
#[must_use]
pub fn access(path: &Path, source: &Arc<Source>) -> Access {
    let path = normalize(path);
    let file = OneFile { path: &path, source };
    let bytes = source.text().as_bytes();
    let beginning = bytes.get(..BEGINNING).unwrap_or(bytes);
    let hits = [path.clone()];
    let settings = SurfaceSettings::default();
    let project = Project { apis: &[], files: &file, hits: &hits, support: &[], settings: &settings };
    let mut access = Access::default();
    for surface in all().iter().filter(|surface| !surface.policy_needles().is_empty()) {
        if surface.claims(&path, beginning) {
            access.merge(surface.extract(&project).access);
        }
    }
    access
}

/// A tree of one file.
struct OneFile<'a> {
    path: &'a Path,
    source: &'a Arc<Source>,
}

impl Files for OneFile<'_> {
    fn read(&self, path: &Path) -> Result<Arc<Source>, ReadProblem> {
        if normalize(path) == self.path { Ok(Arc::clone(self.source)) } else { Err(ReadProblem::Missing) }
    }

    fn list(&self, folder: &Path) -> Vec<PathBuf> {
        let parent = self.path.parent().map(normalize);
        if parent == Some(normalize(folder)) { vec![self.path.to_owned()] } else { Vec::new() }
    }

    fn holds(&self, path: &Path) -> bool {
        normalize(path) == self.path
    }
}
