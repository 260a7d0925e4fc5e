//! Cuts a file at its top-level blocks, without parsing it.
//!
//! A new piece begins at a line that starts with a word in its first column, when everything before is closed
//! or the line is a block's header with a quoted label (so that one unclosed brace does not swallow the file).
//! Heredocs and block comments are skipped: what they quote begins no piece.

/// The pieces of a text, each with its offset. Together they are the whole text.
pub(super) fn split(text: &str) -> Vec<(usize, &str)> {
    let mut scanner = Scanner::default();
    let mut starts = vec![0];
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if offset > 0 && scanner.outside() && begins_block(line) && (scanner.depth <= 0 || is_labelled_header(line)) {
            starts.push(offset);
            scanner.depth = 0;
        }
        scanner.line(line);
        offset += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(&start, end)| Some((start, text.get(start..end)?))).collect()
}

fn begins_block(line: &str) -> bool {
    line.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_labelled_header(line: &str) -> bool {
    let word = line.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '-');
    word.starts_with([' ', '\t', '"']) && word.trim_start().starts_with('"') && word.contains('{')
}

/// What is open at the beginning of a line.
#[derive(Default)]
struct Scanner {
    depth: i32,
    comment: bool,
    heredoc: Option<String>,
}

impl Scanner {
    fn outside(&self) -> bool {
        !self.comment && self.heredoc.is_none()
    }

    fn line(&mut self, line: &str) {
        if let Some(end) = &self.heredoc {
            if line.trim() == end {
                self.heredoc = None;
            }
            return;
        }
        let mut rest = line;
        let mut in_string = false;
        while let Some(c) = rest.chars().next() {
            let next = rest.get(c.len_utf8()..).unwrap_or_default();
            if self.comment {
                match rest.find("*/").and_then(|at| rest.get(at + 2..)) {
                    Some(after) => {
                        self.comment = false;
                        rest = after;
                        continue;
                    }
                    None => return,
                }
            }
            rest = next;
            match c {
                '\\' if in_string => rest = skip_char(next),
                '"' => in_string = !in_string,
                _ if in_string => {}
                '#' => return,
                '/' if next.starts_with('/') => return,
                '/' if next.starts_with('*') => self.comment = true,
                '{' | '[' | '(' => self.depth += 1,
                '}' | ']' | ')' => self.depth -= 1,
                '<' if next.starts_with('<') => {
                    let word = next.trim_start_matches('<');
                    // A merge conflict has seven of them.
                    if next.len() - word.len() == 1 {
                        self.heredoc = heredoc_word(word);
                        if self.heredoc.is_some() {
                            return;
                        }
                    }
                    rest = word;
                }
                _ => {}
            }
        }
    }
}

fn skip_char(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// The word that ends a heredoc, when this is how one begins.
fn heredoc_word(text: &str) -> Option<String> {
    let word = text.strip_prefix('-').unwrap_or(text).trim_end();
    let plain = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    plain.then(|| word.to_owned())
}
