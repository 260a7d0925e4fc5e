//! The audit: from what the logs left behind to a report.
//!
//! Takes a [`Partial`] and settings; gives the same [`Report`] as a check of files does, with the evidence of each
//! finding and the sums of the logs. Equal calls on one instance are judged once, however often they were made. It
//! opens no file, reads no clock and depends on no order of the records.

mod backups;
mod context;
mod denied;
mod failing;
mod filter;
mod judge;
mod logs;
mod overlap;
mod place;
mod quota;
mod rows;
mod summary;
mod when;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::check::{Checker, Gathered, Settings};
use crate::finding::{CallRecord, ErrorCodes, Finding, InstanceDay, Report};
use crate::matrix::Evaluator;
use crate::trail::{Partial, Survivor};
use context::{Context, InstanceCalls};

pub use backups::{BackupSet, read_backups};
pub use filter::Filter;
pub use rows::{CallRow, rows};
pub use when::{Zone, ZoneError, moment};

/// What an audit is asked to do.
#[derive(Debug, Clone, Default)]
pub struct AuditSettings {
    /// The level, the inventory, the limit of a day, and what to do about undecided calls.
    pub settings: Settings,
    /// The time zone in which days are counted.
    pub zone: Zone,
    /// Which calls are looked at.
    pub filter: Filter,
    /// The backup sets that are known, to compare accepted calls with.
    pub backups: Vec<BackupSet>,
}

/// What is found in the calls on one instance.
#[derive(Debug, Default)]
struct OfInstance {
    calls: Vec<(CallRecord, Vec<Finding>)>,
    findings: Vec<Finding>,
    days: Vec<InstanceDay>,
    over_limit: bool,
    at_limit: bool,
}

/// Audits what logs left behind.
#[must_use]
pub fn audit(checker: &Checker, partial: &Partial, settings: &AuditSettings) -> Report {
    // A file of error codes that cannot be read is a fault of the build, which the tests exclude; without it every
    // code is an unknown one.
    let codes = ErrorCodes::builtin().ok();
    let context = Context { checker, partial, settings, codes };
    let kept: Vec<&Survivor> = partial.survivors.iter().filter(|call| context.is_wanted(call)).collect();
    let instances = context.by_instance(&kept);
    let sets = backups::by_instance(&settings.backups);
    let evaluators = || checker.evaluators();
    let found = instances.par_iter().map_init(evaluators, |evaluators, calls| {
        Some(of_instance(&context, calls, &sets, evaluators.get_mut(calls.api)?))
    });
    let found: Vec<OfInstance> = found.flatten().collect();
    let mut gathered =
        Gathered { files: partial.files.values().filter(|file| !file.not_opened).count(), ..Gathered::default() };
    let mut summary = summary::summary(&context, &kept, &instances);
    for mut one in found {
        gathered.calls.append(&mut one.calls);
        gathered.findings.append(&mut one.findings);
        summary.instance_days.append(&mut one.days);
        summary.over_limit += u64::from(one.over_limit);
        summary.at_limit += u64::from(one.at_limit && !one.over_limit);
    }
    gathered.findings.extend(denied::findings(&context, &kept));
    gathered.findings.extend(failing::findings(&context, &kept, &instances));
    gathered.findings.extend(logs::findings(&context, &mut summary));
    gathered.coverage = logs::coverage(&context);
    let mut report = checker.report(gathered, &settings.settings);
    // Worst first: of a month of logs nobody wants to read the notes before the errors.
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    report.audit = Some(Box::new(summary));
    report
}

fn of_instance(
    context: &Context<'_>,
    calls: &InstanceCalls<'_>,
    sets: &backups::Sets<'_>,
    evaluator: &mut Evaluator<'_>,
) -> OfInstance {
    let mut found = OfInstance { calls: judge::judge(context, calls, evaluator), ..OfInstance::default() };
    if calls.id.is_empty() {
        return found;
    }
    quota::count(context, calls, &mut found);
    found.findings.extend(overlap::findings(context, calls));
    found.findings.extend(backups::findings(context, calls, sets));
    found
}

impl Default for Zone {
    fn default() -> Self {
        // The page does not say when a day begins; the console of the service shows this time.
        Self { zone: TimeZone::fixed(jiff::tz::offset(8)), name: "UTC+8".to_owned() }
    }
}

#[cfg(test)]
mod tests;
