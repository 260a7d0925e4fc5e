//! What is known of a value, and through which places it was resolved.

use std::sync::Arc;

use crate::source::Place;

/// What is known of one parameter or fact: one or more alternatives, of which one holds when the
/// call runs. Never empty.
#[derive(Debug, Clone)]
pub struct Value {
    alternatives: Vec<Alternative>,
}

/// One thing that a value may be.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The value itself.
    pub content: Content,
    /// When this alternative holds. Two alternatives (of any two values of the call) whose guards
    /// name one key with different branches never hold together.
    pub guards: Vec<Guard>,
    /// The way from the call to where the text stands: the first step is what stands in the call, the
    /// last one is where the text was written. Empty when the text stands in the call itself.
    pub steps: Vec<Step>,
    /// Whether somebody outside the scanned files may set another value instead (a default of a root
    /// module variable, `${X:-default}`).
    pub overridable: bool,
}

/// The content of an alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Not given, `null`, or an empty string: the service treats them alike.
    Absent,
    /// This text, as the service would receive it.
    Text(String),
    /// Not known.
    Unknown(Unknown),
}

/// Why something is not known, and what would make it known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// A fragment for people that names what is missing, e.g. "variable `method` has no default".
    pub reason: String,
    /// Where the missing thing is declared or used.
    pub place: Option<Place>,
    /// Whether it is certain that some value is sent (the id of a resource, say).
    pub present: bool,
}

/// A condition on an alternative: `key` stands for one decision, `branch` for its outcome.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// The decision: the same text wherever the same decision is meant (the condition's own text with
    /// the module it is in, or a loop's place).
    pub key: Arc<str>,
    /// Which outcome: 0 is "true", 1 is "false"; in a loop, the number of the element.
    pub branch: u32,
    /// What kind of decision.
    pub kind: GuardKind,
}

/// The kind of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardKind {
    /// One branch is taken, and which is not known.
    Conditional,
    /// Each branch is taken, one after the other (a loop).
    Iteration,
}

/// One place on the way of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What happens there, a fragment for people: "default of variable `method`".
    pub label: String,
}

impl Value {
    /// A value that is absent.
    #[must_use]
    pub fn absent() -> Self {
        Self::from(Alternative::new(Content::Absent))
    }

    /// A value known from where it stands; an empty text is absent.
    #[must_use]
    pub fn known(text: impl Into<String>) -> Self {
        Self::from(Alternative::new(Content::text(text)))
    }

    /// A value that is not known.
    #[must_use]
    pub fn unknown(reason: impl Into<String>, place: Option<Place>) -> Self {
        Self::from(Alternative::new(Content::Unknown(Unknown { reason: reason.into(), place, present: false })))
    }

    /// A value that is one of several. With none it is absent.
    #[must_use]
    pub fn one_of(alternatives: Vec<Alternative>) -> Self {
        if alternatives.is_empty() { Self::absent() } else { Self { alternatives } }
    }

    /// The alternatives; at least one.
    #[must_use]
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    /// The alternatives, to be changed in place.
    pub fn alternatives_mut(&mut self) -> &mut [Alternative] {
        &mut self.alternatives
    }

    /// The text, when there is exactly one alternative and it is a text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.alternatives.as_slice() {
            [Alternative { content: Content::Text(text), .. }] => Some(text),
            _ => None,
        }
    }

    /// Whether it is certain that nothing is sent.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.alternatives.iter().all(|a| a.content == Content::Absent)
    }
}

impl From<Alternative> for Value {
    fn from(alternative: Alternative) -> Self {
        Self { alternatives: vec![alternative] }
    }
}

impl Alternative {
    /// An alternative that always holds and stands in the call itself.
    #[must_use]
    pub fn new(content: Content) -> Self {
        Self { content, guards: Vec::new(), steps: Vec::new(), overridable: false }
    }
}

impl Content {
    /// A text; an empty one is absent.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Absent } else { Self::Text(text) }
    }
}
