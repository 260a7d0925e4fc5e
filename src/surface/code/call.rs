//! Calls: of functions and classes of the program, and of what lies outside.

use std::rc::Rc;
use std::sync::Arc;

use super::classes::{UNBOUND, decorated};
use super::evaluate::event;
use super::heap::{MapEntry, ObjectKind, Passed};
use super::machine::{Closure, Machine, Scope, ScopeId, Site};
use super::run::{Flow, short};
use super::symbol::{Data, Possible, Symbol, add_guards, compatible};
use crate::model::Guard;
use crate::source::{Place, Span};
use crate::syntax::code::{CallExpression, Expression, ExpressionKind, Parameter, ParameterKind, Spread, Target};

/// How many functions may be open.
const OPEN_FUNCTIONS: usize = 10;

/// How many functions of one name are looked at.
const OVERLOADS: usize = 40;

/// How many things that may be called are followed.
const CALLEES: usize = 4;

impl Machine<'_> {
    pub(crate) fn call(&mut self, call: &CallExpression, place: &Place) -> Symbol {
        let (receiver, name_span) = match &call.function.kind {
            ExpressionKind::Member(object, name) => (Some((self.evaluate(object), name.name.clone())), name.span),
            _ => (None, call.function.span),
        };
        let function = match &receiver {
            Some(_) => None,
            None => Some(self.evaluate(&call.function)),
        };
        let outer = self.without_fan();
        let on = receiver.as_ref().and_then(|(object, _)| object.single_object());
        let fans = self.opens_fan(call, on, place);
        if !fans {
            self.restore_fan(outer.clone());
        }
        let site = self.site(call, place, name_span);
        if fans {
            self.close_fan();
            self.restore_fan(outer);
        }
        let called = match &call.function.kind {
            ExpressionKind::Name(name) => name.clone(),
            _ => site.name.text().to_owned(),
        };
        self.joined(&called, site.arguments.len(), place);
        let mut results: Vec<Possible> = Vec::new();
        let callees = match (&receiver, &function) {
            (Some((object, _)), _) => object.alternatives().to_vec(),
            (_, Some(function)) => function.alternatives().to_vec(),
            _ => Vec::new(),
        };
        let before = self.guards.clone();
        self.gave_up |= callees.len() > CALLEES;
        for callee in callees.iter().filter(|c| compatible(&c.guards, &before)).take(CALLEES) {
            self.assume(&callee.guards);
            let result = self.call_as_task(&called, callee, place, |machine| match &receiver {
                Some((_, name)) => machine.call_member(callee, name, &site),
                None => machine.call_value(callee, &site),
            });
            self.guards.clone_from(&before);
            for mut alternative in result.into_alternatives() {
                if compatible(&alternative.guards, &callee.guards) {
                    add_guards(&mut alternative.guards, &callee.guards);
                    // What something gives that may be another thing may be another thing.
                    alternative.overridable |= callee.overridable;
                    results.push(alternative);
                }
            }
        }
        if results.is_empty() {
            return self.unknown_result(&site);
        }
        Symbol::one_of(results, place).through(place, &format!("given back by `{}`", short(site.name.text())))
    }

    /// What a call is given.
    pub(super) fn site(&mut self, call: &CallExpression, place: &Place, name: Span) -> Site {
        let mut site = Site {
            place: place.clone(),
            function: self.place(call.function.span),
            name: self.place(name),
            arguments: Vec::new(),
            open: None,
        };
        for argument in &call.arguments {
            let symbol = self.evaluate(&argument.value);
            let value = self.place(argument.value.span);
            let whole = self.place(argument.span);
            match argument.spread {
                Spread::No => {
                    let name = argument.name.as_ref().map(|n| (Arc::from(n.name.as_str()), self.place(n.span)));
                    let (symbol, place, literal) = self.unwrapped(&argument.value, symbol);
                    site.arguments.push(Passed { name, symbol, place, whole, literal });
                }
                Spread::List => match symbol.alternatives().first().and_then(|only| self.rounds(only)) {
                    Some(elements) => site.arguments.extend(elements.into_iter().map(|symbol| Passed {
                        name: None,
                        symbol,
                        place: value.clone(),
                        whole: whole.clone(),
                        literal: false,
                    })),
                    None => site.open = Some(("further values are given that are not known".to_owned(), value)),
                },
                Spread::Map => self.spread_map(&symbol, &value, &whole, &mut site),
            }
        }
        site
    }

    /// `**values`
    fn spread_map(&mut self, symbol: &Symbol, value: &Place, whole: &Place, site: &mut Site) {
        let reason = format!("what is in `{}` is not known", short(value.text()));
        // Entries of one map, also when several maps are possible.
        let id = self.add(value.clone(), ObjectKind::Map(Vec::new()));
        self.merge_map(id, symbol, value);
        let Some(object) = self.object(id) else { return };
        if let ObjectKind::Map(entries) = &object.kind {
            for entry in entries.clone() {
                site.arguments.push(Passed {
                    name: Some((entry.key, entry.key_place)),
                    symbol: entry.value,
                    place: entry.value_place,
                    whole: whole.clone(),
                    literal: false,
                });
            }
        }
        if let Some((_, place)) = self.object(id).and_then(|object| object.open.clone()) {
            site.open = Some((reason, place));
        }
    }

    pub(crate) fn unknown_result(&self, site: &Site) -> Symbol {
        let reason = format!("the result of `{}` is not known before it runs", short(site.function.text()));
        Symbol::unknown(reason, site.place.clone())
    }

    /// Calls a method.
    fn call_member(&mut self, receiver: &Possible, name: &str, site: &Site) -> Symbol {
        let language = self.language;
        match &receiver.data {
            Data::External(path) => {
                let path = format!("{path}.{name}");
                if let Some(scope) = self.known_module(path.rsplit_once('.').map_or("", |(module, _)| module))
                    && let Some(found) = self.scopes.get(scope).and_then(|s| s.names.get(name))
                {
                    let symbol = found.symbol.clone();
                    return self.call_symbol(&symbol, site);
                }
                match language.of_folder(self, &path) {
                    Some(symbol) => self.call_symbol(&symbol, site),
                    None => self.call_external(&path, site),
                }
            }
            Data::Object(id) => {
                let method = self.method_of(*id, name, receiver);
                if let Some(method) = method {
                    return self.call_symbol(&method, site);
                }
                let external = match self.object(*id).map(|object| &object.kind) {
                    Some(ObjectKind::Instance(instance)) => instance.class.is_none(),
                    _ => false,
                };
                if external {
                    let name_place = site.name.clone();
                    self.record(*id, event(name, &name_place, true, site.arguments.clone()));
                }
                language.method(self, receiver, name, site).unwrap_or_else(|| self.unknown_result(site))
            }
            _ => language.method(self, receiver, name, site).unwrap_or_else(|| self.unknown_result(site)),
        }
    }

    fn call_symbol(&mut self, symbol: &Symbol, site: &Site) -> Symbol {
        let mut all = Vec::new();
        self.gave_up |= symbol.alternatives().len() > CALLEES;
        for callee in symbol.alternatives().iter().take(CALLEES) {
            all.extend(self.call_value(callee, site).into_alternatives());
        }
        Symbol::one_of(all, &site.place)
    }

    pub(crate) fn call_value(&mut self, callee: &Possible, site: &Site) -> Symbol {
        let language = self.language;
        match &callee.data {
            Data::Function(closure) => self.call_closure(&Rc::clone(closure), site),
            Data::Object(id) => {
                let class = match self.object(*id).map(|object| &object.kind) {
                    Some(ObjectKind::Class(class)) => Some(Rc::clone(class)),
                    _ => None,
                };
                match class {
                    Some(class) => self.instantiate(&class, site),
                    None => language.method(self, callee, "", site).unwrap_or_else(|| self.unknown_result(site)),
                }
            }
            Data::External(path) => self.call_external(&Arc::clone(path), site),
            Data::Unknown(hole) => {
                let name = hole.method.clone().unwrap_or_else(|| site.name.text().to_owned());
                // A method that was looked up by its name.
                if let (Some(id), Some(_)) = (hole.origin, &hole.method) {
                    return self.call_member(&Possible::new(Data::Object(id), Vec::new()), &name, site);
                }
                language.method(self, callee, &name, site).unwrap_or_else(|| self.unknown_result(site))
            }
            _ => self.unknown_result(site),
        }
    }

    /// Calls something outside. A name with a capital is a class.
    fn call_external(&mut self, path: &str, site: &Site) -> Symbol {
        let language = self.language;
        if let Some(result) = language.call(self, path, site) {
            return result;
        }
        let last = path.rsplit('.').next().unwrap_or(path);
        if !last.starts_with(char::is_uppercase) {
            return self.unknown_result(site);
        }
        let id = self.external_instance(path, site);
        Symbol::at(Data::Object(id), site.place.clone())
    }

    /// Calls a function of the program, as a task of its own where such a list of calls is made.
    pub(crate) fn call_closure(&mut self, closure: &Closure, site: &Site) -> Symbol {
        if !closure.preset.is_empty() {
            return self.call_preset(closure, site);
        }
        self.as_task(|machine| {
            let before = machine.found.len();
            let result = machine.walk_closure(closure, site);
            if machine.found.len() == before && machine.apis.iter().any(|api| !api.wrappers.is_empty()) {
                let language = machine.language;
                language.wrapped(machine, shown(&closure.function.name), site);
            }
            result
        })
    }

    /// Calls a function that was given something before; what is given by a name now replaces it.
    fn call_preset(&mut self, closure: &Closure, site: &Site) -> Symbol {
        let kept = closure.preset.iter().filter(|old| !is_renewed(old, &site.arguments));
        let arguments = kept.chain(&site.arguments).cloned().collect();
        self.call_closure(&closure.given(Vec::new()), &Site { arguments, ..site.clone() })
    }

    /// A function that is given something before it is called; nothing when it is none of the program.
    pub(crate) fn preset(&self, function: &Symbol, given: &[Passed]) -> Option<Symbol> {
        let mut all = function.alternatives().to_vec();
        for alternative in &mut all {
            let Data::Function(closure) = &alternative.data else { return None };
            let preset = closure.preset.iter().filter(|old| !is_renewed(old, given)).chain(given).cloned().collect();
            alternative.data = Data::Function(Rc::new(closure.given(preset)));
        }
        Some(Symbol::of(all))
    }

    fn walk_closure(&mut self, closure: &Closure, site: &Site) -> Symbol {
        let chosen = chosen(closure, site);
        let closure = chosen.as_ref().unwrap_or(closure);
        let key = (closure.source.path().to_owned(), closure.function.span);
        if self.stack.contains(&key) || self.stack.len() >= OPEN_FUNCTIONS || !self.enter() {
            self.gave_up = true;
            return self.unknown_result(site);
        }
        let is_root = self.root == Some(closure.function.span) && self.stack.is_empty();
        if !is_root && self.assuming == 0 {
            self.called.insert(key.clone());
        }
        let scope = self.function_scope(closure);
        let outer_scope = std::mem::replace(&mut self.scope, scope);
        let call_source = std::mem::replace(&mut self.source, Arc::clone(&closure.source));
        self.bind_parameters(closure, site);
        let result = self.body(closure, key);
        self.scope = outer_scope;
        self.source = call_source;
        self.leave();
        Symbol::one_of(result, &site.place)
    }

    fn function_scope(&mut self, closure: &Closure) -> ScopeId {
        self.scopes.push(Scope { parent: Some(closure.scope), guards: self.guards.clone(), ..Scope::default() });
        self.scopes.len() - 1
    }

    /// Walks the body of a function; gives what it gives back.
    fn body(&mut self, closure: &Closure, key: (String, Span)) -> Vec<Possible> {
        let before = self.guards.clone();
        self.stack.push(key);
        let name = shown(&closure.function.name);
        let name = match &closure.class {
            Some(class) => format!("{}.{name}", class.class.name),
            None => name.to_owned(),
        };
        self.names.push(name);
        self.returns.push(Vec::new());
        let flow = self.statements(&closure.function.body);
        let mut returned = self.returns.pop().unwrap_or_default();
        self.stack.pop();
        self.names.pop();
        if flow == Flow::Next {
            let place = Place::new(&closure.source, closure.function.span);
            let mut nothing = Possible::new(Data::Null, vec![crate::model::Step { place, label: String::new() }]);
            nothing.guards.clone_from(&self.guards);
            returned.push(nothing);
        }
        self.guards = before;
        let here: Vec<Guard> = self.guards.clone();
        returned.iter_mut().for_each(|possible| possible.guards.retain(|guard| !here.contains(guard)));
        returned
    }

    fn bind_parameters(&mut self, closure: &Closure, site: &Site) {
        let mut positional: Vec<Passed> = site.arguments.iter().filter(|a| a.name.is_none()).cloned().collect();
        if let Some(bound) = &closure.bound {
            positional.insert(0, plain(bound.clone(), &site.place));
        }
        let mut positional = positional.into_iter();
        let mut named: Vec<Passed> = site.arguments.iter().filter(|a| a.name.is_some()).cloned().collect();
        for parameter in &closure.function.parameters {
            let place = self.place(parameter.span);
            let label = format!("given as `{}`", parameter.name);
            let symbol = match parameter.kind {
                ParameterKind::One | ParameterKind::Named => {
                    // Some languages write a sign in front of names, but not where a value is given by one.
                    let bare = parameter.name.trim_start_matches('$');
                    let by_name = named.iter().position(|p| p.name.as_ref().is_some_and(|(n, _)| **n == *bare));
                    let passed = match by_name {
                        Some(at) => Some(named.remove(at)),
                        None if parameter.kind == ParameterKind::One => positional.next(),
                        None => None,
                    };
                    match passed {
                        Some(passed) => passed.symbol.labelled(&label),
                        None => self.missing(closure, parameter, site),
                    }
                }
                ParameterKind::Rest => {
                    let rest: Vec<Symbol> = positional.by_ref().map(|passed| passed.symbol).collect();
                    self.gathered(ObjectKind::List(rest), &place, site)
                }
                ParameterKind::Keywords => {
                    let entries = named.drain(..).filter_map(|passed| {
                        let (key, key_place) = passed.name?;
                        Some(MapEntry {
                            key,
                            key_place,
                            value: passed.symbol,
                            value_place: passed.place,
                            whole: Some(passed.whole),
                        })
                    });
                    let entries = entries.collect();
                    self.gathered(ObjectKind::Map(entries), &place, site)
                }
            };
            self.bind(&parameter.name, symbol, &place);
        }
    }

    fn gathered(&mut self, kind: ObjectKind, place: &Place, site: &Site) -> Symbol {
        let id = self.add(place.clone(), kind);
        if let Some((reason, place)) = &site.open {
            self.open(id, reason, place);
        }
        Symbol::at(Data::Object(id), place.clone())
    }

    /// A parameter that is not given.
    fn missing(&mut self, closure: &Closure, parameter: &Parameter, site: &Site) -> Symbol {
        let place = self.place(parameter.span);
        if let Some((reason, _)) = &site.open {
            return Symbol::unknown(reason.clone(), place);
        }
        match &parameter.default {
            Some(default) => {
                let symbol = self.in_scope(closure.scope, default);
                symbol.labelled(&format!("default of `{}`", parameter.name))
            }
            None => Symbol::unknown(format!("`{}` is not given", parameter.name), place),
        }
    }

    /// What an expression is in a scope.
    pub(crate) fn in_scope(&mut self, scope: ScopeId, expression: &Expression) -> Symbol {
        let outer = std::mem::replace(&mut self.scope, scope);
        let symbol = self.evaluate(expression);
        self.scope = outer;
        symbol
    }

    /// Walks a function that nobody in sight calls.
    pub(crate) fn call_as_root(&mut self, closure: &Rc<Closure>) {
        let place = Place::new(&closure.source, closure.function.span);
        let site = empty_site(&place);
        let bound = closure.class.as_ref().filter(|_| decorated(closure).as_deref() != Some(UNBOUND)).map(|class| {
            // A constructor makes its object itself.
            let unknown = if closure.function.name == self.language.constructor() {
                self.assumed_object(class, &place)
            } else {
                self.object_of_unknown_making(class, &place)
            };
            Symbol::at(Data::Object(unknown), place.clone())
        });
        let key = (closure.source.path().to_owned(), closure.function.span);
        if !self.enter() {
            return;
        }
        let scope = self.function_scope(closure);
        let outer_scope = std::mem::replace(&mut self.scope, scope);
        let mut bound = bound;
        for parameter in &closure.function.parameters {
            let place = self.place(parameter.span);
            let symbol = match (bound.take(), parameter.kind) {
                (Some(bound), _) => bound,
                (None, ParameterKind::One | ParameterKind::Named) => self.root_parameter(closure, parameter, &site),
                (None, kind) => {
                    let empty = if kind == ParameterKind::Rest {
                        ObjectKind::List(Vec::new())
                    } else {
                        ObjectKind::Map(Vec::new())
                    };
                    let id = self.add(place.clone(), empty);
                    self.open(id, &format!("`{}` is given by the caller", parameter.name), &place);
                    Symbol::at(Data::Object(id), place.clone())
                }
            };
            self.bind(&parameter.name, symbol, &place);
        }
        self.body(closure, key);
        self.guards.clear();
        self.scope = outer_scope;
        self.leave();
    }

    /// What a parameter is that nobody in sight gives.
    pub(super) fn root_parameter(&mut self, closure: &Closure, parameter: &Parameter, site: &Site) -> Symbol {
        let language = self.language;
        if let Some(symbol) = language.root_parameter(self, closure, parameter) {
            return symbol;
        }
        if parameter.default.is_some() {
            let default = self.missing(closure, parameter, site);
            return default.overridable();
        }
        self.unknown_parameter(closure, parameter)
    }

    /// A parameter of which nothing is known.
    pub(crate) fn unknown_parameter(&self, closure: &Closure, parameter: &Parameter) -> Symbol {
        let place = self.place(parameter.span);
        let name = shown(&closure.function.name);
        let of = if name.is_empty() { "a function" } else { name };
        Symbol::unknown(format!("`{}` is a parameter of `{of}`", parameter.name), place)
    }

    pub(crate) fn assign_round(&mut self, target: &Target, element: Symbol, iterable: &Expression) {
        let label = format!("element of `{}`", short(self.place(iterable.span).text()));
        self.assign_target(target, element.labelled(&label), iterable);
    }

    /// The scope of a module that was imported with its dots.
    pub(crate) fn known_module(&mut self, path: &str) -> Option<ScopeId> {
        if self.dotted.iter().any(|known| known == path) { self.module(path) } else { None }
    }
}

