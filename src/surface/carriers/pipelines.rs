//! What the YAML pipelines have in common: scripts and variables that are scalars of a tree.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Alternative, Content, Step, Value};
use crate::source::{Place, Source};
use crate::surface::embedded_yaml;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{self, Node};

use super::{Reader, unparsable};

/// How deep lists in lists of commands are followed.
const DEPTH: usize = 12;

/// The documents of a file; what cannot be read is told when the file holds a call.
pub(super) fn documents(reader: &mut Reader<'_>) -> Vec<Rc<Node>> {
    let stream = yaml::parse(reader.source.text());
    for error in stream.errors {
        let problem = unparsable(&reader.source, error.span, format!("this is no YAML: {}", error.message));
        reader.problems.push(problem);
        reader.in_part = Some("part of it is no YAML".to_owned());
    }
    stream.documents
}

/// The scripts of a scalar or of a list of scalars, joined: one line after the other.
pub(super) fn script(source: &Arc<Source>, node: &Node) -> EmbeddedText {
    let mut all = EmbeddedText::new();
    add(source, node, &mut all, DEPTH);
    all
}

fn add(source: &Arc<Source>, node: &Node, all: &mut EmbeddedText, depth: usize) {
    if let Some(text) = embedded_yaml::text(source.text(), node) {
        if !all.text().is_empty() && !all.text().ends_with('\n') {
            all.push("\n", crate::source::Span { start: node.span.start, end: node.span.start });
        }
        all.append(&text);
    } else if let Some(less) = depth.checked_sub(1) {
        node.items().iter().for_each(|item| add(source, item, all, less));
    }
}

/// The words of a list that is run as a program, as a script: each word quoted where the shell would read more
/// into it. `$(NAME)` stands for a variable where `expands`.
pub(super) fn words(words: impl IntoIterator<Item = EmbeddedText>, expands: bool) -> EmbeddedText {
    let mut all = EmbeddedText::new();
    for word in words {
        let text = word.text();
        let point = |at: usize| {
            let span = word.span(at, at);
            crate::source::Span { start: span.start, end: span.start }
        };
        if !all.text().is_empty() {
            all.push(" ", point(0));
        }
        let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
        if !text.is_empty() && text.chars().all(safe) {
            all.append(&word);
            continue;
        }
        all.push("'", point(0));
        let mut done = 0;
        let mut next = 0;
        for (at, character) in text.char_indices().filter(|(_, c)| matches!(c, '\'' | '$')) {
            if at < next {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let name = rest.strip_prefix("$(").and_then(|rest| rest.split_once(')')).map(|(name, _)| name);
            let name = name.filter(|name| expands && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            let (length, new) = match (character, name) {
                ('\'', _) => (1, "'\\''".to_owned()),
                (_, Some(name)) => (name.len() + 3, format!("'\"${{{name}}}\"'")),
                _ => continue,
            };
            all.append(&word.part(done, at));
            all.push(&new, word.span(at, at + length));
            next = at + length;
            done = next;
        }
        all.append(&word.part(done, text.len()));
        all.push("'", point(text.len()));
    }
    all
}

/// A value that a file gives a variable.
pub(super) fn set_here(source: &Arc<Source>, name: &str, node: &Node, text: &str) -> Value {
    let step = Step { place: Place::new(source, node.span), label: format!("`{name}` is set here") };
    Value::from(Alternative { steps: vec![step], ..Alternative::new(Content::text(text)) })
}

/// Sets a variable, in place of an earlier one of its name.
pub(super) fn set(variables: &mut Vec<(String, Value)>, name: &str, value: Value) {
    variables.retain(|(known, _)| known != name);
    variables.push((name.to_owned(), value));
}
