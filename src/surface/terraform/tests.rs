//! Text in, calls out.

use std::sync::LazyLock;

use super::*;
use crate::matrix::Matrix;
use crate::model::{Call, Content, Value};
use crate::surface::{MemoryFiles, SurfaceSettings};

mod access;
mod files;
mod modules;
mod plans;
mod runs;
mod single;
mod templates;

/// Runs the surface over files; those with a needle are hits, those with a module call are support.
pub(super) fn run_with(files: &[(&str, &str)], settings: &SurfaceSettings) -> Extraction {
    static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| vec![Matrix::builtin().unwrap().api().clone()]);
    let apis: &[Api] = &APIS;
    let mut memory = MemoryFiles::new();
    let (mut hits, mut support) = (Vec::new(), Vec::new());
    let mut needles = Terraform.needles(apis);
    needles.extend(Terraform.policy_needles());
    for (path, text) in files {
        memory.add(path, *text);
        let path = std::path::PathBuf::from(path);
        if !Terraform.claims(&path, text.get(..256.min(text.len())).unwrap_or_default().as_bytes()) {
            continue;
        }
        if needles.iter().any(|needle| text.contains(needle)) {
            hits.push(path);
        } else if Terraform.support_needles().iter().any(|needle| text.contains(needle)) {
            support.push(path);
        }
    }
    hits.sort();
    support.sort();
    let project = Project { apis, files: &memory, hits: &hits, support: &support, settings };
    let mut extraction = Terraform.extract(&project);
    extraction.calls.sort_by(|a, b| (a.place.sort_key(), &a.subject).cmp(&(b.place.sort_key(), &b.subject)));
    extraction
}

pub(super) fn run(files: &[(&str, &str)]) -> Extraction {
    run_with(files, &SurfaceSettings::default())
}

/// The calls of one file.
pub(super) fn calls(text: &str) -> Vec<Call> {
    run(&[("main.tf", text)]).calls
}

/// The only call of one file.
pub(super) fn call(text: &str) -> Call {
    let mut calls = calls(text);
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.remove(0)
}

/// What a value may be, for comparison: text, `-` for absent, `?reason` for unknown; with `~` when it may be
/// set from outside.
pub(super) fn show(value: &Value) -> Vec<String> {
    value
        .alternatives()
        .iter()
        .map(|a| {
            let text = match &a.content {
                Content::Absent => "-".to_owned(),
                Content::Text(text) => text.clone(),
                Content::Unknown(unknown) => format!("?{}", unknown.reason),
            };
            if a.overridable { format!("~{text}") } else { text }
        })
        .collect()
}

pub(super) fn argument(call: &Call, parameter: &str) -> Vec<String> {
    call.argument(parameter).map(|a| show(&a.value)).unwrap_or_default()
}

pub(super) fn fact(call: &Call, name: &str) -> Vec<String> {
    call.fact(name).map(|f| show(&f.value)).unwrap_or_default()
}

/// The steps of the first alternative: text of the place and label.
pub(super) fn steps(value: &Value) -> Vec<(String, String)> {
    value.alternatives()[0].steps.iter().map(|s| (s.place.text().to_owned(), s.label.clone())).collect()
}
