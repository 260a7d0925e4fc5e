//! The rules of an organisation, asked about the calls of files: each call by itself, and how many a day has.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Checker, Settings};
use crate::finding::{Confidence, Finding, Label, Severity, Undecided, Verdict};
use crate::matrix::{Evaluator, Judgement, Worlds};
use crate::model::{Call, Inventory};
use crate::policy::{self, Situation};
use crate::quota::{self, Together};
use crate::ram::{self, Truth};
use crate::surface::Extraction;

impl Checker {
    /// Who makes each call, where some rule asks for it.
    pub(super) fn callers(&self, extraction: &Extraction) -> Vec<Vec<String>> {
        if !self.own_rules.iter().any(policy::Policy::asks_who) {
            return Vec::new();
        }
        let callers = || ram::suggest::callers(&extraction.access, &extraction.calls, &extraction.leads);
        catch_unwind(AssertUnwindSafe(callers)).unwrap_or_default()
    }

    /// Adds what the rules of an organisation say of a call. Errors count for the verdict as those of the matrix do.
    pub(super) fn judge_by_own_rules(
        &self,
        evaluator: &Evaluator<'_>,
        call: &Call,
        inventory: &Inventory,
        callers: &[String],
        judgement: &mut Judgement,
    ) {
        for rule in &self.own_rules {
            let situation = Situation::of_schedules(call, callers.to_vec(), rule);
            let judged = policy::judge(rule, evaluator, call, (inventory, Worlds::default()), &situation);
            add(rule, judged, call, judgement);
        }
    }

    /// Schedules that make more calls a day than a rule of an organisation allows.
    pub(super) fn counted(&self, calls: &[Call], settings: &Settings, rules: &[policy::Policy]) -> Vec<Together> {
        let counted = || rules.iter().flat_map(|rule| self.counted_by(rule, calls, settings)).collect();
        catch_unwind(AssertUnwindSafe(counted)).unwrap_or_default()
    }

    fn counted_by(&self, rule: &policy::Policy, calls: &[Call], settings: &Settings) -> Vec<Together> {
        let Some(limit) = rule.most_a_day() else { return Vec::new() };
        let mut found = Vec::new();
        for evaluator in self.evaluators() {
            let api = &evaluator.matrix().api().id;
            let mut kept: Vec<Call> = Vec::new();
            let mut numbers: Vec<(usize, bool)> = Vec::new();
            for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.api == *api) {
                let inventory = settings.inventory_at(call.head.source.path());
                let situation = Situation::of_schedules(call, Vec::new(), rule);
                let judged = policy::judge(rule, &evaluator, call, (inventory, Worlds::default()), &situation);
                if judged.concerned.is_some_and(|concerned| concerned != Truth::No) {
                    kept.push(call.clone());
                    numbers.push((number, judged.concerned == Some(Truth::Yes)));
                }
            }
            for mut together in quota::over(&kept, evaluator.matrix(), limit) {
                let about: Vec<(usize, bool)> =
                    together.calls.iter().filter_map(|number| numbers.get(*number).copied()).collect();
                together.calls = about.iter().map(|(number, _)| *number).collect();
                let finding = &mut together.finding;
                finding.rule = rule.id().into();
                finding.answer = None;
                finding.message = format!("{}: {}", rule.title(), finding.message);
                finding.help = rule.help();
                if about.iter().all(|(_, certain)| *certain) {
                    finding.severity = match finding.confidence {
                        Confidence::Certain => rule.rule.severity,
                        Confidence::Possible => rule.rule.severity.min(Severity::Warning),
                    };
                } else {
                    finding.severity = Severity::Note;
                    finding.confidence = Confidence::Possible;
                }
                found.push(together);
            }
        }
        found
    }
}

/// Adds what a rule says of a call to a judgement.
pub(crate) fn add(rule: &policy::Policy, judged: policy::Judged, call: &Call, judgement: &mut Judgement) {
    let is_error = rule.rule.severity == Severity::Error && !call.advisory;
    let is_certain = judged.finding.as_ref().is_some_and(|finding| finding.confidence == Confidence::Certain);
    if is_error && is_certain {
        judgement.verdict = Verdict::Violation;
        judgement.undecided.clear();
    } else if is_error && !judged.deciding.is_empty() && judgement.verdict != Verdict::Violation {
        judgement.verdict = Verdict::Undecided;
        for name in judged.deciding {
            if judgement.undecided.iter().any(|known| known.subject == name) {
                continue;
            }
            let place = call.argument(&name).map(|argument| argument.place.clone());
            let reason = format!("{name}, which {} asks for", rule.id());
            judgement.undecided.push(Undecided { subject: name, reason, place });
        }
    }
    judgement.findings.extend(judged.finding.or_else(|| Some(in_the_dark(rule, judged.in_the_dark?, call))));
}

/// What nobody can tell is possible, and a note.
fn in_the_dark(rule: &policy::Policy, what: &str, call: &Call) -> Finding {
    let title = rule.title();
    let primary = Label { place: call.head.clone(), text: String::new() };
    let mut finding = Finding::new(rule.id(), Severity::Note, format!("{title}: {what} is not known here"), primary);
    finding.confidence = Confidence::Possible;
    finding.subject.clone_from(&call.subject);
    finding.help = rule.help();
    finding
}
