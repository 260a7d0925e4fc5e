use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

mod errors;
mod packages;
mod runs;
mod values;

fn report(files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(*path, *text);
    }
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// What is sent, of each call in order.
fn sent(files: &[(&str, &str)]) -> Vec<String> {
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
    let calls = report(files).calls;
    calls
        .iter()
        .map(|call| call.parameters.iter().map(|(n, v)| format!("{n}={}", show(v))).collect::<Vec<_>>().join(" "))
        .collect()
}

/// The rules of errors, with the text that each points at.
fn errors(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let findings = report(files).findings.into_iter().filter(|f| f.severity == Severity::Error);
    findings.map(|f| (f.rule.to_string(), f.primary.place.text().to_owned())).collect()
}

fn pair(rule: &str, text: &str) -> (String, String) {
    (rule.to_owned(), text.to_owned())
}

const NEW: &str = r#"package main

import (
	"fmt"
	"os"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	rds "github.com/alibabacloud-go/rds-20140815/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

const defaultMethod = "Logical"

func newClient() (*rds.Client, error) {
	return rds.NewClient(&openapi.Config{
		AccessKeyId: tea.String(os.Getenv("ALIBABA_CLOUD_ACCESS_KEY_ID")),
		Endpoint:    tea.String("rds.aliyuncs.com"),
	})
}

func backup(client *rds.Client, id string, method string) error {
	request := &rds.CreateBackupRequest{
		DBInstanceId: tea.String(id),
		BackupMethod: tea.String(method),
	}
	response, err := client.CreateBackup(request)
	if err != nil {
		return fmt.Errorf("backup of %s: %w", id, err)
	}
	fmt.Println(*response.Body.BackupJobId)
	return nil
}

func main() {
	client, err := newClient()
	if err != nil {
		panic(err)
	}
	if err := backup(client, "pgm-1", "Snapshot"); err != nil {
		panic(err)
	}
	if err := backup(client, "pgm-2", defaultMethod); err != nil {
		panic(err)
	}
	request := (&rds.CreateBackupRequest{}).SetDBInstanceId("pgm-3").SetBackupMethod("Logical")
	_, err = client.CreateBackup(request)
	if err != nil {
		panic(err)
	}
}
"#;

#[test]
fn the_new_sdk() {
    let files = [("main.go", NEW)];
    let mut sent = sent(&files);
    sent.sort();
    assert_eq!(
        sent,
        [
            "DBInstanceId=pgm-1 BackupMethod=Snapshot",
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=pgm-3 BackupMethod=Logical",
        ]
    );
    let found = errors(&files);
    assert_eq!(found.iter().filter(|f| f.0 == "unsupported-method").count(), 2, "{found:?}");
    assert!(found.contains(&pair("unsupported-method", "\"Logical\"")), "{found:?}");
}

#[test]
fn fields_that_are_set_later_and_loops() {
    let text = r#"package jobs

import (
	rds20140815 "github.com/alibabacloud-go/rds-20140815/v3/client"
	"github.com/alibabacloud-go/tea/tea"
)

func Nightly(client *rds20140815.Client) error {
	for _, id := range []string{"pgm-1", "pgm-2"} {
		request := new(rds20140815.CreateBackupRequest)
		request.DBInstanceId = tea.String(id)
		request.BackupRetentionPeriod = tea.Int64(5)
		if _, err := client.CreateBackup(request); err != nil {
			return err
		}
	}
	return nil
}
"#;
    let files = [("jobs/nightly.go", text)];
    assert!(
        errors(&files)
            .iter()
            .any(|f| f == &pair("retention-out-of-range", "tea.Int64(5)") || f == &pair("retention-out-of-range", "5")),
        "{:?}",
        errors(&files)
    );
}

#[test]
fn the_old_sdk_and_generic_requests() {
    let text = r#"package main

import (
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/rds"
)

func old(client *rds.Client) error {
	request := rds.CreateCreateBackupRequest()
	request.Scheme = "https"
	request.DBInstanceId = "pgm-1"
	request.BackupMethod = "Logical"
	_, err := client.CreateBackup(request)
	return err
}

func generic(client *sdk.Client) error {
	request := requests.NewCommonRequest()
	request.Method = "POST"
	request.Domain = "rds.aliyuncs.com"
	request.Version = "2014-08-15"
	request.ApiName = "CreateBackup"
	request.QueryParams["DBInstanceId"] = "pgm-2"
	request.QueryParams["BackupMethod"] = "Snapshot"
	_, err := client.ProcessCommonRequest(request)
	return err
}

func mongo(client *sdk.Client) error {
	request := requests.NewCommonRequest()
	request.Domain = "mongodb.aliyuncs.com"
	request.Version = "2015-12-01"
	request.ApiName = "CreateBackup"
	request.QueryParams["DBInstanceId"] = "dds-2"
	_, err := client.ProcessCommonRequest(request)
	return err
}
"#;
    let files = [("main.go", text)];
    assert_eq!(sent(&files), ["DBInstanceId=pgm-1 BackupMethod=Logical", "DBInstanceId=pgm-2 BackupMethod=Snapshot"]);
    assert_eq!(errors(&files), [pair("unsupported-method", "\"Logical\"")]);
}

#[test]
fn pulumi_commands_and_flags() {
    let text = r#"package main

import (
	"flag"
	"os/exec"

	"github.com/pulumi/pulumi-alicloud/sdk/v3/go/alicloud/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func program(ctx *pulumi.Context) error {
	_, err := rds.NewRdsBackup(ctx, "nightly", &rds.RdsBackupArgs{
		DbInstanceId: pulumi.String("pgm-1"),
		BackupMethod: pulumi.String("Logical"),
	})
	return err
}

func main() {
	method := flag.String("method", "Logical", "the method")
	flag.Parse()
	out, err := exec.Command("aliyun", "rds", "CreateBackup", "--DBInstanceId", "pgm-2", "--BackupMethod", *method).Output()
	_, _ = out, err
}
"#;
    let files = [("main.go", text)];
    let sent = sent(&files);
    assert!(sent.iter().any(|call| call.starts_with("DBInstanceId=pgm-1")), "{sent:?}");
    assert!(sent.iter().any(|call| call.starts_with("DBInstanceId=pgm-2")), "{sent:?}");
    assert_eq!(errors(&files).len(), 2, "{:?}", errors(&files));
}

#[test]
fn constants_of_the_package() {
    let values = "package jobs\n\nconst (\n\tinstance = \"pgm-1\"\n\tmethod = \"Logical\"\n)\n";
    let text = r#"package jobs

import (
	rds "github.com/alibabacloud-go/rds-20140815/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

func Run(client *rds.Client) error {
	_, err := client.CreateBackup(&rds.CreateBackupRequest{DBInstanceId: tea.String(instance), BackupMethod: tea.String(method)})
	return err
}
"#;
    let files = [("jobs/run.go", text), ("jobs/values.go", values)];
    assert_eq!(sent(&files), ["DBInstanceId=pgm-1 BackupMethod=Logical"]);
}

#[test]
fn others_are_silent() {
    let dds = NEW
        .replace("rds-20140815/v7", "dds-20151201/v7")
        .replace("pgm-", "dds-")
        .replace("rds.aliyuncs.com", "mongodb.aliyuncs.com");
    let aws = r#"package main

import "github.com/aws/aws-sdk-go/service/dynamodb"

func main() {
	client.CreateBackup(&dynamodb.CreateBackupInput{BackupName: aws.String("x"), TableName: aws.String("rds 2014-08-15")})
}
"#;
    let generated = format!("// This file is auto-generated, don't edit it. Thanks.\n{NEW}");
    let comments = "package main\n\n// client.CreateBackup(&rds.CreateBackupRequest{DBInstanceId: \"rm-1\"}) of github.com/alibabacloud-go/rds-20140815\n";
    for text in [dds.as_str(), aws, &generated, comments] {
        assert_eq!(sent(&[("main.go", text)]), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn whoever_gets_an_address_may_change_what_is_there() {
    let text = r#"package main

import (
	rds "github.com/alibabacloud-go/rds-20140815/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

func run(client *rds.Client) {
	method := "Logical"
	load("config", &method)
	request := rds.CreateBackupRequest{DBInstanceId: tea.String("pgm-1"), BackupMethod: tea.String(method)}
	client.CreateBackup(&request)
}
"#;
    assert_eq!(sent(&[("main.go", text)]), ["DBInstanceId=pgm-1 BackupMethod=?"]);
}
