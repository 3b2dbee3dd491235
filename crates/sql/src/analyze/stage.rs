//! The expressions of a COPY transformation: `$1`, `$1:path`, METADATA$… over the records of staged files.

use super::Analyzer;
use super::insert::{ColumnTarget, stays_narrow};
use super::narrow::fits_64_bits;
use super::scope::{Relation, Scope};
use super::tree::{Column, Expr};
use crate::catalog::Catalog;
use crate::data_type::DataType;
use crate::error::SqlError;
use crate::lower;
use crate::object;
use crate::object::MetadataColumn;
use crate::parse::parse_expression;
use crate::plan::SessionContext;
use std::rc::Rc;

/// How the records of staged files look as columns of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageShape {
    /// CSV: fields `$1`, `$2`, …, each VARCHAR.
    Fields,
    /// JSON, Avro, Parquet: the record is `$1`, a VARIANT.
    Document,
}

/// A COPY transformation, lowered.
#[derive(Debug, Clone)]
pub struct StageExpressions {
    /// One a target column, in order.
    pub expressions: Vec<StageExpression>,
    /// The highest `$n` that they use; 0 if none.
    pub fields: usize,
    /// The METADATA$ columns that they use.
    pub metadata: Vec<MetadataColumn>,
}

/// What one target column gets.
#[derive(Debug, Clone)]
pub struct StageExpression {
    /// A DuckDB expression over a relation `t0` with columns `"$1"`, `"$2"`, … and `"METADATA$FILENAME"` and its kin.
    /// Its value has the column's type; a value that does not fit it is an error.
    pub sql: String,
    /// Whether a NUMBER comes in 64 bits; else in its declared digits, though the column may be narrow.
    pub narrow: bool,
}

/// Analyzes the items of a transformation against the columns they are loaded into. `items` are the expressions as
/// written, `alias` the name given to the stage.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse. Spans point into the item.
pub fn plan_stage_expressions(
    items: &[&str],
    alias: Option<&str>,
    targets: &[&object::Column],
    shape: StageShape,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<StageExpressions, SqlError> {
    let fields = items
        .iter()
        .map(|item| highest_field(item))
        .max()
        .unwrap_or(0);
    let mut analyzer = Analyzer::new("", catalog, context);
    let id = analyzer.relation_id();
    let mut scope = Scope::default();
    scope.relations.push(Relation::new(
        id,
        alias.map(str::to_owned).into_iter().collect(),
        stage_columns(shape, fields, &METADATA.map(|(_, column, _)| column)),
    ));
    let mut expressions = Vec::with_capacity(items.len());
    let mut metadata = Vec::new();
    for (item, column) in items.iter().zip(targets) {
        let parsed = parse_expression(item)?;
        let value = analyzer.expression(&parsed, &scope)?;
        note_metadata(&value, &mut metadata);
        let mut target = ColumnTarget::of(column);
        target.narrow &= fits_64_bits(column.data_type, false)
            || stays_narrow(value.data_type, value.bare().narrow, column.data_type);
        let value = target.assign(&analyzer, value)?;
        expressions.push(StageExpression {
            sql: lower::expression(&value),
            narrow: value.fits_64_bits(),
        });
    }
    Ok(StageExpressions {
        expressions,
        fields,
        metadata,
    })
}

/// The columns of a scan of staged files.
pub(super) fn stage_columns(
    shape: StageShape,
    fields: usize,
    metadata: &[MetadataColumn],
) -> Rc<[Rc<Column>]> {
    let column = |name: String, data_type: DataType| {
        Rc::new(Column {
            physical: name.clone(),
            name,
            data_type,
            narrow: data_type.can_be_narrow(),
            nullable: true,
            origins: Vec::new(),
        })
    };
    let fields = (1..=fields).map(|number| {
        let data_type = match shape {
            StageShape::Fields => DataType::TEXT,
            StageShape::Document => DataType::Variant,
        };
        column(format!("${number}"), data_type)
    });
    let metadata = METADATA
        .iter()
        .filter(|(_, column, _)| metadata.contains(column))
        .map(|(name, _, data_type)| column((*name).to_owned(), *data_type));
    fields.chain(metadata).collect()
}

const METADATA: [(&str, MetadataColumn, DataType); 5] = [
    (
        "METADATA$FILENAME",
        MetadataColumn::Filename,
        DataType::TEXT,
    ),
    (
        "METADATA$FILE_ROW_NUMBER",
        MetadataColumn::FileRowNumber,
        DataType::INTEGER,
    ),
    (
        "METADATA$FILE_CONTENT_KEY",
        MetadataColumn::FileContentKey,
        DataType::TEXT,
    ),
    (
        "METADATA$FILE_LAST_MODIFIED",
        MetadataColumn::FileLastModified,
        DataType::TimestampNtz { precision: 9 },
    ),
    (
        "METADATA$START_SCAN_TIME",
        MetadataColumn::StartScanTime,
        DataType::TimestampLtz { precision: 9 },
    ),
];

/// Adds the METADATA$ columns that an expression uses.
fn note_metadata(expr: &Expr, metadata: &mut Vec<MetadataColumn>) {
    expr.any(&mut |part| {
        if let super::tree::ExprKind::Column(reference) = &part.kind
            && let Some((_, column, _)) = METADATA
                .iter()
                .find(|(name, ..)| *name == reference.column.name)
            && !metadata.contains(column)
        {
            metadata.push(*column);
        }
        false
    });
}

/// The METADATA$ columns whose names stand in one of the texts; one in a string or comment costs a column that is not used.
pub(super) fn metadata_columns(texts: &[&str]) -> Vec<MetadataColumn> {
    let texts: Vec<String> = texts.iter().map(|text| text.to_uppercase()).collect();
    METADATA
        .iter()
        .filter(|(name, ..)| texts.iter().any(|text| text.contains(name)))
        .map(|(_, column, _)| *column)
        .collect()
}

/// The highest `$n` in a text; one in a string or comment costs a field that is not used.
pub(super) fn highest_field(text: &str) -> usize {
    text.split('$')
        .skip(1)
        .filter_map(|after| {
            let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            after[..digits].parse::<usize>().ok()
        })
        .filter(|number| *number <= 10_000)
        .max()
        .unwrap_or(0)
}
