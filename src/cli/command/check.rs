//! `backuplint check`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::check::{Checker, Presented, Run, Settings};
use crate::cli::arguments::{Check, Format};
use crate::cli::discover::{self, Discovered, Request};
use crate::cli::exit::{self, Exit};
use crate::cli::files::{DiskFiles, SIZE_LIMIT};
use crate::cli::load::{self, failed};
use crate::cli::output::{complain, write_out};
use crate::cli::terminal;
use crate::finding::{Report, Severity};
use crate::matrix::Matrix;
use crate::report;
use crate::surface::SurfaceSettings;

/// The path that stands for standard input.
const STDIN: &str = "-";

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Check, matrix: Matrix) -> Exit {
    match try_run(arguments, matrix) {
        Ok(exit) => exit,
        Err(message) => failed(&message),
    }
}

fn try_run(arguments: &Check, matrix: Matrix) -> Result<Exit, String> {
    let begin = Instant::now();
    let checker = Checker::new(matrix, load::catalogue()?);
    let settings = settings(arguments, &checker)?;
    let for_people = arguments.common.format == Format::Human;
    let report = report(arguments, &checker, &settings)?.presented(Presented {
        undecided: arguments.undecided || settings.level == Severity::Note,
        coverage: arguments.coverage,
        elapsed_milliseconds: for_people.then(|| u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX)),
    });
    let exit = exit::of_report(&report, arguments.strict, arguments.common.fail_on);
    let look = terminal::presentation(arguments.common.color);
    let reporter = report::by_id(arguments.common.format.reporter()).ok_or("no such format")?;
    let exit = write_out(exit, |out| reporter.write(&report, &look, out));
    if exit == Exit::Incomplete {
        let left = report.counts.files_skipped + report.counts.files_in_part;
        complain(&format!("--strict: {left} file(s) were not, or not wholly, looked at (see --coverage)"));
    }
    Ok(exit)
}

/// The settings of a run over files.
///
/// # Errors
/// A sentence for the user.
pub(super) fn settings(arguments: &Check, checker: &Checker) -> Result<Settings, String> {
    let surface =
        SurfaceSettings { variables: arguments.variables.clone(), variable_files: arguments.variable_files.clone() };
    for file in &surface.variable_files {
        load::source(file)?;
    }
    Ok(Settings { quota: arguments.quota, ..load::settings(&arguments.common, checker, surface)? })
}

/// The report on the files that the user names.
///
/// # Errors
/// A sentence for the user.
pub(super) fn report(arguments: &Check, checker: &Checker, settings: &Settings) -> Result<Report, String> {
    let files = DiskFiles::of(&arguments.paths);
    let discovered = discover_all(arguments, &checker.sieve(), &files)?;
    let run = Run {
        files: &files,
        found: discovered.found,
        coverage: discovered.coverage,
        problems: discovered.problems,
        files_seen: discovered.seen,
        files_searched: discovered.searched,
    };
    Ok(checker.check(run, settings))
}

/// A path below the working directory as seen from there: that is how it is told in every output.
fn relative(path: &Path) -> PathBuf {
    let below = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    match below {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}

fn discover_all(arguments: &Check, sieve: &crate::check::Sieve, files: &DiskFiles) -> Result<Discovered, String> {
    let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) =
        arguments.paths.iter().map(|path| relative(path)).partition(|path| path == Path::new(STDIN));
    let request = Request { paths: &paths, exclude: &arguments.exclude, obey_ignore_files: !arguments.no_ignore };
    let mut discovered = discover::discover(&request, sieve, files).map_err(|error| error.to_string())?;
    if !stdin.is_empty() {
        let path = PathBuf::from(&arguments.stdin_filename);
        let mut bytes = Vec::new();
        let limit = SIZE_LIMIT;
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).map_err(|e| format!("standard input: {e}"))?;
        if bytes.len() as u64 > limit {
            return Err(format!("standard input: over the limit of {} MiB", limit / (1024 * 1024)));
        }
        discovered.seen += 1;
        discovered.searched += 1;
        if let Some(found) = sieve.look_for_help(&path, &bytes) {
            discovered.found.retain(|f| f.path != path);
            discovered.found.push(found);
        }
        files.remember(&path, bytes);
    }
    Ok(discovered)
}
