//! Who makes a call: what the sources say of which principal runs which program.

use std::collections::BTreeSet;

use crate::model::{Call, RunScope, Runner, Start};
use crate::source::Place;
use crate::surface::Lead;

/// The runners of the sources, with the programs that each of them reaches.
pub(in crate::ram) struct Runners<'a> {
    all: Vec<(&'a Runner, BTreeSet<&'a str>)>,
}

impl<'a> Runners<'a> {
    pub(in crate::ram) fn of(runners: impl IntoIterator<Item = &'a Runner>, leads: &'a [Lead]) -> Self {
        let all = runners.into_iter().map(|runner| (runner, reached(runner, leads))).collect();
        Self { all }
    }

    /// Those that make a call. Of several around it the innermost one does.
    pub(in crate::ram) fn of_call(&self, call: &Call) -> Vec<&'a Runner> {
        let mut found: Vec<(&'a Runner, Option<u32>)> = Vec::new();
        for (runner, programs) in &self.all {
            match &runner.scope {
                RunScope::Within(scope) if is_within(&call.head, scope) => {
                    found.push((runner, Some(scope.span.end.saturating_sub(scope.span.start))));
                }
                RunScope::Within(scope) => {
                    let starts = call.runs.starts.iter();
                    let is_started = starts.into_iter().any(|start| passes(start, scope));
                    if programs.contains(program_of(call)) || is_started || is_run_from(call, scope) {
                        found.push((runner, None));
                    }
                }
                RunScope::Files(files) => {
                    let path = call.head.source.path();
                    if programs.contains(program_of(call)) || files.iter().any(|file| file == path) {
                        found.push((runner, None));
                    }
                }
            }
        }
        let innermost = found.iter().filter_map(|(_, size)| *size).min();
        let kept = found.into_iter().filter(|(_, size)| innermost.is_none() || *size == innermost);
        kept.map(|(runner, _)| runner).collect()
    }
}

fn is_within(inner: &Place, outer: &Place) -> bool {
    inner.source.path() == outer.source.path()
        && inner.span.start >= outer.span.start
        && inner.span.end <= outer.span.end
}

/// Whether the way from a schedule to a call goes through a place.
fn passes(start: &Start, scope: &Place) -> bool {
    is_within(&start.place, scope) || start.steps.iter().any(|step| is_within(&step.place, scope))
}

/// Whether a call stands in a script that is run from a place, and from nowhere else in the file of that place: a script
/// that a program runs is read as a part of it, and its name is all that is left of where it is run.
fn is_run_from(call: &Call, scope: &Place) -> bool {
    let program = program_of(call);
    let file = program.split('#').next().unwrap_or(program);
    let script = call.head.source.path();
    let name = script.rsplit('/').next().unwrap_or(script);
    if file != scope.source.path() || script == file || name.is_empty() {
        return false;
    }
    let inside = scope.text().matches(name).count();
    inside > 0 && inside == scope.source.text().matches(name).count()
}

/// The program that a call is in, as surfaces name programs.
fn program_of(call: &Call) -> &str {
    if call.runs.program.is_empty() { call.head.source.path() } else { &call.runs.program }
}

/// The programs that what a runner runs goes on to run.
fn reached<'a>(runner: &'a Runner, leads: &'a [Lead]) -> BTreeSet<&'a str> {
    let mut reached: BTreeSet<&str> = match &runner.scope {
        RunScope::Within(scope) => {
            leads.iter().filter(|lead| is_within(&lead.step.place, scope)).map(|lead| lead.to.as_str()).collect()
        }
        RunScope::Files(files) => files.iter().map(String::as_str).collect(),
    };
    // Each round goes one program further; ways do not get longer than there are leads.
    for _ in 0..leads.len().min(8) {
        let more: Vec<&str> =
            leads.iter().filter(|lead| reached.contains(lead.from.as_str())).map(|lead| lead.to.as_str()).collect();
        let before = reached.len();
        reached.extend(more);
        if reached.len() == before {
            break;
        }
    }
    reached
}
