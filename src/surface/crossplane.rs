//! Crossplane: resources of its Terraform provider, whose module stands in the manifest itself.
//!
//! Owns where such a resource holds the module and its variables. What the module says is read as Terraform.

use std::path::Path;

use super::document::{self, File, Found};
use super::embedded_hcl::{self, Folder};
use super::terraform::Terraform;
use super::{Extraction, Project, Surface, SurfaceSettings};
use crate::model::Api;
use crate::syntax::yaml::Node;

/// The surface.
#[derive(Debug)]
pub(super) struct Crossplane;

/// The id of this surface.
const ID: &str = "crossplane";

/// The kind of resource that holds a module.
const WORKSPACE: &str = "Workspace";

/// The key of what a composition sets, and where the variables of a module are.
const PATCHED: &str = "toFieldPath";
const VARIABLES: &str = "spec.forProvider.vars";

impl Surface for Crossplane {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Crossplane workspaces"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        Terraform.needles(apis)
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let wants = |text: &str| text.contains(WORKSPACE) && text.contains("forProvider");
        document::extract(project, &wants, &|file| {
            let mut found = Found::default();
            for root in &file.document.roots {
                // A composition holds the resource within.
                let patched = is_patched(root);
                document::walk(root, &mut |node| {
                    let inside = workspace(file, node, patched, project);
                    found.calls.extend(inside.calls);
                    found.problems.extend(inside.problems);
                });
            }
            found
        })
    }
}

/// Whether a composition puts other values into the variables of its resources.
fn is_patched(root: &Node) -> bool {
    let mut patched = false;
    document::walk(root, &mut |node| {
        let target = node.get(PATCHED).and_then(|path| path.text());
        patched |= target.is_some_and(|path| path.starts_with(VARIABLES));
    });
    patched
}

fn workspace(file: &File<'_>, node: &Node, patched: bool, project: &Project<'_>) -> Found {
    let said = |node: &Node, key: &str| node.get(key).and_then(|value| value.text()).map(str::to_owned);
    let is_workspace = said(node, "kind").is_some_and(|kind| kind == WORKSPACE);
    let given = node.get("spec").and_then(|spec| spec.get("forProvider")).filter(|_| is_workspace);
    let Some(given) = given else { return Found::default() };
    let is_inline = said(given, "source").is_some_and(|source| source.eq_ignore_ascii_case("inline"));
    let Some(module) = given.get("module").filter(|_| is_inline) else { return Found::default() };
    let is_json = said(given, "inlineFormat").is_some_and(|format| format.eq_ignore_ascii_case("json"));
    let name = if is_json { "main.tf.json" } else { "main.tf" };
    let listed = given.get("vars").filter(|_| !patched).map_or(&[][..], |vars| vars.items());
    let variables = listed.iter().filter_map(|entry| Some((said(entry, "key")?, said(entry, "value")?)));
    let settings = SurfaceSettings { variables: variables.collect(), ..SurfaceSettings::default() };
    embedded_hcl::found(file, &Folder { files: vec![(name, module)], surface: ID, settings: &settings }, project)
}
