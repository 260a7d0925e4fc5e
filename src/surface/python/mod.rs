//! Python programs that make the call through an SDK, over HTTP, or by running the command line tool.
//!
//! Owns what is Python's own: its files and modules, its library as far as constants pass through it, and how
//! a request becomes a call. The walk through a program is `code`'s, the tree `syntax::code`'s, names of the
//! service are the matrix's. Nothing is run and nothing is judged.

mod arguments;
mod bindings;
mod command;
mod facts;
mod library;
mod modules;
mod requests;
mod sends;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Api, Call, Coverage, CoverageStatus, Problem, ProblemKind};
use crate::source::{Place, Source, Span};
use crate::surface::code::Machine;
use crate::surface::{self, Extraction, Project, ReadProblem, Surface};
use crate::syntax::code;

use bindings::Bindings;
use library::Library;

/// Endings of names of programs.
const ENDINGS: &[&str] = &["py", "pyw"];

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Python;

impl Surface for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn title(&self) -> &'static str {
        "Python"
    }

    fn claims(&self, path: &Path, beginning: &[u8]) -> bool {
        is_program(path, beginning)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let mut needles: BTreeSet<String> = apis.iter().flat_map(Api::action_spellings).collect();
        let bindings = Bindings::of(apis);
        let specs = bindings.all.iter().flat_map(|binding| binding.requests.iter().chain(&binding.resources));
        needles.extend(specs.map(|spec| spec.class.clone()));
        needles.into_iter().collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        if !speaks_of_the_vendor(project) {
            // Other vendors have operations of the same name; following their programs would cost much and find nothing.
            let judged = |path: &PathBuf| Coverage {
                path: surface::display(path),
                status: CoverageStatus::Judged,
                reason: String::new(),
            };
            return Extraction { coverage: project.hits.iter().map(judged).collect(), ..Extraction::default() };
        }
        let bindings = Bindings::of(project.apis);
        let read = |path: &PathBuf| -> Result<(Arc<Source>, Walked), ReadProblem> {
            let source = project.files.read(path)?;
            let walked = walk(project, &bindings, self.id(), path, &source);
            Ok((source, walked))
        };
        let hits: Vec<_> = project.hits.par_iter().map(read).collect();
        let users = modules::users(project);
        let users: Vec<_> = users.par_iter().map(read).collect();
        let mut extraction = Extraction::default();
        let mut calls = Vec::new();
        for (path, found) in project.hits.iter().zip(hits) {
            match found {
                Ok((source, walked)) => {
                    extraction.parsed += 1;
                    let (problem, coverage) = assess(project.apis, &source, &walked);
                    extraction.problems.extend(problem);
                    extraction.coverage.push(coverage);
                    calls.push((source.path().to_owned(), walked.calls));
                }
                Err(problem) => extraction.unreadable(path, &problem),
            }
        }
        for (source, walked) in users.into_iter().flatten() {
            extraction.parsed += 1;
            calls.push((source.path().to_owned(), walked.calls));
        }
        extraction.calls = modules::join(calls);
        extraction
    }
}

/// Whether any of the files that name the operation, or of those beside them and above them that a wrapper may
/// stand in, holds a word of its vendor. One that cannot be read may.
fn speaks_of_the_vendor(project: &Project<'_>) -> bool {
    let Some(words) = surface::evidence(project.apis) else { return true };
    let speaks = |path: &PathBuf| project.files.read(path).map_or(true, |source| words.is_match(source.text()));
    if project.hits.par_iter().any(speaks) {
        return true;
    }
    let folders: BTreeSet<&Path> = project.hits.iter().flat_map(|path| path.ancestors().skip(1).take(2)).collect();
    let beside = folders.into_iter().flat_map(|folder| project.files.list(folder));
    let beside: Vec<PathBuf> = beside.filter(|path| Python.claims(path, &[])).collect();
    beside.par_iter().any(speaks)
}

/// What became of a file.
struct Walked {
    calls: Vec<Call>,
    errors: Vec<Span>,
    complete: bool,
    generated: bool,
}

fn walk(
    project: &Project<'_>,
    bindings: &Bindings,
    surface: &'static str,
    path: &Path,
    source: &Arc<Source>,
) -> Walked {
    if modules::is_generated(source.text()) {
        return Walked { calls: Vec::new(), errors: Vec::new(), complete: true, generated: true };
    }
    let module = code::python(source.text());
    let library = Library { bindings };
    let mut machine = Machine::new(&library, project.apis, project.files, surface, source);
    machine.file(path, &module);
    let complete = module.complete && !machine.exhausted();
    Walked { calls: machine.into_calls(), errors: module.errors, complete, generated: false }
}

/// Whether a file is a program, by its name or by its first line.
fn is_program(path: &Path, beginning: &[u8]) -> bool {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) => ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(ending)),
        None => {
            let line = beginning.split(|b| *b == b'\n').next().unwrap_or_default();
            line.starts_with(b"#!") && memchr::memmem::find(line, b"python").is_some()
        }
    }
}

/// What became of a file: broken text is a problem only where a call may stand in it.
fn assess(apis: &[Api], source: &Arc<Source>, walked: &Walked) -> (Option<Problem>, Coverage) {
    let coverage =
        |status, reason: &str| Coverage { path: source.path().to_owned(), status, reason: reason.to_owned() };
    if cfg!(not(feature = "code")) {
        return (None, coverage(CoverageStatus::Skipped, "built without the feature `code`"));
    }
    if walked.generated {
        return (None, coverage(CoverageStatus::Judged, "generated sources of an SDK hold no call"));
    }
    if let Some(error) = hidden_call(apis, source, walked) {
        let problem = Problem {
            kind: ProblemKind::Unparsable,
            place: Place::new(source, error),
            message: "this part breaks the grammar of Python, and may hold a call".to_owned(),
            help: None,
        };
        return (Some(problem), coverage(CoverageStatus::InPart, "part of it breaks the grammar of Python"));
    }
    if !walked.complete {
        return (None, coverage(CoverageStatus::InPart, "following it takes too much work"));
    }
    if walked.errors.is_empty() {
        (None, coverage(CoverageStatus::Judged, ""))
    } else {
        (None, coverage(CoverageStatus::InPart, "part of it breaks the grammar of Python"))
    }
}

/// A broken part that names an operation where no call was found.
fn hidden_call(apis: &[Api], source: &Arc<Source>, walked: &Walked) -> Option<Span> {
    let text = source.text();
    walked.errors.iter().copied().find(|error| {
        let start = text.get(..error.start as usize).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(error.end as usize..).unwrap_or_default();
        let end = error.end as usize + rest.find('\n').unwrap_or(rest.len());
        let lines = text.get(start..end).unwrap_or_default();
        let seen = |at: usize| {
            walked.calls.iter().any(|c| c.place.source.path() == source.path() && c.place.span.range().contains(&at))
        };
        apis.iter()
            .flat_map(Api::action_spellings)
            .any(|needle| lines.match_indices(&needle).any(|(at, _)| !seen(start + at)))
    })
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
