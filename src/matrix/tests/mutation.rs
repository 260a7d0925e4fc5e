//! Flips every cell of every table and shows that it is noticed: by the checks at load, or by the twin.

use std::sync::Arc;

use super::twin::{for_each_known, said};
use super::twin_test::{evaluator, known_call};
use crate::matrix::Matrix;
use crate::matrix::domain::World;
use crate::source::Source;
use crate::syntax::yaml;

const TEXT: &str = include_str!("../../../rules/matrix/rds-create-backup.yaml");

/// Whether the tables of a matrix say what the twin says, everywhere.
fn agrees(matrix: &Matrix) -> bool {
    let class = |dimension: usize, value: &str| -> u8 {
        let dimension = &matrix.dimensions[dimension];
        let wanted = if value.is_empty() { "absent" } else { value };
        dimension.class(wanted).or_else(|| dimension.class("given")).unwrap()
    };
    let mut agrees = true;
    for_each_known(|known| {
        if !agrees {
            return;
        }
        // The order is that of the file: facts, then parameters.
        let values = [
            known.engine,
            known.storage,
            known.role,
            known.id,
            known.database,
            known.strategy,
            known.method,
            known.kind,
            known.retention,
        ];
        let mut world = World::default();
        for (d, value) in values.iter().enumerate() {
            world[d] = class(d, value);
        }
        let mut found = Vec::new();
        matrix.tables.reports_in(&world, |report| {
            let report = matrix.tables.report(report).unwrap();
            let parameter = report.parameter.map_or("", |d| matrix.dimensions[d].name.as_str());
            found.push((report.rule.clone(), parameter.to_owned(), report.severity));
        });
        found.sort();
        let expected: Vec<_> = said(known).iter().map(|(r, p, s)| ((*r).to_owned(), (*p).to_owned(), *s)).collect();
        agrees = found == expected;
    });
    agrees
}

/// Loads a mutated file: nothing when the load itself refuses it.
fn load(value: &serde_json::Value) -> Option<Matrix> {
    // JSON is YAML.
    Matrix::load(&Arc::new(Source::from_text("mutated.yaml", value.to_string()))).ok()
}

fn file() -> serde_json::Value {
    yaml::parse(TEXT).documents[0].to_json()
}

fn noticed(mutated: &serde_json::Value) -> bool {
    load(mutated).is_none_or(|matrix| !agrees(&matrix))
}

#[test]
fn the_unchanged_file_agrees() {
    assert!(agrees(&load(&file()).unwrap()));
}

#[test]
fn a_changed_report_is_noticed() {
    let original = file();
    let names: Vec<String> = original["reports"].as_object().unwrap().keys().cloned().collect();
    let mut count = 0;
    for (t, table) in original["tables"].as_array().unwrap().iter().enumerate() {
        for r in 0..table["rows"].as_array().unwrap().len() {
            let pointer = format!("/tables/{t}/rows/{r}");
            let before = original.pointer(&pointer).unwrap()["report"].clone();
            let mut without = original.clone();
            without.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove("report");
            assert!(before.is_null() || noticed(&without), "{pointer} without its report");
            // A report of another rule or parameter in its place.
            let other = names.iter().find(|n| before != **n && differs(&original, &before, n)).unwrap();
            let mut changed = original.clone();
            changed.pointer_mut(&pointer).unwrap()["report"] = other.as_str().into();
            assert!(noticed(&changed), "{pointer} with {other}");
            count += 1;
        }
    }
    assert!(count > 40);
}

fn differs(file: &serde_json::Value, before: &serde_json::Value, other: &str) -> bool {
    let of = |name: &str| (&file["reports"][name]["rule"], &file["reports"][name]["parameter"]);
    file["reports"][other]["parameter"].is_string()
        && before.as_str().is_none_or(|name| of(name) != of(other))
        && before.as_array().is_none_or(|names| names.iter().all(|name| of(name.as_str().unwrap()) != of(other)))
}

#[test]
fn a_changed_cell_is_noticed() {
    let original = file();
    let classes = |column: &str| -> Vec<String> {
        let find = |list: &str| original[list].as_array().unwrap().iter().find(|x| x["name"] == column).cloned();
        match (find("facts"), find("parameters")) {
            (Some(fact), _) => {
                fact["values"].as_array().unwrap().iter().map(|v| v["id"].as_str().unwrap().to_owned()).collect()
            }
            (None, Some(parameter)) => {
                let values = parameter.get("values").and_then(|v| v.as_array());
                let own = values
                    .map_or(vec!["given".to_owned()], |v| v.iter().map(|v| v.as_str().unwrap().to_owned()).collect());
                std::iter::once("absent".to_owned()).chain(own).collect()
            }
            _ => panic!("{column}"),
        }
    };
    let mut count = 0;
    for (t, table) in original["tables"].as_array().unwrap().iter().enumerate() {
        for (r, row) in table["rows"].as_array().unwrap().iter().enumerate() {
            for (column, cell) in row["when"].as_object().unwrap() {
                let words: Vec<String> = match cell {
                    serde_json::Value::Array(a) => a.iter().map(|w| w.as_str().unwrap().to_owned()).collect(),
                    other => vec![other.as_str().unwrap().to_owned()],
                };
                for class in classes(column) {
                    let mut flipped = words.clone();
                    match flipped.iter().position(|w| *w == class) {
                        Some(at) => {
                            flipped.remove(at);
                        }
                        None => flipped.push(class.clone()),
                    }
                    if flipped.is_empty() {
                        continue;
                    }
                    let mut mutated = original.clone();
                    mutated.pointer_mut(&format!("/tables/{t}/rows/{r}/when")).unwrap()[column] =
                        flipped.clone().into();
                    // A cell that only widens into worlds an earlier table has ended says nothing new.
                    let harmless = load(&mutated).is_some_and(|m| same_everywhere(&m));
                    assert!(harmless || noticed(&mutated), "/tables/{t}/rows/{r}: {column} {flipped:?}");
                    assert!(
                        !harmless || reachable_nowhere(&original, t, r, column, &class),
                        "/tables/{t}/rows/{r}: {column} {flipped:?} changes nothing"
                    );
                    count += 1;
                }
            }
        }
    }
    assert!(count > 300, "{count}");
}

fn same_everywhere(matrix: &Matrix) -> bool {
    agrees(matrix)
}

/// Whether a row with one more class still holds nowhere new: each such world was ended by the method
/// table, or is said the same by another row.
fn reachable_nowhere(file: &serde_json::Value, table: usize, row: usize, column: &str, class: &str) -> bool {
    let mut only = file.clone();
    only.pointer_mut(&format!("/tables/{table}/rows/{row}/when")).unwrap()[column] = class.into();
    // Alone, the added class makes the row unreachable, or it says what the rows there say anyway.
    match Matrix::load(&Arc::new(Source::from_text("only.yaml", only.to_string()))) {
        Ok(_) => false,
        Err(error) => {
            error.problems.iter().any(|p| p.message.contains("can never hold") || p.message.contains("no row of table"))
        }
    }
}

#[test]
fn the_evaluator_of_the_tests_is_the_real_one() {
    let matrix = Matrix::builtin().unwrap();
    let known = super::twin::Known {
        engine: "PostgreSQL",
        storage: "cloud",
        role: "primary",
        id: "pgm-1",
        method: "Logical",
        strategy: "",
        kind: "",
        database: "",
        retention: "",
    };
    let judgement = evaluator(&matrix).judge(&known_call(&matrix, &known), &crate::model::Inventory::default());
    assert_eq!(judgement.findings.len(), 1);
}
