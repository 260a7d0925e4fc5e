//! From the trees of `tree-sitter-typescript` and `tree-sitter-javascript` to ours: statements. Both languages share
//! nearly all kinds of nodes. Expressions are in `expressions`, patterns and parameters in `patterns`, classes in
//! `classes`, imports and exports in `modules`, the texts of literals in `strings`, programs within markup in
//! `components`.

mod classes;
mod components;
mod expressions;
mod modules;
mod names;
mod patterns;
mod strings;
mod switch;

use std::sync::Arc;

use tree_sitter::{Node, Tree};

use super::lowering::{Lowering, Nesting, opaque};
use super::parse::{self, children, fields, span};
use super::{
    Argument, CallExpression, Expression, ExpressionKind, For, Function, Identifier, Module, Spread, Statement,
    StatementKind, Target, Try,
};

/// A function that gives the numbers from one to below another one; no program can name it.
const RANGE: &str = "<range>";

/// What the object of a method is called.
const THIS: &str = "this";

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let text = &*components::programs(text);
    let Some(tree) = tree(text) else { return Module::default() };
    let mut reader = Reader { text, nesting: Nesting::default(), names: names::Names::default() };
    let statements = reader.block(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// The tree of the first grammar that the text does not break, or of the one that it breaks least: the name of a
/// file does not always tell, and no grammar reads all that the others do.
fn tree(text: &str) -> Option<Tree> {
    let grammars = [
        tree_sitter_typescript::LANGUAGE_TSX,
        tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        tree_sitter_javascript::LANGUAGE,
    ];
    let mut best: Option<(usize, Tree)> = None;
    for grammar in grammars {
        let Some(tree) = parse::parse(&grammar.into(), text) else { continue };
        let errors = parse::errors(tree.root_node()).len();
        if best.as_ref().is_none_or(|(fewest, _)| errors < *fewest) {
            best = Some((errors, tree));
        }
        if errors == 0 {
            break;
        }
    }
    best.map(|(_, tree)| tree)
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
    names: names::Names,
}

impl Reader<'_> {
    /// The statements in a node. Functions are known before they stand there.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        self.deeper(Vec::new(), |reader| {
            let is_function =
                |n: &Node<'_>| matches!(n.kind(), "function_declaration" | "generator_function_declaration");
            let exports = |n: &Node<'_>| n.child_by_field_name("declaration").is_some_and(|d| is_function(&d));
            let (functions, rest): (Vec<_>, Vec<_>) =
                children(node).into_iter().partition(|n| is_function(n) || exports(n));
            reader.in_block(&rest, |reader| {
                let mut statements = Vec::new();
                for child in functions.iter().chain(&rest) {
                    reader.statement(*child, &mut statements);
                }
                statements
            })
        })
    }

    /// What is done in a field: a block, or one statement.
    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        node.child_by_field_name(field).map(|inner| self.one_or_block(inner)).unwrap_or_default()
    }

    fn one_or_block(&mut self, node: Node<'_>) -> Vec<Statement> {
        if matches!(node.kind(), "statement_block" | "ERROR" | "else_clause") {
            return self.block(node);
        }
        self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            reader.statement(node, &mut statements);
            statements
        })
    }

    fn statement(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" => {
                for inner in children(node) {
                    self.simple(inner, into);
                }
                return;
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in children(node) {
                    self.declarator(declarator, into);
                }
                return;
            }
            "function_declaration" | "generator_function_declaration" => {
                StatementKind::Function(Arc::new(self.function(node, Vec::new())))
            }
            "class_declaration" | "abstract_class_declaration" => self.class(node),
            "enum_declaration" => self.enumeration(node),
            "if_statement" => self.conditional(node),
            "for_statement" => {
                let begin: Vec<Node<'_>> = node.child_by_field_name("initializer").into_iter().collect();
                StatementKind::Block(self.in_block(&begin, |reader| reader.counted(node)))
            }
            "for_in_statement" => self.each(node),
            "while_statement" | "do_statement" => {
                let condition = self.field(node, "condition");
                let body = self.body(node, "body");
                StatementKind::While(condition, body)
            }
            "switch_statement" => self.switch(node),
            "try_statement" => StatementKind::Try(self.attempt(node)),
            "return_statement" => StatementKind::Return(children(node).first().map(|value| self.expression(*value))),
            "throw_statement" => StatementKind::Raise(self.all(children(node))),
            "break_statement" | "continue_statement" => StatementKind::Leave,
            "import_statement" => return self.import(node, into),
            "export_statement" => return self.export(node, into),
            "statement_block" | "ERROR" => StatementKind::Block(self.block(node)),
            "labeled_statement" => StatementKind::Block(self.body(node, "body")),
            "internal_module" | "module" => StatementKind::Block(self.body(node, "body")),
            "interface_declaration"
            | "type_alias_declaration"
            | "ambient_declaration"
            | "function_signature"
            | "import_alias"
            | "empty_statement"
            | "debugger_statement"
            | "hash_bang_line"
            | "comment" => return,
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// What an expression statement is: an assignment, perhaps.
    fn simple(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "assignment_expression" => return self.assignment(node, into),
            "augmented_assignment_expression" => self.augmented(node),
            "update_expression" => {
                let target = node.child_by_field_name("argument").map_or(Target::Other, |inner| self.target(inner));
                StatementKind::Assign(vec![target], opaque(node))
            }
            "sequence_expression" => {
                for part in children(node) {
                    self.deeper((), |reader| reader.simple(part, into));
                }
                return;
            }
            "internal_module" => StatementKind::Block(self.body(node, "body")),
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// `a = value`, `a = b = value`, and what a module gives to others.
    fn assignment(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if self.exported_by(left, right, into) {
            return;
        }
        if right.kind() == "assignment_expression" {
            self.deeper((), |reader| reader.assignment(right, into));
            let again = right.child_by_field_name("left").unwrap_or(right);
            let value = self.expression(again);
            self.bind(left, value, into);
            return;
        }
        let value = self.expression(right);
        self.bind(left, value, into);
    }

    fn augmented(&mut self, node: Node<'_>) -> StatementKind {
        let value = self.field(node, "right");
        let left = node.child_by_field_name("left");
        let target = left.map_or(Target::Other, |left| self.target(left));
        let old = left.map_or_else(|| opaque(node), |left| self.expression(left));
        match node.child_by_field_name("operator").map(|o| o.kind()) {
            Some("+=") => StatementKind::Update(target, value),
            // What is there already goes before.
            Some("??=" | "||=") => {
                let kind = ExpressionKind::Any(vec![old, value]);
                StatementKind::Assign(vec![target], Expression { span: span(node), kind })
            }
            _ => {
                let value = Expression { span: value.span, kind: ExpressionKind::Opaque(vec![value]) };
                StatementKind::Assign(vec![target], value)
            }
        }
    }

    /// `name = value` of a variable, or a pattern.
    fn declarator(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let (Some(name), Some(value)) = (node.child_by_field_name("name"), node.child_by_field_name("value")) else {
            return;
        };
        if value.kind() == "class" {
            let class = self.class_called(value, self.slice(name).to_owned());
            into.push(Statement { span: span(node), kind: class });
            return;
        }
        let value = self.expression(value);
        self.bind(name, value, into);
    }

    /// An `if` with all its `else if`s.
    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        let only = |alternative| <[Node<'_>; 1]>::try_from(children(alternative)).map(|[only]| only).ok();
        self.chained_if(
            node,
            |alternative| only(alternative).filter(|next| next.kind() == "if_statement"),
            |reader, done| match only(done).filter(|_| done.kind() == "else_clause") {
                Some(inner) => reader.one_or_block(inner),
                None => reader.one_or_block(done),
            },
        )
    }

    /// `for (const a of list)`, and `in`, which gives the names.
    fn each(&mut self, node: Node<'_>) -> StatementKind {
        let iterable = self.field(node, "right");
        self.in_loop(node, |reader| {
            let mut body = Vec::new();
            let target = node.child_by_field_name("left").map_or(Target::Other, |left| reader.whole(left, &mut body));
            body.extend(reader.body(node, "body"));
            StatementKind::For(For { target, iterable, body, otherwise: Vec::new() })
        })
    }

    /// `for (let i = 0; i < n; i++)` goes through numbers; any other is a `while`.
    fn counted(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut statements = Vec::new();
        let begin = node.child_by_field_name("initializer");
        if let Some(begin) = begin {
            self.statement(begin, &mut statements);
        }
        let range = begin.and_then(|begin| self.range(node, begin));
        let condition = self.field(node, "condition");
        let body = self.body(node, "body");
        let kind = match range {
            Some((name, iterable)) => {
                StatementKind::For(For { target: Target::Name(name), iterable, body, otherwise: Vec::new() })
            }
            None => StatementKind::While(condition, body),
        };
        statements.push(Statement { span: span(node), kind });
        statements
    }

    /// The variable and the numbers of a loop that counts.
    fn range(&mut self, node: Node<'_>, begin: Node<'_>) -> Option<(Identifier, Expression)> {
        let declarator = children(begin).into_iter().find(|n| n.kind() == "variable_declarator")?;
        let written = self.identifier(declarator.child_by_field_name("name")?);
        let name = Identifier { name: self.names.resolve(&written.name).to_owned(), span: written.span };
        let condition = node.child_by_field_name("condition")?;
        let condition =
            if condition.kind() == "expression_statement" { *children(condition).first()? } else { condition };
        let counts = self.slice(node.child_by_field_name("increment")?).replace(' ', "");
        let forms = [format!("{}++", written.name), format!("++{}", written.name), format!("{}+=1", written.name)];
        let operator = condition.child_by_field_name("operator").map(|o| o.kind());
        let left = condition.child_by_field_name("left").map(|left| self.slice(left).to_owned());
        if !forms.contains(&counts) || operator != Some("<") || left.as_deref() != Some(&written.name) {
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

    fn attempt(&mut self, node: Node<'_>) -> Try {
        let mut attempt = Try { body: self.body(node, "body"), ..Try::default() };
        if let Some(handler) = node.child_by_field_name("handler") {
            attempt.handlers.push(self.body(handler, "body"));
        }
        if let Some(finalizer) = node.child_by_field_name("finalizer") {
            attempt.finally = self.body(finalizer, "body");
        }
        attempt
    }

    /// A function, a method or an arrow function; `first` are parameters in front of its own.
    fn function(&mut self, node: Node<'_>, first: Vec<super::Parameter>) -> Function {
        let name = node.child_by_field_name("name").map(|n| self.property_name(n)).unwrap_or_default();
        let single = node.child_by_field_name("parameter");
        let several = node.child_by_field_name("parameters").map(children).unwrap_or_default();
        let own: Vec<Node<'_>> = single.into_iter().chain(several).collect();
        let mut parameters = first;
        let body = self.in_function(&own, |reader| {
            let mut body = Vec::new();
            for parameter in &own {
                reader.parameter(*parameter, &mut parameters, &mut body);
            }
            match node.child_by_field_name("body") {
                Some(block) if block.kind() == "statement_block" => body.extend(reader.block(block)),
                Some(value) => {
                    let value = reader.expression(value);
                    body.push(Statement { span: value.span, kind: StatementKind::Return(Some(value)) });
                }
                None => {}
            }
            body
        });
        Function { name, span: span(node), parameters, body, decorators: Vec::new() }
    }
}

/// The children of a node with this name, when there are any.
fn all_fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    fields(node, name).into_iter().filter(Node::is_named).collect()
}

#[cfg(test)]
mod tests;
