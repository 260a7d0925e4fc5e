//! What people read about a rule or an error code on one screen.
//!
//! It takes an entry of the catalogue or of the error codes and writes text for a terminal of a given
//! width, plain or with bold and colour. It finds the entry for what the user typed, and says what was
//! probably meant when there is none. It judges nothing and knows no rule.

pub(super) mod wrap;

use std::io::{self, Write};

use crate::finding::{Catalogue, ErrorCode, ErrorCodes, Example, ExampleFile, Rule, Severity};
use crate::model::naming;

/// How the text is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The width of the terminal in columns.
    pub width: usize,
    /// Whether bold and colour are wanted.
    pub styled: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { width: 80, styled: false }
    }
}

/// What can be explained.
#[derive(Debug, Clone, Copy)]
pub enum Topic<'a> {
    /// A rule.
    Rule(&'a Rule),
    /// An error code.
    Code(&'a ErrorCode),
}

/// A name that is neither a rule nor an error code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is no rule and no error code{}", did_you_mean(.suggestions))]
pub struct UnknownTopic {
    /// What was asked for.
    pub name: String,
    /// What was probably meant, the likeliest first.
    pub suggestions: Vec<String>,
}

fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() { String::new() } else { format!("; did you mean {}?", suggestions.join(" or ")) }
}

/// Finds what a name stands for: the id of a rule, or an error code, to the letter or as one of a family.
///
/// # Errors
/// [`UnknownTopic`] says what was probably meant.
pub fn find_topic<'a>(name: &str, catalogue: &'a Catalogue, codes: &'a ErrorCodes) -> Result<Topic<'a>, UnknownTopic> {
    if let Some(rule) = catalogue.rule(name) {
        return Ok(Topic::Rule(rule));
    }
    if let Some(code) = codes.code_or_family(name) {
        return Ok(Topic::Code(code));
    }
    // A code that is right but for letter case is only suggested: some codes differ in nothing else.
    let rule = naming::nearest(name, catalogue.rules().iter().map(|rule| rule.id.as_str()));
    let code = codes.nearest(name).into_iter().map(|code| code.code.as_str());
    Err(UnknownTopic { name: name.to_owned(), suggestions: rule.into_iter().chain(code).map(str::to_owned).collect() })
}

/// Writes a topic.
///
/// `extension` is the file extension of the surface whose examples are shown when the rule has some, e.g. `tf`.
///
/// # Errors
/// What the writer answers.
pub fn explain(
    topic: Topic<'_>,
    catalogue: &Catalogue,
    codes: &ErrorCodes,
    extension: Option<&str>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match topic {
        Topic::Rule(rule) => explain_rule(rule, codes, extension, look, out),
        Topic::Code(code) => explain_code(code, codes, catalogue, look, out),
    }
}

/// Writes what a rule says, why it matters, what to write, an example of each kind, where it is written,
/// and the error codes that go with it.
///
/// # Errors
/// What the writer answers.
pub fn explain_rule(
    rule: &Rule,
    codes: &ErrorCodes,
    extension: Option<&str>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { look, out };
    page.head(&rule.id, rule.severity)?;
    page.prose(&rule.title, 0)?;
    page.section("Why it matters", &rule.why)?;
    page.section("What to write", &rule.fix)?;
    match chosen_examples(rule, extension) {
        Some((bad, good)) => {
            page.example("Wrong", bad)?;
            page.example("Right", good)?;
        }
        None => {
            if let Some(reason) = &rule.no_examples {
                page.section("Why there is no example", reason)?;
            }
        }
    }
    // A rule of an organisation stands on no page.
    if !rule.references.is_empty() {
        page.title("Where it is written")?;
    }
    for reference in &rule.references {
        page.item(reference)?;
    }
    if !rule.codes.is_empty() {
        page.title("Error codes of the service")?;
        for name in &rule.codes {
            let text = codes.code(name).map(|code| format!("{}: {}", code.with_status(), code.meaning));
            page.item(text.as_deref().unwrap_or(name))?;
        }
    }
    Ok(())
}

