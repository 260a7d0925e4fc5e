//! Calls in, findings out; and the arithmetic against a simulation.

use std::sync::Arc;

use super::{findings, suggest};
use crate::finding::{Confidence, Finding};
use crate::matrix::Matrix;
use crate::model::{
    Alternative, Argument, Call, Content, Guard, GuardKind, Lane, Often, Repeat, Runs, Spelling, Start, Step, Target,
    Value,
};
use crate::source::{Place, Source};

mod simulation;
mod together;

const IDENTIFIER: &str = "DBInstanceId";

/// One file; every piece of it is found by its text.
struct Scene {
    source: Arc<Source>,
}

impl Scene {
    fn new(text: &str) -> Self {
        Self { source: Arc::new(Source::from_text("job", text)) }
    }

    /// The first place of a text.
    fn place(&self, text: &str) -> Place {
        let start = self.source.text().find(text).unwrap_or_else(|| panic!("{text} is not in the scene"));
        Place::new(&self.source, start..start + text.len())
    }

    /// A call at a text on an instance.
    fn call(&self, at: &str, id: Value) -> Call {
        let place = self.place(at);
        Call {
            api: Arc::from("rds-create-backup"),
            surface: "shell",
            subject: "backup".to_owned(),
            place: place.clone(),
            head: place.clone(),
            arguments: vec![Argument {
                parameter: IDENTIFIER.to_owned(),
                name: place.clone(),
                place,
                value: id,
                literal: None,
                removal: None,
            }],
            unknown_names: Vec::new(),
            facts: Vec::new(),
            guards: Vec::new(),
            runs: Runs::default(),
            spelling: Spelling { family: "wire", prefix: "" },
            insert: None,
            advisory: false,
        }
    }

    /// A schedule at its own text.
    fn start(&self, text: &str, per_day: u64) -> Start {
        Start::new(self.place(text), text, Often::Times(per_day))
    }

    fn repeat(&self, at: &str, times: u64) -> Repeat {
        Repeat { place: self.place(at), times: Often::Times(times), key: None, distinct: false }
    }

    fn lane(&self, at: &str, number: u32, after: &[u32]) -> Lane {
        Lane {
            group: Arc::from("job"),
            number,
            after: after.to_vec(),
            beside_itself: false,
            place: self.place(at),
            label: "runs in the background".to_owned(),
            retried: false,
        }
    }
}

fn guard(key: &str, branch: u32, kind: GuardKind) -> Guard {
    Guard { key: Arc::from(key), branch, kind }
}

fn alternative(content: Content, guards: Vec<Guard>) -> Alternative {
    Alternative { guards, ..Alternative::new(content) }
}

fn unknown(place: Place, reason: &str) -> Value {
    Value::unknown(reason, Some(place))
}

fn judged_with(calls: &[Call], limit: Option<u32>) -> Vec<Finding> {
    findings(calls, &Matrix::builtin().unwrap(), limit).into_iter().map(|together| together.finding).collect()
}

fn judged(calls: &[Call]) -> Vec<Finding> {
    judged_with(calls, None)
}

/// A finding in one line, with `?` when it is possible.
fn line(finding: &Finding) -> String {
    let possible = if finding.confidence == Confidence::Possible { "?" } else { "" };
    format!("{}[{}]{possible}: {}", finding.severity.word(), finding.rule, finding.message)
}

fn lines(calls: &[Call]) -> Vec<String> {
    judged(calls).iter().map(line).collect()
}

/// Where a finding points, the caret first: the text and the label.
fn labels(finding: &Finding) -> Vec<(String, String)> {
    std::iter::once(&finding.primary)
        .chain(&finding.related)
        .map(|label| (label.place.text().to_owned(), label.text.clone()))
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_schedule_that_starts_too_often_is_named_with_a_better_one() {
    let scene = Scene::new("*/30 * * * * backup rm-1");
    let mut call = scene.call("backup", Value::known("rm-1"));
    call.runs.starts.push(scene.start("*/30 * * * *", 48));
    let found = judged(&[call]);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        ["error[daily-quota-exceeded]: 48 backups a day of rm-1: the limit is 20"]
    );
    let labelled = pairs(&[("*/30 * * * *", "`*/30 * * * *` starts it 48 times a day"), ("backup", "this call")]);
    assert_eq!(labels(&found[0]), labelled);
    assert_eq!(found[0].help.as_deref(), Some("At most every 72 minutes: `0 */2 * * *` makes 12 a day."));
    assert_eq!(found[0].answer.as_deref(), Some("Exceeded.BackupTimes"));
    assert_eq!(found[0].parameter.as_deref(), Some(IDENTIFIER));
}

