"""snowflake-connector-python (4.x and 5.x) against a live server, by its public API.

Usage: python_connector.py HOST PORT. Prints a line for each check; ends with 1 if one fails.
"""

import datetime
import decimal
import os
import sys
import tempfile
import threading
import time
import uuid

import snowflake.connector
from snowflake.connector import DictCursor, ProgrammingError
from snowflake.connector.pandas_tools import write_pandas

from checks import Checks

HOST, PORT = sys.argv[1], int(sys.argv[2])
IS_5 = snowflake.connector.__version__.startswith("5.")
NAME = f"INTEROP_PY{snowflake.connector.__version__.split(chr(46))[0]}"
checks = Checks(f"python-connector {snowflake.connector.__version__}")
check = checks.check


def connect(**options):
    settings = dict(
        user="tester", password="secret", account="local", host=HOST, port=PORT, protocol="http",
        login_timeout=20, network_timeout=60,
    )
    return snowflake.connector.connect(**(settings | options))


setup = connect()
setup.cursor().execute(f"CREATE OR REPLACE DATABASE {NAME}")
setup.cursor().execute(f"CREATE OR REPLACE SCHEMA {NAME}.s")
con = connect(database=NAME, schema="S", session_parameters={"QUERY_TAG": "interop", "TIMEZONE": "UTC"})


@check
def login_tells_where_the_session_stands():
    assert con.database == NAME and con.schema == "S", (con.database, con.schema)
    assert con.role == "ACCOUNTADMIN"
    row = con.cursor().execute("SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_USER()").fetchone()
    assert row == (NAME, "S", "TESTER"), row


@check
def session_parameters_are_set():
    rows = con.cursor().execute("SHOW PARAMETERS LIKE 'QUERY_TAG' IN SESSION").fetchall()
    assert rows[0][1] == "interop", rows
    value = con.cursor().execute("SELECT '2024-01-02 03:04:05'::TIMESTAMP_LTZ").fetchone()[0]
    assert value == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), value


@check
def description_has_names_and_types():
    cur = con.cursor().execute(
        "SELECT 1::NUMBER(10,2) AS n, 'x'::VARCHAR(7) AS t, TRUE AS b, 1.5::FLOAT AS f, CURRENT_DATE AS d,"
        " CURRENT_TIMESTAMP AS l, '10:00'::TIME AS tm, PARSE_JSON('{}') AS v, TO_BINARY('AB') AS bi,"
        " ARRAY_CONSTRUCT(1) AS a, OBJECT_CONSTRUCT('k', 1) AS o, '2024-01-01'::TIMESTAMP_NTZ AS nz"
    )
    assert [d.name for d in cur.description] == ["N", "T", "B", "F", "D", "L", "TM", "V", "BI", "A", "O", "NZ"]
    assert [d.type_code for d in cur.description] == [0, 2, 13, 1, 3, 6, 12, 5, 11, 10, 9, 8]
    assert (cur.description[0].precision, cur.description[0].scale) == (10, 2)
    assert cur.description[1].internal_size == 7


@check
def values_of_each_type():
    cur = con.cursor()
    cur.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    row = cur.execute(
        "SELECT 1, 12345678901234567890123, 1.50::NUMBER(10,2), 2.5::FLOAT, 'é', TRUE, NULL, '2024-02-29'::DATE,"
        " '10:11:12.5'::TIME, '2024-01-02 03:04:05.678'::TIMESTAMP_NTZ, '2024-01-02 03:04:05 +02:00'::TIMESTAMP_TZ,"
        " '2024-01-02 03:04:05'::TIMESTAMP_LTZ, TO_BINARY('00FF', 'HEX'), PARSE_JSON('{\"a\":[1,2]}')"
    ).fetchone()
    assert row[0] == 1 and isinstance(row[0], int)
    assert row[1] == 12345678901234567890123
    assert row[2] == decimal.Decimal("1.50") and row[3] == 2.5 and row[4] == "é" and row[5] is True and row[6] is None
    assert row[7] == datetime.date(2024, 2, 29) and row[8] == datetime.time(10, 11, 12, 500000)
    assert row[9] == datetime.datetime(2024, 1, 2, 3, 4, 5, 678000)
    assert row[10] == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert row[11] == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), row[11]
    assert bytes(row[12]) == b"\x00\xff"
    import json
    assert json.loads(row[13]) == {"a": [1, 2]}


