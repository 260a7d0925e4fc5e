//! Values of input variables: files of variables, the command line, defaults, types, lists of allowed values.
//!
//! Terraform's order holds: the command line, then `*.auto.tfvars` by name, then `terraform.tfvars`, then the
//! default. Environment variables are not read, since they are not in the files.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::combine::combine;
use super::evaluate::{Evaluator, Scope, collapsed};
use super::module::Declaration;
use super::symbol::{self, Data, Entry, Possible, Symbol};
use crate::model::{Guard, GuardKind, Problem, ProblemKind};
use crate::source::{Place, Source};
use crate::surface::{Files, SurfaceSettings, unreadable};
use crate::syntax::hcl::{self, Access, Attribute, Expression, ExpressionKind, ItemKey, UnaryOperator};
use crate::syntax::json;

/// How many values a list of allowed values may have to be gone through.
const ALLOWED_LIMIT: usize = 16;

/// How deep a type may be nested.
const TYPE_DEPTH_LIMIT: usize = 32;

/// What the user set on the command line: values of variables, in the order of their strength.
#[derive(Default)]
pub(super) struct CommandLine {
    sources: Vec<(PathBuf, Arc<Source>)>,
    flags: Vec<(String, Arc<Source>, usize)>,
    /// Files that could not be read.
    pub(super) problems: Vec<Problem>,
}

impl CommandLine {
    /// Reads the files that the settings name.
    pub(super) fn of(settings: &SurfaceSettings, files: &dyn Files) -> Self {
        let mut line = Self::default();
        for path in &settings.variable_files {
            match files.read(path) {
                Ok(source) => line.sources.push((path.clone(), source)),
                Err(problem) => line.problems.push(unreadable(path, &problem)),
            }
        }
        for (name, value) in &settings.variables {
            let text = format!("{name}={value}");
            line.flags.push((name.clone(), Arc::new(Source::from_text("--var", text)), name.len() + 1));
        }
        line
    }
}

/// The values that a root module gets from outside its `.tf` files, and what could not be parsed.
pub(super) fn root_values(
    own: &[PathBuf],
    files: &dyn Files,
    line: &CommandLine,
) -> (FxHashMap<String, Symbol>, Vec<Problem>) {
    let mut values = FxHashMap::default();
    let mut problems = Vec::new();
    for path in own {
        match files.read(path) {
            Ok(source) => read_values(path, &source, &mut values, &mut problems),
            Err(problem) => problems.push(unreadable(path, &problem)),
        }
    }
    for (path, source) in &line.sources {
        read_values(path, source, &mut values, &mut problems);
    }
    for (name, source, start) in &line.flags {
        values.insert(name.clone(), flag_value(source, *start));
    }
    (values, problems)
}

/// The files of variables that Terraform reads by itself, the weakest first.
pub(super) fn variable_files(mut paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let rank = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match name.as_str() {
            "terraform.tfvars" => Some((0, name)),
            "terraform.tfvars.json" => Some((1, name)),
            _ if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some((2, name)),
            _ => None,
        }
    };
    paths.retain(|path| rank(path).is_some());
    paths.sort_by_key(rank);
    paths
}

fn read_values(path: &Path, source: &Arc<Source>, values: &mut FxHashMap<String, Symbol>, problems: &mut Vec<Problem>) {
    let mut unparsable = |message: String, span| {
        let kind = ProblemKind::Unparsable;
        problems.push(Problem { kind, place: Place::new(source, span), message, help: None });
    };
    if path.extension().is_some_and(|e| e == "json") {
        match json::parse(source.text()) {
            Ok(root) => values.extend(
                root.members()
                    .iter()
                    .map(|member| (member.key.clone(), literal(&hcl::value_expression(&member.value), source))),
            ),
            Err(error) => unparsable(error.message, error.span),
        }
        return;
    }
    let parsed = hcl::parse(source.text());
    if let Some(error) = parsed.error {
        unparsable(error.message, error.span);
    }
    values.extend(parsed.body.attributes.iter().map(|a| (a.name.clone(), literal(&a.expression, source))));
}

/// The value of `--var`: an expression where it looks like a collection, else a text.
fn flag_value(source: &Arc<Source>, start: usize) -> Symbol {
    let text = source.text().get(start..).unwrap_or_default();
    let place = Place::new(source, start..source.text().len());
    let collection = text.starts_with(['[', '{']).then(|| hcl::parse_expression(text, start));
    if let Some(Ok(expression)) = collection {
        return literal(&expression, source);
    }
    Symbol::at(Data::Text(Rc::from(text)), place)
}

