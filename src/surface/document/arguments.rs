//! From a mapping of parameters to a call.

use std::sync::Arc;

use super::File;
use crate::model::{
    Api, Argument, Call, Content, InsertSite, NameKind, Quote, Runs, Spelling, Step, UnknownName, Value,
};
use crate::source::Span;
use crate::syntax::yaml::{Entry, Kind, Node};

/// What a key means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::surface) enum Named {
    /// The parameter of this name.
    Parameter(String),
    /// Something that is no parameter and right all the same.
    Other,
    /// Nothing that is known; refused or ignored.
    Unknown {
        /// Whether it is refused before anything is sent.
        refused: bool,
    },
}

/// Where a call stands.
pub(in crate::surface) struct CallSite<'a> {
    /// The file.
    pub(in crate::surface) file: &'a File<'a>,
    /// The API.
    pub(in crate::surface) api: &'a Api,
    /// The id of the surface.
    pub(in crate::surface) surface: &'static str,
    /// What the source calls it.
    pub(in crate::surface) subject: String,
    /// All of it.
    pub(in crate::surface) whole: Span,
    /// What to point at.
    pub(in crate::surface) head: Span,
    /// The naming family.
    pub(in crate::surface) family: &'static str,
    /// Whether any parameter could be added.
    pub(in crate::surface) open: bool,
}

