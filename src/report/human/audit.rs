//! The head of an audit: what the logs hold, and what everybody should know before the first finding.

use super::Page;
use super::text::{count, number};
use crate::finding::{AuditSummary, Evidence, Finding, PolicySums};

/// So many findings of a kind are told in the head.
const MOST: usize = 3;

/// The rules that the head tells of by a message each, with the word before them.
const TOLD: [(&str, &str); 2] = [("denied", "ram-denied-call"), ("failing", "failing-automation")];

/// The head.
pub(super) fn head(audit: &AuditSummary, page: &Page<'_>) -> String {
    let operations = page.report.operations.join(" and ");
    let days = match (audit.first_day.as_str(), audit.last_day.as_str()) {
        ("", _) => String::new(),
        (first, last) if first == last => format!(", {first} ({})", audit.zone),
        (first, last) => format!(", {first} to {last} ({})", audit.zone),
    };
    let accounts = match audit.accounts.as_slice() {
        [] => String::new(),
        [one] => format!(", account {one}"),
        many => format!(", {}", count(many.len(), "account")),
    };
    let title = format!("{} {operations}{days}{accounts}", audit.product);
    let mut out = page.paint.bold(&page.visible(&title));
    out.push('\n');
    out.push_str(&page.rows(&rows(audit, page), 2));
    out.push('\n');
    out
}

fn rows(audit: &AuditSummary, page: &Page<'_>) -> Vec<(&'static str, String)> {
    let mut rows = vec![("calls", calls(audit))];
    let logs = match audit.gaps.as_slice() {
        [] => format!("{} in {}, no gaps seen", bytes(audit.bytes), count(size(audit.files), "file")),
        gaps => format!("nothing of {}", gaps.join("; ")),
    };
    rows.push(("logs", logs));
    if audit.not_opened > 0 {
        let text = format!("{} not opened: of other times or regions by name", count(size(audit.not_opened), "file"));
        rows.push(("skipped", text));
    }
    if audit.limit > 0 {
        let instances = |n: u64| count(size(n), "instance");
        let text = match (audit.over_limit, audit.at_limit) {
            (0, 0) => format!("no instance reached {} a day", audit.limit),
            (over, 0) => format!("{} over {} a day", instances(over), audit.limit),
            (0, at) => format!("{} at the limit of {} a day", instances(at), audit.limit),
            (over, at) => format!("{} over {} a day, {} at the limit", instances(over), audit.limit, number(size(at))),
        };
        rows.push(("quota", text));
    }
    rows.extend(audit.policies.as_ref().map(|sums| ("policies", policies(sums))));
    for (key, rule) in TOLD {
        let mut told: Vec<&Finding> = page.report.findings.iter().filter(|f| *f.rule == *rule).collect();
        // The head has room for the most frequent ones.
        told.sort_by_key(|finding| std::cmp::Reverse(finding.evidence.as_ref().map_or(0, |evidence| evidence.count)));
        rows.extend(told.iter().take(MOST).map(|finding| (key, finding.message.clone())));
        if told.len() > MOST {
            rows.push((key, format!("and {} more", number(told.len() - MOST))));
        }
    }
    rows
}

fn policies(sums: &PolicySums) -> String {
    let mut text = format!(
        "{} held against {} of {}",
        count(size(sums.documents), "document"),
        number(size(sums.judged)),
        count(size(sums.callers), "user or role").replace("user or roles", "users or roles"),
    );
    let silent = sums.silent.iter().map(|(why, callers)| format!("{} {why}", number(size(*callers))));
    let silent: Vec<String> = silent.collect();
    if !silent.is_empty() {
        text.push_str(&format!("; nothing is said of {}", silent.join(", ")));
    }
    text
}

fn calls(audit: &AuditSummary) -> String {
    let mut parts = vec![format!("{} accepted", number(size(audit.accepted)))];
    let refused = audit.refused - audit.denied.min(audit.refused);
    if refused > 0 {
        parts.push(format!("{} refused", number(size(refused))));
    }
    if audit.denied > 0 {
        parts.push(format!("{} denied", number(size(audit.denied))));
    }
    let mut text = format!(
        "{} of {} in {}: {}; {}, {}",
        count(size(audit.calls), "call"),
        count(size(audit.records), "record"),
        count(size(audit.files), "file"),
        parts.join(", "),
        count(size(audit.instances), "instance"),
        count(size(audit.principals), "caller"),
    );
    if audit.copies > 0 {
        text.push_str(&format!("; {} not counted", plural(audit.copies, "further copy", "further copies")));
    }
    if audit.filtered > 0 {
        text.push_str(&format!("; {} left out by filters", number(size(audit.filtered))));
    }
    text
}

/// How often, when and where: `12 calls (7 accepted), 2026-03-04T01:00:00Z to 2026-03-09T01:00:00Z`.
pub(super) fn seen(evidence: &Evidence) -> Option<String> {
    let Evidence { count: calls, accepted, first, last, .. } = evidence;
    if *calls == 0 || evidence.event_ids.is_empty() {
        return None;
    }
    let accepted = match *accepted {
        0 => String::new(),
        all if all == *calls => ", accepted".to_owned(),
        some => format!(" ({} accepted)", number(size(some))),
    };
    let when = match (first.as_str(), last.as_str()) {
        ("", _) => String::new(),
        (first, last) if first == last => format!(", {first}"),
        (first, last) => format!(", {first} to {last}"),
    };
    let ids = evidence.event_ids.first().map(|id| format!(", event {id}")).unwrap_or_default();
    let more = if *calls > 1 { " and others" } else { "" };
    Some(format!("{}{accepted}{when}{ids}{more}", count(size(*calls), "call")))
}

fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(size(n)), if n == 1 { one } else { many })
}

fn size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// A size in the unit that fits.
fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut unit = 0;
    let mut tenths = n.saturating_mul(10);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 { format!("{n} {name}") } else { format!("{}.{} {name}", tenths / 10, tenths % 10) }
}
