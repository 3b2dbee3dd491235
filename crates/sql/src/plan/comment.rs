//! COMMENT ON and DROP: any kind of object.

use super::Plan;
use super::resolve::{Resolver, noun};
use crate::catalog::Relation;
use crate::error::SqlError;
use crate::name::ObjectName;
use crate::object::{ObjectKind, ObjectPath};

/// COMMENT ON kind name IS '…'.
pub(super) fn plan(
    kind: ObjectKind,
    name: &ObjectName,
    comment: &str,
    if_exists: bool,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let path = resolver.path(kind, name)?;
    if !resolver.exists(kind, &path) {
        return match if_exists {
            true => Ok(Plan::Nothing),
            false => Err(SqlError::does_not_exist(
                noun(kind),
                path.shown(kind),
                name.span(),
            )),
        };
    }
    Ok(Plan::Comment {
        kind,
        path,
        column: None,
        comment: comment.to_owned(),
    })
}

/// COMMENT ON COLUMN [[db.]schema.]table.column IS '…'.
pub(super) fn plan_column(
    name: &ObjectName,
    comment: &str,
    if_exists: bool,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let [table @ .., column] = name.parts.as_slice() else {
        return Err(SqlError::invalid_identifier(name, name.span()));
    };
    if table.is_empty() {
        return Err(SqlError::invalid_identifier(column, column.span)
            .with_detail("a column's name starts with its table"));
    }
    let table = ObjectName {
        parts: table.to_vec(),
    };
    let full = resolver.name(&table)?;
    let (kind, known) = match resolver.catalog.relation(&full) {
        Some(Relation::Table(table)) => (ObjectKind::Table, table.column(&column.value).is_some()),
        // A view's columns are known when it is analyzed; the engine checks.
        Some(Relation::View(view)) => (
            ObjectKind::View,
            view.column_names.is_empty() || view.column_names.contains(&column.value),
        ),
        Some(Relation::System(_)) | None => {
            return match if_exists {
                true => Ok(Plan::Nothing),
                false => Err(SqlError::does_not_exist("Table", full, table.span())),
            };
        }
    };
    if !known {
        return Err(SqlError::invalid_identifier(column, column.span));
    }
    Ok(Plan::Comment {
        kind,
        path: ObjectPath::Full(full),
        column: Some(column.value.clone()),
        comment: comment.to_owned(),
    })
}

/// DROP. Without IF EXISTS the object must exist.
pub(super) fn plan_drop(
    kind: ObjectKind,
    name: &ObjectName,
    if_exists: bool,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    let path = resolver.path(kind, name)?;
    if !if_exists && !resolver.exists(kind, &path) {
        return Err(SqlError::does_not_exist(
            noun(kind),
            path.shown(kind),
            name.span(),
        ));
    }
    Ok(Plan::Drop {
        kind,
        path,
        if_exists,
    })
}
