//! `ram-invalid-policy`: a document that the service does not take.

use super::{About, all_of, finding, label, possible, replacement};
use crate::finding::{Edit, Finding, Fix, Label, Safety, Severity};
use crate::model::{Defect, DefectKind, PolicyDocument, PolicyKind, Template, Templates};
use crate::ram::data::{self, Carrier, Foreign};
use crate::source::Place;
use crate::surface::policy::grammar;

const RULE: &str = "ram-invalid-policy";

/// What is wrong with how a document is written, and whether that is that it is another vendor's.
pub(super) fn findings(about: &About<'_>, is_session: bool) -> Vec<(Finding, bool)> {
    let document = about.document;
    if !is_of_concern(about) {
        return Vec::new();
    }
    if let Some(foreign) = foreign(about) {
        return vec![(foreign, true)];
    }
    let mut found: Vec<Finding> = document.defects.iter().filter_map(defect).collect();
    found.extend(version(document));
    found.extend(size(document, is_session));
    found.into_iter().map(|finding| (finding, false)).collect()
}

/// Whether a document is about the service of the call, or stands where only a policy can stand.
fn is_of_concern(about: &About<'_>) -> bool {
    let document = about.document;
    let is_part = document.place.text().trim() != document.place.source.text().trim();
    let names = |list: Option<&Templates>| all_of(list).iter().any(|entry| about.names_service(entry));
    is_part || document.statements.iter().any(|s| names(s.actions.as_ref()) || names(s.not_actions.as_ref()))
        // What cannot be read tells what it is about by its words alone.
        || document.open.is_some() && document.place.text().contains(&about.permission.action)
}

/// One finding for a document that was written for another vendor.
fn foreign(about: &About<'_>) -> Option<Finding> {
    let document = about.document;
    let version = document.version.as_ref();
    for foreign in &data::language().foreign {
        let has_version =
            version.and_then(Template::text).is_some_and(|text| foreign.versions.iter().any(|v| v == text));
        let signs = signs(document, foreign);
        let is_own = document
            .statements
            .iter()
            .any(|s| all_of(s.resources.as_ref()).iter().any(|r| about.names_service_as_resource(r)));
        // One resource of another vendor among others is a slip, of which another rule speaks.
        if !has_version || is_own {
            continue;
        }
        let place = version.map_or(&document.place, |version| &version.place);
        let message = format!("this is a policy of {}, which RAM does not take", foreign.vendor);
        let mut finding = finding(RULE, Severity::Error, message, place, "a version of another grammar");
        finding.related = signs;
        finding.parameter = Some(grammar().version.clone());
        finding.help = Some(help_on_documents(about));
        return Some(finding);
    }
    None
}

/// Where names of another vendor stand in a document; a few of them.
fn signs(document: &PolicyDocument, foreign: &Foreign) -> Vec<Label> {
    let mut labels = Vec::new();
    for statement in &document.statements {
        let resources = all_of(statement.resources.as_ref()).iter().filter(|resource| {
            let prefix = foreign.resource.as_deref();
            prefix.is_some_and(|prefix| resource.shown().starts_with(prefix))
        });
        labels.extend(resources.map(|resource| label(&resource.place, "a resource of another vendor")));
        let keys = statement.conditions.iter().filter(|c| foreign.keys.iter().any(|key| c.key.starts_with(key)));
        labels.extend(keys.map(|c| label(&c.key_place, "a key of another vendor")));
    }
    labels.truncate(3);
    labels
}

fn help_on_documents(about: &About<'_>) -> String {
    let g = grammar();
    let version = g.versions.first().map_or("", String::as_str);
    format!(
        "A RAM policy says \"{}\": \"{version}\", its actions are like {}, and its resources like {}.",
        g.version,
        about.permission.action,
        crate::ram::resource::text(about.permission, &crate::ram::resource::Parts::default())
    )
}

/// A version that the service does not know.
fn version(document: &PolicyDocument) -> Option<Finding> {
    let version = document.version.as_ref()?;
    let text = version.text()?;
    let right = grammar().versions.first()?;
    if grammar().versions.iter().any(|known| known == text) || is_told(document, &version.place) {
        return None;
    }
    let vendor = data::language().foreign.iter().find(|foreign| foreign.versions.iter().any(|v| v == text));
    let whose = vendor.map_or(String::new(), |vendor| format!(", {text} is one of {}", vendor.vendor));
    let message = format!("the only version of a RAM policy is {right}{whose}");
    let mut finding = finding(RULE, Severity::Error, message, &version.place, "no version of RAM");
    finding.parameter = Some(grammar().version.clone());
    finding.nearest = Some(format!("\"{right}\""));
    finding.fixes.extend(replacement(version, right, Safety::Safe));
    Some(finding)
}

/// Whether the reader has said of a place that something is wrong there.
fn is_told(document: &PolicyDocument, place: &Place) -> bool {
    document.defects.iter().any(|defect| defect.place == *place && defect.kind != DefectKind::Unquoted)
}

