//! Python's own library, as far as constants pass through it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{COMMENTS, arguments, modules};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::heap::{MapEntry, Object, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::{Closure, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::changed;
use crate::surface::sdk::{self, Outside};
use crate::syntax::code::{self, Module, Parameter};

/// The module of names that are always there.
const BUILTINS: &str = "builtins";

/// Names that are always there and that something is known of.
const NAMES: [&str; 22] = [
    "dict",
    "list",
    "tuple",
    "set",
    "frozenset",
    "str",
    "int",
    "sorted",
    "reversed",
    "enumerate",
    "zip",
    "range",
    "len",
    "setattr",
    "getattr",
    "print",
    "isinstance",
    "repr",
    "type",
    "bool",
    "super",
    "iter",
];

/// What gives a function with some of what it takes.
const PARTIAL: &str = "functools.partial";

/// What a language knows, for Python.
pub(super) struct Library<'a> {
    pub(super) outside: Outside<'a>,
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        NAMES.contains(&name).then(|| Data::External(Arc::from(format!("{BUILTINS}.{name}"))))
    }

    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
        // A copy of the SDK among the files is the SDK.
        if self.outside.is_packaged(module) {
            return None;
        }
        modules::file(module, from, files)
    }

    fn parse(&self, text: &str) -> Module {
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::python(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        if let Some(name) = path.strip_prefix("builtins.") {
            return builtin(machine, name, call);
        }
        if path == PARTIAL {
            let (function, given) = call.arguments.split_first()?;
            return machine.preset(&function.symbol, given).filter(|_| call.open.is_none());
        }
        standard(machine, path, call).or_else(|| self.outside.call(machine, path, call))
    }

    fn unbound(&self, machine: &mut Machine<'_>, name: &str, _: &Place) -> Option<Symbol> {
        self.outside.imported(machine, name).map(Symbol::new)
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        match &receiver.data {
            Data::Text(text) => text_method(machine, receiver, &Arc::clone(text), name, call),
            Data::Object(id) => self.object_method(machine, *id, receiver, name, call),
            _ => self.outside.method(machine, receiver, name, call),
        }
    }

    fn member(&self, _: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        match &object.data {
            // The value of a member of an enumeration is what it was set to.
            Data::Text(_) | Data::Number(_) if name == "value" => {
                let mut value = object.clone();
                value.guards.clear();
                Some(Symbol::one_of(vec![value], place))
            }
            _ => None,
        }
    }

    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
        arguments::decorated(machine, closure, parameter)
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "__init__"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        self.outside.finish(machine);
    }
}

impl Library<'_> {
    fn object_method(
        &self,
        machine: &mut Machine<'_>,
        id: ObjectId,
        receiver: &Possible,
        name: &str,
        call: &Site,
    ) -> Option<Symbol> {
        match &machine.object(id)?.kind {
            ObjectKind::Map(_) => map_method(machine, id, receiver, name, call),
            ObjectKind::List(_) => list_method(machine, id, name, call),
            ObjectKind::Instance(instance) => {
                if instance.external.as_deref() == Some(arguments::PARSER) {
                    return arguments::method(machine, id, name, call);
                }
                self.outside.method(machine, receiver, name, call)
            }
            _ => self.outside.method(machine, receiver, name, call),
        }
    }
}

