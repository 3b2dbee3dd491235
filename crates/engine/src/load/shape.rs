//! What a COPY makes of its files, for one state of its table.
//!
//! In: the resolved COPY, its file format, the table as it is now. Out: the columns of the scan, its format, and the INSERT
//! that takes its rows.

use super::container::{Container, ParquetReader};
use super::csv::CsvDialect;
use super::scan::{RecordFormat, ScanFormat, Tolerance};
use super::source::Charset;
use super::target::{ColumnSource, Conversion, Target, TargetColumn};
use super::value::TemporalFormats;
use crate::catalog::CatalogView;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::execute::{physical_column, quote};
use jiff::tz::TimeZone;
use snowmelt_sql::analyze::{StageShape, plan_stage_expressions};
use snowmelt_sql::catalog::StagedSource;
use snowmelt_sql::catalog::identity_sequence;
use snowmelt_sql::object::{
    BinaryFormat, Column, Compression, CopyInto, CsvFormat, DefaultValue, FileFormat, JsonFormat,
    MatchByColumnName, MetadataColumn, OnError, Table, ValueFormat,
};
use snowmelt_sql::{DataType, SessionContext, Span, SqlError};
use std::sync::Arc;

/// How one COPY is read and written.
pub(crate) struct LoadShape {
    /// The scan's columns.
    pub(crate) target: Arc<Target>,
    /// The scan's format.
    pub(crate) format: ScanFormat,
    /// The columns that are filled, in DuckDB's names: what follows `INSERT INTO table`.
    pub(crate) insert_columns: String,
    /// The expressions that fill them, over the scan as `t0`.
    pub(crate) select: String,
    /// The scan's columns as `t0` names them.
    pub(crate) scan_columns: Vec<String>,
    /// Whether values are computed from the fields, so that a bad one shows only in the INSERT.
    pub(crate) is_transformed: bool,
}

/// What the session sets that changes what values mean.
#[derive(Debug, Clone)]
pub(crate) struct ValueSettings {
    zone: TimeZone,
    date: ValueFormat,
    time: ValueFormat,
    timestamp: ValueFormat,
}

impl ValueSettings {
    /// Of a session.
    ///
    /// # Errors
    /// Its time zone is not known.
    pub(crate) fn of(context: &SessionContext) -> Result<Self> {
        let format = |name: &str| match crate::session::parameters::text(context, name) {
            text if text.is_empty() || text.eq_ignore_ascii_case("auto") => ValueFormat::Auto,
            text => ValueFormat::Format(text),
        };
        Ok(Self {
            zone: crate::result::time_zone(context.time_zone())?,
            date: format("DATE_INPUT_FORMAT"),
            time: format("TIME_INPUT_FORMAT"),
            timestamp: format("TIMESTAMP_INPUT_FORMAT"),
        })
    }

    /// The session's time zone.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    fn formats(
        &self,
        date: &ValueFormat,
        time: &ValueFormat,
        timestamp: &ValueFormat,
    ) -> TemporalFormats {
        fn either<'a>(own: &'a ValueFormat, session: &'a ValueFormat) -> &'a ValueFormat {
            if *own == ValueFormat::Auto {
                session
            } else {
                own
            }
        }
        TemporalFormats::new(
            either(date, &self.date),
            either(time, &self.time),
            either(timestamp, &self.timestamp),
            self.zone.clone(),
        )
    }
}

/// How many bad records a file may have.
pub(crate) fn tolerance(on_error: OnError) -> Tolerance {
    match on_error {
        OnError::Continue => Tolerance::Any,
        OnError::SkipFile => Tolerance::Fewer(1),
        OnError::SkipFileCount(count) => Tolerance::Fewer(count),
        OnError::SkipFilePercent(percent) => Tolerance::FewerPercent(percent),
        OnError::AbortStatement => Tolerance::None,
    }
}

impl LoadShape {
    /// Works out how `copy` fills `table`.
    ///
    /// # Errors
    /// What the format and the options do not allow together, and what is not supported.
    pub(crate) fn new(
        copy: &CopyInto,
        format: &FileFormat,
        table: &Table,
        settings: &ValueSettings,
        catalog: &CatalogView,
        context: &SessionContext,
    ) -> Result<Self> {
        let (scan_format, conversion) = scan_format(format, copy.options.enforce_length, settings)?;
        let mut shape = if copy.source.transform.is_empty() {
            plain(copy, format, table)?
        } else {
            transformed(copy, format, table, catalog, context)?
        };
        defaults(&mut shape, copy, table, catalog, context)?;
        let target = Target {
            table: if shape.is_transformed {
                "TRANSIENT_STAGE_TABLE".to_owned()
            } else {
                table.name.name.clone()
            },
            columns: shape.columns,
            case_sensitive: copy.options.match_by_column_name == MatchByColumnName::CaseSensitive,
            expected_fields: shape.expected_fields,
            conversion,
        };
        Ok(Self {
            target: Arc::new(target),
            format: scan_format,
            insert_columns: shape.filled.join(", "),
            select: shape.select.join(", "),
            scan_columns: shape.scan_columns,
            is_transformed: shape.is_transformed,
        })
    }
}

