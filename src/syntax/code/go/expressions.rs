//! From the tree of `tree-sitter-go` to ours: expressions.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, operands};
use super::super::parse::{children, span};
use super::super::{Argument, CallExpression, Comparison, Entry, Expression, ExpressionKind, Identifier, Spread};
use super::{RECEIVE, Reader, opaque, special};

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
    /// The expressions of a list, or the one that stands in its place.
    pub(super) fn expressions(&mut self, node: Node<'_>) -> Vec<Expression> {
        match node.kind() {
            "expression_list" => children(node).into_iter().map(|n| self.expression(n)).collect(),
            _ => vec![self.expression(node)],
        }
    }

    /// Several results are a list.
    pub(super) fn expressions_as_one(&mut self, node: Node<'_>) -> Expression {
        let mut all = self.expressions(node);
        match all.len() {
            1 => all.remove(0),
            _ => Expression { span: span(node), kind: ExpressionKind::List(all) },
        }
    }

    fn inner(&mut self, node: Node<'_>, field: &str) -> ExpressionKind {
        node.child_by_field_name(field).map_or(ExpressionKind::Opaque(Vec::new()), |inner| self.expression(inner).kind)
    }

    fn kind(&mut self, node: Node<'_>) -> ExpressionKind {
        match node.kind() {
            "interpreted_string_literal" | "rune_literal" => ExpressionKind::Text(unescaped(self.slice(node))),
            "raw_string_literal" => ExpressionKind::Text(self.slice(node).trim_matches('`').replace('\r', "")),
            "int_literal" | "float_literal" => ExpressionKind::Number(self.slice(node).replace('_', "")),
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "nil" => ExpressionKind::Null,
            "iota" => ExpressionKind::Opaque(Vec::new()),
            "identifier" | "type_identifier" | "package_identifier" => {
                ExpressionKind::Name(self.names.find(self.slice(node)))
            }
            "selector_expression" => self.member(node, "operand", "field"),
            "qualified_type" => self.member(node, "package", "name"),
            "generic_type" | "type_assertion_expression" | "type_conversion_expression" => {
                let field = if node.kind() == "generic_type" { "type" } else { "operand" };
                self.inner(node, field)
            }
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => self.expression(*inner).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "index_expression" => {
                let object = self.field(node, "operand");
                ExpressionKind::Index(Box::new(object), Box::new(self.field(node, "index")))
            }
            "call_expression" => self.call(node),
            "composite_literal" => self.literal(node),
            "func_literal" => ExpressionKind::Function(Arc::new(self.function(node))),
            "unary_expression" => match self.field_text(node, "operator") {
                // What an address points to is what matters.
                "&" | "*" | "+" => self.inner(node, "operand"),
                "!" => ExpressionKind::Not(Box::new(self.field(node, "operand"))),
                "-" => match self.inner(node, "operand") {
                    ExpressionKind::Number(number) => ExpressionKind::Number(format!("-{number}")),
                    other => ExpressionKind::Opaque(vec![Expression { span: span(node), kind: other }]),
                },
                "<-" => special(RECEIVE, span(node), vec![self.field(node, "operand")]).kind,
                _ => ExpressionKind::Opaque(vec![self.field(node, "operand")]),
            },
            "binary_expression" => self.binary(node),
            _ => ExpressionKind::Opaque(children(node).into_iter().map(|n| self.expression(n)).collect()),
        }
    }

    fn member(&mut self, node: Node<'_>, object: &str, name: &str) -> ExpressionKind {
        let object = self.field(node, object);
        match node.child_by_field_name(name) {
            Some(name) => ExpressionKind::Member(Box::new(object), self.identifier(name)),
            None => ExpressionKind::Opaque(vec![object]),
        }
    }

    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let chain = |reader: &mut Self| reader.all(operands(node));
        let comparison = match self.field_text(node, "operator") {
            "+" => return ExpressionKind::Join(chain(self)),
            "&&" => return ExpressionKind::All(chain(self)),
            "||" => return ExpressionKind::Any(chain(self)),
            "==" => Comparison::Equal,
            "!=" => Comparison::Different,
            "<" | ">" | "<=" | ">=" => Comparison::Other,
            _ => return ExpressionKind::Opaque(chain(self)),
        };
        ExpressionKind::Compare(comparison, self.boxed(node, "left"), self.boxed(node, "right"))
    }

    /// What a call is given. Whoever gets the address of a text or of a number may change it.
    fn shown(&mut self, node: Node<'_>) -> Expression {
        let value = self.expression(node);
        match &value.kind {
            ExpressionKind::Name(name) if self.field_text(node, "operator") == "&" && self.names.is_plain(name) => {
                let name = Identifier { name: name.clone(), span: value.span };
                Expression { span: value.span, kind: ExpressionKind::Bind(name, Box::new(opaque(node))) }
            }
            _ => value,
        }
    }

    fn call(&mut self, node: Node<'_>) -> ExpressionKind {
        let list = node.child_by_field_name("arguments");
        let called = self.field_text(node, "function").to_owned();
        let parts = list.map(children).unwrap_or_default();
        if matches!(called.as_str(), "make" | "new") {
            return match parts.first() {
                Some(made) => self.zero(*made).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            };
        }
        let function = self.field(node, "function");
        let mut arguments = Vec::new();
        for part in parts {
            let (value, spread) = match part.kind() {
                "variadic_argument" => {
                    let value = children(part).first().map_or(opaque(part), |inner| self.expression(*inner));
                    (value, Spread::List)
                }
                _ => (self.shown(part), Spread::No),
            };
            arguments.push(Argument { span: span(part), name: None, value, spread });
        }
        if called == "append" {
            return appended(arguments);
        }
        if called == "fmt.Sprintf"
            && let Some(ExpressionKind::Text(_)) = arguments.first().map(|a| &a.value.kind)
        {
            return formatted(arguments, span(node));
        }
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list: list.map_or(span(node), span) }))
    }

    /// What a variable of a type is from the beginning, as far as it is known without running.
    pub(super) fn zero(&mut self, node: Node<'_>) -> Expression {
        let kind = match node.kind() {
            "map_type" => ExpressionKind::Map(Vec::new()),
            "slice_type" | "array_type" => ExpressionKind::List(Vec::new()),
            "qualified_type" => constructor(self.expression(node), Vec::new(), span(node)),
            "type_identifier" if self.slice(node).starts_with(char::is_uppercase) => {
                constructor(self.expression(node), Vec::new(), span(node))
            }
            _ => ExpressionKind::Opaque(Vec::new()),
        };
        Expression { span: span(node), kind }
    }

    /// `T{…}`
    fn literal(&mut self, node: Node<'_>) -> ExpressionKind {
        let (Some(kind), Some(body)) = (node.child_by_field_name("type"), node.child_by_field_name("body")) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        self.of_type(kind, body)
    }

    fn of_type(&mut self, kind: Node<'_>, body: Node<'_>) -> ExpressionKind {
        match kind.kind() {
            "map_type" => self.entries(kind.child_by_field_name("value"), body, false),
            "struct_type" => self.entries(None, body, true),
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                let element = kind.child_by_field_name("element");
                let all = children(body).into_iter().filter_map(|part| match part.kind() {
                    "keyed_element" => part.child_by_field_name("value"),
                    _ => Some(part),
                });
                let all: Vec<Node<'_>> = all.collect();
                ExpressionKind::List(all.into_iter().map(|part| self.element(element, part)).collect())
            }
            "pointer_type" => match children(kind).first() {
                Some(inner) => self.of_type(*inner, body),
                None => ExpressionKind::Opaque(Vec::new()),
            },
            _ => {
                let arguments = self.named(body);
                constructor(self.expression(kind), arguments, span(body))
            }
        }
    }

    /// An element, whose type may stand once for all of them.
    fn element(&mut self, kind: Option<Node<'_>>, node: Node<'_>) -> Expression {
        let inner = match node.kind() {
            "literal_element" => children(node).into_iter().next().unwrap_or(node),
            _ => node,
        };
        match kind {
            Some(kind) if inner.kind() == "literal_value" => self.deeper(opaque(inner), |reader| {
                let kind = reader.of_type(kind, inner);
                Expression { span: span(inner), kind }
            }),
            _ => self.expression(inner),
        }
    }

    /// The entries of a map, or of an object whose type has no name.
    fn entries(&mut self, value: Option<Node<'_>>, body: Node<'_>, fields: bool) -> ExpressionKind {
        let mut entries = Vec::new();
        for part in children(body) {
            let (Some(key), Some(given)) = (part.child_by_field_name("key"), part.child_by_field_name("value")) else {
                // Fields without their names are told by the type alone.
                return ExpressionKind::Opaque(Vec::new());
            };
            let key = if fields {
                Expression { span: span(key), kind: ExpressionKind::Text(self.slice(key).to_owned()) }
            } else {
                self.element(None, key)
            };
            let given = self.element(value, given);
            entries.push(Entry { span: span(part), key: Some(key), value: given });
        }
        ExpressionKind::Map(entries)
    }

    /// The fields of an object, as arguments with names.
    fn named(&mut self, body: Node<'_>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for part in children(body) {
            let key = part.child_by_field_name("key").map(|key| self.identifier(key));
            let value = match part.child_by_field_name("value") {
                Some(value) => self.element(None, value),
                None => self.element(None, part),
            };
            arguments.push(Argument { span: span(part), name: key, value, spread: Spread::No });
        }
        arguments
    }
}

