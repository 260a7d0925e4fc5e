//! Which calls are made against the same instance.

use super::rounds::program_of;
use crate::model::{Alternative, Call, Content};
use crate::source::Place;

/// What a call is made against.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    /// The same for every call on the instance.
    pub(super) key: Key,
    /// Whether two calls with this key are on the same instance for certain.
    pub(super) certain: bool,
    /// Whether it is the same in every round of a loop.
    pub(super) known: bool,
    /// Its name for people; absent when it has none.
    pub(super) name: Option<String>,
    /// What is missing to know it, and where.
    pub(super) missing: Option<(Place, String)>,
}

/// What tells instances apart. Its order is that in which findings are made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    /// By its id.
    Id(String),
    /// By what stands for its id within a program.
    Named(String, String),
    /// By the place and the words of what is not known: file, offsets, reason, and the text in the call.
    Missing(String, (u32, u32), String, String),
}

/// The instance that an alternative of the identifier means; nothing when none is named.
pub(super) fn instance_of(call: &Call, alternative: &Alternative, argument: &Place) -> Option<Instance> {
    let unknown = match &alternative.content {
        Content::Absent => return None,
        Content::Text(id) => {
            let id = id.trim().to_owned();
            // What stands for an id in an example means another instance in each program.
            let key = if is_placeholder(&id) {
                Key::Named(program_of(call).to_string(), id.clone())
            } else {
                Key::Id(id.clone())
            };
            return Some(Instance { key, certain: true, known: true, name: Some(id), missing: None });
        }
        Content::Unknown(unknown) => unknown,
    };
    let place = unknown.place.as_ref().unwrap_or(argument);
    if let Some(target) = &call.runs.target {
        let name = target.certain.then(|| target.name.to_string());
        return Some(Instance {
            key: Key::Named(program_of(call).to_string(), target.name.to_string()),
            certain: target.certain,
            known: target.certain,
            missing: name.is_none().then(|| (place.clone(), unknown.reason.clone())),
            name,
        });
    }
    let (path, start, end) = place.sort_key();
    Some(Instance {
        key: Key::Missing(path.to_owned(), (start, end), unknown.reason.clone(), argument.text().trim().to_owned()),
        certain: false,
        known: false,
        name: None,
        missing: Some((place.clone(), unknown.reason.clone())),
    })
}

/// Whether a text only shows where an id goes: `rm-xxxxxx`, `<instance-id>`, `your-instance`.
fn is_placeholder(id: &str) -> bool {
    let lower = id.to_ascii_lowercase();
    id.contains(['<', '>', '*', '{', '}', '…', ' '])
        || ["xxx", "your", "example"].iter().any(|word| lower.contains(word))
}
