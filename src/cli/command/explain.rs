//! `backuplint explain`.

use crate::cli::arguments::Explain;
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::cli::output::write_out;
use crate::cli::terminal;
use crate::finding::ErrorCodes;
use crate::report::explain::{self, Look};

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Explain) -> Exit {
    match try_run(arguments) {
        Ok(exit) => exit,
        Err(message) => failed(&message),
    }
}

fn try_run(arguments: &Explain) -> Result<Exit, String> {
    let catalogue = load::catalogue()?;
    let codes = ErrorCodes::builtin().map_err(ToString::to_string)?;
    let topic = explain::find_topic(&arguments.topic, &catalogue, codes).map_err(|error| error.to_string())?;
    let presentation = terminal::presentation(arguments.color);
    let look = Look { width: presentation.width.min(100), styled: presentation.color };
    Ok(write_out(Exit::Clean, |out| explain::explain(topic, &catalogue, codes, None, look, out)))
}
