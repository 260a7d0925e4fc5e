//! The lines of a makefile and of those that it includes: variables, rules, recipes, conditionals.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{Place, Source, Span};
use crate::surface::{Files, normalize};
use crate::syntax::shell::EmbeddedText;

use super::variables::{Assignment, Operator, Scope, Variables};

/// How many files may be included.
const INCLUDES: usize = 64;

/// The recipe of a rule.
pub(super) struct Recipe {
    pub(super) targets: Vec<String>,
    /// Its logical lines, without tabs and prefixes.
    pub(super) lines: Vec<EmbeddedText>,
    pub(super) source: Arc<Source>,
}

/// What a makefile says, with all that it includes.
#[derive(Default)]
pub(super) struct Makefile {
    pub(super) recipes: Vec<Recipe>,
    pub(super) variables: Variables,
    /// For each target those that need it.
    pub(super) callers: BTreeMap<String, Vec<String>>,
    pub(super) one_shell: bool,
}

/// Reads a makefile.
pub(super) fn read(source: &Arc<Source>, path: &Path, files: &dyn Files) -> Makefile {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut reader =
        LineReader { makefile: Makefile::default(), files, folder, seen: BTreeSet::from([normalize(path)]) };
    reader.file(source);
    reader.makefile
}

struct LineReader<'a> {
    makefile: Makefile,
    files: &'a dyn Files,
    folder: PathBuf,
    seen: BTreeSet<PathBuf>,
}

/// Where in a file the reader is.
#[derive(Default)]
struct State {
    recipe: Option<Recipe>,
    /// The conditionals that are open; each with the variable that it asks to be unset, if it does just that.
    conditions: Vec<Option<String>>,
    /// The `define` that is open: its name and where its text begins.
    define: Option<(String, usize)>,
}

impl LineReader<'_> {
    fn file(&mut self, source: &Arc<Source>) {
        let mut state = State::default();
        let mut start = 0;
        let text = source.text();
        while start < text.len() {
            let end = logical_end(text, start);
            self.line(source, Span::new(start, end), &mut state);
            start = end;
        }
        self.close(&mut state);
    }

    fn close(&mut self, state: &mut State) {
        if let Some(recipe) = state.recipe.take() {
            self.makefile.recipes.push(recipe);
        }
    }

    fn line(&mut self, source: &Arc<Source>, span: Span, state: &mut State) {
        let raw = source.slice(span);
        if let Some((name, begin)) = &state.define {
            if raw.trim() == "endef" {
                let place = Place::new(source, Span::new(*begin, span.start as usize));
                let text = place.text().trim_end().to_owned();
                let assignment = Assignment { name: name.clone(), operator: Operator::Later, text, place };
                let guarded = !state.conditions.is_empty();
                self.makefile.variables.assign(&assignment, Scope::File { guarded, unless_set: false });
                state.define = None;
            }
            return;
        }
        if raw.starts_with('\t') && state.recipe.is_some() {
            let line = recipe_line(source, span);
            self.overrides(line.text());
            if let Some(recipe) = &mut state.recipe {
                recipe.lines.push(line);
            }
            return;
        }
        let line = raw.split_once('#').map_or(raw, |(before, _)| before).trim();
        if line.is_empty() || self.directive(source, span, line, state) {
            return;
        }
        let (line, export) = match line.strip_prefix("export").filter(|rest| rest.starts_with(char::is_whitespace)) {
            Some(rest) => (rest.trim_start(), true),
            None => (line, false),
        };
        let line = line.strip_prefix("override ").unwrap_or(line).trim_start();
        match assignment(source, span, line) {
            Some(assignment) => {
                if export {
                    self.makefile.variables.export(&assignment.name);
                }
                let asked = state.conditions.last().cloned().flatten();
                let unless_set = state.conditions.len() == 1 && asked.as_deref() == Some(assignment.name.as_str());
                let guarded = !state.conditions.is_empty() && !unless_set;
                self.makefile.variables.assign(&assignment, Scope::File { guarded, unless_set });
            }
            None if export => line.split_whitespace().for_each(|name| self.makefile.variables.export(name)),
            None => self.rule(source, span, line, state),
        }
    }

    /// `ifdef`, `include`, `define` and the like; whether it was one.
    fn directive(&mut self, source: &Arc<Source>, span: Span, line: &str, state: &mut State) -> bool {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match word {
            "ifdef" | "ifeq" | "ifneq" => state.conditions.push(None),
            "ifndef" => state.conditions.push(Some(rest.trim().to_owned())),
            "else" => {
                if let Some(last) = state.conditions.last_mut() {
                    *last = None;
                }
            }
            "endif" => {
                state.conditions.pop();
            }
            "include" | "-include" | "sinclude" => {
                self.close(state);
                for name in rest.split_whitespace() {
                    self.include(name);
                }
            }
            "define" => {
                self.close(state);
                let name = rest.trim().trim_end_matches(['=', ':', '?']).trim().to_owned();
                state.define = Some((name, span.end as usize));
            }
            "export" if rest.is_empty() => self.makefile.variables.export_all(),
            "unexport" | "vpath" | "undefine" => {}
            _ => return false,
        }
        let _ = source;
        true
    }

    fn include(&mut self, name: &str) {
        let name = self.makefile.variables.text(name).unwrap_or_default();
        let path = normalize(&self.folder.join(&name));
        if name.is_empty() || self.seen.len() > INCLUDES || !self.seen.insert(path.clone()) {
            return;
        }
        if let Ok(source) = self.files.read(&path) {
            self.file(&source);
        }
    }

    /// A rule: `targets: needs`, perhaps with a variable or a command on its line.
    fn rule(&mut self, source: &Arc<Source>, span: Span, line: &str, state: &mut State) {
        self.close(state);
        let Some((targets, rest)) = line.split_once(':') else { return };
        let targets: Vec<String> = targets.split_whitespace().map(str::to_owned).collect();
        let rest = rest.trim_start_matches(':');
        if targets.iter().any(|target| target == ".ONESHELL") {
            self.makefile.one_shell = true;
            return;
        }
        if targets.iter().any(|target| target == ".EXPORT_ALL_VARIABLES") {
            self.makefile.variables.export_all();
            return;
        }
        let own = rest.trim_start();
        let own = own.strip_prefix("export ").or_else(|| own.strip_prefix("private ")).unwrap_or(own);
        if let Some(assignment) = assignment(source, span, own) {
            for target in &targets {
                self.makefile.variables.assign(&assignment, Scope::Target(target));
            }
            return;
        }
        let (needs, command) = rest.split_once(';').map_or((rest, None), |(needs, command)| (needs, Some(command)));
        for need in needs.split_whitespace().filter(|need| *need != "|") {
            let callers = self.makefile.callers.entry(need.to_owned()).or_default();
            callers.extend(targets.iter().cloned());
        }
        let mut recipe = Recipe { targets, lines: Vec::new(), source: Arc::clone(source) };
        if let Some(command) = command {
            let at = source.slice(span).find(';').map_or(span.end as usize, |at| span.start as usize + at + 1);
            let verbatim = source.slice(Span::new(at, at + command.len())) == command;
            if verbatim {
                recipe.lines.push(EmbeddedText::verbatim(command, u32::try_from(at).unwrap_or(u32::MAX)));
            }
        }
        state.recipe = Some(recipe);
    }

    /// `$(MAKE) target NAME=value` in a recipe: the variable may be another one there.
    fn overrides(&mut self, line: &str) {
        if !line.contains("$(MAKE)") && !line.contains("${MAKE}") {
            return;
        }
        for word in line.split_whitespace() {
            if let Some((name, _)) = word.split_once('=') {
                self.makefile.variables.given_elsewhere(name);
            }
        }
    }
}

