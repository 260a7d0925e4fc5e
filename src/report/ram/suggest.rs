//! The least policies under which calls are allowed.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::parts::{DoubtEntry, PlaceEntry, SCHEMA_VERSION, Tool, doubts, write_json};
use crate::ram::compare::Doubt;
use crate::ram::least::Form;
use crate::ram::suggest::{LeftOut, Suggestion};
use crate::report::Presentation;
use crate::report::visible::visible;
use crate::surface::policy_resource;

/// How calls of which nobody says who makes them are headed.
const NOBODY: &str = "calls of which nothing says who makes them";

/// Writes suggestions for people.
///
/// # Errors
/// Those of the writer.
pub fn write_suggest_human(all: &[Suggestion], look: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = String::new();
    for suggestion in all {
        let who = visible(suggestion.principal.as_deref().unwrap_or(NOBODY), look.unicode);
        let calls = if suggestion.calls == 1 { "1 call".to_owned() } else { format!("{} calls", suggestion.calls) };
        text.push_str(&format!("{who}: {calls}\n"));
        // What Terraform alone can name is shown as Terraform.
        let form = if suggestion.expressions().next().is_some() { Form::Terraform } else { Form::Json };
        match suggestion.document(form) {
            Some(document) => {
                for line in document.lines() {
                    text.push_str(&format!("  {}\n", visible(line, look.unicode)));
                }
            }
            None => text.push_str("  No policy: no instance is known.\n"),
        }
        if !suggestion.left_out.is_empty() {
            text.push_str("Not covered:\n");
            let left: Vec<Doubt> = suggestion.left_out.iter().map(doubt).collect();
            text.push_str(&doubts(&left, look));
        }
        text.push('\n');
    }
    if all.is_empty() {
        text.push_str("no call found, so there is nothing to grant.\n");
    }
    out.write_all(text.as_bytes())
}

fn doubt(left: &LeftOut) -> Doubt {
    Doubt { words: left.reason.clone(), place: left.place.clone() }
}

/// Writes suggestions as resources of Terraform.
///
/// # Errors
/// Those of the writer.
pub fn write_suggest_terraform(all: &[Suggestion], out: &mut dyn io::Write) -> io::Result<()> {
    let Some((resource, name, document)) = policy_resource() else { return Ok(()) };
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for suggestion in all {
        let Some(policy) = suggestion.document(Form::Terraform) else { continue };
        let words = label(suggestion.principal.as_deref().unwrap_or("nobody"));
        let times = used.entry(words.clone()).or_default();
        *times += 1;
        let words = if *times == 1 { words } else { format!("{words}-{times}") };
        let indented: Vec<String> = policy.lines().map(|line| format!("  {line}")).collect();
        let who = visible(suggestion.principal.as_deref().unwrap_or(NOBODY), false);
        writeln!(
            out,
            "# {who}\nresource \"{resource}\" \"{}\" {{\n  {name} = \"{words}\"\n  {document} = jsonencode({})\n}}\n",
            words.replace('-', "_"),
            indented.join("\n").trim_start(),
        )?;
    }
    Ok(())
}

/// A principal as a name that is allowed everywhere: `role/nightly` is `role-nightly-backup`.
fn label(principal: &str) -> String {
    let name = principal.rsplit(':').next().unwrap_or(principal);
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = name.chars().map(word).collect();
    let name = name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => format!("{name}-backup"),
        _ => format!("principal-{name}-backup"),
    }
}

/// Writes suggestions for programs.
///
/// # Errors
/// Those of the writer.
pub fn write_suggest_json(all: &[Suggestion], out: &mut dyn io::Write) -> io::Result<()> {
    let suggestions = all.iter().map(Entry::new).collect::<Result<Vec<Entry<'_>>, serde_json::Error>>()?;
    write_json(&Document { schema_version: SCHEMA_VERSION, tool: Tool::own(), suggestions }, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    suggestions: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    principal: Option<&'a str>,
    calls: u64,
    policy: Option<serde_json::Value>,
    expressions: Vec<&'a str>,
    places: Vec<PlaceEntry>,
    left_out: Vec<DoubtEntry>,
}

impl<'a> Entry<'a> {
    fn new(suggestion: &'a Suggestion) -> Result<Self, serde_json::Error> {
        let policy = suggestion.document(Form::Json).map(|document| serde_json::from_str(&document)).transpose()?;
        let mut expressions: Vec<&str> = suggestion.expressions().collect();
        expressions.sort_unstable();
        expressions.dedup();
        Ok(Self {
            principal: suggestion.principal.as_deref(),
            calls: suggestion.calls,
            policy,
            expressions,
            places: suggestion.places.iter().map(|place| PlaceEntry::new(place, "")).collect(),
            left_out: suggestion.left_out.iter().map(|left| DoubtEntry::new(&doubt(left))).collect(),
        })
    }
}
