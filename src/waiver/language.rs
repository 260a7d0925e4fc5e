//! How comments and texts are written in a file, as far as telling one from the other goes.
//!
//! Owns the families of languages and which one a file, a fenced block or an embedded program is of. Takes names;
//! reads no text but the first line of a program.

/// How comments begin and end, and what may hold the same signs without being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Language {
    /// What begins a comment that goes on to the end of the line.
    pub(super) lines: &'static [Mark],
    /// What begins and ends a comment that may go over lines.
    pub(super) blocks: &'static [(&'static str, &'static str)],
    /// What begins and ends a text.
    pub(super) texts: &'static [Text],
    /// What lies inside that is of another language.
    pub(super) holds: Holds,
}

/// A sign that begins a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) sign: &'static str,
    pub(super) at: At,
}

/// Where a sign begins a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Anywhere outside of a text.
    Anywhere,
    /// Where a word could begin.
    Word,
    /// Where nothing but white space is before it on its line.
    LineStart,
}

/// A kind of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) quote: &'static str,
    /// What takes the meaning from the sign behind it.
    pub(super) escape: Option<char>,
    /// Whether it may go over lines.
    pub(super) lines: bool,
    /// Whether it begins only where a value does: `don't` is no text in YAML.
    pub(super) at_value: bool,
}

/// What a language has inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Nothing.
    Nothing,
    /// Here-documents.
    HereDocuments,
    /// Blocks of text by their indentation, as YAML has.
    Blocks,
    /// Fenced blocks with the name of a language, as Markdown has.
    Fences,
    /// JSON texts each of which is a line of a program, as notebooks have.
    Cells,
}

const fn mark(sign: &'static str, at: At) -> Mark {
    Mark { sign, at }
}

const fn text(quote: &'static str, escape: Option<char>, lines: bool) -> Text {
    Text { quote, escape, lines, at_value: false }
}

const HASH: Mark = mark("#", At::Word);
const TRIPLE: [Text; 2] = [text("\"\"\"", Some('\\'), true), text("'''", Some('\\'), true)];
const DOUBLE: Text = text("\"", Some('\\'), false);
const SINGLE: Text = text("'", Some('\\'), false);
const JINJA: (&str, &str) = ("{#", "#}");
const SLASHES: (&str, &str) = ("/*", "*/");

const SHELL: Language = Language {
    lines: &[HASH],
    blocks: &[JINJA],
    texts: &[text("'", None, true), text("\"", Some('\\'), true)],
    holds: Holds::HereDocuments,
};
/// Commands behind a syntax of their own, where an apostrophe need not be a quote.
const LINES: Language = Language {
    lines: &[HASH, mark(";", At::LineStart), mark("//", At::LineStart)],
    blocks: &[JINJA],
    texts: &[text("'", None, false), DOUBLE],
    holds: Holds::HereDocuments,
};
const YAML: Language = Language {
    lines: &[HASH],
    blocks: &[JINJA],
    texts: &[
        Text { quote: "'", escape: None, lines: true, at_value: true },
        Text { quote: "\"", escape: Some('\\'), lines: true, at_value: true },
    ],
    holds: Holds::Blocks,
};
const PYTHON: Language = Language {
    lines: &[mark("#", At::Anywhere)],
    blocks: &[],
    texts: &[TRIPLE[0], TRIPLE[1], DOUBLE, SINGLE],
    holds: Holds::Nothing,
};
const HCL: Language = Language {
    lines: &[mark("#", At::Anywhere), mark("//", At::Anywhere)],
    blocks: &[SLASHES],
    texts: &[DOUBLE],
    holds: Holds::HereDocuments,
};
const C_LIKE: Language = Language {
    lines: &[mark("//", At::Anywhere)],
    blocks: &[("{/*", "*/}"), SLASHES],
    texts: &[TRIPLE[0], TRIPLE[1], DOUBLE, SINGLE, text("`", Some('\\'), true)],
    holds: Holds::Nothing,
};
const GO: Language = Language { texts: &[DOUBLE, SINGLE, text("`", None, true)], ..C_LIKE };
const PHP: Language = Language {
    lines: &[mark("//", At::Anywhere), mark("#", At::Anywhere)],
    texts: &[text("\"", Some('\\'), true), text("'", Some('\\'), true)],
    holds: Holds::HereDocuments,
    ..C_LIKE
};
const POWERSHELL: Language = Language {
    lines: &[HASH],
    blocks: &[("<#", "#>")],
    texts: &[text("'", None, true), text("\"", Some('`'), true)],
    holds: Holds::Nothing,
};
const BATCH: Language = Language {
    lines: &[
        mark("REM ", At::LineStart),
        mark("rem ", At::LineStart),
        mark("Rem ", At::LineStart),
        mark("@REM ", At::LineStart),
        mark("@rem ", At::LineStart),
        mark("::", At::LineStart),
    ],
    blocks: &[],
    texts: &[],
    holds: Holds::Nothing,
};
const SQL: Language = Language {
    lines: &[mark("--", At::Anywhere)],
    blocks: &[SLASHES],
    texts: &[text("'", None, true), DOUBLE],
    holds: Holds::Nothing,
};
const MARKDOWN: Language =
    Language { lines: &[], blocks: &[("<!--", "-->"), ("{/*", "*/}")], texts: &[], holds: Holds::Fences };
