//! From a call to what it counts for: on which instances it is made, and how often in a run and on a day.
//!
//! Takes calls with what surfaces saw around them; gives one entry for each instance, schedule and set of rounds.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::count::{Choice, Term};
use super::instance::{Instance, instance_of};
use crate::model::{Alternative, Call, Guard, GuardKind, Often, Repeat, Start};
use crate::source::Place;
use crate::syntax::schedule::EVERY_DAY;

/// Calls that are made together: some rounds of one call, by one schedule or by none.
pub(super) struct Entry<'c> {
    /// The call.
    pub(super) call: &'c Call,
    /// Its number among all calls.
    pub(super) number: usize,
    /// What starts its program; absent when nothing in sight does.
    pub(super) start: Option<&'c Start>,
    /// The loops whose rounds multiply it on this instance.
    pub(super) repeats: Vec<&'c Repeat>,
    /// How many, and under which decisions.
    pub(super) term: Term,
    /// How many in one run of the program.
    pub(super) in_a_run: u64,
    /// Where the instance is named, when that is not in the call.
    pub(super) named_at: Option<&'c crate::model::Step>,
    /// Whether somebody outside may name another instance.
    pub(super) overridable: bool,
}

/// Numbers for decisions.
#[derive(Default)]
pub(super) struct Decisions<'c> {
    numbers: BTreeMap<&'c str, u32>,
    /// Decisions of ours: which of its alternatives a value is. They count down, so that they meet no other.
    own: u32,
    /// The schedules that keep to some dates.
    dated: BTreeMap<((&'c str, u32, u32), &'c str), u32>,
}

impl<'c> Decisions<'c> {
    fn choices(&mut self, guards: impl IntoIterator<Item = &'c Guard>) -> Vec<Choice> {
        let mut choices: Vec<Choice> = Vec::new();
        for guard in guards.into_iter().filter(|guard| guard.kind == GuardKind::Conditional) {
            choices.push((self.number(&guard.key), guard.branch));
        }
        choices.sort_unstable();
        choices.dedup();
        choices
    }

    fn number(&mut self, key: &'c str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(key).or_insert(next)
    }

    /// The number of a schedule that keeps to some dates.
    fn dated(&mut self, start: &'c Start) -> u32 {
        let next = u32::try_from(self.dated.len()).unwrap_or(u32::MAX);
        *self.dated.entry((start.place.sort_key(), start.text.as_str())).or_insert(next)
    }

    fn own(&mut self) -> u32 {
        self.own += 1;
        u32::MAX - self.own
    }
}

/// What a call counts for, by instance.
pub(super) fn entries<'c>(
    call: &'c Call,
    number: usize,
    identifier: &str,
    decisions: &mut Decisions<'c>,
) -> Vec<(Instance, Entry<'c>)> {
    let Some(argument) = call.argument(identifier).filter(|_| !call.advisory) else { return Vec::new() };
    let starts: Vec<Option<&Start>> =
        if call.runs.starts.is_empty() { vec![None] } else { call.runs.starts.iter().map(Some).collect() };
    let mut entries = Vec::new();
    for start in starts {
        let around: Vec<&Guard> = call.guards.iter().chain(start.map_or(&[][..], |start| &start.guards)).collect();
        let possible = argument.value.alternatives().iter().filter(|a| fits(&a.guards, &around));
        let mut cells: BTreeMap<Vec<(&str, u32)>, Vec<&Alternative>> = BTreeMap::new();
        for alternative in possible {
            cells.entry(rounds_of(&alternative.guards, &around)).or_default().push(alternative);
        }
        let loops = |rounds: &[(&str, u32)]| rounds.iter().map(|(key, _)| (*key).to_owned()).collect::<Vec<_>>();
        let first = cells.keys().next().map(|rounds| loops(rounds));
        let overlap = cells.keys().any(|rounds| Some(loops(rounds)) != first);
        for (rounds, alternatives) in cells {
            let visit = Visit { call, number, start, rounds: &rounds, alternatives: &alternatives, overlap };
            entries.extend(visit.entries(&argument.place, decisions));
        }
    }
    entries
}

/// Whether guards can hold together with others.
fn fits(guards: &[Guard], around: &[&Guard]) -> bool {
    !guards.iter().any(|guard| around.iter().any(|other| other.key == guard.key && other.branch != guard.branch))
}

/// The rounds of loops that an alternative belongs to.
fn rounds_of<'c>(guards: &'c [Guard], around: &[&'c Guard]) -> Vec<(&'c str, u32)> {
    let all = guards.iter().chain(around.iter().copied());
    let mut rounds: Vec<(&str, u32)> =
        all.filter(|guard| guard.kind == GuardKind::Iteration).map(|guard| (&*guard.key, guard.branch)).collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

/// The rounds of a call in which its instance may be one of some alternatives.
struct Visit<'v, 'c> {
    call: &'c Call,
    number: usize,
    start: Option<&'c Start>,
    rounds: &'v [(&'c str, u32)],
    alternatives: &'v [&'c Alternative],
    /// Whether other alternatives may hold in some of the same rounds.
    overlap: bool,
}

