"""A dbt-snowflake project against a live server: seed, models of each kind, snapshot, tests, docs, freshness. Usage: project_of_dbt.py HOST PORT."""

import contextlib
import io
import json
import sys
import textwrap
from pathlib import Path

from checks import Checks
from dbt.cli.main import dbtRunner

HOST, PORT = sys.argv[1], sys.argv[2]
checks = Checks("dbt")
check = checks.check
project = Path.cwd() / "project"

FILES = {
    "dbt_project.yml": """
        name: shop
        version: "1.0"
        profile: shop
        flags: {send_anonymous_usage_stats: false}
        models: {shop: {+materialized: table}}
        seeds: {shop: {+column_types: {note: varchar(50)}}}
        on-run-end: ["select '{{ invocation_id }}' as done"]
    """,
    "profiles.yml": f"""
        shop:
          target: dev
          outputs:
            dev: {{type: snowflake, account: local, user: tester, password: secret, host: {HOST}, port: {PORT}, protocol: http,
                  database: INTEROP_DBT, schema: DEV, warehouse: WH, role: ACCOUNTADMIN, threads: 4, query_tag: dbt, connect_retries: 0}}
    """,
    "seeds/customers.csv": "id,name,country,since,note\n1,ann,DE,2024-01-01,\n2,bob,FR,2024-02-01,x\n3,cid,DE,2024-03-01,y\n",
    "seeds/orders.csv": "id,customer_id,amount,updated_at\n1,1,10.5,2024-01-02 00:00:00\n2,1,20.25,2024-01-03 00:00:00\n3,2,5,2024-01-04 00:00:00\n",
    "models/sources.yml": """
        version: 2
        sources:
          - name: raw
            database: INTEROP_DBT
            schema: DEV
            tables:
              - name: orders
                identifier: ORDERS
                config:
                  loaded_at_field: updated_at
                  freshness: {warn_after: {count: 1000000, period: day}}
        models:
          - name: by_customer
            description: "what each customer bought"
            columns:
              - name: customer_id
                description: "the customer's number"
                data_tests: [unique, not_null, {relationships: {arguments: {to: "ref('customers')", field: id}}}]
              - name: country
                data_tests: [{accepted_values: {arguments: {values: [DE, FR]}}}]
          - name: contracted
            config: {contract: {enforced: true}}
            columns:
              - {name: id, data_type: number, constraints: [{type: not_null}]}
              - {name: name, data_type: varchar}
    """,
    "models/stg_orders.sql": "{{ config(materialized='view') }}\nselect id, customer_id, amount, updated_at::timestamp_ntz as updated_at from {{ source('raw', 'orders') }}",
    "models/eph.sql": "{{ config(materialized='ephemeral') }}\nselect * from {{ ref('stg_orders') }} where amount > 0",
    "models/by_customer.sql": """
        {{ config(cluster_by=['customer_id'], post_hook="select 1", persist_docs={'relation': true, 'columns': true}) }}
        select c.id as customer_id, c.name, c.country, sum(o.amount) as amount, count(o.id) as orders
        from {{ ref('customers') }} c left join {{ ref('eph') }} o on o.customer_id = c.id group by 1, 2, 3
    """,
    "models/contracted.sql": "select id, name from {{ ref('customers') }}",
    "models/inc_merge.sql": """
        {{ config(materialized='incremental', unique_key='id', incremental_strategy='merge') }}
        select id, amount, updated_at {% if var('more', false) %}, 'new' as extra {% endif %} from {{ ref('stg_orders') }}
        {% if is_incremental() %} where updated_at >= (select max(updated_at) from {{ this }}) {% endif %}
    """,
    "models/inc_sync.sql": """
        {{ config(materialized='incremental', unique_key='id', on_schema_change='sync_all_columns') }}
        select id, amount {% if var('more', false) %}, 'new' as extra {% endif %} from {{ ref('stg_orders') }}
    """,
    "models/inc_delete.sql": """
        {{ config(materialized='incremental', unique_key=['id', 'customer_id'], incremental_strategy='delete+insert') }}
        select id, customer_id, amount from {{ ref('stg_orders') }}
    """,
    "models/inc_append.sql": "{{ config(materialized='incremental', incremental_strategy='append') }}\nselect id, amount from {{ ref('stg_orders') }}",
    "models/inc_overwrite.sql": "{{ config(materialized='incremental', incremental_strategy='insert_overwrite') }}\nselect id, amount from {{ ref('stg_orders') }}",
    "models/inc_batch.sql": """
        {{ config(materialized='incremental', incremental_strategy='microbatch', event_time='updated_at', batch_size='day', begin='2024-01-01') }}
        select id, amount, updated_at from {{ ref('stg_orders') }}
    """,
    "models/trans.sql": "{{ config(transient=false, alias='Renamed', copy_grants=true) }}\nselect 1 as id, parse_json('{\"a\": 1}') as v, current_timestamp() as at",
    "models/secure.sql": "{{ config(materialized='view', secure=true) }}\nselect * from {{ ref('by_customer') }}",
    "snapshots/orders_snapshot.sql": """
        {% snapshot orders_snapshot %}
        {{ config(target_schema='SNAP', unique_key='id', strategy='timestamp', updated_at='updated_at') }}
        select * from {{ ref('stg_orders') }}
        {% endsnapshot %}
    """,
    "snapshots/customers_snapshot.sql": """
        {% snapshot customers_snapshot %}
        {{ config(target_schema='SNAP', unique_key='id', strategy='check', check_cols=['name', 'country'], hard_deletes='invalidate') }}
        select * from {{ ref('customers') }}
        {% endsnapshot %}
    """,
    "tests/no_negative.sql": "select * from {{ ref('stg_orders') }} where amount < 0",
    "macros/hello.sql": "{% macro hello() %}{% set r = run_query('select 41 + 1') %}{{ log(r.columns[0].values()[0], info=true) }}{% endmacro %}",
    "analyses/a.sql": "select * from {{ ref('by_customer') }}",
}
for name, text in FILES.items():
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).strip() + "\n")


