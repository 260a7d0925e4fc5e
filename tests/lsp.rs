//! The language server as an editor meets it: the binary, over pipes.

#![cfg(feature = "lsp")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::fs;
use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// One line of Terraform with a value that is none, behind a sign that UTF-16 writes in two units.
const WRONG: &str = "resource \"alicloud_rds_backup\" \"nightly\" {\r\n  db_instance_id = \"rm-2ze5f8k1w0d3q7a9x\"\r\n  /* 😀 */ backup_method = \"Snapshott\"\r\n}\r\n";

/// An editor without a screen.
struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Message>,
    folder: TempDir,
    next: i32,
}

impl Editor {
    /// Starts the server in a folder with these files, and says nothing yet.
    fn start(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_backuplint"))
            .args(["lsp", "--stdio"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let (sender, output) = channel();
        std::thread::spawn(move || {
            while let Ok(Some(message)) = Message::read(&mut reader) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, output, folder, next: 0 }
    }

    /// Starts the server and opens the folder as a workspace.
    fn open(files: &[(&str, &str)]) -> Self {
        let mut editor = Self::start(files);
        let answer = editor.initialize(json!({}));
        assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
        editor
    }

    fn initialize(&mut self, capabilities: Value) -> Value {
        let folders = json!([{ "uri": self.uri(""), "name": "w" }]);
        let params =
            json!({ "processId": null, "rootUri": null, "capabilities": capabilities, "workspaceFolders": folders });
        let answer = self.ask("initialize", params).unwrap();
        self.tell("initialized", json!({}));
        answer
    }

    fn uri(&self, file: &str) -> String {
        format!("file://{}", self.folder.path().join(file).display()).trim_end_matches('/').to_owned()
    }

    fn send(&mut self, message: &Message) {
        message.write(self.input.as_mut().unwrap()).unwrap();
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&Message::Notification(Notification { method: method.to_owned(), params }));
    }

    /// Asks, and gives the answer or the number of the error.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, i32> {
        self.next += 1;
        let id = self.next;
        self.send(&Message::Request(Request { id: id.into(), method: method.to_owned(), params }));
        loop {
            if let Message::Response(response) = self.output.recv_timeout(PATIENCE).expect("an answer")
                && response.id == id.into()
            {
                return response.response_result.map_err(|error| error.code);
            }
        }
    }

    /// What is published of a file next, when it is what is waited for.
    fn published(&mut self, file: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let uri = self.uri(file);
        loop {
            let message = self.output.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("nothing is said of {file}"));
            if let Message::Notification(note) = message
                && note.method == "textDocument/publishDiagnostics"
                && note.params["uri"] == uri.as_str()
                && wanted(&note.params)
            {
                return note.params;
            }
        }
    }

    fn one(&mut self, file: &str) -> Value {
        self.published(file, |params| count(params) == 1)["diagnostics"][0].clone()
    }

    fn none(&mut self, file: &str) -> Value {
        self.published(file, |params| count(params) == 0)
    }

