//! Commands of the project's own of which its configuration says that they make the call: functions and scripts.
//!
//! Owns what the words of such a command say: options by name, and values by position. Whether the call is found in
//! what the command runs is asked by whoever asks here; that one says more.

use std::sync::Arc;

use crate::model::{Api, Argument, Call, Meaning, ParameterKind, Position, Quote, Runs, Spelling, Value, Wrapper};
use crate::source::Place;
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::Command;

use super::programs::program_of;
use super::run::Runner;

/// The words of a command behind the name of the wrapper.
struct Words<'a> {
    api: &'a Api,
    wrapper: &'a Wrapper,
    arguments: Vec<Argument>,
    /// By position.
    loose: Vec<&'a CliWord>,
    /// The text of the option that names the operation.
    action: Option<String>,
    family: &'static str,
    open: Option<(String, Place)>,
}

impl Runner<'_> {
    /// The call that a command makes by its name.
    pub(super) fn wrapped(&self, command: &Command, fields: &[CliWord]) -> Option<Call> {
        if self.project.apis.iter().all(|api| api.wrappers.is_empty()) {
            return None;
        }
        let program = program_of(fields)?;
        let base = |word: &CliWord| word.value.as_text().map(|text| text.rsplit('/').next().unwrap_or(text) == program);
        let at = fields.iter().position(|word| base(word) == Some(true))?;
        let head = &fields.get(at)?.place;
        let is_called = |wrapper: &&Wrapper| wrapper.is_called(program);
        self.project.apis.iter().find_map(|api| {
            let wrapper = api.wrappers.iter().find(is_called)?;
            let mut words = Words {
                api,
                wrapper,
                arguments: Vec::new(),
                loose: Vec::new(),
                action: None,
                family: "kebab",
                open: None,
            };
            words.read(fields.get(at + 1..)?);
            words.call(self, head, &self.place(command.span))
        })
    }
}

impl<'a> Words<'a> {
    fn read(&mut self, words: &'a [CliWord]) {
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            if word.many.is_some() || !word.guards.is_empty() {
                let reason = word.many.clone().unwrap_or_else(|| "it is only given in some cases".to_owned());
                self.open.get_or_insert_with(|| (reason, word.place.clone()));
                continue;
            }
            let text = word.inline.as_ref().map_or(word.value.as_text(), |inline| Some(inline.name.as_str()));
            let name = text.and_then(|text| text.strip_prefix('-')).map(|name| name.trim_start_matches('-'));
            let Some(name) = name.filter(|name| !name.is_empty()) else {
                self.loose.push(word);
                continue;
            };
            let is_action = matches!(&self.wrapper.action, Some(Position::Named(own)) if own.as_str() == name);
            let parameter = self.wrapper.parameter(self.api, name);
            let is_option = |next: &CliWord| next.value.as_text().is_some_and(|text| text.starts_with("--"));
            if parameter.is_none() && !is_action {
                // Whether the next word is the value of such an option is not known.
                if word.inline.is_none() && words.peek().is_some_and(|next| !is_option(next)) {
                    let next = words.next().unwrap_or(word);
                    let reason = format!("`{}` may take it", word.place.text());
                    self.open.get_or_insert_with(|| (reason, next.place.clone()));
                }
                continue;
            }
            let value = match &word.inline {
                Some(inline) => Some((inline.value.clone(), inline.place.clone(), inline.literal)),
                None => {
                    let next = words.next_if(|next| !is_option(next));
                    next.map(|next| (next.value.clone(), next.place.clone(), next.literal))
                }
            };
            let (value, place, literal) = value.unwrap_or_else(|| (Value::absent(), word.place.clone(), false));
            if is_action {
                self.action = value.as_text().map(str::to_owned);
            } else if let Some((parameter, family)) = parameter {
                self.family = family;
                let name = word.inline.as_ref().map_or(&word.place, |inline| &inline.name_place).clone();
                self.set(&parameter.name, name, (value, place, literal));
            }
        }
    }

    fn set(&mut self, parameter: &str, name: Place, (value, place, literal): (Value, Place, bool)) {
        self.arguments.retain(|argument| argument.parameter != parameter);
        self.arguments.push(Argument {
            parameter: parameter.to_owned(),
            name,
            place,
            value,
            literal: literal.then_some(Quote::Shell),
            removal: None,
        });
    }

    /// The call, unless another operation is named.
    fn call(mut self, runner: &Runner<'_>, head: &Place, place: &Place) -> Option<Call> {
        let mut loose = std::mem::take(&mut self.loose);
        let action = match &self.wrapper.action {
            Some(Position::Named(_)) => self.action.clone(),
            Some(Position::At(number)) => {
                let at = number.checked_sub(1).filter(|at| *at < loose.len())?;
                loose.remove(at).value.as_text().map(str::to_owned)
            }
            None if self.wrapper.positions.is_empty() => {
                loose.first().and_then(|word| word.value.as_text()).map(str::to_owned)
            }
            None => None,
        };
        let meaning = self.wrapper.meaning(self.api, action.as_deref());
        if meaning == Meaning::Other {
            return None;
        }
        let known_order = self.open.is_none();
        for (name, word) in self.wrapper.positions.iter().zip(loose).filter(|_| known_order) {
            self.set(name, word.place.clone(), (word.value.clone(), word.place.clone(), word.literal));
        }
        if meaning == Meaning::Implied {
            let reason = format!("`{}` may set it by itself", self.wrapper.name);
            self.open.get_or_insert_with(|| (reason, head.clone()));
        }
        self.fill(head);
        let context = runner.stack.last().map_or(String::new(), |function| format!("{function}: "));
        Some(Call {
            api: Arc::clone(&self.api.id),
            surface: runner.project.surface,
            subject: format!("{context}{}", self.wrapper.name),
            place: place.clone(),
            head: head.clone(),
            arguments: self.arguments,
            unknown_names: Vec::new(),
            facts: Vec::new(),
            guards: Vec::new(),
            spelling: Spelling { family: self.family, prefix: "--" },
            insert: None,
            runs: Runs::default(),
            advisory: false,
        })
    }

    /// What is not given is not known where there may be more; the instance never is.
    fn fill(&mut self, head: &Place) {
        let reason = format!("`{}` may set it by itself", self.wrapper.name);
        for parameter in &self.api.parameters {
            let given = self.arguments.iter().any(|argument| argument.parameter == parameter.name);
            let open = match &self.open {
                Some(open) => open.clone(),
                None if parameter.kind == ParameterKind::Identifier => (reason.clone(), head.clone()),
                None => continue,
            };
            if !given {
                self.arguments.push(Argument {
                    parameter: parameter.name.clone(),
                    name: open.1.clone(),
                    place: open.1.clone(),
                    value: Value::unknown(open.0, Some(open.1)),
                    literal: None,
                    removal: None,
                });
            }
        }
    }
}
