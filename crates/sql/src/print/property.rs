//! Kept properties and comments.

use crate::object::{Properties, PropertyValue};
use crate::parse::quote_string;

/// One `KEY = value` for each property but those named in `except`.
pub(super) fn clauses(properties: &Properties, except: &[&str]) -> Vec<String> {
    properties
        .iter()
        .filter(|(key, _)| !except.contains(&key.as_str()))
        .map(|(key, value)| format!("{key} = {}", shown(value)))
        .collect()
}

/// `COMMENT = '…'`, if there is one.
pub(super) fn comment(comment: &Option<String>) -> Option<String> {
    comment
        .as_ref()
        .map(|comment| format!("COMMENT = {}", quote_string(comment)))
}

/// `('a', 'b')`.
pub(super) fn text_list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quote_string(text)).collect();
    format!("({})", texts.join(", "))
}

/// A value as it would be written.
pub(super) fn shown(value: &PropertyValue) -> String {
    match value {
        PropertyValue::Boolean(true) => "TRUE".to_owned(),
        PropertyValue::Boolean(false) => "FALSE".to_owned(),
        PropertyValue::Integer(number) => number.to_string(),
        PropertyValue::Text(text) => quote_string(text),
        PropertyValue::List(values) => {
            let values: Vec<String> = values.iter().map(shown).collect();
            format!("({})", values.join(", "))
        }
        PropertyValue::Options(properties) => {
            format!("({})", clauses(properties, &[]).join(" "))
        }
    }
}
