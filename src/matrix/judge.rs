//! The verdict on a call and what is found in it.
//!
//! Each case of the call is asked on its own. What is found in every case is certain; what is found
//! only in some, or only as long as nobody overrides a default, is possible.

use super::cases::{self, Case, Slot};
use super::compile::ReportId;
use super::domain::{ClassSet, MAX_DIMENSIONS};
use super::evaluate::{Evaluator, Held, Question};
use super::values::ValueIssue;
use super::worlds::Worlds;
use std::sync::Arc;

use crate::finding::{Confidence, Finding, Severity, Undecided, Verdict};
use crate::model::{Call, Content, Inventory};

/// The judgement on one call.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The findings, without fingerprints and in no particular order.
    pub findings: Vec<Finding>,
    /// What would decide an undecided call.
    pub undecided: Vec<Undecided>,
}

/// What is found in one case.
#[derive(Debug, Clone)]
pub(super) struct Emission {
    pub(super) source: EmissionSource,
    /// The dimension of the parameter.
    pub(super) parameter: Option<usize>,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    /// Whether it holds in some worlds only.
    pub(super) in_some_worlds: bool,
    /// The case that it was found in.
    pub(super) case: usize,
    /// The alternative of the parameter in that case.
    pub(super) alternative: usize,
}

/// What an emission comes from.
#[derive(Debug, Clone)]
pub(super) enum EmissionSource {
    /// A row of a table.
    Table(Arc<Held>),
    /// A value that is wrong by itself.
    Value(ValueIssue),
}

/// A case with the questions that it asks.
pub(super) struct Asked<'c> {
    pub(super) case: Case<'c>,
    /// The question with every value as it stands.
    pub(super) question: Question,
    /// The question with everything that may be overridden left open.
    pub(super) firm: Question,
    pub(super) facts: Vec<super::facts::FactSource<'c>>,
}

