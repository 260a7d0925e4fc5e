//! Every way in which the call is written, row by row, with a right and a wrong call; and everything that only looks
//! like it, which stays silent.
//!
//! A row holds its files as they are. In the wrong ones `«` and `»` stand around what a finding points at; the test
//! takes them out, so what they enclose is the slice of the source that the finding's span has to be.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod c_sharp;
mod commands;
mod documents;
mod look_alikes;
mod programs;
mod requests;
mod resources;
mod scripts;

use std::sync::LazyLock;

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Report, Severity};
use backuplint::matrix::Matrix;
use backuplint::surface::MemoryFiles;

/// One way to write the call.
pub(crate) struct Row {
    /// What it is.
    pub(crate) what: &'static str,
    /// Where it is written.
    pub(crate) path: &'static str,
    /// Nothing is wrong here.
    pub(crate) right: &'static str,
    /// Something is wrong here, at each mark.
    pub(crate) wrong: &'static str,
    /// What is said at each mark, in the order in which the marks open: the rule and the severity.
    pub(crate) said: &'static [&'static str],
    /// How many calls there are in either.
    pub(crate) calls: usize,
    /// Other files.
    pub(crate) beside: &'static [(&'static str, &'static str)],
}

/// A row of one file with one call and one error.
pub(crate) const fn row(
    what: &'static str,
    path: &'static str,
    right: &'static str,
    wrong: &'static str,
    said: &'static [&'static str],
) -> Row {
    Row { what, path, right, wrong, said, calls: 1, beside: &[] }
}

/// What only looks like the call.
pub(crate) struct LookAlike {
    pub(crate) what: &'static str,
    pub(crate) path: &'static str,
    pub(crate) text: &'static str,
}

pub(crate) const fn other(what: &'static str, path: &'static str, text: &'static str) -> LookAlike {
    LookAlike { what, path, text }
}

/// The commonest thing that is wrong in a row: PostgreSQL has no logical backup.
pub(crate) const METHOD: &[&str] = &["unsupported-method error"];

fn rows() -> Vec<&'static Row> {
    let tables: &[&[Row]] = &[
        commands::ROWS,
        resources::ROWS,
        documents::ROWS,
        programs::ROWS,
        c_sharp::ROWS,
        requests::ROWS,
        scripts::ROWS,
    ];
    tables.iter().copied().flatten().collect()
}

fn check(files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    static CHECKER: LazyLock<Checker> =
        LazyLock::new(|| Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap()));
    CHECKER.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// Each finding: where it is, what is there, and what is said.
fn found(report: &Report) -> Vec<(usize, String, String)> {
    let show = |f: &backuplint::finding::Finding| {
        let place = &f.primary.place;
        (place.span.start as usize, place.text().to_owned(), format!("{} {}", f.rule, f.severity.word()))
    };
    let mut all: Vec<_> = report.findings.iter().map(show).collect();
    all.sort();
    all
}

/// A text without its marks, and where each was: in the order in which they open.
fn unmarked(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut plain = String::new();
    let mut marks: Vec<(usize, usize)> = Vec::new();
    let mut open = Vec::new();
    for character in text.chars() {
        match character {
            '«' => {
                open.push(marks.len());
                marks.push((plain.len(), plain.len()));
            }
            '»' => marks[open.pop().unwrap()].1 = plain.len(),
            _ => plain.push(character),
        }
    }
    assert!(open.is_empty(), "{text}");
    (plain, marks)
}

fn with<'a>(row: &'a Row, text: &'a str) -> Vec<(&'a str, &'a str)> {
    std::iter::once((row.path, text)).chain(row.beside.iter().copied()).collect()
}

/// What a report says, when it is not what the row says.
fn differs(row: &Row, text: &str, expected: &[(usize, String, String)]) -> Option<String> {
    let report = check(&with(row, text));
    let found = found(&report);
    let calls = report.calls.len();
    let fine = found == expected && calls == row.calls;
    let told = || format!("{}: {calls} calls\n{text}\nexpected {expected:?}\n   found {found:?}\n", row.what);
    (!fine).then(told)
}

