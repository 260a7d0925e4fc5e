//! What a function makes its value of, where that says more than the value: texts with parts that are not known,
//! values that become JSON, files.

use std::path::Path;
use std::rc::Rc;

use crate::surface::terraform::symbol::{Data, Made, MadeKind, Possible, Symbol, TextPart};

/// How many elements are joined.
const JOINED_LIMIT: usize = 100;

/// What a function that a module in this folder calls makes its value of.
pub(super) fn by(name: &str, values: &[&Possible], folder: &Path) -> Option<Rc<Made>> {
    let kind = match (name, values) {
        ("jsonencode", [value]) => MadeKind::Json(one(value)),
        ("file", [path]) => MadeKind::File { path: one(path), values: None, folder: Rc::from(folder) },
        ("templatefile", [path, values]) => {
            MadeKind::File { path: one(path), values: Some(one(values)), folder: Rc::from(folder) }
        }
        ("concat", lists) => MadeKind::Lists(lists.iter().map(|list| one(list)).collect()),
        ("format", [pattern, values @ ..]) => text(formatted(&pattern.data.as_text()?, values)?),
        ("join", [separator, list]) => text(joined(&separator.data.as_text()?, list.data.elements()?)?),
        _ => return None,
    };
    Made::of(kind)
}

fn one(value: &Possible) -> Symbol {
    Symbol::one_of(vec![value.clone()], None)
}

fn text(parts: Vec<TextPart>) -> MadeKind {
    MadeKind::Text { parts, template: false }
}

/// The verbs that put a value in as it is.
fn formatted(pattern: &str, values: &[&Possible]) -> Option<Vec<TextPart>> {
    let mut values = values.iter();
    let mut parts = Vec::new();
    let mut known = String::new();
    let mut rest = pattern.chars();
    while let Some(character) = rest.next() {
        if character != '%' {
            known.push(character);
            continue;
        }
        match rest.next()? {
            '%' => known.push('%'),
            's' | 'v' | 'd' => {
                parts.push(TextPart::Known(std::mem::take(&mut known)));
                parts.push(TextPart::Filled(one(values.next()?)));
            }
            _ => return None,
        }
    }
    parts.push(TextPart::Known(known));
    Some(parts)
}

fn joined(separator: &str, list: &[Symbol]) -> Option<Vec<TextPart>> {
    if list.len() < 2 || list.len() > JOINED_LIMIT || list.iter().any(is_collection) {
        return None;
    }
    let mut parts = Vec::new();
    for (index, element) in list.iter().enumerate() {
        if index > 0 {
            parts.push(TextPart::Known(separator.to_owned()));
        }
        parts.push(TextPart::Filled(element.clone()));
    }
    Some(parts)
}

fn is_collection(symbol: &Symbol) -> bool {
    symbol.alternatives().iter().any(|a| matches!(a.data, Data::List(_) | Data::Set(_) | Data::Map(_)))
}