fn constructor(function: Expression, arguments: Vec<Argument>, list: crate::source::Span) -> ExpressionKind {
    ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
}

/// `append(list, a, b)` and `append(list, more...)` are lists that are joined.
fn appended(arguments: Vec<Argument>) -> ExpressionKind {
    let mut arguments = arguments.into_iter();
    let mut parts: Vec<Expression> = arguments.next().map(|first| first.value).into_iter().collect();
    for argument in arguments {
        let at = argument.span;
        match argument.spread {
            Spread::List => parts.push(argument.value),
            _ => parts.push(Expression { span: at, kind: ExpressionKind::List(vec![argument.value]) }),
        }
    }
    ExpressionKind::Join(parts)
}

/// `fmt.Sprintf` with a text that stands there.
fn formatted(mut arguments: Vec<Argument>, at: crate::source::Span) -> ExpressionKind {
    let template = arguments.remove(0).value;
    let text = match template.kind {
        ExpressionKind::Text(text) => text.replace("%v", "%s"),
        _ => String::new(),
    };
    let template = Expression { span: template.span, kind: ExpressionKind::Text(text) };
    let values = arguments.into_iter().map(|argument| argument.value).collect();
    let values = Expression { span: at, kind: ExpressionKind::List(values) };
    ExpressionKind::Percent(Box::new(template), Box::new(values))
}

/// The text between the quotes of an interpreted literal.
fn unescaped(written: &str) -> String {
    let quote = if written.starts_with('\'') { '\'' } else { '"' };
    let written = written.strip_prefix(quote).unwrap_or(written);
    let written = written.strip_suffix(quote).unwrap_or(written);
    let mut text = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let digits = match rest.next() {
            Some('n') => {
                text.push('\n');
                0
            }
            Some('t') => {
                text.push('\t');
                0
            }
            Some('r') => {
                text.push('\r');
                0
            }
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(other) => {
                text.push(other);
                0
            }
            None => 0,
        };
        let number: String = rest.by_ref().take(digits).collect();
        text.extend(u32::from_str_radix(&number, 16).ok().and_then(char::from_u32));
    }
    text
}
