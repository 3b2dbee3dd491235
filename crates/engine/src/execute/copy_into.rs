//! COPY INTO table: which files, loaded how, and what the client is told.

use crate::bucket::Bucket;
use crate::catalog::Key;
use crate::error::{EngineError, Result};
use crate::ledger::FileRecord;
use crate::load::{
    FileFailure, FileReport, Loader, Reject, Tolerance, ValueSettings, missing_file, tolerance,
    validate,
};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use crate::stage::{StagedFile, StagedPlace, pattern};
use snowmelt_sql::object::{CopyInto, FileFormat, OnError};
use snowmelt_sql::plan::ValidationMode;
use snowmelt_sql::{DataType, Span, SqlError};
use std::collections::BTreeSet;

const TEXT: DataType = DataType::TEXT;
const NUMBER: DataType = DataType::INTEGER;

/// The columns of COPY's result.
const COLUMNS: &[ListingColumn] = &[
    ("file", TEXT),
    ("status", TEXT),
    ("rows_parsed", NUMBER),
    ("rows_loaded", NUMBER),
    ("error_limit", NUMBER),
    ("errors_seen", NUMBER),
    ("first_error", TEXT),
    ("first_error_line", NUMBER),
    ("first_error_character", NUMBER),
    ("first_error_column_name", TEXT),
];

/// The columns of VALIDATION_MODE = RETURN_ERRORS.
const ERROR_COLUMNS: &[ListingColumn] = &[
    ("ERROR", TEXT),
    ("FILE", TEXT),
    ("LINE", NUMBER),
    ("CHARACTER", NUMBER),
    ("BYTE_OFFSET", NUMBER),
    ("CATEGORY", TEXT),
    ("CODE", NUMBER),
    ("SQL_STATE", TEXT),
    ("COLUMN_NAME", TEXT),
    ("ROW_NUMBER", NUMBER),
    ("ROW_START_LINE", NUMBER),
    ("REJECTED_RECORD", TEXT),
];

/// COPY INTO table.
pub(super) fn copy_into(
    session: &mut Session,
    copy: CopyInto,
    validation_mode: Option<ValidationMode>,
) -> Result<Listing> {
    if copy.options.purge && session.in_transaction() {
        // What a rolled back load deleted would be lost.
        return Err(SqlError::unsupported("PURGE = TRUE in a transaction", Span::default()).into());
    }
    let place = StagedPlace::resolve(session, &copy.source.path)?;
    let format: FileFormat = place.file_format(session, copy.file_format.as_ref())?;
    let on_error = copy.options.on_error.unwrap_or(OnError::AbortStatement);
    let loader = Loader {
        tolerance: tolerance(on_error),
        settings: ValueSettings::of(&session.context)?,
        pipe_id: None,
        received_at_micros: None,
        query_id: session.query_id(),
        copy,
        format,
        place,
    };
    loader.check(session)?;
    let chosen = choose(session, &loader, validation_mode)?;
    match validation_mode {
        None => load(session, &loader, &chosen),
        Some(ValidationMode::ReturnRows(rows)) => {
            if let Some(name) = chosen.missing.first() {
                return Err(not_found(&loader, name));
            }
            validate::rows(session, &loader, &chosen.files, rows)
        }
        Some(ValidationMode::ReturnErrors | ValidationMode::ReturnAllErrors) => {
            let rejects = validate::errors(session, &loader, &chosen.files)?;
            Ok(error_listing(&loader, &chosen, rejects))
        }
    }
}

/// The files that a COPY is about.
#[derive(Default)]
struct Chosen {
    /// Those to be loaded.
    files: Vec<StagedFile>,
    /// Those that FILES names and that are loaded already.
    loaded_before: Vec<StagedFile>,
    /// Those that FILES names and that are not there.
    missing: Vec<String>,
}

fn choose(
    session: &Session,
    loader: &Loader,
    validation_mode: Option<ValidationMode>,
) -> Result<Chosen> {
    let copy = &loader.copy;
    let mut chosen = Chosen::default();
    let mut found = Vec::new();
    if copy.files.is_empty() {
        found = loader.place.list("")?;
        if let Some(text) = &copy.pattern {
            let pattern = pattern(text)?;
            found.retain(|file| pattern.is_match(&loader.place.pattern_subject(file)));
        }
    } else {
        let mut names = BTreeSet::new();
        for name in copy.files.iter().filter(|name| names.insert(name.as_str())) {
            match loader.place.named_file(name)? {
                Some(file) => found.push(file),
                None => chosen.missing.push(name.clone()),
            }
        }
    }
    if let (Some(name), Tolerance::None, None) =
        (chosen.missing.first(), loader.tolerance, validation_mode)
    {
        return Err(not_found(loader, name));
    }
    let force = copy.options.force || validation_mode == Some(ValidationMode::ReturnAllErrors);
    if !force {
        let table_id = session
            .catalog()
            .entry(&Key::relation(&copy.table))
            .map(|entry| entry.id)
            .ok_or_else(|| SqlError::does_not_exist("Table", &copy.table, Span::default()))?;
        let loaded = loader.seen(&session.connection, table_id)?;
        let (before, now) = found.into_iter().partition(|file| loaded.is_loaded(file));
        found = now;
        if !copy.files.is_empty() {
            chosen.loaded_before = before;
        }
    }
    // The file at which the limit is passed is loaded too.
    let mut size = 0_u64;
    for file in found {
        if copy.options.size_limit.is_some_and(|limit| size > limit) {
            break;
        }
        size += file.object.size;
        chosen.files.push(file);
    }
    Ok(chosen)
}

