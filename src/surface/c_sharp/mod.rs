//! C# programs that make the call: what is C#'s own.
//!
//! Owns where the classes of a project are, and the library of .NET as far as constants, commands and timers pass
//! through it. How a request becomes a call is the same in every language and `sdk`'s.

mod collections;
mod commands;
mod library;
mod modules;
mod names;
mod texts;
mod timers;

use crate::surface::sdk::{Descriptor, Programs, Words};
use crate::syntax::code;

use library::Library;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct CSharp;

/// What lines begin with that are comments.
const COMMENTS: &[&str] = &["//", "/*", "*"];

static DESCRIPTOR: Descriptor = Descriptor {
    id: "csharp",
    title: "C#",
    endings: &["cs", "csx"],
    interpreter: Some("dotnet"),
    comments: COMMENTS,
    // A class of the same namespace needs no import.
    imports: &[""],
    index: None,
    callers: None,
    harmless: &[
        "System.Console",
        "System.Convert",
        "System.Diagnostics.Debug",
        "System.Diagnostics.Trace",
        "System.Math",
        "System.String",
        "System.Text",
        "System.Threading.Tasks.Task",
        "System.Uri",
        "Microsoft.Extensions.Logging",
        "Newtonsoft.Json",
        "NLog",
        "Serilog",
        "AlibabaCloud.TeaUtil.Common",
    ],
    quiet: &[
        "Add",
        "AppendLine",
        "Debug",
        "Error",
        "Fatal",
        "Info",
        "Information",
        "Log",
        "LogCritical",
        "LogDebug",
        "LogError",
        "LogInformation",
        "LogTrace",
        "LogWarning",
        "Serialize",
        "SerializeObject",
        "ThrowIfNull",
        "ToString",
        "Trace",
        "Warn",
        "Warning",
        "Write",
        "WriteLine",
        "WriteLineAsync",
    ],
    runners: &[
        (commands::START, Words::ProgramAndText),
        ("SimpleExec.Command.Run", Words::ProgramAndText),
        ("SimpleExec.Command.RunAsync", Words::ProgramAndText),
        ("SimpleExec.Command.ReadAsync", Words::ProgramAndText),
    ],
    read: code::c_sharp,
    library: |outside| Box::new(Library::new(outside)),
};

impl Programs for CSharp {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }
}

#[cfg(test)]
#[cfg(feature = "code")]
mod tests;
