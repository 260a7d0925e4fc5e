//! The format `json`: one document, described by `schemas/report.schema.json`.
//!
//! Owns the types of version 1 of that document, apart from the crate's own types: those may change,
//! the document may not. Positions count from 1, columns in Unicode characters; byte offsets are those
//! of the file on disk. The format `jsonl` writes the same parts.

use std::io;

use serde::Serialize;

use super::visible::escape_json;
use super::{Presentation, Reporter};
use crate::finding::{
    AuditSummary, CallRecord, Counts, Edit, Evidence, Finding, Fix, Label, PolicySums, Report, Safety, Suppressed,
    Undecided,
};
use crate::model::{Coverage, CoverageStatus, RuleCoverage};
use crate::source::Place;

/// The version of the document. It changes when a reader of the old one would go wrong.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// The format `json`.
pub(super) struct Json;

impl Reporter for Json {
    fn id(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&Document::new(report))?;
        out.write_all(escape_json(text).as_bytes())?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool<'a>,
    summary: Summary<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<AuditEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<Vec<SuppressedEntry<'a>>>,
    calls: Vec<CallEntry<'a>>,
    coverage: CoverageSection<'a>,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::new(report),
            summary: Summary::new(report),
            audit: report.audit.as_deref().map(AuditEntry::new),
            findings: report.findings.iter().map(FindingEntry::new).collect(),
            suppressed: report.list_suppressed.then(|| report.suppressed.iter().map(SuppressedEntry::new).collect()),
            calls: report.calls.iter().map(CallEntry::new).collect(),
            coverage: CoverageSection {
                files_seen: report.counts.files_seen,
                files_searched: report.counts.files_searched,
                files_parsed: report.counts.files_parsed,
                incomplete: report.is_incomplete(),
                files: report.coverage.iter().map(CoverageEntry::new).collect(),
                rules: report.rules.iter().map(RuleEntry::new).collect(),
            },
        }
    }
}

/// What wrote the document.
#[derive(Serialize)]
pub(super) struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    rules_date: &'a str,
}

impl<'a> Tool<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), rules_date: &report.rules_date }
    }
}

/// The numbers of the run.
#[derive(Serialize)]
pub(super) struct Summary<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    hidden: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    switched_off: Option<usize>,
    suppressed: usize,
    baselined: usize,
    baseline_gone: usize,
    level: &'static str,
    calls: usize,
    calls_with_findings: usize,
    violations: usize,
    undecided: usize,
    proven: usize,
    files_skipped: usize,
    files_in_part: usize,
    operations: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u64>,
}

impl<'a> Summary<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let Counts { errors, warnings, notes, hidden, calls, calls_with_findings, .. } = report.counts;
        let Counts { suppressed, baselined, baseline_gone, .. } = report.counts;
        let Counts { violations, undecided, proven, files_skipped, files_in_part, .. } = report.counts;
        Self {
            errors,
            warnings,
            notes,
            hidden,
            switched_off: Some(report.counts.switched_off).filter(|n| *n > 0),
            suppressed,
            baselined,
            baseline_gone,
            level: report.level.word(),
            calls,
            calls_with_findings,
            violations,
            undecided,
            proven,
            files_skipped,
            files_in_part,
            operations: &report.operations,
            elapsed_ms: report.elapsed_milliseconds,
        }
    }
}

/// What the logs of an audit hold.
#[derive(Serialize)]
pub(super) struct AuditEntry<'a> {
    zone: &'a str,
    first: &'a str,
    last: &'a str,
    first_day: &'a str,
    last_day: &'a str,
    accounts: &'a [String],
    records: u64,
    calls: u64,
    filtered: u64,
    copies: u64,
    accepted: u64,
    refused: u64,
    denied: u64,
    refusals: serde_json::Map<String, serde_json::Value>,
    principals: u64,
    instances: u64,
    files: u64,
    #[serde(skip_serializing_if = "is_nothing")]
    not_opened: u64,
    bytes: u64,
    text_bytes: u64,
    gaps: &'a [String],
    limit: u64,
    over_limit: u64,
    at_limit: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    policies: Option<Box<PoliciesEntry>>,
}

/// What documents said of the calls.
#[derive(Serialize)]
struct PoliciesEntry {
    documents: u64,
    callers: u64,
    judged: u64,
    explained: u64,
    silent: serde_json::Map<String, serde_json::Value>,
}

