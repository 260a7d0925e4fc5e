//! The policies that the vendor keeps, as documents.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::data::{self, HowKnown, SystemPolicy, SystemStatement};
use crate::model::{Effect, PolicyDocument, PolicyKind, Statement, Template, Templates};
use crate::source::{Place, Source, Span};

/// The document of a policy that the vendor keeps, by its name; nothing for one that is not known. Where its text is not
/// known to its end, it may allow more.
#[must_use]
pub fn document(name: &str) -> Option<&'static PolicyDocument> {
    static DOCUMENTS: OnceLock<BTreeMap<String, PolicyDocument>> = OnceLock::new();
    let documents = DOCUMENTS
        .get_or_init(|| data::system_policies().iter().map(|policy| (policy.name.clone(), read(policy))).collect());
    documents.get(name)
}

/// Whether a document is one of these: it stands in no file.
pub(super) fn is_one(document: &PolicyDocument) -> bool {
    self::document(&document.subject).is_some_and(|system| std::ptr::eq(system, document))
}

fn read(policy: &SystemPolicy) -> PolicyDocument {
    let source = Arc::new(Source::from_text(format!("system policy {}", policy.name), policy.name.clone()));
    let place = Place::new(&source, Span::new(0, policy.name.len()));
    let mut statements: Vec<Statement> = policy.statements.iter().map(|one| statement(one, &place)).collect();
    // The vendor's policies deny nothing, so that one of which not all is known may allow more and takes nothing away.
    if policy.known == HowKnown::Part {
        let reason = policy.not_known.as_deref().unwrap_or("nobody has written down the rest").trim();
        let open = Some(format!("not all of {} is known: {reason}", policy.name));
        let anything = |open| Some(Templates { all: Vec::new(), place: place.clone(), open });
        let empty = SystemStatement::default();
        statements.push(Statement {
            actions: anything(open.clone()),
            resources: anything(open),
            ..statement(&empty, &place)
        });
    }
    PolicyDocument {
        subject: policy.name.clone(),
        handles: Vec::new(),
        kind: PolicyKind::Identity,
        place: place.clone(),
        version: None,
        statements,
        open: None,
        length: None,
        advisory: false,
        defects: Vec::new(),
    }
}

fn statement(statement: &SystemStatement, place: &Place) -> Statement {
    let texts = |texts: &[String]| {
        let all: Vec<Template> = texts.iter().map(|text| Template::known(text.clone(), place.clone())).collect();
        (!all.is_empty()).then(|| Templates { all, place: place.clone(), open: None })
    };
    Statement {
        place: place.clone(),
        effect: Effect::Allow,
        actions: texts(&statement.action),
        not_actions: texts(&statement.not_action),
        resources: texts(&statement.resource),
        not_resources: None,
        conditions: Vec::new(),
        more_conditions: None,
        has_principal: false,
    }
}
