//! Dates and times as text: TO_DATE, TO_TIME, TO_TIMESTAMP, their TRY_ forms and TO_CHAR.
//!
//! A moment crosses to SQL as microseconds since 1970 by its wall clock, its offset from UTC in minutes beside it.

use super::add;
use super::native::{Raised, native};
use crate::moment::{self, Model, Moment, Target};
use duckdb::Connection;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<ReadMoment>(database)?;
    add::<TryReadMoment>(database)?;
    add::<ReadOffset>(database)?;
    add::<PrintMoment>(database)
}

/// The last format that was taken apart.
#[derive(Default)]
pub(crate) struct Format {
    text: String,
    model: Option<Model>,
}

impl Format {
    fn model(&mut self, text: &str) -> &Model {
        if self.text != text {
            self.model = None;
            text.clone_into(&mut self.text);
        }
        self.model.get_or_insert_with(|| Model::parse(text))
    }

    /// Reads by this format; an empty one recognizes.
    fn read(
        &mut self,
        text: &str,
        format: &str,
        target: &str,
        century_start: i64,
    ) -> Option<Moment> {
        if is_auto(format) {
            return moment::recognize(text, self::target(target));
        }
        let century_start = i32::try_from(century_start).unwrap_or(1970);
        moment::read(text, self.model(format), century_start)
    }
}

/// Whether the formats that Snowflake recognizes are meant.
fn is_auto(format: &str) -> bool {
    format.is_empty() || format.eq_ignore_ascii_case("auto")
}

fn target(name: &str) -> Target {
    match name {
        "Date" => Target::Date,
        "Time" => Target::Time,
        _ => Target::Timestamp,
    }
}

native! {
    /// text, format (empty to recognize), `Date`, `Time` or `Timestamp`, TWO_DIGIT_CENTURY_START → wall clock.
    ReadMoment = "snowmelt_read_moment"(Text, Text, Text, Integer) -> Integer, |row, cache: Format, out| {
        let (Some(text), Some(format), Some(target), Some(century_start)) =
            (row.text(0), row.text(1), row.text(2), row.integer(3))
        else {
            return Ok(());
        };
        match cache.read(text, format, target, century_start) {
            Some(moment) => out.integer(moment.micros),
            None if is_auto(format) => {
                let code = match self::target(target) {
                    Target::Date => "100040",
                    Target::Time => "100108",
                    Target::Timestamp => "100035",
                };
                return Err(Raised::new(code, "22007", format!("{target} '{text}' is not recognized")));
            }
            None => {
                let target = target.to_lowercase();
                let message = format!("Can't parse '{text}' as {target} with format '{format}'");
                return Err(Raised::new("100096", "22007", message));
            }
        }
        Ok(())
    }
}

native! {
    /// The same, NULL for what cannot be read.
    TryReadMoment = "snowmelt_try_read_moment"(Text, Text, Text, Integer) -> Integer, |row, cache: Format, out| {
        let (Some(text), Some(format), Some(target), Some(century_start)) =
            (row.text(0), row.text(1), row.text(2), row.integer(3))
        else {
            return Ok(());
        };
        match cache.read(text, format, target, century_start) {
            Some(moment) => out.integer(moment.micros),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// text, format → minutes east of UTC; NULL if the text shows no offset.
    ReadOffset = "snowmelt_read_offset"(Text, Text) -> Integer, |row, cache: Format, out| {
        let (Some(text), Some(format)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match cache.read(text, format, "Timestamp", 1970).and_then(|moment| moment.offset_minutes) {
            Some(minutes) => out.integer(i64::from(minutes)),
            None => out.null(),
        }
        Ok(())
    }
}

native! {
    /// wall clock, offset (more than a day for none), format → text.
    PrintMoment = "snowmelt_print_moment"(Integer, Integer, Text) -> Text, |row, cache: Format, out| {
        let (Some(micros), Some(format)) = (row.integer(0), row.text(2)) else {
            return Ok(());
        };
        let offset_minutes = row.integer(1).filter(|minutes| minutes.abs() <= 24 * 60).map(|minutes| minutes as i32);
        moment::print(Moment { micros, offset_minutes }, cache.model(format), &mut out.scratch);
        out.scratch();
        Ok(())
    }
}
