//! Statements of which only some run: chains, `if`, `case`.

use std::sync::Arc;

use crate::model::{Guard, GuardKind};
use crate::source::Span;
use crate::syntax::shell::{Case, CaseArm, Chain, If, Statement};

use super::env::{self, Branch, Environment};
use super::run::{Flow, Runner};
use super::{condition, value};

/// A condition with its text, and what runs when it holds.
type Arm<'s> = (&'s [Statement], Span, &'s [Statement]);

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
                    let taken = contexts.iter().filter(|(_, holds)| holds == and).map(|(g, _)| g.clone()).collect();
                    let not = contexts.iter().filter(|(_, holds)| holds != and).map(|(g, _)| g.clone()).collect();
                    self.branches(vec![(taken, std::slice::from_ref(statement)), (not, &[])])
                }
                // After another command that succeeds things go on as written.
                condition::Decision::Unknown if *and && !test => {
                    self.statement(statement);
                    Flow::Next
                }
                condition::Decision::Unknown => {
                    let guard = |branch| vec![vec![self.guard(left.1, branch)]];
                    let (yes, no) = (guard(u32::from(!*and)), guard(u32::from(*and)));
                    self.branches(vec![(yes, std::slice::from_ref(statement)), (no, &[])])
                }
            };
            left = (statement, *whole);
        }
        flow
    }

    /// A decision that is not known before the script runs.
    pub(super) fn guard(&self, condition: Span, branch: u32) -> Guard {
        let mut key = format!("{}: ", self.source.path());
        for word in self.source.slice(condition).split_whitespace() {
            key.push_str(word);
            key.push(' ');
        }
        Guard { key: Arc::from(key.trim_end()), branch, kind: GuardKind::Conditional }
    }

    pub(super) fn conditional(&mut self, branches: &If) -> Flow {
        let arms = branches.arms.iter().map(|arm| (&*arm.condition, arm.condition_span, &*arm.body)).collect();
        self.choose(arms, branches.otherwise.as_deref().unwrap_or_default())
    }

    /// Walks the first of several bodies whose condition holds, or another one.
    fn choose(&mut self, arms: Vec<Arm<'_>>, otherwise: &[Statement]) -> Flow {
        // What must hold for the next condition to be asked at all.
        let mut open: Vec<Vec<Guard>> = vec![Vec::new()];
        let mut taken: Vec<(Vec<Vec<Guard>>, &[Statement])> = Vec::new();
        for (condition, span, body) in arms {
            self.statements(condition);
            let (mut yes, mut no) = (Vec::new(), Vec::new());
            match self.decide(condition) {
                condition::Decision::Known(true) => yes.append(&mut open),
                condition::Decision::Known(false) => no.append(&mut open),
                condition::Decision::Split(contexts) => {
                    for (guards, holds) in contexts {
                        let side = if holds { &mut yes } else { &mut no };
                        for before in open.iter().filter(|before| value::compatible(before, &guards)) {
                            let mut both = before.clone();
                            value::add_guards(&mut both, &guards);
                            side.push(both);
                        }
                    }
                }
                condition::Decision::Unknown => {
                    for before in &open {
                        for (branch, side) in [(0, &mut yes), (1, &mut no)] {
                            let guard = self.guard(span, branch);
                            let mut both = before.clone();
                            if value::compatible(&both, std::slice::from_ref(&guard)) {
                                value::add_guards(&mut both, &[guard]);
                                side.push(both);
                            }
                        }
                    }
                }
            }
            taken.push((yes, body));
            open = no;
        }
        taken.push((open, otherwise));
        self.branches(taken)
    }

    /// Walks branches, each once for every list of guards under which it is taken, and merges what they leave.
    fn branches(&mut self, branches: Vec<(Vec<Vec<Guard>>, &[Statement])>) -> Flow {
        let before = self.environment.clone();
        let mut left = Vec::new();
        let mut ended = Flow::Exit;
        for (contexts, body) in branches {
            for guards in contexts {
                if !value::compatible(&guards, &self.guards) || !self.spend(1 + before.variables.len() / 4) {
                    continue;
                }
                let outer = self.guards.len();
                value::add_guards(&mut self.guards, &guards);
                let flow = self.statements(body);
                self.guards.truncate(outer);
                let environment = std::mem::replace(&mut self.environment, before.clone());
                match flow {
                    Flow::Next => left.push(Branch { guards, environment }),
                    Flow::Leave => ended = Flow::Leave,
                    Flow::Exit => {}
                }
            }
        }
        match self.merged(left) {
            Some(environment) => {
                self.environment = environment;
                Flow::Next
            }
            None => ended,
        }
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
        let mut contexts: Vec<Vec<Vec<Guard>>> = vec![Vec::new(); case.arms.len()];
        let mut none = Vec::new();
        let known = subject.alternatives().iter().all(|a| value::text(a).is_some() && !a.overridable);
        for (index, alternative) in subject.alternatives().iter().enumerate() {
            let text = value::text(alternative).filter(|_| known);
            let Some(text) = text else {
                if index == 0 {
                    for (arm, contexts) in contexts.iter_mut().enumerate() {
                        contexts.push(vec![self.arm_guard(case, arm)]);
                    }
                    let rest = |arm: &CaseArm| arm.patterns.iter().any(|p| p.literal().as_deref() == Some("*"));
                    if !case.arms.iter().any(rest) {
                        none.push(vec![self.arm_guard(case, case.arms.len())]);
                    }
                }
                continue;
            };
            let matches = |arm: &CaseArm| {
                arm.patterns.iter().any(|p| p.literal().is_none_or(|pattern| condition::matches(&pattern, text)))
            };
            let arm = case.arms.iter().position(matches).and_then(|arm| contexts.get_mut(arm));
            arm.unwrap_or(&mut none).push(alternative.guards.clone());
        }
        let mut branches: Vec<(Vec<Vec<Guard>>, &[Statement])> = Vec::new();
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
