//! CREATE TABLE … AS SELECT: the table's columns from the query, the query's values as the columns hold them.

use super::Analyzer;
use super::insert::{ColumnTarget, assigned, stays_narrow};
use super::narrow::fits_64_bits;
use crate::catalog::Catalog;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::object::{Column, Table};
use crate::plan::{QueryPlan, SessionContext};
use crate::span::Span;
use sqlparser::ast;

/// Plans the rows of `table`, and completes its columns. `table.columns` are those declared: none, or one for each
/// column of the query; one of type [`DataType::Null`] takes the query's type. In the result a column is narrow where the
/// query proves that its values fit 64 bits, and where that is guessed. `script` is the text the query's spans point into.
///
/// # Errors
/// What the query's analysis refuses; a number of columns that differs; duplicate names.
pub fn plan_create_table_as(
    table: Table,
    query: &ast::Query,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<(Table, QueryPlan), SqlError> {
    let mut analyzer = Analyzer::new(script, catalog, context);
    let query = analyzer.query(query, None)?;
    let mut table = table;
    if table.columns.is_empty() {
        table.columns = query
            .columns
            .iter()
            .map(|output| {
                let mut column = Column::new(output.name.clone(), DataType::Null);
                column.nullable = true;
                column
            })
            .collect();
    }
    if table.columns.len() != query.columns.len() {
        return Err(SqlError::compilation(
            "002020",
            "21S01",
            format!(
                "Insert value list does not match column list expecting {} but got {}",
                table.columns.len(),
                query.columns.len()
            ),
            Span::default(),
        ));
    }
    for (index, column) in table.columns.iter().enumerate() {
        if table.columns[..index]
            .iter()
            .any(|other| other.name == column.name)
        {
            return Err(SqlError::compilation(
                "002025",
                "42S21",
                format!("duplicate column name '{}'", column.name),
                Span::default(),
            ));
        }
    }
    let mut targets = Vec::with_capacity(table.columns.len());
    for (column, output) in table.columns.iter_mut().zip(&query.columns) {
        if column.data_type == DataType::Null {
            column.data_type = match output.data_type {
                DataType::Null => DataType::TEXT,
                other => other,
            };
        }
        let is_short = fits_64_bits(column.data_type, false);
        let is_proven = stays_narrow(output.data_type, output.narrow, column.data_type);
        let is_guessed = analyzer.guesses
            && !is_proven
            && !is_short
            && column.data_type.is_worth_guessing_narrow();
        analyzer.guessed |= is_guessed;
        column.narrow = if is_short {
            column.data_type.can_be_narrow()
        } else {
            is_proven || is_guessed
        };
        targets.push(ColumnTarget::of(column));
    }
    let query = assigned(&mut analyzer, query, &targets)?;
    Ok((table, analyzer.finish(query)))
}
