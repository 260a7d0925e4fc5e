use super::*;

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

/// The one command of a text.
fn command(text: &str) -> Command {
    let script = parse(text);
    assert_eq!(script.errors, []);
    match script.statements.as_slice() {
        [Statement::Command(command)] => command.clone(),
        other => panic!("{other:?}"),
    }
}

/// The words of a command: source text and literal value.
fn words(text: &str) -> Vec<(String, Option<String>)> {
    command(text).words.iter().map(|w| (slice(text, w.span).to_owned(), w.literal())).collect()
}

#[test]
fn words_slice_to_themselves_and_lose_their_quotes() {
    let text = "run \\\r\n  --a \"x \\\"y\\$\" 'it is' a\\ b $'t\\tn' \"\" --n=-1\r\n";
    let read = words(text);
    let literals: Vec<_> = read.iter().map(|(_, l)| l.as_deref().unwrap()).collect();
    assert_eq!(literals, ["run", "--a", "x \"y$", "it is", "a b", "t\tn", "", "--n=-1"]);
    assert_eq!(read[2].0, "\"x \\\"y\\$\"");
}

#[test]
fn a_word_of_several_parts() {
    let text = "x \"a$X-${Y:-z}\"b$(date)";
    let word = &command(text).words[1];
    let slices: Vec<_> = word.parts.iter().map(|p| slice(text, p.span)).collect();
    assert_eq!(slices, ["a", "$X", "-", "${Y:-z}", "b", "$(date)"]);
    let PartKind::Variable(expansion) = &word.parts[3].kind else { panic!() };
    assert_eq!((expansion.name.as_str(), expansion.operator), ("Y", Operator::Default));
    assert_eq!(expansion.operand.as_ref().unwrap().literal().unwrap(), "z");
    assert!(word.parts[3].quoted && !word.parts[5].quoted);
}

#[test]
fn words_behind_a_redirection_belong_to_the_command() {
    let read = words("run a 2>&1 b >log c");
    assert_eq!(read.iter().map(|(t, _)| t.as_str()).collect::<Vec<_>>(), ["run", "a", "b", "c"]);
}

#[test]
fn a_placeholder_in_angle_brackets_is_a_hole() {
    let text = "run --id <instance-id> --m Physical";
    let command = command(text);
    let slices: Vec<_> = command.words.iter().map(|w| slice(text, w.span)).collect();
    assert_eq!(slices, ["run", "--id", "<instance-id>", "--m", "Physical"]);
    assert!(matches!(command.words[2].parts[0].kind, PartKind::Hole));
}

#[test]
fn template_holes_do_not_break_the_grammar() {
    let text = "run --a {{ id }} --b=\"x${{ y.z }}\" --c";
    let command = command(text);
    let slices: Vec<_> = command.words.iter().map(|w| slice(text, w.span)).collect();
    assert_eq!(slices, ["run", "--a", "{{ id }}", "--b=\"x${{ y.z }}\"", "--c"]);
    assert!(matches!(command.words[2].parts[0].kind, PartKind::Hole));
}

#[test]
fn arrays_with_and_without_keys() {
    let text = "declare -A m=([a]=b [\"c d\"]=$e x)\n";
    let command = command(text);
    let AssignedValue::Array(items) = &command.assignments[0].value else { panic!() };
    let keys: Vec<_> = items.iter().map(|i| i.key.as_ref().and_then(Word::literal)).collect();
    assert_eq!(keys, [Some("a".to_owned()), Some("c d".to_owned()), None]);
    assert_eq!(slice(text, items[0].word.span), "b");
    assert_eq!(slice(text, items[1].word.span), "$e");
}

#[test]
fn a_here_document_and_what_follows_on_its_line() {
    let script = parse("cat <<-'EOF' | ssh host\n\techo $X\n\tEOF\nnext\n");
    let [Statement::Pipeline(stages), Statement::Command(_)] = script.statements.as_slice() else { panic!() };
    let Statement::Command(cat) = &stages[0] else { panic!() };
    let [Redirect::HereDocument(document)] = cat.redirects.as_slice() else { panic!() };
    assert!(document.quoted);
    assert_eq!(document.text.text().trim(), "echo $X");
}

#[test]
fn embedded_text_keeps_the_places_of_the_file() {
    let text = "bash -c \"run \\\"a b\\\" $X\"";
    let inner = command(text).words[2].embedded(|span| slice(text, span));
    assert_eq!(inner.text(), "run \"a b\" $X");
    let script = parse_embedded(&inner);
    let Statement::Command(run) = &script.statements[0] else { panic!() };
    let slices: Vec<_> = run.words.iter().map(|w| slice(text, w.span)).collect();
    assert_eq!(slices, ["run", "\\\"a b\\\"", "$X"]);
}

#[test]
fn chains_are_flat() {
    let text = format!("a{}", " && b".repeat(2_000));
    let script = parse(&text);
    let [Statement::Chain(chain)] = script.statements.as_slice() else { panic!() };
    assert_eq!(chain.rest.len(), 2_000);
    assert!(script.complete);
}

#[test]
fn deep_and_broken_text_ends() {
    for piece in ["(", "$(", "if ", "\"${", "case x in ", "<<A ", "a && ", "{ "] {
        let script = parse(&piece.repeat(3_000));
        assert!(!script.complete || !script.errors.is_empty() || script.statements.len() == 1, "{piece}");
    }
}

#[test]
fn a_hundred_kilobytes_of_garbage_end() {
    let mut text = String::from("echo ok\n");
    let mut state = 7_u32;
    while text.len() < 150_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(32 + u8::try_from(state >> 24).unwrap() % 95));
    }
    let _ = parse(&text);
}

#[test]
fn a_line_of_assignments_is_not_those_of_the_command_on_the_next_line() {
    let text = "if [ \"$k\" = 0 ]; then\n  a=1 b=2\nelse\n  a=3 b=4 # which\nfi\nc=5 d=6\nrun x\ne=7 \\\n  f=8 run y\n";
    let script = parse(text);
    assert_eq!(script.errors, []);
    let [Statement::If(branches), Statement::Command(set), Statement::Command(run), Statement::Command(with)] =
        script.statements.as_slice()
    else {
        panic!("{:#?}", script.statements)
    };
    assert!(branches.otherwise.is_some() && branches.arms[0].body.len() == 1);
    assert_eq!((set.assignments.len(), set.words.len()), (2, 0));
    assert_eq!((run.assignments.len(), run.words.len()), (0, 2));
    assert_eq!((with.assignments.len(), with.words.len()), (2, 2));
}
