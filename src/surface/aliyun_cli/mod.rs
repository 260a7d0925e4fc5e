//! The aliyun command line tool: from the words of a command to a call.
//!
//! Owns what the tool makes of its words in both of its styles, the one with the API's own names and the one
//! of its plugins. Takes words with what is known of them, whoever wrote them and wherever (a script, a
//! list in another language, our own command line); gives a [`Call`]. It expands and judges nothing.

mod line;
mod names;
mod parts;
mod tool;

use std::sync::Arc;

use crate::model::{Api, Call, Guard, Quote, Value};
use crate::source::{Place, Source, Span};

pub(crate) use tool::{Takes, Tool};

/// The id of the surface that calls from our own command line belong to.
const SURFACE: &str = "aliyun-cli";

/// One word of a command.
#[derive(Debug, Clone)]
pub struct CliWord {
    /// Where it stands, with its quotes.
    pub place: Place,
    /// What is known of it. An empty text is absent, and is a word all the same.
    pub value: Value,
    /// Whether it stands there as it is, without an expansion.
    pub literal: bool,
    /// The variable that it consists of, if it is just that.
    pub variable: Option<String>,
    /// Name and value, when it begins with a dash and holds a `=` or a `:`.
    pub inline: Option<Inline>,
    /// When it is there at all; empty means always.
    pub guards: Vec<Guard>,
    /// Why it may stand for any number of words.
    pub many: Option<String>,
}

/// The two halves of `--name=value`.
#[derive(Debug, Clone)]
pub struct Inline {
    /// The name with its dashes.
    pub name: String,
    /// Where it stands.
    pub name_place: Place,
    /// Where the value stands.
    pub place: Place,
    /// What is known of it.
    pub value: Value,
    /// Whether it stands there as it is.
    pub literal: bool,
}

impl CliWord {
    /// A word that is known and stands as it is.
    #[must_use]
    pub fn literal(text: &str, place: Place) -> Self {
        let inline = inline_at(text).filter(|_| place.text() == text).map(|at| {
            let start = place.span.start;
            let middle = start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
            let value_span = Span { start: middle.saturating_add(1).min(place.span.end), end: place.span.end };
            Inline {
                name: text.get(..at).unwrap_or_default().to_owned(),
                name_place: Place::new(&place.source, Span { start, end: middle }),
                place: Place::new(&place.source, value_span),
                value: Value::known(text.get(at + 1..).unwrap_or_default()),
                literal: true,
            }
        });
        let value = Value::known(text);
        Self { place, value, literal: true, variable: None, inline, guards: Vec::new(), many: None }
    }

    /// A word of which nothing is known but that it is one.
    #[must_use]
    pub fn unknown(reason: impl Into<String>, place: Place) -> Self {
        let value = Value::unknown(reason, Some(place.clone()));
        Self { place, value, literal: false, variable: None, inline: None, guards: Vec::new(), many: None }
    }

    /// Something that may stand for any number of words.
    #[must_use]
    pub fn many(reason: impl Into<String>, place: Place) -> Self {
        let reason = reason.into();
        Self { many: Some(reason.clone()), ..Self::unknown(reason, place) }
    }
}

/// Where the name of `--name=value` ends: at the first `=` or `:`.
#[must_use]
pub fn inline_at(text: &str) -> Option<usize> {
    text.strip_prefix('-')?;
    text.find(['=', ':']).filter(|at| *at > 1)
}

/// A command, as another surface found it.
#[derive(Debug, Clone, Copy)]
pub struct CommandLine<'a> {
    /// Its words, with whatever stands before the program.
    pub words: &'a [CliWord],
    /// The whole command.
    pub place: &'a Place,
    /// The id of the surface that found it.
    pub surface: &'static str,
    /// What the command is part of, e.g. a function; becomes part of the call's subject. May be empty.
    pub context: &'a str,
}

/// The call that a command makes, if it makes one.
#[must_use]
pub fn find_call(command: &CommandLine<'_>, apis: &[Api]) -> Option<Call> {
    line::find(command, apis, &Tool::get())
}

/// Why words are no call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACall {
    /// Nothing was given.
    #[error("no command; expected {expected}")]
    Empty {
        /// What a call looks like.
        expected: String,
    },
    /// Another command.
    #[error("`{given}` is not a call that can be judged; expected {expected}")]
    Other {
        /// The command.
        given: String,
        /// What a call looks like.
        expected: String,
    },
}

/// The call that the words of a command line make. They are shown as one shell command, quoted where needed.
/// The program's name may be left out.
///
/// # Errors
/// [`NotACall`] says what was expected.
pub fn call_from_words(words: &[String], apis: &[Api]) -> Result<Call, NotACall> {
    let tool = Tool::get();
    let expected = expected(apis, &tool);
    if words.is_empty() {
        return Err(NotACall::Empty { expected });
    }
    let begins = words.first().is_some_and(|word| apis.iter().any(|a| a.product.code.eq_ignore_ascii_case(word)));
    let program = begins.then(|| tool.name().to_owned());
    let words: Vec<&String> = program.iter().chain(words).collect();
    let (source, spans) = command_source(&words);
    let cli: Vec<CliWord> =
        words.iter().zip(spans).map(|(w, span)| CliWord::literal(w, Place::new(&source, span))).collect();
    let place = Place::new(&source, Span::new(0, source.text().len()));
    let command = CommandLine { words: &cli, place: &place, surface: SURFACE, context: "" };
    find_call(&command, apis).ok_or_else(|| NotACall::Other { given: source.text().to_owned(), expected })
}

/// A source whose text is the words as a shell command, and where each word stands in it.
pub fn command_source(words: &[&String]) -> (Arc<Source>, Vec<Span>) {
    let mut text = String::new();
    let mut spans = Vec::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&Quote::Shell.apply(word));
        spans.push(Span::new(start, text.len()));
    }
    (Arc::new(Source::from_text("command line", text)), spans)
}

fn expected(apis: &[Api], tool: &Tool) -> String {
    let calls: Vec<_> =
        apis.iter().map(|api| format!("`{} {} {} …`", tool.name(), api.product.code, api.action)).collect();
    calls.join(" or ")
}

#[cfg(test)]
mod tests;
