//! A query while it is written: steps, lines and comments.

use std::fmt::Write;

use super::dialect::Dialect;

/// A query with its comments.
pub(super) struct Text<'d> {
    pub(super) dialect: &'d Dialect,
    /// Comments that stand before the query.
    head: String,
    body: String,
    steps: usize,
}

impl<'d> Text<'d> {
    pub(super) fn new(dialect: &'d Dialect) -> Self {
        Self { dialect, head: String::new(), body: String::new(), steps: 0 }
    }

    /// A comment before the query.
    pub(super) fn note(&mut self, text: &str) {
        let _ = writeln!(self.head, "-- {}", one_line(text));
    }

    /// A comment behind a line; before the query where none may stand in it.
    pub(super) fn comment(&mut self, text: &str) -> String {
        if self.dialect.comments {
            return format!(" -- {}", one_line(text));
        }
        self.note(text);
        String::new()
    }

    /// A step of the query, with a name for those behind it.
    pub(super) fn step(&mut self, name: &str, query: &str) {
        let begin = if self.steps == 0 { format!("{}WITH ", self.dialect.before) } else { ",\n".to_owned() };
        self.steps += 1;
        let _ = write!(self.body, "{begin}{name} AS (\n{query}\n)");
    }

    /// The last step.
    pub(super) fn result(&mut self, query: &str) {
        let _ = write!(self.body, "\n{query}{};\n", self.dialect.after);
        if !self.dialect.before.is_empty() {
            // A query that is no statement of its own has no such end.
            self.body.truncate(self.body.trim_end_matches(";\n").len());
            self.body.push('\n');
        }
    }

    pub(super) fn finish(self) -> String {
        format!("{}{}", self.head, self.body)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
