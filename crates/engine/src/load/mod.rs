//! Files into rows.
//!
//! In: files of a bucket, a file format, a target. Out: typed rows in DuckDB's vectors, at full speed, and each record
//! that does not fit with its place and reason.
//!
//! The road: [`source`] (bytes → text; [`container`]: Parquet and Avro → text), [`block`] (text → blocks of whole records), [`csv`] and [`json`] (blocks →
//! values), [`cell`] (a value → a cell of its column's type), [`vector`] (cells → DuckDB's memory). [`scan`] is the table
//! function that runs them on all threads.

mod block;
mod cell;
mod container;
mod csv;
mod infer;
mod json;
mod loaded;
mod loader;
mod loading;
mod record;
mod reject;
mod scan;
mod shape;
mod source;
mod target;
pub(crate) mod validate;
mod value;
mod vector;

pub(crate) use block::BLOCK_BYTES;
pub(crate) use infer::{infer, type_text};
pub(crate) use loaded::Loaded;
pub(crate) use loader::{FileReport, Loader, missing_file};
pub(crate) use loading::Loading;
pub(crate) use reject::Reject;
pub(crate) use scan::{FileFailure, FileSource, LoadFile, RegisteredScan, ScanPlan, Tolerance};
pub(crate) use shape::{ValueSettings, staged_shape, tolerance};
pub(crate) use source::{decompress, detect_compression};
pub(crate) use target::CellType;
pub(crate) use vector::RowWriter;
