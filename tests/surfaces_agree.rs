//! One call, written down in each surface, is judged alike everywhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Confidence, Report, Severity, Verdict};
use backuplint::matrix::{Evaluator, Matrix};
use backuplint::model::Inventory;
use backuplint::source::{Place, Source, Span};
use backuplint::surface::MemoryFiles;
use backuplint::surface::inventory;
use backuplint::surface::plain::{self, Given};

/// A call: engine, storage, and the parameters beside the id. Empty texts are not given.
struct Written {
    engine: &'static str,
    storage: &'static str,
    parameters: Vec<(&'static str, &'static str)>,
}

/// What is said of a call: the verdict, and each finding by rule, parameter, severity and confidence.
type Said = (Verdict, Vec<(String, Option<String>, Severity, Confidence)>);

/// Every combination of a few values, thinned out evenly.
fn written() -> Vec<Written> {
    let mut all = Vec::new();
    for engine in ["MySQL", "SQLServer", "PostgreSQL", "MariaDB", ""] {
        for storage in ["local_ssd", "cloud_essd", ""] {
            for method in ["", "Logical", "Physical", "Snapshot", "snapshot", "Nope"] {
                for strategy in ["", "db", "instance", "DB"] {
                    for kind in ["", "Auto", "FullBackup", "IncrementalBackup"] {
                        for database in ["", "orders", "[a,b]"] {
                            for retention in ["", "30", "-1", "5", "week"] {
                                let given = [
                                    ("BackupMethod", method),
                                    ("BackupStrategy", strategy),
                                    ("BackupType", kind),
                                    ("DBName", database),
                                    ("BackupRetentionPeriod", retention),
                                ];
                                let parameters = given.into_iter().filter(|(_, value)| !value.is_empty()).collect();
                                all.push(Written { engine, storage, parameters });
                            }
                        }
                    }
                }
            }
        }
    }
    // A step that shares no factor with the sizes above meets every value of every column.
    all.into_iter().step_by(37).collect()
}

fn id(number: usize) -> String {
    format!("rm-{number:012}")
}

fn plainly(matrix: &Matrix, written: &[Written]) -> Vec<Said> {
    let source = Arc::new(Source::from_text("call", ""));
    let mut evaluator = Evaluator::new(matrix, &Catalogue::builtin().unwrap());
    let judge = |(number, one): (usize, &Written)| {
        let given = |name: &str, value: &str| Given::nowhere(&source, name, value);
        let facts = [("engine", one.engine), ("storage", one.storage)];
        let facts = facts.iter().filter(|(_, v)| !v.is_empty()).map(|(n, v)| given(n, v)).collect();
        let mut parameters = vec![given("DBInstanceId", &id(number))];
        parameters.extend(one.parameters.iter().map(|(n, v)| given(n, v)));
        let place = Place::new(&source, Span::default());
        let call = plain::call(matrix.api(), &place, facts, parameters, plain::WIRE);
        let judgement = evaluator.judge(&call, &Inventory::default());
        let mut found: Vec<_> = judgement
            .findings
            .into_iter()
            .map(|f| (f.rule.to_string(), f.parameter, f.severity, f.confidence))
            .collect();
        found.sort();
        (judgement.verdict, found)
    };
    written.iter().enumerate().map(judge).collect()
}

fn terraform(matrix: &Matrix, one: &Written) -> String {
    let mut text = String::from("resource \"alicloud_db_instance\" \"it\" {\n  instance_type = \"any\"\n");
    for (argument, value) in [("engine", one.engine), ("db_instance_storage_type", one.storage)] {
        if !value.is_empty() {
            let _ = writeln!(text, "  {argument} = \"{value}\"");
        }
    }
    text.push_str("}\n\nresource \"alicloud_rds_backup\" \"it\" {\n  db_instance_id = alicloud_db_instance.it.id\n");
    for (name, value) in &one.parameters {
        let _ = writeln!(text, "  {} = \"{value}\"", matrix.api().parameter(name).unwrap().spelled("snake"));
    }
    text + "}\n"
}

fn command(matrix: &Matrix, number: usize, one: &Written, family: &str) -> String {
    let api = matrix.api();
    let name = |parameter: &str| api.parameter(parameter).unwrap().spelled(family).into_owned();
    let mut text =
        format!("#!/bin/sh\naliyun rds {} --{} {}", api.action_spelled(family), name("DBInstanceId"), id(number));
    for (parameter, value) in &one.parameters {
        let _ = write!(text, " \\\n  --{}='{value}'", name(parameter));
    }
    text + "\n"
}

/// What a report says of the file of each number.
fn by_number(report: &Report) -> BTreeMap<usize, Said> {
    let number = |path: &str| path.split(['/', '.']).nth(1).unwrap().parse::<usize>().unwrap();
    let mut said: BTreeMap<usize, Said> = BTreeMap::new();
    for call in &report.calls {
        let before = said.insert(number(call.head.source.path()), (call.verdict, Vec::new()));
        assert!(before.is_none(), "two calls in {}", call.head.source.path());
    }
    for f in &report.findings {
        let entry = said.get_mut(&number(f.primary.place.source.path())).unwrap();
        entry.1.push((f.rule.to_string(), f.parameter.clone(), f.severity, f.confidence));
    }
    said.values_mut().for_each(|(_, found)| found.sort());
    said
}

#[test]
fn every_surface_says_the_same_of_the_same_call() {
    let matrix = Matrix::builtin().unwrap();
    let written = written();
    assert!(written.len() > 500);
    let expected = plainly(&matrix, &written);
    let list: String = written
        .iter()
        .enumerate()
        .map(|(number, one)| {
            format!("- {{id: {}, engine: '{}', storage: '{}'}}\n", id(number), one.engine, one.storage)
        })
        .collect();
    let mut known = Inventory::default();
    inventory::read(&Arc::new(Source::from_text("inventory.yaml", list)), matrix.api(), &mut known).unwrap();
    type Write<'a> = &'a dyn Fn(usize, &Written) -> String;
    let surfaces: [(&str, Write<'_>); 3] = [
        ("tf", &|_, one| terraform(&matrix, one)),
        ("sh", &|number, one| command(&matrix, number, one, "wire")),
        ("sh", &|number, one| command(&matrix, number, one, "kebab")),
    ];
    for (extension, write) in surfaces {
        let mut files = MemoryFiles::new();
        for (number, one) in written.iter().enumerate() {
            files.add(format!("stack/{number}/main.{extension}"), write(number, one));
        }
        let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
        let settings = Settings { level: Severity::Note, inventory: known.clone(), ..Settings::default() };
        let said = by_number(&checker.check_memory(&files, &settings));
        for (number, expected) in expected.iter().enumerate() {
            let text = write(number, &written[number]);
            assert_eq!(said.get(&number), Some(expected), "{text}");
        }
    }
}
