//! What may be written where the cursor is: values of a parameter, and ids of rules in a comment.

use std::path::Path;

use gen_lsp_types::Range;
use serde_json::{Value, json};

use super::choices::{self, Choice};
use super::hover::about;
use super::text::Spot;
use crate::check::{Checker, FoundFile, Sieve};
use crate::model::naming::FAMILIES;
use crate::source::Span;
use crate::waiver;

/// The numbers of the protocol for kinds of items: a value of a list, and a thing with a name.
const VALUE: u8 = 12;
/// See [`VALUE`].
const NAME: u8 = 18;

/// A value that is just being written.
struct Begun<'t> {
    /// What it is the value of, as it is spelt here.
    name: &'t str,
    /// What is written so far.
    prefix: &'t str,
    /// Whether a quote stands before it, or none has to.
    is_quoted: bool,
}

/// The items for a place.
pub(super) fn completion(checker: &Checker, sieve: &Sieve, spot: &Spot) -> Vec<Value> {
    rules(checker, spot).or_else(|| values(checker, sieve, spot)).unwrap_or_default()
}

fn rules(checker: &Checker, spot: &Spot) -> Option<Vec<Value>> {
    let (start, line) = spot.line();
    let before = line.get(..spot.offset.checked_sub(start)?)?;
    let range = word(spot, waiver::rule_begun(before)?.len());
    let item = |rule: &std::sync::Arc<crate::finding::Rule>| {
        json!({
            "label": rule.id,
            "kind": NAME,
            "detail": rule.title,
            "documentation": { "kind": "markdown", "value": about(rule) },
            "textEdit": { "range": range, "newText": rule.id },
        })
    };
    Some(checker.catalogue().rules().iter().map(item).collect())
}

fn values(checker: &Checker, sieve: &Sieve, spot: &Spot) -> Option<Vec<Value>> {
    let (start, line) = spot.line();
    let before = line.get(..spot.offset.checked_sub(start)?)?;
    let begun = begun(&spot.path, before)?;
    let api = checker.apis().iter().position(|api| parameter(api, begun.name).is_some())?;
    let name = parameter(checker.apis().get(api)?, begun.name)?;
    let call = spot.call_above().filter(|call| checker.apis().get(api).is_some_and(|api| api.id == call.api));
    // What a document in YAML is about may stand below its parameters.
    let is_whole = !spot.path.extension().is_some_and(|ending| is_hcl(&ending.to_string_lossy()));
    let around = if is_whole { &*spot.document.text } else { block(&spot.document.text, spot.offset) };
    // A block of another kind may have an argument of the same name.
    let is_call = sieve.look_for_help(&spot.path, around.as_bytes()).is_some_and(|found| FoundFile::is_read(&found));
    if !is_call {
        return None;
    }
    let call = call.filter(|call| around.len() >= spot.offset.saturating_sub(call.head.span.start as usize));
    let plain = || -> Vec<Choice> {
        let known = checker.matrix_of(api).map(|matrix| matrix.parameter_values()).unwrap_or_default();
        let words = known.iter().find(|values| values.name == name).map(|values| values.values.to_vec());
        words.unwrap_or_default().into_iter().map(|value| Choice { value, finding: None }).collect()
    };
    let judged = match (call, &spot.checked) {
        (Some(call), Some(checked)) => choices::of_call(checker, checked, call, &name),
        _ => Vec::new(),
    };
    let is_judged = !judged.is_empty();
    let range = word(spot, begun.prefix.len());
    let all = if is_judged { judged } else { plain() };
    Some(all.iter().map(|choice| item(choice, is_judged, &begun, range)).collect())
}

fn item(choice: &Choice, is_judged: bool, begun: &Begun<'_>, range: Range) -> Value {
    let text = if begun.is_quoted { choice.value.clone() } else { format!("\"{}\"", choice.value) };
    let mut item = json!({
        "label": choice.value,
        "kind": VALUE,
        "filterText": text,
        "sortText": format!("{}{}", choice.rank(), choice.value),
        "textEdit": { "range": range, "newText": text },
    });
    if let (true, Some(fields)) = (is_judged, item.as_object_mut()) {
        fields.insert("detail".to_owned(), json!(choice.says()));
    }
    item
}

/// The API's name of a parameter that is spelt somehow.
fn parameter(api: &crate::model::Api, spelled: &str) -> Option<String> {
    let of = |parameter: &&crate::model::Parameter| {
        let mut families = FAMILIES.iter().copied().chain(parameter.spellings.keys().map(String::as_str));
        families.any(|family| parameter.spelled(family) == spelled)
    };
    api.parameters.iter().find(of).map(|parameter| parameter.name.clone())
}

fn is_hcl(ending: &str) -> bool {
    matches!(ending, "tf" | "tofu" | "hcl")
}

/// The value that a line ends in, when a name stands before it.
fn begun<'t>(path: &Path, before: &'t str) -> Option<Begun<'t>> {
    let ending = path.extension()?.to_str()?;
    let (separator, bare) = match ending {
        _ if is_hcl(ending) => ('=', false),
        "yml" | "yaml" => (':', true),
        _ => return None,
    };
    let (name, value) = before.split_once(separator)?;
    let name = name.trim().trim_start_matches("- ").trim().trim_matches(['"', '\'']);
    let value = value.trim_start();
    let prefix = value.strip_prefix(['"', '\'']).unwrap_or(value);
    let is_word = prefix.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-');
    (is_word && !name.is_empty()).then_some(Begun { name, prefix, is_quoted: bare || prefix.len() < value.len() })
}

/// The word that the cursor is in, of which some is written before it.
fn word(spot: &Spot, before: usize) -> Range {
    let text = &*spot.document.text;
    let behind = text.get(spot.offset..).unwrap_or_default();
    let rest = behind.find(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-' || sign == '_'));
    let end = spot.offset + rest.unwrap_or(behind.len());
    spot.lines.range(text, Span::new(spot.offset.saturating_sub(before), end))
}

/// The text from the last line before a place that begins at the margin, to that place.
fn block(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let mut start = before.len();
    while let Some(line) = before.get(..start).map(|before| before.rfind('\n').map_or(0, |at| at + 1)) {
        let first = before.get(line..).and_then(|line| line.chars().next());
        if line == 0 || first.is_some_and(|sign| !sign.is_whitespace() && !"}#-)]".contains(sign)) {
            return before.get(line..).unwrap_or_default();
        }
        start = line - 1;
    }
    before
}
