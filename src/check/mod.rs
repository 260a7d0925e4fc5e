//! The way of `check` from files to a report, without any I/O of its own.
//!
//! Takes what the walk met and a way to read files; asks the surfaces for calls, the matrix for
//! verdicts, and gives the finished report. Tests use it as the edge of the library: text in, findings out.

mod assemble;
mod levels;
mod own_rules;
mod policies;
mod rehearsal;
mod sieve;
mod starts;
#[cfg(test)]
mod tests;
mod unread;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::Scopes;
use crate::finding::{CallRecord, Catalogue, Finding, Label, Report, Rule, Severity, Verdict};
use crate::matrix::{Evaluator, Judgement, Matrix};
use crate::model::{
    Api, Call, Content, Coverage, CoverageStatus, Inventory, ParameterKind, Problem, ProblemKind, REGION, TAG, Value,
    Wrapper,
};
use crate::policy::Policy;
use crate::quota::{self, Together};
use crate::ram;
use crate::source::{Encoding, Place, Source, Span};
use crate::surface::{self, Extraction, Files, MemoryFiles, Project, Surface, SurfaceSettings, display};
use crate::waiver::Waiving;

pub(crate) use assemble::problem_finding;
pub use assemble::{Gathered, Presented};
pub use levels::retain as with_levels;
pub(crate) use own_rules::add as add_own;
pub use rehearsal::Rehearsal;
pub use sieve::{FoundFile, Look, Sieve};
pub use watch::{Step, Watch};

/// What to do about undecided calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownPolicy {
    /// They are neither counted nor listed.
    Ignore,
    /// They are counted, and listed on request.
    #[default]
    Report,
    /// Each is an error of its own.
    Fail,
}

/// What a run is asked to do.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The lowest severity that is shown.
    pub level: Severity,
    /// What to do about undecided calls.
    pub unknown: UnknownPolicy,
    /// Settings that surfaces read.
    pub surface: SurfaceSettings,
    /// Instances that the user told us about.
    pub inventory: Inventory,
    /// How many calls on one instance a day may have, in place of what the matrix says.
    pub quota: Option<u32>,
    /// What configurations set for paths: levels of rules, and instances and limits in place of those above.
    pub scopes: Scopes,
    /// What answers for findings.
    pub waiving: Waiving,
}

impl Settings {
    /// What is known of instances where a call stands.
    #[must_use]
    pub fn inventory_at(&self, path: &str) -> &Inventory {
        self.scopes.of(Path::new(path)).map_or(&self.inventory, |stack| &stack.inventory)
    }

    /// How many calls on one instance a day may have, by the file that says so.
    fn quota_at(&self, path: &str) -> Option<u32> {
        let of_path = || self.scopes.of(Path::new(path))?.nearest(|layer| layer.quota.as_ref()).map(|set| set.value);
        self.quota.or_else(of_path)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Severity::Warning,
            unknown: UnknownPolicy::Report,
            surface: SurfaceSettings::default(),
            inventory: Inventory::default(),
            quota: None,
            scopes: Scopes::default(),
            waiving: Waiving::default(),
        }
    }
}

/// Everything that stays the same between runs.
#[derive(Debug, Clone)]
pub struct Checker {
    /// One for each API, in the order of `apis`; the first is the one whose documentation reports name.
    matrices: Arc<Vec<Matrix>>,
    catalogue: Arc<Catalogue>,
    apis: Vec<Api>,
    /// The rules of an organisation.
    own_rules: Vec<Policy>,
}

/// A run over files.
#[derive(Clone)]
pub struct Run<'a> {
    /// Reads files.
    pub files: &'a dyn Files,
    /// The files that hold a needle.
    pub found: Vec<FoundFile>,
    /// What the walk itself had to leave out.
    pub coverage: Vec<Coverage>,
    /// What kept files from being read.
    pub problems: Vec<Problem>,
    /// How many files the walk met.
    pub files_seen: usize,
    /// How many of them were searched.
    pub files_searched: usize,
}

impl<'a> Run<'a> {
    /// A run over files that are in memory: every one is looked at for words of every kind.
    #[must_use]
    pub fn of_memory(files: &'a MemoryFiles, sieve: &Sieve) -> Self {
        let mut run = Self {
            files,
            found: Vec::new(),
            coverage: Vec::new(),
            problems: Vec::new(),
            files_seen: 0,
            files_searched: 0,
        };
        for path in files.paths() {
            run.files_seen += 1;
            run.files_searched += 1;
            if let Ok(source) = files.read(path) {
                run.found.extend(sieve.look_for_help(path, source.text().as_bytes()));
            }
        }
        run
    }
}

