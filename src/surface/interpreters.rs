//! Programs that a command line gives to an interpreter: `python3 -c '…'`, `node <<EOF`, `php -r '…'`.
//!
//! Owns which program reads which language and how its command line says so. What is known around such a program is
//! said by whoever reads the file that it stands in. Nothing is run.

use std::sync::Arc;

use crate::model::{Api, Call, Runs};
use crate::source::{Source, Span};
use crate::surface::sdk::{EmbeddedProgram, Given, Literals, Piece, filled};
use crate::surface::{Files, php, python, typescript};
use crate::syntax::shell::EmbeddedText;

/// A language whose programs an interpreter reads from its command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interpreter {
    /// Python.
    Python,
    /// JavaScript, and what is read as if it were.
    JavaScript,
    /// PHP.
    Php,
}

/// What an interpreter is told to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The word with this number; the arguments are those behind it.
    Word(usize),
    /// What it reads; its arguments begin with this word.
    Input(usize),
    /// A file or a module.
    File,
}

/// A program with what is around it.
pub(super) struct Program<'a> {
    /// The file.
    pub(super) source: &'a Arc<Source>,
    /// The text of the program, with what is filled into it.
    pub(super) pieces: &'a [Piece],
    /// The id of the surface that the calls belong to.
    pub(super) surface: &'static str,
    /// What starts it, and what it is a part of.
    pub(super) runs: &'a Runs,
    /// Its environment and its arguments.
    pub(super) given: Given,
}

impl Interpreter {
    /// The language of an interpreter, by the word that runs it.
    pub(super) fn of(word: &str) -> Option<Self> {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        match plain {
            "python" | "pypy" | "ipython" => Some(Self::Python),
            "node" | "nodejs" | "ts-node" | "tsx" => Some(Self::JavaScript),
            "php" | "php-cli" => Some(Self::Php),
            _ => None,
        }
    }

    /// What the words behind the interpreter tell it to run.
    pub(super) fn told<'w>(self, words: impl Iterator<Item = &'w str>) -> Told {
        let mut is_value = false;
        let mut count = 0;
        for (at, word) in words.enumerate() {
            count = at + 1;
            if std::mem::take(&mut is_value) {
                continue;
            }
            if word == "-" || word == "--" && self == Self::Php {
                return Told::Input(at + 1);
            }
            if !word.starts_with('-') {
                // `<<EOF` is no word; what stands here is a file.
                return Told::File;
            }
            if self.is_inline(word) {
                return Told::Word(at + 1);
            }
            match (self, word) {
                (Self::Python, "-m") | (Self::Php, "-f" | "-S") => return Told::File,
                (Self::Python, "-W" | "-X")
                | (Self::JavaScript, "-r" | "--require" | "--import" | "--loader" | "--input-type" | "-C")
                | (Self::Php, "-d" | "-c" | "-z") => is_value = true,
                _ => {}
            }
        }
        Told::Input(count)
    }

    /// Whether the next word is the program.
    fn is_inline(self, option: &str) -> bool {
        let letters = option.strip_prefix('-').unwrap_or_default();
        match self {
            // Options of one letter may be written together.
            Self::Python => letters.ends_with('c') && letters.bytes().all(|b| b.is_ascii_alphabetic()),
            Self::JavaScript => matches!(option, "-e" | "--eval" | "-p" | "--print" | "-pe"),
            Self::Php => matches!(option, "-r" | "--run"),
        }
    }

    fn literals(self) -> &'static Literals {
        match self {
            Self::Python => &Literals {
                quotes: &["\"\"\"", "'''", "\"", "'"],
                prefixes: "rRbBfFuU",
                comments: &["#"],
                join: " + ",
                sigil: "",
            },
            Self::JavaScript => {
                &Literals { quotes: &["\"", "'", "`"], prefixes: "", comments: &["//"], join: " + ", sigil: "" }
            }
            Self::Php => {
                &Literals { quotes: &["\"", "'"], prefixes: "", comments: &["//", "#"], join: " . ", sigil: "$" }
            }
        }
    }

    /// The calls of a program, and whether all of it was read.
    pub(super) fn calls(self, program: Program<'_>, apis: &[Api], files: &dyn Files) -> (Vec<Call>, bool) {
        let (text, names) = filled(program.pieces, self.literals());
        let text = if self == Self::Php && !text.text().trim_start().starts_with("<?") { opened(&text) } else { text };
        let given = Given { names, ..program.given };
        let Program { source, surface, runs, .. } = program;
        let program = EmbeddedProgram { source, text: &text, surface, runs, given: &given };
        match self {
            Self::Python => python::calls_of(&program, apis, files),
            Self::JavaScript => typescript::calls_of(&program, apis, files),
            Self::Php => php::calls_of(&program, apis, files),
        }
    }
}

/// A program without the sign that files begin with.
fn opened(text: &EmbeddedText) -> EmbeddedText {
    let start = text.span(0, 0).start;
    let mut whole = EmbeddedText::new();
    whole.push("<?php ", Span { start, end: start });
    whole.append(text);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_tell_where_the_program_is() {
        let told = |interpreter: Interpreter, words: &str| interpreter.told(words.split_whitespace());
        assert_eq!(told(Interpreter::Python, "-c print"), Told::Word(1));
        assert_eq!(told(Interpreter::Python, "-u -X dev -Bc print a"), Told::Word(4));
        assert_eq!(told(Interpreter::Python, "- rm-1"), Told::Input(1));
        assert_eq!(told(Interpreter::Python, ""), Told::Input(0));
        assert_eq!(told(Interpreter::Python, "-u backup.py -c"), Told::File);
        assert_eq!(told(Interpreter::Python, "-m backup -c"), Told::File);
        assert_eq!(told(Interpreter::JavaScript, "-r dotenv/config -e run()"), Told::Word(3));
        assert_eq!(told(Interpreter::Php, "-d display_errors=1 -r run();"), Told::Word(3));
        assert_eq!(Interpreter::of("/usr/bin/python3.11"), Some(Interpreter::Python));
        assert_eq!(Interpreter::of("phpunit"), None);
    }
}
