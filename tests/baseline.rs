//! Baselines: what one hides, and that it still does so when files are worked on.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Report, Severity};
use backuplint::matrix::Matrix;
use backuplint::surface::MemoryFiles;
use backuplint::waiver::{Baseline, Waiving};
use proptest::prelude::*;

static CHECKER: LazyLock<Checker> =
    LazyLock::new(|| Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap()));

fn check(files: &[(&str, &str)], baseline: Option<Baseline>) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let waiving = Waiving { baseline, ..Waiving::default() };
    CHECKER.check_memory(&memory, &Settings { level: Severity::Note, waiving, ..Settings::default() })
}

/// Says that a baseline of one text hides all of another one.
fn assert_hidden(path: &str, before: &str, after: &str) {
    let report = check(&[(path, before)], None);
    assert!(!report.findings.is_empty(), "{path}: nothing is wrong in\n{before}");
    let baseline = Baseline::of(&report.findings);
    let later = check(&[(path, after)], Some(baseline));
    let told: Vec<String> = later.findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect();
    assert_eq!(told, Vec::<String>::new(), "{path}:\n{after}");
    assert_eq!(later.counts.baselined, report.findings.len());
    assert_eq!((later.counts.baseline_gone, later.counts.suppressed, later.counts.errors), (0, 0, 0));
}

const TERRAFORM: &str = r#"variable "method" {
  default = "Logical"
}

variable "days" {
  default = 3
}

