#!/usr/bin/env python3
"""`snowmelt run` on a shop's files against the same loads and tables as a raw DuckDB script, pairwise in one run.

    cargo xtask bench pipeline                   # 5 M sales, 500 k customers, 20 k products
    python3 bench/pipeline.py --sales 500000     # smaller

Both sides read the same bucket folder, write a database on disk, and use the same number of threads. The raw side is
`bench/pipeline_raw.sql`, run by PyPI's `duckdb` in the version whose library snowmelt links, and, beside it, by the
newest 2.x. Needs python3 with venv; downloads the two `duckdb` wheels once into a cache folder.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "snowmelt" / "bench"
DUCKDB_VERSION = "1.5.6"

RAW = """
import duckdb, sys
database, script, lake, threads = sys.argv[1:]
connection = duckdb.connect(database, config={"threads": threads})
connection.execute("SET preserve_insertion_order = false")
connection.execute(open(script).read().replace("$lake", lake))
print(connection.execute("SELECT count(*), sum(total_amount) FROM silver.sales_enriched").fetchone())
connection.close()
"""


def timed(command, **kwargs):
    """Runs the command; gives (seconds, peak resident MiB, stdout). Fails loudly."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, **kwargs)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        stdout.seek(0), stderr.seek(0)
        output, errors = stdout.read(), stderr.read()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with {process.returncode}:\n{output}\n{errors}")
    return seconds, usage.ru_maxrss / 1024, output


def python_with_duckdb(requirement):
    folder = CACHE / requirement.replace("=", "").replace(">", "").replace("<", "").replace(",", "-")
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], check=True)
        (folder / "ready").touch()
    return python


def remove_warehouse(path):
    for file in path.parent.glob(path.name + "*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sales", type=int, default=5_000_000)
    parser.add_argument("--customers", type=int, default=500_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--binary", type=Path, help="a built snowmelt; built with cargo if not given")
    parser.add_argument("--work", type=Path, default=CACHE / "pipeline")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()

    binary = options.binary
    if binary is None:
        subprocess.run(["cargo", "build", "--quiet", "--package", "snowmelt"], check=True, cwd=REPOSITORY)
        target = os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target")
        binary = Path(target) / "debug" / "snowmelt"

    pinned = python_with_duckdb(f"duckdb=={DUCKDB_VERSION}")
    newest = python_with_duckdb("duckdb>=2,<3")

    project = options.work / "project"
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    timed([binary, "init", project])
    generate_seconds, _, _ = timed([
        binary, "generate", "--project", project, "--sales", str(options.sales), "--customers", str(options.customers),
        "--products", str(options.products), "--files", str(options.files), "--seed", "1",
    ])
    size = sum(file.stat().st_size for file in (project / "data").rglob("*") if file.is_file())
    print(f"generate: {options.sales / generate_seconds / 1e6:.2f} M sales/s, {size / 1e6:.0f} MB in {generate_seconds:.1f} s")
    timed([binary, "upload", "--project", project])

    def raw(python):
        database = options.work / "by_hand.duckdb"
        remove_warehouse(database)
        return timed([python, "-c", RAW, database, REPOSITORY / "bench" / "pipeline_raw.sql", project / "lake", str(options.threads)])

    def ours():
        remove_warehouse(project / "warehouse.duckdb")
        return timed([binary, "run", "--project", project])

    rounds = []
    for number in range(options.rounds):
        row = {"raw": raw(pinned), "snowmelt": ours(), "raw 2.x": raw(newest)}
        rounds.append(row)
        print(f"round {number + 1}: " + ", ".join(f"{name} {seconds:.2f} s {mib:.0f} MiB" for name, (seconds, mib, _) in row.items()))

    totals = json.loads(timed([
        binary, "sql", "--project", project, "--output", "json", "-q",
        "SELECT COUNT(*) AS n, SUM(total_amount) AS revenue FROM ecommerce_db.silver.sales_enriched",
    ])[2])
    print(f"sales_enriched: raw {rounds[-1]['raw'][2].strip()}, snowmelt {totals}")

    ratio = statistics.median(row["snowmelt"][0] / row["raw"][0] for row in rounds)
    newest_ratio = statistics.median(row["snowmelt"][0] / row["raw 2.x"][0] for row in rounds)
    nothing_new = statistics.median(timed([binary, "run", "--project", project])[0] for _ in range(5))
    select_one = statistics.median(timed([binary, "sql", "-q", "select 1"], cwd=options.work)[0] for _ in range(20))
    print()
    print("| what | measured |")
    print("|---|---|")
    print(f"| whole pipeline against raw DuckDB {DUCKDB_VERSION} (median of {options.rounds} pairs) | {ratio:.2f} × |")
    print(f"| whole pipeline against raw DuckDB 2.x | {newest_ratio:.2f} × |")
    print(f"| peak memory of `run` | {max(row['snowmelt'][1] for row in rounds):.0f} MiB |")
    print(f"| `generate` | {options.sales / generate_seconds / 1e6:.2f} M sales/s |")
    print(f"| `run` with nothing new | {nothing_new * 1000:.0f} ms |")
    print(f"| `sql -q \"select 1\"` | {select_one * 1000:.0f} ms |")
    print(f"\n{time.strftime('%Y-%m-%d')}, {platform.machine()}, {options.threads} threads, {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