fn load(session: &mut Session, loader: &Loader, chosen: &Chosen) -> Result<Listing> {
    let reports = if chosen.files.is_empty() {
        Vec::new()
    } else {
        loader.load(session, &chosen.files)?
    };
    let mut listing = Listing::new(COLUMNS);
    for (file, report) in chosen.files.iter().zip(&reports) {
        match report {
            FileReport::Read(record) => listing.rows.push(read_row(file, record)),
            FileReport::AlreadyLoaded if !loader.copy.files.is_empty() => {
                listing.rows.push(skipped_row(file))
            }
            FileReport::AlreadyLoaded => {}
            FileReport::Unavailable(failure) => {
                listing.rows.push(failed_row(
                    loader,
                    &file.shown,
                    &unavailable_text(failure, &file.shown),
                ));
            }
        }
    }
    listing
        .rows
        .extend(chosen.loaded_before.iter().map(skipped_row));
    for name in &chosen.missing {
        let text = missing_detail(&loader.place.missing_name(name));
        listing.rows.push(failed_row(loader, name, &text));
    }
    if loader.copy.options.purge {
        purge(&loader.place.bucket, &chosen.files, &reports);
    }
    if listing.rows.is_empty() {
        return Ok(Listing::status("Copy executed with 0 files processed."));
    }
    if loader.copy.options.return_failed_only {
        listing.rows.retain(|row| row[1] != Cell::from("LOADED"));
    }
    Ok(listing)
}

/// Deletes the files that were loaded, at least in part. One that cannot be deleted stays, as in Snowflake.
fn purge(bucket: &Bucket, files: &[StagedFile], reports: &[FileReport]) {
    use crate::ledger::LoadStatus;
    for (file, report) in files.iter().zip(reports) {
        if let FileReport::Read(record) = report
            && record.status != LoadStatus::LoadFailed
        {
            let _ = bucket.delete(&file.object.path);
        }
    }
}

fn number(value: u64) -> Cell {
    Cell::Number(i64::try_from(value).unwrap_or(i64::MAX))
}

fn optional(value: Option<u64>) -> Cell {
    value.map_or(Cell::Null, number)
}

fn read_row(file: &StagedFile, record: &FileRecord) -> Vec<Cell> {
    vec![
        Cell::from(file.shown.as_str()),
        Cell::from(record.status.as_str()),
        number(record.rows_parsed + record.rows_blank),
        number(record.rows_loaded),
        number(record.error_limit),
        number(record.error_count),
        Cell::from(record.first_error.as_deref()),
        optional(record.first_error_line),
        optional(record.first_error_character),
        Cell::from(record.first_error_column.as_deref()),
    ]
}

fn skipped_row(file: &StagedFile) -> Vec<Cell> {
    vec![
        Cell::from(file.shown.as_str()),
        Cell::from("LOAD_SKIPPED"),
        Cell::Number(0),
        Cell::Number(0),
        Cell::Null,
        Cell::Number(1),
        Cell::from("File was loaded before."),
        Cell::Null,
        Cell::Null,
        Cell::Null,
    ]
}

fn failed_row(loader: &Loader, shown: &str, error: &str) -> Vec<Cell> {
    vec![
        Cell::from(shown),
        Cell::from("LOAD_FAILED"),
        Cell::Number(0),
        Cell::Number(0),
        number(loader.tolerance.error_limit(0)),
        Cell::Number(1),
        Cell::from(error),
        Cell::Null,
        Cell::Null,
        Cell::Null,
    ]
}

fn unavailable_text(failure: &FileFailure, shown: &str) -> String {
    match failure {
        FileFailure::Missing => missing_detail(shown),
        FileFailure::Changed | FileFailure::Damaged(_) => failure.to_string(),
    }
}

fn not_found(loader: &Loader, name: &str) -> EngineError {
    EngineError::data(
        "091016",
        "22000",
        missing_file(&loader.place.missing_name(name)),
    )
}

/// The longer words that Snowflake has for a missing file where it does not end the statement.
fn missing_detail(name: &str) -> String {
    format!(
        "Remote file '{name}' was not found. There are several potential causes. The file might not exist. The required credentials may be missing or invalid. If you are running a copy command, please make sure files are not deleted when they are being loaded or files are not being loaded into two different tables concurrently with auto purge option."
    )
}

fn error_listing(loader: &Loader, chosen: &Chosen, rejects: Vec<Reject>) -> Listing {
    let mut listing = Listing::new(ERROR_COLUMNS);
    for reject in rejects {
        let file = chosen
            .files
            .get(reject.file)
            .map_or("", |file| file.object.path.as_str());
        listing.rows.push(vec![
            Cell::from(reject.error),
            Cell::from(file),
            number(reject.line),
            number(reject.character),
            number(reject.byte_offset),
            Cell::from(reject.category),
            Cell::Number(reject.code.into()),
            Cell::from(reject.sqlstate),
            Cell::from(reject.column_name.as_deref()),
            number(reject.row_number),
            number(reject.row_start_line),
            Cell::from(reject.record),
        ]);
    }
    for name in &chosen.missing {
        let mut row = vec![Cell::Null; ERROR_COLUMNS.len()];
        row[0] = Cell::from(missing_detail(&loader.place.missing_name(name)));
        row[1] = Cell::from(name.as_str());
        row[5] = Cell::from("other");
        row[6] = Cell::Number(100_112);
        row[7] = Cell::from("22000");
        row[9] = Cell::Number(0);
        row[10] = Cell::Number(0);
        listing.rows.push(row);
    }
    listing
}
