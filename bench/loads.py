#!/usr/bin/env python3
"""COPY INTO against DuckDB's own typed reads of the same files, pairwise; many small files; latency; kill -9 under load.

    cargo xtask bench loads                                  # 1 GB a format
    python3 bench/loads.py --megabytes 200 --rounds 1        # smaller
    python3 bench/loads.py --only kills --kills 200

Both sides read the same files and write a database on disk with the same number of threads; snowmelt also keeps history and
rejects. Needs python3 with venv; downloads the `duckdb` wheel once into a cache folder.
"""

import argparse
import json
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import threading
import time
from pathlib import Path

from pipeline import CACHE, DUCKDB_VERSION, python_with_duckdb, remove_warehouse, timed

COLUMNS = {"id": "BIGINT", "customer": "INTEGER", "sold_at": "TIMESTAMP", "price": "DECIMAL(12, 2)", "quantity": "INTEGER", "paid": "BOOLEAN", "note": "VARCHAR"}
TABLE = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()).replace("BIGINT", "NUMBER(18,0)").replace(" INTEGER", " NUMBER(9,0)")
MAKE = """
import duckdb, sys
folder, rows, files, form = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
bad = {"csv-bad": "CASE WHEN i % 100 = 7 THEN 'x' || i ELSE i::VARCHAR END", "json-bad": "CASE WHEN i % 100 = 7 THEN 'x' || i ELSE i::VARCHAR END"}.get(form, "i")
for file in range(files):
    first, last = rows * file // files, rows * (file + 1) // files
    query = f"SELECT {bad} AS id, i % 500000 AS customer, TIMESTAMP '2024-01-01' + INTERVAL (i % 31536000) SECOND AS sold_at, ((i * 7919) % 1000000 / 100)::DECIMAL(12, 2) AS price, i % 9 + 1 AS quantity, i % 3 = 0 AS paid, 'order ' || hash(i) AS note FROM range({first}, {last}) AS t(i)"
    if form.startswith("csv"):
        ending = ".csv.gz" if form == "csv-gzip" else ".csv"
        duckdb.sql(f"COPY ({query}) TO '{folder}/{file:02}{ending}' (HEADER false{', COMPRESSION gzip' if form == 'csv-gzip' else ''})")
    else:
        duckdb.sql(f"COPY ({query}) TO '{folder}/{file:02}.json' (FORMAT json)")
"""
RAW = """
import duckdb, sys
database, files, form, threads, columns = sys.argv[1:]
connection = duckdb.connect(database, config={"threads": threads})
connection.execute("SET preserve_insertion_order = false")
connection.execute("SET enable_progress_bar = false")
import json
columns = json.loads(columns)
connection.execute("CREATE TABLE t (" + ", ".join(f"{name} {kind}" for name, kind in columns.items()) + ")")
typed = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
ignore = ", ignore_errors = true" if form.endswith("-bad") else ""
reader = f"read_csv('{files}', header = false, auto_detect = false, delim = ',', quote = '\\"', escape = '\\"', columns = {typed}{ignore})" if form.startswith("csv") else f"read_json('{files}', format = 'newline_delimited', columns = {typed}{ignore})"
connection.execute(f"INSERT INTO t SELECT * FROM {reader}")
print(connection.execute("SELECT count(id) FROM t").fetchone()[0])
connection.close()
"""
FORMATS = {
    "csv": ("0.9", "CSV"),
    "json": ("0.9", "NDJSON"),
    "csv-bad": ("0.7", "CSV, 1 % bad rows"),
    "json-bad": ("0.7", "NDJSON, 1 % bad rows"),
    "csv-gzip": ("0.9", "CSV, gzip"),
}


def project_at(folder, sql=""):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sql").mkdir(parents=True)
    (folder / "lake").mkdir()
    (folder / "snowmelt.toml").write_text('[project]\nname = "loads"\nsql = ["sql/bronze.sql"]\n[buckets.lake]\npath = "lake"\n')
    (folder / "sql/bronze.sql").write_text(
        "CREATE DATABASE d; CREATE STAGE d.public.st URL = 's3://lake/';\n" + (sql or f"CREATE TABLE d.public.t ({TABLE});\n")
    )


