//! Programs that make the call through an SDK, over HTTP, or by running the command line tool: what is the same in
//! every language.
//!
//! Owns the way from a program's file to its calls: which files are read and followed, what a request, a map, a URL
//! or a command that leaves the program says of a call, and what became of each file. The walk through a program is
//! `code`'s, the tree `syntax::code`'s, names of the service are the matrix's. Nothing is run and nothing is judged.
//!
//! A language brings
//!
//! 1. a lowering of its grammar, `syntax::code::<language>(text) -> Module`. Methods have the object that they are
//!    called on as their first parameter (`this`, `self`), static ones a decorator that is the name `staticmethod`;
//!    fields of a class are assignments in its body; `new X(a)`, `X{a: 1}` and `X(a=1)` are calls, of which named
//!    arguments set fields; imports give names with dots, the module as it is written;
//! 2. a `Language` for `code::Machine`: what its own library does with constants (texts, lists, maps, the
//!    environment), where a module's file is, what a constructor is called. What it does not know itself it asks of
//!    [`Outside::call`] and [`Outside::method`], and it ends with [`Outside::finish`];
//! 3. a [`Descriptor`], given by [`Programs`], which makes it a surface; and a line in `surface::all`;
//! 4. a block under its id in the `bindings` of the matrix, of the form of [`bindings::Binding`]; what all languages
//!    share stands under `sdk`. Spellings of parameters are families of `model::naming`, or stand in the matrix.

pub(super) mod bindings;
pub(super) mod collections;
mod command;
mod coverage;
mod draft;
mod embedded;
mod facts;
mod files;
mod given;
pub(super) mod objects;
mod outside;
mod regions;
mod requests;
mod sends;
mod url;
mod wrappers;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Api, Call, Coverage, CoverageStatus, Wrapper};
use crate::source::{Source, Span};
use crate::surface::code::Machine;
use crate::surface::code::machine::Language;
use crate::surface::{self, Extraction, Files, Project, ReadProblem, Surface, companions};
use crate::syntax::code::Module;

pub(super) use command::{Words, split};
pub(super) use embedded::EmbeddedProgram;
pub(super) use files::is_generated;
pub(super) use given::{Given, Literals, Piece, filled};
pub(super) use outside::Outside;
pub(super) use url::decode;

use bindings::Bindings;

/// Files that may use another one, found by its path.
type Callers = fn(&Path, &dyn Files) -> Vec<PathBuf>;

/// What is particular to a language, apart from its library.
pub(super) struct Descriptor {
    /// The id of the surface, and of the bindings.
    pub(super) id: &'static str,
    /// What people call the language.
    pub(super) title: &'static str,
    /// Endings of the names of programs; the first one is that of a module which another one names.
    pub(super) endings: &'static [&'static str],
    /// The word in the first line of a program whose name has no ending.
    pub(super) interpreter: Option<&'static str>,
    /// What lines begin with that are comments, or texts at the beginning of a file.
    pub(super) comments: &'static [&'static str],
    /// Words that lines hold which make another module known.
    pub(super) imports: &'static [&'static str],
    /// The name of a file that stands for its folder when it is imported.
    pub(super) index: Option<&'static str>,
    /// Files that may use one with a call, where they stand neither beside it nor above it.
    pub(super) callers: Option<Callers>,
    /// Modules whose functions neither send nor change what they are given.
    pub(super) harmless: &'static [&'static str],
    /// Functions and methods anywhere that do neither, such as those of loggers.
    pub(super) quiet: &'static [&'static str],
    /// Functions and classes that run a command, and where its words are.
    pub(super) runners: &'static [(&'static str, Words)],
    /// Reads a file.
    pub(super) read: fn(&str) -> Module,
    /// What the machine asks of the language.
    pub(super) library: for<'a> fn(Outside<'a>) -> Box<dyn Language + 'a>,
}

/// A language whose programs are a surface.
pub(super) trait Programs: Sync {
    /// What is particular to it.
    fn descriptor(&self) -> &'static Descriptor;
}

impl<L: Programs> Surface for L {
    fn id(&self) -> &'static str {
        self.descriptor().id
    }

    fn title(&self) -> &'static str {
        self.descriptor().title
    }

    fn claims(&self, path: &Path, beginning: &[u8]) -> bool {
        self.descriptor().is_program(path, beginning)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let mut needles: BTreeSet<String> = apis.iter().flat_map(Api::call_words).collect();
        let bindings = Bindings::of(apis, self.descriptor().id);
        let specs = bindings.all.iter().flat_map(|binding| binding.requests.iter().chain(&binding.resources));
        needles.extend(specs.map(|spec| spec.class.clone()));
        needles.into_iter().collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        extract(self.descriptor(), project)
    }
}

