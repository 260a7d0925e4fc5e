//! Dockerfiles: what `RUN`, `CMD` and `ENTRYPOINT` run.
//!
//! Owns the instructions with their continuations, comments between them and here-documents, both forms of a
//! command, and what `ENV` and `ARG` set. A default of `ARG` may be replaced by whoever builds.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Alternative, Api, Content, Step, Value};
use crate::source::{Place, Source, Span};
use crate::surface::policy::cli;
use crate::surface::{Extraction, Project, Surface};
use crate::syntax::shell::EmbeddedText;

use super::pipelines;
use super::{Reader, Script};

const ID: &str = "dockerfile";

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Dockerfile;

impl Surface for Dockerfile {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Dockerfiles"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let is = |stem: &str| name == stem || name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
        (is("dockerfile") || is("containerfile")) && !name.ends_with(".md")
            || name.ends_with(".dockerfile")
            || name.ends_with(".containerfile")
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn policy_needles(&self) -> Vec<String> {
        crate::surface::policy::script_needles()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let mut image = Image::default();
    let mut lines = Lines { source: &source, at: 0 };
    while let Some(instruction) = lines.instruction() {
        let text = instruction.text();
        let trimmed = text.trim_start();
        let word = trimmed.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        let from = text.len() - trimmed.len() + word.len();
        let rest = instruction.part(from, text.len());
        match word.as_str() {
            "FROM" => image.variables.clone_from(&image.global),
            "ENV" | "ARG" => {
                image.set(&source, &rest, word == "ARG", word == "ARG" && image.stages == 0);
                if word == "ENV" {
                    say_role(reader, &image, &rest);
                }
            }
            "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK" | "ONBUILD" => {
                let documents = lines.documents(rest.text());
                image.run(reader, &rest, &documents);
            }
            _ => {}
        }
        image.stages += usize::from(word == "FROM");
    }
}

/// Says which role everything runs as that stands behind an `ENV`, up to the next stage.
fn say_role(reader: &mut Reader<'_>, image: &Image, rest: &EmbeddedText) {
    let text = rest.text();
    let is_set = |name: &str| cli::is_role_variable(name) && text.contains(name);
    for (_, value) in image.variables.iter().filter(|(name, _)| is_set(name)) {
        let Some(role) = value.as_text() else { continue };
        let source = &reader.source;
        let place = Place::new(source, rest.span(0, text.len()));
        let begin = place.span.start;
        let behind = source.text().get(begin as usize..).unwrap_or_default();
        let length = behind.find("\nFROM ").unwrap_or(behind.len());
        let end = begin.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
        let scope = Place::new(source, Span { start: begin, end });
        cli::exported(role, place, scope, &mut reader.access);
    }
}

/// What is set at one point of a file.
#[derive(Default)]
struct Image {
    variables: Vec<(String, Value)>,
    global: Vec<(String, Value)>,
    stages: usize,
}

impl Image {
    /// `ENV a=b c=d`, `ENV a b`, `ARG a=b`
    fn set(&mut self, source: &Arc<Source>, rest: &EmbeddedText, overridable: bool, global: bool) {
        let text = rest.text();
        let old_form = text.split_whitespace().next().is_some_and(|first| !first.contains('=')) && !overridable;
        let pairs = if old_form {
            let trimmed = text.trim();
            trimmed.split_once(char::is_whitespace).map(|(name, value)| vec![(name, value.trim())]).unwrap_or_default()
        } else {
            text.split_whitespace().filter_map(|word| word.split_once('=')).collect()
        };
        for (name, value) in pairs {
            let quoted = |q: char| value.strip_prefix(q).and_then(|v| v.strip_suffix(q));
            let plain = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
            let value = if plain.contains(|c: char| "$\"'\\".contains(c)) {
                Value::unknown(format!("`{name}` is put together from other values"), None)
            } else {
                let at = value.as_ptr() as usize - text.as_ptr() as usize;
                let place = Place::new(source, rest.span(at, at + value.len()));
                let steps = vec![Step { place, label: format!("`{name}` is set here") }];
                Value::from(Alternative { steps, overridable, ..Alternative::new(Content::text(plain)) })
            };
            pipelines::set(&mut self.variables, name, value.clone());
            if global {
                pipelines::set(&mut self.global, name, value);
            }
        }
    }

