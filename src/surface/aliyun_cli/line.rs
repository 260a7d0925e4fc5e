//! A command line as the tool reads it: program, product, operation, options.

use crate::model::{
    Alternative, Api, Argument, Call, Content, InsertSite, NameKind, ParameterKind, Quote, Runs, Spelling, UnknownName,
    Value,
};
use crate::source::{Place, Span};

use super::names;
use super::parts::{BareWords, guarded, removal, same_source, unknown_reason};
use super::tool::{Takes, Tool};
use super::{CliWord, CommandLine};

/// The naming families of the two styles, keys of the matrices.
pub(super) const WIRE: &str = "wire";
pub(super) const KEBAB: &str = "kebab";

/// An option with what may be its value.
pub(super) struct Flag<'a> {
    /// The name without dashes.
    pub(super) name: String,
    /// As written, with dashes.
    pub(super) spelled: String,
    /// Whether it has one dash only.
    pub(super) short: bool,
    pub(super) name_place: Place,
    word: &'a CliWord,
}

/// Finds the call in a command.
pub(super) fn find(command: &CommandLine<'_>, apis: &[Api], tool: &Tool) -> Option<Call> {
    let mut appends = false;
    let mut bare: Option<BareWords<'_>> = None;
    for (index, word) in command.words.iter().enumerate() {
        let text = word.value.as_text();
        if !is_program(word, tool) {
            // A program that prints its words runs none of them.
            if index == 0 && text.is_some_and(|text| tool.prints(text)) {
                return None;
            }
            appends |= text.is_some_and(|text| tool.appends(text));
            continue;
        }
        let bare = bare.get_or_insert_with(|| BareWords::of(tool, command.words));
        for api in apis {
            if let Some(reader) = Reader::new(api, tool, command, index, bare) {
                return reader.read(appends);
            }
        }
        appends |= text.is_some_and(|text| tool.appends(text));
    }
    None
}

/// Whether a word is the program, whatever it turns out to be; where it is not known its variable's name counts.
fn is_program(word: &CliWord, tool: &Tool) -> bool {
    let mut known = false;
    let mut unknown = false;
    for alternative in word.value.alternatives() {
        match &alternative.content {
            Content::Text(text) if tool.is_program(text) => known = true,
            Content::Unknown(_) => unknown = true,
            _ => return false,
        }
    }
    known || unknown && word.variable.as_deref().is_some_and(|name| tool.is_program_variable(name))
}

/// Reads the words behind the program.
struct Reader<'a> {
    api: &'a Api,
    tool: &'a Tool,
    command: &'a CommandLine<'a>,
    program: &'a CliWord,
    words: &'a [CliWord],
    operation: &'a CliWord,
    family: &'static str,
    force: bool,
    advisory: bool,
    open: Option<(String, Place)>,
    /// What options of the tool say of the region.
    regions: Vec<Value>,
    arguments: Vec<Argument>,
    unknown: Vec<UnknownName>,
}

impl<'a> Reader<'a> {
    /// A reader, when product and operation are those of the API.
    fn new(
        api: &'a Api,
        tool: &'a Tool,
        command: &'a CommandLine<'a>,
        at: usize,
        bare: &BareWords<'a>,
    ) -> Option<Self> {
        let (program, words) = (command.words.get(at)?, command.words.get(at + 1..)?);
        let (at, product) = bare.from(at + 1)?;
        if !product.value.as_text()?.eq_ignore_ascii_case(&api.product.code) {
            return None;
        }
        let (_, operation) = bare.from(at + 1)?;
        let text = operation.value.as_text()?;
        let kebab = api.action_spelled(KEBAB);
        let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        if plain(text) != plain(&api.action) {
            return None;
        }
        let family = if text == api.action {
            WIRE
        } else if text == kebab || text.contains(['-', '_']) {
            KEBAB
        } else {
            WIRE
        };
        let mut unknown = Vec::new();
        if text != api.action && text != kebab {
            let instead = if family == WIRE { api.action.clone() } else { kebab };
            unknown.push(UnknownName {
                spelled: text.to_owned(),
                place: operation.place.clone(),
                kind: NameKind::Operation,
                nearest: None,
                instead: Some(instead),
                refused: true,
            });
        }
        Some(Self {
            api,
            tool,
            command,
            program,
            words,
            operation,
            family,
            force: false,
            advisory: false,
            open: None,
            regions: Vec::new(),
            arguments: Vec::new(),
            unknown,
        })
    }

