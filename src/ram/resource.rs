//! Names of resources: what a permission names, what a statement may name, and whether the two can meet.
//!
//! Takes the pattern of a permission as the matrix has it (`vendor:service:{region}:{account}:type/{id}`); gives it with
//! what is known filled in, and says of a text in a policy whether it can stand for any such name at all.

use super::pattern::{self, Case};
use super::truth::Truth;
use crate::model::{Permission, Piece};

/// The names of the holes that every resource has.
const REGION: &str = "region";
const ACCOUNT: &str = "account";

/// What is known of the parts of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The region.
    pub region: Piece,
    /// The account that owns it.
    pub account: Piece,
    /// What the call is made against.
    pub instance: Piece,
}

impl Default for Parts {
    /// Nothing is known.
    fn default() -> Self {
        let hole = |words: &str| Piece::Hole(words.to_owned());
        Self { region: hole("the region"), account: hole("the account"), instance: hole("the instance") }
    }
}

/// The name of a resource of a permission, with what is known of it.
#[must_use]
pub fn pieces(permission: &Permission, parts: &Parts) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for token in tokens(&permission.resource) {
        let piece = match token {
            Token::Text(text) => Piece::Text(text.to_owned()),
            Token::Hole(REGION) => parts.region.clone(),
            Token::Hole(ACCOUNT) => parts.account.clone(),
            Token::Hole(_) => parts.instance.clone(),
        };
        match (pieces.last_mut(), piece) {
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, piece) => pieces.push(piece),
        }
    }
    pieces
}

/// The same as a text: what is not known is a wildcard.
#[must_use]
pub fn text(permission: &Permission, parts: &Parts) -> String {
    let shown = |piece: Piece| match piece {
        Piece::Text(text) => text,
        Piece::Hole(_) => "*".to_owned(),
    };
    pieces(permission, parts).into_iter().map(shown).collect()
}

