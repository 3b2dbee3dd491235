//! A catalog in memory, made by statements.

use snowmelt_sql::analyze::{
    data_type, plan_create_table_as, plan_delete, plan_insert, plan_merge, plan_query, plan_update,
};
use snowmelt_sql::catalog::Relation;
use snowmelt_sql::object::{
    Column, Function, Integration, NamedFileFormat, Pipe, Sequence, Stage, Table, View, Warehouse,
};
use snowmelt_sql::parse::parse_script;
use snowmelt_sql::plan::{ModifyPlan, QueryPlan};
use snowmelt_sql::{
    Catalog, DataType, ObjectName, QualifiedName, SessionContext, SqlError, Statement,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Databases, schemas, tables and views that statements made, and the session they ran in.
#[derive(Default)]
pub(crate) struct Fixture {
    relations: BTreeMap<QualifiedName, Relation>,
    schemas: BTreeSet<(String, String)>,
    pub(crate) context: SessionContext,
}

impl Catalog for Fixture {
    fn has_database(&self, name: &str) -> bool {
        self.schemas.iter().any(|(database, _)| database == name)
    }
    fn has_schema(&self, database: &str, name: &str) -> bool {
        self.schemas
            .contains(&(database.to_owned(), name.to_owned()))
    }
    fn relation(&self, name: &QualifiedName) -> Option<Relation> {
        self.relations.get(name).cloned()
    }
    fn stage(&self, _: &QualifiedName) -> Option<Arc<Stage>> {
        None
    }
    fn file_format(&self, _: &QualifiedName) -> Option<Arc<NamedFileFormat>> {
        None
    }
    fn pipe(&self, _: &QualifiedName) -> Option<Arc<Pipe>> {
        None
    }
    fn sequence(&self, _: &QualifiedName) -> Option<Arc<Sequence>> {
        None
    }
    fn functions(&self, _: &QualifiedName) -> Vec<Arc<Function>> {
        Vec::new()
    }
    fn warehouse(&self, _: &str) -> Option<Arc<Warehouse>> {
        None
    }
    fn integration(&self, _: &str) -> Option<Arc<Integration>> {
        None
    }
}

impl Fixture {
    /// Database `DB` with schema `PUBLIC`, both current, and what `script` makes.
    pub(crate) fn new(script: &str) -> Fixture {
        let mut fixture = Fixture {
            context: SessionContext {
                database: Some("DB".into()),
                schema: Some("PUBLIC".into()),
                role: "ACCOUNTADMIN".into(),
                user: "SNOWMELT".into(),
                statement_started_at_micros: 1_795_521_600_000_000,
                ..SessionContext::default()
            },
            ..Fixture::default()
        };
        fixture.schemas.insert(("DB".into(), "PUBLIC".into()));
        fixture.run(script).unwrap();
        fixture
    }

    /// Runs a script: definitions change the fixture; the result is the text of every plan, one a line.
    pub(crate) fn run(&mut self, script: &str) -> Result<String, SqlError> {
        let mut shown = String::new();
        for parsed in parse_script(script)? {
            match parsed.statement {
                Statement::Query(query) => {
                    let plan = plan_query(&query, script, self, &self.context)?;
                    show(&mut shown, "query", &plan);
                }
                Statement::Insert(insert) => {
                    let plan = plan_insert(&insert, script, self, &self.context)?;
                    writeln!(shown, "insert, widening {:?}\n  {}", plan.widen, plan.sql).unwrap();
                }
                Statement::Update(update) => {
                    let plan = plan_update(&update, script, self, &self.context)?;
                    show_change(&mut shown, &plan);
                }
                Statement::Delete(delete) => {
                    let plan = plan_delete(&delete, script, self, &self.context)?;
                    show_change(&mut shown, &plan);
                }
                Statement::Merge(merge) => {
                    let plan = plan_merge(&merge, script, self, &self.context)?;
                    show_change(&mut shown, &plan);
                }
                Statement::CreateTable(create) => {
                    let name = self.qualify(&create.name);
                    let columns = create
                        .columns
                        .iter()
                        .map(|definition| {
                            let (written, span) = definition.data_type.clone().unwrap();
                            let mut column = Column::new(
                                definition.name.value.clone(),
                                data_type(&written, &SessionContext::default(), span).unwrap(),
                            );
                            column.nullable = !definition.not_null;
                            column
                        })
                        .collect();
                    let mut table = Table {
                        name: name.clone(),
                        kind: create.kind,
                        columns,
                        primary_key: None,
                        unique_keys: Vec::new(),
                        foreign_keys: Vec::new(),
                        comment: None,
                        properties: BTreeMap::default(),
                    };
                    if let Some((query, _)) = &create.query {
                        let plan;
                        (table, plan) =
                            plan_create_table_as(table, query, script, self, &self.context)?;
                        show(&mut shown, &table.name.to_string(), &plan);
                    }
                    self.relations
                        .insert(name, Relation::Table(Arc::new(table)));
                }
                Statement::CreateView(create) => {
                    let name = self.qualify(&create.name);
                    let view = View {
                        name: name.clone(),
                        column_names: create
                            .columns
                            .iter()
                            .map(|(column, _)| column.value.clone())
                            .collect(),
                        query: create.query_span.of(script).to_owned(),
                        column_comments: BTreeMap::new(),
                        secure: false,
                        temporary: false,
                        properties: BTreeMap::default(),
                        comment: None,
                    };
                    self.relations.insert(name, Relation::View(Arc::new(view)));
                }
                Statement::CreateDatabase(create) => {
                    self.schemas
                        .insert((create.name.value.clone(), "PUBLIC".into()));
                }
                Statement::CreateSchema(create) => {
                    let parts: Vec<String> = create
                        .name
                        .parts
                        .iter()
                        .map(|part| part.value.clone())
                        .collect();
                    self.schemas.insert((parts[0].clone(), parts[1].clone()));
                }
                Statement::CreateWarehouse(_) | Statement::Use(_) => {}
                other => panic!("the fixture does not run {other:?}"),
            }
        }
        Ok(shown)
    }

    /// The one query's plan.
    pub(crate) fn plan(&self, script: &str) -> Result<QueryPlan, SqlError> {
        let mut parsed = parse_script(script)?;
        match parsed.pop().map(|parsed| parsed.statement) {
            Some(Statement::Query(query)) => plan_query(&query, script, self, &self.context),
            other => panic!("not a query: {other:?}"),
        }
    }

    /// The types of the query's columns.
    pub(crate) fn types(&self, script: &str) -> Vec<DataType> {
        let plan = self.plan(script).unwrap();
        plan.columns.iter().map(|column| column.data_type).collect()
    }

    fn qualify(&self, name: &ObjectName) -> QualifiedName {
        match name.parts.as_slice() {
            [name] => QualifiedName::new("DB", "PUBLIC", name.value.clone()),
            [schema, name] => QualifiedName::new("DB", schema.value.clone(), name.value.clone()),
            [database, schema, name] => QualifiedName::new(
                database.value.clone(),
                schema.value.clone(),
                name.value.clone(),
            ),
            _ => panic!("{name}"),
        }
    }
}

fn show_change(shown: &mut String, plan: &ModifyPlan) {
    writeln!(shown, "{:?}, widening {:?}", plan.kind, plan.widen).unwrap();
    for (name, sql) in [("guard", &plan.guard), ("multi-joined", &plan.multi_joined)] {
        if let Some(sql) = sql {
            writeln!(shown, "  {name}: {sql}").unwrap();
        }
    }
    writeln!(shown, "  {}", plan.sql).unwrap();
}

fn show(shown: &mut String, what: &str, plan: &QueryPlan) {
    let columns: Vec<String> = plan
        .columns
        .iter()
        .map(|column| {
            let narrow = if column.narrow { " narrow" } else { "" };
            let null = if column.nullable { "" } else { " not null" };
            format!("{} {}{narrow}{null}", column.name, column.data_type)
        })
        .collect();
    let reads: Vec<String> = plan.reads.iter().map(ToString::to_string).collect();
    writeln!(
        shown,
        "{what} ({})\n  reads {}\n  {}",
        columns.join(", "),
        reads.join(", "),
        plan.sql
    )
    .unwrap();
}
