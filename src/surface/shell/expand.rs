//! Words of a script as far as they are known.

use std::rc::Rc;

use crate::model::{Alternative, Content, Value};
use crate::source::{Place, Span};
use crate::surface::aliyun_cli::{CliWord, Inline, inline_at};
use crate::syntax::shell::{Expansion, Key, Operator, Part, PartKind, Word};

use super::env::{Binding, Positional};
use super::run::Runner;
use super::value;

impl Runner<'_> {
    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(&self.source, span)
    }

    fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    /// The value of a word that is not split, as in an assignment.
    pub(super) fn value(&self, word: &Word) -> Value {
        let literal = word.literal();
        if literal.as_deref().is_some_and(is_placeholder) {
            return Value::unknown(
                format!("`{}` is filled in by something else", literal.unwrap_or_default()),
                Some(self.place(word.span)),
            );
        }
        self.parts_value(&word.parts)
    }

    fn parts_value(&self, parts: &[Part]) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.part_value(part)).collect();
        if values.is_empty() { Value::absent() } else { value::concat(&values) }
    }

    pub(super) fn part_value(&self, part: &Part) -> Value {
        let place = || Some(self.place(part.span));
        match &part.kind {
            // In a text that is already expanded once, `\$X` is expanded where it arrives.
            PartKind::Text(text) if text == "$" && self.twice_expanded && self.slice(part.span) == "\\$" => {
                Value::unknown("expanded by another shell", place())
            }
            PartKind::Text(text) => Value::known(text.clone()),
            PartKind::Hole => {
                Value::unknown(format!("`{}` is filled in by something else", self.slice(part.span)), place())
            }
            PartKind::Command(_) => match self.script_folder(self.slice(part.span)) {
                Some(folder) => Value::known(folder),
                None if located_program(self.slice(part.span)).is_some() => {
                    Value::known(located_program(self.slice(part.span)).unwrap_or_default())
                }
                None => Value::unknown("the output of a command", place()),
            },
            PartKind::Opaque => {
                Value::unknown(format!("`{}` is computed when it runs", self.slice(part.span)), place())
            }
            PartKind::Variable(expansion) => self.expansion(expansion, part),
        }
    }

    /// The folder that `$(dirname "$0")` and its kin give, as far as `/..` behind it.
    fn script_folder(&self, text: &str) -> Option<String> {
        let own = text.contains("$0") || text.contains("${0") || text.contains("BASH_SOURCE");
        if !own || !text.contains("dirname") {
            return None;
        }
        let mut folder = self.folder.clone();
        for _ in text.match_indices("/..") {
            folder.push_str("/..");
        }
        Some(folder)
    }

    fn expansion(&self, expansion: &Expansion, part: &Part) -> Value {
        let place = self.place(part.span);
        let name = expansion.name.as_str();
        let dollar = if name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') { "" } else { "$" };
        let label = format!("`{dollar}{name}` {}", value::USED);
        let found = self.lookup(name, expansion.key.as_ref(), &place);
        let plain = |found: Option<Value>| match found {
            Some(value) => value::seen_through(&value::narrowed(&value, &self.guards), &place, &label),
            None => self.unset(name, &place),
        };
        match expansion.operator {
            Operator::None => plain(found),
            Operator::Required => {
                let mut value = plain(found);
                for alternative in value.alternatives_mut() {
                    if let Content::Unknown(unknown) = &mut alternative.content {
                        unknown.present = true;
                    }
                }
                value
            }
            Operator::Default | Operator::AssignDefault => {
                let default = expansion.operand.as_ref().map_or_else(Value::absent, |word| {
                    value::assigned(self.value(word), &self.place(word.span), &format!("default of `{name}`"))
                });
                let value = found.map(|v| value::seen_through(&value::narrowed(&v, &self.guards), &place, &label));
                with_default(value, &default)
            }
            Operator::Lower => map_text(plain(found), |t| t.to_lowercase()),
            Operator::Capital => map_text(plain(found), |t| {
                let mut chars = t.chars();
                chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
            }),
            Operator::Upper => map_text(plain(found), |t| t.to_uppercase()),
            Operator::Alternative if found.as_ref().is_some_and(Value::is_absent) => Value::absent(),
            Operator::Alternative => Value::unknown(format!("depends on whether `{name}` is set"), Some(place)),
            Operator::Other => {
                let own = matches!(name, "0" | "BASH_SOURCE") && self.slice(part.span).ends_with("%/*}");
                if own {
                    Value::known(self.folder.clone())
                } else {
                    Value::unknown(format!("`{}` is computed when it runs", self.slice(part.span)), Some(place))
                }
            }
        }
    }

    /// The value of a variable that nothing in the script sets.
    fn unset(&self, name: &str, place: &Place) -> Value {
        let reason = match name {
            "?" | "$" | "!" | "#" | "-" | "_" | "RANDOM" | "SECONDS" | "0" => {
                return Value::unknown(format!("`${name}` is only known when it runs"), Some(place.clone()));
            }
            _ if self.environment.remote => format!("variable `{name}` is not set where this runs"),
            _ if name.bytes().all(|b| b.is_ascii_digit()) => match &self.environment.positional {
                Positional::Outside(whose) => format!("`${name}` is {whose}"),
                Positional::Known(_) => format!("`${name}` is one of many arguments"),
            },
            _ => format!("variable `{name}` is not set in this script"),
        };
        value::outside(reason, Some(place.clone()))
    }

    /// What a variable holds; nothing when the script does not set it.
    fn lookup(&self, name: &str, key: Option<&Key>, place: &Place) -> Option<Value> {
        if let Ok(number) = name.parse::<usize>() {
            let Positional::Known(words) = &self.environment.positional else { return None };
            let Some(before) = words.get(..number) else {
                return words.iter().all(|w| w.many.is_none()).then(Value::absent);
            };
            return before.iter().all(|w| w.many.is_none()).then(|| before.last().map(located)).flatten();
        }
        if matches!(name, "@" | "*") {
            let Positional::Known(words) = &self.environment.positional else { return None };
            return Some(joined(words));
        }
        let Some(binding) = self.environment.get(name) else {
            return if self.environment.remote { None } else { self.beside(name) };
        };
        match (&**binding, key) {
            (Binding::Scalar(value), None) => Some(value.clone()),
            (Binding::Scalar(_), Some(_)) => Some(Value::unknown(format!("`{name}` is no list"), Some(place.clone()))),
            (Binding::Unknown(reason), _) => Some(Value::unknown(reason.clone(), Some(place.clone()))),
            (Binding::Array(items), Some(Key::All)) => Some(joined(items)),
            (Binding::Array(items), None) => Some(items.first().map_or_else(Value::absent, located)),
            (Binding::Array(items), Some(Key::One(word))) => Some(self.by_key(word, place, |text| {
                items.get(text.parse::<usize>().ok()?).filter(|w| w.many.is_none() && w.guards.is_empty()).map(located)
            })),
            (Binding::Map(values), Some(Key::One(word))) => {
                Some(self.by_key(word, place, |text| values.get(text).cloned()))
            }
            (Binding::Map(_), _) => Some(Value::unknown("an element of a list", Some(place.clone()))),
        }
    }

    /// The elements for every text that a key may be.
    fn by_key(&self, key: &Word, place: &Place, element: impl Fn(&str) -> Option<Value>) -> Value {
        let mut found = Vec::new();
        for key in self.value(key).alternatives() {
            let Some(text) = value::text(key) else {
                return Value::unknown("an element of a list", Some(place.clone()));
            };
            let value =
                element(text).unwrap_or_else(|| Value::unknown(format!("no element `{text}`"), Some(place.clone())));
            for alternative in value.alternatives() {
                if !value::compatible(&alternative.guards, &key.guards) {
                    continue;
                }
                let mut alternative = alternative.clone();
                value::add_guards(&mut alternative.guards, &key.guards);
                alternative.overridable |= key.overridable;
                found.push(alternative);
            }
        }
        if found.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(found) }
    }

    /// The words that a word expands to.
    pub(super) fn fields(&self, word: &Word) -> Vec<CliWord> {
        if let [part] = word.parts.as_slice()
            && let PartKind::Variable(expansion) = &part.kind
        {
            if let Some(fields) = self.list(expansion, part) {
                return fields;
            }
            if !part.quoted {
                return self.split(expansion, word);
            }
        }
        let lists = |part: &Part| match &part.kind {
            PartKind::Variable(e) => e.name == "@" || matches!(e.key, Some(Key::All)) || e.name == "*" && !part.quoted,
            _ => false,
        };
        if word.parts.len() > 1 && word.parts.iter().any(lists) {
            return vec![CliWord::many("a list within a word", self.place(word.span))];
        }
        vec![self.one(word)]
    }

    /// A word that stays one word.
    fn one(&self, word: &Word) -> CliWord {
        let literal = word.parts.iter().all(|part| matches!(part.kind, PartKind::Text(_)));
        let variable = match word.parts.as_slice() {
            [Part { kind: PartKind::Variable(expansion), .. }] => Some(expansion.name.clone()),
            _ => None,
        };
        CliWord {
            place: self.place(word.span),
            value: self.value(word),
            literal,
            variable,
            inline: self.inline(word),
            guards: Vec::new(),
            many: None,
        }
    }

    /// The halves of `--name=value`, when the name is literal.
    fn inline(&self, word: &Word) -> Option<Inline> {
        let mut before = String::new();
        for (index, part) in word.parts.iter().enumerate() {
            let PartKind::Text(text) = &part.kind else { return None };
            let Some(at) = text.find(['=', ':']) else {
                before.push_str(text);
                continue;
            };
            let name = format!("{before}{}", text.get(..at).unwrap_or_default());
            if !name.starts_with('-') || name.len() < 2 {
                return None;
            }
            let rest = text.get(at + 1..).unwrap_or_default();
            let verbatim = part.span.range().len() == text.len();
            let start = if verbatim { part.span.start + u32::try_from(at).ok()? } else { part.span.start };
            let mut parts = Vec::new();
            if !rest.is_empty() {
                let span = if verbatim { Span { start: start + 1, end: part.span.end } } else { part.span };
                parts.push(Part { span, quoted: part.quoted, kind: PartKind::Text(rest.to_owned()) });
            }
            parts.extend(word.parts.get(index + 1..).unwrap_or_default().iter().cloned());
            let span = Span { start: (start + 1).min(word.span.end), end: word.span.end };
            let literal = parts.iter().all(|part| matches!(part.kind, PartKind::Text(_)));
            return Some(Inline {
                name,
                name_place: self.place(Span { start: word.span.start, end: start }),
                place: self.place(span),
                value: self.value(&Word { span, parts }),
                literal,
            });
        }
        None
    }

    /// The elements of `"${list[@]}"`, `"$@"` and `$list`.
    fn list(&self, expansion: &Expansion, part: &Part) -> Option<Vec<CliWord>> {
        let place = self.place(part.span);
        let all = matches!(expansion.key, Some(Key::All));
        let arguments = expansion.name == "@" || expansion.name == "*" && !part.quoted;
        if !all && !arguments {
            return None;
        }
        let skipped = match expansion.operator {
            Operator::None => Some(0),
            _ => first_element(place.text()),
        };
        let computed = || vec![CliWord::many(format!("`{}` is computed when it runs", place.text()), place.clone())];
        let Some(skipped) = skipped else { return Some(computed()) };
        if arguments {
            return Some(match &self.environment.positional {
                // The arguments are counted from 1; the one with the number 0 is the script.
                Positional::Known(words) if expansion.operator == Operator::None => words.to_vec(),
                Positional::Known(_) if skipped == 0 => computed(),
                Positional::Known(words) => behind(words, skipped - 1).unwrap_or_else(computed),
                Positional::Outside(whose) => {
                    vec![CliWord::many(format!("`${}` stands for further words: {whose}", expansion.name), place)]
                }
            });
        }
        Some(match self.environment.get(&expansion.name).map(Rc::as_ref) {
            Some(Binding::Array(items)) => behind(items, skipped).unwrap_or_else(computed),
            Some(Binding::Unknown(reason)) => vec![CliWord::many(reason.clone(), place)],
            Some(Binding::Scalar(_)) => vec![self.one(&Word { span: part.span, parts: vec![part.clone()] })],
            Some(Binding::Map(values)) => values
                .values()
                .map(|value| CliWord {
                    value: value.clone(),
                    ..CliWord::unknown("an element of a list", place.clone())
                })
                .collect(),
            None => vec![CliWord::many(format!("list `{}` is not set in this script", expansion.name), place)],
        })
    }

    /// The words of `$name` without quotes: its value is split at blanks.
    fn split(&self, expansion: &Expansion, word: &Word) -> Vec<CliWord> {
        let whole = self.one(word);
        let place = &whole.place;
        if expansion.operator == Operator::Alternative && !whole.value.is_absent() {
            return vec![CliWord::many(format!("depends on whether `{}` is set", expansion.name), place.clone())];
        }
        let splits = |text: &str| text.contains(char::is_whitespace);
        let several = whole.value.alternatives().len() > 1;
        let odd = |a: &Alternative| {
            value::text(a).is_some_and(|t| splits(t) || inline_at(t).is_some() || several && t.starts_with('-'))
        };
        if !whole.value.alternatives().iter().any(odd) {
            return vec![whole];
        }
        // Each text makes words of its own, which are there when it is.
        let mut words = Vec::new();
        for alternative in whole.value.alternatives() {
            match &alternative.content {
                Content::Text(text) => {
                    words.extend(text.split_whitespace().map(|piece| self.piece(piece, alternative, place)));
                }
                Content::Absent => {}
                Content::Unknown(unknown) => words.push(CliWord::many(unknown.reason.clone(), place.clone())),
            }
        }
        words
    }

    /// One of the words that a variable's text is split into.
    fn piece(&self, text: &str, of: &Alternative, place: &Place) -> CliWord {
        let value =
            |text: &str| Value::from(Alternative { content: Content::text(text), guards: Vec::new(), ..of.clone() });
        let inline = inline_at(text).map(|at| Inline {
            name: text.get(..at).unwrap_or_default().to_owned(),
            name_place: place.clone(),
            place: place.clone(),
            value: value(text.get(at + 1..).unwrap_or_default()),
            literal: false,
        });
        CliWord {
            place: place.clone(),
            value: value(text),
            literal: false,
            variable: None,
            inline,
            guards: of.guards.clone(),
            many: None,
        }
    }
}

