//! The same input gives the same bytes, whatever the machine, and what does not matter changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/trail.rs"]
mod trail;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Report, Severity};
use backuplint::matrix::Matrix;
use backuplint::surface::MemoryFiles;
use tempfile::TempDir;

/// Numbers that look like chance and are the same everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }
}

const METHODS: &[&str] = &["Physical", "Logical", "Snapshot", "Snapchat", "snapshot"];

fn script(numbers: &mut Numbers) -> String {
    let mut text = String::from("#!/bin/bash\n");
    for call in 0..1 + numbers.below(4) {
        let method = numbers.pick(METHODS);
        let id = numbers.pick(&["pgm-1a", "rm-2b", "dds-3c", "$1", "${ID:-pgm-4d}"]);
        text.push_str(&format!(
            "M{call}={method}\naliyun rds CreateBackup --DBInstanceId \"{id}\" --BackupMethod \"$M{call}\"\n"
        ));
    }
    text
}

fn module(numbers: &mut Numbers) -> String {
    let engine = numbers.pick(&["MySQL", "PostgreSQL", "SQLServer", "MariaDB"]);
    let disk = numbers.pick(&["cloud_essd", "local_ssd"]);
    let method = numbers.pick(METHODS);
    format!(
        "variable \"m\" {{\n  default = \"{method}\"\n}}\nresource \"alicloud_db_instance\" \"a\" {{\n  engine = \"{engine}\"\n  \
         db_instance_storage_type = \"{disk}\"\n}}\nresource \"alicloud_rds_backup\" \"b\" {{\n  for_each = toset([\"x\", \"y\"])\n  \
         db_instance_id = alicloud_db_instance.a.id\n  backup_method = var.m\n  backup_retention_period = {}\n}}\n",
        numbers.below(12)
    )
}

/// Some 200 files, and their names.
fn tree() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(7);
    let mut names = Vec::new();
    let mut add = |name: String, text: String| {
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        names.push(name);
    };
    for number in 0..80 {
        add(format!("s{}/run-{number}.sh", number % 7), script(&mut numbers));
        add(format!("t{number}/main.tf"), module(&mut numbers));
    }
    for number in 0..40 {
        add(format!("other/{number}.txt"), format!("nothing of {number}, or CreateBackup\n"));
    }
    add("broken/main.tf".to_owned(), "resource \"alicloud_rds_backup\" \"x\" {{{\n".to_owned());
    (folder, names)
}

/// Every format that `check` and `audit` write.
const FORMATS: [&str; 11] =
    ["human", "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle", "csv", "markdown", "html"];

fn check(folder: &Path, format: &str, paths: &[String], variables: &[(&str, &str)]) -> String {
    let mut command = Command::cargo_bin("backuplint").unwrap();
    command.current_dir(folder).envs(variables.iter().copied()).env_remove("CLICOLOR_FORCE");
    command.args(["check", "--format", format, "--level", "note", "--coverage", "--undecided"]).args(paths);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // The last line for people says how long it took.
    if format == "human" { text.rsplit_once(" in ").map(|(text, _)| text.to_owned()).unwrap() } else { text }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let (folder, _) = tree();
    let here = [".".to_owned()];
    for format in FORMATS {
        let one = check(folder.path(), format, &here, &[("RAYON_NUM_THREADS", "1")]);
        // Annotations are cut to as many as a build server shows, and a comment to what it may hold.
        assert!(one.len() > 2_000, "{format}: {}", one.len());
        for threads in ["2", "8"] {
            let other = check(folder.path(), format, &here, &[("RAYON_NUM_THREADS", threads)]);
            assert!(one == other, "{format} with {threads} threads differs");
        }
    }
}

#[test]
fn the_order_of_paths_changes_no_byte() {
    let (folder, names) = tree();
    let whole = check(folder.path(), "json", &names, &[]);
    let mut numbers = Numbers(3);
    for _ in 0..2 {
        let mut shuffled = names.clone();
        numbers.shuffle(&mut shuffled);
        assert!(check(folder.path(), "json", &shuffled, &[]) == whole);
    }
    let mut dotted: Vec<String> = names.iter().map(|name| format!("./{name}")).collect();
    dotted.reverse();
    assert!(check(folder.path(), "json", &dotted, &[]) == whole, "./ before the names");
    assert!(check(folder.path(), "json", &[".".to_owned()], &[]) == whole, "names or their folder");
}

#[test]
fn language_time_zone_and_place_change_no_byte() {
    let (folder, _) = tree();
    let here = [".".to_owned()];
    for format in FORMATS {
        let plain = check(folder.path(), format, &here, &[("LC_ALL", "C"), ("TZ", "UTC")]);
        let other = check(
            folder.path(),
            format,
            &here,
            &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "zh_CN.GBK"), ("TZ", "Asia/Kathmandu")],
        );
        assert!(plain == other, "{format}");
    }
    let (copy, _) = tree();
    assert!(check(folder.path(), "json", &here, &[]) == check(copy.path(), "json", &here, &[]), "another folder");
}

