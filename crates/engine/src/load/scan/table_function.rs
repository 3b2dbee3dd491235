//! `snowmelt_scan(id)`: selects the rows of a [`Scan`] that was put into the registry.

use super::Scan;
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
    scans: Arc<Mutex<HashMap<u64, Arc<Scan>>>>,
    next: Arc<AtomicU64>,
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
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        crate::lock(&self.scans).insert(id, scan);
        RegisteredScan {
            registry: self.clone(),
            id,
        }
    }

    fn get(&self, id: u64) -> Option<Arc<Scan>> {
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

impl VTab for ScanFunction {
    type InitData = ();
    type BindData = Arc<Scan>;

    fn bind(bind: &BindInfo) -> Result<Self::BindData, Box<dyn Error>> {
        let id = bind.get_parameter(0).to_int64();
        // SAFETY: the function was registered with a `ScanRegistry` as its extra information.
        let registry = unsafe { &*bind.get_extra_info::<ScanRegistry>() };
        let scan = registry.get(id as u64).ok_or("there is no such scan")?;
        for (index, cell_type) in scan.types.iter().enumerate() {
            bind.add_result_column(&format!("c{index}"), logical_type(*cell_type));
        }
        Ok(scan)
    }

    fn init(init: &InitInfo) -> Result<Self::InitData, Box<dyn Error>> {
        // SAFETY: DuckDB gives the bind data that `bind` returned.
        let scan = unsafe { &*init.get_bind_data::<Arc<Scan>>() };
        init.set_max_threads(scan.threads as u64);
        Ok(())
    }

    fn func(
        info: &TableFunctionInfo<Self>,
        output: &mut DataChunkHandle,
    ) -> Result<(), Box<dyn Error>> {
        let scan = info.get_bind_data();
        // SAFETY: DuckDB gives an empty chunk of the columns that `bind` added, for this call alone.
        let mut writer = unsafe { RowWriter::new(output.get_ptr(), &scan.types) };
        scan.fill(&mut writer);
        writer.finish();
        Ok(())
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
