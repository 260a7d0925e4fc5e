//! The summary names every page once, and links and anchors lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use super::pages::{Page, docs};

const SUMMARY: &str = "SUMMARY.md";

pub(crate) fn problems(pages: &[Page]) -> Vec<String> {
    let mut problems = Vec::new();
    let anchors: BTreeMap<&str, BTreeSet<String>> =
        pages.iter().map(|page| (page.name.as_str(), anchors(&page.text))).collect();
    let summary = pages.iter().find(|page| page.name == SUMMARY).unwrap();
    let named: Vec<String> = links(&summary.text).into_iter().map(|(_, target)| target).collect();
    for page in pages.iter().filter(|page| page.name != SUMMARY) {
        let count = named.iter().filter(|name| **name == page.name).count();
        if count != 1 {
            problems.push(format!("the summary names {} {count} times", page.name));
        }
        if page.text.lines().filter(|line| line.starts_with("# ")).count() != 1 && !page.text.contains("\n```") {
            problems.push(format!("{} has not one title", page.name));
        }
    }
    for page in pages {
        for (line, target) in links(&page.text) {
            let wrong = |what: &str| format!("docs/{}:{line}: {target}: {what}", page.name);
            if target.starts_with("https://") {
                continue;
            }
            let (file, anchor) =
                target.split_once('#').map_or((target.as_str(), None), |(file, rest)| (file, Some(rest)));
            let folder = Path::new(&page.name).parent().unwrap();
            let path = if file.is_empty() { PathBuf::from(&page.name) } else { plain(&folder.join(file)) };
            if !docs().join(&path).exists() {
                problems.push(wrong("is not there"));
                continue;
            }
            // A book that is built holds nothing from outside of its folder.
            if path.starts_with("..") {
                problems.push(wrong("lies outside of the book"));
            }
            let known = path.to_str().and_then(|path| anchors.get(path));
            if let Some(anchor) = anchor
                && !known.is_some_and(|known| known.contains(anchor))
            {
                problems.push(wrong("no such heading"));
            }
        }
    }
    problems
}

/// A path without `..` in the middle.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The lines of a page that are no code.
fn prose(text: &str) -> Vec<(usize, &str)> {
    let mut fence: Option<String> = None;
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let ticks: String = line.chars().take_while(|sign| *sign == '`').collect();
        match &fence {
            Some(open) if line.trim_end() == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => all.push((number + 1, line)),
        }
    }
    all
}

/// The targets of links, with their lines.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        // What stands between backticks is no link.
        let words: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (at, _) in words.match_indices("](") {
            let rest = &words[at + 2..];
            found.extend(rest.split_once(')').map(|(target, _)| (number, target.to_owned())));
        }
    }
    found
}

/// The anchors that mdBook gives to headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).into_iter().filter(|(_, line)| line.starts_with('#'));
    let anchor = |line: &str| -> String {
        let words = line.trim_start_matches('#').trim();
        let kept = words.chars().filter(|sign| sign.is_alphanumeric() || matches!(sign, ' ' | '-' | '_'));
        kept.map(|sign| if sign == ' ' { '-' } else { sign.to_ascii_lowercase() }).collect()
    };
    headings.map(|(_, line)| anchor(line)).collect()
}

#[test]
fn anchors_and_links_are_read_as_mdbook_reads_them() {
    let text = "# A title: `code`, 2\n\nSee [x](a.md#b) and `[y](z)`.\n\n```text\n# no\n[n](n.md)\n```\n";
    assert_eq!(anchors(text), BTreeSet::from(["a-title-code-2".to_owned()]));
    assert_eq!(links(text), [(3, "a.md#b".to_owned())]);
    assert_eq!(plain(Path::new("rules/../a.md")), Path::new("a.md"));
}
