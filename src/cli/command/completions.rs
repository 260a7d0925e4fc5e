//! `backuplint completions`: what a shell needs to complete the command line. It is made of the command line itself.

use crate::cli::arguments::Completions;
use crate::cli::exit::Exit;
use crate::cli::output::write_out;

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Completions, mut program: clap::Command) -> Exit {
    let name = program.get_name().to_owned();
    let mut text = Vec::new();
    // Into memory: a reader that goes away must not be met in there.
    clap_complete::generate(arguments.shell, &mut program, name, &mut text);
    write_out(Exit::Clean, |out| out.write_all(&text))
}
