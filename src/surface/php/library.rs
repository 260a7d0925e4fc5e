//! PHP's own library, as far as constants pass through it: names, the environment, and functions of arrays and texts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{COMMENTS, methods, modules};
use crate::model::{Argument, Content};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::ObjectKind;
use crate::surface::code::machine::{Closure, Found, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{
    Part, applied, elements, joined, merged, number, numbers, parts, split_at, unfolded,
};
use crate::surface::sdk::{self, Outside};
use crate::syntax::code::{self, ExpressionKind, Module, Parameter};

/// Functions that are always there, and those of the commonest frameworks.
const FUNCTIONS: [&str; 54] = [
    "getenv",
    "env",
    "config",
    "exec",
    "shell_exec",
    "system",
    "passthru",
    "proc_open",
    "popen",
    "array_merge",
    "array_replace",
    "array_filter",
    "array_values",
    "array_keys",
    "array_map",
    "array_walk",
    "array_push",
    "sprintf",
    "vsprintf",
    "implode",
    "join",
    "explode",
    "trim",
    "strtolower",
    "strtoupper",
    "ucfirst",
    "lcfirst",
    "str_replace",
    "strval",
    "intval",
    "escapeshellarg",
    "escapeshellcmd",
    "http_build_query",
    "file_get_contents",
    "curl_init",
    "curl_setopt",
    "curl_setopt_array",
    "curl_exec",
    "json_encode",
    "var_dump",
    "print_r",
    "error_log",
    "printf",
    "count",
    "ksort",
    "hash_hmac",
    "rawurlencode",
    "urlencode",
    "in_array",
    "collect",
    "range",
    "call_user_func",
    "tap",
    "sizeof",
];

/// Functions that give back what they are given.
const TRANSPARENT: [&str; 9] = [
    "strval",
    "intval",
    "escapeshellarg",
    "escapeshellcmd",
    "rawurlencode",
    "urlencode",
    "collect",
    "array_filter",
    "trim",
];

/// What Laravel runs commands with, and those of its functions that do.
const PROCESS: &str = "Illuminate.Support.Facades.Process.";
const RUNNING: [&str; 2] = ["run", "start"];

/// The function that makes the text of a query out of an array.
const QUERY: &str = "http_build_query";

/// What a file gives to whoever requires it.
const WHOLE: &str = "<exports>";

/// What a language knows, for PHP.
pub(super) struct Library<'a> {
    pub(super) outside: Outside<'a>,
}

impl Library<'_> {
    /// `Request::fromMap($map)`: a new object that is given all of a map, whose keys are the names of the service.
    fn of_map(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        let name = path.rsplit('.').next()?;
        let maps = self.outside.bindings.all.iter().flat_map(|binding| &binding.requests);
        maps.into_iter().find(|spec| spec.from_map.as_deref() == Some(name))?;
        let empty = Site { arguments: Vec::new(), ..call.clone() };
        let made = self.outside.call(machine, path, &empty)?;
        machine.record(made.single_object()?, event(name, &call.name, true, call.arguments.clone()));
        Some(made)
    }
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        let known = FUNCTIONS.contains(&name) || name.starts_with('<');
        known.then(|| Data::External(Arc::from(format!("php.{name}"))))
    }

    fn unbound(&self, machine: &mut Machine<'_>, name: &str, _: &Place) -> Option<Symbol> {
        if let Some(path) = name.strip_prefix('\\') {
            let path = path.replace('\\', ".");
            return Some(class(machine, &path).unwrap_or_else(|| Symbol::new(Data::External(Arc::from(path)))));
        }
        // A class of the same namespace stands beside this file.
        if name.starts_with(char::is_uppercase) { self.outside.of_package(machine, name) } else { None }
    }

    fn module_is_class(&self) -> bool {
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
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::php(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        if let Some(setting) = path.strip_prefix(PROCESS) {
            // What sets how a command runs gives back what runs it.
            if !RUNNING.contains(&setting) {
                return Some(Symbol::new(Data::External(Arc::from(PROCESS.trim_end_matches('.')))));
            }
        }
        if let Some(name) = path.strip_prefix("php.") {
            if TRANSPARENT.contains(&name) && call.arguments.len() == 1 {
                return Some(call.arguments.first()?.symbol.clone());
            }
            if let Some(known) = function(machine, name, call) {
                return Some(known);
            }
            return self.outside.call(machine, path, call);
        }
        if let Some(made) = self.of_map(machine, path, call) {
            return Some(made);
        }
        let text = call.place.text();
        let is_new = text.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("new"));
        let site = if is_new { unfolded(machine, call) } else { call.clone() };
        if let Some(known) = self.outside.call(machine, path, &site) {
            return Some(known);
        }
        is_new.then(|| Symbol::at(Data::Object(machine.external_instance(path, &site)), call.place.clone()))
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        methods::method(machine, receiver, name, call).or_else(|| self.outside.method(machine, receiver, name, call))
    }

    fn member(&self, _: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        match &object.data {
            // The value of a case of an enumeration is what it was set to.
            Data::Text(_) | Data::Number(_) if name == "value" => {
                let value = Possible { guards: Vec::new(), ..object.clone() };
                Some(Symbol::one_of(vec![value], place))
            }
            _ => None,
        }
    }

    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
        let ExpressionKind::Call(call) = &parameter.default.as_ref()?.kind else { return None };
        if !matches!(&call.function.kind, ExpressionKind::Name(name) if name == "<given>") {
            return None;
        }
        let class = machine.in_scope(closure.scope, &call.arguments.first()?.value);
        let client = match class.single() {
            Some(Data::External(path)) if self.outside.is_client(path) => Some(Arc::clone(path)),
            _ => None,
        };
        let Some(path) = client else { return Some(machine.unknown_parameter(closure, parameter)) };
        let place = machine.place(parameter.span);
        let (function, name) = (place.clone(), place.clone());
        let site = Site { place: place.clone(), function, name, arguments: Vec::new(), open: None };
        Some(Symbol::at(Data::Object(machine.external_instance(&path, &site)), place))
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "__construct()"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        signed(machine);
        self.outside.finish(machine);
    }
}

