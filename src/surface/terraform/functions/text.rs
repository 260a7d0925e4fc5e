//! Functions on texts and numbers whose arguments are all known.

use std::rc::Rc;

use super::Outcome;
use crate::surface::terraform::symbol::{Data, Possible, Symbol};

/// How long a text may get.
const TEXT_LIMIT: usize = 100_000;

/// The outcome; nothing when the function is not one of these or does not take the arguments.
pub(super) fn apply(name: &str, values: &[&Possible]) -> Option<Outcome> {
    let text = |index: usize| values.get(index)?.data.as_text();
    let number = |index: usize| values.get(index)?.data.as_number();
    let from_text = |text: String| Some(Outcome::Data(Data::Text(Rc::from(text))));
    let from_number = |number: f64| Some(Outcome::Data(Data::Number(number)));
    let from_bool = |value: bool| Some(Outcome::Data(Data::Bool(value)));
    match (name, values.len()) {
        ("tostring" | "tonumber" | "tobool", 1) => conversion(name, values),
        ("lower", 1) => from_text(text(0)?.to_lowercase()),
        ("upper", 1) => from_text(text(0)?.to_uppercase()),
        ("title", 1) => from_text(title(&text(0)?)),
        ("trimspace", 1) => from_text(text(0)?.trim().to_owned()),
        ("chomp", 1) => from_text(text(0)?.trim_end_matches(['\n', '\r']).to_owned()),
        ("trim", 2) => {
            let cut = text(1)?;
            from_text(text(0)?.trim_matches(|c| cut.contains(c)).to_owned())
        }
        ("trimprefix", 2) => {
            let (whole, prefix) = (text(0)?, text(1)?);
            from_text(whole.strip_prefix(prefix.as_ref()).unwrap_or(&whole).to_owned())
        }
        ("trimsuffix", 2) => {
            let (whole, suffix) = (text(0)?, text(1)?);
            from_text(whole.strip_suffix(suffix.as_ref()).unwrap_or(&whole).to_owned())
        }
        ("startswith", 2) => from_bool(text(0)?.starts_with(text(1)?.as_ref())),
        ("endswith", 2) => from_bool(text(0)?.ends_with(text(1)?.as_ref())),
        ("strcontains", 2) => from_bool(text(0)?.contains(text(1)?.as_ref())),
        ("replace", 3) => {
            let (whole, from, to) = (text(0)?, text(1)?, text(2)?);
            let regular = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
            if regular || from.is_empty() || whole.len().saturating_mul(to.len().max(1)) > TEXT_LIMIT {
                return None;
            }
            from_text(whole.replace(from.as_ref(), &to))
        }
        ("substr", 3) => substring(&text(0)?, number(1)?, number(2)?).and_then(from_text),
        ("join", _) => join(values),
        ("split", 2) => {
            let (separator, whole) = (text(0)?, text(1)?);
            let parts: Vec<Symbol> = if separator.is_empty() {
                whole.chars().map(|c| Symbol::text(c.to_string())).collect()
            } else if whole.is_empty() {
                Vec::new()
            } else {
                whole.split(separator.as_ref()).map(Symbol::text).collect()
            };
            Some(Outcome::Data(Data::List(Rc::new(parts))))
        }
        ("format", 1..) => format(&text(0)?, values.get(1..)?).and_then(from_text),
        ("formatlist", 2..) => format_list(&text(0)?, values.get(1..)?),
        ("min" | "max", 1..) => {
            let numbers = values.iter().map(|v| v.data.as_number()).collect::<Option<Vec<f64>>>()?;
            from_number(numbers.into_iter().reduce(if name == "min" { f64::min } else { f64::max })?)
        }
        ("abs", 1) => from_number(number(0)?.abs()),
        ("ceil", 1) => from_number(number(0)?.ceil()),
        ("floor", 1) => from_number(number(0)?.floor()),
        ("signum", 1) => from_number(if number(0)? == 0.0 { 0.0 } else { number(0)?.signum() }),
        ("parseint", 2) => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
            let radix = number(1).filter(|r| (2.0..=36.0).contains(r))? as u32;
            #[allow(clippy::cast_precision_loss, reason = "beyond that it is not exact in Terraform either")]
            let parsed = i64::from_str_radix(&text(0)?, radix).ok().map(|n| n as f64);
            parsed.map_or(Some(Outcome::Refused("the text is no number")), from_number)
        }
        ("jsonencode", 1) => encoded(&values.first()?.data, 0).and_then(|json| from_text(json.to_string())),
        _ => None,
    }
}

fn conversion(name: &str, values: &[&Possible]) -> Option<Outcome> {
    let value = values.first()?;
    if matches!(value.data, Data::Null | Data::Id(_) | Data::Listing(_)) {
        return Some(Outcome::Symbol(Symbol::one_of(vec![(*value).clone()], None)));
    }
    let data = match name {
        "tostring" => value.data.as_text().map(Data::Text),
        "tonumber" => value.data.as_number().map(Data::Number),
        _ => value.data.as_bool().map(Data::Bool),
    };
    Some(data.map_or(Outcome::Refused("the value cannot be converted"), Outcome::Data))
}

fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            titled.push(c);
        } else {
            titled.extend(c.to_uppercase());
        }
        inside = c.is_alphanumeric() || c == '_' || c == '\'';
    }
    titled
}

fn substring(text: &str, offset: f64, length: f64) -> Option<String> {
    let count = text.chars().count();
    #[allow(clippy::cast_precision_loss, reason = "texts are small")]
    let offset = if offset < 0.0 { (count as f64 + offset).max(0.0) } else { offset };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and saturating")]
    let (offset, length) = (offset as usize, if length < 0.0 { usize::MAX } else { length as usize });
    Some(text.chars().skip(offset).take(length).collect())
}

fn join(values: &[&Possible]) -> Option<Outcome> {
    let (separator, lists) = values.split_first()?;
    // `join("", list)` is an old way to say `one(list)`: what the only element is stays what it is.
    if let [list] = lists
        && let [only] = list.data.elements()?.as_slice()
    {
        return Some(Outcome::Symbol(only.inside(list, None, "the only element")));
    }
    let separator = separator.data.as_text()?;
    let mut joined: Option<String> = None;
    for element in
        lists.iter().map(|list| list.data.elements()).collect::<Option<Vec<_>>>()?.into_iter().flat_map(|l| l.iter())
    {
        let text = element.single_text()?;
        match &mut joined {
            Some(joined) => {
                joined.push_str(&separator);
                joined.push_str(&text);
                if joined.len() > TEXT_LIMIT {
                    return None;
                }
            }
            None => joined = Some(text.to_string()),
        }
    }
    Some(Outcome::Data(Data::Text(Rc::from(joined.unwrap_or_default()))))
}

/// The verbs that people use: `%s`, `%d`, `%v`, `%q`, `%t`, `%%` and `%0<width>d`.
fn format(pattern: &str, values: &[&Possible]) -> Option<String> {
    let texts = values.iter().map(|value| value.data.as_text()).collect::<Option<Vec<_>>>()?;
    let mut texts = texts.iter();
    let mut formatted = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            formatted.push(c);
            continue;
        }
        let mut width = String::new();
        let verb = loop {
            match chars.next()? {
                digit if digit.is_ascii_digit() && width.len() < 3 => width.push(digit),
                verb => break verb,
            }
        };
        match (verb, width.is_empty()) {
            ('%', true) => formatted.push('%'),
            ('s' | 'd' | 'v' | 't', true) => formatted.push_str(texts.next()?),
            ('q', true) => formatted.push_str(&serde_json::Value::from(texts.next()?.as_ref()).to_string()),
            ('d', false) => {
                let fill = if width.starts_with('0') { '0' } else { ' ' };
                let text = texts.next()?;
                let missing = width.parse::<usize>().ok()?.saturating_sub(text.chars().count());
                formatted.extend(std::iter::repeat_n(fill, missing));
                formatted.push_str(text);
            }
            _ => return None,
        }
    }
    (formatted.len() <= TEXT_LIMIT).then_some(formatted)
}

fn format_list(pattern: &str, values: &[&Possible]) -> Option<Outcome> {
    let length = values.iter().filter_map(|v| v.data.elements().map(|list| list.len())).max()?;
    let mut formatted = Vec::with_capacity(length);
    for index in 0..length {
        let mut row: Vec<Possible> = Vec::with_capacity(values.len());
        for value in values {
            match value.data.elements() {
                Some(list) => match list.get(index)?.alternatives() {
                    [only] if only.data.hole().is_none() => row.push(only.clone()),
                    _ => return None,
                },
                None => row.push((*value).clone()),
            }
        }
        formatted.push(Symbol::text(format(pattern, &row.iter().collect::<Vec<_>>())?));
    }
    Some(Outcome::Data(Data::List(Rc::new(formatted))))
}

fn encoded(data: &Data, depth: usize) -> Option<serde_json::Value> {
    if depth > 32 {
        return None;
    }
    Some(match data {
        Data::Null => serde_json::Value::Null,
        Data::Bool(value) => serde_json::Value::Bool(*value),
        Data::Number(_) => serde_json::from_str(&data.as_text()?).ok()?,
        Data::Text(text) => serde_json::Value::from(text.as_ref()),
        Data::List(list) | Data::Set(list) => {
            list.iter().map(|e| encoded(e.single()?, depth + 1)).collect::<Option<Vec<_>>>()?.into()
        }
        Data::Map(entries) => {
            let mut object = serde_json::Map::new();
            for entry in entries.iter() {
                object.insert(entry.key.to_string(), encoded(entry.value.single()?, depth + 1)?);
            }
            serde_json::Value::Object(object)
        }
        _ => return None,
    })
}
