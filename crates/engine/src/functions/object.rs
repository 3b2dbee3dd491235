//! OBJECT functions and FLATTEN, on stored texts.

use super::add;
use super::native::{Element, Raised, Row, native};
use crate::variant::{self, Value};
use duckdb::Connection;
use std::borrow::Cow;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<ObjectConstruct>(database)?;
    add::<ObjectConstructKeepNull>(database)?;
    add::<ObjectOf>(database)?;
    add::<ToObject>(database)?;
    add::<ObjectDelete>(database)?;
    add::<ObjectInsert>(database)?;
    add::<ObjectPick>(database)?;
    add::<ObjectKeys>(database)?;
    add::<GetKey>(database)?;
    add::<GetIndex>(database)?;
    add::<GetIgnoreCase>(database)?;
    add::<Flatten>(database)?;
    add::<FlattenRecursive>(database)
}

/// The members of an object; an error if the argument is none.
fn members<'v>(row: &Row<'v>, index: usize) -> Result<Vec<(Cow<'v, str>, Value<'v>)>, Raised> {
    let stored = row.text(index).unwrap_or("{}");
    match Value::parse(stored) {
        Value::Object(members) => Ok(members),
        other => Err(Raised::new(
            "100071",
            "22000",
            format!(
                "Failed to cast variant value {} to OBJECT",
                variant::json(&other.to_stored())
            ),
        )),
    }
}

/// Keys and values in turn; pairs with a NULL key are left out, those with a NULL value too or as JSON's null.
fn pairs<'v>(row: &Row<'v>, keep_null: bool) -> Result<Value<'v>, Raised> {
    let mut members: Vec<(Cow<'v, str>, Value<'v>)> = Vec::with_capacity(row.len() / 2);
    for pair in 0..row.len() / 2 {
        let Some(key) = row.key(pair * 2) else {
            continue;
        };
        let value = match row.variant(pair * 2 + 1) {
            Some(stored) => Value::parse(stored),
            None if keep_null => Value::Null,
            None => continue,
        };
        if members.iter().any(|(known, _)| *known == key) {
            return Err(duplicate(key));
        }
        members.push((Cow::Borrowed(key), value));
    }
    Ok(Value::object(members))
}

fn duplicate(key: &str) -> Raised {
    Raised::new("100109", "22000", format!("Duplicate field key '{key}'"))
}

