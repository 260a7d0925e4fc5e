//! The list of the rules: a table for a terminal, JSON for programs, Markdown for documents.
//!
//! It takes the catalogue and writes; the JSON has a version of its own and does not change when a type
//! inside the program does.

use std::io::{self, Write};

use serde::Serialize;

use crate::finding::{Catalogue, Rule};

/// The forms of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesFormat {
    /// A line a rule, for people.
    Table,
    /// One JSON object.
    Json,
    /// A Markdown table.
    Markdown,
}

/// The JSON form.
#[derive(Serialize)]
struct Listing<'a> {
    schema_version: u32,
    rules: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    severity: &'static str,
    title: &'a str,
    why: &'a str,
    fix: &'a str,
    references: &'a [String],
    codes: &'a [String],
}

impl<'a> From<&'a Rule> for Entry<'a> {
    fn from(rule: &'a Rule) -> Self {
        Self {
            id: &rule.id,
            severity: rule.severity.word(),
            title: &rule.title,
            why: &rule.why,
            fix: &rule.fix,
            references: &rule.references,
            codes: &rule.codes,
        }
    }
}

/// Writes the rules in their order.
///
/// # Errors
/// What the writer answers.
pub fn list_rules(catalogue: &Catalogue, format: RulesFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        RulesFormat::Table => table(catalogue, out),
        RulesFormat::Json => json(catalogue, out),
        RulesFormat::Markdown => out.write_all(rules_markdown(catalogue).as_bytes()),
    }
}

fn table(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let rules = catalogue.rules();
    // Ids and severities are ASCII, so characters are columns.
    let id_width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let severity_width = rules.iter().map(|rule| rule.severity.word().len()).max().unwrap_or_default();
    for rule in rules {
        writeln!(out, "{:id_width$}  {:severity_width$}  {}", rule.id, rule.severity.word(), rule.title)?;
    }
    Ok(())
}

fn json(catalogue: &Catalogue, out: &mut dyn Write) -> io::Result<()> {
    let rules = catalogue.rules().iter().map(|rule| Entry::from(&**rule)).collect();
    serde_json::to_writer_pretty(&mut *out, &Listing { schema_version: 1, rules })?;
    writeln!(out)
}

/// The rules as a Markdown table: rule, severity, what it says.
#[must_use]
pub fn rules_markdown(catalogue: &Catalogue) -> String {
    let mut text = String::from("| rule | severity | what it says |\n|---|---|---|\n");
    for rule in catalogue.rules() {
        let title = rule.title.replace('|', "\\|");
        text.push_str(&format!("| `{}` | {} | {title} |\n", rule.id, rule.severity.word()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(format: RulesFormat) -> String {
        let mut out = Vec::new();
        list_rules(&Catalogue::builtin().unwrap(), format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_has_a_line_a_rule_with_columns_in_line() {
        let table = listed(RulesFormat::Table);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), Catalogue::builtin().unwrap().rules().len());
        assert!(lines[0].starts_with("missing-instance-id         error    the call does not say"));
        let column = lines[0].find("the call").unwrap();
        assert!(lines.iter().all(|line| line.as_bytes()[column - 1] == b' ' && line.as_bytes()[column] != b' '));
        assert!(lines.iter().all(|line| line.trim_end() == *line));
    }

    #[test]
    fn the_json_reads_back_and_has_a_version() {
        let json: serde_json::Value = serde_json::from_str(&listed(RulesFormat::Json)).unwrap();
        assert_eq!(json["schema_version"], 1);
        assert_eq!(json["rules"][0]["id"], "missing-instance-id");
        assert_eq!(json["rules"][0]["severity"], "error");
        let ids: Vec<&str> = json["rules"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&"unparsable-file"));
    }

    #[test]
    fn the_markdown_is_one_table() {
        let markdown = listed(RulesFormat::Markdown);
        assert!(
            markdown
                .starts_with("| rule | severity | what it says |\n|---|---|---|\n| `missing-instance-id` | error |")
        );
        assert!(markdown.lines().all(|line| line.starts_with('|') && line.ends_with('|')));
        assert!(markdown.ends_with("|\n"));
    }
}
