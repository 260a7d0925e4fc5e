//! Classes, traits and enumerations of PHP. Methods have parentheses in their names, since a property may have the
//! same name.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{
    Class, Expression, ExpressionKind, Function, Identifier, Parameter, ParameterKind, Statement, StatementKind, Target,
};
use super::{Reader, THIS, opaque};

/// What a constructor is called.
const CONSTRUCTOR: &str = "__construct()";

/// Decorators of functions that have no object.
const STATIC: &str = "staticmethod";

/// A class whose body is read.
pub(super) struct OpenClass {
    pub(super) name: String,
    /// The class that it is made from.
    pub(super) parent: Option<Expression>,
    /// Methods that have an object.
    pub(super) bound: Vec<String>,
    /// Whether a constant or a property is read, not a method.
    pub(super) outside_methods: bool,
}

impl Reader<'_> {
    pub(super) fn class(&mut self, node: Node<'_>) -> StatementKind {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let base = children(node).into_iter().find(|n| n.kind() == "base_clause");
        let bases: Vec<Node<'_>> = base.map(children).unwrap_or_default();
        let parents: Vec<Expression> = bases.into_iter().map(|base| self.expression(base)).collect();
        let members = node.child_by_field_name("body").map(children).unwrap_or_default();
        // What a trait has comes before what is inherited.
        let mut bases = Vec::new();
        for used in members.iter().filter(|member| member.kind() == "use_declaration").copied().flat_map(children) {
            if matches!(used.kind(), "name" | "qualified_name") {
                bases.push(self.expression(used));
            }
        }
        let is_alone = parents.is_empty() && node.kind() != "trait_declaration";
        let methods = members.iter().filter(|m| m.kind() == "method_declaration" && !is_static(**m));
        let bound = methods.filter_map(|m| m.child_by_field_name("name")).map(|n| self.slice(n).to_owned()).collect();
        let parent = parents.first().cloned();
        bases.extend(parents);
        self.classes.push(OpenClass { name: name.clone(), parent, bound, outside_methods: true });
        let body = self.deeper(Vec::new(), |reader| reader.class_body(node, &members, is_alone));
        self.classes.pop();
        StatementKind::Class(Arc::new(Class { name, span: span(node), bases, body }))
    }

    fn class_body(&mut self, node: Node<'_>, members: &[Node<'_>], alone: bool) -> Vec<Statement> {
        let mut functions = Vec::new();
        let mut rest = Vec::new();
        for member in members {
            match member.kind() {
                "method_declaration" if member.child_by_field_name("body").is_some() => {
                    functions.push(self.method(*member));
                }
                "const_declaration" => rest.extend(self.constants(*member)),
                "property_declaration" => {
                    for element in children(*member).into_iter().filter(|n| n.kind() == "property_element") {
                        rest.extend(self.declared(element));
                    }
                }
                "enum_case" => rest.extend(self.case(*member)),
                _ => {}
            }
        }
        let is_constructor =
            |s: &Statement| matches!(&s.kind, StatementKind::Function(function) if function.name == CONSTRUCTOR);
        if alone && !functions.iter().any(is_constructor) {
            // One that takes anything and does nothing is always there.
            let at = span(node);
            let rest = Parameter { name: "$arguments".to_owned(), span: at, default: None, kind: ParameterKind::Rest };
            let parameters = vec![this_parameter(node), rest];
            let name = CONSTRUCTOR.to_owned();
            let function = Function { name, span: at, parameters, body: Vec::new(), decorators: Vec::new() };
            functions.push(Statement { span: at, kind: StatementKind::Function(Arc::new(function)) });
        }
        functions.extend(rest);
        functions
    }

    fn method(&mut self, node: Node<'_>) -> Statement {
        let unbound = is_static(node);
        let first = if unbound { Vec::new() } else { vec![this_parameter(node)] };
        if let Some(class) = self.classes.last_mut() {
            class.outside_methods = false;
        }
        let mut function = self.function(node, first);
        if let Some(class) = self.classes.last_mut() {
            class.outside_methods = true;
        }
        function.name.push_str("()");
        if unbound {
            function.decorators.push(Expression { span: span(node), kind: ExpressionKind::Name(STATIC.to_owned()) });
        }
        Statement { span: span(node), kind: StatementKind::Function(Arc::new(function)) }
    }

    /// Constants of a class or of a file.
    pub(super) fn constants(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut constants = Vec::new();
        for element in children(node).into_iter().filter(|n| n.kind() == "const_element") {
            if let [name, value] = children(element).as_slice() {
                let name = self.identifier(*name);
                let value = self.expression(*value);
                constants.push(member(element, name, value));
            }
        }
        constants
    }

    /// A property with its value.
    fn declared(&mut self, element: Node<'_>) -> Option<Statement> {
        let name = self.property(element.child_by_field_name("name")?);
        let value = self.expression(element.child_by_field_name("default_value")?);
        Some(member(element, name, value))
    }

    /// A case of an enumeration is its value, or its name.
    fn case(&mut self, node: Node<'_>) -> Option<Statement> {
        let name = self.identifier(node.child_by_field_name("name")?);
        let value = match node.child_by_field_name("value") {
            Some(value) => self.expression(value),
            None => opaque(node),
        };
        Some(member(node, name, value))
    }

    /// What `self`, `static` and `parent` stand for.
    pub(super) fn scope(&self, node: Node<'_>) -> Option<ExpressionKind> {
        let class = self.classes.last()?;
        match self.slice(node) {
            "parent" => class.parent.as_ref().map(|parent| parent.kind.clone()),
            _ => Some(ExpressionKind::Name(class.name.clone())),
        }
    }
}

/// A member of a class with its value. The second target keeps it from being one that a constructor takes in its
/// order.
fn member(node: Node<'_>, name: Identifier, value: Expression) -> Statement {
    let kind = StatementKind::Assign(vec![Target::Name(name), Target::Other], value);
    Statement { span: span(node), kind }
}

fn is_static(node: Node<'_>) -> bool {
    children(node).iter().any(|n| n.kind() == "static_modifier")
}

/// The object that a method is called on.
fn this_parameter(node: Node<'_>) -> Parameter {
    Parameter { name: THIS.to_owned(), span: span(node), default: None, kind: ParameterKind::One }
}
