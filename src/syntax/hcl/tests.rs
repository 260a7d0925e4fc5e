//! Trees of small texts; spans are checked by slicing.

use super::*;

fn text_of(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap()
}

#[test]
fn everything_has_a_span() {
    let text =
        "resource \"a\" b {\n  x = cond ? \"é\" : f(1, y...)\n  nested {\n    z = [1, { k = v.w[0].*.u }]\n  }\n}\n";
    let parsed = parse(text);
    assert_eq!(parsed.error, None);
    let block = &parsed.body.blocks[0];
    assert_eq!(text_of(text, block.header_span), "resource \"a\" b");
    assert_eq!(text_of(text, block.span), text.trim_end());
    assert_eq!(text_of(text, block.labels[0].span), "\"a\"");
    let x = &block.body.attributes[0];
    assert_eq!(text_of(text, x.name_span), "x");
    assert_eq!(text_of(text, x.span), "x = cond ? \"é\" : f(1, y...)");
    let ExpressionKind::Conditional(conditional) = &x.expression.kind else { panic!() };
    assert_eq!(text_of(text, conditional.condition.span), "cond");
    assert_eq!(text_of(text, conditional.yes.span), "\"é\"");
    let ExpressionKind::Call(call) = &conditional.no.kind else { panic!() };
    assert!(call.expand && call.name == "f" && call.arguments.len() == 2);
    let z = &block.body.blocks[0].body.attributes[0];
    let ExpressionKind::Tuple(elements) = &z.expression.kind else { panic!() };
    let ExpressionKind::Object(items) = &elements[1].kind else { panic!() };
    assert_eq!(text_of(text, items[0].key_span), "k");
    assert_eq!(text_of(text, items[0].value.span), "v.w[0].*.u");
}

#[test]
fn heredocs_are_opaque() {
    let text = "a = <<-EOT\n    resource \"x\" \"y\" {\n    don't \"panic\n  EOT\nb = 1\n";
    let parsed = parse(text);
    assert_eq!(parsed.error, None);
    assert!(parsed.body.blocks.is_empty());
    assert_eq!(parsed.body.attributes.len(), 2);
}

#[test]
fn an_error_costs_only_its_block() {
    let text = "resource \"x\" \"y\" {\n  a = \"open\n}\n\nresource \"z\" \"w\" {\n  q = 2\n}\nlocals {\n  l = 3\n}\n";
    let parsed = parse(text);
    assert!(parsed.error.is_some());
    let kinds: Vec<_> = parsed.body.blocks.iter().map(|b| (b.kind.as_str(), b.whole)).collect();
    if cfg!(feature = "code") {
        assert_eq!(kinds, [("resource", false), ("resource", true), ("locals", true)]);
    }
    let last = parsed.body.blocks.last().unwrap();
    assert_eq!(text_of(text, last.body.attributes[0].span), "l = 3");
}

#[test]
fn a_conflict_and_prose_in_a_heredoc_begin_no_block() {
    let text = "resource \"x\" \"y\" {\n<<<<<<< HEAD\n  b = 1\n=======\n  b = 2\n>>>>>>> c\n}\nlocals {\n  doc = <<EOT\nresource \"x\" \"fake\" {\nEOT\n}\n/*\nresource \"x\" \"gone\" {\n*/\nresource \"x\" \"real\" {\n  c = 1\n}\n";
    let names: Vec<_> = parse(text).body.blocks.iter().filter_map(|b| b.label(1).map(str::to_owned)).collect();
    assert!(names.contains(&"real".to_owned()) && !names.contains(&"fake".to_owned()));
    assert!(!names.contains(&"gone".to_owned()));
}

#[cfg(feature = "code")]
#[test]
fn an_unclosed_block_is_read_but_not_whole() {
    let text = "resource \"a\" \"b\" {\n  m = \"Nope\"\n";
    let parsed = parse(text);
    let block = &parsed.body.blocks[0];
    assert!(!block.whole);
    assert_eq!(block.body.attribute("m").unwrap().expression.as_str(), Some("Nope"));
    assert!(parsed.error.is_some());
}

#[cfg(feature = "code")]
#[test]
fn a_value_in_an_error_is_not_believed() {
    let text = "resource \"x\" \"y\" {\n  a = \n  b = \"c\"\n}\n";
    let parsed = parse(text);
    let block = &parsed.body.blocks[0];
    assert!(!block.whole);
    assert!(matches!(block.body.attribute("a").unwrap().expression.kind, ExpressionKind::Invalid));
}

#[cfg(feature = "code")]
#[test]
fn a_large_object_is_read_without_the_strict_reader() {
    let entries: String = (0..20_000).map(|i| format!("    key{i} = \"value {i}\"\n")).collect();
    let text = format!("locals {{\n  m = {{\n{entries}  }}\n}}\nresource \"a\" \"b\" {{\n  x = 1\n}}\n");
    let parsed = parse(&text);
    assert_eq!(parsed.error, None);
    let ExpressionKind::Object(items) = &parsed.body.blocks[0].body.attributes[0].expression.kind else { panic!() };
    assert_eq!(items.len(), 20_000);
    assert_eq!(text_of(&text, items[7].value.span), "\"value 7\"");
    assert_eq!(parsed.body.blocks.len(), 2);
}

#[cfg(feature = "code")]
#[test]
fn a_duplicate_name_does_not_lose_the_file() {
    let text = "resource \"a\" \"b\" {\n  x = 1\n  x = 2\n}\n";
    let parsed = parse(text);
    assert!(parsed.error.unwrap().message.contains("redefined"));
    assert_eq!(parsed.body.blocks[0].body.attributes.len(), 2);
}

#[test]
fn deep_nesting_ends() {
    for text in
        [format!("a = {}1{}", "[".repeat(50_000), "]".repeat(50_000)), "a {".repeat(20_000), "\"${".repeat(5_000)]
    {
        let _ = parse(&text);
        let _ = parse_json(&text, &[]);
    }
}

#[test]
fn json_is_the_same_tree() {
    let text = r#"{
  "resource": {"x": {"y": {"a": "${var.m}-b", "c": 7, "d": "plain"}}},
  "variable": [{"m": {"default": "q"}}],
  "locals": {"l": "a\n${var.m}"}
}"#;
    let parsed = parse_json(text, &[("resource", 2), ("variable", 1), ("locals", 0)]);
    assert_eq!(parsed.error, None);
    let resource = &parsed.body.blocks[0];
    assert_eq!((resource.label(0), resource.label(1)), (Some("x"), Some("y")));
    assert_eq!(text_of(text, resource.header_span), "\"y\"");
    let a = &resource.body.attributes[0];
    assert_eq!(text_of(text, a.span), "\"a\": \"${var.m}-b\"");
    let ExpressionKind::Template(parts) = &a.expression.kind else { panic!() };
    let Part::Interpolation(hole) = &parts[0] else { panic!() };
    assert_eq!(text_of(text, hole.span), "var.m");
    assert_eq!(resource.body.attributes[2].expression.as_str(), Some("plain"));
    let l = &parsed.body.blocks[2].body.attributes[0];
    let ExpressionKind::Template(parts) = &l.expression.kind else { panic!() };
    let Part::Interpolation(hole) = &parts[1] else { panic!() };
    assert_eq!(text_of(text, hole.span), "\"a\\n${var.m}\"");
}
