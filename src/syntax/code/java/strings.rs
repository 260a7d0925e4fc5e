//! The texts that literals of Java stand for.

/// The text of a string literal or a text block, with its quotes.
pub(super) fn literal(written: &str) -> String {
    match written.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) {
        Some(block) => unescaped(&dedented(block)),
        None => {
            let inner = written.strip_prefix(['"', '\'']).unwrap_or(written);
            unescaped(inner.strip_suffix(['"', '\'']).unwrap_or(inner))
        }
    }
}

/// A text block without the white space that all its lines begin with.
fn dedented(block: &str) -> String {
    let lines: Vec<&str> = block.split_once('\n').map_or("", |(_, rest)| rest).lines().collect();
    let closing = block.ends_with('\n') || block.rsplit('\n').next().is_some_and(|last| last.trim().is_empty());
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let counted = lines
        .iter()
        .enumerate()
        .filter(|(index, line)| !line.trim().is_empty() || closing && *index + 1 == lines.len());
    let common = counted.map(|(_, line)| indent(line)).min().unwrap_or(0);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let last = index + 1 == lines.len();
        if last && closing && line.trim().is_empty() {
            break;
        }
        text.push_str(line.get(common..).unwrap_or_default().trim_end());
        if !last || closing && !line.trim().is_empty() {
            text.push('\n');
        }
    }
    text
}

fn unescaped(written: &str) -> String {
    if !written.contains('\\') {
        return written.to_owned();
    }
    let mut text = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('s') => text.push(' '),
            Some('0') => text.push('\0'),
            Some('\n') | None => {}
            Some('u') => {
                let digits: String = rest.clone().skip_while(|c| *c == 'u').take(4).collect();
                let marks = rest.clone().take_while(|c| *c == 'u').count();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                for _ in 0..marks + digits.chars().count() {
                    rest.next();
                }
            }
            Some(other) => text.push(other),
        }
    }
    text
}
