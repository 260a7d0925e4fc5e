//! The format `gitlab`: a code quality report, which GitLab shows beside a merge request.

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use super::visible::{escape_json, visible};
use super::words::message;
use super::{Presentation, Reporter};
use crate::finding::{Confidence, Finding, Report, Severity};

/// The format `gitlab`.
pub(super) struct Gitlab;

impl Reporter for Gitlab {
    fn id(&self) -> &'static str {
        "gitlab"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let issues: Vec<Issue<'_>> = report.findings.iter().map(|finding| Issue::new(report, finding)).collect();
        out.write_all(escape_json(serde_json::to_string_pretty(&issues)?).as_bytes())?;
        out.write_all(b"\n")
    }
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Issue<'a> {
    fn new(report: &'a Report, finding: &'a Finding) -> Self {
        let place = &finding.primary.place;
        let begin = place.start().line;
        Self {
            description: visible(&message(finding), true),
            check_name: &finding.rule,
            fingerprint: &finding.fingerprint,
            severity: severity(finding),
            location: Location {
                // GitLab compares it with the paths of the repository as they are.
                path: report.path_in_repository(place.source.path()),
                lines: Lines { begin, end: place.end().line.max(begin) },
            },
        }
    }
}

/// GitLab has five words; what holds only for some engines is a step milder.
fn severity(finding: &Finding) -> &'static str {
    match (finding.severity, finding.confidence) {
        (Severity::Error, Confidence::Certain) => "critical",
        (Severity::Error, Confidence::Possible) => "major",
        (Severity::Warning, _) => "minor",
        (Severity::Note, _) => "info",
    }
}
