//! Documents that a service runs: OOS, ROS, CloudFlow, Ansible.

use backuplint::model::Api;
use serde_json::{Map, Value, json};

use super::{Case, NUMBER, Way, Written, command, file, name_in, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("oos", "a call of any API", execute_api),
    Way::new("oos", "a call of any API in JSON", execute_api_json),
    Way::new("oos", "the packaged action", packaged),
    Way::new("oos", "a command on an instance", oos_command),
    Way::new("ros", "a template of OOS within", ros_template),
    Way::new("ros", "a command on an instance", ros_command),
    Way::new("ros", "files of Terraform within", ros_terraform),
    Way::new("requests", "a collection of requests", collection),
    Way::new("requests", "a tool of an agent", tool),
    Way::new("requests", "a file of requests", requests),
    Way::new("crossplane", "a module within", workspace),
    Way::new("cloudflow", "a task", flow),
    Way::new("cloudflow", "a task in JSON", flow_json),
    Way::new("ansible", "the module", module),
    Way::new("ansible", "a task of the shell", ansible_shell),
    Way::new("ansible", "a command as a list", ansible_argv),
];

/// Lines `name: value`, indented.
fn lines(api: &Api, case: &Case, family: &str, indent: usize) -> String {
    let indent = " ".repeat(indent);
    case.each(api, family, |name, value| format!("{indent}{name}: {value}\n"))
}

fn object(case: &Case) -> Map<String, Value> {
    case.sent().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// A template of OOS, indented.
fn oos(api: &Api, case: &Case, indent: usize) -> String {
    let text = format!(
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: nightly\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        RegionId: cn-hangzhou\n{}",
        lines(api, case, "wire", 8)
    );
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(indent))).collect()
}

fn execute_api(api: &Api, case: &Case) -> Written {
    file("backup.yaml", oos(api, case, 0))
}

fn execute_api_json(_: &Api, case: &Case) -> Written {
    let properties = json!({ "Service": "rds", "API": "CreateBackup", "Parameters": object(case) });
    let task = json!({ "Name": "nightly", "Action": "ACS::ExecuteApi", "Properties": properties });
    file("backup.json", format!("{:#}", json!({ "FormatVersion": "OOS-2019-06-01", "Tasks": [task] })))
}

fn packaged(api: &Api, case: &Case) -> Written {
    let taken = |parameter: &str| ["DBInstanceId", "BackupMethod"].contains(&parameter);
    if !case.sent().iter().all(|(parameter, _)| taken(parameter)) {
        return Err("the action passes on nothing but the instance and the method");
    }
    file(
        "backup.yml",
        format!(
            "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: nightly\n    Action: ACS::RDS::CreateBackup\n    Properties:\n      regionId: cn-hangzhou\n{}",
            lines(api, case, "oos", 6)
        ),
    )
}

fn oos_command(api: &Api, case: &Case) -> Written {
    file(
        "backup.yml",
        format!(
            "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: nightly\n    Action: ACS::ECS::RunCommand\n    Properties:\n      commandType: RunShellScript\n      commandContent: |\n        #!/bin/bash\n        {}\n",
            command::line(api, case)
        ),
    )
}

const ROS: &str = "ROSTemplateFormatVersion: '2015-09-01'\n";

fn ros_template(api: &Api, case: &Case) -> Written {
    file(
        "stack.yml",
        format!(
            "{ROS}Resources:\n  Nightly:\n    Type: ALIYUN::OOS::Template\n    Properties:\n      Content: |\n{}",
            oos(api, case, 8)
        ),
    )
}

fn ros_command(api: &Api, case: &Case) -> Written {
    file(
        "stack.yml",
        format!(
            "{ROS}Resources:\n  Nightly:\n    Type: ALIYUN::ECS::RunCommand\n    Properties:\n      Type: RunShellScript\n      CommandContent: |\n        {}\n",
            command::line(api, case)
        ),
    )
}

fn ros_terraform(api: &Api, case: &Case) -> Written {
    let arguments = case.each(api, "snake", |name, value| format!("      {name} = {value}\n"));
    file(
        "stack.yml",
        format!(
            "{ROS}Transform: Aliyun::Terraform-v1.5\nWorkspace:\n  main.tf: |\n    resource \"alicloud_rds_backup\" \"nightly\" {{\n{arguments}    }}\n"
        ),
    )
}

fn collection(_: &Api, case: &Case) -> Written {
    let request = json!({ "name": "nightly", "request": { "method": "GET", "url": { "raw": url(case) } } });
    file("rds.postman_collection.json", format!("{:#}", json!({ "item": [request] })))
}

fn requests(_: &Api, case: &Case) -> Written {
    let address = url(case).replace('&', "\n    &");
    file("nightly.http", format!("### nightly\nPOST {address}\nAccept: application/json\n"))
}

fn tool(_: &Api, case: &Case) -> Written {
    let given = json!({ "service": "rds", "api": "CreateBackup", "parameters": object(case) });
    let call = json!({ "method": "tools/call", "params": { "name": "CommonAPICaller", "arguments": given } });
    file("call.json", format!("{call:#}"))
}

fn workspace(api: &Api, case: &Case) -> Written {
    let arguments = case.each(api, "snake", |name, value| format!("        {name} = {value}\n"));
    file(
        "workspace.yml",
        format!(
            "apiVersion: tf.upbound.io/v1beta1\nkind: Workspace\nspec:\n  forProvider:\n    source: Inline\n    module: |\n      resource \"alicloud_rds_backup\" \"nightly\" {{\n{arguments}      }}\n"
        ),
    )
}

fn flow(api: &Api, case: &Case) -> Written {
    file(
        "flow.yaml",
        format!(
            "Type: StateMachine\nSpecVersion: v1\nName: nightly\nStates:\n  - Type: Task\n    Name: backup\n    Action: RDS:CreateBackup\n    TaskMode: RequestComplete\n    Parameters:\n      RegionId: cn-hangzhou\n{}",
            lines(api, case, "wire", 6)
        ),
    )
}

fn flow_json(_: &Api, case: &Case) -> Written {
    let task = json!({ "Type": "Task", "Name": "backup", "Action": "rds:CreateBackup", "Parameters": object(case) });
    file("flow.json", format!("{:#}", json!({ "Type": "StateMachine", "SpecVersion": "v1", "States": [task] })))
}

fn play(task: &str) -> Written {
    file("play.yml", format!("- hosts: localhost\n  tasks:\n    - name: nightly\n{task}"))
}

fn module(api: &Api, case: &Case) -> Written {
    if case.given(NUMBER).is_some() {
        return Err("the module has no option for the retention");
    }
    let options: String = case
        .sent()
        .into_iter()
        .map(|(parameter, value)| {
            let name = name_in(api, "snake", parameter);
            format!("        {name}: \"{value}\"\n")
        })
        .collect();
    play(&format!("      alibaba.alicloud.ali_rds_backup:\n        alicloud_region: cn-hangzhou\n{options}"))
}

fn ansible_shell(api: &Api, case: &Case) -> Written {
    play(&format!("      ansible.builtin.shell: |\n        {}\n", command::line(api, case)))
}

fn ansible_argv(api: &Api, case: &Case) -> Written {
    play(&format!("      ansible.builtin.command:\n        argv: {:?}\n", command::list(api, case)))
}
