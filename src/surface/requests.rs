//! Requests that are written down as data: collections of an HTTP client, targets of events, calls of a tool.
//!
//! Owns where a document says that a request is sent or a tool is called. An address holds its parameters behind the
//! `?`, and a form beside it may hold more. Whatever may be added elsewhere is not known. Nothing is sent.

mod address;
#[cfg(test)]
mod tests;
mod tools;

use std::path::Path;

use super::document::{self, Found};
use super::{Extraction, Project, Surface};
use crate::model::Api;

/// The surface.
#[derive(Debug)]
pub(super) struct Requests;

/// The id of this surface.
const ID: &str = "requests";

impl Surface for Requests {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "requests and tool calls in documents"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        apis.iter().map(|api| api.action.clone()).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let services = address::services(project.apis);
        let tools = tools::tools(project.apis);
        let wants = |text: &str| text.contains("://") || tools.iter().any(|tool| tool.is_named_in(text));
        document::extract(project, &wants, &|file| {
            let mut found = Found::default();
            for root in &file.document.roots {
                address::calls(file, root, &services, &mut found.calls);
                tools::calls(file, root, &tools, &mut found.calls);
            }
            if found.calls.is_empty() {
                file.pass();
            }
            found
        })
    }
}

/// Whether something else is put in where a text says so: `{{name}}`, `${name}`, `<$.name>`.
fn is_filled_in(text: &str) -> bool {
    ["{{", "${", "<$"].iter().any(|sign| text.contains(sign))
}
