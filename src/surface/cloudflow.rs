//! CloudFlow: flows in YAML or JSON whose tasks name a product and an operation.
//!
//! The text of such an action is also that of a permission, so a task is one only within a flow and with the
//! shape of a task. What a flow gets as input stays unknown.

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use super::document::{self, CallSite, File, Named};
use super::{Extraction, Project, Surface};
use crate::model::{Api, Call, Lane, Often, Repeat, Runs, Value};
use crate::syntax::yaml::{Kind, Node};

/// The surface.
#[derive(Debug)]
pub(super) struct CloudFlow;

/// The id of this surface.
const ID: &str = "cloudflow";

/// Where the steps of a flow stand, in both versions of the language.
const STEPS: [&str; 2] = ["States", "Steps"];

/// What the matrix says about flows.
#[derive(Debug, Deserialize)]
struct Binding {
    /// What stands between product and operation.
    separator: String,
}

impl Binding {
    fn of(api: &Api) -> Option<Self> {
        Self::deserialize(api.bindings.get(ID)?).ok()
    }

    fn action(&self, api: &Api) -> String {
        format!("{}{}{}", api.product.code, self.separator, api.action)
    }
}

impl Surface for CloudFlow {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "CloudFlow"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        document::operation_needles(apis)
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let actions: Vec<(&Api, String)> =
            project.apis.iter().filter_map(|api| Some((api, Binding::of(api)?.action(api)))).collect();
        let wants = |text: &str| {
            STEPS.iter().any(|word| text.contains(word))
                && actions.iter().any(|(_, action)| document::holds(text, action))
        };
        document::extract(project, &wants, &|file| {
            let mut calls = Vec::new();
            for root in &file.document.roots {
                flow(file, root, &actions, &mut calls);
            }
            calls.into()
        })
    }
}

fn flow(file: &File<'_>, root: &Node, actions: &[(&Api, String)], calls: &mut Vec<Call>) {
    // A flow may be a file of its own or the definition within another document.
    states(file, root, &Runs::default(), &mut |node, runs| {
        let is_permission = node.get("Effect").is_some() || node.get("Statement").is_some();
        let Some(action) = node.get("Action").filter(|_| !is_permission) else { return };
        let is_task =
            node.get("Type").and_then(|kind| kind.text()).is_some_and(|kind| kind.eq_ignore_ascii_case("task"))
                || node.get("TaskMode").is_some();
        let Some(written) = action.text().filter(|_| is_task) else { return };
        for (api, _) in actions.iter().filter(|(_, action)| action.eq_ignore_ascii_case(written)) {
            let name = node.get("Name").and_then(|name| name.text());
            let subject = name.map_or_else(|| "flow task".to_owned(), |name| format!("flow task `{name}`"));
            let site = CallSite {
                file,
                api,
                surface: ID,
                subject,
                whole: node.span,
                head: action.span,
                family: "wire",
                open: true,
            };
            let named = |key: &str| {
                let key = key.strip_suffix(".$").unwrap_or(key);
                match api.parameter(key) {
                    Some(parameter) => Named::Parameter(parameter.name.clone()),
                    None if api.tolerates(key) => Named::Other,
                    None => Named::Unknown { refused: false },
                }
            };
            let parameters = node.get("Parameters").map(|parameters| &**parameters);
            let call = site.call(parameters, &named, &|key, node| value(file, key, node));
            calls.push(Call { runs: runs.clone(), ..call });
        }
    });
}

/// Shows each node with the loops and the lanes that it is in; documents are nested no deeper than they may be.
fn states(file: &File<'_>, node: &Node, runs: &Runs, see: &mut dyn FnMut(&Node, &Runs)) {
    see(node, runs);
    node.items().iter().for_each(|item| states(file, item, runs, see));
    let kind = node.get("Type").and_then(|kind| kind.text()).unwrap_or_default();
    for (key, value) in node.entries() {
        let is = |wanted: &str, part: &str| {
            kind.eq_ignore_ascii_case(wanted) && key.text().is_some_and(|key| key.eq_ignore_ascii_case(part))
        };
        if is("parallel", "Branches") {
            for (number, branch) in value.items().iter().enumerate() {
                let mut runs = runs.clone();
                runs.lanes.push(lane(file, node, u32::try_from(number).unwrap_or(u32::MAX)));
                states(file, branch, &runs, see);
            }
        } else if is("map", "ItemProcessor")
            || is("map", "Steps")
            || is("map", "States")
            || is("map", "Iterator")
            || is("map", "Processor")
        {
            let times = Often::Unknown("what the flow goes over is known only when it runs".to_owned());
            let mut runs = runs.clone();
            runs.repeats.push(Repeat { place: file.place_of(node), times, key: None, distinct: true });
            states(file, value, &runs, see);
        } else {
            states(file, value, runs, see);
        }
    }
}

/// A branch of a state whose branches run at the same time.
fn lane(file: &File<'_>, node: &Node, number: u32) -> Lane {
    let place = node.get("Type").map_or_else(|| file.place_of(node), |kind| file.place_of(kind));
    Lane {
        group: Arc::from(format!("branches at {}", file.place(node.span).display())),
        number,
        after: Vec::new(),
        beside_itself: false,
        place,
        label: "the branches of this state run at the same time".to_owned(),
        retried: false,
    }
}

fn value(file: &File<'_>, key: &str, node: &Node) -> Value {
    let place = file.place_of(node);
    if file.has_hole(node.span) {
        return Value::unknown("a template fills it in", Some(place));
    }
    let is_reference = |text: &str| key.ends_with(".$") || text.starts_with('$') || text.contains("{{");
    match (&node.kind, document::scalar(node)) {
        (Kind::Scalar { text, .. }, _) if is_reference(text) => {
            Value::unknown(format!("`{text}` is known only when the flow runs"), Some(place))
        }
        (_, Some(content)) => Value::from(crate::model::Alternative::new(content)),
        _ => Value::unknown("a list or a mapping", Some(place)),
    }
}
