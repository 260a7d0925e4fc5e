//! What several answers have in common: statements with their places, doubts, the frame of a document.

use std::io;

use serde::Serialize;

use crate::model::{Effect, PolicyDocument};
use crate::ram::compare::Doubt;
use crate::ram::{Deciding, Outcome, Truth, system_policy};
use crate::report::Presentation;
use crate::report::visible::{escape_json, visible};
use crate::source::{Place, Span};
use crate::surface::policy::grammar;

/// The version of the documents. It changes when a reader of the old ones would go wrong.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// How many lines of a statement are shown to people.
const MOST_LINES: u32 = 16;
/// How many characters of a line are shown to people.
const MOST_CHARACTERS: usize = 160;

/// What wrote a document.
#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) fn own() -> Self {
        Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") }
    }
}

/// A place for programs.
#[derive(Serialize)]
pub(super) struct PlaceEntry {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl PlaceEntry {
    pub(super) fn new(place: &Place, prefix: &str) -> Self {
        let (start, end) = (place.start(), place.end());
        Self {
            path: format!("{prefix}{}", place.source.path()),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A statement that decides.
#[derive(Serialize)]
pub(super) struct StatementEntry {
    policy: String,
    kept_by_vendor: bool,
    effect: Option<&'static str>,
    applies: &'static str,
    place: Option<PlaceEntry>,
    text: Option<String>,
}

impl StatementEntry {
    pub(super) fn new(deciding: &Deciding<'_>, prefix: &str) -> Self {
        let Deciding { document, statement, applies } = deciding;
        let written = !is_kept(document);
        Self {
            policy: document.subject.clone(),
            kept_by_vendor: !written,
            effect: match statement.effect {
                Effect::Allow => Some(grammar().allow.as_str()),
                Effect::Deny => Some(grammar().deny.as_str()),
                Effect::Unknown => None,
            },
            applies: if *applies == Truth::Yes { "yes" } else { "maybe" },
            place: written.then(|| PlaceEntry::new(&statement.place, prefix)),
            text: written.then(|| statement.place.text().to_owned()),
        }
    }
}

/// Why something is not known.
#[derive(Serialize)]
pub(super) struct DoubtEntry {
    reason: String,
    place: Option<PlaceEntry>,
}

impl DoubtEntry {
    pub(super) fn new(doubt: &Doubt) -> Self {
        Self { reason: doubt.words.clone(), place: doubt.place.as_ref().map(|place| PlaceEntry::new(place, "")) }
    }
}

/// What comes out, and how it is denied, for programs.
pub(super) fn words(outcome: Outcome) -> (&'static str, Option<&'static str>) {
    match outcome {
        Outcome::Allowed => ("allowed", None),
        Outcome::DeniedExplicitly => ("denied", Some("explicit")),
        Outcome::DeniedByDefault => ("denied", Some("implicit")),
        Outcome::Unknown => ("unknown", None),
    }
}

/// Whether the vendor keeps a document: then it stands in no file.
pub(super) fn is_kept(document: &PolicyDocument) -> bool {
    system_policy(&document.subject).is_some_and(|system| std::ptr::eq(system, document))
}

/// Writes a document for programs.
///
/// # Errors
/// Those of the writer.
pub(super) fn write_json(document: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    out.write_all(escape_json(text).as_bytes())?;
    out.write_all(b"\n")
}

/// A statement for people: where it stands, and its text with the numbers of its lines.
pub(super) fn statement(deciding: &Deciding<'_>, prefix: &str, behind: &str, look: &Presentation) -> String {
    let document = deciding.document;
    let subject = visible(&document.subject, look.unicode);
    if is_kept(document) {
        return format!("  system policy {subject}{behind}\n");
    }
    let place = &deciding.statement.place;
    let at = visible(&place.display(), look.unicode);
    let mut out = format!("  {prefix}{at}, policy {subject}{behind}\n");
    let (first, last) = (place.start().line, place.source.position(place.span.end.saturating_sub(1)).line);
    let shown = last.min(first.saturating_add(MOST_LINES - 1));
    let width = shown.to_string().len().max(4);
    for line in first..=shown {
        let text = place.source.line_span(line).map_or("", |span| {
            let before = place.source.slice(Span { end: place.span.start.max(span.start), ..span });
            // Of a document on one line only the statement is shown.
            if line > first || before.trim().is_empty() {
                return place.source.slice(span);
            }
            place.source.slice(Span { start: place.span.start, end: span.end.min(place.span.end) })
        });
        let text = visible(text.trim_end(), look.unicode);
        let text = match text.char_indices().nth(MOST_CHARACTERS) {
            Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
            None => text,
        };
        out.push_str(format!("  {line:>width$} | {text}").trim_end());
        out.push('\n');
    }
    if shown < last {
        out.push_str(&format!("  {:>width$} | ... to line {last}\n", ""));
    }
    out
}

/// What something depends on, for people.
pub(super) fn doubts(doubts: &[Doubt], look: &Presentation) -> String {
    let line = |doubt: &Doubt| {
        let at = doubt.place.as_ref().map(|place| format!(" ({})", place.display())).unwrap_or_default();
        format!("  - {}\n", visible(&format!("{}{at}", doubt.words), look.unicode))
    };
    doubts.iter().map(line).collect()
}
