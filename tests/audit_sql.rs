//! `backuplint audit sql`: what engines answer to its queries is what `backuplint audit` says of the same logs.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use support::{code, err, run};
use tempfile::TempDir;

const DIALECTS: [&str; 6] = ["duckdb", "clickhouse", "spark", "trino", "maxcompute", "sls"];

/// A Python that has an engine; nothing, with a line that says so, where there is none. The environment of `.ci/run`
/// lies below `target`.
fn python(engine: &str) -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    let candidates = [std::env::var_os("BACKUPLINT_PYTHON").map(PathBuf::from), Some(own), Some("python3".into())];
    let has = |python: &PathBuf| {
        let probe = Command::new(python).arg(script()).args(["probe", engine]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().flatten().find(has);
    if found.is_none() {
        assert!(std::env::var_os("BACKUPLINT_REQUIRE_TOOLS").is_none(), "there is no Python with {engine}");
        // Straight to standard error: what a test that passes prints is not shown.
        let _ = writeln!(std::io::stderr(), "skipped: there is no Python with {engine} here (pip install {engine})");
    }
    found
}

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/sql_engine.py")
}

/// The rows of each query.
fn ask(python: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = Command::new(python).arg(script()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", err(&output));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The queries in a file of a folder.
fn queries(folder: &Path, dialect: &str, more: &[&str]) -> String {
    let output = run(folder, &[&["audit", "sql", "--dialect", dialect], more].concat());
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
    let text = String::from_utf8(output.stdout).unwrap();
    fs::write(folder.join("queries.sql"), &text).unwrap();
    text
}

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn of<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.below(values.len())]
    }
}

fn record(number: usize, minute: usize, code: &str, parameters: &Value) -> String {
    let time = format!("2026-03-{:02}T{:02}:{:02}:07Z", 1 + minute / 1440, minute / 60 % 24, minute % 60);
    let mut record = json!({
        "eventId": format!("8F2A6C10-0B4D-5E7F-9A1B-{number:012X}"), "eventVersion": 1, "eventName": "CreateBackup",
        "eventTime": time, "serviceName": if number.is_multiple_of(2) { "Rds" } else { "rds" }, "acsRegion": "cn-x",
        "recipientAccountId": "1900000000000007", "requestId": format!("r{number}"),
        "userIdentity": { "type": "ram-user", "accountId": "1900000000000007", "userName": format!("u{}", number % 3) },
        "requestParameters": parameters, "requestParameterJson": parameters.to_string(),
    });
    if !code.is_empty() {
        record["errorCode"] = code.into();
        record["errorMessage"] = "it's \\ refused".into();
    }
    record.to_string()
}

