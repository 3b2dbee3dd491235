//! How a session shows its values: the output formats that its parameters give.

use super::format_model::FormatModel;
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::session::parameters;
use jiff::tz::TimeZone;
use snowmelt_sql::SessionContext;
use snowmelt_sql::object::{BinaryFormat, CsvFormat, ValueFormat};

/// The formats of one session at one time.
#[derive(Debug, Clone)]
pub struct Formats {
    pub(super) date: FormatModel,
    pub(super) time: FormatModel,
    pub(super) timestamp_ntz: FormatModel,
    pub(super) timestamp_ltz: FormatModel,
    pub(super) timestamp_tz: FormatModel,
    pub(super) binary: BinaryFormat,
    pub(super) json_indent: usize,
    pub(super) time_zone: TimeZone,
}

impl Formats {
    pub(crate) fn new(context: &SessionContext) -> Result<Self> {
        let text = |name: &str| parameters::text(context, name);
        let model = |name: &str| FormatModel::parse(&text(name));
        // An empty format of one timestamp type means the one for all.
        let timestamp = |name: &str| match text(name).as_str() {
            "" => model("TIMESTAMP_OUTPUT_FORMAT"),
            given => FormatModel::parse(given),
        };
        Ok(Self {
            date: model("DATE_OUTPUT_FORMAT"),
            time: model("TIME_OUTPUT_FORMAT"),
            timestamp_ntz: timestamp("TIMESTAMP_NTZ_OUTPUT_FORMAT"),
            timestamp_ltz: timestamp("TIMESTAMP_LTZ_OUTPUT_FORMAT"),
            timestamp_tz: timestamp("TIMESTAMP_TZ_OUTPUT_FORMAT"),
            binary: match text("BINARY_OUTPUT_FORMAT").eq_ignore_ascii_case("BASE64") {
                true => BinaryFormat::Base64,
                false => BinaryFormat::Hex,
            },
            json_indent: parameters::number(context, "JSON_INDENT"),
            time_zone: time_zone(context.time_zone())?,
        })
    }

    /// Formats that lose nothing and that every session reads back the same.
    pub(crate) fn for_literals(self) -> Self {
        let timestamp = FormatModel::parse("YYYY-MM-DD HH24:MI:SS.FF9");
        let zoned = FormatModel::parse("YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM");
        Self {
            date: FormatModel::parse("YYYY-MM-DD"),
            time: FormatModel::parse("HH24:MI:SS.FF9"),
            timestamp_ntz: timestamp,
            timestamp_ltz: zoned.clone(),
            timestamp_tz: zoned,
            binary: BinaryFormat::Hex,
            json_indent: 0,
            time_zone: self.time_zone,
        }
    }

    /// The formats of a CSV file: the session's where the file format says AUTO.
    pub(crate) fn for_unloading(mut self, format: &CsvFormat) -> Self {
        if let ValueFormat::Format(model) = &format.date_format {
            self.date = FormatModel::parse(model);
        }
        if let ValueFormat::Format(model) = &format.time_format {
            self.time = FormatModel::parse(model);
        }
        if let ValueFormat::Format(model) = &format.timestamp_format {
            let model = FormatModel::parse(model);
            self.timestamp_ntz = model.clone();
            self.timestamp_ltz = model.clone();
            self.timestamp_tz = model;
        }
        self.binary = format.binary_format;
        self.with_compact_json()
    }

    /// The same formats with semi-structured values on one line.
    pub fn with_compact_json(mut self) -> Self {
        self.json_indent = 0;
        self
    }
}

/// The time zone of that IANA name.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|error| {
        EngineError::new(
            EngineErrorKind::Compilation,
            "001008",
            "22023",
            format!("invalid value [{name}] for parameter 'TIMEZONE'"),
        )
        .with_hint("use a name such as `UTC` or `America/Los_Angeles`")
        .with_source(error)
    })
}
