//! QUERY_TAG: what the account's history says of our statements. In: project and place. Out: one line of JSON.

use serde::Serialize;

/// What marks the statements of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueryTag {
    /// Always `snowmelt`.
    app: &'static str,
    /// snowmelt's version.
    version: String,
    /// The project's name.
    project: String,
    /// `file:line` of the statement, or of what it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// The longest tag an account takes, in characters.
const LONGEST: usize = 2000;

impl QueryTag {
    /// The tag of a project's statements.
    pub fn new(version: impl Into<String>, project: impl Into<String>) -> Self {
        Self {
            app: "snowmelt",
            version: version.into(),
            project: project.into(),
            at: None,
        }
    }

    /// The tag of a statement at that place.
    pub(super) fn at(&self, place: &str) -> Self {
        Self {
            at: Some(place.to_owned()),
            ..self.clone()
        }
    }

    /// As JSON; without the place if it would be too long.
    pub(super) fn text(&self) -> String {
        // Strings always have a JSON form.
        let text = serde_json::to_string(self).unwrap_or_default();
        match text.chars().count() > LONGEST && self.at.is_some() {
            true => Self {
                at: None,
                ..self.clone()
            }
            .text(),
            false => text,
        }
    }
}
