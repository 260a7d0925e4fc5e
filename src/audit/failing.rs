//! Automation that never gets through, and instances that have had no accepted call for long.

use rustc_hash::FxHashMap;

use super::context::{Context, InstanceCalls, counts, in_order_of_time, short};
use super::when::DAY;
use crate::finding::{Finding, Severity};
use crate::trail::{Name, Outcome, Survivor};

/// The rule.
const FAILING: &str = "failing-automation";

/// How many refusals without any success make a failure of the automation and not of a call.
const ENOUGH: usize = 3;

/// What is to be said of calls that never succeed.
pub(super) fn findings(context: &Context<'_>, calls: &[&Survivor], instances: &[InstanceCalls<'_>]) -> Vec<Finding> {
    let automations = automations(context, calls);
    let failing: Vec<&Vec<&Survivor>> = automations.iter().filter(|calls| never_succeeds(calls)).collect();
    let told: Vec<(Name, Name)> =
        failing.iter().filter_map(|calls| calls.first()).map(|call| (call.principal, call.agent)).collect();
    let mut findings: Vec<Finding> = failing.iter().filter_map(|calls| automation(context, calls)).collect();
    for instance in instances.iter().filter(|instance| !instance.id.is_empty()) {
        let is_told = instance.calls.iter().all(|call| told.contains(&(call.principal, call.agent)));
        if never_succeeds(&instance.calls) && !is_told {
            findings.extend(never_backed_up(context, instance));
        } else {
            findings.extend(no_longer_backed_up(context, instance));
        }
    }
    findings
}

fn never_succeeds(calls: &[&Survivor]) -> bool {
    calls.len() >= ENOUGH && calls.iter().all(|call| call.outcome != Outcome::Accepted)
}

/// The calls by caller and program, in the order of their names, each in the order of time.
fn automations<'a>(context: &Context<'_>, calls: &[&'a Survivor]) -> Vec<Vec<&'a Survivor>> {
    let mut groups: FxHashMap<(Name, Name), Vec<&Survivor>> = FxHashMap::default();
    for call in calls {
        groups.entry((call.principal, call.agent)).or_default().push(call);
    }
    let mut groups: Vec<Vec<&Survivor>> = groups.into_values().collect();
    groups.iter_mut().for_each(|calls| in_order_of_time(calls));
    groups.sort_by_key(|calls| calls.first().map(|call| (context.text(call.principal), context.text(call.agent))));
    groups
}

fn automation(context: &Context<'_>, calls: &[&Survivor]) -> Option<Finding> {
    let first = *calls.first()?;
    let principal = context.text(first.principal);
    let agent = match context.text(first.agent) {
        "" => String::new(),
        agent => format!(" with {agent}"),
    };
    let mut instances: Vec<&str> = calls.iter().map(|call| context.text(call.instance)).collect();
    instances.sort_unstable();
    instances.dedup();
    let on = match instances.as_slice() {
        [""] => String::new(),
        [one] => format!(" on {one}"),
        many => format!(" on {} instances", many.len()),
    };
    let message = format!(
        "{}{agent} has never got through{on}: all of its {} calls{} were refused with {}",
        short(principal),
        calls.len(),
        between(context, calls),
        codes(context, calls)
    );
    let mut finding = told(context, message, calls)?;
    if let Some(evidence) = &mut finding.evidence {
        principal.clone_into(&mut evidence.principal);
        if instances.len() > 1 {
            evidence.instance.clear();
        }
    }
    finding.subject = format!("{principal} {}", context.text(first.agent));
    Some(finding)
}

fn never_backed_up(context: &Context<'_>, instance: &InstanceCalls<'_>) -> Option<Finding> {
    let message = format!(
        "no call on {} was ever accepted: all {}{} were refused with {}",
        instance.id,
        instance.calls.len(),
        between(context, &instance.calls),
        codes(context, &instance.calls)
    );
    told(context, message, &instance.calls)
}

/// An instance whose calls succeeded once and are all refused since, for longer than a day.
fn no_longer_backed_up(context: &Context<'_>, instance: &InstanceCalls<'_>) -> Option<Finding> {
    let last = instance.calls.iter().rposition(|call| call.outcome == Outcome::Accepted)?;
    let since = instance.calls.get(last)?;
    let refused = instance.calls.get(last + 1..)?;
    let lasts = refused.last()?.time? - since.time?;
    if refused.len() < ENOUGH || lasts < DAY {
        return None;
    }
    let zone = &context.settings.zone;
    let message = format!(
        "{} has had no accepted backup since {} ({}): the {} calls after it were refused with {}",
        instance.id,
        zone.shown(since.time?),
        zone.name(),
        refused.len(),
        codes(context, refused)
    );
    let mut finding = told(context, message, refused)?;
    finding.related.push(context.label(since, "the last that was accepted"));
    Some(finding)
}

fn told(context: &Context<'_>, message: String, calls: &[&Survivor]) -> Option<Finding> {
    let first = *calls.first()?;
    let label = context.label(first, "the first that was refused");
    let mut finding = context.finding(FAILING, Severity::Warning, message, label, calls);
    let common = counts(calls.iter().filter_map(|call| context.code_of(call))).first().map(|(code, _)| *code);
    finding.answer = common.map(str::to_owned);
    finding.help = common.and_then(|code| context.code(code)).map(|code| code.action.clone());
    if let (Some(last), true) = (calls.last(), calls.len() > 1) {
        finding.related.push(context.label(last, "the last"));
    }
    Some(finding)
}

fn codes(context: &Context<'_>, calls: &[&Survivor]) -> String {
    context.counted(calls.iter().filter_map(|call| context.code_of(call)))
}

fn between(context: &Context<'_>, calls: &[&Survivor]) -> String {
    let zone = &context.settings.zone;
    let mut times = calls.iter().filter_map(|call| call.time);
    match (times.next(), times.next_back()) {
        (Some(first), Some(last)) => {
            format!(" from {} to {} ({})", zone.shown(first), zone.shown(last), zone.name())
        }
        _ => String::new(),
    }
}
