mod commands;
mod lanes;
mod started;

use super::bindings::{Binding, is_below, is_class, is_listed};
use crate::matrix::Matrix;

/// The languages that have bindings.
const LANGUAGES: &[&str] = &["python", "java", "typescript", "php", "go", "csharp"];

#[test]
fn bindings_can_be_read() {
    let matrix = Matrix::builtin().unwrap();
    for language in LANGUAGES {
        assert!(Binding::read(matrix.api(), language).is_some(), "{language}");
    }
}

#[test]
fn names_of_modules_with_any_part() {
    let go = "github.com/alibabacloud-go/rds-20140815/*/client";
    assert!(is_class("github.com/alibabacloud-go/rds-20140815/v16/client.Request", go, "Request"));
    assert!(!is_class("github.com/alibabacloud-go/rds-20140815/v16/models.Request", go, "Request"));
    assert!(is_below("a.b.c", "a.b") && !is_below("a.bc", "a.b") && !is_below("a.b", "a.b.c"));
    let listed = ["github.com/x/tea.*".to_owned(), "a.b.f".to_owned()];
    assert!(is_listed("github.com/x/tea.String", &listed) && is_listed("a.b.f", &listed));
    assert!(!is_listed("github.com/x/tea.String.x", &listed) && !is_listed("a.b", &listed));
}
