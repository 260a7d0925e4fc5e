//! Lays cells out in columns of a width that is given.
//!
//! Takes headers, groups of rows and a width; gives lines. Width is counted in columns of a terminal.

use crate::report::explain::wrap::columns;

/// Between two columns.
const GAP: usize = 2;

/// The width that cells are broken to where nothing else helps.
const NARROW_CELL: usize = 10;

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

/// How far cells and headers are broken, and how narrow the first column may become then.
#[derive(Clone, Copy)]
struct Breaks {
    cells: CellBreak,
    /// Headers that are longer than this are broken.
    longest_header: usize,
    narrowest_first: usize,
}

/// Where a cell may be broken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellBreak {
    Nowhere,
    BetweenPieces,
    BetweenWords,
}

/// The ways of breaking, the readable ones first; the last one is taken whatever comes of it.
const WAYS: [Breaks; 5] = [
    Breaks { cells: CellBreak::Nowhere, longest_header: usize::MAX, narrowest_first: 30 },
    Breaks { cells: CellBreak::BetweenPieces, longest_header: usize::MAX, narrowest_first: 20 },
    Breaks { cells: CellBreak::BetweenPieces, longest_header: 16, narrowest_first: 20 },
    Breaks { cells: CellBreak::BetweenPieces, longest_header: 8, narrowest_first: 20 },
    LAST_WAY,
];

const LAST_WAY: Breaks = Breaks { cells: CellBreak::BetweenWords, longest_header: 8, narrowest_first: 16 };

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
                    0 => {
                        let room = widths.first().map_or(0, |width| width.saturating_sub(indent.len()));
                        let lines = packed(cell.iter().flat_map(|piece| piece.split(' ')), " ", room);
                        lines.into_iter().map(|line| format!("{indent}{line}")).collect()
                    }
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
        let widths = |breaks: Breaks| {
            let others: Vec<usize> = (1..self.headers.len()).map(|column| self.column(column, breaks)).collect();
            let room = width.saturating_sub(others.iter().sum::<usize>() + GAP * others.len());
            let first = natural.min(room.max(breaks.narrowest_first));
            let fits = room >= first;
            (fits, std::iter::once(first).chain(others).collect())
        };
        for breaks in WAYS {
            let (fits, widths) = widths(breaks);
            if fits {
                return (breaks, widths);
            }
        }
        (LAST_WAY, widths(LAST_WAY).1)
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
    match breaks.cells {
        CellBreak::Nowhere => vec![cell.join(" ")],
        CellBreak::BetweenPieces => cell.to_vec(),
        CellBreak::BetweenWords => cell.iter().flat_map(|piece| packed(piece.split(' '), " ", NARROW_CELL)).collect(),
    }
}

/// A header, broken between two of the words that a name in one piece is made of.
fn header_lines(header: &str, breaks: Breaks) -> Vec<String> {
    if columns(header) <= breaks.longest_header {
        return vec![header.to_owned()];
    }
    let starts = header.char_indices().filter(|(at, c)| *at > 0 && c.is_uppercase()).map(|(at, _)| at);
    let ends = starts.chain([header.len()]);
    let mut start = 0;
    let words: Vec<&str> = ends.filter_map(|end| header.get(std::mem::replace(&mut start, end)..end)).collect();
    packed(words.into_iter(), "", breaks.longest_header)
}

/// As many words in a line as there is room for, at least one.
fn packed<'a>(words: impl Iterator<Item = &'a str>, between: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut().filter(|line| columns(line) + columns(between) + columns(word) <= width) {
            Some(line) => {
                line.push_str(between);
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
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
