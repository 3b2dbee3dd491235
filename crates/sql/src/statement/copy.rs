//! COPY INTO as written, and the option lists that COPY, stages and file formats share.

use crate::name::{Ident, ObjectName};
use crate::span::Span;
use sqlparser::ast;

/// An option list in writing order; names are folded to upper case. The span is the option's name.
pub type Options = Vec<(Ident, OptionValue)>;

/// The value of an option, with its place.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// A string literal, escapes resolved.
    Text(String, Span),
    /// A number.
    Number(String, Span),
    /// A bare word, as written: TRUE, AUTO, NONE, CASE_INSENSITIVE, a name.
    Word(String, Span),
    /// A parenthesised list of values.
    List(Vec<OptionValue>, Span),
    /// A parenthesised list of options.
    Options(Options, Span),
    /// A name of several parts.
    Name(ObjectName),
}

/// FILE_FORMAT = (…) or FILE_FORMAT = 'name', or what follows CREATE FILE FORMAT name.
#[derive(Debug, Clone)]
pub enum FileFormatOptions {
    /// A named format.
    Named(ObjectName),
    /// TYPE = … and its options.
    Inline(Options, Span),
}

/// `@[db.][schema.]stage[/path]`, `@%table[/path]`, `@~[/path]`.
#[derive(Debug, Clone, PartialEq)]
pub enum StagePathRef {
    /// A named stage.
    Named {
        /// The stage.
        stage: ObjectName,
        /// What follows, without the leading slash.
        path: String,
        /// The whole reference.
        span: Span,
    },
    /// A table's stage.
    Table {
        /// The table.
        table: ObjectName,
        /// What follows.
        path: String,
        /// The whole reference.
        span: Span,
    },
    /// The user's stage.
    User {
        /// What follows.
        path: String,
        /// The whole reference.
        span: Span,
    },
    /// `'s3://…'` written in place of a stage.
    Url {
        /// The URL.
        url: String,
        /// The literal.
        span: Span,
    },
}

/// COPY INTO table FROM stage | (SELECT … FROM stage).
#[derive(Debug, Clone)]
pub struct CopyIntoStatement {
    /// The table.
    pub table: ObjectName,
    /// The column list.
    pub columns: Vec<Ident>,
    /// Where from.
    pub path: StagePathRef,
    /// The transformation's items, if any.
    pub transform: Vec<TransformColumn>,
    /// The stage's alias in the transformation.
    pub alias: Option<Ident>,
    /// FILES.
    pub files: Vec<String>,
    /// PATTERN.
    pub pattern: Option<(String, Span)>,
    /// FILE_FORMAT.
    pub file_format: Option<FileFormatOptions>,
    /// Copy options, not yet interpreted.
    pub options: Options,
    /// VALIDATION_MODE, folded to upper case.
    pub validation_mode: Option<Ident>,
}

/// One item of `FROM (SELECT …)`.
#[derive(Debug, Clone)]
pub struct TransformColumn {
    /// The expression.
    pub expression: ast::Expr,
    /// Its text in the script.
    pub span: Span,
}

/// COPY INTO location FROM table | (query).
#[derive(Debug, Clone)]
pub struct CopyIntoLocation {
    /// Where to.
    pub path: StagePathRef,
    /// Where from.
    pub source: UnloadSource,
    /// PARTITION BY, and its text in the script.
    pub partition_by: Option<(ast::Expr, Span)>,
    /// FILE_FORMAT.
    pub file_format: Option<FileFormatOptions>,
    /// Copy options, not yet interpreted; HEADER among them.
    pub options: Options,
    /// VALIDATION_MODE, folded to upper case.
    pub validation_mode: Option<Ident>,
}

/// What COPY INTO location unloads.
#[derive(Debug, Clone)]
pub enum UnloadSource {
    /// All rows of a table or view.
    Table(ObjectName),
    /// The rows of a query, and its text in the script.
    Query(Box<ast::Query>, Span),
}

/// PUT, GET and REMOVE.
#[derive(Debug, Clone)]
pub enum FileCommand {
    /// PUT file://… @stage.
    Put {
        /// The local files: `file://` and a path that may hold `*` and `?`.
        source: (String, Span),
        /// Where to.
        path: StagePathRef,
        /// PARALLEL, AUTO_COMPRESS, SOURCE_COMPRESSION, OVERWRITE.
        options: Options,
    },
    /// GET @stage file://….
    Get {
        /// Where from.
        path: StagePathRef,
        /// The local folder: `file://` and a path.
        target: (String, Span),
        /// PARALLEL, PATTERN.
        options: Options,
    },
    /// REMOVE | RM @stage.
    Remove {
        /// What.
        path: StagePathRef,
        /// PATTERN.
        pattern: Option<String>,
    },
}
