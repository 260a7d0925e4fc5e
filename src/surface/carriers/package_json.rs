//! `package.json`: the scripts of a package.
//!
//! Owns the variables that `config` gives them. A script that runs another one by its name is a way to that one,
//! which is read by itself.

use std::sync::Arc;

use crate::model::{Runs, Value};
use crate::surface::{embedded_yaml, part_of};
use crate::syntax::document::{self, Format};

use super::carrier::{Carrier, file_name};
use super::{Reader, Script, given, unparsable};

/// The scripts of packages.
pub(in crate::surface) const PACKAGE_JSON: Carrier = Carrier {
    id: "package-json",
    title: "package.json scripts",
    claims: |path| file_name(path) == "package.json",
    leads: true,
    read,
};

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let folder = reader.path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    let document = document::parse(source.text(), Format::Json);
    if let Some((message, span)) = document.error {
        reader.problems.push(unparsable(&source, span, format!("this is no JSON: {message}")));
        reader.in_part = Some("part of it is no JSON".to_owned());
    }
    for root in &document.roots {
        let mut variables: Vec<(String, Value)> = Vec::new();
        for (key, value) in root.get("config").map_or(&[] as &[_], |config| config.entries()) {
            if let (Some(name), Some(text)) = (key.text(), value.text()) {
                let value = given::default(&source, format!("`config.{name}`"), value.span, text);
                variables.push((format!("npm_package_config_{name}"), value));
            }
        }
        for (key, script) in root.get("scripts").map_or(&[] as &[_], |scripts| scripts.entries()) {
            let Some(text) = embedded_yaml::text(source.text(), script) else { continue };
            let program = part_of(source.path(), key.text().unwrap_or_default());
            let runs = Runs { program, ..Runs::default() };
            reader.run(&Script { text, folder: &folder, variables: &variables, runs, ..Script::default() });
        }
    }
}