/// A part of the pattern of a permission.
pub(super) enum Token<'a> {
    /// These characters.
    Text(&'a str),
    /// What differs from resource to resource, by its name.
    Hole(&'a str),
}

/// The parts of the pattern of a permission, in order; texts are never empty.
pub(super) fn tokens(template: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = template;
    while let Some((before, hole, after)) =
        rest.split_once('{').and_then(|(before, rest)| rest.split_once('}').map(|(hole, after)| (before, hole, after)))
    {
        if !before.is_empty() {
            tokens.push(Token::Text(before));
        }
        tokens.push(Token::Hole(hole));
        rest = after;
    }
    if !rest.is_empty() {
        tokens.push(Token::Text(rest));
    }
    tokens
}

/// Where a text in a policy leaves what a permission names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meets {
    /// It can name such a resource.
    Yes,
    /// It could, were letter case left out of account.
    ButForCase,
    /// It begins with something else than names of this vendor do; with what it begins.
    OtherVendor(String),
    /// It names something of another service.
    OtherService(String),
    /// It has this many parts, which is not the right number.
    Count(usize),
    /// A part that must hold something holds nothing, or something that cannot be there: which part, what it is.
    Part(&'static str, String),
    /// It names another type of resource; which.
    Type(String),
    /// It names none, for another reason.
    Never,
}

/// Whether a text in a policy can name a resource of a permission, whatever is not known of either.
#[must_use]
pub fn meets(text: &[Piece], permission: &Permission) -> Meets {
    let any = pieces(permission, &Parts::default());
    let (parts, wanted) = (segments(text), permission.resource.split(':').count());
    if pattern::matches(text, &any, Case::Sensitive) != Truth::No {
        return match parts.len() == wanted {
            true => wrong_part(&parts, permission).unwrap_or(Meets::Yes),
            false => Meets::Yes,
        };
    }
    if pattern::matches(text, &any, Case::Folded) != Truth::No {
        return Meets::ButForCase;
    }
    let own: Vec<&str> = permission.resource.split(':').collect();
    let begins = |index: usize| literal(parts.get(index).map(Vec::as_slice));
    match (begins(0), own.first()) {
        (Some(vendor), Some(own)) if parts.len() > 1 && !is_wild(&vendor) && vendor != *own => {
            return Meets::OtherVendor(vendor);
        }
        _ => {}
    }
    match (begins(1), own.get(1)) {
        (Some(service), Some(own)) if !is_wild(&service) && !service.eq_ignore_ascii_case(own) => {
            return Meets::OtherService(service);
        }
        _ => {}
    }
    if parts.len() > 1
        && parts.len() != wanted
        && parts.iter().all(|part| literal(Some(part)).is_some_and(|t| !t.contains('*')))
    {
        return Meets::Count(parts.len());
    }
    if let Some(wrong) = wrong_part(&parts, permission) {
        return wrong;
    }
    let last = parts.last().and_then(|part| part.first());
    match last {
        Some(Piece::Text(text)) if parts.len() == wanted => {
            let kind = text.split('/').next().unwrap_or(text);
            let own = own.last().and_then(|last| last.split('/').next()).unwrap_or_default();
            match kind == own {
                true if text.contains('/') => Meets::Never,
                true => Meets::Part("id", String::new()),
                false => Meets::Type(kind.to_owned()),
            }
        }
        _ => Meets::Never,
    }
}

/// The parts of a name, with a colon between two.
fn segments(text: &[Piece]) -> Vec<Vec<Piece>> {
    let mut parts = vec![Vec::new()];
    for piece in text {
        match piece {
            Piece::Hole(_) => parts.last_mut().into_iter().for_each(|part| part.push(piece.clone())),
            Piece::Text(text) => {
                for (number, part) in text.split(':').enumerate() {
                    if number > 0 {
                        parts.push(Vec::new());
                    }
                    if !part.is_empty() {
                        parts.last_mut().into_iter().for_each(|last| last.push(Piece::Text(part.to_owned())));
                    }
                }
            }
        }
    }
    parts
}

/// The text of a part, when all of it is known.
fn literal(part: Option<&[Piece]>) -> Option<String> {
    match part? {
        [] => Some(String::new()),
        [Piece::Text(text)] => Some(text.clone()),
        _ => None,
    }
}

fn is_wild(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// A part that cannot be what stands in its place: no region is a number, and no account is anything else.
fn wrong_part(parts: &[Vec<Piece>], permission: &Permission) -> Option<Meets> {
    permission.resource.split(':').zip(parts).find_map(|(own, part)| {
        let text = literal(Some(part)).filter(|text| !is_wild(text))?;
        let digits = text.chars().all(|c| c.is_ascii_digit());
        match own.strip_prefix('{').and_then(|own| own.strip_suffix('}')) {
            Some(REGION) if digits => Some(Meets::Part("region", text)),
            Some(ACCOUNT) if !digits || text.is_empty() => Some(Meets::Part("account", text)),
            None if own.contains('{') && own.split('{').next() == Some(text.as_str()) => {
                Some(Meets::Part("id", String::new()))
            }
            _ => None,
        }
    })
}

/// What was probably meant, as far as a text tells: its region, its account and what stands behind its last slash.
#[must_use]
pub fn meant(text: &[Piece], permission: &Permission) -> Parts {
    let parts = segments(text);
    let own: Vec<&str> = permission.resource.split(':').collect();
    let known: Vec<String> = parts.iter().map(|part| shown(part)).collect();
    let is_region = |t: &&String| {
        let mut words = t.split('-');
        let first = words.next().unwrap_or_default();
        first.len() == 2 && first.chars().all(|c| c.is_ascii_lowercase()) && words.next().is_some_and(|w| !w.is_empty())
    };
    let is_account = |t: &&String| t.len() > 9 && t.chars().all(|c| c.is_ascii_digit());
    let middle = || known.iter().skip(2).take(known.len().saturating_sub(3));
    let wild = || Piece::Text("*".to_owned());
    let holes = |words: &str| middle().find(|t| t.starts_with('{') && t.to_ascii_lowercase().contains(words));
    let found = |text: Option<&String>| text.map_or_else(wild, |text| Piece::Text(text.clone()));
    // Where no part is missing, what is filled in later stands in its own place.
    let is_whole = known.len() == own.len();
    let in_place = |index: usize| known.get(index).filter(|text| is_whole && text.contains('{'));
    let region = middle().find(is_region).or_else(|| in_place(2)).or_else(|| holes("region"));
    let account = middle().find(is_account).or_else(|| in_place(3)).or_else(|| holes("account"));
    let last = known.last().map(String::as_str).unwrap_or_default();
    let id = match last.rsplit_once('/') {
        Some((_, id)) => id,
        None if known.len() == 1 || last.contains('-') || last.starts_with('{') => last,
        None => "",
    };
    let is_own_name = own.iter().any(|part| part.split('/').next().is_some_and(|kind| kind == id));
    let id = if id.is_empty() || is_own_name { "*" } else { id };
    Parts { region: found(region), account: found(account), instance: Piece::Text(id.to_owned()) }
}

fn shown(part: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Hole(words) => format!("{{{words}}}"),
    };
    part.iter().map(piece).collect()
}

/// Whether everything that one pattern matches is matched by another one, for certain.
#[must_use]
pub fn is_within(inner: &[Piece], outer: &[Piece], case: Case) -> bool {
    let mut opaque = Vec::new();
    for piece in inner {
        match piece {
            Piece::Hole(_) => opaque.push(piece.clone()),
            Piece::Text(text) => {
                let mut rest = text.as_str();
                while let Some(at) = rest.find(['*', '?']) {
                    let (before, after) = rest.split_at(at);
                    if !before.is_empty() {
                        opaque.push(Piece::Text(before.to_owned()));
                    }
                    // A name that no reference has: what a wildcard stands for is covered by a wildcard alone.
                    opaque.push(Piece::Hole("\u{0}".to_owned()));
                    rest = after.get(1..).unwrap_or_default();
                }
                if !rest.is_empty() {
                    opaque.push(Piece::Text(rest.to_owned()));
                }
            }
        }
    }
    pattern::matches(outer, &opaque, case) == Truth::Yes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;

    fn permission() -> Permission {
        Matrix::builtin().unwrap().api().permission.clone().unwrap()
    }

    fn text_of(text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for token in tokens(text) {
            pieces.push(match token {
                Token::Text(text) => Piece::Text(text.to_owned()),
                Token::Hole(words) => Piece::Hole(words.to_owned()),
            });
        }
        pieces
    }

    fn says(resource: &str) -> Meets {
        meets(&text_of(resource), &permission())
    }

    #[test]
    fn what_can_name_an_instance() {
        for right in [
            "*",
            "acs:rds:*:*:*",
            "acs:*:*cn-beijing*:*:*",
            "acs:rds:*:*:*/*",
            "acs:rds:*:*:*/{db.id}",
            "acs:rds:cn-shanghai:1900000000000007:dbinstance/rm-1",
            "acs:rds:{region}:{account}:dbinstance/{id}",
            "{all}",
            "acs:rds:cn-*:19*:dbinstance/rm-?x",
            "acs:rds:*",
        ] {
            assert_eq!(says(right), Meets::Yes, "{right}");
        }
    }

    #[test]
    fn what_cannot() {
        let kind = |text: &str| Meets::Type(text.to_owned());
        assert_eq!(says("acs:rds:*:*:dbinstances/*"), kind("dbinstances"));
        assert_eq!(says("acs:rds:*:*:dbinstances/{id}"), kind("dbinstances"));
        assert_eq!(says("acs:rds:cn-x:1900000000000007:instance/rm-1"), kind("instance"));
        assert_eq!(says("acs:rds:*:*:db/*"), kind("db"));
        assert_eq!(says("acs:rds:*:*:dbInstance/rm-1"), Meets::ButForCase);
        assert_eq!(says("acs:rds:cn-x:dbinstance/rm-1"), Meets::Count(4));
        assert_eq!(
            says("acs:rds:1900000000000007:cn-x:dbinstance/*"),
            Meets::Part("region", "1900000000000007".into())
        );
        assert_eq!(says("acs:rds:cn-x:prod:dbinstance/*"), Meets::Part("account", "prod".into()));
        assert_eq!(says("acs:rds:cn-x::dbinstance/*"), Meets::Part("account", String::new()));
        assert_eq!(says("acs:rds:*:*:dbinstance/"), Meets::Part("id", String::new()));
        assert_eq!(says("arn:aws:rds:*:*:db:x"), Meets::OtherVendor("arn".into()));
        assert_eq!(says("acs:oss:*:*:bucket/*"), Meets::OtherService("oss".into()));
        assert_eq!(says("acs:rds:*:*:dbinstance"), Meets::Part("id", String::new()));
        assert_eq!(says("rm-1"), Meets::Never);
    }

    #[test]
    fn what_was_meant() {
        let meant = |resource: &str| text(&permission(), &super::meant(&text_of(resource), &permission()));
        assert_eq!(meant("acs:rds:*:*:dbinstances/*"), "acs:rds:*:*:dbinstance/*");
        assert_eq!(meant("acs:rds:cn-x1:dbinstance/rm-1"), "acs:rds:cn-x1:*:dbinstance/rm-1");
        assert_eq!(
            meant("acs:rds:1900000000000007:cn-shanghai:dbinstance/*"),
            "acs:rds:cn-shanghai:1900000000000007:dbinstance/*"
        );
        assert_eq!(meant("rm-1"), "acs:rds:*:*:dbinstance/rm-1");
        assert_eq!(meant("acs:rds:*:*:dbinstance"), "acs:rds:*:*:dbinstance/*");
        assert_eq!(meant("arn:aws:rds:cn-x:1:db:mine"), "acs:rds:cn-x:*:dbinstance/*");
        assert_eq!(meant("acs:rds:{here}:{mine}:dbs/{i}"), "acs:rds:{here}:{mine}:dbinstance/{i}");
        assert_eq!(meant("acs:rds:*:{account}:db/{i}"), "acs:rds:*:{account}:dbinstance/{i}");
    }

    #[test]
    fn one_pattern_within_another() {
        let within = |a: &str, b: &str| is_within(&text_of(a), &text_of(b), Case::Sensitive);
        assert!(within("a:b", "a:*") && within("a:*", "*") && within("a:*", "a:*") && within("a:{x}", "a:*"));
        assert!(within("a:{x}", "a:{x}") && !within("a:{x}", "a:{y}") && !within("*", "a:*") && !within("a?", "ab"));
    }
}
