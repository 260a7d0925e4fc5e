//! The limit of a day as a query: instances and days with too many accepted calls, or nearly so.

use super::text::Text;
use super::{Dialect, SqlSettings, wrong};
use crate::matrix::Matrix;

/// The query; nothing where the matrix knows no limit.
pub(super) fn query(matrix: &Matrix, dialect: &Dialect, settings: &SqlSettings) -> Option<String> {
    let quota = matrix.quota()?;
    let (documented, near) = (u64::from(quota.per_instance_and_day), u64::from(quota.near));
    let limit = settings.quota.map_or(documented, u64::from);
    let near = limit.saturating_sub(documented.saturating_sub(near)).max(1);
    let mut text = Text::new(dialect);
    text.note(&format!(
        "How many {} each instance got on a day ({}), each event once; the limit is {limit}. {}",
        quota.nouns.many,
        settings.zone.name(),
        quota.source
    ));
    text.note("A call that failed does not count. The columns count accepted calls, and those that were refused for the limit.");
    wrong::calls(matrix, settings, &mut text);
    let identifier = wrong::identifier(matrix).map(|name| wrong::sent(dialect, name)).unwrap_or_default();
    let day = day(dialect, settings);
    let code = dialect.text(&quota.code);
    let exceeded = dialect.text(&quota.rules.exceeded);
    let near_rule = dialect.text(&quota.rules.near);
    text.step(
        "days",
        &format!(
            "  SELECT {identifier} AS instance_id, {day} AS call_day,\n    \
             SUM(CASE WHEN error_code IS NULL THEN 1 ELSE 0 END) AS accepted,\n    \
             SUM(CASE WHEN error_code = {code} THEN 1 ELSE 0 END) AS refused_for_limit\n  \
             FROM sent\n  WHERE event_time IS NOT NULL\n  GROUP BY {identifier}, {day}"
        ),
    );
    text.result(&format!(
        "SELECT instance_id, call_day, accepted, refused_for_limit,\n  \
         CASE WHEN accepted >= {limit} OR refused_for_limit > 0 THEN {exceeded} ELSE {near_rule} END AS rule_id,\n  \
         CASE WHEN accepted > {limit} OR refused_for_limit > 0 THEN 'error' WHEN accepted = {limit} THEN 'warning' ELSE 'note' END AS severity\n\
         FROM days\nWHERE accepted >= {near} OR refused_for_limit > 0\nORDER BY call_day, instance_id"
    ));
    Some(text.finish())
}

/// The day of a call.
fn day(dialect: &Dialect, settings: &SqlSettings) -> String {
    let fixed = settings.zone.zone.to_fixed_offset().map(|offset| offset.seconds() / 60);
    match fixed {
        Ok(minutes) => dialect.day_at_offset.replace("{minutes}", &minutes.to_string()),
        Err(_) => dialect.day_in_zone.replace("{zone}", &dialect.text(&settings.zone.name)),
    }
    .replace("{time}", "event_time")
}
