//! Files of Terraform that stand in a ROS template.

use super::ID;
use crate::surface::Project;
use crate::surface::document::{File, Found};
use crate::surface::embedded_hcl::{self, Folder};
use crate::syntax::yaml::Node;

/// What the kinds of template begin with that hold such files.
const TRANSFORMS: [&str; 2] = ["Aliyun::Terraform", "Aliyun::OpenTofu"];

/// What is found in the files of a template; nothing in a template without any.
pub(super) fn found(file: &File<'_>, root: &Node, project: &Project<'_>) -> Found {
    let transform = root.get("Transform").and_then(|transform| transform.text()).unwrap_or_default();
    let Some(workspace) = root.get("Workspace").filter(|_| TRANSFORMS.iter().any(|t| transform.starts_with(t))) else {
        return Found::default();
    };
    let files = workspace.entries().iter().filter_map(|(name, text)| Some((name.text()?, text))).collect();
    embedded_hcl::found(file, &Folder { files, surface: ID, settings: project.settings }, project)
}
