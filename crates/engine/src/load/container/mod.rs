//! Files that hold records in a form of their own: Parquet and Avro. In: a file's bytes. Out: its records as lines of JSON,
//! which go the road of any JSON file from there, so that VARIANT, paths, names of columns, rejects and row numbers mean the
//! same whatever the file was.

mod avro;
mod parquet;

pub(crate) use parquet::ParquetReader;

use super::scan::{FileFailure, LoadFile};
use super::source::decompress;
use snowmelt_sql::object::Compression;
use std::io::{self, Read};
use std::sync::Arc;

/// What takes the records out of the files of a pass.
#[derive(Debug, Clone)]
pub(crate) enum Container {
    /// By DuckDB's own reader.
    Parquet(Arc<ParquetReader>),
    /// Record by record.
    Avro {
        /// Of the file as a whole; its blocks say themselves how they are compressed.
        compression: Compression,
    },
}

/// A column as the file itself declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredColumn {
    /// As written.
    pub(crate) name: String,
    /// Snowflake's type.
    pub(crate) data_type: snowmelt_sql::DataType,
    /// Whether a record may lack it.
    pub(crate) nullable: bool,
}

impl Container {
    /// The file's records, one a line.
    ///
    /// # Errors
    /// The source's; a file that is no such container is damaged.
    pub(crate) fn lines(&self, file: &LoadFile) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Container::Parquet(reader) => reader.lines(file),
            Container::Avro { compression } => {
                avro::lines(decompress(file.source.open()?, *compression, &file.path)?)
            }
        }
    }

    /// The columns that the file declares, in its order.
    ///
    /// # Errors
    /// As [`Container::lines`].
    pub(crate) fn columns(&self, file: &LoadFile) -> io::Result<Vec<DeclaredColumn>> {
        match self {
            Container::Parquet(reader) => reader.columns(file),
            Container::Avro { compression } => {
                avro::columns(decompress(file.source.open()?, *compression, &file.path)?)
            }
        }
    }
}

/// The file is not what it should be.
fn damaged(reason: impl ToString) -> io::Error {
    io::Error::other(FileFailure::Damaged(reason.to_string()))
}
