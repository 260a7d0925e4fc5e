//! From resources to calls: walks the module instances of one root and builds the model's calls.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::access::Reader;
use super::bindings::{Bindings, CallSpec, api_id};
use super::evaluate::{Evaluator, Inputs, Instance, Scope};
use super::expansion::{Shape, counted_each};
use super::module::{Declaration, Module};
use super::project::World;
use super::runs::{self, Again, Made};
use super::scripts;
use super::symbol::{Data, Each, Possible, Symbol, compatible, merge_guards};
use super::variables::{self, CommandLine};
use crate::model::{
    Access, Alternative, Api, Argument, Call, Content, Guard, InsertSite, NameKind, ParameterKind, Problem, Quote,
    Runs, Spelling, Step, Unknown, UnknownName, Value, naming,
};
use crate::source::{Place, Source, Span};
use crate::surface::Files;
use crate::syntax::hcl::{Attribute, ExpressionKind, UnaryOperator};

/// Arguments that every resource has.
const META_ARGUMENTS: &[&str] =
    &["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection", "dynamic"];

/// How many elements of a `count` become calls of their own.
const COUNT_LIMIT: usize = 100;

/// How many elements of a `for_each` become calls.
const KEY_LIMIT: usize = 1_000;

/// How many calls one root may have.
const CALL_LIMIT: usize = 20_000;

/// How deep modules may be nested.
const MODULE_DEPTH_LIMIT: usize = 32;

/// The naming family of arguments.
const FAMILY: &str = "snake";

/// What a root module gave.
#[derive(Default)]
pub(super) struct Found {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Its calls, those of the modules that it calls included.
    pub(super) calls: Vec<Call>,
    pub(super) problems: Vec<Problem>,
    /// The calls of scripts in its resources.
    pub(super) scripted: Vec<Call>,
    /// Files that were judged only in part, and why.
    pub(super) in_part: Vec<(String, String)>,
    /// Who may do what.
    pub(super) access: Access,
}

/// Finds the calls of one root module.
pub(super) fn of_root(
    root: &Arc<Module>,
    world: &World,
    bindings: &Bindings<'_>,
    files: &dyn Files,
    line: &CommandLine,
) -> Found {
    let (values, problems) = variables::root_values(world.variable_files(&root.folder), files, line);
    let evaluator = Evaluator::new(world, bindings);
    let instance = evaluator.instantiate(Arc::clone(root), String::new(), Inputs::Root(Rc::new(values)));
    let found = Found { folder: root.folder.clone(), problems, ..Found::default() };
    let access = Reader::new(&root.folder, files);
    let mut walk = Walk { evaluator, files, found, made: Vec::new(), access };
    walk.module(&instance, &[], &mut Vec::new());
    runs::fill_lanes(&walk.evaluator, root, &walk.made, &mut walk.found.calls);
    walk.found.access = walk.access.finish(&walk.evaluator, &walk.made, &mut walk.found.calls);
    if walk.evaluator.is_exhausted() {
        let reason = "this module tree is too much to evaluate";
        let mut files: Vec<String> = walk.found.calls.iter().map(|call| call.place.source.path().to_owned()).collect();
        files.dedup();
        walk.found.in_part.extend(files.into_iter().map(|file| (file, reason.to_owned())));
    }
    walk.found
}

struct Walk<'w> {
    evaluator: Evaluator<'w>,
    files: &'w dyn Files,
    found: Found,
    /// What makes each call.
    made: Vec<Made>,
    access: Reader<'w>,
}

