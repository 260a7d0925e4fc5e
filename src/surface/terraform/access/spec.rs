//! What the provider's resources say about access, as `rules/policies/terraform.yaml` has it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{PartKind, PolicyKind, PrincipalKind};
use crate::syntax::yaml;

/// The data file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct Spec {
    /// Words of files that say something about access.
    pub(in crate::surface::terraform) needles: Vec<String>,
    pub(in crate::surface::terraform) policies: Vec<PolicySpec>,
    pub(in crate::surface::terraform) documents: Vec<DocumentSpec>,
    pub(in crate::surface::terraform) principals: Vec<PrincipalSpec>,
    /// The attributes by which others name a policy or a principal.
    pub(in crate::surface::terraform) naming: Vec<String>,
    /// What stands before the name in an ARN.
    pub(in crate::surface::terraform) before_name: Vec<String>,
    /// What stands behind the name that somebody signs in with.
    pub(in crate::surface::terraform) behind_name: String,
    pub(in crate::surface::terraform) attachments: Vec<AttachmentSpec>,
    /// The type of a policy of the account.
    pub(in crate::surface::terraform) custom: String,
    /// The type of a policy that the vendor keeps.
    pub(in crate::surface::terraform) system: String,
    /// The attribute by which a policy tells its type.
    pub(in crate::surface::terraform) type_attribute: String,
    pub(in crate::surface::terraform) limits: Vec<LimitSpec>,
    pub(in crate::surface::terraform) parts: Vec<PartSpec>,
    pub(in crate::surface::terraform) memberships: Vec<MembershipSpec>,
    pub(in crate::surface::terraform) runners: Vec<RunnerSpec>,
    pub(in crate::surface::terraform) run_by_another: Vec<OtherSpec>,
    pub(in crate::surface::terraform) given_roles: Vec<GivenSpec>,
    pub(in crate::surface::terraform) providers: Vec<ProviderSpec>,
}

/// A kind of policy.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::surface::terraform) enum Kind {
    Identity,
    Trust,
    Control,
}

/// A kind of principal.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::surface::terraform) enum Who {
    User,
    Group,
    Role,
}

/// A resource that is a policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct PolicySpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) kind: Kind,
    /// The arguments that hold its name, the one that beats the others first.
    pub(in crate::surface::terraform) names: Vec<String>,
    /// The arguments that hold its document.
    pub(in crate::surface::terraform) documents: Vec<String>,
    /// Its document in blocks.
    pub(in crate::surface::terraform) blocks: Option<BlocksSpec>,
    /// Arguments that list who may take a role, each with the name that a document has for them.
    #[serde(default)]
    pub(in crate::surface::terraform) trusted: BTreeMap<String, String>,
}

/// A data source that is a document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct DocumentSpec {
    pub(in crate::surface::terraform) data: String,
    /// The attribute that gives the document.
    pub(in crate::surface::terraform) attribute: String,
    pub(in crate::surface::terraform) blocks: BlocksSpec,
}

/// A document in blocks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct BlocksSpec {
    pub(in crate::surface::terraform) statement: String,
    pub(in crate::surface::terraform) version: String,
    pub(in crate::surface::terraform) default_effect: Option<String>,
    /// The element for each argument.
    pub(in crate::surface::terraform) elements: BTreeMap<String, String>,
    pub(in crate::surface::terraform) principal: Option<PrincipalBlock>,
    pub(in crate::surface::terraform) condition: Option<ConditionBlock>,
}

/// A block that says whom a statement is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct PrincipalBlock {
    pub(in crate::surface::terraform) block: String,
    pub(in crate::surface::terraform) entity: String,
    pub(in crate::surface::terraform) values: String,
}

/// A block that says when a statement holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct ConditionBlock {
    pub(in crate::surface::terraform) block: String,
    pub(in crate::surface::terraform) operator: String,
    pub(in crate::surface::terraform) key: String,
    pub(in crate::surface::terraform) values: String,
}

/// A resource that is a principal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct PrincipalSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) kind: Who,
    pub(in crate::surface::terraform) names: Vec<String>,
}

