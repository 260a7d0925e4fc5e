//! One call, written down in every way that some surface reads, is judged alike everywhere.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod render;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Confidence, Report, Severity, Verdict};
use backuplint::matrix::{Evaluator, Matrix};
use backuplint::model::{Api, Inventory};
use backuplint::source::{Place, Source, Span};
use backuplint::surface::Surface;
use backuplint::surface::plain::{self, Given};
use backuplint::surface::{MemoryFiles, inventory};
use render::{Case, Way, id};

/// What is said of a call: the verdict, and each finding by rule, parameter, severity and confidence.
type Said = (Verdict, Vec<(String, Option<String>, Severity, Confidence)>);

/// Each way is tried with one case of this many; which ones differs from way to way. It shares no factor with how many
/// values there are of anything, so that each way meets all of them.
const THINNED: usize = 7;

/// Every combination of a few values, thinned out evenly.
fn cases() -> Vec<Case> {
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
                                all.push((engine, storage, parameters));
                            }
                        }
                    }
                }
            }
        }
    }
    // A step that shares no factor with the sizes above meets every value of every column.
    let thinned = all.into_iter().step_by(37).enumerate();
    thinned
        .map(|(number, (engine, storage, parameters))| Case {
            number,
            id: id(number),
            engine,
            storage,
            role: "",
            parameters,
        })
        .collect()
}

/// Cases that every way is tried with: what an id tells, and what is missing.
fn special(first: usize) -> Vec<Case> {
    let case = |id: &str, role, parameters: &[(&'static str, &'static str)]| Case {
        number: 0,
        id: id.to_owned(),
        engine: "",
        storage: "",
        role,
        parameters: parameters.to_vec(),
    };
    let full =
        [("BackupMethod", "Physical"), ("BackupType", "FullBackup"), ("BackupStrategy", "db"), ("DBName", "orders")];
    let cases = vec![
        case("", "", &[("BackupMethod", "Physical")]),
        case("", "", &[]),
        case("pgm-9x8y7z6w", "", &[("BackupMethod", "Logical")]),
        case("pgm-9x8y7z6w", "", &full),
        case("rr-9x8y7z6w", "", &[("BackupMethod", "Snapshot")]),
        case("dds-9x8y7z6w", "", &[("BackupMethod", "Physical")]),
        case("rm-readonly", "Readonly", &[]),
        case("rm-known-by-nobody", "", &full),
    ];
    cases.into_iter().enumerate().map(|(at, case)| Case { number: first + at, ..case }).collect()
}

