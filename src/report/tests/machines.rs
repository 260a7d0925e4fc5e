//! The formats of build servers: `junit`, `checkstyle`, `github`, `gitlab`; and how much of a report a comment takes.

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use super::{Presentation, sample, write, write_json};
use crate::finding::{Report, Severity, Verdict};
use crate::report::words::message;

fn plain(id: &str, report: &Report) -> String {
    write(id, report, Presentation::plain(80))
}

/// An element: how deep, its name, its attributes.
#[derive(Debug)]
struct Element {
    depth: usize,
    name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    fn get(&self, key: &str) -> &str {
        let value = self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        value.unwrap_or_else(|| panic!("{} has no {key}", self.name))
    }

    fn number(&self, key: &str) -> usize {
        self.get(key).parse().unwrap()
    }
}

/// The elements of a document that is well-formed, in order.
fn elements(text: &str) -> Vec<Element> {
    let forbidden = |c: char| (c < ' ' && !"\t\r\n".contains(c)) || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!text.contains(forbidden), "a character that XML forbids");
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut open) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                elements.push(element(open.len(), &start));
                open.push(());
            }
            Event::Empty(start) => elements.push(element(open.len(), &start)),
            Event::End(_) => assert!(open.pop().is_some()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    elements
}

fn element(depth: usize, start: &quick_xml::events::BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap().into_owned();
        (attribute.key.0.to_owned(), value)
    });
    Element { depth, name: start.name().0.to_owned(), attributes: attributes.collect() }
}

#[test]
fn test_results_add_up() {
    for report in [sample::awkward(), sample::audit(), sample::empty(), sample::many(30)] {
        let elements = elements(&plain("junit", &report));
        assert_eq!((elements[0].name.as_str(), elements[0].depth), ("testsuites", 0));
        let of = |name: &str| elements.iter().filter(|e| e.name == name).collect::<Vec<_>>();
        let (suites, cases) = (of("testsuite"), of("testcase"));
        assert_eq!(suites.iter().map(|s| s.number("tests")).sum::<usize>(), cases.len());
        assert_eq!(elements[0].number("tests"), cases.len());
        assert_eq!(suites.iter().map(|s| s.number("skipped")).sum::<usize>(), of("skipped").len());
        let failures = report.findings.iter().filter(|f| f.severity > Severity::Note).count();
        assert_eq!((elements[0].number("failures"), of("failure").len()), (failures, failures));
        assert_eq!(of("system-out").len(), report.findings.len() - failures);
        if report.audit.is_none() {
            let proven = report.calls.iter().filter(|c| c.verdict == Verdict::Proven).count();
            assert_eq!(cases.len(), report.findings.len() + of("skipped").len() + proven);
        }
        // The order of elements is the one that the schemas of build servers ask for.
        assert!(elements.windows(2).all(|pair| pair[1].depth <= pair[0].depth + 1));
        assert!(cases.iter().all(|case| !case.get("name").is_empty() && !case.get("classname").is_empty()));
    }
}

/// The schema that a plugin of Jenkins publishes, and a validator for it: `.ci/run` puts both below `target`.
#[test]
fn test_results_are_as_their_schema_says() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas");
    let (schema, python) = (folder.join("junit-10.xsd"), folder.join("python/bin/python"));
    if !schema.exists() || !python.exists() {
        let required = std::env::var("BACKUPLINT_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
        assert!(!required, "the schema of JUnit reports is not at hand: {}", folder.display());
        println!("skipped: the schema of JUnit reports is not at hand (.ci/run fetches it)");
        return;
    }
    let program = "import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])";
    let validate = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let mut command = std::process::Command::new(&python);
        let output = command.args(["-c", program]).arg(&schema).arg(file.path()).output().unwrap();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
    };
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        validate(&plain("junit", &report)).unwrap();
    }
    let wrong = plain("junit", &sample::awkward()).replacen("<testcase name", "<testcase nom", 1);
    assert!(validate(&wrong).is_err());
}

#[test]
fn every_finding_is_an_error_of_its_file() {
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        let elements = elements(&plain("checkstyle", &report));
        assert_eq!((elements[0].name.as_str(), elements[0].depth), ("checkstyle", 0));
        let errors: Vec<&Element> = elements.iter().filter(|e| e.name == "error").collect();
        assert_eq!(errors.len(), report.findings.len());
        for (error, finding) in errors.iter().zip(&report.findings) {
            let start = finding.primary.place.start();
            assert_eq!((error.number("line"), error.number("column")), (start.line as usize, start.column as usize));
            assert_eq!(error.get("source"), format!("backuplint.{}", finding.rule));
            assert!(["error", "warning", "info"].contains(&error.get("severity")));
        }
        assert!(elements.iter().filter(|e| e.name == "file").all(|file| !file.get("name").is_empty()));
    }
    let text = plain("checkstyle", &sample::awkward());
    assert!(text.contains("name=\"计划/夜间 备份.yaml\""), "{text}");
    assert!(text.contains("&quot;Logical&quot;") || text.contains("Snapshot"));
}

