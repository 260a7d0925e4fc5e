//! PHP programs that make the call: what is PHP's own.
//!
//! Owns where classes and files are, and PHP's library as far as constants pass through it. How a request becomes a
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
pub(super) struct Php;

/// What lines begin with that are comments, and the sign that programs begin with.
const COMMENTS: &[&str] = &["<?php", "//", "/*", "*", "#"];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "php",
    title: "PHP",
    endings: &["php", "phtml", "inc"],
    interpreter: Some("php"),
    comments: COMMENTS,
    imports: &["use ", "require", "include"],
    index: None,
    callers: None,
    harmless: &[
        "php.json_encode",
        "php.var_dump",
        "php.print_r",
        "php.error_log",
        "php.printf",
        "php.count",
        "php.ksort",
        "php.hash_hmac",
        "php.rawurlencode",
        "php.urlencode",
        "php.in_array",
        "AlibabaCloud.Tea.Utils",
        "AlibabaCloud.Tea.Console",
        "AlibabaCloud.Tea.Tea",
        "Illuminate.Support.Facades.Log",
    ],
    quiet: &["info", "debug", "warning", "error", "notice", "log", "line", "comment", "json"],
    runners: &[
        ("php.exec", Words::First),
        ("php.shell_exec", Words::First),
        ("php.system", Words::First),
        ("php.passthru", Words::First),
        ("php.proc_open", Words::First),
        ("php.popen", Words::First),
        ("Symfony.Component.Process.Process", Words::First),
        ("Symfony.Component.Process.Process.fromShellCommandline", Words::First),
        ("Illuminate.Support.Facades.Process.run", Words::First),
        ("Illuminate.Support.Facades.Process.start", Words::First),
    ],
    read: code::php,
    library: |outside| Box::new(Library { outside }),
};

impl Programs for Php {
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
