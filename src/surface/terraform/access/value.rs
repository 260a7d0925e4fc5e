//! From symbols to what a policy reader takes: trees whose unknown parts are holes.
//!
//! A hole has the name that the evaluator has for what is not known, and for an instance its address, as the target of
//! a call on it has.

use std::cell::{Cell, RefCell};

use crate::model::{Guard, Piece, Template};
use crate::source::Place;
use crate::surface::policy::{Member, Tree, TreeKind};
use crate::surface::terraform::evaluate::collapsed;
use crate::surface::terraform::symbol::{Data, MadeKind, Possible, Symbol, TextPart, compatible, number_text};

/// How many values one document may have.
const VALUES: u32 = 20_000;

/// How deep values may be nested.
const DEPTH: usize = 40;

/// How many parts a text may have before it is one hole.
const PIECES: usize = 200;

/// How long the words of a hole may get.
const WORDS: usize = 200;

/// The alternatives that can hold under some guards; all of them when none can.
pub(super) fn held<'s>(symbol: &'s Symbol, guards: &[Guard]) -> Vec<&'s Possible> {
    let held: Vec<&Possible> = symbol.alternatives().iter().filter(|a| compatible(&a.guards, guards)).collect();
    if held.is_empty() { symbol.alternatives().iter().collect() } else { held }
}

/// Makes trees of one document.
pub(super) struct Values<'g> {
    guards: &'g [Guard],
    left: Cell<u32>,
    /// The variable whose default was taken for what it is.
    default: RefCell<Option<String>>,
}

impl<'g> Values<'g> {
    pub(super) fn new(guards: &'g [Guard]) -> Self {
        Self { guards, left: Cell::new(VALUES), default: RefCell::new(None) }
    }

    /// Why it may be something else, when somebody outside may say so.
    pub(super) fn default(&self) -> Option<String> {
        self.default.borrow().clone()
    }

    /// Marks that a default was taken for what it is.
    pub(super) fn take_default(&self, possible: &Possible) {
        if is_default(possible) {
            self.default.borrow_mut().get_or_insert_with(|| set_otherwise(possible));
        }
    }

    /// A value that stands at a place, where it does not say itself where it stands.
    pub(super) fn tree(&self, symbol: &Symbol, site: &Place) -> Tree {
        self.at_depth(symbol, site, 0)
    }

    fn at_depth(&self, symbol: &Symbol, site: &Place, depth: usize) -> Tree {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        let held = held(symbol, self.guards);
        if left == 0 || depth > DEPTH {
            return Tree { place: site.clone(), kind: TreeKind::Hole("a value that is too much to read".to_owned()) };
        }
        match held.as_slice() {
            [only] => self.possible(only, site, depth),
            several => {
                let place = several.first().and_then(|first| first.written.clone()).unwrap_or_else(|| site.clone());
                Tree { place, kind: TreeKind::Hole(one_of(several)) }
            }
        }
    }

    fn possible(&self, possible: &Possible, site: &Place, depth: usize) -> Tree {
        let place = possible.written.clone().unwrap_or_else(|| site.clone());
        let inner = |symbol: &Symbol| self.at_depth(symbol, &place, depth + 1);
        let known_list = matches!(possible.data, Data::List(_) | Data::Set(_));
        let kind = match (&possible.data, possible.made()) {
            (Data::Unknown(_) | Data::List(_), Some(MadeKind::Each(element))) => {
                TreeKind::List { items: vec![inner(element)], open: None }
            }
            (_, Some(MadeKind::Lists(lists))) if !known_list => joined(lists.iter().map(inner)),
            (Data::Null, _) => TreeKind::Null,
            (Data::Bool(value), _) => TreeKind::Bool(*value),
            (Data::Number(number), _) => TreeKind::Number(number_text(*number)),
            (Data::List(list) | Data::Set(list), _) if list.is_empty() && possible.overridable => {
                TreeKind::Hole(words(possible))
            }
            (Data::List(list) | Data::Set(list), _) => {
                let open = possible.overridable.then(|| set_otherwise(possible));
                TreeKind::List { items: list.iter().map(inner).collect(), open }
            }
            (Data::Map(entries), _) => {
                let mut members: Vec<Member> = Vec::with_capacity(entries.len());
                for entry in entries.iter() {
                    let at = entry.place.clone().unwrap_or_else(|| place.clone());
                    let value = inner(&entry.value);
                    members.push(Member { key: Template::known(entry.key.as_ref(), at), value });
                }
                members.sort_by(|a, b| a.key.place.order().cmp(&b.key.place.order()));
                TreeKind::Object { members, open: possible.overridable.then(|| set_otherwise(possible)) }
            }
            (Data::Text(text), _) if text.is_empty() && is_default(possible) => TreeKind::Hole(words(possible)),
            (Data::Text(_), _) => {
                self.take_default(possible);
                TreeKind::Text(pieces(possible, true))
            }
            (_, Some(MadeKind::Text { .. })) => TreeKind::Text(pieces(possible, true)),
            _ => TreeKind::Hole(words(possible)),
        };
        Tree { place, kind }
    }
}

