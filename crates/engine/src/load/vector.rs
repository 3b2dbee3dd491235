//! Rows written straight into the vectors of a DuckDB chunk.
//!
//! In: typed values, column by column, in any order. Out: a filled chunk. This is the one place of the load that handles
//! DuckDB's memory.

use super::target::CellType;
use duckdb::ffi;
use std::ffi::c_char;

/// Rows that a chunk holds at most.
pub(crate) const CHUNK_ROWS: usize = 2048;

/// The chunk that a scan fills. A row is written cell by cell and kept by [`RowWriter::commit`]; a row that is not
/// kept is written over by the next one.
pub(crate) struct RowWriter {
    chunk: ffi::duckdb_data_chunk,
    columns: Vec<ColumnVector>,
    row: usize,
    /// One bit a column: whether the current row has a value there.
    filled: Vec<u64>,
    /// One bit for each column that there is.
    all: Vec<u64>,
}

struct ColumnVector {
    vector: ffi::duckdb_vector,
    data: *mut u8,
    /// Null until the first NULL of the chunk.
    validity: *mut u64,
    /// Bytes of a decimal's value.
    width: usize,
}

impl RowWriter {
    /// A writer for `chunk`, whose columns have the given types.
    ///
    /// # Safety
    ///
    /// `chunk` must be a valid chunk that nothing else uses while the writer lives, and its columns must be what
    /// [`CellType`] says, in that order.
    pub(crate) unsafe fn new(chunk: ffi::duckdb_data_chunk, types: &[CellType]) -> Self {
        let columns = types
            .iter()
            .enumerate()
            .map(|(index, cell_type)| {
                // SAFETY: the caller vouches for the chunk and for `index` being one of its columns.
                let (vector, data) = unsafe {
                    let vector = ffi::duckdb_data_chunk_get_vector(chunk, index as u64);
                    (vector, ffi::duckdb_vector_get_data(vector).cast())
                };
                ColumnVector {
                    vector,
                    data,
                    validity: std::ptr::null_mut(),
                    width: decimal_width(*cell_type),
                }
            })
            .collect();
        let mut all = vec![0; types.len().div_ceil(64)];
        for index in 0..types.len() {
            all[index / 64] |= 1 << (index % 64);
        }
        Self {
            chunk,
            columns,
            row: 0,
            filled: vec![0; all.len()],
            all,
        }
    }

    /// Rows kept so far.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> usize {
        self.row
    }

    /// Whether the chunk holds all it can.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.row == CHUNK_ROWS
    }

    /// Forgets the values of the current row.
    #[inline]
    pub(crate) fn begin(&mut self) {
        self.filled.fill(0);
    }

    /// Whether the current row has a value in the column.
    #[inline]
    pub(crate) fn is_filled(&self, column: usize) -> bool {
        self.filled[column / 64] & (1 << (column % 64)) != 0
    }

    /// Takes the current row's value in the column back: it is NULL.
    pub(crate) fn clear(&mut self, column: usize) {
        self.filled[column / 64] &= !(1 << (column % 64));
    }

    /// Keeps the current row; cells without a value are NULL.
    #[inline]
    pub(crate) fn commit(&mut self) {
        for (word, (filled, all)) in self.filled.iter().zip(&self.all).enumerate() {
            let mut missing = !filled & all;
            while missing != 0 {
                let column = word * 64 + missing.trailing_zeros() as usize;
                missing &= missing - 1;
                self.columns[column].set_null(self.row);
            }
        }
        self.row += 1;
    }

    /// Tells DuckDB how many rows there are.
    pub(crate) fn finish(self) {
        // SAFETY: the chunk is valid as long as the writer, and `row` is at most its capacity.
        unsafe { ffi::duckdb_data_chunk_set_size(self.chunk, self.row as u64) };
    }

    #[inline]
    fn put<T>(&mut self, column: usize, value: T) {
        self.filled[column / 64] |= 1 << (column % 64);
        debug_assert!(self.row < CHUNK_ROWS);
        // SAFETY: the column's vector holds `CHUNK_ROWS` values of type `T` by `RowWriter::new`'s contract.
        unsafe {
            self.columns[column]
                .data
                .cast::<T>()
                .add(self.row)
                .write_unaligned(value)
        };
    }

    /// A BOOLEAN.
    #[inline]
    pub(crate) fn boolean(&mut self, column: usize, value: bool) {
        self.put(column, value);
    }

    /// A BIGINT, TIME, TIMESTAMP or TIMESTAMPTZ.
    #[inline]
    pub(crate) fn int64(&mut self, column: usize, value: i64) {
        self.put(column, value);
    }

    /// A DATE.
    #[inline]
    pub(crate) fn date(&mut self, column: usize, days: i32) {
        self.put(column, days);
    }

    /// A DOUBLE.
    #[inline]
    pub(crate) fn float(&mut self, column: usize, value: f64) {
        self.put(column, value);
    }

    /// A DECIMAL, by its unscaled value, which its precision holds.
    #[inline]
    pub(crate) fn decimal(&mut self, column: usize, value: i128) {
        match self.columns[column].width {
            2 => self.put(column, value as i16),
            4 => self.put(column, value as i32),
            8 => self.put(column, value as i64),
            _ => self.put(column, value),
        }
    }

    /// A VARCHAR or JSON.
    #[inline]
    pub(crate) fn text(&mut self, column: usize, value: &str) {
        self.bytes(column, value.as_bytes());
    }

    /// A BLOB; or a VARCHAR, if the bytes are valid UTF-8.
    #[inline]
    pub(crate) fn bytes(&mut self, column: usize, value: &[u8]) {
        const INLINED: usize = 12;
        if value.len() <= INLINED {
            // A string of up to twelve bytes lies in the vector itself: its length, then the bytes, then zeros.
            let mut cell = [0_u8; 16];
            cell[..4].copy_from_slice(&(value.len() as u32).to_le_bytes());
            cell[4..4 + value.len()].copy_from_slice(value);
            self.put(column, u128::from_le_bytes(cell));
            return;
        }
        self.filled[column / 64] |= 1 << (column % 64);
        // SAFETY: the vector is a valid VARCHAR or BLOB vector, the row is within it, and the bytes are copied.
        unsafe {
            ffi::duckdb_unsafe_vector_assign_string_element_len(
                self.columns[column].vector,
                self.row as u64,
                value.as_ptr().cast::<c_char>(),
                value.len() as u64,
            );
        }
    }
}

impl ColumnVector {
    fn set_null(&mut self, row: usize) {
        // SAFETY: the vector is valid, and `row` is within the chunk.
        unsafe {
            if self.validity.is_null() {
                ffi::duckdb_vector_ensure_validity_writable(self.vector);
                self.validity = ffi::duckdb_vector_get_validity(self.vector);
            }
            *self.validity.add(row / 64) &= !(1 << (row % 64));
        }
    }
}

/// The bytes in which DuckDB holds a decimal; 0 for other types.
fn decimal_width(cell_type: CellType) -> usize {
    match cell_type {
        CellType::Decimal { widens: true, .. } => 8,
        CellType::Decimal { decimal, .. } => match decimal.precision {
            0..=4 => 2,
            5..=9 => 4,
            10..=18 => 8,
            _ => 16,
        },
        CellType::TimestampTz { .. } => 16,
        _ => 0,
    }
}
