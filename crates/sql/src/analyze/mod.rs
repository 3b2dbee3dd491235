//! Queries and DML: sqlparser's tree in, plans out. Names and types are resolved against a read-only [`Catalog`] into a
//! typed tree (`tree`), which `lower` prints as DuckDB SQL.

mod asof_join;
mod call;
pub(crate) mod cast;
mod compare;
mod connect_by;
mod create_table_as;
mod cte;
mod delete;
mod expression;
mod from;
mod function;
mod group;
mod heading;
mod identifier;
mod insert;
mod insert_multi;
mod join;
pub(crate) mod lambda;
mod literal;
mod merge;
pub(crate) mod narrow;
pub(crate) mod number;
mod operator;
mod outer_join;
mod parameter;
pub(crate) mod path;
mod pivot;
mod query;
mod scope;
mod select;
mod set_operation;
mod stage;
mod staged;
mod table_function;
pub(crate) mod tree;
mod types;
mod update;
mod variables;
mod view;
pub(crate) mod window;

pub use create_table_as::plan_create_table_as;
pub use delete::plan_delete;
pub use insert::plan_insert;
pub use insert_multi::plan_insert_multi;
pub use merge::plan_merge;
pub use stage::{StageExpression, StageExpressions, StageShape, plan_stage_expressions};
pub use types::data_type;
pub use update::plan_update;
pub use variables::plan_set_variables;

pub(crate) use call::Arguments;
pub(crate) use function::check_function;
pub(crate) use types::{common_type, mapped_timestamp};

use crate::catalog::{Catalog, Relation};
use crate::error::SqlError;
use crate::lower;
use crate::name::{ObjectName, QualifiedName};
use crate::object::Table;
use crate::plan::{OutputColumn, QueryPlan, SessionContext};
use crate::span::Span;
use sqlparser::ast;
use sqlparser::tokenizer;
use std::borrow::Cow;
use std::sync::Arc;
use tree::{Place, Query};

/// Plans a query. `script` is the text its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and what snowmelt does not support.
pub fn plan_query(
    query: &ast::Query,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<QueryPlan, SqlError> {
    let mut analyzer = Analyzer::new(script, catalog, context);
    let query = analyzer.query(query, None)?;
    Ok(analyzer.finish(query))
}

/// The state of analyzing one statement.
pub(crate) struct Analyzer<'a> {
    pub(crate) catalog: &'a dyn Catalog,
    pub(crate) context: &'a SessionContext,
    /// The text that places point into: the statement's script, or a view's.
    script: Cow<'a, str>,
    /// Where unqualified names are looked up: the session's, or a view's own.
    database: Option<Cow<'a, str>>,
    schema: Option<Cow<'a, str>>,
    next_relation: u32,
    next_cte: u32,
    /// Tables read, each once, in the order they were met.
    reads: Vec<QualifiedName>,
    /// The views being expanded, outermost first.
    views: Vec<QualifiedName>,
    /// Common table expressions in sight, the innermost last; those before `first_cte` belong to the text around a view.
    ctes: Vec<query::CteName>,
    first_cte: usize,
    /// Queries and expressions around the one at hand.
    depth: usize,
    /// Values that are not known to fit 64 bits are held in them if they most likely do; see `guessed`.
    guesses: bool,
    /// The plan holds values in 64 bits that may not fit them: then it fails, and is made again without guessing.
    guessed: bool,
    /// The table that DML changes, and its columns that are widened before it runs.
    target: Option<QualifiedName>,
    widened: Vec<String>,
    /// SEQ counts with a counter, because it stands where no window function may: in one, in an aggregate, in WHERE.
    pub(crate) counts_rows: bool,
    /// The relations whose columns `(+)` marks, while a condition of WHERE that may hold it is analyzed.
    outer_marks: Option<Vec<u32>>,
    /// Nodes copied so far where an alias stands for its expression.
    copied: usize,
}

/// Deepest nesting of queries and expressions.
const MAX_DEPTH: usize = 400;
/// Most nodes that references to aliases may add to a statement.
const MAX_COPIED: usize = 200_000;

impl<'a> Analyzer<'a> {
    pub(crate) fn new(
        script: &'a str,
        catalog: &'a dyn Catalog,
        context: &'a SessionContext,
    ) -> Self {
        Self {
            catalog,
            context,
            script: Cow::Borrowed(script),
            database: context.database.as_deref().map(Cow::Borrowed),
            schema: context.schema.as_deref().map(Cow::Borrowed),
            next_relation: 0,
            next_cte: 0,
            reads: Vec::new(),
            views: Vec::new(),
            ctes: Vec::new(),
            first_cte: 0,
            depth: 0,
            guesses: !context.exact,
            guessed: false,
            target: None,
            widened: Vec::new(),
            counts_rows: false,
            outer_marks: None,
            copied: 0,
        }
    }

    /// The plan of an analyzed query.
    fn finish(self, query: Query) -> QueryPlan {
        let sql = lower::query(&query);
        QueryPlan {
            sql,
            columns: query.columns.into_iter().map(Into::into).collect(),
            reads: self.reads,
            guessed: self.guessed,
        }
    }

    fn relation_id(&mut self) -> u32 {
        self.next_relation += 1;
        self.next_relation - 1
    }

