//! From the tree of `tree-sitter-c-sharp` to ours: statements. Namespaces and what they make known are in `files`,
//! classes in `classes`, expressions in `expressions`, what makes objects in `creation`, `switch` and other patterns
//! in `patterns`, and the texts of literals in `strings`.

mod classes;
mod creation;
mod expressions;
mod files;
mod patterns;
mod strings;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use tree_sitter::Node;

use super::lowering::{Lowering, Nesting, opaque};
use super::members::Names;
use super::parse::{self, children, fields, span};
use super::{
    Argument, CallExpression, Expression, ExpressionKind, For, Identifier, Module, Spread, Statement, StatementKind,
    Target, Try,
};
use creation::TypeName;

/// A function that gives the numbers from one to below another one; no program can name it.
const RANGE: &str = "<range>";

/// A function that gives what a loop goes through, pairs for a map; no program can name it.
const EACH: &str = "<each>";

/// What tells that a program is about to end: a loop that asks only for it is endless.
const ENDING: &str = "IsCancellationRequested";

/// Events of timers, to which functions are added by their names, too.
const EVENTS: [&str; 2] = ["Elapsed", "Tick"];

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let Some(tree) = parse::parse(&tree_sitter_c_sharp::LANGUAGE.into(), text) else { return Module::default() };
    let mut reader = Reader {
        text,
        nesting: Nesting::default(),
        names: Names::default(),
        wanted: None,
        returned: None,
        given: None,
    };
    let statements = reader.file(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
    names: Names,
    /// The type that an expression has to have, where its place says so.
    wanted: Option<Rc<TypeName>>,
    /// The type that the function gives back.
    returned: Option<Rc<TypeName>>,
    /// The type of the first parameter of functions that are given to what is called.
    given: Option<Expression>,
}

