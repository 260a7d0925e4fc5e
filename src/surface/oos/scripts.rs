//! Actions that run a script on a machine or as a function.

use serde::Deserialize;

use super::Walk;
use super::expressions::Scope;
use crate::source::Span;
use crate::surface::held::{self, Held};
use crate::surface::holes::{Replacement, end_of};
use crate::surface::{document, embedded_yaml};
use crate::syntax::yaml::Node;

/// An action that runs a script.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Script {
    /// The action.
    pub(super) action: String,
    /// The property that holds the script.
    property: String,
    /// The property that names its language.
    #[serde(default)]
    language: String,
}

impl Walk<'_> {
    /// The calls of the script that a task runs.
    pub(super) fn script(&mut self, node: &Node, script: &Script, scope: &Scope<'_>) {
        let Some(properties) = node.get("Properties") else { return };
        let Some(content) = properties.get(&script.property) else { return };
        let (file, surface) = (self.file, self.surface);
        let Some(text) = embedded_yaml::text(file.source.text(), content) else {
            let written = file.source.slice(content.span);
            if self.apis.iter().any(|(api, _)| document::holds(written, &api.action)) {
                file.miss("a script that a function puts together");
            }
            return;
        };
        let told = properties.get(&script.language).and_then(|told| told.text()).unwrap_or_default();
        let folder = file.path.parent().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let held = Held {
            source: &file.source,
            text,
            folder: &folder,
            language: held::language_named(told),
            surface,
            variables: &[],
            runs: self.runs.clone(),
        };
        let apis: Vec<_> = self.apis.iter().map(|(api, _)| (*api).clone()).collect();
        let mut find = |rest: &str, span: Span| {
            let end = rest.starts_with("{{").then(|| end_of(rest, "}}")).flatten()?;
            let shown = rest.get(..end)?.to_owned();
            let inner = rest.get(2..end - 2)?.trim();
            let span = Span { end: span.end.max(span.start), ..span };
            let value = scope.expression(inner, &Node { span, alias: None, ..(**content).clone() });
            Some((end, Replacement::Value(shown, value)))
        };
        let found = held.calls(&['{'], &mut find, &apis, self.files);
        if let Some(reason) = found.missed {
            file.miss(&reason);
        }
        self.calls.extend(found.calls);
    }
}
