//! `backuplint ram` as a process: questions about policies that stand in files, and what is answered.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/folder.rs"]
mod folders;
#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use folders::{folder, write};
use serde_json::Value;
use support::{code, err, program, run};
use tempfile::TempDir;

const INSTANCE: &str = "rm-bp1a2b3c4d5e6f7g8";

/// A role that may back up one instance, a user who may do nothing with it, and a denial.
const INFRA: &str = r#"resource "alicloud_ram_role" "nightly" {
  role_name = "nightly"
}

resource "alicloud_ram_user" "guest" {
  name = "guest"
}

resource "alicloud_ram_policy" "backup" {
  policy_name = "backup"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["rds:CreateBackup", "rds:DescribeBackups"]
        Resource = "acs:rds:*:*:dbinstance/rm-bp1a2b3c4d5e6f7g8"
      },
      {
        Effect   = "Deny"
        Action   = "rds:CreateBackup"
        Resource = "acs:rds:*:*:dbinstance/rm-production"
      },
    ]
  })
}

resource "alicloud_ram_policy" "read" {
  policy_name = "read"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{ Effect = "Allow", Action = "rds:Describe*", Resource = "*" }]
  })
}

resource "alicloud_ram_role_policy_attachment" "nightly" {
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = alicloud_ram_policy.backup.policy_name
  policy_type = "Custom"
}

resource "alicloud_ram_user_policy_attachment" "guest" {
  user_name   = alicloud_ram_user.guest.name
  policy_name = alicloud_ram_policy.read.policy_name
  policy_type = "Custom"
}
"#;

fn policy(statement: &str) -> String {
    format!("{{\n  \"Version\": \"1\",\n  \"Statement\": [\n    {statement}\n  ]\n}}\n")
}

fn allow(resource: &str) -> String {
    format!(r#"{{ "Effect": "Allow", "Action": "rds:CreateBackup", "Resource": "{resource}" }}"#)
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}\n{}", out(output), err(output)))
}

fn ram(folder: &TempDir, arguments: &[&str]) -> Output {
    let all: Vec<&str> = ["ram"].iter().chain(arguments).copied().collect();
    run(folder.path(), &all)
}

fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect()
}

/// Checks an answer against the part of the schema that is about it.
#[cfg(feature = "schema")]
fn assert_schema(document: &Value, definition: &str) {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/ram.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let parts = schema.as_object_mut().unwrap();
    parts.remove("oneOf");
    parts.insert("$ref".to_owned(), Value::from(format!("#/$defs/{definition}")));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
    let mut wrong = document.clone();
    wrong["surprise"] = Value::from(1);
    assert!(!validator.is_valid(&wrong));
}

#[cfg(not(feature = "schema"))]
fn assert_schema(_: &Value, _: &str) {}

// ram check.

#[test]
fn documents_are_checked_by_themselves() {
    let plural = policy(&allow("acs:rds:*:*:dbinstances/rm-1"));
    let call = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Logical\n";
    let folder = folder(&[("policies/backup.json", &plural), ("run.sh", call), ("infra/main.tf", INFRA)]);
    let output = ram(&folder, &["check", "--format", "json"]);
    let report = json(&output);
    assert_eq!((code(&output), rules(&report)), (1, vec!["ram-unmatchable-resource"]), "{report:#}");
    assert_eq!(report["findings"][0]["primary"]["path"], "policies/backup.json");
    assert!(report["calls"].as_array().unwrap().is_empty());
    assert_eq!(code(&ram(&folder, &["check", "--fail-on", "never"])), 0);
    assert_eq!(code(&ram(&folder, &["check", "infra"])), 0);
    let markdown = out(&ram(&folder, &["check", "--format", "markdown"]));
    assert!(markdown.starts_with("# RAM policies\n") && markdown.contains("in 3 RAM policies."), "{markdown}");
    let judged = |rule: &str| {
        let rules = report["coverage"]["rules"].as_array().unwrap();
        rules.iter().find(|known| known["rule"] == rule).unwrap()["status"].clone()
    };
    assert_eq!((judged("unsupported-method"), judged("ram-invalid-policy")), ("skipped".into(), "judged".into()));
    for format in ["jsonl", "sarif", "csv", "markdown", "html"] {
        assert!(out(&ram(&folder, &["check", "--format", format])).contains("ram-unmatchable-resource"), "{format}");
    }
}

