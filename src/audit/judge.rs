//! Every call asked of the matrix, equal calls once.
//!
//! What the service answered says more of the instance than its id does: what is learned from one call is used for
//! the others, unless the answers contradict each other or what is known.

use rustc_hash::FxHashMap;

use super::context::{Context, InstanceCalls, in_order_of_time};
use crate::check;
use crate::finding::{CallRecord, Confidence, ErrorClass, ErrorCode, Finding, Severity, Verdict};
use crate::matrix::{Answer, Evaluator, Judgement, Worlds};
use crate::model::{Call, Inventory};
use crate::surface::plain;
use crate::trail::{Name, Outcome, Survivor};

/// The rule of refusals that the matrix has no reason for.
const UNEXPLAINED: &str = "refused-combination";

/// The surface that calls of logs are of.
const SURFACE: &str = "actiontrail";

/// Equal calls on one instance.
struct Group<'a> {
    call: Call,
    /// All of them, in the order of time.
    calls: Vec<&'a Survivor>,
    accepted: bool,
    /// The codes of the combination class that some were refused with, in their order, each with its first call.
    refused: Vec<(&'a str, &'static ErrorCode, &'a Survivor)>,
    /// What their own answers rule out.
    lesson: Worlds,
}

/// Judges the calls on one instance.
pub(super) fn judge(
    context: &Context<'_>,
    calls: &InstanceCalls<'_>,
    evaluator: &mut Evaluator<'_>,
) -> Vec<(CallRecord, Vec<Finding>)> {
    let groups = groups(context, calls, evaluator);
    let inventory = &context.settings.settings.inventory;
    let mut learned = groups.iter().fold(Worlds::default(), |all, group| all.and(group.lesson));
    let fits = |group: &Group<'_>, worlds| evaluator.leaves_any(&group.call, inventory, worlds);
    // Calls that name no instance may be about any.
    if calls.id.is_empty() || !groups.iter().all(|group| fits(group, learned)) {
        learned = Worlds::default();
    }
    groups.into_iter().map(|group| judge_group(context, group, learned, evaluator)).collect()
}

/// Equal calls together, in the order of their parameters.
fn groups<'a>(context: &Context<'a>, calls: &InstanceCalls<'a>, evaluator: &Evaluator<'_>) -> Vec<Group<'a>> {
    let mut equal: FxHashMap<Name, Vec<&'a Survivor>> = FxHashMap::default();
    for call in &calls.calls {
        equal.entry(call.parameters).or_default().push(call);
    }
    let mut equal: Vec<(Name, Vec<&'a Survivor>)> = equal.into_iter().collect();
    equal.sort_by_key(|(parameters, _)| context.text(*parameters));
    equal.into_iter().filter_map(|(_, calls)| group(context, calls, evaluator)).collect()
}

fn group<'a>(context: &Context<'a>, mut calls: Vec<&'a Survivor>, evaluator: &Evaluator<'_>) -> Option<Group<'a>> {
    in_order_of_time(&mut calls);
    let accepted = calls.iter().any(|call| call.outcome == Outcome::Accepted);
    let mut refused: Vec<(&str, &'static ErrorCode, &Survivor)> = Vec::new();
    for call in &calls {
        let Some(code) = context.code_of(call) else { continue };
        let Some(entry) = context.code(code).filter(|entry| entry.class == ErrorClass::Combination) else { continue };
        if !refused.iter().any(|(known, _, _)| *known == code) {
            refused.push((code, entry, call));
        }
    }
    // The place is that of the first call, or of the first one that was refused for what it asks.
    let shown_at = refused.first().map_or(*calls.first()?, |(_, _, call)| call);
    let shown = context.shown(shown_at);
    let api = context.api(shown_at)?;
    let mut call = plain::call(api, &shown.place, Vec::new(), shown.given, plain::WIRE);
    call.surface = SURFACE;
    call.insert = None;
    let mut lesson = if accepted { evaluator.lesson(&call, Answer::Accepted) } else { Worlds::default() };
    for (code, ..) in &refused {
        lesson = lesson.and(evaluator.lesson(&call, Answer::Refused { code }));
    }
    Some(Group { call, calls, accepted, refused, lesson })
}