/// The parts of a shape while it is worked out.
#[derive(Default)]
struct Parts {
    columns: Vec<TargetColumn>,
    expected_fields: Option<usize>,
    filled: Vec<String>,
    select: Vec<String>,
    scan_columns: Vec<String>,
    is_transformed: bool,
}

impl Parts {
    /// A column that goes as it is from the scan into the table.
    fn add(&mut self, ordinal: usize, column: &Column, source: ColumnSource) {
        let name = format!("c{}", self.columns.len());
        self.filled.push(physical_column(&column.name));
        self.select.push(format!("t0.{name}"));
        self.scan_columns.push(name);
        self.columns.push(TargetColumn {
            name: column.name.clone(),
            ordinal,
            data_type: column.data_type,
            narrow: column.narrow,
            nullable: column.nullable,
            source,
        });
    }

    /// A column that only expressions see.
    fn add_raw(&mut self, name: &str, data_type: DataType, source: ColumnSource) {
        self.scan_columns.push(name.to_owned());
        self.columns.push(TargetColumn {
            name: name.to_owned(),
            ordinal: self.columns.len() + 1,
            data_type,
            narrow: data_type.can_be_narrow(),
            nullable: true,
            source,
        });
    }
}

impl Parts {
    /// The columns that expressions over staged files see.
    fn add_staged(&mut self, shape: StageShape, fields: usize, metadata: &[MetadataColumn]) {
        for field in 0..fields {
            let (data_type, source) = match shape {
                StageShape::Fields => (DataType::TEXT, ColumnSource::Field(field)),
                StageShape::Document if field == 0 => (DataType::Variant, ColumnSource::Record),
                // A record of JSON is `$1`; there is no `$2`.
                StageShape::Document => (DataType::Variant, ColumnSource::Field(field)),
            };
            self.add_raw(&quote(&format!("${}", field + 1)), data_type, source);
        }
        for metadata in metadata {
            let (name, data_type) = metadata_column(*metadata);
            self.add_raw(&quote(name), data_type, ColumnSource::Metadata(*metadata));
        }
    }
}

/// What a query over staged files reads: their records as they are, and how.
///
/// # Errors
/// What the format does not allow, and what is not supported.
pub(crate) fn staged_shape(
    source: &StagedSource,
    settings: &ValueSettings,
) -> Result<(Target, ScanFormat)> {
    let (format, conversion) = scan_format(&source.file_format, true, settings)?;
    let shape = match &source.file_format {
        FileFormat::Csv(_) => StageShape::Fields,
        FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_) => StageShape::Document,
    };
    let mut parts = Parts::default();
    parts.add_staged(shape, source.fields, &source.metadata);
    if parts.columns.is_empty() {
        // A record makes a row even if nothing of it is read.
        parts.add_raw(
            "c0",
            DataType::TEXT,
            ColumnSource::Metadata(MetadataColumn::Filename),
        );
    }
    let target = Target {
        table: "TRANSIENT_STAGE_TABLE".to_owned(),
        columns: parts.columns,
        case_sensitive: false,
        expected_fields: None,
        conversion,
    };
    Ok((target, format))
}

/// The columns that are listed, or all, with their 1-based places.
fn listed<'t>(copy: &CopyInto, table: &'t Table) -> Vec<(usize, &'t Column)> {
    if copy.columns.is_empty() {
        return table
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| (index + 1, column))
            .collect();
    }
    let find = |name: &String| {
        table
            .column(name)
            .map(|(index, column)| (index + 1, column))
    };
    copy.columns.iter().filter_map(find).collect()
}

