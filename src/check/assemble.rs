//! From judged calls and problems to the finished report: sorted, numbered, counted.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::path::Path;

use rustc_hash::FxBuildHasher;

use super::{Checker, Settings, UnknownPolicy, levels};
use crate::finding::{
    CallRecord, Confidence, Counts, ErrorCodes, Finding, Label, Report, Severity, Suppressed, SuppressedBy, Verdict,
    assign_fingerprints,
};
use crate::matrix::Matrix;
use crate::model::{Coverage, CoverageStatus, Problem, ProblemKind, RuleCoverage};
use crate::quota::Together;
use crate::surface::Files;
use crate::waiver::{self, Applied, Ground};

/// The rule that makes undecided calls errors.
const UNDECIDED: &str = "undecided-call";

/// How many files were met, searched and parsed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) seen: usize,
    pub(super) searched: usize,
    pub(super) parsed: usize,
}

/// What a caller adds to a report for people.
#[derive(Debug, Clone, Copy, Default)]
pub struct Presented {
    /// List undecided calls.
    pub undecided: bool,
    /// List what was not looked at.
    pub coverage: bool,
    /// How long the run took.
    pub elapsed_milliseconds: Option<u64>,
}

/// What is known before anything is sorted and counted, for callers that find calls by other ways than surfaces.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The calls, each with its findings.
    pub calls: Vec<(CallRecord, Vec<Finding>)>,
    /// Findings that are not about one call.
    pub findings: Vec<Finding>,
    /// What became of each file.
    pub coverage: Vec<Coverage>,
    /// How many files were read.
    pub files: usize,
}

impl Checker {
    /// The report of what was gathered: findings sorted by path and offset, numbered and counted.
    #[must_use]
    pub fn report(&self, gathered: Gathered, settings: &Settings) -> Report {
        let Gathered { calls, findings, coverage, files } = gathered;
        let judged = Judged { calls, together: Vec::new() };
        let seen = Seen { seen: files, searched: files, parsed: files };
        report(self, judged, findings, coverage, seen, (settings, Texts::None))
    }
}

impl Report {
    /// The report with what the caller wants to be listed.
    #[must_use]
    pub fn presented(mut self, presented: Presented) -> Self {
        self.list_undecided = presented.undecided;
        self.list_coverage = presented.coverage;
        self.elapsed_milliseconds = presented.elapsed_milliseconds;
        self
    }
}

/// What was judged.
pub(super) struct Judged {
    /// Each call with its findings.
    pub(super) calls: Vec<(CallRecord, Vec<Finding>)>,
    /// What several of them do together.
    pub(super) together: Vec<Together>,
}

