//! The program as a process: options, exit codes, what goes to which stream.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/folder.rs"]
mod folders;
#[path = "support/program.rs"]
mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Output, Stdio};

use folders::{folder, write};
use serde_json::Value;
use support::{code, err, program, run};

/// A script with an error, one with a warning, one that is right and one that cannot be decided.
const ERROR: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Logical\n";
const WARNING: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupRetentionPeriod 30\n";
const NOTE: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupType FullBackup\n";
const CLEAN: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Snapshot\n";
const UNDECIDED: &str = "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupMethod Physical\n";

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}\n{}", out(output), err(output)))
}

fn lines(output: &Output) -> Vec<Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rules(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
}

fn check_json(folder: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    json(&run(folder, &all))
}

// Exit codes.

#[test]
fn the_exit_code_follows_the_worst_finding_and_the_level_that_fails() {
    let folder = folder(&[("e.sh", ERROR), ("w.sh", WARNING), ("n.sh", NOTE), ("c.sh", CLEAN), ("u.sh", UNDECIDED)]);
    for (arguments, expected) in [
        (&["e.sh"][..], 1),
        (&["w.sh"], 0),
        (&["n.sh"], 0),
        (&["c.sh"], 0),
        (&["u.sh"], 0),
        (&["--fail-on", "warning", "w.sh"], 1),
        (&["--fail-on", "warning", "n.sh"], 0),
        (&["--fail-on", "note", "n.sh"], 1),
        (&["--fail-on", "note", "c.sh"], 0),
        (&["--fail-on", "never", "e.sh"], 0),
        (&["--level", "error", "--fail-on", "warning", "w.sh"], 1),
        (&["--unknown", "fail", "u.sh"], 1),
        (&["--unknown", "ignore", "u.sh"], 0),
        (&["--unknown", "fail", "--fail-on", "never", "u.sh"], 0),
        (&["."], 1),
    ] {
        let output = program(folder.path()).arg("check").args(arguments).output().unwrap();
        assert_eq!(code(&output), expected, "{arguments:?}\n{}{}", out(&output), err(&output));
    }
}

#[test]
fn a_run_that_cannot_be_made_ends_with_two_and_says_why() {
    let folder = folder(&[("c.sh", CLEAN), ("broken.yaml", "id: [\n")]);
    for (arguments, said) in [
        (&["check", "--no-such-flag"][..], "--no-such-flag"),
        (&["check", "--format", "xml"], "xml"),
        (&["check", "not-there.tf"], "not-there.tf: no such file or folder"),
        (&["check", "--exclude", "a[", "."], "a["),
        (&["check", "--exclude", "", "."], "leave out everything"),
        (&["check", "--exclude", "./", "."], "leave out everything"),
        (&["check", "--matrix", "not-there.yaml", "."], "not-there.yaml"),
        (&["check", "--matrix", "broken.yaml", "."], "broken.yaml"),
        (&["check", "--inventory", "not-there.csv", "."], "not-there.csv"),
        (&["check", "--inventory", "c.sh", "."], "c.sh"),
        (&["check", "--var-file", "not-there.tfvars", "."], "not-there.tfvars"),
        (&["check", "--var", "novalue", "."], "NAME=VALUE"),
        (&["chekc"], "check"),
        (&[], "Usage"),
        (&["explain", "no-such-thing"], "no-such-thing"),
        (&["preflight"], "nothing to check"),
        (&["preflight", "--engine", "Oracle"], "Oracle"),
        (&["preflight", "--jsonl", "not-there.jsonl"], "not-there.jsonl"),
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}\n{}", out(&output));
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "", "{arguments:?}");
    }
}

