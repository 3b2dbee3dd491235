//! System functions: GET_DDL, SYSTEM$PIPE_STATUS (a macro of the engine's, `snowmelt.pipe_status(database, schema, pipe)`).

use super::row::{Function, Kind};
use super::table::{named_object, parts};
use crate::analyze::tree::{Expr, ExprKind, Literal};
use crate::analyze::{Analyzer, Arguments};
use crate::catalog::Relation;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::name::QualifiedName;
use crate::object::Object;
use crate::parse::name_in_text;
use crate::print::DdlNames;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::build(Kind::Scalar, &["GET_DDL"], (2, 3), get_ddl),
    Function::build(Kind::Scalar, &["SYSTEM$PIPE_STATUS"], (1, 1), pipe_status),
    Function::build(Kind::Scalar, &["SYSTEM$TYPEOF"], (1, 1), type_of),
];

/// SYSTEM$TYPEOF(expression): its type, and how Snowflake holds values of it.
fn type_of(_: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let data_type = call.items[0].data_type;
    let held = match data_type {
        DataType::Boolean
        | DataType::Number {
            precision: 0..=2, ..
        } => "SB1",
        DataType::Number {
            precision: 3..=4, ..
        } => "SB2",
        DataType::Date
        | DataType::Number {
            precision: 5..=9, ..
        } => "SB4",
        DataType::Time { .. }
        | DataType::Number {
            precision: 10..=18, ..
        } => "SB8",
        DataType::Number { .. }
        | DataType::TimestampNtz { .. }
        | DataType::TimestampLtz { .. }
        | DataType::TimestampTz { .. } => "SB16",
        DataType::Float => "DOUBLE",
        DataType::Null
        | DataType::Text { .. }
        | DataType::Binary { .. }
        | DataType::Variant
        | DataType::Object
        | DataType::Array => "LOB",
    };
    Ok(Expr::text(format!("{data_type}[{held}]")).at(call.place))
}

fn pipe_status(analyzer: &mut Analyzer<'_>, mut call: Arguments) -> Result<Expr, SqlError> {
    let pipe = named_object(analyzer, call.items.pop(), "1", call.place)?;
    if analyzer.catalog.pipe(&pipe).is_none() {
        return Err(SqlError::does_not_exist(
            "Pipe",
            pipe,
            analyzer.span(call.place),
        ));
    }
    let sql = format!("snowmelt.pipe_status({})", parts(&pipe)).replace('{', "{{");
    Ok(Expr::scalar(call.function, sql, Vec::new(), DataType::TEXT)
        .nullable(true)
        .at(call.place))
}

/// GET_DDL(kind, name [, with full names]): a constant of the statement.
fn get_ddl(analyzer: &mut Analyzer<'_>, call: Arguments) -> Result<Expr, SqlError> {
    let span = analyzer.span(call.place);
    let constant = |index: usize| {
        call.items
            .get(index)
            .and_then(Expr::as_text)
            .ok_or_else(|| SqlError::unsupported("GET_DDL of an expression", span))
    };
    let (kind, name) = (constant(0)?.to_uppercase(), constant(1)?);
    let names = match call.items.get(2).map(|full| &full.kind) {
        Some(ExprKind::Literal(Literal::Boolean(true))) => DdlNames::Full,
        _ => DdlNames::Bare,
    };
    if kind == "FUNCTION" {
        let function = analyzer
            .function_in_text(name, span)?
            .ok_or_else(|| SqlError::does_not_exist("Function", name, span))?;
        let ddl = Object::Function((*function).clone()).ddl(names);
        return Ok(Expr::text(ddl).at(call.place));
    }
    let written =
        name_in_text(name, span).ok_or_else(|| SqlError::invalid_identifier(name, span))?;
    let object = match kind.as_str() {
        "WAREHOUSE" => analyzer
            .catalog
            .warehouse(&written.last().value)
            .map(|found| Object::Warehouse((*found).clone())),
        "INTEGRATION" => analyzer
            .catalog
            .integration(&written.last().value)
            .map(|found| Object::Integration((*found).clone())),
        kind => {
            let full = analyzer.qualify(&written)?;
            in_schema(analyzer, kind, &full)
                .ok_or_else(|| SqlError::unsupported(format!("GET_DDL of a {kind}"), span))?
        }
    };
    match object {
        Some(object) => Ok(Expr::text(object.ddl(names)).at(call.place)),
        None => Err(SqlError::does_not_exist(noun(&kind), written, span)),
    }
}

/// The object of that kind, if it exists; `None` for a kind that has no DDL here.
fn in_schema(analyzer: &Analyzer<'_>, kind: &str, name: &QualifiedName) -> Option<Option<Object>> {
    let catalog = analyzer.catalog;
    Some(match kind {
        "TABLE" | "VIEW" => match (kind, catalog.relation(name)) {
            ("TABLE", Some(Relation::Table(table))) => Some(Object::Table((*table).clone())),
            (_, Some(Relation::View(view))) => Some(Object::View((*view).clone())),
            _ => None,
        },
        "STAGE" => catalog
            .stage(name)
            .map(|found| Object::Stage((*found).clone())),
        "FILE_FORMAT" | "FILE FORMAT" => catalog
            .file_format(name)
            .map(|found| Object::FileFormat((*found).clone())),
        "PIPE" => catalog
            .pipe(name)
            .map(|found| Object::Pipe((*found).clone())),
        "SEQUENCE" => catalog
            .sequence(name)
            .map(|found| Object::Sequence((*found).clone())),
        _ => return None,
    })
}

/// Snowflake's noun in messages.
fn noun(kind: &str) -> &'static str {
    match kind {
        "TABLE" => "Table",
        "VIEW" => "View",
        "STAGE" => "Stage",
        "PIPE" => "Pipe",
        "SEQUENCE" => "Sequence",
        "WAREHOUSE" => "Warehouse",
        "INTEGRATION" => "Integration",
        "FILE_FORMAT" | "FILE FORMAT" => "File format",
        _ => "Object",
    }
}
