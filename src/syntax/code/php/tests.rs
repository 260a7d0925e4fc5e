use super::super::shown;
use super::super::{ExpressionKind, StatementKind, php};

fn show(text: &str) -> String {
    let module = php(&format!("<?php\n{text}"));
    assert!(module.complete && module.errors.is_empty(), "{text}\n{:?}", module.errors);
    shown::module(&module)
}

#[test]
fn imports() {
    assert_eq!(show("use A\\B\\C;"), r#"import A.B [("C", "C")]"#);
    assert_eq!(show("use A\\B as D;"), r#"import A [("B", "D")]"#);
    assert_eq!(show("use A\\{B, C\\D as E};"), r#"import A [("B", "B")]; import A.C [("D", "E")]"#);
    assert_eq!(show("use function A\\f;"), r#"import A [("f", "f")]"#);
    assert_eq!(show("require_once __DIR__ . '/x.php';"), "import ./x.php *");
    assert_eq!(show("$c = require 'c.php';"), r#"$c = <require>("./c.php")"#);
    assert_eq!(show("return ['a' => 1];"), r#"<exports> = {"a": 1}"#);
}

#[test]
fn texts() {
    assert_eq!(show(r#"$x = 'a\'b\n';"#), r#"$x = "a'b\\n""#);
    assert_eq!(show(r#"$x = "a{$b}c$d[e]\n{$f->g}";"#), r#"$x = join("a", $b, "c", $d["e"], "\n", $f.g)"#);
    assert_eq!(show(r#"$x = "$a";"#), r#"$x = join("", $a)"#);
    assert_eq!(show("$x = 'a' . $b . 1;"), r#"$x = join("", "a", $b, 1)"#);
    assert!(show("$x = <<<EOT\na $b c\nEOT;\n").contains(r#"$b, " c"#));
    assert!(show("$x = <<<'EOT'\na $b c\nEOT;\n").contains(r#""a $b c"#));
}

#[test]
fn arrays_and_functions() {
    assert_eq!(show("$x = [];"), "$x = {}");
    assert_eq!(show("$x = array('a' => 1, ...$y);"), r#"$x = {"a": 1, ...$y}"#);
    assert_eq!(show("$x = ['a', $b];"), r#"$x = ["a", $b]"#);
    assert_eq!(show("$x[] = 1; $x['k'] = 2;"), r#"$x.<push>(1); $x["k"] = 2"#);
    assert_eq!(
        show("[$a, $b] = f(); ['k' => $c] = $d;"),
        r#"[$a, $b] = f(); $a = [$a, $b][0]; $b = [$a, $b][1]; ['k' => $c] = <copy>($d); $c = ['k' => $c]["k"]"#
    );
    assert_eq!(show("f(a: 1, ...$b);"), "f(a=1, ...$b)");
    assert_eq!(
        show("$f = fn($x) => $x->y; $g = function (int $a = 1) use ($b) { return $a; };"),
        "$f = fn ($x) {return $x.y}; $g = fn ($a = 1) {return $a}"
    );
    assert_eq!(show("$x = compact('a');"), r#"$x = {"a": $a}"#);
    assert_eq!(show("define('A', 'b'); const C = 2;"), r#"A = "b"; C = _ = 2"#);
}

#[test]
fn names_with_a_path() {
    assert_eq!(show("namespace N; $x = new C\\D();"), "{}; $x = C.D()");
    assert_eq!(show("use A\\C; $x = new C\\D();"), r#"import A [("C", "C")]; $x = C.D()"#);
    assert_eq!(show("$a = $b; $c = &$d; $e = f();"), "$a = <copy>($b); $c = $d; $e = f()");
    assert_eq!(
        show("function f(\\A\\B $a, ?C $c, int $n, array $o = []) {}"),
        r"fn f($a = <given>(\A\B), $c = <given>(C), $n, $o = {}) {}"
    );
}

#[test]
fn expressions() {
    assert_eq!(show("$x = getenv('A') ?: 'd';"), r#"$x = any(getenv("A"), "d")"#);
    assert_eq!(show("$x = $_ENV['A'] ?? $b ?? 'd';"), r#"$x = any($_ENV["A"], $b, "d")"#);
    assert_eq!(show("$x = $c ? 1 : -2;"), "$x = if($c, 1, -2)");
    assert_eq!(
        show("$x = match($a) { 'b', 'c' => 1, default => 2 };"),
        r#"$x = if(any(Equal($a, "b"), Equal($a, "c")), 1, 2)"#
    );
    assert_eq!(show("$x = !empty($a) && $b === null;"), "$x = all(!!$a, Equal($b, null))");
    assert_eq!(show("$x .= 'a'; $x ??= 1;"), r#"$x = join("", $x, "a"); $x = any($x, 1)"#);
    assert_eq!(show("$x = `a $b`;"), r#"$x = shell_exec(join("a ", $b))"#);
    assert_eq!(show("A::b('c')->d()?->e;"), r#"A.b("c").d().e"#);
    assert_eq!(show("$x = new \\A\\B(['c' => 1]); $y = new C\\D();"), r#"$x = \A\B({"c": 1}); $y = \C\D()"#);
    assert_eq!(show("$x = \\getenv('A');"), r#"$x = getenv("A")"#);
}

#[test]
fn classes() {
    assert_eq!(
        show(
            "class A extends B { const M = 'x'; const N = self::M; private $p = 1; public function __construct(private string $id) { parent::__construct($id); } static function s() { return self::M . static::t(); } function t() { return self::$q; } }"
        ),
        concat!(
            r#"class A(B) {fn __construct()($this, $id) {$this.id = $id; ?($id)}; "#,
            r#"@staticmethod fn s()() {return join("", A.M, $this.t())}; fn t()($this) {return A.q}; M = _ = "x"; N = _ = M; p = _ = 1}"#
        )
    );
    assert_eq!(
        show("enum E: string { case A = 'x'; }"),
        r#"class E() {fn __construct()($this, *$arguments) {}; A = _ = "x"}"#
    );
}

#[test]
fn control_flow() {
    assert_eq!(show("if ($a) { b(); } elseif ($c) d(); else { e(); }"), "if $a {b()} if $c {d()} else {e()}");
    assert_eq!(show("foreach ($xs as $x) { f($x); }"), "for $x of $xs.<values>() {f($x)}");
    assert_eq!(
        show("foreach ($xs as $k => ['id' => $i]): f($i); endforeach;"),
        r#"for ($k, ['id' => $i]) of $xs.<pairs>() {$i = ['id' => $i]["id"]; f($i)}"#
    );
    assert_eq!(show("switch ($a) { case 'x': f(); break; default: g(); }"), r#"if Equal($a, "x") {f()} else {g()}"#);
    assert_eq!(show("try { a(); } catch (E $e) { b(); } finally { c(); }"), r#"try {a()} catch ["b()"] finally {c()}"#);
    assert_eq!(show("function f() { throw new E('x'); exit(1); }"), r#"fn f() {raise E("x"); raise 1}"#);
    assert_eq!(show("for ($i = 0; $i < 3; $i++) { f($i); }"), "$i = 0; for $i of <range>(0, 3) {f($i)}");
    assert_eq!(show("for ($i = 9; $i > 3; $i--) f($i);"), "$i = 9; while Other($i, 3) {f($i); $i = ?()}");
}

#[test]
fn spans_and_html_around() {
    let text = "<html><?php $r = new A(['b' => 'c']); ?>\n<p><?= f('d') ?></p>";
    let module = php(text);
    assert!(module.errors.is_empty(), "{:?}", module.errors);
    let assigned = module.statements.iter().find_map(|s| match &s.kind {
        StatementKind::Assign(_, value) => Some(value),
        _ => None,
    });
    let value = assigned.unwrap();
    assert_eq!(&text[value.span.range()], "new A(['b' => 'c'])");
    let ExpressionKind::Call(call) = &value.kind else { panic!() };
    let ExpressionKind::Map(entries) = &call.arguments[0].value.kind else { panic!() };
    assert_eq!(&text[entries[0].span.range()], "'b' => 'c'");
    assert!(shown::module(&module).contains(r#"f("d")"#));
}

#[test]
fn hostile_texts_end() {
    for text in
        ["(".repeat(20_000), "$a->".repeat(10_000), "[".repeat(3_000) + &"]".repeat(3_000), "$x.".repeat(20_000)]
    {
        let _ = php(&format!("<?php {text}"));
    }
    let nested = "switch ($a) { case 1: case 2: f(); case 3: ".repeat(60) + &"}".repeat(60);
    let _ = php(&format!("<?php {nested}"));
}
