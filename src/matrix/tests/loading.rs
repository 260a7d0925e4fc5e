//! What is wrong with a matrix file is said with its place.

use std::sync::Arc;

use crate::matrix::{Matrix, MatrixError};
use crate::source::Source;

const TEXT: &str = include_str!("../../../rules/matrix/rds-create-backup.yaml");

fn load(text: String) -> Result<Matrix, MatrixError> {
    Matrix::load(&Arc::new(Source::from_text("matrix.yaml", text)))
}

/// The problems after replacing one text by another, as "slice: message".
fn problems(from: &str, to: &str) -> Vec<String> {
    assert_eq!(TEXT.matches(from).count(), 1, "{from}");
    let error = load(TEXT.replacen(from, to, 1)).unwrap_err();
    error
        .problems
        .iter()
        .map(|p| format!("{}: {}", p.place.text().lines().next().unwrap_or_default(), p.message))
        .collect()
}

#[test]
fn the_builtin_matrix_meets_its_schema_and_its_checks() {
    let matrix = load(TEXT.to_owned()).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(matrix.api().parameters.len(), 6);
    assert!(Matrix::builtin().is_ok());
}

#[test]
fn a_violation_of_the_schema_has_its_place() {
    let found = problems("per_instance_and_day: 20", "per_instance_and_day: many");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("many: "), "{found:?}");
}

#[test]
fn a_gap_is_named_by_its_world() {
    let row = "      - { when: { engine: MariaDB, BackupMethod: Logical }, report: method-not-supported, source: \"page, how to specify optional parameters: logical backup is not supported\" }\n";
    let found = problems(row, "");
    assert!(
        found.iter().any(|p| p.contains(
            "no row of table method says what holds for engine MariaDB, storage local, BackupMethod Logical"
        )),
        "{found:?}"
    );
}

#[test]
fn an_overlap_that_disagrees_names_both_rows() {
    let found = problems(
        "{ engine: MariaDB, BackupMethod: [absent, Physical] }, source",
        "{ engine: MariaDB, BackupMethod: [absent, Physical, Logical] }, source",
    );
    assert!(found.iter().any(|p| p.contains("hold together and disagree")), "{found:?}");
}

#[test]
fn a_row_that_can_never_hold_is_pointed_at() {
    let found = problems(
        "{ engine: MySQL, BackupMethod: Logical, BackupStrategy: absent }",
        "{ engine: MySQL, storage: cloud, BackupMethod: Logical, BackupStrategy: absent }",
    );
    assert!(found.iter().any(|p| p.contains("can never hold")), "{found:?}");
}

#[test]
fn unknown_words_are_pointed_at_with_what_is_known() {
    let found = problems("{ engine: MariaDB, BackupMethod: Snapshot }", "{ engine: Oracle, BackupMethod: Snapshot }");
    assert!(
        found.iter().any(|p| p.starts_with("Oracle: Oracle is no value of engine; its values are MySQL")),
        "{found:?}"
    );
    let found = problems("report: read-only, source", "report: read-onyl, source");
    assert!(found.iter().any(|p| p.starts_with("read-onyl: no report is called")), "{found:?}");
}

#[test]
fn a_scenario_that_the_tables_speak_against_is_pointed_at() {
    let found = problems(
        "facts: { engine: MySQL, storage: cloud }, parameters: { BackupMethod: Snapshot }",
        "facts: { engine: MySQL, storage: cloud }, parameters: { BackupMethod: Logical }",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("a scenario is something supported, and the tables say method-not-supported"));
}

#[test]
fn broken_yaml_and_empty_files_are_errors_not_panics() {
    for text in ["", "a: [", "- x\n", "null", "schema_version: 1\n", "\u{0}"] {
        assert!(!load(text.to_owned()).unwrap_err().problems.is_empty(), "{text:?}");
    }
}
