//! Jobs of a pipeline that run at the same time, unless one waits for another.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::Lane;
use crate::source::Place;

/// How many jobs are looked at.
const JOBS: usize = 200;

/// A job with the jobs that it waits for.
pub(super) struct Job {
    /// Its name.
    pub(super) name: String,
    /// Where that stands.
    pub(super) place: Place,
    /// The names of the jobs that are over before it begins.
    pub(super) after: Vec<String>,
    /// Whether it may be left out; then nothing is said of it.
    pub(super) optional: bool,
}

/// The lane of one of several jobs; none when there is nothing beside it.
pub(super) fn of(group: &str, jobs: &[Job], name: &str) -> Option<Lane> {
    let position = |name: &str| jobs.iter().position(|job| job.name == name);
    let number = position(name)?;
    let job = jobs.get(number)?;
    if jobs.len() < 2 || jobs.len() > JOBS || job.optional {
        return None;
    }
    let mut after = BTreeSet::new();
    let mut open = vec![number];
    while let Some(job) = open.pop().and_then(|at| jobs.get(at)) {
        for at in job.after.iter().filter_map(|name| position(name)) {
            if after.insert(at) {
                open.push(at);
            }
        }
    }
    let number_of = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Some(Lane {
        group: Arc::from(group),
        number: number_of(number),
        after: after.into_iter().map(number_of).collect(),
        beside_itself: false,
        place: job.place.clone(),
        label: format!("`{name}` runs at the same time as others"),
        retried: false,
    })
}