impl Walk<'_> {
    /// Takes the calls of a module instance and of those that it calls.
    fn module(&mut self, instance: &Rc<Instance>, guards: &[Guard], above: &mut Vec<PathBuf>) {
        let module = &instance.module;
        if above.contains(&module.folder) || above.len() >= MODULE_DEPTH_LIMIT {
            return;
        }
        self.access.module(&self.evaluator, instance, guards);
        for declaration in module.resources().iter().filter(|declaration| declaration.hit) {
            let specs: Vec<_> = self.evaluator.bindings.calls(declaration.kind()).collect();
            for (api, spec) in specs {
                self.resource(instance, declaration, (api, spec), guards);
            }
            let (evaluator, files) = (&self.evaluator, self.files);
            let root = self.found.folder.clone();
            let scripts = scripts::Reading { evaluator, apis: evaluator.bindings.apis, files, root };
            let scripted = scripts.scripts(instance, declaration, guards);
            self.found.scripted.extend(scripted.calls);
            self.found.in_part.extend(scripted.in_part);
        }
        above.push(module.folder.clone());
        for call in module.calls() {
            let Some(called) = self.evaluator.world.called(&module.folder, call) else { continue };
            if !self.evaluator.world.leads(&called.folder) || above.contains(&called.folder) {
                continue;
            }
            for (number, own) in self.evaluator.children(instance, call.name()) {
                let mut guards = guards.to_vec();
                merge_guards(&mut guards, &own);
                if let Some(child) = self.evaluator.instance(number) {
                    self.module(&child, &guards, above);
                }
            }
        }
        above.pop();
    }

    /// Takes the calls of one resource: one for each of its elements.
    fn resource(
        &mut self,
        instance: &Rc<Instance>,
        declaration: &Arc<Declaration>,
        (api, spec): (&Api, &CallSpec),
        guards: &[Guard],
    ) {
        for expansion in self.evaluator.expansions(instance, declaration) {
            if !compatible(&expansion.guards, guards) {
                continue;
            }
            let mut all = guards.to_vec();
            merge_guards(&mut all, &expansion.guards);
            let again = again(&expansion.shape, declaration);
            let runs = runs::of_call(&self.found.folder, declaration, &again, expansion.overridable);
            let elements: Vec<(String, Each)> = match expansion.shape {
                Shape::Single => vec![(String::new(), Each::default())],
                Shape::Unknown(each) => vec![(String::new(), each)],
                Shape::Counted(0) => Vec::new(),
                Shape::Counted(count) if uses_index(declaration) => {
                    self.note_limit(declaration, count, COUNT_LIMIT);
                    (0..count.min(COUNT_LIMIT)).map(|i| (format!("[{i}]"), counted_each(i))).collect()
                }
                Shape::Counted(_) => vec![(String::new(), counted_each(0))],
                Shape::Keyed(keys) => {
                    self.note_limit(declaration, keys.len(), KEY_LIMIT);
                    keys.into_iter()
                        .take(KEY_LIMIT)
                        .map(|(key, each)| (format!("[{:?}]", key.as_ref()), each))
                        .collect()
                }
            };
            for (suffix, each) in elements {
                if self.found.calls.len() >= CALL_LIMIT {
                    self.note_limit(declaration, usize::MAX, CALL_LIMIT);
                    return;
                }
                let subject = format!("{}{}.{}{suffix}", instance.address, declaration.kind(), declaration.name());
                let builder =
                    Builder { evaluator: &self.evaluator, instance, declaration, api, spec, each: &each, guards: &all };
                let mut call = builder.call(subject);
                call.runs = Runs { target: call.runs.target.take(), ..runs.clone() };
                let (instance, declaration) = (Rc::clone(instance), Arc::clone(declaration));
                self.made.push(Made { call: self.found.calls.len(), instance, declaration });
                self.found.calls.push(call);
            }
        }
    }

    fn note_limit(&mut self, declaration: &Declaration, count: usize, limit: usize) {
        if count > limit {
            let reason = format!("only the first {limit} elements of {} were judged", declaration.name());
            self.found.in_part.push((declaration.source.path().to_owned(), reason));
        }
    }
}

/// How a resource is repeated beyond the calls that its elements become.
fn again(shape: &Shape, declaration: &Declaration) -> Again {
    match shape {
        Shape::Single => Again::Once,
        Shape::Counted(count) if !uses_index(declaration) => Again::Alike(*count),
        Shape::Counted(_) | Shape::Keyed(_) => Again::Perhaps,
        Shape::Unknown(_) => Again::Unknown { distinct: declaration.attribute("count").is_none() },
    }
}

/// Whether the elements of a `count` differ.
pub(super) fn uses_index(declaration: &Declaration) -> bool {
    declaration.attributes().iter().any(|(source, attribute)| source.slice(attribute.span).contains("count.index"))
}

/// Builds one call.
struct Builder<'b, 'w> {
    evaluator: &'b Evaluator<'w>,
    instance: &'b Rc<Instance>,
    declaration: &'b Arc<Declaration>,
    api: &'b Api,
    spec: &'b CallSpec,
    each: &'b Each,
    guards: &'b [Guard],
}

