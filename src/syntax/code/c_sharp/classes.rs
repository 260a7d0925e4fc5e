//! Classes, structures, records, interfaces and enumerations of C#.
//!
//! Functions stand before fields, since a field may be made by one, and have parentheses in their names: what a name
//! without them gives is a field, or a property, which is a function that is read like one.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::members::{ClassNames, Context, THIS};
use super::super::parse::{children, fields, span};
use super::super::{
    Argument, CallExpression, Class, Expression, ExpressionKind, Function, Identifier, Parameter, ParameterKind,
    Spread, Statement, StatementKind, Target,
};
use super::creation::TypeName;
use super::{Reader, argument, called, declared_value, opaque, parts_of_configured};

/// What a constructor is called.
pub(super) const CONSTRUCTOR: &str = "<init>";

/// A function that gives back its value, which somebody outside may set; no program can name it.
const INJECTED: &str = "<injected>";

/// A function that gives an object of a class which somebody outside makes; no program can name it.
pub(super) const GIVEN: &str = "<given>";

/// Types that hold an object of their last argument which somebody outside makes.
const HOLDERS: [&str; 4] = ["IOptions", "IOptionsSnapshot", "IOptionsMonitor", "Lazy"];

/// Decorators of functions that have no object, and of those that are read like fields.
const STATIC: &str = "staticmethod";
const PROPERTY: &str = "property";

/// A class of which the parts are read.
struct Parts<'t> {
    members: Vec<Node<'t>>,
    /// The fields that a `set` changes.
    changed: HashSet<String>,
    /// The parameters behind the name of the class, where its fields see them.
    parameters: Option<Node<'t>>,
    functions: Vec<Statement>,
    fields: Vec<Statement>,
    /// What the constructor behind the name of the class does.
    making: Vec<Statement>,
}

