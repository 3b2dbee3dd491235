//! Two definitions of a table: what ALTER TABLE can do without loss, and what it cannot.

use super::{Difference, Remedy, properties};
use snowmelt_sql::DataType;
use snowmelt_sql::name::quote_if_needed;
use snowmelt_sql::object::{Column, DefaultValue, Key, Table};
use snowmelt_sql::parse::quote_string;

/// Compares two tables in normal form.
pub(super) fn compare(declared: &Table, found: &Table) -> Difference {
    let mut steps = Steps {
        table: declared.name.to_string(),
        phrases: Vec::new(),
        statements: Vec::new(),
        lost: Vec::new(),
        must_replace: false,
    };
    if declared.kind != found.kind {
        steps.replace("TRANSIENT differs".to_owned());
    }
    columns(&mut steps, declared, found);
    keys(&mut steps, declared, found);
    let set = properties::compare(
        &mut steps.phrases,
        &without_clustering(declared),
        &without_clustering(found),
        &[],
    );
    if !set.is_empty() {
        steps.alter(&format!("SET {}", set.join(" ")));
    }
    clustering(&mut steps, declared, found);
    if declared.comment != found.comment {
        let comment = quote_string(declared.comment.as_deref().unwrap_or_default());
        steps.phrases.push("its comment differs".to_owned());
        steps
            .statements
            .push(format!("COMMENT ON TABLE {} IS {comment}", declared.name));
    }
    let remedy = match (steps.phrases.is_empty(), steps.must_replace) {
        (true, _) => Remedy::Keep,
        (false, true) => Remedy::Replace,
        (false, false) => Remedy::Alter {
            statements: steps.statements,
            lost: steps.lost,
        },
    };
    Difference {
        phrases: steps.phrases,
        remedy,
    }
}

struct Steps {
    table: String,
    phrases: Vec<String>,
    statements: Vec<String>,
    lost: Vec<String>,
    must_replace: bool,
}

impl Steps {
    fn alter(&mut self, what: &str) {
        self.statements
            .push(format!("ALTER TABLE {} {what}", self.table));
    }

    fn alter_column(&mut self, column: &Column, what: &str) {
        let name = quote_if_needed(&column.name);
        self.alter(&format!("ALTER COLUMN {name} {what}"));
    }

    /// Something that ALTER TABLE cannot do.
    fn replace(&mut self, phrase: String) {
        self.phrases.push(phrase);
        self.must_replace = true;
    }
}

fn columns(steps: &mut Steps, declared: &Table, found: &Table) {
    for column in &found.columns {
        if declared.column(&column.name).is_none() {
            let name = quote_if_needed(&column.name);
            steps
                .phrases
                .push(format!("column {name} is not declared any more"));
            steps.lost.push(format!("the values of column {name}"));
            steps.alter(&format!("DROP COLUMN {name}"));
        }
    }
    let is_kept = |column: &&Column| found.column(&column.name).is_some();
    let kept_now: Vec<&str> = declared
        .columns
        .iter()
        .filter(is_kept)
        .map(|column| column.name.as_str())
        .collect();
    let kept_then: Vec<&str> = found
        .columns
        .iter()
        .filter(|column| declared.column(&column.name).is_some())
        .map(|column| column.name.as_str())
        .collect();
    if kept_now != kept_then {
        steps.replace("the order of its columns differs".to_owned());
    }
    for (position, column) in declared.columns.iter().enumerate() {
        let name = quote_if_needed(&column.name);
        let Some((_, before)) = found.column(&column.name) else {
            let phrase = format!("column {name} is new: {}", column.data_type);
            let is_last = declared.columns[position..]
                .iter()
                .all(|later| found.column(&later.name).is_none());
            // ALTER TABLE adds at the end, and cannot fill a column of rows that are there with anything but a constant.
            let can_add = is_last
                && column.nullable
                && !matches!(column.default, Some(DefaultValue::Identity(_)));
            if can_add {
                steps.phrases.push(phrase);
                steps.alter(&format!("ADD COLUMN {}", definition(column)));
            } else if is_last {
                steps.replace(format!(
                    "{phrase}, which rows that are there have no value for"
                ));
            } else {
                steps.replace(format!("{phrase}, before others"));
            }
            continue;
        };
        column_change(steps, column, before);
    }
}

