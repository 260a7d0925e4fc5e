//! A finding in sentences, for formats that have one text for all of it.

use crate::finding::Finding;

/// What a viewer shows of a finding: the message and what to do, in sentences.
pub(super) fn message(finding: &Finding) -> String {
    let mut out = sentence(&finding.message);
    if let Some(answer) = &finding.answer {
        out.push_str(&format!(" The service answers {answer}."));
    }
    if !finding.supported.is_empty() {
        out.push_str(&format!(" Supported here: {}.", finding.supported.join(", ")));
    }
    if let Some(nearest) = &finding.nearest {
        out.push_str(&format!(" Nearest: {nearest}."));
    }
    if let Some(help) = &finding.help {
        out.push(' ');
        out.push_str(&sentence(help));
    }
    out
}

/// A fragment as a sentence: it ends with a period. Its first letter stays, it may be that of a name.
pub(super) fn sentence(fragment: &str) -> String {
    let fragment = fragment.trim_end();
    if fragment.is_empty() || fragment.ends_with(['.', '!', '?', '。']) {
        fragment.to_owned()
    } else {
        format!("{fragment}.")
    }
}
