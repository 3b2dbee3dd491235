"""Snowflake's SQL API by HTTP against a live server. Usage: sql_api.py HOST PORT."""

import json
import sys
import time
import uuid

import requests

from checks import Checks

HOST, PORT = sys.argv[1], sys.argv[2]
checks = Checks("sql-api")
check = checks.check
BASE = f"http://{HOST}:{PORT}/api/v2/statements"
HEADERS = {"Authorization": "Bearer token", "X-Snowflake-Authorization-Token-Type": "PROGRAMMATIC_ACCESS_TOKEN", "Accept": "application/json"}


def submit(statement, status=200, url="", **body):
    answer = requests.post(BASE + url, json={"statement": statement, **body}, headers=HEADERS, timeout=60)
    assert answer.status_code == status, (answer.status_code, answer.text)
    return answer.json()


submit("CREATE OR REPLACE DATABASE interop_api")


@check
def rows_and_types():
    answer = submit("SELECT 1::NUMBER(10,2) AS n, 'x' AS t, TRUE AS b, '2024-01-02'::DATE AS d, NULL AS z, 1.5::FLOAT AS f")
    meta = answer["resultSetMetaData"]
    assert meta["numRows"] == 1 and meta["format"] == "jsonv2", meta
    assert [column["name"] for column in meta["rowType"]] == ["N", "T", "B", "D", "Z", "F"]
    assert [column["type"] for column in meta["rowType"]][:4] == ["fixed", "text", "boolean", "date"]
    assert answer["data"] == [["1.00", "x", "true", "19724", None, "1.5"]], answer["data"]
    assert answer["code"] == "090001" and answer["statementHandle"] and answer["statementStatusUrl"]


@check
def bindings():
    answer = submit("SELECT ? + 1 AS a, ? AS b", bindings={"1": {"type": "FIXED", "value": "41"}, "2": {"type": "TEXT", "value": "it's"}})
    assert answer["data"] == [["42", "it's"]]


@check
def place_and_parameters():
    submit("CREATE OR REPLACE TABLE t (a INT)", database="INTEROP_API", schema="PUBLIC")
    answer = submit("INSERT INTO t VALUES (1),(2)", database="INTEROP_API", schema="PUBLIC")
    assert answer["data"] == [["2"]] and answer["stats"]["numRowsInserted"] == 2, answer
    answer = submit("SELECT '2024-01-02'::DATE::VARCHAR", parameters={"DATE_OUTPUT_FORMAT": "DD.MM.YYYY"})
    assert answer["data"] == [["02.01.2024"]], answer["data"]


@check
def asynchronous():
    answer = submit("SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 100000))", status=202, url="?async=true")
    assert answer["code"] == "333334"
    deadline = time.time() + 20
    while True:
        got = requests.get(f"{BASE}/{answer['statementHandle']}", headers=HEADERS, timeout=30)
        if got.status_code == 200:
            break
        assert got.status_code == 202 and time.time() < deadline
    assert got.json()["data"] == [["100000"]]


@check
def cancel():
    answer = submit("SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 1000000)) a, TABLE(GENERATOR(ROWCOUNT => 1000000)) b", status=202, url="?async=true")
    started = time.time()
    done = requests.post(f"{BASE}/{answer['statementHandle']}/cancel", headers=HEADERS, timeout=30)
    assert done.status_code == 200, done.text
    while requests.get(f"{BASE}/{answer['statementHandle']}", headers=HEADERS, timeout=30).status_code == 202:
        assert time.time() - started < 5
    assert requests.get(f"{BASE}/{answer['statementHandle']}", headers=HEADERS, timeout=30).status_code == 422


@check
def several():
    answer = submit("SELECT 1 AS a; SELECT 2 AS b, 3 AS c", parameters={"MULTI_STATEMENT_COUNT": "2"})
    assert len(answer["statementHandles"]) == 2
    got = requests.get(f"{BASE}/{answer['statementHandles'][1]}", headers=HEADERS, timeout=30).json()
    assert got["data"] == [["2", "3"]]


@check
def partitions():
    answer = submit("SELECT seq4() AS id, REPEAT('x', 100) AS v FROM TABLE(GENERATOR(ROWCOUNT => 200000))")
    parts = answer["resultSetMetaData"]["partitionInfo"]
    assert len(parts) > 1 and sum(part["rowCount"] for part in parts) == 200000
    count = len(answer["data"])
    for number in range(1, len(parts)):
        got = requests.get(f"{BASE}/{answer['statementHandle']}?partition={number}", headers=HEADERS, timeout=30)
        assert got.status_code == 200, got.text
        count += len(got.json()["data"])
    assert count == 200000


@check
def errors():
    answer = submit("SELECT * FROM nope", status=422, database="INTEROP_API", schema="PUBLIC")
    assert (answer["code"], answer["sqlState"]) == ("002003", "42S02"), answer
    answer = submit("SELEC 1", status=422)
    assert answer["code"] == "001003", answer
    assert requests.get(f"{BASE}/{uuid.uuid4()}", headers=HEADERS, timeout=30).status_code in (404, 422)
    assert requests.post(BASE, data="{", headers=HEADERS | {"Content-Type": "application/json"}, timeout=30).status_code == 400
    assert requests.post(BASE, json={"statement": "SELECT 1"}, timeout=30).status_code == 401


@check
def a_request_sent_again():
    request = str(uuid.uuid4())
    submit("CREATE OR REPLACE TABLE interop_api.public.once (a INT)")
    first = submit("INSERT INTO interop_api.public.once VALUES (1)", url=f"?requestId={request}")
    second = submit("INSERT INTO interop_api.public.once VALUES (1)", url=f"?requestId={request}&retry=true")
    assert first["statementHandle"] == second["statementHandle"]
    assert submit("SELECT COUNT(*) FROM interop_api.public.once")["data"] == [["1"]]


@check
def nullable():
    answer = submit("SELECT NULL AS a, 'null' AS b", url="?nullable=false")
    assert answer["data"] == [["null", "null"]], answer["data"]


@check
def timeout():
    answer = submit("SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 10000000)) a, TABLE(GENERATOR(ROWCOUNT => 1000000)) b", status=408, timeout=1)
    assert answer["code"] in ("000630", "000604"), answer


checks.end()
