//! The dialects of cron.
//!
//! Owns which fields a dialect has, its words for whole schedules (`@hourly`) and the zone before the fields. What a
//! field means is `field`'s, which days fit is `days`'.

use super::days::{Days, Rule, Special};
use super::duration::{duration, spoken_times};
use super::field::{Range, Set};
use super::{EVERY_DAY, EVERY_HOUR, Schedule, every};

/// How many fields are looked at.
const FIELDS: usize = 8;

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// How a dialect reads its fields.
#[derive(Clone, Copy)]
struct Dialect {
    seconds: bool,
    hashed: bool,
    wraps: bool,
    /// The number of Sunday.
    sunday: u32,
    rule: Rule,
}

const CLASSIC: Dialect = Dialect { seconds: false, hashed: false, wraps: false, sunday: 0, rule: Rule::Either };
const JENKINS: Dialect = Dialect { hashed: true, ..CLASSIC };
const SPRING: Dialect = Dialect { seconds: true, hashed: false, wraps: false, sunday: 0, rule: Rule::Both };
const QUARTZ: Dialect = Dialect { wraps: true, sunday: 1, ..SPRING };

/// Five fields, as in crontabs, workflows of forges and Kubernetes: with a zone before them (`CRON_TZ=`, `TZ=`) or
/// a word in place of them (`@hourly`, `@every 30m`).
///
/// # Errors
/// When it is no schedule, or one that does not run by the day.
pub fn cron(text: &str) -> Result<Schedule, String> {
    let text = without_zone(text);
    if let Some(interval) = text.strip_prefix("@every ") {
        let interval = duration(interval).ok_or_else(|| format!("`{}` is no duration", interval.trim()))?;
        return every(interval);
    }
    match word(text) {
        Some(word) => read(macro_of(word)?, CLASSIC),
        None => read(text, CLASSIC),
    }
}

/// Five fields with `H` for a number that Jenkins takes from the job's name. One line; lines add up.
///
/// # Errors
/// When it is no schedule.
pub fn jenkins(text: &str) -> Result<Schedule, String> {
    let text = without_zone(text);
    let Some(word) = word(text) else { return read(text, JENKINS) };
    let fields = match word {
        "hourly" => "H * * * *",
        "daily" => "H H * * *",
        "midnight" => "H H(0-2) * * *",
        "weekly" => "H H * * H",
        "monthly" => "H H H * *",
        "yearly" | "annually" => "H H H H *",
        _ => return Err(unknown(text)),
    };
    read(fields, JENKINS)
}

/// Six fields of OOS, seconds first, with an optional year behind them.
///
/// # Errors
/// When it is no schedule.
pub fn oos(text: &str) -> Result<Schedule, String> {
    quartz(text)
}

/// A timer of Function Compute: `@every 30m`, or six fields with the seconds first, and perhaps a zone before them.
///
/// # Errors
/// When it is no schedule.
pub fn function_compute(text: &str) -> Result<Schedule, String> {
    if without_zone(text).starts_with("@every ") { cron(text) } else { quartz(text) }
}

/// Six or seven fields of Quartz, seconds first.
///
/// # Errors
/// When it is no schedule.
pub fn quartz(text: &str) -> Result<Schedule, String> {
    let text = without_zone(text);
    // Some write the week from 0.
    read(text, QUARTZ).or_else(|reason| read(text, Dialect { sunday: 0, ..QUARTZ }).map_err(|_| reason))
}

/// Six fields of Spring, seconds first, or a word in place of them.
///
/// # Errors
/// When it is no schedule.
pub fn spring(text: &str) -> Result<Schedule, String> {
    let text = text.trim();
    if text == "-" {
        return Err("`-` switches the schedule off".to_owned());
    }
    match word(text) {
        Some(word) => read(&format!("0 {}", macro_of(word)?), SPRING),
        None => read(text, SPRING),
    }
}

fn without_zone(text: &str) -> &str {
    let text = text.trim();
    let zone = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ="));
    zone.and_then(|zone| zone.split_once(char::is_whitespace)).map_or(text, |(_, rest)| rest.trim_start())
}

fn word(text: &str) -> Option<&str> {
    text.strip_prefix('@')
}

fn macro_of(word: &str) -> Result<&'static str, String> {
    match word.trim().to_ascii_lowercase().as_str() {
        "hourly" => Ok("0 * * * *"),
        "daily" | "midnight" => Ok("0 0 * * *"),
        "weekly" => Ok("0 0 * * 0"),
        "monthly" => Ok("0 0 1 * *"),
        "yearly" | "annually" => Ok("0 0 1 1 *"),
        "reboot" => Err("it runs when the machine starts".to_owned()),
        _ => Err(unknown(&format!("@{word}"))),
    }
}

fn unknown(text: &str) -> String {
    format!("`{text}` is no schedule that is known")
}

fn read(text: &str, dialect: Dialect) -> Result<Schedule, String> {
    let fields: Vec<&str> = text.split_whitespace().take(FIELDS).collect();
    let seconds_field = usize::from(dialect.seconds);
    let (times, days) = fields.split_at_checked(2 + seconds_field).ok_or_else(|| unknown(text))?;
    let (days, year) = match (days, dialect.seconds) {
        ([date, month, week], _) => ([*date, *month, *week], None),
        ([date, month, week, year], true) => ([*date, *month, *week], Some(*year)),
        _ => return Err(unknown(text)),
    };
    let number = |title, last| Range { title, first: 0, last, names: &[], names_from: 0, ..dialect.range() };
    let mut times = times.iter();
    let mut next = |range: Range| times.next().map_or(Ok(Set::one(0)), |text| range.read(text));
    let seconds = if dialect.seconds { next(number("second", 59))? } else { Set::one(0) };
    let minutes = next(number("minute", 59))?;
    let hours = next(number("hour", 23))?;
    Ok(schedule(seconds, minutes, hours, &dialect.days(days, year)?))
}

