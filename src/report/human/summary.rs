//! The last lines: what was found, what was looked at, and what was not.

use super::Page;
use super::text::{columns, count, duration, number, wrap};
use crate::finding::{Counts, Severity};

/// The last lines of a run.
pub(super) fn lines(page: &Page<'_>) -> String {
    let counts = &page.report.counts;
    let shown = shown(page);
    let texts = if shown.is_empty() {
        let good = counts.calls > 0 && counts.proven == counts.calls && !page.report.is_incomplete();
        let text = silent(page);
        return finish(page, vec![(text, good)]);
    } else {
        vec![(found(page, &shown), false), (searched(page), false)]
    };
    finish(page, texts)
}

fn finish(page: &Page<'_>, texts: Vec<(String, bool)>) -> String {
    let mut out = String::new();
    for (text, good) in texts.iter().filter(|(text, _)| !text.is_empty()) {
        for line in wrap(&page.visible(text), page.width, page.width) {
            let line = if *good { page.paint.good(&line) } else { line };
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// `2 errors`, `1 warning`: the findings that are shown, by severity.
fn shown(page: &Page<'_>) -> Vec<String> {
    let Counts { errors, warnings, notes, .. } = page.report.counts;
    [(Severity::Error, errors), (Severity::Warning, warnings), (Severity::Note, notes)]
        .into_iter()
        .filter(|&(severity, n)| n > 0 && severity >= page.report.level)
        .map(|(severity, n)| count(n, severity.word()))
        .collect()
}

/// The line of a run with findings.
fn found(page: &Page<'_>, shown: &[String]) -> String {
    let Counts { calls, calls_with_findings, .. } = page.report.counts;
    let mut out = shown.join(", ");
    match (calls, calls_with_findings) {
        (0, _) => {}
        // In logs a finding may be about many calls, or about none.
        (_, _) if page.report.audit.is_some() => out.push_str(&format!(" in {}", count(calls, "call"))),
        (_, 0) => out.push_str(&format!(" outside the {}", count(calls, "call"))),
        (1, _) => out.push_str(" in 1 call"),
        _ => out.push_str(&format!(" in {} of {}", number(calls_with_findings), count(calls, "call"))),
    }
    let verdicts = verdicts(page, false);
    if !verdicts.is_empty() {
        out.push_str(&format!("; {verdicts}"));
    }
    out.push('.');
    for part in [hidden(page), suppressed(page)].into_iter().flatten() {
        out.push_str(&format!(" {part}."));
    }
    out
}

/// `10 proven, 1 undecided (--undecided)`. Refused calls are named only where no error shows them.
fn verdicts(page: &Page<'_>, with_violations: bool) -> String {
    let Counts { proven, undecided, violations, .. } = page.report.counts;
    let mut parts = Vec::new();
    if proven > 0 {
        parts.push(format!("{} proven", number(proven)));
    }
    if undecided > 0 {
        let flag = if page.report.list_undecided { "" } else { " (--undecided)" };
        parts.push(format!("{} undecided{flag}", number(undecided)));
    }
    if with_violations && violations > 0 {
        parts.push(format!("{} wrong", number(violations)));
    }
    parts.join(", ")
}

/// `5 notes hidden (--level note)`.
fn hidden(page: &Page<'_>) -> Option<String> {
    let off = page.report.counts.switched_off;
    let off = (off > 0).then(|| format!("{} switched off by the configuration", count(off, "finding")));
    match (below_level(page), off) {
        (Some(hidden), Some(off)) => Some(format!("{hidden}, {off}")),
        (hidden, off) => hidden.or(off),
    }
}

/// How many findings the level hides.
fn below_level(page: &Page<'_>) -> Option<String> {
    let Counts { hidden, notes, warnings, .. } = page.report.counts;
    let (noun, level) = match hidden {
        0 => return None,
        _ if hidden == notes => ("note", Severity::Note),
        _ if hidden == warnings && notes == 0 => ("warning", Severity::Warning),
        _ => ("finding", Severity::Note),
    };
    Some(format!("{} hidden (--level {})", count(hidden, noun), level.word()))
}

/// `2 findings suppressed, 5 in the baseline (--show-suppressed), which holds 1 that is gone`.
fn suppressed(page: &Page<'_>) -> Option<String> {
    let Counts { suppressed, baselined, baseline_gone, .. } = page.report.counts;
    let mut parts = Vec::new();
    if suppressed > 0 {
        parts.push(format!("{} suppressed", count(suppressed, "finding")));
    }
    match (baselined, suppressed) {
        (0, _) => {}
        (n, 0) => parts.push(format!("{} in the baseline", count(n, "finding"))),
        (n, _) => parts.push(format!("{} in the baseline", number(n))),
    }
    if let Some(last) = parts.last_mut().filter(|_| !page.report.list_suppressed) {
        last.push_str(" (--show-suppressed)");
    }
    if baseline_gone > 0 {
        parts.push(format!("{} of the baseline gone (baseline prune)", number(baseline_gone)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The line of a run that says nothing is wrong, or that nothing was there.
fn silent(page: &Page<'_>) -> String {
    let counts = &page.report.counts;
    let mut out = if let Some(policies) = page.report.policies {
        let judged = if policies == 0 { "no RAM policy".to_owned() } else { policies_in(policies) };
        let verdict = if policies == 0 { "found" } else { "judged, no findings" };
        format!("{judged} {verdict} in {}", count(counts.files_seen, "file"))
    } else if counts.calls == 0 {
        let operations = page.report.operations.join(" or ");
        let space = if operations.is_empty() { "" } else { " " };
        format!("no {operations}{space}call found in {}", count(counts.files_seen, "file"))
    } else {
        let judged = count(counts.calls, "call");
        let verdict = match counts.calls {
            1 if counts.proven == 1 => "proven".to_owned(),
            n if counts.proven == n => "all proven".to_owned(),
            _ => verdicts(page, true),
        };
        let files = match counts.files_seen {
            0 => String::new(),
            n => format!("; {}", count(n, "file")),
        };
        format!("no findings: {judged} judged, {verdict}{files}")
    };
    if let Some(elapsed) = page.report.elapsed_milliseconds {
        out.push_str(&format!(" in {}", duration(elapsed)));
    }
    for part in unread(page) {
        out.push_str(&format!(", {part}"));
    }
    for part in [hidden(page), suppressed(page)].into_iter().flatten() {
        out.push_str(&format!("; {part}"));
    }
    out
}

/// `3,204 files seen, 41 opened, 14 calls judged, 2 files skipped (--coverage) in 84 ms.`
fn searched(page: &Page<'_>) -> String {
    let counts = &page.report.counts;
    let mut parts = Vec::new();
    if counts.files_seen > 0 {
        parts.push(format!("{} seen", count(counts.files_seen, "file")));
        parts.push(format!("{} opened", number(counts.files_searched)));
    }
    let judged = page.report.policies.map_or_else(|| count(counts.calls, "call"), policies_in);
    parts.push(format!("{judged} judged"));
    parts.extend(unread(page));
    let mut out = parts.join(", ");
    if let Some(elapsed) = page.report.elapsed_milliseconds {
        out.push_str(&format!(" in {}", duration(elapsed)));
    }
    out.push('.');
    out
}

fn policies_in(n: usize) -> String {
    if n == 1 { "1 RAM policy".to_owned() } else { format!("{} RAM policies", number(n)) }
}

/// What could hold a call and was not, or not wholly, looked at.
fn unread(page: &Page<'_>) -> Vec<String> {
    let Counts { files_skipped, files_in_part, .. } = page.report.counts;
    let mut parts = Vec::new();
    if files_in_part > 0 {
        parts.push(format!("{} read in part", count(files_in_part, "file")));
    }
    if files_skipped > 0 {
        parts.push(format!("{} skipped", count(files_skipped, "file")));
    }
    if let Some(last) = parts.last_mut().filter(|last| !page.report.list_coverage && columns(last) > 0) {
        last.push_str(" (--coverage)");
    }
    parts
}
