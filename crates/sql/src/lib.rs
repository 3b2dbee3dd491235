//! Snowflake SQL in; typed statements with spans, plans and DuckDB SQL out.
//!
//! The road every statement takes, one module a stage: [`parse`] (text → [`Statement`]), [`analyze`] (names and types
//! resolved against a read-only [`Catalog`]), [`plan`] (what is to be done), [`lower`] (DuckDB SQL). Everything here is a
//! pure function of its input: no I/O, no clock, no DuckDB.

pub mod analyze;
pub mod catalog;
pub mod data_type;
pub mod error;
pub mod functions;
mod lower;
pub mod name;
pub mod object;
pub mod parse;
pub mod plan;
pub mod print;
pub mod raised;
pub mod shape;
pub mod span;
pub mod statement;

pub use catalog::Catalog;
pub use data_type::DataType;
pub use error::{ErrorKind, SqlError};
pub use name::{Ident, ObjectName, QualifiedName};
pub use plan::{Plan, SessionContext};
pub use print::DdlNames;
pub use span::{LineColumn, Span};
pub use statement::{ParsedStatement, Statement};
