//! From the text of a matrix file to a matrix that can be asked.
//!
//! A file is checked in three steps, each with places in the YAML: its syntax, its shape (the JSON
//! Schema, where that feature is on), and its sense (names that are not there, gaps, overlaps).

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::compile::{self, Tables};
use super::domain::{self, Dimension};
use super::extend::{self, EXTENDS};
use super::raw::{self, ParameterType};
use crate::model::{Api, FactNames, FactValue, NamePart, Parameter, ParameterKind, Permission, Product};
use crate::source::{Place, Source, Span};
use crate::syntax::yaml::{self, Node};

/// The version of the file format that this program reads.
const SCHEMA_VERSION: u32 = 1;

/// The matrices that are built in: path and text. The first is the usual one; the others are used when they are asked for.
const BUILTIN: &[(&str, &str)] = &[
    ("rules/matrix/rds-create-backup.yaml", include_str!("../../rules/matrix/rds-create-backup.yaml")),
    ("rules/matrix/dds-create-backup.yaml", include_str!("../../rules/matrix/dds-create-backup.yaml")),
];

/// What several matrices have in common. It is no matrix by itself.
const COMMON: &[(&str, &str)] = &[("rules/matrix/common.yaml", include_str!("../../rules/matrix/common.yaml"))];

/// The name of a built-in matrix: that of its file.
fn name_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name)
}

/// A loaded matrix.
#[derive(Debug)]
pub struct Matrix {
    pub(super) api: Api,
    pub(super) file: raw::File,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) tables: Tables,
    /// The reports by their number in the tables.
    pub(super) reports: Vec<raw::Report>,
}

/// Everything that is wrong with a matrix file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} cannot be used: {}", .problems.first().map_or("", |p| p.message.as_str()))]
pub struct MatrixError {
    /// The file.
    pub path: String,
    /// What is wrong, each with its place; at least one.
    pub problems: Vec<MatrixProblem>,
}

/// One thing that is wrong with a matrix file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixProblem {
    /// What, a fragment for people.
    pub message: String,
    /// Where in the YAML.
    pub place: Place,
}

/// Problems of one file, found by JSON pointers.
pub(super) struct Problems<'a> {
    root: &'a Node,
    source: &'a Arc<Source>,
    base: &'a [Layer],
    pub(super) list: Vec<MatrixProblem>,
}

/// A file that another one extends, with the nodes that are its own or of those that it extends itself.
struct Layer {
    source: Arc<Source>,
    nodes: FxHashSet<*const Node>,
}

impl<'a> Problems<'a> {
    fn new(root: &'a Node, source: &'a Arc<Source>, base: &'a [Layer]) -> Self {
        Self { root, source, base, list: Vec::new() }
    }

    /// Adds a problem at what the pointer names, or at the nearest thing above it that is there.
    pub(super) fn add(&mut self, pointer: &str, message: String) {
        let mut pointer = pointer;
        let node = loop {
            if let Some(node) = self.root.pointer(pointer) {
                break node;
            }
            pointer = pointer.rsplit_once('/').map_or("", |(above, _)| above);
        };
        let base = self.base.iter().find(|base| base.nodes.contains(&std::ptr::from_ref(node)));
        let source = base.map_or(self.source, |base| &base.source);
        self.list.push(MatrixProblem { message, place: Place::new(source, node.span) });
    }
}

impl Matrix {
    /// The matrix that is built in.
    ///
    /// # Errors
    /// A fault of the build, which the tests exclude.
    pub fn builtin() -> Result<Self, MatrixError> {
        let (path, text) = BUILTIN.first().copied().unwrap_or_default();
        // The built-in file is held against the schema by a test, so a plain start does not pay for that.
        Self::read(&Arc::new(Source::from_text(path, text)), |_, _| {})
    }

