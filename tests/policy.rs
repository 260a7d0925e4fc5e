//! The rules that an organisation has of its own, through the program: on files, on logs, and their own examples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/folder.rs"]
mod folders;
#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{code, err, run};
use tempfile::TempDir;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies")
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = folders::folder(files);
    // A repository: nothing above it counts.
    fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn out(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output = run(folder, arguments);
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    (format!("{text}{}", err(&output)), code(&output))
}

/// The rules of the findings with their confidence.
fn found(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[arguments, &["--format", "json", "--level", "note"]].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| format!("{} {}", f["rule"].as_str().unwrap(), f["confidence"].as_str().unwrap())).collect()
}

#[test]
fn the_examples_that_are_shipped_pass() {
    let (text, exit) = out(&examples(), &["policy", "test", "."]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("4 rule(s)") && text.contains("0 failed"), "{text}");
}

const RULE: &str = "id: long-enough\ntitle: kept long enough\nseverity: error\nwhy: a\n\
    when: { parameters: { BackupMethod: Physical } }\n\
    require: { parameters: { BackupRetentionPeriod: { at_least: 30 } } }\n";

#[test]
fn examples_that_come_out_otherwise_fail_and_conditions_that_none_reaches_are_told() {
    let example = |kind: &str, days: u32| {
        format!(
            "examples: {{ {kind}: [ {{ call: {{ parameters: {{ BackupMethod: Physical, BackupRetentionPeriod: {days} }} }} }} ] }}\n"
        )
    };
    let folder = folder(&[("policies/a.yaml", &format!("{RULE}{}", example("fail", 7)))]);
    let (text, exit) = out(folder.path(), &["policy", "test"]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("no example in which `Physical` does not hold"), "{text}");
    assert!(text.contains("2 of 4 condition outcomes"), "{text}");
    fs::write(folder.path().join("policies/a.yaml"), format!("{RULE}{}", example("pass", 7))).unwrap();
    let (text, exit) = out(folder.path(), &["policy", "test"]);
    assert_eq!(exit, 1, "{text}");
    assert!(text.contains("should pass, and the rule speaks"), "{text}");
}

#[test]
fn a_new_rule_passes_its_own_examples() {
    let folder = folder(&[]);
    assert_eq!(out(folder.path(), &["policy", "new", "keep-production"]).1, 0);
    let (text, exit) = out(folder.path(), &["policy", "test"]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("3 passed, 0 failed; 4 of 4"), "{text}");
    assert_eq!(out(folder.path(), &["policy", "new", "keep-production"]).1, 2);
    assert_eq!(out(folder.path(), &["policy", "new", "unsupported-method"]).1, 2);
}

#[test]
fn a_repository_is_held_against_the_rules_that_its_configuration_names() {
    let call = "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupMethod Physical --BackupRetentionPeriod 7\n";
    let folder =
        folder(&[("a.sh", call), ("policies/a.yaml", RULE), ("backuplint.toml", "policies = [\"policies\"]\n")]);
    let of_rule = |arguments: &[&str]| {
        found(folder.path(), arguments).into_iter().filter(|one| one.starts_with("long-enough")).collect::<Vec<_>>()
    };
    assert_eq!(of_rule(&["check"]), ["long-enough certain"]);
    assert_eq!(of_rule(&["check", "--no-config"]), [""; 0]);
    assert_eq!(of_rule(&["check", "--no-config", "--policy-rules", "policies"]), ["long-enough certain"]);
    assert_eq!(
        of_rule(&["preflight", "--BackupMethod", "Physical", "--DBInstanceId", "rm-1a"]),
        ["long-enough certain"]
    );
    // The levels of a configuration and comments in the source hold for it as for any other rule.
    let set = "policies = [\"policies\"]\n[rules]\nlong-enough = \"off\"\n";
    fs::write(folder.path().join("backuplint.toml"), set).unwrap();
    assert_eq!(of_rule(&["check"]), [""; 0]);
    let (text, exit) = out(folder.path(), &["explain", "long-enough"]);
    assert!(exit == 0 && text.contains("kept long enough"), "{text}");
    assert!(out(folder.path(), &["rules"]).0.contains("long-enough"));
}

#[test]
fn a_file_that_is_wrong_ends_the_run_with_its_places() {
    let folder = folder(&[("policies/a.yaml", &RULE.replace("severity", "severty"))]);
    let (text, exit) = out(folder.path(), &["check", "--policy-rules", "policies"]);
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("did you mean `severity`?") && text.contains("policies/a.yaml:3:1"), "{text}");
}

