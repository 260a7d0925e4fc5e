//! Text in other encodings, with other line ends, and what is no text.

use assert_cmd::Command;

use crate::{BAD, backup, folder, instance, run, shell, terraform};

#[test]
fn row_04_a_byte_order_mark_shifts_no_column() {
    let terraform = format!("{}{}", instance("PostgreSQL", "cloud_essd"), backup("backup_method = \"Logical\""));
    let first = "resource \"alicloud_rds_backup\" \"b\" { backup_method = \"Nope\" }\n";
    for (name, text) in [("main.tf", terraform.as_str()), ("run.sh", BAD), ("one.tf", first)] {
        let plain = run(&[(name, text.as_bytes())]);
        let marked = run(&[(name, format!("\u{feff}{text}").as_bytes())]);
        assert!(!plain.loud().is_empty());
        assert_eq!(marked.loud(), plain.loud(), "{name}");
    }
    let plan = r#"{"resource":{"alicloud_rds_backup":{"x":{"db_instance_id":"pgm-1","backup_method":"Logical"}}}}"#;
    assert_eq!(
        run(&[("x.tf.json", format!("\u{feff}{plan}").as_bytes())]).loud(),
        run(&[("x.tf.json", plan.as_bytes())]).loud()
    );
}

#[test]
fn row_05_bytes_of_another_encoding_in_a_comment_cost_a_remark() {
    let mut text = b"# caf\xe9, \xb1\xb8\xb7\xdd\n".to_vec();
    text.extend_from_slice(instance("PostgreSQL", "cloud_essd").as_bytes());
    text.extend_from_slice(backup("backup_method = \"Logical\"").as_bytes());
    let ran = run(&[("main.tf", &text)]);
    assert_eq!(ran.loud(), ["unsupported-method at 8:19"]);
    let told = ran.coverage("main.tf").unwrap();
    assert!(told["reason"].as_str().unwrap().contains("not UTF-8"), "{told}");
    let script = [b"# \xc4\xe3\xba\xc3\n", BAD.as_bytes()].concat();
    assert_eq!(run(&[("run.sh", &script)]).loud(), ["unsupported-method at 2:61"]);
}

#[test]
fn row_05_a_picture_that_is_called_json_is_left_alone() {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0 planned_values alicloud_rds_backup \xff\xfe\0";
    let ran = run(&[("picture.json", picture), ("picture.tf.json", picture), ("run.sh", BAD.as_bytes())]);
    assert_eq!(ran.code, 1);
    assert!(ran.loud().contains(&"unsupported-method at 1:61".to_owned()), "{:?}", ran.loud());
    let told = ran.coverage("picture.tf.json").expect("told, not lost");
    assert_eq!(told["status"], "skipped");
}

#[test]
fn row_06_windows_line_ends_change_no_place() {
    let text = format!("{}{}", instance("PostgreSQL", "cloud_essd"), backup("backup_method = \"Logical\""));
    let windows = text.replace('\n', "\r\n");
    let ran = terraform(&windows);
    assert_eq!(ran.loud(), terraform(&text).loud());
    let primary = &ran.findings()[0]["primary"];
    let bytes = |name: &str| usize::try_from(primary[name].as_u64().unwrap()).unwrap();
    assert_eq!(&windows[bytes("start_byte")..bytes("end_byte")], "\"Logical\"");
    let script = "ID=pgm-1\nM=Logical\naliyun rds CreateBackup --DBInstanceId $ID \\\n  --BackupMethod $M\n";
    assert_eq!(shell(&script.replace('\n', "\r\n")).loud(), shell(script).loud());
}

#[test]
fn row_38_a_file_that_ends_in_a_wide_character_is_drawn() {
    let folder = folder(&[
        ("a.sh", "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical备".as_bytes()),
        ("b.sh", "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod \u{1f600}".as_bytes()),
        ("c.tf", "resource \"alicloud_rds_backup\" \"库\" { backup_method = \"é\" } # 份".as_bytes()),
        ("d.tf", "resource \"alicloud_rds_backup\" \"x\" { backup_method = \"é".as_bytes()),
    ]);
    for color in ["always", "never"] {
        for width in ["20", "41", "200"] {
            let mut command = Command::cargo_bin("backuplint").unwrap();
            command
                .current_dir(folder.path())
                .env("COLUMNS", width)
                .args(["check", "--level", "note", "--color", color, "."]);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert!(!String::from_utf8_lossy(&output.stdout).contains("internal-error"));
        }
    }
}

/// The bytes of a text in UTF-16 behind its mark.
fn utf16(text: &str, is_little: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn utf16_is_read_in_both_byte_orders_and_half_a_character_is_no_fault() {
    let text = format!("# 备份\r\n{BAD}\r\n");
    for is_little in [true, false] {
        let bytes = utf16(&text, is_little);
        assert_eq!(run(&[("run.sh", &bytes)]).loud(), ["unsupported-method at 2:61"]);
        let cut = &bytes[..bytes.len() - 5];
        assert!(!run(&[("run.sh", cut)]).failed());
    }
}

#[test]
fn gbk_in_a_value_is_neither_guessed_nor_a_fault() {
    let script = [
        b"aliyun rds CreateBackup --DBInstanceId pgm-1 --DBName \xb6\xa9\xb5\xa5 ".as_slice(),
        b"--BackupMethod Logical\n",
    ]
    .concat();
    let ran = run(&[("run.sh", &script)]);
    assert!(ran.loud().iter().any(|loud| loud == "unsupported-method at 1:75"), "{:?}", ran.loud());
}

#[test]
fn a_nul_byte_makes_a_file_one_that_is_no_text_and_that_is_told() {
    for (name, at) in [("run.sh", 0), ("main.tf", 9), ("t.yml", BAD.len())] {
        let mut bytes = BAD.as_bytes().to_vec();
        bytes.insert(at, 0);
        let ran = run(&[(name, &bytes), ("good/run.sh", BAD.as_bytes())]);
        assert_eq!(ran.loud(), ["unsupported-method at 1:61", "unreadable-file at 1:1"], "{name}");
        assert_eq!(ran.coverage(name).expect("told, not lost")["status"], "skipped");
    }
}

#[test]
fn line_ends_of_an_old_mac_and_of_unicode_end_no_line_by_mistake() {
    let text = format!("# a\u{2028}b\u{0085}c\u{000b}d\n{BAD}\n");
    assert_eq!(shell(&text).loud(), ["unsupported-method at 2:61"]);
    assert!(!shell(&text.replace('\n', "\r")).failed());
}