/// A resource that attaches a policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct AttachmentSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) principal: String,
    pub(in crate::surface::terraform) kind: Option<Who>,
    /// The argument that tells the kind, where the resource does not.
    pub(in crate::surface::terraform) kind_argument: Option<String>,
    #[serde(default)]
    pub(in crate::surface::terraform) kinds: BTreeMap<String, Who>,
    pub(in crate::surface::terraform) policy: String,
    #[serde(rename = "type")]
    pub(in crate::surface::terraform) policy_type: String,
    #[serde(default)]
    pub(in crate::surface::terraform) resource_group: bool,
}

/// A resource that attaches a control policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct LimitSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) policy: String,
    /// The argument that names the part of the directory.
    pub(in crate::surface::terraform) target: String,
}

/// A resource that is a part of a resource directory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct PartSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) kind: PartWord,
    /// The argument that names the folder around it.
    pub(in crate::surface::terraform) parent: String,
}

/// A kind of part.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::surface::terraform) enum PartWord {
    Folder,
    Account,
}

/// A resource that puts users into a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct MembershipSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) group: String,
    pub(in crate::surface::terraform) users: String,
}

/// A resource that runs a program with a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct RunnerSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) role: String,
}

/// A resource whose role another resource has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct OtherSpec {
    pub(in crate::surface::terraform) resource: String,
    /// The argument that names the other one.
    pub(in crate::surface::terraform) argument: String,
    pub(in crate::surface::terraform) other: String,
    pub(in crate::surface::terraform) role: String,
}

/// A resource that gives a role to machines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct GivenSpec {
    pub(in crate::surface::terraform) resource: String,
    pub(in crate::surface::terraform) role: String,
    pub(in crate::surface::terraform) machines: String,
    pub(in crate::surface::terraform) session: String,
}

/// A provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct ProviderSpec {
    pub(in crate::surface::terraform) provider: String,
    /// The argument that names the region.
    pub(in crate::surface::terraform) region: String,
    /// The argument that holds the number of the account.
    pub(in crate::surface::terraform) account: String,
    /// The argument that names a profile of the command line tool.
    pub(in crate::surface::terraform) profile: String,
    /// The argument that holds the role of the machine.
    pub(in crate::surface::terraform) role: String,
    pub(in crate::surface::terraform) blocks: Vec<RoleBlock>,
}

/// A block that says which role is taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct RoleBlock {
    pub(in crate::surface::terraform) block: String,
    pub(in crate::surface::terraform) role: String,
    pub(in crate::surface::terraform) session: String,
}

impl Spec {
    /// What is built in; the tests hold that it can be read.
    pub(in crate::surface::terraform) fn get() -> &'static Self {
        static SPEC: OnceLock<Spec> = OnceLock::new();
        SPEC.get_or_init(|| Self::load().unwrap_or_default())
    }

    fn load() -> Option<Self> {
        let stream = yaml::parse(include_str!("../../../../rules/policies/terraform.yaml"));
        serde_json::from_value(stream.documents.first()?.to_json()).ok()
    }
}

/// How a policy that says what somebody may do is written: the type of the resource, and the arguments that hold its name
/// and its document.
#[must_use]
pub fn policy_resource() -> Option<(&'static str, &'static str, &'static str)> {
    let of_identity = |policy: &&PolicySpec| matches!(policy.kind, Kind::Identity);
    let policy = Spec::get().policies.iter().find(of_identity)?;
    Some((&policy.resource, policy.names.first()?, policy.documents.first()?))
}

impl Kind {
    pub(in crate::surface::terraform) fn policy_kind(self) -> PolicyKind {
        match self {
            Self::Identity => PolicyKind::Identity,
            Self::Trust => PolicyKind::Trust,
            Self::Control => PolicyKind::Control,
        }
    }
}

impl PartWord {
    pub(in crate::surface::terraform) fn part_kind(self) -> PartKind {
        match self {
            Self::Folder => PartKind::Folder,
            Self::Account => PartKind::Account,
        }
    }
}

impl Who {
    pub(in crate::surface::terraform) fn principal_kind(self) -> PrincipalKind {
        match self {
            Self::User => PrincipalKind::User,
            Self::Group => PrincipalKind::Group,
            Self::Role => PrincipalKind::Role,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_can_be_read() {
        let spec = Spec::load().unwrap();
        assert!(!spec.policies.is_empty() && !spec.providers.is_empty());
    }
}
