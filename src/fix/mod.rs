//! Edits of findings, applied to the text of files in memory.
//!
//! Takes a run and gives new texts and the report of what is left. Whether a fix did what it promises is found out
//! by judging the changed texts again: one after which its finding is still there, another one as bad has come, or a
//! call is seen no more is not applied. It writes nothing and decides no exit code.

mod apply;
mod diff;
mod overlay;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{Checker, Run, Settings};
use crate::finding::{Edit, Finding, Report, Safety, Severity};
use crate::model::CoverageStatus;
use crate::source::{Encoding, Source};
use crate::surface::{Files, normalize};

pub use apply::Refusal;
pub use diff::unified;
pub use overlay::Overlay;

/// Fixes that are in each other's way take a round each; so many rounds are made.
const MOST_ROUNDS: usize = 16;

/// So often the files are judged anew before what is left is left as it is.
const MOST_JUDGEMENTS: usize = 400;

/// A file whose text is another one now.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its path.
    pub path: PathBuf,
    /// What was read.
    pub before: Arc<Source>,
    /// What it would be.
    pub after: Arc<Source>,
}

/// A fix that was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where its finding is: `path:line:column`.
    pub place: String,
    /// The rule of the finding.
    pub rule: Arc<str>,
    /// Why not.
    pub why: Refusal,
}

/// What became of the fixes of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What was found before anything was changed.
    pub before: Report,
    /// What is left.
    pub after: Report,
    /// The files that changed, sorted by path.
    pub changed: Vec<Changed>,
    /// The fixes that were not applied though they were allowed to be.
    pub refused: Vec<Refused>,
}

impl Changed {
    /// The bytes of the file, before and after: the byte order mark is one of them.
    #[must_use]
    pub fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let bytes = |source: &Source| {
            let mark = if source.encoding() == Encoding::Utf8WithMark { "\u{feff}" } else { "" };
            format!("{mark}{}", source.text()).into_bytes()
        };
        (bytes(&self.before), bytes(&self.after))
    }

    /// What differs, for people and for `patch`.
    #[must_use]
    pub fn diff(&self) -> String {
        let (before, after) = self.bytes();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        unified(self.before.path(), &text(&before), &text(&after))
    }
}

impl Outcome {
    /// How many of the findings that were shown are gone.
    #[must_use]
    pub fn fixed(&self) -> usize {
        let after = tally(&self.after);
        tally(&self.before).iter().map(|(key, count)| count.saturating_sub(after.get(key).copied().unwrap_or(0))).sum()
    }

    /// How many of the findings that are left have no fix but one that a person must agree to.
    #[must_use]
    pub fn need_review(&self) -> usize {
        let needs = |f: &&Finding| !f.fixes.is_empty() && f.fixes.iter().all(|fix| fix.safety == Safety::NeedsReview);
        self.after.findings.iter().filter(needs).count()
    }
}

/// Applies the fixes of what a run finds, as far as they are as safe as `safety` and keep their promise.
#[must_use]
pub fn fix(checker: &Checker, run: &Run<'_>, settings: &Settings, safety: Safety) -> Outcome {
    let before = checker.check(run.clone(), settings);
    let mut fixer = Fixer { checker, run, settings, overlay: Overlay::new(run.files), left: MOST_JUDGEMENTS };
    let mut report = before.clone();
    let mut refused: BTreeMap<(String, String), Refused> = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let candidates = fixer.candidates(&report, safety, &mut refused);
        if candidates.is_empty() {
            break;
        }
        if let Some(better) = fixer.round(&report, candidates, &mut refused) {
            report = better;
        }
    }
    let changed = fixer.overlay.into_changed();
    Outcome { before, after: report, changed, refused: refused.into_values().collect() }
}

/// A fix that may be tried.
#[derive(Clone)]
struct Candidate {
    /// The findings that it is to remove.
    keys: Vec<Key>,
    /// The mildest of them.
    severity: Severity,
    edits: Vec<Edit>,
    /// See [`Refused`].
    place: String,
    rule: Arc<str>,
    id: (String, String),
}

impl Candidate {
    fn refused(&self, why: Refusal) -> Refused {
        Refused { place: self.place.clone(), rule: Arc::clone(&self.rule), why }
    }
}

/// What stays the same of a finding when the text around it changes. The place and the subject do not: a fix may
/// change what the source calls the thing.
type Key = (Severity, Arc<str>, String, Option<String>);

fn key(finding: &Finding) -> Key {
    let path = finding.primary.place.source.path().to_owned();
    (finding.severity, Arc::clone(&finding.rule), path, finding.parameter.clone())
}

fn tally(report: &Report) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    report.findings.iter().for_each(|finding| *counts.entry(key(finding)).or_default() += 1);
    counts
}

struct Fixer<'a> {
    checker: &'a Checker,
    run: &'a Run<'a>,
    settings: &'a Settings,
    overlay: Overlay<'a>,
    /// How often the files may still be judged.
    left: usize,
}

