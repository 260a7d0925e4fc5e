//! The arithmetic against twins that try every start, every round and every way of the decisions.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::quota::count::{Term, Total, total};
use crate::quota::instance::Key;
use crate::quota::rounds::{Decisions, entries};
use crate::syntax::schedule::EVERY_DAY;

/// How many decisions there are, and how many ways each may go.
const DECISIONS: u32 = 4;
const WAYS: u32 = 3;

fn a_term() -> impl Strategy<Value = Term> {
    let choices = proptest::collection::btree_map(0..DECISIONS, 0..WAYS, 0..=3);
    (choices, 0..30_u64, 0..30_u64, prop_oneof![Just(EVERY_DAY), 0..=EVERY_DAY]).prop_map(
        |(choices, a, b, weekdays)| {
            let choices: Vec<(u32, u32)> = choices.into_iter().collect();
            let sure = if choices.is_empty() { a.min(b) } else { 0 };
            Term { sure, most: a.max(b), choices, weekdays, dated: None }
        },
    )
}

/// Every way all decisions can go.
fn ways() -> Vec<Vec<u32>> {
    (0..DECISIONS).fold(vec![Vec::new()], |ways, _| {
        let longer = |way: Vec<u32>| (0..WAYS).map(move |next| way.iter().copied().chain([next]).collect());
        ways.into_iter().flat_map(longer).collect()
    })
}

fn fits(choices: &[(u32, u32)], way: &[u32]) -> bool {
    choices.iter().all(|(key, branch)| way[usize::try_from(*key).unwrap()] == *branch)
}

/// A call with few starts and loops: for each loop its rounds and whether the id depends on them; then for each
/// combination of rounds the number of the instance, or two of them under a decision.
#[derive(Debug, Clone)]
struct Model {
    starts: Vec<u64>,
    loops: Vec<(u64, bool)>,
    ids: Vec<(u32, Option<(u32, u32)>)>,
    guard: Option<(u32, u32)>,
}

fn a_model() -> impl Strategy<Value = Model> {
    let id = (0..3_u32, proptest::option::of((0..DECISIONS, 0..3_u32)));
    (
        proptest::collection::vec(1..6_u64, 0..3),
        proptest::collection::vec((1..4_u64, any::<bool>()), 0..3),
        proptest::collection::vec(id, 9),
        proptest::option::of((0..DECISIONS, 0..2_u32)),
    )
        .prop_map(|(starts, loops, ids, guard)| Model { starts, loops, ids, guard })
}

impl Model {
    /// The rounds of the loops that the id depends on.
    fn cells(&self) -> Vec<Vec<(usize, u32)>> {
        let mut cells = vec![Vec::new()];
        for (number, (times, depends)) in self.loops.iter().enumerate() {
            if *depends {
                let longer = |cell: Vec<(usize, u32)>| {
                    (0..u32::try_from(*times).unwrap())
                        .map(move |round| cell.iter().copied().chain([(number, round)]).collect())
                };
                cells = cells.into_iter().flat_map(longer).collect();
            }
        }
        cells
    }

    fn call(&self, scene: &Scene, at: &str) -> Call {
        let conditional = |(key, branch): (u32, u32)| guard(&format!("if {key}"), branch, GuardKind::Conditional);
        let mut alternatives = Vec::new();
        for (cell, (id, other)) in self.cells().iter().zip(&self.ids) {
            let rounds = || cell.iter().map(|(l, r)| guard(&format!("{at} loop {l}"), *r, GuardKind::Iteration));
            let named = |id: u32| Content::text(format!("rm-{id}"));
            match other {
                None => alternatives.push(alternative(named(*id), rounds().collect())),
                Some((key, other)) => {
                    for (branch, id) in [(0, id), (1, other), (2, other)] {
                        let guards = rounds().chain([conditional((*key, branch))]).collect();
                        alternatives.push(alternative(named(*id), guards));
                    }
                }
            }
        }
        let mut call = scene.call(at, Value::one_of(alternatives));
        call.guards.extend(self.guard.map(conditional));
        call.runs.starts = self
            .starts
            .iter()
            .map(|per_day| Start::new(scene.place(at), per_day.to_string(), Often::Times(*per_day)))
            .collect();
        for (number, (times, depends)) in self.loops.iter().enumerate() {
            let key = depends.then(|| Arc::from(format!("{at} loop {number}")));
            call.runs.repeats.push(Repeat { key, distinct: true, ..scene.repeat(at, *times) });
        }
        call
    }

