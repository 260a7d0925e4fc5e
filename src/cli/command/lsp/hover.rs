//! What is shown of the thing under the cursor: a parameter of a call, or the id of a rule in a comment.

use gen_lsp_types::{Contents, Hover, MarkupContent, MarkupKind};

use super::choices;
use super::text::Spot;
use super::workspace::Checked;
use crate::check::Checker;
use crate::finding::Rule;
use crate::model::{Argument, Call};
use crate::source::{Place, Span};
use crate::waiver;

/// What is known of a place; nothing where there is nothing to say.
pub(super) fn hover(checker: &Checker, spot: &Spot) -> Option<Hover> {
    let (value, span) = rule(checker, spot).or_else(|| parameter(checker, spot))?;
    Some(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(spot.lines.range(&spot.document.text, span)),
    })
}

fn rule(checker: &Checker, spot: &Spot) -> Option<(String, Span)> {
    let (start, line) = spot.line();
    let column = spot.offset.checked_sub(start)?;
    let (id, at) = waiver::rules_named(line).into_iter().find(|(_, at)| holds(*at, column))?;
    let rule = checker.catalogue().rule(&id)?;
    let range = at.range();
    Some((about(rule), Span::new(start + range.start, start + range.end)))
}

/// A rule in Markdown.
pub(super) fn about(rule: &Rule) -> String {
    let Rule { id, severity, title, why, fix, .. } = rule;
    format!("**{id}** ({}): {title}\n\n{why}\n{fix}", severity.word())
}

fn parameter(checker: &Checker, spot: &Spot) -> Option<(String, Span)> {
    let checked = spot.checked.as_ref()?;
    let is_here = |place: &Place| spot.is_now(&place.source) && holds(place.span, spot.offset);
    // Of two calls from one text (elements of a loop) the first one speaks.
    let (call, argument, place) = checked.calls.iter().find_map(|call| {
        call.arguments.iter().find_map(|argument| {
            let place = [&argument.name, &argument.place].into_iter().find(|place| is_here(place))?;
            Some((call, argument, place))
        })
    })?;
    Some((values(checker, checked, call, argument)?, place.span))
}

fn values(checker: &Checker, checked: &Checked, call: &Call, argument: &Argument) -> Option<String> {
    let number = checker.apis().iter().position(|api| api.id == call.api)?;
    let (api, matrix) = (checker.apis().get(number)?, checker.matrix_of(number)?);
    let known = matrix.parameter_values();
    let known = known.iter().find(|values| values.name == argument.parameter)?;
    let mut text = format!("**{}** of {}", known.name, api.action);
    if let Some(default) = known.default {
        text.push_str(&format!(", `{default}` unless given"));
    }
    text.push('\n');
    if let Some(ranges) = known.ranges_text {
        text.push_str(&format!("\n{ranges}\n"));
    }
    for choice in choices::of_call(checker, checked, call, &argument.parameter) {
        text.push_str(&format!("\n- `{}`: {}", choice.value, choice.says()));
    }
    let record = checked.report.calls.iter().find(|record| record.head == call.head)?;
    let told: Vec<String> = record
        .facts
        .iter()
        .map(|(name, value)| match value {
            Some(value) => format!("{name} `{value}`"),
            None => format!("{name} not known"),
        })
        .collect();
    let unknown: Vec<&str> = api
        .facts
        .iter()
        .map(|fact| fact.name.as_str())
        .filter(|name| !record.facts.iter().any(|(known, _)| known == name))
        .collect();
    if !told.is_empty() {
        text.push_str(&format!("\n\nThe instance: {}.", told.join(", ")));
    }
    if !unknown.is_empty() {
        text.push_str(&format!("\n\nNot known of the instance: {}.", unknown.join(", ")));
    }
    Some(text)
}

fn holds(span: Span, offset: usize) -> bool {
    let range = span.range();
    range.start <= offset && offset <= range.end
}
