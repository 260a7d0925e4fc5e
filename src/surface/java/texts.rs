//! Texts: their methods, how they are joined and formatted.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::Passed;
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{changed, elements, joined, split_at};

/// Methods that give a value as it is.
pub(super) fn unchanged(receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let same = matches!(
        name,
        "toString" | "intern" | "name" | "intValue" | "longValue" | "get" | "orElseThrow" | "strip" | "trim"
    );
    (same && call.arguments.is_empty()).then(|| {
        let mut value = receiver.clone();
        value.guards.clear();
        Symbol::one_of(vec![value], &call.place)
    })
}

/// Methods of a text.
pub(super) fn method(
    machine: &mut Machine<'_>,
    receiver: &Possible,
    text: &Arc<str>,
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    let place = &call.place;
    let changed = |text: String| Some(changed(receiver, text, place));
    let itself = Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], place);
    match name {
        "toUpperCase" => changed(text.to_uppercase()),
        "toLowerCase" => changed(text.to_lowercase()),
        "trim" | "strip" => changed(text.trim().to_owned()),
        "toString" | "intern" | "name" | "get" | "orElseThrow" => Some(itself),
        "concat" => Some(machine.join(&[itself, call.arguments.first()?.symbol.clone()], place)),
        "formatted" => format(machine, text, &call.arguments, place),
        "length" => Some(Symbol::at(Data::Number(Arc::from(text.chars().count().to_string())), place.clone())),
        "split" => {
            let by = call.arguments.first()?.symbol.single_text().filter(|by| !by.is_empty())?;
            // Anything but a plain text is a pattern.
            let by = by.strip_prefix('\\').unwrap_or(by);
            if by.contains(['[', '(', '\\', '+', '*', '?', '.', '|']) && by.len() > 1 {
                return None;
            }
            split_at(machine, receiver, by, call)
        }
        "replace" => {
            let [from, to] = call.arguments.as_slice() else { return None };
            let (from, to) = (from.symbol.single_text()?, to.symbol.single_text()?);
            changed(text.replace(&**from, to)).filter(|_| text.len() < 2_000 && to.len() < 200 && !from.is_empty())
        }
        _ => None,
    }
}

/// `String.join(",", …)`
pub(super) fn join(machine: &mut Machine<'_>, call: &Site) -> Option<Symbol> {
    let [by, rest @ ..] = call.arguments.as_slice() else { return None };
    let parts = match rest {
        [one] => elements(machine, &one.symbol).unwrap_or_else(|| vec![one.symbol.clone()]),
        several => several.iter().map(|passed| passed.symbol.clone()).collect(),
    };
    Some(joined(machine, &parts, &by.symbol, &call.place))
}

/// `String.format("%s-%d", …)`; a format with more than a letter is not followed.
pub(super) fn format(machine: &mut Machine<'_>, text: &str, given: &[Passed], place: &Place) -> Option<Symbol> {
    let mut parts = Vec::new();
    let mut given = given.iter();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        parts.push(Symbol::text(before, place.clone()));
        let letter = behind.chars().next()?;
        rest = behind.get(letter.len_utf8()..)?;
        parts.push(match letter {
            's' | 'd' => given.next()?.symbol.clone(),
            'n' => Symbol::text("\n", place.clone()),
            '%' => Symbol::text("%", place.clone()),
            _ => return None,
        });
    }
    parts.push(Symbol::text(rest, place.clone()));
    Some(machine.join(&parts, place))
}
