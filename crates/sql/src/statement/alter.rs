//! ALTER statements as written.

use super::copy::Options;
use crate::name::{Ident, ObjectName};
use sqlparser::ast;

/// ALTER TABLE.
#[derive(Debug, Clone)]
pub struct AlterTable {
    /// The table.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What to change.
    pub operations: Vec<ast::AlterTableOperation>,
}

/// ALTER PIPE.
#[derive(Debug, Clone)]
pub struct AlterPipe {
    /// The pipe.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What to do.
    pub action: AlterPipeAction,
}

/// What ALTER PIPE does.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterPipeAction {
    /// REFRESH [PREFIX = '…'] [MODIFIED_AFTER = '…'].
    Refresh {
        /// PREFIX, below the pipe's own path.
        prefix: Option<String>,
        /// MODIFIED_AFTER, an ISO 8601 timestamp.
        modified_after: Option<String>,
    },
    /// SET PIPE_EXECUTION_PAUSED = TRUE | FALSE.
    SetPaused(bool),
    /// SET COMMENT = '…'.
    SetComment(String),
    /// UNSET COMMENT.
    UnsetComment,
    /// UNSET PIPE_EXECUTION_PAUSED.
    UnsetPaused,
}

/// ALTER WAREHOUSE [IF EXISTS] [name] SET … | SUSPEND | RESUME [IF SUSPENDED] | UNSET ….
#[derive(Debug, Clone)]
pub struct AlterWarehouse {
    /// The warehouse; `None` means the current one.
    pub name: Option<Ident>,
    /// IF EXISTS.
    pub if_exists: bool,
    /// SET.
    pub set: Options,
    /// UNSET.
    pub unset: Vec<Ident>,
}

/// ALTER SESSION.
#[derive(Debug, Clone)]
pub struct AlterSession {
    /// SET.
    pub set: Options,
    /// UNSET.
    pub unset: Vec<Ident>,
}
