//! A target without an engine: it keeps definitions and counts, answers the statements that a run sends, and remembers
//! them. Whatever else it is sent, it refuses, so that a test sees it.

mod answers;

use snowmelt_pipeline::{Rows, Target, TargetError, TargetErrorKind, TargetSession};
use snowmelt_sql::catalog::Relation;
use snowmelt_sql::object::{
    Function, Integration, NamedFileFormat, Object, ObjectKind, ObjectPath, Pipe, Sequence, Stage,
    Warehouse,
};
use snowmelt_sql::parse::parse_script;
use snowmelt_sql::plan::{AlterTableStep, Plan, UsePlan, plan};
use snowmelt_sql::statement::{AlterPipeAction, CreateMode};
use snowmelt_sql::{Catalog, QualifiedName, SessionContext};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// The target; clones share one state.
#[derive(Clone, Default)]
pub(crate) struct FakeTarget {
    pub(crate) state: Arc<Mutex<State>>,
}

/// A file: its name, rows, rejected rows.
type BucketFile = (String, u64, u64);

#[derive(Default)]
pub(crate) struct State {
    objects: BTreeMap<(ObjectKind, ObjectPath), Object>,
    pub(crate) tables: BTreeMap<QualifiedName, Content>,
    /// Files that wait for a pipe: rows, rejected rows.
    pub(crate) bucket: BTreeMap<String, Vec<BucketFile>>,
    /// Files each pipe has loaded, each with when.
    history: BTreeMap<String, Vec<(i64, BucketFile)>>,
    /// Rows of the tables of records.
    records: BTreeMap<QualifiedName, Vec<Vec<Option<String>>>>,
    /// Bad rows by a word in a check's query.
    pub(crate) bad_rows: Vec<(&'static str, u64)>,
    /// Statements that fail, by a word in them.
    pub(crate) failing: Vec<(&'static str, TargetErrorKind)>,
    /// What was sent.
    pub(crate) sent: Vec<String>,
    pub(crate) today: String,
    micros: i64,
}

/// What is in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) rows: u64,
    pub(crate) altered: i64,
}

impl FakeTarget {
    pub(crate) fn new() -> Self {
        let target = Self::default();
        target.state.lock().unwrap().today = "2026-11-24".to_owned();
        target
    }

    /// What was sent since the last call, those that only read left out.
    pub(crate) fn written(&self) -> Vec<String> {
        let sent = std::mem::take(&mut self.state.lock().unwrap().sent);
        let reads = ["SELECT", "SHOW", "DESCRIBE", "USE"];
        sent.into_iter()
            .filter(|sql| !reads.iter().any(|word| sql.trim_start().starts_with(word)))
            .collect()
    }

    /// How many statements were sent since the last call.
    pub(crate) fn count(&self) -> usize {
        std::mem::take(&mut self.state.lock().unwrap().sent).len()
    }

    /// Somebody else writes to a table.
    pub(crate) fn touch(&self, name: &str, rows: u64) {
        let mut state = self.state.lock().unwrap();
        let name = qualified(name);
        state.alter(&name, |content| content.rows = rows);
    }

    pub(crate) fn has(&self, kind: ObjectKind, name: &str) -> bool {
        let path = ObjectPath::Full(qualified(name));
        self.state
            .lock()
            .unwrap()
            .objects
            .contains_key(&(kind, path))
    }
}

pub(crate) fn qualified(name: &str) -> QualifiedName {
    let parts: Vec<&str> = name.split('.').collect();
    QualifiedName::new(parts[0], parts[1], parts[2])
}

impl Target for FakeTarget {
    fn name(&self) -> &str {
        "fake"
    }

