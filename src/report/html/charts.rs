//! The charts of an audit: calls by instance and day, and refusals by day.

use std::collections::BTreeMap;
use std::io;

use super::escape;
use crate::finding::{AuditSummary, InstanceDay};

/// So many instances are shown, those with the fullest days first.
const MOST_INSTANCES: usize = 60;
/// So many days are shown, the last ones.
const MOST_DAYS: usize = 62;

/// Calls by instance and day against the limit.
pub(super) fn write_heat_map(audit: &AuditSummary, out: &mut dyn io::Write) -> io::Result<()> {
    let mut by_instance: BTreeMap<&str, BTreeMap<&str, &InstanceDay>> = BTreeMap::new();
    let mut days: Vec<&str> = audit.instance_days.iter().map(|day| day.day.as_str()).collect();
    for day in &audit.instance_days {
        by_instance.entry(&day.instance).or_default().insert(&day.day, day);
    }
    days.sort_unstable();
    days.dedup();
    if days.is_empty() {
        return Ok(());
    }
    let left_days = days.len().saturating_sub(MOST_DAYS);
    let days = days.get(left_days..).unwrap_or(&days);
    let mut instances: Vec<(&str, BTreeMap<&str, &InstanceDay>)> = by_instance.into_iter().collect();
    let fullest = |days: &BTreeMap<&str, &InstanceDay>| days.values().map(|day| day.accepted).max().unwrap_or(0);
    instances.sort_by(|a, b| fullest(&b.1).cmp(&fullest(&a.1)).then(a.0.cmp(b.0)));
    let left = instances.len().saturating_sub(MOST_INSTANCES);
    writeln!(
        out,
        "<section aria-labelledby=\"days\">\n<h2 id=\"days\">Accepted calls by instance and day</h2>\n\
         <p class=\"quiet\">The limit is {} a day; days in {}. The fullest come first; a star marks days on which some calls were refused.</p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"days\">\n<table class=\"heat\">\n<thead><tr><td></td>",
        audit.limit,
        escape(&audit.zone)
    )?;
    for day in days {
        let short = day.get(5..).unwrap_or(day);
        write!(out, "<th scope=\"col\" title=\"{}\">{}</th>", escape(day), escape(short))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for (instance, of_instance) in instances.iter().take(MOST_INSTANCES) {
        write!(out, "<tr><th scope=\"row\">{}</th>", escape(instance))?;
        for day in days {
            write_cell(of_instance.get(day).copied(), audit.limit, out)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if left + left_days > 0 {
        writeln!(
            out,
            "<p class=\"quiet\">Not shown: {left} instances with fewer calls, {left_days} earlier days.</p>"
        )?;
    }
    writeln!(out, "</section>")
}

fn write_cell(day: Option<&InstanceDay>, limit: u64, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(day) = day else { return write!(out, "<td></td>") };
    let share = (day.accepted * 100).checked_div(limit).unwrap_or(0);
    let heat = match share {
        0 => "",
        1..50 => " class=\"h1\"",
        50..85 => " class=\"h2\"",
        85..100 => " class=\"h3\"",
        100 => " class=\"h4\"",
        _ => " class=\"h5\"",
    };
    let more = match (day.denied, day.refused) {
        (0, 0) => String::new(),
        (denied, refused) => format!(" title=\"{denied} denied, {refused} refused for another reason\""),
    };
    let mark = if day.denied + day.refused > 0 { "*" } else { "" };
    write!(out, "<td{heat}{more}>{}{mark}</td>", day.accepted)
}

/// Refusals by day, denials apart.
pub(super) fn write_refusals(audit: &AuditSummary, out: &mut dyn io::Write) -> io::Result<()> {
    let mut by_day: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for day in &audit.instance_days {
        let sums = by_day.entry(&day.day).or_default();
        *sums = (sums.0 + day.denied, sums.1 + day.refused);
    }
    let most = by_day.values().map(|(denied, refused)| denied + refused).max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    let left = by_day.len().saturating_sub(MOST_DAYS);
    let days: Vec<(&str, (u64, u64))> = by_day.into_iter().skip(left).collect();
    writeln!(
        out,
        "<section aria-labelledby=\"refusals\">\n<h2 id=\"refusals\">Denied and refused calls by day</h2>\n\
         <p class=\"quiet\">At most {most} on one day; denied calls are the red part at the foot.</p>\n\
         <svg class=\"bars\" viewBox=\"0 0 {} 100\" preserveAspectRatio=\"none\" role=\"img\" aria-labelledby=\"refusals\">\n\
         <line x1=\"0\" x2=\"{0}\" y1=\"100\" y2=\"100\"/>",
        days.len() * 10
    )?;
    for (index, (day, (denied, refused))) in days.iter().enumerate() {
        let high = |count: u64| count * 96 / most;
        let (of_denied, of_refused) = (high(*denied), high(*refused));
        let x = index * 10 + 1;
        writeln!(
            out,
            "<g><title>{}: {denied} denied, {refused} refused</title>\
             <rect class=\"denied\" x=\"{x}\" y=\"{}\" width=\"8\" height=\"{of_denied}\"/>\
             <rect class=\"refused\" x=\"{x}\" y=\"{}\" width=\"8\" height=\"{of_refused}\"/></g>",
            escape(day),
            100 - of_denied,
            100 - of_denied - of_refused
        )?;
    }
    writeln!(out, "</svg>\n<details><summary>As a table</summary>\n<table class=\"evidence\">")?;
    writeln!(out, "<tr><th scope=\"col\">day</th><th scope=\"col\">denied</th><th scope=\"col\">refused</th></tr>")?;
    for (day, (denied, refused)) in days.iter().filter(|(_, (denied, refused))| denied + refused > 0) {
        writeln!(out, "<tr><th scope=\"row\">{}</th><td>{denied}</td><td>{refused}</td></tr>", escape(day))?;
    }
    writeln!(out, "</table>\n</details>\n</section>")
}
