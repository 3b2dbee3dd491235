//! One statement's way through a session: plan, lock, execute, and say where it went wrong.

use super::Session;
use crate::catalog::{Entry, Key, PivotValues, StagedQuestion, StagedSources};
use crate::error::{EngineError, EngineErrorKind, Result};
use crate::execute;
use crate::ids::format_query_id;
use crate::result::{Formats, Kept, ResultSet, Rows};
use crate::users;
use snowmelt_sql::Plan;
use snowmelt_sql::parse::resolve_variables;
use snowmelt_sql::plan::{OutputColumn, QueryPlan, plan};
use snowmelt_sql::statement::{ParsedStatement, Statement};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How often a statement is planned because the catalog changes under it.
const MOST_PLANS: usize = 20;
/// How many query ids LAST_QUERY_ID can look back on.
const QUERY_IDS_KEPT: usize = 10_000;

/// The objects a plan was made from, as they were.
pub(super) type Expected = Vec<(Key, Option<Arc<Entry>>)>;

struct Planned {
    plan: Plan,
    expected: Expected,
}

impl Session {
    /// Runs a parsed statement of `script`.
    pub(crate) fn run(&mut self, parsed: &ParsedStatement, script: &str) -> Result<ResultSet<'_>> {
        self.immediate_depth = 0;
        self.run_nested(parsed, script)
    }

    /// The same, of a text that another statement runs.
    pub(super) fn run_nested(
        &mut self,
        parsed: &ParsedStatement,
        script: &str,
    ) -> Result<ResultSet<'_>> {
        let query_id = self.start_statement();
        let planned = match self.start_plan(parsed, script) {
            Ok(planned) => planned,
            Err(error) => {
                self.unlock();
                return Err(placed(error, parsed, query_id));
            }
        };
        if let Plan::Query(_) = planned.plan {
            let session: &Session = self;
            return session
                .query(parsed, script, planned, query_id.clone())
                .map_err(|error| placed(error, parsed, query_id));
        }
        if let Plan::ExecuteImmediate(immediate) = planned.plan {
            return self.execute_immediate(immediate, parsed);
        }
        let result = self.execute_planned(parsed, script, planned);
        self.unlock();
        result
            .and_then(|listing| {
                let kept = self.keep(&query_id, &listing.columns);
                Ok(ResultSet {
                    query_id: query_id.clone(),
                    statement: parsed.span,
                    columns: listing.columns.clone(),
                    rows: Rows::listing(listing, self.formats()?)?.kept_by(kept),
                })
            })
            .map_err(|error| placed(error, parsed, query_id))
    }

    /// A place for the rows of the statement that begins.
    fn keep(&self, query_id: &str, columns: &[OutputColumn]) -> Kept {
        crate::lock(&self.results).keep(query_id, columns.to_vec())
    }

    /// What every statement begins with; gives its query id.
    pub(crate) fn start_statement(&mut self) -> String {
        if let Some(previous) = self.query_id.take() {
            let ids = &mut self.context.last_query_ids;
            if ids.len() >= QUERY_IDS_KEPT {
                ids.remove(0);
            }
            ids.push(previous);
        }
        let ids = Arc::clone(&self.engine.options().ids);
        let query_id =
            (self.given_query_id.take()).unwrap_or_else(|| format_query_id(ids.next_id()));
        self.query_id = Some(query_id.clone());
        self.interrupted.store(false, Ordering::Relaxed);
        crate::lock(&self.staged_scans).clear();
        self.context.statement_started_at_micros = self.engine.now_micros();
        self.context.statement_seed = ids.next_id() as u64;
        query_id
    }

    fn start_plan(&mut self, parsed: &ParsedStatement, script: &str) -> Result<Planned> {
        // The rows of the query before this one may have failed while they were read.
        if self.transaction.as_ref().is_some_and(|open| !open.failed)
            && !self.is_transaction_alive()
        {
            self.fail_transaction();
        }
        if self.transaction.as_ref().is_some_and(|open| open.failed)
            && !matches!(parsed.statement, Statement::Rollback | Statement::Commit)
        {
            return Err(crate::error::aborted_transaction());
        }
        parsed
            .span
            .of(script)
            .clone_into(&mut self.context.statement_text);
        self.context.results = if asks_for_results(&self.context.statement_text) {
            crate::lock(&self.results).stored()?
        } else {
            BTreeMap::new()
        };
        let parsed = resolve_variables(parsed, script, &self.context.variables)?;
        if is_definition(&parsed.statement) {
            // As in Snowflake; and before the statement takes locks, which the commit would give up.
            self.commit()?;
        }
        self.plan(&parsed, script)
    }

    /// The plan of a statement that will not run: no transaction ends, and nothing is locked for long.
    pub(super) fn plan_only(&mut self, parsed: &ParsedStatement, script: &str) -> Result<Plan> {
        parsed
            .span
            .of(script)
            .clone_into(&mut self.context.statement_text);
        let parsed = resolve_variables(parsed, script, &self.context.variables)?;
        Ok(self.plan(&parsed, script)?.plan)
    }

    /// Plans the statement, and takes the locks of what it writes. A plan that was made while another session changed
    /// the catalog is made again.
    fn plan(&self, parsed: &ParsedStatement, script: &str) -> Result<Planned> {
        let mut pivot_values = PivotValues::default();
        let mut staged = StagedSources::default();
        for _ in 0..MOST_PLANS {
            let mut catalog = self.catalog();
            catalog.pivot_values = pivot_values;
            catalog.staged = staged;
            let planned = plan(parsed, script, &catalog, &self.context);
            pivot_values = std::mem::take(&mut catalog.pivot_values);
            staged = std::mem::take(&mut catalog.staged);
            if let Some(question) = staged.asked.take() {
                let relation = match &question {
                    StagedQuestion::Records(source) => self.staged(source)?,
                    StagedQuestion::Schema(source) => self.inferred_schema(source)?,
                };
                staged.known.push((question, relation));
                continue;
            }
            if let Some(query) = pivot_values.asked.take() {
                let values = self.texts(&query)?;
                pivot_values.known.insert(query, values);
                continue;
            }
            let plan = planned?;
            users::refuse(self.user_role, &plan)?;
            let mut written = execute::keys_written(&plan, &catalog.image);
            written.sort();
            written.dedup();
            let expected: Expected = execute::tables_read(&plan)
                .iter()
                .map(Key::relation)
                .chain(written.iter().cloned())
                .filter(|key| !catalog.temporary.contains_key(key))
                .map(|key| (key.clone(), catalog.image.get(&key).cloned()))
                .collect();
            drop(catalog);
            for key in &written {
                self.lock(key)?;
            }
            // In a transaction the plan was made from what the transaction itself has changed, too.
            if self.transaction.is_some() || !self.is_stale(&expected) {
                return Ok(Planned { plan, expected });
            }
        }
        Err(stale())
    }

    /// The first column of a DuckDB query whose values are texts.
    fn texts(&self, query: &str) -> Result<Vec<Option<String>>> {
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Runs a query. It is planned again if what it reads changed before it began to read.
    fn query(
        &self,
        parsed: &ParsedStatement,
        script: &str,
        mut planned: Planned,
        query_id: String,
    ) -> Result<ResultSet<'_>> {
        for _ in 0..MOST_PLANS {
            let Plan::Query(query) = planned.plan else {
                return Err(EngineError::internal(
                    "a query became another statement when it was planned again",
                ));
            };
            let started = self.start(&query);
            if self.transaction.is_some() || !self.is_stale(&planned.expected) {
                let statement = started?;
                let kept = self.keep(&query_id, &query.columns);
                return Ok(ResultSet {
                    query_id,
                    statement: parsed.span,
                    rows: Rows::query(statement, &query.columns, self.formats()?).kept_by(kept),
                    columns: query.columns,
                });
            }
            drop(started);
            planned = self.plan(parsed, script)?;
        }
        Err(stale())
    }

    /// The rows of a query that is a part of a statement.
    pub(crate) fn rows(&self, query: &QueryPlan, formats: Formats) -> Result<Rows<'_>> {
        Ok(Rows::query(self.start(query)?, &query.columns, formats))
    }

    /// Starts a query whose rows are to be read.
    fn start(&self, query: &QueryPlan) -> Result<duckdb::Statement<'_>> {
        let mut statement = self.connection.prepare(&query.sql)?;
        // Dropping the iterator keeps the result: rows are fetched through the statement, which gives errors where the
        // iterator panics.
        drop(statement.stream_arrow([])?);
        Ok(statement)
    }

    /// Runs anything but a query.
    fn execute_planned(
        &mut self,
        parsed: &ParsedStatement,
        script: &str,
        mut planned: Planned,
    ) -> Result<crate::result::Listing> {
        for _ in 0..MOST_PLANS {
            self.expected = planned.expected;
            let guessed = execute::is_guessed(&planned.plan);
            let result = execute::execute(self, planned.plan);
            let expected = std::mem::take(&mut self.expected);
            match result {
                // Perhaps only a number that was guessed to be short: once more, and then the error counts.
                Err(error) if guessed && error.kind == EngineErrorKind::Data => {
                    self.context.exact = true;
                    let planned = self.start_plan(parsed, script);
                    self.context.exact = false;
                    let planned_again = planned?;
                    return self.execute_planned(parsed, script, planned_again);
                }
                Err(error)
                    if self.transaction.is_none()
                        && self.is_planned_too_early(&error, &expected) => {}
                result => return result,
            }
            planned = self.plan(parsed, script)?;
        }
        Err(stale())
    }

    /// Whether a statement failed only because another session changed what it was planned from.
    fn is_planned_too_early(&self, error: &EngineError, expected: &Expected) -> bool {
        match error.kind {
            EngineErrorKind::Conflict | EngineErrorKind::Internal => self.is_stale(expected),
            _ => false,
        }
    }

    /// Whether one of the objects has changed.
    pub(super) fn is_stale(&self, expected: &Expected) -> bool {
        let image = self.engine.settled_image();
        expected
            .iter()
            .any(|(key, expected)| match (expected, image.get(key)) {
                (None, None) => false,
                (Some(expected), Some(now)) => !Arc::ptr_eq(expected, now),
                _ => true,
            })
    }
}

