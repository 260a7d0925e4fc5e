//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(backuplint::cli::run(std::env::args_os()).code())
}
