//! Module trees and the values of root variables.

use super::*;

const CHILD: &str = r#"
variable "method" {
  type    = string
  default = "Physical"
}
variable "instance" {
  type = string
}
resource "alicloud_rds_backup" "this" {
  db_instance_id = var.instance
  backup_method  = var.method
}
"#;

#[test]
fn inputs_and_outputs_cross_modules() {
    let main = r#"
module "db" {
  source = "./db"
  engine = "MariaDB"
}
module "copy" {
  source   = "./copy"
  instance = module.db.id
  method   = "Snapshot"
}
"#;
    let db = r#"
variable "engine" {}
resource "alicloud_db_instance" "this" {
  engine                   = var.engine
  db_instance_storage_type = "cloud_essd"
}
output "id" {
  value = alicloud_db_instance.this.id
}
"#;
    let extraction = run(&[("main.tf", main), ("db/main.tf", db), ("copy/main.tf", CHILD)]);
    assert_eq!(extraction.calls.len(), 1);
    let call = &extraction.calls[0];
    assert_eq!(call.subject, "module.copy.alicloud_rds_backup.this");
    assert_eq!(argument(call, "BackupMethod"), ["Snapshot"]);
    assert_eq!(fact(call, "engine"), ["MariaDB"]);
    assert_eq!(
        steps(&call.argument("BackupMethod").unwrap().value),
        [
            ("var.method".to_owned(), "`backup_method` is set here".to_owned()),
            ("\"Snapshot\"".to_owned(), "module input `method`".to_owned()),
        ]
    );
    let way = steps(&call.fact("engine").unwrap().value);
    assert_eq!(way.last().unwrap(), &("\"MariaDB\"".to_owned(), "module input `engine`".to_owned()));
    assert_eq!(extraction.coverage.len(), 1);
}

#[test]
fn a_default_of_a_called_module_is_definite_and_alone_it_is_not() {
    let main = "module \"c\" {\n  source   = \"./copy\"\n  instance = \"rm-1\"\n}\n";
    let called = run(&[("main.tf", main), ("copy/main.tf", CHILD)]);
    assert_eq!(argument(&called.calls[0], "BackupMethod"), ["Physical"]);
    let alone = run(&[("copy/main.tf", CHILD)]);
    assert_eq!(argument(&alone.calls[0], "BackupMethod"), ["~Physical"]);
    assert_eq!(alone.calls[0].subject, "alicloud_rds_backup.this");
}

#[test]
fn each_caller_gives_a_call_of_its_own() {
    let main = "module \"a\" {\n  source   = \"../copy\"\n  instance = \"rm-1\"\n  method = \"Logical\"\n}\nmodule \"b\" {\n  source   = \"../copy/\"\n  for_each = { x = \"rm-2\", y = \"rm-3\" }\n  instance = each.value\n}\n";
    let extraction = run(&[("live/main.tf", main), ("test/main.tf", main), ("copy/main.tf", CHILD)]);
    let subjects: Vec<_> = extraction.calls.iter().map(|c| c.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "module.a.alicloud_rds_backup.this",
            "module.a.alicloud_rds_backup.this",
            "module.b[\"x\"].alicloud_rds_backup.this",
            "module.b[\"x\"].alicloud_rds_backup.this",
            "module.b[\"y\"].alicloud_rds_backup.this",
            "module.b[\"y\"].alicloud_rds_backup.this",
        ]
    );
    assert_eq!(argument(&extraction.calls[4], "DBInstanceId"), ["rm-3"]);
}

#[test]
fn circles_of_modules_end() {
    let own = "module \"me\" {\n  source = \".\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n}\n";
    assert_eq!(run(&[("main.tf", own)]).calls.len(), 1);
    let a = "module \"b\" {\n  source = \"../b\"\n}\n";
    let b = "module \"a\" {\n  source = \"../a\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = module.a.nothing\n}\n";
    assert_eq!(run(&[("a/main.tf", a), ("b/main.tf", b)]).calls.len(), 1);
}

