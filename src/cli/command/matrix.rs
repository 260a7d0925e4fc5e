//! `backuplint matrix`.

use clap::ArgMatches;

use crate::cli::arguments::{Color, Matrix as Arguments, TableFormat};
use crate::cli::exit::Exit;
use crate::cli::load::failed;
use crate::cli::output::write_out;
use crate::cli::terminal;
use crate::matrix::Matrix;
use crate::report::decision_table::{DecisionTableFormat, write_decision_table};

/// Runs the command. `matches` holds the values of the options that come from the matrix.
#[must_use]
pub(crate) fn run(arguments: &Arguments, matches: &ArgMatches, matrices: &[Matrix]) -> Exit {
    let [matrix] = matrices else { return failed("one table at a time can be shown: give one --api or one --matrix") };
    let facts = matrix.api().facts.iter();
    let wanted = facts.filter_map(|fact| Some((fact.name.as_str(), matches.get_one::<String>(&fact.name)?.as_str())));
    let selection = match matrix.select(wanted) {
        Ok(selection) => selection,
        Err(error) => return failed(&error.to_string()),
    };
    let format = match arguments.format {
        TableFormat::Table => DecisionTableFormat::Table,
        TableFormat::Markdown => DecisionTableFormat::Markdown,
        TableFormat::Json => DecisionTableFormat::Json,
    };
    let look = terminal::presentation(Color::Auto);
    write_out(Exit::Clean, |out| write_decision_table(matrix, &selection, format, &look, out))
}
