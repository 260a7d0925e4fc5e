//! What a program in a file of another kind is given: parts of its text that something fills in before it runs, its
//! environment, its arguments.
//!
//! Owns the way in which a filled part becomes a name of the program: in a text between quotes it is joined with
//! what stands around it, so that its value keeps the way that it came.

use crate::model::Value;
use crate::source::Span;
use crate::syntax::shell::EmbeddedText;

/// What a program is given from outside.
#[derive(Debug, Default)]
pub(in crate::surface) struct Given {
    /// Names of our own in its text, with what stands for them in the file and what they hold.
    pub(in crate::surface) names: Vec<Named>,
    /// The environment, as far as it is known.
    pub(in crate::surface) environment: Vec<(String, Value)>,
    /// The arguments, beginning with the program itself.
    pub(in crate::surface) arguments: Vec<Value>,
}

/// A name of our own.
#[derive(Debug)]
pub(in crate::surface) struct Named {
    pub(in crate::surface) name: String,
    /// What people see instead.
    pub(in crate::surface) shown: String,
    pub(in crate::surface) value: Value,
}

/// A part of a program's text.
#[derive(Debug, Clone)]
pub(in crate::surface) enum Piece {
    /// As it is.
    Text(EmbeddedText),
    /// What is filled in there: how it is written, what it is, and where.
    Value(String, Value, Span),
}

/// How a language writes what matters here.
#[derive(Debug)]
pub(in crate::surface) struct Literals {
    /// Quotes, longer ones first.
    pub(in crate::surface) quotes: &'static [&'static str],
    /// Letters that may stand before a quote.
    pub(in crate::surface) prefixes: &'static str,
    /// What begins a comment that goes to the end of its line.
    pub(in crate::surface) comments: &'static [&'static str],
    /// What joins texts.
    pub(in crate::surface) join: &'static str,
    /// What names of variables begin with.
    pub(in crate::surface) sigil: &'static str,
}

/// Where the text is.
#[derive(Clone, Copy)]
enum State {
    Code,
    Comment,
    /// In a literal: its quote, the prefix before it, and whether nothing stood in it so far.
    Literal {
        quote: &'static str,
        prefix: usize,
        empty: bool,
    },
}

/// How long the texts of the parts that are no text of the program may get in all.
const LONGEST: usize = 1 << 20;

/// The text of a program in which names stand for what is filled in, and those names.
pub(in crate::surface) fn filled(pieces: &[Piece], literals: &Literals) -> (EmbeddedText, Vec<Named>) {
    let mut filling = Filling {
        literals,
        text: EmbeddedText::new(),
        names: Vec::new(),
        state: State::Code,
        opening: None,
        skip: 0,
        prefix: String::new(),
    };
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Text(text) => filling.text(text),
            Piece::Value(shown, value, span) => {
                let next = match pieces.get(at + 1) {
                    Some(Piece::Text(text)) => text.text(),
                    _ => "",
                };
                filling.value((shown, value), *span, next);
            }
        }
    }
    filling.open();
    (filling.text, filling.names)
}

struct Filling<'a> {
    literals: &'a Literals,
    text: EmbeddedText,
    names: Vec<Named>,
    state: State,
    /// A quote that opens a literal and that is not written yet.
    opening: Option<EmbeddedText>,
    /// How many bytes of the next text are left out.
    skip: usize,
    /// The letters before the quote of the literal that is open.
    prefix: String,
}

