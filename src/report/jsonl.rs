//! The format `jsonl`: one JSON object a line, each with a `type`.
//!
//! The objects are the parts of the `json` document: findings, then what is left out (on request), then calls, then files of the coverage,
//! and last a summary, whose absence tells a reader that the output was cut off.

use std::io;

use serde::Serialize;

use super::json::{AuditEntry, CallEntry, CoverageEntry, FindingEntry, SCHEMA_VERSION, Summary, SuppressedEntry, Tool};
use super::visible::escape_json;
use super::{Presentation, Reporter};
use crate::finding::Report;

/// The format `jsonl`.
pub(super) struct JsonLines;

impl Reporter for JsonLines {
    fn id(&self) -> &'static str {
        "jsonl"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &report.findings {
            write_line(&Line::Finding(FindingEntry::new(finding)), out)?;
        }
        for suppressed in report.suppressed.iter().filter(|_| report.list_suppressed) {
            write_line(&Line::Suppressed(SuppressedEntry::new(suppressed)), out)?;
        }
        for call in &report.calls {
            write_line(&Line::Call(CallEntry::new(call)), out)?;
        }
        for coverage in &report.coverage {
            write_line(&Line::Coverage(CoverageEntry::new(coverage)), out)?;
        }
        let last = Last {
            schema_version: SCHEMA_VERSION,
            tool: Tool::new(report),
            summary: Summary::new(report),
            files_seen: report.counts.files_seen,
            files_searched: report.counts.files_searched,
            files_parsed: report.counts.files_parsed,
            incomplete: report.is_incomplete(),
            audit: report.audit.as_deref().map(AuditEntry::new),
        };
        write_line(&Line::Summary(last), out)
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Finding(FindingEntry<'a>),
    Suppressed(SuppressedEntry<'a>),
    Call(CallEntry<'a>),
    Coverage(CoverageEntry<'a>),
    Summary(Last<'a>),
}

#[derive(Serialize)]
struct Last<'a> {
    schema_version: u32,
    tool: Tool<'a>,
    #[serde(flatten)]
    summary: Summary<'a>,
    files_seen: usize,
    files_searched: usize,
    files_parsed: usize,
    incomplete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<AuditEntry<'a>>,
}

fn write_line(line: &Line<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(escape_json(serde_json::to_string(line)?).as_bytes())?;
    out.write_all(b"\n")
}
