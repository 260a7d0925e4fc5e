//! Who may do what, as sources write it: documents, principals, what is attached to whom, and who runs which program.

use super::directory::{ControlAttachment, DirectoryPart, Residence};
use super::policy::PolicyDocument;
use super::profile::{Profile, ProfileUse};
use crate::source::Place;

/// What sources say about access, in any order.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The policy documents.
    pub documents: Vec<PolicyDocument>,
    /// The users, groups and roles that are written out.
    pub principals: Vec<Principal>,
    /// Which document holds for which principal.
    pub attachments: Vec<Attachment>,
    /// Which user is in which group.
    pub memberships: Vec<Membership>,
    /// Which principal runs which program.
    pub runners: Vec<Runner>,
    /// What programs with a call call besides.
    pub companions: Vec<Companion>,
    /// Which control policy is attached to which part of a resource directory.
    pub controls: Vec<ControlAttachment>,
    /// The folders and accounts of a resource directory that are written out.
    pub directory: Vec<DirectoryPart>,
    /// Which principal is in which account, where somebody says so.
    pub residences: Vec<Residence>,
    /// The profiles of tools that are written out.
    pub profiles: Vec<Profile>,
    /// Which commands are run with a profile.
    pub profile_uses: Vec<ProfileUse>,
}

impl Access {
    /// Adds what another part of the sources says.
    pub fn merge(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.principals.extend(other.principals);
        self.attachments.extend(other.attachments);
        self.memberships.extend(other.memberships);
        self.runners.extend(other.runners);
        self.companions.extend(other.companions);
        self.controls.extend(other.controls);
        self.directory.extend(other.directory);
        self.residences.extend(other.residences);
        self.profiles.extend(other.profiles);
        self.profile_uses.extend(other.profile_uses);
    }
}

/// By what one part of the sources names another part. Two parts are the same when they share a handle.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Handle {
    /// The name by which the service knows it, without a path or an account.
    Name(String),
    /// An address that holds within one project: a resource of a module, an entry of a template.
    Address {
        /// The project: a folder, a file.
        scope: String,
        /// The address, e.g. `alicloud_ram_role.nightly`.
        address: String,
    },
}

/// What stands where a handle is expected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// This one.
    To(Handle),
    /// Nobody can tell before it runs; why, as a fragment for people.
    Unknown(String),
}

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// Somebody with keys of their own.
    User,
    /// Several users.
    Group,
    /// What users and services take on for a while.
    Role,
}

impl PrincipalKind {
    /// The word for it in names of principals.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }
}

/// A principal that is written out.
#[derive(Debug, Clone)]
pub struct Principal {
    /// What it is.
    pub kind: PrincipalKind,
    /// By what others name it.
    pub handles: Vec<Handle>,
    /// For people: its name, or its address where the name is not known.
    pub shown: String,
    /// Where it is written: its head.
    pub place: Place,
}

/// A document that holds for a principal.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// For whom.
    pub principal: Reference,
    /// What kind of principal that is.
    pub kind: PrincipalKind,
    /// What is attached.
    pub policy: AttachedPolicy,
    /// Where that is written.
    pub place: Place,
    /// Whether it holds in one resource group alone.
    pub resource_group: bool,
}

/// What is attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttachedPolicy {
    /// A document of the sources, or of the account when none of the sources has this handle.
    Custom(Handle),
    /// A policy that the vendor keeps, by its name.
    System(String),
    /// Nobody can tell before it runs; why, as a fragment for people.
    Unknown(String),
}

/// A user that is in a group.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The user.
    pub user: Reference,
    /// The group.
    pub group: Reference,
    /// Where that is written.
    pub place: Place,
}

/// A principal that runs a program.
#[derive(Debug, Clone)]
pub struct Runner {
    /// Who.
    pub principal: Reference,
    /// What kind of principal that is.
    pub kind: PrincipalKind,
    /// Where that is written.
    pub place: Place,
    /// What it runs.
    pub scope: RunScope,
    /// What a role that is taken for this may do at most: the handle of a session policy.
    pub session: Option<Handle>,
}

/// Another operation that a program calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// The code of the product, as it is written; empty where the program does not say it.
    pub product: String,
    /// The operation, as it is written: `DescribeBackups`, `describe-backups`.
    pub operation: String,
    /// Where it is called.
    pub place: Place,
}

/// Which calls a principal makes.
#[derive(Debug, Clone)]
pub enum RunScope {
    /// Those that stand here, and those that are reached by way of a step that stands here (a job of a workflow).
    Within(Place),
    /// Those in these files.
    Files(Vec<String>),
}
