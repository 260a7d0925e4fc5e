//! Resources that run a script on a machine, or that give a machine a script to start with.

use std::rc::Rc;

use serde::Deserialize;

use super::{Functions, ID, Reading, function};
use crate::model::{Call, Value};
use crate::source::Span;
use crate::surface::document::{self, File};
use crate::surface::embedded_yaml;
use crate::surface::held::{self, Held};
use crate::surface::holes::{Replacement, end_of};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

/// A resource that holds a script.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Script {
    resource: String,
    property: String,
    /// The property that names its language.
    #[serde(default)]
    language: String,
}

/// The calls of the scripts that a template holds.
pub(super) fn calls(file: &File<'_>, root: &Node, scripts: &[Script], reading: Reading<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let parameters = root.get("Parameters").map(|parameters| &**parameters);
    for (_, resource) in root.get("Resources").map_or(&[][..], |resources| resources.entries()) {
        let Some(kind) = resource.get("Type").and_then(|kind| kind.text()) else { continue };
        let Some(properties) = resource.get("Properties") else { continue };
        for script in scripts.iter().filter(|script| script.resource == kind) {
            let Some(content) = properties.get(&script.property) else { continue };
            let told = properties.get(&script.language).and_then(|told| told.text()).unwrap_or_default();
            calls.extend(script_in(file, content, told, parameters, reading));
        }
    }
    calls
}

fn script_in(
    file: &File<'_>,
    content: &Rc<Node>,
    told: &str,
    parameters: Option<&Node>,
    (apis, files): Reading<'_>,
) -> Vec<Call> {
    let functions = Functions { file, parameters, substituted: false };
    let source = file.source.text();
    let (text, own, substituted) = match function(content) {
        Some(("Sub", argument)) => match argument.items() {
            [] => (embedded_yaml::text(source, argument), None, true),
            [text, values, ..] => (embedded_yaml::text(source, text), Some(Rc::clone(values)), true),
            [text] => (embedded_yaml::text(source, text), None, true),
        },
        Some(("Join", argument)) => match argument.items() {
            [separator, parts] => (joined(source, separator, parts), None, false),
            _ => (None, None, false),
        },
        Some(("Base64Encode" | "Base64", argument)) => {
            return script_in(file, argument, told, parameters, (apis, files));
        }
        _ => (embedded_yaml::text(source, content), None, false),
    };
    let Some(text) = text else {
        let written = file.source.slice(content.span);
        if apis.iter().any(|api| document::holds(written, &api.action)) {
            file.miss("a script that a function puts together");
        }
        return Vec::new();
    };
    let folder = file.path.parent().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let language = held::language_named(told);
    let runs = crate::model::Runs::default();
    let held = Held { source: &file.source, text, folder: &folder, language, surface: ID, variables: &[], runs };
    // What is put in stands between braces; a name with an exclamation mark stands for itself.
    let mut find = |rest: &str, span: Span| {
        let end = rest.starts_with("${").then(|| end_of(rest, "}")).flatten().filter(|_| substituted)?;
        let name = rest.get(2..end - 1)?.trim();
        if name.starts_with('!') {
            return None;
        }
        let given = own.as_ref().and_then(|values| values.get(name));
        let node = Node { span, alias: None, ..(**content).clone() };
        let value = match given {
            Some(given) => functions.any(given, 0),
            None if name.contains('.') => {
                Value::unknown(format!("`{name}` is known only when the stack is made"), None)
            }
            None => functions.reference(name, &node),
        };
        Some((end, Replacement::Value(format!("${{{name}}}"), value)))
    };
    let found = held.calls(&['$'], &mut find, apis, files);
    if let Some(reason) = found.missed {
        file.miss(&reason);
    }
    found.calls
}

/// `Fn::Join` of texts; nothing when a part is something else.
fn joined(source: &str, separator: &Node, parts: &Node) -> Option<EmbeddedText> {
    let separator = separator.text()?;
    let mut all = EmbeddedText::new();
    for part in parts.items() {
        let text = embedded_yaml::text(source, part).filter(|_| function(part).is_none())?;
        if !all.text().is_empty() {
            all.push(separator, Span { start: part.span.start, end: part.span.start });
        }
        all.append(&text);
    }
    Some(all)
}
