//! DuckDB's errors in Snowflake's codes and words: in, the text of an error DuckDB gave; out, an [`EngineError`].

use super::{EngineError, EngineErrorKind as Kind};
use snowmelt_sql::raised::{numeric_text_as_written, parse_raised};

impl From<duckdb::Error> for EngineError {
    fn from(error: duckdb::Error) -> Self {
        let text = match &error {
            duckdb::Error::DuckDBFailure(_, Some(text)) => text.clone(),
            other => other.to_string(),
        };
        from_text(&text).with_source(error)
    }
}

/// Takes DuckDB's text apart: `Conversion Error: Could not convert string 'x' to INT64\n\nLINE 1: …`.
fn from_text(text: &str) -> EngineError {
    let (kind, rest) = text.split_once(" Error: ").unwrap_or(("", text));
    // The quoted line is of our lowered SQL, which means nothing to the user.
    let message = rest.split("\n\nLINE ").next().unwrap_or(rest).trim_end();
    if let Some((code, sqlstate, message)) = parse_raised(message) {
        return raised(code, sqlstate, message);
    }
    match kind {
        "Conversion" => conversion(message),
        "Out of Range" => out_of_range(message),
        "Constraint" => constraint(message),
        "INTERRUPT" | "Interrupt" => cancelled(),
        "Out of Memory" => EngineError::new(
            Kind::Resources,
            "300005",
            "53200",
            "the statement needs more memory than its limit",
        )
        .with_detail(message)
        .with_hint("raise the memory limit, free space in the temporary directory, or work on less data at once"),
        "IO" if is_disk_full(message) => EngineError::new(Kind::Resources, "300005", "53100", "the disk is full")
            .with_detail(message)
            .with_hint("free space on the disk of the warehouse and of its temporary directory; nothing was changed"),
        "IO" => EngineError::new(Kind::Storage, "300002", "58030", "a file cannot be read or written")
            .with_detail(message),
        "TransactionContext" if message.contains("transaction is aborted") => aborted_transaction(),
        "TransactionContext" | "Transaction" if is_conflict(message) => conflict(message),
        "Catalog" if is_conflict(message) => conflict(message),
        "Invalid Input" if message.starts_with("More than one row returned by a subquery") => {
            EngineError::data("090150", "22000", "Single-row subquery returns more than one row.")
        }
        "Not implemented" if message.starts_with("Unknown TimeZone ") => {
            let zone = message["Unknown TimeZone ".len()..].trim_matches('\'');
            EngineError::data("100315", "22023", format!("Unknown timezone: '{zone}'"))
        }
        "Invalid Input" if message.starts_with("Malformed JSON") => {
            EngineError::data("100069", "22P02", "Error parsing JSON").with_detail(message)
        }
        "Invalid Input" | "Mismatch Type" => EngineError::data("100000", "22000", message),
        _ => EngineError::internal("DuckDB refused a statement that snowmelt wrote").with_detail(text),
    }
}

/// An error that lowered SQL raised itself; codes are those its writer used.
fn raised(code: &str, sqlstate: &str, message: &str) -> EngineError {
    let kind = if sqlstate == "0A000" {
        Kind::Unsupported
    } else {
        Kind::Data
    };
    EngineError::new(kind, intern(code), intern(sqlstate), message)
}

/// Codes are static text everywhere else; the few that come as text at run time are kept once each.
pub(crate) fn intern(text: &str) -> &'static str {
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = crate::lock(&KNOWN);
    if let Some(found) = known.get(text) {
        return found;
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    known.insert(kept);
    kept
}

/// `000604 (57014)`: the statement was cancelled.
pub(crate) fn cancelled() -> EngineError {
    EngineError::new(Kind::Cancelled, "000604", "57014", "SQL execution canceled")
}

/// DuckDB gives a transaction up when a statement in it fails at run time; Snowflake does not (see
/// `docs/decisions`, "A failed statement ends its transaction").
pub(crate) fn aborted_transaction() -> EngineError {
    EngineError::new(
        Kind::Conflict,
        "090236",
        "25P02",
        "the transaction was rolled back because a statement in it failed",
    )
    .with_hint("run ROLLBACK, then start the transaction again")
}

fn is_conflict(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("conflict") || message.contains("another transaction")
}

fn conflict(message: &str) -> EngineError {
    EngineError::new(
        Kind::Conflict,
        "000625",
        "57014",
        "another session changed the same rows or objects at the same time",
    )
    .with_detail(message)
    .with_hint("run the statement again")
}

fn is_disk_full(message: &str) -> bool {
    message.contains("No space left on device") || message.contains("Disk quota exceeded")
}

