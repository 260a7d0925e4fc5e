//! One line of a crontab: the times, the user that system crontabs name, the command.

/// How many fields of a line are looked at.
const FIELDS: usize = 8;

/// Users that people name in crontabs; elsewhere such a word is a command.
const USERS: &[&str] = &["root", "www-data", "nobody", "ubuntu", "ec2-user", "deploy", "app"];

/// Where the times of a line end, and where its command begins. `system` says whether the crontab is one whose lines
/// name a user. Nothing for a line that starts no command.
#[must_use]
pub fn crontab_line(text: &str, system: bool) -> Option<(usize, usize)> {
    let mut fields = Vec::new();
    let mut at = 0;
    while fields.len() < FIELDS && at < text.len() {
        let rest = text.get(at..)?;
        let begin = at + rest.len() - rest.trim_start().len();
        let Some(field) = text.get(begin..)?.split_whitespace().next() else { break };
        fields.push((begin, field));
        at = begin + field.len();
    }
    let times = if fields.first().is_some_and(|(_, field)| field.starts_with('@')) { 1 } else { 5 };
    if times == 5 && !fields.iter().take(5).enumerate().all(|(index, (_, field))| is_time(field, index >= 3)) {
        return None;
    }
    let (begin, first) = fields.get(times).copied()?;
    let last = fields.get(times.checked_sub(1)?);
    let end = last.map_or(0, |(begin, field)| begin + field.len());
    let is_name = first.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let behind = fields.get(times + 1).filter(|_| is_name && (system || USERS.contains(&first)));
    Some((end, behind.map_or(begin, |(begin, _)| *begin)))
}

/// Whether a field may be a time; months and days have names as well.
fn is_time(field: &str, named: bool) -> bool {
    field.chars().all(|c| c.is_ascii_alphanumeric() || "*/,-?LW#~".contains(c))
        && (field.contains(|c: char| c.is_ascii_digit() || c == '*' || c == '?') || named && field.len() >= 3)
}
