//! Which findings are left when everything that answers for one has been asked.
//!
//! Takes findings with their fingerprints, the texts of the files, and what the run has looked at. The comments of a
//! file are asked first, then the configuration, then the baseline; a suppression counts as used whoever comes first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::comments::comments;
use super::directive::{self, Directive};
use super::language::Language;
use super::reach::{Layout, Reach, stretches};
use super::{Waiver, Waiving, told};
use crate::finding::{Catalogue, Finding, Suppressed, SuppressedBy};
use crate::source::{Place, Source, Span};

/// What a run knows beside its findings.
pub struct Ground<'a> {
    /// The files whose comments count, each path once.
    pub sources: Vec<Arc<Source>>,
    /// The rules that there are.
    pub catalogue: &'a Catalogue,
    /// Whether a rule that says nothing of a file has nothing to say of it.
    pub is_silent: &'a (dyn Fn(&str, &str) -> bool + 'a),
    /// The paths of all files that were looked at.
    pub paths: Vec<&'a str>,
}

/// What became of the findings.
#[derive(Debug, Default)]
pub struct Applied {
    /// Those that are left, in their order.
    pub left: Vec<Finding>,
    /// Those that are left out, in their order.
    pub suppressed: Vec<Suppressed>,
    /// What is to be said of suppressions.
    pub told: Vec<Finding>,
    /// How many entries of the baseline are found no longer.
    pub gone: usize,
}

/// A comment that holds today.
struct Comment {
    file: usize,
    directive: Directive,
    /// None when it is about the whole file.
    reach: Option<Reach>,
    at: Span,
    /// The rules that it has left out something of.
    used: BTreeSet<usize>,
}

/// The comments of all files.
struct Comments<'a> {
    files: Vec<(&'a Arc<Source>, Layout<'a>)>,
    by_path: BTreeMap<&'a str, Vec<usize>>,
    all: Vec<Comment>,
}

/// A waiver that holds today.
struct Holding<'a> {
    waiver: &'a Waiver,
    paths: GlobSet,
    used: bool,
}

/// Leaves out the findings that somebody has answered for.
#[must_use]
pub fn apply(findings: Vec<Finding>, waiving: &Waiving, ground: &Ground<'_>) -> Applied {
    let mut applied = Applied::default();
    if waiving.is_off {
        applied.left = findings;
        return applied;
    }
    let mut comments = Comments::read(ground, waiving, &mut applied.told);
    let mut waivers = holding(ground, waiving, &mut applied.told);
    let places: Vec<(Arc<str>, Place)> = match comments.all.is_empty() {
        true => Vec::new(),
        false => findings.iter().map(|f| (Arc::clone(&f.rule), f.primary.place.clone())).collect(),
    };
    let mut known: BTreeSet<String> = BTreeSet::new();
    for finding in findings {
        if waiving.baseline.as_ref().is_some_and(|baseline| baseline.holds(&finding.fingerprint)) {
            known.insert(finding.fingerprint.clone());
        }
        let by_comment = comments.suppressing(&finding);
        let by_waiver = by_waiver(&mut waivers, &finding);
        let by_baseline = known.contains(&finding.fingerprint);
        match by_comment.or(by_waiver) {
            Some(by) => applied.suppressed.push(by.suppressed(finding)),
            None if by_baseline => applied.suppressed.push(Suppressed {
                finding,
                by: SuppressedBy::Baseline,
                reason: String::new(),
                owner: None,
                until: None,
                place: None,
            }),
            None => applied.left.push(finding),
        }
    }
    comments.tell_unused(ground, &places, &mut applied.told);
    tell_unused_waivers(&waivers, ground, &mut applied.told);
    if let Some(baseline) = &waiving.baseline {
        let is_gone =
            |entry: &&super::Entry| !known.contains(&entry.fingerprint) && (ground.is_silent)(&entry.path, &entry.rule);
        applied.gone = baseline.entries().iter().filter(is_gone).count();
    }
    applied
}

/// Who answers for a finding.
struct By {
    kind: SuppressedBy,
    reason: String,
    owner: Option<String>,
    until: Option<jiff::civil::Date>,
    place: Place,
}

