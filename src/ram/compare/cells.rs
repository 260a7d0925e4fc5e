//! What a key of a request can be, cut into cells: within one cell every condition of both sides says the same.
//!
//! A cell is shown by one value (or several, for operators over sets). Texts and patterns are cut by the automaton, numbers,
//! moments and addresses at the ends of their ranges. That a key is not there is a cell of its own, in which nobody knows
//! what a condition says.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::collections::{BTreeMap, BTreeSet};

use super::automaton::{Glob, signatures};
use super::shape::Shape;
use crate::model::Condition;
use crate::ram::condition::{self, Comparison, Operator, Quantifier};
use crate::ram::evaluate::Context;
use crate::ram::pattern::Case;
use crate::ram::truth::Truth;

/// How many values are combined at most where operators look at sets of values.
const MOST_IN_SETS: usize = 7;

/// One cell of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Values of the key; none where it is not there.
    pub(super) values: Vec<String>,
}

/// The cells of a key.
#[derive(Debug, Clone)]
pub(super) struct Cells {
    /// The key, as it is written first.
    pub(super) key: String,
    /// The cells.
    pub(super) all: Vec<Cell>,
    /// Why there may be more; absent when these are all.
    pub(super) open: Option<String>,
}

/// The cells of a key under conditions that all are about it. `key` is how it is written.
pub(super) fn cells(key: &str, conditions: &[&Condition]) -> Cells {
    let operators: Vec<(Operator, &Condition)> = conditions
        .iter()
        .filter_map(|condition| Some((Operator::parse(&condition.operator)?, *condition)))
        .filter(|(_, condition)| is_closed(condition))
        .collect();
    let families: BTreeSet<u8> = operators.iter().map(|(operator, _)| family(operator.comparison)).collect();
    let mut open = (families.len() > 1).then(|| format!("{key} is compared in ways that do not go together"));
    let mut values: Vec<String> = Vec::new();
    for family_of in &families {
        let of: Vec<&(Operator, &Condition)> =
            operators.iter().filter(|(operator, _)| family(operator.comparison) == *family_of).collect();
        match of.first().map(|(operator, _)| operator.comparison) {
            Some(Comparison::Text(_) | Comparison::Like) => match texts(&of) {
                Some(found) => values.extend(found),
                None => open = Some(format!("{key} is compared with too many patterns")),
            },
            Some(Comparison::Number(_)) => values.extend(numbers(&of)),
            Some(Comparison::Moment(_)) => values.extend(moments(&of)),
            Some(Comparison::Bool) => values.extend(["true".to_owned(), "false".to_owned()]),
            Some(Comparison::Address) => values.extend(addresses(&of)),
            None => {}
        }
    }
    let sets = operators.iter().any(|(operator, _)| operator.quantifier != Quantifier::One);
    let mut candidates: Vec<Vec<String>> = values.iter().map(|value| vec![value.clone()]).collect();
    candidates = told_apart(key, &operators, candidates);
    if sets {
        let single: Vec<String> = candidates.iter().flatten().cloned().collect();
        if single.len() > MOST_IN_SETS {
            open = Some(format!("{key} is compared as a set with too many values"));
        } else {
            candidates = told_apart(key, &operators, subsets(&single));
        }
    }
    let mut all: Vec<Cell> = candidates.into_iter().map(|values| Cell { values }).collect();
    all.push(Cell { values: Vec::new() });
    Cells { key: key.to_owned(), all, open }
}

/// Whether all of what a condition says is known.
pub(super) fn is_closed(condition: &Condition) -> bool {
    condition.values.open.is_none() && condition.values.all.iter().all(|value| value.text().is_some())
}

/// Operators of one family cut a key in a way that fits all of them.
fn family(comparison: Comparison) -> u8 {
    match comparison {
        Comparison::Text(_) | Comparison::Like => 0,
        Comparison::Number(_) => 1,
        Comparison::Moment(_) => 2,
        Comparison::Bool => 3,
        Comparison::Address => 4,
    }
}

