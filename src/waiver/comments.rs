//! The comments of a file, found by a careful look at its signs.
//!
//! Takes a text and the language that it is in, and gives the stretches that are comments: what the same words in
//! a text mean is left to the program. A sign that begins a text and is never closed begins none. Every stretch of
//! the input is looked at a limited number of times.

use super::language::{At, Holds, Language, Mark, Text};
use crate::source::Span;

/// How deep programs may lie in programs.
const DEPTH: usize = 3;

/// How many here-documents without an end are looked for in one stretch.
const PATIENCE: usize = 32;

/// One comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Comment {
    /// From the sign that begins it to the end of what closes it.
    pub(super) whole: Span,
    /// What stands between.
    pub(super) inner: Span,
}

/// The comments of a text, in their order.
pub(super) fn comments(text: &str, language: Language) -> Vec<Comment> {
    let mut scan = Scan { text, comments: Vec::new() };
    scan.run(0, text.len(), language, DEPTH);
    scan.comments.sort_by_key(|comment| (comment.whole.start, comment.whole.end));
    scan.comments
}

struct Scan<'t> {
    text: &'t str,
    comments: Vec<Comment>,
}

impl<'t> Scan<'t> {
    fn part(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Looks at a stretch of the text.
    fn run(&mut self, start: usize, end: usize, language: Language, depth: usize) {
        match language.holds {
            Holds::Fences => return self.fences(start, end, language, depth),
            Holds::Cells => return self.cells(start, end, depth),
            _ => {}
        }
        let mut at = start;
        // The end of the line before which here-documents are announced, and the words that end them.
        let mut announced: Vec<&'t str> = Vec::new();
        let mut unclosed = Unclosed::default();
        let mut never_ended = 0;
        while at < end {
            let rest = self.part(at, end);
            let Some(sign) = rest.chars().next() else { break };
            if sign == '\n' {
                at += 1;
                if language.holds == Holds::HereDocuments {
                    for word in std::mem::take(&mut announced) {
                        let behind = if never_ended < PATIENCE { self.here_document(at, end, word, depth) } else { at };
                        never_ended += usize::from(behind == at);
                        at = behind;
                    }
                } else if language.holds == Holds::Blocks {
                    at = self.block(start, at, end, depth);
                }
                continue;
            }
            if let Some(comment) = self.comment_at(start, at, end, language, &mut unclosed) {
                self.comments.push(comment);
                at = comment.whole.end as usize;
                continue;
            }
            if let Some(behind) = self.text_at(start, at, end, language, &mut unclosed) {
                at = behind;
                continue;
            }
            if language.holds == Holds::HereDocuments && rest.starts_with("<<") {
                let (length, word) = here_word(rest);
                announced.extend(word);
                at += length;
                continue;
            }
            let is_escape = sign == '\\' && language.holds == Holds::HereDocuments;
            at += sign.len_utf8();
            if is_escape {
                at += self.part(at, end).chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
            }
        }
    }

    /// The comment that begins here.
    fn comment_at(
        &self,
        start: usize,
        at: usize,
        end: usize,
        language: Language,
        unclosed: &mut Unclosed,
    ) -> Option<Comment> {
        let rest = self.part(at, end);
        for &(open, close) in language.blocks {
            if !rest.starts_with(open) || unclosed.holds(close) || !self.may_open(start, at, open) {
                continue;
            }
            match rest.get(open.len()..).and_then(|inner| inner.find(close)) {
                Some(length) => {
                    let inner = Span::new(at + open.len(), at + open.len() + length);
                    return Some(Comment { whole: Span::new(at, inner.end as usize + close.len()), inner });
                }
                None => unclosed.add(close),
            }
        }
        let mark = language.lines.iter().find(|mark| rest.starts_with(mark.sign) && self.fits(start, at, **mark))?;
        let length = rest.find('\n').unwrap_or(rest.len());
        let length = rest.get(..length).map_or(length, |line| line.trim_end_matches('\r').len());
        Some(Comment {
            whole: Span::new(at, at + length),
            inner: Span::new(at + mark.sign.len().min(length), at + length),
        })
    }

    /// `${#name}` of a shell and `{#` of a template are kept apart.
    fn may_open(&self, start: usize, at: usize, open: &str) -> bool {
        open != "{#"
            || (!self.part(start, at).ends_with('$')
                && self.part(at + open.len(), self.text.len()).starts_with([' ', '-', '\n', '\t']))
    }

    fn fits(&self, start: usize, at: usize, mark: Mark) -> bool {
        let before = self.part(start, at);
        match mark.at {
            At::Anywhere => true,
            At::Word => before.chars().next_back().is_none_or(|c| c.is_whitespace() || ";&|()`".contains(c)),
            At::LineStart => {
                let mut before = before.chars().rev();
                before.find(|c| *c == '\n' || !matches!(c, ' ' | '\t' | '\r')).is_none_or(|c| c == '\n')
            }
        }
    }

    /// Where the text that begins here ends.
    fn text_at(
        &self,
        start: usize,
        at: usize,
        end: usize,
        language: Language,
        unclosed: &mut Unclosed,
    ) -> Option<usize> {
        let rest = self.part(at, end);
        let text = language.texts.iter().find(|text| rest.starts_with(text.quote))?;
        if text.at_value && !begins_value(self.part(start, at)) {
            return None;
        }
        if text.lines && unclosed.holds(text.quote) {
            return None;
        }
        let body = rest.get(text.quote.len()..).unwrap_or_default();
        match closing(body, *text) {
            Some(length) => Some(at + text.quote.len() + length),
            None => {
                if text.lines {
                    unclosed.add(text.quote);
                }
                None
            }
        }
    }

    /// A here-document: its lines are a program of their own, or nothing that could hold a comment.
    fn here_document(&mut self, start: usize, end: usize, word: &str, depth: usize) -> usize {
        let mut at = start;
        for line in self.part(start, end).split_inclusive('\n') {
            if line.trim() == word {
                self.embedded(start, at, depth);
                return at + line.len();
            }
            at += line.len();
        }
        // Never closed: what looked like its beginning was none.
        start
    }

    /// A block of text in YAML, when the line before `at` announces one.
    fn block(&mut self, start: usize, at: usize, end: usize, depth: usize) -> usize {
        let line = last_line(self.part(start, at));
        let Some(indentation) = block_header(line) else { return at };
        let mut behind = at;
        for line in self.part(at, end).split_inclusive('\n') {
            let is_blank = line.trim().is_empty();
            if !is_blank && columns(line) <= indentation {
                break;
            }
            behind += line.len();
        }
        self.embedded(at, behind, depth);
        behind
    }

    fn embedded(&mut self, start: usize, end: usize, depth: usize) {
        if let Some(depth) = depth.checked_sub(1) {
            let text = self.part(start, end);
            let language = Language::of_program(text);
            self.run(start, end, language, depth);
            if language == Language::SHELL {
                self.slashes(start, end);
            }
        }
    }

    /// Lines of a program without a name that begin with two slashes: they are none of a shell.
    fn slashes(&mut self, start: usize, end: usize) {
        let mut at = start;
        for line in self.part(start, end).split_inclusive('\n') {
            let blank = line.len() - line.trim_start().len();
            if line.trim_start().starts_with("//") {
                let behind = at + line.trim_end().len();
                let whole = Span::new(at + blank, behind);
                self.comments.push(Comment { whole, inner: Span::new(at + blank + 2, behind) });
            }
            at += line.len();
        }
    }

    /// Markdown: its own comments, and those of the blocks whose language has a name.
    fn fences(&mut self, start: usize, end: usize, language: Language, depth: usize) {
        let outside = Language { holds: Holds::Nothing, ..language };
        let mut prose = start;
        let mut at = start;
        let mut open: Option<(String, Option<Language>, usize)> = None;
        for line in self.part(start, end).split_inclusive('\n') {
            let trimmed = line.trim();
            let fence: String = match trimmed.chars().next() {
                Some(sign @ ('`' | '~')) => trimmed.chars().take_while(|c| *c == sign).collect(),
                _ => String::new(),
            };
            match &open {
                Some((opened, inner, from)) if fence.len() >= opened.len() && trimmed.len() == fence.len() => {
                    if let (Some(inner), Some(depth)) = (*inner, depth.checked_sub(1)) {
                        self.run(*from, at, inner, depth);
                    }
                    open = None;
                    prose = at + line.len();
                }
                None if fence.len() >= 3 => {
                    self.run(prose, at, outside, depth);
                    let name = trimmed.get(fence.len()..).unwrap_or_default().trim_start_matches(['{', '.', ' ']);
                    let name: String =
                        name.chars().take_while(|c| c.is_alphanumeric() || "#+-_".contains(*c)).collect();
                    let inner = if name.is_empty() { Some(Language::SHELL) } else { Language::of_name(&name) };
                    open = Some((fence, inner, at + line.len()));
                }
                _ => {}
            }
            at += line.len();
        }
        if open.is_none() {
            self.run(prose, end, outside, depth);
        }
    }

    /// Notebooks: a line of JSON that is one text is a line of a program.
    fn cells(&mut self, start: usize, end: usize, depth: usize) {
        let mut at = start;
        for line in self.part(start, end).split_inclusive('\n') {
            let quoted = line.trim().trim_end_matches(',');
            if let Some(inner) = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"')).filter(|_| depth > 0) {
                let from = at + (line.len() - line.trim_start().len()) + 1;
                // The line end of the program is written as two signs.
                let inner = inner.strip_suffix("\\n").unwrap_or(inner);
                self.cell_line(from, inner);
            }
            at += line.len();
        }
    }