resource "alicloud_db_instance" "db" {
  engine                   = "PostgreSQL"
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "one" {
  db_instance_id = alicloud_db_instance.db.id
  backup_method  = var.method
}

resource "alicloud_rds_backup" "two" {
  db_instance_id          = alicloud_db_instance.db.id
  backup_method           = "Snapshot"
  backup_retention_period = var.days
}
"#;

#[test]
fn terraform_may_be_moved_renamed_and_reordered() {
    assert_hidden("main.tf", TERRAFORM, TERRAFORM);
    let renamed = TERRAFORM.replace("\"method\"", "\"m\"").replace("var.method", "var.m").replace("days", "keep_for");
    assert_hidden("main.tf", TERRAFORM, &renamed);
    let mut blocks: Vec<&str> = TERRAFORM.split("\n\n").collect();
    // The two calls keep their order: what they do together is told at the first of them.
    blocks.swap(0, 2);
    blocks.rotate_left(3);
    assert_hidden("main.tf", TERRAFORM, &format!("# head\n\n{}\n", blocks.join("\n\n\n")));
    let literal = TERRAFORM.replace("var.method", "\"Logical\"");
    assert_hidden("main.tf", TERRAFORM, &literal);
}

const SHELL: &str = r#"#!/bin/bash
id=pgm-2ze5f8k1w0d3q7a9
method=Logical
aliyun rds CreateBackup --DBInstanceId "$id" --BackupMethod "$method"
aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod Logical --Nope 1
"#;

#[test]
fn scripts_may_be_moved_renamed_and_reordered() {
    let renamed = SHELL
        .replace("id=", "instance=")
        .replace("$id", "${instance}")
        .replace("method=", "how=")
        .replace("$method", "$how");
    assert_hidden("a.sh", SHELL, &renamed);
    let mut lines: Vec<&str> = SHELL.lines().collect();
    lines.swap(3, 4);
    lines.insert(1, "set -eu\n");
    assert_hidden("a.sh", SHELL, &(lines.join("\n") + "\n"));
    let continued = SHELL.replace(" --BackupMethod", " \\\n    --BackupMethod");
    assert_hidden("a.sh", SHELL, &continued);
}

const PYTHON: &str = r#"from aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest


def nightly(client):
    method = "Logical"
    request = CreateBackupRequest()
    request.set_DBInstanceId("pgm-1")
    request.set_BackupMethod(method)
    client.do_action_with_exception(request)


def weekly(client):
    other = CreateBackupRequest()
    other.set_DBInstanceId("pgm-2")
    other.set_BackupMethod("Nope")
    client.do_action_with_exception(other)
"#;

#[test]
fn programs_may_be_moved_renamed_and_reordered() {
    let renamed = PYTHON.replace("method =", "how =").replace("(method)", "(how)").replace("request.set", "r.set");
    let renamed = renamed
        .replace("    request =", "    r =")
        .replace("exception(request)", "exception(r)")
        .replace("client", "rds");
    assert_hidden("a.py", PYTHON, &renamed);
    let parts: Vec<&str> = PYTHON.trim_end().split("\n\n\n").collect();
    assert_hidden("a.py", PYTHON, &format!("{}\n\n\n{}\n\n\nX = 1\n{}\n", parts[0], parts[2], parts[1]));
}

#[test]
fn what_is_new_is_told_and_what_is_gone_is_counted() {
    let baseline = Baseline::of(&check(&[("a.sh", SHELL)], None).findings);
    let more = format!("{SHELL}aliyun rds CreateBackup --DBInstanceId pgm-9 --BackupMethod Logical\n");
    let later = check(&[("a.sh", &more)], Some(baseline.clone()));
    assert_eq!(later.findings.iter().map(|f| f.primary.place.start().line).collect::<Vec<_>>(), [6]);
    assert_eq!((later.counts.calls, later.counts.calls_with_findings), (3, 1));
    // Another value is another finding.
    let changed = SHELL.replace("method=Logical", "method=Nope");
    let later = check(&[("a.sh", &changed)], Some(baseline.clone()));
    assert_eq!((later.findings.len(), later.counts.baseline_gone), (1, 1));
    // One of two that are equal: one is still known.
    let twice = SHELL
        .replace("#!/bin/bash\n", "#!/bin/bash\naliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod Logical\n");
    let later = check(&[("a.sh", &twice)], Some(baseline));
    assert_eq!(later.findings.len(), 1);
}

#[test]
fn a_baseline_is_read_as_it_was_written() {
    let report = check(&[("b.sh", SHELL), ("a.tf", TERRAFORM)], None);
    let baseline = Baseline::of(&report.findings);
    let text = baseline.write().unwrap();
    assert_eq!(Baseline::read(&text).unwrap(), baseline);
    assert_eq!(baseline.entries().len(), report.findings.len());
    assert!(baseline.entries().is_sorted());
    let reversed = Baseline::of(report.findings.iter().rev());
    assert_eq!(reversed.write().unwrap(), text);
    assert!(Baseline::read("{}").is_err());
    assert!(Baseline::read("[1").is_err());
    assert!(
        Baseline::read(&text.replace("\"schema_version\": 1", "\"schema_version\": 9"))
            .unwrap_err()
            .to_string()
            .contains('9')
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// The baseline of a run hides that run, whatever the order of the files; a smaller one hides what it holds.
    #[test]
    fn it_hides_exactly_what_it_holds(order in Just(vec![0_usize, 1, 2]).prop_shuffle(), kept in proptest::collection::vec(any::<bool>(), 16)) {
        let all = [("a.sh", SHELL), ("main.tf", TERRAFORM), ("b.py", PYTHON)];
        let report = check(&all, None);
        let held: Vec<_> = report.findings.iter().zip(kept.iter().cycle()).filter(|(_, kept)| **kept).map(|(f, _)| f).collect();
        let files: Vec<_> = order.iter().map(|number| all[*number]).collect();
        let later = check(&files, Some(Baseline::of(held.iter().copied())));
        let prints = |findings: &[backuplint::finding::Finding]| findings.iter().map(|f| f.fingerprint.clone()).collect::<Vec<_>>();
        let expected: Vec<String> = report.findings.iter().filter(|f| !held.iter().any(|h| h.fingerprint == f.fingerprint)).map(|f| f.fingerprint.clone()).collect();
        prop_assert_eq!(prints(&later.findings), expected);
        prop_assert_eq!(later.counts.baselined, held.len());
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let output =
        assert_cmd::Command::cargo_bin("backuplint").unwrap().current_dir(folder).args(arguments).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_program_writes_heeds_and_prunes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("a.sh"), SHELL).unwrap();
    fs::write(folder.join("b.sh"), SHELL).unwrap();
    fs::write(folder.join("main.tf"), TERRAFORM).unwrap();
    let written = run(folder, &["baseline", "write", "--output", "known.json"]);
    assert_eq!((written.code, written.err.as_str()), (0, ""));
    assert!(written.out.starts_with("known.json: 9 findings"), "{}", written.out);
    assert_eq!(run(folder, &["check"]).code, 1);
    let heeded = run(folder, &["check", "--baseline", "known.json"]);
    assert_eq!(heeded.code, 0, "{}{}", heeded.out, heeded.err);
    assert!(heeded.out.replace('\n', " ").contains("9 findings in the baseline"), "{}", heeded.out);
    assert_eq!(run(folder, &["check", "--baseline", "known.json", "--no-suppressions"]).code, 1);
    // Only new ones fail.
    fs::write(folder.join("c.sh"), SHELL).unwrap();
    let more = run(folder, &["check", "--baseline", "known.json"]);
    assert_eq!(more.code, 1);
    assert!(more.out.contains("c.sh") && !more.out.contains("b.sh"), "{}", more.out);
    fs::remove_file(folder.join("c.sh")).unwrap();
    // One file is gone, one is right, one holds no call any more.
    fs::remove_file(folder.join("b.sh")).unwrap();
    fs::write(folder.join("a.sh"), "#!/bin/sh\necho nothing\n").unwrap();
    let before = fs::read_to_string(folder.join("known.json")).unwrap();
    let elsewhere = run(folder, &["baseline", "prune", "main.tf", "--baseline", "known.json"]);
    assert!(elsewhere.out.contains("0 entries removed, 9 left"), "{}", elsewhere.out);
    assert_eq!(fs::read_to_string(folder.join("known.json")).unwrap(), before);
    let pruned = run(folder, &["baseline", "prune", "--baseline", "known.json"]);
    assert_eq!((pruned.code, pruned.out.lines().count()), (0, 7), "{}", pruned.out);
    assert!(pruned.out.contains("6 entries removed, 3 left"), "{}", pruned.out);
    assert_eq!(run(folder, &["check", "--baseline", "known.json"]).code, 0);
    let again = run(folder, &["baseline", "prune", "--baseline", "known.json"]);
    assert!(again.out.contains("0 entries removed"), "{}", again.out);
}

#[test]
fn what_is_left_out_is_counted_and_listed_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical # backuplint: ignore[unsupported-method] reason=\"moves in March\" until=2027-03-31 owner=dba\n";
    fs::write(folder.join("a.sh"), text).unwrap();
    let day = ["--today", "2026-11-25"];
    let plain = run(folder, &[&["check"], &day[..]].concat());
    assert_eq!(plain.code, 0);
    assert!(plain.out.contains("1 finding suppressed"), "{}", plain.out);
    let listed = run(folder, &[&["check", "--show-suppressed"], &day[..]].concat());
    assert_eq!(listed.code, 0);
    for word in ["unsupported-method", "moves in March", "dba", "2027-03-31", "a.sh:1"] {
        assert!(listed.out.contains(word), "{word}: {}", listed.out);
    }
    let json = run(folder, &[&["check", "--format", "json"], &day[..]].concat());
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["summary"]["suppressed"], 1);
    assert_eq!(json["findings"].as_array().unwrap().len(), 0);
    assert!(json.get("suppressed").is_none());
    let json = run(folder, &[&["check", "--format", "json", "--show-suppressed"], &day[..]].concat());
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    let entry = &json["suppressed"][0];
    assert_eq!(entry["finding"]["rule"], "unsupported-method");
    assert_eq!((entry["by"].as_str(), entry["reason"].as_str()), (Some("comment"), Some("moves in March")));
    assert_eq!((entry["owner"].as_str(), entry["until"].as_str()), (Some("dba"), Some("2027-03-31")));
    let sarif = run(folder, &[&["check", "--format", "sarif"], &day[..]].concat());
    let sarif: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 0);
    let sarif = run(folder, &[&["check", "--format", "sarif", "--show-suppressed"], &day[..]].concat());
    let sarif: serde_json::Value = serde_json::from_str(&sarif.out).unwrap();
    let suppression = &sarif["runs"][0]["results"][0]["suppressions"][0];
    assert_eq!(
        (suppression["kind"].as_str(), suppression["justification"].as_str()),
        (Some("inSource"), Some("moves in March"))
    );
    let over = run(folder, &["check", "--today", "2027-04-01"]);
    assert_eq!(over.code, 1);
    assert!(over.out.contains("expired-suppression"), "{}", over.out);
    let off = run(folder, &["check", "--no-suppressions"]);
    assert_eq!(off.code, 1);
    assert!(!off.out.contains("suppress"), "{}", off.out);
}