/// Functions of modules that come with Python.
fn standard(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    match path {
        "os.environ.get" | "os.getenv" | "os.environ.setdefault" => {
            let name = call.arguments.first()?.symbol.single_text().map_or_else(String::new, |n| n.to_string());
            if let Some(known) = machine.setting(&name) {
                return Some(known);
            }
            match call.arguments.get(1) {
                Some(default) if !matches!(default.symbol.single(), Some(Data::Null)) => {
                    Some(default.symbol.clone().labelled(&format!("default of `{name}`")).overridable())
                }
                _ => Some(Symbol::unknown(format!("environment variable `{name}` has no default"), call.place.clone())),
            }
        }
        "copy.copy" | "copy.deepcopy" => copied(machine, call),
        "collections.OrderedDict" => builtin(machine, "dict", call),
        "typer.Option" | "typer.Argument" => {
            let default = call.arguments.iter().find(|a| a.name.is_none())?;
            Some(default.symbol.clone().overridable())
        }
        "shlex.split" => {
            let first = call.arguments.first()?;
            let words = sdk::split(first.symbol.single_text()?);
            let words = words.iter().map(|word| Symbol::text(word, first.place.clone())).collect();
            let id = machine.add(call.place.clone(), ObjectKind::List(words));
            Some(Symbol::at(Data::Object(id), call.place.clone()))
        }
        "shlex.quote" => Some(call.arguments.first()?.symbol.clone()),
        _ => None,
    }
}

/// A copy of a map or a list.
fn copied(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let id = call.arguments.first()?.symbol.single_object()?;
    let object = machine.object(id)?.clone();
    let copy = machine.add(call.place.clone(), object.kind);
    if let Some((reason, place)) = object.open {
        machine.open(copy, &reason, &place);
    }
    Some(Symbol::at(Data::Object(copy), call.place.clone()))
}

/// Functions that are always there.
fn builtin(machine: &mut Machine<'_>, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let list = |machine: &mut Machine<'_>, elements: Vec<Symbol>| {
        let id = machine.add(place.clone(), ObjectKind::List(elements));
        Some(Symbol::at(Data::Object(id), place.clone()))
    };
    match name {
        "str" | "int" => {
            let first = &call.arguments.first()?.symbol;
            let plain = |p: &Possible| matches!(p.data, Data::Text(_) | Data::Number(_) | Data::Unknown(_));
            first.alternatives().iter().all(plain).then(|| first.clone())
        }
        "dict" => {
            let id = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
            for passed in &call.arguments {
                match &passed.name {
                    None => machine.merge_map(id, &passed.symbol, &passed.place),
                    Some((key, key_place)) => {
                        let entry = MapEntry {
                            key: Arc::clone(key),
                            key_place: key_place.clone(),
                            value: passed.symbol.clone(),
                            value_place: passed.place.clone(),
                            whole: Some(passed.whole.clone()),
                        };
                        let guards = machine.guards.clone();
                        if let Some(object) = machine.heap.get_mut(id) {
                            object.set_entry(entry, &guards);
                        }
                    }
                }
            }
            if let Some((reason, place)) = &call.open {
                machine.open(id, reason, place);
            }
            Some(Symbol::at(Data::Object(id), place.clone()))
        }
        "list" | "tuple" | "set" | "frozenset" | "iter" => match call.arguments.first() {
            None => list(machine, Vec::new()),
            Some(_) => {
                let elements = elements(machine, call, 0)?;
                list(machine, elements)
            }
        },
        // The order of the elements changes nothing for what is done with each.
        "sorted" | "reversed" => {
            let elements = elements(machine, call, 0)?;
            list(machine, elements)
        }
        "enumerate" => {
            let elements = elements(machine, call, 0)?;
            let mut pairs = Vec::new();
            for (number, element) in elements.into_iter().enumerate() {
                let number = Symbol::at(Data::Number(Arc::from(number.to_string())), place.clone());
                pairs.extend(list(machine, vec![number, element]));
            }
            list(machine, pairs)
        }
        "zip" => {
            let mut columns = Vec::new();
            for index in 0..call.arguments.len().min(8) {
                columns.push(elements(machine, call, index)?);
            }
            let length = columns.iter().map(Vec::len).min().unwrap_or(0);
            let mut rows = Vec::new();
            for row in 0..length {
                let row = columns.iter().filter_map(|column| column.get(row).cloned()).collect();
                rows.extend(list(machine, row));
            }
            list(machine, rows)
        }
        "range" => {
            let [only] = call.arguments.as_slice() else { return None };
            let Some(Data::Number(number)) = only.symbol.single() else { return None };
            let count: usize = number.parse().ok().filter(|count| *count <= 64)?;
            let numbers = (0..count).map(|n| Symbol::at(Data::Number(Arc::from(n.to_string())), place.clone()));
            let numbers = numbers.collect();
            list(machine, numbers)
        }
        "setattr" => {
            let [object, name, value] = call.arguments.as_slice() else { return None };
            match name.symbol.single_text() {
                Some(text) => {
                    let text = Arc::clone(text);
                    machine.set_member(&object.symbol, &text, &name.place, value.symbol.clone(), &value.place, false);
                }
                None => {
                    if let Some(id) = object.symbol.single_object() {
                        machine.open(id, "a field is set whose name is not known", &name.place);
                    }
                }
            }
            Some(Symbol::new(Data::Null))
        }
        "getattr" => {
            let [object, name, rest @ ..] = call.arguments.as_slice() else { return None };
            let Some(text) = name.symbol.single_text().cloned() else {
                if let Some(id) = object.symbol.single_object() {
                    machine.open(id, "it is used under a name that is not known", &name.place);
                }
                return None;
            };
            let found = machine.member(&object.symbol, &text, place);
            let unknown = found.alternatives().iter().all(|a| matches!(a.data, Data::Unknown(_)));
            match rest.first() {
                Some(default) if unknown => Some(default.symbol.clone().overridable()),
                _ => Some(found),
            }
        }
        _ => None,
    }
}

