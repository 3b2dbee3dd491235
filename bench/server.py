#!/usr/bin/env python3
"""`snowmelt serve` against PyPI's `fakesnow[server]`, over loopback in one run, with the same client on both.

    cargo xtask bench server                     # a minute for each part
    python3 bench/server.py --seconds 5 --skip-memory

What is measured: `select 1` from 32 sessions (requests a second, p50, p99), 1 M rows x 8 columns fetched to pandas, the
memory of 500 idle sessions, and of many queries (snowmelt alone). Needs python3 with venv; installs both into a cache folder.
"""

import argparse
import gzip
import itertools
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "snowmelt" / "bench"
PACKAGES = ["fakesnow[server]", "snowflake-connector-python[pandas]>=4,<5"]
ROWS = """SELECT range AS a, range * 2 AS b, range % 100 AS c, 'v' || range AS d, range / 7 AS e, TRUE AS f, DATE '2024-01-01' AS g,
 'constant' AS h FROM range(1000000)"""
SNOWFLAKE_ROWS = """SELECT SEQ4() AS a, SEQ4() * 2 AS b, SEQ4() % 100 AS c, 'v' || SEQ4() AS d, SEQ4() / 7 AS e, TRUE AS f,
 DATE '2024-01-01' AS g, 'constant' AS h FROM TABLE(GENERATOR(ROWCOUNT => 1000000))"""


def installed():
    folder = CACHE / "server"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return folder


def resident_mib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


class Wire:
    """A session of the driver protocol on one kept connection: the client costs as little as it can."""

    def __init__(self, host, port):
        import http.client
        self.connection = http.client.HTTPConnection(host, port, timeout=120)
        answer = self.post("/session/v1/login-request", {"data": {"LOGIN_NAME": "bench", "PASSWORD": "x", "ACCOUNT_NAME": "local", "CLIENT_APP_ID": "bench", "SESSION_PARAMETERS": {}}})
        self.token = answer["data"]["token"]
        self.count = 0

    def post(self, path, body):
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Content-Encoding": "gzip"}
        if hasattr(self, "token"):
            headers["Authorization"] = f'Snowflake Token="{self.token}"'
        self.connection.request("POST", path, gzip.compress(json.dumps(body).encode(), 1), headers)
        return json.loads(self.connection.getresponse().read())

    def query(self, sql):
        self.count += 1
        answer = self.post(f"/queries/v1/query-request?requestId={id(self)}-{self.count}", {"sqlText": sql})
        if not answer.get("success"):
            raise RuntimeError(answer)
        return answer


def requests(host, port, sessions, seconds):
    """(requests a second, p50 ms, p99 ms) of `select 1` from that many sessions, half of them in each of two processes."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import server; server.load(*sys.argv[2:])"
    workers = [
        subprocess.Popen([sys.executable, "-c", code, str(Path(__file__).parent), host, str(port), str(sessions // 2), str(seconds)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    times = []
    for worker in workers:
        times += json.loads(worker.communicate()[0])
    times.sort()
    return len(times) / seconds, times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


def load(host, port, sessions, seconds):
    """One thread over plain sockets, each with one request under way, so that the client is not what is measured."""
    poll, times, numbers = selectors.DefaultSelector(), [], itertools.count()
    body = gzip.compress(b'{"sqlText": "SELECT 1"}', 1)

    def send(sock, token):
        head = (f"POST /queries/v1/query-request?requestId={os.getpid()}-{next(numbers)} HTTP/1.1\r\nHost: {host}:{port}\r\n"
                f'Authorization: Snowflake Token="{token}"\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n'
                f"Content-Length: {len(body)}\r\n\r\n")
        sock.sendall(head.encode() + body)
        return [token, time.perf_counter(), b""]

    wires = [Wire(host, int(port)) for _ in range(int(sessions))]
    for wire in wires:
        wire.query("SELECT 1")
        sock = wire.connection.sock
        poll.register(sock, selectors.EVENT_READ, send(sock, wire.token))
    end = time.perf_counter() + float(seconds)
    while time.perf_counter() < end:
        for key, _ in poll.select(1):
            state = key.data
            state[2] += key.fileobj.recv(1 << 16)
            head, found, rest = state[2].partition(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
            if found and length and len(rest) >= int(length[1]):
                if b'"success":true' not in rest.replace(b" ", b""):
                    raise RuntimeError(rest)
                times.append(time.perf_counter() - state[1])
                state[:] = send(key.fileobj, state[0])
    print(json.dumps(times))


PANDAS = """
import sys, time, snowflake.connector
host, port, sql = sys.argv[1:]
con = snowflake.connector.connect(user="b", password="b", account="local", host=host, port=int(port), protocol="http")
con.cursor().execute("CREATE DATABASE IF NOT EXISTS bench")
con.cursor().execute("USE DATABASE bench")
con.cursor().execute("CREATE SCHEMA IF NOT EXISTS bench.s")
con.cursor().execute("USE SCHEMA bench.s")
con.cursor().execute("CREATE OR REPLACE TABLE bench.s.million AS " + sql)
sql = "SELECT * FROM bench.s.million"
best = 1e9
for _ in range(3):
    start = time.perf_counter()
    frame = con.cursor().execute(sql).fetch_pandas_all()
    best = min(best, time.perf_counter() - start)
    assert frame.shape == (1000000, 8), frame.shape