    /// How many calls there are on each instance when the decisions go one way.
    fn simulated(&self, way: &[u32], counts: &mut BTreeMap<u32, u64>) {
        if self.guard.is_some_and(|guard| !fits(&[guard], way)) {
            return;
        }
        let runs = if self.starts.is_empty() { vec![1] } else { self.starts.clone() };
        for per_day in runs {
            for _ in 0..per_day {
                let rest: u64 = self.loops.iter().filter(|(_, depends)| !depends).map(|(times, _)| times).product();
                for (_, (id, other)) in self.cells().iter().zip(&self.ids) {
                    let id = match other {
                        Some((key, other)) if way[usize::try_from(*key).unwrap()] != 0 => other,
                        _ => id,
                    };
                    for _ in 0..rest {
                        *counts.entry(*id).or_default() += 1;
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn totals_are_those_of_the_best_way_and_the_fullest_day(terms in proptest::collection::vec(a_term(), 0..10)) {
        let mut most = 0;
        for way in ways() {
            for day in 0..7 {
                let held = terms.iter().filter(|t| t.weekdays & (1 << day) != 0 && fits(&t.choices, &way));
                most = most.max(held.map(|t| t.most).sum::<u64>());
            }
        }
        let sure = (0..7).map(|day| {
            terms.iter().filter(|t| t.weekdays & (1 << day) != 0).map(|t| t.sure).sum::<u64>()
        });
        prop_assert_eq!(total(&terms), Total { sure: sure.max().unwrap(), most });
    }

    #[test]
    fn calls_are_counted_as_often_as_they_are_made(models in proptest::collection::vec(a_model(), 1..4)) {
        let scene = Scene::new("call 0, call 1, call 2, call 3");
        let calls: Vec<Call> = models.iter().zip(0..).map(|(m, i)| m.call(&scene, &format!("call {i}"))).collect();
        let mut decisions = Decisions::default();
        let mut terms: BTreeMap<Key, Vec<Term>> = BTreeMap::new();
        for (number, call) in calls.iter().enumerate() {
            for (instance, entry) in entries(call, number, IDENTIFIER, &mut decisions) {
                terms.entry(instance.key).or_default().push(entry.term);
            }
        }
        let mut counted: Vec<BTreeMap<u32, u64>> = Vec::new();
        for way in ways() {
            let mut counts = BTreeMap::new();
            models.iter().for_each(|model| model.simulated(&way, &mut counts));
            counted.push(counts);
        }
        for id in 0..3 {
            let of = |counts: &BTreeMap<u32, u64>| counts.get(&id).copied().unwrap_or(0);
            let found = total(terms.get(&Key::Id(format!("rm-{id}"))).into_iter().flatten());
            prop_assert_eq!(found.most, counted.iter().map(of).max().unwrap(), "rm-{}", id);
            // What is sure is made whichever way the decisions go.
            prop_assert!(found.sure <= counted.iter().map(of).min().unwrap(), "rm-{}", id);
            if models.iter().all(|m| m.guard.is_none() && m.ids.iter().all(|(_, other)| other.is_none())) {
                prop_assert_eq!(found.sure, found.most);
            }
        }
    }
}

/// Many decisions end in a number that can be reached, and soon.
#[test]
fn hostile_conditions_cost_little() {
    let terms: Vec<Term> = (0..400_u32)
        .map(|i| Term {
            sure: 0,
            most: u64::from(i % 7) + 1,
            choices: vec![(i % 61, i % 2), ((i * 7 + 1) % 59 + 61, i % 3), ((i * 13 + 5) % 53 + 120, i % 4)],
            weekdays: EVERY_DAY,
            dated: None,
        })
        .collect();
    let found = total(&terms);
    let all: u64 = terms.iter().map(|term| term.most).sum();
    assert!(found.most > 0 && found.most < all, "{found:?} of {all}");
}
