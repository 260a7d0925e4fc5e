"""Run audits on Spark, one after the other in one session, as commands would.

    python spark_cases.py probe
    python spark_cases.py MODULE < CASES

``CASES`` is a JSON list of command lines; the answer is a line of JSON for each: its exit code, its standard output and
its standard error.
"""

from __future__ import annotations

import importlib
import io
import json
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Run the cases."""
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401
    from pyspark.sql import SparkSession

    if shutil.which("java") is None:
        sys.exit("there is no java")
    if sys.argv[1] == "probe":
        return
    module = Path(sys.argv[1])
    sys.path.insert(0, str(module.parent))
    integration = importlib.import_module(module.stem)
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for setting in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(setting, "false")
    builder = builder.config("spark.driver.host", "127.0.0.1")
    session = builder.getOrCreate()
    for words in json.load(sys.stdin):
        errors = sys.stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with tempfile.TemporaryFile() as output:
            try:
                code = integration.main(words, output)
            except SystemExit as end:
                code = end.code
            output.seek(0)
            sys.stderr = sys.__stderr__
            said = errors.buffer.getvalue().decode()
            print(json.dumps({"code": code, "out": output.read().decode(), "err": said}), flush=True)
    session.stop()


main()
