//! Writes fixed files, each in one piece, and tells what was done.

use super::atomic::write_file;
use super::exit::Exit;
use super::files::read_bytes;
use super::output::{complain, write_out};
use crate::finding::Safety;
use crate::fix::{Changed, Outcome};

/// More reasons than these are counted, not told.
const MOST_REASONS: usize = 20;

/// Writes the changed files. Gives how many were not: a file that has changed since it was read is left alone.
pub(super) fn write_files(outcome: &Outcome) -> usize {
    let failed = outcome.changed.iter().filter_map(|changed| write_one(changed).err());
    failed.inspect(|message| complain(message)).count()
}

fn write_one(changed: &Changed) -> Result<(), String> {
    let (before, after) = changed.bytes();
    let now =
        read_bytes(&changed.path).map_err(|problem| format!("{}: {problem}; not fixed", changed.path.display()))?;
    if now != before {
        return Err(format!("{}: it has changed since it was read; not fixed", changed.path.display()));
    }
    write_file(&changed.path, |out| out.write_all(&after))
}

/// Writes the differences to standard output.
pub(super) fn write_diff(outcome: &Outcome, exit: Exit) -> Exit {
    write_out(exit, |out| outcome.changed.iter().try_for_each(|changed| out.write_all(changed.diff().as_bytes())))
}

/// Tells on standard error what was, or would be, done.
pub(super) fn tell(outcome: &Outcome, safety: Safety, verb: &str) {
    for refused in outcome.refused.iter().take(MOST_REASONS) {
        complain(&format!("{} [{}]: not fixed: {}", refused.place, refused.rule, refused.why));
    }
    let more = outcome.refused.len().saturating_sub(MOST_REASONS);
    if more > 0 {
        complain(&format!("{more} more were not fixed"));
    }
    let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let (fixed, all) = (outcome.fixed(), outcome.before.findings.len());
    let place = match outcome.changed.len() {
        0 => String::new(),
        files => format!(" in {}", count(files, "file")),
    };
    let left = match outcome.need_review() {
        0 => String::new(),
        _ if safety == Safety::NeedsReview => String::new(),
        1 => " (1 needs --unsafe)".to_owned(),
        review => format!(" ({review} need --unsafe)"),
    };
    complain(&format!("{verb} {fixed} of {}{place}{left}", count(all, "finding")));
}
