//! What the variables of a makefile hold.
//!
//! A plain assignment counts as what it says, one with `?=` as a default that the environment or the command
//! line may replace. Functions, and what is set under a condition, are unknown.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Alternative, Content, Step, Unknown, Value};
use crate::source::Place;

/// How deep variables may refer to each other.
const DEPTH: usize = 24;

/// How long a text may get.
const LENGTH: usize = 65_536;

/// How many places of one variable are kept.
const PLACES: usize = 200;

/// How many references may be resolved for one text.
const REFERENCES: usize = 2_000;

/// How a variable is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `=`: what it refers to is looked up when it is used.
    Later,
    /// `:=`: at once.
    Now,
    /// `?=`: unless it is set.
    Default,
    /// `+=`
    Append,
    /// `!=`: the output of a command.
    Command,
}

/// A line that sets a variable.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) operator: Operator,
    pub(super) text: String,
    pub(super) place: Place,
}

/// For whom a line sets a variable.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scope<'a> {
    /// For the whole file, perhaps under a condition, perhaps under that of not being set.
    File { guarded: bool, unless_set: bool },
    /// For the recipe of a target and of those that it needs.
    Target(&'a str),
}

/// What a variable holds.
#[derive(Debug, Clone)]
enum Held {
    /// A text in which references stand.
    Text { text: String, places: Vec<Place>, overridable: bool },
    /// A text.
    Known(Resolved),
}

/// What a text comes to.
#[derive(Debug, Clone)]
struct Resolved {
    text: Result<String, String>,
    places: Vec<(String, Place)>,
    overridable: bool,
}

/// The variables.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    held: BTreeMap<String, Held>,
    own: BTreeMap<String, Vec<Assignment>>,
    exported: BTreeSet<String>,
    all_exported: bool,
    elsewhere: BTreeSet<String>,
    /// How many references were resolved for the text at hand.
    resolved: std::cell::Cell<usize>,
}

/// `$(NAME)`, `${NAME}`, `$N` or a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference<'a> {
    pub(super) name: &'a str,
    pub(super) length: usize,
    function: bool,
}

impl Reference<'_> {
    /// What people call it.
    pub(super) fn shown(&self) -> String {
        self.name.to_owned()
    }
}

/// The reference that a text begins with.
pub(super) fn reference(text: &str) -> Option<Reference<'_>> {
    let rest = text.strip_prefix('$')?;
    let first = rest.chars().next()?;
    let close = match first {
        '(' => ')',
        '{' => '}',
        '$' => return None,
        c if c.is_whitespace() => return None,
        c => {
            let name = rest.get(..c.len_utf8())?;
            return Some(Reference { name, length: 1 + c.len_utf8(), function: false });
        }
    };
    let mut depth = 0_usize;
    for (at, character) in rest.char_indices().take(4096) {
        if character == first {
            depth += 1;
        } else if character == close {
            depth -= 1;
            if depth == 0 {
                let name = rest.get(1..at)?;
                let function = name.contains(|c: char| c.is_whitespace() || ":$,=".contains(c));
                return Some(Reference { name, length: at + 2, function });
            }
        }
    }
    None
}

impl Variables {
    pub(super) fn export(&mut self, name: &str) {
        self.exported.insert(name.to_owned());
    }

    pub(super) fn export_all(&mut self) {
        self.all_exported = true;
    }