/// The number in `${@:2}` and `${list[@]:1}`, which leave out what stands before it.
fn first_element(text: &str) -> Option<usize> {
    let (_, rest) = text.split_once(':')?;
    rest.strip_suffix('}')?.trim().parse().ok()
}

/// The words behind some; nothing when it is not sure how many words those are.
fn behind(words: &[CliWord], skipped: usize) -> Option<Vec<CliWord>> {
    let Some((before, rest)) = words.split_at_checked(skipped) else {
        return words.iter().all(|word| word.many.is_none()).then(Vec::new);
    };
    before.iter().all(|word| word.many.is_none() && word.guards.is_empty()).then(|| rest.to_vec())
}

/// The value of a word with the place where it stands.
pub(super) fn located(word: &CliWord) -> Value {
    let mut value = word.value.clone();
    for alternative in value.alternatives_mut() {
        if alternative.steps.is_empty() {
            let label = "the value is given here".to_owned();
            alternative.steps.push(crate::model::Step { place: word.place.clone(), label });
        }
        value::add_guards(&mut alternative.guards, &word.guards);
    }
    value
}

fn joined(words: &[CliWord]) -> Value {
    let mut values = Vec::new();
    for word in words {
        if word.many.is_some() || !word.guards.is_empty() {
            return Value::unknown("a list of words", Some(word.place.clone()));
        }
        if !values.is_empty() {
            values.push(Value::known(" "));
        }
        values.push(located(word));
    }
    if values.is_empty() { Value::absent() } else { value::concat(&values) }
}

