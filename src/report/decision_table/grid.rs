//! Lays cells out in columns of a width that is given.
//!
//! Takes headers, groups of rows and a width; gives lines. Width is counted in columns of a terminal.

use crate::report::explain::wrap::{columns, paragraph};

/// Between two columns.
const GAP: usize = 2;

/// The first column is not made narrower than this; a table that needs more is wider than the terminal.
const NARROWEST_FIRST: usize = 20;

/// Headers that are longer than this may be broken when the table is too wide.
const LONGEST_HEADER: usize = 16;

/// A table before it is laid out. The first column is prose and may be broken anywhere between words.
pub(super) struct Grid {
    pub(super) headers: Vec<String>,
    pub(super) groups: Vec<Group>,
}

/// Rows below a heading of their own.
pub(super) struct Group {
    /// Empty when there is nothing to tell the groups apart.
    pub(super) heading: String,
    /// Rows of cells; a cell is a list of pieces that stand in one line where there is room.
    pub(super) rows: Vec<Vec<Vec<String>>>,
}

/// One line of a table, with what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Header(String),
    /// A rule of so many columns.
    Rule(usize),
    Heading(String),
    Row(String),
    Empty,
}

/// How far cells and headers are broken, the readable ways first.
#[derive(Clone, Copy)]
struct Breaks {
    cells: bool,
    headers: bool,
}

const WAYS: [Breaks; 4] = [
    Breaks { cells: false, headers: false },
    Breaks { cells: true, headers: false },
    Breaks { cells: false, headers: true },
    Breaks { cells: true, headers: true },
];

impl Grid {
    /// The lines of the table, without trailing spaces.
    pub(super) fn lines(&self, width: usize) -> Vec<Line> {
        let (breaks, widths) = self.layout(width);
        let headers: Vec<Vec<String>> = self.headers.iter().map(|header| header_lines(header, breaks)).collect();
        let total = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        let mut lines: Vec<Line> = joined(&headers, &widths).into_iter().map(Line::Header).collect();
        lines.push(Line::Rule(total));
        let groups: Vec<Vec<Vec<String>>> = self.groups.iter().map(|g| self.rows(g, breaks, &widths)).collect();
        // Rows of several lines run into each other without air between them.
        let is_airy = groups.iter().flatten().any(|row| row.len() > 1);
        for (number, (group, rows)) in self.groups.iter().zip(groups).enumerate() {
            if number > 0 {
                lines.push(Line::Empty);
            }
            if !group.heading.is_empty() {
                lines.push(Line::Heading(group.heading.clone()));
            }
            for (index, row) in rows.into_iter().enumerate() {
                if is_airy && index > 0 {
                    lines.push(Line::Empty);
                }
                lines.extend(row.into_iter().map(Line::Row));
            }
        }
        lines
    }

    fn rows(&self, group: &Group, breaks: Breaks, widths: &[usize]) -> Vec<Vec<String>> {
        let indent = if group.heading.is_empty() { "" } else { "  " };
        let row = |cells: &Vec<Vec<String>>| {
            let lines: Vec<Vec<String>> = cells
                .iter()
                .enumerate()
                .map(|(index, cell)| match index {
                    0 => paragraph(&cell.join(" "), widths.first().copied().unwrap_or(0), indent, indent),
                    _ => cell_lines(cell, breaks),
                })
                .collect();
            joined(&lines, widths)
        };
        group.rows.iter().map(row).collect()
    }

    /// The first way of breaking that leaves room for the first column, and the widths of all columns.
    fn layout(&self, width: usize) -> (Breaks, Vec<usize>) {
        let natural = self.first_column();
        let mut last = (Breaks { cells: true, headers: true }, Vec::new());
        for (number, breaks) in WAYS.into_iter().enumerate() {
            let others: Vec<usize> = (1..self.headers.len()).map(|column| self.column(column, breaks)).collect();
            let used = others.iter().sum::<usize>() + GAP * others.len();
            let room = width.saturating_sub(used);
            let is_last = number + 1 == WAYS.len();
            // A wish for a whole line of prose is no reason to break names.
            let wanted = if breaks.cells { NARROWEST_FIRST } else { natural.min(NARROWEST_FIRST * 3 / 2) };
            if room >= wanted || is_last {
                let first = natural.min(room.max(NARROWEST_FIRST));
                last = (breaks, std::iter::once(first).chain(others).collect());
                break;
            }
        }
        last
    }

    fn first_column(&self) -> usize {
        let indent = |group: &Group| if group.heading.is_empty() { 0 } else { 2 };
        let cells = self.groups.iter().flat_map(|group| {
            group.rows.iter().map(move |row| indent(group) + row.first().map_or(0, |cell| columns(&cell.join(" "))))
        });
        let header = self.headers.first().map_or(0, |header| columns(header));
        cells.chain([header]).max().unwrap_or(0)
    }

    fn column(&self, column: usize, breaks: Breaks) -> usize {
        let header = self.headers.get(column).map_or_else(Vec::new, |header| header_lines(header, breaks));
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        let cells = rows.filter_map(|row| row.get(column)).flat_map(|cell| cell_lines(cell, breaks));
        header.into_iter().chain(cells).map(|line| columns(&line)).max().unwrap_or(0)
    }
}

fn cell_lines(cell: &[String], breaks: Breaks) -> Vec<String> {
    if breaks.cells { cell.to_vec() } else { vec![cell.join(" ")] }
}

/// A header, broken between two of the words that a name in one piece is made of.
fn header_lines(header: &str, breaks: Breaks) -> Vec<String> {
    if !breaks.headers || columns(header) <= LONGEST_HEADER {
        return vec![header.to_owned()];
    }
    let mut lines = vec![String::new()];
    let mut word = String::new();
    let mut add = |word: &mut String| {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() || columns(line) + columns(word) <= LONGEST_HEADER {
                line.push_str(word);
            } else {
                lines.push(word.clone());
            }
        }
        word.clear();
    };
    for c in header.chars() {
        if c.is_uppercase() && !word.is_empty() {
            add(&mut word);
        }
        word.push(c);
    }
    add(&mut word);
    lines
}

/// Lines of cells side by side.
fn joined(cells: &[Vec<String>], widths: &[usize]) -> Vec<String> {
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |number: usize| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(number).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(columns(text)) + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}
