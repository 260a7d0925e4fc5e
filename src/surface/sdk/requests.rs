//! Requests, and what becomes of them when they are sent: which API one is of, and the call that it makes.

use std::sync::Arc;

use super::bindings::{Binding, GenericSpec, InstanceSpec, RequestSpec, Style, is_below, is_class, last, parent};
use super::draft::{Draft, Manner, WIRE};
use crate::model::{Api, Call};
use crate::source::{Place, Span};
use crate::surface::code::Machine;
use crate::surface::code::heap::{Instance, Object, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Found;
use crate::surface::code::symbol::Data;

/// The class of requests that an object is of.
pub(super) fn request_spec<'b>(object: &Object, binding: &'b Binding) -> Option<(&'b RequestSpec, bool)> {
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    let path = instance.external.as_deref()?;
    let request = binding.requests.iter().find(|spec| is_class(path, &spec.module, &spec.class));
    let resource = || binding.resources.iter().find(|spec| is_class(path, &spec.module, &spec.class));
    request.map(|spec| (spec, false)).or_else(|| resource().map(|spec| (spec, true)))
}

/// The class of requests of any API that an object is of.
pub(super) fn generic_spec<'b>(object: &Object, binding: &'b Binding) -> Option<&'b GenericSpec> {
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    let path = instance.external.as_deref()?;
    binding.generic.iter().find(|spec| is_class(path, &spec.module, &spec.class))
}

/// What was last said about a generic request under some names.
fn said(object: &Object, names: &[String]) -> Option<Arc<str>> {
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    let event = instance.events.iter().rev().find(|e| names.iter().any(|n| **n == *e.name))?;
    event.arguments.first()?.symbol.single_text().cloned()
}

/// Whether a generic request is of an API: its operation is, and its product is proven.
pub(super) fn is_of(object: &Object, spec: &GenericSpec, api: &Api, binding: &Binding) -> bool {
    let action = said(object, &spec.action);
    if action.as_deref() != Some(api.action.as_str()) {
        return false;
    }
    let version = said(object, &spec.version);
    let product = said(object, &spec.product);
    let host = said(object, &spec.host);
    let wrong_version = version.as_deref().is_some_and(|v| v != api.product.version);
    let right_product = product.as_deref().is_some_and(|p| p.eq_ignore_ascii_case(&api.product.code));
    let right_host = host.as_deref().is_some_and(|h| binding.is_host(h));
    let wrong_product = product.is_some() && !right_product;
    !wrong_version && !wrong_product && (version.is_some() || right_product || right_host)
}

/// Whether an object holds the arguments of a request or a resource.
pub(super) fn is_arguments(object: &Object, binding: &Binding) -> bool {
    let ObjectKind::Instance(instance) = &object.kind else { return false };
    let Some(path) = instance.external.as_deref() else { return false };
    let specs = binding.requests.iter().chain(&binding.resources).map(|spec| (&spec.module, &spec.arguments));
    let mut specs = specs.chain(binding.instances.iter().map(|spec| (&spec.module, &spec.arguments)));
    specs.any(|(module, class)| class.as_ref().is_some_and(|class| is_class(path, module, class)))
}

/// The class outside of which a function that is called makes an object.
pub(super) fn made_by(path: &str, binding: &Binding) -> Option<String> {
    let name = last(path);
    let listed = |names: &[String]| names.iter().any(|known| known == name);
    let of_module =
        |module: &str, class: &str| is_below(parent(path), module).then(|| format!("{}.{class}", parent(path)));
    let of_class = |module: &str, class: &str| is_class(parent(path), module, class).then(|| parent(path).to_owned());
    let made = |module: &str, class: &str, functions: &[String], makers: &[String]| {
        if is_class(path, module, class) {
            return Some(path.to_owned());
        }
        let by_function = || listed(functions).then(|| of_module(module, class)).flatten();
        let by_maker = || listed(makers).then(|| of_class(module, class)).flatten();
        by_function().or_else(by_maker)
    };
    let request = |spec: &RequestSpec| {
        let own = made(&spec.module, &spec.class, &spec.functions, &spec.makers);
        let arguments = || made(&spec.module, spec.arguments.as_deref()?, &[], &spec.makers);
        own.or_else(arguments)
    };
    let generic = |spec: &GenericSpec| made(&spec.module, &spec.class, &spec.functions, &spec.makers);
    let instance = |spec: &InstanceSpec| {
        let own = made(&spec.module, &spec.class, &spec.functions, &[]);
        own.or_else(|| made(&spec.module, spec.arguments.as_deref()?, &[], &spec.makers))
    };
    let mut specs = binding.requests.iter().chain(&binding.resources);
    let found = specs.find_map(request).or_else(|| binding.generic.iter().find_map(generic));
    found.or_else(|| binding.instances.iter().find_map(instance))
}

