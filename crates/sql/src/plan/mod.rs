//! What is to be done: names complete, types known, nothing left to look up but the data.

mod alter_object;
mod alter_table;
mod comment;
mod context;
mod copy;
mod database;
mod default;
mod file_format;
mod files;
mod function;
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
mod template;
mod unload;
mod use_object;
mod view;
mod warehouse;

pub use context::{SessionContext, StoredResult};
pub use file_format::compression_word;
pub(crate) use file_format::written_delimiter;
pub use parameter::{PARAMETERS, Parameter, ParameterEffect, ParameterKind, shown};
pub use query::{OutputColumn, QueryPlan};
pub(crate) use stage::stage_path;
pub use statement::plan;
pub use use_object::ROLES;

use crate::name::QualifiedName;
use crate::object::{
    Compression, CopyInto, Credentials, FileFormatRef, Object, ObjectKind, ObjectPath,
    PropertyValue, StagePath, Table,
};
use crate::statement::{AlterPipeAction, CreateMode, SecondaryRoles, Show};

/// One statement, ready to execute. The engine has one exhaustive `match` over it.
#[derive(Debug, Clone)]
pub enum Plan {
    /// Rows for the client.
    Query(QueryPlan),
    /// INSERT.
    Insert(InsertPlan),
    /// INSERT ALL and INSERT FIRST.
    InsertMulti(InsertMultiPlan),
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
    /// ALTER of a view, stage, file format, sequence or integration: the definition becomes this one.
    AlterObject {
        /// Where it lives now.
        path: ObjectPath,
        /// The definition afterwards; RENAME TO gives it another name.
        object: Object,
        /// A stage's new CREDENTIALS.
        credentials: Option<Credentials>,
    },
    /// ALTER DATABASE and ALTER SCHEMA … SET/UNSET.
    AlterProperties {
        /// Database or schema.
        kind: ObjectKind,
        /// Which.
        path: ObjectPath,
        /// New properties; COMMENT is the object's comment.
        set: Vec<(String, PropertyValue)>,
        /// Properties to forget, COMMENT too.
        unset: Vec<String>,
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
    /// COPY INTO location.
    Unload(Box<UnloadPlan>),
    /// PUT.
    Put(PutPlan),
    /// GET.
    Get(GetPlan),
    /// REMOVE.
    Remove {
        /// What.
        path: StagePath,
        /// PATTERN.
        pattern: Option<String>,
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
    /// EXECUTE IMMEDIATE.
    ExecuteImmediate(ImmediatePlan),
    /// Nothing to do: IF EXISTS found nothing, or the statement has no meaning on one machine (ALTER WAREHOUSE …
    /// SUSPEND). The client gets `Statement executed successfully.`
    Nothing,
}

/// EXECUTE IMMEDIATE: where the text is that is run.
#[derive(Debug, Clone)]
pub enum ImmediatePlan {
    /// Here.
    Text(String),
    /// In a staged file.
    File(StagePath),
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

/// INSERT ALL | FIRST: one source, several tables.
#[derive(Debug, Clone)]
pub struct InsertMultiPlan {
    /// The DuckDB query whose rows are put aside.
    pub source: String,
    /// How many columns it has: `c0`, `c1`, ….
    pub columns: usize,
    /// The DuckDB name of the temporary table that holds them meanwhile.
    pub aside: String,
    /// What is inserted from there, in order; a table may be there several times.
    pub parts: Vec<InsertPlan>,
    /// Tables read.
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

/// COPY INTO location.
#[derive(Debug, Clone)]
pub struct UnloadPlan {
    /// Where to. The last segment of its path is the files' prefix, or the file's name with SINGLE.
    pub path: StagePath,
    /// The rows. With `partitioned` its last column is the partition as VARCHAR and not unloaded.
    pub query: QueryPlan,
    /// PARTITION BY.
    pub partitioned: bool,
    /// FILE_FORMAT; else the stage's, else CSV.
    pub file_format: Option<FileFormatRef>,
    /// HEADER.
    pub header: bool,
    /// OVERWRITE.
    pub overwrite: bool,
    /// SINGLE.
    pub single: bool,
    /// MAX_FILE_SIZE in bytes; default 16 MiB.
    pub max_file_size: u64,
    /// INCLUDE_QUERY_ID.
    pub include_query_id: bool,
    /// DETAILED_OUTPUT.
    pub detailed_output: bool,
}

/// PUT.
#[derive(Debug, Clone)]
pub struct PutPlan {
    /// The local path without `file://`; may hold `*` and `?`.
    pub source: String,
    /// Where to: an internal stage.
    pub path: StagePath,
    /// PARALLEL, 1 to 99; default 4.
    pub parallel: u64,
    /// AUTO_COMPRESS: files that are not compressed are, with gzip; default true.
    pub auto_compress: bool,
    /// SOURCE_COMPRESSION; [`Compression::Auto`] is AUTO_DETECT.
    pub source_compression: Compression,
    /// OVERWRITE; default false.
    pub overwrite: bool,
}

/// GET.
#[derive(Debug, Clone)]
pub struct GetPlan {
    /// Where from: an internal stage.
    pub path: StagePath,
    /// The local folder without `file://`.
    pub target: String,
    /// PARALLEL, 1 to 99; default 10.
    pub parallel: u64,
    /// PATTERN.
    pub pattern: Option<String>,
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
    /// ALL, or none: every role may do everything here, so that it changes nothing but what is shown.
    SecondaryRoles(SecondaryRoles),
}
