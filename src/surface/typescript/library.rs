//! The library of JavaScript, as far as constants pass through it: names, modules, the environment, and what makes
//! values.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{COMMENTS, methods, modules};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::{ObjectId, ObjectKind};
use crate::surface::code::machine::{Closure, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{Part, copied, elements, given, list, merged, number, numbers, parts, unfolded};
use crate::surface::sdk::{self, Outside};
use crate::syntax::code::{self, Module, Parameter};

/// Names that are always there.
const NAMES: [&str; 30] = [
    "process",
    "require",
    "import",
    "console",
    "JSON",
    "Object",
    "Array",
    "Promise",
    "String",
    "Number",
    "Boolean",
    "BigInt",
    "Math",
    "Date",
    "Map",
    "Set",
    "Buffer",
    "URL",
    "URLSearchParams",
    "FormData",
    "Headers",
    "Request",
    "fetch",
    "encodeURIComponent",
    "parseInt",
    "structuredClone",
    "globalThis",
    "$",
    "<range>",
    "Symbol",
];

/// Functions that give back what they are given.
const TRANSPARENT: [&str; 14] = [
    "Object.freeze",
    "Object.seal",
    "Promise.resolve",
    "Promise.all",
    "Promise.allSettled",
    "Promise.race",
    "String",
    "Number",
    "BigInt",
    "parseInt",
    "encodeURIComponent",
    "util.promisify",
    "String.raw",
    "Request",
];

/// What `require` gives, if a module says so itself.
const WHOLE: &str = "<exports>";

/// The field of a URL that holds its query.
const QUERY: &str = "searchParams";

/// What a language knows, for TypeScript and JavaScript.
pub(super) struct Library<'a> {
    pub(super) outside: Outside<'a>,
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        let path = if name == "$" { "zx.$" } else { name };
        NAMES.contains(&name).then(|| Data::External(Arc::from(path)))
    }

    fn has_promises(&self) -> bool {
        true
    }

    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
        modules::file(module, from, files)
    }

    fn parse(&self, text: &str) -> Module {
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::typescript(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        let path = plain_path(path);
        if TRANSPARENT.contains(&&*path) {
            return Some(call.arguments.first()?.symbol.clone());
        }
        if let Some(known) = standard(machine, &path, call) {
            return Some(known);
        }
        let is_new = call.place.text().strip_prefix("new").is_some_and(|rest| rest.starts_with(char::is_whitespace));
        let site = if is_new { unfolded(machine, call) } else { with_queries(machine, call) };
        if let Some(known) = self.outside.call(machine, &path, &site) {
            return Some(known);
        }
        is_new.then(|| Symbol::at(Data::Object(machine.external_instance(&path, &site)), call.place.clone()))
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        if let Some(known) = methods::method(machine, self.outside, receiver, name, call) {
            return Some(known);
        }
        match &receiver.data {
            Data::Object(id) if is_list(machine, *id) && name != "push" => None,
            Data::Text(_) | Data::Number(_) => None,
            _ => {
                let site = with_queries(machine, call);
                self.outside.method(machine, receiver, name, &site)
            }
        }
    }

    fn member(&self, machine: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        let number = |n: usize| Some(Symbol::at(Data::Number(Arc::from(n.to_string())), place.clone()));
        let id = match &object.data {
            Data::Text(text) if name == "length" => return number(text.chars().count()),
            Data::Object(id) => *id,
            _ => return None,
        };
        match &machine.object(id)?.kind {
            ObjectKind::List(list) if name == "length" => number(list.len()),
            ObjectKind::Map(_) => {
                let map = Symbol::one_of(vec![Possible { guards: Vec::new(), ..object.clone() }], place);
                let key = Symbol::text(name, place.clone());
                let nothing = Symbol::at(Data::Null, place.clone());
                Some(machine.index(&map, &key, place, Some(&nothing)))
            }
            ObjectKind::Instance(instance) if instance.external.as_deref() == Some("URL") && name == QUERY => {
                let query = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
                let symbol = Symbol::at(Data::Object(query), place.clone());
                machine.record(id, event(QUERY, place, false, vec![given(symbol.clone(), place)]));
                Some(symbol)
            }
            _ => None,
        }
    }

    /// A map that becomes the query of a URL leaves the program in it.
    fn text(&self, machine: &mut Machine<'_>, object: ObjectId, place: &Place) -> Option<Symbol> {
        if !matches!(machine.object(object)?.kind, ObjectKind::Map(_)) {
            return None;
        }
        Some(methods::as_text(machine, self.outside, object, place))
    }

    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
        let _ = (machine, closure, parameter);
        None
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "constructor"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        self.outside.finish(machine);
    }
}

fn is_list(machine: &Machine<'_>, id: ObjectId) -> bool {
    machine.object(id).is_some_and(|object| matches!(object.kind, ObjectKind::List(_)))
}

