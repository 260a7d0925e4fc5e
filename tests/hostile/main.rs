//! Input that has broken scanners, and the right result for us.
//!
//! The rows are numbered; each number is that of one kind of input in a collection of public bug reports of
//! other scanners and of traps of our own. The tests say in their own words what the input is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod documents;
mod encodings;
mod limits;
mod mutations;
mod output;
mod paths;
mod policies;
mod shell;
mod terraform;

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
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

struct Ran {
    code: i32,
    report: Value,
}

impl Ran {
    /// Whether a fault of ours was caught.
    fn failed(&self) -> bool {
        self.findings().iter().any(|f| f["rule"] == "internal-error")
    }

    fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().unwrap()
    }

    /// `rule at line:column` of each finding above a note.
    fn loud(&self) -> Vec<String> {
        let loud = self.findings().iter().filter(|f| f["severity"] != "note");
        loud.map(|f| format!("{} at {}:{}", f["rule"].as_str().unwrap(), f["primary"]["line"], f["primary"]["column"]))
            .collect()
    }

    fn calls(&self) -> &[Value] {
        self.report["calls"].as_array().unwrap()
    }

    fn verdicts(&self) -> Vec<&str> {
        self.calls().iter().map(|call| call["verdict"].as_str().unwrap()).collect()
    }

    fn coverage(&self, path: &str) -> Option<&Value> {
        self.report["coverage"]["files"].as_array().unwrap().iter().find(|file| file["path"] == path)
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("backuplint").unwrap();
    command.current_dir(folder).timeout(Duration::from_secs(30));
    let output = command.args(["check", "--format", "json", "--level", "note"]).args(arguments).output().unwrap();
    let code = output.status.code().expect("it ends by itself");
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("exit {code}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
    Ran { code, report }
}

fn run(files: &[(&str, &[u8])]) -> Ran {
    run_in(folder(files).path(), &["."])
}

fn terraform(text: &str) -> Ran {
    run(&[("main.tf", text.as_bytes())])
}

fn shell(text: &str) -> Ran {
    run(&[("run.sh", text.as_bytes())])
}

/// An instance of an engine on a disk, called `db`.
fn instance(engine: &str, disk: &str) -> String {
    format!(
        "resource \"alicloud_db_instance\" \"db\" {{\n  engine                   = \"{engine}\"\n  db_instance_storage_type = \"{disk}\"\n}}\n"
    )
}

/// A backup of `db` with some lines.
fn backup(lines: &str) -> String {
    format!("resource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = alicloud_db_instance.db.id\n  {lines}\n}}\n")
}

const BAD: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical";

/// No row of the collection is without a test.
#[test]
fn every_row_has_a_test() {
    let texts = [
        include_str!("documents.rs"),
        include_str!("encodings.rs"),
        include_str!("limits.rs"),
        include_str!("output.rs"),
        include_str!("paths.rs"),
        include_str!("policies.rs"),
        include_str!("shell.rs"),
        include_str!("terraform.rs"),
    ];
    let missing: Vec<u32> =
        (1..=42).filter(|row| !texts.iter().any(|text| text.contains(&format!("\nfn row_{row:02}_")))).collect();
    assert_eq!(missing, [] as [u32; 0]);
}
