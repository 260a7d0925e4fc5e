//! The matrix against the plain twin, over every combination there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::twin::{ENGINES, Known, STORAGES, Said, for_each_call, for_each_known, said};
use crate::finding::{Catalogue, Confidence, Severity, Verdict};
use crate::matrix::{Evaluator, Judgement, Matrix};
use crate::model::{Call, Content, Inventory, Unknown, Value};
use crate::source::{Place, Source, Span};
use crate::surface::plain::{self, Given};

/// A call with these facts and parameters; empty texts are left out.
pub(super) fn call(matrix: &Matrix, facts: &[(&str, &str)], parameters: &[(&str, &str)]) -> Call {
    let source = Arc::new(Source::from_text("call", ""));
    let given = |pairs: &[(&str, &str)]| -> Vec<Given> {
        pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(n, v)| Given::nowhere(&source, *n, *v)).collect()
    };
    plain::call(matrix.api(), &Place::new(&source, Span::default()), given(facts), given(parameters), plain::WIRE)
}

pub(super) fn known_call(matrix: &Matrix, known: &Known<'_>) -> Call {
    call(
        matrix,
        &[("engine", known.engine), ("storage", known.storage), ("role", known.role)],
        &[
            ("DBInstanceId", known.id),
            ("BackupMethod", known.method),
            ("BackupStrategy", known.strategy),
            ("BackupType", known.kind),
            ("DBName", known.database),
            ("BackupRetentionPeriod", known.retention),
        ],
    )
}

pub(super) fn evaluator(matrix: &Matrix) -> Evaluator<'_> {
    Evaluator::new(matrix, &Catalogue::builtin().unwrap())
}

fn found(judgement: &Judgement) -> Vec<(String, String, Severity, Confidence)> {
    let mut found: Vec<_> = judgement
        .findings
        .iter()
        .map(|f| (f.rule.to_string(), f.parameter.clone().unwrap_or_default(), f.severity, f.confidence))
        .collect();
    found.sort();
    found
}

fn certain(said: &[Said]) -> Vec<(String, String, Severity, Confidence)> {
    said.iter().map(|(r, p, s)| ((*r).to_owned(), (*p).to_owned(), *s, Confidence::Certain)).collect()
}

#[test]
fn every_known_call_is_judged_as_the_twin_does() {
    let matrix = Matrix::builtin().unwrap();
    let mut evaluator = evaluator(&matrix);
    let mut count = 0;
    for_each_known(|known| {
        let judgement = evaluator.judge(&known_call(&matrix, known), &Inventory::default());
        let said = said(known);
        assert_eq!(found(&judgement), certain(&said), "{known:?}");
        let refused = said.iter().any(|(_, _, severity)| *severity == Severity::Error);
        assert_eq!(judgement.verdict, if refused { Verdict::Violation } else { Verdict::Proven }, "{known:?}");
        assert!(judgement.undecided.is_empty());
        count += 1;
    });
    assert_eq!(count, 4 * 2 * 2 * 2 * 4 * 3 * 3 * 2 * 3);
}

/// The order of the rules that can be errors.
const ORDER: [&str; 4] =
    ["missing-instance-id", "unsupported-method", "unsupported-database-scope", "incomplete-combination"];

/// What brute force makes of a call whose engine and storage are not known (or known in part).
struct Merged {
    found: Vec<(String, String, Severity, Confidence)>,
    /// The parameters with a possible finding: which of several is reported is a matter of taste.
    possible: BTreeMap<String, Vec<String>>,
    verdict: Verdict,
}

