//! Findings as editors show them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Message, Range, Uri,
};

use super::position::{Encoding, Lines};
use crate::finding::{Catalogue, Finding, Label, Severity};
use crate::source::{Place, Source};
use crate::surface::normalize;

/// What everything from here is marked with.
pub(super) const SOURCE: &str = env!("CARGO_PKG_NAME");

/// Writes findings of one run down for an editor.
pub(super) struct Writer<'a> {
    /// The folder that the paths of the run start from.
    pub(super) root: &'a Path,
    pub(super) catalogue: &'a Catalogue,
    pub(super) encoding: Encoding,
    /// What the editor calls a file.
    pub(super) address: &'a dyn Fn(&Path) -> String,
    lines: BTreeMap<String, (Arc<Source>, Lines)>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        root: &'a Path,
        catalogue: &'a Catalogue,
        encoding: Encoding,
        address: &'a dyn Fn(&Path) -> String,
    ) -> Self {
        Self { root, catalogue, encoding, address, lines: BTreeMap::new() }
    }

    /// The file of a source.
    pub(super) fn path(&self, source: &Source) -> PathBuf {
        normalize(&self.root.join(source.path()))
    }

    /// Where a place is in its file.
    pub(super) fn range(&mut self, place: &Place) -> Range {
        let known = self.lines.get(place.source.path()).filter(|(source, _)| Arc::ptr_eq(source, &place.source));
        if let Some((source, lines)) = known {
            return lines.range(source.text(), place.span);
        }
        let lines = Lines::new(place.source.text(), self.encoding);
        let range = lines.range(place.source.text(), place.span);
        self.lines.insert(place.source.path().to_owned(), (Arc::clone(&place.source), lines));
        range
    }

    /// A finding, with the places that belong to it.
    pub(super) fn diagnostic(&mut self, finding: &Finding) -> Diagnostic {
        let has_rule = !finding.rule.is_empty();
        let related: Vec<DiagnosticRelatedInformation> =
            finding.related.iter().map(|label| self.related(label)).collect();
        Diagnostic {
            range: self.range(&finding.primary.place),
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
                Severity::Note => DiagnosticSeverity::Information,
            }),
            code: has_rule.then(|| Code::String(finding.rule.to_string())),
            code_description: self.link(&finding.rule).map(|href| CodeDescription { href: Uri(href) }),
            source: Some(SOURCE.to_owned()),
            message: Message::String(message(finding, has_rule)),
            tags: None,
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }

    fn related(&mut self, label: &Label) -> DiagnosticRelatedInformation {
        let uri = Uri((self.address)(&self.path(&label.place.source)));
        DiagnosticRelatedInformation {
            location: Location { uri, range: self.range(&label.place) },
            message: label.text.clone(),
        }
    }

    /// The page that a rule is written on, where it names one.
    fn link(&self, rule: &str) -> Option<String> {
        let rule = self.catalogue.rule(rule)?;
        let link = rule.references.iter().find_map(|reference| {
            let at = reference.find("https://")?;
            reference.get(at..)?.split_whitespace().next()
        })?;
        Some(link.trim_end_matches([',', ';', ')', '.']).to_owned())
    }
}

/// What is said of a finding: how sure it is, then what is supported and what could be written instead.
fn message(finding: &Finding, has_rule: bool) -> String {
    let sure = if has_rule { format!(" ({})", finding.confidence.word()) } else { String::new() };
    let mut text = format!("{}{sure}", finding.message);
    let mut line = |words: String| {
        text.push('\n');
        text.push_str(&words);
    };
    if !finding.primary.text.is_empty() {
        line(finding.primary.text.clone());
    }
    if let Some(answer) = &finding.answer {
        line(format!("the service answers: {answer}"));
    }
    if !finding.supported.is_empty() {
        line(format!("supported: {}", finding.supported.join(", ")));
    }
    if let Some(nearest) = &finding.nearest {
        line(format!("write: {nearest}"));
    }
    if let Some(help) = &finding.help {
        line(help.clone());
    }
    text
}
