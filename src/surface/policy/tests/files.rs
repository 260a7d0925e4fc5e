//! Files of YAML and JSON in, what they say of access out.

use std::path::Path;
use std::sync::Arc;

use crate::model::{Access, AttachedPolicy, Handle, PolicyKind, Reference, RunScope, Template};
use crate::source::Source;
use crate::surface::policy::{access, documents};
use crate::surface::{MemoryFiles, Project, Surface, SurfaceSettings};

fn of(path: &str, text: &str) -> Access {
    access(Path::new(path), &Arc::new(Source::from_text(path, text)))
}

fn name(name: &str) -> Handle {
    Handle::Name(name.to_owned())
}

fn address(scope: &str, address: &str) -> Handle {
    Handle::Address { scope: scope.to_owned(), address: address.to_owned() }
}

fn actions(document: &crate::model::PolicyDocument) -> Vec<String> {
    let all = document.statements.iter().filter_map(|statement| statement.actions.as_ref());
    all.flat_map(|texts| texts.all.iter().map(Template::shown)).collect()
}

const DOCUMENT: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"rds:CreateBackup","Resource":"acs:rds:*:*:*"}]}"#;

#[test]
fn a_file_of_json_is_a_document_with_its_name_and_its_length() {
    let access = of("ram/backup.json", DOCUMENT);
    let document = &access.documents[0];
    assert_eq!((document.subject.as_str(), document.length), ("backup", Some(DOCUMENT.len())));
    assert_eq!(document.handles, [name("backup")]);
    assert_eq!(document.place.text(), DOCUMENT);
    assert!(
        of("x.json", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#)
            .documents
            .is_empty()
    );
    assert_eq!(
        of("x.json.tpl", &DOCUMENT.replace("\"rds:CreateBackup\"", "${jsonencode(actions)}")).documents.len(),
        1
    );
}

#[test]
fn several_documents_in_one_file_are_told_apart() {
    let text = format!("# the first\n{DOCUMENT}\n# the second {{\n{DOCUMENT}\n");
    let found = documents(Path::new("all.policy"), &Arc::new(Source::from_text("all.policy", text.as_str())));
    let subjects: Vec<&str> = found.iter().map(|document| document.subject.as_str()).collect();
    assert_eq!(subjects, ["all", "all (2)"]);
    assert!(found.iter().all(|document| document.place.text() == DOCUMENT));
}

#[test]
fn what_the_service_answers_holds_documents_as_texts() {
    let escaped = DOCUMENT.replace('"', "\\\"");
    let text = format!(
        r#"{{"DefaultPolicyVersion": {{"PolicyDocument": "{escaped}"}}, "Policy": {{"PolicyName": "nightly"}},
            "All": [{{"PolicyName": "other", "Document": "{escaped}"}}, {{"x": {DOCUMENT}}}]}}"#
    );
    let access = of("answer.json", &text);
    let subjects: Vec<&str> = access.documents.iter().map(|document| document.subject.as_str()).collect();
    assert_eq!(subjects, ["nightly", "other", "nightly"]);
    let action = &access.documents[0].statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!(action.place.text(), r#"\"rds:CreateBackup\""#);
    assert_eq!(access.documents[0].length, Some(DOCUMENT.len()));
}

#[test]
fn yaml_holds_documents_as_mappings_and_as_texts() {
    let text = format!(
        "policy:\n  Version: 1\n  Statement:\n  - Effect: Allow\n    Action: rds:*\n    Resource: 'acs:rds:*:*:*'\nother: |\n  {DOCUMENT}\n"
    );
    let access = of("values.yaml", &text);
    assert_eq!(access.documents.len(), 2);
    assert_eq!(access.documents[0].defects[0].place.text(), "1");
    assert_eq!(access.documents[1].place.text(), DOCUMENT);
    let effect = &access.documents[0].statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!(effect.place.text(), "rds:*");
}

const TEMPLATE: &str = r#"
ROSTemplateFormatVersion: '2015-09-01'
Parameters:
  Account: {Type: String}
