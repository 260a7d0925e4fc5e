//! Values on their way: long texts, wrappers, URLs, packages of the module, facts of instances.

use super::*;

#[test]
fn a_long_chain_of_texts_is_one_text() {
    let parts: Vec<String> = "Logical".chars().map(|c| format!("\"{c}\"")).collect();
    let more = " + \"\"".repeat(500);
    let text = format!(
        "package main\n\nimport (\n\trds \"github.com/alibabacloud-go/rds-20140815/v7/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n)\n\nfunc main() {{\n\tmethod := {}{more}\n\tclient.CreateBackup(&rds.CreateBackupRequest{{DBInstanceId: tea.String(\"pgm-1\"), BackupMethod: tea.String(method)}})\n}}\n",
        parts.join(" + ")
    );
    assert_eq!(sent(&[("main.go", &text)]), ["DBInstanceId=pgm-1 BackupMethod=Logical"]);
}

#[test]
fn a_thin_wrapper_in_another_package_of_the_module() {
    let wrapper = r#"package backup

import (
	rds "github.com/alibabacloud-go/rds-20140815/v7/client"
	"github.com/alibabacloud-go/tea/tea"
)

type Service struct {
	client *rds.Client
}

func New(client *rds.Client) *Service {
	return &Service{client: client}
}

func (s *Service) Run(id, method string) error {
	_, err := s.client.CreateBackup(&rds.CreateBackupRequest{DBInstanceId: tea.String(id), BackupMethod: tea.String(method)})
	return err
}

func Of(client *rds.Client, id, method string) error {
	return New(client).Run(id, method)
}
"#;
    let main = r#"package main

import "example.com/ops/backup"

func main() {
	if err := backup.Of(client, "pgm-1", "Logical"); err != nil {
		panic(err)
	}
	service := backup.New(client)
	service.Run("pgm-2", "Snapshot")
}
"#;
    let files = [("go.mod", "module example.com/ops\n\ngo 1.22\n"), ("backup/service.go", wrapper), ("main.go", main)];
    let mut all = sent(&files);
    all.sort();
    all.dedup();
    assert!(all.contains(&"DBInstanceId=pgm-1 BackupMethod=Logical".to_owned()), "{all:?}");
    assert!(all.contains(&"DBInstanceId=pgm-2 BackupMethod=Snapshot".to_owned()), "{all:?}");
    assert_eq!(errors(&files), [pair("unsupported-method", "tea.String(method)")]);
}

#[test]
fn urls_that_are_fetched() {
    let text = r#"package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.Get("https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=Logical")
	id := "pgm-2"
	http.Get(fmt.Sprintf("https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=%s&BackupMethod=%s", id, "Snapshot"))
	http.Get("https://mongodb.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1")
}
"#;
    let files = [("main.go", text)];
    let all = sent(&files);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].contains("DBInstanceId=pgm-1") && all[0].contains("BackupMethod=Logical"), "{all:?}");
    assert!(all[1].contains("DBInstanceId=pgm-2") && all[1].contains("BackupMethod=Snapshot"), "{all:?}");
    let found = errors(&files);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0 == "unsupported-method" && found[0].1.contains("Logical"), "{found:?}");
}

#[test]
fn what_an_instance_of_the_program_says_of_itself() {
    let text = |engine: &str, storage: &str| {
        format!(
            r#"package main

import (
	"github.com/pulumi/pulumi-alicloud/sdk/v3/go/alicloud/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {{
	pulumi.Run(func(ctx *pulumi.Context) error {{
		db, err := rds.NewInstance(ctx, "db", &rds.InstanceArgs{{
			Engine:                pulumi.String("{engine}"),
			DbInstanceStorageType: pulumi.String("{storage}"),
		}})
		if err != nil {{
			return err
		}}
		_, err = rds.NewRdsBackup(ctx, "nightly", &rds.RdsBackupArgs{{
			DbInstanceId: db.ID(),
			BackupMethod: pulumi.String("Logical"),
		}})
		return err
	}})
}}
"#
        )
    };
    assert_eq!(errors(&[("main.go", &text("PostgreSQL", "cloud_essd"))]), [pair("unsupported-method", "\"Logical\"")]);
    // Of such an instance such a backup can be made; what else it needs is another matter.
    let mysql = errors(&[("main.go", &text("MySQL", "local_ssd"))]);
    assert!(mysql.iter().all(|(rule, _)| rule != "unsupported-method"), "{mysql:?}");
}
