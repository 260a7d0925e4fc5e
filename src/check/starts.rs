//! The way from a schedule to a call over several files of different kinds.
//!
//! A surface that sees a schedule tells which programs it starts, and a surface that sees a program tells which
//! others that one runs. Here the calls of all of them are given the starts that lead to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Call, Often, Start};
use crate::surface::{Extraction, Lead, Started};

/// How long a way may be, and how many starts may come to one program.
const LENGTH: usize = 8;
const STARTS: usize = 64;

/// How many ways from one start to one program are told apart.
const WAYS: usize = 24;

/// How many steps from program to program are made in all.
const WORK: usize = 200_000;

/// Gives each call the starts of its program.
pub(super) fn attach(extraction: &mut Extraction) {
    if extraction.started.is_empty() {
        return;
    }
    let mut leads: BTreeMap<&str, Vec<&Lead>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for lead in &extraction.leads {
        // Several surfaces may see one step.
        let place = &lead.step.place;
        if told.insert((&lead.from, &lead.to, place.source.path(), place.span.start, place.span.end)) {
            leads.entry(lead.from.as_str()).or_default().push(lead);
        }
    }
    let mut starts: BTreeMap<&str, Vec<Start>> = BTreeMap::new();
    let mut work = WORK;
    let mut schedules: BTreeMap<(&str, u32, u32), Vec<&Started>> = BTreeMap::new();
    for started in &extraction.started {
        let place = &started.start.place;
        let same = schedules.entry((place.source.path(), place.span.start, place.span.end)).or_default();
        same.push(started);
    }
    for all in schedules.values() {
        for (program, ways) in of_schedule(all, &leads, &mut work) {
            let known = starts.entry(program).or_default();
            let free = STARTS.saturating_sub(known.len());
            known.extend(ways.into_iter().take(free).map(|way| way.start));
        }
    }
    for call in &mut extraction.calls {
        if let Some(starts) = starts.get(program_of(call)) {
            add(call, starts);
        }
    }
}

/// A way from a schedule to a program.
#[derive(Clone)]
struct Way<'l> {
    start: Start,
    /// Whether it is gone each time.
    certain: bool,
    /// The programs before the last one.
    before: Vec<&'l str>,
    /// Which run of a makefile the program is a part of.
    run: usize,
}

/// The ways from one schedule, which starts some programs, to each program.
fn of_schedule<'l>(
    all: &[&'l Started],
    leads: &BTreeMap<&'l str, Vec<&'l Lead>>,
    work: &mut usize,
) -> BTreeMap<&'l str, Vec<Way<'l>>> {
    let mut programs: BTreeMap<&str, &Started> = BTreeMap::new();
    for started in all {
        programs.entry(started.program.as_str()).or_insert(started);
    }
    let own: Vec<(&str, BTreeMap<&str, Vec<Way<'_>>>)> =
        programs.iter().map(|(program, started)| (*program, ways(started, leads, work))).collect();
    // A part of a program that is started as well is not started once more.
    let mut parts: BTreeSet<&str> = BTreeSet::new();
    for (program, ways) in &own {
        if !parts.contains(program) {
            parts.extend(ways.keys().filter(|led| *led != program && programs.contains_key(*led)));
        }
    }
    let mut merged: BTreeMap<&str, Vec<Way<'_>>> = BTreeMap::new();
    for (_, ways) in own.into_iter().filter(|(program, _)| !parts.contains(program)) {
        for (led, ways) in ways {
            let known = merged.entry(led).or_default();
            for way in ways {
                take(known, way);
            }
        }
    }
    merged
}

/// Adds a way, unless it may be gone only where another one is not; tells whether it was added.
fn take<'l>(known: &mut Vec<Way<'l>>, way: Way<'l>) -> bool {
    if way.certain {
        known.retain(|other| other.certain);
    }
    let is_new = known.len() < WAYS && (way.certain || known.is_empty());
    if is_new {
        known.push(way);
    }
    is_new
}

/// The ways from a program that is started to each program. A program that several steps run is run by each of them;
/// of steps that may not be taken one is enough, for they may exclude each other.
fn ways<'l>(
    started: &'l Started,
    leads: &BTreeMap<&'l str, Vec<&'l Lead>>,
    work: &mut usize,
) -> BTreeMap<&'l str, Vec<Way<'l>>> {
    let mut ways: BTreeMap<&str, Vec<Way<'_>>> = BTreeMap::new();
    let mut made: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut runs = 0;
    let certain = matches!(started.start.per_day, Often::Times(_));
    let first = Way { start: started.start.clone(), certain, before: Vec::new(), run: runs };
    let mut open = vec![(started.program.as_str(), first)];
    while let Some((program, way)) = open.pop() {
        if *work == 0 || way.before.len() > LENGTH || way.before.contains(&program) || !made.insert((way.run, program))
        {
            continue;
        }
        *work -= 1;
        if !take(ways.entry(program).or_default(), way.clone()) {
            continue;
        }
        for lead in leads.get(program).into_iter().flatten().rev() {
            let mut next = way.clone();
            next.start.steps.push(lead.step.clone());
            next.before.push(program);
            if !lead.certain {
                next.start.per_day = next.start.per_day.at_most();
                next.certain = false;
            }
            if !lead.once {
                runs += 1;
                next.run = runs;
            }
            open.push((lead.to.as_str(), next));
        }
    }
    ways
}

fn program_of(call: &Call) -> &str {
    if call.runs.program.is_empty() { call.head.source.path() } else { &call.runs.program }
}

/// What a surface has seen by itself is not added once more.
fn add(call: &mut Call, starts: &[Start]) {
    let own = call.runs.starts.len();
    for start in starts {
        let seen = call.runs.starts.iter().take(own);
        if !seen.into_iter().any(|own| own.place == start.place) {
            call.runs.starts.push(start.clone());
        }
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
