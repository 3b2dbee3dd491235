//! Values that a client has put into a stage because they are too many for a request. In: the statement and the stage's path,
//! with a row of CSV for each run of the statement. Out: a statement that reads them there, or the values as arrays.

use super::run::Asked;
use crate::failure::Failure;
use crate::wire::query::Binding;
use serde_json::Value;
use snowmelt_engine::Session;
use snowmelt_sql::parse::{only_values_row, placeholders, quote_string};

/// What is asked for, with the values of `stage`.
///
/// # Errors
/// The stage cannot be read.
pub(super) fn read(session: &mut Session, asked: &Asked, stage: &str) -> Result<Asked, Failure> {
    let stage = quote_string(stage);
    let text = &asked.sql;
    let mut read = Asked {
        bind_stage: None,
        ..asked.clone()
    };
    let found = placeholders(text, &|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    match only_values_row(text).and_then(|row| {
        let before = text[..row.start].trim_end();
        let keyword = before.len().checked_sub("VALUES".len())?;
        let all_inside = found.iter().all(|found| found.span.start > row.start);
        all_inside.then_some((keyword, row))
    }) {
        // An INSERT of rows becomes an INSERT of a query, which takes any number of them.
        Some((keyword, row)) => {
            let mut statement = format!("{}SELECT ", &text[..keyword]);
            let mut copied = row.start + 1;
            for placeholder in &found {
                statement.push_str(&text[copied..placeholder.span.start]);
                statement.push_str(&format!("${}", placeholder.name));
                copied = placeholder.span.end;
            }
            statement.push_str(&text[copied..row.end - 1]);
            statement.push_str(&format!(" FROM {stage}"));
            read.sql = statement;
        }
        None => {
            let columns = found
                .iter()
                .filter_map(|placeholder| placeholder.name.parse().ok())
                .max()
                .unwrap_or(0);
            read.bindings = values(session, &stage, columns)?;
        }
    }
    Ok(read)
}

/// The first columns of the stage's files as arrays of texts.
fn values(
    session: &mut Session,
    stage: &str,
    columns: usize,
) -> Result<super::bind::Bindings, Failure> {
    let mut values: Vec<Vec<Value>> = vec![Vec::new(); columns];
    let fields: Vec<String> = (1..=columns).map(|column| format!("${column}")).collect();
    let query = format!("SELECT {} FROM {stage}", fields.join(", "));
    let failed = |error| Failure::of_engine(error, &query);
    for row in session.execute(&query).map_err(failed)?.into_text_rows() {
        for (column, text) in values.iter_mut().zip(row.map_err(failed)?) {
            column.push(text.map_or(Value::Null, Value::from));
        }
    }
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(index, column)| {
            let binding = Binding {
                kind: "TEXT".to_owned(),
                value: Value::Array(column),
                fmt: None,
            };
            ((index + 1).to_string(), binding)
        })
        .collect())
}
