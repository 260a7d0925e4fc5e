//! What a carrier hands over as a document: a tree in which parts may not be known.
//!
//! Every carrier has trees of its own (JSON, YAML with functions, expressions of a language); all become this one
//! before a document is read. A place is told for each part, in whatever file that part stands.

use crate::model::{Piece, Template};
use crate::source::Place;

/// A value of a document.
#[derive(Debug, Clone)]
pub struct Tree {
    /// Where it stands, with its quotes or brackets.
    pub place: Place,
    /// What it is.
    pub kind: TreeKind,
}

/// The kinds of values.
#[derive(Debug, Clone)]
pub enum TreeKind {
    /// `null`.
    Null,
    /// `true` or `false`, without quotes.
    Bool(bool),
    /// A number without quotes.
    Number(String),
    /// A text, parts of which may not be known. Parts that are texts are not empty.
    Text(Vec<Piece>),
    /// A list.
    List {
        /// What is seen of it.
        items: Vec<Tree>,
        /// Why there may be more; absent when that is all.
        open: Option<String>,
    },
    /// An object.
    Object {
        /// What is seen of it, in order, keys that are written twice too.
        members: Vec<Member>,
        /// Why there may be more; absent when that is all.
        open: Option<String>,
    },
    /// Anything; how people call it. The same words stand for the same value.
    Hole(String),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Member {
    /// The key.
    pub key: Template,
    /// The value.
    pub value: Tree,
}

impl Tree {
    /// A text that is known.
    #[must_use]
    pub fn text(text: impl Into<String>, place: Place) -> Self {
        let known = Template::known(text, place);
        Self { kind: TreeKind::Text(known.pieces), place: known.place }
    }

    /// An object all of which is seen.
    #[must_use]
    pub fn object(members: Vec<Member>, place: Place) -> Self {
        Self { kind: TreeKind::Object { members, open: None }, place }
    }

    /// A list all of which is seen.
    #[must_use]
    pub fn list(items: Vec<Self>, place: Place) -> Self {
        Self { kind: TreeKind::List { items, open: None }, place }
    }

    /// The members of an object; none for any other value.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            TreeKind::Object { members, .. } => members,
            _ => &[],
        }
    }

    /// The items of a list; of any other value that value alone.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            TreeKind::List { items, .. } => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The value of the last member with a key, whatever the letter case of the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let is = |member: &&Member| member.key.text().is_some_and(|text| text.eq_ignore_ascii_case(key));
        self.members().iter().rev().find(is).map(|member| &member.value)
    }

    /// The text, when it is one and all of it is known.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            TreeKind::Text(pieces) => match pieces.as_slice() {
                [] => Some(""),
                [Piece::Text(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text or the hole as a template; nothing for any other value.
    #[must_use]
    pub fn template(&self) -> Option<Template> {
        let pieces = match &self.kind {
            TreeKind::Text(pieces) => pieces.clone(),
            TreeKind::Hole(words) => vec![Piece::Hole(words.clone())],
            _ => return None,
        };
        Some(Template { pieces, place: self.place.clone() })
    }

    /// The same tree with what stands for some of its holes.
    #[must_use]
    pub fn filled(self, fill: &dyn Fn(&str) -> Option<Self>) -> Self {
        let place = self.place;
        let kind = match self.kind {
            TreeKind::Hole(words) => match fill(&words) {
                Some(tree) => return tree,
                None => TreeKind::Hole(words),
            },
            TreeKind::Text(pieces) => TreeKind::Text(filled_text(pieces, fill)),
            TreeKind::List { items, open } => {
                TreeKind::List { items: items.into_iter().map(|item| item.filled(fill)).collect(), open }
            }
            TreeKind::Object { members, open } => {
                let member = |Member { key, value }: Member| {
                    let key = Template { pieces: filled_text(key.pieces, fill), place: key.place };
                    Member { key, value: value.filled(fill) }
                };
                TreeKind::Object { members: members.into_iter().map(member).collect(), open }
            }
            other => other,
        };
        Self { place, kind }
    }

    /// Whether some part of it is not known.
    #[must_use]
    pub fn has_hole(&self) -> bool {
        let is_hole = |piece: &Piece| matches!(piece, Piece::Hole(_));
        match &self.kind {
            TreeKind::Null | TreeKind::Bool(_) | TreeKind::Number(_) => false,
            TreeKind::Hole(_) => true,
            TreeKind::Text(pieces) => pieces.iter().any(is_hole),
            TreeKind::List { items, open } => open.is_some() || items.iter().any(Self::has_hole),
            TreeKind::Object { members, open } => {
                open.is_some()
                    || members.iter().any(|member| member.key.pieces.iter().any(is_hole) || member.value.has_hole())
            }
        }
    }
}

/// A text with what stands for some of its holes.
fn filled_text(pieces: Vec<Piece>, fill: &dyn Fn(&str) -> Option<Tree>) -> Vec<Piece> {
    let mut filled = Vec::new();
    for piece in pieces {
        let inner = match &piece {
            Piece::Hole(words) => fill(words).and_then(|tree| tree.template()).map(|template| template.pieces),
            Piece::Text(_) => None,
        };
        for piece in inner.unwrap_or_else(|| vec![piece]) {
            match piece {
                Piece::Text(text) => super::holes::push_text(&mut filled, &text),
                hole @ Piece::Hole(_) => filled.push(hole),
            }
        }
    }
    filled
}
