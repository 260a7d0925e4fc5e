//! What leaves the program: requests that are sent, maps that are, and commands that are run.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::bindings::{Binding, Bindings, is_below, last};
use super::requests::{emit_map, emit_request, entry_text, generic_spec, is_of, request_spec};
use super::{Outside, url};
use crate::model::{Api, ParameterKind};
use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{Object, ObjectId, ObjectKind};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Symbol};

/// Shows what a call outside is given; `path` is what is called, as far as that is known.
pub(super) fn consider(
    machine: &mut Machine<'_>,
    outside: Outside<'_>,
    path: &str,
    receiver: Option<ObjectId>,
    site: &Site,
) {
    let name = last(path);
    let Outside { bindings, language } = outside;
    if language.harmless.iter().any(|module| is_below(path, module)) || language.quiet.contains(&name) {
        return;
    }
    for (api, binding) in bindings.all.iter().enumerate() {
        let Some(known) = machine.apis.get(api) else { continue };
        let sends = is_send(known, binding, name, site);
        // A request that holds its map says all that the map could.
        let mut is_told = false;
        for id in given_objects(machine, site) {
            let Some(object) = machine.object(id) else { continue };
            if request_spec(object, binding).is_some_and(|(_, resource)| !resource) {
                if sends {
                    emit_request(machine, id, api, binding);
                } else {
                    let reason = format!("it is given to `{name}`, which may change it");
                    machine.open(id, &reason, &site.place);
                }
            } else if let Some(spec) = generic_spec(object, binding) {
                if !spec.product.is_empty() && is_of(object, spec, known, binding) {
                    emit_request(machine, id, api, binding);
                    is_told = true;
                }
            } else if is_proven_map(machine, object, known, binding, site) {
                emit_map(machine, id, api, binding, &site.place, &site.function);
            }
        }
        url::consider(machine, api, known, binding, site);
        by_headers(machine, api, known, binding, site);
        of_client(machine, api, known, binding, receiver, name, site);
        if !is_told {
            named_operation(machine, api, known, binding, receiver, site);
        }
    }
}

/// Whether a function sends: by its name, or because it is given a method that does.
fn is_send(api: &Api, binding: &Binding, name: &str, site: &Site) -> bool {
    let spelled: Vec<String> = ["snake", "camel", "pascal"].iter().map(|family| api.action_spelled(family)).collect();
    let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c == '_' || c.is_uppercase());
    let sends = |name: &str| {
        binding.send.iter().any(|send| send == name)
            || spelled.iter().any(|action| name.strip_prefix(&**action).is_some_and(goes_on))
    };
    sends(name)
        || site.arguments.iter().any(|passed| match passed.symbol.single() {
            Some(Data::Unknown(hole)) => hole.method.as_deref().is_some_and(sends),
            _ => false,
        })
}

/// A method with the operation's own name of a client whose methods take maps.
fn of_client(
    machine: &mut Machine<'_>,
    index: usize,
    api: &Api,
    binding: &Binding,
    receiver: Option<ObjectId>,
    name: &str,
    site: &Site,
) {
    if !["camel", "pascal", "snake"].iter().any(|family| api.action_spelled(family) == name) {
        return;
    }
    let class = receiver.and_then(|id| class_of(machine, id));
    if !class.is_some_and(|class| binding.clients.iter().any(|spec| is_below(&class, &spec.module))) {
        return;
    }
    if let Some(map) = map_at(machine, site, 0) {
        emit_map(machine, map, index, binding, &site.place, &site.function);
    }
}

/// The class outside that an object is of.
fn class_of(machine: &Machine<'_>, id: ObjectId) -> Option<Arc<str>> {
    match &machine.object(id)?.kind {
        ObjectKind::Instance(instance) => instance.external.clone(),
        _ => None,
    }
}

fn given_objects(machine: &Machine<'_>, site: &Site) -> Vec<ObjectId> {
    let mut ids = Vec::new();
    let mut add = |symbol: &Symbol| {
        for alternative in symbol.alternatives() {
            if let Data::Object(id) = alternative.data
                && !ids.contains(&id)
            {
                ids.push(id);
            }
        }
    };
    for passed in &site.arguments {
        add(&passed.symbol);
        // A list of requests gives each of them.
        match passed.symbol.single_object().and_then(|id| machine.object(id)).map(|object| &object.kind) {
            Some(ObjectKind::List(list)) => list.iter().take(20).for_each(&mut add),
            // A map of options may hold the map of parameters.
            Some(ObjectKind::Map(entries)) => entries.iter().take(20).for_each(|entry| add(&entry.value)),
            _ => {}
        }
    }
    ids
}

