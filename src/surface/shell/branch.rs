//! Statements of which only some run: chains, `if`, `case`.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Guard, GuardKind, Value};
use crate::source::Span;
use crate::syntax::shell::{Case, CaseArm, Chain, If, Statement};

use super::env::{self, Binding, Branch, Environment};
use super::run::{Flow, Runner};
use super::{condition, value};

/// How many conditions in a row are kept apart one by one; of longer rows each arm has a number.
const ARMS: usize = 16;

/// How much of the text of a condition tells it from others, in bytes.
const CONDITION: usize = 2_048;

/// A condition with its text, and what runs when it holds.
type Arm<'s> = (&'s [Statement], Span, &'s [Statement]);

/// Under what a branch is taken.
#[derive(Clone, Default)]
struct Context<'s> {
    guards: Vec<Guard>,
    /// What the decisions that led here say of variables that somebody outside may set.
    assumed: Vec<Assumed<'s>>,
    /// Known variables that those decisions depend on in a way that is not followed.
    doubts: Rc<BTreeSet<String>>,
}

/// A decision that is not known, and its outcome.
#[derive(Clone, Copy)]
enum Assumed<'s> {
    /// A condition holds, or does not.
    Condition(&'s [Statement], bool),
    /// An arm of a `case` is taken; one past the last means none.
    Arm(&'s Case, usize),
}

/// Branches: under what each is taken, and what it does.
type Branches<'s> = Vec<(Vec<Context<'s>>, &'s [Statement])>;

impl<'s> Context<'s> {
    fn under(guards: Vec<Guard>) -> Self {
        Self { guards, ..Self::default() }
    }

    /// Adds variables that may not be relied on.
    fn doubt(&mut self, names: &BTreeSet<String>) {
        if !names.is_empty() {
            self.doubts = Rc::new(self.doubts.union(names).cloned().collect());
        }
    }

    /// This and more, unless the two exclude each other.
    fn and(&self, guards: &[Guard], assumed: Option<Assumed<'s>>) -> Option<Self> {
        if !value::compatible(&self.guards, guards) {
            return None;
        }
        let mut both = self.clone();
        value::add_guards(&mut both.guards, guards);
        both.assumed.extend(assumed);
        Some(both)
    }
}

impl Runner<'_> {
    pub(super) fn chain(&mut self, chain: &Chain) -> Flow {
        // `test && a || b`, where `a` cannot fail, is a choice between the two.
        if let [(true, yes, _), (false, no, _)] = chain.rest.as_slice()
            && condition::is_test(&chain.first)
            && condition::is_assignment(yes)
        {
            let first = std::slice::from_ref(&*chain.first);
            let (yes, no) = (std::slice::from_ref(yes), std::slice::from_ref(no));
            return self.choose(vec![(first, chain.first_span, yes)], no);
        }
        let mut flow = self.statement(&chain.first);
        let mut left: (&Statement, Span) = (&chain.first, chain.first_span);
        let mut only = true;
        for (and, statement, whole) in &chain.rest {
            if flow != Flow::Next {
                return flow;
            }
            let decided = if only { self.decide(std::slice::from_ref(left.0)) } else { condition::Decision::Unknown };
            let test = only && condition::is_test(left.0);
            only = false;
            flow = match decided {
                condition::Decision::Known(holds) if holds == *and => self.statement(statement),
                condition::Decision::Known(_) => Flow::Next,
                condition::Decision::Split(contexts) => {
                    let side = |wanted: bool| {
                        let those = contexts.iter().filter(|(_, holds)| *holds == wanted);
                        those.map(|(guards, _)| Context::under(guards.clone())).collect()
                    };
                    self.branches(vec![(side(*and), std::slice::from_ref(statement)), (side(!*and), &[])])
                }
                // After another command that succeeds things go on as written.
                condition::Decision::Unknown if *and && !test => {
                    let flow = self.statement(statement);
                    if flow != Flow::Next && !self.is_lock(left.1) {
                        self.note_leaving(flow);
                    }
                    Flow::Next
                }
                condition::Decision::Unknown => {
                    let doubts = Rc::new(self.doubts(std::slice::from_ref(left.0)));
                    let side = |outcome: bool| {
                        let assumed = Assumed::Condition(std::slice::from_ref(left.0), outcome);
                        let guard = self.guard(left.1, u32::from(!outcome));
                        let assumed = Vec::from_iter(test.then_some(assumed));
                        vec![Context { guards: vec![guard], assumed, doubts: Rc::clone(&doubts) }]
                    };
                    self.branches(vec![(side(*and), std::slice::from_ref(statement)), (side(!*and), &[])])
                }
            };
            left = (statement, *whole);
        }
        flow
    }

    fn is_lock(&self, condition: Span) -> bool {
        names_lock(self.source.slice(condition))
    }

    /// A decision that is not known before the script runs.
    ///
    /// The same words are the same decision. Of very many words the first ones and the place stand for all: a chain of
    /// commands makes a decision at each of its links.
    pub(super) fn guard(&self, condition: Span, branch: u32) -> Guard {
        let mut key = format!("{}: ", self.source.path());
        let words = self.source.slice(condition);
        let shown = words.get(..words.floor_char_boundary(CONDITION)).unwrap_or(words);
        for word in shown.split_whitespace() {
            key.push_str(word);
            key.push(' ');
        }
        if shown.len() < words.len() {
            key.push_str(&format!("… at {}..{}", condition.start, condition.end));
        }
        Guard { key: Arc::from(key.trim_end()), branch, kind: GuardKind::Conditional }
    }

    pub(super) fn conditional(&mut self, branches: &If) -> Flow {
        let arms = branches.arms.iter().map(|arm| (&*arm.condition, arm.condition_span, &*arm.body)).collect();
        self.choose(arms, branches.otherwise.as_deref().unwrap_or_default())
    }

    /// Walks the first of several bodies whose condition holds, or another one.
    fn choose<'s>(&mut self, arms: Vec<Arm<'s>>, otherwise: &'s [Statement]) -> Flow {
        // What must hold for the next condition to be asked at all.
        let mut open = vec![Context::default()];
        let mut taken: Branches<'s> = Vec::new();
        let row = arms.first().filter(|_| arms.len() > ARMS).map(|(_, span, _)| *span);
        let row = row.map(|first| arms.last().map_or(first, |(_, last, _)| first.join(*last)));
        let numbered = |runner: &Self, arm: usize| {
            let mut guard = runner.guard(row?, u32::try_from(arm).unwrap_or(u32::MAX));
            guard.key = Arc::from(format!("case {}", guard.key));
            Some(guard)
        };
        let last = arms.len();
        for (number, (condition, span, body)) in arms.into_iter().enumerate() {
            self.statements(condition);
            let (mut yes, mut no) = (Vec::new(), Vec::new());
            match self.decide(condition) {
                condition::Decision::Known(true) => yes.append(&mut open),
                condition::Decision::Known(false) => no.append(&mut open),
                condition::Decision::Split(contexts) => {
                    for (guards, holds) in contexts {
                        let side = if holds { &mut yes } else { &mut no };
                        side.extend(open.iter().filter_map(|before| before.and(&guards, None)));
                    }
                }
                condition::Decision::Unknown => {
                    let doubts = self.doubts(condition);
                    let own = numbered(self, number);
                    for before in &mut open {
                        before.doubt(&doubts);
                        if let Some(guard) = &own {
                            let assumed = Assumed::Condition(condition, true);
                            yes.extend(before.and(std::slice::from_ref(guard), Some(assumed)));
                            no.push(before.clone());
                            continue;
                        }
                        for (outcome, side) in [(true, &mut yes), (false, &mut no)] {
                            let guard = self.guard(span, u32::from(!outcome));
                            side.extend(before.and(&[guard], Some(Assumed::Condition(condition, outcome))));
                        }
                    }
                }
            }
            taken.push((yes, body));
            open = no;
        }
        if let Some(guard) = numbered(self, last) {
            open = open.iter().filter_map(|before| before.and(std::slice::from_ref(&guard), None)).collect();
        }
        taken.push((open, otherwise));
        self.branches(taken)
    }

    /// Walks branches, each once for every list of guards under which it is taken, and merges what they leave.
    fn branches(&mut self, branches: Branches<'_>) -> Flow {
        let before = self.environment.clone();
        let mut left = Vec::new();
        let mut ended = Flow::Exit;
        let mut leaving = Vec::new();
        let mut all_doubts: BTreeSet<String> = BTreeSet::new();
        for (contexts, body) in branches {
            for Context { guards, assumed, doubts } in contexts {
                if !value::compatible(&guards, &self.guards) || !self.spend(1 + before.variables.len() / 4) {
                    continue;
                }
                let outer = self.guards.len();
                value::add_guards(&mut self.guards, &guards);
                for decision in assumed {
                    self.assume(decision);
                }
                self.environment.doubt(&doubts);
                all_doubts.extend(doubts.iter().cloned());
                let flow = self.statements(body);
                self.guards.truncate(outer);
                let environment = std::mem::replace(&mut self.environment, before.clone());
                if flow != Flow::Next && self.left_well {
                    leaving.push((flow, guards.clone()));
                }
                match flow {
                    Flow::Next => left.push(Branch { guards, environment }),
                    Flow::Leave => ended = Flow::Leave,
                    Flow::Exit => {}
                }
            }
        }
        for (flow, guards) in leaving.iter().filter(|_| !left.is_empty()) {
            // What another run of the same holds open is no reason to do less in a day.
            if !guards.iter().any(|guard| names_lock(&guard.key)) {
                self.left_well = true;
                self.note_leaving(*flow);
            }
        }
        match self.merged(left) {
            Some(environment) => {
                self.environment = environment;
                if !all_doubts.is_empty() {
                    self.environment.after_doubt(&before, &all_doubts);
                }
                Flow::Next
            }
            None => ended,
        }
    }

    /// Keeps of a variable that somebody outside may set what fits a decision. When its default does not fit,
    /// somebody has set it.
    fn assume(&mut self, assumed: Assumed<'_>) {
        let fits = |text: &str| match assumed {
            Assumed::Condition(statements, outcome) => {
                condition::answer(statements, text).is_none_or(|answer| answer == outcome)
            }
            Assumed::Arm(case, arm) => condition::arm(case, text) == arm,
        };
        let name = match assumed {
            Assumed::Condition(statements, _) => condition::variable(statements),
            Assumed::Arm(case, _) => condition::sole_variable(&case.subject),
        };
        let Some(name) = name.map(str::to_owned) else { return };
        let Some(Binding::Scalar(old)) = self.environment.get(&name).map(|b| &**b) else { return };
        if !old.alternatives().iter().any(|a| a.overridable) {
            return;
        }
        let kept: Vec<_> = old.alternatives().iter().filter(|a| value::text(a).is_none_or(fits)).cloned().collect();
        let narrowed = if kept.is_empty() {
            value::outside(format!("`{name}` is set outside this script here"), None)
        } else {
            Value::one_of(kept)
        };
        self.environment.set(&name, Binding::Scalar(narrowed));
    }

    pub(super) fn merged(&self, branches: Vec<Branch>) -> Option<Environment> {
        let unset = |name: &str| {
            self.beside(name)
                .unwrap_or_else(|| value::outside(format!("variable `{name}` is not set in this script"), None))
        };
        env::merge(branches, unset)
    }

    pub(super) fn case(&mut self, case: &Case) -> Flow {
        self.visit(&case.subject);
        let subject = value::narrowed(&self.value(&case.subject), &self.guards);
        let mut contexts: Vec<Vec<Context<'_>>> = vec![Vec::new(); case.arms.len()];
        let mut none = Vec::new();
        let doubts = Rc::new(self.doubts_of_word(&case.subject));
        let known = subject.alternatives().iter().all(|a| value::text(a).is_some() && !a.overridable);
        for (index, alternative) in subject.alternatives().iter().enumerate() {
            let text = value::text(alternative).filter(|_| known);
            let Some(text) = text else {
                if index == 0 {
                    for (arm, contexts) in contexts.iter_mut().enumerate() {
                        let assumed = vec![Assumed::Arm(case, arm)];
                        let guards = vec![self.arm_guard(case, arm)];
                        contexts.push(Context { guards, assumed, doubts: Rc::clone(&doubts) });
                    }
                    let rest = |arm: &CaseArm| arm.patterns.iter().any(|p| p.literal().as_deref() == Some("*"));
                    if !case.arms.iter().any(rest) {
                        let arm = case.arms.len();
                        none.push(Context {
                            guards: vec![self.arm_guard(case, arm)],
                            assumed: vec![Assumed::Arm(case, arm)],
                            doubts: Rc::clone(&doubts),
                        });
                    }
                }
                continue;
            };
            let arm = contexts.get_mut(condition::arm(case, text));
            arm.unwrap_or(&mut none).push(Context::under(alternative.guards.clone()));
        }
        let mut branches: Branches<'_> = Vec::new();
        for (arm, contexts) in case.arms.iter().zip(contexts) {
            branches.push((contexts, &arm.body));
        }
        branches.push((none, &[]));
        self.branches(branches)
    }

    fn arm_guard(&self, case: &Case, arm: usize) -> Guard {
        let mut guard = self.guard(case.subject.span, u32::try_from(arm).unwrap_or(u32::MAX));
        guard.key = Arc::from(format!("case {}", guard.key));
        guard
    }
}

/// Whether a condition asks for a lock that another run of the script may hold.
fn names_lock(condition: &str) -> bool {
    let condition = condition.rsplit_once(": ").map_or(condition, |(_, text)| text);
    ["lock", "LOCK", "pid", "PID"].iter().any(|word| condition.contains(word))
}
