//! The evaluator: expressions to symbols.
//!
//! Owns the module instances of one root and what has been evaluated in them. Everything is evaluated on
//! demand and once. Two budgets, of depth and of work, end what would not end or would take too long; what is
//! beyond them is unknown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bindings::Bindings;
use super::combine::{combine, elements_of};
use super::functions;
use super::module::{Declaration, Module};
use super::operators;
use super::project::World;
use super::references::INSTANCE_LIMIT;
use super::symbol::{self, Data, Each, Entry, Hole, Made, MadeKind, Possible, Symbol, TextPart, decision};
use crate::source::{Place, Source, Span};
use crate::syntax::hcl::{Expression, ExpressionKind, For, ItemKey, Part};

/// How deep evaluations may be nested.
const DEPTH_LIMIT: u32 = 160;

/// How long a text that is put together may get: one that is doubled again and again would fill the memory.
const TEXT_LIMIT: usize = 4 << 20;

/// How many expressions may be evaluated for one root.
const WORK_LIMIT: u32 = 500_000;

/// How many values may be put into the file of a template.
const NAMES_LIMIT: usize = 64;

/// The evaluator of one root module.
pub(super) struct Evaluator<'w> {
    pub(super) world: &'w World,
    pub(super) bindings: &'w Bindings<'w>,
    instances: RefCell<Vec<Rc<Instance>>>,
    depth: Cell<u32>,
    work: Cell<u32>,
}

/// One module instance.
pub(super) struct Instance {
    /// Its number.
    pub(super) number: usize,
    pub(super) module: Arc<Module>,
    /// What stands before the addresses of its resources: nothing, or `module.a.` and so on.
    pub(super) address: String,
    /// Where its inputs come from.
    pub(super) inputs: Inputs,
    /// What has been evaluated; nothing in it means that it is being evaluated.
    cache: RefCell<FxHashMap<String, Option<Symbol>>>,
}

/// Where the inputs of a module instance come from.
pub(super) enum Inputs {
    /// A root: files of variables and the command line.
    Root(Rc<FxHashMap<String, Symbol>>),
    /// A module call.
    Call {
        /// The number of the calling instance.
        parent: usize,
        /// The call.
        call: Arc<Declaration>,
        /// What `each` and `count` are there.
        each: Each,
    },
}

/// What the names in an expression mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) instance: &'s Rc<Instance>,
    pub(super) source: &'s Arc<Source>,
    pub(super) each: &'s Each,
    names: Option<&'s Names<'s>>,
}

/// The names of `for` expressions, from the inside out.
pub(super) struct Names<'s> {
    names: [Option<(&'s str, &'s Symbol)>; 2],
    outer: Option<&'s Names<'s>>,
}

impl<'s> Scope<'s> {
    pub(super) fn new(instance: &'s Rc<Instance>, source: &'s Arc<Source>, each: &'s Each) -> Self {
        Self { instance, source, each, names: None }
    }

    /// The names here and one more.
    pub(super) fn naming<'n>(&self, name: &'n str, value: &'n Symbol) -> Names<'n>
    where
        's: 'n,
    {
        Names { names: [Some((name, value)), None], outer: self.names }
    }

    /// The same with names that hide those of the same spelling.
    pub(super) fn with<'n>(self, names: &'n Names<'n>) -> Scope<'n>
    where
        's: 'n,
    {
        Scope { instance: self.instance, source: self.source, each: self.each, names: Some(names) }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(self.source, span)
    }

    /// A name for something unknown that stands at a place of this scope.
    pub(super) fn name_of(&self, expression: &Expression) -> String {
        let text = self.source.slice(expression.span);
        // Names are compared and kept; a place is as good a name for something long.
        let text = if text.len() > 1_000 { self.place(expression.span).display() } else { collapsed(text, 1_000) };
        let mut name = format!("{}{text}", self.instance.address);
        // The same text means something else in another element.
        let each = [&self.each.key, &self.each.index];
        for key in each.into_iter().flatten().filter_map(Symbol::single_text) {
            name.push_str(&format!(" [{key}]"));
        }
        let mut names = self.names;
        while let Some(level) = names {
            for (bound, symbol) in level.names.iter().flatten() {
                let value = symbol.single_text().unwrap_or_else(|| Rc::from("…"));
                name.push_str(&format!(" {bound}={value}"));
            }
            names = level.outer;
        }
        name
    }

    pub(super) fn bound(&self, name: &str) -> Option<&'s Symbol> {
        let mut names = self.names;
        while let Some(level) = names {
            if let Some((_, symbol)) = level.names.iter().flatten().find(|(bound, _)| *bound == name) {
                return Some(symbol);
            }
            names = level.outer;
        }
        None
    }
}

