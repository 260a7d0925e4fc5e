//! Comments that answer for findings, written for people who are asked by an editor, and what such comments name.
//!
//! Whether a comment does what it is for is tried before it is offered: it is read back from the text that it would
//! stand in. Where no line of its own can hold it nothing is offered.

use std::path::Path;

use super::comments::comments;
use super::directive;
use super::language::Language;
use super::reach::{Layout, stretches};
use crate::finding::{Edit, Finding};
use crate::source::{Place, Source, Span};

/// What begins a comment about one place.
const OPENING: &str = "ignore[";

/// The comment that leaves a finding out for a reason, on a line of its own above what the finding is about.
#[must_use]
pub fn comment_for(finding: &Finding, reason: &str) -> Option<Edit> {
    let source = &finding.primary.place.source;
    let path = source.path();
    // Strict readers refuse comments in JSON, and a notebook is JSON.
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if finding.rule.is_empty() || ["json", "ipynb", "tfstate"].contains(&ending) {
        return None;
    }
    let language = Language::of_path(path, source.text());
    let mut lines: Vec<u32> = Vec::new();
    let about = finding.about.iter().filter(|place| place.source.path() == path);
    for place in about.chain(std::iter::once(&finding.primary.place)) {
        let line = place.start().line;
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let signs = language.lines.iter().map(|mark| (mark.sign, "")).chain(language.blocks.iter().copied());
    // A program in a document, a pipeline or a template has its own signs.
    let signs: Vec<(&str, &str)> = signs.chain([("#", ""), ("//", ""), ("--", "")]).collect();
    let said = format!("{}: {OPENING}{}] reason=\"{reason}\"", directive::NAME, finding.rule);
    lines.iter().find_map(|line| {
        let start = source.line_span(*line)?;
        let before = line.checked_sub(1).and_then(|before| source.line_span(before));
        // A line that goes on with the one above is no place for anything between them.
        if before.is_some_and(|before| source.slice(before).trim_end().ends_with(['\\', '`', '^'])) {
            return None;
        }
        let text = source.slice(start);
        let indent: String = text.chars().take_while(|sign| sign.is_whitespace()).collect();
        let end = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
        signs.iter().find_map(|(open, close)| {
            let close = if close.is_empty() { String::new() } else { format!(" {close}") };
            let comment = format!("{indent}{} {said}{close}{end}", open.trim_end());
            let at = start.start;
            answers(source, at, &comment, finding)
                .then(|| Edit { place: Place::new(source, Span { start: at, end: at }), replacement: comment })
        })
    })
}

/// Whether a comment that is put in at an offset answers for a finding.
fn answers(source: &Source, at: u32, comment: &str, finding: &Finding) -> bool {
    let mut text = source.text().to_owned();
    if !text.is_char_boundary(at as usize) {
        return false;
    }
    text.insert_str(at as usize, comment);
    let changed = Source::from_text(source.path(), text);
    let language = Language::of_path(changed.path(), changed.text());
    let all = comments(changed.text(), language);
    let layout = Layout::new(&changed, language, &all);
    let added = u32::try_from(comment.len()).unwrap_or(0);
    let places: Vec<Place> = finding
        .about
        .iter()
        .chain(std::iter::once(&finding.primary.place))
        .filter(|place| place.source.path() == source.path())
        .map(|place| {
            let moved = |offset: u32| if offset >= at { offset.saturating_add(added) } else { offset };
            Place {
                source: std::sync::Arc::clone(&place.source),
                span: Span { start: moved(place.span.start), end: moved(place.span.end) },
            }
        })
        .collect();
    let lines = lines_of(&changed, &places);
    all.iter().filter(|found| found.whole.start >= at && found.whole.end <= at + added).any(|found| {
        directive::read(changed.slice(found.inner), found.inner.start as usize)
            .into_iter()
            .any(|said| said.directive.is_ok() && layout.covers(layout.reach(&changed, *found, said.at), &lines))
    })
}

/// The stretches of lines of places whose spans are seen in another text.
fn lines_of(changed: &Source, places: &[Place]) -> Vec<(usize, usize)> {
    let changed = std::sync::Arc::new(Source::from_text(changed.path(), changed.text()));
    let places: Vec<Place> = places.iter().map(|place| Place::new(&changed, place.span)).collect();
    stretches(places.iter(), changed.path())
}

/// The rules that a comment on a line names, with their places in the line.
#[must_use]
pub fn rules_named(line: &str) -> Vec<(String, Span)> {
    directive::read(line, 0).into_iter().filter_map(|said| said.directive.ok()).flat_map(|right| right.rules).collect()
}

/// What is written so far of the id of a rule, at the end of a line that is just being written.
#[must_use]
pub fn rule_begun(line: &str) -> Option<&str> {
    let (_, behind) = line.rsplit_once(directive::NAME)?;
    let behind = behind.strip_prefix(':')?.trim_start();
    let inner = behind.strip_prefix(OPENING).or_else(|| behind.strip_prefix("ignore-file["))?;
    if inner.contains(']') {
        return None;
    }
    let word = inner.rsplit(',').next().unwrap_or(inner).trim_start();
    word.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-').then_some(word)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Label, Severity};

    fn finding(path: &str, text: &str, at: &str) -> Finding {
        let source = Arc::new(Source::from_text(path, text));
        let start = text.find(at).unwrap();
        let place = Place::new(&source, start..start + at.len());
        Finding::new("invalid-value", Severity::Error, "wrong", Label { place, text: String::new() })
    }

    fn with_comment(path: &str, text: &str, at: &str) -> Option<String> {
        let edit = comment_for(&finding(path, text, at), "why")?;
        let mut text = text.to_owned();
        text.insert_str(edit.place.span.start as usize, &edit.replacement);
        Some(text)
    }

    #[test]
    fn a_comment_stands_above_its_line_in_the_words_of_the_file() {
        let said = "backuplint: ignore[invalid-value] reason=\"why\"";
        assert_eq!(
            with_comment("a.tf", "a {\r\n  b = 1\r\n}\r\n", "b =").unwrap(),
            format!("a {{\r\n  # {said}\r\n  b = 1\r\n}}\r\n")
        );
        assert_eq!(with_comment("a.go", "x()\n", "x").unwrap(), format!("// {said}\nx()\n"));
        assert_eq!(with_comment("a.yml", "a:\n  - b: 1\n", "b").unwrap(), format!("a:\n  # {said}\n  - b: 1\n"));
        assert_eq!(with_comment("a.md", "```sh\nx\n```\n", "x\n").unwrap(), format!("```sh\n# {said}\nx\n```\n"));
        assert_eq!(with_comment("a.json", "{\"a\": 1}\n", "a"), None);
        assert_eq!(with_comment("a.sh", "x \\\n  --b\n", "--b"), None);
    }

    #[test]
    fn ids_are_found_in_a_line_that_is_done_and_in_one_that_is_not() {
        let line = "  x = 1 # backuplint: ignore[a-b, c] reason=\"r\"";
        let named: Vec<&str> = rules_named(line).iter().map(|(_, at)| line.get(at.range()).unwrap()).collect();
        assert_eq!(named, ["a-b", "c"]);
        assert_eq!(rule_begun("# backuplint: ignore[inv"), Some("inv"));
        assert_eq!(rule_begun("# backuplint: ignore-file[a, "), Some(""));
        for none in ["# backuplint: ignore[a] r", "ignore[a", "# backuplint: x"] {
            assert_eq!(rule_begun(none), None);
        }
    }
}
