#!/usr/bin/env python3
"""Compares backuplint with other tools on the same files, one pair after the other, and prints a table.

    cargo build --release
    benches/peers/run.py [--binary target/release/backuplint] [--small] [--runs 5] [--work FOLDER]

The other tools are installed from PyPI into a virtual environment below FOLDER (default: target/peers); one that
cannot be had is left out with a line that says so. What they read is made by generate.py beside this file. For each
pair both tools are run in turn, so that a machine that becomes slower is slow for both; given are medians of the wall
clock, of the CPU seconds of the process and everything it waited for, and the most memory that was seen.

The tools do not answer the same question: none of the others knows the call. The last column says what each was asked.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["checkov", "semgrep", "ast-grep-cli", "zizmor", "duckdb", "polars"]

SEMGREP = """rules:
  - id: method
    languages: [terraform]
    severity: ERROR
    message: not taken
    patterns:
      - pattern-inside: |
          resource "alicloud_rds_backup" $NAME {
            ...
          }
      - pattern: backup_method = "Logical"
"""

AST_GREP = """id: method
language: hcl
severity: error
message: not taken
rule:
  kind: attribute
  regex: '^backup_method\\s*=\\s*"Logical"'
"""

DUCKDB = """
import sys, duckdb
print(duckdb.sql(f'''
  select json_extract_string(requestParameters, '$.DBInstanceId') as instance, eventTime[:10] as day, count(*) as calls
  from read_ndjson('{sys.argv[1]}/*', columns = {{eventName: 'VARCHAR', serviceName: 'VARCHAR', eventTime: 'VARCHAR',
       errorCode: 'VARCHAR', requestParameters: 'JSON'}}, maximum_object_size = 16777216)
  where eventName = 'CreateBackup' and serviceName = 'Rds' and errorCode is null group by all'''))
"""

POLARS = """
import sys, glob, polars as pl
schema = {"eventName": pl.String, "serviceName": pl.String, "eventTime": pl.String, "errorCode": pl.String,
          "requestParameters": pl.Struct({"DBInstanceId": pl.String, "BackupMethod": pl.String})}
