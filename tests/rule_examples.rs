//! Every example of every rule file is run: the bad ones are found where they say, the good ones are clean.
//!
//! A rule that does not do what its own file shows is wrong, and so is a file that shows what no rule does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use backuplint::audit::{AuditSettings, PolicyFiles, audit};
use backuplint::check::{Checker, Run, Settings, UnknownPolicy};
use backuplint::finding::{Catalogue, Example, Finding, Report, Rule, Severity};
use backuplint::matrix::Matrix;
use backuplint::model::CoverageStatus;
use backuplint::surface::MemoryFiles;
use backuplint::trail::{Gather, Reader, Scratch};
use backuplint::waiver::Waiving;
use jiff::civil::date;

/// The rule that speaks only where undecided calls are asked to fail.
const ONLY_ON_DEMAND: &str = "undecided-call";

fn checker() -> Checker {
    Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap())
}

/// What stands below this is audited and not checked; other files of such an example hold the policies.
const LOGS: &str = "logs/";

/// Whether an example is made of logs.
fn is_of_logs(example: &Example) -> bool {
    example.files.iter().any(|file| file.path.starts_with(LOGS))
}

/// The policies of an example of logs.
fn policies_of(checker: &Checker, example: &Example, settings: &Settings) -> Option<PolicyFiles> {
    let mut files = MemoryFiles::new();
    for file in example.files.iter().filter(|file| !file.path.starts_with(LOGS)) {
        files.add(&file.path, file.text.as_str());
    }
    let mut run = Run::of_memory(&files, &checker.sieve());
    if run.files_seen == 0 {
        return None;
    }
    let found = checker.extraction(&mut run, settings);
    Some(PolicyFiles { access: found.access, problems: found.problems, coverage: found.coverage })
}

fn run_on_logs(checker: &Checker, example: &Example) -> Report {
    let reader = Reader::new(checker.apis(), false);
    let (mut scratch, mut gather) = (Scratch::default(), Gather::new());
    for file in example.files.iter().filter(|file| file.path.starts_with(LOGS)) {
        reader.read_bytes(&file.path, file.text.as_bytes(), &mut scratch, &mut gather);
    }
    let settings = Settings { level: Severity::Note, ..Settings::default() };
    let policies = policies_of(checker, example, &settings);
    audit(checker, &gather.into_partial(), &AuditSettings { settings, policies, ..AuditSettings::default() })
}

fn run(checker: &Checker, rule: &Rule, example: &Example) -> Report {
    if is_of_logs(example) {
        return run_on_logs(checker, example);
    }
    let mut files = MemoryFiles::new();
    for file in &example.files {
        files.add(&file.path, file.text.as_str());
    }
    let unknown = if rule.id == ONLY_ON_DEMAND { UnknownPolicy::Fail } else { UnknownPolicy::Report };
    let waiving = Waiving { today: Some(date(2026, 11, 25)), ..Waiving::default() };
    checker.check_memory(&files, &Settings { level: Severity::Note, unknown, waiving, ..Settings::default() })
}

fn described(report: &Report) -> String {
    let line = |f: &Finding| {
        let place = &f.primary.place;
        format!("      {}[{}] at {} {:?}: {}\n", f.severity.word(), f.rule, place.display(), place.text(), f.message)
    };
    let findings: String = report.findings.iter().map(line).collect();
    let coverage: String =
        report.coverage.iter().map(|c| format!("      {}: {:?} {}\n", c.path, c.status, c.reason)).collect();
    format!("      {} calls\n{findings}{coverage}", report.calls.len())
}

/// Whether the caret of a finding stands on the last place of a text.
fn stands_on(finding: &Finding, example: &Example, at: &str) -> bool {
    let place = &finding.primary.place;
    let path = place.display();
    let file = example.files.iter().find(|file| path.starts_with(&format!("{}:", file.path)));
    let wanted = file.and_then(|file| file.text.rfind(at));
    if path.starts_with(LOGS) {
        // The place of a record is that of its first line.
        let before = file.zip(wanted).map(|(file, at)| file.text[..at].lines().count() as u32);
        return before == Some(place.start().line);
    }
    place.text() == at && wanted == Some(place.span.range().start)
}

/// What is wrong with a bad example; nothing when it is found as it says.
fn bad_problem(rule: &Rule, example: &Example, report: &Report) -> Option<String> {
    let mine: Vec<&Finding> = report.findings.iter().filter(|f| *f.rule == *rule.id).collect();
    match &example.at {
        _ if mine.is_empty() => Some("is not found".to_owned()),
        Some(at) if !mine.iter().any(|f| stands_on(f, example, at)) => Some(format!("is not found at {at:?}")),
        _ => None,
    }
}

/// What is wrong with a good example; nothing when it is clean and a call was seen at all.
fn good_problem(rule: &Rule, report: &Report) -> Option<String> {
    if report.findings.iter().any(|f| *f.rule == *rule.id) {
        Some("is found".to_owned())
    } else if report.findings.iter().any(|f| f.severity == Severity::Error) {
        Some("has an error of another rule".to_owned())
    } else if report.calls.is_empty() {
        Some("holds no call that is seen, so it shows nothing".to_owned())
    } else {
        None
    }
}

#[test]
fn bad_examples_are_found_and_good_ones_are_clean() {
    let checker = checker();
    let mut problems = Vec::new();
    let mut count = 0;
    for rule in checker.catalogue().rules() {
        for example in &rule.bad {
            count += 1;
            let report = run(&checker, rule, example);
            if let Some(problem) = bad_problem(rule, example, &report) {
                problems.push(format!("{}: bad, {}: {problem}\n{}", rule.id, example.title, described(&report)));
            }
        }
        for example in &rule.good {
            count += 1;
            let report = run(&checker, rule, example);
            if let Some(problem) = good_problem(rule, &report) {
                problems.push(format!("{}: good, {}: {problem}\n{}", rule.id, example.title, described(&report)));
            }
        }
    }
    assert!(count > 40, "only {count} examples");
    assert!(problems.is_empty(), "{} of {count} examples:\n\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_example_is_in_a_file_that_some_surface_reads() {
    let checker = checker();
    for rule in checker.catalogue().rules() {
        let examples = rule.bad.iter().map(|example| (example, true)).chain(rule.good.iter().map(|e| (e, false)));
        for (example, is_bad) in examples {
            let report = run(&checker, rule, example);
            let skipped: Vec<_> =
                report.coverage.iter().filter(|file| file.status == CoverageStatus::Skipped).collect();
            // A right example may show a file that only looks like one with a call, beside what is judged.
            let is_fine = if is_bad { skipped.is_empty() } else { skipped.len() < example.files.len() };
            assert!(is_fine, "{}, {}: {skipped:?}", rule.id, example.title);
        }
    }
}
