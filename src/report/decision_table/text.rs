//! The decision table for people: on a terminal, and as Markdown.

use std::io::{self, Write};

use super::grid::{Grid, Group, Line};
use super::{View, cell_pieces};
use crate::matrix::{Cell, Remark, ScenarioRow};
use crate::report::Presentation;
use crate::report::explain::wrap::{columns, paragraph};

/// What stands in the column of a fact when every value will do.
const ANY: &str = "any";

pub(super) fn write_table(view: &View<'_>, options: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let bold = |text: &str| if options.color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    writeln!(out, "{}\n", bold(&view.title()))?;
    if view.rows.is_empty() {
        writeln!(out, "{}", view.nothing())?;
    } else {
        for line in grid(view).lines(options.width) {
            match line {
                Line::Header(text) | Line::Heading(text) => writeln!(out, "{}", bold(&text))?,
                Line::Rule(width) => writeln!(out, "{}", if options.unicode { "─" } else { "-" }.repeat(width))?,
                Line::Row(text) => writeln!(out, "{text}")?,
                Line::Empty => writeln!(out)?,
            }
        }
        for remark in view.matrix.remarks(view.selection) {
            writeln!(out)?;
            for line in paragraph(&remark_text(&remark), options.width, "", "") {
                writeln!(out, "{line}")?;
            }
        }
    }
    writeln!(out)?;
    let notes = view.notes();
    let label_width = notes.iter().map(|(label, _)| columns(label)).max().unwrap_or(0);
    for (label, texts) in notes {
        let mut first = format!("  {label}{}", " ".repeat(label_width - columns(&label) + 2));
        let rest = " ".repeat(label_width + 4);
        for text in texts {
            for line in paragraph(&text, options.width, &first, &rest) {
                writeln!(out, "{line}")?;
            }
            first.clone_from(&rest);
        }
    }
    Ok(())
}

/// Rows grouped by the first fact that differs; the other facts that do are columns.
fn grid(view: &View<'_>) -> Grid {
    let (head, others) = match view.differing.split_first() {
        Some((head, others)) => (Some(head), others),
        None => (None, &[][..]),
    };
    let shown: Vec<usize> = (0..view.parameters.len()).filter(|&index| !view.always_required(index)).collect();
    let names = shown.iter().filter_map(|&index| view.parameters.get(index)).map(|p| p.name.to_owned());
    let headers = std::iter::once("scenario".to_owned()).chain(others.iter().cloned()).chain(names).collect();
    let mut groups: Vec<Group> = Vec::new();
    for row in &view.rows {
        let heading = head.map_or_else(String::new, |name| fact_title(row, name));
        let mut cells = vec![vec![row.title.clone()]];
        cells.extend(others.iter().map(|name| vec![fact_value(row, name)]));
        for &index in &shown {
            if let Some((cell, parameter)) = row.cells.get(index).zip(view.parameters.get(index)) {
                cells.push(cell_pieces(cell, parameter));
            }
        }
        match groups.last_mut().filter(|group| group.heading == heading) {
            Some(group) => group.rows.push(cells),
            None => groups.push(Group { heading, rows: vec![cells] }),
        }
    }
    Grid { headers, groups }
}

fn fact_value(row: &ScenarioRow, name: &str) -> String {
    let fact = row.facts.iter().find(|fact| fact.name == name);
    fact.and_then(|fact| fact.value.clone()).unwrap_or_else(|| ANY.to_owned())
}

fn fact_title(row: &ScenarioRow, name: &str) -> String {
    let fact = row.facts.iter().find(|fact| fact.name == name && fact.value.is_some());
    fact.map_or_else(|| format!("{ANY} {name}"), |fact| fact.title.clone())
}

/// A remark with whom it is about, where the title of the table does not say that.
fn remark_text(remark: &Remark<'_>) -> String {
    if remark.scope.is_empty() { remark.text.to_owned() } else { format!("{}: {}", remark.scope, remark.text) }
}

pub(super) fn write_markdown(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if view.rows.is_empty() {
        writeln!(out, "{}", escaped(&view.nothing()))?;
    } else {
        let names = view.parameters.iter().map(|parameter| format!("`{}`", parameter.name));
        let headers: Vec<String> = view.differing.iter().cloned().chain(["scenario".to_owned()]).chain(names).collect();
        write_row(&headers, out)?;
        writeln!(out, "|{}", "---|".repeat(headers.len()))?;
        for row in &view.rows {
            let facts = view.differing.iter().map(|name| fact_value(row, name));
            let cells = row.cells.iter().zip(&view.parameters).map(|(cell, parameter)| match cell {
                Cell::Value { value, is_default: false } => format!("`{value}`"),
                Cell::Value { value, is_default: true } => format!("`{value}` (default)"),
                other => escaped(&cell_pieces(other, parameter).join(" ")),
            });
            write_row(&facts.chain([escaped(&row.title)]).chain(cells).collect::<Vec<_>>(), out)?;
        }
    }
    writeln!(out)?;
    for remark in view.matrix.remarks(view.selection).iter().filter(|_| !view.rows.is_empty()) {
        writeln!(out, "- {}", escaped(&remark_text(remark)))?;
    }
    for (label, texts) in view.notes() {
        writeln!(out, "- {label}: {}", escaped(&texts.join("; ")))?;
    }
    Ok(())
}

fn write_row(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", cells.join(" | "))
}

/// Text that Markdown reads as it stands, also inside a table.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '|' | '*' | '`' | '<' | '[' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
