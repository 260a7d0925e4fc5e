//! Expressions of Ansible: texts with `{{ … }}`, filters, elements of loops, fields of variables.
//!
//! Takes a scope in one of its worlds; gives what is known of a value there. Templates with statements, and filters that
//! change a text, are not evaluated.

use std::rc::Rc;
use std::sync::Arc;

use super::scope::{Lookup, Scope};
use crate::model::{Alternative, Content, Step, Unknown, Value};
use crate::source::{Place, Source};
use crate::surface::document;
use crate::syntax::yaml::{Kind, Node};

/// How often variables may lead to each other.
const DEPTH: usize = 8;

impl Scope<'_> {
    pub(super) fn value_in(&self, source: &Arc<Source>, node: &Node, depth: usize) -> Value {
        let place = Place::new(source, node.alias.unwrap_or(node.span));
        if depth >= DEPTH || !self.file.may_follow() {
            return Value::unknown("variables lead to each other", Some(place));
        }
        match (&node.kind, document::scalar(node)) {
            (_, Some(Content::Text(text))) if text.contains("{%") => {
                Value::unknown("a template with statements is not evaluated", Some(place))
            }
            (_, Some(Content::Text(text))) => {
                let resolve = |expression: &str| self.expression(expression, &place, depth);
                document::resolve_text(&text, ("{{", "}}"), &place, &resolve)
            }
            (_, Some(content)) => Value::from(Alternative::new(content)),
            // A list is sent as a text with commas between its elements.
            (Kind::Sequence(items), _) => self.list(source, items, &place, depth),
            _ => Value::unknown("a mapping", Some(place)),
        }
    }

    fn list(&self, source: &Arc<Source>, items: &[Rc<Node>], place: &Place, depth: usize) -> Value {
        let mut joined = Alternative::new(Content::Absent);
        let mut texts = Vec::new();
        for item in items {
            let value = self.value_in(source, item, depth + 1);
            match value.alternatives() {
                [Alternative { content: Content::Text(text), guards, overridable, .. }] if guards.is_empty() => {
                    texts.push(text.clone());
                    joined.overridable |= overridable;
                }
                _ => {
                    let (reason, place) = ("an element of the list is not known".to_owned(), Some(place.clone()));
                    let unknown = Unknown { reason, place, present: true };
                    return Value::from(Alternative::new(Content::Unknown(unknown)));
                }
            }
        }
        Value::from(Alternative { content: Content::text(texts.join(",")), ..joined })
    }

    pub(super) fn expression(&self, expression: &str, place: &Place, depth: usize) -> Value {
        self.in_worlds(&|scope| scope.expression_in_world(expression, place, depth))
    }

    fn expression_in_world(&self, expression: &str, place: &Place, depth: usize) -> Value {
        let here = Step { place: place.clone(), label: String::new() };
        let mut value = match self.element.as_ref().filter(|(name, _)| names(expression, name)) {
            None => self.chain(expression, place, depth),
            Some((_, None)) => Value::unknown("what the loop goes over is not known", Some(place.clone())),
            Some((name, Some((elements, source)))) => {
                let place_of = |node: &Node| Place::new(source, node.alias.unwrap_or(node.span));
                document::one_of_elements(&place_of, elements, &|item| {
                    self.with_element(name, item, source).chain(expression, place, depth)
                })
            }
        };
        value.alternatives_mut().iter_mut().for_each(|a| a.steps.insert(0, here.clone()));
        value
    }

    /// A term with the filters behind it.
    fn chain(&self, expression: &str, place: &Place, depth: usize) -> Value {
        let mut parts = split_outside_quotes(expression, '|').into_iter().map(str::trim);
        let term = parts.next().unwrap_or_default();
        let mut value = self.term(term, place, depth);
        for filter in parts {
            let (name, argument) = filter.split_once('(').unwrap_or((filter, ""));
            let argument = argument.trim_end().strip_suffix(')').unwrap_or(argument);
            value = match (name.trim(), value) {
                ("default" | "d", Found::Undefined(_)) => self.default(argument, place, depth),
                ("default" | "d" | "string" | "trim", found) => found,
                (_, Found::Undefined(reason)) => Found::Undefined(reason),
                (other, Found::Value(_)) => {
                    let reason = format!("the filter `{other}` is not evaluated");
                    Found::Value(Value::unknown(reason, Some(place.clone())))
                }
            };
        }
        match value {
            Found::Value(value) => value,
            Found::Undefined(reason) => Value::unknown(reason, Some(place.clone())),
        }
    }

    /// What counts when a variable is not set: it may be set from outside.
    fn default(&self, argument: &str, place: &Place, depth: usize) -> Found {
        let first = split_outside_quotes(argument, ',').first().map_or("", |first| first.trim());
        let found = if first == "omit" { Found::Value(Value::absent()) } else { self.term(first, place, depth) };
        match found {
            Found::Value(mut value) => {
                value.alternatives_mut().iter_mut().for_each(|a| a.overridable = true);
                Found::Value(value)
            }
            undefined => undefined,
        }
    }

    /// A text between quotes, a number, the element of a loop, or a variable.
    fn term(&self, term: &str, place: &Place, depth: usize) -> Found {
        let quoted = ['\'', '"'].iter().find_map(|q| term.strip_prefix(*q)?.strip_suffix(*q));
        if let Some(text) = quoted.filter(|text| !text.contains(['\'', '"', '\\'])) {
            return Found::Value(Value::known(text));
        }
        if term.parse::<i64>().is_ok() {
            return Found::Value(Value::known(term));
        }
        let Some(path) = path(term) else {
            return Found::Value(Value::unknown(format!("`{term}` is not evaluated"), Some(place.clone())));
        };
        let (Some(name), rest) = (path.first(), path.get(1..).unwrap_or_default()) else {
            return Found::Undefined("an empty expression".to_owned());
        };
        if let Some((_, item, source)) = self.bound.as_ref().filter(|(bound, ..)| bound == name) {
            // An element is not looked for in itself.
            let outside = self.without_element();
            return match below(item, rest) {
                Some(found) => Found::Value(outside.value_in(source, found, depth + 1)),
                None => Found::Undefined(format!("an element of the loop has no `{}`", rest.join("."))),
            };
        }
        if self.dynamic.contains(*name) {
            return Found::Value(Value::unknown(format!("`{name}` is set while the play runs"), Some(place.clone())));
        }
        let (source, node) = match self.find(name) {
            Lookup::Found(variables, node) => (&variables.source, node),
            Lookup::Perhaps(why) => {
                return Found::Value(Value::unknown(format!("variable `{name}` {why}"), Some(place.clone())));
            }
            Lookup::Missing => return Found::Undefined(format!("variable `{name}` is not set here")),
        };
        let Some(node) = below(node, rest) else {
            return Found::Undefined(format!("variable `{name}` has no `{}`", rest.join(".")));
        };
        let mut value = self.value_in(source, node, depth + 1);
        let step = Step {
            place: Place::new(source, node.alias.unwrap_or(node.span)),
            label: format!("variable `{}`", path.join(".")),
        };
        for alternative in value.alternatives_mut() {
            alternative.steps.insert(0, step.clone());
            // Variables on the command line of a run win over all others.
            alternative.overridable = true;
        }
        Found::Value(value)
    }
}

/// What a name is.
enum Found {
    Value(Value),
    /// Not set in any file that was read; with the reason for people.
    Undefined(String),
}

fn below<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, part| match &node.kind {
        Kind::Mapping(_) => node.get(part).map(|found| &**found),
        Kind::Sequence(items) => items.get(part.parse::<usize>().ok()?).map(|found| &**found),
        Kind::Scalar { .. } => None,
    })
}

/// The names of `a.b['c']`; nothing for any other expression.
fn path(term: &str) -> Option<Vec<&str>> {
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut names = Vec::new();
    let mut pieces = term.split(['.', '[']);
    names.push(pieces.next().filter(is_name)?);
    for piece in pieces {
        let piece = piece.strip_suffix(']').unwrap_or(piece);
        names.push(Some(piece.trim_matches(['\'', '"'])).filter(is_name)?);
    }
    Some(names)
}

/// Whether an expression holds a name as a word.
fn names(expression: &str, name: &str) -> bool {
    expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The parts of a text between separators that are not within quotes.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quote = None;
    let split = text.split(move |c: char| {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            _ => {}
        }
        c == separator && quote.is_none()
    });
    split.collect()
}
