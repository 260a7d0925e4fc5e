//! Programs of Pulumi: resources that are made by calls, in TypeScript, JavaScript and Python.
//!
//! Owns which calls make such a resource and what of a value can be read from the program as it stands: texts, lists,
//! maps, and names that are given a value once. Nothing is followed through functions; what is not read is a hole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::carriers::{Entry, carriers};
use super::expressions::{Values, words_of};
use super::say::{Project as Resources, Properties, Resource};
use super::tree::Tree;
use super::{Frame, Written, read, read_text};
use crate::model::{Access, Api, Coverage, CoverageStatus, PolicyDocument, PrincipalKind, RunScope, Runner};
use crate::source::{Place, Source, Span};
use crate::surface::{Extraction, Project, Surface};
use crate::syntax::code::{
    self, CallExpression, Expression, ExpressionKind, Imported, Module, Statement, StatementKind, Target,
};

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct PulumiPrograms;

/// Reads a program.
type Read = fn(&str) -> Module;

/// Endings of programs, and how each language is read.
const LANGUAGES: &[(&[&str], Read)] =
    &[(&["ts", "js", "mjs", "cjs", "mts", "cts", "tsx"], code::typescript), (&["py"], code::python)];

/// How many resources of one file are looked at.
const RESOURCES: usize = 2_000;

impl Surface for PulumiPrograms {
    fn id(&self) -> &'static str {
        "pulumi-program"
    }

    fn title(&self) -> &'static str {
        "RAM policies in programs of Pulumi"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        language(path).is_some()
    }

    fn needles(&self, _apis: &[Api]) -> Vec<String> {
        Vec::new()
    }

    fn policy_needles(&self) -> Vec<String> {
        carriers().needles.programs.clone()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let read = |path: &PathBuf| match project.files.read(path) {
            Ok(source) => {
                let access = of_file(path, &source);
                let status = CoverageStatus::Judged;
                let coverage = Coverage { path: source.path().to_owned(), status, reason: String::new() };
                Extraction { access, coverage: vec![coverage], parsed: 1, ..Extraction::default() }
            }
            Err(problem) => {
                let mut none = Extraction::default();
                none.unreadable(path, &problem);
                none
            }
        };
        let all: Vec<Extraction> = project.hits.par_iter().map(read).collect();
        let mut extraction = Extraction::default();
        all.into_iter().for_each(|one| extraction.merge(one));
        extraction
    }
}

fn language(path: &Path) -> Option<Read> {
    let ending = path.extension()?.to_str()?;
    LANGUAGES.iter().find(|(endings, _)| endings.contains(&ending)).map(|(_, read)| *read)
}

fn of_file(path: &Path, source: &Arc<Source>) -> Access {
    let mut access = Access::default();
    let words = &carriers().pulumi.program_words;
    let Some(read) = language(path).filter(|_| words.iter().all(|word| source.text().contains(word.as_str()))) else {
        return access;
    };
    let module = read(source.text());
    let mut found = Found::default();
    found.statements(&module.statements);
    let counted = |name: &str| found.assigned.get(name).map_or(0, Vec::len);
    let addresses: BTreeSet<String> =
        found.calls.iter().filter_map(|call| call.address.clone()).filter(|name| counted(name) == 1).collect();
    let constants: BTreeMap<&str, &Expression> = found
        .assigned
        .iter()
        .filter_map(|(name, values)| match values.as_slice() {
            [only] if !addresses.contains(name) => Some((name.as_str(), *only)),
            _ => None,
        })
        .collect();
    let values = Values { source, constants: &constants };
    let project = Resources { scope: source.path(), addresses: &addresses, advisory: false };
    for made in found.calls.iter().take(RESOURCES) {
        let Some(class) = found.class(&made.call.function) else { continue };
        let given = Given { values: &values, all: given(made.call) };
        let address = made.address.as_deref().filter(|name| addresses.contains(*name)).unwrap_or_default();
        add(&project, &class, &given, (address, made), source, &mut access);
    }
    access
}

