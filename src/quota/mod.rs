//! Several calls together: how many are made on one instance in a day, and which may run at the same time.
//!
//! Takes the calls of a whole run and the limits of the matrix; gives findings. What a schedule, a loop or a job in
//! the background is the surfaces have said; here it is added up. It reads no file and judges no call by itself.

mod concurrent;
mod count;
mod daily;
mod instance;
mod rounds;
mod suggest;
#[cfg(test)]
mod tests;
mod wording;

use std::collections::BTreeMap;

use self::instance::{Instance, Key};
use self::rounds::{Decisions, Entry};
use crate::finding::Finding;
use crate::matrix::Matrix;
use crate::model::{Call, ParameterKind};

/// A finding on several calls.
#[derive(Debug)]
pub struct Together {
    /// The finding.
    pub finding: Finding,
    /// The calls that it is about, by their numbers.
    pub calls: Vec<usize>,
}

/// Everything that is made against one instance.
struct Load<'c> {
    instance: Instance,
    entries: Vec<Entry<'c>>,
}

/// What several calls do together. `limit` is that of the user, in place of the matrix's own.
#[must_use]
pub fn findings(calls: &[Call], matrix: &Matrix, limit: Option<u32>) -> Vec<Together> {
    let identifier = matrix.api().parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
    let Some(identifier) = identifier.map(|parameter| parameter.name.as_str()) else { return Vec::new() };
    let mut findings = Vec::new();
    for load in loads(calls, matrix, identifier).values() {
        if let Some(quota) = matrix.quota() {
            let limits = wording::Limits::of(quota, limit);
            findings.extend(daily::findings(load, &limits, identifier));
        }
        if let Some(concurrency) = matrix.concurrency() {
            findings.extend(concurrent::findings(
                load,
                concurrency,
                matrix.quota().map(|quota| &quota.nouns),
                identifier,
            ));
        }
    }
    findings
}

/// Everything that is made against each instance.
fn loads<'c>(calls: &'c [Call], matrix: &Matrix, identifier: &str) -> BTreeMap<Key, Load<'c>> {
    let mut decisions = Decisions::default();
    let mut loads: BTreeMap<Key, Load<'c>> = BTreeMap::new();
    for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.api == matrix.api().id) {
        for (instance, entry) in rounds::entries(call, number, identifier, &mut decisions) {
            let load = loads.entry(instance.key.clone());
            load.or_insert_with(|| Load { instance, entries: Vec::new() }).entries.push(entry);
        }
    }
    loads
}

/// What is over a limit that somebody else sets; nothing is said of what is only near to it.
#[must_use]
pub fn over(calls: &[Call], matrix: &Matrix, limit: u32) -> Vec<Together> {
    let identifier = matrix.api().parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
    let (Some(identifier), Some(quota)) = (identifier, matrix.quota()) else { return Vec::new() };
    let limits = wording::Limits::of(quota, Some(limit));
    let mut found = Vec::new();
    for load in loads(calls, matrix, &identifier.name).values() {
        found.extend(daily::findings(load, &limits, &identifier.name));
    }
    found.retain(|together| *together.finding.rule == *quota.rules.exceeded);
    found
}
