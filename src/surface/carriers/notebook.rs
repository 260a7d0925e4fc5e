//! Jupyter notebooks: the Python of their cells, and the lines that a shell runs.
//!
//! Owns which lines are commands (`!…`, cells that begin with `%%bash`), and the texts of Python that are put into
//! them. All other lines of all cells are one program, in the order in which they stand.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Runs, Value};
use crate::source::{Place, Source};
use crate::surface::sdk::{EmbeddedProgram, Given};
use crate::surface::{embedded_yaml, python};
use crate::syntax::document::{self, Format};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

use super::carrier::Carrier;
use super::{Holes, Reader, Replacement, Script, pipelines, unparsable};

/// Notebooks.
pub(in crate::surface) const NOTEBOOK: Carrier = Carrier {
    id: "notebook",
    title: "Jupyter notebooks",
    claims: |path| path.extension().is_some_and(|ending| ending == "ipynb"),
    leads: false,
    read,
};

/// Cells that a shell runs as a whole.
const SHELLS: &[&str] = &["%%bash", "%%sh", "%%shell", "%%script bash", "%%script sh"];

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let document = document::parse(source.text(), Format::Json);
    if let Some((message, span)) = document.error {
        reader.problems.push(unparsable(&source, span, format!("this is no JSON: {message}")));
        reader.in_part = Some("part of it is no JSON".to_owned());
    }
    let folder = reader.path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let mut names = Names { constants: BTreeMap::new(), environment: Vec::new() };
    let mut program = EmbeddedText::new();
    for root in &document.roots {
        // Older notebooks have their cells in worksheets.
        let sheets = root.get("worksheets").map_or(&[] as &[Rc<Node>], |sheets| sheets.items());
        let lists = std::iter::once(root).chain(sheets).filter_map(|holder| holder.get("cells"));
        for cell in lists.flat_map(|cells| cells.items()) {
            if cell.get("cell_type").and_then(|kind| kind.text()) == Some("code")
                && let Some(text) = cell.get("source").or_else(|| cell.get("input"))
            {
                self::cell(reader, &code(&source, text), &folder, &mut names, &mut program);
            }
        }
        let of_python = |about: &str| {
            let said = root.get("metadata").and_then(|metadata| metadata.get(about)?.get("language"));
            let said = said.or_else(|| root.get("metadata")?.get(about)?.get("name")).and_then(|name| name.text());
            said.is_none_or(|name| name.to_ascii_lowercase().contains("python"))
        };
        if of_python("kernelspec") && of_python("language_info") {
            self::program(reader, &program);
        } else if reader.holds_needle(program.text()) {
            reader.in_part.get_or_insert_with(|| "its cells are in a language that is not read there".to_owned());
        }
        program = EmbeddedText::new();
    }
}

/// The calls of the program that the cells are.
fn program(reader: &mut Reader<'_>, text: &EmbeddedText) {
    if !reader.holds_needle(text.text()) || !reader.spend(text.text().len()) {
        return;
    }
    let runs = Runs { program: reader.source.path().to_owned(), ..Runs::default() };
    let source = Arc::clone(&reader.source);
    let program =
        EmbeddedProgram { source: &source, text, surface: reader.surface, runs: &runs, given: &Given::default() };
    let (calls, complete) = python::calls_of(&program, reader.project.apis, reader.project.files);
    reader.calls.push((source.path().to_owned(), calls));
    if !complete {
        reader.in_part.get_or_insert_with(|| "not all of the Python of its cells is followed".to_owned());
    }
}

/// The text of a cell.
fn code(source: &Arc<Source>, node: &Node) -> EmbeddedText {
    let mut all = EmbeddedText::new();
    let one = std::iter::once(node);
    for node in one.chain(node.items().iter().map(|item| &**item)) {
        if let Some(text) = embedded_yaml::text(source.text(), node) {
            all.append(&text);
        }
    }
    all
}

/// What earlier cells set.
struct Names {
    /// Texts of Python by their names.
    constants: BTreeMap<String, Value>,
    /// Variables of the environment.
    environment: Vec<(String, Value)>,
}

