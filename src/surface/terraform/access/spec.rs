//! What the provider's resources say about access, as `rules/policies/terraform.yaml` has it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{PolicyKind, PrincipalKind};
use crate::syntax::yaml;

/// The data file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::surface::terraform) struct Spec {
    /// Words of files that say something about access.
    pub(in crate::surface::terraform) needles: Vec<String>,
    pub(super) policies: Vec<PolicySpec>,
    pub(super) documents: Vec<DocumentSpec>,
    pub(super) principals: Vec<PrincipalSpec>,
    /// The attributes by which others name a policy or a principal.
    pub(super) naming: Vec<String>,
    /// What stands before the name in an ARN.
    pub(super) before_name: Vec<String>,
    /// What stands behind the name that somebody signs in with.
    pub(super) behind_name: String,
    pub(super) attachments: Vec<AttachmentSpec>,
    /// The type of a policy of the account.
    pub(super) custom: String,
    /// The type of a policy that the vendor keeps.
    pub(super) system: String,
    /// The attribute by which a policy tells its type.
    pub(super) type_attribute: String,
    pub(super) memberships: Vec<MembershipSpec>,
    pub(super) runners: Vec<RunnerSpec>,
    pub(super) run_by_another: Vec<OtherSpec>,
    pub(super) given_roles: Vec<GivenSpec>,
    pub(super) providers: Vec<ProviderSpec>,
}

/// A kind of policy.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    Identity,
    Trust,
    Control,
}

/// A kind of principal.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Who {
    User,
    Group,
    Role,
}

/// A resource that is a policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicySpec {
    pub(super) resource: String,
    pub(super) kind: Kind,
    /// The arguments that hold its name, the one that beats the others first.
    pub(super) names: Vec<String>,
    /// The arguments that hold its document.
    pub(super) documents: Vec<String>,
    /// Its document in blocks.
    pub(super) blocks: Option<BlocksSpec>,
    /// Arguments that list who may take a role, each with the name that a document has for them.
    #[serde(default)]
    pub(super) trusted: BTreeMap<String, String>,
}

/// A data source that is a document.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentSpec {
    pub(super) data: String,
    /// The attribute that gives the document.
    pub(super) attribute: String,
    pub(super) blocks: BlocksSpec,
}

/// A document in blocks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlocksSpec {
    pub(super) statement: String,
    pub(super) version: String,
    pub(super) default_effect: Option<String>,
    /// The element for each argument.
    pub(super) elements: BTreeMap<String, String>,
    pub(super) principal: Option<PrincipalBlock>,
    pub(super) condition: Option<ConditionBlock>,
}

/// A block that says whom a statement is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrincipalBlock {
    pub(super) block: String,
    pub(super) entity: String,
    pub(super) values: String,
}

/// A block that says when a statement holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionBlock {
    pub(super) block: String,
    pub(super) operator: String,
    pub(super) key: String,
    pub(super) values: String,
}

/// A resource that is a principal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrincipalSpec {
    pub(super) resource: String,
    pub(super) kind: Who,
    pub(super) names: Vec<String>,
}

/// A resource that attaches a policy.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachmentSpec {
    pub(super) resource: String,
    pub(super) principal: String,
    pub(super) kind: Option<Who>,
    /// The argument that tells the kind, where the resource does not.
    pub(super) kind_argument: Option<String>,
    #[serde(default)]
    pub(super) kinds: BTreeMap<String, Who>,
    pub(super) policy: String,
    #[serde(rename = "type")]
    pub(super) policy_type: String,
    #[serde(default)]
    pub(super) resource_group: bool,
}

/// A resource that puts users into a group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipSpec {
    pub(super) resource: String,
    pub(super) group: String,
    pub(super) users: String,
}

/// A resource that runs a program with a role.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunnerSpec {
    pub(super) resource: String,
    pub(super) role: String,
}

/// A resource whose role another resource has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherSpec {
    pub(super) resource: String,
    /// The argument that names the other one.
    pub(super) argument: String,
    pub(super) other: String,
    pub(super) role: String,
}

/// A resource that gives a role to machines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenSpec {
    pub(super) resource: String,
    pub(super) role: String,
    pub(super) machines: String,
    pub(super) session: String,
}

/// A provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderSpec {
    pub(super) provider: String,
    /// The argument that holds the role of the machine.
    pub(super) role: String,
    pub(super) blocks: Vec<RoleBlock>,
}

/// A block that says which role is taken.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleBlock {
    pub(super) block: String,
    pub(super) role: String,
    pub(super) session: String,
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

impl Kind {
    pub(super) fn policy_kind(self) -> PolicyKind {
        match self {
            Self::Identity => PolicyKind::Identity,
            Self::Trust => PolicyKind::Trust,
            Self::Control => PolicyKind::Control,
        }
    }
}

impl Who {
    pub(super) fn principal_kind(self) -> PrincipalKind {
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
