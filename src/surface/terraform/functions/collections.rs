//! Functions on collections whose arguments are all known.

use std::rc::Rc;

use super::{ELEMENTS_LIMIT, Outcome, is_empty, number, set};
use crate::source::Place;
use crate::surface::terraform::combine::elements_of;
use crate::surface::terraform::operators::equal;
use crate::surface::terraform::symbol::{self, Data, Entry, Possible, Symbol};
use crate::syntax::json;

/// Functions on collections whose arguments are all known.
pub(super) fn apply(name: &str, values: &[&Possible], place: &Place) -> Option<Outcome> {
    let list = |elements: Vec<Symbol>| Some(Outcome::Data(Data::List(Rc::new(elements))));
    let elements = |index: usize| values.get(index)?.data.elements().map(Rc::clone);
    let keep = |value: &Possible| Outcome::Symbol(Symbol::one_of(vec![value.clone()], Some(place)));
    match (name, values) {
        ("tolist", [value]) => match &value.data {
            Data::Set(set) => list(set.to_vec()),
            Data::List(_) | Data::Null => Some(keep(value)),
            _ => None,
        },
        ("tomap", [value]) if matches!(value.data, Data::Map(_) | Data::Null) => Some(keep(value)),
        ("toset", [value]) => match &value.data {
            Data::Set(_) | Data::Null => Some(keep(value)),
            data => set(data.elements()?.to_vec()).map(Outcome::Data),
        },
        ("setunion", _) => {
            let all: Option<Vec<_>> = (0..values.len()).map(elements).collect();
            set(all?.iter().flat_map(|set| set.iter().cloned()).collect()).map(Outcome::Data)
        }
        ("setintersection" | "setsubtract", [first, second]) => {
            let others: Option<Vec<Rc<str>>> = second.data.elements()?.iter().map(Symbol::single_text).collect();
            let (others, wanted) = (others?, name == "setintersection");
            let kept = first.data.elements()?.iter();
            let kept = kept.filter(|e| e.single_text().is_some_and(|text| others.contains(&text) == wanted));
            set(kept.cloned().collect()).map(Outcome::Data)
        }
        ("concat", _) => {
            let all: Option<Vec<_>> = (0..values.len()).map(elements).collect();
            list(all?.iter().flat_map(|list| list.iter().cloned()).take(ELEMENTS_LIMIT).collect())
        }
        ("coalescelist", values) => {
            values.iter().find(|v| v.data.elements().is_some_and(|list| !list.is_empty())).map(|value| keep(value))
        }
        ("keys", [map]) => list(
            elements_of(map).filter(|_| matches!(map.data, Data::Map(_)))?.into_iter().map(|(k, _, _)| k).collect(),
        ),
        ("values", [map]) => list(
            elements_of(map).filter(|_| matches!(map.data, Data::Map(_)))?.into_iter().map(|(_, v, _)| v).collect(),
        ),
        ("zipmap", [_, _]) => zipmap(&elements(0)?, &elements(1)?),
        ("flatten", [_]) => {
            let mut flat = Vec::new();
            flatten(&elements(0)?, &mut flat, 0)?;
            list(flat)
        }
        ("distinct", [_]) => distinct(&elements(0)?).and_then(list),
        ("compact", [_]) => {
            let kept: Option<Vec<_>> = elements(0)?
                .iter()
                .map(|e| Some((e.single().filter(|d| d.hole().is_none())?, e)))
                .filter(|pair| !pair.is_some_and(|(data, _)| is_empty(data)))
                .map(|pair| pair.map(|(_, e)| e.clone()))
                .collect();
            list(kept?)
        }
        ("reverse", [_]) => list(elements(0)?.iter().rev().cloned().collect()),
        ("sort", [_]) => {
            let mut texts: Vec<(Rc<str>, Symbol)> =
                elements(0)?.iter().map(|e| Some((e.single_text()?, e.clone()))).collect::<Option<_>>()?;
            texts.sort_by(|a, b| a.0.cmp(&b.0));
            list(texts.into_iter().map(|(_, e)| e).collect())
        }
        ("slice", [_, start, end]) => {
            let (start, end) = (start.data.as_index()?, end.data.as_index()?);
            match elements(0)?.get(start..end) {
                Some(part) => list(part.to_vec()),
                None => Some(Outcome::Refused("the slice is out of range")),
            }
        }
        ("index", [_, needle]) => {
            let found = elements(0)?.iter().position(|e| e.single().and_then(|d| equal(d, &needle.data)) == Some(true));
            found.map(number)
        }
        ("alltrue" | "anytrue", [_]) => {
            let all = name == "alltrue";
            let flags: Option<Vec<bool>> = elements(0)?.iter().map(|e| e.single().and_then(Data::as_bool)).collect();
            let flags = flags?;
            let value = if all { flags.iter().all(|flag| *flag) } else { flags.iter().any(|flag| *flag) };
            Some(Outcome::Data(Data::Bool(value)))
        }
        ("range", _) => range(values),
        ("jsondecode", [value]) => {
            let text = value.data.as_text()?;
            let parsed = json::parse(&text).ok();
            Some(parsed.map_or(Outcome::Refused("the text is no JSON"), |node| Outcome::Symbol(decoded(&node))))
        }
        _ => None,
    }
}

