//! The command line of `backuplint ram`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::{Common, Telling, variable};

/// `backuplint ram`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint ram check policies/\n  \
    backuplint ram can --principal role/nightly --instance rm-bp1a2b3c4d5e6f7g8 infra/\n  \
    backuplint ram can --policy backup.json --instance rm-bp1a2b3c4d5e6f7g8 --account 1900000000000007\n  \
    backuplint ram suggest --format terraform .\n  \
    backuplint ram diff main .")]
pub struct Ram {
    /// What to do.
    #[command(subcommand)]
    pub verb: RamVerb,
}

/// What can be asked of policies.
#[derive(Debug, Subcommand)]
pub enum RamVerb {
    /// Check policy documents by themselves, whatever carries them and whoever they are attached to.
    Check(RamCheck),
    /// Tell whether somebody may make the call on an instance, and which statement decides it.
    ///
    /// Exit code 0: allowed. 1: denied. 2: the question makes no sense. 3: it depends on what is not known.
    Can(RamCan),
    /// Write the least policies under which the calls of a repository, or those that logs show, are allowed.
    Suggest(RamSuggest),
    /// Compare what two versions of policies allow: documents, folders or git revisions.
    ///
    /// Exit code 0: no difference that counts (see --fail-on-change). 1: there is one. 2: there is nothing to compare.
    /// 3: there may be one; it depends on what is not known.
    Diff(RamDiff),
}

/// Which files are read.
#[derive(Debug, Args)]
pub struct RamFiles {
    /// Files and folders with policies, and with what says for whom they hold; `-` reads standard input.
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What standard input is called; its ending tells what it is.
    #[arg(long, value_name = "NAME", default_value = "stdin.json")]
    pub stdin_filename: String,
    /// Leave out files and folders that match, also when they are named as PATH. May be repeated.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Look into files that ignore files (.gitignore, .ignore) name, too.
    #[arg(long)]
    pub no_ignore: bool,
}

/// `backuplint ram check`.
#[derive(Debug, Args)]
pub struct RamCheck {
    /// What is read.
    #[command(flatten)]
    pub files: RamFiles,
    /// List what was read in part or not at all, and why.
    #[arg(long)]
    pub coverage: bool,
    /// Fail (exit code 3) when anything that could hold a policy was not looked at.
    #[arg(long)]
    pub strict: bool,
    /// What is told of the run.
    #[command(flatten)]
    pub telling: Telling,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// What is known of the name of a resource.
#[derive(Debug, Clone, Args)]
pub struct ResourceName {
    /// The region of the instance, where it makes a difference.
    #[arg(long)]
    pub region: Option<String>,
    /// The number of the account that owns the instance, where it makes a difference.
    #[arg(long)]
    pub account: Option<String>,
}

/// `backuplint ram can`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).args(["principal", "policies"]))]
pub struct RamCan {
    /// What is read.
    #[command(flatten)]
    pub files: RamFiles,
    /// Who asks: `role/NAME`, `user/NAME`, `group/NAME`, a name alone, or an address in its project.
    #[arg(long, value_name = "NAME")]
    pub principal: Option<String>,
    /// Ask somebody who has the documents in this file, and nothing else. May be repeated.
    #[arg(long = "policy", value_name = "FILE", conflicts_with = "paths")]
    pub policies: Vec<PathBuf>,
    /// The id of the instance.
    #[arg(long, value_name = "ID")]
    pub instance: String,
    /// Further parts of its name.
    #[command(flatten)]
    pub name: ResourceName,
    /// The action; that of the call unless set.
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,
    /// A key of the request, e.g. `acs:SourceIp=10.1.2.3`. May be repeated; a key that is repeated has several values.
    #[arg(long = "context", value_name = "KEY=VALUE", value_parser = variable)]
    pub context: Vec<(String, String)>,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Human)]
    pub format: AnswerFormat,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerFormat {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// `backuplint ram suggest`.
#[derive(Debug, Args)]
pub struct RamSuggest {
    /// What is read.
    #[command(flatten)]
    pub files: RamFiles,
    /// Take the calls that the service accepted in these logs in place of the calls of a repository: logs, folders and
    /// patterns as `audit` takes them, or what `audit map`, `audit merge` and `audit --state` wrote. May be repeated.
    #[arg(long, value_name = "LOGS", conflicts_with = "paths")]
    pub from_audit: Vec<PathBuf>,
    /// For this principal alone.
    #[arg(long, value_name = "NAME")]
    pub principal: Option<String>,
    /// Further parts of the names of instances, where nothing tells them.
    #[command(flatten)]
    pub name: ResourceName,
    /// How the policies are written.
    #[arg(long, value_enum, default_value_t = PolicyFormat::Human)]
    pub format: PolicyFormat,
}

/// How policies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyFormat {
    /// For people: each policy under the name of whoever needs it.
    Human,
    /// One JSON object with a policy for each principal.
    Json,
    /// The policy of one principal and nothing else, as the service takes it.
    Policy,
    /// A resource of Terraform for each principal.
    Terraform,
}

/// `backuplint ram diff`.
#[derive(Debug, Args)]
pub struct RamDiff {
    /// A document, a folder, or a git revision (`REV`, `REV:PATH`); a file or folder of this name comes first.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// Another one.
    #[arg(value_name = "NEW")]
    pub new: String,
    /// Compare for instances of this region or account alone.
    #[command(flatten)]
    pub name: ResourceName,
    /// The action; that of the call unless set.
    #[arg(long, value_name = "NAME")]
    pub action: Option<String>,
    /// Which difference makes the exit code 1, or 3 where it is not known.
    #[arg(long, value_enum, default_value_t = FailOnChange::Gained)]
    pub fail_on_change: FailOnChange,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t = AnswerFormat::Human)]
    pub format: AnswerFormat,
}

/// `--fail-on-change`.
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
