//! What the tests of surfaces share.

use std::path::{Path, PathBuf};

use super::{Extraction, MemoryFiles, Project, Surface, SurfaceSettings};
use crate::matrix::Matrix;
use crate::model::Api;

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
