"""schemachange's deploys against a live server. Usage: schemachange_folder.py HOST PORT."""

import os
import subprocess
import sys
from pathlib import Path

import snowflake.connector

from checks import Checks

HOST, PORT = sys.argv[1], sys.argv[2]
PROGRAM = os.path.join(os.environ["INTEROP_BIN"], "schemachange")
checks = Checks("schemachange")
check = checks.check
folder = Path.cwd() / "migrations"
folder.mkdir()
environment = dict(
    os.environ, SNOWFLAKE_ACCOUNT="local", SNOWFLAKE_USER="tester", SNOWFLAKE_PASSWORD="secret", SNOWFLAKE_HOST=HOST,
    SNOWFLAKE_PORT=PORT, SNOWFLAKE_PROTOCOL="http", SNOWFLAKE_ROLE="ACCOUNTADMIN", SNOWFLAKE_WAREHOUSE="WH", SNOWFLAKE_DATABASE="INTEROP_SCH",
)
con = snowflake.connector.connect(account="local", user="tester", password="secret", host=HOST, port=int(PORT), protocol="http")
con.cursor().execute("CREATE OR REPLACE DATABASE interop_sch")
con.cursor().execute("CREATE WAREHOUSE IF NOT EXISTS wh")


def deploy(*more, command="deploy", fails=False):
    done = subprocess.run(
        [PROGRAM, command, *(["--root-folder", folder, "--change-history-table", "INTEROP_SCH.SCHEMACHANGE.CHANGE_HISTORY"] if command == "deploy" else []), *more],
        capture_output=True, text=True, timeout=60, env=environment,
    )
    assert (done.returncode != 0) == fails, f"{done.stdout[-700:]} {done.stderr[-700:]}"
    return done.stdout + done.stderr


def rows(sql):
    return con.cursor().execute(sql).fetchall()


@check
def versioned():
    (folder / "V1.0.0__base.sql").write_text("CREATE SCHEMA app;\nCREATE TABLE app.t (id INT, v VARCHAR);\nINSERT INTO app.t VALUES (1, 'a');\n")
    (folder / "V1.1.0__more.sql").write_text("USE SCHEMA app;\nALTER TABLE t ADD COLUMN x INT;\nUPDATE t SET x = {{ start }};\n")
    deploy("--create-change-history-table", "--vars", '{"start": 7}')
    assert rows("SELECT id, v, x FROM interop_sch.app.t") == [(1, "a", 7)]
    assert len(rows("SELECT * FROM interop_sch.schemachange.change_history WHERE status = 'Success'")) == 2


@check
def again_does_nothing():
    deploy("--vars", '{"start": 7}')
    assert len(rows("SELECT * FROM interop_sch.schemachange.change_history")) == 2


@check
def repeatable_and_always():
    (folder / "R__view.sql").write_text("CREATE OR REPLACE VIEW interop_sch.app.v AS SELECT id FROM interop_sch.app.t;\n")
    (folder / "A__always.sql").write_text("INSERT INTO interop_sch.app.t (id) VALUES (100);\n")
    deploy("--vars", '{"start": 7}')
    deploy("--vars", '{"start": 7}')
    assert rows("SELECT COUNT(*) FROM interop_sch.app.v") == [(3,)]
    kinds = dict(rows("SELECT script_type, COUNT(*) FROM interop_sch.schemachange.change_history GROUP BY 1"))
    assert kinds == {"V": 2, "R": 1, "A": 2}, kinds
    (folder / "R__view.sql").write_text("CREATE OR REPLACE VIEW interop_sch.app.v AS SELECT id, v FROM interop_sch.app.t;\n")
    deploy("--vars", '{"start": 7}')
    assert len(con.cursor().execute("SELECT * FROM interop_sch.app.v").description) == 2


@check
def dry_run():
    (folder / "V2.0.0__later.sql").write_text("CREATE TABLE interop_sch.app.later (a INT);\n")
    deploy("--dry-run", "--vars", '{"start": 7}')
    assert rows("SHOW TABLES LIKE 'LATER' IN SCHEMA interop_sch.app") == []
    deploy("--vars", '{"start": 7}')
    assert len(rows("SHOW TABLES LIKE 'LATER' IN SCHEMA interop_sch.app")) == 1


@check
def an_error_ends_it():
    (folder / "V3.0.0__bad.sql").write_text("SELECT * FROM interop_sch.app.nope;\n")
    assert "does not exist or not authorized" in deploy("--vars", '{"start": 7}', fails=True)
    (folder / "V3.0.0__bad.sql").unlink()


@check
def query_tag_and_autocommit():
    (folder / "V4.0.0__tagged.sql").write_text("CREATE TABLE interop_sch.app.tagged AS SELECT 1 AS a;\n")
    deploy("--query-tag", "interop", "--autocommit", "--vars", '{"start": 7}')
    assert rows("SELECT a FROM interop_sch.app.tagged") == [(1,)]


@check
def verify():
    deploy(command="verify")


checks.end()
