"""Snowpark for Python against a live server: DataFrames, no procedures. Usage: snowpark.py HOST PORT."""

import copy
import sys

import pandas
from snowflake.snowpark import Session, Window
from snowflake.snowpark import functions as F
from snowflake.snowpark.exceptions import SnowparkSQLException
from snowflake.snowpark.functions import avg, col, count, lit, row_number, sum as sum_, upper, when
from snowflake.snowpark.types import DoubleType, IntegerType, StringType, StructField, StructType

from checks import Checks

HOST, PORT = sys.argv[1], int(sys.argv[2])
checks = Checks("snowpark")
check = checks.check
session = Session.builder.configs(dict(account="local", user="tester", password="secret", host=HOST, port=PORT, protocol="http")).create()
session.sql("CREATE OR REPLACE DATABASE interop_sp").collect()
session.use_database("interop_sp")
session.use_schema("public")


@check
def sql():
    assert session.sql("SELECT 1 AS a").collect()[0]["A"] == 1
    assert session.sql("SELECT ? AS a, ? AS b", params=[1, "x"]).collect()[0].as_dict() == {"A": 1, "B": "x"}
    assert session.get_current_database() == '"INTEROP_SP"'


@check
def create_dataframe():
    frame = session.create_dataframe([[1, "a"], [2, "b"], [3, None]], schema=["id", "v"])
    assert frame.count() == 3
    assert [row["V"] for row in frame.order_by("id").collect()] == ["a", "b", None]
    assert [f.name for f in frame.schema.fields] == ["ID", "V"]


@check
def create_large_dataframe():
    frame = session.create_dataframe([(i, f"v{i}") for i in range(2000)], schema=StructType([StructField("id", IntegerType()), StructField("v", StringType())]))
    assert frame.filter(col("id") >= 1000).count() == 1000


@check
def save_and_read_a_table():
    # Without a schema the columns of values that are all there would be NOT NULL.
    schema = StructType([StructField("id", IntegerType()), StructField("v", StringType()), StructField("x", DoubleType())])
    frame = session.create_dataframe([[1, "a", 1.5], [2, "b", 2.5], [3, "b", 3.5]], schema=schema)
    frame.write.mode("overwrite").save_as_table("sp_t")
    table = session.table("sp_t")
    assert table.count() == 3
    frame.write.mode("append").save_as_table("sp_t")
    assert session.table("sp_t").count() == 6
    frame.write.mode("overwrite").save_as_table("sp_t")
    assert session.table("sp_t").select(sum_("x")).collect()[0][0] == 7.5


@check
def operations():
    table = session.table("sp_t")
    grouped = table.group_by("v").agg(sum_("x").alias("s"), count(lit(1)).alias("n")).order_by("v").collect()
    assert [tuple(row) for row in grouped] == [("a", 1.5, 1), ("b", 6.0, 2)], grouped
    joined = table.join(session.create_dataframe([["a", "first"]], schema=["v", "w"]), "v")
    assert joined.select("w").collect()[0][0] == "first"
    ranked = table.select("id", row_number().over(Window.partition_by("v").order_by(col("x").desc())).alias("r")).filter(col("r") == 1)
    assert sorted(row[0] for row in ranked.collect()) == [1, 3]
    cased = table.select(when(col("x") > 2, lit("big")).otherwise(lit("small")).alias("k"), upper(col("v")))
    assert sorted(row[0] for row in cased.collect()) == ["big", "big", "small"]
    assert table.distinct().count() == 3 and table.union_all(table).count() == 6
    assert table.with_column("y", col("x") * 2).select(avg("y")).collect()[0][0] == 5.0
    assert table.drop("x").columns == ["ID", "V"]
    assert table.limit(2).count() == 2
    assert len(table.sample(n=2).collect()) == 2


@check
def pandas_frames():
    frame = session.table("sp_t").order_by("id").to_pandas()
    assert frame["ID"].tolist() == [1, 2, 3]
    written = session.write_pandas(pandas.DataFrame({"A": [1, 2], "B": ["x", "y"]}), "sp_pandas", auto_create_table=True, overwrite=True, quote_identifiers=False)
    assert written.count() == 2
    assert session.create_dataframe(pandas.DataFrame({"A": [1, 2, 3]})).count() == 3


@check
def updates():
    table = session.table("sp_t")
    assert table.update({"v": lit("z")}, col("id") == 1).rows_updated == 1
    assert table.delete(col("id") == 3).rows_deleted == 1
    source = session.create_dataframe([[2, "m"], [9, "n"]], schema=["id", "v"])
    from snowflake.snowpark.functions import when_matched, when_not_matched
    merged = table.merge(source, table["id"] == source["id"], [when_matched().update({"v": source["v"]}), when_not_matched().insert({"id": source["id"], "v": source["v"]})])
    assert (merged.rows_inserted, merged.rows_updated) == (1, 1), merged


