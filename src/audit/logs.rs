//! What is wrong with the logs themselves: records that cannot be read, files that are cut off, hours without any.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::context::Context;
use super::place::narrow;
use crate::finding::{AuditSummary, Evidence, Finding, Label, Severity};
use crate::model::{Coverage, CoverageStatus, ProblemKind};
use crate::source::{Origin, Place, Source, Span};
use crate::trail::{Damage, DamageKind, FileRecord};

/// The rule of single records.
const MALFORMED: &str = "malformed-record";
/// The rule of logs as a whole.
const INCOMPLETE: &str = "incomplete-logs";

/// Of one file so much damage is told one by one; the rest is counted.
const MOST_DAMAGE: usize = 10;
/// So many hours say whether a region has something in nearly every hour.
const ENOUGH_HOURS: usize = 24;
/// What stands for records whose region nobody has looked at: those of files whose names say none.
const NO_REGION: &str = "";
/// So many gaps of a region are named.
const MOST_GAPS: usize = 5;

/// What is to be said of the logs; gaps are added to the summary.
pub(super) fn findings(context: &Context<'_>, summary: &mut AuditSummary) -> Vec<Finding> {
    let mut findings = damage(context);
    findings.extend(context.partial.files.iter().filter_map(|(path, file)| declared(path, file)));
    findings.extend(twins(context));
    findings.extend(gaps(context, summary));
    findings
}

/// What became of each file that holds a call or could not be read in full.
pub(super) fn coverage(context: &Context<'_>) -> Vec<Coverage> {
    let mut damaged: BTreeMap<&str, (CoverageStatus, &Damage, usize)> = BTreeMap::new();
    for damage in &context.partial.damage {
        let status = match damage.kind {
            DamageKind::Unreadable => CoverageStatus::Skipped,
            _ => CoverageStatus::InPart,
        };
        let entry = damaged.entry(damage.file.as_str()).or_insert((status, damage, 0));
        entry.0 = entry.0.max(status);
        entry.2 += 1;
    }
    let judged =
        context.partial.files.iter().filter(|(path, file)| file.calls > 0 && !damaged.contains_key(path.as_str()));
    let judged = judged.map(|(path, _)| (path.clone(), CoverageStatus::Judged, String::new()));
    let damaged = damaged.iter().map(|(path, (status, first, count))| {
        let more = if *count > 1 { format!(", and {} more", count - 1) } else { String::new() };
        ((*path).to_owned(), *status, format!("{}{more}", first.message))
    });
    judged.chain(damaged).map(|(path, status, reason)| Coverage { path, status, reason }).collect()
}

fn damage(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told: BTreeMap<&str, (usize, &Damage)> = BTreeMap::new();
    for damage in &context.partial.damage {
        let (count, last) = told.entry(damage.file.as_str()).or_insert((0, damage));
        (*count, *last) = (*count + 1, damage);
        if *count <= MOST_DAMAGE {
            findings.push(of_damage(damage, damage.message.clone()));
        }
    }
    for (count, last) in told.values().filter(|(count, _)| *count > MOST_DAMAGE) {
        let message = format!("{} more places in this file cannot be read; this is the last", count - MOST_DAMAGE);
        findings.push(of_damage(last, message));
    }
    findings
}

fn of_damage(damage: &Damage, message: String) -> Finding {
    let rule = match damage.kind {
        DamageKind::Record => MALFORMED,
        DamageKind::Truncated | DamageKind::Limit => INCOMPLETE,
        DamageKind::Unreadable => ProblemKind::Unreadable.rule(),
    };
    let place = if damage.excerpt.is_empty() && damage.offset == 0 {
        nowhere(&damage.file)
    } else {
        let origin = Origin { offset: damage.offset, line: narrow(damage.line), column: narrow(damage.column) };
        let source = Arc::new(Source::excerpt(damage.file.as_str(), damage.excerpt.as_str(), origin));
        Place::new(&source, Span::new(0, damage.excerpt.len()))
    };
    Finding::new(rule, Severity::Warning, message, Label { place, text: String::new() })
}

/// A file that does not hold what its name says.
fn declared(path: &str, file: &FileRecord) -> Option<Finding> {
    let (events, bytes, _) = file.declared.as_ref()?;
    let message = if *events != file.records {
        format!("the name of this file says {events} events, and it holds {}", file.records)
    } else if *bytes != file.bytes && *bytes != file.text_bytes {
        // Whether the name tells the size before or after compression is not documented.
        format!("the name of this file says {bytes} bytes, and it has {} ({} unpacked)", file.bytes, file.text_bytes)
    } else {
        return None;
    };
    let mut finding = of_file(path, Severity::Warning, message);
    finding.help = Some("Fetch the object again; if it stays so, somebody has changed it.".to_owned());
    Some(finding)
}

