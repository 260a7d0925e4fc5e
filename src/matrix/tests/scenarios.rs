//! The scenarios that people see and the decision tables agree, in both directions.

use crate::finding::Severity;
use crate::matrix::domain::{ABSENT, ClassSet, Dimension, MAX_DIMENSIONS, World, for_each_world};
use crate::matrix::{Cell, FactSelection, Matrix, ScenarioRow, UnknownFact};

fn selection(matrix: &Matrix, facts: &[(&str, &str)]) -> FactSelection {
    matrix.select(facts.iter().copied()).unwrap()
}

/// The classes of a parameter that a cell allows, read from the cell alone.
fn allowed(cell: &Cell, dimension: &Dimension) -> ClassSet {
    let word = |word: &str| dimension.cell_word(word).unwrap().0;
    let absent = ClassSet::one(ABSENT).0;
    ClassSet(match cell {
        Cell::Required => word("given"),
        Cell::Value { value, is_default: true } => word(value) | absent,
        Cell::Value { value, is_default: false } => word(value),
        Cell::Optional { values } if values.is_empty() => word("given") | absent,
        Cell::Optional { values } => values.iter().fold(absent, |all, value| all | word(value)),
        Cell::NotUsed { harmless, .. } => harmless.iter().fold(absent, |all, value| all | word(value)),
    })
}

/// Every world that a row speaks about, when every parameter is what its cell allows.
fn spoken_of(matrix: &Matrix, row: &ScenarioRow) -> [ClassSet; MAX_DIMENSIONS] {
    let mut sets = [ClassSet::one(0); MAX_DIMENSIONS];
    for (index, dimension) in matrix.dimensions.iter().enumerate() {
        sets[index] = match index.checked_sub(matrix.fact_count()) {
            Some(parameter) => allowed(&row.cells[parameter], dimension),
            None => match row.facts.iter().find(|fact| fact.name == dimension.name) {
                Some(fact) => {
                    fact.value.as_ref().map_or(dimension.all(), |id| ClassSet::one(dimension.class(id).unwrap()))
                }
                None => ClassSet::one(dimension.assumed.unwrap()),
            },
        };
    }
    sets
}

