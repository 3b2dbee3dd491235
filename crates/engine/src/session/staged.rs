//! Queries over staged files. In: what the front end wants to read. Out: a DuckDB relation that reads it.

use super::Session;
use crate::error::Result;
use crate::load::{
    BLOCK_BYTES, LoadFile, ScanPlan, Tolerance, ValueSettings, infer, staged_shape, type_text,
};
use crate::stage::{StagedPlace, pattern};
use snowmelt_sql::catalog::{SchemaSource, StagedSource};
use snowmelt_sql::object::{FileFormat, MetadataColumn};
use std::sync::Arc;

impl Session {
    /// The DuckDB relation that reads the files; they are listed now. It is there until the next statement begins.
    pub(super) fn staged(&self, source: &StagedSource) -> Result<String> {
        let place = StagedPlace::resolve(self, &source.path)?;
        let wanted = source.pattern.as_deref().map(pattern).transpose()?;
        let files = place.list("")?.into_iter().filter(|file| {
            let subject = place.pattern_subject(file);
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.is_match(&subject))
        });
        let files = files
            .map(|file| LoadFile {
                path: file.object.path.clone(),
                content_key: file.object.etag.clone(),
                last_modified_micros: file.object.last_modified_micros,
                source: place.bucket.source(&file.object),
            })
            .collect();
        let settings = ValueSettings::of(&self.context)?;
        let (target, format) = staged_shape(source, &settings)?;
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        let registered = self.engine.shared.loading.scans.put_files(ScanPlan {
            target: Arc::new(target),
            format,
            files,
            tolerance: Tolerance::None,
            started_at_micros: self.context.statement_started_at_micros,
            zone: settings.zone().clone(),
            threads: self.engine.options().threads.unwrap_or_else(available),
            in_order: source.metadata.contains(&MetadataColumn::FileRowNumber),
            block_bytes: BLOCK_BYTES,
        });
        let relation = format!("snowmelt_scan({})", registered.id);
        crate::lock(&self.staged_scans).push(registered);
        Ok(relation)
    }

    /// The DuckDB relation of INFER_SCHEMA's rows.
    pub(super) fn inferred_schema(&self, source: &SchemaSource) -> Result<String> {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let is_csv = matches!(source.file_format, FileFormat::Csv(_));
        let rows: Vec<String> = infer(self, source)?
            .iter()
            .enumerate()
            .map(|(order, column)| {
                let (name, data_type) = (&column.name, type_text(column.data_type));
                let expression = match source.ignore_case {
                    // Snowpark's reader takes the expression as it is: a column of CSV has a number and no name.
                    _ if is_csv => format!("${}::{data_type}", order + 1),
                    true => format!("GET_IGNORE_CASE ($1, {name})::{data_type}"),
                    false => format!("$1:{name}::{data_type}"),
                };
                format!(
                    "({}, {}, {}, {}, {}, CAST({order} AS BIGINT))",
                    quoted(name),
                    quoted(&data_type),
                    column.nullable,
                    quoted(&expression),
                    quoted(&column.files.join(", "))
                )
            })
            .collect();
        Ok(match rows.is_empty() {
            true => "(SELECT '', '', true, '', '', CAST(0 AS BIGINT) WHERE false)".to_owned(),
            false => format!("(VALUES {})", rows.join(", ")),
        })
    }
}
