//! Sets of documents as formulas over patterns, conditions and what is not known.
//!
//! Both sides of a comparison share one table, so that what is written alike on both sides is one thing: a reference that
//! nobody can resolve is the same unknown value before and after.

use std::collections::BTreeMap;

use super::automaton::Glob;
use super::cells::is_closed;
use crate::model::{Condition, Effect, PolicyDocument, Statement, Template, Templates};
use crate::ram::condition::Operator;
use crate::ram::evaluate::{self, Control, Layers};
use crate::ram::truth::Truth;
use crate::source::Place;

/// Something that nobody can tell, which is either so or not so.
#[derive(Debug, Clone)]
pub(super) struct Unknown {
    /// For people, as a sentence fragment.
    pub(super) words: String,
    /// Where it stands.
    pub(super) place: Place,
}

/// What both sides speak of.
#[derive(Debug, Default)]
pub(super) struct Table<'a> {
    /// Patterns of resources that are known to their end.
    pub(super) globs: Vec<Glob>,
    /// Conditions, all of which is known.
    pub(super) conditions: Vec<&'a Condition>,
    /// What is not known.
    pub(super) unknown: Vec<Unknown>,
    glob_numbers: BTreeMap<String, usize>,
    condition_numbers: BTreeMap<String, usize>,
    unknown_numbers: BTreeMap<String, usize>,
}

/// A part of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Atom {
    /// This is so.
    Known(Truth),
    /// A pattern of the table matches the resource.
    Matches(usize),
    /// A condition of the table holds.
    Holds(usize),
    /// What is not known, by its number in the table.
    Unknown(usize),
}

/// One statement.
#[derive(Debug)]
struct Clause {
    effect: Effect,
    /// Where the effect is not known: what it depends on whether it allows.
    allows: Option<Atom>,
    action: Atom,
    resources: Vec<Atom>,
    resources_negated: bool,
    conditions: Vec<Atom>,
}

/// What one side says: every set must allow.
#[derive(Debug)]
pub(super) struct Formula {
    sets: Vec<Set>,
}

/// Documents that hold together.
#[derive(Debug)]
struct Set {
    clauses: Vec<Clause>,
    /// What it depends on whether they hold at all; absent where they do.
    binds: Option<Atom>,
}

/// A point at which a formula is looked at.
pub(super) struct Point<'p> {
    /// Which patterns of the table match.
    pub(super) matches: &'p [bool],
    /// Which conditions of the table hold; what is not known is a number of the table.
    pub(super) holds: &'p [Atom],
    /// What is assumed of what is not known; absent where nothing is.
    pub(super) assumed: &'p [Option<bool>],
}

impl Point<'_> {
    fn truth(&self, atom: Atom) -> Truth {
        match atom {
            Atom::Known(truth) => truth,
            Atom::Matches(number) => Truth::from(self.matches.get(number).copied().unwrap_or(false)),
            Atom::Holds(number) => match self.holds.get(number) {
                Some(Atom::Holds(_)) | None => Truth::Maybe,
                Some(atom) => self.truth(*atom),
            },
            Atom::Unknown(number) => self.assumed.get(number).copied().flatten().map_or(Truth::Maybe, Truth::from),
        }
    }

    /// What an atom depends on and nothing is assumed of.
    fn open(&self, atom: Atom) -> Option<usize> {
        match atom {
            Atom::Holds(number) => match self.holds.get(number) {
                Some(Atom::Holds(_)) | None => None,
                Some(atom) => self.open(*atom),
            },
            Atom::Unknown(number) => self.assumed.get(number).is_none_or(Option::is_none).then_some(number),
            Atom::Known(_) | Atom::Matches(_) => None,
        }
    }
}

impl Clause {
    fn applies(&self, point: &Point<'_>) -> Truth {
        let any = Truth::any(self.resources.iter().map(|atom| point.truth(*atom)));
        let resource = if self.resources_negated { any.negated() } else { any };
        let conditions = Truth::all(self.conditions.iter().map(|atom| point.truth(*atom)));
        point.truth(self.action).and(resource).and(conditions)
    }

    /// How far it allows and how far it denies.
    fn says(&self, point: &Point<'_>) -> (Truth, Truth) {
        let applies = self.applies(point);
        let allows = match self.effect {
            Effect::Allow => Truth::Yes,
            Effect::Deny => Truth::No,
            Effect::Unknown => self.allows.map_or(Truth::Maybe, |atom| point.truth(atom)),
        };
        (applies.and(allows), applies.and(allows.negated()))
    }

