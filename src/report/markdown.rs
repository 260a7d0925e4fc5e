//! The format `markdown`: a summary and a table of findings, for issues, pull requests and wikis.
//!
//! It fits into a comment: what would be too much is counted instead. Notes beside worse findings are folded away.

use std::io;

use super::visible::visible;
use super::{Presentation, Reporter};
use crate::finding::{AuditSummary, Counts, Finding, Report, Severity};

/// The format `markdown`.
pub(super) struct Markdown;

/// More characters of a cell than this are cut.
const MOST: usize = 400;

/// So many characters a comment on GitHub may have, less what the last lines need.
const MOST_OF_ALL: usize = 65_536 - 1_024;

impl Reporter for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let mut head = Vec::new();
        write_head(report, &mut head)?;
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut page = Page { left: MOST_OF_ALL.saturating_sub(head.chars().count()), hidden: 0, out };
        page.out.write_all(head.as_bytes())?;
        if report.findings.is_empty() {
            return writeln!(page.out, "No findings.");
        }
        let (notes, worse): (Vec<&Finding>, Vec<&Finding>) =
            report.findings.iter().partition(|finding| finding.severity == Severity::Note);
        page.table(&worse)?;
        if worse.is_empty() {
            page.table(&notes)?;
        } else if !notes.is_empty() {
            let noun = if notes.len() == 1 { "note" } else { "notes" };
            writeln!(page.out, "\n<details><summary>{} {noun}</summary>\n", notes.len())?;
            page.table(&notes)?;
            writeln!(page.out, "\n</details>")?;
        }
        if page.hidden > 0 {
            writeln!(page.out, "\n{} more findings are not shown here; the JSON report has all of them.", page.hidden)?;
        }
        Ok(())
    }
}

/// What there is still room for.
struct Page<'o> {
    left: usize,
    hidden: usize,
    out: &'o mut dyn io::Write,
}

impl Page<'_> {
    fn table(&mut self, findings: &[&Finding]) -> io::Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "| severity | rule | what | where | calls |\n|---|---|---|---|---|")?;
        for finding in findings {
            let row = row(finding);
            let size = row.chars().count() + 1;
            // Once there is no room, no shorter one takes the place of a worse one.
            if self.hidden > 0 || size > self.left {
                self.hidden += 1;
            } else {
                self.left -= size;
                writeln!(self.out, "{row}")?;
            }
        }
        Ok(())
    }
}

/// So many gaps of logs are told.
const MOST_GAPS: usize = 20;

fn write_head(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# {}\n", report.title())?;
    if let Some(audit) = &report.audit {
        write_audit(audit, out)?;
    }
    let Counts { errors, warnings, notes, hidden, calls, proven, undecided, .. } = report.counts;
    let within = match report.policies {
        Some(policies) => format!("{policies} RAM policies"),
        None => format!("{calls} calls; {proven} proven, {undecided} undecided"),
    };
    writeln!(out, "{errors} errors, {warnings} warnings, {notes} notes ({hidden} hidden) in {within}.\n")?;
    let Counts { suppressed, baselined, .. } = report.counts;
    if suppressed + baselined > 0 {
        writeln!(out, "Left out: {suppressed} findings suppressed, {baselined} in the baseline.\n")?;
    }
    if report.is_incomplete() {
        let (skipped, in_part) = (report.counts.files_skipped, report.counts.files_in_part);
        writeln!(out, "**Not complete:** {skipped} files were not read, {in_part} in part.\n")?;
    }
    Ok(())
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
    for gap in audit.gaps.iter().take(MOST_GAPS) {
        writeln!(out, "| nothing in the logs | {} |", cell(gap))?;
    }
    if let Some(more) = audit.gaps.len().checked_sub(MOST_GAPS).filter(|more| *more > 0) {
        writeln!(out, "| nothing in the logs | {more} times more |")?;
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