/// The type that a value did not fit, from DuckDB's words.
fn conversion(message: &str) -> EngineError {
    let number = |value: &str| numeric_not_recognized(value);
    if let Some((value, target)) = quoted_and_rest(message, "Could not convert string ") {
        let target = target.trim_start_matches(" to ");
        return match target.split(['(', ' ']).next().unwrap_or(target) {
            "BOOL" => EngineError::data(
                "100037",
                "22018",
                format!("Boolean value '{value}' is not recognized"),
            ),
            "DATE" => date_not_recognized(value),
            "TIME" => EngineError::data(
                "100108",
                "22007",
                format!("Time '{value}' is not recognized"),
            ),
            "TIMESTAMP" => timestamp_not_recognized(value),
            _ if value.trim().parse::<f64>().is_ok_and(f64::is_finite)
                && numeric_text_as_written(value) == value =>
            {
                out_of_representable(value)
            }
            _ => number(value),
        };
    }
    if let Some((value, _)) = after_phrase(
        message,
        &[
            "invalid date field format: ",
            "date field value out of range: ",
        ],
    ) {
        return date_not_recognized(value);
    }
    if let Some((value, _)) = after_phrase(
        message,
        &[
            "invalid timestamp field format: ",
            "timestamp field value out of range: ",
        ],
    ) {
        return timestamp_not_recognized(value);
    }
    if let Some((value, _)) = after_phrase(
        message,
        &[
            "time field value out of range: ",
            "invalid time field format: ",
        ],
    ) {
        return EngineError::data(
            "100108",
            "22007",
            format!("Time '{value}' is not recognized"),
        );
    }
    if let Some((value, _)) = quoted_and_rest(message, "Casting value ") {
        return out_of_representable(value);
    }
    if let Some(rest) = message.strip_prefix("Failed to cast decimal value ") {
        return out_of_representable(rest.split(' ').next().unwrap_or(rest));
    }
    if let Some(rest) = message.strip_prefix("Could not cast value ") {
        return out_of_representable(rest.split(' ').next().unwrap_or(rest));
    }
    if let Some((_, rest)) = message.split_once(" with value ") {
        return out_of_representable(rest.split(' ').next().unwrap_or(rest));
    }
    if message.starts_with("Malformed JSON") {
        return EngineError::data("100069", "22P02", "Error parsing JSON").with_detail(message);
    }
    EngineError::data("100000", "22000", message)
}

fn numeric_not_recognized(value: &str) -> EngineError {
    let value = numeric_text_as_written(value);
    EngineError::data(
        "100038",
        "22018",
        format!("Numeric value '{value}' is not recognized"),
    )
}

fn date_not_recognized(value: &str) -> EngineError {
    EngineError::data(
        "100040",
        "22007",
        format!("Date '{value}' is not recognized"),
    )
}

fn timestamp_not_recognized(value: &str) -> EngineError {
    EngineError::data(
        "100035",
        "22007",
        format!("Timestamp '{value}' is not recognized"),
    )
}

fn out_of_representable(value: &str) -> EngineError {
    EngineError::data(
        "100039",
        "22003",
        format!("Numeric value '{value}' is out of range"),
    )
}

/// `PREFIX'value' rest` or `PREFIX"value" rest` → value and rest.
fn quoted_and_rest<'m>(message: &'m str, prefix: &str) -> Option<(&'m str, &'m str)> {
    let rest = message.strip_prefix(prefix)?;
    let quote = rest
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    let rest = &rest[1..];
    // The value may hold quotes itself: the closing one is followed by ` to …`, a comma or the end.
    let end = rest
        .match_indices(quote)
        .map(|(index, _)| index)
        .find(|index| {
            let after = &rest[index + 1..];
            after.is_empty()
                || after.starts_with(" to ")
                || after.starts_with(',')
                || after.starts_with(" when ")
        })?;
    Some((&rest[..end], &rest[end + 1..]))
}

fn after_phrase<'m>(message: &'m str, phrases: &[&str]) -> Option<(&'m str, &'m str)> {
    phrases
        .iter()
        .find_map(|phrase| quoted_and_rest(message, phrase))
}

fn out_of_range(message: &str) -> EngineError {
    if message.starts_with("Overflow in ") {
        let value = message
            .split_once('(')
            .and_then(|(_, rest)| rest.split_once(')'))
            .map_or("", |(value, _)| value);
        let message = if value.is_empty() {
            "Number out of representable range".to_owned()
        } else {
            format!("Number out of representable range: type FIXED[SB16](38,0), value {value}")
        };
        return EngineError::data("100046", "22003", message);
    }
    match message {
        "cannot take logarithm of zero"
        | "cannot take logarithm of a negative number"
        | "cannot take square root of a negative number" => {
            EngineError::data("100018", "22023", "Invalid floating point operation")
                .with_detail(message)
        }
        _ => EngineError::data("100000", "22003", message),
    }
}

fn constraint(message: &str) -> EngineError {
    if let Some(column) = message.strip_prefix("NOT NULL constraint failed: ") {
        let column = column.rsplit('.').next().unwrap_or(column);
        return EngineError::data("100072", "22000", "NULL result in a non-nullable column")
            .with_detail(format!("the column is `{column}`"));
    }
    EngineError::data("100072", "22000", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let error = from_text(text);
        format!("{} {} {}", error.code, error.sqlstate, error.message)
    }

    #[test]
    fn conversions_speak_snowflake() {
        assert_eq!(
            shown(
                "Conversion Error: Could not convert string 'x' to INT64\n\nLINE 1: select 'x'::bigint\n    ^"
            ),
            "100038 22018 Numeric value 'x' is not recognized"
        );
        assert_eq!(
            shown(
                "Conversion Error: Could not convert string \"it's\" to DECIMAL(38,0) when casting from source column v"
            ),
            "100038 22018 Numeric value 'it's' is not recognized"
        );
        assert_eq!(
            shown("Conversion Error: date field value out of range: \"2020-13-01\""),
            "100040 22007 Date '2020-13-01' is not recognized"
        );
        assert_eq!(
            shown("Conversion Error: Could not convert string 'x' to BOOL"),
            "100037 22018 Boolean value 'x' is not recognized"
        );
        assert_eq!(
            shown("Invalid Input Error: [100051 22012] Division by zero"),
            "100051 22012 Division by zero"
        );
        assert_eq!(
            shown("Constraint Error: NOT NULL constraint failed: T.A"),
            "100072 22000 NULL result in a non-nullable column"
        );
        assert_eq!(
            shown("INTERRUPT Error: Interrupted!"),
            "000604 57014 SQL execution canceled"
        );
    }
}