    fn atoms(&self) -> impl Iterator<Item = Atom> {
        let first = [Some(self.action), self.allows].into_iter().flatten();
        first.chain(self.resources.iter().copied()).chain(self.conditions.iter().copied())
    }
}

impl Set {
    /// Whether the documents allow the request.
    fn allows(&self, point: &Point<'_>) -> Truth {
        let said = self.clauses.iter().map(|clause| clause.says(point));
        let (allow, deny) = said.fold((Truth::No, Truth::No), |(a, d), (allow, deny)| (a.or(allow), d.or(deny)));
        allow.and(deny.negated())
    }
}

impl Formula {
    /// Whether the request is allowed.
    pub(super) fn allows(&self, point: &Point<'_>) -> Truth {
        Truth::all(self.sets.iter().map(|set| {
            let binds = set.binds.map_or(Truth::Yes, |atom| point.truth(atom));
            set.allows(point).or(binds.negated())
        }))
    }

    /// Something on which the answer may depend and of which nothing is assumed.
    pub(super) fn open(&self, point: &Point<'_>) -> Option<usize> {
        let undecided = self.sets.iter().flat_map(|set| &set.clauses).filter(|clause| {
            let (allow, deny) = clause.says(point);
            allow == Truth::Maybe || deny == Truth::Maybe
        });
        // Whether documents bind matters where they do not allow it.
        let limiting = self.sets.iter().filter(|set| set.allows(point) != Truth::Yes);
        let binding = limiting.filter_map(|set| set.binds);
        binding.chain(undecided.flat_map(Clause::atoms)).find_map(|atom| point.open(atom))
    }
}

impl<'a> Table<'a> {
    /// The formula of one side for an action.
    pub(super) fn formula(&mut self, layers: &Layers<'a>, action: &str) -> Formula {
        let mut sets: Vec<Set> = layers.controls.iter().map(|control| self.control(control, action)).collect();
        for documents in layers.session.iter().chain([&layers.identity]) {
            sets.push(Set { clauses: self.set(documents, action), binds: None });
        }
        Formula { sets }
    }

    /// A level of a resource directory. What is not known of it is the same on both sides.
    fn control(&mut self, control: &Control<'a>, action: &str) -> Set {
        let mut clauses = self.set(&control.documents, action);
        let place = control.documents.first().map(|document| &document.place);
        if let Some((reason, place)) = control.open.as_ref().zip(place) {
            clauses.push(Clause {
                effect: Effect::Allow,
                allows: None,
                action: self.unknown(format!("more at {}", control.target), reason.clone(), place),
                resources: vec![Atom::Known(Truth::Yes)],
                resources_negated: false,
                conditions: Vec::new(),
            });
        }
        let doubt = control.doubt.as_ref().zip(place);
        let binds = doubt.map(|(reason, place)| {
            self.unknown(format!("control policies of {} bind", control.target), reason.clone(), place)
        });
        Set { clauses, binds }
    }

    fn set(&mut self, documents: &[&'a PolicyDocument], action: &str) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for document in documents {
            for statement in &document.statements {
                clauses.extend(self.clause(statement, action));
            }
            if let Some(reason) = &document.open {
                for effect in [Effect::Allow, Effect::Deny] {
                    let words = format!("{} may hold further statements: {reason}", document.subject);
                    let key = format!("document {effect:?} {words}");
                    clauses.push(Clause {
                        effect,
                        allows: None,
                        action: self.unknown(key, words, &document.place),
                        resources: vec![Atom::Known(Truth::Yes)],
                        resources_negated: false,
                        conditions: Vec::new(),
                    });
                }
            }
        }
        clauses
    }

    fn clause(&mut self, statement: &'a Statement, action: &str) -> Option<Clause> {
        let written = written(statement);
        let action = match evaluate::is_about_action(statement, action) {
            Truth::No => return None,
            Truth::Yes => Atom::Known(Truth::Yes),
            Truth::Maybe => {
                let words = "whether a statement is about the action is not known".to_owned();
                let key = format!("action {:?} {:?}", shown(&statement.actions), shown(&statement.not_actions));
                self.unknown(key, words, &statement.place)
            }
        };
        let (resources, resources_negated) = match (&statement.resources, &statement.not_resources) {
            (Some(these), None) => (self.resources(these), false),
            (None, Some(others)) => (self.resources(others), true),
            _ => {
                let words = "what a statement without exactly one list of resources is about is not known".to_owned();
                (vec![self.unknown(format!("resources {written}"), words, &statement.place)], false)
            }
        };
        let mut conditions: Vec<Atom> = statement.conditions.iter().map(|c| self.condition(c)).collect();
        if let Some(reason) = &statement.more_conditions {
            let words = format!("a statement may have further conditions: {reason}");
            conditions.push(self.unknown(format!("conditions {written}"), words, &statement.place));
        }
        let allows = (statement.effect == Effect::Unknown).then(|| {
            let words = "whether a statement allows or denies is not known".to_owned();
            self.unknown(format!("effect {written}"), words, &statement.place)
        });
        Some(Clause { effect: statement.effect, allows, action, resources, resources_negated, conditions })
    }

