use super::*;

const SMALL: &str = "\
schema_version: 1
documentation: { title: A page, updated: \"2026-06-12\" }
classes:
  - { id: throttling, title: too fast, sentence: Wait. }
codes:
  - { code: Slow, class: throttling, on_page: false, family: true, meaning: M., cause: C., action: A. }
  - { code: Slow.Down, status: 400, class: throttling, on_page: true, meaning: M., cause: C., action: A. }
";

fn codes() -> &'static ErrorCodes {
    ErrorCodes::builtin().unwrap()
}

#[test]
fn a_code_is_compared_to_the_letter() {
    let lower = codes().code("pay.noCreditCard").unwrap();
    let upper = codes().code("Pay.NoCreditCard").unwrap();
    assert_eq!(lower.code, "pay.noCreditCard");
    assert_eq!(upper.code, "Pay.NoCreditCard");
    assert!(codes().code("PAY.NOCREDITCARD").is_none());
}

#[test]
fn a_misspelt_code_gets_the_nearest_one() {
    let nearest = |code: &str| -> Vec<&str> { codes().nearest(code).iter().map(|e| e.code.as_str()).collect() };
    assert_eq!(nearest("backupjobexists"), ["BackupJobExists"]);
    assert_eq!(nearest("InvalidStatus.Format"), ["InvalideStatus.Format"]);
    assert_eq!(nearest("ExceededBackupTimes"), ["Exceeded.BackupTimes"]);
    assert_eq!(nearest("PAY.NOCREDITCARD"), ["pay.noCreditCard", "Pay.NoCreditCard"]);
    assert!(nearest("zzz").is_empty());
}

#[test]
fn a_family_takes_in_what_begins_with_it_and_a_dot() {
    let class = |code: &str| codes().code_or_family(code).map(|entry| (entry.code.as_str(), entry.class));
    assert_eq!(class("Throttling.User"), Some(("Throttling", ErrorClass::Throttling)));
    assert_eq!(class("Throttling.User.Api"), Some(("Throttling", ErrorClass::Throttling)));
    assert_eq!(class("Forbidden.RAM"), Some(("Forbidden.RAM", ErrorClass::Authorisation)));
    assert_eq!(class("Forbidden.Unheard"), Some(("Forbidden", ErrorClass::Authorisation)));
    assert_eq!(class("BackupJobExists.Other"), None, "no family");
    assert_eq!(class("ThrottlingUser"), None, "no dot");
    assert_eq!(class(""), None);
    assert_eq!(class("."), None);
}

#[test]
fn a_code_is_written_with_its_status_where_there_is_one() {
    let small = ErrorCodes::load("small.yaml", SMALL).unwrap();
    assert_eq!(small.code("Slow").unwrap().with_status(), "Slow");
    assert_eq!(small.code("Slow.Down").unwrap().with_status(), "Slow.Down (400)");
    assert_eq!(small.class(ErrorClass::Throttling).unwrap().title, "too fast");
    assert!(small.class(ErrorClass::Kms).is_none());
    assert_eq!(small.documentation().updated, "2026-06-12");
}

#[test]
fn a_wrong_file_is_an_error_that_says_what_is_wrong() {
    let message = |text: &str| ErrorCodes::load("small.yaml", text).unwrap_err().to_string();
    assert!(message(&SMALL.replace("Slow.Down", "Slow")).contains("Slow stands in it twice"));
    assert!(message(&SMALL.replace("id: throttling", "id: kms")).contains("class of Slow is not described"));
    assert!(message(&SMALL.replace("schema_version: 1", "schema_version: 2")).contains("schema_version 2"));
    assert!(message(&SMALL.replace("cause: C.", "reason: C.")).contains("reason"));
    assert!(message("codes: [").starts_with("rules/small.yaml: "));
    assert!(message("").starts_with("rules/small.yaml: "));
}
