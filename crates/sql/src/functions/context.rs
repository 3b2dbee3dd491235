//! Context functions: what the session and the statement are. All are constants of the statement.

use super::row::{Function, Kind, Parameter};
use crate::analyze::cast::Mode;
use crate::analyze::tree::{Expr, ExprKind, Literal};
use crate::analyze::{Analyzer, Arguments};
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower::quote_text;
use crate::plan::ROLES;
use crate::statement::SecondaryRoles;

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
    Function::build(
        Kind::Scalar,
        &["CURRENT_IP_ADDRESS"],
        (0, 0),
        current_ip_address,
    ),
    Function::build(Kind::Scalar, &["ALL_USER_NAMES"], (0, 0), all_user_names),
    Function::build(Kind::Scalar, &["CURRENT_REGION"], (0, 0), current_region),
    Function::build(Kind::Scalar, &["CURRENT_VERSION"], (0, 0), current_version),
    Function::build(Kind::Scalar, &["LAST_QUERY_ID"], (0, 1), last_query_id),
    Function::build(Kind::Scalar, &["CURRENT_SCHEMAS"], (0, 0), current_schemas),
    Function::build(
        Kind::Scalar,
        &["CURRENT_STATEMENT"],
        (0, 0),
        current_statement,
    ),
    Function::build(Kind::Scalar, &["CURRENT_CLIENT"], (0, 0), current_client),
    Function::build(
        Kind::Scalar,
        &["CURRENT_ORGANIZATION_NAME"],
        (0, 0),
        current_account,
    ),
    Function::build(Kind::Scalar, &["INVOKER_ROLE"], (0, 0), current_role),
    Function::build(Kind::Scalar, &["INVOKER_SHARE"], (0, 0), nothing),
    Function::build(
        Kind::Scalar,
        &["CURRENT_ROLE_TYPE"],
        (0, 0),
        current_role_type,
    ),
    Function::build(
        Kind::Scalar,
        &["CURRENT_AVAILABLE_ROLES"],
        (0, 0),
        current_available_roles,
    ),
    Function::build(
        Kind::Scalar,
        &["CURRENT_SECONDARY_ROLES"],
        (0, 0),
        current_secondary_roles,
    ),
    Function::build(
        Kind::Scalar,
        &["IS_ROLE_IN_SESSION", "IS_GRANTED_TO_INVOKER_ROLE"],
        (1, 1),
        is_role_in_session,
    ),
    Function::build(Kind::Scalar, &["GETVARIABLE"], (1, 1), get_variable),
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

/// The optional argument: digits of the second's fraction.
fn with_precision(
    analyzer: &Analyzer<'_>,
    call: &Arguments,
    value: Expr,
    of: fn(u8) -> DataType,
) -> Result<Expr, SqlError> {
    let Some(digits) = call.items.first() else {
        return Ok(value);
    };
    let precision = digits
        .as_integer()
        .and_then(|digits| u8::try_from(digits).ok())
        .filter(|digits| *digits <= 9)
        .ok_or_else(|| analyzer.invalid_types(call.function, &[digits.data_type], call.place))?;
    analyzer.explicit_cast(value, of(precision), Mode::Explicit)
}

fn current_timestamp(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let data_type = |precision| DataType::TimestampLtz { precision };
    let value = constant(&call, now(analyzer), data_type(9));
    with_precision(analyzer, &call, value, data_type)
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
    let data_type = |precision| DataType::Time { precision };
    let value = constant(&call, sql, data_type(9));
    with_precision(analyzer, &call, value, data_type)
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

/// Clients are let in from this machine.
fn current_ip_address(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some("127.0.0.1")))
}

fn all_user_names(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let user = Expr::text(analyzer.context.user.clone());
    let names = analyzer.call_named("ARRAY_CONSTRUCT", vec![user], call.place)?;
    analyzer.explicit_cast(names, DataType::TEXT, Mode::Explicit)
}

fn current_region(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some("LOCAL")))
}

fn current_version(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(env!("CARGO_PKG_VERSION"))))
}

/// The schemas in which unqualified names are looked up.
fn current_schemas(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let context = analyzer.context;
    let schemas = match (&context.database, &context.schema) {
        (Some(database), Some(schema)) => format!("[\"{database}\".\"{schema}\"]"),
        _ => "[]".to_owned(),
    };
    Ok(name(&call, Some(&schemas)))
}

fn current_statement(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some(&analyzer.context.statement_text)))
}

fn current_client(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let client = format!("snowmelt {}", env!("CARGO_PKG_VERSION"));
    Ok(name(&call, Some(&client)))
}

fn nothing(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, None))
}

fn current_role_type(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    Ok(name(&call, Some("ROLE")))
}

fn current_available_roles(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let roles: Vec<String> = ROLES.iter().map(|role| format!("\"{role}\"")).collect();
    let roles = format!("[ {} ]", roles.join(", "));
    Ok(name(&call, Some(&roles)))
}

/// What USE SECONDARY ROLES said last.
fn current_secondary_roles(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let text = match analyzer.context.secondary_roles {
        SecondaryRoles::None => "{\"roles\":\"\",\"value\":\"\"}".to_owned(),
        SecondaryRoles::All => {
            let others = ROLES.iter().filter(|role| **role != analyzer.context.role);
            let others: Vec<&str> = others.copied().collect();
            format!("{{\"roles\":\"{}\",\"value\":\"ALL\"}}", others.join(","))
        }
    };
    Ok(name(&call, Some(&text)))
}

/// Whether the current role is, or has, the role of that name.
fn is_role_in_session(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let role = analyzer.fit(call.items[0].clone(), Parameter::Text, call.function)?;
    let roles: Vec<String> = if analyzer.context.role == ROLES[0] {
        ROLES.iter().map(|role| quote_text(role)).collect()
    } else {
        vec![quote_text(&analyzer.context.role), quote_text("PUBLIC")]
    };
    let template = format!("({{0}} IN ({}))", roles.join(", ").replace('{', "{{"));
    Ok(Expr::scalar(call.function, template, vec![role], DataType::Boolean).at(call.place))
}

/// GETVARIABLE('name'): a session variable as text, NULL if there is none.
fn get_variable(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let Some(variable) = call.items[0].as_text() else {
        return Err(SqlError::unsupported(
            "GETVARIABLE of an expression",
            analyzer.span(call.place),
        ));
    };
    let Some(value) = analyzer.context.variables.get(&variable.to_uppercase()) else {
        return Ok(name(&call, None));
    };
    let value = analyzer.variable_value(&value.clone(), call.place)?;
    match &value.kind {
        ExprKind::Literal(Literal::Text(text)) => Ok(name(&call, Some(text))),
        _ => analyzer.explicit_cast(value, DataType::TEXT, Mode::Explicit),
    }
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
