"""Snowflake's `snow` command against a live server. Usage: cli.py HOST PORT, by interop/run."""

import json
import os
import subprocess
import sys
import tempfile

from checks import Checks

HOST, PORT, SNOW = sys.argv[1], sys.argv[2], os.path.join(os.environ["INTEROP_BIN"], "snow")
checks = Checks("snow")
check = checks.check
home = tempfile.mkdtemp()
config = os.path.join(home, "config.toml")
with open(config, "w") as file:
    file.write(f"""default_connection_name = "local"
[cli.logs]
save_logs = false
[connections.local]
account = "local"
user = "tester"
password = "secret"
host = "{HOST}"
port = {PORT}
protocol = "http"
""")
os.chmod(config, 0o600)
environment = dict(os.environ, SNOWFLAKE_HOME=home, HOME=home, SNOWFLAKE_CLI_FEATURES_FORCE_OVERWRITE="true")


def snow(*arguments, fails=False, text=None):
    done = subprocess.run([SNOW, *arguments], env=environment, capture_output=True, text=True, input=text, timeout=90)
    if not fails:
        assert done.returncode == 0, f"{arguments}: {done.stdout[-1500:]} {done.stderr[-1500:]}"
    else:
        assert done.returncode != 0, f"{arguments}: {done.stdout}"
    return done.stdout + (done.stderr if fails else "")


def rows(*arguments, **more):
    return json.loads(snow(*arguments, "--format", "json", **more))


@check
def connection_test():
    answer = rows("connection", "test")
    assert answer["Status"] == "OK", answer


@check
def sql_query():
    assert rows("sql", "-q", "SELECT 1 AS a, 'x' AS b") == [{"A": 1, "B": "x"}]


@check
def sql_several():
    answer = rows("sql", "-q", "CREATE OR REPLACE DATABASE interop_cli; USE DATABASE interop_cli; SELECT 2 AS c")
    assert answer[-1] == [{"C": 2}], answer


@check
def sql_file_and_stdin():
    path = os.path.join(home, "q.sql")
    with open(path, "w") as file:
        file.write("SELECT 3 AS d;\n")
    assert rows("sql", "-f", path) == [{"D": 3}]
    assert rows("sql", "-i", text="SELECT 4 AS e;") == [{"E": 4}]


@check
def sql_variables():
    assert rows("sql", "-q", "SELECT <% x %> AS a", "-D", "x=7") == [{"A": 7}]


@check
def errors():
    assert "does not exist or not authorized" in snow("sql", "-q", "SELECT * FROM nope_db.s.t", fails=True).replace("\n", " ").replace("│", "").replace("  ", " ")


@check
def object_list_describe_drop():
    snow("sql", "-q", "CREATE OR REPLACE TABLE interop_cli.public.t1 (a INT, b VARCHAR)")
    names = [row["name"] for row in rows("object", "list", "table", "--in", "database", "interop_cli")]
    assert names == ["T1"], names
    assert [row["name"] for row in rows("object", "describe", "table", "interop_cli.public.t1")] == ["A", "B"]
    snow("object", "drop", "table", "interop_cli.public.t1")
    assert rows("object", "list", "table", "--in", "database", "interop_cli") == []
    assert any(row["name"] == "INTEROP_CLI" for row in rows("object", "list", "database"))


@check
def stages():
    snow("stage", "create", "interop_cli.public.st")
    assert "ST" in [row["name"] for row in rows("stage", "list", "--database", "interop_cli")]
    folder = os.path.join(home, "files")
    os.makedirs(folder)
    for name in ("a.csv", "b.csv"):
        with open(os.path.join(folder, name), "w") as file:
            file.write("1,x\n")
    copied = rows("stage", "copy", folder + "/", "@interop_cli.public.st/in")
    assert sorted(row["source"] for row in copied) == ["a.csv", "b.csv"], copied
    listed = rows("stage", "list-files", "@interop_cli.public.st")
    assert sorted(row["name"] for row in listed) == ["st/in/a.csv", "st/in/b.csv"], listed
    target = os.path.join(home, "back")
    os.makedirs(target)
    snow("stage", "copy", "@interop_cli.public.st/in", target)
    assert sorted(os.listdir(target)) == ["a.csv", "b.csv"], os.listdir(target)
    snow("stage", "remove", "@interop_cli.public.st", "in/a.csv")
    assert len(rows("stage", "list-files", "@interop_cli.public.st")) == 1
    assert rows("stage", "describe", "interop_cli.public.st")
    snow("stage", "drop", "interop_cli.public.st")


@check
def stage_execute():
    snow("stage", "create", "interop_cli.public.scripts")
    path = os.path.join(home, "script.sql")
    with open(path, "w") as file:
        file.write("CREATE OR REPLACE TABLE interop_cli.public.made (a INT);\n")
    snow("stage", "copy", path, "@interop_cli.public.scripts")
    answer = rows("stage", "execute", "@interop_cli.public.scripts/script.sql")
    assert answer[0]["Status"] == "SUCCESS", answer


@check
def schema_of_a_connection():
    answer = rows("sql", "-q", "SELECT CURRENT_DATABASE() AS d", "--database", "interop_cli")
    assert answer == [{"D": "INTEROP_CLI"}], answer


checks.end()
