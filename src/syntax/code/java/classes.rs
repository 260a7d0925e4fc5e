//! Classes, interfaces, enumerations and records of Java.
//!
//! Functions stand before fields, since a field may be made by one, and have parentheses in their names, since a
//! field may have the same name.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::members::{ClassNames, Context, THIS};
use super::super::parse::{children, fields, span};
use super::super::{
    Argument, CallExpression, Class, Expression, ExpressionKind, Function, Identifier, Parameter, ParameterKind,
    Spread, Statement, StatementKind, Target,
};
use super::{Reader, opaque};

/// What a constructor is called.
pub(super) const CONSTRUCTOR: &str = "<init>";

/// A function that gives back its value, which somebody outside may set; no program can name it.
const INJECTED: &str = "<injected>";

/// A function that gives an object of a class which somebody outside makes; no program can name it.
const GIVEN: &str = "<given>";

/// Types of which no object holds a setting.
const BASIC: [&str; 12] = [
    "String",
    "Integer",
    "Long",
    "Boolean",
    "Object",
    "List",
    "Map",
    "Set",
    "Optional",
    "Exception",
    "Throwable",
    "Client",
];

/// Decorators of functions that have no object.
const STATIC: &str = "staticmethod";

/// Annotations of fields that set nothing.
const PLAIN: [&str; 8] =
    ["Deprecated", "SuppressWarnings", "Nullable", "NonNull", "NotNull", "Default", "Getter", "Setter"];

