//! From what was done to a request to a call: which API it is of, and what its parameters are.

use std::sync::Arc;

use super::bindings::{Binding, GenericSpec, RequestSpec, Style, is_class};
use super::facts;
use crate::model::{Api, Argument, Call, InsertSite, NameKind, Quote, Runs, Spelling, UnknownName, Value};
use crate::source::{Place, Span};
use crate::surface::code::Machine;
use crate::surface::code::heap::{Instance, Object, ObjectId, ObjectKind};
use crate::surface::code::machine::Found;
use crate::surface::code::symbol::{Data, Symbol, overlay};
use crate::surface::code::value::value_of;

/// What is collected for a call.
pub(super) struct Draft<'a> {
    pub(super) api: &'a Api,
    family: &'static str,
    given: Vec<Given>,
    unknown: Vec<UnknownName>,
    open: Option<(String, Place)>,
}

/// A parameter that is given.
struct Given {
    parameter: String,
    name: Place,
    place: Place,
    symbol: Symbol,
    literal: bool,
    removal: Option<Place>,
}

/// The families of names, which a call refers to for good.
const FAMILIES: [&str; 4] = ["wire", "python", "setter", "snake"];

/// The family of the API's own names.
const WIRE: &str = "wire";

impl<'a> Draft<'a> {
    pub(super) fn new(api: &'a Api, family: &str) -> Self {
        let family = FAMILIES.into_iter().find(|known| *known == family).unwrap_or(WIRE);
        Self { api, family, given: Vec::new(), unknown: Vec::new(), open: None }
    }

    /// Sets a parameter, in some cases only perhaps.
    fn set(&mut self, parameter: &str, given: Given, conditional: bool) {
        match self.given.iter_mut().find(|g| g.parameter == parameter) {
            Some(existing) => {
                let literal = given.literal && !conditional;
                *existing = Given { literal, removal: None, ..given };
            }
            None => self.given.push(Given { literal: given.literal && !conditional, ..given }),
        }
    }

    fn symbol(&self, parameter: &str) -> Symbol {
        self.given.iter().find(|g| g.parameter == parameter).map_or_else(Symbol::absent, |g| g.symbol.clone())
    }

    /// Adds the entries of a map of the API's own names.
    pub(super) fn add_map(&mut self, object: &Object, binding: &Binding) {
        if let Some((reason, place)) = &object.open {
            self.open.get_or_insert_with(|| (reason.clone(), place.clone()));
        }
        let ObjectKind::Map(entries) = &object.kind else { return };
        for entry in entries {
            let about = binding.action_keys.iter().chain(&binding.version_keys).any(|key| **key == *entry.key);
            if about {
                continue;
            }
            let literal = entry.whole.is_some() && entry.value.alternatives().len() == 1;
            let stands = entry
                .value
                .alternatives()
                .first()
                .is_some_and(|a| matches!(a.trail.as_slice(), [one] if one.place == entry.value_place));
            let removal = entry.whole.as_ref().map(removal);
            self.add_wire(
                &entry.key,
                &entry.key_place,
                &entry.value_place,
                entry.value.clone(),
                literal && stands,
                removal,
            );
        }
    }

    #[allow(clippy::too_many_arguments, reason = "they are the parts of one entry")]
    fn add_wire(
        &mut self,
        name: &str,
        name_place: &Place,
        place: &Place,
        symbol: Symbol,
        literal: bool,
        removal: Option<Place>,
    ) {
        match self.api.parameter(name) {
            Some(parameter) => {
                let parameter = parameter.name.clone();
                let given = Given {
                    parameter: parameter.clone(),
                    name: name_place.clone(),
                    place: place.clone(),
                    symbol,
                    literal,
                    removal,
                };
                self.set(&parameter, given, false);
            }
            None => self.unknown_name(name, name_place, false, WIRE),
        }
    }

    fn unknown_name(&mut self, name: &str, place: &Place, refused: bool, family: &str) {
        if self.tolerates(name) || self.unknown.iter().any(|known| known.place == *place) {
            return;
        }
        let nearest = self.api.nearest_parameter(name, family);
        let wrong_case = nearest.is_some_and(|p| p.spelled(family).eq_ignore_ascii_case(name));
        self.unknown.push(UnknownName {
            spelled: name.to_owned(),
            place: place.clone(),
            kind: if wrong_case { NameKind::WrongCase } else { NameKind::Unknown },
            nearest: nearest.map(|p| p.name.clone()),
            instead: nearest.map(|p| p.spelled(family).into_owned()),
            refused,
        });
    }

    fn tolerates(&self, name: &str) -> bool {
        let plain: String = name.chars().filter(|c| *c != '_').collect();
        self.api.tolerates(&plain)
    }

