//! Texts: their methods, how they are joined and formatted.

use std::sync::Arc;

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::Passed;
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{changed, elements, joined, split_at};

/// Methods without arguments that give a value as it is, tasks and numbers included.
const SAME: [&str; 8] =
    ["ToString", "GetResult", "GetAwaiter", "GetValueOrDefault", "AsTask", "ToList", "ToArray", "Trim"];

/// Methods that give a value as it is, whatever they are given.
const SAME_ANYWAY: [&str; 2] = ["ConfigureAwait", "WaitAsync"];

/// Methods that give a value as it is.
pub(super) fn unchanged(receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let same = SAME.contains(&name) && call.arguments.is_empty() || SAME_ANYWAY.contains(&name);
    same.then(|| Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], &call.place))
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
    match (name, call.arguments.as_slice()) {
        ("ToUpper" | "ToUpperInvariant", _) => changed(text.to_uppercase()),
        ("ToLower" | "ToLowerInvariant", _) => changed(text.to_lowercase()),
        ("Trim", []) => changed(text.trim().to_owned()),
        ("Split", [by, ..]) => {
            let by = by.symbol.single_text().filter(|by| !by.is_empty())?.clone();
            split_at(machine, receiver, &by, call)
        }
        ("Replace", [from, to]) => {
            let (from, to) = (from.symbol.single_text()?, to.symbol.single_text()?);
            changed(text.replace(&**from, to)).filter(|_| text.len() < 2_000 && to.len() < 200 && !from.is_empty())
        }
        _ => unchanged(receiver, name, call),
    }
}

/// What `string` itself does with texts.
pub(super) fn function(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    match (path, call.arguments.as_slice()) {
        ("System.String.Join", [by, rest @ ..]) => {
            let parts = match rest {
                [one] => elements(machine, &one.symbol).unwrap_or_else(|| vec![one.symbol.clone()]),
                several => several.iter().map(|passed| passed.symbol.clone()).collect(),
            };
            Some(joined(machine, &parts, &by.symbol, place))
        }
        ("System.String.Concat", parts) => {
            let mut all = vec![Symbol::text("", place.clone())];
            all.extend(parts.iter().map(|passed| passed.symbol.clone()));
            Some(machine.join(&all, place))
        }
        ("System.String.Format", [text, given @ ..]) => {
            let text = text.symbol.single_text().cloned()?;
            format(machine, &text, given, place)
        }
        _ => None,
    }
}

/// `string.Format("{0}-{1}", …)`; a hole with more than its number is not followed.
fn format(machine: &mut Machine<'_>, text: &str, given: &[Passed], place: &Place) -> Option<Symbol> {
    let mut parts = vec![Symbol::text("", place.clone())];
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        parts.push(Symbol::text(&before.replace("}}", "}"), place.clone()));
        if let Some(behind) = behind.strip_prefix('{') {
            parts.push(Symbol::text("{", place.clone()));
            rest = behind;
            continue;
        }
        let (number, behind) = behind.split_once('}')?;
        parts.push(given.get(number.parse::<usize>().ok()?)?.symbol.clone());
        rest = behind;
    }
    parts.push(Symbol::text(&rest.replace("}}", "}"), place.clone()));
    Some(machine.join(&parts, place))
}

/// A text that is written into an address as it is, because nothing in it has to be written in another way.
pub(super) fn plain(call: &Site) -> Option<Symbol> {
    let given = &call.arguments.first()?.symbol;
    let is_plain = |possible: &Possible| match &possible.data {
        Data::Text(text) => text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c)),
        Data::Number(_) => true,
        _ => false,
    };
    given.alternatives().iter().all(is_plain).then(|| given.clone())
}
