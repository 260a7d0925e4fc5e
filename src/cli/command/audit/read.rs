//! Reads log files, several at a time, and brings together what they leave behind.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::inputs::Inputs;
use super::parts::Large;
use crate::check::Checker;
use crate::surface::display;
use crate::trail::{Gather, Part, Partial, Reader, Scratch};

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
    /// The files that it read, other than those that were read before and are the same. Kept where there was a before.
    read: Vec<String>,
    /// The parts of large files that it read, with the number of the file.
    parts: Vec<(usize, Part)>,
}

/// What a thread takes up next.
enum Task<'i> {
    /// A file.
    File(&'i Path, u64),
    /// A part of the large file with this number.
    Part(usize, u64),
}

/// What is known of files from an earlier run.
struct Known<'b> {
    is_something: bool,
    files: BTreeMap<&'b str, (u64, u128)>,
}

impl<'c> LogReader<'c> {
    pub(super) fn new(checker: &'c Checker, no_prefilter: bool) -> Self {
        Self { reader: Reader::new(checker.apis(), no_prefilter) }
    }

    /// Reads files, but for those that were read before and are the same. What can not be read becomes damage.
    pub(super) fn read_files(&self, inputs: &Inputs, before: Partial) -> Partial {
        let progress = Progress::new(inputs.files.iter().map(|(_, size)| size).sum());
        let known = Known {
            is_something: !before.files.is_empty() || !before.damage.is_empty(),
            files: before.files.iter().map(|(path, file)| (path.as_str(), (file.bytes, file.digest))).collect(),
        };
        let large = large(inputs);
        let tasks = tasks(inputs, &large);
        let mut workers = work(tasks.len(), |worker, number| match tasks.get(number) {
            Some(Task::File(path, size)) => {
                self.read_file(path, *size, (&known, &progress), worker);
            }
            Some(Task::Part(index, part)) => {
                let Some(file) = large.get(*index) else { return };
                let part_of = file.read(*part, &self.reader, &mut worker.scratch);
                progress.add(file.bytes(*part), part_of.as_ref().map_or((0, 0), Part::counts));
                worker.parts.extend(part_of.map(|part| (*index, part)));
            }
            None => {}
        });
        let torn = self.join(&large, &known, &mut workers);
        workers.extend(work(torn.len(), |worker, number| {
            if let Some(file) = torn.get(number) {
                self.read_file(file.path, file.size, (&known, &progress), worker);
            }
        }));
        progress.bar.finish_and_clear();
        let mut unreachable = Gather::new();
        for (path, why) in &inputs.unreachable {
            unreachable.unreadable(&display(path), why.clone());
        }
        for (path, size) in &inputs.left_out {
            unreachable.not_opened(&display(path), *size);
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
        let workers = work(files.len(), |worker, index| {
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

    /// Brings the parts of large files together; gives the files that have to be read in one go instead.
    fn join<'l, 'p>(&self, large: &'l [Large<'p>], known: &Known<'_>, workers: &mut Vec<Worker>) -> Vec<&'l Large<'p>> {
        let mut parts: Vec<Vec<Part>> = large.iter().map(|_| Vec::new()).collect();
        for (file, part) in workers.iter_mut().flat_map(|worker| worker.parts.drain(..)) {
            if let Some(parts) = parts.get_mut(file) {
                parts.push(part);
            }
        }
        let mut worker = Worker::default();
        let mut torn = Vec::new();
        for (file, parts) in large.iter().zip(parts) {
            if !file.join(parts, &self.reader, &mut worker.gather) {
                torn.push(file);
            } else if known.is_something {
                worker.read.push(display(file.path));
            }
        }
        workers.push(worker);
        torn
    }

    fn read_file(&self, path: &Path, size: u64, (known, progress): (&Known<'_>, &Progress), worker: &mut Worker) {
        let name = display(path);
        let is_read = self.read_named(path, &name, size, (known, progress), worker);
        let counts = worker.gather.last_file(&name).map_or((0, 0), |file| (file.records, file.calls));
        // A stream has moved the bar already.
        progress.add(if is_stream(size) { 0 } else { size }, counts);
        if is_read && known.is_something {
            worker.read.push(name);
        }
    }

    /// False when the file was read before and is the same.
    fn read_named(
        &self,
        path: &Path,
        name: &str,
        size: u64,
        (known, progress): (&Known<'_>, &Progress),
        worker: &mut Worker,
    ) -> bool {
        let Worker { scratch, bytes, gather, .. } = worker;
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                gather.unreadable(name, error.to_string());
                return true;
            }
        };
        // Of a file that grows, what was there when the run began is read.
        if is_stream(size) {
            let most = if size == 0 { u64::MAX } else { size };
            let mut stream = file.take(most);
            self.reader.read_stream(name, size, &mut progress.bar.wrap_read(&mut stream), scratch, gather);
            // What is left of the limit, at the end of the file, was there when the run began.
            let is_at_end = size > 0 && stream.get_mut().read(&mut [0]).is_ok_and(|read| read == 0);
            if is_at_end && stream.limit() > 0 {
                gather.shrunk(name, size, size - stream.limit());
            }
            return true;
        }
        bytes.clear();
        if let Err(error) = file.by_ref().take(size).read_to_end(bytes) {
            gather.unreadable(name, error.to_string());
            return true;
        }
        let is_same = |(size, digest): &(u64, u128)| *size == bytes.len() as u64 && *digest == xxh3_128(bytes);
        if known.files.get(name).is_some_and(is_same) {
            return false;
        }
        self.reader.read_bytes(name, bytes, scratch, gather);
        if (bytes.len() as u64) < size {
            gather.shrunk(name, size, bytes.len() as u64);
        }
        true
    }
}

/// The files that are worth reading in parts; one thread alone gains nothing by it.
fn large(inputs: &Inputs) -> Vec<Large<'_>> {
    if rayon::current_num_threads() < 2 {
        return Vec::new();
    }
    inputs.files.iter().filter_map(|(path, size)| Large::of(path, *size)).collect()
}

/// Whether a file of some size is read as it comes: a large one, and a pipe, which tells no size.
fn is_stream(size: u64) -> bool {
    size == 0 || size > WHOLE
}

/// What is to be done, in the order of the files.
fn tasks<'i>(inputs: &'i Inputs, large: &[Large<'i>]) -> Vec<Task<'i>> {
    let mut tasks = Vec::with_capacity(inputs.files.len());
    let mut next = large.iter().enumerate().peekable();
    for (path, size) in &inputs.files {
        match next.next_if(|(_, file)| file.path == path) {
            Some((number, file)) => tasks.extend((0..file.parts()).map(|part| Task::Part(number, part))),
            None => tasks.push(Task::File(path, *size)),
        }
    }
    tasks
}

/// Lets threads work on so many things, each on the next one that nobody has taken.
fn work(count: usize, one: impl Fn(&mut Worker, usize) + Sync) -> Vec<Worker> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
    let threads = rayon::current_num_threads().min(count);
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

/// A bar on standard error, where that is a terminal, with what was read and found so far.
struct Progress {
    bar: ProgressBar,
    records: AtomicU64,
    calls: AtomicU64,
}

impl Progress {
    fn new(bytes: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr());
        let template = "{bytes} of {total_bytes} [{bar:30}] {bytes_per_sec}, {eta} left{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, records: AtomicU64::new(0), calls: AtomicU64::new(0) }
    }

    /// Adds what was read: bytes, and the records and calls in them.
    fn add(&self, bytes: u64, (records, calls): (u64, u64)) {
        // Nobody looks at it, and there may be a hundred thousand files.
        if self.bar.is_hidden() {
            return;
        }
        let records = self.records.fetch_add(records, Ordering::Relaxed) + records;
        let calls = self.calls.fetch_add(calls, Ordering::Relaxed) + calls;
        self.bar.set_message(format!(", {} events, {} calls", HumanCount(records), HumanCount(calls)));
        self.bar.inc(bytes);
    }
}
