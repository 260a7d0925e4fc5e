//! `backuplint matrix`.

use clap::ArgMatches;

use crate::cli::arguments::Matrix as Arguments;
use crate::cli::exit::Exit;
use crate::matrix::Matrix;

/// Runs the command.
#[must_use]
pub fn run(_arguments: &Arguments, _matches: &ArgMatches, _matrix: &Matrix) -> Exit {
    Exit::Clean
}
