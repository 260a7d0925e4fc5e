//! Scripts in, what they say of access out.

use std::sync::Arc;

use crate::model::{Access, AttachedPolicy, Handle, PolicyKind, Reference, RunScope, Template};
use crate::source::Source;
use crate::surface::shell::Shell;
use crate::surface::{MemoryFiles, Project, Surface, SurfaceSettings};

const DOCUMENT: &str = r#"{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "rds:CreateBackup", "Resource": "acs:rds:*:*:*"}]}"#;

fn run(files: &[(&str, &str)]) -> Access {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let project = Project {
        apis: &[],
        files: &memory,
        hits: &["run.sh".into()],
        support: &[],
        settings: &SurfaceSettings::default(),
    };
    Shell.extract(&project).access
}

fn script(text: &str) -> Access {
    run(&[("run.sh", text)])
}

fn name(name: &str) -> Handle {
    Handle::Name(name.to_owned())
}

#[test]
fn a_document_between_quotes_has_its_places() {
    let text = format!("aliyun ram CreatePolicy --PolicyName nightly \\\n  --PolicyDocument '{DOCUMENT}'\n");
    let access = script(&text);
    let document = &access.documents[0];
    assert_eq!((document.subject.as_str(), document.length), ("nightly", Some(DOCUMENT.len())));
    assert_eq!(document.place.text(), DOCUMENT);
    assert_eq!(document.handles, [name("nightly")]);
    let escaped = format!(
        "aliyun ram create-policy --policy-name=nightly --policy-document \"{}\"\n",
        DOCUMENT.replace('"', "\\\"").replace("acs:rds:*:*", "acs:rds:*:$ACCOUNT")
    );
    let access = script(&escaped);
    let resource = &access.documents[0].statements[0].resources.as_ref().unwrap().all[0];
    assert_eq!(resource.shown(), "acs:rds:*:{ACCOUNT}:*");
    assert_eq!(resource.place.text(), "\\\"acs:rds:*:$ACCOUNT:*\\\"");
}

#[test]
fn a_document_comes_from_a_variable_a_here_document_or_a_file() {
    let expected = |access: &Access, file: &str| {
        assert_eq!(access.documents.len(), 1, "{access:#?}");
        assert_eq!(access.documents[0].place.source.path(), file);
        assert_eq!(access.documents[0].place.text(), DOCUMENT);
    };
    let create = "aliyun ram CreatePolicy --PolicyName n --PolicyDocument";
    expected(&script(&format!("P='{DOCUMENT}'\n{create} \"$P\"\n")), "run.sh");
    expected(&script(&format!("P=$(cat <<'EOF'\n{DOCUMENT}\nEOF\n)\n{create} \"$P\"\n")), "run.sh");
    expected(&script(&format!("{create} \"$(cat <<EOF\n{DOCUMENT}\nEOF\n)\"\n")), "run.sh");
    expected(&script(&format!("cat > p.json <<EOF\n{DOCUMENT}\nEOF\n{create} \"$(cat p.json)\"\n")), "run.sh");
    expected(&script(&format!("cat <<EOF > p.json\n{DOCUMENT}\nEOF\n{create} file://p.json\n")), "run.sh");
    let file = format!("{create} \"$(cat p.json)\"\n");
    expected(&run(&[("run.sh", &file), ("p.json", DOCUMENT)]), "p.json");
    let unknown = script(&format!("{create} \"$(cat missing.json)\"\n"));
    assert!(unknown.documents[0].open.is_some() && unknown.documents[0].defects.is_empty(), "{unknown:#?}");
}

#[test]
fn variables_in_a_here_document_are_put_in() {
    let text = format!(
        "ACCOUNT=123\naliyun ram CreatePolicy --PolicyName n --PolicyDocument \"$(cat <<EOF\n{}\nEOF\n)\"\n",
        DOCUMENT.replace("acs:rds:*:*:*", "acs:rds:*:${ACCOUNT}:dbinstance/$ID")
    );
    let access = script(&text);
    let resource = &access.documents[0].statements[0].resources.as_ref().unwrap().all[0];
    assert_eq!(resource.shown(), "acs:rds:*:123:dbinstance/{ID}");
    assert_eq!(resource.place.text(), "\"acs:rds:*:${ACCOUNT}:dbinstance/$ID\"");
}

#[test]
fn principals_attachments_and_memberships_are_read() {
    let access = script(
        "ROLE=backup\naliyun ram CreateRole --RoleName $ROLE --AssumeRolePolicyDocument '{\"Version\":\"1\",\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"ecs.aliyuncs.com\"]}}]}'\naliyun ram AttachPolicyToRole --PolicyType System --PolicyName AliyunRDSFullAccess --RoleName $ROLE\naliyun ram AttachPolicyToUser --PolicyType Custom --PolicyName nightly --UserName ada\naliyun ram CreateUser --UserName ada\naliyun ram AddUserToGroup --UserName ada --GroupName dba\naws iam create-user --user-name x\n",
    );
    let shown: Vec<&str> = access.principals.iter().map(|principal| principal.shown.as_str()).collect();
    assert_eq!(shown, ["backup", "ada"]);
    assert_eq!(access.documents[0].kind, PolicyKind::Trust);
    assert_eq!(access.attachments[0].policy, AttachedPolicy::System("AliyunRDSFullAccess".to_owned()));
    assert_eq!(access.attachments[0].principal, Reference::To(name("backup")));
    assert_eq!(access.attachments[1].policy, AttachedPolicy::Custom(name("nightly")));
    assert_eq!(access.memberships[0].group, Reference::To(name("dba")));
}

