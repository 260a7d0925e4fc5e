//! Statements that run several times.

use std::sync::Arc;

use crate::model::{Guard, GuardKind, Value};
use crate::source::Span;
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::{For, Statement, While};

use super::env::{Binding, Branch, Environment, Positional};
use super::run::{Flow, Runner};
use super::value;

/// How deep loops are walked twice to see what a later pass sees.
const LOOPS: usize = 3;

impl Runner<'_> {
    pub(super) fn for_loop(&mut self, each: &For) -> Flow {
        let mut elements = Vec::new();
        match &each.words {
            Some(words) => {
                for word in words {
                    self.visit(word);
                    if elements.len() <= value::ALTERNATIVES {
                        elements.extend(self.fields(word));
                    }
                }
            }
            None if each.variable.is_empty() => {}
            None => match &self.environment.positional {
                Positional::Known(words) => elements.extend(words.iter().cloned()),
                Positional::Outside(whose) => {
                    elements.push(CliWord::many(format!("an element is {whose}"), self.place(each.span)));
                }
            },
        }
        let known = elements.iter().all(|e| e.many.is_none() && e.guards.is_empty());
        if !each.variable.is_empty() {
            let value = self.element(each, &elements, known);
            self.environment.set(&each.variable, Binding::Scalar(value));
        }
        self.repeat(&each.body, each.span, known && !elements.is_empty())
    }

    /// What the variable of a loop holds: one element after the other.
    fn element(&self, each: &For, elements: &[CliWord], known: bool) -> Value {
        if !known || elements.len() > value::ALTERNATIVES {
            let place = elements.first().map(|e| e.place.clone());
            return Value::unknown(format!("`{}` takes many values in a loop", each.variable), place);
        }
        let key: Arc<str> = Arc::from(format!("{}: loop at {}", self.source.path(), self.source.slice(each.span)));
        let label = format!("`{}` takes this value in a loop", each.variable);
        let mut all = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let mut value = value::assigned(element.value.clone(), &element.place, &label);
            for alternative in value.alternatives_mut() {
                if elements.len() > 1 {
                    let branch = u32::try_from(index).unwrap_or(u32::MAX);
                    let kind = if each.chosen { GuardKind::Conditional } else { GuardKind::Iteration };
                    let guard = Guard { key: Arc::clone(&key), branch, kind };
                    value::add_guards(&mut alternative.guards, &[guard]);
                }
                all.push(alternative.clone());
            }
        }
        if all.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(all) }
    }

    pub(super) fn while_loop(&mut self, repeat: &While) -> Flow {
        let before = self.environment.clone();
        let body: Vec<Statement> = repeat.condition.iter().chain(&repeat.body).cloned().collect();
        self.repeat(&body, repeat.span, false);
        // It may not run at all.
        let after = std::mem::replace(&mut self.environment, before.clone());
        if !before.same(&after) {
            let branches = vec![self.pass(repeat.span, 0, before), self.pass(repeat.span, 1, after)];
            if let Some(environment) = self.merged(branches) {
                self.environment = environment;
            }
        }
        Flow::Next
    }

    fn pass(&self, span: Span, branch: u32, environment: Environment) -> Branch {
        let mut guard = self.guard(span, branch);
        guard.key = Arc::from(format!("{}{}", value::PASSES, guard.key));
        Branch { guards: vec![guard], environment }
    }

    /// Walks a loop's body: once in silence to see what it sets, then with what a later pass may see.
    fn repeat(&mut self, body: &[Statement], span: Span, surely: bool) -> Flow {
        let before = self.environment.clone();
        if self.loops < LOOPS {
            self.loops += 1;
            self.silent += 1;
            self.statements(body);
            self.silent -= 1;
            self.loops -= 1;
            let after = std::mem::replace(&mut self.environment, before.clone());
            if !before.same(&after) {
                let branches = vec![self.pass(span, 0, before.clone()), self.pass(span, 1, after)];
                if let Some(environment) = self.merged(branches) {
                    self.environment = environment;
                }
            }
        }
        let flow = self.statements(body);
        if !surely && !before.same(&self.environment) {
            let after = std::mem::replace(&mut self.environment, before.clone());
            let branches = vec![self.pass(span, 0, before), self.pass(span, 1, after)];
            if let Some(environment) = self.merged(branches) {
                self.environment = environment;
            }
        }
        if flow == Flow::Exit && surely && self.work > 0 { Flow::Exit } else { Flow::Next }
    }
}
