use super::parse;
use crate::syntax::powershell::tests::lines;
use crate::syntax::shell::{EmbeddedText, Script, Statement};

fn read(text: &str) -> Script {
    parse(&EmbeddedText::verbatim(text, 0))
}

fn shown(text: &str) -> Vec<String> {
    lines(&read(text).statements)
}

#[test]
fn words_variables_and_continued_lines() {
    let text = "@echo off\r\nrem tool x\r\n:: tool y\r\nset METHOD=L\r\nset \"id=a b\"\r\ntool a ^\r\n  --id \"%Id%\" ^\r\n  --m=%METHOD% !x! %1 %~2 a^&b > nul 2>&1 && tool c\r\n";
    assert_eq!(
        shown(text),
        ["echo off", "METHOD=L", "ID=a b", "tool a --id <ID> --m=<METHOD> <X> <1> <2> a&b", "tool c"]
    );
    let script = read(text);
    let Some(Statement::Command(command)) = script.statements.get(3) else { panic!() };
    let slices: Vec<_> = command.words.iter().map(|word| text.get(word.span.range()).unwrap()).collect();
    assert_eq!(slices.get(..4).unwrap(), ["tool", "a", "--id", "\"%Id%\""]);
}

#[test]
fn loops_branches_and_blocks() {
    let text = "for %%i in (a b) do (\n  set M=%%i\n  tool %%i %M% !M!\n)\nfor /f %%x in ('dir') do tool %%x\nif \"%1\"==\"\" (tool 1) else tool 2\nif not defined X set X=L\nif exist f (\n tool 3\n)\ncall tool 4\n";
    assert_eq!(
        shown(text),
        [
            "for %i in a b",
            "  M=<%i>",
            "  tool <%i> <?> <M>",
            "for %x in <?>",
            "  tool <%x>",
            "if",
            "  tool 1",
            "else",
            "  tool 2",
            "if",
            "  X=L",
            "if",
            "  tool 3",
            "tool 4"
        ]
    );
}

#[test]
fn where_lines_jump_nothing_is_known() {
    let text = "set M=a\nif defined X goto b\nset M=c\n:b\ntool %M%\n";
    assert_eq!(shown(text), ["M=a", "if", "M=c", "M=<?>", "tool <M>"]);
    assert_eq!(shown("set M=a\n:x\ntool %M%\ngoto :eof\n"), ["M=a", "tool <M>"]);
}

#[test]
fn powershell_within_and_what_is_unfinished() {
    assert_eq!(shown("powershell -NoProfile -Command \"tool 'a' $x\"\n"), ["tool a <x>"]);
    for broken in
        ["(", "if", "if (", "for", "for %%", "for %%i in (", "set", "set \"", "%", "%%", "%~", "^", "\"a", "tool ^\n"]
    {
        let _ = read(broken);
    }
    assert!(!read(&"(".repeat(10_000)).complete);
    let _ = read(&"if a==b ".repeat(5_000));
}