    fn run(&self, reader: &mut Reader<'_>, rest: &EmbeddedText, documents: &[EmbeddedText]) {
        let text = rest.text();
        let mut from = text.len() - text.trim_start().len();
        // Options, and an instruction within the instruction.
        while let Some(word) = text.get(from..).and_then(|t| t.split_whitespace().next()) {
            if !word.starts_with("--") && !matches!(word, "CMD" | "RUN" | "ENTRYPOINT") {
                break;
            }
            from += word.len();
            from += text.get(from..).map_or(0, |t| t.len() - t.trim_start().len());
        }
        let variables = &self.variables;
        let command = rest.part(from, text.len());
        if let Some(words) = array(&command) {
            let shell = words.first().is_some_and(|w| super::kubernetes::is_shell(w.text()));
            let told = words.get(1).is_some_and(|w| w.text().starts_with('-') && w.text().ends_with('c'));
            match words.get(2) {
                Some(script) if shell && told => {
                    reader.run(&Script { text: script.clone(), variables, ..Script::default() });
                }
                _ => {
                    let text = pipelines::words(words, false);
                    reader.run(&Script { text, variables, list: true, ..Script::default() });
                }
            }
            return;
        }
        if documents.is_empty() {
            reader.run(&Script { text: command, variables, ..Script::default() });
            return;
        }
        // `RUN <<EOF` is the script itself; before a program it is what that reads.
        let bare = command.text().trim_start().starts_with("<<");
        let first = command.text().split_whitespace().next().unwrap_or_default();
        if bare || super::kubernetes::is_shell(first) {
            for text in documents {
                reader.run(&Script { text: text.clone(), variables, ..Script::default() });
            }
        }
    }
}

/// The words of `["a", "b"]`.
fn array(command: &EmbeddedText) -> Option<Vec<EmbeddedText>> {
    let text = command.text();
    if !text.trim_start().starts_with('[') || !text.trim_end().ends_with(']') {
        return None;
    }
    let start = text.find('[')?;
    let stream = crate::syntax::yaml::parse(text.get(start..)?.trim_end());
    let [document] = stream.documents.as_slice() else { return None };
    let mut words = Vec::new();
    for item in document.items() {
        let inner = crate::surface::embedded_yaml::text(text.get(start..)?, item)?;
        words.push(inner.mapped_through(|span| command.span(start + span.start as usize, start + span.end as usize)));
    }
    stream.errors.is_empty().then_some(words)
}

struct Lines<'a> {
    source: &'a Arc<Source>,
    at: usize,
}

impl Lines<'_> {
    fn line(&mut self) -> Option<(usize, &str)> {
        let rest = self.source.text().get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let start = self.at;
        self.at += length;
        Some((start, rest.get(..length)?))
    }

    /// The next instruction, its continued lines included; comments between them are left out.
    fn instruction(&mut self) -> Option<EmbeddedText> {
        let mut all = EmbeddedText::new();
        let mut begun = false;
        while let Some((start, line)) = self.line() {
            let trimmed = line.trim();
            if trimmed.starts_with('#') || trimmed.is_empty() {
                continue;
            }
            begun = true;
            let continued = trimmed.ends_with('\\');
            all.push(line, Span::new(start, start + line.len()));
            if !continued {
                break;
            }
        }
        begun.then_some(all)
    }

    /// The here-documents that an instruction announces.
    fn documents(&mut self, text: &str) -> Vec<EmbeddedText> {
        let mut found = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find("<<") {
            rest = rest.get(at + 2..).unwrap_or_default();
            if rest.starts_with('<') {
                rest = rest.trim_start_matches('<');
                continue;
            }
            let name = rest.trim_start_matches('-').trim_start_matches(['"', '\'']);
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            let Some(name) = name.get(..end).filter(|name| !name.is_empty()) else { continue };
            let mut document = EmbeddedText::new();
            while let Some((start, line)) = self.line() {
                if line.trim() == name {
                    break;
                }
                document.push(line, Span::new(start, start + line.len()));
            }
            found.push(document);
        }
        found
    }
}
