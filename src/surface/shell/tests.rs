mod interpreted;
mod requests;
mod runs;

mod scale;

use super::*;
use crate::model::{Content, NameKind};
use crate::surface::MemoryFiles;
use crate::surface::tests as shared;

/// Extracts from files, all of which are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&Shell, files)
}

fn calls(script: &str) -> Vec<Call> {
    extract(&[("a.sh", script)]).calls
}

/// The only call of a script.
fn call(script: &str) -> Call {
    let calls = calls(script);
    assert_eq!(calls.len(), 1, "{script}\n{calls:#?}");
    calls.into_iter().next().unwrap()
}

/// What a parameter may be: texts, "" for absent, `?` before the reason for unknown, `~` behind what
/// somebody outside may change.
fn values(call: &Call, parameter: &str) -> Vec<String> {
    let Some(argument) = call.argument(parameter) else { return vec!["not given".to_owned()] };
    let show = |a: &crate::model::Alternative| {
        let text = match &a.content {
            Content::Text(text) => text.clone(),
            Content::Absent => String::new(),
            Content::Unknown(unknown) => return format!("?{}", unknown.reason),
        };
        if a.overridable { format!("{text}~") } else { text }
    };
    argument.value.alternatives().iter().map(show).collect()
}

/// The steps of the first alternative: text and label.
fn steps(call: &Call, parameter: &str) -> Vec<(String, String)> {
    let argument = call.argument(parameter).unwrap();
    let first = &argument.value.alternatives()[0];
    first.steps.iter().map(|s| (s.place.text().to_owned(), s.label.clone())).collect()
}

/// The guards' branches of each alternative.
fn branches(call: &Call, parameter: &str) -> Vec<Vec<u32>> {
    let argument = call.argument(parameter).unwrap();
    argument.value.alternatives().iter().map(|a| a.guards.iter().map(|g| g.branch).collect()).collect()
}

#[test]
fn a_plain_call_with_continuations_and_quotes() {
    let script = "#!/bin/sh\r\naliyun rds CreateBackup \\\r\n  --DBInstanceId \"rm-1\" \\\r\n  --BackupMethod='Logical' \\\r\n  --DBName a\\,b\r\n";
    let call = call(script);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["a,b"]);
    assert_eq!(call.argument("DBInstanceId").unwrap().place.text(), "\"rm-1\"");
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "'Logical'");
    assert_eq!(call.argument("BackupMethod").unwrap().name.text(), "--BackupMethod");
    let removal = call.argument("BackupMethod").unwrap().removal.clone().unwrap();
    let mut rest = script.to_owned();
    rest.replace_range(removal.span.range(), "");
    assert!(rest.contains("--DBInstanceId \"rm-1\" \\\r\n  --DBName a"), "{rest:?}");
    assert_eq!(call.head.text(), "aliyun rds CreateBackup");
    assert!(call.place.text().ends_with("--DBName a\\,b"));
    assert_eq!(steps(&call, "DBInstanceId"), []);
    assert!(call.guards.is_empty());
}

#[test]
fn a_variable_leads_to_where_it_is_set() {
    let call = call(
        "M=Logical\nMETHOD=\"$M\"\naliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod \"$METHOD\"\nMETHOD=Physical\n",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(
        steps(&call, "BackupMethod"),
        [
            ("$METHOD".to_owned(), "`METHOD` is used here".to_owned()),
            ("$M".to_owned(), "`METHOD` is set here".to_owned()),
            ("Logical".to_owned(), "`M` is set here".to_owned()),
        ]
    );
    let argument = call.argument("BackupMethod").unwrap();
    assert_eq!((argument.place.text(), argument.literal), ("\"$METHOD\"", None));
}

#[test]
fn defaults_may_be_overridden() {
    let call = call(
        "METHOD=${METHOD:-Logical}\naliyun rds CreateBackup --DBInstanceId ${1:-rm-1} --BackupMethod $METHOD --DBName $DB",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Logical~"]);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1~"]);
    assert_eq!(values(&call, "DBName"), ["?variable `DB` is not set in this script"]);
    assert_eq!(steps(&call, "BackupMethod").last().unwrap().0, "Logical");
    let call = self::call(": \"${METHOD:=Logical}\"\naliyun rds CreateBackup --BackupMethod $METHOD");
    assert_eq!(values(&call, "BackupMethod"), ["Logical~"]);
}

#[test]
fn the_first_arguments_of_a_script_are_not_known() {
    let call = call("#!/bin/bash\nexec aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod Snapshot\n");
    assert_eq!(values(&call, "DBInstanceId"), ["?`$1` is an argument of the script"]);
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
}