/// The call that a request makes when it is sent.
pub(super) fn emit_request(machine: &mut Machine<'_>, id: ObjectId, api: usize, binding: &Binding) {
    let apis = machine.apis;
    let done = machine.object(id).map_or(0, |object| match &object.kind {
        ObjectKind::Instance(instance) => instance.events.len(),
        _ => 0,
    });
    // All that was done to it is gone through for each time that it is sent.
    if !machine.spend(done) {
        return;
    }
    let (Some(api), Some(object)) = (apis.get(api), machine.object(id).cloned()) else { return };
    let ObjectKind::Instance(instance) = &object.kind else { return };
    let spec = request_spec(&object, binding);
    let mut draft = match (spec, generic_spec(&object, binding)) {
        (Some((spec, _)), _) => Draft::new(api, &spec.family),
        (None, Some(_)) => Draft::new(api, WIRE),
        _ => return,
    };
    if instance.class.is_some() {
        draft.may_hold_more("its class is made here and may set more", &object.place);
    }
    match spec {
        Some((spec, resource)) => add_specific(&mut draft, &object, instance, (spec, resource), binding, machine),
        None => add_generic(&mut draft, &object, instance, binding, machine),
    }
    let head = head(&object.place);
    let call = draft.finish(machine, binding, &object.place, &head);
    found(machine, call, Some((id, instance.events.len())));
}

/// What is called where an object is made: what stands before the first parenthesis or brace but for those that the
/// whole is put in.
fn head(place: &Place) -> Place {
    let whole = place.text();
    let text = whole.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let start = place.span.start as usize + (whole.len() - text.len());
    let end = text.find(['(', '{']).unwrap_or(text.len());
    let text = text.get(..end).unwrap_or_default();
    Place::new(&place.source, Span::new(start, start + text.trim_end().len()))
}

/// Parameters of a request of one API, or of a resource: where it was made, and what was set on it.
fn add_specific(
    draft: &mut Draft<'_>,
    object: &Object,
    instance: &Instance,
    (spec, resource): (&RequestSpec, bool),
    binding: &Binding,
    machine: &Machine<'_>,
) {
    let manner = Manner { style: spec.style, unchecked: spec.unchecked, fields: spec.fields.as_deref(), binding };
    let mut not_seen: Option<&Passed> = None;
    let mut seen = false;
    let by_name = instance.events.iter().any(|event| event.in_constructor);
    let named = instance.events.iter().filter(|e| e.in_constructor).filter_map(|e| e.arguments.first());
    for (index, passed) in instance.positional.iter().chain(named).enumerate() {
        let held = passed.symbol.single_object().and_then(|id| machine.object(id));
        match held.map(|held| (held, &held.kind)) {
            // Behind the name and the arguments of a resource there are options, which are none of the call's.
            Some((_, ObjectKind::Map(_))) if resource && (index != 1 || by_name) => {}
            Some((held, ObjectKind::Map(_))) if index < instance.positional.len() => {
                seen = true;
                if spec.style == Style::Setters {
                    // What is set by methods alone takes options, in which there may be parameters.
                    draft.add_options(held, binding, machine);
                    continue;
                }
                let family = spec.fields.as_deref().unwrap_or(&spec.family);
                draft.add_map(held, family, !spec.unchecked, binding);
            }
            Some((held, ObjectKind::Instance(arguments))) if is_arguments(held, binding) => {
                seen = true;
                draft.add_events(held, arguments, manner, machine);
            }
            // A resource has a name, and perhaps a context, in front of what it takes.
            None if index < instance.positional.len() && (!resource || index > 0) => {
                let is_text = matches!(passed.symbol.single(), Some(Data::Text(_) | Data::Null));
                not_seen = not_seen.or(Some(passed).filter(|_| !resource || !is_text));
            }
            _ => {}
        }
    }
    if let Some(passed) = not_seen.filter(|_| !seen && (resource || spec.style != Style::Setters)) {
        draft.may_hold_more("it is given by position", &passed.place);
    }
    draft.add_events(object, instance, manner, machine);
}

