//! `backuplint ram check`: policy documents by themselves.

use std::time::Instant;

use super::wanted;
use crate::check::{Checker, Presented, Settings};
use crate::cli::arguments::{Format, RamCheck};
use crate::cli::exit::{self, Exit};
use crate::cli::files::DiskFiles;
use crate::cli::output::{complain, write_out};
use crate::cli::terminal;
use crate::report;

pub(super) fn run(arguments: &RamCheck, checker: &Checker) -> Result<Exit, String> {
    let begin = Instant::now();
    let settings = Settings { level: arguments.level.into(), ..Settings::default() };
    let wanted = wanted(&arguments.files);
    let files = DiskFiles::of(wanted.paths);
    let run = wanted.run(&checker.sieve(), &files)?;
    let for_people = arguments.format == Format::Human;
    let report = checker.check_policies(run, &wanted.named(), &settings).presented(Presented {
        coverage: arguments.coverage,
        elapsed_milliseconds: for_people.then(|| u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX)),
        ..Presented::default()
    });
    let exit = exit::of_report(&report, arguments.strict, arguments.fail_on);
    let look = terminal::presentation(arguments.color);
    let reporter = report::by_id(arguments.format.reporter()).ok_or("no such format")?;
    let exit = write_out(exit, |out| reporter.write(&report, &look, out));
    if exit == Exit::Incomplete {
        let left = report.counts.files_skipped + report.counts.files_in_part;
        complain(&format!("--strict: {left} file(s) were not, or not wholly, looked at (see --coverage)"));
    }
    Ok(exit)
}
