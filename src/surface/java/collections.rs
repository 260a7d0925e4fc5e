//! Lists and maps of Java.

use std::sync::Arc;

use super::library::entry;
use crate::surface::code::Machine;
use crate::surface::code::heap::{ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{elements, joined};

/// Classes and functions that make a list of what they are given.
const LISTS: [&str; 7] = [
    "java.util.List.of",
    "java.util.Set.of",
    "java.util.Arrays.asList",
    "java.util.Collections.singletonList",
    "java.util.Collections.singleton",
    "java.util.stream.Stream.of",
    "com.google.common.collect.ImmutableList.of",
];

/// Classes of lists, which may be made from another one.
const LIST_CLASSES: [&str; 10] = [
    "java.util.ArrayList",
    "java.util.LinkedList",
    "java.util.HashSet",
    "java.util.LinkedHashSet",
    "java.util.TreeSet",
    "java.util.concurrent.CopyOnWriteArrayList",
    "java.util.List.copyOf",
    "java.util.Arrays.stream",
    "java.util.Collections.unmodifiableList",
    "java.util.Set.copyOf",
];

/// Classes of maps, which may be made from another one.
const MAP_CLASSES: [&str; 9] = [
    "java.util.HashMap",
    "java.util.LinkedHashMap",
    "java.util.TreeMap",
    "java.util.Hashtable",
    "java.util.concurrent.ConcurrentHashMap",
    "java.util.Properties",
    "java.util.Map.copyOf",
    "java.util.Collections.unmodifiableMap",
    "com.google.common.collect.Maps.newHashMap",
];

/// A list or a map that a function or a constructor makes.
pub(super) fn made(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let given = &call.arguments;
    match path {
        _ if LISTS.contains(&path) => {
            // One array stands for its elements.
            let elements = match given.as_slice() {
                [one] => elements(machine, &one.symbol).unwrap_or_else(|| vec![one.symbol.clone()]),
                several => several.iter().map(|passed| passed.symbol.clone()).collect(),
            };
            Some(list(machine, elements, call))
        }
        _ if LIST_CLASSES.contains(&path) => {
            let known = match given.first().map(|first| &first.symbol) {
                None => Some(Vec::new()),
                // A number is only how much room is made.
                Some(symbol) if matches!(symbol.single(), Some(Data::Number(_))) => Some(Vec::new()),
                Some(symbol) => elements(machine, symbol),
            };
            known.map(|elements| list(machine, elements, call))
        }
        _ if MAP_CLASSES.contains(&path) => {
            let id = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
            if let Some(first) = given.first()
                && !matches!(first.symbol.single(), Some(Data::Number(_)))
            {
                machine.merge_map(id, &first.symbol, &first.place);
            }
            Some(Symbol::at(Data::Object(id), place.clone()))
        }
        "java.util.Map.of" | "java.util.Collections.singletonMap" | "com.google.common.collect.ImmutableMap.of" => {
            let id = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
            for pair in given.chunks_exact(2) {
                if let [key, value] = pair {
                    put(machine, id, key, value);
                }
            }
            Some(Symbol::at(Data::Object(id), place.clone()))
        }
        "java.util.Map.entry" | "java.util.AbstractMap.SimpleEntry" => {
            let pair = given.iter().map(|passed| passed.symbol.clone()).collect();
            Some(list(machine, pair, call))
        }
        "java.util.Map.ofEntries" => {
            let id = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
            for passed in given {
                let pair = elements(machine, &passed.symbol).unwrap_or_default();
                match pair.as_slice() {
                    [key, value] => {
                        let object = Symbol::new(Data::Object(id));
                        machine.set_index(&object, key, &passed.place, value.clone(), &passed.place);
                    }
                    _ => machine.open(id, "it holds entries that are not known", &passed.place),
                }
            }
            Some(Symbol::at(Data::Object(id), place.clone()))
        }
        _ => None,
    }
}

fn list(machine: &mut Machine<'_>, elements: Vec<Symbol>, call: &Site) -> Symbol {
    let id = machine.add(call.place.clone(), ObjectKind::List(elements));
    if let Some((reason, place)) = &call.open {
        machine.open(id, reason, place);
    }
    Symbol::at(Data::Object(id), call.place.clone())
}

/// Sets an entry of a map, as it is written in a call.
fn put(machine: &mut Machine<'_>, id: ObjectId, key: &Passed, value: &Passed) {
    match key.symbol.single() {
        Some(Data::Text(text)) => {
            let entry = entry(&Arc::clone(text), &key.place, &value.symbol, &value.place);
            let guards = machine.guards.clone();
            if let Some(object) = machine.heap.get_mut(id) {
                object.set_entry(entry, &guards);
            }
        }
        _ => {
            let object = Symbol::new(Data::Object(id));
            machine.set_index(&object, &key.symbol, &key.place, value.symbol.clone(), &value.place);
        }
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
        ObjectKind::Map(_) => map_method(machine, id, receiver, name, call),
        _ => None,
    }
}

fn list_method(
    machine: &mut Machine<'_>,
    id: ObjectId,
    receiver: &Possible,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let place = &call.place;
    let itself = Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], place);
    match name {
        "add" | "offer" | "addLast" if call.arguments.len() == 1 => {
            let one = call.arguments.first()?.symbol.clone();
            machine.extend_list(id, Some(vec![one]), place);
            Some(Symbol::at(Data::Bool(true), place.clone()))
        }
        "addAll" => {
            let more = elements(machine, &call.arguments.first()?.symbol);
            machine.extend_list(id, more, place);
            Some(Symbol::at(Data::Bool(true), place.clone()))
        }
        "add" | "remove" | "clear" | "removeIf" | "set" | "sort" => {
            machine.open(id, "its elements change", place);
            None
        }
        "get" => {
            let at = call.arguments.first()?.symbol.clone();
            Some(machine.index(&itself, &at, place, None))
        }
        "getKey" | "getLeft" => Some(nth(machine, &itself, 0, call)),
        "getValue" | "getRight" => Some(nth(machine, &itself, 1, call)),
        "size" => {
            let length = elements(machine, &itself)?.len().to_string();
            Some(Symbol::at(Data::Number(Arc::from(length)), place.clone()))
        }
        // The order of elements changes nothing for what is done with each.
        "stream" | "parallelStream" | "toList" | "iterator" | "sorted" | "distinct" | "boxed" | "toArray" => {
            Some(itself)
        }
        "collect" => Some(itself),
        "map" => {
            let mapped: Vec<Symbol> =
                elements(machine, &itself)?.into_iter().map(|element| each(machine, &[element], call)).collect();
            Some(list(machine, mapped, call))
        }
        "forEach" => {
            // What stands in front of it makes it do all of them at once.
            let parallel = ["parallelStream()", ".parallel()"].iter().any(|word| call.function.text().contains(word));
            if parallel {
                machine.open_fan(call.name.clone(), "runs it for all elements at the same time");
            }
            match elements(machine, &itself) {
                Some(elements) => elements.into_iter().for_each(|element| drop(each(machine, &[element], call))),
                None => {
                    let unknown = Symbol::unknown("its elements are not known", place.clone());
                    each(machine, &[unknown], call);
                }
            }
            if parallel {
                machine.close_fan();
            }
            Some(Symbol::new(Data::Null))
        }
        "join" => Some(joined(machine, &elements(machine, &itself)?, &call.arguments.first()?.symbol, place)),
        _ => None,
    }
}

