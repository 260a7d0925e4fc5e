//! From what logs left behind to the report in the form that was asked for.

use std::path::{Path, PathBuf};

use crate::audit::{self, AuditSettings, Filter, Zone, moment, read_backups};
use crate::check::{Checker, Presented, Settings};
use crate::cli::arguments::{FailOn, Reporting};
use crate::cli::atomic::{is_writable, write_file};
use crate::cli::exit::{self, Exit};
use crate::cli::load;
use crate::cli::output::{Outputs, complain};
use crate::cli::stats::Stats;
use crate::surface::SurfaceSettings;
use crate::trail::Partial;

/// The time zone of an audit for which nobody sets one.
pub(in crate::cli) const USUAL_ZONE: &str = "+08:00";

/// The settings of an audit, and from which severity on it fails.
///
/// # Errors
/// A sentence for the user about an option that makes no sense or a file that cannot be used.
pub(super) fn settings(arguments: &Reporting, checker: &Checker) -> Result<(AuditSettings, FailOn), String> {
    let configurations = load::configurations(&arguments.common, &[PathBuf::from(".")], checker)?;
    let settings = load::settings(&arguments.common, &configurations, SurfaceSettings::default())?;
    let base = configurations.base();
    let quota = arguments.quota.or_else(|| base.nearest(|layer| layer.quota.as_ref()).map(|set| set.value));
    let set = base.nearest(|layer| layer.timezone.as_ref()).map(|set| set.value.as_str());
    let zone = arguments.timezone.as_deref().or(set).unwrap_or(USUAL_ZONE);
    let zone = Zone::parse(zone).map_err(|error| format!("--timezone: {error}"))?;
    let time = |text: &Option<String>, option: &str, end: bool| match text {
        None => Ok(None),
        Some(text) => moment(text, &zone, end).map(Some).map_err(|error| format!("{option}: {error}")),
    };
    let filter = Filter {
        since: time(&arguments.since, "--since", false)?,
        until: time(&arguments.until, "--until", true)?,
        instances: arguments.instance.clone(),
        regions: arguments.region.clone(),
        principals: arguments.principal.clone(),
        accounts: arguments.account.clone(),
    };
    let mut backups = Vec::new();
    for path in &arguments.backups {
        let source = load::source(path)?;
        for api in checker.apis() {
            backups.extend(read_backups(&source, api).map_err(|error| format!("{}: {error}", path.display()))?);
        }
    }
    if let Some(path) = &arguments.calls_out {
        RowFormat::of(path)?;
    }
    // Not hours later, when everything is read.
    arguments.calls_out.iter().try_for_each(|path| is_writable(path))?;
    Outputs::new(&arguments.common, arguments.output.as_ref())?;
    let policies = super::policies::read(&arguments.policies.policies, checker, &settings)?;
    let settings = AuditSettings { settings: Settings { quota, ..settings }, zone, filter, backups, policies };
    Ok((settings, load::fail_on(&arguments.common, &configurations)))
}

/// Writes the report, and the calls where that is asked for.
///
/// # Errors
/// A sentence for the user about a file that could not be written.
pub(super) fn write(
    partial: &Partial,
    arguments: &Reporting,
    checker: &Checker,
    (settings, fail_on): (&AuditSettings, FailOn),
    stats: &Stats,
) -> Result<Exit, String> {
    if let Some(path) = &arguments.calls_out {
        stats.step("write calls", path.display().to_string());
        write_rows(path, partial, checker, settings)?;
    }
    stats.step("judge and report", String::new());
    let mut report = audit::audit(checker, partial, settings).presented(Presented {
        undecided: false,
        coverage: arguments.coverage,
        elapsed_milliseconds: None,
    });
    report.is_quiet = arguments.telling.quiet;
    let exit = exit::of_report(&report, arguments.strict, fail_on);
    let left = report.counts.files_skipped + report.counts.files_in_part;
    let elapsed = u64::try_from(stats.elapsed().as_millis()).unwrap_or(u64::MAX);
    stats.step("write", String::new());
    let exit = Outputs::new(&arguments.common, arguments.output.as_ref())?.write(report, Some(elapsed), exit)?;
    stats.finish(arguments.telling.stats);
    if exit == Exit::Incomplete {
        complain(&format!("--strict: {left} file(s) were not, or not wholly, read (see --coverage)"));
    }
    Ok(exit)
}

/// How calls are written as rows.
#[derive(Debug, Clone, Copy)]
enum RowFormat {
    Csv,
    JsonLines,
    Parquet,
}

impl RowFormat {
    fn of(path: &Path) -> Result<Self, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "csv" => Ok(Self::Csv),
            "jsonl" | "ndjson" => Ok(Self::JsonLines),
            "parquet" if cfg!(feature = "parquet") => Ok(Self::Parquet),
            "parquet" => Err("--calls-out: this build writes no Parquet (its feature is off); write .csv or .jsonl, \
                              which every engine reads"
                .to_owned()),
            _ => Err("--calls-out: the name has to end in .csv, .jsonl or .parquet".to_owned()),
        }
    }
}

fn write_rows(path: &Path, partial: &Partial, checker: &Checker, settings: &AuditSettings) -> Result<(), String> {
    let format = RowFormat::of(path)?;
    write_file(path, |out| {
        let rows = audit::rows(checker, partial, settings);
        match format {
            RowFormat::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                for row in rows {
                    writer.serialize(row).map_err(std::io::Error::other)?;
                }
                writer.flush()
            }
            RowFormat::JsonLines => {
                for row in rows {
                    serde_json::to_writer(&mut *out, &row)?;
                    out.write_all(b"\n")?;
                }
                Ok(())
            }
            #[cfg(feature = "parquet")]
            RowFormat::Parquet => super::parquet::write(rows, out),
            #[cfg(not(feature = "parquet"))]
            RowFormat::Parquet => Err(std::io::ErrorKind::Unsupported.into()),
        }
    })
}