#[test]
fn calls_within_other_commands() {
    for script in [
        "sudo -E env A=b timeout 30 aliyun rds CreateBackup --DBInstanceId rm-1",
        "x=$(aliyun rds CreateBackup --DBInstanceId rm-1 | jq .)",
        "x=`aliyun rds CreateBackup --DBInstanceId rm-1`",
        "if ! aliyun rds CreateBackup --DBInstanceId rm-1; then exit 1; fi",
        "if x=$(aliyun rds CreateBackup --DBInstanceId rm-1 2>&1); then :; fi",
        "true && aliyun rds CreateBackup --DBInstanceId rm-1 || exit 1",
        "( aliyun rds CreateBackup --DBInstanceId rm-1 ) &",
        "until aliyun rds CreateBackup --DBInstanceId rm-1; do sleep 5; done",
        "[ -n \"$(aliyun rds CreateBackup --DBInstanceId rm-1)\" ]",
        "while read -r x; do echo; done < <(aliyun rds CreateBackup --DBInstanceId rm-1)",
        "ALIYUN=/usr/local/bin/aliyun\n\"$ALIYUN\" rds CreateBackup --DBInstanceId rm-1",
        "${ALIYUN:-aliyun} rds CreateBackup --DBInstanceId rm-1",
        "\"$ALIYUN_CLI\" rds CreateBackup --DBInstanceId rm-1",
        "bash -c 'aliyun rds CreateBackup --DBInstanceId rm-1'",
        "ssh root@host \"sudo aliyun rds CreateBackup --DBInstanceId rm-1\"",
        "ssh host aliyun rds CreateBackup --DBInstanceId rm-1",
        "eval \"aliyun rds CreateBackup --DBInstanceId rm-1\"",
        "su - app -c 'aliyun rds CreateBackup --DBInstanceId rm-1'",
        "docker run --rm aliyun-cli aliyun rds CreateBackup --DBInstanceId rm-1",
        "retry 3 aliyun rds CreateBackup --DBInstanceId rm-1",
        "ssh host <<EOF\naliyun rds CreateBackup --DBInstanceId rm-1\nEOF\n",
        "ssh host 'bash -s' <<'EOF'\naliyun rds CreateBackup --DBInstanceId rm-1\nEOF\n",
        "cat <<EOF | ssh host\naliyun rds CreateBackup --DBInstanceId rm-1\nEOF\n",
        "bash <<-EOF\n\taliyun rds CreateBackup --DBInstanceId rm-1\n\tEOF\n",
        "bash <<< 'aliyun rds CreateBackup --DBInstanceId rm-1'",
        "CMD=\"aliyun rds CreateBackup --DBInstanceId rm-1\"\n$CMD",
        "CMD=\"aliyun rds CreateBackup --DBInstanceId rm-1 --RegionId $REGION\"\neval \"$CMD\"",
        "CMD=\"aliyun rds CreateBackup\"\nCMD+=\" --DBInstanceId rm-1 --RegionId $REGION\"\n$CMD",
        "CMD=\"aliyun rds CreateBackup --DBInstanceId rm-1\"\nssh host \"$CMD\"",
        "sudo -u app bash -lc 'aliyun rds CreateBackup --DBInstanceId rm-1'",
        "flock -n /tmp/l -c \"aliyun rds CreateBackup --DBInstanceId rm-1\"",
        "x=$(cat <<EOF\n$(aliyun rds CreateBackup --DBInstanceId rm-1)\nEOF\n)",
        "if [ \"$(uname)\" = Linux ]; then A=aliyun; else A=aliyun.exe; fi\n$A rds CreateBackup --DBInstanceId rm-1",
        "CLI=$(command -v aliyun)\n$CLI rds CreateBackup --DBInstanceId rm-1",
        "echo 'aliyun rds CreateBackup --DBInstanceId rm-1' | ssh host",
        "aliyun() { command aliyun --profile prod \"$@\"; }\naliyun rds CreateBackup --DBInstanceId rm-1",
        "ALIYUN=(aliyun --profile prod)\n\"${ALIYUN[@]}\" rds CreateBackup --DBInstanceId rm-1",
        "trap_me() { aliyun rds CreateBackup --DBInstanceId rm-1; }",
    ] {
        let call = call(script);
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{script}");
        let place = call.argument("DBInstanceId").unwrap().place.text().to_owned();
        assert!(place == "rm-1" || place == "$CMD", "{script}");
    }
}

