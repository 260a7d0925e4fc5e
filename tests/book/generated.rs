//! Pages, and parts of pages between two comments, that are made from data: the rules, the surfaces, the keys of a
//! configuration. What differs is written anew and told.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use backuplint::finding::{Catalogue, ErrorCodes, Example, Rule};
use backuplint::surface;
use serde_json::Value;

use super::pages::{docs, root};

/// How rules are grouped, by the folders that they stand in.
const FAMILIES: [(&str, &str); 6] = [
    ("call", "One call"),
    ("together", "Several calls together"),
    ("ram", "RAM policies"),
    ("audit", "Logs"),
    ("waiver", "What leaves findings out"),
    ("file", "Files"),
];

/// What people look for: the id of a surface, its files, one of them with how it begins, and what is read of it.
const SURFACES: &[(&str, &str, (&str, &str), &str)] = &[
    (
        "terraform",
        "`*.tf`, `*.tf.json`, `*.tofu`, plans as JSON",
        ("main.tf", ""),
        "`alicloud_rds_backup` with variables, modules, `for_each`, `.tfvars`; scripts that resources and provisioners run",
    ),
    (
        "shell",
        "`*.sh`, `*.bash`, …, files that begin with `#!`",
        ("backup.sh", ""),
        "`aliyun rds CreateBackup`, `create-backup`, `curl` to the service; functions, arrays, sourced files, `.env`",
    ),
    ("oos", "YAML, JSON", ("template.yml", ""), "`ACS::RDS::CreateBackup`, `ACS::ExecuteAPI`, scripts that tasks run"),
    ("ros", "YAML, JSON", ("stack.yml", ""), "templates of OOS, files of Terraform and scripts that a stack holds"),
    ("cloudflow", "YAML, JSON", ("flow.yml", ""), "tasks whose action is `rds:CreateBackup`"),
    ("ansible", "YAML", ("playbook.yml", ""), "`ali_rds_backup`, shell and command tasks, scripts"),
    ("pulumi-yaml", "YAML", ("Pulumi.yaml", ""), "`alicloud:rds:RdsBackup`"),
    ("makefile", "`Makefile`, `*.mk`", ("Makefile", ""), "recipes"),
    ("crontab", "crontabs", ("etc/crontab", ""), "lines, and when they run"),
    (
        "github-actions",
        "`.github/workflows/*.yml`, actions",
        (".github/workflows/ci.yml", ""),
        "steps, matrices, schedules",
    ),
    ("gitlab-ci", "`.gitlab-ci.yml`", (".gitlab-ci.yml", ""), "jobs, stages, variables"),
    ("dockerfile", "`Dockerfile`, `Containerfile`", ("Dockerfile", ""), "`RUN`, `CMD`, `ENTRYPOINT`"),
    ("kubernetes", "YAML", ("job.yml", ""), "commands of containers, `CronJob`, scripts in a `ConfigMap`"),
    ("crossplane", "YAML", ("workspace.yaml", ""), "Terraform that stands in a `Workspace`, with its variables"),
    (
        "requests",
        "YAML, JSON, `*.http`, `*.rest`",
        ("backup.http", ""),
        "collections of Postman, requests in files, API destinations of EventBridge, tool calls of agents",
    ),
    ("markdown", "`*.md`", ("README.md", ""), "blocks of code that a person would copy; findings are notes"),
    ("serverless", "`s.yaml`", ("s.yaml", ""), "actions and hooks"),
    ("jenkins", "`Jenkinsfile`", ("Jenkinsfile", ""), "steps, parameters, `cron`"),
    ("azure-pipelines", "`azure-pipelines.yml`", ("azure-pipelines.yml", ""), "steps, templates, schedules"),
    ("circleci", "`.circleci/config.yml`", (".circleci/config.yml", ""), "jobs, commands, parameters"),
    ("other-pipelines", "other pipelines in YAML", (".drone.yml", ""), "commands"),
    ("compose", "`compose.yml`, `docker-compose.yml`", ("compose.yml", ""), "commands of services"),
    ("cloud-init", "user data", ("user-data", "#cloud-config\n"), "`runcmd`, `write_files`"),
    ("systemd", "`*.service`, `*.timer`", ("backup.service", ""), "`ExecStart`, and when it runs"),
    ("package-json", "`package.json`", ("package.json", ""), "scripts"),
    ("procfile", "`Procfile`", ("Procfile", ""), "commands"),
    ("notebook", "`*.ipynb`", ("backup.ipynb", ""), "cells"),
    ("powershell", "`*.ps1`", ("backup.ps1", ""), "command lines"),
    ("batch", "`*.bat`, `*.cmd`", ("backup.cmd", ""), "command lines"),
    (
        "python",
        "`*.py`",
        ("job.py", ""),
        "both SDKs, requests of any API, addresses; values through functions, classes and files",
    ),
    ("java", "`*.java`", ("Job.java", ""), "the three SDKs, requests of any API"),
    ("go", "`*.go`", ("job.go", ""), "both SDKs, requests of any API"),
    ("typescript", "`*.ts`, `*.js`, …", ("job.ts", ""), "the SDKs, requests of any API, Pulumi"),
    ("php", "`*.php`", ("job.php", ""), "the SDKs, requests of any API"),
    ("csharp", "`*.cs`", ("Job.cs", ""), "both SDKs, requests of any API, Pulumi"),
    ("ram-policy", "YAML, JSON", ("policy.json", ""), "RAM policies, and for whom they hold"),
    ("pulumi-program", "programs of Pulumi", ("index.ts", ""), "RAM policies, and for whom they hold"),
];

