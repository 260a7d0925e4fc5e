//! RAM policies, principals and runners: text in, access out, every place sliced.

use super::run;
use crate::model::{
    Access, AttachedPolicy, Effect, Handle, Piece, PolicyDocument, PolicyKind, PrincipalKind, Reference, RunScope,
    Template, Templates,
};
use crate::source::Place;

fn access(text: &str) -> Access {
    access_of(&[("main.tf", text)])
}

fn access_of(files: &[(&str, &str)]) -> Access {
    let extraction = run(files);
    assert!(extraction.problems.is_empty(), "{:?}", extraction.problems);
    let hits = extraction.coverage.len();
    let mut paths: Vec<&str> = extraction.coverage.iter().map(|c| c.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), hits, "one entry a file");
    extraction.access
}

fn document(text: &str) -> PolicyDocument {
    let mut documents = access(text).documents;
    assert_eq!(documents.len(), 1, "{documents:#?}");
    documents.remove(0)
}

/// A text as people see it, and what stands at its place.
fn told(template: &Template) -> (String, String) {
    (template.shown(), template.place.text().to_owned())
}

fn all(templates: Option<&Templates>) -> Vec<(String, String)> {
    templates.map(|templates| templates.all.iter().map(told).collect()).unwrap_or_default()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn address(address: &str) -> Handle {
    Handle::Address { scope: ".".to_owned(), address: address.to_owned() }
}

fn name(name: &str) -> Handle {
    Handle::Name(name.to_owned())
}

fn texts(places: &[&Place]) -> Vec<String> {
    places.iter().map(|place| place.text().to_owned()).collect()
}

#[test]
fn an_encoded_object_has_places_in_the_file() {
    let document = document(
        r#"
resource "alicloud_db_instance" "main" {
  engine = "MySQL"
}
resource "alicloud_ram_policy" "backup" {
  policy_name = "nightly"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = ["rds:CreateBackup", "rds:Describe*"]
      Resource = "acs:rds:*:*:dbinstance/${alicloud_db_instance.main.id}"
      Condition = {
        IpAddress = { "acs:SourceIp" = ["10.0.0.0/8"] }
      }
    }]
  })
}
"#,
    );
    assert_eq!(document.subject, "nightly");
    assert_eq!(document.kind, PolicyKind::Identity);
    assert_eq!(document.handles, [name("nightly"), address("alicloud_ram_policy.backup")]);
    assert!(document.place.text().starts_with("{\n    Version") && document.place.text().ends_with('}'));
    assert_eq!(document.open, None);
    assert!(document.defects.is_empty(), "{:?}", document.defects);
    assert_eq!(told(document.version.as_ref().unwrap()), ("1".to_owned(), "\"1\"".to_owned()));
    let statement = &document.statements[0];
    assert!(statement.place.text().starts_with('{') && statement.place.text().ends_with('}'));
    assert_eq!(statement.effect, Effect::Allow);
    assert_eq!(
        all(statement.actions.as_ref()),
        pairs(&[("rds:CreateBackup", "\"rds:CreateBackup\""), ("rds:Describe*", "\"rds:Describe*\"")])
    );
    let resource = &statement.resources.as_ref().unwrap().all[0];
    assert_eq!(
        resource.pieces,
        [Piece::Text("acs:rds:*:*:dbinstance/".to_owned()), Piece::Hole("alicloud_db_instance.main".to_owned())]
    );
    assert_eq!(resource.place.text(), "\"acs:rds:*:*:dbinstance/${alicloud_db_instance.main.id}\"");
    let condition = &statement.conditions[0];
    assert_eq!((condition.operator.as_str(), condition.key.as_str()), ("IpAddress", "acs:SourceIp"));
    assert_eq!(texts(&[&condition.operator_place, &condition.key_place]), ["IpAddress", "\"acs:SourceIp\""]);
    assert_eq!(all(Some(&condition.values)), pairs(&[("10.0.0.0/8", "\"10.0.0.0/8\"")]));
    assert_eq!(document.length, None);
}

