//! Programs of other languages in scripts.

use super::{call, calls, extract, steps, values};
use crate::model::CoverageStatus;

const PYTHON: &str = "from aliyunsdkcore.client import AcsClient\nfrom aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest\nimport os, sys\nc = AcsClient('a', 'b', 'cn-hangzhou')\nr = CreateBackupRequest()\n";
const SEND: &str = "c.do_action_with_exception(r)\n";

/// A program that is given an id and a method, as expressions of Python.
fn python(id: &str, method: &str) -> String {
    format!("{PYTHON}r.set_DBInstanceId({id})\nr.set_BackupMethod({method})\n{SEND}")
}

#[test]
fn a_program_between_quotes_and_in_a_document() {
    let program = python("\"rm-1\"", "\"Logical\"");
    for script in [
        format!("python3 -c '{program}'\n"),
        format!("sudo -u backup python3.11 -u -c '{program}'\n"),
        format!("python3 - <<'EOF'\n{program}EOF\n"),
        format!("if ! python <<\"EOF\"\n{program}EOF\nthen exit 1; fi\n"),
        format!("cat <<'EOF' | python3 -\n{program}EOF\n"),
        format!("docker compose exec -T app python3 <<'EOF'\n{program}EOF\n"),
        format!("OUT=$(uv run python - <<'EOF'\n{program}EOF\n)\necho $OUT\n"),
        format!("CODE='{program}'\npython3 -c \"$CODE\"\n"),
        format!("cat > /tmp/b.py <<'EOF'\n{program}EOF\npython3 /tmp/b.py\n"),
    ] {
        let call = call(&script);
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{script}");
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{script}");
        assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "\"Logical\"");
        assert!(call.insert.is_none());
    }
}

#[test]
fn what_only_looks_like_a_program_is_none() {
    let program = python("\"rm-1\"", "\"Logical\"");
    for script in [
        format!("echo python3 -c '{program}'\n"),
        format!("cat <<'EOF'\n{program}EOF\n"),
        format!("python3 backup.py <<'EOF'\n{program}EOF\n"),
        format!("grep python3 <<'EOF'\n{program}EOF\n"),
    ] {
        assert!(calls(&script).is_empty(), "{script}");
    }
}

#[test]
fn the_shell_puts_its_variables_into_a_document_and_a_text() {
    let body = python("\"$ID\"", "'${METHOD}'");
    let script = format!("ID=rm-1\nMETHOD=Logical\npython3 - <<EOF\n{body}EOF\n");
    let found = call(&script);
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);
    let way = steps(&found, "BackupMethod");
    let expected = [("${METHOD}", "`${METHOD}` is used here"), ("Logical", "`METHOD` is set here")];
    assert_eq!(way, expected.map(|(text, label)| (text.to_owned(), label.to_owned())));

    let body = python("'rm-${1}x'", "'$METHOD'");
    let found = call(&format!("METHOD=${{METHOD:-Logical}}\npython3 -c \"\n{body}\"\n"));
    assert!(values(&found, "DBInstanceId")[0].starts_with('?'), "{:?}", values(&found, "DBInstanceId"));
    assert_eq!(values(&found, "BackupMethod"), ["Logical~"]);

    // What is escaped is the program's own.
    let found = call(&format!("python3 - <<EOF\nx = '\\$5'\n{}EOF\n", python("'rm-1'", "x")));
    assert_eq!(values(&found, "BackupMethod"), ["$5"]);
}

#[test]
fn branches_of_the_script_stay_apart() {
    let body = python("'rm-1'", "'$METHOD'");
    let script = format!(
        "if [ \"$1\" = full ]; then METHOD=Physical; else METHOD=Logical; fi\npython3 - <<EOF\nif '$METHOD' == 'Physical':\n  print('x')\n{body}EOF\n"
    );
    assert_eq!(values(&call(&script), "BackupMethod"), ["Physical", "Logical"]);
}

#[test]
fn the_environment_and_the_arguments_are_known() {
    let body = python("sys.argv[1]", "os.environ['METHOD']");
    let found = call(&format!("export METHOD=Logical\nHIDDEN=1\npython3 - rm-1 <<'EOF'\n{body}EOF\n"));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);

    let body = python("os.getenv(\"ID\")", "os.environ.get(\"METHOD\", \"Physical\")");
    let found = call(&format!("METHOD=Logical\nID=rm-2 python3 -c '{body}'\n"));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-2"]);
    assert_eq!(values(&found, "BackupMethod"), ["Physical~"], "not exported");
}

#[test]
fn node_and_php() {
    let node = "const R = require('@alicloud/pop-core'); const c = new R({ endpoint: 'https://rds.aliyuncs.com', apiVersion: '2014-08-15' });\nc.request('CreateBackup', { DBInstanceId: process.env.ID, BackupMethod: '$METHOD' }, { method: 'POST' });\n";
    let found = call(&format!("export ID=rm-1 METHOD=Logical\nnode - <<EOF\n{node}EOF\n"));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);
    let found = call(&format!("export ID=rm-1 METHOD=Logical\nnode -e \"{node}\"\n"));
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);

    let php = "use AlibabaCloud\\Client\\AlibabaCloud;\nAlibabaCloud::rpc()->product(\"Rds\")->version(\"2014-08-15\")->action(\"CreateBackup\")->options([\"query\" => [\"DBInstanceId\" => getenv(\"ID\"), \"BackupMethod\" => \"Logical\"]])->request();";
    let found = call(&format!("export ID=rm-1\nphp -r '{php}'\n"));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(found.argument("BackupMethod").unwrap().place.text(), "\"Logical\"");
}

#[test]
fn loops_and_functions_run_a_program_as_often_as_a_command() {
    let body = python("os.environ['ID']", "'Physical'");
    let found =
        call(&format!("backup() {{\n  export ID=$1\n  python3 - <<'EOF'\n{body}EOF\n}}\nbackup rm-1\nbackup rm-2\n"));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1", "rm-2"]);
    assert_eq!(found.runs.repeats.len(), 1);
}

#[test]
fn what_is_not_followed_is_told() {
    let script = "python3 - <<'EOF'\nexec(base64(CreateBackup, 'rds'))\nEOF\n";
    let extraction = extract(&[("a.sh", script)]);
    assert!(extraction.calls.is_empty());
    assert_eq!(extraction.coverage[0].status, CoverageStatus::InPart, "{:?}", extraction.coverage);
}