def throughput(options, pinned, results):
    for form, (bar, name) in FORMATS.items():
        folder = options.work / form
        project_at(folder)
        per_row = 78 if form.startswith("csv") else 142
        rows = options.megabytes * 1_000_000 // per_row
        timed([pinned, "-c", MAKE, folder / "lake", str(rows), "10", form])
        size = sum(file.stat().st_size for file in (folder / "lake").iterdir())
        kind = "CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"'" if form.startswith("csv") else "JSON"
        match = "" if form.startswith("csv") else " MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE"
        copy = f"COPY INTO d.public.t FROM @d.public.st FILE_FORMAT = (TYPE = {kind}) ON_ERROR = CONTINUE{match}"
        ratios, ours_all, raw_all, peak = [], [], [], 0
        for _ in range(options.rounds):
            database = options.work / "by_hand.duckdb"
            remove_warehouse(database)
            raw_seconds, _, raw_rows = timed([pinned, "-c", RAW, database, f"{folder}/lake/*", form, str(options.threads), json.dumps(COLUMNS)])
            remove_warehouse(database)
            for file in folder.glob("warehouse*"):
                shutil.rmtree(file) if file.is_dir() else file.unlink()
            timed([options.binary, "run", "--project", folder])
            seconds, mib, _ = timed([options.binary, "sql", "--project", folder, "--output", "json", "-q", copy])
            ratios.append(raw_seconds / seconds), ours_all.append(seconds), raw_all.append(raw_seconds)
            peak = max(peak, mib)
        found = json.loads(timed([options.binary, "sql", "--project", folder, "--output", "json", "-q", "SELECT COUNT(*) AS n FROM d.public.t"])[2])[0]["N"]
        assert found == int(raw_rows.split()[-1]), (found, raw_rows.split()[-1])
        results.append((f"{name}, {size / 1e6:.0f} MB in 10 files: speed against DuckDB's", f"{statistics.median(ratios):.2f} × ({min(ours_all):.2f} s against {min(raw_all):.2f} s; peak {peak:.0f} MiB)", f"≥ {bar} ×, ≤ 1024 MiB"))
        print(results[-1], flush=True)
        shutil.rmtree(folder)


def small_files(options, results):
    folder = options.work / "small"
    project_at(folder, "CREATE TABLE d.public.t (id NUMBER(9,0), note VARCHAR);\nCREATE PIPE d.public.p AS COPY INTO d.public.t FROM @d.public.st FILE_FORMAT = (TYPE = CSV);\n")
    text = "".join(f"{row},{'x' * 36}\n" for row in range(100))
    for number in range(10_000):
        (folder / f"lake/{number:05}.csv").write_text(text)
    seconds, mib, _ = timed([options.binary, "run", "--project", folder])
    found = json.loads(timed([options.binary, "sql", "--project", folder, "--output", "json", "-q", "SELECT COUNT(*) AS n FROM d.public.t"])[2])[0]["N"]
    assert found == 1_000_000, found
    results.append(("10,000 files of 4 KB, local, by a pipe", f"{seconds:.1f} s ({mib:.0f} MiB)", "≤ 30 s"))
    print(results[-1], flush=True)
    shutil.rmtree(folder)


class Served:
    """A `snowmelt serve` of a project, and what it says."""

    def __init__(self, binary, folder):
        self.heard, self.said = threading.Condition(), {}
        self.process = subprocess.Popen([binary, "serve", "--project", folder, "--port", "0", "--reconcile-every", "5"], stderr=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self):
        for line in self.process.stderr:
            with self.heard:
                self.said[line.split(" loaded ")[-1].split(":")[0]] = time.time()
                self.heard.notify_all()

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


PIPE = "CREATE TABLE d.public.t (id NUMBER(9,0));\nCREATE PIPE d.public.p AUTO_INGEST = TRUE AS COPY INTO d.public.t FROM @d.public.st FILE_FORMAT = (TYPE = CSV) ON_ERROR = CONTINUE;\n"


