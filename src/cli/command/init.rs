//! `backuplint init`.

use crate::cli::arguments::Init;
use crate::cli::exit::Exit;

/// Runs the command.
#[must_use]
pub(crate) fn run(_arguments: &Init) -> Exit {
    Exit::Failed
}
