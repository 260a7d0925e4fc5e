//! What the variables of a script hold at one point of its run.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::model::{Guard, Value};
use crate::surface::aliyun_cli::CliWord;

use super::value;

/// What a variable holds.
#[derive(Debug, Clone)]
pub(super) enum Binding {
    /// A text.
    Scalar(Value),
    /// A list.
    Array(Vec<CliWord>),
    /// Texts by key.
    Map(BTreeMap<String, Value>),
    /// Something, and why it is not known what.
    Unknown(String),
}

/// The arguments of a script or of a function.
#[derive(Debug, Clone)]
pub(super) enum Positional {
    /// These words.
    Known(Rc<Vec<CliWord>>),
    /// Whatever somebody gives, and what to call that.
    Outside(Rc<str>),
}

/// The variables at one point.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub(super) variables: BTreeMap<Rc<str>, Rc<Binding>>,
    pub(super) exported: BTreeSet<Rc<str>>,
    pub(super) positional: Positional,
    /// Whether every assignment exports (`set -a`).
    pub(super) export_all: bool,
    /// Whether this is a shell on another machine, where nothing is set that is not set there.
    pub(super) remote: bool,
    /// Where `cd` went, as it is written; relative to the folder of the root script.
    pub(super) folder: Option<Rc<str>>,
}

impl Environment {
    pub(super) fn new(positional: Positional) -> Self {
        Self {
            variables: BTreeMap::new(),
            exported: BTreeSet::new(),
            positional,
            export_all: false,
            remote: false,
            folder: None,
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Rc<Binding>> {
        self.variables.get(name)
    }

    pub(super) fn set(&mut self, name: &str, binding: Binding) {
        let name: Rc<str> = Rc::from(name);
        if self.export_all {
            self.exported.insert(Rc::clone(&name));
        }
        self.variables.insert(name, Rc::new(binding));
    }

    pub(super) fn restore(&mut self, name: &str, binding: Option<Rc<Binding>>) {
        match binding {
            Some(binding) => self.variables.insert(Rc::from(name), binding),
            None => self.variables.remove(name),
        };
    }

    /// What a child process sees.
    pub(super) fn child(&self) -> Self {
        let mut child = self.clone();
        child.variables.retain(|name, _| self.exported.contains(name));
        child
    }

    /// Whether both hold the same, by identity.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.variables.len() == other.variables.len()
            && self.variables.iter().zip(&other.variables).all(|((a, x), (b, y))| a == b && Rc::ptr_eq(x, y))
    }
}

/// One way in which control may have come here: under which guards, and with what.
pub(super) struct Branch {
    pub(super) guards: Vec<Guard>,
    pub(super) environment: Environment,
}

/// The variables after several branches. `unset` gives the value of a variable that a branch does not set.
pub(super) fn merge(mut branches: Vec<Branch>, unset: impl Fn(&str) -> Value) -> Option<Environment> {
    let mut merged = branches.first()?.environment.clone();
    if branches.len() == 1 {
        return Some(merged);
    }
    let mut names: BTreeSet<Rc<str>> = BTreeSet::new();
    for branch in &branches {
        names.extend(branch.environment.variables.keys().cloned());
    }
    for name in names {
        let bindings: Vec<_> = branches.iter().map(|b| b.environment.variables.get(&name).cloned()).collect();
        let first = bindings.first().cloned().flatten();
        let alike = bindings.iter().all(|b| match (&first, b) {
            (Some(first), Some(other)) => Rc::ptr_eq(first, other),
            (None, None) => true,
            _ => false,
        });
        if !alike {
            merged.set(&name, merge_bindings(&branches, &bindings, || unset(&name)));
        }
    }
    for branch in branches.drain(1..) {
        merged.exported.extend(branch.environment.exported);
        merged.export_all |= branch.environment.export_all;
        if merged.folder != branch.environment.folder {
            merged.folder = None;
        }
        if !same_positional(&merged.positional, &branch.environment.positional) {
            merged.positional = Positional::Outside(Rc::from("an argument"));
        }
    }
    Some(merged)
}

fn same_positional(a: &Positional, b: &Positional) -> bool {
    match (a, b) {
        (Positional::Known(a), Positional::Known(b)) => Rc::ptr_eq(a, b),
        (Positional::Outside(_), Positional::Outside(_)) => true,
        _ => false,
    }
}

fn merge_bindings(branches: &[Branch], bindings: &[Option<Rc<Binding>>], unset: impl Fn() -> Value) -> Binding {
    if bindings.iter().flatten().any(|b| matches!(**b, Binding::Array(_))) {
        return merge_arrays(branches, bindings);
    }
    let mut values = Vec::new();
    for (branch, binding) in branches.iter().zip(bindings) {
        let mut value = match binding.as_deref() {
            Some(Binding::Scalar(value)) => value.clone(),
            None => unset(),
            Some(Binding::Unknown(reason)) => Value::unknown(reason.clone(), None),
            Some(Binding::Array(_) | Binding::Map(_)) => {
                return Binding::Unknown("set in one branch of the script only".to_owned());
            }
        };
        for alternative in value.alternatives_mut() {
            value::add_guards(&mut alternative.guards, &branch.guards);
        }
        values.push(value);
    }
    Binding::Scalar(value::merge(values))
}

/// Lists that begin alike: what a branch adds is there only in that branch.
fn merge_arrays(branches: &[Branch], bindings: &[Option<Rc<Binding>>]) -> Binding {
    let mut lists: Vec<&[CliWord]> = Vec::new();
    for binding in bindings {
        match binding.as_deref() {
            Some(Binding::Array(items)) => lists.push(items),
            None => lists.push(&[]),
            Some(_) => return Binding::Unknown("a list in one branch of the script only".to_owned()),
        }
    }
    let alike = |at: usize| {
        let first = lists.first().and_then(|l| l.get(at))?;
        lists
            .iter()
            .all(|l| l.get(at).is_some_and(|w| w.place == first.place && w.guards == first.guards))
            .then_some(first)
    };
    let mut merged = Vec::new();
    while let Some(word) = alike(merged.len()) {
        merged.push(word.clone());
    }
    let common = merged.len();
    for (branch, list) in branches.iter().zip(lists) {
        for word in list.get(common..).unwrap_or_default() {
            let mut word = word.clone();
            value::add_guards(&mut word.guards, &branch.guards);
            merged.push(word);
        }
    }
    Binding::Array(merged)
}
