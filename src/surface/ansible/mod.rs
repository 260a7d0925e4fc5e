//! Ansible: tasks of the module that makes the call, in playbooks, roles and blocks, and tasks that run the
//! command line tool.
//!
//! Variables are followed through inventories, the play, its blocks and tasks, files that are named, and the role that
//! the file is part of with the plays that use it. All of them may be set from outside. Which modules there are is written in the matrix.

mod expressions;
mod inventory;
mod layers;
mod plays;
mod scope;
mod scripts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use serde::Deserialize;

use self::scope::Scope;
use super::document::{self, CallSite, File, Named};
use super::{Extraction, Files, Project, Surface};
use crate::model::{Api, Call, Content, Guard, GuardKind, Value};
use crate::source::Span;
use crate::syntax::yaml::{Kind, Node};

/// The surface.
#[derive(Debug)]
pub(super) struct Ansible;

/// The id of this surface.
const ID: &str = "ansible";

/// Keys below which nothing is a task.
const NO_TASKS: [&str; 4] = ["vars", "module_defaults", "vars_files", "environment"];

/// Keys under which the module of a task may be named.
const ACTIONS: [&str; 2] = ["action", "local_action"];

/// The key of the name of a module among its options.
const MODULE: &str = "module";

/// What the matrix says about Ansible.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Binding {
    modules: Vec<Module>,
}

/// A module that makes the call.
#[derive(Debug, Deserialize)]
struct Module {
    names: Vec<String>,
    /// The API's parameter for each option.
    options: BTreeMap<String, String>,
    #[serde(default)]
    other_options: Vec<String>,
    #[serde(default)]
    active: Option<Active>,
}

/// The only state in which the module makes the call; it is the default.
#[derive(Debug, Deserialize)]
struct Active {
    option: String,
    value: String,
}

impl Binding {
    fn of(api: &Api) -> Self {
        api.bindings.get(ID).and_then(|binding| Self::deserialize(binding).ok()).unwrap_or_default()
    }

    fn names(&self) -> impl Iterator<Item = &String> {
        self.modules.iter().flat_map(|module| &module.names)
    }
}

impl Surface for Ansible {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Ansible"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let modules = apis.iter().flat_map(|api| Binding::of(api).names().cloned().collect::<Vec<_>>());
        modules.chain(document::operation_needles(apis)).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let bindings: Vec<(&Api, Binding)> = project.apis.iter().map(|api| (api, Binding::of(api))).collect();
        let wants = |text: &str| {
            let has_module = bindings.iter().flat_map(|(_, binding)| binding.names()).any(|name| text.contains(name));
            has_module || scripts::may_run(text)
        };
        document::extract(project, &wants, &|file| {
            let walk = Walk { file, bindings: &bindings, apis: project.apis, files: project.files };
            let mut calls = Vec::new();
            for root in &file.document.roots {
                walk.tasks(root, &Scope::of_file(file, root, project.files), 0, &mut calls);
            }
            calls.into()
        })
    }
}

struct Walk<'a> {
    file: &'a File<'a>,
    bindings: &'a [(&'a Api, Binding)],
    apis: &'a [Api],
    files: &'a dyn Files,
}