/// Kind, properties and message.
type Annotation = (String, Vec<(String, String)>, String);

/// A workflow command as the runner reads it: kind, properties, message.
fn command(line: &str) -> Option<Annotation> {
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let (head, data) = line.strip_prefix("::")?.split_once("::")?;
    let (kind, properties) = head.split_once(' ')?;
    let properties = properties.split(',').map(|pair| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), unescape(&value.replace("%3A", ":").replace("%2C", ",")))
    });
    Some((kind.to_owned(), properties.collect(), unescape(data)))
}

#[test]
fn annotations_are_the_worst_and_no_more_than_are_shown() {
    let report = sample::many(300);
    let text = plain("github", &report);
    let commands: Vec<_> = text.lines().filter_map(command).collect();
    let count = |kind: &str| commands.iter().filter(|c| c.0 == kind).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 10));
    assert_eq!(commands[0].0, "error");
    assert!(text.ends_with("; 270 more findings have no annotation\n"), "{text}");
    assert_eq!(plain("github", &sample::empty()), "backuplint: 0 errors, 0 warnings in 0 calls\n");
    let mut left_out = sample::empty();
    (left_out.counts.suppressed, left_out.counts.baselined) = (2, 5);
    let said = plain("github", &left_out);
    assert_eq!(said, "backuplint: 0 errors, 0 warnings in 0 calls; 2 suppressed; 5 in the baseline\n");
}

#[test]
fn annotations_read_back() {
    let report = sample::awkward();
    let text = plain("github", &report);
    let commands: Vec<_> = text.lines().filter_map(command).collect();
    assert_eq!(commands.len(), report.findings.len());
    // One line each, and the summary.
    assert_eq!(text.lines().count(), commands.len() + 1);
    for finding in report.findings.iter().filter(|f| !f.message.contains('\u{1b}')) {
        let found = commands.iter().find(|(_, _, data)| data.starts_with(&message(finding))).unwrap();
        let get = |name: &str| found.1.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(get("file"), Some(finding.primary.place.source.path()));
        assert_eq!(get("line"), Some(finding.primary.place.start().line.to_string().as_str()));
        assert_eq!(get("col").is_some(), finding.primary.place.start().line == finding.primary.place.end().line);
    }
}

#[test]
fn a_code_quality_report_has_what_gitlab_asks_for() {
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        let issues = write_json("gitlab", &report);
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), report.findings.len());
        let mut prints: Vec<&str> = Vec::new();
        for issue in issues {
            let text = |at: &str| issue.pointer(at).and_then(Value::as_str).unwrap();
            assert!(!text("/description").is_empty() && !text("/check_name").is_empty());
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&text("/severity")));
            assert!(!text("/location/path").starts_with("./"));
            let line = |at: &str| issue.pointer(at).and_then(Value::as_u64).unwrap();
            assert!(line("/location/lines/begin") >= 1 && line("/location/lines/end") >= line("/location/lines/begin"));
            prints.push(text("/fingerprint"));
        }
        let count = prints.len();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), count, "fingerprints of their own");
    }
}

#[test]
fn a_comment_takes_as_much_as_it_can_and_says_what_is_missing() {
    let text = plain("markdown", &sample::many(2_000));
    assert!(text.chars().count() <= 65_536);
    assert!(text.chars().count() > 60_000);
    let rows = text.lines().filter(|line| line.starts_with("| error |") || line.starts_with("| warning |")).count();
    assert!(text.contains(&format!("{} more findings are not shown here", 2_000 - rows)), "{rows}");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    // Beside worse findings notes are folded away; alone they are not.
    let few = plain("markdown", &sample::many(3));
    assert!(few.contains("<details><summary>1 note</summary>\n\n| severity"), "{few}");
    assert!(!plain("markdown", &sample::empty()).contains("<details>"));
}

#[test]
fn formats_of_build_servers_do_not_depend_on_the_terminal() {
    for id in ["junit", "github", "gitlab", "checkstyle", "csv", "markdown", "html"] {
        let loud = Presentation { color: true, unicode: false, links: true, width: 20 };
        assert_eq!(write(id, &sample::awkward(), loud), plain(id, &sample::awkward()));
    }
}