/// The elements of something that a call is given.
fn elements(machine: &Machine<'_>, call: &Site, index: usize) -> Option<Vec<Symbol>> {
    let [only] = call.arguments.get(index)?.symbol.alternatives() else { return None };
    machine.rounds(only)
}

fn map_method(machine: &mut Machine<'_>, id: ObjectId, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let open = machine.object(id).and_then(|object| object.open.clone());
    let object = Symbol::one_of(vec![receiver.clone()], place);
    match name {
        "get" | "pop" | "setdefault" => {
            let key = call.arguments.first()?;
            let nothing = Symbol::at(Data::Null, place.clone());
            let default = call.arguments.get(1).map_or(&nothing, |passed| &passed.symbol);
            let value = machine.index(&object, &key.symbol, place, Some(default));
            match name {
                "setdefault" => machine.set_index(&object, &key.symbol, &key.place, value.clone(), place),
                "pop" => machine.set_index(&object, &key.symbol, &key.place, Symbol::absent(), place),
                _ => {}
            }
            Some(value)
        }
        "items" | "keys" | "values" | "iteritems" => {
            let entries = entries(machine, id);
            let mut list = Vec::new();
            for entry in entries {
                let key = Symbol::text(&entry.key, entry.key_place.clone());
                let one = match name {
                    "keys" => key,
                    "values" => entry.value.clone(),
                    _ => {
                        let pair = ObjectKind::List(vec![key, entry.value.clone()]);
                        Symbol::new(Data::Object(machine.add(entry.value_place.clone(), pair)))
                    }
                };
                list.push(one);
            }
            let list = machine.add(place.clone(), ObjectKind::List(list));
            if let Some((reason, place)) = open {
                machine.open(list, &reason, &place);
            }
            Some(Symbol::at(Data::Object(list), place.clone()))
        }
        "update" => {
            for passed in &call.arguments {
                match &passed.name {
                    None => machine.merge_map(id, &passed.symbol, &passed.place),
                    Some((key, key_place)) => {
                        let key = Symbol::text(key, key_place.clone());
                        machine.set_index(&object, &key, key_place, passed.symbol.clone(), &passed.place);
                    }
                }
            }
            if let Some((reason, place)) = &call.open {
                machine.open(id, reason, place);
            }
            Some(Symbol::new(Data::Null))
        }
        "copy" => {
            let entries = entries(machine, id);
            let copy = machine.add(place.clone(), ObjectKind::Map(entries));
            if let Some((reason, place)) = open {
                machine.open(copy, &reason, &place);
            }
            Some(Symbol::at(Data::Object(copy), place.clone()))
        }
        "clear" => {
            machine.open(id, "it is emptied", place);
            None
        }
        _ => None,
    }
}

