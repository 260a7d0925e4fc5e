//! Values that a file gives its scripts: defaults, choices, elements of a matrix.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Alternative, Content, Guard, GuardKind, Step, Value};
use crate::source::{Place, Source, Span};
use crate::surface::{Files, normalize};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

use super::pipelines;

/// How many values a choice may have.
const VALUES: usize = 48;

/// A text that somebody may replace by another one.
pub(super) fn default(source: &Arc<Source>, label: String, span: Span, text: &str) -> Value {
    let steps = vec![Step { place: Place::new(source, span), label }];
    Value::from(Alternative { steps, overridable: true, ..Alternative::new(Content::text(text)) })
}

/// One of several scalars. `plain` says which texts are what they look like.
pub(super) fn one_of(
    source: &Arc<Source>,
    nodes: &[Rc<Node>],
    (key, kind): (&Arc<str>, GuardKind),
    label: &str,
    plain: &dyn Fn(&str) -> bool,
) -> Value {
    if nodes.len() > VALUES {
        return Value::unknown(format!("{label}: too many values"), None);
    }
    let mut alternatives = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let place = Place::new(source, node.span);
        let Some(text) = node.text().filter(|text| plain(text)) else {
            return Value::unknown(format!("{label} that is no plain text"), Some(place));
        };
        let guard = Guard { key: Arc::clone(key), branch: u32::try_from(index).unwrap_or(u32::MAX), kind };
        alternatives.push(Alternative {
            steps: vec![Step { place, label: label.to_owned() }],
            guards: vec![guard],
            ..Alternative::new(Content::text(text))
        });
    }
    Value::one_of(alternatives)
}

/// The same value in one of several rounds.
pub(super) fn in_round(value: &Value, key: &Arc<str>, branch: usize, into: &mut Vec<Alternative>) {
    for alternative in value.alternatives() {
        let mut alternative = alternative.clone();
        let branch = u32::try_from(branch).unwrap_or(u32::MAX);
        alternative.guards.push(Guard { key: Arc::clone(key), branch, kind: GuardKind::Iteration });
        into.push(alternative);
    }
}

/// The values of variables by their names, from a mapping or from a list of `NAME=value`. `plain` says which
/// texts are what they look like; others are made when it runs.
pub(super) fn environment(
    source: &Arc<Source>,
    node: &Node,
    variables: &mut Vec<(String, Value)>,
    plain: &dyn Fn(&str) -> bool,
) {
    let set = |variables: &mut Vec<_>, name: &str, node: &Node, text: &str| {
        let value = if plain(text) {
            pipelines::set_here(source, name, node, text)
        } else {
            Value::unknown(format!("`{name}` is put together when it runs"), Some(Place::new(source, node.span)))
        };
        pipelines::set(variables, name, value);
    };
    for (key, value) in node.entries() {
        match (key.text(), value.text()) {
            (Some(name), Some(text)) => set(variables, name, value, text),
            (Some(name), None) => {
                pipelines::set(variables, name, Value::unknown(format!("`{name}` is not known here"), None));
            }
            _ => {}
        }
    }
    for item in node.items() {
        match item.text().map(|text| (text, text.split_once('='))) {
            Some((_, Some((name, text)))) => set(variables, name.trim(), item, text),
            Some((name, None)) => {
                let value = Value::unknown(format!("`{name}` comes from where this is started"), None);
                pipelines::set(variables, name.trim(), value);
            }
            None => environment_of_item(source, item, variables, plain),
        }
    }
}

/// An item that is a mapping of its own: `- NAME: value`.
fn environment_of_item(
    source: &Arc<Source>,
    item: &Node,
    variables: &mut Vec<(String, Value)>,
    plain: &dyn Fn(&str) -> bool,
) {
    for (key, value) in item.entries() {
        if let (Some(name), Some(text)) = (key.text(), value.text().filter(|text| plain(text))) {
            let value = pipelines::set_here(source, name, value, text);
            pipelines::set(variables, name, value);
        }
    }
}

/// The variables of a file with lines `NAME=value`; whoever starts the program may set others.
pub(super) fn variables_in(files: &dyn Files, path: &Path) -> Vec<(String, Value)> {
    let Ok(source) = files.read(&normalize(path)) else { return Vec::new() };
    let mut variables = Vec::new();
    let mut start = 0;
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for line in source.text().split_inclusive('\n') {
        let from = start;
        start += line.len();
        let line = line.trim_end();
        let Some((name, value)) = line.trim_start().split_once('=') else { continue };
        let name = name.trim().strip_prefix("export ").unwrap_or(name).trim();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            continue;
        }
        let at = from + line.len() - value.len();
        let value = value.trim();
        let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        let text = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
        let span = Span::new(at, from + line.len());
        let value = if text.contains(['$', '`', '\\']) {
            Value::unknown(format!("`{name}` is put together in {file}"), Some(Place::new(&source, span)))
        } else {
            default(&source, format!("`{name}` in {file}"), span, text)
        };
        pipelines::set(&mut variables, name, value);
    }
    variables
}

/// The script that a list of words is when it is run as a program, and whether it is a plain list, in which no word
/// can be put: `sh -c "…"` holds a script of its own.
pub(in crate::surface) fn program(words: &[EmbeddedText]) -> (EmbeddedText, bool) {
    let told = |text: &str| text.starts_with('-') && text.ends_with('c') && !text.starts_with("--");
    let shell = |before: &[EmbeddedText]| before.iter().any(|word| super::kubernetes::is_shell(word.text()));
    if let Some(at) = words.iter().position(|word| told(word.text()))
        && let Some(text) = words.get(at + 1)
        && words.get(..at).is_some_and(shell)
    {
        return (text.clone(), false);
    }
    (pipelines::words(words.to_vec(), false), true)
}

/// The script that a line is which is split into words without a shell, and whether it is a plain list of words.
pub(super) fn line(text: &EmbeddedText) -> (EmbeddedText, bool) {
    if text.text().contains(['"', '\'', '\\']) { program(&split(text)) } else { (text.clone(), false) }
}

/// The words of a line, without their quotes.
fn split(text: &EmbeddedText) -> Vec<EmbeddedText> {
    let whole = text.text();
    let mut words = Vec::new();
    let mut word: Option<EmbeddedText> = None;
    let mut quote = None;
    let mut from = 0;
    let mut escaped = false;
    let add = |word: &mut Option<EmbeddedText>, from: usize, to: usize| {
        if from < to {
            word.get_or_insert_default().append(&text.part(from, to));
        }
    };
    for (at, character) in whole.char_indices() {
        let next = at + character.len_utf8();
        if escaped {
            escaped = false;
            continue;
        }
        match (character, quote) {
            ('\\', None | Some('"')) => {
                add(&mut word, from, at);
                from = next;
                escaped = true;
            }
            (c, Some(open)) if c == open => {
                add(&mut word, from, at);
                quote = None;
                from = next;
            }
            ('"' | '\'', None) => {
                add(&mut word, from, at);
                word.get_or_insert_default();
                quote = Some(character);
                from = next;
            }
            (c, None) if c.is_whitespace() => {
                add(&mut word, from, at);
                words.extend(word.take());
                from = next;
            }
            _ => {}
        }
    }
    add(&mut word, from, whole.len());
    words.extend(word);
    words
}
