//! What the tests of surfaces over documents share: text in, values and findings out.

use std::sync::LazyLock;

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::model::{Api, Call, Content, CoverageStatus, Value};
use crate::surface::{Extraction, MemoryFiles, Project, Surface, SurfaceSettings};

/// Runs a surface over files.
pub(in crate::surface) fn run(surface: &dyn Surface, files: &[(&str, &str)]) -> Extraction {
    static APIS: LazyLock<Vec<Api>> = LazyLock::new(|| vec![Matrix::builtin().unwrap().api().clone()]);
    let apis: &[Api] = &APIS;
    let mut memory = MemoryFiles::new();
    let needles = surface.needles(apis);
    let mut hits = Vec::new();
    for (path, text) in files {
        memory.add(path, *text);
        let path = std::path::PathBuf::from(path);
        if surface.claims(&path, b"") && needles.iter().any(|needle| text.contains(needle)) {
            hits.push(path);
        }
    }
    hits.sort();
    let settings = SurfaceSettings::default();
    surface.extract(&Project { apis, files: &memory, hits: &hits, support: &[], settings: &settings })
}

/// The only call of one file.
pub(in crate::surface) fn call(surface: &dyn Surface, path: &str, text: &str) -> Call {
    let mut calls = run(surface, &[(path, text)]).calls;
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.remove(0)
}

/// What a value may be: text, `-` for absent, `?reason` for unknown; with `~` when it may be set from outside.
pub(in crate::surface) fn show(value: &Value) -> Vec<String> {
    let one = |content: &Content| match content {
        Content::Absent => "-".to_owned(),
        Content::Text(text) => text.clone(),
        Content::Unknown(unknown) => format!("?{}", unknown.reason),
    };
    let alternatives = value.alternatives().iter();
    alternatives.map(|a| format!("{}{}", if a.overridable { "~" } else { "" }, one(&a.content))).collect()
}

pub(in crate::surface) fn argument(call: &Call, parameter: &str) -> Vec<String> {
    call.argument(parameter).map(|a| show(&a.value)).unwrap_or_default()
}

/// The report on some files, with everything that is found.
pub(in crate::surface) fn report(files: &[(&str, &str)]) -> Report {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// The errors and warnings in one file: line, rule and parameter.
pub(in crate::surface) fn found(path: &str, text: &str) -> Vec<String> {
    let report = report(&[(path, text)]);
    let bad = report.findings.iter().filter(|f| f.severity > Severity::Note);
    bad.map(|f| format!("{} {} {}", f.primary.place.start().line, f.rule, f.parameter.as_deref().unwrap_or("-")))
        .collect()
}

/// How far the only file of a run was judged.
pub(in crate::surface) fn status(extraction: &Extraction) -> CoverageStatus {
    assert_eq!(extraction.coverage.len(), 1);
    extraction.coverage[0].status
}
