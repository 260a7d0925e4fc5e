//! Scripts in resources: provisioners, commands that run on a machine, the data that a machine starts with.
//!
//! Owns the way from an expression to the text of a script with its places in the file: strings with escapes,
//! heredocs, lists of lines, `base64encode`, locals. What `${ … }` puts in is the evaluator's.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::calls::argument_value;
use super::evaluate::{Evaluator, Instance, Scope};
use super::expansion::{Shape, counted_each};
use super::module::Declaration;
use super::segments::{self, Segment};
use super::symbol::{Each, compatible, merge_guards};
use crate::model::{Api, Call, Guard, Runs, Value};
use crate::source::{Place, Source, Span};
use crate::surface::carriers::Language;
use crate::surface::held::{self, Held};
use crate::surface::holes::Replacement;
use crate::surface::{Files, normalize, shell};
use crate::syntax::hcl::{self, Access, Attribute, Block, Expression, ExpressionKind, ItemKey, Part};
use crate::syntax::shell::EmbeddedText;

/// How many elements of one resource are looked at.
const ELEMENTS: usize = 48;

/// How deep functions and locals are followed.
const DEPTH: usize = 8;

/// The functions that leave a script what it is.
pub(super) const WRAPPERS: &[&str] = &["base64encode", "trimspace", "chomp", "sensitive", "nonsensitive"];

/// What the scripts of a resource are read with.
pub(super) struct Reading<'a, 'w> {
    pub(super) evaluator: &'a Evaluator<'w>,
    pub(super) apis: &'a [Api],
    pub(super) files: &'a dyn Files,
    /// The folder of the root module.
    pub(super) root: PathBuf,
}

/// What was found in the scripts of a resource.
#[derive(Default)]
pub(super) struct Scripted {
    pub(super) calls: Vec<Call>,
    /// Files with scripts that were not read, and why.
    pub(super) in_part: Vec<(String, String)>,
}

/// The text of a script.
struct Text<'e> {
    source: Arc<Source>,
    text: EmbeddedText,
    /// What is put in, by where it begins: its length, and what it is.
    holes: BTreeMap<u32, (usize, Fill<'e>)>,
}

/// What is put into a text.
enum Fill<'e> {
    /// An expression of the file.
    Written(&'e Expression),
    /// A part of a template: how it is written, and what it gives.
    Given(String, Value),
}

/// The longest file that is read as a script.
const FILE_LIMIT: usize = 1 << 20;

impl Reading<'_, '_> {
    /// The calls of the scripts of a resource, for each of its elements.
    pub(super) fn scripts(
        &self,
        instance: &Rc<Instance>,
        declaration: &Arc<Declaration>,
        guards: &[Guard],
    ) -> Scripted {
        let mut found = Scripted::default();
        let specs: Vec<_> = self.evaluator.bindings.scripts(declaration.kind()).collect();
        let provisioners: Vec<&Arc<Block>> =
            declaration.block.body.blocks.iter().filter(|block| block.kind == "provisioner").collect();
        if specs.is_empty() && provisioners.is_empty() {
            return found;
        }
        for expansion in self.evaluator.expansions(instance, declaration) {
            if !compatible(&expansion.guards, guards) {
                continue;
            }
            let mut all = guards.to_vec();
            merge_guards(&mut all, &expansion.guards);
            let elements: Vec<Each> = match expansion.shape {
                Shape::Single => vec![Each::default()],
                Shape::Unknown(each) => vec![each],
                Shape::Counted(count) => (0..count.min(ELEMENTS)).map(counted_each).collect(),
                Shape::Keyed(keys) => keys.into_iter().take(ELEMENTS).map(|(_, each)| each).collect(),
            };
            for each in elements {
                let one = One { reading: self, instance, declaration, each: &each, guards: &all };
                for spec in &specs {
                    if let Some((source, attribute)) = declaration.attribute(&spec.argument) {
                        let told = declaration.attribute(&spec.language).and_then(|(_, a)| a.expression.as_str());
                        let language = held::language_named(told.unwrap_or_default());
                        one.attribute(source, attribute, (language, &[]), &mut found);
                    }
                }
                for block in &provisioners {
                    one.provisioner(block, &mut found);
                }
            }
        }
        found.calls = shell::join_roots(vec![(declaration.source.path().to_owned(), found.calls)]);
        found
    }
}

/// One element of a resource.
struct One<'a, 'w> {
    reading: &'a Reading<'a, 'w>,
    instance: &'a Rc<Instance>,
    declaration: &'a Arc<Declaration>,
    each: &'a Each,
    guards: &'a [Guard],
}

