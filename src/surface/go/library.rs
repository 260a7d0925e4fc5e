//! Go's own library, as far as constants pass through it: names, the environment, flags, and what makes values.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{COMMENTS, modules};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::heap::ObjectKind;
use crate::surface::code::machine::{Closure, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{Part, elements, joined, list, number, numbers, parts};
use crate::surface::sdk::{self, Outside};
use crate::syntax::code::{self, Module, Parameter};

/// Names that are always there, and functions of the tree that no program can name.
const NAMES: [&str; 16] = [
    "string",
    "int",
    "int32",
    "int64",
    "uint",
    "float64",
    "bool",
    "len",
    "panic",
    "<pairs>",
    "<keys>",
    "<count>",
    "<results>",
    "<receive>",
    "<go>",
    "error",
];

/// Functions that give back what they are given.
const TRANSPARENT: [&str; 10] = [
    "string",
    "int",
    "int32",
    "int64",
    "uint",
    "float64",
    "strconv.Itoa",
    "strconv.FormatInt",
    "net/url.QueryEscape",
    "bool",
];

/// Functions that define a flag: its name, its default, what it is for.
const FLAGS: [&str; 10] = [
    "flag.String",
    "flag.Int",
    "flag.Int64",
    "flag.Bool",
    "github.com/spf13/pflag.String",
    "github.com/spf13/pflag.Int",
    "github.com/spf13/pflag.Int64",
    "github.com/spf13/pflag.StringP",
    "github.com/spf13/pflag.IntP",
    "github.com/spf13/pflag.Bool",
];

/// What a language knows, for Go.
pub(super) struct Library<'a> {
    outside: Outside<'a>,
    /// The files that declare what was asked for by its package and its name, from each folder.
    declared: RefCell<FxHashMap<(PathBuf, String), Option<PathBuf>>>,
}

impl<'a> Library<'a> {
    pub(super) fn new(outside: Outside<'a>) -> Self {
        Self { outside, declared: RefCell::default() }
    }
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        NAMES.contains(&name).then(|| Data::External(Arc::from(name)))
    }

    fn unbound(&self, machine: &mut Machine<'_>, name: &str, _: &Place) -> Option<Symbol> {
        self.outside.of_package(machine, name)
    }

    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
        // A copy of the SDK among the files is the SDK.
        if self.outside.is_packaged(module) {
            return None;
        }
        if !module.contains(modules::NAME) {
            return modules::file(module, from, files);
        }
        let key = (from.parent().map(Path::to_owned).unwrap_or_default(), module.to_owned());
        if let Some(known) = self.declared.borrow().get(&key) {
            return known.clone();
        }
        let found = modules::file(module, from, files);
        self.declared.borrow_mut().insert(key, found.clone());
        found
    }

    fn of_folder(&self, machine: &mut Machine<'_>, path: &str) -> Option<Symbol> {
        let (package, name) = path.rsplit_once('.').filter(|(_, name)| !name.contains('/'))?;
        let scope = machine.module(&format!("{package}{}{name}", modules::NAME))?;
        machine.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone())
    }

    fn parse(&self, text: &str) -> Module {
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::go(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        if TRANSPARENT.contains(&path) {
            return Some(call.arguments.first()?.symbol.clone());
        }
        standard(machine, path, call).or_else(|| self.outside.call(machine, path, call))
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        match &receiver.data {
            Data::Text(_) | Data::Number(_) => None,
            _ => self.outside.method(machine, receiver, name, call),
        }
    }

    fn member(&self, machine: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        let Data::Object(id) = object.data else { return None };
        if !matches!(machine.object(id)?.kind, ObjectKind::Map(_)) {
            return None;
        }
        // A struct without a name.
        let map = Symbol::one_of(vec![Possible { guards: Vec::new(), ..object.clone() }], place);
        let key = Symbol::text(name, place.clone());
        let nothing = Symbol::at(Data::Null, place.clone());
        Some(machine.index(&map, &key, place, Some(&nothing)))
    }

    fn root_parameter(&self, _: &mut Machine<'_>, _: &Closure, _: &Parameter) -> Option<Symbol> {
        None
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "<new>"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        self.outside.finish(machine);
    }
}

/// Functions that come with Go, and those that the tree writes for what the language does by itself.
fn standard(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let first = call.arguments.first();
    match path {
        "os.Getenv" => {
            let name = first?.symbol.single_text().map_or_else(String::new, |name| name.to_string());
            Some(Symbol::unknown(format!("environment variable `{name}` has no default"), place.clone()))
        }
        "strings.Join" => {
            let texts = elements(machine, &first?.symbol)?;
            let by = call.arguments.get(1)?.symbol.single_text().cloned()?;
            Some(joined(machine, &texts, &Symbol::text(&by, place.clone()), place))
        }
        "<pairs>" => pairs(machine, call),
        "<keys>" => keys(machine, call),
        "<count>" => numbers(machine, number(call, 0)?, number(call, 1)?, call),
        "<results>" => results(machine, call),
        "<go>" => Some(Symbol::new(Data::Null)),
        "<receive>" => Some(Symbol::unknown("what comes through a channel is not known".to_owned(), place.clone())),
        _ if FLAGS.contains(&path) => {
            // A short form of the name stands before the default where there is one.
            let at = if path.ends_with('P') { 2 } else { 1 };
            let name = first?.symbol.single_text().map_or_else(String::new, |name| name.to_string());
            let default = call.arguments.get(at)?.symbol.clone();
            Some(default.labelled(&format!("default of `{name}`")).overridable())
        }
        _ => None,
    }
}

/// What `range` goes through, with both of its variables.
fn pairs(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let of = &call.arguments.first()?.symbol;
    let id = of.single_object()?;
    if matches!(machine.object(id)?.kind, ObjectKind::Map(_)) {
        return parts(machine, id, Part::Pairs, call);
    }
    let elements = elements(machine, of)?;
    let mut all = Vec::new();
    for (number, element) in elements.into_iter().enumerate() {
        let number = Symbol::at(Data::Number(Arc::from(number.to_string())), call.place.clone());
        all.push(list(machine, vec![number, element], call));
    }
    Some(list(machine, all, call))
}

/// What `range` goes through, with its first variable alone.
fn keys(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let of = &call.arguments.first()?.symbol;
    if machine.ticks(of).is_some() {
        return Some(of.clone());
    }
    if let Some(count) = number(call, 0) {
        return numbers(machine, 0, count, call);
    }
    let id = of.single_object()?;
    if matches!(machine.object(id)?.kind, ObjectKind::Map(_)) {
        return parts(machine, id, Part::Keys, call);
    }
    let count = i64::try_from(elements(machine, of)?.len()).ok()?;
    numbers(machine, 0, count, call)
}

/// Several results of one call: those that are known, else the value and what is not known.
fn results(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let [value, _] = call.arguments.as_slice() else { return None };
    let count = usize::try_from(number(call, 1)?).ok()?.min(8);
    let known = value.symbol.single_object().and_then(|id| match &machine.object(id)?.kind {
        ObjectKind::List(list) if list.len() == count => Some(value.symbol.clone()),
        _ => None,
    });
    if known.is_some() {
        return known;
    }
    let mut all = vec![value.symbol.clone()];
    let unknown = || Symbol::unknown("a result that is not known before it runs".to_owned(), call.place.clone());
    all.extend((1..count).map(|_| unknown()));
    Some(list(machine, all, call))
}