impl Checker {
    /// A checker for one API.
    #[must_use]
    pub fn new(matrix: Matrix, catalogue: Catalogue) -> Self {
        Self::of_several(vec![matrix], catalogue)
    }

    /// A checker for several APIs, each with its matrix.
    #[must_use]
    pub fn of_several(matrices: Vec<Matrix>, catalogue: Catalogue) -> Self {
        let apis = matrices.iter().map(|matrix| matrix.api().clone()).collect();
        Self { matrices: Arc::new(matrices), catalogue: Arc::new(catalogue), apis, own_rules: Vec::new() }
    }

    /// The same with further rules that an organisation has of its own; the catalogue gets them, too.
    #[must_use]
    pub fn with_policies(mut self, policies: Vec<Policy>) -> Self {
        let mut new: Vec<Arc<Rule>> = Vec::new();
        for policy in &policies {
            // Two folders may each have a rule of one name.
            let is_known = self.catalogue.rule(policy.id()).is_some() || new.iter().any(|rule| rule.id == policy.id());
            new.extend((!is_known).then(|| Arc::clone(&policy.rule)));
        }
        if !new.is_empty() {
            self.catalogue = Arc::new(self.catalogue.extended(new));
        }
        self.own_rules.extend(policies);
        self
    }

    /// The same with functions and commands that make the call, as a project names them: each is one of the first API
    /// that has all the parameters which are named with it.
    #[must_use]
    pub fn with_wrappers(mut self, wrappers: Vec<Wrapper>) -> Self {
        for wrapper in wrappers {
            let has = |api: &&mut Api| {
                wrapper.names.values().chain(&wrapper.positions).all(|name| api.parameter(name).is_some())
            };
            if let Some(api) = self.apis.iter_mut().find(has) {
                api.wrappers.push(wrapper);
            }
        }
        self
    }

    /// The rules that an organisation has of its own.
    #[must_use]
    pub fn own_rules(&self) -> &[Policy] {
        &self.own_rules
    }

    /// The matrices, in the order of [`Self::apis`].
    #[must_use]
    pub fn matrices(&self) -> &[Matrix] {
        &self.matrices
    }

    /// The matrix of an API, by its number.
    #[must_use]
    pub fn matrix_of(&self, number: usize) -> Option<&Matrix> {
        self.matrices.get(number)
    }

