//! Lists, maps and objects: they are shared by everything that knows them, so they have numbers.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::machine::{ScopeId, SharedClass};
use super::symbol::{Data, Symbol, overlay};
use crate::model::Guard;
use crate::source::Place;

/// The number of an object.
pub(crate) type ObjectId = usize;

/// A list, a map or an object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    /// Where it is made.
    pub(crate) place: Place,
    /// What holds wherever it is made.
    pub(crate) guards: Vec<Guard>,
    /// What it is.
    pub(crate) kind: ObjectKind,
    /// How often an entry of a map was set.
    pub(crate) changes: usize,
    /// Why more may be in it than is seen, and where.
    pub(crate) open: Option<(String, Place)>,
    /// Whether it is only made for an object of which a method is walked.
    pub(crate) assumed: bool,
    /// Where the entries of a map are, as far as they have been looked at.
    index: Index,
}

/// The first entry of a map for each key, of so many entries; entries are only ever added behind the others.
#[derive(Debug, Clone, Default)]
struct Index {
    first: FxHashMap<Arc<str>, usize>,
    entries: usize,
}

impl Index {
    /// Looks at the entries that have come since.
    fn catch_up(&mut self, entries: &[MapEntry]) {
        for (at, entry) in entries.iter().enumerate().skip(self.entries) {
            self.first.entry(Arc::clone(&entry.key)).or_insert(at);
        }
        self.entries = entries.len();
    }
}

/// What an object is.
#[derive(Debug, Clone)]
pub(crate) enum ObjectKind {
    /// A list, a tuple or a set.
    List(Vec<Symbol>),
    /// A map.
    Map(Vec<MapEntry>),
    /// An object of a class.
    Instance(Instance),
    /// A class of the program itself.
    Class(SharedClass),
    /// A module among the files.
    Module(ScopeId),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub(crate) struct MapEntry {
    pub(crate) key: Arc<str>,
    pub(crate) key_place: Place,
    pub(crate) value: Symbol,
    pub(crate) value_place: Place,
    /// The entry with its key, where it stands in a literal.
    pub(crate) whole: Option<Place>,
}

/// An object of a class.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The class of the program, if it is one.
    pub(crate) class: Option<Rc<super::machine::ClassValue>>,
    /// The name of the class outside, with dots.
    pub(crate) external: Option<Arc<str>>,
    /// What it was made with by position.
    pub(crate) positional: Vec<Passed>,
    /// What was done to it, in order.
    pub(crate) events: Vec<Event>,
    /// Whether nobody in sight makes it: it is only what a method is called on.
    pub(crate) assumed: bool,
}

/// A value that is given to something.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    /// Its name and where it stands, when it is given by name.
    pub(crate) name: Option<(Arc<str>, Place)>,
    pub(crate) symbol: Symbol,
    /// Where the value stands.
    pub(crate) place: Place,
    /// With its name.
    pub(crate) whole: Place,
    /// Whether it is written as a plain text or number here.
    pub(crate) literal: bool,
}

/// Something that was done to an object.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// The field that was set, or the method that was called.
    pub(crate) name: Arc<str>,
    /// Where that name stands.
    pub(crate) name_place: Place,
    /// Whether it was a method.
    pub(crate) method: bool,
    /// What was given.
    pub(crate) arguments: Vec<Passed>,
    /// When.
    pub(crate) guards: Vec<Guard>,
    /// Whether it is part of the making of the object.
    pub(crate) in_constructor: bool,
}

impl Object {
    pub(crate) fn new(place: Place, guards: Vec<Guard>, kind: ObjectKind) -> Self {
        Self { place, guards, kind, changes: 0, open: None, assumed: false, index: Index::default() }
    }

    /// How many elements a list or entries a map has.
    pub(crate) fn length(&self) -> Option<usize> {
        match &self.kind {
            ObjectKind::List(elements) => Some(elements.len()),
            ObjectKind::Map(entries) => Some(entries.len()),
            _ => None,
        }
    }

    /// The guards that do not hold wherever the object is made.
    pub(crate) fn relative(&self, guards: &[Guard]) -> Vec<Guard> {
        guards.iter().filter(|g| !self.guards.contains(g)).cloned().collect()
    }

    /// The entry of a map or the field of an object; nothing when it was never set.
    pub(crate) fn field(&self, name: &str) -> Option<Symbol> {
        match &self.kind {
            ObjectKind::Map(entries) => {
                let indexed = || entries.get(*self.index.first.get(name)?);
                let behind = || entries.iter().skip(self.index.entries).find(|e| &*e.key == name);
                indexed().or_else(behind).map(|e| e.value.clone())
            }
            ObjectKind::Instance(instance) => {
                let mut value: Option<Symbol> = None;
                let sets = instance.events.iter().filter(|e| !e.method && &*e.name == name);
                for event in sets {
                    let Some(given) = event.arguments.first() else { continue };
                    let relative = self.relative(&event.guards);
                    let old = value.unwrap_or_else(Symbol::absent);
                    value = Some(overlay(&old, &given.symbol, &relative, &given.place));
                }
                value
            }
            _ => None,
        }
    }

    /// Sets an entry of a map.
    pub(crate) fn set_entry(&mut self, entry: MapEntry, guards: &[Guard]) {
        self.changes += 1;
        let relative = self.relative(guards);
        let ObjectKind::Map(entries) = &mut self.kind else { return };
        self.index.catch_up(entries);
        match self.index.first.get(&entry.key).and_then(|at| entries.get_mut(*at)) {
            Some(existing) => {
                let value = overlay(&existing.value, &entry.value, &relative, &entry.value_place);
                let whole = entry.whole.filter(|_| relative.is_empty());
                *existing = MapEntry { value, whole, ..entry };
            }
            None => {
                let value = overlay(&Symbol::absent(), &entry.value, &relative, &entry.value_place);
                entries.push(MapEntry { value, ..entry });
            }
        }
    }

    /// What it holds, for whoever looks for something that stands beside something else.
    pub(crate) fn members(&self) -> Vec<&Symbol> {
        match &self.kind {
            ObjectKind::List(elements) => elements.iter().collect(),
            ObjectKind::Map(entries) => entries.iter().map(|e| &e.value).collect(),
            ObjectKind::Instance(instance) => {
                let sets = instance.events.iter().filter(|e| !e.method).filter_map(|e| e.arguments.first());
                sets.chain(&instance.positional).map(|p| &p.symbol).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The elements of a list, or the keys of a map.
    pub(crate) fn elements(&self) -> Option<Vec<Symbol>> {
        match &self.kind {
            ObjectKind::List(elements) => Some(elements.clone()),
            ObjectKind::Map(entries) => {
                Some(entries.iter().map(|e| Symbol::at(Data::Text(Arc::clone(&e.key)), e.key_place.clone())).collect())
            }
            _ => None,
        }
    }
}
