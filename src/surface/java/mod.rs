//! Java programs that make the call: what is Java's own.
//!
//! Owns where classes are, and Java's library as far as constants pass through it. How a request becomes a call is
//! the same in every language and `sdk`'s.

mod collections;
mod library;
mod modules;
mod texts;

use crate::surface::sdk::{Descriptor, Programs, Words};
use crate::syntax::code;

use library::Library;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Java;

/// What lines begin with that are comments.
const COMMENTS: &[&str] = &["//", "/*", "*"];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "java",
    title: "Java",
    endings: &["java"],
    interpreter: None,
    comments: COMMENTS,
    // A class of the same package needs no import.
    imports: &[""],
    index: None,
    callers: None,
    harmless: &[
        "java.lang",
        "java.util.Objects",
        "java.util.Optional",
        "java.time",
        "java.net.URLEncoder",
        "java.util.logging",
        "org.slf4j",
        "com.google.gson",
        "com.alibaba.fastjson",
        "com.alibaba.fastjson2",
        "com.aliyun.teautil.Common",
    ],
    quiet: &[
        "info",
        "debug",
        "warn",
        "error",
        "trace",
        "log",
        "print",
        "println",
        "printf",
        "toJSONString",
        "toJson",
        "writeValueAsString",
        "requireNonNull",
        "add",
        "toString",
    ],
    runners: &[
        ("java.lang.ProcessBuilder", Words::From(0)),
        ("java.lang.ProcessBuilder.command", Words::From(0)),
        ("java.lang.Runtime.exec", Words::First),
    ],
    read: code::java,
    library: |outside| Box::new(Library { outside }),
};

impl Programs for Java {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
