//! The command line.

mod apis;
mod audit;
mod audit_sql;
mod config;
mod fixing;
mod install;
mod judging;
#[cfg(feature = "lsp")]
mod lsp;
mod policies;
mod policy;
mod ram;
mod target;
mod telling;
mod waiving;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::finding::Severity;

pub use apis::Apis;
pub use audit::{Audit, AuditMap, AuditMerge, AuditReport, AuditVerb, Reading, Reporting};
pub use audit_sql::AuditSql;
pub use config::{Config, ConfigShow, ConfigVerb, Configured, Init};
pub use fixing::Fixing;
pub use install::{Completions, Man};
pub use judging::{Judging, Looking};
#[cfg(feature = "lsp")]
pub use lsp::Lsp;
pub use policies::Policies;
pub use policy::{PolicyCommand, PolicyNew, PolicyRules, PolicyTest, PolicyVerb};
pub use ram::{
    AnswerFormat, FailOnChange, PolicyFormat, Ram, RamCan, RamCheck, RamDiff, RamFiles, RamSuggest, RamVerb,
    ResourceName,
};
pub use target::Target;
pub use telling::Telling;
pub use waiving::{Baseline, BaselinePrune, BaselineVerb, BaselineWrite, WaivingOptions};

/// Finds wrong CreateBackup calls of ApsaraDB RDS before they are made.
///
/// Whether such a call is right depends on the engine, the disk, the method, the strategy, the type, the
/// databases and the retention together, and nothing on the client's side checks any of it.
#[derive(Debug, Parser)]
#[command(name = "backuplint", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the calls in files: Terraform, scripts, pipelines, templates, programs.
    Check(Check),
    /// Check one call, or many, before they are made.
    Preflight(Preflight),
    /// Audit the calls in logs of ActionTrail: limits, refusals, denials, wrong calls.
    Audit(Box<Audit>),
    /// Ask RAM policies: what is wrong with them, who may make the call, what changes.
    Ram(Box<Ram>),
    /// Test the rules of your own, and begin a new one.
    Policy(PolicyCommand),
    /// Keep a list of known findings, so that only new ones are told.
    Baseline(Box<Baseline>),
    /// Explain a rule or an error code.
    Explain(Explain),
    /// List the rules.
    Rules(Rules),
    /// Show the decision table: what is supported for which engine and disk.
    Matrix(Matrix),
    /// Show what configuration files set.
    Config(Box<Config>),
    /// Serve an editor: the language server protocol over standard input and output.
    #[cfg(feature = "lsp")]
    Lsp(Box<Lsp>),
    /// Write a configuration, and what runs the check before a commit and in CI.
    Init(Init),
    /// Print what completes commands and options in a shell.
    Completions(Completions),
    /// Print a manual page, or write all of them into a folder.
    Man(Man),
}

/// `backuplint check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Files and folders to check; `-` reads standard input (see --stdin-filename).
    #[arg(default_value = ".", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// What standard input is called; its ending tells what it is.
    #[arg(long, value_name = "NAME", default_value = "stdin.sh")]
    pub stdin_filename: String,
    /// Which files are looked at.
    #[command(flatten)]
    pub looking: Looking,
    /// List the undecided calls and what would decide them.
    #[arg(long)]
    pub undecided: bool,
    /// List what was judged in part or not at all, and why.
    #[arg(long)]
    pub coverage: bool,
    /// Fail (exit code 3) when anything that could hold a call was not looked at.
    #[arg(long)]
    pub strict: bool,
    /// What is done about findings.
    #[command(flatten)]
    pub fixing: Fixing,
    /// What is told of the run.
    #[command(flatten)]
    pub telling: Telling,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// Options of the commands that judge calls.
#[derive(Debug, Args)]
pub struct Common {
    /// How the result is written, and where: human (unless set), json, jsonl, sarif, junit, github, gitlab, checkstyle, csv, markdown or html. May be repeated; only one goes to standard output.
    #[arg(long, value_name = "FORMAT[:FILE]", value_parser = target::target)]
    pub format: Vec<Target>,
    /// What is known of instances, and what is shown.
    #[command(flatten)]
    pub judging: Judging,
    /// The lowest severity that makes the exit code 1; `error` unless set.
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// Which findings are left out.
    #[command(flatten)]
    pub waiving: WaivingOptions,
    /// Which decision tables are used.
    #[command(flatten)]
    pub apis: Apis,
    /// Which rules of an organisation hold.
    #[command(flatten)]
    pub own_rules: PolicyRules,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Which configuration files hold.
    #[command(flatten)]
    pub configured: Configured,
}

/// `backuplint preflight`. The facts and the parameters of the API become options of their own.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint preflight --engine MySQL --storage cloud_essd --DBInstanceId rm-… --BackupMethod Snapshot\n  \
    backuplint preflight --engine sqlserver -- aliyun rds CreateBackup --DBInstanceId rm-…\n  \
    backuplint preflight --jsonl calls.jsonl --format jsonl")]
pub struct Preflight {
    /// Read calls from a file (or `-`), one JSON object a line, and answer each with a line.
    #[arg(long, value_name = "FILE", conflicts_with = "command")]
    pub jsonl: Option<PathBuf>,
    /// A command line of the aliyun CLI; it is read, never run.
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}

/// `backuplint explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The id of a rule, or an error code of the service.
    #[arg(value_name = "RULE|CODE")]
    pub topic: String,
    /// Which rules of an organisation hold.
    #[command(flatten)]
    pub own_rules: PolicyRules,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// `backuplint rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// Which rules of an organisation hold.
    #[command(flatten)]
    pub own_rules: PolicyRules,
    /// How the list is written.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// `backuplint matrix`. The facts become options of their own.
#[derive(Debug, Args)]
pub struct Matrix {
    /// How the table is written.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Which decision table is shown.
    #[command(flatten)]
    pub apis: Apis,
}

/// Formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Test results, for build servers.
    Junit,
    /// Annotations of a GitHub workflow.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// A file an element, a finding an element in it.
    Checkstyle,
    /// A row a finding, for spreadsheets.
    Csv,
    /// A summary and a table, for issues and wikis.
    Markdown,
    /// One page for a browser, which needs nothing else.
    Html,
}

impl Format {
    /// The id of the reporter.
    #[must_use]
    pub fn reporter(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Checkstyle => "checkstyle",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Table,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

/// `--level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Errors alone.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Note,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Note => Self::Note,
        }
    }
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Any finding.
    Note,
    /// No finding.
    Never,
}

impl FailOn {
    /// The lowest severity that fails, if any does.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// `--unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unknown {
    /// Leave undecided calls out.
    Ignore,
    /// Count them.
    Report,
    /// Make each an error.
    Fail,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}
