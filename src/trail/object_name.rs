//! What the names of a trail's objects say of them.

use super::event::hour_of;

/// The name of an object: `Actiontrail_<region>_<YYYYMMDDHHMMSS>_1002_<events>_<bytes>_<digest>.gz`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName<'a> {
    /// The region whose events it holds.
    pub region: &'a str,
    /// The hour since 1970, in UTC, in which it was begun.
    pub hour: u32,
    /// How many events it holds.
    pub events: u64,
    /// How many bytes it has; whether packed or not is not documented.
    pub bytes: u64,
    /// A digest, of what is not documented.
    pub digest: &'a str,
}

/// An event may stand in an object of a later or an earlier hour: it is delivered within minutes, by its own clock.
const MARGIN: u32 = 1;

/// Reads the name at the end of a path; nothing when the object is not named so.
#[must_use]
pub fn object_name(path: &str) -> Option<ObjectName<'_>> {
    let name = path.rsplit(['/', '\\']).next()?;
    let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".json")).unwrap_or(name);
    let rest = name.strip_prefix("Actiontrail_").or_else(|| name.strip_prefix("ActionTrail_"))?;
    let mut parts = rest.rsplitn(6, '_');
    let (digest, bytes, events, _version, time) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let region = parts.next().filter(|region| !region.is_empty())?;
    if time.len() != 14 || !time.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, month, day, hour) = (time.get(..4)?, time.get(4..6)?, time.get(6..8)?, time.get(8..10)?);
    let hour = hour_of(format!("{year}-{month}-{day}T{hour}").as_bytes())?;
    Some(ObjectName { region, hour, events: events.parse().ok()?, bytes: bytes.parse().ok()?, digest })
}

/// Whether an object may hold an event of some time and region, told by its name alone. Other files may.
///
/// `since` and `until` are moments in milliseconds since 1970, the second one is outside; no regions means all.
#[must_use]
pub fn may_hold(path: &str, since: Option<i64>, until: Option<i64>, regions: &[String]) -> bool {
    let Some(name) = object_name(path) else { return true };
    let hour = |moment: i64| u32::try_from(moment.div_euclid(3_600_000)).unwrap_or(0);
    let early = since.is_some_and(|since| name.hour.saturating_add(MARGIN) < hour(since));
    let late = until.is_some_and(|until| name.hour > hour(until).saturating_add(MARGIN));
    let elsewhere = !regions.is_empty() && !regions.iter().any(|region| region == name.region);
    !early && !late && !elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "b/AliyunLogs/Actiontrail/cn-x/2026/03/04/Actiontrail_cn-x_20260304015959_1002_7_4096_0a1b.gz";

    #[test]
    fn names_are_read() {
        let name = object_name(PATH).unwrap();
        assert_eq!((name.region, name.events, name.bytes, name.digest), ("cn-x", 7, 4096, "0a1b"));
        assert_eq!(name.hour, hour_of(b"2026-03-04T01").unwrap());
        for other in
            ["x.json", "Actiontrail_cn-x_2026_1002_7_4096_0a.gz", "Actiontrail_20260304015959_1002_7_4096_0a.gz"]
        {
            assert_eq!(object_name(other), None, "{other}");
        }
    }

    #[test]
    fn objects_of_other_days_and_regions_need_not_be_opened() {
        let moment = |text: &str| Some(super::super::event::moment(text).unwrap());
        let day = (moment("2026-03-04T00:00:00Z"), moment("2026-03-05T00:00:00Z"));
        assert!(may_hold(PATH, day.0, day.1, &[]));
        assert!(may_hold(PATH, moment("2026-03-04T02:01:00Z"), None, &[]));
        assert!(!may_hold(PATH, moment("2026-03-04T03:00:00Z"), None, &[]));
        assert!(!may_hold(PATH, None, moment("2026-03-03T23:00:00Z"), &[]));
        assert!(!may_hold(PATH, None, None, &["cn-y".to_owned()]));
        assert!(may_hold("x.json", None, moment("2000-01-01T00:00:00Z"), &["cn-y".to_owned()]));
    }

    #[test]
    fn hours_are_those_of_the_calendar() {
        for text in ["1970-01-01T00:00:00Z", "2000-02-29T23:00:00Z", "2026-03-01T05:00:00Z", "2100-12-31T12:00:00Z"] {
            let seconds = text.parse::<jiff::Timestamp>().unwrap().as_second();
            assert_eq!(i64::from(hour_of(text.as_bytes()).unwrap()), seconds / 3600, "{text}");
        }
    }
}