    /// An evaluator for each API, in their order.
    #[must_use]
    pub fn evaluators(&self) -> Vec<Evaluator<'_>> {
        self.matrices.iter().map(|matrix| Evaluator::new(matrix, &self.catalogue)).collect()
    }

    /// The rules.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// The APIs whose calls are looked for.
    #[must_use]
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// A sieve that tells which files can hold a call.
    #[must_use]
    pub fn sieve(&self) -> Sieve {
        Sieve::new(surface::all(), &self.apis)
    }

    /// Checks files that are in memory: every one is offered to every surface.
    #[must_use]
    pub fn check_memory(&self, files: &MemoryFiles, settings: &Settings) -> Report {
        let run = Run::of_memory(files, &self.sieve());
        self.check(run, settings)
    }

    /// What the surfaces find in files: each call once, with what starts it, and RAM policies with whom they are about.
    #[must_use]
    pub fn extraction(&self, run: &mut Run<'_>, settings: &Settings) -> Extraction {
        self.extraction_watched(run, settings, &())
    }

    fn extraction_watched(&self, run: &mut Run<'_>, settings: &Settings, watch: &dyn Watch) -> Extraction {
        run.found.par_sort_by(|a, b| a.path.cmp(&b.path));
        let mut extraction = Extraction::default();
        for (number, surface) in surface::all().iter().enumerate() {
            extraction.merge(self.extract(*surface, number, run, settings, watch));
        }
        watch.begins(Step::Connect);
        extraction.calls = seen_once(extraction.calls);
        starts::attach(&mut extraction);
        extraction
    }

    /// Checks files.
    #[must_use]
    pub fn check(&self, run: Run<'_>, settings: &Settings) -> Report {
        self.check_with_calls(run, settings).0
    }

    /// Checks files, and gives the calls in them, too, for whoever asks about one.
    #[must_use]
    pub fn check_with_calls(&self, run: Run<'_>, settings: &Settings) -> (Report, Vec<Call>) {
        self.check_watched(run, settings, &())
    }

    /// The same for somebody who wants to be told of each step as it begins.
    #[must_use]
    pub fn check_watched(&self, mut run: Run<'_>, settings: &Settings, watch: &dyn Watch) -> (Report, Vec<Call>) {
        let mut extraction = self.extraction_watched(&mut run, settings, watch);
        extraction.coverage.iter_mut().for_each(|entry| say_encoding(entry, run.files));
        let not_read = self.not_read(&extraction, &run);
        extraction.coverage.extend(not_read);
        extraction.coverage.append(&mut run.coverage);
        // What the walk could not read a surface may have stumbled over as well.
        let told: BTreeSet<&str> = run.problems.iter().map(|problem| problem.place.source.path()).collect();
        extraction.problems.retain(|p| p.kind != ProblemKind::Unreadable || !told.contains(p.place.source.path()));
        extraction.problems.append(&mut run.problems);
        watch.begins(Step::Judge { calls: extraction.calls.len() });
        let callers = self.callers(&extraction);
        let judged = self.judge(&extraction.calls, &callers, settings);
        let seen = assemble::Seen { seen: run.files_seen, searched: run.files_searched, parsed: extraction.parsed };
        let mut together = self.together(&extraction.calls, settings, &mut extraction.problems);
        together.extend(self.counted(&extraction.calls, settings, &self.own_rules));
        together.iter_mut().for_each(|together| say_about(together, &extraction.calls));
        let judged = assemble::Judged { calls: judged, together };
        let mut findings = self.on_policies(&extraction);
        findings.extend(extraction.problems.into_iter().map(assemble::problem_finding));
        watch.begins(Step::Report);
        let texts = assemble::Texts::Of(run.files);
        let report = assemble::report(self, judged, findings, extraction.coverage, seen, (settings, texts));
        (report, extraction.calls)
    }

    /// Judges calls that stand in no file.
    #[must_use]
    pub fn check_calls(&self, calls: &[Call], settings: &Settings) -> Report {
        let judged = self.judge(calls, &[], settings);
        let judged = assemble::Judged { calls: judged, together: Vec::new() };
        let (seen, texts) = (assemble::Seen::default(), assemble::Texts::None);
        assemble::report(self, judged, Vec::new(), Vec::new(), seen, (settings, texts))
    }

    /// What is wrong with RAM policies, by themselves and for the calls.
    fn on_policies(&self, extraction: &Extraction) -> Vec<Finding> {
        let (access, calls) = (&extraction.access, &extraction.calls);
        policies::caught(access, || ram::findings(access, calls, &extraction.leads, &self.apis))
    }

    /// What the calls do together. A fault of ours costs these findings, not the run.
    fn together(&self, calls: &[Call], settings: &Settings, problems: &mut Vec<Problem>) -> Vec<Together> {
        // Each limit is asked about all the calls; it speaks where the file with the call sets it.
        let limits: BTreeSet<Option<u32>> =
            calls.iter().map(|call| settings.quota_at(call.head.source.path())).collect();
        let of_limit = |limit: Option<u32>| {
            let mut found: Vec<Together> =
                self.matrices.iter().flat_map(|matrix| quota::findings(calls, matrix, limit)).collect();
            found.retain(|together| settings.quota_at(together.finding.primary.place.source.path()) == limit);
            found
        };
        let found = catch_unwind(AssertUnwindSafe(|| limits.into_iter().flat_map(of_limit).collect()));
        found.unwrap_or_else(|_| {
            problems.extend(calls.first().map(|call| Problem {
                kind: ProblemKind::Internal,
                place: call.head.clone(),
                message: "adding up the calls failed".to_owned(),
                help: Some("Please report it; each call by itself is judged all the same.".to_owned()),
            }));
            Vec::new()
        })
    }

    fn extract(
        &self,
        surface: &dyn Surface,
        number: usize,
        run: &Run<'_>,
        settings: &Settings,
        watch: &dyn Watch,
    ) -> Extraction {
        let of = |wanted: fn(&FoundFile, usize) -> bool| -> Vec<PathBuf> {
            run.found.iter().filter(|f| wanted(f, number)).map(|f| f.path.clone()).collect()
        };
        let hits = of(FoundFile::is_hit);
        let leads = surface.leads_elsewhere() && run.found.iter().any(FoundFile::is_read);
        if hits.is_empty() && !leads {
            return Extraction::default();
        }
        let support = of(FoundFile::is_support);
        if hits.is_empty() && support.is_empty() {
            return Extraction::default();
        }
        watch.begins(Step::Parse { surface: surface.title(), files: &hits, helpers: support.len() });
        let extract = |hits: &[PathBuf], support: &[PathBuf]| {
            let project = Project { apis: &self.apis, files: run.files, hits, support, settings: &settings.surface };
            catch_unwind(AssertUnwindSafe(|| surface.extract(&project))).ok()
        };
        if let Some(extraction) = extract(&hits, &support) {
            return extraction;
        }
        // A fault of ours in one file must not cost the others: each is tried on its own, and where that fails
        // without the files that help to understand it.
        let mut all = Extraction::default();
        for path in &hits {
            let own = std::slice::from_ref(path);
            if let Some(one) = extract(own, &support) {
                all.merge(one);
                continue;
            }
            all.problems.push(internal_problem(path, surface));
            match extract(own, &[]).filter(|_| !support.is_empty()) {
                Some(one) => all.merge(one),
                None => {
                    all.coverage.push(Coverage {
                        path: display(path),
                        status: CoverageStatus::Skipped,
                        reason: "internal error".to_owned(),
                    });
                }
            }
        }
        all
    }

    /// Judges calls, in their order.
    fn judge(&self, calls: &[Call], callers: &[Vec<String>], settings: &Settings) -> Vec<(CallRecord, Vec<Finding>)> {
        let share = calls.len().div_ceil(rayon::current_num_threads().max(1)).max(64);
        let shares = calls.par_chunks(share).enumerate().flat_map_iter(|(part, calls)| {
            let mut evaluators = self.evaluators();
            calls.iter().enumerate().map(move |(index, call)| {
                let caller = callers.get(part * share + index).map_or(&[][..], Vec::as_slice);
                let judged = catch_unwind(AssertUnwindSafe(|| {
                    let number = self.apis.iter().position(|api| api.id == call.api)?;
                    let inventory = settings.inventory_at(call.head.source.path());
                    let evaluator = evaluators.get_mut(number)?;
                    let mut judgement = evaluator.judge(call, inventory);
                    self.judge_by_own_rules(evaluator, call, inventory, caller, &mut judgement);
                    Some(judgement)
                }));
                let judgement = judged.ok().flatten().unwrap_or_else(|| {
                    // What an evaluator remembers may be half made.
                    evaluators = self.evaluators();
                    failed(call)
                });
                let (record, mut findings) = record(call, judgement);
                findings.iter_mut().for_each(|finding| identify(finding, call, &self.apis));
                (record, findings)
            })
        });
        shares.collect()
    }
}