@check
def views():
    session.table("sp_t").create_or_replace_view("sp_v")
    assert session.table("sp_v").count() == 3
    session.table("sp_t").create_or_replace_temp_view("sp_tv")
    assert session.table("sp_tv").count() == 3


@check
def cache_and_explain():
    cached = session.table("sp_t").filter(col("id") > 0).cache_result()
    assert cached.count() == 3
    session.table("sp_t").show()


@check
def files():
    import os
    import tempfile
    session.sql("CREATE OR REPLACE STAGE sp_st").collect()
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "f.csv"), "w") as file:
            file.write("1,a\n2,b\n")
        put = session.file.put(os.path.join(folder, "f.csv"), "@sp_st", auto_compress=False)
        assert put[0].status == "UPLOADED"
        schema = StructType([StructField("a", IntegerType()), StructField("b", StringType())])
        read = session.read.schema(schema).csv("@sp_st/f.csv")
        assert [tuple(row) for row in read.order_by("a").collect()] == [(1, "a"), (2, "b")]
        read.copy_into_table("sp_loaded", force=True)
        assert session.table("sp_loaded").count() == 2
        with open(os.path.join(folder, "g.json"), "w") as file:
            file.write('{"a": 1, "b": [1, 2]}\n{"a": 2}\n')
        session.file.put(os.path.join(folder, "g.json"), "@sp_st", auto_compress=False)
        assert [row[0] for row in session.read.json("@sp_st/g.json").select(col("$1")["a"].cast("int").alias("n")).sort("n").collect()] == [1, 2]
        stream = session.file.get_stream("@sp_st/f.csv")
        assert stream.read() == b"1,a\n2,b\n"
        import io
        session.file.put_stream(io.BytesIO(b"9,z\n"), "@sp_st/stream.csv", auto_compress=False)
        assert session.read.option("infer_schema", True).csv("@sp_st/stream.csv").count() == 1
        session.file.get("@sp_st/f.csv", folder + "/out")
        assert os.listdir(folder + "/out") == ["f.csv"]


@check
def more_operations():
    frame = session.create_dataframe([[1, "a", 10], [2, "b", 20], [3, "a", 30], [4, None, 40]], schema=["id", "k", "n"])
    assert frame.group_by("k").pivot("id", [1, 2]).sum("n").count() == 3
    assert frame.na.drop().count() == 3 and frame.na.fill("?", subset=["k"]).filter(col("k") == "?").count() == 1
    assert frame.select(F.listagg("k", ",").within_group("k")).collect()[0][0] == "a,a,b"
    assert [row["L"] for row in frame.select("id", F.lag("n").over(Window.order_by("id")).alias("l")).order_by("id").collect()] == [None, 10, 20, 30]
    assert frame.select(F.sum("n").over(Window.order_by("id").rows_between(Window.UNBOUNDED_PRECEDING, 0)).alias("s")).sort("s").collect()[3][0] == 100
    assert frame.describe().count() == 5
    assert frame.unpivot("v", "c", ["id", "n"]).count() == 8
    assert frame.rollup("k").agg(F.sum("n")).count() == 4 and frame.cube("k").agg(F.sum("n")).count() == 4
    assert frame.except_(frame.filter(col("id") > 2)).count() == 2 and frame.intersect(frame.limit(1)).count() == 1
    assert frame.first()["ID"] == 1 and len(frame.take(2)) == 2 and len(list(frame.to_local_iterator())) == 4
    assert frame.rename(col("n"), "m").columns == ["ID", "K", "M"]
    assert frame.join(frame.filter(col("id") == 1), "id", "left").count() == 4
    assert frame.join(copy.copy(frame), "id").count() == 4
    assert frame.cross_join(frame.limit(2), lsuffix="_l", rsuffix="_r").count() == 8
    assert frame.join(frame.filter(col("id") == 1), "id", "anti").count() == 3 and frame.join(frame.filter(col("id") == 1), "id", "semi").count() == 1
    assert frame.with_columns(["p", "q"], [col("n") + 1, F.upper("k")]).select("p").first()[0] == 11
    assert frame.random_split([0.5, 0.5], seed=1)[0].count() <= 4
    assert frame.to_df("a", "b", "c").columns == ["A", "B", "C"]
    assert frame.drop_duplicates("k").count() == 3
    assert frame.agg({"n": "sum"}).collect()[0][0] == 100
    assert session.range(0, 10, 2).count() == 5 and session.generator(F.seq4(), rowcount=7).count() == 7
    assert session.flatten(F.parse_json(lit("[1,2,3]"))).count() == 3
    assert session.create_dataframe([["a b c"]], schema=["t"]).join_table_function("split_to_table", col("t"), lit(" ")).count() == 3


