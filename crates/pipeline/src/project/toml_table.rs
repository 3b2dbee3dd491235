//! A TOML table that is read strictly: each error names the key and its place. In: parsed TOML. Out: typed values.

use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use snowmelt_sql::Span;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the configuration file.
pub(super) struct Table<'a> {
    file: &'a SourceFile,
    /// How messages call it: `[warehouse]`.
    title: String,
    table: &'a DeTable<'a>,
    place: Place,
}

impl<'a> Table<'a> {
    /// The whole document.
    pub(super) fn root(file: &'a SourceFile, table: &'a DeTable<'a>) -> Self {
        Self {
            file,
            title: format!("`{}`", file.path),
            table,
            place: file.place(Span::default()),
        }
    }

    /// Refuses keys that are not among `known`, with the nearest known one.
    pub(super) fn allow_only(&self, known: &[&str]) -> Result<(), PipelineError> {
        // In writing order, so that the first mistake is the one that is shown.
        let unknown = self
            .table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .min_by_key(|key| key.span().start);
        let Some(key) = unknown else { return Ok(()) };
        let error =
            PipelineError::user(format!("unknown key `{}` in {}", key.get_ref(), self.title))
                .at(place(self.file, key.span()));
        Err(match nearest(key.get_ref(), known) {
            Some(near) => error.with_hint(format!("did you mean `{near}`?")),
            None => error.with_hint(format!("the keys are: {}", known.join(", "))),
        })
    }

    /// The value of `key`, if given.
    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.get(key)
    }

    /// Where `key` stands, if given.
    pub(super) fn key_place(&self, key: &str) -> Option<Place> {
        let (key, _) = self.table.get_key_value(key)?;
        Some(place(self.file, key.span()))
    }

    /// The table itself.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// A table under `key`.
    pub(super) fn table(&self, key: &str) -> Result<Option<Table<'a>>, PipelineError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::Table(table) = value.get_ref() else {
            return Err(self.wrong_type(key, value, "a table"));
        };
        let title = match self.title.strip_prefix('[') {
            Some(outer) => format!("[{}.{key}]", outer.trim_end_matches(']')),
            None => format!("[{key}]"),
        };
        Ok(Some(Table {
            file: self.file,
            title,
            table,
            place: self.key_place(key).unwrap_or_else(|| self.place.clone()),
        }))
    }

    /// The names of the tables below, in writing order.
    pub(super) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        keys.iter().map(|key| key.get_ref().to_string()).collect()
    }

    /// A string under `key` that is not empty.
    pub(super) fn text(&self, key: &str) -> Result<Option<(String, Place)>, PipelineError> {
        self.get(key)
            .map(|value| self.text_of(key, value))
            .transpose()
    }

    /// A list of strings under `key`, each with its place.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<(String, Place)>>, PipelineError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(key, value, "a list of strings"));
        };
        items
            .iter()
            .map(|item| self.text_of(key, item))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// A whole number from 1 to `u32::MAX` under `key`.
    pub(super) fn positive(&self, key: &str) -> Result<Option<u32>, PipelineError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix())
                .ok()
                .filter(|number| *number > 0),
            _ => None,
        };
        number
            .map(Some)
            .ok_or_else(|| self.wrong_type(key, value, "a whole number from 1"))
    }

    /// An error about the value of `key`.
    pub(super) fn invalid(&self, key: &str, message: String) -> PipelineError {
        let place = self.get(key).map_or_else(
            || self.place.clone(),
            |value| place(self.file, value.span()),
        );
        PipelineError::user(message).at(place)
    }

    /// An error about a key that must be given.
    pub(super) fn missing(&self, key: &str, example: &str) -> PipelineError {
        PipelineError::user(format!("{} has no key `{key}`", self.title))
            .with_hint(format!("add `{key} = {example}`"))
            .at(self.place.clone())
    }

    fn text_of(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<(String, Place), PipelineError> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Ok((text.to_string(), place(self.file, value.span())))
            }
            DeValue::String(_) => Err(PipelineError::user(format!(
                "`{key}` in {} is empty",
                self.title
            ))
            .at(place(self.file, value.span()))),
            _ => Err(self.wrong_type(key, value, "a string")),
        }
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> PipelineError {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let but = if expected.starts_with(found) {
            String::new()
        } else {
            format!(", not {found}")
        };
        PipelineError::user(format!("`{key}` in {} must be {expected}{but}", self.title))
            .at(place(self.file, value.span()))
    }
}

/// The candidate most like `word`, if one is near.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&word, &candidate.to_lowercase()),
                *candidate,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.5)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

pub(super) fn place(file: &SourceFile, range: Range<usize>) -> Place {
    file.place(Span::new(range.start, range.end))
}
