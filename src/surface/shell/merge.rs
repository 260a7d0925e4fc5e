//! One call for each place: what several visits of it saw becomes the alternatives of one.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use crate::model::{Alternative, Argument, Call, Content, Guard, GuardKind, Lane, Often, Repeat, Runs, Start, Value};
use crate::source::Place;

use super::value;

/// How many visits of one call that depend on conditions are compared with how many others.
const SEEDS: usize = 4;
const VISITS: usize = 64;

/// A call as the walk met it once.
pub(super) struct Visit {
    pub(super) call: Call,
    /// The commands that led there: calls of functions and of scripts.
    pub(super) site: Vec<Place>,
}

/// Merges calls of one program that stand at one place. A function that is called three times makes one call whose
/// values go through three rounds.
pub(super) fn merge(visits: Vec<Visit>) -> Vec<Call> {
    let mut places: BTreeMap<(String, u32), Vec<Visit>> = BTreeMap::new();
    for visit in visits {
        places.entry(identity(&visit.call)).or_default().push(visit);
    }
    places.into_values().filter_map(merge_program).collect()
}

/// Merges calls that stand at one place and are made by programs that are started by themselves.
pub(super) fn merge_roots(calls: Vec<Call>) -> Vec<Call> {
    let mut places: BTreeMap<(String, u32), Vec<Call>> = BTreeMap::new();
    for call in calls {
        places.entry(identity(&call)).or_default().push(call);
    }
    places.into_values().filter_map(merge_starts).collect()
}

fn merge_program(visits: Vec<Visit>) -> Option<Call> {
    let mut runs = runs_of(visits.iter().map(|visit| &visit.call))?;
    let key = key_of("visits", &visits.first()?.call);
    let sites = count_of(&visits);
    let calls: Vec<Call> = visits.into_iter().map(|visit| visit.call).collect();
    let (mut merged, starts) = merge_with_starts(calls, &key)?;
    let several = is_keyed(&merged, &key);
    let plain: Vec<Start> = starts.iter().map(|start| Start { guards: Vec::new(), ..start.clone() }).collect();
    let mut unique: Vec<Start> = Vec::new();
    for start in plain {
        if !unique.contains(&start) {
            unique.push(start);
        }
    }
    // One start makes all visits of a run, unless it is not sure of each of them alike.
    let alike = unique.iter().all(|one| unique.iter().filter(|other| other.place == one.place).count() == 1);
    runs.starts = if alike { unique } else { starts };
    if let Some((times, place)) = sites {
        let key = several.then(|| Arc::clone(&key));
        runs.repeats.push(Repeat { place, times, key, distinct: several });
    }
    merged.runs = runs;
    Some(merged)
}

/// One call of several that different programs make; each schedule starts the visit of its own program.
fn merge_starts(calls: Vec<Call>) -> Option<Call> {
    let mut runs = runs_of(calls.iter())?;
    let key = key_of("programs", calls.first()?);
    let (mut merged, starts) = merge_with_starts(calls, &key)?;
    runs.starts = starts;
    merged.runs = runs;
    Some(merged)
}

/// The visits as one call, and the starts of each with the guard of its visit. Where a visit depended on a condition
/// that the others do not share, its starts are a bound.
fn merge_with_starts(calls: Vec<Call>, key: &Arc<str>) -> Option<(Call, Vec<Start>)> {
    let visits: Vec<_> = calls.iter().map(|call| (call.guards.clone(), call.runs.starts.clone())).collect();
    let (merged, branches) = merge_visits(calls, key)?;
    let several = is_keyed(&merged, key);
    let mut seen: BTreeMap<(String, u32, Vec<Guard>), usize> = BTreeMap::new();
    let mut all: Vec<Start> = Vec::new();
    for (branch, (guards, starts)) in branches.into_iter().zip(visits) {
        let lost = |guard: &Guard| guard.kind == GuardKind::Conditional && !merged.guards.contains(guard);
        let depends = guards.iter().any(lost);
        for mut start in starts {
            if several {
                start.guards.push(Guard { key: Arc::clone(key), branch, kind: GuardKind::Iteration });
            }
            if depends {
                start.per_day = start.per_day.at_most();
            }
            let identity = (start.place.source.path().to_owned(), start.place.span.start, start.guards.clone());
            match seen.get(&identity).and_then(|at| all.get_mut(*at)) {
                // Met again on another way: what one of the two is sure of, they are not sure of together.
                Some(known) if known.per_day != start.per_day => known.per_day = known.per_day.at_most(),
                Some(_) => {}
                None => {
                    seen.insert(identity, all.len());
                    all.push(start);
                }
            }
        }
    }
    Some((merged, all))
}

