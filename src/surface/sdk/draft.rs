//! What is collected for a call, from what was done to a request, until the call is made.

use std::sync::Arc;

use super::bindings::{Binding, Style};
use super::facts;
use crate::model::{
    Api, Argument, Call, Guard, InsertSite, NameKind, Quote, Runs, Spelling, UnknownName, Value, naming,
};
use crate::source::{Place, Span};
use crate::surface::code::Machine;
use crate::surface::code::heap::{Event, Instance, Object, ObjectKind};
use crate::surface::code::symbol::{Symbol, overlay};
use crate::surface::code::value::value_of;

/// What is collected for a call.
pub(super) struct Draft<'a> {
    pub(super) api: &'a Api,
    family: &'static str,
    given: Vec<Given>,
    unknown: Vec<UnknownName>,
    open: Option<(String, Place)>,
    /// What a parameter says of the region.
    region: Option<(Symbol, Place)>,
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

/// The family of the API's own names.
pub(super) const WIRE: &str = "wire";

/// How a request takes its parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner<'b> {
    pub(super) style: Style,
    /// Whether nobody refuses a name that is no parameter.
    pub(super) unchecked: bool,
    /// How parameters are spelt as fields, where that is not as the call spells them.
    pub(super) fields: Option<&'b str>,
    pub(super) binding: &'b Binding,
}

