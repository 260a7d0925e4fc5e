//! What is supported, as people draw it on a whiteboard: a row a scenario, a column a parameter.
//!
//! Takes a matrix and the facts that it is narrowed to; writes a table for a terminal, Markdown for
//! documents, or JSON with the decision tables themselves and their sources. Every cell comes from the
//! matrix; here is only said how it looks.

mod grid;
mod json;
mod text;

use std::io::{self, Write};

use super::Presentation;
use crate::matrix::{Cell, FactSelection, Matrix, ParameterValues, ScenarioRow};

/// The forms of the decision table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionTableFormat {
    /// For people.
    Table,
    /// One JSON object.
    Json,
    /// A Markdown table and the sentences below it.
    Markdown,
}

/// Writes the scenarios that are supported for a selection, and what is to be known beside them.
///
/// # Errors
/// What the writer answers.
pub fn write_decision_table(
    matrix: &Matrix,
    selection: &FactSelection,
    format: DecisionTableFormat,
    options: &Presentation,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DecisionTableFormat::Table => text::write_table(&View::new(matrix, selection), options, out),
        DecisionTableFormat::Markdown => text::write_markdown(&View::new(matrix, selection), out),
        DecisionTableFormat::Json => json::write(matrix, selection, out),
    }
}

/// What both forms for people are made from.
struct View<'m> {
    matrix: &'m Matrix,
    selection: &'m FactSelection,
    rows: Vec<ScenarioRow>,
    parameters: Vec<ParameterValues<'m>>,
    /// The names of the facts that are not the same in all rows.
    differing: Vec<String>,
}

impl<'m> View<'m> {
    fn new(matrix: &'m Matrix, selection: &'m FactSelection) -> Self {
        let rows = matrix.scenario_rows(selection);
        let differs = |index: usize| {
            let mut values = rows.iter().map(|row| row.facts.get(index));
            let first = values.next();
            values.any(|value| first != Some(value))
        };
        let facts = rows.first().map_or(&[][..], |row| row.facts.as_slice()).iter().enumerate();
        let differing = facts.filter(|(index, _)| differs(*index)).map(|(_, fact)| fact.name.clone()).collect();
        Self { matrix, selection, parameters: matrix.parameter_values(), differing, rows }
    }

    /// The name of the call, and of what it is made against.
    fn title(&self) -> String {
        let api = self.matrix.api();
        let scope = self.matrix.selection_scope(self.selection);
        let scope = scope.map_or_else(String::new, |scope| format!(" for {scope}"));
        format!("{} {}{scope}", api.product.title, api.action)
    }

    /// Why there is no row.
    fn nothing(&self) -> String {
        let rules = self.matrix.always_reported(self.selection);
        if rules.is_empty() {
            "No scenario is described for these.".to_owned()
        } else {
            let rules = rules.join(", ");
            format!("Nothing is supported here; whatever a call says, it is a case of {rules}.")
        }
    }

    /// Whether every row demands a parameter; one sentence says that better than a column.
    fn always_required(&self, parameter: usize) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(|row| row.cells.get(parameter) == Some(&Cell::Required))
    }

    /// What stands below the table: labels and what there is to say of each.
    fn notes(&self) -> Vec<(String, Vec<String>)> {
        let mut notes = Vec::new();
        let required = self.parameters.iter().enumerate().filter(|(index, _)| self.always_required(*index));
        let required: Vec<&str> = required.map(|(_, parameter)| parameter.name).collect();
        if !required.is_empty() {
            notes.push(("every call".to_owned(), vec![format!("needs {} too", required.join(" and "))]));
        }
        let some_cell = |is: fn(&Cell) -> bool| self.rows.iter().flat_map(|row| &row.cells).any(is);
        if some_cell(|cell| matches!(cell, Cell::Value { is_default: true, .. })) {
            notes.push(("(default)".to_owned(), vec!["leaving it out is the same".to_owned()]));
        }
        if some_cell(|cell| matches!(cell, Cell::NotUsed { .. })) {
            let meaning = "leave it out: given, it has no effect or makes the call wrong";
            notes.push(("not used".to_owned(), vec![meaning.to_owned()]));
        }
        for (index, parameter) in self.parameters.iter().enumerate() {
            let is_used = |row: &ScenarioRow| !matches!(row.cells.get(index), None | Some(Cell::NotUsed { .. }));
            let mut said: Vec<String> = parameter.ranges_text.map(str::to_owned).into_iter().collect();
            said.extend(
                parameter.separator.map(|separator| format!("several values are separated by {}", plural(separator))),
            );
            if self.rows.iter().any(is_used) && !said.is_empty() {
                notes.push((parameter.name.to_owned(), vec![said.join("; ")]));
            }
        }
        // Where nothing is supported, nobody needs to know how often or when.
        if !self.rows.is_empty() {
            notes.extend(self.circumstances());
        }
        let documentation = self.matrix.documentation();
        notes.push(("source".to_owned(), vec![format!("{}, of {}", documentation.title, documentation.updated)]));
        notes
    }

    /// What matters beside the text of the call.
    fn circumstances(&self) -> Vec<(String, Vec<String>)> {
        let mut notes = Vec::new();
        for fact in self.matrix.assumptions(self.selection) {
            notes.push((fact.name, vec![format!("{} is assumed", fact.title)]));
        }
        if let Some(quota) = self.matrix.quota() {
            let count = quota.per_instance_and_day;
            let text = format!("at most {count} backups of one instance, else the answer is {}", quota.code);
            notes.push(("in a day".to_owned(), vec![text]));
        }
        let condition = |precondition: &crate::matrix::Precondition| match &precondition.code {
            Some(code) => format!("{}, else the answer is {code}", precondition.name),
            None => precondition.name.clone(),
        };
        let conditions: Vec<String> = self.matrix.preconditions().iter().map(condition).collect();
        if !conditions.is_empty() {
            notes.push(("must hold".to_owned(), conditions));
        }
        notes
    }
}

/// A cell in pieces that are not broken.
fn cell_pieces(cell: &Cell, parameter: &ParameterValues<'_>) -> Vec<String> {
    match cell {
        Cell::Required => vec!["required".to_owned()],
        Cell::Value { value, is_default: false } => vec![value.clone()],
        Cell::Value { value, is_default: true } => vec![value.clone(), "(default)".to_owned()],
        Cell::NotUsed { .. } => vec!["not used".to_owned()],
        Cell::Optional { values } => {
            let choice = if values.is_empty() { range_words(&parameter.ranges) } else { values.join(" or ") };
            if choice.is_empty() { vec!["optional".to_owned()] } else { vec!["optional:".to_owned(), choice] }
        }
    }
}

/// Ranges of numbers in few words, single numbers last: "7 to 730, or -1".
fn range_words(ranges: &[(i64, i64)]) -> String {
    let (single, wide): (Vec<_>, Vec<_>) = ranges.iter().partition(|(from, to)| from == to);
    let wide = wide.iter().map(|(from, to)| format!("{from} to {to}"));
    wide.chain(single.iter().map(|(number, _)| number.to_string())).collect::<Vec<_>>().join(", or ")
}

/// What a separator is called when there are several of it.
fn plural(separator: &str) -> String {
    match separator {
        "," => "commas".to_owned(),
        ";" => "semicolons".to_owned(),
        " " => "spaces".to_owned(),
        other => format!("\"{other}\""),
    }
}

#[cfg(test)]
mod tests;