/// Whether somebody outside may say that it is something else, not only that a part of it is.
fn is_default(possible: &Possible) -> bool {
    let overridable = |symbol: &Symbol| symbol.alternatives().iter().any(|a| a.overridable);
    let by_parts = match possible.made() {
        Some(MadeKind::Text { parts, .. }) => parts.iter().filter_map(TextPart::filled).any(overridable),
        Some(MadeKind::Json(value)) => overridable(value),
        Some(MadeKind::File { path, values, .. }) => overridable(path) || values.as_ref().is_some_and(overridable),
        _ => false,
    };
    possible.overridable && !by_parts
}

/// Lists one behind the other.
fn joined(lists: impl Iterator<Item = Tree>) -> TreeKind {
    let (mut items, mut open) = (Vec::new(), None);
    for list in lists {
        match list.kind {
            TreeKind::List { items: more, open: why } => {
                items.extend(more);
                open = open.or(why);
            }
            TreeKind::Hole(words) => open = Some(format!("`{words}` may hold more")),
            _ => items.push(list),
        }
    }
    TreeKind::List { items, open }
}

/// The parts of a text. A default as a `whole` is a text; a default that is put into a text is a hole.
pub(super) fn pieces(possible: &Possible, whole: bool) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut left = PIECES;
    if push(&mut pieces, possible, whole, &mut left) { pieces } else { vec![Piece::Hole(words(possible))] }
}

/// Adds the parts of a text; whether that are not too many.
fn push(pieces: &mut Vec<Piece>, possible: &Possible, whole: bool, left: &mut usize) -> bool {
    match left.checked_sub(1) {
        Some(less) => *left = less,
        None => return false,
    }
    match (possible.made(), &possible.data) {
        (_, Data::Text(text)) if !possible.overridable => {
            push_text(pieces, text);
            true
        }
        (Some(MadeKind::Text { parts, .. }), _) => parts.iter().all(|part| match part {
            TextPart::Known(text) => {
                push_text(pieces, text);
                true
            }
            TextPart::Filled(symbol) => match symbol.alternatives() {
                [only] => push(pieces, only, false, left),
                several => {
                    pieces.push(Piece::Hole(one_of(&several.iter().collect::<Vec<_>>())));
                    true
                }
            },
        }),
        (_, data) => {
            match data.as_text() {
                Some(text) if whole || !possible.overridable => push_text(pieces, &text),
                _ => pieces.push(Piece::Hole(words(possible))),
            }
            true
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// How something that is not known is called.
pub(super) fn words(possible: &Possible) -> String {
    match (&possible.data, possible.made()) {
        (Data::Unknown(hole), _) => hole.name.to_string(),
        (Data::Id(reference) | Data::Resource(reference), _) => reference.address.clone(),
        (Data::Listing(reference), _) => format!("{}.ids", reference.address),
        (_, Some(MadeKind::Default(name))) => name.to_string(),
        (data, _) => {
            let written = possible.written.as_ref().map(|place| collapsed(place.text(), WORDS));
            written.or_else(|| data.as_text().map(|text| text.to_string())).unwrap_or_else(|| "a value".to_owned())
        }
    }
}

/// How one of several things is called: by what decides, and by what they are.
fn one_of(several: &[&Possible]) -> String {
    let decides = several.iter().flat_map(|a| &a.guards).next().map_or("one of", |guard| &guard.key);
    let shown: Vec<String> =
        several.iter().map(|a| a.data.as_text().map_or_else(|| words(a), |t| t.to_string())).collect();
    collapsed(&format!("{decides} ? {}", shown.join(" : ")), WORDS)
}

/// Why a default may be something else.
fn set_otherwise(possible: &Possible) -> String {
    match possible.made() {
        Some(MadeKind::Default(name)) => format!("`{name}` may be set to something else"),
        _ => "a variable may be set to something else".to_owned(),
    }
}

/// How many characters a tree has as JSON that is written tightly; nothing when that is not known.
pub(super) fn json_length(tree: &Tree) -> Option<usize> {
    let text = |pieces: &[Piece]| match pieces {
        [] => Some(2),
        [Piece::Text(text)] => {
            // Terraform's encoder writes these as six characters.
            let longer = text.chars().filter(|c| matches!(c, '<' | '>' | '&')).count() * 5;
            Some(serde_json::Value::from(text.as_str()).to_string().chars().count() + longer)
        }
        _ => None,
    };
    match &tree.kind {
        TreeKind::Null => Some(4),
        TreeKind::Bool(value) => Some(if *value { 4 } else { 5 }),
        TreeKind::Number(number) => Some(number.chars().count()),
        TreeKind::Text(pieces) => text(pieces),
        TreeKind::List { items, open: None } => {
            let inner: Option<usize> = items.iter().map(json_length).sum();
            Some(inner? + items.len().saturating_sub(1) + 2)
        }
        TreeKind::Object { members, open: None } => {
            let member = |member: &Member| Some(text(&member.key.pieces)? + 1 + json_length(&member.value)?);
            let inner: Option<usize> = members.iter().map(member).sum();
            Some(inner? + members.len().saturating_sub(1) + 2)
        }
        TreeKind::List { .. } | TreeKind::Object { .. } | TreeKind::Hole(_) => None,
    }
}
