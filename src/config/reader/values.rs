//! Single values: what kind each has to be of, and the words that may stand there.

use toml::de::DeTable;

use super::{Reader, Value};
use crate::config::layer::Set;
use crate::config::patterns::Patterns;
use crate::source::Span;

impl Reader<'_> {
    fn wrong_type(&mut self, value: &Value<'_>, wanted: &str) {
        let found = match value.get_ref().type_str() {
            "string" => "a text",
            "integer" => "a number",
            "float" => "a fraction",
            "boolean" => "true or false",
            "datetime" => "a date",
            "array" => "an array",
            _ => "a table",
        };
        self.problem(format!("expected {wanted}"), format!("this is {found}"), Span::from(value.span()), None);
    }

    pub(super) fn table<'t>(&mut self, value: &'t Value<'_>) -> Option<&'t DeTable<'t>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, "a table");
        }
        table
    }

    pub(super) fn text(&mut self, value: &Value<'_>) -> Option<Set<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, "a text");
            return None;
        };
        Some(self.set(text.to_owned(), Span::from(value.span())))
    }

    /// A text with something in it.
    pub(super) fn words(&mut self, value: &Value<'_>) -> Option<Set<String>> {
        let text = self.text(value)?;
        if text.value.trim().is_empty() {
            self.problem("this text is empty", "", text.place.span, None);
            return None;
        }
        Some(text)
    }

    pub(super) fn texts(&mut self, value: &Value<'_>) -> Option<Set<Vec<Set<String>>>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_type(value, "an array of texts: [\"…\"]");
            return None;
        };
        let texts = array.iter().filter_map(|item| self.words(item)).collect();
        Some(self.set(texts, Span::from(value.span())))
    }

    /// Patterns of paths, with their texts.
    pub(super) fn patterns(&mut self, value: &Value<'_>) -> Option<(Patterns, Set<Vec<Set<String>>>)> {
        let mut texts = self.texts(value)?;
        // Each is tried by itself, so that each that is none is told.
        texts.value.retain(|text| match Patterns::new([text.value.as_str()]) {
            Ok(_) => true,
            Err(error) => {
                let help = "`*` stands for part of a name, `**` for folders, `{a,b}` for either.".to_owned();
                self.problem("this is no pattern of paths", error.message, text.place.span, Some(help));
                false
            }
        });
        let patterns = Patterns::new(texts.value.iter().map(|text| text.value.as_str())).unwrap_or_default();
        Some((patterns, texts))
    }

    pub(super) fn whole_number(&mut self, value: &Value<'_>) -> Option<Set<u32>> {
        let number = value.get_ref().as_integer();
        let number = number.and_then(|integer| u32::from_str_radix(integer.as_str(), integer.radix()).ok());
        match number.filter(|number| *number > 0) {
            Some(number) => Some(self.set(number, Span::from(value.span()))),
            None => {
                self.problem("expected a whole number from 1 on", "", Span::from(value.span()), None);
                None
            }
        }
    }

    /// One of some words.
    pub(super) fn choice<T: Copy>(&mut self, what: &str, value: &Value<'_>, words: &[(&str, T)]) -> Option<Set<T>> {
        let text = self.text(value)?;
        match words.iter().find(|(word, _)| *word == text.value) {
            Some((_, choice)) => Some(self.set(*choice, text.place.span)),
            None => {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                self.misspelt(what, &text.value, text.place.span, &known);
                None
            }
        }
    }
}
