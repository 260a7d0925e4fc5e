//! Surfaces: the ways in which a call is written down.
//!
//! A surface turns files of one kind into calls. It resolves values as far as it can, says of the rest
//! that it is unknown, and judges nothing.
//!
//! To add one: a file in this folder with a type that implements [`Surface`], and a line in [`all`].

pub mod aliyun_cli;
mod ansible;
mod c_sharp;
mod carriers;
mod cloudflow;
mod code;
mod companions;
mod crossplane;
mod document;
mod embedded_hcl;
pub mod embedded_yaml;
mod files;
mod go;
mod held;
mod hidden;
mod holes;
mod interpreters;
pub mod inventory;
mod java;
mod oos;
mod php;
pub mod plain;
pub mod policy;
mod pulumi_yaml;
mod python;
mod requests;
mod ros;
mod sdk;
pub mod shell;
mod terraform;
#[cfg(test)]
mod tests;
mod typescript;

use std::path::Path;
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::model::{Access, Api, Call, Coverage, CoverageStatus, Problem, ProblemKind, Start, Step};
use crate::source::{Place, Source, Span};

pub use files::{Files, MemoryFiles, ReadProblem, display, normalize};
pub use terraform::policy_resource;

/// One way in which a call is written.
pub trait Surface: Sync {
    /// A stable id, e.g. `terraform`.
    fn id(&self) -> &'static str;

    /// What people call it, e.g. `Terraform`.
    fn title(&self) -> &'static str;

    /// Whether a file can hold a call or something that resolves one, told by its path and, where the
    /// name does not tell, by its first bytes (up to 256).
    fn claims(&self, path: &Path, beginning: &[u8]) -> bool;

    /// The words of which a file with a call holds at least one; files without any are not parsed.
    fn needles(&self, apis: &[Api]) -> Vec<String>;

    /// The words of which a file with a RAM policy, or with something that says for whom one holds, has at least one.
    /// Such files are read as files with a call are.
    fn policy_needles(&self) -> Vec<String> {
        Vec::new()
    }

    /// Words of files that hold no call but are needed to understand those that do (a module's callers).
    fn support_needles(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether files with only a support word may lead to a call in a file of another surface (a schedule
    /// that runs a script): then they are read wherever some file holds a call.
    fn leads_elsewhere(&self) -> bool {
        false
    }

    /// Finds the calls. The result must not depend on the order of the files or on threads.
    fn extract(&self, project: &Project<'_>) -> Extraction;
}

/// What a surface works on.
pub struct Project<'a> {
    /// The APIs whose calls are looked for.
    pub apis: &'a [Api],
    /// Reads further files.
    pub files: &'a dyn Files,
    /// Files that the surface claims and that hold one of its needles, or one of its policy needles, sorted by path.
    pub hits: &'a [std::path::PathBuf],
    /// Files that the surface claims and that hold only a support needle, sorted by path.
    pub support: &'a [std::path::PathBuf],
    /// What the user set on the command line for this run.
    pub settings: &'a SurfaceSettings,
}

/// Settings that surfaces read.
#[derive(Debug, Clone, Default)]
pub struct SurfaceSettings {
    /// Terraform: `--var name=value`, in order.
    pub variables: Vec<(String, String)>,
    /// Terraform: `--var-file`, in order.
    pub variable_files: Vec<std::path::PathBuf>,
}

/// What a surface found.
#[derive(Debug, Default)]
pub struct Extraction {
    /// The calls, in any order.
    pub calls: Vec<Call>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// What became of each hit file that is not in `passed`: exactly one entry a file.
    pub coverage: Vec<Coverage>,
    /// How many files were parsed.
    pub parsed: usize,
    /// Programs that schedules start, whose calls this surface may not see.
    pub started: Vec<Started>,
    /// Programs that run other programs, whose calls this surface may not see.
    pub leads: Vec<Lead>,
    /// RAM policies, and whom they are about.
    pub access: Access,
    /// Hit files that are nothing of this surface: each is told as read only when another surface read it.
    pub passed: Vec<std::path::PathBuf>,
}

/// A program that a schedule starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// What is started, as [`crate::model::Runs::program`] has it: the path of a file, or [`part_of`] one.
    pub program: String,
    /// By what.
    pub start: Start,
}

/// A program that runs another program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// What runs, as [`crate::model::Runs::program`] has it.
    pub from: String,
    /// What it runs.
    pub to: String,
    /// Where.
    pub step: Step,
    /// Whether it does so each time.
    pub certain: bool,
    /// Whether one run makes it only once, however many ways lead there: what a target of a makefile stands on.
    pub once: bool,
}

/// The name of a program that is a part of a file: a line of a schedule, a target of a makefile.
#[must_use]
pub fn part_of(file: &str, part: &str) -> String {
    format!("{file}#{part}")
}

/// The surface whose files others may run: what they give a script says more than the script by itself.
pub const OWN_FILES: &str = "shell";

impl Extraction {
    /// Adds what another part of the files gave.
    pub fn merge(&mut self, other: Self) {
        self.calls.extend(other.calls);
        self.problems.extend(other.problems);
        self.coverage.extend(other.coverage);
        self.parsed += other.parsed;
        self.started.extend(other.started);
        self.leads.extend(other.leads);
        self.access.merge(other.access);
        self.passed.extend(other.passed);
    }

    /// Tells a file that could not be read.
    pub fn unreadable(&mut self, path: &Path, problem: &ReadProblem) {
        let status = CoverageStatus::Skipped;
        self.coverage.push(Coverage { path: display(path), status, reason: problem.to_string() });
        self.problems.push(unreadable(path, problem));
    }
}

/// The problem of a file that could not be read: there is no text to point into, only its path.
pub(crate) fn unreadable(path: &Path, problem: &ReadProblem) -> Problem {
    let source = Arc::new(Source::from_text(display(path), ""));
    let place = Place::new(&source, Span::default());
    Problem { kind: ProblemKind::Unreadable, place, message: problem.to_string(), help: None }
}

/// Finds the words that tell texts about these APIs from those about other vendors; nothing when there are none to find.
#[must_use]
pub fn evidence(apis: &[Api]) -> Option<AhoCorasick> {
    let words: Vec<String> = apis.iter().flat_map(Api::evidence).collect();
    AhoCorasick::builder().ascii_case_insensitive(true).build(&words).ok()
}

/// Every surface.
#[must_use]
pub fn all() -> &'static [&'static dyn Surface] {
    &[
        &terraform::Terraform,
        &shell::Shell,
        &oos::Oos,
        &ros::Ros,
        &cloudflow::CloudFlow,
        &ansible::Ansible,
        &pulumi_yaml::PulumiYaml,
        &requests::Requests,
        &crossplane::Crossplane,
        &policy::Policies,
        &policy::PulumiPrograms,
        &carriers::Makefile,
        &carriers::Crontab,
        &carriers::GithubActions,
        &carriers::GitlabCi,
        &carriers::Dockerfile,
        &carriers::Kubernetes,
        &carriers::Markdown,
        &carriers::Serverless,
        &carriers::JENKINS,
        &carriers::AZURE,
        &carriers::CIRCLECI,
        &carriers::OTHER_PIPELINES,
        &carriers::COMPOSE,
        &carriers::CloudInit,
        &carriers::SYSTEMD,
        &carriers::PACKAGE_JSON,
        &carriers::PROCFILE,
        &carriers::NOTEBOOK,
        &carriers::POWERSHELL,
        &carriers::BATCH,
        &python::Python,
        &java::Java,
        &go::Go,
        &typescript::TypeScript,
        &php::Php,
        &c_sharp::CSharp,
    ]
}