impl<'a> Draft<'a> {
    pub(super) fn new(api: &'a Api, family: &str) -> Self {
        let family = naming::FAMILIES.into_iter().find(|known| *known == family).unwrap_or(WIRE);
        Self { api, family, given: Vec::new(), unknown: Vec::new(), open: None, region: None }
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

    /// Adds the entries of a map, whose keys are names of a family.
    pub(super) fn add_map(&mut self, object: &Object, family: &str, refused: bool, binding: &Binding) {
        if let Some((reason, place)) = &object.open {
            self.may_hold_more(reason, place);
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
            let given = Given {
                parameter: String::new(),
                name: entry.key_place.clone(),
                place: entry.value_place.clone(),
                symbol: entry.value.clone(),
                literal: literal && stands,
                removal: entry.whole.as_ref().map(removal),
            };
            self.add(&entry.key, family, refused, given);
        }
    }

    /// Adds a parameter by its own name.
    pub(super) fn add_wire(&mut self, name: &str, name_place: &Place, place: &Place, symbol: Symbol, literal: bool) {
        let (name_place, place) = (name_place.clone(), place.clone());
        let given = Given { parameter: String::new(), name: name_place, place, symbol, literal, removal: None };
        self.add(name, WIRE, false, given);
    }

    /// Sets the parameter that a name of a family stands for, or notes that it stands for none.
    fn add(&mut self, name: &str, family: &str, refused: bool, given: Given) {
        match self.api.parameter_spelled(name, family) {
            Some(parameter) => {
                let parameter = parameter.name.clone();
                self.set(&parameter.clone(), Given { parameter, ..given }, false);
            }
            None => {
                self.note_region(name, &given.symbol, &given.place, false);
                self.unknown_name(name, &given.name, refused, family);
            }
        }
    }

    /// Notes that more may be set than is seen; the first reason is kept.
    pub(super) fn may_hold_more(&mut self, reason: &str, place: &Place) {
        self.open.get_or_insert_with(|| (reason.to_owned(), place.clone()));
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

    /// Notes the region where a name stands for its parameter. One that is set only perhaps says nothing.
    fn note_region(&mut self, name: &str, symbol: &Symbol, place: &Place, perhaps: bool) {
        let region = self.api.permission.as_ref().and_then(|permission| permission.region_parameter.as_deref());
        let plain: String = name.chars().filter(|c| *c != '_').collect();
        let plain = ["set", "Set", "with"].into_iter().find_map(|prefix| plain.strip_prefix(prefix)).unwrap_or(&plain);
        if region.is_some_and(|region| region.eq_ignore_ascii_case(plain)) {
            let symbol = if perhaps {
                Symbol::unknown("it is set only perhaps".to_owned(), place.clone())
            } else {
                symbol.clone()
            };
            self.region = Some((symbol, place.clone()));
        }
    }

    fn tolerates(&self, name: &str) -> bool {
        let plain: String = name.chars().filter(|c| *c != '_').collect();
        let set = ["set", "Set", "with"].into_iter().find_map(|prefix| plain.strip_prefix(prefix));
        self.api.tolerates(&plain) || set.is_some_and(|name| self.api.tolerates(name))
    }

    /// Adds everything that was done to a request, or to the object that holds its arguments.
    pub(super) fn add_events(
        &mut self,
        object: &Object,
        instance: &Instance,
        manner: Manner<'_>,
        machine: &Machine<'_>,
    ) {
        if let Some((reason, place)) = &object.open {
            self.may_hold_more(reason, place);
        }
        for event in &instance.events {
            let relative = object.relative(&event.guards);
            if event.method {
                self.add_method(event, &relative, manner, machine);
            } else if manner.style != Style::Setters && !manner.binding.other_methods.contains(&event.name.to_string())
            {
                self.add_field(event, &relative, manner);
            }
        }
    }

    fn add_field(&mut self, event: &Event, relative: &[Guard], manner: Manner<'_>) {
        let Some(first) = event.arguments.first() else { return };
        let family = manner.fields.unwrap_or(self.family);
        match self.api.parameter_spelled(&event.name, family) {
            Some(parameter) => {
                let parameter = parameter.name.clone();
                let removal = event
                    .in_constructor
                    .then(|| removal(&first.whole))
                    .filter(|_| first.whole.span != first.place.span);
                let symbol = overlay(&self.symbol(&parameter), &first.symbol, relative, &first.place);
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
                self.note_region(&event.name, &first.symbol, &first.place, !relative.is_empty());
                let refused = event.in_constructor && !manner.unchecked;
                self.unknown_name(&event.name, &event.name_place, refused, family);
            }
        }
    }

    pub(super) fn add_method(&mut self, event: &Event, relative: &[Guard], manner: Manner<'_>, machine: &Machine<'_>) {
        let binding = manner.binding;
        let name = &*event.name;
        let is = |list: &[String]| list.iter().any(|known| known == name);
        let Some(first) = event.arguments.first() else { return };
        self.note_region(name, &first.symbol, &first.place, !relative.is_empty());
        let from_map = binding.requests.iter().any(|r| r.from_map.as_deref() == Some(name));
        if is(&binding.add_many) || from_map {
            match first.symbol.single_object().and_then(|id| machine.object(id)) {
                Some(map) => self.add_map(&map.clone(), WIRE, false, binding),
                None => self.may_hold_more("what is given there is not known", &first.place),
            }
            return;
        }
        if is(&binding.add_one) {
            let Some(second) = event.arguments.get(1) else { return };
            let Some(wire) = first.symbol.single_text().cloned() else {
                self.may_hold_more("a parameter is set whose name is not known", &first.place);
                return;
            };
            let symbol = overlay(&self.symbol(&wire), &second.symbol, relative, &second.place);
            let literal = second.literal && relative.is_empty();
            self.add_wire(&wire, &first.place, &second.place, symbol, literal);
            return;
        }
        if binding.generic.iter().any(|spec| is(&spec.options)) {
            match first.symbol.single_object().and_then(|id| machine.object(id)) {
                Some(map) => self.add_options(&map.clone(), binding, machine),
                None => self.may_hold_more("what is given there is not known", &first.place),
            }
            return;
        }
        if manner.style != Style::Fields && !is(&binding.other_methods) {
            self.add_setter(event, relative);
        }
    }

    /// Adds the maps of parameters that a map of options holds.
    pub(super) fn add_options(&mut self, options: &Object, binding: &Binding, machine: &Machine<'_>) {
        if let Some((reason, place)) = &options.open {
            self.may_hold_more(reason, place);
        }
        for field in binding.parameter_fields.iter().filter_map(|name| options.field(name)) {
            match field.single_object().and_then(|id| machine.object(id)) {
                Some(map) => self.add_map(&map.clone(), WIRE, false, binding),
                None => {
                    let place = options.place.clone();
                    self.may_hold_more("what is given there is not known", &place);
                }
            }
        }
    }

    /// `request.setName(value)`
    fn add_setter(&mut self, event: &Event, relative: &[Guard]) {
        // Setters are methods of another spelling where fields are set by name, too.
        let setters = naming::setters(self.family);
        if event.arguments.is_empty() || self.add_known(event, relative, setters) {
            return;
        }
        // Further methods of a class are not all known; one that is near to a parameter's is a slip.
        if self.api.nearest_parameter(&event.name, setters).is_some() {
            self.unknown_name(&event.name, &event.name_place, true, setters);
        }
    }

    /// Sets the parameter that a method stands for; whether it stands for one.
    pub(super) fn add_known(&mut self, event: &Event, relative: &[Guard], setters: &str) -> bool {
        let Some(first) = event.arguments.first() else { return false };
        let Some(parameter) = self.api.parameter_spelled(&event.name, setters) else { return false };
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
        true
    }

    /// The call.
    pub(super) fn finish(mut self, machine: &Machine<'_>, binding: &Binding, place: &Place, head: &Place) -> Call {
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
        let region = self.region.take().map(|(symbol, place)| value_of(&symbol, &place, &guards));
        let facts = facts::facts(self.api, binding, machine, &guards, |name| {
            self.given.iter().find(|g| g.parameter == name).map(|g| (g.symbol.clone(), g.place.clone()))
        });
        let context =
            machine.names.last().filter(|name| !name.is_empty()).map(|name| format!("{name}: ")).unwrap_or_default();
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
        let mut call = Call {
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
        };
        if let Some(region) = region {
            call.set_region(region);
        }
        call
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
    let (between, after) = around(last)?;
    Some(InsertSite {
        at: Place::new(source, Span::new(end(last, &after), end(last, &after))),
        before: if own_line { format!(",\n{line}") } else { ", ".to_owned() },
        between,
        after,
        quote: Quote::DoubleUnlessNumber,
    })
}

/// What stands between a name and its value, and behind it: `=`, `: `, or a function that is around the value. What
/// takes numbers takes no texts.
fn around(argument: &Argument) -> Option<(String, String)> {
    let (name, value) = (argument.name.span.end as usize, argument.place.span.start as usize);
    let text = argument.place.source.text().get(name..value).unwrap_or_default();
    let is_sign = |c: char| c.is_whitespace() || matches!(c, '=' | ':' | '>');
    let sign = text.trim_end_matches(|c: char| !is_sign(c));
    if sign.trim().is_empty() || !sign.chars().all(is_sign) {
        return Some(("=".to_owned(), String::new()));
    }
    let wrapper = text.get(sign.len()..).unwrap_or_default();
    if wrapper.is_empty() || !wrapper.ends_with('(') {
        return Some((sign.to_owned(), String::new()));
    }
    let is_text = argument.place.text().ends_with(['"', '\'', '`']);
    is_text.then(|| (text.to_owned(), ")".repeat(wrapper.matches('(').count())))
}

/// The end of an argument with what stands behind its value.
fn end(argument: &Argument, after: &str) -> usize {
    let end = argument.place.span.end as usize;
    let closed = argument.place.source.text().get(end..).is_some_and(|rest| rest.starts_with(after));
    if closed { end + after.len() } else { end }
}

/// What to delete to leave out one of several things between commas.
fn removal(whole: &Place) -> Place {
    let text = whole.source.text();
    let behind = text.get(whole.span.end as usize..).unwrap_or_default();
    let before = text.get(..whole.span.start as usize).unwrap_or_default();
    let kept = before.trim_end();
    let is_last = |rest: &str| rest.trim_start().starts_with([')', '}', ']']);
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
