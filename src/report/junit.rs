//! The format `junit`: test results as build servers read them.
//!
//! A suite is a file and a case a call in it, or a finding that is about no call. Errors and warnings are failures;
//! a note is written to the output of its case, and an undecided call is a case that was skipped.

use std::collections::BTreeMap;
use std::io;

use super::visible::visible;
use super::words::message;
use super::xml::Xml;
use super::{Presentation, Reporter};
use crate::finding::{CallRecord, Finding, Report, Severity, Verdict};
use crate::model::CoverageStatus;
use crate::source::Place;

/// The format `junit`.
pub(super) struct Junit;

impl Reporter for Junit {
    fn id(&self) -> &'static str {
        "junit"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let suites = suites(report);
        let sum = |of: fn(&Case<'_>) -> bool| suites.values().flatten().filter(|case| of(case)).count().to_string();
        let mut xml = Xml::begin(out)?;
        let numbers = [
            ("name", env!("CARGO_PKG_NAME").to_owned()),
            ("tests", sum(|_| true)),
            ("failures", sum(|case| case.is_failure())),
            ("errors", "0".to_owned()),
            ("time", "0".to_owned()),
        ];
        xml.element("testsuites", &numbers, |xml| {
            suites.iter().try_for_each(|(path, cases)| write_suite(path, cases, xml))
        })?;
        xml.end()
    }
}

/// One test case.
struct Case<'a> {
    name: String,
    kind: Kind<'a>,
}

enum Kind<'a> {
    /// A call that is right as far as can be told.
    Passed,
    /// A call that is not decided, or a file that was not looked at, and why.
    Skipped(String),
    /// A finding.
    Found(&'a Finding),
}

impl Case<'_> {
    fn is_failure(&self) -> bool {
        matches!(self.kind, Kind::Found(finding) if finding.severity > Severity::Note)
    }

    fn is_skipped(&self) -> bool {
        matches!(self.kind, Kind::Skipped(_))
    }
}

/// The cases by file: findings, then calls without one, then what was not looked at.
fn suites(report: &Report) -> BTreeMap<&str, Vec<Case<'_>>> {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> = BTreeMap::new();
    for finding in &report.findings {
        let start = finding.primary.place.start();
        let about = if finding.subject.is_empty() { String::new() } else { format!("{}: ", finding.subject) };
        let name = format!("{about}{} at {}:{}", finding.rule, start.line, start.column);
        suites.entry(finding.primary.place.source.path()).or_default().push(Case { name, kind: Kind::Found(finding) });
    }
    let calls = if report.audit.is_some() { &[] } else { report.calls.as_slice() };
    for call in calls.iter().filter(|call| call.verdict != Verdict::Violation) {
        let start = call.head.start();
        let name = format!("{} at {}:{}", call.subject, start.line, start.column);
        let kind = if call.verdict == Verdict::Proven { Kind::Passed } else { Kind::Skipped(reasons(call)) };
        suites.entry(call.head.source.path()).or_default().push(Case { name, kind });
    }
    for file in report.coverage.iter().filter(|file| file.status != CoverageStatus::Judged) {
        let kind = Kind::Skipped(format!("{}: {}", file.status.word(), file.reason));
        suites.entry(&file.path).or_default().push(Case { name: "coverage".to_owned(), kind });
    }
    suites
}

fn reasons(call: &CallRecord) -> String {
    let reasons: Vec<String> = call.undecided.iter().map(|u| format!("{}: {}", u.subject, u.reason)).collect();
    format!("undecided; {}", reasons.join("; "))
}

fn write_suite(path: &str, cases: &[Case<'_>], xml: &mut Xml<'_>) -> io::Result<()> {
    let count = |of: fn(&Case<'_>) -> bool| cases.iter().filter(|case| of(case)).count().to_string();
    let numbers = [
        ("name", path.to_owned()),
        ("tests", cases.len().to_string()),
        ("failures", count(|case| case.is_failure())),
        ("errors", "0".to_owned()),
        ("skipped", count(|case| case.is_skipped())),
        ("time", "0".to_owned()),
    ];
    xml.element("testsuite", &numbers, |xml| cases.iter().try_for_each(|case| write_case(path, case, xml)))
}

fn write_case(path: &str, case: &Case<'_>, xml: &mut Xml<'_>) -> io::Result<()> {
    let attributes = [("name", case.name.clone()), ("classname", path.to_owned()), ("time", "0".to_owned())];
    match &case.kind {
        Kind::Passed => xml.empty("testcase", &attributes),
        Kind::Skipped(why) => {
            xml.element("testcase", &attributes, |xml| xml.empty("skipped", &[("message", why.clone())]))
        }
        Kind::Found(finding) if finding.severity == Severity::Note => {
            xml.element("testcase", &attributes, |xml| xml.element("system-out", &[], |xml| xml.text(&told(finding))))
        }
        Kind::Found(finding) => xml.element("testcase", &attributes, |xml| {
            let kind = format!("{}: {}", finding.severity.word(), finding.rule);
            let attributes = [("message", finding.message.clone()), ("type", kind)];
            xml.element("failure", &attributes, |xml| xml.text(&told(finding)))
        }),
    }
}

/// All that is said of a finding, with its places.
fn told(finding: &Finding) -> String {
    // A line end in the name of a file would begin a line of its own.
    let place = |place: &Place| visible(&place.display(), true);
    let mut out = format!("{}\n{}", place(&finding.primary.place), message(finding));
    for label in &finding.related {
        out.push_str(&format!("\n{}: {}", place(&label.place), label.text));
    }
    out
}
