//! Programs in, what they say of access out.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Access, AttachedPolicy, Handle, PolicyKind, Reference, Template};
use crate::source::Source;
use crate::surface::policy::access;

fn of(path: &str, text: &str) -> Access {
    access(Path::new(path), &Arc::new(Source::from_text(path, text)))
}

fn address(scope: &str, address: &str) -> Handle {
    Handle::Address { scope: scope.to_owned(), address: address.to_owned() }
}

const TYPESCRIPT: &str = r#"
import * as pulumi from "@pulumi/pulumi";
import * as alicloud from "@pulumi/alicloud";
const account = "123";
const role = new alicloud.ram.Role("runner", {
    name: "backup",
    document: `{"Version": "1", "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": ["ecs.aliyuncs.com"]}}]}`,
});
export const policy = new alicloud.ram.Policy("nightly", {
    policyName: `nightly-${pulumi.getStack()}`,
    policyDocument: JSON.stringify({
        Version: "1",
        Statement: [{ Effect: "Allow", Action: ["rds:CreateBackup"], Resource: [`acs:rds:*:${account}:dbinstance/${id}`, ...more] }],
    }),
}, { dependsOn: [role] });
const other = new alicloud.ram.Policy("other", {
    policyDocument: pulumi.interpolate`{
      "Version": "1",
      "Statement": [{"Effect": "Deny", "Action": "rds:Delete*", "Resource": "acs:rds:*:*:dbinstance/${db.id}"}]
    }`,
});
new alicloud.ram.RolePolicyAttachment("a", { policyName: policy.policyName, policyType: policy.type, roleName: role.name });
new alicloud.ram.RolePolicyAttachment("b", { policyName: "AliyunRDSFullAccess", policyType: "System", roleName: role.name });
new aws.iam.Policy("x", { policy: "{}" });
"#;

#[test]
fn a_program_in_typescript_says_who_may_do_what() {
    let access = of("index.ts", TYPESCRIPT);
    let kinds: Vec<PolicyKind> = access.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, [PolicyKind::Trust, PolicyKind::Identity, PolicyKind::Identity]);
    assert!(access.documents.iter().all(|document| document.defects.is_empty()), "{:#?}", access.documents);
    let nightly = &access.documents[1];
    assert_eq!(nightly.handles[0], address("index.ts", "policy"));
    let resources = nightly.statements[0].resources.as_ref().unwrap();
    assert_eq!(resources.all[0].shown(), "acs:rds:*:123:dbinstance/{id}");
    assert!(resources.open.is_some());
    assert_eq!(resources.all[0].place.text(), "`acs:rds:*:${account}:dbinstance/${id}`");
    let other = &access.documents[2].statements[0];
    assert_eq!(other.actions.as_ref().unwrap().all[0].place.text(), "\"rds:Delete*\"");
    let resource = &other.resources.as_ref().unwrap().all[0];
    assert_eq!(
        (resource.shown().as_str(), resource.place.text()),
        ("acs:rds:*:*:dbinstance/{db.id}", "\"acs:rds:*:*:dbinstance/${db.id}\"")
    );
    let role = Reference::To(address("index.ts", "role"));
    assert_eq!((&access.attachments[0].principal, &access.attachments[1].principal), (&role, &role));
    assert_eq!(access.attachments[0].policy, AttachedPolicy::Custom(address("index.ts", "policy")));
    assert_eq!(access.attachments[1].policy, AttachedPolicy::System("AliyunRDSFullAccess".to_owned()));
    assert_eq!(access.principals.len(), 1);
}

const PYTHON: &str = r#"
import json
import pulumi_alicloud as alicloud
from pulumi_alicloud import ram

DOCUMENT = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "rds:CreateBackup", "Resource": f"acs:rds:*:{account}:dbinstance/*"}],
}

def build():
    policy = alicloud.ram.Policy("nightly", policy_name="nightly", policy_document=json.dumps(DOCUMENT))
    role = ram.Role("runner", ram.RoleArgs(role_name="backup"))
    ram.RolePolicyAttachment("a", policy_name=policy.policy_name, policy_type="Custom", role_name=role.role_name)
    ram.Policy("x", policy_document=make("Deny"))
"#;

#[test]
fn a_program_in_python_says_who_may_do_what() {
    let access = of("main.py", PYTHON);
    assert_eq!(access.documents.len(), 2);
    let nightly = &access.documents[0];
    assert_eq!(nightly.subject, "nightly");
    let resource = &nightly.statements[0].resources.as_ref().unwrap().all[0];
    assert_eq!(resource.shown(), "acs:rds:*:{account}:dbinstance/*");
    let actions: Vec<String> =
        nightly.statements[0].actions.iter().flat_map(|t| t.all.iter().map(Template::shown)).collect();
    assert_eq!(actions, ["rds:CreateBackup"]);
    let unknown = &access.documents[1];
    assert!(unknown.open.is_some() && unknown.defects.is_empty() && unknown.statements.is_empty());
    assert_eq!(access.principals[0].handles, [address("main.py", "role"), Handle::Name("backup".to_owned())]);
    assert_eq!(access.attachments[0].policy, AttachedPolicy::Custom(address("main.py", "policy")));
    assert_eq!(access.attachments[0].principal, Reference::To(address("main.py", "role")));
}

#[test]
fn programs_about_other_things_say_nothing() {
    let access = of(
        "x.ts",
        "import * as aws from '@pulumi/aws';\nnew aws.iam.Policy('x', {policy: ''});\nconst r = ram.Policy;\n",
    );
    assert!(access.documents.is_empty() && access.principals.is_empty());
}
