//! The program, run as a user runs it.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// The program in a folder, with an environment that says nothing about the look.
pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("backuplint").unwrap();
    command.current_dir(folder);
    for name in
        ["NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "FORCE_HYPERLINK", "COLUMNS", "NO_UNICODE", "RUST_BACKTRACE"]
    {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