    /// Reads the options and makes the call; nothing when they name another version of the API
    /// or ask for help.
    fn read(mut self, appends: bool) -> Option<Call> {
        self.force = self.words.iter().filter_map(flag).any(|f| !f.short && self.tool.skips_checks(&f.name));
        let mut at = 0;
        let mut last: Option<(String, usize)> = None;
        let mut seen: Vec<String> = Vec::new();
        while let Some(word) = self.words.get(at) {
            at += 1;
            if let Some(reason) = &word.many {
                self.open.get_or_insert_with(|| (reason.clone(), word.place.clone()));
                continue;
            }
            let Some(flag) = flag(word) else {
                if word.value.as_text().is_some_and(|text| self.tool.asks_for_help(text)) {
                    return None;
                }
                self.loose(word);
                continue;
            };
            if let Some((full, takes)) = self.tool.global_flag(&flag.name, flag.short) {
                let full = full.to_owned();
                if self.tool.is_region_flag(&full) {
                    let given = word.inline.as_ref().map(|inline| &inline.value);
                    let given = given.or_else(|| self.words.get(at).map(|word| &word.value));
                    let value = given.cloned().unwrap_or_else(Value::absent);
                    self.regions.push(guarded(value, &word.guards));
                }
                let value = self.global_value(word, takes, &mut at);
                if self.tool.asks_for_help(&full) && word.guards.is_empty() {
                    return None;
                }
                if self.tool.sends_nothing(&full) {
                    self.advisory = true;
                }
                let other = |v: &str| v != self.api.product.version;
                if self.tool.is_version_flag(&full) && value.as_deref().is_some_and(other) {
                    return None;
                }
                let repeated = takes == Takes::Value && seen.contains(&full) && !self.tool.is_repeatable(&full);
                if repeated && self.family == WIRE && word.guards.is_empty() {
                    self.duplicate(&flag);
                }
                seen.push(full);
                continue;
            }
            at = self.parameter(&flag, at, &mut last);
        }
        if appends {
            let reason = "further words are added when it runs".to_owned();
            // The option at the end gets its value from them.
            let last = last.and_then(|(name, _)| self.arguments.iter_mut().find(|a| a.parameter == name));
            if let Some(argument) = last {
                argument.value = Value::unknown(reason.clone(), Some(argument.place.clone()));
            }
            self.open.get_or_insert_with(|| (reason, self.program.place.clone()));
        }
        let region = self.region();
        self.fill_open();
        let mut call = self.finish();
        if let Some(region) = region {
            call.set_region(region);
        }
        Some(call)
    }

    /// The region, when the options that name one agree and no further words may come.
    fn region(&self) -> Option<Value> {
        let (first, others) = self.regions.split_first()?;
        let agrees = others.iter().all(|other| other.as_text().is_some() && other.as_text() == first.as_text());
        (self.open.is_none() && agrees).then(|| first.clone())
    }

    /// A word that is no option: the product, the operation, or something unknown that may be options.
    fn loose(&mut self, word: &CliWord) {
        if word.value.as_text().is_none() && !word.value.is_absent() {
            let reason = unknown_reason(&word.value).unwrap_or_else(|| "not known before it runs".to_owned());
            self.open.get_or_insert_with(|| (reason, word.place.clone()));
        }
    }

    /// Steps over the value of an option of the tool.
    fn global_value(&self, word: &CliWord, takes: Takes, at: &mut usize) -> Option<String> {
        if let Some(inline) = &word.inline {
            return inline.value.as_text().map(str::to_owned);
        }
        let is_value = |w: &CliWord| flag(w).is_none() && w.many.is_none();
        match takes {
            Takes::Nothing => None,
            Takes::Value => {
                let value = self.words.get(*at).filter(|w| is_value(w))?;
                *at += 1;
                value.value.as_text().map(str::to_owned)
            }
            Takes::Fields => {
                while self.words.get(*at).is_some_and(|w| is_value(w) && w.place.text().contains('=')) {
                    *at += 1;
                }
                None
            }
        }
    }

