use std::sync::Arc;

use proptest::prelude::*;

use super::{Presentation, sample, write};
use crate::finding::{Counts, Finding, Label, Report, Severity};
use crate::report::visible::is_hidden;
use crate::source::{Place, Source, Span};

fn columns(text: &str) -> usize {
    text.chars().map(|c| unicode_width::UnicodeWidthChar::width(c).unwrap_or(0)).sum()
}

fn human(report: &Report, options: Presentation) -> String {
    write("human", report, options)
}

fn of_findings(findings: Vec<Finding>) -> Report {
    Report { findings, ..sample::empty() }
}

/// A finding with one place.
fn finding(place: Place, text: &str) -> Finding {
    Finding::new("some-rule", Severity::Error, "something is wrong", Label { place, text: text.to_owned() })
}

#[test]
fn looks_right_at_every_width() {
    for width in [40, 80, 120] {
        let text = human(&sample::awkward(), Presentation::plain(width));
        insta::assert_snapshot!(format!("awkward_{width}"), text);
    }
}

#[test]
fn an_audit_begins_with_what_the_logs_hold() {
    insta::assert_snapshot!("audit_80", human(&sample::audit(), Presentation::plain(80)));
}

#[test]
fn looks_right_without_unicode() {
    let options = Presentation { unicode: false, ..Presentation::plain(80) };
    insta::assert_snapshot!("awkward_ascii", human(&sample::awkward(), options));
}

#[test]
fn looks_right_in_colour() {
    let options = Presentation { color: true, links: true, ..Presentation::plain(80) };
    let text = human(&sample::awkward(), options);
    // Colours come and go, but nothing of what they enclose is lost.
    assert_eq!(without_styles(&text), human(&sample::awkward(), Presentation::plain(80)));
    insta::assert_snapshot!("awkward_color", text.replace('\u{1b}', "<ESC>"));
}

/// Takes away what this program itself may write: `ESC [ … m` and `ESC ] 8 ; … ESC \`.
fn without_styles(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        let end = if after.starts_with("]8;;") { "\u{1b}\\" } else { "m" };
        assert!(after.starts_with(['[', ']']), "{after:.20}");
        rest = after.split_once(end).unwrap().1;
    }
    (out + rest).lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn a_mark_stands_below_its_text_behind_chinese_text_and_emoji() {
    let text = human(&sample::awkward(), Presentation::plain(100));
    let mut lines = text.lines().skip_while(|line| !line.contains("说明: "));
    let (source, marks) = (lines.next().unwrap(), lines.next().unwrap());
    for (shown, nth) in [("每晚备份 🚀", 0), ("snapshot", 1)] {
        let begin = columns(source.split(shown).next().unwrap());
        let mark = marks.split_inclusive(' ').filter(|part| part.contains('─')).nth(nth).unwrap().trim_end();
        let start = columns(marks.get(..mark.as_ptr() as usize - marks.as_ptr() as usize).unwrap());
        assert_eq!((start, columns(mark)), (begin, columns(shown)), "{source}\n{marks}");
    }
}