#[test]
fn strict_fails_with_three_when_a_file_could_not_be_looked_at() {
    let folder = folder(&[("c.sh", CLEAN), ("deploy.rb", "system('aliyun rds CreateBackup')\n")]);
    let output = run(folder.path(), &["check", "--strict", "."]);
    assert_eq!(code(&output), 3);
    assert!(err(&output).contains("--strict: 1 file"), "{}", err(&output));
    assert_eq!(code(&run(folder.path(), &["check", "--strict", "c.sh"])), 0);
    assert_eq!(code(&run(folder.path(), &["check", "."])), 0);
    write(folder.path(), "e.sh", ERROR);
    // Not complete comes before findings: what was found is not all.
    assert_eq!(code(&run(folder.path(), &["check", "--strict", "."])), 3);
    let listed = out(&run(folder.path(), &["check", "--coverage", "."]));
    assert!(listed.contains("deploy.rb"), "{listed}");
}

#[test]
fn help_and_version_are_no_failure() {
    let folder = folder(&[]);
    for arguments in [&["--help"][..], &["-h"], &["help"], &["check", "--help"], &["preflight", "-h"], &["--version"]] {
        let output = run(folder.path(), arguments);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{arguments:?}");
        assert!(out(&output).contains("backuplint"), "{arguments:?}");
    }
}

