//! Calls and constructors of PHP.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{Argument, CallExpression, Comparison, Entry, Expression, ExpressionKind, Identifier, Spread};
use super::{Reader, THIS};
use crate::source::Span;

impl Reader<'_> {
    pub(super) fn arguments(&mut self, node: Option<Node<'_>>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for argument in node.map(children).unwrap_or_default().into_iter().filter(|n| n.kind() == "argument") {
            let name = argument.child_by_field_name("name");
            let value = children(argument).into_iter().rfind(|n| Some(*n) != name && n.kind() != "reference_modifier");
            let Some(value) = value else { continue };
            let name = name.map(|name| self.identifier(name));
            let (value, spread) = if value.kind() == "variadic_unpacking" {
                (self.first(value), Spread::List)
            } else {
                (self.expression(value), Spread::No)
            };
            arguments.push(Argument { span: span(argument), name, value, spread });
        }
        arguments
    }

    pub(super) fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(called) = node.child_by_field_name("function") else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let list = node.child_by_field_name("arguments");
        let arguments = self.arguments(list);
        let name = self.slice(called).trim_start_matches('\\').to_owned();
        if let Some(kind) = asked(&name, &arguments, span(node)) {
            return kind;
        }
        let function = match called.kind() {
            // A function in no namespace.
            "qualified_name" if !name.contains('\\') => {
                Expression { span: span(called), kind: ExpressionKind::Name(name) }
            }
            _ => self.expression(called),
        };
        let list = list.map_or(function.span, span);
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
    }

    /// `define('NAME', value)`
    pub(super) fn defined(&mut self, node: Node<'_>) -> Option<(Identifier, Expression)> {
        let called = node.child_by_field_name("function")?;
        if self.slice(called).trim_start_matches('\\') != "define" {
            return None;
        }
        let mut arguments = self.arguments(node.child_by_field_name("arguments")).into_iter();
        let (name, value) = (arguments.next()?.value, arguments.next()?.value);
        match name.kind {
            ExpressionKind::Text(text) => Some((Identifier { name: text, span: name.span }, value)),
            _ => None,
        }
    }

    pub(super) fn method_of(&mut self, node: Node<'_>) -> ExpressionKind {
        let object = self.field(node, "object");
        let list = node.child_by_field_name("arguments");
        let arguments = self.arguments(list);
        match node.child_by_field_name("name").filter(|name| name.kind() == "name") {
            Some(name) => called_on(object, self.identifier(name), arguments, list.map(span)),
            None => {
                let mut parts = vec![object];
                parts.extend(arguments.into_iter().map(|argument| argument.value));
                ExpressionKind::Opaque(parts)
            }
        }
    }

    /// `Class::method(…)`; what `parent::` does is not followed.
    pub(super) fn scoped_call(&mut self, node: Node<'_>) -> ExpressionKind {
        let list = node.child_by_field_name("arguments");
        let arguments = self.arguments(list);
        let scope = node.child_by_field_name("scope");
        let name = node.child_by_field_name("name").filter(|name| name.kind() == "name");
        let (Some(scope), Some(name)) = (scope, name) else {
            return ExpressionKind::Opaque(arguments.into_iter().map(|argument| argument.value).collect());
        };
        if self.slice(scope) == "parent" {
            return ExpressionKind::Opaque(arguments.into_iter().map(|argument| argument.value).collect());
        }
        let name = self.identifier(name);
        let own = matches!(self.slice(scope), "self" | "static");
        let bound = own && self.classes.last().is_some_and(|class| class.bound.contains(&name.name));
        let object = if bound {
            Expression { span: span(scope), kind: ExpressionKind::Name(THIS.to_owned()) }
        } else {
            self.expression(scope)
        };
        called_on(object, name, arguments, list.map(span))
    }

    /// `new Class(…)`
    pub(super) fn creation(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let list = parts.iter().find(|n| n.kind() == "arguments").copied();
        let Some(class) = parts.first().filter(|n| !matches!(n.kind(), "arguments" | "anonymous_class")) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let function = self.expression(*class);
        let arguments = self.arguments(list);
        let list = list.map_or(function.span, span);
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
    }
}

/// A call of a method.
fn called_on(object: Expression, name: Identifier, arguments: Vec<Argument>, list: Option<Span>) -> ExpressionKind {
    let at = Span { start: object.span.start, end: name.span.end };
    let list = list.unwrap_or(name.span);
    let function = Expression { span: at, kind: ExpressionKind::Member(Box::new(object), name) };
    ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
}

/// What some functions say that only ask, or make a map of variables.
fn asked(name: &str, arguments: &[Argument], at: Span) -> Option<ExpressionKind> {
    let first = &arguments.first()?.value;
    let not = |inner: &Expression| ExpressionKind::Not(Box::new(inner.clone()));
    match name {
        "empty" => Some(not(first)),
        "is_null" => {
            let null = Expression { span: at, kind: ExpressionKind::Null };
            Some(ExpressionKind::Compare(Comparison::Equal, Box::new(first.clone()), Box::new(null)))
        }
        "compact" => {
            let entry = |argument: &Argument| match &argument.value.kind {
                ExpressionKind::Text(name) => Some(Entry {
                    span: argument.span,
                    key: Some(argument.value.clone()),
                    value: Expression { span: argument.span, kind: ExpressionKind::Name(format!("${name}")) },
                }),
                _ => None,
            };
            arguments.iter().map(entry).collect::<Option<Vec<_>>>().map(ExpressionKind::Map)
        }
        _ => None,
    }
}

/// A call of a function of PHP's own.
pub(super) fn own_function(name: &str, values: Vec<Expression>, at: Span) -> Expression {
    let function = Expression { span: at, kind: ExpressionKind::Name(name.to_owned()) };
    let arguments = values.into_iter().map(plain_argument).collect();
    let call = CallExpression { function, arguments, list: at };
    Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }
}

/// A value that is given by position.
pub(super) fn plain_argument(value: Expression) -> Argument {
    Argument { span: value.span, name: None, value, spread: Spread::No }
}
