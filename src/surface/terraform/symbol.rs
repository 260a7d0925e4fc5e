//! Symbolic values: what an expression may be, under which conditions, and where it comes from.
//!
//! A [`Symbol`] is a list of alternatives; most have one. Unknown parts carry a canonical name, so that two
//! conditions over the same unknown thing are one decision. Nothing here evaluates; see `evaluate`.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::module::Declaration;
use crate::model::{Guard, GuardKind, Step};
use crate::source::Place;

/// How many alternatives a value may have before it counts as unknown.
pub(super) const ALTERNATIVES_LIMIT: usize = 64;

/// How deep collections may be nested, so that no walk over them runs out of stack.
const DEPTH_LIMIT: usize = 64;

/// How deep what values were made of may be nested; what is nested deeper is a value like any other.
const MADE_LIMIT: usize = 32;

/// What an expression may be. Never empty.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    alternatives: Vec<Possible>,
    /// How deep collections, and what values were made of, are nested in it.
    depth: usize,
}

/// One thing that it may be.
#[derive(Debug, Clone)]
pub(super) struct Possible {
    /// The value.
    pub(super) data: Data,
    /// When.
    pub(super) guards: Vec<Guard>,
    /// The places on the way to where it was written, outermost first.
    pub(super) trail: Vec<Step>,
    /// Whether somebody outside may set another value.
    pub(super) overridable: bool,
    /// Where the expression stands that gave it; absent for what no expression gave.
    pub(super) written: Option<Place>,
    /// What it was made of, where that says more than the value does.
    pub(super) made: Option<Rc<Made>>,
}

/// What a value was made of.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) kind: MadeKind,
    /// How deep such things, and collections, are nested in it.
    depth: usize,
}

/// The ways in which a value is made.
#[derive(Debug)]
pub(super) enum MadeKind {
    /// A text with something put in.
    Text {
        parts: Vec<TextPart>,
        /// Whether these are the parts of the template that stands where the text is written.
        template: bool,
    },
    /// A text that is the JSON of a value.
    Json(Symbol),
    /// The text of a file, perhaps with these values put in, as a module in this folder names it.
    File { path: Symbol, values: Option<Symbol>, folder: Rc<Path> },
    /// Lists one behind the other.
    Lists(Vec<Symbol>),
    /// A list of any number of elements that are made this way.
    Each(Symbol),
    /// An attribute of a resource, known only later.
    Attribute(Rc<Reference>, Rc<str>),
    /// The default of the variable with this name.
    Default(Rc<str>),
}

/// A part of a text.
#[derive(Debug)]
pub(super) enum TextPart {
    Known(String),
    Filled(Symbol),
}

impl TextPart {
    /// What is put in.
    pub(super) fn filled(&self) -> Option<&Symbol> {
        match self {
            Self::Known(_) => None,
            Self::Filled(symbol) => Some(symbol),
        }
    }
}

impl Made {
    /// Keeps what a value was made of, unless that is nested so deeply that a walk over it could run out of stack.
    pub(super) fn of(kind: MadeKind) -> Option<Rc<Self>> {
        let inner: Vec<&Symbol> = match &kind {
            MadeKind::Text { parts, .. } => parts.iter().filter_map(TextPart::filled).collect(),
            MadeKind::Json(symbol) | MadeKind::Each(symbol) => vec![symbol],
            MadeKind::File { path, values, .. } => std::iter::once(path).chain(values).collect(),
            MadeKind::Lists(lists) => lists.iter().collect(),
            MadeKind::Attribute(..) | MadeKind::Default(_) => Vec::new(),
        };
        let depth = 1 + inner.iter().map(|symbol| symbol.depth).max().unwrap_or_default();
        (depth <= MADE_LIMIT).then(|| Rc::new(Self { kind, depth }))
    }
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Data {
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    List(Rc<Vec<Symbol>>),
    /// A set of texts: without duplicates, sorted.
    Set(Rc<Vec<Symbol>>),
    /// Sorted by key.
    Map(Rc<Vec<Entry>>),
    /// A resource.
    Resource(Rc<Reference>),
    /// What a list of instances gives on the way to the id of one of them.
    Listing(Rc<Reference>),
    /// The id of an instance.
    Id(Rc<Reference>),
    /// A module instance, by its number in the evaluator.
    Module(usize),
    Unknown(Rc<Hole>),
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Rc<str>,
    /// Where the key is written.
    pub(super) place: Option<Place>,
    pub(super) value: Symbol,
}

/// Something that is not known.
#[derive(Debug)]
pub(super) struct Hole {
    pub(super) reason: String,
    pub(super) place: Option<Place>,
    /// Whether it is certain that it is not null.
    pub(super) present: bool,
    /// The same text wherever the same unknown thing is meant.
    pub(super) name: Rc<str>,
    /// Whether Terraform itself would refuse the expression, which `try` and `can` ask.
    pub(super) refused: bool,
}

/// One instance of a resource.
#[derive(Debug)]
pub(super) struct Reference {
    /// The module instance that it stands in.
    pub(super) module: usize,
    pub(super) declaration: Arc<Declaration>,
    /// Its address, with the module's and with its key.
    pub(super) address: String,
    pub(super) each: Each,
}

/// What `each` and `count` are.
#[derive(Debug, Clone, Default)]
pub(super) struct Each {
    pub(super) key: Option<Symbol>,
    pub(super) value: Option<Symbol>,
    pub(super) index: Option<Symbol>,
}

impl Symbol {
    /// A value that holds whatever is not known.
    pub(super) fn new(data: Data) -> Self {
        Self::with_trail(data, Vec::new())
    }

