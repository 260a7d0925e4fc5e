//! Conditions that cannot be decided although they depend on values that are known.
//!
//! `engine=$(describe "$id")` with a known `id`: a branch on `engine` is no free choice, so what it sets must
//! not be combined with the known `id`. Such values are not known then.

use std::collections::BTreeSet;

use crate::model::Content;
use crate::syntax::shell::{AssignedValue, Expression, Key, Part, PartKind, Statement, Word};

use super::env::{Binding, Environment, Positional};
use super::run::Runner;
use super::{condition, value};

/// Programs that look at a text and say whether it is like something.
const FILTERS: &[&str] = &["grep", "egrep", "fgrep", "test", "[", "expr", "awk", "sed", "jq"];

/// How many names one condition may lead to.
const NAMES: usize = 64;

/// The names of the variables in some words.
pub(super) fn names_in<'w>(words: impl IntoIterator<Item = &'w Word>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for word in words {
        parts(&word.parts, &mut names);
    }
    names
}

fn parts(parts: &[Part], names: &mut BTreeSet<String>) {
    for part in parts {
        match &part.kind {
            PartKind::Variable(expansion) => {
                names.insert(expansion.name.clone());
                if let Some(Key::One(key)) = &expansion.key {
                    self::parts(&key.parts, names);
                }
                if let Some(operand) = &expansion.operand {
                    self::parts(&operand.parts, names);
                }
            }
            PartKind::Command(inner) => statements(inner, names),
            _ => {}
        }
    }
}

/// The names in the commands and tests of statements; what is compound in a condition is rare and left out.
fn statements(of: &[Statement], names: &mut BTreeSet<String>) {
    for statement in of {
        match statement {
            Statement::Command(command) => {
                command.words.iter().for_each(|word| parts(&word.parts, names));
                for assignment in &command.assignments {
                    if let AssignedValue::Word(word) = &assignment.value {
                        parts(&word.parts, names);
                    }
                }
                for redirect in &command.redirects {
                    if let crate::syntax::shell::Redirect::HereString(word) = redirect {
                        parts(&word.parts, names);
                    }
                }
            }
            Statement::Pipeline(inner) => statements(inner, names),
            Statement::Not(inner) => statements(std::slice::from_ref(inner), names),
            Statement::Chain(chain) => {
                statements(std::slice::from_ref(&chain.first), names);
                chain.rest.iter().for_each(|(_, inner, _)| statements(std::slice::from_ref(inner), names));
            }
            Statement::Block(block) => statements(&block.body, names),
            Statement::Test(test) => expression(&test.expression, names),
            _ => {}
        }
    }
}

fn expression(of: &Expression, names: &mut BTreeSet<String>) {
    match of {
        Expression::Compare(left, _, right) => [left, right].into_iter().for_each(|word| parts(&word.parts, names)),
        // Whether a file is there has nothing to do with instances.
        Expression::Unary(operator, _) if !matches!(operator.as_str(), "-z" | "-n") => {}
        Expression::Unary(_, word) => parts(&word.parts, names),
        Expression::Not(inner) => expression(inner, names),
        Expression::And(left, right) | Expression::Or(left, right) => {
            expression(left, names);
            expression(right, names);
        }
        Expression::Other(words) => words.iter().for_each(|word| parts(&word.parts, names)),
    }
}

impl Runner<'_> {
    /// The variables with known values that a condition depends on in a way that is not followed.
    pub(super) fn doubts(&self, of: &[Statement]) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        if of.last().is_some_and(|statement| self.looks_at_text(statement)) {
            statements(of, &mut names);
        }
        // A simple test of one variable is followed: see `Runner::assume`.
        let followed = condition::variable(of).filter(|_| condition::answer(of, "").is_some());
        self.known_behind(names, followed)
    }

    /// Whether the success of a statement tells something about the texts in it. That of most programs tells
    /// something about the world.
    fn looks_at_text(&self, statement: &Statement) -> bool {
        match statement {
            Statement::Test(_) => true,
            Statement::Not(inner) => self.looks_at_text(inner),
            Statement::Pipeline(stages) => stages.iter().any(|stage| self.looks_at_text(stage)),
            Statement::Chain(chain) => {
                self.looks_at_text(&chain.first) || chain.rest.iter().any(|(_, inner, _)| self.looks_at_text(inner))
            }
            Statement::Command(command) => {
                let name = command.words.first().and_then(Word::literal).unwrap_or_default();
                FILTERS.contains(&name.as_str()) || self.functions.contains_key(&name)
            }
            _ => false,
        }
    }

    /// The same for the subject of a `case`.
    pub(super) fn doubts_of_word(&self, word: &Word) -> BTreeSet<String> {
        self.known_behind(names_in([word]), condition::sole_variable(word))
    }

    fn known_behind(&self, names: BTreeSet<String>, followed: Option<&str>) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<String> = names.into_iter().collect();
        while let Some(name) = open.pop() {
            if seen.len() >= NAMES || !seen.insert(name.clone()) {
                continue;
            }
            let (text, computed) = self.knowledge(&name);
            if text && followed != Some(name.as_str()) {
                known.insert(name.clone());
            }
            if computed && let Some(origins) = self.origins.get(&name) {
                open.extend(origins.iter().cloned());
            }
        }
        known
    }

    /// Whether a variable holds a known text that is no path, and whether the script computes it.
    fn knowledge(&self, name: &str) -> (bool, bool) {
        if let Ok(number) = name.parse::<usize>() {
            let Positional::Known(words) = &self.environment.positional else { return (false, false) };
            let word = number.checked_sub(1).and_then(|at| words.get(at));
            return (word.is_some_and(|word| word.value.alternatives().iter().any(is_telling)), false);
        }
        match self.environment.get(name).map(|binding| &**binding) {
            Some(Binding::Scalar(value)) => {
                let computed =
                    |a: &crate::model::Alternative| matches!(a.content, Content::Unknown(_)) && !value::is_outside(a);
                (value.alternatives().iter().any(is_telling), value.alternatives().iter().any(computed))
            }
            Some(Binding::Unknown(_)) => (false, true),
            Some(Binding::Array(_) | Binding::Map(_)) | None => (false, false),
        }
    }
}

fn is_telling(alternative: &crate::model::Alternative) -> bool {
    matches!(&alternative.content, Content::Text(text) if !text.contains('/'))
}

impl Environment {
    /// Forgets what variables hold, within a branch that depends on them.
    pub(super) fn doubt(&mut self, names: &BTreeSet<String>) {
        for name in names {
            if name.bytes().all(|b| b.is_ascii_digit()) {
                self.positional = Positional::Outside("one of those that a condition depends on".into());
            } else {
                self.set(name, Binding::Unknown(format!("`{name}` decides whether this runs, but how is not known")));
            }
        }
    }

    /// What holds after branches that depend on variables: those hold what they held, and what a branch has
    /// set is not known.
    pub(super) fn after_doubt(&mut self, before: &Self, names: &BTreeSet<String>) {
        let changed: Vec<_> = self
            .variables
            .iter()
            .filter(|(name, binding)| before.variables.get(*name).is_none_or(|old| !std::rc::Rc::ptr_eq(old, binding)))
            .map(|(name, _)| name.to_string())
            .collect();
        for name in changed {
            if names.contains(&name) {
                self.restore(&name, before.get(&name).cloned());
            } else {
                let reason = format!("`{name}` is set under a condition that is not followed");
                self.set(&name, Binding::Unknown(reason));
            }
        }
        self.positional = before.positional.clone();
    }
}