/// The end of a line with its continuations, the line end included.
fn logical_end(text: &str, start: usize) -> usize {
    let mut end = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        end += line.len();
        let bare = line.trim_end_matches(['\n', '\r']);
        let slashes = bare.len() - bare.trim_end_matches('\\').len();
        if slashes % 2 == 0 {
            break;
        }
    }
    end
}

/// The command of a recipe's line, without what make takes for itself.
fn recipe_line(source: &Arc<Source>, span: Span) -> EmbeddedText {
    let mut text = EmbeddedText::new();
    let mut at = span.start as usize;
    for (index, line) in source.slice(span).split_inclusive('\n').enumerate() {
        let mut command = line.strip_prefix('\t').unwrap_or(line);
        if index == 0 {
            command = command.trim_start_matches([' ', '\t', '@', '-', '+']);
        }
        let begin = at + line.len() - command.len();
        text.push(command, Span::new(begin, at + line.len()));
        at += line.len();
    }
    text
}

/// A variable that a line sets.
fn assignment(source: &Arc<Source>, span: Span, line: &str) -> Option<Assignment> {
    let equals = line.find('=')?;
    let before = line.get(..equals)?;
    let (name, operator) = match before.trim_end_matches(':') {
        plain if plain.len() < before.len() => (plain, Operator::Now),
        _ => match before.strip_suffix('?') {
            Some(name) => (name, Operator::Default),
            None => match before.strip_suffix('+') {
                Some(name) => (name, Operator::Append),
                None => match before.strip_suffix('!') {
                    Some(name) => (name, Operator::Command),
                    None => (before, Operator::Later),
                },
            },
        },
    };
    let name = name.trim();
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || ":#=$(){}".contains(c));
    if !is_name {
        return None;
    }
    let value = line.get(equals + 1..)?.trim();
    let raw = source.slice(span);
    // The first `=` of the raw line is that of the assignment: before it stand names and targets only.
    let from = raw.find('=').map_or(0, |at| at + 1);
    let blank = raw.get(from..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    let start = span.start as usize + from + blank;
    let end = start + value.len();
    let place = Place::new(source, Span::new(start, end.min(span.end as usize)));
    Some(Assignment { name: name.to_owned(), operator, text: join_continuations(value), place })
}

/// A continued line as make reads it: backslash, line end and the white space around are one space.
fn join_continuations(text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    let lines = text.lines().map(|line| line.trim().trim_end_matches('\\').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
