//! Functions and commands of a project that make the call: names, or tables that say more of each.

use std::collections::BTreeMap;

use super::{Reader, Value, WRAPPER, sorted};
use crate::config::layer::Set;
use crate::model::{Position, Wrapper};
use crate::source::Span;

/// What is wrong with a name that nothing can be called by.
const NAME: &str = "Parts of letters, digits, `_` and `-`, with dots between them: backup_rds, ops.rds.request.";

impl Reader<'_> {
    pub(super) fn wrappers(&mut self, value: &Value<'_>) -> Option<Set<Vec<Set<Wrapper>>>> {
        let span = Span::from(value.span());
        let Some(array) = value.get_ref().as_array() else {
            let help = "wrappers = [\"backup_rds\"], or entries that begin with a line `[[wrappers]]`.".to_owned();
            self.problem("expected an array of names or tables", "", span, Some(help));
            return None;
        };
        let mut all: Vec<Set<Wrapper>> = Vec::new();
        for entry in array.iter() {
            let wrapper = if entry.get_ref().as_table().is_some() { self.wrapper(entry) } else { self.named(entry) };
            let Some(wrapper) = wrapper else { continue };
            if all.iter().any(|known| known.value.name == wrapper.value.name) {
                let message = format!("`{}` is named twice", wrapper.value.name);
                self.problem(message, "", wrapper.place.span, None);
                continue;
            }
            all.push(wrapper);
        }
        Some(self.set(all, span))
    }

    /// A wrapper of which only the name is said.
    fn named(&mut self, value: &Value<'_>) -> Option<Set<Wrapper>> {
        let Set { value: name, place } = self.name(value)?;
        let wrapper = Wrapper { name, action: None, names: BTreeMap::new(), positions: Vec::new() };
        Some(Set { value: wrapper, place })
    }

    /// A name that something can be called by.
    fn name(&mut self, value: &Value<'_>) -> Option<Set<String>> {
        let name = self.words(value)?;
        let is_part =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if name.value.split('.').all(is_part) {
            return Some(name);
        }
        self.problem(format!("`{}` is no name", name.value), "", name.place.span, Some(NAME.to_owned()));
        None
    }

    fn wrapper(&mut self, entry: &Value<'_>) -> Option<Set<Wrapper>> {
        let table = self.table(entry)?;
        let (mut name, mut action) = (None, None);
        let (mut names, mut positions) = (BTreeMap::new(), Vec::new());
        for (key, span, value) in sorted(table) {
            match key {
                "name" => name = self.name(value),
                "action" => action = self.position(value),
                "parameters" if value.get_ref().as_array().is_some() => positions = self.parameters_in_order(value),
                "parameters" => names = self.parameters_by_name(value),
                _ => self.misspelt("key", key, span, WRAPPER),
            }
        }
        if !table.contains_key("name") {
            self.problem("this entry has no `name`", "", Span::from(entry.span()), None);
        }
        let Set { value: name, place } = name?;
        Some(Set { value: Wrapper { name, action, names, positions }, place })
    }

    /// Which of the things that are given: a number from 1 on, or a name.
    fn position(&mut self, value: &Value<'_>) -> Option<Position> {
        if value.get_ref().as_str().is_some() {
            return self.words(value).map(|name| Position::Named(name.value));
        }
        let number = self.whole_number(value)?;
        Some(Position::At(usize::try_from(number.value).unwrap_or(usize::MAX)))
    }

    fn parameters_in_order(&mut self, value: &Value<'_>) -> Vec<String> {
        let texts = self.texts(value).map(|texts| texts.value).unwrap_or_default();
        let known: Vec<bool> = texts.iter().map(|text| self.is_parameter(text)).collect();
        // A wrong name would move those behind it.
        if known.contains(&false) { Vec::new() } else { texts.into_iter().map(|text| text.value).collect() }
    }

    fn parameters_by_name(&mut self, value: &Value<'_>) -> BTreeMap<String, String> {
        let mut names = BTreeMap::new();
        let Some(table) = self.table(value) else { return names };
        for (own, _, value) in sorted(table) {
            if let Some(parameter) = self.words(value).filter(|text| self.is_parameter(text)) {
                names.insert(own.to_owned(), parameter.value);
            }
        }
        names
    }

    /// Whether a text is the name of a parameter; if not, that is told.
    fn is_parameter(&mut self, text: &Set<String>) -> bool {
        let apis = self.vocabulary.apis;
        let known = apis.iter().any(|api| api.parameter(&text.value).is_some());
        if !known {
            let mut names: Vec<&str> =
                apis.iter().flat_map(|api| api.parameters.iter().map(|parameter| parameter.name.as_str())).collect();
            names.dedup();
            self.misspelt("parameter", &text.value, text.place.span, &names);
        }
        known
    }
}
