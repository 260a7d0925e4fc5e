//! The format `sarif`: SARIF 2.1.0, for code scanning services.
//!
//! Turns a report into the types of [`mod@log`]. Positions count from 1, columns in Unicode code points,
//! which the log declares; byte offsets are those of the file on disk. What SARIF has no place for, that
//! is, undecided calls and files that were not looked at, becomes notifications of the run.

mod log;
mod uri;

use std::io;

use rustc_hash::FxHashMap;

use self::log::{
    ArtifactChange, ArtifactContent, ArtifactLocation, BaseId, BaseIds, Configuration, Driver, Fix, Invocation,
    Location, Log, Message, Multiformat, Notification, NotificationId, PartialFingerprints, PhysicalLocation, Region,
    Replacement, ReportingDescriptor, Result as Entry, ResultProperties, Run, Suppression, SuppressionProperties, Tool,
};
use super::json::{EvidenceEntry, safety_word};
use super::visible::escape_json;
use super::words::{message, sentence};
use super::{Presentation, Reporter};
use crate::finding::{Finding, Report, Rule, Severity, Suppressed, SuppressedBy, Verdict};
use crate::model::CoverageStatus;
use crate::source::Place;

/// The format `sarif`.
pub(super) struct Sarif;

impl Reporter for Sarif {
    fn id(&self) -> &'static str {
        "sarif"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&log(report))?;
        out.write_all(escape_json(text).as_bytes())?;
        out.write_all(b"\n")
    }
}

fn log(report: &Report) -> Log {
    let (rules, indexes) = rules(report);
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BaseIds {
                root: BaseId {
                    description: Message::new(
                        "The root of the repository, or the folder of the run where there is none.",
                    ),
                },
            },
            invocations: [Invocation { execution_successful: true, notifications: notifications(report) }],
            results: report
                .findings
                .iter()
                .map(|finding| entry(report, finding, &indexes))
                .chain(suppressed(report).map(|suppressed| suppressed_entry(report, suppressed, &indexes)))
                .collect(),
        }],
    }
}

/// The rules of the catalogue, then those that occur without being in it, and where each is.
fn rules(report: &Report) -> (Vec<ReportingDescriptor>, FxHashMap<&str, usize>) {
    let mut rules = Vec::new();
    let mut indexes = FxHashMap::default();
    for rule in report.catalogue.rules() {
        indexes.insert(rule.id.as_str(), rules.len());
        rules.push(descriptor(rule));
    }
    for finding in report.findings.iter().chain(suppressed(report).map(|suppressed| &suppressed.finding)) {
        indexes.entry(&*finding.rule).or_insert_with(|| {
            rules.push(ReportingDescriptor { id: finding.rule.to_string(), ..ReportingDescriptor::default() });
            rules.len() - 1
        });
    }
    (rules, indexes)
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let why = rule.why.trim();
    let mut markdown = format!("{why}\n\n{}", rule.fix.trim());
    if !rule.references.is_empty() {
        markdown.push_str(&format!("\n\nReferences:\n\n- {}", rule.references.join("\n- ")));
    }
    ReportingDescriptor {
        id: rule.id.clone(),
        short_description: Some(Message::new(sentence(&rule.title))),
        // Services cut long descriptions; the help says all of it, since a viewer has no `explain`.
        full_description: Some(Message::new(why.split("\n\n").next().unwrap_or(why))),
        help: Some(Multiformat { text: markdown.clone(), markdown }),
        help_uri: rule.references.iter().find(|r| r.starts_with("https://") && !r.contains(' ')).cloned(),
        default_configuration: Some(Configuration { level: level(rule.severity) }),
    }
}

fn entry(report: &Report, finding: &Finding, indexes: &FxHashMap<&str, usize>) -> Entry {
    let related = finding.related.iter().enumerate().map(|(index, label)| Location {
        id: Some(index + 1),
        message: (!label.text.is_empty()).then(|| Message::new(&*label.text)),
        ..location(report, &label.place)
    });
    let primary = &finding.primary;
    Entry {
        rule_id: finding.rule.to_string(),
        rule_index: indexes.get(&*finding.rule).copied(),
        level: level(finding.severity),
        message: Message::new(message(finding)),
        locations: [Location {
            message: (!primary.text.is_empty()).then(|| Message::new(&*primary.text)),
            ..location(report, &primary.place)
        }],
        related_locations: related.collect(),
        partial_fingerprints: (!finding.fingerprint.is_empty())
            .then(|| PartialFingerprints { backuplint: finding.fingerprint.clone() }),
        fixes: finding.fixes.iter().map(|of| fix(report, of)).collect(),
        suppressions: Vec::new(),
        properties: ResultProperties {
            confidence: finding.confidence.word(),
            subject: finding.subject.clone(),
            parameter: finding.parameter.clone(),
            evidence: finding.evidence.as_deref().and_then(|e| serde_json::to_value(EvidenceEntry::new(e)).ok()),
            supported: finding.supported.clone(),
            fix_safety: finding.fixes.iter().map(|fix| safety_word(fix.safety)).collect(),
        },
    }
}

