mod html;
mod human;
mod machines;
mod programs;
mod sample;
mod sarif;

use super::{Presentation, all, by_id};
use crate::finding::Report;
use crate::report::visible::is_hidden;

fn write(id: &str, report: &Report, options: Presentation) -> String {
    let mut out = Vec::new();
    by_id(id).unwrap().write(report, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn write_json(id: &str, report: &Report) -> serde_json::Value {
    serde_json::from_str(&write(id, report, Presentation::plain(80))).unwrap()
}

#[test]
fn every_reporter_has_an_id_of_its_own() {
    let ids: Vec<_> = all().iter().map(|reporter| reporter.id()).collect();
    assert_eq!(
        ids,
        ["human", "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle", "csv", "markdown", "html"]
    );
    assert!(by_id("yaml").is_none());
}

#[test]
fn nothing_that_a_terminal_obeys_is_written() {
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        for reporter in all() {
            for unicode in [true, false] {
                let options = Presentation { unicode, ..Presentation::plain(70) };
                let text = write(reporter.id(), &report, options);
                let bad: Vec<_> = text.chars().filter(|&c| is_hidden(c) && c != '\n').collect();
                assert!(bad.is_empty(), "{}: {bad:?}", reporter.id());
                assert!(text.ends_with('\n'));
            }
        }
    }
}

#[test]
fn a_writer_that_fails_is_an_error_and_not_a_panic() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk full"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for reporter in all() {
        assert!(reporter.write(&sample::awkward(), &Presentation::plain(80), &mut Full).is_err());
    }
}
