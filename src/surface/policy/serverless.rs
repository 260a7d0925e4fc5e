//! Functions with policies and roles: Serverless Devs (`s.yaml`), and the templates of its forerunner.
//!
//! A function either names a role or holds policies, from which a role of its own is made: names of the vendor's
//! policies and documents, in any order.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use super::Frame;
use super::carriers::carriers;
use super::node::Nodes;
use super::say::Project;
use crate::model::{
    Access, AttachedPolicy, Attachment, Handle, PolicyKind, Principal, PrincipalKind, Reference, RunScope, Runner,
};
use crate::surface::{Files, display, normalize};
use crate::syntax::yaml::{Kind, Node};

/// How deep functions are looked for.
const DEPTH: usize = 12;

/// Adds what a file of functions says; false when it is none.
pub(super) fn of_document(
    path: &Path,
    nodes: &Nodes<'_>,
    root: &Rc<Node>,
    files: &dyn Files,
    access: &mut Access,
) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let is_devs = matches!(&*name, "s.yaml" | "s.yml") || name.ends_with(".s.yaml") || name.ends_with(".s.yml");
    let is_older = nodes.source.text().contains(&carriers().serverless.mark);
    if !is_devs && !is_older {
        return false;
    }
    let addresses = BTreeSet::new();
    let project = Project { scope: nodes.source.path(), addresses: &addresses, advisory: false };
    let reading = Reading { path, nodes, project: &project, files };
    reading.functions(root, "", &Context::default(), DEPTH, access);
    true
}

/// What holds for the functions within a part of the file.
#[derive(Clone, Default)]
struct Context {
    /// The role, where it is written.
    role: Option<(Reference, crate::source::Place)>,
}

struct Reading<'a> {
    path: &'a Path,
    nodes: &'a Nodes<'a>,
    project: &'a Project<'a>,
    files: &'a dyn Files,
}

impl Reading<'_> {
    fn functions(&self, node: &Rc<Node>, name: &str, around: &Context, depth: usize, access: &mut Access) {
        let Some(less) = depth.checked_sub(1) else { return };
        let known = &carriers().serverless;
        let kind = node.get("Type").and_then(|kind| kind.text());
        if kind.is_some_and(|kind| !kind.starts_with(&known.mark)) {
            // A resource of another kind.
            return;
        }
        let mut context = around.clone();
        // The service stands beside its functions, or around them.
        for holder in [Some(node), node.get("service"), node.get("Properties")].into_iter().flatten() {
            let role = known.role.iter().find_map(|key| holder.get(key));
            if let Some(role) = role.and_then(|role| self.nodes.tree(role).template()) {
                context.role = Some((self.project.reference(&role), role.place));
            } else if let Some(policies) = known.policies.iter().find_map(|key| holder.get(key)) {
                context.role = Some((self.own_role(name, policies, access), self.nodes.place(policies)));
            }
        }
        let code = self.code(node).or_else(|| self.code(node.get("Properties")?));
        if let (Some((principal, place)), Some(code)) = (&context.role, code) {
            access.runners.push(Runner {
                principal: principal.clone(),
                kind: PrincipalKind::Role,
                place: place.clone(),
                scope: RunScope::Files(code),
                session: None,
            });
        }
        for (key, value) in node.entries() {
            let key = key.text().unwrap_or_default();
            // What was looked at as a holder is not looked at again.
            let is_seen = matches!(key, "service" | "Properties") || known.policies.iter().any(|known| known == key);
            if !is_seen && matches!(value.kind, Kind::Mapping(_) | Kind::Sequence(_)) {
                let inner = if matches!(key, "props" | "function") { name } else { key };
                self.functions(value, inner, &context, less, access);
            }
        }
        node.items().iter().for_each(|item| self.functions(item, name, &context, less, access));
    }

    /// The role that is made from a list of policies.
    fn own_role(&self, name: &str, policies: &Rc<Node>, access: &mut Access) -> Reference {
        let scope = self.nodes.source.path().to_owned();
        let handle = Handle::Address { scope: scope.clone(), address: format!("role of {name}") };
        let shown = format!("the role of `{name}`");
        let items = match &policies.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(policies),
        };
        for (number, item) in items.iter().enumerate() {
            let place = self.nodes.place(item);
            let policy = if let Some(name) = self.nodes.tree(item).template() {
                match name.text() {
                    Some(name) => AttachedPolicy::System(name.to_owned()),
                    None => AttachedPolicy::Unknown(format!("`{}` is filled in by something else", name.shown())),
                }
            } else {
                let own = Handle::Address { scope: scope.clone(), address: format!("policy {} of {name}", number + 1) };
                let frame = Frame {
                    subject: format!("policy {} of `{name}`", number + 1),
                    handles: vec![own.clone()],
                    kind: Some(PolicyKind::Identity),
                    expected: true,
                    ..Frame::default()
                };
                access.documents.extend(self.nodes.document(item, frame));
                AttachedPolicy::Custom(own)
            };
            access.attachments.push(Attachment {
                principal: Reference::To(handle.clone()),
                kind: PrincipalKind::Role,
                policy,
                place,
                resource_group: false,
            });
        }
        let place = self.nodes.place(policies);
        access.principals.push(Principal { kind: PrincipalKind::Role, handles: vec![handle.clone()], shown, place });
        Reference::To(handle)
    }

    /// The files of a function's code.
    fn code(&self, node: &Node) -> Option<Vec<String>> {
        let known = &carriers().serverless;
        let code = known.code.iter().find_map(|key| node.get(key)?.text())?;
        let folder = normalize(&self.path.parent().unwrap_or(Path::new("")).join(code));
        let mut files: Vec<String> = self.files.list(&folder).iter().map(|file| display(file)).collect();
        if files.is_empty() && self.files.holds(&folder) && self.files.read(&folder).is_ok() {
            files.push(display(&folder));
        }
        (!files.is_empty()).then_some(files)
    }
}
