//! What holds for a path, written as a configuration file that would say the same.

use std::fmt::Write;
use std::path::Path;

use super::layer::Set;
use super::scopes::{Scopes, Stack};
use super::{Layer, Level};
use crate::finding::{Catalogue, Severity};
use crate::model::{Position, Wrapper};
use crate::source::Place;

/// What comes from elsewhere than configuration files: options of the command line, and what holds unless set.
#[derive(Debug, Clone, Default)]
pub struct Elsewhere {
    /// Values by key, as they are written in TOML, that the command line gives.
    pub given: Vec<(&'static str, String)>,
    /// Values by key that hold unless set.
    pub usual: Vec<(&'static str, String)>,
}

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What holds where.
    pub scopes: &'a Scopes,
    /// The file or folder that is asked about.
    pub path: &'a Path,
    /// What comes from elsewhere.
    pub elsewhere: &'a Elsewhere,
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// Whether it is said where each setting comes from.
    pub origin: bool,
}

/// The settings for a path as TOML.
#[must_use]
pub fn show(asked: &Asked<'_>) -> String {
    let nothing = Stack::default();
    let stack = asked.scopes.of(asked.path).map_or(&nothing, |stack| &**stack);
    let mut page = Page { asked, text: String::new() };
    page.single(stack);
    page.levels(stack);
    page.instances(stack);
    page.per_path(stack);
    page.waivers(stack);
    page.text
}

/// A text as TOML writes it. Its escapes are those of JSON, but for a character that JSON leaves as it is.
#[must_use]
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default().replace('\u{7f}', "\\u007F")
}

/// A key as TOML writes it.
fn key(text: &str) -> String {
    let bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { text.to_owned() } else { quoted(text) }
}

fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", texts.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

fn texts(set: &Set<Vec<Set<String>>>) -> String {
    list(set.value.iter().map(|text| text.value.as_str()))
}

fn wrappers(all: &[Set<Wrapper>]) -> String {
    let one = |wrapper: &Wrapper| {
        let mut said = vec![format!("name = {}", quoted(&wrapper.name))];
        said.extend(wrapper.action.as_ref().map(|action| match action {
            Position::At(number) => format!("action = {number}"),
            Position::Named(name) => format!("action = {}", quoted(name)),
        }));
        if !wrapper.positions.is_empty() {
            said.push(format!("parameters = {}", list(wrapper.positions.iter().map(String::as_str))));
        }
        if !wrapper.names.is_empty() {
            let names = wrapper.names.iter().map(|(own, name)| format!("{} = {}", key(own), quoted(name)));
            said.push(format!("parameters = {{ {} }}", names.collect::<Vec<_>>().join(", ")));
        }
        if said.len() == 1 { quoted(&wrapper.name) } else { format!("{{ {} }}", said.join(", ")) }
    };
    format!("[{}]", all.iter().map(|set| one(&set.value)).collect::<Vec<_>>().join(", "))
}

fn from(place: &Place) -> String {
    format!("from {}:{}", place.source.path(), place.start().line)
}