/// A map that names the operation, and the version of the API or its host.
fn is_proven_map(machine: &Machine<'_>, object: &Object, api: &Api, binding: &Binding, site: &Site) -> bool {
    if !matches!(object.kind, ObjectKind::Map(_)) {
        return false;
    }
    if entry_text(object, &binding.action_keys).as_deref() != Some(api.action.as_str()) {
        return false;
    }
    match entry_text(object, &binding.version_keys) {
        Some(version) => *version == *api.product.version,
        None => texts(machine, site).iter().any(|text| binding.is_host(text)),
    }
}

/// A map of headers that names the operation, beside the map of parameters.
fn by_headers(machine: &mut Machine<'_>, index: usize, api: &Api, binding: &Binding, site: &Site) {
    let map = |id: &ObjectId| machine.object(*id).filter(|object| matches!(object.kind, ObjectKind::Map(_)));
    let ids = given_objects(machine, site);
    let says = |object: &Object, keys: &[String]| entry_text(object, keys);
    let headers = ids.iter().filter_map(&map);
    let Some(headers) = headers
        .into_iter()
        .find(|object| says(object, &binding.action_headers).as_deref() == Some(api.action.as_str()))
    else {
        return;
    };
    let proven = match says(headers, &binding.version_headers) {
        Some(version) => *version == *api.product.version,
        None => texts(machine, site).iter().any(|text| binding.is_host(text)),
    };
    let holds_one = |object: &Object| api.parameters.iter().any(|parameter| object.field(&parameter.name).is_some());
    let mut sent = ids.iter().copied().filter(|id| map(id).is_some_and(holds_one));
    if let (true, Some(sent)) = (proven, sent.next()) {
        emit_map(machine, sent, index, binding, &site.place, &site.function);
    }
}

/// The texts that a call is given.
fn texts(machine: &Machine<'_>, site: &Site) -> Vec<String> {
    let mut texts = Vec::new();
    for passed in &site.arguments {
        match passed.symbol.single() {
            Some(Data::Text(text)) => texts.push(text.to_string()),
            Some(Data::Object(id)) => texts.extend(said_by(machine, *id)),
            _ => {}
        }
    }
    texts
}

/// The texts that an object of a class outside was made with, those in a map of options too.
fn said_by(machine: &Machine<'_>, id: ObjectId) -> Vec<String> {
    let Some(object) = machine.object(id) else { return Vec::new() };
    if !matches!(object.kind, ObjectKind::Instance(_)) {
        return Vec::new();
    }
    let mut members = object.members();
    if let ObjectKind::Instance(instance) = &object.kind {
        let methods = instance.events.iter().filter(|event| event.method);
        members.extend(methods.filter_map(|event| event.arguments.first()).map(|given| &given.symbol));
    }
    let mut texts = Vec::new();
    for member in members {
        let options = member.single_object().and_then(|id| machine.object(id));
        let options = options.filter(|held| matches!(held.kind, ObjectKind::Map(_)));
        let held = options.map(Object::members).unwrap_or_default();
        texts.extend(held.into_iter().chain([member]).filter_map(Symbol::single_text).map(|text| text.to_string()));
    }
    texts
}

/// `call("Operation", "version", …, {…})`: the name of the operation, a proof of the product, and a map.
fn named_operation(
    machine: &mut Machine<'_>,
    index: usize,
    api: &Api,
    binding: &Binding,
    receiver: Option<ObjectId>,
    site: &Site,
) {
    let given = texts(machine, site);
    let class = receiver.and_then(|id| class_of(machine, id));
    let capitalizes = class.as_deref().is_some_and(|class| {
        let called = last(site.name.text());
        let spec = binding.clients.iter().find(|spec| is_below(class, &spec.module));
        spec.is_some_and(|spec| spec.capitalizing.iter().any(|name| name == called))
    });
    let is_action = |text: &String| *text == api.action || capitalizes && capitalized(text) == api.action;
    if !given.iter().any(is_action) {
        return;
    }
    let mut about = given;
    about.extend(receiver.map(|id| said_by(machine, id)).unwrap_or_default());
    let is_version = |text: &str| text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
    if about.iter().any(|text| is_version(text) && *text != api.product.version) {
        return;
    }
    let map = if capitalizes { map_at(machine, site, 1) } else { parameters(machine, binding, site) };
    let Some(map) = map else { return };
    let identifier = api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
    let holds_identifier = || {
        let object = machine.object(map);
        identifier.is_some_and(|p| object.is_some_and(|object| object.field(&p.name).is_some()))
    };
    let proven = about.iter().any(|text| *text == api.product.version || binding.is_host(text))
        || class.is_some_and(|class| binding.is_packaged(&class))
        || about.iter().any(|text| text.eq_ignore_ascii_case(&api.product.code)) && holds_identifier();
    if proven {
        let map = if capitalizes { capitalized_copy(machine, map) } else { map };
        emit_map(machine, map, index, binding, &site.place, &site.function);
    }
}

