//! GitLab CI: the lists of commands of a job, with its variables.
//!
//! Owns `extends`, `default`, `!reference` and the levels of variables within one file. What included files
//! set is not known.

mod stages;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Alternative, Api, Guard, GuardKind, Runs, Value};
use crate::source::Source;
use crate::surface::{Extraction, Project, Surface};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

use super::pipelines;
use super::{Holes, Reader, Replacement, Script};
use stages::Stages;

const ID: &str = "gitlab-ci";

/// Top-level keys that are no jobs.
const KEYWORDS: &[&str] =
    &["default", "include", "stages", "variables", "workflow", "spec", "cache", "image", "services"];

/// How long a chain of `extends` may be.
const DEPTH: usize = 12;

/// How many values a variable of a matrix may have.
const VALUES: usize = 48;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct GitlabCi;

impl Surface for GitlabCi {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "GitLab pipelines"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        let in_folder = path.parent().is_some_and(|parent| {
            parent.components().any(|c| c.as_os_str() == ".gitlab" || c.as_os_str() == ".gitlab-ci")
        });
        is_yaml && (name.contains(".gitlab-ci.") || name.starts_with("gitlab-ci.") || in_folder)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn support_needles(&self) -> Vec<String> {
        super::leads()
    }

    fn leads_elsewhere(&self) -> bool {
        true
    }

    fn policy_needles(&self) -> Vec<String> {
        crate::surface::policy::script_needles()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    let folder = root(reader.path);
    for document in pipelines::documents(reader) {
        let pipeline = Pipeline { root: &document };
        let is_job = |(key, job): &&(Rc<Node>, Rc<Node>)| {
            !KEYWORDS.contains(&key.text().unwrap_or_default()) && matches!(job.kind, Kind::Mapping(_))
        };
        let jobs: Vec<_> = document.entries().iter().filter(is_job).collect();
        let source = Arc::clone(&reader.source);
        let chains = jobs.iter().map(|(key, job)| (Rc::clone(key), pipeline.chain(job))).collect();
        let stages = Stages::of(&document, &source, chains);
        for (number, (_, job)) in jobs.into_iter().enumerate() {
            pipeline.job(reader, job, &folder, &stages.runs(number));
        }
    }
}

/// The folder of the repository that a pipeline's file is in.
fn root(path: &Path) -> String {
    let folder = path.parent().unwrap_or(Path::new(""));
    let hidden = folder.ancestors().find(|f| f.file_name().is_some_and(|n| n == ".gitlab" || n == ".gitlab-ci"));
    let root = hidden.and_then(Path::parent).unwrap_or(folder);
    root.to_string_lossy().into_owned()
}

struct Pipeline<'a> {
    root: &'a Rc<Node>,
}

impl Pipeline<'_> {
    fn job(&self, reader: &mut Reader<'_>, job: &Rc<Node>, folder: &str, runs: &Runs) {
        let chain = self.chain(job);
        let given = self.root.get("variables").map_or(0, |level| level.entries().len());
        if !reader.spend(given * given) {
            return;
        }
        let source = Arc::clone(&reader.source);
        let mut variables: Vec<(String, Value)> = Vec::new();
        let levels =
            self.root.get("variables").into_iter().chain(chain.iter().rev().filter_map(|n| n.get("variables")));
        for level in levels {
            set_all(&source, level, &mut variables, 0);
        }
        for rules in [self.root.get("workflow").and_then(|w| w.get("rules")), chain.iter().find_map(|n| n.get("rules"))]
        {
            for set in rules.iter().flat_map(|rules| rules.items()).filter_map(|rule| rule.get("variables")) {
                for name in set.entries().iter().filter_map(|(key, _)| key.text()) {
                    let value = Value::unknown(format!("a rule of the pipeline may set `{name}`"), None);
                    pipelines::set(&mut variables, name, value);
                }
            }
        }
        let matrix = chain.iter().find_map(|n| n.get("parallel")).and_then(|parallel| parallel.get("matrix"));
        if let Some(matrix) = matrix {
            combinations(&source, matrix, &mut variables);
        }
        let default = self.root.get("default");
        let find = |key: &str| {
            let own = chain.iter().find_map(|node| node.get(key));
            own.or_else(|| default.and_then(|d| d.get(key))).or_else(|| self.root.get(key))
        };
        // What comes before and the commands themselves run in one shell.
        let mut text = EmbeddedText::new();
        let own = |key: &str| chain.iter().find_map(|node| node.get(key));
        for part in [find("before_script"), own("script")].into_iter().flatten() {
            self.add(&source, part, &mut text, DEPTH);
            text.push("\n", text.span(text.text().len(), text.text().len()));
        }
        run(reader, &text, folder, &variables, runs);
        if let Some(after) = find("after_script") {
            let mut text = EmbeddedText::new();
            self.add(&source, after, &mut text, DEPTH);
            run(reader, &text, folder, &variables, runs);
        }
    }

    /// A job and what it extends, the job first; of several, the last one counts most.
    fn chain(&self, job: &Rc<Node>) -> Vec<Rc<Node>> {
        let mut chain = vec![Rc::clone(job)];
        let mut next = 0;
        while let Some(node) = chain.get(next).cloned() {
            next += 1;
            let Some(extends) = node.get("extends") else { continue };
            let names: Vec<&str> =
                extends.text().into_iter().chain(extends.items().iter().filter_map(|n| n.text())).collect();
            for base in names.iter().rev().filter_map(|name| self.root.get(name)) {
                if chain.len() < DEPTH && !chain.iter().any(|known| Rc::ptr_eq(known, base)) {
                    chain.push(Rc::clone(base));
                }
            }
        }
        chain
    }

    /// Adds commands, with those that `!reference [job, key]` names.
    fn add(&self, source: &Arc<Source>, node: &Node, all: &mut EmbeddedText, depth: usize) {
        let Some(less) = depth.checked_sub(1) else { return };
        if node.tag.as_deref() == Some("!reference") {
            let mut target = Some(self.root);
            for part in node.items() {
                target = target.and_then(|t| part.text().and_then(|key| t.get(key)));
            }
            if let Some(target) = target {
                self.add(source, target, all, less);
            }
        } else if node.items().is_empty() {
            let text = pipelines::script(source, node);
            if !all.text().is_empty() && !all.text().ends_with('\n') {
                all.push("\n", text.span(0, 0));
            }
            all.append(&text);
        } else {
            node.items().iter().for_each(|item| self.add(source, item, all, less));
        }
    }
}