@check
def functions():
    row = session.create_dataframe([["2024-02-29 10:11:12", '{"a": {"b": [1, 2]}}', "héllo", -7.5]], schema=["ts", "j", "s", "n"]).select(
        F.to_timestamp("ts").alias("t"), F.date_trunc("month", F.to_date("ts")).alias("m"), F.dateadd("day", lit(1), F.to_date("ts")).alias("d"),
        F.parse_json("j")["a"]["b"][1].cast("int").alias("x"), F.length("s").alias("l"), F.abs("n").alias("a"), F.round(col("n"), 0).alias("r"),
        F.coalesce(lit(None), col("s")).alias("c"), F.iff(col("n") > 0, lit(1), lit(2)).alias("i"), F.regexp_replace("s", lit("l+"), lit("L")).alias("g"),
        F.substring("s", 2, 3).alias("u"), F.concat(col("s"), lit("!")).alias("k"), F.array_construct(lit(1), lit(2)).alias("v"), F.object_construct(lit("k"), lit(1)).alias("o"),
        F.datediff("day", F.to_date(lit("2024-01-01")), F.to_date("ts")).alias("dd"), F.split("s", lit("l")).alias("sp"), F.md5("s").alias("md"), F.hash("s").alias("h"),
        F.call_function("charindex", lit("l"), col("s")).alias("ci"), F.sql_expr("upper(s)").alias("up"), F.current_session().alias("cs"),
    ).collect()[0]
    assert (row["X"], row["L"], row["A"], row["I"], row["G"], row["U"], row["DD"], row["CI"]) == (2, 5, 7.5, 2, "héLo", "éll", 59, 3), row


@check
def writing_and_reading():
    frame = session.create_dataframe([[1, "a"]], schema=["id", "v"])
    frame.write.save_as_table(["interop_sp", "public", "sp_modes"], mode="errorifexists")
    try:
        frame.write.save_as_table("sp_modes", mode="errorifexists")
        raise AssertionError("no error")
    except SnowparkSQLException as error:
        assert error.sql_error_code == 2002, error.sql_error_code
    frame.write.save_as_table("sp_modes", mode="ignore")
    frame.write.save_as_table("sp_modes", mode="truncate")
    assert session.table("sp_modes").count() == 1
    frame.select("v", "id").write.save_as_table("sp_modes", mode="append", column_order="name")
    assert session.table("sp_modes").agg(F.sum("id")).collect()[0][0] == 2
    frame.write.save_as_table("sp_temp", table_type="temporary")
    frame.write.save_as_table("sp_transient", table_type="transient", comment="c")
    assert session.table("sp_temp").count() == 1
    assert session.table("sp_modes").delete().rows_deleted == 2
    session.table("sp_modes").drop_table()


@check
def transactions_and_tags():
    session.query_tag = "sp"
    session.sql("create or replace table sp_tx (a int)").collect()
    session.sql("begin").collect()
    session.sql("insert into sp_tx values (1)").collect()
    session.sql("rollback").collect()
    assert session.table("sp_tx").count() == 0
    assert session.sql("show parameters like 'QUERY_TAG'").collect()[0]["value"] == "sp"
    session.append_query_tag("more")
    with session.query_history() as history:
        session.table("sp_tx").collect()
    assert history.queries[0].query_id
    assert session.get_current_schema() == '"PUBLIC"' and session.get_current_user() and session.get_current_role()
    session.sql("alter session set timezone = 'UTC'").collect()


@check
def row_and_types():
    from decimal import Decimal
    import datetime
    values = [1, Decimal("1.25"), 2.5, "x", True, datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4, 5), datetime.time(1, 2, 3), b"\x01", [1, 2], {"k": 1}, None]
    names = ["I", "N", "F", "S", "B", "D", "T", "TM", "BI", "A", "O", "Z"]
    row = session.create_dataframe([values], schema=names).collect()[0]
    assert [row[name] for name in names[:8]] == values[:8], row
    assert bytes(row["BI"]) == b"\x01" and '"k": 1' in row["O"] and row["Z"] is None


@check
def async_and_cancel():
    job = session.table("sp_t").collect_nowait()
    assert len(job.result()) == 3
    assert job.is_done()
    session.cancel_all()


@check
def errors():
    try:
        session.table("nope").collect()
        raise AssertionError("no error")
    except Exception as error:
        assert "does not exist or not authorized" in str(error), error


session.close()
checks.end()
