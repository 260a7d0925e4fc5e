//! Resources: Terraform and Pulumi in every language.

use crate::{METHOD, Row, row};

const TF: &str = "main.tf";

const POSTGRESQL: &[(&str, &str)] = &[(
    "db.tf",
    "resource \"alicloud_db_instance\" \"main\" {\n  engine                   = \"PostgreSQL\"\n  db_instance_storage_type = \"cloud_essd\"\n}\n",
)];

const MYSQL: &[(&str, &str)] = &[(
    "db.tf",
    "resource \"alicloud_db_instance\" \"main\" {\n  engine                   = \"MySQL\"\n  db_instance_storage_type = \"local_ssd\"\n}\n",
)];

pub(crate) const ROWS: &[Row] = &[
    Row {
        beside: POSTGRESQL,
        ..row(
            "a resource with everything",
            TF,
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id    = alicloud_db_instance.main.id\n  backup_method     = \"Snapshot\"\n  backup_strategy   = null\n  db_name           = \"\"\n  remove_from_state = true\n  timeouts {\n    create = \"30m\"\n  }\n}\n",
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id    = alicloud_db_instance.main.id\n  backup_method     = «\"Logical\"»\n  backup_strategy   = null\n  remove_from_state = true\n}\n",
            METHOD,
        )
    },
    Row {
        beside: MYSQL,
        ..row(
            "a retention of nothing is sent",
            TF,
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id          = alicloud_db_instance.main.id\n  backup_retention_period = 30\n}\n",
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id          = alicloud_db_instance.main.id\n  backup_retention_period = «0»\n}\n",
            &["retention-out-of-range error"],
        )
    },
    Row {
        beside: POSTGRESQL,
        ..row(
            "an argument that only other resources have",
            TF,
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_db_instance.main.id\n}\n",
            "resource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_db_instance.main.id\n  «instance_id»    = alicloud_db_instance.main.id\n}\n",
            &["unknown-parameter error"],
        )
    },
    row(
        "a resource in JSON",
        "main.tf.json",
        "{\"resource\": {\"alicloud_db_instance\": {\"main\": {\"engine\": \"PostgreSQL\"}}, \"alicloud_rds_backup\": {\"nightly\": {\"db_instance_id\": \"${alicloud_db_instance.main.id}\", \"backup_method\": \"Snapshot\"}}}}\n",
        "{\"resource\": {\"alicloud_db_instance\": {\"main\": {\"engine\": \"PostgreSQL\"}}, \"alicloud_rds_backup\": {\"nightly\": {\"db_instance_id\": \"${alicloud_db_instance.main.id}\", \"backup_method\": «\"Logical\"»}}}}\n",
        METHOD,
    ),
    row(
        "a plan",
        "plan.json",
        "{\"format_version\": \"1.2\", \"resource_changes\": [{\"address\": \"alicloud_rds_backup.nightly\", \"mode\": \"managed\", \"type\": \"alicloud_rds_backup\", \"name\": \"nightly\", \"provider_name\": \"registry.terraform.io/aliyun/alicloud\", \"change\": {\"actions\": [\"create\"], \"before\": null, \"after\": {\"db_instance_id\": \"pgm-1\", \"backup_method\": \"Snapshot\"}, \"after_unknown\": {\"id\": true, \"backup_type\": true}}}], \"configuration\": {\"root_module\": {\"resources\": [{\"address\": \"alicloud_rds_backup.nightly\", \"mode\": \"managed\", \"type\": \"alicloud_rds_backup\", \"name\": \"nightly\", \"expressions\": {\"db_instance_id\": {\"constant_value\": \"pgm-1\"}, \"backup_method\": {\"constant_value\": \"Snapshot\"}}}]}}}\n",
        "{\"format_version\": \"1.2\", \"resource_changes\": [{\"address\": \"alicloud_rds_backup.nightly\", \"mode\": \"managed\", \"type\": \"alicloud_rds_backup\", \"name\": \"nightly\", \"provider_name\": \"registry.terraform.io/aliyun/alicloud\", \"change\": {\"actions\": [\"create\"], \"before\": null, \"after\": {\"db_instance_id\": \"pgm-1\", \"backup_method\": «\"Logical\"»}, \"after_unknown\": {\"id\": true, \"backup_type\": true}}}], \"configuration\": {\"root_module\": {\"resources\": [{\"address\": \"alicloud_rds_backup.nightly\", \"mode\": \"managed\", \"type\": \"alicloud_rds_backup\", \"name\": \"nightly\", \"expressions\": {\"db_instance_id\": {\"constant_value\": \"pgm-1\"}, \"backup_method\": {\"constant_value\": \"Logical\"}}}]}}}\n",
        METHOD,
    ),
    row(
        "a replica",
        TF,
        "resource \"alicloud_db_instance\" \"main\" {\n  engine                   = \"MySQL\"\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_db_readonly_instance\" \"r\" {\n  master_db_instance_id = alicloud_db_instance.main.id\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_db_instance.main.id\n  backup_method  = \"Snapshot\"\n}\n",
        "resource \"alicloud_db_instance\" \"main\" {\n  engine = \"MySQL\"\n}\nresource \"alicloud_db_readonly_instance\" \"r\" {\n  master_db_instance_id    = alicloud_db_instance.main.id\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = «alicloud_db_readonly_instance.r.id»\n  backup_method  = \"Snapshot\"\n}\n",
        &["read-only-instance error"],
    ),
    row(
        "a clone has the engine of its source",
        TF,
        "resource \"alicloud_db_instance\" \"main\" {\n  engine = \"PostgreSQL\"\n}\nresource \"alicloud_rds_clone_db_instance\" \"c\" {\n  source_db_instance_id    = alicloud_db_instance.main.id\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_rds_clone_db_instance.c.id\n  backup_method  = \"Snapshot\"\n}\n",
        "resource \"alicloud_db_instance\" \"main\" {\n  engine = \"PostgreSQL\"\n}\nresource \"alicloud_rds_clone_db_instance\" \"c\" {\n  source_db_instance_id    = alicloud_db_instance.main.id\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_rds_clone_db_instance.c.id\n  backup_method  = «\"Logical\"»\n}\n",
        METHOD,
    ),
    row(
        "an upgraded instance",
        TF,
        "resource \"alicloud_rds_upgrade_db_instance\" \"u\" {\n  source_db_instance_id    = \"pgm-1\"\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = \"pgm-1\"\n  backup_method  = \"Physical\"\n}\n",
        "resource \"alicloud_db_instance\" \"main\" {\n  engine = \"PostgreSQL\"\n}\nresource \"alicloud_rds_upgrade_db_instance\" \"u\" {\n  source_db_instance_id    = alicloud_db_instance.main.id\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_rds_upgrade_db_instance.u.id\n  backup_method  = «\"Logical\"»\n}\n",
        METHOD,
    ),
    row(
        "an instance for disasters",
        TF,
        "resource \"alicloud_rds_ddr_instance\" \"d\" {\n  engine                   = \"MySQL\"\n  db_instance_storage_type = \"local_ssd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_rds_ddr_instance.d.id\n  backup_method  = \"Physical\"\n}\n",
        "resource \"alicloud_rds_ddr_instance\" \"d\" {\n  engine                   = \"MySQL\"\n  db_instance_storage_type = \"local_ssd\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_rds_ddr_instance.d.id\n  backup_method  = «\"Snapshot\"»\n}\n",
        METHOD,
    ),
    row(
        "instances that are looked up",
        TF,
        "data \"alicloud_db_instances\" \"all\" {\n  engine = \"PostgreSQL\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = data.alicloud_db_instances.all.ids[0]\n}\n",
        "data \"alicloud_db_instances\" \"all\" {\n  engine = \"PostgreSQL\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = data.alicloud_db_instances.all.ids[0]\n  backup_method  = «\"Logical\"»\n}\n",
        METHOD,
    ),
    row(
        "a serverless instance is on cloud disks",
        TF,
        "resource \"alicloud_db_instance\" \"main\" {\n  engine               = \"MySQL\"\n  instance_charge_type = \"Serverless\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_db_instance.main.id\n  backup_method  = \"Snapshot\"\n}\n",
        "resource \"alicloud_db_instance\" \"main\" {\n  engine               = \"MySQL\"\n  instance_charge_type = \"Serverless\"\n}\nresource \"alicloud_rds_backup\" \"nightly\" {\n  db_instance_id = alicloud_db_instance.main.id\n  backup_method  = «\"Physical\"»\n}\n",
        METHOD,
    ),
    row(
        "Pulumi without a program",
        "Pulumi.yaml",
        "name: x\nruntime: yaml\nresources:\n  nightly:\n    type: alicloud:rds:RdsBackup\n    properties: { dbInstanceId: pgm-1, backupMethod: Snapshot, removeFromState: true }\n",
        "name: x\nruntime: yaml\nresources:\n  nightly:\n    type: alicloud:rds:RdsBackup\n    properties: { dbInstanceId: pgm-1, backupMethod: «Logical» }\n",
        METHOD,
    ),
    row(
        "Pulumi without a program, the whole type",
        "Pulumi.yaml",
        "name: x\nruntime: yaml\nresources:\n  main:\n    type: alicloud:rds/instance:Instance\n    properties: { engine: PostgreSQL }\n  nightly:\n    type: alicloud:rds/rdsBackup:RdsBackup\n    properties: { dbInstanceId: \"${main.id}\", backupMethod: Snapshot }\n",
        "name: x\nruntime: yaml\nresources:\n  main:\n    type: alicloud:rds/instance:Instance\n    properties: { engine: PostgreSQL }\n  nightly:\n    type: alicloud:rds/rdsBackup:RdsBackup\n    properties: { dbInstanceId: \"${main.id}\", backupMethod: «Logical» }\n",
        METHOD,
    ),
    row(
        "Pulumi in TypeScript",
        "index.ts",
        "import * as alicloud from \"@pulumi/alicloud\";\nconst main = new alicloud.rds.Instance(\"main\", { engine: \"PostgreSQL\" });\nnew alicloud.rds.RdsBackup(\"nightly\", { dbInstanceId: main.id, backupMethod: \"Snapshot\" });\n",
        "import * as alicloud from \"@pulumi/alicloud\";\nconst main = new alicloud.rds.Instance(\"main\", { engine: \"PostgreSQL\" });\nnew alicloud.rds.RdsBackup(\"nightly\", { dbInstanceId: main.id, backupMethod: «\"Logical\"» });\n",
        METHOD,
    ),
    row(
        "Pulumi in Python",
        "__main__.py",
        "import pulumi_alicloud as alicloud\nmain = alicloud.rds.Instance(\"main\", engine=\"PostgreSQL\")\nalicloud.rds.RdsBackup(\"nightly\", db_instance_id=main.id, backup_method=\"Snapshot\")\n",
        "import pulumi_alicloud as alicloud\nmain = alicloud.rds.Instance(\"main\", engine=\"PostgreSQL\")\nalicloud.rds.RdsBackup(\"nightly\", db_instance_id=main.id, backup_method=«\"Logical\"»)\n",
        METHOD,
    ),
    row(
        "Pulumi in Go",
        "main.go",
        "package main\n\nimport (\n\t\"github.com/pulumi/pulumi-alicloud/sdk/v3/go/alicloud/rds\"\n\t\"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"\n)\n\nfunc main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n\t\tdb, err := rds.NewInstance(ctx, \"main\", &rds.InstanceArgs{Engine: pulumi.String(\"PostgreSQL\")})\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\t_, err = rds.NewRdsBackup(ctx, \"nightly\", &rds.RdsBackupArgs{DbInstanceId: db.ID(), BackupMethod: pulumi.String(\"Snapshot\")})\n\t\treturn err\n\t})\n}\n",
        "package main\n\nimport (\n\t\"github.com/pulumi/pulumi-alicloud/sdk/v3/go/alicloud/rds\"\n\t\"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"\n)\n\nfunc main() {\n\tpulumi.Run(func(ctx *pulumi.Context) error {\n\t\tdb, err := rds.NewInstance(ctx, \"main\", &rds.InstanceArgs{Engine: pulumi.String(\"PostgreSQL\")})\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\t_, err = rds.NewRdsBackup(ctx, \"nightly\", &rds.RdsBackupArgs{DbInstanceId: db.ID(), BackupMethod: pulumi.String(«\"Logical\"»)})\n\t\treturn err\n\t})\n}\n",
        METHOD,
    ),
    row(
        "Pulumi in Java",
        "App.java",
        "import com.pulumi.alicloud.rds.*;\n\nclass App {\n  void stack() {\n    var main = new Instance(\"main\", InstanceArgs.builder().engine(\"PostgreSQL\").build());\n    new RdsBackup(\"nightly\", RdsBackupArgs.builder().dbInstanceId(main.id()).backupMethod(\"Snapshot\").build());\n  }\n}\n",
        "import com.pulumi.alicloud.rds.*;\n\nclass App {\n  void stack() {\n    var main = new Instance(\"main\", InstanceArgs.builder().engine(\"PostgreSQL\").build());\n    new RdsBackup(\"nightly\", RdsBackupArgs.builder().dbInstanceId(main.id()).backupMethod(«\"Logical\"»).build());\n  }\n}\n",
        METHOD,
    ),
];
