//! Classes: their objects, methods and fields.

use std::rc::Rc;
use std::sync::Arc;

use super::call::{empty_site, plain};
use super::evaluate::event;
use super::heap::{Event, Instance, ObjectId, ObjectKind, Passed};
use super::machine::{ClassValue, Closure, Machine, SharedClass, Site};
use super::symbol::{Data, Possible, Symbol};
use crate::source::Place;
use crate::syntax::code::{ExpressionKind, ParameterKind, StatementKind, Target};

/// Words in front of a function that say what it is bound to.
pub(super) const UNBOUND: &str = "staticmethod";
const OF_CLASS: &str = "classmethod";
const AS_FIELD: &str = "property";

impl Machine<'_> {
    /// A function that an object of the program has, bound to it.
    pub(super) fn method_of(&self, id: ObjectId, name: &str, receiver: &Possible) -> Option<Symbol> {
        let object = self.object(id)?;
        let (class, is_instance) = match &object.kind {
            ObjectKind::Instance(instance) => (instance.class.clone()?, true),
            ObjectKind::Class(class) => (Rc::clone(class), false),
            ObjectKind::Module(scope) => {
                return self.scopes.get(*scope)?.names.get(name).map(|binding| binding.symbol.clone());
            }
            _ => return None,
        };
        // Where a field and a method may have one name, those of methods have parentheses.
        let method = self.class_member(&class, &format!("{name}()"), 0);
        if method.is_none()
            && let Some(field) = object.field(name)
        {
            return Some(field);
        }
        let member = method.or_else(|| self.class_member(&class, name, 0))?;
        match member.single() {
            Some(Data::Function(closure)) => {
                let said = decorated(closure);
                let object = Symbol::new(receiver.data.clone());
                let bound = match said.as_deref() {
                    Some(UNBOUND) => None,
                    Some(OF_CLASS) => Some(object),
                    _ if is_instance => Some(object),
                    _ => None,
                };
                Some(Symbol::new(Data::Function(Rc::new(Closure {
                    function: Arc::clone(&closure.function),
                    scope: closure.scope,
                    source: Arc::clone(&closure.source),
                    class: Some(class),
                    bound,
                    overload: closure.overload.clone(),
                    preset: closure.preset.clone(),
                }))))
            }
            _ => Some(member),
        }
    }

    /// The value of a function that is read like a field.
    pub(crate) fn read_property(&mut self, symbol: &Symbol, receiver: &Possible, place: &Place) -> Option<Symbol> {
        let Some(Data::Function(closure)) = symbol.single() else { return None };
        if decorated(closure).as_deref() != Some(AS_FIELD) {
            return None;
        }
        let bound = Closure {
            function: Arc::clone(&closure.function),
            scope: closure.scope,
            source: Arc::clone(&closure.source),
            class: closure.class.clone(),
            bound: Some(Symbol::new(receiver.data.clone())),
            overload: None,
            preset: Vec::new(),
        };
        let site = empty_site(place);
        Some(self.call_closure(&bound, &site))
    }

    /// An object of a class outside, with what it was made with.
    pub(crate) fn external_instance(&mut self, path: &str, site: &Site) -> ObjectId {
        let (named, positional): (Vec<Passed>, Vec<Passed>) =
            site.arguments.iter().cloned().partition(|passed| passed.name.is_some());
        let instance =
            Instance { class: None, external: Some(Arc::from(path)), positional, events: Vec::new(), assumed: false };
        let id = self.add(site.place.clone(), ObjectKind::Instance(instance));
        for passed in named {
            let Some((name, name_place)) = passed.name.clone() else { continue };
            self.record(id, Event { in_constructor: true, ..event(&name, &name_place, false, vec![passed]) });
        }
        if let Some((reason, place)) = &site.open {
            self.open(id, reason, place);
        }
        id
    }

    /// Makes an object of a class of the program.
    pub(super) fn instantiate(&mut self, class: &SharedClass, site: &Site) -> Symbol {
        let external = self.external_base(class, 0);
        let instance = Instance {
            class: Some(Rc::clone(class)),
            external,
            positional: Vec::new(),
            events: Vec::new(),
            assumed: false,
        };
        let id = self.add(site.place.clone(), ObjectKind::Instance(instance));
        let object = Symbol::at(Data::Object(id), site.place.clone());
        let constructor = self.language.constructor().to_owned();
        match self.class_member(class, &constructor, 0).as_ref().and_then(Symbol::single) {
            Some(Data::Function(closure)) => {
                let bound = Closure {
                    function: Arc::clone(&closure.function),
                    scope: closure.scope,
                    source: Arc::clone(&closure.source),
                    class: Some(Rc::clone(class)),
                    bound: Some(object.clone()),
                    overload: closure.overload.clone(),
                    preset: closure.preset.clone(),
                };
                self.call_closure(&bound, site);
            }
            _ => self.fields_from(id, class, site),
        }
        object
    }

    /// The first class outside that a class is made from.
    fn external_base(&self, class: &ClassValue, depth: usize) -> Option<Arc<str>> {
        if depth > 8 {
            return None;
        }
        class.bases.iter().find_map(|base| match base.single()? {
            Data::External(path) => Some(Arc::clone(path)),
            Data::Object(id) => match &self.object(*id)?.kind {
                ObjectKind::Class(base) => self.external_base(base, depth + 1),
                _ => None,
            },
            _ => None,
        })
    }

    /// A class without a constructor of its own takes its fields in their order.
    fn fields_from(&mut self, id: ObjectId, class: &ClassValue, site: &Site) {
        let fields = class.class.body.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Assign(targets, _) => match targets.as_slice() {
                [Target::Name(name)] => Some(name.name.clone()),
                _ => None,
            },
            _ => None,
        });
        let mut fields: Vec<String> = fields.collect();
        fields.reverse();
        for passed in &site.arguments {
            let name = passed.name.as_ref().map(|(name, _)| name.to_string()).or_else(|| fields.pop());
            let Some(name) = name else { continue };
            let label = format!("`{name}` is given here");
            let given = Passed { symbol: passed.symbol.clone().labelled(&label), ..passed.clone() };
            self.record(id, event(&name, &passed.place, false, vec![given]));
        }
    }

    /// An object of a class of which nothing is known but that it is one.
    pub(super) fn assumed_object(&mut self, class: &SharedClass, place: &Place) -> ObjectId {
        let external = self.external_base(class, 0);
        let instance = Instance {
            class: Some(Rc::clone(class)),
            external,
            positional: Vec::new(),
            events: Vec::new(),
            assumed: true,
        };
        self.add(place.clone(), ObjectKind::Instance(instance))
    }

    /// An object of a class that was made somewhere else.
    pub(crate) fn object_of_unknown_making(&mut self, class: &SharedClass, place: &Place) -> ObjectId {
        let id = self.assumed_object(class, place);
        let constructor = self.language.constructor().to_owned();
        let member = self.class_member(class, &constructor, 0);
        let Some(Data::Function(closure)) = member.as_ref().and_then(Symbol::single) else { return id };
        let closure = Rc::clone(closure);
        // What it is given may be objects of unknown making, too.
        if !self.enter() {
            return id;
        }
        // What its making does is no deed of the method: the constructor is walked by itself, too.
        let found = self.found.len();
        self.assuming += 1;
        let site = self.given_from_outside(&closure, place);
        let bound = Closure {
            function: Arc::clone(&closure.function),
            scope: closure.scope,
            source: Arc::clone(&closure.source),
            class: Some(Rc::clone(class)),
            bound: Some(Symbol::at(Data::Object(id), place.clone())),
            overload: None,
            preset: Vec::new(),
        };
        self.call_closure(&bound, &site);
        self.assuming -= 1;
        self.found.truncate(found);
        self.leave();
        id
    }

    /// What a constructor is given by somebody outside.
    fn given_from_outside(&mut self, closure: &Closure, place: &Place) -> Site {
        let mut site = empty_site(place);
        let outer = std::mem::replace(&mut self.source, Arc::clone(&closure.source));
        for parameter in closure.function.parameters.iter().skip(1) {
            if !matches!(parameter.kind, ParameterKind::One | ParameterKind::Named) {
                continue;
            }
            let symbol = self.root_parameter(closure, parameter, &empty_site(place));
            let at = self.place(parameter.span);
            let name = Some((Arc::from(parameter.name.trim_start_matches('$')), at.clone()));
            site.arguments.push(Passed { name, ..plain(symbol, &at) });
        }
        self.source = outer;
        site
    }
}

/// The word in front of a function that says what it is bound to.
pub(super) fn decorated(closure: &Closure) -> Option<String> {
    closure.function.decorators.iter().find_map(|decorator| match &decorator.kind {
        ExpressionKind::Name(name) if [UNBOUND, OF_CLASS, AS_FIELD].contains(&name.as_str()) => Some(name.clone()),
        _ => None,
    })
}
