//! Calls that met a running backup, and calls that follow each other closely.
//!
//! Only one backup of an instance runs at a time. A call that is refused for that and made again with success is the
//! usual way to wait, and no more than a note; one that is not made again is a backup that was not made.

use super::context::{Context, InstanceCalls, short};
use crate::finding::{Finding, Label, Severity};
use crate::matrix::{Concurrency, Matrix};
use crate::trail::{Outcome, Survivor};

/// A caller that gets its backup within this time has waited for it.
const PATIENCE: i64 = 3_600_000;
/// Accepted calls that are closer than this look like two schedules that know nothing of each other.
const CLOSE: i64 = 300_000;

/// What is to be said of overlaps on one instance.
pub(super) fn findings(context: &Context<'_>, calls: &InstanceCalls<'_>) -> Vec<Finding> {
    let matrix = context.checker.matrix_of(calls.api);
    let Some(concurrency) = matrix.and_then(Matrix::concurrency) else { return Vec::new() };
    busy(context, calls, concurrency).into_iter().chain(close(context, calls, &concurrency.rule)).collect()
}

/// Calls that were refused because a backup was running.
fn busy(context: &Context<'_>, calls: &InstanceCalls<'_>, concurrency: &Concurrency) -> Option<Finding> {
    let mut refused: Vec<&Survivor> = Vec::new();
    // The first one that was not made again, with the accepted call before it.
    let mut lost: Option<(&Survivor, Option<&Survivor>)> = None;
    let mut lost_count = 0_usize;
    let mut before: Option<&Survivor> = None;
    let mut first: Option<(&Survivor, Option<&Survivor>)> = None;
    let served = served(&calls.calls);
    for (call, served) in calls.calls.iter().zip(served) {
        if call.outcome == Outcome::Accepted {
            before = Some(call);
        } else if context.code_of(call) == Some(concurrency.code.as_str()) {
            refused.push(call);
            first = first.or(Some((call, before)));
            if !served {
                lost_count += 1;
                lost = lost.or(Some((call, before)));
            }
        }
    }
    let (primary, before) = lost.or(first)?;
    let severity = if lost.is_some() { Severity::Warning } else { Severity::Note };
    let times = if refused.len() == 1 { "1 call".to_owned() } else { format!("{} calls", refused.len()) };
    let end = match lost_count {
        0 => "each was made again with success".to_owned(),
        _ => format!("{lost_count} of them were not made again with success within an hour"),
    };
    let who = context.counted(refused.iter().map(|call| short(context.text(call.principal))));
    let message = format!("{times} on {} met a backup that was running already, by {who}; {end}", calls.id);
    let label = context.label(primary, "refused: a backup was running");
    let mut finding = context.finding(&concurrency.rule, severity, message, label, &refused);
    finding.answer = context.code_of(primary).map(str::to_owned);
    match before {
        Some(call) => {
            let at = call.time.map(|time| context.settings.zone.shown(time)).unwrap_or_default();
            let who = short(context.text(call.principal));
            finding
                .related
                .push(Label { text: format!("the backup before it: {who}, {at}"), ..context.label(call, "") });
        }
        None => finding.help = Some(
            "No call in these logs started the backup that was running: it was an automatic one, or one from before."
                .to_owned(),
        ),
    }
    Some(finding)
}

/// For each call whether its caller got a backup on the instance soon after.
fn served(calls: &[&Survivor]) -> Vec<bool> {
    let mut next: rustc_hash::FxHashMap<crate::trail::Name, i64> = rustc_hash::FxHashMap::default();
    let mut served = vec![false; calls.len()];
    for (call, served) in calls.iter().zip(&mut served).rev() {
        let Some(time) = call.time else { continue };
        *served = next.get(&call.principal).is_some_and(|next| next - time <= PATIENCE);
        if call.outcome == Outcome::Accepted {
            next.insert(call.principal, time);
        }
    }
    served
}

/// Accepted calls that follow each other closely.
fn close(context: &Context<'_>, calls: &InstanceCalls<'_>, rule: &str) -> Option<Finding> {
    let accepted: Vec<&Survivor> =
        calls.calls.iter().copied().filter(|call| call.outcome == Outcome::Accepted && call.time.is_some()).collect();
    let gap = |pair: &[&Survivor]| match pair {
        [one, other] => Some(other.time? - one.time?),
        _ => None,
    };
    let pairs: Vec<&[&Survivor]> =
        accepted.windows(2).filter(|pair| gap(pair).is_some_and(|gap| gap < CLOSE)).collect();
    let first = *pairs.first()?;
    let [one, other] = first else { return None };
    let seconds = gap(first).unwrap_or_default() / 1000;
    let more = match pairs.len() {
        1 => String::new(),
        many => format!(", and {} more times so close", many - 1),
    };
    let message = format!(
        "two backups of {} were asked for {seconds} seconds apart, by {} and {}{more}",
        calls.id,
        short(context.text(one.principal)),
        short(context.text(other.principal))
    );
    let mut evidence: Vec<&Survivor> = pairs.iter().flat_map(|pair| pair.iter().copied()).collect();
    evidence.dedup_by(|a, b| std::ptr::eq(*a, *b));
    let label = context.label(other, "the second");
    let mut finding = context.finding(rule, Severity::Note, message, label, &evidence);
    finding.related.push(context.label(one, "the first"));
    finding.help = Some("Only one backup of an instance runs at a time: had the first one taken longer, the second would have been refused.".to_owned());
    Some(finding)
}