fn record(number: u32, time: &str, user: &str, days: &str) -> String {
    let mut parameters = json!({ "DBInstanceId": "rm-prod-1", "BackupMethod": "Physical" });
    parameters["BackupRetentionPeriod"] = days.into();
    json!({
        "eventId": format!("8F2A6C10-0B4D-5E7F-9A1B-{number:012X}"), "eventVersion": 1, "eventName": "CreateBackup",
        "eventTime": time, "serviceName": "Rds", "eventType": "ApiCall", "acsRegion": "cn-shanghai",
        "apiVersion": "2014-08-15", "recipientAccountId": "1900000000000007",
        "userIdentity": {
            "type": "assumed-role", "accountId": "1900000000000007", "principalId": "300000000000000042:s",
            "userName": format!("{user}:s"),
        },
        "requestParameters": parameters, "requestParameterJson": parameters.to_string(),
        "responseElements": { "BackupJobId": "7100001" },
    })
    .to_string()
}

#[test]
fn one_rule_judges_files_and_logs() {
    // In Shanghai it is 02:00 to 06:00, then 10:00.
    let mut lines: Vec<String> =
        (0..5).map(|n| record(n, &format!("2026-03-02T{:02}:10:00Z", 18 + n), "backup", "30")).collect();
    lines.push(record(9, "2026-03-04T02:00:00Z", "nightly", "7"));
    let cron = "0 9-13 * * * root aliyun rds CreateBackup --DBInstanceId rm-prod-1 --BackupRetentionPeriod 7\n";
    let folder = folder(&[("logs/a.jsonl", &lines.join("\n")), ("etc/crontab", cron)]);
    let rules = examples().display().to_string();
    let own = ["production-retention", "backup-role-only", "quiet-hours", "few-a-day"];
    let of_rules = |arguments: &[&str]| {
        let mut all = found(folder.path(), &[arguments, &["--policy-rules", &rules]].concat());
        all.retain(|one| own.iter().any(|id| one.starts_with(id)));
        all.sort();
        all
    };
    let on_logs =
        ["backup-role-only certain", "few-a-day certain", "production-retention certain", "quiet-hours certain"];
    assert_eq!(of_rules(&["audit", "logs"]), on_logs);
    // Nobody says who runs the crontab, and that is said.
    let on_files =
        ["backup-role-only possible", "few-a-day certain", "production-retention certain", "quiet-hours certain"];
    assert_eq!(of_rules(&["check", "etc"]), on_files);
}

#[test]
fn who_makes_a_call_or_when_is_told_where_it_is_not_known() {
    let call = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Snapshot\n";
    let folder = folder(&[("a.sh", call)]);
    let rules = examples().display().to_string();
    let (text, exit) = out(folder.path(), &["check", "--policy-rules", &rules, "--level", "note"]);
    assert_eq!(exit, 0, "{text}");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("only the backup role calls CreateBackup: who makes it is not known here"), "{text}");
    assert!(text.contains("no call between 08:00 and 20:00: when it is made is not known here"), "{text}");
    // They are notes, and hidden like others.
    let (text, _) = out(folder.path(), &["check", "--policy-rules", &rules]);
    assert!(!text.contains("who makes it") && text.contains("2 notes hidden"), "{text}");
}