#[test]
fn a_session_and_a_profile_say_who_runs_what_is_behind() {
    let text = format!(
        "first\naliyun sts AssumeRole --RoleArn acs:ram::1:role/nightly --RoleSessionName s --Policy '{DOCUMENT}'\nsecond\n"
    );
    let access = script(&text);
    let runner = &access.runners[0];
    assert_eq!(runner.principal, Reference::To(name("nightly")));
    assert_eq!(runner.session.as_ref(), access.documents[0].handles.first());
    let RunScope::Within(scope) = &runner.scope else { panic!() };
    assert!(scope.text().contains("second") && !scope.text().contains("first"));

    let access = script("aliyun configure set --mode RamRoleArn --ram-role-arn acs:ram::1:role/nightly\n");
    assert_eq!(access.runners[0].principal, Reference::To(name("nightly")));
    let access = script("aliyun rds CreateBackup --DBInstanceId rm-1 --ram-role-arn acs:ram::1:role/nightly\nother\n");
    let RunScope::Within(scope) = &access.runners[0].scope else { panic!() };
    assert!(scope.text().starts_with("aliyun rds") && !scope.text().contains("other"));
}

#[test]
fn what_an_update_leaves_as_it_is_is_no_document() {
    let access = script(
        "aliyun resourcemanager UpdateControlPolicy --PolicyId cp-1 --NewPolicyName n\naliyun ram UpdateRole --RoleName r --NewDescription x\n",
    );
    assert!(access.documents.is_empty() && access.principals.is_empty());
}

#[test]
fn policies_of_a_directory_are_read() {
    let text = format!("aliyun resourcemanager CreateControlPolicy --PolicyName guard --PolicyDocument '{DOCUMENT}'\n");
    let access = script(&text);
    assert_eq!((access.documents[0].kind, access.documents[0].subject.as_str()), (PolicyKind::Control, "guard"));
}

#[test]
fn loops_and_functions_make_several() {
    let text = format!(
        "make() {{\n  aliyun ram CreatePolicy --PolicyName \"$1\" --PolicyDocument '{DOCUMENT}'\n}}\nmake one\nmake two\nfor u in ada bob; do aliyun ram AttachPolicyToUser --PolicyType Custom --PolicyName one --UserName \"$u\"; done\n"
    );
    let access = script(&text);
    assert_eq!(access.documents.len(), 1);
    assert_eq!(access.documents[0].handles, [name("one"), name("two")]);
    let users: Vec<&Reference> = access.attachments.iter().map(|attachment| &attachment.principal).collect();
    assert_eq!(users, [&Reference::To(name("ada")), &Reference::To(name("bob"))]);
}

#[test]
fn arguments_of_functions_are_not_the_same() {
    let access =
        script("a() {\n  aliyun ram CreateRole --RoleName $1\n}\nb() {\n  aliyun ram CreateRole --RoleName $1\n}\n");
    let shown: Vec<&str> = access.principals.iter().map(|principal| principal.shown.as_str()).collect();
    assert_eq!(shown, ["{argument 1 in line 2}", "{argument 1 in line 5}"]);
}

#[test]
fn what_is_set_later_holds_from_there_on() {
    let access = script(
        "export ALIBABA_CLOUD_ROLE_ARN=acs:ram::1:role/a\none\naliyun configure set --mode RamRoleArn --ram-role-arn acs:ram::1:role/b\ntwo\naliyun configure set --mode AK --access-key-id x\nthree\n",
    );
    let scopes: Vec<&str> = access
        .runners
        .iter()
        .map(|runner| match &runner.scope {
            RunScope::Within(scope) => scope.text(),
            RunScope::Files(_) => panic!(),
        })
        .collect();
    assert_eq!(access.runners[0].principal, Reference::To(name("a")));
    assert!(scopes[0].contains("one") && !scopes[0].contains("two"), "{scopes:?}");
    assert!(scopes[1].contains("two") && !scopes[1].contains("three"), "{scopes:?}");
}

#[test]
fn a_policy_of_a_session_that_is_left_out_is_none() {
    let access = script("aliyun sts AssumeRole --RoleArn acs:ram::1:role/n --RoleSessionName s\n");
    assert!(access.documents.is_empty() && access.runners[0].session.is_none());
}

#[test]
fn an_example_in_a_document_is_one() {
    let text = format!(
        "Give it:\n\n```json\n{DOCUMENT}\n```\n\n```bash\naliyun ram CreatePolicy --PolicyName n --PolicyDocument '{DOCUMENT}'\naliyun ram CreateUser --UserName ada\n```\n"
    );
    let source = Arc::new(Source::from_text("README.md", text.as_str()));
    let access = crate::surface::policy::access(std::path::Path::new("README.md"), &source);
    assert_eq!(access.documents.len(), 2);
    assert!(access.documents.iter().all(|document| document.advisory && document.place.text() == DOCUMENT));
    assert!(access.principals.is_empty());
    let action = &access.documents[0].statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!(action.place.text(), "\"rds:CreateBackup\"");
    assert_eq!(action.text(), Template::known("rds:CreateBackup", action.place.clone()).text());
}