impl By {
    fn suppressed(self, finding: Finding) -> Suppressed {
        let Self { kind, reason, owner, until, place } = self;
        Suppressed { finding, by: kind, reason, owner, until, place: Some(place) }
    }
}

impl<'a> Comments<'a> {
    fn read(ground: &'a Ground<'_>, waiving: &Waiving, told: &mut Vec<Finding>) -> Self {
        let mut found = Self { files: Vec::new(), by_path: BTreeMap::new(), all: Vec::new() };
        for source in &ground.sources {
            if memchr::memmem::find(source.text().as_bytes(), directive::NAME.as_bytes()).is_some() {
                found.read_file(source, ground.catalogue, waiving, told);
            }
        }
        found
    }

    fn read_file(
        &mut self,
        source: &'a Arc<Source>,
        catalogue: &Catalogue,
        waiving: &Waiving,
        told: &mut Vec<Finding>,
    ) {
        let language = Language::of_path(source.path(), source.text());
        let comments = comments(source.text(), language);
        let layout = Layout::new(source, language, &comments);
        let file = self.files.len();
        for comment in comments {
            for said in directive::read(source.slice(comment.inner), comment.inner.start as usize) {
                let mut directive = match said.directive {
                    Ok(directive) => directive,
                    Err(fault) => {
                        told.push(told::fault(source, fault));
                        continue;
                    }
                };
                directive.rules.retain(|(rule, at)| {
                    let fault = told::rule_fault(catalogue, rule, Place::new(source, *at));
                    let is_right = fault.is_none();
                    told.extend(fault);
                    is_right
                });
                if directive.rules.is_empty() {
                    continue;
                }
                if directive.is_for_file && !layout.is_at_head(source, said.at) {
                    told.push(told::misplaced(source, said.at));
                    continue;
                }
                if let Some(until) = directive.until.filter(|until| waiving.today.is_some_and(|today| *until < today)) {
                    let rules: Vec<&str> = directive.rules.iter().map(|(rule, _)| rule.as_str()).collect();
                    let place = Place::new(source, directive.until_at);
                    told.push(told::expired(place, &rules.join(", "), until, &directive.reason));
                    continue;
                }
                let reach = (!directive.is_for_file).then(|| layout.reach(source, comment, said.at));
                self.by_path.entry(source.path()).or_default().push(self.all.len());
                self.all.push(Comment { file, directive, reach, at: said.at, used: BTreeSet::new() });
            }
        }
        self.files.push((source, layout));
    }

    /// The first comment that answers for a finding; every one that does is used.
    fn suppressing(&mut self, finding: &Finding) -> Option<By> {
        let path = finding.primary.place.source.path();
        // A call may be written in one file with a value in another: a comment counts where either is.
        let paths: BTreeSet<&str> =
            finding.about.iter().map(|place| place.source.path()).chain(std::iter::once(path)).collect();
        let mut by = None;
        for path in paths {
            let Some(numbers) = self.by_path.get(path) else { continue };
            let places = finding.about.iter().chain(std::iter::once(&finding.primary.place));
            let lines = stretches(places, path);
            for number in numbers {
                let Some(comment) = self.all.get_mut(*number) else { continue };
                let Some((source, layout)) = self.files.get(comment.file) else { continue };
                let Some(rule) = comment.directive.rules.iter().position(|(rule, _)| **rule == *finding.rule) else {
                    continue;
                };
                if comment.reach.is_none_or(|reach| layout.covers(reach, &lines)) {
                    comment.used.insert(rule);
                    by = by.or_else(|| {
                        Some(By {
                            kind: SuppressedBy::Comment,
                            reason: comment.directive.reason.clone(),
                            owner: comment.directive.owner.clone(),
                            until: comment.directive.until,
                            place: Place::new(source, comment.at),
                        })
                    });
                }
            }
        }
        by
    }

