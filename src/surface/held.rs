//! Scripts that stand in a value of a document: commands that run on a machine, the data that a machine starts with.
//!
//! Owns which language such a text is in, the commands in a cloud-init document, and what becomes of base64. What is
//! put into a text before it runs is said by whoever reads the document. Nothing is run.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Call, Runs, Value};
use crate::source::{Source, Span};
use crate::surface::carriers::Language;
use crate::surface::holes::{Holes, Replacement};
use crate::surface::interpreters::Interpreter;
use crate::surface::shell::EmbeddedScript;
use crate::surface::{Files, embedded_yaml};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{self, Node};

/// What the first line of a cloud-init document is.
pub(super) const CLOUD_CONFIG: &str = "#cloud-config";

/// The least length of a text that may be base64.
const CODED: usize = 24;

/// A text that holds a script.
pub(super) struct Held<'a> {
    /// The file.
    pub(super) source: &'a Arc<Source>,
    /// The text, before anything is put into it.
    pub(super) text: EmbeddedText,
    /// The folder that relative paths start from.
    pub(super) folder: &'a str,
    /// The language, when the document says so.
    pub(super) language: Option<Language>,
    /// The id of the surface that the calls belong to.
    pub(super) surface: &'static str,
    /// The variables that are set before it runs.
    pub(super) variables: &'a [(String, Value)],
    /// What starts it.
    pub(super) runs: Runs,
}

/// What was found in such a text.
#[derive(Default)]
pub(super) struct Found {
    /// The calls.
    pub(super) calls: Vec<Call>,
    /// Why some of it was not looked at.
    pub(super) missed: Option<String>,
}

/// What is asked for what is put in where one of the characters stands.
pub(super) type Find<'f> = dyn FnMut(&str, Span) -> Option<(usize, Replacement)> + 'f;

impl Held<'_> {
    /// The calls of the script or of the scripts in a text. `find` is asked where one of `starts` stands.
    pub(super) fn calls(&self, starts: &[char], find: &mut Find<'_>, apis: &[Api], files: &dyn Files) -> Found {
        let mut found = Found::default();
        let decoded = self.decoded();
        let own = decoded.as_ref().unwrap_or(&self.text);
        let whole = own.text();
        if !names_a_product(whole, apis) {
            return found;
        }
        if !whole.trim_start().starts_with(CLOUD_CONFIG) {
            self.script(own, starts, find, (apis, files), &mut found);
            return found;
        }
        let stream = yaml::parse(whole);
        if !stream.errors.is_empty() {
            found.missed = Some("a cloud-init document that is no YAML".to_owned());
        }
        for document in &stream.documents {
            for text in cloud_scripts(whole, document) {
                let text = text.mapped_through(|span| own.span(span.start as usize, span.end as usize));
                self.script(&text, starts, find, (apis, files), &mut found);
            }
        }
        // A command may be a list of words, into which none can be put as into a line.
        for call in &mut found.calls {
            call.insert = None;
            call.arguments.iter_mut().for_each(|argument| argument.removal = None);
        }
        found
    }

    /// The text that base64 stands for, at the place of the whole.
    fn decoded(&self) -> Option<EmbeddedText> {
        let written = self.text.text();
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n');
        if written.len() < CODED || !written.chars().all(is_base64) {
            return None;
        }
        let mut text = EmbeddedText::new();
        text.push(&base64(written)?, self.text.span(0, written.len()));
        Some(text)
    }

    fn script(
        &self,
        text: &EmbeddedText,
        starts: &[char],
        find: &mut Find<'_>,
        (apis, files): (&[Api], &dyn Files),
        found: &mut Found,
    ) {
        let Some(language) = language_of(text.text()).map_or(Some(self.language.unwrap_or_default()), |told| told)
        else {
            if names_a_product(text.text(), apis) {
                found.missed = Some("a script in a language that is not read there".to_owned());
            }
            return;
        };
        let mut holes = Holes::default();
        let text = holes.fill(text, starts, find);
        let mut variables = self.variables.to_vec();
        variables.extend(holes.variables.iter().cloned());
        let script = EmbeddedScript {
            source: self.source,
            text: &text,
            folder: self.folder,
            variables: &variables,
            surface: self.surface,
        };
        let mut runs = self.runs.clone();
        if runs.program.is_empty() {
            self.source.path().clone_into(&mut runs.program);
        }
        let (walked, complete) = language.walk(&script, &runs, apis, files);
        if !complete {
            found.missed = Some("following a script takes too much work".to_owned());
        }
        if let Some(reason) = walked.missed {
            found.missed.get_or_insert(reason);
        }
        let mut calls = walked.calls;
        calls.iter_mut().for_each(|call| holes.rename(call));
        found.calls.extend(calls);
    }
}

