//! What whoever runs a program gives it: names in its text, variables of the environment, arguments.

use std::rc::Rc;
use std::sync::Arc;

use super::machine::Machine;
use super::symbol::{Data, Hole, Possible, Symbol};
use crate::model::{Content, Value};
use crate::source::Span;

/// The tables of the environment.
const ENVIRONMENTS: &[&str] = &["os.environ", "process.env"];

/// The lists of arguments, and how many of ours stand before their first one.
const ARGUMENTS: &[(&str, bool)] = &[("sys.argv", false), ("process.argv", true)];

/// Whether something outside is the environment.
pub(super) fn is_environment(path: &str) -> bool {
    ENVIRONMENTS.contains(&path)
}

impl Machine<'_> {
    /// Gives names of the program what they hold.
    pub(crate) fn give<'v>(&mut self, names: impl Iterator<Item = (&'v str, &'v Value)>) {
        let place = self.place(Span::default());
        for (name, value) in names {
            self.bind(name, symbol_of(value), &place);
        }
    }

    /// Says what is known of the environment and of the arguments.
    pub(crate) fn surroundings(&mut self, environment: &[(String, Value)], arguments: &[Value]) {
        self.settings = environment.iter().map(|(name, value)| (name.clone(), symbol_of(value))).collect();
        self.arguments = arguments.iter().map(symbol_of).collect();
    }

    /// A variable of the environment, if something is known of it.
    pub(crate) fn setting(&self, name: &str) -> Option<Symbol> {
        self.settings.get(name).cloned()
    }

    /// An element of the environment or of the arguments.
    pub(super) fn outside_element(&self, path: &str, key: &Data) -> Option<Symbol> {
        match key {
            Data::Text(name) if is_environment(path) => self.setting(name),
            Data::Number(number) => {
                let (_, behind) = ARGUMENTS.iter().find(|(list, _)| *list == path)?;
                let at: usize = number.parse().ok()?;
                self.arguments.get(at.checked_sub(usize::from(*behind))?).cloned()
            }
            _ => None,
        }
    }
}

/// A value as the machine knows it.
fn symbol_of(value: &Value) -> Symbol {
    let possible = |alternative: &crate::model::Alternative| {
        let data = match &alternative.content {
            Content::Text(text) => Data::Text(Arc::from(text.as_str())),
            Content::Absent => Data::Absent,
            Content::Unknown(unknown) => Data::Unknown(Rc::new(Hole {
                reason: unknown.reason.clone(),
                place: unknown.place.clone(),
                present: unknown.present,
                ..Hole::default()
            })),
        };
        Possible {
            guards: alternative.guards.clone(),
            overridable: alternative.overridable,
            ..Possible::new(data, alternative.steps.clone())
        }
    };
    let alternatives: Vec<Possible> = value.alternatives().iter().map(possible).collect();
    Symbol::of(alternatives)
}
