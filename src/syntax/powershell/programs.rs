//! Commands, and those that run what their words say.

use crate::syntax::shell::{Block, Command, EmbeddedText, For, Part, PartKind, Statement, Word};

use super::{Given, Parser, keywords, opaque};

/// What a command was read as.
struct Words {
    words: Vec<Given>,
    blocks: Vec<Vec<Statement>>,
}

impl Parser<'_> {
    /// A command with its words, behind what flows into it.
    pub(super) fn command(&mut self, given: Option<Given>, all: &mut Vec<Statement>) {
        self.blank(false);
        let start = self.at;
        // The operators that run what is behind them.
        if self.starts("&") && !self.starts("&&") || self.starts(". ") {
            self.step();
        }
        let mut end = self.at;
        let mut read = Words { words: Vec::new(), blocks: Vec::new() };
        loop {
            self.blank(false);
            let before = self.at;
            match self.peek() {
                None | Some('\n' | ';' | '|' | '}' | ')' | '&') => break,
                Some('{') => {
                    self.step();
                    let body = self.statements(Some('}'));
                    read.blocks.push(body);
                }
                Some('<' | '>') => self.redirection(all),
                Some(_) if self.is_redirection() => self.redirection(all),
                Some(',') => self.step(),
                Some(_) => {
                    let word = self.argument(all);
                    read.words.push(word);
                    end = self.at;
                }
            }
            if self.at == before {
                self.step();
            }
        }
        let span = self.embedded.span(start, end);
        let name = read.words.first().and_then(only).and_then(Word::literal).unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "invoke-expression" | "iex" => self.invoke(read, given, all),
            "start-process" | "saps" => start_process(self, span, read, all),
            "foreach-object" | "foreach" | "%" => {
                let words = given.map(keywords::loop_words).unwrap_or_else(|| vec![opaque(span)]);
                for body in read.blocks {
                    let (variable, words) = ("_".to_owned(), Some(words.clone()));
                    all.push(Statement::For(For { span, chosen: false, variable, words, body }));
                }
            }
            _ => {
                all.extend(given.into_iter().flat_map(Given::words).filter(super::runs).map(super::of_words));
                plain(span, read, all);
            }
        }
    }

    /// `2>` and the like.
    fn is_redirection(&self) -> bool {
        let rest = self.rest();
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '*');
        digits.len() < rest.len() && rest.len() - digits.len() < 2 && digits.starts_with('>')
    }

    fn redirection(&mut self, all: &mut Vec<Statement>) {
        while self.peek().is_some_and(|c| matches!(c, '<' | '>' | '*') || c.is_ascii_digit()) {
            self.step();
        }
        if self.take("&") {
            self.step();
            return;
        }
        self.blank(false);
        drop(self.word(all));
    }

    /// `Invoke-Expression text`: the text is a script of its own.
    fn invoke(&mut self, read: Words, given: Option<Given>, all: &mut Vec<Statement>) {
        let argument = |word: &&Given| only(word).and_then(Word::literal).is_none_or(|text| !text.starts_with('-'));
        let text = read.words.into_iter().skip(1).find(|word| argument(&word)).or(given);
        let Some(Given::One(word)) = text else { return };
        if let [Part { kind: PartKind::Variable(_), .. }] = word.parts.as_slice() {
            let eval = text_word("eval", word.span);
            all.push(Statement::Command(Command { span: word.span, words: vec![eval, word], ..Command::default() }));
            return;
        }
        let inner = self.script_in(&word);
        let mut parser = Parser::new(&inner, self.depth + 1);
        let body = parser.statements(None);
        self.complete &= parser.complete;
        all.push(Statement::Block(Block { body, subshell: false, redirects: Vec::new() }));
    }

    /// The text of a word, with the variables in it as they are written.
    fn script_in(&self, word: &Word) -> EmbeddedText {
        let mut text = EmbeddedText::new();
        for part in &word.parts {
            match &part.kind {
                PartKind::Text(piece) => text.push(piece, part.span),
                PartKind::Variable(expansion) => {
                    // Only names of the environment have capitals here.
                    let name = expansion.name.as_str();
                    let scope = if name.contains(|c: char| c.is_uppercase()) { "env:" } else { "" };
                    text.push(&format!("${{{scope}{name}}}"), part.span);
                }
                _ => text.push("$($null)", part.span),
            }
        }
        text
    }

    /// The words of a text that a program splits by itself.
    fn words_in(&mut self, word: &Word) -> Vec<Word> {
        let inner = self.script_in(word);
        let mut parser = Parser::new(&inner, self.depth + 1);
        let mut words = Vec::new();
        let mut inside = Vec::new();
        loop {
            parser.blank(true);
            if parser.peek().is_none() {
                return words;
            }
            let before = parser.at;
            words.push(one(parser.argument(&mut inside)));
            if parser.at == before {
                parser.step();
            }
        }
    }
}

/// A command as it is written.
fn plain(span: crate::source::Span, read: Words, all: &mut Vec<Statement>) {
    let words: Vec<Word> = read.words.into_iter().map(one).collect();
    if !words.is_empty() {
        all.push(Statement::Command(Command { span, words, ..Command::default() }));
    }
    for body in read.blocks {
        all.push(Statement::Block(Block { body, subshell: true, redirects: Vec::new() }));
    }
}

/// `Start-Process program -ArgumentList …`
fn start_process(parser: &mut Parser<'_>, span: crate::source::Span, read: Words, all: &mut Vec<Statement>) {
    let mut program = None;
    let mut list = None;
    let mut words = read.words.into_iter().skip(1);
    while let Some(given) = words.next() {
        let name = only(&given).and_then(Word::literal).unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "-filepath" | "-path" => program = words.next().map(one),
            "-argumentlist" | "-args" => list = words.next(),
            "-workingdirectory" | "-windowstyle" | "-redirectstandardoutput" | "-redirectstandarderror" | "-verb" => {
                drop(words.next());
            }
            _ if name.starts_with('-') => {}
            _ if program.is_none() => program = Some(one(given)),
            _ => list = list.or(Some(given)),
        }
    }
    let Some(program) = program else { return };
    let mut all_words = vec![program];
    match list {
        Some(Given::One(word)) => match word.parts.as_slice() {
            [Part { kind: PartKind::Variable(_), .. }] => all_words.push(super::words::elements(word)),
            _ => all_words.extend(parser.words_in(&word)),
        },
        Some(Given::List(words)) => all_words.extend(words),
        None => {}
    }
    all.push(Statement::Command(Command { span, words: all_words, ..Command::default() }));
}

fn only(given: &Given) -> Option<&Word> {
    match given {
        Given::One(word) => Some(word),
        Given::List(_) => None,
    }
}

/// A word of a command. Words that commas join are a list, of which each may be a word of its own.
fn one(given: Given) -> Word {
    match given {
        Given::One(word) => word,
        Given::List(words) => {
            let span = words.iter().map(|word| word.span).reduce(crate::source::Span::join).unwrap_or_default();
            opaque(span)
        }
    }
}

fn text_word(text: &str, span: crate::source::Span) -> Word {
    Word { span, parts: vec![Part { span, quoted: true, kind: PartKind::Text(text.to_owned()) }] }
}