/// What all visits have in common around them; their starts are merged with the values.
fn runs_of<'c>(calls: impl Iterator<Item = &'c Call>) -> Option<Runs> {
    let mut calls = calls.map(|call| &call.runs);
    let mut runs = calls.next()?.clone();
    let apart = |a: &Lane, b: &Lane| a.number == b.number || a.after.contains(&b.number) || b.after.contains(&a.number);
    for other in calls {
        runs.repeats.retain(|repeat| other.repeats.iter().any(|theirs| theirs.place == repeat.place));
        for repeat in &mut runs.repeats {
            if !other.repeats.contains(repeat) {
                repeat.times = repeat.times.at_most();
            }
        }
        for lane in &other.lanes {
            match runs.lanes.iter_mut().find(|mine| mine.group == lane.group) {
                Some(mine) => mine.beside_itself |= lane.beside_itself || !apart(mine, lane),
                None => runs.lanes.push(lane.clone()),
            }
        }
    }
    Some(runs)
}

/// How many visits there are in one run of the program, and where the first one comes from; nothing for one.
/// Visits from one place are the ways of a branch, and those whose guards exclude each other do not meet.
fn count_of(visits: &[Visit]) -> Option<(Often, Place)> {
    let first = visits.first()?;
    let mut sites = BTreeSet::new();
    let key = |visit: &Visit| -> Vec<(String, u32)> {
        visit.site.iter().map(|place| (place.source.path().to_owned(), place.span.start)).collect()
    };
    let apart: Vec<&Visit> = visits.iter().filter(|visit| sites.insert(key(visit))).collect();
    let common = |guard: &Guard| apart.iter().all(|visit| visit.call.guards.contains(guard));
    let common: Vec<&Guard> = first.call.guards.iter().filter(|guard| common(guard)).collect();
    let own = |visit: &&Visit| -> Vec<Guard> {
        visit.call.guards.iter().filter(|guard| !common.contains(guard)).cloned().collect()
    };
    let (free, guarded): (Vec<_>, Vec<_>) = apart.iter().map(own).partition(Vec::is_empty);
    let mut most = 0;
    let mut sure = true;
    for (index, seed) in guarded.iter().take(SEEDS).enumerate() {
        let mut together = vec![seed];
        for other in guarded.iter().skip(index + 1).take(VISITS) {
            if together.iter().all(|one| value::compatible(one, other)) {
                together.push(other);
            }
        }
        most = most.max(together.len());
        sure &= guarded.iter().flatten().all(|guard| guard.kind != GuardKind::Conditional);
    }
    let count = u64::try_from(free.len() + most).unwrap_or(u64::MAX);
    let place = first.site.last().cloned().unwrap_or_else(|| first.call.head.clone());
    let times = if sure { Often::Times(count) } else { Often::AtMost(count) };
    (count > 1).then_some((times, place))
}

/// Whether a value of the call depends on which of the merged visits it is.
fn is_keyed(call: &Call, key: &Arc<str>) -> bool {
    let mut alternatives = call.arguments.iter().flat_map(|argument| argument.value.alternatives());
    alternatives.any(|alternative| alternative.guards.iter().any(|guard| guard.key == *key))
}

fn key_of(what: &str, call: &Call) -> Arc<str> {
    Arc::from(format!("{what} of {}: {}", call.head.source.path(), call.subject))
}

/// What tells calls apart: where the operation stands. The program may stand elsewhere, in a wrapper.
pub(super) fn identity(call: &Call) -> (String, u32) {
    (call.head.source.path().to_owned(), call.head.span.end)
}

