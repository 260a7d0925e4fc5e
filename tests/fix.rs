//! `--fix` and `--diff`: what is changed in files, what stays as it is, and what is told.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use backuplint::check::{Checker, Run, Settings};
use backuplint::finding::{Catalogue, Safety, Severity};
use backuplint::fix::fix;
use backuplint::matrix::Matrix;
use backuplint::surface::MemoryFiles;
use support::{code, err, run};
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Fixes one file and gives it back, with what was told.
fn fixed(path: &str, bytes: &[u8], options: &[&str]) -> (Vec<u8>, Output) {
    let folder = folder(&[(path, bytes)]);
    let mut arguments = vec!["check", "--fix"];
    arguments.extend(options);
    let output = run(folder.path(), &arguments);
    (fs::read(folder.path().join(path)).unwrap(), output)
}

/// What one file becomes under `--fix` is the same text with a word replaced.
fn becomes(path: &str, text: &str, wrong: &str, right: &str, options: &[&str]) {
    assert!(text.contains(wrong), "{text}");
    let (after, output) = fixed(path, text.as_bytes(), options);
    let after = String::from_utf8(after).unwrap();
    assert_eq!(after, text.replace(wrong, right), "{path}: {}{}", out(&output), err(&output));
}

#[test]
fn every_kind_of_source_is_fixed_in_place() {
    becomes(
        "a.sh",
        "aliyun rds CreateBackup --DBInstanceId rm-1 \\\n  --BackupMethod snapshot # 备\n",
        "snapshot",
        "Snapshot",
        &[],
    );
    becomes(
        "a.sh",
        "aliyun rds CreateBackup --DBInstanceId rm-1 --backupMethod 'Snapshot'\n",
        "--backupMethod",
        "--BackupMethod",
        &[],
    );
    becomes("a.sh", "aliyun rds createBackup --DBInstanceId rm-1\n", "createBackup", "CreateBackup", &[]);
    becomes(
        "a.tf",
        "resource \"alicloud_rds_backup\" \"n\" {\n  db_instance_id = \"rm-1\" # keep  this\n\tbackup_method=\"snapshot\"\n}",
        "snapshot",
        "Snapshot",
        &[],
    );
    becomes(
        "oos.json",
        "{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": [{\"Name\": \"b\", \"Action\": \"ACS::ExecuteAPI\",\n\t\"Properties\": \
         {\"Service\": \"RDS\", \"API\": \"CreateBackup\",\"Parameters\":{\"DBInstanceId\":\"rm-1\", \"BackupMethod\":\"snapshot\"}}}]}",
        "snapshot",
        "Snapshot",
        &[],
    );
    becomes(
        "oos.yaml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: b\n  Action: ACS::ExecuteAPI\n  Properties:\n    Service: RDS\n    \
         API: CreateBackup\n    Parameters:\n      DBInstanceId: rm-1   # 备份\n      BackupMethod: 'snapshot'",
        "snapshot",
        "Snapshot",
        &[],
    );
    becomes(
        "a.py",
        "from alibabacloud_rds20140815 import models\n\nr = models.CreateBackupRequest(\n    dbinstance_id='rm-1',\n    \
         backup_method='snapshot',  # nightly\n)\nclient.create_backup(r)\n",
        "snapshot",
        "Snapshot",
        &[],
    );
}

#[test]
fn bytes_that_no_finding_is_about_stay() {
    let text = "\u{feff}# 备份\r\naliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod snapshot\r\necho é";
    let (after, output) = fixed("a.sh", text.as_bytes(), &[]);
    assert_eq!(String::from_utf8(after).unwrap(), text.replace("snapshot", "Snapshot"), "{}", err(&output));
    assert!(err(&output).contains("fixed 1 of 1 finding in 1 file"), "{}", err(&output));
    assert_eq!(code(&output), 0);
}

#[test]
fn an_inserted_line_ends_as_its_neighbours_do() {
    let text = "resource \"alicloud_db_instance\" \"db\" {\r\n  engine = \"MySQL\"\r\n  db_instance_storage_type = \"cloud_essd\"\r\n}\r\n\
                resource \"alicloud_rds_backup\" \"n\" {\r\n  db_instance_id = alicloud_db_instance.db.id\r\n}\r\n";
    let (after, output) = fixed("a.tf", text.as_bytes(), &["--unsafe"]);
    let after = String::from_utf8(after).unwrap();
    assert!(after.contains("\r\n  backup_method = \"Snapshot\"\r\n"), "{after:?}\n{}", err(&output));
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn other_encodings_are_left_alone_and_told() {
    let call = "aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod snapshot\n";
    let gbk = [b"# \xb1\xb8\xb7\xdd\n", call.as_bytes()].concat();
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(call.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (bytes, word) in [(gbk, "not wholly UTF-8"), (utf16, "UTF-16")] {
        let (after, output) = fixed("a.sh", &bytes, &[]);
        assert_eq!(after, bytes);
        assert!(err(&output).contains(word), "{}", err(&output));
        assert!(err(&output).contains("fixed 0 of 1 finding"), "{}", err(&output));
    }
}

const REVIEW: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";

#[test]
fn what_needs_review_waits_and_the_exit_tells_what_is_left() {
    let (after, output) = fixed("a.sh", REVIEW.as_bytes(), &[]);
    assert_eq!((after.as_slice(), code(&output)), (REVIEW.as_bytes(), 1));
    assert!(err(&output).contains("fixed 0 of 1 finding (1 needs --unsafe)"), "{}", err(&output));
    assert!(out(&output).contains("unsupported-method"));
    let (after, output) = fixed("a.sh", REVIEW.as_bytes(), &["--unsafe"]);
    assert_eq!(String::from_utf8(after).unwrap(), REVIEW.replace("Logical", "Physical"));
    assert_eq!(code(&output), 0, "{}", err(&output));
}

#[test]
fn a_diff_is_printed_alone_and_nothing_is_written() {
    let text = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod snapshot";
    let folder = folder(&[("sub dir/a.sh", text.as_bytes()), ("b.sh", REVIEW.as_bytes())]);
    let output = run(folder.path(), &["check", "--diff", "--unsafe", "--format", "json:report.json"]);
    assert_eq!(
        out(&output),
        format!(
            "--- a/b.sh\n+++ b/b.sh\n@@ -1 +1 @@\n-{REVIEW}+{}--- a/sub dir/a.sh\t\n+++ b/sub dir/a.sh\t\n@@ -1 +1 @@\n\
             -{text}\n\\ No newline at end of file\n+{}\n\\ No newline at end of file\n",
            REVIEW.replace("Logical", "Physical"),
            text.replace("snapshot", "Snapshot")
        )
    );
    assert!(err(&output).contains("would fix 2 of 2 findings in 2 files"), "{}", err(&output));
    assert_eq!(code(&output), 1);
    assert_eq!(fs::read_to_string(folder.path().join("b.sh")).unwrap(), REVIEW);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn options_that_make_no_sense_together_are_told() {
    let folder = folder(&[("a.sh", REVIEW.as_bytes())]);
    for (arguments, word) in [
        (&["check", "--fix", "--diff"][..], "cannot be used with"),
        (&["check", "--unsafe"], "required"),
        (&["check", "--diff", "--format", "json"], "json:FILE"),
        (&["check", "--fix", "-"], "standard input"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(word), "{arguments:?}: {}", err(&output));
    }
    assert_eq!(fs::read_to_string(folder.path().join("a.sh")).unwrap(), REVIEW);
}

#[test]
fn several_formats_are_written_at_once() {
    let folder = folder(&[("a.sh", REVIEW.as_bytes())]);
    let files = ["sarif:out.sarif", "junit:junit.xml", "gitlab:gl.json", "checkstyle:cs.xml", "csv:f.csv"];
    let mut arguments = vec!["check", "--format", "json"];
    files.iter().for_each(|file| arguments.extend(["--format", file]));
    let output = run(folder.path(), &arguments);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok());
    for file in files {
        let text = fs::read_to_string(folder.path().join(file.split_once(':').unwrap().1)).unwrap();
        assert!(text.contains("unsupported-method"), "{file}: {text}");
    }
    let mistakes: [(&[&str], &str); 5] = [
        (&["--format", "json", "--format", "human"], "only one format can go to standard output"),
        (&["--format", "json:a", "--format", "csv:a"], "two formats would be written to a"),
        (&["--format", "json:no/such/folder/a"], "no/such/folder/a"),
        (&["--format", "a.json:json"], "comes first"),
        (&["--format", "xml"], "there is no format xml"),
    ];
    for (options, word) in mistakes {
        let output = run(folder.path(), &[&["check"], options].concat());
        assert_eq!((code(&output), out(&output).as_str()), (2, ""), "{options:?}");
        assert!(err(&output).contains(word), "{options:?}: {}", err(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_fails_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("sub/a.sh", REVIEW.as_bytes())]);
    let sub = folder.path().join("sub");
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o555)).unwrap();
    let is_root = fs::write(sub.join("probe"), "").is_ok();
    let output = run(folder.path(), &["check", "--fix", "--unsafe"]);
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o755)).unwrap();
    if is_root {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    assert_eq!(code(&output), 2, "{}", err(&output));
    assert_eq!(fs::read_to_string(sub.join("a.sh")).unwrap(), REVIEW);
}

/// Over the bad examples of all rules: what is fixed is gone, nothing as bad has come, and a second run changes nothing.
#[test]
fn fixes_of_all_examples_keep_their_promise() {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let settings = Settings { level: Severity::Note, ..Settings::default() };
    let mut applied = 0;
    let examples = checker.catalogue().rules().iter().flat_map(|rule| rule.bad.iter().map(move |bad| (rule, bad)));
    for (rule, example) in examples {
        for safety in [Safety::Safe, Safety::NeedsReview] {
            let mut files = MemoryFiles::new();
            example.files.iter().for_each(|file| {
                files.add(&file.path, file.text.as_str());
            });
            let outcome = fix(&checker, &Run::of_memory(&files, &checker.sieve()), &settings, safety);
            outcome.changed.iter().for_each(|changed| {
                files.add(Path::new(&changed.path), changed.after.text());
            });
            let again = fix(&checker, &Run::of_memory(&files, &checker.sieve()), &settings, safety);
            let context = format!("{}, {}, {safety:?}: {:?}", rule.id, example.title, outcome.refused);
            assert!(again.changed.is_empty(), "{context}: a second run changes more");
            let said = |report: &backuplint::finding::Report| {
                report.findings.iter().map(|f| (f.rule.clone(), f.message.clone())).collect::<Vec<_>>()
            };
            assert_eq!(said(&again.before), said(&outcome.after), "{context}");
            let worse = |report: &backuplint::finding::Report| (report.counts.errors, report.counts.warnings);
            assert!(worse(&outcome.after) <= worse(&outcome.before), "{context}");
            applied += outcome.fixed();
            let offered = |f: &backuplint::finding::Finding| f.fixes.iter().any(|fix| fix.safety <= safety);
            let left = outcome.after.findings.iter().filter(|f| offered(f)).count();
            assert!(left <= outcome.refused.len(), "{context}: {left} offers were not taken, and no reason is told");
        }
    }
    assert!(applied > 25, "only {applied}");
}
