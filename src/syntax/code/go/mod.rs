//! From the tree of `tree-sitter-go` to ours: declarations and statements. Expressions are in `expressions`, names
//! of inner blocks in `names`.

mod expressions;
mod names;

use std::collections::BTreeMap;
use std::sync::Arc;

use tree_sitter::Node;

use super::lowering::{Lowering, Nesting, opaque};
use super::parse::{self, children, fields, span};
use super::{
    Argument, CallExpression, Class, Comparison, Expression, ExpressionKind, For, Function, Identifier, Import,
    Imported, Module, Parameter, ParameterKind, Spread, Statement, StatementKind, Target,
};
use names::Names;

/// Functions that stand for parts of the language; no program can name them.
const COUNT: &str = "<count>";
const PAIRS: &str = "<pairs>";
const KEYS: &str = "<keys>";
const RESULTS: &str = "<results>";
const RECEIVE: &str = "<receive>";
const GO: &str = "<go>";

/// Reads a text.
pub(super) fn read(text: &str) -> Module {
    let Some(tree) = parse::parse(&tree_sitter_go::LANGUAGE.into(), text) else { return Module::default() };
    let mut reader = Reader { text, nesting: Nesting::default(), names: Names::default() };
    let statements = reader.file(tree.root_node());
    Module { statements, errors: parse::errors(tree.root_node()), complete: reader.nesting.is_complete() }
}

/// Walks the foreign tree.
struct Reader<'a> {
    text: &'a str,
    nesting: Nesting,
    names: Names,
}

