//! Pulumi without a program.

use backuplint::model::Api;

use super::{Case, Way, Written, file};

pub(super) const WAYS: &[Way] = &[
    Way::new("pulumi-yaml", "a resource with the instance", beside),
    Way::new("pulumi-yaml", "a resource with a literal id", literal),
];

const HEAD: &str = "name: copies\nruntime: yaml\nresources:\n";

fn properties(api: &Api, case: &Case) -> String {
    case.each(api, "camel", |name, value| format!("      {name}: {value}\n"))
}

fn beside(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    let facts: String = case
        .facts(["engine", "dbInstanceStorageType"])
        .iter()
        .map(|(name, value)| format!("      {name}: {value}\n"))
        .collect();
    let call = properties(api, case).replace(&format!("\"{}\"", case.id), "${main.id}");
    file(
        "Pulumi.yaml",
        format!(
            "{HEAD}  main:\n    type: alicloud:rds:Instance\n    properties:\n      instanceType: any\n{facts}  nightly:\n    type: alicloud:rds:RdsBackup\n    properties:\n{call}"
        ),
    )
}

fn literal(api: &Api, case: &Case) -> Written {
    let call = properties(api, case);
    let properties = if call.is_empty() { String::new() } else { format!("    properties:\n{call}") };
    file("Pulumi.yaml", format!("{HEAD}  nightly:\n    type: alicloud:rds/rdsBackup:RdsBackup\n{properties}"))
}
