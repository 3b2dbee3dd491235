//! A stage by what SHOW STAGES and DESCRIBE STAGE say.

use super::{Difference, Remedy, note, note_comment};
use snowmelt_sql::object::{FileFormat, FileFormatRef, Stage, StageLocation, ValueFormat};
use std::collections::BTreeMap;

pub(super) fn compare(declared: &Stage, found: &BTreeMap<String, String>) -> Difference {
    let given = |column: &str| {
        found
            .get(column)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    };
    let mut phrases = Vec::new();
    let url = match &declared.location {
        StageLocation::Internal => None,
        StageLocation::External { url } => Some(url.trim_end_matches('/')),
    };
    let found_url = given("url").map(|url| url.trim_end_matches('/'));
    if url != found_url {
        let (there, wanted) = (found_url.unwrap_or("internal"), url.unwrap_or("internal"));
        phrases.push(format!("its place is {there}, declared {wanted}"));
    }
    note(
        &mut phrases,
        declared.integration.as_deref() != given("storage_integration"),
        "STORAGE_INTEGRATION differs",
    );
    let directory =
        given("directory_enabled").is_some_and(|flag| flag.starts_with(['Y', 'y', 't', 'T']));
    note(
        &mut phrases,
        declared.directory != directory,
        "DIRECTORY differs",
    );
    note_comment(&mut phrases, declared.comment.as_deref(), given("comment"));
    for (name, wanted) in format_properties(declared.file_format.as_ref()) {
        if let Some(there) = found.get(&format!("STAGE_FILE_FORMAT.{name}"))
            && folded(there) != folded(&wanted)
        {
            phrases.push(format!(
                "{name} of its file format is {there}, declared {wanted}"
            ));
        }
    }
    if phrases.is_empty() {
        return Difference::default();
    }
    // The files of an internal stage go with it.
    let remedy = match (found_url, url) {
        (Some(_), Some(_)) => Remedy::ReplaceFreely,
        _ => Remedy::Replace,
    };
    Difference { phrases, remedy }
}

/// What DESCRIBE STAGE would say of a file format, as far as it can be told.
fn format_properties(format: Option<&FileFormatRef>) -> Vec<(&'static str, String)> {
    let flag = |value: bool| value.to_string();
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "NONE".to_owned());
    let character = |value: Option<char>| value.map_or_else(|| "NONE".to_owned(), String::from);
    let value = |value: &ValueFormat| match value {
        ValueFormat::Auto => "AUTO".to_owned(),
        ValueFormat::Format(format) => format.clone(),
    };
    match format {
        None => vec![("TYPE", "CSV".to_owned()), ("SKIP_HEADER", "0".to_owned())],
        Some(FileFormatRef::Named(name)) => vec![("FORMAT_NAME", name.to_string())],
        Some(FileFormatRef::Inline(FileFormat::Csv(csv))) => vec![
            ("TYPE", "CSV".to_owned()),
            ("FIELD_DELIMITER", text(&csv.field_delimiter)),
            ("SKIP_HEADER", csv.skip_header.to_string()),
            ("PARSE_HEADER", flag(csv.parse_header)),
            ("SKIP_BLANK_LINES", flag(csv.skip_blank_lines)),
            ("DATE_FORMAT", value(&csv.date_format)),
            ("TIME_FORMAT", value(&csv.time_format)),
            ("TIMESTAMP_FORMAT", value(&csv.timestamp_format)),
            ("TRIM_SPACE", flag(csv.trim_space)),
            (
                "FIELD_OPTIONALLY_ENCLOSED_BY",
                character(csv.field_optionally_enclosed_by),
            ),
            (
                "ERROR_ON_COLUMN_COUNT_MISMATCH",
                flag(csv.error_on_column_count_mismatch),
            ),
            ("EMPTY_FIELD_AS_NULL", flag(csv.empty_field_as_null)),
        ],
        Some(FileFormatRef::Inline(FileFormat::Json(json))) => vec![
            ("TYPE", "JSON".to_owned()),
            ("DATE_FORMAT", value(&json.date_format)),
            ("TIME_FORMAT", value(&json.time_format)),
            ("TIMESTAMP_FORMAT", value(&json.timestamp_format)),
            ("TRIM_SPACE", flag(json.trim_space)),
            ("STRIP_OUTER_ARRAY", flag(json.strip_outer_array)),
            ("STRIP_NULL_VALUES", flag(json.strip_null_values)),
        ],
        Some(FileFormatRef::Inline(FileFormat::Parquet(_))) => vec![("TYPE", "PARQUET".to_owned())],
        Some(FileFormatRef::Inline(FileFormat::Avro(_))) => vec![("TYPE", "AVRO".to_owned())],
    }
}

fn folded(text: &str) -> String {
    text.replace('"', "").to_uppercase()
}
