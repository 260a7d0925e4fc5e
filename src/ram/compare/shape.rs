//! What names of resources look like: fixed words, and parts that may be anything of some characters.

use std::collections::BTreeMap;

use crate::model::Permission;
use crate::ram::resource::{self, Token};

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// These characters.
    Fixed(String),
    /// A part that differs from resource to resource.
    Free(Free),
}

/// A part that differs from resource to resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    /// Which characters it has; absent for any.
    pub characters: Option<Vec<char>>,
    /// How many it has at least.
    pub least: usize,
    /// How many it has at most; absent when nothing limits them.
    pub most: Option<usize>,
    /// A value that people know, shown where it makes no difference which it is. Empty for none.
    pub usual: String,
}

/// What the names of one kind of resource look like.
///
/// A name is read from left to right without looking ahead: no part may begin with a character that the free part
/// before it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    parts: Vec<Part>,
}

/// Where one is within a name: the part, and how many characters of it are there, counted as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct At {
    part: usize,
    taken: usize,
}

impl Shape {
    /// A shape of parts, in order; nothing when it cannot be read without looking ahead.
    #[must_use]
    pub fn new(parts: Vec<Part>) -> Option<Self> {
        let parts: Vec<Part> =
            parts.into_iter().filter(|part| !matches!(part, Part::Fixed(text) if text.is_empty())).collect();
        let ambiguous = parts.windows(2).any(|pair| match pair {
            [Part::Free(free), Part::Fixed(text)] => text.chars().next().is_some_and(|next| free.has(next)),
            [Part::Free(_), Part::Free(_)] => true,
            _ => false,
        });
        (!ambiguous).then_some(Self { parts })
    }

    /// What the resources of a permission are called. Some of the holes may be given: only names with them are of the
    /// shape. Nothing when it cannot be read without looking ahead.
    #[must_use]
    pub fn of(permission: &Permission, given: &BTreeMap<String, String>) -> Option<Self> {
        let part = |token| match token {
            Token::Text(text) => Part::Fixed(text.to_owned()),
            Token::Hole(name) => match (given.get(name), permission.parts.get(name)) {
                (Some(text), _) => Part::Fixed(text.clone()),
                (None, Some(part)) => Part::Free(Free {
                    characters: Some(part.characters.clone()),
                    least: part.least,
                    most: part.most,
                    usual: part.usual.clone(),
                }),
                (None, None) => Part::Free(Free { characters: None, least: 1, most: None, usual: String::new() }),
            },
        };
        let parts = resource::tokens(&permission.resource).into_iter().map(part).collect();
        Self::new(parts)
    }

    /// Any text that is not empty.
    #[must_use]
    pub fn anything() -> Self {
        let free = Free { characters: None, least: 1, most: None, usual: String::new() };
        Self { parts: vec![Part::Free(free)] }
    }

    pub(super) fn start() -> At {
        At { part: 0, taken: 0 }
    }

    /// Whether a name may end here.
    pub(super) fn may_end(&self, at: At) -> bool {
        match self.parts.get(at.part) {
            None => true,
            Some(Part::Free(free)) => at.part + 1 == self.parts.len() && at.taken >= free.least,
            Some(Part::Fixed(_)) => false,
        }
    }

    /// Where one is after a further character; nothing when no name has it here.
    pub(super) fn after(&self, at: At, next: char) -> Option<At> {
        match self.parts.get(at.part)? {
            Part::Fixed(text) => {
                let mut rest = text.chars().skip(at.taken);
                (rest.next()? == next).then_some(())?;
                let ends = rest.next().is_none();
                Some(if ends { At { part: at.part + 1, taken: 0 } } else { At { taken: at.taken + 1, ..at } })
            }
            Part::Free(free) if free.has(next) => {
                free.most.is_none_or(|most| at.taken < most).then_some(())?;
                // Beyond what is counted one place is like the other, so that there are finitely many.
                let counted = free.most.unwrap_or(free.least);
                Some(At { taken: (at.taken + 1).min(counted), ..at })
            }
            Part::Free(free) if at.taken >= free.least => self.after(At { part: at.part + 1, taken: 0 }, next),
            Part::Free(_) => None,
        }
    }

    /// The characters that may come next, of those that are told apart; `others` are told apart from none.
    pub(super) fn choices(&self, at: At, told_apart: &[char]) -> Vec<char> {
        let mut choices = Vec::new();
        let mut at = at;
        while let Some(part) = self.parts.get(at.part) {
            match part {
                Part::Fixed(text) => {
                    choices.extend(text.chars().nth(at.taken));
                    break;
                }
                Part::Free(free) => {
                    if free.most.is_none_or(|most| at.taken < most) {
                        choices.extend(told_apart.iter().copied().filter(|c| free.has(*c)));
                        choices.extend(free.other(told_apart));
                    }
                    if at.taken < free.least {
                        break;
                    }
                    at = At { part: at.part + 1, taken: 0 };
                }
            }
        }
        choices
    }

