//! Named settings with which a tool is run: as whom it asks, and where.

use super::access::Reference;
use crate::source::Place;

/// A profile that is written out.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// The role that it takes; absent when it asks with keys of somebody whom nobody names.
    pub role: Option<Reference>,
    /// The region that it sets.
    pub region: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// Commands that are run with a profile.
#[derive(Debug, Clone)]
pub struct ProfileUse {
    /// Its name; absent where nobody can tell it before it runs.
    pub name: Option<String>,
    /// Where it is named.
    pub place: Place,
    /// Where the commands stand.
    pub scope: Place,
}
