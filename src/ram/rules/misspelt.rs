//! `ram-unknown-action`: an action that the service does not have, and that was probably meant to be this one.

use super::{About, all_of, finding, possible, replacement};
use crate::finding::{Finding, Safety, Severity};
use crate::model::{Piece, Statement, Template, naming};
use crate::ram::pattern::{self, Case};
use crate::ram::truth::Truth;

const RULE: &str = "ram-unknown-action";

/// How many letters may be wrong, missing or too many.
const MOST_LETTERS: usize = 3;

/// The misspelt actions of a statement.
pub(super) fn findings(about: &About<'_>, statement: &Statement) -> Vec<Finding> {
    let lists = [statement.actions.as_ref(), statement.not_actions.as_ref()];
    lists.into_iter().flat_map(all_of).filter_map(|entry| misspelt(about, entry)).collect()
}

fn misspelt(about: &About<'_>, entry: &Template) -> Option<Finding> {
    let (text, action) = (entry.text()?, about.permission.action.as_str());
    let wanted = [Piece::Text(action.to_owned())];
    if pattern::matches(&entry.pieces, &wanted, Case::Folded) != Truth::No {
        return None;
    }
    let actions = about.actions?;
    let own = actions.actions.iter().find(|known| is_own(about, known))?;
    let mistaken = actions.mistaken.iter().find(|m| m.text.eq_ignore_ascii_case(text) && m.means == *own);
    let whose = match mistaken {
        Some(mistaken) if !mistaken.of.is_empty() => format!(", it is a name of {}", mistaken.of),
        Some(_) => String::new(),
        None if is_near(about, text, actions) => String::new(),
        None => return None,
    };
    let shown = if text.contains(':') { text.to_owned() } else { format!("{text} without a service in front") };
    let message = format!("{} has no action {shown}{whose}; {action} makes a backup", about.api.product.title);
    let mut finding = finding(RULE, Severity::Warning, message, &entry.place, "no action that is known");
    finding.nearest = Some(action.to_owned());
    finding.supported = vec![action.to_owned()];
    finding.parameter = Some(about.elements().action.clone());
    finding.help = Some(format!(
        "The names that are known are those of {}. A statement on a name that does not exist grants and denies nothing.",
        actions.updated
    ));
    finding.fixes.extend(replacement(entry, action, Safety::NeedsReview));
    Some(possible(finding))
}

/// Whether a name of the catalogue is that of the permission.
fn is_own(about: &About<'_>, known: &str) -> bool {
    about.permission.action.split_once(':').is_some_and(|(_, name)| name == known)
}

/// Whether a text is all but the action: few letters differ, or its words stand in another order.
fn is_near(about: &About<'_>, text: &str, actions: &crate::ram::data::Actions) -> bool {
    let name = match text.split_once([':', '.', '/']) {
        Some((service, name)) if service.eq_ignore_ascii_case(about.service) => name.trim_start_matches(':'),
        Some(_) => return false,
        None => text,
    };
    let name = name.trim_end_matches('*');
    let Some((_, own)) = about.permission.action.split_once(':') else { return false };
    if name.contains(['*', '?']) || actions.knows(name) {
        // A known name is misspelt only where its service is not written as it should be.
        return name.eq_ignore_ascii_case(own);
    }
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let (written, wanted) = (plain(name), plain(own));
    let sorted = |text: &str| {
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .flat_map(naming::words)
            .map(|word| word.to_ascii_lowercase())
            .collect();
        words.sort_unstable();
        words
    };
    // Long names are not compared letter by letter.
    written.len() < 2 * wanted.len()
        && (strsim::osa_distance(&written, &wanted) <= MOST_LETTERS || sorted(name) == sorted(own))
}
