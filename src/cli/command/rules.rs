//! `backuplint rules`.

use std::path::PathBuf;

use crate::cli::arguments::{Color, Configured, Rules, TableFormat};
use crate::cli::exit::Exit;
use crate::cli::load::failed;
use crate::cli::output::write_out;
use crate::cli::own_rules;
use crate::matrix::Matrix;
use crate::report::rules::{RulesFormat, list_rules};

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Rules, matrices: Vec<Matrix>) -> Exit {
    let here = [PathBuf::from(".")];
    let checker = own_rules::checker(matrices, &arguments.own_rules, &Configured::default(), &here, Color::Auto);
    let checker = match checker {
        Ok(checker) => checker,
        Err(message) => return failed(&message),
    };
    let format = match arguments.format {
        TableFormat::Table => RulesFormat::Table,
        TableFormat::Markdown => RulesFormat::Markdown,
        TableFormat::Json => RulesFormat::Json,
    };
    write_out(Exit::Clean, |out| list_rules(checker.catalogue(), format, out))
}
