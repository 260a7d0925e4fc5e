//! Tasks that run a command line.

use std::rc::Rc;

use super::ID;
use super::scope::Scope;
use crate::model::{Api, Call};
use crate::source::Span;
use crate::surface::document::{self, File};
use crate::surface::holes::{Holes, Replacement, end_of};
use crate::surface::{Files, carriers, embedded_yaml, shell};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

/// The modules that run a command.
const MODULES: [&str; 8] = [
    "shell",
    "command",
    "raw",
    "ansible.builtin.shell",
    "ansible.builtin.command",
    "ansible.builtin.raw",
    "ansible.legacy.shell",
    "ansible.legacy.command",
];

/// Keys of which a list of tasks or plays has one.
const KEYWORDS: [&str; 3] = ["hosts:", "name:", "tasks:"];

/// Whether a text may be a list of tasks or plays that run commands: other files with such keys are mappings.
pub(super) fn may_run(text: &str) -> bool {
    let begins = text
        .lines()
        .map(str::trim_end)
        .find(|line| !line.is_empty() && !line.starts_with(['#', '%']) && *line != "---");
    let is_list = begins.is_some_and(|line| line.trim_start().starts_with("- "));
    is_list
        && KEYWORDS.iter().any(|key| text.contains(key))
        && ["shell", "command", "raw"].iter().any(|module| text.contains(module))
}

/// The calls of the command that a task runs.
pub(super) fn calls(file: &File<'_>, task: &Rc<Node>, scope: &Scope<'_>, apis: &[Api], files: &dyn Files) -> Vec<Call> {
    let Some(given) = MODULES.iter().find_map(|module| task.get(module)) else { return Vec::new() };
    let argv = given.get("argv");
    let script = argv.or_else(|| given.get("cmd")).unwrap_or(given);
    let shown = script.text().unwrap_or_else(|| file.source.slice(script.span));
    let is_named = |api: &Api| document::holds(shown, &api.product.code);
    if scope.never_runs(task) || !apis.iter().any(is_named) {
        return Vec::new();
    }
    let written = match argv {
        Some(list) => words(file, list),
        None => document::text_in(file, script).map(|text| (text, false)),
    };
    let Some((written, is_list)) = written.filter(|_| !file.has_hole(script.span)) else {
        if apis.iter().any(|api| document::holds(shown, &api.action)) {
            file.miss("a command that is written with escapes or made by a template");
        }
        return Vec::new();
    };
    // Each expression becomes a variable of the script, whose value is what is known of the expression.
    let mut holes = Holes::default();
    let text = holes.fill(&written, &['{'], |rest, span| {
        let end = rest.starts_with("{{").then(|| end_of(rest, "}}")).flatten()?;
        let shown = rest.get(..end)?.to_owned();
        let inner = rest.get(2..end - 2)?.trim();
        let span = Span { end: span.start.saturating_add(u32::try_from(end).unwrap_or(0)), ..span };
        Some((end, Replacement::Value(shown, scope.expression(inner, &file.place(span), 0))))
    });
    let folder = file.path.parent().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let script = shell::EmbeddedScript {
        source: &file.source,
        text: &text,
        folder: &folder,
        variables: &holes.variables,
        surface: ID,
    };
    let mut calls = shell::calls_of(&script, apis, files);
    calls.iter_mut().for_each(|call| holes.rename(call));
    for call in calls.iter_mut().filter(|_| is_list) {
        // No word can be put into a list as it would be into a line.
        call.insert = None;
        for argument in &mut call.arguments {
            argument.literal = None;
            argument.removal = None;
        }
    }
    calls
}

/// The script that a list of words is, and whether it is a plain list.
fn words(file: &File<'_>, list: &Node) -> Option<(EmbeddedText, bool)> {
    let text = |item: &Rc<Node>| embedded_yaml::text(file.source.text(), item);
    let words: Option<Vec<EmbeddedText>> = list.items().iter().map(text).collect();
    words.filter(|words| !words.is_empty()).map(|words| carriers::program(&words))
}
