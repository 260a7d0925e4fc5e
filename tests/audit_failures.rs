//! `backuplint audit` when something goes wrong around it: it is killed, a disk is full, files change or cannot be
//! read, whoever reads its output goes away.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::print_stderr)]

#[path = "support/program.rs"]
mod support;
#[path = "support/trail.rs"]
mod trail;

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{code, err, run};
use tempfile::TempDir;
use trail::{event, logs};

/// The program in a folder as a child that can be killed, with one thread.
fn child(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("backuplint"));
    command.current_dir(folder).args(arguments).env("RAYON_NUM_THREADS", "1").env_remove("RUST_BACKTRACE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A line of a shell in a folder; `$B` is the program.
fn shell(folder: &Path, line: &str) -> Output {
    let program = assert_cmd::cargo::cargo_bin("backuplint");
    Command::new("sh").arg("-c").arg(line).current_dir(folder).env("B", program).output().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    logs(7).write(&folder.path().join("logs"));
    folder
}

/// Straight to standard error: what a test that passes prints is not shown.
fn skipped(why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Makes a pipe with a name; false, with a line that says so, where that cannot be done.
fn pipe(path: &Path) -> bool {
    let made = Command::new("mkfifo").arg(path).status().is_ok_and(|status| status.success());
    if !made {
        skipped("there is no mkfifo here");
    }
    made
}

/// Whether rights keep this user out of anything; says so where they do not.
fn rights_count(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, Permissions::from_mode(0o000)).unwrap();
    let count = File::open(&probe).is_err();
    fs::remove_file(&probe).unwrap();
    if !count {
        skipped("this user (root) may read and write everything");
    }
    count
}

fn finding<'v>(report: &'v Value, rule: &str) -> &'v Value {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["rule"] == rule).unwrap_or_else(|| panic!("{findings:?}"))
}

fn line(number: u64) -> String {
    format!("{}\n", event(number, "2026-03-04T00:00:00Z", "pgm-1", ""))
}

#[test]
fn a_run_that_is_killed_while_it_reads_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    if !pipe(&path.join("pipe")) {
        return;
    }
    fs::write(path.join("one.jsonl"), line(1)).unwrap();
    let files = ["--state", "state", "--calls-out", "calls.csv", "--output", "report.json", "--format", "json"];
    let audit = |input: &'static str| [&["audit", input], files.as_slice()].concat();
    assert_eq!(code(&run(path, &audit("one.jsonl"))), 0);
    let before: Vec<_> = ["state", "calls.csv", "report.json"].map(|name| fs::read(path.join(name)).unwrap()).into();
    let mut killed = child(path, &audit("pipe"));
    let mut writer = OpenOptions::new().write(true).open(path.join("pipe")).unwrap();
    for number in 2..2000 {
        writer.write_all(line(number).as_bytes()).unwrap();
    }
    killed.kill().unwrap();
    assert_eq!(killed.wait().unwrap().code(), None);
    let after: Vec<_> = ["state", "calls.csv", "report.json"].map(|name| fs::read(path.join(name)).unwrap()).into();
    assert_eq!(after, before);
    assert_eq!(names(path), ["calls.csv", "one.jsonl", "pipe", "report.json", "state"]);
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_whole_files_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text: String = (0..4_000).map(line).collect();
    fs::write(path.join("many.jsonl"), text).unwrap();
    let files = ["--state", "state", "--calls-out", "calls.jsonl", "--output", "report.json", "--format", "json"];
    let audit = [&["audit", "many.jsonl"], files.as_slice()].concat();
    let mut killed = 0;
    for step in 0..40 {
        let mut child = child(path, &audit);
        std::thread::sleep(Duration::from_millis(step * 30));
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        for (name, is_whole) in [
            ("report.json", (|text| serde_json::from_str::<Value>(text).is_ok()) as fn(&str) -> bool),
            ("calls.jsonl", |text| text.lines().count() == 4_000 && text.ends_with('\n')),
        ] {
            if let Ok(text) = fs::read_to_string(path.join(name)) {
                assert!(is_whole(&text), "{name}");
                fs::remove_file(path.join(name)).unwrap();
            }
        }
        if path.join("state").exists() {
            assert_eq!(code(&run(path, &["audit", "report", "state", "--fail-on", "never"])), 0);
            fs::remove_file(path.join("state")).unwrap();
        }
        if killed > 0 && child.wait().unwrap().code().is_some() {
            break;
        }
    }
    assert!(killed > 0);
}

