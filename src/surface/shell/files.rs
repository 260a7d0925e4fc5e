//! Files that a script reads: sourced ones, and `.env`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Value;
use crate::source::{Place, Source};
use crate::surface::aliyun_cli::CliWord;
use crate::surface::normalize;
use crate::syntax::shell::{self, AssignedValue, Command, PartKind, Script, Statement};

use super::commands::passed;
use super::embedded::SHELLS;
use super::env::Positional;
use super::run::{Flow, ReadScript, Runner};
use super::value;

/// How many words may stand before a script that is run.
const LEADING: usize = 6;

/// Programs before a script that run it.
const PREFIXES: &[&str] = &["sudo", "nohup", "nice", "time", "exec", "env", "command", "root"];

/// How many files may be read for one script.
const FILES: usize = 64;

impl Runner<'_> {
    /// `. file` and `source file`
    pub(super) fn source_file(&mut self, rest: &[CliWord]) -> Flow {
        let Some(path) = rest.first().and_then(|word| word.value.as_text()).map(str::to_owned) else {
            return Flow::Next;
        };
        let flow = self.run_file(&path);
        if flow == Flow::Exit { Flow::Exit } else { Flow::Next }
    }

    fn run_file(&mut self, path: &str) -> Flow {
        let Some((path, script, source)) = self.find_script(path) else { return Flow::Next };
        if self.sourcing.contains(&path) {
            return Flow::Next;
        }
        self.deeper(|runner| {
            runner.sourcing.push(path);
            let outer = std::mem::replace(&mut runner.source, source);
            let flow = runner.statements(&script.statements);
            runner.source = outer;
            runner.sourcing.pop();
            flow
        })
    }

    /// `./script.sh a b` and `bash script.sh a b`: walks the script with its arguments, if it is one that we have.
    pub(super) fn run_script(&mut self, fields: &[CliWord]) {
        let text = |word: &CliWord| word.value.as_text().unwrap_or_default().to_owned();
        let is_shell = |name: &str| SHELLS.contains(&name.rsplit('/').next().unwrap_or(name));
        let is_script = |name: &str| !name.starts_with('-') && (name.contains('/') || name.ends_with(".sh"));
        let Some(at) = fields.iter().take(LEADING).position(|w| is_script(&text(w)) && !is_shell(&text(w))) else {
            return;
        };
        // Behind anything but a shell or a program that runs its words, a file is an argument.
        let before = fields.get(..at).unwrap_or_default();
        if !before.iter().all(|w| is_shell(&text(w)) || PREFIXES.contains(&text(w).as_str())) {
            return;
        }
        let Some((path, script, source)) = fields.get(at).and_then(|word| self.find_script(&text(word))) else {
            return;
        };
        let claimed = self.project.is_script;
        if self.sourcing.contains(&path) || !claimed(&path, source.text().as_bytes()) {
            return;
        }
        let words = fields.get(at + 1..).unwrap_or_default().iter().map(passed).collect();
        self.deeper(|runner| {
            let mut child = runner.environment.child();
            child.positional = Positional::Known(Rc::new(words));
            let environment = std::mem::replace(&mut runner.environment, child);
            let functions = std::mem::take(&mut runner.functions);
            let folder = path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
            let folder = std::mem::replace(&mut runner.folder, folder);
            let outer = std::mem::replace(&mut runner.source, source);
            runner.sourcing.push(path);
            runner.statements(&script.statements);
            runner.sourcing.pop();
            runner.source = outer;
            runner.folder = folder;
            runner.functions = functions;
            runner.environment = environment;
            Flow::Next
        });
    }

    /// A script beside the root script, or in the working directory.
    fn find_script(&mut self, path: &str) -> Option<(PathBuf, Rc<Script>, Arc<Source>)> {
        let own = Path::new(&self.folder);
        // An absolute path may be one that is installed from here.
        let installed = path.trim_start_matches('/');
        let candidates = [
            normalize(&own.join(path)),
            normalize(Path::new(path)),
            normalize(&own.join(installed)),
            normalize(Path::new(installed)),
        ];
        for candidate in candidates {
            if let Some(found) = self.read_script(&candidate) {
                return Some((candidate, found.0, found.1));
            }
        }
        None
    }

    fn read_script(&mut self, path: &Path) -> Option<ReadScript> {
        if let Some(known) = self.scripts.get(path) {
            return known.clone();
        }
        if self.scripts.len() >= FILES {
            return None;
        }
        let read = self.project.files.read(path).ok().map(|source| (Rc::new(shell::parse(source.text())), source));
        if let Some((_, source)) = &read {
            self.spend(source.text().len() / 64);
        }
        self.scripts.insert(path.to_owned(), read.clone());
        read
    }

    /// `export $(grep -v '^#' .env | xargs)` and the like: the file's variables are set.
    pub(super) fn load_dotenv(&mut self, command: &Command) {
        let loads =
            command.words.first().and_then(shell::Word::literal).is_some_and(|name| name == "export" || name == "env");
        if !loads {
            return;
        }
        let mut files = Vec::new();
        for part in command.words.iter().flat_map(|word| &word.parts) {
            if !matches!(part.kind, PartKind::Command(_)) {
                continue;
            }
            let text = self.source.slice(part.span);
            let pieces = text.split(|c: char| c.is_whitespace() || "()\"'`|<>;".contains(c));
            files
                .extend(pieces.filter(|p| p.rsplit('/').next().is_some_and(|f| f.contains(".env"))).map(str::to_owned));
        }
        for file in files {
            self.run_file(&file);
        }
    }

    /// A variable in the `.env` beside the root script, which something else may load for it.
    pub(super) fn beside(&self, name: &str) -> Option<Value> {
        self.beside.get_or_init(|| self.read_beside()).get(name).cloned()
    }

    fn read_beside(&self) -> BTreeMap<String, Value> {
        let mut variables = BTreeMap::new();
        let path = normalize(&Path::new(&self.folder).join(".env"));
        let Ok(source) = self.project.files.read(&path) else { return variables };
        for statement in &shell::parse(source.text()).statements {
            let Statement::Command(command) = statement else { continue };
            for assignment in &command.assignments {
                let AssignedValue::Word(word) = &assignment.value else { continue };
                let place = Place::new(&source, word.span);
                let label = format!("`{}` in the .env beside the script", assignment.name);
                let value = word.literal().map_or_else(
                    || value::outside(format!("`{}` is computed in the .env beside the script", assignment.name), None),
                    Value::known,
                );
                let mut value = value::assigned(value, &place, &label);
                for alternative in value.alternatives_mut() {
                    alternative.overridable = true;
                }
                variables.insert(assignment.name.clone(), value);
            }
        }
        variables
    }

    /// The arguments of a script that nobody calls in what we see.
    pub(super) fn script_arguments() -> Positional {
        Positional::Outside(Rc::from("an argument of the script"))
    }
}
