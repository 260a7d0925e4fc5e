//! What something replaces in a script before a shell sees it: `${{ … }}` of a workflow, `{{ … }}` of a template.
//!
//! Owns the way in which such a part becomes a variable of the shell with a name of our own, and back. What is
//! known of the parts is said by whoever reads the file.

use crate::model::{Call, Content, Value};
use crate::source::Span;
use crate::surface::sdk::Piece;
use crate::syntax::shell::EmbeddedText;

/// How many parts of one script are replaced.
const HOLES: usize = 1000;

/// How far the end of such a part is looked for.
const HOLE_LENGTH: usize = 2000;

/// Where a part ends that closes with a mark: behind the first one, when that is not far.
pub(super) fn end_of(text: &str, mark: &str) -> Option<usize> {
    let near = text.char_indices().nth(HOLE_LENGTH).and_then(|(at, _)| text.get(..at)).unwrap_or(text);
    near.find(mark).map(|at| at + mark.len())
}

/// The text of a program with what the carrier puts into it apart from the rest. `known` gives the value of a variable.
pub(super) fn pieces(script: &EmbeddedText, known: &dyn Fn(&str) -> Option<Value>) -> Vec<Piece> {
    let text = script.text();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (at, _) in text.match_indices("${hole") {
        let name = text.get(at + 2..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name).unwrap_or_default();
        let Some(value) = known(name).filter(|_| at >= done) else { continue };
        let (mut from, mut to) = (at, at + name.len() + 3);
        // Between single quotes of a shell it was put in with others around it.
        let quoted = text.get(..at).is_some_and(|before| before.ends_with("'\""));
        if quoted && text.get(to..).is_some_and(|rest| rest.starts_with("\"'")) {
            (from, to) = (from - 2, to + 2);
        }
        pieces.push(Piece::Text(script.part(done, from)));
        pieces.push(Piece::Value(name.to_owned(), value, script.span(from, to)));
        done = to;
    }
    pieces.push(Piece::Text(script.part(done, text.len())));
    pieces
}

/// What the carrier replaces in a script, as variables of the shell with names of our own.
#[derive(Debug, Default)]
pub(super) struct Holes {
    pub(super) variables: Vec<(String, Value)>,
    /// What people see instead of our names.
    shown: Vec<String>,
}

/// What stands for a part of a script.
pub(super) enum Replacement {
    /// This text.
    Text(&'static str),
    /// A value, and what people call it.
    Value(String, Value),
}

impl Holes {
    /// The name of the variable that holds a value.
    fn variable(&mut self, shown: String, value: Value) -> String {
        if let Some((name, _)) = self.shown.iter().position(|s| *s == shown).and_then(|index| self.variables.get(index))
        {
            return name.clone();
        }
        let plain: String = shown.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
        // Letter case does not count in every language.
        let plain = plain.to_ascii_lowercase();
        let name = format!("hole{}_{plain}_", self.variables.len());
        self.variables.push((name.clone(), value));
        self.shown.push(shown);
        name
    }

    /// Puts in what the carrier replaces. `find` is asked wherever one of `starts` stands; it gives how many
    /// bytes are replaced, and by what.
    pub(super) fn fill(
        &mut self,
        text: &EmbeddedText,
        starts: &[char],
        mut find: impl FnMut(&str, Span) -> Option<(usize, Replacement)>,
    ) -> EmbeddedText {
        let whole = text.text();
        let mut filled = EmbeddedText::new();
        let mut quotes = Quotes::default();
        let (mut done, mut next) = (0, 0);
        for (at, character) in whole.char_indices() {
            if at < next {
                continue;
            }
            let rest = whole.get(at..).unwrap_or_default();
            let asked = starts.contains(&character) && self.variables.len() < HOLES;
            let found = if asked { find(rest, text.span(at, at + 1)) } else { None };
            let Some((length, replacement)) = found.filter(|(length, _)| *length > 0) else {
                quotes.step(character);
                continue;
            };
            filled.append(&text.part(done, at));
            let span = text.span(at, at + length);
            match replacement {
                Replacement::Text(new) => filled.push(new, span),
                Replacement::Value(shown, value) => {
                    let name = self.variable(shown, value);
                    let new = if quotes.single { format!("'\"${{{name}}}\"'") } else { format!("${{{name}}}") };
                    filled.push(&new, span);
                }
            }
            quotes.step('x');
            next = at + length;
            done = next;
        }
        filled.append(&text.part(done, whole.len()));
        filled
    }

    /// Puts what people call a hole for our name of it.
    pub(super) fn rename(&self, call: &mut Call) {
        let rename = |text: &mut String| {
            for (at, _) in text.clone().rmatch_indices("hole") {
                let rest = text.get(at + 4..).unwrap_or_default();
                let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let Some(index) = rest.get(..digits).and_then(|digits| digits.parse::<usize>().ok()) else { continue };
                let (Some((name, _)), Some(shown)) = (self.variables.get(index), self.shown.get(index)) else {
                    continue;
                };
                if text.get(at..).is_some_and(|rest| rest.starts_with(name.as_str())) {
                    text.replace_range(at..at + name.len(), shown);
                }
            }
        };
        let values = call.arguments.iter_mut().map(|a| &mut a.value);
        for value in values.chain(call.facts.iter_mut().map(|f| &mut f.value)) {
            for alternative in value.alternatives_mut() {
                alternative.steps.iter_mut().for_each(|step| rename(&mut step.label));
                if let Content::Unknown(unknown) = &mut alternative.content {
                    rename(&mut unknown.reason);
                }
            }
        }
        rename(&mut call.subject);
    }
}

/// Whether the text of a script is within single quotes.
#[derive(Debug, Default)]
struct Quotes {
    single: bool,
    double: bool,
    escaped: bool,
    comment: bool,
    /// Whether the last character ended a word.
    between: bool,
}

impl Quotes {
    fn step(&mut self, character: char) {
        if self.comment {
            self.comment = character != '\n';
        } else if self.escaped {
            self.escaped = false;
        } else {
            match character {
                '\'' if !self.double => self.single = !self.single,
                '"' if !self.single => self.double = !self.double,
                '\\' if !self.single => self.escaped = true,
                '#' if !self.single && !self.double && self.between => self.comment = true,
                _ => {}
            }
        }
        self.between = character.is_whitespace() || character == ';';
    }
}
