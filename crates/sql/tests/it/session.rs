//! A catalog in memory and a session on it: plans are applied to the definitions, no row exists.

use snowmelt_sql::catalog::{Catalog, Relation};
use snowmelt_sql::name::QualifiedName;
use snowmelt_sql::object::{
    Function, Integration, NamedFileFormat, Object, ObjectKind, ObjectPath, Pipe, Sequence, Stage,
    Table, View, Warehouse,
};
use snowmelt_sql::plan::{AlterTableStep, Plan, UsePlan};
use snowmelt_sql::{SessionContext, SqlError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What exists, and what is current.
#[derive(Default)]
pub(crate) struct Session {
    pub(crate) objects: BTreeMap<(ObjectKind, ObjectPath), Object>,
    pub(crate) context: SessionContext,
}

impl Session {
    /// With database DB, its schemas PUBLIC and RAW, and DB.RAW current.
    pub(crate) fn new() -> Self {
        let mut session = Session::default();
        session
            .run("create database db; create schema db.raw; use schema db.raw")
            .unwrap();
        session
    }

    /// Plans and applies every statement; gives the plans.
    pub(crate) fn run(&mut self, script: &str) -> Result<Vec<Plan>, SqlError> {
        let mut plans = Vec::new();
        for statement in snowmelt_sql::parse::parse_script(script)? {
            let plan = snowmelt_sql::plan::plan(&statement, script, self, &self.context)?;
            self.apply(&plan);
            plans.push(plan);
        }
        Ok(plans)
    }

    /// The plan of a script's last statement.
    pub(crate) fn last(&mut self, script: &str) -> Plan {
        match self.run(script) {
            Ok(mut plans) => plans.pop().unwrap(),
            Err(error) => panic!("{script}\n{}", error.snowflake_message(script)),
        }
    }

    /// The object that a script's last statement creates.
    pub(crate) fn object(&mut self, script: &str) -> Object {
        match self.last(script) {
            Plan::Create { object, .. } => object,
            Plan::CreateTableAs { table, .. } | Plan::CreateTableClone { table, .. } => {
                Object::Table(table)
            }
            other => panic!("{script}\n{other:?}"),
        }
    }

    /// The error of a script.
    pub(crate) fn error(&mut self, script: &str) -> SqlError {
        match self.run(script) {
            Err(error) => error,
            Ok(plans) => panic!("{script}\n{plans:?}"),
        }
    }

    fn put(&mut self, object: Object) {
        if let Object::Database(database) = &object {
            for name in ["PUBLIC", "INFORMATION_SCHEMA"] {
                self.put(Object::Schema(snowmelt_sql::object::Schema {
                    database: database.name.clone(),
                    name: name.to_owned(),
                    transient: false,
                    comment: None,
                    properties: BTreeMap::new(),
                }));
            }
        }
        self.objects.insert((object.kind(), object.path()), object);
    }

    fn apply(&mut self, plan: &Plan) {
        match plan {
            Plan::Create { object, .. } => self.put(object.clone()),
            Plan::CreateTableAs { table, .. } | Plan::CreateTableClone { table, .. } => {
                self.put(Object::Table(table.clone()));
            }
            Plan::AlterTable { name, steps } => {
                for step in steps {
                    if let AlterTableStep::Change { table, .. } = step {
                        let path = ObjectPath::Full(name.clone());
                        self.objects.remove(&(ObjectKind::Table, path));
                        self.put(Object::Table(table.clone()));
                    }
                }
            }
            Plan::Drop { kind, path, .. } => {
                self.objects.remove(&(*kind, path.clone()));
            }
            Plan::Use(UsePlan::Database(name)) => {
                self.context.database = Some(name.clone());
                self.context.schema = Some("PUBLIC".to_owned());
            }
            Plan::Use(UsePlan::Schema(database, schema)) => {
                self.context.database = Some(database.clone());
                self.context.schema = Some(schema.clone());
            }
            Plan::Use(UsePlan::Warehouse(name)) => self.context.warehouse = Some(name.clone()),
            _ => {}
        }
    }

    fn full(&self, kind: ObjectKind, name: &QualifiedName) -> Option<&Object> {
        self.objects.get(&(kind, ObjectPath::Full(name.clone())))
    }

    fn account(&self, kind: ObjectKind, name: &str) -> Option<&Object> {
        self.objects
            .get(&(kind, ObjectPath::Account(name.to_owned())))
    }
}

macro_rules! find {
    ($self:ident . $find:ident ($variant:ident, $name:expr)) => {
        match $self.$find(ObjectKind::$variant, $name)? {
            Object::$variant(object) => Some(Arc::new(object.clone())),
            _ => None,
        }
    };
}

impl Catalog for Session {
    fn has_database(&self, name: &str) -> bool {
        self.account(ObjectKind::Database, name).is_some()
    }

    fn has_schema(&self, database: &str, name: &str) -> bool {
        let path = ObjectPath::Schema(database.to_owned(), name.to_owned());
        self.objects.contains_key(&(ObjectKind::Schema, path))
    }

    fn relation(&self, name: &QualifiedName) -> Option<Relation> {
        let table: Option<Arc<Table>> = (|| find!(self.full(Table, name)))();
        let view: Option<Arc<View>> = (|| find!(self.full(View, name)))();
        table
            .map(Relation::Table)
            .or_else(|| view.map(Relation::View))
    }

    fn stage(&self, name: &QualifiedName) -> Option<Arc<Stage>> {
        find!(self.full(Stage, name))
    }

    fn file_format(&self, name: &QualifiedName) -> Option<Arc<NamedFileFormat>> {
        find!(self.full(FileFormat, name))
    }

    fn pipe(&self, name: &QualifiedName) -> Option<Arc<Pipe>> {
        find!(self.full(Pipe, name))
    }

    fn sequence(&self, name: &QualifiedName) -> Option<Arc<Sequence>> {
        find!(self.full(Sequence, name))
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
        find!(self.account(Warehouse, name))
    }

    fn integration(&self, name: &str) -> Option<Arc<Integration>> {
        find!(self.account(Integration, name))
    }
}
