//! Jenkinsfiles, declarative and scripted: the steps that run a script.
//!
//! Owns which steps these are, the blocks that set the environment, the folder or what runs beside, parameters and
//! triggers. What Groovy puts into a text is `values`' own; what libraries and plugins do is not known.

mod blocks;
mod values;

use std::path::Path;
use std::sync::Arc;

use crate::model::{Runs, Start, Step};
use crate::source::{Place, Source, Span};
use crate::surface::normalize;
use crate::syntax::groovy::{self, Piece, Token, TokenKind};
use crate::syntax::schedule;
use crate::syntax::shell::EmbeddedText;

use super::carrier::{Carrier, file_name};
use super::languages::Language;
use super::{Holes, Reader, Replacement, Script};
use values::{Bit, Scope};

/// Jenkinsfiles.
pub(in crate::surface) const JENKINS: Carrier =
    Carrier { id: "jenkins", title: "Jenkinsfiles", claims: is_jenkinsfile, leads: true, read };

/// How deep blocks are followed.
const DEPTH: usize = 64;

/// How many steps the walk may take for a file.
const WORK: usize = 400_000;

/// Stands for what is put into a script while it is put together.
const HOLE: char = '\u{1}';

fn is_jenkinsfile(path: &Path) -> bool {
    let name = file_name(path);
    let groovy = path.extension().is_some_and(|ending| ending == "groovy" || ending == "jenkinsfile");
    name == "jenkinsfile" || name.starts_with("jenkinsfile.") || name.starts_with("jenkinsfile-") || groovy
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let tokens = groovy::tokens(source.text());
    let folder = reader.path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let mut walk = Walk { reader, source, tokens: &tokens, work: WORK };
    let mut scope = Scope { folder, ..Scope::default() };
    walk.parameters(&mut scope);
    scope.runs = Runs { starts: walk.triggers(), ..Runs::default() };
    walk.block(0, tokens.len(), &mut scope, DEPTH);
    if walk.work == 0 {
        walk.reader.in_part.get_or_insert_with(|| "following it takes too much work".to_owned());
    }
}

/// The walk through the tokens of a file.
struct Walk<'a, 'r, 'p> {
    reader: &'r mut Reader<'p>,
    source: Arc<Source>,
    tokens: &'a [Token],
    work: usize,
}

