//! `count` and `for_each`: how often a resource or a module is made.
//!
//! Part of the evaluator. What cannot be told is one thing with unknown keys, under a condition of its own.

use std::rc::Rc;
use std::sync::Arc;

use super::combine::elements_of;
use super::evaluate::{Evaluator, Instance, Scope};
use super::module::Declaration;
use super::symbol::{Data, Each, Entry, Possible, Symbol};
use crate::model::{Guard, GuardKind};
use crate::source::Place;

/// How many elements of a `count` are told apart.
const COUNT_LIMIT: usize = 1_000;

/// How often something is made, under which conditions.
pub(super) struct Expansion {
    /// When.
    pub(super) guards: Vec<Guard>,
    /// Whether somebody outside may want it otherwise.
    pub(super) overridable: bool,
    /// How often.
    pub(super) shape: Shape,
}

/// How often something is made.
pub(super) enum Shape {
    /// Once, without a key.
    Single,
    /// By `count`.
    Counted(usize),
    /// By `for_each`: each key with what `each` is.
    Keyed(Vec<(Rc<str>, Each)>),
    /// Not known.
    Unknown(Each),
}

impl Evaluator<'_> {
    /// How often something is made, for each thing that `count` or `for_each` may be.
    pub(super) fn expansions(&self, instance: &Rc<Instance>, declaration: &Declaration) -> Vec<Expansion> {
        let none = Each::default();
        let counted = declaration.attribute("count").map(|(s, a)| (s, a, true));
        let Some((source, attribute, counted)) =
            counted.or_else(|| declaration.attribute("for_each").map(|(s, a)| (s, a, false)))
        else {
            return vec![Expansion { guards: Vec::new(), overridable: false, shape: Shape::Single }];
        };
        let scope = Scope::new(instance, source, &none);
        let value = self.evaluate(&attribute.expression, scope);
        let address = format!("{}{}.{}", instance.address, declaration.kind(), declaration.name());
        value
            .alternatives()
            .iter()
            .map(|alternative| {
                let mut guards = alternative.guards.clone();
                let shape = if counted { count_shape(alternative) } else { for_each_shape(alternative) };
                let shape = shape.unwrap_or_else(|| {
                    let name = alternative.data.hole().map_or(address.as_str(), |hole| &hole.name);
                    let key = Arc::from(format!("{name} makes something"));
                    guards.push(Guard { key, branch: 0, kind: GuardKind::Conditional });
                    let place = scope.place(attribute.expression.span);
                    Shape::Unknown(unknown_each(alternative, counted, &address, &place))
                });
                Expansion { guards, overridable: alternative.overridable, shape }
            })
            .collect()
    }
}

fn count_shape(count: &Possible) -> Option<Shape> {
    match &count.data {
        Data::Null => Some(Shape::Single),
        Data::Bool(value) => Some(Shape::Counted(usize::from(*value))),
        data => data.as_index().map(Shape::Counted),
    }
}

fn for_each_shape(collection: &Possible) -> Option<Shape> {
    let elements = match &collection.data {
        Data::Null => return Some(Shape::Keyed(Vec::new())),
        // Terraform wants a set here; a list of texts is what people mean, and it is refused elsewhere.
        Data::Map(_) | Data::Set(_) | Data::List(_) => elements_of(collection)?,
        _ => return None,
    };
    let list = matches!(collection.data, Data::List(_));
    let mut keyed = Vec::with_capacity(elements.len());
    for (key, value, _) in elements {
        let key = if list { value.clone() } else { key };
        let text = key.single_text()?;
        keyed.push((text, Each { key: Some(key), value: Some(value), index: None }));
    }
    Some(Shape::Keyed(keyed))
}

/// What `each` or `count` are when it is not known how often something is made.
fn unknown_each(alternative: &Possible, counted: bool, address: &str, place: &Place) -> Each {
    let reason = alternative.data.hole().map_or_else(
        || if counted { "the count is not known" } else { "the keys of the `for_each` are not known" }.to_owned(),
        |hole| hole.reason.clone(),
    );
    let at = alternative.data.hole().and_then(|hole| hole.place.clone()).unwrap_or_else(|| place.clone());
    let unknown = |what: &str| Symbol::unknown(reason.clone(), Some(at.clone()), format!("{address} {what}"));
    if counted {
        return Each { index: Some(unknown("count.index")), ..Each::default() };
    }
    // Whichever of the listed ids it is, all of them are of the same kind.
    if matches!(alternative.data, Data::Listing(_)) {
        let listed = Symbol::one_of(vec![alternative.clone()], None);
        return Each { key: Some(listed.clone()), value: Some(listed), index: None };
    }
    Each { key: Some(unknown("each.key")), value: Some(unknown("each.value")), index: None }
}

/// A resource or a module call as a value: one thing, a list, or a map.
pub(super) fn collection(
    expansions: Vec<Expansion>,
    declaration: &Declaration,
    make: impl Fn(String, Each) -> Symbol,
) -> Symbol {
    let mut alternatives = Vec::new();
    for Expansion { guards, shape, .. } in expansions {
        let symbol = match shape {
            Shape::Single => make(String::new(), Each::default()),
            Shape::Unknown(each) => make(String::new(), each),
            Shape::Counted(count) => {
                let elements = (0..count.min(COUNT_LIMIT)).map(|i| make(format!("[{i}]"), counted_each(i))).collect();
                Symbol::new(Data::List(Rc::new(elements)))
            }
            Shape::Keyed(keys) => {
                let entry = |(key, each): (Rc<str>, Each)| {
                    let value = make(format!("[{:?}]", key.as_ref()), each);
                    Entry { key, place: None, value }
                };
                Symbol::new(super::symbol::map(keys.into_iter().map(entry).collect()))
            }
        };
        alternatives.extend(symbol.guarded(&guards).into_alternatives());
    }
    Symbol::one_of(alternatives, Some(&declaration.header()))
}

/// What `count.index` is in one element.
pub(super) fn counted_each(index: usize) -> Each {
    #[allow(clippy::cast_precision_loss, reason = "a position in a list is small")]
    let index = Symbol::new(Data::Number(index as f64));
    Each { index: Some(index), ..Each::default() }
}
