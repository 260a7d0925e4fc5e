//! One JSON object as its fields, the values still as text.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The fields of one object. Values are JSON texts that are looked into only when they are asked for.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Record<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// The text is no JSON object, or something stands behind it.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let record = deserializer.deserialize_map(Fields)?;
        deserializer.end()?;
        Ok(record)
    }

    /// A record of columns, whose values are texts.
    pub(super) fn of_columns<'t>(names: &'a [String], values: impl Iterator<Item = &'t str>) -> Self {
        let quoted = |value: &str| serde_json::Value::from(value).to_string();
        let fields =
            names.iter().zip(values).map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Owned(quoted(value))));
        Self { fields: fields.collect() }
    }

    /// The fields whose names begin with some text, without it.
    pub(super) fn below(&self, prefix: &str) -> Record<'_> {
        let rest = |name: &'_ str| -> Option<usize> {
            name.get(..prefix.len()).filter(|front| front.eq_ignore_ascii_case(prefix)).map(str::len)
        };
        let mut fields = Vec::new();
        for (name, value) in &self.fields {
            if let Some(name) = rest(name).and_then(|from| name.get(from..)) {
                fields.push((Cow::Borrowed(name), Cow::Borrowed(&**value)));
            }
        }
        Record { fields }
    }

    /// The JSON text of a field; of several the last, as most readers do. Letter case does not count, and neither does
    /// the difference between `.` and `_`: copies of records have both.
    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.fields.iter().rev().find(|(own, _)| is_same(own, name)).map(|(_, value)| &**value)
    }

    /// A field as a text: of a string what is in it, of anything else its JSON. Nothing for what stands for nothing:
    /// `null`, an empty string, and the word `null`, which some exports write.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        text_of(self.raw(name)?)
    }

    /// A field that is an object, or a string that holds one, as its JSON text.
    pub(super) fn object(&self, name: &str) -> Option<Cow<'_, str>> {
        let text = text_of(self.raw(name)?)?;
        text.trim_start().starts_with('{').then_some(text)
    }

    /// A field of an object in a field, or of a column that is named after both.
    pub(super) fn within(&self, outer: &str, inner: &str) -> Option<String> {
        let nested = self.object(outer).and_then(|text| {
            let record = Record::parse(&text).ok()?;
            record.text(inner).map(Cow::into_owned)
        });
        nested.or_else(|| self.text(&format!("{outer}.{inner}")).map(Cow::into_owned))
    }
}

/// What a JSON value says as a text.
pub(super) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let text = if raw.starts_with('"') {
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        if inner.contains('\\') { Cow::Owned(serde_json::from_str::<String>(raw).ok()?) } else { Cow::Borrowed(inner) }
    } else {
        Cow::Borrowed(raw)
    };
    (!text.is_empty() && text != "null").then_some(text)
}

fn is_same(own: &str, name: &str) -> bool {
    let plain = |byte: u8| if byte == b'_' { b'.' } else { byte.to_ascii_lowercase() };
    own.len() == name.len() && own.bytes().zip(name.bytes()).all(|(a, b)| plain(a) == plain(b))
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Record<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record<'de>, A::Error> {
        let mut fields = Vec::with_capacity(48);
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            fields.push((key, Cow::Borrowed(map.next_value::<&RawValue>()?.get())));
        }
        Ok(Record { fields })
    }
}

/// A key, borrowed where it holds no escape.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}