    fn did_open(&mut self, file: &str, text: &str) {
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "languageId": "terraform", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn did_change(&mut self, file: &str, version: i32, changes: Value) {
        let uri = self.uri(file);
        let document = json!({ "uri": uri, "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    fn did_close(&mut self, file: &str) {
        let uri = self.uri(file);
        self.tell("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    fn on_disk(&mut self, file: &str, text: Option<&str>) {
        let path = self.folder.path().join(file);
        match text {
            Some(text) => fs::write(path, text).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        let kind = if text.is_some() { 2 } else { 3 };
        let uri = self.uri(file);
        self.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": uri, "type": kind }] }));
    }

    /// Says goodbye as it should be, and gives the exit code.
    fn goodbye(mut self) -> i32 {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.exit()
    }

    fn exit(mut self) -> i32 {
        self.tell("exit", Value::Null);
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn count(params: &Value) -> usize {
    params["diagnostics"].as_array().unwrap().len()
}

/// The text at a range that counts in UTF-16.
fn at<'t>(text: &'t str, range: &Value) -> &'t str {
    let offset = |position: &Value| {
        let line = text.split_inclusive('\n').nth(position["line"].as_u64().unwrap() as usize).unwrap();
        let before = line.as_ptr() as usize - text.as_ptr() as usize;
        let mut units = position["character"].as_u64().unwrap() as usize;
        let inside = line.char_indices().find(|(_, sign)| {
            let done = units == 0;
            units = units.saturating_sub(sign.len_utf16());
            done
        });
        before + inside.map_or(line.len(), |(at, _)| at)
    };
    &text[offset(&range["start"])..offset(&range["end"])]
}

#[test]
fn the_workspace_is_checked_at_the_start_and_after_each_change() {
    let mut editor = Editor::open(&[("main.tf", WRONG)]);
    let found = editor.one("main.tf");
    assert_eq!(
        (&found["code"], &found["source"], &found["severity"]),
        (&json!("invalid-value"), &json!("backuplint"), &json!(1))
    );
    assert!(at(WRONG, &found["range"]).contains("Snapshott"), "{found}");
    assert!(found["message"].as_str().unwrap().contains("(certain)"), "{found}");
    editor.did_open("main.tf", WRONG);
    let opened = editor.published("main.tf", |_| true);
    assert_eq!((count(&opened), &opened["version"]), (1, &json!(1)));
    // The last letter of the wrong word goes.
    let column = WRONG.lines().nth(2).unwrap().encode_utf16().count() - 2;
    let range = json!({ "start": { "line": 2, "character": column }, "end": { "line": 2, "character": column + 1 } });
    editor.did_change("main.tf", 2, json!([{ "range": range, "text": "" }]));
    assert_eq!(editor.none("main.tf")["version"], 2);
    editor.did_change("main.tf", 3, json!([{ "text": WRONG }]));
    assert_eq!(editor.published("main.tf", |_| true)["version"], 3);
    assert_eq!(editor.goodbye(), 0);
}

#[test]
fn columns_are_bytes_for_an_editor_that_likes_them() {
    let mut editor = Editor::start(&[("main.tf", WRONG)]);
    let answer = editor.initialize(json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } }));
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-8");
    let found = editor.one("main.tf");
    let line = WRONG.lines().nth(2).unwrap();
    let start = found["range"]["start"]["character"].as_u64().unwrap() as usize;
    assert!(line[start..].starts_with("\"Snapshott") || line[start..].starts_with("Snapshott"), "{found}");
}

#[test]
fn a_change_in_one_file_changes_what_is_said_of_another_one() {
    let main = "variable \"method\" {}\n\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-2ze5f8k1w0d3q7a9x\"\n  backup_method  = var.method\n}\n";
    let right = "method = \"Snapshot\"\n";
    let mut editor = Editor::open(&[("main.tf", main), ("terraform.tfvars", right)]);
    editor.did_open("terraform.tfvars", right);
    editor.published("terraform.tfvars", |_| true);
    editor.did_change("terraform.tfvars", 2, json!([{ "text": "method = \"Snapshott\"\n" }]));
    // Where the finding stands is decided by the check; both files have to be told of.
    let uris = [editor.uri("main.tf"), editor.uri("terraform.tfvars")];
    let found = loop {
        let Message::Notification(note) = editor.output.recv_timeout(PATIENCE).unwrap() else { continue };
        if note.params["diagnostics"].as_array().is_some_and(|all| !all.is_empty()) {
            break note.params;
        }
    };
    assert!(uris.contains(&found["uri"].as_str().unwrap().to_owned()), "{found}");
    let related = found["diagnostics"][0]["relatedInformation"].as_array().unwrap();
    assert!(related.iter().any(|place| place["location"]["uri"] != found["uri"]), "{found}");
    editor.did_change("terraform.tfvars", 3, json!([{ "text": right }]));
    let file = if found["uri"] == uris[0].as_str() { "main.tf" } else { "terraform.tfvars" };
    editor.none(file);
}

#[test]
fn texts_without_files_and_files_that_go() {
    let mut editor = Editor::open(&[("old.tf", WRONG)]);
    editor.one("old.tf");
    editor.on_disk("old.tf", None);
    editor.none("old.tf");
    editor.did_open("new.tf", WRONG);
    editor.one("new.tf");
    editor.did_close("new.tf");
    editor.none("new.tf");
    editor.on_disk("later.tf", Some(WRONG));
    editor.one("later.tf");
    editor.on_disk("later.tf", Some(&WRONG.replace("tt\"", "t\"")));
    editor.none("later.tf");
}

#[test]
fn what_is_left_out_on_disk_is_left_out_when_it_is_open() {
    let mut editor = Editor::open(&[("main.tf", WRONG), ("hidden.tf", WRONG), (".gitignore", "hidden.tf\n")]);
    editor.one("main.tf");
    editor.did_open("hidden.tf", WRONG);
    assert_eq!(count(&editor.published("hidden.tf", |_| true)), 0);
}

#[test]
fn a_broken_text_costs_nothing_but_itself() {
    let mut editor = Editor::open(&[("main.tf", WRONG)]);
    editor.one("main.tf");
    editor.did_open("broken.tf", "resource \"alicloud_rds_backup\" \"b\" {\n  backup_method = \"");
    editor.published("broken.tf", |_| true);
    editor.did_change("nobody.tf", 7, json!([{ "text": "" }]));
    editor.did_change("broken.tf", 2, json!([{ "range": { "start": { "line": 90, "character": 9 }, "end": { "line": 3, "character": 0 } }, "text": "}" }]));
    editor.tell("textDocument/didOpen", json!({ "nonsense": true }));
    editor.tell("$/whatever", json!([1]));
    editor.did_change("broken.tf", 3, json!([{ "text": WRONG }]));
    editor.one("broken.tf");
    assert_eq!(editor.goodbye(), 0);
}

#[test]
fn requests_out_of_turn_are_refused() {
    let mut editor = Editor::start(&[]);
    assert_eq!(editor.ask("textDocument/hover", json!({})), Err(-32002));
    editor.initialize(json!({}));
    assert_eq!(editor.ask("backuplint/unheard", json!({})), Err(-32601));
    assert_eq!(editor.ask("initialize", json!({})), Err(-32600));
    assert_eq!(editor.ask("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(editor.ask("textDocument/hover", json!({})), Err(-32600));
    assert_eq!(editor.exit(), 0);
}

#[test]
fn the_exit_code_tells_whether_the_editor_said_goodbye() {
    assert_eq!(Editor::start(&[]).exit(), 1);
    assert_eq!(Editor::open(&[]).exit(), 1);
    let mut gone = Editor::open(&[]);
    gone.input = None;
    assert_eq!(gone.child.wait().unwrap().code(), Some(1));
    let mut noise = Editor::open(&[]);
    noise.input.as_mut().unwrap().write_all(b"Content-Length: 3\r\n\r\n{]}").unwrap();
    assert_eq!(noise.child.wait().unwrap().code(), Some(1));
}

#[test]
fn configurations_hold_and_their_faults_are_shown_where_they_are() {
    let mut editor = Editor::open(&[("main.tf", WRONG)]);
    editor.one("main.tf");
    editor.on_disk("backuplint.toml", Some("[rules]\ninvalid-value = \"off\"\n"));
    editor.none("main.tf");
    editor.on_disk("backuplint.toml", Some("nonsense = 1\n"));
    let fault = editor.one("backuplint.toml");
    assert_eq!(fault["source"], "backuplint");
    editor.on_disk("backuplint.toml", Some(""));
    editor.none("backuplint.toml");
    editor.one("main.tf");
    editor
        .tell("workspace/didChangeConfiguration", json!({ "settings": { "backuplint": { "exclude": ["main.tf"] } } }));
    editor.none("main.tf");
}

#[test]
fn a_file_outside_of_every_folder_is_checked_by_itself() {
    let mut editor = Editor::start(&[("alone.tf", WRONG), ("other.tf", WRONG)]);
    editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    editor.tell("initialized", json!({}));
    editor.did_open("alone.tf", WRONG);
    editor.one("alone.tf");
    editor.did_close("alone.tf");
    editor.none("alone.tf");
    assert!(Path::new(editor.folder.path()).exists());
}

#[test]
fn what_can_be_done_about_a_finding_is_offered() {
    let mut editor = Editor::open(&[("main.tf", WRONG)]);
    editor.did_open("main.tf", WRONG);
    let found =
        editor.published("main.tf", |params| count(params) == 1 && params["version"] == 1)["diagnostics"][0].clone();
    let uri = editor.uri("main.tf");
    let params = json!({ "textDocument": { "uri": uri }, "range": found["range"], "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", params).unwrap();
    let edited = |action: &Value| {
        let edit = &action["edit"]["changes"][&uri][0];
        let old = at(WRONG, &edit["range"]);
        let start = old.as_ptr() as usize - WRONG.as_ptr() as usize;
        format!("{}{}{}", &WRONG[..start], edit["newText"].as_str().unwrap(), &WRONG[start + old.len()..])
    };
    let actions = actions.as_array().unwrap();
    let ignore = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with("ignore")).unwrap();
    assert_eq!(ignore["kind"], "quickfix");
    editor.did_change("main.tf", 2, json!([{ "text": edited(ignore) }]));
    assert_eq!(editor.none("main.tf")["version"], 2);
    for fix in actions.iter().filter(|action| !action["title"].as_str().unwrap().starts_with("ignore")) {
        let is_safe = fix["isPreferred"] == json!(true);
        assert_eq!(!is_safe, fix["title"].as_str().unwrap().contains("unsafe"), "{fix}");
        assert!(!edited(fix).contains("Snapshott"), "{fix}");
    }
}

#[test]
fn values_and_rules_are_explained_and_completed() {
    let text = "resource \"alicloud_db_instance\" \"i\" {\n  engine = \"PostgreSQL\"\n  engine_version = \"15.0\"\n  db_instance_storage_type = \"cloud_essd\"\n}\n\n# backuplint: ignore[undecided-call] reason=\"r\"\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = alicloud_db_instance.i.id\n  backup_method = \"Snapshot\"\n}\n";
    let mut editor = Editor::open(&[("main.tf", text)]);
    editor.did_open("main.tf", text);
    editor.published("main.tf", |params| params["version"] == 1);
    let uri = editor.uri("main.tf");
    let place = |line: u32, character: u32| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    let hover = editor.ask("textDocument/hover", place(9, 5)).unwrap();
    let shown = hover["contents"]["value"].as_str().unwrap();
    assert!(shown.contains("`Snapshot`: supported") && shown.contains("`Logical`: error"), "{shown}");
    let rule = editor.ask("textDocument/hover", place(6, 25)).unwrap();
    assert!(rule["contents"]["value"].as_str().unwrap().starts_with("**undecided-call**"), "{rule}");
    assert_eq!(editor.ask("textDocument/hover", place(0, 3)), Ok(Value::Null));
    // While a value is typed the text is broken, and what was known before still helps.
    let broken = text.replace("\"Snapshot\"\n}", "\"L\n}");
    editor.did_change("main.tf", 2, json!([{ "text": broken }]));
    let items = editor.ask("textDocument/completion", place(9, 20)).unwrap();
    let labels: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"Logical") && labels.contains(&"Snapshot"), "{labels:?}");
    assert_eq!(items[0]["textEdit"]["range"]["start"]["character"], 19);
    let ids = editor.ask("textDocument/completion", place(6, 22)).unwrap();
    assert!(ids.as_array().unwrap().iter().any(|item| item["label"] == "invalid-value"), "{ids}");
    // An argument of the same name in a block of another kind is nobody's business.
    editor.did_change("main.tf", 3, json!([{ "text": "resource \"aws_x\" \"y\" {\n  backup_method = \"\n}\n" }]));
    let other = editor.ask("textDocument/completion", place(1, 19)).unwrap();
    assert_eq!(other, json!([]));
}

#[test]
fn values_are_completed_in_yaml() {
    let template = "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: b\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        DBInstanceId: pgm-2ze5f8k1w0d3q7a9\n        BackupMethod: Snapshot\n        BackupStrategy: \n";
    let mut editor = Editor::open(&[("template.yml", template)]);
    editor.did_open("template.yml", template);
    editor.published("template.yml", |params| params["version"] == 1);
    let uri = editor.uri("template.yml");
    let place = |line: usize, character: usize| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    let typed = template.replace("BackupMethod: Snapshot", "BackupMethod: L");
    editor.did_change("template.yml", 2, json!([{ "text": typed }]));
    let items = editor.ask("textDocument/completion", place(9, 23)).unwrap();
    let of = |label: &str| items.as_array().unwrap().iter().find(|item| item["label"] == label).unwrap().clone();
    let (right, wrong) = (of("Snapshot"), of("Logical"));
    assert_eq!(right["textEdit"]["newText"], "Snapshot", "nothing has to be quoted");
    assert_eq!((&right["detail"], right["sortText"].as_str().unwrap().starts_with('0')), (&json!("supported"), true));
    assert!(wrong["detail"].as_str().unwrap().starts_with("error, certain"), "{wrong}");
    assert_eq!(right["textEdit"]["range"]["start"]["character"], 22);
    // Of a value that is not begun, too; a name that no call has is nobody's business.
    let items = editor.ask("textDocument/completion", place(10, 24)).unwrap();
    let labels: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    assert!(labels.contains(&"db") && labels.contains(&"instance"), "{labels:?}");
    assert_eq!(editor.ask("textDocument/completion", place(2, 11)).unwrap(), json!([]));
}

const OWN: &str = "id: snapshots-only\ntitle: snapshots only\nseverity: warning\nwhy: They are quick.\nfix: Say Snapshot.\nforbid: { parameters: { BackupMethod: { not: Snapshot } } }\n";

#[test]
fn rules_of_ones_own_hold_in_an_editor() {
    let text = "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"pgm-2ze5f8k1w0d3q7a9\"\n  # backuplint: \n  backup_method  = \"Physical\"\n}\n";
    let mut editor =
        Editor::open(&[("main.tf", text), ("own.yaml", OWN), ("backuplint.toml", "policies = [\"own.yaml\"]\n")]);
    let found = editor.one("main.tf");
    assert_eq!((&found["code"], &found["severity"]), (&json!("snapshots-only"), &json!(2)));
    editor.did_open("main.tf", &text.replace("backuplint: ", "backuplint: ignore[snap"));
    let uri = editor.uri("main.tf");
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 2, "character": 27 } });
    let ids = editor.ask("textDocument/completion", place).unwrap();
    assert!(ids.as_array().unwrap().iter().any(|item| item["label"] == "snapshots-only"), "{ids}");
    editor.did_change("main.tf", 2, json!([{ "text": text }]));
    editor.published("main.tf", |params| params["version"] == 2 && count(params) == 1);
    // A change of the rule counts at once, and a mistake in it is shown where it is.
    editor.on_disk("own.yaml", Some(&OWN.replace("not: Snapshot", "not: Physical")));
    editor.none("main.tf");
    editor.on_disk("own.yaml", Some(&OWN.replace("forbid", "forbidden")));
    let fault = editor.published("own.yaml", |params| count(params) > 0)["diagnostics"][0].clone();
    assert!(fault["message"].as_str().unwrap().contains("forbid"), "{fault}");
    editor.on_disk("own.yaml", Some(OWN));
    editor.one("main.tf");
    editor.none("own.yaml");
}