fn zipmap(keys: &[Symbol], values: &[Symbol]) -> Option<Outcome> {
    if keys.len() != values.len() {
        return Some(Outcome::Refused("there are not as many keys as values"));
    }
    let entry =
        |(key, value): (&Symbol, &Symbol)| Some(Entry { key: key.single_text()?, place: None, value: value.clone() });
    Some(Outcome::Data(symbol::map(keys.iter().zip(values).map(entry).collect::<Option<_>>()?)))
}

fn flatten(elements: &[Symbol], into: &mut Vec<Symbol>, depth: usize) -> Option<()> {
    for element in elements {
        match element.single() {
            Some(Data::List(inner) | Data::Set(inner)) if depth < 32 => flatten(inner, into, depth + 1)?,
            Some(Data::Unknown(_)) => return None,
            _ => into.push(element.clone()),
        }
        if into.len() > ELEMENTS_LIMIT {
            return None;
        }
    }
    Some(())
}

fn distinct(elements: &[Symbol]) -> Option<Vec<Symbol>> {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut kept = Vec::new();
    for element in elements {
        if seen.insert(element.single_text()?) {
            kept.push(element.clone());
        }
    }
    Some(kept)
}

fn range(values: &[&Possible]) -> Option<Outcome> {
    let numbers: Vec<f64> = values.iter().map(|value| value.data.as_number()).collect::<Option<_>>()?;
    let (start, end, step) = match numbers.as_slice() {
        [end] => (0.0, *end, 1.0),
        [start, end] => (*start, *end, 1.0),
        [start, end, step] => (*start, *end, *step),
        _ => return None,
    };
    if step == 0.0 {
        return Some(Outcome::Refused("the step is zero"));
    }
    let mut elements = Vec::new();
    let mut next = start;
    while (step > 0.0 && next < end) || (step < 0.0 && next > end) {
        elements.push(Symbol::new(Data::Number(next)));
        next += step;
        if elements.len() > 1_024 {
            return Some(Outcome::Refused("the range is too long"));
        }
    }
    Some(Outcome::Data(Data::List(Rc::new(elements))))
}

/// A decoded JSON value.
fn decoded(node: &json::Node) -> Symbol {
    Symbol::new(match &node.kind {
        json::Kind::Null => Data::Null,
        json::Kind::Bool(value) => Data::Bool(*value),
        json::Kind::Number(text) => text.parse().map_or(Data::Null, Data::Number),
        json::Kind::String { text, .. } => Data::Text(Rc::from(text.as_str())),
        json::Kind::Array(elements) => Data::List(Rc::new(elements.iter().map(decoded).collect())),
        json::Kind::Object(members) => {
            let entry = |member: &json::Member| Entry {
                key: Rc::from(member.key.as_str()),
                place: None,
                value: decoded(&member.value),
            };
            symbol::map(members.iter().map(entry).collect())
        }
    })
}
