//! What sources say of a resource directory: its folders and accounts, which control policies are attached to them, and
//! in which account a principal is.

use super::access::{AttachedPolicy, Handle, PrincipalKind, Reference};
use crate::source::Place;

/// What a part of a resource directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// The folder that holds all others.
    Root,
    /// Another folder.
    Folder,
    /// An account that is a member.
    Account,
}

/// A part of a directory, as something else names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryTarget {
    /// Which one.
    pub reference: Reference,
    /// What it is; absent when nobody can tell from its name.
    pub kind: Option<PartKind>,
    /// For people: what is written for it.
    pub shown: String,
}

/// A folder or an account that is written out.
#[derive(Debug, Clone)]
pub struct DirectoryPart {
    /// What it is.
    pub kind: PartKind,
    /// By what others name it.
    pub handles: Vec<Handle>,
    /// The folder that it is in; absent when it is not said.
    pub parent: Option<DirectoryTarget>,
    /// Where it is written.
    pub place: Place,
}

/// A control policy that is attached to a part of a directory, or taken from it.
#[derive(Debug, Clone)]
pub struct ControlAttachment {
    /// Which policy.
    pub policy: AttachedPolicy,
    /// To what.
    pub target: DirectoryTarget,
    /// Where that is written.
    pub place: Place,
    /// Whether it is taken from there.
    pub is_detached: bool,
}

/// The account that a principal is in.
#[derive(Debug, Clone)]
pub struct Residence {
    /// What the principal is.
    pub kind: PrincipalKind,
    /// Which one.
    pub principal: Handle,
    /// Its account: a number, or the address of what makes the account.
    pub account: Handle,
    /// Where that is written.
    pub place: Place,
}