@check
def negative_and_early_values():
    row = con.cursor().execute(
        "SELECT -1.25::NUMBER(10,2), '0001-01-01'::DATE, '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ, '9999-12-31'::DATE"
    ).fetchone()
    assert row == (decimal.Decimal("-1.25"), datetime.date(1, 1, 1),
                   datetime.datetime(1969, 12, 31, 23, 59, 59, 500000), datetime.date(9999, 12, 31)), row


@check
def dml_counts():
    cur = con.cursor()
    cur.execute("CREATE OR REPLACE TABLE counts (id INT, v VARCHAR)")
    assert cur.fetchone()[0] == "Table COUNTS successfully created."
    cur.execute("INSERT INTO counts VALUES (1,'a'),(2,'b'),(3,'c')")
    assert cur.rowcount == 3 and cur.fetchone() == (3,)
    cur.execute("UPDATE counts SET v = 'z' WHERE id > 1")
    assert cur.rowcount == 2
    cur.execute("MERGE INTO counts USING (SELECT 3 AS id, 'm' AS v UNION ALL SELECT 4, 'n') s ON counts.id = s.id"
                " WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)")
    assert cur.rowcount == 2, cur.rowcount
    cur.execute("DELETE FROM counts WHERE id = 1")
    assert cur.rowcount == 1
    cur.execute("SELECT * FROM counts ORDER BY id")
    assert cur.rowcount == 3 and cur.fetchall() == [(2, "z"), (3, "m"), (4, "n")]


@check
def dict_cursor_and_iteration():
    cur = con.cursor(DictCursor)
    assert cur.execute("SELECT 1 AS a, 'x' AS b").fetchall() == [{"A": 1, "B": "x"}]
    rows = [row[0] for row in con.cursor().execute("SELECT value FROM TABLE(FLATTEN(ARRAY_CONSTRUCT(1,2,3))) ORDER BY 1")]
    assert [int(row) for row in rows] == [1, 2, 3], rows
    cur = con.cursor().execute("SELECT column1 FROM VALUES (1),(2),(3),(4) ORDER BY 1")
    assert cur.fetchmany(3) == [(1,), (2,), (3,)] and cur.fetchone() == (4,) and cur.fetchone() is None


@check
def pyformat_binds():
    cur = con.cursor()
    row = cur.execute("SELECT %s, %s, %s, %s, %s", (1, "it's", None, True, 1.5)).fetchone()
    assert row == (1, "it's", None, True, decimal.Decimal("1.5")) or row[4] == 1.5, row
    assert cur.execute("SELECT %(a)s + 1", {"a": 41}).fetchone() == (42,)
    assert cur.execute("SELECT %s", (datetime.date(2024, 1, 2),)).fetchone()[0] in (datetime.date(2024, 1, 2), "2024-01-02")
    assert cur.execute("SELECT 3 WHERE 3 IN (%s)", ([1, 2, 3],)).fetchall() == [(3,)]


@check
def pyformat_executemany():
    cur = con.cursor()
    cur.execute("CREATE OR REPLACE TABLE many (id INT, v VARCHAR)")
    cur.executemany("INSERT INTO many (id, v) VALUES (%s, %s)", [(i, f"v{i}") for i in range(50)])
    assert cur.rowcount == 50, cur.rowcount
    assert cur.execute("SELECT COUNT(*), SUM(id) FROM many").fetchone() == (50, 1225)


@check
def qmark_binds_of_each_type():
    with connect(database=NAME, schema="S", paramstyle="qmark") as qmark:
        cur = qmark.cursor()
        cur.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
        cur.execute("CREATE OR REPLACE TABLE binds (i INT, n NUMBER(10,2), f FLOAT, t VARCHAR, b BOOLEAN, d DATE,"
                    " tm TIME, nz TIMESTAMP_NTZ, bi BINARY, z INT)")
        values = (7, decimal.Decimal("1.25"), 2.5, "it's ?", True, datetime.date(2024, 2, 29),
                  datetime.time(10, 11, 12, 345000), datetime.datetime(2024, 1, 2, 3, 4, 5, 678000), b"\x00\xff", None)
        cur.execute("INSERT INTO binds VALUES (?,?,?,?,?,?,?,?,?,?)", values)
        assert cur.rowcount == 1
        row = cur.execute("SELECT * FROM binds WHERE t = ? AND i = ?", ("it's ?", 7)).fetchone()
        assert row[:8] == values[:8] and bytes(row[8]) == values[8] and row[9] is None, row
        zoned = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
        row = cur.execute("SELECT ?::TIMESTAMP_TZ, ?::TIMESTAMP_LTZ", (("TIMESTAMP_TZ", zoned), ("TIMESTAMP_LTZ", zoned))).fetchone()
        assert row == (zoned, zoned), row
        row = cur.execute("SELECT COUNT(*) FROM IDENTIFIER(?)", ("binds",)).fetchone()
        assert row == (1,)