calls = pl.scan_ndjson(sorted(glob.glob(sys.argv[1] + "/*")), schema=schema, ignore_errors=False)
calls = calls.filter((pl.col("eventName") == "CreateBackup") & (pl.col("serviceName") == "Rds") & pl.col("errorCode").is_null())
calls = calls.group_by(pl.col("requestParameters").struct.field("DBInstanceId"), pl.col("eventTime").str.slice(0, 10)).len()
print(calls.collect())
"""


def install(environment):
    """Installs what can be had; gives the folder of programs, and what is missing."""
    programs = environment / "bin"
    if not (programs / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
    missing = {}
    for package in PACKAGES:
        command = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            missing[package] = (done.stderr.strip().splitlines() or ["could not be installed"])[-1]
    return programs, missing


def version_of(programs, package):
    command = [programs / "python", "-c", f"import importlib.metadata as m; print(m.version({package!r}))"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def measure(command, folder, output):
    """Runs a command; gives seconds, CPU seconds, the most memory in MiB, and the exit code."""
    environment = dict(os.environ, NO_COLOR="1", SEMGREP_SEND_METRICS="off", SEMGREP_ENABLE_VERSION_CHECK="0", BC_SKIP_MAPPING="TRUE")
    with open(output, "wb") as out:
        begin = time.monotonic()
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment)
        # `wait4` gives the use of this child and of those that it waited for, and of no other one.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
    # Linux counts memory in KiB, macOS in bytes.
    memory = usage.ru_maxrss / (1024 if platform.system() == "Linux" else 1024 * 1024)
    return seconds, usage.ru_utime + usage.ru_stime, memory, child.returncode


def compare(pair, runs, work, rows):
    name, folder, ours, peer, theirs, asked, may_exit = pair
    taken = {"backuplint": [], peer: []}
    for number in range(runs + 1):
        for tool, command in [("backuplint", ours), (peer, theirs)]:
            result = measure(command, folder, work / f"{tool}.out")
            good = (0, 1) if tool == "backuplint" else may_exit
            if result[3] not in good:
                tail = (work / f"{tool}.out").read_text(errors="replace")[-400:]
                print(f"{name}: {tool} ended with {result[3]}: {tail}", file=sys.stderr)
                return
            # The first run warms the cache of the disk.
            if number > 0:
                taken[tool].append(result)
    for tool, question in [("backuplint", "every call judged"), (peer, asked)]:
        seconds, cpu, memory = (statistics.median(run[at] for run in taken[tool]) for at in range(3))
        rows.append((name, tool, f"{seconds:.2f}", f"{cpu:.2f}", f"{memory:.0f}", question))
    print(f"{name}: done", file=sys.stderr)


def machine():
    model = platform.processor() or platform.machine()
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = HERE.parent.parent
    parser.add_argument("--binary", type=pathlib.Path, default=root / "target/release/backuplint")
    parser.add_argument("--work", type=pathlib.Path, default=root / "target/peers")
    parser.add_argument("--venv", type=pathlib.Path, help="an environment that is there already")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="little data, to see whether everything runs")
    options = parser.parse_args()
    if not options.binary.exists():
        parser.error(f"{options.binary} is missing: build it with `cargo build --release`, or name it with --binary")
    binary, work = options.binary.resolve(), options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    programs, missing = install((options.venv or work / "venv").absolute())

    stacks, records = (60, 20_000) if options.small else (2000, 1_000_000)
    data = work / f"data-{stacks}-{records}"
    repository, logs = data / "repository", data / "logs"
    if not data.exists():
        generate = [sys.executable, HERE / "generate.py"]
        few = stacks // 4
        subprocess.run(generate + ["repository", repository, "--stacks", str(stacks), "--templates", str(few),
                                   "--scripts", str(few), "--policies", str(few)], check=True, stdout=sys.stderr)
        subprocess.run(generate + ["logs", logs, "--records", str(records)], check=True, stdout=sys.stderr)
    for name, text in [("semgrep.yml", SEMGREP), ("ast-grep.yml", AST_GREP), ("duck.py", DUCKDB), ("pol.py", POLARS)]:
        (work / name).write_text(text)

    check = [binary, "check", "--format", "json"]
    audit = [binary, "audit", logs, "--format", "json"]
    python, terraform = programs / "python", repository / "terraform"
    pairs = [
        (f"Terraform, {stacks} root modules", terraform, check + ["."], "checkov",
         [programs / "checkov", "-d", ".", "--framework", "terraform", "--quiet", "--compact", "--skip-download"],
         "its own checks of every resource", (0, 1)),
        (f"Terraform, {stacks} root modules", terraform, check + ["."], "semgrep",
         [programs / "semgrep", "scan", "--metrics", "off", "--config", work / "semgrep.yml", "--no-git-ignore", "--quiet", "."],
         "one literal", (0, 1)),
        (f"Terraform, {stacks} root modules", terraform, check + ["."], "ast-grep-cli",
         [programs / "ast-grep", "scan", "--rule", work / "ast-grep.yml", "."], "one literal", (0, 1)),
        (f"GitHub workflows, {stacks // 4}", repository / ".github", check + ["."], "zizmor",
         [programs / "zizmor", "--offline", "--no-progress", "."], "its own audits of workflows", (0, 11, 12, 13, 14)),
        (f"logs, {records} records", work, audit, "duckdb", [python, work / "duck.py", logs], "calls by instance and day", (0,)),
        (f"logs, {records} records", work, audit, "polars", [python, work / "pol.py", logs], "calls by instance and day", (0,)),
    ]
    rows = []
    found = subprocess.run(check + ["."], cwd=repository, capture_output=True, text=True).stdout
    found = {f["primary"]["path"] for f in json.loads(found)["findings"] if f["severity"] == "error"}
    wrong = set(json.loads((repository / "truth.json").read_text())["wrong"])
    print(f"backuplint finds {len(found & wrong)} of {len(wrong)} wrong calls, and {len(found - wrong)} more", file=sys.stderr)
    for pair in pairs:
        if pair[3] in missing:
            print(f"{pair[3]} is left out: {missing[pair[3]]}", file=sys.stderr)
            continue
        compare(pair, options.runs, work, rows)
    versions = [f"{package} {version_of(programs, package)}" for package in PACKAGES if package not in missing]
    own = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"{datetime.date.today()}, {machine()}; {own}, {', '.join(versions)}; medians of {options.runs} runs\n")
    print("| what is read | tool | seconds | CPU seconds | memory, MiB | what is asked |")
    print("|---|---|---:|---:|---:|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
