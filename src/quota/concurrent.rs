//! Calls on one instance that may run at the same time.
//!
//! Takes all that is made against one instance; asks the lanes that surfaces gave which calls nothing keeps apart.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::rounds::Entry;
use super::wording::{shortened, subject, title};
use super::{Load, Together};
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::matrix::{Concurrency, Nouns};
use crate::model::{Lane, Often};

/// How many calls of one group are compared with each other.
const MOST_PARTIES: usize = 400;

/// A call in a lane.
struct Party<'e, 'c> {
    entry: &'e Entry<'c>,
    lane: &'c Lane,
    after: FxHashSet<u32>,
}

/// The findings on one instance, one for each group.
pub(super) fn findings(
    load: &Load<'_>,
    concurrency: &Concurrency,
    nouns: Option<&Nouns>,
    identifier: &str,
) -> Vec<Together> {
    let mut groups: BTreeMap<&str, Vec<Party<'_, '_>>> = BTreeMap::new();
    for entry in &load.entries {
        for lane in &entry.call.runs.lanes {
            let parties = groups.entry(&lane.group).or_default();
            // One call that several schedules start is still one call of its program.
            let is_known = |party: &Party<'_, '_>| {
                party.entry.number == entry.number
                    && party.lane.number == lane.number
                    && party.entry.term.choices == entry.term.choices
            };
            if parties.len() < MOST_PARTIES && !parties.iter().any(is_known) {
                parties.push(Party { entry, lane, after: lane.after.iter().copied().collect() });
            }
        }
    }
    let findings = groups.into_values().filter_map(|mut parties| {
        parties.sort_by(|a, b| a.entry.call.head.sort_key().cmp(&b.entry.call.head.sort_key()));
        // Several visits of one place may each have another id where it is not known.
        let same = |a: &Party<'_, '_>, b: &Party<'_, '_>| {
            load.instance.known || load.instance.certain || a.entry.call.head != b.entry.call.head
        };
        let beside: Vec<bool> = parties
            .iter()
            .map(|a| beside_itself(a, load) || parties.iter().any(|b| beside(a, b) && same(a, b)))
            .collect();
        let met: Vec<&Party<'_, '_>> = parties.iter().zip(beside).filter(|(_, met)| *met).map(|(p, _)| p).collect();
        finding(&met, load, concurrency, nouns, identifier)
    });
    findings.collect()
}

/// Whether two calls may run at the same time.
fn beside(a: &Party<'_, '_>, b: &Party<'_, '_>) -> bool {
    let exclusive =
        |(key, branch): &(u32, u32)| b.entry.term.choices.iter().any(|(k, other)| k == key && other != branch);
    a.lane.number != b.lane.number
        && !a.after.contains(&b.lane.number)
        && !b.after.contains(&a.lane.number)
        && !a.entry.term.choices.iter().any(exclusive)
}

/// Whether a call runs beside itself on the same instance.
fn beside_itself(party: &Party<'_, '_>, load: &Load<'_>) -> bool {
    let entry = party.entry;
    if !party.lane.beside_itself {
        return false;
    }
    let same_run = |other: &&Entry<'_>| {
        other.number == entry.number && other.start == entry.start && other.term.choices == entry.term.choices
    };
    let rounds = load.entries.iter().filter(same_run).fold(0_u64, |all, other| all.saturating_add(other.in_a_run));
    let unknown = entry.repeats.iter().any(|repeat| matches!(repeat.times, Often::Unknown(_)));
    rounds > 1 || unknown || (entry.call.runs.repeats.is_empty() && load.instance.known)
}

fn finding(
    parties: &[&Party<'_, '_>],
    load: &Load<'_>,
    concurrency: &Concurrency,
    nouns: Option<&Nouns>,
    identifier: &str,
) -> Option<Together> {
    let first = parties.first()?;
    let retried = parties.iter().all(|party| party.lane.retried);
    let severity = if retried { Severity::Note } else { Severity::Warning };
    let noun = nouns.map_or("calls", |nouns| nouns.many.as_str());
    let of = format!("{noun} of {}", title(&load.instance));
    // A number is told only where all of them may run at once.
    let all = parties.iter().all(|a| parties.iter().all(|b| std::ptr::eq(*a, *b) || beside(a, b)));
    let made = if parties.len() > 1 && all { format!("{} {of}", parties.len()) } else { of };
    let message = format!("{made} can run at the same time: only one may");
    // The second one is the one that finds another running.
    let primary = parties.get(1).unwrap_or(first);
    let label = |party: &Party<'_, '_>| Label { place: party.entry.call.head.clone(), text: party.lane.label.clone() };
    let mut labels = vec![label(primary)];
    labels.extend(parties.iter().map(|party| label(party)));
    let lanes = parties.iter().map(|party| party.lane);
    labels.extend(lanes.map(|lane| Label { place: lane.place.clone(), text: lane.label.clone() }));
    let named = parties.iter().filter_map(|party| party.entry.named_at);
    labels.extend(named.map(|step| Label { place: step.place.clone(), text: step.label.clone() }));
    let mut labels = shortened(labels).into_iter();
    let mut finding = Finding::new(concurrency.rule.as_str(), severity, message, labels.next()?);
    let sure = load.instance.certain
        && parties.iter().all(|party| party.entry.term.choices.is_empty() && !party.entry.overridable);
    finding.confidence = if sure { Confidence::Certain } else { Confidence::Possible };
    finding.parameter = Some(identifier.to_owned());
    finding.related = labels.collect();
    finding.answer = Some(concurrency.code.clone());
    let help = concurrency.retried.clone().filter(|_| retried);
    finding.help = Some(help.unwrap_or_else(|| "Let each wait until the one before it is over.".to_owned()));
    finding.subject = subject(&load.instance);
    let mut calls: Vec<usize> = parties.iter().map(|party| party.entry.number).collect();
    calls.sort_unstable();
    calls.dedup();
    Some(Together { finding, calls })
}
