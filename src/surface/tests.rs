//! What the tests of surfaces share.

#[cfg(feature = "code")]
mod wrappers;

use std::path::{Path, PathBuf};

use super::{Extraction, MemoryFiles, Project, Surface, SurfaceSettings};
use crate::matrix::Matrix;
use crate::model::{Api, Call, Content, Value};

/// How much of a file a surface is shown to tell its kind.
const BEGINNING: usize = 256;

/// The API of the matrix that comes with the program.
pub(super) fn api() -> Api {
    Matrix::builtin().unwrap().api().clone()
}

/// What a surface finds in files, of which those that it claims and that hold a needle are hits.
pub(super) fn extract(surface: &dyn Surface, files: &[(&str, &str)]) -> Extraction {
    let mut memory = MemoryFiles::new();
    let mut hits = Vec::new();
    let apis = [api()];
    let needles = surface.needles(&apis);
    for (path, text) in files {
        memory.add(path, *text);
        let claimed = surface.claims(Path::new(path), &text.as_bytes()[..text.len().min(BEGINNING)]);
        if claimed && needles.iter().any(|needle| text.contains(needle.as_str())) {
            hits.push(PathBuf::from(path));
        }
    }
    hits.sort();
    let settings = SurfaceSettings::default();
    surface.extract(&Project { apis: &apis, files: &memory, hits: &hits, support: &[], settings: &settings })
}

/// The only call of several.
pub(super) fn only(calls: Vec<Call>, program: &str) -> Call {
    assert_eq!(calls.len(), 1, "{program}\n{calls:#?}");
    calls.into_iter().next().unwrap()
}

/// Each of the values that something may have; why it is not known behind a question mark.
pub(super) fn show(value: &Value) -> Vec<String> {
    let one = |content: &Content| match content {
        Content::Text(text) => text.to_string(),
        Content::Absent => String::new(),
        Content::Unknown(unknown) => format!("?{}", unknown.reason),
    };
    value.alternatives().iter().map(|a| one(&a.content)).collect()
}

/// The values of a parameter.
pub(super) fn values(call: &Call, parameter: &str) -> Vec<String> {
    call.argument(parameter).map_or_else(|| vec!["not given".to_owned()], |a| show(&a.value))
}

/// The values of a fact.
pub(super) fn fact(call: &Call, name: &str) -> Vec<String> {
    call.fact(name).map_or_else(|| vec!["not known".to_owned()], |fact| show(&fact.value))
}
