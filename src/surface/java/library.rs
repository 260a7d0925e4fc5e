//! Java's own library, as far as constants pass through it: names, the environment, and what makes values.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{COMMENTS, collections, modules, texts};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::heap::{MapEntry, ObjectId, ObjectKind};
use crate::surface::code::machine::{Closure, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{number, numbers};
use crate::surface::sdk::{self, Outside, objects};
use crate::syntax::code::{self, Module, Parameter};

/// What names of packages begin with.
const ROOTS: [&str; 8] = ["com", "org", "net", "io", "cn", "java", "javax", "jakarta"];

/// Classes that need no import.
const LANG: [&str; 13] = [
    "String",
    "Integer",
    "Long",
    "Boolean",
    "Short",
    "Double",
    "Character",
    "Object",
    "System",
    "Runtime",
    "ProcessBuilder",
    "StringBuilder",
    "StringBuffer",
];

/// Classes that programs import together with everything beside them.
const UTIL: [&str; 16] = [
    "List",
    "Map",
    "Set",
    "Arrays",
    "Collections",
    "ArrayList",
    "LinkedList",
    "HashMap",
    "LinkedHashMap",
    "TreeMap",
    "HashSet",
    "LinkedHashSet",
    "TreeSet",
    "Objects",
    "Optional",
    "Properties",
];

/// Functions that give back what they are given.
const TRANSPARENT: [&str; 14] = [
    "java.lang.String.valueOf",
    "java.lang.String",
    "java.lang.Integer.valueOf",
    "java.lang.Integer.parseInt",
    "java.lang.Integer.toString",
    "java.lang.Long.valueOf",
    "java.lang.Long.parseLong",
    "java.lang.Long.toString",
    "java.lang.Boolean.valueOf",
    "java.lang.Boolean.parseBoolean",
    "java.util.Optional.of",
    "java.util.Optional.ofNullable",
    "java.util.Objects.requireNonNull",
    "java.util.Objects.toString",
];

/// The package of a class of which only the name is known.
const SOMEWHERE: &str = "<somewhere>";

/// What the process was started with, as a map.
const ENVIRONMENT: &str = "java.lang.System.<environment>";

/// What a language knows, for Java.
pub(super) struct Library<'a> {
    pub(super) outside: Outside<'a>,
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        let external = |path: String| Some(Data::External(Arc::from(path)));
        if ROOTS.contains(&name) {
            return external(name.to_owned());
        }
        if LANG.contains(&name) || name.starts_with('<') {
            return external(format!("java.lang.{name}"));
        }
        None
    }

    fn unbound(&self, machine: &mut Machine<'_>, name: &str, _: &Place) -> Option<Symbol> {
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        // A class of the same package goes before those of whole packages that are imported.
        if let Some(own) = self.outside.of_package(machine, name) {
            return Some(own);
        }
        for package in machine.wildcards() {
            if let Some(scope) = machine.module(&format!("{package}.{name}"))
                && let Some(class) = machine.scopes.get(scope).and_then(|scope| scope.names.get(name))
            {
                return Some(class.symbol.clone());
            }
        }
        if let Some(found) = self.outside.imported(machine, name) {
            return Some(Symbol::new(found));
        }
        let util = machine.wildcards().iter().any(|package| &**package == "java.util") && UTIL.contains(&name);
        let package = if util { "java.util" } else { SOMEWHERE };
        Some(Symbol::new(Data::External(Arc::from(format!("{package}.{name}")))))
    }

    fn module_is_class(&self) -> bool {
        true
    }

    fn has_overloads(&self) -> bool {
        true
    }

    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
        // A copy of the SDK among the files is the SDK.
        if self.outside.is_packaged(module) {
            return None;
        }
        modules::file(module, from, files)
    }

    fn parse(&self, text: &str) -> Module {
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::java(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        if TRANSPARENT.contains(&path) {
            return Some(call.arguments.first()?.symbol.clone());
        }
        standard(machine, path, call)
            .or_else(|| collections::made(machine, path, call))
            .or_else(|| self.outside.call(machine, path, call))
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        let known = match &receiver.data {
            Data::Text(text) => texts::method(machine, receiver, &Arc::clone(text), name, call),
            Data::Number(_) | Data::Bool(_) => texts::unchanged(receiver, name, call),
            Data::Unknown(_) => texts::unchanged(receiver, name, call).filter(|_| call.arguments.is_empty()),
            Data::Object(id) => collections::method(machine, *id, receiver, name, call),
            _ => None,
        };
        if known.is_some() {
            return known;
        }
        if let Data::Object(id) = receiver.data
            && let Some(field) = written_for_it(machine, id, name, call)
        {
            return Some(field);
        }
        // A builder of commands is told its words later, too.
        let class = objects::class_of(machine, receiver);
        match class.as_deref() {
            Some("java.lang.ProcessBuilder") => {
                self.outside.call(machine, &format!("java.lang.ProcessBuilder.{name}"), call)
            }
            Some("java.lang.StringBuilder" | "java.lang.StringBuffer") => {
                objects::built(machine, receiver, name, call, ("append", "toString"))
            }
            _ => self.outside.method(machine, receiver, name, call),
        }
    }

    fn member(&self, machine: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        let Data::Object(id) = object.data else { return None };
        match (&machine.object(id)?.kind, name) {
            (ObjectKind::List(list), "length") => {
                let length = list.len().to_string();
                Some(Symbol::at(Data::Number(Arc::from(length)), place.clone()))
            }
            _ => None,
        }
    }

    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
        objects::of_type(machine, closure, parameter)
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "<init>"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        self.outside.finish(machine);
    }
}

