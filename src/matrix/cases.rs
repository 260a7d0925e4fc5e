//! The cases of a call: one alternative for each value, chosen so that no two of them contradict each other.

use super::load::Matrix;
use crate::model::{Alternative, Call, Guard, GuardKind, Value};

/// How many cases of one call are looked at; with more, values of several alternatives count as unknown.
const MAX_CASES: usize = 256;

/// What is chosen for a parameter or a fact in a case.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot<'c> {
    /// Nothing was said of it.
    Nothing,
    /// The alternative with this number.
    Chosen(usize, &'c Alternative),
    /// One of too many.
    Open,
}

impl<'c> Slot<'c> {
    pub(super) fn alternative(self) -> Option<&'c Alternative> {
        match self {
            Slot::Chosen(_, alternative) => Some(alternative),
            _ => None,
        }
    }

    pub(super) fn number(self) -> usize {
        match self {
            Slot::Chosen(number, _) => number,
            _ => 0,
        }
    }
}

/// One case.
#[derive(Debug, Clone)]
pub(super) struct Case<'c> {
    /// A slot for each fact, then for each parameter, as the dimensions of the matrix.
    pub(super) slots: Vec<Slot<'c>>,
    /// The elements of loops that the case stands for: each of them is really run.
    pub(super) iterations: Vec<(&'c str, u32)>,
}

/// The cases of a call; at least one.
pub(super) fn cases<'c>(matrix: &Matrix, call: &'c Call) -> Vec<Case<'c>> {
    let values: Vec<Option<&Value>> =
        matrix
            .dimensions
            .iter()
            .map(|d| {
                if d.is_fact { call.fact(&d.name).map(|f| &f.value) } else { call.argument(&d.name).map(|a| &a.value) }
            })
            .collect();
    // Nearly every call has one case; finding it needs no search.
    if values.iter().flatten().all(|value| value.alternatives().len() == 1) {
        let only = |value: &Option<&'c Value>| match value.and_then(|v| v.alternatives().first()) {
            Some(alternative) => Slot::Chosen(0, alternative),
            None => Slot::Nothing,
        };
        return vec![Case { slots: values.iter().map(only).collect(), iterations: Vec::new() }];
    }
    let mut search =
        Search { values: &values, chosen: Vec::new(), guards: call.guards.iter().collect(), found: Vec::new() };
    if search.run() && !search.found.is_empty() {
        return search.found;
    }
    let slots = values.iter().map(|value| match value {
        None => Slot::Nothing,
        Some(value) => match value.alternatives() {
            [only] => Slot::Chosen(0, only),
            _ => Slot::Open,
        },
    });
    vec![Case { slots: slots.collect(), iterations: Vec::new() }]
}

struct Search<'v, 'c> {
    values: &'v [Option<&'c Value>],
    chosen: Vec<Slot<'c>>,
    guards: Vec<&'c Guard>,
    found: Vec<Case<'c>>,
}

impl<'c> Search<'_, 'c> {
    /// Extends what is chosen in every way that fits; false when there are too many ways.
    fn run(&mut self) -> bool {
        let Some(value) = self.values.get(self.chosen.len()) else {
            self.finish();
            return self.found.len() <= MAX_CASES;
        };
        let Some(value) = value else {
            self.chosen.push(Slot::Nothing);
            let fits = self.run();
            self.chosen.pop();
            return fits;
        };
        for (number, alternative) in value.alternatives().iter().enumerate() {
            let contradicts =
                |guard: &Guard| self.guards.iter().any(|g| g.key == guard.key && g.branch != guard.branch);
            if alternative.guards.iter().any(contradicts) {
                continue;
            }
            let before = self.guards.len();
            self.guards.extend(&alternative.guards);
            self.chosen.push(Slot::Chosen(number, alternative));
            let fits = self.run();
            self.chosen.pop();
            self.guards.truncate(before);
            if !fits {
                return false;
            }
        }
        true
    }

    fn finish(&mut self) {
        let mut iterations: Vec<(&'c str, u32)> =
            self.guards.iter().filter(|g| g.kind == GuardKind::Iteration).map(|g| (&*g.key, g.branch)).collect();
        iterations.sort_unstable();
        iterations.dedup();
        self.found.push(Case { slots: self.chosen.clone(), iterations });
    }
}