impl Reader<'_> {
    /// A class with what stands in it.
    pub(super) fn class(&mut self, node: Node<'_>) -> StatementKind {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let list = children(node).into_iter().find(|n| n.kind() == "base_list").map(children).unwrap_or_default();
        let is_type = |n: &&Node<'_>| n.kind() != "argument_list";
        let bases: Vec<Expression> = list.iter().filter(is_type).map(|base| self.type_name(*base)).collect();
        let members = members(node.child_by_field_name("body"));
        let names = self.names_of(node, &name, &members, !bases.is_empty());
        self.names.enter(names);
        let changed = self.changed(&members);
        let parameters = children(node).into_iter().find(|n| n.kind() == "parameter_list");
        let parts = Parts {
            members,
            changed,
            parameters: parameters.filter(|_| node.kind() != "record_declaration"),
            functions: Vec::new(),
            fields: Vec::new(),
            making: Vec::new(),
        };
        let returned = self.returned.take();
        let body = self.deeper(Vec::new(), |reader| {
            let components = parameters.filter(|_| node.kind() == "record_declaration");
            let components = components.map(|list| reader.components(list)).unwrap_or_default();
            reader.class_body(node, parts, components)
        });
        self.returned = returned;
        self.names.leave();
        StatementKind::Class(Arc::new(Class { name, span: span(node), bases, body }))
    }

    fn names_of(&self, node: Node<'_>, name: &str, members: &[Node<'_>], inherits: bool) -> ClassNames {
        let mut names = ClassNames { name: name.to_owned(), inherits, ..ClassNames::default() };
        let list = children(node).into_iter().find(|n| n.kind() == "parameter_list").map(children);
        for component in list.unwrap_or_default() {
            names.fields.extend(component.child_by_field_name("name").map(|n| (self.slice(n).to_owned(), false)));
        }
        for member in members {
            let own = self.is_static(*member);
            let named = member.child_by_field_name("name").map(|n| self.slice(n).to_owned());
            match member.kind() {
                "field_declaration" | "event_field_declaration" => {
                    let declared = declarators(*member).into_iter().filter_map(|d| d.child_by_field_name("name"));
                    names.fields.extend(declared.map(|n| (self.slice(n).to_owned(), own)));
                }
                "property_declaration" => names.fields.extend(named.map(|name| (name, own))),
                "method_declaration" => names.methods.extend(named.map(|name| (name, own))),
                "enum_member_declaration" => names.fields.extend(named.map(|name| (name, true))),
                "class_declaration"
                | "struct_declaration"
                | "interface_declaration"
                | "enum_declaration"
                | "record_declaration" => {
                    names.types.extend(named.clone());
                    names.fields.extend(named.map(|name| (name, true)));
                }
                _ => {}
            }
        }
        names
    }

    fn is_static(&self, node: Node<'_>) -> bool {
        let is = |n: Node<'_>| n.kind() == "modifier" && matches!(self.slice(n), "static" | "const");
        children(node).into_iter().any(is)
    }

    /// The fields that properties set, whose first values need not last.
    fn changed(&self, members: &[Node<'_>]) -> HashSet<String> {
        let accessors = members.iter().filter_map(|m| m.child_by_field_name("accessors")).flat_map(children);
        let setters = accessors.filter(|a| a.child_by_field_name("name").is_some_and(|n| self.slice(n) != "get"));
        let bodies = setters.filter_map(|setter| setter.child_by_field_name("body"));
        let words = bodies.flat_map(|body| self.slice(body).split(|c: char| !c.is_alphanumeric() && c != '_'));
        words.map(str::to_owned).collect()
    }

    /// The components of a record are fields, set by position.
    fn components(&mut self, list: Node<'_>) -> Vec<Statement> {
        let mut statements = Vec::new();
        for component in children(list) {
            let Some(name) = component.child_by_field_name("name").map(|n| self.identifier(n)) else { continue };
            let value = default_of(component).map(|default| self.expression(default));
            let value = value.unwrap_or_else(|| opaque(component));
            let kind = StatementKind::Assign(vec![Target::Name(name)], value);
            statements.push(Statement { span: span(component), kind });
        }
        statements
    }

    fn class_body(&mut self, node: Node<'_>, mut parts: Parts<'_>, components: Vec<Statement>) -> Vec<Statement> {
        parts.fields = components;
        for member in std::mem::take(&mut parts.members) {
            match member.kind() {
                "method_declaration" if member.child_by_field_name("body").is_none() => {}
                "method_declaration" => {
                    let kind = self.function(member, self.is_static(member), Vec::new());
                    parts.functions.push(Statement { span: span(member), kind });
                }
                "constructor_declaration" if self.is_static(member) => {
                    let context = self.names.context(Context::Static);
                    let body = self.body(member, "body");
                    self.names.context(context);
                    parts.fields.push(Statement { span: span(member), kind: StatementKind::Block(body) });
                }
                "constructor_declaration" => {
                    let kind = self.constructor(member);
                    parts.functions.push(Statement { span: span(member), kind });
                }
                "field_declaration" => {
                    let declaration = children(member).into_iter().find(|n| n.kind() == "variable_declaration");
                    let kind = declaration.and_then(|d| d.child_by_field_name("type"));
                    for declarator in declarators(member) {
                        let name = declarator.child_by_field_name("name");
                        self.class_field(member, kind, name, declared_value(declarator), &mut parts);
                    }
                }
                "property_declaration" => self.property(member, &mut parts),
                "enum_member_declaration" => parts.fields.extend(self.constant(member)),
                _ if member.kind().ends_with("_declaration") => self.statement(member, &mut parts.fields),
                _ => {}
            }
        }
        if let Some(list) = parts.parameters {
            let kind = self.behind_name(node, list, std::mem::take(&mut parts.making));
            parts.functions.push(Statement { span: span(list), kind });
        }
        let mut body = parts.functions;
        body.extend(parts.fields);
        body
    }

    /// The constructor that a class has behind its name: it keeps what it is given, and sets what is made of it.
    fn behind_name(&mut self, node: Node<'_>, list: Node<'_>, making: Vec<Statement>) -> StatementKind {
        let context = self.names.context(Context::Instance);
        let mark = self.names.mark();
        let mut parameters = vec![this_parameter(node)];
        parameters.extend(self.parameters(list));
        self.names.forget(mark);
        self.names.context(context);
        let kept = parameters.iter().skip(1).map(|parameter| {
            let name = Identifier { name: parameter.name.clone(), span: parameter.span };
            let value = Expression { span: parameter.span, kind: ExpressionKind::Name(parameter.name.clone()) };
            let kind = StatementKind::Assign(vec![Target::Member(this(parameter.span), name)], value);
            Statement { span: parameter.span, kind }
        });
        let body = kept.chain(making).collect();
        let function =
            Function { name: CONSTRUCTOR.to_owned(), span: span(list), parameters, body, decorators: Vec::new() };
        StatementKind::Function(Arc::new(function))
    }

    /// A field, or a property that is one.
    fn class_field<'t>(
        &mut self,
        member: Node<'t>,
        kind: Option<Node<'t>>,
        name: Option<Node<'t>>,
        value: Option<Node<'t>>,
        parts: &mut Parts<'t>,
    ) {
        let Some(name) = name.map(|name| self.identifier(name)) else { return };
        let wanted = kind.and_then(|kind| self.type_of(kind));
        if parts.parameters.is_some() && !self.is_static(member) {
            // It may be made of what is given behind the name of the class.
            let context = self.names.context(Context::Instance);
            let made = value.map(|value| self.wanting(wanted, value));
            self.names.context(context);
            let Some(made) = made else { return };
            let at = name.span;
            let kind = StatementKind::Assign(vec![Target::Member(this(at), name)], made);
            parts.making.push(Statement { span: at, kind });
            return;
        }
        let value = match value {
            Some(value) => {
                let value = self.wanting(wanted, value);
                let at = value.span;
                match parts.changed.contains(&name.name) {
                    true => Expression { span: at, kind: called(INJECTED, vec![value], at) },
                    false => value,
                }
            }
            None => match kind.and_then(|kind| self.object_of(kind)) {
                Some(given) => given,
                None => return,
            },
        };
        let at = name.span;
        parts.fields.push(Statement { span: at, kind: StatementKind::Assign(vec![Target::Name(name)], value) });
    }

    /// A property: a field, or a function that gives its value.
    fn property<'t>(&mut self, member: Node<'t>, parts: &mut Parts<'t>) {
        let (kind, name) = (member.child_by_field_name("type"), member.child_by_field_name("name"));
        let value = member.child_by_field_name("value");
        let accessors = member.child_by_field_name("accessors").map(children).unwrap_or_default();
        let get = accessors.iter().find(|a| a.child_by_field_name("name").is_some_and(|n| self.slice(n) == "get"));
        let body = match value {
            Some(value) if value.kind() == "arrow_expression_clause" => Some(value),
            _ => get.and_then(|get| get.child_by_field_name("body")),
        };
        let Some(body) = body else { return self.class_field(member, kind, name, value, parts) };
        let Some(name) = name.map(|name| self.slice(name).to_owned()) else { return };
        let is_static = self.is_static(member);
        let context = self.names.context(if is_static { Context::Static } else { Context::Instance });
        let wanted = kind.and_then(|kind| self.type_of(kind));
        let outer = std::mem::replace(&mut self.returned, wanted);
        let body = self.one_or_block(body);
        self.returned = outer;
        self.names.context(context);
        let at = span(member);
        let word = Expression { span: at, kind: ExpressionKind::Name(PROPERTY.to_owned()) };
        let parameters = vec![this_parameter(member)];
        let function = Function { name, span: at, parameters, body, decorators: vec![word] };
        parts.functions.push(Statement { span: at, kind: StatementKind::Function(Arc::new(function)) });
    }

    /// A constant of an enumeration is its name.
    fn constant(&self, node: Node<'_>) -> Option<Statement> {
        let name = self.identifier(node.child_by_field_name("name")?);
        let at = span(node);
        let value = Expression { span: at, kind: ExpressionKind::Text(name.name.clone()) };
        Some(Statement { span: at, kind: StatementKind::Assign(vec![Target::Name(name)], value) })
    }

    /// A constructor; `: this(…)` makes the object by another one, `: base(…)` by one of what it is made from.
    fn constructor(&mut self, node: Node<'_>) -> StatementKind {
        let initializer = children(node).into_iter().find(|n| n.kind() == "constructor_initializer");
        let context = self.names.context(Context::Instance);
        let mark = self.names.mark();
        let mut parameters = vec![this_parameter(node)];
        parameters.extend(node.child_by_field_name("parameters").map(|list| self.parameters(list)).unwrap_or_default());
        let mut body: Vec<Statement> = initializer.and_then(|i| self.constructed(i)).into_iter().collect();
        body.extend(self.body(node, "body"));
        self.names.forget(mark);
        self.names.context(context);
        let at = span(node);
        let function = Function { name: CONSTRUCTOR.to_owned(), span: at, parameters, body, decorators: Vec::new() };
        StatementKind::Function(Arc::new(function))
    }

    fn constructed(&mut self, node: Node<'_>) -> Option<Statement> {
        let at = span(node);
        let list = children(node).into_iter().find(|n| n.kind() == "argument_list")?;
        let mut arguments = self.arguments(list);
        let is_this = self.slice(node).trim_start_matches([':', ' ', '\t', '\r', '\n']).starts_with("this");
        let object = if is_this {
            this(at)
        } else {
            arguments.insert(0, argument(this(at)));
            let class = node.parent().and_then(|n| n.parent()).and_then(|n| n.parent());
            let bases = class.into_iter().flat_map(children).find(|n| n.kind() == "base_list");
            let base = bases.into_iter().flat_map(children).next()?;
            self.type_name(base)
        };
        let name = Identifier { name: CONSTRUCTOR.to_owned(), span: at };
        let function = Expression { span: at, kind: ExpressionKind::Member(Box::new(object), name) };
        let call = CallExpression { function, arguments, list: at };
        let kind = StatementKind::Expression(Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) });
        Some(Statement { span: at, kind })
    }

    /// A method, or a function within one, which has no object of its own.
    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        is_static: bool,
        mut decorators: Vec<Expression>,
    ) -> StatementKind {
        let is_local = node.kind() == "local_function_statement"
            || node.parent().is_none_or(|n| n.kind() != "declaration_list" && n.kind() != "preproc_if");
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let at = span(node);
        let context =
            (!is_local).then(|| self.names.context(if is_static { Context::Static } else { Context::Instance }));
        let mark = self.names.mark();
        let mut parameters = if is_static { Vec::new() } else { vec![this_parameter(node)] };
        let list = node.child_by_field_name("parameters");
        parameters.extend(list.map(|list| self.parameters(list)).unwrap_or_default());
        let kind = node.child_by_field_name("returns").or_else(|| node.child_by_field_name("type"));
        let wanted = kind.and_then(|kind| self.result_of(kind));
        let outer = std::mem::replace(&mut self.returned, wanted);
        let body = self.body(node, "body");
        self.returned = outer;
        self.names.forget(mark);
        if let Some(context) = context {
            self.names.context(context);
        }
        if is_static && !is_local {
            decorators.push(Expression { span: at, kind: ExpressionKind::Name(STATIC.to_owned()) });
        }
        let marked =
            children(node).into_iter().chain(list.map(children).unwrap_or_default().into_iter().flat_map(children));
        let attributes = marked.filter(|n| n.kind() == "attribute_list").flat_map(children);
        decorators.extend(attributes.filter_map(|attribute| self.said(attribute)));
        let name = if is_local { name } else { format!("{name}()") };
        StatementKind::Function(Arc::new(Function { name, span: at, parameters, body, decorators }))
    }

    /// An attribute with what it is given, as a call of its name.
    fn said(&mut self, attribute: Node<'_>) -> Option<Expression> {
        let function = self.type_name(attribute.child_by_field_name("name")?);
        let list = children(attribute).into_iter().find(|n| n.kind() == "attribute_argument_list")?;
        let given = children(list).into_iter().map(|part| {
            let name = part.child_by_field_name("name").map(|name| self.identifier(name));
            let value = children(part).pop().map_or_else(|| opaque(part), |value| self.expression(value));
            Argument { span: span(part), name, value, spread: Spread::No }
        });
        let arguments = given.collect();
        let call = CallExpression { function, arguments, list: span(list) };
        Some(Expression { span: span(attribute), kind: ExpressionKind::Call(Box::new(call)) })
    }

    pub(super) fn parameters(&mut self, list: Node<'_>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        if matches!(list.kind(), "implicit_parameter" | "identifier") {
            let given = self.given.take();
            parameters.push(self.parameter(list, ParameterKind::One, given));
            return parameters;
        }
        let mut first = self.given.take();
        for child in children(list).into_iter().filter(|n| n.kind() == "parameter") {
            let Some(name) = child.child_by_field_name("name") else { continue };
            let default = default_of(child).map(|default| self.expression(default));
            let default = default.or_else(|| child.child_by_field_name("type").and_then(|kind| self.object_of(kind)));
            let default = default.or(first.take());
            parameters.push(self.parameter(name, ParameterKind::One, default));
        }
        // Of an array for all further values, only the name is a node of its own.
        if let Some(rest) = fields(list, "name").pop() {
            parameters.push(self.parameter(rest, ParameterKind::Rest, None));
        }
        parameters
    }

    fn parameter(&mut self, name: Node<'_>, kind: ParameterKind, default: Option<Expression>) -> Parameter {
        let Identifier { name, span } = self.identifier(name);
        self.names.declare(&name);
        Parameter { name, span, default, kind }
    }

    /// An object of a class that somebody outside makes.
    pub(super) fn object_of(&mut self, kind: Node<'_>) -> Option<Expression> {
        let kind = if kind.kind() == "nullable_type" { kind.child_by_field_name("type")? } else { kind };
        let class = match kind.kind() {
            "identifier" | "qualified_name" => kind,
            "generic_name" => {
                let parts = children(kind);
                let [name, list] = parts.as_slice() else { return None };
                HOLDERS.contains(&self.slice(*name)).then(|| children(*list).pop()).flatten()?
            }
            _ => return None,
        };
        let class = self.type_name(class);
        let at = class.span;
        Some(Expression { span: at, kind: called(GIVEN, vec![class], at) })
    }

    /// The type of what a function gives back, that of a task when it gives one.
    fn result_of(&mut self, kind: Node<'_>) -> Option<Rc<TypeName>> {
        let whole = self.type_of(kind)?;
        match whole.name.as_str() {
            "Task" | "ValueTask" => whole.arguments.first().cloned(),
            _ => Some(whole),
        }
    }
}

