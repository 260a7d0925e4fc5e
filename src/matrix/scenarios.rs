//! The matrix as people draw it: the scenarios of the documentation, a cell for each parameter.
//!
//! Takes a selection of facts; gives typed rows. No cell is written down anywhere: each is found by asking
//! the decision tables what happens when one parameter of a scenario is given, changed or left out. It
//! formats nothing.

use super::compile::ReportId;
use super::domain::{ABSENT, ClassSet, Dimension, MAX_DIMENSIONS, World, for_each_world};
use super::load::{Matrix, Problems};
use super::raw::{self, ParameterType};
use crate::finding::Severity;

/// Values of facts that a view is narrowed to; nothing selected means everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactSelection {
    /// The fact and the class of each that is selected.
    chosen: Vec<(usize, u8)>,
}

/// A fact or a value that the matrix does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownFact {
    /// No fact has this name.
    #[error("{name} is no fact; the facts are {}", .known.join(", "))]
    Name {
        /// What was asked for.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// The fact does not have this value.
    #[error("{value} is no {title}; the values are {}", .known.join(", "))]
    Value {
        /// What the fact is called.
        title: String,
        /// What was asked for.
        value: String,
        /// The values that there are.
        known: Vec<String>,
    },
}

/// One scenario of the documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioRow {
    /// What is backed up and how, for people.
    pub title: String,
    /// What it holds for, in the order of the facts; facts that everybody is assumed to have are left out.
    pub facts: Vec<ScenarioFact>,
    /// A cell for each parameter of the API, in its order.
    pub cells: Vec<Cell>,
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFact {
    /// The name of the fact.
    pub name: String,
    /// The value's id; `None` when every value will do.
    pub value: Option<String>,
    /// The value's title; empty when every value will do.
    pub title: String,
}

/// What a scenario says of one parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// It must be given, and its text is up to the caller.
    Required,
    /// It has this value.
    Value {
        /// The value.
        value: String,
        /// Whether leaving the parameter out is as good, because the value is its default.
        is_default: bool,
    },
    /// It may be given or left out.
    Optional {
        /// The values that may be given; empty for text and numbers.
        values: Vec<String>,
    },
    /// It is to be left out.
    NotUsed {
        /// The default, where saying it explicitly does no harm.
        harmless: Option<String>,
        /// The worst that giving it leads to.
        severity: Severity,
        /// The rules that speak when it is given.
        rules: Vec<String>,
    },
}

/// A sentence on some of the instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark<'m> {
    /// Which of the instances that are selected it speaks about, for people; empty when it is all of them.
    pub scope: String,
    /// The sentence.
    pub text: &'m str,
}

impl FactSelection {
    /// The class of a fact that is selected.
    pub(super) fn class_of(&self, fact: usize) -> Option<u8> {
        self.chosen.iter().find(|(index, _)| *index == fact).map(|(_, class)| *class)
    }
}

impl Matrix {
    /// A selection of facts from names and values as people spell them.
    ///
    /// # Errors
    /// [`UnknownFact`] says what there is to choose from.
    pub fn select<'a>(
        &self,
        facts: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<FactSelection, UnknownFact> {
        let mut selection = FactSelection::default();
        for (name, value) in facts {
            let index = self.api.facts.iter().position(|fact| fact.name == name).ok_or_else(|| UnknownFact::Name {
                name: name.to_owned(),
                known: self.api.facts.iter().map(|fact| fact.name.clone()).collect(),
            })?;
            let id = self.api.facts.get(index).and_then(|fact| fact.value(value)).map(|known| known.id.as_str());
            let class = id.and_then(|id| self.dimensions.get(index)?.class(id));
            let class = class.ok_or_else(|| {
                let fact = self.file.facts.get(index);
                UnknownFact::Value {
                    title: fact.map_or_else(String::new, |fact| fact.title.clone()),
                    value: value.to_owned(),
                    known: fact.map_or_else(Vec::new, |fact| fact.values.iter().map(|v| v.id.clone()).collect()),
                }
            })?;
            selection.chosen.retain(|(known, _)| *known != index);
            selection.chosen.push((index, class));
        }
        selection.chosen.sort_unstable();
        Ok(selection)
    }

    /// The instances that are selected, for people: "MySQL instances on cloud disks"; `None` when all are.
    #[must_use]
    pub fn selection_scope(&self, selection: &FactSelection) -> Option<String> {
        let (mut before, mut behind) = (Vec::new(), Vec::new());
        for &(fact, class) in selection.chosen.iter().rev() {
            // A fact that is hardly ever said is an adjective: "read-only MySQL instances".
            let is_assumed = self.dimensions.get(fact).is_some_and(|dimension| dimension.assumed.is_some());
            let side = if is_assumed || fact == 0 { &mut before } else { &mut behind };
            side.push(self.fact_title(fact, class));
        }
        before.push(self.file.scope_noun.clone());
        before.extend(behind.into_iter().rev());
        (!selection.chosen.is_empty()).then(|| before.join(" "))
    }

