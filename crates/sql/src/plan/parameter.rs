//! Session parameters: what Snowflake has, and what becomes of each here.

use crate::error::SqlError;
use crate::name::Ident;
use crate::object::PropertyValue;
use crate::parse::options::{boolean, invalid_value, nearest};
use crate::statement::OptionValue;

/// One session parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What values it takes.
    pub kind: ParameterKind,
    /// Its default, as SHOW PARAMETERS prints it.
    pub default: &'static str,
    /// What setting it does.
    pub effect: ParameterEffect,
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// TRUE or FALSE.
    Boolean,
    /// A whole number within bounds.
    Number(i64, i64),
    /// Any string.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What setting a parameter does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterEffect {
    /// What Snowflake does.
    Applied,
    /// Nothing: a client reads it, or one machine has no use for it. It is kept and shown back.
    Kept,
    /// Only the default is accepted, since another value would have to change results.
    DefaultOnly,
}

use ParameterEffect::{Applied, DefaultOnly, Kept};
use ParameterKind::{Boolean, Number, OneOf, Text};

const FORMATS: &[&str] = &["GeoJSON", "WKT", "WKB", "EWKT", "EWKB"];
const BINARY: &[&str] = &["HEX", "BASE64", "UTF8", "UTF-8"];
const TIMESTAMPS: &[&str] = &["TIMESTAMP_LTZ", "TIMESTAMP_NTZ", "TIMESTAMP_TZ"];
const LEVELS: &[&str] = &["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"];

