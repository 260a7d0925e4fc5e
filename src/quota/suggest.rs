//! Schedules that keep to a limit, in the form of the one that does not.
//!
//! Takes the text of a schedule; gives the text of one that starts its program every so many hours.

use crate::syntax::schedule;

/// Parts into which a day can be cut, in hours.
const HOURS: [u64; 8] = [1, 2, 3, 4, 6, 8, 12, 24];

/// A schedule to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suggestion {
    /// Its text.
    pub(super) text: String,
    /// How often it starts its program in a day.
    pub(super) per_day: u64,
}

/// The schedule of the same form that starts its program as often as may be, but no more than so often in a day.
/// Nothing where the form is not understood.
pub(super) fn at_most(text: &str, most: u64) -> Option<Suggestion> {
    let hours = HOURS.into_iter().find(|hours| 24 / hours <= most)?;
    let text = text.trim();
    let written = word(text, hours).or_else(|| fields(text, hours))?;
    Some(Suggestion { text: written, per_day: 24 / hours })
}

/// Forms that say an interval or have a name.
fn word(text: &str, hours: u64) -> Option<String> {
    let plural = if hours == 1 { "hour" } else { "hours" };
    if text.starts_with("@every ") {
        return Some(format!("@every {hours}h"));
    }
    if text == "@hourly" {
        return Some(format!("0 {} * * *", every(hours)));
    }
    text.starts_with("rate(").then(|| format!("rate({hours} {plural})"))
}

/// Five fields of minutes and more, or six and seven with seconds before them.
fn fields(text: &str, hours: u64) -> Option<String> {
    let mut fields: Vec<&str> = text.split_whitespace().collect();
    let seconds = fields.len() > 5;
    if !(5..=7).contains(&fields.len()) {
        return None;
    }
    let hour = every(hours);
    let minute = fields.get(usize::from(seconds)).copied().map_or("0", first_number);
    *fields.get_mut(usize::from(seconds))? = minute;
    *fields.get_mut(1 + usize::from(seconds))? = &hour;
    if seconds {
        let second = fields.first().copied().map_or("0", first_number);
        *fields.first_mut()? = second;
    }
    let written = fields.join(" ");
    let read = if seconds { schedule::quartz(&written) } else { schedule::cron(&written) };
    (read.ok()?.per_day == 24 / hours).then_some(written)
}

fn every(hours: u64) -> String {
    match hours {
        1 => "*".to_owned(),
        24 => "0".to_owned(),
        hours => format!("*/{hours}"),
    }
}

/// The first of the numbers of a field; 0 where it begins with none.
fn first_number(field: &str) -> &str {
    let end = field.find(|c: char| !c.is_ascii_digit()).unwrap_or(field.len());
    let goes_on = field.get(end..).is_some_and(|rest| rest.starts_with('/'));
    field.get(..end).filter(|number| !number.is_empty() && !goes_on).unwrap_or("0")
}