#[test]
fn a_run_that_is_interrupted_takes_away_what_it_was_writing() {
    use std::os::unix::process::ExitStatusExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text: String = (0..20_000).map(line).collect();
    fs::write(path.join("many.jsonl"), text).unwrap();
    let audit = ["audit", "many.jsonl", "--calls-out", "calls.jsonl", "--output", "report.json"];
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).unwrap());
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let mut was_writing = false;
        if ignored >> (number - 1) & 1 == 1 {
            skipped(&format!("whoever runs the tests has {name} ignored, and so has everything below"));
            continue;
        }
        for _ in 0..20 {
            let _ = fs::remove_file(path.join("calls.jsonl"));
            let mut child = child(path, &audit);
            // That it can be written is tried at the beginning: what is waited for is a file with something in it.
            let writes = || {
                let part = names(path).into_iter().find(|name| name.ends_with(".part"))?;
                fs::metadata(path.join(part)).ok().filter(|file| file.len() > 0)
            };
            while writes().is_none() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let sent = shell(path, &format!("kill -{name} {}", child.id())).status.success();
            let status = child.wait().unwrap();
            was_writing = sent && status.signal() == Some(number);
            assert!(was_writing || status.code().is_some(), "{status}");
            let left: Vec<String> = names(path).into_iter().filter(|name| name.ends_with(".part")).collect();
            assert_eq!(left, [""; 0], "{name}");
            if was_writing {
                assert!(!path.join("calls.jsonl").exists());
                break;
            }
        }
        assert!(was_writing, "{name}: no run was met while it wrote");
    }
    // A shell tells the signal as it always does; what is not to be heard is not heard.
    let _ = pipe(&path.join("pipe"));
    let told = shell(path, "\"$B\" audit pipe & p=$!; exec 3>pipe; kill -TERM $p; wait $p; echo $?");
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "143");
    let told = shell(
        path,
        "trap '' HUP; \"$B\" audit pipe --fail-on never >/dev/null & p=$!; exec 3>pipe; kill -HUP $p; cat many.jsonl >&3; exec 3>&-; wait $p; echo $?",
    );
    assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "0");
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("one.jsonl"), line(1)).unwrap();
    let left = ".report.json.4194303-0.part";
    fs::write(path.join(left), "half").unwrap();
    assert_eq!(code(&run(path, &["audit", "one.jsonl", "--output", "report.json"])), 0);
    assert_eq!(names(path), ["one.jsonl", "report.json"]);
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let folder = folder();
    let path = folder.path();
    if Path::new("/dev/full").exists() {
        for format in ["human", "json", "csv", "html"] {
            let output = shell(path, &format!("\"$B\" audit logs --format {format} > /dev/full"));
            assert_eq!(code(&output), 2, "{format}");
            assert!(err(&output).starts_with("backuplint: standard output: "), "{}", err(&output));
            assert_eq!(err(&output).lines().count(), 1);
        }
        for option in ["--output", "--state", "--calls-out"] {
            let output = run(path, &["audit", "logs", option, "/dev/full"]);
            assert_eq!(code(&output), 2, "{option}");
            assert!(err(&output).contains("/dev/full") || option == "--calls-out", "{}", err(&output));
        }
        assert!(!fs::metadata("/dev/full").unwrap().is_file(), "a device was replaced");
    }
    // A limit on the size of files stands for a disk with no room.
    for (option, name) in [("--output", "report"), ("--state", "state"), ("--calls-out", "calls.jsonl")] {
        fs::write(path.join(name), "").unwrap();
        if option != "--state" {
            fs::write(path.join(name), "as it was").unwrap();
        } else {
            fs::remove_file(path.join(name)).unwrap();
        }
        let line = format!(
            "trap '' XFSZ; ulimit -f 4; exec \"$B\" audit logs --level note --coverage {option} {name} > /dev/null"
        );
        let output = shell(path, &line);
        assert_eq!(code(&output), 2, "{option}: {}", err(&output));
        assert!(err(&output).contains(name) && err(&output).contains("nothing was written"), "{}", err(&output));
        assert_eq!(fs::read_to_string(path.join(name)).ok().as_deref(), (option != "--state").then_some("as it was"));
    }
    assert_eq!(names(path), ["calls.jsonl", "logs", "report"]);
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("taken")).unwrap();
    fs::create_dir(path.join("taken.csv")).unwrap();
    // Nobody ever writes to this pipe: a run that reads it does not end.
    if !pipe(&path.join("pipe")) {
        return;
    }
    for (option, name) in [
        ("--output", "no/such/report"),
        ("--output", "taken"),
        ("--state", "no/such/state"),
        ("--calls-out", "no/such/calls.csv"),
        ("--calls-out", "taken.csv"),
        ("--calls-out", "calls.xlsx"),
    ] {
        let output = run(path, &["audit", "pipe", option, name]);
        assert_eq!((code(&output), output.stdout.len()), (2, 0), "{option} {name}");
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        assert!(err(&output).contains(name) || name == "calls.xlsx", "{}", err(&output));
    }
    if rights_count(path) {
        fs::create_dir(path.join("closed")).unwrap();
        fs::set_permissions(path.join("closed"), Permissions::from_mode(0o555)).unwrap();
        let output = run(path, &["audit", "pipe", "--output", "closed/report"]);
        assert_eq!(code(&output), 2);
        assert!(err(&output).contains("ermission denied"), "{}", err(&output));
    }
}

