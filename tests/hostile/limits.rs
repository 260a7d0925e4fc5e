//! Sizes and depths.

use std::fs;

use crate::{BAD, backup, folder, instance, run, run_in};

#[test]
fn row_34_five_megabytes_on_one_line_are_read_or_told() {
    let mut text = String::from("{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":[");
    for number in 0..30_000 {
        text.push_str(&format!("{{\"address\":\"alicloud_vpc.v{number}\",\"mode\":\"managed\",\"type\":\"alicloud_vpc\",\"name\":\"v{number}\",\"values\":{{\"cidr_block\":\"10.0.0.0/8\",\"description\":\"{:080}\"}}}},", 0));
    }
    text.push_str("{\"address\":\"alicloud_rds_backup.x\",\"mode\":\"managed\",\"type\":\"alicloud_rds_backup\",\"name\":\"x\",\"values\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"Logical\"}}]}},\
         \"resource_changes\":[{\"address\":\"alicloud_rds_backup.x\",\"mode\":\"managed\",\"type\":\"alicloud_rds_backup\",\"name\":\"x\",\
         \"change\":{\"actions\":[\"create\"],\"before\":null,\"after\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"Logical\"},\"after_unknown\":{}}}]}");
    assert!(text.len() > 5_000_000);
    let folder = folder(&[("plan.json", text.as_bytes())]);
    let ran = run_in(folder.path(), &["--strict", "."]);
    assert!(ran.code == 3 || ran.loud().len() == 1, "neither read nor told: {:?}", ran.coverage("plan.json"));
}

#[test]
fn hostile_nesting_ends_in_every_language() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    let files: Vec<(&str, String)> = vec![
        ("a.tf", format!("resource \"alicloud_rds_backup\" \"x\" {{\n  backup_method = {}\n}}\n", nested("(", ")"))),
        ("b.tf", format!("# alicloud_rds_backup\nlocals {{\n  x = {}\n}}\n", nested("[", "]"))),
        ("c.tf", format!("# alicloud_rds_backup\n{}", nested("a {\n", "}\n"))),
        (
            "d.tf",
            format!("resource \"alicloud_rds_backup\" \"x\" {{\n  backup_method = \"{}\"\n}}\n", "${".repeat(20_000)),
        ),
        ("e.sh", format!("{BAD}\n{}", nested("$(", ")"))),
        ("f.sh", format!("{BAD}\n{}", nested("( ", " )"))),
        ("g.sh", format!("{BAD}\n{}{}", "if true; then\n".repeat(5_000), "fi\n".repeat(5_000))),
        ("h.tf.json", format!("{{\"resource\":{{\"alicloud_rds_backup\":{{\"x\":{}}}}}}}", nested("[", "]"))),
        ("i.json", format!("{{\"planned_values\":1,\"x\":\"alicloud_rds_backup\",\"y\":{}}}", nested("[", "]"))),
        ("j.sh", format!("{BAD} {}\n", "\"${a:-".repeat(10_000))),
    ];
    for (name, text) in &files {
        let ran = run(&[(name, text.as_bytes())]);
        assert!(ran.code <= 1, "{name}");
        assert!(!ran.failed(), "{name}");
    }
}

#[test]
fn cut_off_input_never_fails() {
    let terraform = format!(
        "{}{}",
        instance("PostgreSQL", "cloud_essd"),
        backup("backup_method = lookup({a = \"Lögical\"}, \"a\") # x")
    );
    let script = "f() { local a=\"$1\"; aliyun rds CreateBackup --DBInstanceId \"${a:-pgm-1}\" \\\n --BackupMethod 'Lögical'; }\nf <<EOF\nx\nEOF\n";
    let plan = "{\"resource\":{\"alicloud_rds_backup\":{\"x\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"L\\u00f6gical\"}}}}";
    let folder = tempfile::tempdir().unwrap();
    for (ending, text) in [("tf", terraform.as_str()), ("sh", script), ("tf.json", plan)] {
        for length in (0..text.len()).step_by(3) {
            let own = folder.path().join(format!("{ending}-{length}"));
            fs::create_dir(&own).unwrap();
            fs::write(own.join(format!("x.{ending}")), &text.as_bytes()[..length]).unwrap();
        }
    }
    let ran = run_in(folder.path(), &["."]);
    assert!(ran.code <= 1);
    assert!(!ran.failed());
}

#[test]
fn fifty_megabytes_on_one_line_are_read_or_told_and_the_rest_is_judged() {
    let line = "x".repeat(50 << 20);
    let huge = |before: &str, after: &str| format!("{before}{line}{after}");
    let files = [
        ("a.sh", huge(&format!("{BAD} # "), "\n")),
        ("b.yml", huge("CreateBackup: \"", "\"\n")),
        ("c.tf", huge("# alicloud_rds_backup\nlocals {\n  x = \"", "\"\n}\n")),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let folder = folder(&files);
    fs::write(folder.path().join("d.sh"), BAD).unwrap();
    let ran = run_in(folder.path(), &["."]);
    assert_eq!(ran.loud().iter().filter(|loud| *loud == "unsupported-method at 1:61").count(), 1);
    assert_eq!(ran.loud().iter().filter(|loud| *loud == "unreadable-file at 1:1").count(), 3);
    assert_eq!(ran.code, 1);
    for (name, _) in &files {
        let told = ran.coverage(name).unwrap_or_else(|| panic!("{name} is lost: {}", ran.report["coverage"]));
        assert_eq!(told["status"], "skipped");
        assert!(told["reason"].as_str().unwrap().contains("limit"), "{told}");
    }
    assert_eq!(run_in(folder.path(), &["--strict", "."]).code, 3);
}

#[test]
fn a_long_line_that_is_within_the_limit_is_read_in_time() {
    let line = "x ".repeat(1 << 16);
    for (name, text) in [
        ("b.yml", format!("FormatVersion: OOS-2019-06-01\nDescription: CreateBackup {line}\nTasks: []\n")),
        ("c.tf", format!("# alicloud_rds_backup\nlocals {{\n  x = \"{line}\"\n}}\n")),
        ("d.py", format!("x = '{line}'\n# CreateBackup\n")),
    ] {
        let ran = run(&[(name, text.as_bytes())]);
        assert!(ran.code <= 1 && !ran.failed(), "{name}");
    }
}

/// Zeros in gzip, as many as it takes to fill a disk.
#[test]
fn a_bomb_of_gzip_ends_and_the_other_logs_are_read() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..64 {
        packed.write_all(&zeros).unwrap();
    }
    // Parts of a file may be packed one by one, which makes it quick to make.
    let bomb = packed.finish().unwrap().repeat(20);
    assert!(bomb.len() < 4 << 20);
    let record = "{\"eventId\":\"1\",\"eventTime\":\"2026-03-01T00:00:00Z\",\"eventName\":\"CreateBackup\",\"serviceName\":\"Rds\",\"acsRegion\":\"cn-shanghai\",\
         \"requestParameters\":{\"DBInstanceId\":\"rm-1\",\"BackupMethod\":\"Physical\"}}\n";
    let folder = folder(&[("logs/bomb.gz", &bomb), ("logs/good.jsonl", record.as_bytes())]);
    let output = assert_cmd::Command::cargo_bin("backuplint")
        .unwrap()
        .current_dir(folder.path())
        .timeout(std::time::Duration::from_secs(60))
        .args(["audit", "logs", "--format", "json", "--coverage"])
        .output()
        .unwrap();
    assert!(output.status.code().is_some_and(|code| code <= 1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["audit"]["calls"], 1);
}
