//! Values as people see them.

use super::value::{Special, Value, write_escaped};
use super::{MARK, UNDEFINED};
use crate::result::float_text;

/// A stored text as Snowflake's clients show it: one element a line, `indent` spaces a level; on one line without spaces
/// for 0.
pub(crate) fn pretty(stored: &str, indent: usize) -> String {
    let mut out = String::with_capacity(stored.len() * 2);
    show(
        &Value::parse(stored),
        &mut out,
        (indent > 0).then_some(Layout { indent, depth: 0 }),
    );
    out
}

/// Where lines begin.
#[derive(Clone, Copy)]
struct Layout {
    /// Spaces a level.
    indent: usize,
    /// The level.
    depth: usize,
}

/// A stored text as a VARIANT is cast to VARCHAR: a string as it is, other values as JSON without white space; `None` for
/// null and for a place without a value.
pub(crate) fn text(stored: &str) -> Option<String> {
    if matches!(stored, "null" | UNDEFINED) {
        return None;
    }
    Some(match Value::parse(stored) {
        Value::Undefined | Value::Null => return None,
        Value::Text(text) => text.into_owned(),
        Value::Special(special, text) => shown(special, &text),
        Value::Double(value) => float_text(value),
        value => {
            let mut out = String::with_capacity(stored.len());
            show(&value, &mut out, None);
            out
        }
    })
}

/// A stored text as TO_JSON gives it: JSON without white space.
pub(crate) fn json(stored: &str) -> String {
    if !stored.contains(MARK) {
        return stored.to_owned();
    }
    let mut out = String::with_capacity(stored.len());
    show(&Value::parse(stored), &mut out, None);
    out
}

/// Writes a value as JSON, laid out if a layout is given.
fn show(value: &Value<'_>, out: &mut String, layout: Option<Layout>) {
    let line = |out: &mut String, layout: Option<Layout>| {
        if let Some(Layout { indent, depth }) = layout {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', depth * indent));
        }
    };
    let deeper = layout.map(|layout| Layout {
        depth: layout.depth + 1,
        ..layout
    });
    match value {
        Value::Undefined => out.push_str("undefined"),
        Value::Special(special, text) => {
            out.push('"');
            write_escaped(out, &shown(*special, text));
            out.push('"');
        }
        Value::Text(text) => {
            out.push('"');
            write_escaped(out, text);
            out.push('"');
        }
        Value::Double(value) if !value.is_finite() => out.push_str(&float_text(*value)),
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, deeper);
                show(item, out, deeper);
            }
            line(out, layout);
            out.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                line(out, deeper);
                out.push('"');
                write_escaped(out, key);
                out.push_str(if layout.is_some() { "\": " } else { "\":" });
                show(value, out, deeper);
            }
            line(out, layout);
            out.push('}');
        }
        other => other.write(out),
    }
}

/// A special value as text: timestamps show milliseconds, times whole seconds.
fn shown(special: Special, text: &str) -> String {
    match special {
        Special::Binary | Special::Date => text.to_owned(),
        Special::Time => text.get(..8).unwrap_or(text).to_owned(),
        Special::TimestampNtz => milliseconds(text),
        Special::TimestampLtz | Special::TimestampTz => {
            let (moment, offset) = text.rsplit_once(' ').unwrap_or((text, ""));
            format!("{} {offset}", milliseconds(moment))
        }
    }
}

/// `2024-01-31 12:00:00.5` as `2024-01-31 12:00:00.500`.
fn milliseconds(moment: &str) -> String {
    let (seconds, fraction) = moment.split_once('.').unwrap_or((moment, ""));
    format!("{seconds}.{:0<3}", fraction.get(..3).unwrap_or(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_show_as_snowflake_shows_them() {
        assert_eq!(
            pretty(r#"{"a":1,"b":["x",{}]}"#, 2),
            "{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    {}\n  ]\n}"
        );
        assert_eq!(
            pretty(&format!("[1,{UNDEFINED},null]"), 2),
            "[\n  1,\n  undefined,\n  null\n]"
        );
        assert_eq!(
            pretty("\"\u{F8F0}n2024-01-31 12:00:00.5\"", 2),
            "\"2024-01-31 12:00:00.500\""
        );
        assert_eq!(text("\"a\\\"b\"").as_deref(), Some("a\"b"));
        assert_eq!(
            text("{\"a\":\"\u{F8F0}d2024-01-31\"}").as_deref(),
            Some("{\"a\":\"2024-01-31\"}")
        );
        assert_eq!(text("1.912000000000000e+02").as_deref(), Some("191.2"));
        assert_eq!(text("null"), None);
        assert_eq!(json("\"\u{F8F0}d2024-01-31\""), "\"2024-01-31\"");
    }
}
