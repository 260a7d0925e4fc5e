//! Terraform: `.tf` and `.tf.json` files, a module tree at a time, and plans as JSON.
//!
//! Takes the files of the project; gives the resources that make the call, with every value resolved as far
//! as the files tell: through variables, locals, modules, `count` and `for_each`. What Terraform would know
//! only when it runs stays unknown. Which resources these are is written in the matrix.

mod access;
mod bindings;
mod calls;
mod combine;
mod dependencies;
mod evaluate;
mod expansion;
mod facts;
mod functions;
mod module;
mod operators;
mod plan;
mod project;
mod references;
mod runs;
mod scripts;
mod segments;
mod symbol;
mod templates;
#[cfg(test)]
mod tests;
mod variables;

pub use access::policy_resource;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use self::bindings::Bindings;
use self::calls::Found;
use self::project::World;
use self::variables::CommandLine;
use super::{Extraction, Project, Surface, display, normalize, policy, shell};
use crate::model::{Access, Api, Call, Coverage, CoverageStatus, Problem, ProblemKind};
use crate::source::{Place, Source};
use crate::syntax::json;

/// The id of this surface.
const ID: &str = "terraform";

/// The surface.
#[derive(Debug)]
pub(super) struct Terraform;

impl Surface for Terraform {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Terraform"
    }

    fn claims(&self, path: &Path, beginning: &[u8]) -> bool {
        module::is_configuration(path)
            || templates::is_template(path)
            || (is_json(path) && plan::may_be_plan(beginning))
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let mut needles: Vec<String> = Bindings::of(apis).call_types().map(str::to_owned).collect();
        // Scripts in resources make the call with the command line tool.
        needles.extend(apis.iter().flat_map(Api::action_spellings));
        needles.extend(super::held::coded_needles(apis));
        needles.sort();
        needles.dedup();
        needles
    }

    fn policy_needles(&self) -> Vec<String> {
        access::Spec::get().needles.clone()
    }

    fn support_needles(&self) -> Vec<String> {
        vec!["module".to_owned(), templates::READS.to_owned()]
    }

    fn leads_elsewhere(&self) -> bool {
        true
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let bindings = Bindings::of(project.apis);
        let world = World::read(project);
        let line = CommandLine::of(project.settings, project.files);
        let found: Vec<Found> = world
            .roots()
            .par_iter()
            .map(|root| calls::of_root(root, &world, &bindings, project.files, &line))
            .collect();
        let mut extraction = Extraction { problems: world.problems(), parsed: world.parsed(), ..Extraction::default() };
        extraction.problems.extend(line.problems);
        let mut in_part = Vec::new();
        let mut scripted = Vec::new();
        let mut calls: BTreeMap<PathBuf, Vec<Call>> = BTreeMap::new();
        for found in found {
            calls.entry(found.folder.clone()).or_default().extend(found.calls);
            extraction.access.merge(found.access);
            scripted.push((found.folder.to_string_lossy().into_owned(), found.scripted));
            extraction.problems.extend(found.problems);
            in_part.extend(found.in_part);
        }
        let plans: Vec<PlanFile> = project
            .hits
            .par_iter()
            .filter(|path| !module::is_configuration(path) && !templates::is_template(path))
            .map(|path| PlanFile::read(path, project, &bindings))
            .collect();
        extraction.parsed += plans.len();
        let mut coverage: Vec<Coverage> = Vec::new();
        for plan in plans {
            coverage.push(plan.coverage);
            // What the files of the same root say has better places.
            if !calls.contains_key(&plan.folder) {
                extraction.access.merge(plan.access);
            }
            extraction.problems.extend(plan.problem);
            if let Some(written) = calls.get_mut(&plan.folder) {
                extraction.calls.extend(lay_over(plan.calls, written));
            } else {
                extraction.calls.extend(plan.calls);
            }
        }
        // A module that is called several times holds its documents once.
        policy::one_of_each(&mut extraction.access.documents);
        extraction.calls.extend(calls.into_values().flatten());
        // A module that is called several times holds its scripts once.
        extraction.calls.extend(shell::join_roots(scripted));
        let configurations = project.hits.iter().filter(|path| module::is_configuration(path));
        coverage.extend(configurations.map(|path| configuration_coverage(path, &world, &in_part)));
        let used = project.hits.iter().filter(|path| templates::is_template(path));
        coverage.extend(used.map(|path| templates::coverage(path, project, &extraction.calls)));
        extraction.coverage = coverage;
        // A file of variables on the command line is read for every root.
        extraction.problems.sort_by(|a, b| a.place.sort_key().cmp(&b.place.sort_key()));
        extraction.problems.dedup_by(|a, b| a.place == b.place && a.message == b.message);
        extraction
    }
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"))
}

