//! What reading a record comes to.

use super::value::Fault;

/// What became of a record.
#[derive(Debug)]
pub(crate) enum RecordOutcome {
    /// Its cells are written.
    Row,
    /// It was passed over: a blank line.
    Blank,
    /// It does not fit; `at` is the offset of the error in the block.
    Rejected {
        fault: Box<Fault>,
        column: ErrorColumn,
        at: usize,
    },
    /// The column must be widened first.
    Widen(usize),
}

/// The column that an error names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ErrorColumn {
    /// None: the record as a whole is wrong.
    None,
    /// A column of the scan.
    Column(usize),
    /// A 1-based place at which the table has no column.
    Ordinal(usize),
}

impl From<Option<usize>> for ErrorColumn {
    fn from(column: Option<usize>) -> Self {
        column.map_or(ErrorColumn::None, ErrorColumn::Column)
    }
}
