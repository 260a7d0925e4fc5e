//! The thread that checks, a moment after the last change.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lsp_server::Message;

use super::documents::Document;
use super::publish;
use super::shared::{Due, Set, Shared, lock};
use super::workspace::Workspace;
use super::{Options, diagnostics};
use crate::check::{Checker, Sieve};

/// How long nothing may change before a check begins.
const QUIET: Duration = Duration::from_millis(150);

/// How long a check waits at most while changes go on.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long changes may put off the result of a check: what begins later is not interrupted.
const INTERRUPTIONS: Duration = Duration::from_secs(3);

/// Checks what is due.
pub(super) struct Worker {
    checker: Arc<Checker>,
    sieve: Sieve,
    options: Options,
    shared: Arc<Mutex<Shared>>,
    /// Whether something has come in since the check that runs began.
    newer: Arc<AtomicBool>,
    out: Box<dyn Fn(Message) + Send>,
    workspaces: BTreeMap<PathBuf, Workspace>,
}

/// What a check begins with.
struct Work {
    due: Due,
    set: Set,
    open: Vec<Document>,
    /// The folders, and whether all of each is checked.
    folders: BTreeMap<PathBuf, bool>,
}

impl Worker {
    /// Starts the thread. It begins to check whenever something comes in, and ends when nothing can any more.
    pub(super) fn start(
        checker: Arc<Checker>,
        options: Options,
        (shared, newer): (Arc<Mutex<Shared>>, Arc<AtomicBool>),
        out: impl Fn(Message) + Send + 'static,
    ) -> Sender<()> {
        let (wake, woken) = channel();
        let out: Box<dyn Fn(Message) + Send> = Box::new(out);
        let sieve = checker.sieve();
        let mut worker = Self { checker, sieve, options, shared, newer, out, workspaces: BTreeMap::new() };
        std::thread::spawn(move || worker.run(&woken));
        wake
    }

    fn run(&mut self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            let first = Instant::now();
            loop {
                if !is_quiet(woken) {
                    return;
                }
                let work = self.take();
                let patient = first.elapsed() >= INTERRUPTIONS;
                if work.due.is_nothing() || self.work(&work, patient) {
                    break;
                }
                // What was to be done is still to be done.
                lock(&self.shared).due.add(work.due);
            }
        }
    }

    /// What is due, with the texts as they are now.
    fn take(&self) -> Work {
        let mut shared = lock(&self.shared);
        self.newer.store(false, Ordering::Relaxed);
        let due = std::mem::take(&mut shared.due);
        let open: Vec<Document> = shared.documents.values().cloned().collect();
        let mut folders: BTreeMap<PathBuf, bool> = shared.folders.iter().map(|folder| (folder.clone(), true)).collect();
        for document in &open {
            let is_inside = shared.folders.iter().any(|folder| document.path.starts_with(folder));
            if let Some(parent) = document.path.parent().filter(|parent| !is_inside && parent.is_dir()) {
                folders.entry(parent.to_owned()).or_insert(false);
            }
        }
        Work { due, set: shared.set.clone(), open, folders }
    }

    /// Does what is due. A result that is not wanted any more, since something newer has come in, is none.
    fn work(&mut self, work: &Work, patient: bool) -> bool {
        self.workspaces.retain(|folder, _| work.folders.contains_key(folder));
        let changed: Vec<PathBuf> = work.due.files.iter().cloned().collect();
        for (folder, whole) in &work.folders {
            let is_known = self.workspaces.contains_key(folder);
            if is_known && !work.due.concerns(folder) {
                continue;
            }
            if !self.check(folder, *whole, work, &changed, patient) {
                return false;
            }
        }
        let mut shared = lock(&self.shared);
        shared.checked.retain(|folder, _| work.folders.contains_key(folder));
        let versions: BTreeMap<&str, i32> = work.open.iter().map(|d| (d.uri.as_str(), d.version)).collect();
        for message in publish::due(&mut shared, &versions) {
            (self.out)(message);
        }
        true
    }

    /// Checks a folder; says whether that came to its end.
    fn check(&mut self, folder: &Path, whole: bool, work: &Work, changed: &[PathBuf], patient: bool) -> bool {
        let workspace = self.workspaces.entry(folder.to_owned()).or_insert_with(|| Workspace::new(folder, whole));
        let (checker, sieve, options) = (&self.checker, &self.sieve, &self.options);
        let never = AtomicBool::new(false);
        let newer = if patient { &never } else { &*self.newer };
        let check = || workspace.check((checker, sieve), (options, &work.set), (&work.open, changed), newer);
        let result = catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|_| {
            // What is kept may be half made.
            self.workspaces.remove(folder);
            Err("an internal error; please report it".to_owned())
        });
        let mut shared = lock(&self.shared);
        match result {
            Ok(None) => return false,
            // A configuration that cannot be used leaves standing what was found before.
            Ok(Some(mut checked)) => {
                if let Some(last) = shared.checked.get(folder).filter(|_| !checked.faults.is_empty()) {
                    checked.report.findings.clone_from(&last.report.findings);
                }
                shared.checked.insert(folder.to_owned(), Arc::new(checked));
            }
            Err(message) => {
                drop(shared);
                (self.out)(publish::complaint(&format!("{}: {message}", diagnostics::SOURCE)));
            }
        }
        true
    }
}

/// Waits until nothing has come in for a moment, or for long enough; says no when nothing can come in any more.
fn is_quiet(woken: &Receiver<()>) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        match woken.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}
