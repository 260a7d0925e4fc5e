//! Settings without effect, for whoever asks: they are told on standard error and change nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::config::{Layer, Level, Patterns, Scopes, Set, Stack};
use crate::finding::{Catalogue, Report};
use crate::source::Place;

/// Tells the files that hold for a run and what in them has no effect. With the report of a run that includes
/// instances which no call names.
pub(super) fn warn(base: &Stack, scopes: &Scopes, catalogue: &Catalogue, report: Option<&Report>) {
    let mut out = std::io::stderr().lock();
    let mut told: Vec<(&Place, String)> = Vec::new();
    let mut layers: Vec<&Layer> = Vec::new();
    for layer in base.layers.iter().chain(scopes.stacks().flat_map(|stack| &stack.layers)) {
        if !layers.iter().any(|known| std::ptr::eq(*known, &**layer)) {
            layers.push(layer);
        }
    }
    for layer in &layers {
        let nested = !base.layers.iter().any(|of_base| std::ptr::eq(&**of_base, *layer));
        of_levels(layer, base, catalogue, &mut told);
        of_patterns(layer, &mut told);
        if nested {
            of_nested(layer, &mut told);
        } else if let Some(report) = report {
            of_wrappers(layer, report, &mut told);
        }
        for (id, said) in layer.instances.iter().filter(|(id, _)| report.is_some_and(|report| !names(report, id))) {
            told.extend(said.values().next().map(|set| (&set.place, format!("no call names the instance {id}"))));
        }
    }
    told.sort_by(|a, b| a.0.sort_key().cmp(&b.0.sort_key()));
    for (place, text) in told {
        // Nothing can be done when standard error is closed.
        let _ = writeln!(out, "warning: {}: {text}", place.display());
    }
}

/// Whether a call of a run is about an instance.
fn names(report: &Report, id: &str) -> bool {
    let named =
        |parameters: &[(String, Option<String>)]| parameters.iter().any(|(_, text)| text.as_deref() == Some(id));
    report.calls.iter().any(|call| named(&call.parameters))
}

/// Levels that are what the rule has anyway, where no file further out says otherwise.
fn of_levels<'l>(layer: &'l Layer, base: &Stack, catalogue: &Catalogue, told: &mut Vec<(&'l Place, String)>) {
    for (id, level) in &layer.rules {
        let own = catalogue.rule(id).map(|rule| Level::At(rule.severity));
        let others = base.layers.iter().filter(|other| !std::ptr::eq(&***other, layer));
        if own == Some(level.value) && !others.clone().any(|other| other.rules.contains_key(id)) {
            told.push((&level.place, format!("{} is the level that {id} has by itself", level.value.word())));
        }
    }
}

/// What a file below the folder of the run sets for the run as a whole.
fn of_nested<'l>(layer: &'l Layer, told: &mut Vec<(&'l Place, String)>) {
    let places = [
        ("level", layer.level.as_ref().map(|set| &set.place)),
        ("fail-on", layer.fail_on.as_ref().map(|set| &set.place)),
        ("unknown", layer.unknown.as_ref().map(|set| &set.place)),
        ("timezone", layer.timezone.as_ref().map(|set| &set.place)),
        ("policies", layer.policies.as_ref().map(|set| &set.place)),
        ("wrappers", layer.wrappers.as_ref().map(|set| &set.place)),
    ];
    for (key, place) in places {
        let text = format!("{key} holds for a run as a whole: it counts only at or above the folder that is checked");
        told.extend(place.map(|place| (place, text)));
    }
}

/// Wrappers of which no call is made: the subject of a call names what is called.
fn of_wrappers<'l>(layer: &'l Layer, report: &Report, told: &mut Vec<(&'l Place, String)>) {
    for wrapper in layer.wrappers.iter().flat_map(|set| &set.value) {
        let is_called = |subject: &str| subject.split_whitespace().any(|word| wrapper.value.is_called(word));
        if !report.calls.iter().any(|call| is_called(&call.subject)) {
            told.push((&wrapper.place, format!("no call of {} is judged because of this", wrapper.value.name)));
        }
    }
}

/// Patterns that fit nothing below the folder of the file.
fn of_patterns<'l>(layer: &'l Layer, told: &mut Vec<(&'l Place, String)>) {
    let excluded = layer.exclude.iter().flat_map(|set| &set.value);
    let levels = layer.per_path.iter().flat_map(|set| &set.value).flat_map(|entry| &entry.paths);
    let patterns: Vec<&Set<String>> = excluded.chain(levels).collect();
    if patterns.is_empty() {
        return;
    }
    let paths = paths_below(&layer.folder);
    for pattern in patterns {
        let Ok(fits) = Patterns::new([pattern.value.as_str()]) else { continue };
        if !paths.iter().any(|path| fits.matches(path)) {
            told.push((&pattern.place, format!("{} fits no file", pattern.value)));
        }
    }
}

/// Files and folders below a folder, as ignore files leave them.
fn paths_below(folder: &Path) -> Vec<PathBuf> {
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).require_git(false).filter_entry(|entry| entry.file_name() != ".git");
    let entries = walk.build().filter_map(Result::ok);
    entries.filter_map(|entry| entry.path().strip_prefix(folder).ok().map(Path::to_owned)).collect()
}
