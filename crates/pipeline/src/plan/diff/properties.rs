//! Kept properties, such as WAREHOUSE_SIZE: an account answers with more than was declared, and spells it otherwise.

use snowmelt_sql::object::{Properties, PropertyValue};
use snowmelt_sql::parse::quote_string;

/// What a warehouse has when nothing is declared.
pub(super) const WAREHOUSE_DEFAULTS: &[(&str, &str)] = &[
    ("WAREHOUSE_SIZE", "XSMALL"),
    ("WAREHOUSE_TYPE", "STANDARD"),
    ("AUTO_SUSPEND", "600"),
    ("AUTO_RESUME", "TRUE"),
    ("MIN_CLUSTER_COUNT", "1"),
    ("MAX_CLUSTER_COUNT", "1"),
    ("SCALING_POLICY", "STANDARD"),
    ("ENABLE_QUERY_ACCELERATION", "FALSE"),
    ("STATEMENT_TIMEOUT_IN_SECONDS", "172800"),
    ("STATEMENT_QUEUED_TIMEOUT_IN_SECONDS", "0"),
    ("MAX_CONCURRENCY_LEVEL", "8"),
];

/// What says how an object is created and is not kept by an account.
const ONLY_AT_CREATION: &[&str] = &["INITIALLY_SUSPENDED"];

/// Notes each property that differs; gives `NAME = value` for each. A property of the target that is not declared counts
/// only if its default is known and it has another value.
pub(super) fn compare(
    phrases: &mut Vec<String>,
    declared: &Properties,
    found: &Properties,
    defaults: &[(&str, &str)],
) -> Vec<String> {
    let mut set = Vec::new();
    for (name, value) in declared {
        if ONLY_AT_CREATION.contains(&name.as_str()) {
            continue;
        }
        let default = || {
            defaults
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let there = found.get(name).map(plain).or_else(default);
        if there.as_deref().map(folded) != Some(folded(&plain(value))) {
            let there = there.unwrap_or_else(|| "not set".to_owned());
            phrases.push(format!("{name} is {there}, declared {}", plain(value)));
            set.push(format!("{name} = {}", literal(value)));
        }
    }
    for (name, value) in found {
        let default = defaults.iter().find(|(known, _)| known == name);
        if let (None, Some((_, default))) = (declared.get(name), default)
            && folded(&plain(value)) != folded(default)
        {
            phrases.push(format!("{name} is {}, by default {default}", plain(value)));
            set.push(format!("{name} = {default}"));
        }
    }
    set
}

/// The value for a person.
pub(super) fn plain(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Boolean(true) => "TRUE".to_owned(),
        PropertyValue::Boolean(false) => "FALSE".to_owned(),
        PropertyValue::Integer(number) => number.to_string(),
        PropertyValue::Text(text) => text.clone(),
        PropertyValue::List(values) => {
            let values: Vec<String> = values.iter().map(plain).collect();
            format!("({})", values.join(", "))
        }
        PropertyValue::Options(options) => {
            let options: Vec<String> = options
                .iter()
                .map(|(name, value)| format!("{name} = {}", plain(value)))
                .collect();
            format!("({})", options.join(" "))
        }
    }
}

/// The value as SQL.
pub(super) fn literal(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Boolean(_) | PropertyValue::Integer(_) => plain(value),
        PropertyValue::Text(text) => quote_string(text),
        PropertyValue::List(values) => {
            let values: Vec<String> = values.iter().map(literal).collect();
            format!("({})", values.join(", "))
        }
        PropertyValue::Options(options) => {
            let options: Vec<String> = options
                .iter()
                .map(|(name, value)| format!("{name} = {}", literal(value)))
                .collect();
            format!("({})", options.join(" "))
        }
    }
}

/// `X-Small`, `xsmall` and `XSMALL` are one size.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '-' | ' ' | '_'))
        .flat_map(char::to_uppercase)
        .collect()
}
