"""ADBC's Snowflake driver (Go) against a live server. Usage: adbc.py HOST PORT."""

import datetime
import decimal
import sys

import adbc_driver_manager
import adbc_driver_snowflake.dbapi as dbapi
import pyarrow

from checks import Checks

HOST, PORT = sys.argv[1], sys.argv[2]
checks = Checks("adbc")
check = checks.check


def connect(autocommit=True, **more):
    options = {
        "adbc.snowflake.sql.account": "local",
        "adbc.snowflake.sql.uri.host": HOST,
        "adbc.snowflake.sql.uri.port": PORT,
        "adbc.snowflake.sql.uri.protocol": "http",
        "username": "tester",
        "password": "secret",
    }
    return dbapi.connect(db_kwargs=options | more, autocommit=autocommit)


with connect() as first, first.cursor() as cursor:
    cursor.execute("CREATE OR REPLACE DATABASE interop_adbc")
    cursor.execute("CREATE OR REPLACE SCHEMA interop_adbc.s")
con = connect(**{"adbc.snowflake.sql.db": "INTEROP_ADBC", "adbc.snowflake.sql.schema": "S"})


def rows(sql, binds=None):
    with con.cursor() as cur:
        cur.execute(sql, binds)
        return cur.fetchall()


@check
def query():
    assert rows("SELECT 1, 'x', TRUE, NULL") == [(1, "x", True, None)], rows("SELECT 1, 'x', TRUE, NULL")


@check
def types():
    with con.cursor() as cur:
        cur.execute("SELECT 1::NUMBER(10,2) n, 2.5::FLOAT f, 'é' t, TRUE b, '2024-02-29'::DATE d, '10:11:12'::TIME tm, '2024-01-02 03:04:05'::TIMESTAMP_NTZ nz,"
                    " '2024-01-02 03:04:05 +0200'::TIMESTAMP_TZ tz, '2024-01-02 03:04:05'::TIMESTAMP_LTZ lz, TO_BINARY('00FF') bi, PARSE_JSON('{\"a\":1}') v, 5::INT i, ARRAY_CONSTRUCT(1) a, OBJECT_CONSTRUCT('k', 1) o")
        table = cur.fetch_arrow_table()
    row = table.to_pylist()[0]
    assert row["D"] == datetime.date(2024, 2, 29) and row["TM"] == datetime.time(10, 11, 12), row
    assert row["N"] == decimal.Decimal("1.00") or row["N"] == 1.0, row
    assert row["F"] == 2.5 and row["T"] == "é" and row["B"] is True and row["BI"] == b"\x00\xff", row
    assert row["NZ"].replace(tzinfo=None) == datetime.datetime(2024, 1, 2, 3, 4, 5), row
    assert row["I"] == 5


@check
def ddl_and_dml():
    with con.cursor() as cur:
        cur.execute("CREATE OR REPLACE TABLE t (id INT, v VARCHAR)")
        cur.execute("INSERT INTO t VALUES (1,'a'),(2,'b'),(3,'c')")
        cur.execute("UPDATE t SET v = 'z' WHERE id = 2")
        cur.execute("DELETE FROM t WHERE id = 3")
    assert rows("SELECT * FROM t ORDER BY id") == [(1, "a"), (2, "z")]


@check
def binds():
    assert rows("SELECT ? AS a, ? AS b, ? AS c", (7, "it's", 1.5)) == [(7, "it's", 1.5)], rows("SELECT ? AS a, ? AS b, ? AS c", (7, "it's", 1.5))
    with con.cursor() as cur:
        cur.execute("INSERT INTO t VALUES (?, ?)", (9, "bound"))
        cur.executemany("INSERT INTO t VALUES (?, ?)", [(10, "x"), (11, None)])
    assert rows("SELECT COUNT(*), COUNT(v) FROM t WHERE id > 8") == [(3, 2)]


@check
def ingest():
    table = pyarrow.table({
        "ID": pyarrow.array([1, 2, 3], pyarrow.int64()), "NAME": pyarrow.array(["a", None, "c"]), "X": pyarrow.array([1.5, 2.5, None]),
        "D": pyarrow.array([datetime.date(2024, 1, 1)] * 3), "B": pyarrow.array([True, False, None]),
    })
    with con.cursor() as cur:
        assert cur.adbc_ingest("INGESTED", table, mode="create") == 3
        assert cur.adbc_ingest("INGESTED", table, mode="append") == 3
    assert rows("SELECT COUNT(*), SUM(id), COUNT(name) FROM ingested") == [(6, 12, 4)]
    with con.cursor() as cur:
        cur.adbc_ingest("INGESTED", table, mode="replace")
    assert rows("SELECT COUNT(*) FROM ingested") == [(3,)]


