//! `backuplint check`.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{Checker, Presented, Run, Settings, Sieve};
use crate::cli::arguments::Check;
use crate::cli::configuration::Configurations;
use crate::cli::discover::{self, Discovered, Request};
use crate::cli::effects;
use crate::cli::exit::{self, Exit};
use crate::cli::files::{DiskFiles, SIZE_LIMIT};
use crate::cli::fixing;
use crate::cli::load::{self, failed};
use crate::cli::output::{Outputs, complain};
use crate::cli::stats::{Stats, count, shown};
use crate::finding::{Report, Severity};
use crate::fix::{Outcome, fix};
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
    let stats = Stats::new("prepare", arguments.common.configured.verbose);
    let checker = load::checker(matrices, &arguments.common, &configured_paths(arguments))?;
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
    stats.step("walk and search", String::new());
    let Prepared { checker, configurations, run, settings } = prepare(arguments, &checker, &files)?;
    // The threads that walk search as well; only the sum over all of them can be told apart.
    let met = count(run.files_seen, "file");
    stats.say(format!("{met}; searching took {} of all threads", shown(files.search())));
    let (report, fixed) = if arguments.fixing.is_on() {
        stats.step("check and fix", String::new());
        with_fixes(arguments, &checker, &run, &settings, &configurations)?
    } else {
        (checker.check_watched(run, &settings, &stats).0, None)
    };
    let mut report = report.presented(Presented {
        undecided: arguments.undecided || settings.level == Severity::Note,
        coverage: arguments.coverage,
        elapsed_milliseconds: None,
    });
    report.is_quiet = arguments.telling.quiet;
    if arguments.common.configured.verbose {
        effects::warn(configurations.base(), &settings.scopes, checker.catalogue(), Some(&report));
    }
    let exit = exit::of_report(&report, arguments.strict, load::fail_on(&arguments.common, &configurations));
    let left = report.counts.files_skipped + report.counts.files_in_part;
    let elapsed = u64::try_from(stats.elapsed().as_millis()).unwrap_or(u64::MAX);
    stats.step("write", String::new());
    let exit = outputs.write(report, Some(elapsed), exit)?;
    stats.finish(arguments.telling.stats);
    if exit == Exit::Incomplete {
        complain(&format!("--strict: {left} file(s) were not, or not wholly, looked at (see --coverage)"));
    }
    Ok(fixed.unwrap_or(exit))
}

fn run_over<'f>(
    arguments: &Check,
    checker: &Checker,
    files: &'f DiskFiles,
    configurations: &Arc<Configurations>,
) -> Result<Run<'f>, String> {
    let wanted = Wanted {
        paths: &arguments.paths,
        stdin_filename: &arguments.stdin_filename,
        exclude: &arguments.looking.exclude,
        no_ignore: arguments.looking.no_ignore,
        configurations: Some(configurations),
    };
    wanted.run(&checker.sieve(), files)
}

/// Fixes what can be, and gives the report of what is in the files then. The exit is there when something failed.
fn with_fixes(
    arguments: &Check,
    checker: &Checker,
    run: &Run<'_>,
    settings: &Settings,
    configurations: &Arc<Configurations>,
) -> Result<(Report, Option<Exit>), String> {
    let fixing = &arguments.fixing;
    if fixing.fix && arguments.paths.iter().any(|path| path == Path::new(STDIN)) {
        return Err("--fix: standard input cannot be fixed in its place; --diff prints what would change".to_owned());
    }
    let outcome = fix(checker, run, settings, fixing.safety());
    if fixing.diff {
        let written = fixing::write_diff(&outcome, Exit::Clean);
        tell_of_fixes(arguments, &outcome, "would fix");
        return Ok((outcome.before, (written == Exit::Failed).then_some(written)));
    }
    if fixing::write_files(&outcome) > 0 {
        // What the files hold now is neither what was read nor what was to be written.
        let files = DiskFiles::of(&arguments.paths);
        let now = checker.check(run_over(arguments, checker, &files, configurations)?, settings);
        return Ok((now, Some(Exit::Failed)));
    }
    tell_of_fixes(arguments, &outcome, "fixed");
    Ok((outcome.after, None))
}

