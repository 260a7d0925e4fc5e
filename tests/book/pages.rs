//! The pages of the book and the pieces of them that the tests look at.

use std::fs;
use std::path::{Path, PathBuf};

/// One page.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    /// Its path below `docs`, with `/`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A block of code between fences.
pub(crate) struct Block {
    /// The line of the opening fence, counted from 0.
    pub(crate) first: usize,
    /// The line of the closing fence.
    pub(crate) last: usize,
    pub(crate) language: String,
    pub(crate) lines: Vec<String>,
    /// What the comments before it say: `<!-- key: value -->`, in their order.
    pub(crate) notes: Vec<(String, String)>,
}

impl Block {
    pub(crate) fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// The words that a comment may begin with.
const NOTES: [&str; 4] = ["hidden", "file", "from", "not run"];

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn docs() -> PathBuf {
    root().join("docs")
}

/// Every page below `docs`, the summary too, in the order of their names.
pub(crate) fn all() -> Vec<Page> {
    let mut paths = Vec::new();
    collect(&docs(), &mut paths);
    paths.sort();
    assert!(paths.len() > 10);
    let page = |path: PathBuf| Page {
        name: path.strip_prefix(docs()).unwrap().to_str().unwrap().to_owned(),
        text: fs::read_to_string(&path).unwrap(),
        path,
    };
    paths.into_iter().map(page).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            paths.push(path);
        }
    }
}

/// The blocks of a page. A comment that is none of the known ones is for people who write, and says nothing here.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut notes = Vec::new();
    let mut open: Option<(String, Block)> = None;
    for (number, line) in text.lines().enumerate() {
        if let Some((fence, block)) = &mut open {
            if line.trim_end() == *fence {
                block.last = number;
                blocks.extend(open.take().map(|(_, block)| block));
            } else {
                block.lines.push(line.to_owned());
            }
            continue;
        }
        if let Some(comment) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            let said = comment.split_once(": ").filter(|(key, _)| NOTES.contains(key));
            notes.extend(said.map(|(key, value)| (key.to_owned(), value.to_owned())));
            continue;
        }
        let fence: String = line.chars().take_while(|sign| *sign == '`').collect();
        if fence.len() >= 3 {
            let language = line[fence.len()..].split([' ', ',']).next().unwrap_or_default().to_owned();
            let notes = std::mem::take(&mut notes);
            open = Some((fence, Block { first: number, last: number, language, lines: Vec::new(), notes }));
        }
    }
    assert!(open.is_none(), "a block of code has no end");
    blocks
}
