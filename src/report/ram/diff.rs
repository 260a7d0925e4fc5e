//! What two versions of policies allow differently.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::parts::{DoubtEntry, SCHEMA_VERSION, StatementEntry, Tool, doubts, statement, write_json};
use crate::ram::compare::Witness;
use crate::ram::diff::{Change, Difference};
use crate::ram::{Decision, Outcome};
use crate::report::Presentation;
use crate::report::visible::visible;

/// An answer with what it comes from.
#[derive(Debug, Clone)]
pub struct DiffAnswer<'a> {
    /// What was compared with, as the user named it.
    pub old: String,
    /// What was compared, as the user named it.
    pub new: String,
    /// What stands in front of paths of the old side.
    pub old_prefix: String,
    /// What stands in front of paths of the new side.
    pub new_prefix: String,
    /// The action.
    pub action: String,
    /// What was compared, with what differs.
    pub differences: Vec<Difference<'a>>,
    /// What else is to be said.
    pub notes: Vec<String>,
}

/// Writes an answer for people.
///
/// # Errors
/// Those of the writer.
pub fn write_diff_human(answer: &DiffAnswer<'_>, look: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = String::new();
    for difference in &answer.differences {
        let who = visible(&difference.who, look.unicode);
        for (change, word, may) in [
            (&difference.gained, "gained", "may now, and might not before, call"),
            (&difference.lost, "lost", "might before, and may not now, call"),
        ] {
            match change {
                Change::Nothing => {}
                Change::Certain(witness) => {
                    text.push_str(&format!("{word}: {who} {may} {}\n", request(answer, witness, look)));
                    text.push_str(&sides(answer, witness, look));
                }
                Change::Unknown(why, witness) => {
                    let what = match witness {
                        Some(witness) => format!(" {}", request(answer, witness, look)),
                        None => format!(" {} somewhere", answer.action),
                    };
                    text.push_str(&format!("{word}, perhaps: {who} {may}{what}\nIt depends on this:\n"));
                    text.push_str(&doubts(why, look));
                    if let Some(witness) = witness {
                        text.push_str(&sides(answer, witness, look));
                    }
                    text.push('\n');
                }
            }
        }
    }
    for note in &answer.notes {
        text.push_str(&format!("note: {}\n", visible(note, look.unicode)));
    }
    text.push_str(&summary(answer, look));
    out.write_all(text.as_bytes())
}

fn summary<'a>(answer: &DiffAnswer<'a>, look: &Presentation) -> String {
    let between = format!("between {} and {}", visible(&answer.old, look.unicode), visible(&answer.new, look.unicode));
    let compared = match answer.differences.as_slice() {
        [] => return format!("no RAM policy to compare {between}.\n"),
        [_] => String::new(),
        several => format!("; {} principals and documents compared", several.len()),
    };
    let said = |change: for<'x> fn(&'x Difference<'a>) -> &'x Change<'a>, word: &str| {
        let count = |wanted: &str| answer.differences.iter().filter(|d| answer_of(change(d)) == wanted).count();
        match (count("yes"), count("unknown")) {
            (0, 0) => format!("nothing {word}"),
            (0, unknown) => format!("{unknown} perhaps {word}"),
            (certain, 0) => format!("{certain} {word}"),
            (certain, unknown) => format!("{certain} {word}, {unknown} perhaps"),
        }
    };
    let (gained, lost) = (said(|d| &d.gained, "gained"), said(|d| &d.lost, "lost"));
    format!("{} {between}: {gained}, {lost}{compared}.\n", visible(&answer.action, look.unicode))
}

/// The request that shows a difference.
fn request(answer: &DiffAnswer<'_>, witness: &Witness<'_>, look: &Presentation) -> String {
    let keys: Vec<String> =
        witness.context.iter().map(|(key, values)| format!("{key} {}", values.join(", "))).collect();
    let keys = if keys.is_empty() { String::new() } else { format!(" with {}", keys.join(" and ")) };
    visible(&format!("{} on {}{keys}", answer.action, witness.resource), look.unicode)
}

