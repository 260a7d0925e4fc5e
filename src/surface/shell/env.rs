//! What the variables of a script hold at one point of its run.

use std::cmp::Ordering;
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

impl Binding {
    /// How many elements there are.
    fn size(&self) -> usize {
        match self {
            Self::Array(items) => items.len(),
            Self::Map(values) => values.len(),
            Self::Scalar(_) | Self::Unknown(_) => 1,
        }
    }
}

/// The arguments of a script or of a function.
#[derive(Debug, Clone)]
pub(super) enum Positional {
    /// These words.
    Known(Rc<Vec<CliWord>>),
    /// Whatever somebody gives, and what to call that.
    Outside(Rc<str>),
}

/// The variables at one point. They are kept and gone back to at each branch, so they are shared until one is set.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub(super) variables: Rc<BTreeMap<Rc<str>, Rc<Binding>>>,
    pub(super) exported: Rc<BTreeSet<Rc<str>>>,
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
            variables: Rc::default(),
            exported: Rc::default(),
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
            self.export([Rc::clone(&name)]);
        }
        Rc::make_mut(&mut self.variables).insert(name, Rc::new(binding));
    }

    /// Lets children see some variables.
    pub(super) fn export(&mut self, names: impl IntoIterator<Item = Rc<str>>) {
        Rc::make_mut(&mut self.exported).extend(names);
    }

    /// Takes what a variable holds out, and how many elements had to be copied for that.
    pub(super) fn take(&mut self, name: &str) -> Option<(Binding, usize)> {
        let held = Rc::make_mut(&mut self.variables).remove(name)?;
        Some(match Rc::try_unwrap(held) {
            Ok(binding) => (binding, 0),
            Err(shared) => ((*shared).clone(), shared.size()),
        })
    }

    pub(super) fn restore(&mut self, name: &str, binding: Option<Rc<Binding>>) {
        match binding {
            Some(binding) => Rc::make_mut(&mut self.variables).insert(Rc::from(name), binding),
            None => Rc::make_mut(&mut self.variables).remove(name),
        };
    }

    /// What a child process sees.
    pub(super) fn child(&self) -> Self {
        let mut child = self.clone();
        Rc::make_mut(&mut child.variables).retain(|name, _| self.exported.contains(name));
        child
    }

    /// Whether both hold the same, by identity.
    pub(super) fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.variables, &other.variables) || self.changed(other).next().is_none()
    }

    /// The variables that do not hold the same in both, in order: what both do is passed over quickly.
    fn changed<'e>(&'e self, other: &'e Self) -> impl Iterator<Item = &'e Rc<str>> {
        let shared = Rc::ptr_eq(&self.variables, &other.variables);
        let mut left = self.variables.iter().peekable();
        let mut right = other.variables.iter().peekable();
        std::iter::from_fn(move || {
            if shared {
                return None;
            }
            loop {
                let order = match (left.peek(), right.peek()) {
                    (Some((a, _)), Some((b, _))) => a.cmp(b),
                    (Some(_), None) => Ordering::Less,
                    (None, Some(_)) => Ordering::Greater,
                    (None, None) => return None,
                };
                match order {
                    Ordering::Less => return left.next().map(|(name, _)| name),
                    Ordering::Greater => return right.next().map(|(name, _)| name),
                    Ordering::Equal => {
                        if let (Some((name, a)), Some((_, b))) = (left.next(), right.next())
                            && !Rc::ptr_eq(a, b)
                        {
                            return Some(name);
                        }
                    }
                }
            }
        })
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
    let others = branches.iter().skip(1);
    let names: BTreeSet<Rc<str>> =
        others.flat_map(|other| merged.changed(&other.environment).cloned().collect::<Vec<_>>()).collect();
    for name in names {
        let bindings: Vec<_> = branches.iter().map(|b| b.environment.variables.get(&name).cloned()).collect();
        merged.set(&name, merge_bindings(&branches, &bindings, || unset(&name)));
    }
    for branch in branches.drain(1..) {
        if !Rc::ptr_eq(&merged.exported, &branch.environment.exported) {
            merged.export(branch.environment.exported.iter().cloned());
        }
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
