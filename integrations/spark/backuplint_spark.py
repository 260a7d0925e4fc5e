"""Audit logs with backuplint on a cluster with Apache Spark.

Each task runs the same binary that runs on one machine, on a group of the log files (``backuplint audit map``); what
they leave behind is brought together (``audit merge``) and reported by the driver (``audit report``). So the report has
the same bytes, and the run the same exit code, as ``backuplint audit`` of the same files; only output for people says
how long the last step took.

    spark-submit backuplint_spark.py --binary ./backuplint /mnt/trail -- --format json --inventory instances.json
    spark-submit --files backuplint backuplint_spark.py oss://bucket/trail/ -- --since 2026-03-01

What stands after ``--`` goes to ``backuplint audit report`` as it is. A path without a scheme lies in a folder that the
driver and all workers have mounted at the same place: workers open it themselves. A path with a scheme (``oss://``,
``hdfs://``) is listed and read by Spark, with Spark's credentials and retries; so is everything under ``--frames``.

There are no half results: a task that fails, or that does not speak of each of its files, fails the run (exit code 2).
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from dataclasses import dataclass
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Iterable, Iterator, Sequence
from urllib.parse import unquote

if TYPE_CHECKING:
    import pyarrow
    from pyspark import RDD, SparkContext
    from pyspark.sql import DataFrame, SparkSession

NAME = "backuplint"
FAILED = 2
"""The exit code of a run that failed, as the binary's."""
GROUP_BYTES = 256 << 20
"""A group of files has about so many bytes where there is more than every core can have one of."""
FILE_COST = 64 << 10
"""Opening a file costs as much as reading so many bytes of one."""
FAN_IN = 64
"""With more partial results than this, workers merge them before the driver does."""
BATCH_ROWS = 4
"""So many whole objects are in the memory of a worker's Python at a time."""
HAS_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
WORDS_OF_PATTERN = re.compile(r"[*?\[{]")


class AuditFailed(Exception):
    """The audit has no result; the text says why, for people."""


@dataclass(frozen=True)
class Job:
    """What is to be audited, and how."""

    paths: tuple[str, ...]
    report: tuple[str, ...] = ()
    """Options of ``backuplint audit report``."""
    binary: str | None = None
    """The binary on the driver, which is sent to the workers; without it the one of ``--files``, or of ``PATH``."""
    worker_binary: str | None = None
    """The binary as the workers have it already; then nothing is sent."""
    apis: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    no_prefilter: bool = False
    frames: bool = False
    """Whether Spark reads paths without a scheme, too."""
    group_bytes: int = GROUP_BYTES
    keep: str | None = None
    """Where the merged partial result is kept, for further reports."""


