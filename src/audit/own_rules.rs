//! The rules of an organisation, asked about calls of logs: who made them and when is known here.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::context::Context;
use crate::check;
use crate::finding::{Confidence, Finding};
use crate::matrix::{Evaluator, Judgement, Worlds};
use crate::model::Call;
use crate::policy::{self, Judged, Moment, Policy, Situation};
use crate::ram::Truth;
use crate::syntax::when::Zone;
use crate::trail::Survivor;

/// Adds what the rules say of equal calls on one instance: one finding a rule, with the calls that it holds for.
pub(super) fn judge(
    context: &Context<'_>,
    (call, calls): (&Call, &[&Survivor]),
    evaluator: &Evaluator<'_>,
    worlds: Worlds,
    judgement: &mut Judgement,
) {
    let inventory = &context.settings.settings.inventory;
    for rule in context.checker.own_rules() {
        let mut asked: Vec<(Situation, Judged)> = Vec::new();
        let mut broken: Vec<(Judged, &Survivor)> = Vec::new();
        for one in calls {
            let situation = situation(context, rule, one);
            let known = asked.iter().find(|(known, _)| *known == situation);
            let judged = match known {
                Some((_, judged)) => judged.clone(),
                None => {
                    let judged = policy::judge(rule, evaluator, call, (inventory, worlds), &situation);
                    asked.push((situation, judged.clone()));
                    judged
                }
            };
            if judged.finding.is_some() {
                broken.push((judged, one));
            }
        }
        let is_certain =
            |judged: &Judged| judged.finding.as_ref().is_some_and(|finding| finding.confidence == Confidence::Certain);
        if broken.iter().any(|(judged, _)| is_certain(judged)) {
            broken.retain(|(judged, _)| is_certain(judged));
        }
        let Some((first, shown)) = broken.first() else {
            // What nobody can tell is as it is without the rule, but for what would decide it.
            if let Some((_, judged)) = asked.into_iter().find(|(_, judged)| !judged.deciding.is_empty()) {
                check::add_own(rule, judged, call, judgement);
            }
            continue;
        };
        let mut judged = first.clone();
        if let Some(finding) = &mut judged.finding {
            let those: Vec<&Survivor> = broken.iter().map(|(_, one)| *one).collect();
            tell(context, finding, &those, calls.len());
            if finding.parameter.is_none() {
                finding.primary.place = context.shown(shown).place;
            }
        }
        check::add_own(rule, judged, call, judgement);
    }
}

/// Says which calls a finding is about.
fn tell(context: &Context<'_>, finding: &mut Finding, calls: &[&Survivor], of: usize) {
    if of > 1 {
        let count = calls.len();
        let which = if count == of { format!("all {of} such calls") } else { format!("{count} of {of} such calls") };
        finding.message = format!("{} ({which})", finding.message);
    }
    let evidence = context.evidence(calls);
    finding.subject.clone_from(&evidence.instance);
    finding.evidence = Some(Box::new(evidence));
}

fn situation(context: &Context<'_>, rule: &Policy, call: &Survivor) -> Situation {
    let principal = context.text(call.principal);
    let known = rule.asks_who() && !principal.is_empty();
    let moment = call.time.filter(|_| rule.asks_when()).and_then(|time| Moment::of(time, zone(context, rule)));
    Situation {
        principals: known.then(|| principal.to_owned()).into_iter().collect(),
        moments: moment.into_iter().collect(),
    }
}

/// The zone in which a rule counts.
fn zone<'a>(context: &Context<'a>, rule: &'a Policy) -> &'a Zone {
    rule.zone().unwrap_or(&context.settings.zone)
}

/// Days with more calls on one instance than a rule allows.
pub(super) fn counted(
    context: &Context<'_>,
    groups: &[(&Call, &[&Survivor])],
    evaluator: &Evaluator<'_>,
) -> Vec<Finding> {
    let inventory = &context.settings.settings.inventory;
    let mut findings = Vec::new();
    for rule in context.checker.own_rules() {
        let Some(limit) = rule.most_a_day() else { continue };
        let mut days: BTreeMap<Date, Vec<&Survivor>> = BTreeMap::new();
        for (call, calls) in groups {
            for one in *calls {
                let situation = situation(context, rule, one);
                let judged = policy::judge(rule, evaluator, call, (inventory, Worlds::default()), &situation);
                // Only what the rule is certainly about is counted.
                let day = one.time.and_then(|time| zone(context, rule).day(time));
                if let (Some(day), Some(Truth::Yes)) = (day, judged.concerned) {
                    days.entry(day).or_default().push(one);
                }
            }
        }
        for (day, mut calls) in days {
            let count = calls.len();
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            if count <= most {
                continue;
            }
            super::context::in_order_of_time(&mut calls);
            let Some(beyond) = calls.get(most) else { continue };
            let title = rule.title();
            let zone = zone(context, rule).name();
            let message = format!("{title}: {count} calls on {day} ({zone}), not at most {limit}");
            let label = context.label(beyond, format!("call {} of the day", most + 1));
            let mut finding = Finding::new(rule.id(), rule.rule.severity, message, label);
            let mut evidence = context.evidence(&calls);
            evidence.day = day.to_string();
            finding.subject.clone_from(&evidence.instance);
            finding.evidence = Some(Box::new(evidence));
            finding.help = rule.help();
            findings.push(finding);
        }
    }
    findings
}
