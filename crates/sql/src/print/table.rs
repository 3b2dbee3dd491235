//! TABLE.

use super::{DdlNames, name_list, property};
use crate::name::quote_if_needed;
use crate::object::{Column, DefaultValue, ForeignKey, Key, PropertyValue, Table, TableKind};
use crate::parse::quote_string;

pub(super) fn ddl(table: &Table, names: DdlNames) -> String {
    let kind = match table.kind {
        TableKind::Permanent => "",
        TableKind::Transient => "TRANSIENT ",
        TableKind::Temporary => "TEMPORARY ",
    };
    let name = names.of(&table.name);
    let cluster_by = match table.properties.get("CLUSTER_BY") {
        Some(PropertyValue::List(expressions)) => {
            let expressions: Vec<&str> = expressions
                .iter()
                .map(|expression| match expression {
                    PropertyValue::Text(text) => text.as_str(),
                    _ => "",
                })
                .collect();
            format!(" cluster by ({})", expressions.join(", "))
        }
        _ => String::new(),
    };
    let mut lines: Vec<String> = table.columns.iter().map(column).collect();
    lines.extend(
        table
            .primary_key
            .iter()
            .map(|primary| key(primary, "primary key")),
    );
    lines.extend(table.unique_keys.iter().map(|unique| key(unique, "unique")));
    lines.extend(table.foreign_keys.iter().map(foreign_key));
    let mut text = format!(
        "create or replace {kind}TABLE {name} (\n\t{}\n){cluster_by}",
        lines.join(",\n\t")
    );
    let clauses = property::clauses(&table.properties, &["CLUSTER_BY"]);
    for clause in clauses.into_iter().chain(property::comment(&table.comment)) {
        text.push('\n');
        text.push_str(&clause);
    }
    text.push(';');
    text
}

fn column(column: &Column) -> String {
    let mut text = format!("{} {}", quote_if_needed(&column.name), column.data_type);
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    match &column.default {
        None => {}
        Some(DefaultValue::Expression(expression)) => {
            text.push_str(" DEFAULT ");
            text.push_str(expression);
        }
        Some(DefaultValue::Identity(identity)) => {
            let order = if identity.ordered { "order" } else { "noorder" };
            text.push_str(&format!(
                " autoincrement start {} increment {} {order}",
                identity.start, identity.increment
            ));
        }
    }
    if let Some(comment) = &column.comment {
        text.push_str(" COMMENT ");
        text.push_str(&quote_string(comment));
    }
    text
}

fn named(name: &Option<String>) -> String {
    match name {
        Some(name) => format!("constraint {} ", quote_if_needed(name)),
        None => String::new(),
    }
}

fn key(key: &Key, kind: &str) -> String {
    format!("{}{kind} {}", named(&key.name), name_list(&key.columns))
}

fn foreign_key(key: &ForeignKey) -> String {
    let mut text = format!(
        "{}foreign key {} references {}",
        named(&key.name),
        name_list(&key.columns),
        key.table
    );
    if !key.referenced_columns.is_empty() {
        text.push_str(&name_list(&key.referenced_columns));
    }
    text
}