#[test]
fn look_alikes_and_texts_are_silent() {
    let script = r#"
# aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical
usage() {
  echo "usage: aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical"
  cat <<EOF
  aliyun rds CreateBackup --DBInstanceId rm-1
EOF
}
cat > run.sh <<'EOF'
aliyun rds CreateBackup --DBInstanceId rm-1
EOF
tccli postgres CreateBackup --DBInstanceId postgres-1
aws dynamodb create-backup --table-name x --backup-name y
aliyun dds CreateBackup --DBInstanceId dds-1 --BackupMethod Logical
aliyun polardb CreateBackup --DBClusterId pc-1
aliyun rds CreateBackupPolicy --DBInstanceId rm-1
velero backup create x
log "running aliyun rds CreateBackup"
timeout 5 grep -r "aliyun rds CreateBackup --DBInstanceId rm-1" .
HELP="run aliyun rds CreateBackup --DBInstanceId rm-1"
echo "$HELP"
bash tool.sh "aliyun rds CreateBackup --DBInstanceId rm-1"
grep -c 'aliyun rds CreateBackup' file
"#;
    let extraction = extract(&[("a.sh", script)]);
    assert!(extraction.calls.is_empty(), "{:#?}", extraction.calls);
    assert!(extraction.problems.is_empty());
    assert_eq!(extraction.coverage.len(), 1);
}

#[test]
fn branches_are_alternatives_that_exclude_each_other() {
    let call = call(
        "if [ \"$1\" = prod ]; then\n  ID=rm-1; METHOD=Physical\nelse\n  ID=rm-2; METHOD=Logical\nfi\naliyun rds CreateBackup --DBInstanceId $ID --BackupMethod $METHOD",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"]);
    assert_eq!(branches(&call, "BackupMethod"), [[0], [1]]);
    assert_eq!(branches(&call, "DBInstanceId"), [[0], [1]]);
    let key = |p: &str| call.argument(p).unwrap().value.alternatives()[0].guards[0].key.clone();
    assert_eq!(key("DBInstanceId"), key("BackupMethod"));
}

#[test]
fn a_choice_in_one_line() {
    let call = call(
        "[ \"$ENV\" = prod ] && METHOD=Physical || METHOD=Logical\naliyun rds CreateBackup --BackupMethod $METHOD",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"]);
    assert_eq!(branches(&call, "BackupMethod"), [[0], [1]]);
    let call = self::call("select m in Logical Physical; do aliyun rds CreateBackup --BackupMethod $m; done");
    let guard = call.arguments[0].value.alternatives()[0].guards[0].clone();
    assert_eq!(guard.kind, crate::model::GuardKind::Conditional);
}

#[test]
fn the_arms_of_a_case() {
    let script = "case \"$ENGINE\" in\n mysql) M=Logical ;;\n pg*) M=Physical ;;\n *) exit 1 ;;\nesac\naliyun rds CreateBackup --BackupMethod $M";
    let call = call(script);
    assert_eq!(values(&call, "BackupMethod"), ["Logical", "Physical"]);
    assert_eq!(branches(&call, "BackupMethod"), [[0], [1]]);
    let call = self::call(&format!("ENGINE=pgsql\n{script}"));
    assert_eq!(values(&call, "BackupMethod"), ["Physical"]);
}

#[test]
fn a_default_for_an_empty_variable() {
    for script in [
        "if [ -z \"$METHOD\" ]; then METHOD=Logical; fi\naliyun rds CreateBackup --BackupMethod $METHOD",
        "[ -z \"$METHOD\" ] && METHOD=Logical\naliyun rds CreateBackup --BackupMethod $METHOD",
        "[ -n \"$METHOD\" ] || METHOD=Logical\naliyun rds CreateBackup --BackupMethod $METHOD",
        "METHOD=$1\nMETHOD=${METHOD:-Logical}\naliyun rds CreateBackup --BackupMethod $METHOD",
        "METHOD=Logical\nwhile getopts m: o; do case $o in m) METHOD=$OPTARG ;; esac; done\naliyun rds CreateBackup --BackupMethod $METHOD",
        "METHOD=Logical\nwhile [ $# -gt 0 ]; do case $1 in --method) METHOD=$2; shift 2 ;; *) shift ;; esac; done\naliyun rds CreateBackup --BackupMethod $METHOD",
    ] {
        assert_eq!(values(&call(script), "BackupMethod"), ["Logical~"], "{script}");
    }
    let call = call(
        "ID=\nwhile getopts i: o; do case $o in i) ID=$OPTARG ;; esac; done\naliyun rds CreateBackup --DBInstanceId $ID",
    );
    assert!(values(&call, "DBInstanceId").iter().all(|v| v.starts_with('?')));
}

#[test]
fn loops_over_words_and_lists() {
    let call =
        call("IDS=(rm-1 rm-2)\nfor id in \"${IDS[@]}\"; do\n  aliyun rds CreateBackup --DBInstanceId \"$id\"\ndone");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "rm-2"]);
    assert_eq!(branches(&call, "DBInstanceId"), [[0], [1]]);
    let call = self::call("for id in rm-1 rm-2; do aliyun rds CreateBackup --DBInstanceId $id; done");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "rm-2"]);
    let call = self::call("LIST=\"rm-1 rm-2\"\nfor id in $LIST; do aliyun rds CreateBackup --DBInstanceId $id; done");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "rm-2"]);
    let call = self::call("while read -r id; do aliyun rds CreateBackup --DBInstanceId $id; done < list");
    assert_eq!(values(&call, "DBInstanceId"), ["?read by `read` when it runs"]);
}

