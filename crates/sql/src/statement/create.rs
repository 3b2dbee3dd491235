//! CREATE statements as written.

use super::copy::{CopyIntoStatement, FileFormatOptions, Options};
use crate::analyze::data_type;
use crate::data_type::DataType;
use crate::name::{Ident, ObjectName};
use crate::object::{Credentials, Volatility, name_with_signature};
use crate::plan::SessionContext;
use crate::span::Span;
use sqlparser::ast;

/// What to do when the object exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateMode {
    /// CREATE: an error.
    Create,
    /// CREATE OR REPLACE.
    OrReplace,
    /// CREATE … IF NOT EXISTS.
    IfNotExists,
    /// CREATE OR ALTER.
    OrAlter,
}

/// CREATE DATABASE.
#[derive(Debug, Clone)]
pub struct CreateDatabase {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// TRANSIENT.
    pub transient: bool,
    /// Its name.
    pub name: Ident,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options, kept.
    pub options: Options,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone)]
pub struct CreateSchema {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// TRANSIENT.
    pub transient: bool,
    /// `[database.]name`.
    pub name: ObjectName,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options, kept.
    pub options: Options,
}

/// CREATE WAREHOUSE.
#[derive(Debug, Clone)]
pub struct CreateWarehouse {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Its name.
    pub name: Ident,
    /// COMMENT.
    pub comment: Option<String>,
    /// Options, kept.
    pub options: Options,
}

/// CREATE STORAGE INTEGRATION.
#[derive(Debug, Clone)]
pub struct CreateIntegration {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Its name.
    pub name: Ident,
    /// ENABLED.
    pub enabled: bool,
    /// STORAGE_PROVIDER.
    pub storage_provider: String,
    /// STORAGE_ALLOWED_LOCATIONS.
    pub allowed_locations: Vec<String>,
    /// STORAGE_BLOCKED_LOCATIONS.
    pub blocked_locations: Vec<String>,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options, kept (STORAGE_AWS_ROLE_ARN, …).
    pub options: Options,
}

/// CREATE STAGE.
#[derive(Debug, Clone)]
pub struct CreateStage {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// TEMPORARY.
    pub temporary: bool,
    /// Its name.
    pub name: ObjectName,
    /// Everything else.
    pub settings: StageSettings,
}

/// What CREATE STAGE and ALTER STAGE … SET give.
#[derive(Debug, Clone)]
pub struct StageSettings {
    /// URL; without one CREATE makes an internal stage.
    pub url: Option<(String, Span)>,
    /// STORAGE_INTEGRATION.
    pub integration: Option<Ident>,
    /// CREDENTIALS.
    pub credentials: Option<Credentials>,
    /// FILE_FORMAT.
    pub file_format: Option<FileFormatOptions>,
    /// DIRECTORY = (ENABLE = …).
    pub directory: Option<bool>,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options, kept; DIRECTORY among them.
    pub options: Options,
}

/// CREATE FILE FORMAT.
#[derive(Debug, Clone)]
pub struct CreateFileFormat {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// TEMPORARY.
    pub temporary: bool,
    /// Its name.
    pub name: ObjectName,
    /// TYPE and its options.
    pub format: FileFormatOptions,
    /// COMMENT.
    pub comment: Option<String>,
}

/// CREATE PIPE … AS COPY INTO ….
#[derive(Debug, Clone)]
pub struct CreatePipe {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Its name.
    pub name: ObjectName,
    /// AUTO_INGEST.
    pub auto_ingest: bool,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options, kept (INTEGRATION, AWS_SNS_TOPIC, ERROR_INTEGRATION).
    pub options: Options,
    /// The COPY statement.
    pub copy: CopyIntoStatement,
    /// The COPY statement's text in the script.
    pub copy_span: Span,
}

/// CREATE SEQUENCE.
#[derive(Debug, Clone)]
pub struct CreateSequence {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Its name.
    pub name: ObjectName,
    /// START; default 1.
    pub start: i64,
    /// INCREMENT; default 1.
    pub increment: i64,
    /// ORDER.
    pub ordered: bool,
    /// COMMENT.
    pub comment: Option<String>,
}

/// CREATE VIEW.
#[derive(Debug, Clone)]
pub struct CreateView {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// TEMPORARY.
    pub temporary: bool,
    /// SECURE.
    pub secure: bool,
    /// Its name.
    pub name: ObjectName,
    /// Column names, if given, each with its COMMENT.
    pub columns: Vec<(Ident, Option<String>)>,
    /// The query.
    pub query: Box<ast::Query>,
    /// The query's text in the script.
    pub query_span: Span,
    /// COMMENT.
    pub comment: Option<String>,
    /// Other options (CHANGE_TRACKING, …): kept.
    pub options: Options,
}

/// CREATE FUNCTION … LANGUAGE SQL.
#[derive(Debug, Clone)]
pub struct CreateFunction {
    /// What to do when it exists.
    pub mode: CreateMode,
    /// Its name, without the types of its parameters.
    pub name: ObjectName,
    /// SECURE.
    pub secure: bool,
    /// Its parameters.
    pub arguments: Vec<FunctionArgument>,
    /// RETURNS.
    pub returns: ReturnsClause,
    /// RETURNS NULL ON NULL INPUT.
    pub strict: bool,
    /// VOLATILE or IMMUTABLE.
    pub volatility: Option<Volatility>,
    /// MEMOIZABLE.
    pub memoizable: bool,
    /// COMMENT.
    pub comment: Option<String>,
    /// What stands between the quotes.
    pub body: String,
}

impl CreateFunction {
    /// Its own name with the types of its parameters; `None` if there is no such type.
    pub fn name_with_signature(&self, context: &SessionContext) -> Option<String> {
        let types: Option<Vec<DataType>> = self
            .arguments
            .iter()
            .map(|argument| data_type(&argument.data_type, context, Span::default()).ok())
            .collect();
        Some(name_with_signature(&self.name.last().value, types?))
    }
}

/// A parameter of CREATE FUNCTION.
#[derive(Debug, Clone)]
pub struct FunctionArgument {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub data_type: ast::DataType,
    /// DEFAULT's text.
    pub default: Option<String>,
}

/// RETURNS of CREATE FUNCTION.
#[derive(Debug, Clone)]
pub enum ReturnsClause {
    /// A value of that type.
    Value(ast::DataType),
    /// TABLE (name type, …).
    Table(Vec<(Ident, ast::DataType)>),
}