Resources:
  Nightly:
    Type: ALIYUN::RAM::ManagedPolicy
    Properties:
      PolicyName: nightly
      PolicyDocument:
        Version: '1'
        Statement:
          - Effect: Allow
            Action: [rds:CreateBackup]
            Resource:
              - Fn::Join: ['', ['acs:rds:*:', {Ref: Account}, ':dbinstance/rm-1']]
              - !Sub acs:rds:*:${Account}:dbinstance/rm-2
              - Fn::GetAtt: [Db, Arn]
      Roles: [{"Fn::GetAtt": [Runner, RoleName]}]
  Runner:
    Type: ALIYUN::RAM::Role
    Properties:
      RoleName: !Sub backup-${Account}
      AssumeRolePolicyDocument:
        Version: '1'
        Statement: [{Action: 'sts:AssumeRole', Effect: Allow, Principal: {Service: [ecs.aliyuncs.com]}}]
      Policies:
        - PolicyName: inline
          PolicyDocument: {Version: '1', Statement: [{Effect: Deny, Action: 'rds:Delete*', Resource: '*'}]}
      PolicyAttachments:
        System: [AliyunRDSReadOnlyAccess]
        Custom: [shared]
  Attach:
    Type: ALIYUN::RAM::AttachPolicyToRole
    Properties: {PolicyType: System, PolicyName: AliyunRDSFullAccess, RoleName: {Ref: Runner}}
  People:
    Type: ALIYUN::RAM::UserToGroupAddition
    Properties: {GroupName: dba, Users: [ada, {Ref: Somebody}]}
  Box:
    Type: ALIYUN::ECS::Instance
    Properties: {RamRoleName: {"Fn::GetAtt": [Runner, RoleName]}}
"#;

#[test]
fn a_template_of_ros_says_who_may_do_what() {
    let access = of("stack.yaml", TEMPLATE);
    let kinds: Vec<PolicyKind> = access.documents.iter().map(|document| document.kind).collect();
    assert_eq!(kinds, [PolicyKind::Identity, PolicyKind::Trust, PolicyKind::Identity]);
    let nightly = &access.documents[0];
    assert_eq!(nightly.handles, [address("stack.yaml", "Nightly"), name("nightly")]);
    let resources = nightly.statements[0].resources.as_ref().unwrap();
    let shown: Vec<String> = resources.all.iter().map(Template::shown).collect();
    let expected = ["acs:rds:*:{Account}:dbinstance/rm-1", "acs:rds:*:{Account}:dbinstance/rm-2", "{Db.Arn}"];
    assert_eq!(shown, expected);
    assert!(access.documents.iter().all(|document| document.defects.is_empty()), "{:?}", access.documents);

    let runner = address("stack.yaml", "Runner");
    assert_eq!(access.principals[0].handles[0], runner);
    let attached: Vec<(&Reference, &AttachedPolicy)> =
        access.attachments.iter().map(|attachment| (&attachment.principal, &attachment.policy)).collect();
    let to = Reference::To(runner.clone());
    let expected = [
        (&to, &AttachedPolicy::Custom(address("stack.yaml", "Nightly"))),
        (&to, &AttachedPolicy::Custom(address("stack.yaml", "Runner#0"))),
        (&to, &AttachedPolicy::Custom(name("shared"))),
        (&to, &AttachedPolicy::System("AliyunRDSReadOnlyAccess".to_owned())),
        (&to, &AttachedPolicy::System("AliyunRDSFullAccess".to_owned())),
    ];
    for expected in &expected {
        assert!(attached.contains(expected), "{expected:?} in {attached:#?}");
    }
    assert_eq!(attached.len(), expected.len());
    assert_eq!(access.memberships[0].user, Reference::To(name("ada")));
    assert_eq!(access.runners[0].principal, to);
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert!(scope.text().contains("RamRoleName"), "{}", scope.text());
}

#[test]
fn a_document_of_ros_may_be_a_text() {
    let text = format!(
        "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  P:\n    Type: ALIYUN::ResourceManager::ControlPolicy\n    Properties:\n      PolicyName: guard\n      PolicyDocument:\n        Fn::Sub: |\n          {}\n",
        DOCUMENT.replace("acs:rds:*:*:*", "acs:rds:*:${Account}:*")
    );
    let access = of("stack.yml", &text);
    let document = &access.documents[0];
    assert_eq!((document.kind, document.subject.as_str(), document.length), (PolicyKind::Control, "guard", None));
    assert_eq!(actions(document), ["rds:CreateBackup"]);
    let wrong = text.replace("Statement", "statement").replace("\"Version\":\"1\"", "\"Version\":\"2012-10-17\"");
    assert!(!of("stack.yml", &wrong).documents[0].defects.is_empty());
}

#[test]
fn a_program_of_pulumi_says_who_may_do_what() {
    let text = format!(
        "resources:\n  p:\n    type: alicloud:ram/policy:Policy\n    properties:\n      policyName: nightly-${{stack}}\n      policyDocument: |2\n          {DOCUMENT}\n  q:\n    type: alicloud:ram:Policy\n    properties:\n      policyName: other\n      policyDocument:\n        fn::toJSON: {DOCUMENT}\n  r:\n    type: alicloud:ram:Role\n    properties: {{name: backup}}\n  a:\n    type: alicloud:ram:RolePolicyAttachment\n    properties: {{roleName: '${{r.name}}', policyName: '${{p.policyName}}', policyType: '${{p.type}}'}}\n"
    );
    let access = of("Pulumi.yaml", &text);
    assert_eq!(access.documents.len(), 2);
    assert_eq!(access.documents[0].place.text(), DOCUMENT);
    assert_eq!(access.documents[0].handles[0], address("Pulumi.yaml", "p"));
    let attachment = &access.attachments[0];
    assert_eq!(attachment.principal, Reference::To(address("Pulumi.yaml", "r")));
    assert_eq!(attachment.policy, AttachedPolicy::Custom(address("Pulumi.yaml", "p")));
}

