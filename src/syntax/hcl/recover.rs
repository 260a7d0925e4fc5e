//! The reader that recovers: `tree-sitter-hcl` (which no other module sees) finds the structure of a piece that
//! the strict reader refuses, and the strict reader is asked again for each expression without an error.
//!
//! Of what stands in an error nothing is believed: the attribute is there, its value is not known.

use std::ops::ControlFlow;
use std::sync::Arc;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use super::edit::{self, Shift};
use super::{Attribute, Block, Body, Expression, ExpressionKind, HclError, Item, ItemKey, Label};
use crate::source::Span;

/// How large an expression may be to be given to the strict reader, which is quadratic on large objects.
const EXPRESSION_LIMIT: usize = 16 * 1024;

/// How deep blocks and collections may be nested.
const DEPTH_LIMIT: usize = 64;

/// Reads a piece that starts at an offset of the file. The error is given back when the piece really has one.
pub(super) fn parse(piece: &str, start: usize, strict: HclError) -> (Body, Option<HclError>) {
    let Some(tree) = tree(piece) else { return (Body::default(), Some(strict)) };
    let reader = Reader { piece, start };
    let root = tree.root_node();
    let mut body = Body::default();
    reader.collect(root, &mut body, 0);
    let too_large = piece.len() > super::STRICT_LIMIT && !root.has_error();
    (body, (!too_large).then_some(strict))
}

/// The syntax tree; nothing when the parser gives up. Its work is limited by the size of the text, not by a
/// clock, so that the result is the same on every machine.
fn tree(piece: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_hcl::LANGUAGE.into()).ok()?;
    let mut budget = 2_000 + piece.len();
    let mut progress = |_: &ParseState| {
        budget = budget.saturating_sub(1);
        if budget == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = piece.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

struct Reader<'p> {
    piece: &'p str,
    start: usize,
}

impl Reader<'_> {
    fn span(&self, node: Node<'_>) -> Span {
        Span::new(node.start_byte() + self.start, node.end_byte() + self.start)
    }

    fn text(&self, node: Node<'_>) -> &str {
        self.piece.get(node.byte_range()).unwrap_or_default()
    }

    /// Takes the attributes and blocks below a node, through bodies and errors.
    fn collect(&self, node: Node<'_>, body: &mut Body, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "attribute" => body.attributes.extend(self.attribute(child)),
                "block" => body.blocks.extend(self.block(child, depth).map(Arc::new)),
                "body" | "ERROR" => self.collect(child, body, depth + 1),
                _ => {}
            }
        }
    }

    fn attribute(&self, node: Node<'_>) -> Option<Attribute> {
        let mut cursor = node.walk();
        let mut children = node.named_children(&mut cursor);
        let name = children.next().filter(|child| child.kind() == "identifier")?;
        let name_span = self.span(name);
        let children: Vec<_> = children.filter(|child| child.kind() != "comment").collect();
        let expression = match children.as_slice() {
            [value] if value.kind() == "expression" => self.expression(*value, 0),
            _ => Expression { kind: ExpressionKind::Invalid, span: self.span(node) },
        };
        Some(Attribute {
            name: self.text(name).to_owned(),
            name_span,
            span: name_span.join(expression.span),
            expression,
        })
    }

    fn block(&self, node: Node<'_>, depth: usize) -> Option<Block> {
        let mut cursor = node.walk();
        let mut kind = None;
        let mut labels = Vec::new();
        let mut body = Body::default();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" if kind.is_none() => kind = Some(child),
                "identifier" => labels.push(Label { text: self.text(child).to_owned(), span: self.span(child) }),
                "string_lit" => {
                    let text = self.text(child).trim_matches('"').to_owned();
                    labels.push(Label { text, span: self.span(child) });
                }
                "body" | "ERROR" => self.collect(child, &mut body, depth + 1),
                _ => {}
            }
        }
        let kind = kind?;
        let header_span = labels.last().map_or(self.span(kind), |last| self.span(kind).join(last.span));
        Some(Block {
            kind: self.text(kind).to_owned(),
            labels,
            header_span,
            span: self.span(node),
            body,
            whole: !node.has_error(),
        })
    }

    fn expression(&self, node: Node<'_>, depth: usize) -> Expression {
        let span = self.span(node);
        let text = self.text(node);
        let readable = text.len() <= EXPRESSION_LIMIT && !node.has_error();
        let strict = readable.then(|| edit::parse_expression(text, Shift::by(span.start as usize)));
        if let Some(Ok(expression)) = strict {
            return expression;
        }
        let kind = match node.kind() {
            _ if depth > DEPTH_LIMIT || node.has_error() => ExpressionKind::Invalid,
            "expression" | "collection_value" => {
                return match only_child(node) {
                    Some(inner) => self.expression(inner, depth + 1),
                    None => Expression { kind: ExpressionKind::Invalid, span },
                };
            }
            "tuple" => {
                let mut cursor = node.walk();
                let elements = node.named_children(&mut cursor).filter(|child| child.kind() == "expression");
                ExpressionKind::Tuple(elements.map(|child| self.expression(child, depth + 1)).collect())
            }
            "object" => {
                let mut cursor = node.walk();
                let elements = node.named_children(&mut cursor).filter(|child| child.kind() == "object_elem");
                ExpressionKind::Object(elements.filter_map(|child| self.item(child, depth)).collect())
            }
            _ => ExpressionKind::Invalid,
        };
        Expression { kind, span }
    }

    fn item(&self, node: Node<'_>, depth: usize) -> Option<Item> {
        let key = node.child_by_field_name("key")?;
        let value = node.child_by_field_name("val")?;
        let key_span = self.span(key);
        let parsed = edit::parse_expression(self.text(key), Shift::by(key_span.start as usize)).ok()?;
        let key = match parsed.kind {
            ExpressionKind::Variable(name) | ExpressionKind::String(name) => ItemKey::Name(name),
            _ => ItemKey::Expression(parsed),
        };
        Some(Item { key, key_span, value: self.expression(value, depth + 1) })
    }
}

fn only_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor).filter(|child| child.kind() != "comment");
    children.next().filter(|_| children.next().is_none())
}
