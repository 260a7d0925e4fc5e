//! The options about findings that somebody has answered for, and the command line of `backuplint baseline`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Check;

/// Options of the commands that leave out findings.
#[derive(Default, Debug, Args)]
pub struct WaivingOptions {
    /// Leave out the findings that this file holds; `backuplint baseline write` makes one.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Show every finding: heed no comment (`backuplint: ignore[…]`), no waiver and no baseline.
    #[arg(long)]
    pub no_suppressions: bool,
    /// List what is left out as well, with who answers for it and why.
    #[arg(long)]
    pub show_suppressed: bool,
    /// The day on which suppressions are looked at, instead of today.
    #[arg(long, value_name = "DATE", hide = true)]
    pub today: Option<jiff::civil::Date>,
}

/// `backuplint baseline`.
#[derive(Debug, Args)]
pub struct Baseline {
    /// What to do with it.
    #[command(subcommand)]
    pub verb: BaselineVerb,
}

/// The steps of a baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Write down the findings of today, so that later runs tell only new ones (--baseline).
    Write(Box<BaselineWrite>),
    /// Remove the entries that are found no longer. Those of files that were not looked at stay.
    Prune(Box<BaselinePrune>),
}

/// `backuplint baseline write`.
#[derive(Debug, Args)]
pub struct BaselineWrite {
    /// The file, written in one piece or not at all.
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
    /// What is checked, and how.
    #[command(flatten)]
    pub check: Check,
}

/// `backuplint baseline prune`.
#[derive(Debug, Args)]
pub struct BaselinePrune {
    /// What is checked, and how; `--baseline` names the file.
    #[command(flatten)]
    pub check: Check,
}