@dataclass(frozen=True)
class Tool:
    """The binary as a worker finds and runs it. Sent to the workers."""

    name: str
    is_sent: bool
    version: str
    options: tuple[str, ...]
    matrices: tuple[str, ...]
    folder: str | None
    """The folder from which paths count, where some of them are relative."""
    threads: int

    def command(self, folder: str) -> list[str]:
        """The words of ``backuplint audit map`` on this worker; ``folder`` is for what has to be put somewhere."""
        binary = sent_file(self.name) if self.is_sent else self.name
        if not self.is_sent and version_of(binary) != self.version:
            raise AuditFailed(f"{binary} of a worker is {version_of(binary)}, that of the driver {self.version}")
        if not os.access(binary, os.X_OK):
            binary = shutil.copy(binary, os.path.join(folder, NAME))
            os.chmod(binary, 0o700)
        matrices = [word for name in self.matrices for word in ("--matrix", sent_file(name))]
        return [binary, "audit", "map", *self.options, *matrices]

    def map_paths(self, groups: Iterable[Sequence[str]]) -> Iterator[bytes]:
        """Reads groups of files that are mounted, and gives what each leaves behind."""
        for group in groups:
            with tempfile.TemporaryDirectory(prefix=NAME) as folder:
                output = os.path.join(folder, "part")
                command = [*self.command(folder), "--paths", "-", "--output", output]
                run(command, "\n".join(group).encode(), self.folder, self.threads)
                expect(output, map(display, group))
                yield packed(output)

    def map_frames(self, batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        """Reads objects whose contents Spark brings, and gives what they leave behind."""
        import pyarrow

        with tempfile.TemporaryDirectory(prefix=NAME) as folder:
            output, errors = os.path.join(folder, "part"), os.path.join(folder, "errors")
            sent: list[str] = []
            command = [*self.command(folder), "--frames", "-", "--output", output]
            with open(errors, "wb") as stderr:
                process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=stderr, env=environment(self.threads))
                try:
                    assert process.stdin is not None
                    with process.stdin as stream:
                        for batch in batches:
                            for path, content in zip(batch.column(0), batch.column(1)):
                                sent.append(plain(path.as_py()))
                                send(stream, sent[-1].encode(), content.as_buffer())
                except BrokenPipeError:
                    pass  # It ended early, and its exit code and words say why.
                except BaseException:
                    process.kill()
                    raise
                finally:
                    code = process.wait()
            if code != 0:
                with open(errors, encoding="utf-8", errors="replace") as text:
                    raise AuditFailed(said(code, text.read()))
            expect(output, sent)
            yield pyarrow.RecordBatch.from_arrays([pyarrow.array([packed(output)], pyarrow.binary())], ["partial"])

    def merge(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """Brings partial results together on a worker, before the driver gets them."""
        with tempfile.TemporaryDirectory(prefix=NAME) as folder:
            source, output = os.path.join(folder, "parts"), os.path.join(folder, "merged")
            if unpack(parts, source):
                run([self.command(folder)[0], "audit", "merge", source, "--output", output], b"", None, self.threads)
                yield packed(output)


def audit(spark: SparkSession, job: Job, stdout: IO[bytes] | None = None) -> int:
    """Audits with the workers of a session, prints the report and returns the exit code.

    Raises ``AuditFailed``, or what Spark raises, when there is no result.
    """
    context = spark.sparkContext
    binary, is_sent = binary_of_driver(context, job)
    apis = [word for api in job.apis for word in ("--api", api)]
    matrices = [word for path in job.matrices for word in ("--matrix", path)]
    report = [binary, "audit", "report", *apis, *matrices, *job.report]
    with tempfile.TemporaryDirectory(prefix=NAME) as folder:
        refused = check_report(report, os.path.join(folder, "probe"), stdout)
        if refused is not None:
            return refused
        mounted = [] if job.frames else [path for path in job.paths if not HAS_SCHEME.match(path)]
        files = list_mounted(mounted)
        tool = Tool(
            name=NAME if is_sent else str(job.worker_binary),
            is_sent=is_sent,
            version=version_of(binary),
            options=(*apis, *(["--no-prefilter"] if job.no_prefilter else [])),
            matrices=tuple(os.path.basename(path) for path in job.matrices),
            folder=None if all(os.path.isabs(path) for path, _ in files) else os.getcwd(),
            threads=int(context.getConf().get("spark.task.cpus", "1") or "1"),
        )
        for path in job.matrices:
            context.addFile(os.path.abspath(path))
        if __name__ != "__main__":
            context.addPyFile(__file__)  # Workers import it by its name, too.
        expected, parts = {display(path) for path, _ in files}, []
        if files:
            groups = grouped(files, job.group_bytes, context.defaultParallelism)
            parts += collect(context.parallelize(groups, len(groups)).mapPartitions(tool.map_paths), tool)
        remote = [path for path in job.paths if path not in mounted]
        if remote:
            objects = read_objects(spark, remote, job.group_bytes)
            expected.update(plain(unquote(path)) for path in objects.inputFiles())
            frames = objects.mapInArrow(tool.map_frames, "partial binary")
            parts += collect(frames.rdd.map(lambda row: bytes(row.partial)), tool)
        source, merged = os.path.join(folder, "parts"), os.path.join(folder, "merged")
        empty = [binary, "audit", "map", *apis, *matrices, "--paths", "-", "--output", os.path.join(folder, "empty")]
        run(empty, b"", None, 1)
        unpack([packed(os.path.join(folder, "empty")), *parts], source)
        run([binary, "audit", "merge", source, "--output", merged], b"", None, None)
        expect(merged, expected)
        if job.keep:
            shutil.copy(merged, job.keep)
        return subprocess.run([*report, merged], stdout=stdout, check=False).returncode


def collect(parts: RDD[bytes], tool: Tool) -> list[bytes]:
    """Brings partial results to the driver, merged by the workers first when they are many."""
    count = parts.getNumPartitions()
    if count > FAN_IN:
        parts = parts.coalesce(math.isqrt(count) + 1, shuffle=True).mapPartitions(tool.merge)
    return parts.collect()


def read_objects(spark: SparkSession, paths: Sequence[str], group_bytes: int) -> DataFrame:
    """Whole objects, which Spark lists now, puts into even groups by their bytes, and opens in its tasks."""
    spark.conf.set("spark.sql.files.maxPartitionBytes", str(group_bytes))
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(BATCH_ROWS))
    for setting in ("ignoreCorruptFiles", "ignoreMissingFiles"):
        spark.conf.set(f"spark.sql.files.{setting}", "false")
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    return reader.load(list(paths)).select("path", "content")


