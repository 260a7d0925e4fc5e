use super::super::shown;
use super::read;

/// What statements of a program become.
fn lowered(text: &str) -> String {
    let module = read(text);
    assert!(module.complete && module.errors.is_empty(), "{text}\n{:?}", module.errors);
    shown::module(&module)
}

#[test]
fn texts() {
    for (written, text) in [
        (r#""a\tb\u0041\x41""#, "a\tbAA"),
        (r#"@"c:\d""e""""#, "c:\\d\"e\""),
        ("\"\"\"a \"b\" \\\"\"\"", "a \"b\" \\"),
        ("\"\"\"\n    a\n      b\n    \"\"\"", "a\n  b"),
        (r#""n"u8"#, "n"),
    ] {
        assert_eq!(lowered(&format!("x = {written};")), format!("x = {text:?}"), "{written}");
    }
    assert_eq!(lowered(r#"x = $"a{b}c{{d}}\n";"#), r#"x = join("", "a", b, "c", "{d}", "\n")"#);
    assert_eq!(lowered(r#"x = $@"a""{b:N2}";"#), r#"x = join("", "a\"", ?(b))"#);
    assert_eq!(lowered("x = $$\"\"\"a{{b}}{c}\"\"\";"), r#"x = join("", "a", b, "{c}")"#);
}

#[test]
fn objects_lists_and_maps() {
    assert_eq!(lowered("var r = new A.B<C>(1) { X = 2 };"), "r = <with>(A.B(1), X=2)");
    assert_eq!(lowered("A.R r = new() { X = 2, Y = { [\"k\"] = 1 } };"), "r = <with>(A.R(), X=2, Y={\"k\": 1})");
    assert_eq!(lowered("F(new() { X = 2 });"), "F(<new>(X=2))");
    assert_eq!(lowered("var l = new List<string> { \"a\", b };"), "l = [\"a\", b]");
    assert_eq!(lowered("List<R> l = new() { new() { X = 1 }, new(2) };"), "l = [<with>(R(), X=1), R(2)]");
    assert_eq!(lowered("string[] l = { \"a\" }; int[] k = [1, ..j];"), "l = [\"a\"]; k = [1, ...j]");
    assert_eq!(
        lowered("var d = new Dictionary<string, string>(StringComparer.Ordinal) { { \"a\", \"b\" }, [\"c\"] = d };"),
        "d = {\"a\": \"b\", \"c\": d}"
    );
    assert_eq!(lowered("var a = new { Id = \"x\", b.Name };"), "a = {\"Id\": \"x\", \"Name\": b.Name}");
}

#[test]
fn calls_and_choices() {
    assert_eq!(lowered("a?.B(c: 1)?.D();"), "a.B(c=1).D()");
    assert_eq!(lowered("var x = await F(out var y);"), "x = F((y := ?()))");
    assert_eq!(lowered("x ??= y ?? throw new E();"), "x = any(x, y)");
    assert_eq!(
        lowered("if (string.IsNullOrEmpty(x) || x is \"a\" or null) { }"),
        "if any(!x, any(Equal(x, \"a\"), Equal(x, null))) {} else {}"
    );
    assert_eq!(
        lowered("var v = k switch { \"a\" or \"b\" => 1, > 3 => 2, _ => 3 };"),
        "v = if(any(Equal(k, \"a\"), Equal(k, \"b\")), 1, if(?(k), 2, 3))"
    );
    assert_eq!(
        lowered("switch (k) { case \"a\": case \"b\": m = 1; break; default: m = 2; break; }"),
        "if any(Equal(k, \"a\"), Equal(k, \"b\")) {m = 1} else {m = 2}"
    );
    assert_eq!(lowered("t.Elapsed += (s, e) => F();"), "t.Elapsed(fn (s, e) {return F()})");
    assert_eq!(lowered("foreach (var (a, b) in d) F(a);"), "for (a, b) of <each>(d) {F(a)}");
    assert_eq!(lowered("while (!t.IsCancellationRequested) { F(); }"), "while true {F()}");
    assert_eq!(lowered("await Task.WhenAll(ids.Select(i => F(i)));"), "<together>(fn (i) {return F(i)}, ids)");
}

#[test]
fn classes_and_what_they_hold() {
    assert_eq!(
        lowered(
            "namespace A.B;\nclass J : K { const string M = \"L\"; public string P { get; set; } = M; string Q => P; void F(string a = \"x\", params string[] r) { G(M); } void G(string m) { } }"
        ),
        "import namespace A.B *; class J(K) {@property fn Q(this) {return this.P}; fn F()(this, a = \"x\", *r) {this.G(J.M)}; fn G()(this, m) {}; M = \"L\"; P = M}"
    );
    assert_eq!(
        lowered("class J(string id) { private string x = id; record R(string A, string B = \"b\"); enum E { X } }"),
        "class J() {fn <init>(this, id) {this.id = id; this.x = this.id}; class R() {A = ?(); B = \"b\"}; class E() {X = \"X\"}}"
    );
    assert_eq!(lowered("class A : B { } class B { }"), "class B() {}; class A(B) {}");
    assert_eq!(
        lowered("using System;\nusing R = A.B.C;\nglobal using static A.D;\nF(1);\nvoid F(int x) { }"),
        "import System *; import A.B [(\"C\", \"R\")]; import static A.D *; fn F(x) {}; F(1)"
    );
}
