//! What `{{ … }}` in a template is: parameters, and elements of loops.

use std::sync::Arc;

use super::Outer;
use crate::model::{Alternative, Content, Guard, GuardKind, Step, Unknown, Value};
use crate::source::Span;
use crate::surface::document::{self, Elements, File};
use crate::syntax::yaml::{Kind, Node};

/// The name of the current element of a loop.
const ELEMENT: &str = "ACS::TaskLoopItem";

/// How many allowed values are looked at.
const ALLOWED: usize = 32;

/// How often defaults may lead to each other.
const DEPTH: usize = 8;

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    file: &'a File<'a>,
    parameters: Option<&'a Node>,
    pub(super) elements: Option<Result<Elements, (String, Span)>>,
    outer: Option<Outer<'a>>,
    depth: usize,
}

impl<'a> Scope<'a> {
    pub(super) fn new(file: &'a File<'a>, parameters: Option<&'a Node>, outer: Option<Outer<'a>>) -> Self {
        Self { file, parameters, elements: None, outer, depth: 0 }
    }

    /// The scope within a task that is looped.
    pub(super) fn looped(&self, given: &Node) -> Self {
        let items = given.get("Items").map(|items| &**items);
        let elements = items.ok_or_else(|| ("the loop has no items".to_owned(), given.span));
        Self { elements: Some(elements.and_then(|items| self.elements(items))), ..self.clone() }
    }

    fn elements(&self, items: &Node) -> Result<Elements, (String, Span)> {
        let key = Arc::from(format!("the loop at {}", self.file.place_of(items).display()));
        if let Kind::Sequence(list) = &items.kind {
            return Ok(Elements { key, items: list.clone(), overridable: false });
        }
        let name = items.text().and_then(whole_expression);
        let default = name.and_then(|name| self.declaration(name)).and_then(|declared| declared.get("Default"));
        match default.map(|default| &default.kind) {
            Some(Kind::Sequence(list)) => Ok(Elements { key, items: list.clone(), overridable: true }),
            _ => Err(("what the loop goes over is not known".to_owned(), items.span)),
        }
    }

    /// What is known of a value.
    pub(super) fn value(&self, node: &Node) -> Value {
        if self.file.has_hole(node.span) {
            return Value::unknown("a template fills it in", Some(self.file.place(node.span)));
        }
        if let Some(value) = self.outer.and_then(|outer| outer(node)) {
            return value;
        }
        let place = self.file.place_of(node);
        match document::scalar(node) {
            Some(Content::Text(text)) => {
                let resolve = |expression: &str| self.expression(expression, node);
                document::resolve_text(&text, ("{{", "}}"), &place, &resolve)
            }
            Some(content) => Value::from(Alternative::new(content)),
            None if node.items().is_empty() && node.entries().is_empty() => Value::absent(),
            None => {
                let slice = self.file.source.slice(node.span);
                match whole_expression(slice) {
                    Some(expression) => self.expression(expression, node),
                    None => Value::unknown(format!("{} is not evaluated", shape(node)), Some(place)),
                }
            }
        }
    }

    pub(super) fn expression(&self, expression: &str, node: &Node) -> Value {
        let here = Step { place: self.file.place_of(node), label: String::new() };
        let mut value = if expression == ELEMENT || expression.starts_with("ACS::TaskLoopItem.") {
            self.element(expression, node)
        } else if let Some(declared) = self.declaration(expression) {
            self.parameter(expression, declared)
        } else {
            Value::unknown(format!("`{expression}` is known only when the template runs"), Some(here.place.clone()))
        };
        for alternative in value.alternatives_mut() {
            alternative.steps.insert(0, here.clone());
        }
        value
    }

    fn element(&self, expression: &str, node: &Node) -> Value {
        let elements = match &self.elements {
            Some(Ok(elements)) => elements,
            Some(Err((reason, at))) => return Value::unknown(reason.clone(), Some(self.file.place(*at))),
            None => return Value::unknown("there is no loop here", Some(self.file.place_of(node))),
        };
        let part = expression.strip_prefix(ELEMENT).and_then(|rest| rest.strip_prefix('.'));
        // An element is not looked for in itself.
        let outside = Self { elements: None, ..self.clone() };
        document::one_of_elements(&|node| self.file.place_of(node), elements, &|item| match part {
            None => outside.value(item),
            Some(part) => item.get(part).map_or_else(
                || Value::unknown(format!("the element has no `{part}`"), None),
                |found| outside.value(found),
            ),
        })
    }

    fn declaration(&self, name: &str) -> Option<&'a Node> {
        self.parameters?.get(name).map(|declared| &**declared)
    }

    /// What a parameter may be: one of the allowed values, or anything, beginning with the default.
    fn parameter(&self, name: &str, declared: &Node) -> Value {
        if self.depth >= DEPTH || !self.file.may_follow() {
            return Value::unknown("defaults lead to each other", Some(self.file.place(declared.span)));
        }
        let deeper = Self { depth: self.depth + 1, ..self.clone() };
        let allowed = declared.get("AllowedValues").map_or(&[][..], |allowed| allowed.items());
        let default = declared.get("Default");
        if allowed.is_empty() || allowed.len() > ALLOWED {
            let Some(default) = default else {
                let reason = format!("parameter `{name}` has no default");
                return Value::unknown(reason, Some(self.file.place(declared.span)));
            };
            let mut value = deeper.value(default);
            let step = Step { place: self.file.place_of(default), label: format!("default of parameter `{name}`") };
            for alternative in value.alternatives_mut() {
                alternative.overridable = true;
                alternative.steps.insert(0, step.clone());
            }
            return value;
        }
        self.choice(name, declared, allowed)
    }

    /// The list is closed, so nobody can give anything else; which one it is, is one decision for the whole
    /// template.
    fn choice(&self, name: &str, declared: &Node, allowed: &[std::rc::Rc<Node>]) -> Value {
        let key: Arc<str> = Arc::from(format!("parameter `{name}`"));
        let alternatives = allowed.iter().enumerate().map(|(index, node)| {
            let content = document::scalar(node).unwrap_or_else(|| {
                let place = Some(self.file.place(declared.span));
                Content::Unknown(Unknown { reason: format!("an allowed value of `{name}`"), place, present: false })
            });
            let branch = u32::try_from(index).unwrap_or(u32::MAX);
            let guards = match allowed {
                [_] => Vec::new(),
                _ => vec![Guard { key: Arc::clone(&key), branch, kind: GuardKind::Conditional }],
            };
            let step = Step { place: self.file.place_of(node), label: format!("allowed value of parameter `{name}`") };
            Alternative { content, guards, steps: vec![step], overridable: false }
        });
        Value::one_of(alternatives.collect())
    }
}

/// The expression that a text consists of.
fn whole_expression(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inside.contains("}}")).then(|| inside.trim())
}

/// What a collection is, for people.
fn shape(node: &Node) -> String {
    match (&node.tag, node.entries()) {
        (Some(tag), _) if tag.len() > 1 && !tag.starts_with("!!") => format!("the function `{tag}`"),
        (_, [(key, _)]) if key.text().is_some_and(|key| key.starts_with("Fn::") || key == "Ref") => {
            format!("the function `{}`", key.text().unwrap_or_default())
        }
        (_, []) => "a list".to_owned(),
        _ => "a mapping".to_owned(),
    }
}
