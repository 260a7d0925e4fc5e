//! What is wrong with the name of an option.

use crate::model::{Api, NameKind, UnknownName};

use super::line::{Flag, KEBAB, WIRE};

/// An option that is no parameter in the style of the command.
pub(super) fn unknown(api: &Api, flag: &Flag<'_>, family: &'static str, refused: bool) -> UnknownName {
    let other = if family == WIRE { KEBAB } else { WIRE };
    let same_but_case =
        |family: &str| api.parameters.iter().find(|p| p.spelled(family).eq_ignore_ascii_case(&flag.name));
    let (kind, parameter) = if let Some(parameter) = same_but_case(family) {
        // One dash instead of two is no matter of case.
        (if flag.short { NameKind::Unknown } else { NameKind::WrongCase }, Some(parameter))
    } else if let Some(parameter) = same_but_case(other) {
        (NameKind::MixedStyle, Some(parameter))
    } else {
        (NameKind::Unknown, api.nearest_parameter(&flag.name, family))
    };
    UnknownName {
        spelled: flag.spelled.clone(),
        place: flag.name_place.clone(),
        kind,
        nearest: parameter.map(|p| p.name.clone()),
        instead: parameter.map(|p| format!("--{}", p.spelled(family))),
        refused,
    }
}
