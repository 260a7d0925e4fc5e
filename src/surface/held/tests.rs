use super::{base64, coded, language_of};
use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;
use crate::surface::carriers::Language;
use crate::surface::interpreters::Interpreter;

fn check(path: &str, text: &str) -> Report {
    let mut memory = MemoryFiles::new();
    memory.add(path, text);
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// Each call: its surface and what is known of its parameters.
fn calls(report: &Report) -> Vec<String> {
    let show = |(name, value): &(String, Option<String>)| format!("{name}={}", value.as_deref().unwrap_or("?"));
    let all = report.calls.iter().map(|call| {
        let parameters: Vec<_> = call.parameters.iter().map(show).collect();
        format!("{} {}", call.surface, parameters.join(" "))
    });
    all.collect()
}

/// The text that each error points at.
fn errors(report: &Report) -> Vec<&str> {
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.primary.place.text()).collect()
}

#[test]
fn base64_and_languages() {
    assert_eq!(base64("YWxpeXVu\nIHJkcw==").as_deref(), Some("aliyun rds"));
    assert_eq!(base64("{{ x }}"), None);
    assert_eq!(language_of("#!/usr/bin/env bash\nx"), Some(Some(Language::Shell)));
    let python = Some(Some(Language::Program(Interpreter::Python)));
    assert_eq!(language_of("#!/usr/bin/python3\nx"), python);
    assert_eq!(language_of("#!/usr/bin/perl\nx"), Some(None));
    assert_eq!(language_of("import os\n"), python);
    assert_eq!(language_of("[powershell]\nx"), Some(Some(Language::PowerShell)));
    assert_eq!(language_of("aliyun rds"), None);
}

#[test]
fn commands_of_oos() {
    let text = r#"FormatVersion: OOS-2019-06-01
Parameters:
  method: {Type: String, Default: Logical}
  other: {Type: String}
Tasks:
  - Name: a
    Action: ACS::ECS::RunCommand
    Properties:
      commandType: RunShellScript
      commandContent: |
        #!/bin/bash
        # aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical
        aliyun rds CreateBackup \
          --DBInstanceId pgm-1 \
          --BackupMethod {{ method }}
        aliyun rds CreateBackup --DBInstanceId {{other}} --BackupMethod Snapshot
        echo aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical
  - Name: b
    Action: ACS::ECS::RunCommand
    Properties:
      commandType: RunPowerShellScript
      commandContent: "aliyun rds CreateBackup --DBInstanceId pgm-2 `\n --BackupMethod 'Logical'"
  - Name: c
    Action: ACS::FC::ExecuteScript
    Properties:
      script: |
        import x
        x.call('aliyun rds CreateBackup')
"#;
    let report = check("backup.oos.yml", text);
    assert_eq!(
        calls(&report),
        [
            "oos DBInstanceId=pgm-1 BackupMethod=Logical",
            "oos DBInstanceId=? BackupMethod=Snapshot",
            "oos DBInstanceId=pgm-2 BackupMethod=Logical"
        ]
    );
    assert_eq!(errors(&report), ["{{ method }}", "'Logical'"]);
    let status: Vec<_> = report.coverage.iter().map(|entry| entry.status.word()).collect();
    assert_eq!(status, ["in part"], "what the Python within calls is not known");
}

#[test]
fn words_within_base64() {
    assert_eq!(coded("Man", 0), "TWFu");
    // `xMany` and `xxMany` are eE1hbnk= and eHhNYW55.
    assert_eq!(coded("Many", 1), "1hbn");
    assert_eq!(coded("Many", 2), "NYW55");
}

