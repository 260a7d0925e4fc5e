//! How often the jobs of a pipeline run, and beside which others.
//!
//! When a pipeline is started by the clock is not written in its file, so nothing is said of that.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Lane, Often, Repeat, Runs};
use crate::source::{Place, Source};
use crate::syntax::yaml::Node;

/// How many jobs are looked at.
const JOBS: usize = 200;

/// The stages of a pipeline that names none, and the one of a job that names none.
const STAGES: [&str; 5] = [".pre", "build", "test", "deploy", ".post"];
const STAGE: &str = "test";

/// Keys of jobs that may be left out, or that let no other run beside them.
const APART: [&str; 5] = ["rules", "only", "except", "when", "resource_group"];

/// The jobs of a pipeline in their stages.
pub(super) struct Stages<'a> {
    source: &'a Arc<Source>,
    /// The key of each job with what it is made up of.
    jobs: Vec<(Rc<Node>, Vec<Rc<Node>>)>,
    order: Vec<String>,
}

impl<'a> Stages<'a> {
    pub(super) fn of(root: &Node, source: &'a Arc<Source>, jobs: Vec<(Rc<Node>, Vec<Rc<Node>>)>) -> Self {
        let named = root.get("stages").map_or(&[] as &[Rc<Node>], |stages| stages.items());
        let mut order: Vec<String> = named.iter().filter_map(|stage| stage.text()).map(str::to_owned).collect();
        if order.is_empty() {
            order = STAGES.iter().map(|stage| (*stage).to_owned()).collect();
        }
        Self { source, jobs, order }
    }

    /// What is around the commands of a job.
    pub(super) fn runs(&self, number: usize) -> Runs {
        let Some((key, chain)) = self.jobs.get(number) else { return Runs::default() };
        let parallel = chain.iter().find_map(|part| part.get("parallel"));
        let repeats = parallel.map_or_else(Vec::new, |parallel| self.repeats(parallel));
        let lanes = self.lane(number, key, chain, parallel.is_some()).into_iter().collect();
        Runs { repeats, lanes, ..Runs::default() }
    }

    fn repeats(&self, parallel: &Node) -> Vec<Repeat> {
        let place = |node: &Node| Place::new(self.source, node.span);
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let several = |node: &Node, times: u64, key: Option<Arc<str>>| Repeat {
            place: place(node),
            times: Often::Times(times),
            distinct: node.text().is_none(),
            key,
        };
        let Some(matrix) = parallel.get("matrix") else {
            let times = parallel.text().and_then(|text| text.parse().ok()).filter(|times| *times > 1);
            return times.map(|times| several(parallel, times, None)).into_iter().collect();
        };
        let values = |node: &Node| node.items().len().max(1);
        if let [single] = matrix.items() {
            let dimensions = single.entries().iter().filter(|(_, node)| node.items().len() > 1);
            let key = |key: &Node| Some(super::matrix_key(key.text()?, self.source, matrix));
            return dimensions.map(|(name, node)| several(node, count(node.items().len()), key(name))).collect();
        }
        let product = |item: &Rc<Node>| {
            let factors = item.entries().iter().map(|(_, node)| count(values(node)));
            factors.fold(1_u64, u64::saturating_mul)
        };
        let sum = matrix.items().iter().map(product).fold(0_u64, u64::saturating_add);
        vec![several(matrix, sum, None)]
    }

    /// Jobs of one stage run at the same time, and so do those that need nothing of each other.
    fn lane(&self, number: usize, key: &Node, chain: &[Rc<Node>], parallel: bool) -> Option<Lane> {
        let name = key.text()?;
        let apart = chain.iter().any(|part| APART.iter().any(|key| part.get(key).is_some()));
        if name.starts_with('.') || apart || self.jobs.len() > JOBS || self.jobs.len() < 2 && !parallel {
            return None;
        }
        let number_of = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(Lane {
            group: Arc::from(format!("jobs of {}", self.source.path())),
            number: number_of(number),
            after: self.before(number).into_iter().map(number_of).collect(),
            beside_itself: parallel,
            place: Place::new(self.source, key.span),
            label: format!("job `{name}` runs beside others"),
            retried: false,
        })
    }

    fn stage(&self, chain: &[Rc<Node>]) -> usize {
        let named = chain.iter().find_map(|part| part.get("stage")).and_then(|stage| stage.text()).unwrap_or(STAGE);
        self.order.iter().position(|stage| stage == named).unwrap_or(self.order.len())
    }

    /// The jobs that are over before one begins.
    fn before(&self, number: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![number];
        while let Some((_, chain)) = open.pop().and_then(|number| self.jobs.get(number)) {
            match chain.iter().find_map(|part| part.get("needs")) {
                Some(needs) => {
                    let name = |need: &Rc<Node>| {
                        need.text().or_else(|| need.get("job").and_then(|job| job.text())).map(str::to_owned)
                    };
                    for name in needs.items().iter().filter_map(name) {
                        let at = self.jobs.iter().position(|(key, _)| key.text() == Some(name.as_str()));
                        if let Some(at) = at.filter(|at| found.insert(*at)) {
                            open.push(at);
                        }
                    }
                }
                None => {
                    let own = self.stage(chain);
                    let earlier = self.jobs.iter().enumerate().filter(|(_, (_, other))| self.stage(other) < own);
                    found.extend(earlier.map(|(at, _)| at));
                }
            }
        }
        found
    }
}
