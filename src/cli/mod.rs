//! The edge of the program: arguments, files, environment, terminal, clock. It contains no rule.

pub mod arguments;
mod atomic;
mod command;
mod discover;
mod exit;
mod files;
mod load;
mod output;
mod terminal;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

use arguments::{Cli, Command};
pub use exit::Exit;

/// Runs the program with its arguments, the program's own name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    quiet_panics();
    let matrix = match load::matrix(matrix_option(&arguments).map(Into::into).as_ref()) {
        Ok(matrix) => matrix,
        Err(message) => return load::failed(&message),
    };
    let matches = match command(&matrix).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let exit = if error.use_stderr() { Exit::Failed } else { Exit::Clean };
            let _ = error.print();
            return exit;
        }
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return Exit::Failed;
        }
    };
    let own = matches.subcommand().map(|(_, own)| own);
    match (&cli.command, own) {
        (Command::Check(arguments), _) => command::check::run(arguments, matrix),
        (Command::Preflight(preflight), Some(own)) => {
            let words: Vec<String> = arguments.iter().skip(2).map(|w| w.to_string_lossy().into_owned()).collect();
            command::preflight::run(preflight, own, &words, matrix)
        }
        (Command::Audit(arguments), _) => command::audit::run(arguments, matrix),
        (Command::Baseline(arguments), _) => command::baseline::run(arguments, matrix),
        (Command::Explain(arguments), _) => command::explain::run(arguments),
        (Command::Rules(arguments), _) => command::rules::run(arguments),
        (Command::Matrix(arguments), Some(own)) => command::matrix::run(arguments, own, &matrix),
        (Command::Preflight(_) | Command::Matrix(_), None) => Exit::Failed,
    }
}

/// The command line, with options for the facts and the parameters of a matrix.
fn command(matrix: &crate::matrix::Matrix) -> clap::Command {
    Cli::command()
        .mut_subcommand("preflight", |c| c.args(command::preflight::options(matrix, true)))
        .mut_subcommand("matrix", |c| c.args(command::preflight::options(matrix, false)))
}

/// The value of `--matrix`, which has to be known before the command line can be read.
fn matrix_option(arguments: &[OsString]) -> Option<OsString> {
    let mut words = arguments.iter().skip(1).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let text = word.to_string_lossy();
        if text == "--matrix" {
            return words.next().cloned();
        }
        if let Some(path) = text.strip_prefix("--matrix=") {
            return Some(path.into());
        }
    }
    None
}

/// A panic is caught where it happens and becomes a finding; the default message would only be noise in between.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