/// Whether a text names a product at all.
fn names_a_product(text: &str, apis: &[Api]) -> bool {
    apis.iter().any(|api| super::document::holds(text, &api.product.code))
}

/// The language that a document names; nothing when it names none that is known.
pub(super) fn language_named(name: &str) -> Option<Language> {
    let name = name.to_ascii_lowercase();
    match name.trim_start_matches("run").trim_end_matches("script") {
        "shell" => Some(Language::Shell),
        "bat" => Some(Language::Batch),
        "powershell" => Some(Language::PowerShell),
        name => Interpreter::of(name).map(Language::Program),
    }
}

/// The language that a first line names; nothing in it for one that is not read. Nothing when there is no such
/// line: then it is a script of a shell, or the text of a program.
fn language_of(text: &str) -> Option<Option<Language>> {
    let line = text.trim_start().lines().next().unwrap_or_default().trim();
    if let Some(program) = line.strip_prefix("#!") {
        return Some(Language::of(program));
    }
    match line {
        "[bat]" => Some(Some(Language::Batch)),
        "[powershell]" => Some(Some(Language::PowerShell)),
        _ => is_python(text).then_some(Some(Language::Program(Interpreter::Python))),
    }
}

/// Whether a text is a program of Python, by lines that no script has.
fn is_python(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with("import ")
            || line.starts_with("from ") && line.contains(" import ")
            || line.starts_with("def ")
    })
}

/// The scripts of a cloud-init document: commands, joined, and files that are written.
fn cloud_scripts(source: &str, document: &Node) -> Vec<EmbeddedText> {
    let mut all = Vec::new();
    for key in ["bootcmd", "runcmd"] {
        let mut commands = EmbeddedText::new();
        for item in document.get(key).map_or(&[] as &[Rc<Node>], |list| list.items()) {
            match embedded_yaml::text(source, item) {
                Some(text) => commands.append(&text),
                None => {
                    let words: Vec<_> =
                        item.items().iter().filter_map(|word| embedded_yaml::text(source, word)).collect();
                    commands.append(&super::carriers::program(&words).0);
                }
            }
            commands.push("\n", Span { start: item.span.end, end: item.span.end });
        }
        all.push(commands);
    }
    for file in document.get("write_files").map_or(&[] as &[Rc<Node>], |list| list.items()) {
        let text = file.get("content").and_then(|content| embedded_yaml::text(source, content));
        all.extend(text.filter(|text| text.text().trim_start().starts_with("#!")));
    }
    all.retain(|text| !text.text().trim().is_empty());
    all
}

/// Words that base64 of a script with a call holds, wherever in it the operation is named.
pub(super) fn coded_needles(apis: &[Api]) -> Vec<String> {
    let words = apis.iter().flat_map(Api::action_spellings);
    words.flat_map(|word| (0..3).map(move |shift| coded(&word, shift))).collect()
}

/// The characters of base64 that stand for nothing but a word, which begins so many bytes behind a group of three.
fn coded(word: &str, shift: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes: Vec<u8> = std::iter::repeat_n(0, shift).chain(word.bytes()).collect();
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let digit = |number: usize| (0..6).fold(0_usize, |value, at| value << 1 | usize::from(bit(number * 6 + at)));
    let own = (shift * 8).div_ceil(6)..bytes.len() * 8 / 6;
    own.filter_map(|number| DIGITS.get(digit(number)).map(|digit| char::from(*digit))).collect()
}

/// The text that base64 stands for.
fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 & 0x00ff_ffff | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
