//! CREATE STAGE, LIST, and references to stages.

use super::Plan;
use super::file_format;
use super::integration::check_location;
use super::property::properties;
use super::resolve::Resolver;
use crate::catalog::Catalog;
use crate::error::SqlError;
use crate::object::{Object, Properties, PropertyValue, Stage, StageLocation, StagePath};
use crate::plan::SessionContext;
use crate::span::Span;
use crate::statement::{CreateStage, StagePathRef, StageSettings};

/// CREATE STAGE.
pub(super) fn plan(create: &CreateStage, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    let name = resolver.new_name(&create.name)?;
    let mut stage = Stage {
        name,
        temporary: create.temporary,
        location: StageLocation::Internal,
        integration: None,
        file_format: None,
        directory: false,
        comment: None,
        properties: Properties::new(),
    };
    set(&mut stage, &create.settings, create.name.span(), resolver)?;
    Ok(Plan::Create {
        object: Object::Stage(stage),
        mode: create.mode,
        credentials: create.settings.credentials.clone(),
    })
}

/// Gives the stage what CREATE or ALTER … SET says. `span` is the stage's name.
pub(super) fn set(
    stage: &mut Stage,
    settings: &StageSettings,
    span: Span,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    if let Some((url, span)) = &settings.url {
        check_url(url, *span)?;
        stage.location = StageLocation::External { url: url.clone() };
    }
    if let Some(name) = &settings.integration {
        stage.integration = Some(name.value.clone());
    }
    if settings.credentials.is_some() {
        stage.integration = None;
    }
    if settings.url.is_some() || settings.integration.is_some() || settings.credentials.is_some() {
        check_access(stage, settings, span, resolver)?;
    }
    if let Some(format) = &settings.file_format {
        stage.file_format = Some(file_format::reference(format, resolver)?);
    }
    if let Some(directory) = settings.directory {
        stage.directory = directory;
        stage.properties.remove("DIRECTORY");
    }
    if let Some(comment) = &settings.comment {
        stage.comment = Some(comment.clone());
    }
    stage.properties.extend(kept(settings));
    Ok(())
}

/// The integration lets the stage's URL through, and nothing that needs a URL stands without one.
fn check_access(
    stage: &Stage,
    settings: &StageSettings,
    span: Span,
    resolver: Resolver<'_>,
) -> Result<(), SqlError> {
    let StageLocation::External { url } = &stage.location else {
        return Err(SqlError::compilation(
            "001003",
            "42000",
            "STORAGE_INTEGRATION and CREDENTIALS need a URL",
            settings.integration.as_ref().map_or(span, |name| name.span),
        ));
    };
    if settings.integration.is_some() && settings.credentials.is_some() {
        return Err(SqlError::compilation(
            "001003",
            "42000",
            "STORAGE_INTEGRATION and CREDENTIALS cannot both be given",
            span,
        ));
    }
    let Some(name) = &stage.integration else {
        return Ok(());
    };
    let name_span = settings.integration.as_ref().map_or(span, |name| name.span);
    let integration = resolver
        .catalog
        .integration(name)
        .ok_or_else(|| SqlError::does_not_exist("Integration", name, name_span))?;
    if !integration.enabled {
        return Err(SqlError::compilation(
            "003141",
            "42601",
            format!("Integration '{name}' is not enabled."),
            name_span,
        ));
    }
    let url_span = settings.url.as_ref().map_or(name_span, |(_, span)| *span);
    check_location(&integration, url, url_span)
}

/// DIRECTORY's ENABLE is a field of its own; the rest is kept.
fn kept(settings: &StageSettings) -> Properties {
    let mut kept = properties(&settings.options);
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

/// A stage reference in a query; the stage or table must exist.
pub(crate) fn stage_path(
    path: &StagePathRef,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<StagePath, SqlError> {
    self::path(path, Resolver { catalog, context })
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
