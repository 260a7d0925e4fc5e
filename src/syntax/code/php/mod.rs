//! From the tree of `tree-sitter-php` to ours: statements. Expressions are in `expressions`, calls in `calls`, classes in `classes`,
//! the texts of literals in `strings`. Variables keep their `$`, so that nothing else has their names.

mod calls;
mod classes;
mod expressions;
mod strings;

use std::collections::HashSet;
use std::sync::Arc;

use tree_sitter::Node;

use super::lowering::{Lowering, Nesting, opaque};
use super::parse::{self, children, fields, span};
use super::switch;
use super::{
    CallExpression, Expression, ExpressionKind, For, Function, Identifier, Import, Imported, Module, Parameter,
    ParameterKind, Statement, StatementKind, Target, Try,
};

/// What a file gives to whoever requires it; no program can name it.
const WHOLE: &str = "<exports>";

/// Methods that no program can name: the values of an array, its keys with them, and what adds one.
const VALUES: &str = "<values>";
const PAIRS: &str = "<pairs>";
const PUSH: &str = "<push>";

/// Functions that no program can name: another array with the same elements, the numbers from one to below another
/// one, and something of a class that somebody outside gives.
const COPY: &str = "<copy>";
const RANGE: &str = "<range>";
const GIVEN: &str = "<given>";

/// What the object of a method is called.
const THIS: &str = "$this";

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let Some(tree) = parse::parse(&tree_sitter_php::LANGUAGE_PHP.into(), text) else { return Module::default() };
    let mut reader =
        Reader { text, nesting: Nesting::default(), functions: 0, classes: Vec::new(), names: Some(HashSet::new()) };
    let statements = reader.block(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
    /// How many functions are open.
    functions: usize,
    /// The classes that are open.
    classes: Vec<classes::OpenClass>,
    /// The names that were imported, as long as there was no namespace: other names with a path are whole ones.
    names: Option<HashSet<String>>,
}

