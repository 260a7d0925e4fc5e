//! Requests that are written down as data: collections of an HTTP client, files of requests, targets of events, calls
//! of a tool.
//!
//! Owns where a document says that a request is sent or a tool is called. An address holds its parameters behind the
//! `?`, and a form beside it may hold more. Whatever may be added elsewhere is not known. Nothing is sent.

mod address;
mod http;
mod message;
#[cfg(test)]
mod tests;
mod tools;

use std::path::{Path, PathBuf};

use super::document::{self, Found};
use super::{Extraction, Project, Surface};
use crate::model::{Api, Coverage, CoverageStatus};

/// The surface.
#[derive(Debug)]
pub(super) struct Requests;

/// The id of this surface.
const ID: &str = "requests";

/// Endings of files of requests.
const ENDINGS: [&str; 2] = ["http", "rest"];

impl Surface for Requests {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "requests and tool calls in documents"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path) || is_of_requests(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        apis.iter().map(|api| api.action.clone()).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let (requests, documents): (Vec<PathBuf>, Vec<PathBuf>) =
            project.hits.iter().cloned().partition(|path| is_of_requests(path));
        let services = message::services(project.apis);
        let tools = tools::tools(project.apis);
        let may_request = |text: &str| ["://", r":\/\/", "{{", "${"].iter().any(|sign| text.contains(sign));
        let wants = |text: &str| may_request(text) || tools.iter().any(|tool| tool.is_named_in(text));
        let mut extraction = document::extract(&Project { hits: &documents, ..*project }, &wants, &|file| {
            let mut found = Found::default();
            for root in &file.document.roots {
                address::calls(file, root, &services, &mut found.calls);
                tools::calls(file, root, &tools, &mut found.calls);
            }
            if found.calls.is_empty() {
                file.pass();
            }
            found
        });
        for path in &requests {
            match project.files.read(path) {
                Ok(source) => {
                    extraction.parsed += 1;
                    extraction.calls.extend(http::calls(&source, &services));
                    let (path, status) = (source.path().to_owned(), CoverageStatus::Judged);
                    extraction.coverage.push(Coverage { path, status, reason: String::new() });
                }
                Err(problem) => extraction.unreadable(path, &problem),
            }
        }
        extraction
    }
}

fn is_of_requests(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Whether something else is put in where a text says so: `{{name}}`, `${name}`, `<$.name>`.
fn is_filled_in(text: &str) -> bool {
    ["{{", "${", "<$"].iter().any(|sign| text.contains(sign))
}