#[test]
fn lines_stay_within_the_width() {
    for width in [40, 60, 80, 120] {
        for line in human(&sample::awkward(), Presentation::plain(width)).lines() {
            // A place has to stay in one piece, so that it can be copied.
            let place = line.contains("─[") || line.contains("bin/backup.sh:2:1  ");
            assert!(place || columns(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn a_long_line_gives_short_output() {
    let file = Arc::new(Source::from_text("a.json", "[1, 2, 3], ".repeat(100_000)));
    let findings =
        (0..200).map(|n: u32| finding(Place::new(&file, Span { start: n * 5000, end: n * 5000 + 9 }), "here"));
    let text = human(&of_findings(findings.collect()), Presentation::plain(usize::MAX));
    assert!(text.len() < 200 * 1000, "{}", text.len());
    assert!(text.contains("a.json:1:995001]"));
}

#[test]
fn an_empty_label_is_a_mark_without_words() {
    let file = Arc::new(Source::from_text("a", "one two\n"));
    let text = human(&of_findings(vec![finding(Place::new(&file, 4..7), "")]), Presentation::plain(80));
    assert!(text.contains("\n 1 │ one two\n   ·     ───\n   ╰────\n"), "{text}");
}

#[test]
fn a_rule_is_explained_once() {
    let file = Arc::new(Source::from_text("a", "one two\n"));
    let findings = vec![finding(Place::new(&file, 0..3), ""), finding(Place::new(&file, 4..7), "")];
    let text = human(&of_findings(findings), Presentation::plain(80));
    assert_eq!(text.matches("backuplint explain some-rule").count(), 1);
}

#[test]
fn links_need_a_terminal_that_knows_them() {
    let plain = human(&sample::awkward(), Presentation::plain(80));
    assert!(!plain.contains("https://"));
    let linked = human(&sample::awkward(), Presentation { links: true, ..Presentation::plain(80) });
    assert!(
        linked.contains("\u{1b}]8;;https://example.com/rds/create-backup#method\u{1b}\\unsupported-method\u{1b}]8;;")
    );
}

fn last_lines(change: impl FnOnce(&mut Report)) -> String {
    let counts = Counts { calls: 14, proven: 14, files_seen: 3204, files_searched: 41, ..Counts::default() };
    let mut report = Report { counts, elapsed_milliseconds: Some(61), ..sample::empty() };
    change(&mut report);
    human(&report, Presentation::plain(200))
}

#[test]
fn the_last_lines_of_a_clean_run() {
    assert_eq!(last_lines(|_| ()), "no findings: 14 calls judged, all proven; 3,204 files in 61 ms\n");
    let one = last_lines(|report| {
        report.counts = Counts { calls: 1, proven: 1, ..Counts::default() };
        report.elapsed_milliseconds = None;
    });
    assert_eq!(one, "no findings: 1 call judged, proven\n");
}

#[test]
fn the_last_lines_say_what_is_not_clean() {
    let text = last_lines(|report| {
        report.counts = Counts { proven: 12, undecided: 2, notes: 5, hidden: 5, files_skipped: 1, ..report.counts };
    });
    assert_eq!(
        text,
        "no findings: 14 calls judged, 12 proven, 2 undecided (--undecided); 3,204 files in 61 ms, \
         1 file skipped (--coverage); 5 notes hidden (--level note)\n"
    );
    let suppressed = last_lines(|report| report.counts = Counts { proven: 13, violations: 1, ..report.counts });
    assert_eq!(suppressed, "no findings: 14 calls judged, 13 proven, 1 wrong; 3,204 files in 61 ms\n");
}

#[test]
fn the_last_lines_without_any_call() {
    let none = last_lines(|report| report.counts = Counts { calls: 0, proven: 0, ..report.counts });
    assert_eq!(none, "no CreateBackup call found in 3,204 files in 61 ms\n");
    let nothing = last_lines(|report| {
        report.counts = Counts { files_seen: 1, files_in_part: 1, files_skipped: 2, ..Counts::default() };
        report.elapsed_milliseconds = None;
    });
    assert_eq!(nothing, "no CreateBackup call found in 1 file, 1 file read in part, 2 files skipped (--coverage)\n");
}

#[test]
fn the_last_lines_with_findings() {
    let text = last_lines(|report| {
        report.counts = Counts {
            errors: 2,
            warnings: 1,
            notes: 5,
            hidden: 5,
            calls_with_findings: 3,
            violations: 2,
            proven: 10,
            undecided: 1,
            files_skipped: 2,
            ..report.counts
        };
        report.elapsed_milliseconds = Some(84);
    });
    assert_eq!(
        text,
        "2 errors, 1 warning in 3 of 14 calls; 10 proven, 1 undecided (--undecided). 5 notes hidden (--level note).\n\
         3,204 files seen, 41 opened, 14 calls judged, 2 files skipped (--coverage) in 84 ms.\n"
    );
    let outside = last_lines(|report| report.counts.warnings = 1);
    assert!(outside.starts_with("1 warning outside the 14 calls; 14 proven.\n"), "{outside}");
    let hidden = last_lines(|report| {
        report.level = Severity::Error;
        report.counts = Counts { warnings: 1, notes: 0, hidden: 1, ..report.counts };
    });
    assert!(hidden.ends_with("; 1 warning hidden (--level warning)\n"), "{hidden}");
}

proptest! {
    /// Whatever the text, the spans and the width: something is drawn, and nothing that a terminal obeys.
    #[test]
    fn no_text_and_no_span_panics(
        text in "([ab ]|\t|\r\n|\n|\r|备|🚀|e\u{301}|\u{1b}\\[2J|\u{202e}|x{300}){0,30}",
        spans in prop::collection::vec((0_u32..900, 0_u32..900, "[a-c 备]{0,40}"), 1..12),
        width in 0_usize..200,
        unicode: bool,
    ) {
        let file = Arc::new(Source::from_text("a", text));
        let labels: Vec<Label> = spans
            .into_iter()
            .map(|(start, length, text)| Label {
                place: Place { source: Arc::clone(&file), span: Span { start: start % 60, end: start % 60 + length % 90 } },
                text,
            })
            .collect();
        let mut finding = finding(labels[0].place.clone(), "first");
        finding.related = labels;
        let options = Presentation { unicode, ..Presentation::plain(width) };
        let shown = human(&of_findings(vec![finding]), options);
        prop_assert!(shown.contains("a:") || file.text().is_empty());
        prop_assert!(!shown.chars().any(|c| is_hidden(c) && c != '\n'));
    }
}
