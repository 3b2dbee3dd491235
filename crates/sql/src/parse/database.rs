//! CREATE DATABASE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::object::TableKind;
use crate::statement::{CreateDatabase, Statement};

/// Options that are kept and shown back, of databases and schemas alike.
pub(crate) const KEPT: &[&str] = &[
    "CATALOG",
    "CLASSIFICATION_PROFILE",
    "DATA_RETENTION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "DEFAULT_NOTEBOOK_COMPUTE_POOL_CPU",
    "DEFAULT_NOTEBOOK_COMPUTE_POOL_GPU",
    "DEFAULT_STREAMLIT_NOTEBOOK_WAREHOUSE",
    "ENABLE_CONSOLE_OUTPUT",
    "EXTERNAL_VOLUME",
    "LOG_LEVEL",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "METRIC_LEVEL",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "REPLACE_INVALID_CHARACTERS",
    "STORAGE_SERIALIZATION_POLICY",
    "SUSPEND_TASK_AFTER_NUM_FAILURES",
    "TASK_AUTO_RETRY_ATTEMPTS",
    "TRACE_LEVEL",
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE",
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
    "USER_TASK_TIMEOUT_MS",
];

/// What follows CREATE [TRANSIENT] DATABASE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("DATABASE", &[TableKind::Transient])?;
    modifiers.not_or_alter("DATABASE")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.name_of(1)?.last().clone();
    modifiers.if_not_exists(cursor)?;
    for clause in ["CLONE", "FROM", "AS"] {
        if cursor.at_word(clause) {
            return Err(SqlError::unsupported(
                format!("CREATE DATABASE … {clause}"),
                cursor.span(),
            ));
        }
    }
    let mut given = options::read_with_tags(cursor)?;
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(&given, KEPT, "DATABASE")?;
    Ok(Statement::CreateDatabase(CreateDatabase {
        mode: modifiers.mode,
        transient: modifiers.kind == TableKind::Transient,
        name,
        comment,
        options: given,
    }))
}
