//! Documents that stand as text: in quotes, in a heredoc, in a file.
//!
//! Owns the way from such a text with what is put in to the text that the reader of policies takes, each byte with its
//! place. What is known is put in; what is not, and values that become JSON, are filled in behind the reader.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::One;
use super::document::stub;
use super::value::{Values, pieces, words};
use crate::model::{Piece, PolicyDocument};
use crate::source::{Place, Source, Span};
use crate::surface::normalize;
use crate::surface::policy::{self, Frame, Tree, TreeKind, Written};
use crate::surface::terraform::segments::{self, Segment};
use crate::surface::terraform::symbol::{MadeKind, Possible, Symbol, TextPart};
use crate::syntax::hcl;
use crate::syntax::shell::EmbeddedText;

/// What stands before the number of something that is filled in.
const MARK: char = '#';

/// The longest file that is taken for a document.
const FILE_LIMIT: usize = 256 * 1024;

/// A text as far as it is known, with what is filled in behind the reader.
struct Draft {
    source: Arc<Source>,
    text: EmbeddedText,
    fills: Vec<Tree>,
}

impl Draft {
    fn new(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), text: EmbeddedText::new(), fills: Vec::new() }
    }

    fn place(&self, span: Span) -> Place {
        Place::new(&self.source, span)
    }

    /// Puts in a value at a place.
    fn fill(&mut self, symbol: &Symbol, span: Span, values: &Values<'_>) {
        let place = self.place(span);
        let known = match symbol.alternatives() {
            [only] if !only.overridable && !matches!(only.made(), Some(MadeKind::Json(_))) => only.data.as_text(),
            _ => None,
        };
        match known {
            Some(text) => self.text.push(&text, span),
            None => {
                let tree = filled(symbol, &place, values);
                self.hole(tree, span);
            }
        }
    }

    fn hole(&mut self, tree: Tree, span: Span) {
        let mark = format!("${{{MARK}{}}}", self.fills.len());
        self.text.push(&mark, span);
        self.fills.push(tree);
    }

    fn read(&self, frame: Frame) -> Option<PolicyDocument> {
        let fill = |words: &str| self.fills.get(words.strip_prefix(MARK)?.parse::<usize>().ok()?).cloned();
        policy::read_filled(Written { source: &self.source, text: &self.text }, &fill, frame)
    }
}

/// What is put into a text: a value that becomes JSON is that value.
fn filled(symbol: &Symbol, place: &Place, values: &Values<'_>) -> Tree {
    let [only] = symbol.alternatives() else { return values.tree(symbol, place) };
    match only.made() {
        Some(MadeKind::Json(value)) => values.tree(value, place),
        _ => {
            let kind = match pieces(only, false).as_slice() {
                [Piece::Hole(words)] => TreeKind::Hole(words.clone()),
                pieces => TreeKind::Text(pieces.to_vec()),
            };
            Tree { place: place.clone(), kind }
        }
    }
}

