//! Tells what is wrong with files of the user's own settings, all of it.

use std::io::Write;

use super::arguments::Color;
use super::terminal;
use crate::finding::SettingProblem;
use crate::report;

/// Tells problems on standard error, in the order of their places; gives the sentence that ends the run, in which
/// `what` cannot be used.
pub(super) fn told(mut problems: Vec<SettingProblem>, what: &str, color: Color) -> String {
    problems.sort_by(|a, b| a.place.sort_key().cmp(&b.place.sort_key()));
    let look = terminal::of_errors(color);
    let mut out = std::io::stderr().lock();
    for problem in &problems {
        // Nothing can be done when standard error is closed.
        let _ = report::write_problem(&problem.as_finding(), &look, &mut out);
    }
    let _ = out.flush();
    let count = problems.len();
    format!("{what} cannot be used: {count} problem{}", if count == 1 { "" } else { "s" })
}