impl Reader<'_> {
    /// The statements in a node; its variables end with it. Functions are known before they are written.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mark = self.names.mark();
        let statements = self.deeper(Vec::new(), |reader| reader.sequence(children(node)));
        self.names.forget(mark);
        statements
    }

    fn sequence(&mut self, nodes: Vec<Node<'_>>) -> Vec<Statement> {
        for node in &nodes {
            if node.kind() == "local_function_statement" {
                self.declare_field(*node, "name");
            }
        }
        let mut statements = Vec::new();
        for node in nodes {
            self.statement(node, &mut statements);
        }
        let (mut functions, rest): (Vec<Statement>, Vec<Statement>) =
            statements.into_iter().partition(|statement| matches!(statement.kind, StatementKind::Function(_)));
        functions.extend(rest);
        functions
    }

    fn declare_field(&mut self, node: Node<'_>, field: &str) {
        if let Some(name) = node.child_by_field_name(field) {
            let name = self.slice(name).to_owned();
            self.names.declare(&name);
        }
    }

    /// What is done in a field: a block, one statement, or an expression whose value is given back.
    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        node.child_by_field_name(field).map_or_else(Vec::new, |inner| self.one_or_block(inner))
    }

    fn one_or_block(&mut self, node: Node<'_>) -> Vec<Statement> {
        match node.kind() {
            "block" => self.block(node),
            "arrow_expression_clause" => {
                let wanted = self.returned.clone();
                let value = children(node).first().map(|value| self.wanting(wanted, *value));
                let returned =
                    |value: Expression| Statement { span: value.span, kind: StatementKind::Return(Some(value)) };
                value.map(returned).into_iter().collect()
            }
            _ => {
                let mark = self.names.mark();
                let statements = self.deeper(Vec::new(), |reader| reader.sequence(vec![node]));
                self.names.forget(mark);
                statements
            }
        }
    }

    fn statement(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" => match children(node).first() {
                Some(inner) => self.simple(*inner),
                None => return,
            },
            "global_statement" => {
                for inner in children(node) {
                    self.statement(inner, into);
                }
                return;
            }
            "local_declaration_statement" => {
                for declaration in children(node) {
                    self.declaration(declaration, into);
                }
                return;
            }
            "local_function_statement" => self.function(node, true, Vec::new()),
            "if_statement" => self.conditional(node),
            "preproc_if" => self.configured(node),
            "for_statement" => StatementKind::Block(self.counted(node)),
            "foreach_statement" => self.each(node),
            "while_statement" | "do_statement" => {
                let condition = self.going_on(node);
                let body = self.body(node, "body");
                StatementKind::While(condition, body)
            }
            "switch_statement" => self.switch(node),
            "try_statement" => self.attempt(node),
            "using_statement" | "fixed_statement" => StatementKind::Block(self.with_resources(node)),
            "return_statement" => {
                let wanted = self.returned.clone();
                StatementKind::Return(children(node).first().map(|value| self.wanting(wanted, *value)))
            }
            "throw_statement" => {
                StatementKind::Raise(children(node).into_iter().map(|value| self.expression(value)).collect())
            }
            "break_statement" | "continue_statement" | "goto_statement" => StatementKind::Leave,
            "lock_statement" | "checked_statement" | "unsafe_statement" | "labeled_statement" | "block" | "ERROR" => {
                StatementKind::Block(self.block(node))
            }
            "class_declaration"
            | "struct_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration" => self.class(node),
            "method_declaration" => self.function(node, true, Vec::new()),
            "empty_statement" | "identifier" | "comment" | "delegate_declaration" | "extern_alias_directive" => return,
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// What an expression statement is: an assignment, perhaps.
    fn simple(&mut self, node: Node<'_>) -> StatementKind {
        match node.kind() {
            "assignment_expression" => self.assignment(node),
            "postfix_unary_expression" | "prefix_unary_expression" if !self.slice(node).ends_with('!') => {
                let target = children(node).first().map_or(Target::Other, |inner| self.target(*inner));
                StatementKind::Assign(vec![target], opaque(node))
            }
            _ => StatementKind::Expression(self.expression(node)),
        }
    }

    fn assignment(&mut self, node: Node<'_>) -> StatementKind {
        let operator = node.child_by_field_name("operator").map(|o| o.kind()).unwrap_or_default();
        let left = node.child_by_field_name("left");
        let value = self.field(node, "right");
        let name = left.and_then(|left| left.child_by_field_name("name")).map(|name| self.slice(name));
        let is_handler = matches!(value.kind, ExpressionKind::Function(_)) || name.is_some_and(|n| EVENTS.contains(&n));
        if let (Some(left), "+=") = (left, operator)
            && left.kind() == "member_access_expression"
            && is_handler
        {
            // What is added to an event is called when it happens.
            let function = self.expression(left);
            let argument = argument(value);
            let list = argument.span;
            let call = CallExpression { function, arguments: vec![argument], list };
            return StatementKind::Expression(Expression {
                span: span(node),
                kind: ExpressionKind::Call(Box::new(call)),
            });
        }
        let target = left.map_or(Target::Other, |left| self.target(left));
        match operator {
            "=" => StatementKind::Assign(vec![target], value),
            "+=" => StatementKind::Update(target, value),
            "??=" => {
                let parts = left.map(|left| self.expression(left)).into_iter().chain([value]).collect();
                let value = Expression { span: span(node), kind: ExpressionKind::Any(parts) };
                StatementKind::Assign(vec![target], value)
            }
            _ => {
                let value = Expression { span: value.span, kind: ExpressionKind::Opaque(vec![value]) };
                StatementKind::Assign(vec![target], value)
            }
        }
    }

    /// Something that can be assigned to.
    fn target(&mut self, node: Node<'_>) -> Target {
        match node.kind() {
            "declaration_expression" => {
                self.declare_field(node, "name");
                let name = node.child_by_field_name("name").map(|name| self.identifier(name));
                return name.map_or(Target::Other, Target::Name);
            }
            "tuple_pattern" => {
                let names = children(node).into_iter().map(|part| self.element(part)).collect();
                return Target::Many(names);
            }
            "tuple_expression" => {
                let parts = children(node).into_iter().filter_map(|argument| children(argument).pop());
                return Target::Many(parts.map(|part| self.target(part)).collect());
            }
            _ => {}
        }
        let expression = self.expression(node);
        match expression.kind {
            ExpressionKind::Name(name) if name != "_" => Target::Name(Identifier { name, span: expression.span }),
            ExpressionKind::Member(object, name) => Target::Member(*object, name),
            ExpressionKind::Index(object, index) => Target::Index(*object, *index),
            _ => Target::Other,
        }
    }

    /// A variable in a pattern of several.
    fn element(&mut self, node: Node<'_>) -> Target {
        match node.kind() {
            "identifier" => {
                let name = self.identifier(node);
                self.names.declare(&name.name);
                Target::Name(name)
            }
            "tuple_pattern" => self.deeper(Target::Other, |reader| reader.target(node)),
            _ => Target::Other,
        }
    }

    /// The variables of a declaration.
    fn declaration(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        if node.kind() != "variable_declaration" {
            return;
        }
        let kind = node.child_by_field_name("type").and_then(|kind| self.type_of(kind));
        for declarator in children(node).into_iter().filter(|n| n.kind() == "variable_declarator") {
            let value = declared_value(declarator).map(|value| self.wanting(kind.clone(), value));
            let several = children(declarator).into_iter().find(|n| n.kind() == "tuple_pattern");
            let target = match (declarator.child_by_field_name("name"), several) {
                (_, Some(several)) => self.target(several),
                (Some(name), None) => self.element(name),
                _ => Target::Other,
            };
            if let Some(value) = value {
                into.push(Statement { span: span(declarator), kind: StatementKind::Assign(vec![target], value) });
            }
        }
    }

    /// An `if` with all its `else if`s.
    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        self.chained_if(node, |next| Some(next).filter(|next| next.kind() == "if_statement"), Self::one_or_block)
    }

    /// What is compiled in some cases only.
    fn configured(&mut self, node: Node<'_>) -> StatementKind {
        let mut branches = Vec::new();
        let mut at = node;
        loop {
            let body = self.deeper(Vec::new(), |reader| reader.sequence(parts_of_configured(at)));
            match at.child_by_field_name("condition") {
                Some(condition) => branches.push((opaque(condition), body)),
                None => return StatementKind::If(branches, body),
            }
            match at.child_by_field_name("alternative") {
                Some(next) => at = next,
                None => return StatementKind::If(branches, Vec::new()),
            }
        }
    }

    fn each(&mut self, node: Node<'_>) -> StatementKind {
        let iterable = self.field(node, "right");
        let at = iterable.span;
        let iterable = Expression { span: at, kind: called(EACH, vec![iterable], at) };
        let mark = self.names.mark();
        let target = node.child_by_field_name("left").map_or(Target::Other, |left| match left.kind() {
            "identifier" => self.element(left),
            _ => self.target(left),
        });
        let body = self.body(node, "body");
        self.names.forget(mark);
        StatementKind::For(For { target, iterable, body, otherwise: Vec::new() })
    }

    /// `for (int i = 0; i < n; i++)` goes through numbers; any other is a `while`.
    fn counted(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mark = self.names.mark();
        let mut statements = Vec::new();
        let begin: Vec<Node<'_>> = fields(node, "initializer").into_iter().filter(Node::is_named).collect();
        for part in &begin {
            match part.kind() {
                "variable_declaration" => self.declaration(*part, &mut statements),
                _ => {
                    let kind = self.simple(*part);
                    statements.push(Statement { span: span(*part), kind });
                }
            }
        }
        let range = begin.first().and_then(|begin| self.range(node, *begin));
        let condition = self.going_on(node);
        let body = self.body(node, "body");
        let kind = match range {
            Some((target, iterable)) => {
                StatementKind::For(For { target: Target::Name(target), iterable, body, otherwise: Vec::new() })
            }
            None => StatementKind::While(condition, body),
        };
        statements.push(Statement { span: span(node), kind });
        self.names.forget(mark);
        statements
    }

    /// The variable and the numbers of a loop that counts.
    fn range(&mut self, node: Node<'_>, begin: Node<'_>) -> Option<(Identifier, Expression)> {
        let declarator = children(begin).into_iter().find(|n| n.kind() == "variable_declarator")?;
        let name = self.identifier(declarator.child_by_field_name("name")?);
        let condition = node.child_by_field_name("condition")?;
        let update = node.child_by_field_name("update")?;
        let counts = self.slice(update).replace(' ', "");
        let is_next = counts == format!("{}++", name.name) || counts == format!("++{}", name.name);
        let operator = condition.child_by_field_name("operator").map(|o| o.kind());
        let left = condition.child_by_field_name("left").map(|left| self.slice(left).to_owned());
        if !is_next || operator != Some("<") || left.as_deref() != Some(&name.name) {
            return None;
        }
        let from = self.expression(declared_value(declarator)?);
        let to = self.field(condition, "right");
        let at = span(condition);
        Some((name, Expression { span: at, kind: called(RANGE, vec![from, to], at) }))
    }

    /// The condition of a loop; without one, or with one that only asks whether the program ends, it is endless.
    fn going_on(&mut self, node: Node<'_>) -> Expression {
        let Some(condition) = node.child_by_field_name("condition") else {
            return Expression { span: span(node), kind: ExpressionKind::Bool(true) };
        };
        let asks = self.slice(condition);
        if asks.starts_with('!') && asks.ends_with(ENDING) && !asks.contains(char::is_whitespace) {
            return Expression { span: span(condition), kind: ExpressionKind::Bool(true) };
        }
        self.expression(condition)
    }

    fn with_resources(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mark = self.names.mark();
        let mut statements = Vec::new();
        let body = node.child_by_field_name("body");
        for part in children(node).into_iter().filter(|part| Some(*part) != body) {
            match part.kind() {
                "variable_declaration" => self.declaration(part, &mut statements),
                _ => {
                    let kind = StatementKind::Expression(self.expression(part));
                    statements.push(Statement { span: span(part), kind });
                }
            }
        }
        statements.extend(self.body(node, "body"));
        self.names.forget(mark);
        statements
    }

    fn attempt(&mut self, node: Node<'_>) -> StatementKind {
        let mut attempt = Try { body: self.body(node, "body"), ..Try::default() };
        for child in children(node) {
            match child.kind() {
                "catch_clause" => {
                    let mark = self.names.mark();
                    for caught in children(child).into_iter().filter(|n| n.kind() == "catch_declaration") {
                        self.declare_field(caught, "name");
                    }
                    let body = self.body(child, "body");
                    attempt.handlers.push(body);
                    self.names.forget(mark);
                }
                "finally_clause" => {
                    attempt.finally = children(child).into_iter().flat_map(|block| self.block(block)).collect();
                }
                _ => {}
            }
        }
        StatementKind::Try(attempt)
    }
}

/// The value in a declarator.
fn declared_value(declarator: Node<'_>) -> Option<Node<'_>> {
    let name = declarator.child_by_field_name("name");
    let is_value = |n: &Node<'_>| Some(*n) != name && !matches!(n.kind(), "tuple_pattern" | "bracketed_argument_list");
    children(declarator).into_iter().rfind(is_value)
}

/// What stands behind a condition of the compiler.
fn parts_of_configured(node: Node<'_>) -> Vec<Node<'_>> {
    let (condition, other) = (node.child_by_field_name("condition"), node.child_by_field_name("alternative"));
    children(node).into_iter().filter(|n| Some(*n) != condition && Some(*n) != other).collect()
}

/// A value that is given by position.
fn argument(value: Expression) -> Argument {
    Argument { span: value.span, name: None, value, spread: Spread::No }
}

/// A call of a function that no program can name.
fn called(name: &str, values: Vec<Expression>, at: crate::source::Span) -> ExpressionKind {
    let function = Expression { span: at, kind: ExpressionKind::Name(name.to_owned()) };
    let arguments = values.into_iter().map(argument).collect();
    ExpressionKind::Call(Box::new(CallExpression { function, arguments, list: at }))
}
