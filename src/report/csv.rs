//! The format `csv`: a row a finding, for tables and spreadsheets.
//!
//! Columns are only ever added at the end.

use std::io;

use super::visible::visible;
use super::{Presentation, Reporter};
use crate::finding::{Evidence, Finding, Report};

/// The format `csv`.
pub(super) struct Csv;

const HEADERS: [&str; 22] = [
    "severity",
    "rule",
    "confidence",
    "message",
    "parameter",
    "path",
    "line",
    "column",
    "instance",
    "region",
    "account",
    "principal",
    "day",
    "count",
    "accepted",
    "first",
    "last",
    "event_ids",
    "answer",
    "nearest",
    "help",
    "fingerprint",
];

impl Reporter for Csv {
    fn id(&self) -> &'static str {
        "csv"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(HEADERS)?;
        for finding in &report.findings {
            writer.write_record(row(finding).iter().map(|cell| harmless(cell)))?;
        }
        writer.flush()
    }
}

fn row(finding: &Finding) -> [String; 22] {
    let start = finding.primary.place.start();
    let none = Evidence::default();
    let evidence = finding.evidence.as_deref();
    let number = |of: fn(&Evidence) -> u64| evidence.map(|evidence| of(evidence).to_string()).unwrap_or_default();
    let (count, accepted) = (number(|e| e.count), number(|e| e.accepted));
    let evidence = evidence.unwrap_or(&none);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        finding.severity.word().to_owned(),
        finding.rule.to_string(),
        finding.confidence.word().to_owned(),
        finding.message.clone(),
        text(&finding.parameter),
        finding.primary.place.source.path().to_owned(),
        start.line.to_string(),
        start.column.to_string(),
        evidence.instance.clone(),
        evidence.region.clone(),
        evidence.account.clone(),
        evidence.principal.clone(),
        evidence.day.clone(),
        count,
        accepted,
        evidence.first.clone(),
        evidence.last.clone(),
        evidence.event_ids.join(" "),
        text(&finding.answer),
        text(&finding.nearest),
        text(&finding.help),
        finding.fingerprint.clone(),
    ]
}

/// A cell that no spreadsheet takes for a formula, and in which every character can be seen.
fn harmless(cell: &str) -> String {
    let shown = visible(cell, true);
    if shown.starts_with(['=', '+', '-', '@']) { format!("'{shown}") } else { shown }
}