    /// A value that stands at a place.
    pub(super) fn at(data: Data, place: Place) -> Self {
        Self::with_trail(data, vec![Step { place, label: String::new() }])
    }

    fn with_trail(data: Data, trail: Vec<Step>) -> Self {
        let depth = data.depth();
        if depth > DEPTH_LIMIT {
            return Self::unknown("it is nested too deeply", None, "nested too deeply");
        }
        Self { alternatives: vec![Possible::new(data, trail)], depth }
    }

    /// Says where it is written, unless that is known already.
    pub(super) fn written_at(mut self, place: &Place) -> Self {
        for alternative in self.alternatives.iter_mut().filter(|a| a.written.is_none()) {
            alternative.written = Some(place.clone());
        }
        self
    }

    /// Says what it was made of, unless that is known already.
    pub(super) fn made_of(mut self, made: Option<&Rc<Made>>) -> Self {
        for alternative in self.alternatives.iter_mut().filter(|a| a.made.is_none()) {
            alternative.made = made.cloned();
            self.depth = self.depth.max(alternative.depth());
        }
        self
    }

    /// A text.
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::new(Data::Text(text.into()))
    }

    /// A value that is not known.
    pub(super) fn unknown(reason: impl Into<String>, place: Option<Place>, name: impl Into<Rc<str>>) -> Self {
        let hole = Hole { reason: reason.into(), place, present: false, name: name.into(), refused: false };
        Self::new(Data::Unknown(Rc::new(hole)))
    }

    /// An expression that Terraform would refuse.
    pub(super) fn refused(reason: impl Into<String>, place: Option<Place>, name: impl Into<Rc<str>>) -> Self {
        let hole = Hole { reason: reason.into(), place, present: false, name: name.into(), refused: true };
        Self::new(Data::Unknown(Rc::new(hole)))
    }

    /// One of several; none at all, or too many, is unknown.
    pub(super) fn one_of(alternatives: Vec<Possible>, place: Option<&Place>) -> Self {
        if alternatives.is_empty() || alternatives.len() > ALTERNATIVES_LIMIT {
            let name = place.map_or_else(String::new, Place::display);
            return Self::unknown("it may be too many things", place.cloned(), name);
        }
        let depth = alternatives.iter().map(Possible::depth).max().unwrap_or_default();
        if depth > DEPTH_LIMIT {
            return Self::unknown("it is nested too deeply", place.cloned(), "nested too deeply");
        }
        Self { alternatives, depth }
    }

    pub(super) fn alternatives(&self) -> &[Possible] {
        &self.alternatives
    }

    pub(super) fn into_alternatives(self) -> Vec<Possible> {
        self.alternatives
    }

    pub(super) fn alternatives_mut(&mut self) -> &mut [Possible] {
        &mut self.alternatives
    }

    /// The value, when there is only one alternative.
    pub(super) fn single(&self) -> Option<&Data> {
        match self.alternatives.as_slice() {
            [only] => Some(&only.data),
            _ => None,
        }
    }

    /// The text of the value, when there is only one alternative and it has one.
    pub(super) fn single_text(&self) -> Option<Rc<str>> {
        self.single()?.as_text()
    }

    /// Marks every alternative as one that may be set from outside.
    pub(super) fn overridable(mut self) -> Self {
        self.alternatives.iter_mut().for_each(|a| a.overridable = true);
        self
    }

    /// Adds a place to the way. When the value stands exactly at `written`, that step is labelled instead.
    /// A collection is shown by its name, since it may fill a screen.
    pub(super) fn through(mut self, written: &Place, name: &Place, label: &str) -> Self {
        for alternative in &mut self.alternatives {
            match alternative.trail.first_mut() {
                Some(first) if first.place == *written => {
                    if first.label.is_empty() {
                        label.clone_into(&mut first.label);
                    }
                }
                _ => {
                    let collection = matches!(alternative.data, Data::List(_) | Data::Set(_) | Data::Map(_));
                    let place = if collection { name } else { written };
                    alternative.trail.insert(0, Step { place: place.clone(), label: label.to_owned() });
                }
            }
        }
        self
    }

    /// The value as an entry of something that was reached through `outer`.
    pub(super) fn inside(&self, outer: &Possible, place: Option<&Place>, label: &str) -> Self {
        let mut inner = self.clone();
        for alternative in &mut inner.alternatives {
            alternative.overridable |= outer.overridable;
            let mut trail = outer.trail.clone();
            match (alternative.trail.first_mut(), place) {
                (Some(first), _) if first.label.is_empty() => label.clone_into(&mut first.label),
                (_, Some(place)) => trail.push(Step { place: place.clone(), label: label.to_owned() }),
                _ => {}
            }
            trail.append(&mut alternative.trail);
            alternative.trail = trail;
        }
        inner.guarded(&outer.guards)
    }

