//! Reporters: a finished [`Report`] written down for people and for programs.
//!
//! Takes a report that is sorted and counted, and a [`Presentation`] that the command line decided on.
//! Gives bytes to a writer. Reporters read no environment, sort nothing, count nothing and decide no
//! exit code.
//!
//! To add one: a file in this folder with a type that implements [`Reporter`], and a line in [`all`].

mod checkstyle;
mod csv;
pub mod decision_table;
pub mod explain;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod jsonl;
mod junit;
mod markdown;
pub mod rules;
mod sarif;
mod visible;
mod words;
mod xml;

use std::io;

use crate::finding::Report;

/// One way to write a report down.
pub trait Reporter: Sync {
    /// A stable id, the word behind `--format`.
    fn id(&self) -> &'static str;

    /// Writes the whole report, whatever it holds; an empty one too.
    ///
    /// # Errors
    /// Only those of the writer.
    fn write(&self, report: &Report, options: &Presentation, out: &mut dyn io::Write) -> io::Result<()>;
}

/// How the output may look. Formats for programs ignore it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation {
    /// Whether colours are written.
    pub color: bool,
    /// Whether boxes are drawn with characters beyond ASCII.
    pub unicode: bool,
    /// Whether the terminal understands hyperlinks.
    pub links: bool,
    /// How many columns there are.
    pub width: usize,
}

impl Presentation {
    /// Without colours and links, for a file or a pipe.
    #[must_use]
    pub fn plain(width: usize) -> Self {
        Self { color: false, unicode: true, links: false, width }
    }
}

/// Every reporter; the first is the usual one.
#[must_use]
pub fn all() -> &'static [&'static dyn Reporter] {
    &[
        &human::Human,
        &json::Json,
        &jsonl::JsonLines,
        &sarif::Sarif,
        &junit::Junit,
        &github::Github,
        &gitlab::Gitlab,
        &checkstyle::Checkstyle,
        &csv::Csv,
        &markdown::Markdown,
        &html::Html,
    ]
}

/// The reporter with an id.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static dyn Reporter> {
    all().iter().copied().find(|reporter| reporter.id() == id)
}

#[cfg(test)]
mod tests;
