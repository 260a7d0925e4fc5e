//! Files of Terraform that stand in a document of another kind.
//!
//! The files are read as a folder of their own; every place of what is found there is taken back to the
//! document.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Call, Content, Value};
use crate::source::{Place, Span};
use crate::surface::document::{self, File, Found};
use crate::surface::terraform::Terraform;
use crate::surface::{MemoryFiles, Project, Surface, SurfaceSettings};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

/// Files of Terraform in a document.
pub(super) struct Folder<'a> {
    /// The name and the text of each file.
    pub(super) files: Vec<(&'a str, &'a Rc<Node>)>,
    /// The id of the surface that the calls belong to.
    pub(super) surface: &'static str,
    /// What the variables are set to.
    pub(super) settings: &'a SurfaceSettings,
}

/// What is found in the files of a folder.
pub(super) fn found(file: &File<'_>, folder: &Folder<'_>, project: &Project<'_>) -> Found {
    let mut memory = MemoryFiles::new();
    let mut back = Back { file, surface: folder.surface, origins: BTreeMap::new() };
    let (mut hits, mut support) = (Vec::new(), Vec::new());
    let (needles, support_needles) = (Terraform.needles(project.apis), Terraform.support_needles());
    for (name, text) in &folder.files {
        let Some(content) = text.text() else { continue };
        let source = memory.add(name, content);
        back.origins.insert(source.path().to_owned(), (document::text_in(file, text), text.span));
        let path = PathBuf::from(name);
        let holds = |words: &[String]| words.iter().any(|word| content.contains(word));
        if !Terraform.claims(&path, content.as_bytes()) {
            continue;
        }
        if holds(&needles) {
            hits.push(path);
        } else if holds(&support_needles) {
            support.push(path);
        }
    }
    if hits.is_empty() {
        return Found::default();
    }
    hits.sort();
    support.sort();
    let inner =
        Project { apis: project.apis, files: &memory, hits: &hits, support: &support, settings: folder.settings };
    let mut extraction = Terraform.extract(&inner);
    extraction.calls.iter_mut().for_each(|call| back.call(call));
    extraction.problems.iter_mut().for_each(|problem| back.place(&mut problem.place));
    Found { calls: extraction.calls, problems: extraction.problems }
}

/// The way back from the files to the document.
struct Back<'a> {
    file: &'a File<'a>,
    surface: &'static str,
    origins: BTreeMap<String, (Option<EmbeddedText>, Span)>,
}

impl Back<'_> {
    fn place(&self, place: &mut Place) {
        let Some((text, whole)) = self.origins.get(place.source.path()) else { return };
        let span = match text {
            Some(text) => text.span(place.span.start as usize, place.span.end as usize),
            None => *whole,
        };
        *place = Place { source: Arc::clone(&self.file.source), span };
    }

    fn value(&self, value: &mut Value) {
        for alternative in value.alternatives_mut() {
            alternative.steps.iter_mut().for_each(|step| self.place(&mut step.place));
            if let Content::Unknown(unknown) = &mut alternative.content
                && let Some(place) = &mut unknown.place
            {
                self.place(place);
            }
        }
    }

    fn call(&self, call: &mut Call) {
        call.surface = self.surface;
        // New lines would need the indentation of the document.
        call.insert = None;
        let is_verbatim = self.origins.get(call.place.source.path()).is_some_and(|(text, _)| text.is_some());
        self.place(&mut call.place);
        self.place(&mut call.head);
        for argument in &mut call.arguments {
            argument.removal = None;
            if !is_verbatim {
                argument.literal = None;
            }
            self.place(&mut argument.name);
            self.place(&mut argument.place);
            self.value(&mut argument.value);
        }
        call.unknown_names.iter_mut().for_each(|name| self.place(&mut name.place));
        call.facts.iter_mut().for_each(|fact| self.value(&mut fact.value));
    }
}
