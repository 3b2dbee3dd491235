//! PUT, GET, REMOVE.

use super::file_format::{compression_word, word};
use super::resolve::Resolver;
use super::{GetPlan, Plan, PutPlan, stage};
use crate::error::SqlError;
use crate::object::{Compression, StageLocation, StagePath};
use crate::parse::options::{boolean, invalid_value};
use crate::statement::{FileCommand, OptionValue, StagePathRef};

/// PUT, GET or REMOVE.
pub(super) fn plan(command: &FileCommand, resolver: Resolver<'_>) -> Result<Plan, SqlError> {
    match command {
        FileCommand::Put {
            source: (source, _),
            path,
            options,
        } => {
            let mut put = PutPlan {
                source: local_path(source),
                path: internal(path, "PUT", resolver)?,
                parallel: 4,
                auto_compress: true,
                source_compression: Compression::Auto,
                overwrite: false,
            };
            for (key, value) in options {
                match key.value.as_str() {
                    "PARALLEL" => put.parallel = parallel(value)?,
                    "AUTO_COMPRESS" => put.auto_compress = boolean("AUTO_COMPRESS", value)?,
                    "OVERWRITE" => put.overwrite = boolean("OVERWRITE", value)?,
                    _ => put.source_compression = source_compression(value)?,
                }
            }
            Ok(Plan::Put(put))
        }
        FileCommand::Get {
            path,
            target: (target, _),
            options,
        } => {
            let mut get = GetPlan {
                path: internal(path, "GET", resolver)?,
                target: local_path(target),
                parallel: 10,
                pattern: None,
            };
            for (key, value) in options {
                match (key.value.as_str(), value) {
                    ("PARALLEL", value) => get.parallel = parallel(value)?,
                    (_, OptionValue::Text(pattern, _)) => get.pattern = Some(pattern.clone()),
                    (_, other) => return Err(invalid_value("PATTERN", other)),
                }
            }
            Ok(Plan::Get(get))
        }
        FileCommand::Remove { path, pattern } => Ok(Plan::Remove {
            path: stage::path(path, resolver)?,
            pattern: pattern.clone(),
        }),
    }
}

/// What follows `file://`.
fn local_path(file: &str) -> String {
    file.split_once("://")
        .map_or(file, |(_, path)| path)
        .to_owned()
}

/// A stage whose files are ours: PUT and GET reach no bucket, as in Snowflake.
fn internal(
    reference: &StagePathRef,
    verb: &str,
    resolver: Resolver<'_>,
) -> Result<StagePath, SqlError> {
    let path = stage::path(reference, resolver)?;
    if let StagePath::Named { stage, .. } = &path
        && let Some(stage) = resolver.catalog.stage(stage)
        && matches!(stage.location, StageLocation::External { .. })
    {
        return Err(SqlError::unsupported(
            format!("{verb} on an external stage"),
            reference.span(),
        )
        .with_hint(
            "copy the files to the bucket with `snowmelt upload` or the cloud's own tools",
        ));
    }
    Ok(path)
}

fn parallel(value: &OptionValue) -> Result<u64, SqlError> {
    match value {
        OptionValue::Number(digits, _) => match digits.parse() {
            Ok(threads @ 1..=99) => Ok(threads),
            _ => Err(invalid_value("PARALLEL", value)),
        },
        other => Err(invalid_value("PARALLEL", other)),
    }
}

fn source_compression(value: &OptionValue) -> Result<Compression, SqlError> {
    const KNOWN: &[Compression] = &[
        Compression::Gzip,
        Compression::Bz2,
        Compression::Brotli,
        Compression::Zstd,
        Compression::Deflate,
        Compression::RawDeflate,
        Compression::None,
    ];
    let word = word(value);
    if word.as_deref() == Some("AUTO_DETECT") {
        return Ok(Compression::Auto);
    }
    KNOWN
        .iter()
        .find(|known| Some(compression_word(**known)) == word.as_deref())
        .copied()
        .ok_or_else(|| invalid_value("SOURCE_COMPRESSION", value))
}