fn sides(answer: &DiffAnswer<'_>, witness: &Witness<'_>, look: &Presentation) -> String {
    let mut out = String::new();
    for (when, decision, prefix) in
        [("before", &witness.before, &answer.old_prefix), ("now", &witness.after, &answer.new_prefix)]
    {
        let what = match decision.outcome {
            Outcome::Allowed => "this allows it",
            Outcome::DeniedExplicitly => "this denies it",
            Outcome::DeniedByDefault => "nothing allows it",
            Outcome::Unknown => "it is not known",
        };
        out.push_str(&format!("  {when}: {what}\n"));
        for deciding in &decision.deciding {
            out.push_str(&statement(deciding, prefix, "", look));
        }
    }
    out.push('\n');
    out
}

fn answer_of(change: &Change<'_>) -> &'static str {
    match change {
        Change::Nothing => "no",
        Change::Certain(_) => "yes",
        Change::Unknown(..) => "unknown",
    }
}

/// Writes an answer for programs.
///
/// # Errors
/// Those of the writer.
pub fn write_diff_json<'a>(answer: &DiffAnswer<'a>, out: &mut dyn io::Write) -> io::Result<()> {
    let worst = |change: for<'x> fn(&'x Difference<'a>) -> &'x Change<'a>| {
        let all: Vec<&str> = answer.differences.iter().map(|difference| answer_of(change(difference))).collect();
        ["yes", "unknown"].into_iter().find(|word| all.contains(word)).unwrap_or("no")
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::own(),
        old: &answer.old,
        new: &answer.new,
        action: &answer.action,
        gained: worst(|difference| &difference.gained),
        lost: worst(|difference| &difference.lost),
        differences: answer.differences.iter().map(|difference| PairEntry::new(difference, answer)).collect(),
        notes: &answer.notes,
    };
    write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    old: &'a str,
    new: &'a str,
    action: &'a str,
    gained: &'static str,
    lost: &'static str,
    differences: Vec<PairEntry<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct PairEntry<'a> {
    who: &'a str,
    gained: ChangeEntry<'a>,
    lost: ChangeEntry<'a>,
}

impl<'a> PairEntry<'a> {
    fn new(difference: &'a Difference<'_>, answer: &DiffAnswer<'_>) -> Self {
        Self {
            who: &difference.who,
            gained: ChangeEntry::new(&difference.gained, answer),
            lost: ChangeEntry::new(&difference.lost, answer),
        }
    }
}

#[derive(Serialize)]
struct ChangeEntry<'a> {
    answer: &'static str,
    witness: Option<WitnessEntry<'a>>,
    unknown: Vec<DoubtEntry>,
}

impl<'a> ChangeEntry<'a> {
    fn new(change: &'a Change<'_>, answer: &DiffAnswer<'_>) -> Self {
        let (witness, unknown) = match change {
            Change::Nothing => (None, Vec::new()),
            Change::Certain(witness) => (Some(witness), Vec::new()),
            Change::Unknown(doubts, witness) => (witness.as_ref(), doubts.iter().map(DoubtEntry::new).collect()),
        };
        Self { answer: answer_of(change), witness: witness.map(|witness| WitnessEntry::new(witness, answer)), unknown }
    }
}

#[derive(Serialize)]
struct WitnessEntry<'a> {
    resource: &'a str,
    context: BTreeMap<&'a str, &'a [String]>,
    before: DecisionEntry,
    after: DecisionEntry,
}

impl<'a> WitnessEntry<'a> {
    fn new(witness: &'a Witness<'_>, answer: &DiffAnswer<'_>) -> Self {
        Self {
            resource: &witness.resource,
            context: witness.context.iter().map(|(key, values)| (key.as_str(), values.as_slice())).collect(),
            before: DecisionEntry::new(&witness.before, &answer.old_prefix),
            after: DecisionEntry::new(&witness.after, &answer.new_prefix),
        }
    }
}

#[derive(Serialize)]
struct DecisionEntry {
    answer: &'static str,
    denial: Option<&'static str>,
    deciding: Vec<StatementEntry>,
}

impl DecisionEntry {
    fn new(decision: &Decision<'_>, prefix: &str) -> Self {
        let (answer, denial) = super::parts::words(decision.outcome);
        let deciding = decision.deciding.iter().map(|deciding| StatementEntry::new(deciding, prefix)).collect();
        Self { answer, denial, deciding }
    }
}
