//! The baseline: the findings of one day, by their fingerprints, that later runs leave out.
//!
//! Owns the file's form, version 1. Takes its text, gives entries in one order; writes the same bytes for the same
//! findings. Opens no file.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;

/// The version of the file.
const VERSION: u32 = 1;

/// Findings that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Entry>,
    fingerprints: BTreeSet<String>,
}

/// One finding that is known. Its fingerprint counts; the rest is for readers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What the source calls the thing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// What was said.
    pub message: String,
    /// What the finding is known by.
    pub fingerprint: String,
}

/// A file that is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not the JSON that is written.
    #[error("this is no baseline: {0}")]
    Form(#[from] serde_json::Error),
    /// It was written by another version.
    #[error("this baseline has version {0} of the format, and only version {VERSION} is read")]
    Version(u32),
}

#[derive(Serialize, Deserialize)]
struct Document {
    schema_version: u32,
    tool: String,
    findings: Vec<Entry>,
}

impl Baseline {
    /// The baseline of these findings. Those on suppressions are left out: nothing hides them.
    #[must_use]
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let entries = findings.into_iter().filter(|finding| !super::is_own(&finding.rule)).map(|finding| Entry {
            path: finding.primary.place.source.path().to_owned(),
            rule: finding.rule.to_string(),
            subject: finding.subject.clone(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint.clone(),
        });
        Self::from_entries(entries)
    }

    fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut entries: Vec<Entry> = entries.into_iter().collect();
        entries.sort();
        entries.dedup();
        let fingerprints = entries.iter().map(|entry| entry.fingerprint.clone()).collect();
        Self { entries, fingerprints }
    }

    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// When it is none, or one of another version.
    pub fn read(text: &str) -> Result<Self, BaselineError> {
        #[derive(Deserialize)]
        struct Head {
            schema_version: u32,
        }
        let head: Head = serde_json::from_str(text)?;
        if head.schema_version != VERSION {
            return Err(BaselineError::Version(head.schema_version));
        }
        let document: Document = serde_json::from_str(text)?;
        Ok(Self::from_entries(document.findings))
    }

    /// The text of the file.
    ///
    /// # Errors
    /// None in practice: every part can be written as JSON.
    pub fn write(&self) -> Result<String, BaselineError> {
        let document = Document {
            schema_version: VERSION,
            tool: env!("CARGO_PKG_NAME").to_owned(),
            findings: self.entries.clone(),
        };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    /// What is known, sorted by path and rule.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether a finding is known.
    #[must_use]
    pub fn holds(&self, fingerprint: &str) -> bool {
        self.fingerprints.contains(fingerprint)
    }

    /// What is left of it, and what is not: the entries that are gone.
    #[must_use]
    pub fn split(self, is_gone: impl Fn(&Entry) -> bool) -> (Self, Vec<Entry>) {
        let (gone, left): (Vec<Entry>, Vec<Entry>) = self.entries.into_iter().partition(|entry| is_gone(entry));
        (Self::from_entries(left), gone)
    }
}
