//! Procfiles: a line is the name of a process and the command that it runs.

use std::sync::Arc;

use crate::source::Span;
use crate::surface::part_of;
use crate::syntax::shell::EmbeddedText;

use super::carrier::{Carrier, file_name};
use super::{Reader, Script, given};

/// Procfiles.
pub(in crate::surface) const PROCFILE: Carrier = Carrier {
    id: "procfile",
    title: "Procfiles",
    claims: |path| {
        let name = file_name(path);
        name == "procfile" || name.starts_with("procfile.")
    },
    leads: true,
    read,
};

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let folder = reader.path.parent().map(std::path::Path::to_path_buf).unwrap_or_default();
    let variables = given::variables_in(reader.project.files, &folder.join(".env"));
    let folder = folder.to_string_lossy().into_owned();
    let mut start = 0;
    for whole in source.text().split_inclusive('\n') {
        let at = start;
        start += whole.len();
        let line = whole.trim_end();
        let Some((name, command)) = line.split_once(':') else { continue };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || !name.chars().all(plain) {
            continue;
        }
        let from = at + name.len() + 1;
        let mut text = EmbeddedText::new();
        text.push(command, Span::new(from, from + command.len()));
        let runs = crate::model::Runs { program: part_of(source.path(), name), ..Default::default() };
        reader.run(&Script { text, folder: &folder, variables: &variables, runs, ..Script::default() });
    }
}
