//! Terraform's functions, as far as they are pure and occur in practice. Any other one is unknown.

use std::rc::Rc;

use super::combine::{choice, combine};
use super::evaluate::{Evaluator, Scope};
use super::operators::{equal, uncertain};
use super::symbol::{self, Data, Entry, Possible, Symbol};
use crate::model::{Guard, GuardKind};
use crate::source::Place;
use crate::syntax::hcl::{Expression, FunctionCall};

mod collections;
mod made;
mod text;

/// How many elements a function may make.
const ELEMENTS_LIMIT: usize = 10_000;

/// What a function makes of one combination of arguments.
enum Outcome {
    /// A new value.
    Data(Data),
    /// One of the arguments, or a part of one, with its own history.
    Symbol(Symbol),
    /// Terraform refuses it.
    Refused(&'static str),
    /// It is not known.
    Unknown(String),
}

/// The value of a call.
pub(super) fn call(
    evaluator: &Evaluator<'_>,
    call: &FunctionCall,
    expression: &Expression,
    scope: Scope<'_>,
) -> Symbol {
    let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
    if name == "try" || name == "can" {
        return attempt(evaluator, name, call, expression, scope);
    }
    let mut arguments: Vec<Symbol> = call.arguments.iter().map(|a| evaluator.evaluate(a, scope)).collect();
    if call.expand {
        let last = arguments.pop();
        match last.as_ref().and_then(Symbol::single).and_then(Data::elements) {
            Some(elements) => arguments.extend(elements.iter().cloned()),
            None => return evaluator.unknown("the arguments are not known".to_owned(), expression, scope),
        }
    }
    let place = scope.place(expression.span);
    combine(&arguments, &place, |values| {
        let made = made::by(name, values, &scope.instance.module.folder);
        result(evaluator, name, values, (expression, scope)).made_of(made.as_ref())
    })
}

/// What a function gives for one combination of arguments.
fn result(
    evaluator: &Evaluator<'_>,
    name: &str,
    values: &[&Possible],
    (expression, scope): (&Expression, Scope<'_>),
) -> Symbol {
    let place = scope.place(expression.span);
    let hole = values.iter().find_map(|value| value.data.hole());
    let outcome = match apply(name, values, &place) {
        Some(outcome) => outcome,
        None => match hole {
            Some(hole) => {
                let names: Vec<String> = values.iter().map(|value| argument_name(&value.data)).collect();
                return uncertain(hole, format!("{name}({})", names.join(", ")), &place);
            }
            None => Outcome::Unknown(
                values
                    .iter()
                    .find_map(|value| value.data.missing(0))
                    .unwrap_or_else(|| format!("the function `{name}` is not evaluated here")),
            ),
        },
    };
    match outcome {
        Outcome::Data(data) => with_history(data, values, &place),
        Outcome::Symbol(symbol) => symbol,
        Outcome::Refused(reason) => Symbol::refused(reason, Some(place.clone()), place.display()),
        Outcome::Unknown(reason) => evaluator.unknown(reason, expression, scope),
    }
}

/// A new value has the history of the first argument that comes from outside the call.
fn with_history(data: Data, values: &[&Possible], place: &Place) -> Symbol {
    let mut symbol = Symbol::at(data, place.clone());
    let outside = |value: &&&Possible| {
        value.trail.first().is_some_and(|step| {
            step.place.source.path() != place.source.path()
                || step.place.span.start < place.span.start
                || step.place.span.end > place.span.end
        })
    };
    if let Some(first) = values.iter().find(outside) {
        for alternative in symbol.alternatives_mut() {
            if !matches!(alternative.data, Data::List(_) | Data::Set(_) | Data::Map(_)) {
                alternative.trail.clone_from(&first.trail);
            } else {
                alternative.trail.clear();
            }
        }
    }
    symbol
}

fn argument_name(data: &Data) -> String {
    match data {
        Data::Unknown(hole) => hole.name.to_string(),
        other => other.as_text().map_or_else(|| "…".to_owned(), |text| format!("{text:?}")),
    }
}

/// `try` takes the first argument that Terraform does not refuse; `can` asks whether it refuses one.
fn attempt(
    evaluator: &Evaluator<'_>,
    name: &str,
    call: &FunctionCall,
    expression: &Expression,
    scope: Scope<'_>,
) -> Symbol {
    let refused = |possible: &Possible| possible.data.hole().is_some_and(|hole| hole.refused);
    let mut taken: Vec<Possible> = Vec::new();
    let mut open: Vec<Vec<Guard>> = vec![Vec::new()];
    for argument in &call.arguments {
        let value = evaluator.evaluate(argument, scope);
        let mut still_open = Vec::new();
        for guards in &open {
            for mut alternative in value.clone().guarded(guards).into_alternatives() {
                if name == "can" {
                    if alternative.data.hole().is_none() || refused(&alternative) {
                        alternative.data = Data::Bool(!refused(&alternative));
                    }
                    taken.push(alternative);
                } else if refused(&alternative) {
                    still_open.push(alternative.guards);
                } else {
                    taken.push(alternative);
                }
            }
        }
        open = still_open;
        if open.is_empty() || open.len() > symbol::ALTERNATIVES_LIMIT {
            break;
        }
    }
    if taken.is_empty() {
        return evaluator.unknown("nothing of it can be evaluated".to_owned(), expression, scope);
    }
    Symbol::one_of(taken, Some(&scope.place(expression.span)))
}

/// The outcome of a function; nothing when it is not known or an argument is not.
fn apply(name: &str, values: &[&Possible], place: &Place) -> Option<Outcome> {
    let keep = |value: &Possible| Outcome::Symbol(Symbol::one_of(vec![value.clone()], Some(place)));
    match (name, values) {
        ("sensitive" | "nonsensitive" | "ephemeralasnull" | "tolist", [value]) if value.data.hole().is_some() => {
            Some(keep(value))
        }
        ("sensitive" | "nonsensitive", [value]) => Some(keep(value)),
        // A list of ids that are known later stays one, however it is arranged.
        ("toset" | "tolist" | "distinct" | "sort" | "reverse" | "compact" | "flatten", [value])
            if matches!(value.data, Data::Listing(_)) =>
        {
            Some(keep(value))
        }
        ("coalesce", values) => Some(coalesce(values, place)),
        ("lookup", [map, key, rest @ ..]) => lookup(map, key, rest.first().copied(), place),
        ("contains", [list, needle]) => contains(&list.data, &needle.data),
        ("one", [list]) => match &list.data {
            Data::Null => Some(Outcome::Data(Data::Null)),
            Data::Listing(_) | Data::Resource(_) => Some(keep(list)),
            data => match data.elements()?.as_slice() {
                [] => Some(Outcome::Data(Data::Null)),
                [only] => Some(Outcome::Symbol(only.inside(list, None, "the only element"))),
                _ => Some(Outcome::Refused("there is more than one element")),
            },
        },
        ("element", [list, index]) => match &list.data {
            Data::Listing(_) | Data::Resource(_) => Some(keep(list)),
            data => element(list, data.elements()?, &index.data, place),
        },
        ("merge", values) => merge(values),
        ("length", [value]) => {
            let length = match &value.data {
                Data::List(list) | Data::Set(list) => list.len(),
                Data::Map(map) => map.len(),
                Data::Text(text) => text.chars().count(),
                _ => return None,
            };
            Some(number(length))
        }
        _ if values.iter().any(|value| value.data.hole().is_some()) => None,
        _ => text::apply(name, values).or_else(|| collections::apply(name, values, place)),
    }
}

#[allow(clippy::cast_precision_loss, reason = "lengths are small")]
fn number(value: usize) -> Outcome {
    Outcome::Data(Data::Number(value as f64))
}

fn is_empty(data: &Data) -> bool {
    match data {
        Data::Null => true,
        Data::Text(text) => text.is_empty(),
        _ => false,
    }
}

/// The first argument that is neither null nor empty.
fn coalesce(values: &[&Possible], place: &Place) -> Outcome {
    let mut certain_later = values.iter().rev().map(|v| !is_empty(&v.data) && v.data.hole().is_none_or(|h| h.present));
    let some_present = certain_later.any(|certain| certain);
    for value in values {
        match &value.data {
            data if is_empty(data) => {}
            Data::Unknown(hole) if !hole.present => {
                let hole = symbol::Hole {
                    reason: hole.reason.clone(),
                    place: hole.place.clone(),
                    present: some_present,
                    name: Rc::from(format!("coalesce({}, …)", hole.name)),
                    refused: hole.refused,
                };
                return Outcome::Symbol(Symbol::new(Data::Unknown(Rc::new(hole))));
            }
            _ => return Outcome::Symbol(Symbol::one_of(vec![(*value).clone()], Some(place))),
        }
    }
    Outcome::Refused("nothing is given")
}

fn lookup(map: &Possible, key: &Possible, default: Option<&Possible>, place: &Place) -> Option<Outcome> {
    let Data::Map(_) = &map.data else { return None };
    let otherwise = || default.map(|value| Symbol::one_of(vec![value.clone()], Some(place)));
    if let Data::Unknown(hole) = &key.data {
        let mut alternatives = choice(map, &hole.name, &hole.reason, place).into_alternatives();
        if let Some(default) = otherwise() {
            let guard =
                Guard { key: std::sync::Arc::from(hole.name.as_ref()), branch: u32::MAX, kind: GuardKind::Conditional };
            alternatives.extend(default.guarded_by(guard));
        }
        return Some(Outcome::Symbol(Symbol::one_of(alternatives, Some(place))));
    }
    let key = key.data.as_text()?;
    match map.data.entry(&key) {
        Some(entry) => {
            let label = format!("entry `{key}`");
            Some(Outcome::Symbol(entry.value.inside(map, entry.place.as_ref(), &label)))
        }
        None => Some(otherwise().map_or(Outcome::Refused("there is no such entry"), Outcome::Symbol)),
    }
}

fn contains(list: &Data, needle: &Data) -> Option<Outcome> {
    let mut answer = Some(false);
    for element in list.elements()?.iter() {
        match element.single().and_then(|data| equal(data, needle)) {
            Some(true) => return Some(Outcome::Data(Data::Bool(true))),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer.map(|found| Outcome::Data(Data::Bool(found)))
}

fn element(list: &Possible, elements: &[Symbol], index: &Data, place: &Place) -> Option<Outcome> {
    if let Data::Unknown(hole) = index {
        return Some(Outcome::Symbol(choice(list, &hole.name, &hole.reason, place)));
    }
    let index = index.as_index()?;
    match index.checked_rem(elements.len()).and_then(|index| elements.get(index)) {
        Some(element) => Some(Outcome::Symbol(element.inside(list, None, &format!("element {index}")))),
        None => Some(Outcome::Refused("the list is empty")),
    }
}

/// Maps laid over each other; null counts as empty. The way of each entry is kept.
fn merge(values: &[&Possible]) -> Option<Outcome> {
    let mut merged: Vec<Entry> = Vec::new();
    for value in values {
        match &value.data {
            Data::Null => {}
            Data::Map(entries) => merged.extend(entries.iter().map(|entry| {
                let label = format!("entry `{}`", entry.key);
                Entry { value: entry.value.inside(value, entry.place.as_ref(), &label), ..entry.clone() }
            })),
            _ => return None,
        }
    }
    Some(Outcome::Symbol(Symbol::new(symbol::map(merged))))
}

/// A set of texts; nothing when an element is not known.
pub(super) fn set(elements: Vec<Symbol>) -> Option<Data> {
    let mut texts: Vec<(Rc<str>, Symbol)> =
        elements.into_iter().map(|e| Some((e.single_text()?, e))).collect::<Option<_>>()?;
    texts.sort_by(|a, b| a.0.cmp(&b.0));
    texts.dedup_by(|a, b| a.0 == b.0);
    Some(Data::Set(Rc::new(texts.into_iter().map(|(_, e)| e).collect())))
}