impl Reader<'_> {
    /// The name of a property, which is written with a `$` where it is declared.
    fn property(&self, node: Node<'_>) -> Identifier {
        Identifier { name: self.slice(node).trim_start_matches('$').to_owned(), span: span(node) }
    }

    /// The statements in a node. Functions are known before they stand there.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        self.deeper(Vec::new(), |reader| {
            let (functions, rest): (Vec<_>, Vec<_>) =
                children(node).into_iter().partition(|n| n.kind() == "function_definition");
            let mut statements = Vec::new();
            for child in functions.into_iter().chain(rest) {
                reader.statement(child, &mut statements);
            }
            statements
        })
    }

    /// What is done in a field: a block, or one statement.
    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        let Some(inner) = node.child_by_field_name(field) else { return Vec::new() };
        if matches!(inner.kind(), "compound_statement" | "colon_block" | "ERROR") {
            return self.block(inner);
        }
        self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            reader.statement(inner, &mut statements);
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
            "function_definition" => StatementKind::Function(Arc::new(self.function(node, Vec::new()))),
            "class_declaration" | "enum_declaration" | "trait_declaration" => self.class(node),
            "const_declaration" => {
                into.extend(self.constants(node));
                return;
            }
            "namespace_definition" => {
                if node.child_by_field_name("name").is_some() {
                    self.names = None;
                }
                StatementKind::Block(self.body(node, "body"))
            }
            "namespace_use_declaration" => return self.uses(node, into),
            "if_statement" => self.conditional(node),
            "for_statement" => {
                for begin in fields(node, "initialize") {
                    self.simple(begin, into);
                }
                self.counted(node)
            }
            "foreach_statement" => self.each(node),
            "while_statement" | "do_statement" => {
                let condition = self.field(node, "condition");
                let body = self.body(node, "body");
                StatementKind::While(condition, body)
            }
            "switch_statement" => self.switch(node),
            "try_statement" => StatementKind::Try(self.attempt(node)),
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                match value {
                    // A file gives its value to whoever requires it.
                    Some(value) if self.functions == 0 => {
                        let name = Identifier { name: WHOLE.to_owned(), span: value.span };
                        StatementKind::Assign(vec![Target::Name(name)], value)
                    }
                    None if self.functions == 0 => return,
                    value => StatementKind::Return(value),
                }
            }
            "exit_statement" => StatementKind::Raise(self.all(children(node))),
            "break_statement" | "continue_statement" => StatementKind::Leave,
            "global_declaration" => {
                StatementKind::Global(children(node).iter().map(|n| self.slice(*n).to_owned()).collect())
            }
            "function_static_declaration" => {
                for declared in children(node) {
                    let name = declared.child_by_field_name("name").map(|name| self.identifier(name));
                    let value = declared.child_by_field_name("value").map(|value| self.expression(value));
                    if let (Some(name), Some(value)) = (name, value) {
                        let kind = StatementKind::Assign(vec![Target::Name(name)], value);
                        into.push(Statement { span: span(declared), kind });
                    }
                }
                return;
            }
            "compound_statement" | "colon_block" | "ERROR" | "declare_statement" => {
                StatementKind::Block(self.block(node))
            }
            "text"
            | "text_interpolation"
            | "php_tag"
            | "php_end_tag"
            | "comment"
            | "empty_statement"
            | "interface_declaration"
            | "named_label_statement"
            | "goto_statement"
            | "declare_directive" => return,
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// What an expression statement is: an assignment, perhaps.
    fn simple(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "assignment_expression" | "reference_assignment_expression" => return self.assignment(node, into),
            "augmented_assignment_expression" => self.augmented(node),
            "update_expression" => {
                let target = node.child_by_field_name("argument").map_or(Target::Other, |inner| self.target(inner));
                StatementKind::Assign(vec![target], opaque(node))
            }
            "throw_expression" => StatementKind::Raise(self.all(children(node))),
            "sequence_expression" => {
                for part in children(node) {
                    self.deeper((), |reader| reader.simple(part, into));
                }
                return;
            }
            "require_expression" | "require_once_expression" | "include_expression" | "include_once_expression" => {
                match children(node).first().and_then(|path| self.required(*path)) {
                    Some(module) => StatementKind::Import(Import { module, names: Imported::All }),
                    None => StatementKind::Expression(opaque(node)),
                }
            }
            "function_call_expression" => match self.defined(node) {
                Some((name, value)) => StatementKind::Assign(vec![Target::Name(name)], value),
                None => StatementKind::Expression(self.expression(node)),
            },
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    fn assignment(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if right.kind() == "assignment_expression" {
            self.deeper((), |reader| reader.assignment(right, into));
            let again = right.child_by_field_name("left").unwrap_or(right);
            let value = self.copied(again);
            self.bind(left, value, span(node), into);
            return;
        }
        let by_reference = node.kind() == "reference_assignment_expression";
        let value = if by_reference { self.expression(right) } else { self.copied(right) };
        self.bind(left, value, span(node), into);
    }

    /// A value that is assigned: an array in a variable is another one then.
    fn copied(&mut self, node: Node<'_>) -> Expression {
        let value = self.expression(node);
        let held = matches!(
            node.kind(),
            "variable_name"
                | "member_access_expression"
                | "scoped_property_access_expression"
                | "class_constant_access_expression"
                | "name"
                | "subscript_expression"
        );
        if held { calls::own_function(COPY, vec![value], span(node)) } else { value }
    }

    /// `for ($i = 0; $i < $n; $i++)` goes through numbers; any other is a `while`.
    fn counted(&mut self, node: Node<'_>) -> StatementKind {
        let range = self.range(node);
        let condition = self.field(node, "condition");
        let mut body = self.body(node, "body");
        if let Some((target, iterable)) = range {
            return StatementKind::For(For { target: Target::Name(target), iterable, body, otherwise: Vec::new() });
        }
        for update in fields(node, "update") {
            self.simple(update, &mut body);
        }
        StatementKind::While(condition, body)
    }

    /// The variable and the numbers of a loop that counts.
    fn range(&mut self, node: Node<'_>) -> Option<(Identifier, Expression)> {
        let begin = node.child_by_field_name("initialize").filter(|n| n.kind() == "assignment_expression")?;
        let name = self.identifier(begin.child_by_field_name("left")?);
        let condition = node.child_by_field_name("condition").filter(|n| n.kind() == "binary_expression")?;
        let update = self.slice(node.child_by_field_name("update")?).replace(' ', "");
        let is_next = update == format!("{}++", name.name) || update == format!("++{}", name.name);
        let left = condition.child_by_field_name("left").map(|left| self.slice(left));
        if !is_next || left != Some(&name.name) {
            return None;
        }
        let function = match condition.child_by_field_name("operator")?.kind() {
            "<" => RANGE,
            "<=" => "range",
            _ => return None,
        };
        let numbers = vec![self.field(begin, "right"), self.field(condition, "right")];
        Some((name, calls::own_function(function, numbers, span(condition))))
    }

    /// Gives a value to a target; a list of targets shares its elements.
    fn bind(&mut self, left: Node<'_>, value: Expression, at: crate::source::Span, into: &mut Vec<Statement>) {
        match left.kind() {
            "list_literal" | "array_creation_expression" => {
                let name = Identifier { name: self.slice(left).to_owned(), span: span(left) };
                let held = Expression { span: span(left), kind: ExpressionKind::Name(name.name.clone()) };
                into.push(Statement { span: at, kind: StatementKind::Assign(vec![Target::Name(name)], value) });
                self.deeper((), |reader| reader.share(left, &held, into));
            }
            "subscript_expression" if children(left).len() == 1 => {
                let list = children(left).first().map_or_else(|| opaque(left), |list| self.expression(*list));
                let call = self.method_call(list, PUSH, vec![value]);
                into.push(Statement { span: at, kind: StatementKind::Expression(call) });
            }
            _ => {
                let target = self.target(left);
                into.push(Statement { span: at, kind: StatementKind::Assign(vec![target], value) });
            }
        }
    }

    /// `[$a, $b] = …`, `['a' => $a] = …`
    fn share(&mut self, pattern: Node<'_>, held: &Expression, into: &mut Vec<Statement>) {
        for (index, parts) in elements(pattern).into_iter().enumerate() {
            let (key, target) = match parts.as_slice() {
                [key, target] => (self.expression(*key), *target),
                [target] => {
                    (Expression { span: span(*target), kind: ExpressionKind::Number(index.to_string()) }, *target)
                }
                _ => continue,
            };
            let kind = ExpressionKind::Index(Box::new(held.clone()), Box::new(key));
            self.bind(target, Expression { span: span(target), kind }, span(target), into);
        }
    }

    fn augmented(&mut self, node: Node<'_>) -> StatementKind {
        let value = self.field(node, "right");
        let left = node.child_by_field_name("left");
        let target = left.map_or(Target::Other, |left| self.target(left));
        let old = left.map_or_else(|| opaque(node), |left| self.expression(left));
        let at = span(node);
        let kind = match node.child_by_field_name("operator").map(|o| o.kind()) {
            Some(".=") => ExpressionKind::Join(vec![empty(at), old, value]),
            Some("??=") => ExpressionKind::Any(vec![old, value]),
            Some("+=") => calls::own_function(expressions::UNION, vec![old, value], at).kind,
            _ => ExpressionKind::Opaque(vec![value]),
        };
        StatementKind::Assign(vec![target], Expression { span: at, kind })
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

    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        self.if_with_clauses(node, "else_if_clause", "body", Self::body)
    }

    /// `foreach ($list as $key => $value)`
    fn each(&mut self, node: Node<'_>) -> StatementKind {
        let body_node = node.child_by_field_name("body");
        let parts: Vec<Node<'_>> = children(node).into_iter().filter(|n| Some(*n) != body_node).collect();
        let (Some(iterable), Some(target)) = (parts.first(), parts.get(1)) else {
            return StatementKind::Block(self.body(node, "body"));
        };
        let iterable = self.expression(*iterable);
        let is_pair = target.kind() == "pair";
        let targets = if is_pair { children(*target) } else { vec![*target] };
        let mut body = Vec::new();
        let targets: Vec<Target> = targets.into_iter().map(|target| self.whole(target, &mut body)).collect();
        body.extend(self.body(node, "body"));
        let iterable = self.method_call(iterable, if is_pair { PAIRS } else { VALUES }, Vec::new());
        let target = match <[Target; 1]>::try_from(targets) {
            Ok([one]) => one,
            Err(several) => Target::Many(several),
        };
        StatementKind::For(For { target, iterable, body, otherwise: Vec::new() })
    }

    /// One target; a list of targets is taken apart in `body`.
    fn whole(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> Target {
        match node.kind() {
            "list_literal" | "array_creation_expression" => {
                let name = Identifier { name: self.slice(node).to_owned(), span: span(node) };
                let held = Expression { span: name.span, kind: ExpressionKind::Name(name.name.clone()) };
                self.deeper((), |reader| reader.share(node, &held, body));
                Target::Name(name)
            }
            "by_ref" => match children(node).first() {
                Some(inner) => self.target(*inner),
                None => Target::Other,
            },
            _ => self.target(node),
        }
    }

    fn switch(&mut self, node: Node<'_>) -> StatementKind {
        let subject = self.field(node, "condition");
        let mut read = Vec::new();
        for arm in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let value = arm.child_by_field_name("value");
            let mut body = Vec::new();
            for part in children(arm).into_iter().filter(|n| Some(*n) != value) {
                self.deeper((), |reader| reader.statement(part, &mut body));
            }
            let ends = body.last().is_some_and(switch::leaves);
            switch::without_breaks(&mut body, 0);
            let condition = value.map(|value| {
                let value = self.expression(value);
                expressions::same(&subject, value)
            });
            read.push((condition, body, ends));
        }
        switch::arms(read)
    }

    fn attempt(&mut self, node: Node<'_>) -> Try {
        let mut attempt = Try { body: self.body(node, "body"), ..Try::default() };
        for part in children(node) {
            match part.kind() {
                "catch_clause" => attempt.handlers.push(self.body(part, "body")),
                "finally_clause" => attempt.finally = self.body(part, "body"),
                _ => {}
            }
        }
        attempt
    }

    /// `use A\B\C as D;`, and groups of them.
    fn uses(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let prefix = children(node).into_iter().find(|n| n.kind() == "namespace_name").map(|n| dotted(self.slice(n)));
        let group = node.child_by_field_name("body").map(children).unwrap_or_default();
        let clauses = children(node).into_iter().chain(group).filter(|n| n.kind() == "namespace_use_clause");
        for clause in clauses {
            let Some(name) = children(clause).into_iter().find(|n| matches!(n.kind(), "name" | "qualified_name"))
            else {
                continue;
            };
            let full = dotted(self.slice(name));
            let full = prefix.as_ref().map_or_else(|| full.clone(), |prefix| format!("{prefix}.{full}"));
            let alias = clause.child_by_field_name("alias").map(|alias| self.slice(alias).to_owned());
            let known = alias.as_deref().unwrap_or_else(|| full.rsplit('.').next().unwrap_or(&full)).to_owned();
            if let Some(names) = &mut self.names {
                names.insert(known);
            }
            let import = match full.rsplit_once('.') {
                Some((module, last)) => {
                    let alias = alias.unwrap_or_else(|| last.to_owned());
                    Import { module: module.to_owned(), names: Imported::Names(vec![(last.to_owned(), alias)]) }
                }
                None => Import { module: full, names: Imported::Module(alias) },
            };
            into.push(Statement { span: span(clause), kind: StatementKind::Import(import) });
        }
    }

    /// A function, a method or a closure; `first` are parameters in front of its own.
    fn function(&mut self, node: Node<'_>, first: Vec<Parameter>) -> Function {
        let name = node.child_by_field_name("name").map(|n| self.slice(n).to_owned()).unwrap_or_default();
        let mut parameters = first;
        let mut body = Vec::new();
        self.functions += 1;
        for parameter in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
            self.parameter(parameter, &mut parameters, &mut body);
        }
        match node.child_by_field_name("body") {
            Some(block) if block.kind() == "compound_statement" => body.extend(self.block(block)),
            Some(value) => {
                let value = self.expression(value);
                body.push(Statement { span: value.span, kind: StatementKind::Return(Some(value)) });
            }
            None => {}
        }
        self.functions -= 1;
        Function { name, span: span(node), parameters, body, decorators: Vec::new() }
    }

    /// A parameter; one that is kept in a property is set in `body`.
    fn parameter(&mut self, node: Node<'_>, into: &mut Vec<Parameter>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name") else { return };
        let name = if name.kind() == "by_ref" { children(name).into_iter().next().unwrap_or(name) } else { name };
        let Identifier { name, span: at } = self.identifier(name);
        let default = node.child_by_field_name("default_value").map(|value| self.expression(value));
        let default = default.or_else(|| self.given(node));
        let kind = if node.kind() == "variadic_parameter" { ParameterKind::Rest } else { ParameterKind::One };
        if node.kind() == "property_promotion_parameter" {
            let this = Expression { span: at, kind: ExpressionKind::Name(THIS.to_owned()) };
            let value = Expression { span: at, kind: ExpressionKind::Name(name.clone()) };
            let field = Identifier { name: name.trim_start_matches('$').to_owned(), span: at };
            let kind = StatementKind::Assign(vec![Target::Member(this, field)], value);
            body.push(Statement { span: at, kind });
        }
        into.push(Parameter { name, span: at, default, kind });
    }

    /// Something of the class that a parameter is declared with.
    fn given(&mut self, parameter: Node<'_>) -> Option<Expression> {
        let declared = parameter.child_by_field_name("type").filter(|_| parameter.kind() != "variadic_parameter")?;
        let class = if declared.kind() == "optional_type" { *children(declared).first()? } else { declared };
        let class = children(class).first().copied().filter(|_| class.kind() == "named_type")?;
        let class = self.expression(class);
        matches!(class.kind, ExpressionKind::Name(_) | ExpressionKind::Member(..))
            .then(|| calls::own_function(GIVEN, vec![class], span(declared)))
    }

    /// A call of a method that no program can name.
    fn method_call(&self, object: Expression, name: &str, values: Vec<Expression>) -> Expression {
        let at = object.span;
        let name = Identifier { name: name.to_owned(), span: at };
        let function = Expression { span: at, kind: ExpressionKind::Member(Box::new(object), name) };
        let arguments = values.into_iter().map(calls::plain_argument).collect();
        let call = CallExpression { function, arguments, list: at };
        Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }
    }
}

/// The elements of a list of targets, each with its key perhaps; elements may be left out.
fn elements(pattern: Node<'_>) -> Vec<Vec<Node<'_>>> {
    let mut cursor = pattern.walk();
    let mut all = vec![Vec::new()];
    for child in pattern.children(&mut cursor) {
        if child.kind() == "," {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            match child.kind() {
                "array_element_initializer" => last.extend(children(child)),
                _ if child.is_named() && !child.is_extra() => last.push(child),
                _ => {}
            }
        }
    }
    all
}

/// A name with dots in place of backslashes.
fn dotted(name: &str) -> String {
    name.trim_start_matches('\\').split('\\').map(str::trim).collect::<Vec<_>>().join(".")
}

/// A text without a letter, which makes what it is joined with a text.
fn empty(at: crate::source::Span) -> Expression {
    Expression { span: at, kind: ExpressionKind::Text(String::new()) }
}

#[cfg(test)]
mod tests;
