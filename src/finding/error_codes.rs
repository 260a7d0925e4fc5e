//! The error codes that a call can be answered with, from `rules/errors.yaml`, embedded at build.
//!
//! Owns what is known of each code: its class, meaning, likely cause, what to do, and the rule that would
//! have spoken before the call was made. It takes the text of a code and gives its entry; it reads no logs
//! and judges no call. The file is parsed when somebody asks for the first time.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::catalogue::CatalogueError;
use crate::model::naming;
use crate::syntax::yaml;

/// The file below `rules/`.
const PATH: &str = "errors.yaml";

static BUILTIN: LazyLock<Result<ErrorCodes, CatalogueError>> =
    LazyLock::new(|| ErrorCodes::load(PATH, include_str!("../../rules/errors.yaml")));

/// What kind of trouble a code tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorClass {
    /// What is asked for does not go with the instance.
    Combination,
    /// A parameter is wrong or missing.
    Value,
    /// The instance is not ready at this moment.
    State,
    /// Too many backups on one day.
    Quota,
    /// Something that is named does not exist.
    NotFound,
    /// The caller may not do this.
    Authorisation,
    /// The key of an encrypted instance cannot be used.
    Kms,
    /// The account, an order or a payment stands in the way.
    Billing,
    /// The region is being closed.
    Region,
    /// The code belongs to another operation of the same service.
    OtherOperation,
    /// The service failed.
    Internal,
    /// Too many requests in a short time.
    Throttling,
    /// The credentials are not accepted.
    Sts,
    /// The code belongs to another product.
    OtherProduct,
}

/// What people read about a class.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorClassText {
    /// The class.
    pub id: ErrorClass,
    /// The class in one line, lower case, no final period.
    pub title: String,
    /// What it means for the call, a sentence or two.
    pub sentence: String,
}

/// One error code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorCode {
    /// The code, to the letter.
    pub code: String,
    /// The HTTP status that comes with it, where it is known and always the same.
    #[serde(default)]
    pub status: Option<u16>,
    /// What kind of trouble it is.
    pub class: ErrorClass,
    /// Whether the API's page lists it.
    pub on_page: bool,
    /// Whether every code that begins with this one and a dot means the same.
    #[serde(default)]
    pub family: bool,
    /// Where it was seen, for a code that the page does not list.
    #[serde(default)]
    pub source: Option<String>,
    /// What it says, in one sentence.
    pub meaning: String,
    /// What most likely leads to it.
    pub cause: String,
    /// What to do now.
    pub action: String,
    /// The rule that would have spoken before the call was made.
    #[serde(default)]
    pub rule: Option<String>,
}

impl ErrorCode {
    /// The code with its status, as people write it: `Name.Detail (400)`.
    #[must_use]
    pub fn with_status(&self) -> String {
        self.status.map_or_else(|| self.code.clone(), |status| format!("{} ({status})", self.code))
    }
}

/// The page that the codes were taken from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorDocumentation {
    /// Its title.
    pub title: String,
    /// The day of its last update, `YYYY-MM-DD`.
    pub updated: String,
}

/// Every known error code.
#[derive(Debug, Clone)]
pub struct ErrorCodes {
    documentation: ErrorDocumentation,
    classes: Vec<ErrorClassText>,
    codes: Vec<ErrorCode>,
    by_code: FxHashMap<String, usize>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema_version: u32,
    documentation: ErrorDocumentation,
    classes: Vec<ErrorClassText>,
    codes: Vec<ErrorCode>,
}

impl ErrorCodes {
    /// The codes that are built in, parsed once.
    ///
    /// # Errors
    /// A file that cannot be read: a fault of the build, which the tests exclude.
    pub fn builtin() -> Result<&'static Self, &'static CatalogueError> {
        BUILTIN.as_ref()
    }

    /// Loads codes from the text of a file. `path` is for messages.
    ///
    /// # Errors
    /// The text is no YAML of this form, a code stands in it twice, or a class has no text.
    pub fn load(path: &str, text: &str) -> Result<Self, CatalogueError> {
        let error = |message: String| CatalogueError { path: path.to_owned(), message };
        let stream = yaml::parse(text);
        if let Some(first) = stream.errors.first() {
            return Err(error(first.message.clone()));
        }
        let document = stream.documents.first().ok_or_else(|| error("empty file".to_owned()))?;
        let file: File = serde_json::from_value(document.to_json()).map_err(|e| error(e.to_string()))?;
        if file.schema_version != 1 {
            return Err(error(format!("schema_version {} is not known", file.schema_version)));
        }
        let mut by_code = FxHashMap::default();
        for (index, code) in file.codes.iter().enumerate() {
            if by_code.insert(code.code.clone(), index).is_some() {
                return Err(error(format!("{} stands in it twice", code.code)));
            }
            if !file.classes.iter().any(|class| class.id == code.class) {
                return Err(error(format!("the class of {} is not described", code.code)));
            }
        }
        Ok(Self { documentation: file.documentation, classes: file.classes, codes: file.codes, by_code })
    }

    /// The page that the codes were taken from.
    #[must_use]
    pub fn documentation(&self) -> &ErrorDocumentation {
        &self.documentation
    }

    /// Every code, in the order of the file.
    #[must_use]
    pub fn codes(&self) -> &[ErrorCode] {
        &self.codes
    }

    /// The classes, in the order of the file.
    #[must_use]
    pub fn classes(&self) -> &[ErrorClassText] {
        &self.classes
    }

    /// What people read about a class.
    #[must_use]
    pub fn class(&self, id: ErrorClass) -> Option<&ErrorClassText> {
        self.classes.iter().find(|class| class.id == id)
    }

    /// The entry of a code, compared to the letter.
    #[must_use]
    pub fn code(&self, code: &str) -> Option<&ErrorCode> {
        self.by_code.get(code).and_then(|index| self.codes.get(*index))
    }

    /// The entry of a code, or that of the family to which it belongs: the longest beginning, up to a dot,
    /// that is marked as a family.
    #[must_use]
    pub fn code_or_family(&self, code: &str) -> Option<&ErrorCode> {
        let exact = self.code(code);
        exact.or_else(|| {
            let beginnings = code.rmatch_indices('.').filter_map(|(at, _)| code.get(..at));
            beginnings.filter_map(|beginning| self.code(beginning)).find(|entry| entry.family)
        })
    }

    /// The codes that are probably meant by a misspelt one; letter case and dots are forgiven first. More
    /// than one only where codes differ in nothing but letter case.
    #[must_use]
    pub fn nearest(&self, code: &str) -> Vec<&ErrorCode> {
        let nearest = naming::nearest(code, self.codes.iter().map(|entry| entry.code.as_str()));
        let is_meant = |entry: &&ErrorCode| nearest.is_some_and(|found| found.eq_ignore_ascii_case(&entry.code));
        self.codes.iter().filter(is_meant).collect()
    }
}

#[cfg(test)]
mod tests;