def land(folder, name, text):
    (folder / f".{name}").write_text(text)
    os.rename(folder / f".{name}", folder / f"lake/{name}")


def latency(options, results):
    folder = options.work / "latency"
    project_at(folder, PIPE)
    timed([options.binary, "run", "--project", folder])
    served, landed = Served(options.binary, folder), {}
    time.sleep(2)
    for number in range(options.latency_files):
        land(folder, f"l{number}.csv", f"{number}\n")
        landed[f"l{number}.csv"] = time.time()
        time.sleep(random.uniform(0, 0.05))
    until = time.time() + 60
    with served.heard:
        while any(name not in served.said for name in landed) and time.time() < until:
            served.heard.wait(1)
    served.end(signal.SIGTERM)
    spent = sorted(served.said[name] - at for name, at in landed.items())
    results.append((f"file visible → row committed, local, {len(spent)} files at random times", f"median {spent[len(spent) // 2] * 1000:.0f} ms, p99 {spent[int(len(spent) * 0.99)] * 1000:.0f} ms", "p99 < 1 s"))
    print(results[-1], flush=True)
    shutil.rmtree(folder)


def kills(options, results):
    folder = options.work / "kills"
    project_at(folder, PIPE)
    timed([options.binary, "run", "--project", folder])
    chance, number, bad = random.Random(options.seed), 0, 0
    for cycle in range(options.kills):
        served = Served(options.binary, folder)
        until = time.time() + chance.uniform(0.05, 0.8)
        while time.time() < until:
            # A bad row in each: rows parsed = rows loaded + rows rejected, for each file.
            land(folder, f"k{number}.csv", "".join(f"{number * 10 + row}\n" for row in range(10)) + "bad\n")
            number, bad = number + 1, bad + 1
            time.sleep(chance.uniform(0, 0.02))
        served.end(signal.SIGKILL)
    served, until = Served(options.binary, folder), time.time() + 120
    with served.heard:
        while f"k{number - 1}.csv" not in served.said and time.time() < until:
            served.heard.wait(1)
    time.sleep(6)
    served.end(signal.SIGTERM)
    ask = lambda sql: json.loads(timed([options.binary, "sql", "--project", folder, "--output", "json", "-q", sql])[2])[0]
    rows = ask("SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS d, MIN(id) AS low, MAX(id) AS high FROM d.public.t")
    assert rows == {"N": number * 10, "D": number * 10, "LOW": 0, "HIGH": number * 10 - 1}, (rows, number)
    history = ask("SELECT COUNT(*) AS n, SUM(row_count) AS loaded, SUM(row_parsed) AS parsed FROM TABLE(d.INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 'd.public.t', START_TIME => DATEADD('day', -1, CURRENT_TIMESTAMP())))")
    assert {key: int(value) for key, value in history.items()} == {"N": number, "LOADED": number * 10, "PARSED": number * 11}, (history, number)
    rejects = ask("SELECT COUNT(*) AS n, COUNT(DISTINCT file_name) AS d FROM d.snowmelt.rejects")
    assert rejects == {"N": bad, "D": bad}, (rejects, bad)
    results.append((f"{options.kills} kill -9 of `serve` while {number:,} files land", "0 rows lost, 0 doubled", "0, 0"))
    print(results[-1], flush=True)
    shutil.rmtree(folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000, help="of each format")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--latency-files", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["throughput", "small", "latency", "kills"])
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=CACHE / "loads")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.binary = options.binary.resolve()
    pinned = python_with_duckdb(f"duckdb=={DUCKDB_VERSION}")
    options.work.mkdir(parents=True, exist_ok=True)
    results = []
    wanted = lambda name: options.only in (None, name)
    if wanted("throughput"):
        throughput(options, pinned, results)
    if wanted("small"):
        small_files(options, results)
    if wanted("latency"):
        latency(options, results)
    if wanted("kills"):
        kills(options, results)
    print("\n| what | measured | bar |\n|---|---|---|")
    for row in results:
        print(f"| {' | '.join(row)} |")
    print(f"\n{time.strftime('%Y-%m-%d')}, {platform.machine()}, {options.threads} threads")


if __name__ == "__main__":
    main()