#[test]
fn the_hole_of_an_instance_is_the_target_of_a_call_on_it() {
    let files = [(
        "main.tf",
        r#"
resource "alicloud_db_instance" "each" {
  for_each = toset(["a", "b"])
  engine   = "MySQL"
}
resource "alicloud_rds_backup" "each" {
  for_each       = toset(["a", "b"])
  db_instance_id = alicloud_db_instance.each[each.key].id
}
resource "alicloud_ram_policy" "each" {
  for_each        = toset(["a", "b"])
  policy_name     = "backup-${each.key}"
  policy_document = <<-EOT
    {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "rds:CreateBackup",
      "Resource": "acs:rds:*:*:dbinstance/${alicloud_db_instance.each[each.key].id}"}]}
  EOT
}
"#,
    )];
    let extraction = run(&files);
    let targets: Vec<String> =
        extraction.calls.iter().map(|call| call.runs.target.as_ref().unwrap().name.to_string()).collect();
    let holes: Vec<String> = extraction
        .access
        .documents
        .iter()
        .map(|document| match document.statements[0].resources.as_ref().unwrap().all[0].pieces.last().unwrap() {
            Piece::Hole(words) => words.clone(),
            Piece::Text(text) => text.clone(),
        })
        .collect();
    assert_eq!(targets, ["alicloud_db_instance.each[\"a\"]", "alicloud_db_instance.each[\"b\"]"]);
    assert_eq!(holes, targets);
    let subjects: Vec<&str> = extraction.access.documents.iter().map(|d| d.subject.as_str()).collect();
    assert_eq!(subjects, ["backup-a", "backup-b"]);
}

#[test]
fn a_heredoc_is_read_with_what_is_put_in() {
    let document = document(
        r#"
variable "create" {
  default = true
}
variable "dbs" {
  default = ["*"]
}
variable "policy_name" {
  default = ""
}
locals {
  account = "1900000000000007"
  json    = <<EOF
{
  "Version": "1",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["rds:CreateBackup"],
      "Resource": ${jsonencode([for db in var.dbs : "acs:rds:*:*:dbinstances/${db}"])}
    },
    {
      "Effect": "Allow",
      "Action": "rds:Describe*",
      "Resource": "acs:rds:*:${local.account}:*"
    }
  ]
}
EOF
}
resource "alicloud_ram_policy" "policy" {
  count           = var.create ? 1 : 0
  policy_name     = "x${var.policy_name}"
  policy_document = local.json
}
"#,
    );
    let resources = document.statements[0].resources.as_ref().unwrap();
    assert_eq!(resources.open, None);
    assert_eq!(
        all(Some(resources)),
        pairs(&[("acs:rds:*:*:dbinstances/{var.dbs element}", "\"acs:rds:*:*:dbinstances/${db}\"")])
    );
    let statement = &document.statements[1];
    assert!(statement.place.text().starts_with("{\n      \"Effect\": \"Allow\",\n      \"Action\": \"rds:Describe*\""));
    assert!(statement.place.text().ends_with('}'));
    assert_eq!(
        all(statement.resources.as_ref()),
        pairs(&[("acs:rds:*:1900000000000007:*", "\"acs:rds:*:${local.account}:*\"")])
    );
    assert!(document.defects.is_empty());
    assert!(document.handles.contains(&address("alicloud_ram_policy.policy[0]")), "{:?}", document.handles);
}

#[test]
fn a_document_in_blocks() {
    let text = r#"
data "alicloud_ram_policy_document" "backup" {
  version = "1"
  statement {
    action   = ["rds:CreateBackup"]
    resource = ["acs:rds:*:*:dbinstance/rm-1"]
    condition {
      operator = "StringEquals"
      variable = "rds:ResourceTag/team"
      values   = ["db"]
    }
    condition {
      operator = "StringEquals"
      variable = "acs:SourceIp"
      values   = ["10.0.0.1"]
    }
  }
  dynamic "statement" {
    for_each = { deny = "rds:DeleteBackup" }
    content {
      effect   = title(statement.key)
      action   = [statement.value]
      resource = ["*"]
      dynamic "condition" {
        for_each = ["a"]
        iterator = it
        content {
          operator = "Bool"
          variable = "acs:${statement.key}-${it.value}"
          values   = ["true"]
        }
      }
    }
  }
}
data "alicloud_ram_policy_document" "trust" {
  statement {
    action = ["sts:AssumeRole"]
    principal {
      entity      = "Service"
      identifiers = ["ecs.aliyuncs.com"]
    }
  }
}
resource "alicloud_ram_policy" "backup" {
  policy_name     = "backup"
  policy_document = data.alicloud_ram_policy_document.backup.document
}
"#;
    let access = access(text);
    let [backup, trust] = access.documents.as_slice() else { panic!("{:#?}", access.documents) };
    assert_eq!(backup.handles, [name("backup"), address("alicloud_ram_policy.backup")]);
    assert!(backup.place.text().starts_with("data \"alicloud_ram_policy_document\" \"backup\" {"));
    assert_eq!(backup.open, None);
    let [first, second] = backup.statements.as_slice() else { panic!("{:#?}", backup.statements) };
    assert_eq!((first.effect, second.effect), (Effect::Allow, Effect::Deny));
    assert!(first.place.text().starts_with("statement {\n    action"));
    assert_eq!(all(first.actions.as_ref()), pairs(&[("rds:CreateBackup", "\"rds:CreateBackup\"")]));
    let keys: Vec<&str> = first.conditions.iter().map(|c| c.key.as_str()).collect();
    assert_eq!(keys, ["rds:ResourceTag/team", "acs:SourceIp"]);
    assert_eq!(first.conditions[0].operator_place.text(), "\"StringEquals\"");
    assert!(second.place.text().starts_with("content {"));
    assert_eq!(all(second.actions.as_ref()), pairs(&[("rds:DeleteBackup", "\"rds:DeleteBackup\"")]));
    assert_eq!(second.conditions[0].key, "acs:deny-a");
    // One that nobody uses is a document as well, and tells itself what it is for.
    assert_eq!(trust.subject, "data.alicloud_ram_policy_document.trust");
    assert_eq!(trust.kind, PolicyKind::Trust);
    assert!(trust.statements[0].has_principal);
    assert!(trust.defects.is_empty() && backup.defects.is_empty(), "{:?}", (&trust.defects, &backup.defects));
}