/// A query that is made to be signed is made once more to be sent, with nothing else in it that is the operation's.
fn signed(machine: &mut Machine<'_>) {
    let again = |one: &Found, next: &Found| {
        let object = |found: &Found| found.object.map(|(id, _)| id);
        let is_query = |found: &Found| found.call.head.text().trim_start_matches('\\') == QUERY;
        let same = one.call.arguments.len() == next.call.arguments.len()
            && one.call.arguments.iter().zip(&next.call.arguments).all(|(a, b)| {
                let contents = |argument: &Argument| -> Vec<Content> {
                    argument.value.alternatives().iter().map(|known| known.content.clone()).collect()
                };
                a.parameter == b.parameter && contents(a) == contents(b)
            });
        object(one).is_some()
            && object(one) == object(next)
            && is_query(one)
            && is_query(next)
            && one.call.head.span != next.call.head.span
            && same
    };
    let mut kept: Vec<Found> = Vec::with_capacity(machine.found.len());
    for found in std::mem::take(&mut machine.found) {
        if kept.last().is_some_and(|last| again(last, &found)) {
            kept.pop();
        }
        kept.push(found);
    }
    machine.found = kept;
}

/// An array that another variable gets: what becomes of the one does not become of the other.
fn copied(machine: &mut Machine<'_>, symbol: &Symbol) -> Symbol {
    let mut all = Vec::new();
    for alternative in symbol.alternatives() {
        let mut alternative = alternative.clone();
        if let Data::Object(id) = alternative.data
            && let Some(object) = machine.object(id).cloned()
            && matches!(object.kind, ObjectKind::List(_) | ObjectKind::Map(_))
            && machine.spend(object.length().unwrap_or(0))
        {
            let copy = machine.add(object.place, object.kind);
            if let Some((reason, place)) = object.open {
                machine.open(copy, &reason, &place);
            }
            alternative.data = Data::Object(copy);
        }
        all.push(alternative);
    }
    match all.first().and_then(|first| first.trail.last()).map(|step| step.place.clone()) {
        Some(place) => Symbol::one_of(all, &place),
        None => symbol.clone(),
    }
}

/// A class among the files, by its whole name.
fn class(machine: &mut Machine<'_>, path: &str) -> Option<Symbol> {
    let scope = machine.module(path)?;
    let name = path.rsplit('.').next()?;
    machine.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone())
}

