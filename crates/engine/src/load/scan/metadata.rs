//! The METADATA$ columns of a pass's rows.

use crate::load::cell::{CellError, write_text};
use crate::load::scan::LoadFile;
use crate::load::target::{CellType, ColumnSource, Target};
use crate::load::value::{Fault, MICROS_PER_DAY};
use crate::load::vector::RowWriter;
use crate::moment::zoned;
use jiff::tz::TimeZone;
use snowmelt_sql::object::MetadataColumn;

/// Which columns take metadata, and the values that are the same for all files.
pub(super) struct MetadataCells {
    columns: Vec<(usize, MetadataColumn, CellType)>,
    started_at: Moment,
}

/// An instant in UTC and as the session's clock shows it.
#[derive(Clone, Copy)]
struct Moment {
    utc_micros: i64,
    wall_micros: i64,
}

impl MetadataCells {
    pub(super) fn new(target: &Target, started_at_micros: i64, zone: &TimeZone) -> Self {
        let columns = (target.columns.iter().enumerate())
            .filter_map(|(index, column)| match column.source {
                ColumnSource::Metadata(kind) => {
                    Some((index, kind, CellType::of(column.data_type, column.narrow)))
                }
                ColumnSource::Field(_) | ColumnSource::Name | ColumnSource::Record => None,
            })
            .collect();
        Self {
            columns,
            started_at: Moment {
                utc_micros: started_at_micros,
                wall_micros: wall_clock(started_at_micros, zone),
            },
        }
    }

    /// Writes the current row's metadata.
    #[inline]
    pub(super) fn write(
        &self,
        target: &Target,
        file: &LoadFile,
        row_number: u64,
        writer: &mut RowWriter,
    ) -> Result<(), (CellError, usize)> {
        for (column, kind, cell_type) in &self.columns {
            let column = *column;
            let written = match (kind, cell_type) {
                (MetadataColumn::FileRowNumber, CellType::Integer { .. }) => {
                    writer.int64(column, row_number as i64);
                    Ok(())
                }
                (MetadataColumn::FileRowNumber, _) => text(
                    target,
                    column,
                    *cell_type,
                    row_number.to_string().as_bytes(),
                    writer,
                ),
                (MetadataColumn::Filename, _) => {
                    text(target, column, *cell_type, file.path.as_bytes(), writer)
                }
                (MetadataColumn::FileContentKey, _) => text(
                    target,
                    column,
                    *cell_type,
                    file.content_key.as_bytes(),
                    writer,
                ),
                (MetadataColumn::FileLastModified, _) => {
                    let utc_micros = file.last_modified_micros;
                    let moment = Moment {
                        utc_micros,
                        wall_micros: utc_micros,
                    };
                    moment_cell(target, column, *cell_type, moment, writer)
                }
                (MetadataColumn::StartScanTime, _) => {
                    moment_cell(target, column, *cell_type, self.started_at, writer)
                }
            };
            written.map_err(|error| (error, column))?;
        }
        Ok(())
    }
}

fn text(
    target: &Target,
    column: usize,
    cell_type: CellType,
    value: &[u8],
    writer: &mut RowWriter,
) -> Result<(), CellError> {
    match cell_type {
        // A VARIANT takes the text itself, not JSON that it might spell.
        CellType::Variant => {
            let json = serde_json::to_string(&String::from_utf8_lossy(value))
                .map_err(|error| Fault::json(error.to_string()))?;
            writer.text(column, &json);
            Ok(())
        }
        _ => write_text(
            writer,
            column,
            cell_type,
            &target.conversion,
            value,
            &mut Vec::new(),
        ),
    }
}

fn moment_cell(
    target: &Target,
    column: usize,
    cell_type: CellType,
    moment: Moment,
    writer: &mut RowWriter,
) -> Result<(), CellError> {
    match cell_type {
        CellType::TimestampNtz { .. } => writer.int64(column, moment.wall_micros),
        CellType::TimestampLtz { .. } => writer.int64(column, moment.utc_micros),
        CellType::TimestampTz { .. } => {
            let minutes = (moment.wall_micros - moment.utc_micros).div_euclid(60_000_000);
            let zoned = zoned(moment.utc_micros, i32::try_from(minutes).unwrap_or(0));
            writer.decimal(column, zoned);
        }
        CellType::Date => {
            let days = moment.wall_micros.div_euclid(MICROS_PER_DAY);
            writer.date(column, i32::try_from(days).unwrap_or(0));
        }
        CellType::Time { .. } => {
            writer.int64(column, moment.wall_micros.rem_euclid(MICROS_PER_DAY))
        }
        _ => {
            let shown = jiff::Timestamp::from_microsecond(moment.wall_micros)
                .map(|timestamp| {
                    TimeZone::UTC
                        .to_datetime(timestamp)
                        .strftime("%Y-%m-%d %H:%M:%S%.3f")
                        .to_string()
                })
                .unwrap_or_default();
            return text(target, column, cell_type, shown.as_bytes(), writer);
        }
    }
    Ok(())
}

/// Microseconds of UTC as microseconds of the zone's wall clock.
fn wall_clock(utc_micros: i64, zone: &TimeZone) -> i64 {
    let Ok(timestamp) = jiff::Timestamp::from_microsecond(utc_micros) else {
        return utc_micros;
    };
    let offset_secs = zone.to_offset(timestamp).seconds();
    utc_micros + i64::from(offset_secs) * crate::load::value::MICROS_PER_SECOND
}