    /// Reads one option that is not the tool's own; gives the index of the word behind it.
    fn parameter(&mut self, flag: &Flag<'_>, at: usize, last: &mut Option<(String, usize)>) -> usize {
        let pending = last.take();
        if flag.short && flag.name.chars().all(|c| c.is_ascii_digit()) {
            self.negative_number(flag, pending);
            return at;
        }
        let value = flag.word.inline.is_none().then(|| self.words.get(at)).flatten();
        let value = value.filter(|w| w.many.is_none() && self.is_value(w));
        let next = if value.is_some() { at + 1 } else { at };
        let known = if flag.short { None } else { self.api.parameter_spelled(&flag.name, self.family) };
        if let Some(parameter) = known {
            self.argument(flag, &parameter.name, value);
            if value.is_none() && flag.word.inline.is_none() {
                *last = Some((parameter.name.clone(), self.arguments.len()));
            }
            return next;
        }
        let from_file = (self.family == WIRE).then(|| self.tool.without_file_suffix(&flag.name)).flatten();
        if let Some(parameter) = from_file.and_then(|name| self.api.parameter(name)) {
            let place = value.map_or_else(|| flag.name_place.clone(), |w| w.place.clone());
            let file = value.and_then(|w| w.value.as_text()).unwrap_or("a file");
            let value = Value::unknown(format!("the value stands in {file}"), Some(place.clone()));
            self.push(
                flag,
                Argument {
                    parameter: parameter.name.clone(),
                    name: flag.name_place.clone(),
                    place,
                    value,
                    literal: None,
                    removal: None,
                },
            );
            return next;
        }
        // The tool checks names against its own list of parameters, on which these stand.
        if self.family == WIRE && self.api.tolerates(&flag.name) {
            return next;
        }
        self.unknown.push(names::unknown(self.api, flag, self.family, !self.force));
        next
    }

    /// Whether a word can be the value of the option before it.
    fn is_value(&self, word: &CliWord) -> bool {
        let text = word.place.text();
        let begins = |dash: &str| match word.value.as_text() {
            Some(text) => text.starts_with(dash),
            None => word.inline.is_some() || text.starts_with(dash),
        };
        // A word with three dashes is a value in the one style, one with a single dash in the other.
        if self.family == WIRE { !begins("-") || begins("---") } else { !begins("--") }
    }

    /// `--Name -1`: the tool takes `-1` for an option; what is meant is clear.
    fn negative_number(&mut self, flag: &Flag<'_>, pending: Option<(String, usize)>) {
        let parameter = pending.map(|(name, _)| name);
        if let Some(argument) = parameter.as_ref().and_then(|p| self.arguments.iter_mut().find(|a| a.parameter == *p)) {
            argument.value = Value::known(flag.spelled.clone());
            argument.place = flag.name_place.clone();
            argument.removal = None;
        }
        let instead = parameter.as_ref().map(|name| format!("--{name}={}", flag.spelled));
        self.unknown.push(UnknownName {
            spelled: flag.spelled.clone(),
            place: flag.name_place.clone(),
            kind: NameKind::NegativeNumber,
            nearest: parameter,
            instead,
            refused: true,
        });
    }

    fn duplicate(&mut self, flag: &Flag<'_>) {
        self.unknown.push(UnknownName {
            spelled: flag.spelled.clone(),
            place: flag.name_place.clone(),
            kind: NameKind::Duplicate,
            nearest: self.api.parameter_spelled(&flag.name, self.family).map(|p| p.name.clone()),
            instead: None,
            refused: true,
        });
    }

    fn argument(&mut self, flag: &Flag<'_>, parameter: &str, value: Option<&CliWord>) {
        let (value, place, literal) = match (&flag.word.inline, value) {
            (Some(inline), _) => (inline.value.clone(), inline.place.clone(), inline.literal),
            (None, Some(word)) => (word.value.clone(), word.place.clone(), word.literal),
            (None, None) => (Value::absent(), flag.name_place.clone(), false),
        };
        let whole = Place { span: flag.word.place.span, ..place.clone() };
        let written = literal && flag.word.literal;
        let removal = (written && same_source(&flag.word.place, &place)).then(|| removal(&whole, &place));
        let argument = Argument {
            parameter: parameter.to_owned(),
            name: flag.name_place.clone(),
            place,
            value: guarded(value, &flag.word.guards),
            literal: literal.then_some(Quote::Shell),
            removal,
        };
        self.push(flag, argument);
    }