    fn tell_unused(&self, ground: &Ground<'_>, findings: &[(Arc<str>, Place)], told: &mut Vec<Finding>) {
        for comment in &self.all {
            let Some((source, _)) = self.files.get(comment.file) else { continue };
            for (number, (rule, at)) in comment.directive.rules.iter().enumerate() {
                if comment.used.contains(&number) || !(ground.is_silent)(source.path(), rule) {
                    continue;
                }
                let elsewhere =
                    findings.iter().find(|(of, place)| **of == **rule && place.source.path() == source.path());
                told.push(told::unused(Place::new(source, *at), rule, elsewhere.map(|(_, place)| place)));
            }
        }
    }
}

/// The waivers of the configuration that hold today.
fn holding<'a>(ground: &Ground<'_>, waiving: &'a Waiving, told: &mut Vec<Finding>) -> Vec<Holding<'a>> {
    let mut all = Vec::new();
    for waiver in &waiving.waivers {
        let place = || waiver.place.clone();
        if let Some(fault) = waiver.rule.as_ref().and_then(|rule| told::rule_fault(ground.catalogue, rule, place())) {
            told.push(fault);
            continue;
        }
        if waiver.rule.is_none() && waiver.fingerprint.is_none() {
            let message = "a waiver of every rule hides what nobody has seen: it has to name a rule or a fingerprint";
            told.push(told::invalid(place(), message, None));
            continue;
        }
        if waiver.reason.trim().is_empty() {
            told.push(told::invalid(place(), "a finding is only left out for a reason, and none is given", None));
            continue;
        }
        if let Some(until) = waiver.until.filter(|until| waiving.today.is_some_and(|today| *until < today)) {
            let what = waiver.rule.as_deref().or(waiver.fingerprint.as_deref()).unwrap_or_default();
            told.push(told::expired(place(), what, until, &waiver.reason));
            continue;
        }
        match patterns(waiver) {
            Ok(paths) => all.push(Holding { waiver, paths, used: false }),
            Err(error) => {
                told.push(told::invalid(place(), format!("`{}` is no pattern: {}", waiver.path, error.kind()), None));
            }
        }
    }
    all
}

/// The paths of a waiver. Without a slash it is a name at any depth; a folder stands for what it holds. The pattern
/// starts from the working directory, as the paths of findings do.
fn patterns(waiver: &Waiver) -> Result<GlobSet, globset::Error> {
    let plain = waiver.path.trim_start_matches("./").trim_end_matches('/');
    let mut set = GlobSetBuilder::new();
    let glob = |pattern: String| globset::GlobBuilder::new(&pattern).literal_separator(true).build();
    for prefix in ["", "**/"] {
        if prefix.is_empty() || (!plain.contains('/') && !waiver.path.starts_with("./")) {
            set.add(glob(format!("{prefix}{plain}"))?);
            set.add(Glob::new(&format!("{prefix}{plain}/**"))?);
        }
    }
    set.build()
}

fn by_waiver(waivers: &mut [Holding<'_>], finding: &Finding) -> Option<By> {
    let mut by = None;
    for holding in waivers {
        let waiver = holding.waiver;
        let fits = waiver.rule.as_ref().is_none_or(|rule| **rule == *finding.rule)
            && waiver.fingerprint.as_ref().is_none_or(|print| print.eq_ignore_ascii_case(&finding.fingerprint))
            && holding.paths.is_match(finding.primary.place.source.path());
        if fits {
            holding.used = true;
            by = by.or_else(|| {
                Some(By {
                    kind: SuppressedBy::Configuration,
                    reason: waiver.reason.clone(),
                    owner: waiver.owner.clone(),
                    until: waiver.until,
                    place: waiver.place.clone(),
                })
            });
        }
    }
    by
}

/// A waiver is only said to be unused when files that it is about were looked at, and all of them in full.
fn tell_unused_waivers(waivers: &[Holding<'_>], ground: &Ground<'_>, told: &mut Vec<Finding>) {
    for holding in waivers.iter().filter(|holding| !holding.used) {
        let Some(rule) = &holding.waiver.rule else { continue };
        let mut paths = ground.paths.iter().filter(|path| holding.paths.is_match(path)).peekable();
        if paths.peek().is_some() && paths.all(|path| (ground.is_silent)(path, rule)) {
            let message = format!("{rule} is not reported in {}, so this waiver does nothing", holding.waiver.path);
            told.push(told::unused_waiver(holding.waiver.place.clone(), message));
        }
    }
}
