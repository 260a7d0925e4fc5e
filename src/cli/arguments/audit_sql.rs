//! The command line of `backuplint audit sql`.

use clap::{Args, builder::PossibleValuesParser};

use super::Apis;
use crate::audit::DIALECTS;

/// `backuplint audit sql`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    backuplint audit sql --dialect duckdb --table \"trail\" --instances instances > audit.sql\n  \
    backuplint audit sql --dialect clickhouse --table logs.trail --json-column event --timezone Asia/Shanghai\n  \
    backuplint audit sql --dialect sls")]
pub struct AuditSql {
    /// The dialect of SQL.
    #[arg(long, value_parser = PossibleValuesParser::new(DIALECTS.iter().map(|dialect| dialect.id)))]
    pub dialect: String,
    /// The table with the events; `events` unless set, `log` for sls.
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The column that holds an event as JSON; without it each field of an event is a column of its own.
    #[arg(long, value_name = "NAME")]
    pub json_column: Option<String>,
    /// A table with what is known of instances: a column for the id, and one for each fact.
    #[arg(long, value_name = "TABLE")]
    pub instances: Option<String>,
    /// The time zone in which days are counted: UTC, +08:00, Asia/Shanghai.
    #[arg(long, value_name = "ZONE", default_value = "+08:00", allow_hyphen_values = true)]
    pub timezone: String,
    /// How many backups of one instance a day may have; 20 unless set, as the service says.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub quota: Option<u32>,
    /// Whose calls.
    #[command(flatten)]
    pub apis: Apis,
}