#[test]
fn old_blocks_and_lists_of_who_may_take_a_role() {
    let access = access(
        r#"
resource "alicloud_ram_policy" "old" {
  name = "old"
  statement {
    effect   = "Deny"
    action   = ["rds:DeleteBackup"]
    resource = ["acs:rds:*:*:*"]
  }
}
resource "alicloud_ram_role" "old" {
  name     = "runner"
  services = ["ecs.aliyuncs.com"]
}
resource "alicloud_ram_role" "new" {
  role_name                   = "other"
  assume_role_policy_document = "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {\"Service\": [\"fc.aliyuncs.com\"]}}]}"
}
resource "alicloud_resource_manager_control_policy" "all" {
  control_policy_name = "no-deletes"
  policy_document     = jsonencode({ Version = "1", Statement = [{ Effect = "Deny", Action = "rds:*", Resource = "*" }] })
}
"#,
    );
    let shown: Vec<(&str, PolicyKind, usize)> =
        access.documents.iter().map(|d| (d.subject.as_str(), d.kind, d.defects.len())).collect();
    assert_eq!(
        shown,
        [
            ("old", PolicyKind::Identity, 0),
            ("runner", PolicyKind::Trust, 0),
            ("other", PolicyKind::Trust, 0),
            ("no-deletes", PolicyKind::Control, 0)
        ]
    );
    let [old, runner, other, control] = access.documents.as_slice() else { panic!() };
    assert_eq!(old.statements[0].effect, Effect::Deny);
    assert_eq!(old.statements[0].place.text().lines().next(), Some("statement {"));
    assert!(runner.statements[0].has_principal);
    let action = &other.statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!(told(action), ("sts:AssumeRole".to_owned(), "\\\"sts:AssumeRole\\\"".to_owned()));
    let sent = r#"{"Statement":[{"Action":"rds:*","Effect":"Deny","Resource":"*"}],"Version":"1"}"#;
    assert_eq!(control.length, Some(sent.len()));
    let kinds: Vec<(PrincipalKind, &str, &str)> =
        access.principals.iter().map(|p| (p.kind, p.shown.as_str(), p.place.text())).collect();
    assert_eq!(
        kinds,
        [
            (PrincipalKind::Role, "runner", "resource \"alicloud_ram_role\" \"old\""),
            (PrincipalKind::Role, "other", "resource \"alicloud_ram_role\" \"new\"")
        ]
    );
}

