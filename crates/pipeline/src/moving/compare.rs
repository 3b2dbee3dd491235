//! Compares a project's tables on two targets. In: the project and both. Out: row counts, and the columns whose contents
//! differ.

use super::fingerprint::{Column, columns, query};
use crate::declare::{Declarations, Nowhere};
use crate::error::PipelineError;
use crate::project::Project;
use crate::session::Session;
use crate::target::{Rows, Target, TargetError, TargetErrorKind};
use serde::Serialize;
use snowmelt_sql::QualifiedName;
use snowmelt_sql::object::{CopyOptions, MetadataColumn, Object};
use std::collections::{BTreeMap, BTreeSet};

/// How the tables of a project compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// In the order of the files.
    pub tables: Vec<TableComparison>,
}

/// How one table compares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TableComparison {
    /// Its full name.
    pub name: String,
    /// Rows on the first target; nothing if the table is not there.
    pub rows_from: Option<u64>,
    /// Rows on the second target.
    pub rows_to: Option<u64>,
    /// Columns whose contents differ, or that one side does not have.
    pub differing: Vec<String>,
    /// Columns that are not compared: when a file was loaded differs by nature, and semi-structured and floating-point
    /// values have no text that is the same on every engine.
    pub not_compared: Vec<String>,
}

impl TableComparison {
    /// Whether nothing that is compared differs.
    pub fn is_equal(&self) -> bool {
        self.rows_from == self.rows_to && self.differing.is_empty()
    }
}

impl Comparison {
    /// Whether all tables are equal.
    pub fn is_equal(&self) -> bool {
        self.tables.iter().all(TableComparison::is_equal)
    }
}

/// Compares the project's tables.
///
/// # Errors
/// Every error in the project's files, or what a target refuses.
pub fn compare(
    project: &Project,
    from: &dyn Target,
    to: &dyn Target,
) -> Result<Comparison, Vec<PipelineError>> {
    let declarations = Declarations::read(&project.sql, &mut Nowhere)?;
    let by_nature = load_times(&declarations);
    let (mut from, mut to) = (Session::new(from, &[]), Session::new(to, &[]));
    let mut comparisons = Vec::new();
    for table in tables(&declarations) {
        let none = BTreeSet::new();
        let skipped = by_nature.get(table).unwrap_or(&none);
        let sides = read(&mut from, table, skipped)
            .and_then(|from| Ok((from, read(&mut to, table, skipped)?)));
        let (from, to) = sides.map_err(|error| vec![PipelineError::from_target(error)])?;
        comparisons.push(compared(table, from, to));
    }
    Ok(Comparison {
        tables: comparisons,
    })
}

/// Declared tables and models, each once.
fn tables(declarations: &Declarations) -> Vec<&QualifiedName> {
    let declared = declarations
        .objects
        .iter()
        .filter_map(|declared| match &declared.object {
            Object::Table(table) => Some(&table.name),
            _ => None,
        });
    let mut names: Vec<&QualifiedName> = Vec::new();
    for name in declared.chain(declarations.models.iter().map(|model| &model.name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The columns that a load fills with its own time.
fn load_times(declarations: &Declarations) -> BTreeMap<&QualifiedName, BTreeSet<&str>> {
    let mut times: BTreeMap<&QualifiedName, BTreeSet<&str>> = BTreeMap::new();
    for declared in &declarations.objects {
        let Object::Pipe(pipe) = &declared.object else {
            continue;
        };
        let CopyOptions {
            include_metadata, ..
        } = &pipe.copy.options;
        for (column, metadata) in include_metadata {
            if *metadata == MetadataColumn::StartScanTime {
                times.entry(&pipe.copy.table).or_default().insert(column);
            }
        }
    }
    times
}

/// A table on one side.
#[derive(Debug, Default)]
struct Side {
    rows: u64,
    /// The sum of each column that is compared.
    sums: BTreeMap<String, Option<String>>,
    not_compared: BTreeSet<String>,
}

fn read(
    session: &mut Session<'_>,
    table: &QualifiedName,
    skipped: &BTreeSet<&str>,
) -> Result<Option<Side>, TargetError> {
    let described = match session.execute(&format!("DESCRIBE TABLE {table}")) {
        // Not there.
        Err(error) if error.kind == TargetErrorKind::Statement => return Ok(None),
        other => other?,
    };
    let (compared, not_compared): (Vec<Column>, Vec<Column>) = columns(&described)
        .into_iter()
        .partition(|column| column.is_comparable() && !skipped.contains(column.name.as_str()));
    let answer = session.execute(&query(table, &compared))?;
    let sum = |index: usize| answer.value(0, &format!("F{index}")).map(str::to_owned);
    Ok(Some(Side {
        rows: row_count(&answer)?,
        sums: compared
            .into_iter()
            .enumerate()
            .map(|(index, column)| (column.name, sum(index)))
            .collect(),
        not_compared: not_compared.into_iter().map(|column| column.name).collect(),
    }))
}

fn row_count(answer: &Rows) -> Result<u64, TargetError> {
    let count = answer
        .value(0, "ROW_COUNT")
        .and_then(|count| count.parse().ok());
    count.ok_or_else(|| TargetError::new(TargetErrorKind::Internal, "the target gave no row count"))
}

fn compared(table: &QualifiedName, from: Option<Side>, to: Option<Side>) -> TableComparison {
    let mut comparison = TableComparison {
        name: table.to_string(),
        rows_from: from.as_ref().map(|side| side.rows),
        rows_to: to.as_ref().map(|side| side.rows),
        ..TableComparison::default()
    };
    if let (Some(from), Some(to)) = (from, to) {
        let names: BTreeSet<&String> = from.sums.keys().chain(to.sums.keys()).collect();
        comparison.differing = names
            .into_iter()
            .filter(|name| from.sums.get(*name) != to.sums.get(*name))
            .cloned()
            .collect();
        comparison.not_compared = from.not_compared.union(&to.not_compared).cloned().collect();
    }
    comparison
}
