//! `integrations/spark`: an audit on Spark says, byte for byte, what one machine says; and nothing when a part fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(unix)]

#[path = "support/program.rs"]
mod support;
#[path = "support/trail.rs"]
mod trail;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{code, err, run};
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script() -> PathBuf {
    root().join("tests/support/spark_cases.py")
}

/// A Python with Spark; nothing, with a line that says so, where there is none. The environment of `.ci/run` lies below
/// `target`.
fn python() -> Option<PathBuf> {
    let own = root().join("target/venv/bin/python");
    let candidates = [std::env::var_os("BACKUPLINT_PYTHON").map(PathBuf::from), Some(own), Some("python3".into())];
    let has = |python: &PathBuf| {
        let probe = Command::new(python).arg(script()).arg("probe").output();
        probe.is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().flatten().find(has);
    if found.is_none() {
        assert!(std::env::var_os("BACKUPLINT_REQUIRE_TOOLS").is_none(), "there is no Python with pyspark, or no Java");
        // Straight to standard error: what a test that passes prints is not shown.
        let needs = "a Java and `pip install pyspark pyarrow pandas`";
        let _ = writeln!(std::io::stderr(), "skipped: there is no Python with Spark here ({needs})");
    }
    found
}

/// What each command line answers: exit code, standard output, standard error.
fn answers(python: &Path, folder: &Path, cases: &[Vec<&str>]) -> Vec<(i64, String, String)> {
    let mut command = Command::new(python);
    command.arg(script()).arg(root().join("integrations/spark/backuplint_spark.py")).current_dir(folder);
    command.env("PYSPARK_PYTHON", python).env("PYTHONDONTWRITEBYTECODE", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(serde_json::to_string(cases).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let answers = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), cases.len());
    answers.iter().map(|case| (case["code"].as_i64().unwrap(), text(&case["out"]), text(&case["err"]))).collect()
}

fn binary() -> String {
    assert_cmd::cargo::cargo_bin("backuplint").to_str().unwrap().to_owned()
}

/// Logs in several forms, some with names that have to be escaped somewhere, and many small ones.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    trail::logs(7).write(&logs);
    fs::rename(logs.join("0.jsonl"), logs.join("a b%20c[1]+ü.jsonl")).unwrap();
    let many = folder.path().join("many");
    fs::create_dir_all(many.join("deep/er")).unwrap();
    for number in 0..70 {
        let line =
            trail::event(number, "2026-03-01T10:00:00Z", "rm-1", if number % 2 == 0 { "" } else { "Throttling" });
        fs::write(many.join(if number < 50 { "deep/er" } else { "" }).join(format!("{number}.json")), line).unwrap();
    }
    std::os::unix::fs::symlink("..", many.join("deep/circle")).unwrap();
    folder
}

#[test]
fn spark_says_what_one_machine_says() {
    let Some(python) = python() else { return };
    let folder = folder();
    let path = folder.path();
    let (binary, whole) = (binary(), path.join("logs").to_str().unwrap().to_owned());
    let matrix = root().join("rules/matrix/rds-create-backup.yaml").to_str().unwrap().to_owned();
    // What is read, how it is read, and how it is reported.
    let cases: [(&[&str], &[&str], &[&str]); 9] = [
        (&["logs"], &[], &["--format", "json", "--timezone", "UTC"]),
        (&["./logs/../logs/", "many"], &[], &["--strict", "--fail-on", "never", "--format", "markdown"]),
        (&["many"], &["--group-bytes", "1"], &["--format", "json", "--level", "note", "--quota", "30"]),
        (&["logs/**/*.{gz,json}", "m?ny/[!1]*.json"], &["--no-prefilter"], &["--format", "sarif", "--coverage"]),
        (&["logs"], &["--matrix", &matrix], &["--format", "html"]),
        (&["many/deep/er"], &[], &["--since", "2026-03-02", "--format", "csv"]),
        (&[&whole], &["--frames"], &["--format", "json", "--timezone", "UTC"]),
        (&[&whole], &["--frames", "--no-prefilter", "--group-bytes", "1"], &["--strict", "--format", "csv"]),
        (&["logs"], &[], &["--format", "nonsense"]),
    ];
    let words: Vec<Vec<&str>> = cases
        .iter()
        .map(|(paths, reading, report)| [&["--binary", &binary], *reading, *paths, &["--"], *report].concat())
        .collect();
    for ((paths, reading, report), answer) in cases.iter().zip(answers(&python, path, &words)) {
        // How work is cut up is nothing that one machine knows of.
        let mut reading: Vec<&str> = reading.iter().copied().filter(|word| *word != "--frames").collect();
        if let Some(place) = reading.iter().position(|word| *word == "--group-bytes") {
            reading.drain(place..place + 2);
        }
        let plain = run(path, &[&["audit"], *paths, &reading, *report].concat());
        let expected = (i64::from(code(&plain)), String::from_utf8(plain.stdout.clone()).unwrap());
        assert_eq!((answer.0, answer.1), expected, "{paths:?} {report:?}: {}", answer.2);
    }
}