@check
def numeric_binds():
    with connect(database=NAME, schema="S", paramstyle="numeric") as numeric:
        assert numeric.cursor().execute("SELECT :2, :1, :2", ("a", 5)).fetchone() == (5, "a", 5)


@check
def qmark_executemany():
    with connect(database=NAME, schema="S", paramstyle="qmark") as qmark:
        cur = qmark.cursor()
        cur.execute("CREATE OR REPLACE TABLE qmany (id INT, v VARCHAR, d DATE)")
        rows = [(i, None if i % 7 == 0 else f"v{i}", datetime.date(2024, 1, 1 + i % 28)) for i in range(5000)]
        cur.executemany("INSERT INTO qmany VALUES (?, ?, ?)", rows)
        assert cur.rowcount == 5000, cur.rowcount
        assert cur.execute("SELECT COUNT(*), COUNT(v), SUM(id) FROM qmany").fetchone() == (5000, 4285, 12497500)


@check
def errors_have_code_state_and_query():
    cur = con.cursor()
    try:
        cur.execute("SELECT * FROM no_such_table")
        raise AssertionError("no error")
    except ProgrammingError as error:
        assert (error.errno, error.sqlstate) == (2003, "42S02"), (error.errno, error.sqlstate)
        assert error.sfqid and "does not exist or not authorized" in error.msg
    for text, errno in [("SELEC 1", 1003), ("SELECT nope", 904), ("SELECT 'x'::INT", 100038), ("SELECT 1/0", 100051)]:
        try:
            cur.execute(text).fetchall()
            raise AssertionError(f"no error: {text}")
        except ProgrammingError as error:
            assert error.errno == errno, (text, error.errno, error.msg)
    assert cur.execute("SELECT 1").fetchone() == (1,)


@check
def transactions():
    cur = con.cursor()
    cur.execute("CREATE OR REPLACE TABLE tx (a INT)")
    con.autocommit(False)
    cur.execute("INSERT INTO tx VALUES (1)")
    con.rollback()
    assert cur.execute("SELECT COUNT(*) FROM tx").fetchone() == (0,)
    cur.execute("INSERT INTO tx VALUES (2)")
    con.commit()
    con.autocommit(True)
    assert cur.execute("SELECT a FROM tx").fetchall() == [(2,)]
    cur.execute("BEGIN")
    cur.execute("INSERT INTO tx VALUES (3)")
    cur.execute("ROLLBACK")
    assert cur.execute("SELECT COUNT(*) FROM tx").fetchone() == (1,)


@check
def autocommit_off_at_login():
    with connect(database=NAME, schema="S", autocommit=False) as manual:
        manual.cursor().execute("CREATE OR REPLACE TABLE manual (a INT)")
        manual.cursor().execute("INSERT INTO manual VALUES (1)")
        manual.rollback()
    assert con.cursor().execute("SELECT COUNT(*) FROM manual").fetchone() == (0,)


@check
def several_statements():
    cur = con.cursor()
    cur.execute("SELECT 1; SELECT 2 AS b; CREATE OR REPLACE TABLE multi (a INT); INSERT INTO multi VALUES (1),(2)", num_statements=4)
    assert cur.fetchall() == [(1,)]
    assert cur.nextset() and cur.fetchall() == [(2,)]
    assert cur.nextset() and "successfully created" in cur.fetchone()[0]
    assert cur.nextset() and cur.fetchone() == (2,)
    assert not cur.nextset()
    try:
        cur.execute("SELECT 1; SELECT 2")
        raise AssertionError("no error")
    except ProgrammingError as error:
        assert error.errno == 8, error.errno
    results = [c.fetchall() for c in con.execute_string("SELECT 1; SELECT 'a;b'; -- c\nSELECT 3;")]
    assert results == [[(1,)], [("a;b",)], [(3,)]], results


@check
def describe_only():
    description = con.cursor().describe("SELECT 1 AS a, 'x' AS b")
    assert [d.name for d in description] == ["A", "B"]


