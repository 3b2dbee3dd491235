//! A statement with arrays of values: an INSERT becomes one of many rows, anything else runs once for each row of values,
//! all in one transaction.

use super::bind::{Bindings, bound, row_count};
use crate::failure::Failure;
use snowmelt_sql::Span;
use snowmelt_sql::parse::{only_values_row, placeholders};

/// Rows of values in one INSERT.
const ROWS_AT_ONCE: usize = 1000;

/// The statements that a statement with its values stands for: one, if no value is an array.
pub(super) struct Runs<'a> {
    text: &'a str,
    bindings: &'a Bindings,
    rows: usize,
    /// `( … )` after VALUES, if it holds all placeholders.
    values: Option<Span>,
    next_row: usize,
}

impl<'a> Runs<'a> {
    pub(super) fn new(text: &'a str, bindings: &'a Bindings) -> Self {
        let rows = row_count(bindings);
        let values = rows.and_then(|_| only_values_row(text)).filter(|values| {
            placeholders(text, &|name| bindings.contains_key(name))
                .iter()
                .all(|placeholder| placeholder.span.start >= values.start)
        });
        Self {
            text,
            bindings,
            rows: rows.unwrap_or(1),
            values,
            next_row: 0,
        }
    }

    /// Whether there is more than one statement to run.
    pub(super) fn are_several(&self) -> bool {
        match self.values {
            Some(_) => self.rows > ROWS_AT_ONCE,
            None => self.rows > 1,
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = Result<String, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next_row >= self.rows {
            return None;
        }
        let first = self.next_row;
        let Some(values) = self.values else {
            self.next_row += 1;
            return Some(bound(self.text, self.bindings, first));
        };
        self.next_row = (first + ROWS_AT_ONCE).min(self.rows);
        Some(
            (first..self.next_row)
                .map(|row| {
                    // The whole statement is filled in, since placeholders count from its start.
                    bound(self.text, self.bindings, row)
                })
                .enumerate()
                .try_fold(String::new(), |mut statement, (index, filled)| {
                    let filled = filled?;
                    match index {
                        0 => statement = filled.trim_end().trim_end_matches(';').to_owned(),
                        _ => {
                            statement.push_str(", ");
                            statement
                                .push_str(filled[values.start..].trim_end().trim_end_matches(';'));
                        }
                    }
                    Ok(statement)
                }),
        )
    }
}
