//! CircleCI: the steps of jobs and of commands, with their parameters.
//!
//! Owns `<< parameters.x >>` and what the uses of a command or a job give, the levels of the environment, and the
//! schedules of workflows. What orbs do is not known.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{GuardKind, Runs, Start, Step, Value};
use crate::source::{Place, Source, Span};
use crate::syntax::schedule;
use crate::syntax::yaml::{Kind, Node};

use super::carrier::{Carrier, file_name, is_below, is_yaml, root_above};
use super::lanes::{self, Job};
use super::languages::Language;
use super::{Holes, Reader, Replacement, Script, given, pipelines};

/// The pipelines of CircleCI.
pub(in crate::surface) const CIRCLECI: Carrier = Carrier {
    id: "circleci",
    title: "CircleCI pipelines",
    claims: |path| is_yaml(path) && (is_below(path, ".circleci") || file_name(path) == "circle.yml"),
    leads: true,
    read,
};

/// How deep steps may be nested, and how many uses of one command are told apart.
const DEPTH: usize = 12;
const USES: usize = 24;

fn read(reader: &mut Reader<'_>) {
    let folder = root_above(reader.path, &[".circleci"]);
    for document in pipelines::documents(reader) {
        let source = Arc::clone(&reader.source);
        let mut config = Config { root: &document, source, folder: &folder, steps: 0 };
        let uses = config.uses();
        config.steps = uses.values().map(Vec::len).sum();
        let pipeline = config.parameters(&document, &[], "pipeline.parameters");
        for kind in ["commands", "jobs"] {
            for (key, node) in document.get(kind).map_or(&[] as &[_], |nodes| nodes.entries()) {
                let name = key.text().unwrap_or_default();
                let given = uses.get(name).map_or(&[] as &[_], Vec::as_slice);
                let mut parameters = pipeline.clone();
                parameters.extend(config.parameters(node, given, "parameters"));
                if !reader.is_of_interest(reader.source.slice(node.span)) || !reader.spend(config.steps) {
                    continue;
                }
                let runs = if kind == "jobs" { config.runs(name) } else { Runs::default() };
                config.part(reader, node, &parameters, &runs);
            }
        }
    }
}

struct Config<'a> {
    root: &'a Rc<Node>,
    source: Arc<Source>,
    folder: &'a str,
    /// How many steps and jobs the file has: what looking for a job in workflows costs.
    steps: usize,
}

