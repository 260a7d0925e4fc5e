//! Finds and reads configuration files: those above the paths of a run before it begins, those in folders below as the
//! walk enters them.
//!
//! In a repository (a folder with `.git`) files count up to its root, elsewhere up to the working directory; of a path
//! outside of both, only what lies in it and below. A folder costs two attempts to open a file, a file costs nothing.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::arguments::{Color, Configured};
use super::files::read_bytes;
use super::repository::root_of;
use super::{own_rules, problems};
use crate::audit::Zone;
use crate::check::Checker;
use crate::config::{self, FILE_NAMES, Scopes, Set, Stack, Vocabulary};
#[cfg(feature = "lsp")]
use crate::finding::Finding;
use crate::finding::{Catalogue, SettingProblem};
use crate::model::{Api, Inventory};
use crate::policy::Policy;
use crate::source::{Place, Source, Span};
use crate::surface::{ReadProblem, display, inventory, normalize};

/// The configuration files of a run.
#[derive(Debug)]
pub(super) struct Configurations {
    apis: Vec<Api>,
    catalogue: Arc<Catalogue>,
    /// What the command line says of instances.
    given: Inventory,
    here: PathBuf,
    /// Whether files in folders of the walk count.
    nested: bool,
    scopes: RwLock<Scopes>,
    /// Whether any file leaves anything out.
    excludes: AtomicBool,
    /// What holds for the run as a whole.
    base: Arc<Stack>,
    problems: Mutex<Vec<SettingProblem>>,
    /// The folder that all paths of the run have in common.
    common: PathBuf,
    /// The files of the rules that hold for all of them.
    rule_files: BTreeSet<PathBuf>,
    /// Rules that folders below it have of their own.
    further: Mutex<Vec<Policy>>,
}

impl Configurations {
    /// The files that hold for the paths of a run.
    ///
    /// # Errors
    /// A sentence for the user: a file that is named is not there.
    pub(super) fn load(
        options: &Configured,
        paths: &[PathBuf],
        checker: &Checker,
        given: Inventory,
    ) -> Result<Self, String> {
        let here = std::env::current_dir().map_err(|error| format!("the working directory: {error}"))?;
        let mut all = Self {
            apis: checker.apis().to_vec(),
            catalogue: Arc::clone(checker.catalogue()),
            given,
            nested: options.config.is_none() && !options.no_config,
            scopes: RwLock::new(Scopes::new(here.clone())),
            excludes: AtomicBool::new(false),
            base: Arc::default(),
            problems: Mutex::default(),
            common: PathBuf::new(),
            rule_files: checker
                .own_rules()
                .iter()
                .map(|rule| normalize(&here.join(rule.place.source.path())))
                .collect(),
            further: Mutex::default(),
            here,
        };
        if let Some(file) = &options.config {
            let source = super::load::source(file)?;
            all.base = all.stack(&source, &all.here, None);
            all.scopes = RwLock::new(Scopes::only(all.here.clone(), Arc::clone(&all.base)));
        } else if !options.no_config {
            all.find_above(paths);
        }
        Ok(all)
    }

    /// Reads what lies above the paths.
    fn find_above(&mut self, paths: &[PathBuf]) {
        let starts: Vec<PathBuf> = paths.iter().map(|path| self.folder_of(path)).collect();
        let base = common_folder(&starts).unwrap_or_else(|| self.here.clone());
        self.common.clone_from(&base);
        let mut known: HashMap<PathBuf, Arc<Stack>> = HashMap::new();
        self.base = self.stack_above(&base, &mut known);
        for start in &starts {
            self.stack_above(start, &mut known);
        }
        if known.values().all(|stack| stack.layers.is_empty()) {
            return;
        }
        let mut scopes = self.scopes.write().unwrap_or_else(PoisonError::into_inner);
        // The order does not matter: each goes to a place of its own.
        known.into_iter().collect::<std::collections::BTreeMap<_, _>>().into_iter().for_each(|(folder, stack)| {
            scopes.insert(folder, stack);
        });
    }

    /// The absolute folder of a path that the user names.
    fn folder_of(&self, path: &Path) -> PathBuf {
        let absolute = normalize(&self.here.join(path));
        match absolute.parent() {
            Some(parent) if !absolute.is_dir() => parent.to_owned(),
            _ => absolute,
        }
    }