/// A run over files, with what is set for it.
pub(super) struct Prepared<'f> {
    /// With the rules that folders below have of their own.
    pub(super) checker: Checker,
    configurations: Arc<Configurations>,
    pub(super) run: Run<'f>,
    pub(super) settings: Settings,
}

/// Looks for the files that the user names and for what is set for them.
///
/// # Errors
/// A sentence for the user.
pub(super) fn prepare<'f>(arguments: &Check, checker: &Checker, files: &'f DiskFiles) -> Result<Prepared<'f>, String> {
    let surface = SurfaceSettings {
        variables: arguments.looking.variables.clone(),
        variable_files: arguments.looking.variable_files.clone(),
    };
    for file in &surface.variable_files {
        load::source(file)?;
    }
    let configurations = Arc::new(load::configurations(&arguments.common, &configured_paths(arguments), checker)?);
    // The walk meets the configurations of the folders below.
    let run = run_over(arguments, checker, files, &configurations)?;
    let settings = load::settings(&arguments.common, &configurations, surface)?;
    let settings = Settings { quota: arguments.looking.quota, ..settings };
    let checker = checker.clone().with_policies(configurations.further());
    Ok(Prepared { checker, configurations, run, settings })
}

/// Tells what was, or would be, done, unless nothing but findings is wanted.
fn tell_of_fixes(arguments: &Check, outcome: &Outcome, verb: &str) {
    if !arguments.telling.quiet {
        fixing::tell(outcome, arguments.fixing.safety(), verb);
    }
}

/// A path below the working directory as seen from there: that is how it is told in every output.
pub(super) fn relative(path: &Path) -> PathBuf {
    let below = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    match below {
        Some(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Some(below) => below,
        None => path.to_owned(),
    }
}

/// The paths whose configurations hold; for standard input it is the one that it is said to be.
pub(super) fn configured_paths(arguments: &Check) -> Vec<PathBuf> {
    paths_named(&arguments.paths, &arguments.stdin_filename)
}

/// Paths as a user gives them, with what standard input is said to be in its place.
pub(super) fn paths_named(paths: &[PathBuf], stdin_filename: &str) -> Vec<PathBuf> {
    let named = |path: &PathBuf| if path == Path::new(STDIN) { PathBuf::from(stdin_filename) } else { path.clone() };
    paths.iter().map(named).collect()
}

/// Which files the user asks for.
pub(super) struct Wanted<'a> {
    /// Files, folders, or the path that stands for standard input.
    pub(super) paths: &'a [PathBuf],
    /// What standard input is called.
    pub(super) stdin_filename: &'a str,
    /// Patterns of what to leave out.
    pub(super) exclude: &'a [String],
    /// Whether ignore files say nothing.
    pub(super) no_ignore: bool,
    /// What the configurations leave out; nothing for commands that no configuration speaks to.
    pub(super) configurations: Option<&'a Arc<Configurations>>,
}

impl Wanted<'_> {
    /// A run over these files.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn run<'f>(&self, sieve: &Sieve, files: &'f DiskFiles) -> Result<Run<'f>, String> {
        Ok(self.discover(sieve, files)?.into_run(files))
    }

    /// The files that are named one by one, standard input by its name.
    pub(super) fn named(&self) -> Vec<PathBuf> {
        let named = |path: &PathBuf| match path == Path::new(STDIN) {
            true => Some(PathBuf::from(self.stdin_filename)),
            false => path.is_file().then(|| relative(path)),
        };
        self.paths.iter().filter_map(named).filter(|path| !discover::excludes(self.exclude, path)).collect()
    }

    /// What the walk finds.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn discover(&self, sieve: &Sieve, files: &DiskFiles) -> Result<Discovered, String> {
        let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) =
            self.paths.iter().map(|path| relative(path)).partition(|path| path == Path::new(STDIN));
        let request = Request {
            paths: &paths,
            exclude: self.exclude,
            obey_ignore_files: !self.no_ignore,
            configurations: self.configurations,
        };
        let mut discovered = discover::discover(&request, sieve, files).map_err(|error| error.to_string())?;
        if !stdin.is_empty() {
            let path = PathBuf::from(self.stdin_filename);
            let mut bytes = Vec::new();
            let limit = SIZE_LIMIT;
            std::io::stdin()
                .lock()
                .take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(|e| format!("standard input: {e}"))?;
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
}
