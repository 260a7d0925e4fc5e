use super::*;

#[test]
fn strings_and_chains_are_read() {
    let module = python("x = 'a\\x41' f'{b}c' + d\n");
    assert!(module.complete && module.errors.is_empty());
    let [statement] = module.statements.as_slice() else { panic!("{module:#?}") };
    let StatementKind::Assign(_, value) = &statement.kind else { panic!("{statement:#?}") };
    let ExpressionKind::Join(parts) = &value.kind else { panic!("{value:#?}") };
    assert_eq!(parts.len(), 2);
    let ExpressionKind::Join(strings) = &parts[0].kind else { panic!("{parts:#?}") };
    assert!(matches!(&strings[0].kind, ExpressionKind::Text(text) if text == "aA"));
}

#[test]
fn hostile_texts_end() {
    for text in ["(".repeat(100_000), "a.".repeat(50_000), "[".repeat(5_000) + &"]".repeat(5_000), "x+".repeat(50_000)]
    {
        let _ = python(&text);
    }
}