fn plain(copy: &CopyInto, format: &FileFormat, table: &Table) -> Result<Parts> {
    let mut parts = Parts::default();
    let by_name = copy.options.match_by_column_name != MatchByColumnName::None;
    let columns = listed(copy, table);
    match format {
        FileFormat::Csv(csv) => {
            check_header(csv, by_name)?;
            if csv.error_on_column_count_mismatch && copy.columns.is_empty() {
                parts.expected_fields = Some(columns.len());
            }
        }
        FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_) if by_name => {}
        FileFormat::Json(_) => check_one_column("JSON", &columns)?,
        FileFormat::Parquet(_) => check_one_column("PARQUET", &columns)?,
        FileFormat::Avro(_) => check_one_column("AVRO", &columns)?,
    }
    for (field, (ordinal, column)) in columns.into_iter().enumerate() {
        let metadata = copy
            .options
            .include_metadata
            .iter()
            .find(|(name, _)| *name == column.name);
        let source = match (metadata, format) {
            (Some((_, metadata)), _) => ColumnSource::Metadata(*metadata),
            (None, _) if by_name => ColumnSource::Name,
            (None, FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_)) => {
                ColumnSource::Record
            }
            (None, FileFormat::Csv(_)) => ColumnSource::Field(field),
        };
        parts.add(ordinal, column, source);
    }
    Ok(parts)
}

fn check_header(csv: &CsvFormat, by_name: bool) -> Result<()> {
    match (csv.parse_header, by_name) {
        (true, false) => Err(compilation(
            "Invalid file format \"PARSE_HEADER\" is only allowed for CSV INFER_SCHEMA and MATCH_BY_COLUMN_NAME",
        )),
        (false, true) => Err(compilation(
            "MATCH_BY_COLUMN_NAME on CSV files needs a file format with PARSE_HEADER = TRUE",
        )),
        (true, true) | (false, false) => Ok(()),
    }
}

fn check_one_column(format: &str, columns: &[(usize, &Column)]) -> Result<()> {
    match columns {
        [(_, column)] if column.data_type.is_semi_structured() => Ok(()),
        _ => Err(compilation(&format!(
            "{format} file format can produce one and only one column of type variant, object, or array. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation.",
        ))),
    }
}

fn transformed(
    copy: &CopyInto,
    format: &FileFormat,
    table: &Table,
    catalog: &CatalogView,
    context: &SessionContext,
) -> Result<Parts> {
    let columns = listed(copy, table);
    let items: Vec<&str> = copy
        .source
        .transform
        .iter()
        .map(|item| item.expression.as_str())
        .collect();
    let targets: Vec<&Column> = columns.iter().map(|(_, column)| *column).collect();
    let shape = match format {
        FileFormat::Csv(csv) => {
            check_header(csv, false)?;
            StageShape::Fields
        }
        FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_) => StageShape::Document,
    };
    let alias = copy.source.alias.as_deref();
    let planned = plan_stage_expressions(&items, alias, &targets, shape, catalog, context)?;
    let mut parts = Parts {
        is_transformed: true,
        ..Parts::default()
    };
    parts.add_staged(shape, planned.fields, &planned.metadata);
    if parts.columns.is_empty() {
        // A record makes a row even if nothing of it is used.
        parts.add_raw(
            "c0",
            DataType::INTEGER,
            ColumnSource::Metadata(MetadataColumn::FileRowNumber),
        );
    }
    for (column, expression) in targets.iter().zip(&planned.expressions) {
        parts.filled.push(physical_column(&column.name));
        parts.select.push(expression.sql.clone());
    }
    Ok(parts)
}

fn metadata_column(metadata: MetadataColumn) -> (&'static str, DataType) {
    match metadata {
        MetadataColumn::Filename => ("METADATA$FILENAME", DataType::TEXT),
        MetadataColumn::FileRowNumber => ("METADATA$FILE_ROW_NUMBER", DataType::INTEGER),
        MetadataColumn::FileContentKey => ("METADATA$FILE_CONTENT_KEY", DataType::TEXT),
        MetadataColumn::FileLastModified => (
            "METADATA$FILE_LAST_MODIFIED",
            DataType::TimestampNtz { precision: 9 },
        ),
        MetadataColumn::StartScanTime => (
            "METADATA$START_SCAN_TIME",
            DataType::TimestampLtz { precision: 9 },
        ),
    }
}

/// Columns that the column list leaves out get their defaults.
fn defaults(
    parts: &mut Parts,
    copy: &CopyInto,
    table: &Table,
    catalog: &CatalogView,
    context: &SessionContext,
) -> Result<()> {
    if copy.columns.is_empty() {
        return Ok(());
    }
    for column in table
        .columns
        .iter()
        .filter(|column| !copy.columns.contains(&column.name))
    {
        match &column.default {
            Some(DefaultValue::Expression(text)) => {
                let shape = StageShape::Fields;
                let planned =
                    plan_stage_expressions(&[text], None, &[column], shape, catalog, context)?;
                parts.filled.push(physical_column(&column.name));
                parts.select.extend(
                    planned
                        .expressions
                        .into_iter()
                        .map(|expression| expression.sql),
                );
            }
            Some(DefaultValue::Identity(identity)) => {
                let sequence = identity_sequence(identity.sequence.unwrap_or_default());
                parts.filled.push(physical_column(&column.name));
                parts.select.push(format!(
                    "CAST(nextval('{sequence}') AS {})",
                    column.physical()
                ));
            }
            None if !column.nullable => {
                return Err(EngineError::data(
                    "100072",
                    "22000",
                    "NULL result in a non-nullable column",
                )
                .with_detail(format!("the column list leaves out `{}`", column.name)));
            }
            None => {}
        }
    }
    Ok(())
}