native! {
    /// OBJECT_CONSTRUCT(key, value, …).
    ObjectConstruct = "snowmelt_object_construct"(..Text) -> Json, |row, cache: (), out| {
        pairs(row, false)?.write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// OBJECT_CONSTRUCT_KEEP_NULL(key, value, …).
    ObjectConstructKeepNull = "snowmelt_object_construct_keep_null"(..Text) -> Json, |row, cache: (), out| {
        pairs(row, true)?.write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// OBJECT_AGG: `"key":value` members that an aggregate joined with commas.
    ObjectOf = "snowmelt_object_of"(Text) -> Json, |row, cache: (), out| {
        let joined = format!("{{{}}}", row.text(0).unwrap_or(""));
        match variant::read(&joined, variant::Duplicates::Refuse) {
            Ok(stored) => out.text(stored.as_deref().unwrap_or("{}")),
            Err(error) => return Err(duplicate(error.duplicate_key().unwrap_or(""))),
        }
        Ok(())
    }
}

native! {
    /// TO_OBJECT(variant).
    ToObject = "snowmelt_to_object"(Text) -> Json, |row, cache: (), out| {
        let Some(stored) = row.text(0) else { return Ok(()) };
        match variant::type_name(stored) {
            "NULL" | "NULL_VALUE" => out.null(),
            "OBJECT" => out.text(stored),
            _ => {
                let message = format!("Failed to cast variant value {} to OBJECT", variant::json(stored));
                return Err(Raised::new("100071", "22000", message));
            }
        }
        Ok(())
    }
}

native! {
    /// OBJECT_DELETE(object, key, …).
    ObjectDelete = "snowmelt_object_delete"(..Text) -> Json, |row, cache: (), out| {
        let mut members = members(row, 0)?;
        members.retain(|(key, _)| !(1..row.len()).any(|index| row.text(index) == Some(key.as_ref())));
        Value::Object(members).write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// OBJECT_INSERT(object, key, value, update).
    ObjectInsert = "snowmelt_object_insert"(Text, Text, Text, Boolean) -> Json, |row, cache: (), out| {
        let mut members = members(row, 0)?;
        if let Some(key) = row.key(1) {
            let known = members.iter().position(|(known, _)| *known == key);
            let update = row.boolean(3) == Some(true);
            match (known, row.variant(2)) {
                (Some(_), Some(_)) if !update => return Err(duplicate(key)),
                (Some(at), Some(value)) => members[at].1 = Value::parse(value),
                (Some(at), None) if update => {
                    members.remove(at);
                }
                (None, Some(value)) => members.push((Cow::Borrowed(key), Value::parse(value))),
                (_, None) => {}
            }
        }
        Value::object(members).write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// OBJECT_PICK(object, array of keys).
    ObjectPick = "snowmelt_object_pick"(Text, Text) -> Json, |row, cache: (), out| {
        let wanted = match Value::parse(row.text(1).unwrap_or("[]")) {
            Value::Array(keys) => keys,
            key => vec![key],
        };
        let mut members = members(row, 0)?;
        members.retain(|(key, _)| wanted.iter().any(|wanted| matches!(wanted, Value::Text(wanted) if wanted == key)));
        Value::Object(members).write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// OBJECT_KEYS(object).
    ObjectKeys = "snowmelt_object_keys"(Text) -> Json, |row, cache: (), out| {
        let keys = members(row, 0)?.into_iter().map(|(key, _)| Value::Text(key)).collect();
        Value::Array(keys).write(&mut out.scratch);
        out.scratch();
        Ok(())
    }
}

native! {
    /// GET(object, key).
    GetKey = "snowmelt_get_key"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(stored), Some(key)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match variant::find(stored, &[variant::Step::Key(key.to_owned())]) {
            Some(found) => out.text(found),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// GET(array, index).
    GetIndex = "snowmelt_get_index"(Text, Integer) -> Json, |row, cache: (), out| {
        let (Some(stored), Some(index)) = (row.text(0), row.integer(1)) else { return Ok(()) };
        let found = usize::try_from(index).ok().and_then(|index| variant::find(stored, &[variant::Step::Index(index)]));
        match found {
            Some(found) => out.text(found),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// GET_IGNORE_CASE(object, key): the key itself, else the first that is equal but for case.
    GetIgnoreCase = "snowmelt_get_ignore_case"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(stored), Some(key)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let Value::Object(members) = Value::parse(stored) else {
            out.null();
            return Ok(());
        };
        let exact = members.iter().find(|(known, _)| *known == key);
        let folded = || members.iter().find(|(known, _)| known.to_lowercase() == key.to_lowercase());
        match exact.or_else(folded) {
            Some((_, value)) => {
                value.write(&mut out.scratch);
                out.scratch();
            }
            None => out.null(),
        }
        Ok(())
    }
}

/// Which of objects and arrays FLATTEN takes apart.
fn takes(mode: &str, value: &Value<'_>) -> bool {
    match value {
        Value::Object(_) => !mode.eq_ignore_ascii_case("ARRAY"),
        Value::Array(_) => !mode.eq_ignore_ascii_case("OBJECT"),
        _ => false,
    }
}

native! {
    /// FLATTEN(input, path, outer, mode) of one level: input is what the path led to.
    Flatten = "snowmelt_flatten"(Text, Text, Boolean, Text) -> Elements, |row, cache: (), out| {
        let mode = row.text(3).unwrap_or("BOTH");
        let path = row.text(1).unwrap_or("");
        let mut rows = Vec::new();
        if let Some(stored) = row.variant(0) {
            let value = Value::parse(stored);
            if takes(mode, &value) {
                level(&value, path, &mut |element, _| rows.push(element));
            }
        }
        if rows.is_empty() && row.boolean(2) == Some(true) {
            rows.push(Element { path: path.to_owned(), ..Element::default() });
        }
        out.elements(rows);
        Ok(())
    }
}

native! {
    /// FLATTEN(input, path, outer, mode) of all levels; says what holds each element.
    FlattenRecursive = "snowmelt_flatten_recursive"(Text, Text, Boolean, Text) -> Elements, |row, cache: (), out| {
        let mode = row.text(3).unwrap_or("BOTH");
        let path = row.text(1).unwrap_or("");
        let mut rows = Vec::new();
        if let Some(stored) = row.variant(0) {
            levels(&Value::parse(stored), path, mode, &mut rows);
        }
        if rows.is_empty() && row.boolean(2) == Some(true) {
            rows.push(Element { path: path.to_owned(), this: row.variant(0).map(str::to_owned), ..Element::default() });
        }
        out.elements(rows);
        Ok(())
    }
}

/// The elements of one object or array. Places without a value give no row.
fn level<'v>(value: &Value<'v>, path: &str, row: &mut dyn FnMut(Element, &Value<'v>)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = join(path, key);
                let element = Element {
                    key: Some(key.to_string()),
                    path,
                    value: Some(value.to_stored()),
                    ..Element::default()
                };
                row(element, value);
            }
        }
        Value::Array(items) => {
            for (index, value) in items
                .iter()
                .enumerate()
                .filter(|(_, value)| **value != Value::Undefined)
            {
                let path = format!("{path}[{index}]");
                let element = Element {
                    path,
                    index: Some(index as i64),
                    value: Some(value.to_stored()),
                    ..Element::default()
                };
                row(element, value);
            }
        }
        _ => {}
    }
}

fn levels(value: &Value<'_>, path: &str, mode: &str, rows: &mut Vec<Element>) {
    let this = value.to_stored();
    let taken = takes(mode, value);
    level(value, path, &mut |element, value| {
        let path = element.path.clone();
        if taken {
            rows.push(Element {
                this: Some(this.clone()),
                ..element
            });
        }
        levels(value, &path, mode, rows);
    });
}

/// `path.key`, or `path['key']` if the key is no plain name.
fn join(path: &str, key: &str) -> String {
    let plain = key.bytes().enumerate().all(|(index, byte)| {
        byte.is_ascii_alphabetic()
            || byte == b'_'
            || index > 0 && (byte.is_ascii_digit() || byte == b'$')
    });
    match (plain && !key.is_empty(), path.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{path}.{key}"),
        (false, _) => format!(
            "{path}['{}']",
            key.replace('\\', "\\\\").replace('\'', "\\'")
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::tests::{one, rows};

    #[test]
    fn objects_are_built_and_changed() {
        assert_eq!(
            one("SELECT snowmelt_object_construct('b', '1', 'a', '\"x\"', 'c', '\"\u{F8F0}u\"')"),
            r#"{"a":"x","b":1}"#
        );
        assert_eq!(
            one("SELECT snowmelt_object_construct_keep_null('a', '\"\u{F8F0}u\"')"),
            r#"{"a":null}"#
        );
        assert_eq!(
            one("SELECT snowmelt_object_insert('{\"a\":1}', 'a', '2', true)"),
            r#"{"a":2}"#
        );
        assert_eq!(
            one("SELECT snowmelt_object_of('\"b\":1,\"a\":2')"),
            r#"{"a":2,"b":1}"#
        );
        assert_eq!(one("SELECT snowmelt_object_of('')"), "{}");
        assert_eq!(
            one("SELECT snowmelt_get_ignore_case('{\"aA\":2,\"AA\":3}', 'AA')"),
            "3"
        );
    }

    #[test]
    fn flatten_walks_every_level() {
        let sql = "SELECT concat_ws(' ', e.path, e.key, e.index, e.value, e.this)
            FROM (SELECT unnest(snowmelt_flatten_recursive('{\"a\":1,\"b\":[7],\"c\":{\"d e\":\"X\"}}', '', false, 'BOTH')) AS e)";
        let this = r#"{"a":1,"b":[7],"c":{"d e":"X"}}"#;
        assert_eq!(
            rows(sql),
            [
                Some(format!("a a 1 {this}")),
                Some(format!("b b [7] {this}")),
                Some("b[0] 0 7 [7]".to_owned()),
                Some(format!("c c {{\"d e\":\"X\"}} {this}")),
                Some("c['d e'] d e \"X\" {\"d e\":\"X\"}".to_owned()),
            ]
        );
        assert_eq!(
            one("SELECT len(snowmelt_flatten('[1,2]', '', false, 'OBJECT'))"),
            "0"
        );
        assert_eq!(
            one("SELECT len(snowmelt_flatten('null', '', true, 'BOTH'))"),
            "1"
        );
    }
}
