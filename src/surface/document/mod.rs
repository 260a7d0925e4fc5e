//! What the surfaces over YAML and JSON files share.
//!
//! Owns reading such files with an account of what was read, texts with expressions in them, and the way from
//! a mapping of parameters to a call. What the mappings mean is each surface's own.

mod arguments;
mod embedded;
#[cfg(test)]
pub(super) mod tests;
mod text;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Api, Call, Coverage, CoverageStatus, Problem, ProblemKind, naming};
use crate::source::{Place, Source, Span};
use crate::surface::{Extraction, Project};
use crate::syntax::document::{self, Document, Format};
use crate::syntax::yaml::Node;

pub(super) use arguments::{CallSite, Named};
pub(super) use embedded::{document_in, text_in};
pub(super) use text::{Elements, one_of_elements, resolve_text, scalar, through_alias};

/// How many expressions of a file are followed: defaults may name each other any number of times.
const EXPRESSIONS: u32 = 200_000;

/// A file that was read.
#[derive(Debug)]
pub(super) struct File<'p> {
    /// Its path.
    pub(super) path: &'p Path,
    /// Its text.
    pub(super) source: Arc<Source>,
    /// What it holds.
    pub(super) document: Document,
    expressions: Cell<u32>,
    missed: RefCell<Option<String>>,
    passed: Cell<bool>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The calls.
    pub(super) calls: Vec<Call>,
    /// What could not be read in texts that stand in the file.
    pub(super) problems: Vec<Problem>,
}

impl From<Vec<Call>> for Found {
    fn from(calls: Vec<Call>) -> Self {
        Self { calls, problems: Vec::new() }
    }
}

impl<'p> File<'p> {
    /// A file with what it holds.
    pub(super) fn new(path: &'p Path, source: Arc<Source>, document: Document) -> Self {
        Self {
            path,
            source,
            document,
            expressions: Cell::new(EXPRESSIONS),
            missed: RefCell::default(),
            passed: Cell::new(false),
        }
    }

    /// Whether one more expression may be followed.
    pub(super) fn may_follow(&self) -> bool {
        let left = self.expressions.get();
        self.expressions.set(left.saturating_sub(1));
        left > 0
    }

    /// Says that something in the file could not be looked at, in which a call may be.
    pub(super) fn miss(&self, reason: &str) {
        self.missed.borrow_mut().get_or_insert_with(|| reason.to_owned());
    }

    /// Says that the file is nothing of the surface that looks at it.
    pub(super) fn pass(&self) {
        self.passed.set(true);
    }

    /// A place in the file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(&self.source, span)
    }

    /// Where a node stands, as seen from what holds it: an alias, not what it stands for.
    pub(super) fn place_of(&self, node: &Node) -> Place {
        self.place(node.alias.unwrap_or(node.span))
    }

    /// Whether a template language fills in some of a span.
    pub(super) fn has_hole(&self, span: Span) -> bool {
        first_in(&self.document.holes, span).is_some()
    }

    /// A line of a template language within a span: what stands there may be there or not.
    pub(super) fn directive_in(&self, span: Span) -> Option<Span> {
        first_in(&self.document.directives, span)
    }
}

/// The first of some spans, which are in order, that shares a byte with another one.
fn first_in(spans: &[Span], with: Span) -> Option<Span> {
    let first = spans.partition_point(|span| span.end <= with.start);
    spans.get(first).copied().filter(|span| span.start < with.end)
}

/// Whether a file is YAML or JSON, or a template whose text tells.
pub(super) fn is_document(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "yml" | "yaml" | "json" | "template"))
}

/// The spellings of operations that a document may hold, right ones and wrong ones.
pub(super) fn operation_needles(apis: &[Api]) -> Vec<String> {
    let spelled = |api: &Api| {
        let families = ["camel", "kebab", "snake"];
        let others = families.iter().filter_map(|family| naming::spell(&api.action, family)).collect::<Vec<_>>();
        [api.action.clone(), api.action.to_lowercase(), api.action.to_uppercase()].into_iter().chain(others)
    };
    let mut needles: Vec<String> = apis.iter().flat_map(spelled).collect();
    needles.sort();
    needles.dedup();
    needles
}

/// Whether a text holds a word, whatever the letter case (of ASCII).
pub(super) fn holds(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(&first) = word.first() else { return true };
    let begins = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text);
    begins.into_iter().any(|at| text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
}

/// Reads the hit files whose text the surface wants, and asks it for their calls. Files of other surfaces,
/// which hold the same words, are neither read nor complained about.
pub(super) fn extract(
    project: &Project<'_>,
    wants: &(dyn Fn(&str) -> bool + Sync),
    find: &(dyn Fn(&File<'_>) -> Found + Sync),
) -> Extraction {
    let one = |path: &PathBuf| match project.files.read(path) {
        Ok(source) if wants(source.text()) => of_file(path, source, find),
        Ok(_) => Extraction { passed: vec![path.clone()], ..Extraction::default() },
        Err(problem) => {
            let mut none = Extraction::default();
            none.unreadable(path, &problem);
            none
        }
    };
    let all: Vec<Extraction> = project.hits.par_iter().map(one).collect();
    let mut extraction = Extraction::default();
    all.into_iter().for_each(|one| extraction.merge(one));
    extraction
}

fn of_file(path: &Path, source: Arc<Source>, find: &(dyn Fn(&File<'_>) -> Found + Sync)) -> Extraction {
    let document = document::parse(source.text(), format_of(path, source.text()));
    let file = File::new(path, source, document);
    let found = find(&file);
    // What is wrong with it is said by the surface that it is of.
    if file.passed.get() && file.missed.borrow().is_none() {
        return Extraction { passed: vec![path.to_owned()], ..Extraction::default() };
    }
    let shown = file.source.path();
    let mut problems = found.problems;
    let coverage = if let Some((message, span)) = &file.document.error {
        problems.push(Problem {
            kind: ProblemKind::Unparsable,
            place: file.place(*span),
            message: message.clone(),
            help: None,
        });
        let status = if file.document.roots.is_empty() { CoverageStatus::Skipped } else { CoverageStatus::InPart };
        covered(shown, status, message.clone())
    } else if let Some(reason) = problems.first().map(|problem| problem.message.clone()).or(file.missed.take()) {
        covered(shown, CoverageStatus::InPart, reason)
    } else if file.document.holes.is_empty() && file.document.directives.is_empty() {
        covered(shown, CoverageStatus::Judged, String::new())
    } else {
        let reason = "a template language fills in some of it, which is not known";
        covered(shown, CoverageStatus::InPart, reason.to_owned())
    };
    Extraction { calls: found.calls, problems, coverage: vec![coverage], parsed: 1, ..Extraction::default() }
}

fn covered(path: &str, status: CoverageStatus, reason: String) -> Coverage {
    Coverage { path: path.to_owned(), status, reason }
}

/// A `.template` may be either; a brace at its beginning tells, unless it is a hole's.
fn format_of(path: &Path, text: &str) -> Format {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let beginning = text.trim_start();
    let is_json = match ending.as_str() {
        "json" => true,
        "template" => beginning.starts_with('{') && !beginning.starts_with("{{") && !beginning.starts_with("{%"),
        _ => false,
    };
    if is_json { Format::Json } else { Format::Yaml }
}

/// How deep surfaces look for calls: as deep as documents may be nested, and no deeper.
pub(super) fn walk<'n>(node: &'n Node, see: &mut dyn FnMut(&'n Node)) {
    see(node);
    node.items().iter().for_each(|item| walk(item, see));
    for (_, value) in node.entries() {
        walk(value, see);
    }
}