impl<'c> Visit<'_, 'c> {
    fn entries(&self, argument: &Place, decisions: &mut Decisions<'c>) -> Vec<(Instance, Entry<'c>)> {
        let mut instances: Vec<(Instance, Vec<&'c Alternative>)> = Vec::new();
        for alternative in self.alternatives {
            let Some(instance) = instance_of(self.call, alternative, argument) else { continue };
            match instances.iter_mut().find(|(known, _)| known.key == instance.key) {
                Some((_, same)) => same.push(alternative),
                None => instances.push((instance, vec![alternative])),
            }
        }
        let dated = self.start.filter(|start| start.dated).map(|start| decisions.dated(start));
        let mut entries = Vec::new();
        for (instance, named) in instances {
            let always = named.len() == self.alternatives.len() && !self.overlap;
            if always {
                let mut choices = decisions.choices(&self.call.guards);
                choices.extend(self.visits(decisions));
                let entry = self.entry(&instance, &named, choices, dated, true);
                entries.extend(entry.map(|entry| (instance, entry)));
                continue;
            }
            // Only one of the alternatives holds in a round.
            let own = (named.len() > 1).then(|| decisions.own());
            for (branch, alternative) in named.into_iter().enumerate() {
                let mut choices = decisions.choices(self.call.guards.iter().chain(&alternative.guards));
                choices.extend(self.visits(decisions));
                choices.extend(own.map(|key| (key, u32::try_from(branch).unwrap_or(u32::MAX))));
                let entry = self.entry(&instance, &[alternative], choices, dated, false);
                entries.extend(entry.map(|entry| (instance.clone(), entry)));
            }
        }
        entries
    }

    /// Rounds that belong to no loop are visits of one place, perhaps from several programs. A schedule says which of
    /// them it makes; without one it is not known that more than one is made in a run.
    fn visits(&self, decisions: &mut Decisions<'c>) -> Vec<Choice> {
        let is_loop = |key: &str| self.call.runs.repeats.iter().any(|r| r.key.as_deref() == Some(key));
        let visits = self.rounds.iter().filter(|(key, _)| self.start.is_none() && !is_loop(key));
        visits.map(|(key, branch)| (decisions.number(key), *branch)).collect()
    }

    fn entry(
        &self,
        instance: &Instance,
        named: &[&'c Alternative],
        choices: Vec<Choice>,
        dated: Option<u32>,
        always: bool,
    ) -> Option<Entry<'c>> {
        let overridable = named.iter().any(|alternative| alternative.overridable);
        let (mut sure, mut most) = (u64::from(always && !overridable), 1_u64);
        let mut repeats = Vec::new();
        for repeat in &self.call.runs.repeats {
            let chosen = repeat.key.as_ref().is_some_and(|key| self.rounds.iter().any(|(k, _)| **k == **key));
            let (low, high) = bounds(&repeat.times);
            if chosen || (repeat.distinct && !instance.known) {
                // One of its rounds is on this instance.
                (sure, most) = (sure * low.min(1), most * high.min(1));
            } else {
                (sure, most) = (sure.saturating_mul(low), most.saturating_mul(high));
                if high > 1 || matches!(repeat.times, Often::Unknown(_)) {
                    repeats.push(repeat);
                }
            }
        }
        let in_a_run = most;
        if let Some(start) = self.start {
            let (low, high) = bounds(&start.per_day);
            (sure, most) = (sure.saturating_mul(low), most.saturating_mul(high));
        }
        let weekdays = self.start.map_or(EVERY_DAY, |start| start.weekdays);
        let sure = if choices.is_empty() { sure } else { 0 };
        (most > 0).then(|| Entry {
            call: self.call,
            number: self.number,
            start: self.start,
            repeats,
            term: Term { sure, most, choices, weekdays, dated },
            in_a_run,
            named_at: named.iter().find_map(|alternative| alternative.steps.last()),
            overridable,
        })
    }
}

/// What a number is for sure, and what it may be. What nobody can tell is taken to happen once, for nothing is to
/// be said of a number that is not known.
fn bounds(often: &Often) -> (u64, u64) {
    match often {
        Often::Times(times) => (*times, *times),
        Often::AtMost(times) => (0, *times),
        Often::Unknown(_) => (0, 1),
    }
}

/// What is started as a whole: the program of a call, or its file.
pub(super) fn program_of(call: &Call) -> Arc<str> {
    if call.runs.program.is_empty() {
        Arc::from(call.place.source.path())
    } else {
        Arc::from(call.runs.program.as_str())
    }
}
