//! `backuplint rules`.

use crate::cli::arguments::{Rules, TableFormat};
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::cli::output::write_out;
use crate::report::rules::{RulesFormat, list_rules};

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Rules) -> Exit {
    let catalogue = match load::catalogue() {
        Ok(catalogue) => catalogue,
        Err(message) => return failed(&message),
    };
    let format = match arguments.format {
        TableFormat::Table => RulesFormat::Table,
        TableFormat::Markdown => RulesFormat::Markdown,
        TableFormat::Json => RulesFormat::Json,
    };
    write_out(Exit::Clean, |out| list_rules(&catalogue, format, out))
}
