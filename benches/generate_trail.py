"""Write logs as a trail delivers them, of any size, to measure audits with. The same options give the same bytes.

    python3 benches/generate_trail.py --events 2000000 target/trail

One record in two hundred is a call that backuplint looks for; each hundredth of those was refused. Every object holds
the records of one hour of a day in one of two regions, packed with gzip.
"""

from __future__ import annotations

import argparse
import gzip
import random
from pathlib import Path

RECORD = (
    '{{"eventId":"8F2A6C10-0B4D-5E7F-9A1B-{number:012X}","eventVersion":1,"eventRW":"Write","eventTime":"{time}",'
    '"eventName":"{name}","serviceName":"{service}","acsRegion":"{region}","apiVersion":"2014-08-15",'
    '"requestId":"{noise:032X}","sourceIpAddress":"203.0.113.24","userAgent":"aliyun-cli/3.0",'
    '"recipientAccountId":"1900000000000007","userIdentity":{{"type":"assumed-role","accountId":"1900000000000007",'
    '"principalId":"300000000000000042:s","userName":"nightly:s"}},"requestParameters":{{"DBInstanceId":"{instance}",'
    '"BackupMethod":"Physical","RegionId":"{region}","RequestId":"{noise:032X}"}},"requestParameterJson":'
    '"{{\\"DBInstanceId\\":\\"{instance}\\",\\"BackupMethod\\":\\"Physical\\",\\"RegionId\\":\\"{region}\\"}}",{outcome},'
    '"additionalEventData":{{"Token":"{noise:064x}","Trace":"{noise:048x}"}}}}'
)
REGIONS = ("cn-shanghai", "cn-beijing")
OTHERS = (("DescribeInstances", "Ecs"), ("AssumeRole", "Sts"), ("DescribeBackups", "Rds"), ("PutLogs", "Sls"))


def record(number: int, hour: int, region: str, numbers: random.Random) -> str:
    """Write one record."""
    is_call = number % 200 == 0
    name, service = ("CreateBackup", "Rds") if is_call else OTHERS[number % len(OTHERS)]
    outcome = '"responseElements":{"BackupJobId":"7100001"}'
    if is_call and number % 20_000 == 0:
        outcome = '"errorCode":"BackupJobExists","errorMessage":"refused"'
    day = f"2026-{hour // 720 % 12 + 1:02}-{hour // 24 % 28 + 1:02}"
    time = f"{day}T{hour % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    instance = f"rm-{numbers.randrange(20_000):x}"
    noise = numbers.getrandbits(128)
    return RECORD.format(
        number=number,
        time=time,
        name=name,
        service=service,
        region=region,
        instance=instance,
        noise=noise,
        outcome=outcome,
    )


def main() -> None:
    """Write the objects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--per-object", type=int, default=10_000, help="records in an object")
    options = parser.parse_args()
    written = size = 0
    for start in range(0, options.events, options.per_object):
        part = start // options.per_object
        region, hour = REGIONS[part % len(REGIONS)], part // len(REGIONS)
        numbers = random.Random(part)
        count = min(options.per_object, options.events - start)
        lines = "".join(record(start + n, hour, region, numbers) + "\n" for n in range(count))
        folder = options.folder / region / f"{hour // 24:04}"
        folder.mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(lines.encode(), compresslevel=1, mtime=0)
        (folder / f"{part:06}.json.gz").write_bytes(packed)
        written, size = written + count, size + len(packed)
    print(f"{written} records, {size} bytes packed")


if __name__ == "__main__":
    main()
