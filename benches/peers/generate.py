#!/usr/bin/env python3
"""Makes what the comparison reads: a repository with backup calls in it, and logs of such calls.

    generate.py repository FOLDER --stacks 2000 --templates 500 --scripts 500 --policies 500
    generate.py logs FOLDER --records 200000 --files 8 [--gzip] [--lists]

The same arguments give the same bytes on every machine: nothing is drawn but from a generator of our own with a seed.
FOLDER/truth.json says how many calls there are and which are wrong, so that a comparison can also count what is found.
"""

import argparse
import gzip
import json
import pathlib


class Numbers:
    """A generator of numbers (PCG-like) that does not change with versions of Python."""

    def __init__(self, seed):
        self.state = seed * 2862933555777941757 + 3037000493

    def below(self, end):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % end

    def pick(self, choices):
        return choices[self.below(len(choices))]

    def hexadecimal(self, digits):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(digits))


# Engine and disk, with methods that are taken there and methods that are not.
SITUATIONS = [
    ("MySQL", "local_ssd", "rm", ["Physical"], ["Nope", "Snapshot"]),
    ("PostgreSQL", "cloud_essd", "pgm", ["Physical", "Snapshot"], ["Logical"]),
    ("SQLServer", "cloud_essd", "rm", ["Physical"], ["Logical"]),
    ("MariaDB", "cloud_essd", "rm", ["Physical"], ["Logical"]),
]