print(best)
"""


def pandas_seconds(folder, host, port, sql):
    done = subprocess.run([folder / "bin" / "python", "-W", "ignore", "-c", PANDAS, host, str(port), sql], capture_output=True, text=True, timeout=600)
    return float(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def wait_for(check, process, what):
    deadline = time.monotonic() + 60
    while True:
        try:
            found = check()
        except (OSError, ValueError):
            found = None
        if found:
            return found
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{what} does not start")
        time.sleep(0.05)


def free_port():
    import socket
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return own.getsockname()[1]


def shown(name, figures):
    print(f"{name:10} " + "  ".join(f"{key} {value:.1f}" if isinstance(value, float) else f"{key} {value}" for key, value in figures.items()), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=15)
    arguments.add_argument("--sessions", type=int, default=32)
    arguments.add_argument("--queries", type=int, default=100_000, help="queries whose memory is looked at")
    arguments.add_argument("--skip-memory", action="store_true")
    arguments.add_argument("--binary", type=Path)
    asked = arguments.parse_args()
    folder = installed()
    target = Path(os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target")
    binary = (asked.binary or target / "debug" / "snowmelt").resolve()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="snowmelt-bench-") as scratch:
        project = Path(scratch)
        (project / "empty.sql").write_text("-- nothing\n")
        (project / "snowmelt.toml").write_text('[project]\nname = "bench"\nsql = ["empty.sql"]\n')
        ours = subprocess.Popen([binary, "serve", "--port", "0", "--quiet", "--project", project])
        address = project / ".snowmelt" / "server"
        try:
            place = wait_for(lambda: address.exists() and address.read_text().split()[0], ours, "snowmelt")
            host, port = place.rsplit("/", 1)[-1].rsplit(":", 1)
            rate, p50, p99 = requests(host, port, asked.sessions, asked.seconds)
            figures["snowmelt"] = {"requests/s": rate, "p50 ms": p50, "p99 ms": p99}
            figures["snowmelt"]["pandas s"] = pandas_seconds(folder, host, port, SNOWFLAKE_ROWS)
            shown("snowmelt", figures["snowmelt"])
            if not asked.skip_memory:
                before = resident_mib(ours)
                idle = [Wire(host, int(port)) for _ in range(500)]
                shown("snowmelt", {"MiB before": before, "MiB with 500 idle sessions": resident_mib(ours)})
                wire, marks = idle[0], []
                for count in range(asked.queries):
                    wire.query(f"SELECT {count} AS a, 'x' AS b")
                    if count % (asked.queries // 5) == 0:
                        marks.append(round(resident_mib(ours)))
                marks.append(round(resident_mib(ours)))
                shown("snowmelt", {f"MiB over {asked.queries} queries": marks})
        finally:
            ours.terminate()
            ours.wait(30)
        theirs_port = free_port()
        theirs = subprocess.Popen([folder / "bin" / "fakesnow", "-s", "-p", str(theirs_port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: Wire("127.0.0.1", theirs_port).token, theirs, "fakesnow")
            rate, p50, p99 = requests("127.0.0.1", theirs_port, asked.sessions, asked.seconds)
            figures["fakesnow"] = {"requests/s": rate, "p50 ms": p50, "p99 ms": p99}
            figures["fakesnow"]["pandas s"] = pandas_seconds(folder, "127.0.0.1", theirs_port, ROWS)
            shown("fakesnow", figures["fakesnow"])
        finally:
            theirs.terminate()
            theirs.wait(30)
    ours, theirs = figures["snowmelt"], figures["fakesnow"]
    print(f"requests a second: {ours['requests/s'] / theirs['requests/s']:.1f} x")
    if isinstance(ours["pandas s"], float) and isinstance(theirs["pandas s"], float):
        print(f"1 M rows to pandas: {theirs['pandas s'] / ours['pandas s']:.1f} x as fast")


if __name__ == "__main__":
    main()