#[test]
fn a_loop_multiplies_what_a_schedule_starts() {
    let scene = Scene::new("0 */2 * * * for db in a b c; do backup; done");
    let mut call = scene.call("backup", Value::known("rm-1"));
    call.runs.starts.push(scene.start("0 */2 * * *", 12));
    call.runs.repeats.push(Repeat {
        key: Some(Arc::from("loop")),
        distinct: true,
        ..scene.repeat("for db in a b c", 3)
    });
    let found = judged(&[call]);
    assert_eq!(line(&found[0]), "error[daily-quota-exceeded]: 12 × 3 = 36 backups a day of rm-1: the limit is 20");
    assert_eq!(labels(&found[0])[1], ("for db in a b c".to_owned(), "repeats it 3 times".to_owned()));
    assert_eq!(found[0].help.as_deref(), Some("At most every 240 minutes: `0 */4 * * *` makes 18 a day."));
}

#[test]
fn a_loop_over_instances_is_one_round_for_each() {
    let scene = Scene::new("0 * * * * for id in rm-1 rm-2 rm-1; do backup; done");
    let each = |id: &str, branch| alternative(Content::text(id), vec![guard("loop", branch, GuardKind::Iteration)]);
    let mut call = scene.call("backup", Value::one_of(vec![each("rm-1", 0), each("rm-2", 1), each("rm-1", 2)]));
    call.runs.repeats.push(Repeat { key: Some(Arc::from("loop")), distinct: true, ..scene.repeat("for id", 3) });
    assert_eq!(lines(std::slice::from_ref(&call)), Vec::<String>::new());
    call.runs.starts.push(scene.start("0 * * * *", 24));
    assert_eq!(
        lines(&[call]),
        [
            "error[daily-quota-exceeded]: 24 × 2 = 48 backups a day of rm-1: the limit is 20",
            "error[daily-quota-exceeded]: 24 backups a day of rm-2: the limit is 20",
        ]
    );
}

#[test]
fn schedules_add_up_unless_one_is_over_the_limit_by_itself() {
    let scene = Scene::new("0 */2 * * * a\n30 */2 * * * b\n*/20 * * * * c\n*/15 * * * * d\n");
    let scheduled = |at: &str, text: &str, per_day| {
        let mut call = scene.call(at, Value::known("rm-1"));
        call.runs.starts.push(scene.start(text, per_day));
        call
    };
    let (a, b) = (scheduled(" a", "0 */2 * * *", 12), scheduled(" b", "30 */2 * * *", 12));
    let (c, d) = (scheduled(" c", "*/20 * * * *", 72), scheduled(" d", "*/15 * * * *", 96));
    let together = judged(&[a.clone(), b.clone()]);
    assert_eq!(
        together.iter().map(line).collect::<Vec<_>>(),
        ["error[daily-quota-exceeded]: 12 + 12 = 24 backups a day of rm-1: the limit is 20"]
    );
    assert_eq!(labels(&together[0])[1].1, "`30 */2 * * *` starts it 12 times a day");
    assert_eq!(
        together[0].help.as_deref(),
        Some("Together they may make no more than 20 a day. With `0 */3 * * *` instead of `0 */2 * * *` they make 20.")
    );
    assert_eq!(
        lines(&[a.clone(), c.clone(), d.clone()]),
        [
            "error[daily-quota-exceeded]: 72 backups a day of rm-1: the limit is 20",
            "error[daily-quota-exceeded]: 96 backups a day of rm-1: the limit is 20",
        ]
    );
    let all = lines(&[a, b, c, d]);
    assert!(
        all.contains(&"error[daily-quota-exceeded]: 12 + 12 = 24 backups a day of rm-1: the limit is 20".to_owned())
    );
    assert_eq!(all.len(), 3);
}

#[test]
fn schedules_of_different_days_do_not_add_up() {
    let scene = Scene::new("0 */2 * * 1-5 a\n0 */2 * * 6,0 b\n");
    let mut call = scene.call(" a", Value::known("rm-1"));
    for (text, weekdays) in [("0 */2 * * 1-5", 0b011_1110), ("0 */2 * * 6,0", 0b100_0001)] {
        call.runs.starts.push(Start { weekdays, ..scene.start(text, 12) });
    }
    assert_eq!(lines(std::slice::from_ref(&call)), Vec::<String>::new());
    // Dates may meet or not.
    for start in &mut call.runs.starts {
        (start.weekdays, start.dated) = (0b111_1111, true);
    }
    let found = judged(&[call]);
    assert_eq!(
        line(&found[0]),
        "warning[daily-quota-exceeded]?: up to 12 + 12 = 24 backups a day of rm-1: the limit is 20"
    );
    assert!(found[0].help.as_deref().unwrap().ends_with("Whether they fall on one day is not known."));
}

