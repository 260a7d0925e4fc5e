//! Which trees are RAM policies: other vendors have documents of the same shape.

use super::grammar::grammar;
use super::tree::{Tree, TreeKind};
use crate::model::{Piece, PolicyKind};

/// Whether a tree is a document, wherever it stands.
pub(super) fn is_document(tree: &Tree) -> bool {
    let g = grammar();
    let Some(statements) = tree.get(&g.statement) else { return false };
    let is_statement = |tree: &Tree| {
        tree.get(&g.effect).is_some() && (tree.get(&g.action).is_some() || tree.get(&g.not_action).is_some())
    };
    if !statements.items().iter().any(is_statement) {
        return false;
    }
    if has_principal(tree) && kind_of(tree) != PolicyKind::Trust {
        // Whom it is about is said in policies of other services alone, such as that of a bucket.
        return false;
    }
    let mut signs = Signs::default();
    signs.of(statements);
    match signs {
        Signs { own: true, .. } => true,
        Signs { foreign: true, .. } => false,
        _ => {
            let version = tree.get(&g.version).map(|version| match &version.kind {
                TreeKind::Number(number) => number.as_str(),
                _ => version.as_text().unwrap_or_default(),
            });
            let is_exact = tree.members().iter().any(|member| member.key.text() == Some(&g.statement));
            is_exact && version.is_some_and(|version| g.versions.iter().any(|known| known == version))
        }
    }
}

/// What a document is attached to, as far as it tells by itself.
pub(super) fn kind_of(tree: &Tree) -> PolicyKind {
    let g = grammar();
    let takes_role = |action: &Tree| {
        action.as_text().is_some_and(|text| g.take_role.iter().any(|known| known.eq_ignore_ascii_case(text)))
    };
    let trusts = |statement: &Tree| {
        statement.get(&g.principal).is_some()
            && statement.get(&g.action).is_some_and(|actions| actions.items().iter().any(takes_role))
    };
    let statements = tree.get(&g.statement).map_or(&[][..], Tree::items);
    if statements.iter().any(trusts) { PolicyKind::Trust } else { PolicyKind::Identity }
}

fn has_principal(tree: &Tree) -> bool {
    let g = grammar();
    let statements = tree.get(&g.statement).map_or(&[][..], Tree::items);
    statements.iter().any(|statement| statement.get(&g.principal).is_some())
}

/// Whose names texts hold.
#[derive(Debug, Default, Clone, Copy)]
struct Signs {
    own: bool,
    foreign: bool,
}

impl Signs {
    fn of(&mut self, tree: &Tree) {
        match &tree.kind {
            TreeKind::Text(pieces) => self.text(pieces),
            TreeKind::List { items, .. } => items.iter().for_each(|item| self.of(item)),
            TreeKind::Object { members, .. } => {
                for member in members {
                    self.text(&member.key.pieces);
                    self.of(&member.value);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, pieces: &[Piece]) {
        let Some(Piece::Text(text)) = pieces.first() else { return };
        self.own |= text.starts_with(&grammar().own_prefix);
        self.foreign |= grammar().foreign_prefixes.iter().any(|prefix| text.starts_with(prefix));
    }
}
