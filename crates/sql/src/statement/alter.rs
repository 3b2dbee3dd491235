//! ALTER statements as written.

use super::copy::Options;
use crate::name::{Ident, ObjectName};
use crate::object::ObjectKind;

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
    /// What to do.
    pub action: AlterWarehouseAction,
}

/// What ALTER WAREHOUSE does.
#[derive(Debug, Clone)]
pub enum AlterWarehouseAction {
    /// SET.
    Set(Options),
    /// UNSET.
    Unset(Vec<Ident>),
    /// RENAME TO.
    RenameTo(Ident),
    /// SUSPEND, RESUME [IF SUSPENDED], ABORT ALL QUERIES: nothing to do on one machine.
    Nothing,
}

/// ALTER SESSION.
#[derive(Debug, Clone)]
pub struct AlterSession {
    /// SET.
    pub set: Options,
    /// UNSET.
    pub unset: Vec<Ident>,
}

/// ALTER of a database, schema, integration, view, stage, file format or sequence.
#[derive(Debug, Clone)]
pub struct AlterObject {
    /// What kind.
    pub kind: ObjectKind,
    /// Which.
    pub name: ObjectName,
    /// IF EXISTS.
    pub if_exists: bool,
    /// What to change.
    pub action: AlterObjectAction,
}

/// What such an ALTER changes.
#[derive(Debug, Clone)]
pub enum AlterObjectAction {
    /// RENAME TO.
    RenameTo(ObjectName),
    /// SET, and what amounts to it: SECURE and MANAGED_ACCESS are TRUE or FALSE, INCREMENT is a number, ORDERED is TRUE or
    /// FALSE.
    Set(Options),
    /// UNSET.
    Unset(Vec<Ident>),
}