    /// What holds for a folder, by the files in it and above.
    fn stack_above(&self, folder: &Path, known: &mut HashMap<PathBuf, Arc<Stack>>) -> Arc<Stack> {
        let mut below: Vec<&Path> = Vec::new();
        let mut stack: Option<Arc<Stack>> = None;
        let top = self.top(folder);
        for folder in folder.ancestors() {
            if let Some(found) = known.get(folder) {
                stack = Some(Arc::clone(found));
                break;
            }
            below.push(folder);
            if folder == top {
                break;
            }
        }
        for folder in below.into_iter().rev() {
            let read = self.file_in(folder).map(|source| self.stack(&source, folder, stack.as_deref()));
            let own =
                read.or(stack).unwrap_or_else(|| Arc::new(Stack { layers: Vec::new(), inventory: self.given.clone() }));
            known.insert(folder.to_owned(), Arc::clone(&own));
            stack = Some(own);
        }
        stack.unwrap_or_default()
    }

    /// The outermost folder whose file counts for a folder.
    fn top<'p>(&self, folder: &'p Path) -> &'p Path {
        root_of(folder).or_else(|| folder.ancestors().find(|above| *above == self.here)).unwrap_or(folder)
    }

    /// The configuration file of a folder, if it has one; one that cannot be read is told.
    fn file_in(&self, folder: &Path) -> Option<Arc<Source>> {
        for name in FILE_NAMES {
            let path = folder.join(name);
            let shown = display(path.strip_prefix(&self.here).unwrap_or(&path));
            let bytes = match read_bytes(&path) {
                Ok(bytes) => bytes,
                Err(ReadProblem::Missing) => continue,
                Err(problem) => {
                    self.tell(unreadable(&shown, &problem.to_string()));
                    continue;
                }
            };
            match Source::from_bytes(shown.clone(), bytes) {
                Ok(source) => return Some(Arc::new(source)),
                Err(error) => self.tell(unreadable(&shown, &error.to_string())),
            }
        }
        None
    }

    /// What a file sets, over what holds above it.
    fn stack(&self, source: &Arc<Source>, folder: &Path, above: Option<&Stack>) -> Arc<Stack> {
        let read = |catalogue: &Catalogue| config::read(source, folder, Vocabulary { catalogue, apis: &self.apis });
        let (mut layer, mut problems) = read(&self.catalogue_now());
        if self.nested
            && !self.common.starts_with(folder)
            && let Some(set) = &layer.policies
        {
            self.add_policies(folder, set);
            // Now it may name the rules that it has brought.
            (layer, problems) = read(&self.catalogue_now());
        }
        problems.into_iter().for_each(|problem| self.tell(problem));
        if let Some(zone) = &layer.timezone
            && let Err(error) = Zone::parse(&zone.value)
        {
            let (message, place) = (error.to_string(), zone.place.clone());
            self.tell(SettingProblem { message, label: String::new(), place, help: None });
        }
        let mut stack = Stack { layers: vec![Arc::new(layer)], inventory: Inventory::default() };
        stack.layers.extend(above.into_iter().flat_map(|above| above.layers.iter().cloned()));
        stack.inventory = self.inventory(&stack);
        if stack.has_excludes() {
            self.excludes.store(true, Ordering::Relaxed);
        }
        Arc::new(stack)
    }

    /// The rules that are known by now.
    fn catalogue_now(&self) -> Arc<Catalogue> {
        let further = self.further.lock().unwrap_or_else(PoisonError::into_inner);
        if further.is_empty() {
            return Arc::clone(&self.catalogue);
        }
        Arc::new(self.catalogue.extended(further.iter().map(|policy| Arc::clone(&policy.rule))))
    }

    /// Reads the rules that a folder below has of its own. They hold there, beside those of the folders above.
    fn add_policies(&self, folder: &Path, set: &Set<Vec<Set<String>>>) {
        // What two folders call the same is a rule of each.
        let named = (&*self.catalogue, &*self.apis);
        let is_known = |path: &str| self.rule_files.contains(&normalize(&self.here.join(path)));
        let told = |message: String| {
            self.tell(SettingProblem { message, label: String::new(), place: set.place.clone(), help: None });
        };
        match own_rules::read_all(named, &own_rules::folders_of(set), &is_known) {
            Err(message) => told(message),
            Ok((policies, wrong)) => {
                wrong.into_iter().for_each(|problem| self.tell(problem));
                let policies = policies.into_iter().map(|policy| policy.within(folder, &self.here));
                self.further.lock().unwrap_or_else(PoisonError::into_inner).extend(policies);
            }
        }
    }

    /// The rules that folders below have of their own, in the order of their names: folders are met in any order.
    pub(super) fn further(&self) -> Vec<Policy> {
        let mut further = self.further.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let name = |policy: &Policy| (policy.id().to_owned(), policy.place.source.path().to_owned());
        further.sort_by_cached_key(name);
        further
    }

    /// What is known of instances: the command line is believed first, then the tables, then the files.
    fn inventory(&self, stack: &Stack) -> Inventory {
        let mut known = Inventory::default();
        for file in stack.nearest(|layer| layer.inventory.as_ref()).into_iter().flat_map(|set| &set.value) {
            let path = beside(file.place.source.path(), &file.value);
            let told = |message: String| SettingProblem {
                message: format!("{}: {message}", display(&path)),
                label: String::new(),
                place: file.place.clone(),
                help: None,
            };
            let source = read_bytes(&path).map_err(|problem| told(problem.to_string()));
            let source = source.and_then(|bytes| {
                Source::from_bytes(display(&path), bytes).map(Arc::new).map_err(|error| told(error.to_string()))
            });
            match source {
                Err(problem) => self.tell(problem),
                Ok(source) => self.apis.iter().for_each(|api| {
                    if let Err(error) = inventory::read(&source, api, &mut known) {
                        self.tell(told(error.message));
                    }
                }),
            }
        }
        let is_fact = |name: &str| self.apis.iter().any(|api| api.fact(name).is_some());
        let tables = stack.layers.iter().rev().flat_map(|layer| layer.known_instances(is_fact));
        tables.for_each(|instance| known.complete(instance));
        self.given.instances().cloned().for_each(|instance| known.complete(instance));
        known
    }

    fn tell(&self, problem: SettingProblem) {
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        // A file that several folders lead to is told once.
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Whether the walk goes on with a path; a folder that it enters is looked into for a file of its own.
    pub(super) fn admits(&self, path: &Path, is_folder: bool) -> bool {
        if self.excludes.load(Ordering::Relaxed) && self.leaves_out(path) {
            return false;
        }
        if is_folder && self.nested {
            self.enter(path);
        }
        true
    }

    /// Whether a configuration leaves a path out.
    pub(super) fn leaves_out(&self, path: &Path) -> bool {
        let scopes = self.scopes.read().unwrap_or_else(PoisonError::into_inner);
        let absolute = scopes.absolute(path);
        let above = absolute.parent().unwrap_or(&absolute);
        scopes.of(above).is_some_and(|stack| stack.excludes(&absolute))
    }

    fn enter(&self, folder: &Path) {
        let folder = normalize(&self.here.join(folder));
        let Some(source) = self.file_in(&folder) else { return };
        let above = {
            let scopes = self.scopes.read().unwrap_or_else(PoisonError::into_inner);
            folder.parent().and_then(|parent| scopes.of(parent).cloned())
        };
        let stack = self.stack(&source, &folder, above.as_deref());
        self.scopes.write().unwrap_or_else(PoisonError::into_inner).insert(folder, stack);
    }

    /// What holds for the run as a whole.
    pub(super) fn base(&self) -> &Stack {
        &self.base
    }

    /// What is known of instances where no file says more.
    pub(super) fn base_inventory(&self) -> &Inventory {
        if self.base.layers.is_empty() { &self.given } else { &self.base.inventory }
    }

    /// What is wrong with the files, as findings without a rule.
    #[cfg(feature = "lsp")]
    pub(super) fn faults(&self) -> Vec<Finding> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).iter().map(SettingProblem::as_finding).collect()
    }

    /// What holds where, once everything is found.
    ///
    /// # Errors
    /// A sentence for the user, when anything is wrong with a file; each thing is told on standard error.
    pub(super) fn scopes(&self, color: Color) -> Result<Scopes, String> {
        let problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if problems.is_empty() {
            return Ok(self.scopes.read().unwrap_or_else(PoisonError::into_inner).clone());
        }
        Err(problems::told(problems, "the configuration", color))
    }
}

/// A path that a file names, from the folder of that file.
pub(super) fn beside(file: &str, path: &str) -> PathBuf {
    normalize(&Path::new(file).parent().unwrap_or(Path::new("")).join(path))
}

fn unreadable(path: &str, why: &str) -> SettingProblem {
    let place = Place::new(&Arc::new(Source::from_text(path, "")), Span::default());
    SettingProblem { message: format!("this file cannot be read: {why}"), label: String::new(), place, help: None }
}

/// The innermost folder that holds all of some folders.
fn common_folder(folders: &[PathBuf]) -> Option<PathBuf> {
    let (first, others) = folders.split_first()?;
    first.ancestors().find(|above| others.iter().all(|other| other.starts_with(above))).map(Path::to_owned)
}
