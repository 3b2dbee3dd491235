//! INFER_SCHEMA: the columns that staged files have. In: constants. Out: a relation that the catalog's owner makes, because
//! only it can look into files.

use super::table::{BuiltTable, TableSource, columns};
use crate::analyze::Analyzer;
use crate::analyze::tree::{Expr, ExprKind, Literal, Place};
use crate::catalog::SchemaSource;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::object::StagePath;
use crate::parse::name_in_text;
use crate::plan::stage_path;
use crate::statement::StagePathRef;
use sqlparser::ast;

/// What stands between the names of FILES once they are one text; no name has it.
const SEPARATOR: char = '\u{1F}';
/// Names that FILES may have.
const MOST_FILES: usize = 1000;

/// The names of FILES => ('a', 'b') as one text; `None`: it is no such list.
pub(crate) fn file_list(expr: &ast::Expr) -> Option<String> {
    let ast::Expr::Tuple(items) = expr else {
        return None;
    };
    let names = items.iter().map(|item| match item {
        ast::Expr::Value(value) => match &value.value {
            ast::Value::SingleQuotedString(text) => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    });
    let names: Option<Vec<&str>> = names.collect();
    Some(names?.join(&SEPARATOR.to_string()))
}

pub(super) fn infer_schema(
    analyzer: &mut Analyzer<'_>,
    arguments: Vec<Option<Expr>>,
    at: Place,
) -> Result<BuiltTable, SqlError> {
    let span = analyzer.span(at);
    let wrong = |name: &str| {
        SqlError::compilation(
            "001015",
            "42601",
            format!("argument {name} of INFER_SCHEMA needs to be a constant"),
            span,
        )
    };
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().flatten();
    let mut text = |name: &str| match next() {
        None => Ok(None),
        Some(value) => match value.as_text() {
            Some(text) => Ok(Some(text.to_owned())),
            None => Err(wrong(name)),
        },
    };
    let location = text("LOCATION")?.unwrap_or_default();
    let format = text("FILE_FORMAT")?.unwrap_or_default();
    let files = text("FILES")?;
    let ignore_case = match next().map(|value| value.kind) {
        None => false,
        Some(ExprKind::Literal(Literal::Boolean(value))) => value,
        Some(_) => return Err(wrong("IGNORE_CASE")),
    };
    let mut number = |name: &str| match next() {
        None => Ok(None),
        Some(value) => match value
            .as_integer()
            .and_then(|count| u64::try_from(count).ok())
        {
            Some(count) => Ok(Some(count)),
            None => Err(wrong(name)),
        },
    };
    let max_file_count = number("MAX_FILE_COUNT")?;
    let max_records_per_file = number("MAX_RECORDS_PER_FILE")?;
    match next().as_ref().map(Expr::as_text) {
        None => {}
        Some(Some(kind)) if kind.eq_ignore_ascii_case("STANDARD") => {}
        Some(_) => {
            return Err(SqlError::unsupported(
                "INFER_SCHEMA with a KIND other than STANDARD",
                span,
            ));
        }
    }
    let reference = StagePathRef::from_text(&location, span)?;
    let path = stage_path(&reference, analyzer.catalog, analyzer.context)?;
    if matches!(path, StagePath::Table { .. }) {
        return Err(SqlError::unsupported(
            "INFER_SCHEMA of a table's stage",
            span,
        ));
    }
    let written =
        name_in_text(&format, span).ok_or_else(|| SqlError::invalid_identifier(&format, span))?;
    let name = analyzer.qualify(&written)?;
    let file_format = analyzer
        .catalog
        .file_format(&name)
        .ok_or_else(|| SqlError::does_not_exist("File format", &name, span))?;
    let files: Vec<String> = files
        .map(|files| files.split(SEPARATOR).map(str::to_owned).collect())
        .unwrap_or_default();
    if files.len() > MOST_FILES {
        return Err(SqlError::compilation(
            "001015",
            "22023",
            format!("FILES of INFER_SCHEMA has more than {MOST_FILES} names"),
            span,
        ));
    }
    let source = SchemaSource {
        path,
        file_format: file_format.format.clone(),
        files,
        ignore_case,
        max_file_count,
        max_records_per_file,
    };
    let Some(relation) = analyzer.catalog.inferred_schema(&source) else {
        return Err(SqlError::unsupported(
            "INFER_SCHEMA where there are no files to ask",
            span,
        ));
    };
    Ok(BuiltTable {
        source: TableSource::Template(relation.replace('{', "{{")),
        arguments: Vec::new(),
        columns: columns(&[
            ("COLUMN_NAME", DataType::TEXT),
            ("TYPE", DataType::TEXT),
            ("NULLABLE", DataType::Boolean),
            ("EXPRESSION", DataType::TEXT),
            ("FILENAMES", DataType::TEXT),
            ("ORDER_ID", DataType::INTEGER),
        ]),
    })
}
