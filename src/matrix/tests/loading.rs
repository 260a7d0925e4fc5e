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
    let second = load(include_str!("../../../rules/matrix/dds-create-backup.yaml").to_owned());
    assert_eq!(second.unwrap_or_else(|e| panic!("{e:?}")).api().parameters.len(), 3);
    for code in Matrix::builtin_codes() {
        let matrix = Matrix::builtin_of(code).unwrap().unwrap_or_else(|e| panic!("{e:?}"));
        assert_eq!(matrix.api().product.code, code, "the name of the file begins with the code");
    }
}

/// A file that changes the built-in one.
fn extension(rest: &str) -> String {
    format!("extends: rds-create-backup\n{rest}")
}

#[test]
fn a_file_that_extends_takes_everything_else_from_the_other_one() {
    let matrix = load(extension(
        "quota: { per_instance_and_day: 8, near: 6 }\n\
         facts: [{ name: storage, values: [{ id: cloud, aliases: [cloud_essd, cloud_auto] }] }]\n\
         parameters: [{ name: BackupRetentionPeriod, ranges: [{ from: 30, to: 730 }], ranges_text: 30 to 730 days }]\n\
         remarks: []\n",
    ))
    .unwrap_or_else(|e| panic!("{e:?}"));
    let builtin = Matrix::builtin().unwrap();
    assert_eq!(matrix.api().id, builtin.api().id);
    let quota = matrix.quota().unwrap();
    assert_eq!((quota.per_instance_and_day, quota.near, quota.code.as_str()), (8, 6, "Exceeded.BackupTimes"));
    let storage = matrix.api().fact("storage").unwrap();
    assert!(storage.value("cloud_auto").is_some() && storage.value("local_ssd").is_some());
    assert!(storage.value("general_essd").is_none(), "a list of plain values is replaced");
    assert_eq!(matrix.api().parameters.len(), builtin.api().parameters.len());
    assert_eq!(matrix.rule_ids(), builtin.rule_ids());
    assert!(matrix.remarks(&matrix.select([]).unwrap()).is_empty());
    let without = load(extension("quota: null\n")).unwrap_or_else(|e| panic!("{e:?}"));
    assert!(without.quota().is_none());
}

#[test]
fn what_is_wrong_with_an_extension_has_its_place_in_the_file_that_says_it() {
    let text = extension(
        "quota: { per_instance_and_day: many }\nscenarios: [{ title: x, facts: { engine: Oracle }, parameters: {} }]\n",
    );
    let problems = load(text).unwrap_err().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((problems[0].place.source.path(), problems[0].place.text()), ("matrix.yaml", "many"));
    // A table of the built-in file that the extension leaves without an answer is told where that table stands.
    let text = extension("facts: [{ name: engine, values: [{ id: Oracle, title: Oracle }] }]\n");
    let problems = load(text).unwrap_err().problems;
    assert!(problems.iter().all(|p| p.place.source.path() == "rules/matrix/rds-create-backup.yaml"), "{problems:?}");
    assert!(problems.iter().any(|p| p.message.contains("engine Oracle")), "{problems:?}");
    let unknown = load("extends: rds\n".to_owned()).unwrap_err().problems;
    assert_eq!(unknown[0].place.text(), "rds");
    assert!(unknown[0].message.contains("rds-create-backup, dds-create-backup, common"), "{unknown:?}");
}

#[test]
fn a_problem_in_what_matrices_have_in_common_has_its_place_there() {
    // What is taken away from the texts of names leaves a hole in the file that has the others.
    let text = extension("names: { texts: { unknown: null } }\nbindings: { python: { generic: null } }\n");
    let problems = load(text).unwrap_err().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].message.contains("unknown"), "{problems:?}");
    let text = extension("scope_noun: null\n");
    assert!(load(text).unwrap_err().problems[0].message.contains("scope_noun"));
    let builtin = Matrix::builtin().unwrap();
    let generic = &builtin.api().bindings["python"]["generic"];
    assert_eq!(generic[0]["class"], "CommonRequest", "it comes from what all have in common");
    let text = extension(
        "bindings: { typescript: { clients: [{ module: '@acme/client' }, { module: '@alicloud/pop-core', capitalizing: [send] }] } }\n",
    );
    let matrix = load(text).unwrap_or_else(|e| panic!("{e:?}"));
    let clients = matrix.api().bindings["typescript"]["clients"].as_array().unwrap();
    let modules: Vec<&str> = clients.iter().map(|client| client["module"].as_str().unwrap()).collect();
    assert_eq!(modules, ["@alicloud/pop-core", "@alicloud/rds-2014-08-15", "@acme/client"]);
    assert_eq!(clients[0]["capitalizing"][0], "send");
}

#[test]
fn what_is_common_to_all_names_no_api() {
    let common = include_str!("../../../rules/matrix/common.yaml");
    for code in Matrix::builtin_codes() {
        let matrix = Matrix::builtin_of(code).unwrap().unwrap();
        let api = matrix.api();
        let mut words = vec![api.action.as_str(), &api.product.title, &api.product.version];
        words.extend(api.parameters.iter().map(|parameter| parameter.name.as_str()));
        for word in words {
            assert!(!common.contains(word), "{word}");
        }
    }
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