/// The name of something outside without what says only how it was imported.
fn plain_path(path: &str) -> String {
    let path = path.strip_prefix("node:").unwrap_or(path);
    let path = path.strip_suffix(".default").unwrap_or(path);
    path.replacen(".default.", ".", 1)
}

/// A URL with a query that was put together gives its query away, too.
fn with_queries(machine: &Machine<'_>, call: &Site) -> Site {
    let mut site = call.clone();
    for passed in &call.arguments {
        let Some(object) = passed.symbol.single_object().and_then(|id| machine.object(id)) else { continue };
        if matches!(&object.kind, ObjectKind::Instance(i) if i.external.as_deref() == Some("URL"))
            && let Some(query) = object.field(QUERY)
        {
            site.arguments.push(given(query, &passed.place));
        }
    }
    site
}

/// Functions and classes that are always there.
fn standard(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let first = || call.arguments.first();
    let held = || first().and_then(|passed| passed.symbol.single_object());
    match path {
        "require" | "import" => required(machine, path == "require", call),
        "Object.assign" => assigned(machine, call),
        "Object.keys" => parts(machine, held()?, Part::Keys, call),
        "Object.values" => parts(machine, held()?, Part::Values, call),
        "Object.entries" => parts(machine, held()?, Part::Pairs, call),
        "Object.fromEntries" | "Map" | "URLSearchParams" | "FormData" => made_map(machine, call),
        "structuredClone" | "lodash.cloneDeep" | "lodash.clone" => {
            let copy = copied(machine, held()?, place)?;
            Some(Symbol::at(Data::Object(copy), place.clone()))
        }
        "lodash.merge" | "lodash.assign" | "lodash.extend" => assigned(machine, call),
        "Set" | "Array.from" => {
            let elements = match first() {
                None => Vec::new(),
                Some(passed) => elements(machine, &passed.symbol)?,
            };
            let all = list(machine, elements, call);
            match call.arguments.get(1) {
                Some(function) => Some(methods::mapped(machine, &all, &function.symbol, call)),
                None => Some(all),
            }
        }
        "Array.of" => {
            let elements = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            Some(list(machine, elements, call))
        }
        "<range>" => numbers(machine, number(call, 0)?, number(call, 1)?, call),
        _ => None,
    }
}

/// What a module gives.
fn required(machine: &mut Machine<'_>, whole: bool, call: &Site) -> Option<Symbol> {
    let name = call.arguments.first()?.symbol.single_text().cloned()?;
    let Some(scope) = machine.module(&name) else {
        return Some(Symbol::new(Data::External(name)));
    };
    let given = machine.scopes.get(scope).and_then(|scope| scope.names.get(WHOLE)).map(|b| b.symbol.clone());
    if let Some(given) = given.filter(|_| whole) {
        return Some(given);
    }
    let id = machine.add(call.place.clone(), ObjectKind::Module(scope));
    Some(Symbol::at(Data::Object(id), call.place.clone()))
}

/// `Object.assign(target, …)`: the target gets the entries of the others.
fn assigned(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let target = call.arguments.first()?.symbol.clone();
    let id = target.single_object()?;
    let is_map = matches!(machine.object(id)?.kind, ObjectKind::Map(_));
    for passed in call.arguments.iter().skip(1) {
        if is_map {
            machine.merge_map(id, &passed.symbol, &passed.place);
            continue;
        }
        let more = passed.symbol.single_object().and_then(|id| machine.object(id)).cloned();
        match more.map(|object| (object.kind, object.open)) {
            Some((ObjectKind::Map(entries), None)) => {
                for entry in entries {
                    let (name, key) = (Arc::clone(&entry.key), entry.key_place);
                    machine.set_member(&target, &name, &key, entry.value, &entry.value_place, false);
                }
            }
            _ => machine.open(id, "fields are set that are not known", &passed.place),
        }
    }
    if let Some((reason, place)) = &call.open {
        machine.open(id, reason, place);
    }
    Some(target)
}

/// A map of entries, or of pairs of a key and a value.
fn made_map(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let Some(first) = call.arguments.first() else { return Some(merged(machine, &[], call)) };
    let id = first.symbol.single_object();
    if id.is_some_and(|id| machine.object(id).is_some_and(|o| matches!(o.kind, ObjectKind::Map(_)))) {
        let copy = copied(machine, id?, &call.place)?;
        return Some(Symbol::at(Data::Object(copy), call.place.clone()));
    }
    let map = machine.add(call.place.clone(), ObjectKind::Map(Vec::new()));
    let symbol = Symbol::at(Data::Object(map), call.place.clone());
    match elements(machine, &first.symbol) {
        Some(pairs) => {
            for pair in pairs {
                match elements(machine, &pair).as_deref() {
                    Some([key, value]) => {
                        machine.set_index(&symbol, key, &first.place, value.clone(), &first.place);
                    }
                    _ => machine.open(map, "it holds entries that are not known", &first.place),
                }
            }
        }
        None => machine.open(map, "it holds entries that are not known", &first.place),
    }
    Some(symbol)
}
