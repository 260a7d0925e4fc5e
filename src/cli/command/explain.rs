//! `backuplint explain`.

use std::path::PathBuf;

use crate::cli::arguments::{Configured, Explain};
use crate::cli::exit::Exit;
use crate::cli::load::failed;
use crate::cli::output::write_out;
use crate::cli::{own_rules, terminal};
use crate::finding::ErrorCodes;
use crate::matrix::Matrix;
use crate::report::explain::{self, Look};

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Explain, matrices: Vec<Matrix>) -> Exit {
    match try_run(arguments, matrices) {
        Ok(exit) => exit,
        Err(message) => failed(&message),
    }
}

fn try_run(arguments: &Explain, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let here = [PathBuf::from(".")];
    let checker = own_rules::checker(matrices, &arguments.own_rules, &Configured::default(), &here, arguments.color)?;
    let catalogue = checker.catalogue();
    let codes = ErrorCodes::builtin().map_err(ToString::to_string)?;
    let topic = explain::find_topic(&arguments.topic, catalogue, codes).map_err(|error| error.to_string())?;
    let presentation = terminal::presentation(arguments.color);
    let look = Look { width: presentation.width.min(100), styled: presentation.color };
    Ok(write_out(Exit::Clean, |out| explain::explain(topic, catalogue, codes, None, look, out)))
}
