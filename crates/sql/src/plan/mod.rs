//! What is to be done: names complete, types known, nothing left to look up but the data.

mod alter_table;
mod comment;
mod context;
mod copy;
mod database;
mod default;
mod file_format;
mod integration;
mod parameter;
mod pipe;
mod property;
mod query;
mod resolve;
mod sequence;
mod session;
mod show;
mod stage;
mod statement;
mod stored_table;
mod table;
mod use_object;
mod view;
mod warehouse;

pub use context::SessionContext;
pub(crate) use file_format::{compression_word, written_delimiter};
pub use parameter::{PARAMETERS, Parameter, ParameterEffect, ParameterKind, shown};
pub use query::{OutputColumn, QueryPlan};
pub use statement::plan;
pub use stored_table::create_table_sql;

use crate::name::QualifiedName;
use crate::object::{
    CopyInto, Credentials, Object, ObjectKind, ObjectPath, PropertyValue, StagePath, Table,
};
use crate::statement::{AlterPipeAction, CreateMode, Show};

/// One statement, ready to execute. The engine has one exhaustive `match` over it.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one at a time")]
pub enum Plan {
    /// Rows for the client.
    Query(QueryPlan),
    /// INSERT.
    Insert(InsertPlan),
    /// UPDATE, DELETE or MERGE.
    Modify(ModifyPlan),
    /// TRUNCATE TABLE; `None` when IF EXISTS found nothing.
    Truncate(Option<QualifiedName>),
    /// CREATE of anything but a table that takes rows from elsewhere. The engine checks `mode` against what exists.
    Create {
        /// The definition.
        object: Object,
        /// What to do when it exists.
        mode: CreateMode,
        /// A stage's CREDENTIALS: never stored in the catalog.
        credentials: Option<Credentials>,
    },
    /// CREATE TABLE … AS SELECT.
    CreateTableAs {
        /// The table; a column that the query's type proves to fit 64 bits is narrow.
        table: Table,
        /// What to do when it exists.
        mode: CreateMode,
        /// The rows; its columns are the table's, by position, already cast.
        query: QueryPlan,
    },
    /// CREATE TABLE … CLONE.
    CreateTableClone {
        /// The new table (a copy of the source's definition).
        table: Table,
        /// What to do when it exists.
        mode: CreateMode,
        /// The table whose rows are copied.
        source: QualifiedName,
    },
    /// ALTER TABLE.
    AlterTable {
        /// The table before.
        name: QualifiedName,
        /// The steps, in order.
        steps: Vec<AlterTableStep>,
    },
    /// ALTER PIPE.
    AlterPipe {
        /// The pipe.
        name: QualifiedName,
        /// What to do.
        action: AlterPipeAction,
    },
    /// ALTER WAREHOUSE … SET/UNSET.
    AlterWarehouse {
        /// Stored spelling.
        name: String,
        /// New properties.
        set: Vec<(String, PropertyValue)>,
        /// Properties to forget.
        unset: Vec<String>,
    },
    /// COMMENT ON.
    Comment {
        /// What kind.
        kind: ObjectKind,
        /// Which.
        path: ObjectPath,
        /// A column of the table, by stored spelling.
        column: Option<String>,
        /// The comment.
        comment: String,
    },
    /// DROP.
    Drop {
        /// What kind.
        kind: ObjectKind,
        /// Which.
        path: ObjectPath,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// COPY INTO table.
    CopyInto {
        /// The resolved statement.
        copy: CopyInto,
        /// VALIDATION_MODE.
        validation_mode: Option<ValidationMode>,
    },
    /// LIST.
    List {
        /// Where.
        path: StagePath,
        /// PATTERN.
        pattern: Option<String>,
    },
    /// USE.
    Use(UsePlan),
    /// SHOW, with its scope resolved to database and schema.
    Show {
        /// As written.
        show: Show,
        /// Look only in this database.
        database: Option<String>,
        /// Look only in this schema of the database.
        schema: Option<String>,
        /// Look only at this table (SHOW COLUMNS, PRIMARY KEYS).
        table: Option<QualifiedName>,
    },
    /// DESCRIBE.
    Describe {
        /// What kind (a table's name may turn out to be a view's).
        kind: ObjectKind,
        /// Which.
        path: ObjectPath,
    },
    /// SET: variables and a one-row query whose columns are their values.
    SetVariables {
        /// Stored spellings.
        names: Vec<String>,
        /// The values.
        query: QueryPlan,
    },
    /// UNSET.
    UnsetVariables(Vec<String>),
    /// ALTER SESSION.
    AlterSession {
        /// Parameters, checked to be known ones; upper-case.
        set: Vec<(String, PropertyValue)>,
        /// Parameters back to their defaults.
        unset: Vec<String>,
    },
    /// BEGIN.
    Begin,
    /// COMMIT.
    Commit,
    /// ROLLBACK.
    Rollback,
    /// Nothing to do: IF EXISTS found nothing, or the statement has no meaning on one machine (ALTER WAREHOUSE …
    /// SUSPEND). The client gets `Statement executed successfully.`
    Nothing,
}

/// INSERT INTO table.
#[derive(Debug, Clone)]
pub struct InsertPlan {
    /// The table.
    pub table: QualifiedName,
    /// OVERWRITE: the old rows go in the same transaction.
    pub overwrite: bool,
    /// Columns of the table that must be widened to DECIMAL before this runs, by stored spelling.
    pub widen: Vec<String>,
    /// DuckDB `INSERT INTO …` without the OVERWRITE part, valid after the widening.
    pub sql: String,
    /// Tables read, for locks, lineage and change tracking.
    pub reads: Vec<QualifiedName>,
}

/// UPDATE, DELETE or MERGE, lowered.
#[derive(Debug, Clone)]
pub struct ModifyPlan {
    /// The table.
    pub table: QualifiedName,
    /// Which counts the client gets.
    pub kind: ModifyKind,
    /// Columns to widen first.
    pub widen: Vec<String>,
    /// A DuckDB query that must return no row, else the statement is refused with its first column's text and code
    /// 100090, SQLSTATE 42P18 (a nondeterministic MERGE or UPDATE).
    pub guard: Option<String>,
    /// A DuckDB query, run before the statement, whose one value is the number of multi-joined rows of an UPDATE;
    /// `None` means none.
    pub multi_joined: Option<String>,
    /// The DuckDB statement; its row count is what the client gets. For MERGE it ends in `RETURNING merge_action`.
    pub sql: String,
    /// Tables read.
    pub reads: Vec<QualifiedName>,
}

/// Which DML statement, hence which result columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModifyKind {
    /// `number of rows updated`, `number of multi-joined rows updated`.
    Update,
    /// `number of rows deleted`.
    Delete,
    /// `number of rows inserted`, `… updated`, `… deleted`: those the statement's clauses can do.
    Merge {
        /// Has a WHEN NOT MATCHED THEN INSERT.
        inserts: bool,
        /// Has a WHEN MATCHED THEN UPDATE.
        updates: bool,
        /// Has a WHEN MATCHED THEN DELETE.
        deletes: bool,
    },
}

/// One step of ALTER TABLE.
#[derive(Debug, Clone)]
pub enum AlterTableStep {
    /// The definition changes and this DuckDB statement, if any, changes the stored table.
    Change {
        /// The table after the step (its name too, for RENAME TO).
        table: Table,
        /// DuckDB statements, in order.
        sql: Vec<String>,
    },
    /// SWAP WITH.
    SwapWith(QualifiedName),
}

/// VALIDATION_MODE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidationMode {
    /// RETURN_n_ROWS.
    ReturnRows(u64),
    /// RETURN_ERRORS.
    ReturnErrors,
    /// RETURN_ALL_ERRORS.
    ReturnAllErrors,
}

/// USE.
#[derive(Debug, Clone)]
pub enum UsePlan {
    /// The database, and PUBLIC if it has one, become current.
    Database(String),
    /// Database and schema become current.
    Schema(String, String),
    /// The warehouse becomes current.
    Warehouse(String),
    /// The role becomes current.
    Role(String),
}
