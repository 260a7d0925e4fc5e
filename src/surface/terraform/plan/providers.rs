//! Providers in a plan: in which region a resource is made, as which role, and in which account.

use super::{Node, address, text};
use crate::surface::terraform::access::Spec;
use crate::surface::terraform::access::spec::ProviderSpec;
use crate::syntax::json::Kind;

/// A provider as a plan has it.
#[derive(Clone, Copy)]
pub(super) struct Provider<'p> {
    root: &'p Node,
    spec: &'static ProviderSpec,
    expressions: &'p Node,
    /// Whether it stands in the root module, whose variables a plan tells.
    is_root: bool,
}

/// The provider that a change is made with; nothing when the plan does not configure it.
pub(super) fn provider<'p>(root: &'p Node, change: &'p Node) -> Option<Provider<'p>> {
    let configuration = root.get("configuration")?;
    let mut module = configuration.get("root_module")?;
    for name in address::module_path(text(change, "module_address").unwrap_or_default()) {
        module = module.get("module_calls")?.get(name)?.get("module")?;
    }
    let (kind, name) = (text(change, "type")?, text(change, "name")?);
    let is = |resource: &&Node| text(resource, "type") == Some(kind) && text(resource, "name") == Some(name);
    let resource = module.get("resources")?.elements().iter().find(is)?;
    let found = configuration.get("provider_config")?.get(text(resource, "provider_config_key")?)?;
    let own = text(found, "name")?;
    let spec = Spec::get().providers.iter().find(|spec| spec.provider == own)?;
    let is_root = text(found, "module_address").is_none_or(str::is_empty);
    Some(Provider { root, spec, expressions: found.get("expressions")?, is_root })
}

impl<'p> Provider<'p> {
    /// The region, when the plan tells it.
    pub(super) fn region(&self) -> Option<&'p str> {
        self.known(self.expressions.get(&self.spec.region)?)
    }

    /// The role that it takes, where that is written.
    pub(super) fn role(&self) -> Option<(&'p str, &'p Node)> {
        let known = |node: &'p Node| Some((self.known(node)?, node));
        for block in &self.spec.blocks {
            if let Some(found) = self.expressions.get(&block.block).and_then(|blocks| match &blocks.kind {
                Kind::Array(_) => blocks.elements().first(),
                _ => Some(blocks),
            }) {
                return known(found.get(&block.role)?);
            }
        }
        known(self.expressions.get(&self.spec.role)?)
    }

    /// The number of the account, where it is written.
    pub(super) fn account(&self) -> Option<&'p str> {
        self.known(self.expressions.get(&self.spec.account)?)
    }

    /// A value that is written, or that of a variable of the root module.
    fn known(&self, expression: &'p Node) -> Option<&'p str> {
        if let Some(text) = text(expression, "constant_value") {
            return Some(text).filter(|text| !text.is_empty());
        }
        let references: Vec<&str> =
            expression.get("references").map_or(&[][..], Node::elements).iter().filter_map(Node::as_str).collect();
        // A text that is put together from a variable does not show how.
        let [only] = references.as_slice() else { return None };
        let name = only.strip_prefix("var.").filter(|_| self.is_root)?;
        let value = text(self.root.get("variables")?.get(name)?, "value")?;
        let is_put_together = value.is_empty() || value.contains([' ', '/']);
        (!is_put_together).then_some(value)
    }
}
