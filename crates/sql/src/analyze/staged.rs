//! `@stage/path (FILE_FORMAT => '…', PATTERN => '…')` in FROM: the records of staged files as rows. In: the reference. Out: a
//! relation with the columns `$1`, `$2`, … and METADATA$….
//!
//! Which files there are is not the front end's to know: the catalog gives the DuckDB relation that reads them.

use super::scope::{Relation, Scope};
use super::stage::{StageShape, highest_field, metadata_columns, stage_columns};
use super::tree::From;
use super::{Analyzer, place_of_name, stored};
use crate::catalog::StagedSource;
use crate::error::SqlError;
use crate::object::{CsvFormat, FileFormat, FileFormatRef, StagePath};
use crate::plan::stage_path;
use crate::statement::StagePathRef;
use sqlparser::ast;

/// A stage that stands for a table.
pub(super) struct StagedTable<'a> {
    name: &'a ast::ObjectName,
    arguments: &'a [ast::FunctionArg],
    alias: Option<&'a ast::TableAlias>,
}

impl<'a> StagedTable<'a> {
    /// The stage of a table factor, if it is one.
    pub(super) fn of(factor: &'a ast::TableFactor) -> Option<Self> {
        match factor {
            ast::TableFactor::Table {
                name, alias, args, ..
            } if is_stage(name) => Some(Self {
                name,
                arguments: args.as_ref().map_or(&[], |args| args.args.as_slice()),
                alias: alias.as_ref(),
            }),
            _ => None,
        }
    }
}

/// Whether a table's name is a stage, bare or in single quotes.
pub(super) fn is_stage(name: &ast::ObjectName) -> bool {
    match name.0.as_slice() {
        [ast::ObjectNamePart::Identifier(ident)] if ident.quote_style == Some('\'') => {
            ident.value.starts_with('@')
        }
        _ => name.to_string().starts_with('@'),
    }
}

impl Analyzer<'_> {
    pub(super) fn staged_table(
        &mut self,
        table: &StagedTable<'_>,
        scope: &mut Scope<'_>,
    ) -> Result<From, SqlError> {
        let span = self.span(place_of_name(table.name));
        let text = match table.name.0.as_slice() {
            [ast::ObjectNamePart::Identifier(ident)] => ident.value.clone(),
            _ => table.name.to_string(),
        };
        let reference = StagePathRef::from_text(&text, span)?;
        let path = stage_path(&reference, self.catalog, self.context)?;
        let (own, pattern) = self.staged_options(table)?;
        let file_format = self.staged_format(&path, own)?;
        let shape = match file_format {
            FileFormat::Csv(_) => StageShape::Fields,
            FileFormat::Json(_) | FileFormat::Parquet(_) | FileFormat::Avro(_) => {
                StageShape::Document
            }
        };
        // A `$n` that belongs to something else costs a column that nobody reads.
        let statement = &self.context.statement_text;
        let fields = match shape {
            StageShape::Fields => highest_field(&self.script).max(highest_field(statement)),
            StageShape::Document => 1,
        };
        let metadata = metadata_columns(&[&self.script, statement]);
        let columns = stage_columns(shape, fields, &metadata);
        let source = StagedSource {
            path,
            file_format,
            pattern,
            fields,
            metadata,
        };
        let Some(template) = self.catalog.staged(&source) else {
            return Err(SqlError::unsupported(
                "a query over staged files where there are none to ask",
                span,
            ));
        };
        let id = self.relation_id();
        let physical = columns
            .iter()
            .map(|column| column.physical.clone())
            .collect();
        let qualifier = table.alias.map(|alias| stored(&alias.name));
        let columns = self.aliased_columns(columns, table.alias)?;
        scope
            .relations
            .push(Relation::new(id, qualifier.into_iter().collect(), columns));
        Ok(From::Table {
            id,
            template: template.replace('{', "{{"),
            arguments: Vec::new(),
            columns: physical,
            sample: None,
            lateral: false,
        })
    }

    /// FILE_FORMAT and PATTERN.
    fn staged_options(
        &self,
        table: &StagedTable<'_>,
    ) -> Result<(Option<FileFormat>, Option<String>), SqlError> {
        let (mut format, mut pattern) = (None, None);
        for argument in table.arguments {
            let span = self.span(place_of_name(table.name));
            let (name, text) = match argument {
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(ast::Expr::Value(value)),
                    ..
                } => match &value.value {
                    ast::Value::SingleQuotedString(text) => (stored(name), text.clone()),
                    other => return Err(SqlError::syntax(format!("unexpected '{other}'."), span)),
                },
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(ast::Expr::Identifier(ident)),
                    ..
                } => (stored(name), ident.to_string()),
                ast::FunctionArg::Named {
                    name,
                    arg: ast::FunctionArgExpr::Expr(ast::Expr::CompoundIdentifier(idents)),
                    ..
                } => {
                    let parts: Vec<String> = idents.iter().map(ToString::to_string).collect();
                    (stored(name), parts.join("."))
                }
                other => return Err(SqlError::syntax(format!("unexpected '{other}'."), span)),
            };
            match name.as_str() {
                "FILE_FORMAT" => {
                    let written = crate::parse::name_in_text(&text, span)
                        .ok_or_else(|| SqlError::invalid_identifier(&text, span))?;
                    let name = self.qualify(&written)?;
                    let found = self.catalog.file_format(&name);
                    let found = found
                        .ok_or_else(|| SqlError::does_not_exist("File format", &name, span))?;
                    format = Some(found.format.clone());
                }
                "PATTERN" => pattern = Some(text),
                other => {
                    return Err(SqlError::unsupported(
                        format!("{other} of a staged table"),
                        span,
                    ));
                }
            }
        }
        Ok((format, pattern))
    }

    /// The format that counts: the query's own, else the stage's, else CSV.
    fn staged_format(
        &self,
        path: &StagePath,
        own: Option<FileFormat>,
    ) -> Result<FileFormat, SqlError> {
        if let Some(own) = own {
            return Ok(own);
        }
        let StagePath::Named { stage, .. } = path else {
            return Ok(FileFormat::Csv(CsvFormat::default()));
        };
        let stage = self.catalog.stage(stage);
        Ok(match stage.and_then(|stage| stage.file_format.clone()) {
            None => FileFormat::Csv(CsvFormat::default()),
            Some(FileFormatRef::Inline(format)) => format,
            Some(FileFormatRef::Named(name)) => {
                let found = self.catalog.file_format(&name);
                let missing =
                    || SqlError::does_not_exist("File format", &name, crate::Span::default());
                found.ok_or_else(missing)?.format.clone()
            }
        })
    }
}
