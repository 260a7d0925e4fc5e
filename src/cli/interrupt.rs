//! What happens when somebody ends a run early: Ctrl-C, a signal to terminate, a closed terminal.
//!
//! Owns the list of files that are being written. They are removed, and the run ends as the signal says, so that a
//! shell sees 130 or 143. Nothing else of a run has to be undone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The files that are being written.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is being written; when this goes out of scope its name is nobody's concern any more.
#[derive(Debug)]
pub(super) struct Unfinished(PathBuf);

impl Unfinished {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut list = list();
        if let Some(at) = list.iter().position(|path| *path == self.0) {
            list.swap_remove(at);
        }
    }
}

/// Notes that a file is going to be written.
pub(super) fn unfinished(path: PathBuf) -> Unfinished {
    list().push(path.clone());
    Unfinished(path)
}

fn list() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the files that are being written. Whoever wants to begin another one waits for what is given back.
fn remove_all() -> MutexGuard<'static, Vec<PathBuf>> {
    let list = list();
    for path in list.iter() {
        let _ = fs::remove_file(path);
    }
    list
}

pub(super) use platform::watch;

#[cfg(unix)]
mod platform {
    use std::sync::Once;

    use nix::sys::signal::{SigSet, Signal, raise};

    /// Watches for signals from now on. Has to be called before the first thread is started: no other thread is to be
    /// met by one of them, so that one alone decides, and knows which signal it was.
    pub(in crate::cli) fn watch() {
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            let signals = watched();
            if signals.thread_block().is_err() {
                return;
            }
            let watcher = std::thread::Builder::new().name("signals".to_owned());
            // Without the thread the signals have to end the run by themselves again.
            if watcher.spawn(move || end(&signals)).is_err() {
                let _ = signals.thread_unblock();
            }
        });
    }

    /// Waits for a signal and lets it do what it does to a program that watches for none.
    fn end(signals: &SigSet) {
        let Ok(signal) = signals.wait() else { return };
        let _held = super::remove_all();
        let _ = signals.thread_unblock();
        let _ = raise(signal);
        std::process::exit(128 + signal as i32);
    }

    /// The signals that end a run, without those that whoever started it wants to be ignored (`nohup`).
    fn watched() -> SigSet {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
        let all = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
        all.into_iter().filter(|signal| ignored >> (*signal as u32 - 1) & 1 == 0).collect()
    }
}

#[cfg(not(unix))]
mod platform {
    /// What a shell is told of a run that was interrupted.
    const INTERRUPTED: i32 = 130;

    /// Watches for an interruption from now on.
    pub(in crate::cli) fn watch() {
        // Where it cannot be watched for a run ends as it always did.
        let _ = ctrlc::try_set_handler(|| {
            let _held = super::remove_all();
            std::process::exit(INTERRUPTED);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finished_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let [begun, done] = ["begun", "done"].map(|name| folder.path().join(name));
        for path in [&begun, &done] {
            fs::write(path, "text").unwrap();
        }
        let held = unfinished(begun.clone());
        drop(unfinished(done.clone()));
        assert_eq!(held.path(), begun);
        // Other tests write files, too: what is looked at is the list, nothing is removed.
        assert!(list().contains(&begun) && !list().contains(&done));
    }
}