#[test]
fn a_folder_without_calls_is_clean_in_every_format() {
    let folder = folder(&[("readme.txt", "nothing\n"), ("empty.sh", ""), ("empty.tf", ""), ("a/empty.tf.json", "")]);
    for format in ["human", "json", "jsonl", "sarif"] {
        let output = run(folder.path(), &["check", "--format", format, "."]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{format}");
    }
    let report = check_json(folder.path(), &["."]);
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    assert_eq!(report["summary"]["calls"], 0);
}

// Standard input.

#[test]
fn standard_input_is_read_under_the_name_that_is_given() {
    let folder = folder(&[]);
    let read = |arguments: &[&str], text: &[u8]| {
        let mut command = program(folder.path());
        command.args(["check", "--format", "json"]).args(arguments).arg("-").write_stdin(text);
        command.output().unwrap()
    };
    let script = json(&read(&[], ERROR.as_bytes()));
    assert_eq!(rules(&script), ["unsupported-method"]);
    assert_eq!(script["findings"][0]["primary"]["path"], "stdin.sh");
    let terraform = br#"resource "alicloud_rds_backup" "x" { backup_method = "Physical" }"#;
    let found = json(&read(&["--stdin-filename", "infra/main.tf"], terraform));
    assert_eq!(rules(&found), ["missing-instance-id"]);
    assert_eq!(found["findings"][0]["primary"]["path"], "infra/main.tf");
    assert_eq!(code(&read(&[], b"")), 0);
    assert_eq!(code(&read(&[], b"\0\x01CreateBackup\xff")), 0);
    assert_eq!(code(&read(&["--strict"], b"\0\x01CreateBackup\xff")), 3, "it was not read");
}

#[test]
fn standard_input_stands_beside_files() {
    let folder = folder(&[("e.sh", ERROR)]);
    let mut command = program(folder.path());
    command.args(["check", "--format", "json", "e.sh", "-", "--stdin-filename", "other.sh"]).write_stdin(ERROR);
    let report = json(&command.output().unwrap());
    assert_eq!(report["findings"].as_array().unwrap().len(), 2);
    // An editor sends what it has not saved yet: it stands for the file.
    let mut command = program(folder.path());
    command.args(["check", "--format", "json", "e.sh", "-", "--stdin-filename", "e.sh"]).write_stdin(CLEAN);
    let report = json(&command.output().unwrap());
    assert_eq!(rules(&report), [] as [&str; 0]);
}

// Which files.

#[test]
fn exclude_holds_for_folders_files_and_for_paths_given_by_name() {
    let folder = folder(&[("a/e.sh", ERROR), ("b/vendor/e.sh", ERROR), ("b/e.sh", ERROR)]);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let report = check_json(folder.path(), arguments);
        let findings = report["findings"].as_array().unwrap().clone();
        findings.iter().map(|f| f["primary"]["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&["."]), ["a/e.sh", "b/e.sh", "b/vendor/e.sh"]);
    assert_eq!(paths(&["--exclude", "vendor", "."]), ["a/e.sh", "b/e.sh"]);
    assert_eq!(paths(&["--exclude", "a/**", "--exclude", "vendor/", "."]), ["b/e.sh"]);
    assert_eq!(paths(&["--exclude", "*.sh", "."]), [] as [&str; 0]);
    assert_eq!(paths(&["--exclude", "a", "a/e.sh", "b/e.sh"]), ["b/e.sh"]);
    assert_eq!(paths(&["--exclude", "vendor", "b/vendor/e.sh"]), [] as [&str; 0]);
    assert_eq!(paths(&["--exclude", "a", "./a/e.sh"]), [] as [&str; 0]);
}

#[test]
fn ignore_files_are_obeyed_unless_asked_not_to() {
    let folder =
        folder(&[("a/e.sh", ERROR), ("b/e.sh", ERROR), ("c.sh", ERROR), (".gitignore", "a/\n"), (".ignore", "c.sh\n")]);
    let count = |arguments: &[&str]| check_json(folder.path(), arguments)["findings"].as_array().unwrap().len();
    assert_eq!(count(&["."]), 1);
    assert_eq!(count(&["--no-ignore", "."]), 3);
    assert_eq!(count(&["c.sh"]), 1, "a file that is named is looked at");
}

#[test]
fn hidden_folders_are_looked_at_and_the_repository_itself_is_not() {
    let folder = folder(&[(".ci/e.sh", ERROR), (".git/hooks/pre-push.sh", ERROR)]);
    let report = check_json(folder.path(), &["."]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
    assert_eq!(report["findings"][0]["primary"]["path"], ".ci/e.sh");
}

#[test]
fn a_path_that_is_named_twice_is_judged_once() {
    let folder = folder(&[("a/e.sh", ERROR)]);
    for arguments in [&["a/e.sh", "a/e.sh"][..], &["a", "a/e.sh"], &[".", "a"], &["./a", "a/", "a/../a"]] {
        let report = check_json(folder.path(), arguments);
        assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{arguments:?}");
        assert_eq!(report["findings"][0]["primary"]["path"], "a/e.sh", "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_above_ends_and_finds_each_file_once() {
    let folder = folder(&[("a/e.sh", ERROR)]);
    std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("a/self")).unwrap();
    std::os::unix::fs::symlink("e.sh", folder.path().join("a/again.sh")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("a/broken.sh")).unwrap();
    let output = run(folder.path(), &["check", "--format", "json", "--strict", "."]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert_eq!(json(&output)["findings"].as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_what_is_checked_is_told() {
    let elsewhere = folder(&[("e.sh", ERROR), ("deep/e.sh", ERROR)]);
    let folder = folder(&[("c.sh", CLEAN)]);
    std::os::unix::fs::symlink(elsewhere.path().join("deep"), folder.path().join("folder")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("e.sh"), folder.path().join("file.sh")).unwrap();
    let output = run(folder.path(), &["check", "--format", "json", "--strict", "."]);
    let report = json(&output);
    assert_eq!(report["findings"][0]["primary"]["path"], "file.sh", "a file is looked at where the link stands");
    let files = report["coverage"]["files"].as_array().unwrap();
    let told = files.iter().find(|file| file["path"] == "folder").expect("the folder is told");
    assert!(told["reason"].as_str().unwrap().contains("outside"), "{told}");
    assert_eq!(code(&output), 3);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_warning_and_not_the_end() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("locked.sh", ERROR), ("e.sh", ERROR)]);
    let locked = folder.path().join("locked.sh");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&locked).is_ok() {
        println!("skipped: this user can read every file");
        return;
    }
    let output = run(folder.path(), &["check", "--format", "json", "."]);
    let report = json(&output);
    assert_eq!(rules(&report), ["unsupported-method", "unreadable-file"]);
    assert_eq!(code(&run(folder.path(), &["check", "--strict", "."])), 3);
}

#[test]
fn a_file_over_the_limit_is_told_with_its_size() {
    // A module reads every file beside it, and so meets the large one too.
    let module = "resource \"alicloud_rds_backup\" \"x\" {\n  db_instance_id = \"pgm-1\"\n}\n";
    let folder = folder(&[("e.sh", ERROR), ("main.tf", module)]);
    // Text that goes over into a hole: it takes no room, and is no program either by how it begins.
    write(folder.path(), "huge.tf", [b'#'; 16 * 1024]);
    let file = fs::OpenOptions::new().write(true).open(folder.path().join("huge.tf")).unwrap();
    file.set_len(33 * 1024 * 1024).unwrap();
    let output = run(folder.path(), &["check", "--format", "json", "."]);
    let report = json(&output);
    assert_eq!(code(&output), 1);
    let found = rules(&report);
    assert_eq!(found, ["unsupported-method", "unreadable-file"], "{report}");
    let message = report["findings"][1]["message"].as_str().unwrap();
    assert!(message.contains("33 MiB, over the limit of 32 MiB"), "{message}");
    assert_eq!(code(&run(folder.path(), &["check", "--strict", "."])), 3);
    assert_eq!(code(&run(folder.path(), &["check", "--strict", "--exclude", "huge.tf", "."])), 1);
}

#[test]
fn a_binary_file_with_the_name_of_a_text_does_no_harm() {
    let folder = folder(&[("e.sh", ERROR)]);
    write(folder.path(), "image.tf", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR alicloud_rds_backup \0\xff\xfe");
    write(folder.path(), "data.sh", b"\x7fELF\0\0aliyun rds CreateBackup --BackupMethod Nope\0");
    let output = run(folder.path(), &["check", "--format", "json", "."]);
    let report = json(&output);
    assert_eq!(code(&output), 1);
    assert_eq!(rules(&report).iter().filter(|rule| **rule == "unsupported-method").count(), 1);
    assert!(!rules(&report).contains(&"invalid-value"));
    let files = report["coverage"]["files"].to_string();
    assert!(files.contains("image.tf") && files.contains("data.sh"), "left out without a word: {files}");
}

// What is known from outside.

#[test]
fn inventories_are_read_as_json_yaml_and_csv() {
    let script = "aliyun rds CreateBackup --DBInstanceId rm-9z --BackupMethod Physical\n";
    let answer = r#"{"Items":{"DBInstance":[{"DBInstanceId":"rm-9z","Engine":"MySQL","DBInstanceStorageType":"cloud_essd","DBInstanceType":"Primary","RegionId":"cn-hangzhou"}]},"PageNumber":1}"#;
    let folder = folder(&[
        ("x.sh", script),
        ("answer.json", answer),
        ("by-id.yaml", "rm-9z:\n  engine: MySQL\n  storage: cloud_essd\n"),
        ("list.yml", "- id: rm-9z\n  engine: mysql\n  storage: cloud\n"),
        ("list.csv", "\u{feff}ID,Engine,Storage\r\nrm-9z,MySQL,general_essd\r\n"),
        ("other.csv", "id,engine\nrm-8y,PostgreSQL\n"),
    ]);
    for inventory in ["answer.json", "by-id.yaml", "list.yml", "list.csv"] {
        let report = check_json(folder.path(), &["--inventory", inventory, "x.sh"]);
        assert_eq!(rules(&report), ["unsupported-method"], "{inventory}: {report}");
    }
    let several = check_json(folder.path(), &["--inventory", "other.csv", "--inventory", "list.csv", "x.sh"]);
    assert_eq!(rules(&several), ["unsupported-method"]);
    let without = check_json(folder.path(), &["--inventory", "other.csv", "x.sh"]);
    assert_eq!(rules(&without), [] as [&str; 0]);
}

#[test]
fn variables_come_from_options_and_the_last_one_wins() {
    let folder = folder(&[
        (
            "main.tf",
            "variable \"m\" {}\nresource \"alicloud_rds_backup\" \"x\" {\n  db_instance_id = \"pgm-1a\"\n  backup_method = var.m\n}\n",
        ),
        ("good.tfvars", "m = \"Snapshot\"\n"),
        ("bad.tfvars.json", "{\"m\": \"Logical\"}\n"),
    ]);
    let count = |arguments: &[&str]| check_json(folder.path(), arguments)["findings"].as_array().unwrap().len();
    assert_eq!(count(&["."]), 0);
    assert_eq!(count(&["--var", "m=Logical", "."]), 1);
    assert_eq!(count(&["--var", "m=Snapshot", "."]), 0);
    assert_eq!(count(&["--var-file", "bad.tfvars.json", "."]), 1);
    assert_eq!(count(&["--var-file", "bad.tfvars.json", "--var-file", "good.tfvars", "."]), 0);
    assert_eq!(count(&["--var", "m=Snapshot", "--var", "m=Logical", "."]), 1);
    assert_eq!(count(&["--var", "m=a=b", "."]), 1, "only the first = ends the name");
}

// What is written.

#[test]
fn formats_for_machines_write_nothing_else_to_standard_output() {
    let folder =
        folder(&[("e.sh", ERROR), ("u.sh", UNDECIDED), ("broken.tf", "resource \"alicloud_rds_backup\" {{{\n")]);
    for (format, extra) in
        [("json", &["--coverage", "--undecided"][..]), ("json", &["--color", "always"]), ("sarif", &["--strict"])]
    {
        let mut command = program(folder.path());
        command.env("CLICOLOR_FORCE", "1").args(["check", "--format", format, "--level", "note"]).args(extra).arg(".");
        let output = command.output().unwrap();
        json(&output);
        assert!(!out(&output).contains('\u{1b}'), "{format}");
    }
    let output = run(folder.path(), &["check", "--format", "jsonl", "--color", "always", "--level", "note", "."]);
    let all = lines(&output);
    assert!(all.iter().all(Value::is_object));
    assert_eq!(all.last().unwrap()["type"], "summary");
    assert!(!out(&output).contains('\u{1b}'));
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let folder = folder(&[("e.sh", ERROR)]);
    let colored = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = program(folder.path());
        command.envs(variables.iter().copied()).arg("check").args(arguments).arg("e.sh");
        out(&command.output().unwrap()).contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&[], &["--color", "always"]));
    assert!(colored(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!colored(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(colored(&[("NO_COLOR", "1")], &["--color", "always"]), "the option is nearer than the environment");
    assert!(!colored(&[("NO_COLOR", "")], &[]), "an empty NO_COLOR says nothing");
}

#[test]
fn what_the_level_hides_is_counted() {
    let folder = folder(&[("all.sh", &format!("{ERROR}{WARNING}{NOTE}"))]);
    for (level, shown, hidden) in [("error", 1, 2), ("warning", 2, 1), ("note", 3, 0)] {
        let report = check_json(folder.path(), &["--level", level, "."]);
        assert_eq!(report["findings"].as_array().unwrap().len(), shown, "{level}");
        assert_eq!(report["summary"]["hidden"], hidden, "{level}");
        assert_eq!(report["summary"]["notes"], 1, "{level}: counted all the same");
    }
    let human = out(&run(folder.path(), &["check", "."]));
    assert!(human.contains("--level note"), "nothing says how to see the note:\n{human}");
}

#[test]
fn undecided_calls_are_counted_listed_and_made_errors() {
    let folder = folder(&[("u.sh", UNDECIDED)]);
    let report = check_json(folder.path(), &["."]);
    assert_eq!(report["summary"]["undecided"], 1);
    assert_eq!(report["calls"][0]["verdict"], "undecided");
    let listed = out(&run(folder.path(), &["check", "--undecided", "."]));
    assert!(listed.contains("u.sh:1") && listed.contains("engine"), "{listed}");
    let plain = out(&run(folder.path(), &["check", "."]));
    assert!(plain.contains("undecided"), "{plain}");
    assert_eq!(check_json(folder.path(), &["--unknown", "ignore", "."])["summary"]["undecided"], 0);
    assert_eq!(rules(&check_json(folder.path(), &["--unknown", "fail", "."])), ["undecided-call"]);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = folder(&[("many.sh", &ERROR.repeat(3000))]);
    for format in ["human", "json", "jsonl", "sarif"] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_backuplint"))
            .current_dir(folder.path())
            .args(["check", "--format", format, "--fail-on", "never", "."])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""), "{format}");
    }
}

// The matrix of the user.

#[test]
fn a_broken_matrix_is_told_with_the_place() {
    let builtin =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/matrix/rds-create-backup.yaml")).unwrap();
    let at = builtin.lines().position(|line| line.contains("{ when: { BackupRetentionPeriod: absent }")).unwrap();
    let without: String =
        builtin.lines().enumerate().filter(|(i, _)| *i != at).map(|(_, l)| format!("{l}\n")).collect();
    let folder = folder(&[("c.sh", CLEAN), ("gap.yaml", &without), ("same.yaml", &builtin), ("empty.yaml", "")]);
    write(folder.path(), "typo.yaml", builtin.replacen("severity: error", "severity: eror", 1));
    for (name, place) in [("gap.yaml", "gap.yaml:"), ("typo.yaml", "typo.yaml:"), ("empty.yaml", "empty.yaml:")] {
        let output = run(folder.path(), &["check", "--matrix", name, "."]);
        assert_eq!(code(&output), 2, "{name}");
        assert!(err(&output).contains(place), "{}", err(&output));
        assert!(err(&output).len() < 2000, "a page of text:\n{}", err(&output));
    }
    assert_eq!(code(&run(folder.path(), &["check", "--matrix", "same.yaml", "c.sh"])), 0);
    assert_eq!(code(&run(folder.path(), &["check", "--matrix=same.yaml", "c.sh"])), 0);
    assert_eq!(code(&run(folder.path(), &["matrix", "--matrix", "gap.yaml"])), 2);
}

// Preflight.

#[test]
fn preflight_judges_options_and_commands() {
    let folder = folder(&[]);
    let local = ["--engine", "MySQL", "--storage", "local_ssd", "--DBInstanceId", "rm-1a"];
    for (arguments, expected) in [
        (&["--BackupMethod", "Physical"][..], 0),
        (&["--BackupMethod", "Snapshot"], 1),
        (&["--BackupMethod=Snapshot"], 1),
        (&["--BackupRetentionPeriod", "-1"], 0),
        (&["--BackupRetentionPeriod=-1"], 0),
        (&["--BackupRetentionPeriod", "6"], 1),
        (&["--BackupMethod", "Logical", "--BackupStrategy", "db", "--DBName", "a,b"], 0),
        (&["--BackupMethod", "Logical", "--BackupStrategy", "db", "--DBName", ""], 1),
    ] {
        let output = program(folder.path()).arg("preflight").args(local).args(arguments).output().unwrap();
        assert_eq!(code(&output), expected, "{arguments:?}\n{}{}", out(&output), err(&output));
    }
    let command = ["--", "aliyun", "rds", "CreateBackup", "--DBInstanceId", "rm-1a", "--BackupMethod", "Logical"];
    let judged = |fact: &str| {
        let output = program(folder.path())
            .args(["preflight", "--engine", fact, "--format", "json"])
            .args(command)
            .output()
            .unwrap();
        (code(&output), json(&output))
    };
    assert_eq!(rules(&judged("sqlserver").1), ["unsupported-method"]);
    assert_eq!(judged("sqlserver").0, 1);
    // Wrong on either disk: without a strategy on local ones, without a logical backup on cloud ones.
    assert_eq!(rules(&judged("MySQL").1), ["unsupported-method"]);
    let other = run(folder.path(), &["preflight", "--", "aws", "rds", "create-db-snapshot"]);
    assert_eq!(code(&other), 2, "{}", out(&other));
    let both = program(folder.path()).args(["preflight", "--BackupMethod", "Logical"]).args(command).output().unwrap();
    assert_eq!(code(&both), 2);
    assert!(err(&both).contains("two calls"), "{}", err(&both));
}

fn preflight_lines(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = program(folder);
    command.args(["preflight", "--jsonl", "-", "--format", "jsonl"]).args(arguments).write_stdin(input);
    command.output().unwrap()
}

#[test]
fn lines_are_answered_one_by_one_and_bad_ones_too() {
    let folder = folder(&[]);
    let mut input = Vec::new();
    for line in [
        &br#"{"id":"a","engine":"PostgreSQL","parameters":{"DBInstanceId":"pgm-1","BackupMethod":"Snapshot"}}"#[..],
        b"",
        b"   ",
        br#"{"id":7,"engine":"PostgreSQL","parameters":{"DBInstanceId":"pgm-1","BackupMethod":"Logical"}}"#,
        b"not json",
        br#"{"id":"c","engine":"Oracle","parameters":{}}"#,
        br#"{"id":"d"}"#,
        br#"["list"]"#,
        b"{\"id\":\"\xff\xfe\"}",
        br#"{"id":null,"engine":"mysql","storage":"local","parameters":{"DBInstanceId":"rm-1","BackupRetentionPeriod":-1}}"#,
        br#"{"id":"e","engine":"mysql","storage":"local","parameters":{"DBInstanceId":"rm-1","BackupRetentionPeriod":"731"}}"#,
        br#"{"id":"f","engine":"mysql","storage":"local","parameters":{"DBInstanceId":"rm-1","BackupRetentionPeriod":30.0,"DBName":null}}"#,
    ] {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    let output = preflight_lines(folder.path(), &[], &input);
    let answers = lines(&output);
    assert_eq!(answers.len(), 10, "{}", out(&output));
    let verdicts: Vec<&str> = answers.iter().map(|a| a["verdict"].as_str().unwrap_or("error")).collect();
    assert_eq!(
        verdicts,
        ["proven", "violation", "error", "error", "error", "error", "error", "proven", "violation", "proven"]
    );
    assert_eq!(answers[1]["id"], 7, "an id comes back as it was sent");
    assert_eq!(answers[1]["findings"][0]["rule"], "unsupported-method");
    for (number, line) in [(2, 5), (3, 6), (4, 7), (5, 8), (6, 9)] {
        let error = answers[number]["error"].as_str().unwrap();
        assert!(error.starts_with(&format!("line {line}:")), "{error}");
    }
    assert_eq!(code(&output), 2, "a line that cannot be read is a failure");
    assert_eq!(err(&output), "");
}

#[test]
fn a_last_line_without_an_end_and_crlf_are_lines() {
    let folder = folder(&[]);
    let line = br#"{"engine":"PostgreSQL","parameters":{"DBInstanceId":"pgm-1"}}"#;
    let input = [&line[..], b"\r\n", line].concat();
    let output = preflight_lines(folder.path(), &[], &input);
    assert_eq!((code(&output), lines(&output).len()), (0, 2));
    assert_eq!(code(&preflight_lines(folder.path(), &[], b"")), 0);
}

#[test]
fn a_very_long_line_is_told_and_the_next_one_is_answered() {
    let folder = folder(&[]);
    let mut input = br#"{"id":1,"parameters":{"DBInstanceId":"pgm-1","DBName":""#.to_vec();
    input.extend(std::iter::repeat_n(b'x', 3 * 1024 * 1024));
    input.extend_from_slice(b"\"}}\n{\"id\":2,\"parameters\":{\"DBInstanceId\":\"pgm-1\"}}\n");
    let answers = lines(&preflight_lines(folder.path(), &[], &input));
    assert_eq!(answers.len(), 2);
    assert!(answers[0]["error"].as_str().unwrap().contains("longer than"));
    assert_eq!((answers[1]["id"].as_i64(), answers[1]["verdict"].as_str()), (Some(2), Some("proven")));
}

#[test]
fn many_lines_are_answered_in_their_order() {
    let folder = folder(&[]);
    let mut text = String::new();
    for number in 0..3000 {
        let method = ["Snapshot", "Logical", "Physical"][number % 3];
        text.push_str(&format!(
            "{{\"id\":{number},\"engine\":\"PostgreSQL\",\"parameters\":{{\"DBInstanceId\":\"pgm-{number}\",\"BackupMethod\":\"{method}\"}}}}\n"
        ));
    }
    write(folder.path(), "calls.jsonl", &text);
    let from_file = run(folder.path(), &["preflight", "--jsonl", "calls.jsonl", "--format", "jsonl"]);
    let answers = lines(&from_file);
    assert_eq!(answers.len(), 3000);
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], number);
        assert_eq!(answer["verdict"], if number % 3 == 1 { "violation" } else { "proven" });
    }
    assert_eq!(code(&from_file), 1);
    assert_eq!(preflight_lines(folder.path(), &[], text.as_bytes()).stdout, from_file.stdout);
    let never = preflight_lines(folder.path(), &["--fail-on", "never"], text.as_bytes());
    assert_eq!(code(&never), 0);
}

#[test]
fn each_line_is_answered_before_the_next_one_is_sent() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_backuplint"))
        .args(["preflight", "--jsonl", "-", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(input, "{{\"id\":{number},\"parameters\":{{\"DBInstanceId\":\"pgm-1\"}}}}").unwrap();
        input.flush().unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["id"], number);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn lines_of_calls_make_a_report_in_the_other_formats() {
    let folder = folder(&[(
        "calls.jsonl",
        "{\"engine\":\"PostgreSQL\",\"parameters\":{\"DBInstanceId\":\"pgm-1\",\"BackupMethod\":\"Logical\"}}\n",
    )]);
    let output = run(folder.path(), &["preflight", "--jsonl", "calls.jsonl", "--format", "json"]);
    let report = json(&output);
    assert_eq!(rules(&report), ["unsupported-method"]);
    assert_eq!(report["findings"][0]["primary"]["line"], 1);
    let human = run(folder.path(), &["preflight", "--jsonl", "calls.jsonl"]);
    assert_eq!(code(&human), 1);
    assert!(out(&human).contains("calls.jsonl:1:"), "{}", out(&human));
}

// The other commands.

#[test]
fn rules_and_codes_are_explained() {
    let folder = folder(&[]);
    for topic in ["unsupported-method", "Exceeded.BackupTimes", "unparsable-file"] {
        let output = run(folder.path(), &["explain", topic]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{topic}");
        assert!(out(&output).contains(topic), "{}", out(&output));
    }
    let misspelt = run(folder.path(), &["explain", "unsuported-method"]);
    assert_eq!(code(&misspelt), 2);
    assert!(err(&misspelt).contains("unsupported-method"), "no suggestion: {}", err(&misspelt));
}

#[test]
fn rules_and_the_table_are_listed_in_each_format() {
    let folder = folder(&[]);
    for command in ["rules", "matrix"] {
        for format in ["table", "markdown", "json"] {
            let output = run(folder.path(), &[command, "--format", format]);
            assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{command} {format}");
            assert!(!out(&output).is_empty());
            if format == "json" {
                json(&output);
            }
        }
    }
    let narrow = out(&run(folder.path(), &["matrix", "--engine", "MySQL", "--storage", "cloud_essd"]));
    assert!(narrow.contains("Snapshot") && !narrow.contains("PostgreSQL"), "{narrow}");
    assert_eq!(code(&run(folder.path(), &["matrix", "--engine", "Oracle"])), 2);
}

// Services that know files by their place in a repository.

#[test]
fn services_are_told_paths_from_the_root_of_the_repository() {
    let folder = folder(&[(".git/HEAD", "ref: refs/heads/main\n"), ("infra/prod/e.sh", ERROR)]);
    let below = folder.path().join("infra");
    let absolute = below.canonicalize().unwrap().join("prod");
    for path in ["prod", absolute.to_str().unwrap()] {
        let sarif = json(&run(&below, &["check", "--format", "sarif", path]));
        let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(location["uri"], "infra/prod/e.sh");
        let gitlab = json(&run(&below, &["check", "--format", "gitlab", path]));
        assert_eq!(gitlab[0]["location"]["path"], "infra/prod/e.sh");
        let github = out(&run(&below, &["check", "--format", "github", path]));
        assert!(github.starts_with("::error file=infra/prod/e.sh,line=1"), "{github}");
    }
    // People read paths from where they stand.
    assert_eq!(check_json(&below, &["prod"])["findings"][0]["primary"]["path"], "prod/e.sh");
}
