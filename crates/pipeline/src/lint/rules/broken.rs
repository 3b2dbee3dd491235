//! SM001 to SM006: statements that would not run, with the reason that Snowflake gives.

use super::super::finding::{FindingSeverity, Rule};
use super::super::{Finding, Input};
use crate::declare::read::{ReadError, created};
use crate::place::Place;
use snowmelt_sql::SqlError;
use snowmelt_sql::error::ErrorKind;
use snowmelt_sql::object::{ObjectKind, ObjectPath};
use std::collections::BTreeSet;

const fn rule(code: &'static str, name: &'static str) -> Rule {
    Rule {
        code,
        name,
        severity: FindingSeverity::Error,
    }
}

const SYNTAX: Rule = rule("SM001", "syntax");
const UNSUPPORTED: Rule = rule("SM002", "unsupported");
const UNKNOWN_OBJECT: Rule = rule("SM003", "unknown-object");
const UNKNOWN_COLUMN: Rule = rule("SM004", "unknown-column");
const USED_BEFORE_CREATED: Rule = rule("SM005", "used-before-created");
const DOES_NOT_COMPILE: Rule = rule("SM006", "does-not-compile");

pub(super) fn check(input: &Input<'_>, findings: &mut Vec<Finding>) {
    for found in &input.reading.errors {
        let later = created_later(found, input);
        findings.push(match later {
            Some((name, place)) => USED_BEFORE_CREATED.found(
                found.place.clone(),
                format!("`{name}` is used before it is created"),
                format!("the statement fails: `{name}` is created further down, at {place}"),
                "move the CREATE statement up, or name its file earlier in `snowmelt.toml`",
            ),
            None => of_error(&found.error, found.place.clone()),
        });
    }
}

/// The finding for an error of the SQL front end.
pub(super) fn of_error(error: &SqlError, place: Place) -> Finding {
    let advice = |otherwise: &str| {
        let hint = error.hint.as_deref().or(error.detail.as_deref());
        hint.unwrap_or(otherwise).to_owned()
    };
    let code = error.code;
    match error.kind {
        ErrorKind::Syntax => SYNTAX.found(
            place,
            error.message.clone(),
            format!("Snowflake refuses the statement: error {code}, syntax error"),
            advice("correct the statement"),
        ),
        ErrorKind::Unsupported => UNSUPPORTED.found(
            place,
            error.message.clone(),
            "snowmelt refuses the statement; a Snowflake account may run it",
            advice("write it otherwise, or keep it in a file of its own for the account"),
        ),
        ErrorKind::Compilation if error.code == "002003" => UNKNOWN_OBJECT.found(
            place,
            error.message.clone(),
            format!("the statement fails with error {code} unless the object was made elsewhere"),
            advice("create it in an earlier statement, or correct the name"),
        ),
        ErrorKind::Compilation if error.code == "000904" => UNKNOWN_COLUMN.found(
            place,
            error.message.clone(),
            format!("the statement fails with error {code}"),
            advice("correct the column's name"),
        ),
        ErrorKind::Compilation | ErrorKind::Data => DOES_NOT_COMPILE.found(
            place,
            error.message.clone(),
            format!("the statement fails with error {code}"),
            advice("correct the statement"),
        ),
    }
}

/// What was looked up in vain and is created by a later statement.
fn created_later<'a>(found: &ReadError, input: &Input<'a>) -> Option<(String, &'a Place)> {
    let files: Vec<&str> = input.project.sql.iter().map(|file| &*file.path).collect();
    let position = |place: &Place| {
        let file = files.iter().position(|path| *path == &*place.file.path);
        (file, place.span.start)
    };
    // A database and its schema are asked for before what is in them: the innermost name is the one to show.
    let missing: BTreeSet<&(ObjectKind, ObjectPath)> = found.missing.iter().collect();
    input
        .reading
        .statements
        .iter()
        .filter(|statement| position(&statement.place) > position(&found.place))
        .find_map(|statement| {
            let made = created(&statement.parsed.statement, &statement.session)?;
            missing
                .contains(&made)
                .then(|| (made.1.to_string(), &statement.place))
        })
}
