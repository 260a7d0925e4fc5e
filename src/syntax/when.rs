//! Moments, days and time zones, as people and records write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// How many milliseconds 24 hours have.
pub(crate) const DAY: i64 = 86_400_000;

/// A time zone with the name that people see.
#[derive(Debug, Clone)]
pub struct Zone {
    pub(crate) zone: TimeZone,
    pub(crate) name: String,
}

/// A time zone or a moment that cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ZoneError {
    /// No such zone.
    #[error("{0:?} is no time zone: write UTC, an offset such as +08:00, or a name such as Asia/Shanghai")]
    Zone(String),
    /// No such moment.
    #[error("{0:?} is no moment: write 2026-03-01 or 2026-03-01T00:00:00Z")]
    Moment(String),
}

impl Zone {
    /// The zone that a text names: `UTC`, an offset (`+08:00`, `UTC+8`), or a name of the IANA data base.
    ///
    /// # Errors
    /// There is no such zone.
    pub fn parse(text: &str) -> Result<Self, ZoneError> {
        let text = text.trim();
        let upper = text.to_ascii_uppercase();
        let offset = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper);
        if matches!(offset, "" | "Z") && !text.is_empty() {
            return Ok(Self { zone: TimeZone::UTC, name: "UTC".to_owned() });
        }
        if let Some(seconds) = seconds(offset) {
            let offset = jiff::tz::Offset::from_seconds(seconds).map_err(|_| ZoneError::Zone(text.to_owned()))?;
            return Ok(Self { zone: TimeZone::fixed(offset), name: offset_name(seconds) });
        }
        let zone = TimeZone::get(text).map_err(|_| ZoneError::Zone(text.to_owned()))?;
        let name = zone.iana_name().unwrap_or(text).to_owned();
        Ok(Self { zone, name })
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The day of a moment; nothing for one that no calendar has.
    pub(crate) fn day(&self, milliseconds: i64) -> Option<Date> {
        Some(self.local(milliseconds)?.date())
    }

    /// A moment for people, to the minute.
    pub(crate) fn shown(&self, milliseconds: i64) -> String {
        self.local(milliseconds).map_or_else(String::new, |time| time.strftime("%Y-%m-%d %H:%M").to_string())
    }

    pub(crate) fn local(&self, milliseconds: i64) -> Option<DateTime> {
        let moment = Timestamp::from_millisecond(milliseconds).ok()?;
        Some(self.zone.to_datetime(moment))
    }
}

/// The seconds of `+8`, `+0800`, `+08:00`, `-5:30`.
fn seconds(text: &str) -> Option<i32> {
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None if rest.len() == 4 => rest.split_at_checked(2)?,
        None => (rest, "0"),
    };
    let number = |text: &str| text.parse::<u8>().ok().filter(|_| text.len() <= 2 && !text.starts_with('+'));
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 18 && minutes < 60).then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

fn offset_name(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The moment that a text means, in milliseconds: RFC 3339, or a day or a time of the zone. With `end`, a day means
/// its end.
///
/// # Errors
/// The text is neither.
pub fn moment(text: &str, zone: &Zone, end: bool) -> Result<i64, ZoneError> {
    let text = text.trim();
    let wrong = || ZoneError::Moment(text.to_owned());
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment.as_millisecond());
    }
    let local: DateTime = match text.parse::<Date>() {
        Ok(day) if text.len() <= 10 && end => day.checked_add(1.day()).map_err(|_| wrong())?.into(),
        Ok(day) if text.len() <= 10 => day.into(),
        _ => text.parse::<DateTime>().map_err(|_| wrong())?,
    };
    zone.zone.to_timestamp(local).map(jiff::Timestamp::as_millisecond).map_err(|_| wrong())
}

/// A moment as records write it.
pub(crate) fn utc(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(|_| String::new(), |moment| moment.to_string())
}

impl Default for Zone {
    fn default() -> Self {
        // The page does not say when a day begins; the console of the service shows this time.
        Self { zone: TimeZone::fixed(jiff::tz::offset(8)), name: "UTC+8".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_names_and_offsets() {
        for (text, name) in [
            ("UTC", "UTC"),
            ("z", "UTC"),
            ("+08:00", "UTC+8"),
            ("UTC+8", "UTC+8"),
            ("-0530", "UTC-5:30"),
            ("Asia/Shanghai", "Asia/Shanghai"),
            ("+00:00", "UTC"),
        ] {
            assert_eq!(Zone::parse(text).unwrap().name(), name, "{text}");
        }
        for text in ["", "Mars/Base", "+99:00", "+8:99", "++8"] {
            assert!(Zone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let moment = moment("2026-07-14T16:05:09Z", &Zone::default(), false).unwrap();
        assert_eq!(Zone::default().day(moment).unwrap().to_string(), "2026-07-15");
        assert_eq!(Zone::parse("UTC").unwrap().day(moment).unwrap().to_string(), "2026-07-14");
        assert_eq!(Zone::default().shown(moment), "2026-07-15 00:05");
        assert_eq!(utc(moment), "2026-07-14T16:05:09Z");
    }

    #[test]
    fn a_day_begins_and_ends_in_the_zone() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let day = |end| utc(moment("2026-03-29", &zone, end).unwrap());
        // The clocks go forward on this day: it has 23 hours.
        assert_eq!((day(false).as_str(), day(true).as_str()), ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"));
        assert_eq!(utc(moment("2026-03-01T08:30", &zone, false).unwrap()), "2026-03-01T07:30:00Z");
        assert!(moment("yesterday", &zone, false).is_err());
        assert!(moment("2026-03-01T00:00:00+08:00", &zone, false).is_ok());
    }
}
