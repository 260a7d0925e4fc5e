//! `--format FORMAT[:FILE]`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Format;

/// A format, and where what is written in it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// How.
    pub format: Format,
    /// The file; absent for standard output.
    pub file: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT:FILE`.
///
/// # Errors
/// A sentence for the user.
pub(super) fn target(text: &str) -> Result<Target, String> {
    let (format, file) = match text.split_once(':') {
        Some((format, file)) => (format, Some(file)),
        None => (text, None),
    };
    let format = Format::from_str(format, false).map_err(|_| unknown(format, file.is_some()))?;
    match file {
        Some("") => Err(format!("{text} has no file behind the colon")),
        Some("-") | None => Ok(Target { format, file: None }),
        Some(file) => Ok(Target { format, file: Some(PathBuf::from(file)) }),
    }
}

fn unknown(format: &str, has_file: bool) -> String {
    let known: Vec<String> =
        Format::value_variants().iter().filter_map(|f| Some(f.to_possible_value()?.get_name().to_owned())).collect();
    if has_file && known.iter().any(|known| format.len() == 1 || format.ends_with(&format!(".{known}"))) {
        return format!("the format comes first, as in json:{format}");
    }
    format!("there is no format {format}; there are {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_stand_behind_a_colon() {
        let read = |text| target(text).map(|t| (t.format, t.file.map(|f| f.to_string_lossy().into_owned())));
        assert_eq!(read("json"), Ok((Format::Json, None)));
        assert_eq!(read("json:-"), Ok((Format::Json, None)));
        assert_eq!(read("sarif:out/a.sarif"), Ok((Format::Sarif, Some("out/a.sarif".to_owned()))));
        // A drive letter is part of the file.
        assert_eq!(read("json:C:\\a.json"), Ok((Format::Json, Some("C:\\a.json".to_owned()))));
        assert!(read("json:").unwrap_err().contains("no file"));
        assert!(read("xml").unwrap_err().contains("human, json, jsonl, sarif"));
        assert!(read("C:a.json").unwrap_err().contains("comes first"));
    }
}
