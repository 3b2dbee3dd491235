//! CREATE WAREHOUSE and ALTER WAREHOUSE.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::statement::{AlterWarehouse, AlterWarehouseAction, CreateWarehouse, Statement};

/// All are kept and shown back.
const KEPT: &[&str] = &[
    "AUTO_RESUME",
    "AUTO_SUSPEND",
    "ENABLE_QUERY_ACCELERATION",
    "GENERATION",
    "INITIALLY_SUSPENDED",
    "MAX_CLUSTER_COUNT",
    "MAX_CONCURRENCY_LEVEL",
    "MIN_CLUSTER_COUNT",
    "QUERY_ACCELERATION_MAX_SCALE_FACTOR",
    "RESOURCE_CONSTRAINT",
    "RESOURCE_MONITOR",
    "SCALING_POLICY",
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
    "STATEMENT_TIMEOUT_IN_SECONDS",
    "WAREHOUSE_SIZE",
    "WAREHOUSE_TYPE",
];

/// What ALTER WAREHOUSE … SET may change.
const SETTABLE: &[&str] = &[
    "AUTO_RESUME",
    "AUTO_SUSPEND",
    "COMMENT",
    "ENABLE_QUERY_ACCELERATION",
    "GENERATION",
    "MAX_CLUSTER_COUNT",
    "MAX_CONCURRENCY_LEVEL",
    "MIN_CLUSTER_COUNT",
    "QUERY_ACCELERATION_MAX_SCALE_FACTOR",
    "RESOURCE_CONSTRAINT",
    "RESOURCE_MONITOR",
    "SCALING_POLICY",
    "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
    "STATEMENT_TIMEOUT_IN_SECONDS",
    "WAIT_FOR_COMPLETION",
    "WAREHOUSE_SIZE",
    "WAREHOUSE_TYPE",
];

/// What follows CREATE WAREHOUSE.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("WAREHOUSE", &[])?;
    modifiers.not_or_alter("WAREHOUSE")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.name_of(1)?.last().clone();
    modifiers.if_not_exists(cursor)?;
    if !cursor.at_words(&["WITH", "TAG"]) {
        cursor.eat_word("WITH");
    }
    let mut given = options::read_with_tags(cursor)?;
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(&given, KEPT, "WAREHOUSE")?;
    Ok(Statement::CreateWarehouse(CreateWarehouse {
        mode: modifiers.mode,
        name,
        comment,
        options: given,
    }))
}

/// What follows ALTER WAREHOUSE.
pub(super) fn alter(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    const ACTIONS: &[&str] = &["SET", "UNSET", "SUSPEND", "RESUME", "RENAME", "ABORT"];
    let if_exists = cursor.if_exists();
    // Without a name the current warehouse is meant.
    let name = if ACTIONS.iter().any(|action| cursor.at_word(action)) {
        None
    } else {
        Some(cursor.name_of(1)?.last().clone())
    };
    let action = match cursor.eat_one_of(ACTIONS) {
        Some("SET") => {
            if cursor.at_word("TAG") {
                return Err(SqlError::unsupported("TAG", cursor.span()));
            }
            let given = options::read(cursor)?;
            if given.is_empty() {
                return Err(cursor.unexpected());
            }
            options::check_known(&given, SETTABLE, "WAREHOUSE")?;
            AlterWarehouseAction::Set(given)
        }
        Some("UNSET") => {
            let names = cursor.comma_separated(|cursor| cursor.ident())?;
            match names
                .iter()
                .find(|name| !SETTABLE.contains(&name.value.as_str()))
            {
                Some(name) => return Err(options::unknown(name, SETTABLE, "WAREHOUSE")),
                None => AlterWarehouseAction::Unset(names),
            }
        }
        Some("SUSPEND") => AlterWarehouseAction::Nothing,
        Some("RESUME") => {
            cursor.eat_words(&["IF", "SUSPENDED"]);
            AlterWarehouseAction::Nothing
        }
        Some("RENAME") => {
            cursor.expect_word("TO")?;
            AlterWarehouseAction::RenameTo(cursor.name_of(1)?.last().clone())
        }
        Some(_) => {
            cursor.expect_word("ALL")?;
            cursor.expect_word("QUERIES")?;
            AlterWarehouseAction::Nothing
        }
        None => return Err(cursor.expected("SET, UNSET, SUSPEND or RESUME")),
    };
    Ok(Statement::AlterWarehouse(AlterWarehouse {
        name,
        if_exists,
        action,
    }))
}
