//! Whole repositories in, gaps out.

mod limits;
mod plans;
mod profiles;

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Confidence, Finding, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

fn report(files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

fn gaps(files: &[(&str, &str)]) -> Vec<Finding> {
    let told = ["ram-missing-grant", "ram-explicit-deny"];
    report(files).findings.into_iter().filter(|f| told.contains(&&*f.rule)).collect()
}

fn brief(findings: &[Finding]) -> Vec<(&str, &'static str, &str)> {
    findings.iter().map(|f| (&*f.rule, f.severity.word(), f.primary.place.text())).collect()
}

fn labels(finding: &Finding) -> Vec<(String, String)> {
    finding.related.iter().map(|l| (l.text.clone(), l.place.text().to_owned())).collect()
}

const WORKFLOW: &str = r"
on: push
jobs:
  backup:
    runs-on: ubuntu-latest
    steps:
      - uses: aliyun/configure-aliyun-credentials-action@v1
        with:
          role-to-assume: acs:ram::1900000000000007:role/nightly
      - run: ./backup.sh
";

const SCRIPT: &str = "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId pgm-1a2b3c4d5e6f --BackupMethod Snapshot\n";

fn infrastructure(statements: &str) -> String {
    format!(
        r#"
resource "alicloud_ram_role" "nightly" {{
  role_name = "nightly"
}}
resource "alicloud_ram_policy" "backup" {{
  policy_name     = "backup"
  policy_document = jsonencode({{
    Version   = "1"
    Statement = [{statements}]
  }})
}}
resource "alicloud_ram_role_policy_attachment" "backup" {{
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = alicloud_ram_policy.backup.policy_name
  policy_type = "Custom"
}}
"#
    )
}

fn with(statements: &str) -> Vec<Finding> {
    let main = infrastructure(statements);
    gaps(&[(".github/workflows/nightly.yml", WORKFLOW), ("backup.sh", SCRIPT), ("main.tf", &main)])
}

#[test]
fn a_script_that_a_workflow_runs_is_run_by_its_role() {
    let found = with(r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/pgm-9" }"#);
    assert_eq!(brief(&found), [("ram-missing-grant", "error", "aliyun rds CreateBackup")]);
    assert_eq!(
        found[0].message,
        "role/nightly may not call rds:CreateBackup on pgm-1a2b3c4d5e6f: none of its policies allows it"
    );
    let related = labels(&found[0]);
    assert!(related.contains(&("allows it on this".to_owned(), "\"acs:rds:*:*:dbinstance/pgm-9\"".to_owned())));
    assert!(related.iter().any(|(text, _)| text == "attached here"), "{related:?}");
    assert!(related.iter().any(|(text, place)| text == "runs as role/nightly" && place.contains("role/nightly")));
    assert_eq!(
        found[0].help.as_deref(),
        Some(
            "The least statement that allows it: { Effect = \"Allow\", Action = \"rds:CreateBackup\", Resource = \
             \"acs:rds:*:1900000000000007:dbinstance/pgm-1a2b3c4d5e6f\" }"
        )
    );
}

#[test]
fn what_is_allowed_or_may_be_is_silent() {
    for statements in [
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/pgm-1a2b3c4d5e6f" }"#,
        r#"{ Effect = "Allow", Action = "rds:Create*", Resource = "*" }"#,
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:cn-beijing:*:dbinstance/*" }"#,
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/${var.id}" }"#,
        r#"{ Effect = "Allow", Action = var.actions, Resource = "*" }"#,
        // The cause is told, and what follows from it is not.
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstances/*" }"#,
    ] {
        assert_eq!(brief(&with(statements)), [], "{statements}");
    }
}

#[test]
fn a_denial_is_told_with_the_call() {
    let found = with(
        r#"{ Effect = "Allow", Action = "rds:*", Resource = "*" },
           { Effect = "Deny", Action = ["rds:CreateBackup"], Resource = "acs:rds:*:*:dbinstance/pgm-*" }"#,
    );
    assert_eq!(brief(&found), [("ram-explicit-deny", "error", "\"rds:CreateBackup\"")]);
    assert_eq!(found[0].message, "role/nightly backs up pgm-1a2b3c4d5e6f here, and this denies rds:CreateBackup on it");
    assert!(labels(&found[0]).contains(&("the call that is refused".to_owned(), "aliyun rds CreateBackup".to_owned())));
}

#[test]
fn policies_that_are_not_written_here_leave_it_open() {
    let attached = |kind: &str, name: &str| {
        let main = format!(
            r#"
resource "alicloud_ram_role" "nightly" {{
  role_name = "nightly"
}}
resource "alicloud_ram_role_policy_attachment" "backup" {{
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = "{name}"
  policy_type = "{kind}"
}}
"#
        );
        gaps(&[(".github/workflows/nightly.yml", WORKFLOW), ("backup.sh", SCRIPT), ("main.tf", &main)])
    };
    for (kind, name) in [
        ("Custom", "somewhere-else"),
        ("System", "AliyunSomethingFullAccess"),
        ("System", "AliyunRDSFullAccess"),
        ("System", "AdministratorAccess"),
    ] {
        assert_eq!(brief(&attached(kind, name)), [], "{name}");
    }
    let found = attached("System", "AliyunRDSReadOnlyAccess");
    assert_eq!(brief(&found), [("ram-missing-grant", "error", "aliyun rds CreateBackup")]);
    // A policy of the vendor stands in no file: no label points into it.
    assert!(found[0].related.iter().all(|label| !label.place.source.path().contains("AliyunRDS")), "{:?}", found[0]);
}

#[test]
fn where_nobody_says_who_makes_the_call_it_is_a_note() {
    let main = infrastructure(
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/pgm-9" }"#,
    );
    let found = gaps(&[("backup.sh", SCRIPT), ("main.tf", &main)]);
    assert_eq!(brief(&found), [("ram-missing-grant", "note", "aliyun rds CreateBackup")]);
    let policy = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"rds:CreateBackup",
        "Resource":"acs:rds:*:*:dbinstance/pgm-9"}]}"#;
    let found = gaps(&[("backup.sh", SCRIPT), ("policy.json", policy)]);
    assert_eq!(brief(&found), [("ram-missing-grant", "note", "aliyun rds CreateBackup")]);
    // With two of them nobody can tell.
    let found = gaps(&[("backup.sh", SCRIPT), ("policy.json", policy), ("other.json", policy)]);
    assert_eq!(brief(&found), []);
    assert_eq!(brief(&gaps(&[("backup.sh", SCRIPT)])), []);
}

#[test]
fn an_instance_is_known_by_its_address() {
    let main = |of: &str| {
        format!(
            r#"
provider "alicloud" {{
  region = "cn-beijing"
  assume_role {{
    role_arn = alicloud_ram_role.nightly.arn
  }}
}}
resource "alicloud_db_instance" "a" {{
  engine = "PostgreSQL"
}}
resource "alicloud_db_instance" "b" {{
  engine = "PostgreSQL"
}}
resource "alicloud_rds_backup" "a" {{
  db_instance_id = alicloud_db_instance.a.id
  backup_method  = "Snapshot"
}}
{}"#,
            infrastructure(&format!(
                r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/${{alicloud_db_instance.{of}.id}}" }}"#
            ))
        )
    };
    assert_eq!(brief(&gaps(&[("main.tf", &main("a"))])), []);
    // Two addresses are two instances, and yet nobody has said so: it is not certain.
    assert_eq!(brief(&gaps(&[("main.tf", &main("b"))])), []);
}

#[test]
fn two_policies_of_one_principal_contradict_each_other() {
    let main = format!(
        r#"{}
resource "alicloud_ram_policy" "guard" {{
  policy_name     = "guard"
  policy_document = <<-EOF
    {{"Version": "1", "Statement": [{{"Effect": "Deny", "Action": "rds:*", "Resource": "*"}}]}}
  EOF
}}
resource "alicloud_ram_role_policy_attachment" "guard" {{
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = alicloud_ram_policy.guard.policy_name
  policy_type = "Custom"
}}
"#,
        infrastructure(r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/*" }"#)
    );
    let found = gaps(&[("main.tf", &main)]);
    assert_eq!(brief(&found), [("ram-explicit-deny", "error", "\"rds:*\"")]);
    assert!(found[0].message.ends_with("both for role/nightly"), "{}", found[0].message);
}

#[test]
fn the_region_of_a_call_counts_where_the_source_says_it() {
    let grant = |region: &str| {
        infrastructure(&format!(
            r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:{region}:*:dbinstance/*" }}"#
        ))
    };
    let (beijing, shanghai) = (grant("cn-beijing"), grant("cn-shanghai"));
    let script = |options: &str| format!("aliyun rds CreateBackup --DBInstanceId pgm-1a2b3c4d5e6f {options}\n");
    let of_script = |options: &str, main: &str| {
        gaps(&[(".github/workflows/nightly.yml", WORKFLOW), ("backup.sh", &script(options)), ("main.tf", main)]).len()
    };
    for named in ["--region cn-beijing", "--RegionId cn-beijing", "--region=cn-beijing --RegionId cn-beijing"] {
        assert_eq!((of_script(named, &beijing), of_script(named, &shanghai)), (0, 1), "{named}");
    }
    // Nobody knows which one is meant, or the two do not agree.
    for unnamed in ["", "--region $REGION", "--region cn-beijing --RegionId cn-shanghai", "--region cn-beijing $MORE"] {
        assert_eq!((of_script(unnamed, &beijing), of_script(unnamed, &shanghai)), (0, 0), "{unnamed}");
    }
}

#[test]
fn the_region_of_a_provider_is_that_of_its_calls() {
    let main = |provider: &str, granted: &str| {
        format!(
            r#"
{provider}
resource "alicloud_rds_backup" "a" {{
  db_instance_id = "pgm-1a2b3c4d5e6f"
  backup_method  = "Snapshot"
}}
{}"#,
            infrastructure(&format!(
                r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:{granted}:*:dbinstance/*" }}"#
            ))
        )
    };
    let role = "assume_role {\n    role_arn = alicloud_ram_role.nightly.arn\n  }\n}";
    let written = format!("provider \"alicloud\" {{\n  region = \"cn-beijing\"\n  {role}");
    assert_eq!(gaps(&[("main.tf", &main(&written, "cn-beijing"))]).len(), 0);
    let found = gaps(&[("main.tf", &main(&written, "cn-shanghai"))]);
    assert_eq!(found.len(), 1);
    assert!(found[0].help.as_ref().unwrap().contains("acs:rds:cn-beijing:*:dbinstance/pgm-1a2b3c4d5e6f"));
    // An id alone may be that of an instance elsewhere; one that is made beside the call lies where the provider is.
    assert_eq!((found[0].severity, found[0].confidence), (Severity::Note, Confidence::Possible));
    let made = main(&written, "cn-shanghai").replace("\"pgm-1a2b3c4d5e6f\"", "alicloud_db_instance.db.id")
        + "resource \"alicloud_db_instance\" \"db\" {\n  engine = \"PostgreSQL\"\n}\n";
    assert_eq!(gaps(&[("main.tf", &made)])[0].severity, Severity::Error);
    // A default may be set otherwise, and without a word the environment decides.
    let variable = "variable \"region\" {\n  default = \"cn-beijing\"\n}\n";
    let by_default = format!("{variable}provider \"alicloud\" {{\n  region = var.region\n  {role}");
    assert_eq!(gaps(&[("main.tf", &main(&by_default, "cn-shanghai"))]).len(), 0);
    let unwritten = format!("provider \"alicloud\" {{\n  {role}");
    assert_eq!(gaps(&[("main.tf", &main(&unwritten, "cn-shanghai"))]).len(), 0);
}

#[test]
fn what_a_program_calls_beside_the_backup_is_a_note() {
    let grant = r#"{ Effect = "Allow", Action = ["rds:CreateBackup"], Resource = "acs:rds:*:*:dbinstance/*" }"#;
    let both = r#"{ Effect = "Allow", Action = ["rds:CreateBackup", "rds:Describe*"], Resource = "*" }"#;
    let script = "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId pgm-1a2b3c4d5e6f\naliyun rds describe-backup-tasks \
                  --db-instance-id pgm-1a2b3c4d5e6f\naliyun ecs DescribeInstances\naliyun rds DescribeSomethingElse\n";
    let python = "from aliyunsdkcore.client import AcsClient\nfrom aliyunsdkrds.request.v20140815.CreateBackupRequest \
                  import CreateBackupRequest\nclient = AcsClient('a', 'b', 'cn-beijing')\nrequest = \
                  CreateBackupRequest()\nrequest.set_DBInstanceId('pgm-1a2b3c4d5e6f')\n\
                  client.do_action_with_exception(request)\nstate = DescribeBackupTasksRequest()\n";
    let workflow = |program: &str| WORKFLOW.replace("./backup.sh", program);
    for (path, program, text, at) in [
        ("backup.sh", "./backup.sh", script, "aliyun rds describe-backup-tasks --db-instance-id pgm-1a2b3c4d5e6f"),
        ("backup.py", "python backup.py", python, "DescribeBackupTasksRequest"),
    ] {
        let of = |statements: &str| {
            gaps(&[
                (".github/workflows/nightly.yml", &workflow(program)),
                (path, text),
                ("main.tf", &infrastructure(statements)),
            ])
        };
        let found = of(grant);
        assert_eq!(brief(&found), [("ram-missing-grant", "note", at)], "{path}");
        assert_eq!(
            found[0].message,
            "role/nightly makes the backup here and may not call rds:DescribeBackupTasks beside it: none of its policies \
             allows it"
        );
        assert_eq!(brief(&of(both)), [], "{path}");
    }
}

#[test]
fn tasks_of_a_template_are_calls_beside_the_backup() {
    let template = "FormatVersion: OOS-2019-06-01\nRamRole: nightly\nTasks:\n- Name: backup\n  Action: ACS::ExecuteApi\n  \
                    Properties:\n    Service: RDS\n    API: CreateBackup\n    Parameters:\n      DBInstanceId: \
                    pgm-1a2b3c4d5e6f\n- Name: wait\n  Action: ACS::WaitFor\n  Properties:\n    Service: RDS\n    API: \
                    DescribeBackupTasks\n    Parameters:\n      DBInstanceId: pgm-1a2b3c4d5e6f\n";
    let grant = r#"{ Effect = "Allow", Action = ["rds:CreateBackup"], Resource = "acs:rds:*:*:dbinstance/*" }"#;
    let found = gaps(&[("backup.yml", template), ("main.tf", &infrastructure(grant))]);
    assert_eq!(brief(&found), [("ram-missing-grant", "note", "DescribeBackupTasks")]);
}

#[test]
fn an_image_runs_as_the_role_in_its_environment() {
    let image = |stage: &str| {
        format!(
            "FROM alpine\nENV ALIBABA_CLOUD_ROLE_ARN=acs:ram::1900000000000007:role/nightly\n{stage}CMD aliyun rds \
             CreateBackup --DBInstanceId pgm-1a2b3c4d5e6f\n"
        )
    };
    let main = infrastructure(
        r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/pgm-9" }"#,
    );
    let other = "resource \"alicloud_ram_role\" \"other\" {\n  role_name = \"other\"\n}\n";
    let main = format!("{main}{other}");
    let of = |stage: &str| gaps(&[("Dockerfile", &image(stage)), ("main.tf", &main)]);
    let found = of("");
    assert_eq!(brief(&found), [("ram-missing-grant", "error", "aliyun rds CreateBackup")]);
    assert!(labels(&found[0]).iter().any(|(text, _)| text == "runs as role/nightly"));
    // What is set in one stage does not hold in the next.
    assert_eq!(brief(&of("FROM alpine\n")), [("ram-missing-grant", "note", "aliyun rds CreateBackup")]);
}