/// The entries of a map; to copy many is work.
fn entries(machine: &mut Machine<'_>, id: ObjectId) -> Vec<MapEntry> {
    let length = machine.object(id).and_then(Object::length).unwrap_or(0);
    match machine.object(id).map(|object| &object.kind) {
        Some(ObjectKind::Map(entries)) => {
            let entries = entries.clone();
            machine.spend(length);
            entries
        }
        _ => Vec::new(),
    }
}

fn list_method(machine: &mut Machine<'_>, id: ObjectId, name: &str, call: &Site) -> Option<Symbol> {
    match name {
        "append" | "add" => {
            let one = call.arguments.first()?.symbol.clone();
            machine.extend_list(id, Some(vec![one]), &call.place);
        }
        "extend" => {
            let more = elements(machine, call, 0);
            machine.extend_list(id, more, &call.place);
        }
        "insert" | "remove" | "pop" | "clear" => machine.open(id, "its elements change", &call.place),
        _ => return None,
    }
    Some(Symbol::new(Data::Null))
}

/// Methods of texts.
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
        "upper" => changed(text.to_uppercase()),
        "lower" | "casefold" => changed(text.to_lowercase()),
        "strip" if call.arguments.is_empty() => changed(text.trim().to_owned()),
        "capitalize" | "title" if !text.contains([' ', '_', '-']) => {
            let mut chars = text.chars();
            let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
            changed(first + &chars.as_str().to_lowercase())
        }
        "format" => format(machine, text, call),
        "join" => {
            let elements = elements(machine, call, 0)?;
            let mut parts = Vec::new();
            for (index, element) in elements.into_iter().enumerate() {
                if index > 0 {
                    parts.push(Symbol::text(text, place.clone()));
                }
                parts.push(element);
            }
            if parts.is_empty() { changed(String::new()) } else { Some(machine.join(&parts, place)) }
        }
        "split" => {
            let words: Vec<&str> = match call.arguments.first() {
                None => text.split_whitespace().collect(),
                Some(by) => {
                    let by = by.symbol.single_text().filter(|by| !by.is_empty())?;
                    text.split(&**by).collect()
                }
            };
            let at = receiver.trail.last().map_or(place, |step| &step.place);
            let words = words.into_iter().take(100).map(|word| Symbol::text(word, at.clone())).collect();
            let id = machine.add(place.clone(), ObjectKind::List(words));
            Some(Symbol::at(Data::Object(id), place.clone()))
        }
        "replace" => {
            let [from, to] = call.arguments.as_slice() else { return None };
            let (from, to) = (from.symbol.single_text()?, to.symbol.single_text()?);
            changed(text.replace(&**from, to)).filter(|_| text.len() < 2_000 && to.len() < 200)
        }
        _ => None,
    }
}

/// `"{}-{name}".format(…)`
fn format(machine: &mut Machine<'_>, text: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let mut parts = Vec::new();
    let mut positional = call.arguments.iter().filter(|a| a.name.is_none());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        if behind.starts_with('{') || before.contains('}') {
            return None;
        }
        parts.push(Symbol::text(before, place.clone()));
        let (field, behind) = behind.split_once('}')?;
        let given: Option<&Passed> = if field.is_empty() {
            positional.next()
        } else if let Ok(number) = field.parse::<usize>() {
            call.arguments.iter().filter(|a| a.name.is_none()).nth(number)
        } else {
            call.arguments.iter().find(|a| a.name.as_ref().is_some_and(|(name, _)| **name == *field))
        };
        parts.push(match given {
            Some(passed) => passed.symbol.clone(),
            None => Symbol::unknown("it is not known before it runs", place.clone()),
        });
        rest = behind;
    }
    parts.push(Symbol::text(rest, place.clone()));
    Some(machine.join(&parts, place))
}
