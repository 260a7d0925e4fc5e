//! Who runs what, in files of YAML: roles that a step of a workflow takes, roles in variables of the environment, and
//! roles of the accounts that the programs of a cluster run under.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::carriers::carriers;
use super::cli;
use super::holes;
use super::node::Nodes;
use super::say::Project;
use crate::model::{Access, PrincipalKind, Profile, Reference, RunScope, Runner, Template};
use crate::source::{Place, Span};
use crate::syntax::yaml::{Kind, Node};

/// Keys of mappings that hold variables of the environment.
const ENVIRONMENTS: &[&str] = &["env", "environment", "variables"];

/// Adds who runs what in a document.
pub(super) fn of_document(nodes: &Nodes<'_>, root: &Rc<Node>, access: &mut Access, accounts: &mut Accounts) {
    let addresses = BTreeSet::new();
    let project = Project { scope: nodes.source.path(), addresses: &addresses, advisory: false };
    let reading = Reading { nodes, project: &project };
    if root.get("jobs").is_some() || root.get("runs").is_some() {
        reading.workflow(root, access);
    }
    reading.environments(root, access);
    reading.profiles(root, access);
    accounts.of_object(nodes, &project, root);
}

struct Reading<'a> {
    nodes: &'a Nodes<'a>,
    project: &'a Project<'a>,
}

impl Reading<'_> {
    /// Steps that take a role for the steps behind them.
    fn workflow(&self, root: &Node, access: &mut Access) {
        let jobs = root.get("jobs").map_or(&[][..], |jobs| jobs.entries());
        let jobs = jobs.iter().map(|(_, job)| job).chain(root.get("runs"));
        for job in jobs {
            let steps = job.get("steps").map_or(&[][..], |steps| steps.items());
            let taken: Vec<(Template, Span)> = steps.iter().filter_map(|step| self.taken(step)).collect();
            for (number, (role, step)) in taken.iter().enumerate() {
                let end = taken.get(number + 1).map_or(job.span.end, |(_, next)| next.start);
                let scope = Span { start: step.end.min(end), end };
                self.project.resides(PrincipalKind::Role, role, access);
                access.runners.push(self.runner(role, Place::new(self.nodes.source, scope)));
            }
        }
    }

    /// The role that a step takes, and where the step stands.
    fn taken(&self, step: &Rc<Node>) -> Option<(Template, Span)> {
        let known = &carriers().workflows;
        let uses = step.get("uses")?.text()?;
        let action = uses.split('@').next()?.rsplit('/').next()?;
        if !known.actions.iter().any(|name| name == action) {
            return None;
        }
        let with = step.get("with")?;
        let role = known.role.iter().find_map(|key| with.get(key))?;
        let role = self.nodes.tree(role).template()?;
        Some((role, step.span))
    }

    fn runner(&self, role: &Template, scope: Place) -> Runner {
        Runner {
            principal: self.project.reference(role),
            kind: PrincipalKind::Role,
            place: role.place.clone(),
            scope: RunScope::Within(scope),
            session: None,
        }
    }

    /// The profiles of a file in which the tool keeps them.
    fn profiles(&self, root: &Node, access: &mut Access) {
        let known = &carriers().profiles;
        let all = root.get(&known.list).map_or(&[][..], |list| list.items());
        for one in all {
            let text = |key: &str| one.get(key).and_then(|node| node.text()).filter(|text| !text.is_empty());
            let (Some(name), Some(mode)) = (text(&known.name), text(&known.mode)) else { continue };
            let role = known.role.iter().find(|key| text(key).is_some()).and_then(|key| one.get(key));
            let role = role.and_then(|role| self.nodes.tree(role).template());
            if let Some(role) = &role {
                self.project.resides(PrincipalKind::Role, role, access);
            }
            access.profiles.push(Profile {
                name: name.to_owned(),
                role: cli::role_of_profile(role.map(|role| self.project.reference(&role)), Some(mode)),
                region: text(&known.region).map(str::to_owned),
                place: self.nodes.place(one),
            });
        }
    }

    /// Mappings whose environment holds a role or a profile.
    fn environments(&self, node: &Rc<Node>, access: &mut Access) {
        for key in ENVIRONMENTS {
            let Some(environment) = node.get(key) else { continue };
            let known = carriers();
            if let Some(profile) = variable(self.nodes, environment, &known.profile_variables) {
                cli::used(&profile, self.nodes.place(node), access);
            }
            let Some(role) = variable(self.nodes, environment, &known.role_variables) else { continue };
            self.project.resides(PrincipalKind::Role, &role, access);
            access.runners.push(self.runner(&role, self.nodes.place(node)));
        }
        node.items().iter().for_each(|item| self.environments(item, access));
        node.entries().iter().for_each(|(_, value)| self.environments(value, access));
    }
}

