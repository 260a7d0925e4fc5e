//! Calls of functions and methods of the project's own of which its configuration says that they make the call.
//!
//! Takes what such a call is given: by name, by position, in a map or in an object. Whether the walk has found a call
//! in the function itself is asked before; that one says more.

use super::Outside;
use super::draft::Draft;
use super::requests::found;
use crate::model::{Api, Meaning, ParameterKind, Position, Wrapper};
use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{Object, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Symbol};

/// How much of what is called is looked at, in bytes.
const CALLED: usize = 200;

/// Something that a wrapper is given by a name.
struct Named {
    name: String,
    name_place: Place,
    symbol: Symbol,
    place: Place,
    literal: bool,
}

/// What a wrapper is given.
#[derive(Default)]
struct Held {
    named: Vec<Named>,
    /// By position, without maps and objects.
    loose: Vec<Passed>,
    open: Option<(String, Place)>,
}

/// Keeps the call that a call of a wrapper makes; `path` is what is called, as far as that is known.
pub(super) fn consider(machine: &mut Machine<'_>, outside: Outside<'_>, path: &str, site: &Site) {
    let apis = machine.apis;
    let written = site.function.text();
    let written = written.get(written.ceil_char_boundary(written.len().saturating_sub(CALLED))..).unwrap_or_default();
    for (api, binding) in apis.iter().zip(&outside.bindings.all) {
        let is_called = |wrapper: &&Wrapper| wrapper.is_called(path) || wrapper.is_called(written);
        let Some(wrapper) = api.wrappers.iter().find(is_called) else { continue };
        let held = held(machine, site);
        let meaning = wrapper.meaning(api, action(wrapper, &held).as_deref());
        if meaning == Meaning::Other || !machine.spend(held.named.len()) {
            continue;
        }
        let draft = draft(api, wrapper, meaning, held, site);
        let mut call = draft.finish(machine, binding, &site.place, &site.function);
        let is_named = call.subject.split_whitespace().any(|word| wrapper.is_called(word));
        if !is_named {
            // What it is called here may be another name for it.
            call.subject = format!("{} ({})", wrapper.name, call.subject);
        }
        found(machine, call, None);
        return;
    }
}

/// The text that names the operation, or that may.
fn action(wrapper: &Wrapper, held: &Held) -> Option<String> {
    let symbol = match &wrapper.action {
        Some(Position::At(number)) => &held.loose.get(number.checked_sub(1)?)?.symbol,
        Some(Position::Named(name)) => &held.named.iter().rev().find(|named| named.name == *name)?.symbol,
        None if wrapper.positions.is_empty() => &held.loose.first()?.symbol,
        None => return None,
    };
    symbol.single_text().map(|text| text.to_string())
}

/// Everything that a call is given; what stands in maps and objects is given by its name there.
fn held(machine: &Machine<'_>, site: &Site) -> Held {
    let mut held = Held { open: site.open.clone(), ..Held::default() };
    for passed in &site.arguments {
        let object = passed.symbol.single_object().and_then(|id| machine.object(id));
        let is_open = object.is_some_and(|object| within(object, &mut held));
        match &passed.name {
            _ if is_open => {}
            Some((name, name_place)) => held.named.push(Named {
                name: name.trim_start_matches('$').to_owned(),
                name_place: name_place.clone(),
                symbol: passed.symbol.clone(),
                place: passed.place.clone(),
                literal: passed.literal,
            }),
            None => held.loose.push(passed.clone()),
        }
    }
    held
}

/// Adds what a map or an object holds; whether it is one.
fn within(object: &Object, held: &mut Held) -> bool {
    match &object.kind {
        ObjectKind::Map(entries) => held.named.extend(entries.iter().map(|entry| Named {
            name: entry.key.to_string(),
            name_place: entry.key_place.clone(),
            symbol: entry.value.clone(),
            place: entry.value_place.clone(),
            literal: false,
        })),
        ObjectKind::Instance(instance) => {
            let sets = instance.events.iter().filter(|event| !event.method);
            held.named.extend(sets.filter_map(|event| {
                Some(Named {
                    name: event.name.to_string(),
                    name_place: event.name_place.clone(),
                    symbol: object.field(&event.name)?,
                    place: event.arguments.first()?.place.clone(),
                    literal: false,
                })
            }));
        }
        _ => return false,
    }
    if let Some((reason, place)) = &object.open {
        held.open.get_or_insert_with(|| (reason.clone(), place.clone()));
    }
    true
}

fn draft<'a>(api: &'a Api, wrapper: &Wrapper, meaning: Meaning, held: Held, site: &Site) -> Draft<'a> {
    let family = held.named.iter().find_map(|named| Some(wrapper.parameter(api, &named.name)?.1));
    let mut draft = Draft::new(api, family.unwrap_or_default());
    let mut given: Vec<&str> = Vec::new();
    for named in held.named {
        if let Some((parameter, _)) = wrapper.parameter(api, &named.name) {
            given.push(&parameter.name);
            draft.add_wire(&parameter.name, &named.name_place, &named.place, named.symbol, named.literal);
        }
    }
    let action = match wrapper.action {
        Some(Position::At(number)) => number.checked_sub(1),
        _ => None,
    };
    let mut loose = held.loose.into_iter().enumerate().filter(|(at, _)| Some(*at) != action).map(|(_, passed)| passed);
    for (name, passed) in wrapper.positions.iter().zip(loose.by_ref()) {
        if let Some(parameter) = api.parameter(name) {
            given.push(&parameter.name);
            draft.add_wire(&parameter.name, &passed.place, &passed.place, passed.symbol, passed.literal);
        }
    }
    // A map of which nothing is known may hold any of them.
    let unseen = loose.find(|passed| matches!(passed.symbol.single(), None | Some(Data::Unknown(_) | Data::Object(_))));
    if let Some((reason, place)) = held.open {
        draft.may_hold_more(&reason, &place);
    } else if let Some(passed) = unseen {
        draft.may_hold_more("what is given there is not known", &passed.place);
    } else if meaning == Meaning::Implied {
        draft.may_hold_more(&format!("`{}` may set it by itself", wrapper.name), &site.function);
    }
    // Whatever else it sends as it is, the instance is what a wrapper most likely knows.
    let identifier = api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
    if let Some(identifier) = identifier.filter(|identifier| !given.contains(&identifier.name.as_str())) {
        let reason = format!("`{}` may set it by itself", wrapper.name);
        let place = &site.function;
        draft.add_wire(&identifier.name, place, place, Symbol::unknown(reason, place.clone()), false);
    }
    draft
}