fn describe(matrix: &Matrix, world: &World) -> String {
    let named =
        matrix.dimensions.iter().zip(world).map(|(d, &class)| format!("{} {}", d.name, d.classes[class as usize]));
    named.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_scenario_of_the_file_is_clean_in_all_of_its_worlds() {
    let matrix = Matrix::builtin().unwrap();
    assert!(matrix.file.scenarios.len() >= 10);
    for scenario in &matrix.file.scenarios {
        let sets = matrix.scenario_sets(scenario, &FactSelection::default()).unwrap();
        let reports: Vec<_> =
            matrix.reports_for(&sets).into_iter().map(|id| &matrix.tables.report(id).unwrap().name).collect();
        assert!(reports.is_empty(), "{:?} {}: {reports:?}", scenario.facts, scenario.title);
    }
    assert_eq!(matrix.scenario_rows(&FactSelection::default()).len(), matrix.file.scenarios.len());
}

#[test]
fn whatever_the_cells_of_a_row_allow_together_is_clean() {
    let matrix = Matrix::builtin().unwrap();
    for row in matrix.scenario_rows(&FactSelection::default()) {
        let mut count = 0;
        for_each_world(&spoken_of(&matrix, &row)[..matrix.dimensions.len()], |world| {
            count += 1;
            matrix.tables.reports_in(world, |id| {
                let report = &matrix.tables.report(id).unwrap().name;
                panic!("{}: {report} holds for {}", row.title, describe(&matrix, world));
            });
        });
        assert!(count > 0);
    }
}

#[test]
fn every_call_that_nothing_is_reported_of_is_in_some_row() {
    let matrix = Matrix::builtin().unwrap();
    let rows: Vec<_> =
        matrix.scenario_rows(&FactSelection::default()).iter().map(|row| spoken_of(&matrix, row)).collect();
    let everything: Vec<ClassSet> = matrix.dimensions.iter().map(Dimension::all).collect();
    let (mut clean, mut all) = (0, 0);
    for_each_world(&everything, |world| {
        all += 1;
        let mut reports = 0;
        matrix.tables.reports_in(world, |_| reports += 1);
        if reports == 0 {
            clean += 1;
            let covered = rows.iter().any(|sets| sets.iter().zip(world).all(|(set, &class)| set.contains(class)));
            assert!(covered, "no scenario speaks of {}", describe(&matrix, world));
        }
    });
    assert!(clean > 20 && clean < all / 10, "{clean} of {all}");
}

#[test]
fn cells_are_what_the_page_says() {
    let matrix = Matrix::builtin().unwrap();
    let rows = matrix.scenario_rows(&selection(&matrix, &[("engine", "mssql")]));
    assert_eq!(rows.len(), 4);
    let cell = |row: &ScenarioRow, name: &str| -> Cell {
        row.cells[matrix.api.parameters.iter().position(|p| p.name == name).unwrap()].clone()
    };
    let single = rows.iter().find(|row| row.title.starts_with("single")).unwrap();
    assert_eq!(cell(single, "DBInstanceId"), Cell::Required);
    assert_eq!(cell(single, "DBName"), Cell::Required);
    assert_eq!(cell(single, "BackupStrategy"), Cell::Value { value: "db".into(), is_default: false });
    assert_eq!(cell(single, "BackupMethod"), Cell::Value { value: "Physical".into(), is_default: true });
    assert_eq!(cell(single, "BackupType"), Cell::Value { value: "FullBackup".into(), is_default: false });
    assert_eq!(cell(single, "BackupRetentionPeriod"), Cell::Optional { values: Vec::new() });
    let snapshot = rows.iter().find(|row| row.title.ends_with("snapshot")).unwrap();
    assert_eq!(cell(snapshot, "BackupMethod"), Cell::Value { value: "Snapshot".into(), is_default: false });
    let rules = vec!["unsupported-database-scope".to_owned()];
    assert_eq!(cell(snapshot, "DBName"), Cell::NotUsed { harmless: None, severity: Severity::Error, rules });
    let rules = vec!["ineffective-parameter".to_owned()];
    let not_used = Cell::NotUsed { harmless: Some("Auto".into()), severity: Severity::Note, rules };
    assert_eq!(cell(snapshot, "BackupType"), not_used);
}

#[test]
fn a_selection_narrows_scenarios_remarks_and_tables() {
    let matrix = Matrix::builtin().unwrap();
    let cloud = selection(&matrix, &[("engine", "mysql"), ("storage", "cloud_essd")]);
    assert_eq!(matrix.selection_ids(&cloud), [("engine", "MySQL"), ("storage", "cloud")]);
    let rows = matrix.scenario_rows(&cloud);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].facts[1].value.as_deref(), Some("cloud"));
    assert_eq!(matrix.remarks(&cloud).len(), 1);
    assert_eq!(matrix.remarks(&cloud)[0].scope, "");
    assert_eq!(matrix.remarks(&FactSelection::default())[2].scope, "PostgreSQL");
    let tables = matrix.decision_tables(&cloud);
    let method = tables.iter().find(|table| table.id == "method").unwrap();
    assert_eq!(method.rows.len(), 3);
    assert!(method.rows.iter().all(|row| !row.source.is_empty()));
    assert_eq!(matrix.scenario_rows(&selection(&matrix, &[("role", "read-only")])), []);
    // The last word on a fact counts.
    let twice = selection(&matrix, &[("engine", "MySQL"), ("engine", "PostgreSQL")]);
    assert_eq!(matrix.selection_ids(&twice), [("engine", "PostgreSQL")]);
}

#[test]
fn a_selection_is_said_in_words() {
    let matrix = Matrix::builtin().unwrap();
    let scope = |facts: &[(&str, &str)]| matrix.selection_scope(&selection(&matrix, facts));
    assert_eq!(scope(&[]), None);
    assert_eq!(scope(&[("storage", "cloud_essd")]).unwrap(), "instances on cloud disks");
    let all = [("storage", "cloud"), ("engine", "mssql"), ("role", "readonly")];
    assert_eq!(scope(&all).unwrap(), "read-only SQL Server instances on cloud disks");
    let assumed = matrix.assumptions(&FactSelection::default());
    assert_eq!((assumed.len(), assumed[0].name.as_str(), assumed[0].value.as_deref()), (1, "role", Some("primary")));
    assert_eq!(matrix.assumptions(&selection(&matrix, &all)), []);
    assert_eq!(matrix.always_reported(&selection(&matrix, &all)), ["read-only-instance"]);
    assert!(matrix.always_reported(&FactSelection::default()).is_empty());
}

#[test]
fn what_is_not_known_is_answered_with_what_is() {
    let matrix = Matrix::builtin().unwrap();
    let error = matrix.select([("engine", "oracle")]).unwrap_err();
    assert_eq!(error.to_string(), "oracle is no engine; the values are MySQL, SQLServer, PostgreSQL, MariaDB");
    let error = matrix.select([("motor", "MySQL")]).unwrap_err();
    assert_eq!(error.to_string(), "motor is no fact; the facts are engine, storage, role");
    assert!(matches!(error, UnknownFact::Name { .. }));
}