    /// The alternatives that can hold together with these guards, under them too. When none can, the value is
    /// kept as it is: the caller asks about something that never happens.
    pub(super) fn guarded(mut self, guards: &[Guard]) -> Self {
        if guards.is_empty() {
            return self;
        }
        let possible = |a: &Possible| compatible(&a.guards, guards);
        if self.alternatives.iter().any(possible) {
            self.alternatives.retain(possible);
        }
        self.alternatives.iter_mut().for_each(|a| merge_guards(&mut a.guards, guards));
        self
    }
}

impl Possible {
    fn new(data: Data, trail: Vec<Step>) -> Self {
        Self { data, guards: Vec::new(), trail, overridable: false, written: None, made: None }
    }

    /// How deep collections, and what values were made of, are nested in it.
    fn depth(&self) -> usize {
        self.data.depth().max(self.made.as_ref().map_or(0, |made| made.depth))
    }

    /// What is known of how it was made.
    pub(super) fn made(&self) -> Option<&MadeKind> {
        self.made.as_deref().map(|made| &made.kind)
    }
}

/// Whether two sets of guards can hold together.
pub(super) fn compatible(left: &[Guard], right: &[Guard]) -> bool {
    !left.iter().any(|l| right.iter().any(|r| l.key == r.key && l.branch != r.branch))
}

/// Adds guards that are not there yet.
pub(super) fn merge_guards(into: &mut Vec<Guard>, guards: &[Guard]) {
    for guard in guards {
        if !into.contains(guard) {
            into.push(guard.clone());
        }
    }
}

/// A guard on a decision with two outcomes. Its key has no `!` in front and no `!=`, so that both spellings
/// of one decision are one key.
pub(super) fn decision(name: &str, holds: bool) -> Guard {
    let (name, holds) = match name.strip_prefix('!') {
        Some(rest) => (rest, !holds),
        None => (name, holds),
    };
    Guard { key: Arc::from(name), branch: u32::from(!holds), kind: GuardKind::Conditional }
}

impl Data {
    /// How deep collections are nested in it.
    fn depth(&self) -> usize {
        match self {
            Self::List(elements) | Self::Set(elements) => {
                1 + elements.iter().map(|e| e.depth).max().unwrap_or_default()
            }
            Self::Map(entries) => 1 + entries.iter().map(|e| e.value.depth).max().unwrap_or_default(),
            _ => 0,
        }
    }

    /// The value as text, where Terraform turns it into one.
    pub(super) fn as_text(&self) -> Option<Rc<str>> {
        match self {
            Self::Text(text) => Some(Rc::clone(text)),
            Self::Bool(value) => Some(Rc::from(if *value { "true" } else { "false" })),
            Self::Number(number) => Some(Rc::from(number_text(*number))),
            _ => None,
        }
    }

    /// The value as a boolean, where Terraform turns it into one.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) => match text.as_ref() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value as a number, where Terraform turns it into one.
    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                text.parse().ok().filter(|n: &f64| n.is_finite())
            }
            _ => None,
        }
    }

    /// The value as a whole number that is not negative and not huge.
    pub(super) fn as_index(&self) -> Option<usize> {
        let number = self.as_number()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
        ((0.0..1e9).contains(&number) && number.fract() == 0.0).then_some(number as usize)
    }

    /// What is not known of it or in it, in words.
    pub(super) fn missing(&self, depth: usize) -> Option<String> {
        let inside = |symbol: &Symbol| symbol.alternatives.iter().find_map(|a| a.data.missing(depth + 1));
        match self {
            Self::Unknown(hole) => Some(hole.reason.clone()),
            Self::Id(reference) | Self::Listing(reference) => {
                Some(format!("the id of {} is known after apply", reference.address))
            }
            Self::List(list) | Self::Set(list) if depth < 3 => list.iter().find_map(inside),
            Self::Map(entries) if depth < 3 => entries.iter().find_map(|entry| inside(&entry.value)),
            _ => None,
        }
    }

    /// The elements of a list or a set.
    pub(super) fn elements(&self) -> Option<&Rc<Vec<Symbol>>> {
        match self {
            Self::List(elements) | Self::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// What is not known about it, when it is not known.
    pub(super) fn hole(&self) -> Option<&Rc<Hole>> {
        match self {
            Self::Unknown(hole) => Some(hole),
            _ => None,
        }
    }

    /// The entry of a map.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        match self {
            Self::Map(entries) => {
                entries.binary_search_by(|entry| entry.key.as_ref().cmp(key)).ok().and_then(|i| entries.get(i))
            }
            _ => None,
        }
    }
}

/// A map from its entries; of duplicates the last one counts.
pub(super) fn map(mut entries: Vec<Entry>) -> Data {
    entries.reverse();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    entries.dedup_by(|later, kept| later.key == kept.key);
    Data::Map(Rc::new(entries))
}

/// A number as Terraform writes it.
pub(super) fn number_text(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{}", number as i64) } else { format!("{number}") }
}