@check
def async_queries():
    cur = con.cursor()
    cur.execute_async("SELECT COUNT(*) FROM many")
    query_id = cur.sfqid
    while con.is_still_running(con.get_query_status(query_id)):
        time.sleep(0.02)
    assert con.get_query_status_throw_if_error(query_id).name == "SUCCESS"
    cur.get_results_from_sfqid(query_id)
    assert cur.fetchall() == [(50,)]
    cur.execute_async("SELECT * FROM no_such_table")
    query_id = cur.sfqid
    while con.is_still_running(con.get_query_status(query_id)):
        time.sleep(0.02)
    assert con.is_an_error(con.get_query_status(query_id))
    try:
        con.get_query_status_throw_if_error(query_id)
        raise AssertionError("no error")
    except ProgrammingError as error:
        assert error.errno == 2003, error.errno


@check
def result_of_an_earlier_query():
    cur = con.cursor()
    cur.execute("SELECT column1 FROM VALUES (1),(2)")
    query_id = cur.sfqid
    other = con.cursor()
    other.get_results_from_sfqid(query_id)
    assert other.fetchall() == [(1,), (2,)]
    uuid.UUID(query_id)


SLOW = "SELECT COUNT(*) FROM many a, many b, many c, many d, many e, many f WHERE a.id + b.id + c.id + d.id + e.id + f.id = -1"


def a_timeout_cancels():
    cur = con.cursor()
    started = time.time()
    try:
        cur.execute(SLOW, timeout=1)
        raise AssertionError("no error")
    except ProgrammingError as error:
        assert error.errno in (604, 630), (error.errno, error.msg)
    assert time.time() - started < 5
    assert cur.execute("SELECT 1").fetchone() == (1,)


# 5.x takes no notice of `timeout`.
if not IS_5:
    check(a_timeout_cancels)


@check
def abort_of_an_async_query():
    cur = con.cursor()
    cur.execute_async(SLOW)
    query_id = cur.sfqid
    assert con.is_still_running(con.get_query_status(query_id))
    if hasattr(cur, "abort_query"):
        assert cur.abort_query(query_id)
    else:
        con.cursor().execute(f"SELECT SYSTEM$CANCEL_QUERY('{query_id}')")
    deadline = time.time() + 5
    while con.is_still_running(con.get_query_status(query_id)):
        assert time.time() < deadline
        time.sleep(0.02)


@check
def statement_timeout_parameter():
    cur = con.cursor()
    cur.execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
    try:
        cur.execute(SLOW)
        raise AssertionError("no error")
    except ProgrammingError as error:
        assert error.errno == 630, (error.errno, error.msg)
    finally:
        cur.execute("ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS")


@check
def pandas_and_arrow():
    cur = con.cursor().execute("SELECT id, v, id / 4 AS q, TO_DATE('2024-01-01') AS d FROM many ORDER BY id")
    frame = cur.fetch_pandas_all()
    assert list(frame.columns) == ["ID", "V", "Q", "D"] and len(frame) == 50 and frame["ID"].sum() == 1225
    assert str(frame["ID"].dtype) == "int64" or str(frame["ID"].dtype) == "int8", frame["ID"].dtype
    table = con.cursor().execute("SELECT id, v FROM many").fetch_arrow_all()
    assert table.num_rows == 50 and table.column_names == ["ID", "V"]
    frames = list(con.cursor().execute("SELECT id FROM many").fetch_pandas_batches())
    assert sum(len(frame) for frame in frames) == 50
    empty = con.cursor().execute("SELECT id, v FROM many WHERE id < 0").fetch_pandas_all()
    assert len(empty) == 0 and list(empty.columns) == ["ID", "V"]