impl Walk<'_> {
    /// Looks for tasks in a node and below it; documents are nested no deeper than they may be.
    fn tasks(&self, node: &Rc<Node>, scope: &Scope<'_>, listed: usize, calls: &mut Vec<Call>) {
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.tasks(item, scope, listed + 1, calls)),
            Kind::Mapping(entries) => {
                let inner = scope.within(node, self.files);
                if listed > 0 {
                    self.task(node, &inner, calls);
                }
                for (key, value) in entries {
                    if key.text().is_none_or(|key| !NO_TASKS.contains(&key)) {
                        self.tasks(value, &inner, listed, calls);
                    }
                }
            }
        }
    }

    fn task(&self, node: &Rc<Node>, scope: &Scope<'_>, calls: &mut Vec<Call>) {
        for (api, binding) in self.bindings {
            for module in &binding.modules {
                let given = module.names.iter().find_map(|name| node.entry(name));
                if let Some((key, value)) = given.or_else(|| named_by_action(node, module)) {
                    calls.extend(self.call(api, module, node, (key, value), scope));
                }
            }
        }
        calls.extend(scripts::calls(self.file, node, scope, self.apis, self.files));
    }

    fn call(
        &self,
        api: &Api,
        module: &Module,
        node: &Node,
        (key, value): (&Node, &Rc<Node>),
        scope: &Scope<'_>,
    ) -> Option<Call> {
        if scope.never_runs(node) {
            return None;
        }
        let words = self.words(value);
        let arguments = node.get("args");
        let options = with_arguments(words.as_ref().unwrap_or(value), arguments);
        let is_written = words.is_none() && Rc::ptr_eq(&options, value);
        let mut guards = Vec::new();
        if let Some(active) = &module.active
            && let Some(state) = options.get(&active.option)
        {
            let state = scope.value(state);
            let is_other = |content: &Content| matches!(content, Content::Text(text) if *text != active.value);
            if state.alternatives().iter().all(|a| is_other(&a.content)) {
                return None;
            }
            if state.as_text().is_none() {
                let key = format!("`{}`", active.option).into();
                guards.push(Guard { key, branch: 0, kind: GuardKind::Conditional });
            }
        }
        let name = node.get("name").and_then(|name| name.text()).or(key.text()).unwrap_or_default();
        let site = CallSite {
            file: self.file,
            api,
            surface: ID,
            subject: format!("Ansible task `{name}`"),
            whole: node.span,
            head: key.span,
            family: "snake",
            open: is_written,
        };
        let named = |key: &str| match module.options.get(key) {
            Some(parameter) => Named::Parameter(parameter.clone()),
            None if key == MODULE || module.other_options.iter().any(|other| other == key) => Named::Other,
            None => Named::Unknown { refused: true },
        };
        // The module sends its own default for an option that is left out. Those are the API's defaults too, so
        // an option that is left out counts as a parameter that is left out.
        let mut call = site.call(Some(&options), &named, &|_, value| scope.value(value));
        call.guards = guards;
        let computed = arguments.filter(|given| !matches!(given.kind, Kind::Mapping(_))).map(|given| given.span);
        if let Some(at) = scope.module_defaults(&module.names).or(computed) {
            let given: Vec<String> = call.arguments.iter().map(|argument| argument.parameter.clone()).collect();
            site.unknown_but(&mut call, &given, "options are set here, too", at);
        }
        Some(call)
    }

    /// Options that are written as words, `name=value name=value`, as a mapping.
    fn words(&self, value: &Node) -> Option<Rc<Node>> {
        if document::scalar(value) == Some(Content::Absent) {
            return None;
        }
        let text = value.text().filter(|text| text.contains(['=', ' ']))?;
        let back = document::text_in(self.file, value);
        let place = |start: usize, end: usize| back.as_ref().map_or(value.span, |back| back.span(start, end));
        let mut entries = Vec::new();
        for (index, (start, end)) in split_words(text).into_iter().enumerate() {
            let word = text.get(start..end)?;
            let Some((key, given)) = word.split_once('=').filter(|(key, _)| !key.contains("{{")) else {
                // The first word may name the module; any other makes no sense, or is an expression.
                if index == 0 && !word.starts_with("{{") {
                    continue;
                }
                return None;
            };
            let bare = given.trim_matches(['"', '\'']);
            let scalar = |text: &str, span: Span| {
                let kind = Kind::Scalar { text: text.to_owned(), plain: true };
                Rc::new(Node { span, tag: None, kind, alias: None })
            };
            let middle = start + key.len();
            entries.push((scalar(key, place(start, middle)), scalar(bare, place(middle + 1, end))));
        }
        Some(Rc::new(Node { span: value.span, tag: None, kind: Kind::Mapping(entries), alias: None }))
    }
}

/// The options of a task with those that stand beside its module and are not given twice.
fn with_arguments(options: &Rc<Node>, arguments: Option<&Rc<Node>>) -> Rc<Node> {
    let Some(arguments) = arguments.filter(|given| matches!(given.kind, Kind::Mapping(_))) else {
        return Rc::clone(options);
    };
    let mut entries = match &options.kind {
        Kind::Mapping(entries) => entries.clone(),
        _ if document::scalar(options) == Some(Content::Absent) => return Rc::clone(arguments),
        _ => return Rc::clone(options),
    };
    let is_new = |key: &Node| key.text().is_some_and(|key| options.get(key).is_none());
    entries.extend(arguments.entries().iter().filter(|(key, _)| is_new(key)).cloned());
    Rc::new(Node { kind: Kind::Mapping(entries), ..(**options).clone() })
}

/// The old way to write a task: `action: module name=value`, or a mapping that names the module.
fn named_by_action<'n>(node: &'n Node, module: &Module) -> Option<(&'n Rc<Node>, &'n Rc<Node>)> {
    let (key, value) = ACTIONS.iter().find_map(|action| node.entry(action))?;
    let written = value.get(MODULE).map_or(value.text(), |name| name.text())?;
    let name = written.split_whitespace().next()?;
    module.names.iter().any(|known| known == name).then_some((key, value))
}

/// Where the words of a text are; white space between quotes and braces does not part them.
fn split_words(text: &str) -> Vec<(usize, usize)> {
    let (mut words, mut start, mut quote, mut depth) = (Vec::new(), None, None, 0_usize);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('{', None) => depth += 1,
            ('}', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let parts = c.is_whitespace() && quote.is_none() && depth == 0;
        match (parts, start) {
            (true, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    words.extend(start.map(|from| (from, text.len())));
    words
}

/// A value of which nothing is known.
fn unknown(reason: impl Into<String>, file: &File<'_>, node: &Node) -> Value {
    Value::unknown(reason, Some(file.place_of(node)))
}
