//! One value of one parameter: which class it falls into, and what is wrong with it by itself.

use super::domain::ABSENT;
use super::load::Matrix;
use super::raw::{self, ParameterType};
use crate::model::Content;

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classified {
    /// The class; none when the value is unknown or so wrong that nothing follows from it.
    pub(super) class: Option<u8>,
    /// What is wrong with the value by itself.
    pub(super) issue: Option<ValueIssue>,
}

/// Something that is wrong with a value by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueIssue {
    /// The name of the report.
    pub(super) report: String,
    /// The documented spelling, where the value has one.
    pub(super) right: Option<String>,
    /// Whether nobody could take the value for anything but `right`.
    pub(super) is_sure: bool,
    /// Whether the value is one that the service answers with.
    pub(super) is_response_value: bool,
    /// The product that an identifier belongs to, where it is another one.
    pub(super) product: Option<String>,
}

impl ValueIssue {
    fn new(report: &str) -> Self {
        Self { report: report.to_owned(), right: None, is_sure: false, is_response_value: false, product: None }
    }
}

/// The class that stands for "given" where values are not told apart.
const GIVEN: u8 = 1;

impl Matrix {
    /// Classifies a value of the parameter with this number.
    pub(super) fn classify(&self, parameter: usize, content: &Content) -> Classified {
        let Some(raw) = self.file.parameters.get(parameter) else {
            return Classified { class: None, issue: None };
        };
        match content {
            Content::Absent => Classified { class: Some(ABSENT), issue: None },
            // An id that is not known is still an id: what is called is known to be some instance.
            Content::Unknown(_) if raw.kind == ParameterType::Identifier => {
                Classified { class: Some(GIVEN), issue: None }
            }
            Content::Unknown(_) => Classified { class: None, issue: None },
            Content::Text(text) => match raw.kind {
                ParameterType::Choice => classify_choice(raw, text),
                ParameterType::Integer => classify_integer(raw, text),
                ParameterType::Text => classify_text(raw, text),
                ParameterType::Identifier => self.classify_identifier(raw, text),
            },
        }
    }

    fn classify_identifier(&self, raw: &raw::Parameter, text: &str) -> Classified {
        let issue = self.file.identifiers.as_ref().filter(|i| i.parameter == raw.name).and_then(|identifiers| {
            let prefix = self.prefix(text)?;
            let product = prefix.product.clone()?;
            Some(ValueIssue { product: Some(product), ..ValueIssue::new(&identifiers.report) })
        });
        Classified { class: Some(GIVEN), issue }
    }

    /// What is known of ids that begin like this one.
    pub(super) fn prefix(&self, id: &str) -> Option<&raw::Prefix> {
        self.file.identifiers.as_ref()?.prefixes.iter().find(|p| id.starts_with(&p.prefix))
    }
}

fn classify_choice(raw: &raw::Parameter, text: &str) -> Classified {
    let class_of = |index: usize| u8::try_from(index + 1).ok();
    if let Some(index) = raw.values.iter().position(|v| v == text) {
        return Classified { class: class_of(index), issue: None };
    }
    if let Some((index, right)) = raw.values.iter().enumerate().find(|(_, v)| v.eq_ignore_ascii_case(text)) {
        let issue = raw.checks.get("letter-case").map(|r| ValueIssue {
            right: Some(right.clone()),
            is_sure: true,
            ..ValueIssue::new(r)
        });
        return Classified { class: class_of(index), issue };
    }
    let is_response_value = raw.response_values.iter().any(|v| v.eq_ignore_ascii_case(text));
    let issue = raw.checks.get("not-in-list").map(|r| ValueIssue { is_response_value, ..ValueIssue::new(r) });
    Classified { class: None, issue }
}

fn classify_integer(raw: &raw::Parameter, text: &str) -> Classified {
    if !is_integer(text) {
        let right = without_zeros(text).filter(|right| in_range(raw, right));
        // A reader that takes a leading zero for the sign of an octal number may get another number.
        let is_sure = right.as_deref().is_some_and(|right| i64::from_str_radix(right, 8).ok() == right.parse().ok());
        let issue = raw.checks.get("not-an-integer");
        return Classified { class: None, issue: issue.map(|r| ValueIssue { right, is_sure, ..ValueIssue::new(r) }) };
    }
    if in_range(raw, text) {
        return Classified { class: Some(GIVEN), issue: None };
    }
    Classified { class: None, issue: raw.checks.get("out-of-range").map(|r| ValueIssue::new(r)) }
}

/// Whether a number is one that the parameter takes. One too long for 64 bits is an integer, and in no range.
fn in_range(raw: &raw::Parameter, text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|n| raw.ranges.iter().any(|range| (range.from..=range.to).contains(&n)))
}

/// A number without the zeros in front of it; nothing when it has none or is no number.
fn without_zeros(text: &str) -> Option<String> {
    let digits = text.strip_prefix('0')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| digits.trim_start_matches('0').to_owned())
}

/// Whether a text is an integer as the service reads one: no leading zero, no plus sign, no blank.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain && (digits == "0" && text == digits || !digits.starts_with('0'))
}

fn classify_text(raw: &raw::Parameter, text: &str) -> Classified {
    let trimmed = text.trim();
    let bracketed = trimmed.starts_with('[') && trimmed.ends_with(']');
    let issue = raw.checks.get("bracketed-list").filter(|_| bracketed).map(|r| ValueIssue::new(r));
    Classified { class: Some(GIVEN), issue }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_the_service_reads_them() {
        for text in ["7", "-1", "0", "730", "99999999999999999999999"] {
            assert!(is_integer(text), "{text}");
        }
        for text in ["", "-", "7.0", "0800", "-0", "+7", " 7", "7d", "0x7", "七"] {
            assert!(!is_integer(text), "{text}");
        }
    }
}
