//! Facts about the instance that a call names, from the arguments of the instance's own resource.

use super::bindings::{FactSpec, InstanceSpec};
use super::calls::labelled;
use super::evaluate::Evaluator;
use super::symbol::{Data, Possible, Reference, Symbol, compatible, merge_guards};
use crate::model::{Alternative, Api, Content, Fact, Guard, Step, Unknown, Value, all_tags, tag};

/// How many instances may be made from each other.
const ORIGIN_LIMIT: usize = 8;

/// What is known of the instance that an id means. Nothing is said of a fact that nothing is known about.
pub(super) fn of_call(
    evaluator: &Evaluator<'_>,
    api: &Api,
    id: &Symbol,
    argument: &str,
    guards: &[Guard],
) -> Vec<Fact> {
    let held: Vec<&Possible> = id.alternatives().iter().filter(|a| compatible(&a.guards, guards)).collect();
    let label = format!("the instance that `{argument}` refers to");
    let mut facts = Vec::new();
    for names in &api.facts {
        let mut known = false;
        let mut alternatives = Vec::new();
        for possible in &held {
            let symbol = reference(possible).and_then(|r| fact(evaluator, r, &names.name, &label, 0));
            match symbol {
                Some(symbol) => {
                    known = true;
                    let symbol = symbol.guarded(&possible.guards);
                    let fitting = symbol.alternatives().iter().filter(|a| compatible(&a.guards, guards));
                    alternatives.extend(fitting.map(|a| alternative(a, names, possible.overridable)));
                }
                None => alternatives.push(unknown_fact(possible, &names.name)),
            }
        }
        if known {
            facts.push(Fact { name: names.name.clone(), value: Value::one_of(alternatives) });
        }
    }
    // Where it may be one of several instances, nothing is said of tags.
    if let [only] = held.as_slice()
        && let Some(instance) = reference(only)
    {
        facts.extend(tags(evaluator, instance).unwrap_or_default());
    }
    facts
}

/// The tags of an instance, as far as they are written; nothing where they may be any.
fn tags(evaluator: &Evaluator<'_>, instance: &Reference) -> Option<Vec<Fact>> {
    let argument = evaluator.bindings.instance(instance.declaration.kind())?.tags.as_deref()?;
    let Some(symbol) = evaluator.argument(instance, argument) else { return Some(vec![all_tags()]) };
    let [only] = symbol.alternatives() else { return None };
    let Data::Map(entries) = &only.data else { return None };
    let mut facts = Vec::new();
    for entry in entries.iter() {
        let alternatives = entry.value.alternatives().iter().map(|possible| Alternative {
            content: match (&possible.data, possible.data.as_text()) {
                (Data::Null, _) => Content::Absent,
                (_, Some(text)) => Content::Text(text.to_string()),
                (Data::Unknown(hole), _) => {
                    Content::Unknown(Unknown { reason: hole.reason.clone(), place: hole.place.clone(), present: true })
                }
                _ => Content::Unknown(Unknown { reason: "it is no text".to_owned(), place: None, present: true }),
            },
            guards: possible.guards.clone(),
            steps: labelled(possible.trail.clone()),
            overridable: only.overridable || possible.overridable,
        });
        facts.push(tag(&entry.key, Value::one_of(alternatives.collect())));
    }
    facts.push(all_tags());
    Some(facts)
}

fn reference(possible: &Possible) -> Option<&Reference> {
    match &possible.data {
        Data::Id(reference) | Data::Listing(reference) | Data::Resource(reference) => Some(reference),
        _ => None,
    }
}

/// One fact of an instance, or of the one it was made from; nothing when nothing is said.
fn fact(evaluator: &Evaluator<'_>, instance: &Reference, name: &str, label: &str, depth: usize) -> Option<Symbol> {
    let kind = instance.declaration.kind();
    let spec = if instance.declaration.block.kind == "data" {
        evaluator.bindings.data_source(kind)?
    } else {
        evaluator.bindings.instance(kind)?
    };
    let own = spec.facts.iter().filter(|f| f.fact == name).find_map(|f| told(evaluator, instance, f));
    let symbol = own.or_else(|| inherited(evaluator, instance, spec, name, depth))?;
    let step = Step { place: instance.declaration.header(), label: label.to_owned() };
    let mut symbol = symbol;
    for alternative in symbol.alternatives_mut() {
        alternative.trail.insert(0, step.clone());
    }
    Some(symbol)
}

/// What one line of the binding tells; nothing when the argument is left out or the condition is not met.
fn told(evaluator: &Evaluator<'_>, instance: &Reference, spec: &FactSpec) -> Option<Symbol> {
    for (argument, values) in &spec.when {
        let text = evaluator.argument(instance, argument)?.single_text()?;
        if !values.iter().any(|value| value.eq_ignore_ascii_case(&text)) {
            return None;
        }
    }
    if let Some(value) = &spec.value {
        return Some(Symbol::text(value.as_str()));
    }
    let symbol = evaluator.argument(instance, spec.argument.as_deref()?)?;
    let absent = |a: &Possible| match &a.data {
        Data::Null => true,
        Data::Text(text) => text.is_empty(),
        _ => false,
    };
    (!symbol.alternatives().iter().all(absent)).then_some(symbol)
}

/// A fact that an instance has from the one it was made from.
fn inherited(
    evaluator: &Evaluator<'_>,
    instance: &Reference,
    spec: &InstanceSpec,
    name: &str,
    depth: usize,
) -> Option<Symbol> {
    if depth >= ORIGIN_LIMIT || !spec.inherits.iter().any(|inherited| inherited == name) {
        return None;
    }
    let origin = evaluator.argument(instance, spec.origin.as_deref()?)?;
    let label = format!("the instance that {} is made from", instance.address);
    let mut alternatives = Vec::new();
    for possible in origin.alternatives() {
        let symbol = fact(evaluator, reference(possible)?, name, &label, depth + 1)?;
        for mut alternative in symbol.guarded(&possible.guards).into_alternatives() {
            merge_guards(&mut alternative.guards, &possible.guards);
            alternatives.push(alternative);
        }
    }
    Some(Symbol::one_of(alternatives, None))
}

fn alternative(possible: &Possible, names: &crate::model::FactNames, overridable: bool) -> Alternative {
    let unknown = |reason: String, place| Content::Unknown(Unknown { reason, place, present: true });
    let content = match (&possible.data, possible.data.as_text()) {
        (Data::Unknown(hole), _) => unknown(hole.reason.clone(), hole.place.clone()),
        (_, Some(text)) if names.value(&text).is_some() => Content::Text(text.to_string()),
        (_, Some(text)) if !text.is_empty() => {
            let place = possible.trail.last().map(|step| step.place.clone());
            unknown(format!("\"{text}\" is no known {}", names.name), place)
        }
        _ => unknown(format!("the {} is not set", names.name), None),
    };
    Alternative {
        content,
        guards: possible.guards.clone(),
        steps: labelled(possible.trail.clone()),
        overridable: overridable || possible.overridable,
    }
}

/// The fact of an instance that is named otherwise.
fn unknown_fact(possible: &Possible, name: &str) -> Alternative {
    let (reason, place) = match &possible.data {
        Data::Unknown(hole) => (hole.reason.clone(), hole.place.clone()),
        data => {
            let what = data.as_text().map_or_else(|| "the instance".to_owned(), |text| text.to_string());
            (format!("the {name} of {what} is not known"), None)
        }
    };
    Alternative {
        content: Content::Unknown(Unknown { reason, place, present: true }),
        guards: possible.guards.clone(),
        steps: Vec::new(),
        overridable: possible.overridable,
    }
}
