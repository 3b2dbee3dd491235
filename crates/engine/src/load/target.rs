//! What a load fills: the columns of the scan's rows, and how records give their values.
//!
//! In: a table, a COPY's options and a file format, resolved by `execute::copy_into`. Out: the shape that the readers
//! write into DuckDB's vectors.

use super::value::{Decimal, TemporalFormats};
use jiff::tz::TimeZone;
use snowmelt_sql::DataType;
use snowmelt_sql::data_type::NARROW_DIGITS;
use snowmelt_sql::object::{BinaryFormat, MetadataColumn, ValueFormat};

/// One column of the rows a scan gives.
#[derive(Debug, Clone)]
pub(crate) struct TargetColumn {
    /// Stored spelling.
    pub(crate) name: String,
    /// 1-based place in the table, as error messages show it.
    pub(crate) ordinal: usize,
    /// Declared type.
    pub(crate) data_type: DataType,
    /// Held in 64 bits though the type is longer: a longer value widens the column.
    pub(crate) narrow: bool,
    /// Whether NULL is allowed.
    pub(crate) nullable: bool,
    /// Where its values come from.
    pub(crate) source: ColumnSource,
}

/// Where a column's values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnSource {
    /// The field at this 0-based place of a CSV record.
    Field(usize),
    /// The field or key that has the column's name.
    Name,
    /// The whole record, as a VARIANT.
    Record,
    /// What is known about the file.
    Metadata(MetadataColumn),
}

/// Everything that reading a load's records needs to know, besides the file format.
#[derive(Debug)]
pub(crate) struct Target {
    /// The table's name in error messages.
    pub(crate) table: String,
    /// The scan's columns.
    pub(crate) columns: Vec<TargetColumn>,
    /// With [`ColumnSource::Name`]: whether names match in their case too.
    pub(crate) case_sensitive: bool,
    /// The number of fields that a CSV record must have; `None` when any will do.
    pub(crate) expected_fields: Option<usize>,
    /// Conversion of values.
    pub(crate) conversion: Conversion,
}

/// How values convert.
#[derive(Debug, Clone)]
pub(crate) struct Conversion {
    /// DATE_FORMAT, TIME_FORMAT, TIMESTAMP_FORMAT and the session's time zone.
    pub(crate) temporal: TemporalFormats,
    /// BINARY_FORMAT.
    pub(crate) binary_format: BinaryFormat,
    /// ENFORCE_LENGTH: text that is too long is an error; else it is cut.
    pub(crate) enforce_length: bool,
    /// TRIM_SPACE, for JSON strings. CSV fields are trimmed by their reader.
    pub(crate) trim_space: bool,
    /// STRIP_NULL_VALUES.
    pub(crate) strip_null_values: bool,
    /// NULL_IF.
    pub(crate) null_if: Vec<Vec<u8>>,
}

/// How DuckDB holds a column's values, and what must be checked before they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CellType {
    /// BOOLEAN.
    Boolean,
    /// A NUMBER of scale 0 in 64 bits. `widens`: a number of more than 64 bits is right but needs a wider column.
    Integer { precision: u8, widens: bool },
    /// DECIMAL(precision, scale). `widens`: a DECIMAL(18, scale), and a number of more digits is right but needs a wider
    /// column.
    Decimal { decimal: Decimal, widens: bool },
    /// DOUBLE.
    Float,
    /// VARCHAR of at most so many characters.
    Text { length: u32 },
    /// BLOB of at most so many bytes.
    Binary { length: u32 },
    /// DATE.
    Date,
    /// TIME.
    Time { precision: u8 },
    /// TIMESTAMP.
    TimestampNtz { precision: u8 },
    /// TIMESTAMPTZ.
    TimestampLtz { precision: u8 },
    /// HUGEINT (see `DataType::physical`).
    TimestampTz { precision: u8 },
    /// JSON of any kind.
    Variant,
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
}

impl CellType {
    /// How values of `data_type` are held.
    pub(crate) fn of(data_type: DataType, narrow: bool) -> Self {
        match data_type {
            DataType::Boolean => CellType::Boolean,
            DataType::Number {
                precision,
                scale: 0,
            } if narrow || precision <= 18 => CellType::Integer {
                precision,
                widens: precision > 18,
            },
            DataType::Number { precision, scale } => CellType::Decimal {
                decimal: Decimal { precision, scale },
                widens: narrow && precision > NARROW_DIGITS && scale <= NARROW_DIGITS,
            },
            DataType::Float => CellType::Float,
            DataType::Null => CellType::Text { length: u32::MAX },
            DataType::Text { length } => CellType::Text { length },
            DataType::Binary { length } => CellType::Binary { length },
            DataType::Date => CellType::Date,
            DataType::Time { precision } => CellType::Time { precision },
            DataType::TimestampNtz { precision } => CellType::TimestampNtz { precision },
            DataType::TimestampLtz { precision } => CellType::TimestampLtz { precision },
            DataType::TimestampTz { precision } => CellType::TimestampTz { precision },
            DataType::Variant => CellType::Variant,
            DataType::Object => CellType::Object,
            DataType::Array => CellType::Array,
        }
    }
}

impl Target {
    /// A target without columns: for a header, whose fields are only told apart.
    pub(crate) fn for_header() -> Self {
        let auto = &ValueFormat::Auto;
        Self {
            table: String::new(),
            columns: Vec::new(),
            case_sensitive: false,
            expected_fields: None,
            conversion: Conversion {
                temporal: TemporalFormats::new(auto, auto, auto, TimeZone::UTC),
                binary_format: BinaryFormat::Hex,
                enforce_length: true,
                trim_space: false,
                strip_null_values: false,
                null_if: Vec::new(),
            },
        }
    }

    /// `"SALES"["SALE_ID":1]`, as Snowflake names a column in a load error.
    pub(crate) fn column_label(&self, column: &TargetColumn) -> String {
        format!("\"{}\"[\"{}\":{}]", self.table, column.name, column.ordinal)
    }

    /// Whether a column shows the number of a record in its file.
    pub(crate) fn needs_row_numbers(&self) -> bool {
        self.columns
            .iter()
            .any(|column| column.source == ColumnSource::Metadata(MetadataColumn::FileRowNumber))
    }
}
