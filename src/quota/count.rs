//! The arithmetic: how many calls a set of terms makes for sure, and at most.
//!
//! Takes numbers under decisions, gives totals. Of branches that exclude each other only one is taken; it knows
//! neither calls nor places.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// A decision and its outcome.
pub(super) type Choice = (u32, u32);

/// How many ways through the decisions are tried. With more, each further decision goes the way that makes most
/// calls by itself: that way can be gone, so no number is said that cannot be reached.
const TRIALS: u32 = 20_000;

/// The days of the week, a bit each.
const WEEK: u32 = 7;

/// Some calls that are made together or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// How many are made whatever happens.
    pub(super) sure: u64,
    /// How many are made if all that must go right for it goes right.
    pub(super) most: u64,
    /// The decisions that must go this way.
    pub(super) choices: Vec<Choice>,
    /// The days of the week on which they are made, a bit each.
    pub(super) weekdays: u8,
    /// The schedule that makes them, when it keeps to some dates: whether two such schedules meet is not known.
    pub(super) dated: Option<u32>,
}

/// How many calls there are in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Total {
    /// This many are made whatever happens.
    pub(super) sure: u64,
    /// No way through the decisions makes more.
    pub(super) most: u64,
}

/// The total on the day of the week that has most.
pub(super) fn total<'t>(terms: impl IntoIterator<Item = &'t Term>) -> Total {
    // A schedule without a day never starts anything.
    let terms: Vec<&Term> = terms.into_iter().filter(|term| term.weekdays != 0).collect();
    let days: Vec<u8> = terms.iter().map(|term| term.weekdays).collect();
    // Mostly all terms are of the same days, and then one sum will do.
    if days.iter().all(|day| Some(day) == days.first()) {
        return on_one_day(&terms);
    }
    let on = |day: u32| {
        let held: Vec<&Term> = terms.iter().copied().filter(|term| term.weekdays & (1 << day) != 0).collect();
        on_one_day(&held)
    };
    let larger = |a: Total, b: Total| Total { sure: a.sure.max(b.sure), most: a.most.max(b.most) };
    (0..WEEK).map(on).fold(Total::default(), larger)
}

fn on_one_day(terms: &[&Term]) -> Total {
    let mut sure = 0_u64;
    let mut dated: BTreeMap<u32, u64> = BTreeMap::new();
    for term in terms.iter().filter(|term| term.choices.is_empty()) {
        let sum = term.dated.map_or(&mut sure, |schedule| dated.entry(schedule).or_default());
        *sum = sum.saturating_add(term.sure);
    }
    let sure = sure.saturating_add(dated.into_values().max().unwrap_or(0));
    let weighted = terms.iter().map(|term| (term.most, term.choices.clone())).collect();
    Total { sure, most: most(weighted, &mut { TRIALS }) }
}

/// A number under decisions.
type Weighted = (u64, Vec<Choice>);

/// The greatest sum that one way through all decisions gives.
fn most(terms: Vec<Weighted>, trials: &mut u32) -> u64 {
    let (free, bound): (Vec<Weighted>, Vec<Weighted>) = terms.into_iter().partition(|(_, c)| c.is_empty());
    let sum = free.iter().fold(0_u64, |sum, (n, _)| sum.saturating_add(*n));
    // Parts that share no decision do not know of each other.
    parts(bound).into_iter().fold(sum, |sum, part| sum.saturating_add(most_of_part(&part, trials)))
}

fn most_of_part(terms: &[Weighted], trials: &mut u32) -> u64 {
    let Some(key) = commonest(terms) else { return 0 };
    let mut branches: BTreeMap<u32, u64> = BTreeMap::new();
    for (number, choices) in terms {
        for (_, branch) in choices.iter().filter(|(k, _)| *k == key) {
            let sum = branches.entry(*branch).or_default();
            *sum = sum.saturating_add(*number);
        }
    }
    let mut branches: Vec<(u32, u64)> = branches.into_iter().collect();
    branches.sort_by_key(|(branch, sum)| (std::cmp::Reverse(*sum), *branch));
    let mut best = 0;
    for (branch, _) in branches {
        best = best.max(most(taken(terms, key, branch), trials));
        if *trials == 0 {
            break;
        }
        *trials -= 1;
    }
    best
}

/// What is left of terms when a decision has gone one way.
fn taken(terms: &[Weighted], key: u32, branch: u32) -> Vec<Weighted> {
    let fits = |choices: &[Choice]| choices.iter().all(|(k, b)| *k != key || *b == branch);
    let rest = |(number, choices): &Weighted| (*number, choices.iter().copied().filter(|(k, _)| *k != key).collect());
    terms.iter().filter(|(_, choices)| fits(choices)).map(rest).collect()
}

/// The decision that most terms depend on.
fn commonest(terms: &[Weighted]) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    terms.iter().flat_map(|(_, choices)| choices).for_each(|(key, _)| *counts.entry(*key).or_default() += 1);
    counts.into_iter().max_by_key(|(key, count)| (*count, std::cmp::Reverse(*key))).map(|(key, _)| key)
}

/// The terms in parts of which no two share a decision.
fn parts(terms: Vec<Weighted>) -> Vec<Vec<Weighted>> {
    let mut above: FxHashMap<u32, u32> = FxHashMap::default();
    for (_, choices) in &terms {
        let Some((first, _)) = choices.first() else { continue };
        let first = top(&mut above, *first);
        for (key, _) in choices {
            let key = top(&mut above, *key);
            above.insert(key, first);
        }
    }
    let mut parts: BTreeMap<u32, Vec<Weighted>> = BTreeMap::new();
    for term in terms {
        let part = term.1.first().map_or(0, |(key, _)| top(&mut above, *key));
        parts.entry(part).or_default().push(term);
    }
    parts.into_values().collect()
}

/// The decision that stands for the part of another one.
fn top(above: &mut FxHashMap<u32, u32>, key: u32) -> u32 {
    let mut key = key;
    while let Some(next) = above.get(&key).copied().filter(|next| *next != key) {
        // Every step halves the way for those who come later.
        if let Some(over) = above.get(&next).copied() {
            above.insert(key, over);
        }
        key = next;
    }
    key
}
