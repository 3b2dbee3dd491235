//! What can be wrong with a statement before it runs, in Snowflake's codes and words.

use crate::span::{LineColumn, Span};

/// What the caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not SQL: fix the text.
    Syntax,
    /// A name or a type does not fit the catalog: fix the statement or create the object.
    Compilation,
    /// Valid Snowflake SQL that snowmelt does not run: write it otherwise, or run it on an account.
    Unsupported,
    /// A value does not fit (`Numeric value 'x' is not recognized`): fix the data.
    Data,
}

/// An error in the user's SQL. `Display` gives the primary message alone; position, detail and hint are fields so that
/// a terminal, a driver and a log can each show them in their own way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SqlError {
    /// What the caller can do about it.
    pub kind: ErrorKind,
    /// Snowflake's six-digit error code, e.g. `002003`.
    pub code: &'static str,
    /// SQLSTATE, e.g. `42S02`.
    pub sqlstate: &'static str,
    /// The primary message in Snowflake's words, without position.
    pub message: String,
    /// More about the cause, if there is more to say.
    pub detail: Option<Box<str>>,
    /// What to do next, if that is not plain.
    pub hint: Option<Box<str>>,
    /// Where in the script; nowhere (the default span) if it has no place.
    pub span: Span,
}

impl SqlError {
    fn new(
        kind: ErrorKind,
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Self {
            kind,
            code,
            sqlstate,
            message: message.into(),
            detail: None,
            hint: None,
            span,
        }
    }

    /// `001003 (42000)`: the text does not parse.
    pub fn syntax(message: impl Into<String>, span: Span) -> Self {
        Self::new(ErrorKind::Syntax, "001003", "42000", message, span)
    }

    /// `000002 (0A000)`: refused by name. `what` names the feature, e.g. `TIMESTAMP_TZ`.
    pub fn unsupported(what: impl std::fmt::Display, span: Span) -> Self {
        Self::new(
            ErrorKind::Unsupported,
            "000002",
            "0A000",
            format!("unsupported feature `{what}`"),
            span,
        )
    }

    /// `002003`: object does not exist or not authorized. `kind` is Snowflake's noun, e.g. `Object`, `Stage`; the SQLSTATE
    /// is `42S02` for tables and views and `02000` for the rest.
    pub fn does_not_exist(kind: &str, name: impl std::fmt::Display, span: Span) -> Self {
        let message = format!("{kind} '{name}' does not exist or not authorized.");
        let sqlstate = match kind {
            "Object" | "Table" | "View" => "42S02",
            _ => "02000",
        };
        Self::new(ErrorKind::Compilation, "002003", sqlstate, message, span)
    }

    /// `002002 (42710)`: object already exists.
    pub fn already_exists(name: impl std::fmt::Display, span: Span) -> Self {
        let message = format!("Object '{name}' already exists.");
        Self::new(ErrorKind::Compilation, "002002", "42710", message, span)
    }

    /// `000904 (42000)`: invalid identifier.
    pub fn invalid_identifier(name: impl std::fmt::Display, span: Span) -> Self {
        Self::new(
            ErrorKind::Compilation,
            "000904",
            "42000",
            format!("invalid identifier '{name}'"),
            span,
        )
    }

    /// `002140 (42601)`: unknown function.
    pub fn unknown_function(name: impl std::fmt::Display, span: Span) -> Self {
        Self::new(
            ErrorKind::Compilation,
            "002140",
            "42601",
            format!("Unknown function {name}"),
            span,
        )
    }

    /// `090105 (22000)`: a name needs a current database (or schema) and there is none.
    pub fn no_current(what: &str, span: Span) -> Self {
        let message = format!(
            "Cannot perform operation. This session does not have a current {what}. Call 'USE {}', or use a qualified name.",
            what.to_uppercase()
        );
        Self::new(ErrorKind::Compilation, "090105", "22000", message, span)
    }

    /// Any other compilation error, with its own code and SQLSTATE.
    pub fn compilation(
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Self::new(ErrorKind::Compilation, code, sqlstate, message, span)
    }

    /// An error in a value, with its own code and SQLSTATE.
    pub fn data(
        code: &'static str,
        sqlstate: &'static str,
        message: impl Into<String>,
        span: Span,
    ) -> Self {
        Self::new(ErrorKind::Data, code, sqlstate, message, span)
    }

    /// The same error with more about its cause.
    pub fn with_detail(mut self, detail: impl Into<Box<str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same error with what to do next.
    pub fn with_hint(mut self, hint: impl Into<Box<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The message as Snowflake's clients show it: `SQL compilation error: error line 1 at position 7\ninvalid identifier 'X'`.
    /// `script` is the text the span points into.
    pub fn snowflake_message(&self, script: &str) -> String {
        let place = (!self.span.is_nowhere()).then(|| LineColumn::of(script, self.span.start));
        match (self.kind, place) {
            (ErrorKind::Syntax, Some(at)) => {
                format!(
                    "SQL compilation error:\nsyntax error line {} at position {} {}",
                    at.line, at.position, self.message
                )
            }
            (ErrorKind::Compilation, Some(at))
                if matches!(
                    self.code,
                    "000904" | "000938" | "000939" | "001044" | "001104"
                ) =>
            {
                format!(
                    "SQL compilation error: error line {} at position {}\n{}",
                    at.line, at.position, self.message
                )
            }
            (ErrorKind::Syntax | ErrorKind::Compilation, _) => {
                format!("SQL compilation error:\n{}", self.message)
            }
            (ErrorKind::Unsupported | ErrorKind::Data, _) => self.message.clone(),
        }
    }
}
