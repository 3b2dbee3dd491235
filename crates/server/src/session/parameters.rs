//! Session parameters in and out: what a client gives at login, what it is told after each statement.

use super::DriverSession;
use crate::failure::Failure;
use crate::wire::login::NameValue;
use serde_json::Value;
use snowmelt_engine::Session;
use snowmelt_sql::SessionContext;
use snowmelt_sql::object::PropertyValue;
use snowmelt_sql::parse::quote_string;
use snowmelt_sql::plan::{PARAMETERS, Parameter, ParameterKind, shown};

/// What drivers ask for beside the parameters of Snowflake's documentation.
const FOR_DRIVERS: &[(&str, Given)] = &[
    // More values than this go to a stage and not into the request.
    (
        "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD",
        Given::Number(65_280),
    ),
    ("CLIENT_TELEMETRY_ENABLED", Given::Boolean(false)),
    (
        "CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED",
        Given::Boolean(false),
    ),
    (
        "CLIENT_TELEMETRY_SESSIONLESS_ENABLED",
        Given::Boolean(false),
    ),
    ("CLIENT_VALIDATE_DEFAULT_PARAMETERS", Given::Boolean(false)),
    ("CLIENT_DISABLE_INCIDENTS", Given::Boolean(true)),
    ("CLIENT_FORCE_PROTECT_ID_TOKEN", Given::Boolean(true)),
    ("CLIENT_STORE_TEMPORARY_CREDENTIAL", Given::Boolean(false)),
    ("CLIENT_CONSENT_CACHE_ID_TOKEN", Given::Boolean(false)),
    ("CLIENT_REQUEST_MFA_TOKEN", Given::Boolean(false)),
    ("QUERY_CONTEXT_CACHE_SIZE", Given::Number(5)),
    (
        "ENABLE_STAGE_S3_PRIVATELINK_FOR_US_EAST_1",
        Given::Boolean(false),
    ),
    ("SNOWPARK_REQUEST_TIMEOUT_IN_SECONDS", Given::Number(86_400)),
    ("PYTHON_CONNECTOR_USE_NANOARROW", Given::Boolean(true)),
    ("PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", Given::Text("ARROW")),
    ("GO_QUERY_RESULT_FORMAT", Given::Text("ARROW")),
    ("JDBC_QUERY_RESULT_FORMAT", Given::Text("ARROW")),
    ("ODBC_QUERY_RESULT_FORMAT", Given::Text("ARROW")),
    ("NODE_QUERY_RESULT_FORMAT", Given::Text("JSON")),
];

#[derive(Clone, Copy)]
enum Given {
    Boolean(bool),
    Number(i64),
    Text(&'static str),
}

impl Given {
    fn value(self) -> Value {
        match self {
            Given::Boolean(value) => value.into(),
            Given::Number(value) => value.into(),
            Given::Text(value) => value.into(),
        }
    }
}

/// Sets a parameter that came with a login. Says whether the engine knows it.
///
/// # Errors
/// The engine knows it and does not take the value.
pub(super) fn set(engine: &mut Session, name: &str, value: &Value) -> Result<bool, Failure> {
    let name = name.to_ascii_uppercase();
    if !PARAMETERS.iter().any(|known| known.name == name) || value.is_null() {
        return Ok(false);
    }
    let given = text(value);
    let written = match value {
        Value::Number(_) | Value::Bool(_) => given,
        _ => quote_string(&given),
    };
    let statement = format!("ALTER SESSION SET {name} = {written}");
    match engine.execute(&statement) {
        Ok(_) => Ok(true),
        Err(error) => Err(Failure::of_engine(error, &statement)),
    }
}

/// A parameter's value as it comes in JSON, as text.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The parameters that a client is told.
pub(crate) fn client_parameters(
    session: &DriverSession,
    context: &SessionContext,
) -> Vec<NameValue> {
    let mut all: Vec<NameValue> = PARAMETERS
        .iter()
        .map(|parameter| NameValue {
            name: parameter.name.to_owned(),
            value: value_of(parameter, context),
        })
        .collect();
    for (name, given) in FOR_DRIVERS {
        if all.iter().all(|told| told.name != *name) {
            let value = session.own_parameters.get(*name).cloned();
            all.push(NameValue {
                name: (*name).to_owned(),
                value: value.unwrap_or_else(|| given.value()),
            });
        }
    }
    // What the client gave comes back, so that it finds what it set.
    for (name, value) in &session.own_parameters {
        if all.iter().all(|told| told.name != *name) {
            all.push(NameValue {
                name: name.clone(),
                value: value.clone(),
            });
        }
    }
    all
}

fn value_of(parameter: &Parameter, context: &SessionContext) -> Value {
    let default = || match parameter.kind {
        ParameterKind::Boolean => (parameter.default == "true").into(),
        ParameterKind::Number(..) => parameter
            .default
            .parse::<i64>()
            .map_or(Value::Null, Value::from),
        ParameterKind::Text | ParameterKind::OneOf(_) => parameter.default.into(),
    };
    match context.parameters.get(parameter.name) {
        Some(PropertyValue::Boolean(value)) => (*value).into(),
        Some(PropertyValue::Integer(value)) => (*value).into(),
        Some(other) => shown(other).into(),
        None => default(),
    }
}

/// Whether a client reads Arrow: by what the request or the session says, else by what its driver does.
pub(crate) fn result_format<'a>(
    session: &'a DriverSession,
    context: &'a SessionContext,
    asked: impl Fn(&str) -> Option<&'a Value>,
) -> crate::result::Format {
    let name = match session.client.app_id.as_str() {
        "Go" => "GO_QUERY_RESULT_FORMAT",
        "JDBC" => "JDBC_QUERY_RESULT_FORMAT",
        "ODBC" => "ODBC_QUERY_RESULT_FORMAT",
        "PythonConnector" | "SnowSQL" | "PythonSnowpark" => "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT",
        // Drivers that read JSON rows alone, and those that nobody has tried.
        _ => return crate::result::Format::Json,
    };
    let said = asked(name)
        .map(text)
        .or_else(|| context.parameters.get(name).map(shown))
        .or_else(|| session.own_parameters.get(name).map(text));
    match said {
        Some(said) if said.eq_ignore_ascii_case("JSON") => crate::result::Format::Json,
        _ => crate::result::Format::Arrow,
    }
}
