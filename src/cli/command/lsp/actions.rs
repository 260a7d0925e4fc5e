//! What an editor offers to do about a finding: the edits that belong to it, and a comment that leaves it out.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use gen_lsp_types::{CodeAction, CodeActionKind, Diagnostic, Range, TextEdit, Uri, WorkspaceEdit};

use super::diagnostics::Writer;
use super::shared::Shared;
use super::text::Spot;
use crate::check::Checker;
use crate::cli::files::read_bytes;
use crate::finding::{Edit, Finding, Safety};
use crate::source::Source;
use crate::waiver;

/// What stands for the reason until somebody has given one.
const REASON: &str = "TODO: say why";

/// The actions for the findings that touch a range of a text.
pub(super) fn actions(shared: &Shared, checker: &Checker, spot: &Spot, range: Range) -> Vec<CodeAction> {
    let Some(checked) = &spot.checked else { return Vec::new() };
    let address = |path: &Path| shared.address(path);
    let mut writer = Writer::new(&checked.folder, checker.catalogue(), shared.encoding, &address);
    let mut actions: Vec<CodeAction> = Vec::new();
    for finding in &checked.report.findings {
        if !spot.is_now(&finding.primary.place.source) {
            continue;
        }
        let diagnostic = writer.diagnostic(finding);
        let of = diagnostic.range;
        if of.start > range.end || range.start > of.end {
            continue;
        }
        for action in of_finding(shared, &mut writer, finding, &diagnostic) {
            let is_known = actions.iter().any(|known| known.title == action.title && known.edit == action.edit);
            if !is_known {
                actions.push(action);
            }
        }
    }
    actions
}

fn of_finding(shared: &Shared, writer: &mut Writer<'_>, finding: &Finding, diagnostic: &Diagnostic) -> Vec<CodeAction> {
    let mut actions = Vec::new();
    let mut offer = |title: String, edits: &[Edit], is_preferred: Option<bool>, writer: &mut Writer<'_>| {
        if let Some(edit) = workspace_edit(shared, writer, edits) {
            actions.push(CodeAction {
                title,
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic.clone()]),
                is_preferred,
                edit: Some(edit),
                ..CodeAction::default()
            });
        }
    };
    for fix in &finding.fixes {
        let is_safe = fix.safety == Safety::Safe;
        let title =
            if is_safe { fix.title.clone() } else { format!("{} (unsafe: changes what is backed up)", fix.title) };
        offer(title, &fix.edits, is_safe.then_some(true), writer);
    }
    if let Some(comment) = waiver::comment_for(finding, REASON) {
        offer(format!("ignore {} here, with a reason", finding.rule), &[comment], None, writer);
    }
    actions
}

/// Edits for the editor, when what they stand in is what was checked.
fn workspace_edit(shared: &Shared, writer: &mut Writer<'_>, edits: &[Edit]) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let path = writer.path(&edit.place.source);
        if !is_now(shared, &path, &edit.place.source) {
            return None;
        }
        let text = TextEdit { range: writer.range(&edit.place), new_text: edit.replacement.clone() };
        by_file.entry(shared.address(&path)).or_default().push(text);
    }
    let changes: HashMap<Uri, Vec<TextEdit>> = by_file.into_iter().map(|(uri, edits)| (Uri(uri), edits)).collect();
    (!changes.is_empty()).then(|| WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

fn is_now(shared: &Shared, path: &Path, source: &Source) -> bool {
    if let Some(open) = shared.documents.values().find(|document| document.path == path) {
        return *open.text == *source.text();
    }
    let read = read_bytes(path).ok().and_then(|bytes| Source::from_bytes("", bytes).ok());
    read.is_some_and(|read| read.text() == source.text())
}
