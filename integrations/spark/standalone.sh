#!/usr/bin/env bash
# A cluster on this machine that loses a worker while it works: a master and two workers on the loopback address. One
# worker and all that it runs is killed in the middle of an audit; the report has to have the same bytes as that of
# `backuplint audit`.
#
#   integrations/spark/standalone.sh BINARY LOGS     (with `pip install pyspark` in the Python that `python3` is)
set -euo pipefail

binary=$(realpath "$1") logs=$(realpath "$2")
here=$(dirname "$(realpath "$0")")
SPARK_HOME=$(python3 -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=python3
work=$(mktemp -d)
port=${PORT:-17077}
processes=()

stop() {
  # Each daemon leads a process group of its own, so that its executors end with it.
  for process in "${processes[@]}"; do kill -KILL -- "-$process" 2> /dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

daemon() { # NAME CLASS ARGUMENT…
  local name=$1
  shift
  setsid "$SPARK_HOME/bin/spark-class" "$@" > "$work/$name.log" 2>&1 &
  processes+=("$!")
}

await() { # FILE WORDS
  for _ in $(seq 600); do
    grep -q "$2" "$1" 2> /dev/null && return
    sleep 0.1
  done
  echo "$1 never said: $2" >&2
  exit 1
}

daemon master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$port" --webui-port 0
await "$work/master.log" "Starting Spark master"
for number in 1 2; do
  daemon "worker$number" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 1g --webui-port 0 \
    --work-dir "$work/worker$number" "spark://127.0.0.1:$port"
  await "$work/worker$number.log" "Successfully registered"
done
echo "a master and two workers are up"

"$binary" audit "$logs" --format json > "$work/plain.json" && plain=0 || plain=$?
# Small groups, so that there are tasks left when the worker goes.
"$SPARK_HOME/bin/spark-submit" --master "spark://127.0.0.1:$port" --conf spark.executor.memory=512m \
  "$here/backuplint_spark.py" --binary "$binary" --group-bytes "${GROUP_BYTES:-1000000}" "$logs" -- --format json \
  > "$work/spark.json" 2> "$work/driver.log" &
driver=$!
await "$work/driver.log" "Finished task ${AFTER:-5}.0 in stage"
kill -KILL -- "-${processes[2]}"
echo "killed a worker and its executor after $(grep -c 'Finished task' "$work/driver.log") tasks"
wait "$driver" && spark=0 || spark=$?

grep -oE "Lost executor [^:]*: .{0,60}|Lost task .{0,60}" "$work/driver.log" | head -4
echo "tasks: $(grep -c 'Starting task' "$work/driver.log") started, $(grep -c 'Finished task' "$work/driver.log") finished"
[ "$plain" = "$spark" ] || { echo "exit codes differ: $plain, $spark"; tail -5 "$work/driver.log"; exit 1; }
cmp "$work/plain.json" "$work/spark.json"
echo "the same $(wc -c < "$work/plain.json") bytes, exit code $spark"
