//! `ram-unmatchable-resource`: a grant whose resources are the name of no instance.

use super::{About, all_of, label, possible, replacement};
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::model::{Piece, Statement, Template};
use crate::ram::resource::{self, Meets};
use crate::source::{Place, Span};

const RULE: &str = "ram-unmatchable-resource";

/// What is wrong with the resources of a statement that allows the call; one finding, at the first of them.
pub(super) fn finding(about: &About<'_>, statement: &Statement) -> Option<Finding> {
    let entries = about.entries(statement);
    if !about.allows(statement) || !about.is_meant(statement, &entries) || statement.not_resources.is_some() {
        return None;
    }
    let resources = statement.resources.as_ref()?;
    let judged = all_of(Some(resources)).iter().map(|r| (r, resource::meets(&r.pieces, about.permission)));
    let (right, wrong): (Vec<_>, Vec<_>) = judged.partition(|(_, meets)| *meets == Meets::Yes);
    // Where one resource is right, others may be those of other actions, unless they are all but right themselves.
    let is_whole = right.is_empty() && resources.open.is_none();
    let told: Vec<(&Template, Meets)> =
        wrong.into_iter().filter(|(_, meets)| is_whole || is_slip(meets, about)).collect();
    let (first, meets) = told.first()?;
    let meant = suggestion(first, about);
    let message = message(about, first, meets, is_whole);
    let mut finding = super::finding(RULE, Severity::Error, message, &first.place, "matches no instance");
    finding.parameter = Some(about.elements().resource.clone());
    finding.nearest = Some(meant);
    finding.supported = vec![resource::text(about.permission, &parts_for_people())];
    finding.related.extend(told.iter().skip(1).map(|(other, _)| label(&other.place, "neither does this")));
    let granting = entries.iter().find(|entry| about.names_service(entry)).or(entries.first());
    finding.related.extend(granting.map(|entry| label(&entry.place, "what it is meant to allow")));
    finding.help = Some(help(about, meets));
    finding.fixes = fixes(about, &told);
    Some(if *meets == Meets::ButForCase { possible(finding) } else { finding })
}

/// Whether a resource is so near to an instance that nothing else can be meant.
fn is_slip(meets: &Meets, about: &About<'_>) -> bool {
    match meets {
        Meets::ButForCase => true,
        Meets::Type(kind) => {
            let own = own_type(about);
            strsim::osa_distance(&kind.to_ascii_lowercase(), own) <= 2
        }
        _ => false,
    }
}

/// The type of resource of the permission.
fn own_type<'a>(about: &About<'a>) -> &'a str {
    about.permission.resource.rsplit(':').next().and_then(|last| last.split('/').next()).unwrap_or_default()
}

fn parts_for_people() -> resource::Parts {
    let words = |text: &str| Piece::Text(format!("<{text}>"));
    resource::Parts { region: words("region"), account: words("account"), instance: words("id") }
}

fn suggestion(template: &Template, about: &About<'_>) -> String {
    resource::text(about.permission, &resource::meant(&template.pieces, about.permission))
}

fn message(about: &About<'_>, template: &Template, meets: &Meets, is_whole: bool) -> String {
    let (shown, own) = (template.shown(), own_type(about));
    let why = match meets {
        Meets::Type(kind) => format!("the type is {own}, not {kind}"),
        Meets::ButForCase => format!("the type is written {own}, in small letters"),
        Meets::Count(count) => {
            format!(
                "it has {count} parts between colons, and a resource has {}",
                about.permission.resource.split(':').count()
            )
        }
        Meets::Part(part @ "id", _) => format!("the {part} of the instance is missing"),
        Meets::Part(part, text) if text.is_empty() => format!("the {part} is empty"),
        Meets::Part(part, text) => format!("{text} is no {part}"),
        Meets::OtherService(service) => format!("it is a resource of {service}"),
        Meets::OtherVendor(vendor) => format!("resources begin with {}, not with {vendor}", vendor_of(about)),
        Meets::Never | Meets::Yes => "it is not the name of one".to_owned(),
    };
    let grants = if is_whole { "this grants" } else { "this part grants" };
    format!("{grants} {} on no instance: {shown} cannot match one, {why}", about.permission.action)
}

fn vendor_of<'a>(about: &About<'a>) -> &'a str {
    about.permission.resource.split(':').next().unwrap_or_default()
}

fn help(about: &About<'_>, meets: &Meets) -> String {
    let pattern = resource::text(about.permission, &parts_for_people());
    let case = match meets {
        Meets::ButForCase => " Whether letter case counts in resources is not documented; the documented form is safe.",
        _ => "",
    };
    format!("An instance is {pattern}; a * may stand for any part.{case}")
}

/// Edits where the type alone is wrong: the parts of the name that are filled in later stay as they are.
fn fixes(about: &About<'_>, told: &[(&Template, Meets)]) -> Vec<Fix> {
    let own = own_type(about);
    let mut edits = Vec::new();
    for (template, meets) in told {
        let kind = match meets {
            Meets::Type(kind) => kind.clone(),
            Meets::ButForCase => written_type(template).unwrap_or_default(),
            _ => String::new(),
        };
        edits.extend(type_place(&template.place, &kind).map(|place| Edit { place, replacement: own.to_owned() }));
    }
    if edits.len() == told.len() {
        return vec![Fix { title: format!("write {own}"), safety: Safety::Safe, edits }];
    }
    match told {
        [(only, _)] => {
            let text = suggestion(only, about);
            replacement(only, &text, Safety::NeedsReview).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn written_type(template: &Template) -> Option<String> {
    let shown = template.shown();
    Some(shown.rsplit(':').next()?.split('/').next()?.to_owned())
}

/// Where the type stands in the source: between the last colon before it and the slash behind it.
fn type_place(place: &Place, kind: &str) -> Option<Place> {
    if kind.is_empty() {
        return None;
    }
    let (written, wanted) = (place.text(), format!(":{kind}/"));
    let mut places = written.match_indices(&wanted);
    let (at, _) = places.next().filter(|_| written.matches(&wanted).count() == 1)?;
    let start = place.span.start.saturating_add(u32::try_from(at + 1).ok()?);
    let end = start.saturating_add(u32::try_from(kind.len()).ok()?);
    Some(Place::new(&place.source, Span { start, end }))
}
