//! The format `markdown`: a summary and a table of findings, for issues, pull requests and wikis.

use std::io;

use super::visible::visible;
use super::{Presentation, Reporter};
use crate::finding::{AuditSummary, Counts, Finding, Report};

/// The format `markdown`.
pub(super) struct Markdown;

/// More characters of a cell than this are cut.
const MOST: usize = 400;

impl Reporter for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let operations = report.operations.join(" and ");
        writeln!(out, "# {operations}\n")?;
        if let Some(audit) = &report.audit {
            write_audit(audit, out)?;
        }
        let Counts { errors, warnings, notes, hidden, calls, proven, undecided, .. } = report.counts;
        writeln!(
            out,
            "{errors} errors, {warnings} warnings, {notes} notes ({hidden} hidden) in {calls} calls; {proven} proven, \
             {undecided} undecided.\n"
        )?;
        let Counts { suppressed, baselined, .. } = report.counts;
        if suppressed + baselined > 0 {
            writeln!(out, "Left out: {suppressed} findings suppressed, {baselined} in the baseline.\n")?;
        }
        if report.is_incomplete() {
            let (skipped, in_part) = (report.counts.files_skipped, report.counts.files_in_part);
            writeln!(out, "**Not complete:** {skipped} files were not read, {in_part} in part.\n")?;
        }
        if report.findings.is_empty() {
            return writeln!(out, "No findings.");
        }
        writeln!(out, "| severity | rule | what | where | calls |\n|---|---|---|---|---|")?;
        for finding in &report.findings {
            writeln!(out, "{}", row(finding))?;
        }
        Ok(())
    }
}

fn write_audit(audit: &AuditSummary, out: &mut dyn io::Write) -> io::Result<()> {
    let AuditSummary { records, calls, files, accepted, refused, denied, copies, instances, principals, .. } = audit;
    writeln!(
        out,
        "{}: {} to {} ({}), {calls} calls of {records} records in {files} files\n",
        cell(&audit.product),
        audit.first_day,
        audit.last_day,
        cell(&audit.zone)
    )?;
    writeln!(out, "| | |\n|---|---|")?;
    for (name, value) in [
        ("accepted", accepted),
        ("refused", refused),
        ("of these denied", denied),
        ("further copies", copies),
        ("instances", instances),
        ("callers", principals),
        ("limit of a day", &audit.limit),
        ("instances over it", &audit.over_limit),
        ("instances at it", &audit.at_limit),
    ] {
        writeln!(out, "| {name} | {value} |")?;
    }
    if audit.not_opened > 0 {
        writeln!(out, "| files that were not opened | {} |", audit.not_opened)?;
    }
    for gap in &audit.gaps {
        writeln!(out, "| nothing in the logs | {} |", cell(gap))?;
    }
    writeln!(out)
}

fn row(finding: &Finding) -> String {
    let mut what = cell(&finding.message);
    for (name, text) in [("nearest", &finding.nearest), ("help", &finding.help)] {
        if let Some(text) = text {
            what.push_str(&format!("<br>{name}: {}", cell(text)));
        }
    }
    let count = finding.evidence.as_ref().map(|evidence| evidence.count.to_string()).unwrap_or_default();
    format!(
        "| {} | {} | {what} | {} | {count} |",
        finding.severity.word(),
        cell(&finding.rule),
        cell(&finding.primary.place.display())
    )
}

/// A text that stands in a cell as it is: nothing in it is read as markup.
fn cell(text: &str) -> String {
    let shown = visible(text, true);
    let mut out = String::with_capacity(shown.len() + 8);
    for c in shown.chars().take(MOST) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    if shown.chars().nth(MOST).is_some() {
        out.push('…');
    }
    out
}
