//! The decision table for programs: the scenarios, and the decision tables themselves with their sources.
//!
//! The form has a version of its own and does not change when a type inside the program does.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::matrix::{Cell, DecisionTable, FactSelection, Matrix, ParameterValues, ScenarioRow};

/// The version of the form.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'m> {
    schema_version: u32,
    matrix: &'m str,
    product: Value,
    action: &'m str,
    documentation: Value,
    /// The facts that the view is narrowed to.
    selected: Map<String, Value>,
    /// Facts that have this value unless one is selected.
    assumed: Map<String, Value>,
    scenarios: Vec<Value>,
    remarks: Vec<Value>,
    parameters: Vec<Value>,
    quota: Option<Value>,
    preconditions: Vec<Value>,
    tables: Vec<Value>,
}

pub(super) fn write(matrix: &Matrix, selection: &FactSelection, out: &mut dyn Write) -> io::Result<()> {
    let api = matrix.api();
    let parameters = matrix.parameter_values();
    let documentation = matrix.documentation();
    let selected = matrix.selection_ids(selection).into_iter();
    let assumed = matrix.assumptions(selection).into_iter();
    let document = Document {
        schema_version: SCHEMA_VERSION,
        matrix: &api.id,
        product: json!({ "code": api.product.code, "title": api.product.title, "version": api.product.version }),
        action: &api.action,
        documentation: json!({ "title": documentation.title, "updated": documentation.updated }),
        selected: selected.map(|(name, id)| (name.to_owned(), json!(id))).collect(),
        assumed: assumed.map(|fact| (fact.name, json!(fact.value))).collect(),
        scenarios: matrix.scenario_rows(selection).iter().map(|row| scenario(row, &parameters)).collect(),
        remarks: matrix
            .remarks(selection)
            .iter()
            .map(|remark| json!({ "scope": remark.scope, "text": remark.text }))
            .collect(),
        parameters: parameters.iter().map(parameter).collect(),
        quota: matrix.quota().map(|quota| {
            json!({ "per_instance_and_day": quota.per_instance_and_day, "code": quota.code, "source": quota.source })
        }),
        preconditions: matrix
            .preconditions()
            .iter()
            .map(|condition| json!({ "name": condition.name, "code": condition.code, "source": condition.source }))
            .collect(),
        tables: matrix.decision_tables(selection).iter().map(table).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn scenario(row: &ScenarioRow, parameters: &[ParameterValues<'_>]) -> Value {
    let facts: Map<String, Value> = row.facts.iter().map(|fact| (fact.name.clone(), json!(fact.value))).collect();
    let cells = row.cells.iter().zip(parameters);
    let cells: Map<String, Value> = cells.map(|(one, parameter)| (parameter.name.to_owned(), cell(one))).collect();
    json!({ "title": row.title, "facts": facts, "parameters": cells })
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Required => json!({ "use": "required" }),
        Cell::Value { value, is_default } => json!({ "use": "value", "value": value, "is_default": is_default }),
        Cell::Optional { values } if values.is_empty() => json!({ "use": "optional" }),
        Cell::Optional { values } => json!({ "use": "optional", "values": values }),
        Cell::NotUsed { harmless, severity, rules } => {
            json!({ "use": "not-used", "harmless": harmless, "severity": severity.word(), "rules": rules })
        }
    }
}

fn parameter(parameter: &ParameterValues<'_>) -> Value {
    let ranges: Vec<Value> = parameter.ranges.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
    json!({
        "name": parameter.name,
        "values": parameter.values,
        "default": parameter.default,
        "ranges": ranges,
        "ranges_text": parameter.ranges_text,
        "separator": parameter.separator,
        "identifies": parameter.identifies,
    })
}

fn table(table: &DecisionTable<'_>) -> Value {
    let rows = table.rows.iter().map(|row| {
        let when: Map<String, Value> =
            row.when.iter().map(|(column, words)| ((*column).to_owned(), json!(words))).collect();
        let reports: Vec<Value> = row
            .reports
            .iter()
            .map(|r| json!({ "name": r.name, "rule": r.rule, "severity": r.severity.word() }))
            .collect();
        json!({ "when": when, "reports": reports, "source": row.source })
    });
    json!({ "id": table.id, "title": table.title, "stops": table.stops, "rows": rows.collect::<Vec<_>>() })
}
