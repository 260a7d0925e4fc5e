//! Pipelines of Bitbucket, Drone, Woodpecker, Buildkite, Travis and AppVeyor: lists of commands with an environment.
//!
//! They differ in names only, as far as scripts go. What plugins and images do by themselves is not known.

use std::borrow::Cow;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Value;
use crate::source::Span;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

use super::carrier::{Carrier, file_name, is_below, is_yaml, root_above};
use super::{Reader, Script, given, languages::Language, pipelines};

/// Pipelines of several services.
pub(in crate::surface) const OTHER_PIPELINES: Carrier = Carrier {
    id: "other-pipelines",
    title: "Bitbucket, Drone, Woodpecker, Buildkite, Travis and AppVeyor pipelines",
    claims: is_pipeline,
    leads: true,
    read,
};

/// Keys whose values are commands.
const COMMANDS: &[&str] = &[
    "script",
    "after-script",
    "commands",
    "command",
    "before_install",
    "install",
    "before_script",
    "after_script",
    "after_success",
    "before_deploy",
    "after_deploy",
    "build_script",
    "test_script",
    "deploy_script",
    "before_build",
    "on_success",
];

/// Keys of environments.
const ENVIRONMENTS: &[&str] = &["environment", "env", "variables"];

/// Folders of a repository that only hold pipelines.
const FOLDERS: &[&str] = &[".woodpecker", ".buildkite", ".drone"];

/// How deep commands are looked for.
const DEPTH: usize = 24;

fn is_pipeline(path: &Path) -> bool {
    let name = file_name(path);
    let stem = name.trim_start_matches('.').rsplit_once('.').map_or("", |(stem, _)| stem);
    let known = ["bitbucket-pipelines", "drone", "woodpecker", "travis", "appveyor"];
    is_yaml(path) && (known.contains(&stem) || FOLDERS.iter().any(|folder| is_below(path, folder)))
}

fn read(reader: &mut Reader<'_>) {
    let folder = root_above(reader.path, FOLDERS);
    let windows = file_name(reader.path).contains("appveyor");
    let language = if windows { Language::Batch } else { Language::Shell };
    for document in pipelines::documents(reader) {
        walk(reader, &document, &[], &Where { folder: &folder, language }, DEPTH);
    }
}

struct Where<'a> {
    folder: &'a str,
    language: Language,
}

fn walk(reader: &mut Reader<'_>, node: &Rc<Node>, outer: &[(String, Value)], place: &Where<'_>, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    let source = Arc::clone(&reader.source);
    let levels = ENVIRONMENTS.iter().any(|key| node.get(key).is_some());
    let mut variables = if levels { Cow::Owned(outer.to_vec()) } else { Cow::Borrowed(outer) };
    for level in ENVIRONMENTS.iter().filter_map(|key| node.get(key)) {
        // Values may be given by a secret, as a mapping.
        given::environment(&source, level, variables.to_mut(), &|text| !text.contains('$'));
    }
    for (key, value) in node.entries() {
        let name = key.text().unwrap_or_default();
        if !COMMANDS.contains(&name) {
            if !ENVIRONMENTS.contains(&name) {
                walk(reader, value, &variables, place, less);
            }
            continue;
        }
        let language = place.language;
        let script = |text| Script { text, folder: place.folder, variables: &variables, language, ..Script::default() };
        let mapped = value.items().iter().any(|item| matches!(item.kind, Kind::Mapping(_)));
        if !mapped {
            reader.run(&script(pipelines::script(&source, value)));
            continue;
        }
        // Commands beside others that say what runs them (`- ps: …`), or that are plugins.
        let mut plain = EmbeddedText::new();
        for item in value.items() {
            for (key, command) in item.entries() {
                if let Some(language) = key.text().and_then(runner) {
                    let text = pipelines::script(&source, command);
                    reader.run(&Script { language, ..script(text) });
                }
            }
            plain.append(&pipelines::script(&source, item));
            plain.push("\n", Span { start: item.span.end, end: item.span.end });
        }
        reader.run(&script(plain));
    }
    node.items().iter().for_each(|item| walk(reader, item, &variables, place, less));
}

/// What runs a command by the key before it.
fn runner(key: &str) -> Option<Language> {
    matches!(key, "ps" | "pwsh" | "cmd" | "sh" | "bash").then(|| Language::of(key)).flatten()
}
