//! How many backups an instance got on one day, and within any 24 hours.
//!
//! Only calls that the service took count, each once. The page does not say when a day begins, so the time zone is a
//! setting; a refusal with the code of the limit is proof whatever the zone.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::OfInstance;
use super::context::{Context, InstanceCalls, short};
use super::when::DAY;
use crate::finding::{Finding, InstanceDay, Label, Severity};
use crate::trail::{Outcome, Survivor};

/// The calls of one day.
#[derive(Default)]
struct OfDay<'a> {
    accepted: Vec<&'a Survivor>,
    /// Refused with the code of the limit.
    over: Vec<&'a Survivor>,
    denied: u64,
    refused: u64,
}

/// The limit, and from how many calls on they are near it.
pub(super) fn limits(context: &Context<'_>, api: usize) -> Option<(u64, u64)> {
    let documented = context.quota(api)?;
    let (limit, near) = (u64::from(documented.per_instance_and_day), u64::from(documented.near));
    let own = context.settings.settings.quota.map_or(limit, u64::from);
    Some((own, own.saturating_sub(limit.saturating_sub(near)).max(1)))
}

/// Counts the calls on one instance by day and says what is too many.
pub(super) fn count(context: &Context<'_>, calls: &InstanceCalls<'_>, found: &mut OfInstance) {
    let days = by_day(context, calls);
    for (day, of_day) in &days {
        found.days.push(InstanceDay {
            instance: calls.id.to_owned(),
            day: day.to_string(),
            accepted: of_day.accepted.len() as u64,
            denied: of_day.denied,
            refused: of_day.refused + of_day.over.len() as u64,
        });
    }
    let Some((limit, near)) = limits(context, calls.api) else { return };
    let mut exceeded: Vec<(i64, i64)> = Vec::new();
    for (day, of_day) in &days {
        let accepted = of_day.accepted.len() as u64;
        let finding = if accepted > limit || !of_day.over.is_empty() {
            found.over_limit = true;
            exceeded.extend(span(&of_day.accepted));
            over(context, calls, *day, of_day, limit)
        } else if accepted == limit {
            found.at_limit = true;
            reached(context, calls, *day, of_day, limit, Severity::Warning)
        } else if accepted >= near {
            reached(context, calls, *day, of_day, limit, Severity::Note)
        } else {
            continue;
        };
        found.findings.extend(finding);
    }
    found.findings.extend(rolling(context, calls, limit, &exceeded));
}

fn by_day<'a>(context: &Context<'_>, calls: &InstanceCalls<'a>) -> BTreeMap<Date, OfDay<'a>> {
    let code = context.quota(calls.api).map(|quota| quota.code.as_str());
    let mut days: BTreeMap<Date, OfDay<'a>> = BTreeMap::new();
    for call in &calls.calls {
        let Some(day) = call.time.and_then(|time| context.settings.zone.day(time)) else { continue };
        let of_day = days.entry(day).or_default();
        match context.code_of(call) {
            None => of_day.accepted.push(call),
            refused if refused == code => of_day.over.push(call),
            Some(_) if context.is_denied(call) => of_day.denied += 1,
            Some(_) => of_day.refused += 1,
        }
    }
    days
}

/// A day beyond the limit. The place is the first refusal for it, else the first call beyond it.
fn over(
    context: &Context<'_>,
    calls: &InstanceCalls<'_>,
    day: Date,
    of_day: &OfDay<'_>,
    limit: u64,
) -> Option<Finding> {
    let quota = context.quota(calls.api)?;
    let (rules, id) = (&quota.rules, calls.id);
    let OfDay { accepted, over, .. } = of_day;
    let zone = context.settings.zone.name();
    let beyond = usize::try_from(limit).unwrap_or(usize::MAX);
    let refused = match over.len() {
        0 => String::new(),
        times => {
            let code = over.first().and_then(|call| context.code_of(call)).unwrap_or_default();
            format!(", and {times} more refused with {code}")
        }
    };
    let count = accepted.len();
    let message = format!(
        "{count} backups of {id} on {day} ({zone}){refused}; the limit is {limit} a day: by {}",
        callers(context, accepted.iter().chain(over))
    );
    let (primary, label) = match over.first() {
        Some(first) => (*first, "refused: the limit of the day is reached".to_owned()),
        None => (*accepted.get(beyond).or(accepted.last())?, format!("call {} of the day", limit + 1)),
    };
    let mut finding =
        context.finding(&rules.exceeded, Severity::Error, message, context.label(primary, label), &all(accepted, over));
    finding.answer = Some(quota.code.clone());
    finding.help = Some(spread(accepted.len()));
    Some(of_one_day(context, finding, day, accepted))
}

