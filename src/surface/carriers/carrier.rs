//! What all carriers are as surfaces: a name, the files that they claim, and a way to read one.

use std::path::Path;

use crate::model::Api;
use crate::surface::{Extraction, Project, Surface};

use super::Reader;

/// A kind of files with scripts in them.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Carrier {
    /// The id of the surface.
    pub(super) id: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    /// Whether a file is one, by its path.
    pub(super) claims: fn(&Path) -> bool,
    /// Whether its scripts run scripts of the project, so that files without a call are read for them.
    pub(super) leads: bool,
    /// Reads one file.
    pub(super) read: fn(&mut Reader<'_>),
}

impl Surface for Carrier {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        (self.claims)(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn support_needles(&self) -> Vec<String> {
        if self.leads { super::leads() } else { Vec::new() }
    }

    fn leads_elsewhere(&self) -> bool {
        self.leads
    }

    fn policy_needles(&self) -> Vec<String> {
        crate::surface::policy::script_needles()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, self.id, self.read)
    }
}

/// The name of a file, in small letters.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a file is YAML by its name.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
}

/// Whether a file is in a folder of this name, at any depth.
pub(super) fn is_below(path: &Path, folder: &str) -> bool {
    path.parent().is_some_and(|parent| parent.components().any(|part| part.as_os_str() == folder))
}

/// The folder that holds the folder of this name in which a file is; else the file's own folder.
pub(super) fn root_above(path: &Path, folders: &[&str]) -> String {
    let own = path.parent().unwrap_or(Path::new(""));
    let hidden =
        own.ancestors().find(|f| f.file_name().is_some_and(|name| folders.iter().any(|folder| name == *folder)));
    hidden.and_then(Path::parent).unwrap_or(own).to_string_lossy().into_owned()
}
