//! `backuplint audit`: reads logs and says what was wrong with the calls in them.
//!
//! The plain run is the three steps in one: reading (map), bringing together (merge) and reporting.

mod frames;
mod inputs;
#[cfg(feature = "parquet")]
mod parquet;
mod parts;
mod policies;
mod read;
mod report;
mod sql;
mod store;

use std::path::{Path, PathBuf};

use crate::audit::Filter;
use crate::check::Checker;
use crate::cli::arguments::{Audit, AuditMap, AuditMerge, AuditReport, AuditVerb, Reading};
use crate::cli::atomic::is_writable;
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::cli::stats::{Stats, count};
use crate::matrix::Matrix;
use crate::trail::{Partial, may_hold};
use read::LogReader;
pub(in crate::cli) use report::USUAL_ZONE;

/// The path that stands for standard input.
const STDIN: &str = "-";

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Audit, matrices: Vec<Matrix>) -> Exit {
    let here = [PathBuf::from(".")];
    let checker = match &arguments.verb {
        None => load::checker(matrices, &arguments.reporting.common, &here),
        Some(AuditVerb::Report(report)) => load::checker(matrices, &report.reporting.common, &here),
        Some(_) => load::catalogue().map(|catalogue| Checker::of_several(matrices, catalogue)),
    };
    let result = checker.and_then(|checker| match &arguments.verb {
        None => whole(arguments, &checker),
        Some(AuditVerb::Map(map)) => run_map(map, &checker),
        Some(AuditVerb::Merge(merge)) => run_merge(merge),
        Some(AuditVerb::Report(report)) => run_report(report, &checker),
        Some(AuditVerb::Sql(arguments)) => sql::run(arguments, checker.matrices()),
    });
    result.unwrap_or_else(|message| failed(&message))
}

fn whole(arguments: &Audit, checker: &Checker) -> Result<Exit, String> {
    let stats = Stats::new("prepare", false);
    // What is wrong with the options is told before hours of reading, not after.
    let (settings, fail_on) = report::settings(&arguments.reporting, checker)?;
    arguments.state.iter().try_for_each(|path| is_writable(path))?;
    let reader = LogReader::new(checker, arguments.reading.no_prefilter);
    stats.step("read", String::new());
    let before = match &arguments.state {
        Some(path) if path.exists() => store::load(path)?,
        _ => Partial::default(),
    };
    // A state serves other questions, too: then everything is read.
    let filter = arguments.state.is_none().then_some(&settings.filter);
    let partial = read(&arguments.reading, &reader, before, filter)?;
    stats.say(count(partial.files.len(), "file"));
    if let Some(path) = &arguments.state {
        stats.step("keep the state", String::new());
        store::save(&partial, path)?;
    }
    report::write(&partial, &arguments.reporting, checker, (&settings, fail_on), &stats)
}

/// Reads everything that the paths lead to, but for objects whose names say that nothing in them passes a filter.
fn read(
    reading: &Reading,
    reader: &LogReader<'_>,
    before: Partial,
    filter: Option<&Filter>,
) -> Result<Partial, String> {
    if reading.paths.is_empty() {
        return Err("no logs: name files, folders or patterns, or - for standard input".to_owned());
    }
    let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        reading.paths.iter().cloned().partition(|path| path == Path::new(STDIN));
    let mut inputs = inputs::list(&paths)?;
    let is_narrow = |filter: &&Filter| filter.since.is_some() || filter.until.is_some() || !filter.regions.is_empty();
    if let Some(filter) = filter.filter(is_narrow) {
        inputs.keep(|path| may_hold(path, filter.since, filter.until, &filter.regions));
    }
    let mut partial = reader.read_files(&inputs, before);
    if !stdin.is_empty() {
        reader.read_stdin(&mut partial);
    }
    Ok(partial)
}

/// What paths lead to as a partial: what earlier runs wrote down, and logs.
///
/// # Errors
/// A sentence for the user.
pub(super) fn partial_of(paths: &[PathBuf], checker: &Checker) -> Result<Partial, String> {
    let (written, logs): (Vec<PathBuf>, Vec<PathBuf>) = paths.iter().cloned().partition(|path| store::is_one(path));
    let mut partial = store::load_all(&written)?;
    if !logs.is_empty() {
        let reading = Reading { paths: logs, no_prefilter: false };
        partial.merge(read(&reading, &LogReader::new(checker, false), Partial::default(), None)?);
    }
    Ok(partial)
}

fn run_map(arguments: &AuditMap, checker: &Checker) -> Result<Exit, String> {
    arguments.output.iter().try_for_each(|path| is_writable(path))?;
    let reader = LogReader::new(checker, arguments.reading.no_prefilter);
    let partial = match (&arguments.frames, &arguments.list) {
        (Some(frames), _) => frames::read(frames, &reader)?,
        (None, Some(list)) => {
            let mut paths = inputs::from_list(list)?;
            paths.extend(arguments.reading.paths.iter().cloned());
            reader.read_files(&inputs::list(&paths)?, Partial::default())
        }
        (None, None) => read(&arguments.reading, &reader, Partial::default(), None)?,
    };
    store::write(&partial, arguments.output.as_deref())
}

fn run_merge(arguments: &AuditMerge) -> Result<Exit, String> {
    store::write(&store::load_all(&arguments.files)?, arguments.output.as_deref())
}

fn run_report(arguments: &AuditReport, checker: &Checker) -> Result<Exit, String> {
    let stats = Stats::new("prepare", false);
    let (settings, fail_on) = report::settings(&arguments.reporting, checker)?;
    stats.step("read", count(arguments.files.len(), "file"));
    let partial = store::load_all(&arguments.files)?;
    report::write(&partial, &arguments.reporting, checker, (&settings, fail_on), &stats)
}
