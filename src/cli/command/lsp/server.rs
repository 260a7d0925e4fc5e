//! What the editor says, and the answers.
//!
//! Owns the state of the conversation: before `initialize`, under way, after `shutdown`. A request that fails costs its
//! answer, never the server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use gen_lsp_types::{PositionEncodingKind, Range, TextDocumentContentChangeEvent};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::Document;
use super::position::Encoding;
use super::shared::{Shared, lock};
use super::text::Spot;
use super::{actions, completion, diagnostics, hover, settings, uri};
use crate::check::{Checker, Sieve};
use crate::cli::exit::Exit;
use crate::config::FILE_NAMES;

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing but `initialize` is answered.
    Before,
    /// Everything is.
    UnderWay,
    /// Nothing is any more.
    After,
}

/// Where messages go.
pub(super) type Out = Box<dyn Fn(Message) + Send>;

/// The side that talks.
pub(super) struct Server {
    checker: Arc<Checker>,
    sieve: Sieve,
    shared: Arc<Mutex<Shared>>,
    wake: Sender<()>,
    /// Told whenever something comes in, for the check that runs.
    newer: Arc<AtomicBool>,
    out: Out,
    stage: Stage,
    /// What the editor can be asked.
    can: Can,
}

/// What an editor can be asked.
#[derive(Default)]
struct Can {
    /// To watch files.
    watch: bool,
    /// To say what is set.
    set: bool,
    /// To say when something else is set.
    tell: bool,
}

/// An answer that is an error: its number, and what is wrong.
type Refusal = (ErrorCode, String);

#[derive(Deserialize)]
struct Opened {
    #[serde(rename = "textDocument")]
    text_document: OpenedText,
}

#[derive(Deserialize)]
struct OpenedText {
    uri: String,
    version: i32,
    text: String,
}

#[derive(Deserialize)]
struct Changed {
    #[serde(rename = "textDocument")]
    text_document: Named,
    #[serde(rename = "contentChanges")]
    content_changes: Vec<TextDocumentContentChangeEvent>,
}

#[derive(Deserialize)]
struct Named {
    uri: String,
    #[serde(default)]
    version: i32,
}

impl Server {
    pub(super) fn new(
        checker: Arc<Checker>,
        shared: Arc<Mutex<Shared>>,
        (wake, newer): (Sender<()>, Arc<AtomicBool>),
        out: Out,
    ) -> Self {
        let sieve = checker.sieve();
        Self { checker, sieve, shared, wake, newer, out, stage: Stage::Before, can: Can::default() }
    }

    /// Takes a message; gives the exit when it was the last one.
    pub(super) fn take(&mut self, message: Message) -> Option<Exit> {
        match message {
            Message::Request(request) => self.answer(request),
            Message::Notification(note) if note.method == "exit" => {
                return Some(if self.stage == Stage::After { Exit::Clean } else { Exit::Abandoned });
            }
            Message::Notification(note) if self.stage == Stage::UnderWay => {
                // A note that cannot be understood is none: there is nobody to tell.
                let _ = catch_unwind(AssertUnwindSafe(|| self.note(note)));
            }
            Message::Response(response) if self.stage == Stage::UnderWay && settings::is_answer(&response) => {
                let _ = catch_unwind(AssertUnwindSafe(|| self.configured(response)));
            }
            Message::Notification(_) | Message::Response(_) => {}
        }
        None
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answered = catch_unwind(AssertUnwindSafe(|| self.result(&method, params)));
        let answered = answered
            .unwrap_or_else(|_| Err((ErrorCode::InternalError, "an internal error; please report it".to_owned())));
        let response = match answered {
            Ok(result) => Response { id, response_result: Ok(result) },
            Err((code, message)) => Response::new_err(id, code as i32, message),
        };
        (self.out)(Message::Response(response));
    }

