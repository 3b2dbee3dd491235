"""The clients that `interop/run` drives: what to install, and the script that uses it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Client:
    name: str
    script: str
    # What pip or npm is asked for: each within a major version, so that a release of tomorrow cannot break a build.
    packages: list = field(default_factory=list)
    npm: list = field(default_factory=list)
    # Whether `script` is the folder of a Rust program.
    cargo: bool = False
    seconds: int = 120


CLIENTS = [
    Client("connector-4", "python_connector.py", ["snowflake-connector-python[pandas]>=4.8,<5"], seconds=180),
    Client("connector-5", "python_connector.py", ["snowflake-connector-python[pandas]>=5.2,<6"], seconds=180),
    Client("dbt", "project_of_dbt.py", ["dbt-snowflake>=1.11,<1.12", "dbt-core>=1.11,<1.12"], seconds=240),
    Client("cli", "cli.py", ["snowflake-cli>=3.30,<4"], seconds=200),
    Client("snowpark", "snowpark.py", ["snowflake-snowpark-python[pandas]>=1.56,<2"], seconds=150),
    Client("sqlalchemy", "sqlalchemy_dialect.py", ["snowflake-sqlalchemy>=1.11,<2", "SQLAlchemy>=2.0,<2.1", "snowflake-connector-python[pandas]>=4.8,<5"]),
    Client("adbc", "adbc.py", ["adbc-driver-snowflake>=1.11,<2", "adbc-driver-manager>=1.11,<2", "pyarrow", "pandas"]),
    Client("schemachange", "schemachange_folder.py", ["schemachange>=4.4,<5"]),
    Client("sql-api", "sql_api.py", ["requests>=2,<3"]),
    Client("openapi", "openapi.py", ["schemathesis>=4,<5"]),
    Client("rust", "rust", cargo=True),
    Client("node", "node.cjs", npm=["snowflake-sdk@3"]),
]
