//! The project's SQL files, statement by statement, each planned against what the ones before it declare.
//! In: text. Out: statements with their plans, and every error (not only the first).

use super::Sent;
use super::catalog::{Lookups, ProjectCatalog};
use super::context::{Context, ContextTracker};
use crate::error::PipelineError;
use crate::place::{Place, SourceFile};
use snowmelt_sql::object::{Object, ObjectKind, ObjectPath};
use snowmelt_sql::parse::parse_script_and_go_on;
use snowmelt_sql::plan::{AlterTableStep, Plan, plan};
use snowmelt_sql::statement::{ParsedStatement, Statement};
use snowmelt_sql::{ObjectName, QualifiedName, SessionContext, SqlError};
use std::collections::BTreeSet;

/// Objects that exist though the files do not declare them.
pub(crate) trait Elsewhere {
    /// The object of that kind and name, if there is one. A table may turn out to be a view.
    fn find(
        &mut self,
        kind: ObjectKind,
        path: &ObjectPath,
    ) -> Result<Option<Object>, PipelineError>;
}

/// There is nothing but the files: `lint`.
#[derive(Debug)]
pub(crate) struct Nowhere;

impl Elsewhere for Nowhere {
    fn find(&mut self, _: ObjectKind, _: &ObjectPath) -> Result<Option<Object>, PipelineError> {
        Ok(None)
    }
}

/// A statement of the files.
#[derive(Debug)]
pub(crate) struct ReadStatement {
    /// Its number among all statements of the files, from 0.
    pub(crate) order: usize,
    /// As parsed; its span is its place's.
    pub(crate) parsed: ParsedStatement,
    /// Where it stands.
    pub(crate) place: Place,
    /// What is current where it stands.
    pub(crate) context: Context,
    /// The same for planning.
    pub(crate) session: SessionContext,
    /// What it does; nothing if it cannot be planned.
    pub(crate) plan: Option<Plan>,
    /// The tables and views it names.
    pub(crate) relations: BTreeSet<QualifiedName>,
}

impl ReadStatement {
    /// The statement, to be sent as it stands.
    pub(crate) fn sent(&self) -> Sent {
        Sent {
            order: self.order,
            place: self.place.clone(),
            context: self.context.clone(),
        }
    }
}

/// The files, read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// All statements that parse, in order.
    pub(crate) statements: Vec<ReadStatement>,
    /// SET, UNSET and ALTER SESSION, each with what must be current for it.
    pub(crate) settings: Vec<(Place, Context)>,
    /// What the files declare in the end.
    pub(crate) catalog: ProjectCatalog,
    /// What is wrong, in order. Errors that only follow from others are left out.
    pub(crate) errors: Vec<ReadError>,
}

/// An error in the files.
#[derive(Debug)]
pub(crate) struct ReadError {
    /// The error as the SQL front end gives it, its span in `place`'s file.
    pub(crate) error: SqlError,
    /// Where.
    pub(crate) place: Place,
    /// What was looked up in vain before it.
    pub(crate) missing: BTreeSet<(ObjectKind, ObjectPath)>,
}

/// Reads the files in order.
///
/// # Errors
/// Only what `elsewhere` cannot answer; errors in the SQL are in the [`Reading`].
pub(crate) fn read(
    files: &[SourceFile],
    elsewhere: &mut dyn Elsewhere,
) -> Result<Reading, PipelineError> {
    let mut reader = Reader {
        tracker: ContextTracker::new(),
        catalog: ProjectCatalog::default(),
        elsewhere,
        asked: BTreeSet::new(),
        doubtful: BTreeSet::new(),
        is_incomplete: false,
        errors: Vec::new(),
    };
    let mut statements = Vec::new();
    for file in files {
        for parsed in parse_script_and_go_on(&file.text) {
            match parsed {
                Ok(parsed) => statements.push(reader.statement(statements.len(), parsed, file)?),
                Err(error) => {
                    reader.is_incomplete = true;
                    reader.errors.push(ReadError {
                        place: file.place(error.span),
                        error,
                        missing: BTreeSet::new(),
                    });
                }
            }
        }
    }
    Ok(Reading {
        statements,
        settings: reader.tracker.settings,
        catalog: reader.catalog,
        errors: reader.errors,
    })
}