/// The visits as one call, and for each of them the branch of the key that its values have.
fn merge_visits(visits: Vec<Call>, key: &Arc<str>) -> Option<(Call, Vec<u32>)> {
    let mut merged = visits.first()?.clone();
    let mut distinct: Vec<Call> = Vec::new();
    let mut branches = Vec::new();
    // A function may be called very often, so only visits that look alike are compared.
    let mut looks: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for visit in visits {
        let same_look = looks.entry(look(&visit)).or_default();
        let known = |at: &usize| distinct.get(*at).is_some_and(|other| alike(other, &visit));
        let at = same_look.iter().copied().find(known).unwrap_or(distinct.len());
        branches.push(u32::try_from(at).unwrap_or(u32::MAX));
        if at == distinct.len() {
            same_look.push(at);
            distinct.push(visit);
        }
    }
    if distinct.len() == 1 {
        return Some((merged, branches));
    }
    merged.guards.retain(|guard| distinct.iter().all(|visit| visit.guards.contains(guard)));
    let mut names: Vec<String> = Vec::new();
    for argument in distinct.iter().flat_map(|visit| &visit.arguments) {
        if !names.contains(&argument.parameter) {
            names.push(argument.parameter.clone());
        }
    }
    merged.arguments = names.iter().filter_map(|name| merge_arguments(name, &distinct, key)).collect();
    let at = |place: &Place| (place.source.path().to_owned(), place.span.start, place.span.end);
    let mut told: BTreeSet<_> = merged.unknown_names.iter().map(|name| at(&name.place)).collect();
    for visit in distinct.iter().skip(1) {
        for name in &visit.unknown_names {
            if told.insert(at(&name.place)) {
                merged.unknown_names.push(name.clone());
            }
        }
        merged.advisory &= visit.advisory;
    }
    Some((merged, branches))
}

/// A number that is the same for visits that are alike.
fn look(visit: &Call) -> u64 {
    let mut hasher = FxHasher::default();
    visit.guards.len().hash(&mut hasher);
    for argument in &visit.arguments {
        (&argument.parameter, argument.place.span.start).hash(&mut hasher);
        for alternative in argument.value.alternatives() {
            (value::text(alternative), alternative.guards.len()).hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn alike(a: &Call, b: &Call) -> bool {
    a.guards == b.guards
        && a.arguments.len() == b.arguments.len()
        && a.arguments
            .iter()
            .zip(&b.arguments)
            .all(|(x, y)| x.parameter == y.parameter && x.place == y.place && value::same_value(&x.value, &y.value))
}

fn merge_arguments(name: &str, visits: &[Call], key: &Arc<str>) -> Option<Argument> {
    let first = visits.iter().find_map(|visit| visit.argument(name))?;
    let mut merged = first.clone();
    let given = |visit: &Call| visit.argument(name).is_some_and(|a| a.place == first.place);
    if !visits.iter().all(given) {
        merged.literal = None;
        merged.removal = None;
    }
    // Words that a function passes on stand elsewhere each time; none of these places stands for all.
    if visits.iter().filter_map(|visit| visit.argument(name)).any(|a| a.place != first.place) {
        let head = visits.first().map_or(&first.place, |visit| &visit.head);
        merged.place = head.clone();
        merged.name = head.clone();
    }
    let same = |visit: &Call| visit.argument(name).is_some_and(|a| value::same_value(&a.value, &first.value));
    let guards_alike = visits.iter().all(|visit| visit.guards.len() == visits.first().map_or(0, |v| v.guards.len()));
    if visits.iter().all(same) && guards_alike {
        return Some(merged);
    }
    let mut all: Vec<Alternative> = Vec::new();
    for (index, visit) in visits.iter().enumerate() {
        let absent = Value::absent();
        let argument = visit.argument(name);
        let branch = u32::try_from(index).unwrap_or(u32::MAX);
        for alternative in argument.map_or(&absent, |a| &a.value).alternatives() {
            let mut alternative = alternative.clone();
            value::add_guards(&mut alternative.guards, &visit.guards);
            let round = Guard { key: Arc::clone(key), branch, kind: GuardKind::Iteration };
            value::add_guards(&mut alternative.guards, &[round]);
            if let (Some(argument), true) = (argument, alternative.steps.is_empty())
                && argument.place != merged.place
                && alternative.content != Content::Absent
            {
                let label = "the value is given here".to_owned();
                alternative.steps.push(crate::model::Step { place: argument.place.clone(), label });
            }
            all.push(alternative);
        }
    }
    merged.value = if all.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(all) };
    Some(merged)
}
