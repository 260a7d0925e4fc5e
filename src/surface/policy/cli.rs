//! Commands of the command line tool that make policies, principals and attachments, take roles, or say whom the tool
//! is. The words come from whoever reads the script.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::carriers::{Entry, carriers};
use super::say::{Project, Properties, Resource};
use super::tree::{Tree, TreeKind};
use super::{Frame, Written, holes, read_text};
use crate::model::{
    Access, Handle, PolicyDocument, PolicyKind, PrincipalKind, Profile, ProfileUse, Reference, RunScope, Runner,
    Template,
};
use crate::source::{Place, Source};
use crate::syntax::shell::EmbeddedText;

/// A parameter as it is given. What is not known of it stands in the text as `${words}`.
#[derive(Clone)]
pub(in crate::surface) struct Parameter {
    /// The text, with places in its own source: it may have been read from another file.
    pub(in crate::surface) text: EmbeddedText,
    /// Where the text comes from.
    pub(in crate::surface) source: Arc<Source>,
    /// The word of the command.
    pub(in crate::surface) place: Place,
}

/// A command.
pub(in crate::surface) struct Command<'a> {
    /// The product that it is about.
    pub(in crate::surface) product: &'a str,
    /// What it does.
    pub(in crate::surface) operation: &'a str,
    /// Its parameters, by their [`plain`] names.
    pub(in crate::surface) parameters: BTreeMap<String, Parameter>,
    /// The whole command.
    pub(in crate::surface) place: Place,
    /// The rest of the script behind it: commands that it may hold for.
    pub(in crate::surface) rest: Place,
}

/// A name as all its spellings have it: `policy-document` is `PolicyDocument`.
pub(in crate::surface) fn plain(name: &str) -> String {
    name.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether commands of a product, or one with this option, are looked at.
pub(in crate::surface) fn is_of_interest(product: &str) -> bool {
    let known = &carriers().cli;
    let is_own = known.resources.iter().any(|entry| product_of(entry) == product);
    is_own || product == known.session.product || product == known.identity.configure
}

/// The product that a command of an entry is about.
fn product_of(entry: &Entry) -> &str {
    entry.product.as_deref().unwrap_or(&carriers().cli.product)
}

/// The options that say whom the tool is for one command.
pub(in crate::surface) fn identities() -> [&'static str; 2] {
    [&carriers().cli.identity.role_arn, &carriers().cli.identity.role_name]
}

/// Whether a variable of the environment holds the role that programs take.
pub(in crate::surface) fn is_role_variable(name: &str) -> bool {
    carriers().role_variables.iter().any(|known| known == name)
}

/// Whether a variable of the environment holds the profile that programs use.
pub(in crate::surface) fn is_profile_variable(name: &str) -> bool {
    carriers().profile_variables.iter().any(|known| known == name)
}

/// The option that names the profile of a command.
pub(in crate::surface) fn profile_option() -> &'static str {
    &carriers().cli.identity.profile
}

/// What a value begins with that stands for a file.
pub(in crate::surface) fn file_prefix() -> &'static str {
    &carriers().cli.file_prefix
}

impl Properties for BTreeMap<String, Parameter> {
    fn get(&self, name: &str) -> Option<Tree> {
        let parameter = BTreeMap::get(self, &plain(name))?;
        let pieces = holes::pieces(parameter.text.text());
        Some(Tree { place: parameter.place.clone(), kind: TreeKind::Text(pieces) })
    }

    fn document(&self, name: &str, frame: Frame) -> Option<PolicyDocument> {
        let parameter = BTreeMap::get(self, &plain(name))?;
        read_text(Written { source: &parameter.source, text: &parameter.text }, frame)
    }

    fn inner(&self, _name: &str) -> Vec<Box<dyn Properties + '_>> {
        Vec::new()
    }
}