/// What stands in a class, what is compiled in some cases only too.
fn members(body: Option<Node<'_>>) -> Vec<Node<'_>> {
    let mut members = Vec::new();
    for member in body.map(children).unwrap_or_default() {
        match member.kind() {
            "preproc_if" => members.extend(parts_of_configured(member)),
            _ => members.push(member),
        }
    }
    members
}

fn declarators(member: Node<'_>) -> Vec<Node<'_>> {
    let declared = children(member).into_iter().filter(|n| n.kind() == "variable_declaration").flat_map(children);
    declared.filter(|n| n.kind() == "variable_declarator").collect()
}

/// The default of a parameter.
fn default_of(parameter: Node<'_>) -> Option<Node<'_>> {
    let (kind, name) = (parameter.child_by_field_name("type"), parameter.child_by_field_name("name"));
    let is_value =
        |n: &Node<'_>| Some(*n) != kind && Some(*n) != name && !matches!(n.kind(), "modifier" | "attribute_list");
    children(parameter).into_iter().rfind(is_value)
}

fn this_parameter(node: Node<'_>) -> Parameter {
    Parameter { name: THIS.to_owned(), span: span(node), default: None, kind: ParameterKind::One }
}

/// The object that a method is called on.
pub(super) fn this(at: crate::source::Span) -> Expression {
    Expression { span: at, kind: ExpressionKind::Name(THIS.to_owned()) }
}
