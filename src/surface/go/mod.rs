//! Go programs that make the call: what is Go's own.
//!
//! Owns where packages are, and Go's library as far as constants pass through it. How a request becomes a call is
//! the same in every language and `sdk`'s.

mod library;
mod modules;

use crate::surface::sdk::{Descriptor, Programs, Words};
use crate::syntax::code;

use library::Library;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Go;

/// What lines begin with that are comments.
const COMMENTS: &[&str] = &["//", "/*", "*"];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "go",
    title: "Go",
    endings: &["go"],
    interpreter: None,
    comments: COMMENTS,
    // Another file of the same package needs no import.
    imports: &[""],
    index: None,
    callers: Some(modules::users),
    harmless: &["fmt", "log", "errors", "encoding", "time", "context", "strings", "strconv", "net/url", "sync", "slog"],
    quiet: &[
        "Print", "Println", "Printf", "Fatal", "Fatalf", "Fatalln", "Errorf", "Error", "Info", "Infof", "Warn",
        "Warnf", "Debug", "Debugf", "Log", "Logf", "Marshal", "append", "len", "panic", "Wrap", "Wrapf", "String",
        "GoString",
    ],
    runners: &[("os/exec.Command", Words::From(0)), ("os/exec.CommandContext", Words::From(1))],
    read: code::go,
    library: |outside| Box::new(Library::new(outside)),
};

impl Programs for Go {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
