//! The format `html`: one page that needs nothing else, for those who read in a browser.
//!
//! The page asks for nothing over the network, works from a disk, in light and dark, by keyboard, and without its
//! script (which only filters). Owns the page; the charts are in [`mod@charts`].

mod charts;

use std::io;

use super::visible::visible;
use super::{Presentation, Reporter};
use crate::finding::{AuditSummary, Confidence, Counts, Evidence, Finding, Label, Report};

/// The format `html`.
pub(super) struct Html;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// So many findings are written out; a browser shows no more with ease.
const MOST_FINDINGS: usize = 2_000;
/// So many further places of a finding are shown.
const MOST_PLACES: usize = 8;

impl Reporter for Html {
    fn id(&self) -> &'static str {
        "html"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let operations = escape(&report.title());
        writeln!(
            out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{operations}: {} errors, {} warnings</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>",
            report.counts.errors, report.counts.warnings
        )?;
        write_head(report, &operations, out)?;
        if let Some(audit) = &report.audit {
            charts::write_heat_map(audit, out)?;
            charts::write_refusals(audit, out)?;
        }
        write_findings(report, out)?;
        write_unread(report, out)?;
        writeln!(out, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>")
    }
}

fn write_head(report: &Report, operations: &str, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<header>\n<h1>{operations}</h1>")?;
    if let Some(audit) = &report.audit {
        let accounts = match audit.accounts.as_slice() {
            [] => String::new(),
            many => format!(", account {}", many.join(", ")),
        };
        let span = match audit.first_day.as_str() {
            "" => "no calls".to_owned(),
            first => format!("{first} to {} ({})", audit.last_day, audit.zone),
        };
        writeln!(out, "<p class=\"sub\">{}</p>", escape(&format!("{}, {span}{accounts}", audit.product)))?;
    }
    writeln!(out, "</header>\n<dl class=\"sums\">")?;
    let Counts { errors, warnings, notes, calls, files_seen, .. } = report.counts;
    let mut sums: Vec<(&str, u64)> =
        [("errors", errors), ("warnings", warnings), ("notes", notes)].map(|(k, n)| (k, n as u64)).to_vec();
    match &report.audit {
        Some(audit) => {
            sums.extend(sums_of(audit));
            sums.extend((audit.not_opened > 0).then_some(("files not opened", audit.not_opened)));
        }
        None => {
            let within = report.policies.map_or(("calls", calls as u64), |policies| ("RAM policies", policies as u64));
            sums.extend([within, ("files", files_seen as u64)]);
        }
    }
    let (suppressed, baselined) = (report.counts.suppressed as u64, report.counts.baselined as u64);
    let left_out = [("suppressed", suppressed), ("in the baseline", baselined)];
    sums.extend(left_out.into_iter().filter(|(_, count)| *count > 0));
    for (name, value) in sums {
        writeln!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>")?;
    }
    writeln!(out, "</dl>")?;
    for gap in report.audit.iter().flat_map(|audit| &audit.gaps) {
        writeln!(out, "<p>The logs have nothing of {}.</p>", escape(gap))?;
    }
    Ok(())
}

