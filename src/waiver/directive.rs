//! What a comment says to backuplint: `backuplint: ignore[rule, rule] reason="…" until=2027-01-31 owner=team`.
//!
//! Takes the words of one comment. Gives a directive, what is wrong with it, or nothing: prose that names the
//! program is no directive.

use jiff::civil::Date;

use crate::source::Span;

/// The word that a directive begins with.
pub(super) const NAME: &str = "backuplint";

/// The verbs, the usual one first.
const VERBS: [&str; 2] = ["ignore", "ignore-file"];

/// Verbs of other tools that somebody may have in mind.
const FOREIGN: [&str; 10] =
    ["disable", "disable-next-line", "ignore-next-line", "suppress", "skip", "noqa", "nolint", "allow", "off", "waive"];

/// The names of what a directive says beside its rules.
const KEYS: [&str; 3] = ["reason", "until", "owner"];

/// A directive without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// Whether it is about the whole file.
    pub(super) is_for_file: bool,
    /// The rules as they are written, each with its place in the source.
    pub(super) rules: Vec<(String, Span)>,
    pub(super) reason: String,
    pub(super) until: Option<Date>,
    /// Where the day is written.
    pub(super) until_at: Span,
    pub(super) owner: Option<String>,
}

/// What is wrong with a directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: Span,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// What a comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// From its name to its last word.
    pub(super) at: Span,
    pub(super) directive: Result<Directive, Fault>,
}

/// Reads the inner text of a comment, which begins at an offset of its source. One comment says one thing.
pub(super) fn read(inner: &str, offset: usize) -> Vec<Said> {
    let mut said = Vec::new();
    let mut begin = 0;
    for line in inner.split_inclusive('\n') {
        said.extend(read_line(line, offset + begin));
        begin += line.len();
    }
    said
}

fn read_line(line: &str, offset: usize) -> Option<Said> {
    let mut from = 0;
    while let Some(found) = line.get(from..)?.find(NAME) {
        let at = from + found;
        let before = line.get(..at)?;
        let opens = before.trim().is_empty() || before.trim().chars().all(|c| "#/*-;:<!{%".contains(c));
        let is_word = before.chars().next_back().is_none_or(|c| c.is_whitespace() || "#/*;-".contains(c));
        let rest = line.get(at + NAME.len()..)?;
        if is_word && begins_directive(rest, opens) {
            let mut reader = Reader { text: rest, at: 0, offset: offset + at + NAME.len() };
            let directive = reader.directive();
            let end = match &directive {
                Ok(_) => reader.offset + reader.at,
                Err(_) => reader.offset + rest.trim_end().len(),
            };
            return Some(Said { at: Span::new(offset + at, end), directive });
        }
        from = at + NAME.len();
    }
    None
}