#[test]
fn an_editor_is_asked_what_is_set() {
    let mut editor = Editor::start(&[("main.tf", WRONG)]);
    editor.initialize(
        json!({ "workspace": { "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true } } }),
    );
    let asked = |editor: &mut Editor| loop {
        if let Message::Request(request) = editor.output.recv_timeout(PATIENCE).expect("a question")
            && request.method == "workspace/configuration"
        {
            assert_eq!(request.params["items"][0]["section"], "backuplint");
            break request.id;
        }
    };
    let id = asked(&mut editor);
    let answer =
        |set: Value| Message::Response(lsp_server::Response { id: id.clone(), response_result: Ok(json!([set])) });
    editor.send(&answer(json!({ "exclude": ["main.tf"] })));
    editor.did_open("main.tf", WRONG);
    editor.published("main.tf", |params| count(params) == 0 && params["version"] == 1);
    // Many editors say only that something has changed.
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    asked(&mut editor);
    editor.send(&answer(Value::Null));
    editor.one("main.tf");
}

#[test]
fn changes_in_quick_succession_end_in_what_holds_for_the_last_one() {
    let files: Vec<(String, String)> = (0..60)
        .map(|n| (format!("job{n}.py"), format!("from aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest\ndef go(client):\n    request = CreateBackupRequest()\n    request.set_DBInstanceId('pgm-{n}')\n    request.set_BackupMethod('Snapshot')\n    client.do_action_with_exception(request)\n")))
        .collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("main.tf", WRONG));
    let mut editor = Editor::open(&files);
    editor.did_open("main.tf", WRONG);
    let right = WRONG.replace("tt\"", "t\"");
    // Some fall into a check that runs, some into the moment before it.
    for version in 2..60 {
        let text = if version % 2 == 0 { &right } else { WRONG };
        editor.did_change("main.tf", version, json!([{ "text": text }]));
        std::thread::sleep(Duration::from_millis(u64::from(version.unsigned_abs() % 7) * 30));
    }
    editor.did_change("main.tf", 60, json!([{ "text": right }]));
    let last = editor.published("main.tf", |params| params["version"] == 60);
    assert_eq!(count(&last), 0, "{last}");
    // What was put off is done: the other files are still judged.
    editor.did_change("main.tf", 61, json!([{ "text": WRONG }]));
    assert_eq!(count(&editor.published("main.tf", |params| params["version"] == 61)), 1);
    assert_eq!(editor.goodbye(), 0);
}

#[test]
fn an_editor_that_others_made_understands_it() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    let is_there = Command::new(&python).args(["-c", "import pygls, lsprotocol"]).output();
    if !is_there.is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("BACKUPLINT_REQUIRE_TOOLS").is_none(), "pygls is not in target/venv");
        eprintln!("skipped: pygls is not in target/venv");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.tf"), WRONG).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/editor.py");
    let output =
        Command::new(python).arg(script).arg(env!("CARGO_BIN_EXE_backuplint")).arg(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