impl PoliciesEntry {
    fn new(sums: &PolicySums) -> Self {
        let PolicySums { documents, callers, judged, explained, silent } = sums;
        let silent = silent.iter().map(|(why, count)| (why.clone(), (*count).into())).collect();
        Self { documents: *documents, callers: *callers, judged: *judged, explained: *explained, silent }
    }
}

impl<'a> AuditEntry<'a> {
    pub(super) fn new(audit: &'a AuditSummary) -> Self {
        Self {
            zone: &audit.zone,
            first: &audit.first,
            last: &audit.last,
            first_day: &audit.first_day,
            last_day: &audit.last_day,
            accounts: &audit.accounts,
            records: audit.records,
            calls: audit.calls,
            filtered: audit.filtered,
            copies: audit.copies,
            accepted: audit.accepted,
            refused: audit.refused,
            denied: audit.denied,
            refusals: audit.refusals.iter().map(|r| (r.class.clone(), r.count.into())).collect(),
            principals: audit.principals,
            instances: audit.instances,
            files: audit.files,
            not_opened: audit.not_opened,
            bytes: audit.bytes,
            text_bytes: audit.text_bytes,
            gaps: &audit.gaps,
            limit: audit.limit,
            over_limit: audit.over_limit,
            at_limit: audit.at_limit,
            policies: audit.policies.as_ref().map(PoliciesEntry::new).map(Box::new),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_nothing(count: &u64) -> bool {
    *count == 0
}

/// What a finding is about: what the source calls it, or in an audit the records that it stands on.
#[derive(Serialize)]
#[serde(untagged)]
enum SubjectEntry<'a> {
    Name(&'a str),
    Records(EvidenceEntry<'a>),
}

/// The records that a finding stands on.
#[derive(Serialize)]
pub(super) struct EvidenceEntry<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    instance: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    region: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    account: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    principal: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    day: &'a str,
    count: u64,
    accepted: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    first: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last: &'a str,
    event_ids: &'a [String],
}

impl<'a> EvidenceEntry<'a> {
    pub(super) fn new(evidence: &'a Evidence) -> Self {
        let Evidence { instance, region, account, principal, day, count, accepted, first, last, event_ids } = evidence;
        Self { instance, region, account, principal, day, count: *count, accepted: *accepted, first, last, event_ids }
    }
}

/// One finding.
#[derive(Serialize)]
pub(super) struct FindingEntry<'a> {
    rule: &'a str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    subject: SubjectEntry<'a>,
    parameter: Option<&'a str>,
    primary: LabelEntry<'a>,
    related: Vec<LabelEntry<'a>>,
    answer: Option<&'a str>,
    supported: &'a [String],
    nearest: Option<&'a str>,
    help: Option<&'a str>,
    edits: Vec<FixEntry<'a>>,
    fingerprint: &'a str,
}

impl<'a> FindingEntry<'a> {
    pub(super) fn new(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            message: &finding.message,
            subject: match &finding.evidence {
                Some(evidence) => SubjectEntry::Records(EvidenceEntry::new(evidence)),
                None => SubjectEntry::Name(&finding.subject),
            },
            parameter: finding.parameter.as_deref(),
            primary: LabelEntry::new(&finding.primary),
            related: finding.related.iter().map(LabelEntry::new).collect(),
            answer: finding.answer.as_deref(),
            supported: &finding.supported,
            nearest: finding.nearest.as_deref(),
            help: finding.help.as_deref(),
            edits: finding.fixes.iter().map(FixEntry::new).collect(),
            fingerprint: &finding.fingerprint,
        }
    }
}

/// A finding that is left out, and who answers for it.
#[derive(Serialize)]
pub(super) struct SuppressedEntry<'a> {
    by: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Region<'a>>,
    finding: FindingEntry<'a>,
}

impl<'a> SuppressedEntry<'a> {
    pub(super) fn new(suppressed: &'a Suppressed) -> Self {
        Self {
            by: suppressed.by.word(),
            reason: &suppressed.reason,
            owner: suppressed.owner.as_deref(),
            until: suppressed.until.map(|day| day.to_string()),
            place: suppressed.place.as_ref().map(Region::new),
            finding: FindingEntry::new(&suppressed.finding),
        }
    }
}

#[derive(Serialize)]
struct LabelEntry<'a> {
    #[serde(flatten)]
    region: Region<'a>,
    label: &'a str,
}

impl<'a> LabelEntry<'a> {
    fn new(label: &'a Label) -> Self {
        Self { region: Region::new(&label.place), label: &label.text }
    }
}