/// What differs from the data, told; it is written anew.
pub(crate) fn differing() -> Vec<String> {
    let catalogue = Catalogue::builtin().unwrap();
    let mut wrong = Vec::new();
    let folder = docs().join("rules");
    fs::create_dir_all(&folder).unwrap();
    for rule in catalogue.rules() {
        wrong.extend(whole(&folder.join(format!("{}.md", rule.id)), &rule_page(rule)));
    }
    let is_rule = |name: &str| name.strip_suffix(".md").is_some_and(|id| catalogue.rule(id).is_some());
    for entry in fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        if !is_rule(entry.file_name().to_str().unwrap()) {
            wrong.push(format!("{} is the page of no rule", entry.path().display()));
        }
    }
    wrong.extend(between(
        "rules.md",
        "rules",
        &rules_by_family(&catalogue, |rule| {
            format!("- [`{}`](rules/{}.md) ({}): {}\n", rule.id, rule.id, rule.severity.word(), rule.title)
        }),
    ));
    let chapters: String = by_family(&catalogue)
        .values()
        .flatten()
        .map(|rule| format!("  - [{}](rules/{}.md)\n", rule.id, rule.id))
        .collect();
    wrong.extend(between("SUMMARY.md", "rules", &chapters));
    let table = surfaces(&mut wrong);
    wrong.extend(between("surfaces.md", "surfaces", &table));
    wrong.extend(between("configuration.md", "keys", &keys()));
    wrong
}

/// Compares a file and writes it when it differs.
fn whole(path: &Path, expected: &str) -> Option<String> {
    let current = fs::read_to_string(path).unwrap_or_default();
    if current == expected {
        return None;
    }
    fs::write(path, expected).unwrap();
    Some(format!("{} was out of date; it is written anew", path.display()))
}

/// Compares the text between two comments and writes it when it differs.
fn between(page: &str, name: &str, expected: &str) -> Option<String> {
    let path = docs().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{page}: no {name}"));
    let (_, after) = rest.split_once(&end).unwrap();
    whole(&path, &format!("{before}{begin}{expected}{end}{after}"))
}

/// The rules of each family, in their order; the number keeps the families in theirs.
fn by_family(catalogue: &Catalogue) -> BTreeMap<usize, Vec<&Rule>> {
    let mut all: BTreeMap<usize, Vec<&Rule>> = BTreeMap::new();
    for rule in catalogue.rules() {
        let file = |family: &str| root().join("rules").join(family).join(format!("{}.yaml", rule.id));
        let family = FAMILIES.iter().position(|(family, _)| file(family).is_file()).unwrap();
        all.entry(family).or_default().push(rule);
    }
    all
}

fn rules_by_family(catalogue: &Catalogue, line: impl Fn(&Rule) -> String) -> String {
    let mut text = String::new();
    for (family, rules) in by_family(catalogue) {
        text.push_str(&format!("\n## {}\n\n", FAMILIES[family].1));
        text.extend(rules.into_iter().map(&line));
    }
    text.push('\n');
    text
}

fn rule_page(rule: &Rule) -> String {
    let mut text = format!("# {}\n\n**{}**: {}.\n", rule.id, rule.severity.word(), rule.title);
    text.push_str(&format!(
        "\n## Why it matters\n\n{}\n\n## What to write\n\n{}\n",
        rule.why.trim_end(),
        rule.fix.trim_end()
    ));
    for (title, examples) in [("Wrong", &rule.bad), ("Right", &rule.good)] {
        if !examples.is_empty() {
            text.push_str(&format!("\n## {title}\n"));
            examples.iter().for_each(|example| text.push_str(&example_text(example)));
        }
    }
    if let Some(reason) = &rule.no_examples {
        text.push_str(&format!("\n## Why there is no example\n\n{}\n", reason.trim_end()));
    }
    text.push_str("\n## Where it is written\n\n");
    for reference in &rule.references {
        let is_address = reference.starts_with("https://");
        text.push_str(&if is_address { format!("- <{reference}>\n") } else { format!("- {reference}\n") });
    }
    let codes = ErrorCodes::builtin().unwrap();
    if !rule.codes.is_empty() {
        text.push_str("\n## Error codes of the service\n\n| code | what it means | what to do |\n|---|---|---|\n");
        for name in &rule.codes {
            let code = codes.code(name).unwrap();
            // What stands in angle brackets would be a tag, and not be seen.
            let (meaning, action) = (code.meaning.replace('<', "&lt;"), code.action.replace('<', "&lt;"));
            text.push_str(&format!("| `{name}` | {meaning} | {action} |\n"));
        }
    }
    text
}