/// Functions of PHP.
fn function(machine: &mut Machine<'_>, name: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    let argument = |index: usize| call.arguments.get(index).map(|passed| passed.symbol.clone());
    let held = |index: usize| argument(index).and_then(|symbol| symbol.single_object());
    match name {
        "getenv" | "env" | "config" => {
            let known =
                argument(0).and_then(|asked| machine.setting(asked.single_text().filter(|_| name != "config")?));
            known.or_else(|| setting(name, call))
        }
        "array_merge" | "array_replace" | "<merge>" => Some(arrays(machine, call)),
        "<union>" => {
            let all: Vec<Symbol> = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            if all.iter().any(|symbol| symbol.single_object().is_none()) {
                return Some(machine.join(&all, place));
            }
            // What stands at the left goes before.
            let mut site = call.clone();
            site.arguments.reverse();
            Some(merged(machine, &site.arguments, &site))
        }
        "<require>" => {
            let path = argument(0)?.single_text().cloned()?;
            let scope = machine.module(&path)?;
            machine.scopes.get(scope)?.names.get(WHOLE).map(|binding| binding.symbol.clone())
        }
        "<copy>" => Some(copied(machine, &argument(0)?)),
        "tap" => {
            let held = argument(0)?;
            applied(machine, &argument(1)?, std::slice::from_ref(&held), call);
            Some(held)
        }
        "count" | "sizeof" => {
            let length = elements(machine, &argument(0)?)?.len().to_string();
            Some(Symbol::at(Data::Number(Arc::from(length)), place.clone()))
        }
        "array_values" => parts(machine, held(0)?, Part::Values, call),
        "array_keys" => parts(machine, held(0)?, Part::Keys, call),
        "array_map" => {
            let values = parts(machine, held(1)?, Part::Values, call)?;
            let function = argument(0)?;
            // Functions of PHP itself may be given by their names.
            let named = function.single_text().filter(|name| FUNCTIONS.contains(&&***name));
            let own = named.map(|name| Symbol::new(Data::External(Arc::from(format!("php.{name}")))));
            Some(methods::each(machine, &values, &own.unwrap_or(function), call))
        }
        "array_walk" => {
            let values = parts(machine, held(0)?, Part::Values, call)?;
            Some(methods::each(machine, &values, &argument(1)?, call))
        }
        "array_push" => {
            let more = call.arguments.iter().skip(1).map(|passed| passed.symbol.clone()).collect();
            methods::push(machine, held(0)?, more, place);
            Some(Symbol::new(Data::Null))
        }
        "call_user_func" => {
            let values: Vec<Symbol> = call.arguments.iter().skip(1).map(|passed| passed.symbol.clone()).collect();
            Some(applied(machine, &argument(0)?, &values, call))
        }
        "sprintf" => formatted(machine, &argument(0)?, call),
        "implode" | "join" => {
            let by = argument(0)?.single_text().cloned()?;
            let all = elements(machine, &argument(1)?)?;
            Some(joined(machine, &all, &Symbol::text(&by, place.clone()), place))
        }
        "explode" => {
            let by = argument(0)?.single_text().filter(|by| !by.is_empty()).cloned()?;
            let text = argument(1)?;
            let [only] = text.alternatives() else { return None };
            split_at(machine, only, &by, call)
        }
        "strtolower" => changed(&argument(0)?, place, str::to_lowercase),
        "strtoupper" => changed(&argument(0)?, place, str::to_uppercase),
        "trim" => changed(&argument(0)?, place, |text| text.trim().to_owned()),
        "ucfirst" => changed(&argument(0)?, place, |text| {
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        }),
        "<range>" => numbers(machine, number(call, 0)?, number(call, 1)?, call),
        // The last one is among them.
        "range" if call.arguments.len() == 2 => {
            numbers(machine, number(call, 0)?, number(call, 1)?.saturating_add(1), call)
        }
        _ => None,
    }
}

/// A setting from outside, with a default perhaps.
fn setting(function: &str, call: &Site) -> Option<Symbol> {
    let name = call.arguments.first()?.symbol.single_text().map_or_else(String::new, |n| n.to_string());
    let what = if function == "config" { "setting" } else { "environment variable" };
    Some(match call.arguments.get(1).filter(|_| function != "getenv") {
        Some(default) => default.symbol.clone().labelled(&format!("default of `{name}`")).overridable(),
        None => Symbol::unknown(format!("{what} `{name}` has no default"), call.place.clone()),
    })
}

/// Arrays behind each other: maps are merged, lists are joined.
fn arrays(machine: &mut Machine<'_>, call: &Site) -> Symbol {
    let is_list = |machine: &Machine<'_>, symbol: &Symbol| {
        symbol
            .single_object()
            .and_then(|id| machine.object(id))
            .is_some_and(|object| matches!(object.kind, ObjectKind::List(_)))
    };
    let lists = call.arguments.iter().filter(|passed| is_list(machine, &passed.symbol)).count();
    if lists > 0 && lists == call.arguments.len() {
        let all: Vec<Symbol> = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
        return machine.join(&all, &call.place);
    }
    merged(machine, &call.arguments, call)
}

/// A text that is changed as a whole.
fn changed(symbol: &Symbol, place: &Place, change: impl Fn(&str) -> String) -> Option<Symbol> {
    let mut all = Vec::new();
    for alternative in symbol.alternatives() {
        let mut changed = alternative.clone();
        match &alternative.data {
            Data::Text(text) => changed.data = Data::Text(Arc::from(change(text))),
            Data::Unknown(_) => {}
            _ => return None,
        }
        all.push(changed);
    }
    Some(Symbol::one_of(all, place))
}

/// `sprintf('%s-%d', …)`; a format with more than a letter is not followed.
fn formatted(machine: &mut Machine<'_>, format: &Symbol, call: &Site) -> Option<Symbol> {
    let text = format.single_text()?.clone();
    let mut parts = vec![Symbol::text("", call.place.clone())];
    let mut given = call.arguments.iter().skip(1);
    let mut rest: &str = &text;
    while let Some((before, behind)) = rest.split_once('%') {
        parts.push(Symbol::text(before, call.place.clone()));
        let letter = behind.chars().next()?;
        rest = behind.get(letter.len_utf8()..)?;
        parts.push(match letter {
            's' | 'd' => given.next()?.symbol.clone(),
            '%' => Symbol::text("%", call.place.clone()),
            _ => return None,
        });
    }
    parts.push(Symbol::text(rest, call.place.clone()));
    Some(machine.join(&parts, &call.place))
}
