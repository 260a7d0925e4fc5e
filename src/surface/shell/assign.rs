//! Assignments and declarations.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Value;
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::{ArrayItem, AssignedValue, Assignment, Command, Word};

use super::doubt::names_in;
use super::env::Binding;
use super::run::{Flow, Runner};
use super::value;

/// How many elements a list may have.
const ELEMENTS: usize = 4_096;

/// How long a text may get that is kept because it may be run as a command.
const TEMPLATE: usize = 65_536;

impl Runner<'_> {
    pub(super) fn declare(&mut self, command: &Command) -> Flow {
        let words: Vec<String> = command.words.iter().filter_map(Word::literal).collect();
        let keyword = words.first().map_or("", String::as_str);
        let flags: String = words.iter().skip(1).filter(|w| w.starts_with('-')).cloned().collect();
        let names = words.iter().skip(1).filter(|w| !w.starts_with('-'));
        if keyword == "unset" {
            for name in names {
                self.environment.set(name, Binding::Scalar(Value::absent()));
                self.functions.remove(name);
            }
            return Flow::Next;
        }
        let in_function =
            !self.locals.is_empty() && keyword != "export" && keyword != "readonly" && !flags.contains('g');
        let assigned = command.assignments.iter().map(|a| &a.name);
        let all: Vec<String> = assigned.chain(names.clone()).cloned().collect();
        if in_function {
            for name in &all {
                let old = self.environment.get(name).cloned();
                if let Some(locals) = self.locals.last_mut() {
                    locals.push((name.clone(), old));
                }
            }
        }
        for name in names {
            if flags.contains('A') {
                self.environment.set(name, Binding::Map(BTreeMap::new()));
            } else if flags.contains('a') {
                self.environment.set(name, Binding::Array(Vec::new()));
            } else if in_function {
                self.environment.set(name, Binding::Scalar(Value::absent()));
            }
        }
        for assignment in &command.assignments {
            if flags.contains('A') {
                self.environment.set(&assignment.name, Binding::Map(BTreeMap::new()));
            }
            self.assign(assignment);
        }
        if keyword == "export" || flags.contains('x') {
            self.environment.export(all.iter().map(|name| Rc::from(name.as_str())));
        }
        self.load_dotenv(command);
        Flow::Next
    }

    pub(super) fn assign(&mut self, assignment: &Assignment) {
        let name = assignment.name.as_str();
        if let (AssignedValue::Word(word), None) = (&assignment.value, &assignment.key) {
            self.keep_template(assignment, word);
            let names = names_in([word]);
            if !names.is_empty() {
                self.origins.entry(name.to_owned()).or_default().extend(names);
            }
        }
        let binding = match (&assignment.value, &assignment.key) {
            (AssignedValue::Array(items), _) => self.array(assignment, items),
            (AssignedValue::Word(word), None) => self.scalar(assignment, word),
            (AssignedValue::Word(word), Some(key)) => self.element_set(assignment, key, word),
        };
        self.environment.set(name, binding);
    }

    /// The value of a word as a variable holds it.
    fn set_value(&self, name: &str, word: &Word) -> Value {
        let dotenv = self.source.path().rsplit('/').next().filter(|file| file.contains(".env"));
        let label = match dotenv {
            Some(file) => format!("`{name}` in {file}"),
            None => format!("`{name}` is set here"),
        };
        value::assigned(self.value(word), &self.place(word.span), &label)
    }

    fn scalar(&mut self, assignment: &Assignment, word: &Word) -> Binding {
        let value = self.set_value(&assignment.name, word);
        if !assignment.append {
            return Binding::Scalar(value);
        }
        match self.take(&assignment.name) {
            Some(Binding::Scalar(old)) => Binding::Scalar(value::append(old, value)),
            Some(_) => Binding::Unknown("a list that is changed".to_owned()),
            None => Binding::Scalar(Value::unknown("added to something that is not set in this script", None)),
        }
    }

    /// What a variable holds, to be changed: copied only where somebody else still holds it.
    fn take(&mut self, name: &str) -> Option<Binding> {
        let (binding, copied) = self.environment.take(name)?;
        self.spend(copied / 16);
        Some(binding)
    }

    fn array(&mut self, assignment: &Assignment, items: &[ArrayItem]) -> Binding {
        let old = self.environment.get(&assignment.name).map(Rc::as_ref);
        if items.iter().any(|item| item.key.is_some()) || matches!(old, Some(Binding::Map(_))) {
            return self.map(assignment, items);
        }
        let held = match old {
            Some(Binding::Array(old)) if assignment.append => old.len(),
            _ => 0,
        };
        let mut more = Vec::new();
        for item in items {
            if held + more.len() > ELEMENTS {
                break;
            }
            more.extend(self.fields(&item.word));
        }
        if held + more.len() > ELEMENTS {
            return Binding::Unknown("a list with very many elements".to_owned());
        }
        if !assignment.append {
            return Binding::Array(more);
        }
        let mut all = match self.take(&assignment.name) {
            Some(Binding::Array(old)) => old,
            Some(Binding::Scalar(old)) => {
                vec![CliWord { value: old, ..CliWord::unknown("", self.place(assignment.span)) }]
            }
            Some(_) => return Binding::Unknown("a list that is changed".to_owned()),
            None => {
                let reason = format!("list `{}` is not begun in this script", assignment.name);
                vec![CliWord::many(reason, self.place(assignment.span))]
            }
        };
        all.extend(more);
        Binding::Array(all)
    }

    /// A list by keys: `([a]=1 [b]=2)`, or keys and values by turns where the list is known to have keys.
    fn map(&mut self, assignment: &Assignment, items: &[ArrayItem]) -> Binding {
        let name = &assignment.name;
        let keyed = items.iter().any(|item| item.key.is_some());
        let texts: Option<Vec<_>> = items.iter().map(|item| item.word.literal()).collect();
        let mut more = Vec::new();
        if let (false, Some(texts)) = (keyed, texts) {
            for (pair, items) in texts.chunks_exact(2).zip(items.chunks_exact(2)) {
                if let ([key, value], [_, item]) = (pair, items) {
                    let label = format!("`{name}[{key}]` is set here");
                    let value = Value::known(value.clone());
                    more.push((key.clone(), value::assigned(value, &self.place(item.word.span), &label)));
                }
            }
        } else {
            for item in items {
                let key = item.key.as_ref().map(|key| self.value(key));
                let Some(key) = key.as_ref().and_then(Value::as_text) else {
                    return Binding::Unknown(format!("list `{name}` has keys that are not known"));
                };
                let label = format!("`{name}[{key}]` is set here");
                let value = value::assigned(self.value(&item.word), &self.place(item.word.span), &label);
                more.push((key.to_owned(), value));
            }
        }
        let mut map = match self.take(name).filter(|_| assignment.append) {
            Some(Binding::Map(map)) => map,
            _ => BTreeMap::new(),
        };
        map.extend(more);
        Binding::Map(map)
    }

    fn element_set(&mut self, assignment: &Assignment, key: &Word, word: &Word) -> Binding {
        let key = self.value(key);
        let changed = || Binding::Unknown(format!("list `{}` is changed element by element", assignment.name));
        let Some(key) = key.as_text().filter(|_| !assignment.append) else { return changed() };
        let label = format!("`{}[{key}]` is set here", assignment.name);
        let value = value::assigned(self.value(word), &self.place(word.span), &label);
        match self.take(&assignment.name) {
            Some(Binding::Map(mut map)) => {
                map.insert(key.to_owned(), value);
                Binding::Map(map)
            }
            _ => changed(),
        }
    }

    /// Keeps the text of an assignment that may be run as a command later.
    fn keep_template(&mut self, assignment: &Assignment, word: &Word) {
        let source = Arc::clone(&self.source);
        let text = word.embedded(|span| source.slice(span));
        let name = &assignment.name;
        if !assignment.append {
            if text.text().contains(char::is_whitespace) {
                self.templates.insert(name.clone(), (Rc::new(text), source));
            } else {
                self.templates.remove(name);
            }
        } else if let Some((old, old_source)) = self.templates.get_mut(name)
            && Arc::ptr_eq(old_source, &source)
            && old.text().len() < TEMPLATE
        {
            Rc::make_mut(old).append(&text);
        }
    }
}