/// All of them, by name. See <https://docs.snowflake.com/en/sql-reference/parameters>.
pub const PARAMETERS: &[Parameter] = &[
    of("ABORT_DETACHED_QUERY", Boolean, "false", Kept),
    of("AUTOCOMMIT", Boolean, "true", Applied),
    of("BINARY_INPUT_FORMAT", OneOf(BINARY), "HEX", DefaultOnly),
    of("BINARY_OUTPUT_FORMAT", OneOf(BINARY), "HEX", DefaultOnly),
    of(
        "CLIENT_ENABLE_LOG_INFO_STATEMENT_PARAMETERS",
        Boolean,
        "false",
        Kept,
    ),
    of("CLIENT_MEMORY_LIMIT", Number(0, i64::MAX), "1536", Kept),
    of(
        "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX",
        Boolean,
        "false",
        Kept,
    ),
    of(
        "CLIENT_METADATA_USE_SESSION_DATABASE",
        Boolean,
        "false",
        Kept,
    ),
    of("CLIENT_PREFETCH_THREADS", Number(1, 10), "4", Kept),
    of("CLIENT_RESULT_CHUNK_SIZE", Number(16, 160), "160", Kept),
    of(
        "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE",
        Boolean,
        "false",
        Kept,
    ),
    of("CLIENT_SESSION_KEEP_ALIVE", Boolean, "false", Kept),
    of(
        "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY",
        Number(900, 3600),
        "3600",
        Kept,
    ),
    of(
        "CLIENT_TIMESTAMP_TYPE_MAPPING",
        OneOf(TIMESTAMPS),
        "TIMESTAMP_LTZ",
        Kept,
    ),
    of("DATE_INPUT_FORMAT", Text, "AUTO", Applied),
    of("DATE_OUTPUT_FORMAT", Text, "YYYY-MM-DD", Applied),
    of(
        "DEFAULT_NULL_ORDERING",
        OneOf(&["FIRST", "LAST"]),
        "LAST",
        Applied,
    ),
    of(
        "ENABLE_UNLOAD_PHYSICAL_TYPE_OPTIMIZATION",
        Boolean,
        "true",
        DefaultOnly,
    ),
    of(
        "ERROR_ON_NONDETERMINISTIC_MERGE",
        Boolean,
        "true",
        DefaultOnly,
    ),
    of(
        "ERROR_ON_NONDETERMINISTIC_UPDATE",
        Boolean,
        "false",
        DefaultOnly,
    ),
    of(
        "GEOGRAPHY_OUTPUT_FORMAT",
        OneOf(FORMATS),
        "GeoJSON",
        DefaultOnly,
    ),
    of(
        "GEOMETRY_OUTPUT_FORMAT",
        OneOf(FORMATS),
        "GeoJSON",
        DefaultOnly,
    ),
    of("JDBC_TREAT_DECIMAL_AS_INT", Boolean, "true", Kept),
    of("JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC", Boolean, "false", Kept),
    of("JDBC_USE_SESSION_TIMEZONE", Boolean, "true", Kept),
    of("JSON_INDENT", Number(0, 16), "2", Applied),
    of("LOCK_TIMEOUT", Number(0, i64::MAX), "43200", Applied),
    of("LOG_LEVEL", OneOf(LEVELS), "OFF", Kept),
    of("METRIC_LEVEL", OneOf(&["ALL", "NONE"]), "NONE", Kept),
    of("MULTI_STATEMENT_COUNT", Number(0, i64::MAX), "1", Kept),
    of("ODBC_TREAT_DECIMAL_AS_INT", Boolean, "false", Kept),
    of("QUERY_TAG", Text, "", Kept),
    of(
        "QUOTED_IDENTIFIERS_IGNORE_CASE",
        Boolean,
        "false",
        DefaultOnly,
    ),
    of("ROWS_PER_RESULTSET", Number(0, i64::MAX), "0", DefaultOnly),
    of("SEARCH_PATH", Text, "$current, $public", DefaultOnly),
    of(
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        Number(0, i64::MAX),
        "0",
        Kept,
    ),
    of(
        "STATEMENT_TIMEOUT_IN_SECONDS",
        Number(0, 604_800),
        "172800",
        Kept,
    ),
    of("STRICT_JSON_OUTPUT", Boolean, "false", DefaultOnly),
    of("TIMESTAMP_DAY_IS_ALWAYS_24H", Boolean, "false", DefaultOnly),
    of("TIMESTAMP_INPUT_FORMAT", Text, "AUTO", Applied),
    of("TIMESTAMP_LTZ_OUTPUT_FORMAT", Text, "", Applied),
    of(
        "TIMESTAMP_NTZ_OUTPUT_FORMAT",
        Text,
        "YYYY-MM-DD HH24:MI:SS.FF3",
        Applied,
    ),
    of(
        "TIMESTAMP_OUTPUT_FORMAT",
        Text,
        "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM",
        Applied,
    ),
    of(
        "TIMESTAMP_TYPE_MAPPING",
        OneOf(TIMESTAMPS),
        "TIMESTAMP_NTZ",
        Applied,
    ),
    of("TIMESTAMP_TZ_OUTPUT_FORMAT", Text, "", Applied),
    of("TIMEZONE", Text, "America/Los_Angeles", Applied),
    of("TIME_INPUT_FORMAT", Text, "AUTO", Applied),
    of("TIME_OUTPUT_FORMAT", Text, "HH24:MI:SS", Applied),
    of(
        "TRACE_LEVEL",
        OneOf(&["ALWAYS", "ON_EVENT", "OFF"]),
        "OFF",
        Kept,
    ),
    of("TRANSACTION_ABORT_ON_ERROR", Boolean, "false", DefaultOnly),
    of(
        "TRANSACTION_DEFAULT_ISOLATION_LEVEL",
        OneOf(&["READ COMMITTED"]),
        "READ COMMITTED",
        Kept,
    ),
    of(
        "TWO_DIGIT_CENTURY_START",
        Number(1900, 2100),
        "1970",
        Applied,
    ),
    of(
        "UNSUPPORTED_DDL_ACTION",
        OneOf(&["IGNORE", "FAIL"]),
        "ignore",
        DefaultOnly,
    ),
    of("USE_CACHED_RESULT", Boolean, "true", Kept),
    of("WEEK_OF_YEAR_POLICY", Number(0, 1), "0", Applied),
    of("WEEK_START", Number(0, 7), "0", Applied),
];

