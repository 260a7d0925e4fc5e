//! Documents: commands in the fenced blocks of Markdown, as examples.
//!
//! Owns which blocks are looked at and what of a line is a prompt or a placeholder. What is found is an
//! example, not a call that is made: its findings are notes. Comments, tables and code within a sentence
//! are not looked at.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Api, Value};
use crate::source::Span;
use crate::surface::{Extraction, Project, Surface};
use crate::syntax::shell::EmbeddedText;

use super::{Holes, Reader, Replacement, Script};

const ID: &str = "markdown";

/// What blocks with commands are called; a block without a name is looked at too.
const LANGUAGES: &[&str] = &["sh", "bash", "shell", "console", "zsh", "shell-session", "shellsession", "terminal", ""];

/// What blocks with data are called.
const DATA: &[&str] = &["json", "jsonc", "json5", ""];

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Markdown;

impl Surface for Markdown {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Markdown documents"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        ["md", "markdown", "mdx", "mdc"].iter().any(|known| known.eq_ignore_ascii_case(ending))
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn policy_needles(&self) -> Vec<String> {
        let json = crate::surface::policy::document_needles();
        crate::surface::policy::script_needles().into_iter().chain(json).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

/// A fence: its character, its length, and how far it is indented.
#[derive(Clone, Copy)]
struct Fence {
    character: char,
    length: usize,
    indent: usize,
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let mut open: Option<(Fence, String)> = None;
    let mut block = EmbeddedText::new();
    let mut comment = false;
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let at = start;
        start += line.len();
        match open {
            Some((fence, ref language)) if closes(line, fence) => {
                let text = std::mem::take(&mut block);
                of_block(reader, language, &text);
                open = None;
            }
            Some((fence, _)) => {
                let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
                let cut = quoted(line).min(line.len()).max(blank.min(fence.indent));
                let content = line.get(cut..).unwrap_or_default();
                block.push(content, Span::new(at + cut, at + line.len()));
            }
            None => {
                let outside = outside_comment(line, &mut comment);
                if let Some((fence, language)) = opens(&outside).filter(|_| !comment) {
                    open = Some((fence, language.to_ascii_lowercase()));
                }
            }
        }
    }
    if let Some((_, language)) = open {
        of_block(reader, &language, &block);
    }
}

/// Looks at a block for commands and for policies.
fn of_block(reader: &mut Reader<'_>, language: &str, block: &EmbeddedText) {
    if LANGUAGES.contains(&language) {
        run(reader, block);
    }
    if DATA.contains(&language) {
        let documents = crate::surface::policy::in_block(reader.path, &reader.source, block);
        reader.access.documents.extend(documents.into_iter().map(crate::surface::policy::example));
    }
}

/// What of a line is not within `<!-- -->`.
fn outside_comment(line: &str, comment: &mut bool) -> String {
    let mut rest = line;
    let mut outside = String::new();
    loop {
        let mark = if *comment { "-->" } else { "<!--" };
        let Some((before, after)) = rest.split_once(mark) else {
            if !*comment {
                outside.push_str(rest);
            }
            return outside;
        };
        if !*comment {
            outside.push_str(before);
        }
        *comment = !*comment;
        rest = after;
    }
}

/// How many bytes of a line say that it is quoted (`> `).
fn quoted(line: &str) -> usize {
    let rest = line.trim_start_matches("> ").trim_start_matches('>');
    if line.starts_with("> ") { line.len() - rest.len() } else { 0 }
}

fn opens(line: &str) -> Option<(Fence, String)> {
    let line = line.get(quoted(line)..)?;
    let marker = |c: char| c == ' ' || c == '\t';
    let mut trimmed = line.trim_start_matches(marker);
    // A fence may begin right behind the mark of a list.
    for mark in ["- ", "* ", "+ "] {
        trimmed = trimmed.strip_prefix(mark).map_or(trimmed, |rest| rest.trim_start_matches(marker));
    }
    let indent = line.len() - trimmed.len();
    let character = trimmed.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = trimmed.len() - trimmed.trim_start_matches(character).len();
    let info = trimmed.get(length..)?.trim();
    if length < 3 || character == '`' && info.contains('`') {
        return None;
    }
    let language = info.split(|c: char| c.is_whitespace() || c == ',' || c == '{').next().unwrap_or_default();
    Some((Fence { character, length, indent }, language.to_owned()))
}

fn closes(line: &str, fence: Fence) -> bool {
    let line = line.get(quoted(line)..).unwrap_or_default().trim();
    line.chars().count() >= fence.length && line.chars().all(|c| c == fence.character)
}

fn run(reader: &mut Reader<'_>, block: &EmbeddedText) {
    let mut holes = Holes::default();
    let text = holes.fill(&without_prompts(block), &['<', '{'], |text, _| placeholder(text));
    reader.run(&Script { text, holes: Some(&holes), example: true, ..Script::default() });
}

/// The lines without `$ ` and `# ` of a terminal. Where lines have prompts the others are output.
fn without_prompts(block: &EmbeddedText) -> EmbeddedText {
    let text = block.text();
    let has_prompts = text.lines().any(|line| line.trim_start().starts_with("$ "));
    if !has_prompts {
        return block.clone();
    }
    let mut all = EmbeddedText::new();
    let mut start = 0;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let blank = line.len() - trimmed.len();
        let prompt = ["$ ", "> "].iter().find(|p| trimmed.starts_with(**p) && (continued || **p == "$ "));
        if prompt.is_some() || continued {
            let cut = start + prompt.map_or(0, |prompt| blank + prompt.len());
            all.append(&block.part(cut, start + line.len()));
            continued = line.trim_end().ends_with('\\');
        }
        start += line.len();
    }
    all
}

/// `<id>` and `{{ value }}`: what a reader puts in.
fn placeholder(text: &str) -> Option<(usize, Replacement)> {
    let unknown = |shown: &str| Value::unknown(format!("`{shown}` stands for what a reader puts in"), None);
    let near = super::end_of(text, "\n").and_then(|end| text.get(..end)).unwrap_or(text);
    let line = near.lines().next()?;
    let end = if line.starts_with("{{") {
        super::end_of(line, "}}")?
    } else if let Some(rest) = line.strip_prefix('<') {
        let end = super::end_of(rest, ">")? - 1;
        let name = rest.get(..end)?;
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_ .|:/".contains(c));
        let begins = name.starts_with(|c: char| c.is_alphanumeric());
        if !plain || !begins {
            return None;
        }
        end + 2
    } else {
        return None;
    };
    let shown = line.get(..end)?;
    Some((end, Replacement::Value(shown.to_owned(), unknown(shown))))
}