#[test]
fn tags_come_from_terraform_and_from_inventories() {
    let rule = "id: prod-kept\ntitle: production is kept\nseverity: error\nwhy: a\n\
        when: { tags: { env: prod } }\nrequire: { parameters: { BackupRetentionPeriod: { at_least: 30 } } }\n\
        examples:\n  fail:\n    - call: { tags: { env: prod }, parameters: { BackupRetentionPeriod: 7 } }\n  \
        pass:\n    - call: { tags: { env: prod }, parameters: { BackupRetentionPeriod: 30 } }\n    \
        - call: { tags: { env: test }, parameters: { BackupRetentionPeriod: 7 } }\n";
    let terraform = "variable \"env\" { default = \"prod\" }\n\
        resource \"alicloud_db_instance\" \"a\" {\n  engine = \"MySQL\"\n  tags   = { env = \"prod\" }\n}\n\
        resource \"alicloud_db_instance\" \"b\" {\n  engine = \"MySQL\"\n}\n\
        resource \"alicloud_db_instance\" \"c\" {\n  engine = \"MySQL\"\n  tags   = var.tags\n}\n";
    let backup = |name: &str| {
        format!(
            "resource \"alicloud_rds_backup\" \"{name}\" {{\n  db_instance_id = alicloud_db_instance.{name}.id\n  backup_retention_period = 7\n}}\n"
        )
    };
    let terraform = format!("{terraform}variable \"tags\" {{}}\n{}{}{}", backup("a"), backup("b"), backup("c"));
    let folder = folder(&[
        ("rules/a.yaml", rule),
        ("main.tf", &terraform),
        ("one.sh", "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupRetentionPeriod 7\n"),
        ("known.csv", "id,engine,storage,tag:env\nrm-1a,MySQL,local_ssd,prod\n"),
    ]);
    let (text, exit) = out(folder.path(), &["policy", "test", "rules"]);
    assert!(exit == 0 && text.contains("3 passed, 0 failed; 4 of 4"), "{text}");
    let places = |arguments: &[&str]| {
        let output =
            run(folder.path(), &[&["check", "--policy-rules", "rules", "--format", "json", "."], arguments].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
        let of_rule = report["findings"].as_array().unwrap().iter().filter(|f| f["rule"] == "prod-kept");
        let mut all: Vec<String> = of_rule
            .map(|f| format!("{} {}", f["subject"].as_str().unwrap_or_default(), f["confidence"].as_str().unwrap()))
            .collect();
        all.sort();
        (all, report.to_string())
    };
    let (found, report) = places(&[]);
    assert_eq!(found, ["alicloud_rds_backup.a certain"], "{report}");
    assert!(report.contains("tag env, which prod-kept asks for"), "{report}");
    assert_eq!(places(&["--inventory", "known.csv"]).0.len(), 2);
}

#[test]
fn a_folder_below_may_have_rules_of_its_own_beside_those_above() {
    let call = "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupMethod Physical --BackupRetentionPeriod 7\n";
    let own = "id: snapshots-only\ntitle: snapshots only\nseverity: error\nwhy: a\nforbid: { parameters: { BackupMethod: Physical } }\n";
    let folder = folder(&[
        ("a.sh", call),
        ("policies/a.yaml", RULE),
        ("backuplint.toml", "policies = [\"policies\"]\n"),
        ("team/b.sh", call),
        ("team/rules/own.yaml", own),
        ("team/backuplint.toml", "policies = [\"rules\", \"../policies\"]\n[rules]\nsnapshots-only = \"warning\"\n"),
        ("teams/c.sh", call),
    ]);
    let report = |arguments: &[&str], at: &Path| -> Vec<(String, String, String)> {
        let output = run(at, &[arguments, &["--format", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        let mut all: Vec<_> =
            findings.map(|f| (text(&f["primary"]["path"]), text(&f["rule"]), text(&f["severity"]))).collect();
        all.retain(|(_, rule, _)| ["long-enough", "snapshots-only"].contains(&rule.as_str()));
        all.sort();
        all
    };
    let one = |path: &str, rule: &str, severity: &str| (path.to_owned(), rule.to_owned(), severity.to_owned());
    let expected = [
        one("a.sh", "long-enough", "error"),
        one("team/b.sh", "long-enough", "error"),
        one("team/b.sh", "snapshots-only", "warning"),
        one("teams/c.sh", "long-enough", "error"),
    ];
    assert_eq!(report(&["check", "."], folder.path()), expected);
    assert_eq!(report(&["check", "a.sh", "team", "teams"], folder.path()), expected);
    // From the folder itself it is the nearest configuration, and what is above it as well.
    let inside = report(&["check", "../a.sh", "."], &folder.path().join("team"));
    assert_eq!(inside.len(), 3, "{inside:?}");
    fs::write(folder.path().join("team/rules/own.yaml"), own.replace("forbid", "forbidden")).unwrap();
    let (text, exit) = out(folder.path(), &["check", "."]);
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("team/rules/own.yaml:5:1"), "{text}");
}

#[cfg(feature = "schema")]
#[test]
fn the_examples_fit_the_schema() {
    let schema = include_str!("../schemas/policy-rule.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let check = |text: &str| {
        let stream = backuplint::syntax::yaml::parse(text);
        let value = stream.documents[0].to_json();
        validator.iter_errors(&value).map(|error| error.to_string()).collect::<Vec<_>>()
    };
    for entry in fs::read_dir(examples()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(check(&fs::read_to_string(&path).unwrap()), [""; 0], "{}", path.display());
    }
    assert!(!check(&RULE.replace("severity", "severty")).is_empty());
    assert!(!check(&RULE.replace("at_least", "at_lest")).is_empty());
    assert_eq!(check(RULE), [""; 0]);
}
