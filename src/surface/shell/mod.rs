//! Shell scripts that run the aliyun command line tool.
//!
//! Owns the way from a script to the calls in it: which files are scripts, what their variables hold where a
//! command stands, which commands run other commands. Takes files and, for other surfaces, scripts that
//! stand in their files. What the words of a command mean to the tool is `aliyun_cli`'s. Nothing is run.

mod assign;
mod branch;
mod commands;
mod condition;
mod crontab;
mod doubt;
mod embedded;
mod env;
mod expand;
mod files;
mod interpreted;
mod jobs;
mod loops;
mod merge;
mod policies;
mod programs;
mod requests;
mod rounds;
mod run;
mod shape;
mod value;
mod wrapped;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use crate::model::{Access, Api, Argument, Call, Coverage, CoverageStatus, Problem, ProblemKind, Runs, Value};
use crate::source::{Place, Source, Span};
use crate::surface::policy::{self, script_needles};
use crate::surface::{Extraction, Files, Lead, Project, ReadProblem, Surface, hidden, normalize};
use crate::syntax::shell::{self, EmbeddedText, Script};

use env::{Binding, Environment};
use run::Runner;

/// Endings of names of scripts.
const ENDINGS: &[&str] = &["sh", "bash", "bats", "ksh", "zsh"];

/// Interpreters that a first line may name.
const INTERPRETERS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh", "bats"];

/// How many files of a folder are looked at for scripts that use one with a call.
const USERS: usize = 200;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub struct Shell;

impl Surface for Shell {
    fn id(&self) -> &'static str {
        "shell"
    }

    fn title(&self) -> &'static str {
        "shell scripts"
    }

    fn claims(&self, path: &Path, beginning: &[u8]) -> bool {
        is_script(path, beginning)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let mut needles: Vec<String> = apis.iter().flat_map(Api::call_words).collect();
        needles.sort();
        needles.dedup();
        needles
    }

    fn policy_needles(&self) -> Vec<String> {
        script_needles()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let mut extraction = Extraction::default();
        let mut roots = Vec::new();
        let read = |path: &PathBuf| {
            let source = project.files.read(path)?;
            let found = extract_file(project, self.id(), path, &source);
            Ok((source.path().to_owned(), found))
        };
        let hits: Vec<Result<_, ReadProblem>> = project.hits.par_iter().map(read).collect();
        let users: Vec<Result<_, ReadProblem>> = users(project).par_iter().map(read).collect();
        for (path, found) in project.hits.iter().zip(hits) {
            match found {
                Ok((root, found)) => {
                    extraction.parsed += 1;
                    roots.push((root, found.calls));
                    extraction.problems.extend(found.problems);
                    extraction.coverage.extend(found.coverage);
                    extraction.leads.extend(found.leads);
                    extraction.access.merge(found.access);
                }
                Err(problem) => extraction.unreadable(path, &problem),
            }
        }
        for (root, found) in users.into_iter().flatten() {
            extraction.parsed += 1;
            extraction.leads.extend(found.leads);
            roots.push((root, found.calls));
        }
        policy::distinct(&mut extraction.access);
        extraction.calls = join_roots(roots);
        extraction
    }
}

/// Scripts without a call of their own that name a script with one: they source it or run it, and know more.
/// Looked for in the folders of the calls and in the folders around those.
fn users(project: &Project<'_>) -> Vec<PathBuf> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for hit in project.hits {
        let folder = hit.parent().map(normalize).unwrap_or_default();
        let around = normalize(&folder.join(".."));
        if !around.starts_with("..") {
            folders.insert(around);
        }
        folders.insert(folder);
        names.extend(hit.file_name().map(|name| name.to_string_lossy().into_owned()));
    }
    let Ok(names) = AhoCorasick::new(&names) else { return Vec::new() };
    let mut found = Vec::new();
    for folder in folders {
        for path in project.files.list(&folder).into_iter().take(USERS) {
            let by_name = path.extension().is_some_and(|_| is_script(&path, b""));
            if !by_name || project.hits.binary_search(&path).is_ok() {
                continue;
            }
            let Ok(source) = project.files.read(&path) else { continue };
            if names.is_match(source.text()) {
                found.push(path);
            }
        }
    }
    found
}

/// Whether a file is a script, by its name or by its first line.
pub(super) fn is_script(path: &Path, beginning: &[u8]) -> bool {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some(ending) => ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(ending)),
        None => names_interpreter(beginning),
    }
}

fn names_interpreter(beginning: &[u8]) -> bool {
    let line = beginning.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some(line) = line.strip_prefix(b"#!") else { return false };
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace().filter(|word| !word.starts_with('-'));
    let program = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let first = words.next().map(program).unwrap_or_default();
    let name = if first == "env" { words.next().map(program).unwrap_or_default() } else { first };
    INTERPRETERS.contains(&name.as_str())
}

/// One call for each place. What a script is given by another one says more than the script by itself: of
/// the calls at one place, by the scripts that lead there, those with the most known values are kept.
pub(super) fn join_roots(roots: Vec<(String, Vec<Call>)>) -> Vec<Call> {
    let mut places: BTreeMap<(String, u32), Vec<(usize, Call)>> = BTreeMap::new();
    for (root, calls) in roots {
        for call in calls {
            let known = |argument: &&Argument| !Runner::is_unknown(&argument.value);
            let given = usize::from(call.head.source.path() != root);
            let weight = 2 * call.arguments.iter().filter(known).count() + given;
            places.entry(merge::identity(&call)).or_default().push((weight, call));
        }
    }
    let mut kept = Vec::new();
    for calls in places.into_values() {
        let most = calls.iter().map(|(weight, _)| *weight).max().unwrap_or(0);
        kept.extend(calls.into_iter().filter(|(weight, _)| *weight == most).map(|(_, call)| call));
    }
    merge::merge_roots(kept)
}