/// What the reader found.
fn defect(defect: &Defect) -> Option<Finding> {
    let words = defect.words.as_str();
    let (severity, message, text) = match defect.kind {
        DefectKind::Unreadable => (Severity::Error, format!("this policy cannot be read: {words}"), "here"),
        DefectKind::Comment => {
            (Severity::Error, "a policy has no comments: the service refuses it".to_owned(), "a comment")
        }
        DefectKind::TrailingComma => (
            Severity::Error,
            "nothing comes behind this comma: the service refuses the policy".to_owned(),
            "a comma too many",
        ),
        DefectKind::DuplicateKey => {
            (Severity::Error, format!("{words} is written twice: which one holds is not documented"), "the second one")
        }
        DefectKind::UnknownElement => (Severity::Error, format!("a policy has no element {words}"), "no element"),
        DefectKind::ElementCase => (Severity::Error, format!("the element is written {words}"), "in other letters"),
        DefectKind::ToleratedElement => (
            Severity::Note,
            format!("{words} is in no grammar of RAM; published policies have it, and it says nothing"),
            "no element",
        ),
        DefectKind::MissingElement => (Severity::Error, format!("{words} is missing"), "it has to be here"),
        DefectKind::BothElements => {
            (Severity::Error, format!("a statement has one of {words}, not both"), "one too many")
        }
        DefectKind::EmptyList => (Severity::Error, format!("the list of {words} is empty"), "nothing in it"),
        DefectKind::Unquoted => (
            Severity::Error,
            format!("every value of a policy is a text: {words} has to stand between quotes"),
            "no text",
        ),
        DefectKind::WrongShape => {
            (Severity::Error, format!("{words} cannot have a value of this kind"), "another kind of value")
        }
        DefectKind::WrongEffect => {
            let g = grammar();
            (Severity::Error, format!("the effect is {} or {}, not {words}", g.allow, g.deny), "no effect")
        }
        DefectKind::SingleStatement => (
            Severity::Note,
            "statements stand in a list; whether the service takes a single one is not documented".to_owned(),
            "no list",
        ),
    };
    let mut finding = finding(RULE, severity, message, &defect.place, text);
    finding.fixes.extend(fix(defect));
    Some(match defect.kind {
        DefectKind::DuplicateKey | DefectKind::SingleStatement | DefectKind::ElementCase => possible(finding),
        _ => finding,
    })
}

/// The edit that mends a defect, where there is only one way.
fn fix(defect: &Defect) -> Option<Fix> {
    let written = defect.place.text();
    let (title, replacement) = match defect.kind {
        DefectKind::TrailingComma if written.trim() == "," => ("drop the comma".to_owned(), String::new()),
        DefectKind::ElementCase => {
            let inner = written.trim_matches(['"', '\'']);
            (format!("write {}", defect.words), written.replace(inner, &defect.words))
        }
        DefectKind::Unquoted if written.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)) => {
            ("put it between quotes".to_owned(), format!("\"{written}\""))
        }
        _ => return None,
    };
    Some(Fix { title, safety: Safety::Safe, edits: vec![Edit { place: defect.place.clone(), replacement }] })
}

/// A document that is longer than what it is attached with may be.
fn size(document: &PolicyDocument, is_session: bool) -> Option<Finding> {
    let carrier = match document.kind {
        PolicyKind::Control => Carrier::Control,
        _ if is_session => Carrier::Session,
        _ => Carrier::Custom,
    };
    let (length, limit) = (document.length?, data::language().limits.iter().find(|limit| limit.carrier == carrier)?);
    if length <= limit.characters {
        return None;
    }
    let least = length.saturating_sub(white_space(document.place.text()));
    let message = format!("this policy has {length} characters, and {} is the most", limit.characters);
    let certain = least > limit.characters;
    let severity = if certain { Severity::Error } else { Severity::Note };
    let mut found = finding(RULE, severity, message, &head(&document.place), "too long");
    found.help = Some(if certain {
        "Grant with fewer, wider patterns, or divide it over several policies.".to_owned()
    } else {
        format!("Without its white space it has {least}; whether white space counts is not documented.")
    });
    Some(if certain { found } else { possible(found) })
}

/// The first line of a place: nobody wants to see thousands of characters underlined.
fn head(place: &Place) -> Place {
    let first = place.text().lines().next().map_or(0, str::len);
    let end = place.span.start.saturating_add(u32::try_from(first).unwrap_or(u32::MAX)).min(place.span.end);
    Place::new(&place.source, crate::source::Span { start: place.span.start, end })
}

/// How many characters of white space a text has outside of quotes.
fn white_space(text: &str) -> usize {
    let (mut quoted, mut escaped, mut count) = (false, false, 0);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if !quoted && c.is_whitespace() => count += 1,
            _ => {}
        }
    }
    count
}