#[test]
fn an_object_of_a_cluster_holds_a_policy() {
    let text = format!(
        "apiVersion: ram.alibabacloud.crossplane.io/v1alpha1\nkind: Policy\nmetadata: {{name: nightly}}\nspec:\n  forProvider:\n    policyName: nightly-backup\n    policyDocument: |2\n        {DOCUMENT}\n---\napiVersion: ram.alibabacloud.crossplane.io/v1alpha1\nkind: RolePolicyAttachment\nmetadata: {{name: a}}\nspec:\n  forProvider: {{policyNameRef: {{name: nightly}}, policyType: Custom, roleName: backup}}\n---\napiVersion: iam.aws.crossplane.io/v1beta1\nkind: Policy\nspec: {{forProvider: {{document: '{{}}'}}}}\n"
    );
    let access = of("ram.yaml", &text);
    assert_eq!(access.documents.len(), 1);
    assert_eq!(access.documents[0].place.text(), DOCUMENT);
    assert_eq!(access.attachments[0].policy, AttachedPolicy::Custom(address("kubernetes", "nightly")));
    assert!(access.documents[0].handles.contains(&address("kubernetes", "nightly")));
    assert_eq!(access.attachments[0].principal, Reference::To(name("backup")));
}

#[test]
fn an_account_of_a_cluster_takes_a_role_for_what_runs_under_it() {
    let mut files = MemoryFiles::new();
    files.add(
        "sa.yaml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: backup\n  annotations:\n    pod-identity.alibabacloud.com/role-name: nightly\n",
    );
    files.add(
        "job.yaml",
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: b}\nspec:\n  jobTemplate: {spec: {template: {spec: {serviceAccountName: backup}}}}\n",
    );
    let project = Project {
        apis: &[],
        files: &files,
        hits: &["sa.yaml".into()],
        support: &["job.yaml".into()],
        settings: &SurfaceSettings::default(),
    };
    let access = super::super::Policies.extract(&project).access;
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert_eq!(scope.source.path(), "job.yaml");
}

#[test]
fn a_workflow_takes_a_role_for_the_steps_behind() {
    let text = "jobs:\n  b:\n    env: {X: 1}\n    steps:\n      - run: first\n      - uses: aliyun/configure-aliyun-credentials-action@v1\n        with:\n          role-to-assume: acs:ram::123:role/nightly\n      - run: second\n  c:\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with: {role-to-assume: 'arn:aws:iam::1:role/x'}\n";
    let access = of(".github/workflows/w.yml", text);
    assert_eq!(access.runners.len(), 1);
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert!(scope.text().contains("second") && !scope.text().contains("first"), "{}", scope.text());
}

#[test]
fn a_variable_of_the_environment_names_a_role() {
    let text = "build:\n  variables:\n    ALIBABA_CLOUD_ROLE_ARN: acs:ram::${ACCOUNT}:role/nightly\n  script: [x]\n";
    let access = of(".gitlab-ci.yml", text);
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert!(scope.text().contains("script: [x]"), "{}", scope.text());
}

#[test]
fn a_function_holds_policies_or_names_a_role() {
    let mut files = MemoryFiles::new();
    files.add("code/index.py", "");
    let text = format!(
        "services:\n  backup:\n    component: fc\n    props:\n      service:\n        name: b\n        policies:\n          - AliyunRDSReadOnlyAccess\n          - {DOCUMENT}\n      function:\n        handler: index.handler\n        codeUri: ./code\n  other:\n    component: fc3\n    props: {{role: 'acs:ram::1:role/fc', code: ./code}}\n"
    );
    files.add("s.yaml", text);
    let project = Project {
        apis: &[],
        files: &files,
        hits: &["s.yaml".into()],
        support: &[],
        settings: &SurfaceSettings::default(),
    };
    let access = super::super::Policies.extract(&project).access;
    assert_eq!((access.documents.len(), access.principals.len(), access.attachments.len()), (1, 1, 2));
    assert_eq!(access.documents[0].place.text(), DOCUMENT);
    assert_eq!(access.runners.len(), 2, "{:#?}", access.runners);
    assert_eq!(access.runners[0].principal, access.attachments[0].principal);
    assert_eq!(access.runners[1].principal, Reference::To(name("fc")));
    assert!(matches!(&access.runners[0].scope, RunScope::Files(files) if files == &["code/index.py"]));
}