    /// The comment of one line of a cell, quotes of which are escaped.
    fn cell_line(&mut self, from: usize, line: &str) {
        let plain = line.replace("\\\"", "\u{1}\"");
        let mut scan = Scan { text: &plain, comments: Vec::new() };
        scan.run(0, plain.len(), Language { texts: &[], ..Language::PYTHON }, 0);
        let Some(first) = scan.comments.first() else { return };
        let before = plain.get(..first.whole.start as usize).unwrap_or_default();
        // An odd number of quotes before it means that it is inside of a text.
        if before.matches('\'').count() % 2 == 0 && before.matches('"').count() % 2 == 0 {
            let start = from + first.whole.start as usize;
            let behind = from + line.len();
            self.comments.push(Comment { whole: Span::new(start, behind), inner: Span::new(start + 1, behind) });
        }
    }
}

/// What is known to have no end in the rest of a stretch: it is not looked for again and again.
#[derive(Default)]
struct Unclosed(Vec<&'static str>);

impl Unclosed {
    fn holds(&self, sign: &'static str) -> bool {
        self.0.contains(&sign)
    }

    fn add(&mut self, sign: &'static str) {
        self.0.push(sign);
    }
}

/// Where a text ends, behind its closing quote.
fn closing(body: &str, text: Text) -> Option<usize> {
    let mut at = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(text.quote) {
            return Some(at + text.quote.len());
        }
        let sign = rest.chars().next()?;
        if sign == '\n' && !text.lines {
            return None;
        }
        at += sign.len_utf8();
        if text.escape == Some(sign) {
            at += body.get(at..)?.chars().next().map_or(0, char::len_utf8);
        }
    }
    None
}

