//! Which calls are looked at.

use crate::trail::{Moment, Name, Survivor};

/// Which calls are looked at. What is empty takes every call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Not before this moment, in milliseconds.
    pub since: Option<i64>,
    /// Before this moment.
    pub until: Option<i64>,
    /// On one of these instances.
    pub instances: Vec<String>,
    /// In one of these regions.
    pub regions: Vec<String>,
    /// Made by one of these callers: the whole ARN, or its end (`user/a`, `a`).
    pub principals: Vec<String>,
    /// On instances of one of these accounts.
    pub accounts: Vec<String>,
}

/// What a filter may look at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Instance,
    Region,
    Principal,
    Account,
}

impl Part {
    pub(super) fn of(self, call: &Survivor) -> Name {
        match self {
            Self::Instance => call.instance,
            Self::Region => call.region,
            Self::Principal => call.principal,
            Self::Account => call.account,
        }
    }
}

impl Filter {
    /// Whether a call is looked at. One without a time is left out as soon as time matters.
    pub(super) fn takes<'t>(&self, time: Moment, text: impl Fn(Part) -> &'t str) -> bool {
        let since = self.since.is_none_or(|since| time.is_some_and(|time| time >= since));
        let until = self.until.is_none_or(|until| time.is_some_and(|time| time < until));
        let one_of = |wanted: &[String], part| wanted.is_empty() || wanted.iter().any(|w| w == text(part));
        let principal = self.principals.is_empty() || {
            let principal = text(Part::Principal);
            self.principals.iter().any(|wanted| {
                principal
                    .strip_suffix(wanted.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with([':', '/']))
            })
        };
        since
            && until
            && principal
            && one_of(&self.instances, Part::Instance)
            && one_of(&self.regions, Part::Region)
            && one_of(&self.accounts, Part::Account)
    }
}