impl CallSite<'_> {
    /// The call with what its mapping gives. `named` says what a key means, `value` what is known of a value.
    pub(in crate::surface) fn call(
        &self,
        parameters: Option<&Node>,
        named: &dyn Fn(&str) -> Named,
        value: &dyn Fn(&str, &Node) -> Value,
    ) -> Call {
        let mut call = Call {
            api: Arc::clone(&self.api.id),
            surface: self.surface,
            subject: self.subject.clone(),
            place: self.file.place(self.whole),
            head: self.file.place(self.head),
            arguments: Vec::new(),
            unknown_names: Vec::new(),
            facts: Vec::new(),
            guards: Vec::new(),
            spelling: Spelling { family: self.family, prefix: "" },
            insert: None,
            runs: Runs::default(),
            advisory: false,
        };
        let Some(parameters) = parameters else {
            self.leave_open(&mut call, None);
            return call;
        };
        if !matches!(parameters.kind, Kind::Mapping(_)) || self.is_computed(parameters) {
            let is_nothing = super::scalar(parameters) == Some(Content::Absent) && !self.file.has_hole(parameters.span);
            if !is_nothing {
                self.all_unknown(&mut call, "the parameters are made by an expression", parameters.span);
            }
            return call;
        }
        for entry in parameters.effective() {
            self.add(&mut call, parameters, &entry, named, value);
        }
        if self.open {
            call.insert = self.insert_site(parameters);
        }
        self.leave_open(&mut call, Some(parameters));
        call
    }

    /// Whether a function or an expression stands where a mapping is expected.
    fn is_computed(&self, parameters: &Node) -> bool {
        let is_function = |key: &str| key.starts_with("Fn::") || key.starts_with("fn::") || key == "Ref";
        let function = parameters.entries().iter().any(|(key, _)| key.text().is_some_and(is_function));
        function
            || parameters.tag.as_deref().is_some_and(|tag| tag.len() > 1 && !tag.starts_with("!!"))
            || self.file.source.slice(parameters.span).starts_with("{{")
    }

    fn add(
        &self,
        call: &mut Call,
        parameters: &Node,
        entry: &Entry<'_>,
        named: &dyn Fn(&str) -> Named,
        value: &dyn Fn(&str, &Node) -> Value,
    ) {
        let key = entry.key.text().unwrap_or_default();
        // Of two entries between directives one is there, so the last does not win over the first.
        let directive = self.file.directive_in(self.whole);
        let name_place = self.file.place(entry.merged.unwrap_or(entry.key.span));
        let meaning = if self.file.has_hole(entry.key.span) { Named::Other } else { named(key) };
        let parameter = match meaning {
            Named::Other => return,
            Named::Unknown { refused } => {
                call.unknown_names.push(self.unknown_name(key, name_place, refused, named));
                return;
            }
            Named::Parameter(parameter) => parameter,
        };
        let mut found = through(self, entry, value(key, entry.value));
        if let (Some(directive), true) = (directive, entry.earlier.is_some()) {
            found = Value::unknown("which of these is there is up to a template", Some(self.file.place(directive)));
        }
        let twin = call.argument(&parameter).map(|twin| twin.name.clone());
        let earlier = entry.earlier.map(|earlier| self.file.place(earlier.span));
        if let Some(place) = earlier.or(twin.clone()).filter(|_| directive.is_none()) {
            call.unknown_names.push(UnknownName {
                spelled: key.to_owned(),
                place,
                kind: NameKind::Duplicate,
                nearest: Some(parameter.clone()),
                instead: None,
                refused: false,
            });
        }
        if twin.is_some() {
            call.arguments.retain(|argument| argument.parameter != parameter);
            // Two names of one parameter: which of them counts is not written down.
            found = Value::unknown("it is given under two names", Some(name_place.clone()));
        }
        let in_place = entry.merged.is_none() && entry.value.alias.is_none();
        let place = match entry.merged {
            Some(merged) => self.file.place(merged),
            None => self.file.place_of(entry.value),
        };
        call.arguments.push(Argument {
            parameter,
            name: name_place,
            place,
            value: found,
            literal: literal(entry.value).filter(|_| in_place),
            removal: in_place.then(|| self.removal(parameters, entry)).flatten().map(|span| self.file.place(span)),
        });
    }

    fn unknown_name(
        &self,
        key: &str,
        place: crate::source::Place,
        refused: bool,
        named: &dyn Fn(&str) -> Named,
    ) -> UnknownName {
        // What is spelt right is a parameter that cannot be given here, and nothing is meant instead.
        let nearest = self.api.nearest_parameter(key, self.family);
        let nearest = nearest.filter(|p| {
            p.spelled(self.family) != key && named(&p.spelled(self.family)) == Named::Parameter(p.name.clone())
        });
        let is_same = nearest.is_some_and(|p| p.spelled(self.family).eq_ignore_ascii_case(key));
        UnknownName {
            spelled: key.to_owned(),
            place,
            kind: if is_same { NameKind::WrongCase } else { NameKind::Unknown },
            nearest: nearest.map(|parameter| parameter.name.clone()),
            instead: None,
            refused,
        }
    }

    /// Where a template language adds lines, parameters may be there that are not seen.
    fn leave_open(&self, call: &mut Call, parameters: Option<&Node>) {
        let span = parameters.map_or(self.whole, |node| node.span.join(self.whole));
        if let Some(directive) = self.file.directive_in(span) {
            let reason = "a template may add or leave out parameters here";
            let given: Vec<String> = call.arguments.iter().map(|argument| argument.parameter.clone()).collect();
            for argument in &mut call.arguments {
                if argument.place.span.start > directive.start {
                    argument.value = Value::unknown(reason, Some(self.file.place(directive)));
                }
            }
            self.unknown_but(call, &given, reason, directive);
            call.insert = None;
        }
    }

    /// Nothing is known of any parameter.
    pub(in crate::surface) fn all_unknown(&self, call: &mut Call, reason: &str, at: Span) {
        call.arguments.clear();
        self.unknown_but(call, &[], reason, at);
    }

    /// Nothing is known of parameters that are not among these.
    pub(in crate::surface) fn unknown_but(&self, call: &mut Call, given: &[String], reason: &str, at: Span) {
        let place = self.file.place(at);
        for parameter in self.api.parameters.iter().filter(|p| !given.contains(&p.name)) {
            call.arguments.push(Argument {
                parameter: parameter.name.clone(),
                name: place.clone(),
                place: place.clone(),
                value: Value::unknown(reason, Some(place.clone())),
                literal: None,
                removal: None,
            });
        }
    }

    /// Behind the last entry that stands in the mapping itself.
    fn insert_site(&self, parameters: &Node) -> Option<InsertSite> {
        let text = self.file.source.text();
        let (key, last) = parameters.entries().last()?;
        let end = last.alias.unwrap_or(last.span).end as usize;
        let is_flow = text.as_bytes().get(parameters.span.start as usize) == Some(&b'{');
        let is_quoted = text.as_bytes().get(key.span.start as usize) == Some(&b'"');
        let before = text.get(..key.span.start as usize)?;
        if is_flow {
            // Only white space is looked at: a file of one line would be read again for each call in it.
            let indented = before.trim_end_matches([' ', '\t']);
            let gap = if indented.ends_with('\n') {
                format!(",{}{}", line_end(text, end), before.strip_prefix(indented)?)
            } else {
                ", ".to_owned()
            };
            let mark = if is_quoted { "\"" } else { "" };
            return Some(InsertSite {
                at: self.file.place(Span::new(end, end)),
                before: format!("{gap}{mark}"),
                between: format!("{mark}: "),
                after: String::new(),
                quote: if is_quoted { Quote::Double } else { Quote::None },
            });
        }
        if !matches!(last.kind, Kind::Scalar { .. }) {
            return None;
        }
        // A block scalar ends behind its line break.
        let end = text.get(..end)?.trim_end_matches(['\n', '\r']).len();
        let at = end + text.get(end..)?.find(['\n', '\r']).unwrap_or(text.len() - end);
        let before_key = before.rsplit('\n').next().unwrap_or_default();
        let indentation: String = before_key.chars().map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
        Some(InsertSite {
            at: self.file.place(Span::new(at, at)),
            before: format!("{}{indentation}", line_end(text, at)),
            between: ": ".to_owned(),
            after: String::new(),
            quote: Quote::None,
        })
    }

    /// The lines of an entry of a block mapping, unless it shares them or is the only one.
    fn removal(&self, parameters: &Node, entry: &Entry<'_>) -> Option<Span> {
        let text = self.file.source.text();
        let is_flow = text.as_bytes().get(parameters.span.start as usize) == Some(&b'{');
        if is_flow || parameters.entries().len() < 2 || !matches!(entry.value.kind, Kind::Scalar { .. }) {
            return None;
        }
        let start = text.get(..entry.key.span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let alone = text.get(start..entry.key.span.start as usize)?.trim().is_empty();
        let end = entry.value.span.end as usize;
        let end = if text.get(..end)?.ends_with('\n') { end } else { end + text.get(end..)?.find('\n')? + 1 };
        alone.then(|| Span::new(start, end))
    }
}

/// The line break that a text has behind an offset.
fn line_end(text: &str, at: usize) -> &'static str {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.find('\n').and_then(|end| rest.get(..end)).unwrap_or_default();
    if line.ends_with('\r') { "\r\n" } else { "\n" }
}

/// How a scalar is written anew.
fn literal(value: &Node) -> Option<Quote> {
    match &value.kind {
        Kind::Scalar { text, .. } if text.contains('\n') => None,
        Kind::Scalar { plain: true, .. } => Some(Quote::None),
        Kind::Scalar { .. } => Some(Quote::Double),
        _ => None,
    }
}

/// The way of a value through the merge key that brings it in.
fn through(site: &CallSite<'_>, entry: &Entry<'_>, mut value: Value) -> Value {
    if let Some(merged) = entry.merged {
        let steps = [
            Step { place: site.file.place(merged), label: "merged in here".to_owned() },
            Step { place: site.file.place(entry.value.span), label: "in the mapping that is merged in".to_owned() },
        ];
        for alternative in value.alternatives_mut() {
            alternative.steps.splice(0..0, steps.clone());
        }
    }
    super::through_alias(site.file, entry.value, value)
}
