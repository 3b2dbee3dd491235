//! The catalog as one session sees it: the shared image, the session's temporary tables before it, and the views that
//! the system provides.

use super::definition::Definition;
use super::image::{Entry, Image};
use super::information_schema::{self, Scope};
use super::key::{Key, Namespace};
use crate::error::{EngineError, Result};
use snowmelt_sql::catalog::{Catalog, Relation, SchemaSource, StagedSource};
use snowmelt_sql::object::{
    Column, Function, Integration, NamedFileFormat, Pipe, Sequence, Stage, View, Warehouse,
};
use snowmelt_sql::plan::OutputColumn;
use snowmelt_sql::{Plan, QualifiedName, SessionContext};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Answers the front end's questions for one session.
pub(crate) struct CatalogView {
    pub(crate) image: Arc<Image>,
    pub(crate) temporary: BTreeMap<Key, Arc<Entry>>,
    /// What the data said so far of what no name and no type tells.
    pub(crate) pivot_values: PivotValues,
    /// The staged files that the plan reads.
    pub(crate) staged: StagedSources,
    /// Whether the columns of views are being found out: a view may read INFORMATION_SCHEMA.COLUMNS itself.
    pub(crate) finds_columns: Cell<bool>,
}

/// The values of dynamic PIVOTs, by the query that gives them. A plan that asks for those of another query fails, and is
/// made again once that query was run.
#[derive(Default)]
pub(crate) struct PivotValues {
    pub(crate) known: HashMap<String, Vec<Option<String>>>,
    pub(crate) asked: RefCell<Option<String>>,
}

/// Staged files and the relations that read them. A plan that asks for others fails, and is made again once they are known.
#[derive(Default)]
pub(crate) struct StagedSources {
    pub(crate) known: Vec<(StagedQuestion, String)>,
    pub(crate) asked: RefCell<Option<StagedQuestion>>,
}

/// What a plan wants to know of staged files.
#[derive(Clone, PartialEq)]
pub(crate) enum StagedQuestion {
    /// Their records.
    Records(StagedSource),
    /// Their columns.
    Schema(SchemaSource),
}

impl StagedSources {
    /// The relation that answers, if it is known; else it is asked for.
    fn answer(&self, question: StagedQuestion) -> Option<String> {
        let known = self.known.iter().find(|(known, _)| *known == question);
        let known = known.map(|(_, relation)| relation.clone());
        if known.is_none() {
            *self.asked.borrow_mut() = Some(question);
        }
        known
    }
}

impl CatalogView {
    /// The columns of a view, from its query.
    ///
    /// # Errors
    /// The query is no longer one that can be compiled.
    pub(crate) fn view_columns(
        &self,
        view: &View,
        context: &SessionContext,
    ) -> Result<Vec<Column>> {
        let text = format!("SELECT * FROM {}", view.name);
        let parsed = snowmelt_sql::parse::parse_script(&text)?;
        let Some(statement) = parsed.first() else {
            return Err(EngineError::internal("a query of a view does not parse"));
        };
        let Plan::Query(query) = snowmelt_sql::plan::plan(statement, &text, self, context)? else {
            return Err(EngineError::internal("a query of a view is no query"));
        };
        let column = |output: OutputColumn| {
            let mut column = Column::new(&output.name, output.data_type);
            column.nullable = output.nullable;
            column.comment = view.column_comments.get(&output.name).cloned();
            column
        };
        Ok(query.columns.into_iter().map(column).collect())
    }

    /// The views of a database with their columns; without those that no longer compile.
    pub(super) fn views_with_columns(&self, database: &str) -> Vec<(Arc<View>, Vec<Column>)> {
        if self.finds_columns.replace(true) {
            return Vec::new();
        }
        let context = SessionContext::default();
        let shared = self.image.namespace(Namespace::Relation);
        let found = shared
            .filter(|entry| !self.temporary.contains_key(&entry.key()))
            .chain(self.temporary.values())
            .filter_map(|entry| match &entry.definition {
                Definition::View(view) if view.name.database == database => {
                    let columns = self.view_columns(view, &context).ok()?;
                    Some((Arc::clone(view), columns))
                }
                _ => None,
            })
            .collect();
        self.finds_columns.set(false);
        found
    }

