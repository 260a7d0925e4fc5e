//! The daily limit: what schedules make in a day, and what one run of a program makes.
//!
//! Takes all that is made against one instance; decides which schedules are over the limit by themselves, and
//! whether the others are together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::count::{Total, total};
use super::rounds::{Entry, program_of};
use super::wording::{self, Limits, Weight};
use super::{Load, Together};
use crate::model::Often;

/// Entries that are over the limit, or near to it, together.
pub(super) struct Sum<'e, 'c> {
    pub(super) entries: Vec<&'e Entry<'c>>,
    pub(super) total: Total,
    pub(super) weight: Weight,
    /// Whether the number is that for certain.
    pub(super) certain: bool,
}

/// The findings on one instance.
pub(super) fn findings(load: &Load<'_>, limits: &Limits<'_>, identifier: &str) -> Vec<Together> {
    let (scheduled, by_hand): (Vec<&Entry<'_>>, Vec<&Entry<'_>>) =
        load.entries.iter().partition(|entry| entry.start.is_some());
    let judge = Judge { certain: load.instance.certain, limit: limits.limit, near: limits.near };
    let mut sums = judge.schedules(&scheduled);
    let mut programs: BTreeMap<Arc<str>, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in by_hand {
        programs.entry(program_of(entry.call)).or_default().push(entry);
    }
    sums.extend(programs.into_values().filter_map(|entries| judge.all(entries)));
    sums.iter().filter_map(|sum| wording::finding(sum, &load.instance, limits, identifier)).collect()
}

struct Judge {
    /// Whether the entries are on the same instance for certain.
    certain: bool,
    limit: u64,
    near: u64,
}

impl Judge {
    /// What is over the limit for certain.
    fn sure(&self, total: Total) -> bool {
        self.certain && total.sure > self.limit
    }

    /// Entries as one sum; nothing when they are far from the limit.
    fn all<'e, 'c>(&self, mut entries: Vec<&'e Entry<'c>>) -> Option<Sum<'e, 'c>> {
        let total = total(entries.iter().map(|entry| &entry.term));
        let (weight, certain) = if total.sure > self.limit {
            (Weight::Exceeded, true)
        } else if total.most > self.limit {
            (Weight::Exceeded, false)
        } else if total.most >= self.near {
            (Weight::Near, total.sure == total.most)
        } else {
            return None;
        };
        // What may be made beside what is made for sure is not needed to be over the limit.
        if certain {
            entries.retain(|entry| entry.term.sure > 0);
        }
        Some(Sum { entries, total, weight, certain: certain && self.certain })
    }

    /// Schedules: each that is over the limit by itself, then the others together.
    fn schedules<'e, 'c>(&self, entries: &[&'e Entry<'c>]) -> Vec<Sum<'e, 'c>> {
        let mut starts: BTreeMap<_, Vec<&'e Entry<'c>>> = BTreeMap::new();
        for entry in entries {
            let Some(start) = entry.start else { continue };
            starts.entry((start.place.sort_key(), start.text.as_str())).or_default().push(*entry);
        }
        let of = |entries: &[&Entry<'_>]| total(entries.iter().map(|entry| &entry.term));
        let (over, mut rest): (Vec<_>, Vec<_>) = starts.into_values().partition(|start| self.sure(of(start)));
        let mut sums: Vec<Sum<'e, 'c>> = over.into_iter().filter_map(|start| self.all(start)).collect();
        let sure: Vec<&Entry<'_>> = rest.iter().flatten().copied().filter(|entry| entry.term.sure > 0).collect();
        if self.sure(of(&sure)) {
            sums.extend(self.all(sure));
            rest.retain(|start| start.iter().all(|entry| entry.term.sure == 0));
        }
        let (over, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|start| of(start).most > self.limit);
        sums.extend(over.into_iter().filter_map(|start| self.all(start)));
        let together: Vec<&Entry<'_>> = rest.into_iter().flatten().collect();
        if sums.is_empty() || of(&together).most > self.limit {
            sums.extend(self.all(together));
        }
        sums
    }
}

impl Sum<'_, '_> {
    /// The number that is told.
    pub(super) fn number(&self) -> u64 {
        if self.total.sure > 0 && self.certain { self.total.sure } else { self.total.most }
    }

    /// The number as a sum or a product, where that says more: `24 + 12 = 36`.
    pub(super) fn formula(&self) -> String {
        let number = self.number();
        let parts = self.parts();
        let shown = |sign: &str, parts: &[u64]| {
            let texts: Vec<String> = parts.iter().map(u64::to_string).collect();
            format!("{} = {number}", texts.join(sign))
        };
        let adds = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(*part)) == number;
        if (2..=4).contains(&parts.len()) && adds && parts.iter().any(|part| *part > 1) {
            return shown(" + ", &parts);
        }
        let factors = self.factors();
        let product = factors.iter().fold(1_u64, |product, factor| product.saturating_mul(*factor));
        if (2..=4).contains(&factors.len()) && product == number {
            return shown(" × ", &factors);
        }
        number.to_string()
    }

    /// What each schedule gives, or each call where nothing starts them.
    fn parts(&self) -> Vec<u64> {
        let mut starts: BTreeMap<_, u64> = BTreeMap::new();
        for entry in &self.entries {
            let key = match entry.start {
                Some(start) => (start.place.sort_key(), start.text.as_str()),
                None => (entry.call.head.sort_key(), entry.call.subject.as_str()),
            };
            let part = starts.entry(key).or_default();
            *part = part.saturating_add(entry.term.most);
        }
        starts.into_values().collect()
    }

    /// One schedule by what it makes in one run, or one call by its loops.
    fn factors(&self) -> Vec<u64> {
        let Some(first) = self.entries.first() else { return Vec::new() };
        let mut factors = Vec::new();
        if let Some(start) = first.start {
            factors.extend(times(&start.per_day));
        }
        match self.entries.as_slice() {
            [only] => factors.extend(only.repeats.iter().filter_map(|repeat| times(&repeat.times))),
            several => factors.push(several.iter().fold(0, |sum, entry| entry.in_a_run.saturating_add(sum))),
        }
        factors.retain(|factor| *factor != 1);
        factors
    }
}

/// How often at most, when that is known.
pub(super) fn times(often: &Often) -> Option<u64> {
    match often {
        Often::Times(times) | Often::AtMost(times) => Some(*times),
        Often::Unknown(_) => None,
    }
}