#[test]
fn a_loop_over_the_lines_of_a_document() {
    let call = call(
        "while read -r id method; do\n  aliyun rds CreateBackup --DBInstanceId $id --BackupMethod \"$method\"\ndone <<EOF\nrm-1 Physical\n\npgm-1   Logical\nEOF\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "pgm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"]);
    assert_eq!(branches(&call, "DBInstanceId"), branches(&call, "BackupMethod"));
    let last = &call.argument("BackupMethod").unwrap().value.alternatives()[1];
    assert_eq!(last.steps.last().unwrap().place.display(), "a.sh:6:9");
    let call = self::call("while read -r id; do aliyun rds CreateBackup --DBInstanceId $id; done <<EOF\n$IDS\nEOF\n");
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
}

#[test]
fn what_a_loop_decides_stays_together() {
    let script = "declare -A ID=([mysql]=rm-1 [pg]=pgm-1)\nfor e in mysql pg; do\n  if [ \"$e\" = mysql ]; then M=Logical; else M=Physical; fi\n  aliyun rds CreateBackup --DBInstanceId ${ID[$e]} --BackupMethod $M\ndone";
    let call = call(script);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "pgm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical", "Physical"]);
    assert_eq!(branches(&call, "DBInstanceId"), branches(&call, "BackupMethod"));
    let call = self::call("typeset -A ID\nID=(a rm-1 b rm-2)\naliyun rds CreateBackup --DBInstanceId ${ID[b]}");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-2"]);
}

#[test]
fn a_decision_about_a_default_stays_with_it() {
    for condition in ["[[ \"$ID\" == pgm-* ]]", "[[ $ID =~ ^pgm- ]]", "! [[ $ID != pgm-* ]]"] {
        let script = format!(
            "ID=${{1:-pgm-1}}\nif {condition}; then M=Physical; else M=Logical; fi\naliyun rds CreateBackup --DBInstanceId $ID --BackupMethod $M"
        );
        let call = call(&script);
        assert_eq!(values(&call, "DBInstanceId"), ["pgm-1~"], "{condition}");
        assert_eq!(branches(&call, "DBInstanceId"), [[0]], "{condition}");
        assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"], "{condition}");
        assert_eq!(branches(&call, "BackupMethod"), [[0], [1]], "{condition}");
    }
    let call = call(
        "E=${E:-pg}\ncase $E in my) M=Logical ;; pg) M=Physical ;; esac\naliyun rds CreateBackup --DBInstanceId $E --BackupMethod $M",
    );
    assert_eq!(branches(&call, "DBInstanceId"), [[1]]);
    let call = self::call(
        "for id in rm-1 pgm-1; do if [[ $id =~ ^pgm- ]]; then M=Physical; else M=Logical; fi; aliyun rds CreateBackup --DBInstanceId $id --BackupMethod $M; done",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"]);
    assert_eq!(branches(&call, "BackupMethod"), [[1], [0]]);
}

#[test]
fn a_condition_that_depends_on_what_is_known_decides_nothing() {
    let lookups = [
        "if echo \"$id\" | grep -q '^pgm-'; then M=Physical; else M=Logical; fi",
        "e=$(aliyun rds DescribeDBInstanceAttribute --DBInstanceId $id | jq -r .Engine)\nif [ \"$e\" = MySQL ]; then M=Logical; else M=Physical; fi",
        "e=$(engine_of \"$id\")\ncase $e in MySQL) M=Logical ;; *) M=Physical ;; esac",
        "case $(engine_of $id) in MySQL) M=Logical ;; *) M=Physical ;; esac",
    ];
    for lookup in lookups {
        let call = call(&format!(
            "for id in rm-1 pgm-1; do\n{lookup}\naliyun rds CreateBackup --DBInstanceId $id --BackupMethod $M\ndone"
        ));
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "pgm-1"], "{lookup}");
        assert!(values(&call, "BackupMethod").iter().all(|v| v.starts_with('?')), "{lookup}");
        let call = self::call(&format!(
            "backup() {{\nlocal id=$1\n{lookup}\naliyun rds CreateBackup --DBInstanceId $id --BackupMethod $M\n}}\nbackup pgm-1\n"
        ));
        assert!(values(&call, "BackupMethod").iter().all(|v| v.starts_with('?')), "{lookup}");
        let inside = lookup.replace("M=Logical", "aliyun rds CreateBackup --DBInstanceId $id --BackupMethod Logical");
        let call = self::call(&format!("id=pgm-1\n{inside}\n"));
        assert!(values(&call, "DBInstanceId").iter().all(|v| v.starts_with('?')), "{lookup}");
        // The success of another program says nothing about the text of the id.
        let tried = "id=pgm-1\nif aliyun rds DescribeBackups --DBInstanceId $id; then\naliyun rds CreateBackup --DBInstanceId $id\nfi";
        assert_eq!(values(&self::call(tried), "DBInstanceId"), ["pgm-1"]);
        // With an instance that is not known either, the branches are free choices.
        let call =
            self::call(&format!("id=$1\n{lookup}\naliyun rds CreateBackup --DBInstanceId $id --BackupMethod $M"));
        assert_eq!(values(&call, "BackupMethod").len(), 2, "{lookup}");
    }
}