/// Plans one statement, asking `elsewhere` for what the catalog lacks.
pub(crate) fn plan_with(
    parsed: &ParsedStatement,
    text: &str,
    session: &SessionContext,
    catalog: &mut ProjectCatalog,
    elsewhere: &mut dyn Elsewhere,
    asked: &mut BTreeSet<(ObjectKind, ObjectPath)>,
) -> Result<(Result<Plan, SqlError>, Lookups), PipelineError> {
    loop {
        catalog.take_lookups();
        let planned = plan(parsed, text, catalog, session);
        let lookups = catalog.take_lookups();
        if planned.is_ok() {
            return Ok((planned, lookups));
        }
        let mut found = false;
        for (kind, path) in &lookups.missing {
            if asked.insert((*kind, path.clone()))
                && let Some(object) = elsewhere.find(*kind, path)?
            {
                catalog.insert(object);
                found = true;
            }
        }
        if !found {
            return Ok((planned, lookups));
        }
    }
}

struct Reader<'a> {
    tracker: ContextTracker,
    catalog: ProjectCatalog,
    elsewhere: &'a mut dyn Elsewhere,
    /// What `elsewhere` was asked for.
    asked: BTreeSet<(ObjectKind, ObjectPath)>,
    /// What a statement with an error would have declared.
    doubtful: BTreeSet<(ObjectKind, ObjectPath)>,
    /// A statement does not parse: what it would have declared is not known.
    is_incomplete: bool,
    errors: Vec<ReadError>,
}

impl Reader<'_> {
    fn statement(
        &mut self,
        order: usize,
        parsed: ParsedStatement,
        file: &SourceFile,
    ) -> Result<ReadStatement, PipelineError> {
        let place = file.place(parsed.span);
        let context = self.tracker.current.clone();
        let session = self.tracker.session.clone();
        let (planned, lookups) = plan_with(
            &parsed,
            &file.text,
            &session,
            &mut self.catalog,
            self.elsewhere,
            &mut self.asked,
        )?;
        let plan = match planned {
            Ok(plan) => {
                self.tracker.follow(&parsed, &plan, &place);
                self.declare(&plan);
                Some(plan)
            }
            Err(error) => {
                let follows = lookups
                    .missing
                    .iter()
                    .any(|missing| self.doubtful.contains(missing))
                    || (self.is_incomplete && !lookups.missing.is_empty());
                if let Some(created) = created(&parsed.statement, &session) {
                    self.doubtful.insert(created);
                }
                if !follows {
                    let span = if error.span.is_nowhere() {
                        parsed.span
                    } else {
                        error.span
                    };
                    self.errors.push(ReadError {
                        place: file.place(span),
                        error,
                        missing: lookups.missing,
                    });
                }
                None
            }
        };
        Ok(ReadStatement {
            order,
            parsed,
            place,
            context,
            session,
            plan,
            relations: lookups.relations,
        })
    }

    /// Makes what a statement creates or changes known to the ones after it. What a statement drops stays known: whether
    /// it is dropped is decided when all statements are read.
    fn declare(&mut self, plan: &Plan) {
        match plan {
            Plan::Create { object, .. } => self.catalog.insert(object.clone()),
            Plan::CreateTableAs { table, .. } | Plan::CreateTableClone { table, .. } => {
                self.catalog.insert(Object::Table(table.clone()));
            }
            Plan::AlterObject { object, .. } => self.catalog.insert(object.clone()),
            Plan::AlterTable { steps, .. } => {
                for step in steps {
                    if let AlterTableStep::Change { table, .. } = step {
                        self.catalog.insert(Object::Table(table.clone()));
                    }
                }
            }
            Plan::Query(_)
            | Plan::Insert(_)
            | Plan::InsertMulti(_)
            | Plan::Modify(_)
            | Plan::Truncate(_)
            | Plan::AlterProperties { .. }
            | Plan::AlterPipe { .. }
            | Plan::AlterWarehouse { .. }
            | Plan::Comment { .. }
            | Plan::Drop { .. }
            | Plan::CopyInto { .. }
            | Plan::Unload(_)
            | Plan::Put(_)
            | Plan::Get(_)
            | Plan::Remove { .. }
            | Plan::List { .. }
            | Plan::Use(_)
            | Plan::Show { .. }
            | Plan::Describe { .. }
            | Plan::SetVariables { .. }
            | Plan::UnsetVariables(_)
            | Plan::AlterSession { .. }
            | Plan::ExecuteImmediate(_)
            | Plan::Begin
            | Plan::Commit
            | Plan::Rollback
            | Plan::Nothing => {}
        }
    }
}