/// What is said of a call that is given as names and values.
fn plainly(matrix: &Matrix, cases: &[Case]) -> Vec<Said> {
    let source = Arc::new(Source::from_text("call", ""));
    let mut evaluator = Evaluator::new(matrix, &Catalogue::builtin().unwrap());
    let judge = |case: &Case| {
        let given = |name: &str, value: &str| Given::nowhere(&source, name, value);
        let facts = [("engine", case.engine), ("storage", case.storage), ("role", case.role)];
        let facts = facts.iter().filter(|(_, v)| !v.is_empty()).map(|(n, v)| given(n, v)).collect();
        let id = Some(("DBInstanceId", case.id.as_str())).filter(|(_, id)| !id.is_empty());
        let parameters = id.into_iter().chain(case.parameters.iter().copied()).map(|(n, v)| given(n, v)).collect();
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
    cases.iter().map(judge).collect()
}

/// What the user knows of the instances.
fn known(api: &Api, cases: &[Case]) -> Inventory {
    let list: String = cases
        .iter()
        .filter(|case| !case.engine.is_empty() || !case.storage.is_empty() || !case.role.is_empty())
        .map(|case| {
            format!(
                "- {{id: {}, engine: '{}', storage: '{}', role: '{}'}}\n",
                case.id, case.engine, case.storage, case.role
            )
        })
        .collect();
    let mut known = Inventory::default();
    inventory::read(&Arc::new(Source::from_text("inventory.yaml", list)), api, &mut known).unwrap();
    known
}

/// What a report says of the files of each number.
fn by_number(way: &Way, report: &Report) -> BTreeMap<usize, Said> {
    let number = |path: &str| path.split('/').nth(1).unwrap().parse::<usize>().unwrap();
    let mut said: BTreeMap<usize, Said> = BTreeMap::new();
    for call in &report.calls {
        assert_eq!(call.surface, way.found_by, "{}: {}", way.title, call.head.source.path());
        let before = said.insert(number(call.head.source.path()), (call.verdict, Vec::new()));
        assert!(before.is_none(), "two calls in {}", call.head.source.path());
    }
    for f in &report.findings {
        let path = f.primary.place.source.path();
        let Some(entry) = said.get_mut(&number(path)) else {
            panic!("{}: {path} holds no call, but {}", way.title, f.message)
        };
        entry.1.push((f.rule.to_string(), f.parameter.clone(), f.severity, f.confidence));
    }
    said.values_mut().for_each(|(_, found)| found.sort());
    said
}

/// What is to be said in this way.
fn expected(way: &Way, plainly: &Said) -> Said {
    let (verdict, mut found) = plainly.clone();
    if way.advisory {
        found.iter_mut().for_each(|(_, _, severity, _)| *severity = Severity::Note);
        found.sort();
    }
    (verdict, found)
}

#[test]
fn every_surface_says_the_same_of_the_same_call() {
    let matrix = Matrix::builtin().unwrap();
    let api = matrix.api().clone();
    let mut cases = cases();
    let usual = cases.len();
    assert!(usual > 500);
    cases.extend(special(usual));
    let plainly = plainly(&matrix, &cases);
    let checker = Checker::new(matrix, Catalogue::builtin().unwrap());
    let settings = Settings { level: Severity::Note, inventory: known(&api, &cases), ..Settings::default() };
    let mut differences = Vec::new();
    for (at, way) in render::ways().iter().enumerate() {
        let mut files = MemoryFiles::new();
        let mut texts: BTreeMap<usize, String> = BTreeMap::new();
        for case in cases.iter().filter(|case| case.number >= usual || (case.number + at) % THINNED == 0) {
            let Ok(written) = (way.write)(&api, case) else { continue };
            for (path, text) in written {
                texts.entry(case.number).or_default().push_str(&text);
                files.add(format!("stack/{}/{path}", case.number), text);
            }
        }
        assert!(texts.len() > 4, "{} {}: hardly anything can be written", way.surface, way.title);
        let said = by_number(way, &checker.check_memory(&files, &settings));
        for (number, text) in &texts {
            let expected = expected(way, &plainly[*number]);
            if said.get(number) != Some(&expected) {
                differences.push(format!(
                    "{}, {}:\n{text}\nexpected {expected:?}\n     got {:?}\n",
                    way.surface,
                    way.title,
                    said.get(number)
                ));
            }
        }
    }
    let count = differences.len();
    assert!(differences.is_empty(), "{count} differences\n{}", differences.join("\n"));
}

#[test]
fn no_surface_is_left_out() {
    let api = Matrix::builtin().unwrap().api().clone();
    // Surfaces that look for no word of a call read policies alone.
    let of_calls = |surface: &&&dyn Surface| !surface.needles(std::slice::from_ref(&api)).is_empty();
    let read: BTreeSet<&str> = backuplint::surface::all().iter().filter(of_calls).map(|surface| surface.id()).collect();
    let ways = render::ways();
    let written: BTreeSet<&str> = ways.iter().map(|way| way.surface).collect();
    let without: Vec<_> = read.difference(&written).collect();
    assert!(without.is_empty(), "each surface needs a way in tests/surfaces_agree/render: {without:?}");
    let known = |id: &&str| backuplint::surface::all().iter().any(|surface| surface.id() == *id);
    assert!(written.iter().all(known), "a way of a surface that is not there");
    let titles: BTreeSet<(&str, &str)> = ways.iter().map(|way| (way.surface, way.title)).collect();
    assert_eq!(titles.len(), ways.len(), "two ways of a surface have one title");
}

#[test]
fn what_cannot_be_written_is_named() {
    let api = Matrix::builtin().unwrap().api().clone();
    let cases = cases();
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for way in render::ways() {
        for case in &cases {
            if let Err(reason) = (way.write)(&api, case) {
                reasons.entry(reason).or_default().insert(way.surface);
            }
        }
    }
    let shown: Vec<String> = reasons
        .iter()
        .map(|(reason, surfaces)| format!("{reason}: {}", surfaces.iter().copied().collect::<Vec<_>>().join(", ")))
        .collect();
    assert_eq!(
        shown,
        [
            "a word that begins with a hyphen is a flag of its own: shell",
            "the action passes on nothing but the instance and the method: oos",
            "the compiler takes a number only: csharp, go, java, typescript",
            "the module has no option for the retention: ansible",
            "the request has no field for the retention: go",
        ]
    );
}
