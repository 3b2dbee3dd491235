//! EXECUTE IMMEDIATE. In: where the text is. Out: what its last statement gives.

use super::Session;
use crate::error::{EngineError, Result};
use crate::result::ResultSet;
use crate::stage::StagedPlace;
use snowmelt_sql::plan::ImmediatePlan;
use snowmelt_sql::statement::ParsedStatement;
use snowmelt_sql::{Span, SqlError};
use std::io::Read;

/// How deep such statements may stand in one another: a file may name itself.
const MOST_NESTED: u32 = 16;
/// The longest file that is run, in bytes.
const LONGEST_FILE: u64 = 16 << 20;

impl Session {
    /// Runs the statements of a text, and gives the last one's result. Errors are at the statement that runs them: what
    /// they point into is no text of the user's script.
    pub(super) fn execute_immediate(
        &mut self,
        plan: ImmediatePlan,
        around: &ParsedStatement,
    ) -> Result<ResultSet<'_>> {
        if self.immediate_depth >= MOST_NESTED {
            return Err(SqlError::unsupported(
                format!("EXECUTE IMMEDIATE more than {MOST_NESTED} deep"),
                Span::default(),
            )
            .into());
        }
        let text = match plan {
            ImmediatePlan::Text(text) => text,
            ImmediatePlan::File(path) => {
                let place = StagedPlace::resolve(self, &path)?;
                let found = place.bucket.head(&place.prefix)?;
                let file = found.map(|object| place.staged(object)).ok_or_else(|| {
                    let message = crate::load::missing_file(&place.prefix);
                    EngineError::data("091016", "22000", message)
                })?;
                self.text_of(&place, &file)?
            }
        };
        let at = |mut error: EngineError| {
            error.span = Span::default();
            error.statement = around.span;
            error
        };
        let parsed = snowmelt_sql::parse::parse_script(&text).map_err(|error| at(error.into()))?;
        let Some((last, before)) = parsed.split_last() else {
            return Err(SqlError::syntax("unexpected '<EOF>'.", Span::default()).into());
        };
        let depth = self.immediate_depth + 1;
        for statement in before {
            self.immediate_depth = depth;
            let result = self.run_nested(statement, &text).map_err(at)?;
            result
                .into_text_rows()
                .try_for_each(|row| row.map(drop))
                .map_err(at)?;
        }
        self.immediate_depth = depth;
        self.run_nested(last, &text).map_err(at)
    }

    fn text_of(&self, place: &StagedPlace, file: &crate::stage::StagedFile) -> Result<String> {
        let unreadable = |error: std::io::Error| {
            EngineError::storage(format!("`{}` cannot be read", file.shown))
                .with_detail(error.to_string())
        };
        let mut text = String::new();
        let source = place
            .bucket
            .source(&file.object)
            .open()
            .map_err(unreadable)?;
        let plain = crate::load::decompress(
            source,
            snowmelt_sql::object::Compression::Auto,
            &file.object.path,
        )
        .map_err(unreadable)?;
        plain
            .take(LONGEST_FILE)
            .read_to_string(&mut text)
            .map_err(unreadable)?;
        Ok(text)
    }
}
