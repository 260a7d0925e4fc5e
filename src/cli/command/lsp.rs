//! `backuplint lsp`: the same check as on the command line, for an editor.
//!
//! One thread reads what the editor says and answers; another one checks, a moment after the last change, and publishes
//! what it found. Every folder of the workspace is checked as `backuplint check` in it would, with the open texts over
//! the files on disk.

mod actions;
mod choices;
mod completion;
mod diagnostics;
mod documents;
mod hover;
mod position;
mod publish;
mod server;
mod settings;
mod shared;
mod stoppable;
mod text;
mod uri;
mod worker;
mod workspace;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use lsp_server::{Connection, Message};

use crate::check::Checker;
use crate::cli::arguments::{Apis, Configured, Judging, Looking, Lsp, PolicyRules};
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::matrix::Matrix;
use server::Server;
use shared::Shared;
use worker::Worker;

/// Runs the command until the editor says goodbye.
#[must_use]
pub(crate) fn run(arguments: &Lsp, matrices: Vec<Matrix>) -> Exit {
    let catalogue = match load::catalogue() {
        Ok(catalogue) => catalogue,
        Err(message) => return failed(&message),
    };
    let checker = Arc::new(Checker::of_several(matrices, catalogue));
    let newer = Arc::new(AtomicBool::new(false));
    let options = match Options::new(arguments) {
        Ok(options) => options,
        Err(message) => return failed(&message),
    };
    // The threads that read and write end with the program: one that waits for input cannot be told to.
    let (connection, _threads) = Connection::stdio();
    let shared = Arc::new(Mutex::new(Shared::default()));
    let Connection { sender, receiver } = connection;
    let out = move |message: Message| {
        // An editor that has gone away misses nothing.
        let _ = sender.send(message);
    };
    let wake = Worker::start(Arc::clone(&checker), options, (Arc::clone(&shared), Arc::clone(&newer)), out.clone());
    let mut server = Server::new(checker, shared, (wake, newer), Box::new(out));
    for message in receiver {
        if let Some(exit) = server.take(message) {
            return exit;
        }
    }
    // The editor has closed the pipe without a word.
    Exit::Abandoned
}

/// What the command line says, with paths that hold wherever the program stands later.
struct Options {
    arguments: Lsp,
}

impl Options {
    fn new(arguments: &Lsp) -> Result<Self, String> {
        let here = std::env::current_dir().map_err(|error| format!("the working directory: {error}"))?;
        let absolute = |path: &PathBuf| here.join(path);
        let all = |paths: &[PathBuf]| -> Vec<PathBuf> { paths.iter().map(absolute).collect() };
        for file in arguments.looking.variable_files.iter().chain(&arguments.configured.config) {
            load::source(file)?;
        }
        let arguments = Lsp {
            stdio: arguments.stdio,
            looking: Looking { variable_files: all(&arguments.looking.variable_files), ..arguments.looking.clone() },
            judging: Judging { inventory: all(&arguments.judging.inventory), ..arguments.judging.clone() },
            apis: Apis::default(),
            own_rules: PolicyRules { policy_rules: all(&arguments.own_rules.policy_rules) },
            configured: Configured {
                config: arguments.configured.config.as_ref().map(absolute),
                no_config: arguments.configured.no_config,
                verbose: false,
            },
        };
        Ok(Self { arguments })
    }
}

/// A path below a folder as it is seen from there.
fn below(folder: &Path, path: &Path) -> Option<PathBuf> {
    path.strip_prefix(folder).ok().map(Path::to_owned)
}
