//! Whether somebody may make a call.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::parts::{
    DoubtEntry, PlaceEntry, SCHEMA_VERSION, StatementEntry, Tool, doubts, is_kept, statement, words, write_json,
};
use crate::model::PolicyDocument;
use crate::ram::compare::Doubt;
use crate::ram::least::{Form, LeastStatement};
use crate::ram::{Decision, Outcome};
use crate::report::Presentation;
use crate::report::visible::visible;
use crate::source::Place;

/// An answer with what it comes from.
#[derive(Debug, Clone)]
pub struct CanAnswer<'a> {
    /// Who asks, for people.
    pub who: String,
    /// What they want to do.
    pub action: String,
    /// With what; what is not known of it is a wildcard.
    pub resource: String,
    /// The keys of the request that are known.
    pub context: BTreeMap<String, Vec<String>>,
    /// What comes out.
    pub decision: Decision<'a>,
    /// What it depends on, where it is not known.
    pub unknown: Vec<Doubt>,
    /// The least statement that would allow it, where it is denied.
    pub least: Option<LeastStatement>,
    /// What was asked.
    pub held: Vec<Held<'a>>,
    /// What else is to be said of the answer.
    pub notes: Vec<String>,
}

/// A document that holds for whoever asks.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    /// The document.
    pub document: &'a PolicyDocument,
    /// Where it is attached; absent where it was named.
    pub attached: Option<&'a Place>,
}

/// Writes an answer for people.
///
/// # Errors
/// Those of the writer.
pub fn write_can_human(answer: &CanAnswer<'_>, look: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
    let (word, may) = match answer.decision.outcome {
        Outcome::Allowed => ("allowed", "may"),
        Outcome::DeniedExplicitly | Outcome::DeniedByDefault => ("denied", "may not"),
        Outcome::Unknown => ("unknown", "may or may not"),
    };
    let why = match answer.decision.outcome {
        Outcome::Allowed => "this allows it, and nothing denies it",
        Outcome::DeniedExplicitly => "a statement denies it, which wins over everything that allows",
        Outcome::DeniedByDefault => "nothing allows it",
        Outcome::Unknown => "it depends on what is not known",
    };
    let line = format!("{word}: {} {may} call {} on {}: {why}.\n", answer.who, answer.action, answer.resource);
    let mut text = visible(line.trim_end(), look.unicode) + "\n";
    for deciding in &answer.decision.deciding {
        let held = answer.held.iter().find(|held| std::ptr::eq(held.document, deciding.document));
        let attached = held.and_then(|held| held.attached);
        let behind = attached.map(|place| format!(", attached at {}", visible(&place.display(), look.unicode)));
        text.push('\n');
        text.push_str(&statement(deciding, "", &behind.unwrap_or_default(), look));
    }
    if !answer.unknown.is_empty() {
        text.push_str("\nIt depends on this:\n");
        text.push_str(&doubts(&answer.unknown, look));
    }
    if let Some(least) = &answer.least {
        let head = match answer.decision.outcome {
            Outcome::DeniedExplicitly => "Take the call out of what denies it. What has to be allowed besides",
            _ => "The least statement that allows it",
        };
        text.push_str(&format!("\n{head}:\n  {}\n", visible(&least.written(Form::Json), look.unicode)));
    }
    if answer.decision.outcome != Outcome::Allowed && answer.decision.deciding.is_empty() {
        text.push_str(&looked_at(&answer.held, look));
    }
    for note in &answer.notes {
        text.push_str(&format!("\nnote: {}\n", visible(note, look.unicode)));
    }
    out.write_all(text.as_bytes())
}

/// The documents in which nothing was found.
fn looked_at(held: &[Held<'_>], look: &Presentation) -> String {
    if held.is_empty() {
        return "\nNo policy is attached here.\n".to_owned();
    }
    let mut out = "\nLooked at:\n".to_owned();
    for held in held {
        let document = held.document;
        let line = match is_kept(document) {
            true => format!("system policy {}", document.subject),
            false => format!("{}, policy {}", document.place.display(), document.subject),
        };
        let attached = held.attached.map(|place| format!(", attached at {}", place.display())).unwrap_or_default();
        out.push_str(&format!("  {}\n", visible(&format!("{line}{attached}"), look.unicode)));
    }
    out
}

/// Writes an answer for programs.
///
/// # Errors
/// Those of the writer.
pub fn write_can_json(answer: &CanAnswer<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let (word, denial) = words(answer.decision.outcome);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::own(),
        question: Question {
            principal: &answer.who,
            action: &answer.action,
            resource: &answer.resource,
            context: &answer.context,
        },
        answer: word,
        denial,
        deciding: answer.decision.deciding.iter().map(|deciding| StatementEntry::new(deciding, "")).collect(),
        unknown: answer.unknown.iter().map(DoubtEntry::new).collect(),
        least_statement: answer
            .least
            .as_ref()
            .map(|least| serde_json::from_str(&least.written(Form::Json)))
            .transpose()?,
        policies: answer.held.iter().map(HeldEntry::new).collect(),
        notes: &answer.notes,
    };
    write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    question: Question<'a>,
    answer: &'static str,
    denial: Option<&'static str>,
    deciding: Vec<StatementEntry>,
    unknown: Vec<DoubtEntry>,
    least_statement: Option<serde_json::Value>,
    policies: Vec<HeldEntry>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Question<'a> {
    principal: &'a str,
    action: &'a str,
    resource: &'a str,
    context: &'a BTreeMap<String, Vec<String>>,
}

/// A document that was asked.
#[derive(Serialize)]
struct HeldEntry {
    policy: String,
    kept_by_vendor: bool,
    place: Option<PlaceEntry>,
    attached_at: Option<PlaceEntry>,
}

impl HeldEntry {
    fn new(held: &Held<'_>) -> Self {
        let written = !is_kept(held.document);
        Self {
            policy: held.document.subject.clone(),
            kept_by_vendor: !written,
            place: written.then(|| PlaceEntry::new(&held.document.place, "")),
            attached_at: held.attached.map(|place| PlaceEntry::new(place, "")),
        }
    }
}