    /// The values that facts have when nothing is selected of them and nothing says otherwise.
    #[must_use]
    pub fn assumptions(&self, selection: &FactSelection) -> Vec<ScenarioFact> {
        let facts = self.dimensions.iter().enumerate().filter(|(index, _)| selection.class_of(*index).is_none());
        let assumption = |(index, dimension): (usize, &Dimension)| {
            let class = dimension.assumed?;
            let value = dimension.classes.get(usize::from(class)).cloned();
            Some(ScenarioFact { name: dimension.name.clone(), value, title: self.fact_title(index, class) })
        };
        facts.filter_map(assumption).collect()
    }

    /// The rules that speak of every call that names its instance, whatever else it says: why nothing is supported.
    #[must_use]
    pub fn always_reported(&self, selection: &FactSelection) -> Vec<&str> {
        let mut sets = [ClassSet::one(0); MAX_DIMENSIONS];
        for (index, (dimension, set)) in self.dimensions.iter().zip(&mut sets).enumerate() {
            let raw = index.checked_sub(self.fact_count()).and_then(|parameter| self.file.parameters.get(parameter));
            *set = match raw {
                None => self.selected(index, selection),
                Some(raw) if raw.kind == ParameterType::Identifier => {
                    ClassSet(dimension.all().0 & !ClassSet::one(ABSENT).0)
                }
                Some(_) => dimension.all(),
            };
        }
        let mut common: Option<Vec<ReportId>> = None;
        for_each_world(sets.get(..self.dimensions.len()).unwrap_or(&sets), |world| {
            let mut here = Vec::new();
            self.tables.reports_in(world, |report| here.push(report));
            match &mut common {
                Some(common) => common.retain(|report| here.contains(report)),
                None => common = Some(here),
            }
        });
        common.unwrap_or_default().into_iter().filter_map(|id| Some(self.tables.report(id)?.rule.as_str())).collect()
    }

    /// What is selected, by the names and ids of the matrix.
    #[must_use]
    pub fn selection_ids(&self, selection: &FactSelection) -> Vec<(&str, &str)> {
        let id = |&(fact, class): &(usize, u8)| {
            let dimension = self.dimensions.get(fact)?;
            Some((dimension.name.as_str(), dimension.classes.get(usize::from(class))?.as_str()))
        };
        selection.chosen.iter().filter_map(id).collect()
    }

    /// The scenarios that are supported for the facts that are selected.
    #[must_use]
    pub fn scenario_rows(&self, selection: &FactSelection) -> Vec<ScenarioRow> {
        self.file.scenarios.iter().filter_map(|scenario| self.scenario_row(scenario, selection)).collect()
    }