    /// The codes of the products whose APIs are built in, the usual one first: what stands before the first hyphen of
    /// their names.
    #[must_use]
    pub fn builtin_codes() -> Vec<&'static str> {
        BUILTIN.iter().filter_map(|(path, _)| name_of(path).split('-').next()).collect()
    }

    /// The matrix that is built in for a product, by its code.
    ///
    /// # Errors
    /// A fault of the build, which the tests exclude; nothing for a code of none.
    pub fn builtin_of(code: &str) -> Option<Result<Self, MatrixError>> {
        let number = Self::builtin_codes().iter().position(|known| known.eq_ignore_ascii_case(code))?;
        let (path, text) = BUILTIN.get(number)?;
        Some(Self::read(&Arc::new(Source::from_text(*path, *text)), |_, _| {}))
    }

    /// Loads a matrix from its text. One that says `extends` takes everything else from the built-in one of that name.
    ///
    /// # Errors
    /// [`MatrixError`] names every problem with its place.
    pub fn load(source: &Arc<Source>) -> Result<Self, MatrixError> {
        Self::read(source, |root, problems| {
            #[cfg(feature = "schema")]
            super::schema::check(root, problems);
            #[cfg(not(feature = "schema"))]
            let _ = (root, problems);
        })
    }

    fn read(source: &Arc<Source>, check_shape: impl FnOnce(&Node, &mut Problems<'_>)) -> Result<Self, MatrixError> {
        let fail = |problems| MatrixError { path: source.path().to_owned(), problems };
        let one = |message: String, span| fail(vec![MatrixProblem { message, place: Place::new(source, span) }]);
        let stream = yaml::parse(source.text());
        if let Some(error) = stream.errors.first() {
            return Err(one(error.message.clone(), error.span));
        }
        let mut root =
            stream.documents.first().map(Rc::clone).ok_or_else(|| one("empty file".to_owned(), Span::default()))?;
        let mut layers = Vec::new();
        if let Some(name) = root.get(EXTENDS) {
            let base = base(name, &mut layers).map_err(|message| one(message, name.span))?;
            root = extend::merged(&base, &root);
        }
        let mut problems = Problems::new(&root, source, &layers);
        check_shape(&root, &mut problems);
        if !problems.list.is_empty() {
            return Err(fail(problems.list));
        }
        let file: raw::File = serde_json::from_value(root.to_json()).map_err(|e| one(e.to_string(), root.span))?;
        if file.schema_version != SCHEMA_VERSION {
            problems.add(
                "/schema_version",
                format!("version {}; this program reads version {SCHEMA_VERSION}", file.schema_version),
            );
        }
        let dimensions = domain::dimensions(&file);
        if !compile::check_size(&dimensions, &mut problems) {
            return Err(fail(problems.list));
        }
        check_names(&file, &dimensions, &mut problems);
        let tables = compile::compile(&file, &dimensions, &mut problems);
        if !problems.list.is_empty() {
            return Err(fail(problems.list));
        }
        let reports = file.reports.values().cloned().collect();
        let matrix = Self { api: api(&file), file, dimensions, tables, reports };
        matrix.check_scenarios(&mut problems);
        if problems.list.is_empty() { Ok(matrix) } else { Err(fail(problems.list)) }
    }

    /// The names of the API.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// The documentation that the matrix stands on.
    #[must_use]
    pub fn documentation(&self) -> &raw::Documentation {
        &self.file.api.documentation
    }

    /// The daily quota, when the API has one.
    #[must_use]
    pub fn quota(&self) -> Option<&raw::Quota> {
        self.file.quota.as_ref()
    }

    /// That only one call may run on one instance at a time, when the API says so.
    #[must_use]
    pub fn concurrency(&self) -> Option<&raw::Concurrency> {
        self.file.concurrency.as_ref()
    }

    /// What must hold when the call is made.
    #[must_use]
    pub fn preconditions(&self) -> &[raw::Precondition] {
        &self.file.preconditions
    }

    /// Every rule id that this matrix can report.
    #[must_use]
    pub fn rule_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = self.file.reports.values().map(|r| &*r.rule).collect();
        ids.push(&self.file.names.rule);
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Every error code that this matrix names.
    #[must_use]
    pub fn error_codes(&self) -> Vec<&str> {
        let answers = self.file.reports.values().filter_map(|r| r.answer.as_deref());
        let preconditions = self.file.preconditions.iter().filter_map(|p| p.code.as_deref());
        let mut codes: Vec<&str> = answers.chain(preconditions).chain(self.quota().map(|q| q.code.as_str())).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The number of facts; parameters are the dimensions behind them.
    pub(super) fn fact_count(&self) -> usize {
        self.file.facts.len()
    }
}

/// What a file extends: the built-in one of a name, with what that one extends. The layers are filled with those that it
/// is made of, the innermost first.
fn base(name: &Node, layers: &mut Vec<Layer>) -> Result<Rc<Node>, String> {
    let known = || BUILTIN.iter().chain(COMMON);
    let mut files = Vec::new();
    let mut next = Some(name.text().unwrap_or_default().to_owned());
    while let Some(wanted) = next {
        let (path, text) = known().find(|(path, _)| name_of(path) == wanted).ok_or_else(|| {
            let known: Vec<&str> = known().map(|(path, _)| name_of(path)).collect();
            format!("no matrix is called {wanted:?}: what can be extended is {}", known.join(", "))
        })?;
        let root = yaml::parse(text).documents.into_iter().next().ok_or("the built-in matrix is empty")?;
        next = root.get(EXTENDS).and_then(|name| name.text()).map(str::to_owned);
        files.push((Arc::new(Source::from_text(*path, *text)), root));
        if files.len() > known().count() {
            return Err("built-in matrices extend each other".to_owned());
        }
    }
    let mut below: Option<Rc<Node>> = None;
    for (source, own) in files.into_iter().rev() {
        let root = below.map_or_else(|| Rc::clone(&own), |below| extend::merged(&below, &own));
        layers.push(Layer { source, nodes: extend::nodes(&root) });
        below = Some(root);
    }
    below.ok_or_else(|| "nothing to extend".to_owned())
}

/// Checks the names that stand outside the tables.
fn check_names(file: &raw::File, dimensions: &[Dimension], problems: &mut Problems<'_>) {
    for (i, fact) in file.facts.iter().enumerate() {
        if fact.assumed.as_ref().is_some_and(|assumed| !fact.values.iter().any(|v| v.id == *assumed)) {
            problems.add(&format!("/facts/{i}/assumed"), format!("no value of {}", fact.name));
        }
    }
    for (i, parameter) in file.parameters.iter().enumerate() {
        for (check, report) in &parameter.checks {
            if !file.reports.contains_key(report) {
                problems.add(&format!("/parameters/{i}/checks/{check}"), format!("no report is called {report}"));
            }
        }
        if parameter.default.as_ref().is_some_and(|default| !parameter.values.contains(default)) {
            problems.add(&format!("/parameters/{i}/default"), format!("no value of {}", parameter.name));
        }
        for (j, preference) in parameter.prefer.iter().enumerate() {
            compile::compile_condition(
                &preference.when,
                &format!("/parameters/{i}/prefer/{j}/when"),
                dimensions,
                problems,
            );
        }
    }
    if let Some(identifiers) = &file.identifiers {
        if !file.reports.contains_key(&identifiers.report) {
            problems.add("/identifiers/report", format!("no report is called {}", identifiers.report));
        }
        if !file.parameters.iter().any(|p| p.name == identifiers.parameter) {
            problems.add("/identifiers/parameter", format!("no parameter is called {}", identifiers.parameter));
        }
        for (i, prefix) in identifiers.prefixes.iter().enumerate() {
            check_facts(&prefix.facts, &format!("/identifiers/prefixes/{i}/facts"), file, problems);
        }
    }
    for (i, scenario) in file.scenarios.iter().enumerate() {
        check_facts(&scenario.facts, &format!("/scenarios/{i}/facts"), file, problems);
        for (name, value) in &scenario.parameters {
            let known = dimensions.iter().any(|d| !d.is_fact && d.name == *name && d.cell_word(value).is_some());
            if !known {
                problems.add(&format!("/scenarios/{i}/parameters/{name}"), format!("{name} {value} is not known"));
            }
        }
    }
    for (i, remark) in file.remarks.iter().enumerate() {
        check_facts(&remark.facts, &format!("/remarks/{i}/facts"), file, problems);
    }
}

fn check_facts(
    facts: &std::collections::BTreeMap<String, String>,
    at: &str,
    file: &raw::File,
    problems: &mut Problems<'_>,
) {
    for (name, value) in facts {
        let known = file.facts.iter().any(|f| f.name == *name && f.values.iter().any(|v| v.id == *value));
        if !known {
            problems.add(&format!("{at}/{name}"), format!("{name} {value} is not known"));
        }
    }
}

fn api(file: &raw::File) -> Api {
    Api {
        id: Arc::from(file.id.as_str()),
        product: Product {
            code: file.api.product.code.clone(),
            title: file.api.product.title.clone(),
            version: file.api.product.version.clone(),
        },
        action: file.api.action.clone(),
        parameters: file.parameters.iter().map(parameter).collect(),
        tolerated: file.api.tolerated.clone(),
        facts: file.facts.iter().map(fact).collect(),
        permission: file.api.ram.as_ref().map(|ram| Permission {
            action: ram.action.clone(),
            access_level: ram.access_level.clone(),
            resource: ram.resource.clone(),
            parts: ram.parts.iter().map(|(name, part)| (name.clone(), name_part(part))).collect(),
            region_parameter: ram.region_parameter.clone(),
            condition_keys: ram.condition_keys.clone(),
        }),
        bindings: file.bindings.clone(),
        wrappers: Vec::new(),
    }
}

fn name_part(raw: &raw::NamePart) -> NamePart {
    NamePart {
        characters: raw.characters.chars().collect(),
        least: raw.least,
        most: raw.most,
        usual: raw.usual.clone(),
    }
}

fn parameter(raw: &raw::Parameter) -> Parameter {
    let kind = match raw.kind {
        ParameterType::Identifier => ParameterKind::Identifier,
        ParameterType::Text => ParameterKind::Text,
        ParameterType::Choice => ParameterKind::Choice,
        ParameterType::Integer => ParameterKind::Integer,
    };
    Parameter { name: raw.name.clone(), kind, spellings: raw.spellings.clone() }
}

fn fact(raw: &raw::Fact) -> FactNames {
    let values = raw.values.iter().map(|v| FactValue { id: v.id.clone(), aliases: v.aliases.clone() }).collect();
    FactNames { name: raw.name.clone(), values }
}
