//! The format `github`: workflow commands, which a GitHub workflow shows as annotations.
//!
//! GitHub takes so many annotations of a kind from a step and drops the rest without a word; so the worst come first,
//! and a line says how many more there are.

use std::collections::BTreeMap;
use std::io;

use super::visible::visible;
use super::words::message;
use super::{Presentation, Reporter};
use crate::finding::{Confidence, Counts, Finding, Report, Severity};

/// The format `github`.
pub(super) struct Github;

/// So many annotations of each kind are shown of a step.
const MOST: usize = 10;

/// A longer message is cut by GitHub in the middle of a character.
const LONGEST: usize = 4_000;

impl Reporter for Github {
    fn id(&self) -> &'static str {
        "github"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        // Sorting is stable: what is equally bad stays in the order of the files.
        let mut findings: Vec<&Finding> = report.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse((finding.severity, finding.confidence)));
        let mut left: BTreeMap<Severity, usize> = BTreeMap::new();
        for finding in &findings {
            let count = left.entry(finding.severity).or_default();
            *count += 1;
            if *count <= MOST {
                writeln!(out, "{}", command(report, finding))?;
            }
        }
        let more: usize = left.values().map(|count| count.saturating_sub(MOST)).sum();
        let Counts { errors, warnings, calls, suppressed, baselined, .. } = report.counts;
        write!(out, "{}: {errors} errors, {warnings} warnings in {calls} calls", env!("CARGO_PKG_NAME"))?;
        for (count, what) in
            [(more, "more findings have no annotation"), (suppressed, "suppressed"), (baselined, "in the baseline")]
        {
            if count > 0 {
                write!(out, "; {count} {what}")?;
            }
        }
        writeln!(out)
    }
}

fn command(report: &Report, finding: &Finding) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (start, end) = (finding.primary.place.start(), finding.primary.place.end());
    let path = report.path_in_repository(finding.primary.place.source.path());
    let mut out = format!("::{kind} file={},line={}", property(&path), start.line);
    // A column is only taken where the place is in one line.
    if end.line == start.line {
        out.push_str(&format!(",col={},endColumn={}", start.column, end.column.max(start.column)));
    } else {
        out.push_str(&format!(",endLine={}", end.line));
    }
    let possible = if finding.confidence == Confidence::Possible { " (possible)" } else { "" };
    out.push_str(&format!(",title={}::{}", property(&format!("{}{possible}", finding.rule)), data(finding)));
    out
}

/// The message, with the further places: an annotation has one place.
fn data(finding: &Finding) -> String {
    let mut lines = vec![visible(&message(finding), true)];
    lines.extend(
        finding.related.iter().map(|label| visible(&format!("{}: {}", label.place.display(), label.text), true)),
    );
    let text: String = lines.join("\n").chars().take(LONGEST).collect();
    escape(&text)
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value among the properties, which a colon or a comma would end.
fn property(text: &str) -> String {
    escape(&visible(text, true)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_property_or_a_message_is_escaped() {
        assert_eq!(property("a:b,c%d"), "a%3Ab%2Cc%25d");
        assert_eq!(escape("100%\r\nx: y, z"), "100%25%0D%0Ax: y, z");
    }
}