    /// The sentences on the instances that are selected.
    #[must_use]
    pub fn remarks(&self, selection: &FactSelection) -> Vec<Remark<'_>> {
        let remark = |raw: &'_ raw::Remark| -> Option<Vec<String>> {
            let mut scope = Vec::new();
            for (index, dimension) in self.dimensions.iter().enumerate() {
                let Some(id) = raw.facts.get(&dimension.name) else { continue };
                if self.fact_set(&dimension.name, id, selection)?.is_empty() {
                    return None;
                }
                if selection.class_of(index).is_none() {
                    scope.push(self.fact_title(index, dimension.class(id)?));
                }
            }
            Some(scope)
        };
        let remarks = self.file.remarks.iter();
        remarks.filter_map(|raw| Some(Remark { scope: remark(raw)?.join(" "), text: &raw.text })).collect()
    }

    /// What a fact's value leaves of a selection; `None` for names that are not known.
    fn fact_set(&self, name: &str, id: &str, selection: &FactSelection) -> Option<ClassSet> {
        let index = self.dimensions.iter().position(|d| d.is_fact && d.name == name)?;
        let stated = ClassSet::one(self.dimensions.get(index)?.class(id)?);
        Some(ClassSet(stated.0 & self.selected(index, selection).0))
    }

    /// The classes of a fact that a selection leaves. Where nothing is selected, a fact that everybody is
    /// assumed to have has that value, so that nobody reads of rare instances without asking.
    pub(super) fn selected(&self, fact: usize, selection: &FactSelection) -> ClassSet {
        let Some(dimension) = self.dimensions.get(fact) else { return ClassSet::default() };
        selection.class_of(fact).or(dimension.assumed).map_or(dimension.all(), ClassSet::one)
    }

    /// The sets of a scenario: its facts as far as they are selected, its parameters, and nothing else given
    /// but what every call must name.
    pub(super) fn scenario_sets(
        &self,
        scenario: &raw::Scenario,
        selection: &FactSelection,
    ) -> Option<[ClassSet; MAX_DIMENSIONS]> {
        let mut sets = [ClassSet::one(0); MAX_DIMENSIONS];
        let facts = self.fact_count();
        for (index, (dimension, set)) in self.dimensions.iter().zip(&mut sets).enumerate() {
            if let Some(parameter) = index.checked_sub(facts) {
                let identifies =
                    self.file.parameters.get(parameter).is_some_and(|p| p.kind == ParameterType::Identifier);
                let word = scenario.parameters.get(&dimension.name).map(String::as_str);
                let word = word.or(identifies.then_some(super::domain::GIVEN_WORD));
                *set = word.and_then(|word| dimension.cell_word(word)).unwrap_or(ClassSet::one(ABSENT));
            } else {
                *set = match scenario.facts.get(&dimension.name) {
                    Some(id) => self.fact_set(&dimension.name, id, selection)?,
                    None => self.selected(index, selection),
                };
            }
            if set.is_empty() {
                return None;
            }
        }
        Some(sets)
    }

    /// Reports scenarios that the decision tables speak against; people would be shown something that is wrong.
    pub(super) fn check_scenarios(&self, problems: &mut Problems<'_>) {
        for (number, scenario) in self.file.scenarios.iter().enumerate() {
            let sets = self.scenario_sets(scenario, &FactSelection::default());
            let reports = sets.map_or_else(Vec::new, |sets| self.reports_for(&sets));
            let names = reports.iter().filter_map(|&id| self.tables.report(id)).map(|report| report.name.as_str());
            let names: Vec<&str> = names.collect();
            if !names.is_empty() {
                let message = format!("a scenario is something supported, and the tables say {}", names.join(", "));
                problems.add(&format!("/scenarios/{number}"), message);
            }
        }
    }

    fn scenario_row(&self, scenario: &raw::Scenario, selection: &FactSelection) -> Option<ScenarioRow> {
        let sets = self.scenario_sets(scenario, selection)?;
        // A selection can take a scenario away: what holds for primary instances need not hold for others.
        if !self.reports_for(&sets).is_empty() {
            return None;
        }
        let facts = self.dimensions.iter().enumerate().filter(|(_, d)| d.is_fact && d.assumed.is_none());
        let facts = facts.map(|(index, dimension)| {
            let class = sets.get(index).and_then(|set| set.single());
            let value = class.and_then(|class| dimension.classes.get(usize::from(class))).cloned();
            let title = class.map_or_else(String::new, |class| self.fact_title(index, class));
            ScenarioFact { name: dimension.name.clone(), value, title }
        });
        let cells = (self.fact_count()..self.dimensions.len()).map(|d| self.cell(scenario, &sets, d));
        Some(ScenarioRow { title: scenario.title.clone(), facts: facts.collect(), cells: cells.collect() })
    }

    /// Asks the tables what becomes of a scenario with each class of one parameter.
    fn cell(&self, scenario: &raw::Scenario, sets: &[ClassSet; MAX_DIMENSIONS], parameter: usize) -> Cell {
        let raw = parameter.checked_sub(self.fact_count()).and_then(|index| self.file.parameters.get(index));
        let Some((dimension, raw)) = self.dimensions.get(parameter).zip(raw) else {
            return Cell::Optional { values: Vec::new() };
        };
        let reports_with = |class: u8| {
            let mut changed = *sets;
            if let Some(set) = changed.get_mut(parameter) {
                *set = ClassSet::one(class);
            }
            self.reports_for(&changed)
        };
        let is_clean = |class: u8| reports_with(class).is_empty();
        let given: Vec<(u8, &String)> = dimension
            .classes
            .iter()
            .enumerate()
            .skip(1)
            .filter_map(|(i, id)| Some((u8::try_from(i).ok()?, id)))
            .collect();
        let is_choice = raw.kind == ParameterType::Choice;
        let stated = scenario.parameters.get(&dimension.name).filter(|_| is_choice);
        if let Some(value) = stated {
            let is_default = raw.default.as_ref() == Some(value) && is_clean(ABSENT);
            return Cell::Value { value: value.clone(), is_default };
        }
        if !is_clean(ABSENT) {
            return Cell::Required;
        }
        let clean: Vec<String> =
            given.iter().filter(|(class, _)| is_clean(*class)).map(|(_, id)| (*id).clone()).collect();
        // To say the default is no choice: the scenario is the same with and without it.
        let only_default = clean.iter().all(|value| raw.default.as_ref() == Some(value));
        if !clean.is_empty() && !only_default {
            return Cell::Optional { values: if is_choice { clean } else { Vec::new() } };
        }
        let mut reports: Vec<ReportId> = given.iter().flat_map(|(class, _)| reports_with(*class)).collect();
        reports.sort_unstable();
        reports.dedup();
        let reports: Vec<_> = reports.iter().filter_map(|&id| self.tables.report(id)).collect();
        let mut rules: Vec<String> = reports.iter().map(|report| report.rule.clone()).collect();
        rules.sort_unstable();
        rules.dedup();
        let severity = reports.iter().map(|report| report.severity).max().unwrap_or(Severity::Note);
        Cell::NotUsed { harmless: clean.into_iter().next(), severity, rules }
    }

    /// Everything that is reported in some world of a product of sets.
    pub(super) fn reports_for(&self, sets: &[ClassSet; MAX_DIMENSIONS]) -> Vec<ReportId> {
        let mut reports = Vec::new();
        let sets = sets.get(..self.dimensions.len()).unwrap_or(sets);
        for_each_world(sets, |world: &World| {
            self.tables.reports_in(world, |report| {
                if !reports.contains(&report) {
                    reports.push(report);
                }
            });
        });
        reports
    }
}