#[test]
fn who_has_what_and_who_is_where() {
    let access = access(
        r#"
resource "random_id" "x" {}
resource "alicloud_ram_user" "ann" {
  name = "ann"
}
resource "alicloud_ram_user" "any" {
  name = "any-${random_id.x.hex}"
}
resource "alicloud_ram_group" "ops" {
  group_name = "ops"
}
resource "alicloud_ram_role" "job" {
  role_name = "job"
}
resource "alicloud_ram_policy" "own" {
  policy_name     = "own-${random_id.x.hex}"
  policy_document = "{}"
}
data "alicloud_account" "current" {}
resource "alicloud_ram_user_policy_attachment" "a" {
  user_name   = alicloud_ram_user.any.name
  policy_name = alicloud_ram_policy.own.policy_name
  policy_type = alicloud_ram_policy.own.type
}
resource "alicloud_ram_group_policy_attachment" "b" {
  group_name  = alicloud_ram_group.ops.id
  policy_name = "AliyunRDSFullAccess"
  policy_type = "System"
}
resource "alicloud_ram_role_policy_attachment" "c" {
  role_name   = "job"
  policy_name = "written-elsewhere"
  policy_type = "Custom"
}
resource "alicloud_resource_manager_policy_attachment" "d" {
  policy_name       = alicloud_ram_policy.own.id
  policy_type       = "Custom"
  principal_name    = format("%s@%s.onaliyun.com", alicloud_ram_user.ann.name, data.alicloud_account.current.id)
  principal_type    = "IMSUser"
  resource_group_id = "rg-1"
}
resource "alicloud_ram_group_membership" "e" {
  group_name = alicloud_ram_group.ops.group_name
  user_names = [alicloud_ram_user.ann.name, alicloud_ram_user.any.id]
}
resource "alicloud_ram_user_group_attachment" "f" {
  group_name = "ops"
  user_name  = "ben"
}
"#,
    );
    let to = Reference::To;
    let found: Vec<_> =
        access.attachments.iter().map(|a| (a.principal.clone(), a.kind, a.policy.clone(), a.resource_group)).collect();
    let any = address("any-{random_id.x.hex}");
    let own = address("own-{random_id.x.hex}");
    assert_eq!(
        found,
        [
            (to(any.clone()), PrincipalKind::User, AttachedPolicy::Custom(own.clone()), false),
            (
                to(address("alicloud_ram_group.ops")),
                PrincipalKind::Group,
                AttachedPolicy::System("AliyunRDSFullAccess".to_owned()),
                false
            ),
            (to(name("job")), PrincipalKind::Role, AttachedPolicy::Custom(name("written-elsewhere")), false),
            (to(name("ann")), PrincipalKind::User, AttachedPolicy::Custom(address("alicloud_ram_policy.own")), true),
        ]
    );
    assert!(access.attachments[0].place.text().starts_with("resource \"alicloud_ram_user_policy_attachment\" \"a\" {"));
    // Whatever is referred to is among the handles of what it means.
    assert!(access.documents.iter().any(|d| d.handles.contains(&own)));
    assert!(access.principals.iter().any(|p| p.handles.contains(&any)));
    let members: Vec<_> = access.memberships.iter().map(|m| (m.user.clone(), m.group.clone())).collect();
    assert_eq!(
        members,
        [
            (to(name("ann")), to(name("ops"))),
            (to(address("alicloud_ram_user.any")), to(name("ops"))),
            (to(name("ben")), to(name("ops"))),
        ]
    );
}

#[test]
fn look_alikes_are_silent() {
    let access = access(
        r#"
# alicloud_ram_ is what others imitate.
resource "apsarastack_ram_policy" "a" {
  name     = "a"
  document = "{\"Version\": \"1\", \"Statement\": []}"
}
resource "alibabacloudstack_ascm_ram_policy" "b" {
  name            = "b"
  policy_document = "{}"
}
resource "st-alicloud_ram_policy" "c" {
  policy_document = ["AliyunRDSFullAccess"]
}
"#,
    );
    assert!(access.documents.is_empty() && access.principals.is_empty() && access.attachments.is_empty());
}