/// Logs with every kind of value, and the instances whose facts are all known.
fn folder() -> (TempDir, BTreeSet<String>) {
    let (folder, mut random) = (tempfile::tempdir().unwrap(), Random(11));
    let (mut lines, mut inventory, mut known) = (Vec::new(), "id,engine,storage,role\n".to_owned(), BTreeSet::new());
    let mut number = 0;
    for instance in 0..60 {
        let id = format!("{}-{instance}", random.of(&["rm", "rm", "rm", "pgm", "rr", "dds"]));
        let is_known = instance % 4 != 3;
        if is_known {
            let engine = random.of(&["MySQL", "mysql", "SQLServer", "mssql", "PostgreSQL", "pgsql", "MariaDB"]);
            let engine = if id.starts_with("pgm") { "PostgreSQL" } else { engine };
            let storage = random.of(&["local_ssd", "cloud_essd", "general_essd", "cloud"]);
            let role = if id.starts_with("rr") { "Readonly" } else { random.of(&["Primary", "Primary", "Readonly"]) };
            inventory += &format!("{id},{engine},{storage},{role}\n");
            known.insert(id.clone());
        }
        // What a refused call of another kind says of an instance is nothing.
        let code = if is_known && instance % 2 == 0 { "" } else { "BackupJobExists" };
        for _ in 0..12 {
            let mut parameters = json!({ "DBInstanceId": id, "RegionId": "cn-x" });
            let mut set = |name: &str, value: &str| {
                if value != "-" {
                    parameters[name] = value.into();
                }
            };
            set("BackupMethod", random.of(&["-", "-", "", "Physical", "Logical", "Snapshot", "snapshot", "Xtra'\\"]));
            set("BackupStrategy", random.of(&["-", "-", "db", "instance", "DB", "both"]));
            set("BackupType", random.of(&["-", "-", "Auto", "FullBackup", "fullbackup", "IncrementalBackup"]));
            set("DBName", random.of(&["-", "-", "", "orders", "a,b", "[a,b]", "订单"]));
            let days = ["-", "-", "30", "-1", "7", "730", "731", "0", "-7", "007", "7d", "9999999999999999999999"];
            set("BackupRetentionPeriod", random.of(&days));
            if random.below(5) == 0 && parameters["BackupRetentionPeriod"] == "30" {
                parameters["BackupRetentionPeriod"] = 30.into();
            }
            lines.push(record(number, 3000 + number * 7, code, &parameters));
            if random.below(9) == 0 {
                lines.push(lines[lines.len() - 1].clone());
            }
            number += 1;
        }
    }
    // Days that are near the limit, at it and beyond it; some calls fail, and one day is split by the time zone.
    for (instance, count) in [16, 17, 20, 21, 30, 22].into_iter().enumerate() {
        let id = format!("pgm-day{instance}");
        let from = if instance == 5 { 1440 * 12 + 600 } else { 1440 * 12 - 470 };
        for call in 0..count + 2 {
            let code = if call < count { "" } else { "Throttling.User" };
            let parameters = json!({ "DBInstanceId": id, "BackupMethod": "Physical" });
            lines.push(record(number, from + call * 40, code, &parameters));
            number += 1;
        }
    }
    lines.push(record(number, 500, "Exceeded.BackupTimes", &json!({ "DBInstanceId": "pgm-refused" })));
    // Others' operations of the same name, and a record without what was sent.
    lines.push(
        record(number + 1, 500, "", &json!({ "DBInstanceId": "pc-1" }))
            .replace("\"Rds\"", "\"polardb\"")
            .replace("\"rds\"", "\"polardb\""),
    );
    lines.push(record(number + 2, 500, "", &json!({})));
    fs::write(folder.path().join("events.jsonl"), lines.join("\n") + "\n").unwrap();
    fs::write(folder.path().join("instances.csv"), inventory).unwrap();
    (folder, known)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Event, rule, parameter, severity.
type Found = BTreeSet<(String, String, String, String)>;

/// What our own audit says: findings by confidence, and days.
struct Own {
    certain: Found,
    possible: Found,
    days: BTreeSet<(String, String, u64, String, String)>,
    /// The instance of each event with a finding.
    instances: BTreeMap<String, String>,
}

fn own(folder: &Path) -> Own {
    let options = ["audit", "events.jsonl", "--inventory", "instances.csv", "--level", "note", "--format", "json"];
    let report: Value = serde_json::from_slice(&run(folder, &options).stdout).unwrap();
    let mut own =
        Own { certain: Found::new(), possible: Found::new(), days: BTreeSet::new(), instances: BTreeMap::new() };
    for finding in report["findings"].as_array().unwrap() {
        let (rule, subject, severity) = (text(&finding["rule"]), &finding["subject"], text(&finding["severity"]));
        if rule.starts_with("daily-quota") && !text(&finding["message"]).contains("within the 24 hours") {
            let accepted = subject["accepted"].as_u64().unwrap();
            own.days.insert((text(&subject["instance"]), text(&subject["day"]), accepted, rule, severity));
        } else if let Some(parameter) = finding["parameter"].as_str() {
            let ids = subject["event_ids"].as_array().unwrap();
            // Only so many ids are named; these logs have no more equal calls.
            assert_eq!(ids.len() as u64, subject["count"].as_u64().unwrap());
            let found = if finding["confidence"] == "certain" { &mut own.certain } else { &mut own.possible };
            for id in ids {
                own.instances.insert(text(id), text(&subject["instance"]));
                found.insert((text(id), rule.clone(), parameter.to_owned(), severity.clone()));
            }
        }
    }
    own
}

/// What an engine says against what the audit says.
fn compare(rows: &[Value], own: &Own, known: &BTreeSet<String>, what: &str) {
    let [wrong, days] = rows else { panic!("{what}: {} results", rows.len()) };
    let (mut certain, mut possible) = (Found::new(), Found::new());
    for row in wrong.as_array().unwrap() {
        let found = if row["confidence"] == "certain" { &mut certain } else { &mut possible };
        let of = |name: &str| text(&row[name]);
        found.insert((of("event_id"), of("rule_id"), of("parameter_name"), of("severity")));
    }
    let of_known = |found: &Found| -> Found {
        found.iter().filter(|(id, ..)| own.instances.get(id).is_none_or(|i| known.contains(i))).cloned().collect()
    };
    assert!(of_known(&certain).len() > 500);
    assert_eq!(of_known(&certain), of_known(&own.certain), "{what}");
    assert!(of_known(&possible).is_empty(), "{what}");
    // Where facts are not known the audit says more: what is wrong in every case, for different reasons.
    assert!(certain.is_subset(&own.certain), "{what}: {:?}", certain.difference(&own.certain).next());
    for (id, rule, parameter, severity) in own.certain.difference(&certain) {
        let note = (id.clone(), rule.clone(), parameter.clone(), "note".to_owned());
        assert!(severity == "error" && possible.contains(&note), "{what}: {note:?}");
    }
    assert!(own.possible.len() > 50 && own.possible.is_subset(&possible), "{what}");
    let days: BTreeSet<(String, String, u64, String, String)> = days
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let accepted = row["accepted"].as_u64().or_else(|| text(&row["accepted"]).parse().ok()).unwrap();
            let of = |name: &str| text(&row[name]);
            (of("instance_id"), of("call_day"), accepted, of("rule_id"), of("severity"))
        })
        .collect();
    assert!(days.len() >= 5, "{days:?}");
    assert_eq!(days, own.days, "{what}");
}

