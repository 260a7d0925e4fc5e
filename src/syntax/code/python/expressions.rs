//! Expressions of Python.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, operands, operator};
use super::super::{
    Argument, CallExpression, Comparison, Comprehension, Entry, Expression, ExpressionKind, Function, Spread,
    Statement, StatementKind,
};
use super::parse::{children, fields, span};
use super::{Reader, strings};

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
}

impl Reader<'_> {
    fn kind(&mut self, node: Node<'_>) -> ExpressionKind {
        match node.kind() {
            "string" => self.string(node),
            "concatenated_string" => ExpressionKind::Join(self.all(children(node))),
            "integer" | "float" => ExpressionKind::Number(self.slice(node).replace('_', "")),
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "none" => ExpressionKind::Null,
            "identifier" => ExpressionKind::Name(self.slice(node).to_owned()),
            "dotted_name" => self.dotted(node),
            "attribute" => match node.child_by_field_name("attribute") {
                Some(name) => {
                    let object = self.boxed(node, "object");
                    ExpressionKind::Member(object, self.identifier(name))
                }
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "subscript" => {
                let (object, index) = (self.boxed(node, "value"), self.boxed(node, "subscript"));
                ExpressionKind::Index(object, index)
            }
            "call" => self.call(node),
            "list" | "tuple" | "set" | "expression_list" => ExpressionKind::List(self.all(children(node))),
            "dictionary" => ExpressionKind::Map(children(node).into_iter().filter_map(|n| self.entry(n)).collect()),
            "parenthesized_expression" | "await" => match children(node).first() {
                Some(inner) => self.expression(*inner).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "binary_operator" => self.binary(node),
            "unary_operator" => self.unary(node),
            "not_operator" => ExpressionKind::Not(self.boxed(node, "argument")),
            "boolean_operator" => self.boolean(node),
            "comparison_operator" => self.comparison(node),
            "conditional_expression" => self.conditional_expression(node),
            "list_splat" | "dictionary_splat" | "parenthesized_list_splat" => match children(node).first() {
                Some(inner) => ExpressionKind::Spread(Box::new(self.expression(*inner))),
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "lambda" => ExpressionKind::Function(Arc::new(self.lambda(node))),
            "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
                self.comprehension(node)
            }
            "named_expression" => match node.child_by_field_name("name") {
                Some(name) => {
                    let value = self.boxed(node, "value");
                    ExpressionKind::Bind(self.identifier(name), value)
                }
                None => ExpressionKind::Opaque(Vec::new()),
            },
            _ => ExpressionKind::Opaque(self.all(children(node))),
        }
    }

    /// `a.b` in a pattern.
    fn dotted(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut names = children(node).into_iter();
        let Some(first) = names.next() else { return ExpressionKind::Name(self.slice(node).to_owned()) };
        let mut whole = self.expression(first);
        for name in names.take(20) {
            let span = whole.span.join(span(name));
            whole = Expression { span, kind: ExpressionKind::Member(Box::new(whole), self.identifier(name)) };
        }
        whole.kind
    }

    /// A literal, with holes perhaps.
    fn string(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let start = parts.first().map(|n| self.slice(*n).to_ascii_lowercase()).unwrap_or_default();
        let raw = start.contains('r');
        let is_template = parts.iter().any(|part| part.kind() == "interpolation");
        let template = start.contains(['f', 't']);
        let mut joined = Vec::new();
        let mut text = String::new();
        for part in parts {
            match part.kind() {
                "string_content" => text.push_str(&strings::content(self.slice(part), raw, template)),
                "interpolation" => {
                    if !text.is_empty() {
                        let kind = ExpressionKind::Text(std::mem::take(&mut text));
                        joined.push(Expression { span: span(node), kind });
                    }
                    joined.push(self.interpolation(part));
                }
                _ => {}
            }
        }
        if !is_template {
            return ExpressionKind::Text(text);
        }
        if !text.is_empty() {
            joined.push(Expression { span: span(node), kind: ExpressionKind::Text(text) });
        }
        ExpressionKind::Join(joined)
    }

    /// `{value}`; one with a format is not followed.
    fn interpolation(&mut self, node: Node<'_>) -> Expression {
        let value = self.field(node, "expression");
        let converted = node.child_by_field_name("type_conversion").is_some_and(|c| self.slice(c) != "!s");
        let formatted = node.child_by_field_name("format_specifier").is_some_and(|f| self.slice(f).len() > 1);
        if converted || formatted {
            return Expression { span: span(node), kind: ExpressionKind::Opaque(vec![value]) };
        }
        value
    }

    fn entry(&mut self, node: Node<'_>) -> Option<Entry> {
        match node.kind() {
            "pair" => {
                let (key, value) = (self.field(node, "key"), self.field(node, "value"));
                Some(Entry { span: span(node), key: Some(key), value })
            }
            "dictionary_splat" => {
                let value = self.expression(children(node).into_iter().next()?);
                Some(Entry { span: span(node), key: None, value })
            }
            _ => None,
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let function = self.field(node, "function");
        let Some(list) = node.child_by_field_name("arguments") else { return ExpressionKind::Opaque(vec![function]) };
        let mut arguments = Vec::new();
        if list.kind() == "generator_expression" {
            let value = self.expression(list);
            arguments.push(Argument { span: span(list), name: None, value, spread: Spread::No });
        } else {
            for child in children(list) {
                arguments.push(self.argument(child));
            }
        }
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list: span(list) }))
    }

    fn argument(&mut self, node: Node<'_>) -> Argument {
        let inner = children(node).into_iter().next();
        let (name, value, spread) = match (node.kind(), inner) {
            ("keyword_argument", _) => {
                let name = node.child_by_field_name("name").map(|n| self.identifier(n));
                (name, self.field(node, "value"), Spread::No)
            }
            ("list_splat", Some(inner)) => (None, self.expression(inner), Spread::List),
            ("dictionary_splat", Some(inner)) => (None, self.expression(inner), Spread::Map),
            _ => (None, self.expression(node), Spread::No),
        };
        Argument { span: span(node), name, value, spread }
    }

    /// `a + b + c` is one join, however long it is.
    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let first = operator(node);
        if first == "%" {
            return ExpressionKind::Percent(self.boxed(node, "left"), self.boxed(node, "right"));
        }
        let parts = self.all(operands(node));
        if first == "+" { ExpressionKind::Join(parts) } else { ExpressionKind::Opaque(parts) }
    }

    /// A negative number is a number.
    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let argument = self.field(node, "argument");
        let operator = node.child_by_field_name("operator").map(|o| o.kind()).unwrap_or_default();
        match (&argument.kind, operator) {
            (ExpressionKind::Number(number), "-") if !number.starts_with('-') => {
                ExpressionKind::Number(format!("-{number}"))
            }
            (ExpressionKind::Number(_), "+") => argument.kind,
            _ => ExpressionKind::Opaque(vec![argument]),
        }
    }

    fn boolean(&mut self, node: Node<'_>) -> ExpressionKind {
        let first = operator(node);
        let parts = self.all(operands(node));
        if first == "or" { ExpressionKind::Any(parts) } else { ExpressionKind::All(parts) }
    }

    fn comparison(&mut self, node: Node<'_>) -> ExpressionKind {
        let operators: Vec<String> = fields(node, "operators").iter().map(|o| o.kind().to_owned()).collect();
        let operands = self.all(children(node));
        let comparison = match operators.as_slice() {
            [one] => match one.as_str() {
                "==" | "is" => Comparison::Equal,
                "!=" | "is not" | "<>" => Comparison::Different,
                "in" => Comparison::In,
                "not in" => Comparison::NotIn,
                _ => Comparison::Other,
            },
            _ => Comparison::Other,
        };
        match <[Expression; 2]>::try_from(operands) {
            Ok([left, right]) => ExpressionKind::Compare(comparison, Box::new(left), Box::new(right)),
            Err(operands) => ExpressionKind::Opaque(operands),
        }
    }

    fn conditional_expression(&mut self, node: Node<'_>) -> ExpressionKind {
        match <[Expression; 3]>::try_from(self.all(children(node))) {
            Ok([yes, condition, no]) => ExpressionKind::Conditional(Box::new([condition, yes, no])),
            Err(parts) => ExpressionKind::Opaque(parts),
        }
    }

    fn lambda(&mut self, node: Node<'_>) -> Function {
        let parameters = node.child_by_field_name("parameters").map(|n| self.parameters(n)).unwrap_or_default();
        let value = self.field(node, "body");
        let body = vec![Statement { span: value.span, kind: StatementKind::Return(Some(value)) }];
        Function { name: String::new(), span: span(node), parameters, body, decorators: Vec::new() }
    }

    /// A comprehension with one loop; others are opaque.
    fn comprehension(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let loops: Vec<Node<'_>> = parts.iter().copied().filter(|n| n.kind() == "for_in_clause").collect();
        let (Some(body), [one]) = (node.child_by_field_name("body"), loops.as_slice()) else {
            return ExpressionKind::Opaque(self.all(parts));
        };
        let (key, value) = if body.kind() == "pair" {
            let key = self.field(body, "key");
            (Some(key), self.field(body, "value"))
        } else {
            (None, self.expression(body))
        };
        let target = self.field_target(*one, "left");
        let iterable = self.field(*one, "right");
        let conditions = parts.iter().filter(|n| n.kind() == "if_clause").flat_map(|n| children(*n)).collect();
        let conditions = self.all(conditions);
        ExpressionKind::Comprehension(Box::new(Comprehension { key, value, target, iterable, conditions }))
    }
}