/// The word that ends the here-document that begins here, and how much of the text announces it.
fn here_word(rest: &str) -> (usize, Option<&str>) {
    let signs = rest.len() - rest.trim_start_matches('<').len();
    let behind = rest.get(signs..).unwrap_or_default();
    let trimmed = behind.trim_start_matches('-').trim_start_matches([' ', '\t']);
    let quoted = trimmed.trim_start_matches(['"', '\'', '\\']);
    let length = quoted.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(quoted.len());
    let begins_word = |word: &&str| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let word = quoted.get(..length).filter(|_| signs == 2 || signs == 3).filter(begins_word);
    let quotes = trimmed.len() - quoted.len();
    let whole = signs + (behind.len() - trimmed.len()) + quotes + length + quotes.min(1);
    (word.map_or(signs, |_| whole.min(rest.len())), word)
}

/// Whether a value of YAML may begin behind this.
fn begins_value(before: &str) -> bool {
    let mut signs = before.chars().rev();
    let mut is_apart = false;
    loop {
        match signs.next() {
            Some(' ' | '\t') => is_apart = true,
            None | Some('\n' | '[' | '{' | ',') => return true,
            Some(':' | '-' | '?') => return is_apart,
            Some(_) => return false,
        }
    }
}

/// The last line of a text, or the one before its end when that is a line end.
fn last_line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.rsplit('\n').next().unwrap_or(text)
}

/// How far the key of a block of text is indented, when a line announces one: `run: |`, `- >-`.
fn block_header(line: &str) -> Option<usize> {
    let line = line.trim_end();
    let code = line.split(" #").next().unwrap_or(line).trim_end();
    let head = code.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    let head = head.strip_suffix(['|', '>'])?;
    let is_value = head.is_empty() || head.ends_with(' ');
    let before = head.trim_end();
    // A tag may stand between.
    let before = before.rsplit_once(' ').filter(|(_, tag)| tag.starts_with('!')).map_or(before, |(before, _)| before);
    let announces = before.is_empty() || before.ends_with([':', '-']);
    (is_value && announces && !code.trim_start().starts_with('#')).then(|| key_column(code))
}

/// The column of the key of a line: behind the dashes of a list.
fn key_column(line: &str) -> usize {
    let mut column = columns(line);
    let mut rest = line.trim_start();
    while let Some(behind) = rest.strip_prefix("- ") {
        // The text of an item has to be indented further than its last dash.
        if !behind.contains(':') {
            break;
        }
        let trimmed = behind.trim_start();
        column += rest.len() - trimmed.len();
        rest = trimmed;
    }
    column
}

/// How many blanks a line begins with.
pub(super) fn columns(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
