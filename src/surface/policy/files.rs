//! The surface over files of YAML and JSON that hold policies, principals, or roles with which something runs.
//!
//! Owns which files are looked at and which kind of file each is. What the kinds mean is in the files beside this one.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rayon::prelude::*;

use super::carriers::carriers;
use super::node::Nodes;
use super::runners::{self, Accounts};
use super::{plain, resources, serverless};
use crate::model::{Access, Api, Coverage, CoverageStatus, Problem};
use crate::source::Source;
use crate::surface::{Extraction, Files, Project, Surface, display, document};
use crate::syntax::document::{Format, parse};
use crate::syntax::yaml::Node;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Policies;

/// Endings of files that hold a document, or the template of one.
const ENDINGS: &[&str] = &["policy", "json.tpl", "json.tmpl", "json.tftpl", "json.j2", "yaml.tpl", "yaml.j2", "yml.j2"];

impl Surface for Policies {
    fn id(&self) -> &'static str {
        "ram-policy"
    }

    fn title(&self) -> &'static str {
        "RAM policies in YAML and JSON"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let is_template = ENDINGS.iter().any(|ending| name.ends_with(&format!(".{ending}")));
        // Terraform is read elsewhere.
        is_template || document::is_document(path) && !name.ends_with(".tf.json")
    }

    fn needles(&self, _apis: &[Api]) -> Vec<String> {
        Vec::new()
    }

    fn policy_needles(&self) -> Vec<String> {
        let known = carriers();
        known.needles.documents.iter().chain(&known.role_variables).chain(&known.profile_variables).cloned().collect()
    }

    fn support_needles(&self) -> Vec<String> {
        carriers().needles.support.clone()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let read = |path: &PathBuf| match project.files.read(path) {
            Ok(source) => {
                let (access, accounts) = of_file(path, &source, project.files);
                let problems: Vec<Problem> = plain::broken(path, &source, &access.documents).into_iter().collect();
                let (status, reason) = match problems.first() {
                    Some(problem) => (CoverageStatus::Skipped, problem.message.clone()),
                    None => (CoverageStatus::Judged, String::new()),
                };
                let coverage = vec![Coverage { path: source.path().to_owned(), status, reason }];
                (Extraction { access, problems, coverage, parsed: 1, ..Extraction::default() }, accounts)
            }
            Err(problem) => {
                let mut none = Extraction::default();
                none.unreadable(path, &problem);
                (none, Accounts::default())
            }
        };
        let all: Vec<(Extraction, Accounts)> = project.hits.par_iter().map(read).collect();
        let mut extraction = Extraction::default();
        let mut accounts = Accounts::default();
        for (one, more) in all {
            extraction.merge(one);
            accounts.merge(more);
        }
        if accounts.has_roles() {
            for path in project.support {
                let Ok(source) = project.files.read(path) else { continue };
                accounts.merge(of_file(path, &source, project.files).1);
            }
        }
        extraction.access.runners.extend(accounts.runners());
        extraction
    }
}

/// What a file says, and which accounts of a cluster it is about.
fn of_file(path: &Path, source: &Arc<Source>, files: &dyn Files) -> (Access, Accounts) {
    let mut access = Access::default();
    let mut accounts = Accounts::default();
    let name = display(path).to_ascii_lowercase();
    let is_yaml = name.contains(".yaml") || name.contains(".yml");
    let is_json = !is_yaml && (!name.ends_with(".template") || source.text().trim_start().starts_with('{'));
    let format = if is_json { Format::Json } else { Format::Yaml };
    let parsed = parse(source.text(), format);
    let nodes = Nodes { source, holes: &parsed.holes, filled: parsed.filled.as_deref(), functions: None };
    let mut is_read = false;
    for root in &parsed.roots {
        is_read |= of_root(path, &nodes, root, files, &mut access, &mut accounts);
    }
    if !is_read {
        if is_json && !is_terraform(&parsed.roots) {
            access.documents.extend(plain::json(path, source).unwrap_or_default());
        } else if !is_json {
            access.documents.extend(parsed.roots.iter().flat_map(|root| plain::yaml(&nodes, root, path)));
        }
    }
    (access, accounts)
}

/// Reads a document of a file whose kind is told; false when it is of no such kind.
fn of_root(
    path: &Path,
    nodes: &Nodes<'_>,
    root: &Rc<Node>,
    files: &dyn Files,
    access: &mut Access,
    accounts: &mut Accounts,
) -> bool {
    runners::of_document(nodes, root, access, accounts);
    // Functions stand in templates too.
    let has_functions = serverless::of_document(path, nodes, root, files, access);
    has_functions
        | resources::ros(*nodes, root, access)
        | resources::pulumi(*nodes, root, access)
        | resources::kubernetes(*nodes, root, access)
}

/// Whether a file is a plan or a state of Terraform, which is read elsewhere.
fn is_terraform(roots: &[Rc<Node>]) -> bool {
    roots.iter().any(|root| root.get("terraform_version").is_some() || root.get("planned_values").is_some())
}
