//! Which resources hold policies and principals, as `rules/policies/carriers.yaml` says.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::{PartKind, PolicyKind, PrincipalKind};
use crate::syntax::yaml;

/// What is known of all carriers.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Carriers {
    pub(in crate::surface) policy_types: PolicyTypes,
    pub(in crate::surface) plain: Plain,
    pub(in crate::surface) directory: DirectoryWords,
    pub(in crate::surface) needles: Needles,
    pub(in crate::surface) ros: Templates,
    pub(in crate::surface) pulumi: Templates,
    pub(in crate::surface) kubernetes: Kubernetes,
    pub(in crate::surface) cli: Cli,
    pub(in crate::surface) workflows: Workflows,
    pub(in crate::surface) role_variables: Vec<String>,
    pub(in crate::surface) profile_variables: Vec<String>,
    pub(in crate::surface) profiles: ProfileKeys,
    pub(in crate::surface) serverless: Serverless,
}

/// The words by which an attachment says whose policy it is about.
#[derive(Debug, Default, Deserialize)]
pub(in crate::surface) struct PolicyTypes {
    pub(in crate::surface) system: String,
    pub(in crate::surface) custom: String,
}

/// How parts of a resource directory are named.
#[derive(Debug, Default, Deserialize)]
pub(in crate::surface) struct DirectoryWords {
    pub(in crate::surface) root: PartWords,
    pub(in crate::surface) folder: PartWords,
    /// How many digits and more make the number of an account.
    pub(in crate::surface) account_digits: usize,
}

/// How one kind of parts is named.
#[derive(Debug, Default, Deserialize)]
pub(in crate::surface) struct PartWords {
    /// What its ids begin with.
    pub(in crate::surface) prefix: String,
    /// Names of what stands for it.
    #[serde(default)]
    pub(in crate::surface) words: Vec<String>,
}

/// Data that hold documents.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Plain {
    /// Keys beside a document that hold its name, the first that is there.
    pub(in crate::surface) names: Vec<String>,
    /// The key beside a document under which its name is.
    pub(in crate::surface) policy: String,
}

/// Words of which a file that matters holds one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Needles {
    /// Files of YAML and JSON.
    pub(in crate::surface) documents: Vec<String>,
    /// Texts with documents in them.
    pub(in crate::surface) texts: Vec<String>,
    /// Scripts, and files with scripts in them.
    pub(in crate::surface) scripts: Vec<String>,
    /// Programs.
    pub(in crate::surface) programs: Vec<String>,
    /// Files of YAML that say who runs what, once another file says something about that.
    pub(in crate::surface) support: Vec<String>,
}

/// A carrier with resources.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Templates {
    pub(in crate::surface) mark: String,
    pub(in crate::surface) resources: Vec<Entry>,
    pub(in crate::surface) runners: Vec<RunnerEntry>,
    /// Words that every program with such resources holds.
    pub(in crate::surface) program_words: Vec<String>,
    /// Functions that give what they are given as a text.
    pub(in crate::surface) writers: Vec<String>,
}

/// Resources of a cluster.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Kubernetes {
    pub(in crate::surface) mark: String,
    pub(in crate::surface) resources: Vec<Entry>,
    pub(in crate::surface) role_annotation: String,
}

/// The command line tool.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Cli {
    pub(in crate::surface) product: String,
    pub(in crate::surface) resources: Vec<Entry>,
    pub(in crate::surface) session: Session,
    pub(in crate::surface) file_prefix: String,
    pub(in crate::surface) identity: Identity,
}

/// How a role is taken.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Session {
    pub(in crate::surface) product: String,
    pub(in crate::surface) types: Vec<String>,
    pub(in crate::surface) role: String,
    pub(in crate::surface) document: String,
}

/// Options that say whom the tool is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Identity {
    pub(in crate::surface) role_arn: String,
    pub(in crate::surface) role_name: String,
    pub(in crate::surface) profile: String,
    pub(in crate::surface) mode: String,
    pub(in crate::surface) region: String,
    pub(in crate::surface) configure: String,
    /// Operations that write a profile.
    pub(in crate::surface) sets: Vec<String>,
    /// Operations that choose one.
    pub(in crate::surface) chooses: Vec<String>,
    /// Modes in which whoever has the keys asks.
    pub(in crate::surface) own_keys: Vec<String>,
}

/// The keys of a file with profiles.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct ProfileKeys {
    pub(in crate::surface) list: String,
    pub(in crate::surface) name: String,
    pub(in crate::surface) mode: String,
    pub(in crate::surface) role: Vec<String>,
    pub(in crate::surface) region: String,
}

