//! One statement → what is to be done.

use super::resolve::Resolver;
use super::{
    Plan, SessionContext, alter_object, alter_table, comment, copy, database, file_format, files,
    function, integration, pipe, sequence, session, show, stage, table, unload, use_object, view,
    warehouse,
};
use crate::analyze;
use crate::catalog::Catalog;
use crate::error::SqlError;
use crate::parse::resolve_variables;
use crate::statement::{ParsedStatement, Statement};

/// Plans a statement. `script` is the text that its spans point into.
///
/// # Errors
/// Whatever Snowflake's compiler would refuse, and by name what snowmelt does not run.
pub fn plan(
    statement: &ParsedStatement,
    script: &str,
    catalog: &dyn Catalog,
    context: &SessionContext,
) -> Result<Plan, SqlError> {
    let resolver = Resolver { catalog, context };
    match &statement.statement {
        Statement::Query(query) => {
            analyze::plan_query(query, script, catalog, context).map(Plan::Query)
        }
        Statement::Insert(insert) if insert.multi_table_insert_type.is_some() => {
            analyze::plan_insert_multi(insert, script, catalog, context).map(Plan::InsertMulti)
        }
        Statement::Insert(insert) => {
            analyze::plan_insert(insert, script, catalog, context).map(Plan::Insert)
        }
        Statement::Update(update) => {
            analyze::plan_update(update, script, catalog, context).map(Plan::Modify)
        }
        Statement::Delete(delete) => {
            analyze::plan_delete(delete, script, catalog, context).map(Plan::Modify)
        }
        Statement::Merge(merge) => {
            analyze::plan_merge(merge, script, catalog, context).map(Plan::Modify)
        }
        Statement::Truncate { table, if_exists } => {
            table::plan_truncate(table, *if_exists, resolver)
        }
        Statement::CreateTable(create) => match &create.query {
            Some((query, _)) => table::plan_as_select(create, query, script, resolver),
            None => table::plan(create, script, resolver),
        },
        Statement::CreateView(create) => view::plan(create, script, resolver),
        Statement::CreateDatabase(create) => Ok(database::plan(create)),
        Statement::CreateSchema(create) => database::plan_schema(create, resolver),
        Statement::CreateWarehouse(create) => Ok(warehouse::plan(create)),
        Statement::CreateIntegration(create) => Ok(integration::plan(create)),
        Statement::CreateStage(create) => stage::plan(create, resolver),
        Statement::CreateFileFormat(create) => file_format::plan(create, resolver),
        Statement::CreatePipe(create) => pipe::plan(create, script, resolver),
        Statement::CreateSequence(create) => sequence::plan(create, resolver),
        Statement::CreateFunction(create) => function::plan(create, resolver),
        Statement::AlterTable(alter) => alter_table::plan(alter, script, resolver),
        Statement::AlterPipe(alter) => pipe::plan_alter(alter, resolver),
        Statement::AlterObject(alter) => alter_object::plan(alter, resolver),
        Statement::AlterWarehouse(alter) => warehouse::plan_alter(alter, resolver),
        Statement::AlterSession(alter) => session::plan_alter(alter),
        Statement::Drop {
            kind,
            name,
            if_exists,
        } => comment::plan_drop(*kind, name, *if_exists, resolver),
        Statement::CopyInto(copy) => copy::plan(copy, script, resolver),
        Statement::CopyIntoLocation(copy) => unload::plan(copy, script, resolver),
        Statement::Files(command) => files::plan(command, resolver),
        Statement::List { path, pattern } => stage::plan_list(path, pattern, resolver),
        Statement::Use(target) => use_object::plan(target, resolver),
        Statement::Show(show) => show::plan(show, resolver),
        Statement::Describe(describe) => show::plan_describe(describe, resolver),
        Statement::Set { assignments } => {
            analyze::plan_set_variables(assignments, script, catalog, context)
        }
        Statement::Unset { names } => Ok(session::plan_unset(names)),
        Statement::Comment {
            kind: Some(kind),
            name,
            comment,
            if_exists,
        } => comment::plan(*kind, name, comment, *if_exists, resolver),
        Statement::Comment {
            kind: None,
            name,
            comment,
            if_exists,
        } => comment::plan_column(name, comment, *if_exists, resolver),
        Statement::ExecuteImmediate(immediate) => session::plan_immediate(immediate, resolver),
        Statement::Begin => Ok(Plan::Begin),
        Statement::Commit => Ok(Plan::Commit),
        Statement::Rollback => Ok(Plan::Rollback),
        Statement::WithVariables => {
            let statement = resolve_variables(statement, script, &context.variables)?;
            plan(&statement, script, catalog, context)
        }
    }
}
