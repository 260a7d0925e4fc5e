//! Calls at the same time.

use super::*;

/// Two calls on one instance in lanes of one group.
fn two(scene: &Scene, first: Lane, second: Lane) -> Vec<Call> {
    let calls = [("a &", first), ("b &", second)].map(|(at, lane)| {
        let mut call = scene.call(at, Value::known("rm-1"));
        call.runs.lanes.push(lane);
        call
    });
    calls.to_vec()
}

fn scene() -> Scene {
    Scene::new("a &\nb &\n")
}

#[test]
fn jobs_side_by_side_on_one_instance() {
    let scene = scene();
    let mut calls = two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 2, &[]));
    let found = judged(&calls);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        ["warning[concurrent-backup]: 2 backups of rm-1 can run at the same time: only one may"]
    );
    assert_eq!(labels(&found[0]), pairs(&[("b &", "runs in the background"), ("a &", "runs in the background")]));
    assert_eq!(found[0].answer.as_deref(), Some("BackupJobExists"));
    // A provider that tries again makes it a note, but only if it makes both.
    calls[0].runs.lanes[0].retried = true;
    assert_eq!(judged(&calls)[0].severity.word(), "warning");
    calls[1].runs.lanes[0].retried = true;
    assert_eq!(judged(&calls)[0].severity.word(), "note");
}

#[test]
fn what_waits_what_excludes_and_what_differs_is_silent() {
    let scene = scene();
    let none = Vec::<String>::new();
    assert_eq!(lines(&two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 2, &[1]))), none);
    assert_eq!(lines(&two(&scene, scene.lane("a &", 1, &[2]), scene.lane("b &", 2, &[]))), none);
    assert_eq!(lines(&two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 1, &[]))), none);
    let elsewhere = Lane { group: Arc::from("other"), ..scene.lane("b &", 2, &[]) };
    assert_eq!(lines(&two(&scene, scene.lane("a &", 1, &[]), elsewhere)), none);
    let mut calls = two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 2, &[]));
    calls[1].arguments[0].value = Value::known("rm-2");
    assert_eq!(lines(&calls), none);
    let mut calls = two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 2, &[]));
    for (call, branch) in calls.iter_mut().zip(0..) {
        call.guards.push(guard("which", branch, GuardKind::Conditional));
    }
    assert_eq!(lines(&calls), none);
    calls[1].guards[0].branch = 0;
    assert_eq!(
        lines(&calls),
        ["warning[concurrent-backup]?: 2 backups of rm-1 can run at the same time: only one may"]
    );
}

#[test]
fn a_number_is_told_only_where_all_run_at_once() {
    let scene = Scene::new("a &\nb &\nc\n");
    let mut calls = two(&scene, scene.lane("a &", 1, &[]), scene.lane("b &", 2, &[]));
    let mut third = scene.call("c", Value::known("rm-1"));
    third.runs.lanes.push(scene.lane("c", 3, &[2]));
    calls.push(third);
    assert_eq!(lines(&calls), ["warning[concurrent-backup]: backups of rm-1 can run at the same time: only one may"]);
    calls[2].runs.lanes[0].after.clear();
    assert_eq!(lines(&calls), ["warning[concurrent-backup]: 3 backups of rm-1 can run at the same time: only one may"]);
}

#[test]
fn a_round_runs_beside_the_next_one() {
    let scene = scene();
    let lane = Lane { beside_itself: true, ..scene.lane("a &", 1, &[]) };
    let with = |id: Value, repeat: Repeat| {
        let mut call = scene.call("a &", id);
        call.runs.lanes.push(lane.clone());
        call.runs.repeats.push(repeat);
        lines(&[call])
    };
    let warned = ["warning[concurrent-backup]: backups of rm-1 can run at the same time: only one may"];
    let each = |id: &str, branch| alternative(Content::text(id), vec![guard("loop", branch, GuardKind::Iteration)]);
    let keyed = || Repeat { key: Some(Arc::from("loop")), distinct: true, ..scene.repeat("a", 2) };
    assert_eq!(with(Value::known("rm-1"), keyed()), warned);
    assert_eq!(with(Value::one_of(vec![each("rm-1", 0), each("rm-2", 1)]), keyed()), Vec::<String>::new());
    assert_eq!(with(Value::one_of(vec![each("rm-1", 0), each("rm-1", 1)]), keyed()), warned);
    let many = || Repeat { times: Often::Unknown("the list is not known".to_owned()), key: None, ..keyed() };
    assert_eq!(with(Value::known("rm-1"), many()), warned);
    assert_eq!(with(unknown(scene.place("b"), "an element"), many()), Vec::<String>::new());
    assert_eq!(with(Value::known("rm-1"), scene.repeat("a", 1)), Vec::<String>::new());
}

#[test]
fn a_call_that_two_schedules_start_is_not_beside_itself() {
    let scene = scene();
    let mut call = scene.call("a &", Value::known("rm-1"));
    call.runs.lanes.push(scene.lane("a &", 1, &[]));
    call.runs.starts = vec![scene.start("a", 1), scene.start("b", 1)];
    assert_eq!(lines(&[call]), Vec::<String>::new());
}
