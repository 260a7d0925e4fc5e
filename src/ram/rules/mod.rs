//! Rules on one document: what is wrong with it by itself, whoever has it.
//!
//! Takes the documents of the sources and the permissions that calls need; gives findings. A rule speaks of statements
//! that are about such a call, and of nothing that only an unknown part could make wrong. Documents on who may take a
//! role are about no call.

mod breadth;
mod condition;
mod contradiction;
mod grammar;
mod misspelt;
mod unmatchable;

#[cfg(test)]
mod tests;

use super::data::{self, Actions};
use super::evaluate::is_about_action;
use super::pattern::{self, Case};
use super::truth::Truth;
use crate::finding::{Confidence, Edit, Finding, Fix, Label, Safety, Severity};
use crate::model::{Api, Effect, Permission, Piece, PolicyDocument, PolicyKind, Statement, Template, Templates};
use crate::source::Place;
use crate::surface::policy::{Grammar, grammar};

/// What is to be said of documents. `is_session` tells those that are handed over when a role is taken.
#[must_use]
pub fn findings(
    documents: &[PolicyDocument],
    apis: &[Api],
    is_session: &dyn Fn(&PolicyDocument) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for api in apis {
        let Some(permission) = &api.permission else { continue };
        for document in documents.iter().filter(|document| document.kind != PolicyKind::Trust) {
            let about = About::new(api, permission, document);
            let mut found = grammar::findings(&about, is_session(document));
            // A policy of another vendor is wrong as a whole, and one cause is told once.
            if !found.iter().any(|(_, is_foreign)| *is_foreign) {
                let of_statements = document.statements.iter().flat_map(|statement| about.statement(statement));
                found.extend(of_statements.map(|finding| (finding, false)));
                found.extend(contradiction::findings(&about).into_iter().map(|finding| (finding, false)));
            }
            findings.extend(found.into_iter().map(|(finding, _)| about.finished(finding)));
        }
    }
    findings
}

/// A document and the permission that it is looked at for.
struct About<'a> {
    api: &'a Api,
    permission: &'a Permission,
    /// The code of the service, as actions have it.
    service: &'a str,
    actions: Option<&'static Actions>,
    document: &'a PolicyDocument,
}

impl<'a> About<'a> {
    fn new(api: &'a Api, permission: &'a Permission, document: &'a PolicyDocument) -> Self {
        let service = permission.action.split(':').next().unwrap_or_default();
        Self { api, permission, service, actions: data::actions_of(service), document }
    }

    /// What is wrong with one statement.
    fn statement(&self, statement: &'a Statement) -> Vec<Finding> {
        let mut found = misspelt::findings(self, statement);
        found.extend(unmatchable::finding(self, statement));
        found.extend(condition::findings(self, statement));
        found.extend(breadth::finding(self, statement));
        found
    }

    /// What every finding on the document has in common.
    fn finished(&self, mut finding: Finding) -> Finding {
        finding.subject.clone_from(&self.document.subject);
        if self.document.advisory {
            finding.severity = Severity::Note;
        }
        finding
    }

    /// The entries of `Action` that are for certain about the action of the permission.
    fn entries(&self, statement: &'a Statement) -> Vec<&'a Template> {
        let Some(actions) = &statement.actions else { return Vec::new() };
        if statement.not_actions.is_some() {
            return Vec::new();
        }
        let wanted = [Piece::Text(self.permission.action.clone())];
        let is_about = |entry: &&Template| pattern::matches(&entry.pieces, &wanted, Case::Folded) == Truth::Yes;
        actions.all.iter().filter(is_about).collect()
    }

    /// Whether an entry of `Action` says the service in so many words; `*` does not.
    fn names_service(&self, entry: &Template) -> bool {
        let first = entry.pieces.first();
        let Some(Piece::Text(text)) = first else { return false };
        text.split_once(':').is_some_and(|(service, _)| service.eq_ignore_ascii_case(self.service))
    }

    /// Whether an entry of `Resource` says the service in so many words.
    fn names_service_as_resource(&self, entry: &Template) -> bool {
        let Some(Piece::Text(text)) = entry.pieces.first() else { return false };
        let mut parts = text.split(':');
        parts.next().is_some_and(|vendor| vendor == data::language().resources.vendor)
            && parts.next().is_some_and(|service| service.eq_ignore_ascii_case(self.service))
            && parts.next().is_some()
    }

    /// Whether a statement is meant for the service: its actions or its resources name it.
    fn is_meant(&self, statement: &'a Statement, entries: &[&Template]) -> bool {
        let resources = statement.resources.iter().flat_map(|resources| &resources.all);
        entries.iter().any(|entry| self.names_service(entry))
            || resources.into_iter().any(|resource| self.names_service_as_resource(resource))
    }

    /// Whether a statement allows the action, among others or alone.
    fn allows(&self, statement: &Statement) -> bool {
        statement.effect == Effect::Allow && is_about_action(statement, &self.permission.action) == Truth::Yes
    }

    /// What the elements of documents are called.
    fn elements(&self) -> &'static Grammar {
        grammar()
    }
}

/// A finding with its caret on a place.
fn finding(rule: &'static str, severity: Severity, message: String, place: &Place, text: &str) -> Finding {
    Finding::new(rule, severity, message, label(place, text))
}

fn label(place: &Place, text: &str) -> Label {
    Label { place: place.clone(), text: text.to_owned() }
}

/// The edit that puts another text in the place of one that is written out between quotes or bare; nothing where the
/// source has something else there.
fn replacement(template: &Template, text: &str, safety: Safety) -> Option<Fix> {
    let (written, known) = (template.place.text(), template.text()?);
    let quote = written.strip_suffix(known).map_or_else(
        || {
            let quote = written.chars().next().filter(|c| ['"', '\''].contains(c))?;
            let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
            (inner == known).then(|| quote.to_string())
        },
        |before| before.is_empty().then(String::new),
    )?;
    let edit = Edit { place: template.place.clone(), replacement: format!("{quote}{text}{quote}") };
    Some(Fix { title: format!("write {text}"), safety, edits: vec![edit] })
}

/// A finding that may not hold for the service, of which nobody has written it down.
fn possible(mut finding: Finding) -> Finding {
    finding.confidence = Confidence::Possible;
    finding
}

fn all_of(templates: Option<&Templates>) -> &[Template] {
    templates.map_or(&[], |templates| templates.all.as_slice())
}
