//! Everything in a matrix that decides, as plain data: for those who write it in another language, as SQL is one.
//!
//! The decision tables themselves are in [`Matrix::decision_tables`]. It decides nothing.

use super::load::Matrix;
use super::raw::{self, ParameterType};
use super::view::DecisionReport;

/// What is known of instances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicFact<'m> {
    /// Its name.
    pub name: &'m str,
    /// Its values: the id of each and all of its spellings, which are compared without regard to case.
    pub values: Vec<(&'m str, Vec<&'m str>)>,
    /// The value that it has where nobody says otherwise.
    pub assumed: Option<&'m str>,
}

/// What a parameter is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogicKind<'m> {
    /// The instance.
    Identifier,
    /// Any text.
    Text,
    /// One of these words.
    Choice(&'m [String]),
    /// A whole number in one of these ranges, ends included.
    Integer(Vec<(i64, i64)>),
}

/// A parameter and what is reported of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicParameter<'m> {
    /// Its name.
    pub name: &'m str,
    /// What it is.
    pub kind: LogicKind<'m>,
    /// What is reported, by what is wrong with a value: the names are those of the matrix.
    pub checks: Vec<(&'m str, DecisionReport<'m>)>,
    /// Where that is written.
    pub source: &'m str,
}

/// What the beginning of an id proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicPrefix<'m> {
    /// The beginning.
    pub prefix: &'m str,
    /// Facts and their values.
    pub facts: Vec<(&'m str, &'m str)>,
    /// What is reported, where the id belongs to another product.
    pub report: Option<DecisionReport<'m>>,
}

impl Matrix {
    /// What the matrix is called.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// The facts.
    #[must_use]
    pub fn logic_facts(&self) -> Vec<LogicFact<'_>> {
        let spellings = |value| {
            let value: &raw::FactValue = value;
            let all = std::iter::once(&value.id).chain(&value.aliases);
            (value.id.as_str(), all.map(String::as_str).collect())
        };
        let fact = |fact| {
            let fact: &raw::Fact = fact;
            LogicFact {
                name: &fact.name,
                values: fact.values.iter().map(spellings).collect(),
                assumed: fact.assumed.as_deref(),
            }
        };
        self.file.facts.iter().map(fact).collect()
    }

    /// The parameters.
    #[must_use]
    pub fn logic_parameters(&self) -> Vec<LogicParameter<'_>> {
        let parameter = |raw| {
            let raw: &raw::Parameter = raw;
            let kind = match raw.kind {
                ParameterType::Identifier => LogicKind::Identifier,
                ParameterType::Text => LogicKind::Text,
                ParameterType::Choice => LogicKind::Choice(&raw.values),
                ParameterType::Integer => LogicKind::Integer(raw.ranges.iter().map(|r| (r.from, r.to)).collect()),
            };
            let checks = raw.checks.iter().filter_map(|(check, report)| {
                let report = self.decision_report(report)?;
                // Reports of values are of the parameter whose value it is.
                Some((check.as_str(), DecisionReport { parameter: Some(&raw.name), ..report }))
            });
            LogicParameter { name: &raw.name, kind, checks: checks.collect(), source: &raw._source }
        };
        self.file.parameters.iter().map(parameter).collect()
    }

    /// The beginnings of ids, in the order in which they are tried.
    #[must_use]
    pub fn logic_prefixes(&self) -> Vec<LogicPrefix<'_>> {
        let Some(identifiers) = &self.file.identifiers else { return Vec::new() };
        let prefix = |raw| {
            let raw: &raw::Prefix = raw;
            LogicPrefix {
                prefix: &raw.prefix,
                facts: raw.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
                report: raw.product.as_ref().and_then(|_| self.decision_report(&identifiers.report)),
            }
        };
        identifiers.prefixes.iter().map(prefix).collect()
    }
}
