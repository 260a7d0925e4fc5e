//! What is kept of one record.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A text that is kept once however often it occurs: an index into [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name(pub u32);

impl Name {
    /// The empty text, which stands for whatever a record does not say.
    pub const NONE: Self = Self(0);
}

/// Texts that are kept once.
#[derive(Debug, Clone)]
pub struct Names {
    texts: Vec<Arc<str>>,
    indices: FxHashMap<Arc<str>, u32>,
}

impl Default for Names {
    fn default() -> Self {
        let empty: Arc<str> = Arc::from("");
        Self { texts: vec![Arc::clone(&empty)], indices: std::iter::once((empty, 0)).collect() }
    }
}

impl Names {
    /// The name of a text; the same text has the same name.
    pub fn name(&mut self, text: &str) -> Name {
        if let Some(index) = self.indices.get(text) {
            return Name(*index);
        }
        let Ok(index) = u32::try_from(self.texts.len()) else { return Name::NONE };
        let text: Arc<str> = Arc::from(text);
        self.texts.push(Arc::clone(&text));
        self.indices.insert(text, index);
        Name(index)
    }

    /// All texts, in the order of their names.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// The text of a name; empty for a name of somebody else's.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.texts.get(name.0 as usize).map_or("", |text| text)
    }
}

/// The id of an event, which is the same in every copy of its record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EventId {
    /// 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, as a number, and whether its letters are capital.
    Uuid(u128, bool),
    /// Anything else, as it is written.
    Text(Box<str>),
    /// The record says none: a digest of what it says instead (time, instance, request, principal, outcome).
    Missing(u128),
}

/// Milliseconds since the beginning of 1970, UTC. A record without a time that can be read has none.
pub type Moment = Option<i64>;

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The service took it.
    Accepted,
    /// The service refused it with this error code and this message.
    Refused {
        /// The error code.
        code: Name,
        /// The message, cut to its first 300 bytes; it may name what is missing.
        message: Name,
    },
}

/// What is kept of the record of one call of an API that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivor {
    /// The id of the event.
    pub event: EventId,
    /// When.
    pub time: Moment,
    /// The id of the API.
    pub api: Name,
    /// Taken or refused.
    pub outcome: Outcome,
    /// The parameters that were sent and that the matrix knows, as one text: a JSON object in the API's own spelling and
    /// in the order of the matrix, values as texts. Equal calls have equal texts.
    pub parameters: Name,
    /// The value of the identifier parameter, else the instance that the record refers to.
    pub instance: Name,
    /// The region of the call.
    pub region: Name,
    /// The account that owns the instance.
    pub account: Name,
    /// Who called, as the ARN or, where there is none, the kind and the name: `acs:ram::<account>:user/<name>`,
    /// `acs:ram::<account>:role/<role>`, `acs:ram::<account>:root`, `system:<host>`.
    pub principal: Name,
    /// The session name of an assumed role.
    pub session: Name,
    /// The program that called, without its version numbers.
    pub agent: Name,
    /// Where the call came from: an address, a host of the service, or `Internal`.
    pub origin: Name,
    /// The job id that the service gave back.
    pub job: Name,
    /// The refusal's detail (`AccessDeniedDetail`), as one JSON text; empty when there is none.
    pub denial: Name,
    /// The file, by its path as it was given.
    pub file: Name,
    /// Which record of the file, counted from 1.
    pub record: u64,
    /// Where the record begins in the decompressed text: bytes, line and column (both from 1; the column counts bytes).
    pub offset: u64,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

impl Survivor {
    /// Gives each name another one.
    pub(super) fn rename(&mut self, mut renamed: impl FnMut(Name) -> Name) {
        if let Outcome::Refused { code, message } = &mut self.outcome {
            *code = renamed(*code);
            *message = renamed(*message);
        }
        let names = [
            &mut self.api,
            &mut self.parameters,
            &mut self.instance,
            &mut self.region,
            &mut self.account,
            &mut self.principal,
            &mut self.session,
            &mut self.agent,
            &mut self.origin,
            &mut self.job,
            &mut self.denial,
            &mut self.file,
        ];
        for name in names {
            *name = renamed(*name);
        }
    }
}
