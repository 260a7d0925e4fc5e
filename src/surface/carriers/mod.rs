//! Files of other kinds that carry shell text: makefiles, pipelines, schedules, images, documents.
//!
//! Owns what all of them have in common: reading a file, handing its scripts to the shell with the places
//! that they have in the file, and putting in what the carrier itself replaces in a script before the shell
//! sees it. Each kind of carrier is a surface of its own, in a file beside this one. Nothing is run.

mod azure;
mod carrier;
mod circleci;
mod cloud_init;
mod compose;
mod crontab;
mod dockerfile;
mod github;
mod gitlab;
mod given;
mod jenkins;
mod kubernetes;
mod lanes;
mod languages;
mod makefile;
mod markdown;
mod notebook;
mod other_pipelines;
mod package_json;
mod pipelines;
mod procfile;
mod serverless;
mod systemd;
mod windows;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::{Access, Api, Call, Coverage, CoverageStatus, Problem, ProblemKind, Runs, Step, Value};
use crate::source::{Place, Source, Span};
use crate::surface::holes::{Holes, Replacement, end_of};
use crate::surface::policy;
use crate::surface::shell::{self, EmbeddedScript, Shell};
use crate::surface::{Extraction, Lead, Project, ReadProblem, Started, Surface, part_of};
use crate::syntax::shell::EmbeddedText;

pub(super) use azure::AZURE;
pub(super) use circleci::CIRCLECI;
pub(super) use cloud_init::CloudInit;
pub(super) use compose::COMPOSE;
pub(super) use crontab::Crontab;
pub(super) use dockerfile::Dockerfile;
pub(super) use github::GithubActions;
pub(super) use gitlab::GitlabCi;
pub(super) use given::program;
pub(super) use jenkins::JENKINS;
pub(super) use kubernetes::Kubernetes;
pub(super) use makefile::Makefile;
pub(super) use markdown::Markdown;
pub(super) use notebook::NOTEBOOK;
pub(super) use other_pipelines::OTHER_PIPELINES;
pub(super) use package_json::PACKAGE_JSON;
pub(super) use procfile::PROCFILE;
pub(super) use serverless::Serverless;
pub(super) use systemd::SYSTEMD;
pub(super) use windows::{BATCH, POWERSHELL};

pub(super) use languages::Language;

/// What a file that runs a script of the repository holds.
const SCRIPT: &str = ".sh";

/// What a file holds that runs a script, a program of another language or a target of a makefile.
const LEADS: &[&str] = &[SCRIPT, ".py", "make ", "npm ", "yarn ", "bun run"];

/// How many bytes of scripts and how many values of variables one file may cost, and what a script costs at
/// least.
const WORK: usize = 8 << 20;
const SCRIPT_WORK: usize = 512;
const VARIABLE_WORK: usize = 32;

/// The words of which a carrier with a call holds at least one.
fn needles(apis: &[Api]) -> Vec<String> {
    Shell.needles(apis)
}

/// Those words, as a surface gives them.
fn leads() -> Vec<String> {
    LEADS.iter().map(|word| (*word).to_owned()).collect()
}

/// The file that is being read and what was found in it.
struct Reader<'a> {
    project: &'a Project<'a>,
    surface: &'static str,
    path: &'a Path,
    source: Arc<Source>,
    calls: Vec<(String, Vec<Call>)>,
    problems: Vec<Problem>,
    /// Why some of the file was not looked at.
    in_part: Option<String>,
    needles: Vec<String>,
    work: usize,
    started: Vec<Started>,
    leads: Vec<Lead>,
    access: Access,
    /// Whether the file is none of this kind, though it has the name of one.
    passed: bool,
}

/// A script in a file.
#[derive(Clone, Default)]
struct Script<'a> {
    text: EmbeddedText,
    folder: &'a str,
    variables: &'a [(String, Value)],
    holes: Option<&'a Holes>,
    /// Whether the words stand as items of a list, so that no word can be put in or left out.
    list: bool,
    /// Whether it is an example in a document.
    example: bool,
    /// What it is written in.
    language: Language,
    /// What starts it, which loops and lanes it is in, and which program it is a part of; that of the file when no
    /// name is given.
    runs: Runs,
}