fn engine_agrees(engine: &str, dialect: &str) {
    let Some(python) = python(engine) else { return };
    let (folder, known) = folder();
    let path = folder.path();
    let own = own(path);
    for form in [&[][..], &["--json-column", "event"]] {
        for zone in ["+08:00", "Asia/Shanghai"] {
            queries(path, dialect, &[&["--instances", "instances", "--timezone", zone], form].concat());
            let (file, folder) = (path.join("queries.sql"), path.to_str().unwrap());
            let rows = ask(&python, &[engine, file.to_str().unwrap(), folder]);
            compare(&rows, &own, &known, &format!("{engine} {form:?} {zone}"));
        }
    }
}

#[test]
fn duckdb_answers_what_the_audit_says() {
    engine_agrees("duckdb", "duckdb");
}

#[test]
fn clickhouse_answers_what_the_audit_says() {
    engine_agrees("chdb", "clickhouse");
}

#[test]
fn every_dialect_can_be_parsed() {
    let Some(python) = python("sqlglot") else { return };
    let folder = tempfile::tempdir().unwrap();
    // Nothing knows these two: one speaks Hive's SQL, the other Presto's.
    let parsers = ["duckdb", "clickhouse", "spark", "trino", "hive", "presto"];
    for (dialect, parser) in DIALECTS.into_iter().zip(parsers) {
        for more in [&["--instances", "db.instances"][..], &["--json-column", "it's", "--timezone", "Europe/Berlin"]] {
            queries(folder.path(), dialect, more);
            let file = folder.path().join("queries.sql");
            assert_eq!(ask(&python, &["sqlglot", file.to_str().unwrap(), parser]).len(), 2);
        }
    }
}

#[test]
fn dialects_differ_in_their_table_only_and_every_row_names_its_source() {
    let folder = tempfile::tempdir().unwrap();
    // Lines without quotes: all that is said of worlds, tables and rows.
    let plain = |dialect: &str| -> Vec<String> {
        let text = queries(folder.path(), dialect, &["--instances", "instances"]);
        let lines = text.lines().filter(|line| line.trim_start().starts_with("WHEN "));
        let lines = lines.map(|line| line.split(" -- ").next().unwrap_or_default().replace(['`', '"'], ""));
        lines.collect()
    };
    let first = plain(DIALECTS[0]);
    assert!(first.len() > 60, "{}", first.len());
    for dialect in DIALECTS {
        assert_eq!(plain(dialect), first, "{dialect}");
        let text = queries(folder.path(), dialect, &[]);
        assert!(text.contains("-- unsupported-method: ") || text.contains(" -- unsupported-method: "), "{dialect}");
    }
    // Where no comment may stand in a query none does.
    let text = queries(folder.path(), "sls", &["--json-column", "o'event"]);
    let within = text.lines().skip_while(|line| line.starts_with("--"));
    assert!(
        text.contains("\n* | WITH records")
            && within.take_while(|line| !line.is_empty()).all(|line| !line.contains("--"))
    );
    assert!(text.contains("\"o'event\" LIKE '%CreateBackup%'"));
}