impl One<'_, '_> {
    /// The document in a text; nothing when the text is not known.
    pub(super) fn text_document(
        &self,
        possible: &Possible,
        values: &Values<'_>,
        frame: &Frame,
    ) -> Option<PolicyDocument> {
        if let Some(MadeKind::File { path, values: given, folder }) = possible.made() {
            return self.file_document(path, given.as_ref(), folder, values, frame);
        }
        let place = possible.written.as_ref()?;
        let slice = place.text();
        let fills: Option<Vec<&Symbol>> = match possible.made() {
            Some(MadeKind::Text { parts, template: true }) => Some(parts.iter().filter_map(TextPart::filled).collect()),
            Some(MadeKind::Text { .. }) => None,
            _ => possible.data.as_text().map(|_| Vec::new()),
        };
        let mut draft = Draft::new(&place.source);
        let starts = place.span.start as usize;
        let segments = if slice.starts_with('"') || slice.starts_with("<<") { segments::of(slice) } else { Vec::new() };
        let holes = segments.iter().filter(|segment| matches!(segment, Segment::Hole(_))).count();
        match fills {
            Some(fills) if !segments.is_empty() && holes == fills.len() => {
                let mut fills = fills.into_iter();
                for segment in segments {
                    draft.segment(slice, starts, segment, |draft, span| {
                        if let Some(symbol) = fills.next() {
                            draft.fill(symbol, span, values);
                        }
                    });
                }
            }
            _ => {
                // A function put it together: all of it stands where the function is called.
                for piece in pieces(possible, true) {
                    match piece {
                        Piece::Text(text) => draft.text.push(&text, place.span),
                        Piece::Hole(words) => {
                            draft.hole(Tree { place: place.clone(), kind: TreeKind::Hole(words) }, place.span);
                        }
                    }
                }
                if possible.data.as_text().is_none() && !matches!(possible.made(), Some(MadeKind::Text { .. })) {
                    return None;
                }
            }
        }
        // An escape that is not followed, such as one by a number.
        if let Some(text) = possible.data.as_text().filter(|_| slice.starts_with('"') && possible.made().is_none())
            && *draft.text.text() != *text
        {
            draft.text = EmbeddedText::new();
            draft.text.push(&text, place.span);
        }
        draft.read(frame.clone())
    }

    /// The document in a file of the module.
    fn file_document(
        &self,
        path: &Symbol,
        given: Option<&Symbol>,
        folder: &Path,
        values: &Values<'_>,
        frame: &Frame,
    ) -> Option<PolicyDocument> {
        let path = self.path(path, folder)?;
        let source = self.files.read(&path).ok().filter(|source| source.text().len() <= FILE_LIMIT)?;
        let text = source.text();
        let mut draft = Draft::new(&source);
        let Some(given) = given else {
            draft.text = EmbeddedText::verbatim(text, 0);
            return draft.read(frame.clone());
        };
        if text.contains("%{") {
            let place = Place::new(&source, 0..text.len());
            return stub("a template with directives", &place, frame.clone());
        }
        for segment in segments::of_file(text) {
            draft.segment(text, 0, segment, |draft, span| {
                let inner =
                    text.get(span.start as usize + 2..(span.end as usize).saturating_sub(1)).unwrap_or_default();
                let symbol = match hcl::parse_expression(inner.trim_matches('~').trim(), span.start as usize + 2) {
                    Ok(expression) => self.evaluator.with_values(&expression, (self.instance, &source), given),
                    Err(_) => Symbol::unknown("it cannot be read", None, inner.trim()),
                };
                draft.fill(&symbol, span, values);
            });
        }
        draft.read(frame.clone())
    }

    /// The path of a file, where its name is known.
    pub(super) fn path(&self, path: &Symbol, folder: &Path) -> Option<PathBuf> {
        let [only] = path.alternatives() else { return None };
        let mut text = String::new();
        let mut base = self.root.to_owned();
        for (index, piece) in pieces(only, true).into_iter().enumerate() {
            match piece {
                Piece::Text(more) => text.push_str(&more),
                // Where the module lies; further on it would be no path.
                Piece::Hole(words) if index == 0 && words.ends_with("path.module") => folder.clone_into(&mut base),
                Piece::Hole(words) if index == 0 && (words == "path.root" || words == "path.cwd") => {}
                Piece::Hole(_) => return None,
            }
        }
        let relative = text.trim_start_matches('/');
        let absolute = text.starts_with('/') && base == self.root && !words(only).contains("path.");
        (!relative.is_empty() && !absolute).then(|| normalize(&base.join(relative)))
    }
}

impl Draft {
    fn segment(&mut self, slice: &str, starts: usize, segment: Segment, mut fill: impl FnMut(&mut Self, Span)) {
        let span = |range: &std::ops::Range<usize>| Span::new(starts + range.start, starts + range.end);
        match segment {
            Segment::Text(range) => {
                let at = span(&range);
                self.text.push(slice.get(range).unwrap_or_default(), at);
            }
            Segment::Escape(range, new) => self.text.push(new, span(&range)),
            Segment::Hole(range) => fill(self, span(&range)),
        }
    }
}
