//! The texts that are open in the editor.

use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::TextDocumentContentChangeEvent;

use super::position::{Encoding, Lines};

/// One text.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// What the editor calls it.
    pub(super) uri: String,
    /// The file that it is about, which need not be there.
    pub(super) path: PathBuf,
    /// The number of its state.
    pub(super) version: i32,
    /// What it says now.
    pub(super) text: Arc<str>,
}

impl Document {
    /// Makes the changes of an editor, one after the other.
    pub(super) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        let mut text = String::from(&*self.text);
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let lines = Lines::new(&text, encoding);
                    let start = lines.offset(&text, part.range.start);
                    let end = lines.offset(&text, part.range.end).max(start);
                    text.replace_range(start..end, &part.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => text = whole.text,
            }
        }
        self.version = version;
        self.text = text.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_follow_each_other() {
        let mut document =
            Document { uri: String::new(), path: PathBuf::new(), version: 1, text: "a = \"😀\"\r\nb\r\n".into() };
        let part = |from: (u32, u32), to: (u32, u32), text: &str| {
            let at = |(line, character): (u32, u32)| serde_json::json!({"line": line, "character": character});
            serde_json::json!({"range": {"start": at(from), "end": at(to)}, "text": text})
        };
        let changes =
            serde_json::json!([part((0, 5), (0, 7), "x"), part((1, 0), (1, 1), "c\n"), part((9, 0), (9, 9), "end")]);
        document.change(2, serde_json::from_value(changes).unwrap(), Encoding::Utf16);
        assert_eq!((&*document.text, document.version), ("a = \"x\"\r\nc\n\r\nend", 2));
        let whole = serde_json::json!([{"text": "all"}]);
        document.change(3, serde_json::from_value(whole).unwrap(), Encoding::Utf16);
        assert_eq!(&*document.text, "all");
    }
}
