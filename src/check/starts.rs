//! The way from a schedule to a call over several files of different kinds.
//!
//! A surface that sees a schedule tells which programs it starts, and a surface that sees a program tells which
//! others that one runs. Here the calls of all of them are given the starts that lead to them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Call, Start};
use crate::surface::{Extraction, Lead};

/// How long a way may be, and how many starts may come to one program.
const LENGTH: usize = 8;
const STARTS: usize = 64;

/// How many steps from program to program are made in all.
const WORK: usize = 200_000;

/// Gives each call the starts of its program.
pub(super) fn attach(extraction: &mut Extraction) {
    if extraction.started.is_empty() {
        return;
    }
    let mut leads: BTreeMap<&str, Vec<&Lead>> = BTreeMap::new();
    for lead in &extraction.leads {
        leads.entry(lead.from.as_str()).or_default().push(lead);
    }
    let mut starts: BTreeMap<&str, Vec<Start>> = BTreeMap::new();
    let mut work = WORK;
    for started in &extraction.started {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![(started.program.as_str(), started.start.clone(), 0)];
        while let Some((program, start, length)) = open.pop() {
            if !seen.insert(program) || length > LENGTH || work == 0 {
                continue;
            }
            work -= 1;
            for lead in leads.get(program).into_iter().flatten() {
                let mut next = start.clone();
                next.steps.push(lead.step.clone());
                if !lead.certain {
                    next.per_day = next.per_day.at_most();
                }
                open.push((lead.to.as_str(), next, length + 1));
            }
            let known = starts.entry(program).or_default();
            if known.len() < STARTS && !known.contains(&start) {
                known.push(start);
            }
        }
    }
    for call in &mut extraction.calls {
        if let Some(starts) = starts.get(program_of(call)) {
            add(call, starts);
        }
    }
}

fn program_of(call: &Call) -> &str {
    if call.runs.program.is_empty() { call.head.source.path() } else { &call.runs.program }
}

/// What a surface has seen by itself is not added once more.
fn add(call: &mut Call, starts: &[Start]) {
    for start in starts {
        if !call.runs.starts.iter().any(|own| own.place == start.place) {
            call.runs.starts.push(start.clone());
        }
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
