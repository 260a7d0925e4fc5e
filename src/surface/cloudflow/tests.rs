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
