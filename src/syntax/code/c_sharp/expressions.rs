//! Expressions of C#.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::{Lowering, Nesting, operands, operator};
use super::super::members::THIS;
use super::super::parse::{children, span};
use super::super::{
    Argument, CallExpression, Comparison, Comprehension, Expression, ExpressionKind, Function, Identifier, Parameter,
    ParameterKind, Spread, Statement, StatementKind, Target,
};
use super::creation::predefined;
use super::{Reader, called, opaque, strings};
use crate::source::Span;

/// A function that runs its first value for each element of the second one at the same time; no program can name it.
const TOGETHER: &str = "<together>";

/// A function that sets fields of its first value; no program can name it.
const SET: &str = "<set>";

/// What the values are called that a method is given which is a value itself.
const VALUES: &str = "<values>";

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
            "string_literal" | "character_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                ExpressionKind::Text(strings::literal(self.slice(node)))
            }
            "interpolated_string_expression" => self.interpolated(node),
            "integer_literal" | "real_literal" => {
                let digits = self.slice(node).replace('_', "");
                ExpressionKind::Number(
                    digits.trim_end_matches(['L', 'l', 'U', 'u', 'd', 'D', 'f', 'F', 'm', 'M']).to_owned(),
                )
            }
            "boolean_literal" => ExpressionKind::Bool(self.slice(node) == "true"),
            "null_literal" => ExpressionKind::Null,
            "this" | "base" => ExpressionKind::Name(THIS.to_owned()),
            "identifier" => match self.slice(node) {
                name if self.names.is_method(name) => self.method_as_value(node),
                name => self.names.variable(name, span(node)),
            },
            "generic_name" | "qualified_name" | "alias_qualified_name" | "predefined_type" => self.type_name(node).kind,
            "member_access_expression" => self.access(node),
            "conditional_access_expression" => self.conditional_access(node),
            "element_access_expression" => {
                let object = self.boxed(node, "expression");
                let subscript = node.child_by_field_name("subscript").map(|list| self.arguments(list));
                match <[Argument; 1]>::try_from(subscript.unwrap_or_default()) {
                    Ok([index]) => ExpressionKind::Index(object, Box::new(index.value)),
                    Err(_) => ExpressionKind::Opaque(vec![*object]),
                }
            }
            "invocation_expression" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "implicit_object_creation_expression" => self.implicit_creation(node),
            "with_expression" => self.changed_copy(node),
            "anonymous_object_creation_expression" => self.anonymous(node),
            "array_creation_expression" | "implicit_array_creation_expression" => self.array(node),
            "initializer_expression" => self.filled(node).kind,
            "collection_expression" => self.collection(node),
            "tuple_expression" => {
                let values = children(node).into_iter().filter_map(|argument| children(argument).pop());
                ExpressionKind::List(self.all(values.collect()))
            }
            "parenthesized_expression" | "await_expression" | "checked_expression" | "ref_expression" => {
                children(node).first().map_or(ExpressionKind::Opaque(Vec::new()), |inner| self.expression(*inner).kind)
            }
            "cast_expression" => self.field(node, "value").kind,
            "as_expression" => self.field(node, "left").kind,
            "binary_expression" => self.binary(node),
            "prefix_unary_expression" | "unary_expression" | "postfix_unary_expression" => self.unary(node),
            "conditional_expression" => {
                let condition = self.wanting_nothing(node.child_by_field_name("condition"), node);
                let (yes, no) = (self.field(node, "consequence"), self.field(node, "alternative"));
                ExpressionKind::Conditional(Box::new([condition, yes, no]))
            }
            "lambda_expression" | "anonymous_method_expression" => {
                ExpressionKind::Function(Arc::new(self.lambda(node)))
            }
            "switch_expression" => self.chosen(node),
            "is_pattern_expression" => self.matching(node),
            "assignment_expression" => self.bound(node),
            "query_expression" => self.query(node),
            _ => ExpressionKind::Opaque(self.all(children(node))),
        }
    }

    fn wanting_nothing(&mut self, inner: Option<Node<'_>>, node: Node<'_>) -> Expression {
        inner.map_or_else(|| opaque(node), |inner| self.wanting(None, inner))
    }

    /// `a.b`
    fn access(&mut self, node: Node<'_>) -> ExpressionKind {
        let (Some(object), Some(name)) = (node.child_by_field_name("expression"), node.child_by_field_name("name"))
        else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let name = self.type_identifier(name);
        if name.name == "Empty" && matches!(self.slice(object), "string" | "String" | "System.String") {
            return ExpressionKind::Text(String::new());
        }
        if object.kind() == "this" && self.names.is_method(&name.name) {
            return self.method_as_value(node);
        }
        let object = self.wanting(None, object);
        if name.name == "HasValue" {
            let at = object.span;
            let missing = Expression { span: at, kind: ExpressionKind::Not(Box::new(object)) };
            return ExpressionKind::Not(Box::new(missing));
        }
        ExpressionKind::Member(Box::new(object), name)
    }

    /// `a?.b`, `a?["b"]`
    fn conditional_access(&mut self, node: Node<'_>) -> ExpressionKind {
        let object = self.wanting_nothing(node.child_by_field_name("condition"), node);
        let Some(binding) = children(node).pop() else { return object.kind };
        match binding.child_by_field_name("name") {
            Some(name) => ExpressionKind::Member(Box::new(object), self.type_identifier(name)),
            None => match children(binding).first().and_then(|argument| children(*argument).pop()) {
                Some(index) => {
                    let index = self.wanting(None, index);
                    ExpressionKind::Index(Box::new(object), Box::new(index))
                }
                None => ExpressionKind::Opaque(vec![object]),
            },
        }
    }

    /// A text with holes. A hole with a format is not followed.
    fn interpolated(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let start = parts.iter().find(|n| n.kind() == "interpolation_start").map(|n| self.slice(*n).to_owned());
        let start = start.unwrap_or_default();
        let is_raw = parts.iter().any(|n| n.kind() == "interpolation_quote" && self.slice(*n).len() >= 3);
        let mut all = vec![Expression { span: span(node), kind: ExpressionKind::Text(String::new()) }];
        for part in parts {
            let kind = match part.kind() {
                "string_content" => ExpressionKind::Text(strings::part(self.slice(part), &start, is_raw)),
                "escape_sequence" => ExpressionKind::Text(strings::unescaped(self.slice(part))),
                "interpolation" => {
                    let inner: Vec<Node<'_>> =
                        children(part).into_iter().filter(|n| n.kind() != "interpolation_brace").collect();
                    match inner.as_slice() {
                        [only] => self.wanting(None, *only).kind,
                        several => ExpressionKind::Opaque(self.all(several.iter().take(1).copied().collect())),
                    }
                }
                _ => continue,
            };
            all.push(Expression { span: span(part), kind });
        }
        ExpressionKind::Join(all)
    }

    /// A call of a method. What asks whether texts are the same is a comparison.
    fn invocation(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(function) = node.child_by_field_name("function") else {
            return ExpressionKind::Opaque(Vec::new());
        };
        let list = node.child_by_field_name("arguments");
        if self.slice(function) == "nameof" {
            let named = list.map(|list| self.slice(list)).unwrap_or_default().trim_end_matches(')');
            let last = named.rsplit(['.', '(']).next().unwrap_or_default();
            return ExpressionKind::Text(last.trim().to_owned());
        }
        if let Some(kind) = self.together(function, list) {
            return kind;
        }
        let name = last_name(function);
        let name_node = name.map(|name| self.type_identifier(name));
        let given = name.and_then(|name| self.first_of_type(name));
        let receiver = match (function.kind(), function.child_by_field_name("expression"), name_node.clone()) {
            ("member_access_expression", Some(object), Some(_)) => Some(self.wanting(None, object)),
            ("conditional_access_expression", _, Some(_)) => {
                Some(self.wanting_nothing(function.child_by_field_name("condition"), function))
            }
            _ => None,
        };
        let arguments = list.map(|list| self.arguments_for(list, given)).unwrap_or_default();
        let at = span(node);
        let whole = list.map_or(at, span);
        let function = match (receiver, name_node) {
            (Some(receiver), Some(name)) => {
                if let Some(kind) = asked(&name.name, &receiver, &arguments) {
                    return kind;
                }
                let until = Span { start: at.start, end: name.span.end };
                Expression { span: until, kind: ExpressionKind::Member(Box::new(receiver), name) }
            }
            (None, Some(name)) => {
                let kind = match self.names.is_local(&name.name) {
                    true => ExpressionKind::Name(name.name.clone()),
                    false => self.names.function(&name.name, name.span),
                };
                Expression { span: name.span, kind }
            }
            _ => self.wanting(None, function),
        };
        ExpressionKind::Call(Box::new(CallExpression { function, arguments, list: whole }))
    }

    /// `Task.WhenAll(all.Select(one => …))` does for all elements at the same time what is given for one.
    fn together(&mut self, function: Node<'_>, list: Option<Node<'_>>) -> Option<ExpressionKind> {
        let waits = matches!(self.slice(function), "Task.WhenAll" | "System.Threading.Tasks.Task.WhenAll");
        let arguments = list.filter(|_| waits).map(children)?;
        let [only] = arguments.as_slice() else { return None };
        let inner = children(*only).pop().filter(|inner| inner.kind() == "invocation_expression")?;
        let select = inner.child_by_field_name("function").filter(|f| f.kind() == "member_access_expression")?;
        if self.slice(select.child_by_field_name("name")?) != "Select" {
            return None;
        }
        let each = inner.child_by_field_name("arguments").map(children)?;
        let [each] = each.as_slice() else { return None };
        let each = children(*each).pop()?;
        let all = self.wanting(None, select.child_by_field_name("expression")?);
        let each = self.wanting(None, each);
        Some(called(TOGETHER, vec![each, all], span(function)))
    }

    /// What the functions that are given to a call of `Name<Type>` take first.
    fn first_of_type(&mut self, name: Node<'_>) -> Option<Expression> {
        let parts = children(name);
        match parts.as_slice() {
            [_, list] if list.kind() == "type_argument_list" => match children(*list).as_slice() {
                [only] => self.object_of(*only),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn arguments(&mut self, list: Node<'_>) -> Vec<Argument> {
        self.arguments_for(list, None)
    }

    fn arguments_for(&mut self, list: Node<'_>, given: Option<Expression>) -> Vec<Argument> {
        let (wanted, outer) = (self.wanted.take(), self.given.take());
        let mut arguments = Vec::new();
        for node in children(list).into_iter().filter(|n| n.kind() == "argument") {
            let name = node.child_by_field_name("name").map(|name| self.identifier(name));
            let Some(value) = children(node).pop() else { continue };
            let written = self.slice(node);
            let is_changed = written.starts_with("out ") || written.starts_with("ref ");
            self.given = given.clone().filter(|_| value.kind() == "lambda_expression");
            let value = if is_changed { self.changed_by_call(value) } else { self.expression(value) };
            arguments.push(Argument { span: span(node), name, value, spread: Spread::No });
        }
        (self.wanted, self.given) = (wanted, outer);
        arguments
    }

    /// A variable that a call may set: nothing is known of it from there on.
    fn changed_by_call(&mut self, node: Node<'_>) -> Expression {
        let name = match node.kind() {
            "declaration_expression" => {
                self.declare_field(node, "name");
                node.child_by_field_name("name")
            }
            "identifier" => Some(node),
            _ => None,
        };
        let name = name.map(|name| self.identifier(name)).filter(|name| self.names.is_local(&name.name));
        match name {
            Some(name) => {
                let kind = ExpressionKind::Bind(name, Box::new(opaque(node)));
                Expression { span: span(node), kind }
            }
            None => opaque(node),
        }
    }

    /// A method that is given away: a function that calls it.
    fn method_as_value(&mut self, node: Node<'_>) -> ExpressionKind {
        let at = span(node);
        let name = last_name(node).map_or_else(String::new, |name| self.slice(name).to_owned());
        let function = Expression { span: at, kind: self.names.function(&name, at) };
        let values = Expression { span: at, kind: ExpressionKind::Name(VALUES.to_owned()) };
        let given = Argument { span: at, name: None, value: values, spread: Spread::List };
        let call = CallExpression { function, arguments: vec![given], list: at };
        let value = Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) };
        let body = vec![Statement { span: at, kind: StatementKind::Return(Some(value)) }];
        let parameter = Parameter { name: VALUES.to_owned(), span: at, default: None, kind: ParameterKind::Rest };
        let function =
            Function { name: String::new(), span: at, parameters: vec![parameter], body, decorators: Vec::new() };
        ExpressionKind::Function(Arc::new(function))
    }

    fn array(&mut self, node: Node<'_>) -> ExpressionKind {
        let wanted = node.child_by_field_name("type").and_then(|kind| self.type_of(kind));
        let filling = children(node).into_iter().find(|n| n.kind() == "initializer_expression");
        filling.map_or(ExpressionKind::Opaque(Vec::new()), |filling| self.wanting(wanted, filling).kind)
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
            let left = self.wanting_nothing(node.child_by_field_name("left"), node);
            let right = self.wanting_nothing(node.child_by_field_name("right"), node);
            return ExpressionKind::Compare(comparison, Box::new(left), Box::new(right));
        }
        // What is thrown is no value.
        let nodes: Vec<Node<'_>> =
            operands(node).into_iter().filter(|n| first != "??" || n.kind() != "throw_expression").collect();
        let mut parts = self.all(nodes);
        match first {
            "??" if parts.len() == 1 => parts.pop().map_or(ExpressionKind::Null, |only| only.kind),
            "+" => ExpressionKind::Join(parts),
            "&&" => ExpressionKind::All(parts),
            "||" | "??" => ExpressionKind::Any(parts),
            _ => ExpressionKind::Opaque(parts),
        }
    }

    /// A negative number is a number.
    fn unary(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(inner) = children(node).pop() else { return ExpressionKind::Opaque(Vec::new()) };
        let operand = self.expression(inner);
        let written = self.slice(node);
        match &operand.kind {
            _ if written.ends_with('!') => operand.kind,
            _ if written.starts_with('!') => ExpressionKind::Not(Box::new(operand)),
            ExpressionKind::Number(number) if written.starts_with('-') && !number.starts_with('-') => {
                ExpressionKind::Number(format!("-{number}"))
            }
            ExpressionKind::Number(_) if written.starts_with('+') => operand.kind,
            _ => ExpressionKind::Opaque(vec![operand]),
        }
    }

    fn lambda(&mut self, node: Node<'_>) -> Function {
        let mark = self.names.mark();
        let (returned, wanted) = (self.returned.take(), self.wanted.take());
        let parameters = node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default();
        self.given = None;
        let body = node.child_by_field_name("body").or_else(|| children(node).pop().filter(|n| n.kind() == "block"));
        let body = match body {
            Some(block) if block.kind() == "block" => self.block(block),
            Some(value) => {
                let value = self.expression(value);
                vec![Statement { span: value.span, kind: StatementKind::Return(Some(value)) }]
            }
            None => Vec::new(),
        };
        (self.returned, self.wanted) = (returned, wanted);
        self.names.forget(mark);
        Function { name: String::new(), span: span(node), parameters, body, decorators: Vec::new() }
    }

    /// `a = b` as a value; of a field, it is set as by a statement of its own.
    fn bound(&mut self, node: Node<'_>) -> ExpressionKind {
        let value = self.field(node, "right");
        let plain = node.child_by_field_name("operator").is_some_and(|o| o.kind() == "=");
        let left = node.child_by_field_name("left").map(|left| self.expression(left));
        match left {
            Some(Expression { span, kind: ExpressionKind::Name(name) }) if plain => {
                ExpressionKind::Bind(Identifier { name, span }, Box::new(value))
            }
            Some(Expression { kind: ExpressionKind::Member(object, name), .. }) if plain => {
                let mut kind = called(SET, vec![*object], span(node));
                if let ExpressionKind::Call(call) = &mut kind {
                    let whole = span(node);
                    call.arguments.push(Argument { span: whole, name: Some(name), value, spread: Spread::No });
                }
                kind
            }
            _ => ExpressionKind::Opaque(vec![value]),
        }
    }

    /// `from a in b where c select d`
    fn query(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let [from, between @ .., select] = parts.as_slice() else { return ExpressionKind::Opaque(Vec::new()) };
        let simple = from.kind() == "from_clause" && select.kind() == "select_clause";
        let name = from.child_by_field_name("name");
        let (Some(name), Some(iterable)) = (name, children(*from).pop().filter(|_| simple)) else {
            return ExpressionKind::Opaque(Vec::new());
        };
        if between.iter().any(|part| part.kind() != "where_clause") {
            return ExpressionKind::Opaque(Vec::new());
        }
        let iterable = self.wanting(None, iterable);
        let mark = self.names.mark();
        let name = self.identifier(name);
        self.names.declare(&name.name);
        let conditions = between.iter().filter_map(|part| children(*part).pop());
        let conditions = conditions.map(|condition| self.wanting(None, condition)).collect();
        let value = children(*select).pop().map_or_else(|| opaque(node), |value| self.wanting(None, value));
        self.names.forget(mark);
        let target = Target::Name(name);
        ExpressionKind::Comprehension(Box::new(Comprehension { key: None, value, target, iterable, conditions }))
    }
}