/// Where a surface sees a call in a file of another one (a schedule that runs a script), what is seen from
/// there says more than what the file says by itself: the call that was found by its own file is left out.
fn seen_once(calls: Vec<Call>) -> Vec<Call> {
    let mut surfaces: BTreeMap<(String, u32), BTreeMap<&'static str, usize>> = BTreeMap::new();
    let identity = |call: &Call| (call.head.source.path().to_owned(), call.head.span.end);
    for call in &calls {
        let known = call.arguments.iter().filter(|a| !is_unknown(&a.value)).count();
        let best = surfaces.entry(identity(call)).or_default().entry(call.surface).or_default();
        *best = known.max(*best);
    }
    let shown = |call: &Call| {
        let Some(seen) = surfaces.get(&identity(call)) else { return true };
        let Some(own) = seen.get(surface::OWN_FILES) else { return true };
        let others = seen.iter().filter(|(name, _)| **name != surface::OWN_FILES).map(|(_, known)| known).max();
        others.is_none_or(|most| (most >= own) == (call.surface != surface::OWN_FILES))
    };
    calls.into_iter().filter(|call| shown(call)).collect()
}

fn is_unknown(value: &Value) -> bool {
    value.alternatives().iter().any(|a| matches!(a.content, Content::Unknown(_)))
}