impl<'a> Walk<'a, '_, '_> {
    fn name(&self, at: usize) -> Option<&'a str> {
        match &self.tokens.get(at)?.kind {
            TokenKind::Name(name) => Some(name),
            _ => None,
        }
    }

    fn is_sign(&self, at: usize, sign: char) -> bool {
        matches!(self.tokens.get(at).map(|token| &token.kind), Some(TokenKind::Sign(found)) if *found == sign)
    }

    fn pieces(&self, at: usize) -> Option<&'a [Piece]> {
        match &self.tokens.get(at)?.kind {
            TokenKind::Text(pieces) => Some(pieces),
            _ => None,
        }
    }

    fn span(&self, at: usize) -> Span {
        self.tokens.get(at).map_or_else(Span::default, |token| token.span)
    }

    fn place(&self, at: usize) -> Place {
        Place::new(&self.source, self.span(at))
    }

    /// The first token from here on that is no line end.
    fn visible(&self, mut at: usize) -> usize {
        while matches!(self.tokens.get(at).map(|token| &token.kind), Some(TokenKind::Line)) {
            at += 1;
        }
        at
    }

    /// Where the brackets close that open here; the end when they do not.
    fn closing(&mut self, open: usize) -> usize {
        let mut depth = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(open) {
            match token.kind {
                TokenKind::Sign('(' | '[' | '{') => depth += 1,
                TokenKind::Sign(')' | ']' | '}') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.work = self.work.saturating_sub((at - open) / 16);
                        return at;
                    }
                }
                _ => {}
            }
        }
        self.work = self.work.saturating_sub(self.tokens.len().saturating_sub(open) / 16);
        self.tokens.len()
    }

    /// Walks the tokens of a block.
    fn block(&mut self, from: usize, to: usize, scope: &mut Scope, depth: usize) {
        let Some(less) = depth.checked_sub(1) else { return };
        let mut at = from;
        while at < to {
            self.work = self.work.saturating_sub(1);
            if self.work == 0 {
                return;
            }
            let next = self.one(at, to, scope, less);
            at = next.max(at + 1);
        }
    }

    /// Reads what begins at a token; gives the index of the one behind it.
    fn one(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        if self.is_sign(at, '{') {
            let end = self.closing(at).min(to);
            // What is set for a stage ends with it.
            let environment = scope.environment.clone();
            self.block(at + 1, end, scope, depth);
            scope.environment = environment;
            return end + 1;
        }
        if self.is_sign(at, '[') {
            return self.each_of_list(at, to, scope, depth).unwrap_or(at + 1);
        }
        let Some(name) = self.name(at) else { return at + 1 };
        let member = at > 0 && self.is_sign(at - 1, '.');
        let next = self.visible(at + 1);
        match name {
            "environment" if self.is_sign(next, '{') => {
                let end = self.closing(next).min(to);
                self.environment(next + 1, end, scope);
                end + 1
            }
            "parameters" | "triggers" | "options" | "tools" | "agent" | "when" if self.is_sign(next, '{') => {
                self.closing(next).min(to) + 1
            }
            "withEnv" if self.is_sign(at + 1, '(') => self.with_environment(at + 1, to, scope, depth),
            "dir" if self.is_sign(at + 1, '(') => self.folder(at + 1, to, scope, depth),
            "lock" if self.is_sign(at + 1, '(') => {
                let end = self.closing(at + 1);
                let open = self.visible(end + 1);
                let lanes = std::mem::take(&mut scope.runs.lanes);
                let end = self.body(open, to, scope, depth);
                scope.runs.lanes = lanes;
                end
            }
            "parallel" if !member => self.parallel(at, to, scope, depth),
            "matrix" if self.is_sign(next, '{') => self.matrix(next, to, scope, depth),
            "for" | "while" if self.is_sign(next, '(') => self.each(at, next, to, scope, depth),
            "if" | "else" | "catch" | "switch" | "post" | "waitUntil" => self.perhaps(at, to, scope, depth),
            "sh" | "bat" | "powershell" | "pwsh" if !member || self.after_steps(at) => {
                self.script(name, at + 1, scope);
                at + 1
            }
            "env" if self.is_sign(at + 1, '.') && self.assigns(at + 3) => {
                let (value, _) = self.expression(at + 4, scope, DEPTH);
                if let Some(name) = self.name(at + 2) {
                    let value = value.into_value(name, &self.place(at + 4));
                    super::pipelines::set(&mut scope.environment, name, value);
                }
                at + 4
            }
            "def" | "void" | "String" | "int" | "boolean" | "static" | "private" | "final" => {
                self.function(at, to, scope, depth).unwrap_or(at + 1)
            }
            _ if !member && self.assigns(at + 1) => {
                self.assign(name, at + 2, scope);
                at + 2
            }
            _ if !member && self.is_changed(at + 1) => {
                scope.forget(name, "it is changed while the pipeline runs");
                at + 1
            }
            _ if self.is_each(at + 1) => self.each_of_name(at, to, scope, depth),
            _ => at + 1,
        }
    }

    /// `steps.sh`, as libraries write it.
    fn after_steps(&self, at: usize) -> bool {
        at > 1 && self.name(at - 2).is_some_and(|name| matches!(name, "steps" | "script" | "this"))
    }

    /// `=`, but not `==`.
    fn assigns(&self, at: usize) -> bool {
        self.is_sign(at, '=') && !self.is_sign(at + 1, '=') && !self.is_sign(at + 1, '~')
    }

    /// `+=`, `++`, `[…] =`, `<<`
    fn is_changed(&self, at: usize) -> bool {
        let doubled = |sign| self.is_sign(at, sign) && self.is_sign(at + 1, sign);
        (self.is_sign(at, '+') || self.is_sign(at, '-')) && self.is_sign(at + 1, '=')
            || doubled('+')
            || doubled('-')
            || doubled('<')
    }

    /// A block `{ … }` at this token, walked in the same scope; else nothing is read.
    fn body(&mut self, open: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        if !self.is_sign(open, '{') {
            return open;
        }
        let end = self.closing(open).min(to);
        let environment = scope.environment.clone();
        self.block(open + 1, end, scope, depth.saturating_sub(1));
        scope.environment = environment;
        end + 1
    }

    /// `environment { NAME = value }`
    fn environment(&mut self, from: usize, to: usize, scope: &mut Scope) {
        for at in from..to {
            let begins = at == from
                || matches!(self.tokens.get(at - 1).map(|t| &t.kind), Some(TokenKind::Line | TokenKind::Sign(';')));
            if let Some(name) = self.name(at).filter(|_| begins && self.assigns(at + 1)) {
                let (value, _) = self.expression(at + 2, scope, DEPTH);
                let value = value.into_value(name, &self.place(at + 2));
                super::pipelines::set(&mut scope.environment, name, value);
            }
        }
    }

    /// `withEnv(['NAME=value', …]) { … }`
    fn with_environment(&mut self, open: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let end = self.closing(open).min(to);
        let before = scope.environment.clone();
        for at in open + 1..end {
            let Some(pieces) = self.pieces(at) else { continue };
            let bits = self.bits(pieces, scope);
            if let Some((name, value)) = values::split(bits) {
                let value = values::Groovy::Text(value).into_value(&name, &self.place(at));
                super::pipelines::set(&mut scope.environment, &name, value);
            }
        }
        let open = self.visible(end + 1);
        let after = self.body(open, to, scope, depth);
        scope.environment = before;
        after
    }

    /// `dir('folder') { … }`
    fn folder(&mut self, open: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let end = self.closing(open).min(to);
        let inner = self.pieces(open + 1).map(|pieces| self.bits(pieces, scope));
        let inner = inner.and_then(|bits| match bits.as_slice() {
            [Bit::Text(text)] => Some(text.text().to_owned()),
            _ => None,
        });
        let folder = inner.map(|inner| normalize(&Path::new(&scope.folder).join(inner)).to_string_lossy().into_owned());
        let before = folder.map(|folder| std::mem::replace(&mut scope.folder, folder));
        let open = self.visible(end + 1);
        let after = self.body(open, to, scope, depth);
        if let Some(before) = before {
            scope.folder = before;
        }
        after
    }

    /// A step that runs a script: `sh '…'`, `sh(script: …)`, `sh label: …, script: …`
    fn script(&mut self, step: &str, from: usize, scope: &Scope) {
        let at = if self.is_sign(from, '(') { self.visible(from + 1) } else { from };
        let end = if self.is_sign(from, '(') { self.closing(from) } else { self.line_end(from) };
        let named = (at..end).find(|at| self.name(*at) == Some("script") && self.is_sign(at + 1, ':'));
        let labelled = self.name(at).is_some() && self.is_sign(at + 1, ':');
        let begin = match named {
            Some(named) => self.visible(named + 2),
            None if labelled => return,
            None => at,
        };
        let is_value = self.pieces(begin).is_some() || self.name(begin).is_some() || self.is_sign(begin, '(');
        if begin >= end || !is_value {
            return;
        }
        let (value, _) = self.expression(begin, scope, DEPTH);
        let values::Groovy::Text(bits) = value else { return };
        let mut whole = EmbeddedText::new();
        let mut inside = Vec::new();
        for bit in bits {
            match bit {
                Bit::Text(text) => whole.append(&text),
                Bit::Hole { shown, span, value } => {
                    whole.push(&HOLE.to_string(), span);
                    inside.push((shown, value));
                }
            }
        }
        let mut inside = inside.into_iter();
        let mut holes = Holes::default();
        let text = holes.fill(&whole, &[HOLE], |_, _| {
            let (shown, value) = inside.next()?;
            Some((HOLE.len_utf8(), Replacement::Value(shown, value)))
        });
        let language = match step {
            "sh" => Language::Shell,
            "bat" => Language::Batch,
            _ => Language::PowerShell,
        };
        let variables = scope.variables();
        let (folder, holes, runs) = (scope.folder.as_str(), Some(&holes), scope.runs.clone());
        self.reader.run(&Script { text, folder, variables: &variables, holes, language, runs, ..Script::default() });
    }

    /// Where a line ends that is not within brackets.
    fn line_end(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                TokenKind::Sign('(' | '[' | '{') => at = self.closing(at),
                TokenKind::Sign('}' | ')' | ']' | ';') => return at,
                // A line that ends with a comma or a plus goes on.
                TokenKind::Line if !(at > from && (self.is_sign(at - 1, ',') || self.is_sign(at - 1, '+'))) => {
                    return at;
                }
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// What starts the pipeline by the clock.
    fn triggers(&mut self) -> Vec<Start> {
        let mut starts = Vec::new();
        for at in 0..self.tokens.len() {
            if self.name(at) != Some("cron") {
                continue;
            }
            let text = if self.is_sign(at + 1, '(') { at + 2 } else { at + 1 };
            let Some([Piece::Text(text)]) = self.pieces(text) else { continue };
            let step = Step { place: self.place(at), label: "the trigger of the pipeline".to_owned() };
            let mut from = 0;
            for line in text.text().split_inclusive('\n') {
                let span = text.span(from, from + line.trim_end().len());
                from += line.len();
                let line = line.trim();
                if !line.is_empty() && !line.starts_with(['#', 'T']) {
                    let start = Start::of(Place::new(&self.source, span), line, schedule::jenkins(line));
                    starts.push(Start { steps: vec![step.clone()], ..start });
                }
            }
        }
        starts
    }
}