impl Reader<'_> {
    /// Finds the calls of a script.
    fn run(&mut self, script: &Script<'_>) {
        let source = Arc::clone(&self.source);
        self.run_in(script, &source);
    }

    /// Tells what starts a part of a program that runs other programs, and gives its name. The starts are those of
    /// the part alone, so that others of the program do not share them.
    fn part(&mut self, runs: &Runs, name: &str, step: Step) -> String {
        let part = part_of(&runs.program, name);
        self.leads.push(Lead { from: runs.program.clone(), to: part.clone(), step, certain: true, once: false });
        let started = runs.starts.iter().map(|start| Started { program: part.clone(), start: start.clone() });
        self.started.extend(started);
        part
    }

    /// Takes from the budget of the file; false when there is nothing left, which the report then says.
    fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work);
        if self.work == 0 {
            self.in_part.get_or_insert_with(|| "following it takes too much work".to_owned());
        }
        self.work > 0
    }

    /// Says that a script is not looked at, if it holds a word of a call.
    fn skip(&mut self, text: &str, program: &str) {
        if self.holds_needle(text) {
            self.in_part.get_or_insert_with(|| format!("a step runs in `{program}`, whose scripts are not read"));
        }
    }

    /// Whether a script may make a call or run something that does.
    fn is_of_interest(&self, text: &str) -> bool {
        let is_about_access = || policy::script_words().any(|word| text.contains(word.as_str()));
        text.contains('/')
            || is_about_access()
            || LEADS.iter().any(|word| text.contains(word))
            || self.holds_needle(text)
    }

    /// Whether a text holds a word of a call.
    fn holds_needle(&self, text: &str) -> bool {
        self.needles.iter().any(|needle| text.contains(needle.as_str()))
    }

    /// Finds the calls of a script that stands in another file.
    fn run_in(&mut self, script: &Script<'_>, source: &Arc<Source>) {
        let text = script.text.text();
        if !self.is_of_interest(text) {
            return;
        }
        if !self.spend(SCRIPT_WORK + text.len() + VARIABLE_WORK * script.variables.len()) {
            return;
        }
        let mut variables = script.variables.to_vec();
        variables.extend(script.holes.iter().flat_map(|holes| holes.variables.iter().cloned()));
        let embedded = EmbeddedScript {
            source,
            text: &script.text,
            folder: script.folder,
            variables: &variables,
            surface: self.surface,
        };
        let mut runs = script.runs.clone();
        if runs.program.is_empty() {
            self.source.path().clone_into(&mut runs.program);
        }
        let (walked, complete) = script.language.walk(&embedded, &runs, self.project.apis, self.project.files);
        if !complete {
            self.in_part.get_or_insert_with(|| "following it takes too much work".to_owned());
        }
        if let Some(reason) = walked.missed {
            self.in_part.get_or_insert(reason);
        }
        if let Some(first) = walked.leads.first() {
            let from = self.part(&runs, &format!("script {}", self.leads.len()), first.step.clone());
            self.leads.extend(walked.leads.into_iter().map(|lead| Lead { from: from.clone(), ..lead }));
        }
        if script.example {
            // Nobody is given anything by an example.
            self.access.documents.extend(walked.access.documents.into_iter().map(policy::example));
        } else {
            self.access.merge(walked.access);
        }
        let mut calls = walked.calls;
        for call in &mut calls {
            call.advisory |= script.example;
            if script.list {
                call.insert = None;
                for argument in &mut call.arguments {
                    argument.literal = None;
                    argument.removal = None;
                }
            }
            if let Some(holes) = script.holes {
                holes.rename(call);
            }
        }
        self.calls.push((source.path().to_owned(), calls));
    }
}

/// Reads every file of a surface with one function.
fn extract(project: &Project<'_>, surface: &'static str, read: fn(&mut Reader<'_>)) -> Extraction {
    let hits: Vec<_> = project.hits.par_iter().map(|path| read_one(project, surface, path, read)).collect();
    let support: Vec<_> = project.support.par_iter().map(|path| read_one(project, surface, path, read)).collect();
    let mut extraction = Extraction::default();
    let mut roots = Vec::new();
    for (path, found) in project.hits.iter().zip(hits) {
        match found {
            Ok(reader) if reader.passed => extraction.passed.push(path.clone()),
            Ok(reader) => {
                extraction.parsed += 1;
                let (status, reason) = match reader.in_part {
                    Some(reason) => (CoverageStatus::InPart, reason),
                    None => (CoverageStatus::Judged, String::new()),
                };
                extraction.coverage.push(Coverage { path: reader.source.path().to_owned(), status, reason });
                extraction.problems.extend(reader.problems);
                extraction.started.extend(reader.started);
                extraction.leads.extend(reader.leads);
                extraction.access.merge(reader.access);
                roots.extend(reader.calls);
            }
            Err(problem) => extraction.unreadable(path, &problem),
        }
    }
    for reader in support.into_iter().flatten() {
        extraction.parsed += 1;
        extraction.started.extend(reader.started);
        extraction.leads.extend(reader.leads);
        roots.extend(reader.calls);
    }
    policy::distinct(&mut extraction.access);
    extraction.calls = shell::join_roots(roots);
    extraction
}

fn read_one<'a>(
    project: &'a Project<'a>,
    surface: &'static str,
    path: &'a PathBuf,
    read: fn(&mut Reader<'_>),
) -> Result<Reader<'a>, ReadProblem> {
    let mut reader = Reader {
        project,
        surface,
        path,
        source: project.files.read(path)?,
        calls: Vec::new(),
        problems: Vec::new(),
        in_part: None,
        needles: needles(project.apis),
        work: WORK,
        started: Vec::new(),
        leads: Vec::new(),
        access: Access::default(),
        passed: false,
    };
    read(&mut reader);
    Ok(reader)
}

/// A part of a file that breaks its grammar.
fn unparsable(source: &Arc<Source>, span: Span, message: String) -> Problem {
    Problem { kind: ProblemKind::Unparsable, place: Place::new(source, span), message, help: None }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