#[test]
fn lists_of_words() {
    let call = call(
        "args=(--DBInstanceId rm-1 --BackupMethod \"$M\")\nargs+=(--DBName a)\naliyun rds CreateBackup \"${args[@]}\"",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    assert_eq!(call.argument("DBName").unwrap().place.text(), "a");
    let call = self::call("ARGS=\"--DBInstanceId rm-1 --BackupMethod=Logical\"\naliyun rds CreateBackup $ARGS");
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    let call = self::call("aliyun rds CreateBackup --BackupMethod Logical \"$@\"");
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert!(values(&call, "DBInstanceId")[0].starts_with("?`$@` stands for further words"));
}

#[test]
fn a_word_that_is_only_there_in_one_branch() {
    let call = call(
        "a=(--DBInstanceId rm-1)\nif [ -n \"$DB\" ]; then a+=(--DBName x); fi\naliyun rds CreateBackup \"${a[@]}\"",
    );
    assert_eq!(values(&call, "DBName"), ["x", ""]);
    assert_eq!(branches(&call, "DBName"), [[0], [1]]);
    let call = self::call("aliyun rds CreateBackup --DBInstanceId rm-1 ${DB:+--DBName \"$DB\"}");
    assert!(values(&call, "DBName")[0].starts_with('?'));
}

#[test]
fn words_of_a_variable_that_is_set_in_one_branch() {
    let call = call(
        "X=\nif [ -n \"$DB\" ]; then X=\"--DBName x --BackupStrategy db\"; fi\naliyun rds CreateBackup --DBInstanceId rm-1 $X",
    );
    assert_eq!(values(&call, "DBName"), ["x", ""]);
    assert_eq!(branches(&call, "BackupStrategy"), [[0], [1]]);
    let call = self::call("cat ids | xargs -I{} aliyun rds CreateBackup --DBInstanceId {}");
    assert_eq!(values(&call, "DBInstanceId"), ["?`{}` is filled in by something else"]);
}

#[test]
fn functions_are_followed_from_where_they_are_called() {
    let call = call(
        "backup() {\n  local id=\"$1\" method=${2:-Physical}\n  aliyun rds CreateBackup --DBInstanceId \"$id\" --BackupMethod \"$method\"\n}\nbackup rm-1 Logical\nbackup pgm-2\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1", "pgm-2"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical", "Physical"]);
    assert_eq!(branches(&call, "DBInstanceId"), branches(&call, "BackupMethod"));
    assert_eq!(call.subject, "backup: aliyun rds CreateBackup rm-1");
    let last = steps(&call, "DBInstanceId").pop().unwrap();
    assert_eq!(last.0, "rm-1");
}

#[test]
fn a_wrapper_passes_its_words_on() {
    let call = call(
        "rds() { aliyun --profile prod rds \"$@\"; }\nrds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    let call = self::call("run() { echo \"+ $*\"; \"$@\"; }\nrun aliyun rds CreateBackup --DBInstanceId rm-1\n");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
}

#[test]
fn recursion_ends() {
    let call = call("f() { f; g; aliyun rds CreateBackup --DBInstanceId rm-1; }\ng() { f; }\nf\n");
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
}

#[test]
fn sourced_files_set_variables() {
    let main = "#!/bin/bash\nDIR=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"\nsource \"$DIR/lib/common.sh\"\nset -a; . ./.env; set +a\naliyun rds CreateBackup --DBInstanceId $ID --BackupMethod $METHOD\n";
    let extraction =
        extract(&[("jobs/backup", main), ("jobs/lib/common.sh", "METHOD=Logical\n"), ("jobs/.env", "ID=\"pgm-1\"\n")]);
    let call = &extraction.calls[0];
    assert_eq!(values(call, "DBInstanceId"), ["pgm-1"]);
    assert_eq!(values(call, "BackupMethod"), ["Logical"]);
    assert_eq!(steps(call, "DBInstanceId").pop().unwrap(), ("\"pgm-1\"".to_owned(), "`ID` in .env".to_owned()));
    let last = call.argument("BackupMethod").unwrap().value.alternatives()[0].steps.last().unwrap().place.display();
    assert_eq!(last, "jobs/lib/common.sh:1:8");
}

#[test]
fn scripts_that_source_or_run_another_know_more() {
    let library = "take() {\n  aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"$METHOD\"\n}\n";
    let main = "METHOD=Logical\n. \"$(dirname \"$0\")/lib/rds.sh\"\ntake rm-1\ntake rm-2\n";
    let extraction = extract(&[("jobs/lib/rds.sh", library), ("jobs/main.sh", main)]);
    assert_eq!(extraction.calls.len(), 1);
    assert_eq!(values(&extraction.calls[0], "DBInstanceId"), ["rm-1", "rm-2"]);
    assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"]);
    assert_eq!(extraction.coverage.len(), 1);
    let script = "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"${2:-$METHOD}\"\n";
    let main = "export METHOD=Snapshot\n./one.sh pgm-1 Logical\nsudo bash one.sh rm-2\ncat ./one.sh\n";
    let extraction = extract(&[("one.sh", script), ("main.sh", main)]);
    assert_eq!(values(&extraction.calls[0], "DBInstanceId"), ["pgm-1", "rm-2"]);
    assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical", "Snapshot"]);
}

#[test]
fn a_line_that_runs_an_installed_script() {
    let mut memory = MemoryFiles::new();
    memory.add(
        "opt/x/copy.sh",
        "#!/bin/bash\nexec aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod Snapshot\n",
    );
    let source = Arc::new(Source::from_text("etc/cron.d/x", "*/30 * * * * root /opt/x/copy.sh rm-1\n"));
    let text = EmbeddedText::verbatim("/opt/x/copy.sh rm-1", 18);
    let script = EmbeddedScript { source: &source, text: &text, folder: "", variables: &[], surface: "ci" };
    let calls = calls_of(&script, &[shared::api()], &memory);
    assert_eq!(values(&calls[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(calls[0].head.source.path(), "opt/x/copy.sh");
    assert_eq!(steps(&calls[0], "DBInstanceId").pop().unwrap().0, "rm-1");
}

#[test]
fn an_env_file_beside_the_script() {
    let loads = "export $(grep -v '^#' .env | xargs)\naliyun rds CreateBackup --DBInstanceId $ID\n";
    assert_eq!(values(&extract(&[("a.sh", loads), (".env", "ID=rm-1\n")]).calls[0], "DBInstanceId"), ["rm-1"]);
    let does_not = "aliyun rds CreateBackup --DBInstanceId $ID\n";
    assert_eq!(values(&extract(&[("a.sh", does_not), (".env", "ID=rm-1\n")]).calls[0], "DBInstanceId"), ["rm-1~"]);
}

#[test]
fn here_documents_and_what_they_expand() {
    let call = call("M=Logical\nssh host <<EOF\naliyun rds CreateBackup --DBInstanceId \\$ID --BackupMethod $M\nEOF\n");
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
    let call = self::call(
        "M=Logical\nssh host <<'EOF'\nID=rm-1\naliyun rds CreateBackup --DBInstanceId $ID --BackupMethod $M\nEOF\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["?variable `M` is not set where this runs"]);
}

#[test]
fn placeholders_and_holes_are_not_known() {
    let call =
        call("aliyun rds CreateBackup --DBInstanceId <instance-id> --BackupMethod {{ method }} --DBName \"<db>\"");
    for parameter in ["DBInstanceId", "BackupMethod", "DBName"] {
        assert!(values(&call, parameter)[0].starts_with('?'), "{parameter}");
    }
}

#[test]
fn wrong_names_are_found_in_scripts() {
    let call = call("aliyun rds createBackup --DbInstanceId rm-1 --BackupRetentionPeriod -1");
    let kinds: Vec<_> = call.unknown_names.iter().map(|n| (n.kind, n.place.text())).collect();
    assert_eq!(
        kinds,
        [
            (NameKind::Operation, "createBackup"),
            (NameKind::WrongCase, "--DbInstanceId"),
            (NameKind::NegativeNumber, "-1"),
        ]
    );
}

#[test]
fn files_are_claimed_by_name_or_first_line() {
    let claims = |path: &str, text: &str| Shell.claims(Path::new(path), text.as_bytes());
    assert!(claims("a/b.sh", "") && claims("b.BASH", "") && claims("run", "#!/usr/bin/env -S bash -e\n"));
    assert!(claims("run", "#!/bin/sh\n") && !claims("run", "#!/usr/bin/python3\n") && !claims("a.py", "#!/bin/sh\n"));
    assert!(!claims(".env", "A=b"));
}

#[test]
fn broken_text_is_a_problem_only_where_a_call_may_hide() {
    let harmless = extract(&[("a.sh", "aliyun rds CreateBackup --DBInstanceId rm-1\nif [ x ; the\n")]);
    assert_eq!((harmless.calls.len(), harmless.problems.len()), (1, 0));
    assert_eq!(harmless.coverage[0].status, CoverageStatus::InPart);
    let hidden = extract(&[("a.sh", "echo \"never closed\naliyun rds CreateBackup --DBInstanceId rm-1\n")]);
    assert_eq!((hidden.calls.len(), hidden.problems.len()), (0, 1));
    assert_eq!(hidden.problems[0].kind, ProblemKind::Unparsable);
    // What is left of a broken command may lack words.
    for text in ["x=( aliyun rds CreateBackup ;; |\n", "aliyun rds CreateBackup --BackupMethod Logical\" --x\n"] {
        assert!(values(&call(text), "DBInstanceId")[0].starts_with('?'), "{text}");
    }
}

#[test]
fn hostile_scripts_end() {
    let mut text = String::from("aliyun rds CreateBackup --DBInstanceId rm-1\n");
    for index in 0..3_000 {
        text.push_str(&format!("if [ $a = {index} ]; then v{index}=x$v{}; fi\n", index / 2));
    }
    assert_eq!(extract(&[("a.sh", &text)]).coverage.len(), 1);
    let nested = format!("aliyun rds CreateBackup --x {}\n", "$(".repeat(5_000));
    assert_eq!(extract(&[("a.sh", &nested)]).coverage.len(), 1);
    let calls = format!("f() {{ aliyun rds CreateBackup --DBInstanceId $1; }}\n{}", "f rm-1\nf rm-2\n".repeat(500));
    assert_eq!(extract(&[("a.sh", &calls)]).calls.len(), 1);
    for line in [
        "X=\"$X$X\"",
        "X=($X \"${X[@]}\" \"${X[@]}\")",
        "X+=\"$X\"",
        "set -- a \"$@\" \"$@\"",
        "X=\"${X:-$X$Y}\"; Y=$X",
    ] {
        let text = format!(
            "X=ab\nX=(a b)\n{}aliyun rds CreateBackup --DBInstanceId $X \"$@\"\n",
            format!("{line}\n").repeat(200)
        );
        let other = text.replacen("X=(a b)\n", "", 1);
        for text in [text, other] {
            let extraction = extract(&[("a.sh", &text)]);
            let cut = extraction.coverage[0].status == CoverageStatus::InPart;
            assert!(cut || extraction.calls.len() == 1, "{line}");
        }
    }
    let mut deep = String::new();
    for index in 0..40 {
        let (open, close) = ("if [ $x = y ]; then ( ".repeat(20), " ); fi".repeat(20));
        deep.push_str(&format!("f{index}() {{ {open} f{} {close}; }}\n", index + 1));
    }
    deep.push_str("f40() { aliyun rds CreateBackup --DBInstanceId rm-1; }\nf0\nf40\n");
    assert_eq!(extract(&[("a.sh", &deep)]).calls.len(), 1);
    let mut state = 7_u32;
    let mut garbage = String::from("aliyun rds CreateBackup --DBInstanceId rm-1\n");
    while garbage.len() < 150_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        garbage.push(char::from(32 + u8::try_from(state >> 24).unwrap() % 95));
    }
    assert_eq!(extract(&[("a.sh", &garbage)]).coverage.len(), 1);
}

#[test]
fn an_option_can_be_added_behind_the_last_word() {
    let script = "aliyun rds CreateBackup \\\n  --DBInstanceId rm-1 \\\n  --BackupMethod Logical > log\n";
    let call = call(script);
    let insert = call.insert.unwrap();
    let mut text = script.to_owned();
    text.insert_str(insert.at.span.start as usize, &format!("{}--BackupStrategy{}db", insert.before, insert.between));
    assert!(text.ends_with("--BackupMethod Logical --BackupStrategy db > log\n"), "{text}");
    let removal = call.arguments[1].removal.clone().unwrap();
    let mut text = script.to_owned();
    text.replace_range(removal.span.range(), "");
    assert_eq!(text, "aliyun rds CreateBackup \\\n  --DBInstanceId rm-1 \\\n  > log\n");
}

#[test]
fn a_script_within_another_file() {
    let source =
        Arc::new(Source::from_text("ci.yml", "run: |\n  aliyun rds CreateBackup \\\n    --DBInstanceId $ID\n"));
    let mut text = EmbeddedText::new();
    for line in [2, 3] {
        let mut line = source.line_span(line).unwrap();
        line.start += 2;
        text.push(source.slice(line), line);
        text.push("\n", Span::new(line.end as usize, line.end as usize + 1));
    }
    let variables = [("ID".to_owned(), Value::known("rm-1"))];
    let script = EmbeddedScript { source: &source, text: &text, folder: "", variables: &variables, surface: "ci" };
    let calls = calls_of(&script, &[shared::api()], &MemoryFiles::new());
    assert_eq!(values(&calls[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(calls[0].argument("DBInstanceId").unwrap().place.text(), "$ID");
    assert_eq!(calls[0].surface, "ci");
}

proptest::proptest! {
    #[test]
    fn quoted_words_read_back_as_themselves(words in proptest::collection::vec("[ -~]{0,12}", 1..6)) {
        // The grammar takes these two for operators, which they are in a test alone.
        proptest::prop_assume!(!words.iter().any(|word| word == "==" || word == "=~"));
        let line: Vec<String> = words.iter().map(|w| crate::model::Quote::Shell.apply(w)).collect();
        let text = format!("x {}", line.join(" "));
        let script = shell::parse(&text);
        let Some(shell::Statement::Command(command)) = script.statements.first() else { panic!("{text}") };
        let read: Vec<String> = command.words.iter().skip(1).map(|w| w.literal().unwrap()).collect();
        proptest::prop_assert_eq!(read, words);
    }
}

/// Pieces of scripts, whole and broken, to be put together at random.
const PIECES: &[&str] = &[
    "aliyun rds CreateBackup --DBInstanceId rm-1 ",
    "aliyun rds create-backup --db-name 数据库 ",
    "--BackupMethod \"$M\" ",
    "--BackupRetentionPeriod -1 ",
    "$X ",
    "${Y:-Logical} ",
    "\"${a[@]}\" ",
    "\"$@\" ",
    "M=Logical\n",
    "a+=(--DBName \"备份\")\n",
    "X=\"aliyun rds CreateBackup --DBInstanceId $Y\"\n",
    "if [ \"$M\" = x ]; then\n",
    "else\n",
    "fi\n",
    "for m in Logical \"$M\" 'é'; do\n",
    "while read -r Y; do\n",
    "done\n",
    "case $M in a*|b) ",
    ";;\nesac\n",
    "f() {\n",
    "}\nf rm-2 \"$M\"\n",
    "ssh host <<EOF\n",
    "\nEOF\n",
    "eval \"$X\"\n",
    "bash -c 'aliyun rds CreateBackup --DBInstanceId \"$1\"' ",
    "$( ",
    ") ",
    "\\\n",
    "\r\n",
    "\n",
    "&& ",
    "|| ",
    "| ",
    "; ",
    "\"",
    "'",
    "`",
    "{{ x }}",
    "<id> ",
    "# é\n",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    #[test]
    fn any_script_ends_with_places_in_its_text(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.iter().map(|piece| PIECES[*piece]).collect();
        let first = extract(&[("a.sh", &text)]);
        let within = |place: &Place| text.get(place.span.range()).is_some();
        for call in &first.calls {
            proptest::prop_assert!(within(&call.place) && within(&call.head), "{}", text);
            proptest::prop_assert!(!call.head.text().is_empty(), "{}", text);
            for argument in &call.arguments {
                proptest::prop_assert!(within(&argument.place) && within(&argument.name), "{}", text);
                let steps = argument.value.alternatives().iter().flat_map(|a| &a.steps);
                proptest::prop_assert!(steps.map(|step| &step.place).all(within), "{}", text);
                proptest::prop_assert!(argument.removal.iter().all(within), "{}", text);
            }
        }
        let again = extract(&[("a.sh", &text)]);
        proptest::prop_assert_eq!(format!("{first:?}"), format!("{again:?}"));
    }
}
