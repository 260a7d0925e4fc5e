use super::super::*;

fn read(text: &str) -> Module {
    let module = go(text);
    assert!(module.complete && module.errors.is_empty(), "{:?}", module.errors);
    module
}

/// The statements of the function of a program that has only one.
fn body(text: &str) -> (String, Vec<Statement>) {
    let text = format!("package main\n\nfunc f() {{\n{text}\n}}\n");
    let module = read(&text);
    let [Statement { kind: StatementKind::Function(function), .. }] = module.statements.as_slice() else {
        panic!("{module:#?}")
    };
    let body = function.body.clone();
    (text, body)
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

fn value(statement: &Statement) -> &Expression {
    match &statement.kind {
        StatementKind::Assign(_, value) => value,
        other => panic!("{other:#?}"),
    }
}

fn name(statement: &Statement) -> &str {
    match &statement.kind {
        StatementKind::Assign(targets, _) => match targets.as_slice() {
            [Target::Name(name)] => &name.name,
            other => panic!("{other:#?}"),
        },
        other => panic!("{other:#?}"),
    }
}

#[test]
fn imports_get_the_name_of_their_package() {
    let text = "package main\nimport (\n\t\"fmt\"\n\trds \"example.com/rds-1/v3/client\"\n\t\"example.com/a/b/v2\"\n\t_ \"x/y\"\n\t. \"x/z\"\n)\n";
    let seen: Vec<(String, Option<String>)> = read(text)
        .statements
        .into_iter()
        .map(|statement| match statement.kind {
            StatementKind::Import(Import { module, names: Imported::Module(name) }) => (module, name),
            StatementKind::Import(Import { module, names: Imported::All }) => (module, None),
            other => panic!("{other:#?}"),
        })
        .collect();
    let is = |module: &str, name: &str| (module.to_owned(), Some(name.to_owned()));
    assert_eq!(
        seen,
        [
            is("fmt", "fmt"),
            is("example.com/rds-1/v3/client", "rds"),
            is("example.com/a/b/v2", "b"),
            ("x/z".to_owned(), None)
        ]
    );
}

#[test]
fn literals_of_structs_are_calls_with_names() {
    let (text, body) = body("r := &p.Request{\n\tName: p.String(\"a\\x41\"),\n\tKind: `b\\n`,\n}");
    assert_eq!(name(&body[0]), "r");
    let ExpressionKind::Call(call) = &value(&body[0]).kind else { panic!("{body:#?}") };
    assert_eq!(slice(&text, call.function.span), "p.Request");
    let names: Vec<&str> = call.arguments.iter().map(|a| slice(&text, a.name.as_ref().unwrap().span)).collect();
    assert_eq!(names, ["Name", "Kind"]);
    assert_eq!(slice(&text, call.arguments[0].value.span), "p.String(\"a\\x41\")");
    let ExpressionKind::Call(inner) = &call.arguments[0].value.kind else { panic!("{call:#?}") };
    assert!(matches!(&inner.arguments[0].value.kind, ExpressionKind::Text(text) if text == "aA"));
    assert!(matches!(&call.arguments[1].value.kind, ExpressionKind::Text(text) if text == "b\\n"));
}

#[test]
fn maps_and_lists_with_types_that_stand_once() {
    let (_, body) = body(
        "m := map[string]string{\"A\": \"x\"}\nl := []T{{Id: \"a\"}, {Id: \"b\"}}\ns := []struct{ id string }{{id: \"c\"}}",
    );
    let ExpressionKind::Map(entries) = &value(&body[0]).kind else { panic!("{body:#?}") };
    assert!(matches!(&entries[0].key.as_ref().unwrap().kind, ExpressionKind::Text(text) if text == "A"));
    let ExpressionKind::List(list) = &value(&body[1]).kind else { panic!("{body:#?}") };
    assert!(list.len() == 2 && list.iter().all(|element| matches!(element.kind, ExpressionKind::Call(_))));
    let ExpressionKind::List(list) = &value(&body[2]).kind else { panic!("{body:#?}") };
    assert!(matches!(list[0].kind, ExpressionKind::Map(_)));
}

#[test]
fn variables_of_inner_blocks_are_others() {
    let (_, body) = body("x := \"a\"\nif c {\n\tx := \"b\"\n\tuse(x)\n}\nif d {\n\tx = \"c\"\n}");
    assert_eq!(name(&body[0]), "x");
    let StatementKind::If(inner, _) = &body[1].kind else { panic!("{body:#?}") };
    assert_ne!(name(&inner[0].1[0]), "x");
    let StatementKind::If(inner, _) = &body[2].kind else { panic!("{body:#?}") };
    assert_eq!(name(&inner[0].1[0]), "x");
}

#[test]
fn loops_switches_and_conditions() {
    let (_, body) = body(
        "for i, v := range xs {\n\tg(i, v)\n}\nfor i := 0; i < 3; i++ {\n\tg(i)\n}\nif v, err := g(); err != nil {\n\tpanic(v)\n}\nswitch x {\ncase \"a\", \"b\":\n\tg()\n\tbreak\ndefault:\n\th()\n}",
    );
    let StatementKind::For(pairs) = &body[0].kind else { panic!("{body:#?}") };
    assert!(matches!(&pairs.target, Target::Many(targets) if targets.len() == 2));
    let StatementKind::Block(counted) = &body[1].kind else { panic!("{body:#?}") };
    assert!(matches!(&counted[1].kind, StatementKind::For(looped) if looped.body.len() == 1));
    let StatementKind::Block(begun) = &body[2].kind else { panic!("{body:#?}") };
    let StatementKind::If(branches, _) = &begun[1].kind else { panic!("{begun:#?}") };
    assert!(matches!(branches[0].1[0].kind, StatementKind::Raise(_)));
    let StatementKind::Block(switch) = &body[3].kind else { panic!("{body:#?}") };
    let StatementKind::If(branches, otherwise) = &switch[0].kind else { panic!("{switch:#?}") };
    assert!(matches!(&branches[0].0.kind, ExpressionKind::Any(tests) if tests.len() == 2));
    assert_eq!((branches[0].1.len(), otherwise.len()), (1, 1));
}

#[test]
fn methods_belong_to_the_class_of_their_receiver() {
    let module = read("package main\nfunc (c *Client) Do(a, b string, rest ...int) {}\ntype Client struct{ x int }\n");
    let [Statement { kind: StatementKind::Class(class), .. }] = module.statements.as_slice() else {
        panic!("{module:#?}")
    };
    let [Statement { kind: StatementKind::Function(method), .. }] = class.body.as_slice() else { panic!("{class:#?}") };
    let names: Vec<&str> = method.parameters.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["c", "a", "b", "rest"]);
    assert_eq!(method.parameters[3].kind, ParameterKind::Rest);
}