impl Descriptor {
    /// Whether a file is a program, by its name or by its first line.
    fn is_program(&self, path: &Path, beginning: &[u8]) -> bool {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ending) => self.endings.iter().any(|e| e.eq_ignore_ascii_case(ending)),
            None => {
                let line = beginning.split(|b| *b == b'\n').next().unwrap_or_default();
                let names = |word: &str| memchr::memmem::find(line, word.as_bytes()).is_some();
                line.starts_with(b"#!") && self.interpreter.is_some_and(names)
            }
        }
    }
}

/// Follows every file with a word of the operation, and those that use one.
fn extract(language: &'static Descriptor, project: &Project<'_>) -> Extraction {
    if !speaks_of_the_vendor(language, project) {
        // Other vendors have operations of the same name; following their programs would cost much and find nothing.
        let judged = |path: &PathBuf| Coverage {
            path: surface::display(path),
            status: CoverageStatus::Judged,
            reason: String::new(),
        };
        return Extraction { coverage: project.hits.iter().map(judged).collect(), ..Extraction::default() };
    }
    let bindings = Bindings::of(project.apis, language.id);
    let read = |path: &PathBuf| -> Result<(Arc<Source>, Walked), ReadProblem> {
        let source = project.files.read(path)?;
        let walked = walk(language, (project.apis, project.files), &bindings, path, &source, None);
        Ok((source, walked))
    };
    let hits: Vec<_> = project.hits.par_iter().map(read).collect();
    let users = files::users(language, project);
    let users: Vec<_> = users.par_iter().map(read).collect();
    let mut extraction = Extraction::default();
    let mut calls = Vec::new();
    for (path, found) in project.hits.iter().zip(hits) {
        match found {
            Ok((source, walked)) => {
                extraction.parsed += 1;
                let (problem, coverage) = coverage::assess(language, project.apis, &source, &walked);
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
    extraction.calls = files::join(calls);
    let sources = companions::sources(&extraction.calls);
    extraction.access.companions = sources.iter().flat_map(companions::of_program).collect();
    extraction
}

/// Whether any of the files that name the operation, or of those beside them and above them that a wrapper may
/// stand in, holds a word of its vendor. One that cannot be read may.
fn speaks_of_the_vendor(language: &Descriptor, project: &Project<'_>) -> bool {
    let Some(words) = surface::evidence(project.apis) else { return true };
    let own: Vec<&str> = project.apis.iter().flat_map(|api| &api.wrappers).map(Wrapper::word).collect();
    let names = |text: &str| words.is_match(text) || own.iter().any(|word| text.contains(word));
    let speaks = |path: &PathBuf| project.files.read(path).map_or(true, |source| names(source.text()));
    if project.hits.par_iter().any(speaks) {
        return true;
    }
    let folders: BTreeSet<&Path> = project.hits.iter().flat_map(|path| path.ancestors().skip(1).take(2)).collect();
    let beside = folders.into_iter().flat_map(|folder| project.files.list(folder));
    let beside: Vec<PathBuf> = beside.filter(|path| language.is_program(path, &[])).collect();
    beside.par_iter().any(speaks)
}

/// What became of a file.
struct Walked {
    calls: Vec<Call>,
    errors: Vec<Span>,
    complete: bool,
    /// Why it was not followed, and what that means.
    left: Option<(CoverageStatus, &'static str)>,
}

fn walk(
    language: &'static Descriptor,
    (apis, files): (&[Api], &dyn Files),
    bindings: &Bindings,
    path: &Path,
    source: &Arc<Source>,
    given: Option<&Given>,
) -> Walked {
    if let Some(left) = files::left(path, source.text(), language.comments) {
        return Walked { calls: Vec::new(), errors: Vec::new(), complete: true, left: Some(left) };
    }
    let module = (language.read)(source.text());
    let library = (language.library)(Outside { bindings, language });
    let mut machine = Machine::new(&*library, apis, files, language.id, source);
    if let Some(given) = given {
        machine.give(given.names.iter().map(|named| (named.name.as_str(), &named.value)));
        machine.surroundings(&given.environment, &given.arguments);
    }
    machine.file(path, &module);
    let complete = module.complete && !machine.exhausted();
    let mut calls = machine.into_calls();
    regions::fill(&module, apis, &mut calls);
    Walked { calls, errors: module.errors, complete, left: None }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
