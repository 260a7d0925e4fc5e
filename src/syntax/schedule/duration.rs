//! Durations, rates, and how they are spoken of.
//!
//! Owns `1800`, `30m`, `1h30m`, `1h 30min`, `PT30M`, `every 30 minutes` and `rate(30 minutes)`.

use core::time::Duration;

use super::field::Set;
use super::{Schedule, every};

/// Units with their milliseconds. `m` is a minute here: months are no duration.
const UNITS: &[(&str, f64)] = &[
    ("ms", 1.0),
    ("msec", 1.0),
    ("millisecond", 1.0),
    ("s", 1000.0),
    ("sec", 1000.0),
    ("second", 1000.0),
    ("m", 60_000.0),
    ("min", 60_000.0),
    ("minute", 60_000.0),
    ("h", 3_600_000.0),
    ("hr", 3_600_000.0),
    ("hour", 3_600_000.0),
    ("d", 86_400_000.0),
    ("day", 86_400_000.0),
    ("w", 604_800_000.0),
    ("week", 604_800_000.0),
];

/// A time span; a bare number is seconds. Nothing where it is not one, or is longer than a century.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let lower = text.trim().to_ascii_lowercase();
    let text = lower.strip_prefix("every").map_or(lower.as_str(), str::trim_start);
    if let Some(rest) = text.strip_prefix('p').filter(|rest| rest.contains(|c: char| c.is_ascii_digit())) {
        // In ISO 8601 the letters before the `t` are days and weeks.
        return sum(&rest.replacen('t', "", 1));
    }
    sum(text)
}

fn sum(text: &str) -> Option<Duration> {
    let mut milliseconds = 0.0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    let alone = rest.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mut first = true;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(digits)?;
        let behind = behind.trim_start();
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(letters)?;
        // `every hour` is one hour.
        let number: f64 = if number.is_empty() && first { 1.0 } else { number.parse().ok()? };
        milliseconds += number * if alone { 1000.0 } else { unit_of(unit)? };
        rest = behind.trim_start();
        first = false;
    }
    let century = 3.2e12;
    (0.0..century).contains(&milliseconds).then(|| Duration::from_secs_f64(milliseconds / 1000.0))
}

fn unit_of(unit: &str) -> Option<f64> {
    let known = |unit: &str| UNITS.iter().find(|(name, _)| *name == unit).map(|(_, milliseconds)| *milliseconds);
    known(unit).or_else(|| unit.strip_suffix('s').filter(|one| one.len() > 1).and_then(known))
}

/// `rate(30 minutes)` or `30 minutes`.
///
/// # Errors
/// When it is no rate.
pub fn rate(text: &str) -> Result<Schedule, String> {
    let text = text.trim();
    let inner = text.strip_prefix("rate(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    every(duration(inner).ok_or_else(|| format!("`{text}` is no rate"))?)
}

/// A duration for people.
pub(super) fn spoken(interval: Duration) -> String {
    let seconds = interval.as_secs();
    if interval.subsec_millis() > 0 || seconds == 0 {
        return format!("{} milliseconds", interval.as_millis());
    }
    let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];
    let fitting = units.iter().find(|(size, _)| seconds.is_multiple_of(*size));
    let (size, name) = fitting.copied().unwrap_or((1, "second"));
    match seconds / size {
        1 => name.to_owned(),
        many => format!("{many} {name}s"),
    }
}

/// The times of a day for people.
pub(super) fn spoken_times(seconds: Set, minutes: Set, hours: Set) -> String {
    let certain = [seconds, minutes, hours].iter().all(|set| set.most == set.bits.count_ones());
    let per_day = u64::from(seconds.most) * u64::from(minutes.most) * u64::from(hours.most);
    let fallback = || match per_day {
        1 => "once a day".to_owned(),
        many => format!("{many} times a day"),
    };
    let mixed = || distance(minutes, 60).is_some() && seconds.bits.count_ones() == 1;
    if !certain {
        return match (minutes.most, hours.any) {
            (1, true) => "every hour".to_owned(),
            (many, true) if minutes.least == many => format!("{many} times an hour"),
            _ => fallback(),
        };
    }
    if !mixed() {
        return fallback();
    }
    let minute_steps = distance(minutes, 60).unwrap_or(60);
    match (minute_steps, distance(hours, 24)) {
        (1, Some(1)) => "every minute".to_owned(),
        (60, Some(24)) => {
            let (minute, hour) = (minutes.numbers().next().unwrap_or(0), hours.numbers().next().unwrap_or(0));
            format!("at {hour:02}:{minute:02}")
        }
        (60, Some(1)) => "every hour".to_owned(),
        (60, Some(step)) => format!("every {step} hours"),
        (step, Some(1)) => format!("every {step} minutes"),
        _ => fallback(),
    }
}

/// The distance between the numbers of a set that goes round evenly; the whole round for a single number.
fn distance(set: Set, round: u32) -> Option<u32> {
    let count = set.bits.count_ones();
    let step = round.checked_div(count).filter(|step| step * count == round)?;
    let first = set.numbers().next()?;
    set.numbers().zip(0..).all(|(number, index)| number == first + index * step).then_some(step)
}
