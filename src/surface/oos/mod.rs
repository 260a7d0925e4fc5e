//! OOS templates, in YAML and in JSON: tasks that call an API by its name, and ready-made actions.
//!
//! Takes a template; gives the calls of its tasks, with `{{ … }}` resolved through the parameters of the
//! template and through loops. What a task puts out, or what OOS itself knows, stays unknown. Which actions
//! there are is written in the matrix.

mod expressions;
mod schedules;
mod scripts;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;

use self::expressions::Scope;
use super::document::{self, CallSite, File, Named};
use super::{Extraction, Files, Project, Surface, companions};
use crate::model::{Api, Call, Handle, PrincipalKind, Reference, RunScope, Runner, Runs, Value};
use crate::source::{Place, Source};
use crate::syntax::yaml::{self, Kind, Node};

/// The surface.
#[derive(Debug)]
pub(super) struct Oos;

/// The id of this surface.
const ID: &str = "oos";

/// What the version of every template begins with.
const VERSION: &str = "OOS-";

/// What the matrix says about OOS.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Binding {
    /// Actions that call the API which their properties name.
    generic: Vec<String>,
    /// Actions that start the other tasks of a template at set times.
    timers: Vec<String>,
    /// Actions that make the call.
    packaged: Vec<Packaged>,
    /// The entry of a template that names the role as which its tasks run.
    role: Option<String>,
    /// Actions that run a script.
    scripts: Vec<scripts::Script>,
}

/// An action that makes the call.
#[derive(Debug, Deserialize)]
struct Packaged {
    action: String,
    /// The API's parameter for each property; an empty name for one that is no parameter.
    properties: BTreeMap<String, String>,
}

impl Binding {
    fn of(api: &Api) -> Self {
        api.bindings.get(ID).and_then(|binding| Self::deserialize(binding).ok()).unwrap_or_default()
    }
}

impl Surface for Oos {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "OOS templates"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        document::operation_needles(apis)
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let wants = |text: &str| text.contains(VERSION) && text.contains("FormatVersion");
        let mut extraction = document::extract(project, &wants, &|file| {
            let roots = file.document.roots.iter();
            roots
                .flat_map(|root| template(file, root, (project.apis, project.files), None, ID))
                .collect::<Vec<_>>()
                .into()
        });
        let sources = companions::sources(&extraction.calls);
        let found = sources.iter().flat_map(|source| companions::of_template(source, project.apis));
        extraction.access.companions.extend(found);
        extraction.access.runners.extend(sources.iter().flat_map(|source| runners(source, project.apis)));
        extraction
    }
}

/// The roles as which the tasks of templates run; one that a parameter names is not known.
fn runners(source: &Arc<Source>, apis: &[Api]) -> Vec<Runner> {
    let mut found = Vec::new();
    for root in &yaml::parse(source.text()).documents {
        let keys: BTreeSet<String> = apis.iter().filter_map(|api| Binding::of(api).role).collect();
        for key in keys {
            let Some(role) = root.get(&key) else { continue };
            let Some(name) = role.text().filter(|name| !name.is_empty() && !name.contains("{{")) else { continue };
            let name = name.rsplit('/').next().unwrap_or(name);
            found.push(Runner {
                principal: Reference::To(Handle::Name(name.to_owned())),
                kind: PrincipalKind::Role,
                place: Place::new(source, role.span),
                scope: RunScope::Within(Place::new(source, root.span)),
                session: None,
            });
        }
    }
    found
}

/// How a template outside resolves what OOS does not: functions of ROS, say.
pub(super) type Outer<'a> = &'a dyn Fn(&Node) -> Option<Value>;

/// The calls of one template; none when the document is no template.
pub(super) fn template(
    file: &File<'_>,
    root: &Rc<Node>,
    (apis, files): (&[Api], &dyn Files),
    outer: Option<Outer<'_>>,
    surface: &'static str,
) -> Vec<Call> {
    let is_template = root.get("FormatVersion").and_then(|v| v.text()).is_some_and(|v| v.starts_with(VERSION));
    if !is_template {
        return Vec::new();
    }
    let apis: Vec<(&Api, Binding)> = apis.iter().map(|api| (api, Binding::of(api))).collect();
    let mut walk = Walk { file, apis: &apis, files, outer, surface, calls: Vec::new(), runs: Runs::default() };
    let scope = Scope::new(file, root.get("Parameters").map(|p| &**p), outer);
    if let Some(tasks) = root.get("Tasks") {
        let timers = apis.iter().flat_map(|(_, binding)| &binding.timers);
        walk.runs.starts = schedules::starts(file, tasks, &scope, &timers.collect::<Vec<_>>());
        walk.tasks(tasks, &scope, "");
    }
    walk.calls
}

struct Walk<'a> {
    file: &'a File<'a>,
    apis: &'a [(&'a Api, Binding)],
    files: &'a dyn Files,
    outer: Option<Outer<'a>>,
    surface: &'static str,
    calls: Vec<Call>,
    /// What starts the task that is looked at, and the loops around it.
    runs: Runs,
}

