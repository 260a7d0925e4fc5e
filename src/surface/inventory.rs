//! Inventories: what the user knows of instances, from the answers of the API or from a small file.
//!
//! Reads JSON as `DescribeDBInstances` and `DescribeDBInstanceAttribute` print it, YAML or JSON with a list
//! of instances or a mapping by id, and CSV with a header. Keys are the names of facts (`engine`) or the
//! API's own (`Engine`), without regard to case.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::model::{Alternative, Api, Content, Fact, Instance, Inventory, Step, TAG, Value, all_tags};
use crate::source::{Place, Source, Span};
use crate::syntax::yaml::{self, Kind, Node};

/// An inventory that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", .place.display())]
pub struct InventoryError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Place,
}

/// What the matrix says of inventories.
#[derive(Debug, Default, Deserialize)]
struct Binding {
    /// The API's name of the id.
    #[serde(default)]
    id: String,
    /// The API's name of the region.
    #[serde(default)]
    region: String,
    /// The API's name of each fact.
    #[serde(default)]
    facts: BTreeMap<String, String>,
}

/// The names that our own files use beside the API's.
const OWN_ID: &str = "id";
const OWN_REGION: &str = "region";
const OWN_TAGS: &str = "tags";

/// What the keys and the values of tags are called in a list of them; letter case does not count.
const TAG_KEYS: &[&str] = &["Key", "TagKey"];
const TAG_VALUES: &[&str] = &["Value", "TagValue"];

/// Adds the instances of a file to an inventory and gives how many there were.
///
/// # Errors
/// [`InventoryError`] when the file is no YAML, JSON or CSV, or names no instance.
pub fn read(source: &Arc<Source>, api: &Api, inventory: &mut Inventory) -> Result<usize, InventoryError> {
    let binding =
        api.bindings.get("inventory").and_then(|b| serde_json::from_value(b.clone()).ok()).unwrap_or_default();
    let reader = Reader { source, api, binding };
    let instances = if source.path().to_lowercase().ends_with(".csv") { reader.csv()? } else { reader.yaml()? };
    if instances.is_empty() {
        return Err(reader.error(
            "no instance found: expected the answer of DescribeDBInstances, a list of entries with an id, or a CSV with an id column",
            Span::default(),
        ));
    }
    let count = instances.len();
    instances.into_iter().for_each(|instance| inventory.insert(instance));
    Ok(count)
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    api: &'a Api,
    binding: Binding,
}