impl Evaluator<'_> {
    /// Judges a call. Facts that the call does not carry come from the inventory and from the id itself.
    #[must_use]
    pub fn judge(&mut self, call: &Call, inventory: &Inventory) -> Judgement {
        self.judge_in(call, inventory, Worlds::default())
    }

    /// Judges a call that is known not to be made in some worlds. Where that leaves none, it is not used.
    #[must_use]
    pub fn judge_in(&mut self, call: &Call, inventory: &Inventory, without: Worlds) -> Judgement {
        let asked: Vec<Asked<'_>> =
            cases::cases(self.matrix, call).into_iter().map(|case| self.ask(case, inventory, without)).collect();
        let mut emissions = Vec::new();
        let mut some_error = false;
        for (number, asked) in asked.iter().enumerate() {
            some_error |= self.outcome(&asked.question).some_error;
            emissions.extend(self.emissions(asked, number));
        }
        let emissions = merge(self, &asked, emissions);
        let mut findings: Vec<Finding> = Vec::new();
        for emission in &emissions {
            if let Some(asked) = asked.get(emission.case) {
                findings.push(self.compose(call, asked, emission));
            }
        }
        findings.extend(call.unknown_names.iter().map(|name| self.compose_name(call, name)));
        let is_error = |f: &Finding| f.severity == Severity::Error;
        let verdict = if findings.iter().any(|f| is_error(f) && f.confidence == Confidence::Certain) {
            Verdict::Violation
        } else if some_error || findings.iter().any(is_error) {
            Verdict::Undecided
        } else {
            Verdict::Proven
        };
        let undecided =
            if verdict == Verdict::Undecided { self.undecided(call, &asked, &emissions) } else { Vec::new() };
        if call.advisory {
            findings.iter_mut().for_each(|f| f.severity = Severity::Note);
        }
        Judgement { verdict, findings, undecided }
    }

    pub(super) fn ask<'c>(&self, case: Case<'c>, inventory: &'c Inventory, without: Worlds) -> Asked<'c> {
        let fact_count = self.matrix.fact_count();
        let facts = self.fact_sources(&case, inventory);
        let mut question = Question { sets: [ClassSet::one(0); MAX_DIMENSIONS], without: Worlds::default() };
        let mut firm = question;
        for (d, dimension) in self.matrix.dimensions.iter().enumerate() {
            let (set, overridable) = match facts.get(d) {
                Some(fact) => (fact.set(dimension), fact.overridable()),
                None => {
                    let slot = case.slots.get(d).copied().unwrap_or(Slot::Nothing);
                    let class = match slot {
                        Slot::Nothing => Some(super::domain::ABSENT),
                        Slot::Open => None,
                        Slot::Chosen(_, alternative) => {
                            self.matrix.classify(d - fact_count, &alternative.content).class
                        }
                    };
                    let set = class.map_or(dimension.all(), ClassSet::one);
                    (set, slot.alternative().is_some_and(|a| a.overridable))
                }
            };
            if let (Some(slot), Some(firm)) = (question.sets.get_mut(d), firm.sets.get_mut(d)) {
                *slot = set;
                *firm = if overridable && self.can_be_open(d) { dimension.all() } else { set };
            }
        }
        self.leave_out(&mut question, &facts, without);
        firm.without = question.without;
        for d in 0..fact_count {
            let opened = question.sets.get(d).copied();
            if let (Some(firm), Some(opened)) = (firm.sets.get_mut(d), opened) {
                firm.0 |= opened.0;
            }
        }
        Asked { case, question, firm, facts }
    }

    /// An identifier is never open: whatever it is, it is one.
    fn can_be_open(&self, dimension: usize) -> bool {
        let parameter = dimension.checked_sub(self.matrix.fact_count());
        let raw = parameter.and_then(|i| self.matrix.file.parameters.get(i));
        raw.is_none_or(|p| p.kind != super::raw::ParameterType::Identifier)
    }

    /// What is found in one case.
    fn emissions(&mut self, asked: &Asked<'_>, case: usize) -> Vec<Emission> {
        let mut emissions = self.value_emissions(asked, case);
        let outcome = self.outcome(&asked.question);
        let firm = (asked.firm != asked.question).then(|| self.outcome(&asked.firm));
        let value_error =
            emissions.iter().any(|e| e.severity == Severity::Error && e.confidence == Confidence::Certain);
        let promoted = outcome.promoted.as_ref().filter(|_| !value_error);
        for held in outcome.certain.iter().chain(promoted) {
            let holds_firmly = firm.as_ref().is_none_or(|firm| {
                firm.certain.iter().chain(&firm.promoted).any(|other| self.same_rule(other.report, held.report))
            });
            let confidence = if holds_firmly { Confidence::Certain } else { Confidence::Possible };
            emissions.push(self.table_emission(asked, held, held.severity, confidence, false, case));
        }
        let mut spoken_of: Vec<Option<usize>> = Vec::new();
        for held in &outcome.possible {
            let parameter = self.parameter_of(held.report);
            let is_promoted = promoted.is_some_and(|p| self.same_rule(p.report, held.report));
            if is_promoted || spoken_of.contains(&parameter) {
                continue;
            }
            spoken_of.push(parameter);
            emissions.push(self.table_emission(asked, held, Severity::Note, Confidence::Possible, true, case));
        }
        emissions
    }

    fn table_emission(
        &self,
        asked: &Asked<'_>,
        held: &Arc<Held>,
        severity: Severity,
        confidence: Confidence,
        in_some_worlds: bool,
        case: usize,
    ) -> Emission {
        let parameter = self.parameter_of(held.report);
        let slot = parameter.and_then(|d| asked.case.slots.get(d)).copied();
        Emission {
            source: EmissionSource::Table(Arc::clone(held)),
            parameter,
            severity,
            confidence,
            in_some_worlds,
            case,
            alternative: slot.map_or(0, Slot::number),
        }
    }

    /// Values of one case that are wrong by themselves.
    fn value_emissions(&self, asked: &Asked<'_>, case: usize) -> Vec<Emission> {
        let mut emissions = Vec::new();
        let facts = self.matrix.fact_count();
        for (d, slot) in asked.case.slots.iter().enumerate().skip(facts) {
            let Slot::Chosen(number, alternative) = *slot else { continue };
            let Some(issue) = self.matrix.classify(d - facts, &alternative.content).issue else { continue };
            let Some(report) = self.matrix.file.reports.get(&issue.report) else { continue };
            emissions.push(Emission {
                severity: report.severity,
                source: EmissionSource::Value(issue),
                parameter: Some(d),
                confidence: if alternative.overridable { Confidence::Possible } else { Confidence::Certain },
                in_some_worlds: false,
                case,
                alternative: number,
            });
        }
        emissions
    }

    fn parameter_of(&self, report: ReportId) -> Option<usize> {
        self.matrix.tables.report(report)?.parameter
    }

    fn same_rule(&self, a: ReportId, b: ReportId) -> bool {
        match (self.matrix.tables.report(a), self.matrix.tables.report(b)) {
            (Some(a), Some(b)) => a.rule == b.rule && a.parameter == b.parameter,
            _ => false,
        }
    }

    /// The rule of an emission.
    fn rule_of<'e>(&'e self, emission: &'e Emission) -> &'e str {
        let report = match &emission.source {
            EmissionSource::Table(held) => self.matrix.tables.report(held.report).map(|r| r.rule.as_str()),
            EmissionSource::Value(issue) => self.matrix.file.reports.get(&issue.report).map(|r| &*r.rule),
        };
        report.unwrap_or_default()
    }

    /// What would decide an undecided call.
    fn undecided(&mut self, call: &Call, asked: &[Asked<'_>], emissions: &[Emission]) -> Vec<Undecided> {
        let mut list: Vec<Undecided> = Vec::new();
        let mut add = |entry: Undecided| {
            if !list.contains(&entry) {
                list.push(entry);
            }
        };
        for one in asked {
            let outcome = self.outcome(&one.question);
            for &d in &outcome.deciding {
                if let Some(entry) = self.undecided_dimension(call, one, d) {
                    add(entry);
                }
            }
        }
        for emission in emissions.iter().filter(|e| e.severity == Severity::Error) {
            let Some(one) = asked.get(emission.case) else { continue };
            for (d, slot) in one.case.slots.iter().enumerate() {
                let (Some(alternative), Some(dimension)) = (slot.alternative(), self.matrix.dimensions.get(d)) else {
                    continue;
                };
                let place = alternative.steps.last().map(|s| s.place.clone());
                if alternative.overridable {
                    let reason = format!("the default of {} can be overridden from outside", dimension.name);
                    add(Undecided { subject: dimension.name.clone(), reason, place });
                } else if let Some(guard) =
                    alternative.guards.first().filter(|_| emission.confidence == Confidence::Possible)
                {
                    let reason = format!("which way {} goes", super::wording::display_value(&guard.key));
                    add(Undecided { subject: dimension.name.clone(), reason, place });
                }
            }
        }
        list
    }

    fn undecided_dimension(&self, call: &Call, asked: &Asked<'_>, d: usize) -> Option<Undecided> {
        let dimension = self.matrix.dimensions.get(d)?;
        let subject = dimension.name.clone();
        let slot = asked.case.slots.get(d).copied()?;
        if let Some(Content::Unknown(unknown)) = slot.alternative().map(|a| &a.content) {
            return Some(Undecided { subject, reason: unknown.reason.clone(), place: unknown.place.clone() });
        }
        if !dimension.is_fact {
            return Some(Undecided { subject, reason: format!("too many values of {}", dimension.name), place: None });
        }
        let title = self.matrix.file.facts.get(d).map_or("", |f| f.title.as_str());
        let identifier = self.matrix.file.identifiers.as_ref().and_then(|i| call.argument(&i.parameter));
        let of = identifier.map_or("the instance", |a| a.value.as_text().unwrap_or("the instance"));
        Some(Undecided { subject, reason: format!("the {title} of {of}"), place: identifier.map(|a| a.place.clone()) })
    }
}

