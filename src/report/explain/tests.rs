use super::*;

fn catalogue() -> Catalogue {
    Catalogue::builtin().unwrap()
}

fn codes() -> &'static ErrorCodes {
    ErrorCodes::builtin().unwrap()
}

fn explained(name: &str, extension: Option<&str>, look: Look) -> String {
    let catalogue = catalogue();
    let topic = find_topic(name, &catalogue, codes()).unwrap();
    let mut out = Vec::new();
    explain(topic, &catalogue, codes(), extension, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn unknown(name: &str) -> UnknownTopic {
    find_topic(name, &catalogue(), codes()).unwrap_err()
}

#[test]
fn a_rule_on_one_screen() {
    let text = explained("unsupported-method", None, Look::default());
    assert!(text.starts_with("unsupported-method (error)\nthe engine or its disks do not have"), "{text}");
    let heads = ["Why it matters", "What to write", "Wrong: ", "Right: ", "Where it is written", "Error codes"];
    let places: Vec<usize> = heads.iter().map(|head| text.find(&format!("\n\n{head}")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(text.contains("(2026-06-12)"));
    assert!(text.contains("InvalidBackupMethod.ValueNotSupport (400): "));
    assert!(!text.contains('\u{1b}'));
    assert!(text.lines().count() <= 60, "{text}");
}

#[test]
fn the_example_is_in_the_wanted_surface_and_its_caret_under_the_text() {
    let text = explained("ineffective-parameter", Some("tf"), Look::default());
    let lines: Vec<&str> = text.lines().collect();
    let carets = lines.iter().position(|line| line.starts_with("  | ") && line.contains('^')).unwrap();
    let start = lines[carets].find('^').unwrap();
    assert_eq!(lines[carets - 1].get(start..), Some("\"FullBackup\""));
    assert_eq!(lines[carets].get(start..), Some("^^^^^^^^^^^^"));
    assert!(text.contains("resource \"alicloud_rds_backup\""));

    let text = explained("ineffective-parameter", Some("sh"), Look::default());
    assert!(text.contains("  | aliyun rds CreateBackup"));
    assert!(!text.contains("#!"), "the first line of a script says nothing here");
}

#[test]
fn a_surface_without_examples_gets_those_of_another() {
    let text = explained("incomplete-combination", Some("sh"), Look::default());
    assert!(text.contains("Wrong: ") && text.contains("alicloud_rds_backup"));
}

#[test]
fn a_rule_without_examples_says_why() {
    let text = explained("unreadable-file", None, Look::default());
    assert!(text.contains("Why there is no example\n  The flaw lies in the rights"), "{text}");
    assert!(!text.contains("Error codes of the service"));
}

#[test]
fn a_code_on_one_screen() {
    let text = explained("IncorrectDBInstanceState", None, Look::default());
    assert!(text.starts_with("IncorrectDBInstanceState (403)\nthe instance is not ready for it now\n"), "{text}");
    for head in ["What it means", "What most likely leads to it", "What to do now", "Where it is written"] {
        assert!(text.contains(&format!("\n\n{head}\n  ")), "{head}");
    }
    assert!(!text.contains("Found before the call by"));
    let text = explained("InvalidBackupMethod.ValueNotSupport", None, Look::default());
    let (_, rules) = text.split_once("Found before the call by\n").unwrap();
    assert!(rules.starts_with("  - unsupported-method: "), "the likeliest first: {rules}");
    assert!(rules.contains("\n  - unsupported-database-scope: "));
}

#[test]
fn a_code_off_the_page_says_where_it_is_from_and_what_belongs_to_it() {
    let text = explained("Throttling.User", None, Look::default());
    assert!(text.starts_with("Throttling (400)\n"));
    assert!(text.contains("Not on the page of the call"));
    assert!(text.contains("`Throttling.`"));
}

#[test]
fn prose_keeps_to_the_width() {
    for rule in catalogue().rules() {
        let text = explained(&rule.id, None, Look { width: 60, styled: false });
        for line in text.lines().filter(|line| !line.starts_with("  | ") && line.contains(' ')) {
            let words = line.split_whitespace().count();
            assert!(wrap::columns(line) <= 60 || words <= 2 || line.starts_with(['W', 'R']), "{line}");
        }
        assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
        assert!(!text.contains("\n\n\n") && text.ends_with('\n'));
    }
}

#[test]
fn style_adds_escapes_and_nothing_else() {
    let plain = explained("retention-out-of-range", None, Look::default());
    let styled = explained("retention-out-of-range", None, Look { width: 80, styled: true });
    assert!(styled.starts_with("\u{1b}[1mretention-out-of-range\u{1b}[0m (\u{1b}[1;31merror\u{1b}[0m)"));
    let mut stripped = String::new();
    let mut in_escape = false;
    for c in styled.chars() {
        match c {
            '\u{1b}' => in_escape = true,
            'm' if in_escape => in_escape = false,
            _ if in_escape => {}
            c => stripped.push(c),
        }
    }
    assert_eq!(stripped, plain);
}

#[test]
fn an_unknown_name_gets_what_was_probably_meant() {
    assert_eq!(unknown("unsuported-method").suggestions, ["unsupported-method"]);
    assert_eq!(unknown("backupjobexists").suggestions, ["BackupJobExists"]);
    assert_eq!(unknown("pay.nocreditcard").suggestions, ["pay.noCreditCard", "Pay.NoCreditCard"]);
    let text = unknown("unsuported-method").to_string();
    assert_eq!(text, "unsuported-method is no rule and no error code; did you mean unsupported-method?");
    assert_eq!(unknown("qqq").to_string(), "qqq is no rule and no error code");
}
