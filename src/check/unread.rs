//! Files that name a call and that no surface reads: each is told as not looked at.
//!
//! A word of the operation alone proves nothing, for other vendors have operations of the same name; so a file counts
//! only where it says something of the vendor, too.

use std::collections::BTreeSet;
use std::path::PathBuf;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::{Checker, Run};
use crate::model::{Coverage, CoverageStatus};
use crate::surface::{self, Extraction, display};

impl Checker {
    /// What became of files with a word of a call that no surface has read.
    pub(super) fn not_read(&self, extraction: &Extraction, run: &Run<'_>) -> Vec<Coverage> {
        let words = surface::evidence(&self.apis);
        let mut coverage = words.as_ref().map(|words| Self::unread(words, run)).unwrap_or_default();
        coverage.extend(self.passed(words.as_ref(), extraction, run));
        coverage
    }

    /// Files that name the operation and something of its vendor, and that no surface reads.
    fn unread(words: &AhoCorasick, run: &Run<'_>) -> Vec<Coverage> {
        let unread = run.found.par_iter().filter(|file| file.is_unread());
        let unread = unread.filter(|file| run.files.read(&file.path).is_ok_and(|source| words.is_match(source.text())));
        unread
            .map(|file| {
                let kind = match file.path.extension() {
                    Some(extension) => format!(".{} files", extension.to_string_lossy()),
                    None => "files of this name".to_owned(),
                };
                let reason = format!("names the call, and calls are not looked for in {kind} yet");
                Coverage { path: display(&file.path), status: CoverageStatus::Skipped, reason }
            })
            .collect()
    }

    /// Files that surfaces claimed by their names alone, and that turned out to be nothing that any of them reads.
    fn passed(&self, words: Option<&AhoCorasick>, extraction: &Extraction, run: &Run<'_>) -> Vec<Coverage> {
        // Most runs have none, and need not pay for the words of all surfaces.
        if extraction.passed.is_empty() {
            return Vec::new();
        }
        let read = extraction.coverage.iter().map(|entry| entry.path.as_str());
        let called = extraction.calls.iter().map(|call| call.head.source.path());
        let read: BTreeSet<&str> = read.chain(called).collect();
        let passed: BTreeSet<&PathBuf> = extraction.passed.iter().collect();
        let left = run.found.par_iter().filter(|found| passed.contains(&found.path));
        let left = left.filter(|found| !read.contains(display(&found.path).as_str()));
        let names: BTreeSet<String> = surface::all().iter().flat_map(|surface| surface.needles(&self.apis)).collect();
        let names = AhoCorasick::new(names).ok();
        left.map(|found| {
            let says = |words: Option<&AhoCorasick>, text: &str| words.is_some_and(|words| words.is_match(text));
            let is_missed = |text: &str| says(words, text) && says(names.as_ref(), &without_comments(text));
            let source = run.files.read(&found.path).ok().filter(|_| found.is_named());
            let (status, reason) = if source.is_some_and(|source| is_missed(source.text())) {
                (CoverageStatus::Skipped, "names the call, and is no document whose calls are known")
            } else {
                (CoverageStatus::Judged, "")
            };
            Coverage { path: display(&found.path), status, reason: reason.to_owned() }
        })
        .collect()
    }
}

/// A document without what stands behind a `#`: a comment asks for nothing.
fn without_comments(text: &str) -> String {
    let line = |line: &str| {
        let begins =
            |at: &usize| line.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']));
        let end = line.match_indices('#').map(|(at, _)| at).find(begins).unwrap_or(line.len());
        line.get(..end).unwrap_or_default().to_owned()
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
