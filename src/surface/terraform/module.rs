//! The files of one folder as a module: what is declared in it, and in which file.
//!
//! Takes parsed files; override files are laid over the others as Terraform does. It evaluates nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::{Place, Source};
use crate::syntax::hcl::{self, Attribute, Block, HclError};

/// The kinds of blocks at the top of a JSON file, with the number of their labels.
const JSON_LABELS: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("variable", 1),
    ("output", 1),
    ("module", 1),
    ("locals", 0),
    ("provider", 1),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
    ("removed", 0),
    ("check", 1),
];

/// One parsed file.
#[derive(Debug)]
pub(super) struct File {
    /// Its path.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) source: Arc<Source>,
    /// Its top-level blocks.
    pub(super) blocks: Vec<Arc<Block>>,
    /// What is wrong with it.
    pub(super) error: Option<HclError>,
    /// Whether calls in it are looked for.
    pub(super) hit: bool,
}

/// Something that is declared: a resource, a variable, a module call …
#[derive(Debug)]
pub(super) struct Declaration {
    /// The file it stands in.
    pub(super) source: Arc<Source>,
    /// Its block.
    pub(super) block: Arc<Block>,
    /// Whether it is written in JSON.
    pub(super) json: bool,
    /// Whether calls in its file are looked for.
    pub(super) hit: bool,
    /// What override files lay over it, the strongest last.
    overrides: Vec<(Arc<Source>, Arc<Block>)>,
}

/// One folder.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) folder: PathBuf,
    variables: FxHashMap<String, Arc<Declaration>>,
    outputs: FxHashMap<String, Arc<Declaration>>,
    modules: FxHashMap<String, Arc<Declaration>>,
    resources: FxHashMap<(String, String), Arc<Declaration>>,
    data: FxHashMap<(String, String), Arc<Declaration>>,
    locals: FxHashMap<String, (Arc<Source>, Arc<Block>, usize)>,
    /// The resources in the order of the files.
    order: Vec<Arc<Declaration>>,
    /// The module calls in the order of the files.
    module_order: Vec<Arc<Declaration>>,
    /// The data sources in the order of the files.
    data_order: Vec<Arc<Declaration>>,
    /// The providers in the order of the files.
    providers: Vec<Arc<Declaration>>,
}

/// Whether a file name is that of a configuration file.
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| name.ends_with(end) && name.len() > end.len())
        && !name.starts_with('.')
}

fn is_override(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    stem == "override" || stem.ends_with("_override")
}

impl File {
    /// Parses a file.
    pub(super) fn parse(path: &Path, source: Arc<Source>, hit: bool) -> Self {
        let json = path.extension().is_some_and(|e| e == "json");
        let parsed = if json { hcl::parse_json(source.text(), JSON_LABELS) } else { hcl::parse(source.text()) };
        Self { path: path.to_owned(), source, blocks: parsed.body.blocks, error: parsed.error, hit }
    }

    /// The folders of the local modules that it calls.
    pub(super) fn local_modules(&self) -> impl Iterator<Item = PathBuf> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        self.blocks
            .iter()
            .filter(|block| block.kind == "module")
            .filter_map(move |block| local_folder(folder, block.body.attribute("source")?.expression.as_str()?))
    }
}

/// The folder of a module source, if it is a local one.
pub(super) fn local_folder(folder: &Path, source: &str) -> Option<PathBuf> {
    let local = source == "." || source == ".." || source.starts_with("./") || source.starts_with("../");
    local.then(|| crate::surface::normalize(&folder.join(source)))
}

impl Module {
    /// Puts the files of a folder together.
    pub(super) fn of(folder: &Path, files: &[Arc<File>]) -> Self {
        let mut module = Self { folder: folder.to_owned(), ..Self::default() };
        let mut overriding: Vec<&Arc<File>> = Vec::new();
        for file in files {
            if is_override(&file.path) {
                overriding.push(file);
                continue;
            }
            for block in &file.blocks {
                module.add(file, block);
            }
        }
        for file in overriding {
            for block in &file.blocks {
                module.lay_over(file, block);
            }
        }
        module
    }