/// Whether what follows the name is meant for the program. Behind other words only the right form is.
fn begins_directive(rest: &str, opens: bool) -> bool {
    let behind = rest.trim_start_matches([' ', '\t', ':', '-']);
    if behind.len() == rest.len() {
        return false;
    }
    let verb: String = behind.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let after = behind.get(verb.len()..).unwrap_or_default();
    let is_exact = rest.starts_with(':') && VERBS.contains(&verb.as_str()) && after.starts_with('[');
    // A word that people use in sentences is a verb only where no sentence goes on behind it.
    let lower = verb.to_ascii_lowercase();
    let ends = after.trim().is_empty() || after.starts_with(['[', '(', '=', ':']);
    let means = VERBS.contains(&lower.as_str()) || FOREIGN.contains(&lower.as_str());
    let is_close = !means && after.starts_with('[') && VERBS.iter().any(|v| strsim::osa_distance(v, &lower) <= 2);
    let has_reason = after.contains("reason=") && (means || is_close || rest.starts_with(':'));
    is_exact || (opens && (has_reason || is_close || (means && ends)))
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the text begins in its source.
    offset: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// The signs here that a word is made of.
    fn word(&mut self, is_part: impl Fn(char) -> bool) -> (&'t str, Span) {
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let span = self.span(length);
        self.at += length;
        (rest.get(..length).unwrap_or_default(), span)
    }

    fn span(&self, length: usize) -> Span {
        Span::new(self.offset + self.at, self.offset + self.at + length)
    }

    fn fault<T>(at: Span, message: impl Into<String>, help: Option<String>) -> Result<T, Fault> {
        Err(Fault { at, message: message.into(), help })
    }

    fn directive(&mut self) -> Result<Directive, Fault> {
        let has_colon = self.rest().starts_with(':');
        self.word(|c| " \t:-".contains(c));
        let (verb, at) = self.word(|c| c.is_ascii_alphanumeric() || c == '-');
        if !VERBS.contains(&verb) {
            let meant = if verb.contains("file") { VERBS[1] } else { VERBS[0] };
            let help = format!("Write `{NAME}: {meant}[rule] reason=\"…\"`.");
            return Self::fault(at, format!("a comment cannot tell backuplint to `{verb}`"), Some(help));
        }
        if !has_colon {
            let help = format!("Write `{NAME}: {verb}[rule] reason=\"…\"`.");
            return Self::fault(at, format!("the colon between `{NAME}` and `{verb}` is missing"), Some(help));
        }
        let rules = self.rules(verb, at)?;
        let mut directive = Directive {
            is_for_file: verb == VERBS[1],
            rules,
            reason: String::new(),
            until: None,
            until_at: at,
            owner: None,
        };
        let mut seen: Vec<&str> = Vec::new();
        loop {
            self.blanks();
            // Another tool may have a word in the same comment.
            if self.rest().is_empty() || self.rest().starts_with(['#', '/', '*', ';']) {
                break;
            }
            let (key, at) = self.word(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            self.key(key, at, &mut seen, &mut directive)?;
        }
        self.at = self.text.get(..self.at).unwrap_or(self.text).trim_end().len();
        if directive.reason.trim().is_empty() {
            let help = format!("Say why behind the rule: `{NAME}: {verb}[rule] reason=\"…\"`.");
            return Self::fault(at, "a finding is only left out for a reason, and none is given", Some(help));
        }
        Ok(directive)
    }

    fn rules(&mut self, verb: &str, verb_at: Span) -> Result<Vec<(String, Span)>, Fault> {
        let help = || Some(format!("Name them in brackets: `{NAME}: {verb}[rule] reason=\"…\"`."));
        if !self.rest().starts_with('[') {
            return Self::fault(verb_at, "it is not said which rules the comment is about", help());
        }
        let open = self.span(1);
        self.at += 1;
        let mut rules = Vec::new();
        loop {
            self.blanks();
            let (rule, at) = self.word(|c| !",]".contains(c) && !c.is_whitespace());
            if !rule.is_empty() {
                rules.push((rule.to_owned(), at));
            }
            self.blanks();
            match self.rest().chars().next() {
                Some(',') => self.at += 1,
                Some(']') => break,
                None => return Self::fault(open, "the bracket is never closed", help()),
                Some(_) if rule.is_empty() => break,
                Some(_) => {}
            }
        }
        self.at += 1;
        if rules.is_empty() {
            return Self::fault(open, "the brackets name no rule", help());
        }
        Ok(rules)
    }

    fn key(&mut self, key: &'t str, at: Span, seen: &mut Vec<&'t str>, directive: &mut Directive) -> Result<(), Fault> {
        let all = "Behind the rules stand `reason=\"…\"`, `until=2027-01-31` and `owner=name`";
        if !KEYS.contains(&key) {
            let near = KEYS.iter().find(|known| strsim::osa_distance(known, &key.to_ascii_lowercase()) <= 2);
            let help = near.map_or_else(|| format!("{all}."), |near| format!("Did you mean `{near}`? {all}."));
            let (word, at) = if key.is_empty() {
                let (word, at) = self.word(|c| !c.is_whitespace());
                (word, at)
            } else {
                (key, at)
            };
            return Self::fault(at, format!("`{word}` is nothing that a comment can say"), Some(help));
        }
        if seen.contains(&key) {
            return Self::fault(at, format!("`{key}` is given twice"), None);
        }
        seen.push(key);
        if !self.rest().starts_with('=') {
            return Self::fault(at, format!("`{key}` has no value"), Some(format!("{all}.")));
        }
        self.at += 1;
        let (value, at) = self.value(at)?;
        match key {
            "reason" => directive.reason = value,
            "owner" => directive.owner = Some(value).filter(|owner| !owner.trim().is_empty()),
            _ => {
                let Ok(day) = value.trim().parse::<Date>() else {
                    let help = "Write the last day on which it holds as `until=2027-01-31`.".to_owned();
                    return Self::fault(at, format!("`{value}` is no day"), Some(help));
                };
                (directive.until, directive.until_at) = (Some(day), at);
            }
        }
        Ok(())
    }

    /// A value: between quotes, which may be escaped where the whole comment stands in a text, or one word.
    fn value(&mut self, key: Span) -> Result<(String, Span), Fault> {
        let rest = self.rest();
        let Some(quote) = ["\\\"", "\"", "'", "“"].into_iter().find(|quote| rest.starts_with(quote)) else {
            let (word, at) = self.word(|c| !c.is_whitespace());
            return Ok((word.to_owned(), at));
        };
        let close = if quote == "“" { "”" } else { quote };
        let inner = rest.get(quote.len()..).unwrap_or_default();
        let Some(length) = closing(inner, close) else {
            return Self::fault(key, "the quote behind it is never closed", None);
        };
        let value = inner.get(..length).unwrap_or_default();
        let value = if close == "\"" { value.replace("\\\"", "\"") } else { value.to_owned() };
        self.at += quote.len();
        let at = self.span(length);
        self.at += length + close.len();
        Ok((value, at))
    }
}

/// Where a value ends: a quote behind a backslash does not end it.
fn closing(inner: &str, close: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let found = from + inner.get(from..)?.find(close)?;
        let is_escaped = close == "\"" && inner.get(..found)?.ends_with('\\');
        if !is_escaped {
            return Some(found);
        }
        from = found + close.len();
    }
}
