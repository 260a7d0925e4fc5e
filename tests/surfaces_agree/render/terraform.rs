//! Terraform: the instance stands beside the call, in each syntax and in a plan.

use std::fmt::Write as _;

use backuplint::model::Api;
use serde_json::{Map, Value, json};

use super::{Case, Way, Written, command, file};

pub(super) const WAYS: &[Way] = &[
    Way::new("terraform", "a resource", resource),
    Way::new("terraform", "a resource in JSON", json_resource),
    Way::new("terraform", "a plan", plan),
    Way::new("terraform", "a resource with a literal id", literal_id),
    Way::new("terraform", "a command of a provisioner", provisioner),
    Way::new("terraform", "a command of an instance, packed", packed),
];

const FACTS: [&str; 2] = ["engine", "db_instance_storage_type"];

fn arguments(api: &Api, case: &Case, skip: &str) -> String {
    let mut text = String::new();
    for (name, value) in case.spelled(api, "snake").iter().filter(|(name, _)| name != skip) {
        let _ = writeln!(text, "  {name} = \"{value}\"");
    }
    text
}

fn resource(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    let mut text = String::from("resource \"alicloud_db_instance\" \"it\" {\n  instance_type = \"any\"\n");
    for (argument, value) in case.facts(FACTS) {
        let _ = writeln!(text, "  {argument} = \"{value}\"");
    }
    text.push_str("}\n\nresource \"alicloud_rds_backup\" \"it\" {\n  db_instance_id = alicloud_db_instance.it.id\n");
    file("main.tf", text + &arguments(api, case, "db_instance_id") + "}\n")
}

fn literal_id(api: &Api, case: &Case) -> Written {
    file("main.tf", format!("resource \"alicloud_rds_backup\" \"it\" {{\n{}}}\n", arguments(api, case, "")))
}

/// A map of texts.
fn map<N: Into<String>>(entries: impl IntoIterator<Item = (N, impl Into<Value>)>) -> Map<String, Value> {
    entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// The arguments but the id.
fn others(api: &Api, case: &Case) -> Map<String, Value> {
    map(case.spelled(api, "snake").into_iter().filter(|(name, _)| name != "db_instance_id"))
}

fn json_resource(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    let mut call = others(api, case);
    call.insert("db_instance_id".into(), "${alicloud_db_instance.it.id}".into());
    let whole = json!({ "resource": {
        "alicloud_db_instance": { "it": map(case.facts(FACTS)) },
        "alicloud_rds_backup": { "it": call },
    } });
    file("main.tf.json", format!("{whole:#}"))
}

fn plan(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    let change = |kind: &str, after: Value, unknown: Value| {
        json!({
            "address": format!("{kind}.it"), "mode": "managed", "type": kind, "name": "it",
            "provider_name": "registry.terraform.io/aliyun/alicloud",
            "change": { "actions": ["create"], "before": null, "after": after, "after_unknown": unknown },
        })
    };
    let (instance, call) = ("alicloud_db_instance", "alicloud_rds_backup");
    let expressions =
        json!({ "db_instance_id": { "references": ["alicloud_db_instance.it.id", "alicloud_db_instance.it"] } });
    let whole = json!({
        "format_version": "1.2", "terraform_version": "1.9.5",
        "resource_changes": [
            change(instance, map(case.facts(FACTS)).into(), json!({ "id": true })),
            change(call, others(api, case).into(), json!({ "id": true, "db_instance_id": true })),
        ],
        "configuration": { "root_module": { "resources": [
            { "address": "alicloud_db_instance.it", "mode": "managed", "type": instance, "name": "it", "expressions": {} },
            { "address": "alicloud_rds_backup.it", "mode": "managed", "type": call, "name": "it", "expressions": expressions },
        ] } },
    });
    file("plan.json", format!("{whole:#}"))
}

fn provisioner(api: &Api, case: &Case) -> Written {
    let line = command::line(api, case);
    file(
        "main.tf",
        format!(
            "resource \"null_resource\" \"copy\" {{\n  provisioner \"local-exec\" {{\n    command = \"{line}\"\n  }}\n}}\n"
        ),
    )
}

fn packed(api: &Api, case: &Case) -> Written {
    let line = command::line(api, case);
    file(
        "main.tf",
        format!(
            "resource \"alicloud_ecs_command\" \"copy\" {{\n  name            = \"copy\"\n  type            = \"RunShellScript\"\n  command_content = base64encode(<<-EOT\n    #!/bin/sh\n    {line}\n  EOT\n  )\n}}\n"
        ),
    )
}
