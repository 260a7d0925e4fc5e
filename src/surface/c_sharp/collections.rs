//! Lists, maps and tuples of .NET.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{MapEntry, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{Part, applied, elements, joined, list, parts};

/// Classes of lists, which may be made from another one.
const LIST_CLASSES: [&str; 10] = [
    "System.Collections.Generic.List",
    "System.Collections.Generic.HashSet",
    "System.Collections.Generic.LinkedList",
    "System.Collections.Generic.Queue",
    "System.Collections.Generic.SortedSet",
    "System.Collections.ArrayList",
    "System.Collections.Concurrent.ConcurrentBag",
    "System.Array.Empty",
    "System.Linq.Enumerable.Empty",
    "System.Linq.Enumerable.ToList",
];

/// Classes of maps, which may be made from another one.
const MAP_CLASSES: [&str; 6] = [
    "System.Collections.Generic.Dictionary",
    "System.Collections.Generic.SortedDictionary",
    "System.Collections.Concurrent.ConcurrentDictionary",
    "System.Collections.Hashtable",
    "System.Collections.Specialized.NameValueCollection",
    "System.Collections.Specialized.StringDictionary",
];

/// A list or a map that a constructor or a function makes.
pub(super) fn made(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    // A number is only how much room is made; others say how to compare.
    let is_content = |passed: &&Passed| !matches!(passed.symbol.single(), Some(Data::Number(_) | Data::External(_)));
    let from = call.arguments.iter().find(is_content).cloned();
    match path {
        _ if LIST_CLASSES.contains(&path) => {
            let known = from.map_or_else(|| Some(Vec::new()), |from| elements(machine, &from.symbol))?;
            Some(list(machine, known, call))
        }
        _ if MAP_CLASSES.contains(&path) => {
            let id = machine.add(call.place.clone(), ObjectKind::Map(Vec::new()));
            if let Some(from) = from {
                machine.merge_map(id, &from.symbol, &from.place);
            }
            Some(Symbol::at(Data::Object(id), call.place.clone()))
        }
        "System.Collections.Generic.KeyValuePair"
        | "System.Tuple"
        | "System.Tuple.Create"
        | "System.Collections.Generic.KeyValuePair.Create" => {
            let all = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            Some(list(machine, all, call))
        }
        _ => None,
    }
}

/// What a loop goes through: the pairs of a map, the elements of anything else.
pub(super) fn each(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let given = call.arguments.first()?.symbol.clone();
    let id = given.single_object().filter(|id| is_map(machine, *id));
    Some(id.and_then(|id| parts(machine, id, Part::Pairs, call)).unwrap_or(given))
}

fn is_map(machine: &Machine<'_>, id: ObjectId) -> bool {
    machine.object(id).is_some_and(|object| matches!(object.kind, ObjectKind::Map(_)))
}

/// A field of a list, a map or a tuple.
pub(super) fn member(machine: &mut Machine<'_>, id: ObjectId, name: &str, place: &Place) -> Option<Symbol> {
    let number = |number: usize| Symbol::at(Data::Number(Arc::from(number.to_string())), place.clone());
    let object = machine.object(id)?;
    match (&object.kind, name) {
        (ObjectKind::List(all), "Length" | "Count") if object.open.is_none() => Some(number(all.len())),
        (ObjectKind::List(all), "Key" | "Item1") => all.first().cloned(),
        (ObjectKind::List(all), "Value" | "Item2") => all.get(1).cloned(),
        (ObjectKind::List(all), "Item3") => all.get(2).cloned(),
        (ObjectKind::List(all), "Item4") => all.get(3).cloned(),
        (ObjectKind::Map(entries), "Count") if object.open.is_none() => Some(number(entries.len())),
        (ObjectKind::Map(_), "Keys" | "Values") => {
            let part = if name == "Keys" { Part::Keys } else { Part::Values };
            let at = || place.clone();
            let site = Site { place: at(), function: at(), name: at(), arguments: Vec::new(), open: None };
            parts(machine, id, part, &site)
        }
        (ObjectKind::Map(_), _) => object.field(name),
        _ => None,
    }
}

/// Methods of lists and maps.
pub(super) fn method(
    machine: &mut Machine<'_>,
    id: ObjectId,
    receiver: &Possible,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    match &machine.object(id)?.kind {
        ObjectKind::List(_) => list_method(machine, id, receiver, name, call),
        ObjectKind::Map(_) => map_method(machine, id, receiver, name, call)
            .or_else(|| all_method(machine, &itself(receiver, call), name, call)),
        _ => None,
    }
}

fn itself(receiver: &Possible, call: &Site) -> Symbol {
    Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], &call.place)
}