#[test]
fn remote_modules_are_unknown() {
    let text = "module \"db\" {\n  source = \"terraform-alicloud-modules/rds/alicloud\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = module.db.db_instance_id\n}\n";
    assert_eq!(argument(&call(text), "DBInstanceId"), ["?module `db` is not in these files"]);
}

#[test]
fn a_decision_of_the_root_stays_one_decision_in_modules() {
    let main = r#"
variable "big" { type = bool }
resource "alicloud_db_instance" "i" {
  engine = var.big ? "SQLServer" : "MySQL"
}
module "copy" {
  source   = "./copy"
  big      = var.big
  instance = alicloud_db_instance.i.id
}
"#;
    let copy = r#"
variable "big" { type = bool }
variable "instance" {}
resource "alicloud_rds_backup" "b" {
  db_instance_id = var.instance
  backup_method  = var.big ? "Snapshot" : "Logical"
}
"#;
    let calls = run(&[("main.tf", main), ("copy/main.tf", copy)]).calls;
    let engine = calls[0].fact("engine").unwrap().value.alternatives();
    let method = calls[0].argument("BackupMethod").unwrap().value.alternatives();
    assert_eq!(engine[0].guards, method[0].guards);
    assert_eq!(engine[1].guards, method[1].guards);
}

const ROOT: &str = "variable \"m\" {\n  default = \"Logical\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n  backup_method = var.m\n}\n";

#[test]
fn files_of_variables_in_their_order() {
    let tfvars = ("terraform.tfvars", "m = \"A\"\n");
    let json = ("terraform.tfvars.json", "{\"m\": \"B\"}");
    let auto = ("a.auto.tfvars", "m = \"C\"\n");
    let auto_json = ("b.auto.tfvars.json", "{\"m\": \"D\"}");
    let method = |files: &[(&'static str, &'static str)]| {
        let files: Vec<_> = [("main.tf", ROOT)].into_iter().chain(files.iter().copied()).collect();
        argument(&run(&files).calls[0], "BackupMethod")
    };
    assert_eq!(method(&[]), ["~Logical"]);
    assert_eq!(method(&[tfvars]), ["A"]);
    assert_eq!(method(&[tfvars, json]), ["B"]);
    assert_eq!(method(&[tfvars, json, auto]), ["C"]);
    assert_eq!(method(&[tfvars, json, auto, auto_json]), ["D"]);
    assert_eq!(method(&[("other.tfvars", "m = \"Z\"\n")]), ["~Logical"]);
}

#[test]
fn the_command_line_beats_files() {
    let files = [("main.tf", ROOT), ("terraform.tfvars", "m = \"A\"\n"), ("prod.tfvars", "m = \"P\"\n")];
    let mut settings = SurfaceSettings { variable_files: vec!["prod.tfvars".into()], ..SurfaceSettings::default() };
    assert_eq!(argument(&run_with(&files, &settings).calls[0], "BackupMethod"), ["P"]);
    settings.variables.push(("m".to_owned(), "Q".to_owned()));
    let call = run_with(&files, &settings).calls.remove(0);
    assert_eq!(argument(&call, "BackupMethod"), ["Q"]);
    let way = steps(&call.argument("BackupMethod").unwrap().value);
    assert_eq!(
        way.last().unwrap(),
        &("Q".to_owned(), "set here, over the default \"Logical\" of main.tf:2".to_owned())
    );
    settings.variable_files.push("gone.tfvars".into());
    assert_eq!(run_with(&files, &settings).problems.len(), 1);
}

#[test]
fn a_collection_on_the_command_line() {
    let text = "variable \"l\" {\n  type = list(string)\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  for_each = toset(var.l)\n  db_instance_id = each.key\n}\n";
    let settings = SurfaceSettings {
        variables: vec![("l".to_owned(), "[\"rm-1\", \"rm-2\"]".to_owned())],
        ..SurfaceSettings::default()
    };
    let calls = run_with(&[("main.tf", text)], &settings).calls;
    assert_eq!(calls.len(), 2);
}

