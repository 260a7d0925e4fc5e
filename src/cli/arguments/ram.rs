//! The command line of `backuplint ram`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Color, Common};

/// `backuplint ram`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint ram check policies/\n  \
    backuplint ram can --principal role/nightly --instance rm-bp1a2b3c4d5e6f7g8 infra/\n  \
    backuplint ram suggest --format terraform .\n  \
    backuplint ram diff origin/main .")]
pub struct Ram {
    /// What to do.
    #[command(subcommand)]
    pub verb: RamVerb,
}

/// What can be asked of policies.
#[derive(Debug, Subcommand)]
pub enum RamVerb {
    /// Check policy documents alone, whatever carries them.
    Check(RamCheck),
    /// Tell whether a principal may make the call on an instance, and which statement decides it.
    Can(RamCan),
    /// Write the least policy under which the calls of a repository, or those that logs show, are allowed.
    Suggest(RamSuggest),
    /// Compare what two sets of policies allow: documents, folders or git revisions.
    Diff(RamDiff),
}

/// `backuplint ram check`.
#[derive(Debug, Args)]
pub struct RamCheck {
    /// Files and folders with policy documents.
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// What is known of the name of an instance.
#[derive(Debug, Clone, Args)]
pub struct Name {
    /// The region of the instance.
    #[arg(long)]
    pub region: Option<String>,
    /// The account of the instance: the number of its owner.
    #[arg(long)]
    pub account: Option<String>,
}

/// `backuplint ram can`.
#[derive(Debug, Args)]
pub struct RamCan {
    /// Files and folders with policy documents and with what says for whom they hold.
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Who asks: `role/NAME`, `user/NAME`, `group/NAME`, or a name alone. Every principal unless set; where no principal
    /// is written down, somebody for whom all documents hold.
    #[arg(long, value_name = "PRINCIPAL")]
    pub principal: Option<String>,
    /// The instance; any instance unless set.
    #[arg(long, value_name = "ID")]
    pub instance: Option<String>,
    /// Further parts of its name.
    #[command(flatten)]
    pub name: Name,
    /// The action; that of the call unless set.
    #[arg(long, value_name = "ACTION")]
    pub action: Option<String>,
    /// A key of the request, e.g. `acs:SourceIp=10.1.2.3`. May be repeated.
    #[arg(long = "context", value_name = "KEY=VALUE", value_parser = super::variable)]
    pub context: Vec<(String, String)>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Human)]
    pub format: AnswerFormat,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// `backuplint ram suggest`.
#[derive(Debug, Args)]
pub struct RamSuggest {
    /// Files and folders with calls; with --from-audit, logs.
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Take the accepted calls of logs in place of the calls of a repository.
    #[arg(long)]
    pub from_audit: bool,
    /// For this principal alone.
    #[arg(long, value_name = "PRINCIPAL")]
    pub principal: Option<String>,
    /// Further parts of the names of instances, where the sources do not tell them.
    #[command(flatten)]
    pub name: Name,
    /// How the policy is written.
    #[arg(long, value_enum, default_value_t = PolicyFormat::Json)]
    pub format: PolicyFormat,
}

/// `backuplint ram diff`.
#[derive(Debug, Args)]
pub struct RamDiff {
    /// A document, a folder, or a git revision (`REV` or `REV:PATH`).
    #[arg(value_name = "OLD")]
    pub old: String,
    /// Another one.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// The part of the names of instances that matters.
    #[command(flatten)]
    pub name: Name,
    /// Which difference makes the exit code 1. What is not known counts as a difference.
    #[arg(long, value_enum, default_value_t = FailOnChange::Gained)]
    pub fail_on: FailOnChange,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Human)]
    pub format: AnswerFormat,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// How a policy is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyFormat {
    /// A policy document.
    Json,
    /// A resource of Terraform.
    Terraform,
}

/// Which difference counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOnChange {
    /// The new policies allow something that the old ones did not.
    Gained,
    /// The old policies allowed something that the new ones do not.
    Lost,
    /// Either.
    Any,
    /// None.
    Never,
}
