//! One row as CSV: texts in, a record's bytes out.

use snowmelt_sql::DataType;
use snowmelt_sql::object::CsvFormat;

/// How records are written.
pub(super) struct Csv {
    field_delimiter: String,
    record_delimiter: String,
    enclosed_by: Option<char>,
    /// What stands before special characters of an enclosed field.
    escape: Option<char>,
    /// What stands before special characters of a field that is not enclosed.
    escape_unenclosed: Option<char>,
    null: String,
}

impl Csv {
    pub(super) fn new(format: &CsvFormat) -> Self {
        Self {
            field_delimiter: format.field_delimiter.clone().unwrap_or_default(),
            record_delimiter: format.record_delimiter.clone().unwrap_or_default(),
            enclosed_by: format.field_optionally_enclosed_by,
            escape: format.escape,
            escape_unenclosed: format.escape.or(format.escape_unenclosed_field),
            null: format.null_if.first().cloned().unwrap_or_default(),
        }
    }

    /// Appends a field; `None` is NULL.
    pub(super) fn field(&self, out: &mut String, index: usize, text: Option<&str>, is_text: bool) {
        if index > 0 {
            out.push_str(&self.field_delimiter);
        }
        let Some(text) = text else {
            // `\N` says NULL only where it is not enclosed.
            match self.enclosed_by {
                Some(quote) if is_text && !self.null.is_empty() && self.null != "\\N" => {
                    self.enclose(out, &self.null, quote);
                }
                _ => out.push_str(&self.null),
            }
            return;
        };
        match self.enclosed_by {
            Some(quote) if is_text || self.is_special(text) || text.contains(quote) => {
                self.enclose(out, text, quote);
            }
            Some(_) => out.push_str(text),
            None => self.escape(out, text),
        }
    }

    /// Ends a record.
    pub(super) fn end(&self, out: &mut String) {
        out.push_str(&self.record_delimiter);
    }

    fn is_special(&self, text: &str) -> bool {
        let contains = |delimiter: &str| !delimiter.is_empty() && text.contains(delimiter);
        contains(&self.field_delimiter) || contains(&self.record_delimiter)
    }

    fn enclose(&self, out: &mut String, text: &str, quote: char) {
        out.push(quote);
        for character in text.chars() {
            if character == quote {
                out.push(self.escape.unwrap_or(quote));
            } else if self.escape == Some(character) {
                out.push(character);
            }
            out.push(character);
        }
        out.push(quote);
    }

    fn escape(&self, out: &mut String, text: &str) {
        let Some(escape) = self.escape_unenclosed else {
            out.push_str(text);
            return;
        };
        if !self.is_special(text) && !text.contains(escape) {
            out.push_str(text);
            return;
        }
        let starts =
            |rest: &str, delimiter: &str| !delimiter.is_empty() && rest.starts_with(delimiter);
        for (at, character) in text.char_indices() {
            let rest = &text[at..];
            if character == escape
                || starts(rest, &self.field_delimiter)
                || starts(rest, &self.record_delimiter)
            {
                out.push(escape);
            }
            out.push(character);
        }
    }
}

/// Whether values of the type are enclosed wherever FIELD_OPTIONALLY_ENCLOSED_BY is given.
pub(super) fn is_text(data_type: DataType) -> bool {
    matches!(
        data_type,
        DataType::Text { .. }
            | DataType::Binary { .. }
            | DataType::Variant
            | DataType::Object
            | DataType::Array
    )
}

#[cfg(test)]
mod tests {
    use super::Csv;
    use snowmelt_sql::object::CsvFormat;

    fn record(format: &CsvFormat, fields: &[(Option<&str>, bool)]) -> String {
        let csv = Csv::new(format);
        let mut out = String::new();
        for (index, (text, is_text)) in fields.iter().enumerate() {
            csv.field(&mut out, index, *text, *is_text);
        }
        csv.end(&mut out);
        out
    }

    #[test]
    fn documented_examples() {
        let fields = [(Some("1"), false), (None, true), (Some("NULL value"), true)];
        let quoted = CsvFormat {
            field_optionally_enclosed_by: Some('\''),
            null_if: vec!["null".to_owned()],
            ..CsvFormat::default()
        };
        assert_eq!(record(&quoted, &fields), "1,'null','NULL value'\n");
        let bare = CsvFormat {
            null_if: vec!["null".to_owned()],
            ..CsvFormat::default()
        };
        assert_eq!(record(&bare, &fields), "1,null,NULL value\n");
        let nothing = CsvFormat {
            null_if: vec![],
            ..CsvFormat::default()
        };
        assert_eq!(record(&nothing, &fields), "1,,NULL value\n");
    }

    #[test]
    fn special_characters_are_escaped_or_enclosed() {
        let fields = [
            (Some("a,b"), true),
            (Some("c\\d\ne"), true),
            (Some("\"x\""), true),
        ];
        assert_eq!(
            record(&CsvFormat::default(), &fields),
            "a\\,b,c\\\\d\\\ne,\"x\"\n"
        );
        let quoted = CsvFormat {
            field_optionally_enclosed_by: Some('"'),
            ..CsvFormat::default()
        };
        assert_eq!(
            record(&quoted, &fields),
            "\"a,b\",\"c\\d\ne\",\"\"\"x\"\"\"\n"
        );
        let escaped = CsvFormat {
            field_optionally_enclosed_by: Some('"'),
            escape: Some('\\'),
            ..CsvFormat::default()
        };
        assert_eq!(
            record(&escaped, &fields),
            "\"a,b\",\"c\\\\d\ne\",\"\\\"x\\\"\"\n"
        );
        assert_eq!(
            record(&quoted, &[(None, true), (Some("1"), false)]),
            "\\N,1\n"
        );
    }
}
