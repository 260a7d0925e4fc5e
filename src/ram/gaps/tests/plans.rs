//! Plans of Terraform say as whom and in which region a provider makes calls.

use super::*;

fn plan(region: &str) -> String {
    format!(
        r#"{{
  "format_version": "1.2",
  "terraform_version": "1.9.0",
  "variables": {{ "region": {{ "value": "cn-shanghai" }} }},
  "resource_changes": [
    {{
      "address": "module.db.alicloud_rds_backup.a",
      "module_address": "module.db",
      "mode": "managed",
      "type": "alicloud_rds_backup",
      "name": "a",
      "change": {{
        "actions": ["create"],
        "before": null,
        "after": {{ "db_instance_id": "pgm-1a2b3c4d5e6f", "backup_method": "Snapshot" }},
        "after_unknown": {{}}
      }}
    }}
  ],
  "configuration": {{
    "provider_config": {{
      "alicloud": {{ "name": "alicloud", "expressions": {{ "region": {{ "constant_value": "eu-central-1" }} }} }},
      "alicloud.shop": {{
        "name": "alicloud",
        "alias": "shop",
        "expressions": {{
          "region": {region},
          "assume_role": [{{ "role_arn": {{ "constant_value": "acs:ram::1900000000000007:role/nightly" }} }}]
        }}
      }}
    }},
    "root_module": {{
      "module_calls": {{
        "db": {{
          "module": {{
            "resources": [
              {{
                "address": "alicloud_rds_backup.a",
                "mode": "managed",
                "type": "alicloud_rds_backup",
                "name": "a",
                "provider_config_key": "alicloud.shop",
                "expressions": {{ "db_instance_id": {{ "constant_value": "pgm-1a2b3c4d5e6f" }} }}
              }}
            ]
          }}
        }}
      }}
    }}
  }}
}}"#
    )
}

fn found(region: &str, granted: &str) -> Vec<(String, &'static str)> {
    let grant = format!(
        r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:{granted}:*:dbinstance/*" }}"#
    );
    let main = infrastructure(&grant);
    let found = gaps(&[("infra/main.tf", &main), ("plan.json", &plan(region))]);
    found.into_iter().map(|f| (f.primary.place.source.path().to_owned(), f.severity.word())).collect()
}

#[test]
fn a_provider_of_a_plan_has_a_region_and_a_role() {
    let constant = r#"{ "constant_value": "cn-shanghai" }"#;
    let variable = r#"{ "references": ["var.region"] }"#;
    for region in [constant, variable] {
        assert!(found(region, "cn-shanghai").is_empty(), "{region}");
        assert_eq!(found(region, "cn-beijing"), [("plan.json".to_owned(), "note")], "{region}");
    }
    // What is put together from several values is not known.
    assert!(found(r#"{ "references": ["var.region", "var.zone"] }"#, "cn-beijing").is_empty());
}
