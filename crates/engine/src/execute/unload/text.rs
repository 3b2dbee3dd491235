//! CSV and JSON files: rows in, files of about MAX_FILE_SIZE out, for each partition.

use super::csv::{Csv, is_text};
use super::pack::Packed;
use super::{Made, cannot_write, column_count};
use crate::error::{EngineError, Result};
use crate::session::Session;
use snowmelt_sql::object::{Compression, CsvFormat, JsonFormat};
use snowmelt_sql::plan::UnloadPlan;
use snowmelt_sql::{Span, SqlError};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files that are open at a time; when there are more partitions, what is open is ended.
const MOST_OPEN: usize = 256;

/// Unloads as CSV.
pub(super) fn csv(
    session: &Session,
    plan: &UnloadPlan,
    format: &CsvFormat,
    aside: &Path,
) -> Result<Vec<Made>> {
    let csv = Csv::new(format);
    let count = column_count(plan);
    let columns = &plan.query.columns[..count];
    let are_texts: Vec<bool> = columns
        .iter()
        .map(|column| is_text(column.data_type))
        .collect();
    let mut header = String::new();
    if plan.header {
        for (index, column) in columns.iter().enumerate() {
            csv.field(&mut header, index, Some(&column.name), true);
        }
        csv.end(&mut header);
    }
    let formats = session.formats()?.for_unloading(format);
    let mut rows = session.rows(&plan.query, formats)?;
    let mut files = Files::new(plan, format.compression, header, aside);
    let mut record = String::new();
    while let Some(batch) = rows.next_batch()? {
        session.check_interrupt()?;
        for row in 0..batch.num_rows() {
            record.clear();
            for (column, is_text) in are_texts.iter().enumerate() {
                let text = rows.text(&batch, column, row)?;
                csv.field(&mut record, column, text.as_deref(), *is_text);
            }
            csv.end(&mut record);
            let partition = match plan.partitioned {
                true => Some(rows.text(&batch, count, row)?),
                false => None,
            };
            files.add(partition, &record)?;
        }
    }
    files.finish()
}

/// Unloads as JSON: one value a line.
pub(super) fn json(
    session: &Session,
    plan: &UnloadPlan,
    format: &JsonFormat,
    aside: &Path,
) -> Result<Vec<Made>> {
    match &plan.query.columns[..column_count(plan)] {
        [only] if only.data_type.is_semi_structured() => {}
        _ => {
            let message = "JSON file format can produce one and only one column of type variant or object or array. \
                           Use SELECT OBJECT_CONSTRUCT(*) with the column list to produce such a column.";
            return Err(SqlError::compilation("002019", "0A000", message, Span::default()).into());
        }
    }
    let formats = session.formats()?.with_compact_json();
    let mut rows = session.rows(&plan.query, formats)?;
    let mut files = Files::new(plan, format.compression, String::new(), aside);
    while let Some(batch) = rows.next_batch()? {
        session.check_interrupt()?;
        for row in 0..batch.num_rows() {
            let mut record = rows
                .text(&batch, 0, row)?
                .unwrap_or_else(|| "null".to_owned());
            record.push('\n');
            let partition = match plan.partitioned {
                true => Some(rows.text(&batch, 1, row)?),
                false => None,
            };
            files.add(partition, &record)?;
        }
    }
    files.finish()
}

/// The files of one statement while its rows are read.
struct Files<'a> {
    aside: &'a Path,
    compression: Compression,
    header: String,
    max_file_size: u64,
    /// By partition.
    open: BTreeMap<Option<Option<String>>, Open>,
    made: Vec<Made>,
    count: usize,
}

struct Open {
    path: PathBuf,
    file: Packed,
    rows: u64,
    input_bytes: u64,
}

impl<'a> Files<'a> {
    fn new(plan: &UnloadPlan, compression: Compression, header: String, aside: &'a Path) -> Self {
        Self {
            aside,
            compression,
            header,
            max_file_size: plan.max_file_size,
            open: BTreeMap::new(),
            made: Vec::new(),
            count: 0,
        }
    }

    /// Appends a record to its partition's file.
    fn add(&mut self, partition: Option<Option<String>>, record: &str) -> Result<()> {
        if !self.open.contains_key(&partition) {
            if self.open.len() >= MOST_OPEN {
                self.close_all()?;
            }
            let opened = self.create()?;
            self.open.insert(partition.clone(), opened);
        }
        let Some(open) = self.open.get_mut(&partition) else {
            return Err(EngineError::internal("a file that is open is not open"));
        };
        open.file
            .write_all(record.as_bytes())
            .map_err(|error| cannot_write(&error))?;
        open.rows += 1;
        open.input_bytes += record.len() as u64;
        if open.file.written() >= self.max_file_size
            && let Some(full) = self.open.remove(&partition)
        {
            self.close(partition, full)?;
        }
        Ok(())
    }

    fn create(&mut self) -> Result<Open> {
        let path = self.aside.join(self.count.to_string());
        self.count += 1;
        let mut file =
            Packed::create(&path, self.compression).map_err(|error| cannot_write(&error))?;
        file.write_all(self.header.as_bytes())
            .map_err(|error| cannot_write(&error))?;
        Ok(Open {
            path,
            file,
            rows: 0,
            input_bytes: self.header.len() as u64,
        })
    }

    fn close(&mut self, partition: Option<Option<String>>, open: Open) -> Result<()> {
        let output_bytes = open.file.finish().map_err(|error| cannot_write(&error))?;
        self.made.push(Made {
            file: open.path,
            partition,
            rows: open.rows,
            input_bytes: open.input_bytes,
            output_bytes,
        });
        Ok(())
    }

    fn close_all(&mut self) -> Result<()> {
        for (partition, open) in std::mem::take(&mut self.open) {
            self.close(partition, open)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Made>> {
        self.close_all()?;
        Ok(self.made)
    }
}
