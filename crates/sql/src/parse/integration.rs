//! CREATE STORAGE INTEGRATION.

use super::create::Modifiers;
use super::cursor::Cursor;
use super::options;
use crate::error::SqlError;
use crate::statement::{CreateIntegration, OptionValue, Statement};

/// Options that are kept and shown back.
pub(crate) const KEPT: &[&str] = &[
    "AZURE_TENANT_ID",
    "STORAGE_AWS_EXTERNAL_ID",
    "STORAGE_AWS_OBJECT_ACL",
    "STORAGE_AWS_ROLE_ARN",
    "USE_PRIVATELINK_ENDPOINT",
];

/// What follows CREATE STORAGE INTEGRATION.
pub(super) fn create(
    cursor: &mut Cursor<'_>,
    mut modifiers: Modifiers,
) -> Result<Statement, SqlError> {
    modifiers.only("STORAGE INTEGRATION", &[])?;
    modifiers.not_or_alter("STORAGE INTEGRATION")?;
    modifiers.if_not_exists(cursor)?;
    let name = cursor.name_of(1)?.last().clone();
    modifiers.if_not_exists(cursor)?;
    let end = cursor.span();
    let mut given = options::read(cursor)?;
    let missing = |key: &str| {
        SqlError::compilation(
            "002029",
            "42601",
            format!("Missing option(s): [{key}]"),
            end,
        )
    };
    match options::take(&mut given, "TYPE") {
        Some(kind) if options::name("TYPE", &kind)?.last().value == "EXTERNAL_STAGE" => {}
        Some(other) => return Err(options::invalid_value("TYPE", &other)),
        None => return Err(missing("TYPE")),
    }
    let provider =
        options::take(&mut given, "STORAGE_PROVIDER").ok_or_else(|| missing("STORAGE_PROVIDER"))?;
    let storage_provider = match &provider {
        OptionValue::Text(text, _) | OptionValue::Word(text, _) => text.to_uppercase(),
        other => return Err(options::invalid_value("STORAGE_PROVIDER", other)),
    };
    match storage_provider.as_str() {
        "S3" | "S3CHINA" | "S3GOV" => {}
        "GCS" | "AZURE" => {
            return Err(SqlError::unsupported(
                format!("STORAGE_PROVIDER = '{storage_provider}'"),
                provider.span(),
            ));
        }
        _ => return Err(options::invalid_value("STORAGE_PROVIDER", &provider)),
    }
    let enabled =
        options::take_boolean(&mut given, "ENABLED")?.ok_or_else(|| missing("ENABLED"))?;
    let mut locations = |key: &str| {
        options::take(&mut given, key)
            .map(|value| options::text_list(key, &value))
            .transpose()
    };
    let allowed_locations = locations("STORAGE_ALLOWED_LOCATIONS")?
        .ok_or_else(|| missing("STORAGE_ALLOWED_LOCATIONS"))?;
    let blocked_locations = locations("STORAGE_BLOCKED_LOCATIONS")?.unwrap_or_default();
    let comment = options::take_text(&mut given, "COMMENT")?;
    options::check_known(&given, KEPT, "STORAGE INTEGRATION")?;
    Ok(Statement::CreateIntegration(CreateIntegration {
        mode: modifiers.mode,
        name,
        enabled,
        storage_provider,
        allowed_locations,
        blocked_locations,
        comment,
        options: given,
    }))
}
