//! One statement: its first word says which reader takes it.

use super::cursor::Cursor;
use super::{
    alter, comment, copy, create, describe, dml, drop, files, immediate, noun, query, session,
    show, stage_path, transaction, use_object,
};
use crate::error::SqlError;
use crate::statement::Statement;
use sqlparser::tokenizer::Token;

/// Statements that Snowflake has and snowmelt does not run, by their first words.
const REFUSED: &[&str] = &[
    "CALL",
    "COPY FILES",
    "DECLARE",
    "EXECUTE ALERT",
    "EXECUTE JOB SERVICE",
    "EXECUTE NOTEBOOK",
    "EXECUTE TASK",
    "EXPLAIN",
    "GRANT",
    "REVOKE",
    "UNDROP",
];

/// Reads one statement, which must fill the cursor's tokens.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    let statement = by_first_word(cursor)?;
    cursor.finish()?;
    Ok(statement)
}

fn by_first_word(cursor: &mut Cursor<'_>) -> Result<Statement, SqlError> {
    if *cursor.peek() == Token::LParen {
        return query::statement(cursor);
    }
    let Some(word) = cursor.word() else {
        return Err(cursor.unexpected());
    };
    match word.as_str() {
        "SELECT" | "WITH" | "VALUES" => query::statement(cursor),
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" => dml::statement(cursor),
        "TRUNCATE" => dml::truncate(cursor),
        "CREATE" => create::statement(cursor),
        "ALTER" => alter::statement(cursor),
        "DROP" => drop::statement(cursor),
        "COPY" => copy::statement(cursor),
        "LIST" | "LS" => stage_path::list(cursor),
        "PUT" => files::put(cursor),
        "GET" => files::get(cursor),
        "REMOVE" | "RM" => files::remove(cursor),
        "USE" => use_object::statement(cursor),
        "SHOW" => show::statement(cursor),
        "DESC" | "DESCRIBE" => describe::statement(cursor),
        "SET" => session::set(cursor),
        "UNSET" => session::unset(cursor),
        "COMMENT" => comment::statement(cursor),
        "EXECUTE" if cursor.at_words(&["EXECUTE", "IMMEDIATE"]) => immediate::statement(cursor),
        "BEGIN" => transaction::begin(cursor),
        "START" => transaction::start(cursor),
        "COMMIT" => transaction::end(cursor, Statement::Commit),
        "ROLLBACK" => transaction::end(cursor, Statement::Rollback),
        _ => Err(noun::refused(cursor, "", REFUSED).unwrap_or_else(|| cursor.unexpected())),
    }
}
