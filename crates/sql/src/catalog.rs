//! What the front end may ask about the objects that exist: a read-only view, answered without running anything.

use crate::data_type::DataType;
use crate::name::{QualifiedName, physical_name, physical_schema};
use crate::object::{
    FileFormat, Function, Integration, MetadataColumn, NamedFileFormat, Pipe, Sequence, Stage,
    StagePath, Table, TableKind, View, Warehouse,
};
use std::sync::Arc;

/// A read-only catalog. Names are stored spellings. The embedded engine implements it over its catalog, `lint` and
/// `plan` over a project's declarations.
pub trait Catalog {
    /// Whether the database exists.
    fn has_database(&self, name: &str) -> bool;
    /// Whether the schema exists.
    fn has_schema(&self, database: &str, name: &str) -> bool;
    /// A table or view under that name, or one of the views the system provides (INFORMATION_SCHEMA, SNOWMELT.REJECTS).
    fn relation(&self, name: &QualifiedName) -> Option<Relation>;
    /// A stage.
    fn stage(&self, name: &QualifiedName) -> Option<Arc<Stage>>;
    /// A named file format.
    fn file_format(&self, name: &QualifiedName) -> Option<Arc<NamedFileFormat>>;
    /// A pipe.
    fn pipe(&self, name: &QualifiedName) -> Option<Arc<Pipe>>;
    /// A sequence.
    fn sequence(&self, name: &QualifiedName) -> Option<Arc<Sequence>>;
    /// The user-defined functions of that name, which differ in the types of their parameters.
    fn functions(&self, name: &QualifiedName) -> Vec<Arc<Function>>;
    /// A warehouse.
    fn warehouse(&self, name: &str) -> Option<Arc<Warehouse>>;
    /// A storage integration.
    fn integration(&self, name: &str) -> Option<Arc<Integration>>;
    /// The values that the columns of a PIVOT are made of, where only the data tells: the first column of a DuckDB query,
    /// in order. Nothing where there is no data to ask.
    fn pivot_values(&self, _query: &str) -> Option<Vec<Option<String>>> {
        None
    }
    /// The DuckDB relation whose rows are the records of those files: the columns `$1` to `$fields`, then those of
    /// `metadata`. Nothing where there are no files to ask.
    fn staged(&self, _source: &StagedSource) -> Option<String> {
        None
    }
    /// The DuckDB relation whose rows are the columns of those files, as INFER_SCHEMA gives them. Nothing where there are
    /// no files to ask.
    fn inferred_schema(&self, _source: &SchemaSource) -> Option<String> {
        None
    }
}

/// Staged files whose columns are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemaSource {
    /// Where.
    pub path: StagePath,
    /// How they are written.
    pub file_format: FileFormat,
    /// FILES; empty: all of them.
    pub files: Vec<String>,
    /// IGNORE_CASE: names are in upper case.
    pub ignore_case: bool,
    /// MAX_FILE_COUNT.
    pub max_file_count: Option<u64>,
    /// MAX_RECORDS_PER_FILE.
    pub max_records_per_file: Option<u64>,
}

/// Staged files that a query reads.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedSource {
    /// Where.
    pub path: StagePath,
    /// How they are written.
    pub file_format: FileFormat,
    /// PATTERN.
    pub pattern: Option<String>,
    /// How many fields of each record are read; 1 for a record that is one document.
    pub fields: usize,
    /// The METADATA$ columns that are read.
    pub metadata: Vec<MetadataColumn>,
}

/// Something that a query can select from by name.
#[derive(Debug, Clone)]
pub enum Relation {
    /// A table.
    Table(Arc<Table>),
    /// A view: its query is analyzed where it is used.
    View(Arc<View>),
    /// A view the system provides.
    System(Arc<SystemView>),
}

/// A view the system provides: its columns, and the DuckDB SQL that gives its rows.
#[derive(Debug, Clone)]
pub struct SystemView {
    /// Column names (stored spelling) and types, in order.
    pub columns: Vec<(String, DataType)>,
    /// A DuckDB query, without parentheses, whose columns are the above, by position, in their physical types;
    /// every NUMBER of scale 0 is narrow (BIGINT).
    pub sql: String,
}

/// The DuckDB name of a table that is not temporary: schema and table, quoted.
pub fn physical_table(name: &QualifiedName) -> String {
    format!(
        "{}.{}",
        quote(&physical_schema(&name.database, &name.schema)),
        quote(&physical_name(&name.name))
    )
}

/// The DuckDB name of the sequence behind an AUTOINCREMENT column, from [`Identity::sequence`]; a temporary table's has a
/// negative number and goes with its connection.
///
/// [`Identity::sequence`]: crate::object::Identity::sequence
pub fn identity_sequence(number: i64) -> String {
    match number < 0 {
        true => format!("temp.main.identity_{}", number.unsigned_abs()),
        false => format!("snowmelt.identity_{number}"),
    }
}

/// The DuckDB name of a table or a temporary one: the latter live in DuckDB's own temporary schema, where each
/// connection sees its own, and may hide a table of the same name.
pub fn physical_relation(table: &Table) -> String {
    match table.kind {
        TableKind::Permanent | TableKind::Transient => physical_table(&table.name),
        TableKind::Temporary => {
            let name = &table.name;
            let schema = physical_schema(&name.database, &name.schema);
            let name = format!("{schema}.{}", physical_name(&name.name));
            format!("temp.main.{}", quote(&name))
        }
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
