//! Plans as JSON, alone and beside their `.tf` files.

use super::*;

const PLAN: &str = r#"{
  "format_version": "1.2",
  "terraform_version": "1.9.5",
  "planned_values": {"root_module": {
    "resources": [
      {"address": "alicloud_db_instance.i", "mode": "managed", "type": "alicloud_db_instance", "name": "i",
       "values": {"engine": "MySQL", "db_instance_storage_type": "cloud_essd"}},
      {"address": "alicloud_rds_backup.b", "mode": "managed", "type": "alicloud_rds_backup", "name": "b",
       "values": {"backup_method": "Logical"}}
    ],
    "child_modules": [{"address": "module.m[\"a.b\"]", "resources": [
      {"address": "module.m[\"a.b\"].alicloud_rds_backup.c[0]", "mode": "managed", "type": "alicloud_rds_backup",
       "name": "c", "index": 0, "values": {}}
    ]}]
  }},
  "resource_changes": [
    {"address": "alicloud_rds_backup.b", "mode": "managed", "type": "alicloud_rds_backup", "name": "b",
     "change": {"actions": ["create"],
       "after": {"backup_method": "Logical", "backup_retention_period": 7, "db_name": null},
       "after_unknown": {"db_instance_id": true, "backup_type": true, "id": true}}},
    {"address": "alicloud_rds_backup.kept", "mode": "managed", "type": "alicloud_rds_backup", "name": "kept",
     "change": {"actions": ["no-op"], "after": {"backup_method": "Nope"}}},
    {"address": "module.m[\"a.b\"].alicloud_rds_backup.c[0]", "module_address": "module.m[\"a.b\"]",
     "mode": "managed", "type": "alicloud_rds_backup", "name": "c", "index": 0,
     "change": {"actions": ["delete", "create"], "after": {"db_instance_id": "rm-9"}, "after_unknown": {}}}
  ],
  "configuration": {"root_module": {
    "resources": [
      {"address": "alicloud_rds_backup.b", "type": "alicloud_rds_backup", "name": "b",
       "expressions": {"db_instance_id": {"references": ["alicloud_db_instance.i.id", "alicloud_db_instance.i"]},
                       "backup_method": {"references": ["var.m"]}}}
    ],
    "module_calls": {"m": {"expressions": {}, "module": {"resources": []}}}
  }}
}"#;

#[test]
fn a_plan_alone() {
    let extraction = run(&[("out/plan.json", PLAN)]);
    assert!(extraction.problems.is_empty());
    let subjects: Vec<_> = extraction.calls.iter().map(|c| c.subject.as_str()).collect();
    assert_eq!(subjects, ["alicloud_rds_backup.b", "module.m[\"a.b\"].alicloud_rds_backup.c[0]"]);
    let call = &extraction.calls[0];
    assert_eq!(call.head.text(), "\"alicloud_rds_backup.b\"");
    assert_eq!(argument(call, "BackupMethod"), ["Logical"]);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "\"Logical\"");
    assert_eq!(argument(call, "BackupRetentionPeriod"), ["7"]);
    assert_eq!(argument(call, "DBInstanceId"), ["?`db_instance_id` is known after apply"]);
    // It is computed, not written: nothing is sent.
    assert!(call.argument("BackupType").is_none() && call.argument("DBName").is_none());
    assert_eq!(fact(call, "engine"), ["MySQL"]);
    assert_eq!(fact(call, "role"), ["primary"]);
    assert_eq!(steps(&call.fact("engine").unwrap().value)[1].0, "\"MySQL\"");
    assert_eq!(extraction.coverage.len(), 1);
}