impl Config<'_> {
    fn place(&self, node: &Node) -> Place {
        Place::new(&self.source, node.span)
    }

    /// What each use of a command or a job gives: mappings by its name.
    fn uses(&self) -> BTreeMap<String, Vec<Rc<Node>>> {
        let mut found: BTreeMap<String, Vec<Rc<Node>>> = BTreeMap::new();
        let mut open: Vec<(&Rc<Node>, usize)> = vec![(self.root, 0)];
        while let Some((node, depth)) = open.pop() {
            for (key, value) in node.entries() {
                if matches!(key.text(), Some("steps" | "jobs")) {
                    for item in value.items() {
                        match item.entries() {
                            [(name, given)] => {
                                found
                                    .entry(name.text().unwrap_or_default().to_owned())
                                    .or_default()
                                    .push(Rc::clone(given));
                            }
                            _ => found
                                .entry(item.text().unwrap_or_default().to_owned())
                                .or_default()
                                .push(Rc::clone(item)),
                        }
                    }
                }
                if depth < 2 * DEPTH {
                    open.push((value, depth + 1));
                }
            }
            if depth < 2 * DEPTH {
                open.extend(node.items().iter().map(|item| (item, depth + 1)));
            }
        }
        // In the order of the file.
        found.values_mut().for_each(|uses| uses.sort_by_key(|node| node.span.start));
        found
    }

    /// The values of the parameters of a part, by the names that expressions use.
    fn parameters(&self, part: &Node, uses: &[Rc<Node>], prefix: &str) -> Vec<(String, Value)> {
        let declared = part.get("parameters").map_or(&[] as &[_], |parameters| parameters.entries());
        let mut all = Vec::new();
        for (key, declaration) in declared {
            let Some(name) = key.text() else { continue };
            let mut alternatives = Vec::new();
            let guard: Arc<str> = Arc::from(format!("uses at {} of {}", part.span.start, self.source.path()));
            for (index, given) in uses.iter().enumerate().take(USES) {
                let value = self.argument(given, name, declaration);
                given::in_round(&value, &guard, index, &mut alternatives);
            }
            let value = match uses.len() {
                0 => self.default(name, declaration),
                1 => uses.first().map_or_else(Value::absent, |given| self.argument(given, name, declaration)),
                2..=USES => Value::one_of(alternatives),
                _ => Value::unknown(format!("`{name}` is given in very many places"), Some(self.place(declaration))),
            };
            all.push((format!("{prefix}.{name}"), value));
        }
        all
    }

    /// What one use gives for a parameter.
    fn argument(&self, given: &Node, name: &str, declaration: &Node) -> Value {
        let matrix = given.get("matrix").and_then(|matrix| matrix.get("parameters")).and_then(|all| all.get(name));
        if let Some(list) = matrix {
            let key: Arc<str> = Arc::from(format!("matrix {name} at {} of {}", list.span.start, self.source.path()));
            let label = format!("element of the matrix for `{name}`");
            return given::one_of(&self.source, list.items(), (&key, GuardKind::Iteration), &label, &|text| {
                plain(text)
            });
        }
        let Some(value) = given.get(name) else { return self.default(name, declaration) };
        match value.text().filter(|text| plain(text)) {
            Some(text) => {
                let mut known = Value::known(text);
                let step = Step { place: self.place(value), label: format!("`{name}` is given here") };
                known.alternatives_mut().iter_mut().for_each(|a| a.steps.push(step.clone()));
                known
            }
            None => Value::unknown(format!("`{name}` is made up of other values"), Some(self.place(value))),
        }
    }

    fn default(&self, name: &str, declaration: &Node) -> Value {
        let options = declaration.get("enum").map_or(&[] as &[Rc<Node>], |options| options.items());
        match declaration.get("default").and_then(|node| Some((node, node.text().filter(|text| plain(text))?))) {
            Some((node, text)) => given::default(&self.source, format!("default of `{name}`"), node.span, text),
            None if !options.is_empty() => {
                let key: Arc<str> = Arc::from(format!("parameter {name} of {}", self.source.path()));
                let label = format!("one of the values of `{name}`");
                given::one_of(&self.source, options, (&key, GuardKind::Conditional), &label, &|text| plain(text))
            }
            None => Value::unknown(format!("`{name}` has no default"), Some(self.place(declaration))),
        }
    }

    /// What starts a job, and what it runs beside, by the workflows that it is in.
    fn runs(&self, name: &str) -> Runs {
        let mut runs = Runs::default();
        for (key, workflow) in self.root.get("workflows").map_or(&[] as &[_], |all| all.entries()) {
            let jobs = self.jobs(workflow);
            if !jobs.iter().any(|job| job.name == name) {
                continue;
            }
            let group = format!("workflow {} of {}", key.text().unwrap_or_default(), self.source.path());
            runs.lanes.extend(lanes::of(&group, &jobs, name));
            let step = Step { place: Place::new(&self.source, key.span), label: "this workflow".to_owned() };
            let triggers = workflow.get("triggers").map_or(&[] as &[Rc<Node>], |triggers| triggers.items());
            for cron in triggers.iter().filter_map(|trigger| trigger.get("schedule")?.get("cron")) {
                let Some(text) = cron.text() else { continue };
                let start = Start::of(self.place(cron), text, schedule::cron(text));
                runs.starts.push(Start { steps: vec![step.clone()], ..start });
            }
        }
        runs
    }

    /// The jobs of a workflow.
    fn jobs(&self, workflow: &Node) -> Vec<Job> {
        let items = workflow.get("jobs").map_or(&[] as &[Rc<Node>], |jobs| jobs.items());
        let job = |item: &Rc<Node>| {
            let (name, given) = match item.entries() {
                [(name, given)] => (name.text()?, Some(given)),
                _ => (item.text()?, None),
            };
            let requires =
                given.and_then(|given| given.get("requires")).map_or(&[] as &[Rc<Node>], |list| list.items());
            Some(Job {
                name: name.to_owned(),
                place: self.place(item),
                after: requires.iter().filter_map(|name| name.text().map(str::to_owned)).collect(),
                optional: given.is_some_and(|given| given.get("filters").is_some() || given.get("matrix").is_some()),
            })
        };
        items.iter().filter_map(job).collect()
    }

    /// The steps of a job or a command.
    fn part(&self, reader: &mut Reader<'_>, part: &Rc<Node>, parameters: &[(String, Value)], runs: &Runs) {
        let mut variables = Vec::new();
        let executor = part.get("executor");
        let executor = executor.map(|e| e.get("name").unwrap_or(e)).and_then(|name| name.text());
        let executor = executor.and_then(|name| self.root.get("executors")?.get(name));
        for level in executor.into_iter().chain([part]).filter_map(|level| level.get("environment")) {
            given::environment(&self.source, level, &mut variables, &plain);
        }
        let shell = part.get("shell").and_then(|shell| shell.text()).unwrap_or_default();
        let level = Level { parameters, variables: &variables, shell, runs };
        for key in ["pre-steps", "steps", "post-steps"] {
            if let Some(steps) = part.get(key) {
                self.steps(reader, steps, &level, DEPTH);
            }
        }
    }

    fn steps(&self, reader: &mut Reader<'_>, steps: &Node, level: &Level<'_>, depth: usize) {
        let Some(less) = depth.checked_sub(1) else { return };
        for (key, value) in steps.items().iter().flat_map(|step| step.entries()) {
            match key.text() {
                Some("run") => self.run(reader, value, level),
                // Conditions, and steps that are given to a command.
                Some(_) if matches!(value.kind, Kind::Mapping(_)) => {
                    for (_, steps) in
                        value.entries().iter().filter(|(key, _)| key.text().is_some_and(|k| k.contains("steps")))
                    {
                        self.steps(reader, steps, level, less);
                    }
                }
                _ => {}
            }
        }
    }

    fn run(&self, reader: &mut Reader<'_>, run: &Rc<Node>, level: &Level<'_>) {
        let command = run.get("command").unwrap_or(run);
        if !command.text().is_some_and(|text| reader.is_of_interest(text)) {
            return;
        }
        let shell = run.get("shell").and_then(|shell| shell.text()).unwrap_or(level.shell);
        let Some(language) = Language::of(if shell.is_empty() { "bash" } else { shell }) else {
            reader.skip(command.text().unwrap_or_default(), shell);
            return;
        };
        let mut variables = level.variables.to_vec();
        if let Some(environment) = run.get("environment") {
            given::environment(&self.source, environment, &mut variables, &plain);
        }
        let mut holes = Holes::default();
        let text = pipelines::script(&self.source, command);
        let text = holes.fill(&text, &['<'], |text, span| self.hole(text, span, level.parameters));
        let (holes, runs) = (Some(&holes), level.runs.clone());
        let folder = run
            .get("working_directory")
            .and_then(|folder| folder.text())
            .filter(|f| plain(f) && !f.starts_with(['~', '/', '$']));
        let folder = match folder {
            Some(inner) => {
                crate::surface::normalize(&Path::new(self.folder).join(inner)).to_string_lossy().into_owned()
            }
            None => self.folder.to_owned(),
        };
        reader.run(&Script {
            text,
            folder: &folder,
            variables: &variables,
            holes,
            language,
            runs,
            ..Script::default()
        });
    }

    /// `<< parameters.x >>`
    fn hole(&self, text: &str, span: Span, parameters: &[(String, Value)]) -> Option<(usize, Replacement)> {
        let end = text.starts_with("<<").then(|| super::end_of(text, ">>")).flatten()?;
        let name = text.get(2..end - 2)?.trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        let known = parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let value = known.unwrap_or_else(|| {
            Value::unknown(
                format!("`{name}` is not known before the pipeline runs"),
                Some(Place::new(&self.source, span)),
            )
        });
        is_name.then(|| (end, Replacement::Value(format!("<< {name} >>"), value)))
    }
}

/// What steps inherit.
struct Level<'a> {
    parameters: &'a [(String, Value)],
    variables: &'a [(String, Value)],
    shell: &'a str,
    runs: &'a Runs,
}

/// Whether a text is what it looks like.
fn plain(text: &str) -> bool {
    !text.contains("<<")
}