/// The value of an expression in a file of variables, which may hold literals only.
fn literal(expression: &Expression, source: &Arc<Source>) -> Symbol {
    let place = Place::new(source, expression.span);
    let here = |data| Symbol::at(data, place.clone());
    match &expression.kind {
        ExpressionKind::Null => here(Data::Null),
        ExpressionKind::Bool(value) => here(Data::Bool(*value)),
        ExpressionKind::Number(number) => here(Data::Number(*number)),
        ExpressionKind::String(text) => here(Data::Text(Rc::from(text.as_str()))),
        ExpressionKind::Parenthesis(inner) => literal(inner, source),
        ExpressionKind::Template(parts) => {
            let text = parts.iter().map(|part| match part {
                hcl::Part::Literal(text) => Some(text.as_str()),
                _ => None,
            });
            match text.collect::<Option<String>>() {
                Some(text) => here(Data::Text(Rc::from(text))),
                None => not_literal(&place),
            }
        }
        ExpressionKind::Unary(UnaryOperator::Minus, inner) => match inner.kind {
            ExpressionKind::Number(number) => here(Data::Number(-number)),
            _ => not_literal(&place),
        },
        ExpressionKind::Tuple(elements) => {
            Symbol::new(Data::List(Rc::new(elements.iter().map(|e| literal(e, source)).collect())))
        }
        ExpressionKind::Object(items) => {
            let mut entries = Vec::with_capacity(items.len());
            for item in items {
                let ItemKey::Name(key) = &item.key else { return not_literal(&place) };
                let place = Some(Place::new(source, item.key_span));
                entries.push(Entry { key: Rc::from(key.as_str()), place, value: literal(&item.value, source) });
            }
            Symbol::new(symbol::map(entries))
        }
        _ => not_literal(&place),
    }
}

fn not_literal(place: &Place) -> Symbol {
    Symbol::unknown("a file of variables holds literals only", Some(place.clone()), place.display())
}

/// Says of a value that was set from outside which default it replaces.
pub(super) fn name_default(given: Symbol, default: Option<(&Arc<Source>, &Attribute)>) -> Symbol {
    let label = match default {
        Some((source, default)) if !matches!(default.expression.kind, ExpressionKind::Null) => {
            let place = Place::new(source, default.expression.span);
            let text = collapsed(place.text(), 40);
            format!("set here, over the default {text} of {}:{}", source.path(), place.start().line)
        }
        _ => "set here".to_owned(),
    };
    let mut given = given;
    for alternative in given.alternatives_mut() {
        if let Some(first) = alternative.trail.first_mut().filter(|step| step.label.is_empty()) {
            first.label.clone_from(&label);
        }
    }
    given
}

/// A variable without a value: one of the values that its validation allows, else unknown.
pub(super) fn allowed_values(declaration: &Declaration, name: &str, canonical: &str) -> Symbol {
    let validations = declaration.block.body.blocks.iter().filter(|block| block.kind == "validation");
    let conditions = validations.filter_map(|block| block.body.attribute("condition"));
    let list = conditions.filter_map(|condition| allowed_list(&condition.expression, name)).next();
    match list {
        Some(values) if !values.is_empty() && values.len() <= ALLOWED_LIMIT => {
            let possible = |(branch, expression): (usize, &Expression)| {
                let guard = Guard {
                    key: Arc::from(canonical),
                    branch: u32::try_from(branch).unwrap_or(u32::MAX),
                    kind: GuardKind::Conditional,
                };
                let mut value = literal(expression, &declaration.source);
                for alternative in value.alternatives_mut() {
                    for step in &mut alternative.trail {
                        step.label = format!("one of the values that variable `{name}` allows");
                    }
                }
                value.guarded_by(guard)
            };
            let alternatives: Vec<Possible> = values.iter().enumerate().flat_map(possible).collect();
            Symbol::one_of(alternatives, Some(&declaration.header()))
        }
        _ => {
            let reason = format!("variable `{name}` has no default");
            Symbol::unknown(reason, Some(declaration.header()), canonical)
        }
    }
}

/// The list in `contains([…], var.name)`.
fn allowed_list<'e>(condition: &'e Expression, name: &str) -> Option<&'e [Expression]> {
    let ExpressionKind::Call(call) = &condition.bare().kind else { return None };
    let [list, needle] = call.arguments.as_slice() else { return None };
    let ExpressionKind::Traversal(root, accesses) = &needle.bare().kind else { return None };
    let is_variable = matches!(&root.kind, ExpressionKind::Variable(word) if word == "var")
        && matches!(accesses.as_slice(), [Access::Attribute(attribute)] if attribute == name);
    match &list.bare().kind {
        ExpressionKind::Tuple(elements) if is_variable && call.name == "contains" => Some(elements),
        _ => None,
    }
}

