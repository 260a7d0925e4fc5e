//! Small projects with what is to be said about each of their lines, and nothing more.
//!
//! Every folder under `tests/cases` is a project with an `expected.yaml`, a list of entries:
//!
//! ```yaml
//! - file: main.tf
//!   line: 12
//!   kind: invalid-combination     # see `rules_of` for the kinds; `none` is a line without errors and warnings
//!   parameter: BackupMethod
//!   why: a sentence for people
//!   also_accept_at: [{file: main.tf, line: 3}]
//!   also_accept_kind: [none]
//! - {file: main.tf, line: 11, kind: proven}   # also `violation`, `undecided`: the verdict on the call that begins there
//! - {file: main.tf, line: 0, kind: calls, count: 2}   # how many calls the file holds
//! ```
//!
//! Each entry has to be met, and any other error or warning in the folder is a false alarm. A file named
//! `options` holds options of the command line, one a line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use backuplint::syntax::yaml;
use serde_json::Value;

/// A place by its file and line.
type At = (String, u64);

#[derive(Debug)]
struct Entry {
    at: At,
    kinds: Vec<String>,
    parameter: String,
    places: Vec<At>,
    count: u64,
}

/// The rules that meet a kind.
fn rules_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "invalid-combination" => &[
            "missing-instance-id",
            "invalid-value",
            "retention-out-of-range",
            "unsupported-method",
            "unsupported-database-scope",
            "incomplete-combination",
            "read-only-instance",
            "wrong-product-instance",
        ],
        "ignored-parameter" => &["ineffective-parameter"],
        "quota" => &["daily-quota-exceeded", "daily-quota-near", "concurrent-backup"],
        "unknown" => &["unknown-parameter", "implicit-default-method"],
        "file" => &["unparsable-file", "unreadable-file"],
        "none" => &[],
        other => panic!("unknown kind {other}"),
    }
}

fn at(node: &Value) -> At {
    (node["file"].as_str().expect("a file").to_owned(), node["line"].as_u64().expect("a line"))
}

fn entries(folder: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(folder.join("expected.yaml")).unwrap();
    let stream = yaml::parse(&text);
    assert!(stream.errors.is_empty(), "{}: {:?}", folder.display(), stream.errors);
    let list = stream.documents[0].to_json();
    let entry = |node: &Value| {
        let texts = |name: &str| node[name].as_array().into_iter().flatten().map(|t| t.as_str().unwrap().to_owned());
        let own = node["kind"].as_str().expect("a kind").to_owned();
        let mut places: Vec<At> = node["also_accept_at"].as_array().into_iter().flatten().map(at).collect();
        places.push(at(node));
        Entry {
            at: at(node),
            kinds: std::iter::once(own).chain(texts("also_accept_kind")).collect(),
            parameter: node["parameter"].as_str().unwrap_or_default().to_owned(),
            places,
            count: node["count"].as_u64().unwrap_or_default(),
        }
    };
    list.as_array().expect("a list").iter().map(entry).collect()
}

fn report(folder: &Path) -> Value {
    let options = fs::read_to_string(folder.join("options")).unwrap_or_default();
    let output = Command::cargo_bin("backuplint")
        .unwrap()
        .current_dir(folder)
        .args(["check", "--format", "json", "--level", "note", "--exclude", "./expected.yaml"])
        .args(options.lines().filter(|line| !line.is_empty()))
        .arg(".")
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!(code < 2, "{}: exit {code}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn place_of(node: &Value) -> At {
    (node["path"].as_str().unwrap().to_owned(), node["line"].as_u64().unwrap())
}

fn places_of(finding: &Value) -> Vec<At> {
    let related = finding["related"].as_array().unwrap().iter();
    std::iter::once(&finding["primary"]).chain(related).map(place_of).collect()
}

fn is_loud(finding: &Value) -> bool {
    finding["severity"] != "note"
}

impl Entry {
    /// Whether a finding is what the entry speaks of.
    fn is_met_by(&self, finding: &Value) -> bool {
        let rule = finding["rule"].as_str().unwrap();
        let of_parameter = self.parameter.is_empty() || finding["parameter"].as_str() == Some(&self.parameter);
        let rules = self.kinds.iter().filter(|kind| !is_about_calls(kind)).flat_map(|kind| rules_of(kind));
        let here = places_of(finding).iter().any(|place| self.places.contains(place));
        of_parameter && here && rules.into_iter().any(|known| *known == rule)
    }

    /// What is wrong, if anything is.
    fn problem(&self, report: &Value) -> Option<String> {
        let findings = report["findings"].as_array().unwrap();
        let calls = report["calls"].as_array().unwrap();
        let own = self.kinds.first().unwrap().as_str();
        if own == "calls" {
            let count = calls.iter().filter(|call| call["path"] == self.at.0.as_str()).count() as u64;
            return (count != self.count).then(|| format!("{}: {count} calls instead of {}", self.at.0, self.count));
        }
        if is_about_calls(own) {
            let here: Vec<&Value> = calls.iter().filter(|call| place_of(call) == self.at).collect();
            let met = !here.is_empty() && here.iter().all(|call| call["verdict"] == own);
            return (!met).then(|| format!("{:?}: no call that is {own}, but {here:?}", self.at));
        }
        let met = findings.iter().any(|finding| self.is_met_by(finding));
        let quiet = !findings.iter().any(|f| is_loud(f) && place_of(&f["primary"]) == self.at);
        let accepts_silence = self.kinds.iter().any(|kind| kind == "none");
        let fine = met || (accepts_silence && quiet);
        (!fine).then(|| format!("{:?}: not met: {:?} {}", self.at, self.kinds, self.parameter))
    }
}

fn is_about_calls(kind: &str) -> bool {
    matches!(kind, "calls" | "proven" | "violation" | "undecided")
}

fn described(finding: &Value) -> String {
    format!(
        "  {}[{}] {:?} {}: {}",
        finding["severity"].as_str().unwrap(),
        finding["rule"].as_str().unwrap(),
        places_of(finding),
        finding["parameter"],
        finding["message"].as_str().unwrap()
    )
}

fn problems(folder: &Path) -> Vec<String> {
    let entries = entries(folder);
    let report = report(folder);
    let findings = report["findings"].as_array().unwrap();
    let mut problems: Vec<String> = entries.iter().filter_map(|entry| entry.problem(&report)).collect();
    let expected = |finding: &Value| entries.iter().any(|entry| entry.is_met_by(finding));
    let false_alarms = findings.iter().filter(|f| is_loud(f) && !expected(f));
    problems.extend(false_alarms.map(|f| format!("false alarm:\n{}", described(f))));
    if !problems.is_empty() {
        problems.extend(findings.iter().map(described));
        problems.push(format!("  coverage {}", report["coverage"]));
    }
    problems
}

#[test]
fn every_case_is_judged_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut folders: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for folder in folders.iter().filter(|f| f.to_string_lossy().contains(&only)) {
        let problems = problems(folder);
        if !problems.is_empty() {
            wrong.push(format!("{}\n{}", folder.file_name().unwrap().to_string_lossy(), problems.join("\n")));
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases\n\n{}", wrong.len(), folders.len(), wrong.join("\n\n"));
}
