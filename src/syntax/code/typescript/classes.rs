//! Classes and enumerations of TypeScript and JavaScript.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{
    Class, Entry, Expression, ExpressionKind, Function, Identifier, Parameter, ParameterKind, Statement, StatementKind,
    Target,
};
use super::{Reader, THIS};

/// What a constructor is called.
const CONSTRUCTOR: &str = "constructor";

/// Decorators of functions that have no object, and of those that are read like fields.
const STATIC: &str = "staticmethod";
const GETTER: &str = "property";

impl Reader<'_> {
    pub(super) fn class(&mut self, node: Node<'_>) -> StatementKind {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        self.class_called(node, name)
    }

    /// A class under a name that it is given.
    pub(super) fn class_called(&mut self, node: Node<'_>, name: String) -> StatementKind {
        let bases = self.bases(node);
        let body = self.deeper(Vec::new(), |reader| reader.class_body(node, bases.is_empty()));
        StatementKind::Class(Arc::new(Class { name, span: span(node), bases, body }))
    }

    fn bases(&mut self, node: Node<'_>) -> Vec<Expression> {
        let heritage = children(node).into_iter().find(|n| n.kind() == "class_heritage");
        let Some(heritage) = heritage else { return Vec::new() };
        let mut bases = Vec::new();
        for part in children(heritage) {
            match part.kind() {
                "extends_clause" => bases.extend(part.child_by_field_name("value").map(|v| self.expression(v))),
                "implements_clause" => {}
                _ => bases.push(self.expression(part)),
            }
        }
        bases
    }

    fn class_body(&mut self, node: Node<'_>, alone: bool) -> Vec<Statement> {
        let mut functions = Vec::new();
        let mut rest = Vec::new();
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            match member.kind() {
                "method_definition" => functions.push(self.method(member)),
                "field_definition" | "public_field_definition" => rest.extend(self.class_field(member)),
                "class_static_block" => {
                    let body = self.body(member, "body");
                    rest.push(Statement { span: span(member), kind: StatementKind::Block(body) });
                }
                _ => {}
            }
        }
        let is_constructor =
            |s: &Statement| matches!(&s.kind, StatementKind::Function(function) if function.name == CONSTRUCTOR);
        if alone && !functions.iter().any(is_constructor) {
            // One that takes anything and does nothing is always there.
            let at = span(node);
            let rest = Parameter { name: "arguments".to_owned(), span: at, default: None, kind: ParameterKind::Rest };
            let parameters = vec![this_parameter(node), rest];
            let name = CONSTRUCTOR.to_owned();
            let function = Function { name, span: at, parameters, body: Vec::new(), decorators: Vec::new() };
            functions.push(Statement { span: at, kind: StatementKind::Function(Arc::new(function)) });
        }
        functions.extend(rest);
        functions
    }

    /// Whether a word stands in front of the name of a member.
    fn says(&self, member: Node<'_>, word: &str) -> bool {
        let mut cursor = member.walk();
        member.children(&mut cursor).take_while(|n| n.kind() != "property_identifier").any(|n| n.kind() == word)
    }

    fn method(&mut self, node: Node<'_>) -> Statement {
        let is_static = self.says(node, "static");
        let first = if is_static { Vec::new() } else { vec![this_parameter(node)] };
        let mut function = self.function(node, first);
        let decorated = [(is_static, STATIC), (self.says(node, "get"), GETTER)];
        let words = decorated.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
        function.decorators =
            words.map(|word| Expression { span: span(node), kind: ExpressionKind::Name(word.to_owned()) }).collect();
        let mut before = node.prev_sibling();
        while let Some(mark) = before.filter(|n| matches!(n.kind(), "decorator" | "comment")) {
            let call = children(mark).into_iter().find(|n| n.kind() == "call_expression");
            function.decorators.extend(call.map(|call| self.expression(call)));
            before = mark.prev_sibling();
        }
        if self.says(node, "set") {
            // It is not what is read under its name.
            function.name = format!("set {}", function.name);
        }
        Statement { span: span(node), kind: StatementKind::Function(Arc::new(function)) }
    }

    /// A field with its value. The second target keeps it from being one that a constructor takes in its order.
    fn class_field(&mut self, node: Node<'_>) -> Option<Statement> {
        let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"))?;
        let name = Identifier { name: self.property_name(name), span: span(name) };
        let value = node.child_by_field_name("value")?;
        if value.kind() == "arrow_function" {
            let mut function = self.function(value, vec![this_parameter(value)]);
            function.name.clone_from(&name.name);
            return Some(Statement { span: span(node), kind: StatementKind::Function(Arc::new(function)) });
        }
        let value = self.expression(value);
        let kind = StatementKind::Assign(vec![Target::Name(name), Target::Other], value);
        Some(Statement { span: span(node), kind })
    }

    /// An enumeration is a map; a member without a value is not known.
    pub(super) fn enumeration(&mut self, node: Node<'_>) -> StatementKind {
        let Some(name) = node.child_by_field_name("name").map(|n| self.identifier(n)) else {
            return StatementKind::Block(Vec::new());
        };
        let mut entries = Vec::new();
        for member in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let (key, value) = match member.kind() {
                "enum_assignment" => match member.child_by_field_name("name") {
                    Some(key) => (key, self.field(member, "value")),
                    None => continue,
                },
                _ => (member, super::opaque(member)),
            };
            let key = Expression { span: span(key), kind: ExpressionKind::Text(self.property_name(key)) };
            entries.push(Entry { span: span(member), key: Some(key), value });
        }
        let value = Expression { span: span(node), kind: ExpressionKind::Map(entries) };
        StatementKind::Assign(vec![Target::Name(name)], value)
    }
}

/// The object that a method is called on.
fn this_parameter(node: Node<'_>) -> Parameter {
    Parameter { name: THIS.to_owned(), span: span(node), default: None, kind: ParameterKind::One }
}
