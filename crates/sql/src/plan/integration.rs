//! CREATE STORAGE INTEGRATION, and whether one lets a location through.

use super::Plan;
use super::property::properties;
use crate::error::SqlError;
use crate::object::{Integration, Object};
use crate::span::Span;
use crate::statement::CreateIntegration;

/// CREATE STORAGE INTEGRATION.
pub(super) fn plan(create: &CreateIntegration) -> Plan {
    Plan::Create {
        object: Object::Integration(Integration {
            name: create.name.value.clone(),
            enabled: create.enabled,
            storage_provider: create.storage_provider.clone(),
            allowed_locations: create.allowed_locations.clone(),
            blocked_locations: create.blocked_locations.clone(),
            comment: create.comment.clone(),
            properties: properties(&create.options),
        }),
        mode: create.mode,
        credentials: None,
    }
}

/// An error unless the integration lets a stage read `url`.
pub(super) fn check_location(
    integration: &Integration,
    url: &str,
    span: Span,
) -> Result<(), SqlError> {
    // A folder is named with or without its last slash.
    let below = |folder: &String| {
        let folder = folder.trim_end_matches('/');
        url.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let allowed = integration
        .allowed_locations
        .iter()
        .any(|folder| folder == "*" || below(folder));
    if allowed && !integration.blocked_locations.iter().any(below) {
        return Ok(());
    }
    Err(SqlError::compilation(
        "003167",
        "42601",
        format!(
            "Location '{url}' is not allowed by integration '{}'. Please use DESC INTEGRATION to check out allowed and blocked locations.",
            integration.name
        ),
        span,
    ))
}
