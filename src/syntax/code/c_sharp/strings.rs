//! The texts that literals of C# stand for.

/// The text of a literal, with its quotes and what stands in front of them.
pub(super) fn literal(written: &str) -> String {
    let written = written.strip_suffix("u8").or_else(|| written.strip_suffix("U8")).unwrap_or(written);
    if let Some(verbatim) = written.strip_prefix("@\"") {
        return verbatim.strip_suffix('"').unwrap_or(verbatim).replace("\"\"", "\"");
    }
    let quotes = written.len() - written.trim_start_matches('"').len();
    if quotes >= 3 && written.len() >= 2 * quotes {
        let inner = written.get(quotes..written.len() - quotes).unwrap_or_default();
        return raw(inner);
    }
    let inner = written.strip_prefix(['"', '\'']).unwrap_or(written);
    unescaped(inner.strip_suffix(['"', '\'']).unwrap_or(inner))
}

/// A text between three quotes: over several lines, it is without the white space that its last line consists of.
fn raw(inner: &str) -> String {
    let Some((first, rest)) = inner.split_once('\n') else { return inner.to_owned() };
    if !first.trim().is_empty() {
        return inner.to_owned();
    }
    let (lines, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let indent = if last.trim().is_empty() { last } else { "" };
    let cut = |line: &str| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.strip_prefix(indent).unwrap_or_else(|| line.trim_start()).to_owned()
    };
    lines.split('\n').map(cut).collect::<Vec<_>>().join("\n")
}

/// A known part of a text with holes, which begins with `start` (`$`, `$@`, `$$`).
pub(super) fn part(written: &str, start: &str, is_raw: bool) -> String {
    if is_raw {
        return written.to_owned();
    }
    let text = written.replace("{{", "{").replace("}}", "}");
    if start.contains('@') { text.replace("\"\"", "\"") } else { unescaped(&text) }
}

/// A text in which `\n` and the like stand for what they mean.
pub(super) fn unescaped(written: &str) -> String {
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
            Some('0') => text.push('\0'),
            Some('a') => text.push('\u{7}'),
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('v') => text.push('\u{b}'),
            Some('e') => text.push('\u{1b}'),
            Some('u') => text.extend(code(&mut rest, 4)),
            Some('U') => text.extend(code(&mut rest, 8)),
            Some('x') => text.extend(code(&mut rest, 4)),
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

/// The character of the next hexadecimal digits.
fn code(rest: &mut std::str::Chars<'_>, most: usize) -> Option<char> {
    let digits: String = rest.clone().take(most).take_while(char::is_ascii_hexdigit).collect();
    for _ in digits.chars() {
        rest.next();
    }
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}
