//! Context functions: what the session and the statement are. All are constants of the statement.

use super::row::{Function, Kind};
use crate::analyze::tree::Expr;
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::quote_text;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(
        Kind::Scalar,
        &[
            "CURRENT_TIMESTAMP",
            "GETDATE",
            "LOCALTIMESTAMP",
            "SYSTIMESTAMP",
        ],
        (0, 1),
        current_timestamp,
    ),
    Function::build(Kind::Scalar, &["CURRENT_DATE"], (0, 0), current_date),
    Function::build(
        Kind::Scalar,
        &["CURRENT_TIME", "LOCALTIME"],
        (0, 1),
        current_time,
    ),
    Function::build(Kind::Scalar, &["SYSDATE"], (0, 0), sysdate),
    Function::build(
        Kind::Scalar,
        &["CURRENT_DATABASE"],
        (0, 0),
        current_database,
    ),
    Function::build(Kind::Scalar, &["CURRENT_SCHEMA"], (0, 0), current_schema),
    Function::build(
        Kind::Scalar,
        &["CURRENT_WAREHOUSE"],
        (0, 0),
        current_warehouse,
    ),
    Function::build(Kind::Scalar, &["CURRENT_ROLE"], (0, 0), current_role),
    Function::build(Kind::Scalar, &["CURRENT_USER"], (0, 0), current_user),
    Function::build(Kind::Scalar, &["CURRENT_SESSION"], (0, 0), current_session),
    Function::build(
        Kind::Scalar,
        &["CURRENT_ACCOUNT", "CURRENT_ACCOUNT_NAME"],
        (0, 0),
        current_account,
    ),
    Function::build(Kind::Scalar, &["CURRENT_REGION"], (0, 0), current_region),
    Function::build(Kind::Scalar, &["CURRENT_VERSION"], (0, 0), current_version),
    Function::build(Kind::Scalar, &["LAST_QUERY_ID"], (0, 1), last_query_id),
];

/// When the statement started, as an instant.
fn now(analyzer: &Analyzer<'_>) -> String {
    format!(
        "make_timestamptz({})",
        analyzer.context.statement_started_at_micros
    )
}

fn constant(call: &Arguments, sql: String, data_type: DataType) -> Expr {
    Expr::scalar(call.function, sql.replace('{', "{{"), Vec::new(), data_type)
        .nullable(false)
        .at(call.place)
}

fn current_timestamp(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let data_type = DataType::TimestampLtz { precision: 9 };
    Ok(constant(&call, now(analyzer), data_type))
}

/// The wall clock in the session's time zone.
fn wall_clock(analyzer: &Analyzer<'_>) -> String {
    format!(
        "timezone({}, {})",
        quote_text(analyzer.context.time_zone()),
        now(analyzer)
    )
}

fn current_date(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let sql = format!("CAST({} AS DATE)", wall_clock(analyzer));
    Ok(constant(&call, sql, DataType::Date))
}

fn current_time(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let sql = format!("CAST({} AS TIME)", wall_clock(analyzer));
    Ok(constant(&call, sql, DataType::Time { precision: 9 }))
}

/// SYSDATE is in UTC.
fn sysdate(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let sql = format!(
        "make_timestamp({})",
        analyzer.context.statement_started_at_micros
    );
    Ok(constant(
        &call,
        sql,
        DataType::TimestampNtz { precision: 9 },
    ))
}

fn name(call: &Arguments, name: Option<&str>) -> Expr {
    match name {
        Some(name) => Expr::text(name).at(call.place),
        None => Expr {
            data_type: DataType::TEXT,
            ..Expr::null().at(call.place)
        },
    }
}

fn current_database(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, analyzer.context.database.as_deref()))
}

fn current_schema(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, analyzer.context.schema.as_deref()))
}

fn current_warehouse(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, analyzer.context.warehouse.as_deref()))
}

fn current_role(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(&analyzer.context.role)))
}

fn current_user(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(&analyzer.context.user)))
}

fn current_session(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(&analyzer.context.session_id.to_string())))
}

fn current_account(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some("SNOWMELT")))
}

fn current_region(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some("LOCAL")))
}

fn current_version(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(env!("CARGO_PKG_VERSION"))))
}

/// LAST_QUERY_ID(n): n < 0 counts from the last one, n > 0 from the first.
fn last_query_id(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let number = match call.items.first() {
        None => -1,
        Some(number) => number.as_integer().ok_or_else(|| {
            SqlError::unsupported("LAST_QUERY_ID of an expression", analyzer.span(call.place))
        })?,
    };
    let ids = &analyzer.context.last_query_ids;
    let index = if number < 0 {
        usize::try_from(-number)
            .ok()
            .and_then(|back| ids.len().checked_sub(back))
    } else {
        usize::try_from(number - 1).ok()
    };
    Ok(name(
        &call,
        index.and_then(|index| ids.get(index)).map(String::as_str),
    ))
}