#[derive(Serialize)]
struct Region<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start_byte: u64,
    end_byte: u64,
}

impl<'a> Region<'a> {
    fn new(place: &'a Place) -> Self {
        let (start, end) = (place.start(), place.end());
        Self {
            path: place.source.path(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start_byte: place.source.file_offset(place.span.start),
            end_byte: place.source.file_offset(place.span.end),
        }
    }
}

#[derive(Serialize)]
struct FixEntry<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<EditEntry<'a>>,
}

impl<'a> FixEntry<'a> {
    fn new(fix: &'a Fix) -> Self {
        Self {
            title: &fix.title,
            safety: safety_word(fix.safety),
            edits: fix.edits.iter().map(EditEntry::new).collect(),
        }
    }
}

/// The word for how safe a fix is.
pub(super) fn safety_word(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::NeedsReview => "needs-review",
    }
}

#[derive(Serialize)]
struct EditEntry<'a> {
    #[serde(flatten)]
    region: Region<'a>,
    replacement: &'a str,
}

impl<'a> EditEntry<'a> {
    fn new(edit: &'a Edit) -> Self {
        Self { region: Region::new(&edit.place), replacement: &edit.replacement }
    }
}

/// One call with its verdict.
#[derive(Serialize)]
pub(super) struct CallEntry<'a> {
    subject: &'a str,
    api: &'a str,
    surface: &'static str,
    path: &'a str,
    line: u32,
    column: u32,
    verdict: &'static str,
    #[serde(skip_serializing_if = "is_one")]
    times: usize,
    undecided: Vec<UndecidedEntry<'a>>,
    parameters: serde_json::Map<String, serde_json::Value>,
    facts: serde_json::Map<String, serde_json::Value>,
}

impl<'a> CallEntry<'a> {
    pub(super) fn new(call: &'a CallRecord) -> Self {
        let start = call.head.start();
        Self {
            subject: &call.subject,
            api: &call.api,
            surface: call.surface,
            path: call.head.source.path(),
            line: start.line,
            column: start.column,
            verdict: call.verdict.word(),
            times: call.times,
            undecided: call.undecided.iter().map(UndecidedEntry::new).collect(),
            parameters: map(&call.parameters),
            facts: map(&call.facts),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_one(times: &usize) -> bool {
    *times == 1
}

fn map(pairs: &[(String, Option<String>)]) -> serde_json::Map<String, serde_json::Value> {
    pairs.iter().map(|(name, text)| (name.clone(), text.clone().into())).collect()
}

#[derive(Serialize)]
struct UndecidedEntry<'a> {
    subject: &'a str,
    reason: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    point: Option<Point<'a>>,
}

#[derive(Serialize)]
struct Point<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

impl<'a> UndecidedEntry<'a> {
    fn new(undecided: &'a Undecided) -> Self {
        let point = undecided.place.as_ref().map(|place| {
            let start = place.start();
            Point { path: place.source.path(), line: start.line, column: start.column }
        });
        Self { subject: &undecided.subject, reason: &undecided.reason, point }
    }
}

#[derive(Serialize)]
struct CoverageSection<'a> {
    files_seen: usize,
    files_searched: usize,
    files_parsed: usize,
    incomplete: bool,
    files: Vec<CoverageEntry<'a>>,
    rules: Vec<RuleEntry<'a>>,
}

/// What became of one file.
#[derive(Serialize)]
pub(super) struct CoverageEntry<'a> {
    path: &'a str,
    status: &'static str,
    reason: &'a str,
}

/// How far a rule was applied.
#[derive(Serialize)]
struct RuleEntry<'a> {
    rule: &'a str,
    status: &'static str,
    reason: &'a str,
}

impl<'a> RuleEntry<'a> {
    fn new(coverage: &'a RuleCoverage) -> Self {
        Self { rule: &coverage.rule, status: status_word(coverage.status), reason: &coverage.reason }
    }
}

fn status_word(status: CoverageStatus) -> &'static str {
    match status {
        CoverageStatus::Judged => "judged",
        CoverageStatus::InPart => "in-part",
        CoverageStatus::Skipped => "skipped",
    }
}

impl<'a> CoverageEntry<'a> {
    pub(super) fn new(coverage: &'a Coverage) -> Self {
        let status = status_word(coverage.status);
        Self { path: &coverage.path, status, reason: &coverage.reason }
    }
}