/// Files with the same bytes: their records count once.
fn twins(context: &Context<'_>) -> Vec<Finding> {
    let mut by_digest: BTreeMap<u128, Vec<&str>> = BTreeMap::new();
    for (path, file) in context.partial.files.iter().filter(|(_, file)| file.bytes > 0 && file.digest != 0) {
        by_digest.entry(file.digest).or_default().push(path);
    }
    let mut findings = Vec::new();
    for paths in by_digest.values() {
        let Some((first, others)) = paths.split_first().filter(|(_, others)| !others.is_empty()) else { continue };
        let message = format!("this file holds the same bytes as {first}; its records are counted once");
        let mut finding = of_file(others.first().unwrap_or(first), Severity::Note, message);
        finding.related = others
            .iter()
            .skip(1)
            .take(5)
            .map(|path| Label { place: nowhere(path), text: "and so does this".to_owned() })
            .collect();
        findings.push(finding);
    }
    findings
}

/// Hours without any record in regions that have some in nearly every hour.
fn gaps(context: &Context<'_>, summary: &mut AuditSummary) -> Vec<Finding> {
    let mut regions: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut of: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, file) in &context.partial.files {
        for (region, hours) in &file.hours {
            regions.entry(region).or_default().extend(hours);
            of.entry(region).or_insert(path);
        }
    }
    for hours in regions.values_mut() {
        hours.sort_unstable();
        hours.dedup();
    }
    let mut findings = Vec::new();
    for (region, hours) in &regions {
        let (region, gaps) = (*region, missing(hours));
        let span: usize = hours.len() + gaps.iter().map(|(from, to)| (to - from) as usize).sum::<usize>();
        // Where most hours have nothing an empty hour means nothing.
        if gaps.is_empty() || hours.len() < ENOUGH_HOURS || hours.len() * 10 < span * 9 {
            continue;
        }
        // Records whose region is not known may be of any.
        let is_other = |other: &str| other != region && (region == NO_REGION || other == NO_REGION);
        let others = regions.iter().filter(|(other, _)| is_other(other)).map(|(_, hours)| hours.as_slice());
        let missing = without(&gaps, &others.collect::<Vec<_>>());
        if missing.is_empty() {
            continue;
        }
        let zone = &context.settings.zone;
        let shown = |hour: u32| zone.shown(i64::from(hour) * 3_600_000);
        let mut parts: Vec<String> =
            missing.iter().take(MOST_GAPS).map(|&(from, to)| format!("{} to {}", shown(from), shown(to))).collect();
        if missing.len() > MOST_GAPS {
            parts.push(format!("{} more", missing.len() - MOST_GAPS));
        }
        let named = if region == NO_REGION { "any region (which ones is not known)" } else { region };
        let text = format!("{named} {} ({})", parts.join(", "), zone.name());
        let message = format!("the logs have nothing of {text}, where most hours have something");
        let mut finding = of_file(of.get(region).copied().unwrap_or_default(), Severity::Warning, message);
        finding.subject = region.to_owned();
        finding.evidence = Some(Box::new(Evidence {
            region: region.to_owned(),
            count: missing.iter().map(|(from, to)| u64::from(to - from)).sum(),
            first: missing.first().map(|(from, _)| super::when::utc(i64::from(*from) * 3_600_000)).unwrap_or_default(),
            last: missing.last().map(|(_, to)| super::when::utc(i64::from(*to) * 3_600_000)).unwrap_or_default(),
            ..Evidence::default()
        }));
        finding.help = Some("Calls in these hours are not seen: look whether the trail was stopped, or whether objects are missing here.".to_owned());
        summary.gaps.push(text);
        findings.push(finding);
    }
    findings
}

/// The holes in sorted hours: the first hour that is missing, and the first that is there again.
fn missing(hours: &[u32]) -> Vec<(u32, u32)> {
    let holes = hours.windows(2).filter_map(|pair| match pair {
        [one, other] if other - one > 1 => Some((one + 1, *other)),
        _ => None,
    });
    holes.collect()
}

/// What is left of holes when the hours that others have are taken out.
fn without(holes: &[(u32, u32)], others: &[&[u32]]) -> Vec<(u32, u32)> {
    let mut left: Vec<(u32, u32)> = Vec::new();
    let hours = holes.iter().flat_map(|(from, to)| *from..*to);
    for hour in hours.filter(|hour| others.iter().all(|own| own.binary_search(hour).is_err())) {
        match left.last_mut().filter(|(_, end)| *end == hour) {
            Some((_, end)) => *end += 1,
            None => left.push((hour, hour + 1)),
        }
    }
    left
}

fn of_file(path: &str, severity: Severity, message: String) -> Finding {
    let mut finding = Finding::new(INCOMPLETE, severity, message, Label { place: nowhere(path), text: String::new() });
    path.clone_into(&mut finding.subject);
    finding
}

/// A place for a file as a whole.
fn nowhere(path: &str) -> Place {
    Place::new(&Arc::new(Source::from_text(path, "")), Span::default())
}
