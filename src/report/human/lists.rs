//! The lists that are shown on request: what is left out and why, undecided calls, and what became of each file.

use super::Page;
use super::text::{columns, count, wrap};
use crate::finding::{CallRecord, SuppressedBy, Verdict};
use crate::model::{Coverage, CoverageStatus};

/// What is left out because somebody has answered for it, with who and why.
pub(super) fn suppressed(page: &Page<'_>) -> String {
    let all = &page.report.suppressed;
    if all.is_empty() {
        return String::new();
    }
    let verb = if all.len() == 1 { "is" } else { "are" };
    let mut out = page.paint.bold(&format!("{} {verb} left out", count(all.len(), "finding")));
    out.push('\n');
    for suppressed in all {
        let finding = &suppressed.finding;
        let head = format!("{}[{}]", finding.severity.word(), finding.rule);
        out.push_str(&format!("  {}  {}\n", page.visible(&finding.primary.place.display()), page.visible(&head)));
        let mut rows = vec![("finding", finding.message.clone())];
        if suppressed.by == SuppressedBy::Baseline {
            rows.push(("reason", "it is in the baseline".to_owned()));
        } else {
            rows.push(("reason", suppressed.reason.clone()));
        }
        rows.extend(suppressed.owner.iter().map(|owner| ("owner", owner.clone())));
        rows.extend(suppressed.until.iter().map(|until| ("until", until.to_string())));
        rows.extend(suppressed.place.iter().map(|place| ("said at", place.display())));
        out.push_str(&page.rows(&rows, 4));
    }
    out.push('\n');
    out
}

/// Undecided calls, with what would decide each.
pub(super) fn undecided(page: &Page<'_>) -> String {
    let calls: Vec<&CallRecord> = page.report.calls.iter().filter(|c| c.verdict == Verdict::Undecided).collect();
    if calls.is_empty() {
        return String::new();
    }
    let verb = if calls.len() == 1 { "is" } else { "are" };
    let mut out = page.paint.bold(&format!("{} {verb} undecided", count(calls.len(), "call")));
    out.push('\n');
    for call in calls {
        out.push_str(&format!("  {}  {}\n", page.visible(&call.head.display()), page.visible(&call.subject)));
        let rows: Vec<(&str, String)> = call
            .undecided
            .iter()
            .map(|undecided| {
                let place = undecided.place.as_ref().map(|place| format!(" ({})", place.display()));
                (undecided.subject.as_str(), format!("{}{}", undecided.reason, place.unwrap_or_default()))
            })
            .collect();
        out.push_str(&page.rows(&rows, 4));
    }
    out.push('\n');
    out
}

/// What became of each file that could hold a call; what was not looked at stands first.
pub(super) fn coverage(page: &Page<'_>) -> String {
    let files = &page.report.coverage;
    let mut out = page.paint.bold(&format!("{} could hold a call", count(files.len(), "file")));
    out.push('\n');
    for status in [CoverageStatus::Skipped, CoverageStatus::InPart, CoverageStatus::Judged] {
        let group: Vec<&Coverage> = files.iter().filter(|file| file.status == status).collect();
        if group.is_empty() {
            continue;
        }
        let word = if status == CoverageStatus::InPart { "read in part" } else { status.word() };
        out.push_str(&format!("  {} {word}\n", super::text::number(group.len())));
        for file in group {
            out.push_str(&entry(page, file));
        }
    }
    out.push('\n');
    out
}

/// A path and, beside it or below it, the reason.
fn entry(page: &Page<'_>, file: &Coverage) -> String {
    let path = page.visible(&file.path);
    let reason = page.visible(&file.reason);
    if reason.is_empty() {
        return format!("    {path}\n");
    }
    if 4 + columns(&path) + 2 + columns(&reason) <= page.width {
        return format!("    {path}  {}\n", page.paint.dim(&reason));
    }
    let room = page.width.saturating_sub(6);
    let mut out = format!("    {path}\n");
    for line in wrap(&reason, room, room) {
        out.push_str(&format!("      {}\n", page.paint.dim(&line)));
    }
    out
}