#[test]
fn what_cannot_be_read_is_a_finding_and_the_rest_is_read() {
    let folder = folder();
    let path = folder.path();
    let report = || -> Value {
        let output = run(path, &["audit", "logs", "--format", "json", "--coverage"]);
        assert!(output.stderr.is_empty(), "{}", err(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let calls = report()["audit"]["calls"].clone();
    std::os::unix::fs::symlink("nowhere", path.join("logs/gone.gz")).unwrap();
    let told = report();
    assert_eq!(told["audit"]["calls"], calls);
    assert_eq!(finding(&told, "unreadable-file")["primary"]["path"], "logs/gone.gz");
    assert_eq!(code(&run(path, &["audit", "logs", "--strict"])), 3);
    fs::remove_file(path.join("logs/gone.gz")).unwrap();
    if rights_count(path) {
        fs::write(path.join("logs/secret.jsonl"), line(1)).unwrap();
        fs::create_dir(path.join("logs/closed")).unwrap();
        for name in ["logs/secret.jsonl", "logs/closed"] {
            fs::set_permissions(path.join(name), Permissions::from_mode(0o000)).unwrap();
        }
        let told = report();
        assert_eq!(told["audit"]["calls"], calls);
        let mut unreadable: Vec<&str> = told["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["rule"] == "unreadable-file")
            .map(|finding| finding["primary"]["path"].as_str().unwrap())
            .collect();
        unreadable.sort_unstable();
        assert_eq!(unreadable, ["logs/closed", "logs/secret.jsonl"]);
        fs::set_permissions(path.join("logs/closed"), Permissions::from_mode(0o755)).unwrap();
    }
    // A file whose reading fails in the middle, for every user.
    if cfg!(target_os = "linux") {
        let output = run(path, &["audit", "/proc/self/mem", "--format", "json"]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(finding(&told, "unreadable-file")["primary"]["path"], "/proc/self/mem");
    }
}

/// What is said of a file that another one changes while it waits to be read.
fn changed(begin: &str, change: impl Fn(&Path)) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    if !pipe(&path.join("a.pipe")) {
        return None;
    }
    fs::write(path.join("b.jsonl"), begin).unwrap();
    // The only thread waits for the pipe, which comes first; the sizes of both are taken before.
    let mut child = child(path, &["audit", "a.pipe", "b.jsonl", "--format", "json"]);
    let writer = OpenOptions::new().write(true).open(path.join("a.pipe")).unwrap();
    change(&path.join("b.jsonl"));
    drop(writer);
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn a_file_that_grows_is_read_as_far_as_it_was_there() {
    let begin: String = (0..10).map(line).collect();
    let Some(report) = changed(&begin, |path| {
        let mut file = OpenOptions::new().append(true).open(path).unwrap();
        file.write_all(line(99).as_bytes()).unwrap();
        file.write_all(b"{\"eventId\": \"half of").unwrap();
    }) else {
        return;
    };
    assert_eq!(report["audit"]["calls"], 10);
    assert_eq!(report["findings"].as_array().unwrap().len(), 0, "{}", report["findings"]);
}

#[test]
fn a_file_that_shrinks_is_told() {
    for lines in [10_u64, 40_000] {
        let begin: String = (0..lines).map(line).collect();
        let keep = line(0).len() as u64;
        let Some(report) = changed(&begin, |path| {
            OpenOptions::new().write(true).open(path).unwrap().set_len(keep).unwrap();
        }) else {
            return;
        };
        assert_eq!(report["audit"]["calls"], 1);
        let message = finding(&report, "incomplete-logs")["message"].as_str().unwrap();
        assert_eq!(
            message,
            format!("this file had {} bytes when the run began, and {keep} when it was read", begin.len())
        );
    }
}

#[test]
fn a_reader_that_stops_reading_hears_nothing_more() {
    let folder = folder();
    for format in ["human", "json", "jsonl", "csv", "markdown", "html"] {
        let line = format!("\"$B\" audit logs --level note --format {format} | head -1");
        let output = shell(folder.path(), &line);
        assert_eq!(err(&output), "", "{format}");
        assert!(String::from_utf8_lossy(&output.stdout).lines().count() <= 1);
    }
    let output = shell(folder.path(), "\"$B\" audit map logs | head -1");
    assert_eq!(err(&output), "");
}

#[test]
fn a_state_that_is_damaged_or_of_another_version_stays_and_is_told() {
    let folder = folder();
    let path = folder.path();
    assert_eq!(code(&run(path, &["audit", "logs", "--state", "state"])), 1);
    let whole = fs::read_to_string(path.join("state")).unwrap();
    let middle = whole.len() / 2;
    let flipped: String =
        whole.char_indices().map(|(at, c)| if at == middle { if c == '0' { '1' } else { '0' } } else { c }).collect();
    for (text, told) in [
        (String::new(), "state"),
        (whole.lines().take(5).map(|line| format!("{line}\n")).collect(), "cut off or was changed"),
        (flipped, "make it again from the logs"),
        (whole.replacen("\"version\":2", "\"version\":99", 1), "another version of backuplint (form 99"),
        ("{\"eventName\": \"x\"}\n".to_owned(), "no partial result"),
    ] {
        fs::write(path.join("state"), &text).unwrap();
        let output = run(path, &["audit", "logs", "--state", "state"]);
        assert_eq!((code(&output), output.stdout.len()), (2, 0), "{told}");
        assert!(err(&output).contains(told) && err(&output).contains("state"), "{told}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        assert_eq!(fs::read_to_string(path.join("state")).unwrap(), text);
    }
}
