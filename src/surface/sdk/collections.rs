//! Lists and maps as the libraries of several languages handle them.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};

/// The elements of a list that is known, or the keys of a map.
pub(in crate::surface) fn elements(machine: &Machine<'_>, symbol: &Symbol) -> Option<Vec<Symbol>> {
    let [only] = symbol.alternatives() else { return None };
    machine.rounds(only)
}

/// A list of what a call gives.
pub(in crate::surface) fn list(machine: &mut Machine<'_>, elements: Vec<Symbol>, site: &Site) -> Symbol {
    let id = machine.add(site.place.clone(), ObjectKind::List(elements));
    Symbol::at(Data::Object(id), site.place.clone())
}

/// A value that is given by position and stands at a place.
pub(in crate::surface) fn given(symbol: Symbol, place: &Place) -> Passed {
    Passed { name: None, symbol, place: place.clone(), whole: place.clone(), literal: false }
}

/// Calls a function that is a value.
pub(in crate::surface) fn applied(
    machine: &mut Machine<'_>,
    function: &Symbol,
    values: &[Symbol],
    site: &Site,
) -> Symbol {
    let arguments = values.iter().map(|symbol| given(symbol.clone(), &site.place)).collect();
    let inner = Site { arguments, open: None, ..site.clone() };
    match function.alternatives() {
        [only] => machine.call_value(&only.clone(), &inner),
        _ => Symbol::unknown("what is called is not known", site.place.clone()),
    }
}

/// Which part of the entries of a map is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surface) enum Part {
    Keys,
    Values,
    Pairs,
}

/// The entries of a map, or the elements of a list with their numbers, as a list.
pub(in crate::surface) fn parts(machine: &mut Machine<'_>, id: ObjectId, part: Part, site: &Site) -> Option<Symbol> {
    let object = machine.object(id)?.clone();
    let pairs: Vec<(Symbol, Symbol)> = match object.kind {
        ObjectKind::Map(entries) => entries.into_iter().map(|e| (Symbol::text(&e.key, e.key_place), e.value)).collect(),
        ObjectKind::List(elements) => {
            let number = |at: usize| Symbol::at(Data::Number(Arc::from(at.to_string())), site.place.clone());
            elements.into_iter().enumerate().map(|(at, element)| (number(at), element)).collect()
        }
        _ => return None,
    };
    let mut all = Vec::new();
    for (key, value) in pairs {
        all.push(match part {
            Part::Keys => key,
            Part::Values => value,
            Part::Pairs => list(machine, vec![key, value], site),
        });
    }
    let listed = machine.add(site.place.clone(), ObjectKind::List(all));
    if let Some((reason, place)) = object.open {
        machine.open(listed, &reason, &place);
    }
    Some(Symbol::at(Data::Object(listed), site.place.clone()))
}

/// A copy of a list or a map.
pub(in crate::surface) fn copied(machine: &mut Machine<'_>, id: ObjectId, place: &Place) -> Option<ObjectId> {
    let object = machine.object(id)?.clone();
    let copy = machine.add(place.clone(), object.kind);
    if let Some((reason, place)) = object.open {
        machine.open(copy, &reason, &place);
    }
    Some(copy)
}

/// A map of the entries of several.
pub(in crate::surface) fn merged(machine: &mut Machine<'_>, given: &[Passed], site: &Site) -> Symbol {
    let id = machine.add(site.place.clone(), ObjectKind::Map(Vec::new()));
    for passed in given {
        machine.merge_map(id, &passed.symbol, &passed.place);
    }
    if let Some((reason, place)) = &site.open {
        machine.open(id, reason, place);
    }
    Symbol::at(Data::Object(id), site.place.clone())
}

/// Parts with a text between them.
pub(in crate::surface) fn joined(machine: &mut Machine<'_>, parts: &[Symbol], by: &Symbol, place: &Place) -> Symbol {
    let mut all = vec![Symbol::text("", place.clone())];
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            all.push(by.clone());
        }
        all.push(part.clone());
    }
    machine.join(&all, place)
}

/// The words of a text between others.
pub(in crate::surface) fn split_at(
    machine: &mut Machine<'_>,
    receiver: &Possible,
    by: &str,
    site: &Site,
) -> Option<Symbol> {
    let Data::Text(text) = &receiver.data else { return None };
    let at = receiver.trail.last().map_or(&site.place, |step| &step.place);
    let words = text.split(by).take(100).map(|word| Symbol::text(word, at.clone())).collect();
    Some(list(machine, words, site))
}

/// What a call of a constructor gives, with the entries of a map as what is given by name. A map further back holds
/// options, and stays one.
pub(in crate::surface) fn unfolded(machine: &Machine<'_>, site: &Site) -> Site {
    let mut result = Site { arguments: Vec::new(), ..site.clone() };
    for (position, passed) in site.arguments.iter().enumerate() {
        let object = passed.symbol.single_object().and_then(|id| machine.object(id)).filter(|_| position < 2);
        let Some((object, ObjectKind::Map(entries))) = object.map(|object| (object, &object.kind)) else {
            result.arguments.push(passed.clone());
            continue;
        };
        for entry in entries {
            let stands = match entry.value.alternatives() {
                [only] => matches!(only.trail.as_slice(), [one] if one.place == entry.value_place),
                _ => false,
            };
            let plain = matches!(entry.value.single(), Some(Data::Text(_) | Data::Number(_)));
            result.arguments.push(Passed {
                name: Some((Arc::clone(&entry.key), entry.key_place.clone())),
                symbol: entry.value.clone(),
                place: entry.value_place.clone(),
                whole: entry.whole.clone().unwrap_or_else(|| entry.value_place.clone()),
                literal: entry.whole.is_some() && stands && plain,
            });
        }
        if let Some(open) = &object.open {
            result.open.get_or_insert_with(|| open.clone());
        }
    }
    result
}

/// The most numbers that a loop is followed through.
const ROUNDS: i64 = 64;

/// A number that is given, by its position.
pub(in crate::surface) fn number(site: &Site, position: usize) -> Option<i64> {
    match site.arguments.get(position)?.symbol.single()? {
        Data::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// The numbers from one to below another one; nothing when there are too many to be followed.
pub(in crate::surface) fn numbers(machine: &mut Machine<'_>, from: i64, to: i64, site: &Site) -> Option<Symbol> {
    if to.saturating_sub(from) > ROUNDS {
        return None;
    }
    let number = |n: i64| Symbol::at(Data::Number(Arc::from(n.to_string())), site.place.clone());
    let numbers = (from..to).map(number).collect();
    Some(list(machine, numbers, site))
}

/// A text in place of another one, which came the same way.
pub(in crate::surface) fn changed(receiver: &Possible, text: impl Into<Arc<str>>, place: &Place) -> Symbol {
    let changed = Possible { data: Data::Text(text.into()), guards: Vec::new(), ..receiver.clone() };
    Symbol::one_of(vec![changed], place)
}