#[test]
fn a_schedule_makes_only_its_own_visits() {
    let scene = Scene::new("*/30 * * * * rm-1\n0 3 * * * rm-2\nbackup \"$1\"");
    let visit = |branch| guard("visits", branch, GuardKind::Iteration);
    let ids = ["rm-1", "rm-2"].iter().zip(0..).map(|(id, branch)| {
        let steps = vec![Step { place: scene.place(id), label: "the value is given here".to_owned() }];
        Alternative { steps, ..alternative(Content::text(*id), vec![visit(branch)]) }
    });
    let mut call = scene.call("backup", Value::one_of(ids.collect()));
    for (text, per_day, branch) in [("*/30 * * * *", 48, 0), ("0 3 * * *", 1, 1)] {
        call.runs.starts.push(Start { guards: vec![visit(branch)], ..scene.start(text, per_day) });
    }
    let found = judged(&[call]);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        ["error[daily-quota-exceeded]: 48 backups a day of rm-1: the limit is 20"]
    );
    assert_eq!(labels(&found[0]).last().unwrap(), &("rm-1".to_owned(), "the value is given here".to_owned()));
}

#[test]
fn branches_that_exclude_each_other_do_not_add_up() {
    let scene = Scene::new("0 */2 * * * if full; then a; else b; fi");
    let branch = |at: &str, branch| {
        let mut call = scene.call(at, Value::known("rm-1"));
        call.guards.push(guard("full", branch, GuardKind::Conditional));
        call.runs.starts.push(scene.start("0 */2 * * *", 12));
        call
    };
    assert_eq!(lines(&[branch(" a", 0), branch(" b", 1)]), Vec::<String>::new());
    let both = lines(&[branch(" a", 0), branch(" b", 0)]);
    assert_eq!(both, ["warning[daily-quota-exceeded]?: up to 12 × 2 = 24 backups a day of rm-1: the limit is 20"]);
}

#[test]
fn an_instance_that_is_not_known_is_the_same_one_each_time_but_not_for_certain() {
    let scene = Scene::new("0 * * * * backup $ID");
    let mut call = scene.call("backup", unknown(scene.place("$ID"), "`ID` is not set here"));
    call.runs.starts.push(scene.start("0 * * * *", 24));
    let found = judged(std::slice::from_ref(&call));
    assert_eq!(line(&found[0]), "warning[daily-quota-exceeded]?: 24 backups a day of one instance: the limit is 20");
    assert_eq!(labels(&found[0]).last().unwrap(), &("$ID".to_owned(), "`ID` is not set here".to_owned()));
    // A loop that takes another one each time does not multiply it.
    call.runs.starts.clear();
    call.runs.repeats.push(Repeat { distinct: true, ..scene.repeat("0 *", 30) });
    assert_eq!(lines(std::slice::from_ref(&call)), Vec::<String>::new());
    call.runs.repeats[0].distinct = false;
    assert_eq!(
        lines(std::slice::from_ref(&call)),
        ["warning[daily-quota-exceeded]?: 30 backups of one instance in one run: the limit is 20 a day"]
    );
    // What is named for certain is one instance, whatever its id will be.
    call.runs.repeats[0].distinct = true;
    call.runs.target = Some(Target { name: Arc::from("db.main"), certain: true });
    assert_eq!(
        lines(&[call]),
        ["error[daily-quota-exceeded]: 30 backups of db.main in one run: the limit is 20 a day"]
    );
}

#[test]
fn numbers_that_are_not_certain_make_warnings_or_nothing() {
    let scene = Scene::new("every so often: backup rm-1");
    let with = |times: Often| {
        let mut call = scene.call("backup", Value::known("rm-1"));
        call.runs.repeats.push(Repeat { times, ..scene.repeat("every so often", 1) });
        call
    };
    assert_eq!(
        lines(&[with(Often::AtMost(30))]),
        ["warning[daily-quota-exceeded]?: up to 30 backups of rm-1 in one run: the limit is 20 a day"]
    );
    assert_eq!(lines(&[with(Often::Unknown("it is a variable".to_owned()))]), Vec::<String>::new());
    let mut overridable = with(Often::Times(30));
    overridable.arguments[0].value.alternatives_mut()[0].overridable = true;
    let found = judged(&[overridable]);
    assert_eq!(
        line(&found[0]),
        "warning[daily-quota-exceeded]?: up to 30 backups of rm-1 in one run: the limit is 20 a day"
    );
    assert!(found[0].help.as_deref().unwrap().ends_with("Another instance may be set from outside."));
}