    fn session(&self) -> Result<Box<dyn TargetSession>, TargetError> {
        Ok(Box::new(FakeSession {
            state: Arc::clone(&self.state),
            context: SessionContext::default(),
            before: None,
        }))
    }
}

struct FakeSession {
    state: Arc<Mutex<State>>,
    context: SessionContext,
    /// The tables as they were before BEGIN.
    before: Option<BTreeMap<QualifiedName, Content>>,
}

impl TargetSession for FakeSession {
    fn execute(&mut self, sql: &str) -> Result<Rows, TargetError> {
        let state = Arc::clone(&self.state);
        let mut state = state.lock().unwrap();
        state.sent.push(sql.to_owned());
        if let Some((word, kind)) = state.failing.iter().find(|(word, _)| sql.contains(word)) {
            return Err(TargetError::new(
                *kind,
                format!("failed as asked for `{word}`"),
            ));
        }
        if let Some(rest) = sql.strip_prefix("DELETE FROM ") {
            state.delete(rest);
            return Ok(Rows::default());
        }
        if let Some(rows) = state.answer(sql) {
            return Ok(rows);
        }
        let statements = parse_script(sql).map_err(|error| refusal(&error.message))?;
        let [statement] = statements.as_slice() else {
            return Err(refusal("one statement at a time"));
        };
        let plan = plan(statement, sql, &*state, &self.context)
            .map_err(|error| refusal(&error.message))?;
        match plan {
            Plan::Use(UsePlan::Schema(database, schema)) => {
                self.context.database = Some(database);
                self.context.schema = Some(schema);
            }
            Plan::Use(UsePlan::Warehouse(_)) => {}
            Plan::Begin => self.before = Some(state.tables.clone()),
            Plan::Commit => self.before = None,
            Plan::Rollback => {
                if let Some(before) = self.before.take() {
                    state.tables = before;
                }
            }
            plan => return state.perform(plan, sql),
        }
        Ok(Rows::default())
    }
}

impl State {
    fn now(&mut self) -> i64 {
        self.micros += 1;
        self.micros
    }

    fn alter(&mut self, name: &QualifiedName, change: impl FnOnce(&mut Content)) {
        let altered = self.now();
        let content = self
            .tables
            .entry(name.clone())
            .or_insert(Content { rows: 0, altered });
        change(content);
        content.altered = altered;
    }

    /// Changes definitions and counts.
    fn perform(&mut self, plan: Plan, sql: &str) -> Result<Rows, TargetError> {
        match plan {
            Plan::Create { object, mode, .. } => {
                let key = key(object.kind(), object.path());
                let exists = self.objects.contains_key(&key);
                match (exists, mode) {
                    (true, CreateMode::Create) => return Err(refusal("already exists")),
                    (true, CreateMode::IfNotExists) => return Ok(Rows::default()),
                    _ => {}
                }
                match &object {
                    Object::Table(table) => {
                        let name = table.name.clone();
                        self.alter(&name, |content| content.rows = 0);
                        self.records.remove(&name);
                    }
                    Object::Pipe(pipe) => {
                        self.history.remove(&pipe.name.to_string());
                    }
                    _ => {}
                }
                self.objects.insert(key, object);
            }
            Plan::CreateTableAs { table, mode, query } => {
                let exists = self.tables.contains_key(&table.name);
                match (exists, mode) {
                    (true, CreateMode::Create) => return Err(refusal("already exists")),
                    (true, CreateMode::IfNotExists) => return Ok(Rows::default()),
                    _ => {}
                }
                // As many rows as its inputs have.
                let rows = query
                    .reads
                    .iter()
                    .filter_map(|name| self.tables.get(name))
                    .map(|content| content.rows)
                    .sum();
                let name = table.name.clone();
                self.objects.insert(
                    key(ObjectKind::Table, ObjectPath::Full(name.clone())),
                    Object::Table(table),
                );
                self.alter(&name, |content| content.rows = rows);
            }
            Plan::AlterTable { steps, .. } => {
                for step in steps {
                    if let AlterTableStep::Change { table, .. } = step {
                        let name = table.name.clone();
                        self.objects.insert(
                            key(ObjectKind::Table, ObjectPath::Full(name.clone())),
                            Object::Table(table),
                        );
                        self.alter(&name, |_| {});
                    }
                }
            }
            Plan::Comment {
                kind,
                path,
                column: None,
                comment,
            } => {
                let object = self
                    .objects
                    .get_mut(&key(kind, path))
                    .ok_or_else(|| refusal("no such object"))?;
                let comment = Some(comment).filter(|text| !text.is_empty());
                match object {
                    Object::Table(table) => table.comment = comment,
                    Object::Schema(schema) => schema.comment = comment,
                    _ => return Err(refusal("no comment on that here")),
                }
            }
            Plan::Drop { kind, path, .. } => {
                self.objects
                    .remove(&key(kind, path.clone()))
                    .ok_or_else(|| refusal("no such object"))?;
                if let ObjectPath::Full(name) = path {
                    self.tables.remove(&name);
                }
            }
            Plan::AlterPipe {
                name,
                action: AlterPipeAction::Refresh { .. },
            } => {
                let Some(Object::Pipe(pipe)) = self
                    .objects
                    .get(&key(ObjectKind::Pipe, ObjectPath::Full(name.clone())))
                else {
                    return Err(refusal("no such pipe"));
                };
                let table = pipe.copy.table.clone();
                let now = self.now();
                let loaded = self.history.entry(name.to_string()).or_default();
                let new: Vec<_> = self
                    .bucket
                    .get(&name.to_string())
                    .into_iter()
                    .flatten()
                    .filter(|file| loaded.iter().all(|(_, known)| known != *file))
                    .cloned()
                    .collect();
                loaded.extend(new.iter().cloned().map(|file| (now, file)));
                if !new.is_empty() {
                    let rows: u64 = new.iter().map(|file| file.1).sum();
                    self.alter(&table, |content| content.rows += rows);
                }
                let sent = new
                    .into_iter()
                    .map(|(file, ..)| vec![Some(file), Some("SENT".to_owned())])
                    .collect();
                return Ok(rows(&["File", "Status"], sent));
            }
            Plan::Insert(insert) if self.is_record(&insert.table) => {
                let values = values(sql);
                self.records.entry(insert.table).or_default().extend(values);
            }
            Plan::Insert(insert) => {
                let rows = insert
                    .reads
                    .iter()
                    .filter_map(|name| self.tables.get(name))
                    .map(|content| content.rows)
                    .sum::<u64>();
                self.alter(&insert.table, |content| content.rows += rows.max(1));
            }
            Plan::Nothing | Plan::AlterWarehouse { .. } => {}
            other => return Err(refusal(&format!("the fake does not do {other:?}"))),
        }
        Ok(Rows::default())
    }

