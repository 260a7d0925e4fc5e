//! The line that stands for a record: the call and its parameters, at the place of the record.

use std::sync::Arc;

use super::context::Context;
use crate::finding::{Finding, Label, Severity};
use crate::source::{Origin, Place, Source, Span};
use crate::surface::plain::Given;
use crate::trail::Survivor;

/// Where a record stands, with a line that says what it says in short.
pub(super) struct Shown {
    /// The whole line.
    pub(super) place: Place,
    /// The parameters with their places in it.
    pub(super) given: Vec<Given>,
}

impl Context<'_> {
    /// The line of a record.
    pub(super) fn shown(&self, call: &Survivor) -> Shown {
        let parameters: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(self.text(call.parameters)).unwrap_or_default();
        let action = self.api(call).map_or("", |api| api.action.as_str());
        let mut text = format!("{action} {{");
        let mut spans: Vec<(String, Span, String, Span)> = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !spans.is_empty() {
                text.push_str(", ");
            }
            let name_span = append(&mut text, &serde_json::Value::from(name.as_str()).to_string());
            text.push_str(": ");
            let value_span = append(&mut text, &serde_json::Value::from(value.as_str()).to_string());
            spans.push((name, name_span, value, value_span));
        }
        text.push('}');
        let end = text.len();
        let source = self.source(call, text);
        let given = spans.into_iter().map(|(name, name_span, value, value_span)| Given {
            name,
            name_place: Place::new(&source, name_span),
            value,
            value_place: Place::new(&source, value_span),
        });
        Shown { given: given.collect(), place: Place::new(&source, Span::new(0, end)) }
    }

    fn source(&self, call: &Survivor, text: String) -> Arc<Source> {
        let origin = Origin { offset: call.offset, line: narrow(call.line), column: narrow(call.column) };
        Arc::new(Source::excerpt(self.text(call.file), text, origin))
    }

    /// The place of a record with a few words.
    pub(super) fn label(&self, call: &Survivor, text: impl Into<String>) -> Label {
        Label { place: self.shown(call).place, text: text.into() }
    }

    /// A finding that stands on records: the one to point at, and all of them in the order of time.
    pub(super) fn finding(
        &self,
        rule: &str,
        severity: Severity,
        message: String,
        primary: Label,
        calls: &[&Survivor],
    ) -> Finding {
        let mut finding = Finding::new(rule, severity, message, primary);
        let evidence = self.evidence(calls);
        finding.subject.clone_from(&evidence.instance);
        finding.evidence = Some(Box::new(evidence));
        finding
    }
}

fn append(text: &mut String, part: &str) -> Span {
    let start = text.len();
    text.push_str(part);
    Span::new(start, text.len())
}

/// A line or a column; those that no editor can go to are the last that can be told.
pub(super) fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX).max(1)
}