/// The record of a call and its findings.
#[must_use]
pub fn record(call: &Call, mut judgement: Judgement) -> (CallRecord, Vec<Finding>) {
    let about = about(call);
    judgement.findings.iter_mut().for_each(|finding| finding.about = Arc::clone(&about));
    let parameters = call.arguments.iter().map(|a| (a.parameter.clone(), known_text(&a.value)));
    let facts = call
        .facts
        .iter()
        .filter(|f| f.name != REGION && !f.name.starts_with(TAG))
        .map(|f| (f.name.clone(), known_text(&f.value)));
    let record = CallRecord {
        subject: call.subject.clone(),
        api: Arc::clone(&call.api),
        surface: call.surface,
        head: call.head.clone(),
        about,
        verdict: judgement.verdict,
        times: 1,
        undecided: judgement.undecided,
        parameters: parameters.collect(),
        facts: facts.collect(),
    };
    (record, judgement.findings)
}

/// All parts of the source that a call is written in.
fn about(call: &Call) -> Arc<[Place]> {
    let arguments = call.arguments.iter().flat_map(|argument| [&argument.name, &argument.place]);
    let unknown = call.unknown_names.iter().map(|unknown| &unknown.place);
    let mut places: Vec<&Place> = [&call.place, &call.head].into_iter().chain(arguments).chain(unknown).collect();
    // What lies in the whole call says nothing more.
    let whole = &call.place;
    let is_inside = |place: &&Place| {
        Arc::ptr_eq(&place.source, &whole.source)
            && whole.span.start <= place.span.start
            && place.span.end <= whole.span.end
            && place.span != whole.span
    };
    places.retain(|place| !is_inside(place));
    places.dedup();
    places.into_iter().cloned().collect()
}

/// A finding on several calls is about those that it points at.
fn say_about(together: &mut Together, calls: &[Call]) {
    let primary = &together.finding.primary.place;
    let holds = |place: &Place| {
        place.source.path() == primary.source.path()
            && place.span.start <= primary.span.start
            && primary.span.end <= place.span.end
    };
    let about = together.calls.iter().filter_map(|number| calls.get(*number)).map(about);
    together.finding.about = about.filter(|about| about.iter().any(holds)).flat_map(|about| about.to_vec()).collect();
}

/// Says what a finding on a call is about, whatever the names of variables are: the instance and what is sent.
fn identify(finding: &mut Finding, call: &Call, apis: &[Api]) {
    let api = apis.iter().find(|api| api.id == call.api);
    let identifier = api.and_then(|api| api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier));
    let texts = |parameter: &str| {
        let alternatives = call.argument(parameter).map_or(&[][..], |argument| argument.value.alternatives());
        let texts = alternatives.iter().map(|alternative| match &alternative.content {
            Content::Text(text) => text.as_str(),
            Content::Absent => "",
            Content::Unknown(_) => "?",
        });
        texts.collect::<BTreeSet<&str>>().into_iter().collect::<Vec<_>>().join("|")
    };
    let instance = identifier.map(|identifier| texts(&identifier.name)).unwrap_or_default();
    let sent = finding.parameter.as_deref().map(texts).unwrap_or_default();
    finding.value = Some(format!("{instance}={sent}"));
}

fn known_text(value: &Value) -> Option<String> {
    match value.alternatives() {
        [only] => match &only.content {
            Content::Text(text) => Some(text.clone()),
            Content::Absent => Some(String::new()),
            Content::Unknown(_) => None,
        },
        _ => None,
    }
}

fn failed(call: &Call) -> Judgement {
    let primary = Label { place: call.head.clone(), text: String::new() };
    let mut finding =
        Finding::new(ProblemKind::Internal.rule(), Severity::Warning, "this call could not be judged", primary);
    finding.subject.clone_from(&call.subject);
    Judgement { verdict: Verdict::Undecided, findings: vec![finding], undecided: Vec::new() }
}

fn internal_problem(path: &Path, surface: &dyn Surface) -> Problem {
    let source = Arc::new(Source::from_text(display(path), ""));
    Problem {
        kind: ProblemKind::Internal,
        place: Place::new(&source, Span::default()),
        message: format!("reading this file as {} failed", surface.title()),
        help: Some("Please report it; the other files are judged all the same.".to_owned()),
    }
}

/// Says of a file that is judged in full when some of its bytes were not UTF-8.
fn say_encoding(entry: &mut Coverage, files: &dyn Files) {
    let lossy = |source: Arc<Source>| match source.encoding() {
        Encoding::Lossy { replaced, .. } => Some(replaced),
        _ => None,
    };
    if entry.status != CoverageStatus::Judged || !entry.reason.is_empty() {
        return;
    }
    if let Some(replaced) = files.read(Path::new(&entry.path)).ok().and_then(lossy) {
        entry.reason = format!("{replaced} byte(s) are not UTF-8 and were read as `?`");
    }
}