@check
def json_rows_on_request():
    with connect(session_parameters={"PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "JSON"}) as plain:
        row = plain.cursor().execute(
            "SELECT 1, 1.5, TRUE, '2024-02-29'::DATE, '10:11:12'::TIME, '2024-01-02 03:04:05.5'::TIMESTAMP_NTZ, NULL"
        ).fetchone()
        assert row == (1, decimal.Decimal("1.5"), True, datetime.date(2024, 2, 29), datetime.time(10, 11, 12),
                       datetime.datetime(2024, 1, 2, 3, 4, 5, 500000), None), row


BIG = ("SELECT row_number() OVER (ORDER BY 1) AS id, a.id AS a, b.v AS v, a.id * 1.5 AS f, TRUE AS t,"
       " '2024-01-01'::DATE AS d, '2024-01-01'::TIMESTAMP_NTZ AS ts, c.id::FLOAT AS x"
       " FROM qmany a, many b, (SELECT * FROM many LIMIT 4) c")


@check
def a_million_rows():
    cur = con.cursor().execute(BIG)
    assert cur.rowcount == 1_000_000
    frame = cur.fetch_pandas_all()
    assert frame.shape == (1_000_000, 8) and frame["ID"].nunique() == 1_000_000


@check
def result_batches():
    cur = con.cursor().execute(BIG)
    batches = cur.get_result_batches()
    assert len(batches) > 1 and sum(batch.rowcount for batch in batches) == 1_000_000
    assert len(batches[1].to_pandas()) == batches[1].rowcount
    seen = sum(1 for _ in con.cursor().execute(BIG + " LIMIT 200000"))
    assert seen == 200_000


@check
def put_copy_list_get_remove():
    cur = con.cursor()
    cur.execute("CREATE OR REPLACE STAGE st")
    cur.execute("CREATE OR REPLACE TABLE loaded (a INT, b VARCHAR)")
    with tempfile.TemporaryDirectory() as folder:
        for number in (1, 2):
            with open(os.path.join(folder, f"f{number}.csv"), "w") as file:
                file.write(f"{number},x\n{number}0,y\n")
        rows = cur.execute(f"PUT file://{folder}/f*.csv @st/in").fetchall()
        assert sorted(row[0] for row in rows) == ["f1.csv", "f2.csv"] and {row[6] for row in rows} == {"UPLOADED"}, rows
        again = cur.execute(f"PUT file://{folder}/f1.csv @st/in").fetchall()
        assert again[0][6] in ("SKIPPED", "UPLOADED"), again
        listed = cur.execute("LIST @st").fetchall()
        assert sorted(row[0] for row in listed) == ["st/in/f1.csv.gz", "st/in/f2.csv.gz"], listed
        cur.execute("COPY INTO loaded FROM @st/in")
        assert sorted(row[1] for row in cur.fetchall()) == ["LOADED", "LOADED"]
        assert cur.execute("SELECT SUM(a) FROM loaded").fetchone() == (33,)
        cur.execute(f"PUT file://{folder}/f1.csv @~/home AUTO_COMPRESS = FALSE OVERWRITE = TRUE")
        cur.execute(f"PUT file://{folder}/f1.csv @%loaded")
        target = os.path.join(folder, "out")
        os.mkdir(target)
        got = cur.execute(f"GET @st/in/ file://{target}/").fetchall()
        assert {row[2] for row in got} == {"DOWNLOADED"} and sorted(os.listdir(target)) == ["f1.csv.gz", "f2.csv.gz"], got
        import gzip
        assert gzip.open(os.path.join(target, "f1.csv.gz")).read() == b"1,x\n10,y\n"
    cur.execute("REMOVE @st")
    assert cur.execute("LIST @st").fetchall() == []


@check
def put_of_a_stream():
    import io
    cur = con.cursor()
    cur.execute("CREATE OR REPLACE STAGE streams")
    cur.execute("PUT file://hello.txt @streams AUTO_COMPRESS = FALSE", file_stream=io.BytesIO(b"hello"))
    assert cur.execute("LIST @streams").fetchall()[0][:2] == ("streams/hello.txt", 5)


@check
def write_pandas_loads_a_frame():
    import pandas
    frame = pandas.DataFrame({"ID": [1, 2, 3], "NAME": ["a", "b", None], "X": [1.5, 2.5, 3.5]})
    ok, chunks, count, _ = write_pandas(con, frame, "FRAME", auto_create_table=True, overwrite=True)
    assert ok and count == 3
    assert con.cursor().execute("SELECT id, name, x FROM frame ORDER BY id").fetchall() == [(1, "a", 1.5), (2, "b", 2.5), (3, None, 3.5)]


@check
def many_sessions_at_once():
    failures = []

    def work(number):
        try:
            with connect(database=NAME, schema="S") as own:
                for i in range(10):
                    assert own.cursor().execute(f"SELECT {number} + {i}").fetchone() == (number + i,)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]


@check
def show_and_describe():
    cur = con.cursor(DictCursor)
    assert "MANY" in [row["name"] for row in cur.execute("SHOW TABLES IN SCHEMA s").fetchall()]
    assert [row["name"] for row in cur.execute("DESCRIBE TABLE many").fetchall()] == ["ID", "V"]
    assert cur.execute("SELECT * FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))").fetchall()[0]["name"] == "ID"


@check
def session_lives_and_ends():
    other = connect()
    assert other.is_valid() if hasattr(other, "is_valid") else True
    other.cursor().execute(f"CREATE DATABASE IF NOT EXISTS {NAME}_2")
    other.cursor().execute(f"USE DATABASE {NAME}_2")
    assert other.database == f"{NAME}_2", other.database
    other.cursor().execute(f"DROP DATABASE {NAME}_2")
    other.close()
    assert other.is_closed()


con.close()
setup.close()
checks.end()
