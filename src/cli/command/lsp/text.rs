//! Where in which text a request is about.

use std::path::PathBuf;
use std::sync::Arc;

use gen_lsp_types::Position;
use serde::Deserialize;
use serde_json::Value;

use super::position::Lines;
use super::shared::Shared;
use super::workspace::Checked;
use super::{below, documents::Document};
use crate::check::Checker;
use crate::model::Call;
use crate::source::Source;

/// A place in an open text.
pub(super) struct Spot {
    pub(super) document: Document,
    pub(super) lines: Lines,
    /// The byte that is meant.
    pub(super) offset: usize,
    /// What was found in the folder that the file is in, when that has been checked.
    pub(super) checked: Option<Arc<Checked>>,
    /// The path of the file from that folder.
    pub(super) path: PathBuf,
}

impl Spot {
    /// What a request with `textDocument` and a position is about.
    pub(super) fn of(shared: &Shared, params: &Value, position: &str) -> Option<Self> {
        let uri = params.pointer("/textDocument/uri")?.as_str()?;
        let document = shared.documents.get(uri)?.clone();
        let lines = Lines::new(&document.text, shared.encoding);
        let position = Position::deserialize(params.pointer(position)?).ok()?;
        let offset = lines.offset(&document.text, position);
        let checked = shared.checked.values().find(|checked| document.path.starts_with(&checked.folder)).cloned();
        let path = checked.as_ref().and_then(|checked| below(&checked.folder, &document.path));
        let path = path.unwrap_or_else(|| document.path.clone());
        Some(Self { document, lines, offset, checked, path })
    }

    /// What judges there: with the rules of the folder, once it has been checked.
    pub(super) fn checker<'c>(&'c self, usual: &'c Checker) -> &'c Checker {
        self.checked.as_ref().map_or(usual, |checked| &checked.checker)
    }

    /// The line that the place is on, and the byte that it begins at.
    pub(super) fn line(&self) -> (usize, &str) {
        let text = &*self.document.text;
        let start = text.get(..self.offset).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1);
        let rest = text.get(start..).unwrap_or_default();
        (start, rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len())).unwrap_or_default())
    }

    /// Whether a source is the text as it is now.
    pub(super) fn is_now(&self, source: &Source) -> bool {
        self.is_of(source) && source.text() == &*self.document.text
    }

    fn is_of(&self, source: &Source) -> bool {
        self.checked.as_ref().is_some_and(|checked| checked.folder.join(source.path()) == self.document.path)
    }

    /// The call whose head is the last one before the place, as far as the text up to there is what was checked.
    pub(super) fn call_above(&self) -> Option<&Call> {
        let calls = self.checked.as_ref()?.calls.iter();
        let above = calls.filter(|call| {
            let end = call.head.span.end as usize;
            let same = |text: &str| text.get(..end).map(str::to_owned);
            end <= self.offset
                && self.is_of(&call.head.source)
                && same(call.head.source.text()) == same(&self.document.text)
        });
        above.max_by_key(|call| call.head.span.end)
    }
}