def dbt(*arguments, fails=False):
    """In this process, since dbt takes seconds to start. Gives what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        result = dbtRunner().invoke(["--no-use-colors", *map(str, arguments), "--project-dir", str(project), "--profiles-dir", str(project)])
    said = out.getvalue()
    assert result.success != fails, f"dbt {arguments}: {said[-2500:]} {result.exception or ''}"
    return said


def rows(sql):
    """By dbt's own `show`."""
    out = dbt("--quiet", "show", "--inline", sql, "--output", "json", "--limit", "100")
    return json.loads(out[out.index("{"):])["show"]


import snowflake.connector

with snowflake.connector.connect(account="local", user="tester", password="secret", host=HOST, port=int(PORT), protocol="http") as con:
    con.cursor().execute("CREATE OR REPLACE DATABASE interop_dbt")
    con.cursor().execute("CREATE WAREHOUSE IF NOT EXISTS wh")


@check
def debug():
    assert "All checks passed" in dbt("debug")


@check
def seed():
    dbt("seed")
    assert rows("select count(*) as n from INTEROP_DBT.DEV.CUSTOMERS")[0]["N"] == 3


@check
def seed_again():
    dbt("seed")
    dbt("seed", "--full-refresh")


@check
def run():
    dbt("run")
    assert rows("select orders from {{ ref('by_customer') }} order by customer_id") == [{"ORDERS": 2}, {"ORDERS": 1}, {"ORDERS": 0}]


@check
def run_again():
    dbt("run")
    counts = rows("select (select count(*) from {{ ref('inc_merge') }}) as m, (select count(*) from {{ ref('inc_delete') }}) as d,"
                  " (select count(*) from {{ ref('inc_append') }}) as a, (select count(*) from {{ ref('inc_overwrite') }}) as o")
    assert counts == [{"M": 3, "D": 3, "A": 6, "O": 3}], counts


@check
def schema_change():
    dbt("run", "--select", "inc_sync", "--vars", "{more: true}")
    assert rows("select count(extra) as n from {{ ref('inc_sync') }}")[0]["N"] == 3


@check
def full_refresh():
    dbt("run", "--select", "inc_append", "--full-refresh")
    assert rows("select count(*) as n from {{ ref('inc_append') }}")[0]["N"] == 3


@check
def snapshot():
    dbt("snapshot")
    (project / "seeds/customers.csv").write_text("id,name,country,since,note\n1,ann,DE,2024-01-01,\n2,bob,DE,2024-02-01,x\n")
    (project / "seeds/orders.csv").write_text("id,customer_id,amount,updated_at\n1,1,11.5,2024-02-02 00:00:00\n2,1,20.25,2024-01-03 00:00:00\n3,2,5,2024-01-04 00:00:00\n4,2,7,2024-03-01 00:00:00\n")
    dbt("seed")
    dbt("snapshot")
    counts = rows("select count(*) as n, count(dbt_valid_to) as old from INTEROP_DBT.SNAP.ORDERS_SNAPSHOT")
    assert counts == [{"N": 5, "OLD": 1}], counts
    counts = rows("select count(*) as n, count(dbt_valid_to) as old from INTEROP_DBT.SNAP.CUSTOMERS_SNAPSHOT")
    assert counts == [{"N": 4, "OLD": 2}], counts


@check
def merge_of_new_rows():
    dbt("run", "--select", "stg_orders", "inc_merge")
    assert rows("select sum(amount) as s, count(*) as n from {{ ref('inc_merge') }}") == [{"S": 37.75, "N": 4}] or rows("select count(*) as n from {{ ref('inc_merge') }}") == [{"N": 4}]


@check
def test():
    dbt("seed", "--full-refresh")
    dbt("run", "--select", "by_customer")
    dbt("test")


@check
def a_test_that_fails():
    (project / "tests/fails.sql").write_text("select 1 as x\n")
    assert "Got 1 result" in dbt("test", "--select", "fails", "--store-failures", fails=True)
    (project / "tests/fails.sql").unlink()


@check
def docs():
    dbt("docs", "generate")
    catalog = json.loads((project / "target/catalog.json").read_text())
    node = catalog["nodes"]["model.shop.by_customer"]
    assert list(node["columns"]) == ["CUSTOMER_ID", "NAME", "COUNTRY", "AMOUNT", "ORDERS"], node
    assert node["metadata"]["comment"] == "what each customer bought", node["metadata"]
    assert node["columns"]["CUSTOMER_ID"]["comment"] == "the customer's number"
    assert catalog["nodes"]["model.shop.stg_orders"]["metadata"]["type"] == "VIEW"
    assert not catalog["errors"]


@check
def source_freshness():
    dbt("source", "freshness")


@check
def build():
    dbt("build", "--exclude", "inc_sync")


@check
def operations():
    assert "42" in dbt("run-operation", "hello")
    dbt("compile")
    dbt("ls")


@check
def clone_and_retry():
    (project / "models/broken.sql").write_text("select nope from {{ ref('customers') }}\n")
    assert "invalid identifier 'NOPE'" in dbt("run", "--select", "broken", fails=True)
    (project / "models/broken.sql").write_text("select id from {{ ref('customers') }}\n")
    dbt("retry")
    (project / "models/broken.sql").unlink()


checks.end()
