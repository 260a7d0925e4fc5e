//! `backuplint config`.

use crate::cli::arguments::Config;
use crate::cli::exit::Exit;
use crate::matrix::Matrix;

/// Runs the command.
#[must_use]
pub(crate) fn run(_arguments: &Config, _matrix: Matrix) -> Exit {
    Exit::Failed
}
