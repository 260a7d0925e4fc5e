//! What is written down: SARIF, JSON, places.

use assert_cmd::Command;
use serde_json::Value;

use crate::{BAD, backup, folder, instance, run, run_in, shell};

fn sarif(files: &[(&str, &[u8])]) -> Value {
    let folder = folder(files);
    let output = Command::cargo_bin("backuplint")
        .unwrap()
        .current_dir(folder.path())
        .args(["check", "--format", "sarif", "."])
        .output()
        .unwrap();
    assert_eq!(output.stderr, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str::<serde_sarif::sarif::Sarif>(&text).expect("types of others read it");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn row_27_sarif_is_right_without_findings_and_at_the_first_character() {
    let empty = sarif(&[("readme.md", b"nothing")]);
    assert_eq!(empty["version"], "2.1.0");
    assert_eq!(empty["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(empty["runs"][0]["columnKind"].is_string());
    let first = sarif(&[("run.sh", b"aliyun rds CreateBackup --BackupMethod Physical")]);
    let region = &first["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&Value::from(1), &Value::from(1)), "{region}");
}

#[test]
fn row_27_a_picture_character_before_a_finding_is_counted_as_declared() {
    let text = "echo \u{1f600}\u{1f468}\u{200d}\u{1f469} 你; aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    let log = sarif(&[("run.sh", text.as_bytes())]);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let before = text.split("Logical").next().unwrap();
    let column = match log["runs"][0]["columnKind"].as_str().unwrap() {
        "utf16CodeUnits" => before.encode_utf16().count() + 1,
        "unicodeCodePoints" => before.chars().count() + 1,
        other => panic!("{other}"),
    };
    assert_eq!(region["startColumn"], column, "{region}");
}

#[test]
fn row_36_standard_output_holds_json_alone() {
    let folder = folder(&[("run.sh", BAD.as_bytes()), ("broken.tf", b"resource \"alicloud_rds_backup\" {")]);
    for format in ["json", "sarif"] {
        let mut command = Command::cargo_bin("backuplint").unwrap();
        command.current_dir(folder.path()).env("CI", "true").env("FORCE_COLOR", "1").env("CLICOLOR_FORCE", "1");
        let output = command.args(["check", "--format", format, "--strict", "."]).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap();
        assert!(!output.stdout.contains(&0x1b));
    }
}

#[test]
fn row_28_a_finding_from_a_plan_stands_in_the_file_that_it_was_made_from() {
    let text = format!("{}{}", instance("PostgreSQL", "cloud_essd"), backup("backup_method = var.method"))
        + "variable \"method\" {}\n";
    let plan = r#"{"format_version":"1.2","planned_values":{"root_module":{"resources":[]}},"resource_changes":[
        {"address":"alicloud_rds_backup.b","mode":"managed","type":"alicloud_rds_backup","name":"b",
         "change":{"actions":["create"],"before":null,"after":{"db_instance_id":"pgm-1","backup_method":"Logical"},"after_unknown":{}}}]}"#;
    let beside = folder(&[("infra/main.tf", text.as_bytes()), ("infra/plan.json", plan.as_bytes())]);
    let ran = run_in(beside.path(), &["."]);
    let finding = ran.findings().iter().find(|f| f["rule"] == "unsupported-method").unwrap();
    assert_eq!(finding["primary"]["path"], "infra/main.tf", "{finding}");
    let alone = run(&[("plan.json", plan.as_bytes())]);
    let finding = alone.findings().iter().find(|f| f["rule"] == "unsupported-method").unwrap();
    assert_eq!(finding["primary"]["path"], "plan.json", "{finding}");
    // Paths are relative, to what the log says they are.
    let log = sarif(&[("infra/run.sh", BAD.as_bytes())]);
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "infra/run.sh", "{location}");
    assert!(log["runs"][0]["originalUriBaseIds"][location["uriBaseId"].as_str().unwrap()].is_object(), "{log}");
}

#[test]
fn row_29_what_is_suppressed_is_left_out_of_sarif() {
    let text = format!("# backuplint: ignore[unsupported-method] reason=\"moves in March\"\n{BAD}\n");
    let files: &[(&str, &[u8])] = &[("run.sh", text.as_bytes())];
    assert_eq!(sarif(files)["runs"][0]["results"], Value::Array(Vec::new()));
    // How many were left out is counted all the same.
    let ran = run(files);
    assert_eq!((ran.code, ran.loud()), (0, vec![]));
    assert_eq!(ran.report["summary"]["suppressed"], 1, "{}", ran.report["summary"]);
}

#[test]
fn row_41_equal_findings_in_one_file_have_fingerprints_of_their_own_that_survive_shifts() {
    let line = "aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod Nope\n";
    let prints = |text: &str| -> Vec<String> {
        let ran = shell(text);
        let findings = ran.findings().iter().filter(|f| f["severity"] != "note");
        findings.map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let plain = prints(&line.repeat(3));
    assert_eq!(plain.len(), 3);
    assert_eq!(plain.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "{plain:?}");
    assert_eq!(prints(&format!("#!/bin/sh\n\n# more\n{line}\n\n{line}echo\n{line}")), plain);
}