impl Command<'_> {
    /// Adds what the command says.
    pub(in crate::surface) fn add(&self, access: &mut Access) {
        let known = &carriers().cli;
        let addresses = BTreeSet::new();
        let project = Project { scope: self.place.source.path(), addresses: &addresses, advisory: false };
        if self.product == known.session.product {
            self.session(&project, access);
        } else if known.resources.iter().any(|entry| product_of(entry) == self.product) {
            let operation = plain(self.operation);
            let same = |entry: &&Entry| product_of(entry) == self.product && plain(&entry.resource) == operation;
            for entry in known.resources.iter().filter(same) {
                let resource = Resource {
                    entry,
                    properties: &self.parameters,
                    address: "",
                    shown: &entry.resource,
                    place: self.place.clone(),
                };
                project.add(&resource, access);
            }
        } else {
            self.identity(&project, access);
        }
    }

    /// A role that is taken for the commands behind this one, with what it may do at most.
    fn session(&self, project: &Project<'_>, access: &mut Access) {
        let known = &carriers().cli.session;
        if !known.types.iter().any(|kind| plain(kind) == plain(self.operation)) {
            return;
        }
        let handle = Handle::Address {
            scope: self.place.source.path().to_owned(),
            address: format!("{} at {}", self.operation, self.place.span.start),
        };
        let frame = Frame {
            subject: format!("the session policy of `{}`", self.operation),
            handles: vec![handle.clone()],
            kind: Some(PolicyKind::Identity),
            expected: true,
            ..Frame::default()
        };
        let document = self.parameters.document(&known.document, frame);
        let session = document.is_some().then_some(handle);
        access.documents.extend(document);
        end_at(&self.rest, access);
        let Some(role) = Properties::get(&self.parameters, &known.role).and_then(|role| role.template()) else {
            return;
        };
        project.resides(PrincipalKind::Role, &role, access);
        access.runners.push(Runner {
            principal: project.reference(&role),
            kind: PrincipalKind::Role,
            place: role.place,
            scope: RunScope::Within(self.rest.clone()),
            session,
        });
    }

    /// A command that is told whom the tool is, for itself or for those behind it.
    fn identity(&self, project: &Project<'_>, access: &mut Access) {
        let known = &carriers().cli.identity;
        let given = |name: &str| Properties::get(&self.parameters, name)?.template();
        let is = |operations: &[String]| operations.iter().any(|own| own == self.operation);
        let is_own = self.product == known.configure;
        let (is_setting, is_choosing) = (is_own && is(&known.sets), is_own && is(&known.chooses));
        if is_own && !is_setting && !is_choosing {
            return;
        }
        let profile = given(&known.profile);
        let role = identities().iter().find_map(|name| given(name));
        if is_own {
            end_at(&self.rest, access);
        }
        if is_setting {
            access.profiles.extend(profile.as_ref().and_then(|name| self.profile(name, role.as_ref(), project)));
        }
        let scope = if is_own { &self.rest } else { &self.place };
        if let Some(profile) = profile.filter(|_| !is_setting && role.is_none()) {
            used(&profile, scope.clone(), access);
        }
        let Some(role) = role else { return };
        project.resides(PrincipalKind::Role, &role, access);
        access.runners.push(Runner {
            principal: project.reference(&role),
            kind: PrincipalKind::Role,
            place: role.place,
            scope: RunScope::Within(scope.clone()),
            session: None,
        });
    }

    /// The profile that a command writes.
    fn profile(&self, name: &Template, role: Option<&Template>, project: &Project<'_>) -> Option<Profile> {
        let known = &carriers().cli.identity;
        let given = |name: &str| Properties::get(&self.parameters, name)?.template();
        let mode = given(&known.mode);
        Some(Profile {
            name: name.text()?.to_owned(),
            role: role_of_profile(role.map(|role| project.reference(role)), mode.as_ref().and_then(Template::text)),
            region: given(&known.region).and_then(|region| region.text().map(str::to_owned)),
            place: name.place.clone(),
        })
    }
}

/// As whom a profile asks: the role that it names, somebody with keys of their own, or whoever runs the tool.
pub(super) fn role_of_profile(role: Option<Reference>, mode: Option<&str>) -> Option<Reference> {
    let own_keys = &carriers().cli.identity.own_keys;
    let has_own = || mode.is_some_and(|mode| own_keys.iter().any(|own| own.eq_ignore_ascii_case(mode)));
    role.or_else(|| {
        has_own().then(|| Reference::Unknown("it asks with keys, and whose they are is not written".to_owned()))
    })
}

/// Adds that commands are run with a profile.
pub(super) fn used(profile: &Template, scope: Place, access: &mut Access) {
    let name = profile.text().map(str::to_owned);
    if name.as_deref() != Some("") {
        access.profile_uses.push(ProfileUse { name, place: profile.place.clone(), scope });
    }
}

/// Adds that a variable of the environment holds the profile of the commands behind it, or of one command.
pub(in crate::surface) fn exported_profile(value: &str, place: Place, scope: Place, access: &mut Access) {
    let profile = Template { pieces: holes::pieces(value), place };
    used(&profile, scope, access);
}

/// Adds that a variable of the environment holds the role of the commands behind it.
pub(in crate::surface) fn exported(value: &str, place: Place, rest: Place, access: &mut Access) {
    if value.is_empty() {
        return;
    }
    let addresses = BTreeSet::new();
    let project = Project { scope: place.source.path(), addresses: &addresses, advisory: false };
    let role = Template { pieces: holes::pieces(value), place: place.clone() };
    end_at(&rest, access);
    project.resides(PrincipalKind::Role, &role, access);
    access.runners.push(Runner {
        principal: project.reference(&role),
        kind: PrincipalKind::Role,
        place: role.place,
        scope: RunScope::Within(rest),
        session: None,
    });
}

/// Ends what was said of the rest of a script: from here on something else holds.
fn end_at(rest: &Place, access: &mut Access) {
    let of_runners = access.runners.iter_mut().filter_map(|runner| match &mut runner.scope {
        RunScope::Within(scope) => Some(scope),
        RunScope::Files(_) => None,
    });
    for scope in of_runners.chain(access.profile_uses.iter_mut().map(|used| &mut used.scope)) {
        if Arc::ptr_eq(&scope.source, &rest.source)
            && scope.span.end == rest.span.end
            && scope.span.start < rest.span.start
        {
            scope.span.end = rest.span.start;
        }
    }
}