fn judge_group(
    context: &Context<'_>,
    group: Group<'_>,
    learned: Worlds,
    evaluator: &mut Evaluator<'_>,
) -> (CallRecord, Vec<Finding>) {
    let inventory = &context.settings.settings.inventory;
    let own = evaluator.leaves_any(&group.call, inventory, group.lesson);
    let worlds = match (learned.is_empty(), own) {
        (false, _) => learned,
        (true, true) => group.lesson,
        (true, false) => Worlds::default(),
    };
    let mut judgement = evaluator.judge_in(&group.call, inventory, worlds);
    if let Some(only) = evaluator.left_over(&group.call, inventory, learned) {
        for finding in judgement.findings.iter_mut().filter(|finding| finding.confidence == Confidence::Certain) {
            finding.message.push_str(&format!("; its calls tell that it is {only}"));
        }
    }
    if group.accepted && group.refused.is_empty() {
        soften(evaluator, &mut judgement.findings);
    }
    for (code, entry, call) in &group.refused {
        explain(context, &group, &mut judgement, (code, entry, call), evaluator, inventory);
    }
    let evidence = context.evidence(&group.calls);
    for finding in &mut judgement.findings {
        // Nothing in a log can be edited.
        finding.fixes.clear();
        finding.subject.clone_from(&evidence.instance);
        finding.evidence = Some(Box::new(evidence.clone()));
    }
    let is_violation =
        |finding: &Finding| finding.severity == Severity::Error && finding.confidence == Confidence::Certain;
    if judgement.findings.iter().any(is_violation) {
        judgement.verdict = Verdict::Violation;
        judgement.undecided.clear();
    } else if judgement.verdict == Verdict::Violation {
        judgement.verdict = Verdict::Proven;
    }
    let (mut record, findings) = check::record(&group.call, judgement);
    record.times = group.calls.len();
    if !evidence.instance.is_empty() {
        record.subject = format!("{} {}", record.subject, evidence.instance);
    }
    (record, findings)
}

/// What the service has taken cannot be said to be refused.
fn soften(evaluator: &Evaluator<'_>, findings: &mut [Finding]) {
    for finding in findings {
        let milder = evaluator.matrix().severity_when_accepted(&finding.rule, finding.parameter.as_deref());
        if let Some(milder) = milder.filter(|milder| *milder < finding.severity) {
            finding.severity = milder;
        }
    }
}

/// A refusal for what is asked: the matrix says why, or the code speaks for itself.
fn explain(
    context: &Context<'_>,
    group: &Group<'_>,
    judgement: &mut Judgement,
    refusal: (&str, &ErrorCode, &Survivor),
    evaluator: &mut Evaluator<'_>,
    inventory: &Inventory,
) {
    let (code, entry, call) = refusal;
    let rule = entry.rule.as_deref();
    let without = evaluator.without_reason(&group.call, code, rule);
    let explained = !without.is_empty() && evaluator.leaves_any(&group.call, inventory, without);
    let of_refusal = match explained {
        true => evaluator.judge_in(&group.call, inventory, without).findings,
        false => judgement.findings.clone(),
    };
    let is_certain = |finding: &&Finding| finding.confidence == Confidence::Certain;
    let says_code = |finding: &&Finding| {
        finding.answer.as_deref().is_some_and(|a| a == code || a.strip_prefix(code).is_some_and(|r| r.starts_with(' ')))
    };
    let certain: Vec<&Finding> = of_refusal.iter().filter(is_certain).collect();
    let is_error = |finding: &&&Finding| finding.severity == Severity::Error;
    let reason = certain
        .iter()
        .filter(is_error)
        .find(|finding| says_code(finding))
        .or_else(|| certain.iter().find(|finding| rule == Some(&*finding.rule)))
        .or_else(|| certain.iter().find(is_error));
    let mut finding = match reason {
        Some(finding) => (*finding).clone(),
        None => unexplained(context, code, entry, call),
    };
    finding.severity = Severity::Error;
    finding.message = match reason {
        Some(_) => format!("{}; the service refused it with {code}", finding.message),
        None => finding.message,
    };
    finding.answer = Some(code.to_owned());
    judgement.findings.retain(|known| known.rule != finding.rule || known.parameter != finding.parameter);
    judgement.findings.push(finding);
}

fn unexplained(context: &Context<'_>, code: &str, entry: &ErrorCode, call: &Survivor) -> Finding {
    let meaning = entry.meaning.trim_end_matches('.');
    let message = format!("the service refused this with {code}, which is about what is asked for: {meaning}");
    let mut finding = Finding::new(UNEXPLAINED, Severity::Error, message, context.label(call, "refused"));
    finding.help = Some(entry.action.clone());
    finding
}