fn example_text(example: &Example) -> String {
    let mut text = format!("\n### {}{}\n", example.title[..1].to_uppercase(), &example.title[1..]);
    for file in &example.files {
        let ending = Path::new(&file.path).extension().and_then(|ending| ending.to_str()).unwrap_or("text");
        let language = match ending {
            "tf" => "hcl",
            "py" => "python",
            "yml" => "yaml",
            "md" => "markdown",
            other => other,
        };
        let fence = if file.text.contains("```") { "````" } else { "```" };
        text.push_str(&format!("\n`{}`\n\n{fence}{language}\n{}{fence}\n", file.path, file.text));
    }
    if let Some(at) = &example.at {
        text.push_str(&format!("\nIt is told at `{}`.\n", at.trim().replace('\n', " ")));
    }
    text
}

fn surfaces(wrong: &mut Vec<String>) -> String {
    let mut text = String::from("| surface | id | files | what is read |\n|---|---|---|---|\n");
    for known in surface::all() {
        let row = SURFACES.iter().find(|(id, ..)| *id == known.id());
        let (id, files, (path, beginning), read) =
            row.unwrap_or_else(|| panic!("the book says nothing of {}", known.id()));
        if !known.claims(Path::new(path), beginning.as_bytes()) {
            wrong.push(format!("the book says that {id} reads {path}, and it does not"));
        }
        text.push_str(&format!("| {} | `{id}` | {files} | {read} |\n", known.title()));
    }
    assert_eq!(SURFACES.len(), surface::all().len());
    text
}

/// The keys of a configuration, as its schema has them.
fn keys() -> String {
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(root().join("schemas/config.schema.json")).unwrap()).unwrap();
    let mut text = String::from("| key | takes | what it says |\n|---|---|---|\n");
    for (name, property) in schema["properties"].as_object().unwrap() {
        row(&schema, name, property, &mut text);
    }
    text
}

fn row(schema: &Value, name: &str, property: &Value, text: &mut String) {
    let target = property["$ref"].as_str().map(|target| schema.pointer(target.strip_prefix('#').unwrap()).unwrap());
    let of = |key: &str| property.get(key).or_else(|| target.and_then(|target| target.get(key)));
    let words = |value: &Value| {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|word| format!("`{}`", word.as_str().unwrap()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let inner = |key: &str| of(key).filter(|inner| inner.get("properties").is_some());
    let one_of = |types: &Value| {
        let kind = |kind: &Value| match kind.as_str().unwrap() {
            "integer" => "a whole number",
            "string" => "a text",
            "array" => "a list of texts",
            "object" => "texts by name",
            other => panic!("{name}: {other}"),
        };
        types.as_array().unwrap().iter().map(kind).collect::<Vec<_>>().join(" or ")
    };
    let takes = match of("type").and_then(Value::as_str) {
        _ if of("type").is_some_and(Value::is_array) => one_of(of("type").unwrap()),
        _ if of("enum").is_some() => words(of("enum").unwrap()),
        Some("integer") => "a whole number".to_owned(),
        Some("string") if of("pattern").is_some_and(|pattern| pattern.as_str().unwrap().contains("{4}")) => {
            "a day, `2027-03-31`".to_owned()
        }
        Some("string") => "a text".to_owned(),
        Some("array") if inner("items").is_some_and(|items| items["type"].is_array()) => {
            format!("a list of names, or tables, `[[{name}]]`")
        }
        Some("array") if inner("items").is_some() => format!("tables, `[[{name}]]`"),
        Some("array") => "a list of texts".to_owned(),
        _ => match of("additionalProperties").and_then(|each| each.get("enum")) {
            Some(levels) => format!("{} by the id of a rule", words(levels)),
            None => format!("tables, `[{name}.\"rm-…\"]`"),
        },
    };
    let says = of("description").and_then(Value::as_str).unwrap_or_default();
    text.push_str(&format!("| `{name}` | {takes} | {says} |\n"));
    if let Some(items) = inner("items") {
        for (key, property) in items["properties"].as_object().unwrap() {
            row(schema, &format!("{name}.{key}"), property, text);
        }
    }
}
