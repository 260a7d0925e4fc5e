//! The finding and its parts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::source::Place;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Has no effect, or is right only by luck.
    Note,
    /// The call may go through, but does not do what its text says.
    Warning,
    /// The service refuses the call, or it asks for something the service cannot do.
    Error,
}

impl Severity {
    /// The word in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It holds only for some engines, some branches, or until somebody sets another value.
    Possible,
    /// It holds whatever is not known.
    Certain,
}

impl Confidence {
    /// The word in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Certain => "certain",
        }
    }
}

/// The verdict on one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// At least one certain error.
    Violation,
    /// Some world or some possible value gives an error, others do not.
    Undecided,
    /// No world and no possible value gives an error.
    Proven,
}

impl Verdict {
    /// The word in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Violation => "violation",
            Self::Undecided => "undecided",
            Self::Proven => "proven",
        }
    }
}

/// Something that would decide an undecided call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The fact or the parameter that is not known, by its name in the matrix.
    pub subject: String,
    /// What is missing, for people: "the engine of rm-…", "variable `method` has no default".
    pub reason: String,
    /// Where the missing thing is declared, when there is such a place.
    pub place: Option<Place>,
}

/// A place with a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there, a fragment without a final period.
    pub text: String,
}

/// Whether an edit may be applied without a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// It changes nothing but what the finding is about.
    Safe,
    /// It changes what is backed up, or how; a person must agree.
    NeedsReview,
}

/// One replacement in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub place: Place,
    /// The new text.
    pub replacement: String,
}

/// Edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, in the imperative: "set backup_method to Snapshot".
    pub title: String,
    /// Whether they may be applied without a look.
    pub safety: Safety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// What in the records of logs a finding stands on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The instance; empty when the records name none.
    pub instance: String,
    /// Its region, as far as the records say.
    pub region: String,
    /// The account that owns it.
    pub account: String,
    /// Who called, where the finding is about one caller.
    pub principal: String,
    /// The day, where the finding is about one: `2026-03-04`.
    pub day: String,
    /// How many calls, or hours without any.
    pub count: u64,
    /// How many of them the service took.
    pub accepted: u64,
    /// When the first and the last of them was made, in UTC.
    pub first: String,
    /// See `first`.
    pub last: String,
    /// The ids of the first few events.
    pub event_ids: Vec<String>,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The id of its rule.
    pub rule: Arc<str>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong, in the user's own words; one line, lower case, no final period.
    pub message: String,
    /// The parameter it is about, by the API's own name; a name that is none, as it is written.
    pub parameter: Option<String>,
    /// Where the caret goes.
    pub primary: Label,
    /// Where else to look: where a value comes from, which instance is meant.
    pub related: Vec<Label>,
    /// What the service does with it, e.g. "InvalidBackupMethod.ValueNotSupport (400)"; absent when nobody has shown it.
    pub answer: Option<String>,
    /// The values that are supported instead, in the API's spelling.
    pub supported: Vec<String>,
    /// The nearest supported thing to write, in the spelling of the source: `backup_method = "Snapshot"`.
    pub nearest: Option<String>,
    /// Anything else that helps, a sentence.
    pub help: Option<String>,
    /// Edits that would remove the finding.
    pub fixes: Vec<Fix>,
    /// What the source calls the thing that the finding is about; fingerprints are made from it.
    pub subject: String,
    /// What is sent for the parameter, as far as it is known: with it a finding stays the same when whatever holds
    /// the value is called otherwise. Absent where the text under the caret is what the finding is about.
    pub value: Option<String>,
    /// The parts of the source that it is about: the call and what is given with it. A comment there answers for it.
    pub about: Arc<[Place]>,
    /// The records of logs that it stands on; absent outside an audit.
    pub evidence: Option<Box<Evidence>>,
    /// Identifies the finding over line shifts and runs. Empty until [`super::assign_fingerprints`] has run.
    pub fingerprint: String,
}

impl Finding {
    /// A certain finding with nothing but the necessary parts.
    #[must_use]
    pub fn new(rule: impl Into<Arc<str>>, severity: Severity, message: impl Into<String>, primary: Label) -> Self {
        Self {
            rule: rule.into(),
            severity,
            confidence: Confidence::Certain,
            message: message.into(),
            parameter: None,
            primary,
            related: Vec::new(),
            answer: None,
            supported: Vec::new(),
            nearest: None,
            help: None,
            fixes: Vec::new(),
            subject: String::new(),
            value: None,
            about: Arc::default(),
            evidence: None,
            fingerprint: String::new(),
        }
    }
}

/// A finding that somebody has answered for.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// What is left out.
    pub finding: Finding,
    /// By what.
    pub by: SuppressedBy,
    /// Why; empty for a baseline.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it is left out.
    pub until: Option<jiff::civil::Date>,
    /// Where it is said; absent for a baseline.
    pub place: Option<Place>,
}

/// What leaves a finding out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressedBy {
    /// A comment in the source.
    Comment,
    /// A waiver of the configuration.
    Configuration,
    /// A baseline.
    Baseline,
}

impl SuppressedBy {
    /// The word in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Configuration => "configuration",
            Self::Baseline => "baseline",
        }
    }
}

/// One thing that is wrong with a file of the user's own settings: a configuration, or rules of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// What; one line, lower case, no final period.
    pub message: String,
    /// What is to be seen at the place, a fragment; may be empty.
    pub label: String,
    /// Where.
    pub place: Place,
    /// What to write instead, a sentence.
    pub help: Option<String>,
}

impl SettingProblem {
    /// The same as a finding that no rule stands behind.
    #[must_use]
    pub fn as_finding(&self) -> Finding {
        let primary = Label { place: self.place.clone(), text: self.label.clone() };
        let mut finding = Finding::new("", Severity::Error, self.message.clone(), primary);
        finding.help.clone_from(&self.help);
        finding
    }
}
