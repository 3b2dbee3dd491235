//! Statements as they are written: parsed, nothing resolved. Queries and DML keep sqlparser's tree; everything that
//! sqlparser lacks or would lose spans of has a type of its own here.

mod alter;
mod copy;
mod create;
mod show;
mod table;

pub use alter::{
    AlterObject, AlterObjectAction, AlterPipe, AlterPipeAction, AlterSession, AlterWarehouse,
    AlterWarehouseAction,
};
pub use copy::{
    CopyIntoLocation, CopyIntoStatement, FileCommand, FileFormatOptions, OptionValue, Options,
    StagePathRef, TransformColumn, UnloadSource,
};
pub use create::{
    CreateDatabase, CreateFileFormat, CreateFunction, CreateIntegration, CreateMode, CreatePipe,
    CreateSchema, CreateSequence, CreateStage, CreateView, CreateWarehouse, FunctionArgument,
    ReturnsClause, StageSettings,
};
pub use show::{Describe, Show, ShowKind, ShowScope};
pub use table::{
    AlterColumnAction, AlterTable, AlterTableAction, ColumnDefault, ColumnDefinition,
    ConstraintKind, CreateTable, TableConstraint,
};

use crate::name::{Ident, ObjectName};
use crate::object::ObjectKind;
use crate::span::Span;
use sqlparser::ast;

/// A statement and where it stands in its script.
#[derive(Debug, Clone)]
pub struct ParsedStatement {
    /// What it says.
    pub statement: Statement,
    /// Its text in the script, without the closing semicolon and surrounding comments.
    pub span: Span,
}

/// One Snowflake statement.
#[derive(Debug, Clone)]
pub enum Statement {
    /// SELECT, VALUES, WITH, set operations.
    Query(Box<ast::Query>),
    /// INSERT [OVERWRITE] INTO one table.
    Insert(Box<ast::Insert>),
    /// UPDATE.
    Update(Box<ast::Update>),
    /// DELETE.
    Delete(Box<ast::Delete>),
    /// MERGE.
    Merge(Box<ast::Merge>),
    /// TRUNCATE [TABLE] [IF EXISTS].
    Truncate {
        /// The table.
        table: ObjectName,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// CREATE TABLE in all its forms.
    CreateTable(Box<CreateTable>),
    /// CREATE VIEW.
    CreateView(Box<CreateView>),
    /// CREATE DATABASE.
    CreateDatabase(CreateDatabase),
    /// CREATE SCHEMA.
    CreateSchema(CreateSchema),
    /// CREATE WAREHOUSE.
    CreateWarehouse(CreateWarehouse),
    /// CREATE STORAGE INTEGRATION.
    CreateIntegration(CreateIntegration),
    /// CREATE STAGE.
    CreateStage(CreateStage),
    /// CREATE FILE FORMAT.
    CreateFileFormat(CreateFileFormat),
    /// CREATE PIPE.
    CreatePipe(Box<CreatePipe>),
    /// CREATE SEQUENCE.
    CreateSequence(CreateSequence),
    /// CREATE FUNCTION.
    CreateFunction(Box<CreateFunction>),
    /// ALTER TABLE.
    AlterTable(Box<AlterTable>),
    /// ALTER PIPE.
    AlterPipe(AlterPipe),
    /// ALTER of what has no variant of its own.
    AlterObject(AlterObject),
    /// ALTER WAREHOUSE: kept in the catalog, nothing else to do on one machine.
    AlterWarehouse(AlterWarehouse),
    /// ALTER SESSION SET | UNSET.
    AlterSession(AlterSession),
    /// DROP of any kind of object.
    Drop {
        /// What kind.
        kind: ObjectKind,
        /// Which.
        name: ObjectName,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// COPY INTO table FROM stage.
    CopyInto(Box<CopyIntoStatement>),
    /// COPY INTO location FROM table | (query).
    CopyIntoLocation(Box<CopyIntoLocation>),
    /// PUT, GET, REMOVE.
    Files(FileCommand),
    /// LIST | LS @stage.
    List {
        /// Where.
        path: StagePathRef,
        /// PATTERN.
        pattern: Option<String>,
    },
    /// USE [DATABASE | SCHEMA | WAREHOUSE | ROLE].
    Use(Use),
    /// SHOW ….
    Show(Show),
    /// DESCRIBE ….
    Describe(Describe),
    /// SET name = expression.
    Set {
        /// The session variables and their expressions.
        assignments: Vec<(Ident, ast::Expr)>,
    },
    /// UNSET name.
    Unset {
        /// The session variables.
        names: Vec<Ident>,
    },
    /// COMMENT [IF EXISTS] ON kind name IS '…'; a column's name has one part more.
    Comment {
        /// What kind; `None` for COLUMN.
        kind: Option<ObjectKind>,
        /// Which.
        name: ObjectName,
        /// The comment.
        comment: String,
        /// IF EXISTS.
        if_exists: bool,
    },
    /// EXECUTE IMMEDIATE.
    ExecuteImmediate(Immediate),
    /// BEGIN.
    Begin,
    /// COMMIT.
    Commit,
    /// ROLLBACK.
    Rollback,
    /// A statement with `IDENTIFIER($variable)` in it: what it says depends on the session, so that it is read when it is
    /// planned, or before that by [`crate::parse::resolve_variables`].
    WithVariables,
}

/// What USE names.
#[derive(Debug, Clone)]
pub enum Use {
    /// USE [DATABASE] name: one part.
    Database(Ident),
    /// USE [SCHEMA] [database.]name.
    Schema(ObjectName),
    /// USE WAREHOUSE name.
    Warehouse(Ident),
    /// USE ROLE name.
    Role(Ident),
    /// USE SECONDARY ROLES.
    SecondaryRoles(SecondaryRoles),
    /// USE name without a noun: a database if it has one part.
    Object(ObjectName),
}

/// Where the text of EXECUTE IMMEDIATE is.
#[derive(Debug, Clone)]
pub enum Immediate {
    /// In the statement.
    Text(String, Span),
    /// In a session variable, by its stored spelling.
    Variable(String, Span),
    /// In a staged file.
    File(StagePathRef),
}

/// The roles that count beside the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondaryRoles {
    /// All that the user has.
    All,
    /// None.
    #[default]
    None,
}