fn cell(reader: &mut Reader<'_>, code: &EmbeddedText, folder: &str, names: &mut Names, program: &mut EmbeddedText) {
    let text = code.text();
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if let Some(magic) = first.strip_prefix("%%") {
        let is_shell = SHELLS.iter().any(|known| {
            let rest = first.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        if is_shell {
            let from = text.find(first).map_or(0, |at| at + first.len());
            let script = code.part(from, text.len());
            reader.run(&Script { text: script, folder, variables: &names.environment, ..Script::default() });
        } else if magic.starts_with(|c: char| c.is_ascii_alphabetic()) && reader.holds_needle(text) {
            let name = magic.split_whitespace().next().unwrap_or_default();
            reader.in_part.get_or_insert_with(|| format!("a cell of `%%{name}` is not read"));
        }
        return;
    }
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let trimmed = line.trim_start();
        let start = at;
        let begin = at + line.len() - trimmed.len();
        let mut end = at + line.len();
        at = end;
        let assigned = trimmed.split_once('=').filter(|(name, _)| is_name(name.trim()));
        let output = assigned.map(|(_, value)| value.trim_start()).filter(|value| value.starts_with('!'));
        if trimmed.starts_with('!') || output.is_some() {
            let from = begin + trimmed.find('!').unwrap_or(0);
            let from = from + text.get(from..).map_or(0, |rest| rest.len() - rest.trim_start_matches('!').len());
            while text.get(..end).is_some_and(|before| before.trim_end().ends_with('\\')) {
                let Some(next) = text.get(end..).and_then(|rest| rest.split_inclusive('\n').next()) else { break };
                end += next.len();
            }
            at = end;
            let mut holes = Holes::default();
            let text = holes.fill(&code.part(from, end), &['{', '$'], |text, _| names.hole(text));
            let variables = &names.environment;
            reader.run(&Script { text, folder, variables, holes: Some(&holes), ..Script::default() });
            // What the command writes is not known, and what stands around it goes on.
            program.append(&code.part(start, begin));
            match assigned {
                Some((name, _)) => program.push(&format!("{} = output()\n", name.trim()), code.span(begin, end)),
                None => program.push("pass\n", code.span(begin, end)),
            }
        } else {
            names.line(&reader.source, code, begin, trimmed.trim_end());
            if trimmed.starts_with('%') {
                program.append(&code.part(start, begin));
                program.push("pass\n", code.span(begin, end));
            } else {
                program.append(&code.part(start, end));
            }
        }
    }
    program.push("\n", code.span(text.len(), text.len()));
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Names {
    /// `name = 'text'`, `%env NAME=text` and `os.environ['NAME'] = 'text'`
    fn line(&mut self, source: &Arc<Source>, code: &EmbeddedText, begin: usize, line: &str) {
        let magic = line.strip_prefix("%env ").or_else(|| line.strip_prefix("%set_env "));
        if let Some(rest) = magic {
            let rest = rest.trim();
            if let Some((name, value)) = rest.split_once('=').or_else(|| rest.split_once(' ')) {
                let value = value.trim();
                let value = if value.contains(['$', '{']) { None } else { Some(value) };
                let value = Self::set(source, code, (begin, line), name.trim(), value);
                pipelines::set(&mut self.environment, name.trim(), value);
            }
            return;
        }
        let Some((target, value)) = line.split_once('=').filter(|(_, value)| !value.starts_with('=')) else { return };
        let text = python_text(value.trim());
        let target = target.trim();
        if is_name(target) {
            let value = Self::set(source, code, (begin, line), target, text);
            // A name in a branch or a loop may keep what it had.
            let indented = begin > 0 && !code.text().get(..begin).is_some_and(|before| before.ends_with('\n'));
            let value = if indented { Value::unknown(format!("`{target}` is set in some runs"), None) } else { value };
            self.constants.insert(target.to_owned(), value);
        } else if let Some(name) = target.strip_prefix("os.environ[").and_then(|rest| rest.strip_suffix(']'))
            && let Some(name) = python_text(name)
        {
            let value = Self::set(source, code, (begin, line), name, text);
            pipelines::set(&mut self.environment, name, value);
        } else if let Some(name) = target.split(['+', '-', '*', ':', ' ', ',', '[', '.']).next().filter(|n| is_name(n))
        {
            let value = Value::unknown(format!("`{name}` is changed when it runs"), None);
            self.constants.insert(name.to_owned(), value);
        }
    }

    fn set(
        source: &Arc<Source>,
        code: &EmbeddedText,
        (begin, line): (usize, &str),
        name: &str,
        text: Option<&str>,
    ) -> Value {
        let place = Place::new(source, code.span(begin, begin + line.len()));
        match text {
            Some(text) => {
                let mut value = Value::known(text);
                let step = crate::model::Step { place, label: format!("`{name}` is set here") };
                value.alternatives_mut().iter_mut().for_each(|a| a.steps.push(step.clone()));
                value
            }
            None => Value::unknown(format!("`{name}` is computed when it runs"), Some(place)),
        }
    }

    /// `{name}` and `$name` in a command; a doubled one stands for itself.
    fn hole(&self, text: &str) -> Option<(usize, Replacement)> {
        if text.starts_with("$$") {
            return Some((2, Replacement::Text("$")));
        }
        if text.starts_with("{{") {
            return Some((2, Replacement::Text("{")));
        }
        let (name, length) = if text.starts_with('{') {
            let end = super::end_of(text, "}")?;
            (text.get(1..end - 1)?.trim(), end)
        } else {
            let rest = text.strip_prefix('$')?;
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (rest.get(..end)?, end + 1)
        };
        let known = self.constants.get(name).cloned();
        if text.starts_with('$') && known.is_none() {
            // A variable of the shell.
            return None;
        }
        let value = known.unwrap_or_else(|| Value::unknown(format!("`{name}` is computed when it runs"), None));
        (!name.is_empty()).then(|| (length, Replacement::Value(name.to_owned(), value)))
    }
}

/// The text of a Python string without escapes and expressions.
fn python_text(value: &str) -> Option<&str> {
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    quoted('"').or_else(|| quoted('\'')).filter(|text| !text.contains(['"', '\'', '\\']))
}
