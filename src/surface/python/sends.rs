//! What leaves the program: requests that are sent, maps that are, and commands that are run.

use super::bindings::{Binding, Bindings, is_below};
use super::requests::{emit_map, emit_request, entry_text, generic_spec, is_of, request_spec};
use crate::model::{Api, ParameterKind, naming};
use crate::surface::code::Machine;
use crate::surface::code::heap::{Object, ObjectId, ObjectKind};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Symbol};

/// Modules whose functions neither send nor change what they are given.
const HARMLESS: [&str; 12] = [
    "builtins",
    "json",
    "logging",
    "hashlib",
    "hmac",
    "base64",
    "urllib.parse",
    "pprint",
    "copy",
    "time",
    "datetime",
    "uuid",
];

/// Methods of loggers and the like.
const QUIET: [&str; 10] =
    ["info", "debug", "warning", "error", "exception", "log", "print", "critical", "warn", "append"];

/// Shows what a call outside is given; `path` is what is called, as far as that is known.
pub(super) fn consider(
    machine: &mut Machine<'_>,
    bindings: &Bindings,
    path: &str,
    receiver: Option<ObjectId>,
    site: &Site,
) {
    let name = path.rsplit('.').next().unwrap_or(path);
    if HARMLESS.iter().any(|module| is_below(path, module)) || QUIET.contains(&name) {
        return;
    }
    for (api, binding) in bindings.all.iter().enumerate() {
        let Some(known) = machine.apis.get(api) else { continue };
        let sends = is_send(machine, known, binding, name, site);
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
                }
            } else if is_proven_map(machine, object, known, binding, site) {
                emit_map(machine, id, api, binding, &site.place, &site.function);
            }
        }
        named_operation(machine, api, known, binding, receiver, site);
    }
}

/// Whether a function sends: by its name, or because it is given a method that does.
fn is_send(machine: &Machine<'_>, api: &Api, binding: &Binding, name: &str, site: &Site) -> bool {
    let snake = naming::spell(&api.action, "snake").unwrap_or_default();
    let sends = |name: &str| {
        binding.send.iter().any(|send| send == name)
            || name.strip_prefix(&*snake).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    let _ = machine;
    sends(name)
        || site.arguments.iter().any(|passed| match passed.symbol.single() {
            Some(Data::Unknown(hole)) => hole.method.as_deref().is_some_and(sends),
            _ => false,
        })
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
        if let Some(Object { kind: ObjectKind::List(list), .. }) =
            passed.symbol.single_object().and_then(|id| machine.object(id))
        {
            list.iter().take(20).for_each(&mut add);
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

/// The texts that an object of a class outside was made with.
fn said_by(machine: &Machine<'_>, id: ObjectId) -> Vec<String> {
    let Some(object) = machine.object(id) else { return Vec::new() };
    if !matches!(object.kind, ObjectKind::Instance(_)) {
        return Vec::new();
    }
    let members = object.members();
    members.into_iter().filter_map(|member| member.single_text()).map(|text| text.to_string()).collect()
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
    if !given.contains(&api.action) {
        return;
    }
    let mut about = given;
    about.extend(receiver.map(|id| said_by(machine, id)).unwrap_or_default());
    let path = receiver.and_then(|id| machine.object(id)).and_then(|object| match &object.kind {
        ObjectKind::Instance(instance) => instance.external.clone(),
        _ => None,
    });
    let is_version = |text: &str| text.len() == 10 && text.bytes().filter(|b| *b == b'-').count() == 2;
    if about.iter().any(|text| is_version(text) && *text != api.product.version) {
        return;
    }
    let Some(map) = parameters(machine, binding, site) else { return };
    let identifier = api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
    let holds_identifier = || {
        let object = machine.object(map);
        identifier.is_some_and(|p| object.is_some_and(|object| object.field(&p.name).is_some()))
    };
    let proven = about.iter().any(|text| *text == api.product.version || binding.is_host(text))
        || path.is_some_and(|path| binding.is_packaged(&path))
        || about.iter().any(|text| text.eq_ignore_ascii_case(&api.product.code)) && holds_identifier();
    if proven {
        emit_map(machine, map, index, binding, &site.place, &site.function);
    }
}

/// The map of parameters that a call is given, perhaps in a field of another object.
fn parameters(machine: &Machine<'_>, binding: &Binding, site: &Site) -> Option<ObjectId> {
    let is_map = |id: &ObjectId| machine.object(*id).is_some_and(|o| matches!(o.kind, ObjectKind::Map(_)));
    let ids = given_objects(machine, site);
    if let Some(map) = ids.iter().copied().find(is_map) {
        return Some(map);
    }
    ids.iter().find_map(|id| {
        let object = machine.object(*id)?;
        if !matches!(object.kind, ObjectKind::Instance(_)) {
            return None;
        }
        let fields = binding.parameter_fields.iter().filter_map(|name| object.field(name)?.single_object());
        fields.into_iter().find(is_map)
    })
}

/// Requests that were made and that no call in sight sends: what becomes of them is not known.
pub(super) fn leftovers(machine: &mut Machine<'_>, bindings: &Bindings) {
    for (api, binding) in bindings.all.iter().enumerate() {
        for id in 0..machine.heap.len() {
            let is_request = machine.object(id).is_some_and(|object| request_spec(object, binding).is_some());
            let sent = machine.found.iter().any(|found| found.object.is_some_and(|(object, _)| object == id));
            if !is_request || sent {
                continue;
            }
            let Some(object) = machine.object(id) else { continue };
            let resource = request_spec(object, binding).is_some_and(|(_, resource)| resource);
            let (place, guards) = (object.place.clone(), object.guards.clone());
            if !resource {
                machine.open(id, "what becomes of the request is not known", &place);
            }
            machine.guards = guards;
            emit_request(machine, id, api, binding);
            machine.guards.clear();
        }
    }
}