/// The map that is given at a position; one of which nothing is known when it is something else.
fn map_at(machine: &mut Machine<'_>, site: &Site, position: usize) -> Option<ObjectId> {
    let passed = site.arguments.iter().filter(|passed| passed.name.is_none()).nth(position);
    let held = passed.and_then(|passed| passed.symbol.single_object());
    let is_map = |id: &ObjectId| machine.object(*id).is_some_and(|o| matches!(o.kind, ObjectKind::Map(_)));
    if let Some(map) = held.filter(is_map) {
        return Some(map);
    }
    let place = passed.map_or_else(|| site.place.clone(), |passed| passed.place.clone());
    let map = machine.add(place.clone(), ObjectKind::Map(Vec::new()));
    if let Some(passed) = passed {
        machine.merge_map(map, &passed.symbol, &place);
    }
    Some(map)
}

/// A map whose keys begin with capitals, as some clients send it.
fn capitalized_copy(machine: &mut Machine<'_>, id: ObjectId) -> ObjectId {
    let Some(mut copy) = machine.object(id).cloned() else { return id };
    let ObjectKind::Map(entries) = &mut copy.kind else { return id };
    entries.iter_mut().for_each(|entry| entry.key = Arc::from(capitalized(&entry.key)));
    let (place, open) = (copy.place, copy.open);
    let copy = machine.add(place, copy.kind);
    if let Some((reason, place)) = open {
        machine.open(copy, &reason, &place);
    }
    copy
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The map of parameters that a call is given: in a field of another object, else as it is. A map beside a request holds
/// how it is sent.
fn parameters(machine: &Machine<'_>, binding: &Binding, site: &Site) -> Option<ObjectId> {
    let is_map = |id: &ObjectId| machine.object(*id).is_some_and(|o| matches!(o.kind, ObjectKind::Map(_)));
    let ids = given_objects(machine, site);
    let held = ids.iter().find_map(|id| {
        let object = machine.object(*id)?;
        let ObjectKind::Instance(instance) = &object.kind else { return None };
        let by_method = |name: &String| {
            let set = instance.events.iter().rev().find(|event| event.method && *event.name == **name)?;
            set.arguments.first()?.symbol.single_object()
        };
        let field = |name: &String| object.field(name).and_then(|field| field.single_object());
        let mut fields = binding.parameter_fields.iter().filter_map(|name| field(name).or_else(|| by_method(name)));
        fields.find(is_map)
    });
    held.or_else(|| ids.iter().copied().find(is_map))
}

/// Requests that were made and that no call in sight sends: what becomes of them is not known.
pub(super) fn leftovers(machine: &mut Machine<'_>, bindings: &Bindings) {
    for (api, binding) in bindings.all.iter().enumerate() {
        let sent: FxHashSet<ObjectId> = machine.found.iter().filter_map(|f| f.object.map(|(id, _)| id)).collect();
        // A request that a constructor makes and a method sends was sent as another object of the same place.
        let is_assumed = |id: &ObjectId| machine.object(*id).is_some_and(|object| object.assumed);
        let places = sent.iter().filter(|id| is_assumed(id)).filter_map(|id| machine.object(*id));
        let at = |place: &Place| (place.source.path().to_owned(), place.span);
        let places: FxHashSet<_> = places.map(|object| at(&object.place)).collect();
        for id in 0..machine.heap.len() {
            let is_this = |object: &Object| matches!(&object.kind, ObjectKind::Instance(i) if i.assumed);
            let is_made = |object: &Object| !object.assumed && !is_this(object);
            let is_request = |object: &Object| request_spec(object, binding).is_some() && is_made(object);
            let is_request = machine.object(id).is_some_and(is_request);
            let is_sent = || machine.object(id).is_some_and(|object| places.contains(&at(&object.place)));
            if !is_request || sent.contains(&id) || is_sent() {
                continue;
            }
            let Some(object) = machine.object(id) else { continue };
            let resource = request_spec(object, binding).is_some_and(|(_, resource)| resource);
            let (place, guards) = (object.place.clone(), object.guards.clone());
            if !resource {
                machine.open(id, "what becomes of the request is not known", &place);
            }
            machine.guards = guards;
            // Whether two of them are ever sent in one run, nobody can tell.
            let program = std::mem::replace(&mut machine.around.program, place.display());
            emit_request(machine, id, api, binding);
            machine.around.program = program;
            machine.guards.clear();
        }
    }
}