impl Builder<'_, '_> {
    fn call(&self, subject: String) -> Call {
        let declaration = self.declaration;
        let mut arguments: Vec<Argument> = Vec::new();
        let mut unknown_names = Vec::new();
        let mut instance_id = None;
        let identifier = self.api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
        let identifies = |parameter: &str| identifier.is_some_and(|p| p.name == parameter);
        for (source, attribute) in declaration.attributes() {
            let name = attribute.name.as_str();
            if META_ARGUMENTS.contains(&name) || self.spec.other_arguments.iter().any(|other| other == name) {
                continue;
            }
            if let Some(parameter) = self.spec.arguments.get(name) {
                let symbol = self.evaluate(source, attribute);
                if identifies(parameter) {
                    instance_id = Some((name, symbol.clone()));
                }
                if arguments.iter().all(|argument| argument.parameter != *parameter) {
                    arguments.push(self.argument(parameter, source, attribute, &symbol));
                }
                continue;
            }
            let unknown = self.unknown_name(source, attribute);
            // A misspelt id still says which instance is meant.
            if instance_id.is_none() && unknown.nearest.as_deref().is_some_and(identifies) {
                instance_id = Some((name, self.evaluate(source, attribute)));
            }
            unknown_names.push(unknown);
        }
        if !declaration.block.whole {
            self.fill_up(&mut arguments);
        }
        let target = instance_id.as_ref().and_then(|(_, id)| runs::target(id, self.guards, &subject));
        let facts = instance_id.map_or_else(Vec::new, |(name, id)| {
            super::facts::of_call(self.evaluator, self.api, &id, name, self.guards)
        });
        Call {
            api: api_id(self.api),
            surface: super::ID,
            subject,
            place: Place::new(&declaration.source, declaration.block.span),
            head: declaration.header(),
            arguments,
            unknown_names,
            facts,
            guards: self.guards.to_vec(),
            spelling: Spelling { family: FAMILY, prefix: "" },
            insert: insert_site(declaration),
            runs: Runs { target, ..Runs::default() },
            advisory: false,
        }
    }

    /// Of a block that could not be read in full, nothing is certain to be left out.
    fn fill_up(&self, arguments: &mut Vec<Argument>) {
        for parameter in self.spec.arguments.values() {
            if arguments.iter().all(|argument| argument.parameter != *parameter) {
                let place = self.declaration.header();
                let reason = "the block cannot be read in full";
                arguments.push(Argument {
                    parameter: parameter.clone(),
                    name: place.clone(),
                    value: Value::unknown(reason, Some(place.clone())),
                    place,
                    literal: None,
                    removal: None,
                });
            }
        }
    }

    fn evaluate(&self, source: &Arc<Source>, attribute: &Attribute) -> Symbol {
        self.evaluator.evaluate(&attribute.expression, Scope::new(self.instance, source, self.each))
    }

    fn argument(&self, parameter: &str, source: &Arc<Source>, attribute: &Attribute, symbol: &Symbol) -> Argument {
        let place = Place::new(source, attribute.expression.span);
        let label = format!("`{}` is set here", attribute.name);
        Argument {
            parameter: parameter.to_owned(),
            name: Place::new(source, attribute.name_span),
            value: argument_value(symbol, &place, &label, self.guards),
            literal: is_literal(&attribute.expression.kind).then_some(Quote::DoubleUnlessNumber),
            removal: if self.declaration.json { None } else { Some(removal(source, attribute.span)) },
            place,
        }
    }

    fn unknown_name(&self, source: &Arc<Source>, attribute: &Attribute) -> UnknownName {
        let computed = self.spec.exported.contains(&attribute.name);
        let free = self.spec.arguments.keys().filter(|name| self.declaration.attribute(name).is_none());
        let nearest = if computed { None } else { naming::nearest(&attribute.name, free.map(String::as_str)) };
        UnknownName {
            spelled: attribute.name.clone(),
            place: Place::new(source, attribute.name_span),
            kind: NameKind::Unknown,
            nearest: nearest.and_then(|name| self.spec.arguments.get(name)).cloned(),
            instead: nearest.map(str::to_owned),
            refused: true,
        }
    }
}

fn is_literal(kind: &ExpressionKind) -> bool {
    match kind {
        ExpressionKind::Number(_) | ExpressionKind::String(_) | ExpressionKind::Bool(_) => true,
        ExpressionKind::Unary(UnaryOperator::Minus, inner) => matches!(inner.kind, ExpressionKind::Number(_)),
        _ => false,
    }
}

