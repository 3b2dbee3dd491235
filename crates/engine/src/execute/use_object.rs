//! USE.

use crate::catalog::Key;
use crate::error::Result;
use crate::result::Listing;
use crate::session::Session;
use snowmelt_sql::plan::UsePlan;

/// USE DATABASE, SCHEMA, WAREHOUSE or ROLE. That the object exists was checked when the statement was planned.
pub(super) fn use_object(session: &mut Session, plan: UsePlan) -> Result<Listing> {
    match plan {
        UsePlan::Database(name) => {
            let has_public = session
                .catalog()
                .entry(&Key::schema(&name, "PUBLIC"))
                .is_some();
            session.context.database = Some(name);
            session.context.schema = has_public.then(|| "PUBLIC".to_owned());
        }
        UsePlan::Schema(database, name) => {
            session.context.database = Some(database);
            session.context.schema = Some(name);
        }
        UsePlan::Warehouse(name) => session.context.warehouse = Some(name),
        UsePlan::Role(name) => {
            session.context.role = name;
        }
        UsePlan::SecondaryRoles(roles) => session.context.secondary_roles = roles,
    }
    Ok(Listing::executed())
}
