//! The days on which a schedule runs.
//!
//! Owns the days of the month and of the week with the letters that stand for some of them (`L`, `15W`, `6#3`), and
//! the question whether any day ever fits.

use super::EVERY_DAY;
use super::field::Set;

/// The first of the years that are looked through, and how many: all pairs of a date and a day of the week occur.
const YEARS: std::ops::Range<u32> = 2024..2052;

/// Which days fit where both kinds of days are restricted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Those that fit one of the two.
    Either,
    /// Those that fit both.
    Both,
}

/// Days.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// Months from 1.
    pub(super) months: Set,
    /// Days of the month from 1.
    pub(super) dates: Set,
    /// Days of the week, Sunday being 0.
    pub(super) week: Set,
    /// Days that depend on the month.
    pub(super) special: Vec<Special>,
    /// Years, when not all.
    pub(super) years: Option<Vec<u32>>,
    pub(super) rule: Rule,
}

/// A day that depends on the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Special {
    /// So many days before the last one of the month.
    FromLast(u32),
    /// The last working day of the month.
    LastWorking,
    /// The working day that is nearest to a date.
    Nearest(u32),
    /// The last one of a day of the week.
    LastOf(u32),
    /// A day of the week, for the so manieth time in the month.
    Nth(u32, u32),
}

#[derive(Clone, Copy)]
struct Day {
    month: u32,
    date: u32,
    weekday: u32,
    length: u32,
}

impl Special {
    /// Reads a day of the month.
    pub(super) fn date(text: &str) -> Option<Self> {
        if text == "LW" || text == "WL" {
            return Some(Self::LastWorking);
        }
        if let Some(rest) = text.strip_prefix('L') {
            if rest.is_empty() {
                return Some(Self::FromLast(0));
            }
            return rest.strip_prefix('-')?.parse().ok().filter(|days| *days < 31).map(Self::FromLast);
        }
        text.strip_suffix('W')?.parse().ok().filter(|date| (1..=31).contains(date)).map(Self::Nearest)
    }

    /// Reads a day of the week, of which `number` gives the number from Sunday.
    pub(super) fn weekday(text: &str, number: impl Fn(&str) -> Option<u32>) -> Option<Self> {
        if let Some((day, nth)) = text.split_once('#') {
            let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth))?;
            return Some(Self::Nth(number(day)?, nth));
        }
        text.strip_suffix('L').filter(|day| !day.is_empty()).and_then(number).map(Self::LastOf)
    }

    fn is_date(self) -> bool {
        matches!(self, Self::FromLast(_) | Self::LastWorking | Self::Nearest(_))
    }

    fn fits(self, day: Day) -> bool {
        let working = |date: u32| {
            let weekday = (day.weekday + 35 + date - day.date) % 7;
            match (weekday, date) {
                (6, 1) => date + 2,
                (6, _) => date - 1,
                (0, date) if date == day.length => date - 2,
                (0, _) => date + 1,
                _ => date,
            }
        };
        match self {
            Self::FromLast(before) => day.date + before == day.length,
            Self::LastWorking => day.date == working(day.length),
            Self::Nearest(date) => date <= day.length && day.date == working(date),
            Self::LastOf(weekday) => day.weekday == weekday && day.date + 7 > day.length,
            Self::Nth(weekday, nth) => day.weekday == weekday && day.date.div_ceil(7) == nth,
        }
    }
}

impl Days {
    /// Every day.
    pub(super) fn every() -> Self {
        let any = |from: u32, to: u32| Set::all_of((from..=to).map(|number| 1_u64 << number).sum(), true);
        Self {
            months: any(1, 12),
            dates: any(1, 31),
            week: any(0, 6),
            special: Vec::new(),
            years: None,
            rule: Rule::Both,
        }
    }

    /// Whether nothing restricts them.
    pub(super) fn are_all(&self) -> bool {
        self.week.any && !self.are_dated()
    }

    /// Whether more than the day of the week decides.
    pub(super) fn are_dated(&self) -> bool {
        !(self.months.any && self.dates.any && self.special.is_empty() && self.years.is_none())
    }

    /// The days of the week on which it may run; none when no day ever fits.
    pub(super) fn weekdays(&self) -> u8 {
        let week = u8::try_from(self.week.bits).unwrap_or(EVERY_DAY) & EVERY_DAY;
        if self.special.is_empty() && self.years.is_none() {
            let dates = if self.has_date() { EVERY_DAY } else { 0 };
            let any_month = self.months.bits != 0;
            return match (self.dates.any, self.week.any, self.rule) {
                _ if !any_month => 0,
                (true, _, _) => week,
                (_, true, _) => dates,
                (_, _, Rule::Either) => week | dates,
                (_, _, Rule::Both) => week & dates,
            };
        }
        let mut found = 0;
        let years: Vec<u32> = self.years.clone().unwrap_or_else(|| YEARS.collect());
        for year in years {
            found |= self.of_year(year);
            if found & week == week && found != 0 {
                break;
            }
        }
        found
    }

    /// Whether one of the months has one of the dates.
    fn has_date(&self) -> bool {
        let first = self.dates.numbers().next();
        first.is_some_and(|date| self.months.numbers().any(|month| date <= length(month, 2024)))
    }

    fn of_year(&self, year: u32) -> u8 {
        let mut weekday = first_weekday(year);
        let mut found = 0;
        for month in 1..=12 {
            let length = length(month, year);
            for date in 1..=length {
                if self.fit(Day { month, date, weekday, length }) {
                    found |= 1 << weekday;
                }
                weekday = (weekday + 1) % 7;
            }
        }
        found
    }

    fn fit(&self, day: Day) -> bool {
        if self.months.bits >> day.month & 1 == 0 {
            return false;
        }
        let special = |is_date: bool| self.special.iter().any(|s| s.is_date() == is_date && s.fits(day));
        let date = self.dates.bits >> day.date & 1 == 1 || special(true);
        let week = self.week.bits >> day.weekday & 1 == 1 || special(false);
        match (self.rule, self.dates.any, self.week.any) {
            (Rule::Either, false, false) => date || week,
            _ => date && week,
        }
    }
}

fn length(month: u32, year: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

/// The day of the week of the first of January, Sunday being 0.
fn first_weekday(year: u32) -> u32 {
    let before = year.saturating_sub(1);
    (1 + before + before / 4 - before / 100 + before / 400) % 7
}