/// Functions of classes that come with Java, and of those that set what a program is configured with.
fn standard(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    match path {
        "java.lang.System.getenv" if call.arguments.is_empty() => {
            Some(Symbol::new(Data::External(Arc::from(ENVIRONMENT))))
        }
        "java.lang.System.getenv"
        | "java.lang.System.getProperty"
        | "java.lang.System.<environment>.get"
        | "java.lang.System.<environment>.getOrDefault" => {
            let name = call.arguments.first()?.symbol.single_text().map_or_else(String::new, |n| n.to_string());
            let what = if path.ends_with("getProperty") { "property" } else { "environment variable" };
            match call.arguments.get(1) {
                Some(default) => Some(default.symbol.clone().labelled(&format!("default of `{name}`")).overridable()),
                None => Some(Symbol::unknown(format!("{what} `{name}` has no default"), place.clone())),
            }
        }
        "java.lang.Runtime.getRuntime" => Some(Symbol::new(Data::External(Arc::from("java.lang.Runtime")))),
        "java.lang.<injected>" => Some(call.arguments.first()?.symbol.clone().overridable()),
        "java.lang.<given>" => {
            let class = call.arguments.first()?.symbol.clone();
            objects::made_outside(machine, &class, place)
        }
        "java.lang.<range>" => numbers(machine, number(call, 0)?, number(call, 1)?, call),
        "java.lang.String.join" => texts::join(machine, call),
        "java.lang.String.format" => {
            let text = call.arguments.first()?.symbol.single_text().cloned()?;
            texts::format(machine, &text, call.arguments.get(1..)?, place)
        }
        _ if path.starts_with("org.eclipse.microprofile.config") && path.ends_with("ConfigProperty") => {
            let named = |name: &str| call.arguments.iter().find(|a| a.name.as_ref().is_some_and(|(n, _)| &**n == name));
            configured(named("name")?.symbol.single_text(), named("defaultValue").map(|a| a.symbol.clone()), place)
        }
        _ if path.ends_with(".annotation.Value") => {
            let written = call.arguments.first()?.symbol.clone();
            let text = written.single_text().cloned()?;
            let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
                return Some(if text.contains(['$', '#']) {
                    unknown_setting(&text, place)
                } else {
                    written.overridable()
                });
            };
            match inner.split_once(':') {
                Some((key, default)) => {
                    configured(Some(&Arc::from(key)), Some(Symbol::text(default, place.clone())), place)
                }
                None => configured(Some(&Arc::from(inner)), None, place),
            }
        }
        _ => None,
    }
}

/// What a class has that others write for it: methods that read and set its fields.
fn written_for_it(machine: &mut Machine<'_>, id: ObjectId, name: &str, call: &Site) -> Option<Symbol> {
    let is_own = match &machine.object(id)?.kind {
        ObjectKind::Instance(instance) => instance.class.is_some() && instance.external.is_none(),
        _ => false,
    };
    if !is_own {
        return None;
    }
    let object = Symbol::at(Data::Object(id), call.place.clone());
    let field = |prefix: &str| {
        let rest = name.strip_prefix(prefix)?;
        let first = rest.chars().next().filter(|c| c.is_uppercase())?;
        Some(format!("{}{}", first.to_lowercase(), rest.get(first.len_utf8()..)?))
    };
    match call.arguments.as_slice() {
        [] => {
            let field = field("get").or_else(|| field("is"))?;
            Some(machine.member(&object, &field, &call.place))
        }
        [value] => {
            let field = field("set")?;
            machine.set_member(&object, &field, &call.name, value.symbol.clone(), &value.place, value.literal);
            Some(object)
        }
        _ => None,
    }
}

/// A setting with a default, perhaps.
fn configured(key: Option<&Arc<str>>, default: Option<Symbol>, place: &Place) -> Option<Symbol> {
    let key = key.map_or("", |key| key);
    Some(match default {
        Some(default) => default.labelled(&format!("default of `{key}`")).overridable(),
        None => unknown_setting(key, place),
    })
}

fn unknown_setting(key: &str, place: &Place) -> Symbol {
    Symbol::unknown(format!("setting `{key}` has no default"), place.clone())
}

/// An entry of a map.
pub(super) fn entry(key: &Arc<str>, key_place: &Place, value: &Symbol, value_place: &Place) -> MapEntry {
    MapEntry {
        key: Arc::clone(key),
        key_place: key_place.clone(),
        value: value.clone(),
        value_place: value_place.clone(),
        whole: None,
    }
}