@check
def large_ingest():
    table = pyarrow.table({"ID": pyarrow.array(range(100000), pyarrow.int64()), "V": pyarrow.array([f"v{i}" for i in range(100000)])})
    with con.cursor() as cur:
        assert cur.adbc_ingest("LARGE", table, mode="create_append") == 100000
    assert rows("SELECT COUNT(*), SUM(id) FROM large") == [(100000, 4999950000)]


@check
def many_rows():
    with con.cursor() as cur:
        cur.execute("SELECT seq4() AS id, 'v' || seq4() AS v, seq4() * 1.5 AS x FROM TABLE(GENERATOR(ROWCOUNT => 1000000))")
        reader = cur.fetch_record_batch()
        assert sum(batch.num_rows for batch in reader) == 1000000


@check
def pandas_frame():
    with con.cursor() as cur:
        cur.execute("SELECT id, v FROM t WHERE id < 3 ORDER BY id")
        frame = cur.fetch_df()
    assert frame["V"].tolist() == ["a", "z"]


@check
def metadata():
    info = con.adbc_get_info()
    assert info["vendor_name"] == "Snowflake", info
    objects = con.adbc_get_objects(depth="all", catalog_filter="INTEROP_ADBC", db_schema_filter="S").read_all().to_pylist()
    schemas = objects[0]["catalog_db_schemas"]
    assert [schema["db_schema_name"] for schema in schemas] == ["S"], schemas
    tables = {table["table_name"]: table for table in schemas[0]["db_schema_tables"]}
    assert {"T", "INGESTED"} <= set(tables) and [c["column_name"] for c in tables["T"]["table_columns"]] == ["ID", "V"], tables
    schema = con.adbc_get_table_schema("T", catalog_filter="INTEROP_ADBC", db_schema_filter="S")
    assert schema.names == ["ID", "V"]
    assert con.adbc_get_table_types()


@check
def depths():
    catalogs = con.adbc_get_objects(depth="catalogs").read_all().to_pylist()
    assert "INTEROP_ADBC" in [c["catalog_name"] for c in catalogs]
    tables = con.adbc_get_objects(depth="tables", catalog_filter="INTEROP_ADBC", table_name_filter="T").read_all().to_pylist()
    assert any(s["db_schema_tables"] for s in tables[0]["catalog_db_schemas"] or [])


@check
def transactions():
    with connect(False, **{"adbc.snowflake.sql.db": "INTEROP_ADBC", "adbc.snowflake.sql.schema": "S"}) as other:
        with other.cursor() as cur:
            cur.execute("INSERT INTO t VALUES (100, 'no')")
        other.rollback()
        with other.cursor() as cur:
            cur.execute("INSERT INTO t VALUES (101, 'yes')")
        other.commit()
    assert rows("SELECT id FROM t WHERE id >= 100") == [(101,)]


@check
def describe():
    with con.cursor() as cur:
        schema = cur.adbc_execute_schema("SELECT id, v FROM t")
        assert schema.names == ["ID", "V"]
        cur.adbc_prepare("SELECT ? + 1")
        cur.execute("SELECT id FROM t WHERE id = 1")
        assert cur.description[0][0] == "ID" and cur.rowcount in (1, -1)


@check
def current_place():
    assert con.adbc_current_catalog == "INTEROP_ADBC" and con.adbc_current_db_schema == "S"
    con.adbc_current_db_schema = "PUBLIC"
    assert rows("SELECT CURRENT_SCHEMA()") == [("PUBLIC",)]
    con.adbc_current_db_schema = "S"


@check
def errors():
    for sql, code, state in [("SELECT * FROM nope", 2003, "42S02"), ("SELEC 1", 1003, "42000"), ("SELECT 1/0", 100051, "22012")]:
        try:
            rows(sql)
            raise AssertionError(sql)
        except adbc_driver_manager.Error as error:
            assert error.vendor_code == code and error.sqlstate == state, (sql, error.vendor_code, error.sqlstate)


@check
def several_statements():
    with con.cursor() as cur:
        cur.execute("SHOW TABLES")
        assert cur.fetch_arrow_table().num_rows >= 3
        cur.execute("SELECT 1 AS a")
        assert [d[0] for d in cur.description] == ["A"]


@check
def query_tag():
    with con.cursor() as cur:
        cur.adbc_statement.set_options(**{"adbc.snowflake.statement.query_tag": "tagged"})
        cur.execute("SELECT 1")
        cur.fetchall()


con.close()
checks.end()