/// Adds what one resource says.
fn add(
    project: &Resources<'_>,
    class: &str,
    given: &Given<'_>,
    (address, made): (&str, &Made<'_>),
    source: &Arc<Source>,
    access: &mut Access,
) {
    let known = &carriers().pulumi;
    let first = made.call.arguments.first().and_then(|argument| match &argument.value.kind {
        ExpressionKind::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let shown = first.unwrap_or(address);
    for entry in known.resources.iter().filter(|entry: &&Entry| entry.resource == class) {
        let place = Place::new(source, made.call.function.span);
        project.add(&Resource { entry, properties: given, address, shown, place }, access);
    }
    for runner in known.runners.iter().filter(|runner| runner.kind == class) {
        let role = runner.role.iter().find_map(|role| given.get(role)?.template());
        let Some(role) = role else { continue };
        project.resides(PrincipalKind::Role, &role, access);
        access.runners.push(Runner {
            principal: project.reference(&role),
            kind: PrincipalKind::Role,
            place: role.place,
            scope: RunScope::Within(Place::new(source, made.span)),
            session: None,
        });
    }
}

/// The properties of a resource: arguments with names, or the entries of the map that is given.
fn given(call: &CallExpression) -> Vec<(&str, &Expression)> {
    let mut all = Vec::new();
    for argument in &call.arguments {
        match (&argument.name, &argument.value.kind) {
            (_, ExpressionKind::Map(entries)) => {
                for entry in entries {
                    if let Some(Expression { kind: ExpressionKind::Text(key), .. }) = &entry.key {
                        all.push((key.as_str(), &entry.value));
                    }
                }
            }
            // An object of arguments: `RoleArgs(name=…)`.
            (_, ExpressionKind::Call(inner)) if inner.arguments.iter().any(|inner| inner.name.is_some()) => {
                let named =
                    inner.arguments.iter().filter_map(|one| Some((one.name.as_ref()?.name.as_str(), &one.value)));
                all.extend(named);
            }
            (Some(name), _) => all.push((name.name.as_str(), &argument.value)),
            _ => {}
        }
    }
    all
}

struct Given<'a> {
    values: &'a Values<'a>,
    all: Vec<(&'a str, &'a Expression)>,
}

impl Given<'_> {
    /// A value by its name, whatever the spelling that a language has for it.
    fn value(&self, name: &str) -> Option<&Expression> {
        let same = |key: &str| {
            let letters =
                |text: &str| text.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect::<String>();
            letters(key) == letters(name)
        };
        self.all.iter().find(|(key, _)| same(key)).map(|(_, value)| *value)
    }
}

impl Properties for Given<'_> {
    fn get(&self, name: &str) -> Option<Tree> {
        self.value(name).map(|value| self.values.tree(value))
    }

    fn document(&self, name: &str, frame: Frame) -> Option<PolicyDocument> {
        let value = self.values.written(self.value(name)?);
        match self.values.text(value) {
            Some(text) => read_text(Written { source: self.values.source, text: &text }, frame),
            None => read(&self.values.tree(value), frame),
        }
    }

    fn inner(&self, _name: &str) -> Vec<Box<dyn Properties + '_>> {
        Vec::new()
    }
}

/// A call that may make a resource.
struct Made<'m> {
    call: &'m CallExpression,
    span: Span,
    /// What its result is given to.
    address: Option<String>,
}

/// What a program holds that matters.
#[derive(Default)]
struct Found<'m> {
    calls: Vec<Made<'m>>,
    assigned: BTreeMap<String, Vec<&'m Expression>>,
    /// Names of classes that are imported by themselves, with the module before them.
    imported: BTreeMap<String, String>,
}

impl<'m> Found<'m> {
    fn statements(&mut self, statements: &'m [Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Expression(value) => self.expression(value, None),
                StatementKind::Assign(targets, value) => {
                    let name = targets.first().and_then(|target| self.target(target));
                    if let Some(name) = &name {
                        self.assigned.entry(name.clone()).or_default().push(value);
                    }
                    self.expression(value, name);
                }
                StatementKind::Update(Target::Name(name), value) => {
                    // It has more than one value.
                    self.assigned.entry(name.name.clone()).or_default().extend([value, value]);
                }
                StatementKind::If(branches, otherwise) => {
                    branches.iter().for_each(|(_, body)| self.statements(body));
                    self.statements(otherwise);
                }
                StatementKind::For(looped) => self.statements(&looped.body),
                StatementKind::While(_, body) | StatementKind::Block(body) => self.statements(body),
                StatementKind::Function(function) => self.statements(&function.body),
                StatementKind::Class(class) => self.statements(&class.body),
                StatementKind::Try(attempt) => {
                    self.statements(&attempt.body);
                    self.statements(&attempt.otherwise);
                    self.statements(&attempt.finally);
                }
                StatementKind::Return(Some(value)) => self.expression(value, None),
                StatementKind::Import(import) => self.import(&import.module, &import.names),
                _ => {}
            }
        }
    }

    fn target(&self, target: &Target) -> Option<String> {
        match target {
            Target::Name(name) => Some(name.name.clone()),
            Target::Member(object, name) => Some(format!("{}.{}", words_of(object)?, name.name)),
            _ => None,
        }
    }

    fn import(&mut self, module: &str, names: &Imported) {
        let Imported::Names(names) = names else { return };
        let last = module.rsplit(['.', '/']).next().unwrap_or(module);
        for (name, own) in names {
            self.imported.insert(own.clone(), format!("{last}.{name}"));
        }
    }

    fn expression(&mut self, expression: &'m Expression, address: Option<String>) {
        match &expression.kind {
            ExpressionKind::Call(call) => {
                self.calls.push(Made { call, span: expression.span, address });
                for argument in &call.arguments {
                    self.expression(&argument.value, None);
                }
            }
            ExpressionKind::Function(function) => self.statements(&function.body),
            ExpressionKind::Opaque(parts) | ExpressionKind::List(parts) => {
                parts.iter().for_each(|part| self.expression(part, address.clone()));
            }
            ExpressionKind::Map(entries) => entries.iter().for_each(|entry| self.expression(&entry.value, None)),
            _ => {}
        }
    }

    /// The module and the class of a call: the last two names.
    fn class(&self, function: &Expression) -> Option<String> {
        match &function.kind {
            ExpressionKind::Name(name) => self.imported.get(name).cloned(),
            ExpressionKind::Member(object, class) => {
                let module = match &object.kind {
                    ExpressionKind::Name(name) => name,
                    ExpressionKind::Member(_, name) => &name.name,
                    _ => return None,
                };
                Some(format!("{module}.{}", class.name))
            }
            _ => None,
        }
    }
}
