//! Terraform: `.tf` and `.tf.json` files, a module tree at a time, and plans as JSON.
//!
//! Takes the files of the project; gives the resources that make the call, with every value resolved as far
//! as the files tell: through variables, locals, modules, `count` and `for_each`. What Terraform would know
//! only when it runs stays unknown. Which resources these are is written in the matrix.

mod bindings;
mod calls;
mod evaluate;
mod facts;
mod functions;
mod module;
mod operators;
mod project;
mod references;
mod symbol;
#[cfg(test)]
mod tests;
mod variables;

use std::path::Path;

use rayon::prelude::*;

use self::bindings::Bindings;
use self::calls::Found;
use self::project::World;
use self::variables::CommandLine;
use super::{Extraction, Project, Surface, normalize};
use crate::model::{Api, Coverage, CoverageStatus};

/// The id of this surface.
const ID: &str = "terraform";

/// The surface.
#[derive(Debug)]
pub struct Terraform;

impl Surface for Terraform {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Terraform"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        module::is_configuration(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        let mut needles: Vec<String> = Bindings::of(apis).call_types().map(str::to_owned).collect();
        needles.sort();
        needles.dedup();
        needles
    }

    fn support_needles(&self) -> Vec<String> {
        vec!["module".to_owned()]
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let bindings = Bindings::of(project.apis);
        let world = World::read(project);
        let line = CommandLine::of(project.settings, project.files);
        let found: Vec<Found> = world
            .roots()
            .par_iter()
            .map(|root| calls::of_root(root, &world, &bindings, project.files, &line))
            .collect();
        let mut extraction = Extraction { problems: world.problems(), parsed: world.parsed(), ..Extraction::default() };
        extraction.problems.extend(line.problems);
        let mut in_part = Vec::new();
        for found in found {
            extraction.calls.extend(found.calls);
            extraction.problems.extend(found.problems);
            in_part.extend(found.in_part);
        }
        extraction.coverage = project.hits.iter().map(|path| coverage(path, &world, &in_part)).collect();
        extraction
    }
}

/// What became of a hit file.
fn coverage(path: &Path, world: &World, in_part: &[(String, String)]) -> Coverage {
    let clean = normalize(path);
    let shown = path.to_string_lossy().replace('\\', "/");
    let Some(file) = world.file(&clean) else {
        let reason = world.unreadable(&clean).map_or_else(|| "not read".to_owned(), ToString::to_string);
        return Coverage { path: shown, status: CoverageStatus::Skipped, reason };
    };
    let path = file.source.path().to_owned();
    if let Some(error) = &file.error {
        let status = if file.blocks.is_empty() { CoverageStatus::Skipped } else { CoverageStatus::InPart };
        return Coverage { path, status, reason: error.message.clone() };
    }
    match in_part.iter().find(|(limited, _)| *limited == path) {
        Some((_, reason)) => Coverage { path, status: CoverageStatus::InPart, reason: reason.clone() },
        None => Coverage { path, status: CoverageStatus::Judged, reason: String::new() },
    }
}
