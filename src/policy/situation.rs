//! Who makes a call and when, as far as somebody can tell.

use jiff::{Timestamp, ToSpan};

use super::rule::Policy;
use crate::model::{Call, Start};
use crate::syntax::when::Zone;

/// What is known of a call beside what it is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Situation {
    /// Who makes it: each of these does. Empty where nobody can tell.
    pub principals: Vec<String>,
    /// When it is made: at each of these. Empty where nobody can tell.
    pub moments: Vec<Moment>,
}

/// Some minutes of a day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The day, Sunday being 0; absent where it may be any.
    pub weekday: Option<u8>,
    /// The first minute of the day, and the one behind the last.
    pub minutes: (u16, u16),
}

impl Moment {
    /// The minute of a moment in milliseconds.
    #[must_use]
    pub fn of(milliseconds: i64, zone: &Zone) -> Option<Self> {
        let time = zone.local(milliseconds)?;
        let minute = u16::try_from(i32::from(time.hour()) * 60 + i32::from(time.minute())).ok()?;
        let weekday = u8::try_from(time.weekday().to_sunday_zero_offset()).ok()?;
        Some(Self { weekday: Some(weekday), minutes: (minute, minute + 1) })
    }

    /// For people.
    pub(super) fn shown(&self) -> String {
        let (from, _) = self.minutes;
        super::condition::clock(from)
    }
}

impl Situation {
    /// What schedules say of a call, in the zone of a policy.
    #[must_use]
    pub fn of_schedules(call: &Call, principals: Vec<String>, policy: &Policy) -> Self {
        let mut situation = Self { principals, moments: Vec::new() };
        if policy.asks_when() {
            for moment in call.runs.starts.iter().flat_map(|start| moments(start, policy)) {
                if !situation.moments.contains(&moment) {
                    situation.moments.push(moment);
                }
            }
        }
        situation
    }
}

/// The hours in which a schedule starts its program, in the zone of the policy; none where that cannot be told.
fn moments(start: &Start, policy: &Policy) -> Vec<Moment> {
    let Some(hours) = start.hours else { return Vec::new() };
    let in_hour = |weekday: Option<u8>, hour: u16| Moment { weekday, minutes: (hour * 60, hour * 60 + 60) };
    let usual = Zone::default();
    let own = policy.zone().unwrap_or(&usual);
    let Some(zone) = &policy.schedule_zone else {
        // What starts in every hour does so in every zone.
        let every =
            hours == crate::syntax::schedule::EVERY_HOUR && start.weekdays == crate::syntax::schedule::EVERY_DAY;
        return if every { (0..24).map(|hour| in_hour(None, hour)).collect() } else { Vec::new() };
    };
    let mut found = Vec::new();
    for day in (0..7_u8).filter(|day| start.weekdays >> day & 1 == 1) {
        for hour in (0..24_u16).filter(|hour| hours >> hour & 1 == 1) {
            // A week of the winter and one of the summer: where clocks differ, both are times at which it starts.
            for week in WEEKS {
                let Some(moment) = shifted(week, day, hour, zone, own) else { continue };
                let fits = Moment { weekday: moment.weekday.filter(|_| !start.dated), ..moment };
                if !found.contains(&fits) {
                    found.push(fits);
                }
            }
        }
    }
    found
}

/// Two Sundays, by year, month and day.
const WEEKS: [(i16, i8, i8); 2] = [(2026, 1, 11), (2026, 7, 12)];

/// An hour of one zone in another one.
fn shifted((year, month, day): (i16, i8, i8), weekday: u8, hour: u16, from: &Zone, to: &Zone) -> Option<Moment> {
    let sunday = jiff::civil::Date::new(year, month, day).ok()?;
    let date = sunday.checked_add(i64::from(weekday).days()).ok()?;
    let local = date.at(i8::try_from(hour).ok()?, 0, 0, 0);
    let moment: Timestamp = from.zone.to_timestamp(local).ok()?;
    let begin = Moment::of(moment.as_millisecond(), to)?;
    let end = begin.minutes.0 + 60;
    // An hour that goes over midnight is cut there; what is behind it is not asked for.
    Some(Moment { minutes: (begin.minutes.0, end.min(24 * 60)), ..begin })
}
