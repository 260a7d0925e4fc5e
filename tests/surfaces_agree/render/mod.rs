//! One call, written down in every way that some surface reads: a small function for each.
//!
//! To add a surface: a file here with a table of [`Way`]s, and a line in [`ways`].

mod c_sharp;
mod carriers;
mod command;
mod documents;
mod go;
mod java;
mod php;
mod pulumi;
mod python;
mod terraform;
mod typescript;

use backuplint::model::Api;

/// Every way.
pub(crate) fn ways() -> Vec<Way> {
    let tables: &[&[Way]] = &[
        terraform::WAYS,
        command::WAYS,
        python::WAYS,
        java::WAYS,
        c_sharp::WAYS,
        go::WAYS,
        typescript::WAYS,
        php::WAYS,
        documents::WAYS,
        pulumi::WAYS,
        carriers::WAYS,
    ];
    tables.iter().copied().flatten().copied().collect()
}

/// What is written down: the facts of the instance, its id, and the parameters beside the id.
pub(crate) struct Case {
    /// Which one it is.
    pub(crate) number: usize,
    /// Empty where none is given.
    pub(crate) id: String,
    /// Empty where it is not known; so are the others.
    pub(crate) engine: &'static str,
    pub(crate) storage: &'static str,
    pub(crate) role: &'static str,
    /// Names of the API with their values.
    pub(crate) parameters: Vec<(&'static str, &'static str)>,
}

/// The files of a call, or why it cannot be written in this way.
pub(crate) type Written = Result<Vec<(String, String)>, &'static str>;

/// A way to write a call.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    /// The surface whose files these are.
    pub(crate) surface: &'static str,
    /// The surface that finds the call, where it stands in a file of another one.
    pub(crate) found_by: &'static str,
    /// What it is.
    pub(crate) title: &'static str,
    /// Whether all that is said here are notes: examples and calls that only pretend.
    pub(crate) advisory: bool,
    pub(crate) write: fn(&Api, &Case) -> Written,
}

impl Way {
    pub(crate) const fn new(surface: &'static str, title: &'static str, write: fn(&Api, &Case) -> Written) -> Self {
        Self { surface, found_by: surface, title, advisory: false, write }
    }

    /// A way in whose files only notes are given.
    const fn advisory(self) -> Self {
        Self { advisory: true, ..self }
    }

    /// A way whose file leads to a file of another surface.
    const fn leads_to(self, surface: &'static str) -> Self {
        Self { found_by: surface, ..self }
    }
}

/// The parameter that takes a number.
const NUMBER: &str = "BackupRetentionPeriod";

impl Case {
    /// Names and values of what is sent, with the id.
    fn sent(&self) -> Vec<(&'static str, &str)> {
        let id = Some(("DBInstanceId", self.id.as_str())).filter(|(_, id)| !id.is_empty());
        id.into_iter().chain(self.parameters.iter().copied()).collect()
    }

    /// The same with the names of a family of spellings.
    fn spelled(&self, api: &Api, family: &str) -> Vec<(String, &str)> {
        self.sent().into_iter().map(|(name, value)| (name_in(api, family, name), value)).collect()
    }

    /// Each parameter as some text, one behind the other. The value is a literal of most languages.
    fn each(&self, api: &Api, family: &str, write: impl Fn(&str, &str) -> String) -> String {
        let literal = |name: &str, value: &str| {
            if name == NUMBER && is_number(value) { value.to_owned() } else { format!("\"{value}\"") }
        };
        self.sent().iter().map(|(name, value)| write(&name_in(api, family, name), &literal(name, value))).collect()
    }

    /// Where a compiler takes a number only, other texts cannot be written.
    fn numbers_only(&self) -> Result<(), &'static str> {
        match self.given(NUMBER) {
            Some(value) if !is_number(value) => Err("the compiler takes a number only"),
            _ => Ok(()),
        }
    }

    /// The value of a parameter.
    fn given(&self, parameter: &str) -> Option<&'static str> {
        self.parameters.iter().find(|(name, _)| *name == parameter).map(|(_, value)| *value)
    }

    /// Where the instance stands beside the call, nothing is known by its id.
    fn instance_beside(&self) -> Result<(), &'static str> {
        if self.id == id(self.number) && self.role.is_empty() {
            Ok(())
        } else {
            Err("the id is that of the instance beside the call")
        }
    }

    /// What an instance is made with: names of a family for the facts that are known.
    fn facts(&self, names: [&'static str; 2]) -> Vec<(&'static str, &'static str)> {
        let [engine, storage] = names;
        [(engine, self.engine), (storage, self.storage)].into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// The id of the instance of a case, where nothing else is said.
pub(crate) fn id(number: usize) -> String {
    format!("rm-{number:012}")
}

/// How a family spells a parameter.
fn name_in(api: &Api, family: &str, parameter: &str) -> String {
    api.parameter(parameter).unwrap().spelled(family).into_owned()
}

fn is_number(value: &str) -> bool {
    value.parse::<i64>().is_ok()
}

/// One file.
fn file(path: &str, text: impl Into<String>) -> Written {
    Ok(vec![(path.to_owned(), text.into())])
}

/// An address that makes the call.
fn url(case: &Case) -> String {
    let query: String = case.sent().iter().map(|(name, value)| format!("&{name}={}", encoded(value))).collect();
    format!("https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15{query}")
}

/// What may not stand in an address, as `%` and two digits.
fn encoded(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
    value.chars().map(|c| if plain(c) { c.to_string() } else { format!("%{:02X}", c as u32) }).collect()
}
