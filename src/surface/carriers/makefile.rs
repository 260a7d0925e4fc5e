//! Makefiles: the lines of a recipe are commands, with make's own variables in them.
//!
//! Owns which files are makefiles and how a recipe becomes a script for the shell. What the lines of a
//! makefile mean is `lines`', what its variables hold is `variables`'.

mod lines;
mod variables;

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::{Api, Runs, Step, Value};
use crate::source::{Place, Span};
use crate::surface::{Extraction, Lead, Project, Surface, part_of};
use crate::syntax::shell::EmbeddedText;

use super::{Holes, Reader, Replacement, Script};
use lines::Recipe;
use variables::Variables;

const ID: &str = "makefile";

/// How many targets are looked at that may set variables for the recipe of another one.
const CALLERS: usize = 16;

/// How many ways from target to target are told.
const LEADS: usize = 4_000;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Makefile;

impl Surface for Makefile {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "makefiles"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        matches!(&*name, "Makefile" | "makefile" | "GNUmakefile" | "BSDmakefile")
            || name.starts_with("Makefile.")
            || path.extension().is_some_and(|ending| ending == "mk" || ending == "mak" || ending == "make")
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn support_needles(&self) -> Vec<String> {
        super::leads().into_iter().chain([".mk".to_owned()]).collect()
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
    let makefile = lines::read(&reader.source, reader.path, reader.project.files);
    let folder = reader.path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let exported = makefile.variables.exported();
    needs(reader, &makefile);
    for recipe in &makefile.recipes {
        for targets in contexts(recipe, &makefile) {
            let own = makefile.variables.for_targets(&targets);
            let (variables, exported) = match &own {
                Some(own) => (own, &own.exported()),
                None => (&makefile.variables, &exported),
            };
            // Variables of a target's own are a copy of all.
            let cost = if own.is_some() { super::VARIABLE_WORK * variables.len() } else { 1 };
            if reader.spend(cost) {
                run(reader, recipe, variables, exported, makefile.one_shell, &folder);
            }
        }
    }
}

/// The program that a recipe is: what its first target makes.
fn program(reader: &Reader<'_>, target: &str) -> String {
    part_of(reader.source.path(), target)
}

/// Tells which targets make which others, and which one is made when none is named.
fn needs(reader: &mut Reader<'_>, makefile: &lines::Makefile) {
    let mut found: Vec<(String, String)> = Vec::new();
    let visible = |target: &&String| !target.starts_with('.') && !target.contains('%');
    if let Some(first) = makefile.recipes.iter().flat_map(|recipe| &recipe.targets).find(visible) {
        found.push((String::new(), first.clone()));
    }
    for recipe in &makefile.recipes {
        let Some(first) = recipe.targets.first() else { continue };
        found.extend(recipe.targets.iter().skip(1).map(|target| (target.clone(), first.clone())));
    }
    for (need, callers) in &makefile.callers {
        found.extend(callers.iter().take(LEADS).map(|caller| (caller.clone(), need.clone())));
        if found.len() > LEADS {
            break;
        }
    }
    for (from, to) in found {
        let step = Step { place: Place::new(&reader.source, Span::default()), label: format!("target `{to}`") };
        let (from, to) = (program(reader, &from), program(reader, &to));
        reader.leads.push(Lead { from, to, step, certain: true, once: true });
    }
}

/// The lists of targets, outer ones first, whose own variables a recipe may see.
fn contexts(recipe: &Recipe, makefile: &lines::Makefile) -> Vec<Vec<String>> {
    let mut contexts = Vec::new();
    for target in recipe.targets.iter().take(CALLERS) {
        contexts.push(vec![target.clone()]);
        for caller in callers(target, makefile) {
            contexts.push(vec![caller, target.clone()]);
        }
    }
    contexts
}

/// Targets with variables of their own that make a target on their way.
fn callers(target: &str, makefile: &lines::Makefile) -> Vec<String> {
    let mut seen: BTreeSet<&str> = BTreeSet::from([target]);
    let mut open = vec![target];
    let mut found = Vec::new();
    while let Some(current) = open.pop() {
        for caller in makefile.callers.get(current).into_iter().flatten() {
            if seen.len() < 1000 && seen.insert(caller) {
                open.push(caller);
                if makefile.variables.has_own(caller) && found.len() < CALLERS {
                    found.push(caller.clone());
                }
            }
        }
    }
    found
}

fn run(
    reader: &mut Reader<'_>,
    recipe: &Recipe,
    variables: &Variables,
    exported: &[(String, Value)],
    one_shell: bool,
    folder: &str,
) {
    let mut all = EmbeddedText::new();
    for line in &recipe.lines {
        if one_shell {
            all.append(line);
            let end = line.span(line.text().len(), line.text().len());
            all.push("\n", end);
        } else {
            shell_line(reader, recipe, line, variables, exported, folder);
        }
    }
    if one_shell {
        shell_line(reader, recipe, &all, variables, exported, folder);
    }
}

fn shell_line(
    reader: &mut Reader<'_>,
    recipe: &Recipe,
    line: &EmbeddedText,
    variables: &Variables,
    exported: &[(String, Value)],
    folder: &str,
) {
    let mut holes = Holes::default();
    let first = recipe.targets.first().map(String::as_str).unwrap_or_default();
    let find = |text: &str, _: Span| -> Option<(usize, Replacement)> {
        if text.starts_with("$$") {
            return Some((2, Replacement::Text("$")));
        }
        let reference = variables::reference(text)?;
        let value = match reference.name {
            "@" if recipe.targets.len() == 1 && !first.contains('%') => Value::known(first),
            _ => variables.value(&reference),
        };
        Some((reference.length, Replacement::Value(reference.shown(), value)))
    };
    let text = holes.fill(line, &['$'], find);
    let source = recipe.source.clone();
    let runs = Runs { program: program(reader, first), ..Runs::default() };
    let script = Script { text, folder, variables: exported, holes: Some(&holes), runs, ..Script::default() };
    reader.run_in(&script, &source);
}
