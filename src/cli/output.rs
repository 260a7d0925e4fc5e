//! Where results go: standard output, buffered and quiet when the reader goes away, and files.
//!
//! What a program is to read stands alone on standard output; everything else is told on standard error.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::arguments::{Color, Common, Format, Target};
use super::atomic::{is_writable, write_file};
use super::exit::Exit;
use super::{repository, terminal};
use crate::finding::Report;
use crate::report::{self, Presentation};

/// The width of a report for people in a file.
const FILE_WIDTH: usize = 100;

/// Everything that a report is written to.
#[derive(Debug)]
pub(super) struct Outputs {
    targets: Vec<Target>,
    color: Color,
}

impl Outputs {
    /// What the options ask for; `file` is what a command has besides for the one format without a file.
    ///
    /// # Errors
    /// A sentence for the user: now, and not when all the work is done.
    pub(super) fn new(common: &Common, file: Option<&PathBuf>) -> Result<Self, String> {
        let mut targets = common.format.clone();
        if targets.is_empty() {
            targets.push(Target { format: Format::Human, file: None });
        }
        let mut bare: Vec<&mut Target> = targets.iter_mut().filter(|target| target.file.is_none()).collect();
        if let [first, second, ..] = bare.as_slice() {
            let (first, second) = (first.format.reporter(), second.format.reporter());
            return Err(format!(
                "--format: only one format can go to standard output, and {first} and {second} would; give one a file, \
                 as in --format {second}:FILE"
            ));
        }
        match (file, bare.pop()) {
            (None, _) => {}
            (Some(file), Some(target)) => target.file = Some(file.clone()),
            (Some(_), None) => return Err("--output: every --format has a file of its own already".to_owned()),
        }
        let mut files: Vec<&PathBuf> = targets.iter().filter_map(|target| target.file.as_ref()).collect();
        files.sort();
        if let Some((file, _)) = files.iter().zip(files.iter().skip(1)).find(|(a, b)| a == b) {
            return Err(format!("--format: two formats would be written to {}", file.display()));
        }
        files.iter().try_for_each(|file| is_writable(file))?;
        Ok(Self { targets, color: common.color })
    }

    /// Whether there is nothing but one format, on standard output.
    pub(super) fn are_only(&self, format: Format) -> bool {
        matches!(self.targets.as_slice(), [only] if only.format == format && only.file.is_none())
    }

    /// Leaves standard output to something else.
    pub(super) fn only_files(&mut self) {
        self.targets.retain(|target| target.file.is_some());
    }

    /// Writes a report down in every format. People are told how long it took; what programs read does not depend on
    /// the clock.
    ///
    /// # Errors
    /// A sentence for the user about a file that could not be written.
    pub(super) fn write(&self, mut report: Report, milliseconds: Option<u64>, exit: Exit) -> Result<Exit, String> {
        let mut exit = exit;
        report.repository = repository::of_here();
        for Target { format, file } in &self.targets {
            let reporter = report::by_id(format.reporter()).ok_or("no such format")?;
            report.elapsed_milliseconds = milliseconds.filter(|_| *format == Format::Human);
            match file {
                Some(file) => {
                    write_file(file, |out| reporter.write(&report, &Presentation::plain(FILE_WIDTH), out))?;
                }
                None => {
                    let look = terminal::presentation(self.color);
                    exit = write_out(exit, |out| reporter.write(&report, &look, out));
                }
            }
        }
        Ok(exit)
    }
}

/// Runs `write` over standard output. A reader that goes away (`| head`) is no failure: the exit stays.
pub(super) fn write_out(exit: Exit, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Dropping the writer would try again, and fail again.
            let _ = out.into_parts();
            exit
        }
        Err(error) => {
            complain(&format!("standard output: {error}"));
            Exit::Failed
        }
    }
}

/// Tells the user something about a run, in lines.
pub(super) fn tell(lines: &str) {
    // Nothing can be done when standard error is closed.
    let _ = io::stderr().lock().write_all(lines.as_bytes());
}

/// Tells the user why the run failed.
pub(super) fn complain(message: &str) {
    // Nothing can be done when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "backuplint: {message}");
}