/// One of the candidates for each answer of all conditions; the first.
fn told_apart(key: &str, operators: &[(Operator, &Condition)], candidates: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut seen: BTreeSet<Vec<Truth>> = BTreeSet::new();
    let answers = |values: &[String]| -> Vec<Truth> {
        let mut context = Context::default();
        context.set(key, values.to_vec());
        operators.iter().map(|(_, condition)| condition::holds(condition, &context)).collect()
    };
    candidates.into_iter().filter(|values| seen.insert(answers(values))).collect()
}

/// All sets of values that are not empty, small ones first.
fn subsets(values: &[String]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = (1_u32..1 << values.len())
        .map(|mask| {
            let chosen = values.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1);
            chosen.map(|(_, value)| value.clone()).collect()
        })
        .collect();
    all.sort_by_key(Vec::len);
    all
}

fn known<'a>(of: &'a [&(Operator, &Condition)]) -> impl Iterator<Item = (Operator, &'a str)> {
    of.iter().flat_map(|(operator, condition)| {
        condition.values.all.iter().filter_map(|value| Some((*operator, value.text()?)))
    })
}

fn texts(of: &[&(Operator, &Condition)]) -> Option<Vec<String>> {
    let mut globs: BTreeMap<Glob, ()> = BTreeMap::new();
    let mut mentioned: Vec<String> = Vec::new();
    for (operator, text) in known(of) {
        let glob = match operator.comparison {
            Comparison::Like => Glob::wild(text),
            Comparison::Text(case) => {
                mentioned.push(text.to_owned());
                Glob::exact(text, case == Case::Folded)
            }
            _ => continue,
        };
        globs.insert(glob, ());
    }
    let globs: Vec<Glob> = globs.into_keys().collect();
    // What is written is easier to read than the shortest text, so it comes first where it will do.
    mentioned.extend(signatures(&globs, &Shape::anything())?.into_values());
    mentioned.push(String::new());
    Some(mentioned)
}

fn numbers(of: &[&(Operator, &Condition)]) -> Vec<String> {
    let mut ends: Vec<f64> = known(of).filter_map(|(_, text)| condition::number(text)).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut all: Vec<f64> = ends.clone();
    all.extend(ends.first().map(|first| first - 1.0));
    all.extend(ends.last().map(|last| last + 1.0));
    all.extend(ends.windows(2).filter_map(|pair| Some(f64::midpoint(*pair.first()?, *pair.last()?))));
    all.iter().map(f64::to_string).collect()
}

fn moments(of: &[&(Operator, &Condition)]) -> Vec<String> {
    let ends: BTreeSet<jiff::Timestamp> = known(of).filter_map(|(_, text)| condition::moment(text)).collect();
    let second = jiff::SignedDuration::from_secs(1);
    let around = |end: &jiff::Timestamp| {
        [end.checked_sub(second).ok(), Some(*end), end.checked_add(second).ok()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    };
    let mut all: BTreeSet<jiff::Timestamp> = ends.iter().flat_map(around).collect();
    // Between two ends that are less than two seconds apart.
    let ends: Vec<&jiff::Timestamp> = ends.iter().collect();
    for pair in ends.windows(2) {
        let [one, other] = pair else { continue };
        let half = other.duration_since(**one).checked_div(2).unwrap_or(second);
        all.extend(one.checked_add(half).ok());
    }
    all.iter().map(ToString::to_string).collect()
}

/// The first and the last address of each range, their neighbours, and a caller that has no address.
fn addresses(of: &[&(Operator, &Condition)]) -> Vec<String> {
    let mut all: BTreeSet<IpAddr> = BTreeSet::new();
    for (_, text) in known(of) {
        let Some(range) = condition::range(text) else { continue };
        let (first, last) = range.ends();
        all.extend([Some(first), Some(last), neighbour(first, false), neighbour(last, true)].into_iter().flatten());
    }
    let mut all: Vec<String> = all.iter().map(ToString::to_string).collect();
    all.push("Internal".to_owned());
    all
}

/// The address before or after another one.
fn neighbour(address: IpAddr, after: bool) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(address) => {
            let bits = address.to_bits();
            Ipv4Addr::from_bits(if after { bits.checked_add(1)? } else { bits.checked_sub(1)? }).into()
        }
        IpAddr::V6(address) => {
            let bits = address.to_bits();
            Ipv6Addr::from_bits(if after { bits.checked_add(1)? } else { bits.checked_sub(1)? }).into()
        }
    })
}
