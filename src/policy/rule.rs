//! A policy: what an organisation asks of calls beyond what the service does.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobSet;
use regex::RegexSet;

use crate::config::Patterns;
use crate::finding::Rule;
use crate::source::Place;
use crate::surface::normalize;
use crate::syntax::when::Zone;

/// One rule of an organisation.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What people read about it; an entry of the catalogue.
    pub rule: Arc<Rule>,
    /// Where its id is written.
    pub place: Place,
    /// Where the calls stand that it is about, for one that a folder below has of its own.
    pub(super) within: Option<Within>,
    /// Which calls it is about.
    pub(super) when: Formula,
    /// What has to hold for them.
    pub(super) require: Option<Formula>,
    /// What must not hold for them.
    pub(super) forbid: Option<Formula>,
    /// How many calls on one instance a day may have.
    pub(super) calls_per_day: Option<Limit>,
    /// The conditions, which formulas name by their numbers.
    pub(super) atoms: Vec<Atom>,
    /// In which zone its hours and days are.
    pub(super) zone: Option<Zone>,
    /// In which zone schedules of repositories are; absent where nobody has said so.
    pub(super) schedule_zone: Option<Zone>,
    /// What it does with some calls.
    pub examples: Vec<Trial>,
}

/// A folder, and the working directory that paths start from; both absolute.
#[derive(Debug, Clone)]
pub(super) struct Within {
    folder: PathBuf,
    here: PathBuf,
}

/// A limit with its place.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    pub(super) at_most: u32,
    pub(super) place: Place,
}

/// Conditions put together.
#[derive(Debug, Clone)]
pub(super) enum Formula {
    /// All of these; of none, all do.
    All(Vec<Formula>),
    /// At least one of these.
    Any(Vec<Formula>),
    /// Not this.
    Not(Box<Formula>),
    /// The condition with this number.
    Atom(usize),
}

/// One condition.
#[derive(Debug, Clone)]
pub(super) struct Atom {
    /// What is looked at.
    pub(super) subject: Subject,
    /// What it has to be.
    pub(super) test: Test,
    /// Where it is written.
    pub(super) place: Place,
    /// The test in words, behind "is": `at least 30`.
    pub(super) words: String,
}

/// What a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    /// A fact of the instance, by its name.
    Fact(String),
    /// A parameter, by the API's own name.
    Parameter(String),
    /// A tag of the instance, by its key.
    Tag(String),
    /// Which API is called.
    Api,
    /// How the call is written.
    Surface,
    /// The file that it stands in.
    Path,
    /// Who makes it.
    Principal,
    /// When it is made.
    Time,
}

/// What a condition asks.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// One of these, whatever the letter case.
    OneOf(Vec<String>),
    /// A number between these, both included.
    Between(Option<i64>, Option<i64>),
    /// Not given.
    Absent,
    /// Fits one of these patterns.
    Like(GlobSet),
    /// One of these regular expressions is found in it.
    Found(RegexSet),
    /// A path that fits one of these patterns.
    Path(Patterns),
    /// From one minute of the day up to another one, over midnight where the second is the smaller one.
    Minutes(u16, u16),
    /// These days of the week, Sunday being bit 0.
    Days(u8),
}

/// An example: what a policy has to say of a call.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What it shows.
    pub title: String,
    /// Whether the policy has to speak.
    pub fails: bool,
    /// What it is tried with.
    pub input: Input,
    /// Where it is written.
    pub place: Place,
}

/// What an example is tried with.
#[derive(Debug, Clone)]
pub enum Input {
    /// Files, each with its path and its text.
    Files(Vec<(String, String)>),
    /// A call.
    Call(Box<Example>),
}

/// A call as an example gives it.
#[derive(Debug, Clone, Default)]
pub struct Example {
    /// The id of its API; the first one where it does not say.
    pub api: Option<String>,
    /// The surface that it is of.
    pub surface: Option<String>,
    /// The file that it stands in.
    pub path: Option<String>,
    /// What it is made against.
    pub facts: Vec<(String, String)>,
    /// The tags of that; absent where nobody has said.
    pub tags: Option<Vec<(String, String)>>,
    /// What is sent.
    pub parameters: Vec<(String, String)>,
    /// Who makes it.
    pub principal: Option<String>,
    /// When, in the zone of the policy or with a zone of its own; in milliseconds.
    pub at: Option<i64>,
    /// How many there are on the day.
    pub calls_per_day: Option<u32>,
}

impl Policy {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.rule.id
    }

    /// Its title as the beginning of a sentence that goes on.
    #[must_use]
    pub fn title(&self) -> &str {
        self.rule.title.trim_end_matches('.')
    }

    /// What to do instead, on one line; nothing where the rule does not say.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let fix = self.rule.fix.trim();
        (!fix.is_empty()).then(|| fix.replace('\n', " "))
    }

    /// The same rule for calls in files below a folder alone; `here` is what their paths start from.
    #[must_use]
    pub fn within(mut self, folder: &Path, here: &Path) -> Self {
        self.within = Some(Within { folder: folder.to_owned(), here: here.to_owned() });
        self
    }

    /// Whether it is about calls in a file at all.
    pub(super) fn holds_at(&self, path: &str) -> bool {
        let inside = |within: &Within| normalize(&within.here.join(path)).starts_with(&within.folder);
        self.within.as_ref().is_none_or(inside)
    }

    /// Whether who makes a call matters.
    #[must_use]
    pub fn asks_who(&self) -> bool {
        self.atoms.iter().any(|atom| atom.subject == Subject::Principal)
    }

    /// Whether the time of a call matters.
    #[must_use]
    pub fn asks_when(&self) -> bool {
        self.atoms.iter().any(|atom| atom.subject == Subject::Time)
    }

    /// How many calls on one instance a day may have.
    #[must_use]
    pub fn most_a_day(&self) -> Option<u32> {
        self.calls_per_day.as_ref().map(|limit| limit.at_most)
    }

    /// Where the limit of a day is written.
    #[must_use]
    pub fn limit_place(&self) -> Option<&Place> {
        self.calls_per_day.as_ref().map(|limit| &limit.place)
    }

    /// The zone in which its hours and days are.
    #[must_use]
    pub fn zone(&self) -> Option<&Zone> {
        self.zone.as_ref()
    }

    /// The places of its conditions, in their order.
    pub fn conditions(&self) -> impl Iterator<Item = &Place> {
        self.atoms.iter().map(|atom| &atom.place)
    }
}