    fn resources(&mut self, patterns: &Templates) -> Vec<Atom> {
        let mut atoms: Vec<Atom> = patterns.all.iter().map(|pattern| self.resource(pattern)).collect();
        if let Some(reason) = &patterns.open {
            let words = format!("a statement may name further resources: {reason}");
            let key = format!("resources {:?} {words}", patterns.all.iter().map(Template::shown).collect::<Vec<_>>());
            atoms.push(self.unknown(key, words, &patterns.place));
        }
        atoms
    }

    fn resource(&mut self, pattern: &Template) -> Atom {
        let Some(text) = pattern.text() else {
            let words = format!("what {} is filled in with is not known", pattern.shown());
            return self.unknown(format!("resource {}", pattern.shown()), words, &pattern.place);
        };
        let next = self.globs.len();
        let number = *self.glob_numbers.entry(text.to_owned()).or_insert(next);
        if number == next {
            self.globs.push(Glob::wild(text));
        }
        Atom::Matches(number)
    }

    fn condition(&mut self, condition: &'a Condition) -> Atom {
        let mut values: Vec<String> = condition.values.all.iter().map(Template::shown).collect();
        values.sort();
        let key = format!("{} {} {values:?}", condition.operator, condition.key.to_ascii_lowercase());
        if Operator::parse(&condition.operator).is_none() {
            let words = format!("what the service makes of {} is not documented", condition.operator);
            return self.unknown(format!("operator {key}"), words, &condition.operator_place);
        }
        if !is_closed(condition) {
            let words = format!("what {} is compared with is not known", condition.key);
            return self.unknown(format!("values {key} {:?}", condition.values.open), words, &condition.values.place);
        }
        let next = self.conditions.len();
        let number = *self.condition_numbers.entry(key).or_insert(next);
        if number == next {
            self.conditions.push(condition);
        }
        Atom::Holds(number)
    }

    /// What a condition says where nobody knows it: a request without the key, a value that cannot be compared with.
    /// What the service makes of a missing key depends on the operator and the key, not on the values.
    pub(super) fn undecided(&mut self, condition: &Condition, is_absent: bool) -> Atom {
        let (operator, name) = (&condition.operator, condition.key.to_ascii_lowercase());
        if is_absent {
            let words = format!("what {operator} says of a request without {} is not documented", condition.key);
            return self.unknown(format!("absent {operator} {name}"), words, &condition.key_place);
        }
        let values: Vec<String> = condition.values.all.iter().map(Template::shown).collect();
        let words = format!("what {operator} makes of {} is not documented", values.join(", "));
        self.unknown(format!("value {operator} {name} {values:?}"), words, &condition.values.place)
    }

    fn unknown(&mut self, key: String, words: String, place: &Place) -> Atom {
        let next = self.unknown.len();
        let number = *self.unknown_numbers.entry(key).or_insert(next);
        if number == next {
            self.unknown.push(Unknown { words, place: place.clone() });
        }
        Atom::Unknown(number)
    }
}

fn shown(texts: &Option<Templates>) -> Option<Vec<String>> {
    texts.as_ref().map(|texts| texts.all.iter().map(Template::shown).collect())
}

/// All of a statement, so that two that are written alike are one.
fn written(statement: &Statement) -> String {
    let conditions: Vec<String> = statement
        .conditions
        .iter()
        .map(|c| format!("{} {} {:?}", c.operator, c.key, c.values.all.iter().map(Template::shown).collect::<Vec<_>>()))
        .collect();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {conditions:?} {:?}",
        statement.effect,
        shown(&statement.actions),
        shown(&statement.not_actions),
        shown(&statement.resources),
        shown(&statement.not_resources),
        statement.more_conditions,
    )
}