def grouped(files: Sequence[tuple[str, int]], group_bytes: int, cores: int) -> list[list[str]]:
    """Puts files into groups of even weight: the largest first, each into the group that is lightest by then."""
    weights = sorted(((size + FILE_COST, path) for path, size in files), reverse=True)
    total = sum(weight for weight, _ in weights)
    count = max(1, min(len(files), max(2 * cores, math.ceil(total / max(1, group_bytes)))))
    groups: list[list[str]] = [[] for _ in range(count)]
    lightest = [(0, number) for number in range(count)]
    for weight, path in weights:
        load, number = heapq.heappop(lightest)
        groups[number].append(path)
        heapq.heappush(lightest, (load + weight, number))
    return groups


def list_mounted(paths: Sequence[str]) -> list[tuple[str, int]]:
    """The files that paths lead to, with their sizes, as ``backuplint audit`` finds them."""
    found: dict[str, int] = {}
    for path in paths:
        if os.path.isdir(path):
            entries = list(walk(normal(path)))
        elif os.path.exists(path):
            entries = [(normal(path), os.path.getsize(path))]
        else:
            entries = list(fitting(path))
        found.update(entries)
    for path in found:
        try:
            path.encode()
        except UnicodeEncodeError:
            raise AuditFailed(f"{path!a}: the name is not UTF-8, and cannot be sent to a worker") from None
        if "\n" in path or path.endswith("\r"):
            raise AuditFailed(f"{path!a}: a name with a line end cannot be sent to a worker")
    return sorted(found.items())


def walk(root: str) -> Iterator[tuple[str, int]]:
    """The files below a folder. Links are followed, but for one that leads to a folder above it."""
    waiting: list[tuple[str, frozenset[tuple[int, int]]]] = [(root, frozenset())]
    while waiting:
        folder, above = waiting.pop()
        try:
            status = os.stat(folder)
            entries = list(os.scandir(folder))
        except PermissionError:
            yield folder, 0  # A worker gets no further either, and its part says so.
            continue
        own = (status.st_dev, status.st_ino)
        if own in above:
            continue
        for entry in entries:
            path = entry.name if folder == "." else os.path.join(folder, entry.name)
            if entry.is_dir():
                waiting.append((path, above | {own}))
            elif entry.is_file():
                yield path, entry.stat().st_size
            elif entry.is_symlink() and not os.path.exists(path):
                raise AuditFailed(f"{path}: the link leads nowhere")


def fitting(path: str) -> Iterator[tuple[str, int]]:
    """The files that a pattern fits."""
    text = normal(path)
    if not WORDS_OF_PATTERN.search(text):
        raise AuditFailed(f"{path}: No such file or directory")
    try:
        pattern = re.compile(expression(text), re.DOTALL)
    except re.error as error:
        raise AuditFailed(f"{path}: {error}") from None
    fixed = text[: WORDS_OF_PATTERN.search(text).start()].rpartition("/")[0]  # type: ignore[union-attr]
    root = fixed or ("/" if text.startswith("/") else ".")
    files = [file for file in walk(root) if pattern.fullmatch(file[0])] if os.path.isdir(root) else []
    if not files:
        raise AuditFailed(f"{path}: no file fits")
    yield from files


