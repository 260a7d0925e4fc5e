//! The format `checkstyle`: a file an element, a finding an element in it. Many build servers and editors read it.

use std::io;

use super::words::message;
use super::xml::Xml;
use super::{Presentation, Reporter};
use crate::finding::{Finding, Report, Severity};

/// The format `checkstyle`.
pub(super) struct Checkstyle;

/// The version of the format that readers expect to see.
const VERSION: &str = "10.0";

impl Reporter for Checkstyle {
    fn id(&self) -> &'static str {
        "checkstyle"
    }

    fn write(&self, report: &Report, _: &Presentation, out: &mut dyn io::Write) -> io::Result<()> {
        let mut xml = Xml::begin(out)?;
        let path = |finding: &Finding| finding.primary.place.source.path().to_owned();
        xml.element("checkstyle", &[("version", VERSION.to_owned())], |xml| {
            // Findings are sorted by path already.
            for file in report.findings.chunk_by(|a, b| path(a) == path(b)) {
                let name = file.first().map(path).unwrap_or_default();
                xml.element("file", &[("name", name)], |xml| {
                    file.iter().try_for_each(|finding| xml.empty("error", &attributes(finding)))
                })?;
            }
            Ok(())
        })?;
        xml.end()
    }
}

fn attributes(finding: &Finding) -> [(&'static str, String); 5] {
    let start = finding.primary.place.start();
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "info",
    };
    [
        ("line", start.line.to_string()),
        ("column", start.column.to_string()),
        ("severity", severity.to_owned()),
        ("message", message(finding)),
        ("source", format!("{}.{}", env!("CARGO_PKG_NAME"), finding.rule)),
    ]
}