/// Converts a value to the type that a variable declares, as far as that matters: words to numbers and back,
/// lists to sets, and the attributes of an object that may be left out.
pub(super) fn convert(
    evaluator: &Evaluator<'_>,
    value: Symbol,
    constraint: &Expression,
    scope: Scope<'_>,
    depth: usize,
) -> Symbol {
    if depth > TYPE_DEPTH_LIMIT {
        return value;
    }
    match &constraint.bare().kind {
        ExpressionKind::Variable(word) => converted(value, word),
        // In JSON a type is written as a string.
        ExpressionKind::String(text) => match hcl::parse_expression(text, constraint.span.start as usize + 1) {
            Ok(inner) if !matches!(inner.kind, ExpressionKind::String(_)) => {
                convert(evaluator, value, &inner, scope, depth + 1)
            }
            _ => value,
        },
        ExpressionKind::Call(call) => {
            let Some(inner) = call.arguments.first() else { return value };
            let place = scope.place(constraint.span);
            combine(&[value], &place, |values| {
                let Some(value) = values.first() else { return Symbol::new(Data::Null) };
                let each = |value: &Symbol| convert(evaluator, value.clone(), inner, scope, depth + 1);
                let data = match (call.name.as_str(), &value.data) {
                    ("list", Data::List(list) | Data::Set(list)) => {
                        Data::List(Rc::new(list.iter().map(each).collect()))
                    }
                    ("set", Data::List(list) | Data::Set(list)) => {
                        super::functions::set(list.iter().map(each).collect()).unwrap_or_else(|| value.data.clone())
                    }
                    ("map", Data::Map(entries)) => {
                        let entry = |e: &Entry| Entry { value: each(&e.value), ..e.clone() };
                        Data::Map(Rc::new(entries.iter().map(entry).collect()))
                    }
                    ("object", Data::Map(_)) => object(evaluator, &value.data, inner, scope, depth),
                    _ => value.data.clone(),
                };
                Symbol::one_of(vec![Possible { data, ..(*value).clone() }], Some(&place))
            })
        }
        _ => value,
    }
}

/// A scalar as the type says. What cannot be converted is left as it is: the plan refuses it.
fn converted(mut value: Symbol, word: &str) -> Symbol {
    for alternative in value.alternatives_mut() {
        let data = match word {
            "string" => alternative.data.as_text().map(Data::Text),
            "number" => match alternative.data.as_number() {
                // A text that is not the canonical spelling of its number stays as it was written.
                Some(number) if alternative.data.as_text().as_deref() == Some(&symbol::number_text(number)) => {
                    Some(Data::Number(number))
                }
                _ => None,
            },
            "bool" => alternative.data.as_bool().map(Data::Bool),
            _ => None,
        };
        if let Some(data) = data {
            alternative.data = data;
        }
    }
    value
}

/// An object with the attributes of its type: those that may be left out have their default or are null.
fn object(evaluator: &Evaluator<'_>, data: &Data, attributes: &Expression, scope: Scope<'_>, depth: usize) -> Data {
    let ExpressionKind::Object(items) = &attributes.bare().kind else { return data.clone() };
    let mut entries = Vec::with_capacity(items.len());
    for item in items {
        let ItemKey::Name(name) = &item.key else { return data.clone() };
        let (constraint, default) = match &item.value.bare().kind {
            ExpressionKind::Call(call) if call.name == "optional" => (call.arguments.first(), call.arguments.get(1)),
            _ => (Some(&item.value), None),
        };
        let Some(constraint) = constraint else { return data.clone() };
        let given = data.entry(name).filter(|e| default.is_none() || !matches!(e.value.single(), Some(Data::Null)));
        let (value, place) = match (given, default) {
            (Some(entry), _) => (entry.value.clone(), entry.place.clone()),
            (None, Some(default)) => {
                let written = scope.place(default.span);
                let label = format!("default of the attribute `{name}`");
                (
                    evaluator.evaluate(default, scope).through(&written, &written, &label),
                    Some(scope.place(item.key_span)),
                )
            }
            (None, None) => (Symbol::new(Data::Null), None),
        };
        let value = convert(evaluator, value, constraint, scope, depth + 1);
        entries.push(Entry { key: Rc::from(name.as_str()), place, value });
    }
    symbol::map(entries)
}