/// What is left out, when it is to be listed: services that know suppressions close such a result.
fn suppressed(report: &Report) -> impl Iterator<Item = &Suppressed> {
    report.suppressed.iter().filter(|_| report.list_suppressed)
}

fn suppressed_entry(report: &Report, suppressed: &Suppressed, indexes: &FxHashMap<&str, usize>) -> Entry {
    let kind = if suppressed.by == SuppressedBy::Comment { "inSource" } else { "external" };
    let suppression = Suppression {
        kind,
        status: "accepted",
        justification: suppressed.reason.clone(),
        location: suppressed.place.as_ref().map(|place| location(report, place)),
        properties: SuppressionProperties {
            by: suppressed.by.word(),
            owner: suppressed.owner.clone(),
            until: suppressed.until.map(|day| day.to_string()),
        },
    };
    Entry { suppressions: vec![suppression], ..entry(report, &suppressed.finding, indexes) }
}

/// One artifact change a file, in the order in which the files first appear.
fn fix(report: &Report, fix: &crate::finding::Fix) -> Fix {
    let mut changes: Vec<(&str, ArtifactChange)> = Vec::new();
    for edit in &fix.edits {
        let path = edit.place.source.path();
        let replacement = Replacement {
            deleted_region: region(&edit.place),
            inserted_content: ArtifactContent { text: edit.replacement.clone() },
        };
        match changes.iter_mut().find(|(known, _)| *known == path) {
            Some((_, change)) => change.replacements.push(replacement),
            None => {
                let change =
                    ArtifactChange { artifact_location: artifact(report, path), replacements: vec![replacement] };
                changes.push((path, change));
            }
        }
    }
    Fix {
        description: Message::new(sentence(&fix.title)),
        artifact_changes: changes.into_iter().map(|(_, change)| change).collect(),
    }
}

/// What is not a finding and must not be lost: calls that are undecided, files that were not judged.
fn notifications(report: &Report) -> Vec<Notification> {
    // What logs show has been made already: whether it was right to the last is no matter of the run.
    let calls = if report.audit.is_some() { &[] } else { report.calls.as_slice() };
    let undecided = calls.iter().filter(|call| call.verdict == Verdict::Undecided).map(|call| {
        let reasons: Vec<_> = call.undecided.iter().map(|u| format!("{}: {}", u.subject, u.reason)).collect();
        Notification {
            descriptor: NotificationId { id: "undecided" },
            level: "note",
            message: Message::new(sentence(&format!("{} is undecided. {}", call.subject, reasons.join("; ")))),
            locations: vec![location(report, &call.head)],
        }
    });
    let unread = report.coverage.iter().filter(|c| c.status != CoverageStatus::Judged).map(|coverage| {
        let word = if coverage.status == CoverageStatus::Skipped { "Skipped" } else { "Read in part" };
        let place = PhysicalLocation { artifact_location: artifact(report, &coverage.path), region: None };
        Notification {
            descriptor: NotificationId { id: "coverage" },
            level: "warning",
            message: Message::new(sentence(&format!("{word}: {}", coverage.reason))),
            locations: vec![Location { physical_location: place, id: None, message: None }],
        }
    });
    undecided.chain(unread).collect()
}

fn location(report: &Report, place: &Place) -> Location {
    let artifact_location = artifact(report, place.source.path());
    let physical_location = PhysicalLocation { artifact_location, region: Some(region(place)) };
    Location { physical_location, id: None, message: None }
}

fn region(place: &Place) -> Region {
    let (start, end) = (place.start(), place.end());
    let byte_offset = place.source.file_offset(place.span.start);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        byte_offset,
        byte_length: place.source.file_offset(place.span.end).saturating_sub(byte_offset),
    }
}

fn artifact(report: &Report, path: &str) -> ArtifactLocation {
    let reference = uri::of_path(&report.path_in_repository(path));
    ArtifactLocation { uri_base_id: reference.is_relative.then_some(log::ROOT), uri: reference.text }
}

fn level(severity: Severity) -> &'static str {
    // SARIF has the same three words.
    severity.word()
}
