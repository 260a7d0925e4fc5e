//! Python programs that make the call: what is Python's own.
//!
//! Owns where modules are, and Python's library as far as constants pass through it. How a request becomes a call
//! is the same in every language and `sdk`'s.

mod arguments;
mod library;
mod modules;

use crate::model::{Api, Call};
use crate::surface::Files;
use crate::surface::sdk::{Descriptor, EmbeddedProgram, Programs, Words};
use crate::syntax::code;

use library::Library;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Python;

/// What lines begin with that are comments or a text about the module.
const COMMENTS: &[&str] = &["#", "\"", "'"];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "python",
    title: "Python",
    endings: &["py", "pyw"],
    interpreter: Some("python"),
    comments: COMMENTS,
    imports: &["import "],
    index: Some("__init__"),
    callers: None,
    harmless: &[
        "builtins",
        "json",
        "logging",
        "hashlib",
        "hmac",
        "base64",
        "urllib.parse",
        "pprint",
        "copy",
        "time",
        "datetime",
        "uuid",
    ],
    quiet: &["info", "debug", "warning", "error", "exception", "log", "print", "critical", "warn", "append"],
    runners: &[
        ("subprocess.run", Words::First),
        ("subprocess.call", Words::First),
        ("subprocess.check_call", Words::First),
        ("subprocess.check_output", Words::First),
        ("subprocess.Popen", Words::First),
        ("subprocess.getoutput", Words::First),
        ("subprocess.getstatusoutput", Words::First),
        ("os.system", Words::First),
        ("os.popen", Words::First),
        ("os.execvp", Words::First),
        ("os.execv", Words::First),
        ("asyncio.create_subprocess_exec", Words::From(0)),
        ("asyncio.create_subprocess_shell", Words::First),
        ("commands.getoutput", Words::First),
        ("commands.getstatusoutput", Words::First),
        ("sh.Command", Words::First),
    ],
    read: code::python,
    library: |outside| Box::new(Library { outside }),
};

impl Programs for Python {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }
}

/// The calls of a program that stands in a file of another kind, and whether all of it was read.
pub(super) fn calls_of(program: &EmbeddedProgram<'_>, apis: &[Api], files: &dyn Files) -> (Vec<Call>, bool) {
    program.calls(&DESCRIPTOR, apis, files)
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
