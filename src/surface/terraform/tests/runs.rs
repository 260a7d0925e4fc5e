//! How often calls are made, and what keeps them apart.

use super::*;
use crate::model::Often;

/// The calls that each call waits for, by name.
fn waits(text: &str) -> Vec<(String, Vec<String>)> {
    waits_in(&[("main.tf", text)])
}

fn waits_in(files: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let calls = run(files).calls;
    let by_number = |number: u32| {
        let is_it = |call: &&Call| call.runs.lanes.iter().any(|lane| lane.number == number);
        calls.iter().find(is_it).map(|call| call.subject.clone()).unwrap()
    };
    let mut waits: Vec<(String, Vec<String>)> = calls
        .iter()
        .map(|call| {
            let mut names: Vec<String> = call.runs.lanes[0].after.iter().map(|number| by_number(*number)).collect();
            names.sort();
            (call.subject.replace("alicloud_rds_backup.", ""), names)
        })
        .collect();
    waits.iter_mut().for_each(|(_, names)| {
        names.iter_mut().for_each(|name| *name = name.replace("alicloud_rds_backup.", ""));
    });
    waits.sort();
    waits
}

fn expect(found: &[(String, Vec<String>)], expected: &[(&str, &[&str])]) {
    let found: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(name, after)| (name.as_str(), after.iter().map(String::as_str).collect())).collect();
    let expected: Vec<(&str, Vec<&str>)> = expected.iter().map(|(name, after)| (*name, after.to_vec())).collect();
    assert_eq!(found, expected);
}

const TWO: &str = r#"
resource "alicloud_rds_backup" "a" {
  db_instance_id = "rm-1"
}
"#;

#[test]
fn nothing_keeps_two_resources_apart_but_a_dependency() {
    let b = |extra: &str| {
        format!("{TWO}\nresource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = \"rm-1\"\n{extra}}}\n")
    };
    expect(&waits(&b("")), &[("a", &[]), ("b", &[])]);
    expect(&waits(&b("  depends_on = [alicloud_rds_backup.a]\n")), &[("a", &[]), ("b", &["a"])]);
    expect(&waits(&b("  depends_on = [\"alicloud_rds_backup.a\"]\n")), &[("a", &[]), ("b", &["a"])]);
    expect(&waits(&b("  db_name = alicloud_rds_backup.a.backup_id\n")), &[("a", &[]), ("b", &["a"])]);
    expect(&waits(&b("  db_name = \"x-${alicloud_rds_backup.a.id}\"\n")), &[("a", &[]), ("b", &["a"])]);
    // A comment is no dependency.
    expect(&waits(&b("  # after alicloud_rds_backup.a.id\n")), &[("a", &[]), ("b", &[])]);
}

#[test]
fn chains_lead_through_other_resources_and_locals() {
    let chain = format!(
        r#"{TWO}
resource "time_sleep" "wait" {{
  depends_on      = [alicloud_rds_backup.a]
  create_duration = "10m"
}}
resource "null_resource" "done" {{
  triggers = {{ waited = time_sleep.wait.id }}
}}
locals {{
  done = null_resource.done.id
}}
resource "alicloud_rds_backup" "b" {{
  db_instance_id = "rm-1"
  db_name        = local.done == "" ? null : "orders"
}}
resource "alicloud_rds_backup" "c" {{
  db_instance_id = "rm-1"
  lifecycle {{
    replace_triggered_by = [alicloud_rds_backup.b]
  }}
}}
"#
    );
    expect(&waits(&chain), &[("a", &[]), ("b", &["a"]), ("c", &["a", "b"])]);
    let circle = "locals {\n  x = local.y\n  y = local.x\n}\n";
    let b = "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = local.x\n}\n";
    expect(&waits(&format!("{TWO}{circle}{b}")), &[("a", &[]), ("b", &[])]);
}

#[test]
fn modules_are_waited_for_through_outputs_inputs_and_as_a_whole() {
    let backup = r#"
variable "id" {}
variable "after" { default = "" }
resource "alicloud_rds_backup" "it" {
  db_instance_id = var.id
  db_name        = var.after
}
resource "time_sleep" "wait" {
  depends_on = [alicloud_rds_backup.it]
}
output "done" {
  value = time_sleep.wait.id
}
output "id" {
  value = var.id
}
"#;
    let call = |name: &str, extra: &str| {
        format!("module \"{name}\" {{\n  source = \"./backup\"\n  id = \"rm-1\"\n{extra}}}\n")
    };
    let main = |extra: &str| format!("{}{}", call("a", ""), call("b", extra));
    let found = |extra: &str| waits_in(&[("main.tf", &main(extra)), ("backup/main.tf", backup)]);
    let both: &[(&str, &[&str])] = &[("module.a.it", &[]), ("module.b.it", &["module.a.it"])];
    let neither: &[(&str, &[&str])] = &[("module.a.it", &[]), ("module.b.it", &[])];
    expect(&found(""), neither);
    expect(&found("  after = module.a.done\n"), both);
    expect(&found("  after = module.a.id\n"), neither);
    expect(&found("  depends_on = [module.a]\n"), both);
    expect(&found("  for_each = toset([module.a.done])\n"), both);
}