/// Says of a call in which region it is made, where its properties name one.
fn set_region(call: &mut Call, api: &Api, properties: Option<&Node>, scope: &Scope<'_>) {
    let Some(wanted) = api.permission.as_ref().and_then(|permission| permission.region_parameter.as_ref()) else {
        return;
    };
    let entries = properties.map(Node::effective).unwrap_or_default();
    let found = entries.iter().rev().find(|e| e.key.text().is_some_and(|key| key.eq_ignore_ascii_case(wanted)));
    if let Some(found) = found {
        call.set_region(scope.value(found.value));
    }
}

impl Walk<'_> {
    /// Looks for tasks in a node and below it; documents are nested no deeper than they may be.
    fn tasks(&mut self, node: &Node, scope: &Scope<'_>, name: &str) {
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.tasks(item, scope, name)),
            Kind::Mapping(entries) => {
                let own = node.get("Name").and_then(|name| name.text()).unwrap_or(name);
                let looped = node.get("Loop").map(|given| scope.looped(given));
                let outer = (self.runs.repeats.len(), self.runs.lanes.len());
                if let (Some(given), Some(looped)) = (node.get("Loop"), &looped) {
                    self.runs.repeats.extend(schedules::repeat(self.file, given, looped));
                    self.runs.lanes.extend(schedules::lane(self.file, given, looped));
                }
                let scope = looped.as_ref().unwrap_or(scope);
                if let Some((_, action)) = node.entry("Action") {
                    self.task(node, action, scope, own);
                }
                for (_, value) in entries {
                    self.tasks(value, scope, own);
                }
                self.runs.repeats.truncate(outer.0);
                self.runs.lanes.truncate(outer.1);
            }
        }
    }

    fn task(&mut self, node: &Node, action: &Node, scope: &Scope<'_>, name: &str) {
        let Some(written) = action.text() else { return };
        let apis = self.apis;
        if let Some(script) =
            apis.iter().flat_map(|(_, binding)| &binding.scripts).find(|s| s.action.eq_ignore_ascii_case(written))
        {
            self.script(node, script, scope);
        }
        for (api, binding) in apis {
            if binding.generic.iter().any(|generic| generic.eq_ignore_ascii_case(written)) {
                self.generic(api, node, scope, name);
            }
            for packaged in binding.packaged.iter().filter(|p| p.action.eq_ignore_ascii_case(written)) {
                let site = CallSite { open: false, head: action.span, family: "oos", ..self.site(api, node, name) };
                let named = |key: &str| match packaged.properties.get(key) {
                    Some(parameter) if parameter.is_empty() => Named::Other,
                    Some(parameter) => Named::Parameter(parameter.clone()),
                    None => Named::Unknown { refused: true },
                };
                let properties = node.get("Properties").map(|p| &**p);
                let mut call = site.call(properties, &named, &|_, value| scope.value(value));
                set_region(&mut call, api, properties, scope);
                self.calls.push(Call { runs: self.runs.clone(), ..call });
            }
        }
    }

    /// A task that names the API which it calls.
    fn generic(&mut self, api: &Api, node: &Node, scope: &Scope<'_>, name: &str) {
        let Some(properties) = node.get("Properties") else { return };
        let is = |key: &str, wanted: &str| {
            let value = properties.get(key)?;
            let text = scope.value(value).as_text()?.eq_ignore_ascii_case(wanted);
            text.then_some(value)
        };
        if is("Service", &api.product.code).is_none() {
            return;
        }
        let Some(operation) = is("API", &api.action).or_else(|| is("Api", &api.action)) else { return };
        let site = CallSite { head: operation.span, ..self.site(api, node, name) };
        let named = |key: &str| match api.parameter(key) {
            Some(parameter) => Named::Parameter(parameter.name.clone()),
            None if api.tolerates(key) => Named::Other,
            None => Named::Unknown { refused: false },
        };
        let parameters = properties.get("Parameters").map(|p| &**p);
        // A function of a template outside may give all parameters at once.
        let made = parameters.filter(|p| self.outer.is_some_and(|outer| outer(p).is_some()));
        let mut call = site.call(parameters, &named, &|_, value| scope.value(value));
        if let Some(made) = made {
            site.all_unknown(&mut call, "the parameters are made by a function", made.span);
        }
        set_region(&mut call, api, parameters, scope);
        self.calls.push(Call { runs: self.runs.clone(), ..call });
    }

    fn site<'s>(&'s self, api: &'s Api, node: &Node, name: &str) -> CallSite<'s> {
        let subject = if name.is_empty() { "OOS task".to_owned() } else { format!("OOS task `{name}`") };
        let (file, surface) = (self.file, self.surface);
        CallSite { file, api, surface, subject, whole: node.span, head: node.span, family: "wire", open: true }
    }
}
