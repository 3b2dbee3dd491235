//! VALIDATION_MODE: files are read and nothing is loaded.

use super::loader::Loader;
use super::reject::Reject;
use super::scan::{LoadFile, Outcome, Scan, ScanPlan, Tolerance};
use super::shape::LoadShape;
use super::target::Target;
use crate::catalog::{Definition, Key};
use crate::error::{EngineError, Result, intern};
use crate::result::{Cell, Listing};
use crate::session::Session;
use crate::stage::StagedFile;
use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::{DataType, Span, SqlError};
use std::sync::Arc;

/// RETURN_ERRORS: every record that would be rejected, by file and row.
pub(crate) fn errors(
    session: &Session,
    loader: &Loader,
    files: &[StagedFile],
) -> Result<Vec<Reject>> {
    for in_order in [false, true] {
        let (scan, _) = scan(session, loader, files, in_order)?;
        let registered = session.engine.shared.loading.scans.put(Arc::clone(&scan));
        let sql = format!("SELECT count(*) FROM snowmelt_scan({})", registered.id);
        let _: i64 = session.connection.query_row(&sql, [], |row| row.get(0))?;
        match scan.outcome() {
            Outcome::Recount if !in_order => continue,
            Outcome::Unavailable(error) => return Err(super::loader::unavailable(error)),
            _ => {}
        }
        let mut rejects = Vec::new();
        scan.rejects()
            .drain(|reject| {
                rejects.push(reject);
                Ok::<(), std::io::Error>(())
            })
            .map_err(super::loader::unavailable)?;
        rejects.sort_by_key(|reject| (reject.file, reject.row_number));
        return Ok(rejects);
    }
    Err(EngineError::internal(
        "a validation does not come to an end",
    ))
}

/// RETURN_n_ROWS: the first rows as they would be loaded, or the first error among them.
pub(crate) fn rows(
    session: &Session,
    loader: &Loader,
    files: &[StagedFile],
    most: u64,
) -> Result<Listing> {
    let (scan, target) = scan(session, loader, files, true)?;
    let registered = session.engine.shared.loading.scans.put(Arc::clone(&scan));
    let sql = format!(
        "SELECT COLUMNS(*)::VARCHAR FROM snowmelt_scan({}) LIMIT {most}",
        registered.id
    );
    let mut statement = session.connection.prepare(&sql)?;
    let mut found = statement.query([])?;
    let mut listing = Listing {
        columns: target
            .columns
            .iter()
            .map(|column| output_column(&column.name))
            .collect(),
        rows: Vec::new(),
    };
    while let Some(row) = found.next()? {
        let cells = (0..target.columns.len()).map(|index| {
            let text: Option<String> = row.get(index)?;
            Ok(Cell::from(text.as_deref()))
        });
        listing.rows.push(cells.collect::<Result<_>>()?);
    }
    match scan.first_reject() {
        Some((ordinal, reject)) if ordinal <= most => Err(EngineError::data(
            intern(&reject.code.to_string()),
            intern(&reject.sqlstate),
            reject.error,
        )),
        _ => Ok(listing),
    }
}

fn scan(
    session: &Session,
    loader: &Loader,
    files: &[StagedFile],
    in_order: bool,
) -> Result<(Arc<Scan>, Arc<Target>)> {
    let catalog = session.catalog();
    let table = match catalog
        .entry(&Key::relation(&loader.copy.table))
        .map(|entry| &entry.definition)
    {
        Some(Definition::Table(table)) => Arc::clone(table),
        _ => {
            return Err(
                SqlError::does_not_exist("Table", &loader.copy.table, Span::default()).into(),
            );
        }
    };
    // Nothing is stored: no column needs to be widened.
    let mut wide = (*table).clone();
    wide.columns
        .iter_mut()
        .for_each(|column| column.narrow = false);
    let shape = LoadShape::new(
        &loader.copy,
        &loader.format,
        &wide,
        &loader.settings,
        &catalog,
        &session.context,
    )?;
    let scan = Scan::new(ScanPlan {
        target: Arc::clone(&shape.target),
        format: shape.format,
        files: files
            .iter()
            .map(|file| LoadFile {
                path: file.object.path.clone(),
                content_key: file.object.etag.clone(),
                last_modified_micros: file.object.last_modified_micros,
                source: loader.place.bucket.source(&file.object),
            })
            .collect(),
        tolerance: Tolerance::Any,
        started_at_micros: session.context.statement_started_at_micros,
        zone: loader.settings.zone().clone(),
        threads: if in_order { 1 } else { 2 },
        in_order,
        block_bytes: super::block::BLOCK_BYTES,
    });
    Ok((Arc::new(scan), shape.target))
}

fn output_column(name: &str) -> OutputColumn {
    OutputColumn {
        name: name.to_owned(),
        data_type: DataType::TEXT,
        narrow: false,
        nullable: true,
        origins: Vec::new(),
    }
}
