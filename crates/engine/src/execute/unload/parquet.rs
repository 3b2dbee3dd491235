//! Parquet files: DuckDB writes them.

use super::{Made, column_count, size_of};
use crate::error::Result;
use crate::execute::quote;
use crate::session::Session;
use snowmelt_sql::object::{Compression, ParquetFormat};
use snowmelt_sql::plan::{OutputColumn, UnloadPlan};
use snowmelt_sql::{DataType, Span, SqlError};
use std::collections::BTreeSet;
use std::path::Path;

/// Where the rows stand aside while there are partitions to be told apart.
const ROWS: &str = "temp.main.snowmelt_unload";

/// Unloads as Parquet.
pub(super) fn unload(
    session: &Session,
    plan: &UnloadPlan,
    format: &ParquetFormat,
    aside: &Path,
) -> Result<Vec<Made>> {
    if format.compression == Compression::Lzo {
        return Err(SqlError::unsupported("COMPRESSION = LZO", Span::default()).into());
    }
    let codec = match format.compression {
        Compression::None => "uncompressed",
        _ => "snappy",
    };
    let columns = &plan.query.columns[..column_count(plan)];
    let list = select_list(columns, plan.header)?;
    let aliases: Vec<String> = (0..plan.query.columns.len())
        .map(|index| format!("c{index}"))
        .collect();
    let rows = format!("({}) AS r({})", plan.query.sql, aliases.join(", "));
    let writer = Writer {
        session,
        plan,
        codec,
        aside,
    };
    if !plan.partitioned {
        return writer.copy(&format!("SELECT {list} FROM {rows}"), None, 0);
    }
    let connection = &session.connection;
    connection.execute_batch(&format!(
        "CREATE OR REPLACE TEMP TABLE snowmelt_unload AS SELECT * FROM {rows}"
    ))?;
    let unloaded = (|| {
        let partition = &aliases[columns.len()];
        let mut statement = connection.prepare(&format!(
            "SELECT DISTINCT {partition} FROM {ROWS} ORDER BY 1 NULLS FIRST"
        ))?;
        let values = statement
            .query_map([], |row| row.get::<_, Option<String>>(0))?
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut made = Vec::new();
        for (number, value) in values.into_iter().enumerate() {
            session.check_interrupt()?;
            let wanted = match &value {
                Some(value) => format!("'{}'", value.replace('\'', "''")),
                None => "NULL".to_owned(),
            };
            let query = format!(
                "SELECT {list} FROM {ROWS} AS r WHERE {partition} IS NOT DISTINCT FROM {wanted}"
            );
            made.extend(writer.copy(&query, Some(value), number)?);
        }
        Ok(made)
    })();
    connection.execute_batch(&format!("DROP TABLE IF EXISTS {ROWS}"))?;
    unloaded
}

struct Writer<'a> {
    session: &'a Session,
    plan: &'a UnloadPlan,
    codec: &'a str,
    aside: &'a Path,
}

impl Writer<'_> {
    /// The files of a query's rows.
    fn copy(
        &self,
        query: &str,
        partition: Option<Option<String>>,
        number: usize,
    ) -> Result<Vec<Made>> {
        let target = self.aside.join(number.to_string());
        let sizes = match self.plan.single {
            true => String::new(),
            false => format!(", FILE_SIZE_BYTES {}", self.plan.max_file_size),
        };
        let copy = format!(
            "COPY ({query}) TO '{}' (FORMAT parquet, COMPRESSION {}, RETURN_STATS{sizes})",
            target.to_string_lossy().replace('\'', "''"),
            self.codec,
        );
        let mut statement = self.session.connection.prepare(&copy)?;
        let files = statement
            .query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?))
            })?
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let mut made = Vec::new();
        for (file, rows) in files.into_iter().filter(|(_, rows)| *rows > 0) {
            let size = size_of(Path::new(&file))?;
            made.push(Made {
                file: file.into(),
                partition: partition.clone(),
                rows,
                input_bytes: size,
                output_bytes: size,
            });
        }
        made.sort_by(|left, right| left.file.cmp(&right.file));
        Ok(made)
    }
}

/// The columns as Parquet has them.
fn select_list(columns: &[OutputColumn], header: bool) -> Result<String> {
    let mut names = BTreeSet::new();
    let mut list = Vec::with_capacity(columns.len());
    for (index, column) in columns.iter().enumerate() {
        let value = match column.data_type {
            DataType::Variant | DataType::Object | DataType::Array => {
                format!("snowmelt_to_json(r.c{index})")
            }
            DataType::Number { precision, scale } => {
                format!("CAST(r.c{index} AS DECIMAL({precision}, {scale}))")
            }
            DataType::TimestampLtz { .. } | DataType::TimestampTz { .. } => {
                let message = format!(
                    "Error encountered when unloading to PARQUET: TIMESTAMP_TZ and LTZ types are not supported for unloading to Parquet. \
                     value: {}",
                    column.name
                );
                return Err(
                    SqlError::compilation("002019", "0A000", message, Span::default()).into(),
                );
            }
            // A bare NULL.
            DataType::Null => format!("CAST(r.c{index} AS VARCHAR)"),
            _ => format!("r.c{index}"),
        };
        let name = match header {
            true => column.name.clone(),
            false => format!("_COL_{index}"),
        };
        if !names.insert(name.to_lowercase()) {
            return Err(SqlError::compilation(
                "002025",
                "42S21",
                format!("duplicate column name '{name}'"),
                Span::default(),
            )
            .into());
        }
        list.push(format!("{value} AS {}", quote(&name)));
    }
    Ok(list.join(", "))
}
