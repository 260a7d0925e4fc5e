//! GitHub Actions: the `run` of a step, in workflows and in composite actions.
//!
//! Owns which shell a step runs in, the levels of its environment, and what is known of the expressions
//! that are put into a script before the shell sees it (`expressions`).

mod expressions;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Value};
use crate::surface::{Extraction, Project, Surface, normalize};
use crate::syntax::yaml::Node;

use super::pipelines;
use super::{Holes, Reader, SCRIPT, Script};
use expressions::Context;

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
        vec![SCRIPT.to_owned()]
    }

    fn leads_elsewhere(&self) -> bool {
        true
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
        for (_, job) in document.get("jobs").map_or(&[] as &[_], |jobs| jobs.entries()) {
            let mut context = context.clone();
            context.matrix(job);
            context.environment(job);
            steps(reader, job, &Level::of(job, &workflow), &context, &root);
        }
        if let Some(runs) = document.get("runs") {
            steps(reader, runs, &workflow, &context, &root);
        }
    }
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

fn steps(reader: &mut Reader<'_>, job: &Rc<Node>, level: &Level, context: &Context, root: &Path) {
    let source = Arc::clone(&reader.source);
    let mut job_context = context.clone();
    for step in job.get("steps").map_or(&[] as &[Rc<Node>], |steps| steps.items()) {
        let Some(run) = step.get("run").filter(|run| run.text().is_some()) else { continue };
        let own = |key: &str| step.get(key).and_then(|n| n.text()).map(str::to_owned);
        let shell = own("shell").or_else(|| level.shell.clone()).unwrap_or_default();
        let program = shell.split_whitespace().next().unwrap_or_default();
        if !program.is_empty() && !super::kubernetes::is_shell(program) {
            skip(reader, run, program);
            continue;
        }
        let folder = own("working-directory").or_else(|| level.folder.clone()).unwrap_or_default();
        let folder = normalize(&root.join(folder)).to_string_lossy().into_owned();
        let mut context = job_context.clone();
        context.environment(step);
        job_context.written(run.text().unwrap_or_default());
        let mut holes = Holes::default();
        let text = pipelines::script(&source, run);
        let text = holes.fill(&text, &['$'], |text, _| context.hole(text));
        let variables: Vec<(String, Value)> = context.variables();
        let script = Script { text, folder: &folder, variables: &variables, holes: Some(&holes), ..Script::default() };
        reader.run(&script);
    }
}

/// Says that a step is not looked at, if it holds a word of a call.
fn skip(reader: &mut Reader<'_>, run: &Node, program: &str) {
    let text = run.text().unwrap_or_default();
    if reader.holds_needle(text) {
        reader.in_part.get_or_insert_with(|| format!("a step runs in `{program}`, whose scripts are not read"));
    }
}
