//! Profiles of tools: as whom commands ask that are run with one, and in which region.

use std::collections::BTreeSet;

use super::is_within;
use crate::model::{Access, Call, PrincipalKind, Profile, ProfileUse, Reference, RunScope, Runner};

/// Who runs the commands that are run with a profile. A profile that changes nothing of that gives nobody; one that is
/// written elsewhere, or in several ways, gives somebody who is not known.
pub(in crate::ram) fn runners(access: &Access) -> Vec<Runner> {
    access.profile_uses.iter().filter_map(|used| runner(access, used)).collect()
}

fn runner(access: &Access, used: &ProfileUse) -> Option<Runner> {
    let principal = match &used.name {
        None => Reference::Unknown("which profile it is nobody knows before it runs".to_owned()),
        Some(name) => {
            let all = named(access, name);
            let roles: BTreeSet<Option<&Reference>> = all.iter().map(|profile| profile.role.as_ref()).collect();
            match roles.into_iter().collect::<Vec<_>>().as_slice() {
                [] => Reference::Unknown(format!("profile {name} is not written here")),
                [None] => return None,
                [Some(only)] => (*only).clone(),
                _ => Reference::Unknown(format!("profile {name} is written in several ways")),
            }
        }
    };
    Some(Runner {
        principal,
        kind: PrincipalKind::Role,
        place: used.place.clone(),
        scope: RunScope::Within(used.scope.clone()),
        session: None,
    })
}

/// The region of the profile that a call is made with; nothing where several set different ones.
pub(in crate::ram) fn region<'a>(access: &'a Access, call: &Call) -> Option<&'a str> {
    let around = access.profile_uses.iter().filter(|used| is_within(&call.head, &used.scope));
    let used = around.min_by_key(|used| used.scope.span.end.saturating_sub(used.scope.span.start))?;
    let regions: BTreeSet<Option<&str>> =
        named(access, used.name.as_deref()?).iter().map(|profile| profile.region.as_deref()).collect();
    match regions.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => *only,
        _ => None,
    }
}

fn named<'a>(access: &'a Access, name: &str) -> Vec<&'a Profile> {
    access.profiles.iter().filter(|profile| profile.name == name).collect()
}