impl One<'_, '_> {
    fn provisioner(&self, block: &Block, found: &mut Scripted) {
        let source = &self.declaration.source;
        let language = match block.body.attribute("interpreter").map(|attribute| &attribute.expression.kind) {
            None => Some(Language::Shell),
            Some(ExpressionKind::Tuple(words)) => words.first().and_then(Expression::as_str).and_then(Language::of),
            Some(_) => None,
        };
        let mut variables: Vec<(String, Value)> = Vec::new();
        if let Some(ExpressionKind::Object(items)) = block.body.attribute("environment").map(|a| &a.expression.kind) {
            for item in items {
                if let ItemKey::Name(name) = &item.key {
                    let label = format!("`{name}` is set here");
                    variables.push((name.clone(), self.value(source, &item.value, &label)));
                }
            }
        }
        for attribute in ["command", "inline"].into_iter().filter_map(|name| block.body.attribute(name)) {
            match language {
                Some(language) => self.attribute(source, attribute, (Some(language), &variables), found),
                None => self.miss(source, attribute.span, "a script whose interpreter is not known", found),
            }
        }
    }

    fn miss(&self, source: &Arc<Source>, span: Span, reason: &str, found: &mut Scripted) {
        let text = source.slice(span);
        if self.reading.apis.iter().flat_map(Api::action_spellings).any(|word| text.contains(&word)) {
            found.in_part.push((source.path().to_owned(), reason.to_owned()));
        }
    }

    fn value(&self, source: &Arc<Source>, expression: &Expression, label: &str) -> Value {
        let symbol = self.reading.evaluator.evaluate(expression, Scope::new(self.instance, source, self.each));
        argument_value(&symbol, &Place::new(source, expression.span), label, self.guards)
    }

    fn attribute(
        &self,
        source: &Arc<Source>,
        attribute: &Attribute,
        (language, variables): (Option<Language>, &[(String, Value)]),
        found: &mut Scripted,
    ) {
        let Some(text) = self.text(source, &attribute.expression, DEPTH) else {
            self.miss(source, attribute.span, "a script that is put together by a function", found);
            return;
        };
        let folder = self.instance.module.folder.to_string_lossy().into_owned();
        let held = Held {
            source: &text.source,
            text: text.text,
            folder: &folder,
            language,
            surface: super::ID,
            variables,
            runs: Runs::default(),
        };
        let mut find = |rest: &str, span: Span| {
            let (length, fill) = text.holes.get(&span.start).filter(|_| rest.starts_with("${"))?;
            let expression = match fill {
                Fill::Written(expression) => expression,
                Fill::Given(shown, value) => return Some((*length, Replacement::Value(shown.clone(), value.clone()))),
            };
            let shown = text.source.slice(Span { end: span.start, ..span }.join(expression.span)).to_owned() + "}";
            let value = self.value(&text.source, expression, "is put in here");
            Some((*length, Replacement::Value(shown, value)))
        };
        let result = held.calls(&['$'], &mut find, self.reading.apis, self.reading.files);
        found.in_part.extend(result.missed.map(|reason| (source.path().to_owned(), reason)));
        found.calls.extend(result.calls.into_iter().map(|mut call| {
            call.guards.extend(self.guards.iter().cloned());
            call
        }));
    }