/// A symbol as the model's value of an argument at a place.
pub(super) fn argument_value(symbol: &Symbol, place: &Place, label: &str, guards: &[Guard]) -> Value {
    let steps = |trail: &[Step]| match trail {
        [] => Vec::new(),
        [only] if only.place == *place => Vec::new(),
        trail => {
            let mut steps = Vec::with_capacity(trail.len() + 1);
            if trail.first().is_some_and(|first| first.place != *place) {
                steps.push(Step { place: place.clone(), label: label.to_owned() });
            }
            steps.extend(trail.iter().cloned());
            steps
        }
    };
    let held = symbol.alternatives().iter().filter(|a| compatible(&a.guards, guards));
    let alternatives = held.map(|possible| Alternative {
        content: content(possible),
        guards: possible.guards.clone(),
        steps: labelled(steps(&possible.trail)),
        overridable: possible.overridable,
    });
    Value::one_of(alternatives.collect())
}

/// Steps without a label of their own get one.
pub(super) fn labelled(mut steps: Vec<Step>) -> Vec<Step> {
    for step in &mut steps {
        if step.label.is_empty() {
            step.label = "set here".to_owned();
        }
    }
    steps
}

fn content(possible: &Possible) -> Content {
    let unknown =
        |reason: String, place: Option<Place>, present: bool| Content::Unknown(Unknown { reason, place, present });
    match &possible.data {
        Data::Null => Content::Absent,
        Data::Unknown(hole) => unknown(hole.reason.clone(), hole.place.clone(), hole.present),
        Data::Id(reference) | Data::Listing(reference) | Data::Resource(reference) => {
            let reason = format!("the id of {} is known after apply", reference.address);
            unknown(reason, Some(reference.declaration.header()), true)
        }
        data => match data.as_text() {
            Some(text) => Content::text(text.as_ref()),
            None => unknown("it is no text and no number".to_owned(), None, true),
        },
    }
}

/// The lines of an argument with their line break, or just the argument where it shares its lines.
fn removal(source: &Arc<Source>, span: Span) -> Place {
    let text = source.text();
    let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(span.end as usize..).and_then(|after| after.find('\n'));
    let end = end.map_or(text.len(), |at| span.end as usize + at + 1);
    let alone = |text: Option<&str>| text.is_some_and(|t| t.trim().is_empty());
    let comment =
        |text: Option<&str>| text.is_some_and(|t| t.trim_start().starts_with('#') || t.trim_start().starts_with("//"));
    let before = text.get(start..span.start as usize);
    let after = text.get(span.end as usize..end);
    if alone(before) && (alone(after) || comment(after)) {
        Place::new(source, start..end)
    } else {
        Place::new(source, span)
    }
}

/// Behind the last argument, on a line of its own.
fn insert_site(declaration: &Declaration) -> Option<InsertSite> {
    let source = &declaration.source;
    if !declaration.block.whole {
        return None;
    }
    let last = declaration.block.body.attributes.last()?;
    let start = source.position(last.span.start).line;
    let indent: String = source.slice(source.line_span(start)?).chars().take_while(|c| c.is_whitespace()).collect();
    if declaration.json {
        let newline = source.position(declaration.block.span.start).line != start;
        let before = if newline { format!(",{}{indent}\"", line_break(source)) } else { ", \"".to_owned() };
        return Some(InsertSite {
            at: Place::new(source, last.span.end as usize..last.span.end as usize),
            before,
            between: "\": ".to_owned(),
            after: String::new(),
            quote: Quote::DoubleUnlessNumber,
        });
    }
    // A block on one line takes only one argument.
    if source.position(declaration.block.span.start).line == start {
        return None;
    }
    let line = source.position(last.span.end).line;
    let end = source.line_span(line)?.end as usize;
    Some(InsertSite {
        at: Place::new(source, end..end),
        before: format!("{}{indent}", line_break(source)),
        between: " = ".to_owned(),
        after: String::new(),
        quote: Quote::DoubleUnlessNumber,
    })
}

/// The line break that the source uses: that of its first line.
fn line_break(source: &Source) -> &'static str {
    let text = source.text();
    let first = text.find('\n').and_then(|at| text.get(..at));
    if first.is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" }
}
