//! What each plan does: one `match` over [`Plan`], one file a noun.

mod alter_object;
mod alter_table;
mod comment;
mod copy_into;
mod create;
mod create_table_as;
mod describe;
mod drop;
mod files;
mod identity;
mod insert;
mod list;
mod locking;
mod modify;
mod physical;
mod pipe;
mod show;
mod truncate;
mod unload;
mod use_object;
mod warehouse;
mod widen;

use crate::error::{EngineError, Result};
use crate::result::Listing;
use crate::session::Session;
pub(crate) use locking::{keys_written, tables_read};
pub(crate) use physical::{physical_column, quote};
use snowmelt_sql::Plan;
pub(crate) use widen::widen;

/// Whether the plan holds NUMBERs in 64 bits that may not fit them.
pub(crate) fn is_guessed(plan: &Plan) -> bool {
    match plan {
        Plan::CreateTableAs { query, .. } => query.guessed,
        Plan::Unload(unload) => unload.query.guessed,
        _ => false,
    }
}

/// Carries out a plan that is not a query.
pub(crate) fn execute(session: &mut Session, plan: Plan) -> Result<Listing> {
    match plan {
        Plan::Query(_) | Plan::ExecuteImmediate(_) => Err(EngineError::internal(
            "the session runs this statement itself",
        )),
        Plan::Insert(insert) => insert::insert(session, insert),
        Plan::InsertMulti(insert) => insert::insert_multi(session, &insert),
        Plan::Modify(modify) => modify::modify(session, modify),
        Plan::Truncate(table) => truncate::truncate(session, table),
        Plan::Create {
            object,
            mode,
            credentials,
        } => create::create(session, object, mode, credentials),
        Plan::CreateTableAs { table, mode, query } => {
            create_table_as::create_table_as(session, table, mode, &query.sql)
        }
        Plan::CreateTableClone {
            table,
            mode,
            source,
        } => create_table_as::create_table_clone(session, table, mode, &source),
        Plan::AlterTable { name, steps } => alter_table::alter_table(session, &name, steps),
        Plan::AlterObject {
            path,
            object,
            credentials,
        } => alter_object::alter_object(session, &path, object, credentials),
        Plan::AlterProperties {
            kind,
            path,
            set,
            unset,
        } => alter_object::alter_properties(session, kind, &path, set, &unset),
        Plan::AlterPipe { name, action } => pipe::alter_pipe(session, &name, action),
        Plan::AlterWarehouse { name, set, unset } => {
            warehouse::alter_warehouse(session, &name, set, &unset)
        }
        Plan::Comment {
            kind,
            path,
            column,
            comment,
        } => comment::comment(session, kind, &path, column.as_deref(), comment),
        Plan::Drop {
            kind,
            path,
            if_exists,
        } => drop::drop(session, kind, &path, if_exists),
        Plan::Unload(plan) => unload::unload(session, &plan),
        Plan::Put(plan) => files::put(session, &plan),
        Plan::Get(plan) => files::get(session, &plan),
        Plan::Remove { path, pattern } => files::remove(session, &path, pattern.as_deref()),
        Plan::CopyInto {
            copy,
            validation_mode,
        } => copy_into::copy_into(session, copy, validation_mode),
        Plan::List { path, pattern } => list::list(session, &path, pattern.as_deref()),
        Plan::Use(plan) => use_object::use_object(session, plan),
        Plan::Show {
            show,
            database,
            schema,
            table,
        } => show::show(
            session,
            &show,
            &show::Scope {
                database,
                schema,
                table,
            },
        ),
        Plan::Describe { kind, path } => describe::describe(session, kind, &path),
        Plan::SetVariables { names, query } => session
            .set_variables(&names, &query)
            .map(|()| Listing::executed()),
        Plan::UnsetVariables(names) => {
            session.unset_variables(&names);
            Ok(Listing::executed())
        }
        Plan::AlterSession { set, unset } => {
            set.iter()
                .try_for_each(|(name, value)| session.set_parameter(name, value))?;
            unset
                .iter()
                .try_for_each(|name| session.unset_parameter(name))?;
            Ok(Listing::executed())
        }
        Plan::Begin => session.begin().map(|()| Listing::executed()),
        Plan::Commit => session.commit().map(|()| Listing::executed()),
        Plan::Rollback => session.rollback().map(|()| Listing::executed()),
        Plan::Nothing => Ok(Listing::executed()),
    }
}
