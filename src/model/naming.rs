//! Naming conventions: how a name of the API is spelt by tools that follow a rule.

/// The families that programs and tools follow. A call refers to one of them for good.
pub const FAMILIES: [&str; 12] = [
    "wire",
    "kebab",
    "snake",
    "python",
    "setter",
    "camel",
    "pascal",
    "member",
    "set",
    "upper-set",
    "with",
    "upper-snake",
];

/// The family of the methods that set what another family names as fields; a family of methods is its own.
#[must_use]
pub fn setters(family: &str) -> &str {
    // Go gives what it calls by the API's own names setters, too.
    if family == "wire" { "upper-set" } else { family }
}

/// Splits a name of the API into words: `DBInstanceId` is `DB`, `Instance`, `Id`.
///
/// A run of capitals is one word, but its last capital begins the next word when a small letter follows.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (index, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let previous = index.checked_sub(1).and_then(|i| chars.get(i));
        let next = chars.get(index + 1);
        let begins = match previous {
            None => true,
            Some(p) if c.is_uppercase() => !p.is_uppercase() || next.is_some_and(|n| n.is_lowercase()),
            Some(_) => false,
        };
        match words.last_mut() {
            Some(word) if !begins || word.is_empty() => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Spells a name by a convention: `wire` (as it is), `kebab`, `snake`, `camel`, `pascal`, `upper-snake`,
/// `setter` (`set_…`), `set` (`set…`), `upper-set` (`Set…`), `with` (`with…`), and `member`: as it is, but for a
/// first word of one capital, which gets a small letter. Nothing for a family that is no convention.
#[must_use]
pub fn spell(name: &str, family: &str) -> Option<String> {
    let lower = |separator: &str| words(name).iter().map(|w| w.to_lowercase()).collect::<Vec<_>>().join(separator);
    match family {
        "wire" => Some(name.to_owned()),
        "kebab" => Some(lower("-")),
        // Python's SDK follows this rule, but for names that the matrix spells.
        "snake" | "python" => Some(lower("_")),
        "upper-snake" => Some(lower("_").to_uppercase()),
        "setter" => Some(format!("set_{name}")),
        "set" => Some(format!("set{name}")),
        "upper-set" => Some(format!("Set{name}")),
        "with" => Some(format!("with{name}")),
        "member" => {
            let mut chars = name.chars();
            let first = chars.next()?;
            let run = chars.clone().next().is_some_and(char::is_uppercase);
            Some(if run { name.to_owned() } else { first.to_lowercase().chain(chars).collect() })
        }
        "pascal" => Some(words(name).iter().map(|w| capitalized(w)).collect()),
        "camel" => {
            let pascal: String = words(name).iter().map(|w| capitalized(w)).collect();
            let mut chars = pascal.chars();
            chars.next().map(|first| first.to_lowercase().chain(chars).collect())
        }
        _ => None,
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
}

/// The candidate nearest to a misspelt name: equal but for case and separators, or within an edit
/// distance of a third of its length.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let wanted = plain(name);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&wanted, &plain(candidate)), candidate))
        .filter(|(distance, _)| *distance * 3 <= wanted.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_names_of_the_api() {
        assert_eq!(words("DBInstanceId"), ["DB", "Instance", "Id"]);
        assert_eq!(words("BackupRetentionPeriod"), ["Backup", "Retention", "Period"]);
        assert_eq!(words("createBackup"), ["create", "Backup"]);
    }

    #[test]
    fn every_family_spells() {
        assert!(FAMILIES.iter().all(|family| spell("DBName", family).is_some()));
    }

    #[test]
    fn conventions() {
        assert_eq!(spell("DBInstanceId", "kebab").unwrap(), "db-instance-id");
        assert_eq!(spell("DBInstanceId", "snake").unwrap(), "db_instance_id");
        assert_eq!(spell("DBInstanceId", "camel").unwrap(), "dbInstanceId");
        assert_eq!(spell("DBInstanceId", "pascal").unwrap(), "DbInstanceId");
        assert_eq!(spell("DBName", "setter").unwrap(), "set_DBName");
        assert_eq!(spell("DBName", "member").unwrap(), "DBName");
        assert_eq!(spell("BackupMethod", "member").unwrap(), "backupMethod");
        assert_eq!(spell("DBName", "set").unwrap(), "setDBName");
        assert_eq!(spell("DBName", "with").unwrap(), "withDBName");
        assert_eq!(spell("DBName", "sanskrit"), None);
    }

    #[test]
    fn nearest_forgives_case_and_separators_first() {
        let names = ["DBInstanceId", "DBName", "BackupMethod"];
        assert_eq!(nearest("DbInstanceId", names), Some("DBInstanceId"));
        assert_eq!(nearest("instance_id", names), Some("DBInstanceId"));
        assert_eq!(nearest("BackupMethd", names), Some("BackupMethod"));
        assert_eq!(nearest("region", names), None);
    }
}
