//! `backuplint preflight`: checks calls before they are made.

mod flags;
mod jsonl;

use clap::ArgMatches;

use crate::check::{Checker, Presented, Settings};
use crate::cli::arguments::Preflight;
use crate::cli::exit::{self, Exit};
use crate::cli::load::{self, failed};
use crate::cli::output::Outputs;
use crate::matrix::Matrix;
use crate::model::Call;
use crate::surface::SurfaceSettings;

pub(crate) use flags::options;

/// Runs the command. `matches` holds the values of the options that come from the matrix, `words` is the
/// command line behind the command's name.
#[must_use]
pub(crate) fn run(arguments: &Preflight, matches: &ArgMatches, words: &[String], matrices: Vec<Matrix>) -> Exit {
    match try_run(arguments, matches, words, matrices) {
        Ok(exit) => exit,
        Err(message) => failed(&message),
    }
}

fn try_run(
    arguments: &Preflight,
    matches: &ArgMatches,
    words: &[String],
    matrices: Vec<Matrix>,
) -> Result<Exit, String> {
    let checker = Checker::of_several(matrices, load::catalogue()?);
    let settings = load::settings(&arguments.common, &checker, SurfaceSettings::default())?;
    let outputs = Outputs::new(&arguments.common, None)?;
    if let Some(path) = &arguments.jsonl {
        return jsonl::run(path, arguments, &outputs, &checker, &settings);
    }
    let call = flags::call(arguments, matches, words, &checker)?;
    show(arguments, &outputs, &checker, &settings, &[call])
}

/// Judges calls and writes the report in the format that was asked for.
fn show(
    arguments: &Preflight,
    outputs: &Outputs,
    checker: &Checker,
    settings: &Settings,
    calls: &[Call],
) -> Result<Exit, String> {
    // Whoever asks about one call wants to know what is missing to decide it.
    let presented = Presented { undecided: true, ..Presented::default() };
    let report = checker.check_calls(calls, settings).presented(presented);
    let exit = exit::of_report(&report, false, arguments.common.fail_on);
    outputs.write(report, None, exit)
}
