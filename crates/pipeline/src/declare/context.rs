//! The session in which a statement of the files would run: what USE, SET, ALTER SESSION and CREATE before it made current.
//! In: plans, in order. Out: the context to plan the next statement in, and what a session needs to be brought there.

use crate::place::Place;
use snowmelt_sql::object::Object;
use snowmelt_sql::plan::{Plan, UsePlan};
use snowmelt_sql::{ParsedStatement, SessionContext, Statement};

/// What a session must have current before a statement of the files is sent to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// Current database.
    pub(crate) database: Option<String>,
    /// Current schema.
    pub(crate) schema: Option<String>,
    /// Current warehouse.
    pub(crate) warehouse: Option<String>,
    /// The role that USE ROLE named.
    pub(crate) role: Option<String>,
    /// How many of the files' settings (SET, UNSET, ALTER SESSION) come before.
    pub(crate) settings: usize,
}

/// Follows the files' statements.
#[derive(Debug)]
pub(crate) struct ContextTracker {
    /// To plan the next statement in.
    pub(crate) session: SessionContext,
    /// To run the next statement in.
    pub(crate) current: Context,
    /// The SET, UNSET and ALTER SESSION statements met so far, each with what must be current for it.
    pub(crate) settings: Vec<(Place, Context)>,
}

impl ContextTracker {
    pub(crate) fn new() -> Self {
        Self {
            session: SessionContext {
                role: "ACCOUNTADMIN".to_owned(),
                user: "SNOWMELT".to_owned(),
                ..SessionContext::default()
            },
            current: Context::default(),
            settings: Vec::new(),
        }
    }

    /// Takes note of what a statement leaves current.
    pub(crate) fn follow(&mut self, statement: &ParsedStatement, plan: &Plan, place: &Place) {
        match plan {
            Plan::Use(UsePlan::Database(name)) => self.database(name),
            Plan::Use(UsePlan::Schema(database, schema)) => self.schema(database, schema),
            Plan::Use(UsePlan::Warehouse(name)) => self.warehouse(name),
            Plan::Use(UsePlan::Role(name)) => {
                self.session.role.clone_from(name);
                self.current.role = Some(name.clone());
            }
            Plan::Use(UsePlan::SecondaryRoles(_)) => self.setting(place),
            // In Snowflake what is created becomes current.
            Plan::Create { object, .. } => match object {
                Object::Database(database) => self.database(&database.name),
                Object::Schema(schema) => self.schema(&schema.database, &schema.name),
                Object::Warehouse(warehouse) => self.warehouse(&warehouse.name),
                Object::Integration(_)
                | Object::Table(_)
                | Object::View(_)
                | Object::Stage(_)
                | Object::FileFormat(_)
                | Object::Pipe(_)
                | Object::Sequence(_)
                | Object::Function(_) => {}
            },
            Plan::SetVariables { names, .. } => {
                if let Statement::Set { assignments } = &statement.statement {
                    for (name, (_, expression)) in names.iter().zip(assignments) {
                        self.session
                            .variables
                            .insert(name.clone(), expression.to_string());
                    }
                }
                self.setting(place);
            }
            Plan::UnsetVariables(names) => {
                for name in names {
                    self.session.variables.remove(name);
                }
                self.setting(place);
            }
            Plan::AlterSession { set, unset } => {
                for (name, value) in set {
                    self.session.parameters.insert(name.clone(), value.clone());
                }
                for name in unset {
                    self.session.parameters.remove(name);
                }
                self.setting(place);
            }
            Plan::Query(_)
            | Plan::Insert(_)
            | Plan::InsertMulti(_)
            | Plan::Modify(_)
            | Plan::Truncate(_)
            | Plan::CreateTableAs { .. }
            | Plan::CreateTableClone { .. }
            | Plan::AlterTable { .. }
            | Plan::AlterObject { .. }
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
            | Plan::Show { .. }
            | Plan::Describe { .. }
            | Plan::ExecuteImmediate(_)
            | Plan::Begin
            | Plan::Commit
            | Plan::Rollback
            | Plan::Nothing => {}
        }
    }

    fn database(&mut self, name: &str) {
        self.schema(name, "PUBLIC");
    }

    fn schema(&mut self, database: &str, schema: &str) {
        self.session.database = Some(database.to_owned());
        self.session.schema = Some(schema.to_owned());
        self.current.database = Some(database.to_owned());
        self.current.schema = Some(schema.to_owned());
    }

    fn warehouse(&mut self, name: &str) {
        self.session.warehouse = Some(name.to_owned());
        self.current.warehouse = Some(name.to_owned());
    }

    fn setting(&mut self, place: &Place) {
        self.settings.push((place.clone(), self.current.clone()));
        self.current.settings = self.settings.len();
    }
}
