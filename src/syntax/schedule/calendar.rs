//! The timers of systemd: calendar expressions and time spans.

use super::cron::schedule;
use super::days::{Days, Rule, Special};
use super::duration::duration;
use super::field::{Range, Set};
use super::{Schedule, every};

/// Names of weekdays, from Sunday.
const WEEKDAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// One `OnCalendar=`, e.g. `*:0/30` or `Mon..Fri *-*-* 00/2:00:00`. Several of them add up.
///
/// # Errors
/// When it is no such expression.
pub fn calendar(text: &str) -> Result<Schedule, String> {
    let refuse = || format!("`{}` is no calendar expression", text.trim());
    let word = text.trim().to_ascii_lowercase();
    let long = match word.as_str() {
        "minutely" => "*-*-* *:*:00",
        "hourly" => "*-*-* *:00:00",
        "daily" => "*-*-* 00:00:00",
        "weekly" => "Mon *-*-* 00:00:00",
        "monthly" => "*-*-01 00:00:00",
        "quarterly" => "*-01,04,07,10-01 00:00:00",
        "semiannually" | "semi-annually" => "*-01,07-01 00:00:00",
        "yearly" | "annually" => "*-01-01 00:00:00",
        _ => text,
    };
    let mut days = Days { rule: Rule::Both, ..Days::every() };
    let mut times = (Set::one(0), Set::one(0), Set::one(0));
    let mut seen = false;
    for (index, part) in long.split_whitespace().enumerate() {
        if index > 4 {
            return Err(refuse());
        }
        if let Some(week) = weekdays(part).filter(|_| index == 0) {
            days.week = week;
        } else if part.contains(':') {
            times = time(part).ok_or_else(refuse)?;
        } else if part.contains('-') && part.starts_with(|c: char| c.is_ascii_digit() || c == '*') {
            date(part, &mut days).ok_or_else(refuse)?;
        } else if index == 0 || !part.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // What is left is the name of a zone, which stands last.
            return Err(refuse());
        }
        seen = true;
    }
    let (hours, minutes, seconds) = times;
    if seen { Ok(schedule(seconds, minutes, hours, &days)) } else { Err(refuse()) }
}

/// A time span after which a timer starts its unit again (`OnUnitActiveSec=30min`).
///
/// # Errors
/// When it is no time span.
pub fn monotonic(text: &str) -> Result<Schedule, String> {
    every(duration(text).ok_or_else(|| format!("`{}` is no time span", text.trim()))?)
}

/// Lists with `..` for ranges, as the ranges of cron.
fn component(text: &str, title: &'static str, first: u32, last: u32) -> Option<Set> {
    let range = Range { title, first, last, names: &[], names_from: 0, hashed: false, wraps: false };
    range.read(&text.replace("..", "-")).ok()
}

fn weekdays(text: &str) -> Option<Set> {
    let range = Range { title: "", first: 0, last: 6, names: WEEKDAYS, names_from: 0, hashed: false, wraps: true };
    let plain = text.trim_end_matches(',');
    let named = plain.starts_with(|c: char| c.is_ascii_alphabetic());
    range.read(&plain.replace("..", "-")).ok().filter(|_| named)
}

fn date(text: &str, days: &mut Days) -> Option<()> {
    let (text, from_last) = match text.rsplit_once('~') {
        Some((date, day)) => (format!("{date}-*"), Some(day)),
        None => (text.to_owned(), None),
    };
    let mut parts: Vec<&str> = text.split('-').collect();
    let date = parts.pop()?;
    let month = parts.pop()?;
    days.dates = component(date, "day", 1, 31)?;
    days.months = component(month, "month", 1, 12)?;
    match parts.as_slice() {
        [] | ["*"] => {}
        [year] => days.years = Some(vec![year.parse().ok().filter(|year| (1970..=2199).contains(year))?]),
        _ => return None,
    }
    if let Some(day) = from_last {
        let day: u32 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
        days.dates = Set::all_of(0, false);
        days.special = vec![Special::FromLast(day - 1)];
    }
    Some(())
}

/// Hours, minutes, seconds.
fn time(text: &str) -> Option<(Set, Set, Set)> {
    let mut parts = text.split(':');
    let hours = component(parts.next()?, "hour", 0, 23)?;
    let minutes = component(parts.next()?, "minute", 0, 59)?;
    let seconds = match parts.next() {
        // Parts of a second are as good as the whole one.
        Some(seconds) => component(seconds.split_once('.').map_or(seconds, |(whole, _)| whole), "second", 0, 59)?,
        None => Set::one(0),
    };
    parts.next().is_none().then_some((hours, minutes, seconds))
}
