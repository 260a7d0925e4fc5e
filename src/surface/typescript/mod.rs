//! TypeScript and JavaScript programs that make the call: what is the language's own.
//!
//! Owns where modules are, and the language's library as far as constants pass through it. How a request becomes a
//! call is the same in every language and `sdk`'s.

mod library;
mod methods;
mod modules;

use crate::model::{Api, Call};
use crate::surface::Files;
use crate::surface::sdk::{Descriptor, EmbeddedProgram, Programs, Words};
use crate::syntax::code;

use library::Library;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct TypeScript;

/// What lines begin with that are comments, or what tools write in front of everything.
const COMMENTS: &[&str] =
    &["//", "/*", "*", "\"use strict\"", "'use strict'", "Object.defineProperty(exports", "exports."];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "typescript",
    title: "TypeScript and JavaScript",
    endings: &["ts", "js", "mjs", "cjs", "tsx", "jsx", "mts", "cts", "vue", "svelte"],
    interpreter: Some("node"),
    comments: COMMENTS,
    imports: &["import", "require(", "from "],
    index: Some("index"),
    callers: None,
    harmless: &[
        "console",
        "JSON",
        "Math",
        "Date",
        "Buffer",
        "Number",
        "String",
        "crypto",
        "node:crypto",
        "util",
        "node:util",
        "path",
        "node:path",
        "lodash",
        "winston",
        "pino",
        "encodeURIComponent",
        "@alicloud/tea-util",
        "@alicloud/tea-console",
        "@alicloud/tea-typescript",
    ],
    quiet: &[
        "info",
        "debug",
        "warn",
        "error",
        "trace",
        "log",
        "push",
        "then",
        "catch",
        "finally",
        "toString",
        "createHmac",
        "percentEncode",
        "toBeDefined",
        "toEqual",
    ],
    runners: &[
        ("child_process.exec", Words::First),
        ("child_process.execSync", Words::First),
        ("child_process.spawn", Words::From(0)),
        ("child_process.spawnSync", Words::From(0)),
        ("child_process.execFile", Words::From(0)),
        ("child_process.execFileSync", Words::From(0)),
        ("execa", Words::From(0)),
        ("execa.execa", Words::From(0)),
        ("execa.execaSync", Words::From(0)),
        ("execa.sync", Words::From(0)),
        ("execa.command", Words::First),
        ("execa.execaCommand", Words::First),
        ("execa.execaCommandSync", Words::First),
        ("execa.$", Words::First),
        ("cross-spawn", Words::From(0)),
        ("cross-spawn.sync", Words::From(0)),
        ("shelljs.exec", Words::First),
        ("zx.$", Words::First),
        ("@actions/exec.exec", Words::First),
    ],
    read: code::typescript,
    library: |outside| Box::new(Library { outside }),
};

impl Programs for TypeScript {
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