/// What a CREATE statement would declare.
pub(crate) fn created(
    statement: &Statement,
    session: &SessionContext,
) -> Option<(ObjectKind, ObjectPath)> {
    let full = |kind, name: &ObjectName| Some((kind, ObjectPath::Full(qualified(name, session)?)));
    match statement {
        Statement::CreateTable(create) => full(ObjectKind::Table, &create.name),
        Statement::CreateView(create) => full(ObjectKind::Table, &create.name),
        Statement::CreateStage(create) => full(ObjectKind::Stage, &create.name),
        Statement::CreateFileFormat(create) => full(ObjectKind::FileFormat, &create.name),
        Statement::CreatePipe(create) => full(ObjectKind::Pipe, &create.name),
        Statement::CreateSequence(create) => full(ObjectKind::Sequence, &create.name),
        Statement::CreateFunction(create) => {
            let mut name = qualified(&create.name, session)?;
            name.name = create.name_with_signature(session)?;
            Some((ObjectKind::Function, ObjectPath::Full(name)))
        }
        Statement::CreateDatabase(create) => Some((
            ObjectKind::Database,
            ObjectPath::Account(create.name.value.clone()),
        )),
        Statement::CreateSchema(create) => {
            let database = match create.name.parts.as_slice() {
                [database, _] => database.value.clone(),
                _ => session.database.clone()?,
            };
            let name = create.name.last().value.clone();
            Some((ObjectKind::Schema, ObjectPath::Schema(database, name)))
        }
        Statement::CreateWarehouse(create) => Some((
            ObjectKind::Warehouse,
            ObjectPath::Account(create.name.value.clone()),
        )),
        Statement::CreateIntegration(create) => Some((
            ObjectKind::Integration,
            ObjectPath::Account(create.name.value.clone()),
        )),
        Statement::Query(_)
        | Statement::Insert(_)
        | Statement::Update(_)
        | Statement::Delete(_)
        | Statement::Merge(_)
        | Statement::Truncate { .. }
        | Statement::AlterTable(_)
        | Statement::AlterPipe(_)
        | Statement::AlterObject(_)
        | Statement::AlterWarehouse(_)
        | Statement::AlterSession(_)
        | Statement::Drop { .. }
        | Statement::CopyInto(_)
        | Statement::CopyIntoLocation(_)
        | Statement::Files(_)
        | Statement::List { .. }
        | Statement::Use(_)
        | Statement::Show(_)
        | Statement::Describe(_)
        | Statement::Set { .. }
        | Statement::Unset { .. }
        | Statement::Comment { .. }
        | Statement::ExecuteImmediate(_)
        | Statement::Begin
        | Statement::Commit
        | Statement::Rollback
        | Statement::WithVariables => None,
    }
}

/// The full name of an object in a schema; `None` where there is no current database or schema.
pub(crate) fn qualified(name: &ObjectName, session: &SessionContext) -> Option<QualifiedName> {
    Some(match name.parts.as_slice() {
        [database, schema, name] if schema.value.is_empty() => {
            QualifiedName::new(&database.value, "PUBLIC", &name.value)
        }
        [database, schema, name] => QualifiedName::new(&database.value, &schema.value, &name.value),
        [schema, name] => QualifiedName::new(session.database.clone()?, &schema.value, &name.value),
        [name] => QualifiedName::new(
            session.database.clone()?,
            session.schema.clone()?,
            &name.value,
        ),
        _ => return None,
    })
}
