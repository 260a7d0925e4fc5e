//! The command line around the rules that an organisation has of its own.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Where the rules of an organisation are.
#[derive(Debug, Clone, Default, Args)]
pub struct PolicyRules {
    /// A folder (or a file) with rules of your own in YAML, beside those that a configuration names. May be repeated.
    #[arg(long, value_name = "DIR")]
    pub policy_rules: Vec<PathBuf>,
}

/// `backuplint policy`.
#[derive(Debug, Args)]
pub struct PolicyCommand {
    /// What to do.
    #[command(subcommand)]
    pub verb: PolicyVerb,
}

/// The steps of `backuplint policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// Run the examples of your rules, and say which conditions none of them reaches.
    Test(PolicyTest),
    /// Write a rule to begin with, whose examples pass.
    New(PolicyNew),
}

/// `backuplint policy test`.
#[derive(Debug, Args)]
pub struct PolicyTest {
    /// The folder with the rules; what a configuration names, unless given, else `policies`.
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// Which decision tables are used.
    #[command(flatten)]
    pub apis: super::Apis,
}

/// `backuplint policy new`.
#[derive(Debug, Args)]
pub struct PolicyNew {
    /// The id of the rule, which is the name of its file, too.
    #[arg(value_name = "ID")]
    pub id: String,
    /// The folder that it is written into.
    #[arg(long, value_name = "DIR", default_value = "policies")]
    pub dir: PathBuf,
}
