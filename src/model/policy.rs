//! A RAM policy document as somebody wrote it, with what is not known of it.

use super::access::Handle;
use crate::source::Place;

/// A text, parts of which are filled in by somebody else (`${var.account}`, `Fn::Sub`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The parts in order. Parts that are texts are never empty.
    pub pieces: Vec<Piece>,
    /// Where it stands, with its quotes if it has any.
    pub place: Place,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// These characters.
    Text(String),
    /// Characters that are not known. The same words stand for the same characters: a reference that is written
    /// twice is one value.
    Hole(String),
}

impl Template {
    /// A text that is known.
    #[must_use]
    pub fn known(text: impl Into<String>, place: Place) -> Self {
        let text = text.into();
        let pieces = if text.is_empty() { Vec::new() } else { vec![Piece::Text(text)] };
        Self { pieces, place }
    }

    /// The text, when all of it is known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// For people: holes in braces.
    #[must_use]
    pub fn shown(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Hole(words) => format!("{{{words}}}"),
        };
        self.pieces.iter().map(piece).collect()
    }
}

/// Texts of one element: a single one or a list.
#[derive(Debug, Clone)]
pub struct Templates {
    /// The texts.
    pub all: Vec<Template>,
    /// Where they stand.
    pub place: Place,
    /// Why there may be more than are seen; absent when these are all.
    pub open: Option<String>,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`, which wins over every `Allow`.
    Deny,
    /// Filled in by somebody else, or wrong.
    Unknown,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The whole statement.
    pub place: Place,
    /// What it does.
    pub effect: Effect,
    /// `Action`.
    pub actions: Option<Templates>,
    /// `NotAction`.
    pub not_actions: Option<Templates>,
    /// `Resource`.
    pub resources: Option<Templates>,
    /// `NotResource`, which older grammars have.
    pub not_resources: Option<Templates>,
    /// Conditions, all of which must hold: one entry for each operator and key.
    pub conditions: Vec<Condition>,
    /// Why there may be more conditions than are seen; absent when these are all.
    pub more_conditions: Option<String>,
    /// Whether it says whom it is about, as statements on a resource or on who may take a role do.
    pub has_principal: bool,
}

/// What must hold of one key of a request.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The operator as it is written, e.g. `StringEquals`.
    pub operator: String,
    /// Where the operator stands.
    pub operator_place: Place,
    /// The key as it is written, e.g. `acs:SourceIp`.
    pub key: String,
    /// Where the key stands.
    pub key_place: Place,
    /// The values, one of which must fit.
    pub values: Templates,
}

/// What a document is attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyKind {
    /// To a user, a group or a role: what they may do.
    Identity,
    /// To a role: who may take it.
    Trust,
    /// To a folder or an account of a resource directory: what anybody in it may do at most.
    Control,
}

/// A policy document.
#[derive(Debug, Clone)]
pub struct PolicyDocument {
    /// What the source calls it: the name of the policy, an address, a file.
    pub subject: String,
    /// By what attachments name it.
    pub handles: Vec<Handle>,
    /// What it is attached to.
    pub kind: PolicyKind,
    /// The whole document.
    pub place: Place,
    /// `Version`.
    pub version: Option<Template>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// Why there may be more statements than are seen; absent when these are all.
    pub open: Option<String>,
    /// How many characters it has as it is sent, when that is known.
    pub length: Option<usize>,
    /// Whether it is not really used (an example in a document): its findings are notes.
    pub advisory: bool,
    /// What is wrong with how it is written, in the order of the source.
    pub defects: Vec<Defect>,
}

/// Something that is wrong with how a document is written. What could be read all the same was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// What.
    pub kind: DefectKind,
    /// Where.
    pub place: Place,
    /// What it is about; see [`DefectKind`].
    pub words: String,
}

/// The ways in which a document may be written wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefectKind {
    /// It cannot be read at all; words: what the reader says of it.
    Unreadable,
    /// A comment, which JSON does not have; no words.
    Comment,
    /// A comma behind the last entry; no words.
    TrailingComma,
    /// A key that stands before it in the same object, at the key; words: the key. The last one was read.
    DuplicateKey,
    /// An element that no grammar has, at its name; words: the name.
    UnknownElement,
    /// An element that is right but for letter case, at its name; words: the right name. It was read.
    ElementCase,
    /// An element that says nothing and is taken all the same, at its name; words: the name.
    ToleratedElement,
    /// An element that has to be there and is not, at what should hold it; words: its name, or several in a row.
    MissingElement,
    /// Two elements of which only one may be there, at the second one's name; words: both names.
    BothElements,
    /// A list without anything in it, at the list; words: the element or the key.
    EmptyList,
    /// A number, a boolean or a null where a text has to be, at the value; words: the element or the key. It was read.
    Unquoted,
    /// A value of another shape than the element takes, at the value; words: the element or the key.
    WrongShape,
    /// An effect that there is not, at the value; words: the value.
    WrongEffect,
    /// A statement that does not stand in a list, at the statement; no words. It was read.
    SingleStatement,
}