const fn of(
    name: &'static str,
    kind: ParameterKind,
    default: &'static str,
    effect: ParameterEffect,
) -> Parameter {
    Parameter {
        name,
        kind,
        default,
        effect,
    }
}

/// The parameter of that name.
pub(super) fn parameter(name: &Ident) -> Result<&'static Parameter, SqlError> {
    PARAMETERS
        .iter()
        .find(|parameter| parameter.name == name.value)
        .ok_or_else(|| {
            let error = SqlError::compilation(
                "001420",
                "22023",
                format!("invalid parameter '{}'", name.value),
                name.span,
            );
            let names: Vec<&str> = PARAMETERS.iter().map(|parameter| parameter.name).collect();
            match nearest(&name.value, &names) {
                Some(nearest) => error.with_hint(format!("did you mean `{nearest}`?")),
                None => error,
            }
        })
}

/// The parameter's value, checked.
pub(super) fn value(parameter: &Parameter, given: &OptionValue) -> Result<PropertyValue, SqlError> {
    let wrong = || invalid_value(parameter.name, given);
    let text = match given {
        OptionValue::Text(text, _) | OptionValue::Word(text, _) | OptionValue::Number(text, _) => {
            text
        }
        OptionValue::List(..) | OptionValue::Options(..) | OptionValue::Name(_) => {
            return Err(wrong());
        }
    };
    let value = match parameter.kind {
        Boolean => PropertyValue::Boolean(boolean(parameter.name, given)?),
        Number(least, most) => match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => PropertyValue::Integer(number),
            _ => return Err(wrong()),
        },
        Text => match given {
            OptionValue::Number(..) => return Err(wrong()),
            _ => PropertyValue::Text(text.clone()),
        },
        OneOf(words) => {
            let word = words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .ok_or_else(wrong)?;
            PropertyValue::Text((*word).to_owned())
        }
    };
    let is_default = shown(&value).eq_ignore_ascii_case(parameter.default);
    if parameter.effect == DefaultOnly && !is_default {
        return Err(SqlError::unsupported(
            format!("{} = {}", parameter.name, shown(&value)),
            given.span(),
        ));
    }
    Ok(value)
}

/// A parameter's value as SHOW PARAMETERS prints it.
pub fn shown(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Boolean(value) => value.to_string(),
        PropertyValue::Integer(value) => value.to_string(),
        PropertyValue::Text(text) => text.clone(),
        PropertyValue::List(_) | PropertyValue::Options(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn every_default_is_a_value() {
        for parameter in PARAMETERS {
            let default = OptionValue::Text(parameter.default.to_owned(), Span::default());
            let value = value(parameter, &default).unwrap();
            assert!(shown(&value).eq_ignore_ascii_case(parameter.default));
        }
        let names: Vec<&str> = PARAMETERS.iter().map(|parameter| parameter.name).collect();
        assert!(names.is_sorted());
    }

    #[test]
    fn what_would_change_results_is_refused() {
        let set = |name: &str, text: &str| {
            let parameter = parameter(&Ident::unquoted(name, Span::default()))?;
            value(
                parameter,
                &OptionValue::Word(text.to_owned(), Span::default()),
            )
        };
        assert_eq!(
            set("timezone", "UTC"),
            Ok(PropertyValue::Text("UTC".to_owned()))
        );
        assert_eq!(
            set("autocommit", "false"),
            Ok(PropertyValue::Boolean(false))
        );
        assert_eq!(
            set("rows_per_resultset", "1").unwrap_err().message,
            "unsupported feature `ROWS_PER_RESULTSET = 1`"
        );
        assert_eq!(
            set("week_start", "8").unwrap_err().message,
            "invalid value [8] for parameter 'WEEK_START'"
        );
        assert_eq!(
            set("timezon", "UTC").unwrap_err().hint.as_deref(),
            Some("did you mean `TIMEZONE`?")
        );
    }
}
