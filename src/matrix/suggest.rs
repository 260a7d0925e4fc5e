//! What to write instead: the values that are supported, and the nearest call that is.

use std::sync::Arc;

use super::compile::ReportId;
use super::domain::{ABSENT, ClassSet, World, for_each_world};
use super::evaluate::{Evaluator, Held, Question};
use super::raw::{Intent, ParameterType};
use crate::finding::Severity;

/// What to write instead.
#[derive(Debug, Default)]
pub(super) struct Suggestion {
    /// The values of the finding's parameter that are supported in every world it holds in.
    pub(super) supported: Vec<String>,
    /// The changes that make the nearest supported call; empty when there is none.
    pub(super) changes: Vec<Change>,
}

/// One change of one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The number of the parameter.
    pub(super) parameter: usize,
    /// The new value; none to leave the parameter out.
    pub(super) value: Option<String>,
    /// The fact that made this value the better one of several, if any did.
    pub(super) because_of: Option<usize>,
}

/// What a change costs, in quarters, so that a preference can break a tie.
const CHANGE: u32 = 8;
const REMOVAL: u32 = 12;
const STRONG_CHANGE: u32 = 24;
const STRONG_REMOVAL: u32 = 30;
const WARNING: u32 = 40;
const NOTE: u32 = 8;
const PREFERRED: u32 = 1;

