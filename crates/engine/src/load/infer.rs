//! INFER_SCHEMA: the columns that staged files have. In: files. Out: names, types, and the files that have them.
//!
//! Parquet and Avro declare their columns. CSV and JSON do not: their values are looked at, and a column gets the narrowest
//! type that all of them have.

use super::container::DeclaredColumn;
use super::json::{
    Document, JsonString, JsonValue, read_key, read_value, skip_blanks, value_after_key,
};
use super::scan::{LoadFile, Sample, Scan, ScanPlan, Tolerance};
use super::shape::{ValueSettings, staged_shape};
use super::value::TemporalFormats;
use crate::error::{EngineError, Result};
use crate::session::Session;
use crate::stage::{StagedFile, StagedPlace};
use jiff::tz::TimeZone;
use snowmelt_sql::DataType;
use snowmelt_sql::catalog::{SchemaSource, StagedSource};
use snowmelt_sql::object::ValueFormat;
use std::collections::HashMap;
use std::sync::Arc;

/// Records of a CSV or JSON file that are looked at if MAX_RECORDS_PER_FILE does not say.
const MOST_RECORDS: u64 = 1_000_000;

/// A column of some files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InferredColumn {
    /// As written, or in upper case.
    pub(crate) name: String,
    /// The narrowest type.
    pub(crate) data_type: DataType,
    /// Whether it may be missing.
    pub(crate) nullable: bool,
    /// The files, by their paths in the stage.
    pub(crate) files: Vec<String>,
}

