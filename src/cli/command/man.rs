//! `backuplint man`: manual pages, made of the command line itself.

use std::path::Path;

use clap_mangen::Man as Page;

use crate::cli::arguments::Man;
use crate::cli::atomic::write_file;
use crate::cli::exit::Exit;
use crate::cli::load::failed;
use crate::cli::output::write_out;

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Man, mut program: clap::Command) -> Exit {
    // Gives the commands below their full names (`backuplint-audit-map`).
    program.build();
    let written = match &arguments.output {
        Some(folder) => write_all(&program, folder).map(|()| Exit::Clean),
        None => print(&program, &arguments.command),
    };
    written.unwrap_or_else(|message| failed(&message))
}

fn print(program: &clap::Command, words: &[String]) -> Result<Exit, String> {
    let mut command = program;
    for word in words {
        let name = command.get_display_name().unwrap_or_else(|| command.get_name()).replace('-', " ");
        command = command
            .find_subcommand(word)
            .filter(|below| is_shown(below))
            .ok_or_else(|| format!("man: {name} has no command {word}"))?;
    }
    let page = page(command)?;
    Ok(write_out(Exit::Clean, |out| out.write_all(&page)))
}

/// Writes the page of a command and those of the commands below it.
fn write_all(command: &clap::Command, folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let page = page(command)?;
    write_file(&folder.join(format!("{name}.1")), |out| out.write_all(&page))?;
    command.get_subcommands().filter(|below| is_shown(below)).try_for_each(|below| write_all(below, folder))
}

fn is_shown(command: &clap::Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

fn page(command: &clap::Command) -> Result<Vec<u8>, String> {
    let mut page = Vec::new();
    // Left to itself the page of a command below would be that of a program of its own, with a version.
    let source = format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Page::new(command.clone()).source(source).render(&mut page).map_err(|error| error.to_string())?;
    Ok(page)
}
