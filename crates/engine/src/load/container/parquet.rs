//! Parquet, by DuckDB's own reader in a DuckDB of its own: nothing that a file makes it do touches the warehouse.
//!
//! An object of a bucket on the network is copied to a temporary file first, because the reader starts at a file's end. The
//! records go through a temporary file of lines too: a file of any size is read in little memory.

use super::{DeclaredColumn, damaged};
use crate::load::scan::LoadFile;
use duckdb::core::{LogicalTypeHandle, LogicalTypeId};
use duckdb::{Config, Connection};
use snowmelt_sql::DataType;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::{NamedTempFile, TempPath};

/// Reads Parquet files. One for all the files of a pass.
pub(crate) struct ParquetReader {
    binary_as_text: bool,
    memory_bytes: u64,
    /// Opened when it is first needed.
    database: Mutex<Option<Connection>>,
}

impl std::fmt::Debug for ParquetReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetReader")
            .field("binary_as_text", &self.binary_as_text)
            .finish_non_exhaustive()
    }
}

/// Memory that the reader may use.
const MEMORY_BYTES: u64 = 256 << 20;

impl ParquetReader {
    /// A reader for files of a format with this BINARY_AS_TEXT.
    pub(crate) fn new(binary_as_text: bool) -> Self {
        Self {
            binary_as_text,
            memory_bytes: MEMORY_BYTES,
            database: Mutex::default(),
        }
    }

    /// The file's records, one a line.
    pub(super) fn lines(&self, file: &LoadFile) -> io::Result<Box<dyn Read + Send>> {
        let local = LocalCopy::of(file)?;
        let database = self.connect()?;
        let from = self.relation(&local.path);
        let columns = described(&database, &from)?;
        let known = column_names(&database, &local.path)?;
        if let Some((renamed, _)) = columns.iter().find(|(name, _)| !known.contains(name)) {
            return Err(damaged(format!(
                "two of its columns differ only in case: one is `{renamed}` to the reader"
            )));
        }
        let members = columns.into_iter().map(|(name, data_type)| {
            let value = element(&identifier(&name), &data_type, 0);
            (name, value)
        });
        let record = object_text(members);
        // The file is there until it is closed, and nobody else sees it.
        let spool = NamedTempFile::new()?;
        let reopened = File::open(spool.path())?;
        let sql = format!(
            "COPY (SELECT {record} FROM {from}) TO {} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x1f', USE_TMP_FILE false)",
            literal(spool.path())
        );
        database.execute_batch(&sql).map_err(damaged)?;
        local.check(file)?;
        Ok(Box::new(reopened))
    }

    /// The file's columns.
    pub(super) fn columns(&self, file: &LoadFile) -> io::Result<Vec<DeclaredColumn>> {
        let local = LocalCopy::of(file)?;
        let database = self.connect()?;
        let required = required_columns(&database, &local.path)?;
        let columns = described(&database, &self.relation(&local.path))?;
        local.check(file)?;
        Ok(columns
            .into_iter()
            .map(|(name, data_type)| DeclaredColumn {
                nullable: !required.contains(&name),
                data_type: snowflake_type(&data_type),
                name,
            })
            .collect())
    }

    fn relation(&self, path: &Path) -> String {
        format!(
            "read_parquet({}, binary_as_string = {})",
            literal(path),
            self.binary_as_text
        )
    }

    fn connect(&self) -> io::Result<Connection> {
        let mut database = crate::lock(&self.database);
        let open = || -> duckdb::Result<Connection> {
            let config = Config::default()
                .with("autoinstall_known_extensions", "false")?
                .with("autoload_known_extensions", "false")?
                .with("memory_limit", format!("{}B", self.memory_bytes))?
                .with("temp_directory", std::env::temp_dir().to_string_lossy())?;
            let database = Connection::open_in_memory_with_flags(config)?;
            database.execute_batch("SET TimeZone = 'UTC'")?;
            Ok(database)
        };
        let database = match &mut *database {
            Some(database) => database,
            none => none.insert(open().map_err(io::Error::other)?),
        };
        database.try_clone().map_err(io::Error::other)
    }
}

