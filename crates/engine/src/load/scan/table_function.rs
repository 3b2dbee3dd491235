//! `snowmelt_scan(id)`: selects the rows of a [`Scan`] that was put into the registry, or of the files that a query names.

use super::{Scan, ScanPlan, cell_types};
use crate::error::Result;
use crate::load::target::CellType;
use crate::load::vector::RowWriter;
use duckdb::Connection;
use duckdb::core::{DataChunkHandle, LogicalTypeHandle, LogicalTypeId};
use duckdb::vtab::{BindInfo, InitInfo, TableFunctionInfo, VTab};
use snowmelt_sql::data_type::NARROW_DIGITS;
use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// The passes that statements may select from, by number.
#[derive(Clone, Default)]
pub(crate) struct ScanRegistry {
    scans: Arc<Mutex<HashMap<u64, Source>>>,
    next: Arc<AtomicU64>,
}

/// What a number selects.
#[derive(Clone)]
enum Source {
    /// The one pass of a load.
    Pass(Arc<Scan>),
    /// The files of a query, which DuckDB may read in several places of one plan: a pass for each, and a bad record is an
    /// error.
    Files(Arc<ScanPlan>),
}

/// A pass in the registry, until this is dropped.
pub(crate) struct RegisteredScan {
    registry: ScanRegistry,
    /// The number that selects it.
    pub(crate) id: u64,
}

impl ScanRegistry {
    /// Puts a pass in.
    pub(crate) fn put(&self, scan: Arc<Scan>) -> RegisteredScan {
        self.insert(Source::Pass(scan))
    }

    /// Puts the files of a query in.
    pub(crate) fn put_files(&self, plan: ScanPlan) -> RegisteredScan {
        self.insert(Source::Files(Arc::new(plan)))
    }

    fn insert(&self, source: Source) -> RegisteredScan {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        crate::lock(&self.scans).insert(id, source);
        RegisteredScan {
            registry: self.clone(),
            id,
        }
    }

    fn get(&self, id: u64) -> Option<Source> {
        crate::lock(&self.scans).get(&id).cloned()
    }
}

impl Drop for RegisteredScan {
    fn drop(&mut self) {
        crate::lock(&self.registry.scans).remove(&self.id);
    }
}

/// Makes the table function known to a database.
///
/// # Errors
/// DuckDB's.
pub(crate) fn register(connection: &Connection, registry: &ScanRegistry) -> Result<()> {
    Ok(connection
        .register_table_function_with_extra_info::<ScanFunction, _>("snowmelt_scan", registry)?)
}

struct ScanFunction;

/// A pass under way.
struct Reading {
    scan: Arc<Scan>,
    /// Whether a bad record ends the statement.
    is_strict: bool,
}

impl VTab for ScanFunction {
    type InitData = Reading;
    type BindData = Source;

    fn bind(bind: &BindInfo) -> Result<Self::BindData, Box<dyn Error>> {
        let id = bind.get_parameter(0).to_int64();
        // SAFETY: the function was registered with a `ScanRegistry` as its extra information.
        let registry = unsafe { &*bind.get_extra_info::<ScanRegistry>() };
        let source = registry.get(id as u64).ok_or("there is no such scan")?;
        let types = match &source {
            Source::Pass(scan) => scan.types.clone(),
            Source::Files(plan) => cell_types(&plan.target),
        };
        for (index, cell_type) in types.iter().enumerate() {
            bind.add_result_column(&format!("c{index}"), logical_type(*cell_type));
        }
        Ok(source)
    }

    fn init(init: &InitInfo) -> Result<Self::InitData, Box<dyn Error>> {
        // SAFETY: DuckDB gives the bind data that `bind` returned.
        let source = unsafe { &*init.get_bind_data::<Source>() };
        let reading = match source {
            Source::Pass(scan) => Reading {
                scan: Arc::clone(scan),
                is_strict: false,
            },
            Source::Files(plan) => Reading {
                scan: Arc::new(Scan::new(plan.as_ref().clone())),
                is_strict: true,
            },
        };
        init.set_max_threads(reading.scan.threads as u64);
        Ok(reading)
    }

    fn func(
        info: &TableFunctionInfo<Self>,
        output: &mut DataChunkHandle,
    ) -> Result<(), Box<dyn Error>> {
        let reading = info.get_init_data();
        // SAFETY: DuckDB gives an empty chunk of the columns that `bind` added, for this call alone.
        let mut writer = unsafe { RowWriter::new(output.get_ptr(), &reading.scan.types) };
        reading.scan.fill(&mut writer);
        writer.finish();
        match reading.scan.failure() {
            Some(failure) if reading.is_strict => Err(failure.into()),
            _ => Ok(()),
        }
    }

    fn parameters() -> Option<Vec<LogicalTypeHandle>> {
        Some(vec![LogicalTypeId::Bigint.into()])
    }
}

/// The DuckDB type of a column.
pub(super) fn logical_type(cell_type: CellType) -> LogicalTypeHandle {
    let id = match cell_type {
        CellType::Boolean => LogicalTypeId::Boolean,
        CellType::Integer { .. } => LogicalTypeId::Bigint,
        CellType::Decimal { decimal, widens } => {
            let precision = if widens {
                NARROW_DIGITS
            } else {
                decimal.precision
            };
            return LogicalTypeHandle::decimal(precision, decimal.scale);
        }
        CellType::Float => LogicalTypeId::Double,
        CellType::Text { .. } => LogicalTypeId::Varchar,
        CellType::Binary { .. } => LogicalTypeId::Blob,
        CellType::Date => LogicalTypeId::Date,
        CellType::Time { .. } => LogicalTypeId::Time,
        CellType::TimestampNtz { .. } => LogicalTypeId::Timestamp,
        CellType::TimestampLtz { .. } => LogicalTypeId::TimestampTZ,
        CellType::TimestampTz { .. } => LogicalTypeId::Hugeint,
        CellType::Variant | CellType::Object | CellType::Array => {
            // DuckDB's JSON is a VARCHAR by another name; saying so spares it from reading the text again.
            let mut json = LogicalTypeHandle::from(LogicalTypeId::Varchar);
            json.set_alias("JSON");
            return json;
        }
    };
    id.into()
}