impl Filling<'_> {
    fn text(&mut self, text: &EmbeddedText) {
        let whole = text.text();
        let mut done = std::mem::take(&mut self.skip);
        self.open();
        let mut at = done;
        while let Some(rest) = whole.get(at..).filter(|rest| !rest.is_empty()) {
            let length = self.step(whole, at, rest);
            if let State::Literal { quote, prefix, empty: true } = self.state
                && at + length == whole.len()
                && whole.ends_with(quote)
            {
                // Something that is filled in may be all that stands between the quotes.
                let from = (whole.len() - quote.len() - prefix).max(done);
                self.text.append(&text.part(done, from));
                self.opening = Some(text.part(from, whole.len()));
                done = whole.len();
            }
            at += length;
        }
        self.text.append(&text.part(done, whole.len()));
    }

    /// Goes on by one character, one quote or one escape, and gives how many bytes that is.
    fn step(&mut self, whole: &str, at: usize, rest: &str) -> usize {
        let one = rest.chars().next().map_or(1, char::len_utf8);
        match self.state {
            State::Code => {
                if self.literals.comments.iter().any(|sign| rest.starts_with(sign)) {
                    self.state = State::Comment;
                } else if let Some(quote) = self.literals.quotes.iter().find(|quote| rest.starts_with(**quote)) {
                    let before = whole.get(..at).unwrap_or_default();
                    let letters = before.trim_end_matches(|c: char| self.literals.prefixes.contains(c));
                    let is_word = letters.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                    let prefix = if is_word { 0 } else { before.len() - letters.len() };
                    self.prefix = before.get(before.len() - prefix..).unwrap_or_default().to_owned();
                    self.state = State::Literal { quote, prefix, empty: true };
                    return quote.len();
                }
            }
            State::Comment => {
                if rest.starts_with('\n') {
                    self.state = State::Code;
                }
            }
            State::Literal { quote, prefix, .. } => {
                if rest.starts_with(quote) {
                    self.state = State::Code;
                    return quote.len();
                }
                self.state = State::Literal { quote, prefix, empty: false };
                if rest.starts_with('\\') {
                    return one + rest.get(one..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                }
            }
        }
        one
    }

    /// Writes the quote that was held back.
    fn open(&mut self) {
        if let Some(opening) = self.opening.take() {
            self.text.append(&opening);
        }
    }

    fn value(&mut self, (shown, value): (&str, &Value), span: Span, next: &str) {
        let point = Span { start: span.start, end: span.start };
        match self.state {
            State::Code => match value.as_text().filter(|text| self.text.text().len() + text.len() < LONGEST) {
                // Numbers, names, or a part of the program itself.
                Some(text) => self.text.push(text, span),
                None => {
                    let name = self.name(shown, value);
                    self.text.push(&name, span);
                }
            },
            State::Comment => {}
            State::Literal { quote, .. } => {
                let name = self.name(shown, value);
                if self.opening.is_some() && next.starts_with(quote) {
                    // Nothing else stands between the quotes.
                    self.opening = None;
                    self.skip = quote.len();
                    self.state = State::Code;
                    self.text.push(&name, span);
                    return;
                }
                self.open();
                self.text.push(&format!("{quote}{}", self.literals.join), point);
                self.text.push(&name, span);
                let again = format!("{}{}{quote}", self.literals.join, self.prefix);
                self.text.push(&again, Span { start: span.end, end: span.end });
            }
        }
    }

    fn name(&mut self, shown: &str, value: &Value) -> String {
        let plain: String = shown.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(40).collect();
        let name = format!("{}given{}_{plain}_", self.literals.sigil, self.names.len());
        self.names.push(Named { name: name.clone(), shown: shown.to_owned(), value: value.clone() });
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYTHON: Literals = Literals {
        quotes: &["\"\"\"", "'''", "\"", "'"],
        prefixes: "rRbBfFuU",
        comments: &["#"],
        join: " + ",
        sigil: "",
    };

    fn fill(pieces: &[&str]) -> String {
        let pieces: Vec<Piece> = pieces
            .iter()
            .map(|piece| match piece.strip_prefix('$') {
                Some(name) => Piece::Value(name.to_owned(), Value::unknown("set outside", None), Span::new(0, 1)),
                None => Piece::Text(EmbeddedText::verbatim(piece, 0)),
            })
            .collect();
        filled(&pieces, &PYTHON).0.text().to_owned()
    }

    #[test]
    fn a_part_between_quotes_is_joined_with_what_stands_around_it() {
        assert_eq!(fill(&["f(\"", "$A", "\")"]), "f(given0_A_)");
        assert_eq!(fill(&["f('a-", "$A", "')"]), "f('a-' + given0_A_ + '')");
        assert_eq!(fill(&["f(f\"", "$A", "-{b}\", ", "$C", ")"]), "f(f\"\" + given0_A_ + f\"-{b}\", given1_C_)");
        assert_eq!(fill(&["'''", "$A", "", "$B", "'''"]), "'''''' + given0_A_ + '''''' + given1_B_ + ''''''");
        assert_eq!(fill(&["# it's ", "$A", "\nx = '", "$B", "'"]), "# it's \nx = given0_B_");
        assert_eq!(fill(&["'\\'", "$A", "'"]), "'\\'' + given0_A_ + ''");
    }
}