#[test]
fn right_calls_are_found_and_nothing_is_said_of_them() {
    let differences: Vec<String> = rows().iter().filter_map(|row| differs(row, row.right, &[])).collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let differences: Vec<String> = rows()
        .iter()
        .filter_map(|row| {
            let (text, marks) = unmarked(row.wrong);
            assert_eq!(marks.len(), row.said.len(), "{}", row.what);
            let expected = marks.iter().zip(row.said);
            let mut expected: Vec<_> =
                expected.map(|((from, to), said)| (*from, text[*from..*to].to_owned(), (*said).to_owned())).collect();
            expected.sort();
            differs(row, &text, &expected)
        })
        .collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn what_only_looks_like_the_call_is_none() {
    let mut differences = Vec::new();
    for other in look_alikes::ALL.iter().chain(c_sharp::LOOK_ALIKES) {
        let report = check(&[(other.path, other.text)]);
        if !report.calls.is_empty() || !report.findings.is_empty() {
            let calls = report.calls.len();
            differences.push(format!("{}: {calls} calls\n{}\n{:?}\n", other.what, other.text, found(&report)));
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

/// Ways in which the call is written and that no surface reads: these files are told as not looked at.
const UNREAD: &[LookAlike] = &[
    other(
        "C++",
        "a.cc",
        "#include <alibabacloud/rds/model/CreateBackupRequest.h>\nusing namespace AlibabaCloud::Rds::Model;\nvoid run() {\n  CreateBackupRequest r;\n  r.setDBInstanceId(\"pgm-1\");\n  r.setBackupMethod(\"Logical\");\n  client.createBackup(r);\n}\n",
    ),
    other(
        "Ruby",
        "a.rb",
        "client = RPCClient.new(endpoint: 'https://rds.aliyuncs.com', api_version: '2014-08-15')\nclient.request(action: 'CreateBackup', params: { DBInstanceId: 'pgm-1' })\n",
    ),
    other(
        "Kotlin",
        "A.kt",
        "import com.aliyun.rds20140815.models.CreateBackupRequest\nfun main() { client.createBackup(CreateBackupRequest().setDBInstanceId(\"pgm-1\")) } // alibaba\n",
    ),
    other(
        "a request of Bruno",
        "a.bru",
        "get {\n  url: https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1\n}\n",
    ),
    other(
        "a manifest of a kind of one's own",
        "job.yaml",
        "apiVersion: ops.example.com/v1\nkind: BackupJob\nspec: {vendor: aliyun, operation: CreateBackup, instance: pgm-1}\n",
    ),
    other(
        "an entry of a job of one's own",
        "jobs.json",
        "{\"jobs\": [{\"vendor\": \"aliyun\", \"api\": \"CreateBackup\"}]}\n",
    ),
];

#[test]
fn files_that_no_surface_reads_are_told() {
    for other in UNREAD {
        let report = check(&[(other.path, other.text)]);
        let told: Vec<_> = report.coverage.iter().map(|entry| (entry.path.as_str(), entry.status.word())).collect();
        assert_eq!(told, [(other.path, "skipped")], "{}", other.what);
        assert!(report.calls.is_empty() && report.findings.is_empty(), "{}", other.what);
    }
    // A comment asks for nothing.
    let comment = check(&[("a.yaml", "# aliyun rds CreateBackup\na: 1 # CreateBackup of rds.aliyuncs.com\n")]);
    assert_eq!(comment.coverage[0].status.word(), "judged");
}

#[test]
fn names_of_rows_are_different() {
    let mut names: Vec<&str> = rows().iter().map(|row| row.what).collect();
    names.extend(look_alikes::ALL.iter().chain(c_sharp::LOOK_ALIKES).map(|other| other.what));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
