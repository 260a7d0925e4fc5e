//! Scripts of Windows as files of their own: PowerShell and batch files.

use std::path::Path;
use std::sync::Arc;

use crate::syntax::shell::EmbeddedText;

use super::carrier::Carrier;
use super::languages::Language;
use super::{Reader, Script};

/// PowerShell scripts.
pub(in crate::surface) const POWERSHELL: Carrier = Carrier {
    id: "powershell",
    title: "PowerShell",
    claims: |path| has_ending(path, &["ps1", "psm1"]),
    leads: false,
    read: |reader| read(reader, Language::PowerShell),
};

/// Batch files.
pub(in crate::surface) const BATCH: Carrier = Carrier {
    id: "batch",
    title: "batch files",
    claims: |path| has_ending(path, &["bat", "cmd"]),
    leads: false,
    read: |reader| read(reader, Language::Batch),
};

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

fn read(reader: &mut Reader<'_>, language: Language) {
    let source = Arc::clone(&reader.source);
    let text = EmbeddedText::verbatim(source.text(), 0);
    let folder = reader.path.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default();
    reader.run(&Script { text, folder: &folder, language, ..Script::default() });
}
