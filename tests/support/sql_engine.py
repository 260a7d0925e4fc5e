"""Runs the queries of `backuplint audit sql` in an engine, or parses them; prints a JSON array of rows for each.

    sql_engine.py probe ENGINE
    sql_engine.py duckdb|chdb QUERIES FOLDER     (FOLDER has events.jsonl and instances.csv)
    sql_engine.py sqlglot QUERIES DIALECT
"""
import importlib, json, sys

FIELDS = ["eventId", "eventName", "serviceName", "eventTime", "errorCode", "requestParameterJson"]


def statements(path):
    text = open(path, encoding="utf-8").read()
    # What is searched first and asked then has no end of its own.
    begin = "\n* | "
    for statement in text.split(begin)[1:] if begin in text else text.split(";\n"):
        lines = [line for line in statement.splitlines() if not line.startswith("--")]
        if "".join(lines).strip():
            yield "\n".join(lines)


def records(folder):
    with open(folder + "/events.jsonl", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line), line.strip()


def instances(folder):
    with open(folder + "/instances.csv", encoding="utf-8") as lines:
        for line in list(lines)[1:]:
            yield line.strip().split(",")


def duckdb(path, folder):
    import duckdb
    con = duckdb.connect()
    con.execute("CREATE TABLE events (%s, event VARCHAR)" % ", ".join('"%s" VARCHAR' % name for name in FIELDS))
    con.execute("CREATE TABLE instances (id VARCHAR, engine VARCHAR, storage VARCHAR, role VARCHAR)")
    con.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [[event.get(name) for name in FIELDS] + [line] for event, line in records(folder)])
    con.executemany("INSERT INTO instances VALUES (?, ?, ?, ?)", list(instances(folder)))
    for statement in statements(path):
        result = con.execute(statement)
        names = [column[0] for column in result.description]
        print(json.dumps([dict(zip(names, row)) for row in result.fetchall()], default=str))


def chdb(path, folder):
    from chdb import session
    con = session.Session()
    con.query("CREATE DATABASE IF NOT EXISTS t ENGINE = Memory")
    con.query("USE t")
    columns = ", ".join("%s Nullable(String)" % name for name in FIELDS + ["event"])
    con.query("CREATE TABLE events (%s) ENGINE = Memory" % columns)
    con.query("CREATE TABLE instances (id String, engine String, storage String, role String) ENGINE = Memory")
    rows = [json.dumps({**{name: event.get(name) for name in FIELDS}, "event": line}) for event, line in records(folder)]
    con.query("INSERT INTO events FORMAT JSONEachRow " + "\n".join(rows))
    rows = [json.dumps(dict(zip(["id", "engine", "storage", "role"], row))) for row in instances(folder)]
    con.query("INSERT INTO instances FORMAT JSONEachRow " + "\n".join(rows))
    for statement in statements(path):
        print(json.dumps(json.loads(str(con.query(statement, "JSON")))["data"]))


def sqlglot(path, dialect):
    import sqlglot
    for statement in statements(path):
        sqlglot.parse_one(statement, read=dialect)
        print(json.dumps([]))


if sys.argv[1] == "probe":
    importlib.import_module(sys.argv[2])
else:
    globals()[sys.argv[1]](*sys.argv[2:])