/// The parts of a template, with what is put in.
fn filled(parts: &[Part], values: &[&Possible]) -> Vec<TextPart> {
    let mut values = values.iter();
    let part = |part: &Part| match part {
        Part::Literal(text) => Some(TextPart::Known(text.clone())),
        _ => values.next().map(|value| TextPart::Filled(Symbol::one_of(vec![(*value).clone()], None))),
    };
    parts.iter().filter_map(part).collect()
}

/// A text on one line and of limited length, for labels and names.
pub(super) fn collapsed(text: &str, limit: usize) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > limit {
        words = words.chars().take(limit).collect::<String>() + "…";
    }
    words
}

impl<'w> Evaluator<'w> {
    pub(super) fn new(world: &'w World, bindings: &'w Bindings<'w>) -> Self {
        Self { world, bindings, instances: RefCell::new(Vec::new()), depth: Cell::new(0), work: Cell::new(0) }
    }

    /// Adds a module instance.
    pub(super) fn instantiate(&self, module: Arc<Module>, address: String, inputs: Inputs) -> Rc<Instance> {
        let mut instances = self.instances.borrow_mut();
        let cache = RefCell::default();
        let instance = Rc::new(Instance { number: instances.len(), module, address, inputs, cache });
        instances.push(Rc::clone(&instance));
        instance
    }

    /// A module instance by its number.
    pub(super) fn instance(&self, number: usize) -> Option<Rc<Instance>> {
        self.instances.borrow().get(number).cloned()
    }

    /// How many module instances there are.
    pub(super) fn instance_count(&self) -> usize {
        self.instances.borrow().len()
    }

    /// Evaluates something of an instance once. Something that needs itself is unknown.
    pub(super) fn once(&self, instance: &Instance, name: String, evaluate: impl FnOnce() -> Symbol) -> Symbol {
        let started = instance.cache.borrow().get(&name).cloned();
        match started {
            Some(Some(known)) => return known,
            Some(None) => {
                let reason = format!("`{name}` needs itself");
                return Symbol::unknown(reason, None, format!("{}{name}", instance.address));
            }
            None => {}
        }
        instance.cache.borrow_mut().insert(name.clone(), None);
        let value = evaluate();
        instance.cache.borrow_mut().insert(name, Some(value.clone()));
        value
    }