/// Whether a statement may read earlier results.
fn asks_for_results(statement: &str) -> bool {
    let wanted = b"RESULT_SCAN";
    statement
        .as_bytes()
        .windows(wanted.len())
        .any(|window| window.eq_ignore_ascii_case(wanted))
}

/// What a statement was planned from has changed; it is planned again.
pub(super) fn stale() -> EngineError {
    EngineError::new(
        EngineErrorKind::Conflict,
        "000625",
        "57014",
        "other sessions keep changing the objects that the statement is about",
    )
    .with_hint("run the statement again")
}

/// The error with its statement and query id.
fn placed(mut error: EngineError, parsed: &ParsedStatement, query_id: String) -> EngineError {
    error.statement = parsed.span;
    error.query_id.get_or_insert(query_id);
    error
}

/// Whether the statement is DDL, which commits an open transaction.
fn is_definition(statement: &Statement) -> bool {
    match statement {
        Statement::CreateTable(_)
        | Statement::CreateView(_)
        | Statement::CreateDatabase(_)
        | Statement::CreateSchema(_)
        | Statement::CreateWarehouse(_)
        | Statement::CreateIntegration(_)
        | Statement::CreateStage(_)
        | Statement::CreateFileFormat(_)
        | Statement::CreatePipe(_)
        | Statement::CreateSequence(_)
        | Statement::CreateFunction(_)
        | Statement::AlterTable(_)
        | Statement::AlterPipe(_)
        | Statement::AlterObject(_)
        | Statement::AlterWarehouse(_)
        | Statement::Drop { .. }
        | Statement::Comment { .. } => true,
        Statement::Query(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Truncate { .. }
        | Statement::AlterSession(_)
        | Statement::CopyInto(_)
        | Statement::CopyIntoLocation(_)
        | Statement::Files(_)
        | Statement::List { .. }
        | Statement::Use(_)
        | Statement::Show(_)
        | Statement::Describe(_)
        | Statement::Set { .. }
        | Statement::Unset { .. }
        | Statement::ExecuteImmediate(_)
        | Statement::Begin
        | Statement::Commit
        | Statement::Rollback
        // Read before this is asked.
        | Statement::WithVariables => false,
    }
}