/// A day that reaches the limit or comes near it.
fn reached(
    context: &Context<'_>,
    calls: &InstanceCalls<'_>,
    day: Date,
    of_day: &OfDay<'_>,
    limit: u64,
    severity: Severity,
) -> Option<Finding> {
    let (rules, id) = (&context.quota(calls.api)?.rules, calls.id);
    let accepted = &of_day.accepted;
    let zone = context.settings.zone.name();
    let count = accepted.len();
    let by = callers(context, accepted.iter());
    let (rule, message) = if severity == Severity::Note {
        (&rules.near, format!("{count} backups of {id} on {day} ({zone}), near the limit of {limit} a day: by {by}"))
    } else {
        (&rules.exceeded, format!("{count} backups of {id} on {day} ({zone}) are all that a day allows: by {by}"))
    };
    let label = context.label(accepted.last()?, format!("call {count} of the day"));
    let mut finding = context.finding(rule, severity, message, label, accepted);
    finding.help = Some(
        "Automatic backups may count too; the documentation does not say. One more call may be refused.".to_owned(),
    );
    Some(of_one_day(context, finding, day, accepted))
}

/// More than the limit within 24 hours that no day is over by itself: wherever the day of the service begins.
fn rolling(context: &Context<'_>, calls: &InstanceCalls<'_>, limit: u64, exceeded: &[(i64, i64)]) -> Option<Finding> {
    let rules = &context.quota(calls.api)?.rules;
    let beyond = usize::try_from(limit).ok()?;
    let accepted: Vec<&Survivor> =
        calls.calls.iter().copied().filter(|c| c.outcome == Outcome::Accepted && c.time.is_some()).collect();
    let time = |call: &Survivor| call.time.unwrap_or_default();
    let is_told = |from: i64, to: i64| exceeded.iter().any(|(first, last)| from <= *last && *first <= to);
    let window = accepted.windows(beyond.checked_add(1)?).find(|window| match (window.first(), window.last()) {
        (Some(first), Some(last)) => time(last) - time(first) < DAY && !is_told(time(first), time(last)),
        _ => false,
    })?;
    let (first, last) = (*window.first()?, *window.last()?);
    let ends = time(first).saturating_add(DAY);
    let within: Vec<&Survivor> =
        accepted.iter().copied().filter(|call| time(call) >= time(first) && time(call) < ends).collect();
    let zone = &context.settings.zone;
    let message = format!(
        "{} backups of {} within the 24 hours from {} ({}), though no day by itself is over the limit of {limit}: by {}",
        within.len(),
        calls.id,
        zone.shown(time(first)),
        zone.name(),
        callers(context, within.iter())
    );
    let label = context.label(last, format!("call {} within 24 hours", limit + 1));
    let mut finding = context.finding(&rules.exceeded, Severity::Warning, message, label, &within);
    finding.help = Some(
        "The documentation does not say when a day begins: where the service counts otherwise, this is over the limit."
            .to_owned(),
    );
    let day = zone.day(time(last))?;
    Some(of_one_day(context, finding, day, &within))
}

/// Adds the day to a finding, and the first and the last call of it.
fn of_one_day(context: &Context<'_>, mut finding: Finding, day: Date, accepted: &[&Survivor]) -> Finding {
    if let Some(evidence) = &mut finding.evidence {
        evidence.day = day.to_string();
    }
    let ends = [(accepted.first(), "the first"), (accepted.last(), "the last that was accepted")];
    for (call, text) in ends {
        let Some(call) = call else { continue };
        let Label { place, .. } = context.label(call, "");
        let at = call.time.map(|time| context.settings.zone.shown(time)).unwrap_or_default();
        if place != finding.primary.place && finding.related.iter().all(|label| label.place != place) {
            finding.related.push(Label { place, text: format!("{text}, {at}") });
        }
    }
    finding
}

fn callers<'s>(context: &Context<'_>, calls: impl Iterator<Item = &'s &'s Survivor>) -> String {
    context.counted(calls.map(|call| short(context.text(call.principal))))
}

fn all<'s>(accepted: &[&'s Survivor], over: &[&'s Survivor]) -> Vec<&'s Survivor> {
    let mut all: Vec<&Survivor> = accepted.iter().chain(over).copied().collect();
    super::context::in_order_of_time(&mut all);
    all
}

fn span(calls: &[&Survivor]) -> Option<(i64, i64)> {
    Some((calls.first()?.time?, calls.last()?.time?))
}

fn spread(count: usize) -> String {
    let minutes = 24 * 60 / count.max(1);
    format!(
        "These are a call every {minutes} minutes on average: make fewer, or wait for the next day once the limit is met."
    )
}