#[test]
fn data_of_a_machine_in_base64() {
    // An interpreter and `aliyun rds CreateBackup --DBInstanceId pgm-9 --BackupMethod Logical`.
    let coded =
        "IyEvYmluL3NoCmFsaXl1biByZHMgQ3JlYXRlQmFja3VwIC0tREJJbnN0YW5jZUlkIHBnbS05IC0tQmFja3VwTWV0aG9kIExvZ2ljYWwK";
    let text = format!("resource \"alicloud_instance\" \"b\" {{\n  user_data = \"{coded}\"\n}}\n");
    let report = check("main.tf", &text);
    assert_eq!(calls(&report), ["terraform DBInstanceId=pgm-9 BackupMethod=Logical"]);
    assert_eq!(errors(&report), [coded]);
    let other = text.replace("Q3JlYXRlQmFja3Vw", "RGVsZXRlQmFja3Vw");
    assert_eq!(calls(&check("main.tf", &other)), [""; 0]);
}

#[test]
fn python_that_a_document_holds() {
    let text = r#"FormatVersion: OOS-2019-06-01
Parameters:
  id: {Type: String}
Tasks:
  - Name: a
    Action: ACS::ECS::RunCommand
    Properties:
      commandType: RunPythonScript
      commandContent: |
        #!/usr/bin/env python3
        from alibabacloud_rds20140815 import models as m
        METHOD = 'Logical'
        client.create_backup(m.CreateBackupRequest(dbinstance_id='pgm-1', backup_method=METHOD))
        # client.create_backup(m.CreateBackupRequest(dbinstance_id='pgm-0', backup_method=METHOD))
"#;
    let report = check("backup.oos.yml", text);
    assert_eq!(calls(&report), ["oos DBInstanceId=pgm-1 BackupMethod=Logical"]);
    assert_eq!(errors(&report), ["METHOD"]);
    assert_eq!(report.coverage[0].status.word(), "judged");
    let finding = report.findings.iter().find(|f| f.severity == Severity::Error).unwrap();
    assert!(finding.related.iter().any(|label| label.place.text() == "'Logical'"), "{finding:?}");
    // What is put in before it runs is a text between its quotes.
    let filled = text.replace("'pgm-1'", "'{{ id }}'");
    let report = check("backup.oos.yml", &filled);
    assert_eq!(calls(&report), ["oos DBInstanceId=? BackupMethod=Logical"]);
    assert_eq!(report.coverage[0].status.word(), "judged");
}

#[test]
fn commands_of_ros() {
    let text = r##"ROSTemplateFormatVersion: '2015-09-01'
Parameters:
  Method: {Type: String, Default: Logical}
Resources:
  Run:
    Type: ALIYUN::ECS::RunCommand
    Properties:
      Type: RunShellScript
      CommandContent:
        Fn::Sub: |
          M=Logical
          aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod ${Method}
          aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod "$M"
          aliyun rds CreateBackup --DBInstanceId ${Db.DBInstanceId} --BackupMethod Snapshot
  Machine:
    Type: ALIYUN::ECS::Instance
    Properties:
      UserData: |
        #cloud-config
        runcmd:
          - export M=Logical
          - aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $M
          - [aliyun, rds, CreateBackup, --DBInstanceId, pgm-4, --BackupMethod, Snapshot]
        write_files:
          - path: /x
            content: |
              #!/bin/sh
              aliyun rds CreateBackup --DBInstanceId pgm-5 --BackupMethod Logical
          - content: aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical
"##;
    let report = check("stack.ros.yml", text);
    assert_eq!(
        calls(&report),
        [
            "ros DBInstanceId=pgm-1 BackupMethod=Logical",
            "ros DBInstanceId=pgm-2 BackupMethod=Logical",
            "ros DBInstanceId=? BackupMethod=Snapshot",
            "ros DBInstanceId=pgm-3 BackupMethod=Logical",
            "ros DBInstanceId=pgm-4 BackupMethod=Snapshot",
            "ros DBInstanceId=pgm-5 BackupMethod=Logical",
        ]
    );
    assert_eq!(errors(&report), ["${Method}", "\"$M\"", "$M", "Logical"]);
}

