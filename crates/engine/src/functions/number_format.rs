//! Format models of numbers: TO_CHAR and TO_NUMBER with a format.

mod model;
mod print;
mod read;

use super::add;
use super::native::{Raised, native};
use duckdb::Connection;
use model::Model;

pub(super) fn register(database: &Connection) -> duckdb::Result<()> {
    add::<FormatNumber>(database)?;
    add::<ParseNumber>(database)?;
    add::<TryParseNumber>(database)
}

/// The last format that was taken apart: its alternatives.
#[derive(Default)]
pub(crate) struct Format {
    text: String,
    models: Option<Vec<Model>>,
}

impl Format {
    fn models(&mut self, text: &str) -> Result<&[Model], Raised> {
        if self.text != text {
            self.models = None;
        }
        match &mut self.models {
            Some(models) => Ok(models),
            none => {
                let models = Model::parse_alternatives(text).ok_or_else(|| {
                    Raised::new("100141", "22007", format!("Bad number format: '{text}'"))
                })?;
                text.clone_into(&mut self.text);
                Ok(none.insert(models))
            }
        }
    }
}

native! {
    /// TO_CHAR(number, format): the number as DuckDB's text, which shows its scale; FLOAT if the last argument says so.
    FormatNumber = "snowmelt_format_number"(Text, Text) -> Text, |row, cache: Format, out| {
        let (Some(number), Some(format)) = (row.text(0), row.text(1)) else { return Ok(()) };
        if let [model, ..] = cache.models(format)? {
            print::print(number, model, &mut out.scratch);
        }
        out.scratch();
        Ok(())
    }
}

native! {
    /// TO_NUMBER(text, format): plain digits, for a cast to follow.
    ParseNumber = "snowmelt_parse_number"(Text, Text) -> Text, |row, cache: Format, out| {
        let (Some(text), Some(format)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match cache.models(format)?.iter().find_map(|model| read::read(text, model)) {
            Some(digits) => out.text(&digits),
            None => {
                let message = format!("Can't parse '{text}' as number with format '{format}'");
                return Err(Raised::new("100140", "22007", message));
            }
        }
        Ok(())
    }
}

native! {
    /// TRY_TO_NUMBER(text, format).
    TryParseNumber = "snowmelt_try_parse_number"(Text, Text) -> Text, |row, cache: Format, out| {
        let (Some(text), Some(format)) = (row.text(0), row.text(1)) else { return Ok(()) };
        match cache.models(format)?.iter().find_map(|model| read::read(text, model)) {
            Some(digits) => out.text(&digits),
            None => out.null(),
        }
        Ok(())
    }
}
