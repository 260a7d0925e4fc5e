//! `backuplint audit sql`: the audit as queries for an engine that has the logs already.

use crate::audit::{Dialect, SqlSettings, Zone, queries};
use crate::cli::arguments::AuditSql;
use crate::cli::exit::Exit;
use crate::cli::output::write_out;
use crate::matrix::Matrix;

/// Writes the queries to standard output.
///
/// # Errors
/// A sentence for the user about an option that makes no sense.
pub(super) fn run(arguments: &AuditSql, matrices: &[Matrix]) -> Result<Exit, String> {
    let dialect = Dialect::by_id(&arguments.dialect).ok_or("--dialect: there is no such dialect")?;
    let settings = SqlSettings {
        table: arguments.table.clone().unwrap_or_else(|| dialect.table.to_owned()),
        json_column: arguments.json_column.clone(),
        instances: arguments.instances.clone(),
        zone: Zone::parse(&arguments.timezone).map_err(|error| format!("--timezone: {error}"))?,
        quota: arguments.quota,
    };
    let texts: Vec<String> = matrices.iter().map(|matrix| queries(matrix, dialect, &settings)).collect();
    let text = texts.join("\n");
    Ok(write_out(Exit::Clean, |out| out.write_all(text.as_bytes())))
}
