"""Snowpark for Python against a live server: DataFrames, no procedures. Usage: snowpark.py HOST PORT."""

import sys

import pandas
from snowflake.snowpark import Session, Window
from snowflake.snowpark.functions import avg, col, count, lit, row_number, sum as sum_, upper, when
from snowflake.snowpark.types import IntegerType, StringType, StructField, StructType

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
    frame = session.create_dataframe([[1, "a", 1.5], [2, "b", 2.5], [3, "b", 3.5]], schema=["id", "v", "x"])
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
        read.copy_into_table("sp_loaded", force=True) if False else None
        session.file.get("@sp_st/f.csv", folder + "/out")
        assert os.listdir(folder + "/out") == ["f.csv"]


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