    /// Whether a budget is used up: some values are unknown, or some modules not looked at, for that reason alone.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work.get() > WORK_LIMIT || self.instance_count() >= INSTANCE_LIMIT
    }

    /// What an expression may be.
    pub(super) fn evaluate(&self, expression: &Expression, scope: Scope<'_>) -> Symbol {
        self.work.set(self.work.get() + 1);
        if self.depth.get() >= DEPTH_LIMIT || self.work.get() > WORK_LIMIT {
            let reason = "it is too much to evaluate";
            return Symbol::unknown(reason, Some(scope.place(expression.span)), scope.name_of(expression));
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.evaluate_kind(expression, scope);
        self.depth.set(self.depth.get() - 1);
        value.written_at(&scope.place(expression.span))
    }

    /// What an expression in the file of a template may be, which knows nothing but the values of a map.
    pub(super) fn with_values(
        &self,
        expression: &Expression,
        (instance, source): (&Rc<Instance>, &Arc<Source>),
        values: &Symbol,
    ) -> Symbol {
        let none = Each::default();
        let scope = Scope::new(instance, source, &none);
        match values.single() {
            Some(Data::Map(entries)) => self.with_entries(expression, scope, entries),
            _ => self.unknown("what is put into the template is not known".to_owned(), expression, scope),
        }
    }

    fn with_entries(&self, expression: &Expression, scope: Scope<'_>, entries: &[Entry]) -> Symbol {
        match entries.split_first() {
            Some((entry, rest)) if rest.len() < NAMES_LIMIT => {
                let names = Names { names: [Some((&entry.key, &entry.value)), None], outer: scope.names };
                self.with_entries(expression, Scope { names: Some(&names), ..scope }, rest)
            }
            Some(_) => self.unknown("too much is put into the template".to_owned(), expression, scope),
            None => self.evaluate(expression, scope),
        }
    }

    fn evaluate_kind(&self, expression: &Expression, scope: Scope<'_>) -> Symbol {
        let literal = |data| Symbol::at(data, scope.place(expression.span));
        match &expression.kind {
            ExpressionKind::Null => literal(Data::Null),
            ExpressionKind::Bool(value) => literal(Data::Bool(*value)),
            ExpressionKind::Number(number) => literal(Data::Number(*number)),
            ExpressionKind::String(text) => literal(Data::Text(Rc::from(text.as_str()))),
            ExpressionKind::Template(parts) => self.template(parts, expression, scope),
            ExpressionKind::Parenthesis(inner) => self.evaluate(inner, scope),
            ExpressionKind::Tuple(elements) => {
                Symbol::new(Data::List(Rc::new(elements.iter().map(|e| self.evaluate(e, scope)).collect())))
            }
            ExpressionKind::Object(items) => self.object(items, expression, scope),
            ExpressionKind::Variable(name) => match scope.bound(name) {
                Some(symbol) => symbol.clone(),
                None => self.unknown(format!("`{name}` is not declared"), expression, scope),
            },
            ExpressionKind::Traversal(root, accesses) => self.traversal(root, accesses, expression, scope),
            ExpressionKind::Call(call) => functions::call(self, call, expression, scope),
            ExpressionKind::Conditional(conditional) => self.conditional(conditional, scope),
            ExpressionKind::Unary(operator, operand) => {
                let operand = self.evaluate(operand, scope);
                combine(&[operand], &scope.place(expression.span), |values| {
                    operators::unary(*operator, values, scope, expression)
                })
            }
            ExpressionKind::Binary(operator, operands) => {
                let (left, right) = operands.as_ref();
                let operands = [self.evaluate(left, scope), self.evaluate(right, scope)];
                combine(&operands, &scope.place(expression.span), |values| {
                    operators::binary(*operator, values, scope, expression)
                })
            }
            ExpressionKind::For(each) => self.for_expression(each, expression, scope),
            ExpressionKind::Invalid => self.unknown("it cannot be read".to_owned(), expression, scope),
        }
    }

    /// An unknown value that stands at an expression.
    pub(super) fn unknown(&self, reason: String, expression: &Expression, scope: Scope<'_>) -> Symbol {
        Symbol::unknown(reason, Some(scope.place(expression.span)), scope.name_of(expression))
    }

    fn template(&self, parts: &[Part], expression: &Expression, scope: Scope<'_>) -> Symbol {
        let mut holes = Vec::new();
        for part in parts {
            match part {
                Part::Literal(_) => {}
                Part::Interpolation(inner) => holes.push(self.evaluate(inner, scope)),
                Part::Directive => {
                    return self.unknown("a template with directives is not followed".to_owned(), expression, scope);
                }
            }
        }
        let place = scope.place(expression.span);
        combine(&holes, &place, |values| {
            let made = if values.is_empty() {
                None
            } else {
                Made::of(MadeKind::Text { parts: filled(parts, values), template: true })
            };
            self.text(parts, values, expression, scope).made_of(made.as_ref())
        })
    }

    /// The text of a template for one combination of what is put in.
    fn text(&self, parts: &[Part], values: &[&Possible], expression: &Expression, scope: Scope<'_>) -> Symbol {
        let place = scope.place(expression.span);
        let mut text = String::new();
        let mut values = values.iter();
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                _ => match values.next().map(|value| &value.data) {
                    Some(Data::Unknown(hole)) => {
                        return operators::hole_in_text(hole, parts, &place, scope, expression);
                    }
                    Some(data) => match data.as_text() {
                        Some(part) => text.push_str(&part),
                        None => {
                            let reason = data.missing(0);
                            let reason = reason.unwrap_or_else(|| "a part of the text is no text".to_owned());
                            let name = Rc::from(scope.name_of(expression));
                            let hole = Hole { reason, place: None, present: true, name, refused: false };
                            return operators::hole_in_text(&Rc::new(hole), parts, &place, scope, expression);
                        }
                    },
                    None => {}
                },
            }
            if text.len() > TEXT_LIMIT {
                return self.unknown("the text is too long".to_owned(), expression, scope);
            }
        }
        Symbol::at(Data::Text(Rc::from(text)), place)
    }

    fn object(&self, items: &[crate::syntax::hcl::Item], expression: &Expression, scope: Scope<'_>) -> Symbol {
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let key = match &item.key {
                ItemKey::Name(name) => Rc::from(name.as_str()),
                ItemKey::Expression(key) => match self.evaluate(key, scope).single_text() {
                    Some(key) => key,
                    None => return self.unknown("a key of the object is not known".to_owned(), expression, scope),
                },
            };
            let place = Some(scope.place(item.key_span));
            entries.push(Entry { key, place, value: self.evaluate(&item.value, scope) });
        }
        Symbol::new(symbol::map(entries))
    }

    fn conditional(&self, conditional: &crate::syntax::hcl::Conditional, scope: Scope<'_>) -> Symbol {
        let condition = self.evaluate(&conditional.condition, scope);
        let text = collapsed(scope.source.slice(conditional.condition.span), 60);
        let branch = |expression: &Expression, holds: bool| {
            let place = scope.place(expression.span);
            let label = if holds { format!("when `{text}` holds") } else { format!("when `{text}` does not hold") };
            let mut value = self.evaluate(expression, scope);
            for alternative in value.alternatives_mut() {
                if let Some(first) = alternative.trail.first_mut().filter(|s| s.place == place && s.label.is_empty()) {
                    first.label.clone_from(&label);
                }
            }
            value
        };
        combine(&[condition], &scope.place(conditional.condition.span), |values| {
            let Some(condition) = values.first() else { return Symbol::new(Data::Null) };
            match (condition.data.as_bool(), &condition.data) {
                (Some(true), _) => branch(&conditional.yes, true),
                (Some(false), _) => branch(&conditional.no, false),
                (None, Data::Unknown(hole)) => {
                    let mut both = branch(&conditional.yes, true).guarded_by(decision(&hole.name, true));
                    both.extend(branch(&conditional.no, false).guarded_by(decision(&hole.name, false)));
                    Symbol::one_of(both, Some(&scope.place(conditional.condition.span)))
                }
                (None, _) => {
                    self.unknown("the condition is neither true nor false".to_owned(), &conditional.condition, scope)
                }
            }
        })
    }

    fn for_expression(&self, each: &For, expression: &Expression, scope: Scope<'_>) -> Symbol {
        let collection = self.evaluate(&each.collection, scope);
        combine(&[collection], &scope.place(expression.span), |values| {
            let Some(collection) = values.first() else { return Symbol::new(Data::Null) };
            match elements_of(collection) {
                Some(elements) => {
                    let made = if collection.overridable { self.for_any(each, collection, scope) } else { None };
                    self.for_elements(each, &elements, expression, scope).made_of(made.as_ref())
                }
                None => {
                    let made = self.for_any(each, collection, scope);
                    let reason = collection.data.hole().map_or_else(
                        || "what the `for` goes through is no collection".to_owned(),
                        |hole| hole.reason.clone(),
                    );
                    self.unknown(reason, expression, scope).made_of(made.as_ref())
                }
            }
        })
    }

    /// What a `for` gives for an element of something that is not known; nothing where it makes no list.
    fn for_any(&self, each: &For, collection: &Possible, scope: Scope<'_>) -> Option<Rc<Made>> {
        if each.key.is_some() {
            return None;
        }
        let name = match (&collection.data, collection.made()) {
            (Data::Unknown(hole), _) => &hole.name,
            (Data::Listing(reference), _) => reference.address.as_str(),
            (_, Some(MadeKind::Default(name))) => name,
            _ => "…",
        };
        let unknown =
            |what: &str| Symbol::unknown("what the `for` goes through is not known", None, format!("{name} {what}"));
        let (key, value) = (unknown("key"), unknown("element"));
        let names = Names {
            names: [each.key_name.as_deref().map(|name| (name, &key)), Some((each.value_name.as_str(), &value))],
            outer: scope.names,
        };
        Made::of(MadeKind::Each(self.evaluate(&each.value, Scope { names: Some(&names), ..scope })))
    }

    fn for_elements(
        &self,
        each: &For,
        elements: &[(Symbol, Symbol, Option<Place>)],
        expression: &Expression,
        scope: Scope<'_>,
    ) -> Symbol {
        let mut values = Vec::new();
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value, _) in elements {
            let names = Names {
                names: [each.key_name.as_deref().map(|name| (name, key)), Some((each.value_name.as_str(), value))],
                outer: scope.names,
            };
            let inner = Scope { names: Some(&names), ..scope };
            if let Some(condition) = &each.condition {
                match self.evaluate(condition, inner).single().and_then(Data::as_bool) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => {
                        return self.unknown("the condition of the `for` is not known".to_owned(), expression, scope);
                    }
                }
            }
            let value = self.evaluate(&each.value, inner);
            let Some(key) = &each.key else {
                values.push(value);
                continue;
            };
            let key_place = Some(scope.place(key.span));
            let Some(key) = self.evaluate(key, inner).single_text() else {
                return self.unknown("a key of the `for` is not known".to_owned(), expression, scope);
            };
            entries.push(Entry { key, place: key_place, value });
        }
        if each.key.is_none() {
            return Symbol::new(Data::List(Rc::new(values)));
        }
        Symbol::new(if each.grouping { grouped(entries) } else { symbol::map(entries) })
    }
}

/// The entries of one key as a list, as `...` gives them.
fn grouped(mut entries: Vec<Entry>) -> Data {
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let mut groups: Vec<(Rc<str>, Option<Place>, Vec<Symbol>)> = Vec::new();
    for entry in entries {
        match groups.last_mut() {
            Some((key, _, values)) if *key == entry.key => values.push(entry.value),
            _ => groups.push((entry.key, entry.place, vec![entry.value])),
        }
    }
    let entry = |(key, place, values)| Entry { key, place, value: Symbol::new(Data::List(Rc::new(values))) };
    Data::Map(Rc::new(groups.into_iter().map(entry).collect()))
}
