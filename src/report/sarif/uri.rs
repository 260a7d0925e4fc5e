//! Paths as URI references.

/// A URI reference made from a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) text: String,
    /// Whether it has to be resolved against a folder.
    pub(super) is_relative: bool,
}

/// The reference for a path: forward slashes, everything else but plain characters percent-encoded.
///
/// Only a path that was given as an absolute one becomes an absolute URI.
pub(super) fn of_path(path: &str) -> Reference {
    let path = path.replace('\\', "/");
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let (text, is_relative) = match path.strip_prefix('/') {
        Some(rest) => (format!("file:///{}", encode(rest.trim_start_matches('/'))), false),
        None if drive => (format!("file:///{}", encode(&path).replacen("%3A", ":", 1)), false),
        None => (encode(path.trim_start_matches("./")), true),
    };
    Reference { text, is_relative }
}

fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@+,=!$&'()*;".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths() {
        let text = |path| {
            let reference = of_path(path);
            assert!(reference.is_relative);
            reference.text
        };
        assert_eq!(text("envs/prod/backup.tf"), "envs/prod/backup.tf");
        assert_eq!(text("./a b#1?.tf"), "a%20b%231%3F.tf");
        assert_eq!(text("envs\\备份.tf"), "envs/%E5%A4%87%E4%BB%BD.tf");
        // A colon in the first part would make it a scheme.
        assert_eq!(text("a:b/c%d"), "a%3Ab/c%25d");
    }

    #[test]
    fn absolute_paths() {
        assert_eq!(of_path("/srv/a b.csv"), Reference { text: "file:///srv/a%20b.csv".into(), is_relative: false });
        assert_eq!(of_path("C:\\a\\b.tf"), Reference { text: "file:///C:/a/b.tf".into(), is_relative: false });
    }
}