/// The columns of the files, in the order in which they are first seen.
///
/// # Errors
/// The bucket's; a file that FILES names and that is not there; a file that cannot be read.
pub(crate) fn infer(session: &Session, source: &SchemaSource) -> Result<Vec<InferredColumn>> {
    let place = StagedPlace::resolve(session, &source.path)?;
    let mut files = Vec::new();
    if source.files.is_empty() {
        files = place.list("")?;
    }
    for name in &source.files {
        let missing = || {
            let message = super::loader::missing_file(&place.missing_name(name));
            EngineError::data("091016", "22000", message)
        };
        files.push(place.named_file(name)?.ok_or_else(missing)?);
    }
    if let Some(most) = source.max_file_count {
        files.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    infer_files(session, &place, source, &files)
}

fn infer_files(
    session: &Session,
    place: &StagedPlace,
    source: &SchemaSource,
    files: &[StagedFile],
) -> Result<Vec<InferredColumn>> {
    let settings = ValueSettings::of(&session.context)?;
    let records = StagedSource {
        path: source.path.clone(),
        file_format: source.file_format.clone(),
        pattern: None,
        fields: 0,
        metadata: Vec::new(),
    };
    let (target, format) = staged_shape(&records, &settings)?;
    let container = format.container.clone();
    let scan = Scan::new(ScanPlan {
        target: Arc::new(target),
        format,
        files: files
            .iter()
            .map(|file| LoadFile {
                path: file.object.path.clone(),
                content_key: file.object.etag.clone(),
                last_modified_micros: file.object.last_modified_micros,
                source: place.bucket.source(&file.object),
            })
            .collect(),
        tolerance: Tolerance::None,
        started_at_micros: 0,
        zone: TimeZone::UTC,
        threads: 1,
        in_order: false,
        block_bytes: super::block::BLOCK_BYTES,
    });
    let mut found = Columns::default();
    for (index, file) in files.iter().enumerate() {
        session.check_interrupt()?;
        let columns = match &container {
            Some(container) => container.columns(scan.file(index)),
            None => sampled(&scan, index, source.max_records_per_file),
        };
        let columns = columns.map_err(|error| cannot_read(file, error))?;
        for column in columns {
            found.add(column, source.ignore_case, &file.object.path);
        }
    }
    Ok(found.columns)
}

fn cannot_read(file: &StagedFile, error: std::io::Error) -> EngineError {
    match error.downcast::<crate::bucket::BucketError>() {
        Ok(bucket) => bucket.into(),
        Err(error) => EngineError::data(
            "100182",
            "22000",
            format!("the columns of `{}` cannot be told", file.shown),
        )
        .with_detail(error.to_string()),
    }
}

/// The columns of several files.
#[derive(Default)]
struct Columns {
    columns: Vec<InferredColumn>,
    by_name: HashMap<String, usize>,
}

impl Columns {
    fn add(&mut self, column: DeclaredColumn, ignore_case: bool, file: &str) {
        let name = match ignore_case {
            true => column.name.to_uppercase(),
            false => column.name,
        };
        match self.by_name.get(&name) {
            Some(index) => {
                let known = &mut self.columns[*index];
                known.data_type = common_type(known.data_type, column.data_type);
                known.nullable |= column.nullable;
                if known.files.last().is_none_or(|last| last != file) {
                    known.files.push(file.to_owned());
                }
            }
            None => {
                self.by_name.insert(name.clone(), self.columns.len());
                self.columns.push(InferredColumn {
                    name,
                    data_type: column.data_type,
                    nullable: column.nullable,
                    files: vec![file.to_owned()],
                });
            }
        }
    }
}

/// The columns of a file whose values must be looked at.
fn sampled(scan: &Scan, file: usize, most: Option<u64>) -> std::io::Result<Vec<DeclaredColumn>> {
    let auto = &ValueFormat::Auto;
    let formats = TemporalFormats::new(auto, auto, auto, TimeZone::UTC);
    let mut names: Vec<String> = Vec::new();
    let mut by_name: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut types: Vec<Option<DataType>> = Vec::new();
    let header = scan.sample(
        file,
        most.unwrap_or(MOST_RECORDS),
        &mut |record| match record {
            Sample::Fields(fields) => {
                for (index, field) in fields.iter().enumerate() {
                    if index == types.len() {
                        types.push(None);
                        names.push(format!("c{}", index + 1));
                    }
                    if let Some(text) = field {
                        widen(&mut types[index], text_type(text, &formats));
                    }
                }
            }
            Sample::Document(JsonValue::Nested(object @ [b'{', ..])) => {
                members(object, &mut |key, value| {
                    let index = *by_name.entry(key.to_vec()).or_insert_with(|| {
                        types.push(None);
                        names.push(String::from_utf8_lossy(key).into_owned());
                        types.len() - 1
                    });
                    if let Some(data_type) = json_type(value, &formats) {
                        widen(&mut types[index], data_type);
                    }
                });
            }
            // A value that is no object has no columns.
            Sample::Document(_) => {}
        },
    )?;
    if let Some(header) = header {
        let width = types.len().max(header.names.len());
        types.resize(width, None);
        names.resize_with(width, String::new);
        for (index, name) in header.names.iter().enumerate() {
            names[index].clone_from(name);
        }
        for (index, name) in names.iter_mut().enumerate().skip(header.names.len()) {
            *name = format!("c{}", index + 1);
        }
    }
    Ok(names
        .into_iter()
        .zip(types)
        .map(|(name, data_type)| DeclaredColumn {
            name,
            // Nothing is known of a column that is always NULL.
            data_type: data_type.unwrap_or(DataType::TEXT),
            nullable: true,
        })
        .collect())
}

/// Gives an object's members to `each`. The text is known to be an object.
fn members(object: &[u8], each: &mut dyn FnMut(&[u8], &JsonValue<'_>)) {
    let document = Document {
        bytes: object,
        start: 0,
    };
    let mut at = skip_blanks(object, 1);
    while object.get(at) == Some(&b'"') {
        let Ok((key, end)) = read_key(document, at) else {
            return;
        };
        let Ok(start) = value_after_key(document, end) else {
            return;
        };
        let Ok((value, end)) = read_value(document, start, true) else {
            return;
        };
        each(&key.text(), &value);
        at = skip_blanks(object, end);
        if object.get(at) == Some(&b',') {
            at = skip_blanks(object, at + 1);
        }
    }
}

fn widen(known: &mut Option<DataType>, data_type: DataType) {
    *known = Some(known.map_or(data_type, |known| common_type(known, data_type)));
}

/// The type that holds the values of both.
fn common_type(left: DataType, right: DataType) -> DataType {
    use DataType as T;
    match (left, right) {
        (left, right) if left == right => left,
        (
            T::Number { precision, scale },
            T::Number {
                precision: other_precision,
                scale: other_scale,
            },
        ) => {
            let whole = (precision - scale).max(other_precision - other_scale);
            let scale = scale.max(other_scale);
            match whole + scale {
                precision @ 0..=38 => T::Number { precision, scale },
                _ => T::Float,
            }
        }
        (T::Number { .. }, T::Float) | (T::Float, T::Number { .. }) => T::Float,
        (T::Date, stamp @ T::TimestampNtz { .. }) | (stamp @ T::TimestampNtz { .. }, T::Date) => {
            stamp
        }
        (left, right) if is_nested(left) || is_nested(right) => T::Variant,
        _ => T::TEXT,
    }
}

fn is_nested(data_type: DataType) -> bool {
    matches!(
        data_type,
        DataType::Variant | DataType::Object | DataType::Array
    )
}

/// The type of a CSV field's text.
fn text_type(text: &str, formats: &TemporalFormats) -> DataType {
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("true") || trimmed.eq_ignore_ascii_case("false") {
        return DataType::Boolean;
    }
    number_type(trimmed).unwrap_or_else(|| moment_type(trimmed, formats))
}

/// The type of a JSON value; `None`: null.
fn json_type(value: &JsonValue<'_>, formats: &TemporalFormats) -> Option<DataType> {
    let string = |string: JsonString<'_>| {
        let text = string.text();
        std::str::from_utf8(&text).map_or(DataType::TEXT, |text| moment_type(text, formats))
    };
    Some(match value {
        JsonValue::Null => return None,
        JsonValue::Boolean(_) => DataType::Boolean,
        JsonValue::Number(digits) => std::str::from_utf8(digits)
            .ok()
            .and_then(number_type)
            .unwrap_or(DataType::Float),
        JsonValue::String(text) => string(*text),
        JsonValue::Nested([b'[', ..]) => DataType::Array,
        JsonValue::Nested(_) => DataType::Object,
    })
}

/// NUMBER of just the digits that are written; REAL for one with an exponent or too many of them.
fn number_type(text: &str) -> Option<DataType> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        || !digits.contains(|any: char| any.is_ascii_digit())
    {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return digits.parse::<f64>().ok().map(|_| DataType::Float);
    }
    let whole = whole.trim_start_matches('0').len();
    let precision = (whole + fraction.len()).max(1);
    match (u8::try_from(precision), u8::try_from(fraction.len())) {
        (Ok(precision @ 0..=38), Ok(scale @ 0..=37)) => Some(DataType::Number { precision, scale }),
        _ => Some(DataType::Float),
    }
}

