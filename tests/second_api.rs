//! A second API that is data alone: found in files and in logs when it is asked for, and not otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{code, run};

/// The same wrong method in each surface, with the path of its file; each is a call of one product only.
const FILES: [(&str, &str); 7] = [
    (
        "main.tf",
        "resource \"alicloud_mongodb_instance\" \"orders\" {\n  storage_type       = \"cloud_essd1\"\n  replication_factor = 3\n}\n\
         resource \"alicloud_mongodb_backup\" \"now\" {\n  db_instance_id = alicloud_mongodb_instance.orders.id\n  backup_method  = \"Logical\"\n}\n",
    ),
    ("backup.sh", "aliyun dds create-backup --db-instance-id dds-bp1 --backup-method Full\n"),
    (
        "job.py",
        "from alibabacloud_dds20151201 import models as m\ndef go(client):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id='dds-bp1', backup_method='Full'))\n",
    ),
    (
        "template.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: b\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: DDS\n      API: CreateBackup\n      Parameters:\n        DBInstanceId: dds-1\n        BackupMethod: Full\n",
    ),
    (
        "Job.java",
        "import com.aliyun.dds20151201.models.*;\nclass Job {\n  void go(com.aliyun.dds20151201.Client client) throws Exception {\n    client.createBackup(new CreateBackupRequest().setDBInstanceId(\"dds-1\").setBackupMethod(\"Full\"));\n  }\n}\n",
    ),
    (
        "job.go",
        "package main\nimport dds \"github.com/alibabacloud-go/dds-20151201/v8/client\"\nimport \"github.com/alibabacloud-go/tea/tea\"\nfunc run(c *dds.Client) {\n\tc.CreateBackup(&dds.CreateBackupRequest{DBInstanceId: tea.String(\"dds-1\"), BackupMethod: tea.String(\"Full\")})\n}\n",
    ),
    (
        "get.sh",
        "curl 'https://mongodb.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1&BackupMethod=Full'\n",
    ),
];

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in FILES {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
}

fn found(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| (f["primary"]["path"].as_str().unwrap(), f["rule"].as_str().unwrap())).collect()
}

#[test]
fn its_wrong_calls_are_found_in_every_surface_when_it_is_asked_for() {
    let folder = folder();
    let report = report(folder.path(), &["check", "--api", "dds", "--format", "json", "."]);
    let expected =
        FILES.map(|(path, _)| (path, if path == "main.tf" { "unsupported-method" } else { "invalid-value" }));
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found(&report), expected);
    assert_eq!(report["calls"].as_array().unwrap().len(), FILES.len());
}

#[test]
fn it_is_off_unless_it_is_asked_for() {
    let folder = folder();
    let output = run(folder.path(), &["check", "."]);
    assert_eq!(code(&output), 0);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no CreateBackup call found"), "{text}");
}

#[test]
fn both_are_looked_for_together_each_by_its_own_table() {
    let folder = tempfile::tempdir().unwrap();
    let script = "aliyun rds CreateBackup --DBInstanceId dds-1\naliyun dds CreateBackup --DBInstanceId rm-1\n\
                  aliyun dds CreateBackup --DBInstanceId dds-1 --DBName x\naliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    fs::write(folder.path().join("all.sh"), script).unwrap();
    let report = report(folder.path(), &["check", "--api=rds", "--api", "dds", "--format", "json", "."]);
    let rules: Vec<&str> = found(&report).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(rules, ["wrong-product-instance", "wrong-product-instance", "unknown-parameter", "unsupported-method"]);
    let apis: Vec<&str> = report["calls"].as_array().unwrap().iter().map(|c| c["api"].as_str().unwrap()).collect();
    assert_eq!(apis, ["rds-create-backup", "dds-create-backup", "dds-create-backup", "rds-create-backup"]);
}

#[test]
fn its_calls_in_logs_are_told_from_those_of_the_other_product() {
    let folder = tempfile::tempdir().unwrap();
    let event = |number: u32, service: &str, id: &str, method: &str, code: &str| {
        format!(
            "{{\"eventId\":\"{number}\",\"eventName\":\"CreateBackup\",\"serviceName\":\"{service}\",\"eventTime\":\"2026-03-01T0{number}:00:00Z\",\"errorCode\":\"{code}\",\"requestParameters\":{{\"DBInstanceId\":\"{id}\",\"BackupMethod\":\"{method}\"}}}}\n"
        )
    };
    let log = [
        event(1, "Dds", "dds-1", "Logical", "InvalidBackupMethod.ValueNotSupport"),
        event(2, "Rds", "pgm-1", "Logical", "InvalidBackupMethod.ValueNotSupport"),
        event(3, "Dds", "dds-2", "Snapshot", ""),
    ];
    fs::write(folder.path().join("log.jsonl"), log.concat()).unwrap();
    let of = |arguments: &[&str]| {
        let mut all = vec!["audit", "log.jsonl", "--format", "json"];
        all.extend(arguments);
        let report = report(folder.path(), &all);
        let messages = report["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap().to_owned());
        (report["audit"]["calls"].as_u64().unwrap(), messages.collect::<Vec<_>>())
    };
    let (calls, messages) = of(&["--api", "dds"]);
    assert_eq!(calls, 2);
    assert!(messages.iter().any(|m| m.contains("have no Logical backup")), "{messages:?}");
    assert_eq!(of(&[]).0, 1);
    assert_eq!(of(&["--api", "dds", "--api", "rds"]).0, 3);
    let text = run(folder.path(), &["audit", "log.jsonl", "--api", "dds", "--api", "rds"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("ApsaraDB for MongoDB, ApsaraDB RDS"));
    // What one run read of both, another one reports on alone.
    let map = run(folder.path(), &["audit", "map", "log.jsonl", "--api", "dds", "--api", "rds", "--output", "part"]);
    assert_eq!(code(&map), 0, "{}", String::from_utf8_lossy(&map.stderr));
    let alone = report(folder.path(), &["audit", "report", "part", "--format", "json"]);
    assert_eq!(alone["audit"]["calls"], 1);
}

#[test]
fn a_table_of_ones_own_changes_the_limits() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("calls.sh"),
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot\n".repeat(9),
    )
    .unwrap();
    fs::write(
        folder.path().join("own.yaml"),
        "extends: rds-create-backup\nquota: { per_instance_and_day: 8, near: 6 }\n",
    )
    .unwrap();
    assert_eq!(code(&run(folder.path(), &["check", "calls.sh"])), 0);
    let report = report(folder.path(), &["check", "--matrix", "own.yaml", "--format", "json", "calls.sh"]);
    assert!(report.to_string().contains("the limit is 8"), "{report}");
}

#[test]
fn preflight_and_matrix_take_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        "preflight",
        "--api",
        "dds",
        "--storage",
        "cloud_auto",
        "--architecture",
        "sharding",
        "--DBInstanceId",
        "dds-1",
        "--BackupMethod",
        "Physical",
    ];
    assert_eq!(code(&run(folder.path(), &wrong)), 1);
    let table = run(folder.path(), &["matrix", "--api", "dds", "--architecture", "standalone"]);
    assert!(String::from_utf8(table.stdout).unwrap().contains("snapshot, always"));
    for command in [
        &["matrix", "--api", "dds", "--api", "rds"][..],
        &["preflight", "--api", "dds", "--api", "rds", "--jsonl", "-"],
    ] {
        assert_eq!(code(&run(folder.path(), command)), 2, "{command:?}");
    }
    let unknown = run(folder.path(), &["check", "--api", "polardb", "."]);
    assert_eq!(code(&unknown), 2);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("[possible values: rds, dds]"));
}