#[test]
fn each_branch_of_a_condition_is_a_document() {
    let access = access(
        r#"
variable "wide" {
  type = bool
}
resource "alicloud_ram_policy" "p" {
  policy_name     = "p"
  policy_document = var.wide ? jsonencode({ Version = "1", Statement = [{ Effect = "Allow", Action = "rds:*", Resource = "*" }] }) : jsonencode({ Version = "1", Statement = [{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:*" }] })
}
resource "alicloud_ram_policy" "q" {
  policy_name = "q"
  policy_document = jsonencode({
    Version   = "1"
    Statement = [{ Effect = var.wide ? "Allow" : "Deny", Action = "rds:*", Resource = var.wide ? ["*"] : ["acs:rds:*:*:*"] }]
  })
}
resource "alicloud_ram_policy" "r" {
  policy_name     = "r"
  policy_document = var.unknown
}
resource "alicloud_ram_policy" "s" {
  count           = var.wide ? 1 : 0
  policy_name     = "s"
  policy_document = jsonencode({ Version = "1", Statement = [] })
}
resource "alicloud_ram_role_policy_attachment" "s" {
  count       = var.wide ? 1 : 0
  role_name   = "job"
  policy_name = alicloud_ram_policy.s[0].policy_name
  policy_type = "Custom"
}
"#,
    );
    let shown: Vec<(&str, usize, bool, bool)> = access
        .documents
        .iter()
        .map(|d| (d.subject.as_str(), d.statements.len(), d.handles.is_empty(), d.open.is_some()))
        .collect();
    assert_eq!(
        shown,
        [
            ("p", 1, true, false),
            ("p", 1, true, false),
            ("p", 0, false, true),
            ("q", 1, false, false),
            ("r", 0, false, true),
            ("s", 0, false, false),
        ]
    );
    let q = &access.documents[3].statements[0];
    assert_eq!(q.effect, Effect::Unknown);
    assert!(q.resources.as_ref().unwrap().all.is_empty() && q.resources.as_ref().unwrap().open.is_some());
    assert_eq!(access.documents[4].place.text(), "var.unknown");
    assert!(matches!(access.attachments[0].policy, AttachedPolicy::Unknown(_)));
}

#[test]
fn a_default_is_read_and_may_be_set_to_something_else() {
    let access = access(
        r#"
variable "actions" {
  default = ["rds:CreateBackup"]
}
variable "none" {
  default = []
}
variable "region" {
  default = "cn-hangzhou"
}
variable "document" {
  default = <<EOF
{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "rds:*", "Resource": "*"}]}
EOF
}
resource "alicloud_ram_policy" "a" {
  policy_name     = "a"
  policy_document = jsonencode({ Version = "1", Statement = [{ Effect = "Allow", Action = var.actions, Resource = concat(var.none, ["acs:rds:${var.region}:*:*"]) }, { Effect = "Allow", Action = "a:b", Resource = var.none }] })
}
resource "alicloud_ram_policy" "b" {
  policy_name     = "b"
  policy_document = var.document
}
"#,
    );
    let [a, b] = access.documents.as_slice() else { panic!("{:#?}", access.documents) };
    let actions = a.statements[0].actions.as_ref().unwrap();
    assert_eq!(all(Some(actions)), pairs(&[("rds:CreateBackup", "\"rds:CreateBackup\"")]));
    assert_eq!(actions.open.as_deref(), Some("`var.actions` may be set to something else"));
    let resources = a.statements[0].resources.as_ref().unwrap();
    assert_eq!(all(Some(resources)), pairs(&[("acs:rds:{var.region}:*:*", "\"acs:rds:${var.region}:*:*\"")]));
    assert!(resources.open.is_some());
    assert!(a.statements[1].resources.as_ref().unwrap().open.is_some());
    assert!(a.defects.is_empty(), "{:?}", a.defects);
    assert_eq!(b.statements[0].actions.as_ref().unwrap().all[0].place.text(), "\"rds:*\"");
    assert_eq!(b.open.as_deref(), Some("`var.document` may be set to something else"));
}

#[test]
fn files_of_the_module_are_read() {
    let access = access_of(&[
        (
            "main.tf",
            r#"
module "policies" {
  source = "./policies"
  role   = "nightly"
  ids    = ["rm-1", "rm-2"]
}
"#,
        ),
        (
            "policies/main.tf",
            r#"
variable "role" {}
variable "ids" {}
variable "account" {}
resource "alicloud_ram_policy" "a" {
  policy_name     = "${var.role}-a"
  policy_document = file("${path.module}/a.json")
}
resource "alicloud_ram_policy" "b" {
  policy_name     = "${var.role}-b"
  policy_document = templatefile("${path.module}/b.json.tpl", { account = var.account, ids = var.ids })
}
resource "alicloud_ram_policy" "c" {
  policy_name     = "${var.role}-c"
  policy_document = file("${path.module}/missing.json")
}
"#,
        ),
        (
            "policies/a.json",
            r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "rds:*", "Resource": "*"}]}"#,
        ),
        (
            "policies/b.json.tpl",
            r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "rds:CreateBackup",
  "Resource": ${jsonencode([for id in ids : "acs:rds:*:${account}:dbinstance/${id}"])}}]}"#,
        ),
    ]);
    let [a, b, c] = access.documents.as_slice() else { panic!("{:#?}", access.documents) };
    assert_eq!(a.place.source.path(), "policies/a.json");
    let action = &a.statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!((a.subject.as_str(), action.place.text()), ("nightly-a", "\"rds:*\""));
    assert_eq!(a.handles[1], address("module.policies.alicloud_ram_policy.a"));
    assert_eq!(b.place.source.path(), "policies/b.json.tpl");
    let resources = b.statements[0].resources.as_ref().unwrap();
    let shown: Vec<String> = resources.all.iter().map(Template::shown).collect();
    assert_eq!(
        shown,
        [
            "acs:rds:*:{module.policies.var.account}:dbinstance/rm-1",
            "acs:rds:*:{module.policies.var.account}:dbinstance/rm-2"
        ]
    );
    assert_eq!(resources.all[0].place.text(), "\"acs:rds:*:${account}:dbinstance/${id}\"");
    assert!(c.statements.is_empty() && c.open.is_some());
}