def expression(pattern: str) -> str:
    """A pattern as a regular expression; only ``**`` goes beyond a slash."""
    words, position, depth = [], 0, 0
    while position < len(pattern):
        rest = pattern[position:]
        is_first = pattern[:position].endswith("/") or position == 0
        deep = re.match(r"\*\*(/|$)", rest) if is_first else None
        bracket = re.match(r"\[(!|\^)?(\]?[^\]]*)\]", rest)
        if deep:
            words.append("(?:.*/)?" if deep.group(1) else ".*")
        elif bracket:
            inside = bracket.group(2).replace("\\", "\\\\").replace("[", "\\[")
            words.append(f"(?!/)[{'^' if bracket.group(1) else ''}{inside}]")
        else:
            depth += {"{": 1, "}": -1}.get(rest[0], 0)
            special = {"*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
            words.append("|" if rest[0] == "," and depth else special.get(rest[0], re.escape(rest[0])))
        position += deep.end() if deep else bracket.end() if bracket else 1
    return "".join(words)


def normal(path: str) -> str:
    """A path without ``.``, ``..`` and doubled slashes, by its text alone."""
    return re.sub("^//", "/", os.path.normpath(path))


def display(path: str) -> str:
    """A path as partial results name it."""
    return normal(path).replace("\\", "/")


def plain(uri: str) -> str:
    """A local address as the path that it is; any other address as it stands."""
    return re.sub("^file:/+", "/", uri)


def expect(partial: str, paths: Iterable[str]) -> None:
    """Fails unless a partial result is whole and speaks of each of the paths."""
    missing = set(paths) - named(partial)
    if missing:
        raise AuditFailed(f"{len(missing)} file(s) are not in a partial result, {min(missing)} among them")


def named(partial: str) -> set[str]:
    """The files that a partial result speaks of: what was read, and what could not be."""
    try:
        with open(partial, encoding="utf-8", newline="\n") as lines:
            head = json.loads(next(lines))
            for _ in islice(lines, head["names"] + head["records"] + head["copies"]):
                pass
            decoder = json.JSONDecoder()
            files = {decoder.raw_decode(line, 1)[0] for line in islice(lines, head["files"])}
            files.update(json.loads(line)["file"] for line in islice(lines, head["damage"]))
            tail = list(islice(lines, 2))
            if len(tail) != 1 or not tail[0].endswith("\n") or "digest" not in json.loads(tail[0]):
                raise ValueError
            return files
    except FileNotFoundError:
        raise AuditFailed(f"{NAME} left no partial result behind") from None
    except (StopIteration, ValueError, KeyError, TypeError):
        raise AuditFailed("a partial result is cut off") from None


def packed(path: str) -> bytes:
    """A partial result as it is sent: a tenth of its size."""
    with open(path, "rb") as file:
        return zlib.compress(file.read(), 1)


def unpack(parts: Iterable[bytes], path: str) -> int:
    """Writes partial results to a file, one behind the other, and says how many there are."""
    count = 0
    with open(path, "wb") as file:
        for part in parts:
            file.write(zlib.decompress(part))
            count += 1
    return count


def send(stream: IO[bytes], path: bytes, content: pyarrow.Buffer) -> None:
    """Sends a whole object as a frame."""
    stream.write(len(path).to_bytes(4, "big") + path + content.size.to_bytes(8, "big"))
    stream.write(content)


def run(command: Sequence[str], stdin: bytes, folder: str | None, threads: int | None) -> None:
    """Runs a step of the audit; fails when it does."""
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=folder, env=environment(threads), check=False)
    if done.returncode != 0:
        raise AuditFailed(said(done.returncode, done.stderr.decode("utf-8", "replace")))


def environment(threads: int | None) -> dict[str, str]:
    """The environment of the binary, which uses as many cores as its task has."""
    return {**os.environ, **({"RAYON_NUM_THREADS": str(threads)} if threads else {})}


def said(code: int, text: str) -> str:
    """What the binary said when it failed."""
    how = f"was ended by signal {-code}" if code < 0 else f"ended with {code}"
    return f"{NAME} {how}: {' '.join(text.split()) or 'it said nothing'}"


def version_of(binary: str) -> str:
    """What a binary says of its version."""
    try:
        done = subprocess.run([binary, "--version"], stdout=subprocess.PIPE, check=False)
    except OSError as error:
        raise AuditFailed(f"{binary}: {error.strerror}") from None
    return done.stdout.decode("utf-8", "replace").strip()


