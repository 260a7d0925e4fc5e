//! Options of a program: `argparse`, and decorators that say what a function's parameters are.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::{Event, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::{Closure, Site};
use crate::surface::code::symbol::{Data, Hole, Symbol};
use crate::syntax::code::{ExpressionKind, Parameter};

/// The class of parsers, and of what they give.
pub(super) const PARSER: &str = "argparse.ArgumentParser";
const OPTIONS: &str = "argparse.Namespace";

/// A call of a method of a parser.
pub(super) fn method(machine: &mut Machine<'_>, parser: ObjectId, name: &str, site: &Site) -> Option<Symbol> {
    match name {
        // Options of groups and of commands end in the same place.
        "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers" | "add_parser" => {
            Some(Symbol::new(Data::Object(parser)))
        }
        "add_argument" | "set_defaults" => Some(Symbol::new(Data::Null)),
        "parse_args" | "parse_known_args" => {
            let options = options(machine, parser, site);
            if name == "parse_args" {
                return Some(options);
            }
            let rest = Symbol::unknown("it is given when the program is run", site.place.clone());
            let pair = machine.add(site.place.clone(), ObjectKind::List(vec![options, rest]));
            Some(Symbol::at(Data::Object(pair), site.place.clone()))
        }
        _ => None,
    }
}

/// What parsing gives: for each option its default, which whoever runs the program may change.
fn options(machine: &mut Machine<'_>, parser: ObjectId, site: &Site) -> Symbol {
    let events: Vec<Event> = match machine.object(parser).map(|object| &object.kind) {
        Some(ObjectKind::Instance(instance)) => instance.events.clone(),
        _ => Vec::new(),
    };
    let empty = Site { arguments: Vec::new(), open: None, ..site.clone() };
    let id = machine.external_instance(OPTIONS, &empty);
    for added in events.iter().filter(|event| event.method && &*event.name == "add_argument") {
        let Some((name, place, value)) = option(added) else { continue };
        let given = Passed { name: None, symbol: value, place: place.clone(), whole: place.clone(), literal: false };
        machine.record(id, event(&name, &place, false, vec![given]));
    }
    Symbol::at(Data::Object(id), site.place.clone())
}

/// The name, the place and the value of an option.
fn option(added: &Event) -> Option<(Arc<str>, Place, Symbol)> {
    let named = |name: &str| added.arguments.iter().find(|a| a.name.as_ref().is_some_and(|(n, _)| &**n == name));
    let spelled: Vec<&Passed> = added.arguments.iter().filter(|a| a.name.is_none()).collect();
    let long = spelled.iter().find(|a| a.symbol.single_text().is_some_and(|t| t.starts_with("--")));
    let spelled = long.or_else(|| spelled.first()).copied();
    let place = spelled.map_or_else(|| added.name_place.clone(), |passed| passed.place.clone());
    let shown = spelled.and_then(|passed| passed.symbol.single_text()).map(|text| text.to_string());
    let name = match named("dest").and_then(|dest| dest.symbol.single_text()) {
        Some(dest) => dest.to_string(),
        None => shown.clone()?.trim_start_matches('-').replace('-', "_"),
    };
    let required = named("required").is_some_and(|r| matches!(r.symbol.single(), Some(Data::Bool(true))));
    let shown = shown.unwrap_or_else(|| name.clone());
    let value = match named("default").filter(|_| !required) {
        Some(default) if !matches!(default.symbol.single(), Some(Data::Null)) => {
            default.symbol.clone().labelled(&format!("default of `{shown}`")).overridable()
        }
        _ => {
            let hole = Hole {
                reason: format!("option `{shown}` has no default"),
                place: Some(place.clone()),
                present: required || !shown.starts_with('-'),
                ..Hole::default()
            };
            Symbol::hole(hole, place.clone())
        }
    };
    Some((Arc::from(name), place, value))
}

/// What a decorator such as `click.option` says of a parameter.
pub(super) fn decorated(machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
    for decorator in &closure.function.decorators {
        let ExpressionKind::Call(call) = &decorator.kind else { continue };
        let ExpressionKind::Member(_, method) = &call.function.kind else { continue };
        if !matches!(method.name.as_str(), "option" | "argument") {
            continue;
        }
        let mut arguments = Vec::new();
        for argument in &call.arguments {
            let symbol = machine.evaluate(&argument.value);
            let place = machine.place(argument.value.span);
            let name = argument.name.as_ref().map(|n| (Arc::from(n.name.as_str()), machine.place(n.span)));
            arguments.push(Passed { name, symbol, place: place.clone(), whole: place, literal: false });
        }
        let place = machine.place(method.span);
        let added = event(&method.name, &place, true, arguments);
        if let Some((name, _, value)) = option(&added)
            && *name == *parameter.name
        {
            return Some(value);
        }
    }
    None
}