fn column_change(steps: &mut Steps, declared: &Column, found: &Column) {
    let name = quote_if_needed(&declared.name);
    if declared.data_type != found.data_type {
        let phrase = format!(
            "column {name} is {}, declared {}",
            found.data_type, declared.data_type
        );
        if is_wider(declared.data_type, found.data_type) {
            steps.phrases.push(phrase);
            steps.alter_column(declared, &format!("SET DATA TYPE {}", declared.data_type));
        } else {
            steps.replace(phrase);
        }
    }
    if declared.default != found.default {
        steps
            .phrases
            .push(format!("the default of column {name} differs"));
        match declared.default {
            None if matches!(found.default, Some(DefaultValue::Expression(_))) => {
                steps.alter_column(declared, "DROP DEFAULT");
            }
            _ => steps.must_replace = true,
        }
    }
    if declared.nullable != found.nullable {
        if declared.nullable {
            steps
                .phrases
                .push(format!("column {name} is NOT NULL, declared nullable"));
            steps.alter_column(declared, "DROP NOT NULL");
        } else {
            // Refused by the target if a row has no value there.
            steps
                .phrases
                .push(format!("column {name} is nullable, declared NOT NULL"));
            steps.alter_column(declared, "SET NOT NULL");
        }
    }
    if declared.comment != found.comment {
        steps
            .phrases
            .push(format!("the comment of column {name} differs"));
        let comment = quote_string(declared.comment.as_deref().unwrap_or_default());
        steps.alter_column(declared, &format!("COMMENT {comment}"));
    }
}

/// Whether every value of the one type is a value of the other, and Snowflake changes a column from one to the other.
fn is_wider(declared: DataType, found: DataType) -> bool {
    match (declared, found) {
        (
            DataType::Number { precision, scale },
            DataType::Number {
                precision: from,
                scale: from_scale,
            },
        ) => scale == from_scale && precision > from,
        (DataType::Text { length }, DataType::Text { length: from }) => length > from,
        _ => false,
    }
}

fn keys(steps: &mut Steps, declared: &Table, found: &Table) {
    let columns = |key: &Key| {
        let columns: Vec<String> = key
            .columns
            .iter()
            .map(|column| quote_if_needed(column))
            .collect();
        columns.join(", ")
    };
    let named = |key: &Key| {
        key.name
            .as_deref()
            .map(|name| format!("CONSTRAINT {} ", quote_if_needed(name)))
    };
    if declared.primary_key != found.primary_key {
        steps.phrases.push("its primary key differs".to_owned());
        if found.primary_key.is_some() {
            steps.alter("DROP PRIMARY KEY");
        }
        if let Some(key) = &declared.primary_key {
            let name = named(key).unwrap_or_default();
            steps.alter(&format!("ADD {name}PRIMARY KEY ({})", columns(key)));
        }
    }
    let new: Vec<&Key> = declared
        .unique_keys
        .iter()
        .filter(|key| !found.unique_keys.contains(key))
        .collect();
    let gone: Vec<&Key> = found
        .unique_keys
        .iter()
        .filter(|key| !declared.unique_keys.contains(key))
        .collect();
    if !new.is_empty() || !gone.is_empty() {
        steps.phrases.push("its unique keys differ".to_owned());
    }
    for key in gone {
        match &key.name {
            Some(name) => steps.alter(&format!("DROP CONSTRAINT {}", quote_if_needed(name))),
            None => steps.must_replace = true,
        }
    }
    for key in new {
        let name = named(key).unwrap_or_default();
        steps.alter(&format!("ADD {name}UNIQUE ({})", columns(key)));
    }
    if declared.foreign_keys != found.foreign_keys {
        steps.replace("its foreign keys differ".to_owned());
    }
}

const CLUSTER_BY: &str = "CLUSTER_BY";

fn without_clustering(table: &Table) -> snowmelt_sql::object::Properties {
    let mut properties = table.properties.clone();
    properties.remove(CLUSTER_BY);
    properties
}

fn clustering(steps: &mut Steps, declared: &Table, found: &Table) {
    let of = |table: &Table| table.properties.get(CLUSTER_BY).map(properties::plain);
    let (wanted, there) = (of(declared), of(found));
    if wanted != there {
        steps.phrases.push("CLUSTER BY differs".to_owned());
        match wanted {
            Some(expressions) => steps.alter(&format!("CLUSTER BY {expressions}")),
            None => steps.alter("DROP CLUSTERING KEY"),
        }
    }
}

/// A column as ADD COLUMN takes it.
fn definition(column: &Column) -> String {
    let mut text = format!("{} {}", quote_if_needed(&column.name), column.data_type);
    if let Some(DefaultValue::Expression(expression)) = &column.default {
        text.push_str(&format!(" DEFAULT {expression}"));
    }
    if let Some(comment) = &column.comment {
        text.push_str(&format!(" COMMENT {}", quote_string(comment)));
    }
    text
}