    /// Adds everything that was done to a request.
    fn add_events(
        &mut self,
        object: &Object,
        instance: &Instance,
        style: Style,
        binding: &Binding,
        machine: &Machine<'_>,
    ) {
        if let Some((reason, place)) = &object.open {
            self.open = Some((reason.clone(), place.clone()));
        }
        for event in &instance.events {
            let relative = object.relative(&event.guards);
            let name = &*event.name;
            let Some(first) = event.arguments.first() else { continue };
            if event.method {
                self.add_method(event, &relative, style, binding, machine);
                continue;
            }
            if style == Style::Setters {
                continue;
            }
            match self.api.parameter_spelled(name, self.family) {
                Some(parameter) => {
                    let parameter = parameter.name.clone();
                    let removal = event
                        .in_constructor
                        .then(|| removal(&first.whole))
                        .filter(|_| first.whole.span != first.place.span);
                    let symbol = overlay(&self.symbol(&parameter), &first.symbol, &relative, &first.place);
                    let given = Given {
                        parameter: parameter.clone(),
                        name: event.name_place.clone(),
                        place: first.place.clone(),
                        symbol,
                        literal: first.literal,
                        removal,
                    };
                    self.set(&parameter, given, !relative.is_empty());
                }
                None => {
                    let family = self.family;
                    self.unknown_name(name, &event.name_place, event.in_constructor, family);
                }
            }
        }
    }

    fn add_method(
        &mut self,
        event: &crate::surface::code::heap::Event,
        relative: &[crate::model::Guard],
        style: Style,
        binding: &Binding,
        machine: &Machine<'_>,
    ) {
        let name = &*event.name;
        let is = |list: &[String]| list.iter().any(|known| known == name);
        let Some(first) = event.arguments.first() else { return };
        let from_map = binding.requests.iter().any(|r| r.from_map.as_deref() == Some(name));
        if is(&binding.add_many) || from_map {
            match first.symbol.single_object().and_then(|id| machine.object(id)) {
                Some(map) => self.add_map(&map.clone(), binding),
                None => {
                    self.open
                        .get_or_insert_with(|| ("what is given there is not known".to_owned(), first.place.clone()));
                }
            }
            return;
        }
        if is(&binding.add_one) {
            let Some(second) = event.arguments.get(1) else { return };
            let Some(wire) = first.symbol.single_text().cloned() else {
                self.open.get_or_insert_with(|| {
                    ("a parameter is set whose name is not known".to_owned(), first.place.clone())
                });
                return;
            };
            let symbol = overlay(&self.symbol(&wire), &second.symbol, relative, &second.place);
            let literal = second.literal && relative.is_empty();
            self.add_wire(&wire, &first.place, &second.place, symbol, literal, None);
            return;
        }
        if style != Style::Setters || is(&binding.other_methods) {
            return;
        }
        match self.api.parameter_spelled(name, self.family) {
            Some(parameter) => {
                let parameter = parameter.name.clone();
                let symbol = overlay(&self.symbol(&parameter), &first.symbol, relative, &first.place);
                let given = Given {
                    parameter: parameter.clone(),
                    name: event.name_place.clone(),
                    place: first.place.clone(),
                    symbol,
                    literal: first.literal,
                    removal: None,
                };
                self.set(&parameter, given, !relative.is_empty());
            }
            None if name.starts_with("set_") => {
                let family = self.family;
                self.unknown_name(name, &event.name_place, true, family);
            }
            None => {}
        }
    }

    /// The call.
    fn finish(mut self, machine: &Machine<'_>, binding: &Binding, place: &Place, head: &Place) -> Call {
        let guards = machine.guards.clone();
        if machine.gave_up {
            self.open.get_or_insert_with(|| ("following it takes too much work".to_owned(), place.clone()));
        }
        if let Some((reason, at)) = self.open.take() {
            for parameter in &self.api.parameters {
                if !self.given.iter().any(|g| g.parameter == parameter.name) {
                    self.given.push(Given {
                        parameter: parameter.name.clone(),
                        name: at.clone(),
                        place: at.clone(),
                        symbol: Symbol::unknown(reason.clone(), at.clone()),
                        literal: false,
                        removal: None,
                    });
                }
            }
        }
        let facts = facts::facts(self.api, binding, machine, &guards, |name| {
            self.given.iter().find(|g| g.parameter == name).map(|g| (g.symbol.clone(), g.place.clone()))
        });
        let context = machine.names.last().map(|name| format!("{name}: ")).unwrap_or_default();
        let arguments = self.given.into_iter().map(|given| {
            let value: Value = value_of(&given.symbol, &given.place, &guards);
            Argument {
                parameter: given.parameter,
                name: given.name,
                place: given.place,
                value,
                literal: given.literal.then_some(Quote::DoubleUnlessNumber),
                removal: given.removal,
            }
        });
        let arguments: Vec<Argument> = arguments.collect();
        let insert = insert_site(&arguments, place);
        Call {
            api: Arc::clone(&self.api.id),
            surface: machine.surface,
            subject: format!("{context}{}", head.text()),
            place: place.clone(),
            head: head.clone(),
            arguments,
            unknown_names: self.unknown,
            facts,
            guards,
            spelling: Spelling { family: self.family, prefix: "" },
            insert,
            runs: Runs::default(),
            advisory: false,
        }
    }
}

