//! What is told of a run besides its findings.

use clap::Args;

/// What is told of a run.
#[derive(Debug, Default, Args)]
pub struct Telling {
    /// Show people the findings, and lists that are asked for, and nothing else: no summary. What programs read stays.
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say on standard error how long each step took.
    #[arg(long)]
    pub stats: bool,
}
