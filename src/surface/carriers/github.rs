//! GitHub Actions: the `run` of a step, in workflows and in composite actions.
//!
//! Owns which shell a step runs in, the levels of its environment, and what is known of the expressions
//! that are put into a script before the shell sees it (`expressions`).

mod expressions;
mod schedules;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Runs, Step, Value};
use crate::source::Place;
use crate::surface::{Extraction, Lead, Project, Surface, display, normalize};
use crate::syntax::yaml::Node;

use super::pipelines;
use super::{Holes, Reader, Script, languages::Language};
use expressions::Context;
use schedules::{Schedules, When};

const ID: &str = "github-actions";

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct GithubActions;

impl Surface for GithubActions {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "GitHub workflows"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let is_yaml = path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
        is_yaml && (in_workflows(path) || path.file_stem().is_some_and(|stem| stem == "action"))
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn support_needles(&self) -> Vec<String> {
        super::leads().into_iter().chain(["uses: ./".to_owned()]).collect()
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

fn in_workflows(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    // Other forges read the same files from folders of their own.
    let around = path.parent().and_then(Path::parent).and_then(Path::file_name);
    folder.is_some_and(|name| name == "workflows")
        && around.is_some_and(|name| name == ".github" || name == ".gitea" || name == ".forgejo")
}

fn read(reader: &mut Reader<'_>) {
    let hidden = reader
        .path
        .ancestors()
        .find(|f| f.file_name().is_some_and(|name| name == ".github" || name == ".gitea" || name == ".forgejo"));
    let root = hidden.or(Some(reader.path)).and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
    for document in pipelines::documents(reader) {
        let mut context = Context::new(&document, &reader.source);
        let workflow = Level::of(&document, &Level::default());
        context.environment(&document);
        let source = Arc::clone(&reader.source);
        let schedules = Schedules::of(&document, &source);
        for (number, (_, job)) in schedules.jobs().iter().enumerate() {
            let mut context = context.clone();
            context.matrix(job);
            context.environment(job);
            let Some(mut runs) = schedules.runs(number) else { continue };
            runs.repeats.clone_from(&context.rounds);
            if let Some(called) = job.get("uses") {
                lead(reader, called, job, &root, &runs);
            }
            steps(reader, job, &Level::of(job, &workflow), &context, &root, &runs);
        }
        if let Some(runs) = document.get("runs") {
            steps(reader, runs, &workflow, &context, &root, &Runs::default());
        }
    }
}

/// Tells that a workflow or an action of the repository is run.
fn lead(reader: &mut Reader<'_>, uses: &Node, by: &Node, root: &Path, runs: &Runs) {
    let Some(path) = uses.text().and_then(|text| text.strip_prefix("./")) else { return };
    let when = When::of(by);
    if matches!(when, When::Never) {
        return;
    }
    let called = normalize(&root.join(path));
    let files = [called.clone(), called.join("action.yml"), called.join("action.yaml")];
    let Some(found) = files.iter().find(|file| reader.project.files.read(file).is_ok()) else { return };
    let step = Step { place: Place::new(&reader.source, uses.span), label: "runs this file".to_owned() };
    let program = reader.source.path().to_owned();
    let runs = Runs { starts: when.starts(&runs.starts), program, ..runs.clone() };
    let from = reader.part(&runs, &format!("uses {}", reader.leads.len()), step.clone());
    reader.leads.push(Lead { from, to: display(found), step, certain: matches!(when, When::Always), once: false });
}

/// What steps inherit.
#[derive(Debug, Clone, Default)]
struct Level {
    shell: Option<String>,
    folder: Option<String>,
}

impl Level {
    fn of(node: &Node, outer: &Self) -> Self {
        let run = node.get("defaults").and_then(|defaults| defaults.get("run"));
        let text = |key: &str| run.and_then(|run| run.get(key)).and_then(|n| n.text()).map(str::to_owned);
        let windows = node.get("runs-on").and_then(|n| n.text()).is_some_and(|image| image.contains("windows"));
        let shell = text("shell").or_else(|| windows.then(|| "pwsh".to_owned()));
        Self {
            shell: shell.or_else(|| outer.shell.clone()),
            folder: text("working-directory").or_else(|| outer.folder.clone()),
        }
    }
}

fn steps(reader: &mut Reader<'_>, job: &Rc<Node>, level: &Level, context: &Context, root: &Path, runs: &Runs) {
    let source = Arc::clone(&reader.source);
    let mut job_context = context.clone();
    for step in job.get("steps").map_or(&[] as &[Rc<Node>], |steps| steps.items()) {
        if let Some(uses) = step.get("uses") {
            lead(reader, uses, step, root, runs);
        }
        let Some(run) = step.get("run").filter(|run| run.text().is_some()) else { continue };
        let own = |key: &str| step.get(key).and_then(|n| n.text()).map(str::to_owned);
        let shell = own("shell").or_else(|| level.shell.clone()).unwrap_or_default();
        let program = shell.split_whitespace().next().unwrap_or_default();
        let Some(language) = Language::of(if program.is_empty() { "bash" } else { program }) else {
            reader.skip(run.text().unwrap_or_default(), program);
            continue;
        };
        let folder = own("working-directory").or_else(|| level.folder.clone()).unwrap_or_default();
        let folder = normalize(&root.join(folder)).to_string_lossy().into_owned();
        let mut context = job_context.clone();
        context.environment(step);
        job_context.written(run.text().unwrap_or_default());
        let mut holes = Holes::default();
        let text = pipelines::script(&source, run);
        let text = holes.fill(&text, &['$'], |text, _| context.hole(text));
        let variables: Vec<(String, Value)> = context.variables();
        let runs = Runs { starts: When::of(step).starts(&runs.starts), ..runs.clone() };
        let holes = Some(&holes);
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
}
