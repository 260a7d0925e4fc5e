//! Expressions of PHP.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, chain, operator};
use super::super::parse::{children, span};
use super::super::{Comparison, Entry, Expression, ExpressionKind, Identifier};
use super::calls::own_function;
use super::{Reader, dotted, empty, opaque, strings};
use crate::source::Span;

/// Functions that no program can name: arrays that are put together, what is there going before or being replaced,
/// and what a file gives that is required.
pub(super) const UNION: &str = "<union>";
const MERGE: &str = "<merge>";
const REQUIRE: &str = "<require>";

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
    pub(super) fn first(&mut self, node: Node<'_>) -> Expression {
        children(node).first().map_or_else(|| opaque(node), |inner| self.expression(*inner))
    }

    fn kind(&mut self, node: Node<'_>) -> ExpressionKind {
        match node.kind() {
            "string" => ExpressionKind::Text(strings::single(self.slice(node))),
            "encapsed_string" => self.text(node),
            "heredoc" => {
                node.child_by_field_name("value").map_or(ExpressionKind::Text(String::new()), |v| self.text(v))
            }
            "nowdoc" => {
                let text = node.child_by_field_name("value").map(|value| self.slice(value)).unwrap_or_default();
                ExpressionKind::Text(text.trim_start_matches('\n').to_owned())
            }
            "integer" | "float" => ExpressionKind::Number(self.slice(node).replace('_', "")),
            "boolean" => ExpressionKind::Bool(self.slice(node).eq_ignore_ascii_case("true")),
            "null" => ExpressionKind::Null,
            "variable_name" => ExpressionKind::Name(self.slice(node).to_owned()),
            "name" | "qualified_name" | "relative_name" => self.named(node),
            "relative_scope" => self.scope(node).unwrap_or_else(|| ExpressionKind::Opaque(Vec::new())),
            "parenthesized_expression"
            | "error_suppression_expression"
            | "clone_expression"
            | "by_ref"
            | "expression_statement" => self.first(node).kind,
            "cast_expression" => self.field(node, "value").kind,
            "member_access_expression" | "nullsafe_member_access_expression" => {
                let object = self.field(node, "object");
                match node.child_by_field_name("name").filter(|name| name.kind() == "name") {
                    Some(name) => ExpressionKind::Member(Box::new(object), self.identifier(name)),
                    None => ExpressionKind::Opaque(vec![object]),
                }
            }
            "scoped_property_access_expression" => self.scoped(node),
            "class_constant_access_expression" => self.constant(node),
            "subscript_expression" => match children(node).as_slice() {
                [object, index] => {
                    let object = self.expression(*object);
                    ExpressionKind::Index(Box::new(object), Box::new(self.index(*index)))
                }
                _ => ExpressionKind::Opaque(self.all(children(node))),
            },
            "function_call_expression" => self.call(node),
            "member_call_expression" | "nullsafe_member_call_expression" => self.method_of(node),
            "scoped_call_expression" => self.scoped_call(node),
            "object_creation_expression" => self.creation(node),
            "array_creation_expression" => self.array(node),
            "anonymous_function" | "arrow_function" => {
                ExpressionKind::Function(Arc::new(self.function(node, Vec::new())))
            }
            "binary_expression" => self.binary(node),
            "unary_op_expression" => self.unary(node),
            "conditional_expression" => {
                let condition = self.field(node, "condition");
                let no = self.field(node, "alternative");
                match node.child_by_field_name("body") {
                    Some(yes) => {
                        let yes = self.expression(yes);
                        ExpressionKind::Conditional(Box::new([condition, yes, no]))
                    }
                    None => ExpressionKind::Any(vec![condition, no]),
                }
            }
            "match_expression" => self.matched(node),
            "shell_command_expression" => {
                let text = Expression { span: span(node), kind: self.text(node) };
                own_function("shell_exec", vec![text], span(node)).kind
            }
            "require_expression" | "require_once_expression" | "include_expression" | "include_once_expression" => {
                match children(node).first().and_then(|path| self.required(*path)) {
                    Some(module) => {
                        let path = Expression { span: span(node), kind: ExpressionKind::Text(module) };
                        own_function(REQUIRE, vec![path], span(node)).kind
                    }
                    None => ExpressionKind::Opaque(Vec::new()),
                }
            }
            "assignment_expression" => self.bound(node),
            "comment" | "text" => ExpressionKind::Opaque(Vec::new()),
            _ => ExpressionKind::Opaque(self.all(children(node))),
        }
    }

    /// A constant or a class. One with its whole path keeps the backslashes.
    fn named(&mut self, node: Node<'_>) -> ExpressionKind {
        let text = self.slice(node).trim();
        match text.to_ascii_lowercase().as_str() {
            "true" => return ExpressionKind::Bool(true),
            "false" => return ExpressionKind::Bool(false),
            "null" => return ExpressionKind::Null,
            "self" | "static" | "parent" => {
                return self.scope(node).unwrap_or_else(|| ExpressionKind::Opaque(Vec::new()));
            }
            _ => {}
        }
        if text.starts_with('\\') {
            return ExpressionKind::Name(text.to_owned());
        }
        if let (Some(names), Some((first, _))) = (&self.names, text.split_once('\\'))
            && !names.contains(first)
            && first != "namespace"
        {
            return ExpressionKind::Name(format!("\\{text}"));
        }
        let path = dotted(text);
        let mut parts = path.split('.');
        let whole = span(node);
        let mut kind = ExpressionKind::Name(parts.next().unwrap_or_default().to_owned());
        for part in parts.take(20) {
            let name = Identifier { name: part.to_owned(), span: whole };
            kind = ExpressionKind::Member(Box::new(Expression { span: whole, kind }), name);
        }
        kind
    }

    /// `Class::$property`
    fn scoped(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(name) = node.child_by_field_name("name").map(|name| self.property(name)) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let scope = self.field(node, "scope");
        self.of_class(scope, name)
    }

    /// `Class::CONSTANT`
    fn constant(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let [scope, name] = parts.as_slice() else { return ExpressionKind::Opaque(self.all(parts)) };
        if self.slice(*name) == "class" {
            return ExpressionKind::Opaque(Vec::new());
        }
        let name = self.identifier(*name);
        let scope = self.expression(*scope);
        self.of_class(scope, name)
    }

    /// A member of a class; in the body of the class itself it is known by its name alone.
    fn of_class(&self, scope: Expression, name: Identifier) -> ExpressionKind {
        let inside = self.classes.last().is_some_and(|class| {
            let is_own = matches!(&scope.kind, ExpressionKind::Name(name) if *name == class.name);
            class.outside_methods && is_own
        });
        if inside { ExpressionKind::Name(name.name) } else { ExpressionKind::Member(Box::new(scope), name) }
    }

    /// The name of an entry in a text has no quotes.
    fn index(&mut self, node: Node<'_>) -> Expression {
        let in_text = node.parent().and_then(|n| n.parent()).is_some_and(|outer| {
            matches!(outer.kind(), "encapsed_string" | "heredoc_body" | "shell_command_expression")
        });
        if node.kind() == "name" && in_text {
            return Expression { span: span(node), kind: ExpressionKind::Text(self.slice(node).to_owned()) };
        }
        self.expression(node)
    }

    /// A text between double quotes, with what it holds.
    fn text(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut parts: Vec<Expression> = Vec::new();
        let mut known: Option<Expression> = None;
        for part in children(node) {
            let text = match part.kind() {
                "string_content" => self.slice(part).to_owned(),
                "escape_sequence" => strings::escape(self.slice(part)),
                _ => {
                    parts.extend(known.take());
                    parts.push(self.expression(part));
                    continue;
                }
            };
            let at = span(part);
            match &mut known {
                Some(Expression { span, kind: ExpressionKind::Text(before) }) => {
                    before.push_str(&text);
                    span.end = at.end;
                }
                _ => known = Some(Expression { span: at, kind: ExpressionKind::Text(text) }),
            }
        }
        if parts.is_empty() {
            return known.map_or_else(|| ExpressionKind::Text(String::new()), |known| known.kind);
        }
        parts.extend(known);
        if !matches!(parts.first().map(|part| &part.kind), Some(ExpressionKind::Text(_))) {
            let start = span(node).start;
            parts.insert(0, empty(Span { start, end: start }));
        }
        ExpressionKind::Join(parts)
    }

    /// A list, or a map where there are keys; an empty array may become either.
    fn array(&mut self, node: Node<'_>) -> ExpressionKind {
        let elements: Vec<Node<'_>> =
            children(node).into_iter().filter(|n| n.kind() == "array_element_initializer").collect();
        let keyed = elements.iter().any(|element| children(*element).len() > 1);
        let spread = |n: &Node<'_>| children(*n).first().is_some_and(|inner| inner.kind() == "variadic_unpacking");
        if !keyed && !elements.is_empty() && elements.iter().all(spread) {
            let parts = elements.into_iter().flat_map(children).map(|inner| self.first(inner)).collect();
            return own_function(MERGE, parts, span(node)).kind;
        }
        if !keyed && !elements.is_empty() {
            let mut items = Vec::new();
            for element in elements {
                let value = self.element(element);
                items.push(value);
            }
            return ExpressionKind::List(items);
        }
        let mut entries = Vec::new();
        for element in elements {
            let (key, value) = match children(element).as_slice() {
                [key, value] => (Some(self.expression(*key)), self.expression(*value)),
                [inner] if inner.kind() == "variadic_unpacking" => (None, self.first(*inner)),
                // An element without a key among those that have one.
                [value] => (Some(opaque(element)), self.expression(*value)),
                _ => continue,
            };
            entries.push(Entry { span: span(element), key, value });
        }
        ExpressionKind::Map(entries)
    }

    fn element(&mut self, node: Node<'_>) -> Expression {
        match children(node).first() {
            Some(inner) if inner.kind() == "variadic_unpacking" => {
                let kind = ExpressionKind::Spread(Box::new(self.first(*inner)));
                Expression { span: span(node), kind }
            }
            Some(inner) => self.expression(*inner),
            None => opaque(node),
        }
    }

    /// A chain of one operator is one expression, however long it is.
    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let first = operator(node).to_ascii_lowercase();
        let comparison = match first.as_str() {
            "==" | "===" => Some(Comparison::Equal),
            "!=" | "!==" | "<>" => Some(Comparison::Different),
            "<" | ">" | "<=" | ">=" | "<=>" | "instanceof" => Some(Comparison::Other),
            _ => None,
        };
        if let Some(comparison) = comparison {
            let (left, right) = (Box::new(self.field(node, "left")), Box::new(self.field(node, "right")));
            return ExpressionKind::Compare(comparison, left, right);
        }
        // `??` and `**` begin at the right.
        let (next, other) = if matches!(first.as_str(), "??" | "**") { ("right", "left") } else { ("left", "right") };
        let mut rest = chain(node, next, other);
        if next == "left" {
            rest.reverse();
        }
        let mut parts = self.all(rest);
        match first.as_str() {
            "." => {
                let start = span(node).start;
                parts.insert(0, empty(Span { start, end: start }));
                ExpressionKind::Join(parts)
            }
            "+" => own_function(UNION, parts, span(node)).kind,
            "&&" | "and" => ExpressionKind::All(parts),
            "||" | "or" | "??" => ExpressionKind::Any(parts),
            _ => ExpressionKind::Opaque(parts),
        }
    }

    /// A negative number is a number.
    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let operand = match node.child_by_field_name("argument") {
            Some(argument) => self.expression(argument),
            None => self.first(node),
        };
        let text = self.slice(node);
        match &operand.kind {
            _ if text.starts_with('!') => ExpressionKind::Not(Box::new(operand)),
            ExpressionKind::Number(number) if text.starts_with('-') && !number.starts_with('-') => {
                ExpressionKind::Number(format!("-{number}"))
            }
            ExpressionKind::Number(_) if text.starts_with('+') => operand.kind,
            _ => ExpressionKind::Opaque(vec![operand]),
        }
    }

    /// A `match` is a row of comparisons.
    fn matched(&mut self, node: Node<'_>) -> ExpressionKind {
        let subject = self.field(node, "condition");
        let is_true = matches!(subject.kind, ExpressionKind::Bool(true));
        let mut read = Vec::new();
        let mut otherwise = opaque(node);
        for arm in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let value = self.field(arm, "return_expression");
            let Some(conditions) = arm.child_by_field_name("conditional_expressions") else {
                otherwise = value;
                continue;
            };
            let mut tests = Vec::new();
            for condition in self.all(children(conditions)) {
                tests.push(if is_true { condition } else { same(&subject, condition) });
            }
            let condition = match <[Expression; 1]>::try_from(tests) {
                Ok([only]) => only,
                Err(tests) => Expression { span: span(conditions), kind: ExpressionKind::Any(tests) },
            };
            read.push((condition, value));
        }
        let whole = span(node);
        let chosen = read.into_iter().rev().take(20).fold(otherwise, |rest, (condition, value)| Expression {
            span: whole,
            kind: ExpressionKind::Conditional(Box::new([condition, value, rest])),
        });
        chosen.kind
    }

    /// `$a = b` as a value.
    fn bound(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = self.field(node, "right");
        match node.child_by_field_name("left").map(|left| self.expression(left)) {
            Some(Expression { span, kind: ExpressionKind::Name(name) }) => {
                ExpressionKind::Bind(Identifier { name, span }, Box::new(value))
            }
            _ => ExpressionKind::Opaque(vec![value]),
        }
    }

    /// The path of a file that is required, when it is written there: `__DIR__ . '/x.php'` or `'x.php'`.
    pub(super) fn required(&mut self, node: Node<'_>) -> Option<String> {
        let node = if node.kind() == "parenthesized_expression" { *children(node).first()? } else { node };
        match node.kind() {
            "string" | "encapsed_string" => match self.expression(node).kind {
                ExpressionKind::Text(text) => Some(format!("./{}", text.trim_start_matches("./"))),
                _ => None,
            },
            "binary_expression" => {
                let left = node.child_by_field_name("left")?;
                let right = self.field(node, "right");
                let ExpressionKind::Text(text) = right.kind else { return None };
                let folder = match self.slice(left).replace(' ', "").as_str() {
                    "__DIR__" | "dirname(__FILE__)" => ".",
                    "dirname(__DIR__)" => "./..",
                    _ => return None,
                };
                Some(format!("{folder}/{}", text.trim_start_matches('/')))
            }
            _ => None,
        }
    }
}

/// Whether two values are the same.
pub(super) fn same(subject: &Expression, value: Expression) -> Expression {
    let at = value.span;
    let kind = ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value));
    Expression { span: at, kind }
}