impl Evaluator<'_> {
    /// What to write instead of what a finding is about.
    pub(super) fn suggestion(&mut self, question: &Question, held: &Held) -> Arc<Suggestion> {
        let key = (*question, held.report);
        if let Some(known) = self.suggestions.get(&key) {
            return Arc::clone(known);
        }
        let suggestion = Arc::new(Suggestion {
            supported: self.supported(question, held),
            changes: self.nearest(question, held).unwrap_or_default(),
        });
        self.suggestions.insert(key, Arc::clone(&suggestion));
        suggestion
    }

    /// The values that a parameter could have instead of one that is wrong by itself.
    pub(super) fn suggestion_for_value(&mut self, question: &Question, dimension: usize) -> Arc<Suggestion> {
        // Numbers at the upper end are no reports; they stand for dimensions here.
        let key = (*question, ReportId::MAX - u16::try_from(dimension).unwrap_or(0));
        if let Some(known) = self.suggestions.get(&key) {
            return Arc::clone(known);
        }
        let supported = self.supported_values(question, dimension, &self.fact_worlds(question));
        let suggestion = Arc::new(Suggestion { supported, changes: Vec::new() });
        self.suggestions.insert(key, Arc::clone(&suggestion));
        suggestion
    }

    /// The values of a choice that give no report on it in any world of the question.
    fn supported(&self, question: &Question, held: &Held) -> Vec<String> {
        let Some(dimension) = self.matrix.tables.report(held.report).and_then(|r| r.parameter) else {
            return Vec::new();
        };
        self.supported_values(question, dimension, &self.fact_worlds(question))
    }

    /// The values of a choice that give no report on it in any of these worlds, as the documentation spells them.
    fn supported_values(&self, question: &Question, dimension: usize, worlds: &[World]) -> Vec<String> {
        let facts = self.matrix.fact_count();
        let parameter = dimension.checked_sub(facts).and_then(|i| self.matrix.file.parameters.get(i));
        let Some(parameter) = parameter.filter(|p| p.kind == ParameterType::Choice) else {
            return Vec::new();
        };
        let mut supported = Vec::new();
        for (index, value) in parameter.values.iter().enumerate() {
            let Ok(class) = u8::try_from(index + 1) else { continue };
            let mut changed = *question;
            if let Some(set) = changed.sets.get_mut(dimension) {
                *set = ClassSet::one(class);
            }
            let fails = worlds.iter().any(|world| {
                self.reports_everywhere(&changed, world)
                    .iter()
                    .any(|&report| self.matrix.tables.report(report).is_some_and(|r| r.parameter == Some(dimension)))
            });
            if !fails {
                supported.push(value.clone());
            }
        }
        supported
    }

    /// Every report that holds for some value of the unknown parameters in a world.
    fn reports_everywhere(&self, question: &Question, world: &World) -> Vec<ReportId> {
        let sets = super::evaluate::within(question, world, self.matrix.fact_count());
        let sets = sets.get(..self.matrix.dimensions.len()).unwrap_or(&sets);
        let mut reports = Vec::new();
        for_each_world(sets, |world| {
            self.matrix.tables.reports_in(world, |report| {
                if !reports.contains(&report) {
                    reports.push(report);
                }
            });
        });
        reports
    }

    /// The cheapest changes that make the finding go away in every world of the question and bring no new error.
    fn nearest(&self, question: &Question, held: &Held) -> Option<Vec<Change>> {
        let matrix = self.matrix;
        let facts = matrix.fact_count();
        let worlds = self.fact_worlds(question);
        let before: Vec<Vec<ReportId>> = worlds.iter().map(|world| self.reports_everywhere(question, world)).collect();
        // Only known parameters with words as values can be changed to something; free text and numbers stay or go.
        let mut sets = question.sets;
        for (i, parameter) in matrix.file.parameters.iter().enumerate() {
            let (Some(set), Some(dimension)) = (sets.get_mut(facts + i), matrix.dimensions.get(facts + i)) else {
                continue;
            };
            let class = set.single()?;
            match parameter.kind {
                ParameterType::Choice => *set = dimension.all(),
                ParameterType::Text | ParameterType::Integer if class != ABSENT => *set = dimension.all(),
                _ => {}
            }
        }
        for set in sets.iter_mut().take(facts) {
            *set = ClassSet::one(0);
        }
        let target = matrix.tables.report(held.report)?;
        let mut best: Option<(u32, World)> = None;
        for_each_world(sets.get(..matrix.dimensions.len())?, |candidate| {
            let Some(mut cost) = self.edit_cost(question, candidate, &worlds) else { return };
            if best.is_some_and(|(known, _)| known <= cost) {
                return;
            }
            for (world, before) in worlds.iter().zip(&before) {
                let mut full = *candidate;
                full.iter_mut().zip(world).take(facts).for_each(|(slot, &class)| *slot = class);
                let mut worst = 0;
                let mut fails = false;
                matrix.tables.reports_in(&full, |id| {
                    let Some(report) = matrix.tables.report(id) else { return };
                    // What was said before is no reason against a change that is about something else.
                    let new = !before.contains(&id);
                    fails |= report.rule == target.rule && report.parameter == target.parameter;
                    match report.severity {
                        Severity::Error => fails |= new,
                        Severity::Warning if new => worst += WARNING,
                        Severity::Note if new => worst += NOTE,
                        _ => {}
                    }
                });
                if fails {
                    return;
                }
                cost += worst;
            }
            if best.is_none_or(|(known, _)| cost < known) {
                best = Some((cost, *candidate));
            }
        });
        best.map(|(_, world)| self.changes(question, &world, &worlds))
    }

    /// What it costs to go from the question to a candidate; nothing when a change is impossible.
    fn edit_cost(&self, question: &Question, candidate: &World, worlds: &[World]) -> Option<u32> {
        let facts = self.matrix.fact_count();
        let mut cost = 0;
        for (i, parameter) in self.matrix.file.parameters.iter().enumerate() {
            let before = question.sets.get(facts + i)?.single()?;
            let after = *candidate.get(facts + i)?;
            if before == after {
                continue;
            }
            let strong = parameter.intent == Intent::Strong;
            cost += match (before, after) {
                (ABSENT, _) => CHANGE,
                (_, ABSENT) if strong => STRONG_REMOVAL,
                (_, ABSENT) => REMOVAL,
                _ if strong => STRONG_CHANGE,
                _ => CHANGE,
            };
            if self.preference(i, after, worlds).is_none() {
                cost += PREFERRED;
            }
        }
        Some(cost)
    }

    /// The fact that makes a value of a parameter the preferred one in all of these worlds.
    fn preference(&self, parameter: usize, class: u8, worlds: &[World]) -> Option<usize> {
        let raw = self.matrix.file.parameters.get(parameter)?;
        let value = raw.values.get(usize::from(class).checked_sub(1)?)?;
        raw.prefer.iter().filter(|p| p.value == *value).find_map(|preference| {
            let mut fact = None;
            for (name, cell) in &preference.when {
                let (index, dimension) = self.matrix.dimensions.iter().enumerate().find(|(_, d)| d.name == *name)?;
                let wanted = cell.0.iter().filter_map(|word| dimension.cell_word(word)).fold(0, |all, set| all | set.0);
                let holds = worlds.iter().all(|w| w.get(index).is_some_and(|&class| ClassSet(wanted).contains(class)));
                fact = holds.then_some(index);
                fact?;
            }
            fact
        })
    }

    fn changes(&self, question: &Question, target: &World, worlds: &[World]) -> Vec<Change> {
        let facts = self.matrix.fact_count();
        let mut changes = Vec::new();
        for (i, parameter) in self.matrix.file.parameters.iter().enumerate() {
            let before = question.sets.get(facts + i).and_then(|set| set.single());
            let Some(&after) = target.get(facts + i) else { continue };
            if before == Some(after) {
                continue;
            }
            let value = usize::from(after).checked_sub(1).and_then(|index| parameter.values.get(index)).cloned();
            changes.push(Change { parameter: i, value, because_of: self.preference(i, after, worlds) });
        }
        changes
    }
}
