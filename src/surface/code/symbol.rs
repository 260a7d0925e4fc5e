//! Values with everything that they may be, under which conditions, and where they come from.

use std::rc::Rc;
use std::sync::Arc;

use super::heap::ObjectId;
use super::machine::Closure;
use crate::model::{Guard, Step};
use crate::source::Place;

/// How many alternatives a value may have; one with more is not known.
pub(crate) const ALTERNATIVES: usize = 48;

/// How many places of its way a value keeps.
const TRAIL: usize = 8;

/// What an expression may be. Never empty.
#[derive(Debug, Clone)]
pub(crate) struct Symbol {
    alternatives: Vec<Possible>,
}

/// One thing that it may be.
#[derive(Debug, Clone)]
pub(crate) struct Possible {
    /// The value.
    pub(crate) data: Data,
    /// When.
    pub(crate) guards: Vec<Guard>,
    /// The places on the way to where it was written, outermost first; the last one is where it stands.
    pub(crate) trail: Vec<Step>,
    /// Whether somebody outside may set another value.
    pub(crate) overridable: bool,
    /// The list, the map or the object that it was taken from.
    pub(crate) beside: Option<ObjectId>,
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// Not there at all, as an entry that is only made in some cases.
    Absent,
    Null,
    Bool(bool),
    Number(Arc<str>),
    Text(Arc<str>),
    /// A list, a map or an object, by its number.
    Object(ObjectId),
    Function(Rc<Closure>),
    /// A name of a module that is not among the files, with dots.
    External(Arc<str>),
    Unknown(Rc<Hole>),
}

/// Something that is not known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hole {
    /// What is missing, a fragment for people.
    pub(crate) reason: String,
    /// Where.
    pub(crate) place: Option<Place>,
    /// Whether it is certain that it is something.
    pub(crate) present: bool,
    /// The name of the method that it is, when it is one of an object outside.
    pub(crate) method: Option<String>,
    /// What it was made from, when that may tell something.
    pub(crate) origin: Option<ObjectId>,
    /// The text that it is, with [`UNKNOWN_PART`] for each part that is not known.
    pub(crate) template: Option<Arc<str>>,
}

/// Stands for a part of a text that is not known.
pub(crate) const UNKNOWN_PART: char = '\u{fffc}';

impl Possible {
    pub(crate) fn new(data: Data, trail: Vec<Step>) -> Self {
        Self { data, guards: Vec::new(), trail, overridable: false, beside: None }
    }
}

impl Symbol {
    /// A value that stands nowhere.
    pub(crate) fn new(data: Data) -> Self {
        Self { alternatives: vec![Possible::new(data, Vec::new())] }
    }

    /// A value that stands at a place.
    pub(crate) fn at(data: Data, place: Place) -> Self {
        Self { alternatives: vec![Possible::new(data, vec![Step { place, label: String::new() }])] }
    }

    pub(crate) fn text(text: &str, place: Place) -> Self {
        Self::at(Data::Text(Arc::from(text)), place)
    }

    pub(crate) fn absent() -> Self {
        Self::new(Data::Absent)
    }

    /// A value that is not known.
    pub(crate) fn unknown(reason: impl Into<String>, place: Place) -> Self {
        let hole = Hole { reason: reason.into(), place: Some(place.clone()), ..Hole::default() };
        Self::at(Data::Unknown(Rc::new(hole)), place)
    }

    pub(crate) fn hole(hole: Hole, place: Place) -> Self {
        Self::at(Data::Unknown(Rc::new(hole)), place)
    }

    /// One of several; none is absent, too many are unknown.
    pub(crate) fn one_of(alternatives: Vec<Possible>, place: &Place) -> Self {
        if alternatives.is_empty() {
            return Self::absent();
        }
        if alternatives.len() > ALTERNATIVES {
            return Self::unknown("it may be too many things", place.clone());
        }
        Self { alternatives }
    }

    /// One of several that are no more than a value may have.
    pub(crate) fn of(alternatives: Vec<Possible>) -> Self {
        if alternatives.is_empty() { Self::absent() } else { Self { alternatives } }
    }

    pub(crate) fn alternatives(&self) -> &[Possible] {
        &self.alternatives
    }