/// Brings the findings of all cases together.
fn merge(evaluator: &Evaluator<'_>, asked: &[Asked<'_>], emissions: Vec<Emission>) -> Vec<Emission> {
    if asked.len() == 1 {
        return emissions;
    }
    // What is found in some cases of a run only is possible; each element of a loop is a run of its own.
    let siblings = |case: usize| -> Vec<usize> {
        let mine = asked.get(case).map(|a| &a.case.iterations);
        (0..asked.len()).filter(|&other| asked.get(other).map(|a| &a.case.iterations) == mine).collect()
    };
    let found_in = |case: usize, wanted: &Emission| {
        emissions.iter().any(|e| {
            e.case == case
                && e.parameter == wanted.parameter
                && !e.in_some_worlds
                && evaluator.rule_of(e) == evaluator.rule_of(wanted)
        })
    };
    let mut merged: Vec<Emission> = Vec::new();
    for emission in &emissions {
        let mut emission = emission.clone();
        let firm = !emission.in_some_worlds && siblings(emission.case).iter().all(|&case| found_in(case, &emission));
        if !firm {
            emission.confidence = Confidence::Possible;
        }
        let twin = merged.iter_mut().find(|known| {
            known.parameter == emission.parameter
                && known.in_some_worlds == emission.in_some_worlds
                && (known.alternative == emission.alternative || known.in_some_worlds)
                && (known.in_some_worlds || evaluator.rule_of(known) == evaluator.rule_of(&emission))
        });
        match twin {
            Some(known) => known.confidence = known.confidence.max(emission.confidence),
            None => merged.push(emission),
        }
    }
    merged
}