#[test]
fn near_is_a_note_and_the_limit_can_be_set() {
    let scene = Scene::new("0 0-18 * * * backup rm-1");
    let mut call = scene.call("backup", Value::known("rm-1"));
    call.runs.starts.push(scene.start("0 0-18 * * *", 19));
    let of = |limit| judged_with(std::slice::from_ref(&call), limit).iter().map(line).collect::<Vec<_>>();
    assert_eq!(of(None), ["note[daily-quota-near]: 19 backups a day of rm-1: close to the limit of 20"]);
    assert_eq!(of(Some(19)), ["note[daily-quota-near]: 19 backups a day of rm-1: that is the limit"]);
    assert_eq!(of(Some(18)), ["error[daily-quota-exceeded]: 19 backups a day of rm-1: the limit is 18"]);
    assert_eq!(of(Some(40)), Vec::<String>::new());
}

#[test]
fn calls_of_one_program_add_up_and_the_last_one_is_named() {
    let text: Vec<String> = (0..25).map(|i| format!("backup{i:02} rm-1")).collect();
    let scene = Scene::new(&text.join("\n"));
    let mut calls: Vec<Call> = (0..25).map(|i| scene.call(&format!("backup{i:02}"), Value::known("rm-1"))).collect();
    let found = judged(&calls);
    assert_eq!(line(&found[0]), "error[daily-quota-exceeded]: 25 backups of rm-1 in one run: the limit is 20 a day");
    assert_eq!(labels(&found[0])[0], ("backup24".to_owned(), "the last of these 25".to_owned()));
    assert_eq!(labels(&found[0]).len(), 13);
    // In programs of their own each is one in its run, and what is not really made does not count.
    calls.iter_mut().zip(0..).for_each(|(call, i)| call.runs.program = format!("program {i}"));
    assert_eq!(lines(&calls), Vec::<String>::new());
    calls.iter_mut().for_each(|call| {
        call.runs.program.clear();
        call.advisory = true;
    });
    assert_eq!(lines(&calls), Vec::<String>::new());
}

#[test]
fn suggestions_keep_the_form_of_the_schedule() {
    let better = |text: &str, most| suggest::at_most(text, most).map(|s| format!("{} = {}", s.text, s.per_day));
    for (text, most, expected) in [
        ("*/30 * * * *", 20, "0 */2 * * * = 12"),
        ("5,35 8-20 * * *", 20, "5 */2 * * * = 12"),
        ("15 * * * 1-5", 6, "15 */4 * * 1-5 = 6"),
        ("0 * * * *", 1, "0 0 * * * = 1"),
        ("0 0 * * * ?", 20, "0 0 */2 * * ? = 12"),
        ("@hourly", 20, "0 */2 * * * = 12"),
        ("@every 30m", 20, "@every 2h = 12"),
        ("rate(30 minutes)", 24, "rate(1 hour) = 24"),
    ] {
        assert_eq!(better(text, most).as_deref(), Some(expected), "{text}");
    }
    for text in ["every 30 minutes", "Mon *-*-* 10:00", "", "0 0"] {
        assert_eq!(better(text, 20), None, "{text}");
    }
    assert_eq!(better("*/30 * * * *", 0), None);
}

#[test]
fn what_stands_for_an_id_in_examples_is_no_instance_of_all_of_them() {
    let scene = Scene::new("0 */2 * * * a\n30 */2 * * * b\n");
    let of = |id: &str| {
        let calls = [(" a", "0 */2 * * *"), (" b", "30 */2 * * *")].map(|(at, text)| {
            let mut call = scene.call(at, Value::known(id));
            call.runs.starts.push(scene.start(text, 12));
            call.runs.program = at.to_owned();
            call
        });
        lines(&calls).len()
    };
    assert_eq!(of("rm-4t6y8u0i2o1p3a5s"), 1);
    for id in ["rm-xxxxxxxxx", "<instance-id>", "your-instance-id", "rm-example"] {
        assert_eq!(of(id), 0, "{id}");
    }
}
