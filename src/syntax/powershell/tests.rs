use super::parse;
use crate::syntax::shell::{EmbeddedText, Part, PartKind, Script, Statement, Word};

fn show(word: &Word) -> String {
    let part = |part: &Part| match &part.kind {
        PartKind::Text(text) => text.clone(),
        PartKind::Variable(expansion) => {
            format!("<{}{}>", expansion.name, if expansion.key.is_some() { "[@]" } else { "" })
        }
        PartKind::Command(body) => format!("<({})>", lines(body).join("; ")),
        PartKind::Hole | PartKind::Opaque => "<?>".to_owned(),
    };
    word.parts.iter().map(part).collect()
}

/// Each statement as a line.
pub(in crate::syntax) fn lines(statements: &[Statement]) -> Vec<String> {
    let mut all = Vec::new();
    for statement in statements {
        match statement {
            Statement::Command(command) => {
                let assigned = command.assignments.iter().map(|a| match &a.value {
                    crate::syntax::shell::AssignedValue::Word(word) => format!("{}={}", a.name, show(word)),
                    crate::syntax::shell::AssignedValue::Array(items) => {
                        let items: Vec<_> = items.iter().map(|item| show(&item.word)).collect();
                        format!("{}=({})", a.name, items.join(","))
                    }
                });
                let words = command.words.iter().map(show);
                all.push(assigned.chain(words).collect::<Vec<_>>().join(" "));
            }
            Statement::Block(block) => all.extend(lines(&block.body)),
            Statement::If(branch) => {
                for arm in &branch.arms {
                    all.push("if".to_owned());
                    all.extend(lines(&arm.body).iter().map(|line| format!("  {line}")));
                }
                if let Some(body) = &branch.otherwise {
                    all.push("else".to_owned());
                    all.extend(lines(body).iter().map(|line| format!("  {line}")));
                }
            }
            Statement::For(each) => {
                let words: Vec<_> = each.words.iter().flatten().map(show).collect();
                all.push(format!("for {} in {}", each.variable, words.join(" ")));
                all.extend(lines(&each.body).iter().map(|line| format!("  {line}")));
            }
            Statement::While(repeat) => {
                all.push("while".to_owned());
                all.extend(lines(&repeat.body).iter().map(|line| format!("  {line}")));
            }
            Statement::Function(function) => {
                all.push(format!("function {}", function.name));
                all.extend(lines(&function.body).iter().map(|line| format!("  {line}")));
            }
            other => all.push(format!("{other:?}")),
        }
    }
    all
}

fn read(text: &str) -> Script {
    parse(&EmbeddedText::verbatim(text, 0))
}

fn shown(text: &str) -> Vec<String> {
    lines(&read(text).statements)
}

#[test]
fn words_and_continued_lines() {
    let text = "# tool x\ntool a `\n  --id \"$id\" --m=$Method 'it''s' \"a`\"b $($x.Y) ${env:PATH}\"; & 'C:\\t.exe' x 2>&1 > out.txt\n<# tool y #>\n";
    assert_eq!(shown(text), ["tool a --id <id> --m=<method> it's a\"b <()> <PATH>", "C:\\t.exe x"]);
    let script = read(text);
    let Statement::Command(command) = &script.statements[0] else { panic!() };
    let slices: Vec<_> = command.words.iter().map(|word| text.get(word.span.range()).unwrap()).collect();
    assert_eq!(slices.get(..4).unwrap(), ["tool", "a", "--id", "\"$id\""]);
}

#[test]
fn values_lists_and_loops() {
    let text = "$m = 'a' + $b\n[string]$env:X=\"v\"\n$ids = @('a', \"b\")\nforeach ($i in $ids) { tool $i }\n'x','y' | ForEach-Object { tool $_ }\n$o = (tool q | ConvertFrom-Json).Id\n$h = @{ a = 'tool z' }\n$n = $ids.Count\ntool @ids\n";
    assert_eq!(
        shown(text),
        [
            "m=a<b>",
            "X=v",
            "ids=(a,b)",
            "for i in <ids[@]>",
            "  tool <i>",
            "for _ in x y",
            "  tool <_>",
            "o=<(tool q; ConvertFrom-Json)>",
            "h=<?>",
            "n=<?>",
            "tool <ids[@]>"
        ]
    );
}

#[test]
fn branches_functions_and_texts_that_are_run() {
    let text = "param([string]$Method = 'L', $Id)\nif ($a -eq 'x') { tool 1 } elseif ($b) { tool 2 } else { tool 3 }\nfunction Copy-It([string]$Id) { tool $Id }\ntry { tool 4 } catch { tool 5 }\niex \"tool --id $Id\"\nInvoke-Expression $cmd\nStart-Process tool -ArgumentList 'a b','c'\nStart-Process -FilePath tool -Args \"a --id $Id\" -Wait\n";
    assert_eq!(
        shown(text),
        [
            "method=<-method>",
            "id=<-id>",
            "if",
            "  tool 1",
            "if",
            "  tool 2",
            "else",
            "  tool 3",
            "function Copy-It",
            "  id=<-id>",
            "  tool <id>",
            "tool 4",
            "if",
            "  tool 5",
            "tool --id <id>",
            "eval <cmd>",
            "tool a b c",
            "tool a --id <id>"
        ]
    );
}

#[test]
fn here_strings_and_what_is_unfinished() {
    let text = "$t = @\"\ntool $x\n\"@\n$u = @'\nraw $x\n'@\n";
    assert_eq!(shown(text), ["t=tool <x>", "u=raw $x"]);
    for broken in
        ["\"a", "'a", "@'\n", "$(", "${", "{ { {", "if (", "foreach (", "$x = ", "@(", "param(", "iex", "`", "a `\n"]
    {
        let _ = read(broken);
    }
    let deep = "{".repeat(10_000);
    assert!(!read(&deep).complete);
    let _ = read(&"$(".repeat(5_000));
    let _ = read(&"((".repeat(5_000));
    let _ = read(&"$x = ".repeat(5_000));
}
