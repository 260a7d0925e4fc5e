//! What one configuration file sets, each setting with its place. Holds values and decides nothing.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::patterns::Patterns;
use crate::finding::Severity;
use crate::model::Wrapper;
use crate::source::Place;
use crate::waiver::Waiver;

/// A value with the place where it is set.
#[derive(Debug, Clone)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub place: Place,
}

/// What becomes of the findings of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are dropped before anything is counted.
    Off,
    /// They have this severity.
    At(Severity),
}

impl Level {
    /// The word in a configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::At(severity) => severity.word(),
        }
    }
}

/// What to do about calls that cannot be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Leave them out.
    Ignore,
    /// Count them.
    Report,
    /// Make each an error.
    Fail,
}

impl Unknown {
    /// The word in a configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Report => "report",
            Self::Fail => "fail",
        }
    }
}

/// Levels of rules in some files.
#[derive(Debug, Clone)]
pub struct PerPath {
    /// The patterns as they are written.
    pub paths: Vec<Set<String>>,
    /// The same, ready to be asked.
    pub patterns: Patterns,
    /// Levels by the id of the rule.
    pub rules: BTreeMap<String, Set<Level>>,
}

/// What one configuration file sets.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// The folder that its patterns start from, absolute.
    pub folder: PathBuf,
    /// Levels by the id of the rule.
    pub rules: BTreeMap<String, Set<Level>>,
    /// Levels in some files, in the order of the file.
    pub per_path: Option<Set<Vec<PerPath>>>,
    /// What is left out: the patterns as they are written.
    pub exclude: Option<Set<Vec<Set<String>>>>,
    /// The same, ready to be asked.
    pub excluded: Patterns,
    /// Files that say what is known of instances, as they are written.
    pub inventory: Option<Set<Vec<Set<String>>>>,
    /// How many calls on one instance a day may have.
    pub quota: Option<Set<u32>>,
    /// The time zone in which an audit counts days.
    pub timezone: Option<Set<String>>,
    /// The lowest severity that is shown.
    pub level: Option<Set<Severity>>,
    /// The lowest severity that fails; none for never.
    pub fail_on: Option<Set<Option<Severity>>>,
    /// What to do about undecided calls.
    pub unknown: Option<Set<Unknown>>,
    /// Instances by their id, each with what is said of it by name.
    pub instances: BTreeMap<String, BTreeMap<String, Set<String>>>,
    /// Findings that somebody has answered for.
    pub waivers: Vec<Waiver>,
    /// Folders of own rules, as they are written.
    pub policies: Option<Set<Vec<Set<String>>>>,
    /// Functions and commands of the project that make the call.
    pub wrappers: Option<Set<Vec<Set<Wrapper>>>>,
}