impl Reader<'_> {
    /// A class with what stands in it.
    pub(super) fn class(&mut self, node: Node<'_>) -> StatementKind {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let bases = self.bases(node);
        let members = self.members(node);
        let names = self.names_of(node, &name, &members, !bases.is_empty());
        self.names.enter(names);
        let body = self.deeper(Vec::new(), |reader| reader.class_body(node, &name, &members));
        self.names.leave();
        StatementKind::Class(Arc::new(Class { name, span: span(node), bases, body }))
    }

    /// The class that it is made from, then what it promises.
    fn bases(&mut self, node: Node<'_>) -> Vec<Expression> {
        let own = node.child_by_field_name("superclass").map(children).unwrap_or_default();
        let interfaces = node.child_by_field_name("interfaces").map(children).unwrap_or_default();
        let interfaces = interfaces.into_iter().flat_map(children);
        own.into_iter().chain(interfaces).map(|base| self.type_name(base)).collect()
    }

    /// What stands in a class, those of an enumeration behind its constants too.
    fn members<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let body = node.child_by_field_name("body").map(children).unwrap_or_default();
        let inner = |n: Node<'t>| if n.kind() == "enum_body_declarations" { children(n) } else { vec![n] };
        body.into_iter().flat_map(inner).collect()
    }

    fn names_of(&self, node: Node<'_>, name: &str, members: &[Node<'_>], inherits: bool) -> ClassNames {
        let mut names = ClassNames { name: name.to_owned(), inherits, ..ClassNames::default() };
        let all_static = node.kind() == "interface_declaration";
        for component in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
            names.fields.extend(component.child_by_field_name("name").map(|n| (self.slice(n).to_owned(), false)));
        }
        for member in members {
            let own = all_static || self.is_static(*member);
            let named = |field| member.child_by_field_name(field).map(|n| self.slice(n).to_owned());
            match member.kind() {
                "field_declaration" | "constant_declaration" => {
                    let declared = fields(*member, "declarator").into_iter();
                    let declared = declared.filter_map(|d| d.child_by_field_name("name"));
                    names.fields.extend(declared.map(|n| (self.slice(n).to_owned(), own)));
                }
                "method_declaration" => {
                    let own = self.is_static(*member);
                    names.methods.extend(named("name").map(|name| (name, own)));
                }
                "enum_constant"
                | "class_declaration"
                | "interface_declaration"
                | "enum_declaration"
                | "record_declaration" => names.fields.extend(named("name").map(|name| (name, true))),
                _ => {}
            }
        }
        names
    }

    /// The words and annotations in front of a declaration.
    fn modifiers<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let modifiers = children(node).into_iter().find(|n| n.kind() == "modifiers");
        let Some(modifiers) = modifiers else { return Vec::new() };
        let mut cursor = modifiers.walk();
        modifiers.children(&mut cursor).collect()
    }

    fn is_static(&self, node: Node<'_>) -> bool {
        self.modifiers(node).iter().any(|modifier| modifier.kind() == "static")
    }

    fn class_body(&mut self, node: Node<'_>, class: &str, members: &[Node<'_>]) -> Vec<Statement> {
        let mut functions = Vec::new();
        let mut rest = Vec::new();
        self.components(node, &mut functions, &mut rest);
        let configured = self
            .modifiers(node)
            .iter()
            .any(|m| m.child_by_field_name("name").is_some_and(|name| self.slice(name).contains("Properties")));
        for member in members {
            match member.kind() {
                "method_declaration" => {
                    if let Some(function) = self.method(*member) {
                        functions.push(function);
                    }
                }
                "constructor_declaration" | "compact_constructor_declaration" => {
                    let parameters = member.child_by_field_name("parameters");
                    let function = self.function(*member, CONSTRUCTOR, parameters, false);
                    functions.push(function);
                }
                "field_declaration" | "constant_declaration" => {
                    for declarator in fields(*member, "declarator") {
                        rest.extend(self.class_field(*member, declarator, configured));
                    }
                }
                "enum_constant" => rest.extend(self.constant(*member, class)),
                "static_initializer" => {
                    let context = self.names.context(Context::Static);
                    let body = self.block(*member);
                    self.names.context(context);
                    rest.push(Statement { span: span(*member), kind: StatementKind::Block(body) });
                }
                "block" => {}
                _ => self.statement(*member, &mut rest),
            }
        }
        functions.extend(rest);
        functions
    }

    /// The components of a record are fields, and functions that give them.
    fn components(&mut self, node: Node<'_>, functions: &mut Vec<Statement>, rest: &mut Vec<Statement>) {
        if node.kind() != "record_declaration" {
            return;
        }
        for component in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
            let Some(name) = component.child_by_field_name("name").map(|n| self.identifier(n)) else { continue };
            let at = span(component);
            let this = Expression { span: at, kind: ExpressionKind::Name(THIS.to_owned()) };
            let value = Expression { span: at, kind: ExpressionKind::Member(Box::new(this), name.clone()) };
            let body = vec![Statement { span: at, kind: StatementKind::Return(Some(value)) }];
            let parameters = vec![this_parameter(component)];
            let function =
                Function { name: format!("{}()", name.name), span: at, parameters, body, decorators: Vec::new() };
            functions.push(Statement { span: at, kind: StatementKind::Function(Arc::new(function)) });
            rest.push(Statement { span: at, kind: StatementKind::Assign(vec![Target::Name(name)], opaque(component)) });
        }
    }

    /// A field with its value, or with one that a framework sets.
    fn class_field(&mut self, member: Node<'_>, declarator: Node<'_>, configured: bool) -> Option<Statement> {
        let name = self.identifier(declarator.child_by_field_name("name")?);
        let annotations = self.annotations(member);
        let injected = self.injected(&annotations);
        let value = match (declarator.child_by_field_name("value"), injected) {
            (_, Some(injected)) => injected,
            (Some(value), None) => {
                let value = self.expression(value);
                let is_final = self.modifiers(member).iter().any(|m| m.kind() == "final");
                let set = annotations.iter().any(|a| !PLAIN.contains(&self.annotation_name(*a)));
                if (set || configured) && !is_final { call(INJECTED, vec![value]) } else { value }
            }
            (None, None) => self.given(member)?,
        };
        Some(Statement { span: span(declarator), kind: StatementKind::Assign(vec![Target::Name(name)], value) })
    }

    /// An object of the class that a field or a parameter is declared with.
    fn given(&mut self, declaration: Node<'_>) -> Option<Expression> {
        let class = declaration.child_by_field_name("type")?;
        let is_class = matches!(class.kind(), "type_identifier" | "scoped_type_identifier");
        (is_class && !BASIC.contains(&self.slice(class))).then(|| {
            let class = self.type_name(class);
            call(GIVEN, vec![class])
        })
    }

    fn annotations<'t>(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let is_one = |n: &Node<'_>| matches!(n.kind(), "annotation" | "marker_annotation");
        self.modifiers(node).into_iter().filter(is_one).collect()
    }

    fn annotation_name(&self, node: Node<'_>) -> &str {
        let name = node.child_by_field_name("name").map(|n| self.slice(n)).unwrap_or_default();
        name.rsplit('.').next().unwrap_or(name)
    }

    /// What an annotation with a text sets: a call of the annotation.
    fn injected(&mut self, annotations: &[Node<'_>]) -> Option<Expression> {
        let annotation =
            annotations.iter().find(|a| matches!(self.annotation_name(**a), "Value" | "ConfigProperty"))?;
        self.said(*annotation)
    }

    /// An annotation as a call of its name.
    fn said(&mut self, annotation: Node<'_>) -> Option<Expression> {
        let name = self.type_name(annotation.child_by_field_name("name")?);
        let mut arguments = Vec::new();
        for part in annotation.child_by_field_name("arguments").map(children).unwrap_or_default() {
            let (name, value) = match part.kind() {
                "element_value_pair" => {
                    let key = part.child_by_field_name("key").map(|key| self.identifier(key));
                    (key, self.field(part, "value"))
                }
                _ => (None, self.expression(part)),
            };
            arguments.push(Argument { span: span(part), name, value, spread: Spread::No });
        }
        let at = span(annotation);
        let call = CallExpression { function: name, arguments, list: at };
        Some(Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) })
    }

    /// A constant of an enumeration: its name, or an object that is made.
    fn constant(&mut self, node: Node<'_>, class: &str) -> Option<Statement> {
        let name = self.identifier(node.child_by_field_name("name")?);
        let at = span(node);
        let value = match node.child_by_field_name("arguments") {
            None => Expression { span: at, kind: ExpressionKind::Text(name.name.clone()) },
            Some(list) => {
                let arguments = self.arguments(list);
                let function = Expression { span: name.span, kind: self.names.variable(class, name.span) };
                let call = CallExpression { function, arguments, list: span(list) };
                Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }
            }
        };
        Some(Statement { span: at, kind: StatementKind::Assign(vec![Target::Name(name)], value) })
    }

    fn method(&mut self, node: Node<'_>) -> Option<Statement> {
        node.child_by_field_name("body")?;
        let name = format!("{}()", self.slice(node.child_by_field_name("name")?));
        let is_static = self.is_static(node);
        Some(self.function(node, &name, node.child_by_field_name("parameters"), is_static))
    }

    /// A method that stands in no class, as in a broken file or a script.
    pub(super) fn loose_method(&mut self, node: Node<'_>) -> StatementKind {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        self.function(node, &name, node.child_by_field_name("parameters"), true).kind
    }

    fn function(&mut self, node: Node<'_>, name: &str, parameters: Option<Node<'_>>, is_static: bool) -> Statement {
        let context = self.names.context(if is_static { Context::Static } else { Context::Instance });
        let mark = self.names.mark();
        let mut all = if is_static { Vec::new() } else { vec![this_parameter(node)] };
        if let Some(parameters) = parameters {
            all.extend(self.parameters(parameters));
        }
        let body = self.body(node, "body");
        self.names.forget(mark);
        self.names.context(context);
        let at = span(node);
        let word = Expression { span: at, kind: ExpressionKind::Name(STATIC.to_owned()) };
        let mut decorators = if is_static { vec![word] } else { Vec::new() };
        let annotations = self.annotations(node);
        decorators.extend(annotations.into_iter().filter_map(|annotation| self.said(annotation)));
        let function = Function { name: name.to_owned(), span: at, parameters: all, body, decorators };
        Statement { span: at, kind: StatementKind::Function(Arc::new(function)) }
    }

    pub(super) fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        if node.kind() == "identifier" {
            return vec![self.parameter(node, ParameterKind::One, None)];
        }
        let mut parameters = Vec::new();
        for child in children(node) {
            let injected = self.annotations(child);
            let default = self.injected(&injected);
            let default = match child.kind() {
                "formal_parameter" if default.is_none() => self.given(child),
                _ => default,
            };
            let (name, kind) = match child.kind() {
                "identifier" => (Some(child), ParameterKind::One),
                "spread_parameter" => {
                    let declarator = children(child).into_iter().find(|n| n.kind() == "variable_declarator");
                    (declarator.and_then(|d| d.child_by_field_name("name")), ParameterKind::Rest)
                }
                _ => (child.child_by_field_name("name"), ParameterKind::One),
            };
            if let Some(name) = name {
                parameters.push(self.parameter(name, kind, default));
            }
        }
        parameters
    }

    fn parameter(&mut self, name: Node<'_>, kind: ParameterKind, default: Option<Expression>) -> Parameter {
        let Identifier { name, span } = self.identifier(name);
        self.names.declare(&name);
        Parameter { name, span, default, kind }
    }

    /// `this(…)` makes the object by another constructor; what `super(…)` does is not followed.
    pub(super) fn constructed(&mut self, node: Node<'_>) -> StatementKind {
        let arguments = node.child_by_field_name("arguments").map(|list| self.arguments(list)).unwrap_or_default();
        let at = span(node);
        let is_this = node.child_by_field_name("constructor").is_some_and(|n| n.kind() == "this");
        if !is_this {
            let values = arguments.into_iter().map(|argument| argument.value).collect();
            return StatementKind::Expression(Expression { span: at, kind: ExpressionKind::Opaque(values) });
        }
        let this = Expression { span: at, kind: ExpressionKind::Name(THIS.to_owned()) };
        let name = Identifier { name: CONSTRUCTOR.to_owned(), span: at };
        let function = Expression { span: at, kind: ExpressionKind::Member(Box::new(this), name) };
        let call = CallExpression { function, arguments, list: at };
        StatementKind::Expression(Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) })
    }

    /// The functions of a class without a name, which see what is around them.
    pub(super) fn anonymous(&mut self, body: Node<'_>) -> Vec<Expression> {
        let methods: Vec<Node<'_>> = children(body).into_iter().filter(|n| n.kind() == "method_declaration").collect();
        let read = methods.into_iter().map(|method| {
            let mark = self.names.mark();
            let parameters = method.child_by_field_name("parameters").map(|n| self.parameters(n)).unwrap_or_default();
            let body = self.body(method, "body");
            self.names.forget(mark);
            let name = method.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
            let function = Function { name, span: span(method), parameters, body, decorators: Vec::new() };
            Expression { span: span(method), kind: ExpressionKind::Function(Arc::new(function)) }
        });
        read.collect()
    }
}

fn this_parameter(node: Node<'_>) -> Parameter {
    Parameter { name: THIS.to_owned(), span: span(node), default: None, kind: ParameterKind::One }
}

/// A call of a function that no program can name.
fn call(name: &str, values: Vec<Expression>) -> Expression {
    let at = values.first().map_or_else(Default::default, |value| value.span);
    let argument = |value: Expression| Argument { span: value.span, name: None, value, spread: Spread::No };
    let function = Expression { span: at, kind: ExpressionKind::Name(name.to_owned()) };
    let arguments = values.into_iter().map(argument).collect();
    let call = CallExpression { function, arguments, list: at };
    Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }
}
