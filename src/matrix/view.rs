//! The decision tables and the parameters of a matrix as they are written, for those who show them.
//!
//! Takes a selection of facts; gives typed rows with their sources. It decides nothing and formats nothing.

use super::domain::ClassSet;
use super::load::Matrix;
use super::raw::{self, ParameterType};
use super::scenarios::FactSelection;
use crate::finding::Severity;

/// One decision table as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionTable<'m> {
    /// Its id.
    pub id: &'m str,
    /// What it decides, for people.
    pub title: &'m str,
    /// Whether the tables below say nothing where it reports an error.
    pub stops: bool,
    /// Its rows, without those that cannot hold for the facts that are selected.
    pub rows: Vec<DecisionRow<'m>>,
}

/// One row of a decision table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRow<'m> {
    /// The columns that it cares about and the words that hold there, in the order of facts and parameters.
    pub when: Vec<(&'m str, &'m [String])>,
    /// What it reports; nothing where the call is right.
    pub reports: Vec<DecisionReport<'m>>,
    /// Where that is written.
    pub source: &'m str,
}

/// What a row reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionReport<'m> {
    /// The name of the report in the matrix.
    pub name: &'m str,
    /// The rule that speaks.
    pub rule: &'m str,
    /// How bad it is.
    pub severity: Severity,
    /// How bad it is where logs tell that the service took the call, where that is something else.
    pub accepted: Option<Severity>,
    /// The parameter that it is about.
    pub parameter: Option<&'m str>,
}

/// What values a parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterValues<'m> {
    /// Its name.
    pub name: &'m str,
    /// The words that it takes, when it takes words.
    pub values: &'m [String],
    /// The value that it has when it is left out.
    pub default: Option<&'m str>,
    /// The numbers that it takes, first and last of each range, when it takes numbers.
    pub ranges: Vec<(i64, i64)>,
    /// The ranges in words.
    pub ranges_text: Option<&'m str>,
    /// What stands between several values, where it takes several.
    pub separator: Option<&'m str>,
    /// Whether it says what the call is made against, so that no call can do without it.
    pub identifies: bool,
}

impl Matrix {
    /// The decision tables for the facts that are selected.
    #[must_use]
    pub fn decision_tables(&self, selection: &FactSelection) -> Vec<DecisionTable<'_>> {
        let table = |raw| {
            let raw: &raw::Table = raw;
            let rows = raw.rows.iter().filter(|row| self.can_hold(row, selection)).map(|row| self.decision_row(row));
            DecisionTable { id: &raw.id, title: &raw.title, stops: raw.stops, rows: rows.collect() }
        };
        self.file.tables.iter().map(table).collect()
    }

    /// What values each parameter takes, in the order of the API.
    #[must_use]
    pub fn parameter_values(&self) -> Vec<ParameterValues<'_>> {
        let values = |raw| {
            let raw: &raw::Parameter = raw;
            ParameterValues {
                name: &raw.name,
                values: &raw.values,
                default: raw.default.as_deref(),
                ranges: raw.ranges.iter().map(|range| (range.from, range.to)).collect(),
                ranges_text: raw.ranges_text.as_deref(),
                separator: raw.separator.as_deref(),
                identifies: raw.kind == ParameterType::Identifier,
            }
        };
        self.file.parameters.iter().map(values).collect()
    }

    fn can_hold(&self, row: &raw::Row, selection: &FactSelection) -> bool {
        self.dimensions.iter().enumerate().filter(|(_, dimension)| dimension.is_fact).all(|(index, dimension)| {
            let Some(cell) = row.when.get(&dimension.name) else { return true };
            let stated = cell.0.iter().filter_map(|word| dimension.cell_word(word)).fold(0, |all, set| all | set.0);
            // The tables are shown for every instance, those that a view of the scenarios leaves out too.
            selection.class_of(index).is_none_or(|class| ClassSet(stated).contains(class))
        })
    }

    fn decision_row<'m>(&'m self, row: &'m raw::Row) -> DecisionRow<'m> {
        let when = self.dimensions.iter().filter_map(|dimension| {
            row.when.get(&dimension.name).map(|cell| (dimension.name.as_str(), cell.0.as_slice()))
        });
        let reports = row.report.0.iter().filter_map(|name| self.decision_report(name));
        DecisionRow { when: when.collect(), reports: reports.collect(), source: &row.source }
    }

    pub(super) fn decision_report<'m>(&'m self, name: &str) -> Option<DecisionReport<'m>> {
        let (name, report) = self.file.reports.get_key_value(name)?;
        Some(DecisionReport {
            name,
            rule: &report.rule,
            severity: report.severity,
            accepted: report.accepted,
            parameter: report.parameter.as_deref(),
        })
    }
}
