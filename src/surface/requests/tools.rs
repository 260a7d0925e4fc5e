//! Calls of a tool that makes the call: its name, and the mapping that it is given, which may be a text of its own.

use std::sync::Arc;

use serde::Deserialize;

use crate::model::{Alternative, Api, Call, Value};
use crate::surface::document::{self, CallSite, File, Named};
use crate::syntax::document::Document;
use crate::syntax::yaml::Node;

use super::{ID, is_filled_in};

/// Keys that name a tool.
const NAMES: [&str; 4] = ["name", "tool", "tool_name", "toolName"];

/// Keys of what a tool is given.
const INPUTS: [&str; 7] = ["arguments", "args", "input", "params", "parameters", "tool_input", "kwargs"];

/// What the matrix says about tools.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Spec {
    /// Tools that make any call.
    any: Vec<Any>,
    /// Tools that make this call and are given its parameters.
    own: Vec<String>,
}

/// A tool that makes any call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Any {
    name: String,
    product: Vec<String>,
    operation: Vec<String>,
    parameters: Vec<String>,
}

/// A tool, for one API.
pub(super) struct Tool<'a> {
    api: &'a Api,
    name: String,
    any: Option<Any>,
}

/// The tools of all APIs.
pub(super) fn tools(apis: &[Api]) -> Vec<Tool<'_>> {
    fn of(api: &Api) -> impl Iterator<Item = Tool<'_>> {
        let spec = api.bindings.get(ID).and_then(|own| Spec::deserialize(own).ok()).unwrap_or_default();
        let any = spec.any.into_iter().map(move |any| Tool { api, name: any.name.clone(), any: Some(any) });
        any.chain(spec.own.into_iter().map(move |name| Tool { api, name, any: None }))
    }
    apis.iter().flat_map(of).collect()
}

/// The calls of tools in a document.
pub(super) fn calls(file: &File<'_>, root: &Node, tools: &[Tool<'_>], calls: &mut Vec<Call>) {
    document::walk(root, &mut |node| {
        let named = NAMES.iter().find_map(|key| node.get(key)?.text());
        let Some(named) = named else { return };
        for tool in tools.iter().filter(|tool| tool.is_called(named)) {
            let Some(input) = INPUTS.iter().find_map(|key| node.get(key)) else { continue };
            if input.text().is_some() {
                calls.extend(tool.in_text(file, input));
            } else {
                calls.extend(tool.call(file, input));
            }
        }
    });
}

impl Tool<'_> {
    /// Whether a text may hold a call of the tool.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        text.contains(&self.name)
    }

    /// Whether a name is the tool's: a host puts the name of its server before it.
    fn is_called(&self, name: &str) -> bool {
        name.strip_suffix(&self.name).is_some_and(|rest| rest.is_empty() || rest.ends_with(['_', '.', '/', ':']))
    }

    /// The call within a text that is a document by itself.
    fn in_text(&self, file: &File<'_>, input: &Node) -> Option<Call> {
        let inner = document::document_in(file, input)?;
        let is_verbatim = document::text_in(file, input).is_some();
        if inner.error.is_some() {
            file.miss("what a tool is given cannot be read in full");
        }
        let Document { roots, holes, directives, error, .. } = inner;
        let held = File::new(
            file.path,
            Arc::clone(&file.source),
            Document { holes, directives, error, ..Document::default() },
        );
        let mut call = self.call(&held, roots.first()?)?;
        call.insert = None;
        if !is_verbatim {
            for argument in &mut call.arguments {
                argument.literal = None;
                argument.removal = None;
            }
        }
        Some(call)
    }

    fn call(&self, file: &File<'_>, input: &Node) -> Option<Call> {
        let first = |keys: &[String]| keys.iter().find_map(|key| input.get(key));
        let (head, parameters) = match &self.any {
            Some(any) => {
                let product = first(&any.product)?.text()?;
                let operation = first(&any.operation)?;
                let is_meant = product.eq_ignore_ascii_case(&self.api.product.code)
                    && operation.text().is_some_and(|text| text.eq_ignore_ascii_case(&self.api.action));
                if !is_meant {
                    return None;
                }
                (operation.span, first(&any.parameters).map(|parameters| &**parameters))
            }
            // What describes a tool has a schema where a call has values.
            None if input.get("properties").is_some() || input.entries().is_empty() => return None,
            None => (input.span, Some(input)),
        };
        let site = CallSite {
            file,
            api: self.api,
            surface: ID,
            subject: format!("call of the tool `{}`", self.name),
            whole: input.span,
            head,
            family: "wire",
            open: true,
        };
        let named = |key: &str| match self.api.parameter(key) {
            Some(parameter) => Named::Parameter(parameter.name.clone()),
            None if self.api.tolerates(key) => Named::Other,
            None => Named::Unknown { refused: false },
        };
        let mapping = parameters.filter(|parameters| parameters.text().is_none());
        let mut call = site.call(mapping, &named, &|_, node| value(file, node));
        if let Some(text) = parameters.filter(|parameters| parameters.text().is_some_and(|text| !text.is_empty())) {
            site.all_unknown(&mut call, "the parameters are a text", text.span);
        }
        Some(call)
    }
}

fn value(file: &File<'_>, node: &Node) -> Value {
    let place = file.place_of(node);
    match (node.text(), document::scalar(node)) {
        (Some(text), _) if is_filled_in(text) || file.has_hole(node.span) => {
            Value::unknown(format!("`{text}` is filled in when the tool is called"), Some(place))
        }
        (_, Some(content)) => Value::from(Alternative::new(content)),
        _ => Value::unknown("a list or a mapping", Some(place)),
    }
}
