//! Expressions of TypeScript and JavaScript.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, operands, operator};
use super::super::parse::{children, span};
use super::super::{Argument, CallExpression, Comparison, Entry, Expression, ExpressionKind, Identifier, Spread};
use super::{Reader, opaque, strings};
use crate::source::Span;

impl Lowering for Reader<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn nesting(&mut self) -> &mut Nesting {
        &mut self.nesting
    }

    fn lower(&mut self, node: Node<'_>) -> ExpressionKind {
        self.kind(node)
    }

    fn identifier(&self, node: Node<'_>) -> Identifier {
        Identifier { name: self.slice(node).trim_start_matches('#').to_owned(), span: span(node) }
    }
}

impl Reader<'_> {
    fn kind(&mut self, node: Node<'_>) -> ExpressionKind {
        match node.kind() {
            "string" => ExpressionKind::Text(strings::literal(self.slice(node))),
            "template_string" => self.template(node),
            "number" => ExpressionKind::Number(self.slice(node).replace('_', "").trim_end_matches('n').to_owned()),
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "null" | "undefined" => ExpressionKind::Null,
            "identifier"
            | "this"
            | "super"
            | "shorthand_property_identifier"
            | "import"
            | "shorthand_property_identifier_pattern" => match self.slice(node) {
                "undefined" => ExpressionKind::Null,
                name => ExpressionKind::Name(self.names.resolve(name).to_owned()),
            },
            "member_expression" => {
                let Some(name) = node.child_by_field_name("property").map(|name| self.identifier(name)) else {
                    return ExpressionKind::Opaque(Vec::new());
                };
                ExpressionKind::Member(self.boxed(node, "object"), name)
            }
            "subscript_expression" => {
                let (object, index) = (self.boxed(node, "object"), self.boxed(node, "index"));
                ExpressionKind::Index(object, index)
            }
            "call_expression" => self.call(node),
            "new_expression" => {
                let function = self.field(node, "constructor");
                let list = node.child_by_field_name("arguments");
                let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
                let list = list.map_or(function.span, span);
                ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
            }
            "object" => ExpressionKind::Map(self.entries(node)),
            "array" => ExpressionKind::List(self.all(children(node))),
            "spread_element" => match children(node).first() {
                Some(inner) => ExpressionKind::Spread(Box::new(self.expression(*inner))),
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "arrow_function" | "function_expression" | "function" | "generator_function" => {
                ExpressionKind::Function(Arc::new(self.function(node, Vec::new())))
            }
            // What says something of a type, or waits, is the value itself.
            "parenthesized_expression"
            | "await_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "instantiation_expression"
            | "expression_statement" => match children(node).first() {
                Some(inner) => self.expression(*inner).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "type_assertion" => match children(node).last() {
                Some(inner) => self.expression(*inner).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "sequence_expression" => {
                let mut parts = self.all(children(node));
                match parts.pop() {
                    Some(last) if parts.is_empty() => last.kind,
                    Some(last) => {
                        parts.push(last);
                        ExpressionKind::Opaque(parts)
                    }
                    None => ExpressionKind::Opaque(Vec::new()),
                }
            }
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "ternary_expression" => {
                let condition = self.field(node, "condition");
                let (yes, no) = (self.field(node, "consequence"), self.field(node, "alternative"));
                ExpressionKind::Conditional(Box::new([condition, yes, no]))
            }
            "assignment_expression" => self.bound(node),
            "type_arguments" | "type_annotation" | "regex" | "comment" => ExpressionKind::Opaque(Vec::new()),
            _ => ExpressionKind::Opaque(self.all(children(node))),
        }
    }

    /// A text with holes.
    fn template(&mut self, node: Node<'_>) -> ExpressionKind {
        let whole = span(node);
        let mut parts = Vec::new();
        let mut at = whole.start + 1;
        let text = |reader: &Self, from: u32, to: u32| {
            let raw = reader.text.get(from as usize..to as usize).unwrap_or_default();
            let kind = ExpressionKind::Text(strings::unescape(raw));
            Expression { span: Span { start: from, end: to.max(from) }, kind }
        };
        let holes: Vec<Node<'_>> = children(node).into_iter().filter(|n| n.kind() == "template_substitution").collect();
        if holes.is_empty() {
            return text(self, at, whole.end.saturating_sub(1)).kind;
        }
        for hole in holes {
            let hole_at = span(hole);
            parts.push(text(self, at, hole_at.start));
            parts.push(match children(hole).first() {
                Some(inner) => self.expression(*inner),
                None => opaque(hole),
            });
            at = hole_at.end;
        }
        parts.push(text(self, at, whole.end.saturating_sub(1)));
        // The first text stays, even if it is empty: it makes the whole a text.
        let first = parts.remove(0);
        parts.retain(|part| !matches!(&part.kind, ExpressionKind::Text(text) if text.is_empty()));
        parts.insert(0, first);
        ExpressionKind::Join(parts)
    }

    fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(called) = node.child_by_field_name("function") else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let list = node.child_by_field_name("arguments");
        let arguments = match list {
            // A function in front of a text with holes is given the text.
            Some(text) if text.kind() == "template_string" => {
                let value = self.expression(text);
                vec![Argument { span: value.span, name: None, value, spread: Spread::No }]
            }
            Some(list) => self.arguments(list),
            None => Vec::new(),
        };
        if called.kind() == "super" {
            return ExpressionKind::Opaque(arguments.into_iter().map(|argument| argument.value).collect());
        }
        let function = self.expression(called);
        let list = list.map_or(function.span, span);
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
    }

    fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for node in children(list) {
            let (value, spread) = match node.kind() {
                "spread_element" => {
                    (children(node).first().map_or_else(|| opaque(node), |n| self.expression(*n)), Spread::List)
                }
                _ => (self.expression(node), Spread::No),
            };
            arguments.push(Argument { span: span(node), name: None, value, spread });
        }
        arguments
    }

    fn entries(&mut self, node: Node<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for part in children(node) {
            let at = span(part);
            let (key, value) = match part.kind() {
                "pair" => {
                    let Some(key) = part.child_by_field_name("key") else { continue };
                    (Some(self.key(key)), self.field(part, "value"))
                }
                "shorthand_property_identifier" => {
                    let key = Expression { span: at, kind: ExpressionKind::Text(self.slice(part).to_owned()) };
                    (Some(key), self.expression(part))
                }
                "spread_element" => {
                    (None, children(part).first().map_or_else(|| opaque(part), |n| self.expression(*n)))
                }
                "method_definition" => {
                    let Some(name) = part.child_by_field_name("name") else { continue };
                    let key = self.key(name);
                    let function = ExpressionKind::Function(Arc::new(self.function(part, Vec::new())));
                    (Some(key), Expression { span: at, kind: function })
                }
                _ => continue,
            };
            entries.push(Entry { span: at, key, value });
        }
        entries
    }

    /// The key of an entry.
    fn key(&mut self, node: Node<'_>) -> Expression {
        if node.kind() == "computed_property_name" {
            return children(node).first().map_or_else(|| opaque(node), |n| self.expression(*n));
        }
        Expression { span: span(node), kind: ExpressionKind::Text(self.property_name(node)) }
    }

    /// A name of a member, with or without quotes.
    pub(super) fn property_name(&self, node: Node<'_>) -> String {
        let text = self.slice(node);
        if node.kind() == "string" { strings::literal(text) } else { text.trim_start_matches('#').to_owned() }
    }

    /// A chain of one operator is one expression, however long it is.
    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let first = operator(node);
        let comparison = match first {
            "==" | "===" => Some(Comparison::Equal),
            "!=" | "!==" => Some(Comparison::Different),
            "<" | ">" | "<=" | ">=" | "instanceof" | "in" => Some(Comparison::Other),
            _ => None,
        };
        if let Some(comparison) = comparison {
            let (left, right) = (self.boxed(node, "left"), self.boxed(node, "right"));
            return ExpressionKind::Compare(comparison, left, right);
        }
        let parts = self.all(operands(node));
        match first {
            "+" => ExpressionKind::Join(parts),
            "&&" => ExpressionKind::All(parts),
            "||" | "??" => ExpressionKind::Any(parts),
            _ => ExpressionKind::Opaque(parts),
        }
    }

    /// A negative number is a number.
    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let operand = self.field(node, "argument");
        let operator = node.child_by_field_name("operator").map(|o| o.kind()).unwrap_or_default();
        match (&operand.kind, operator) {
            (_, "!") => ExpressionKind::Not(Box::new(operand)),
            (ExpressionKind::Number(number), "-") if !number.starts_with('-') => {
                ExpressionKind::Number(format!("-{number}"))
            }
            (ExpressionKind::Number(_), "+") => operand.kind,
            (_, "void") => ExpressionKind::Null,
            _ => ExpressionKind::Opaque(vec![operand]),
        }
    }

    /// `a = b` as a value.
    fn bound(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = self.field(node, "right");
        match node.child_by_field_name("left").map(|left| self.expression(left)) {
            Some(Expression { span, kind: ExpressionKind::Name(name) }) => {
                ExpressionKind::Bind(Identifier { name, span }, Box::new(value))
            }
            _ => ExpressionKind::Opaque(vec![value]),
        }
    }
}
