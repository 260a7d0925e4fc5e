//! The command line of `backuplint audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Apis, AuditSql, Common, Policies, Telling};

/// `backuplint audit`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:\n  \
    backuplint audit logs/ --inventory instances.json\n  \
    backuplint audit 'trail/**/*.gz' --since 2026-03-01 --until 2026-03-31 --format html --output march.html\n  \
    backuplint audit map --paths - < list.txt > part.1; backuplint audit merge part.* > all; backuplint audit report all"
)]
pub struct Audit {
    /// A step of its own, for work that is spread over machines.
    #[command(subcommand)]
    pub verb: Option<AuditVerb>,
    /// What is read.
    #[command(flatten)]
    pub reading: Reading,
    /// What was read already: kept over runs, so that only new files are read. Written in one piece.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// How it is reported.
    #[command(flatten)]
    pub reporting: Reporting,
}

/// The steps of an audit.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Read logs, or a part of them, and write down what they leave behind.
    Map(AuditMap),
    /// Bring together what several parts of the logs left behind.
    Merge(AuditMerge),
    /// Report on what logs left behind.
    Report(Box<AuditReport>),
    /// Write the audit as SQL, for an engine that has the logs already.
    Sql(Box<AuditSql>),
}

/// Options of whoever reads logs.
#[derive(Debug, Args)]
pub struct Reading {
    /// Files, folders and patterns (`**/*.gz`); `-` reads standard input.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Parse every record instead of searching for the name of the call first. Slower; also finds names that are
    /// written with escapes, tells records of anything else that cannot be read, and knows the region of every record.
    #[arg(long)]
    pub no_prefilter: bool,
}

/// `backuplint audit map`.
#[derive(Debug, Args)]
pub struct AuditMap {
    /// What is read.
    #[command(flatten)]
    pub reading: Reading,
    /// Read paths from a file (or `-`), one a line.
    #[arg(long = "paths", value_name = "FILE", conflicts_with = "frames")]
    pub list: Option<PathBuf>,
    /// Read whole files from a file (or `-`): the length of a path (4 bytes, big-endian), the path, the length of the content (8 bytes), the content; again and again.
    #[arg(long, value_name = "FILE")]
    pub frames: Option<PathBuf>,
    /// Write here instead of to standard output; in one piece, or not at all.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Whose calls are looked for.
    #[command(flatten)]
    pub apis: Apis,
}

/// `backuplint audit merge`.
#[derive(Debug, Args)]
pub struct AuditMerge {
    /// What `audit map` or `audit merge` wrote; `-` reads standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write here instead of to standard output; in one piece, or not at all.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `backuplint audit report`.
#[derive(Debug, Args)]
pub struct AuditReport {
    /// What `audit map` or `audit merge` wrote; `-` reads standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How it is reported.
    #[command(flatten)]
    pub reporting: Reporting,
}

/// Options of whoever reports.
#[derive(Debug, Args)]
pub struct Reporting {
    /// Only calls from this moment on: a day or a time in the time zone, or RFC 3339.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only calls before this moment; a day is meant with its end.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only calls on this instance. May be repeated.
    #[arg(long, value_name = "ID")]
    pub instance: Vec<String>,
    /// Only calls in this region. May be repeated.
    #[arg(long, value_name = "REGION")]
    pub region: Vec<String>,
    /// Only calls of this caller: an ARN, or its end (`role/nightly`). May be repeated.
    #[arg(long, value_name = "NAME")]
    pub principal: Vec<String>,
    /// Only calls on instances of this account. May be repeated.
    #[arg(long, value_name = "ID")]
    pub account: Vec<String>,
    /// The time zone in which days are counted: UTC, Asia/Shanghai; +08:00 unless set.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub timezone: Option<String>,
    /// How many backups of one instance a day may have; 20 unless set, as the service says.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub quota: Option<u32>,
    /// Backup sets, as DescribeBackups prints them: accepted calls are compared with them. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub backups: Vec<PathBuf>,
    /// Policies that the calls are held against.
    #[command(flatten)]
    pub policies: Policies,
    /// Write every call as a row to this file: .csv, .jsonl for JSON lines, or .parquet.
    #[arg(long, value_name = "FILE")]
    pub calls_out: Option<PathBuf>,
    /// Write the report here instead of to standard output; in one piece, or not at all.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// List what was read in part or not at all, and why.
    #[arg(long)]
    pub coverage: bool,
    /// Fail (exit code 3) when some of the logs could not be read.
    #[arg(long)]
    pub strict: bool,
    /// What is told of the run.
    #[command(flatten)]
    pub telling: Telling,
    /// Common options.
    #[command(flatten)]
    pub common: Common,
}
