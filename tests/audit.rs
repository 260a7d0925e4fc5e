//! `backuplint audit` as a process, over logs that are made here with what has to be found in them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod support;
#[path = "support/trail.rs"]
mod trail;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};
use support::{code, err, program, run};
use tempfile::TempDir;
use trail::{Logs, event, logs};

fn out(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", err(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The JSON report of an audit with these options.
fn json_of(folder: &Path, arguments: &[&str]) -> Value {
    let all: Vec<&str> = ["audit", "--format", "json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&out(&run(folder, &all))).unwrap()
}

fn findings<'v>(report: &'v Value, rule: &str) -> Vec<&'v Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule).collect()
}

/// A folder with logs in several forms below `logs`, and what has to be found in them.
fn folder() -> (TempDir, Logs) {
    let folder = tempfile::tempdir().unwrap();
    let logs = logs(7);
    logs.write(&folder.path().join("logs"));
    (folder, logs)
}

#[test]
fn everything_that_was_planted_is_found_and_nothing_else() {
    let (folder, logs) = folder();
    let report = json_of(folder.path(), &["logs", "--timezone", "UTC"]);
    let sums = &report["audit"];
    assert_eq!(sums["records"], logs.records);
    assert_eq!((&sums["calls"], &sums["copies"]), (&json!(logs.calls), &json!(logs.copies)));
    let days: BTreeSet<(String, String, u64)> = findings(&report, "daily-quota-exceeded")
        .iter()
        .map(|f| {
            let subject = &f["subject"];
            let text = |key: &str| subject[key].as_str().unwrap().to_owned();
            (text("instance"), text("day"), subject["accepted"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(days, logs.over);
    let denied: u64 =
        findings(&report, "ram-denied-call").iter().map(|f| f["subject"]["count"].as_u64().unwrap()).sum();
    assert_eq!((denied, &sums["denied"]), (logs.denied, &json!(logs.denied)));
    let wrong: BTreeSet<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| !f["parameter"].is_null())
        .flat_map(|f| f["subject"]["event_ids"].as_array().unwrap())
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(wrong, logs.wrong);
    let rules: BTreeSet<&str> =
        report["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect();
    let expected = ["daily-quota-exceeded", "invalid-value", "ram-denied-call", "unsupported-method"];
    assert_eq!(rules, expected.into_iter().collect());
}

#[test]
fn parts_in_any_order_and_number_give_the_same_bytes() {
    let (folder, _) = folder();
    let path = folder.path();
    let plain = out(&run(path, &["audit", "--format", "json", "logs"]));
    let files: Vec<String> = walkdir::WalkDir::new(path.join("logs"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(path).unwrap().to_str().unwrap().to_owned())
        .collect();
    for (seed, parts) in [(1_usize, 2_usize), (2, 3), (3, 5)] {
        let mut names: Vec<String> = Vec::new();
        for part in 0..parts {
            // A part that was worked on twice, and a file that is in two parts.
            let mut own: Vec<&str> = files
                .iter()
                .enumerate()
                .filter(|(n, _)| (n * seed) % parts == part || (part == 0 && n % 3 == 0))
                .map(|(_, file)| file.as_str())
                .collect();
            if seed == 2 {
                own.reverse();
            }
            let name = format!("part.{seed}.{part}");
            let mut list = program(path);
            list.args(["audit", "map", "--paths", "-", "--output", &name]).write_stdin(own.join("\n"));
            assert_eq!(code(&list.output().unwrap()), 0);
            names.push(name);
        }
        names.push(names[0].clone());
        let turn = seed % names.len();
        names.rotate_left(turn);
        let mut merge = vec!["audit", "merge", "--output", "all"];
        merge.extend(names.iter().map(String::as_str));
        assert_eq!(code(&run(path, &merge)), 0);
        assert_eq!(out(&run(path, &["audit", "report", "--format", "json", "all"])), plain, "{seed}");
        let mut direct = vec!["audit", "report", "--format", "json"];
        direct.extend(names.iter().map(String::as_str));
        assert_eq!(out(&run(path, &direct)), plain, "{seed}");
    }
}

#[test]
fn frames_give_what_files_give() {
    let (folder, _) = folder();
    let path = folder.path();
    let plain = out(&run(path, &["audit", "--format", "json", "logs"]));
    let mut frames: Vec<u8> = Vec::new();
    for entry in walkdir::WalkDir::new(path.join("logs")).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(path).unwrap().to_str().unwrap();
            let content = fs::read(entry.path()).unwrap();
            frames.extend(u32::try_from(name.len()).unwrap().to_be_bytes());
            frames.extend(name.as_bytes());
            frames.extend((content.len() as u64).to_be_bytes());
            frames.extend(content);
        }
    }
    let map = program(path).args(["audit", "map", "--frames", "-"]).write_stdin(frames.clone()).output().unwrap();
    fs::write(path.join("all"), &map.stdout).unwrap();
    assert_eq!(out(&run(path, &["audit", "report", "--format", "json", "all"])), plain);
    frames.pop();
    let cut = program(path).args(["audit", "map", "--frames", "-"]).write_stdin(frames).output().unwrap();
    assert_eq!((code(&cut), cut.stdout.len()), (2, 0));
}

#[test]
fn searching_first_changes_nothing_and_threads_neither() {
    let (folder, _) = folder();
    let plain = out(&run(folder.path(), &["audit", "--format", "json", "logs"]));
    assert_eq!(out(&run(folder.path(), &["audit", "--format", "json", "logs", "--no-prefilter"])), plain);
    for threads in ["1", "3"] {
        let mut command = program(folder.path());
        command.env("RAYON_NUM_THREADS", threads).args(["audit", "--format", "json", "logs"]);
        assert_eq!(out(&command.output().unwrap()), plain);
    }
}

#[test]
fn a_large_file_is_read_in_parts_with_the_same_result() {
    let folder = tempfile::tempdir().unwrap();
    let noise = event(0, "2026-03-04T05:06:07Z", "rm-0", "").replace("CreateBackup", "DescribeBackups");
    // A file is cut from 64 MiB on.
    let many = (65 << 20) / noise.len();
    for (name, [open, between, close]) in [("lines.jsonl", ["", "\n", "\n"]), ("list.json", ["[", ",", "]"])] {
        let mut text = String::from(open);
        for number in 0..many {
            if number > 0 {
                text += between;
            }
            match number % 5000 {
                77 => text += &event(number as u64, "2026-03-04T05:06:07Z", &format!("rm-{}", number % 7), ""),
                _ => text += &noise,
            }
        }
        fs::write(folder.path().join(name), text + close).unwrap();
        let partial = |threads: &str| {
            let mut command = program(folder.path());
            let output = command.env("RAYON_NUM_THREADS", threads).args(["audit", "map", name]).output().unwrap();
            out(&output)
        };
        let (one, three) = (partial("1"), partial("3"));
        assert!(one == three, "{name}");
        assert!(one.contains("rm-6") && one.contains(&format!("\"records\":{many}")), "{name}");
    }
}

#[test]
fn a_state_reads_only_what_is_new_and_says_the_same() {
    let (folder, _) = folder();
    let path = folder.path();
    let plain = out(&run(path, &["audit", "--format", "json", "logs"]));
    fs::create_dir(path.join("later")).unwrap();
    let first = fs::read_dir(path.join("logs")).unwrap().map(|e| e.unwrap().path()).min().unwrap();
    let aside = path.join("later").join(first.file_name().unwrap());
    fs::rename(&first, &aside).unwrap();
    let audit = |more: &[&str]| {
        let arguments: Vec<&str> =
            ["audit", "--format", "json", "logs", "--state", "state"].iter().chain(more).copied().collect();
        out(&run(path, &arguments))
    };
    assert_ne!(audit(&[]), plain);
    fs::rename(&aside, &first).unwrap();
    assert_eq!(audit(&[]), plain);
    assert_eq!(audit(&[]), plain);
    fs::write(path.join("state"), "something else").unwrap();
    let refused = run(path, &["audit", "logs", "--state", "state"]);
    assert_eq!(code(&refused), 2);
    assert!(err(&refused).contains("state"), "{}", err(&refused));
    assert_eq!(fs::read_to_string(path.join("state")).unwrap(), "something else");
}

#[test]
fn every_form_is_written_and_into_a_file_in_one_piece() {
    let (folder, logs) = folder();
    let path = folder.path();
    for format in ["human", "json", "jsonl", "sarif", "csv", "markdown", "html"] {
        let text = String::from_utf8(run(path, &["audit", "logs", "--format", format]).stdout).unwrap();
        assert!(text.contains("daily-quota-exceeded"), "{format}");
        let output = run(path, &["audit", "logs", "--format", format, "--output", "report", "--color", "never"]);
        assert_eq!((code(&output), output.stdout.len()), (1, 0), "{format}");
        assert!(fs::read_to_string(path.join("report")).unwrap().contains("daily-quota-exceeded"));
    }
    assert_eq!(code(&run(path, &["audit", "logs", "--output", "no/such/folder/report"])), 2);
    for (name, lines) in [("calls.csv", logs.calls + 1), ("calls.jsonl", logs.calls)] {
        assert_eq!(code(&run(path, &["audit", "logs", "--calls-out", name])), 1);
        assert_eq!(fs::read_to_string(path.join(name)).unwrap().lines().count() as u64, lines);
    }
    assert!(fs::read_dir(path).unwrap().all(|e| !e.unwrap().file_name().to_string_lossy().ends_with(".part")));
}

/// The rows of a table as JSON, and the types of its columns.
#[cfg(feature = "parquet")]
fn table(path: &Path) -> (Vec<Value>, String) {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let mut schema = Vec::new();
    parquet::schema::printer::print_schema(&mut schema, reader.metadata().file_metadata().schema());
    let text = |field: &parquet::record::Field| match field {
        parquet::record::Field::Null => Value::Null,
        parquet::record::Field::Str(text) => json!(text),
        parquet::record::Field::Long(number) => json!(number),
        parquet::record::Field::Date(days) => {
            json!((jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(*days)).to_string())
        }
        parquet::record::Field::TimestampMillis(at) => json!(at),
        other => panic!("{other}"),
    };
    let rows = reader
        .into_iter()
        .map(|row| row.unwrap().get_column_iter().map(|(name, field)| (name.clone(), text(field))).collect::<Value>());
    (rows.collect(), String::from_utf8(schema).unwrap())
}

#[cfg(feature = "parquet")]
#[test]
fn the_calls_are_a_table_with_types() {
    let (folder, logs) = folder();
    let path = folder.path();
    for name in ["calls.parquet", "again.parquet", "calls.jsonl"] {
        assert_eq!(code(&run(path, &["audit", "logs", "--calls-out", name])), 1);
    }
    assert_eq!(fs::read(path.join("calls.parquet")).unwrap(), fs::read(path.join("again.parquet")).unwrap());
    let (rows, schema) = table(&path.join("calls.parquet"));
    assert_eq!(rows.len() as u64, logs.calls);
    for column in [
        "OPTIONAL INT64 time (TIMESTAMP(MILLIS,true));",
        "OPTIONAL INT32 day (DATE);",
        "OPTIONAL BYTE_ARRAY code (STRING);",
        "OPTIONAL INT64 line;",
    ] {
        assert!(schema.contains(column), "{schema}");
    }
    // The same as in the form of lines, where an absent value is an empty text and a moment is one.
    for (row, line) in rows.iter().zip(fs::read_to_string(path.join("calls.jsonl")).unwrap().lines()) {
        let mut expected: Value = serde_json::from_str(line).unwrap();
        let names = |of: &Value| of.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(row), names(&expected));
        for value in expected.as_object_mut().unwrap().values_mut().filter(|value| *value == "") {
            *value = Value::Null;
        }
        let moment: jiff::Timestamp = expected["time"].as_str().unwrap().parse().unwrap();
        expected["time"] = json!(moment.as_millisecond());
        assert_eq!(row, &expected);
    }
    // No calls at all: a table all the same.
    fs::write(path.join("none.jsonl"), "{\"eventName\": \"x\"}\n").unwrap();
    assert_eq!(code(&run(path, &["audit", "none.jsonl", "--calls-out", "none.parquet"])), 0);
    assert_eq!(table(&path.join("none.parquet")), (Vec::new(), schema));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_tables_says_so() {
    let (folder, _) = folder();
    let output = run(folder.path(), &["audit", "logs", "--calls-out", "calls.parquet"]);
    assert!(code(&output) == 2 && err(&output).contains("Parquet"));
}

#[test]
fn damage_is_told_and_strict_fails_on_it() {
    let (folder, _) = folder();
    let path = folder.path();
    assert_eq!(code(&run(path, &["audit", "logs", "--strict"])), 1);
    fs::write(
        path.join("logs/broken.jsonl"),
        format!(
            "{}\n{{\"eventName\":\"CreateBackup\", \"serviceName\":\n",
            event(1, "2026-03-04T00:00:00Z", "rm-x", "")
        ),
    )
    .unwrap();
    let report = json_of(path, &["logs"]);
    let broken = findings(&report, "malformed-record");
    assert_eq!(broken.len(), 1, "{:?}", report["findings"]);
    assert_eq!(
        (&broken[0]["primary"]["path"], &broken[0]["primary"]["line"]),
        (&json!("logs/broken.jsonl"), &json!(2))
    );
    let strict = run(path, &["audit", "logs", "--strict"]);
    assert_eq!(code(&strict), 3);
    assert!(err(&strict).contains("--strict"));
}

#[test]
fn paths_are_files_folders_patterns_and_standard_input() {
    let (folder, _) = folder();
    let path = folder.path();
    let one = event(1, "2026-03-04T00:00:00Z", "pgm-1", "");
    let calls = |report: &Value| report["audit"]["calls"].as_u64().unwrap();
    fs::write(path.join("one.json"), format!("[{one}]")).unwrap();
    assert_eq!(calls(&json_of(path, &["one.json"])), 1);
    assert_eq!(calls(&json_of(path, &["o*.json"])), 1);
    let mut command = program(path);
    command.args(["audit", "--format", "json", "-"]).write_stdin(one);
    assert_eq!(calls(&serde_json::from_str(&out(&command.output().unwrap())).unwrap()), 1);
    for wrong in [
        vec!["audit"],
        vec!["audit", "missing"],
        vec!["audit", "none*.gz"],
        vec!["audit", "logs", "--timezone", "Mars"],
        vec!["audit", "logs", "--since", "then"],
    ] {
        let output = run(path, &wrong);
        assert_eq!((code(&output), output.stdout.len()), (2, 0), "{wrong:?}");
        assert!(!err(&output).is_empty());
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_end() {
    let (folder, logs) = folder();
    std::os::unix::fs::symlink("..", folder.path().join("logs/again")).unwrap();
    assert_eq!(json_of(folder.path(), &["logs"])["audit"]["calls"], logs.calls);
}

#[test]
fn filters_and_the_limit_are_those_of_the_user() {
    let (folder, logs) = folder();
    let path = folder.path();
    let (instance, day, count) = logs.over.iter().next().unwrap().clone();
    let report =
        json_of(path, &["logs", "--timezone", "UTC", "--instance", &instance, "--since", &day, "--until", &day]);
    assert_eq!(report["audit"]["accepted"], count);
    let report = json_of(path, &["logs", "--timezone", "UTC", "--quota", "100"]);
    assert!(findings(&report, "daily-quota-exceeded").is_empty());
}

#[test]
fn policies_at_hand_explain_what_was_denied() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let record = json!([{
        "eventId": "8F2A6C10-0B4D-5E7F-9A1B-000000000001", "eventTime": "2026-03-04T01:00:00Z",
        "eventName": "CreateBackup", "serviceName": "Rds", "acsRegion": "cn-shanghai", "errorCode": "NoPermission",
        "userIdentity": {"type": "ram-user", "accountId": "1900000000000007", "userName": "dba"},
        "requestParameters": {"DBInstanceId": "rm-bp1a2b3c4d5e6f7g8", "BackupMethod": "Physical"}
    }]);
    fs::write(path.join("log.json"), record.to_string()).unwrap();
    fs::create_dir(path.join("infra")).unwrap();
    let main = "resource \"alicloud_ram_user\" \"dba\" {\n  name = \"dba\"\n}\nresource \
                \"alicloud_ram_user_policy_attachment\" \"dba\" {\n  user_name = alicloud_ram_user.dba.name\n  \
                policy_name = \"AliyunRDSReadOnlyAccess\"\n  policy_type = \"System\"\n}\n";
    fs::write(path.join("infra/main.tf"), main).unwrap();
    let report = json_of(path, &["log.json", "--policies", "infra"]);
    let denied = findings(&report, "ram-denied-call");
    let message = denied[0]["message"].as_str().unwrap();
    assert!(message.ends_with("; the one policy of user/dba does not allow it"), "{message}");
    let related = denied[0]["related"].as_array().unwrap();
    assert!(related.iter().any(|label| label["path"] == "infra/main.tf"), "{related:?}");
    assert_eq!(report["audit"]["policies"]["judged"], 1);
    // A place without any policy is a slip of whoever asks.
    fs::create_dir(path.join("empty")).unwrap();
    let output = run(path, &["audit", "log.json", "--policies", "empty"]);
    assert_eq!((code(&output), err(&output).contains("no RAM policy is written in empty")), (2, true));
}

#[test]
fn objects_of_other_times_and_regions_are_not_opened_and_nothing_else_changes() {
    let folder = tempfile::tempdir().unwrap();
    let trail = folder.path().join("trail");
    let mut number = 0;
    // An object an hour for four days and two regions; two hours of the third day are missing in one of them.
    for hour in 0..96 {
        for region in ["cn-shanghai", "cn-beijing"] {
            let (day, hour) = (hour / 24 + 1, hour % 24);
            if region == "cn-shanghai" && day == 3 && (5..7).contains(&hour) {
                continue;
            }
            let mut lines = String::new();
            for minute in [7, 59] {
                number += 1;
                let time = format!("2026-03-{day:02}T{hour:02}:{minute:02}:00Z");
                let line = event(number, &time, &format!("rm-{}", number % 3), "");
                lines += &format!("{}\n", line.replace("cn-shanghai", region));
            }
            let name =
                format!("Actiontrail_{region}_202603{day:02}{hour:02}5959_1002_2_{}_0a{number}.json", lines.len());
            let below = trail.join(region).join(format!("2026/03/{day:02}"));
            fs::create_dir_all(&below).unwrap();
            fs::write(below.join(name), lines).unwrap();
        }
    }
    let narrow = ["trail", "--timezone", "UTC", "--since", "2026-03-03", "--until", "2026-03-03"];
    for (more, opened) in [(&[][..], 2 * 27 - 2), (&["--region", "cn-shanghai"][..], 27 - 2)] {
        let options: Vec<&str> = narrow.iter().chain(more).copied().collect();
        let quick = json_of(folder.path(), &options);
        // With a state everything is read, for other questions that come later.
        let state = folder.path().join("state");
        let with_state: Vec<&str> = options.iter().copied().chain(["--state", state.to_str().unwrap()]).collect();
        let whole = json_of(folder.path(), &with_state);
        fs::remove_file(state).unwrap();
        assert_eq!((&quick["findings"], &quick["calls"]), (&whole["findings"], &whole["calls"]));
        assert_eq!(findings(&quick, "daily-quota-exceeded").len(), if more.is_empty() { 3 } else { 0 });
        assert_eq!(findings(&quick, "incomplete-logs").len(), 1, "the hours that are missing");
        assert_eq!(quick["audit"]["gaps"], whole["audit"]["gaps"]);
        assert_eq!(quick["audit"]["files"], opened);
        assert_eq!(quick["audit"]["not_opened"], 190 - opened);
        assert!(whole["audit"]["not_opened"].is_null());
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (folder, _) = folder();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("backuplint"))
        .current_dir(folder.path())
        .args(["audit", "logs", "--format", "json", "--level", "note"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    std::io::stdout().flush().unwrap();
}
