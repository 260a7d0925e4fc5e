//! Resources in YAML and JSON: templates of ROS, programs of Pulumi, objects of Kubernetes.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Frame;
use super::carriers::{Entry, RunnerEntry, carriers};
use super::node::{Nodes, functions_of_ros};
use super::say::{Project, Properties, Resource};
use super::tree::{Tree, TreeKind};
use crate::model::{Access, PolicyDocument, PrincipalKind, RunScope, Runner};
use crate::source::Place;
use crate::syntax::yaml::{Kind, Node};

/// The properties of a resource that are a mapping.
#[derive(Clone)]
pub(super) struct NodeProperties<'a> {
    pub(super) nodes: Nodes<'a>,
    pub(super) node: Rc<Node>,
}

impl Properties for NodeProperties<'_> {
    fn get(&self, name: &str) -> Option<Tree> {
        if let Some(node) = self.node.get(name) {
            let tree = self.nodes.tree(node);
            return (!matches!(tree.kind, TreeKind::Null)).then_some(tree);
        }
        // An object of a cluster may name another one.
        let named = self.node.get(&format!("{name}Ref"))?.get("name")?;
        Some(Tree { place: self.nodes.place(named), kind: TreeKind::Hole(named.text()?.to_owned()) })
    }

    fn document(&self, name: &str, frame: Frame) -> Option<PolicyDocument> {
        let node = self.node.get(name)?;
        if matches!(self.nodes.tree(node).kind, TreeKind::Null) {
            return None;
        }
        self.nodes.document(node, frame)
    }

    fn inner(&self, name: &str) -> Vec<Box<dyn Properties + '_>> {
        let Some(node) = self.node.get(name) else { return Vec::new() };
        let items = match &node.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let is_mapping = |item: &&Rc<Node>| matches!(item.kind, Kind::Mapping(_));
        let one = |item: &Rc<Node>| {
            Box::new(NodeProperties { nodes: self.nodes, node: Rc::clone(item) }) as Box<dyn Properties>
        };
        items.iter().filter(is_mapping).map(one).collect()
    }
}

/// What a template of ROS says; false when it is none.
pub(super) fn ros(nodes: Nodes<'_>, root: &Rc<Node>, access: &mut Access) -> bool {
    let known = &carriers().ros;
    if root.get(&known.mark).is_none() {
        return false;
    }
    let nodes = Nodes { functions: Some(&functions_of_ros), ..nodes };
    let resources = root.get("Resources").map_or(&[][..], |resources| resources.entries());
    let addresses = resources.iter().filter_map(|(name, _)| name.text().map(str::to_owned)).collect();
    let project = Project { scope: nodes.source.path(), addresses: &addresses, advisory: false };
    for (name, resource) in resources {
        let Some((name, kind)) = name.text().zip(resource.get("Type").and_then(|kind| kind.text())) else { continue };
        let Some(properties) = resource.get("Properties") else { continue };
        let properties = NodeProperties { nodes, node: Rc::clone(properties) };
        let head = resource.get("Type").map_or(resource, |kind| kind);
        say(
            &project,
            (&known.resources, &known.runners),
            kind,
            &properties,
            (name, nodes.place(head)),
            resource,
            access,
        );
    }
    true
}

/// What a program of Pulumi says; false when it is none.
pub(super) fn pulumi(nodes: Nodes<'_>, root: &Rc<Node>, access: &mut Access) -> bool {
    let known = &carriers().pulumi;
    let resources = root.get("resources").map_or(&[][..], |resources| resources.entries());
    let kind = |resource: &Rc<Node>| resource.get("type").and_then(|kind| kind.text().map(str::to_owned));
    if !resources.iter().filter_map(|(_, resource)| kind(resource)).any(|kind| kind.starts_with(&known.mark)) {
        return false;
    }
    let addresses = resources.iter().filter_map(|(name, _)| name.text().map(str::to_owned)).collect();
    let project = Project { scope: nodes.source.path(), addresses: &addresses, advisory: false };
    for (name, resource) in resources {
        let Some((name, kind)) = name.text().zip(kind(resource)) else { continue };
        let Some(kind) = kind.strip_prefix(&known.mark).and_then(class) else { continue };
        let Some(properties) = resource.get("properties") else { continue };
        let properties = NodeProperties { nodes, node: Rc::clone(properties) };
        let head = resource.get("type").map_or(resource, |kind| kind);
        say(
            &project,
            (&known.resources, &known.runners),
            &kind,
            &properties,
            (name, nodes.place(head)),
            resource,
            access,
        );
    }
    true
}

/// `ram:Policy` and `ram/policy:Policy` are `ram.Policy`.
fn class(kind: &str) -> Option<String> {
    let (module, class) = kind.split_once(':')?;
    Some(format!("{}.{class}", module.split('/').next().unwrap_or(module)))
}

/// What an object of a cluster says that stands for something in the account; false when it is none.
pub(super) fn kubernetes(nodes: Nodes<'_>, root: &Rc<Node>, access: &mut Access) -> bool {
    let known = &carriers().kubernetes;
    let text = |key: &str| root.get(key).and_then(|node| node.text());
    let Some(kind) = text("kind").filter(|_| text("apiVersion").is_some_and(|group| group.starts_with(&known.mark)))
    else {
        return false;
    };
    let name = root.get("metadata").and_then(|metadata| metadata.get("name")).and_then(|name| name.text());
    let Some(properties) = root.get("spec").and_then(|spec| spec.get("forProvider")) else { return true };
    let properties = NodeProperties { nodes, node: Rc::clone(properties) };
    let is_reference = |key: &Node| key.text().is_some_and(|key| key.ends_with("Ref"));
    let references = properties.node.entries().iter().filter(|(key, _)| is_reference(key));
    let named = references.filter_map(|(_, value)| value.get("name")?.text());
    let addresses: BTreeSet<String> = named.chain(name).map(str::to_owned).collect();
    // Objects name each other wherever they stand.
    let project = Project { scope: "kubernetes", addresses: &addresses, advisory: false };
    let head = root.get("kind").map_or(root, |kind| kind);
    say(
        &project,
        (&known.resources, &[]),
        kind,
        &properties,
        (name.unwrap_or_default(), nodes.place(head)),
        root,
        access,
    );
    true
}

/// Adds what one resource says.
fn say(
    project: &Project<'_>,
    (entries, runners): (&[Entry], &[RunnerEntry]),
    kind: &str,
    properties: &NodeProperties<'_>,
    (address, place): (&str, Place),
    whole: &Rc<Node>,
    access: &mut Access,
) {
    for entry in entries.iter().filter(|entry| entry.resource == kind) {
        let resource = Resource { entry, properties, address, shown: address, place: place.clone() };
        project.add(&resource, access);
    }
    for runner in runners.iter().filter(|runner| runner.kind == kind) {
        let role = runner.role.iter().find_map(|role| properties.get(role)?.template());
        let Some(role) = role else { continue };
        project.resides(PrincipalKind::Role, &role, access);
        access.runners.push(Runner {
            principal: project.reference(&role),
            kind: PrincipalKind::Role,
            place: role.place,
            scope: RunScope::Within(properties.nodes.place(whole)),
            session: None,
        });
    }
}
