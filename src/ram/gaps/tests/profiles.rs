//! Profiles of the command line tool say who makes a call, and where.

use super::*;

const CALL: &str = "rds CreateBackup --DBInstanceId pgm-1a2b3c4d5e6f --BackupMethod Snapshot";
const OTHER: &str =
    r#"{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:*:*:dbinstance/pgm-other" }"#;

fn missing(files: &[(&str, &str)]) -> Vec<String> {
    let main = infrastructure(OTHER);
    let all: Vec<(&str, &str)> = files.iter().copied().chain([("main.tf", main.as_str())]).collect();
    let found = gaps(&all).into_iter().filter(|f| &*f.rule == "ram-missing-grant");
    found.map(|f| format!("{}: {}", f.severity.word(), f.message)).collect()
}

const REFUSED: &str =
    "error: role/nightly may not call rds:CreateBackup on pgm-1a2b3c4d5e6f: none of its policies allows it";

#[test]
fn a_profile_that_a_script_sets_is_that_of_commands_that_name_it() {
    let set = "aliyun configure set --profile backup --mode RamRoleArn --ram-role-arn acs:ram::1900000000000007:role/nightly --region cn-hangzhou\n";
    for command in [
        format!("aliyun --profile backup {CALL}\n"),
        format!("aliyun {CALL} --profile=backup\n"),
        format!("aliyun -p backup {CALL}\n"),
        format!("ALIBABA_CLOUD_PROFILE=backup aliyun {CALL}\n"),
        format!("export ALIBABA_CLOUD_PROFILE=backup\naliyun {CALL}\n"),
        format!("aliyun configure switch --profile backup\naliyun {CALL}\n"),
    ] {
        assert_eq!(missing(&[("setup.sh", set), ("backup.sh", &command)]), [REFUSED], "{command}");
    }
    // The same script may do both, and what it sets is the profile from then on.
    assert_eq!(missing(&[("backup.sh", &format!("{set}aliyun {CALL}\n"))]), [REFUSED]);
    // Another profile is somebody else, and so is one with keys of its own.
    assert!(missing(&[("setup.sh", set), ("backup.sh", &format!("aliyun --profile other {CALL}\n"))]).is_empty());
    let keys =
        "aliyun configure set --profile other --mode AK --access-key-id x --access-key-secret y --region cn-hangzhou\n";
    let both = format!("{set}{keys}aliyun {CALL} --profile other\n");
    assert!(missing(&[("backup.sh", &both)]).is_empty());
}

#[test]
fn a_file_of_profiles_names_roles() {
    let file = r#"{
  "current": "default",
  "profiles": [
    { "name": "default", "mode": "AK", "access_key_id": "", "region_id": "cn-hangzhou" },
    { "name": "backup", "mode": "RamRoleArn", "ram_role_arn": "acs:ram::1900000000000007:role/nightly", "region_id": "cn-shanghai" }
  ]
}"#;
    let script = format!("aliyun {CALL} --profile backup\n");
    assert_eq!(missing(&[("cli/config.json", file), ("backup.sh", &script)]), [REFUSED]);
    let env = "on: push\njobs:\n  night:\n    runs-on: x\n    env:\n      ALIBABA_CLOUD_PROFILE: backup\n    steps:\n      - run: ./backup.sh\n";
    let plain = format!("aliyun {CALL}\n");
    assert_eq!(
        missing(&[("cli/config.json", file), (".github/workflows/n.yml", env), ("backup.sh", &plain)]),
        [REFUSED]
    );
    let provider = "provider \"alicloud\" {\n  profile = \"backup\"\n}\nresource \"alicloud_rds_backup\" \"a\" {\n  db_instance_id = \"pgm-1a2b3c4d5e6f\"\n  backup_method = \"Snapshot\"\n}\n";
    assert_eq!(missing(&[("cli/config.json", file), ("backup.tf", provider)]), [REFUSED]);
}

/// The region of a profile is that of the calls that are made with it.
#[test]
fn a_profile_sets_the_region() {
    let grant = |region: &str| {
        infrastructure(&format!(
            r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:{region}:*:dbinstance/*" }}"#
        ))
    };
    let set = "aliyun configure set --profile backup --mode EcsRamRole --ram-role-name nightly --region cn-hangzhou\n";
    let script = format!("{set}aliyun {CALL} --profile backup\n");
    let of = |region: &str| gaps(&[("backup.sh", &script), ("main.tf", &grant(region))]).len();
    assert_eq!((of("cn-hangzhou"), of("cn-shanghai")), (0, 1));
}