fn list_method(
    machine: &mut Machine<'_>,
    id: ObjectId,
    receiver: &Possible,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let place = &call.place;
    let nothing = || Some(Symbol::new(Data::Null));
    match (name, call.arguments.as_slice()) {
        ("Add" | "Enqueue" | "AddLast", [one]) => {
            machine.extend_list(id, Some(vec![one.symbol.clone()]), place);
            nothing()
        }
        ("AddRange", [more]) => {
            let more = elements(machine, &more.symbol);
            machine.extend_list(id, more, place);
            nothing()
        }
        (
            "Insert" | "InsertRange" | "Remove" | "RemoveAt" | "RemoveAll" | "Clear" | "Sort" | "Reverse" | "Push"
            | "Pop" | "Dequeue",
            _,
        ) => {
            machine.open(id, "its elements change", place);
            None
        }
        _ => all_method(machine, &itself(receiver, call), name, call),
    }
}

/// What is done with all elements of a list, or with all pairs of a map.
fn all_method(machine: &mut Machine<'_>, all: &Symbol, name: &str, call: &Site) -> Option<Symbol> {
    let given = Site { arguments: vec![passed(all, call)], ..call.clone() };
    let all = each(machine, &given)?;
    let place = &call.place;
    match (name, call.arguments.as_slice()) {
        // The order of elements changes nothing for what is done with each.
        (
            "ToList" | "ToArray" | "AsEnumerable" | "AsParallel" | "ToHashSet" | "Distinct" | "AsReadOnly"
            | "ToImmutableList" | "ToImmutableArray",
            [],
        )
        | ("OrderBy" | "OrderByDescending", _) => Some(all),
        ("Select", [function]) => {
            let mapped: Vec<Symbol> = elements(machine, &all)?
                .into_iter()
                .map(|element| applied(machine, &function.symbol, &[element], call))
                .collect();
            Some(list(machine, mapped, call))
        }
        ("ForEach" | "ForAll", [function]) => {
            let unknown = || vec![Symbol::unknown("its elements are not known", place.clone())];
            for element in elements(machine, &all).unwrap_or_else(unknown) {
                applied(machine, &function.symbol, &[element], call);
            }
            Some(Symbol::new(Data::Null))
        }
        ("Concat" | "Union", [more]) => {
            let mut both = elements(machine, &all)?;
            both.extend(elements(machine, &more.symbol)?);
            Some(list(machine, both, call))
        }
        ("First" | "FirstOrDefault" | "Single" | "SingleOrDefault", []) => elements(machine, &all)?.into_iter().next(),
        ("Last" | "LastOrDefault", []) => elements(machine, &all)?.pop(),
        ("ElementAt", [at]) => Some(machine.index(&all, &at.symbol, place, None)),
        ("Count", []) => {
            let length = elements(machine, &all)?.len().to_string();
            Some(Symbol::at(Data::Number(Arc::from(length)), place.clone()))
        }
        ("Join", [by]) => Some(joined(machine, &elements(machine, &all)?, &by.symbol, place)),
        _ => None,
    }
}

fn passed(symbol: &Symbol, call: &Site) -> Passed {
    crate::surface::sdk::collections::given(symbol.clone(), &call.place)
}

fn map_method(machine: &mut Machine<'_>, id: ObjectId, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let object = itself(receiver, call);
    match (name, call.arguments.as_slice()) {
        ("Add", [key, value]) => {
            put(machine, id, key, value);
            Some(Symbol::new(Data::Null))
        }
        ("TryAdd", [key, value]) => {
            let kept = machine.index(&object, &key.symbol, place, Some(&value.symbol));
            machine.set_index(&object, &key.symbol, &key.place, kept, &value.place);
            Some(Symbol::unknown("whether it was there is not known", place.clone()))
        }
        ("GetValueOrDefault" | "Get", [key, rest @ ..]) => {
            let nothing = Symbol::at(Data::Null, place.clone());
            let default = rest.first().map_or(&nothing, |passed| &passed.symbol);
            Some(machine.index(&object, &key.symbol, place, Some(default)))
        }
        ("Remove", [key]) => {
            machine.set_index(&object, &key.symbol, &key.place, Symbol::absent(), place);
            Some(Symbol::at(Data::Bool(true), place.clone()))
        }
        ("Clear" | "AddOrUpdate" | "GetOrAdd" | "Set", _) => {
            machine.open(id, "its entries change", place);
            None
        }
        _ => None,
    }
}

/// Sets an entry of a map, as it is written in a call.
fn put(machine: &mut Machine<'_>, id: ObjectId, key: &Passed, value: &Passed) {
    let Some(Data::Text(text)) = key.symbol.single() else {
        let object = Symbol::new(Data::Object(id));
        machine.set_index(&object, &key.symbol, &key.place, value.symbol.clone(), &value.place);
        return;
    };
    let entry = MapEntry {
        key: Arc::clone(text),
        key_place: key.place.clone(),
        value: value.symbol.clone(),
        value_place: value.place.clone(),
        whole: None,
    };
    let guards = machine.guards.clone();
    if let Some(object) = machine.heap.get_mut(id) {
        object.set_entry(entry, &guards);
    }
}
