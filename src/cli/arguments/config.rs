//! The command line around configuration files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FailOn, Level, Unknown};

/// Which configuration files hold.
#[derive(Debug, Default, Args)]
pub struct Configured {
    /// Use this configuration file alone, wherever the checked files are; its patterns start from the working directory.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Use no configuration file.
    #[arg(long)]
    pub no_config: bool,
    /// Say on standard error which settings of configuration files have no effect, and which files are looked at as what, how long.
    #[arg(short, long)]
    pub verbose: bool,
}

/// `backuplint config`.
#[derive(Debug, Args)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    pub verb: ConfigVerb,
}

/// The steps of `backuplint config`.
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// Show what holds for a file or folder, all files and options taken together.
    Show(ConfigShow),
}

/// `backuplint config show`.
#[derive(Debug, Args)]
pub struct ConfigShow {
    /// The file or folder.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Say of each setting where it comes from.
    #[arg(long)]
    pub origin: bool,
    /// As in check.
    #[arg(long, value_enum)]
    pub level: Option<Level>,
    /// As in check.
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// As in check.
    #[arg(long, value_enum)]
    pub unknown: Option<Unknown>,
    /// As in check.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub quota: Option<u32>,
    /// As in audit.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub timezone: Option<String>,
    /// As in check.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// As in check.
    #[arg(long)]
    pub no_config: bool,
    /// The decision table, which names the facts of instances.
    #[arg(long = "matrix", value_name = "FILE")]
    pub matrix_file: Option<PathBuf>,
}

/// `backuplint init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The folder of the repository.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// Print what would be written, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}