fn extract_file(project: &Project<'_>, surface: &'static str, path: &Path, source: &Arc<Source>) -> Extraction {
    let script = shell::parse(source.text());
    let folder = path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let mut runner = Runner::new(
        run::Project { apis: project.apis, files: project.files, surface, is_script },
        source,
        folder,
        Environment::new(Runner::script_arguments()),
        Runs { program: source.path().to_owned(), ..Runs::default() },
    );
    runner.sourcing.push(normalize(path));
    runner.root(&script);
    let Walked { calls, leads, access, missed } = runner.walked();
    let (problem, mut coverage) = assess(project.apis, source, &script, &calls, runner.exhausted());
    if let Some(reason) = missed.filter(|_| coverage.status == CoverageStatus::Judged) {
        coverage = Coverage { status: CoverageStatus::InPart, reason, ..coverage };
    }
    Extraction {
        calls,
        problems: problem.into_iter().collect(),
        coverage: vec![coverage],
        parsed: 1,
        leads,
        access,
        ..Extraction::default()
    }
}

/// What became of a script: broken text is a problem only where a call may stand in it.
fn assess(
    apis: &[Api],
    source: &Arc<Source>,
    script: &Script,
    calls: &[Call],
    exhausted: bool,
) -> (Option<Problem>, Coverage) {
    let coverage =
        |status, reason: &str| Coverage { path: source.path().to_owned(), status, reason: reason.to_owned() };
    if cfg!(not(feature = "code")) {
        return (None, coverage(CoverageStatus::Skipped, "built without the feature `code`"));
    }
    if !script.complete && script.statements.is_empty() {
        let problem = Problem {
            kind: ProblemKind::Unparsable,
            place: Place::new(source, Span::default()),
            message: "the script cannot be read".to_owned(),
            help: None,
        };
        return (Some(problem), coverage(CoverageStatus::InPart, "the script cannot be read"));
    }
    if let Some(error) = hidden::call(apis, source, &script.errors, calls, &["#"]) {
        let problem = Problem {
            kind: ProblemKind::Unparsable,
            place: Place::new(source, error),
            message: "this part of the script breaks the grammar of the shell, and may hold a call".to_owned(),
            help: None,
        };
        return (Some(problem), coverage(CoverageStatus::InPart, "part of it breaks the grammar of the shell"));
    }
    if exhausted || !script.complete {
        return (None, coverage(CoverageStatus::InPart, "following it takes too much work"));
    }
    if script.errors.is_empty() {
        (None, coverage(CoverageStatus::Judged, ""))
    } else {
        let line = script.errors.first().map_or(1, |error| source.position(error.start).line);
        (None, coverage(CoverageStatus::InPart, &format!("line {line} breaks the grammar of the shell")))
    }
}

/// A script that stands in a file of another kind.
pub struct EmbeddedScript<'a> {
    /// The file.
    pub source: &'a Arc<Source>,
    /// The script with its places in the file.
    pub text: &'a EmbeddedText,
    /// The folder that its relative paths start from.
    pub folder: &'a str,
    /// Variables that are set before it runs.
    pub variables: &'a [(String, Value)],
    /// The id of the surface that the calls belong to.
    pub surface: &'static str,
}

/// What a walk through a script gives.
#[derive(Debug, Default)]
pub struct Walked {
    /// The calls.
    pub calls: Vec<Call>,
    /// The programs that the script runs and that are no scripts.
    pub leads: Vec<Lead>,
    /// What it says about access.
    pub access: Access,
    /// Why something in it was not followed, other than for the shell's own sake.
    pub missed: Option<String>,
}

/// The calls of a script that stands in a file of another kind.
#[must_use]
pub fn calls_of(script: &EmbeddedScript<'_>, apis: &[Api], files: &dyn Files) -> Vec<Call> {
    let around = Runs { program: script.source.path().to_owned(), ..Runs::default() };
    walk(script, &around, apis, files).calls
}

/// Walks a script that stands in a file of another kind. `around` says which program it is a part of, what starts
/// it, and which loops and lanes it is in.
#[must_use]
pub fn walk(script: &EmbeddedScript<'_>, around: &Runs, apis: &[Api], files: &dyn Files) -> Walked {
    walk_tree(&shell::parse_embedded(script.text), script, around, apis, files)
}

/// Walks a script that was read already; it may be written in another language with the same tree.
pub(super) fn walk_tree(
    tree: &Script,
    script: &EmbeddedScript<'_>,
    around: &Runs,
    apis: &[Api],
    files: &dyn Files,
) -> Walked {
    let mut environment = Environment::new(Runner::script_arguments());
    for (name, value) in script.variables {
        environment.set(name, Binding::Scalar(value.clone()));
        environment.export([std::rc::Rc::from(name.as_str())]);
    }
    let project = run::Project { apis, files, surface: script.surface, is_script };
    let mut runner = Runner::new(project, script.source, script.folder.to_owned(), environment, around.clone());
    let end = script.text.span(0, script.text.text().len()).end;
    runner.within = Some((Arc::clone(script.source), end));
    runner.root(tree);
    runner.walked()
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
