//! Methods of texts, lists and maps of JavaScript.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{ObjectId, ObjectKind};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::Outside;
use crate::surface::sdk::collections::{
    Part, applied, changed, copied, elements, given, joined, list, parts, split_at,
};

/// A method of a value that the language itself gives it.
pub(super) fn method(
    machine: &mut Machine<'_>,
    outside: Outside<'_>,
    receiver: &Possible,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let itself = || Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], &call.place);
    match &receiver.data {
        Data::Text(text) => text_method(machine, receiver, &Arc::clone(text), name, call),
        Data::Number(_) | Data::Bool(_) => (name == "toString").then(itself),
        Data::Function(_) => match name {
            "bind" => {
                let given = call.arguments.get(1..).unwrap_or_default();
                machine.preset(&itself(), given).filter(|_| call.open.is_none()).or_else(|| Some(itself()))
            }
            "call" => {
                let values: Vec<Symbol> = call.arguments.iter().skip(1).map(|passed| passed.symbol.clone()).collect();
                Some(applied(machine, &itself(), &values, call))
            }
            _ => None,
        },
        Data::Object(id) => match &machine.object(*id)?.kind {
            ObjectKind::List(_) => list_method(machine, *id, &itself(), name, call),
            ObjectKind::Map(_) => map_method(machine, outside, *id, &itself(), name, call),
            ObjectKind::Instance(instance) if instance.external.as_deref() == Some("URL") && name == "toString" => {
                Some(itself())
            }
            _ => None,
        },
        Data::Unknown(_) => match name {
            "toString" | "trim" if call.arguments.is_empty() => Some(itself()),
            _ => None,
        },
        _ => None,
    }
}

fn text_method(
    machine: &mut Machine<'_>,
    receiver: &Possible,
    text: &Arc<str>,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let place = &call.place;
    let changed = |text: String| Some(changed(receiver, text, place));
    match name {
        "toUpperCase" | "toLocaleUpperCase" => changed(text.to_uppercase()),
        "toLowerCase" | "toLocaleLowerCase" => changed(text.to_lowercase()),
        "trim" => changed(text.trim().to_owned()),
        "toString" | "valueOf" | "normalize" => changed(text.to_string()),
        "concat" => {
            let mut all = vec![Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], place)];
            all.extend(call.arguments.iter().map(|passed| passed.symbol.clone()));
            Some(machine.join(&all, place))
        }
        "split" => {
            let by = call.arguments.first()?.symbol.single_text().filter(|by| !by.is_empty())?.clone();
            split_at(machine, receiver, &by, call)
        }
        "replace" | "replaceAll" => {
            let [from, to] = call.arguments.as_slice() else { return None };
            let (from, to) = (from.symbol.single_text()?, to.symbol.single_text()?);
            let result = match name {
                "replace" => text.replacen(&**from, to, 1),
                _ => text.replace(&**from, to),
            };
            changed(result).filter(|_| text.len() < 2_000 && to.len() < 200 && !from.is_empty())
        }
        _ => None,
    }
}

/// A list of what a function gives for each element.
pub(super) fn mapped(machine: &mut Machine<'_>, all: &Symbol, function: &Symbol, call: &Site) -> Symbol {
    let Some(known) = elements(machine, all) else {
        let unknown = Symbol::unknown("its elements are not known", call.place.clone());
        applied(machine, function, &[unknown], call);
        return Symbol::unknown("its elements are not known", call.place.clone());
    };
    let results: Vec<Symbol> = known.into_iter().map(|element| applied(machine, function, &[element], call)).collect();
    list(machine, results, call)
}

fn list_method(machine: &mut Machine<'_>, id: ObjectId, itself: &Symbol, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    match name {
        "push" => {
            let more = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            machine.extend_list(id, Some(more).filter(|_| call.open.is_none()), place);
            Some(Symbol::new(Data::Null))
        }
        "unshift" | "pop" | "shift" | "splice" | "fill" => {
            machine.open(id, "its elements change", place);
            None
        }
        "concat" => {
            let mut all = vec![itself.clone()];
            all.extend(call.arguments.iter().map(|passed| passed.symbol.clone()));
            Some(machine.join(&all, place))
        }
        "forEach" | "map" | "flatMap" => {
            let function = call.arguments.first()?.symbol.clone();
            Some(mapped(machine, itself, &function, call))
        }
        // The order of elements changes nothing for what is done with each.
        "sort" | "reverse" | "toSorted" | "values" => Some(itself.clone()),
        "slice" if call.arguments.is_empty() => {
            let copy = copied(machine, id, place)?;
            Some(Symbol::at(Data::Object(copy), place.clone()))
        }
        "entries" => parts(machine, id, Part::Pairs, call),
        "join" => {
            let by = match call.arguments.first() {
                None => Arc::from(","),
                Some(passed) => passed.symbol.single_text()?.clone(),
            };
            let all = elements(machine, itself)?;
            Some(joined(machine, &all, &Symbol::text(&by, place.clone()), place))
        }
        "at" => {
            let index = call.arguments.first()?.symbol.clone();
            Some(machine.index(itself, &index, place, None))
        }
        _ => None,
    }
}

fn map_method(
    machine: &mut Machine<'_>,
    outside: Outside<'_>,
    id: ObjectId,
    itself: &Symbol,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let place = &call.place;
    if let Some(entry) = machine.object(id)?.field(name) {
        let [only] = entry.alternatives() else { return None };
        return Some(machine.call_value(&only.clone(), call));
    }
    match name {
        "set" | "append" => {
            let [key, value, ..] = call.arguments.as_slice() else { return None };
            machine.set_index(itself, &key.symbol, &key.place, value.symbol.clone(), &value.place);
            Some(itself.clone())
        }
        "delete" => {
            let key = call.arguments.first()?;
            machine.set_index(itself, &key.symbol, &key.place, Symbol::absent(), place);
            Some(Symbol::new(Data::Null))
        }
        "get" => {
            let key = call.arguments.first()?.symbol.clone();
            let nothing = Symbol::at(Data::Null, place.clone());
            Some(machine.index(itself, &key, place, Some(&nothing)))
        }
        "keys" => parts(machine, id, Part::Keys, call),
        "values" => parts(machine, id, Part::Values, call),
        "entries" => parts(machine, id, Part::Pairs, call),
        "forEach" => {
            let pairs = parts(machine, id, Part::Pairs, call)?;
            let function = call.arguments.first()?.symbol.clone();
            for pair in elements(machine, &pairs)? {
                // The value stands before the key.
                let mut both = elements(machine, &pair).unwrap_or_default();
                both.reverse();
                applied(machine, &function, &both, call);
            }
            Some(Symbol::new(Data::Null))
        }
        "toString" => Some(as_text(machine, outside, id, place)),
        _ => None,
    }
}

/// What a map is in a text: a query that leaves the program, if it is one.
pub(super) fn as_text(machine: &mut Machine<'_>, outside: Outside<'_>, id: ObjectId, place: &Place) -> Symbol {
    let passed = given(Symbol::at(Data::Object(id), place.clone()), place);
    let site = Site {
        place: place.clone(),
        function: place.clone(),
        name: place.clone(),
        arguments: vec![passed],
        open: None,
    };
    let nothing = Possible::new(Data::Null, Vec::new());
    let _ = outside.method(machine, &nothing, "query", &site);
    Symbol::unknown("it is put together from a map", place.clone())
}