fn scan_format(
    format: &FileFormat,
    enforce_length: bool,
    settings: &ValueSettings,
) -> Result<(ScanFormat, Conversion)> {
    match format {
        FileFormat::Csv(csv) => Ok((
            ScanFormat {
                container: None,
                records: RecordFormat::Csv {
                    dialect: Arc::new(CsvDialect::new(csv)?),
                    charset: Charset::named(&csv.encoding)?,
                },
                compression: csv.compression,
                skip_byte_order_mark: csv.skip_byte_order_mark,
                replace_invalid_characters: csv.replace_invalid_characters,
            },
            Conversion {
                temporal: settings.formats(
                    &csv.date_format,
                    &csv.time_format,
                    &csv.timestamp_format,
                ),
                binary_format: csv.binary_format,
                enforce_length,
                trim_space: false,
                strip_null_values: false,
                null_if: Vec::new(),
            },
        )),
        FileFormat::Json(json) => Ok((
            json_format(json)?,
            json_conversion(json, enforce_length, settings),
        )),
        FileFormat::Parquet(parquet) => {
            let reader = ParquetReader::new(parquet.binary_as_text);
            Ok((
                container_format(Container::Parquet(Arc::new(reader))),
                container_conversion(
                    parquet.trim_space,
                    &parquet.null_if,
                    enforce_length,
                    settings,
                ),
            ))
        }
        FileFormat::Avro(avro) => {
            let compression = avro.compression;
            Ok((
                container_format(Container::Avro { compression }),
                container_conversion(avro.trim_space, &avro.null_if, enforce_length, settings),
            ))
        }
    }
}

/// The lines that a container gives are JSON that is known to be right. Its readers refuse a file with a string that is no
/// UTF-8, whatever REPLACE_INVALID_CHARACTERS says: nothing is left to replace.
fn container_format(container: Container) -> ScanFormat {
    ScanFormat {
        container: Some(container),
        records: RecordFormat::Json {
            strip_outer_array: false,
            allow_duplicate: true,
            multi_line: false,
        },
        compression: Compression::None,
        skip_byte_order_mark: false,
        replace_invalid_characters: false,
    }
}

fn container_conversion(
    trim_space: bool,
    null_if: &[String],
    enforce_length: bool,
    settings: &ValueSettings,
) -> Conversion {
    let auto = &ValueFormat::Auto;
    Conversion {
        temporal: settings.formats(auto, auto, auto),
        binary_format: BinaryFormat::Hex,
        enforce_length,
        trim_space,
        strip_null_values: false,
        null_if: null_if
            .iter()
            .map(|text| text.clone().into_bytes())
            .collect(),
    }
}

fn json_format(json: &JsonFormat) -> Result<ScanFormat> {
    if json.enable_octal {
        return Err(SqlError::unsupported("ENABLE_OCTAL = TRUE", Span::default()).into());
    }
    Ok(ScanFormat {
        container: None,
        records: RecordFormat::Json {
            strip_outer_array: json.strip_outer_array,
            allow_duplicate: json.allow_duplicate,
            multi_line: json.multi_line,
        },
        compression: json.compression,
        skip_byte_order_mark: json.skip_byte_order_mark,
        replace_invalid_characters: json.replace_invalid_characters || json.ignore_utf8_errors,
    })
}

fn json_conversion(
    json: &JsonFormat,
    enforce_length: bool,
    settings: &ValueSettings,
) -> Conversion {
    Conversion {
        temporal: settings.formats(&json.date_format, &json.time_format, &json.timestamp_format),
        binary_format: json.binary_format,
        enforce_length,
        trim_space: json.trim_space,
        strip_null_values: json.strip_null_values,
        null_if: json
            .null_if
            .iter()
            .map(|text| text.clone().into_bytes())
            .collect(),
    }
}

fn compilation(message: &str) -> EngineError {
    EngineError::new(EngineErrorKind::Compilation, "002019", "0A000", message)
}