impl Reader<'_> {
    fn field_text(&self, node: Node<'_>, field: &str) -> &str {
        node.child_by_field_name(field).map(|n| self.slice(n)).unwrap_or_default()
    }

    /// A file: what is declared outside of functions knows everything else that is, in any order.
    fn file(&mut self, root: Node<'_>) -> Vec<Statement> {
        let mut imports = Vec::new();
        let mut rest = Vec::new();
        let mut functions = Vec::new();
        let mut classes: BTreeMap<String, Class> = BTreeMap::new();
        for node in children(root) {
            match node.kind() {
                "import_declaration" => self.imports(node, &mut imports),
                "type_declaration" => self.types(node, &mut classes),
                "method_declaration" => self.method(node, &mut classes),
                "function_declaration" => {
                    let kind = StatementKind::Function(Arc::new(self.function(node)));
                    functions.push(Statement { span: span(node), kind });
                }
                "package_clause" => {}
                _ => self.statement(node, &mut rest),
            }
        }
        let classes = classes.into_values().map(|class| {
            let span = class.span;
            Statement { span, kind: StatementKind::Class(Arc::new(class)) }
        });
        imports.into_iter().chain(classes).chain(functions).chain(rest).collect()
    }

    fn imports(&self, node: Node<'_>, into: &mut Vec<Statement>) {
        let specs = children(node).into_iter().flat_map(|n| match n.kind() {
            "import_spec_list" => children(n),
            _ => vec![n],
        });
        for spec in specs {
            let module = self.field_text(spec, "path").trim_matches(['"', '`']).to_owned();
            let names = match self.field_text(spec, "name") {
                "_" => continue,
                "." => Imported::All,
                "" => Imported::Module(Some(package(&module))),
                alias => Imported::Module(Some(alias.to_owned())),
            };
            let kind = StatementKind::Import(Import { module, names });
            into.push(Statement { span: span(spec), kind });
        }
    }

    fn types(&self, node: Node<'_>, classes: &mut BTreeMap<String, Class>) {
        for spec in children(node).into_iter().filter(|n| n.kind() == "type_spec") {
            let is_object = spec.child_by_field_name("type").is_some_and(|t| t.kind() == "struct_type");
            let name = self.field_text(spec, "name").to_owned();
            if is_object {
                classes.entry(name.clone()).or_insert_with(|| empty(name, spec)).span = span(spec);
            }
        }
    }

    /// A method is one of the class of its receiver, which is its first parameter.
    fn method(&mut self, node: Node<'_>, classes: &mut BTreeMap<String, Class>) {
        let receiver = node.child_by_field_name("receiver").and_then(|list| children(list).into_iter().next());
        let Some(receiver) = receiver else { return };
        let written = self.field_text(receiver, "type").trim_start_matches('*').trim();
        let name = written.split('[').next().unwrap_or(written).to_owned();
        let function = self.function(node);
        let statement = Statement { span: span(node), kind: StatementKind::Function(Arc::new(function)) };
        classes.entry(name.clone()).or_insert_with(|| empty(name, node)).body.push(statement);
    }

    fn function(&mut self, node: Node<'_>) -> Function {
        let name = self.field_text(node, "name").to_owned();
        self.names.open();
        let mut parameters = Vec::new();
        for list in ["receiver", "parameters"].iter().filter_map(|field| node.child_by_field_name(field)) {
            self.parameters(list, &mut parameters);
        }
        let body = self.body(node, "body");
        self.names.close();
        Function { name, span: span(node), parameters, body, decorators: Vec::new() }
    }

    fn parameters(&mut self, list: Node<'_>, into: &mut Vec<Parameter>) {
        for declared in children(list) {
            let kind = match declared.kind() {
                "variadic_parameter_declaration" => ParameterKind::Rest,
                _ => ParameterKind::One,
            };
            let names = fields(declared, "name");
            if names.is_empty() {
                // One without a name still takes its place.
                into.push(Parameter { name: String::new(), span: span(declared), default: None, kind });
            }
            for name in names {
                let Identifier { name, span } = self.identifier(name);
                let name = self.names.declare(&name);
                into.push(Parameter { name, span, default: None, kind });
            }
        }
    }

    /// The statements in a node; its variables end with it.
    fn block(&mut self, node: Node<'_>) -> Vec<Statement> {
        self.names.open();
        let statements = self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            for child in children(node) {
                reader.statement(child, &mut statements);
            }
            statements
        });
        self.names.close();
        statements
    }

    fn body(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        node.child_by_field_name(field).map(|inner| self.block(inner)).unwrap_or_default()
    }

    fn statement(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let kind = match node.kind() {
            "statement_list" => {
                children(node).into_iter().for_each(|child| self.statement(child, into));
                return;
            }
            "expression_statement" => match children(node).first() {
                Some(inner) => self.simple(*inner),
                None => return,
            },
            "const_declaration" | "var_declaration" => return self.variables(node, into),
            "short_var_declaration" | "assignment_statement" => self.assignment(node),
            "inc_statement" | "dec_statement" => {
                let target = children(node).first().map_or(Target::Other, |n| self.target(*n, false));
                StatementKind::Assign(vec![target], opaque(node))
            }
            "if_statement" => self.conditional(node),
            "for_statement" => self.looped(node),
            "expression_switch_statement" | "type_switch_statement" | "select_statement" => self.switch(node),
            "return_statement" => {
                let list = children(node).into_iter().next();
                StatementKind::Return(list.map(|list| self.expressions_as_one(list)))
            }
            "break_statement" | "continue_statement" => StatementKind::Leave,
            "block" | "ERROR" => StatementKind::Block(self.block(node)),
            "go_statement" => match children(node).first() {
                Some(inner) => {
                    let started = self.expression(*inner);
                    let head = node.child(0).map_or(span(node), span);
                    StatementKind::Expression(special(GO, head, vec![started]))
                }
                None => return,
            },
            "defer_statement" => match children(node).first() {
                Some(inner) => StatementKind::Expression(self.expression(*inner)),
                None => return,
            },
            "labeled_statement" => {
                let inner = children(node).into_iter().filter(|n| n.kind() != "label_name");
                inner.for_each(|child| self.statement(child, into));
                return;
            }
            "type_declaration" | "comment" | "empty_statement" | "fallthrough_statement" | "goto_statement" => return,
            _ => StatementKind::Expression(self.expression(node)),
        };
        into.push(Statement { span: span(node), kind });
    }

    /// A call whose result nobody takes: it may end the program, or set a variable by its address.
    fn simple(&mut self, node: Node<'_>) -> StatementKind {
        let called = self.field_text(node, "function").to_owned();
        let expression = self.expression(node);
        if matches!(called.as_str(), "panic" | "os.Exit" | "log.Fatal" | "log.Fatalf" | "log.Fatalln" | "log.Panic") {
            return StatementKind::Raise(vec![expression]);
        }
        let arguments = node.child_by_field_name("arguments").map(children).unwrap_or_default();
        let address = arguments.first().filter(|n| n.kind() == "unary_expression");
        let variable = address.and_then(|n| n.child_by_field_name("operand")).filter(|n| n.kind() == "identifier");
        if let (Some(plain), Some(variable), ExpressionKind::Call(call)) =
            (called.strip_prefix("flag.").and_then(|c| c.strip_suffix("Var")), variable, &expression.kind)
        {
            let mut call = call.clone();
            call.arguments.remove(0);
            if let ExpressionKind::Member(_, name) = &mut call.function.kind {
                plain.clone_into(&mut name.name);
            }
            let target = self.target(variable, false);
            let value = Expression { span: expression.span, kind: ExpressionKind::Call(call) };
            return StatementKind::Assign(vec![target], value);
        }
        StatementKind::Expression(expression)
    }

    /// `const` and `var`, one or a block of them.
    fn variables(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        for spec in children(node) {
            match spec.kind() {
                "var_spec_list" => self.variables(spec, into),
                "const_spec" | "var_spec" => {
                    let value = spec.child_by_field_name("value");
                    let empty = spec.child_by_field_name("type").map(|t| self.zero(t));
                    let mut values = value.map(|list| self.expressions(list)).unwrap_or_default();
                    let names: Vec<Node<'_>> =
                        fields(spec, "name").into_iter().filter(|n| n.kind() == "identifier").collect();
                    let mut targets: Vec<Target> = Vec::new();
                    for name in names {
                        let id = self.identifier(name);
                        targets.push(Target::Name(Identifier { name: self.names.declare(&id.name), span: id.span }));
                    }
                    if values.len() == 1 && targets.len() > 1 {
                        let kind = shared(span(spec), targets, values.remove(0));
                        into.push(Statement { span: span(spec), kind });
                        continue;
                    }
                    let mut values = values.into_iter();
                    for target in targets {
                        let value = values.next().or_else(|| empty.clone()).unwrap_or_else(|| opaque(spec));
                        self.note(&target, &value);
                        let kind = StatementKind::Assign(vec![target], value);
                        into.push(Statement { span: span(spec), kind });
                    }
                }
                _ => {}
            }
        }
    }

    /// `a, b := x, y`, `a = x`, `a += x`.
    fn assignment(&mut self, node: Node<'_>) -> StatementKind {
        let right = node.child_by_field_name("right");
        let mut values = right.map(|list| self.expressions(list)).unwrap_or_default();
        let declares = node.kind() == "short_var_declaration";
        let left = node.child_by_field_name("left").map(children).unwrap_or_default();
        let mut targets: Vec<Target> = left.into_iter().map(|n| self.target(n, declares)).collect();
        let operator = if declares { "=".to_owned() } else { self.field_text(node, "operator").to_owned() };
        if values.len() == 1 && targets.len() == 1 {
            let (target, value) = (targets.remove(0), values.remove(0));
            self.note(&target, &value);
            return match operator.as_str() {
                "=" => StatementKind::Assign(vec![target], value),
                "+=" => StatementKind::Update(target, value),
                _ => StatementKind::Assign(vec![target], opaque(node)),
            };
        }
        if values.len() == 1 {
            return shared(span(node), targets, values.remove(0));
        }
        let list = Expression { span: right.map_or(span(node), span), kind: ExpressionKind::List(values) };
        StatementKind::Assign(vec![Target::Many(targets)], list)
    }

    /// Notes what a variable is given.
    fn note(&mut self, target: &Target, value: &Expression) {
        let is_plain =
            matches!(value.kind, ExpressionKind::Text(_) | ExpressionKind::Number(_) | ExpressionKind::Bool(_));
        if let Target::Name(name) = target {
            self.names.given(&name.name, is_plain);
        }
    }

    fn target(&mut self, node: Node<'_>, declares: bool) -> Target {
        if node.kind() == "identifier" {
            let Identifier { name, span } = self.identifier(node);
            if name == "_" {
                return Target::Other;
            }
            let name = if declares { self.names.declare(&name) } else { self.names.find(&name) };
            return Target::Name(Identifier { name, span });
        }
        let expression = self.expression(node);
        match expression.kind {
            ExpressionKind::Name(name) => Target::Name(Identifier { name, span: expression.span }),
            ExpressionKind::Member(object, name) => Target::Member(*object, name),
            ExpressionKind::Index(object, index) => Target::Index(*object, *index),
            _ => Target::Other,
        }
    }

    /// An `if` with what it begins with and its `else`.
    fn conditional(&mut self, node: Node<'_>) -> StatementKind {
        self.names.open();
        let mut statements = Vec::new();
        if let Some(begin) = node.child_by_field_name("initializer") {
            self.statement(begin, &mut statements);
        }
        let condition = self.field(node, "condition");
        let body = self.body(node, "consequence");
        let otherwise = match node.child_by_field_name("alternative") {
            Some(next) if next.kind() == "if_statement" => self.deeper(Vec::new(), |reader| {
                let kind = reader.conditional(next);
                vec![Statement { span: span(next), kind }]
            }),
            Some(next) => self.block(next),
            None => Vec::new(),
        };
        self.names.close();
        let kind = StatementKind::If(vec![(condition, body)], otherwise);
        if statements.is_empty() {
            return kind;
        }
        statements.push(Statement { span: span(node), kind });
        StatementKind::Block(statements)
    }

    fn looped(&mut self, node: Node<'_>) -> StatementKind {
        self.names.open();
        let head = children(node).into_iter().find(|n| n.kind() != "block");
        let kind = match head {
            Some(clause) if clause.kind() == "range_clause" => self.ranged(node, clause),
            Some(clause) if clause.kind() == "for_clause" => self.counted(node, clause),
            Some(condition) => {
                let condition = self.expression(condition);
                StatementKind::While(condition, self.body(node, "body"))
            }
            None => {
                let head = node.child(0).map_or(span(node), span);
                let always = Expression { span: head, kind: ExpressionKind::Bool(true) };
                StatementKind::While(always, self.body(node, "body"))
            }
        };
        self.names.close();
        kind
    }

    /// `for k, v := range x`: pairs of keys and values, or keys alone.
    fn ranged(&mut self, node: Node<'_>, clause: Node<'_>) -> StatementKind {
        let value = self.field(clause, "right");
        let left = clause.child_by_field_name("left").map(children).unwrap_or_default();
        let mut targets: Vec<Target> = left.into_iter().map(|n| self.target(n, true)).collect();
        let (function, target) = match targets.len() {
            0 => (KEYS, Target::Other),
            1 => (KEYS, targets.remove(0)),
            _ => (PAIRS, Target::Many(targets)),
        };
        let iterable = special(function, value.span, vec![value]);
        StatementKind::For(For { target, iterable, body: self.body(node, "body"), otherwise: Vec::new() })
    }

    /// `for i := 0; i < n; i++` goes through numbers; any other is a `while`.
    fn counted(&mut self, node: Node<'_>, clause: Node<'_>) -> StatementKind {
        let mut statements = Vec::new();
        if let Some(begin) = clause.child_by_field_name("initializer") {
            self.statement(begin, &mut statements);
        }
        let condition = match clause.child_by_field_name("condition") {
            Some(_) => self.field(clause, "condition"),
            None => Expression { span: span(clause), kind: ExpressionKind::Bool(true) },
        };
        let update = self.field_text(clause, "update").replace(' ', "");
        let numbers = match statements.first().map(|s| &s.kind) {
            Some(StatementKind::Assign(targets, from)) => match targets.as_slice() {
                [Target::Name(name)] => clause.child_by_field_name("condition").and_then(|test| {
                    let is_below = self.field_text(test, "operator") == "<";
                    let left = self.field_text(test, "left").to_owned();
                    let is_next = update == format!("{left}++") && self.names.find(&left) == name.name;
                    let to = self.field(test, "right");
                    (is_below && is_next).then(|| (name.clone(), special(COUNT, span(test), vec![from.clone(), to])))
                }),
                _ => None,
            },
            _ => None,
        };
        let body = self.body(node, "body");
        let kind = match numbers {
            Some((name, iterable)) => {
                StatementKind::For(For { target: Target::Name(name), iterable, body, otherwise: Vec::new() })
            }
            None => StatementKind::While(condition, body),
        };
        statements.push(Statement { span: span(node), kind });
        StatementKind::Block(statements)
    }

    /// A `switch` is a row of comparisons, or of conditions.
    fn switch(&mut self, node: Node<'_>) -> StatementKind {
        self.names.open();
        let mut statements = Vec::new();
        if let Some(begin) = node.child_by_field_name("initializer") {
            self.statement(begin, &mut statements);
        }
        let plain = node.kind() == "expression_switch_statement";
        let subject = node.child_by_field_name("value").map(|value| self.expression(value));
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        for arm in children(node).into_iter().filter(|n| n.kind().ends_with("_case")) {
            let values = arm.child_by_field_name("value").filter(|_| plain).map(|list| self.expressions(list));
            let tests = values.unwrap_or_default().into_iter().map(|value| match &subject {
                Some(subject) => {
                    let at = value.span;
                    let kind = ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value));
                    Expression { span: at, kind }
                }
                None => value,
            });
            let tests: Vec<Expression> = tests.collect();
            let body = self.arm(arm);
            if arm.kind() == "default_case" {
                otherwise = body;
            } else if tests.is_empty() {
                branches.push((self.communication(arm), body));
            } else {
                let at = tests.first().map_or(span(arm), |test| test.span);
                branches.push((Expression { span: at, kind: ExpressionKind::Any(tests) }, body));
            }
        }
        self.names.close();
        statements.push(Statement { span: span(node), kind: StatementKind::If(branches, otherwise) });
        StatementKind::Block(statements)
    }

    /// What an arm of a `select` waits for.
    fn communication(&mut self, arm: Node<'_>) -> Expression {
        let received = arm.child_by_field_name("communication").filter(|node| node.kind() == "receive_statement");
        match received.and_then(|node| node.child_by_field_name("right")) {
            Some(channel) => self.expression(channel),
            None => opaque(arm),
        }
    }

    /// What is done in a case; a `break` at its end leaves nothing but the `switch`.
    fn arm(&mut self, arm: Node<'_>) -> Vec<Statement> {
        self.names.open();
        let mut statements = Vec::new();
        for child in
            children(arm).into_iter().filter(|n| n.kind() == "statement_list" || n.kind().contains("statement"))
        {
            self.deeper((), |reader| reader.statement(child, &mut statements));
        }
        self.names.close();
        if matches!(statements.last().map(|s| &s.kind), Some(StatementKind::Leave)) {
            let is_break = statements
                .last()
                .and_then(|s| self.text.get(s.span.start as usize..))
                .is_some_and(|t| t.starts_with("break"));
            if is_break {
                statements.pop();
            }
        }
        statements
    }
}