pub(super) fn report(
    checker: &Checker,
    mut judged: Judged,
    mut findings: Vec<Finding>,
    mut coverage: Vec<Coverage>,
    seen: Seen,
    (settings, texts): (&Settings, Texts<'_>),
) -> Report {
    let mut counts =
        Counts { files_seen: seen.seen, files_searched: seen.searched, files_parsed: seen.parsed, ..Counts::default() };
    counts.switched_off = levels::apply(&mut judged, &mut findings, settings);
    let mut calls = Vec::with_capacity(judged.calls.len());
    let shown = judged.together.iter().filter(|together| together.finding.severity >= settings.level);
    let mut of_calls = OfCalls::default();
    shown.for_each(|together| together.calls.iter().for_each(|call| of_calls.add(*call, &together.finding)));
    for (number, (record, mut of_call)) in judged.calls.into_iter().enumerate() {
        if settings.unknown == UnknownPolicy::Fail && record.verdict == Verdict::Undecided {
            let mut undecided = vec![undecided_finding(&record)];
            counts.switched_off += levels::retain(&mut undecided, &settings.scopes);
            of_call.append(&mut undecided);
        }
        let times = record.times;
        counts.calls += times;
        match record.verdict {
            Verdict::Violation => counts.violations += times,
            Verdict::Proven => counts.proven += times,
            Verdict::Undecided if settings.unknown != UnknownPolicy::Ignore => counts.undecided += times,
            Verdict::Undecided => {}
        }
        of_call.iter().filter(|f| f.severity >= settings.level).for_each(|finding| of_calls.add(number, finding));
        findings.extend(of_call);
        calls.push(record);
    }
    findings.extend(judged.together.into_iter().map(|together| together.finding));
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings.dedup_by(|a, b| is_same(a, b));
    assign_fingerprints(&mut findings);
    let applied = answer(checker, findings, (&calls, &coverage), settings, texts);
    let Applied { left: mut findings, mut suppressed, mut told, gone } = applied;
    counts.switched_off += levels::retain(&mut told, &settings.scopes);
    counts.baselined = suppressed.iter().filter(|s| s.by == SuppressedBy::Baseline).count();
    counts.suppressed = suppressed.len() - counts.baselined;
    counts.baseline_gone = gone;
    counts.calls_with_findings = of_calls.count(&calls, &suppressed);
    findings.extend(told);
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    for finding in &findings {
        match finding.severity {
            Severity::Error => counts.errors += 1,
            Severity::Warning => counts.warnings += 1,
            Severity::Note => counts.notes += 1,
        }
    }
    let all = findings.len();
    findings.iter_mut().chain(suppressed.iter_mut().map(|s| &mut s.finding)).for_each(|finding| {
        drop_repeated_labels(finding);
        add_status(finding);
    });
    findings.retain(|f| f.severity >= settings.level);
    counts.hidden = all - findings.len();
    calls.sort_by(|a, b| (a.head.order(), &a.subject).cmp(&(b.head.order(), &b.subject)));
    coverage.sort_by(|a, b| (&a.path, a.status, &a.reason).cmp(&(&b.path, b.status, &b.reason)));
    coverage.dedup();
    drop_outdone(&mut coverage);
    counts.files_skipped = coverage.iter().filter(|c| c.status == CoverageStatus::Skipped).count();
    counts.files_in_part = coverage.iter().filter(|c| c.status == CoverageStatus::InPart).count();
    Report {
        findings,
        suppressed,
        list_suppressed: settings.waiving.list,
        calls,
        coverage,
        rules: rule_coverage(checker, &counts, settings),
        counts,
        level: settings.level,
        catalogue: std::sync::Arc::clone(checker.catalogue()),
        operations: operations(checker),
        list_undecided: false,
        list_coverage: false,
        is_quiet: false,
        elapsed_milliseconds: None,
        rules_date: rules_date(checker),
        policies: None,
        audit: None,
        repository: None,
    }
}

/// The names of the operations, each once: products may share one.
fn operations(checker: &Checker) -> Vec<String> {
    let mut operations: Vec<String> = Vec::new();
    for api in checker.apis() {
        if !operations.contains(&api.action) {
            operations.push(api.action.clone());
        }
    }
    operations
}

/// The date of the documentation that the rules stand on; of several, the oldest.
fn rules_date(checker: &Checker) -> String {
    let dates = checker.matrices().iter().map(|matrix| matrix.documentation().updated.as_str());
    dates.min().unwrap_or_default().to_owned()
}

/// The texts of the files in which a comment may answer for a finding.
#[derive(Clone, Copy)]
pub(super) enum Texts<'a> {
    /// There are none, or nobody can write into them.
    None,
    /// These files.
    Of(&'a dyn Files),
}

/// Which findings are of which calls, to count the calls that have one left.
#[derive(Default)]
struct OfCalls(BTreeMap<usize, Vec<u64>>);

impl OfCalls {
    fn add(&mut self, call: usize, finding: &Finding) {
        self.0.entry(call).or_default().push(Self::key(finding));
    }

    /// The same for findings that are told once.
    fn key(finding: &Finding) -> u64 {
        let place = finding.primary.place.order();
        FxBuildHasher.hash_one((&finding.rule, place, &finding.parameter, &finding.message))
    }

    fn count(&self, calls: &[CallRecord], suppressed: &[Suppressed]) -> usize {
        let hidden: BTreeSet<u64> = suppressed.iter().map(|suppressed| Self::key(&suppressed.finding)).collect();
        let left = self.0.iter().filter(|(_, keys)| keys.iter().any(|key| !hidden.contains(key)));
        left.filter_map(|(number, _)| calls.get(*number)).map(|call| call.times).sum()
    }
}

/// Asks everything that answers for findings. What is told of suppressions gets its fingerprints, too.
fn answer(
    checker: &Checker,
    findings: Vec<Finding>,
    (calls, coverage): (&[CallRecord], &[Coverage]),
    settings: &Settings,
    texts: Texts<'_>,
) -> Applied {
    let Texts::Of(files) = texts else {
        let ground =
            Ground { sources: Vec::new(), catalogue: checker.catalogue(), is_silent: &|_, _| false, paths: Vec::new() };
        return waiver::apply(findings, &settings.waiving, &ground);
    };
    let silence = Silence::new(checker, calls, coverage, settings);
    let mut paths: BTreeSet<&str> = coverage.iter().map(|entry| entry.path.as_str()).collect();
    let places = calls.iter().flat_map(|call| call.about.iter()).chain(findings.iter().map(|f| &f.primary.place));
    let mentioned: BTreeSet<String> = places.map(|place| place.source.path().to_owned()).collect();
    paths.extend(mentioned.iter().map(String::as_str));
    let sources = paths.iter().filter_map(|path| files.read(Path::new(path)).ok()).collect();
    let ground = Ground {
        sources,
        catalogue: checker.catalogue(),
        is_silent: &|path, rule| silence.holds(path, rule),
        paths: paths.into_iter().collect(),
    };
    let mut applied = waiver::apply(findings, &settings.waiving, &ground);
    applied.told.sort_by(|a, b| order(a).cmp(&order(b)));
    applied.told.dedup_by(|a, b| is_same(a, b));
    assign_fingerprints(&mut applied.told);
    applied
}

/// Where a rule that says nothing has nothing to say.
struct Silence<'a> {
    /// Whether what is known of values is not what it usually is.
    is_special: bool,
    rules: BTreeSet<&'a str>,
    /// Files of which all was judged.
    in_full: BTreeSet<&'a str>,
}

