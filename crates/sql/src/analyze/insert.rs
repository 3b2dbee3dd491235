//! INSERT: rows as the table's columns hold them.

use super::identifier::next_value_of;
use super::narrow::fits_64_bits;
use super::query::relation_of;
use super::scope::Scope;
use super::tree::{Body, Distinct, Expr, From, Output, Place, Query, Select};
use super::{Analyzer, cast, place_of_name, stored};
use crate::catalog::{Catalog, Relation, identity_sequence, physical_relation};
use crate::data_type::{DataType, NARROW_DIGITS};
use crate::error::SqlError;
use crate::lower;
use crate::lower::quote_name;
use crate::name::physical_name;
use crate::object::{Column, DefaultValue, Table};
use crate::plan::{InsertPlan, SessionContext};
use sqlparser::ast;
use std::sync::Arc;

/// Plans an INSERT into one table. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_insert(
    insert: &ast::Insert,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<InsertPlan, SqlError> {
    with_widening(script, catalog, context, |analyzer, widen| {
        analyzer.insert(insert, widen)
    })
}

/// Plans DML whose values may not fit a narrow column. Where the statement also reads that column, its type is another
/// after the widening: then it is analyzed once more, against the table as it will be.
pub(super) fn with_widening<T>(
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
    plan: impl Fn(&mut Analyzer<'_>, &mut Vec<String>) -> Result<T, SqlError>,
) -> Result<T, SqlError> {
    let mut widened = Vec::new();
    loop {
        let mut analyzer = Analyzer::new(script, catalog, context);
        analyzer.widened.clone_from(&widened);
        let mut widen = widened.clone();
        let result = plan(&mut analyzer, &mut widen)?;
        if widen.len() == widened.len() {
            return Ok(result);
        }
        widened = widen;
    }
}

/// What a column takes.
#[derive(Debug, Clone)]
pub(super) struct ColumnTarget {
    pub(super) data_type: DataType,
    /// A NUMBER held in 64 bits when the statement runs.
    pub(super) narrow: bool,
}

impl ColumnTarget {
    /// The column as it is.
    pub(super) fn of(column: &Column) -> Self {
        Self {
            data_type: column.data_type,
            narrow: fits_64_bits(column.data_type, column.narrow),
        }
    }

    /// The column after it was widened, if the source's values may not fit 64 bits; then its name goes to `widen`.
    pub(super) fn widened(column: &Column, source_fits: bool, widen: &mut Vec<String>) -> Self {
        let mut target = Self::of(column);
        if target.narrow && !fits_64_bits(column.data_type, false) && !source_fits {
            if !widen.contains(&column.name) {
                widen.push(column.name.clone());
            }
            target.narrow = false;
        }
        target
    }

    /// The column as one value needs it.
    pub(super) fn for_value(column: &Column, value: &Expr, widen: &mut Vec<String>) -> Self {
        let fits = stays_narrow(value.data_type, value.bare().narrow, column.data_type);
        Self::widened(column, fits, widen)
    }

    /// The value as the column holds it.
    pub(super) fn assign(&self, analyzer: &Analyzer<'_>, value: Expr) -> Result<Expr, SqlError> {
        let (from, at) = (value.data_type, value.place);
        let mut value = cast::assign(value, self.data_type).ok_or_else(|| {
            SqlError::compilation(
                "002023",
                "22000",
                format!(
                    "Expression type does not match column data type, expecting {} but got {from}",
                    self.data_type
                ),
                analyzer.span(at),
            )
        })?;
        value = if self.narrow {
            value.forced_narrow()
        } else {
            value.widened()
        };
        Ok(value)
    }
}

/// Whether values of type `from` are still proven to fit 64 bits once they have type `to`.
pub(super) fn stays_narrow(from: DataType, narrow: bool, to: DataType) -> bool {
    let DataType::Number {
        scale: to_scale, ..
    } = to
    else {
        return false;
    };
    match from {
        DataType::Null => true,
        DataType::Boolean => to_scale == 0,
        DataType::Number { precision, scale } => {
            let leading = match (narrow, scale) {
                _ if precision <= NARROW_DIGITS => precision - scale,
                // A BIGINT: one digit more than a DECIMAL of 64 bits.
                (true, 0) => return to_scale == 0,
                (true, scale) => NARROW_DIGITS - scale,
                (false, scale) => precision - scale,
            };
            // Rounding may carry into one more digit.
            let carry = u8::from(scale > to_scale);
            leading + carry + to_scale <= NARROW_DIGITS
        }
        _ => false,
    }
}

/// The query with its values as the targets hold them: in place where that changes nothing else, else around it.
pub(super) fn assigned(
    analyzer: &mut Analyzer<'_>,
    mut query: Query,
    targets: &[ColumnTarget],
) -> Result<Query, SqlError> {
    let fits = |output: &Output, target: &ColumnTarget| {
        output.data_type == target.data_type && output.fits_64_bits() == target.narrow
    };
    if query
        .columns
        .iter()
        .zip(targets)
        .all(|(output, target)| fits(output, target))
    {
        return Ok(query);
    }
    let in_place = query.order_by.is_empty() && query.limit.is_none() && query.offset.is_none();
    match &mut query.body {
        Body::Select(select) if in_place && select.distinct == Distinct::Keep => {
            for (item, target) in select.items.iter_mut().zip(targets) {
                let value = std::mem::replace(item, Expr::null());
                *item = target.assign(analyzer, value)?;
            }
        }
        Body::Values(rows) if in_place => {
            for row in rows {
                for (item, target) in row.iter_mut().zip(targets) {
                    let value = std::mem::replace(item, Expr::null());
                    *item = target.assign(analyzer, value)?;
                }
            }
        }
        Body::Select(_) | Body::Values(_) | Body::Set { .. } => {
            query = wrapped(analyzer, query);
            return assigned(analyzer, query, targets);
        }
    }
    for (column, target) in query.columns.iter_mut().zip(targets) {
        column.data_type = target.data_type;
        column.narrow = target.narrow;
    }
    Ok(query)
}

/// `SELECT c0, c1, … FROM (query)`.
fn wrapped(analyzer: &mut Analyzer<'_>, query: Query) -> Query {
    let id = analyzer.relation_id();
    let relation = relation_of(id, None, &query.columns);
    let items = (0..query.columns.len())
        .map(|position| relation.reference(position, Place::NOWHERE).narrowed())
        .collect();
    let columns = query.columns.clone();
    let from = From::Query {
        id,
        query: Box::new(query),
        lateral: false,
        sample: None,
    };
    let select = Select::of(items, Some(from), None);
    Query::of(Body::Select(Box::new(select)), columns)
}

impl Analyzer<'_> {
    fn insert(
        &mut self,
        insert: &ast::Insert,
        widen: &mut Vec<String>,
    ) -> Result<InsertPlan, SqlError> {
        self.refuse_insert_clauses(insert)?;
        let ast::TableObject::TableName(name) = &insert.table else {
            return Err(SqlError::unsupported(
                "INSERT into anything but a table",
                self.span(Place::NOWHERE),
            ));
        };
        let table = self.target_table(name)?;
        let columns = self.insert_columns(&insert.columns, &table)?;
        let source = insert.source.as_ref().ok_or_else(|| {
            SqlError::unsupported("INSERT without a source", self.span(place_of_name(name)))
        })?;
        let mut query = match self.values_rows(source, &columns)? {
            Some(rows) => self.assigned_rows(rows, &columns, widen)?,
            None => {
                let query = self.query(source, None)?;
                if query.columns.len() != columns.len() {
                    return Err(self.value_count(columns.len(), query.columns.len()));
                }
                let targets: Vec<ColumnTarget> = columns
                    .iter()
                    .zip(&query.columns)
                    .map(|(column, output)| {
                        let fits = stays_narrow(output.data_type, output.narrow, column.data_type);
                        ColumnTarget::widened(column, fits, widen)
                    })
                    .collect();
                assigned(self, query, &targets)?
            }
        };
        let mut names: Vec<String> = columns
            .iter()
            .map(|column| quote_name(&physical_name(&column.name)))
            .collect();
        self.add_defaults(&table, &columns, &mut query, &mut names, widen)?;
        let sql = format!(
            "INSERT INTO {} ({}) {}",
            physical_relation(&table),
            names.join(", "),
            lower::query(&query)
        );
        Ok(InsertPlan {
            table: table.name.clone(),
            overwrite: insert.overwrite,
            widen: widen.clone(),
            sql,
            reads: std::mem::take(&mut self.reads),
        })
    }

    fn refuse_insert_clauses(&self, insert: &ast::Insert) -> Result<(), SqlError> {
        let refused = if insert.returning.is_some() || insert.output.is_some() {
            "INSERT … RETURNING"
        } else if insert.on.is_some() || insert.or.is_some() || insert.ignore {
            "INSERT … ON CONFLICT"
        } else if insert.partitioned.is_some() || !insert.assignments.is_empty() || insert.by_name {
            "this form of INSERT"
        } else {
            return Ok(());
        };
        Err(SqlError::unsupported(refused, self.span(Place::NOWHERE)))
    }

    /// The table that DML changes.
    pub(super) fn target_table(&mut self, name: &ast::ObjectName) -> Result<Arc<Table>, SqlError> {
        let name = self.object_name(name)?;
        match self.catalog_relation(&name, false)? {
            (_, Relation::Table(table)) => {
                self.target = Some(table.name.clone());
                Ok(self.as_widened(table))
            }
            (_, Relation::View(_) | Relation::System(_)) => Err(SqlError::compilation(
                "001020",
                "42601",
                format!("Object '{name}' is a view: it cannot be changed"),
                name.span(),
            )),
        }
    }

    /// The columns of a column list; all of the table's where there is none.
    pub(super) fn insert_columns(
        &self,
        names: &[ast::ObjectName],
        table: &Table,
    ) -> Result<Vec<Column>, SqlError> {
        if names.is_empty() {
            return Ok(table.columns.clone());
        }
        let mut columns: Vec<Column> = Vec::with_capacity(names.len());
        for name in names {
            let span = self.span(place_of_name(name));
            let stored_name = name
                .0
                .last()
                .and_then(|part| part.as_ident())
                .map(stored)
                .unwrap_or_default();
            let Some((_, column)) = table.column(&stored_name) else {
                return Err(SqlError::invalid_identifier(
                    crate::name::quote_if_needed(&stored_name),
                    span,
                ));
            };
            if columns.iter().any(|known| known.name == column.name) {
                return Err(SqlError::compilation(
                    "002025",
                    "42S21",
                    format!("duplicate column name '{stored_name}'"),
                    span,
                ));
            }
            columns.push(column.clone());
        }
        Ok(columns)
    }

    /// The rows of VALUES, where DEFAULT stands for its column's default; `None` for any other query.
    fn values_rows(
        &mut self,
        source: &ast::Query,
        columns: &[Column],
    ) -> Result<Option<Vec<Vec<Expr>>>, SqlError> {
        let ast::SetExpr::Values(values) = source.body.as_ref() else {
            return Ok(None);
        };
        let scope = Scope::default();
        let mut rows = Vec::with_capacity(values.rows.len());
        for row in &values.rows {
            if row.content.len() != columns.len() {
                return Err(self.value_count(columns.len(), row.content.len()));
            }
            let mut values = Vec::with_capacity(columns.len());
            for (expr, column) in row.content.iter().zip(columns) {
                values.push(if is_default(expr) {
                    self.default_value(column)?
                } else {
                    self.expression(expr, &scope)?
                });
            }
            rows.push(values);
        }
        Ok(Some(rows))
    }

    /// VALUES with each value converted to its column by itself: the rows need no types in common.
    fn assigned_rows(
        &self,
        rows: Vec<Vec<Expr>>,
        columns: &[Column],
        widen: &mut Vec<String>,
    ) -> Result<Query, SqlError> {
        let targets: Vec<ColumnTarget> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let fits = rows.iter().all(|row| {
                    stays_narrow(
                        row[index].data_type,
                        row[index].bare().narrow,
                        column.data_type,
                    )
                });
                ColumnTarget::widened(column, fits, widen)
            })
            .collect();
        let mut assigned = Vec::with_capacity(rows.len());
        for row in rows {
            let row: Result<Vec<Expr>, SqlError> = row
                .into_iter()
                .zip(&targets)
                .map(|(value, target)| target.assign(self, value))
                .collect();
            assigned.push(row?);
        }
        let outputs = columns
            .iter()
            .zip(&targets)
            .map(|(column, target)| Output {
                name: column.name.clone(),
                data_type: target.data_type,
                narrow: target.narrow,
                nullable: true,
                origins: Vec::new(),
            })
            .collect();
        Ok(Query::of(Body::Values(assigned), outputs))
    }

    /// `002020`.
    pub(super) fn value_count(&self, expected: usize, got: usize) -> SqlError {
        SqlError::compilation(
            "002020",
            "21S01",
            format!(
                "Insert value list does not match column list expecting {expected} but got {got}"
            ),
            self.span(Place::NOWHERE),
        )
    }

    /// A column's DEFAULT, analyzed.
    pub(super) fn default_value(&mut self, column: &Column) -> Result<Expr, SqlError> {
        match &column.default {
            None => Ok(Expr::null()),
            Some(DefaultValue::Expression(text)) => {
                let parsed = crate::parse::parse_expression(text)?;
                self.expression(&parsed, &Scope::default())
            }
            // A declaration alone has no sequence; nothing is run with it.
            Some(DefaultValue::Identity(identity)) => Ok(next_value_of(&identity_sequence(
                identity.sequence.unwrap_or_default(),
            ))),
        }
    }

    /// Columns that the statement leaves out get their DEFAULT.
    pub(super) fn add_defaults(
        &mut self,
        table: &Table,
        given: &[Column],
        query: &mut Query,
        names: &mut Vec<String>,
        widen: &mut Vec<String>,
    ) -> Result<(), SqlError> {
        let missing: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| !given.iter().any(|known| known.name == column.name))
            .filter(|column| column.default.is_some())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut values = Vec::with_capacity(missing.len());
        for column in missing {
            let value = self.default_value(column)?;
            let target = ColumnTarget::for_value(column, &value, widen);
            values.push(target.assign(self, value)?);
            names.push(quote_name(&physical_name(&column.name)));
        }
        let inner = std::mem::replace(query, Query::of(Body::Values(Vec::new()), Vec::new()));
        *query = wrapped(self, inner);
        if let Body::Select(select) = &mut query.body {
            select.items.extend(values);
        }
        Ok(())
    }
}

/// The bare word DEFAULT.
pub(super) fn is_default(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Identifier(ident)
        if ident.quote_style.is_none() && ident.value.eq_ignore_ascii_case("default"))
}
