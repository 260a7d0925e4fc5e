//! Parts of reading a command line: bare words, conditional values, what to delete.

use crate::model::{Alternative, Content, Guard, GuardKind, Value};
use crate::source::{Place, Span};

use super::CliWord;
use super::line::flag;
use super::tool::{Takes, Tool};

/// The words that are neither options nor their values, before the style is known.
///
/// Any word may be the program, so for each of them the next bare word behind it is known once and for all.
pub(super) struct BareWords<'a> {
    words: &'a [CliWord],
    /// For each word the first bare one from there on, where nothing before it takes it as a value.
    next: Vec<Option<usize>>,
}

impl<'a> BareWords<'a> {
    pub(super) fn of(tool: &Tool, words: &'a [CliWord]) -> Self {
        let is_value = |at: usize| words.get(at).is_some_and(|word| flag(word).is_none());
        let is_field = |at: usize| is_value(at) && words.get(at).is_some_and(|word| word.place.text().contains('='));
        // From behind: where the words end that an option with fields takes.
        let mut fields_end = words.len();
        let mut next: Vec<Option<usize>> = vec![None; words.len() + 1];
        for (at, word) in words.iter().enumerate().rev() {
            let behind = |step: usize| next.get(at + step).copied().flatten();
            let found = if word.many.is_some() {
                // Options that a variable holds may stand before the product: `aliyun $OPTS rds …`.
                behind(1)
            } else if let Some(option) = flag(word) {
                let takes = tool.global_flag(&option.name, option.short).map_or(Takes::Value, |(_, takes)| takes);
                match takes {
                    _ if word.inline.is_some() => behind(1),
                    Takes::Value if is_value(at + 1) => behind(2),
                    Takes::Nothing | Takes::Value => behind(1),
                    Takes::Fields => next.get(fields_end).copied().flatten(),
                }
            } else {
                Some(at)
            };
            if !is_field(at) {
                fields_end = at;
            }
            if let Some(slot) = next.get_mut(at) {
                *slot = found;
            }
        }
        Self { words, next }
    }

    /// The first bare word from a place on, and where it is.
    pub(super) fn from(&self, at: usize) -> Option<(usize, &'a CliWord)> {
        let at = self.next.get(at).copied().flatten()?;
        Some((at, self.words.get(at)?))
    }
}

/// Whether two places are in one text.
pub(super) fn same_source(a: &Place, b: &Place) -> bool {
    std::sync::Arc::ptr_eq(&a.source, &b.source)
}

/// Why a value is not known.
pub(super) fn unknown_reason(value: &Value) -> Option<String> {
    value.alternatives().iter().find_map(|a| match &a.content {
        Content::Unknown(unknown) => Some(unknown.reason.clone()),
        _ => None,
    })
}

/// A value that is only sent under conditions: otherwise it is absent, or not known where the conditions do
/// not say what "otherwise" is.
pub(super) fn guarded(mut value: Value, guards: &[Guard]) -> Value {
    if guards.is_empty() {
        return value;
    }
    for alternative in value.alternatives_mut() {
        alternative.guards.extend(guards.iter().cloned());
    }
    let mut all = value.alternatives().to_vec();
    match guards {
        // With more than two outcomes the others cannot be named from one of them.
        [guard] if guard.kind == GuardKind::Conditional && guard.branch <= 1 && !guard.key.starts_with("case ") => {
            let mut absent = Alternative::new(Content::Absent);
            absent.guards.push(Guard { branch: 1 - guard.branch, ..guard.clone() });
            all.push(absent);
        }
        _ => all.extend(Value::unknown("only given in some cases", None).alternatives().iter().cloned()),
    }
    Value::one_of(all)
}

/// What to delete to take an option away: with the blanks before it, and with the line break before it when
/// it has the line to itself; else with the blanks behind it.
pub(super) fn removal(name: &Place, value: &Place) -> Place {
    let span = name.span.join(value.span);
    let text = name.source.text();
    let before = text.get(..span.start as usize).unwrap_or_default();
    let behind = text.get(span.end as usize..).unwrap_or_default();
    let line_rest = behind.split('\n').next().unwrap_or_default().trim_end_matches('\r').trim();
    let kept = before.trim_end_matches([' ', '\t']);
    let continued = kept.strip_suffix("\\\n").or_else(|| kept.strip_suffix("\\\r\n"));
    let (start, end) = match continued {
        Some(kept) if line_rest.is_empty() || line_rest == "\\" => {
            (kept.trim_end_matches([' ', '\t']).len(), behind.len())
        }
        Some(_) => (span.start as usize, behind.trim_start_matches([' ', '\t']).len()),
        None => (kept.len(), behind.len()),
    };
    Place::new(&name.source, Span::new(start, text.len() - end))
}