#[test]
fn a_provider_and_machines_run_calls() {
    let access = access_of(&[
        (
            "main.tf",
            r#"
provider "alicloud" {
  region = "cn-hangzhou"
  assume_role {
    role_arn = "acs:ram::1900000000000007:role/terraform"
    policy   = jsonencode({ Version = "1", Statement = [{ Effect = "Allow", Action = "rds:*", Resource = "*" }] })
  }
}
provider "alicloud" {
  alias         = "other"
  ecs_role_name = alicloud_ram_role.job.role_name
}
variable "job" {}
resource "alicloud_ram_role" "job" {
  role_name = var.job
}
resource "alicloud_rds_backup" "a" {
  db_instance_id = "rm-1"
}
resource "alicloud_rds_backup" "b" {
  provider       = alicloud.other
  db_instance_id = "rm-1"
}
module "m" {
  source    = "./m"
  providers = { alicloud = alicloud.other }
}
resource "alicloud_instance" "machine" {
  role_name = alicloud_ram_role.job.id
  user_data = "aliyun rds CreateBackup --DBInstanceId rm-1"
}
resource "alicloud_instance" "bare" {}
resource "alicloud_ram_role_attachment" "late" {
  role_name    = "late"
  instance_ids = [alicloud_instance.bare.id]
}
resource "alicloud_fc_service" "s" {
  name = "s"
  role = alicloud_ram_role.job.arn
}
resource "alicloud_fc_function" "f" {
  service = alicloud_fc_service.s.name
}
"#,
        ),
        ("m/main.tf", "resource \"alicloud_rds_backup\" \"c\" {\n  db_instance_id = \"rm-1\"\n}\n"),
    ]);
    let mut runners: Vec<(Reference, &str, String)> = access
        .runners
        .iter()
        .map(|runner| {
            let RunScope::Within(place) = &runner.scope else { panic!() };
            (runner.principal.clone(), runner.place.text(), place.text().lines().next().unwrap().to_owned())
        })
        .collect();
    runners.sort_by(|a, b| a.2.cmp(&b.2));
    let job = || Reference::To(address("alicloud_ram_role.job"));
    let var_job = || Reference::To(address("var.job"));
    let line = |text: &str| text.to_owned();
    let terraform = "\"acs:ram::1900000000000007:role/terraform\"";
    assert_eq!(
        runners,
        [
            (job(), "alicloud_ram_role.job.arn", line("resource \"alicloud_fc_function\" \"f\" {")),
            (Reference::To(name("late")), "\"late\"", line("resource \"alicloud_instance\" \"bare\" {}")),
            (job(), "alicloud_ram_role.job.id", line("resource \"alicloud_instance\" \"machine\" {")),
            (Reference::To(name("terraform")), terraform, line("resource \"alicloud_rds_backup\" \"a\" {")),
            (var_job(), "alicloud_ram_role.job.role_name", line("resource \"alicloud_rds_backup\" \"b\" {")),
            (var_job(), "alicloud_ram_role.job.role_name", line("resource \"alicloud_rds_backup\" \"c\" {")),
        ]
    );
    let role = &access.principals[0];
    assert_eq!(role.handles, [address("var.job"), address("alicloud_ram_role.job")]);
    let session = access.runners.iter().find_map(|runner| runner.session.as_ref()).unwrap();
    let document = access.documents.iter().find(|document| document.handles.contains(session)).unwrap();
    assert_eq!(all(document.statements[0].actions.as_ref()), pairs(&[("rds:*", "\"rds:*\"")]));
}

#[test]
fn a_module_of_policies_alone_is_read_with_what_its_callers_give() {
    let module = r#"
variable "role_name" {
  type = string
}
variable "instance_id" {
  type = string
}
resource "alicloud_ram_role" "this" {
  role_name = var.role_name
  assume_role_policy_document = jsonencode({
    Version   = "1"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ecs.aliyuncs.com"] } }]
  })
}
resource "alicloud_ram_policy" "this" {
  policy_name     = "${var.role_name}-backup"
  policy_document = <<-EOF
    {
      "Version": "1",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ${jsonencode(concat(["rds:CreateBackup"], local.reads))},
          "Resource": "acs:rds:*:${data.alicloud_account.current.id}:dbinstance/${var.instance_id}"
        }
      ]
    }
  EOF
}
locals {
  reads = ["rds:DescribeBackups"]
}
data "alicloud_account" "current" {}
resource "alicloud_ram_role_policy_attachment" "this" {
  role_name   = alicloud_ram_role.this.role_name
  policy_name = alicloud_ram_policy.this.policy_name
  policy_type = alicloud_ram_policy.this.type
}
"#;
    let root = r#"
