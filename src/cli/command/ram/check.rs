//! `backuplint ram check`: policy documents by themselves.

use std::sync::Arc;

use super::super::check::{Wanted, paths_named};
use super::wanted;
use crate::check::Presented;
use crate::cli::arguments::RamCheck;
use crate::cli::effects;
use crate::cli::exit::{self, Exit};
use crate::cli::files::DiskFiles;
use crate::cli::load;
use crate::cli::output::{Outputs, complain};
use crate::cli::stats::{Stats, count};
use crate::matrix::Matrix;
use crate::surface::SurfaceSettings;

pub(super) fn run(arguments: &RamCheck, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let common = &arguments.common;
    let stats = Stats::new("prepare", common.configured.verbose);
    let paths = paths_named(&arguments.files.paths, &arguments.files.stdin_filename);
    let checker = load::checker(matrices, common, &paths)?;
    let outputs = Outputs::new(common, None)?;
    let configurations = Arc::new(load::configurations(common, &paths, &checker)?);
    let wanted = Wanted { configurations: Some(&configurations), ..wanted(&arguments.files) };
    let files = DiskFiles::of(wanted.paths);
    stats.step("walk and search", String::new());
    let run = wanted.run(&checker.sieve(), &files)?;
    stats.step("check", count(run.files_seen, "file"));
    let settings = load::settings(common, &configurations, SurfaceSettings::default())?;
    let mut report = checker
        .check_policies(run, &wanted.named(), &settings)
        .presented(Presented { coverage: arguments.coverage, ..Presented::default() });
    report.is_quiet = arguments.telling.quiet;
    if common.configured.verbose {
        effects::warn(configurations.base(), &settings.scopes, checker.catalogue(), Some(&report));
    }
    let exit = exit::of_report(&report, arguments.strict, load::fail_on(common, &configurations));
    let left = report.counts.files_skipped + report.counts.files_in_part;
    let elapsed = u64::try_from(stats.elapsed().as_millis()).unwrap_or(u64::MAX);
    stats.step("write", String::new());
    let exit = outputs.write(report, Some(elapsed), exit)?;
    stats.finish(arguments.telling.stats);
    if exit == Exit::Incomplete {
        complain(&format!("--strict: {left} file(s) were not, or not wholly, looked at (see --coverage)"));
    }
    Ok(exit)
}