/// Writes what an error code means, what most likely leads to it, what to do now, and which rule would
/// have found it before the call was made.
///
/// # Errors
/// What the writer answers.
pub fn explain_code(
    code: &ErrorCode,
    codes: &ErrorCodes,
    catalogue: &Catalogue,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { look, out };
    let head = page.bold(&code.with_status());
    writeln!(page.out, "{head}")?;
    if let Some(class) = codes.class(code.class) {
        page.prose(&class.title, 0)?;
        page.section("What it means", &format!("{}\n\n{}", code.meaning, class.sentence))?;
    } else {
        page.section("What it means", &code.meaning)?;
    }
    page.section("What most likely leads to it", &code.cause)?;
    page.section("What to do now", &code.action)?;
    let likeliest = code.rule.as_deref().and_then(|id| catalogue.rule(id));
    let others = catalogue.rules().iter().filter(|rule| rule.codes.contains(&code.code));
    let others = others.filter(|rule| likeliest.is_none_or(|first| first.id != rule.id));
    let rules: Vec<_> = likeliest.into_iter().chain(others).collect();
    if !rules.is_empty() {
        page.title("Found before the call by")?;
        for rule in rules {
            page.item(&format!("{}: {}", rule.id, rule.title))?;
        }
    }
    if code.family {
        page.section("Belongs together", &format!("Codes that begin with `{}.` mean the same.", code.code))?;
    }
    let documentation = codes.documentation();
    let written = match &code.source {
        Some(source) if !code.on_page => format!("Not on the page of the call; known from {source}."),
        _ => format!("{}, error codes ({})", documentation.title, documentation.updated),
    };
    page.section("Where it is written", &written)
}

/// The examples that are shown: the first wrong one of the wanted kind, or else the shortest of all, and
/// the first right one of the same kind. The files have the most telling example first.
fn chosen_examples<'a>(rule: &'a Rule, extension: Option<&str>) -> Option<(&'a Example, &'a Example)> {
    let first_of = |examples: &'a [Example], extension: Option<&str>| {
        examples.iter().find(|example| extension.is_some() && example_extension(example) == extension)
    };
    let bad = first_of(&rule.bad, extension).or_else(|| rule.bad.iter().min_by_key(|example| line_count(example)))?;
    let good = first_of(&rule.good, example_extension(bad)).or_else(|| rule.good.first())?;
    Some((bad, good))
}

fn example_extension(example: &Example) -> Option<&str> {
    example.files.first().and_then(|file| file.path.rsplit_once('.')).map(|(_, extension)| extension)
}

fn line_count(example: &Example) -> usize {
    example.files.iter().map(|file| file.text.lines().count()).sum()
}

/// Where a text is written to, and how.
struct Page<'a> {
    look: Look,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn paint(&self, codes: &str, text: &str) -> String {
        if self.look.styled { format!("\u{1b}[{codes}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn bold(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn head(&mut self, id: &str, severity: Severity) -> io::Result<()> {
        let colour = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        };
        let line = format!("{} ({})", self.bold(id), self.paint(colour, severity.word()));
        writeln!(self.out, "{line}")
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        let title = self.bold(title);
        writeln!(self.out, "\n{title}")
    }

    fn section(&mut self, title: &str, markdown: &str) -> io::Result<()> {
        self.title(title)?;
        self.prose(markdown, 2)
    }

    fn prose(&mut self, markdown: &str, indent: usize) -> io::Result<()> {
        for line in wrap::paragraphs(markdown, self.look.width, indent) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn item(&mut self, text: &str) -> io::Result<()> {
        for line in wrap::paragraph(text, self.look.width, "  - ", "    ") {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn example(&mut self, kind: &str, example: &Example) -> io::Result<()> {
        self.title(&format!("{kind}: {}", example.title))?;
        // The caret belongs to the last place where the text stands; only the file that holds it gets one.
        let marked = example.at.as_deref().and_then(|at| {
            let place = |(number, file): (usize, &ExampleFile)| file.text.rfind(at).map(|start| (number, start));
            example.files.iter().enumerate().filter_map(place).next_back().map(|(number, start)| (number, start, at))
        });
        for (number, file) in example.files.iter().enumerate() {
            if example.files.len() > 1 {
                writeln!(self.out, "  {}:", file.path)?;
            }
            let mark = marked.filter(|(of, ..)| *of == number).map(|(_, start, at)| (start, at));
            self.code(file, mark)?;
        }
        Ok(())
    }

    /// Writes the lines of a file, and below the line that holds the mark, a line of carets.
    fn code(&mut self, file: &ExampleFile, mark: Option<(usize, &str)>) -> io::Result<()> {
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let here = mark.and_then(|(at, text)| at.checked_sub(start).map(|column| (column, text)));
            start += line.len();
            let shown = line.trim_end();
            if shown.starts_with("#!") {
                continue;
            }
            writeln!(self.out, "{}", format!("  | {shown}").trim_end())?;
            if let Some((before, text)) = here.and_then(|(column, text)| Some((shown.get(..column)?, text))) {
                let gap = " ".repeat(wrap::columns(before));
                let carets = self.paint("1;31", &"^".repeat(wrap::columns(text.lines().next().unwrap_or_default())));
                writeln!(self.out, "  | {gap}{carets}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