resource "alicloud_db_instance" "db" {
  for_each = { orders = "MySQL", users = "PostgreSQL" }
  engine   = each.value
}
module "access" {
  source      = "../modules/access"
  for_each    = alicloud_db_instance.db
  role_name   = "backup-${each.key}"
  instance_id = each.value.id
}
"#;
    let extraction = run(&[("live/main.tf", root), ("modules/access/main.tf", module)]);
    let access = &extraction.access;
    let policies: Vec<&PolicyDocument> = access.documents.iter().filter(|d| d.kind == PolicyKind::Identity).collect();
    let shown: Vec<(&str, String)> = policies
        .iter()
        .map(|d| (d.subject.as_str(), d.statements[0].resources.as_ref().unwrap().all[0].shown()))
        .collect();
    let arn = |key: &str| {
        format!(
            "acs:rds:*:{{module.access[\"{key}\"].data.alicloud_account.current.id}}:dbinstance/{{alicloud_db_instance.db[\"{key}\"]}}"
        )
    };
    assert_eq!(shown, [("backup-orders-backup", arn("orders")), ("backup-users-backup", arn("users"))]);
    assert_eq!(
        all(policies[0].statements[0].actions.as_ref()),
        pairs(&[("rds:CreateBackup", "\"rds:CreateBackup\""), ("rds:DescribeBackups", "\"rds:DescribeBackups\"")])
    );
    let attached: Vec<(Reference, AttachedPolicy)> =
        access.attachments.iter().map(|a| (a.principal.clone(), a.policy.clone())).collect();
    assert_eq!(
        attached,
        [
            (Reference::To(name("backup-orders")), AttachedPolicy::Custom(name("backup-orders-backup"))),
            (Reference::To(name("backup-users")), AttachedPolicy::Custom(name("backup-users-backup"))),
        ]
    );
    let roles: Vec<&str> = access.principals.iter().map(|p| p.shown.as_str()).collect();
    assert_eq!(roles, ["backup-orders", "backup-users"]);
    assert_eq!(extraction.coverage.len(), 1, "{:?}", extraction.coverage);
}

#[test]
fn hostile_texts_end() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let heredoc = format!(
        "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_name = \"p\"\n  policy_document = <<EOF\n{deep}\nEOF\n}}\n"
    );
    assert_eq!(run(&[("main.tf", &heredoc)]).access.documents.len(), 1);
    let many = "${var.a}".repeat(5_000);
    let holes = format!(
        "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_name = \"p\"\n  policy_document = <<EOF\n{{\"a\": \"{many}\"}}\nEOF\n}}\n"
    );
    assert_eq!(run(&[("main.tf", &holes)]).access.documents.len(), 1);
    let mut doubled = String::from("locals {\n  a0 = var.x\n  e0 = \"\"\n  t0 = \"text\"\n");
    for i in 1..60 {
        let before = i - 1;
        for name in ["a", "e", "t"] {
            doubled.push_str(&format!("  {name}{i} = \"${{local.{name}{before}}}${{local.{name}{before}}}\"\n"));
        }
    }
    doubled.push_str("}\nresource \"alicloud_ram_policy\" \"p\" {\n  policy_name = local.a59\n");
    doubled.push_str("  policy_document = jsonencode({ a = local.a59, e = local.e59, t = local.t59 })\n}\n");
    assert_eq!(run(&[("main.tf", &doubled)]).access.documents.len(), 1);
    let lists: String = (1..41).map(|i| format!("  l{i} = [local.l{}, local.l{}]\n", i - 1, i - 1)).collect();
    let nested = format!(
        "locals {{\n  l0 = [var.x]\n{lists}}}\nresource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = jsonencode({{ Statement = local.l40 }})\n}}\n"
    );
    assert_eq!(run(&[("main.tf", &nested)]).access.documents.len(), 1);
}

#[test]
fn what_only_looks_like_a_name_of_a_resource_is_not_one() {
    let access = access(
        r#"
variable "role_name" {}
variable "user_name" {}
resource "alicloud_ram_role" "r" {
  role_name = var.role_name
}
resource "alicloud_ram_user" "u" {
  name = var.user_name
}
"#,
    );
    let handles: Vec<&Handle> = access.principals.iter().map(|p| &p.handles[0]).collect();
    assert_eq!(handles, [&address("var.role_name"), &address("var.user_name")]);
}

#[test]
fn a_module_that_is_called_by_two_roots_holds_its_documents_once() {
    let module = r#"resource "alicloud_ram_policy" "p" {
  policy_name     = "p"
  policy_document = jsonencode({ Version = "1", Statement = [{ Effect = "Allow", Action = "rds:*", Resource = "*" }] })
}
"#;
    let root = "module \"m\" {\n  source = \"../m\"\n}\n";
    let access = access_of(&[("a/main.tf", root), ("b/main.tf", root), ("m/main.tf", module)]);
    assert_eq!(access.documents.len(), 1);
    assert_eq!(access.documents[0].handles.len(), 3, "{:?}", access.documents[0].handles);
}

