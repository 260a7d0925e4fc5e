//! Addresses of files, `file:///…`, and paths.

use std::path::{Path, PathBuf};

use crate::surface::normalize;

/// What every address of a file begins with.
const SCHEME: &str = "file://";

/// The path of an address; nothing for one of another scheme, another machine, or that is none.
pub(super) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix(SCHEME)?;
    let path = rest.strip_prefix("localhost").filter(|path| path.starts_with('/')).unwrap_or(rest);
    if !path.starts_with('/') {
        return None;
    }
    let text = String::from_utf8(decoded(path)?).ok()?;
    Some(normalize(Path::new(without_drive_slash(&text))))
}

/// The address of an absolute path.
pub(super) fn from_path(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(SCHEME);
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// `/C:/x` is `C:/x` where drives have letters.
fn without_drive_slash(text: &str) -> &str {
    let behind = text.strip_prefix('/').unwrap_or(text);
    let mut signs = behind.chars();
    let is_drive = signs.next().is_some_and(|c| c.is_ascii_alphabetic()) && signs.next() == Some(':');
    if cfg!(windows) && is_drive { behind } else { text }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn addresses_become_paths_and_back() {
        let path = Path::new("/home/a b/ü#1/main.tf");
        let uri = from_path(path);
        assert_eq!(uri, "file:///home/a%20b/%C3%BC%231/main.tf");
        assert_eq!(to_path(&uri).as_deref(), Some(path));
        assert_eq!(to_path("file://localhost/x/../y.tf"), Some(PathBuf::from("/y.tf")));
        for none in ["untitled:Untitled-1", "file://server/share", "file:///%zz", "file:///%", ""] {
            assert_eq!(to_path(none), None, "{none}");
        }
    }
}
