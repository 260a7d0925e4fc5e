//! Reads log files, several at a time, and brings together what they leave behind.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::inputs::Inputs;
use crate::check::Checker;
use crate::surface::display;
use crate::trail::{Gather, Partial, Reader, Scratch};

/// Larger files are read as a stream instead of at once.
const WHOLE: u64 = 16 << 20;
/// What standard input is called.
const STDIN_NAME: &str = "stdin";

/// Reads logs for one run.
pub(super) struct LogReader<'c> {
    reader: Reader<'c>,
}

/// What one thread works with.
#[derive(Default)]
struct Worker {
    scratch: Scratch,
    bytes: Vec<u8>,
    gather: Gather,
    /// The files that it read, other than those that were read before and are the same.
    read: Vec<String>,
}

impl<'c> LogReader<'c> {
    pub(super) fn new(checker: &'c Checker, no_prefilter: bool) -> Self {
        Self { reader: Reader::new(checker.apis(), no_prefilter) }
    }

    /// Reads files, but for those that were read before and are the same. What can not be read becomes damage.
    pub(super) fn read_files(&self, inputs: &Inputs, before: Partial) -> Partial {
        let progress = progress(inputs.files.iter().map(|(_, size)| size).sum());
        let known: BTreeMap<&str, (u64, u128)> =
            before.files.iter().map(|(path, file)| (path.as_str(), (file.bytes, file.digest))).collect();
        let workers = self.work(inputs.files.len(), |worker, index| {
            let Some((path, size)) = inputs.files.get(index) else { return };
            self.read_file(path, *size, &known, worker);
            progress.inc(*size);
        });
        progress.finish_and_clear();
        let mut unreachable = Gather::new();
        for (path, why) in &inputs.unreachable {
            unreachable.unreadable(&display(path), why.clone());
        }
        // What an earlier run said of these files does not hold any more, be it that one could not be read.
        let mut again: FxHashSet<String> = workers.iter().flat_map(|worker| worker.read.iter().cloned()).collect();
        again.extend(inputs.unreachable.iter().map(|(path, _)| display(path)));
        let mut partial = without(before, &again);
        partial.merge(unreachable.into_partial());
        workers.into_iter().for_each(|worker| partial.merge(worker.gather.into_partial()));
        partial
    }

    /// Reads files that are in memory.
    pub(super) fn read_memory(&self, files: &[(String, Vec<u8>)], before: Partial) -> Partial {
        let workers = self.work(files.len(), |worker, index| {
            let Some((path, bytes)) = files.get(index) else { return };
            self.reader.read_bytes(path, bytes, &mut worker.scratch, &mut worker.gather);
        });
        let mut partial = before;
        workers.into_iter().for_each(|worker| partial.merge(worker.gather.into_partial()));
        partial
    }

    /// Reads standard input.
    pub(super) fn read_stdin(&self, partial: &mut Partial) {
        let mut worker = Worker::default();
        let mut stdin = std::io::stdin().lock();
        self.reader.read_stream(STDIN_NAME, 0, &mut stdin, &mut worker.scratch, &mut worker.gather);
        partial.merge(worker.gather.into_partial());
    }

    /// Lets threads work on so many things, each on the next one that nobody has taken.
    fn work(&self, count: usize, one: impl Fn(&mut Worker, usize) + Sync) -> Vec<Worker> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
        let threads = rayon::current_num_threads().min(count).max(1);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut worker = Worker::default();
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        if index >= count {
                            break;
                        }
                        one(&mut worker, index);
                    }
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_file(&self, path: &Path, size: u64, known: &BTreeMap<&str, (u64, u128)>, worker: &mut Worker) {
        let name = display(path);
        let Worker { scratch, bytes, gather, read } = worker;
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                gather.unreadable(&name, error.to_string());
                return read.push(name);
            }
        };
        // A pipe tells no size; of a file that grows, what was there when the run began is read.
        if size == 0 || size > WHOLE {
            let most = if size == 0 { u64::MAX } else { size };
            let mut stream = file.take(most);
            self.reader.read_stream(&name, size, &mut stream, scratch, gather);
            // What is left of the limit, at the end of the file, was there when the run began.
            let is_at_end = size > 0 && stream.get_mut().read(&mut [0]).is_ok_and(|read| read == 0);
            if is_at_end && stream.limit() > 0 {
                gather.shrunk(&name, size, size - stream.limit());
            }
            return read.push(name);
        }
        bytes.clear();
        if let Err(error) = file.by_ref().take(size).read_to_end(bytes) {
            gather.unreadable(&name, error.to_string());
            return read.push(name);
        }
        let is_same = |(size, digest): &(u64, u128)| *size == bytes.len() as u64 && *digest == xxh3_128(bytes);
        if known.get(name.as_str()).is_some_and(is_same) {
            return;
        }
        self.reader.read_bytes(&name, bytes, scratch, gather);
        if (bytes.len() as u64) < size {
            gather.shrunk(&name, size, bytes.len() as u64);
        }
        read.push(name);
    }
}

/// Takes out what files left behind that are read anew.
fn without(mut partial: Partial, again: &FxHashSet<String>) -> Partial {
    let is_changed = |path: &str| again.contains(path);
    let Partial { names, survivors, copies, files, damage } = &mut partial;
    files.retain(|path, _| !is_changed(path));
    damage.retain(|damage| !is_changed(&damage.file));
    survivors.retain(|survivor| !is_changed(names.text(survivor.file)));
    copies.retain(|survivor| !is_changed(names.text(survivor.file)));
    partial
}

/// A bar on standard error, where that is a terminal.
fn progress(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bytes} of {total_bytes} [{bar:30}] {bytes_per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar
}