#[test]
fn nothing_is_reported_when_a_part_fails() {
    let Some(python) = python() else { return };
    let folder = folder();
    let path = folder.path();
    let binary = binary();
    // Programs that do as the real one does, but for a flaw in what they leave behind.
    let flawed = |name: &str, flaw: &str| {
        let file = path.join(name);
        let text =
            format!("#!/bin/sh\nfor last in \"$@\"; do :; done\n[ \"$2\" = map ] || exec {binary} \"$@\"\n{flaw}\n");
        fs::write(&file, text.replace("REAL", &format!("{binary} \"$@\""))).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let dies = flawed("dies", "cat > /dev/null; echo 'no more memory' >&2; exit 9");
    let killed = flawed("killed", "kill -9 $$");
    let short = flawed("short", "REAL && truncate -s -9 \"$last\"");
    let forgets = flawed("forgets", "sed 1d | REAL");
    let changes = flawed("changes", "REAL && sed -i 's/rm-1/rm-2/' \"$last\"");
    let silent = flawed("silent", "exit 0");
    let older = path.join("older");
    fs::write(&older, "#!/bin/sh\necho backuplint 0.0.1\n").unwrap();
    fs::set_permissions(&older, fs::Permissions::from_mode(0o755)).unwrap();
    let many = path.join("many").to_str().unwrap().to_owned();
    let with = |worker: &'static str| ["--binary", "B", "--worker-binary", worker, "many", "--", "--format", "json"];
    let mut cases: Vec<(Vec<String>, &str)> = Vec::new();
    for (worker, message) in [
        (dies.as_str(), "ended with 9: no more memory"),
        (&killed, "was ended by signal 9"),
        (&short, "a partial result is cut off"),
        (&forgets, "file(s) are not in a partial result, many/"),
        (&changes, "cut off or was changed"),
        (&silent, "left no partial result behind"),
        (older.to_str().unwrap(), "of a worker is backuplint 0.0.1"),
        ("/no/such/backuplint", "No such file"),
    ] {
        let words = with("W").map(|word| match word {
            "B" => binary.clone(),
            "W" => worker.to_owned(),
            word => word.to_owned(),
        });
        cases.push((words.to_vec(), message));
        if [dies.as_str(), &short].contains(&worker) {
            let frames = words.map(|word| if word == "many" { many.clone() } else { word });
            cases.push(([vec!["--frames".to_owned()], frames.to_vec()].concat(), message));
        }
    }
    let plain =
        |words: &[&str]| [&["--binary", &binary], words].concat().iter().map(|word| (*word).to_owned()).collect();
    cases.push((plain(&["nowhere"]), "nowhere: No such file"));
    cases.push((plain(&["many/*.gz"]), "many/*.gz: no file fits"));
    cases.push((plain(&["file:/nowhere"]), "PATH_NOT_FOUND"));
    cases.push((plain(&["many", "--", "--matrix", "m.yaml"]), "--matrix stands before --"));
    let words: Vec<Vec<&str>> = cases.iter().map(|(words, _)| words.iter().map(String::as_str).collect()).collect();
    for ((words, message), answer) in cases.iter().zip(answers(&python, path, &words)) {
        assert_eq!((answer.0, answer.1.as_str()), (2, ""), "{words:?}: {}", answer.2);
        assert!(answer.2.contains(message), "{words:?}: {message:?} is not in {:?}", answer.2);
    }
}
