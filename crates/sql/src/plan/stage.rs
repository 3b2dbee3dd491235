//! CREATE STAGE, LIST, and references to stages.

use super::Plan;
use super::file_format;
use super::integration::check_location;
use super::property::properties;
use super::resolve::Resolver;
use crate::error::SqlError;
use crate::object::{Object, Properties, PropertyValue, Stage, StageLocation, StagePath};
use crate::span::Span;
use crate::statement::{CreateStage, StagePathRef};

/// CREATE STAGE.
pub(super) fn plan(create: &CreateStage, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    if create.temporary {
        return Err(SqlError::unsupported(
            "CREATE TEMPORARY STAGE",
            create.name.span(),
        ));
    }
    let location = match &create.url {
        None => StageLocation::Internal,
        Some((url, span)) => {
            check_url(url, *span)?;
            StageLocation::External { url: url.clone() }
        }
    };
    let integration = match &create.integration {
        None => None,
        Some(name) => {
            let integration = resolver
                .catalog
                .integration(&name.value)
                .ok_or_else(|| SqlError::does_not_exist("Integration", &name.value, name.span))?;
            let Some((url, span)) = &create.url else {
                return Err(SqlError::compilation(
                    "001003",
                    "42000",
                    "STORAGE_INTEGRATION needs a URL",
                    name.span,
                ));
            };
            if !integration.enabled {
                return Err(SqlError::compilation(
                    "003141",
                    "42601",
                    format!("Integration '{}' is not enabled.", name.value),
                    name.span,
                ));
            }
            check_location(&integration, url, *span)?;
            Some(name.value.clone())
        }
    };
    let file_format = create
        .file_format
        .as_ref()
        .map(|options| file_format::reference(options, resolver))
        .transpose()?;
    Ok(Plan::Create {
        object: Object::Stage(Stage {
            name,
            location,
            integration,
            file_format,
            directory: create.directory,
            comment: create.comment.clone(),
            properties: kept(create),
        }),
        mode: create.mode,
        credentials: create.credentials.clone(),
    })
}

/// DIRECTORY's ENABLE is a field of its own; the rest is kept.
fn kept(create: &CreateStage) -> Properties {
    let mut kept = properties(&create.options);
    if let Some(PropertyValue::Options(directory)) = kept.get_mut("DIRECTORY") {
        directory.remove("ENABLE");
        if directory.is_empty() {
            kept.remove("DIRECTORY");
        }
    }
    kept
}

/// `s3://bucket[/path]`, also `s3china://` and `s3gov://`.
fn check_url(url: &str, span: Span) -> Result<(), SqlError> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
    let bucket = rest.split('/').next().unwrap_or("");
    match scheme.to_ascii_lowercase().as_str() {
        "s3" | "s3china" | "s3gov" if !bucket.is_empty() => Ok(()),
        other @ ("gcs" | "azure" | "s3compat") => Err(SqlError::unsupported(
            format!("stage on {other}://"),
            span,
        )
        .with_hint("use an s3:// URL and map its bucket to the real place in snowmelt.toml")),
        _ => Err(SqlError::compilation(
            "001011",
            "42601",
            format!("invalid URL prefix found in: '{url}'"),
            span,
        )
        .with_hint("a stage's URL reads 's3://bucket/path/'")),
    }
}

/// A stage reference; the stage or table must exist.
pub(super) fn path(path: &StagePathRef, resolver: Resolver<'_>) -> Result<StagePath, SqlError> {
    match path {
        StagePathRef::Named { stage, path, span } => {
            let name = resolver.name(stage)?;
            if resolver.catalog.stage(&name).is_none() {
                return Err(SqlError::does_not_exist("Stage", name, *span));
            }
            Ok(StagePath::Named {
                stage: name,
                path: path.clone(),
            })
        }
        StagePathRef::Table { table, path, .. } => Ok(StagePath::Table {
            table: resolver.table(table)?.name.clone(),
            path: path.clone(),
        }),
        StagePathRef::User { path, .. } => Ok(StagePath::User { path: path.clone() }),
        StagePathRef::Url { url, span } => Err(SqlError::unsupported(
            format!("a URL in place of a stage ('{url}')"),
            *span,
        )
        .with_hint("create a stage for the URL and read from it")),
    }
}

/// LIST.
pub(super) fn plan_list(
    reference: &StagePathRef,
    pattern: &Option<String>,
    resolver: Resolver<'_>,
) -> Result<Plan, SqlError> {
    Ok(Plan::List {
        path: path(reference, resolver)?,
        pattern: pattern.clone(),
    })
}
