//! Colours, as escape sequences that every terminal knows.

use crate::finding::Severity;

/// A colour or weight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style(&'static str);

const RED: Style = Style("1;31");
const YELLOW: Style = Style("1;33");
const CYAN: Style = Style("1;36");
const GREEN: Style = Style("1;32");

/// Writes styled text, or plain text where no colour is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    /// Whether colours are written.
    pub(super) color: bool,
}

/// The colour of a severity.
pub(super) fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    }
}

impl Paint {
    pub(super) fn with(self, style: Style, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{}m{text}\u{1b}[0m", style.0) } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with(Style("1"), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with(Style("2"), text)
    }

    /// For a run without any finding.
    pub(super) fn good(self, text: &str) -> String {
        self.with(GREEN, text)
    }
}