/// Where a further argument by name can be written: behind the last one of the constructor.
fn insert_site(arguments: &[Argument], place: &Place) -> Option<InsertSite> {
    let inside = |a: &&Argument| a.removal.is_some() && Arc::ptr_eq(&a.place.source, &place.source);
    let last = arguments.iter().filter(inside).max_by_key(|a| a.place.span.end)?;
    if last.name.text().starts_with(['"', '\'']) || !place.span.range().contains(&(last.place.span.start as usize)) {
        return None;
    }
    let source = &place.source;
    let before = source.text().get(..last.name.span.start as usize)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let own_line = line.chars().all(char::is_whitespace);
    Some(InsertSite {
        at: Place::new(source, Span { start: last.place.span.end, end: last.place.span.end }),
        before: if own_line { format!(",\n{line}") } else { ", ".to_owned() },
        between: "=".to_owned(),
        after: String::new(),
        quote: Quote::DoubleUnlessNumber,
    })
}

/// What to delete to leave out one of several things between commas.
fn removal(whole: &Place) -> Place {
    let text = whole.source.text();
    let behind = text.get(whole.span.end as usize..).unwrap_or_default();
    let before = text.get(..whole.span.start as usize).unwrap_or_default();
    let kept = before.trim_end();
    let is_last = |rest: &str| rest.trim_start().starts_with([')', '}']);
    match behind.trim_start().strip_prefix(',') {
        Some(rest) if !is_last(rest) => {
            let end = text.len() - rest.trim_start().len();
            Place::new(&whole.source, Span::new(before.len(), end))
        }
        Some(rest) => Place::new(&whole.source, Span::new(kept.len(), text.len() - rest.len())),
        None => {
            let kept = kept.strip_suffix(',').unwrap_or(kept);
            Place::new(&whole.source, Span::new(kept.len(), whole.span.end as usize))
        }
    }
}

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

/// The call that a request makes when it is sent.
pub(super) fn emit_request(machine: &mut Machine<'_>, id: ObjectId, api: usize, binding: &Binding) {
    let apis = machine.apis;
    let (Some(api), Some(object)) = (apis.get(api), machine.object(id).cloned()) else { return };
    let ObjectKind::Instance(instance) = &object.kind else { return };
    let (style, family) = match (request_spec(&object, binding), generic_spec(&object, binding)) {
        (Some((spec, _)), _) => (spec.style, spec.family.as_str()),
        (None, Some(_)) => (Style::Setters, WIRE),
        _ => return,
    };
    let mut draft = Draft::new(api, family);
    if style == Style::Fields
        && let Some(first) = instance.positional.first()
        && request_spec(&object, binding).is_some_and(|(_, resource)| !resource)
    {
        draft.open = Some(("it is given by position".to_owned(), first.place.clone()));
    }
    if instance.class.is_some() {
        draft.open = Some(("its class is made here and may set more".to_owned(), object.place.clone()));
    }
    if generic_spec(&object, binding).is_some() {
        add_generic(&mut draft, &object, instance, binding, machine);
    } else {
        draft.add_events(&object, instance, style, binding, machine);
    }
    let end = object.place.text().find('(').unwrap_or_default();
    let start = object.place.span.start as usize;
    let head = Place::new(&object.place.source, Span::new(start, start + end));
    let call = draft.finish(machine, binding, &object.place, &head);
    found(machine, call, Some((id, instance.events.len())));
}

/// Parameters of a generic request: by methods that add one, and in maps.
fn add_generic(draft: &mut Draft<'_>, object: &Object, instance: &Instance, binding: &Binding, machine: &Machine<'_>) {
    if let Some((reason, place)) = &object.open {
        draft.open = Some((reason.clone(), place.clone()));
    }
    for event in instance.events.iter().filter(|event| event.method) {
        let relative = object.relative(&event.guards);
        let listed = binding.add_one.iter().chain(&binding.add_many).any(|name| **name == *event.name);
        if listed {
            draft.add_method(event, &relative, Style::Fields, binding, machine);
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
    let (Some(api), Some(object)) = (apis.get(api), machine.object(id).cloned()) else { return };
    let mut draft = Draft::new(api, WIRE);
    draft.add_map(&object, binding);
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
    machine.found.retain(|f| !on_its_way(f));
    found(machine, call, Some((id, object.changes)));
}

/// Keeps a call. One that is sent again as it was is one call; one that was changed replaces none.
fn found(machine: &mut Machine<'_>, call: Call, object: Option<(ObjectId, usize)>) {
    let root = machine.root;
    let same = machine.found.iter_mut().find(|f| f.object.is_some() && f.object == object);
    if let Some(same) = same {
        same.call.guards.retain(|guard| call.guards.contains(guard));
        return;
    }
    machine.found.push(Found { call, root, object });
}

/// A text that a map holds under one of some keys.
pub(super) fn entry_text(object: &Object, keys: &[String]) -> Option<Arc<str>> {
    keys.iter().find_map(|key| match object.field(key)?.single()? {
        Data::Text(text) => Some(Arc::clone(text)),
        _ => None,
    })
}
