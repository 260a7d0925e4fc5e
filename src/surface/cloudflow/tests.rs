//! Text in, calls and findings out.

use super::*;
use crate::surface::document::tests::{argument, call, found, run};

const FLOW: &str = "Type: StateMachine\nSpecVersion: v1\nStates:\n  - Type: Task\n    Name: backup\n    Action: RDS:CreateBackup\n    TaskMode: RequestComplete\n    Parameters:\n      DBInstanceId.$: $Input.instance\n      BackupMethod: Nope\n";

#[test]
fn a_task_is_a_call() {
    let call = call(&CloudFlow, "flow.yaml", FLOW);
    assert_eq!((call.subject.as_str(), call.head.text()), ("flow task `backup`", "RDS:CreateBackup"));
    assert_eq!(argument(&call, "DBInstanceId"), ["?`$Input.instance` is known only when the flow runs"]);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Nope");
    assert_eq!(found("flow.yaml", FLOW), ["10 invalid-value BackupMethod"]);
}

#[test]
fn a_permission_of_the_same_text_is_none() {
    let policy = "States: x\nStatement:\n  - Effect: Allow\n    Action: rds:CreateBackup\n    Type: Task\n";
    assert!(run(&CloudFlow, &[("a.yml", policy)]).calls.is_empty());
    assert!(run(&CloudFlow, &[("a.yml", &FLOW.replace("RDS:", "dds:"))]).calls.is_empty());
}

#[test]
fn branches_of_a_parallel_state_run_beside_each_other() {
    let task = |id: &str| {
        format!(
            "          - Type: Task\n            Name: {id}\n            Action: RDS:CreateBackup\n            Parameters: {{DBInstanceId: {id}}}\n"
        )
    };
    let text = format!(
        "Type: StateMachine\nSpecVersion: v1\nStates:\n  - Type: Parallel\n    Name: both\n    Branches:\n      - States:\n{}      - States:\n{}",
        task("rm-1"),
        task("rm-2")
    );
    let calls = run(&CloudFlow, &[("flow.yaml", &text)]).calls;
    let lanes: Vec<_> = calls.iter().flat_map(|call| &call.runs.lanes).collect();
    let shown: Vec<_> = lanes.iter().map(|lane| (lane.number, lane.place.text())).collect();
    assert_eq!(shown, [(0, "Parallel"), (1, "Parallel")]);
    assert_eq!(lanes[0].group, lanes[1].group);
}

#[test]
fn a_map_makes_a_round_for_each_element() {
    let text = "Type: StateMachine\nStates:\n  - Type: Map\n    Name: all\n    ProcessorConfig: {ExecutionMode: Express}\n    Processor:\n      States: []\n    States:\n      - Type: Task\n        Name: copy\n        Action: RDS:CreateBackup\n        Parameters: {DBInstanceId.$: $Item}\n";
    let calls = run(&CloudFlow, &[("flow.yaml", text)]).calls;
    let [call] = calls.as_slice() else { panic!("{calls:#?}") };
    assert_eq!(call.runs.repeats.len(), 1);
    assert!(call.runs.repeats[0].distinct && call.runs.repeats[0].place.text().starts_with("Type: Map"));
}
