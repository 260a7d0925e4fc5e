//! The format `human`: what a person reads in a terminal.
//!
//! A finding is a headline, the places it is about in one box, and what to do. After the findings come
//! the lists that were asked for, and the last lines say what was looked at, also when all is well.

mod audit;
mod draw;
mod lists;
mod problem;
mod snippet;
mod style;
mod summary;
mod text;

use std::io;

use rustc_hash::FxHashSet;

use super::visible::visible;
use super::{Presentation, Reporter};
use crate::finding::{Confidence, Finding, Report};
pub use problem::write_problem;
use style::Paint;
use text::{columns, wrap};

/// The format `human`.
pub(super) struct Human;

impl Reporter for Human {
    fn id(&self) -> &'static str {
        "human"
    }

    fn write(&self, report: &Report, options: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let page = Page { report, options, paint: Paint { color: options.color }, width: options.width.max(MIN_WIDTH) };
        if let Some(audit) = report.audit.as_ref().filter(|_| !report.is_quiet) {
            out.write_all(audit::head(audit, &page).as_bytes())?;
        }
        let mut explained = FxHashSet::default();
        for finding in &report.findings {
            let first_of_rule = explained.insert(&*finding.rule);
            let mut block = page.headline(finding);
            block.push_str(&draw::frames(finding, &page));
            block.push_str(&page.advice(finding, first_of_rule));
            block.push('\n');
            out.write_all(block.as_bytes())?;
        }
        if report.list_suppressed {
            out.write_all(lists::suppressed(&page).as_bytes())?;
        }
        if report.list_undecided {
            out.write_all(lists::undecided(&page).as_bytes())?;
        }
        if report.list_coverage {
            out.write_all(lists::coverage(&page).as_bytes())?;
        }
        if report.is_quiet {
            return Ok(());
        }
        out.write_all(summary::lines(&page).as_bytes())
    }
}

/// Below this nothing could be laid out; a terminal that claims less wraps by itself.
const MIN_WIDTH: usize = 24;

/// Below this the texts beside the keys stand under them.
const TWO_COLUMNS: usize = 56;

/// The most characters of any one text; a value of a megabyte may be part of a message.
const MAX_TEXT: usize = 600;

/// What every part of the output needs to know.
struct Page<'a> {
    report: &'a Report,
    options: &'a Presentation,
    paint: Paint,
    width: usize,
}

impl Page<'_> {
    /// A text in which every character can be seen, cut where nobody would read on.
    fn visible(&self, text: &str) -> String {
        match text.char_indices().nth(MAX_TEXT) {
            None => visible(text, self.options.unicode),
            Some((end, _)) => {
                let ellipsis = if self.options.unicode { "…" } else { "..." };
                visible(text.get(..end).unwrap_or_default(), self.options.unicode) + ellipsis
            }
        }
    }

    /// `error[rule]: what is wrong`.
    fn headline(&self, finding: &Finding) -> String {
        let color = style::of(finding.severity);
        let word = finding.severity.word();
        let rule = self.visible(&finding.rule);
        let (open, shut) = match finding.confidence {
            Confidence::Certain => ("[", "]"),
            Confidence::Possible => ("[", ", possible]"),
        };
        let begin = columns(word) + columns(open) + columns(&rule) + columns(shut) + 2;
        let message = wrap(&self.visible(&finding.message), self.width.saturating_sub(begin), self.width - 2);
        let head = format!("{word}{open}{}{shut}", self.linked(&finding.rule, &rule));
        let mut out = format!("{}{}", self.paint.with(color, &head), self.paint.bold(":"));
        for (index, line) in message.iter().enumerate() {
            out.push_str(if index > 0 {
                "  "
            } else if line.is_empty() {
                ""
            } else {
                " "
            });
            out.push_str(&self.paint.bold(line));
            out.push('\n');
        }
        if message.is_empty() {
            out.push('\n');
        }
        out
    }

    /// The rule's name as a link to the page it stands on, where there is one and the terminal can.
    fn linked(&self, rule: &str, shown: &str) -> String {
        let references = self.report.catalogue.rule(rule).map(|rule| rule.references.as_slice()).unwrap_or_default();
        let address = references.iter().find(|r| r.starts_with("https://") && r.chars().all(|c| c.is_ascii_graphic()));
        match address {
            Some(address) if self.options.links => {
                format!("\u{1b}]8;;{address}\u{1b}\\{shown}\u{1b}]8;;\u{1b}\\")
            }
            _ => shown.to_owned(),
        }
    }

    /// What the service does with it and what to write instead.
    fn advice(&self, finding: &Finding, first_of_rule: bool) -> String {
        let mut rows: Vec<(&str, String)> = Vec::new();
        if let Some(evidence) = &finding.evidence {
            rows.extend(audit::seen(evidence).map(|seen| ("seen", seen)));
        }
        if let Some(answer) = &finding.answer {
            rows.push(("the service answers", answer.clone()));
        }
        if !finding.supported.is_empty() {
            rows.push(("supported here", finding.supported.join(", ")));
        }
        if let Some(nearest) = &finding.nearest {
            rows.push(("nearest", nearest.clone()));
        } else if let Some(fix) = finding.fixes.first() {
            rows.push(("fix", fix.title.clone()));
        }
        if let Some(help) = &finding.help {
            rows.push(("help", help.clone()));
        }
        // The explanation of a rule is the same each time.
        if first_of_rule {
            rows.push(("more", format!("backuplint explain {}", finding.rule)));
        }
        self.rows(&rows, 2)
    }

    /// Keys and texts in two columns, or one below the other where there is no room.
    fn rows(&self, rows: &[(&str, String)], indent: usize) -> String {
        let rows: Vec<_> = rows.iter().map(|(key, text)| (self.visible(key), self.visible(text))).collect();
        let keys = rows.iter().map(|(key, _)| columns(key)).max().unwrap_or(0);
        let beside = self.width >= TWO_COLUMNS;
        let left = if beside { indent + keys + 2 } else { indent + 2 };
        let mut out = String::new();
        for (key, text) in &rows {
            let room = self.width.saturating_sub(left);
            let gap = if beside { keys - columns(key) + 2 } else { 0 };
            out.push_str(&format!("{:indent$}{}", "", self.paint.dim(key)));
            if !beside {
                out.push('\n');
            }
            for (index, line) in wrap(text, room, room).iter().enumerate() {
                let before = if index == 0 && beside { gap } else { left };
                out.push_str(&format!("{:before$}{line}\n", ""));
            }
        }
        out
    }
}
