//! What a machine does when it starts for the first time: cloud-init documents that are files of their own.
//!
//! Which files these are; the commands in them are `held`'s, as in documents that hold such a text.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Api, Runs, Value};
use crate::surface::held::{CLOUD_CONFIG, Held};
use crate::surface::holes::Replacement;
use crate::surface::{Extraction, Project, Surface};
use crate::syntax::shell::EmbeddedText;

use super::{Reader, end_of};

const ID: &str = "cloud-init";

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct CloudInit;

impl Surface for CloudInit {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "cloud-init"
    }

    fn claims(&self, _path: &Path, beginning: &[u8]) -> bool {
        beginning.trim_ascii_start().starts_with(CLOUD_CONFIG.as_bytes())
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let folder = reader.path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let held = Held {
        source: &source,
        text: EmbeddedText::verbatim(source.text(), 0),
        folder: &folder,
        language: None,
        surface: ID,
        variables: &[],
        runs: Runs { program: source.path().to_owned(), ..Runs::default() },
    };
    // What a template fills in before the machine sees the text.
    let mut find = |rest: &str, _| {
        let end = rest.starts_with("{{").then(|| end_of(rest, "}}")).flatten()?;
        let shown = rest.get(..end)?.to_owned();
        let value = Value::unknown(format!("`{shown}` is filled in elsewhere"), None);
        Some((end, Replacement::Value(shown, value)))
    };
    let found = held.calls(&['{'], &mut find, reader.project.apis, reader.project.files);
    if let Some(reason) = found.missed {
        reader.in_part.get_or_insert(reason);
    }
    reader.calls.push((source.path().to_owned(), found.calls));
}