    /// The object at that key, the session's own temporary ones first.
    pub(crate) fn entry(&self, key: &Key) -> Option<&Arc<Entry>> {
        self.temporary.get(key).or_else(|| self.image.get(key))
    }
}

/// The entry under a name if it is of that kind.
macro_rules! lookup {
    ($self:ident, $variant:ident, $key:expr) => {
        match &$self.entry(&$key)?.definition {
            Definition::$variant(object) => Some(Arc::clone(object)),
            _ => None,
        }
    };
}

impl Catalog for CatalogView {
    fn has_database(&self, name: &str) -> bool {
        self.entry(&Key::account(Namespace::Database, name))
            .is_some()
    }

    fn has_schema(&self, database: &str, name: &str) -> bool {
        self.entry(&Key::schema(database, name)).is_some()
            || (information_schema::is_system_schema(name) && self.has_database(database))
    }

    fn relation(&self, name: &QualifiedName) -> Option<Relation> {
        match self
            .entry(&Key::relation(name))
            .map(|entry| &entry.definition)
        {
            Some(Definition::Table(table)) => Some(Relation::Table(Arc::clone(table))),
            Some(Definition::View(view)) => Some(Relation::View(Arc::clone(view))),
            _ if self.has_database(&name.database) => {
                let scope = Scope {
                    database: &name.database,
                    image: &self.image,
                    temporary: &self.temporary,
                    catalog: self,
                };
                let view = information_schema::view(name, &scope)?;
                Some(Relation::System(Arc::new(view)))
            }
            _ => None,
        }
    }

    fn stage(&self, name: &QualifiedName) -> Option<Arc<Stage>> {
        lookup!(self, Stage, Key::full(Namespace::Stage, name))
    }

    fn file_format(&self, name: &QualifiedName) -> Option<Arc<NamedFileFormat>> {
        lookup!(self, FileFormat, Key::full(Namespace::FileFormat, name))
    }

    fn pipe(&self, name: &QualifiedName) -> Option<Arc<Pipe>> {
        lookup!(self, Pipe, Key::full(Namespace::Pipe, name))
    }

    fn sequence(&self, name: &QualifiedName) -> Option<Arc<Sequence>> {
        lookup!(self, Sequence, Key::full(Namespace::Sequence, name))
    }

    fn functions(&self, name: &QualifiedName) -> Vec<Arc<Function>> {
        self.image
            .in_schema(&name.database, &name.schema)
            .filter_map(|(_, entry)| match &entry.definition {
                Definition::Function(function) if function.base_name() == name.name => {
                    Some(Arc::clone(function))
                }
                _ => None,
            })
            .collect()
    }

    fn warehouse(&self, name: &str) -> Option<Arc<Warehouse>> {
        lookup!(self, Warehouse, Key::account(Namespace::Warehouse, name))
    }

    fn pivot_values(&self, query: &str) -> Option<Vec<Option<String>>> {
        let known = self.pivot_values.known.get(query).cloned();
        if known.is_none() {
            *self.pivot_values.asked.borrow_mut() = Some(query.to_owned());
        }
        known
    }

    fn staged(&self, source: &StagedSource) -> Option<String> {
        self.staged.answer(StagedQuestion::Records(source.clone()))
    }

    fn inferred_schema(&self, source: &SchemaSource) -> Option<String> {
        self.staged.answer(StagedQuestion::Schema(source.clone()))
    }

    fn integration(&self, name: &str) -> Option<Arc<Integration>> {
        lookup!(
            self,
            Integration,
            Key::account(Namespace::Integration, name)
        )
    }
}