#[test]
fn a_plan_is_laid_over_its_files() {
    let main = "variable \"m\" {}\nresource \"alicloud_db_instance\" \"i\" {\n  engine = \"MySQL\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = alicloud_db_instance.i.id\n  backup_method  = var.m\n  backup_retention_period = 7\n}\nresource \"alicloud_rds_backup\" \"kept\" {\n  db_instance_id = \"rm-2\"\n}\n";
    let extraction = run(&[("live/plan.json", PLAN), ("live/main.tf", main), ("other/main.tf", main)]);
    let mut subjects: Vec<_> = extraction.calls.iter().map(|c| (c.place.source.path(), c.subject.as_str())).collect();
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [
            ("live/main.tf", "alicloud_rds_backup.b"),
            ("live/main.tf", "alicloud_rds_backup.kept"),
            ("live/plan.json", "module.m[\"a.b\"].alicloud_rds_backup.c[0]"),
            ("other/main.tf", "alicloud_rds_backup.b"),
            ("other/main.tf", "alicloud_rds_backup.kept"),
        ]
    );
    let call = extraction.calls.iter().find(|c| c.subject.ends_with(".b")).unwrap();
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(show(&method.value), ["Logical"]);
    assert_eq!(method.place.text(), "var.m");
    assert_eq!(
        steps(&method.value),
        [("var.m".to_owned(), "set here".to_owned()), ("\"Logical\"".to_owned(), "value in the plan".to_owned())]
    );
    assert!(call.argument("BackupRetentionPeriod").unwrap().value.alternatives()[0].steps.is_empty());
    assert_eq!(fact(call, "storage"), ["cloud_essd"]);
}

#[test]
fn other_json_is_not_claimed() {
    assert!(!Terraform.claims(Path::new("a.json"), b"{\"Statement\": []}"));
    assert!(Terraform.claims(Path::new("a.json"), b"{\"format_version\":\"1.2\""));
    assert!(!Terraform.claims(Path::new("a.txt"), b"{\"format_version\":\"1.2\""));
}

#[test]
fn a_cut_plan_is_a_problem() {
    let extraction = run(&[("plan.json", PLAN.get(..PLAN.len() / 2).unwrap())]);
    assert_eq!((extraction.calls.len(), extraction.problems.len()), (0, 1));
    assert_eq!(extraction.coverage[0].status, CoverageStatus::Skipped);
}

#[test]
fn references_cross_modules_in_a_plan() {
    let text = r#"{"format_version": "1.2",
  "planned_values": {"root_module": {"child_modules": [
    {"address": "module.db", "resources": [
      {"address": "module.db.alicloud_db_instance.i[\"x\"]", "type": "alicloud_db_instance", "name": "i", "values": {"engine": "MySQL"}},
      {"address": "module.db.alicloud_db_instance.i[\"y\"]", "type": "alicloud_db_instance", "name": "i", "values": {"engine": "MariaDB"}},
      {"address": "module.db.alicloud_db_readonly_instance.r", "type": "alicloud_db_readonly_instance", "name": "r", "values": {"master_db_instance_id": "rm-1"}},
      {"address": "module.db.alicloud_db_instance.old", "type": "alicloud_db_instance", "name": "old", "values": {"id": "rm-1", "engine": "PostgreSQL"}}
    ]}
  ]}},
  "resource_changes": [
    {"address": "module.copy.alicloud_rds_backup.b", "module_address": "module.copy", "type": "alicloud_rds_backup", "name": "b",
     "change": {"actions": ["create"], "after": {}, "after_unknown": {"db_instance_id": true}}}
  ],
  "configuration": {"root_module": {"module_calls": {
    "db": {"module": {"outputs": {"id": {"expression": {"references": ["alicloud_db_readonly_instance.r.id", "alicloud_db_readonly_instance.r"]}}}}},
    "copy": {"expressions": {"instance": {"references": ["module.db.id", "module.db"]}},
      "module": {"resources": [{"type": "alicloud_rds_backup", "name": "b", "expressions": {"db_instance_id": {"references": ["var.instance"]}}}]}}
  }}}}"#;
    let call = run(&[("plan.json", text)]).calls.remove(0);
    assert_eq!(fact(&call, "role"), ["readonly"]);
    assert_eq!(fact(&call, "engine"), ["PostgreSQL"]);
}