impl<'a> Silence<'a> {
    fn new(checker: &'a Checker, calls: &[CallRecord], coverage: &'a [Coverage], settings: &Settings) -> Self {
        // Rules on several calls and on policies look at files that this run may not have met.
        let mut rules: BTreeSet<&str> = checker.matrices().iter().flat_map(Matrix::rule_ids).collect();
        rules.extend([ProblemKind::Unreadable, ProblemKind::Unparsable].map(ProblemKind::rule));
        rules.remove(UNDECIDED);
        if settings.unknown == UnknownPolicy::Fail {
            rules.insert(UNDECIDED);
        }
        let mut in_full: BTreeSet<&str> =
            coverage.iter().filter(|c| c.status == CoverageStatus::Judged).map(|c| c.path.as_str()).collect();
        for entry in coverage.iter().filter(|c| c.status != CoverageStatus::Judged) {
            in_full.remove(entry.path.as_str());
        }
        for call in calls.iter().filter(|call| call.verdict == Verdict::Undecided) {
            call.about.iter().for_each(|place| {
                in_full.remove(place.source.path());
            });
        }
        let is_special = !settings.surface.variables.is_empty() || !settings.surface.variable_files.is_empty();
        Self { is_special, rules, in_full }
    }

    fn holds(&self, path: &str, rule: &str) -> bool {
        !self.is_special && self.rules.contains(rule) && self.in_full.contains(path)
    }
}

/// What one surface judged in full and another could not is not judged in full; a remark on it stays.
fn drop_outdone(coverage: &mut Vec<Coverage>) {
    let mut kept: Vec<Coverage> = Vec::with_capacity(coverage.len());
    // Sorted by path, and within a path the worst comes last.
    for entry in coverage.drain(..).rev() {
        let is_outdone = entry.status == CoverageStatus::Judged
            && kept
                .last()
                .is_some_and(|k| k.path == entry.path && (k.status > entry.status || entry.reason.is_empty()));
        if !is_outdone {
            kept.push(entry);
        }
    }
    kept.reverse();
    *coverage = kept;
}