impl Fixer<'_> {
    /// The fixes that can be tried together: none is in the way of another one.
    fn candidates(
        &self,
        report: &Report,
        safety: Safety,
        refused: &mut BTreeMap<(String, String), Refused>,
    ) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut taken = apply::Taken::default();
        let mut known: BTreeMap<Vec<(String, u32, u32, String)>, usize> = BTreeMap::new();
        for finding in &report.findings {
            for fix in finding.fixes.iter().filter(|fix| fix.safety <= safety) {
                let id = (finding.fingerprint.clone(), fix.title.clone());
                if refused.contains_key(&id) {
                    continue;
                }
                let candidate = Candidate {
                    keys: vec![key(finding)],
                    severity: finding.severity,
                    edits: fix.edits.clone(),
                    place: finding.primary.place.display(),
                    rule: Arc::clone(&finding.rule),
                    id,
                };
                if let Err(why) = apply::allowed(&fix.edits, &self.overlay) {
                    refused.insert(candidate.id.clone(), candidate.refused(why));
                    continue;
                }
                // Elements of a loop share the text that they come from, and so the edit.
                let edits: Vec<_> = fix.edits.iter().map(apply::identity).collect();
                if let Some(same) = known.get(&edits).and_then(|&at| candidates.get_mut(at)) {
                    same.keys.extend(candidate.keys);
                    same.severity = same.severity.min(finding.severity);
                } else if taken.take(&fix.edits) {
                    known.insert(edits, candidates.len());
                    candidates.push(candidate);
                }
                break;
            }
        }
        candidates
    }

    /// Tries all at once, and halves what does not go well until what is wrong is alone.
    fn round(
        &mut self,
        report: &Report,
        candidates: Vec<Candidate>,
        refused: &mut BTreeMap<(String, String), Refused>,
    ) -> Option<Report> {
        let mut accepted: Vec<Candidate> = Vec::new();
        let mut best: Option<(Report, Vec<Changed>)> = None;
        let mut waiting = VecDeque::from([candidates]);
        while let Some(mut batch) = waiting.pop_front() {
            if batch.is_empty() {
                continue;
            }
            if self.left == 0 {
                refused.extend(batch.iter().map(|one| (one.id.clone(), one.refused(Refusal::TooMuchWork))));
                continue;
            }
            self.left -= 1;
            let edits = accepted.iter().chain(&batch).flat_map(|one| &one.edits);
            let texts = self.overlay.edited(edits);
            let judged = self.judge(&texts);
            let last = best.as_ref().map_or(report, |(report, _)| report);
            match promise_kept(last, &judged, &batch) {
                Ok(()) => {
                    accepted.append(&mut batch);
                    best = Some((judged, texts));
                }
                Err(why) if batch.len() == 1 => {
                    refused.extend(batch.into_iter().map(|one| (one.id.clone(), one.refused(why.clone()))));
                }
                Err(_) => {
                    let second = batch.split_off(batch.len() / 2);
                    waiting.push_front(second);
                    waiting.push_front(batch);
                }
            }
        }
        let (report, texts) = best?;
        self.overlay.keep(texts);
        Some(report)
    }

    /// Judges everything as if the texts were in the files.
    fn judge(&self, texts: &[Changed]) -> Report {
        let mut overlay = self.overlay.clone();
        overlay.keep(texts.to_vec());
        let sieve = self.checker.sieve();
        self.checker.check(overlay.run(self.run.clone(), &sieve), self.settings)
    }
}

/// Whether the findings of a batch are gone and nothing else has become worse.
fn promise_kept(last: &Report, now: &Report, batch: &[Candidate]) -> Result<(), Refusal> {
    let mildest = batch.iter().map(|one| one.severity).min().unwrap_or(Severity::Note);
    let (before, after) = (tally(last), tally(now));
    let mut promised: BTreeMap<&Key, usize> = BTreeMap::new();
    batch.iter().flat_map(|one| &one.keys).for_each(|key| *promised.entry(key).or_default() += 1);
    let count = |tally: &BTreeMap<Key, usize>, key: &Key| tally.get(key).copied().unwrap_or(0);
    if promised.iter().any(|(key, gone)| count(&after, key) + gone > count(&before, key)) {
        return Err(Refusal::StillThere);
    }
    if let Some(((_, rule, ..), _)) = after.iter().find(|(key, now)| key.0 >= mildest && **now > count(&before, key)) {
        return Err(Refusal::NewFinding(rule.to_string()));
    }
    if now.counts.calls < last.counts.calls || !lost(last).is_superset(&lost(now)) {
        return Err(Refusal::SeenNoMore);
    }
    Ok(())
}

/// The files that are not, or not wholly, looked at.
fn lost(report: &Report) -> BTreeSet<&str> {
    let lost = report.coverage.iter().filter(|file| file.status != CoverageStatus::Judged);
    lost.map(|file| file.path.as_str()).collect()
}

/// The file that a source was read from, when it is that and nothing made up of it.
fn file_of(source: &Arc<Source>, files: &dyn Files) -> Option<PathBuf> {
    let path = normalize(Path::new(source.path()));
    let read = files.read(&path).ok()?;
    Arc::ptr_eq(&read, source).then_some(path)
}

#[cfg(test)]
mod tests;