#[test]
fn a_script_that_stands_elsewhere_is_run_by_the_role_of_its_machine() {
    let access = access_of(&[
        (
            "main.tf",
            r#"
locals {
  script = <<EOF
aliyun rds CreateBackup --DBInstanceId rm-1
EOF
}
resource "alicloud_instance" "a" {
  role_name = "a"
  user_data = base64encode(local.script)
}
resource "alicloud_instance" "b" {
  role_name = "b"
  user_data = file("${path.module}/run.sh")
}
resource "alicloud_ram_role" "a" {
  name = "a"
}
"#,
        ),
        ("run.sh", "aliyun rds CreateBackup --DBInstanceId rm-1\n"),
    ]);
    let scopes: Vec<(Reference, String)> = access
        .runners
        .iter()
        .map(|runner| match &runner.scope {
            RunScope::Within(place) => (runner.principal.clone(), place.text().lines().next().unwrap().to_owned()),
            RunScope::Files(files) => (runner.principal.clone(), files.join(" ")),
        })
        .collect();
    let to = |text: &str| Reference::To(name(text));
    assert_eq!(
        scopes,
        [
            (to("a"), "resource \"alicloud_instance\" \"a\" {".to_owned()),
            (to("a"), "<<EOF".to_owned()),
            (to("b"), "resource \"alicloud_instance\" \"b\" {".to_owned()),
            (to("b"), "run.sh".to_owned()),
        ]
    );
}

#[test]
fn a_plan_alone_says_who_may_do_what() {
    let plan = r#"{
  "format_version": "1.2",
  "terraform_version": "1.9.5",
  "resource_changes": [
    {"address": "alicloud_ram_policy.p", "mode": "managed", "type": "alicloud_ram_policy", "name": "p",
     "change": {"actions": ["create"], "after": {"policy_name": "p",
       "policy_document": "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"rds:*\",\"Resource\":\"*\"}]}"}}},
    {"address": "module.m.alicloud_ram_role.r[0]", "module_address": "module.m", "mode": "managed",
     "type": "alicloud_ram_role", "name": "r", "index": 0,
     "change": {"actions": ["no-op"], "after": {}, "after_unknown": {"role_name": true, "document": true}}},
    {"address": "module.m.alicloud_ram_role_policy_attachment.a", "module_address": "module.m", "mode": "managed",
     "type": "alicloud_ram_role_policy_attachment", "name": "a",
     "change": {"actions": ["create"], "after": {"policy_name": "p", "policy_type": "Custom"},
       "after_unknown": {"role_name": true}}},
    {"address": "alicloud_ram_user.gone", "mode": "managed", "type": "alicloud_ram_user", "name": "gone",
     "change": {"actions": ["delete"], "before": {"name": "gone"}, "after": null}}
  ],
  "configuration": {"root_module": {"module_calls": {"m": {"module": {"resources": [
    {"type": "alicloud_ram_role_policy_attachment", "name": "a",
     "expressions": {"role_name": {"references": ["alicloud_ram_role.r[0].role_name", "alicloud_ram_role.r[0]"]}}}
  ]}}}}}
}"#;
    let access = access_of(&[("out/plan.json", plan)]);
    let [p, r] = access.documents.as_slice() else { panic!("{:#?}", access.documents) };
    assert_eq!((p.subject.as_str(), p.length, r.open.is_some()), ("p", Some(80), true));
    assert_eq!(p.statements[0].actions.as_ref().unwrap().all[0].place.text(), "\\\"rds:*\\\"");
    assert!(p.defects.is_empty());
    let role =
        Handle::Address { scope: "out/plan.json".to_owned(), address: "module.m.alicloud_ram_role.r[0]".to_owned() };
    assert_eq!(access.principals.len(), 1);
    assert_eq!(access.principals[0].handles, std::slice::from_ref(&role));
    assert_eq!(access.principals[0].place.text(), "\"module.m.alicloud_ram_role.r[0]\"");
    assert_eq!(access.attachments[0].principal, Reference::To(role));
    assert_eq!(access.attachments[0].policy, AttachedPolicy::Custom(name("p")));
    // Beside its files it says nothing that they do not say.
    let beside =
        access_of(&[("plan.json", plan), ("main.tf", "resource \"alicloud_ram_user\" \"u\" {\n  name = \"u\"\n}\n")]);
    assert!(beside.documents.is_empty() && beside.principals.len() == 1);
}