/// Parameters of a generic request: by methods that add one, and in maps.
fn add_generic(draft: &mut Draft<'_>, object: &Object, instance: &Instance, binding: &Binding, machine: &Machine<'_>) {
    if let Some((reason, place)) = &object.open {
        draft.may_hold_more(reason, place);
    }
    let Some(spec) = generic_spec(object, binding) else { return };
    let manner = Manner { style: Style::Fields, unchecked: true, fields: None, binding };
    for event in &instance.events {
        let is = |names: &[String]| names.iter().any(|name| **name == *event.name);
        let relative = object.relative(&event.guards);
        if event.method && (is(&binding.add_one) || is(&binding.add_many)) {
            draft.add_method(event, &relative, manner, machine);
            continue;
        }
        if let Some(setters) = spec.setters.as_deref().filter(|_| event.method) {
            draft.add_known(event, &relative, setters);
        }
        let held = event.arguments.first().and_then(|first| machine.object(first.symbol.single_object()?));
        let Some(map) = held.filter(|map| matches!(map.kind, ObjectKind::Map(_))) else { continue };
        if is(&spec.maps) {
            draft.add_map(map, WIRE, false, binding);
        } else if is(&spec.options) {
            let inner = binding.parameter_fields.iter().filter_map(|name| map.field(name)?.single_object());
            inner.filter_map(|id| machine.object(id)).for_each(|map| draft.add_map(map, WIRE, false, binding));
        }
    }
}

/// The call that a map makes when it is sent.
pub(super) fn emit_map(
    machine: &mut Machine<'_>,
    id: ObjectId,
    api: usize,
    binding: &Binding,
    place: &Place,
    head: &Place,
) {
    let apis = machine.apis;
    if !machine.spend(machine.object(id).and_then(Object::length).unwrap_or(0)) {
        return;
    }
    let (Some(api), Some(object)) = (apis.get(api), machine.object(id).cloned()) else { return };
    let mut draft = Draft::new(api, WIRE);
    draft.add_map(&object, WIRE, false, binding);
    let call = draft.finish(machine, binding, place, head);
    // A map is given to other functions on its way, to be signed for example. Those stand before the one that sends
    // it; in a loop, what was sent the round before stands behind.
    let is_before = |f: &Found| {
        let elsewhere = f.call.head.source.path() != call.head.source.path();
        elsewhere || f.call.head.span.start < call.head.span.start
    };
    let on_its_way = |f: &Found| {
        f.object.is_some_and(|(object, _)| object == id) && f.call.head.text() != call.head.text() && is_before(f)
    };
    if machine.given_objects.contains(&id) {
        machine.found.retain(|f| !on_its_way(f));
    }
    found(machine, call, Some((id, object.changes)));
}

/// Keeps a call. One that is sent again as it was is one call; one that was changed replaces none.
pub(super) fn found(machine: &mut Machine<'_>, mut call: Call, object: Option<(ObjectId, usize)>) {
    let root = machine.root;
    if let Some((id, changes)) = object {
        let again = !machine.given_away.insert((id, changes));
        machine.given_objects.insert(id);
        if again && let Some(same) = machine.found.iter_mut().rev().find(|f| f.object == object) {
            same.call.guards.retain(|guard| call.guards.contains(guard));
            return;
        }
    }
    call.runs = machine.runs();
    let again = machine.again > 0;
    machine.found.push(Found { call, root, object, again });
}

/// A text that a map holds under one of some keys.
pub(super) fn entry_text(object: &Object, keys: &[String]) -> Option<Arc<str>> {
    keys.iter().find_map(|key| match object.field(key)?.single()? {
        Data::Text(text) => Some(Arc::clone(text)),
        _ => None,
    })
}
