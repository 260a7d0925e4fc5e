//! Configuration files, through the program: what they change, what is told of them, and what sets them up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/folder.rs"]
mod folders;
#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::Path;

use backuplint::config::KEYS;
use serde_json::Value;
use support::{code, err, run};
use tempfile::TempDir;

/// A certain error whatever the instance is, a certain error on one engine, and one that cannot be decided.
const WRONG: &str = "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupType Incremental\n";
const LOGICAL: &str = "aliyun rds CreateBackup --DBInstanceId rm-1a --BackupMethod Logical\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = folders::folder(files);
    // A repository: nothing above it counts.
    fs::create_dir(folder.path().join(".git")).unwrap();
    folder
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[&["check", "--format", "json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", err(&output)))
}

/// `path rule severity` of each finding.
fn findings(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let report = report(folder, arguments);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |f: &Value| format!("{} {} {}", text(&f["primary"]["path"]), text(&f["rule"]), text(&f["severity"]));
    report["findings"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn levels_change_findings_counts_and_exit_codes_but_no_verdict() {
    let folder = folder(&[("a.sh", WRONG), ("b/b.sh", WRONG), ("c/c.sh", WRONG)]);
    let path = folder.path();
    assert_eq!(findings(path, &[]).len(), 3);
    fs::write(path.join("backuplint.toml"), "[rules]\ninvalid-value = \"warning\"\n").unwrap();
    fs::write(path.join("b/backuplint.toml"), "[rules]\ninvalid-value = \"off\"\n").unwrap();
    fs::write(
        path.join("c/.backuplint.toml"),
        "[[per-path]]\npaths = [\"*.sh\"]\nrules = { invalid-value = \"note\" }\n",
    )
    .unwrap();
    let expected = ["a.sh invalid-value warning", "c/c.sh invalid-value note"];
    let mut shown = findings(path, &["--level", "note"]);
    shown.retain(|finding| finding.contains("invalid-value"));
    assert_eq!(shown, expected);
    let report = report(path, &[]);
    assert_eq!(report["summary"]["switched_off"], 1);
    assert_eq!(report["summary"]["violations"], 3);
    assert_eq!(code(&run(path, &["check"])), 0);
    assert_eq!(code(&run(path, &["check", "--fail-on", "warning"])), 1);
    assert_eq!(code(&run(path, &["check", "--no-config"])), 1);
    // A folder below sees what is set above it.
    assert_eq!(code(&run(&path.join("b"), &["check"])), 0);
}

#[test]
fn options_win_over_configurations() {
    let folder = folder(&[
        ("a.sh", LOGICAL),
        ("backuplint.toml", "fail-on = \"never\"\n[instances.rm-1a]\nengine = \"SQLServer\"\n"),
        ("known.yaml", "- {id: rm-1a, engine: MySQL, storage: local_ssd}\n"),
        ("own.toml", "[instances.rm-1a]\nengine = \"SQL Server\"\n"),
    ]);
    let path = folder.path();
    assert_eq!(findings(path, &[]), ["a.sh unsupported-method error"]);
    assert_eq!(code(&run(path, &["check"])), 0);
    assert_eq!(code(&run(path, &["check", "--fail-on", "error"])), 1);
    // Another engine fails for another reason.
    assert_eq!(findings(path, &["--inventory", "known.yaml"]), ["a.sh incomplete-combination error"]);
    assert_eq!(code(&run(path, &["check", "--config", "own.toml"])), 1);
    assert_eq!(code(&run(path, &["check", "--config", "none.toml"])), 2);
}

#[test]
fn what_is_left_out_is_left_out_from_the_folder_of_the_file() {
    let files = [
        ("a.sh", WRONG),
        ("vendor/a.sh", WRONG),
        ("x/vendor/a.sh", WRONG),
        ("x/old/a.sh", WRONG),
        ("old/a.sh", WRONG),
        ("backuplint.toml", "exclude = [\"vendor\", \"./old\"]\n"),
    ];
    let folder = folder(&files);
    let path = folder.path();
    assert_eq!(findings(path, &[]), ["a.sh invalid-value error", "x/old/a.sh invalid-value error"]);
    // Also where such a file is named, and from a folder below.
    assert_eq!(findings(path, &["vendor/a.sh"]), [""; 0]);
    assert_eq!(findings(&path.join("x"), &[]), ["old/a.sh invalid-value error"]);
    fs::write(path.join("x/backuplint.toml"), "exclude = [\"old\"]\n").unwrap();
    assert_eq!(findings(path, &[]), ["a.sh invalid-value error", "x/vendor/a.sh invalid-value error"]);
}

#[test]
fn every_error_is_drawn_and_the_run_fails() {
    let folder = folder(&[
        ("a.sh", WRONG),
        ("backuplint.toml", "levl = \"note\"\n[rules]\ninvalid-valu = \"off\"\n"),
        ("b/backuplint.toml", "inventory = [\"none.json\"]\ntimezone = \"Moon\"\n"),
    ]);
    let output = run(folder.path(), &["check"]);
    let told = err(&output);
    assert_eq!((code(&output), output.stdout.len()), (2, 0));
    for part in [
        "did you mean `level`?",
        "did you mean `invalid-value`?",
        "b/none.json: no such file",
        "b/backuplint.toml:2:12",
        "4 problems",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn what_holds_is_shown_with_its_origin_and_reads_back() {
    let text = "level = \"note\"\nexclude = [\"vendor\"]\n[rules]\ninvalid-value = \"error\"\n\
                [instances.\"rm 1\"]\nengine = \"MySQL\"\n";
    let folder = folder(&[("backuplint.toml", text), ("x/backuplint.toml", "quota = 5\n"), ("x/a.sh", WRONG)]);
    let path = folder.path();
    let output = run(path, &["config", "show", "x/a.sh", "--origin", "--fail-on", "never"]);
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    for line in [
        "level = \"note\" # from backuplint.toml:1",
        "fail-on = \"never\" # --fail-on",
        "unknown = \"report\" # default",
        "quota = 5 # from x/backuplint.toml:1",
        "exclude = [\"vendor\"] # from backuplint.toml:2",
        "invalid-value = \"error\" # from backuplint.toml:4, its own level",
        "[instances.\"rm 1\"]",
        "engine = \"MySQL\" # from backuplint.toml:6",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    // What has no effect is told beside it.
    for part in ["vendor fits no file", "error is the level that invalid-value has by itself"] {
        assert!(err(&output).contains(part), "{part}: {}", err(&output));
    }
    let plain = run(path, &["config", "show", "x"]).stdout;
    fs::write(path.join("shown.toml"), &plain).unwrap();
    let again = run(path, &["config", "show", "x", "--config", "shown.toml"]).stdout;
    assert_eq!(String::from_utf8(plain).unwrap(), String::from_utf8(again).unwrap());
}

#[test]
fn waivers_hold_from_the_folder_of_their_file() {
    let waiver = "[[waiver]]\npath = \"old/*.sh\"\nrule = \"invalid-value\"\nreason = \"going away\"\n";
    let folder = folder(&[("x/old/a.sh", WRONG), ("old/a.sh", WRONG), ("x/backuplint.toml", waiver)]);
    assert_eq!(findings(folder.path(), &[]), ["old/a.sh invalid-value error"]);
    assert_eq!(findings(&folder.path().join("x"), &[]), [""; 0]);
}

#[test]
fn init_writes_what_is_missing_and_touches_nothing_else() {
    let folder = folder(&[(".gitlab-ci.yml", "test:\n  script: [make]\n"), (".github/workflows/ci.yml", "on: push\n")]);
    let path = folder.path();
    let dry = run(path, &["init", "--dry-run"]);
    assert_eq!(code(&dry), 0);
    assert!(!path.join("backuplint.toml").exists());
    assert_eq!(code(&run(path, &["init"])), 0);
    let hook = fs::read_to_string(path.join(".pre-commit-config.yaml")).unwrap();
    assert!(hook.contains("- id: backuplint"), "{hook}");
    assert!(path.join(".github/workflows/backuplint.yml").exists());
    assert_eq!(fs::read_to_string(path.join(".gitlab-ci.yml")).unwrap(), "test:\n  script: [make]\n");
    let again = String::from_utf8(run(path, &["init"]).stdout).unwrap();
    assert!(again.contains("backuplint.toml is there already"), "{again}");
    assert!(again.contains(".gitlab-ci.yml is there already; add to it"), "{again}");
    // What it writes is a configuration that changes nothing.
    assert_eq!(code(&run(path, &["check"])), 0);
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_and_the_reader_know_the_same_keys() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let keys = |value: &Value| value["properties"].as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
    assert_eq!(keys(&schema).unwrap(), KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    for (key, below) in KEYS.iter().filter(|(_, below)| !below.is_empty()) {
        assert_eq!(keys(&schema["properties"][*key]["items"]).unwrap(), *below, "{key}");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid =
        |text: &str| validator.is_valid(&serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap());
    assert!(valid("level = \"note\"\n[rules]\nx = \"off\"\n[[per-path]]\npaths = [\"a\"]\nrules = {}\n"));
    assert!(valid(
        "[[waiver]]\npath = \"a\"\nreason = \"b\"\nuntil = \"2027-01-31\"\n[instances.rm-1]\nregion = \"x\"\n"
    ));
    for wrong in ["levl = \"note\"", "level = \"off\"", "quota = 0", "[[waiver]]\npath = \"a\"", "[rules]\nx = 1"] {
        assert!(!valid(wrong), "{wrong}");
    }
}

#[test]
fn wrappers_of_a_project_are_judged_and_those_without_a_call_are_told() {
    let folder = folder(&[
        ("a.sh", "backup_rds --db-instance-id pgm-1 --backup-method Logical\n"),
        (
            "a.py",
            "from ops import rds\n\nrds.request('CreateBackup', {'DBInstanceId': 'pgm-1', 'BackupMethod': 'Logical'})\nrds.request('DescribeBackups', {'DBInstanceId': 'pgm-1'})\n",
        ),
        ("b/backuplint.toml", "wrappers = [\"other\"]\n"),
        ("b/b.sh", "other --db-instance-id pgm-1 --backup-method Logical\n"),
    ]);
    let path = folder.path();
    assert_eq!(findings(path, &[]), [] as [&str; 0]);
    fs::write(path.join("backuplint.toml"), "wrappers = [\"backup_rds\", \"rds.request\", \"unused\"]\n").unwrap();
    assert_eq!(findings(path, &[]), ["a.py unsupported-method error", "a.sh unsupported-method error"]);
    let told = err(&run(path, &["check", "-v"]));
    assert!(told.contains("backuplint.toml:1:42: no call of unused is judged because of this"), "{told}");
    assert!(told.contains("wrappers holds for a run as a whole"), "{told}");
    assert!(!told.contains("no call of backup_rds") && !told.contains("no call of rds.request"), "{told}");
    let shown = run(path, &["config", "show", "a.sh"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("wrappers = [\"backup_rds\", \"rds.request\", \"unused\"]"), "{shown}");
    fs::write(path.join("backuplint.toml"), "wrappers = [\"backup_rds\", { nam = \"x\" }]\n").unwrap();
    let output = run(path, &["check"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("did you mean `name`?"), "{}", err(&output));
}