    fn add(&mut self, file: &File, block: &Arc<Block>) {
        let source = &file.source;
        if block.kind == "locals" {
            for (index, attribute) in block.body.attributes.iter().enumerate() {
                self.locals.insert(attribute.name.clone(), (Arc::clone(source), Arc::clone(block), index));
            }
            return;
        }
        let declaration = Arc::new(Declaration {
            source: Arc::clone(source),
            block: Arc::clone(block),
            json: file.path.extension().is_some_and(|e| e == "json"),
            hit: file.hit,
            overrides: Vec::new(),
        });
        let first = block.label(0).unwrap_or_default().to_owned();
        let second = || block.label(1).unwrap_or_default().to_owned();
        match block.kind.as_str() {
            "resource" => {
                self.order.push(Arc::clone(&declaration));
                self.resources.entry((first, second())).or_insert(declaration);
            }
            "data" => {
                self.data_order.push(Arc::clone(&declaration));
                self.data.entry((first, second())).or_insert(declaration);
            }
            "provider" => self.providers.push(declaration),
            "variable" => {
                self.variables.entry(first).or_insert(declaration);
            }
            "output" => {
                self.outputs.entry(first).or_insert(declaration);
            }
            "module" => {
                self.module_order.push(Arc::clone(&declaration));
                self.modules.entry(first).or_insert(declaration);
            }
            _ => {}
        }
    }

    /// Lays a block of an override file over the one it is meant for.
    fn lay_over(&mut self, file: &File, block: &Arc<Block>) {
        let first = block.label(0).unwrap_or_default().to_owned();
        let key = (first.clone(), block.label(1).unwrap_or_default().to_owned());
        let target = match block.kind.as_str() {
            "resource" => self.resources.get_mut(&key),
            "data" => self.data.get_mut(&key),
            "variable" => self.variables.get_mut(&first),
            "output" => self.outputs.get_mut(&first),
            "module" => self.modules.get_mut(&first),
            _ => None,
        };
        let Some(target) = target else {
            self.add(file, block);
            return;
        };
        let mut overrides = target.overrides.clone();
        overrides.push((Arc::clone(&file.source), Arc::clone(block)));
        let merged = Arc::new(Declaration {
            source: Arc::clone(&target.source),
            block: Arc::clone(&target.block),
            json: target.json,
            hit: target.hit,
            overrides,
        });
        let replaced = std::mem::replace(target, Arc::clone(&merged));
        for declared in self.order.iter_mut().chain(&mut self.module_order).chain(&mut self.data_order) {
            if Arc::ptr_eq(declared, &replaced) {
                *declared = Arc::clone(&merged);
            }
        }
    }

    pub(super) fn variable(&self, name: &str) -> Option<&Arc<Declaration>> {
        self.variables.get(name)
    }

    pub(super) fn output(&self, name: &str) -> Option<&Arc<Declaration>> {
        self.outputs.get(name)
    }

    pub(super) fn call(&self, name: &str) -> Option<&Arc<Declaration>> {
        self.modules.get(name)
    }

    pub(super) fn calls(&self) -> &[Arc<Declaration>] {
        &self.module_order
    }

    pub(super) fn resource(&self, kind: &str, name: &str) -> Option<&Arc<Declaration>> {
        self.resources.get(&(kind.to_owned(), name.to_owned()))
    }

    pub(super) fn data_source(&self, kind: &str, name: &str) -> Option<&Arc<Declaration>> {
        self.data.get(&(kind.to_owned(), name.to_owned()))
    }

    pub(super) fn resources(&self) -> &[Arc<Declaration>] {
        &self.order
    }

    pub(super) fn data_sources(&self) -> &[Arc<Declaration>] {
        &self.data_order
    }

    pub(super) fn providers(&self) -> &[Arc<Declaration>] {
        &self.providers
    }

    /// The value of a local, and the file it stands in.
    pub(super) fn local(&self, name: &str) -> Option<(&Arc<Source>, &Attribute)> {
        let (source, block, index) = self.locals.get(name)?;
        Some((source, block.body.attributes.get(*index)?))
    }
}

impl Declaration {
    /// The attribute that counts, and the file it stands in.
    pub(super) fn attribute(&self, name: &str) -> Option<(&Arc<Source>, &Attribute)> {
        let over = self.overrides.iter().rev().find_map(|(source, block)| Some((source, block.body.attribute(name)?)));
        over.or_else(|| Some((&self.source, self.block.body.attribute(name)?)))
    }

    /// Every attribute that counts, each with its file, in the order of the source.
    pub(super) fn attributes(&self) -> Vec<(&Arc<Source>, &Attribute)> {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut attributes = Vec::new();
        let blocks = std::iter::once(&self.block).chain(self.overrides.iter().map(|(_, block)| block));
        for attribute in blocks.flat_map(|block| &block.body.attributes) {
            if seen.insert(&attribute.name) {
                attributes.extend(self.attribute(&attribute.name));
            }
        }
        attributes
    }

    /// The name that it is declared under.
    pub(super) fn name(&self) -> &str {
        self.block.labels.last().map_or("", |label| &label.text)
    }

    /// The type of a resource.
    pub(super) fn kind(&self) -> &str {
        self.block.label(0).unwrap_or_default()
    }

    /// Its header.
    pub(super) fn header(&self) -> Place {
        Place::new(&self.source, self.block.header_span)
    }
}
