use core::time::Duration;
use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn number(schedule: Result<Schedule, String>) -> u64 {
    schedule.unwrap().per_day
}

#[test]
fn five_fields_counted_by_hand() {
    for (text, expected) in [
        ("*/30 * * * *", 48),
        ("0,30 * * * *", 48),
        ("5,35 8-20 * * *", 26),
        ("0 0-18 * * *", 19),
        ("20 3 */2 * *", 1),
        ("*/7 * * * *", 9 * 24),
        ("5/20 * * * *", 72),
        ("0 9-17/2 * * MON-FRI", 5),
        ("0 0 31 2 *", 0),
        ("0 0 29 feb *", 1),
        ("0 0 30 2 1", 1),
        ("15 0 * jan,Dec 7", 1),
        ("0 1 * * FRI-SUN", 1),
        ("* * * * *", 1440),
        ("CRON_TZ=Asia/Shanghai 0 * * * *", 24),
        ("TZ=UTC 0 */2 * * *", 12),
        ("@hourly", 24),
        ("@daily", 1),
        ("@midnight", 1),
        ("@weekly", 1),
        ("@monthly", 1),
        ("@yearly", 1),
        ("@annually", 1),
        ("@every 30m", 48),
        ("@every 1h30m", 16),
    ] {
        let schedule = cron(text).unwrap();
        assert_eq!(schedule.per_day, expected, "{text}");
        assert!(schedule.exact, "{text}");
    }
    let random = cron("0~59 3 * * *").unwrap();
    assert_eq!((random.per_day, random.exact), (1, true));
}

#[test]
fn what_is_no_schedule_has_a_reason() {
    for (text, expected) in [
        ("@reboot", "it runs when the machine starts"),
        ("@fortnightly", "`@fortnightly` is no schedule that is known"),
        ("60 * * * *", "`60` is no minute of a schedule"),
        ("*/0 * * * *", "`*/0` is no minute of a schedule"),
        ("0 22-2 * * *", "`22-2` is no hour of a schedule"),
        ("0 0 * * MO", "`MO` is no day of a week of a schedule"),
        ("0 0 * *", "`0 0 * *` is no schedule that is known"),
        ("", "`` is no schedule that is known"),
        ("@every soon", "`soon` is no duration"),
    ] {
        assert_eq!(cron(text).unwrap_err(), expected, "{text}");
    }
    assert_eq!(spring("-").unwrap_err(), "`-` switches the schedule off");
    assert!(quartz("99999999999999999999 0 0 * * ?").is_err());
}