const XML: Language = Language { lines: &[], blocks: &[("<!--", "-->")], texts: &[], holds: Holds::Nothing };
const JSON: Language =
    Language { lines: &[mark("//", At::Anywhere)], blocks: &[SLASHES], texts: &[DOUBLE], holds: Holds::Nothing };
const NOTEBOOK: Language = Language { lines: &[], blocks: &[], texts: &[], holds: Holds::Cells };

impl Language {
    /// What the cells of a notebook and a program without a name are taken for.
    pub(super) const PYTHON: Self = PYTHON;
    /// What a block of text without a name is taken for.
    pub(super) const SHELL: Self = SHELL;

    /// By the path of a file.
    pub(super) fn of_path(path: &str, text: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        // What a template makes is what stands in it.
        let name = [".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".erb"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .unwrap_or(&name);
        let of_name = match name {
            "jenkinsfile" => Some(C_LIKE),
            "makefile" | "gnumakefile" | "procfile" | "crontab" | "justfile" => Some(LINES),
            _ if name.starts_with("dockerfile") || name.starts_with("containerfile") => Some(LINES),
            _ => None,
        };
        of_name.or_else(|| Self::of_name(name.rsplit_once('.')?.1)).unwrap_or_else(|| Self::of_program(text))
    }

    /// By the ending of a file or the word behind a fence.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "shell" | "console" | "bats" | "env" => SHELL,
            "yml" | "yaml" => YAML,
            "py" | "pyi" | "pyw" | "python" | "python3" | "toml" | "rb" | "ruby" | "pl" | "r" => PYTHON,
            "tf" | "hcl" | "tfvars" | "terraform" | "tofu" | "nomad" => HCL,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "javascript" | "typescript" | "java"
            | "cs" | "csx" | "csharp" | "c#" | "kt" | "kts" | "scala" | "groovy" | "gradle" | "jenkinsfile"
            | "swift" | "rs" | "dart" | "vue" | "svelte" => C_LIKE,
            "go" | "golang" => GO,
            "php" | "phtml" => PHP,
            "ps1" | "psm1" | "psd1" | "powershell" | "pwsh" => POWERSHELL,
            "bat" | "cmd" | "batch" => BATCH,
            "sql" | "lua" => SQL,
            "md" | "mdx" | "markdown" | "mkd" | "mdown" => MARKDOWN,
            "xml" | "html" | "htm" | "csproj" => XML,
            "json" | "json5" | "jsonc" | "tfstate" => JSON,
            "ipynb" => NOTEBOOK,
            "ini" | "cfg" | "conf" | "service" | "timer" | "mk" | "make" | "makefile" | "dockerfile" | "cron"
            | "crontab" | "properties" => LINES,
            _ => return None,
        })
    }

    /// By the first line of a program.
    pub(super) fn of_program(text: &str) -> Self {
        let first = text.trim_start().lines().next().unwrap_or_default();
        match first.strip_prefix("#!") {
            Some(program) if program.contains("python") => PYTHON,
            Some(program) if program.contains("node") || program.contains("deno") => C_LIKE,
            Some(program) if program.contains("pwsh") => POWERSHELL,
            Some(program) if program.contains("php") => PHP,
            _ if first.starts_with("<?php") => PHP,
            _ => SHELL,
        }
    }
}
