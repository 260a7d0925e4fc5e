//! Text in, calls and findings out.

use super::*;
use crate::surface::document::tests::{argument, call, found, show};

const PROGRAM: &str = "name: copies
runtime: yaml
config:
  method: {type: string, default: Logical}
  open: {type: string}
variables:
  chosen: ${method}
resources:
  main:
    type: alicloud:rds:Instance
    properties: {engine: PostgreSQL, dbInstanceStorageType: cloud_essd}
  nightly:
    type: alicloud:rds:RdsBackup
    properties:
      dbInstanceId: ${main.id}
      backupMethod: ${chosen}
";

#[test]
fn a_resource_is_a_call_and_its_instance_gives_facts() {
    let call = call(&PulumiYaml, "Pulumi.yaml", PROGRAM);
    assert_eq!((call.subject.as_str(), call.head.text()), ("Pulumi resource `nightly`", "alicloud:rds:RdsBackup"));
    assert_eq!(argument(&call, "BackupMethod"), ["~Logical"]);
    assert_eq!(argument(&call, "DBInstanceId"), ["?`main.id` is known after deployment"]);
    assert_eq!(show(&call.fact("engine").unwrap().value), ["PostgreSQL"]);
    assert_eq!(show(&call.fact("storage").unwrap().value), ["cloud_essd"]);
    assert_eq!(found("Pulumi.yaml", PROGRAM), ["16 unsupported-method BackupMethod"]);
}

#[test]
fn what_is_not_set_is_unknown_and_wrong_names_are_refused() {
    let open = PROGRAM.replace("${chosen}", "${open}");
    assert_eq!(
        argument(&call(&PulumiYaml, "Pulumi.yaml", &open), "BackupMethod"),
        ["?configuration `open` has no default"]
    );
    let wrong = PROGRAM.replace("backupMethod: ${chosen}", "BackupMethod: Snapshot\n      removeFromState: true");
    assert_eq!(found("Pulumi.yaml", &wrong), ["16 unknown-parameter BackupMethod"]);
}

#[test]
fn the_full_type_and_a_read_only_instance() {
    let text = PROGRAM
        .replace("alicloud:rds:RdsBackup", "alicloud:rds/rdsBackup:RdsBackup")
        .replace("alicloud:rds:Instance", "alicloud:rds/readOnlyInstance:ReadOnlyInstance")
        .replace("${chosen}", "Physical");
    assert_eq!(found("Pulumi.yaml", &text), ["15 read-only-instance DBInstanceId"]);
}