/// The file where DuckDB can read it.
struct LocalCopy {
    path: PathBuf,
    /// Deleted with this.
    _copy: Option<TempPath>,
}

impl LocalCopy {
    fn of(file: &LoadFile) -> io::Result<Self> {
        let mut source = file.source.open()?;
        if let Some(path) = file.source.local_path() {
            return Ok(Self { path, _copy: None });
        }
        let mut copy = NamedTempFile::new()?;
        io::copy(&mut source, &mut copy)?;
        let copy = copy.into_temp_path();
        Ok(Self {
            path: copy.to_path_buf(),
            _copy: Some(copy),
        })
    }

    /// Whether it is still the file that was listed.
    fn check(&self, file: &LoadFile) -> io::Result<()> {
        match self._copy {
            Some(_) => Ok(()),
            None => file.source.open().map(drop),
        }
    }
}

/// The names and types of a relation's columns.
fn described(database: &Connection, from: &str) -> io::Result<Vec<(String, LogicalTypeHandle)>> {
    let mut statement = database
        .prepare(&format!("SELECT * FROM {from} LIMIT 0"))
        .map_err(damaged)?;
    statement.execute([]).map_err(damaged)?;
    let names = statement.column_names();
    let columns = names.into_iter().enumerate();
    Ok(columns
        .map(|(index, name)| (name, statement.column_logical_type(index)))
        .collect())
}

/// The names in the file's own schema, of columns and of what is in them. DuckDB calls a column something else if its name
/// differs from another only in case.
fn column_names(database: &Connection, path: &Path) -> io::Result<Vec<String>> {
    schema_names(database, path, "true")
}

/// The columns that every record has.
fn required_columns(database: &Connection, path: &Path) -> io::Result<Vec<String>> {
    schema_names(database, path, "repetition_type = 'REQUIRED'")
}

fn schema_names(database: &Connection, path: &Path, condition: &str) -> io::Result<Vec<String>> {
    let sql = format!(
        "SELECT name FROM parquet_schema({}) WHERE {condition}",
        literal(path)
    );
    let mut statement = database.prepare(&sql).map_err(damaged)?;
    let names = statement.query_map([], |row| row.get(0)).map_err(damaged)?;
    names.collect::<duckdb::Result<_>>().map_err(damaged)
}