/// The last name of what is called, with its types.
fn last_name(function: Node<'_>) -> Option<Node<'_>> {
    match function.kind() {
        "identifier" | "generic_name" => Some(function),
        "member_access_expression" => function.child_by_field_name("name"),
        "conditional_access_expression" => children(function).pop()?.child_by_field_name("name"),
        _ => None,
    }
}

/// What some methods say that only ask.
fn asked(name: &str, receiver: &Expression, arguments: &[Argument]) -> Option<ExpressionKind> {
    let is_text = matches!(&receiver.kind, ExpressionKind::Name(class) if class == predefined("string"));
    let compare = |how, left: &Expression, right: &Argument| {
        ExpressionKind::Compare(how, Box::new(left.clone()), Box::new(right.value.clone()))
    };
    match (name, arguments) {
        ("IsNullOrEmpty" | "IsNullOrWhiteSpace", [value]) if is_text => {
            Some(ExpressionKind::Not(Box::new(value.value.clone())))
        }
        ("Equals", [left, right]) if is_text => Some(compare(Comparison::Equal, &left.value, right)),
        ("Equals", [left, right, _]) if is_text => Some(compare(Comparison::Other, &left.value, right)),
        ("Equals", [right]) => Some(compare(Comparison::Equal, receiver, right)),
        // It may be one that does not look at the case of letters.
        ("Equals", [right, _]) => Some(compare(Comparison::Other, receiver, right)),
        _ => None,
    }
}
