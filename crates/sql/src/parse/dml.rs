//! INSERT, UPDATE, DELETE, MERGE: sqlparser's, less what other dialects have; and TRUNCATE.

use super::cursor::Cursor;
use crate::error::SqlError;
use crate::span::Span;
use crate::statement::Statement;
use sqlparser::ast;

/// INSERT, UPDATE, DELETE or MERGE.
pub(super) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let start = cursor.span();
    let (statement, _) = cursor.parse(|parser| parser.parse_statement())?;
    match statement {
        ast::Statement::Insert(insert) => {
            let foreign = insert.or.is_some()
                || insert.ignore
                || insert.replace_into
                || insert.table_alias.is_some()
                || insert.partitioned.is_some()
                || insert.has_table_keyword
                || insert.on.is_some()
                || insert.returning.is_some()
                || insert.output.is_some()
                || insert.insert_alias.is_some()
                || insert.by_name
                || insert.overriding.is_some()
                || !insert.assignments.is_empty();
            refuse_foreign(foreign, "this form of INSERT", start)?;
            Ok(Statement::Insert(Box::new(insert)))
        }
        ast::Statement::Update(update) => {
            let foreign = update.or.is_some()
                || update.returning.is_some()
                || update.output.is_some()
                || update.limit.is_some()
                || matches!(update.from, Some(ast::UpdateTableFromKind::BeforeSet(_)));
            refuse_foreign(foreign, "this form of UPDATE", start)?;
            Ok(Statement::Update(Box::new(update)))
        }
        ast::Statement::Delete(delete) => {
            let foreign = delete.returning.is_some()
                || delete.output.is_some()
                || delete.limit.is_some()
                || !delete.order_by.is_empty()
                || !delete.tables.is_empty()
                || matches!(delete.from, ast::FromTable::WithoutKeyword(_));
            refuse_foreign(foreign, "this form of DELETE", start)?;
            Ok(Statement::Delete(Box::new(delete)))
        }
        ast::Statement::Merge(merge) => {
            refuse_foreign(merge.output.is_some(), "MERGE with OUTPUT", start)?;
            Ok(Statement::Merge(Box::new(merge)))
        }
        _ => Err(SqlError::unsupported("this form of DML", start)),
    }
}

/// What another dialect has and Snowflake does not is no more than a syntax error there; here it has a name.
fn refuse_foreign(foreign: bool, what: &str, span: Span) -> Result<(), SqlError> {
    if foreign {
        Err(SqlError::unsupported(what, span))
    } else {
        Ok(())
    }
}

/// TRUNCATE [TABLE] [IF EXISTS] name. MATERIALIZED VIEW is refused.
pub(super) fn truncate(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    cursor.expect_word("TRUNCATE")?;
    if cursor.at_words(&["MATERIALIZED", "VIEW"]) {
        return Err(SqlError::unsupported(
            "TRUNCATE MATERIALIZED VIEW",
            cursor.span(),
        ));
    }
    cursor.eat_word("TABLE");
    let if_exists = cursor.if_exists();
    let table = cursor.object_name()?;
    Ok(Statement::Truncate { table, if_exists })
}
