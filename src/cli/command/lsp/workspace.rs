//! One folder, checked as `backuplint check` in it would, again and again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::documents::Document;
use super::shared::Set;
use super::stoppable::Stoppable;
use super::{Options, below};
use crate::check::{Checker, FoundFile, Settings, Sieve};
use crate::cli::command::check::Wanted;
use crate::cli::files::DiskFiles;
use crate::cli::{load, own_rules};
use crate::finding::{Finding, Report, SettingProblem};
use crate::fix::Overlay;
use crate::model::Call;
use crate::source::Source;
use crate::surface::{SurfaceSettings, display};

/// What a check found.
pub(super) struct Checked {
    /// The folder that its paths start from.
    pub(super) folder: PathBuf,
    /// What judged: with the rules that hold in this folder.
    pub(super) checker: Checker,
    /// The findings, counted.
    pub(super) report: Report,
    /// The calls, as they were read.
    pub(super) calls: Vec<Call>,
    /// What held for the check.
    pub(super) settings: Settings,
    /// What is wrong with configuration files; with it nothing was checked.
    pub(super) faults: Vec<Finding>,
}

/// A folder and what was read of it.
pub(super) struct Workspace {
    folder: PathBuf,
    /// Whether all of it is checked, or only the files that are open.
    whole: bool,
    files: DiskFiles,
}

impl Workspace {
    pub(super) fn new(folder: &Path, whole: bool) -> Self {
        Self { folder: folder.to_owned(), whole, files: DiskFiles::keeping(&[PathBuf::from(".")]) }
    }

    /// Checks the folder with these texts over its files; gives nothing when something newer has come in meanwhile.
    ///
    /// # Errors
    /// A sentence for the user: a folder that cannot be entered, a pattern that is none.
    pub(super) fn check(
        &mut self,
        (checker, sieve): (&Checker, &Sieve),
        (options, set): (&Options, &Set),
        (open, changed): (&[Document], &[PathBuf]),
        newer: &AtomicBool,
    ) -> Result<Option<Checked>, String> {
        // Paths and configurations are seen from the folder. No other thread asks where the program stands.
        std::env::set_current_dir(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let changed: Vec<PathBuf> = changed.iter().filter_map(|path| below(&self.folder, path)).collect();
        self.files.begin_again(&changed);
        let texts: Vec<(PathBuf, Arc<Source>)> = open
            .iter()
            .filter_map(|document| {
                let path = below(&self.folder, &document.path)?;
                let source = Source::from_text(display(&path), &*document.text);
                Some((path, Arc::new(source)))
            })
            .collect();
        let paths: Vec<PathBuf> = match self.whole {
            true => vec![PathBuf::from(".")],
            false => texts.iter().map(|(path, _)| path).filter(|path| path.is_file()).cloned().collect(),
        };
        let given = &options.arguments;
        let common = given.common(set.level, set.config.clone());
        let (checker, mut folders) = own_rules::configured_with(checker.clone(), &common.configured, &paths)?;
        folders.extend(common.own_rules.policy_rules.iter().cloned());
        let (policies, wrong) = own_rules::read_all((checker.catalogue(), checker.apis()), &folders, &|_| false)?;
        let checker = checker.with_policies(policies);
        // What a project names as making the call is looked for as well.
        let own_sieve = checker.apis().iter().any(|api| !api.wrappers.is_empty()).then(|| checker.sieve());
        let sieve = own_sieve.as_ref().unwrap_or(sieve);
        let configurations = Arc::new(load::configurations(&common, &paths, &checker)?);
        let exclude: Vec<String> = given.looking.exclude.iter().chain(&set.exclude).cloned().collect();
        let wanted = Wanted {
            paths: &paths,
            stdin_filename: "",
            exclude: &exclude,
            no_ignore: given.looking.no_ignore,
            configurations: Some(&configurations),
        };
        let mut discovered = wanted.discover(sieve, &self.files)?;
        let checker = checker.with_policies(configurations.further());
        let mut faults = configurations.faults();
        faults.extend(wrong.iter().map(SettingProblem::as_finding));
        let mut settings = Settings::default();
        if faults.is_empty() {
            let (variables, variable_files) = (given.looking.variables.clone(), given.looking.variable_files.clone());
            let surface = SurfaceSettings { variables, variable_files };
            settings = Settings { quota: given.looking.quota, ..load::settings(&common, &configurations, surface)? };
        }
        // An open text counts where its file would: what ignore files or configurations leave out stays out.
        let mut overlay = Overlay::new(&self.files);
        let is_left_out = |path: &Path| {
            crate::cli::discover::excludes(&exclude, path)
                || configurations.leaves_out(path)
                || (path.is_file() && !self.files.was_met(path))
        };
        for (path, source) in texts.iter().filter(|(path, _)| !is_left_out(path)) {
            overlay.open(path, Arc::clone(source));
        }
        let found = |path: &Path, source: &Source| sieve.look_for_help(path, source.text().as_bytes());
        if overlay.texts().filter_map(|(path, source)| found(path, source)).any(|file| FoundFile::is_read(&file)) {
            discovered.add_helpers(sieve, &self.files);
        }
        let mut run = overlay.run(discovered.into_run(&self.files), sieve);
        if !faults.is_empty() {
            run.found.clear();
        }
        let files = Stoppable { files: run.files, newer };
        run.files = &files;
        let (report, calls) = checker.check_with_calls(run, &settings);
        let is_over = newer.load(Ordering::Relaxed);
        Ok((!is_over).then(|| Checked { folder: self.folder.clone(), checker, report, calls, settings, faults }))
    }
}