impl Dialect {
    fn range(self) -> Range {
        let (hashed, wraps) = (self.hashed, self.wraps);
        Range { title: "", first: 0, last: 0, names: &[], names_from: 0, hashed, wraps }
    }

    fn days(self, [date, month, week]: [&str; 3], year: Option<&str>) -> Result<Days, String> {
        let months = Range { title: "month", first: 1, last: 12, names: MONTHS, names_from: 1, ..self.range() };
        let dates = Range { title: "day of a month", first: 1, last: 31, ..self.range() };
        // Where Sunday is 0 it is 7 as well.
        let weekdays = Range {
            title: "day of a week",
            first: self.sunday,
            last: 7,
            names: WEEKDAYS,
            names_from: self.sunday,
            ..self.range()
        };
        let mut special = Vec::new();
        let dates_set = with_special(&dates, date, &mut special, Special::date)?;
        let weekday =
            |text: &str| weekdays.read(text).ok().and_then(|set| self.counted_from_sunday(set).numbers().next());
        let named = |text: &str| match text {
            "L" => Some(Special::LastOf(6)),
            _ => Special::weekday(text, weekday),
        };
        // A bare `L` is the last day of every week, which is a Saturday.
        let week = if week == "L" { "SAT" } else { week };
        let week_set = match sunday_behind(week).filter(|_| self.sunday == 0) {
            Some(week) => with_special(&weekdays, &week, &mut special, named)?,
            None => with_special(&weekdays, week, &mut special, named)?,
        };
        let years = match year {
            None | Some("*" | "?" | "") => None,
            Some(text) => Some(years(text)?),
        };
        Ok(Days {
            months: months.read(month)?,
            dates: dates_set,
            week: self.counted_from_sunday(week_set),
            special,
            years,
            rule: self.rule,
        })
    }

    /// The days of a week counted from Sunday as 0.
    fn counted_from_sunday(self, set: Set) -> Set {
        let bits = set.bits >> self.sunday;
        let bits = (bits | bits >> 7) & u64::from(EVERY_DAY);
        Set { bits, ..set }
    }
}

/// `FRI-SUN`, with the Sunday behind the Saturday.
fn sunday_behind(week: &str) -> Option<String> {
    let (from, to) = week.split_once('-')?;
    (to.eq_ignore_ascii_case("sun") || to == "0").then(|| format!("{from}-7")).filter(|_| from != "0")
}

/// A field in which letters may stand for some of the days.
fn with_special(
    range: &Range,
    text: &str,
    special: &mut Vec<Special>,
    read: impl Fn(&str) -> Option<Special>,
) -> Result<Set, String> {
    let mut plain = Vec::new();
    let before = special.len();
    for item in text.split(',') {
        let upper = item.to_ascii_uppercase();
        match range.read(item) {
            Ok(set) => plain.push(set),
            Err(reason) => special.push(read(&upper).ok_or(reason)?),
        }
    }
    let joined = plain.into_iter().reduce(Set::or);
    joined.or((special.len() > before).then(|| Set::all_of(0, false))).ok_or_else(|| range.refuse(text))
}

/// The years of a field, as many as a schedule may name.
fn years(text: &str) -> Result<Vec<u32>, String> {
    let refuse = |item: &str| format!("`{item}` is no year of a schedule");
    let mut all = Vec::new();
    for item in text.split(',') {
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0)),
            None => (item, Some(1)),
        };
        let step = step.ok_or_else(|| refuse(item))?;
        let year = |text: &str| text.parse::<u32>().ok().filter(|year| (1970..=2199).contains(year));
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (year(from), year(to)),
            None if range == "*" => (Some(2024), Some(2051)),
            None if item.contains('/') => (year(range), Some(2199)),
            None => (year(range), year(range)),
        };
        let (Some(from), Some(to)) = (from, to) else { return Err(refuse(item)) };
        all.extend((from..=to).step_by(usize::try_from(step).unwrap_or(1)));
    }
    all.truncate(230);
    Ok(all)
}

/// The schedule of some times on some days.
pub(super) fn schedule(seconds: Set, minutes: Set, hours: Set, days: &Days) -> Schedule {
    let weekdays = days.weekdays();
    let times = |pick: fn(Set) -> u32| u64::from(pick(seconds)) * u64::from(pick(minutes)) * u64::from(pick(hours));
    let (least, most) = (times(|set| set.least), times(|set| set.most));
    let per_day = if weekdays == 0 { 0 } else { most };
    let mut reading = spoken_times(seconds, minutes, hours);
    if weekdays == 0 {
        "never".clone_into(&mut reading);
    } else if !days.are_all() {
        reading.push_str(&on_days(weekdays));
    }
    let exact = least == most || weekdays == 0;
    let in_hours = u32::try_from(hours.bits).unwrap_or(0) & EVERY_HOUR;
    let certain = exact && hours.most == hours.bits.count_ones() && hours.least == hours.most;
    Schedule { per_day, exact, weekdays, dated: days.are_dated(), hours: certain.then_some(in_hours), reading }
}

fn on_days(weekdays: u8) -> String {
    let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    match weekdays {
        EVERY_DAY => " on some days".to_owned(),
        0b011_1110 => " from Monday to Friday".to_owned(),
        0b100_0001 => " on Saturdays and Sundays".to_owned(),
        _ => {
            let named = names.iter().enumerate().filter(|(day, _)| weekdays >> day & 1 == 1);
            let named: Vec<String> = named.map(|(_, name)| format!("{name}s")).collect();
            format!(" on {}", named.join(", "))
        }
    }
}
