//! What the editor has to be told after a check: only what differs from what it was told before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use lsp_server::{Message, Notification};
use serde_json::json;

use super::diagnostics::Writer;
use super::shared::Shared;
use super::workspace::Checked;

/// The messages that tell of the last checks. `checked` are the states of the open texts that were checked; of a text
/// that has changed since nothing is told, because another check follows.
pub(super) fn due(shared: &mut Shared, checked: &BTreeMap<&str, i32>) -> Vec<Message> {
    let now = diagnostics(shared);
    let addresses: Vec<String> =
        shared.published.keys().chain(now.keys()).chain(shared.documents.keys()).cloned().collect();
    let mut messages = Vec::new();
    let mut told: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)> = BTreeMap::new();
    for uri in addresses {
        if told.contains_key(&uri) {
            continue;
        }
        let version = shared.documents.get(&uri).map(|document| document.version);
        let before = shared.published.get(&uri);
        if version.is_some_and(|version| checked.get(uri.as_str()) != Some(&version)) {
            told.extend(before.map(|before| (uri, before.clone())));
            continue;
        }
        let diagnostics = now.get(&uri).cloned().unwrap_or_default();
        let is_same = match before {
            Some((known, said)) => (version.is_none() || *known == version) && *said == diagnostics,
            None => version.is_none() && diagnostics.is_empty(),
        };
        if !is_same {
            let params = PublishDiagnosticsParams { uri: Uri(uri.clone()), version, diagnostics: diagnostics.clone() };
            messages.push(notification("textDocument/publishDiagnostics", params));
        }
        if version.is_some() || !diagnostics.is_empty() {
            told.insert(uri, (version, diagnostics));
        }
    }
    shared.published = told;
    messages
}

/// Everything that is to be said, by address.
fn diagnostics(shared: &Shared) -> BTreeMap<String, Vec<Diagnostic>> {
    let open: BTreeMap<&Path, &str> = shared.documents.values().map(|d| (d.path.as_path(), d.uri.as_str())).collect();
    let address = |path: &Path| open.get(path).map_or_else(|| super::uri::from_path(path), |uri| (*uri).to_owned());
    let mut all: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for checked in shared.checked.values() {
        let Checked { folder, report, faults, checker, .. } = Arc::as_ref(checked);
        let mut writer = Writer::new(folder, checker.catalogue(), shared.encoding, &address);
        for finding in report.findings.iter().chain(faults) {
            let path = writer.path(&finding.primary.place.source);
            let diagnostic = writer.diagnostic(finding);
            let known = all.entry(path).or_default();
            // Elements of a loop say the same of one place.
            if !known.contains(&diagnostic) {
                known.push(diagnostic);
            }
        }
    }
    all.into_iter().map(|(path, diagnostics)| (address(&path), diagnostics)).collect()
}

/// A message to the people in front of the editor.
pub(super) fn complaint(text: &str) -> Message {
    notification("window/showMessage", json!({ "type": 1, "message": text }))
}

/// A message that wants no answer.
pub(super) fn notification(method: &str, params: impl serde::Serialize) -> Message {
    // Types of the protocol can all be written as JSON.
    let params = serde_json::to_value(params).unwrap_or_default();
    Message::Notification(Notification { method: method.to_owned(), params })
}