    pub(crate) fn into_alternatives(self) -> Vec<Possible> {
        self.alternatives
    }

    /// The value, when there is only one alternative.
    pub(crate) fn single(&self) -> Option<&Data> {
        match self.alternatives.as_slice() {
            [only] => Some(&only.data),
            _ => None,
        }
    }

    /// The text, when there is only one alternative and it is one.
    pub(crate) fn single_text(&self) -> Option<&Arc<str>> {
        match self.single() {
            Some(Data::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The object, when there is only one alternative and it is one.
    pub(crate) fn single_object(&self) -> Option<ObjectId> {
        match self.single() {
            Some(Data::Object(id)) => Some(*id),
            _ => None,
        }
    }

    /// Marks every alternative as one that may be set from outside.
    pub(crate) fn overridable(mut self) -> Self {
        self.alternatives.iter_mut().for_each(|a| a.overridable = true);
        self
    }

    /// Says what happens at the first place of the way, where nothing says it yet.
    pub(crate) fn labelled(mut self, label: &str) -> Self {
        for step in self.alternatives.iter_mut().filter_map(|a| a.trail.first_mut()) {
            if step.label.is_empty() {
                label.clone_into(&mut step.label);
            }
        }
        self
    }

    /// The value as it is seen through a further place, with a label for the place before.
    pub(crate) fn through(mut self, place: &Place, label: &str) -> Self {
        for alternative in &mut self.alternatives {
            match alternative.trail.first_mut() {
                Some(first) if first.place == *place => continue,
                Some(first) if first.label.is_empty() => label.clone_into(&mut first.label),
                _ => {}
            }
            alternative.trail.insert(0, Step { place: place.clone(), label: String::new() });
            if alternative.trail.len() > TRAIL {
                alternative.trail.remove(TRAIL / 2);
            }
        }
        self
    }

    /// The value as a part of `outer`.
    pub(crate) fn inside(&self, outer: &Possible, container: Option<ObjectId>) -> Vec<Possible> {
        let fits = self.alternatives.iter().filter(|a| compatible(&a.guards, &outer.guards));
        let inner = fits.map(|a| {
            let mut inner = a.clone();
            add_guards(&mut inner.guards, &outer.guards);
            inner.overridable |= outer.overridable;
            inner.beside = container;
            inner
        });
        inner.collect()
    }

    /// The alternatives that can hold under these guards.
    pub(crate) fn under(&self, guards: &[Guard]) -> Self {
        let fit = |a: &&Possible| compatible(&a.guards, guards);
        let alternatives: Vec<Possible> = self.alternatives.iter().filter(fit).cloned().collect();
        if alternatives.is_empty() { Self::absent() } else { Self { alternatives } }
    }
}

/// What holds after `new` was set under `guards` where `old` was: `new` where they hold, `old` where they do not.
pub(crate) fn overlay(old: &Symbol, new: &Symbol, guards: &[Guard], place: &Place) -> Symbol {
    if guards.is_empty() {
        return new.clone();
    }
    let mut all = Vec::new();
    for (index, guard) in guards.iter().enumerate() {
        // What holds where this guard is the first that does not.
        let mut conditions: Vec<Guard> = guards.iter().take(index).cloned().collect();
        conditions.push(Guard { branch: 1 - guard.branch.min(1), ..guard.clone() });
        restricted(old, &conditions, &mut all);
    }
    restricted(new, guards, &mut all);
    Symbol::one_of(all, place)
}

fn restricted(symbol: &Symbol, guards: &[Guard], into: &mut Vec<Possible>) {
    for alternative in symbol.alternatives() {
        if compatible(&alternative.guards, guards) {
            let mut alternative = alternative.clone();
            add_guards(&mut alternative.guards, guards);
            into.push(alternative);
        }
    }
}

/// Whether two lists of guards can hold together.
pub(crate) fn compatible(left: &[Guard], right: &[Guard]) -> bool {
    !left.iter().any(|l| right.iter().any(|r| l.key == r.key && l.branch != r.branch))
}

/// Adds guards that are not there yet.
pub(crate) fn add_guards(into: &mut Vec<Guard>, more: &[Guard]) {
    for guard in more {
        if !into.contains(guard) {
            into.push(guard.clone());
        }
    }
}