/// What a JSON file gave that may be a plan.
struct PlanFile {
    folder: PathBuf,
    calls: Vec<Call>,
    access: Access,
    problem: Option<Problem>,
    coverage: Coverage,
}

impl PlanFile {
    fn read(path: &Path, project: &Project<'_>, bindings: &Bindings<'_>) -> Self {
        let folder = project::folder_of(path);
        let shown = display(path);
        let skipped = |path: String, kind, place: Place, message: String| {
            let coverage = Coverage { path, status: CoverageStatus::Skipped, reason: message.clone() };
            let problem = Some(Problem { kind, place, message, help: None });
            Self { folder: folder.clone(), calls: Vec::new(), access: Access::default(), problem, coverage }
        };
        let source = match project.files.read(path) {
            Ok(source) => source,
            Err(problem) => {
                let empty = Arc::new(Source::from_text(shown.as_str(), ""));
                return skipped(shown, ProblemKind::Unreadable, Place::new(&empty, 0..0), problem.to_string());
            }
        };
        let path = source.path().to_owned();
        match json::parse(source.text()) {
            Ok(root) => {
                let calls = plan::calls(&source, &root, bindings);
                let access = plan::access(&source, &root, &calls);
                let coverage = Coverage { path, status: CoverageStatus::Judged, reason: String::new() };
                Self { folder, calls, access, problem: None, coverage }
            }
            Err(error) => skipped(path, ProblemKind::Unparsable, Place::new(&source, error.span), error.message),
        }
    }
}

/// The calls of a plan, with the places of the calls in the `.tf` files of the same root that they are about.
/// Those are taken out, so that no call is reported twice.
fn lay_over(planned: Vec<Call>, calls: &mut Vec<Call>) -> Vec<Call> {
    let mut written: FxHashMap<String, Vec<Call>> = FxHashMap::default();
    let bases: FxHashSet<&str> = planned.iter().map(|call| plan::base_address(&call.subject)).collect();
    let about = |call: &Call| bases.contains(plan::base_address(&call.subject));
    let (own, others): (Vec<_>, Vec<_>) = std::mem::take(calls).into_iter().partition(about);
    *calls = others;
    for call in own {
        written.entry(plan::base_address(&call.subject).to_owned()).or_default().push(call);
    }
    let laid_over = |call: Call| {
        let candidates = written.get(plan::base_address(&call.subject)).map_or(&[][..], Vec::as_slice);
        let exact = candidates.iter().find(|written| written.subject == call.subject);
        match exact.or(candidates.first()) {
            Some(written) => plan::laid_over(call, written),
            None => call,
        }
    };
    planned.into_iter().map(laid_over).collect()
}

/// What became of a hit file.
fn configuration_coverage(path: &Path, world: &World, in_part: &[(String, String)]) -> Coverage {
    let clean = normalize(path);
    let shown = display(path);
    let Some(file) = world.file(&clean) else {
        let reason = world.unreadable(&clean).map_or_else(|| "not read".to_owned(), ToString::to_string);
        return Coverage { path: shown, status: CoverageStatus::Skipped, reason };
    };
    let path = file.source.path().to_owned();
    if let Some(error) = &file.error {
        let status = if file.blocks.is_empty() { CoverageStatus::Skipped } else { CoverageStatus::InPart };
        return Coverage { path, status, reason: error.message.clone() };
    }
    match in_part.iter().find(|(limited, _)| *limited == path) {
        Some((_, reason)) => Coverage { path, status: CoverageStatus::InPart, reason: reason.clone() },
        None => Coverage { path, status: CoverageStatus::Judged, reason: String::new() },
    }
}