/// Runs commands with what the pipeline puts in (`$[[ inputs.x ]]`).
fn run(reader: &mut Reader<'_>, text: &EmbeddedText, folder: &str, variables: &[(String, Value)], runs: &Runs) {
    let mut holes = Holes::default();
    let text = holes.fill(text, &['$'], |text, _| {
        let end = text.starts_with("$[[").then(|| super::end_of(text, "]]")).flatten()?;
        let shown = text.get(..end)?.to_owned();
        let value = Value::unknown(format!("`{shown}` is given by whoever includes this file"), None);
        Some((end, Replacement::Value(shown, value)))
    });
    let runs = runs.clone();
    reader.run(&Script { text, folder, variables, holes: Some(&holes), runs, ..Script::default() });
}

/// The key of the guards that stand on a variable of a matrix.
fn matrix_key(name: &str, source: &Source, matrix: &Node) -> Arc<str> {
    Arc::from(format!("matrix {name} of {} at {}", source.path(), matrix.span.start))
}

/// The variables of `parallel: matrix`: one combination after the other.
fn combinations(source: &Arc<Source>, matrix: &Node, variables: &mut Vec<(String, Value)>) {
    let single = matrix.items().len() == 1;
    for (key, values) in matrix.items().iter().flat_map(|item| item.entries()) {
        let Some(name) = key.text() else { continue };
        let nodes = if values.items().is_empty() { std::slice::from_ref(values) } else { values.items() };
        let plain = nodes.iter().all(|node| node.text().is_some_and(|text| !text.contains('$')));
        let value = if single && plain && nodes.len() <= VALUES {
            let guard = matrix_key(name, source, matrix);
            let alternative = |(index, node): (usize, &Rc<Node>)| {
                let value = pipelines::set_here(source, name, node, node.text().unwrap_or_default());
                let branch = u32::try_from(index).unwrap_or(u32::MAX);
                let guards = vec![Guard { key: Arc::clone(&guard), branch, kind: GuardKind::Iteration }];
                value.alternatives().first().cloned().map(|alternative| Alternative { guards, ..alternative })
            };
            Value::one_of(nodes.iter().enumerate().filter_map(alternative).collect())
        } else {
            Value::unknown(format!("`{name}` is another one in each run of the job"), None)
        };
        pipelines::set(variables, name, value);
    }
}

/// The variables of one level, those of merged mappings below its own.
fn set_all(source: &Arc<Source>, level: &Node, variables: &mut Vec<(String, Value)>, depth: usize) {
    if depth > DEPTH {
        return;
    }
    let entries = level.entries();
    for (_, merged) in entries.iter().filter(|(key, _)| key.text() == Some("<<")) {
        set_all(source, merged, variables, depth + 1);
        merged.items().iter().for_each(|base| set_all(source, base, variables, depth + 1));
    }
    for (key, node) in entries {
        let Some(name) = key.text().filter(|name| *name != "<<") else { continue };
        // A variable may have a description beside its value, and then somebody may choose another one.
        let long = node.get("value");
        let scalar = long.unwrap_or(node);
        let Some(text) = scalar.text() else { continue };
        let mut value = if text.contains('$') {
            Value::unknown(format!("`{name}` is made up of other variables of the pipeline"), None)
        } else {
            pipelines::set_here(source, name, scalar, text)
        };
        if long.is_some() {
            value.alternatives_mut().iter_mut().for_each(|a| a.overridable = true);
        }
        pipelines::set(variables, name, value);
    }
}