    /// The text that an expression gives; nothing for one that is computed.
    fn text<'e>(&'e self, source: &Arc<Source>, expression: &'e Expression, depth: usize) -> Option<Text<'e>> {
        let less = depth.checked_sub(1)?;
        let slice = source.slice(expression.span);
        match &expression.kind {
            ExpressionKind::String(_) | ExpressionKind::Template(_) => Some(written(source, expression)),
            ExpressionKind::Parenthesis(_) if slice.starts_with('"') => Some(written(source, expression)),
            ExpressionKind::Parenthesis(inner) => self.text(source, inner, less),
            ExpressionKind::Call(call) => match (call.name.as_str(), call.arguments.as_slice()) {
                (name, [inner]) if WRAPPERS.contains(&name) => self.text(source, inner, less),
                ("join", [separator, list]) => {
                    let ExpressionKind::Tuple(items) = &list.kind else { return None };
                    self.lines(source, items, separator.as_str()?, less)
                }
                ("file" | "filebase64", [path]) => self.file(source, path, None),
                ("templatefile", [path, values]) => self.file(source, path, Some(values)),
                _ => None,
            },
            ExpressionKind::Tuple(items) => self.lines(source, items, "\n", less),
            ExpressionKind::Traversal(root, path) => match (&root.kind, path.as_slice()) {
                (ExpressionKind::Variable(scope), [Access::Attribute(name)]) if scope == "local" => {
                    let (source, attribute) = self.instance.module.local(name)?;
                    self.text(source, &attribute.expression, less)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a file; with `values`, of a template that they are put into.
    fn file(&self, source: &Arc<Source>, path: &Expression, values: Option<&Expression>) -> Option<Text<'static>> {
        let scope = Scope::new(self.instance, source, self.each);
        let path = self.path(source, path)?;
        let file = self.reading.files.read(&path).ok().filter(|file| file.text().len() <= FILE_LIMIT)?;
        let whole = file.text();
        let Some(values) = values else {
            let text = EmbeddedText::verbatim(whole, 0);
            return Some(Text { source: file, text, holes: BTreeMap::new() });
        };
        // Which lines there are is decided by directives, which are not followed.
        if whole.contains("%{") {
            return None;
        }
        let values = self.reading.evaluator.evaluate(values, scope);
        let mut text = EmbeddedText::new();
        let mut holes = BTreeMap::new();
        for segment in segments::of_file(whole) {
            match segment {
                Segment::Text(range) => text.push(whole.get(range.clone()).unwrap_or_default(), range.into()),
                Segment::Escape(range, new) => text.push(new, range.into()),
                Segment::Hole(range) => {
                    let shown = whole.get(range.clone()).unwrap_or_default();
                    let span: Span = range.clone().into();
                    text.push(shown, span);
                    let inner = shown.get(2..shown.len().saturating_sub(1)).unwrap_or_default();
                    let place = Place::new(&file, span);
                    let value = match hcl::parse_expression(inner.trim_matches('~').trim(), range.start + 2) {
                        Ok(expression) => {
                            let symbol =
                                self.reading.evaluator.with_values(&expression, (self.instance, &file), &values);
                            argument_value(&symbol, &place, "is put in here", self.guards)
                        }
                        Err(_) => Value::unknown(format!("`{shown}` cannot be read"), Some(place)),
                    };
                    let start = u32::try_from(range.start).unwrap_or(u32::MAX);
                    holes.insert(start, (range.len(), Fill::Given(shown.to_owned(), value)));
                }
            }
        }
        Some(Text { source: file, text, holes })
    }

    /// The path of a file, where its name is known: below the module, or below the root.
    fn path(&self, source: &Arc<Source>, path: &Expression) -> Option<PathBuf> {
        let slice = source.slice(path.span).trim().strip_prefix('"')?.strip_suffix('"')?;
        let root = self.reading.root.as_path();
        let (base, rest) = match slice.strip_prefix("${path.module}") {
            Some(rest) => (self.instance.module.folder.as_path(), rest),
            None => (root, slice.strip_prefix("${path.root}").or(slice.strip_prefix("${path.cwd}")).unwrap_or(slice)),
        };
        let relative = rest.trim_start_matches('/');
        let absolute = rest.len() == slice.len() && rest.starts_with('/');
        let known = !relative.is_empty() && !absolute && !relative.contains("${");
        known.then(|| normalize(&base.join(relative)))
    }

    /// Texts with something between them.
    fn lines<'e>(
        &'e self,
        source: &Arc<Source>,
        items: &'e [Expression],
        separator: &str,
        depth: usize,
    ) -> Option<Text<'e>> {
        let mut all = Text { source: Arc::clone(source), text: EmbeddedText::new(), holes: BTreeMap::new() };
        for item in items {
            let one = self.text(source, item, depth)?;
            if !Arc::ptr_eq(&one.source, source) {
                return None;
            }
            if !all.text.text().is_empty() {
                all.text.push(separator, Span { start: item.span.start, end: item.span.start });
            }
            all.text.append(&one.text);
            all.holes.extend(one.holes);
        }
        Some(all)
    }
}

/// A string or a heredoc as it is written, with what is put in left as it stands.
fn written<'e>(source: &Arc<Source>, expression: &'e Expression) -> Text<'e> {
    let slice = source.slice(expression.span);
    let base = expression.span.start as usize;
    let mut inner = match &expression.kind {
        ExpressionKind::Template(parts) => parts
            .iter()
            .filter_map(|part| match part {
                Part::Interpolation(inner) => Some(inner),
                _ => None,
            })
            .collect(),
        ExpressionKind::Parenthesis(inner) => vec![&**inner],
        _ => Vec::new(),
    }
    .into_iter();
    let mut text = EmbeddedText::new();
    let mut holes = BTreeMap::new();
    for segment in segments::of(slice) {
        let at = |span: std::ops::Range<usize>| Span::new(base + span.start, base + span.end);
        match segment {
            Segment::Text(range) => text.push(slice.get(range.clone()).unwrap_or_default(), at(range)),
            Segment::Escape(range, new) => text.push(new, at(range)),
            Segment::Hole(range) => {
                // It stays as it stands, to be put in where the script is read.
                text.push(slice.get(range.clone()).unwrap_or_default(), at(range.clone()));
                if let Some(expression) = inner.next() {
                    let start = u32::try_from(base + range.start).unwrap_or(u32::MAX);
                    holes.insert(start, (range.len(), Fill::Written(expression)));
                }
            }
        }
    }
    Text { source: Arc::clone(source), text, holes }
}
