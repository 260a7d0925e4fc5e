//! Options of every command that judges calls, an editor's too.

use std::path::PathBuf;

use clap::Args;

use super::{Level, Unknown, variable};

/// What is known of instances, and what is made of what is not.
#[derive(Debug, Clone, Default, Args)]
pub struct Judging {
    /// The lowest severity that is shown; `warning` unless set, `note` for preflight's answers in JSON lines.
    #[arg(long, value_enum)]
    pub level: Option<Level>,
    /// What to do about calls that cannot be decided: leave them out, count them (unless set), or make each an error.
    #[arg(long, value_enum)]
    pub unknown: Option<Unknown>,
    /// What is known of instances: the JSON of DescribeDBInstances, or YAML or CSV with an id, engine, storage and role. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub inventory: Vec<PathBuf>,
}

/// Which files are looked at, and what is said of them.
#[derive(Debug, Clone, Default, Args)]
pub struct Looking {
    /// Leave out files and folders that match, also when they are named as PATH. May be repeated.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Look into files that ignore files (.gitignore, .ignore) name, too.
    #[arg(long)]
    pub no_ignore: bool,
    /// Terraform: the value of a root module's variable. May be repeated.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub variables: Vec<(String, String)>,
    /// Terraform: a file with values of variables. May be repeated.
    #[arg(long = "var-file", value_name = "FILE")]
    pub variable_files: Vec<PathBuf>,
    /// How many backups of one instance a day may have; 20 unless set, as the service says.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub quota: Option<u32>,
}