#[test]
fn a_check_for_people() {
    let plural = policy(&allow("acs:rds:*:*:dbinstances/rm-1"));
    let folder = folder(&[("backup.json", &plural), ("infra/main.tf", INFRA), ("readme.txt", "nothing\n")]);
    let shown = |arguments: &[&str]| {
        let text = out(&ram(&folder, arguments));
        let end = text.rfind(" in ").unwrap();
        text.get(..end).unwrap().to_owned()
    };
    insta::assert_snapshot!("check", shown(&["check"]));
    insta::assert_snapshot!("check_clean", shown(&["check", "infra"]));
    insta::assert_snapshot!("check_nothing", shown(&["check", "readme.txt"]));
}

#[test]
fn a_file_that_is_named_is_a_document() {
    // Nothing in these would make a walk take them for policies of this vendor.
    let foreign =
        policy(r#"{ "Effect": "Allow", "Action": "rds:CreateDBSnapshot", "Resource": "arn:aws:rds:*:*:db:x" }"#)
            .replace("\"1\"", "\"2012-10-17\"");
    let broken = policy(&allow("*")).replace(']', "");
    let folder = folder(&[("foreign.json", &foreign), ("broken.json", &broken)]);
    assert_eq!(code(&ram(&folder, &["check", "."])), 0);
    for file in ["foreign.json", "broken.json"] {
        let output = ram(&folder, &["check", "--format", "json", file]);
        let report = json(&output);
        assert_eq!((code(&output), rules(&report).first()), (1, Some(&"ram-invalid-policy")), "{file}: {report:#}");
    }
    assert!(rules(&json(&ram(&folder, &["check", "--format", "json", "--exclude", "b*", "broken.json"]))).is_empty());
    write(folder.path(), "package.json", "{\"name\": \"none\"}");
    assert!(out(&ram(&folder, &["check", "package.json"])).starts_with("no RAM policy found in 1 file"));
    let given = program(folder.path()).args(["ram", "check", "-", "--format", "json"]).write_stdin(foreign).output();
    let report = json(&given.unwrap());
    assert_eq!(report["findings"][0]["primary"]["path"], "stdin.json", "{report:#}");
    assert_eq!(code(&ram(&folder, &["check", "missing.json"])), 2);
}

/// A check of policies goes by configurations, baselines and formats as every check does.
#[test]
fn a_check_goes_by_what_is_set() {
    let plural = policy(&allow("acs:rds:*:*:dbinstances/rm-1"));
    let folder = folder(&[("backup.json", &plural), ("old/backup.json", &plural), (".git/HEAD", "")]);
    let path = folder.path();
    let shown = |arguments: &[&str]| {
        let report = json(&ram(&folder, &[&["check", "--format", "json"], arguments].concat()));
        let findings = report["findings"].as_array().unwrap().clone();
        let of = |f: &Value| format!("{} {}", f["primary"]["path"].as_str().unwrap(), f["severity"].as_str().unwrap());
        findings.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(shown(&[]), ["backup.json error", "old/backup.json error"]);
    write(path, "backuplint.toml", "exclude = [\"old/\"]\n[rules]\nram-unmatchable-resource = \"warning\"\n");
    assert_eq!(shown(&[]), ["backup.json warning"]);
    assert_eq!(shown(&["--no-config"]), ["backup.json error", "old/backup.json error"]);
    let both =
        ram(&folder, &["check", "--format", "human", "--format", "sarif:out/policies.sarif", "--fail-on", "warning"]);
    assert_eq!(code(&both), 2, "a folder that is not there cannot be written to");
    let both =
        ram(&folder, &["check", "--format", "human", "--format", "sarif:policies.sarif", "--fail-on", "warning"]);
    assert_eq!(code(&both), 1);
    assert!(out(&both).contains("ram-unmatchable-resource"));
    let sarif = std::fs::read_to_string(path.join("policies.sarif")).unwrap();
    assert!(sarif.contains("ram-unmatchable-resource"));
    let stats = ram(&folder, &["check", "--quiet", "--stats"]);
    assert!(err(&stats).contains("walk and search"), "{}", err(&stats));
}

// ram can.

fn can(folder: &TempDir, arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["can", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = ram(folder, &all);
    let answer = json(&output);
    assert_schema(&answer, "can");
    (code(&output), answer)
}

#[test]
fn allowed_denied_and_unknown() {
    let folder = folder(&[("main.tf", INFRA)]);
    let (exit, answer) = can(&folder, &["--principal", "role/nightly", "--instance", INSTANCE]);
    assert_eq!((exit, answer["answer"].as_str()), (0, Some("allowed")), "{answer:#}");
    assert_eq!(answer["question"]["action"], "rds:CreateBackup");
    let deciding = &answer["deciding"][0];
    assert_eq!((deciding["place"]["path"].as_str(), deciding["place"]["line"].as_u64()), (Some("main.tf"), Some(14)));
    assert!(deciding["text"].as_str().unwrap().contains("rds:DescribeBackups"));

    let (exit, answer) = can(&folder, &["--principal", "nightly", "--instance", "rm-production"]);
    assert_eq!((exit, answer["denial"].as_str()), (1, Some("explicit")), "{answer:#}");
    assert_eq!(answer["deciding"][0]["effect"], "Deny");

    let (exit, answer) = can(&folder, &["--principal", "guest", "--instance", INSTANCE, "--region", "cn-hangzhou"]);
    assert_eq!((exit, answer["denial"].as_str()), (1, Some("implicit")), "{answer:#}");
    let least = &answer["least_statement"];
    assert_eq!(least["Resource"], format!("acs:rds:cn-hangzhou:*:dbinstance/{INSTANCE}"));
    assert_eq!(answer["policies"][0]["attached_at"]["line"], 42);

    let (exit, answer) = can(&folder, &["--principal", "guest", "--instance", INSTANCE, "--action", "DescribeBackups"]);
    assert_eq!((exit, answer["question"]["action"].as_str()), (0, Some("rds:DescribeBackups")));
}

#[test]
fn what_is_not_known_is_said() {
    let account = policy(&allow("acs:rds:*:1900000000000007:dbinstance/*"));
    let condition = policy(
        r#"{ "Effect": "Allow", "Action": "rds:CreateBackup", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "10.0.0.0/8" } } }"#,
    );
    let folder = folder(&[("account.json", &account), ("ip.json", &condition)]);
    let reason = |answer: &Value| answer["unknown"][0]["reason"].as_str().map(str::to_owned).unwrap_or_default();
    let (exit, answer) = can(&folder, &["--policy", "account.json", "--instance", INSTANCE]);
    assert_eq!((exit, answer["answer"].as_str()), (3, Some("unknown")), "{answer:#}");
    assert!(reason(&answer).ends_with("depends on the account"), "{answer:#}");
    let with =
        |account: &str| can(&folder, &["--policy", "account.json", "--instance", INSTANCE, "--account", account]).0;
    assert_eq!((with("1900000000000007"), with("1900000000000008")), (0, 1));

    let (exit, answer) = can(&folder, &["--policy", "ip.json", "--instance", INSTANCE]);
    assert_eq!((exit, reason(&answer).as_str()), (3, "which acs:SourceIp the request has is not known"), "{answer:#}");
    let from = |address: &str| {
        let key = format!("acs:SourceIp={address}");
        can(&folder, &["--policy", "ip.json", "--instance", INSTANCE, "--context", &key]).0
    };
    assert_eq!((from("10.1.2.3"), from("192.168.0.1")), (0, 1));
}

#[test]
fn policies_that_the_vendor_keeps_and_policies_elsewhere() {
    let attach = |name: &str, kind: &str| {
        format!(
            "resource \"alicloud_ram_role_policy_attachment\" \"a\" {{\n  role_name = \"nightly\"\n  policy_name = \
             \"{name}\"\n  policy_type = \"{kind}\"\n}}\n"
        )
    };
    let ask = |text: &str| {
        let folder = folder(&[("main.tf", text)]);
        can(&folder, &["--principal", "role/nightly", "--instance", INSTANCE])
    };
    let (exit, answer) = ask(&attach("AliyunRDSFullAccess", "System"));
    assert_eq!((exit, answer["deciding"][0]["kept_by_vendor"].as_bool()), (0, Some(true)), "{answer:#}");
    assert!(answer["deciding"][0]["place"].is_null());
    let (exit, answer) = ask(&attach("elsewhere", "Custom"));
    assert_eq!((exit, answer["unknown"][0]["reason"].as_str()), (3, Some("policy elsewhere is not written here")));
}

const GUARD: &str = r#"
resource "alicloud_resource_manager_control_policy" "guard" {
  control_policy_name = "guard"
  policy_document     = jsonencode({
    Version   = "1"
    Statement = [{ Effect = "Deny", Action = "rds:*", Resource = "*" }]
  })
}
resource "alicloud_resource_manager_control_policy_attachment" "guard" {
  policy_id = alicloud_resource_manager_control_policy.guard.id
  target_id = "1900000000000007"
}
"#;

/// Control policies limit whoever is in the account that they are attached to.
#[test]
fn control_policies_are_limits() {
    let folder = folder(&[("infra/main.tf", INFRA), ("infra/guard.tf", GUARD)]);
    let asked = ["--principal", "role/nightly", "--instance", INSTANCE];
    let with = |more: &[&str]| can(&folder, &[&asked[..], more].concat());
    let (exit, answer) = with(&["--account", "1900000000000007"]);
    assert_eq!((exit, answer["answer"].as_str(), answer["denial"].as_str()), (1, Some("denied"), Some("explicit")));
    assert_eq!(answer["deciding"][0]["policy"], "guard");
    assert_eq!(with(&["--account", "1900000000000008"]).0, 0);
    let (exit, answer) = with(&[]);
    assert_eq!(exit, 3, "{answer:#}");
    let doubts = answer["unknown"].as_array().unwrap();
    let reason = "whether its account is 1900000000000007 is not written here";
    assert!(doubts.iter().any(|doubt| doubt["reason"] == reason), "{answer:#}");
    // A pull request that adds the limit takes something away, perhaps; one that drops it may give something.
    let before = self::folder(&[("old/main.tf", INFRA), ("new/main.tf", INFRA), ("new/guard.tf", GUARD)]);
    let of = |sides: &[&str]| {
        let (exit, answer) = diff(&before, &[sides, &["--fail-on-change", "any"]].concat());
        let all = answer["differences"].as_array().unwrap().clone();
        let role = all.iter().find(|one| one["who"] == "role/nightly").cloned().unwrap();
        (exit, role["gained"]["answer"].clone(), role["lost"]["answer"].clone())
    };
    assert_eq!(of(&["old", "new"]), (1, "no".into(), "unknown".into()));
    assert_eq!(of(&["new", "old"]).1, "unknown");
}

#[test]
fn answers_for_people() {
    let folder =
        folder(&[("main.tf", INFRA), ("account.json", &policy(&allow("acs:rds:*:1900000000000007:dbinstance/*")))]);
    let shown = |arguments: &[&str]| out(&ram(&folder, arguments));
    insta::assert_snapshot!(
        "can_allowed",
        shown(&["can", "--principal", "nightly", "--instance", INSTANCE, "main.tf"])
    );
    insta::assert_snapshot!(
        "can_denied_explicitly",
        shown(&["can", "--principal", "nightly", "--instance", "rm-production", "main.tf"])
    );
    insta::assert_snapshot!("can_denied", shown(&["can", "--principal", "guest", "--instance", INSTANCE, "main.tf"]));
    insta::assert_snapshot!("can_unknown", shown(&["can", "--policy", "account.json", "--instance", INSTANCE]));
}

#[test]
fn questions_that_make_no_sense() {
    let folder = folder(&[("main.tf", INFRA), ("a.txt", "none\n")]);
    let told = |arguments: &[&str]| {
        let output = ram(&folder, arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        err(&output)
    };
    let nobody = told(&["can", "--principal", "role/nobody", "--instance", INSTANCE]);
    assert!(nobody.contains("role/nightly (main.tf:1:1)") && nobody.contains("user/guest"), "{nobody}");
    assert!(told(&["can", "--policy", "a.txt", "--instance", INSTANCE]).contains("there is no policy in it"));
    assert!(told(&["can", "--instance", INSTANCE]).contains("--principal"));
    assert!(told(&["can", "--policy", "a.txt"]).contains("--instance"));
}

// ram suggest.

/// Two roles, each with a script of its own, and a script that nobody runs.
const WORKFLOW: &[(&str, &str)] = &[
    (
        "main.tf",
        r#"resource "alicloud_ram_role" "nightly" {
  role_name = "nightly"
}

resource "alicloud_db_instance" "orders" {
  engine         = "MySQL"
  engine_version = "8.0"
}

resource "alicloud_rds_backup" "orders" {
  db_instance_id = alicloud_db_instance.orders.id
}

resource "alicloud_rds_backup" "billing" {
  db_instance_id = "rm-billing"
}
"#,
    ),
    (
        ".github/workflows/backup.yml",
        r#"on: push
jobs:
  backup:
    runs-on: ubuntu-latest
    steps:
      - uses: aliyun/configure-aliyun-credentials-action@v1
        with:
          role-to-assume: acs:ram::1900000000000007:role/deploy
          oidc-provider-arn: acs:ram::1900000000000007:oidc-provider/github
      - run: aliyun rds CreateBackup --DBInstanceId rm-one --BackupMethod Physical
      - run: aliyun rds CreateBackup --DBInstanceId rm-two --BackupMethod Physical
      - run: aliyun rds CreateBackup --DBInstanceId "$DB" --BackupMethod Physical
"#,
    ),
];

fn suggest(folder: &TempDir, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["suggest", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = ram(folder, &all);
    assert_eq!(code(&output), 0, "{}", err(&output));
    let answer = json(&output);
    assert_schema(&answer, "suggest");
    answer
}

/// Whether the policy in a file allows the call on an instance.
fn is_allowed(folder: &TempDir, file: &str, instance: &str, more: &[&str]) -> i32 {
    let arguments: Vec<&str> = ["--policy", file, "--instance", instance].iter().chain(more).copied().collect();
    can(folder, &arguments).0
}

#[test]
fn the_least_policies_of_a_repository() {
    let folder = folder(WORKFLOW);
    let answer = suggest(&folder, &["."]);
    let all = answer["suggestions"].as_array().unwrap();
    let who: Vec<&Value> = all.iter().map(|one| &one["principal"]).collect();
    assert_eq!(who, [&Value::from("role/deploy"), &Value::Null], "{answer:#}");
    let deploy = &all[0];
    assert_eq!((deploy["calls"].as_u64(), deploy["left_out"].as_array().unwrap().len()), (Some(3), 1));
    assert_eq!(
        deploy["policy"]["Statement"][0]["Resource"],
        serde_json::json!(["acs:rds:*:*:dbinstance/rm-one", "acs:rds:*:*:dbinstance/rm-two"])
    );
    assert_eq!(all[1]["expressions"][0], "alicloud_db_instance.orders.id");
    write(folder.path(), "deploy.json", deploy["policy"].to_string());
    let asked = |instance: &str| is_allowed(&folder, "deploy.json", instance, &[]);
    assert_eq!((asked("rm-one"), asked("rm-two"), asked("rm-three")), (0, 0, 1));
    assert_eq!(code(&ram(&folder, &["check", "deploy.json", "--fail-on", "warning"])), 0);

    let output = ram(&folder, &["suggest", "--format", "policy", "--principal", "deploy", "."]);
    let bare: Value = json(&output);
    assert_eq!(bare, deploy["policy"]);
    assert!(err(&output).contains("not covered: .github/workflows/backup.yml:12"), "{}", err(&output));
    let several = ram(&folder, &["suggest", "--format", "policy", "."]);
    assert_eq!((code(&several), err(&several).contains("role/deploy")), (2, true), "{}", err(&several));
    assert_eq!(code(&ram(&folder, &["suggest", "--principal", "role/nobody", "."])), 2);
}

/// A profile tells who, where and in which account; what a program calls besides is told and not guessed.
#[test]
fn the_least_policy_of_a_profile() {
    let setup = "aliyun configure set --profile night --mode RamRoleArn --region cn-hangzhou --ram-role-arn \
                 acs:ram::1900000000000008:role/night\naliyun ram CreateRole --RoleName night\n";
    let script = "#!/bin/sh\naliyun --profile night rds CreateBackup --DBInstanceId rm-1a2b3c4d5e6f\n\
                  aliyun --profile night rds DescribeBackupTasks --DBInstanceId rm-1a2b3c4d5e6f\n";
    let folder = folder(&[("setup.sh", setup), ("backup.sh", script)]);
    let answer = suggest(&folder, &[]);
    let only = &answer["suggestions"][0];
    assert_eq!(only["principal"], "role/night", "{answer:#}");
    let resource = "acs:rds:cn-hangzhou:1900000000000008:dbinstance/rm-1a2b3c4d5e6f";
    assert!(only["policy"].to_string().contains(resource), "{answer:#}");
    let left = &only["left_out"][0];
    assert_eq!(left["reason"], "rds:DescribeBackupTasks is called beside the backup, and is to be granted as well");
    assert_eq!((left["place"]["path"].as_str(), left["place"]["line"].as_u64()), (Some("backup.sh"), Some(3)));
}

#[test]
fn the_least_policies_as_terraform() {
    let folder = folder(WORKFLOW);
    let text = out(&ram(&folder, &["suggest", "--format", "terraform", "."]));
    assert!(text.contains("dbinstance/${alicloud_db_instance.orders.id}\""), "{text}");
    insta::assert_snapshot!("suggest_terraform", text);
    // Read again by the reader of Terraform, as a part of the project and with somebody who has it.
    let attach = r#"
resource "alicloud_ram_role_policy_attachment" "deploy" {
  role_name   = "deploy"
  policy_name = "role-deploy-backup"
  policy_type = "Custom"
}

resource "alicloud_ram_role_policy_attachment" "nobody" {
  role_name   = "nobody"
  policy_name = "nobody-backup"
  policy_type = "Custom"
}
"#;
    write(folder.path(), "policies.tf", format!("{text}{attach}"));
    let asked = |who: &str, instance: &str| can(&folder, &["--principal", who, "--instance", instance]).0;
    assert_eq!((asked("deploy", "rm-one"), asked("deploy", "rm-two"), asked("deploy", "rm-billing")), (0, 0, 1));
    assert_eq!(asked("nobody", "rm-billing"), 0);
    let report = json(&ram(&folder, &["check", "--format", "json", "--level", "warning", "."]));
    assert!(rules(&report).is_empty(), "{report:#}");
}

#[test]
fn suggestions_for_people() {
    let folder = folder(WORKFLOW);
    insta::assert_snapshot!("suggest", out(&ram(&folder, &["suggest", "."])));
    write(folder.path(), "none/a.sh", "echo\n");
    insta::assert_snapshot!("suggest_nothing", out(&ram(&folder, &["suggest", "none"])));
}

fn event(number: u32, role: &str, instance: &str, code: &str) -> String {
    let error = if code.is_empty() { String::new() } else { format!(r#","errorCode":"{code}","errorMessage":"no""#) };
    format!(
        r#"{{"eventId":"{number:08x}-1111-4222-8333-444455556666","eventName":"CreateBackup","serviceName":"Rds","eventTime":"2026-03-0{}T01:02:03Z","acsRegion":"cn-hangzhou","recipientAccountId":"1900000000000007","userIdentity":{{"type":"assumed-role","accountId":"1900000000000007","userName":"{role}:s","principalId":"3{number}:s","arn":"acs:ram::1900000000000007:assumed-role/{role}/s"}},"requestParameters":{{"DBInstanceId":"{instance}","RegionId":"cn-hangzhou"}},"requestId":"R{number}"{error}}}"#,
        number % 9 + 1,
    )
}

#[test]
fn the_least_policies_of_logs() {
    let folder = folder(&[]);
    let events = [
        event(1, "nightly", "rm-one", ""),
        event(2, "nightly", "rm-two", ""),
        event(3, "nightly", "rm-one", ""),
        event(4, "nightly", "rm-denied", "NoPermission"),
        event(5, "other", "rm-three", ""),
    ];
    write(folder.path(), "logs/a.json", format!("[{}]", events.join(",\n")));
    let answer = suggest(&folder, &["--from-audit", "logs"]);
    let all = answer["suggestions"].as_array().unwrap();
    assert_eq!(all.len(), 2, "{answer:#}");
    assert_eq!(all[0]["principal"], "acs:ram::1900000000000007:role/nightly", "{answer:#}");
    assert_eq!(all[0]["calls"], 3);
    let resource = |id: &str| format!("acs:rds:cn-hangzhou:1900000000000007:dbinstance/{id}");
    assert_eq!(
        all[0]["policy"]["Statement"][0]["Resource"],
        serde_json::json!([resource("rm-one"), resource("rm-two")])
    );
    write(folder.path(), "nightly.json", all[0]["policy"].to_string());
    let here = ["--region", "cn-hangzhou", "--account", "1900000000000007"];
    let asked = |instance: &str| is_allowed(&folder, "nightly.json", instance, &here);
    assert_eq!((asked("rm-one"), asked("rm-two"), asked("rm-three")), (0, 0, 1));

    // What a step of an audit wrote says the same as the logs.
    let map = run(folder.path(), &["audit", "map", "logs", "--output", "part"]);
    assert_eq!(code(&map), 0, "{}", err(&map));
    assert_eq!(suggest(&folder, &["--from-audit", "part"]), answer);
    let one = suggest(&folder, &["--from-audit", "part", "--principal", "other"]);
    assert_eq!(one["suggestions"].as_array().unwrap().len(), 1);
}

// ram diff.

fn diff(folder: &TempDir, arguments: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["diff", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = ram(folder, &all);
    assert!(output.stderr.is_empty(), "{}", err(&output));
    let answer = json(&output);
    assert_schema(&answer, "diff");
    (code(&output), answer)
}

fn said(answer: &Value) -> (&str, &str) {
    (answer["gained"].as_str().unwrap(), answer["lost"].as_str().unwrap())
}

#[test]
fn two_documents() {
    let one = policy(&allow("acs:rds:*:*:dbinstance/rm-one"));
    let every = policy(&allow("acs:rds:*:*:dbinstance/*"));
    let same = policy(&format!("{},\n    {}", allow("acs:rds:*:*:dbinstance/*"), allow("acs:rds:*:*:dbinstance/rm-2")));
    let filled = policy(&allow("acs:rds:*:*:dbinstance/${var.id}"));
    let folder = folder(&[("one.json", &one), ("every.json", &every), ("same.json", &same), ("filled.json", &filled)]);
    let (exit, answer) = diff(&folder, &["one.json", "every.json"]);
    assert_eq!((exit, said(&answer)), (1, ("yes", "no")), "{answer:#}");
    let witness = &answer["differences"][0]["gained"]["witness"];
    assert_eq!(witness["before"]["denial"], "implicit");
    assert_eq!(witness["after"]["deciding"][0]["place"]["path"], "every.json");
    let resource = witness["resource"].as_str().unwrap();
    assert!(resource.starts_with("acs:rds:cn-hangzhou:") && resource.contains(":dbinstance/"), "{resource}");

    let (exit, answer) = diff(&folder, &["every.json", "one.json"]);
    assert_eq!((exit, said(&answer)), (0, ("no", "yes")));
    let exits = |fail_on: &str| diff(&folder, &["every.json", "one.json", "--fail-on-change", fail_on]).0;
    assert_eq!([exits("gained"), exits("lost"), exits("any"), exits("never")], [0, 1, 1, 0]);

    let (exit, answer) = diff(&folder, &["every.json", "same.json"]);
    assert_eq!((exit, said(&answer)), (0, ("no", "no")));

    let (exit, answer) = diff(&folder, &["one.json", "filled.json"]);
    assert_eq!((exit, said(&answer)), (3, ("unknown", "unknown")), "{answer:#}");
    let reason = answer["differences"][0]["gained"]["unknown"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("var.id"), "{reason}");
    assert_eq!(diff(&folder, &["one.json", "filled.json", "--fail-on-change", "never"]).0, 0);

    let missing = ram(&folder, &["diff", "one.json", "no-such-thing"]);
    assert_eq!((code(&missing), err(&missing).contains("no such file or folder")), (2, true), "{}", err(&missing));
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = std::process::Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn two_revisions_by_principal() {
    let folder = folder(&[("infra/main.tf", INFRA), ("policies/a.json", &policy(&allow("*")))]);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    let wider = INFRA.replace("[\"rds:CreateBackup\", \"rds:DescribeBackups\"]", "\"rds:*\"").replace(INSTANCE, "*");
    let wider = wider.replace("\"rds:Describe*\"", "\"rds:*Describe*\"");
    write(folder.path(), "infra/main.tf", &wider);

    let (exit, answer) = diff(&folder, &["HEAD", "."]);
    assert_eq!((exit, said(&answer)), (1, ("yes", "no")), "{answer:#}");
    let changed: Vec<&Value> = answer["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|difference| difference["gained"]["answer"] == "yes")
        .map(|difference| &difference["who"])
        .collect();
    assert_eq!(changed, ["role/nightly"]);

    git(folder.path(), &["commit", "-q", "-a", "-m", "two"]);
    let (exit, answer) = diff(&folder, &["HEAD~1:infra", "main:infra"]);
    assert_eq!((exit, said(&answer)), (1, ("yes", "no")), "{answer:#}");
    let (exit, answer) = diff(&folder, &["HEAD", "."]);
    assert_eq!((exit, said(&answer)), (0, ("no", "no")), "{answer:#}");
    let (exit, answer) = diff(&folder, &["main", "HEAD~1"]);
    assert_eq!((exit, said(&answer)), (0, ("no", "yes")));
    let places: Vec<&Value> = answer["differences"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|difference| difference["lost"]["witness"]["before"]["deciding"].as_array())
        .flatten()
        .map(|deciding| &deciding["place"]["path"])
        .collect();
    assert_eq!(places, ["main:infra/main.tf"], "{answer:#}");
    // A file of a revision, against the one that lies there.
    write(folder.path(), "policies/a.json", policy(&allow("acs:rds:*:*:dbinstance/rm-one")));
    let (exit, answer) = diff(&folder, &["HEAD:policies/a.json", "policies/a.json", "--fail-on-change", "lost"]);
    assert_eq!((exit, said(&answer)), (1, ("no", "yes")));
    assert_eq!(code(&ram(&folder, &["diff", "HEAD:nowhere", "."])), 2);
}

#[test]
fn what_is_written_elsewhere_is_no_difference_and_hides_one() {
    let attach = |policies: &[&str]| {
        let one = |name: &&str| {
            format!(
                "resource \"alicloud_ram_role_policy_attachment\" \"{name}\" {{\n  role_name = \"nightly\"\n  \
                 policy_name = \"{name}\"\n  policy_type = \"Custom\"\n}}\n"
            )
        };
        policies.iter().map(one).collect::<String>()
    };
    let folder =
        folder(&[("same/a.tf", &attach(&["x"])), ("old/a.tf", &attach(&["x"])), ("new/a.tf", &attach(&["x", "y"]))]);
    assert_eq!(said(&diff(&folder, &["same", "old"]).1), ("no", "no"));
    let (exit, answer) = diff(&folder, &["old", "new"]);
    assert_eq!((exit, said(&answer)), (3, ("unknown", "unknown")), "{answer:#}");
    assert_eq!(answer["differences"][0]["gained"]["unknown"][0]["reason"], "policy y is not written here");
    write(folder.path(), "new/a.tf", format!("{}{INFRA}", attach(&["x"])));
    let (exit, answer) = diff(&folder, &["old", "new"]);
    let nightly = answer["differences"].as_array().unwrap().iter().find(|d| d["who"] == "role/nightly").unwrap();
    assert_eq!((exit, nightly["gained"]["answer"].as_str()), (3, Some("unknown")), "{answer:#}");
    assert!(!nightly["gained"]["witness"].is_null());
}

#[test]
fn differences_for_people() {
    let one = policy(&allow("acs:rds:*:*:dbinstance/rm-one"));
    let conditional = policy(
        r#"{ "Effect": "Allow", "Action": "rds:Create*", "Resource": "*", "Condition": { "IpAddress": { "acs:SourceIp": "10.0.0.0/8" } } }"#,
    );
    let denied = policy(&format!(
        "{},\n    {}",
        allow("acs:rds:*:*:dbinstance/rm-one"),
        allow("acs:rds:*:*:dbinstance/rm-one").replace("Allow", "Deny")
    ));
    let folder =
        folder(&[("one.json", &one), ("conditional.json", &conditional), ("denied.json", &denied), ("none.txt", "\n")]);
    let shown = |old: &str, new: &str| out(&ram(&folder, &["diff", old, new]));
    insta::assert_snapshot!("diff_gained", shown("one.json", "conditional.json"));
    insta::assert_snapshot!("diff_lost", shown("one.json", "denied.json"));
    insta::assert_snapshot!("diff_nothing", shown("one.json", "one.json"));
}