#[test]
fn a_document_that_is_no_json_is_told() {
    let mut files = MemoryFiles::new();
    files.add("broken.json", DOCUMENT.replace("\"Action\":", "\"Action\""));
    files.add("template.json", DOCUMENT.replace("\"Action\":", "\"Action\"${x}"));
    let project = Project {
        apis: &[],
        files: &files,
        hits: &["broken.json".into(), "template.json".into()],
        support: &[],
        settings: &SurfaceSettings::default(),
    };
    let found = super::super::Policies.extract(&project);
    assert_eq!(found.problems.len(), 1, "{:?}", found.problems);
    assert_eq!(found.problems[0].place.source.path(), "broken.json");
    assert_eq!(found.coverage.len(), 2);
}

#[test]
fn documents_of_other_vendors_and_other_things_are_silent() {
    for (path, text) in [
        (
            "t.yaml",
            "AWSTemplateFormatVersion: x\nResources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - {Effect: Allow, Principal: {Service: [ec2.amazonaws.com]}, Action: ['sts:AssumeRole']}\n",
        ),
        ("t.yaml", "Statement:\n  - {Effect: Allow, Action: ['s3:*'], Resource: '*'}\n"),
        (
            "t.yaml",
            "kind: Policy\napiVersion: iam.aws.crossplane.io/v1beta1\nspec: {forProvider: {document: '{\"Statement\": []}'}}\n",
        ),
        (
            "openapi.json",
            r#"{"definitions": {"Statement": {"type": "object", "properties": {"Effect": {}, "Action": {}}}}}"#,
        ),
        ("t.json", r#"{"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": ["rds:instance:list"]}]}"#),
        ("t.json", r#"{"Statement": [{"Effect": "Allow", "Action": ["ecs:*"], "Resource": ["trn:ecs:*"]}]}"#),
        ("x.sh", "apsara ram CreatePolicy --PolicyDocument '{}'\naws iam create-policy --policy-document '{}'\n"),
    ] {
        let access = of(path, text);
        assert!(access.documents.is_empty() && access.principals.is_empty() && access.attachments.is_empty(), "{text}");
    }
}

#[test]
fn a_container_is_told_its_role() {
    let text = "kind: Job\nspec:\n  template:\n    spec:\n      containers:\n      - name: b\n        env:\n        - {name: ALIBABA_CLOUD_ROLE_ARN, value: 'acs:ram::1:role/nightly'}\n";
    let access = of("job.yaml", text);
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert!(scope.text().starts_with("name: b"), "{}", scope.text());
    let text = "services:\n  b:\n    image: x\n    environment:\n      - A=b\n      - ALIBABA_CLOUD_ROLE_ARN=acs:ram::1:role/nightly\n";
    let access = of("compose.yaml", text);
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
}

#[test]
fn functions_stand_in_templates_too() {
    let text = format!(
        "ROSTemplateFormatVersion: '2015-09-01'\nTransform: 'Aliyun::Serverless-2018-04-03'\nResources:\n  S:\n    Type: 'Aliyun::Serverless::Service'\n    Properties:\n      Policies: [AliyunRDSReadOnlyAccess, {DOCUMENT}]\n  R:\n    Type: ALIYUN::RAM::Role\n    Properties:\n      RoleName: r\n      Policies: [{{PolicyName: p, PolicyDocument: {DOCUMENT}}}]\n"
    );
    let access = of("template.yml", &text);
    assert_eq!((access.documents.len(), access.principals.len(), access.attachments.len()), (2, 2, 3));
    let answer = format!("- ali_ram_policy:\n    policy_name: n\n    policy_document: '{DOCUMENT}'\n");
    let access = of("play.yml", &answer);
    assert_eq!((access.documents[0].subject.as_str(), access.documents[0].place.text()), ("n", DOCUMENT));
}

#[test]
fn one_file_of_terraform_gives_its_documents_too() {
    let text = |kind: &str| {
        format!("resource \"{kind}\" \"p\" {{\n  policy_name = \"p\"\n  policy_document = <<EOF\n{DOCUMENT}\nEOF\n}}\n")
    };
    let found = |text: &str| documents(Path::new("m.tf"), &Arc::new(Source::from_text("m.tf", text)));
    assert_eq!(found(&text("alicloud_ram_policy"))[0].place.text().trim(), DOCUMENT);
    assert!(found(&text("apsarastack_ram_policy")).is_empty());
}
