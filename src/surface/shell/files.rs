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

use super::env::Positional;
use super::run::{Flow, ReadScript, Runner};
use super::value;

/// How many files may be read for one script.
const FILES: usize = 64;

/// How many paths may be looked for.
pub(super) const LOOKUPS: usize = 2_000;

/// How many folders above a script, and how many folders of a path, may be where both trees begin.
const LEVELS: usize = 6;

/// A script that was found: its path, what it says, its text.
type FoundScript = (PathBuf, Rc<Script>, Arc<Source>);

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

    /// Walks a script with its arguments, in a shell of its own.
    pub(super) fn walk_script(&mut self, (path, script, source): FoundScript, words: Vec<CliWord>) {
        let claimed = self.project.is_script;
        if self.sourcing.contains(&path) || !claimed(&path, source.text().as_bytes()) {
            return;
        }
        self.deeper(|runner| {
            let mut child = runner.environment.child();
            child.positional = Positional::Known(Rc::new(words));
            let environment = std::mem::replace(&mut runner.environment, child);
            let functions = std::mem::take(&mut runner.functions);
            let folder = path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
            // What the script says is relative to where it is, unless it goes elsewhere itself.
            runner.environment.folder = None;
            let folder = std::mem::replace(&mut runner.folder, folder);
            let outer = std::mem::replace(&mut runner.source, source);
            runner.sourcing.push(path);
            let skipped = runner.skipped;
            runner.in_own_shell(|runner| {
                runner.statements(&script.statements);
            });
            runner.skipped = skipped;
            runner.sourcing.pop();
            runner.source = outer;
            runner.folder = folder;
            runner.functions = functions;
            runner.environment = environment;
            Flow::Next
        });
    }

    /// A script that a path means.
    pub(super) fn find_script(&mut self, path: &str) -> Option<FoundScript> {
        for candidate in self.candidates(path) {
            if let Some(found) = self.read_script(&candidate) {
                return Some((candidate, found.0, found.1));
            }
        }
        None
    }

    /// A file of the tree that a path means.
    pub(super) fn find_file(&mut self, path: &str) -> Option<PathBuf> {
        for candidate in self.candidates(path) {
            self.lookups = self.lookups.checked_sub(1)?;
            if self.project.files.read(&candidate).is_ok() {
                return Some(candidate);
            }
        }
        None
    }

    /// Where a path may lead: from where `cd` went, from beside the root script, from the working directory. An
    /// absolute one is not a path of the machine that this runs on: it may be installed from here, so that its end is
    /// one of the tree.
    fn candidates(&self, path: &str) -> Vec<PathBuf> {
        let own = Path::new(&self.folder);
        let mut all = Vec::new();
        let folder = self.environment.folder.as_deref().filter(|_| !path.starts_with('/'));
        for path in folder.map(|folder| format!("{folder}/{path}")).iter().map(String::as_str).chain([path]) {
            let clean = normalize(Path::new(path));
            if !path.starts_with('/') {
                all.push(normalize(&own.join(path)));
                all.push(clean);
                continue;
            }
            if own.is_absolute() && clean.starts_with(normalize(own)) {
                all.push(clean.clone());
            }
            let names: Vec<_> = clean.components().skip(1).collect();
            // What every machine has is not installed from here.
            let is_system = ["/bin", "/usr/bin", "/sbin", "/usr/sbin", "/dev", "/proc"];
            if clean.parent().is_some_and(|folder| is_system.iter().any(|system| folder == Path::new(system))) {
                continue;
            }
            let is_root = |folder: &&Path| folder.file_name().is_some() || folder.as_os_str().is_empty();
            let roots: Vec<&Path> = own.ancestors().take(LEVELS).filter(is_root).collect();
            for skipped in 0..names.len().min(LEVELS) {
                let tail: PathBuf = names.iter().skip(skipped).collect();
                let candidates = roots.iter().map(|root| normalize(&root.join(&tail)));
                all.extend(candidates.filter(|candidate| self.project.files.holds(candidate)));
            }
        }
        all
    }

    /// `cd folder`
    pub(super) fn change_folder(&mut self, rest: &[CliWord]) {
        let target = rest.iter().find(|word| word.value.as_text().is_none_or(|text| !text.starts_with('-')));
        let Some(text) = target.and_then(|word| word.value.as_text()) else {
            self.environment.folder = None;
            return;
        };
        let folder = match self.environment.folder.as_deref().filter(|_| !text.starts_with('/')) {
            Some(before) => format!("{before}/{text}"),
            None => text.to_owned(),
        };
        self.environment.folder = (folder.len() < 1000).then(|| Rc::from(folder));
    }

    fn read_script(&mut self, path: &Path) -> Option<ReadScript> {
        if let Some(known) = self.scripts.get(path) {
            return known.clone();
        }
        if self.scripts.values().flatten().count() >= FILES {
            return None;
        }
        self.lookups = self.lookups.checked_sub(1)?;
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