#[test]
fn lines_of_a_crontab() {
    for (text, system, expected) in [
        ("*/30 * * * * /opt/a.sh x", false, Some(("*/30 * * * *", "/opt/a.sh x"))),
        ("0 3 * * mon-fri  root  /opt/a.sh", true, Some(("0 3 * * mon-fri", "/opt/a.sh"))),
        ("0 3 * * * backup run", false, Some(("0 3 * * *", "backup run"))),
        ("0 3 * * * backup run", true, Some(("0 3 * * *", "run"))),
        ("0 3 * * * root /opt/a.sh", false, Some(("0 3 * * *", "/opt/a.sh"))),
        ("@hourly a.sh", false, Some(("@hourly", "a.sh"))),
        ("0 3 * * *", false, None),
        ("set -eu and some other words", false, None),
        ("", false, None),
    ] {
        let found = crontab_line(text, system);
        let found = found.map(|(end, begin)| (text.get(..end).unwrap(), text.get(begin..).unwrap()));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn seconds_first() {
    for (text, expected) in [
        ("0 0 * * * ?", 24),
        ("0 */30 * * * ?", 48),
        ("0 0/30 8-17 ? * MON-FRI", 20),
        ("0 0 12 L * ?", 1),
        ("0 0 12 L-3 * ?", 1),
        ("0 0 12 LW * ?", 1),
        ("0 0 12 15W * ?", 1),
        ("0 0 12 ? * 6L", 1),
        ("0 0 12 ? * 6#3", 1),
        ("0 15 10 ? * 6L 2026-2028", 1),
        ("0 0 10,14,16 * * ? *", 3),
        ("0/10 0 0 * * ?", 6),
        ("0 0 22-2 * * ?", 5),
        ("0 0 0 30 2 ?", 0),
        ("0 0 3 ? * 0", 1),
        ("0 0 0 29 2 ? 2025", 0),
        ("0 0 0 29 2 ? 2028", 1),
    ] {
        assert_eq!(number(quartz(text)), expected, "{text}");
        assert_eq!(number(oos(text)), expected, "{text}");
    }
    for (text, expected) in [("@every 30m", 48), ("CRON_TZ=Asia/Shanghai 0 0 4 * * *", 1), ("0 */20 * * * *", 72)] {
        assert_eq!(number(function_compute(text)), expected, "{text}");
    }
    for (text, expected) in [("0 0/30 * * * *", 48), ("@hourly", 24), ("*/15 0 9 * * MON#1", 4), ("0 0 0 L * *", 1)] {
        assert_eq!(number(spring(text)), expected, "{text}");
    }
    // The third of March 2025 is a Monday: no first Monday of a month is later than the seventh.
    assert_eq!(number(spring("0 0 9 8-31 * MON#1")), 0);
    assert_eq!(number(spring("0 0 9 * * MON#5")), 1);
}

#[test]
fn jenkins_hashes_minutes_without_changing_how_many() {
    for (text, expected, exact) in [
        ("H/15 * * * *", 96, true),
        ("H H * * *", 1, true),
        ("H(0-29) * * * *", 24, true),
        ("H(0-29)/10 * * * *", 72, true),
        ("H/7 * * * *", 9 * 24, false),
        ("H H(0-7) * * 1-5", 1, true),
        ("H/30 9-17 * * *", 18, true),
        ("@hourly", 24, true),
        ("@midnight", 1, true),
        ("@daily", 1, true),
        ("TZ=Europe/London H * * * *", 24, true),
        ("H,30 * * * *", 48, false),
    ] {
        let schedule = jenkins(text).unwrap();
        assert_eq!((schedule.per_day, schedule.exact), (expected, exact), "{text}");
    }
}

#[test]
fn systemd() {
    for (text, expected) in [
        ("*:0/30", 48),
        ("hourly", 24),
        ("minutely", 1440),
        ("Hourly", 24),
        ("daily", 1),
        ("weekly", 1),
        ("quarterly", 1),
        ("Mon..Fri *-*-* 00/2:00:00", 12),
        ("Sat,Sun 10:00", 1),
        ("*-*-* 00..18:00:00", 19),
        ("*-*-* *:00,30:00 Asia/Shanghai", 48),
        ("*-*-* 02:30", 1),
        ("*-*-1 04:00", 1),
        ("*-02-30", 0),
        ("*-*~1 03:00", 1),
        ("*:*:0/30", 2880),
        ("2026-03-04 05:06:07", 1),
    ] {
        let schedule = calendar(text);
        assert_eq!(number(schedule), expected, "{text}");
    }
    assert_eq!(calendar("Mon..Fri 10:00").unwrap().weekdays, 0b011_1110);
    for text in ["", "sometimes", "25:00", "*-*-* 10:00 11:00:00:00", "*:0/0"] {
        assert!(calendar(text).is_err(), "{text}");
    }
    for (text, expected) in [("30min", 48), ("1h 30min", 16), ("1d", 1), ("900", 96), ("2 hours", 12)] {
        assert_eq!(number(monotonic(text)), expected, "{text}");
    }
    assert!(monotonic("infinity").is_err());
}

#[test]
fn durations_and_rates() {
    for (text, expected) in [
        ("1800", 1800),
        ("30m", 1800),
        ("1h30m", 5400),
        ("1h 30min", 5400),
        ("PT30M", 1800),
        ("P1DT1H", 90_000),
        ("every 30 minutes", 1800),
        ("every hour", 3600),
        ("0.5h", 1800),
        ("2d", 172_800),
        ("90 sec", 90),
        ("1 week", 604_800),
    ] {
        assert_eq!(duration(text), Some(Duration::from_secs(expected)), "{text}");
    }
    assert_eq!(duration("250ms"), Some(Duration::from_millis(250)));
    for text in ["", "soon", "30 parsecs", "1h30", "-5m", "99999999999999d", "1..5h", "every"] {
        assert_eq!(duration(text), None, "{text}");
    }
    for (text, expected) in [("rate(30 minutes)", 48), ("30 minutes", 48), ("rate(1 hour)", 24), ("7 hours", 4)] {
        assert_eq!(number(rate(text)), expected, "{text}");
    }
    assert!(rate("rate(often)").is_err());
    assert!(every(Duration::ZERO).is_err());
    // What is done takes time, too.
    assert_eq!(number(pause(Duration::from_secs(1800))), 48);
    assert_eq!(number(pause(Duration::from_secs(4000))), 21);
    assert_eq!(number(every(Duration::from_secs(4000))), 22);
}

#[test]
fn readings() {
    for (text, expected) in [
        ("*/30 * * * *", "every 30 minutes"),
        ("7,37 * * * *", "every 30 minutes"),
        ("* * * * *", "every minute"),
        ("0 * * * *", "every hour"),
        ("0 */6 * * *", "every 6 hours"),
        ("20 3 * * *", "at 03:20"),
        ("20 3 * * 1-5", "at 03:20 from Monday to Friday"),
        ("20 3 * * 2", "at 03:20 on Tuesdays"),
        ("20 3 */2 * *", "at 03:20 on some days"),
        ("5,35 8-20 * * *", "26 times a day"),
        ("0 0 31 2 *", "never"),
    ] {
        assert_eq!(cron(text).unwrap().reading, expected, "{text}");
    }
    assert_eq!(jenkins("H/15 * * * *").unwrap().reading, "4 times an hour");
    assert_eq!(rate("90 minutes").unwrap().reading, "every 90 minutes");
    assert_eq!(rate("rate(1 day)").unwrap().reading, "every day");
}

#[test]
fn days_of_the_week() {
    for (text, expected) in [
        ("0 0 * * 1-5", 0b011_1110),
        ("0 0 * * 0", 0b000_0001),
        ("0 0 * * 7", 0b000_0001),
        ("0 0 1 * 1", EVERY_DAY),
        ("0 0 1 * *", EVERY_DAY),
        ("0 0 31 2 1", 0b000_0010),
    ] {
        assert_eq!(cron(text).unwrap().weekdays, expected, "{text}");
    }
    assert!(
        !cron("0 0 * * 1-5").unwrap().dated && cron("0 0 1 * *").unwrap().dated && cron("0 0 * 6 *").unwrap().dated
    );
    assert_eq!(quartz("0 0 0 ? * 2-6").unwrap().weekdays, 0b011_1110);
    assert_eq!(quartz("0 0 0 ? * MON").unwrap().weekdays, 0b000_0010);
    assert_eq!(quartz("0 0 0 ? * 7L").unwrap().weekdays, 0b100_0000);
    assert_eq!(quartz("0 0 0 LW * ?").unwrap().weekdays, 0b011_1110);
    assert_eq!(quartz("0 0 0 1W * ?").unwrap().weekdays, 0b011_1110);
}

/// A day that is an hour longer, because the clock is set back, has at most the starts of one hour more; and the day
/// of another zone, which begins at another hour, has no more than the fullest day of the schedule's own.
#[test]
fn zones_and_the_end_of_summer_time_change_little() {
    let minutes = |text: &str, zone: &str, from: &str| -> Vec<bool> {
        let begin: jiff::Timestamp = from.parse().unwrap();
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let fields: Vec<&str> = text.split(' ').collect();
        let fits = |field: &str, number: i8| match field.split_once('/') {
            Some((_, step)) => number % step.parse::<i8>().unwrap() == 0,
            None => field == "*" || field.split(',').any(|n| n.parse::<i8>().unwrap() == number),
        };
        let all = (0..3 * 1440).map(|minute| {
            let local = zone.to_datetime(begin + Duration::from_secs(minute * 60));
            fits(fields[0], local.minute()) && fits(fields[1], local.hour())
        });
        all.collect()
    };
    for text in ["*/30 * * * *", "0 */2 * * *", "15 0,1,2,3,22 * * *"] {
        let per_day = usize::try_from(number(cron(text))).unwrap();
        let per_hour = text.split(' ').next().map(|m| if m == "*/30" { 2 } else { 1 }).unwrap();
        // From the midnight before the day on which clocks are set back, and from one in the middle of summer.
        let autumn = minutes(text, "Europe/Berlin", "2026-10-24T00:00:00+02:00");
        let long_day = autumn[1440..1440 + 1500].iter().filter(|fits| **fits).count();
        assert!((per_day..=per_day + per_hour).contains(&long_day), "{text}: {long_day}");
        let summer = minutes(text, "Europe/Berlin", "2026-07-01T00:00:00+02:00");
        let windows = summer.windows(1440).map(|day| day.iter().filter(|fits| **fits).count());
        assert_eq!(windows.max(), Some(per_day), "{text}");
    }
}

/// One field as the numbers that it holds, with a text for them. A step of 1 leaves a field as open as `*`.
fn a_field(first: u32, last: u32) -> impl Strategy<Value = (String, Vec<u32>)> {
    let list = proptest::collection::btree_set(first..=last, 1..5).prop_map(|set| {
        let numbers: Vec<u32> = set.into_iter().collect();
        (numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(","), numbers)
    });
    let step = (2_u32..20)
        .prop_map(move |step| (format!("*/{step}"), (first..=last).step_by(usize::try_from(step).unwrap()).collect()));
    let range = (first..=last, first..=last, 1_u32..5).prop_map(|(a, b, step)| {
        let (from, to) = (a.min(b), a.max(b));
        (format!("{from}-{to}/{step}"), (from..=to).step_by(usize::try_from(step).unwrap()).collect())
    });
    prop_oneof![Just(("*".to_owned(), (first..=last).collect())), list, step, range]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A twin that walks through each minute of four years.
    #[test]
    fn as_many_as_a_walk_through_the_minutes_finds(
        minute in a_field(0, 59), hour in a_field(0, 23), date in a_field(1, 31), month in a_field(1, 12),
        week in a_field(0, 6),
    ) {
        let text = format!("{} {} {} {} {}", minute.0, hour.0, date.0, month.0, week.0);
        let mut days: BTreeMap<jiff::civil::Date, u64> = BTreeMap::new();
        let mut weekdays = 0_u8;
        let mut day = jiff::civil::date(2024, 1, 1);
        let has = |set: &(String, Vec<u32>), number: i8| set.1.contains(&u32::try_from(number).unwrap());
        while day < jiff::civil::date(2028, 1, 1) {
            let weekday = day.weekday().to_sunday_zero_offset();
            let (by_date, by_week) = (has(&date, day.day()), has(&week, weekday));
            let fits = if date.0 == "*" || week.0 == "*" { by_date && by_week } else { by_date || by_week };
            if fits && has(&month, day.month()) {
                for at in 0..1440_i16 {
                    let (h, m) = (i8::try_from(at / 60).unwrap(), i8::try_from(at % 60).unwrap());
                    if has(&hour, h) && has(&minute, m) {
                        *days.entry(day).or_default() += 1;
                        weekdays |= 1 << weekday;
                    }
                }
            }
            day = day.tomorrow().unwrap();
        }
        let schedule = cron(&text).unwrap();
        prop_assert_eq!(schedule.per_day, days.values().copied().max().unwrap_or(0), "{}", text);
        // Four years do not hold every date on every day of the week.
        prop_assert_eq!(weekdays & !schedule.weekdays, 0, "{}", text);
    }

    /// Nothing in a text makes reading it fail in another way than with a reason.
    #[test]
    fn any_text_is_read(text in "[-0-9*/,?LWH#~@a-zA-Z().: ]{0,40}") {
        for read in [cron, jenkins, oos, quartz, spring, calendar, monotonic, rate] {
            let _ = read(&text);
        }
    }
}
