//! Timers and loops.

use super::*;
use crate::model::Often;

const TASK: &str = "  - Name: copy\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters: {DBInstanceId: rm-1}\n";

fn timed(kind: &str, expression: &str) -> String {
    format!(
        "{HEAD}Parameters:\n  every: {{Type: String, Default: '30 minutes'}}\nTasks:\n  - Name: clock\n    Action: ACS::TimerTrigger\n    Properties:\n      Type: {kind}\n      Expression: {expression}\n      TimeZone: Asia/Shanghai\n{TASK}"
    )
}

#[test]
fn a_timer_starts_the_other_tasks() {
    for (kind, expression, text, expected) in [
        ("cron", "'0 0 * * * ?'", "0 0 * * * ?", Often::Times(24)),
        ("cron", "0 */30 8-20 * * ? 2027", "0 */30 8-20 * * ? 2027", Often::Times(26)),
        ("rate", "30 minutes", "30 minutes", Often::Times(48)),
        ("rate", "'{{ every }}'", "30 minutes", Often::AtMost(48)),
        (
            "cron",
            "'{{ ACS::x }}'",
            "'{{ ACS::x }}'",
            Often::Unknown("the schedule is known only when the template runs".to_owned()),
        ),
    ] {
        let call = call(&Oos, "a.yml", &timed(kind, expression));
        let [start] = call.runs.starts.as_slice() else { panic!("{expression}") };
        assert_eq!((start.place.text(), start.text.as_str(), &start.per_day), (expression, text, &expected));
        assert_eq!(start.steps[0].place.text(), "clock");
    }
    assert!(call(&Oos, "a.yml", &timed("at", "2027-01-01T00:00:00Z")).runs.starts.is_empty());
    assert!(call(&Oos, "a.yml", &format!("{HEAD}Tasks:\n{TASK}")).runs.starts.is_empty());
}

#[test]
fn a_loop_is_one_round_for_each_element() {
    let text = |control: &str| {
        let task = TASK.replace("rm-1", "'{{ ACS::TaskLoopItem }}'");
        format!("{HEAD}Tasks:\n{task}    Loop:\n      Items: [rm-1, rm-2, rm-3]\n{control}")
    };
    let one = call(&Oos, "a.yml", &text(""));
    let [repeat] = one.runs.repeats.as_slice() else { panic!("{:?}", one.runs) };
    assert_eq!(repeat.times, Often::Times(3));
    assert!(repeat.place.text().starts_with("Items: [rm-1"));
    let id = &one.argument("DBInstanceId").unwrap().value;
    let keyed = |a: &crate::model::Alternative| a.guards.iter().any(|guard| Some(&guard.key) == repeat.key.as_ref());
    assert!(id.alternatives().len() == 3 && id.alternatives().iter().all(keyed));
    assert!(one.runs.lanes.is_empty());
    let several = call(&Oos, "a.yml", &text("      RateControl: {Mode: Concurrency, Concurrency: 5}\n"));
    let [lane] = several.runs.lanes.as_slice() else { panic!("{:?}", several.runs) };
    assert_eq!((lane.place.text(), lane.beside_itself), ("5", true));
    let one = call(&Oos, "a.yml", &text("      RateControl: {Mode: Concurrency, Concurrency: 1}\n"));
    assert!(one.runs.lanes.is_empty());
}
