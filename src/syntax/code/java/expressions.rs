//! Expressions of Java.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, operands, operator};
use super::super::parse::{children, span};
use super::super::{
    Argument, CallExpression, Comparison, Entry, Expression, ExpressionKind, Function, Identifier, Spread, Statement,
    StatementKind,
};
use super::{Reader, opaque, strings};

/// Classes whose functions of texts say what methods of texts say.
const HELPERS: [&str; 6] = ["StringUtils", "Strings", "ObjectUtils", "Objects", "CollectionUtils", "StrUtil"];

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
            "string_literal" | "character_literal" => {
                if children(node).iter().any(|part| part.kind() == "string_interpolation") {
                    return ExpressionKind::Opaque(self.all(children(node)));
                }
                ExpressionKind::Text(strings::literal(self.slice(node)))
            }
            "decimal_integer_literal" | "decimal_floating_point_literal" => {
                let digits = self.slice(node).replace('_', "");
                ExpressionKind::Number(digits.trim_end_matches(['L', 'l', 'd', 'D', 'f', 'F']).to_owned())
            }
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "null_literal" => ExpressionKind::Null,
            "this" => ExpressionKind::Name(super::super::members::THIS.to_owned()),
            "identifier" => self.names.variable(self.slice(node), span(node)),
            "field_access" => self.access(node),
            "scoped_identifier" | "scoped_type_identifier" | "type_identifier" | "generic_type" => {
                self.type_name(node).kind
            }
            "array_access" => {
                let (array, index) = (self.boxed(node, "array"), self.boxed(node, "index"));
                ExpressionKind::Index(array, index)
            }
            "method_invocation" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "array_creation_expression" => match node.child_by_field_name("value") {
                Some(value) => self.expression(value).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "array_initializer" | "element_value_array_initializer" => ExpressionKind::List(self.all(children(node))),
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => self.expression(*inner).kind,
                None => ExpressionKind::Opaque(Vec::new()),
            },
            "cast_expression" => self.field(node, "value").kind,
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "ternary_expression" => {
                let condition = self.field(node, "condition");
                let (yes, no) = (self.field(node, "consequence"), self.field(node, "alternative"));
                ExpressionKind::Conditional(Box::new([condition, yes, no]))
            }
            "lambda_expression" => ExpressionKind::Function(Arc::new(self.lambda(node))),
            "switch_expression" => self.chosen(node),
            "assignment_expression" => self.bound(node),
            "method_reference" => self.reference(node),
            _ => ExpressionKind::Opaque(self.all(children(node))),
        }
    }

    /// `a.b`
    fn access(&mut self, node: Node<'_>) -> ExpressionKind {
        let (Some(object), Some(name)) = (node.child_by_field_name("object"), node.child_by_field_name("field")) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        // `Outer.this` and `super.x` are this object's, as far as fields are.
        if name.kind() == "this" || object.kind() == "super" && self.slice(name) == "this" {
            return ExpressionKind::Name(super::super::members::THIS.to_owned());
        }
        let object = match object.kind() {
            "super" => {
                Expression { span: span(object), kind: ExpressionKind::Name(super::super::members::THIS.to_owned()) }
            }
            _ => self.expression(object),
        };
        ExpressionKind::Member(Box::new(object), self.identifier(name))
    }

    /// The name of a class, with or without its package.
    pub(super) fn type_name(&mut self, node: Node<'_>) -> Expression {
        let whole = span(node);
        let kind = match node.kind() {
            "generic_type" | "annotated_type" => {
                let inner = children(node).into_iter().find(|n| n.kind().contains("identifier"));
                return inner.map_or_else(|| opaque(node), |inner| self.deeper(opaque(node), |r| r.type_name(inner)));
            }
            "scoped_type_identifier" | "scoped_identifier" => {
                let parts: Vec<&str> = self.slice(node).split('.').map(str::trim).collect();
                let mut parts = parts.into_iter();
                let first = parts.next().unwrap_or_default();
                let mut kind = self.names.variable(first, whole);
                for part in parts.take(20) {
                    let name = Identifier { name: part.to_owned(), span: whole };
                    kind = ExpressionKind::Member(Box::new(Expression { span: whole, kind }), name);
                }
                kind
            }
            _ => self.names.variable(self.slice(node), whole),
        };
        Expression { span: whole, kind }
    }

    /// A call of a method. What asks whether texts are the same is a comparison, and what falls back is a choice.
    fn invocation(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(name) = node.child_by_field_name("name").map(|name| self.identifier(name)) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let list = node.child_by_field_name("arguments");
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let list = list.map_or(name.span, span);
        let object = node.child_by_field_name("object");
        let helper = object.is_some_and(|object| HELPERS.contains(&self.slice(object)));
        let receiver = match object {
            None => {
                let kind = self.names.function(&name.name, name.span);
                let function = Expression { span: name.span, kind };
                return ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }));
            }
            Some(object) if object.kind() == "super" => {
                return ExpressionKind::Opaque(arguments.into_iter().map(|argument| argument.value).collect());
            }
            Some(object) => self.expression(object),
        };
        let mut values: Vec<Expression> = arguments.iter().map(|argument| argument.value.clone()).collect();
        if !helper {
            values.insert(0, receiver.clone());
        }
        if let Some(kind) = asked(&name.name, values) {
            return kind;
        }
        let at = span(node);
        let function_span = crate::source::Span { start: at.start, end: name.span.end };
        let kind = ExpressionKind::Member(Box::new(receiver), name);
        let function = Expression { span: function_span, kind };
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }))
    }

    pub(super) fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        let argument = |node: Node<'_>| {
            let value = self.expression(node);
            Argument { span: span(node), name: None, value, spread: Spread::No }
        };
        children(list).into_iter().map(argument).collect()
    }

    /// `new Class(…)`, with a body perhaps.
    fn creation(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(class) = node.child_by_field_name("type") else {
            return ExpressionKind::Opaque(self.all(children(node)));
        };
        let function = self.type_name(class);
        let list = node.child_by_field_name("arguments");
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let list = list.map_or(function.span, span);
        let body = children(node).into_iter().find(|n| n.kind() == "class_body");
        let entries = body.map(|body| self.puts(body)).unwrap_or_default();
        let is_map = self.slice(class).split('<').next().is_some_and(|name| name.ends_with("Map"));
        if is_map && !entries.is_empty() {
            return ExpressionKind::Map(entries);
        }
        let call = ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }));
        let Some(body) = body else { return call };
        let mut parts = vec![Expression { span: span(node), kind: call }];
        parts.extend(self.anonymous(body));
        ExpressionKind::Opaque(parts)
    }

    /// `new HashMap<>() {{ put(a, b); }}`
    fn puts(&mut self, body: Node<'_>) -> Vec<Entry> {
        let blocks = children(body).into_iter().filter(|n| n.kind() == "block");
        let calls = blocks.flat_map(children).filter_map(|n| children(n).into_iter().next());
        let mut entries = Vec::new();
        for call in calls.filter(|n| n.kind() == "method_invocation") {
            let is_put = call.child_by_field_name("name").is_some_and(|name| self.slice(name) == "put");
            let list = call.child_by_field_name("arguments").map(children).unwrap_or_default();
            if let (true, [key, value]) = (is_put, list.as_slice()) {
                let (key, value) = (self.expression(*key), self.expression(*value));
                entries.push(Entry { span: span(call), key: Some(key), value });
            }
        }
        entries
    }

    /// A chain of one operator is one expression, however long it is.
    fn binary(&mut self, node: Node<'_>) -> ExpressionKind {
        let first = operator(node);
        let comparison = match first {
            "==" => Some(Comparison::Equal),
            "!=" => Some(Comparison::Different),
            "<" | ">" | "<=" | ">=" => Some(Comparison::Other),
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
            "||" => ExpressionKind::Any(parts),
            _ => ExpressionKind::Opaque(parts),
        }
    }

    /// A negative number is a number.
    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let operand = self.field(node, "operand");
        let operator = node.child_by_field_name("operator").map(|o| o.kind()).unwrap_or_default();
        match (&operand.kind, operator) {
            (_, "!") => ExpressionKind::Not(Box::new(operand)),
            (ExpressionKind::Number(number), "-") if !number.starts_with('-') => {
                ExpressionKind::Number(format!("-{number}"))
            }
            (ExpressionKind::Number(_), "+") => operand.kind,
            _ => ExpressionKind::Opaque(vec![operand]),
        }
    }

    fn lambda(&mut self, node: Node<'_>) -> Function {
        let mark = self.names.mark();
        let parameters = node.child_by_field_name("parameters").map(|n| self.parameters(n)).unwrap_or_default();
        let body = match node.child_by_field_name("body") {
            Some(block) if block.kind() == "block" => self.block(block),
            Some(value) => {
                let value = self.expression(value);
                vec![Statement { span: value.span, kind: StatementKind::Return(Some(value)) }]
            }
            None => Vec::new(),
        };
        self.names.forget(mark);
        Function { name: String::new(), span: span(node), parameters, body, decorators: Vec::new() }
    }

    /// `a = b` as a value.
    fn bound(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = self.field(node, "right");
        let plain = node.child_by_field_name("operator").is_some_and(|o| o.kind() == "=");
        let left = node.child_by_field_name("left").map(|left| self.expression(left));
        match left {
            Some(Expression { span, kind: ExpressionKind::Name(name) }) if plain => {
                ExpressionKind::Bind(Identifier { name, span }, Box::new(value))
            }
            _ => ExpressionKind::Opaque(vec![value]),
        }
    }

    /// `object::method`
    fn reference(&mut self, node: Node<'_>) -> ExpressionKind {
        match children(node).as_slice() {
            [object, name] if name.kind() == "identifier" => {
                let object = self.expression(*object);
                ExpressionKind::Member(Box::new(object), self.identifier(*name))
            }
            _ => ExpressionKind::Opaque(Vec::new()),
        }
    }
}

/// What some methods say that only ask, or that fall back on another value.
fn asked(name: &str, values: Vec<Expression>) -> Option<ExpressionKind> {
    match (name, values.as_slice()) {
        ("equals" | "contentEquals", [left, right]) => {
            Some(ExpressionKind::Compare(Comparison::Equal, Box::new(left.clone()), Box::new(right.clone())))
        }
        ("isEmpty" | "isBlank" | "isNull", [value]) => Some(ExpressionKind::Not(Box::new(value.clone()))),
        ("isNotEmpty" | "isNotBlank" | "nonNull" | "isPresent", [value]) => {
            let not = Expression { span: value.span, kind: ExpressionKind::Not(Box::new(value.clone())) };
            Some(ExpressionKind::Not(Box::new(not)))
        }
        (
            "orElse" | "requireNonNullElse" | "defaultIfNull" | "defaultIfBlank" | "defaultIfEmpty" | "defaultString"
            | "firstNonNull",
            [_, _],
        ) => Some(ExpressionKind::Any(values)),
        _ => None,
    }
}