#[test]
fn elements_that_do_not_differ_are_repeats_of_one_call() {
    let made = call("resource \"alicloud_rds_backup\" \"b\" {\n  count = 25\n  db_instance_id = \"rm-1\"\n}\n");
    assert_eq!(made.runs.repeats[0].times, Often::Times(25));
    assert_eq!(made.runs.repeats[0].place.text(), "count = 25");
    assert!(made.runs.lanes[0].beside_itself && made.runs.lanes[0].retried);
    assert_eq!(made.runs.program, ".");
    let open = "variable \"n\" {\n  default = 25\n}\n";
    let made = call(&format!(
        "{open}resource \"alicloud_rds_backup\" \"b\" {{\n  count = var.n\n  db_instance_id = \"rm-1\"\n}}\n"
    ));
    assert_eq!(made.runs.repeats[0].times, Often::AtMost(25));
    let made = call(
        "variable \"n\" {}\nresource \"alicloud_rds_backup\" \"b\" {\n  for_each = var.n\n  db_instance_id = each.key\n}\n",
    );
    assert!(matches!(made.runs.repeats[0].times, Often::Unknown(_)) && made.runs.repeats[0].distinct);
}

#[test]
fn an_instance_resource_stands_for_its_id() {
    let made = calls(
        r#"
resource "alicloud_db_instance" "main" {
  for_each = toset(["x", "y"])
  engine   = "MySQL"
}
variable "id" {}
data "alicloud_db_instances" "all" {}
resource "alicloud_rds_backup" "a" {
  db_instance_id = alicloud_db_instance.main["x"].id
}
resource "alicloud_rds_backup" "b" {
  db_instance_id = var.id
}
resource "alicloud_rds_backup" "c" {
  db_instance_id = data.alicloud_db_instances.all.ids[0]
}
resource "alicloud_rds_backup" "d" {
  db_instance_id = "rm-1"
}
"#,
    );
    let targets: Vec<Option<(&str, bool)>> =
        made.iter().map(|call| call.runs.target.as_ref().map(|t| (&*t.name, t.certain))).collect();
    assert_eq!(
        targets,
        [
            Some(("alicloud_db_instance.main[\"x\"]", true)),
            Some(("var.id", false)),
            Some(("data.alicloud_db_instances.all for alicloud_rds_backup.c", false)),
            None,
        ]
    );
}

#[test]
fn a_plan_names_each_element_and_takes_what_the_files_say_of_its_order() {
    let plan = r#"{"format_version": "1.2", "resource_changes": [
      {"address": "alicloud_rds_backup.a", "mode": "managed", "type": "alicloud_rds_backup", "name": "a",
       "change": {"actions": ["create"], "after": {"db_instance_id": "rm-1"}}},
      {"address": "alicloud_rds_backup.b[0]", "mode": "managed", "type": "alicloud_rds_backup", "name": "b",
       "change": {"actions": ["create"], "after": {"db_instance_id": "rm-1"}}},
      {"address": "alicloud_rds_backup.b[1]", "mode": "managed", "type": "alicloud_rds_backup", "name": "b",
       "change": {"actions": ["create"], "after": {"db_instance_id": "rm-1"}}}]}"#;
    let main =
        format!("{TWO}\nresource \"alicloud_rds_backup\" \"b\" {{\n  count = 2\n  db_instance_id = \"rm-1\"\n}}\n");
    let calls = run(&[("main.tf", &main), ("plan.json", plan)]).calls;
    let runs: Vec<(&str, usize, usize)> =
        calls.iter().map(|c| (c.subject.as_str(), c.runs.repeats.len(), c.runs.lanes.len())).collect();
    assert_eq!(
        runs,
        [("alicloud_rds_backup.a", 0, 1), ("alicloud_rds_backup.b[0]", 0, 0), ("alicloud_rds_backup.b[1]", 0, 0)]
    );
    assert!(calls.iter().all(|call| call.runs.program == "."));
}