/// DATE, TIME and TIMESTAMP in the forms that are told by themselves; a number of seconds is none of them.
fn moment_type(text: &str, formats: &TemporalFormats) -> DataType {
    let bytes = text.as_bytes();
    let has_digit = bytes.iter().any(u8::is_ascii_digit);
    if !has_digit || bytes.len() < 5 || bytes.iter().all(u8::is_ascii_digit) {
        return DataType::TEXT;
    }
    let has_time = text.contains(':');
    if !has_time {
        return match formats.date(bytes) {
            Ok(_) => DataType::Date,
            Err(_) => DataType::TEXT,
        };
    }
    if formats.timestamp_ntz(bytes, 9).is_ok() {
        return DataType::TimestampNtz { precision: 9 };
    }
    match formats.time(bytes, 9) {
        Ok(_) => DataType::Time { precision: 9 },
        Err(_) => DataType::TEXT,
    }
}

/// As INFER_SCHEMA spells a type.
pub(crate) fn type_text(data_type: DataType) -> String {
    match data_type {
        DataType::Number { precision, scale } => format!("NUMBER({precision}, {scale})"),
        DataType::Float => "REAL".to_owned(),
        DataType::Text { .. } => "TEXT".to_owned(),
        DataType::Binary { .. } => "BINARY".to_owned(),
        DataType::Time { .. } => "TIME".to_owned(),
        DataType::TimestampNtz { .. } => "TIMESTAMP_NTZ".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_type_that_all_have() {
        let auto = &ValueFormat::Auto;
        let formats = TemporalFormats::new(auto, auto, auto, TimeZone::UTC);
        let of = |texts: &[&str]| {
            let mut known = None;
            texts
                .iter()
                .for_each(|text| widen(&mut known, text_type(text, &formats)));
            type_text(known.unwrap())
        };
        assert_eq!(of(&["1", "23"]), "NUMBER(2, 0)");
        assert_eq!(of(&["1", "-23.45", "100"]), "NUMBER(5, 2)");
        assert_eq!(of(&["1", "1E2"]), "REAL");
        assert_eq!(of(&["true", "FALSE"]), "BOOLEAN");
        assert_eq!(of(&["2024-01-31"]), "DATE");
        assert_eq!(of(&["2024-01-31", "2024-01-31 12:00:00"]), "TIMESTAMP_NTZ");
        assert_eq!(of(&["12:00:00"]), "TIME");
        assert_eq!(of(&["20240131"]), "NUMBER(8, 0)");
        assert_eq!(of(&["1", "x"]), "TEXT");
        assert_eq!(of(&["true", "1"]), "TEXT");
        assert_eq!(of(&["."]), "TEXT");
    }
}