fn sums_of(audit: &AuditSummary) -> [(&'static str, u64); 9] {
    [
        ("calls", audit.calls),
        ("accepted", audit.accepted),
        ("refused", audit.refused),
        ("of these denied", audit.denied),
        ("further copies", audit.copies),
        ("instances", audit.instances),
        ("over the limit", audit.over_limit),
        ("records", audit.records),
        ("files", audit.files),
    ]
}

fn write_findings(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>")?;
    if report.findings.is_empty() {
        return writeln!(out, "<p>No findings.</p>\n</section>");
    }
    let mut rules: Vec<&str> = report.findings.iter().map(|finding| &*finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    let options: String = rules.iter().map(|rule| format!("<option>{}</option>", escape(rule))).collect();
    writeln!(
        out,
        "<form id=\"filter\" class=\"filter\" hidden>\n\
         <label>Text <input type=\"search\" name=\"text\"></label>\n\
         <label>Severity <select name=\"severity\"><option value=\"\">any</option><option>error</option>\
         <option>warning</option><option>note</option></select></label>\n\
         <label>Rule <select name=\"rule\"><option value=\"\">any</option>{options}</select></label>\n\
         <button type=\"reset\">Show all</button>\n<output id=\"count\" class=\"quiet\" aria-live=\"polite\"></output>\n</form>"
    )?;
    for finding in report.findings.iter().take(MOST_FINDINGS) {
        write_finding(finding, out)?;
    }
    let more = report.findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        writeln!(out, "<p>{more} more findings are not shown here; the JSON report has all of them.</p>")?;
    }
    writeln!(out, "</section>")
}

fn write_finding(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let word = finding.severity.word();
    let rule = escape(&finding.rule);
    let possible = if finding.confidence == Confidence::Possible { ", possible" } else { "" };
    writeln!(
        out,
        "<article class=\"{word}\" data-severity=\"{word}\" data-rule=\"{rule}\">\n\
         <h3><span class=\"word\">{word}</span> [{rule}{possible}] {}</h3>",
        escape(&finding.message)
    )?;
    write_place(&finding.primary, out)?;
    for label in finding.related.iter().take(MOST_PLACES) {
        write_place(label, out)?;
    }
    let mut rows: Vec<(&str, String)> = Vec::new();
    rows.extend(finding.answer.iter().map(|answer| ("the service answers", answer.clone())));
    if !finding.supported.is_empty() {
        rows.push(("supported here", finding.supported.join(", ")));
    }
    rows.extend(finding.nearest.iter().map(|nearest| ("nearest", nearest.clone())));
    rows.extend(finding.help.iter().map(|help| ("help", help.clone())));
    write_rows(&rows, out)?;
    if let Some(evidence) = &finding.evidence {
        writeln!(out, "<details><summary>Evidence</summary>")?;
        write_rows(&rows_of(evidence), out)?;
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</article>")
}

fn write_rows(rows: &[(&str, String)], out: &mut dyn io::Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "<table class=\"evidence\">")?;
    for (name, text) in rows {
        writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escape(text))?;
    }
    writeln!(out, "</table>")
}

fn rows_of(evidence: &Evidence) -> Vec<(&'static str, String)> {
    let texts = [
        ("instance", &evidence.instance),
        ("region", &evidence.region),
        ("account", &evidence.account),
        ("caller", &evidence.principal),
        ("day", &evidence.day),
        ("first", &evidence.first),
        ("last", &evidence.last),
    ];
    let mut rows: Vec<(&str, String)> =
        texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, text.clone())).collect();
    rows.push(("count", format!("{} ({} accepted)", evidence.count, evidence.accepted)));
    if !evidence.event_ids.is_empty() {
        let ids = evidence.event_ids.join(" ");
        let more = evidence.count.saturating_sub(evidence.event_ids.len() as u64);
        rows.push(("events", if more > 0 { format!("{ids} and {more} more") } else { ids }));
    }
    rows
}

/// A place: where, the line, and what is to be seen in it.
fn write_place(label: &Label, out: &mut dyn io::Write) -> io::Result<()> {
    let place = &label.place;
    let note = if label.text.is_empty() { String::new() } else { format!(": {}", escape(&label.text)) };
    writeln!(out, "<p class=\"quiet\"><code>{}</code>{note}</p>", escape(&place.display()))?;
    let Some(line) = place.source.line_span(place.start().line) else { return Ok(()) };
    if line.is_empty() {
        return Ok(());
    }
    let text = place.source.slice(line);
    let start = (place.span.start.saturating_sub(line.start) as usize).min(text.len());
    let end = (place.span.end.saturating_sub(line.start) as usize).clamp(start, text.len());
    let whole = end - start == text.len();
    match (text.get(..start), text.get(start..end), text.get(end..)) {
        (Some(before), Some(marked), Some(after)) if !whole && text.len() <= 400 => {
            writeln!(out, "<pre>{}<mark>{}</mark>{}</pre>", escape(before), escape(marked), escape(after))
        }
        _ => writeln!(out, "<pre>{}</pre>", escape(&text.chars().take(400).collect::<String>())),
    }
}

/// What was not, or not wholly, looked at.
fn write_unread(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let unread = report.coverage.iter().filter(|file| file.status != crate::model::CoverageStatus::Judged);
    let unread: Vec<_> = unread.collect();
    if unread.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Not looked at, or not wholly</h2>\n<ul>")?;
    for file in unread.iter().take(MOST_FINDINGS) {
        let (path, reason) = (escape(&file.path), escape(&file.reason));
        writeln!(out, "<li><code>{path}</code> {}: {reason}</li>", file.status.word())?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// A text that is nothing but text, in an element and in an attribute; every character can be seen.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in visible(text, true).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
