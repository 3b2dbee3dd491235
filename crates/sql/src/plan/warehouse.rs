//! CREATE WAREHOUSE and ALTER WAREHOUSE.

use super::Plan;
use super::property::{properties, property};
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::object::{Object, Warehouse};
use crate::statement::{AlterWarehouse, AlterWarehouseAction, CreateWarehouse};

/// CREATE WAREHOUSE.
pub(super) fn plan(create: &CreateWarehouse) -> Plan {
    Plan::Create {
        object: Object::Warehouse(Warehouse {
            name: create.name.value.clone(),
            comment: create.comment.clone(),
            properties: properties(&create.options),
        }),
        mode: create.mode,
        credentials: None,
    }
}

/// ALTER WAREHOUSE.
pub(super) fn plan_alter(alter: &AlterWarehouse, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let (name, span) = match &alter.name {
        Some(name) => (name.value.clone(), name.span),
        None => match &resolver.context.warehouse {
            Some(warehouse) => (warehouse.clone(), Default::default()),
            None => return Err(SqlError::no_current("warehouse", Default::default())),
        },
    };
    if resolver.catalog.warehouse(&name).is_none() {
        return match alter.if_exists {
            true => Ok(Plan::Nothing),
            false => Err(SqlError::does_not_exist("Warehouse", name, span)),
        };
    }
    Ok(match &alter.action {
        AlterWarehouseAction::Set(options) => Plan::AlterWarehouse {
            name,
            set: options
                .iter()
                // How long the statement itself waits; nothing waits here.
                .filter(|(key, _)| key.value != "WAIT_FOR_COMPLETION")
                .map(|(key, value)| (key.value.clone(), property(value)))
                .collect(),
            unset: Vec::new(),
        },
        AlterWarehouseAction::Unset(names) => Plan::AlterWarehouse {
            name,
            set: Vec::new(),
            unset: names.iter().map(|name| name.value.clone()).collect(),
        },
        AlterWarehouseAction::RenameTo(_) => {
            return Err(SqlError::unsupported("ALTER WAREHOUSE … RENAME TO", span));
        }
        AlterWarehouseAction::Nothing => Plan::Nothing,
    })
}
