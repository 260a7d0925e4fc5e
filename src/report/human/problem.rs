//! What is wrong with a file of the user's own settings, drawn like a finding that no rule stands behind.

use std::io;
use std::sync::Arc;

use super::{MIN_WIDTH, Page, draw, style};
use crate::finding::{Catalogue, Counts, Finding, Report, Severity};
use crate::report::Presentation;
use crate::report::human::style::Paint;

/// Writes the message, the place and the help of something that is no finding; its rule is not looked at.
///
/// # Errors
/// Only those of the writer.
pub fn write_problem(problem: &Finding, options: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
    let report = nothing();
    let paint = Paint { color: options.color };
    let page = Page { report: &report, options, paint, width: options.width.max(MIN_WIDTH) };
    let word = page.paint.with(style::of(problem.severity), problem.severity.word());
    let message = page.paint.bold(&page.visible(&problem.message));
    writeln!(out, "{word}{} {message}", page.paint.bold(":"))?;
    out.write_all(draw::frames(problem, &page).as_bytes())?;
    if let Some(help) = &problem.help {
        out.write_all(page.rows(&[("help", help.clone())], 2).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// A report of nothing, for what the pages of reports need.
fn nothing() -> Report {
    Report {
        findings: Vec::new(),
        suppressed: Vec::new(),
        list_suppressed: false,
        calls: Vec::new(),
        coverage: Vec::new(),
        rules: Vec::new(),
        counts: Counts::default(),
        operations: Vec::new(),
        level: Severity::Warning,
        catalogue: Arc::new(Catalogue::default()),
        list_undecided: false,
        list_coverage: false,
        is_quiet: false,
        elapsed_milliseconds: None,
        rules_date: String::new(),
        audit: None,
        repository: None,
        policies: None,
    }
}
