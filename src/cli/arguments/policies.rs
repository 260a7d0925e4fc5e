//! Options of whoever holds logs against RAM policies.

use std::path::PathBuf;

use clap::Args;

/// Policies to hold calls against.
#[derive(Debug, Args)]
pub struct Policies {
    /// RAM policies and what attaches them to users and roles, in files and folders as `check` reads them: denied calls are explained by them. May be repeated.
    #[arg(long, value_name = "PATH")]
    pub policies: Vec<PathBuf>,
}