    /// A name, each free part of which is its usual value where `same` says that this changes nothing.
    pub(super) fn with_usual_parts(&self, name: &str, same: impl Fn(&str) -> bool) -> String {
        let mut parts = self.split(name);
        for (number, part) in self.parts.iter().enumerate() {
            let Part::Free(free) = part else { continue };
            if free.usual.is_empty() || !free.takes(&free.usual) {
                continue;
            }
            let mut changed = parts.clone();
            changed.iter_mut().skip(number).take(1).for_each(|text| text.clone_from(&free.usual));
            if same(&changed.concat()) {
                parts = changed;
            }
        }
        parts.concat()
    }

    /// The texts of the parts of a name.
    fn split(&self, name: &str) -> Vec<String> {
        let mut texts = vec![String::new(); self.parts.len()];
        let mut at = Self::start();
        for character in name.chars() {
            let Some(after) = self.after(at, character) else { break };
            let leaves = matches!(self.parts.get(at.part), Some(Part::Free(free)) if !free.has(character));
            let part = if leaves { at.part + 1 } else { at.part };
            texts.iter_mut().skip(part).take(1).for_each(|text| text.push(character));
            at = after;
        }
        texts
    }
}

impl Free {
    fn has(&self, character: char) -> bool {
        self.characters.as_ref().is_none_or(|all| all.contains(&character))
    }

    fn takes(&self, text: &str) -> bool {
        let length = text.chars().count();
        length >= self.least && self.most.is_none_or(|most| length <= most) && text.chars().all(|c| self.has(c))
    }

    /// A character that is none of those that are told apart, one that people know where there is one.
    fn other(&self, told_apart: &[char]) -> Option<char> {
        let known = self.usual.chars();
        let all = self.characters.iter().flatten().copied();
        let any = self.characters.is_none().then(|| ('a'..='z').chain('\u{4e00}'..='\u{9fa5}')).into_iter().flatten();
        known.chain(all).chain(any).find(|c| self.has(*c) && !told_apart.contains(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn free(characters: &str, least: usize, most: Option<usize>, usual: &str) -> Part {
        let characters = Some(characters.chars().collect());
        Part::Free(Free { characters, least, most, usual: usual.to_owned() })
    }

    fn shape() -> Shape {
        Shape::new(vec![
            Part::Fixed("a:".to_owned()),
            free("xyz", 1, None, "xyz"),
            Part::Fixed(":".to_owned()),
            free("0123456789", 2, Some(2), "12"),
            Part::Fixed("/".to_owned()),
            free("rm-", 1, None, "rm-"),
        ])
        .unwrap()
    }

    fn reads(shape: &Shape, name: &str) -> bool {
        let end = name.chars().try_fold(Shape::start(), |at, c| shape.after(at, c));
        end.is_some_and(|at| shape.may_end(at))
    }

    #[test]
    fn names_of_the_shape_and_no_others_are_read() {
        for (name, right) in [
            ("a:x:12/r", true),
            ("a:xyzzy:00/rm-rm-", true),
            ("a::12/r", false),
            ("a:x:1/r", false),
            ("a:x:123/r", false),
            ("a:x:12/", false),
            ("a:w:12/r", false),
            ("a:x:12/r/r", false),
        ] {
            assert_eq!(reads(&shape(), name), right, "{name}");
        }
    }

    #[test]
    fn a_name_falls_into_its_parts() {
        assert_eq!(shape().split("a:xz:12/r-"), ["a:", "xz", ":", "12", "/", "r-"]);
    }

    #[test]
    fn parts_without_a_difference_get_the_value_that_people_know() {
        assert_eq!(shape().with_usual_parts("a:x:00/r", |name| name.contains("/r")), "a:xyz:12/rm-");
        assert_eq!(shape().with_usual_parts("a:x:00/r", |name| name.contains(":00/")), "a:xyz:00/rm-");
    }

    #[test]
    fn the_names_of_instances_are_those_of_the_matrix() {
        let matrix = crate::matrix::Matrix::builtin().unwrap();
        let permission = matrix.api().permission.as_ref().unwrap();
        let any = Shape::of(permission, &BTreeMap::new()).unwrap();
        assert!(reads(&any, "acs:rds:cn-shanghai:1900000000000007:dbinstance/rm-1"));
        assert!(!reads(&any, "acs:rds:cn-shanghai:19:dbinstance/rm-1"));
        assert!(!reads(&any, "acs:rds:cn-shanghai:1900000000000007:dbinstances/rm-1"));
        let given = BTreeMap::from([("region".to_owned(), "cn-beijing".to_owned())]);
        let given = Shape::of(permission, &given).unwrap();
        assert!(reads(&given, "acs:rds:cn-beijing:1900000000000007:dbinstance/rm-1"));
        assert!(!reads(&given, "acs:rds:cn-shanghai:1900000000000007:dbinstance/rm-1"));
    }

    #[test]
    fn a_part_that_runs_into_the_next_is_no_shape() {
        assert_eq!(Shape::new(vec![free("a:", 1, None, ""), Part::Fixed(":".to_owned())]), None);
    }
}