    /// Adds an argument. One that is given twice is refused in the one style, and replaced in the other;
    /// what is only there under a condition joins what is there otherwise.
    fn push(&mut self, flag: &Flag<'_>, argument: Argument) {
        let Some(at) = self.arguments.iter().position(|a| a.parameter == argument.parameter) else {
            self.arguments.push(argument);
            return;
        };
        let Some(existing) = self.arguments.get_mut(at) else { return };
        if !flag.word.guards.is_empty() {
            let given = |v: &Value| v.alternatives().iter().filter(|a| a.content != Content::Absent).cloned().collect();
            let mut both: Vec<Alternative> = given(&existing.value);
            both.extend::<Vec<_>>(given(&argument.value));
            existing.value = Value::one_of(both);
            existing.literal = None;
            existing.removal = None;
        } else if self.family == KEBAB {
            *existing = argument;
        } else {
            self.duplicate(flag);
        }
    }

    /// When further words may come, any parameter that is not seen may be among them.
    fn fill_open(&mut self) {
        let Some((reason, place)) = self.open.take() else { return };
        for parameter in &self.api.parameters {
            if self.arguments.iter().any(|a| a.parameter == parameter.name) {
                continue;
            }
            self.arguments.push(Argument {
                parameter: parameter.name.clone(),
                name: place.clone(),
                place: place.clone(),
                value: Value::unknown(reason.clone(), Some(place.clone())),
                literal: None,
                removal: None,
            });
        }
    }

    fn finish(self) -> Call {
        let identifier = self.api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
        let instance = identifier.and_then(|p| self.arguments.iter().find(|a| a.parameter == p.name));
        let instance = instance.map(|a| a.value.as_text().map_or_else(|| a.place.text().to_owned(), str::to_owned));
        let (program, operation) = (&self.program.place, &self.operation.place);
        let whole = self.command.place.span;
        let within = |place: &Place| same_source(place, self.command.place) && whole.join(place.span) == whole;
        let head = if within(program) && within(operation) && program.span.start <= operation.span.start {
            Place { span: program.span.join(operation.span), ..program.clone() }
        } else {
            operation.clone()
        };
        let mut subject = String::new();
        if !self.command.context.is_empty() {
            subject = format!("{}: ", self.command.context);
        }
        let spelled = self.operation.value.as_text().unwrap_or(&self.api.action);
        subject.push_str(&format!("{} {} {spelled}", self.tool.name(), self.api.product.code));
        if let Some(instance) = instance {
            subject.push(' ');
            subject.push_str(&instance.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let last = self.words.last().map_or(self.command.place, |word| &word.place);
        let end = if same_source(last, self.command.place) && self.command.place.span.end >= last.span.end {
            last.span.end
        } else {
            self.command.place.span.end
        };
        let insert = InsertSite {
            at: Place { span: Span { start: end, end }, ..self.command.place.clone() },
            before: " ".to_owned(),
            between: " ".to_owned(),
            after: String::new(),
            quote: Quote::Shell,
        };
        Call {
            api: self.api.id.clone(),
            surface: self.command.surface,
            subject,
            place: self.command.place.clone(),
            head,
            arguments: self.arguments,
            unknown_names: self.unknown,
            facts: Vec::new(),
            guards: Vec::new(),
            spelling: Spelling { family: self.family, prefix: "--" },
            insert: Some(insert),
            runs: Runs::default(),
            advisory: self.advisory,
        }
    }
}

/// The option that a word is.
pub(super) fn flag(word: &CliWord) -> Option<Flag<'_>> {
    let (spelled, name_place) = match &word.inline {
        Some(inline) => (inline.name.as_str(), &inline.name_place),
        None => (word.value.as_text()?, &word.place),
    };
    let one = spelled.strip_prefix('-').filter(|rest| !rest.is_empty())?;
    let (name, short) = match one.strip_prefix('-') {
        Some(name) => (name, false),
        None => (one, true),
    };
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    Some(Flag { name: name.to_owned(), spelled: spelled.to_owned(), short, name_place: name_place.clone(), word })
}