/// The bytes of an audit of logs.
fn audit(folder: &Path, format: &str, paths: &[String], variables: &[(&str, &str)]) -> String {
    let mut command = Command::cargo_bin("backuplint").unwrap();
    command.current_dir(folder).envs(variables.iter().copied()).env_remove("CLICOLOR_FORCE");
    command.args(["audit", "--format", format, "--level", "note", "--coverage", "--timezone", "UTC"]).args(paths);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    without_time(output.stdout)
}

/// Without how long it took, which a line for people says.
fn without_time(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    let is_time = |rest: &str| {
        rest.trim_end_matches('.').ends_with('s') && rest.starts_with(|first: char| first.is_ascii_digit())
    };
    let lines = text.lines().map(|line| match line.rsplit_once(" in ") {
        Some((before, rest)) if is_time(rest) => before,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of an audit: lines, lists and packed ones.
fn logs() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    trail::logs(7).write(&folder.path().join("logs"));
    let mut names: Vec<String> = Vec::new();
    let mut open = vec![folder.path().join("logs")];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                names.push(path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    names.sort();
    (folder, names)
}

#[test]
fn threads_order_language_and_time_zone_change_no_byte_of_an_audit() {
    let (folder, names) = logs();
    assert!(names.len() > 2, "{names:?}");
    let mut shuffled = names.clone();
    Numbers(5).shuffle(&mut shuffled);
    for format in FORMATS {
        let plain = [("RAYON_NUM_THREADS", "1"), ("LC_ALL", "C"), ("TZ", "UTC")];
        let one = audit(folder.path(), format, &names, &plain);
        assert!(one.len() > 200, "{format}");
        for threads in ["2", "8"] {
            let other = [("RAYON_NUM_THREADS", threads), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu")];
            assert!(audit(folder.path(), format, &shuffled, &other) == one, "{format} with {threads} threads differs");
        }
        assert!(audit(folder.path(), format, &["logs".to_owned()], &plain) == one, "{format}: names or their folder");
    }
}

// What does not matter.

fn report(files: &[(&str, &str)]) -> Report {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// The findings without their places, sorted.
fn said(report: &Report) -> Vec<String> {
    let mut all: Vec<String> = report
        .findings
        .iter()
        .map(|f| {
            format!(
                "{}[{}] {:?} {:?} {}: {}",
                f.severity.word(),
                f.rule,
                f.confidence,
                f.parameter,
                f.subject,
                f.message
            )
        })
        .collect();
    all.sort();
    all
}

const BLOCKS: &[&str] = &[
    "variable \"how\" {\n  default = \"Logical\"\n}\n",
    "locals {\n  pair = { a = var.how, b = \"Snapshot\" }\n}\n",
    "resource \"alicloud_db_instance\" \"db\" {\n  engine = \"PostgreSQL\"\n  db_instance_storage_type = \"cloud_essd\"\n}\n",
    "resource \"alicloud_rds_backup\" \"each\" {\n  for_each = local.pair\n  db_instance_id = alicloud_db_instance.db.id\n  backup_method = each.value\n}\n",
    "resource \"alicloud_rds_backup\" \"db\" {\n  db_instance_id = alicloud_db_instance.db.id\n  backup_method = \"Physical\"\n  db_name = \"one\"\n}\n",
    "resource \"alicloud_rds_backup\" \"kept\" {\n  db_instance_id = alicloud_db_instance.db.id\n  backup_retention_period = 3\n}\n",
];

#[test]
fn the_order_of_blocks_and_their_files_does_not_matter() {
    let original = said(&report(&[("main.tf", &BLOCKS.concat())]));
    assert!(original.len() >= 3, "{original:#?}");
    let mut numbers = Numbers(11);
    for _ in 0..10 {
        let mut blocks = BLOCKS.to_vec();
        numbers.shuffle(&mut blocks);
        assert_eq!(said(&report(&[("main.tf", &blocks.concat())])), original);
        let (one, two) = blocks.split_at(3);
        assert_eq!(said(&report(&[("a.tf", &one.concat()), ("b.tf", &two.concat())])), original);
    }
}

#[test]
fn names_of_variables_and_locals_do_not_matter() {
    let original = BLOCKS.concat();
    let renamed = original
        .replace("\"how\"", "\"method\"")
        .replace("var.how", "var.method")
        .replace("pair =", "alicloud =")
        .replace("local.pair", "local.alicloud");
    assert_ne!(original, renamed);
    assert_eq!(said(&report(&[("main.tf", &renamed)])), said(&report(&[("main.tf", &original)])));
    let script = "HOW=Logical\naliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $HOW\n";
    let other = script.replace("HOW", "PATH_OF_THINGS");
    assert_eq!(said(&report(&[("a.sh", &other)])), said(&report(&[("a.sh", script)])));
}

#[test]
fn the_names_of_modules_do_not_matter() {
    let project = |first: &str, second: &str, folder: &str| {
        let root = format!(
            "module \"{first}\" {{\n  source = \"./{folder}\"\n  engine = \"MySQL\"\n}}\nmodule \"{second}\" {{\n  source = \"./{folder}\"\n  engine = \"PostgreSQL\"\n}}\n\
             resource \"alicloud_rds_backup\" \"a\" {{\n  db_instance_id = module.{first}.id\n  backup_method = \"Snapshot\"\n}}\n\
             resource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = module.{second}.id\n  backup_method = \"Logical\"\n}}\n"
        );
        let module = "variable \"engine\" {}\nresource \"alicloud_db_instance\" \"x\" {\n  engine = var.engine\n  db_instance_storage_type = \"cloud_essd\"\n}\noutput \"id\" {\n  value = alicloud_db_instance.x.id\n}\n";
        said(&report(&[("main.tf", &root), (&format!("{folder}/main.tf"), module)]))
    };
    let original = project("a", "b", "m");
    assert_eq!(original.len(), 1, "{original:#?}");
    for (first, second, folder) in [("b", "a", "m"), ("zeta", "alpha", "modules/db"), ("x", "engine", "x")] {
        assert_eq!(project(first, second, folder), original);
    }
}

#[test]
fn terraform_and_its_json_form_say_the_same() {
    let json = r#"{
      "variable": {"how": {"default": "Logical"}},
      "locals": {"pair": {"a": "${var.how}", "b": "Snapshot"}},
      "resource": {
        "alicloud_db_instance": {"db": {"engine": "PostgreSQL", "db_instance_storage_type": "cloud_essd"}},
        "alicloud_rds_backup": {
          "each": {"for_each": "${local.pair}", "db_instance_id": "${alicloud_db_instance.db.id}", "backup_method": "${each.value}"},
          "db": {"db_instance_id": "${alicloud_db_instance.db.id}", "backup_method": "Physical", "db_name": "one"},
          "kept": {"db_instance_id": "${alicloud_db_instance.db.id}", "backup_retention_period": 3}
        }
      }
    }"#;
    assert_eq!(said(&report(&[("main.tf.json", json)])), said(&report(&[("main.tf", &BLOCKS.concat())])));
}

#[test]
fn both_styles_of_the_command_say_the_same() {
    let styles = |wire: &str, kebab: &str| {
        // The spelling of names is all that may differ.
        let plain = |lines: Vec<String>| -> Vec<String> {
            let names = [
                ("--db-instance-id", "--DBInstanceId"),
                ("--backup-method", "--BackupMethod"),
                ("--backup-strategy", "--BackupStrategy"),
                ("--backup-type", "--BackupType"),
                ("--backup-retention-period", "--BackupRetentionPeriod"),
                ("--db-name", "--DBName"),
                ("create-backup", "CreateBackup"),
            ];
            lines.into_iter().map(|line| names.iter().fold(line, |l, (from, to)| l.replace(from, to))).collect()
        };
        let (wire_says, kebab_says) =
            (plain(said(&report(&[("a.sh", wire)]))), plain(said(&report(&[("a.sh", kebab)]))));
        assert_eq!(kebab_says, wire_says, "{kebab}");
        wire_says.len()
    };
    let mut findings = 0;
    for method in ["Logical", "Snapshot", "Physical", "Snapchat", "physical", ""] {
        for (wire, kebab) in [
            ("", ""),
            ("--DBName shop", "--db-name shop"),
            ("--BackupStrategy db", "--backup-strategy db"),
            (
                "--BackupType=FullBackup --BackupRetentionPeriod=3",
                "--backup-type=FullBackup --backup-retention-period=3",
            ),
        ] {
            for id in ["rm-1", "pgm-1", "gp-1"] {
                let given = |name: &str| if method.is_empty() { String::new() } else { format!("{name} {method}") };
                findings += styles(
                    &format!("aliyun rds CreateBackup --DBInstanceId {id} {} {wire}\n", given("--BackupMethod")),
                    &format!("aliyun rds create-backup --db-instance-id {id} {} {kebab}\n", given("--backup-method")),
                );
            }
        }
    }
    assert!(findings > 50, "{findings}");
}

#[test]
fn ways_to_write_one_command_say_the_same() {
    let plain = said(&report(&[("a.sh", "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n")]));
    assert_eq!(plain.len(), 1);
    for text in [
        "aliyun rds CreateBackup --BackupMethod Logical --DBInstanceId pgm-1\n",
        "aliyun rds CreateBackup --BackupMethod=Logical --DBInstanceId='pgm-1'\n",
        "aliyun --region cn-x rds CreateBackup \\\n  --BackupMethod \"Log\"'ical' \\\n  --DBInstanceId pgm-1",
        "sudo /usr/local/bin/aliyun RDS CreateBackup --BackupMethod:Logical --DBInstanceId:pgm-1 >/dev/null || exit 1\n",
        "M=Logical; I=pgm-1\nif true; then aliyun rds CreateBackup --BackupMethod \"$M\" --DBInstanceId ${I}; fi\n",
    ] {
        assert_eq!(said(&report(&[("a.sh", text)])), plain, "{text}");
    }
}