/// The name of a package that is imported without one: the last part of its path that is no version.
fn package(path: &str) -> String {
    let is_version =
        |part: &&str| part.strip_prefix('v').is_some_and(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()));
    let last = path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path);
    let last = last.split(".v").next().unwrap_or(last);
    last.strip_prefix("go-").unwrap_or(last).replace('-', "_")
}

fn empty(name: String, node: Node<'_>) -> Class {
    Class { name, span: span(node), bases: Vec::new(), body: Vec::new() }
}

/// Several targets that share what one call gives back.
fn shared(at: crate::source::Span, targets: Vec<Target>, value: Expression) -> StatementKind {
    let count = Expression { span: at, kind: ExpressionKind::Number(targets.len().to_string()) };
    let value = special(RESULTS, value.span, vec![value, count]);
    StatementKind::Assign(vec![Target::Many(targets)], value)
}

/// A call of something that is a part of the language.
fn special(name: &str, at: crate::source::Span, values: Vec<Expression>) -> Expression {
    let argument = |value: Expression| Argument { span: value.span, name: None, value, spread: Spread::No };
    let function = Expression { span: at, kind: ExpressionKind::Name(name.to_owned()) };
    let call = CallExpression { function, arguments: values.into_iter().map(argument).collect(), list: at };
    Expression { span: at, kind: ExpressionKind::Call(Box::new(call)) }
}

#[cfg(test)]
mod tests;