#[test]
fn names_of_folders_and_order_of_files_do_not_matter() {
    let main = "module \"one\" {\n  source = \"../x\"\n  method = module.two.out\n  instance = \"rm-1\"\n}\nmodule \"two\" {\n  source = \"../x\"\n  method = \"Logical\"\n  instance = \"rm-2\"\n}\n";
    let x = format!("{CHILD}\noutput \"out\" {{\n  value = var.method\n}}\n");
    let calls = run(&[("m/main.tf", main), ("x/main.tf", &x)]).calls;
    assert_eq!(calls.iter().flat_map(|c| argument(c, "BackupMethod")).collect::<Vec<_>>(), ["Logical", "Logical"]);
}

#[test]
fn a_module_that_may_not_be_there_guards_its_calls() {
    let main = "variable \"on\" {\n  type = bool\n}\nmodule \"c\" {\n  source   = \"./copy\"\n  count    = var.on ? 1 : 0\n  instance = \"rm-1\"\n}\nmodule \"off\" {\n  source   = \"./copy\"\n  count    = 0\n  instance = \"rm-2\"\n}\n";
    let calls = run(&[("main.tf", main), ("copy/main.tf", CHILD)]).calls;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].subject, "module.c[0].alicloud_rds_backup.this");
    assert_eq!(calls[0].guards.iter().map(|g| g.branch).collect::<Vec<_>>(), [0]);
}

#[test]
fn an_input_of_null_is_null_unless_the_variable_forbids_it() {
    let main = "module \"c\" {\n  source = \"./copy\"\n  a = null\n  b = null\n}\n";
    let copy = "variable \"a\" {\n  default = \"Physical\"\n}\nvariable \"b\" {\n  default = \"x\"\n  nullable = false\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  backup_method = var.a\n  db_name = var.b\n}\n";
    let calls = run(&[("main.tf", main), ("copy/main.tf", copy)]).calls;
    assert_eq!(argument(&calls[0], "BackupMethod"), ["-"]);
    assert_eq!(argument(&calls[0], "DBName"), ["x"]);
}

#[test]
fn the_result_does_not_depend_on_the_order_of_the_files() {
    let main = "module \"a\" {\n  source   = \"../copy\"\n  instance = \"rm-1\"\n}\n";
    let files = [("one/main.tf", main), ("two/main.tf", main), ("copy/main.tf", CHILD), ("copy/x.tf", "locals {}\n")];
    let shown = |files: &[(&str, &str)]| {
        let extraction = run(files);
        extraction.calls.iter().map(|c| (c.subject.clone(), c.place.display())).collect::<Vec<_>>()
    };
    let mut reversed = files;
    reversed.reverse();
    assert_eq!(shown(&files), shown(&reversed));
    assert_eq!(shown(&files).len(), 2);
}

#[test]
fn a_caller_and_a_file_above_the_start_are_found() {
    let main = "module \"a\" {\n  source   = \"../shared/copy\"\n  instance = module.b.id\n}\nmodule \"b\" {\n  source = \"../shared/db\"\n}\n";
    let db = "resource \"alicloud_db_readonly_instance\" \"r\" {\n  master_db_instance_id = \"rm-1\"\n}\noutput \"id\" {\n  value = one(alicloud_db_readonly_instance.r.*.id)\n}\n";
    let calls = run(&[("live/main.tf", main), ("shared/copy/main.tf", CHILD), ("shared/db/main.tf", db)]).calls;
    assert_eq!(fact(&calls[0], "role"), ["readonly"]);
}

#[test]
fn modules_that_double_at_every_level_end() {
    let level = |next: usize| {
        format!("module \"a\" {{\n  source = \"../m{next}\"\n}}\nmodule \"b\" {{\n  source = \"../m{next}\"\n}}\n")
    };
    let mut files: Vec<(String, String)> = (0..24).map(|i| (format!("m{i}/main.tf"), level(i + 1))).collect();
    files.push((
        "m24/main.tf".to_owned(),
        "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n}\n".to_owned(),
    ));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let extraction = run(&files);
    assert!(!extraction.calls.is_empty());
    assert_eq!(extraction.coverage[0].status, CoverageStatus::InPart);
}