def stack(number, engine, disk, method, numbers):
    """A root module; the method goes through no, one or two names."""
    hops = numbers.below(3)
    lines = []
    value = json.dumps(method)
    if hops > 0:
        lines += ['variable "method" {', "  type    = string", f"  default = {value}", "}", ""]
        value = "var.method"
    if hops > 1:
        lines += ["locals {", f"  chosen = {value}", "}", ""]
        value = "local.chosen"
    lines += [
        'resource "alicloud_db_instance" "main" {',
        f'  engine                   = "{engine}"',
        '  engine_version           = "8.0"',
        '  instance_type            = "mysql.n2.medium.1"',
        "  instance_storage         = 40",
        f'  db_instance_storage_type = "{disk}"',
        f'  instance_name            = "service-{number}"',
        "}",
        "",
        'resource "alicloud_rds_backup" "nightly" {',
        "  db_instance_id = alicloud_db_instance.main.id",
        f"  backup_method  = {value}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def template(number, prefix, method, numbers):
    """An OOS template."""
    return "\n".join([
        "FormatVersion: OOS-2019-06-01",
        f"Description: backup of service {number}",
        "Tasks:",
        f"  - Name: backup{number}",
        "    Action: ACS::ExecuteAPI",
        "    Properties:",
        "      Service: RDS",
        "      API: CreateBackup",
        "      Parameters:",
        f"        DBInstanceId: {prefix}-{numbers.hexadecimal(17)}",
        f"        BackupMethod: {method}",
    ]) + "\n"


def workflow(number, prefix, method, numbers):
    """A workflow that runs the command line tool."""
    return "\n".join([
        f"name: backup-{number}",
        "on:",
        "  schedule:",
        f"    - cron: '{numbers.below(60)} 3 * * *'",
        "permissions: {}",
        "jobs:",
        "  backup:",
        "    runs-on: ubuntu-24.04",
        "    steps:",
        "      - run: |",
        "          aliyun rds CreateBackup \\",
        f"            --DBInstanceId {prefix}-{numbers.hexadecimal(17)} \\",
        f"            --BackupMethod {method}",
    ]) + "\n"


def policy(number, allows):
    actions = ["rds:DescribeBackups"] + (["rds:CreateBackup"] if allows else [])
    statement = {"Effect": "Allow", "Action": actions, "Resource": f"acs:rds:*:{10**15 + number}:dbinstance/*"}
    return json.dumps({"Version": "1", "Statement": [statement]}, indent=2) + "\n"


def repository(options):
    root = pathlib.Path(options.folder)
    numbers = Numbers(options.seed)
    wrong, calls = [], 0

    def put(path, text, is_wrong=False):
        whole = root / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(text.encode())
        if is_wrong:
            wrong.append(path)

    def situation():
        engine, disk, prefix, good, bad = numbers.pick(SITUATIONS)
        is_wrong = numbers.below(100) < options.wrong
        return engine, disk, prefix, numbers.pick(bad if is_wrong else good), is_wrong

    for number in range(options.stacks):
        engine, disk, _, method, is_wrong = situation()
        put(f"terraform/service{number:05}/main.tf", stack(number, engine, disk, method, numbers), is_wrong)
    for number in range(options.templates):
        # The prefix of an id tells PostgreSQL from the others; the others are kept to what is wrong for all of them.
        prefix, method, is_wrong = numbers.pick([("pgm", "Logical", True), ("pgm", "Physical", False), ("rm", "Nope", True)])
        put(f"oos/backup{number:05}.yml", template(number, prefix, method, numbers), is_wrong)
    for number in range(options.scripts):
        prefix, method, is_wrong = numbers.pick([("pgm", "Logical", True), ("rm", "Physical", False)])
        put(f".github/workflows/backup{number:05}.yml", workflow(number, prefix, method, numbers), is_wrong)
    for number in range(options.policies):
        put(f"policies/service{number:05}.json", policy(number, numbers.below(4) > 0))
    for number in range(options.stacks // 4):
        # Files that hold no call.
        text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c%d\ndata:\n  text: BackupMethod is no call\n" % number
        put(f"kubernetes/c{number:05}.yaml", text)
    calls = options.stacks + options.templates + options.scripts
    (root / "truth.json").write_text(json.dumps({"calls": calls, "wrong": wrong}, indent=1) + "\n")
    print(f"{calls} calls, {len(wrong)} of them wrong, in {root}")


OTHERS = [("Ecs", "DescribeInstances"), ("Sts", "AssumeRole"), ("Oss", "GetBucketAcl"), ("polardb", "CreateBackup"),
          ("Rds", "DescribeBackups"), ("Kms", "Decrypt")]


def record(number, product, operation, instance, method, error, numbers):
    minute = number // 7
    time = "2026-03-%02dT%02d:%02d:%02dZ" % (minute // 1440 % 28 + 1, minute // 60 % 24, minute % 60, number % 60)
    parameters = {"DBInstanceId": instance, "RegionId": "cn-shanghai", "RequestId": numbers.hexadecimal(32),
                  "AcsProduct": product, "HostId": f"{product.lower()}.cn-shanghai.aliyuncs.com"}
    if method:
        parameters["BackupMethod"] = method
    event = {
        "eventId": numbers.hexadecimal(32).upper(), "eventVersion": 1, "eventCategory": "Management", "eventRW": "Write",
        "eventTime": time, "eventName": operation, "serviceName": product, "acsRegion": "cn-shanghai",
        "requestId": numbers.hexadecimal(32).upper(), "sourceIpAddress": "10.%d.%d.7" % (number % 200, number % 90),
        "userAgent": "AlibabaCloud (Linux; amd64) Python/3.11", "recipientAccountId": "1000000000000001",
        "userIdentity": {"type": "assumed-role", "accountId": "1000000000000001", "userName": f"nightly-{number % 9}:s",
                         "principalId": "3%017d:s" % (number % 9)},
        "requestParameters": parameters, "requestParameterJson": json.dumps(parameters, separators=(",", ":")),
        "responseElements": {"RequestId": numbers.hexadecimal(32)}, "resourceName": instance,
    }
    if error:
        event["errorCode"], event["errorMessage"] = error, "not allowed"
    elif operation == "CreateBackup":
        event["responseElements"]["BackupJobId"] = str(7000000 + number)
    return json.dumps(event, separators=(",", ":"))


def logs(options):
    root = pathlib.Path(options.folder)
    root.mkdir(parents=True, exist_ok=True)
    numbers = Numbers(options.seed)
    instances = [("pgm-" if n % 4 == 0 else "rm-") + numbers.hexadecimal(17) for n in range(500)]
    calls = wrong = denied = 0
    share = -(-options.records // options.files)
    for file in range(options.files):
        lines = []
        for number in range(file * share, min(options.records, (file + 1) * share)):
            instance = numbers.pick(instances)
            if number % 200 == 0:
                is_postgresql = instance.startswith("pgm")
                method, error = ("Logical" if numbers.below(5) == 0 else "Physical"), ""
                if numbers.below(12) == 0:
                    error = "Forbidden.RAM"
                calls += 1
                wrong += is_postgresql and method == "Logical"
                denied += bool(error)
                lines.append(record(number, "Rds", "CreateBackup", instance, method, error, numbers))
            else:
                product, operation = numbers.pick(OTHERS)
                lines.append(record(number, product, operation, instance, "", "", numbers))
        text = ("[" + ",".join(lines) + "]" if options.lists else "\n".join(lines) + "\n").encode()
        name = f"part{file:03}.{'json' if options.lists else 'jsonl'}"
        if options.gzip:
            (root / (name + ".gz")).write_bytes(gzip.compress(text, 6, mtime=0))
        else:
            (root / name).write_bytes(text)
    truth = {"records": options.records, "calls": calls, "wrong": wrong, "denied": denied}
    root.with_name(root.name + ".truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    print(f"{options.records} records, {calls} calls, {wrong} of them wrong, {denied} denied, in {root}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    own = kinds.add_parser("repository")
    own.add_argument("folder")
    for name, count in [("stacks", 2000), ("templates", 500), ("scripts", 500), ("policies", 500)]:
        own.add_argument(f"--{name}", type=int, default=count)
    own.add_argument("--wrong", type=int, default=25, help="how many calls of a hundred are wrong in Terraform")
    own.add_argument("--seed", type=int, default=1)
    own.set_defaults(run=repository)
    own = kinds.add_parser("logs")
    own.add_argument("folder")
    own.add_argument("--records", type=int, default=200_000)
    own.add_argument("--files", type=int, default=8)
    own.add_argument("--gzip", action="store_true")
    own.add_argument("--lists", action="store_true", help="a list a file in place of lines")
    own.add_argument("--seed", type=int, default=1)
    own.set_defaults(run=logs)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
