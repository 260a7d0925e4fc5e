use super::{Piece, TokenKind, tokens};

fn shown(text: &str) -> Vec<String> {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.text().to_owned(),
        Piece::Expression(expression, _) => format!("<{expression}>"),
    };
    let show = |kind: &TokenKind| match kind {
        TokenKind::Name(name) | TokenKind::Number(name) => name.clone(),
        TokenKind::Text(pieces) => format!("'{}'", pieces.iter().map(piece).collect::<String>()),
        TokenKind::Sign(sign) => sign.to_string(),
        TokenKind::Line => "⏎".to_owned(),
    };
    tokens(text).iter().map(|token| show(&token.kind)).collect()
}

#[test]
fn texts_of_every_kind() {
    let text = "sh 'a $X \\' b' // c\nsh \"x ${params.M} $y.z. \\$Q\"\n/* sh 'no' */ def s = '''l1\nl2 \\\nl3'''\nq = \"\"\"k ${a ? '}' : b}\"\"\"\nr = /p\\/q ${v}/; d = 6 / 2\n";
    assert_eq!(
        shown(text).join(" "),
        "sh 'a $X ' b' ⏎ sh 'x <params.M> <y.z>. $Q' ⏎ def s = 'l1\nl2 l3' ⏎ q = 'k <a ? '}' : b>' ⏎ r = 'p/q <v>' ; d = 6 / 2 ⏎"
    );
}

#[test]
fn places_are_those_of_the_file() {
    let text = "x \"a\\nb ${c} d\"";
    let all = tokens(text);
    let TokenKind::Text(pieces) = &all[1].kind else { panic!() };
    let [Piece::Text(first), Piece::Expression(_, span), Piece::Text(last)] = pieces.as_slice() else { panic!() };
    assert_eq!(text.get(first.span(2, 3).range()), Some("b"));
    assert_eq!(text.get(span.range()), Some("${c}"));
    assert_eq!(text.get(last.span(1, 2).range()), Some("d"));
}

#[test]
fn what_is_unfinished_ends() {
    for broken in ["'", "\"", "'''", "\"${", "\"$", "/", "$/", "/*", "\\", "'\\", "#", "\"${{{{{{"] {
        let _ = tokens(broken);
    }
    let _ = tokens(&"\"${".repeat(10_000));
    let _ = tokens(&"(".repeat(10_000));
}
