//! The JSON spelling of HCL: a JSON tree into the same [`Body`].
//!
//! A block is an object under its name, one object deeper for each label, or an array of such objects. Which
//! names are blocks, and how many labels they have, is the business of the application and given by the
//! caller; below those, everything is an attribute. Strings are templates.

use std::sync::Arc;

use super::edit::{self, Shift};
use super::{Attribute, Block, Body, Expression, ExpressionKind, HclError, Item, ItemKey, Label, Parsed};
use crate::source::Span;
use crate::syntax::json::{self, Kind, Member, Node};

/// Reads a file. `labels` gives the number of labels of each kind of block at the top.
#[must_use]
pub fn parse_json(text: &str, labels: &[(&str, usize)]) -> Parsed {
    let root = match json::parse(text) {
        Ok(root) => root,
        Err(error) => {
            let error = HclError { message: error.message, span: error.span };
            return Parsed { body: Body::default(), error: Some(error) };
        }
    };
    let mut body = Body::default();
    for top in each_object(&root) {
        for member in top.members() {
            match labels.iter().find(|(kind, _)| *kind == member.key) {
                Some((kind, count)) => blocks(kind, *count, member, &mut body),
                None => body.attributes.push(attribute(member)),
            }
        }
    }
    Parsed { body, error: None }
}

/// An object, or each object of an array.
fn each_object(node: &Node) -> impl Iterator<Item = &Node> {
    let single = matches!(node.kind, Kind::Object(_)).then_some(node);
    single.into_iter().chain(node.elements().iter().filter(|e| matches!(e.kind, Kind::Object(_))))
}

fn blocks(kind: &str, count: usize, member: &Member, body: &mut Body) {
    let mut pending = vec![(Vec::<Label>::new(), member.key_span, &member.value)];
    while let Some((labels, key_span, node)) = pending.pop() {
        if labels.len() < count {
            let deeper: Vec<_> = each_object(node)
                .flat_map(Node::members)
                .map(|inner| {
                    let mut labels = labels.clone();
                    labels.push(Label { text: inner.key.clone(), span: inner.key_span });
                    (labels, inner.key_span, &inner.value)
                })
                .collect();
            pending.extend(deeper.into_iter().rev());
            continue;
        }
        for object in each_object(node) {
            let mut inner = Body::default();
            // `//` is where the JSON spelling keeps its comments.
            inner.attributes.extend(object.members().iter().filter(|m| m.key != "//").map(attribute));
            inner.blocks.extend(nested_blocks(object));
            body.blocks.push(Arc::new(Block {
                kind: kind.to_owned(),
                labels: labels.clone(),
                header_span: key_span,
                span: key_span.join(object.span),
                body: inner,
                whole: true,
            }));
        }
    }
}

/// Objects inside a block may be nested blocks as well as values: they are given as both.
fn nested_blocks(object: &Node) -> Vec<Arc<Block>> {
    let mut nested = Vec::new();
    for member in object.members() {
        for inner in each_object(&member.value) {
            nested.push(Arc::new(Block {
                kind: member.key.clone(),
                labels: Vec::new(),
                header_span: member.key_span,
                span: member.key_span.join(inner.span),
                body: Body { attributes: inner.members().iter().map(attribute).collect(), blocks: Vec::new() },
                whole: true,
            }));
        }
    }
    nested
}

fn attribute(member: &Member) -> Attribute {
    let expression = expression(&member.value, true);
    Attribute {
        name: member.key.clone(),
        name_span: member.key_span,
        span: member.key_span.join(expression.span),
        expression,
    }
}

/// A JSON value as an expression whose strings are plain text, as in a file of variables.
#[must_use]
pub fn value_expression(node: &Node) -> Expression {
    expression(node, false)
}

fn expression(node: &Node, templates: bool) -> Expression {
    let kind = match &node.kind {
        Kind::Null => ExpressionKind::Null,
        Kind::Bool(value) => ExpressionKind::Bool(*value),
        Kind::Number(text) => text.parse().map_or(ExpressionKind::Invalid, ExpressionKind::Number),
        Kind::String { text, plain } if templates && (text.contains("${") || text.contains("%{")) => {
            return template(node, text, *plain);
        }
        Kind::String { text, .. } => ExpressionKind::String(text.clone()),
        Kind::Array(elements) => ExpressionKind::Tuple(elements.iter().map(|e| expression(e, templates)).collect()),
        Kind::Object(members) => ExpressionKind::Object(members.iter().map(|m| item(m, templates)).collect()),
    };
    Expression { kind, span: node.span }
}

fn item(member: &Member, templates: bool) -> Item {
    let key = if templates && member.key.contains("${") {
        let shift = Shift::Whole(member.key_span);
        edit::parse_template(&member.key, member.key_span, shift)
            .map_or_else(|_| ItemKey::Name(member.key.clone()), ItemKey::Expression)
    } else {
        ItemKey::Name(member.key.clone())
    };
    Item { key, key_span: member.key_span, value: expression(&member.value, templates) }
}

fn template(node: &Node, text: &str, plain: bool) -> Expression {
    let inner: Span = node.inner_span();
    let shift = if plain { Shift::by(inner.start as usize) } else { Shift::Whole(node.span) };
    edit::parse_template(text, node.span, shift)
        .unwrap_or(Expression { kind: ExpressionKind::Invalid, span: node.span })
}