/// Whether something that was given by a name is given anew.
fn is_renewed(old: &Passed, given: &[Passed]) -> bool {
    let name = |passed: &Passed| passed.name.as_ref().map(|(name, _)| Arc::clone(name));
    name(old).is_some_and(|own| given.iter().any(|now| name(now).as_ref() == Some(&own)))
}

/// The name of a function for people.
fn shown(name: &str) -> &str {
    name.trim_end_matches("()").trim_matches(['<', '>'])
}

/// The one of several functions of one name that takes as many values as are given; nothing when it is the first.
fn chosen(closure: &Closure, site: &Site) -> Option<Closure> {
    let takes = |candidate: &Closure| {
        let own = usize::from(decorated(candidate).as_deref() != Some(UNBOUND));
        let parameters = || candidate.function.parameters.iter().skip(own);
        let least = parameters().filter(|p| p.default.is_none() && p.kind != ParameterKind::Rest).count();
        let open = parameters().any(|p| p.kind == ParameterKind::Rest);
        (least..=parameters().count()).contains(&site.arguments.len()) || open && site.arguments.len() >= least
    };
    let mut other = Rc::clone(closure.overload.as_ref().filter(|_| !takes(closure))?);
    for _ in 0..OVERLOADS {
        if takes(&other) {
            return Some(Closure {
                function: Arc::clone(&other.function),
                scope: other.scope,
                source: Arc::clone(&other.source),
                class: closure.class.clone(),
                bound: closure.bound.clone(),
                overload: None,
                preset: Vec::new(),
            });
        }
        other = Rc::clone(other.overload.as_ref()?);
    }
    None
}

/// A value that is given by position and stands nowhere in the call.
pub(super) fn plain(symbol: Symbol, place: &Place) -> Passed {
    Passed { name: None, symbol, place: place.clone(), whole: place.clone(), literal: false }
}

/// A call that gives nothing.
pub(super) fn empty_site(place: &Place) -> Site {
    Site { place: place.clone(), function: place.clone(), name: place.clone(), arguments: Vec::new(), open: None }
}
