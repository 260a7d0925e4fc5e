//! The tree as one line of text, for tests.

use super::{
    Entry, Expression, ExpressionKind, Function, Imported, Module, ParameterKind, Spread, Statement, StatementKind,
    Target,
};

/// A module, its statements with `;` between them.
pub(super) fn module(module: &Module) -> String {
    statements(&module.statements)
}

fn statements(all: &[Statement]) -> String {
    all.iter().map(statement).collect::<Vec<_>>().join("; ")
}

fn statement(one: &Statement) -> String {
    match &one.kind {
        StatementKind::Expression(value) => expression(value),
        StatementKind::Assign(targets, value) => {
            let targets: Vec<String> = targets.iter().map(target).collect();
            format!("{} = {}", targets.join(" = "), expression(value))
        }
        StatementKind::Update(into, value) => format!("{} += {}", target(into), expression(value)),
        StatementKind::If(branches, otherwise) => {
            let branches: Vec<String> =
                branches.iter().map(|(c, body)| format!("if {} {{{}}}", expression(c), statements(body))).collect();
            format!("{} else {{{}}}", branches.join(" "), statements(otherwise))
        }
        StatementKind::For(looped) => {
            let (of, body) = (expression(&looped.iterable), statements(&looped.body));
            format!("for {} of {of} {{{body}}}", target(&looped.target))
        }
        StatementKind::While(condition, body) => format!("while {} {{{}}}", expression(condition), statements(body)),
        StatementKind::Function(one) => function(one),
        StatementKind::Class(class) => {
            let bases: Vec<String> = class.bases.iter().map(expression).collect();
            format!("class {}({}) {{{}}}", class.name, bases.join(", "), statements(&class.body))
        }
        StatementKind::Import(import) => match &import.names {
            Imported::Module(alias) => format!("import {} as {alias:?}", import.module),
            Imported::Names(names) => format!("import {} {names:?}", import.module),
            Imported::All => format!("import {} *", import.module),
        },
        StatementKind::Try(attempt) => format!(
            "try {{{}}} catch {:?} finally {{{}}}",
            statements(&attempt.body),
            attempt.handlers.iter().map(|h| statements(h)).collect::<Vec<_>>(),
            statements(&attempt.finally)
        ),
        StatementKind::Block(inner) => format!("{{{}}}", statements(inner)),
        StatementKind::Return(value) => format!("return {}", value.as_ref().map(expression).unwrap_or_default()),
        StatementKind::Raise(values) => format!("raise {}", list(values)),
        StatementKind::Leave => "leave".to_owned(),
        StatementKind::Global(names) => format!("global {names:?}"),
    }
}

fn function(function: &Function) -> String {
    let parameters: Vec<String> = function
        .parameters
        .iter()
        .map(|p| {
            let stars = if p.kind == ParameterKind::Rest { "*" } else { "" };
            let default = p.default.as_ref().map(|d| format!(" = {}", expression(d))).unwrap_or_default();
            format!("{stars}{}{default}", p.name)
        })
        .collect();
    let said: Vec<String> = function.decorators.iter().map(|d| format!("@{} ", expression(d))).collect();
    format!("{}fn {}({}) {{{}}}", said.concat(), function.name, parameters.join(", "), statements(&function.body))
}

fn target(target_of: &Target) -> String {
    match target_of {
        Target::Name(name) => name.name.clone(),
        Target::Member(object, name) => format!("{}.{}", expression(object), name.name),
        Target::Index(object, index) => format!("{}[{}]", expression(object), expression(index)),
        Target::Many(targets) => format!("({})", targets.iter().map(target).collect::<Vec<_>>().join(", ")),
        Target::Other => "_".to_owned(),
    }
}

fn list(all: &[Expression]) -> String {
    all.iter().map(expression).collect::<Vec<_>>().join(", ")
}

fn entry(entry: &Entry) -> String {
    match &entry.key {
        Some(key) => format!("{}: {}", expression(key), expression(&entry.value)),
        None => format!("...{}", expression(&entry.value)),
    }
}

fn expression(one: &Expression) -> String {
    match &one.kind {
        ExpressionKind::Text(text) => format!("{text:?}"),
        ExpressionKind::Number(number) => number.clone(),
        ExpressionKind::Bool(value) => value.to_string(),
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::Member(object, name) => format!("{}.{}", expression(object), name.name),
        ExpressionKind::Index(object, index) => format!("{}[{}]", expression(object), expression(index)),
        ExpressionKind::Call(call) => {
            let argument = |a: &super::Argument| {
                let stars = if a.spread == Spread::No { "" } else { "..." };
                let name = a.name.as_ref().map(|n| format!("{}=", n.name)).unwrap_or_default();
                format!("{stars}{name}{}", expression(&a.value))
            };
            let arguments: Vec<String> = call.arguments.iter().map(argument).collect();
            format!("{}({})", expression(&call.function), arguments.join(", "))
        }
        ExpressionKind::List(items) => format!("[{}]", list(items)),
        ExpressionKind::Map(entries) => format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", ")),
        ExpressionKind::Join(parts) => format!("join({})", list(parts)),
        ExpressionKind::Not(inner) => format!("!{}", expression(inner)),
        ExpressionKind::Compare(how, left, right) => format!("{how:?}({}, {})", expression(left), expression(right)),
        ExpressionKind::All(parts) => format!("all({})", list(parts)),
        ExpressionKind::Any(parts) => format!("any({})", list(parts)),
        ExpressionKind::Conditional(parts) => format!("if({})", list(parts.as_ref())),
        ExpressionKind::Spread(inner) => format!("...{}", expression(inner)),
        ExpressionKind::Function(inner) => function(inner),
        ExpressionKind::Bind(name, value) => format!("({} := {})", name.name, expression(value)),
        ExpressionKind::Opaque(parts) => format!("?({})", list(parts)),
        ExpressionKind::Percent(..) | ExpressionKind::Comprehension(_) => "…".to_owned(),
    }
}
