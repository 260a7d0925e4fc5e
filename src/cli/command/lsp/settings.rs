//! What an editor sets: told with the first message, told when it changes, or asked for.

use std::path::PathBuf;

use clap::ValueEnum;
use lsp_server::{Message, Request, RequestId, Response};
use serde_json::{Value, json};

use super::diagnostics;
use super::shared::Set;
use crate::cli::arguments::Level;

/// The name of the question.
const QUESTION: &str = "settings";

/// Asks the editor what is set.
pub(super) fn question() -> Message {
    Message::Request(Request {
        id: RequestId::from(QUESTION.to_owned()),
        method: "workspace/configuration".to_owned(),
        params: json!({ "items": [{ "section": diagnostics::SOURCE }] }),
    })
}

/// Whether something answers the question.
pub(super) fn is_answer(response: &Response) -> bool {
    response.id == RequestId::from(QUESTION.to_owned())
}

/// What the answer says; nothing where the editor could not tell.
pub(super) fn answered(response: Response) -> Option<Set> {
    let answer = response.response_result.ok()?;
    Some(read(answer.get(0)?))
}

/// Settings, by themselves or under the program's name.
pub(super) fn read(settings: &Value) -> Set {
    let own = settings.get(diagnostics::SOURCE).unwrap_or(settings);
    let text = |key: &str| own.get(key).and_then(Value::as_str);
    let exclude = own.get("exclude").and_then(Value::as_array).into_iter().flatten();
    Set {
        level: text("level").and_then(|level| Level::from_str(level, true).ok()),
        config: text("config").filter(|path| !path.is_empty()).map(PathBuf::from),
        exclude: exclude.filter_map(Value::as_str).map(str::to_owned).collect(),
    }
}
