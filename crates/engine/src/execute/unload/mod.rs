//! COPY INTO a location. In: a query's rows. Out: files in a stage, and what the client is told of them.
//!
//! All files are written aside first and copied into the stage when the last row has been read: a statement that fails
//! leaves none of them there.
//! <https://docs.snowflake.com/en/sql-reference/sql/copy-into-location>

mod csv;
mod names;
mod pack;
mod parquet;
mod text;

use crate::error::{EngineError, Result};
use crate::result::{Cell, Listing, ListingColumn};
use crate::session::Session;
use crate::stage::StagedPlace;
use names::Names;
use snowmelt_sql::object::FileFormat;
use snowmelt_sql::plan::UnloadPlan;
use snowmelt_sql::{DataType, Span, SqlError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

const COLUMNS: &[ListingColumn] = &[
    ("rows_unloaded", DataType::INTEGER),
    ("input_bytes", DataType::INTEGER),
    ("output_bytes", DataType::INTEGER),
];
const DETAILED_COLUMNS: &[ListingColumn] = &[
    ("FILE_NAME", DataType::TEXT),
    ("FILE_SIZE", DataType::INTEGER),
    ("ROW_COUNT", DataType::INTEGER),
];

/// A file that waits for its place in the stage.
struct Made {
    file: PathBuf,
    /// What PARTITION BY gave: `Some(None)` is NULL, `None` is no partition.
    partition: Option<Option<String>>,
    rows: u64,
    /// Bytes before compression.
    input_bytes: u64,
    /// Bytes of the file.
    output_bytes: u64,
}

/// COPY INTO a location.
pub(super) fn unload(session: &Session, plan: &UnloadPlan) -> Result<Listing> {
    let place = StagedPlace::resolve(session, &plan.path)?;
    let format = place.file_format(session, plan.file_format.as_ref())?;
    let aside = TempDir::new().map_err(|error| cannot_write(&error))?;
    let (made, names) = match &format {
        FileFormat::Csv(csv) => (
            text::csv(session, plan, csv, aside.path())?,
            Names::text(plan, "csv", csv.file_extension.as_deref(), csv.compression),
        ),
        FileFormat::Json(json) => (
            text::json(session, plan, json, aside.path())?,
            Names::text(
                plan,
                "json",
                json.file_extension.as_deref(),
                json.compression,
            ),
        ),
        FileFormat::Parquet(format) => (
            parquet::unload(session, plan, format, aside.path())?,
            Names::parquet(plan, format.compression),
        ),
        FileFormat::Avro(_) => {
            return Err(SqlError::unsupported("unloading to AVRO", Span::default()).into());
        }
    };
    if plan.single && made.len() > 1 {
        let size: u64 = made.iter().map(|file| file.output_bytes).sum();
        let message = format!(
            "Max file size ({}) exceeded for unload single file mode. Unload result size is: {size}",
            plan.max_file_size
        );
        return Err(EngineError::data("100050", "22000", message)
            .with_hint("raise MAX_FILE_SIZE, or leave SINGLE away"));
    }
    publish(session, plan, &place, &made, &names)
}

/// Copies the files into the stage: all of them, or none.
fn publish(
    session: &Session,
    plan: &UnloadPlan,
    place: &StagedPlace,
    made: &[Made],
    names: &Names,
) -> Result<Listing> {
    let query_id = session.query_id();
    let targets: Vec<String> = made
        .iter()
        .enumerate()
        .map(|(index, file)| names.target(&place.prefix, &query_id, &file.partition, index))
        .collect();
    if !plan.overwrite {
        for target in &targets {
            if let Some(object) = place.bucket.head(target)? {
                let message = format!(
                    "Files already existing at the unload destination: {}. Use overwrite option to force unloading.",
                    place.staged(object).shown
                );
                return Err(EngineError::data("001030", "22000", message));
            }
        }
    }
    let never = AtomicBool::new(false);
    let mut listing = Listing::new(match plan.detailed_output {
        true => DETAILED_COLUMNS,
        false => COLUMNS,
    });
    let mut placed: Vec<&str> = Vec::new();
    for (file, target) in made.iter().zip(&targets) {
        let put = session
            .check_interrupt()
            .and_then(|()| Ok(place.bucket.put_file(target, &file.file, &never)?));
        if let Err(error) = put {
            for target in placed {
                // The first error is the one that counts.
                let _ = place.bucket.delete(target);
            }
            return Err(error);
        }
        placed.push(target);
        if plan.detailed_output {
            let name = target
                .strip_prefix(&names.folder(&place.prefix))
                .unwrap_or(target);
            listing.rows.push(vec![
                Cell::from(name),
                number(file.output_bytes),
                number(file.rows),
            ]);
        }
    }
    if !plan.detailed_output {
        let sum = |of: fn(&Made) -> u64| number(made.iter().map(of).sum());
        listing.rows.push(vec![
            sum(|file| file.rows),
            sum(|file| file.input_bytes),
            sum(|file| file.output_bytes),
        ]);
    }
    Ok(listing)
}

/// What is unloaded of the query: all columns but the partition.
fn column_count(plan: &UnloadPlan) -> usize {
    plan.query.columns.len() - usize::from(plan.partitioned)
}

fn size_of(path: &Path) -> Result<u64> {
    let metadata = std::fs::metadata(path).map_err(|error| cannot_write(&error))?;
    Ok(metadata.len())
}

fn cannot_write(error: &std::io::Error) -> EngineError {
    EngineError::storage("a file cannot be written aside".to_owned()).with_detail(error.to_string())
}

fn number(value: u64) -> Cell {
    Cell::Number(i64::try_from(value).unwrap_or(i64::MAX))
}