fn brute_force(worlds: &[Known<'_>]) -> Merged {
    let answers: Vec<Vec<Said>> = worlds.iter().map(said).collect();
    let mut keys: BTreeMap<(&str, &str), Vec<Severity>> = BTreeMap::new();
    for answer in &answers {
        for (rule, parameter, severity) in answer {
            keys.entry((rule, parameter)).or_default().push(*severity);
        }
    }
    let mut found = Vec::new();
    let mut possible: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((rule, parameter), severities) in &keys {
        if severities.len() == worlds.len() {
            let mildest = *severities.iter().min().unwrap();
            found.push(((*rule).to_owned(), (*parameter).to_owned(), mildest, Confidence::Certain));
        } else {
            possible.entry((*parameter).to_owned()).or_default().push((*rule).to_owned());
        }
    }
    let all_refused = answers.iter().all(|a| a.iter().any(|(_, _, s)| *s == Severity::Error));
    let none_refused = answers.iter().all(|a| a.iter().all(|(_, _, s)| *s != Severity::Error));
    let error_is_certain = found.iter().any(|(_, _, s, _)| *s == Severity::Error);
    if all_refused && !error_is_certain {
        let errors = |key: &(&str, &str)| {
            answers.iter().filter(|a| a.iter().any(|(r, p, s)| (*r, *p) == *key && *s == Severity::Error)).count()
        };
        // On a tie the rule that the catalogue names first wins.
        let order = |rule: &str| ORDER.iter().position(|known| *known == rule).unwrap_or(ORDER.len());
        let best = keys.keys().min_by_key(|k| (usize::MAX - errors(k), order(k.0))).unwrap();
        found.push((best.0.to_owned(), best.1.to_owned(), Severity::Error, Confidence::Certain));
        let rules = possible.get_mut(best.1).unwrap();
        rules.retain(|rule| rule != best.0);
        possible.retain(|_, rules| !rules.is_empty());
    }
    let verdict = if all_refused {
        Verdict::Violation
    } else if none_refused {
        Verdict::Proven
    } else {
        Verdict::Undecided
    };
    found.sort();
    Merged { found, possible, verdict }
}

fn compare(judgement: &Judgement, merged: &Merged, what: &str) {
    let all = found(judgement);
    let (sure, maybe): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, _, _, c)| *c == Confidence::Certain);
    assert_eq!(sure, merged.found, "{what}");
    let parameters: Vec<&String> = maybe.iter().map(|(_, p, _, _)| p).collect();
    let expected: Vec<&String> = merged.possible.keys().collect();
    let mut sorted = parameters.clone();
    sorted.sort();
    assert_eq!(sorted, expected, "one possible finding a parameter: {what}");
    for (rule, parameter, severity, _) in &maybe {
        assert_eq!(*severity, Severity::Note, "{what}");
        assert!(merged.possible[parameter].contains(rule), "{what}");
    }
    assert_eq!(judgement.verdict, merged.verdict, "{what}");
}

#[test]
fn merging_unknown_facts_agrees_with_brute_force() {
    let matrix = Matrix::builtin().unwrap();
    let mut evaluator = evaluator(&matrix);
    for_each_call(|known| {
        for engine in std::iter::once("").chain(ENGINES) {
            for storage in std::iter::once("").chain(STORAGES) {
                let asked = Known { engine, storage, role: "primary", ..*known };
                let worlds: Vec<Known<'_>> = ENGINES
                    .iter()
                    .flat_map(|e| STORAGES.iter().map(move |s| (*e, *s)))
                    .filter(|(e, s)| (engine.is_empty() || engine == *e) && (storage.is_empty() || storage == *s))
                    .map(|(engine, storage)| Known { engine, storage, ..asked })
                    .collect();
                let judgement = evaluator.judge(&known_call(&matrix, &asked), &Inventory::default());
                compare(&judgement, &brute_force(&worlds), &format!("{asked:?}"));
                assert_eq!(judgement.undecided.is_empty(), judgement.verdict != Verdict::Undecided, "{asked:?}");
            }
        }
    });
}

/// Leaves one parameter unknown: what is said must be said for each of its values.
#[test]
fn an_unknown_parameter_causes_nothing() {
    let matrix = Matrix::builtin().unwrap();
    let mut evaluator = evaluator(&matrix);
    let unknown = |parameter: &str, known: &Known<'_>| {
        let mut call = known_call(&matrix, known);
        let argument = call.arguments.iter_mut().find(|a| a.parameter == parameter).unwrap();
        let content = Content::Unknown(Unknown { reason: "not set".into(), place: None, present: false });
        argument.value = Value::from(crate::model::Alternative::new(content));
        call
    };
    for_each_known(|known| {
        if known.strategy.is_empty() || known.role != "primary" {
            return;
        }
        let values: Vec<Vec<Said>> =
            super::twin::STRATEGIES.iter().map(|strategy| said(&Known { strategy, ..*known })).collect();
        let first = &values[0];
        let mut common: Vec<Said> = first
            .iter()
            .filter_map(|(rule, parameter, _)| {
                let same = |a: &Vec<Said>| a.iter().find(|(r, p, _)| r == rule && p == parameter).map(|(_, _, s)| *s);
                let severities: Option<Vec<Severity>> = values.iter().map(same).collect();
                Some((*rule, *parameter, severities?.into_iter().min()?))
            })
            .collect();
        common.sort();
        let judgement = evaluator.judge(&unknown("BackupStrategy", known), &Inventory::default());
        assert_eq!(found(&judgement), certain(&common), "{known:?}");
        let refused = common.iter().any(|(_, _, s)| *s == Severity::Error);
        assert_eq!(judgement.verdict, if refused { Verdict::Violation } else { Verdict::Undecided }, "{known:?}");
    });
}