    /// Counts one level of nesting while `inner` runs.
    fn nested<T>(
        &mut self,
        place: Place,
        inner: impl FnOnce(&mut Self) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        if self.depth >= MAX_DEPTH {
            return Err(SqlError::unsupported(
                format!("more than {MAX_DEPTH} levels of nesting"),
                self.span(place),
            ));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Counts `nodes` copied for a reference to an alias.
    fn count_copied(&mut self, nodes: usize, place: Place) -> Result<(), SqlError> {
        self.copied += nodes;
        if self.copied > MAX_COPIED {
            return Err(SqlError::unsupported(
                "aliases that stand for very large expressions",
                self.span(place),
            ));
        }
        Ok(())
    }

    /// The byte range of a place in the script.
    #[expect(
        clippy::unused_self,
        reason = "where a place lies is the analyzer's to know"
    )]
    pub(crate) fn span(&self, place: Place) -> Span {
        place.0
    }

    /// A name as written: one to three parts.
    fn object_name(&self, name: &ast::ObjectName) -> Result<ObjectName, SqlError> {
        let named = crate::parse::object_name(name)?;
        if named.parts.is_empty() || named.parts.len() > 3 {
            return Err(SqlError::invalid_identifier(&named, named.span()));
        }
        Ok(named)
    }

    /// A name completed by the current database and schema.
    pub(crate) fn qualify(&self, name: &ObjectName) -> Result<QualifiedName, SqlError> {
        let span = name.span();
        let database = |analyzer: &Self| {
            analyzer
                .database
                .as_deref()
                .map(str::to_owned)
                .ok_or_else(|| SqlError::no_current("database", span))
        };
        Ok(match name.parts.as_slice() {
            [object] => QualifiedName {
                database: database(self)?,
                schema: self
                    .schema
                    .as_deref()
                    .map(str::to_owned)
                    .ok_or_else(|| SqlError::no_current("schema", span))?,
                name: object.value.clone(),
            },
            [schema, object] => {
                QualifiedName::new(database(self)?, schema.value.clone(), object.value.clone())
            }
            [database, schema, object] => QualifiedName::new(
                database.value.clone(),
                if schema.value.is_empty() {
                    "PUBLIC"
                } else {
                    schema.value.as_str()
                },
                object.value.clone(),
            ),
            _ => return Err(SqlError::invalid_identifier(name, span)),
        })
    }

    /// What a name in FROM (or the target of DML) means in the catalog, counted as read if `reads`.
    fn catalog_relation(
        &mut self,
        name: &ObjectName,
        reads: bool,
    ) -> Result<(QualifiedName, Relation), SqlError> {
        let qualified = self.qualify(name)?;
        match self.catalog.relation(&qualified) {
            Some(relation) => {
                if reads
                    && matches!(relation, Relation::Table(_))
                    && !self.reads.contains(&qualified)
                {
                    self.reads.push(qualified.clone());
                }
                let relation = match relation {
                    Relation::Table(table) => Relation::Table(self.as_widened(table)),
                    other => other,
                };
                Ok((qualified, relation))
            }
            None => Err(self.missing(name, &qualified)),
        }
    }

    /// The table as it is when the statement runs: the target of DML after its widening.
    fn as_widened(&self, table: Arc<Table>) -> Arc<Table> {
        if self.widened.is_empty() || self.target.as_ref() != Some(&table.name) {
            return table;
        }
        let mut widened = (*table).clone();
        for column in &mut widened.columns {
            if self.widened.contains(&column.name) {
                column.narrow = false;
            }
        }
        Arc::new(widened)
    }

    /// The error for a relation that does not exist: the outermost missing part, in the words the user wrote.
    fn missing(&self, name: &ObjectName, qualified: &QualifiedName) -> SqlError {
        let span = name.span();
        if !self.catalog.has_database(&qualified.database) {
            return SqlError::does_not_exist(
                "Database",
                crate::name::quote_if_needed(&qualified.database),
                span,
            );
        }
        if !self
            .catalog
            .has_schema(&qualified.database, &qualified.schema)
        {
            let schema = format!(
                "{}.{}",
                crate::name::quote_if_needed(&qualified.database),
                crate::name::quote_if_needed(&qualified.schema)
            );
            return SqlError::does_not_exist("Schema", schema, span);
        }
        SqlError::does_not_exist("Object", name, span)
    }
}

impl From<tree::Output> for OutputColumn {
    fn from(output: tree::Output) -> Self {
        OutputColumn {
            narrow: output.narrow && output.data_type.can_be_narrow(),
            name: output.name,
            data_type: output.data_type,
            nullable: output.nullable,
            origins: output.origins,
        }
    }
}

/// The stored spelling of an identifier.
pub(crate) fn stored(ident: &ast::Ident) -> String {
    if ident.quote_style.is_some() {
        ident.value.clone()
    } else {
        ident.value.to_uppercase()
    }
}

/// Where an expression of sqlparser's tree was written.
fn place_of(expr: &ast::Expr) -> Place {
    use sqlparser::ast::Spanned;
    Place(expr.span().into())
}

/// Where a name was written.
fn place_of_name(name: &ast::ObjectName) -> Place {
    use sqlparser::ast::Spanned;
    Place(name.span().into())
}

/// The place of one token.
fn place(span: tokenizer::Span) -> Place {
    Place(span.into())
}
