//! Options that are kept → properties as the catalog holds them.

use crate::object::{Properties, PropertyValue};
use crate::statement::{OptionValue, Options};

/// All of them.
pub(crate) fn properties(options: &Options) -> Properties {
    options
        .iter()
        .map(|(key, value)| (key.value.clone(), property(value)))
        .collect()
}

/// One value. Bare words fold to upper case, TRUE and FALSE are booleans.
pub(crate) fn property(value: &OptionValue) -> PropertyValue {
    match value {
        OptionValue::Text(text, _) => PropertyValue::Text(text.clone()),
        OptionValue::Number(digits, _) => match digits.parse() {
            Ok(number) => PropertyValue::Integer(number),
            Err(_) => PropertyValue::Text(digits.clone()),
        },
        OptionValue::Word(word, _) => match word.to_uppercase().as_str() {
            "TRUE" => PropertyValue::Boolean(true),
            "FALSE" => PropertyValue::Boolean(false),
            word => PropertyValue::Text(word.to_owned()),
        },
        OptionValue::Name(name) => PropertyValue::Text(name.to_string()),
        OptionValue::List(values, _) => PropertyValue::List(values.iter().map(property).collect()),
        OptionValue::Options(options, _) => PropertyValue::Options(properties(options)),
    }
}
