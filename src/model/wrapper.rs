//! Functions and commands of a project's own that make a call.
//!
//! Owns what a user has said of one and whether a name, and the operation that it is given, mean it. It finds and
//! judges nothing.

use std::collections::BTreeMap;

use super::api::{Api, Parameter};
use super::naming;

/// A function, a method or a command of a project's own that makes the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrapper {
    /// Its name; with dots between them, the last parts of what is called.
    pub name: String,
    /// What says which operation is meant; nothing where that is left to what it is given.
    pub action: Option<Position>,
    /// The API's own names of parameters by the names that it gives them.
    pub names: BTreeMap<String, String>,
    /// The API's own names of parameters that are given by position, in order, without the operation.
    pub positions: Vec<String>,
}

/// Which of the things that are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// By its number, from 1 on.
    At(usize),
    /// By its name.
    Named(String),
}

/// What a call of a wrapper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A call of the API, of which the operation was named: what is given is what is sent.
    Named,
    /// A call of the API; the wrapper may add to what it is given.
    Implied,
    /// Something else.
    Other,
}

/// The families in which the names of parameters are looked for, the commonest first.
const FAMILIES: &[&str] = &["wire", "kebab", "snake", "python", "camel", "pascal", "member", "upper-snake"];

impl Wrapper {
    /// The last part of its name, which stands wherever it is called.
    #[must_use]
    pub fn word(&self) -> &str {
        parts(&self.name).next().unwrap_or(&self.name)
    }

    /// Whether something that is called by this name is meant: `ops.rds.backup`, `Ops::backup`, `$this->backup`.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        if name == self.name {
            return true;
        }
        let mut written = parts(name);
        parts(&self.name).all(|part| written.next() == Some(part))
    }

    /// What a call of it is, by the text that names the operation where one does.
    ///
    /// Where nobody has said what names the operation, `action` is the first text that is given by position; it may
    /// be anything else as well.
    #[must_use]
    pub fn meaning(&self, api: &Api, action: Option<&str>) -> Meaning {
        let is_action = action.is_some_and(|text| api.action_spellings().iter().any(|spelled| spelled == text));
        match action {
            Some(_) if is_action => Meaning::Named,
            Some(text) if self.action.is_none() && !names_operation(text) => Meaning::Implied,
            None if self.action.is_none() => Meaning::Implied,
            _ => Meaning::Other,
        }
    }

    /// The parameter that one of its names stands for, and the family in which that name is spelt.
    #[must_use]
    pub fn parameter<'a>(&self, api: &'a Api, name: &str) -> Option<(&'a Parameter, &'static str)> {
        if let Some(own) = self.names.get(name) {
            return Some((api.parameter(own)?, "wire"));
        }
        FAMILIES.iter().find_map(|family| Some((api.parameter_spelled(name, family)?, *family)))
    }
}

/// The parts of a name from the last to the first. A dash belongs to a name (`backup-rds.sh`), but not that of `->`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.rsplit(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
    parts.map(|part| part.trim_matches('-')).filter(|part| !part.is_empty())
}

/// Whether a text looks like the name of an operation: `DescribeBackups`.
fn names_operation(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_alphabetic())
        && naming::words(text).len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Wrapper {
        Wrapper { name: name.to_owned(), action: None, names: BTreeMap::new(), positions: Vec::new() }
    }

    #[test]
    fn a_name_is_that_of_the_last_parts_of_what_is_called() {
        let wrapper = named("rds.backup");
        for called in ["rds.backup", "ops.rds.backup", "Ops::Rds->rds::backup", "$rds->backup", "this.rds?.backup"] {
            assert!(wrapper.is_called(called), "{called}");
        }
        for called in ["backup", "rds.backup.all", "cards.backup", "rds_backup", ""] {
            assert!(!wrapper.is_called(called), "{called}");
        }
        assert_eq!(wrapper.word(), "backup");
        assert!(named("backup-rds.sh").is_called("backup-rds.sh"));
    }

    #[test]
    fn what_looks_like_an_operation() {
        assert!(names_operation("DescribeBackups") && names_operation("ModifyDBInstanceSpec"));
        assert!(!names_operation("rm-1") && !names_operation("Physical") && !names_operation("nightly backup"));
    }
}
