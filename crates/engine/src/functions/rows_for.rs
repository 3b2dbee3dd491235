//! `snowmelt_rows_for(milliseconds, most)`: rows until the time is over, or until there are enough: GENERATOR with TIMELIMIT.

use duckdb::Connection;
use duckdb::core::{DataChunkHandle, LogicalTypeHandle, LogicalTypeId};
use duckdb::vtab::{BindInfo, InitInfo, TableFunctionInfo, VTab};
use std::error::Error;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// DuckDB's vectors are of this size.
const ROWS_AT_ONCE: u64 = 2048;

/// Makes it known to the database.
pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    database.register_table_function::<RowsFor>("snowmelt_rows_for")
}

struct RowsFor;

/// What was asked for.
struct Limits {
    time: Duration,
    rows: u64,
}

/// How far it is.
struct Progress {
    ends_at: Instant,
    rows_left: u64,
}

impl VTab for RowsFor {
    type InitData = Mutex<Progress>;
    type BindData = Limits;

    fn bind(bind: &BindInfo) -> Result<Self::BindData, Box<dyn Error>> {
        bind.add_result_column("zero", LogicalTypeId::Tinyint.into());
        let at_least_none =
            |index| u64::try_from(bind.get_parameter(index).to_int64()).unwrap_or(0);
        Ok(Limits {
            time: Duration::from_millis(at_least_none(0)),
            rows: at_least_none(1),
        })
    }

    fn init(init: &InitInfo) -> Result<Self::InitData, Box<dyn Error>> {
        // SAFETY: DuckDB gives the bind data that `bind` returned.
        let limits = unsafe { &*init.get_bind_data::<Limits>() };
        Ok(Mutex::new(Progress {
            ends_at: Instant::now() + limits.time,
            rows_left: limits.rows,
        }))
    }

    fn func(
        info: &TableFunctionInfo<Self>,
        output: &mut DataChunkHandle,
    ) -> Result<(), Box<dyn Error>> {
        let mut progress = crate::lock(info.get_init_data());
        let rows = match Instant::now() < progress.ends_at {
            true => progress.rows_left.min(ROWS_AT_ONCE),
            false => 0,
        };
        progress.rows_left -= rows;
        let rows = usize::try_from(rows)?;
        let mut zeros = output.flat_vector(0);
        // SAFETY: the vector is TINYINT and holds as many values as a chunk has rows.
        unsafe { zeros.as_mut_slice_with_len::<i8>(rows) }.fill(0);
        output.set_len(rows);
        Ok(())
    }

    fn parameters() -> Option<Vec<LogicalTypeHandle>> {
        Some(vec![
            LogicalTypeId::Bigint.into(),
            LogicalTypeId::Bigint.into(),
        ])
    }
}