#[test]
fn scripts_in_resources_of_terraform() {
    let text = r#"
variable "method" { default = "Logical" }
locals {
  script = <<-EOT
    #!/bin/bash
    aliyun rds CreateBackup --DBInstanceId pgm-6 --BackupMethod ${var.method}
  EOT
}
resource "null_resource" "a" {
  triggers = { note = "aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical" }
  provisioner "local-exec" {
    command = "aliyun rds CreateBackup --DBInstanceId \"pgm-1\" --BackupMethod $METHOD"
    environment = { METHOD = var.method }
  }
  provisioner "remote-exec" {
    inline = [
      "M=Logical",
      "aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $M",
      "echo aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical",
    ]
  }
  provisioner "local-exec" {
    interpreter = ["pwsh", "-Command"]
    command     = "aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $env:M"
    environment = { M = "Logical" }
  }
}
resource "terraform_data" "b" {
  for_each = toset(["Snapshot", "Logical"])
  provisioner "local-exec" {
    command = <<EOF
aliyun rds CreateBackup \
  --DBInstanceId pgm-4 \
  --BackupMethod ${each.value}
EOF
  }
}
resource "alicloud_ecs_command" "c" {
  type            = "RunShellScript"
  command_content = base64encode("aliyun rds CreateBackup --DBInstanceId pgm-5 --BackupMethod $${M:-Logical}")
}
resource "alicloud_ecs_command" "d" {
  type            = "RunShellScript"
  command_content = "YWxpeXVuIHJkcyBDcmVhdGVCYWNrdXAgLS1EQkluc3RhbmNlSWQgcGdtLTcgLS1CYWNrdXBNZXRob2QgTG9naWNhbA=="
}
resource "alicloud_instance" "e" {
  user_data = local.script
}
"#;
    let report = check("main.tf", text);
    assert_eq!(
        calls(&report),
        [
            "terraform DBInstanceId=pgm-6 BackupMethod=Logical",
            "terraform DBInstanceId=pgm-1 BackupMethod=Logical",
            "terraform DBInstanceId=pgm-2 BackupMethod=Logical",
            "terraform DBInstanceId=pgm-3 BackupMethod=Logical",
            "terraform DBInstanceId=pgm-4 BackupMethod=?",
            "terraform DBInstanceId=pgm-5 BackupMethod=Logical",
            "terraform DBInstanceId=pgm-7 BackupMethod=Logical",
        ]
    );
    let found = errors(&report);
    let first = ["${var.method}", "$METHOD", "$M", "$env:M", "${each.value}", "$${M:-Logical}"];
    assert_eq!(found.get(..6), Some(&first[..]));
    assert!(found.get(6).is_some_and(|text| text.starts_with("\"YWxpeXVu") || text.starts_with("YWxpeXVu")));
}

#[test]
fn broken_scripts_are_no_reason_to_panic() {
    let terraform = "resource \"null_resource\" \"a\" {\n provisioner \"local-exec\" {\n command = ";
    let ros = "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  A:\n    Type: ALIYUN::ECS::Instance\n    Properties:\n      UserData: ";
    let oos = "FormatVersion: OOS-2019-06-01\nTasks:\n- Action: ACS::ECS::RunCommand\n  Properties: {commandContent: ";
    for (path, text) in [
        ("a.tf", format!("{terraform}<<EOF\naliyun rds CreateBackup ${{\nEOF\n }}\n}}\n")),
        ("b.tf", format!("{terraform}\"aliyun rds CreateBackup \\\"${{\"x\"}}\\\"\"\n }}\n}}\n")),
        ("c.oos.yml", format!("{oos}[aliyun rds CreateBackup, '{{{{']}}\n")),
        ("c2.oos.yml", format!("{oos}'aliyun rds CreateBackup {{{{ '}}\n")),
        ("d.ros.yml", format!("{ros}{{'Fn::Sub': ['aliyun rds CreateBackup ${{', {{}}]}}\n")),
        ("e.ros.yml", format!("{ros}|\n        #cloud-config\n        runcmd: [aliyun rds CreateBackup\n")),
    ] {
        let _ = check(path, &text);
    }
}