/// An element of a list by its number.
fn nth(machine: &mut Machine<'_>, list: &Symbol, at: usize, call: &Site) -> Symbol {
    let number = Symbol::new(Data::Number(Arc::from(at.to_string())));
    machine.index(list, &number, &call.place, None)
}

/// Calls the function that a method is given.
fn each(machine: &mut Machine<'_>, values: &[Symbol], call: &Site) -> Symbol {
    let place = call.place.clone();
    let given = values.iter().map(|symbol| Passed {
        name: None,
        symbol: symbol.clone(),
        place: place.clone(),
        whole: place.clone(),
        literal: false,
    });
    let site = Site { arguments: given.collect(), open: None, ..call.clone() };
    let function = call.arguments.first().and_then(|passed| passed.symbol.alternatives().first().cloned());
    match function {
        Some(function) => machine.call_value(&function, &site),
        None => Symbol::unknown("what is called is not known", place),
    }
}

fn map_method(machine: &mut Machine<'_>, id: ObjectId, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let object = Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], place);
    match name {
        "put" | "setProperty" => {
            let [key, value] = call.arguments.as_slice() else { return None };
            put(machine, id, key, value);
            Some(Symbol::at(Data::Null, place.clone()))
        }
        "putIfAbsent" => {
            let [key, value] = call.arguments.as_slice() else { return None };
            let kept = machine.index(&object, &key.symbol, place, Some(&value.symbol));
            machine.set_index(&object, &key.symbol, &key.place, kept.clone(), &value.place);
            Some(kept)
        }
        "get" | "getOrDefault" | "getProperty" => {
            let key = call.arguments.first()?;
            let nothing = Symbol::at(Data::Null, place.clone());
            let default = call.arguments.get(1).map_or(&nothing, |passed| &passed.symbol);
            Some(machine.index(&object, &key.symbol, place, Some(default)))
        }
        "putAll" => {
            let from = call.arguments.first()?;
            machine.merge_map(id, &from.symbol, &from.place);
            Some(Symbol::new(Data::Null))
        }
        "remove" => {
            let key = call.arguments.first()?;
            machine.set_index(&object, &key.symbol, &key.place, Symbol::absent(), place);
            Some(Symbol::at(Data::Null, place.clone()))
        }
        "clear" | "replaceAll" | "computeIfAbsent" | "compute" | "merge" => {
            machine.open(id, "its entries change", place);
            None
        }
        "entrySet" | "keySet" | "values" => Some(parts(machine, id, name, call)),
        "forEach" => {
            let pairs = parts(machine, id, "entrySet", call);
            match elements(machine, &pairs) {
                Some(pairs) => {
                    for pair in pairs {
                        let both = elements(machine, &pair).unwrap_or_default();
                        each(machine, &both, call);
                    }
                }
                None => {
                    let unknown = Symbol::unknown("its entries are not known", place.clone());
                    each(machine, &[unknown.clone(), unknown], call);
                }
            }
            Some(Symbol::new(Data::Null))
        }
        _ => None,
    }
}

/// The entries, the keys or the values of a map.
fn parts(machine: &mut Machine<'_>, id: ObjectId, which: &str, call: &Site) -> Symbol {
    let (entries, open) = match machine.object(id) {
        Some(object) => match &object.kind {
            ObjectKind::Map(entries) => (entries.clone(), object.open.clone()),
            _ => (Vec::new(), None),
        },
        None => (Vec::new(), None),
    };
    let mut all = Vec::new();
    for entry in entries {
        let key = Symbol::text(&entry.key, entry.key_place.clone());
        all.push(match which {
            "keySet" => key,
            "values" => entry.value,
            _ => {
                let pair = ObjectKind::List(vec![key, entry.value]);
                Symbol::new(Data::Object(machine.add(entry.value_place, pair)))
            }
        });
    }
    let list = machine.add(call.place.clone(), ObjectKind::List(all));
    if let Some((reason, place)) = open {
        machine.open(list, &reason, &place);
    }
    Symbol::at(Data::Object(list), call.place.clone())
}