#[test]
fn constants_appended_lists_formats_and_flags() {
    let (_, body) = body(
        "const a, b = \"x\", \"y\"\nl = append(l, \"a\", more...)\ns := fmt.Sprintf(\"%v-%s\", a, b)\nflag.StringVar(&s, \"s\", \"d\", \"help\")\nq.P[\"X\"] = \"1\"",
    );
    assert_eq!((name(&body[0]), name(&body[1])), ("a", "b"));
    assert!(matches!(value(&body[2]).kind, ExpressionKind::Join(_)));
    assert!(matches!(&value(&body[3]).kind, ExpressionKind::Percent(text, _)
        if matches!(&text.kind, ExpressionKind::Text(text) if text == "%s-%s")));
    let ExpressionKind::Call(call) = &value(&body[4]).kind else { panic!("{body:#?}") };
    assert!(matches!(&call.function.kind, ExpressionKind::Member(_, name) if name.name == "String"));
    assert_eq!(call.arguments.len(), 3);
    assert!(matches!(&body[5].kind, StatementKind::Assign(targets, _) if matches!(targets[0], Target::Index(..))));
}

#[test]
fn hostile_texts_end() {
    for text in
        ["(".repeat(50_000), "a.".repeat(50_000), "{".repeat(5_000), "x+".repeat(50_000), "flag.Var(&".repeat(500)]
    {
        let _ = go(&format!("package p\nfunc f() {{ {text}"));
    }
    let chain = "if a {\n} else ".repeat(5_000);
    let _ = go(&format!("package p\nfunc f() {{ {chain} {{}} }}"));
}
