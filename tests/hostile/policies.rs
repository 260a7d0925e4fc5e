//! RAM policies in files.

use assert_cmd::Command;
use serde_json::Value;

use crate::{backup, folder, instance, run};

#[test]
fn row_02_a_policy_with_a_hole_in_it_is_still_judged() {
    let text = format!(
        "variable \"id\" {{}}\nresource \"alicloud_ram_policy\" \"p\" {{\n  policy_name = \"p\"\n  policy_document = <<EOF\n{{\n  \"Version\": \"1\",\n  \"Statement\": [\n    \
         {{\"Effect\": \"Allow\", \"Action\": [\"rds:CreateBackups\"], \"Resource\": \"acs:rds:*:*:dbinstance/${{var.id}}\"}}\n  ]\n}}\nEOF\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = \"Physical\"")
    );
    let ran = run(&[("main.tf", text.as_bytes())]);
    let told = ran.findings().iter().find(|f| f["rule"] == "ram-unknown-action").expect("the action is misspelt");
    assert_eq!(told["primary"]["line"], 8, "{told}");
    assert_eq!(ran.verdicts(), ["proven"]);
}

#[test]
fn row_40_comments_and_trailing_commas_are_read_and_what_the_api_refuses_is_told() {
    let text = "{\n  // nightly\n  \"Version\": \"1\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": [\"rds:CreateBackup\",], /* one */\n      \"Resource\": \"*\",\n    },\n  ],\n}\n";
    let folder = folder(&[("policy.json", text.as_bytes())]);
    let run = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("backuplint").unwrap();
        command.current_dir(folder.path()).args(arguments).output().unwrap()
    };
    let output = run(&["check", "--format", "json", "--level", "note", "."]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "ram-invalid-policy");
    let told = told.unwrap_or_else(|| panic!("{report}"));
    assert!(told["message"].as_str().unwrap().to_lowercase().contains("comment"), "{told}");
}
