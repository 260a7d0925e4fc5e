//! Control policies of a resource directory that refuse calls.

use super::*;
use crate::finding::Confidence;

const ROLE: &str = r#"
provider "alicloud" {
  assume_role { role_arn = "acs:ram::1900000000000007:role/nightly" }
}
resource "alicloud_db_instance" "shop" {
  engine                   = "PostgreSQL"
  engine_version           = "16.0"
  instance_type            = "pg.n2.2c.1m"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"
}
resource "alicloud_rds_backup" "shop" {
  db_instance_id = alicloud_db_instance.shop.id
  backup_method  = "Snapshot"
}
"#;

const GRANT: &str = r#"{ Effect = "Allow", Action = "rds:*", Resource = "*" }"#;

fn control(statement: &str, target: &str) -> String {
    format!(
        r#"
resource "alicloud_resource_manager_control_policy" "guard" {{
  control_policy_name = "guard"
  effect_scope        = "RAM"
  policy_document     = jsonencode({{
    Version   = "1"
    Statement = [{statement}]
  }})
}}
resource "alicloud_resource_manager_control_policy_attachment" "guard" {{
  policy_id = alicloud_resource_manager_control_policy.guard.id
  target_id = {target}
}}
"#
    )
}

const DENY: &str = r#"{ Effect = "Deny", Action = "rds:Create*", Resource = "*" }"#;

fn limited(statement: &str, target: &str, more: &str) -> Vec<Finding> {
    let main = format!("{ROLE}{}{}{more}", infrastructure(GRANT), control(statement, target));
    let found = gaps(&[("main.tf", &main)]);
    found.into_iter().filter(|f| f.message.contains("control policy")).collect()
}

#[test]
fn a_control_policy_of_the_account_refuses_for_certain() {
    let found = limited(DENY, r#""1900000000000007""#, "");
    assert_eq!(brief(&found), [("ram-explicit-deny", "error", r#""rds:Create*""#)]);
    assert_eq!(
        found[0].message,
        "role/nightly backs up alicloud_db_instance.shop here, and control policy guard, attached to account \
         1900000000000007, denies rds:CreateBackup on it"
    );
    let labels = labels(&found[0]);
    assert!(labels.iter().any(|(text, _)| text == "attached to account 1900000000000007 here"), "{labels:?}");
    // Another account is another account.
    assert!(limited(DENY, r#""1900000000000008""#, "").is_empty());
    // What it does not deny it leaves to the policies of the account.
    assert!(
        limited(r#"{ Effect = "Deny", Action = "rds:Delete*", Resource = "*" }"#, r#""1900000000000007""#, "")
            .is_empty()
    );
}

#[test]
fn a_policy_of_the_root_folder_may_bind() {
    let found = limited(DENY, "var.root_folder_id", "\nvariable \"root_folder_id\" {}\n");
    assert_eq!((found.len(), found[0].severity.word(), found[0].confidence), (1, "note", Confidence::Possible));
    assert!(found[0].message.contains("attached to the root folder"), "{}", found[0].message);
    assert!(found[0].message.contains("whether account 1900000000000007 is a member"), "{}", found[0].message);
}

#[test]
fn folders_bind_the_accounts_in_them() {
    let member = r#"
provider "alicloud" {
  alias = "shop"
  assume_role { role_arn = "acs:ram::${alicloud_resource_manager_account.shop.id}:role/nightly" }
}
resource "alicloud_resource_manager_folder" "prod" {
  folder_name = "prod"
}
resource "alicloud_resource_manager_folder" "shops" {
  folder_name      = "shops"
  parent_folder_id = alicloud_resource_manager_folder.prod.id
}
resource "alicloud_resource_manager_folder" "test" {
  folder_name = "test"
}
resource "alicloud_resource_manager_account" "shop" {
  display_name = "shop"
  folder_id    = alicloud_resource_manager_folder.shops.id
}
"#;
    let role = ROLE.replacen("provider \"alicloud\" {", "provider \"alicloud\" {\n  alias = \"other\"", 1);
    let role = role.replace("  backup_method  =", "  provider       = alicloud.shop\n  backup_method  =");
    let said = |target: &str| {
        let main = format!("{role}{member}{}{}", infrastructure(GRANT), control(DENY, target));
        let found = gaps(&[("main.tf", &main)]);
        let found: Vec<Finding> = found.into_iter().filter(|f| f.message.contains("control policy")).collect();
        found.iter().map(|f| f.severity.word()).collect::<Vec<_>>()
    };
    assert_eq!(said("alicloud_resource_manager_folder.prod.id"), ["error"]);
    assert_eq!(said("alicloud_resource_manager_folder.shops.id"), ["error"]);
    assert_eq!(said("alicloud_resource_manager_account.shop.id"), ["error"]);
    assert_eq!(said("\"r-Zo0001\""), ["error"]);
    assert_eq!(said("alicloud_resource_manager_folder.test.id"), ["note"]);
}

#[test]
fn a_list_of_what_is_allowed_means_something_without_the_policy_that_allows_everything() {
    let list = r#"{ Effect = "Allow", Action = ["ecs:*", "oss:*"], Resource = "*" }"#;
    let account = r#""1900000000000007""#;
    // The policy that allows everything may still be there.
    assert!(limited(list, account, "").is_empty());
    let script = "aliyun resourcemanager DetachControlPolicy --PolicyId FullAliyunAccess --TargetId 1900000000000007\n";
    let main = format!("{ROLE}{}{}", infrastructure(GRANT), control(list, account));
    let found = gaps(&[("main.tf", &main), ("detach.sh", script)]);
    let found: Vec<&Finding> = found.iter().filter(|f| f.message.contains("no control policy of")).collect();
    assert_eq!((found.len(), &*found[0].rule, found[0].severity.word()), (1, "ram-missing-grant", "error"));
}

#[test]
fn templates_and_scripts_attach_control_policies_too() {
    let template = r#"
ROSTemplateFormatVersion: '2015-09-01'
Resources:
  Guard:
    Type: ALIYUN::ResourceManager::ControlPolicy
    Properties:
      PolicyName: guard
      EffectScope: RAM
      PolicyDocument: '{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "rds:*", "Resource": "*"}]}'
  Attached:
    Type: ALIYUN::ResourceManager::ControlPolicyAttachment
    Properties:
      PolicyId: { Fn::GetAtt: [Guard, PolicyId] }
      TargetId: '1900000000000007'
"#;
    let script = r#"
id=$(aliyun resourcemanager CreateControlPolicy --PolicyName guard --EffectScope RAM \
  --PolicyDocument '{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "rds:*", "Resource": "*"}]}' | jq -r .ControlPolicy.PolicyId)
aliyun resourcemanager AttachControlPolicy --PolicyId "$id" --TargetId 1900000000000007
"#;
    let main = format!("{ROLE}{}", infrastructure(GRANT));
    for (path, text) in [("guard.yml", template), ("guard.sh", script)] {
        let found = gaps(&[("main.tf", &main), (path, text)]);
        let found: Vec<&Finding> = found.iter().filter(|f| f.message.contains("control policy guard")).collect();
        assert_eq!((found.len(), found.first().map(|f| f.severity.word())), (1, Some("error")), "{path}");
    }
}
