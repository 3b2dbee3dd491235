//! VARIANT: reading JSON, paths, conversions.

mod read;

use super::add;
use super::native::{Raised, Row, native};
use crate::variant::{self, Duplicates, Special, Step, Value};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<ParseJson>(database)?;
    add::<TryParseJson>(database)?;
    add::<CheckJson>(database)?;
    add::<Get>(database)?;
    add::<GetPath>(database)?;
    add::<VariantText>(database)?;
    add::<VariantTextAt>(database)?;
    read::register(database)?;
    add::<ToJson>(database)?;
    add::<TypeOf>(database)?;
    add::<TextVariant>(database)?;
    add::<NumberVariant>(database)?;
    add::<FloatVariant>(database)?;
    add::<SpecialVariant>(database)
}

fn duplicates(parameter: &str) -> Duplicates {
    if parameter.contains('d') {
        Duplicates::KeepLast
    } else {
        Duplicates::Refuse
    }
}

native! {
    /// PARSE_JSON(text, parameter).
    ParseJson = "snowmelt_parse_json"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(text), Some(parameter)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match variant::read(text, duplicates(parameter)) {
            Ok(Some(stored)) => out.text(&stored),
            Ok(None) => out.null(),
            Err(error) => return Err(Raised::new("100069", "22P02", format!("Error parsing JSON: {error}"))),
        }
        Ok(())
    }
}

native! {
    /// TRY_PARSE_JSON(text, parameter).
    TryParseJson = "snowmelt_try_parse_json"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(text), Some(parameter)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match variant::read(text, duplicates(parameter)) {
            Ok(Some(stored)) => out.text(&stored),
            Ok(None) | Err(_) => out.null(),
        }
        Ok(())
    }
}

native! {
    /// CHECK_JSON(text).
    CheckJson = "snowmelt_check_json"(Text) -> Text, |row, cache: (), out| {
        match row.text(0).map(|text| variant::read(text, Duplicates::Refuse)) {
            Some(Err(error)) => out.text(&error.to_string()),
            Some(Ok(_)) | None => out.null(),
        }
        Ok(())
    }
}

/// The last path that was taken apart.
#[derive(Default)]
pub(crate) struct Path {
    text: String,
    steps: Option<Vec<Step>>,
}

impl Path {
    fn steps(&mut self, text: &str, parse: fn(&str) -> Option<Vec<Step>>) -> Option<&[Step]> {
        if self.steps.is_none() || self.text != text {
            self.steps = parse(text);
            text.clone_into(&mut self.text);
        }
        self.steps.as_deref()
    }

    /// The value of the first argument under the second, a path that the analyzer wrote.
    fn find<'v>(&mut self, row: &Row<'v>) -> Option<&'v str> {
        let (stored, path) = (row.text(0)?, row.text(1)?);
        variant::find(stored, self.steps(path, variant::parse_duckdb_path)?)
    }
}

native! {
    /// The value under a path that the analyzer wrote: `$."a"[0]`.
    Get = "snowmelt_get"(Text, Text) -> Json, |row, cache: Path, out| {
        match cache.find(row) {
            Some(found) => out.text(found),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// GET_PATH(variant, path).
    GetPath = "snowmelt_get_path"(Text, Text) -> Json, |row, cache: Path, out| {
        let (Some(stored), Some(path)) = (row.text(0), row.text(1)) else { return Ok(()) };
        let Some(steps) = cache.steps(path, variant::parse_path) else {
            return Err(Raised::new("100135", "22000", format!("Invalid extraction path '{path}'")));
        };
        match variant::find(stored, steps) {
            Some(found) => out.text(found),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// A VARIANT as VARCHAR.
    VariantText = "snowmelt_variant_text"(Text) -> Text, |row, cache: (), out| {
        match row.text(0).and_then(variant::text) {
            Some(text) => out.text(&text),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// What a path of the analyzer's leads to, as VARCHAR.
    VariantTextAt = "snowmelt_variant_text_at"(Text, Text) -> Text, |row, cache: Path, out| {
        match cache.find(row).and_then(variant::text) {
            Some(text) => out.text(&text),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// TO_JSON(variant).
    ToJson = "snowmelt_to_json"(Text) -> Text, |row, cache: (), out| {
        if let Some(stored) = row.text(0) {
            out.text(&variant::json(stored));
        }
        Ok(())
    }
}

native! {
    /// TYPEOF(variant).
    TypeOf = "snowmelt_typeof"(Text) -> Text, |row, cache: (), out| {
        if let Some(stored) = row.text(0) {
            out.text(variant::type_name(stored));
        }
        Ok(())
    }
}

native! {
    /// A string as a VARIANT.
    TextVariant = "snowmelt_text_variant"(Text) -> Json, |row, cache: (), out| {
        if let Some(text) = row.text(0) {
            variant::write_string(&mut out.scratch, text);
            out.scratch();
        }
        Ok(())
    }
}

native! {
    /// The digits of a NUMBER as a VARIANT.
    NumberVariant = "snowmelt_number_variant"(Text) -> Json, |row, cache: (), out| {
        if let Some(digits) = row.text(0) {
            out.text(&variant::number(digits).unwrap_or_default());
        }
        Ok(())
    }
}

native! {
    /// A FLOAT as a VARIANT.
    FloatVariant = "snowmelt_float_variant"(Float) -> Json, |row, cache: (), out| {
        if let Some(value) = row.float(0) {
            out.text(&variant::double(value));
        }
        Ok(())
    }
}

native! {
    /// A value of a type that JSON does not have, as a VARIANT: its letter, its text.
    SpecialVariant = "snowmelt_special_variant"(Text, Text) -> Json, |row, cache: (), out| {
        let (Some(letter), Some(text)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match letter.chars().next().and_then(Special::of_letter) {
            Some(special) => Value::Special(special, text.into()).write(&mut out.scratch),
            None => variant::write_string(&mut out.scratch, text),
        }
        out.scratch();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use duckdb::Connection;

    fn rows(sql: &str) -> Vec<Option<String>> {
        let database = Connection::open_in_memory().unwrap();
        crate::functions::register(&database).unwrap();
        let mut statement = database.prepare(sql).unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<duckdb::Result<_>>()
            .unwrap()
    }

    #[test]
    fn json_is_read_and_looked_into() {
        let sql = "SELECT snowmelt_get(snowmelt_parse_json(j, 's'), '$.\"a\"[1]')
            FROM (VALUES ('{\"a\": [1, {\"b\": \"a rather long text, longer than twelve bytes\"}]}'), (NULL), ('{}')) t(j)";
        assert_eq!(
            rows(sql),
            [
                Some("{\"b\":\"a rather long text, longer than twelve bytes\"}".to_owned()),
                None,
                None
            ]
        );
        assert_eq!(
            rows("SELECT typeof(snowmelt_parse_json('1', 's'))"),
            [Some("JSON".to_owned())]
        );
        assert_eq!(
            rows("SELECT snowmelt_variant_text('\"a\\\"b\"'::JSON)"),
            [Some("a\"b".to_owned())]
        );
    }

    #[test]
    fn an_error_carries_its_code() {
        let database = Connection::open_in_memory().unwrap();
        crate::functions::register(&database).unwrap();
        let error = database
            .execute("SELECT snowmelt_parse_json('{', 's')", [])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("[100069 22P02] Error parsing JSON: incomplete object value, pos 1"),
            "{error}"
        );
    }
}
