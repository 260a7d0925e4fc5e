//! From the tree of `tree-sitter-python` to ours: statements. Expressions are in `expressions`, the texts of
//! string literals in `strings`.

mod expressions;
mod strings;

use std::sync::Arc;

use tree_sitter::Node;

use super::lowering::{Lowering, Nesting, opaque};
use super::parse::{self, children, fields, span};
use super::{
    Class, Comparison, Expression, ExpressionKind, For, Function, Identifier, Import, Imported, Module, Parameter,
    ParameterKind, Statement, StatementKind, Target, Try,
};

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let Some(tree) = parse::parse(&tree_sitter_python::LANGUAGE.into(), text) else { return Module::default() };
    let mut reader = Reader { text, nesting: Nesting::default() };
    let statements = reader.block(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
}

impl Reader<'_> {
    /// The statements in a node.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            for child in children(node) {
                reader.statement(child, &mut statements);
            }
            statements
        })
    }

    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        node.child_by_field_name(field).map(|block| self.block(block)).unwrap_or_default()
    }

    fn statement(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "expression_statement" => {
                for child in children(node) {
                    let kind = self.simple(child);
                    into.push(Statement { span: span(node), kind });
                }
                return;
            }
            "if_statement" => self.conditional(node),
            "for_statement" => self.for_loop(node),
            "while_statement" => {
                let condition = self.field(node, "condition");
                let body = self.body(node, "body");
                StatementKind::While(condition, body)
            }
            "function_definition" => StatementKind::Function(Arc::new(self.function(node, Vec::new()))),
            "class_definition" => StatementKind::Class(Arc::new(self.class(node))),
            "decorated_definition" => match self.decorated(node) {
                Some(kind) => kind,
                None => return,
            },
            "import_statement" => {
                for name in fields(node, "name") {
                    let kind = StatementKind::Import(self.import(name));
                    into.push(Statement { span: span(node), kind });
                }
                return;
            }
            "import_from_statement" => StatementKind::Import(self.import_from(node)),
            "try_statement" => StatementKind::Try(self.attempt(node)),
            "with_statement" => StatementKind::Block(self.with(node)),
            "match_statement" => self.matching(node),
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                StatementKind::Return(value)
            }
            "raise_statement" => {
                let values = children(node).into_iter().map(|value| self.expression(value)).collect();
                StatementKind::Raise(values)
            }
            "break_statement" | "continue_statement" => StatementKind::Leave,
            "global_statement" | "nonlocal_statement" => {
                let names = children(node).iter().map(|name| self.slice(*name).to_owned()).collect();
                StatementKind::Global(names)
            }
            "block" | "ERROR" => StatementKind::Block(self.block(node)),
            "pass_statement" | "comment" => return,
            _ => {
                let parts = children(node).into_iter().map(|part| self.expression(part)).collect();
                StatementKind::Expression(Expression { span: span(node), kind: ExpressionKind::Opaque(parts) })
            }
        };
        into.push(Statement { span: span(node), kind });
    }

    /// What an expression statement is: an assignment, perhaps.
    fn simple(&mut self, node: Node<'_>) -> StatementKind {
        match node.kind() {
            "assignment" => self.assignment(node),
            "augmented_assignment" => {
                let target = self.field_target(node, "left");
                let value = self.field(node, "right");
                let adds = node.child_by_field_name("operator").is_some_and(|o| self.slice(o) == "+=");
                let value = if adds {
                    value
                } else {
                    Expression { span: value.span, kind: ExpressionKind::Opaque(vec![value]) }
                };
                StatementKind::Update(target, value)
            }
            _ => StatementKind::Expression(self.expression(node)),
        }
    }

    /// `a = b = value`; an annotation alone is nothing.
    fn assignment(&mut self, node: Node<'_>) -> StatementKind {
        let mut targets = Vec::new();
        let mut at = node;
        while at.kind() == "assignment" {
            targets.push(self.field_target(at, "left"));
            match at.child_by_field_name("right") {
                Some(right) => at = right,
                None => return StatementKind::Assign(targets, opaque(at)),
            }
        }
        let value = self.expression(at);
        StatementKind::Assign(targets, value)
    }

    fn field_target(&mut self, node: Node<'_>, field: &str) -> Target {
        node.child_by_field_name(field).map_or(Target::Other, |node| self.target(node))
    }

    fn target(&mut self, node: Node<'_>) -> Target {
        match node.kind() {
            "identifier" => Target::Name(self.identifier(node)),
            "attribute" => {
                let Some(name) = node.child_by_field_name("attribute") else { return Target::Other };
                let object = self.field(node, "object");
                Target::Member(object, self.identifier(name))
            }
            "subscript" => {
                let object = self.field(node, "value");
                let index = self.field(node, "subscript");
                Target::Index(object, index)
            }
            "pattern_list" | "tuple_pattern" | "list_pattern" | "tuple" | "list" | "expression_list" => self
                .deeper(Target::Other, |reader| {
                    Target::Many(children(node).into_iter().map(|part| reader.target(part)).collect())
                }),
            "parenthesized_expression" | "as_pattern_target" => match children(node).first() {
                Some(inner) => self.deeper(Target::Other, |reader| reader.target(*inner)),
                None => Target::Other,
            },
            _ => Target::Other,
        }
    }

    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        self.if_with_clauses(node, "elif_clause", "consequence", Self::body)
    }

    fn for_loop(&mut self, node: Node<'_>) -> StatementKind {
        let target = self.field_target(node, "left");
        let iterable = self.field(node, "right");
        let body = self.body(node, "body");
        let otherwise = node.child_by_field_name("alternative").map(|n| self.body(n, "body")).unwrap_or_default();
        StatementKind::For(For { target, iterable, body, otherwise })
    }

    fn function(&mut self, node: Node<'_>, decorators: Vec<Expression>) -> Function {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let parameters = node.child_by_field_name("parameters").map(|n| self.parameters(n)).unwrap_or_default();
        let body = self.body(node, "body");
        Function { name, span: span(node), parameters, body, decorators }
    }

    /// What a function takes.
    fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        let mut named = false;
        let mut parameters = Vec::new();
        for child in children(node) {
            let plain = if named { ParameterKind::Named } else { ParameterKind::One };
            let typed = matches!(child.kind(), "typed_parameter").then(|| children(child).into_iter().next()).flatten();
            let child = typed.unwrap_or(child);
            let (name, kind, default) = match child.kind() {
                "identifier" => (Some(child), plain, None),
                "default_parameter" | "typed_default_parameter" => {
                    let default = self.field(child, "value");
                    (child.child_by_field_name("name"), plain, Some(default))
                }
                "list_splat_pattern" => {
                    named = true;
                    (children(child).into_iter().next(), ParameterKind::Rest, None)
                }
                "dictionary_splat_pattern" => (children(child).into_iter().next(), ParameterKind::Keywords, None),
                "keyword_separator" => {
                    named = true;
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = name {
                let Identifier { name, span } = self.identifier(name);
                parameters.push(Parameter { name, span, default, kind });
            }
        }
        parameters
    }

    fn class(&mut self, node: Node<'_>) -> Class {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let bases = node.child_by_field_name("superclasses").map(children).unwrap_or_default();
        let bases = bases.into_iter().map(|base| self.expression(base)).collect();
        let body = self.body(node, "body");
        Class { name, span: span(node), bases, body }
    }

    fn decorated(&mut self, node: Node<'_>) -> Option<StatementKind> {
        let definition = node.child_by_field_name("definition")?;
        if definition.kind() == "class_definition" {
            return Some(StatementKind::Class(Arc::new(self.class(definition))));
        }
        let decorators = children(node).into_iter().filter(|n| n.kind() == "decorator");
        let decorators = decorators.filter_map(|n| children(n).into_iter().next());
        let decorators = decorators.map(|expression| self.expression(expression)).collect();
        Some(StatementKind::Function(Arc::new(self.function(definition, decorators))))
    }

    fn import(&self, node: Node<'_>) -> Import {
        let (module, alias) = self.imported_name(node);
        Import { module, names: Imported::Module(alias) }
    }

    /// A name, and the one that it gets instead.
    fn imported_name(&self, node: Node<'_>) -> (String, Option<String>) {
        if node.kind() == "aliased_import" {
            let text = |field| node.child_by_field_name(field).map(|n| self.slice(n).to_owned());
            return (text("name").unwrap_or_default(), text("alias"));
        }
        (self.slice(node).to_owned(), None)
    }

    fn import_from(&self, node: Node<'_>) -> Import {
        let module = node.child_by_field_name("module_name").map(|n| self.slice(n)).unwrap_or_default();
        let module: String = module.split_whitespace().collect();
        if children(node).iter().any(|child| child.kind() == "wildcard_import") {
            return Import { module, names: Imported::All };
        }
        let names = fields(node, "name").into_iter().map(|name| {
            let (name, alias) = self.imported_name(name);
            let alias = alias.unwrap_or_else(|| name.clone());
            (name, alias)
        });
        Import { module, names: Imported::Names(names.collect()) }
    }

    fn attempt(&mut self, node: Node<'_>) -> Try {
        let mut attempt = Try { body: self.body(node, "body"), ..Try::default() };
        for child in children(node) {
            let blocks: Vec<Node<'_>> = children(child).into_iter().filter(|n| n.kind() == "block").collect();
            let statements = |reader: &mut Self| -> Vec<Statement> {
                blocks.iter().flat_map(|block| reader.block(*block)).collect()
            };
            match child.kind() {
                "except_clause" | "except_group_clause" => attempt.handlers.push(statements(self)),
                "else_clause" => attempt.otherwise = statements(self),
                "finally_clause" => attempt.finally = statements(self),
                _ => {}
            }
        }
        attempt
    }

    /// `with a as b:` gives a value and runs what is below.
    fn with(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut statements = Vec::new();
        let items = children(node).into_iter().filter(|n| n.kind() == "with_clause").flat_map(children);
        for item in items.filter_map(|item| item.child_by_field_name("value")) {
            let kind = if item.kind() == "as_pattern" {
                let Some(value) = children(item).into_iter().next() else { continue };
                let target = self.field_target(item, "alias");
                let value = self.expression(value);
                StatementKind::Assign(vec![target], value)
            } else {
                StatementKind::Expression(self.expression(item))
            };
            statements.push(Statement { span: span(item), kind });
        }
        statements.extend(self.body(node, "body"));
        statements
    }

    /// A `match` over literals is a row of comparisons.
    fn matching(&mut self, node: Node<'_>) -> StatementKind {
        let subject = self.field(node, "subject");
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        let arms = node.child_by_field_name("body").map(children).unwrap_or_default();
        for arm in arms {
            let patterns: Vec<Node<'_>> = children(arm).into_iter().filter(|n| n.kind() == "case_pattern").collect();
            let guarded = arm.child_by_field_name("guard").is_some();
            let body = self.body(arm, "consequence");
            let wildcard = patterns.iter().all(|p| self.slice(*p).trim() == "_");
            if wildcard && !guarded {
                otherwise = body;
                continue;
            }
            let tests = patterns.iter().flat_map(|p| self.pattern(&subject, *p)).collect();
            let test = Expression { span: span(arm), kind: ExpressionKind::Any(tests) };
            let kind = if guarded { ExpressionKind::Opaque(vec![test]) } else { test.kind };
            branches.push((Expression { span: patterns.first().map_or(span(arm), |p| span(*p)), kind }, body));
        }
        StatementKind::If(branches, otherwise)
    }

    fn pattern(&mut self, subject: &Expression, node: Node<'_>) -> Vec<Expression> {
        let inner = match node.kind() {
            "case_pattern" | "union_pattern" => children(node),
            _ => Vec::new(),
        };
        if inner.is_empty() {
            let value = self.expression(node);
            let kind = ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value));
            return vec![Expression { span: span(node), kind }];
        }
        self.deeper(vec![opaque(node)], |reader| inner.into_iter().flat_map(|n| reader.pattern(subject, n)).collect())
    }
}