/// What one of some variables holds: of a mapping, of a list of names and values, of a list of assignments.
fn variable(nodes: &Nodes<'_>, environment: &Rc<Node>, names: &[String]) -> Option<Template> {
    match &environment.kind {
        Kind::Mapping(_) => names.iter().find_map(|name| nodes.tree(environment.get(name)?).template()),
        Kind::Sequence(items) => items.iter().find_map(|item| {
            if let Some((name, value)) = item.text().and_then(|text| text.split_once('=')) {
                let is_known = names.iter().any(|known| known == name);
                return is_known.then(|| Template { pieces: holes::pieces(value), place: nodes.place(item) });
            }
            let name = item.get("name")?.text()?;
            let value = names.iter().any(|known| known == name).then(|| item.get("value")).flatten()?;
            nodes.tree(value).template()
        }),
        Kind::Scalar { .. } => None,
    }
}

/// An account of a cluster: its namespace, when one is written, and its name.
type Account = (String, String);

/// The accounts of a cluster: which take a role, and what runs under them.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    roles: BTreeMap<Account, (Reference, Place)>,
    users: Vec<(Account, Place)>,
}

impl Accounts {
    pub(super) fn merge(&mut self, other: Self) {
        self.roles.extend(other.roles);
        self.users.extend(other.users);
    }

    pub(super) fn has_roles(&self) -> bool {
        !self.roles.is_empty()
    }

    fn of_object(&mut self, nodes: &Nodes<'_>, project: &Project<'_>, root: &Rc<Node>) {
        if root.get("kind").and_then(|kind| kind.text()) == Some("List") {
            for item in root.get("items").map_or(&[][..], |items| items.items()) {
                self.of_object(nodes, project, item);
            }
            return;
        }
        let Some(metadata) = root.get("metadata") else { return };
        let text = |key: &str| metadata.get(key).and_then(|node| node.text()).unwrap_or_default().to_owned();
        let role = metadata.get("annotations").and_then(|all| all.get(&carriers().kubernetes.role_annotation));
        if let Some(role) = role.and_then(|role| nodes.tree(role).template()) {
            self.roles.insert((text("namespace"), text("name")), (project.reference(&role), role.place));
        }
        if let Some(account) = account_of(root, DEPTH) {
            self.users.push(((text("namespace"), account), nodes.place(root)));
        }
    }

    /// Who runs what.
    pub(super) fn runners(self) -> Vec<Runner> {
        let mut runners = Vec::new();
        for ((namespace, name), scope) in &self.users {
            let same = |account: &&Account| {
                account.1 == *name && (account.0 == *namespace || account.0.is_empty() || namespace.is_empty())
            };
            let mut found = self.roles.iter().filter(|(account, _)| same(account));
            // Where several accounts may be meant nobody can tell.
            let (Some((_, (role, place))), None) = (found.next(), found.next()) else { continue };
            runners.push(Runner {
                principal: role.clone(),
                kind: PrincipalKind::Role,
                place: place.clone(),
                scope: RunScope::Within(scope.clone()),
                session: None,
            });
        }
        runners
    }
}

/// How deep the account of an object is looked for.
const DEPTH: usize = 8;

/// The account that an object runs under.
fn account_of(node: &Node, depth: usize) -> Option<String> {
    let less = depth.checked_sub(1)?;
    let own = node.get("serviceAccountName").and_then(|node| node.text()).map(str::to_owned);
    own.or_else(|| ["spec", "jobTemplate", "template"].iter().find_map(|key| account_of(node.get(key)?, less)))
}