/// An expression that gives a value as the text of its JSON, exact in every digit; NULL for NULL. DuckDB's own JSON turns
/// long numbers into doubles.
fn json_text(value: &str, data_type: &LogicalTypeHandle, depth: usize) -> String {
    let text = format!("CAST({value} AS VARCHAR)");
    let quoted = format!("'\"' || {text} || '\"'");
    // What stands for infinity is no date.
    let timestamp = |value: &str, fraction: &str| {
        format!(
            "CASE WHEN isfinite({value}) THEN strftime({value}, '\"%Y-%m-%d %H:%M:%S.{fraction}\"') END"
        )
    };
    let item = format!("x{depth}");
    match data_type.id() {
        LogicalTypeId::Boolean
        | LogicalTypeId::Tinyint
        | LogicalTypeId::Smallint
        | LogicalTypeId::Integer
        | LogicalTypeId::Bigint
        | LogicalTypeId::UTinyint
        | LogicalTypeId::USmallint
        | LogicalTypeId::UInteger
        | LogicalTypeId::UBigint
        | LogicalTypeId::Hugeint
        | LogicalTypeId::UHugeint
        | LogicalTypeId::Decimal => text,
        // With an exponent, so that it stays a FLOAT. JSON's numbers are finite.
        LogicalTypeId::Float | LogicalTypeId::Double => format!(
            "CASE WHEN NOT isfinite({value}) THEN CASE WHEN isnan({value}) THEN '\"NaN\"' ELSE {quoted} END
                WHEN contains({text}, 'e') THEN {text} ELSE {text} || 'e0' END"
        ),
        LogicalTypeId::Date => format!("CASE WHEN isfinite({value}) THEN {quoted} END"),
        LogicalTypeId::TimestampS | LogicalTypeId::TimestampMs => {
            timestamp(&format!("CAST({value} AS TIMESTAMP)"), "%g")
        }
        LogicalTypeId::Timestamp => timestamp(value, "%f"),
        LogicalTypeId::TimestampNs => timestamp(value, "%n"),
        // Snowflake has them without a zone, in UTC.
        LogicalTypeId::TimestampTZ => timestamp(&format!("timezone('UTC', {value})"), "%f"),
        LogicalTypeId::Blob => format!("'\"' || hex({value}) || '\"'"),
        LogicalTypeId::List | LogicalTypeId::Array => {
            let inner = element(&item, &data_type.child(0), depth + 1);
            format!(
                "'[' || array_to_string(list_transform({value}, lambda {item}: {inner}), ',') || ']'"
            )
        }
        LogicalTypeId::Map => {
            let inner = element(&format!("({item}).value"), &data_type.child(1), depth + 1);
            format!(
                "'{{' || array_to_string(list_transform(map_entries({value}), lambda {item}:
                    CAST(to_json(CAST(({item}).key AS VARCHAR)) AS VARCHAR) || ':' || {inner}), ',') || '}}'"
            )
        }
        LogicalTypeId::Struct => {
            let fields = (0..data_type.num_children()).map(|index| {
                let name = data_type.child_name(index);
                let field = format!("({value}).{}", identifier(&name));
                (name, element(&field, &data_type.child(index), depth))
            });
            format!(
                "CASE WHEN {value} IS NOT NULL THEN {} END",
                object_text(fields)
            )
        }
        _ => format!("CAST(to_json({text}) AS VARCHAR)"),
    }
}

/// The same where NULL is JSON's null.
fn element(value: &str, data_type: &LogicalTypeHandle, depth: usize) -> String {
    format!("coalesce({}, 'null')", json_text(value, data_type, depth))
}

/// The text of an object of these members.
fn object_text(members: impl Iterator<Item = (String, String)>) -> String {
    let members: Vec<String> = members
        .map(|(name, value)| {
            let name = serde_json::Value::from(name).to_string();
            format!("'{}:' || {value}", name.replace('\'', "''"))
        })
        .collect();
    match members.as_slice() {
        [] => "'{}'".to_owned(),
        members => format!("'{{' || {} || '}}'", members.join(" || ',' || ")),
    }
}

/// The type that INFER_SCHEMA gives a column.
fn snowflake_type(data_type: &LogicalTypeHandle) -> DataType {
    match data_type.id() {
        LogicalTypeId::Boolean => DataType::Boolean,
        // INFER_SCHEMA's integers are of all digits.
        LogicalTypeId::Tinyint
        | LogicalTypeId::Smallint
        | LogicalTypeId::Integer
        | LogicalTypeId::Bigint
        | LogicalTypeId::UTinyint
        | LogicalTypeId::USmallint
        | LogicalTypeId::UInteger
        | LogicalTypeId::UBigint
        | LogicalTypeId::Hugeint
        | LogicalTypeId::UHugeint => DataType::INTEGER,
        LogicalTypeId::Decimal => DataType::Number {
            precision: data_type.decimal_width(),
            scale: data_type.decimal_scale(),
        },
        LogicalTypeId::Float | LogicalTypeId::Double => DataType::Float,
        LogicalTypeId::Date => DataType::Date,
        LogicalTypeId::Time => DataType::Time { precision: 9 },
        LogicalTypeId::Timestamp
        | LogicalTypeId::TimestampS
        | LogicalTypeId::TimestampMs
        | LogicalTypeId::TimestampNs
        | LogicalTypeId::TimestampTZ => DataType::TimestampNtz { precision: 9 },
        LogicalTypeId::Blob => DataType::BINARY,
        LogicalTypeId::List | LogicalTypeId::Array => DataType::Array,
        LogicalTypeId::Struct | LogicalTypeId::Map | LogicalTypeId::Union => DataType::Variant,
        _ => DataType::TEXT,
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', "''"))
}
