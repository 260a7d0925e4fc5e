//! Functions of Function Compute in the files of Serverless Devs: the timers that start a program.
//!
//! There is no call in such a file; it names the folder of the code, the handler in it and the triggers.

use std::path::Path;
use std::rc::Rc;

use crate::model::{Api, Start, Step};
use crate::source::Place;
use crate::surface::{Extraction, Project, Started, Surface, display, normalize};
use crate::syntax::schedule;
use crate::syntax::yaml::{Kind, Node};

use super::Reader;
use super::pipelines;

const ID: &str = "serverless";

/// How deep functions are looked for.
const DEPTH: usize = 16;

/// Endings of programs whose handler is named after their file.
const ENDINGS: &[&str] = &["py", "js", "mjs", "ts", "php"];

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Serverless;

impl Surface for Serverless {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Serverless Devs"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        matches!(&*name, "s.yaml" | "s.yml") || name.ends_with(".s.yaml") || name.ends_with(".s.yml")
    }

    fn needles(&self, _apis: &[Api]) -> Vec<String> {
        Vec::new()
    }

    fn support_needles(&self) -> Vec<String> {
        vec!["cronExpression".to_owned()]
    }

    fn leads_elsewhere(&self) -> bool {
        true
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    for document in pipelines::documents(reader) {
        functions(reader, &document, DEPTH);
    }
}

/// Every mapping with triggers is looked at as a function.
fn functions(reader: &mut Reader<'_>, node: &Rc<Node>, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    match &node.kind {
        Kind::Mapping(entries) => {
            if let Some(triggers) = node.get("triggers") {
                function(reader, node, triggers);
            }
            entries.iter().for_each(|(_, child)| functions(reader, child, less));
        }
        Kind::Sequence(items) => items.iter().for_each(|item| functions(reader, item, less)),
        Kind::Scalar { .. } => {}
    }
}

fn function(reader: &mut Reader<'_>, node: &Node, triggers: &Node) {
    // In the older edition the function stands beside its triggers.
    let inner = node.get("function");
    let own = |key: &str| inner.and_then(|function| function.get(key)).or_else(|| node.get(key));
    let Some(handler) = own("handler") else { return };
    let code = own("code").or_else(|| own("codeUri")).and_then(|code| code.text()).unwrap_or(".");
    let Some((module, _)) = handler.text().and_then(|text| text.rsplit_once('.')) else { return };
    let folder = reader.path.parent().unwrap_or(Path::new("")).join(code);
    let files = ENDINGS.iter().map(|ending| normalize(&folder.join(format!("{module}.{ending}"))));
    let Some(program) = files.into_iter().find(|file| reader.project.files.read(file).is_ok()) else { return };
    let step = Step { place: Place::new(&reader.source, handler.span), label: "runs this handler".to_owned() };
    let starts: Vec<Start> = triggers.items().iter().filter_map(|trigger| start(reader, trigger)).collect();
    for mut start in starts {
        start.steps.push(step.clone());
        reader.started.push(Started { program: display(&program), start });
    }
}

fn start(reader: &Reader<'_>, trigger: &Node) -> Option<Start> {
    let config = trigger.get("triggerConfig").or_else(|| trigger.get("config"))?;
    if config.get("enable").and_then(|enable| enable.text()) == Some("false") {
        return None;
    }
    let cron = config.get("cronExpression")?;
    let text = cron.text()?;
    Some(Start::of(Place::new(&reader.source, cron.span), text, schedule::function_compute(text)))
}
