//! CREATE TABLE and ALTER TABLE as written.

use super::copy::{OptionValue, Options};
use super::create::CreateMode;
use crate::name::{Ident, ObjectName};
use crate::object::{Identity, TableKind};
use crate::span::Span;
use sqlparser::ast;

/// CREATE TABLE: with columns, AS SELECT, LIKE or CLONE.
#[derive(Debug, Clone)]
pub struct CreateTable {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Permanent, transient or temporary.
    pub kind: TableKind,
    /// Its name.
    pub name: ObjectName,
    /// Column definitions; empty when the columns come from elsewhere. Before AS SELECT a column may have no type.
    pub columns: Vec<ColumnDefinition>,
    /// Out-of-line constraints.
    pub constraints: Vec<TableConstraint>,
    /// AS SELECT, and the query's text in the script.
    pub query: Option<(Box<ast::Query>, Span)>,
    /// LIKE.
    pub like: Option<ObjectName>,
    /// CLONE.
    pub clone: Option<ObjectName>,
    /// USING TEMPLATE, and the query's text in the script.
    pub template: Option<(Box<ast::Query>, Span)>,
    /// COMMENT.
    pub comment: Option<String>,
    /// CLUSTER BY (as `CLUSTER_BY`, a list of texts), COPY GRANTS (as `COPY_GRANTS`), DATA_RETENTION_TIME_IN_DAYS,
    /// ENABLE_SCHEMA_EVOLUTION, CHANGE_TRACKING, …: kept.
    pub options: Options,
}

/// `name type [constraints]`.
#[derive(Debug, Clone)]
pub struct ColumnDefinition {
    /// Its name.
    pub name: Ident,
    /// Its type and where that is written; `None` in the column list of CREATE TABLE … AS SELECT.
    pub data_type: Option<(ast::DataType, Span)>,
    /// NOT NULL.
    pub not_null: bool,
    /// DEFAULT, AUTOINCREMENT or IDENTITY.
    pub default: Option<ColumnDefault>,
    /// COMMENT.
    pub comment: Option<String>,
    /// In-line PRIMARY KEY, UNIQUE and REFERENCES; their column list holds this column.
    pub constraints: Vec<TableConstraint>,
}

/// What a missing value becomes.
#[derive(Debug, Clone)]
pub enum ColumnDefault {
    /// DEFAULT expression, and its text in the script.
    Expression(Box<ast::Expr>, Span),
    /// AUTOINCREMENT or IDENTITY.
    Identity(Identity),
}

/// A key. None is enforced, as in Snowflake.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConstraint {
    /// CONSTRAINT name.
    pub name: Option<Ident>,
    /// Which kind.
    pub kind: ConstraintKind,
    /// The columns.
    pub columns: Vec<Ident>,
    /// Where it stands.
    pub span: Span,
}

/// Which kind of key.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// FOREIGN KEY … REFERENCES table [(columns)].
    ForeignKey {
        /// The other table.
        table: ObjectName,
        /// Its columns; empty means its primary key.
        columns: Vec<Ident>,
    },
}

/// ALTER TABLE.
#[derive(Debug, Clone)]
pub struct AlterTable {
    /// The table.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What to change.
    pub action: AlterTableAction,
}

/// What ALTER TABLE changes.
#[derive(Debug, Clone)]
pub enum AlterTableAction {
    /// ADD [COLUMN] [IF NOT EXISTS] ….
    AddColumns {
        /// IF NOT EXISTS.
        if_not_exists: bool,
        /// The columns.
        columns: Vec<ColumnDefinition>,
    },
    /// DROP [COLUMN] [IF EXISTS] ….
    DropColumns {
        /// IF EXISTS.
        if_exists: bool,
        /// The columns.
        columns: Vec<Ident>,
    },
    /// RENAME COLUMN … TO ….
    RenameColumn {
        /// The column.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// ALTER | MODIFY [COLUMN] …, ….
    AlterColumns(Vec<(Ident, AlterColumnAction)>),
    /// RENAME TO.
    RenameTo(ObjectName),
    /// SWAP WITH.
    SwapWith(ObjectName),
    /// ADD [CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY ….
    AddConstraint(TableConstraint),
    /// DROP CONSTRAINT name.
    DropConstraint(Ident),
    /// DROP PRIMARY KEY.
    DropPrimaryKey,
    /// RENAME CONSTRAINT … TO ….
    RenameConstraint {
        /// The constraint.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// CLUSTER BY (…): the expressions as written.
    ClusterBy(OptionValue),
    /// DROP CLUSTERING KEY.
    DropClusteringKey,
    /// SUSPEND | RESUME RECLUSTER: nothing to do on one machine.
    Recluster,
    /// SET.
    Set(Options),
    /// UNSET.
    Unset(Vec<Ident>),
}

/// What ALTER COLUMN changes.
#[derive(Debug, Clone)]
pub enum AlterColumnAction {
    /// [SET DATA] TYPE.
    SetType(ast::DataType, Span),
    /// SET NOT NULL.
    SetNotNull,
    /// DROP NOT NULL.
    DropNotNull,
    /// SET DEFAULT (a sequence's NEXTVAL only, as in Snowflake).
    SetDefault(Box<ast::Expr>, Span),
    /// DROP DEFAULT.
    DropDefault,
    /// COMMENT '…'.
    SetComment(String),
    /// UNSET COMMENT.
    UnsetComment,
}