impl Reader<'_> {
    fn error(&self, message: impl Into<String>, span: Span) -> InventoryError {
        InventoryError { message: message.into(), place: Place::new(self.source, span) }
    }

    fn yaml(&self) -> Result<Vec<Instance>, InventoryError> {
        let stream = yaml::parse(self.source.text());
        if let Some(error) = stream.errors.first() {
            return Err(self.error(error.message.clone(), error.span));
        }
        let mut instances = Vec::new();
        stream.documents.iter().for_each(|document| self.collect(document, &mut instances));
        Ok(instances)
    }

    /// Looks for instances in a node and everything below it; the tree is at most 200 levels deep.
    fn collect(&self, node: &Node, instances: &mut Vec<Instance>) {
        match &node.kind {
            Kind::Scalar { .. } => {}
            Kind::Sequence(items) => items.iter().for_each(|item| self.collect(item, instances)),
            Kind::Mapping(entries) => {
                if let Some(id) =
                    self.lookup(node, &[&self.binding.id, OWN_ID]).and_then(|(_, id)| id.text().map(str::to_owned))
                {
                    instances.push(self.instance(id, node));
                    return;
                }
                for (key, value) in entries {
                    let is_instance = matches!(value.kind, Kind::Mapping(_)) && self.has_fact(value);
                    match key
                        .text()
                        .filter(|_| is_instance && self.lookup(value, &[&self.binding.id, OWN_ID]).is_none())
                    {
                        Some(id) => instances.push(self.instance(id.to_owned(), value)),
                        None => self.collect(value, instances),
                    }
                }
            }
        }
    }

    fn has_fact(&self, node: &Node) -> bool {
        self.api.facts.iter().any(|fact| self.lookup(node, &self.names_of(&fact.name)).is_some())
    }

    fn names_of<'n>(&'n self, fact: &'n str) -> [&'n str; 2] {
        [fact, self.binding.facts.get(fact).map_or(fact, String::as_str)]
    }

    fn lookup<'n>(&self, node: &'n Node, names: &[&str]) -> Option<(&'n Node, &'n Node)> {
        let is_named = |key: &str| names.iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(key));
        let found = node.entries().iter().find(|(key, _)| key.text().is_some_and(is_named));
        found.map(|(key, value)| (&**key, &**value))
    }

    fn instance(&self, id: String, node: &Node) -> Instance {
        let text = |names: &[&str]| self.lookup(node, names).and_then(|(_, v)| Some((v.text()?.to_owned(), v.span)));
        let facts = self.api.facts.iter().filter_map(|fact| {
            let (value, span) = text(&self.names_of(&fact.name))?;
            Some(self.fact(&fact.name, value, span))
        });
        let mut facts: Vec<Fact> = facts.collect();
        if let Some((_, tags)) = self.lookup(node, &[OWN_TAGS]) {
            facts.extend(self.tags(tags));
        }
        let region = text(&[&self.binding.region, OWN_REGION]).map(|(region, _)| region);
        Instance { id, region, facts }
    }

    /// Tags: a mapping of them, or a list of entries with a key and a value, perhaps below a name of its own.
    fn tags(&self, node: &Node) -> Vec<Fact> {
        let list = match node.entries() {
            [(_, only)] if !only.items().is_empty() => only.items(),
            _ => node.items(),
        };
        let of_list = list.iter().filter_map(|item| {
            let (_, key) = self.lookup(item, TAG_KEYS)?;
            let value = self.lookup(item, TAG_VALUES).and_then(|(_, value)| value.text()).unwrap_or_default();
            Some((key.text()?, value, item.span))
        });
        let entries = if list.is_empty() { node.entries() } else { &[] };
        let of_mapping = entries.iter().filter_map(|(key, value)| Some((key.text()?, value.text()?, value.span)));
        let tags = of_list.chain(of_mapping).map(|(key, value, span)| Fact {
            name: format!("{TAG}{key}"),
            ..self.fact(&format!("tag {key}"), value.to_owned(), span)
        });
        tags.chain([all_tags()]).collect()
    }

    fn fact(&self, name: &str, value: String, span: Span) -> Fact {
        let step = Step { place: Place::new(self.source, span), label: format!("the {name}, by the inventory") };
        let alternative = Alternative { steps: vec![step], ..Alternative::new(Content::text(value)) };
        Fact { name: name.to_owned(), value: Value::from(alternative) }
    }

    fn csv(&self) -> Result<Vec<Instance>, InventoryError> {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(self.source.text().as_bytes());
        let headers = reader.headers().map_err(|e| self.error(e.to_string(), Span::default()))?.clone();
        let column = |names: &[&str]| {
            headers.iter().position(|h| names.iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(h)))
        };
        let id = column(&[&self.binding.id, OWN_ID]);
        let id = id.ok_or_else(|| self.error("no column is called id", Span::default()))?;
        let region = column(&[&self.binding.region, OWN_REGION]);
        let facts: Vec<(&str, usize)> =
            self.api.facts.iter().filter_map(|f| Some((f.name.as_str(), column(&self.names_of(&f.name))?))).collect();
        let mut instances = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| self.error(e.to_string(), Span::default()))?;
            let line = record.position().and_then(|p| u32::try_from(p.line()).ok()).unwrap_or(1);
            let span = self.source.line_span(line).unwrap_or_default();
            let Some(name) = record.get(id).filter(|id| !id.is_empty()) else { continue };
            let value = |&(fact, column): &(&str, usize)| {
                let text = record.get(column).filter(|text| !text.is_empty())?;
                Some(self.fact(fact, text.to_owned(), span))
            };
            let region = region.and_then(|c| record.get(c)).filter(|r| !r.is_empty()).map(str::to_owned);
            let mut facts: Vec<Fact> = facts.iter().filter_map(value).collect();
            // A column a tag: an empty cell says that there is none.
            let tags = headers.iter().enumerate().filter_map(|(column, head)| Some((head.strip_prefix(TAG)?, column)));
            facts.extend(tags.map(|(key, column)| {
                let text = record.get(column).unwrap_or_default();
                let told = self.fact(&format!("tag {key}"), text.to_owned(), span);
                Fact { name: format!("{TAG}{key}"), ..told }
            }));
            instances.push(Instance { id: name.to_owned(), region, facts });
        }
        Ok(instances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::Matrix;

    fn facts(path: &str, text: &str) -> Vec<String> {
        let matrix = Matrix::builtin().unwrap();
        let source = Arc::new(Source::from_text(path, text));
        let mut inventory = Inventory::default();
        read(&source, matrix.api(), &mut inventory).unwrap();
        let one = |id: &str| {
            let facts = inventory.get(id)?.facts.iter();
            Some(
                facts
                    .map(|f| format!("{}={}", f.name, f.value.as_text().unwrap_or_default()))
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        };
        ["rm-1", "rm-2"].iter().filter_map(|id| one(id)).collect()
    }

    #[test]
    fn the_answers_of_the_api() {
        let list = r#"{"Items": {"DBInstance": [
            {"DBInstanceId": "rm-1", "Engine": "MySQL", "DBInstanceStorageType": "cloud_essd", "DBInstanceType": "Primary", "RegionId": "cn-hangzhou"},
            {"DBInstanceId": "rm-2", "Engine": "SQLServer"}]}, "PageNumber": 1}"#;
        assert_eq!(facts("i.json", list), ["engine=MySQL storage=cloud_essd role=Primary", "engine=SQLServer"]);
    }

    #[test]
    fn our_own_forms() {
        assert_eq!(facts("i.yaml", "- id: rm-1\n  engine: MariaDB\n"), ["engine=MariaDB"]);
        assert_eq!(
            facts("i.yaml", "rm-1: {engine: MySQL, storage: local}\nrm-2: {role: readonly}\n"),
            ["engine=MySQL storage=local", "role=readonly"]
        );
        assert_eq!(
            facts("i.csv", "id, Engine ,storage\nrm-1,MySQL,local_ssd\nrm-2,,\n"),
            ["engine=MySQL storage=local_ssd", ""]
        );
    }

    #[test]
    fn tags_of_every_form() {
        let list =
            r#"{"DBInstances": [{"DBInstanceId": "rm-1", "Tags": {"Tag": [{"TagKey": "env", "TagValue": "prod"}]}}]}"#;
        assert_eq!(facts("i.json", list), ["tag:env=prod tag:="]);
        assert_eq!(facts("i.yaml", "- id: rm-1\n  tags: { env: prod, team: '' }\n"), ["tag:env=prod tag:team= tag:="]);
        assert_eq!(facts("i.yaml", "- id: rm-1\n  tags: {}\n"), ["tag:="]);
        assert_eq!(facts("i.csv", "id,tag:env\nrm-1,prod\nrm-2,\n"), ["tag:env=prod", "tag:env="]);
    }

    #[test]
    fn a_file_without_instances_says_what_was_expected() {
        let matrix = Matrix::builtin().unwrap();
        let source = Arc::new(Source::from_text("i.yaml", "hello: world\n"));
        let error = read(&source, matrix.api(), &mut Inventory::default()).unwrap_err();
        assert!(error.to_string().starts_with("i.yaml:1:1: no instance found"), "{error}");
    }
}