    /// `table`, or of a table of records `table WHERE key IN (…)`.
    fn delete(&mut self, sql: &str) {
        let Some((table, keys)) = sql.split_once(" WHERE ") else {
            return self.alter(&qualified(sql), |content| content.rows = 0);
        };
        let table = qualified(table);
        let keys: Vec<String> = values(&keys.replace(" IN ", " VALUES "))
            .concat()
            .into_iter()
            .flatten()
            .collect();
        self.records
            .entry(table.clone())
            .or_default()
            .retain(|row| {
                let text = |at: usize| row[at].clone().unwrap_or_default();
                let key = if table.name == "MODELS" {
                    format!("{}.{}", text(0), text(1))
                } else {
                    text(0)
                };
                !keys.contains(&key)
            });
    }

    fn is_record(&self, name: &QualifiedName) -> bool {
        name.schema == "SNOWMELT"
    }

    fn get<T>(
        &self,
        kind: ObjectKind,
        path: ObjectPath,
        of: impl Fn(&Object) -> Option<T>,
    ) -> Option<Arc<T>> {
        self.objects
            .get(&key(kind, path))
            .and_then(of)
            .map(Arc::new)
    }
}

macro_rules! one {
    ($self:ident, $kind:ident, $path:expr) => {
        $self.get(ObjectKind::$kind, $path, |object| match object {
            Object::$kind(found) => Some(found.clone()),
            _ => None,
        })
    };
}

impl Catalog for State {
    fn has_database(&self, name: &str) -> bool {
        self.objects
            .contains_key(&(ObjectKind::Database, ObjectPath::Account(name.to_owned())))
    }
    fn has_schema(&self, database: &str, name: &str) -> bool {
        let path = ObjectPath::Schema(database.to_owned(), name.to_owned());
        matches!(name, "PUBLIC" | "SNOWMELT")
            || self.objects.contains_key(&(ObjectKind::Schema, path))
    }
    fn relation(&self, name: &QualifiedName) -> Option<Relation> {
        match self
            .objects
            .get(&(ObjectKind::Table, ObjectPath::Full(name.clone())))?
        {
            Object::Table(table) => Some(Relation::Table(Arc::new(table.clone()))),
            Object::View(view) => Some(Relation::View(Arc::new(view.clone()))),
            _ => None,
        }
    }
    fn stage(&self, name: &QualifiedName) -> Option<Arc<Stage>> {
        one!(self, Stage, ObjectPath::Full(name.clone()))
    }
    fn file_format(&self, name: &QualifiedName) -> Option<Arc<NamedFileFormat>> {
        one!(self, FileFormat, ObjectPath::Full(name.clone()))
    }
    fn pipe(&self, name: &QualifiedName) -> Option<Arc<Pipe>> {
        one!(self, Pipe, ObjectPath::Full(name.clone()))
    }
    fn sequence(&self, name: &QualifiedName) -> Option<Arc<Sequence>> {
        one!(self, Sequence, ObjectPath::Full(name.clone()))
    }
    fn functions(&self, name: &QualifiedName) -> Vec<Arc<Function>> {
        let functions = self.objects.values().filter_map(|object| match object {
            Object::Function(function) => Some(function),
            _ => None,
        });
        functions
            .filter(|function| {
                function.base_name() == name.name
                    && (&function.name.database, &function.name.schema)
                        == (&name.database, &name.schema)
            })
            .map(|function| Arc::new(function.clone()))
            .collect()
    }
    fn warehouse(&self, name: &str) -> Option<Arc<Warehouse>> {
        one!(self, Warehouse, ObjectPath::Account(name.to_owned()))
    }
    fn integration(&self, name: &str) -> Option<Arc<Integration>> {
        one!(self, Integration, ObjectPath::Account(name.to_owned()))
    }
}

/// Tables and views share their names.
fn key(kind: ObjectKind, path: ObjectPath) -> (ObjectKind, ObjectPath) {
    (
        if kind == ObjectKind::View {
            ObjectKind::Table
        } else {
            kind
        },
        path,
    )
}

fn rows(columns: &[&str], rows: Vec<Vec<Option<String>>>) -> Rows {
    Rows {
        columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        rows,
        query_id: "01".to_owned(),
    }
}

fn refusal(message: &str) -> TargetError {
    TargetError::new(TargetErrorKind::Statement, message)
}

/// The rows of `VALUES (…), (…)` or the items of `SELECT …`, strings unquoted, NULL as none.
fn values(sql: &str) -> Vec<Vec<Option<String>>> {
    let (text, mut depth) = match sql.split_once("VALUES") {
        Some((_, text)) => (text, 0),
        None => (sql.split_once("SELECT").unwrap().1, 1),
    };
    let mut rows = Vec::new();
    let mut row: Vec<Option<String>> = Vec::new();
    let mut value = String::new();
    let mut quoted = false;
    let mut is_text = false;
    let mut characters = text.chars().peekable();
    let end_value = |row: &mut Vec<Option<String>>, value: &mut String, is_text: &mut bool| {
        let text = if *is_text {
            value.clone()
        } else {
            value.trim().to_owned()
        };
        row.push((*is_text || text != "NULL").then_some(text));
        value.clear();
        *is_text = false;
    };
    while let Some(character) = characters.next() {
        match character {
            '\'' if quoted && characters.peek() == Some(&'\'') => {
                value.push('\'');
                characters.next();
            }
            '\'' => {
                if !quoted {
                    value.clear();
                }
                quoted = !quoted;
                is_text = true;
            }
            _ if quoted => value.push(character),
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    end_value(&mut row, &mut value, &mut is_text);
                    rows.push(std::mem::take(&mut row));
                }
            }
            ',' if depth > 0 => end_value(&mut row, &mut value, &mut is_text),
            ' ' if is_text => {}
            _ if depth > 0 => value.push(character),
            _ => {}
        }
    }
    if !value.is_empty() || is_text {
        end_value(&mut row, &mut value, &mut is_text);
        rows.push(row);
    }
    rows
}

/// Names of tables that have rows.
pub(crate) fn tables_of(target: &FakeTarget) -> BTreeSet<String> {
    let state = target.state.lock().unwrap();
    state
        .tables
        .keys()
        .filter(|name| name.schema != "SNOWMELT")
        .map(ToString::to_string)
        .collect()
}