    pub(super) fn given_elsewhere(&mut self, name: &str) {
        self.elsewhere.insert(name.to_owned());
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    pub(super) fn has_own(&self, target: &str) -> bool {
        self.own.contains_key(target)
    }

    /// The variables as the recipe of the last of some targets sees them.
    /// Nothing when none of them sets one.
    pub(super) fn for_targets(&self, targets: &[String]) -> Option<Self> {
        if !targets.iter().any(|target| self.has_own(target)) {
            return None;
        }
        let mut seen = self.clone();
        for assignment in targets.iter().filter_map(|target| self.own.get(target)).flatten() {
            seen.set(assignment, false);
        }
        Some(seen)
    }

    pub(super) fn assign(&mut self, assignment: &Assignment, scope: Scope<'_>) {
        match scope {
            Scope::Target(target) => self.own.entry(target.to_owned()).or_default().push(assignment.clone()),
            Scope::File { guarded: true, .. } => {
                let reason = format!("`{}` is set under a condition of the makefile", assignment.name);
                let places = vec![(assignment.name.clone(), assignment.place.clone())];
                let resolved = Resolved { text: Err(reason), places, overridable: false };
                self.held.insert(assignment.name.clone(), Held::Known(resolved));
            }
            Scope::File { unless_set, .. } => self.set(assignment, unless_set),
        }
    }

    fn set(&mut self, assignment: &Assignment, unless_set: bool) {
        let Assignment { name, operator, text, place } = assignment;
        let is_default = unless_set || *operator == Operator::Default;
        if is_default && self.held.contains_key(name) {
            return;
        }
        let later = |text: String, places: Vec<Place>| Held::Text { text, places, overridable: is_default };
        let held = match operator {
            Operator::Later | Operator::Default => later(text.clone(), vec![place.clone()]),
            Operator::Now => {
                let mut resolved = self.expand(text, DEPTH);
                resolved.places.insert(0, (name.clone(), place.clone()));
                resolved.overridable |= is_default;
                Held::Known(resolved)
            }
            Operator::Command => Held::Known(Resolved {
                text: Err(format!("`{name}` is the output of a command")),
                places: vec![(name.clone(), place.clone())],
                overridable: false,
            }),
            Operator::Append => match self.held.get(name).cloned() {
                None => later(text.clone(), vec![place.clone()]),
                Some(Held::Text { text: old, places, .. })
                    if old.len() + text.len() > LENGTH || places.len() > PLACES =>
                {
                    let text = Err(format!("`{name}` is put together from very many parts"));
                    Held::Known(Resolved { text, places: vec![(name.clone(), place.clone())], overridable: false })
                }
                Some(Held::Text { text: old, mut places, overridable }) => {
                    places.push(place.clone());
                    Held::Text { text: format!("{old} {text}"), places, overridable }
                }
                Some(Held::Known(mut old)) => {
                    let more = self.expand(text, DEPTH);
                    old.text = old.text.and_then(|old| more.text.map(|more| format!("{old} {more}")));
                    if old.places.len() < PLACES {
                        old.places.push((name.clone(), place.clone()));
                    }
                    if old.text.as_ref().is_ok_and(|text| text.len() > LENGTH) {
                        old.text = Err("a very long text".to_owned());
                    }
                    old.overridable |= more.overridable;
                    Held::Known(old)
                }
            },
        };
        self.held.insert(name.clone(), held);
    }

    /// What a text comes to, when that is known.
    pub(super) fn text(&self, text: &str) -> Option<String> {
        self.expand(text, DEPTH).text.ok()
    }

    fn expand(&self, text: &str, depth: usize) -> Resolved {
        let mut all = Resolved { text: Ok(String::new()), places: Vec::new(), overridable: false };
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            let mut add = before.to_owned();
            let length;
            if from.starts_with("$$") {
                add.push('$');
                length = 2;
            } else if let Some(found) = reference(from) {
                length = found.length;
                let one = self.resolve(&found, depth);
                all.places.extend(one.places.into_iter().take(8));
                all.overridable |= one.overridable;
                match one.text {
                    Ok(text) => add.push_str(&text),
                    Err(reason) => return Resolved { text: Err(reason), ..all },
                }
            } else {
                length = 1;
            }
            if let Ok(text) = &mut all.text {
                text.push_str(&add);
                if text.len() > LENGTH {
                    return Resolved { text: Err("a very long text".to_owned()), ..all };
                }
            }
            rest = from.get(length..).unwrap_or_default();
        }
        if let Ok(text) = &mut all.text {
            text.push_str(rest);
        }
        all
    }

    fn resolve(&self, reference: &Reference<'_>, depth: usize) -> Resolved {
        let unknown = |reason: String| Resolved { text: Err(reason), places: Vec::new(), overridable: false };
        let name = reference.name;
        if reference.function {
            return unknown(format!("`$({name})` is computed by make"));
        }
        if depth == DEPTH {
            self.resolved.set(0);
        }
        self.resolved.set(self.resolved.get() + 1);
        let Some(less) = depth.checked_sub(1).filter(|_| self.resolved.get() < REFERENCES) else {
            return unknown(format!("`{name}` is defined by way of too many variables"));
        };
        let mut resolved = match self.held.get(name) {
            None if matches!(name, "@" | "<" | "^" | "?" | "*" | "+" | "%" | "|") => {
                return unknown(format!("`${name}` depends on the target"));
            }
            None => {
                let reason = format!("variable `{name}` is not set in this makefile");
                return Resolved { overridable: true, ..unknown(reason) };
            }
            Some(Held::Known(resolved)) => resolved.clone(),
            Some(Held::Text { text, places, overridable }) => {
                let mut resolved = self.expand(text, less);
                for place in places.iter().rev() {
                    resolved.places.insert(0, (name.to_owned(), place.clone()));
                }
                resolved.overridable |= overridable;
                resolved
            }
        };
        resolved.overridable |= self.elsewhere.contains(name);
        resolved
    }

    /// What a reference in a recipe holds, as one variable of the shell.
    pub(super) fn value(&self, reference: &Reference<'_>) -> Value {
        let resolved = self.resolve(reference, DEPTH);
        let name = reference.name;
        let content = match resolved.text {
            Ok(text) => match unquoted(&text) {
                Some(text) => Content::text(text),
                None => unknown(format!("`{name}` holds quotes or other syntax of the shell"), &resolved.places),
            },
            Err(reason) => unknown(reason, &resolved.places),
        };
        let step = |(name, place): (String, Place)| Step { place, label: format!("`{name}` is set here") };
        let steps = resolved.places.into_iter().take(12).map(step).collect();
        Value::from(Alternative { content, steps, overridable: resolved.overridable, guards: Vec::new() })
    }

    /// The variables that the commands of recipes see in their environment.
    pub(super) fn exported(&self) -> Vec<(String, Value)> {
        let names = self.held.keys().filter(|name| self.all_exported || self.exported.contains(*name));
        let plain = |name: &&String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        names
            .filter(plain)
            .map(|name| (name.clone(), self.value(&Reference { name, length: 0, function: false })))
            .collect()
    }
}

fn unknown(reason: String, places: &[(String, Place)]) -> Content {
    Content::Unknown(Unknown { reason, place: places.first().map(|(_, place)| place.clone()), present: false })
}

/// The text as the shell reads it where it stands bare in a command: without one pair of quotes around it.
/// Nothing when it holds more syntax than that.
fn unquoted(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = ['"', '\'']
        .into_iter()
        .find_map(|quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)))
        .unwrap_or(text);
    let plain = !inner.contains(|c: char| "\"'`$\\;|&<>()#\n".contains(c));
    plain.then(|| inner.to_owned())
}