def sent_file(name: str) -> str:
    """A file that was sent along: where Spark put it, or in the working directory, where YARN does."""
    from pyspark import SparkFiles

    places = [SparkFiles.get(name), os.path.abspath(name)]
    found = next((place for place in places if os.path.isfile(place)), None)
    if found is None:
        raise AuditFailed(f"{name} was not sent to this worker; it would be at {places[0]}")
    return found


def binary_of_driver(context: SparkContext, job: Job) -> tuple[str, bool]:
    """The binary for the steps of the driver, and whether the workers get theirs from Spark."""
    from pyspark import SparkFiles

    places = [job.binary] if job.binary else [SparkFiles.get(NAME), os.path.abspath(NAME), shutil.which(NAME)]
    binary = next((place for place in places if place and os.path.isfile(place)), None)
    if binary is None:
        raise AuditFailed(f"there is no {NAME}: name it with --binary, or send it with --files of spark-submit")
    if job.worker_binary:
        return binary, False
    if os.path.basename(binary) != NAME:
        raise AuditFailed(f"--binary: the file has to be called {NAME}")
    if binary != SparkFiles.get(NAME):
        context.addFile(os.path.abspath(binary))
    return binary, True


def check_report(report: Sequence[str], probe: str, stdout: IO[bytes] | None) -> int | None:
    """Has the options of the report looked at before hours of work: an exit code if they are no good."""
    with open(probe, "w", encoding="utf-8") as file:
        file.write("not a partial result\n")
    done = subprocess.run([*report, probe], capture_output=True, check=False)
    if done.returncode == FAILED and probe.encode() in done.stderr:
        return None
    for stream, text in ((stdout or sys.stdout.buffer, done.stdout), (sys.stderr.buffer, done.stderr)):
        stream.write(text)
        stream.flush()
    return done.returncode


def parse(words: Sequence[str]) -> Job:
    """The command line."""
    own = list(words[: words.index("--")]) if "--" in words else list(words)
    report = words[len(own) + 1 :]
    described, _, more = str(__doc__).partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="backuplint_spark.py", description=described, epilog=more, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="files, folders and patterns")
    parser.add_argument("--binary", metavar="FILE", help="the binary on the driver; it is sent to the workers")
    parser.add_argument("--worker-binary", metavar="FILE", help="where the workers have it; then nothing is sent")
    parser.add_argument("--frames", action="store_true", help="let Spark read paths without a scheme, too")
    parser.add_argument("--api", dest="apis", action="append", default=[], metavar="PRODUCT", help="as of `audit`")
    parser.add_argument("--matrix", dest="matrices", action="append", default=[], metavar="FILE", help="as of `audit`")
    parser.add_argument("--no-prefilter", action="store_true", help="as of `audit`")
    parser.add_argument("--group-bytes", type=int, default=GROUP_BYTES, metavar="BYTES", help="of a group of files")
    parser.add_argument("--keep", metavar="FILE", help="keep the merged partial result, for further reports")
    options: dict[str, Any] = vars(parser.parse_args(own))
    wrong = [word for word in report if word.split("=")[0] in ("--api", "--matrix")]
    if wrong:
        parser.error(f"{wrong[0]} stands before --, since the workers need it as well")
    options.update({name: tuple(options[name]) for name in ("paths", "apis", "matrices")})
    return Job(report=tuple(report), **options)


def main(words: Sequence[str] | None = None, stdout: IO[bytes] | None = None) -> int:
    """Runs as a command does, in the session that is there or in one of its own."""
    job = parse(sys.argv[1:] if words is None else words)
    from pyspark.sql import SparkSession

    before = SparkSession.getActiveSession()
    spark = before or SparkSession.builder.appName(f"{NAME} audit").getOrCreate()
    try:
        return audit(spark, job, stdout)
    except Exception as error:  # Whatever it was: there is no result, and its words are told.
        text = str(error)
        own = re.search(r"AuditFailed: (.*)", text)
        told = text if isinstance(error, AuditFailed) else own.group(1) if own else text.strip() or repr(error)
        print(f"{NAME}: {told}", file=sys.stderr)
        return FAILED
    finally:
        if before is None:
            spark.stop()


if __name__ == "__main__":
    sys.exit(main())
