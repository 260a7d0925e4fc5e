//! URLs and bodies of forms that are written as one text: `https://host/?Action=…&Version=…&Name=value`.

use super::bindings::Binding;
use super::draft::{Draft, WIRE};
use super::requests::found;
use crate::model::Api;
use crate::source::{Place, Span};
use crate::surface::code::Machine;
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol, UNKNOWN_PART};

/// How many parts of a query are looked at.
const PARTS: usize = 60;

/// One `name=value`, with the reason why the value is not known, if it is not.
struct Part {
    name: String,
    written: String,
    value: Result<String, String>,
}

/// Finds the calls that the texts make which something outside is given.
pub(super) fn consider(machine: &mut Machine<'_>, index: usize, api: &Api, binding: &Binding, site: &Site) {
    for passed in &site.arguments {
        for possible in passed.symbol.alternatives() {
            let (text, reason) = match &possible.data {
                Data::Text(text) => (text, ""),
                Data::Unknown(hole) => match &hole.template {
                    Some(template) => (template, hole.reason.as_str()),
                    None => continue,
                },
                _ => continue,
            };
            let Some(parts) = query(text, reason) else { continue };
            let host = std::iter::once(&**text).chain(hosts(site));
            if is_proven(&parts, api, binding, host) {
                emit(machine, index, &parts, possible, binding, site);
            }
        }
    }
}

/// Other texts of the same call, one of which may name the host.
fn hosts(site: &Site) -> impl Iterator<Item = &str> {
    site.arguments.iter().filter_map(|passed| passed.symbol.single_text()).map(|text| &**text)
}

/// The parts of a query, if a text is one: what stands behind a `?`, or all of it.
fn query(text: &str, reason: &str) -> Option<Vec<Part>> {
    if text.len() > 8_000 || !text.contains('=') || text.contains(char::is_whitespace) {
        return None;
    }
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let query = query.split('#').next().unwrap_or(query);
    let parts = query.split('&').take(PARTS).filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        let decoded = decode(value);
        let value = if decoded.contains(UNKNOWN_PART) { Err(reason.to_owned()) } else { Ok(decoded) };
        Some(Part { name: decode(name), written: part.to_owned(), value })
    });
    Some(parts.collect())
}

/// The text that an encoded part stands for.
pub(in crate::surface) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let ahead: Vec<u8> = rest.clone().take(2).collect();
                let hex = std::str::from_utf8(&ahead).ok().filter(|hex| hex.len() == 2);
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(decoded) => {
                        bytes.push(decoded);
                        rest.nth(1);
                    }
                    None => bytes.push(byte),
                }
            }
            b'+' => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a query names the operation, and the version of the API or one of its hosts.
fn is_proven<'t>(parts: &[Part], api: &Api, binding: &Binding, mut hosts: impl Iterator<Item = &'t str>) -> bool {
    let said = |keys: &[String]| {
        let part = parts.iter().find(|part| keys.contains(&part.name))?;
        part.value.as_deref().ok()
    };
    if said(&binding.action_keys) != Some(api.action.as_str()) {
        return false;
    }
    match said(&binding.version_keys) {
        Some(version) => version == api.product.version,
        None => hosts.any(|host| binding.is_host(host)),
    }
}

fn emit(machine: &mut Machine<'_>, index: usize, parts: &[Part], possible: &Possible, binding: &Binding, site: &Site) {
    let apis = machine.apis;
    let Some(api) = apis.get(index) else { return };
    let mut draft = Draft::new(api, WIRE);
    let literal = possible.trail.last().map_or(&site.place, |step| &step.place);
    for part in parts {
        if binding.action_keys.iter().chain(&binding.version_keys).any(|key| *key == part.name) {
            continue;
        }
        let (name, value) = places(part, literal);
        let mut symbol = match &part.value {
            Ok(text) => Symbol::text(text, value.clone()),
            Err(reason) => Symbol::unknown(reason.clone(), value.clone()),
        };
        if possible.overridable {
            symbol = symbol.overridable();
        }
        draft.add_wire(&part.name, &name, &value, symbol, false);
    }
    let before = machine.guards.clone();
    machine.assume(&possible.guards);
    let call = draft.finish(machine, binding, &site.place, &site.function);
    machine.guards = before;
    // A text is given to other functions on its way, to be signed for example.
    let place = |place: &Place| format!("{}:{}-{}", place.source.path(), place.span.start, place.span.end);
    let arguments: Vec<String> = call.arguments.iter().map(|argument| place(&argument.place)).collect();
    let guards: Vec<String> = call.guards.iter().map(|guard| format!("{} {}", guard.key, guard.branch)).collect();
    let words = format!("{:?} {} {}", machine.root, arguments.join(" "), guards.join(" "));
    if machine.seen.insert(words) {
        found(machine, call, None);
    }
}

/// Where a part and its value stand, when they stand in the text just once; else the whole text.
fn places(part: &Part, literal: &Place) -> (Place, Place) {
    let text = literal.text();
    let visible = part.written.split(UNKNOWN_PART).next().unwrap_or_default();
    let mut found = text.match_indices(visible);
    let (Some((at, _)), None) = (found.next(), found.next()) else { return (literal.clone(), literal.clone()) };
    let start = literal.span.start as usize + at;
    let middle = start + part.written.find('=').unwrap_or_default();
    let end = start + visible.len();
    let place = |from: usize, to: usize| Place::new(&literal.source, Span::new(from, to.max(from)));
    let value = if visible.len() == part.written.len() { place(middle + 1, end) } else { literal.clone() };
    (place(start, middle), value)
}