/// `${name:-default}`: what is empty becomes the default; what somebody outside may set defaults to it.
fn with_default(value: Option<Value>, default: &Value) -> Value {
    let overridable = |default: &Value| {
        let mut default = default.clone();
        for alternative in default.alternatives_mut() {
            alternative.overridable = true;
        }
        default
    };
    let Some(value) = value else {
        return if default.is_absent() { value::outside("may be set outside", None) } else { overridable(default) };
    };
    let mut all = Vec::new();
    for alternative in value.alternatives() {
        let replacement = match &alternative.content {
            Content::Text(_) => None,
            Content::Absent => Some(default.clone()),
            Content::Unknown(_) if value::is_outside(alternative) && !default.is_absent() => Some(overridable(default)),
            Content::Unknown(_) => None,
        };
        let Some(replacement) = replacement else {
            all.push(alternative.clone());
            continue;
        };
        for other in replacement.alternatives() {
            if value::compatible(&other.guards, &alternative.guards) {
                let mut other = other.clone();
                value::add_guards(&mut other.guards, &alternative.guards);
                all.push(other);
            }
        }
    }
    if all.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(all) }
}

fn map_text(mut value: Value, change: impl Fn(&str) -> String) -> Value {
    for alternative in value.alternatives_mut() {
        if let Content::Text(text) = &mut alternative.content {
            *text = change(text);
        }
    }
    value
}

/// `<instance-id>` between quotes, `%ID%`, `@ID@` and `{id}`, which people or other programs fill in.
fn is_placeholder(text: &str) -> bool {
    let between = |open: char, close: char| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|inner| !inner.is_empty())
    };
    text.contains("{}") || between('<', '>') || between('%', '%') || between('@', '@') || between('{', '}')
}

/// The program whose path `$(which program)` or `$(command -v program)` gives.
fn located_program(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("$(").or_else(|| text.strip_prefix('`'))?;
    let mut words = inner.split(|c: char| c.is_whitespace() || ")`".contains(c)).filter(|word| !word.is_empty());
    match (words.next()?, words.next()?) {
        ("which", program) => Some(program),
        ("command" | "type", "-v" | "-p" | "-P") => words.next(),
        _ => None,
    }
}