/// Steps that take a role.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Workflows {
    pub(in crate::surface) actions: Vec<String>,
    pub(in crate::surface) role: Vec<String>,
}

/// Functions with policies.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::surface) struct Serverless {
    pub(in crate::surface) mark: String,
    pub(in crate::surface) policies: Vec<String>,
    pub(in crate::surface) role: Vec<String>,
    pub(in crate::surface) code: Vec<String>,
}

/// A machine or a function with a role.
#[derive(Debug, Default, Deserialize)]
pub(in crate::surface) struct RunnerEntry {
    #[serde(rename = "type")]
    pub(in crate::surface) kind: String,
    pub(in crate::surface) role: Vec<String>,
}

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::surface) enum Is {
    /// A policy.
    Policy,
    /// A user, a group or a role.
    Principal,
    /// A new document on who may take a role.
    Trust,
    /// A policy that is attached.
    Attachment,
    /// Users that are in a group.
    Membership,
    /// A control policy that is attached to a part of a resource directory.
    Limit,
    /// One that is taken from there.
    Release,
    /// A part of a resource directory.
    Part,
}

/// What `kind` may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::surface) enum Kind {
    Identity,
    Trust,
    Control,
    User,
    Group,
    Role,
    Folder,
    Account,
}

impl Kind {
    pub(in crate::surface) fn policy(self) -> PolicyKind {
        match self {
            Self::Trust => PolicyKind::Trust,
            Self::Control => PolicyKind::Control,
            _ => PolicyKind::Identity,
        }
    }

    pub(in crate::surface) fn part(self) -> PartKind {
        if self == Self::Account { PartKind::Account } else { PartKind::Folder }
    }

    pub(in crate::surface) fn principal(self) -> PrincipalKind {
        match self {
            Self::User => PrincipalKind::User,
            Self::Group => PrincipalKind::Group,
            _ => PrincipalKind::Role,
        }
    }
}

/// A kind of resource.
#[derive(Debug, Deserialize)]
pub(in crate::surface) struct Entry {
    #[serde(rename = "type")]
    pub(in crate::surface) resource: String,
    /// Of a command: the product, when it is not the usual one.
    #[serde(default)]
    pub(in crate::surface) product: Option<String>,
    pub(in crate::surface) is: Is,
    #[serde(default)]
    pub(in crate::surface) kind: Option<Kind>,
    #[serde(default)]
    pub(in crate::surface) name: Vec<String>,
    #[serde(default)]
    pub(in crate::surface) document: Vec<String>,
    #[serde(default)]
    pub(in crate::surface) trust: Vec<String>,
    #[serde(default)]
    pub(in crate::surface) inline: Option<Inline>,
    /// The way to lists of names, by whose policies those are.
    #[serde(default)]
    pub(in crate::surface) attached: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(in crate::surface) holders: BTreeMap<Kind, String>,
    #[serde(default)]
    pub(in crate::surface) principal: String,
    #[serde(default)]
    pub(in crate::surface) policy: String,
    #[serde(default)]
    pub(in crate::surface) policy_type: String,
    #[serde(default)]
    pub(in crate::surface) group: String,
    #[serde(default)]
    pub(in crate::surface) users: Vec<String>,
    #[serde(default)]
    pub(in crate::surface) resource_group: String,
    #[serde(default)]
    pub(in crate::surface) target: String,
    #[serde(default)]
    pub(in crate::surface) parent: String,
}

/// Policies that a principal holds itself.
#[derive(Debug, Clone, Deserialize)]
pub(in crate::surface) struct Inline {
    pub(in crate::surface) list: String,
    pub(in crate::surface) name: Vec<String>,
    pub(in crate::surface) document: Vec<String>,
}

/// What is built in.
pub(in crate::surface) fn carriers() -> &'static Carriers {
    static CARRIERS: OnceLock<Carriers> = OnceLock::new();
    CARRIERS.get_or_init(|| {
        let stream = yaml::parse(include_str!("../../../rules/policies/carriers.yaml"));
        let root = stream.documents.first().map(|root| root.to_json());
        root.and_then(|root| Carriers::deserialize(root).ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_can_be_read() {
        let text = include_str!("../../../rules/policies/carriers.yaml");
        let root = yaml::parse(text).documents[0].to_json();
        Carriers::deserialize(root).unwrap();
        let role = carriers().ros.resources.iter().find(|entry| entry.kind == Some(Kind::Role)).unwrap();
        assert!(role.inline.is_some() && !role.trust.is_empty());
    }
}