    fn result(&mut self, method: &str, params: Value) -> Result<Value, Refusal> {
        match (self.stage, method) {
            (Stage::Before, "initialize") => Ok(self.initialize(&params)),
            (Stage::Before, _) => Err((ErrorCode::ServerNotInitialized, format!("`{method}` before `initialize`"))),
            (Stage::After, _) => Err((ErrorCode::InvalidRequest, format!("`{method}` after `shutdown`"))),
            (_, "initialize") => Err((ErrorCode::InvalidRequest, "`initialize` a second time".to_owned())),
            (_, "shutdown") => {
                self.stage = Stage::After;
                Ok(Value::Null)
            }
            (_, "textDocument/hover") => self.hover(&params),
            (_, "textDocument/completion") => self.completion(&params),
            (_, "textDocument/codeAction") => self.actions(&params),
            (_, _) => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known"))),
        }
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let at = |pointer: &str| params.pointer(pointer);
        let offered: Vec<PositionEncodingKind> = at("/capabilities/general/positionEncodings")
            .and_then(|offered| Vec::deserialize(offered).ok())
            .unwrap_or_default();
        let encoding = Encoding::among(&offered);
        let can = |pointer: &str| at(pointer) == Some(&json!(true));
        self.can = Can {
            watch: can("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            set: can("/capabilities/workspace/configuration"),
            tell: can("/capabilities/workspace/didChangeConfiguration/dynamicRegistration"),
        };
        let mut shared = lock(&self.shared);
        shared.encoding = encoding;
        if let Some(options) = at("/initializationOptions") {
            shared.set = settings::read(options);
        }
        shared.set_folders(folders(params));
        self.stage = Stage::UnderWay;
        json!({
            "capabilities": {
                "positionEncoding": encoding.kind(),
                "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
                "hoverProvider": true,
                "completionProvider": { "triggerCharacters": ["\"", "[", ","] },
                "codeActionProvider": { "codeActionKinds": ["quickfix"] },
                "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
            },
            "serverInfo": { "name": diagnostics::SOURCE, "version": env!("CARGO_PKG_VERSION") },
        })
    }

    fn hover(&self, params: &Value) -> Result<Value, Refusal> {
        let spot = Spot::of(&lock(&self.shared), params, "/position");
        written(spot.and_then(|spot| hover::hover(spot.checker(&self.checker), &spot)))
    }

    fn completion(&self, params: &Value) -> Result<Value, Refusal> {
        let spot = Spot::of(&lock(&self.shared), params, "/position");
        written(spot.map(|spot| completion::completion(spot.checker(&self.checker), &self.sieve, &spot)))
    }

    fn actions(&self, params: &Value) -> Result<Value, Refusal> {
        let shared = lock(&self.shared);
        let spot = Spot::of(&shared, params, "/range/start");
        let range = params.get("range").and_then(|range| Range::deserialize(range).ok());
        let actions =
            spot.zip(range).map(|(spot, range)| actions::actions(&shared, spot.checker(&self.checker), &spot, range));
        written(actions.unwrap_or_default())
    }

    fn note(&mut self, note: Notification) {
        let Notification { method, params } = note;
        match method.as_str() {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.open(params),
            "textDocument/didChange" => self.change(params),
            "textDocument/didSave" => self.file_changed(named(&params).into_iter().collect()),
            "textDocument/didClose" => self.close(&params),
            "workspace/didChangeWatchedFiles" => self.watched(&params),
            "workspace/didChangeConfiguration" => self.configure(&params),
            "workspace/didChangeWorkspaceFolders" => self.move_folders(&params),
            _ => return,
        }
        self.wake();
    }

    /// Something has come in: the check that runs is not wanted any more, and another one is.
    fn wake(&self) {
        self.newer.store(true, Ordering::Relaxed);
        // The worker waits for nothing else; were it gone, so were the program.
        let _ = self.wake.send(());
    }

    fn initialized(&self) {
        let mut registrations = Vec::new();
        if self.can.watch {
            // What matters cannot be told by names: programs of many languages, tables of instances, ignore files.
            registrations.push(json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": [{ "globPattern": "**/*" }] },
            }));
        }
        if self.can.tell {
            registrations.push(json!({
                "id": "settings",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": { "section": diagnostics::SOURCE },
            }));
        }
        if !registrations.is_empty() {
            (self.out)(Message::Request(Request {
                id: RequestId::from("register".to_owned()),
                method: "client/registerCapability".to_owned(),
                params: json!({ "registrations": registrations }),
            }));
        }
        if self.can.set {
            (self.out)(settings::question());
        }
    }

    /// Takes what the editor answers about its settings.
    fn configured(&self, response: Response) {
        let Some(set) = settings::answered(response) else { return };
        let mut shared = lock(&self.shared);
        if shared.set != set {
            shared.set = set;
            shared.due.all = true;
            drop(shared);
            self.wake();
        }
    }

    fn open(&self, params: Value) {
        let Ok(Opened { text_document: OpenedText { uri, version, text } }) = serde_json::from_value(params) else {
            return;
        };
        // A text without a file has no place in any folder.
        let Some(path) = uri::to_path(&uri) else { return };
        let mut shared = lock(&self.shared);
        shared.due.texts.insert(path.clone());
        shared.published.remove(&uri);
        shared.documents.insert(uri.clone(), Document { uri, path, version, text: text.into() });
    }

    fn change(&self, params: Value) {
        let Ok(Changed { text_document, content_changes }) = serde_json::from_value(params) else { return };
        let mut shared = lock(&self.shared);
        let encoding = shared.encoding;
        let Some(document) = shared.documents.get_mut(&text_document.uri) else { return };
        document.change(text_document.version, content_changes, encoding);
        let path = document.path.clone();
        shared.due.texts.insert(path);
    }

    fn close(&self, params: &Value) {
        let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str) else { return };
        let mut shared = lock(&self.shared);
        if let Some(closed) = shared.documents.remove(uri) {
            shared.due.texts.insert(closed.path.clone());
            shared.due.files.insert(closed.path);
        }
    }

    fn file_changed(&self, paths: Vec<PathBuf>) {
        let mut shared = lock(&self.shared);
        // Tables of instances may lie anywhere, and so do the configurations that name them.
        shared.due.all |= paths.iter().any(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_inside = shared.folders.iter().any(|folder| path.starts_with(folder));
            FILE_NAMES.contains(&name.as_str()) || !is_inside
        });
        shared.due.files.extend(paths);
    }

    fn watched(&self, params: &Value) {
        let changes = params.get("changes").and_then(Value::as_array).into_iter().flatten();
        let paths = changes.filter_map(|change| uri::to_path(change.get("uri")?.as_str()?));
        // A git command changes thousands of files of its own, none of which is ever looked at.
        self.file_changed(paths.filter(|path| !path.components().any(|part| part.as_os_str() == ".git")).collect());
    }

    fn configure(&self, params: &Value) {
        let settings = params.get("settings").filter(|settings| settings.is_object());
        // Editors that can be asked often say only that something has changed.
        if self.can.set && settings.is_none_or(|settings| settings.as_object().is_some_and(serde_json::Map::is_empty)) {
            (self.out)(settings::question());
            return;
        }
        let mut shared = lock(&self.shared);
        if let Some(settings) = settings {
            shared.set = settings::read(settings);
        }
        shared.due.all = true;
    }

    fn move_folders(&self, params: &Value) {
        let paths = |which: &str| -> Vec<PathBuf> {
            let list = params.pointer(which).and_then(Value::as_array).into_iter().flatten();
            list.filter_map(|folder| uri::to_path(folder.get("uri")?.as_str()?)).collect()
        };
        let (added, removed) = (paths("/event/added"), paths("/event/removed"));
        let mut shared = lock(&self.shared);
        let mut folders = shared.folders.clone();
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(added);
        shared.set_folders(folders);
    }
}

/// An answer.
fn written(answer: impl serde::Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(answer).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

/// The file that a note is about.
fn named(params: &Value) -> Option<PathBuf> {
    let Named { uri, .. } = serde_json::from_value(params.get("textDocument")?.clone()).ok()?;
    uri::to_path(&uri)
}

/// The folders of the workspace: all of them, or the one root that older editors know.
fn folders(params: &Value) -> Vec<PathBuf> {
    if let Some(folders) = params.get("workspaceFolders").and_then(Value::as_array) {
        return folders.iter().filter_map(|folder| uri::to_path(folder.get("uri")?.as_str()?)).collect();
    }
    let root = params.get("rootUri").and_then(Value::as_str).and_then(uri::to_path);
    root.or_else(|| Some(PathBuf::from(params.get("rootPath")?.as_str()?))).into_iter().collect()
}
