//! From the tree of `tree-sitter-java` to ours: statements. Classes are in `classes`, expressions in
//! `expressions`, the texts of literals in `strings`.

mod classes;
mod expressions;
mod strings;
mod switch;

use tree_sitter::Node;

use super::lowering::{Lowering, Nesting, opaque};
use super::members::Names;
use super::parse::{self, children, fields, span};
use super::{
    Argument, CallExpression, Expression, ExpressionKind, For, Identifier, Import, Imported, Module, Spread, Statement,
    StatementKind, Target, Try,
};

/// A function that gives the numbers from one to below another one; no program can name it.
const RANGE: &str = "<range>";

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let Some(tree) = parse::parse(&tree_sitter_java::LANGUAGE.into(), text) else { return Module::default() };
    let mut reader = Reader { text, nesting: Nesting::default(), names: Names::default() };
    let statements = reader.block(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
    names: Names,
}

impl Reader<'_> {
    /// The statements in a node; its variables end with it.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mark = self.names.mark();
        let statements = self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            for child in children(node) {
                reader.statement(child, &mut statements);
            }
            statements
        });
        self.names.forget(mark);
        statements
    }

    /// What is done in a field: a block, or one statement.
    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        let Some(inner) = node.child_by_field_name(field) else { return Vec::new() };
        self.one_or_block(inner)
    }

    fn one_or_block(&mut self, node: Node<'_>) -> Vec<Statement> {
        if matches!(node.kind(), "block" | "constructor_body" | "ERROR") {
            return self.block(node);
        }
        let mark = self.names.mark();
        let statements = self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            reader.statement(node, &mut statements);
            statements
        });
        self.names.forget(mark);
        statements
    }

    fn statement(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" => match children(node).first() {
                Some(inner) => self.simple(*inner),
                None => return,
            },
            "local_variable_declaration" => {
                for declarator in fields(node, "declarator") {
                    into.extend(self.declarator(declarator));
                }
                return;
            }
            "if_statement" => self.conditional(node),
            "for_statement" => StatementKind::Block(self.counted(node)),
            "enhanced_for_statement" => self.each(node),
            "while_statement" | "do_statement" => {
                let condition = self.field(node, "condition");
                let body = self.body(node, "body");
                StatementKind::While(condition, body)
            }
            "switch_expression" => self.switch(node),
            "try_statement" | "try_with_resources_statement" => self.attempt(node),
            "return_statement" => StatementKind::Return(children(node).first().map(|value| self.expression(*value))),
            "throw_statement" => {
                StatementKind::Raise(children(node).into_iter().map(|value| self.expression(value)).collect())
            }
            "break_statement" | "continue_statement" => StatementKind::Leave,
            "block"
            | "constructor_body"
            | "ERROR"
            | "synchronized_statement"
            | "labeled_statement"
            | "static_initializer" => StatementKind::Block(self.block(node)),
            "class_declaration" | "interface_declaration" | "enum_declaration" | "record_declaration" => {
                self.class(node)
            }
            "method_declaration" => self.loose_method(node),
            "import_declaration" => StatementKind::Import(self.import(node)),
            "explicit_constructor_invocation" => self.constructed(node),
            "package_declaration"
            | "module_declaration"
            | "annotation_type_declaration"
            | "line_comment"
            | "block_comment"
            | "identifier" => return,
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// What an expression statement is: an assignment, perhaps.
    fn simple(&mut self, node: Node<'_>) -> StatementKind {
        match node.kind() {
            "assignment_expression" => {
                let value = self.field(node, "right");
                let target = node.child_by_field_name("left").map_or(Target::Other, |left| self.target(left));
                match node.child_by_field_name("operator").map(|o| o.kind()) {
                    Some("=") => StatementKind::Assign(vec![target], value),
                    Some("+=") => StatementKind::Update(target, value),
                    _ => {
                        let value = Expression { span: value.span, kind: ExpressionKind::Opaque(vec![value]) };
                        StatementKind::Assign(vec![target], value)
                    }
                }
            }
            "update_expression" => {
                let target = children(node).first().map_or(Target::Other, |inner| self.target(*inner));
                let value = Expression { span: span(node), kind: ExpressionKind::Opaque(Vec::new()) };
                StatementKind::Assign(vec![target], value)
            }
            "switch_expression" => self.switch(node),
            _ => StatementKind::Expression(self.expression(node)),
        }
    }

    /// Something that can be assigned to.
    fn target(&mut self, node: Node<'_>) -> Target {
        let expression = self.expression(node);
        match expression.kind {
            ExpressionKind::Name(name) => Target::Name(Identifier { name, span: expression.span }),
            ExpressionKind::Member(object, name) => Target::Member(*object, name),
            ExpressionKind::Index(object, index) => Target::Index(*object, *index),
            _ => Target::Other,
        }
    }

    /// `name = value` of a variable; one without a value only has its name.
    fn declarator(&mut self, node: Node<'_>) -> Option<Statement> {
        let name = self.identifier(node.child_by_field_name("name")?);
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        self.names.declare(&name.name);
        let kind = StatementKind::Assign(vec![Target::Name(name)], value?);
        Some(Statement { span: span(node), kind })
    }

    /// An `if` with all its `else if`s.
    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        self.chained_if(node, |next| Some(next).filter(|next| next.kind() == "if_statement"), Self::one_or_block)
    }

    fn each(&mut self, node: Node<'_>) -> StatementKind {
        let iterable = self.field(node, "value");
        let mark = self.names.mark();
        let target = match node.child_by_field_name("name").map(|name| self.identifier(name)) {
            Some(name) => {
                self.names.declare(&name.name);
                Target::Name(name)
            }
            None => Target::Other,
        };
        let body = self.body(node, "body");
        self.names.forget(mark);
        StatementKind::For(For { target, iterable, body, otherwise: Vec::new() })
    }

    /// `for (int i = 0; i < n; i++)` goes through numbers; any other is a `while`.
    fn counted(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mark = self.names.mark();
        let mut statements = Vec::new();
        let begin = node.child_by_field_name("init");
        if let Some(begin) = begin {
            match begin.kind() {
                "local_variable_declaration" => self.statement(begin, &mut statements),
                _ => {
                    let kind = self.simple(begin);
                    statements.push(Statement { span: span(begin), kind });
                }
            }
        }
        let range = begin.and_then(|begin| self.range(node, begin));
        let condition = match node.child_by_field_name("condition") {
            Some(condition) => self.expression(condition),
            None => Expression { span: span(node), kind: ExpressionKind::Opaque(Vec::new()) },
        };
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
        let declarator = begin.child_by_field_name("declarator")?;
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
        let from = self.field(declarator, "value");
        let to = self.field(condition, "right");
        let at = span(condition);
        let argument = |value: Expression| Argument { span: value.span, name: None, value, spread: Spread::No };
        let function = Expression { span: at, kind: ExpressionKind::Name(RANGE.to_owned()) };
        let call = CallExpression { function, arguments: vec![argument(from), argument(to)], list: at };
        Some((name, Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }))
    }

    fn attempt(&mut self, node: Node<'_>) -> StatementKind {
        let mark = self.names.mark();
        let mut attempt = Try::default();
        for resource in node.child_by_field_name("resources").map(children).unwrap_or_default() {
            let value = resource.child_by_field_name("value").map(|value| self.expression(value));
            let name = resource.child_by_field_name("name").map(|name| self.identifier(name));
            if let (Some(value), Some(name)) = (value, name) {
                self.names.declare(&name.name);
                let kind = StatementKind::Assign(vec![Target::Name(name)], value);
                attempt.body.push(Statement { span: span(resource), kind });
            }
        }
        attempt.body.extend(self.body(node, "body"));
        self.names.forget(mark);
        for child in children(node) {
            match child.kind() {
                "catch_clause" => {
                    let caught = children(child).into_iter().find(|n| n.kind() == "catch_formal_parameter");
                    let name = caught.and_then(|caught| caught.child_by_field_name("name"));
                    let name = name.map(|name| self.slice(name).to_owned());
                    self.names.declare(name.as_deref().unwrap_or_default());
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

    /// An import: of a class, of everything in a package, or of something in a class.
    fn import(&mut self, node: Node<'_>) -> Import {
        let parts = children(node);
        let path: String = parts.first().map(|name| self.slice(*name).split_whitespace().collect()).unwrap_or_default();
        if parts.iter().any(|part| part.kind() == "asterisk") {
            let mut cursor = node.walk();
            if node.children(&mut cursor).any(|child| child.kind() == "static") {
                self.names.import(None);
            }
            return Import { module: path, names: Imported::All };
        }
        let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
        self.names.import(Some(name));
        Import { module: module.to_owned(), names: Imported::Names(vec![(name.to_owned(), name.to_owned())]) }
    }
}
