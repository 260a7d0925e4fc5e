//! References: what `var.x`, `local.x`, `each.value`, `module.m.out` and `some_resource.name.id` mean.
//!
//! Part of the evaluator. A reference to an instance stays a reference on its way through locals, variables
//! and modules, so that its facts can be looked up where the call is.

use std::rc::Rc;
use std::sync::Arc;

use super::combine::{choice, combine, elements_of};
use super::evaluate::{Evaluator, Inputs, Instance, Scope};
use super::expansion::collection;
use super::module::Declaration;
use super::operators::uncertain;
use super::symbol::{Data, Each, Made, MadeKind, Possible, Reference, Symbol};
use super::variables;
use crate::model::Guard;
use crate::source::Place;
use crate::syntax::hcl::{Access, Expression, ExpressionKind};

/// How many module instances one root may have.
pub(super) const INSTANCE_LIMIT: usize = 10_000;

impl Evaluator<'_> {
    pub(super) fn traversal(
        &self,
        root: &Expression,
        accesses: &[Access],
        expression: &Expression,
        scope: Scope<'_>,
    ) -> Symbol {
        let (start, rest) = match &root.kind {
            ExpressionKind::Variable(name) => match scope.bound(name) {
                Some(bound) => (bound.clone(), accesses),
                None => match self.named(name, accesses, expression, scope) {
                    Some(found) => found,
                    None => return self.unknown(format!("`{name}` is not known here"), expression, scope),
                },
            },
            _ => (self.evaluate(root, scope), accesses),
        };
        self.follow(start, rest, expression, scope)
    }

    /// What the first words of a reference mean, and the accesses that are left.
    fn named<'a>(
        &self,
        name: &str,
        accesses: &'a [Access],
        expression: &Expression,
        scope: Scope<'_>,
    ) -> Option<(Symbol, &'a [Access])> {
        let (Access::Attribute(first), rest) = accesses.split_first()? else { return None };
        let instance = scope.instance;
        let symbol = match name {
            "var" => self.variable(instance, first),
            "local" => self.local(instance, first),
            "each" if first == "key" => scope.each.key.clone()?,
            "each" if first == "value" => scope.each.value.clone()?,
            "count" if first == "index" => scope.each.index.clone()?,
            "module" => self.module(instance, first),
            "each" | "count" | "self" => return None,
            "path" | "terraform" => {
                let reason = format!("`{name}.{first}` is known only when Terraform runs");
                let name = format!("{}{name}.{first}", instance.address);
                Symbol::unknown(reason, Some(scope.place(expression.span)), name)
            }
            "data" => {
                let (Access::Attribute(second), rest) = rest.split_first()? else { return None };
                let declaration = instance.module.data_source(first, second)?;
                return Some((self.resource(instance, declaration, "data."), rest));
            }
            kind => self.resource(instance, instance.module.resource(kind, first)?, ""),
        };
        Some((symbol, rest))
    }

    fn follow(&self, start: Symbol, accesses: &[Access], expression: &Expression, scope: Scope<'_>) -> Symbol {
        let mut symbol = start;
        let mut rest = accesses;
        while let Some((access, tail)) = rest.split_first() {
            rest = tail;
            symbol = match access {
                Access::Attribute(name) => self.attribute(&symbol, name, &scope.place(expression.span)),
                Access::Index(index) => {
                    let index = self.evaluate(index, scope);
                    self.index(&symbol, &index, &scope.place(expression.span))
                }
                Access::Splat { full } => {
                    let ends = |a: &Access| !full && matches!(a, Access::Index(_));
                    let length = rest.iter().position(ends).unwrap_or(rest.len());
                    let (inner, after) = rest.split_at(length);
                    rest = after;
                    self.splat(&symbol, inner, expression, scope)
                }
            };
        }
        symbol
    }

    fn splat(&self, symbol: &Symbol, inner: &[Access], expression: &Expression, scope: Scope<'_>) -> Symbol {
        let list = |elements: Vec<Symbol>| Symbol::new(Data::List(Rc::new(elements)));
        combine(std::slice::from_ref(symbol), &scope.place(expression.span), |values| {
            let Some(value) = values.first() else { return list(Vec::new()) };
            match &value.data {
                Data::Null => list(Vec::new()),
                Data::Unknown(hole) => uncertain(hole, format!("{}[*]", hole.name), &scope.place(expression.span)),
                Data::Listing(_) => self.follow(Symbol::new(value.data.clone()), inner, expression, scope),
                Data::List(_) | Data::Set(_) => {
                    let elements = elements_of(value).unwrap_or_default();
                    list(elements.into_iter().map(|(_, e, _)| self.follow(e, inner, expression, scope)).collect())
                }
                data => {
                    let one = Possible { data: data.clone(), guards: Vec::new(), ..(*value).clone() };
                    let one = Symbol::one_of(vec![one], None);
                    list(vec![self.follow(one, inner, expression, scope)])
                }
            }
        })
    }

    /// `x.name`.
    pub(super) fn attribute(&self, symbol: &Symbol, name: &str, place: &Place) -> Symbol {
        combine(std::slice::from_ref(symbol), place, |values| {
            let Some(value) = values.first() else { return Symbol::new(Data::Null) };
            match &value.data {
                Data::Map(_) => match value.data.entry(name) {
                    Some(entry) => entry.value.inside(value, entry.place.as_ref(), &format!("entry `{name}`")),
                    None => Symbol::refused(format!("there is no `{name}`"), Some(place.clone()), place.display()),
                },
                Data::Module(number) => self.output(*number, name, place),
                Data::Resource(reference) => self.resource_attribute(reference, name),
                Data::Listing(reference) if name == "id" => Symbol::new(Data::Id(Rc::clone(reference))),
                Data::Listing(reference) => known_later(&format!("{}.{name}", reference.address), place, false),
                Data::Unknown(hole) => unknown_part(value, uncertain(hole, format!("{}.{name}", hole.name), place)),
                _ => Symbol::refused(format!("there is no `{name}`"), Some(place.clone()), place.display()),
            }
        })
    }

    /// `x[index]`.
    pub(super) fn index(&self, symbol: &Symbol, index: &Symbol, place: &Place) -> Symbol {
        combine(&[symbol.clone(), index.clone()], place, |values| {
            let [value, index] = values else { return Symbol::new(Data::Null) };
            if let Data::Unknown(hole) = &value.data {
                let key = index.data.as_text().unwrap_or_else(|| Rc::from("…"));
                return unknown_part(value, uncertain(hole, format!("{}[{key}]", hole.name), place));
            }
            if let Data::Unknown(hole) = &index.data {
                return choice(value, &hole.name, &hole.reason, place);
            }
            let missing = || Symbol::refused("there is no such element", Some(place.clone()), place.display());
            match &value.data {
                Data::Map(_) | Data::Module(_) | Data::Resource(_) if index.data.as_index().is_none() => {
                    match index.data.as_text() {
                        Some(key) => self.keyed(value, &key, place),
                        None => missing(),
                    }
                }
                Data::Map(_) => index.data.as_text().map_or_else(missing, |key| self.keyed(value, &key, place)),
                Data::List(list) => match index.data.as_index().and_then(|i| Some((i, list.get(i)?))) {
                    Some((i, element)) => element.inside(value, None, &format!("element {i}")),
                    None => missing(),
                },
                // A resource whose count is not known: every element of it is made the same way.
                Data::Resource(_) | Data::Listing(_) | Data::Module(_) => Symbol::one_of(vec![(*value).clone()], None),
                _ => missing(),
            }
        })
    }

    fn keyed(&self, value: &Possible, key: &str, place: &Place) -> Symbol {
        match (&value.data, value.data.entry(key)) {
            (_, Some(entry)) => entry.value.inside(value, entry.place.as_ref(), &format!("entry `{key}`")),
            (Data::Map(_), None) => {
                Symbol::refused(format!("there is no entry `{key}`"), Some(place.clone()), place.display())
            }
            _ => self.attribute(&Symbol::one_of(vec![value.clone()], None), key, place),
        }
    }

    /// An input variable of a module instance.
    pub(super) fn variable(&self, instance: &Rc<Instance>, name: &str) -> Symbol {
        self.once(instance, format!("var.{name}"), || self.variable_value(instance, name))
    }

    fn variable_value(&self, instance: &Rc<Instance>, name: &str) -> Symbol {
        let canonical = format!("{}var.{name}", instance.address);
        let declaration = instance.module.variable(name);
        let given = match &instance.inputs {
            Inputs::Root(values) => values.get(name).cloned(),
            Inputs::Call { parent, call, each } => self.input(*parent, call, each, name),
        };
        let Some(declaration) = declaration else {
            return Symbol::unknown(format!("variable `{name}` is not declared"), None, canonical);
        };
        let nullable = declaration
            .attribute("nullable")
            .is_none_or(|(_, a)| !matches!(a.expression.kind, ExpressionKind::Bool(false)));
        let given = given.filter(|value| nullable || !matches!(value.single(), Some(Data::Null)));
        let root = matches!(instance.inputs, Inputs::Root(_));
        let none = Each::default();
        let value = match (given, declaration.attribute("default")) {
            (Some(given), default) if root => variables::name_default(given, default),
            (Some(given), _) => given,
            (None, Some((source, default))) => {
                let scope = Scope::new(instance, source, &none);
                let value = self.evaluate(&default.expression, scope).through(
                    &scope.place(default.expression.span),
                    &declaration.header(),
                    &format!("default of variable `{name}`"),
                );
                let made = Made::of(MadeKind::Default(Rc::from(canonical.as_str())));
                if root { value.overridable().made_of(made.as_ref()) } else { value }
            }
            (None, None) => variables::allowed_values(declaration, name, &canonical),
        };
        match declaration.attribute("type") {
            Some((source, constraint)) => {
                let scope = Scope::new(instance, source, &none);
                variables::convert(self, value, &constraint.expression, scope, 0)
            }
            None => value,
        }
    }

    /// What a module call gives for a variable.
    fn input(&self, parent: usize, call: &Arc<Declaration>, each: &Each, name: &str) -> Option<Symbol> {
        let parent = self.instance(parent)?;
        let (source, attribute) = call.attribute(name)?;
        let scope = Scope::new(&parent, source, each);
        let value = self.evaluate(&attribute.expression, scope);
        let label = format!("module input `{name}`");
        Some(value.through(&scope.place(attribute.expression.span), &scope.place(attribute.name_span), &label))
    }

    fn local(&self, instance: &Rc<Instance>, name: &str) -> Symbol {
        self.once(instance, format!("local.{name}"), || {
            let canonical = format!("{}local.{name}", instance.address);
            let Some((source, attribute)) = instance.module.local(name) else {
                return Symbol::refused(format!("local `{name}` is not declared"), None, canonical);
            };
            let none = Each::default();
            let scope = Scope::new(instance, source, &none);
            let value = self.evaluate(&attribute.expression, scope);
            let label = format!("local `{name}`");
            value.through(&scope.place(attribute.expression.span), &scope.place(attribute.name_span), &label)
        })
    }

    /// A resource or a data source: one, or a collection of them.
    fn resource(&self, instance: &Rc<Instance>, declaration: &Arc<Declaration>, prefix: &str) -> Symbol {
        let address = format!("{}{prefix}{}.{}", instance.address, declaration.kind(), declaration.name());
        self.once(instance, address.clone(), || {
            let reference = |key: String, each: Each| {
                Symbol::new(Data::Resource(Rc::new(Reference {
                    module: instance.number,
                    declaration: Arc::clone(declaration),
                    address: format!("{address}{key}"),
                    each,
                })))
            };
            collection(self.expansions(instance, declaration), declaration, reference)
        })
    }

    fn module(&self, instance: &Rc<Instance>, name: &str) -> Symbol {
        self.once(instance, format!("module.{name}"), || {
            let canonical = format!("{}module.{name}", instance.address);
            let Some(declaration) = instance.module.call(name) else {
                return Symbol::refused(format!("module `{name}` is not declared"), None, canonical);
            };
            let Some(module) = self.world.called(&instance.module.folder, declaration) else {
                let reason = format!("module `{name}` is not in these files");
                return Symbol::unknown(reason, Some(declaration.header()), canonical);
            };
            let make = |key: String, each: Each| {
                let address = format!("{canonical}{key}.");
                if self.instance_count() >= INSTANCE_LIMIT || address.len() > 1_000 {
                    return Symbol::unknown("there are too many modules", Some(declaration.header()), address);
                }
                let call = Arc::clone(declaration);
                let inputs = Inputs::Call { parent: instance.number, call, each };
                Symbol::new(Data::Module(self.instantiate(Arc::clone(&module), address, inputs).number))
            };
            collection(self.expansions(instance, declaration), declaration, make)
        })
    }

    /// The module instances that a call makes, each with the conditions under which it is made.
    pub(super) fn children(&self, instance: &Rc<Instance>, name: &str) -> Vec<(usize, Vec<Guard>)> {
        let mut children = Vec::new();
        let mut pending: Vec<(Symbol, Vec<Guard>)> = vec![(self.module(instance, name), Vec::new())];
        while let Some((symbol, guards)) = pending.pop() {
            for alternative in symbol.into_alternatives() {
                let mut guards = guards.clone();
                super::symbol::merge_guards(&mut guards, &alternative.guards);
                match alternative.data {
                    Data::Module(number) => children.push((number, guards)),
                    Data::List(list) => pending.extend(list.iter().map(|e| (e.clone(), guards.clone()))),
                    Data::Map(map) => pending.extend(map.iter().map(|e| (e.value.clone(), guards.clone()))),
                    _ => {}
                }
            }
        }
        children.sort();
        children
    }

    fn output(&self, number: usize, name: &str, place: &Place) -> Symbol {
        let Some(instance) = self.instance(number) else { return Symbol::new(Data::Null) };
        let canonical = format!("{}{name}", instance.address);
        self.once(&instance, format!("output.{name}"), || {
            let value = instance.module.output(name).and_then(|declaration| declaration.attribute("value"));
            let Some((source, value)) = value else {
                return Symbol::refused(format!("the module has no output `{name}`"), Some(place.clone()), canonical);
            };
            let none = Each::default();
            let scope = Scope::new(&instance, source, &none);
            let label = format!("module output `{name}`");
            let written = scope.place(value.expression.span);
            self.evaluate(&value.expression, scope).through(&written, &scope.place(value.name_span), &label)
        })
    }

    /// `resource.name.attribute`: its id, what is written in its block, or something known only later.
    fn resource_attribute(&self, reference: &Rc<Reference>, name: &str) -> Symbol {
        let kind = reference.declaration.kind();
        let data = reference.declaration.block.kind == "data";
        if data && self.bindings.data_source(kind).is_some() && matches!(name, "ids" | "instances") {
            return Symbol::new(Data::Listing(Rc::clone(reference)));
        }
        if !data && name == "id" && self.bindings.instance(kind).is_some() {
            return Symbol::new(Data::Id(Rc::clone(reference)));
        }
        let address = format!("{}.{name}", reference.address);
        self.argument(reference, name).unwrap_or_else(|| {
            let made = Made::of(MadeKind::Attribute(Rc::clone(reference), Rc::from(name)));
            known_later(&address, &reference.declaration.header(), name == "id").made_of(made.as_ref())
        })
    }

    /// What is written for an argument of a resource.
    pub(super) fn argument(&self, reference: &Reference, name: &str) -> Option<Symbol> {
        let instance = self.instance(reference.module)?;
        let (source, attribute) = reference.declaration.attribute(name)?;
        let key = format!("{}.{name}", reference.address);
        Some(self.once(&instance, key, || {
            let scope = Scope::new(&instance, source, &reference.each);
            let label = format!("`{name}` of {}", reference.address);
            let written = scope.place(attribute.expression.span);
            self.evaluate(&attribute.expression, scope).through(&written, &scope.place(attribute.name_span), &label)
        }))
    }
}

/// A part of something unknown, reached the same way.
fn unknown_part(whole: &Possible, mut part: Symbol) -> Symbol {
    part.alternatives_mut().iter_mut().for_each(|alternative| alternative.trail.clone_from(&whole.trail));
    part
}

/// Something that is known only when the plan has been carried out.
pub(super) fn known_later(address: &str, place: &Place, present: bool) -> Symbol {
    let hole = super::symbol::Hole {
        reason: format!("`{address}` is known after apply"),
        place: Some(place.clone()),
        present,
        name: Rc::from(address),
        refused: false,
    };
    Symbol::new(Data::Unknown(Rc::new(hole)))
}
