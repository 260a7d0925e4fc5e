//! `backuplint check`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::check::{Checker, Presented, Run, Settings};
use crate::cli::arguments::Check;
use crate::cli::discover::{self, Discovered, Request};
use crate::cli::exit::{self, Exit};
use crate::cli::files::{DiskFiles, SIZE_LIMIT};
use crate::cli::fixing;
use crate::cli::load::{self, failed};
use crate::cli::output::{Outputs, complain};
use crate::finding::{Report, Severity};
use crate::fix::fix;
use crate::matrix::Matrix;
use crate::surface::SurfaceSettings;

/// The path that stands for standard input.
const STDIN: &str = "-";

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Check, matrices: Vec<Matrix>) -> Exit {
    match try_run(arguments, matrices) {
        Ok(exit) => exit,
        Err(message) => failed(&message),
    }
}

fn try_run(arguments: &Check, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let begin = Instant::now();
    let checker = Checker::of_several(matrices, load::catalogue()?);
    let settings = settings(arguments, &checker)?;
    let mut outputs = Outputs::new(&arguments.common, None)?;
    if arguments.fixing.diff {
        if let Some(target) = arguments.common.format.iter().find(|target| target.file.is_none()) {
            let format = target.format.reporter();
            return Err(format!(
                "--diff: the differences go to standard output; give {format} a file, as in --format {format}:FILE"
            ));
        }
        outputs.only_files();
    }
    let files = DiskFiles::of(&arguments.paths);
    let run = run_over(arguments, &checker, &files)?;
    let (report, fixed) = if arguments.fixing.is_on() {
        with_fixes(arguments, &checker, &run, &settings)?
    } else {
        (checker.check(run, &settings), None)
    };
    let report = report.presented(Presented {
        undecided: arguments.undecided || settings.level == Severity::Note,
        coverage: arguments.coverage,
        elapsed_milliseconds: None,
    });
    let exit = exit::of_report(&report, arguments.strict, arguments.common.fail_on);
    let left = report.counts.files_skipped + report.counts.files_in_part;
    let elapsed = u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX);
    let exit = outputs.write(report, Some(elapsed), exit)?;
    if exit == Exit::Incomplete {
        complain(&format!("--strict: {left} file(s) were not, or not wholly, looked at (see --coverage)"));
    }
    Ok(fixed.unwrap_or(exit))
}

fn run_over<'f>(arguments: &Check, checker: &Checker, files: &'f DiskFiles) -> Result<Run<'f>, String> {
    let discovered = discover_all(arguments, &checker.sieve(), files)?;
    Ok(Run {
        files,
        found: discovered.found,
        coverage: discovered.coverage,
        problems: discovered.problems,
        files_seen: discovered.seen,
        files_searched: discovered.searched,
    })
}

/// Fixes what can be, and gives the report of what is in the files then. The exit is there when something failed.
fn with_fixes(
    arguments: &Check,
    checker: &Checker,
    run: &Run<'_>,
    settings: &Settings,
) -> Result<(Report, Option<Exit>), String> {
    let fixing = &arguments.fixing;
    if fixing.fix && arguments.paths.iter().any(|path| path == Path::new(STDIN)) {
        return Err("--fix: standard input cannot be fixed in its place; --diff prints what would change".to_owned());
    }
    let outcome = fix(checker, run, settings, fixing.safety());
    if fixing.diff {
        let written = fixing::write_diff(&outcome, Exit::Clean);
        fixing::tell(&outcome, fixing.safety(), "would fix");
        return Ok((outcome.before, (written == Exit::Failed).then_some(written)));
    }
    if fixing::write_files(&outcome) > 0 {
        // What the files hold now is neither what was read nor what was to be written.
        let files = DiskFiles::of(&arguments.paths);
        let now = checker.check(run_over(arguments, checker, &files)?, settings);
        return Ok((now, Some(Exit::Failed)));
    }
    fixing::tell(&outcome, fixing.safety(), "fixed");
    Ok((outcome.after, None))
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
    Ok(checker.check(run_over(arguments, checker, &files)?, settings))
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
