use super::super::shown;
use super::super::{ExpressionKind, StatementKind, typescript};

fn show(text: &str) -> String {
    let module = typescript(text);
    assert!(module.complete && module.errors.is_empty(), "{text}\n{:?}", module.errors);
    shown::module(&module)
}

#[test]
fn imports() {
    assert_eq!(
        show("import a, { b, c as d } from 'm';"),
        r#"import m [("default", "a")]; import m [("b", "b"), ("c", "d")]"#
    );
    assert_eq!(show("import * as n from \"@s/m\";"), r#"import @s/m as Some("n")"#);
    assert_eq!(show("import type { T } from 'm'; import './side';"), r#"import m [("T", "T")]"#);
    assert_eq!(show("import x = require('m');"), r#"import m [("<exports>", "x")]"#);
    assert_eq!(show("const { A: B } = require('m');"), r#"{ A: B } = require("m"); B = { A: B }.A"#);
    assert_eq!(show("const m = await import('m');"), r#"m = import("m")"#);
}

#[test]
fn exports() {
    assert_eq!(show("export const a = 1;"), "a = 1");
    assert_eq!(
        show("export default class C { static m() {} }"),
        "class C() {@staticmethod fn m() {}; fn constructor(this, *arguments) {}}; default = C"
    );
    assert_eq!(show("export default { a: 1 };"), r#"a = 1; default = {"a": 1}"#);
    assert_eq!(
        show("module.exports = { a, b: c }; exports.d = 2;"),
        r#"b = c; <exports> = default = {"a": a, "b": c}; d = 2"#
    );
    assert_eq!(
        show("export { a as b }; export * from './x'; export { c } from './y';"),
        r#"b = a; import ./x *; import ./y [("c", "c")]"#
    );
}

#[test]
fn patterns_and_defaults() {
    assert_eq!(show("const { a, b = 1, c: { d } } = x;"), "a = x.a; b = any(x.b, 1); { d } = x.c; d = { d }.d");
    assert_eq!(show("const [a, , b = 2] = x;"), "a = x[0]; b = any(x[2], 2)");
    assert_eq!(show("const { a, ...rest } = x;"), "a = x.a; rest = ?()");
    assert_eq!(
        show("function f({ id, m = 'P' }: O = {}, ...r: string[]) { return id }"),
        r#"fn f({ id, m = 'P' }: O = {}, *r) {id = { id, m = 'P' }.id; m = any({ id, m = 'P' }.m, "P"); return id}"#
            .replace("}: O", "}")
    );
}

#[test]
fn expressions() {
    assert_eq!(show("x = a ?? b ?? 'c';"), r#"x = any(a, b, "c")"#);
    assert_eq!(show("x = process.env.A || 'd';"), r#"x = any(process.env.A, "d")"#);
    assert_eq!(show("x = c ? 1 : 2;"), "x = if(c, 1, 2)");
    assert_eq!(show("x = a?.b?.(c)!;"), "x = a.b(c)");
    assert_eq!(show("x = (y as string) satisfies T;"), "x = y");
    assert_eq!(show("x = `a${b}c\\n${d}`;"), r#"x = join("a", b, "c\n", d)"#);
    assert_eq!(
        show("x = { a, 'b': 1, [c]: 2, ...d, m() { return 3 } };"),
        r#"x = {"a": a, "b": 1, c: 2, ...d, "m": fn m() {return 3}}"#
    );
    assert_eq!(show("x = [1, ...y];"), "x = [1, ...y]");
    assert_eq!(show("x = -1_000n; y = +'a'; z = !b;"), r#"x = -1000; y = ?("a"); z = !b"#);
    assert_eq!(show("f($`a ${b}`);"), r#"f($(join("a ", b)))"#);
    assert_eq!(show("x ??= 1; y += 'a'; z = w = 2;"), r#"x = any(x, 1); y += "a"; w = 2; z = w"#);
    assert_eq!(show("x = a === 'b' && c !== d;"), r#"x = all(Equal(a, "b"), Different(c, d))"#);
    assert_eq!(show("new A.B({ c: 'd' }, ...e);"), r#"A.B({"c": "d"}, ...e)"#);
    assert_eq!(show("const x = <T>y;"), "x = y");
    assert_eq!(show("const x = <T>{ a: 1 };"), r#"x = {"a": 1}"#);
}

#[test]
fn functions_stand_before_what_calls_them() {
    assert_eq!(show("f(); async function f(a = 1) { await g(a); }"), "fn f(a = 1) {g(a)}; f()");
    assert_eq!(
        show("const f = async (a) => a.b; const g = x => { h(x) };"),
        "f = fn (a) {return a.b}; g = fn (x) {h(x)}"
    );
}

#[test]
fn classes_and_enumerations() {
    assert_eq!(
        show(
            "class A extends B { #x = 1; static y = 'z'; constructor(private id: string) { super(id); } get n() { return this.#x } @d() m() {} }"
        ),
        r#"class A(B) {fn constructor(this, id) {this.id = id; ?(id)}; @property fn n(this) {return this.x}; @d() fn m(this) {}; x = _ = 1; y = _ = "z"}"#
    );
    assert_eq!(show("export enum M { A = 'Physical', B }"), r#"M = {"A": "Physical", "B": ?()}"#);
    assert_eq!(
        show("class A { run = async () => { this.go(); } }"),
        "class A() {fn constructor(this, *arguments) {}; fn run(this) {this.go()}}"
    );
}

#[test]
fn control_flow() {
    assert_eq!(show("if (a) { b() } else if (c) d(); else { e() }"), "if a {b()} if c {d()} else {e()}");
    assert_eq!(show("for (const { id } of xs) f(id);"), "for { id } of xs {id = { id }.id; f(id)}");
    assert_eq!(show("for (let i = 0; i < 3; i++) f(i);"), "{i = 0; for i of <range>(0, 3) {f(i)}}");
    assert_eq!(show("while (a) { break; }"), "while a {leave}");
    assert_eq!(
        show("switch (a) { case 'x': case 'y': f(); break; default: g(); }"),
        r#"if any(Equal(a, "x"), Equal(a, "y")) {f()} else {g()}"#
    );
    assert_eq!(
        show("switch (a) { case 1: f(); case 2: g(); break; case 3: default: h(); }"),
        "if Equal(a, 1) {f(); g()} if Equal(a, 2) {g()} else {h()}"
    );
    assert_eq!(show("try { a() } catch (e) { b() } finally { c() }"), r#"try {a()} catch ["b()"] finally {c()}"#);
    assert_eq!(show("throw new E('x');"), r#"raise E("x")"#);
}

#[test]
fn names_of_inner_blocks_are_other_names() {
    assert_eq!(
        show("const m = 1; function f(m) { g(m); { const m = 2; h(m) } } if (a) { const m = 3; g(m) } g(m);"),
        "fn f(m) {g(m); {m' = 2; h(m')}}; m = 1; if a {m' = 3; g(m')} else {}; g(m)"
    );
    assert_eq!(
        show(
            "const x = 1; for (const x of xs) { f(x); } for (let { x } of xs) f({ x }); f(() => { const x = 2; return x });"
        ),
        concat!(
            "x = 1; for x' of xs {f(x')}; for { x } of xs {x' = { x }.x; f({\"x\": x'})}; ",
            "f(fn () {x = 2; return x})"
        )
    );
    assert_eq!(
        show("const i = 1; for (let i = 0; i < 2; i++) { f(i) }"),
        "i = 1; {i' = 0; for i' of <range>(0, 2) {f(i')}}"
    );
}

#[test]
fn spans_are_those_of_the_text() {
    let text = "const r = new A({ b: 'c' });";
    let module = typescript(text);
    let StatementKind::Assign(_, value) = &module.statements[0].kind else { panic!() };
    assert_eq!(&text[value.span.range()], "new A({ b: 'c' })");
    let ExpressionKind::Call(call) = &value.kind else { panic!() };
    assert_eq!(&text[call.list.range()], "({ b: 'c' })");
    let ExpressionKind::Map(entries) = &call.arguments[0].value.kind else { panic!() };
    assert_eq!(&text[entries[0].span.range()], "b: 'c'");
    assert_eq!(&text[entries[0].value.span.range()], "'c'");
}

#[test]
fn jsx_types_and_broken_texts() {
    assert_eq!(show("const A = () => <B c={d('e')}>f</B>;").matches("d(\"e\")").count(), 1);
    assert_eq!(show("interface A { b: string } type C = A; declare const x: string;"), "");
    let module = typescript("const a = 'x'; )( const b = 'y';");
    assert!(!module.errors.is_empty() && shown::module(&module).contains(r#"a = "x""#));
    for text in ["(".repeat(50_000), "a.".repeat(20_000), "[".repeat(3_000) + &"]".repeat(3_000), "x+".repeat(20_000)] {
        let _ = typescript(&text);
    }
    let nested = "switch (a) { case 1: case 2: f(); case 3: ".repeat(40) + &"}".repeat(40);
    let _ = typescript(&nested);
    assert_eq!(show("#!/usr/bin/env node\nf();"), "f()");
}