/// A key that has one value, by what a layer says of it.
type Single = (&'static str, fn(&Layer) -> Option<(String, &Place)>);

/// The keys that have one value, in the order in which they are shown.
const SINGLE: &[Single] = &[
    ("level", |layer| layer.level.as_ref().map(|set| (quoted(set.value.word()), &set.place))),
    ("fail-on", |layer| {
        layer.fail_on.as_ref().map(|set| (quoted(set.value.map_or("never", Severity::word)), &set.place))
    }),
    ("unknown", |layer| layer.unknown.as_ref().map(|set| (quoted(set.value.word()), &set.place))),
    ("quota", |layer| layer.quota.as_ref().map(|set| (set.value.to_string(), &set.place))),
    ("timezone", |layer| layer.timezone.as_ref().map(|set| (quoted(&set.value), &set.place))),
    ("exclude", |layer| layer.exclude.as_ref().map(|set| (texts(set), &set.place))),
    ("inventory", |layer| layer.inventory.as_ref().map(|set| (texts(set), &set.place))),
    ("policies", |layer| layer.policies.as_ref().map(|set| (texts(set), &set.place))),
    ("wrappers", |layer| layer.wrappers.as_ref().map(|set| (wrappers(&set.value), &set.place))),
];

struct Page<'a> {
    asked: &'a Asked<'a>,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, key: &str, value: &str, origin: &str) {
        // Writing to memory does not fail.
        let _ = match self.asked.origin {
            true => writeln!(self.text, "{key} = {value} # {origin}"),
            false => writeln!(self.text, "{key} = {value}"),
        };
    }

    fn head(&mut self, head: &str) {
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.text, "{gap}{head}");
    }

    fn single(&mut self, stack: &Stack) {
        let elsewhere = self.asked.elsewhere;
        let of = |values: &[(&'static str, String)], key: &str| {
            values.iter().find(|(name, _)| *name == key).map(|(_, value)| value.clone())
        };
        for (key, read) in SINGLE {
            let set = stack.layers.iter().find_map(|layer| read(layer).map(|(value, place)| (value, from(place))));
            let given = of(&elsewhere.given, key).map(|value| (value, format!("--{key}")));
            let usual = || of(&elsewhere.usual, key).map(|value| (value, "default".to_owned()));
            if let Some((value, origin)) = given.or(set).or_else(usual) {
                self.line(key, &value, &origin);
            }
        }
    }

    fn levels(&mut self, stack: &Stack) {
        let file = self.asked.scopes.absolute(self.asked.path);
        let set = self.asked.catalogue.rules().iter().filter_map(|rule| Some((rule, stack.level(&rule.id, &file)?)));
        for (number, (rule, level)) in set.enumerate() {
            if number == 0 {
                self.head("[rules]");
            }
            let own = if level.value == Level::At(rule.severity) { ", its own level" } else { "" };
            self.line(&rule.id, &quoted(level.value.word()), &format!("{}{own}", from(&level.place)));
        }
    }

    fn instances(&mut self, stack: &Stack) {
        let ids: std::collections::BTreeSet<&String> = stack.layers.iter().flat_map(|l| l.instances.keys()).collect();
        for id in ids {
            self.head(&format!("[instances.{}]", key(id)));
            let mut said: Vec<(&String, &Set<String>)> = Vec::new();
            for (name, set) in stack.layers.iter().filter_map(|layer| layer.instances.get(id)).flatten() {
                if said.iter().all(|(other, _)| *other != name) {
                    said.push((name, set));
                }
            }
            said.sort_by_key(|(name, _)| *name);
            for (name, set) in said {
                self.line(&key(name), &quoted(&set.value), &from(&set.place));
            }
        }
    }

    /// The entries by path: of a folder all that could hold in it, of a file what holds is among the rules already.
    fn per_path(&mut self, stack: &Stack) {
        let entries = stack.nearest(|layer| layer.per_path.as_ref());
        for entry in entries.into_iter().flat_map(|set| &set.value) {
            self.head("[[per-path]]");
            let origin = entry.paths.first().map_or_else(String::new, |path| from(&path.place));
            self.line("paths", &list(entry.paths.iter().map(|path| path.value.as_str())), &origin);
            let rules: Vec<String> =
                entry.rules.iter().map(|(rule, level)| format!("{rule} = {}", quoted(level.value.word()))).collect();
            let origin = entry.rules.values().next().map_or(origin, |level| from(&level.place));
            self.line("rules", &format!("{{ {} }}", rules.join(", ")), &origin);
        }
    }

    fn waivers(&mut self, stack: &Stack) {
        for (_, waiver) in stack.waivers() {
            self.head("[[waiver]]");
            let origin = from(&waiver.place);
            self.line("path", &quoted(&waiver.path), &origin);
            for (key, value) in [("rule", &waiver.rule), ("fingerprint", &waiver.fingerprint)] {
                if let Some(value) = value {
                    self.line(key, &quoted(value), &origin);
                }
            }
            self.line("reason", &quoted(&waiver.reason), &origin);
            if let Some(until) = waiver.until {
                self.line("until", &until.to_string(), &origin);
            }
            if let Some(owner) = &waiver.owner {
                self.line("owner", &quoted(owner), &origin);
            }
        }
    }
}
