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

/// Thousands of folders, control policies and roles, each bound to each other as far as they can be.
#[test]
fn a_directory_of_thousands_of_folders_and_roles_ends() {
    let mut text = String::new();
    for n in 0..1_500 {
        text.push_str(&format!(
            "resource \"alicloud_resource_manager_folder\" \"f{n}\" {{\n  folder_name = \"f{n}\"\n  parent_folder_id = \
             alicloud_resource_manager_folder.f{}.id\n}}\nresource \
             \"alicloud_resource_manager_control_policy_attachment\" \"a{n}\" {{\n  policy_id = \
             alicloud_resource_manager_control_policy.p.id\n  target_id = \
             alicloud_resource_manager_folder.f{n}.id\n}}\nresource \"alicloud_ram_role\" \"r{n}\" {{\n  role_name = \
             \"r{n}\"\n}}\n",
            (n + 1) % 1_500
        ));
    }
    text.push_str(
        "resource \"alicloud_resource_manager_control_policy\" \"p\" {\n  control_policy_name = \"p\"\n  policy_document = \
         \"{\\\"Version\\\": \\\"1\\\", \\\"Statement\\\": [{\\\"Effect\\\": \\\"Deny\\\", \\\"Action\\\": \\\"rds:*\\\", \
         \\\"Resource\\\": \\\"*\\\"}]}\"\n}\n",
    );
    text.push_str(&instance("MySQL", "local_ssd"));
    text.push_str(&backup("backup_method = \"Physical\""));
    let ran = run(&[("main.tf", text.as_bytes())]);
    assert_eq!(ran.verdicts(), ["proven"]);
}
