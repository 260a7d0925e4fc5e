//! Objects as the libraries of several languages handle them: those that somebody outside makes, and texts that are
//! put together step by step.

use std::rc::Rc;
use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::ObjectKind;
use crate::surface::code::machine::{Closure, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::syntax::code::{ExpressionKind, Parameter};

/// What a lowering calls the function that gives an object of a class which somebody outside makes.
const GIVEN: &str = "<given>";

/// An object of a class of the program that somebody outside makes, perhaps of another one.
pub(in crate::surface) fn made_outside(machine: &mut Machine<'_>, class: &Symbol, place: &Place) -> Option<Symbol> {
    let class = match &machine.object(class.single_object()?)?.kind {
        ObjectKind::Class(class) => Rc::clone(class),
        _ => return None,
    };
    // An object that is made of others that are made of others is followed once.
    if machine.assuming > 1 {
        return None;
    }
    let id = machine.object_of_unknown_making(&class, place);
    Some(Symbol::at(Data::Object(id), place.clone()).overridable())
}

/// What a parameter is that nobody in sight gives, when its type is a class of the program.
pub(in crate::surface) fn of_type(
    machine: &mut Machine<'_>,
    closure: &Closure,
    parameter: &Parameter,
) -> Option<Symbol> {
    let ExpressionKind::Call(call) = &parameter.default.as_ref()?.kind else { return None };
    if !matches!(&call.function.kind, ExpressionKind::Name(name) if name == GIVEN) {
        return None;
    }
    let class = machine.in_scope(closure.scope, &call.arguments.first()?.value);
    let given = made_outside(machine, &class, &machine.place(parameter.span));
    Some(given.unwrap_or_else(|| machine.unknown_parameter(closure, parameter)))
}

/// A text that is put together step by step by one method, and given by another one.
pub(in crate::surface) fn built(
    machine: &mut Machine<'_>,
    receiver: &Possible,
    name: &str,
    call: &Site,
    (append, give): (&str, &str),
) -> Option<Symbol> {
    let Data::Object(id) = receiver.data else { return None };
    if name == append {
        return Some(Symbol::at(Data::Object(id), call.place.clone()));
    }
    if name != give {
        return None;
    }
    let object = machine.object(id)?.clone();
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    let mut parts = vec![Symbol::text("", call.place.clone())];
    parts.extend(instance.positional.iter().map(|passed| passed.symbol.clone()));
    for event in instance.events.iter().filter(|event| !["length", "Length", give].contains(&&*event.name)) {
        // It is cut, or changed in some cases only.
        if *event.name != *append || !object.relative(&event.guards).is_empty() {
            return None;
        }
        parts.push(event.arguments.first()?.symbol.clone());
    }
    Some(machine.join(&parts, &call.place))
}

/// The class outside that an object is of.
pub(in crate::surface) fn class_of(machine: &Machine<'_>, possible: &Possible) -> Option<Arc<str>> {
    let Data::Object(id) = possible.data else { return None };
    match &machine.object(id)?.kind {
        ObjectKind::Instance(instance) => instance.external.clone(),
        _ => None,
    }
}
