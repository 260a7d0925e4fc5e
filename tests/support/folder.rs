//! A folder with files, gone when it is dropped.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A folder that holds these files, at paths below it.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|(path, text)| write(folder.path(), path, text));
    folder
}

/// Writes a file below a folder, whatever folders lie between.
pub(crate) fn write(folder: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
