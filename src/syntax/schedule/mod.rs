//! Schedules: how often something is started on one calendar day, read from the text of a schedule.
//!
//! Owns the dialects of cron, the calendars of systemd, rates and durations. Takes the text of one schedule, gives
//! the greatest number of starts on one day with a reading for people, or a reason why it has none. Where a
//! schedule is written, and what it starts, is for the surfaces. There is no clock in here.
//!
//! A day is one of 24 hours. Any 24 hours in a row hold at most as many starts as the fullest calendar day of the
//! schedule's own zone, because every day on which a schedule runs has the same times; so the zone does not matter
//! to the number. Where clocks are set back, one day has an hour more, with at most the starts of one hour more.

mod calendar;
mod cron;
mod crontab;
mod days;
mod duration;
mod field;
#[cfg(test)]
mod tests;

use core::time::Duration;

pub use calendar::{calendar, monotonic};
pub use cron::{cron, function_compute, jenkins, oos, quartz, spring};
pub use crontab::crontab_line;
pub use duration::{duration, rate};

/// The days of a week as bits.
pub const EVERY_DAY: u8 = 0b111_1111;

/// The hours of a day as bits.
pub const EVERY_HOUR: u32 = 0xff_ffff;

/// Seconds in a day.
const DAY: u64 = 86_400;

/// How often something is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The number of starts on the day that has most of them; 0 when no day ever fits.
    pub per_day: u64,
    /// Whether that is the number for certain, not only a bound.
    pub exact: bool,
    /// The days of the week on which it may start, Sunday being bit 0.
    pub weekdays: u8,
    /// Whether it keeps to some dates, months or years: two such schedules may have no day in common.
    pub dated: bool,
    /// The hours of the day in which it starts, a bit each, in its own zone; absent where that is not certain.
    pub hours: Option<u32>,
    /// For people, e.g. "every 30 minutes".
    pub reading: String,
}

/// Something that is done again and again, with this much time from start to start.
///
/// # Errors
/// When there is no time in between.
pub fn every(interval: Duration) -> Result<Schedule, String> {
    let milliseconds = interval.as_millis();
    let day = u128::from(DAY) * 1000;
    if milliseconds == 0 {
        return Err("there is no time between two starts".to_owned());
    }
    let per_day = u64::try_from(day.div_ceil(milliseconds)).unwrap_or(u64::MAX);
    let reading = format!("every {}", duration::spoken(interval));
    // What is done at least once an hour is done in each.
    let hours = (milliseconds <= u128::from(DAY) * 1000 / 24).then_some(EVERY_HOUR);
    Ok(Schedule { per_day, exact: true, weekdays: EVERY_DAY, dated: false, hours, reading })
}

/// Something that is done again after a pause. What it does takes time as well, so a part of a round is not counted.
///
/// # Errors
/// When there is no pause.
pub fn pause(interval: Duration) -> Result<Schedule, String> {
    let schedule = every(interval)?;
    let whole = u128::from(DAY) * 1000 / interval.as_millis().max(1);
    // What is done takes time as well, so an hour may be left out.
    Ok(Schedule { per_day: u64::try_from(whole).unwrap_or(u64::MAX), hours: None, ..schedule })
}
