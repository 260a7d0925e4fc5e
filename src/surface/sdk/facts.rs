//! Facts about the instance of a call: what is listed beside its id, and what the object says that it is of.

use super::bindings::{Binding, is_class};
use crate::model::{Alternative, Api, Content, Fact, FactNames, Guard, ParameterKind, Step, Unknown, Value};
use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{Instance, Object, ObjectId, ObjectKind};
use crate::surface::code::symbol::{Data, Possible, Symbol, compatible};
use crate::surface::code::value::steps;

/// What a fact is told by.
const BESIDE: &str = "listed beside the instance id";

/// How many things may stand beside an id in one list or map.
const BESIDE_AT_MOST: usize = 200;

/// The facts that the value of the identifying parameter leads to.
pub(super) fn facts(
    api: &Api,
    binding: &Binding,
    machine: &Machine<'_>,
    guards: &[Guard],
    given: impl Fn(&str) -> Option<(Symbol, Place)>,
) -> Vec<Fact> {
    let identifier = api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
    let Some((symbol, _)) = identifier.and_then(|p| given(&p.name)) else { return Vec::new() };
    let mut facts = Vec::new();
    for names in &api.facts {
        let mut known = false;
        let mut alternatives = Vec::new();
        for possible in symbol.alternatives().iter().filter(|a| compatible(&a.guards, guards)) {
            let listed = binding.listed_facts.contains(&names.name);
            let told = listed.then(|| beside(possible, names, machine)).flatten();
            let told = told.map(|told| vec![told]).or_else(|| of_object(possible, names, binding, machine));
            match told {
                Some(told) => {
                    known = true;
                    alternatives.extend(told);
                }
                None => {
                    let unknown =
                        Unknown { reason: format!("{} is not said", names.name), place: None, present: false };
                    let mut alternative = Alternative::new(Content::Unknown(unknown));
                    alternative.guards.clone_from(&possible.guards);
                    alternatives.push(alternative);
                }
            }
        }
        if known {
            facts.push(Fact { name: names.name.clone(), value: Value::one_of(alternatives) });
        }
    }
    facts
}

/// The one value of a fact that stands in the same list, map or object as the id.
fn beside(possible: &Possible, names: &FactNames, machine: &Machine<'_>) -> Option<Alternative> {
    let Data::Text(id) = &possible.data else { return None };
    // A table of very many things is no list of what is known of one.
    let is_short = |object: &Object| object.length().is_none_or(|length| length <= BESIDE_AT_MOST);
    machine.object(possible.beside?).filter(|object| is_short(object))?;
    let texts = texts_in(possible.beside?, machine, 0);
    if !texts.iter().any(|(text, _)| text == &**id) {
        return None;
    }
    // An alias in other letters may be anything.
    let exact = |text: &str| {
        names.value(text).is_some_and(|value| value.id == text || value.aliases.iter().any(|alias| alias == text))
    };
    let mut found = texts.iter().filter(|(text, _)| exact(text));
    let (text, place) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let mut alternative = Alternative::new(Content::text(text.clone()));
    alternative.guards.clone_from(&possible.guards);
    alternative.steps = place.iter().map(|place| Step { place: place.clone(), label: BESIDE.to_owned() }).collect();
    Some(alternative)
}

/// The texts that an object holds, and those of maps in it.
fn texts_in(id: ObjectId, machine: &Machine<'_>, depth: usize) -> Vec<(String, Option<Place>)> {
    let Some(object) = machine.object(id) else { return Vec::new() };
    let mut texts = Vec::new();
    for member in object.members() {
        let [only] = member.alternatives() else { continue };
        match &only.data {
            Data::Text(text) => texts.push((text.to_string(), only.trail.last().map(|step| step.place.clone()))),
            Data::Object(inner) if depth == 0 => {
                let is_map = machine.object(*inner).is_some_and(|o| matches!(o.kind, ObjectKind::Map(_)));
                if is_map {
                    texts.extend(texts_in(*inner, machine, 1));
                }
            }
            _ => {}
        }
    }
    texts
}

/// A field of a map or of an object that an object was made with; a builder's is a method.
fn in_arguments(instance: &Instance, field: &str, machine: &Machine<'_>) -> Option<Symbol> {
    instance.positional.iter().find_map(|passed| {
        let held = machine.object(passed.symbol.single_object()?)?;
        held.field(field).or_else(|| match &held.kind {
            ObjectKind::Instance(held) => {
                let set = held.events.iter().rev().find(|event| event.method && *event.name == *field)?;
                set.arguments.first().map(|first| first.symbol.clone())
            }
            _ => None,
        })
    })
}

/// What an object that is an instance says of itself, when the id is its.
fn of_object(
    possible: &Possible,
    names: &FactNames,
    binding: &Binding,
    machine: &Machine<'_>,
) -> Option<Vec<Alternative>> {
    let Data::Unknown(hole) = &possible.data else { return None };
    let object = machine.object(hole.origin?)?;
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    let path = instance.external.as_deref()?;
    let spec = binding.instances.iter().find(|spec| is_class(path, &spec.module, &spec.class))?;
    if hole.method.as_deref() != Some(spec.identifier.as_str()) {
        return None;
    }
    let field = spec.facts.iter().find(|fact| fact.fact == names.name)?;
    let symbol = object.field(&field.field).or_else(|| in_arguments(instance, &field.field, machine))?;
    let told = symbol.alternatives().iter().map(|a| {
        let content = match &a.data {
            Data::Text(text) => Content::text(&**text),
            _ => {
                Content::Unknown(Unknown { reason: format!("{} is not said", names.name), place: None, present: false })
            }
        };
        let place = a.trail.first().map_or_else(|| object.place.clone(), |step| step.place.clone());
        let mut alternative = Alternative::new(content);
        alternative.steps = steps(&a.trail, &object.place);
        if alternative.steps.is_empty() {
            alternative.steps.push(Step { place, label: String::new() });
        }
        alternative.guards.clone_from(&possible.guards);
        alternative.guards.extend(a.guards.iter().cloned());
        alternative.overridable = a.overridable;
        alternative
    });
    Some(told.collect())
}
