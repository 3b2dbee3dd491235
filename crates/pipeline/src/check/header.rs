//! A check file: `-- severity:` and `-- message:` in its leading comments, then one query. In: the file. Out: a
//! [`Check`], or an error with its place.

use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use crate::project::nearest;
use serde::Serialize;
use snowmelt_sql::Span;

/// How bad it is when a check finds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The run fails.
    Error,
    /// It is shown.
    Warn,
}

/// A check as its file says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The file's name without `.sql`.
    pub name: String,
    /// `-- severity:`; `error` when not given.
    pub severity: Severity,
    /// `-- message:`; the name with spaces when not given.
    pub message: String,
    /// The file.
    pub file: SourceFile,
    /// Where the leading comments end.
    pub body: Place,
}

impl Check {
    /// Reads the leading comments of a check file.
    ///
    /// # Errors
    /// When the severity is neither `error` nor `warn`, a key is given twice, or a key is nearly one of the two.
    pub fn parse(file: &SourceFile) -> Result<Self, PipelineError> {
        let mut severity = None;
        let mut message = None;
        let mut offset = 0;
        for line in file.text.split_inclusive('\n') {
            let Some(comment) = comment(line) else { break };
            let place = |text: &str| {
                let start = offset + line.find(text).unwrap_or(0);
                file.place(Span::new(start, start + text.len()))
            };
            if let Some((key, value)) = comment.split_once(':') {
                let (key, value) = (key.trim(), value.trim());
                match key.to_ascii_lowercase().as_str() {
                    "severity" => {
                        let given = match value.to_ascii_lowercase().as_str() {
                            "error" => Severity::Error,
                            "warn" => Severity::Warn,
                            _ => {
                                return Err(PipelineError::user(format!(
                                    "unknown severity `{value}`"
                                ))
                                .with_hint("write `-- severity: error` or `-- severity: warn`")
                                .at(place(comment)));
                            }
                        };
                        if severity.replace(given).is_some() {
                            return Err(twice("severity", place(comment)));
                        }
                    }
                    "message" if message.is_some() => {
                        return Err(twice("message", place(comment)));
                    }
                    "message" => message = Some(value.to_owned()),
                    // Any other comment may have a colon; one word that is nearly a key is a slip.
                    word if !word.contains(' ') => {
                        if let Some(near) = nearest(word, &["severity", "message"]) {
                            return Err(PipelineError::user(format!(
                                "unknown key `{key}` in a check"
                            ))
                            .with_hint(format!("did you mean `{near}`?"))
                            .at(place(key)));
                        }
                    }
                    _ => {}
                }
            }
            offset += line.len();
        }
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let name = name.strip_suffix(".sql").unwrap_or(name).to_owned();
        Ok(Self {
            severity: severity.unwrap_or(Severity::Error),
            message: message
                .filter(|text: &String| !text.is_empty())
                .unwrap_or_else(|| name.replace('_', " ")),
            name,
            file: file.clone(),
            body: file.place(Span::new(offset, file.text.len())),
        })
    }
}

/// What a comment line says; an empty line says nothing; `None` for a line that is no comment.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.is_empty() {
        return Some("");
    }
    let text = line
        .strip_prefix("--")
        .or_else(|| line.strip_prefix("//"))?;
    Some(text.trim_start_matches('-').trim())
}

fn twice(key: &str, place: Place) -> PipelineError {
    PipelineError::user(format!("`{key}` is given twice in a check"))
        .with_hint("keep one")
        .at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Check, PipelineError> {
        Check::parse(&SourceFile::new("checks/no_gaps.sql", text))
    }

    #[test]
    fn the_leading_comments_say_how_bad_it_is_and_what_it_means() {
        let found = check("\n-- Severity: WARN\n-- see: the wiki\n-- message: 5 % are: gone\nSELECT 1 -- message: no\n").unwrap();
        assert_eq!(found.severity, Severity::Warn);
        assert_eq!(found.message, "5 % are: gone");
        assert_eq!(found.name, "no_gaps");
        assert_eq!(found.body.line(), 5);

        let bare = check("SELECT 1").unwrap();
        assert_eq!(
            (bare.severity, bare.message.as_str()),
            (Severity::Error, "no gaps")
        );
    }

    #[test]
    fn slips_are_refused_with_their_place() {
        let refused = |text| {
            let error = check(text).unwrap_err();
            format!("{}: {error}", error.place.as_ref().unwrap())
        };
        assert_eq!(
            refused("-- severity: fatal\nSELECT 1"),
            "checks/no_gaps.sql:1:4: unknown severity `fatal`"
        );
        assert_eq!(
            refused("-- message: a\n-- severty: warn\nSELECT 1"),
            "checks/no_gaps.sql:2:4: unknown key `severty` in a check"
        );
        assert_eq!(
            refused("-- severity: warn\n-- severity: warn\nSELECT 1"),
            "checks/no_gaps.sql:2:4: `severity` is given twice in a check"
        );
    }
}
