//! `backuplint baseline`: the findings of one day, which later runs leave out.

use std::collections::BTreeSet;
use std::path::Path;

use crate::check::{Settings, UnknownPolicy};
use crate::cli::arguments::{self, BaselinePrune, BaselineVerb, BaselineWrite};
use crate::cli::atomic::{is_writable, write_file};
use crate::cli::command::check::{Prepared, configured_paths, prepare};
use crate::cli::exit::Exit;
use crate::cli::files::{DiskFiles, read_bytes};
use crate::cli::load::{self, failed};
use crate::cli::output::write_out;
use crate::finding::{Report, Severity, Verdict};
use crate::matrix::Matrix;
use crate::model::CoverageStatus;
use crate::surface::{ReadProblem, normalize};
use crate::waiver::{Baseline, Entry};

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &arguments::Baseline, matrices: Vec<Matrix>) -> Exit {
    let done = match &arguments.verb {
        BaselineVerb::Write(arguments) => write(arguments, matrices),
        BaselineVerb::Prune(arguments) => prune(arguments, matrices),
    };
    done.unwrap_or_else(|message| failed(&message))
}

fn write(arguments: &BaselineWrite, matrices: Vec<Matrix>) -> Result<Exit, String> {
    is_writable(&arguments.output)?;
    let checker = load::checker(matrices, &arguments.check.common, &configured_paths(&arguments.check))?;
    let files = DiskFiles::of(&arguments.check.paths);
    let Prepared { checker, run, settings, .. } = prepare(&arguments.check, &checker, &files)?;
    // Hidden findings fail a run as well, so they are written down, too. What an older baseline holds stays in it.
    let report = checker.check(run, &everything(settings));
    let baseline = Baseline::of(&report.findings);
    write_baseline(&arguments.output, &baseline)?;
    let own = report.findings.iter().filter(|finding| !baseline.holds(&finding.fingerprint)).count();
    let mut text = format!("{}: {}", arguments.output.display(), counted(baseline.entries().len(), "finding"));
    if report.counts.suppressed > 0 {
        text.push_str(&format!("; {} suppressed already, and not in it", report.counts.suppressed));
    }
    if own > 0 {
        text.push_str(&format!("; {own} about suppressions, which no baseline hides"));
    }
    if report.is_incomplete() {
        text.push_str("; some files were not, or not wholly, looked at (check --coverage)");
    }
    Ok(write_out(Exit::Clean, |out| writeln!(out, "{text}")))
}

fn prune(arguments: &BaselinePrune, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let path = arguments.check.common.waiving.baseline.as_ref();
    let path = path.ok_or("baseline prune needs --baseline FILE: the file that it is about")?;
    is_writable(path)?;
    let before = load::baseline(path)?;
    let checker = load::checker(matrices, &arguments.check.common, &configured_paths(&arguments.check))?;
    let files = DiskFiles::of(&arguments.check.paths);
    let Prepared { checker, run, settings, .. } = prepare(&arguments.check, &checker, &files)?;
    let mut settings = everything(settings);
    // An entry whose finding is suppressed by a comment as well is still found.
    settings.waiving.is_off = true;
    let sieve = checker.sieve();
    let report = checker.check(run, &settings);
    let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
    let looked = Looked::new(&report, &arguments.check.paths, &settings);
    let is_gone = |entry: &Entry| {
        !found.contains(entry.fingerprint.as_str())
            && looked.knows(entry, |path, bytes| sieve.look_for_help(path, bytes).is_some())
    };
    let (left, gone) = before.split(is_gone);
    if !gone.is_empty() {
        write_baseline(path, &left)?;
    }
    Ok(write_out(Exit::Clean, |out| {
        for entry in &gone {
            writeln!(out, "gone: {}: {}: {}", entry.path, entry.rule, entry.message)?;
        }
        let gone = counted(gone.len(), "entry").replace("entrys", "entries");
        writeln!(out, "{}: {gone} removed, {} left", path.display(), left.entries().len())
    }))
}

/// Settings under which every finding is told.
fn everything(mut settings: Settings) -> Settings {
    settings.level = Severity::Note;
    settings.waiving.baseline = None;
    settings
}

fn write_baseline(path: &Path, baseline: &Baseline) -> Result<(), String> {
    let text = baseline.write().map_err(|error| error.to_string())?;
    write_file(path, |out| out.write_all(text.as_bytes()))
}

fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// What a run has looked at.
struct Looked<'a> {
    in_full: BTreeSet<&'a str>,
    in_part: BTreeSet<&'a str>,
    paths: Vec<std::path::PathBuf>,
    is_special: bool,
}

impl<'a> Looked<'a> {
    fn new(report: &'a Report, paths: &[std::path::PathBuf], settings: &Settings) -> Self {
        let with = |full: bool| {
            report
                .coverage
                .iter()
                .filter(move |c| (c.status == CoverageStatus::Judged) == full)
                .map(|c| c.path.as_str())
        };
        let mut in_part: BTreeSet<&str> = with(false).collect();
        if settings.unknown != UnknownPolicy::Ignore {
            let undecided = report.calls.iter().filter(|call| call.verdict == Verdict::Undecided);
            in_part.extend(undecided.flat_map(|call| call.about.iter()).map(|place| place.source.path()));
        }
        let paths = paths.iter().map(|path| normalize(path)).collect();
        let is_special = !settings.surface.variables.is_empty() || !settings.surface.variable_files.is_empty();
        Self { in_full: with(true).collect(), in_part, paths, is_special }
    }

    /// Whether a finding that was not made is gone: its file was judged in full, is no longer there, or holds no
    /// call any more.
    fn knows(&self, entry: &Entry, could_hold: impl Fn(&Path, &[u8]) -> bool) -> bool {
        let path = Path::new(&entry.path);
        let clean = normalize(path);
        let is_here = clean.is_relative() && !clean.starts_with("..");
        let below = self.paths.iter().any(|at| clean.starts_with(at) || (is_here && at == Path::new(".")));
        if !below || self.is_special || self.in_part.contains(entry.path.as_str()) {
            return false;
        }
        if self.in_full.contains(entry.path.as_str()) {
            return true;
        }
        match read_bytes(path) {
            Ok(bytes) => !could_hold(path, &bytes),
            Err(problem) => problem == ReadProblem::Missing,
        }
    }
}
