//! What programs and templates call beside the calls that are looked for.
//!
//! Takes the sources of calls; gives the names of other operations with their places. It does not follow the program:
//! that an operation is named where requests of the service are made is all that is claimed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{Api, Call, Companion};
use crate::source::{Place, Source, Span};
use crate::syntax::yaml::{self, Kind, Node};

/// What the names of classes of requests end in, in every SDK.
const REQUEST: &str = "Request";

/// What comments begin with, in the languages of the SDKs.
const COMMENTS: [&str; 3] = ["#", "//", "*"];

/// How deep a template is looked into.
const DEPTH: usize = 40;

/// The sources that calls stand in, each once.
pub(super) fn sources(calls: &[Call]) -> Vec<Arc<Source>> {
    let mut seen = BTreeSet::new();
    let all = calls.iter().map(|call| &call.head.source);
    all.filter(|source| seen.insert(source.path().to_owned())).map(Arc::clone).collect()
}

/// The requests that a program makes: `DescribeSomethingRequest(…)`, with whatever stands before it.
pub(super) fn of_program(source: &Arc<Source>) -> Vec<Companion> {
    let mut found = Vec::new();
    let mut begin = 0;
    for line in source.text().split_inclusive('\n') {
        let is_comment = COMMENTS.iter().any(|comment| line.trim_start().starts_with(comment));
        if !is_comment {
            found.extend(of_line(source, line, begin));
        }
        begin += line.len();
    }
    found
}

fn of_line(source: &Arc<Source>, line: &str, begin: usize) -> Vec<Companion> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let made = line.match_indices(REQUEST).filter_map(|(at, _)| {
        let behind = line.get(at + REQUEST.len()..)?.trim_start();
        // An object is made of it; a name in an import or a type says less.
        if !behind.starts_with(['(', '{']) {
            return None;
        }
        let before = line.get(..at)?;
        let name = before.rsplit(|c: char| !is_word(c)).next()?;
        let start = begin + at.checked_sub(name.len())?;
        let span = Span::new(start, start + name.len() + REQUEST.len());
        name.starts_with(|c: char| c.is_ascii_uppercase()).then(|| Companion {
            product: String::new(),
            operation: name.to_owned(),
            place: Place::new(source, span),
        })
    });
    made.collect()
}

/// The operations that the tasks of a template name.
pub(super) fn of_template(source: &Arc<Source>, apis: &[Api]) -> Vec<Companion> {
    let mut found = Vec::new();
    for root in &yaml::parse(source.text()).documents {
        tasks(root, source, apis, DEPTH, &mut found);
    }
    found
}

fn tasks(node: &Node, source: &Arc<Source>, apis: &[Api], depth: usize, found: &mut Vec<Companion>) {
    if depth == 0 {
        return;
    }
    match &node.kind {
        Kind::Scalar { .. } => {}
        Kind::Sequence(items) => items.iter().for_each(|item| tasks(item, source, apis, depth - 1, found)),
        Kind::Mapping(entries) => {
            let operation = node.get("API").or_else(|| node.get("Api"));
            let product = node.get("Service").and_then(|product| product.text());
            if let (Some(product), Some(operation)) = (product, operation)
                && let Some(name) = operation.text()
                && apis.iter().any(|api| api.product.code.eq_ignore_ascii_case(product))
            {
                let place = Place::new(source, operation.span);
                found.push(Companion { product: product.to_owned(), operation: name.to_owned(), place });
            }
            entries.iter().for_each(|(_, value)| tasks(value, source, apis, depth - 1, found));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_a_program_makes() {
        let text = "from sdk import DescribeBackupsRequest\nrequest = models.DescribeBackupTasksRequest(\n    id=1)\n# \
                    OldRequest()\nlower = someRequest()\n&rds.DescribeBackupsRequest{}\n";
        let source = Arc::new(Source::from_text("a.py", text));
        let found = of_program(&source);
        let brief: Vec<(&str, &str)> = found.iter().map(|c| (c.operation.as_str(), c.place.text())).collect();
        assert_eq!(
            brief,
            [("DescribeBackupTasks", "DescribeBackupTasksRequest"), ("DescribeBackups", "DescribeBackupsRequest")]
        );
    }
}
