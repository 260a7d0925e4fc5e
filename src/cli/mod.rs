//! The edge of the program: arguments, files, environment, terminal, clock. It contains no rule.

pub mod arguments;
mod atomic;
mod command;
mod configuration;
mod discover;
mod effects;
mod exit;
mod files;
mod fixing;
mod interrupt;
mod load;
mod output;
mod own_rules;
mod problems;
mod repository;
mod stats;
mod terminal;

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

use arguments::{Apis, Cli, Command};
pub use exit::Exit;

/// Runs the program with its arguments, the program's own name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    quiet_panics();
    interrupt::watch();
    let matrices = match load::matrices(&Apis::of_words(&arguments)) {
        Ok(matrices) => matrices,
        Err(message) => return load::failed(&message),
    };
    let matches = match command(&matrices).try_get_matches_from(&arguments) {
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
        (Command::Check(arguments), _) => command::check::run(arguments, matrices),
        (Command::Preflight(preflight), Some(own)) => {
            let words: Vec<String> = arguments.iter().skip(2).map(|w| w.to_string_lossy().into_owned()).collect();
            command::preflight::run(preflight, own, &words, matrices)
        }
        (Command::Audit(arguments), _) => command::audit::run(arguments, matrices),
        (Command::Ram(arguments), _) => command::ram::run(arguments, matrices),
        (Command::Baseline(arguments), _) => command::baseline::run(arguments, matrices),
        (Command::Policy(arguments), _) => command::policy::run(arguments, matrices),
        (Command::Explain(arguments), _) => command::explain::run(arguments, matrices),
        (Command::Rules(arguments), _) => command::rules::run(arguments, matrices),
        (Command::Matrix(arguments), Some(own)) => command::matrix::run(arguments, own, &matrices),
        (Command::Config(arguments), _) => command::config::run(arguments, matrices),
        #[cfg(feature = "lsp")]
        (Command::Lsp(arguments), _) => command::lsp::run(arguments, matrices),
        (Command::Init(arguments), _) => command::init::run(arguments),
        (Command::Completions(arguments), _) => command::completions::run(arguments, command(&matrices)),
        (Command::Man(arguments), _) => command::man::run(arguments, command(&matrices)),
        (Command::Preflight(_) | Command::Matrix(_), None) => Exit::Failed,
    }
}

/// The command line, with options for the facts and the parameters of the matrices.
fn command(matrices: &[crate::matrix::Matrix]) -> clap::Command {
    let day = matrices.first().map(|matrix| format!(" (rules of {})", matrix.documentation().updated));
    Cli::command()
        .version(format!("{}{}", env!("CARGO_PKG_VERSION"), day.unwrap_or_default()))
        .mut_subcommand("preflight", |c| c.args(command::preflight::options(matrices, true)))
        .mut_subcommand("matrix", |c| c.args(command::preflight::options(matrices, false)))
}

/// A panic is caught where it happens and becomes a finding; the default message would only be noise in between.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0") {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
