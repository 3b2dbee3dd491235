//! One finding.

use crate::place::Place;
use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// It would fail, here or on an account.
    Error,
    /// It would work and do what is probably not meant.
    Warning,
    /// Worth knowing before the files are replayed on an account.
    Note,
}

/// Something in the project's SQL.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule, e.g. `SM101`.
    pub code: &'static str,
    /// The rule's name, e.g. `format-does-not-fit-files`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: FindingSeverity,
    /// Where.
    pub place: Place,
    /// What is there, in one line.
    pub message: String,
    /// What Snowflake would do.
    pub effect: String,
    /// What to write instead.
    pub advice: String,
}

/// A rule's own words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) severity: FindingSeverity,
}

impl Rule {
    /// Something found by the rule.
    pub(super) fn found(
        self,
        place: Place,
        message: impl Into<String>,
        effect: impl Into<String>,
        advice: impl Into<String>,
    ) -> Finding {
        Finding {
            code: self.code,
            rule: self.name,
            severity: self.severity,
            place,
            message: message.into(),
            effect: effect.into(),
            advice: advice.into(),
        }
    }
}