/// Writes the HTTP status behind an error code: people search logs for both.
fn add_status(finding: &mut Finding) {
    let Some(answer) = &mut finding.answer else { return };
    let Ok(codes) = ErrorCodes::builtin() else { return };
    let (code, note) = answer.split_once(' ').map_or((answer.as_str(), ""), |(code, note)| (code, note));
    if let Some(known) = codes.code(code) {
        *answer = format!("{} {note}", known.with_status()).trim_end().to_owned();
    }
}

/// Two facts of one instance lead to the same place.
fn drop_repeated_labels(finding: &mut Finding) {
    let mut seen: Vec<Label> = Vec::new();
    finding.related.retain(|label| {
        let is_new = !seen.contains(label);
        if is_new {
            seen.push(label.clone());
        }
        is_new
    });
}

/// How far each rule was applied: a rule on calls is so in part while calls are undecided.
fn rule_coverage(checker: &Checker, counts: &Counts, settings: &Settings) -> Vec<RuleCoverage> {
    let of_calls: BTreeSet<&str> = checker.matrices().iter().flat_map(Matrix::rule_ids).collect();
    let undecided = counts.calls - counts.violations - counts.proven;
    let coverage = |rule: &std::sync::Arc<crate::finding::Rule>| {
        let (status, reason) = if rule.id == UNDECIDED && settings.unknown != UnknownPolicy::Fail {
            (CoverageStatus::Skipped, "only with --unknown fail".to_owned())
        } else if undecided > 0 && of_calls.contains(rule.id.as_str()) {
            (CoverageStatus::InPart, format!("{undecided} call(s) undecided"))
        } else {
            (CoverageStatus::Judged, String::new())
        };
        RuleCoverage { rule: rule.id.clone(), status, reason }
    };
    checker.catalogue().rules().iter().map(coverage).collect()
}

type Order<'a> = ((&'a str, u64, u32, u32), &'a str, Option<&'a str>, &'a str, &'a str);

fn order(finding: &Finding) -> Order<'_> {
    let place = finding.primary.place.order();
    (place, &finding.rule, finding.parameter.as_deref(), &finding.message, &finding.subject)
}

/// Whether two findings say the same of the same place: elements of a loop that fail alike are one finding.
fn is_same(a: &Finding, b: &Finding) -> bool {
    a.rule == b.rule
        && a.primary == b.primary
        && a.parameter == b.parameter
        && a.message == b.message
        && a.severity == b.severity
        && a.related == b.related
}

/// What is told of a file that could not be read as it should be.
pub(crate) fn problem_finding(problem: Problem) -> Finding {
    let primary = Label { place: problem.place, text: String::new() };
    let mut finding = Finding::new(problem.kind.rule(), Severity::Warning, problem.message, primary);
    finding.help = problem.help;
    finding
}

fn undecided_finding(record: &CallRecord) -> Finding {
    let reasons: Vec<&str> = record.undecided.iter().map(|u| u.reason.as_str()).collect();
    let message = match reasons.as_slice() {
        [] => "whether this call is right cannot be told".to_owned(),
        some => format!("whether this call is right depends on {}", some.join("; ")),
    };
    let primary = Label { place: record.head.clone(), text: String::new() };
    let mut finding = Finding::new(UNDECIDED, Severity::Error, message, primary);
    finding.confidence = Confidence::Certain;
    finding.subject.clone_from(&record.subject);
    finding.about = std::sync::Arc::clone(&record.about);
    finding.value = Some(String::new());
    let places = record.undecided.iter().filter_map(|u| Some((u.place.clone()?, u.reason.clone())));
    finding.related = places.map(|(place, text)| Label { place, text }).collect();
    finding
}
